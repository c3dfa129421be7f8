"""Counts and roll-ups: the one place where totals are made.

No percentages of progress anywhere: counts with their whole, refused and unanswered items included. Headings are never
counted. Everything takes the same two times as a `Selection`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Max, Q, Value
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations.enums import CLOSED, DONE, NO_STATUS, Outcome, Status
from recommendations.lifecycle import is_overdue, is_stale, roll_up, stale_before
from recommendations.models import Recommendation, TrackedItem
from recommendations.models.answer import CommitteeAnswerQuerySet
from recommendations.models.item import ItemQuerySet

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from recommendations.models.ownership import AnswerCells

Row = dict[str, Any]  # one row of `.values()`: what it holds depends on the query


@dataclass(frozen=True)
class StatusTotals:
    """How a set of items stands. `by_status` has every status, zeros included, and "" for none registered."""

    by_status: dict[str, int] = field(default_factory=lambda: dict.fromkeys(["", *Status.values], 0))
    overdue: int = 0
    stale: int = 0
    newest: date | None = None  # the newest sign of life of any item
    headings: int = field(default=0, compare=False)  # stand in the list beside the items that are counted
    dated: int = field(default=0, compare=False)  # have a deadline, so that they can be overdue at all

    def __add__(self, other: StatusTotals) -> StatusTotals:
        return StatusTotals(
            {status: count + other.by_status[status] for status, count in self.by_status.items()},
            self.overdue + other.overdue,
            self.stale + other.stale,
            max(filter(None, [self.newest, other.newest]), default=None),
            self.headings + other.headings,
            self.dated + other.dated,
        )

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def without_status(self) -> int:
        return self.by_status[""]

    @property
    def done(self) -> int:
        return sum(self.by_status[status] for status in DONE)

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """(code, label, count) for every status that occurs, in the order of the statuses, none registered last."""
        labelled = [(status.value, str(status.label), self.by_status[status]) for status in Status]
        return [row for row in [*labelled, ("", str(NO_STATUS), self.without_status)] if row[2]]

    @property
    def roll_up(self) -> Status | None:
        """The status of the set as a group; none where the counts alone must speak."""
        return roll_up(code for code, count in self.by_status.items() if count)

    @property
    def in_words(self) -> str:
        """For example "4 af 22 gennemført, 9 i gang, 3 uden status"."""
        if not self.total:
            return _("Ingen at tælle")
        whole = {"done": number_format(self.done), "total": number_format(self.total)}
        parts = [_("%(done)s af %(total)s gennemført") % whole]
        for code, label, count in self.rows:
            if code and code not in DONE:
                parts.append(f"{number_format(count)} {label.lower()}")
        if self.without_status:
            parts.append(_("%(count)s uden status") % {"count": number_format(self.without_status)})
        return ", ".join(parts)


@dataclass(frozen=True)
class AnswerTotals:
    """What committees have answered. A cell is one recommendation and one committee that owns it."""

    recommendations: int = 0  # recommendations with at least one owner
    answered: int = 0  # of them, those with at least one answer
    cells: int = 0
    unanswered_cells: int = 0
    by_outcome: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Outcome.values, 0))

    def __add__(self, other: AnswerTotals) -> AnswerTotals:
        return AnswerTotals(
            self.recommendations + other.recommendations,
            self.answered + other.answered,
            self.cells + other.cells,
            self.unanswered_cells + other.unanswered_cells,
            {outcome: count + other.by_outcome[outcome] for outcome, count in self.by_outcome.items()},
        )

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """(code, label, count) for every outcome that occurs."""
        return [(o.value, str(o.label), self.by_outcome[o]) for o in Outcome if self.by_outcome[o]]


def status_totals(items: ItemQuerySet, today: date, by: str | None = None) -> dict[Hashable, StatusTotals]:
    """Totals of `items` (a queryset with its `state_…`), per value of the field `by`; under None when there is no `by`.

    One query. A key that no counted item has is absent: ask with `.get(key, StatusTotals())`.
    """
    grouping = [by] if by else []
    if items.model is Recommendation:
        grouping.append("is_heading")
    rows = (
        items.order_by()
        .values(*grouping, "state_status")
        .annotate(
            # Not of the key: the index that has all the rest is enough then.
            count=Count("*"),
            late=Count("publication", filter=Q(state_due_on__lt=today)),
            silent=Count("publication", filter=Q(state_fresh_on__lt=stale_before(today, settings.STALE_AFTER_DAYS))),
            newest=Max("state_fresh_on"),
            dated=Count("state_due_on"),
        )
    )
    grouped: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[by] if by else None].append(row)
    totals = {key: added_up(rows) for key, rows in grouped.items()}
    if by:
        return {key: found for key, found in totals.items() if found.total}
    return {None: totals.get(None, StatusTotals())}


def totals_of(items: Iterable[TrackedItem], today: date) -> StatusTotals:
    """What `status_totals` says, without a query: of items that have been read already, each with its `state_…`."""
    return added_up(
        {
            "is_heading": getattr(item, "is_heading", False),
            "state_status": item.state_status,  # type: ignore[attr-defined]  # annotated by with_state()
            "count": 1,
            "late": int(is_overdue(item.state_status, item.state_due_on, today=today)),  # type: ignore[attr-defined]
            "silent": int(
                is_stale(
                    item.state_status,  # type: ignore[attr-defined]
                    item.state_fresh_on,  # type: ignore[attr-defined]
                    today=today,
                    after_days=settings.STALE_AFTER_DAYS,
                )
            ),
            "newest": item.state_fresh_on,  # type: ignore[attr-defined]
            "dated": int(item.state_due_on is not None),  # type: ignore[attr-defined]
        }
        for item in items
    )


def added_up(rows: Iterable[Row]) -> StatusTotals:
    """Totals of groups of items: each has `state_status`, `count`, `newest` and, of the count, `late` and `silent`.

    Those that do not say how many are `dated` add up to totals that do not say it either.
    """
    by_status = dict.fromkeys(["", *Status.values], 0)
    overdue = stale = headings = dated = 0
    newest: date | None = None
    for row in rows:
        if row.get("is_heading"):
            headings += row["count"]
            continue
        by_status[row["state_status"]] += row["count"]
        dated += row.get("dated", 0)
        if row["state_status"] not in CLOSED:
            overdue += row["late"]
            stale += row["silent"]
        newest = max(filter(None, [newest, row["newest"]]), default=None)
    return StatusTotals(by_status, overdue, stale, newest, headings, dated)


def answer_totals(cells: AnswerCells, answers: CommitteeAnswerQuerySet) -> dict[int, AnswerTotals]:
    """Totals of answers per publication (id), from a selection's `answer_cells()` and `answers()`. Two queries.

    The answered cells are asked for by themselves: as a filter of the rows, and not of what is counted, the databases
    look for answers to all of them at once.
    """
    cells = cells.filter(recommendation__is_heading=False)
    all_cells, answered_cells = _counted(cells, answered=False), _counted(cells.filter(is_answered=True), answered=True)
    counted = {
        (row["recommendation__publication"], row["answered"]): (row["cells"], row["recommendations"])
        for row in all_cells.union(answered_cells, all=True)
    }
    outcomes: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(Outcome.values, 0))
    answers = answers.filter(recommendation__is_heading=False)
    for row in answers.order_by().values("recommendation__publication", "outcome").annotate(count=Count("pk")):
        outcomes[row["recommendation__publication"]][row["outcome"]] += row["count"]
    totals = {}
    for (publication, answered), (count, recommendations) in counted.items():
        if answered:
            continue
        with_answer, answered_recommendations = counted.get((publication, True), (0, 0))
        totals[publication] = AnswerTotals(
            recommendations, answered_recommendations, count, count - with_answer, outcomes[publication]
        )
    return totals


def _counted(cells: AnswerCells, *, answered: bool) -> QuerySet[Any, Any]:
    """Cells, and the recommendations they are about, per publication (id); marked as `answered` or not."""
    per_publication = cells.order_by().values("recommendation__publication")
    return per_publication.annotate(
        answered=Value(answered), cells=Count("*"), recommendations=Count("recommendation", distinct=True)
    )
