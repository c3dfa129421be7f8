"""What documents an update, what of the criterion it shows, and what those who work on a draft say to each other."""

import hashlib
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from recommendations.actions import (
    EvidenceContent,
    UpdateDraft,
    publish_update,
    remark_on_draft,
    save_draft,
    set_done_when,
)
from recommendations.enums import Act, EvidenceKind, Status, UpdateKind, UpdateState
from recommendations.models import Event, StatusUpdate
from tests.factories import DoneWhenFactory, EvidenceFactory, OwnershipFactory, RecommendationFactory
from tests.test_actions import sentences

LINK = EvidenceContent(title="Referat", url="https://eksempel.dk/referat", kind=EvidenceKind.OPERATING)
DONE = UpdateDraft(status=Status.IMPLEMENTED, text="Alle har faste teams.", evidence=[LINK])


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2", title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


class TestTheCriterion:
    """Which parts of it an approver finds shown by what; it is kept with the update, and with what was shown."""

    @pytest.fixture
    def criterion(self, item):
        return DoneWhenFactory(item=item, text="alle bydele har et team\n\n  teamet kommer hver uge\n")

    @pytest.fixture
    def done(self, item, sou, anna, criterion):
        """Implemented, with a link and a case number."""
        other = replace(LINK, url="", case_number="2026-17", kind=EvidenceKind.EFFECT)
        return save_draft(by=anna, item=item, committee=sou, draft=replace(DONE, evidence=[LINK, other]))

    def test_each_line_that_says_something_is_a_part(self, criterion):
        assert criterion.parts == ["alle bydele har et team", "teamet kommer hver uge"]

    def test_what_was_ticked_is_kept_with_the_criterion_as_it_stood(self, item, sou, bo, done, criterion):
        first, second = done.evidence.order_by("position")
        update = publish_update(by=bo, update=done, shows={first.pk: [2, 1, 2], second.pk: []})
        set_done_when(by=bo, item=item, committee=sou, text="Noget andet.", reason="Præciseret.")
        update.refresh_from_db()
        assert update.criterion == criterion
        assert [row.shows for row in update.evidence.order_by("position")] == [[1, 2], []]

    def test_implemented_shows_at_least_one_part(self, bo, done):
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=done)
        assert refused.value.message_dict.keys() == {"shows"}
        assert "Sæt flueben ved den del af kriteriet" in sentences(refused)
        done.refresh_from_db()
        assert (done.state, done.criterion) == (UpdateState.DRAFT, None)

    @pytest.mark.parametrize("parts", [[0], [3], [-1], [1, 3]])
    def test_a_part_that_is_not_there_is_refused(self, bo, done, parts):
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=done, shows={done.evidence.first().pk: parts})
        assert "Genindlæs siden" in sentences(refused)
        assert all(row.shows == [] for row in done.evidence.all())

    def test_evidence_of_another_update_is_refused(self, bo, done):
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=done, shows={EvidenceFactory().pk: [1]})
        assert "Genindlæs siden" in sentences(refused)

    @pytest.mark.parametrize(
        "draft",
        [
            UpdateDraft(status=Status.IN_PROGRESS, text="Begyndt."),
            UpdateDraft(kind=UpdateKind.NOTE, text="Nyt."),
            replace(DONE, status=Status.IMPLEMENTED_OTHERWISE),
            replace(DONE, status=Status.PLANNED),
        ],
    )
    def test_nothing_else_needs_a_tick(self, item, sou, anna, bo, criterion, draft):
        update = save_draft(by=anna, item=item, committee=sou, draft=draft)
        assert publish_update(by=bo, update=update).criterion == criterion

    def test_without_a_criterion_nothing_is_asked(self, item, sou, anna, bo):
        update = save_draft(by=anna, item=item, committee=sou, draft=DONE)
        assert publish_update(by=bo, update=update).criterion is None

    def test_one_that_was_taken_back_is_none(self, item, sou, bo, done, criterion):
        set_done_when(by=bo, item=item, committee=sou, text="", corrects=criterion, reason="Aldrig sat.")
        assert publish_update(by=bo, update=done).criterion is None


class TestTheFile:
    def test_is_kept_by_its_own_name_with_its_digest(self, item, sou, anna, upload):
        content = EvidenceContent("Plan", file=upload("Plan for ældre (øst).pdf", b"%PDF-1.7 x"), kind="operating")
        update = save_draft(by=anna, item=item, committee=sou, draft=replace(DONE, evidence=[content]))
        row = update.evidence.get()
        assert (row.file_name, row.digest) == ("Plan for ældre (øst).pdf", hashlib.sha256(b"%PDF-1.7 x").hexdigest())
        assert "Plan" not in row.file.name

    def test_that_is_kept_keeps_both(self, item, sou, anna, upload):
        content = EvidenceContent("Plan", file=upload("plan.pdf", b"%PDF-1.7 x"), kind="operating")
        update = save_draft(by=anna, item=item, committee=sou, draft=replace(DONE, evidence=[content]))
        row = update.evidence.get()
        moved = [LINK, replace(content, file=row, title="Planen")]
        save_draft(by=anna, item=item, committee=sou, draft=replace(DONE, evidence=moved), update=update)
        link, file = update.evidence.order_by("position")
        assert (link.file.name, link.file_name, link.digest) == ("", "", "")
        assert (file.title, file.file.name, file.file_name) == ("Planen", row.file.name, "plan.pdf")
        assert file.digest == row.digest


class TestRemarks:
    @pytest.fixture
    def draft(self, item, sou, anna):
        return save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.IN_PROGRESS, text="x"))

    @pytest.mark.parametrize("who", ["anna", "bo", "dina", "chief"])
    def test_whoever_works_for_the_committee_can_say_something(self, request, draft, who):
        user = request.getfixturevalue(who)
        remark_on_draft(by=user, update=draft, text="  Hvilke bydele?\u200b ")
        event = draft.events.get(act=Act.DRAFT_REMARKED)
        assert (event.by, event.details) == (user, {"remark": ["", "Hvilke bydele?"]})

    def test_it_makes_nobody_an_author_and_changes_nothing(self, item, sou, anna, bo):
        done = save_draft(by=anna, item=item, committee=sou, draft=DONE)
        before = StatusUpdate.objects.filter(pk=done.pk).values().get()
        remark_on_draft(by=bo, update=done, text="Flot.")
        assert StatusUpdate.objects.filter(pk=done.pk).values().get() == before
        assert publish_update(by=bo, update=done).is_published

    @pytest.mark.parametrize("text", ["", " \n", "\u200b"])
    def test_nothing_is_no_remark(self, anna, draft, text):
        with pytest.raises(ValidationError) as refused:
            remark_on_draft(by=anna, update=draft, text=text)
        assert refused.value.message_dict.keys() == {"text"}

    def test_a_published_update_takes_no_more(self, anna, bo, draft):
        publish_update(by=bo, update=draft)
        with pytest.raises(ValidationError) as refused:
            remark_on_draft(by=anna, update=draft, text="For sent.")
        assert "er udgivet" in sentences(refused)

    @pytest.mark.parametrize("who", ["anna", "bo", "carla", None])
    def test_only_the_committees_own_people_read_them(self, request, draft, bo, who):
        remark_on_draft(by=bo, update=draft, text="Hvilke bydele?")
        publish_update(by=bo, update=draft)
        user = request.getfixturevalue(who) if who else AnonymousUser()
        seen = Event.objects.visible_to(user).filter(act=Act.DRAFT_REMARKED).exists()
        assert seen == (who in {"anna", "bo"})
