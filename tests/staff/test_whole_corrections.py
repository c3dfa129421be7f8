"""Corrections, by the hand of each role: from the item's own page to what the citizen reads, and what is doubted."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recommendations.enums import Act, Outcome, Role, Status
from recommendations.models import CommitteeAnswer, Deadline, DoneWhen, Event, Ownership, StatusUpdate
from tests.factories import (
    CommitteeMembershipFactory,
    DeadlineFactory,
    DoneWhenFactory,
    OwnershipFactory,
    RecommendationFactory,
    UserFactory,
    VoteShareFactory,
    answered,
    deadline,
    published,
)
from tests.staff.hand import Hand
from tests.staff.whole_pages import StaffPage, of, of_item

LATER = (timezone.now() + timedelta(days=200)).date()  # for tests in a browser, which keep the real time


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2", title="Besøg af faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


def as_citizen(citizen, item):
    return StaffPage.open(citizen, item.get_absolute_url()).text


def links(page):
    return {" ".join(a.text_content().split()): a.get("href") for a in page.tree.iter("a")}


# --- What binds a committee -------------------------------------------------------------------------------------------

# What is recorded -> the row, the page where it is recorded, what was typed wrongly and what should have stood.
BINDING = {
    "deadline": (Deadline, "Gem frist", {"due_on": "2027-06-30"}, {"due_on": "2026-12-31"}, "31. december 2026"),
    "done_when": (DoneWhen, "Gem kriterium", {"text": "ale er med"}, {"text": "alle er med"}, "alle er med"),
    "answer": (
        CommitteeAnswer,
        "Registrer svar",
        {"outcome": Outcome.ADOPTED, "meeting_date": "2026-09-18"},
        {"outcome": Outcome.NOTED, "meeting_date": "2026-09-17", "agenda_url": "https://eksempel.dk/punkt-7"},
        "Taget til efterretning",
    ),
}
binding = pytest.mark.parametrize("what", BINDING)


class TestWhatBindsACommittee:
    @binding
    def test_is_corrected_from_the_page_that_follows(self, as_user, citizen, bo, item, what):
        model, button, wrong, right, reads = BINDING[what]
        after = StaffPage.open(as_user(bo), of_item(item, what)).press(button, **wrong)
        assert links(after)["Se, hvad borgerne ser"] == item.get_absolute_url()
        form = after.link("Fortryd eller ret")
        first = model.objects.get()
        assert form.address == of(first, "correct")
        carried = dict(form.sent("Gem rettelse")[1])
        assert carried["reason"] == "Skrivefejl, rettet med det samme."
        assert {name: carried[name] for name in wrong} == wrong
        done = form.press("Gem rettelse", **right)
        assert "Rettelsen er gemt." in done.text
        assert done.address == of_item(item)
        second = model.objects.get(corrects=first)
        assert list(model.objects.known().filter(item=item)) == [second]
        public = as_citizen(citizen, item)
        assert reads in public
        assert "Skrivefejl, rettet med det samme." in public
        assert Event.objects.filter(nature="correction").count() == 1

    @binding
    def test_is_taken_back_with_a_reason(self, as_user, citizen, bo, item, what):
        model, button, wrong, _right, _reads = BINDING[what]
        StaffPage.open(as_user(bo), of_item(item, what)).press(button, **wrong)
        form = StaffPage.open(as_user(bo), of(model.objects.get(), "correct"))
        refused = form.press("Gem rettelse", nothing="on", reason="")
        assert refused.status == 422
        assert dict(refused.sent("Gem rettelse")[1])["nothing"] == "on"
        done = refused.press("Gem rettelse", reason="Det hører til en anden række.")
        assert "Rettelsen er gemt." in done.text
        assert not model.objects.known().filter(item=item).exists()
        public = as_citizen(citizen, item)
        assert "taget tilbage" in public
        assert "Det hører til en anden række." in public

    @binding
    def test_that_was_corrected_is_marked_and_leads_to_the_newest(self, as_user, bo, item, what):
        model, button, wrong, right, _reads = BINDING[what]
        client = as_user(bo)
        StaffPage.open(client, of_item(item, what)).press(button, **wrong)
        first = model.objects.get()
        StaffPage.open(client, of(first, "correct")).press("Gem rettelse", **right)
        second = model.objects.get(corrects=first)
        assert StaffPage.open(client, of(first, "correct")).address == of(second, "correct")
        opened = StaffPage.open(client, of_item(item))
        assert "Rettet:" in opened.text
        offered = [a.get("href") for a in opened.tree.iter("a") if (a.get("href") or "").endswith("/ret/")]
        assert offered == [of(second, "correct")]
        assert "ret/" not in str(links(StaffPage.open(client, of(first))).values())

    @binding
    def test_twice_is_once(self, as_user, bo, item, what):
        model, button, wrong, right, _reads = BINDING[what]
        client = as_user(bo)
        StaffPage.open(client, of_item(item, what)).press(button, **wrong)
        form = StaffPage.open(client, of(model.objects.get(), "correct"))
        address, data = form.sent("Gem rettelse", **right)
        for _press in range(2):
            after = form.send(address, data)
            assert (after.status, after.address) == (200, of_item(item))
            assert "Fortryd eller ret" in links(after)
        assert model.objects.count() == 2
        assert Event.objects.filter(nature="correction").count() == 1

    @binding
    @pytest.mark.parametrize("name", ["anna", "carla", "dina"])
    def test_is_corrected_by_no_other(self, request, as_user, bo, item, name, what):
        model, button, wrong, _right, _reads = BINDING[what]
        StaffPage.open(as_user(bo), of_item(item, what)).press(button, **wrong)
        row, client = model.objects.get(), as_user(request.getfixturevalue(name))
        assert of(row, "correct") not in links(StaffPage.open(client, of_item(item))).values()
        assert client.get(of(row, "correct")).status_code == 403
        assert client.post(of(row, "correct"), {"reason": "Nej.", "nothing": "on"}).status_code == 403
        assert model.objects.count() == 1

    @binding
    def test_unchanged_is_refused(self, as_user, bo, item, what):
        model, button, wrong, _right, _reads = BINDING[what]
        StaffPage.open(as_user(bo), of_item(item, what)).press(button, **wrong)
        refused = StaffPage.open(as_user(bo), of(model.objects.get(), "correct")).press("Gem rettelse")
        assert refused.status == 422
        assert model.objects.count() == 1

    def test_an_empty_day_or_wording_says_what_to_do(self, as_user, bo, item, sou):
        row = deadline(item, date(2027, 6, 30), committee=sou)
        refused = StaffPage.open(as_user(bo), of(row, "correct")).press("Gem rettelse", due_on="", reason="Nej.")
        assert "Skriv den rigtige dato, eller sæt kryds ved »Ingenting«." in refused.text
        text = DoneWhenFactory(item=item, committee=sou)
        refused = StaffPage.open(as_user(bo), of(text, "correct")).press("Gem rettelse", text="", reason="Nej.")
        assert "Skriv den rigtige ordlyd, eller sæt kryds ved »Ingenting«." in refused.text

    def test_of_an_earlier_one_leaves_the_one_in_force(self, as_user, bo, item, sou):
        first = DeadlineFactory(item=item, due_on=date(2027, 1, 1), set_on=date(2025, 1, 1), committee=sou)
        newest = DeadlineFactory(item=item, due_on=date(2027, 6, 30), set_on=date(2026, 1, 1), committee=sou)
        page = StaffPage.open(as_user(bo), of_item(item))
        assert {of(first, "correct"), of(newest, "correct")} <= {a.get("href") for a in page.tree.iter("a")}
        StaffPage.open(as_user(bo), of(first, "correct")).press("Gem rettelse", due_on="2027-02-01", reason="Dato.")
        assert Deadline.objects.known().filter(item=item).oldest_first().last() == newest


class TestASlip:
    def test_is_the_same_persons_within_the_hour(self, as_user, bo, sou, item):
        other = CommitteeMembershipFactory(user=UserFactory(username="ea"), committee=sou, role=Role.APPROVER).user
        now = timezone.now()
        for number, (by, at, slip) in enumerate(
            [(bo, now - timedelta(minutes=59), True), (bo, now - timedelta(minutes=61), False), (other, now, False)]
        ):
            row = DeadlineFactory(
                item=item, due_on=date(2027, 1, 1 + number), committee=sou, recorded_by=by, recorded_at=at
            )
            page = StaffPage.open(as_user(bo), of(row, "correct"))
            assert dict(page.sent("Gem rettelse")[1])["reason"] == ("Skrivefejl, rettet med det samme." if slip else "")
            offered = StaffPage.open(as_user(bo), of_item(item)).tree.iter("a")
            words = [a.text_content() for a in offered if a.get("href") == of(row, "correct")]
            assert words == ["Fortryd eller ret" if slip else "Ret"]


# --- Days that are doubted, answers that contradict -------------------------------------------------------------------


class TestADoubt:
    @pytest.mark.parametrize(
        ("what", "button", "typed", "asked"),
        [
            ("deadline", "Gem frist", {"due_on": "2026-10-01"}, "Datoen 01.10.2026 er allerede passeret."),
            ("deadline", "Gem frist", {"due_on": "2036-11-03"}, "ligger mere end 10 år fremme."),
            (
                "answer",
                "Registrer svar",
                {"outcome": Outcome.ADOPTED, "meeting_date": "2024-06-16"},
                "Datoen 16.06.2024 ligger før kilden, som er fra 17.06.2024.",
            ),
        ],
    )
    def test_is_asked_about_and_answered_with_a_tick(self, as_user, bo, item, what, button, typed, asked):
        asking = StaffPage.open(as_user(bo), of_item(item, what)).press(button, **typed)
        assert asking.status == 200
        assert asked in asking.text
        assert "Er du sikker? Intet er gemt endnu" in asking.text
        assert "Ja, datoen er rigtig" in asking.text
        assert not Event.objects.exists()
        carried = dict(asking.sent(button)[1])
        assert {name: carried[name] for name in typed} == typed
        again = asking.press(button)  # without the tick: asked again
        assert (again.status, Event.objects.count()) == (200, 0)
        done = again.press(button, sure="on")
        assert "registreret og kan ses af borgerne" in done.text
        assert Event.objects.exclude(act=Act.MEETING_HELD).count() == 1  # an answer tells of its meeting too

    def test_stays_answered_when_something_else_is_refused(self, as_user, bo, sou, item):
        deadline(item, date(2026, 12, 31), committee=sou)
        page = StaffPage.open(as_user(bo), of_item(item, "deadline"))
        asking = page.press("Gem frist", due_on="2026-10-01", reason="Rykket.")
        refused = asking.press("Gem frist", sure="on", reason="")
        assert refused.status == 422
        assert "hvorfor fristen flyttes" in refused.text
        done = refused.press("Gem frist", reason="Rykket.")
        assert "Fristen er registreret" in done.text

    def test_what_cannot_be_right_is_refused_and_not_asked_about(self, as_user, bo, item):
        refused = StaffPage.open(as_user(bo), of_item(item, "deadline")).press("Gem frist", due_on="0207-06-30")
        assert refused.status == 422
        assert "Ja, datoen er rigtig" not in refused.text


class TestADoubtAboutAnUpdate:
    @pytest.mark.parametrize(
        ("typed", "asked"),
        [
            ({"on": "2024-06-16"}, "ligger før kilden, som er fra 17.06.2024."),
            ({"on": "2025-11-01"}, "ligger mere end et år tilbage."),
            ({"next_step": "Udbud", "next_step_on": "2026-10-01"}, "Datoen 01.10.2026 er allerede passeret."),
            ({"next_step": "Udbud", "next_step_on": "2036-11-03"}, "ligger mere end 10 år fremme."),
            ({"decided_by": "Udvalget", "decided_on": "2024-06-16"}, "ligger før kilden"),
        ],
        ids=lambda value: value if isinstance(value, str) else "+".join(value),
    )
    @pytest.mark.parametrize(
        ("button", "done"), [("Send til godkendelse", "Sendt til godkendelse."), ("Udgiv", "Udgivet.")]
    )
    def test_is_asked_of_who_sends_it(self, as_user, bo, item, typed, asked, button, done):
        page = StaffPage.open(as_user(bo), of_item(item, "status"))
        asking = page.press(button, status=Status.IN_PROGRESS, text="Begyndt.", **typed)
        assert asking.status == 200
        assert asked in asking.text
        assert not StatusUpdate.objects.exists()
        assert dict(asking.sent(button)[1])["text"] == "Begyndt."
        assert done in asking.press(button, sure="on").text

    def test_is_not_asked_of_who_only_keeps_it_nor_of_who_approves_it(self, as_user, anna, bo, item):
        typed = {"status": Status.IN_PROGRESS, "text": "Begyndt.", "on": "2025-01-01"}
        saved = StaffPage.open(as_user(anna), of_item(item, "status")).press("Gem kladde", **typed)
        assert "Kladden er gemt." in saved.text
        assert (
            "Sendt til godkendelse."
            in saved.press("Send til godkendelse").press("Send til godkendelse", sure="on").text
        )
        assert "Udgivet." in StaffPage.open(as_user(bo), of(StatusUpdate.objects.get())).press("Udgiv").text

    def test_is_not_asked_again_about_what_a_correction_repeats(self, as_user, bo, sou, item):
        wrong = published(item, Status.IN_PROGRESS, on=date(2025, 1, 1), text="Gjort.", committee=sou)
        page = StaffPage.open(as_user(bo), of(wrong, "correct"))
        assert "Udgivet." in page.press("Udgiv", text="Nej.", status="ingenting").text

    def test_is_asked_once_for_many(self, as_user, bo, item, sou):
        other = RecommendationFactory()
        OwnershipFactory(item=other, committee=sou)
        address = reverse("admin:recommendations_recommendation_give_chosen_a_status")
        page = StaffPage.open(as_user(bo), f"{address}?valgt={item.pk}&valgt={other.pk}")
        asking = page.press("Udgiv", status=Status.IN_PROGRESS, on="2025-01-01")
        assert "ligger mere end et år tilbage." in asking.text
        assert not StatusUpdate.objects.exists()
        asking.press("Udgiv", sure="on")
        assert StatusUpdate.objects.published().count() == 2


class TestASlipInAnUpdate:
    def test_is_corrected_from_the_page_that_follows(self, as_user, citizen, bo, item):
        page = StaffPage.open(as_user(bo), of_item(item, "status"))
        form = page.press("Udgiv", status=Status.PAUSED, text="Stopet.").link("Fortryd eller ret")
        assert dict(form.sent("Udgiv")[1])["text"] == "Skrivefejl, rettet med det samme."
        done = form.press("Udgiv", status="ingenting")
        assert "Udgivet." in done.text
        public = as_citizen(citizen, item)
        assert "Skrivefejl, rettet med det samme." in public
        assert "Ingen status registreret" in public


class TestASecondAnswerOfTheMeeting:
    def test_leads_to_the_correction_of_the_first(self, as_user, bo, sou, item):
        first = answered(item, sou, Outcome.ADOPTED, meeting_date=date(2026, 9, 17))
        page = StaffPage.open(as_user(bo), of_item(item, "answer"))
        refused = page.press("Registrer svar", outcome=Outcome.NOTED, meeting_date="2026-09-17", text="Noteret.")
        assert refused.status == 422
        assert dict(refused.sent("Registrer svar")[1])["text"] == "Noteret."
        form = refused.link("Er det forkert, så ret det svar.")
        assert form.address == of(first, "correct")
        form.press("Gem rettelse", outcome=Outcome.NOTED, reason="Referatet siger noteret.")
        assert CommitteeAnswer.objects.known().get().outcome == Outcome.NOTED

    def test_that_says_the_same_is_no_new_row(self, as_user, bo, item):
        typed = {"outcome": Outcome.ADOPTED, "meeting_date": "2026-09-17", "text": "Ja."}
        for _time in range(2):
            page = StaffPage.open(as_user(bo), of_item(item, "answer"))
            assert page.press("Registrer svar", **typed).status == 200
        assert CommitteeAnswer.objects.count() == 1
        assert Event.objects.exclude(act=Act.MEETING_HELD).count() == 1

    def test_before_the_committee_existed_is_refused_at_its_field(self, as_user, bo, sou, item):
        sou.valid_from = date(2026, 10, 1)
        sou.save()
        typed = {"outcome": Outcome.ADOPTED, "meeting_date": "2026-09-17"}
        refused = StaffPage.open(as_user(bo), of_item(item, "answer")).press("Registrer svar", **typed)
        assert refused.status == 422
        (wrong,) = refused.tree.xpath('//div[contains(@class, "field-wrong")]//ul[@class="errorlist"]')
        assert "fandtes ikke den 17.09.2026. Vælg det udvalg, der svarede." in wrong.text_content()


# --- Owners -----------------------------------------------------------------------------------------------------------


class TestOwners:
    def test_one_is_ended_and_its_end_mended(self, as_user, chief, item):
        client, row = as_user(chief), item.ownerships.get()
        after = (
            StaffPage.open(client, of_item(item))
            .link("Afslut")
            .press("Afslut ejerskab", valid_to="2026-10-01", reason="Ny arbejdsdeling.")
        )
        assert links(after)["Se, hvad borgerne ser"] == item.get_absolute_url()
        ended = Ownership.objects.recorded().get(item=item)
        assert (ended.replaces, ended.valid_to) == (row, date(2026, 10, 1))
        form = after.link("Fortryd eller ret")
        assert dict(form.sent("Gem rettelse")[1])["reason"] == "Skrivefejl, rettet med det samme."
        form.press("Gem rettelse", valid_to="2026-10-15")
        mended = Ownership.objects.recorded().get(item=item)
        assert (mended.replaces, mended.valid_to) == (ended, date(2026, 10, 15))

    def test_one_is_corrected_from_the_items_page(self, as_user, chief, item):
        page = StaffPage.open(as_user(chief), of_item(item)).link("Ret")
        after = page.press("Gem rettelse", valid_from="2025-01-01", reason="Tastefejl.")
        assert "Ejerskabet er rettet." in after.text
        assert Ownership.objects.recorded().get(item=item).valid_from == date(2025, 1, 1)

    def test_one_that_was_replaced_offers_nothing(self, as_user, chief, item):
        row = item.ownerships.get()
        StaffPage.open(as_user(chief), of(row)).link("Ret").press("Gem rettelse", never="on", reason="Forkert udvalg.")
        page = StaffPage.open(as_user(chief), of(row))
        assert not {"Afslut", "Ret"} & links(page).keys()
        assert not Ownership.objects.in_force().filter(item=item).exists()

    def test_a_correction_needs_a_reason_and_loses_nothing(self, as_user, chief, item):
        page = StaffPage.open(as_user(chief), of(item.ownerships.get(), "correct"))
        refused = page.press("Gem rettelse", valid_from="2025-01-01", reason="")
        assert refused.status == 422
        assert dict(refused.sent("Gem rettelse")[1])["valid_from"] == "2025-01-01"
        assert Ownership.objects.count() == 1

    def test_one_is_added_and_the_page_of_the_item_follows(self, as_user, chief, sud, item):
        after = StaffPage.open(as_user(chief), of_item(item)).link("Tilføj ejer")
        after = after.press("Gem", committee=sud.pk, valid_from="2026-09-01")
        assert after.address == of_item(item)
        assert "Fortryd eller ret" in links(after)

    def test_nobody_else_corrects_one(self, as_user, bo, item):
        page = StaffPage.open(as_user(bo), of_item(item))
        assert "Sundheds- og Omsorgsudvalget: Hovedansvarlig, fra 17.06.2024" in page.text
        assert not {"Afslut", "Ret", "Tilføj ejer"} & links(page).keys()


# --- The page of an item ----------------------------------------------------------------------------------------------


class TestTheItemsPage:
    def test_says_what_is_true_of_each_role(self, request, as_user, item, anna, bo, carla, dina, chief):
        CommitteeMembershipFactory(user=UserFactory(username="uden"), role=Role.EDITOR).delete()
        secretary = "Du er sekretær for Sundheds- og Omsorgsudvalget og kan læse det hele her."
        stranger = "Dit udvalg ejer ikke rækken, så du kan læse den, men ikke ændre den."
        nobody = "Du har ingen rolle i et udvalg, så du kan læse rækken, men ikke ændre den."
        for user, said in (
            (anna, ""),
            (bo, ""),
            (chief, ""),
            (dina, secretary),
            (carla, stranger),
            (UserFactory(username="uden"), nobody),
        ):
            text = StaffPage.open(as_user(user), of_item(item)).text
            assert [part for part in (secretary, stranger, nobody) if part in text] == ([said] if said else []), user

    def test_shows_the_place_in_the_source_to_administrators_only(self, as_user, item, anna, bo, dina, chief):
        for user in (anna, bo, dina):
            page = StaffPage.open(as_user(user), of_item(item))
            assert page.buttons == []
            assert "Rækkens plads i kilden" not in page.text
            assert not page.tree.xpath('//form[@id="recommendation_form"]')
        page = StaffPage.open(as_user(chief), of_item(item))
        assert page.tree.xpath('//details[not(@open)]/summary[.="Rækkens plads i kilden"]')
        refused = page.press("Gem", number="2/2024")
        assert refused.tree.xpath('//details[@open]/summary[.="Rækkens plads i kilden"]')

    def test_lists_what_is_recorded_in_one_number_of_queries(
        self, as_user, item, sou, bo, django_assert_max_num_queries
    ):
        def fill(times):
            for number in range(times):
                published(item, Status.IN_PROGRESS, on=date(2026, 1, 1 + number), committee=sou)
                answered(item, sou, meeting_date=date(2026, 1, 1 + number))
                deadline(item, date(2027, 1, 1 + number), committee=sou)
                DoneWhenFactory(item=item, text=f"alle {number}", committee=sou)

        client, counts = as_user(bo), []
        fill(1)
        VoteShareFactory(item=item)
        client.get(of_item(item))
        for more in (0, 6):
            fill(more)
            with django_assert_max_num_queries(60) as asked:
                page = StaffPage.open(client, of_item(item))
            counts.append(len(asked))
        assert counts[0] == counts[1]
        for heading in ("Opdateringer", "Svar", "Frister", "Kriterier", "Ejere", "Støtte"):
            assert heading in page.text

    def test_leads_to_the_citizens_page_and_the_history(self, as_user, anna, item):
        page = StaffPage.open(as_user(anna), of_item(item))
        assert links(page)["Se siden, som borgerne ser den"] == item.get_absolute_url()
        assert page.link("Historik").status == 200


# --- By hand, counted -------------------------------------------------------------------------------------------------


@pytest.mark.browser
class TestInteractions:
    """From the item's own page, and from the first page, to a correction that citizens can read: at most five."""

    def test_an_answer_takes_four(self, open_page, bo, sou, item):
        answered(item, sou, Outcome.ADOPTED, meeting_date=date(2026, 9, 17))
        hand = Hand(open_page(bo))
        hand.page.goto(of_item(item))
        hand.click("link", "Ret: SOU: Tiltrådt, 17.09.2026")
        hand.choose("Svar:", Outcome.NOTED)
        hand.fill("Hvad der var forkert", "Referatet siger noteret.")
        hand.click("button", "Gem rettelse")
        hand.page.get_by_text("Rettelsen er gemt.").first.wait_for()
        assert hand.used <= 5
        assert CommitteeAnswer.objects.known().get().outcome == Outcome.NOTED

    def test_a_deadline_with_its_evidence_of_why_takes_four(self, open_page, bo, sou, item):
        deadline(item, LATER, committee=sou)
        hand = Hand(open_page(bo))
        hand.page.goto(of_item(item))
        hand.click("link", "Ret: ")
        hand.fill("Frist:", (LATER + timedelta(days=10)).isoformat(), exact=True)
        hand.fill("Hvad der var forkert", "Tastefejl.")
        hand.click("button", "Gem rettelse")
        hand.page.get_by_text("Rettelsen er gemt.").first.wait_for()
        assert hand.used <= 5

    def test_a_slip_takes_three_from_the_page_that_follows(self, open_page, bo, item):
        hand = Hand(open_page(bo))
        hand.page.goto(of_item(item, "done_when"))
        hand.page.get_by_label("Det er gennemført, når").fill("ale er med")
        hand.page.get_by_role("button", name="Gem kriterium").click()
        hand.page.get_by_role("listitem").get_by_role("link", name="Fortryd eller ret", exact=True).click()
        hand.used += 1
        hand.fill("Det er gennemført, når", "alle er med")
        hand.click("button", "Gem rettelse")
        hand.page.get_by_text("Rettelsen er gemt.").first.wait_for()
        assert hand.used == 3
        assert DoneWhen.objects.known().get().text == "alle er med"

    def test_an_update_takes_five(self, open_page, bo, sou, item):
        wrong = published(item, Status.PAUSED, on=date(2026, 6, 1), text="Stoppet.", committee=sou)
        hand = Hand(open_page(bo))
        hand.page.goto(of_item(item))
        hand.click("link", "Ret: Sat på pause")
        hand.fill("Rettelse", "Det var kun en bydel.")
        hand.page.get_by_role("radio", name="I gang", exact=True).check()
        hand.used += 1
        hand.fill("Dato:", "2026-06-02")
        hand.click("button", "Udgiv", exact=True)
        hand.page.get_by_text("Udgivet. Borgerne kan se det nu.").first.wait_for()
        assert hand.used <= 5
        assert StatusUpdate.objects.get(corrects=wrong).status == Status.IN_PROGRESS

    def test_an_owner_takes_four(self, open_page, chief, item):
        hand = Hand(open_page(chief))
        hand.page.goto(of_item(item))
        hand.click("link", "Ret: Sundheds- og Omsorgsudvalget")
        hand.fill("Fra:", "2025-01-01")
        hand.fill("Begrundelse", "Tastefejl.")
        hand.click("button", "Gem rettelse")
        hand.page.get_by_text("Ejerskabet er rettet.").first.wait_for()
        assert hand.used <= 5
