"""Twelve ways round the second person, each through the pages of staff: none leads to the public.

»Gennemført« is published by somebody who wrote no word of it. Each way ends with the one who wrote pressing the button,
or sending what the button would have sent; each is refused with a sentence, and then another approver publishes.
"""

from dataclasses import dataclass

import pytest
from django.urls import reverse

from recommendations.enums import Role, Status, UpdateKind, UpdateState
from recommendations.models import StatusUpdate
from tests.factories import (
    CommitteeFactory,
    CommitteeMembershipFactory,
    OwnershipFactory,
    RecommendationFactory,
    SuccessionFactory,
    UserFactory,
    WordingDraftFactory,
    published,
)
from tests.staff.whole_pages import StaffPage, of, of_item

PROOF = {"dokumentation-0-case_number": "2026-1", "dokumentation-0-kind": "operating"}
DONE = {"status": Status.IMPLEMENTED, "text": "Alle har et team."}
REFUSED = "skal udgives af en anden end den, der har skrevet den"
OWN_WORDS = "Du har selv skrevet i den. En anden godkender skal udgive den."


@dataclass
class Case:
    """The item, and who is logged in as whom."""

    item: object
    clients: dict

    def give(self, who, button, **filled):
        """A new update from the item's page."""
        return StaffPage.open(self.clients[who], of_item(self.item, "status")).press(button, **filled)

    def on(self, who, button, update=None, **filled):
        return StaffPage.open(self.clients[who], of(update or self.draft)).press(button, **filled)

    @property
    def draft(self):
        return StatusUpdate.objects.exclude(state__in=[UpdateState.PUBLISHED, UpdateState.DISCARDED]).get()


@pytest.fixture
def case(as_user, sou, anna, bo, chief):
    item = RecommendationFactory(number="3.2", title="Besøg af faste teams")
    OwnershipFactory(item=item, committee=sou)
    erik = CommitteeMembershipFactory(user=UserFactory(username="erik"), committee=sou, role=Role.APPROVER).user
    people = {"anna": anna, "bo": bo, "erik": erik, "chief": chief}
    return Case(item, {name: as_user(user) for name, user in people.items()})


# --- The ways; each gives back who is to be refused -------------------------------------------------------------------


def writes_and_publishes_at_once(case):
    refused = case.give("bo", "Udgiv", **DONE, **PROOF)
    assert refused.status == 422
    assert REFUSED in refused.text
    case.give("bo", "Send til godkendelse", **DONE, **PROOF)
    return "bo"


def lets_an_editor_send_it_without_a_change(case):
    case.give("bo", "Gem kladde", **DONE, **PROOF)
    case.on("anna", "Send til godkendelse")
    return "bo"


def lets_an_editor_save_it_last(case):
    case.give("bo", "Gem kladde", **DONE, **PROOF)
    case.on("anna", "Send til godkendelse", text="Alle har nu et team.")
    assert case.draft.author.username == "anna"
    return "bo"


def mends_a_word_of_what_was_returned(case):
    case.give("anna", "Send til godkendelse", **DONE, **PROOF)
    case.on("bo", "Send retur", comment="Jeg retter den selv.")
    case.on("bo", "Send til godkendelse", text="Alle har et fast team.")
    return "bo"


def mends_a_word_and_puts_it_back(case):
    case.give("anna", "Gem kladde", **DONE, **PROOF)
    case.on("bo", "Gem kladde", text="Noget andet.")
    case.on("anna", "Send til godkendelse", **DONE)
    return "bo"


def attaches_the_proof_to_anothers_words(case):
    case.give("anna", "Gem kladde", **DONE)
    case.on("bo", "Send til godkendelse", **PROOF)
    return "bo"


def says_only_what_the_proof_shows(case):
    low = PROOF | {"dokumentation-0-kind": "mentioned"}
    case.give("anna", "Gem kladde", **DONE, **low)
    case.on("bo", "Send til godkendelse", **{"dokumentation-0-kind": "effect"})
    return "bo"


def writes_it_as_news_and_lets_it_become_done(case):
    """The words are the approver's; the editor gives them the status."""
    case.give("bo", "Gem kladde", kind=UpdateKind.NOTE, text="Alle har et team.", **PROOF)
    case.on("anna", "Send til godkendelse", kind=UpdateKind.STATUS, status=Status.IMPLEMENTED)
    return "bo"


def brings_it_by_a_correction(case):
    wrong = published(case.item, Status.PAUSED)
    page = StaffPage.open(case.clients["bo"], of(wrong, "correct"))
    refused = page.press("Udgiv", **DONE, **PROOF)
    assert (refused.status, REFUSED in refused.text) == (422, True)
    page.press("Send til godkendelse", **DONE, **PROOF)
    return "bo"


def lets_another_correct_the_own_words_into_done(case):
    """Bo's own update, with his proof, becomes »Gennemført« by a correction that anna sends."""
    case.give("bo", "Udgiv", status=Status.IN_PROGRESS, text="Alle har et team.", **PROOF)
    own = StatusUpdate.objects.published().get()
    StaffPage.open(case.clients["anna"], of(own, "correct")).press("Send til godkendelse", **DONE)
    return "bo"


def writes_it_for_many_at_once(case):
    address = reverse("admin:recommendations_recommendation_give_chosen_a_status")
    page = StaffPage.open(case.clients["bo"], f"{address}?valgt={case.item.pk}")
    row = f"r{case.item.pk}"
    typed = {
        "status": Status.IMPLEMENTED,
        f"{row}-text": "Alle har et team.",
        f"{row}-case_number": "2026-1",
        f"{row}-kind": "operating",
    }
    refused = page.press("Udgiv", **typed)
    assert (refused.status, REFUSED in refused.text) == (422, True)
    page.press("Send til godkendelse", **typed)
    return "bo"


def is_the_administrator(case):
    case.give("chief", "Send til godkendelse", **DONE, **PROOF)
    return "chief"


def wrote_it_for_the_committee_that_was_before(case):
    """The words came along when the committee changed, and so did bo."""
    case.give("bo", "Send til godkendelse", **DONE, **PROOF)
    update = case.draft
    heir = CommitteeFactory(code="OLD", name="Ældreudvalget")
    SuccessionFactory(predecessor=update.committee, successor=heir)
    for name in ("bo", "erik"):
        CommitteeMembershipFactory(user=UserFactory(username=name), committee=heir, role=Role.APPROVER)
    return "bo"


def calls_it_otherwise_done(case):
    case.give("bo", "Send til godkendelse", **DONE | {"status": Status.IMPLEMENTED_OTHERWISE}, **PROOF)
    return "bo"


WAYS = [
    writes_and_publishes_at_once,
    lets_an_editor_send_it_without_a_change,
    lets_an_editor_save_it_last,
    mends_a_word_of_what_was_returned,
    mends_a_word_and_puts_it_back,
    attaches_the_proof_to_anothers_words,
    says_only_what_the_proof_shows,
    writes_it_as_news_and_lets_it_become_done,
    brings_it_by_a_correction,
    lets_another_correct_the_own_words_into_done,
    writes_it_for_many_at_once,
    is_the_administrator,
    wrote_it_for_the_committee_that_was_before,
    calls_it_otherwise_done,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_way_leads_round_the_second_person(case, way):
    who = way(case)
    update = case.draft
    assert update.state == UpdateState.SUBMITTED
    page = StaffPage.open(case.clients[who], of(update))
    assert OWN_WORDS in page.text
    assert "Udgiv" not in page.buttons
    refused = page.send(of(update, "publish"), [])
    assert refused.status == 422
    assert REFUSED in refused.text
    update.refresh_from_db()
    assert (update.state, update.published_at) == (UpdateState.SUBMITTED, None)
    assert "Udgivet. Borgerne kan se det nu." in case.on("erik", "Udgiv").text
    update.refresh_from_db()
    assert update.published_by.username == "erik"


class TestTheLogOfSecurityIsTold:
    """Of each refusal for who asked, once; a form that says so is no page of 403, which would be told of anyhow."""

    @pytest.fixture
    def told(self, security):
        return lambda: [(line.sec_who, line.sec_why) for line in security("refused")]

    def test_where_it_is_written(self, case, told):
        assert case.give("bo", "Udgiv", **DONE).status == 422  # without proof: a slip
        assert told() == []
        assert case.give("bo", "Udgiv", **DONE, **PROOF).status == 422
        assert told() == [("bo", "second-person")]

    def test_where_it_is_corrected(self, case, told):
        page = StaffPage.open(case.clients["bo"], of(published(case.item, Status.PAUSED), "correct"))
        assert page.press("Udgiv", **DONE, **PROOF).status == 422
        assert told() == [("bo", "second-person")]

    def test_where_it_is_read(self, case, told):
        case.give("bo", "Send til godkendelse", **DONE, **PROOF)
        page = StaffPage.open(case.clients["bo"], of(case.draft))
        assert page.send(of(case.draft, "publish"), []).status == 422
        assert told() == [("bo", "second-person")]

    def test_where_many_are_written(self, case, told):
        writes_it_for_many_at_once(case)
        assert told() == [("bo", "second-person")]

    def test_where_many_are_approved(self, case, told):
        case.give("bo", "Send til godkendelse", **DONE, **PROOF)
        page = StaffPage.open(case.clients["bo"], reverse("approve_many"))
        sent = [("opdatering", case.draft.pk), (f"u{case.draft.pk}-include", "on")]
        assert page.send(reverse("approve_many"), sent).status == 422
        assert told() == [("bo", "second-person")]

    def test_where_the_words_of_the_source_are_published(self, case, told, bo):
        draft = WordingDraftFactory(item=case.item, author=bo)
        page = StaffPage.open(case.clients["bo"], of(draft))
        assert page.send(of(draft, "publish"), []).status == 422
        assert told() == [("bo", "second-person")]


class TestWhoIsNoAuthor:
    """The rule binds those who wrote, and nobody else: an approver who only reads, talks and returns may publish."""

    def test_who_returned_it_and_talked_about_it(self, case):
        case.give("anna", "Send til godkendelse", **DONE, **PROOF)
        case.on("bo", "Gem bemærkningen", **{"bemaerkning-text": "Er det hele byen?"})
        case.on("bo", "Send retur", comment="Skriv hvor.")
        case.on("anna", "Send til godkendelse", text="Alle i hele byen har et team.")
        assert "Udgivet." in case.on("bo", "Udgiv").text

    def test_who_sent_a_colleagues_draft_without_a_change(self, case):
        case.give("anna", "Gem kladde", **DONE, **PROOF)
        case.on("bo", "Send til godkendelse")
        assert case.draft.author.username == "anna"
        assert "Udgivet." in case.on("bo", "Udgiv").text

    def test_who_published_a_colleagues_draft_without_a_change(self, case):
        case.give("anna", "Gem kladde", **DONE, **PROOF)
        assert "Udgivet. Borgerne kan se det nu." in case.on("bo", "Udgiv").text

    def test_who_threw_the_own_draft_away_and_let_another_write(self, case):
        case.give("bo", "Gem kladde", **DONE, **PROOF)
        case.on("bo", "Kassér kladden")
        case.give("anna", "Send til godkendelse", **DONE, **PROOF)
        assert "Udgivet." in case.on("bo", "Udgiv").text

    @pytest.mark.parametrize("status", [status for status in Status if status in {"in_progress", "planned", "paused"}])
    def test_whoever_writes_that_it_is_not_done(self, case, status):
        assert "Udgivet." in case.give("bo", "Udgiv", **DONE | {"status": status}, **PROOF).text
