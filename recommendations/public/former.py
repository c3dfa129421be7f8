"""What a committee owned before, and what it has answered that it is not responsible for: how many, and the first.

Of each source it is kept how many each committee has, and which are the first of them, until something happens to that
source. A page puts the first of all sources together, and reads no more than it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from recommendations import answers, data_version, prepared
from recommendations.facet_index import FacetIndex
from recommendations.models import Ownership, Standing, Succession
from recommendations.models.recorded import moment
from recommendations.prepared import DAY, NOW, Among

MOST_FORMER = 10  # rows of each list; what is left out is said, with the way to it


@dataclass(frozen=True)
class FirstRows:
    """The first rows of a list, and how many it has."""

    rows: list[Any]
    whole: int

    @property
    def is_cut(self) -> bool:
        return self.whole > len(self.rows)


@dataclass
class _Some:
    """Of one source and one committee: how many, and the first of them, each as what it stands by and its key."""

    whole: int = 0
    first: list[tuple[Any, ...]] = field(default_factory=list)


Whose = tuple[Any, ...]  # a committee (id), and what else tells rows of one source apart


def owned_before(committee: int, index: FacetIndex) -> FirstRows:
    """What it no longer owned on the day of the index: what it lost last first, and then in the order of the lists.

    Each with `taken_over_by`, the name of the committee that it was handed over to. Two queries, one where there are
    none.
    """
    found = _of_sources(_ended, index, {committee})
    some = [found[source].get((committee,), _Some()) for source in index.sources]
    rows = merge(*(_by_day(source, of_source) for source, of_source in enumerate(some)))
    return _shown(_ownerships, rows, some)


def _by_day(source: int, some: _Some) -> Iterator[tuple[int, int, int, int]]:
    """The rows of the source at this place, each as what it is sorted by and its key."""
    for place, (lost_on, key) in enumerate(some.first):
        yield -lost_on.toordinal(), source, place, key


def answered_elsewhere(
    committee: int, owners: frozenset[int], successions: Collection[Succession], index: FacetIndex
) -> FirstRows:
    """The cells with an answer of the committee's that is not told of among what it is responsible for, as `owners`
    are; the newest answer first. As many queries.

    The answer stands in a cell of another committee only where one took over from the other.
    """
    others = _related(committee, successions) - owners
    found = _of_sources(_answered, index, owners | others, _taking_part(successions))
    some = [
        of_committee
        for of_source in found.values()
        for (whose, by, role), of_committee in of_source.items()
        if (whose in owners and not role) or (whose in others and by == committee)
    ]
    return _shown(_cells, merge(*(one.first for one in some), reverse=True), some)


def _related(committee: int, successions: Collection[Succession]) -> frozenset[int]:
    """The committees (ids) that took over from this one or gave it something, directly or through others."""
    found, todo = {committee}, [committee]
    while todo:
        one = todo.pop()
        beside = _taking_part(each for each in successions if one in (each.predecessor_id, each.successor_id)) - found
        found |= beside
        todo += beside
    return frozenset(found)


def _taking_part(successions: Iterable[Succession]) -> frozenset[int]:
    return frozenset(end for one in successions for end in (one.predecessor_id, one.successor_id))


def _shown(make: Callable[[], QuerySet[Any]], rows: Iterable[tuple[Any, ...]], some: list[_Some]) -> FirstRows:
    keys = [row[-1] for row in islice(rows, MOST_FORMER)]
    found = {one.pk: one for one in prepared.objects(make, keys=keys, now=moment(None))} if keys else {}
    return FirstRows([found[key] for key in keys], sum(one.whole for one in some))


def _of_sources(
    make: Callable[..., QuerySet[Any, Any]],
    index: FacetIndex,
    committees: Collection[int],
    related: frozenset[int] = frozenset(),
) -> dict[int, dict[Whose, _Some]]:
    """Of each source (id) what there is of whom, in order; of an earlier day only what is of these `committees`.

    `related` are all that have taken over from others, or given to them.
    """
    is_of_some = index.times[0] is not None

    def read(sources: list[int]) -> dict[int, dict[Whose, _Some]]:
        found: dict[int, dict[Whose, _Some]] = {source: {} for source in sources}
        among = {"sources": sources, "committees": committees, "related": related}
        for source, *row, whole in prepared.rows(make, is_of_some, **among, day=index.day, now=moment(None)):
            whose, stands_by = tuple(row[: WHOSE[make]]), tuple(row[WHOSE[make] :])
            some = found[source].setdefault(whose, _Some(whole))
            some.first.append(stands_by)
        return found

    if is_of_some:
        return read(list(index.sources))
    return data_version.kept_of(index.sources, (make.__name__, related), read)


def _first_of(
    rows: QuerySet[Any], whose: tuple[str, ...], *order: str, stands_by: tuple[str, ...]
) -> QuerySet[Any, Any]:
    """Of `rows` about some sources the first of each source and of each committee, in order, and how many it has."""
    of_each = [F("item__publication"), *map(F, whose)]
    counted = rows.order_by().annotate(
        whole=Window(Count("pk"), partition_by=of_each),
        place=Window(RowNumber(), partition_by=of_each, order_by=order),
    )
    first = counted.filter(place__lte=MOST_FORMER).order_by("place")
    return first.values_list("item__publication", *whose, *stands_by, "whole")


def _among(rows: QuerySet[Any], is_of_some: bool) -> QuerySet[Any]:
    of_sources = rows.filter(Among("item__publication_id", "sources"))
    return of_sources.filter(Among("committee_id", "committees")) if is_of_some else of_sources


def _ended(is_of_some: bool) -> QuerySet[Any, Any]:
    ended = _among(Ownership.objects.recorded(NOW), is_of_some).filter(valid_to__lte=DAY)
    return _first_of(ended, ("committee",), "-valid_to", "item__path", "pk", stands_by=("valid_to", "pk"))


def _answered(is_of_some: bool) -> QuerySet[Any, Any]:
    """The answers in cells of others than those who gave them, and of those who do not own what they answered."""
    cells = _among(Standing.objects.at(DAY).cells(), is_of_some).filter(answers.HAS_ANSWER)
    inherited = Q(Among("committee_id", "related")) & ~Q(answer__committee=F("committee"))
    found = cells.filter(Q(role="") | inherited)
    by = ("answer__meeting_date", "answer__recorded_at", "pk")
    return _first_of(found, ("committee", "answer__committee", "role"), *(f"-{one}" for one in by), stands_by=by)


WHOSE = {_ended: 1, _answered: 3}  # how many columns say whose a row is


@prepared.planned_once
def _ownerships() -> QuerySet[Ownership]:
    known = Ownership.objects.recorded(NOW)
    took_over = known.filter(
        item=OuterRef("item"), succession__predecessor=OuterRef("committee"), valid_from=OuterRef("valid_to")
    )
    found = Ownership.objects.filter(Among("pk", "keys")).order_by()
    found = found.annotate(taken_over_by=Subquery(took_over.order_by("pk").values("committee__name")[:1]))
    return found.select_related("item__publication", "item__wording")


@prepared.planned_once
def _cells() -> QuerySet[Standing]:
    found = Standing.objects.filter(Among("pk", "keys")).order_by()
    return found.select_related("answer", "item__publication", "item__wording")
