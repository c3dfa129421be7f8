"""A committee's meetings: a year of them planned on one page, each then moved, cancelled, called and held."""

from datetime import date, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recommendations.enums import Act, MeetingState, Outcome
from recommendations.models import Event
from tests.factories import MeetingFactory
from tests.staff.whole_pages import StaffPage, of, of_item

PLAN = "Læg de valgte møder i kalenderen"
AFTERWARDS = date(2026, 10, 1)  # a Thursday that is over


@pytest.fixture
def visit(as_user, dina):
    client = as_user(dina)
    return lambda address: StaffPage.open(client, address)


@pytest.fixture
def listed(sou):
    return reverse("staff_meetings_of", args=[sou.code])


@pytest.fixture
def year(sou):
    return reverse("plan_year", args=[sou.code])


def ticks(page):
    return {box.get("value"): box.get("checked") is not None for box in page.tree.xpath("//input[@name='chosen']")}


class TestAYear:
    def test_is_planned_from_what_follows_from_the_last_meeting(self, visit, sou, year):
        """Opened, looked at, pressed: two steps."""
        MeetingFactory(committee=sou, on=date(2026, 10, 22), begins_at=time(15, 30), state=MeetingState.HELD)
        page = visit("/admin/").link("Læg møder i kalenderen")
        assert page.address == year
        days = ticks(page)
        assert len(days) == 31
        assert next(iter(days)) == "2026-11-05T15:30"
        assert [day for day, ticked in days.items() if not ticked] == [
            "2026-12-31T15:30",
            "2027-03-25T15:30",
            "2027-05-06T15:30",
        ]
        assert "torsdag 6. maj 2027 kl. 15.30 (Kristi himmelfartsdag)" in page.text
        after = page.press(PLAN)
        assert "28 møder er lagt i kalenderen." in after.text
        assert sou.meetings.expected().count() == 28
        assert Event.objects.filter(act=Act.MEETING_PLANNED).count() == 28

    def test_shows_what_is_asked_for_and_plans_what_is_ticked(self, visit, sou, year):
        MeetingFactory(committee=sou, on=date(2027, 1, 19), state=MeetingState.CANCELLED)
        sou.valid_to = date(2027, 2, 10)
        sou.save()
        asked = "?weekday=1&every=1&first=2027-01-05&last=2027-02-20&begins_at=09:00&but=26.01.2027&also=31.12.2026"
        page = visit(year + asked)
        assert list(ticks(page).values()) == [False, True, True, True, True]  # New Year's Eve has none
        assert "tirsdag 19. januar 2027 kl. 09.00: findes allerede: Aflyst" in page.text
        assert "fandtes ikke den 16.02.2027" in page.text
        page.press(PLAN, chosen=["2026-12-31T09:00", "2027-01-05T09:00"])
        assert [one.on for one in sou.meetings.expected().earliest_first()] == [date(2026, 12, 31), date(2027, 1, 5)]

    def test_what_somebody_else_has_planned_meanwhile_loses_no_tick(self, visit, sou, year):
        page = visit(f"{year}?weekday=1&every=1&first=2027-01-05&last=2027-01-19")
        MeetingFactory(committee=sou, on=date(2027, 1, 12))
        refused = page.press(PLAN, chosen=["2027-01-05", "2027-01-12"])
        assert refused.status == 422
        assert "Udvalget har allerede et møde den 12.01.2027." in refused.text
        assert ticks(refused) == {"2027-01-05": True, "2027-01-19": False}

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ("?weekday=9&every=1&first=x&last=2027-01-05", "Indtast en gyldig dato."),
            ("?weekday=1&every=1&first=2027-01-05&last=2027-02-20&but=aldrig", "»aldrig« er ikke en dato."),
            ("?weekday=1&every=1&first=2027-01-06&last=2027-01-07", "Der er ingen dage at vise."),
        ],
    )
    def test_what_cannot_be_read_is_said_at_its_field(self, visit, year, asked, words):
        assert words in visit(year + asked).text

    def test_days_that_were_tampered_with_are_refused(self, visit, year, sou):
        page = visit(f"{year}?weekday=1&every=1&first=2027-01-05&last=2027-01-19")
        address, sent = page.sent(PLAN, chosen=[])
        for value, words in (("i morgen", "»i morgen« kan ikke læses"), (None, "Sæt flueben ved mindst én dag.")):
            refused = page.send(address, sent + ([("chosen", value)] if value else []))
            assert (refused.status, words in refused.text) == (422, True)
        assert not sou.meetings.exists()

    def test_from_a_calendar_file(self, visit, sou, year):
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:a", "DTSTAMP:20261101T080000Z"]
        lines += ["DTSTART;TZID=Europe/Copenhagen:20270107T153000", "RRULE:FREQ=WEEKLY;COUNT=3", "END:VEVENT"]
        file = SimpleUploadedFile("moeder.ics", "\r\n".join([*lines, "END:VCALENDAR"]).encode())
        page = visit(year).press("Vis dagene i filen", file=file)
        assert list(ticks(page)) == ["2027-01-07T15:30", "2027-01-14T15:30", "2027-01-21T15:30"]
        assert "3 møder er lagt i kalenderen." in page.press(PLAN).text
        wrong = visit(year).press("Vis dagene i filen", file=SimpleUploadedFile("ark.ics", b"PK"))
        assert (wrong.status, "kan ikke læses som en kalender" in wrong.text) == (422, True)

    def test_asked_twice_is_done_once(self, visit, sou, year):
        page = visit(f"{year}?weekday=1&every=1&first=2027-01-05&last=2027-01-19")
        for _click in range(2):
            assert "3 møder er lagt i kalenderen." in page.press(PLAN).text
        assert sou.meetings.count() == 3


class TestWhereOneIsChosen:
    """A committee returns to a matter at a meeting, or by a month; a next step comes at one."""

    @pytest.fixture
    def item(self, make_items):
        [item] = make_items(1)
        return item

    def test_for_all_answers_of_a_meeting(self, as_user, bo, dina, sou, sud, item):
        meeting = MeetingFactory(committee=sou, on=date(2027, 3, 4))
        MeetingFactory(committee=sud, on=date(2027, 3, 5))
        MeetingFactory(committee=sou, on=date(2027, 3, 18), state=MeetingState.CANCELLED)
        page = StaffPage.open(as_user(dina), reverse("meeting_answers"))
        offered = page.tree.xpath("//select[@name='returns_to']/option")
        assert [option.text for option in offered] == ["Intet møde", "4. marts 2027"]
        said = {"outcome": Outcome.NOTED, "meeting_date": "2026-09-17"}
        refused = page.press("Send til godkendelse", **said, returns_to=meeting.pk, returns_by="april 2027")
        assert (refused.status, "ikke begge dele" in refused.text) == (422, True)
        refused.press("Send til godkendelse", returns_by="")
        [draft] = sou.answer_drafts.all()
        page = StaffPage.open(as_user(bo), reverse("answer_draft", args=[draft.pk]))
        assert "Vender tilbage på mødet 4. marts 2027" in page.text
        page.press("Registrer svarene")
        assert item.answers.get().returns_to == meeting

    def test_in_one_answer_and_its_correction(self, as_user, bo, item):
        page = StaffPage.open(as_user(bo), of_item(item, "answer"))
        said = {"outcome": Outcome.NOTED, "meeting_date": "2026-09-17"}
        refused = page.press("Registrer svar", **said, returns_by="til foråret")
        assert "»til foråret« er ikke en dato." in refused.text
        refused.press("Registrer svar", returns_by="marts 2027")
        answer = item.answers.get()
        assert answer.returns_by == date(2027, 3, 31)
        page = StaffPage.open(as_user(bo), of(answer, "correct"))
        page.press("Gem rettelse", returns_by="30. april 2027", reason="Det var april.")
        assert answer.corrections.get().returns_by == date(2027, 4, 30)

    def test_for_the_next_step_of_a_status(self, as_user, anna, bo, sou, item):
        first, second = (MeetingFactory(committee=sou, on=date(2027, 3, day)) for day in (4, 18))
        page = StaffPage.open(as_user(anna), of_item(item, "status"))
        said = {"status": "in_progress", "text": "I gang.", "next_step": "En sag.", "next_step_meeting": first.pk}
        refused = page.press("Gem kladde", **said, next_step_on="2027-04-01")
        assert "Det næste skridt kommer på mødet den 04.03.2027." in refused.text
        draft = refused.press("Gem kladde", next_step_on="")
        draft.press("Send til godkendelse", next_step_meeting=second.pk)  # the day of the first is not in the way
        update = item.updates.get()
        assert (update.next_step_meeting, update.next_step_on) == (second, date(2027, 3, 18))


class TestOneMeeting:
    def test_that_is_over_is_asked_about_first_and_held_by_one_press(self, visit, sou, listed):
        meeting = MeetingFactory(committee=sou, on=AFTERWARDS)
        page = visit(listed)
        assert page.text.index("Er mødet holdt?") < page.text.index("Kommende møder")
        after = page.press("Mødet er holdt 1. oktober 2026")
        assert "Mødet står nu som holdt." in after.text
        assert "Er mødet holdt?" not in after.text
        meeting.refresh_from_db()
        assert meeting.state == MeetingState.HELD

    def test_of_several_each_has_its_own_press(self, visit, sou, listed):
        for day in (AFTERWARDS, date(2026, 9, 17)):
            MeetingFactory(committee=sou, on=day)
        page = visit(listed)
        for words in ("Mødet er holdt 1. oktober 2026", "Mødet er holdt 17. september 2026"):
            page.press(words)  # on the page as it was: who goes back to it presses the next
        assert sou.meetings.held().count() == 2

    def test_is_moved_cancelled_called_and_put_right(self, visit, sou, listed):
        meeting = MeetingFactory(committee=sou, on=date(2026, 11, 19))
        page = visit(listed).link("Dagsordenen er sendt 19. november 2026")
        page.press("Dagsordenen er sendt", agenda_url="https://eksempel.dk/dagsorden")
        page = visit(listed).link("Flyt 19. november 2026")
        asked = page.press("Flyt mødet", on="2026-12-24", reason="Valget.")
        assert "(Juleaftensdag)" in asked.text or "(juleaften" in asked.text.lower()
        moved = asked.press("Flyt mødet", sure="on")
        assert (
            "torsdag 24. december 2026: Dagsordenen er sendt ud, flyttet fra 19. november 2026. Valget." in moved.text
        )
        page = moved.link("Ret link eller klokkeslæt 24. december 2026").press("Gem", begins_at="15:30")
        page = page.link("Aflys 24. december 2026").press("Aflys mødet", reason="Ingen sager.")
        assert "Aflyst, flyttet fra 19. november 2026. Ingen sager." in page.text
        meeting.refresh_from_db()
        assert (meeting.begins_at, meeting.agenda_url) == (time(15, 30), "https://eksempel.dk/dagsorden")
        mend = page.link("Ret tilstand 24. december 2026")
        refused = mend.press("Gem", state="held", reason="Den blev holdt.")
        assert "Mødet er først den 24. december 2026." in refused.text
        page = refused.press("Gem", state="planned", reason="Den bliver holdt.")
        history = page.link("torsdag 24. december 2026").link("Historik").text
        for words in ("Møde flyttet", "Dagsorden sendt ud", "Møde aflyst", "Den bliver holdt."):
            assert words in history

    def test_is_read_by_all_staff_and_changed_by_its_secretary(self, as_user, anna, sou):
        meeting = MeetingFactory(committee=sou, on=AFTERWARDS)
        page = StaffPage.open(as_user(anna), of(meeting))
        assert page.status == 200
        assert "Aflys" not in page.text
        for step in ("hold", "move", "cancel", "papers", "put_right", "correct"):
            assert StaffPage.open(as_user(anna), of(meeting, step)).status == 403

    def test_of_one_committee_at_a_time(self, as_user, chief, dina, anna, sou, sud, listed):
        assert StaffPage.open(as_user(dina), reverse("staff_meetings")).address == listed
        page = StaffPage.open(as_user(chief), reverse("staff_meetings"))
        assert page.link(sou.name).address == listed
        assert StaffPage.open(as_user(anna), reverse("staff_meetings")).status == 403
        elsewhere = reverse("staff_meetings_of", args=[sud.code])
        assert [StaffPage.open(as_user(dina), address).status for address in (elsewhere, f"{listed}x")] == [403, 404]

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_asks_the_database_as_much_whatever_it_holds(
        self, as_user, dina, sou, listed, count, django_assert_num_queries
    ):
        client = as_user(dina)
        client.get(listed)
        for day in range(count):
            for month, state in ((10, MeetingState.PLANNED), (12, MeetingState.PLANNED), (9, MeetingState.HELD)):
                MeetingFactory(committee=sou, on=date(2026, month, 1 + day), state=state)
        with django_assert_num_queries(12):
            client.get(listed)
