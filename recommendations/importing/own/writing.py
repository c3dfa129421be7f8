"""Write what was chosen of a filled-in file, through the actions, as one batch: all of it or nothing.

Statuses become drafts or are sent to approval, answers become the meeting's drafts; what says that a status still holds
is published, as by hand. What stood before is kept in the batch (`outcome`), so that it can be undone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from recommendations.actions import (
    AnswerEntry,
    Doubt,
    MeetingAnswers,
    RowsRefused,
    Seen,
    confirm_many,
    discard_answer_draft,
    save_answer_draft,
    save_draft,
    submit_update,
)
from recommendations.actions.imports import note, tell_written
from recommendations.actions.many import require_a_fair_number
from recommendations.actions.state import part_of
from recommendations.actions.turns import in_turn
from recommendations.enums import UNPUBLISHED, UpdateState
from recommendations.importing.own.kept import answers_before, update_before
from recommendations.importing.own.plan import OwnChange, OwnPlan
from recommendations.importing.own.sheets import ANSWERS
from recommendations.importing.own.stands import draft_of
from recommendations.models import AnswerDraft, Committee, ImportBatch, Item
from recommendations.permissions import ActingRights

CHANGED_MEANWHILE = "En anden har ændret rækken, mens du så på siden. Se den igen, og vælg, om filens skal gælde."

GONE_MEANWHILE = (
    "Noget er ændret, mens du så på siden, så en eller flere af de rækker, du valgte, er her ikke mere. Se resten "
    "igennem, og gem igen."
)


class OwnRowsRefused(ValidationError):
    """Some of the chosen rows were refused, so none was written. `rows` says why, by the keys of the rows."""

    def __init__(self, rows: Mapping[str, ValidationError]) -> None:
        self.rows = dict(rows)
        super().__init__([sentence for error in rows.values() for sentence in error.messages])

    @property
    def has_doubts(self) -> bool:
        return any(isinstance(error, Doubt) for error in self.rows.values())


@in_turn()
def write_chosen(
    *, by: User, batch: ImportBatch, plan: OwnPlan, chosen: Mapping[str, str], submits: bool = False, sure: bool = False
) -> None:
    """Write the chosen rows. `chosen` are the keys of rows, each with the marks that were seen.

    `sure`: unlikely days have been looked at and are right.
    """
    require_a_fair_number(chosen)
    if chosen.keys() - plan.by_key.keys():
        raise ValidationError(GONE_MEANWHILE)
    wanted = [one for one in plan.changes if one.key in chosen]
    writer = OwnWriter(by, batch, submits, sure)
    for one in wanted:
        if one.marks != chosen[one.key]:
            writer.refused[one.key] = ValidationError(CHANGED_MEANWHILE)
    with part_of(batch):
        writer.write([one for one in wanted if one.key not in writer.refused])
    if writer.refused:
        raise OwnRowsRefused(writer.refused)
    note(batch, outcome={"before": writer.before, "rows": len(wanted)})
    tell_written(by=by, batch=batch)


@dataclass
class OwnWriter:
    """`before` is what stood, for whoever undoes it; newest last."""

    by: User
    batch: ImportBatch
    submits: bool
    sure: bool
    refused: dict[str, ValidationError] = field(default_factory=dict)
    before: list[dict[str, Any]] = field(default_factory=list)

    def write(self, wanted: Collection[OwnChange]) -> None:
        answers = [one for one in wanted if one.row.sheet is ANSWERS]
        confirmed = [one for one in wanted if one.confirms]
        self.rights = ActingRights(self.by, [one.item for one in wanted])
        for one in wanted:
            if one.row.sheet is not ANSWERS and not one.confirms:
                self.attempt([one], lambda one=one: self.write_status(one))  # type: ignore[misc]
        for (committee, text), rows in _grouped(confirmed, lambda one: (one.committee, one.confirming_text)).items():
            self.attempt(rows, lambda c=committee, t=text, r=rows: self.confirm(c, t, r))  # type: ignore[misc]
        for (committee, day), rows in _grouped(answers, lambda one: (one.committee, one.meeting_date)).items():
            self.attempt(rows, lambda c=committee, d=day, r=rows: self.answer(c, d, r))  # type: ignore[misc]

    def attempt(self, rows: Collection[OwnChange], perform: Callable[[], None]) -> None:
        """What is refused is said at its row; of several rows at each that it is about."""
        try:
            with transaction.atomic():
                perform()
        except RowsRefused as refused:
            at = {one.item: one.key for one in rows}
            self.refused |= {at[item]: error for item, error in refused.rows.items()}
        except (ValidationError, PermissionDenied) as refused:
            error = refused if isinstance(refused, ValidationError) else ValidationError(str(refused))
            self.refused |= {one.key: error for one in rows}

    # --- Statuses

    def write_status(self, one: OwnChange) -> None:
        draft, latest = one.stands.draft, one.stands.latest
        kept = update_before(draft)
        update = save_draft(
            by=self.by,
            item=one.item,
            committee=one.committee,
            draft=draft_of(one.cells, draft),
            update=draft,
            seen=Seen(latest.pk if latest else None, draft.version if draft else 0),
            rights=self.rights,
        )
        if self.submits:
            update = submit_update(by=self.by, update=update, sure=self.sure)
        if draft is None or (update.state, update.version) != (draft.state, draft.version):  # else it said so already
            self.before.append({"update": update.pk, "version": update.version, "before": kept})

    def confirm(self, committee: Committee, text: str, rows: Collection[OwnChange]) -> None:
        seen = {one.item: Seen(one.stands.latest.pk if one.stands.latest else None) for one in rows}
        done = confirm_many(by=self.by, items=dict.fromkeys(seen, committee), text=text, seen=seen)
        self.before += [{"update": update.pk, "is_confirmation": True} for update in done]

    # --- Answers: one draft for each point of the agenda

    def answer(self, committee: Committee, day: Any, rows: Collection[OwnChange]) -> None:
        drafts = AnswerDraft.objects.filter(state__in=sorted(UNPUBLISHED), committee=committee, meeting_date=day)
        here = list(drafts.select_related("returns_to").order_by("pk"))
        said: dict[int, dict[Item, AnswerEntry]] = {draft.pk: answers_before(draft).entries for draft in here}
        touched: dict[int, AnswerDraft] = {}
        fresh: dict[tuple[str, str], dict[Item, AnswerEntry]] = defaultdict(dict)
        for one in rows:
            own = one.stands.draft
            if own:  # what it said there before goes, also where the point is another now
                if own.pk not in said:
                    raise ValidationError(CHANGED_MEANWHILE)
                said[own.pk].pop(one.item, None)
                touched[own.pk] = own
            if not (one.cells["outcome"] or one.cells["text"] or one.cells["passed_on_to"]):
                continue
            entry = AnswerEntry(one.cells["outcome"], one.cells["text"], one.cells["passed_on_to"])
            point = one.cells["agenda_item"], one.cells["agenda_url"]
            # Another draft than its own only where that is written on still: what waits for approval is left alone.
            can_take = [other for other in here if other == own or other.state == UpdateState.DRAFT]
            draft = next((other for other in can_take if (other.agenda_item, other.agenda_url) == point), None)
            if draft:
                said[draft.pk][one.item] = entry
                touched[draft.pk] = draft
            else:
                fresh[point][one.item] = entry
        for draft in here:
            if draft.pk in touched:
                self._save_answers(committee, day, said[draft.pk], draft)
        for point, entries in fresh.items():
            self._save_answers(committee, day, entries, None, point)

    def _save_answers(
        self,
        committee: Committee,
        day: Any,
        entries: Mapping[Item, AnswerEntry],
        draft: AnswerDraft | None,
        point: tuple[str, str] = ("", ""),
    ) -> None:
        kept = answers_before(draft).as_json if draft else None
        if draft and not entries:
            saved = discard_answer_draft(by=self.by, draft=draft)
        else:
            item, url = (draft.agenda_item, draft.agenda_url) if draft else point
            saved = save_answer_draft(
                by=self.by,
                committee=committee,
                answers=MeetingAnswers(
                    entries,
                    meeting_date=day,
                    agenda_item=item,
                    agenda_url=url,
                    returns_to=draft.returns_to if draft else None,
                    returns_by=draft.returns_by if draft else None,
                    is_sure=draft.is_sure if draft else False,
                ),
                draft=draft,
                version=draft.version if draft else None,
            )
        self.before.append({"answers": saved.pk, "version": saved.version, "before": kept})


def _grouped(rows: Collection[OwnChange], by: Callable[[OwnChange], Any]) -> dict[Any, list[OwnChange]]:
    found: dict[Any, list[OwnChange]] = defaultdict(list)
    for row in rows:
        found[by(row)].append(row)
    return found
