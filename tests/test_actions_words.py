"""The words of an item: ours are changed at once, the source's by two; earlier and wrong ones stay readable."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from recommendations import permissions
from recommendations.actions import (
    ItemWords,
    correct_words,
    discard_words,
    open_source,
    propose_words,
    publish_words,
    return_words,
    reword,
)
from recommendations.enums import Act, Nature, OwnershipRole, UpdateState, WordsBasis
from recommendations.models import Event, Item, Reach, SearchText, Wording, WordingDraft
from tests import factories
from tests.factories import (
    CommitteeMembershipFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    UserFactory,
)


@pytest.fixture
def item(sou):
    item = RecommendationFactory(title="Flere hænder", summary="Som det var.", official_text="Ansæt flere.")
    OwnershipFactory(item=item, committee=sou, role=OwnershipRole.LEAD)
    return item


@pytest.fixture
def other_approver(sou):
    return CommitteeMembershipFactory(user=UserFactory(username="ea"), committee=sou, role="approver").user


def words(item, **changes):
    return ItemWords(**(vars(ItemWords.of(item.wording)) | changes))


def refused(action, **call):
    """What an action refuses: field to sentence."""
    with pytest.raises(ValidationError) as why:
        action(**call)
    problems = why.value
    found = problems.message_dict if hasattr(problems, "error_dict") else {"": problems.messages}
    return {name: " ".join(sentences) for name, sentences in found.items()}


def propose(by, item, *, valid_from=date(2026, 11, 2), **more):
    said = {name: more.pop(name) for name in list(more) if name in ItemWords.__dataclass_fields__}
    return propose_words(by=by, item=item, words=words(item, **said), valid_from=valid_from, **more)


class TestOurs:
    def test_an_editor_writes_our_summary_at_once_and_it_is_no_news(self, item, anna, today):
        reword(by=anna, item=item, words=words(item, summary="Bedre sagt."), valid_from=today)
        item.refresh_from_db()
        assert item.summary == "Bedre sagt."
        assert Event.objects.get().nature == Nature.HOUSEKEEPING

    def test_a_title_of_our_own_is_ours(self, sou, anna, today):
        item = RecommendationFactory(title="Vores navn", title_basis=WordsBasis.OURS)
        OwnershipFactory(item=item, committee=sou)
        reword(by=anna, item=item, words=words(item, title="Et bedre navn"), valid_from=today)
        assert Item.objects.get(pk=item.pk).title == "Et bedre navn"
        with pytest.raises(PermissionDenied):  # to say that it is the source's is not ours to say
            reword(by=anna, item=item, words=words(item, title_basis=WordsBasis.SOURCE), valid_from=today)

    def test_a_stranger_writes_neither(self, item, carla, today):
        with pytest.raises(PermissionDenied):
            reword(by=carla, item=item, words=words(item, summary="Mit."), valid_from=today)

    def test_unchanged_words_and_a_day_to_come_are_refused(self, item, anna, today):
        assert "uændrede" in refused(reword, by=anna, item=item, words=words(item), valid_from=today)["title"]
        later = {"words": words(item, summary="x"), "valid_from": today + timedelta(days=1)}
        assert "fremtiden" in refused(reword, by=anna, item=item, **later)["valid_from"]

    def test_a_correction_says_why(self, item, anna):
        call = {"wording": item.wording, "words": words(item, summary="x"), "reason": " \u200b"}
        assert "hvad der var forkert" in refused(correct_words, by=anna, **call)["reason"]

    def test_asked_twice_is_done_once(self, item, anna, today):
        call = {"item": item, "words": words(item, summary="Ny."), "valid_from": today, "request_key": uuid.uuid4()}
        assert reword(by=anna, **call) == reword(by=anna, **call)
        assert item.wordings.count() == 2

    def test_signs_that_nobody_sees_are_nothing_to_read(self, item, anna, today):
        reword(by=anna, item=item, words=words(item, summary="\u200b\u00ad"), valid_from=today)
        item.refresh_from_db()
        assert item.summary == ""


class TestTheSources:
    @pytest.mark.parametrize(
        "changes",
        [
            {"title": "Nye hænder"},
            {"title_basis": WordsBasis.OURS},
            {"official_text": "Ansæt 20."},
            {"official_basis": WordsBasis.RESTATED},
            {"document": "Et andet papir"},
            {"pages": "13"},
            {"summary": "Bedre sagt.", "pages": "13"},
        ],
        ids=lambda changes: "+".join(changes),
    )
    @pytest.mark.parametrize("name", ["anna", "bo", "chief"])
    def test_are_changed_by_nobody_alone_once_they_are_public(self, request, item, today, changes, name):
        by = request.getfixturevalue(name)
        with pytest.raises(PermissionDenied):
            reword(by=by, item=item, words=words(item, **changes), valid_from=today)
        with pytest.raises(PermissionDenied):
            correct_words(by=by, wording=item.wording, words=words(item, **changes), reason="Slåfejl.")
        assert item.wordings.count() == 1
        assert not Event.objects.exists()

    def test_the_day_from_which_they_hold_is_changed_by_two(self, item, bo, today):
        same = words(item)
        with pytest.raises(PermissionDenied):
            correct_words(by=bo, wording=item.wording, words=same, reason="Dato.", valid_from=today)

    def test_are_changed_freely_while_nobody_can_read_them(self, chief, today):
        item = RecommendationFactory(publication=PublicationFactory(public_at=None), title="Et")
        reword(by=chief, item=item, words=words(item, title="To"), valid_from=today)
        assert Item.objects.get(pk=item.pk).title == "To"
        open_source(by=chief, publication=item.publication)
        with pytest.raises(PermissionDenied):
            reword(by=chief, item=Item.objects.get(pk=item.pk), words=words(item, title="Tre"), valid_from=today)

    def test_new_words_hold_from_their_day_and_an_earlier_day_keeps_its_own(self, item, anna, bo, today):
        draft = propose(anna, item, title="\uf0b7 Nye hænder", reason="Kilden er trykt igen.")
        assert Item.objects.get(pk=item.pk).title == "Flere hænder"  # nothing of it is public
        assert Event.objects.get().nature == Nature.HOUSEKEEPING
        wording = publish_words(by=bo, draft=draft)
        assert Item.objects.get(pk=item.pk).title == "• Nye hænder"
        assert Item.objects.with_words(today - timedelta(days=1)).get(pk=item.pk).title == "Flere hænder"
        assert "nye" in SearchText.objects.get(item=item).words
        told = Event.objects.get(act=Act.REWORDED)
        assert (told.nature, told.by, told.wording, told.proposal) == (Nature.NEWS, bo, wording, draft)
        assert told.details == {"title": ["Flere hænder", "• Nye hænder"]}
        assert (wording.recorded_by, wording.reason) == (anna, "Kilden er trykt igen.")
        draft.refresh_from_db()
        assert draft.state == UpdateState.PUBLISHED

    def test_a_correction_takes_the_place_of_the_wrong_words_from_their_day_and_is_no_news(self, item, anna, bo, today):
        wrong = item.wording
        call = {"title": "Flere hoveder", "valid_from": wrong.valid_from, "is_correction": True}
        assert "hvad der var forkert" in refused(propose, by=anna, item=item, **call)["reason"]
        wording = publish_words(by=bo, draft=propose(anna, item, reason="Slåfejl.", **call))
        assert wording.corrects == wrong
        yesterday = Item.objects.with_words(today - timedelta(days=1)).get(pk=item.pk)
        assert yesterday.title == Item.objects.get(pk=item.pk).title == "Flere hoveder"
        assert Event.objects.get(act=Act.WORDS_CORRECTED).nature == Nature.CORRECTION
        call = {"wording": wrong, "words": words(item, summary="Igen."), "reason": "Igen."}
        assert "allerede rettet" in refused(correct_words, by=anna, **call)["title"]


class TestAProposal:
    @pytest.fixture
    def draft(self, item, anna):
        return propose(anna, item, official_text="Ansæt 20.", reason="Læst igen.")

    def test_is_published_by_an_approver_or_an_administrator(self, draft, bo):
        publish_words(by=bo, draft=draft)
        assert Wording.objects.filter(official_text="Ansæt 20.").count() == 1

    @pytest.mark.parametrize("name", ["carla", "dina"])
    def test_is_made_and_published_by_no_stranger_and_no_secretary(self, request, item, draft, name):
        user = request.getfixturevalue(name)
        with pytest.raises(PermissionDenied):
            propose(user, item, title="Mit")
        for action, more in ((publish_words, {}), (return_words, {"comment": "Nej."}), (discard_words, {})):
            with pytest.raises(PermissionDenied):
                action(by=user, draft=draft, **more)

    def test_is_published_by_no_editor(self, draft, sou):
        editor = CommitteeMembershipFactory(user=UserFactory(username="ib"), committee=sou, role="editor").user
        with pytest.raises(PermissionDenied):
            publish_words(by=editor, draft=draft)

    @pytest.mark.parametrize("name", ["bo", "chief"])
    def test_is_published_by_nobody_who_wrote_it(self, request, item, name):
        by = request.getfixturevalue(name)
        draft = propose(by, item, official_text="Ansæt 20.")
        assert "Du har selv skrevet forslaget." in refused(publish_words, by=by, draft=draft)[""]
        assert not permissions.can_publish_words(by, draft)

    def test_is_published_by_nobody_who_wrote_an_earlier_version_of_it(self, item, anna, bo, other_approver):
        first = propose(bo, item, official_text="Ansæt 20.")
        returned = return_words(by=other_approver, draft=first, comment="Skriv hvorfor.")
        second = propose(anna, item, official_text="Ansæt 20.", reason="Læst igen.", draft=returned)
        assert second == first
        assert "Du har selv skrevet" in refused(publish_words, by=bo, draft=second)[""]
        publish_words(by=other_approver, draft=second)

    def test_is_sent_back_with_a_comment_and_written_anew(self, item, draft, anna, bo):
        assert "hvad der skal ændres" in refused(return_words, by=bo, draft=draft, comment=" ")["comment"]
        returned = return_words(by=bo, draft=draft, comment="Hvorfor 20?")
        assert (returned.state, returned.comment) == (UpdateState.DRAFT, "Hvorfor 20?")
        assert "allerede" in refused(publish_words, by=bo, draft=returned)[""]
        again = propose(anna, item, official_text="Ansæt 22.", draft=returned)
        assert (again.state, again.comment, again.version) == (UpdateState.SUBMITTED, "", 2)
        assert "skrevet om" in refused(publish_words, by=bo, draft=again, version=1)[""]
        publish_words(by=bo, draft=again, version=2)

    def test_that_was_overtaken_is_not_published(self, item, draft, anna, bo, today):
        reword(by=anna, item=item, words=words(item, summary="Bedre sagt."), valid_from=today)
        assert "Ordene er ændret, siden forslaget blev skrevet." in refused(publish_words, by=bo, draft=draft)[""]
        again = propose(anna, Item.objects.get(pk=item.pk), official_text="Ansæt 20.", draft=draft)
        publish_words(by=bo, draft=again)
        item.refresh_from_db()
        assert (item.summary, item.official_text) == ("Bedre sagt.", "Ansæt 20.")

    def test_that_was_thrown_away_is_over(self, item, draft, anna, bo):
        discard_words(by=anna, draft=draft)
        for action, more in ((publish_words, {}), (return_words, {"comment": "Nej."})):
            assert "allerede" in refused(action, by=bo, draft=draft, **more)[""]
        assert "allerede" in refused(propose, by=anna, item=item, title="Nyt", draft=draft)[""]

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({}, "title", "uændrede"),
            ({"title": "\u00ad"}, "title", "Skriv en titel."),
            ({"title": "Nyt", "valid_from": date(2026, 11, 3)}, "valid_from", "fremtiden"),
            ({"title": "Nyt", "valid_from": date(207, 1, 1)}, "valid_from", "ligger før"),
            ({"official_basis": WordsBasis.OURS}, "", "kan ikke være vores"),
        ],
    )
    def test_is_refused_when_it_could_not_be_published(self, item, anna, changes, field, sentence):
        found = refused(propose, by=anna, item=item, **changes)
        assert sentence in found[field if field in found else "__all__"]
        assert not WordingDraft.objects.exists()

    def test_waits_with_those_who_may_publish_it(self, item, draft, anna, bo, carla, dina, chief):
        for user, waits, seen in (
            (bo, True, True),
            (chief, True, True),
            (anna, False, True),
            (dina, False, True),
            (carla, False, False),
        ):
            reach = Reach.of(user)
            assert WordingDraft.objects.awaiting_approval_of(reach).exists() == waits, user
            assert WordingDraft.objects.visible_to(user, reach).exists() == seen, user
        returned = return_words(by=bo, draft=draft, comment="Hvorfor?")
        assert not WordingDraft.objects.awaiting_approval_of(Reach.of(bo)).exists()
        assert list(WordingDraft.objects.returned_to(anna, Reach.of(anna))) == [returned]
        assert not WordingDraft.objects.returned_to(bo, Reach.of(bo)).exists()

    def test_what_it_went_through_is_the_owners_own(self, draft, anna, bo, carla, dina):
        return_words(by=bo, draft=draft, comment="Hvorfor?")
        for user, seen in ((anna, 2), (dina, 2), (carla, 0)):
            assert Event.objects.visible_to(user).filter(proposal=draft).count() == seen, user


def test_two_people_publish_in_the_tests_too(item, bo, today):
    wording = factories.reword(by=bo, item=item, words=words(item, title="To"), valid_from=today)
    assert wording.recorded_by != bo
