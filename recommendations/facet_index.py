"""Which items have what, as sets of their places in the order of the lists: what counts and pages of lists are made of.

A bitmap index: for each fact and each of its values a compressed bitmap (roaring) of the items that have it. Choices
are put together with `&` and `|` and counted in microseconds, where a database would walk through every row again for
each count. It is made of five narrow queries, and holds neither words nor model objects.

While nothing may be kept it is made for whoever asks. Else it is kept, and brought up to date by the events since: of
what was done about single items those are read again; after anything else that lists might show it is made anew.
"""

from __future__ import annotations

from array import array
from bisect import bisect
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar, cast

from pyroaring import BitMap

from recommendations import data_version, tenancy
from recommendations.enums import (
    CLOSED,
    COUNTED,
    DRAFTING,
    DRAFTING_ANSWERS,
    DRAFTING_REPORTS,
    PROPOSING,
    RECOMMENDED,
    REPORTING_ERRORS,
    Act,
    ItemKind,
)
from recommendations.facet_facts import (
    Source,
    Times,
    ask,
    carried_out,
    items_of,
    no_lists,
    note_item,
    note_others,
    sources_of,
)
from recommendations.models import Event, Initiative, Item
from recommendations.models.recorded import day as day_of

T = TypeVar("T")
Facts = dict[str, dict[Hashable, BitMap]]  # fact -> value -> the places of the items that have it

MOST_DAYS = 3  # earlier days that are kept at a time, beside the day of today of each municipality
MOST_READ_AGAIN = 500  # items; of more the index is made anew

# After these the items of their events are read again; the order of the rows is as it was.
ABOUT_AN_ITEM = frozenset(
    {
        Act.STATUS_PUBLISHED,
        Act.NOTE_PUBLISHED,
        Act.STATUS_CONFIRMED,
        Act.UPDATE_CORRECTED,
        Act.ANSWER_RECORDED,
        Act.ANSWER_CORRECTED,
        Act.DEADLINE_SET,
        Act.DEADLINE_MOVED,
        Act.DEADLINE_CORRECTED,
        Act.OWNER_ADDED,
        Act.OWNER_ENDED,
        Act.OWNER_CORRECTED,
        Act.SUPPORT_RECORDED,
    }
)
# These change nothing that is held here.
ABOUT_OTHER_THINGS = (
    DRAFTING
    | DRAFTING_ANSWERS
    | DRAFTING_REPORTS
    | PROPOSING
    | REPORTING_ERRORS
    | {
        Act.CRITERION_SET,
        Act.CRITERION_REWORDED,
        Act.CRITERION_CORRECTED,
        Act.REWORDED,
        Act.WORDS_CORRECTED,
        Act.TREATMENT_RECORDED,
        Act.TREATMENT_CORRECTED,
        Act.RELATION_ADDED,
        Act.RELATION_REMOVED,
        Act.SYNONYM_SAVED,
        Act.SYNONYM_REMOVED,
        Act.ROLE_GIVEN,
        Act.ROLE_ENDED,
        Act.PERSON_INVITED,
        Act.PERSON_CHANGED,
        Act.PERSON_LEFT,
        Act.LOGIN_REOPENED,
        Act.LINK_SENT,
        Act.PASSWORD_CHOSEN,
        Act.MEETING_PLANNED,
        Act.MEETING_CHANGED,
        Act.MEETING_MOVED,
        Act.MEETING_CANCELLED,
        Act.PAPERS_SENT,
        Act.MEETING_HELD,
        Act.REPORT_ISSUED,
        Act.REPORT_REPLACED,
    }
)


@dataclass(frozen=True)
class FacetIndex:
    """Of every public item at two times what lists can be narrowed by. Never changed: what is newer is another one.

    A place is the number of an item in the order of the sources, 0 for the first; the lists of both models share them.
    """

    times: Times
    day: date
    sources: dict[int, Source]
    ids: array[int]  # the item's key, by place
    places: array[int]  # by the item's key; -1 for what is not public
    ends: dict[int, int]  # of an item with something below it the first place after all of that
    carried_by: dict[int, list[int]]  # place of a recommendation -> places of the initiatives that carry it out
    starts: list[int]  # the place of the first item of each source
    changed_at: array[float]  # by place: POSIX time, 0 for never
    facts: Facts
    memory: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    # --- What is asked of it ------------------------------------------------------------------------------------------

    def having(self, fact: str, *values: Hashable) -> BitMap:
        """Those with one of the values."""
        of_fact = self.facts.get(fact, {})
        return BitMap.union(BitMap(), *(of_fact[value] for value in values if value in of_fact))

    @property
    def everything(self) -> BitMap:
        return self.worked_out("everything", lambda: BitMap(range(len(self.ids))))

    @property
    def counted(self) -> BitMap:
        return self.worked_out("counted", lambda: self.having("kind", *COUNTED))

    def of_model(self, model: type[Item]) -> BitMap:
        kinds = {ItemKind.INITIATIVE} if model is Initiative else RECOMMENDED
        return self.worked_out(model, lambda: self.having("kind", *kinds))

    def worked_out(self, key: Hashable, make: Callable[[], T]) -> T:
        """What follows from the index, made once for it (memoised); nobody may change it."""
        if key not in self.memory:
            self.memory[key] = make()
        return cast("T", self.memory[key])

    def with_keys(self, keys: Iterable[int]) -> BitMap:
        """Those of the items with these keys that are public."""
        places, known = self.places, len(self.places)
        return BitMap([place for key in keys if key < known and (place := places[key]) >= 0])

    def at_or_below(self, headings: Iterable[int]) -> BitMap:
        """The items at these places and what stands below them in their sources."""
        return BitMap.union(BitMap(), *(BitMap(range(one, self.ends.get(one, one + 1))) for one in headings))

    def carrying_out(self, wanted: BitMap, *, of_own_source: bool = False) -> BitMap:
        """The initiatives that carry out one of `wanted`, or one of them that is of their own source."""
        return BitMap(
            [
                initiative
                for place in wanted & self.having("has_initiatives", True)
                for initiative in self.carried_by[place]
                if not of_own_source or bisect(self.starts, initiative) == bisect(self.starts, place)
            ]
        )

    def number(self, found: BitMap, fact: str, values: Iterable[Hashable]) -> int:
        """How many of `found` have each of the values, added up: what has two counts twice."""
        of_fact = self.facts.get(fact, {})
        return sum(found.intersection_cardinality(of_fact[value]) for value in values if value in of_fact)

    # --- Orders -------------------------------------------------------------------------------------------------------

    def by_change(self, found: BitMap, rows: slice) -> list[int]:
        """A part of `found`: what changed last first, and what never has last."""
        groups = self._in_order("changed_on")[::-1]
        return _part(found, [*groups, _rest(found, groups)], rows, lambda one: -self.changed_at[one])

    def by_silence(self, found: BitMap, rows: slice) -> list[int]:
        """A part of `found`: what has never been reported on first, then what has been silent the longest."""
        groups = self._in_order("fresh_on")
        return _part(found, [_rest(found, groups), *groups], rows)

    def by_support(self, found: BitMap, rows: slice) -> list[int]:
        """A part of `found`: the greatest share first, and what has none last."""
        groups = self._in_order("support")[::-1]
        return _part(found, [*groups, _rest(found, groups)], rows)

    def days(self, fact: str) -> list[Any]:
        """The days that any item has, "fresh_on" or "due_on", in order."""
        return self.worked_out(("days", fact), lambda: sorted(self.facts.get(fact, {}), key=_as_is))

    def newest(self, found: BitMap) -> Any:
        """The newest day with a sign of life of any of these; none where there is none."""
        days = reversed(self.days("fresh_on"))
        return next((day for day in days if not found.isdisjoint(self.facts["fresh_on"][day])), None)

    def oldest(self, found: BitMap) -> Any:
        """The day of the last sign of life of that of these that has been silent the longest; none as above."""
        days = self.days("fresh_on")
        return next((day for day in days if not found.isdisjoint(self.facts["fresh_on"][day])), None)

    @property
    def open(self) -> BitMap:
        """What is counted and not closed."""
        return self.worked_out("open", lambda: self.counted - self.having("status", *CLOSED))

    def of_sources(self, sources: Iterable[int]) -> BitMap:
        """All of the sources with these keys."""
        return self.having("source", *(self.sources[source].slug for source in sources))

    def _in_order(self, fact: str) -> list[BitMap]:
        """The groups of items that have the same value, by the value."""
        of_fact = self.facts.get(fact, {})
        return self.worked_out(f"by {fact}", lambda: [of_fact[value] for value in sorted(of_fact, key=_as_is)])

    # --- Keeping it up to date ----------------------------------------------------------------------------------------

    def read_again(self, items: Collection[int]) -> FacetIndex:
        """The index with what is known now of the items with these keys. Three queries."""
        changed = self.with_keys(items)
        facts: Facts = {}
        for fact, values in self.facts.items():
            if fact == "has_initiatives":  # read with the initiatives
                facts[fact] = values
                continue
            facts[fact] = {
                value: places if places.isdisjoint(changed) else places - changed for value, places in values.items()
            }
        changed_at = self.changed_at[:]
        found = no_lists()
        for key, source, _path, *row in ask(items_of, self.times, items):
            if key < len(self.places) and (place := self.places[key]) >= 0:
                changed_at[place] = note_item(found, place, self.sources[source], self.day, *row)
        note_others(found, self.times, self.places, items)
        for fact, of_fact in found.items():
            had = facts.setdefault(fact, {})
            for value, more in of_fact.items():
                had[value] = had.get(value, BitMap()) | BitMap(more)
        return replace(self, changed_at=changed_at, facts=_that_occur(facts), memory={})


def _as_is(value: Any) -> Any:
    return value


def _rest(found: BitMap, groups: list[BitMap]) -> BitMap:
    return found - BitMap.union(BitMap(), *groups)


def _part(found: BitMap, groups: list[BitMap], rows: slice, within: Callable[[int], float] | None = None) -> list[int]:
    """The places at `rows` of `found` in the order of the groups; only into those that reach there it is looked."""
    part: list[int] = []
    passed = 0
    for group in groups:
        if passed >= rows.stop:
            break
        number = found.intersection_cardinality(group)
        if number and passed + number > rows.start:
            here = sorted(found & group, key=within) if within else list(found & group)
            part += here[max(0, rows.start - passed) : rows.stop - passed]
        passed += number
    return part


# --- Making it --------------------------------------------------------------------------------------------------------


def made(as_of: date | None = None, known_at: datetime | None = None) -> FacetIndex:
    """The index at two times, as the database has it now. Five queries."""
    times, on = (as_of, known_at), day_of(as_of)
    sources = {pk: Source(*row) for pk, *row in ask(sources_of, times)}
    by_source: dict[int, list[Any]] = {pk: [] for pk in sources}
    for row in ask(items_of, times):
        if row[1] in by_source:
            by_source[row[1]].append(row)
    ids, changed_at = array("q"), array("d")
    ends: dict[int, int] = {}
    starts: list[int] = []
    found = no_lists()
    for of_source in by_source.values():
        starts.append(len(ids))
        above: list[tuple[int, str]] = []  # what the row stands below: place, and how paths below it begin
        for key, source, path, *row in of_source:
            place = len(ids)
            while above and not f"{path}!".startswith(above[-1][1]):  # an initiative may have a heading's own path
                _end(ends, above.pop()[0], place)
            above.append((place, f"{path}!"))
            ids.append(key)
            changed_at.append(note_item(found, place, sources[source], on, *row))
        for place, _beginning in above:
            _end(ends, place, len(ids))
    places = array("q", [-1]) * (max(ids, default=0) + 1)
    for place, key in enumerate(ids):
        places[key] = place
    note_others(found, times, places)
    carried_by: dict[int, list[int]] = defaultdict(list)
    for initiative, recommendation in sorted(ask(carried_out, times)):
        if max(initiative, recommendation) < len(places) and min(places[initiative], places[recommendation]) >= 0:
            carried_by[places[recommendation]].append(places[initiative])
    found["has_initiatives"][True] = list(carried_by)
    facts = {fact: {value: BitMap(of_value) for value, of_value in of_fact.items()} for fact, of_fact in found.items()}
    return FacetIndex(times, on, sources, ids, places, ends, dict(carried_by), starts, changed_at, _that_occur(facts))


def _that_occur(facts: Facts) -> Facts:
    """Without values, and facts, that no item has."""
    found = {fact: {value: places for value, places in of_fact.items() if places} for fact, of_fact in facts.items()}
    return {fact: of_fact for fact, of_fact in found.items() if of_fact}


def _end(ends: dict[int, int], place: int, end: int) -> None:
    if end > place + 1:
        ends[place] = end


# --- Keeping it -------------------------------------------------------------------------------------------------------

_kept: OrderedDict[tuple[Hashable, ...], tuple[int, FacetIndex]] = OrderedDict()
_lock = Lock()  # one thread makes it, and the others wait for that one


def at(as_of: date | None = None, known_at: datetime | None = None) -> FacetIndex:
    """The index at two times: kept, where the request may keep anything."""
    version = data_version.asked()
    if version is None:
        return made(as_of, known_at)
    key = (tenancy.current().pk, as_of, known_at)
    with _lock:
        version_kept, index = _kept.pop(key, (0, None))
        if index is None or index.day != day_of(as_of):
            index, version_kept = made(as_of, known_at), 0
        elif version_kept < version:
            index = _up_to_date(index, version_kept, version)
        _kept[key] = max(version, version_kept), index
        earlier = [one for one in _kept if one[1:] != (None, None)]
        for one in earlier[:-MOST_DAYS]:
            del _kept[one]
        return index


def _up_to_date(index: FacetIndex, since: int, until: int) -> FacetIndex:
    """The index with what was done after one version and no later than another. One query, and what is read again."""
    events = Event.objects.filter(pk__gt=since, pk__lte=until).order_by().values_list("act", "item_id").distinct()
    items = {item for act, item in events if act in ABOUT_AN_ITEM}
    if any(act not in ABOUT_AN_ITEM | ABOUT_OTHER_THINGS for act, _item in events) or len(items) > MOST_READ_AGAIN:
        return made(*index.times)
    return index.read_again(items) if items else index
