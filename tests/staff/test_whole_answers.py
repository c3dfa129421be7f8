"""The answers of one meeting: recorded for all that they are about, at once or by way of a draft."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations.actions import AnswerEntry, MeetingAnswers, record_answer, save_answer_draft, submit_answer_draft
from recommendations.enums import Act, Outcome, Role, UpdateState
from recommendations.models import AnswerDraft, CommitteeAnswer, Event
from tests.factories import CommitteeMembershipFactory, PublicationFactory, answered
from tests.staff.hand import Hand
from tests.staff.whole_pages import StaffPage

LIST = reverse("admin:recommendations_recommendation_changelist")
MEETING = "2026-09-17"


def nothing_of(items):
    return not CommitteeAnswer.objects.filter(item__in=items).exists()


class TestTheAnswersOfAMeeting:
    def test_an_approver_records_them_all_at_once(self, as_user, bo, citizen, sou, make_items):
        items = make_items(22)
        page = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        assert "Sundheds- og Omsorgsudvalget" in page.text
        after = page.press(
            "Registrer svarene",
            outcome=Outcome.ADOPTED,
            meeting_date=MEETING,
            agenda_item="Punkt 7",
            agenda_url="https://eksempel.dk/punkt-7",
            text="Udvalget følger anbefalingerne.",
        )
        assert "22 svar er registreret og kan ses af borgerne. Se, hvad borgerne ser" in after.text
        found = CommitteeAnswer.objects.filter(item__in=items)
        said = {(one.committee, one.outcome, one.meeting_date, one.agenda_item, one.recorded_by) for one in found}
        assert said == {(sou, "adopted", date(2026, 9, 17), "Punkt 7", bo)}
        assert found.count() == 22
        assert Event.objects.filter(act=Act.ANSWER_RECORDED, by=bo).count() == 22
        assert "Udvalget følger anbefalingerne." in StaffPage.open(citizen, items[3].get_absolute_url()).text

    def test_a_row_can_have_been_answered_otherwise_and_some_not_at_all(self, as_user, bo, make_items):
        first, second, third = make_items(3)
        page = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        other = {f"r{second.pk}-outcome": Outcome.NOT_ADOPTED, f"r{second.pk}-text": "For dyrt."}
        left_out = {f"r{third.pk}-include": None}
        page.press("Registrer svarene", outcome=Outcome.NOTED, meeting_date=MEETING, text="Set.", **other, **left_out)
        said = {one.item_id: (one.outcome, one.text) for one in CommitteeAnswer.objects.all()}
        assert said == {first.pk: ("noted", "Set."), second.pk: ("not_adopted", "For dyrt.")}

    def test_a_tick_at_a_heading_or_a_source_is_one_at_each_row(self, as_user, bo, make_items):
        ours, others = make_items(4), make_items(2, publication=PublicationFactory())
        page = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        assert not page.tree.xpath(
            '//input[@type="checkbox" and @checked]'
        )  # of two sources nothing is taken for meant
        heading, whole = f"g{ours[0].publication_id}-0", f"k{others[0].publication_id}"
        page.press("Registrer svarene", outcome=Outcome.ADOPTED, meeting_date=MEETING, gruppe=[heading, whole])
        expected = {item.pk for item in ours if item.parent_id == ours[0].parent_id} | {item.pk for item in others}
        assert set(CommitteeAnswer.objects.values_list("item", flat=True)) == expected

    def test_of_one_source_all_have_a_tick_unless_one_begins_without(self, as_user, bo, make_items):
        make_items(3)
        page = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        assert len(page.tree.xpath('//input[@type="checkbox" and @checked]')) == 3
        bare = page.link("begynd uden flueben")
        assert not bare.tree.xpath('//input[@type="checkbox" and @checked]')
        assert "Alle 3 herunder" in bare.text

    def test_what_owes_nothing_is_not_there_until_it_is_chosen_in_the_list(self, as_user, bo, sou, make_items):
        one, two = make_items(2)
        answered(one, sou, meeting_date=date(2025, 1, 1))
        client = as_user(bo)
        page = StaffPage.open(client, reverse("meeting_answers"))
        assert one.title not in page.text
        chosen = StaffPage.open(client, LIST).press("Svar fra et møde", valgt=[one.pk])
        assert "Har et svar: SOU: Tiltrådt, 01.01.2025" in chosen.text
        assert two.title not in chosen.text
        chosen.press("Registrer svarene", outcome=Outcome.NOTED, meeting_date=MEETING)
        assert CommitteeAnswer.objects.filter(item=one).count() == 2

    def test_a_second_answer_of_the_same_meeting_is_told_at_its_row_and_stops_all(self, as_user, bo, sou, make_items):
        one, two = make_items(2)
        answered(one, sou, Outcome.NOTED, meeting_date=date(2026, 9, 17))
        client = as_user(bo)
        chosen = StaffPage.open(client, LIST).press("Svar fra et møde", valgt=[one.pk, two.pk])
        refused = chosen.press("Registrer svarene", outcome=Outcome.ADOPTED, meeting_date=MEETING, text="Ja.")
        assert refused.status == 422
        assert "Der er allerede registreret et svar fra mødet: SOU: Taget til efterretning, 17.09.2026." in refused.text
        assert nothing_of([two])
        way = refused.link("Er det forkert, så ret det svar.")
        assert way.status == 200
        again = refused.press("Registrer svarene", **{f"r{one.pk}-include": None})
        assert "1 svar er registreret" in again.text

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ({"meeting_date": "2036-01-01"}, "Mødet er ikke holdt endnu."),
            ({"meeting_date": ""}, "Skriv, hvilken dag mødet blev holdt."),
            ({"meeting_date": "0207-06-30"}, "30.06.0207"),
            ({"outcome": None}, "Vælg udvalgets svar."),
            ({"outcome": Outcome.NOT_ADOPTED, "text": ""}, "kræver en begrundelse"),
            ({"agenda_url": "ikke et link"}, "gyldig URL"),
        ],
    )
    def test_what_is_wrong_with_all_is_said_once_and_nothing_typed_is_lost(
        self, typed, sentence, as_user, bo, make_items
    ):
        items = make_items(3)
        page = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        good = {"outcome": Outcome.ADOPTED, "meeting_date": MEETING, "text": "Ja.", "agenda_item": "Punkt 7"}
        refused = page.press("Registrer svarene", **good | typed)
        assert refused.status == 422
        assert refused.text.count(sentence) == 1
        assert 'value="Punkt 7"' in refused.html
        assert nothing_of(items)
        assert not AnswerDraft.objects.exists()

    def test_a_committee_that_did_not_exist_then_is_said_once(self, as_user, bo, sou, make_items):
        make_items(3)
        sou.valid_from = date(2026, 9, 18)
        sou.save()
        page = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        refused = page.press("Registrer svarene", outcome=Outcome.ADOPTED, meeting_date=MEETING)
        assert refused.text.count("fandtes ikke den 17.09.2026") == 1

    def test_a_meeting_before_the_source_is_asked_about(self, as_user, bo, make_items):
        items = make_items(2)
        page = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        asked = page.press("Registrer svarene", outcome=Outcome.ADOPTED, meeting_date="2024-06-10")
        assert asked.text.count("ligger før kilden") == 1
        assert nothing_of(items)
        assert "2 svar er registreret" in asked.press("Registrer svarene", sure="on").text

    def test_without_a_tick_it_is_said(self, as_user, bo, make_items):
        items = make_items(2)
        page = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        nothing = {f"r{item.pk}-include": None for item in items}
        refused = page.press("Registrer svarene", outcome=Outcome.ADOPTED, meeting_date=MEETING, **nothing)
        assert refused.status == 422
        assert "Sæt flueben ved mindst én anbefaling." in refused.text

    def test_a_row_of_another_committees_is_no_way_in(self, as_user, bo, sud, make_items):
        ours, theirs = make_items(1), make_items(1, committee=sud, publication=PublicationFactory())
        page = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        address, data = page.sent("Registrer svarene", outcome=Outcome.ADOPTED, meeting_date=MEETING)
        for name in ("Registrer svarene", "Gem kladde"):
            step = {"Registrer svarene": "udgiv", "Gem kladde": "gem"}[name]
            forged = [pair for pair in data if pair[0] != "trin"] + [
                ("trin", step),
                ("valgt", str(theirs[0].pk)),
                (f"r{theirs[0].pk}-include", "on"),
            ]
            refused = page.send(address, forged)
            assert refused.status == 422
            assert f"Sundheds- og Omsorgsudvalget ejer ikke {theirs[0]}." in refused.text
        assert nothing_of([*ours, *theirs])
        assert not AnswerDraft.objects.exists()

    @pytest.mark.parametrize(
        ("name", "button", "recorded"),
        [("dina", "Gem kladde", 0), ("dina", "Send til godkendelse", 0), ("bo", "Registrer svarene", 3)],
    )
    def test_pressed_twice_is_done_once(self, name, button, recorded, request, as_user, make_items):
        make_items(3)
        page = StaffPage.open(as_user(request.getfixturevalue(name)), reverse("meeting_answers"))
        address, data = page.sent(button, outcome=Outcome.ADOPTED, meeting_date=MEETING)
        first, second = page.send(address, data), page.send(address, data)
        assert (first.status, second.status) == (200, 200)
        assert AnswerDraft.objects.count() == 1
        assert CommitteeAnswer.objects.count() == recorded

    def test_who_works_for_several_committees_says_which(self, as_user, bo, sud, make_items):
        make_items(1)
        theirs = make_items(2, committee=sud, publication=PublicationFactory())
        CommitteeMembershipFactory(user=bo, committee=sud, role=Role.APPROVER)
        client = as_user(bo)
        page = StaffPage.open(client, reverse("meeting_answers"))
        assert "Hvilket udvalg har svaret?" in page.text
        page.link("Socialudvalget").press("Registrer svarene", outcome=Outcome.ADOPTED, meeting_date=MEETING)
        assert {one.item_id for one in CommitteeAnswer.objects.all()} == {item.pk for item in theirs}
        chosen = StaffPage.open(client, LIST).press("Svar fra et møde", valgt=[item.pk for item in theirs])
        assert "Svar fra et møde: Socialudvalget" in chosen.text

    def test_asks_the_same_number_of_queries_however_many_rows(self, as_user, bo, make_items):
        client, counts = as_user(bo), []
        for items in (make_items(1), make_items(3, publication=PublicationFactory())):
            address = reverse("meeting_answers") + f"?udvalg=SOU&kilde={items[0].publication.slug}"
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        assert counts[0] == counts[1] <= 25

    def test_strangers_have_no_such_page(self, as_user, carla, citizen, chief, make_items):
        make_items(1)
        assert as_user(carla).get(reverse("meeting_answers") + "?udvalg=SOU").status_code == 404
        assert citizen.get(reverse("meeting_answers")).status_code == 302
        assert StaffPage.open(as_user(chief), reverse("meeting_answers") + "?udvalg=SOU").status == 200


class TestADraftOfThem:
    def test_is_written_by_the_secretary_and_published_by_the_approver(self, as_user, citizen, bo, dina, make_items):
        items = make_items(5)
        page = StaffPage.open(as_user(dina), reverse("meeting_answers"))
        assert "Registrer svarene" not in page.buttons
        typed = {"outcome": Outcome.PARTLY_ADOPTED, "meeting_date": MEETING, "text": "Kun i to bydele."}
        saved = page.press("Gem kladde", **typed)
        assert "Kladden er gemt." in saved.text
        sent = saved.press("Send til godkendelse")
        assert "Sendt til godkendelse." in sent.text
        assert nothing_of(items)
        assert "Kun i to bydele." not in StaffPage.open(citizen, items[0].get_absolute_url()).text
        start = StaffPage.open(as_user(bo), reverse("meeting_answers"))
        reading = start.link("SOU: svar fra mødet den 17.09.2026")
        for item in items:
            assert f"{item}: Delvist tiltrådt" in reading.text
        after = reading.press("Registrer svarene")
        assert "5 svar er registreret og kan ses af borgerne." in after.text
        assert "Kun i to bydele." in StaffPage.open(citizen, items[0].get_absolute_url()).text
        draft = AnswerDraft.objects.get()
        assert (draft.state, draft.author) == (UpdateState.PUBLISHED, dina)
        assert {one.recorded_by for one in CommitteeAnswer.objects.all()} == {bo}
        read = StaffPage.open(as_user(dina), reverse("answer_draft", args=[draft.pk]))
        assert "Se, hvad borgerne ser" in read.text
        assert read.buttons == []

    @pytest.fixture
    def sent(self, dina, sou, make_items):
        items = make_items(2)
        content = MeetingAnswers(
            dict.fromkeys(items, AnswerEntry()), Outcome.NOTED, date(2026, 9, 17), text="Set på mødet."
        )
        draft = save_answer_draft(by=dina, committee=sou, answers=content)
        return submit_answer_draft(by=dina, draft=draft)

    def test_is_sent_back_with_a_word_and_mended(self, as_user, bo, dina, sent):
        address = reverse("answer_draft", args=[sent.pk])
        reading = StaffPage.open(as_user(bo), address)
        refused = reading.press("Send retur")
        assert refused.status == 422
        assert "Skriv, hvad der skal ændres" in refused.text
        reading.press("Send retur", comment="Hvilket punkt?")
        writing = StaffPage.open(as_user(dina), address)
        assert "Hvilket punkt?" in writing.text
        writing.press("Send til godkendelse", agenda_item="Punkt 7")
        assert "Punkt 7" in StaffPage.open(as_user(bo), address).text

    def test_is_taken_back_by_its_committee_and_written_on(self, as_user, anna, sent):
        reading = StaffPage.open(as_user(anna), reverse("answer_draft", args=[sent.pk]))
        assert "Registrer svarene" not in reading.buttons
        saved = reading.link("Skriv videre på kladden").press("Gem kladde", text="Set og drøftet.")
        assert "Kladden er gemt." in saved.text
        sent.refresh_from_db()
        assert (sent.state, sent.text) == (UpdateState.DRAFT, "Set og drøftet.")

    def test_what_it_answers_is_said_and_not_ticked_on_a_new_one(self, as_user, anna, sent):
        page = StaffPage.open(as_user(anna), reverse("meeting_answers"))
        assert page.text.count("Er med i en kladde, der er begyndt eller sendt.") == 2
        assert not page.tree.xpath('//input[@type="checkbox" and @checked]')

    def test_the_log_tells_its_own_committee_what_became_of_it(self, as_user, bo, carla, dina, sent):
        address = reverse("answer_draft", args=[sent.pk])
        StaffPage.open(as_user(bo), address).press("Send retur", comment="Hvilket punkt?")
        log = StaffPage.open(as_user(dina), reverse("change_log"))
        assert "Svar fra et møde sendt retur" in log.text
        assert "Hvilket punkt?" in log.text
        assert address in log.html
        assert (
            "Svar fra et møde"
            not in StaffPage.open(as_user(carla), reverse("change_log"))
            .tree.get_element_by_id("content")
            .text_content()
        )

    def test_is_thrown_away(self, as_user, dina, bo, sent):
        address = reverse("answer_draft", args=[sent.pk])
        after = StaffPage.open(as_user(dina), address).press("Kassér kladden")
        assert "Kladden er kasseret." in after.text
        assert StaffPage.open(as_user(bo), address).status == 404

    @pytest.mark.parametrize("button", ["Registrer svarene", "Send retur", "Kassér kladden"])
    def test_a_button_pressed_twice_acts_once(self, button, as_user, bo, sent):
        reading = StaffPage.open(as_user(bo), reverse("answer_draft", args=[sent.pk]))
        address, data = reading.sent(button, **({"comment": "Hvilket?"} if button == "Send retur" else {}))
        first = reading.send(address, data)
        known = Event.objects.count()
        second = reading.send(address, data)
        assert (first.address, second.address) == ("/admin/", "/admin/")
        assert "allerede" not in second.text
        assert Event.objects.count() == known

    def test_what_came_in_between_is_told_at_its_row_and_stops_all(self, as_user, bo, sou, sent):
        one, two = (row.item for row in sent.rows.order_by("item__path"))
        reading = StaffPage.open(as_user(bo), reverse("answer_draft", args=[sent.pk]))
        record_answer(by=bo, item=one, committee=sou, outcome=Outcome.ADOPTED, meeting_date=date(2026, 9, 17))
        refused = reading.press("Registrer svarene")
        assert refused.status == 422
        assert "Der er allerede registreret et svar fra mødet: SOU: Tiltrådt, 17.09.2026." in refused.text
        assert nothing_of([two])

    def test_what_was_saved_since_it_was_read_is_read_again_first(self, as_user, bo, dina, sent):
        address = reverse("answer_draft", args=[sent.pk])
        reading = StaffPage.open(as_user(bo), address)
        writing = StaffPage.open(as_user(dina), address).link("Skriv videre på kladden")
        writing.press("Send til godkendelse", text="Set og drøftet.")
        after = reading.press("Registrer svarene")
        assert "En anden har gemt i kladden, siden du åbnede siden." in after.text
        assert not CommitteeAnswer.objects.exists()
        late = writing.press("Gem kladde", text="Kun set.")
        assert late.status == 422
        assert "En anden har gemt i den samme kladde" in late.text
        assert "Kun set." in late.html

    def test_is_no_strangers(self, as_user, carla, citizen, sent):
        address = reverse("answer_draft", args=[sent.pk])
        for step in ("udgiv", "retur", "kasser"):
            assert as_user(carla).post(address, {"trin": step, "laes": "ja", "comment": "Nej."}).status_code == 404
        assert as_user(carla).get(address).status_code == 404
        assert citizen.get(address).status_code == 302
        assert not CommitteeAnswer.objects.exists()

    @pytest.mark.parametrize("name", ["anna", "dina"])
    @pytest.mark.parametrize("step", ["udgiv", "retur"])
    def test_is_published_and_returned_by_approvers_alone(self, name, step, request, as_user, sent):
        client = as_user(request.getfixturevalue(name))
        response = client.post(reverse("answer_draft", args=[sent.pk]), {"trin": step, "laes": "ja", "comment": "Nej."})
        assert response.status_code == 403
        assert not CommitteeAnswer.objects.exists()


@pytest.mark.browser
class TestInABrowser:
    def test_twenty_two_answers_of_one_meeting_take_twelve_interactions(self, open_page, bo, make_items):
        make_items(22)
        page = open_page(bo)
        page.goto("/admin/")
        hand = Hand(page)
        hand.click("link", "Svar fra et møde")
        hand.click("radio", "Tiltrådt", exact=True)
        hand.fill("Mødedato", MEETING)
        hand.fill("Dagsordenspunkt:", "Punkt 7", exact=True)
        hand.fill("Link til dagsordenspunktet", "https://eksempel.dk/punkt-7")
        hand.fill("Begrundelse:", "Udvalget følger anbefalingerne.", exact=True)
        hand.click("button", "Registrer svarene")
        page.get_by_text("22 svar er registreret").wait_for()
        assert CommitteeAnswer.objects.count() == 22
        assert hand.used <= 12

    def test_and_no_more_for_a_secretary_and_an_approver_together(self, open_page, bo, dina, make_items):
        make_items(22)
        make_items(2, publication=PublicationFactory())
        page = open_page(dina)
        page.goto("/admin/")
        hand = Hand(page)
        hand.click("link", "Svar fra et møde")
        hand.click("radio", "Taget til efterretning")
        hand.fill("Mødedato", MEETING)
        hand.fill("Dagsordenspunkt:", "Punkt 7", exact=True)
        hand.click("checkbox", "Alle 22 herunder")
        hand.click("button", "Send til godkendelse")
        page.get_by_text("Sendt til godkendelse").first.wait_for()
        other = open_page(bo)
        other.goto("/admin/")
        approving = Hand(other)
        approving.click("link", "SOU: svar fra mødet den 17.09.2026")
        approving.click("button", "Registrer svarene")
        other.get_by_text("22 svar er registreret").wait_for()
        assert CommitteeAnswer.objects.count() == 22
        assert hand.used + approving.used <= 12

    @pytest.mark.parametrize("width", [320, 1280])
    def test_the_pages_are_accessible_also_with_errors(self, width, open_page, bo, make_items, faults_of):
        make_items(4)
        page = open_page(bo, viewport={"width": width, "height": 800})
        page.goto(reverse("meeting_answers"))
        found = [f"opened: {fault}" for fault in faults_of(page)]
        page.get_by_role("button", name="Registrer svarene").click()
        page.get_by_role("alert").wait_for()
        found += [f"with errors: {fault}" for fault in faults_of(page)]
        page.get_by_role("radio", name="Tiltrådt", exact=True).check()
        page.get_by_label("Mødedato").fill(MEETING)
        page.get_by_role("button", name="Send til godkendelse").click()
        page.goto(reverse("answer_draft", args=[AnswerDraft.objects.get().pk]))
        found += [f"read: {fault}" for fault in faults_of(page)]
        assert not found, "\n".join(found)
