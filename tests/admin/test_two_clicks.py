"""The same form sent twice is one act, and is answered alike; another text from the same page is another act."""

from datetime import date

import pytest
from django.urls import reverse

from recommendations.actions import (
    AnswerEntry,
    MeetingAnswers,
    UpdateDraft,
    save_answer_draft,
    save_draft,
    submit_answer_draft,
    submit_update,
)
from recommendations.enums import Act, Outcome, Role, Status, UpdateState
from recommendations.models import CommitteeAnswer, Deadline, DoneWhen, Event, Publication, StatusUpdate
from tests.factories import (
    ErrorReportFactory,
    MeetingFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    UserFactory,
    published,
)
from tests.second_click import done_meanwhile
from tests.staff.whole_pages import StaffPage, add, of, of_item


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2", title="Besøg af faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture(params=["one after the other", "at once"])
def twice(request, monkeypatch):
    """Presses a button twice: the page of the second click."""

    def press_twice(page, button, **filled):
        address, data = page.sent(button, **filled)
        assert any(name == "noegle" and value for name, value in data)
        if request.param == "at once":
            with done_meanwhile(monkeypatch, lambda: page.send(address, data)) as answers:
                second = page.send(address, data)
            first = answers[0]
        else:
            first, second = page.send(address, data), page.send(address, data)
        assert (first.status, second.status) == (200, 200)
        assert (first.address, bool(first.said)) == (second.address, bool(second.said))
        return second

    press_twice.is_at_once = request.param == "at once"
    return press_twice


def test_on_an_answer(twice, as_user, bo, item):
    page = StaffPage.open(as_user(bo), of_item(item, "answer"))
    twice(page, "Registrer svar", outcome=Outcome.ADOPTED, meeting_date="2026-09-18")
    assert CommitteeAnswer.objects.count() == 1


def test_on_a_deadline(twice, as_user, bo, item):
    twice(StaffPage.open(as_user(bo), of_item(item, "deadline")), "Gem frist", due_on="2026-12-31")
    assert Deadline.objects.count() == 1


def test_on_a_criterion(twice, as_user, bo, item):
    twice(StaffPage.open(as_user(bo), of_item(item, "done_when")), "Gem kriterium", text="alle har et team")
    assert DoneWhen.objects.count() == 1


@pytest.mark.parametrize(
    ("button", "state"),
    [
        ("Gem kladde", UpdateState.DRAFT),
        ("Send til godkendelse", UpdateState.SUBMITTED),
        ("Udgiv", UpdateState.PUBLISHED),
    ],
)
def test_on_a_status(twice, as_user, bo, item, button, state):
    page = StaffPage.open(as_user(bo), of_item(item, "status"))
    twice(page, button, status=Status.IN_PROGRESS, text="Begyndt.")
    assert StatusUpdate.objects.get().state == state


def test_first_on_save_and_then_on_send(as_user, anna, item):
    page = StaffPage.open(as_user(anna), of_item(item, "status"))
    for button in ("Gem kladde", "Send til godkendelse"):
        assert page.press(button, status=Status.IN_PROGRESS, text="Begyndt.").status == 200
    assert StatusUpdate.objects.get().state == UpdateState.SUBMITTED


def test_who_goes_back_and_types_something_else_loses_nothing(as_user, anna, item):
    page = StaffPage.open(as_user(anna), of_item(item, "status"))
    for text in ("Begyndt.", "Begyndt i to bydele."):
        page.press("Gem kladde", status=Status.IN_PROGRESS, text=text)
    assert set(StatusUpdate.objects.values_list("text", flat=True)) == {"Begyndt.", "Begyndt i to bydele."}


def test_on_a_confirmation(twice, as_user, anna, sou, item):
    published(item, on=date(2026, 6, 1), committee=sou)
    twice(StaffPage.open(as_user(anna), of_item(item, "confirm")), "Bekræft: stadig korrekt")
    assert Event.objects.filter(act=Act.STATUS_CONFIRMED).count() == 1


def test_on_many_at_once(twice, as_user, anna, item):
    other = RecommendationFactory()
    OwnershipFactory(item=other, committee=item.ownerships.get().committee)
    address = reverse("admin:recommendations_recommendation_give_chosen_a_status")
    page = StaffPage.open(as_user(anna), f"{address}?valgt={item.pk}&valgt={other.pk}")
    twice(page, "Send til godkendelse", status=Status.IN_PROGRESS)
    assert StatusUpdate.objects.count() == 2
    assert not StatusUpdate.objects.exclude(state=UpdateState.SUBMITTED).exists()


def test_on_words(twice, as_user, anna, item):
    page = StaffPage.open(as_user(anna), of_item(item, "reword"))
    twice(page, "Gem ny ordlyd", summary="Kommunen skal prøve faste teams.")
    assert item.wordings.count() == 2


def test_on_a_report(twice, as_user, dina, sou):
    page = StaffPage.open(as_user(dina), reverse("issue_report") + "?udvalg=SOU")
    twice(page, "Udsted rapport")
    assert Event.objects.filter(act=Act.REPORT_ISSUED).count() == 1


@pytest.mark.parametrize(
    ("button", "filled", "state"),
    [
        ("Udgiv", {}, UpdateState.PUBLISHED),
        ("Send retur", {"comment": "Skriv hvilke bydele."}, UpdateState.DRAFT),
        ("Kassér kladden", {}, UpdateState.DISCARDED),
    ],
)
def test_on_what_awaits_approval(twice, as_user, anna, bo, sou, item, button, filled, state):
    draft = UpdateDraft(status=Status.IN_PROGRESS, text="Begyndt.")
    update = save_draft(by=anna, item=item, committee=sou, draft=draft)
    submit_update(by=anna, update=update)
    before = Event.objects.count()
    second = twice(StaffPage.open(as_user(bo), of(update)), button, **filled)
    assert (second.address, StatusUpdate.objects.get().state) == ("/admin/", state)
    assert "allerede" not in second.text
    assert Event.objects.count() == before + 1


@pytest.mark.parametrize("typed", [{}, {"text": "Begyndt i to bydele."}])
@pytest.mark.parametrize(
    ("button", "state"), [("Send til godkendelse", UpdateState.SUBMITTED), ("Udgiv", UpdateState.PUBLISHED)]
)
def test_on_a_draft_that_was_there_already(twice, as_user, anna, bo, sou, item, button, state, typed):
    draft = UpdateDraft(status=Status.IN_PROGRESS, text="Begyndt.")
    update = save_draft(by=anna, item=item, committee=sou, draft=draft)
    second = twice(StaffPage.open(as_user(bo), of(update)), button, **typed)
    assert (second.address, StatusUpdate.objects.get().state) == ("/admin/", state)
    assert Event.objects.filter(update=update).count() == 2 + bool(typed)


def test_on_a_remark(twice, as_user, anna, sou, item):
    draft = UpdateDraft(status=Status.IN_PROGRESS, text="Begyndt.")
    update = save_draft(by=anna, item=item, committee=sou, draft=draft)
    second = twice(StaffPage.open(as_user(anna), of(update)), "Gem bemærkningen", **{"bemaerkning-text": "Hvor?"})
    assert second.address == of(update)
    assert Event.objects.filter(act=Act.DRAFT_REMARKED).count() == 1


def test_on_throwing_a_draft_away(twice, as_user, anna, sou, item):
    draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Nej."))
    second = twice(StaffPage.open(as_user(anna), of(draft)), "Kassér kladden")
    assert "Kladden er kasseret." in second.text
    assert Event.objects.filter(act=Act.DRAFT_DISCARDED).count() == 1


@pytest.mark.parametrize(
    ("page", "button", "filled", "act"),
    [
        ("end", "Afslut ejerskab", {"valid_to": "2026-10-01"}, Act.OWNER_ENDED),
        ("correct", "Gem rettelse", {"valid_from": "2025-01-01", "reason": "Tastefejl."}, Act.OWNER_CORRECTED),
    ],
)
def test_on_an_owner(twice, as_user, chief, item, page, button, filled, act):
    second = twice(StaffPage.open(as_user(chief), of(item.ownerships.get(), page)), button, **filled)
    assert "allerede" not in second.text
    assert Event.objects.filter(act=act).count() == 1


def test_on_a_report_of_an_error(twice, as_user, anna, item):
    report = ErrorReportFactory(item=item)
    page = StaffPage.open(as_user(anna), of(report, "handle"))
    second = twice(page, "Markér som behandlet", note="Linket er rettet.")
    assert "Fejlmeldingen er behandlet." in second.text
    assert Event.objects.filter(act=Act.ERROR_HANDLED).count() == 1


def test_on_making_a_source_public(twice, as_user, chief):
    source = PublicationFactory(public_at=None)
    twice(StaffPage.open(as_user(chief), of(source, "open")), "Gør offentlig")
    assert Event.objects.filter(act=Act.SOURCE_OPENED).count() == 1


def test_on_a_new_committee(twice, as_user, chief):
    page = StaffPage.open(as_user(chief), add("committee"))
    second = twice(page, "Gem", code="KFU", abbreviation="KFU", name="Kulturudvalget")
    assert second.address == reverse("admin:recommendations_committee_changelist")
    assert Event.objects.filter(act=Act.COMMITTEE_ADDED).count() == 1


def test_on_a_role(twice, as_user, chief, sou):
    person = UserFactory(username="ny")
    page = StaffPage.open(as_user(chief), reverse("person_role", args=[person.pk]))
    second = twice(page, "Giv rollen", role=Role.APPROVER, committee=sou.pk)
    assert "Rollen er givet." in second.text
    page = second.link("Afslut rollen: Godkender, Sundheds- og Omsorgsudvalget")
    _asked = page.press("Afslut rollen nu")
    second = twice(_asked, "Afslut rollen nu", sure="on")
    assert "Rollen er ophørt." in second.text
    assert set(Event.objects.values_list("act", flat=True)) == {Act.ROLE_GIVEN, Act.ROLE_ENDED}
    assert Event.objects.count() == 2


def test_on_an_invitation(twice, as_user, bo):
    second = twice(StaffPage.open(as_user(bo), reverse("new_person")), "Invitér", email="maja@eksempel.dk")
    sent = "Invitationen bliver sendt til maja@eksempel.dk om lidt."
    assert second.said == [sent if twice.is_at_once else "Medarbejderen er inviteret."]
    assert Event.objects.filter(act=Act.PERSON_INVITED).count() == 1


def test_on_somebody_who_has_left(twice, as_user, bo, chief, anna):
    second = twice(
        StaffPage.open(as_user(bo), reverse("person_left", args=[anna.pk])), "Registrer, at personen er holdt op"
    )
    closed = "Anna er holdt op, og login'et er lukket."
    assert second.said == [closed if twice.is_at_once else "Det er registreret."]
    second = twice(StaffPage.open(as_user(chief), reverse("person_reopen", args=[anna.pk])), "Åbn login'et")
    assert "Login'et er åbent." in second.text
    acts = Event.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == [Act.PERSON_LEFT, Act.LOGIN_REOPENED]


def test_on_a_new_row(twice, as_user, chief, sou, item):
    page = StaffPage.open(as_user(chief), add("publication"))
    filled = {"slug": "ny", "short_code": "n1", "title": "Ny kilde", "kind": "memo", "publisher": "Kommunen"}
    twice(page, "Gem", **filled, document_title="Notat.pdf")
    assert Publication.objects.filter(slug="ny").count() == 1


def test_after_a_refusal_the_key_is_the_same(as_user, bo, item):
    page = StaffPage.open(as_user(bo), of_item(item, "deadline"))
    key = dict(page.sent("Gem frist")[1])["noegle"]
    refused = page.press("Gem frist", due_on="0207-06-30")
    assert refused.status == 422
    assert dict(refused.sent("Gem frist")[1])["noegle"] == key
    assert dict(StaffPage.open(as_user(bo), of_item(item, "deadline")).sent("Gem frist")[1])["noegle"] != key


def test_on_taking_something_away(twice, as_user, chief, item):
    report = ErrorReportFactory(item=item, text="Anders And bor her.")
    look = StaffPage.open(as_user(chief), f"{reverse('withhold')}?tabel=errorreport&raekke={report.pk}").press(
        "Se, hvad der fjernes", words="Anders And"
    )
    second = twice(look, "Fjern for altid", reason="det er et navn", legal_basis="GDPR artikel 17")
    assert second.address == reverse("withheld", args=[1])
    assert Event.objects.filter(act=Act.WITHHELD).count() == 1


class TestAnotherButtonOfThePage:
    """Somebody goes back to the page and presses another button: what is said is what was done."""

    def test_sends_what_was_only_saved(self, as_user, anna, sou, item):
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Nej."))
        page = StaffPage.open(as_user(anna), of(draft))
        assert page.press("Gem kladde", text="Ja.").said == ["Kladden er gemt. Den er ikke sendt til godkendelse."]
        assert page.press("Send til godkendelse", text="Ja.").said == [
            "Sendt til godkendelse. Borgerne ser det, når en godkender har udgivet det."
        ]
        assert StatusUpdate.objects.get().state == UpdateState.SUBMITTED

    def test_sends_again_what_was_sent_back(self, as_user, anna, bo, sou, item):
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Nej."))
        page = StaffPage.open(as_user(anna), of(draft))
        page.press("Send til godkendelse")
        StaffPage.open(as_user(bo), of(draft)).press("Send retur", comment="Hvorfor?")
        page.press("Send til godkendelse")
        assert StatusUpdate.objects.get().state == UpdateState.SUBMITTED

    def test_does_not_publish_what_was_thrown_away(self, as_user, anna, bo, sou, item):
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Nej."))
        submit_update(by=anna, update=draft)
        page = StaffPage.open(as_user(bo), of(draft))
        assert page.press("Kassér kladden").said == ["Kladden er kasseret."]
        assert page.press("Udgiv").status == 404
        assert StatusUpdate.objects.get().state == UpdateState.DISCARDED

    def test_does_not_publish_many_that_were_sent(self, as_user, bo, item):
        address = reverse("admin:recommendations_recommendation_give_chosen_a_status")
        page = StaffPage.open(as_user(bo), f"{address}?valgt={item.pk}")
        sent = page.press("Send til godkendelse", status=Status.IN_PROGRESS).said
        assert page.press("Udgiv", status=Status.IN_PROGRESS).said == sent
        assert StatusUpdate.objects.get().state == UpdateState.SUBMITTED

    def test_issues_the_report_that_was_only_saved(self, as_user, dina, sou, item):
        meeting = MeetingFactory(committee=sou, on=date(2026, 11, 9))
        page = StaffPage.open(as_user(dina), reverse("report_draft", args=[meeting.pk]))
        assert page.press("Gem kladde", foreword="Læs den her.").said == ["Kladden er gemt. Den er ikke offentlig."]
        assert page.press("Udsted rapport", foreword="Læs den her.").address.startswith("/rapporter/")
        assert Event.objects.filter(act=Act.REPORT_ISSUED).count() == 1

    def test_records_no_answers_that_were_thrown_away(self, as_user, bo, dina, sou, item):
        answers = MeetingAnswers({item: AnswerEntry()}, Outcome.ADOPTED, date(2026, 9, 17))
        draft = save_answer_draft(by=dina, committee=sou, answers=answers)
        submit_answer_draft(by=dina, draft=draft)
        page = StaffPage.open(as_user(bo), reverse("answer_draft", args=[draft.pk]))
        assert page.press("Kassér kladden").said == ["Kladden er kasseret."]
        assert page.press("Registrer svarene").status == 404
        assert not CommitteeAnswer.objects.exists()
