"""How an item stands: shown beside every form in which staff write about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations.enums import NO_ANSWER, NO_STATUS
from recommendations.models import Deadline, DoneWhen, Item, Standing
from recommendations.standing import counts_in_words


@dataclass(frozen=True)
class OwnerLine:
    """What one owner has answered and reported; or a committee that has spoken and does not own the item."""

    committee: str
    role: str
    status: str
    status_on: date | None
    fresh_on: date | None
    answer: str

    @classmethod
    def of(cls, cell: Standing) -> OwnerLine:
        answer = str(NO_ANSWER)
        if cell.answer:
            answer = f"{cell.get_outcome_display()}, {date_format(cell.answer.meeting_date)}"
        return cls(
            committee=cell.committee.name if cell.committee else "",
            role=cell.get_role_display(),
            status=str(cell.get_status_display() or NO_STATUS),
            status_on=cell.status_on,
            fresh_on=cell.fresh_on,
            answer=answer,
        )


@dataclass(frozen=True)
class Situation:
    """Of one item: as a whole, and for each of its owners; four queries."""

    item: Item
    whole: Standing | None
    owners: Sequence[OwnerLine]
    differs: str  # where the owners do not say the same: how many of them say what
    deadlines: Sequence[Deadline]
    criterion: DoneWhen | None

    @classmethod
    def of(cls, item: Item) -> Situation:
        rows = Standing.objects.at().filter(item=item).select_related("committee", "answer")
        rows = list(rows.order_by("-role", "committee__sort_name", "pk"))
        cells = [row for row in rows if row.committee_id]
        return cls(
            item=item,
            whole=next((row for row in rows if row.committee_id is None), None),
            owners=[OwnerLine.of(cell) for cell in cells],
            differs=counts_in_words(cells),
            deadlines=list(Deadline.objects.known().filter(item=item).oldest_first()),
            criterion=DoneWhen.objects.known().filter(item=item).newest_first().first(),
        )

    @property
    def status(self) -> str:
        """The item's status as a whole, in words."""
        return str((self.whole and self.whole.get_status_display()) or NO_STATUS)

    @property
    def deadline(self) -> Deadline | None:
        """The deadline in force."""
        return self.deadlines[-1] if self.deadlines else None

    @property
    def answers_in_words(self) -> list[str]:
        return [f"{line.committee}: {line.answer}" for line in self.owners]

    @property
    def deadlines_in_words(self) -> list[str]:
        """All there have been, the first one first."""
        return [f"{date_format(row.due_on)}. {row.reason}".strip() for row in self.deadlines if row.due_on]

    @property
    def criterion_in_words(self) -> list[str]:
        if self.criterion is None:
            return []
        words = {"text": self.criterion.text, "reason": self.criterion.reason}
        return [_("Det er gennemført, når %(text)s %(reason)s") % words]
