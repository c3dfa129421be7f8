"""Undo what a file did: as far as nobody has built on it, through the same actions, as one more part of its batch.

Nothing is deleted that others have built on, and what has been published stays: it is told with the reason. A preview
does it and takes it back, so that it shows what will happen and not what somebody believes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from recommendations import permissions
from recommendations.actions import (
    discard_answer_draft,
    discard_draft,
    save_answer_draft,
    save_draft,
    submit_answer_draft,
    submit_update,
)
from recommendations.actions.imports import note, tell_undone
from recommendations.actions.state import part_of
from recommendations.actions.turns import in_turn
from recommendations.enums import UNPUBLISHED, Act, ImportKind, ImportState, UpdateState
from recommendations.importing.own.kept import answers_again, draft_before
from recommendations.importing.undoing_sources import SourceUndoing
from recommendations.importing.undone import Undone, Untouched, attempted
from recommendations.models import AnswerDraft, Event, ImportBatch, Item, StatusUpdate
from recommendations.models.membership import name_of

MOST_UNDONE = 2_000  # acts


@in_turn()
def undo(*, by: User, batch: ImportBatch) -> list[Undone]:
    """Take back what the batch did, and tell line by line what was and what was not. Of one undone already: nothing."""
    permissions.check_can_read_in(by, batch.kind)
    held = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if held.state == ImportState.UNDONE:
        return []
    with part_of(held):
        lines = list(_lines(held, by))
    if not any(line.is_undone for line in lines):
        raise ValidationError("Intet af det, filen gjorde, kan fortrydes. Hvorfor står ved hver linje.")
    left = [f"{line.what}: {line.sentence}" for line in lines if not line.is_undone]
    note(held, outcome=held.outcome | {"left": left})
    tell_undone(by=by, batch=held)
    return lines


def what_undoing_does(*, by: User, batch: ImportBatch) -> list[Undone]:
    """What `undo` would do. Nothing is written."""
    if batch.state != ImportState.WRITTEN:
        return []
    with in_turn(), part_of(batch):
        lines = list(_lines(batch, by))
        transaction.set_rollback(True)
    return lines


def _lines(batch: ImportBatch, by: User) -> Iterator[Undone]:
    """As far as one request can: each act takes as long to undo as it took to do."""
    together = batch.events.filter(act=Act.ITEMS_ADDED).order_by()
    rows = Item.objects.filter(
        publication__in=together.values("publication"), wordings__recorded_at__in=together.values("at")
    )
    if (count := batch.events.count() + rows.count()) > MOST_UNDONE:
        raise ValidationError(f"Filen gjorde {count} ting. Der kan højst fortrydes {MOST_UNDONE} ad gangen her.")
    if batch.kind == ImportKind.ROWS:
        yield from RowsUndoing(batch, by).lines()
    else:
        yield from SourceUndoing(batch, by).lines()


# --- Status and answers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Later:
    """Something that was done with a draft after the file, by somebody."""

    event: Event

    @property
    def sentence(self) -> str:
        who = name_of(self.event.by) if self.event.by else "Nogen"
        return (
            f"Det bliver stående: {who} har gjort mere ved kladden siden (»{self.event.get_act_display()}«, "
            f"{self.event.at:%d.%m.%Y})."
        )


class RowsUndoing:
    """Drafts that the file began are thrown away, those that it changed say again what they said."""

    def __init__(self, batch: ImportBatch, by: User) -> None:
        self.batch, self.by = batch, by
        self.kept: list[dict[str, Any]] = batch.outcome.get("before", [])
        self.updates = StatusUpdate.objects.select_related("item__publication", "item__wording", "committee").in_bulk(
            [one["update"] for one in self.kept if "update" in one]
        )
        self.answers = AnswerDraft.objects.select_related("committee").in_bulk(
            [one["answers"] for one in self.kept if "answers" in one]
        )
        self.later = self._later()

    def lines(self) -> Iterator[Undone]:
        """The newest first, as each may stand on the one before."""
        for one in reversed(self.kept):
            if update := self.updates.get(one.get("update", 0)):
                yield attempted(f"{update.item}: {update.label}", update.item, partial(self._update, update, one))
            elif draft := self.answers.get(one.get("answers", 0)):
                yield attempted(str(draft), None, partial(self._answers, draft, one))

    def _later(self) -> Mapping[tuple[str, int], Later]:
        """What was done with the drafts after the file, and not by it."""
        events = Event.objects.filter(Q(update__in=list(self.updates)) | Q(answer_draft__in=list(self.answers)))
        last, found = dict[tuple[str, int], int](), dict[tuple[str, int], Later]()
        for event in events.select_related("by").order_by("pk"):
            key = ("update", event.update_id) if event.update_id else ("answers", event.answer_draft_id or 0)
            if event.batch_id == self.batch.pk:
                last[key] = event.pk
            elif key in last:
                found.setdefault(key, Later(event))
        return found

    def _require_version(self, draft: StatusUpdate | AnswerDraft, one: Mapping[str, Any]) -> None:
        if draft.version != one["version"]:
            raise Untouched("Det bliver stående: kladden er gemt igen siden.")

    def _update(self, update: StatusUpdate, one: Mapping[str, Any]) -> str:
        if one.get("is_confirmation"):
            raise Untouched("Bekræftelsen er udgivet. Er den forkert, så ret den på rækkens side.")
        if update.state == UpdateState.PUBLISHED:
            raise Untouched(
                f"Den er udgivet {update.published_at:%d.%m.%Y}. Er den forkert, så ret den på rækkens side."
            )
        if update.state == UpdateState.DISCARDED:
            raise Untouched("Kladden er kasseret i forvejen.")
        if later := self.later.get(("update", update.pk)):
            raise Untouched(later.sentence)
        self._require_version(update, one)
        before = one["before"]
        if before is None:
            discard_draft(by=self.by, update=update)
            return "Kladden kasseres."
        committee = update.committee
        assert committee is not None
        restored = draft_before(before, update)
        saved = save_draft(by=self.by, item=update.item, committee=committee, draft=restored, update=update)
        if before["state"] == UpdateState.SUBMITTED:
            submit_update(by=self.by, update=saved, sure=True)
        return "Kladden kommer til at sige det, den sagde før."

    def _answers(self, draft: AnswerDraft, one: Mapping[str, Any]) -> str:
        if draft.state == UpdateState.PUBLISHED:
            raise Untouched("Svarene er registreret. Er et svar forkert, så ret det på rækkens side.")
        if later := self.later.get(("answers", draft.pk)):
            raise Untouched(later.sentence)
        self._require_version(draft, one)
        before = one["before"]
        if before is None:
            discard_answer_draft(by=self.by, draft=draft)
            return "Kladden kasseres."
        is_open = draft.state in UNPUBLISHED
        saved = save_answer_draft(
            by=self.by, committee=draft.committee, answers=answers_again(before), draft=draft if is_open else None
        )
        if before["state"] == UpdateState.SUBMITTED:
            submit_answer_draft(by=self.by, draft=saved)
        return "Kladden kommer til at sige det, den sagde før."
