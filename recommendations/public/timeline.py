"""What has been published and decided about an item, in the order people read it, each with what corrects it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

from recommendations.enums import UpdateKind
from recommendations.meetings import Promise
from recommendations.models import Evidence, StatusUpdate
from recommendations.models.recorded import Corrigible
from recommendations.templatetags.words import is_since

Row = TypeVar("Row", bound=Corrigible)


@dataclass
class TimelineUpdate:
    """A published update with its evidence, and with the correction of it where there is one."""

    update: StatusUpdate
    is_new: bool  # published on or after the day that was asked about with `siden`
    is_earlier_criterion: bool = False  # it was held against a criterion that is in force no more
    evidence: list[Evidence] = field(default_factory=list)
    corrections: list[TimelineUpdate] = field(default_factory=list)
    is_unkept: bool = False  # the day of its next step has passed, and nothing has been recorded since

    def look_for_unkept(self, promises: Collection[Promise], day: date) -> None:
        """See whether it, or a correction of it, promised what has not come by `day`, among all about its item."""
        self.is_unkept = any(one.update == self.update and one.is_broken(day) for one in promises)
        for correction in self.corrections:
            correction.look_for_unkept(promises, day)

    @property
    def new_updates(self) -> int:
        """How many are new: itself and its corrections."""
        return self.is_new + sum(correction.new_updates for correction in self.corrections)

    @property
    def last(self) -> StatusUpdate:
        """What stands: the last correction of it, else the update itself."""
        return self.corrections[-1].last if self.corrections else self.update

    @property
    def is_confirmation(self) -> bool:
        return self.update.kind == UpdateKind.CONFIRMATION


def timeline(
    rows: Iterable[tuple[StatusUpdate, list[Evidence]]],
    *,
    since: date | None = None,
    criteria: Collection[int] = (),
) -> list[TimelineUpdate]:
    """Updates, newest first as `rows` come. A correction stands with what it corrects, be that a correction too.

    `criteria` are the keys of the criterion in force and of what it corrects.
    """
    lines = {}
    for update, evidence in rows:
        for one in evidence:
            one.update = update
        is_new = update.published_at is not None and is_since(update.published_at, since)
        is_earlier = update.criterion_id is not None and update.criterion_id not in criteria
        lines[update.pk] = TimelineUpdate(update, is_new, is_earlier, sorted(evidence, key=lambda row: row.position))
    top = []
    for line in lines.values():
        # What is corrected can be unknown on an earlier day; then the correction stands by itself.
        corrected = lines.get(line.update.corrects_id) if line.update.corrects_id else None
        if corrected:
            corrected.corrections.append(line)
        else:
            top.append(line)
    return top


@dataclass
class RecordedLine(Generic[Row]):
    """A deadline, a criterion or a wording as it was first recorded, and then its corrections in their order."""

    row: Row
    corrections: list[Row] = field(default_factory=list)

    @property
    def last(self) -> Row:
        return self.corrections[-1] if self.corrections else self.row


def recorded_lines(rows: Iterable[Row]) -> list[RecordedLine[Row]]:
    """Rows, oldest first as they come, each with what corrects it."""
    lines: dict[int, RecordedLine[Row]] = {}
    top = []
    for row in sorted(rows, key=lambda one: (one.recorded_at, one.pk)):
        corrects: int | None = row.corrects_id  # type: ignore[attr-defined]  # each model has the column itself
        corrected = lines.get(corrects) if corrects else None
        if corrected:
            corrected.corrections.append(row)
            lines[row.pk] = corrected
        else:
            top.append(lines.setdefault(row.pk, RecordedLine(row)))
    return top
