"""What documents an update, what of the criterion it shows, and what those who work on a draft say to each other."""

import errno
import gc
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from recommendations.actions import (
    EvidenceContent,
    UpdateDraft,
    correct_update,
    discard_draft,
    publish_update,
    remark_on_draft,
    save_draft,
    set_done_when,
    submit_update,
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


class TestFilesOnTheDisk:
    """A file is there as long as its row is, and no longer; what is undone undoes it too."""

    @pytest.fixture
    def files(self, settings):
        return lambda: sorted(path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())

    @pytest.fixture
    def content(self, upload):
        return lambda name="plan.pdf": EvidenceContent("Plan", file=upload(name, b"%PDF-1.7 x"), kind="operating")

    @pytest.fixture
    def draft(self, item, sou, anna, content):
        said = UpdateDraft(status=Status.PLANNED, text="Bevilget.", evidence=[content()])
        return save_draft(by=anna, item=item, committee=sou, draft=said)

    @pytest.fixture
    def commit(self, django_capture_on_commit_callbacks):
        return lambda: django_capture_on_commit_callbacks(execute=True)

    def test_of_a_discarded_draft_leaves_it(self, draft, anna, files, commit):
        assert len(files()) == 1
        with commit():
            discard_draft(by=anna, update=draft)
        assert files() == []

    def test_that_another_takes_the_place_of_leaves_it(self, item, sou, anna, draft, content, files, commit):
        before = files()
        with commit():
            said = UpdateDraft(status=Status.PLANNED, text="Bevilget.", evidence=[content("ny.pdf")])
            save_draft(by=anna, item=item, committee=sou, draft=said, update=draft)
        assert len(files()) == 1
        assert files() != before

    def test_that_is_kept_stays(self, item, sou, anna, draft, files, commit):
        before = files()
        row = draft.evidence.get()
        with commit():
            said = UpdateDraft(status=Status.PLANNED, text="Ny tekst.", evidence=[EvidenceContent("Plan", file=row)])
            save_draft(by=anna, item=item, committee=sou, draft=said, update=draft)
        assert files() == before

    def test_that_a_published_update_has_too_stays_when_its_correction_is_given_up(
        self, item, sou, anna, bo, draft, files, commit
    ):
        wrong = publish_update(by=bo, update=draft)
        before = files()
        said = UpdateDraft(text="Rettet.", evidence=[EvidenceContent("Plan", file=wrong.evidence.get())])
        correction = correct_update(by=anna, update=wrong, committee=sou, draft=said)
        with commit():
            discard_draft(by=anna, update=correction)
        assert files() == before

    def test_is_not_left_by_an_act_that_is_taken_back(self, item, sou, anna, content, files):
        said = UpdateDraft(status=Status.PLANNED, text="Bevilget.", evidence=[content()])
        with transaction.atomic():
            save_draft(by=anna, item=item, committee=sou, draft=said)
            assert len(files()) == 1
            transaction.set_rollback(True)
        assert files() == []

    def test_nor_by_a_refusal_of_what_came_after(self, item, sou, anna, content, files):
        """One page saves and sends; what the second refuses takes the first with it."""
        said = UpdateDraft(status=Status.PAUSED, text="", evidence=[content()])
        with pytest.raises(ValidationError), transaction.atomic():
            submit_update(by=anna, update=save_draft(by=anna, item=item, committee=sou, draft=said))
        assert files() == []

    def test_nor_by_a_row_that_the_database_refuses(self, item, sou, anna, content, files, monkeypatch):
        said = UpdateDraft(status=Status.PLANNED, text="Bevilget.", evidence=[content()])

        def fail(execute, sql, params, many, context):
            if sql.startswith("INSERT") and "evidence" in sql:
                raise IntegrityError
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fail), pytest.raises(IntegrityError):
            save_draft(by=anna, item=item, committee=sou, draft=said)
        assert files() == []

    def test_a_full_disk_leaves_no_half_of_one(self, item, sou, anna, content, files, monkeypatch):
        said = UpdateDraft(status=Status.PLANNED, text="Bevilget.", evidence=[content()])

        def half(_upload, *_size):
            yield b"%PDF-"
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(SimpleUploadedFile, "chunks", half)
        with pytest.raises(OSError, match="No space left"):
            save_draft(by=anna, item=item, committee=sou, draft=said)
        assert files() == []
        assert not StatusUpdate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_committed_stays(municipality, item, sou, anna, upload, settings):
    said = EvidenceContent("Plan", file=upload("plan.pdf", b"%PDF-1.7 x"), kind="operating")
    draft = UpdateDraft(status=Status.PLANNED, text="Bevilget.", evidence=[said])
    kept = save_draft(by=anna, item=item, committee=sou, draft=draft).evidence.get().file
    gc.collect()
    with kept.open("rb") as file:
        assert file.read() == b"%PDF-1.7 x"
