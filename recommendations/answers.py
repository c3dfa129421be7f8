"""Answers: which stand, who owes one, and the grid of one item. The only place that says who owes.

A cell is one item and one committee (`models.Standing`). What stands in it has been worked out already; an answer of a
committee that the owner has inherited stands there like the owner's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from django.utils import timezone

from recommendations.enums import ANSWERS, COUNTED, RECOMMENDED, OwnershipRole
from recommendations.lifecycle import days_after
from recommendations.models import Committee, CommitteeAnswer, Lineage, Ownership, Publication, Standing
from recommendations.models.publication import PublicationQuerySet
from recommendations.models.standing import StandingQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What committees are asked to answer: neither headings nor options, which are not counted, nor initiatives.
ANSWERABLE = COUNTED & RECOMMENDED

HAS_ANSWER = Q(outcome__in=sorted(ANSWERS))
IS_ANSWERABLE = Q(item__kind__in=sorted(ANSWERABLE))
# An owner's cell of a counted recommendation, in a source that expects answers, where none stands.
OWES = ~Q(role="") & ~HAS_ANSWER & IS_ANSWERABLE & Q(item__publication__expects_answers=True)
# What answers are counted of: the cells that owe one, and those of recommendations where one stands.
OWES_OR_HAS = OWES | HAS_ANSWER & IS_ANSWERABLE


def cells(as_of: date | None = None, known_at: datetime | None = None) -> StandingQuerySet:
    """Every item and committee that owned it or had spoken about it, at the two times; of public sources."""
    return cells_in(Publication.objects.public(as_of, known_at), as_of, known_at)


def cells_in(sources: PublicationQuerySet, as_of: Any, known_at: Any = None) -> StandingQuerySet:
    """The same of these sources alone. The times may be `prepared.Given`."""
    of_sources = {"item__publication__in": sources.order_by().values("pk")}
    found: StandingQuerySet = Standing.objects.at(as_of, known_at).cells().filter(**of_sources)
    return found


def owed(
    as_of: date | None = None, known_at: datetime | None = None, committees: Collection[int] | None = None
) -> StandingQuerySet:
    """The cells that owe an answer; those of `committees` (ids) only, where they are given."""
    return _of(cells(as_of, known_at).filter(OWES), committees)


def given(
    as_of: date | None = None, known_at: datetime | None = None, committees: Collection[int] | None = None
) -> StandingQuerySet:
    """The owners' cells of counted recommendations where an answer stands; of `committees` (ids) only, as in `owed`."""
    return _of(cells(as_of, known_at).owned().filter(HAS_ANSWER, IS_ANSWERABLE), committees)


def speaking_now(committee: Committee) -> set[int]:
    """The committees (ids) whose items are answered by it: itself, and those that took over when it ended."""
    lineage = Lineage.load(on=timezone.localdate())
    return lineage.with_successors(committee.pk) | lineage.with_predecessors(committee.pk)


def _of(found: StandingQuerySet, committees: Collection[int] | None) -> StandingQuerySet:
    return found if committees is None else found.filter(committee__in=committees)


def is_owed(cell: Standing) -> bool:
    """`owed` in Python, of a cell of a public source."""
    expected = cell.item.kind in ANSWERABLE and cell.item.publication.expects_answers
    return bool(cell.role) and expected and cell.outcome not in ANSWERS


# --- The grid of one item ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EarlierAnswer:
    """An answer that no longer stands: followed by a newer one, or corrected by the row `correction`.

    A correction without an outcome has taken the answer back; its reason says why.
    """

    answer: CommitteeAnswer
    correction: CommitteeAnswer | None = None

    @property
    def is_corrected(self) -> bool:
        return self.correction is not None


@dataclass(frozen=True)
class AnswerCell:
    """One committee and its answer to one item; `answer` is empty where none has been registered.

    `role` is in words, empty where the committee has spoken without owning. `days` are from the hand-over of the source
    to the meeting, or until the day asked about while no answer stands; none where the hand-over is not known.
    `reasons_asked_on` is the day of the line that asks for reasons, where the page of the item says so.
    """

    committee: Committee
    owns: bool
    role: StrOrPromise
    answer: CommitteeAnswer | None
    owes: bool
    earlier: tuple[EarlierAnswer, ...] = ()
    days: int | None = None
    reasons_asked_on: date | None = None

    @property
    def from_predecessor(self) -> bool:
        """The answer was given by a committee that this one took over from."""
        return self.answer is not None and self.answer.committee_id != self.committee.pk


def answer_grid(
    cells: Iterable[Standing],
    *,
    day: date,
    answers: Iterable[CommitteeAnswer] = (),
    ownerships: Iterable[Ownership] = (),
    lineage: Lineage | None = None,
) -> list[AnswerCell]:
    """The cells of one item: its owners, the lead first, then the committees that have spoken without owning it.

    `cells` are read with their committee, answer, item and source. `answers` are all that was recorded about the item,
    what was corrected and taken back among it; those that do not stand are put with the committee that gave them, or
    that inherited them: by the `lineage` of committees that ended, and by what `ownerships` say was handed over.
    """
    answers = list(answers)
    rows = sorted(cells, key=lambda cell: (not cell.role, cell.role != OwnershipRole.LEAD, _whose(cell).sort_name))
    corrections = {answer.corrects_id: answer for answer in answers if answer.corrects_id}
    said: dict[int, list[EarlierAnswer]] = defaultdict(list)
    for answer in sorted(answers, key=lambda one: (one.meeting_date, one.recorded_at, one.pk), reverse=True):
        if answer.outcome and answer.meeting_date <= day:
            said[answer.committee_id].append(EarlierAnswer(answer, corrections.get(answer.pk)))
    owners = (_whose(cell).pk for cell in rows if cell.role)
    lines = lines_of(owners, ownerships, lineage=lineage, day=day) if said else {}
    grid = []
    for cell in rows:
        line = lines.get(_whose(cell).pk, {_whose(cell).pk})
        earlier = [one for committee in line for one in said.pop(committee, []) if one.answer.pk != cell.answer_id]
        grid.append(_cell(cell, day, earlier))
    # Committees whose every word was corrected stand nowhere; what they said is still told.
    gone = [AnswerCell(told[0].answer.committee, False, "", None, False, tuple(told)) for told in said.values()]
    return grid + sorted(gone, key=lambda one: one.committee.sort_name)


def answer_grids(cells: Iterable[Standing], *, day: date) -> dict[int, list[AnswerCell]]:
    """The grid of each of many items (by id), without what was said earlier."""
    by_item: dict[int, list[Standing]] = defaultdict(list)
    for cell in cells:
        by_item[cell.item_id].append(cell)
    return {item: answer_grid(of_item, day=day) for item, of_item in by_item.items()}


def _whose(cell: Standing) -> Committee:
    """The committee, which every cell has; the item as a whole has none."""
    return cast("Committee", cell.committee)


def _cell(cell: Standing, day: date, earlier: list[EarlierAnswer]) -> AnswerCell:
    until = cell.answer.meeting_date if cell.answer else day
    newest_first = sorted(earlier, key=lambda one: (one.answer.meeting_date, one.answer.recorded_at), reverse=True)
    return AnswerCell(
        _whose(cell),
        bool(cell.role),
        OwnershipRole(cell.role).label if cell.role else "",
        cell.answer,
        is_owed(cell),
        tuple(newest_first),
        days_after(cell.item.publication.handed_over_on, until),
    )


def lines_of(
    owners: Iterable[int], ownerships: Iterable[Ownership], *, lineage: Lineage | None, day: date
) -> dict[int, set[int]]:
    """Of each owner (ids) of one item, the committees whose word about it is its word too: as `standing.Known.line`.

    `ownerships` are all of the item's, read with their succession; they say what was handed over by the day.
    """
    gave_to: dict[int, set[int]] = defaultdict(set)
    for own in ownerships:
        if own.succession and own.valid_from <= day:
            gave_to[own.committee_id].add(own.succession.predecessor_id)
    return {owner: _line(owner, gave_to, lineage) for owner in owners}


def _line(committee: int, gave_to: dict[int, set[int]], lineage: Lineage | None) -> set[int]:
    """The committee, what ended or gave the item away to it, and, where it has ended itself, its heirs."""
    heirs = lineage.with_successors(committee) if lineage else set()
    found, todo = {committee}, [committee]
    while todo:
        one = todo.pop()
        before = gave_to[one] | (lineage.with_predecessors(one) if lineage else set())
        todo += before - found
        found |= before
    return found | heirs
