"""Which items have what, as sets of their places in the order of the lists: what counts and pages of lists are made of.

A bitmap index: for each fact and each of its values a compressed bitmap (roaring) of the items that have it. Choices
are put together with `&` and `|` and counted in microseconds, where a database would walk through every row again for
each count. It is made of five narrow queries, and holds neither words nor model objects. That of an earlier day is made
of the one of today and of how the facts came and went (`facet_history`), which is read once for all days.

While nothing may be kept it is made for whoever asks. Else it is kept, and brought up to date by the events since: of
what was done about single items those are read again; after anything else that lists might show it is made anew.
"""

from __future__ import annotations

from array import array
from bisect import bisect
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import isqrt
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
    moments_of,
    no_lists,
    note_cells,
    note_item,
    note_others,
    sources_of,
)
from recommendations.facet_history import DayOfHistory, History, OnDemand, history_of
from recommendations.lifecycle import stale_before
from recommendations.models import Event, Initiative, Item
from recommendations.models.recorded import day as day_of

T = TypeVar("T")
Facts = Mapping[str, Mapping[Any, BitMap]]  # fact -> value -> the places of the items that have it

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
        Act.FILE_WRITTEN,
        Act.FILE_UNDONE,
        Act.ITEM_ASSIGNED,
        Act.ITEM_DECLINED,
        Act.ANSWER_REQUESTED,
        Act.REASONS_REQUESTED,
        Act.WEBHOOK_SAVED,
        Act.WEBHOOK_REMOVED,
    }
)


@dataclass(frozen=True)
class FacetIndex:
    """Of every public item at two times what lists can be narrowed by. Never changed: what is newer is another one.

    A place is the number of an item in the order of the sources, 0 for the first; the lists of both models share them.
    On an earlier day the places are those of today, and what there was not yet stands at none of them: `everything`.
    """

    times: Times
    day: date
    sources: dict[int, Source]
    ids: array[int]  # the item's key, by place
    places: array[int]  # by the item's key; -1 for what is not public
    ends: dict[int, int]  # of an item with something below it the first place after all of that
    carried_by: dict[int, list[int]]  # place of a recommendation -> places of the initiatives that carry it out
    starts: list[int]  # the place of the first item of each source
    changed_at: array[float] | None  # by place: POSIX time, 0 for never; of an earlier day it is asked for
    everything: BitMap
    facts: Facts
    memory: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    # --- What is asked of it ------------------------------------------------------------------------------------------

    def having(self, fact: str, *values: Hashable) -> BitMap:
        """Those with one of the values."""
        of_fact = self.facts.get(fact, {})
        return BitMap.union(BitMap(), *(of_fact[value] for value in values if value in of_fact))

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
        return BitMap([place for key in keys if key < known and (place := places[key]) >= 0]) & self.everything

    def at_or_below(self, headings: Iterable[int]) -> BitMap:
        """The items at these places and what stands below them in their sources."""
        return BitMap.union(BitMap(), *(BitMap(range(one, self.ends.get(one, one + 1))) for one in headings))

    def carrying_out(self, wanted: BitMap, *, of_own_source: bool = False) -> BitMap:
        """The initiatives that carry out one of `wanted`, or one of them that is of their own source."""
        found = [
            initiative
            for place in wanted & self.having("has_initiatives", True)
            for initiative in self.carried_by[place]
            if not of_own_source or bisect(self.starts, initiative) == bisect(self.starts, place)
        ]
        return BitMap(found) & self.everything

    def number(self, found: BitMap, fact: str, values: Iterable[Hashable]) -> int:
        """How many of `found` have each of the values, added up: what has two counts twice."""
        of_fact = self.facts.get(fact, {})
        return sum(found.intersection_cardinality(of_fact[value]) for value in values if value in of_fact)

    # --- Orders -------------------------------------------------------------------------------------------------------

    def by_change(self, found: BitMap, rows: slice) -> list[int]:
        """A part of `found`: what changed last first, and what never has last. At an earlier day one query a day."""
        return _part(found, self._groups("changed_on", newest_first=True), rows, self._changed_last_first)

    def by_silence(self, found: BitMap, rows: slice) -> list[int]:
        """A part of `found`: what has never been reported on first, then what has been silent the longest."""
        return _part(found, self._groups("fresh_on", none_first=True), rows)

    def by_support(self, found: BitMap, rows: slice) -> list[int]:
        """A part of `found`: the greatest share first, and what has none last."""
        return _part(found, self._groups("support", newest_first=True), rows)

    def _groups(self, fact: str, *, newest_first: bool = False, none_first: bool = False) -> Iterator[BitMap]:
        """The groups of items that have the same value, by the value, and what has none."""
        if none_first:
            yield self.everything - self.having("has", fact)
        values = self.days(fact)
        for value in reversed(values) if newest_first else values:
            yield self.facts[fact][value]
        if not none_first:
            yield self.everything - self.having("has", fact)

    def _changed_last_first(self, places: BitMap) -> list[int]:
        ids, changed_at = self.ids, self.changed_at
        if changed_at is not None:
            return sorted(places, key=lambda place: -changed_at[place])
        asked = ask(moments_of, self.times, [ids[place] for place in places])
        moments = {key: moment.timestamp() for key, moment in asked if moment}
        return sorted(places, key=lambda place: -moments.get(ids[place], 0))

    def days(self, fact: str) -> list[Any]:
        """The values that any item has, of a fact whose values have an order, in that order.

        On an earlier day there may be some among them that none has any more.
        """
        return self.worked_out(("days", fact), lambda: sorted(self.facts.get(fact, {}), key=_as_is))

    def newest(self, found: BitMap) -> Any:
        """The newest day with a sign of life of any of these; none where there is none."""
        for of_days, groups in reversed(self._signs_of_life()):
            if not found.isdisjoint(of_days):
                return next(day for day, places in reversed(groups) if not found.isdisjoint(places))
        return None

    def oldest(self, found: BitMap) -> Any:
        """The day of the last sign of life of that of these that has been silent the longest; none as above."""
        for of_days, groups in self._signs_of_life():
            if not found.isdisjoint(of_days):
                return next(day for day, places in groups if not found.isdisjoint(places))
        return None

    def _signs_of_life(self) -> list[tuple[BitMap, list[tuple[date, BitMap]]]]:
        """The days of the last signs of life with their items, some together with all of theirs: few are looked into.

        So many that they are as many as the groups of them.
        """

        def in_groups() -> list[tuple[BitMap, list[tuple[date, BitMap]]]]:
            by_day = [(day, self.facts["fresh_on"][day]) for day in self.days("fresh_on")]
            number = isqrt(len(by_day)) + 1
            groups = [by_day[start : start + number] for start in range(0, len(by_day), number)]
            return [(BitMap.union(*(places for _day, places in group)), group) for group in groups]

        return self.worked_out("signs of life", in_groups)

    @property
    def open(self) -> BitMap:
        """What is counted and not closed."""
        return self.worked_out("open", lambda: self.counted - self.having("status", *CLOSED))

    def of_sources(self, sources: Iterable[int]) -> BitMap:
        """All of the sources with these keys."""
        return self.having("source", *(self.sources[source].slug for source in sources))

    # --- Keeping it up to date ----------------------------------------------------------------------------------------

    def read_again(self, items: Collection[int]) -> FacetIndex:
        """The index of today with what is known now of the items with these keys. Three queries."""
        changed = self.with_keys(items)
        facts: dict[str, dict[Hashable, BitMap]] = {}
        for fact, values in self.facts.items():
            if fact == "has_initiatives":  # read with the initiatives
                facts[fact] = dict(values)
                continue
            facts[fact] = {
                value: places if places.isdisjoint(changed) else places - changed for value, places in values.items()
            }
        changed_at = cast("array[float]", self.changed_at)[:]
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


def _part(
    found: BitMap, groups: Iterable[BitMap], rows: slice, within: Callable[[BitMap], list[int]] = list
) -> list[int]:
    """The places at `rows` of `found` in the order of the groups; only into those that reach there it is looked."""
    part: list[int] = []
    passed = 0
    for group in groups:
        if passed >= rows.stop:
            break
        number = found.intersection_cardinality(group)
        if number and passed + number > rows.start:
            part += within(found & group)[max(0, rows.start - passed) : rows.stop - passed]
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
    everything = BitMap(range(len(ids)))
    return FacetIndex(
        times, on, sources, ids, places, ends, dict(carried_by), starts, changed_at, everything, _that_occur(facts)
    )


def _that_occur(facts: Facts) -> Facts:
    """Without values, and facts, that no item has."""
    found = {fact: {value: places for value, places in of_fact.items() if places} for fact, of_fact in facts.items()}
    return {fact: of_fact for fact, of_fact in found.items() if of_fact}


def _end(ends: dict[int, int], place: int, end: int) -> None:
    if end > place + 1:
        ends[place] = end


# --- Of an earlier day ------------------------------------------------------------------------------------------------


def of_day(as_of: date, now: FacetIndex, history: History, items: Collection[int]) -> FacetIndex:
    """The index of an earlier day, of that of today and the history of its facts.

    Of `items` (keys) more is known than the history tells: they are read, in two queries. Else none.
    """
    sources = {pk: one for pk, one in now.sources.items() if one.exists_from is None or one.exists_from <= as_of}
    times = (as_of, None)
    everything = now.everything if len(sources) == len(now.sources) else now.of_sources(sources)
    changed, found = now.with_keys(items) & everything, no_lists()
    if changed:
        keys = [now.ids[place] for place in changed]
        for key, source, _path, *row in ask(items_of, times, keys):
            note_item(found, now.places[key], sources[source], as_of, *row)
        note_cells(found, times, now.places, keys)
    facts = now.facts
    if everything != now.everything:
        facts = {**facts, "has_initiatives": OnDemand([True], lambda _value: _carried_out_by(now, everything))}
    silent_before = stale_before(as_of, tenancy.current().stale_after_days)
    day = DayOfHistory(history, as_of, silent_before, everything, facts, changed, found)
    return replace(
        now, times=times, day=as_of, sources=sources, changed_at=None, everything=everything, facts=day.facts, memory={}
    )


def _carried_out_by(index: FacetIndex, some: BitMap) -> BitMap:
    """What one of these carries out."""
    return BitMap([place for place, carrying in index.carried_by.items() if not some.isdisjoint(BitMap(carrying))])


# --- Keeping it -------------------------------------------------------------------------------------------------------

_kept: OrderedDict[tuple[Hashable, ...], tuple[int, FacetIndex]] = OrderedDict()
_histories: dict[int, _Read] = {}  # by municipality
_lock = Lock()  # one thread makes it, and the others wait for that one


@dataclass(frozen=True)
class _Read:
    """A history, the version it is brought up to, and the items (keys) that have changed since it was read."""

    version: int
    ids: array[int]
    history: History
    changed: frozenset[int] = frozenset()


def at(as_of: date | None = None, known_at: datetime | None = None) -> FacetIndex:
    """The index at two times: kept, where the request may keep anything."""
    version = data_version.asked()
    if version is None:
        return made(as_of, known_at)
    with _lock:
        if known_at or (as_of and as_of > day_of(None)):
            return _made_once(version, as_of, known_at)
        with data_version.for_everybody():
            now = _made_once(version)
        if as_of is None:
            return now
        key = (tenancy.current().pk, as_of, known_at)
        version_kept, index = _kept.pop(key, (0, None))
        if index is None or version_kept < version or index.places is not now.places:
            read = _read_until(version, now)
            index, version_kept = of_day(as_of, now, read.history, read.changed), version
        _keep(key, version_kept, index)
        return index


def _made_once(version: int, as_of: date | None = None, known_at: datetime | None = None) -> FacetIndex:
    """The index that was made in full, with what was done since."""
    key = (tenancy.current().pk, as_of, known_at)
    version_kept, index = _kept.pop(key, (0, None))
    if index is None or index.day != day_of(as_of):
        index, version_kept = made(as_of, known_at), 0
    elif version_kept < version:
        items = _changed(version_kept, version)
        index = made(*index.times) if items is None else index.read_again(items) if items else index
    _keep(key, max(version, version_kept), index)
    return index


def _keep(key: tuple[Hashable, ...], version: int, index: FacetIndex) -> None:
    _kept[key] = version, index
    earlier = [one for one in _kept if one[1:] != (None, None)]
    for one in earlier[:-MOST_DAYS]:
        del _kept[one]


def _read_until(version: int, now: FacetIndex) -> _Read:
    """What has been read of the history of what is in the index of today, and what has changed since. One query."""
    municipality = tenancy.current().pk
    read = _histories.get(municipality)
    later = None
    if read is not None and read.ids == now.ids:
        later = _changed(read.version, version) if read.version < version else frozenset()
    if read is not None and later is not None and len(read.changed | later) <= MOST_READ_AGAIN:
        read = replace(read, version=max(version, read.version), changed=read.changed | later)
    else:
        with data_version.for_everybody():
            read = _Read(version, now.ids, history_of(now.places))
    _histories[municipality] = read
    return read


def _changed(since: int, until: int) -> frozenset[int] | None:
    """The items (keys) of what was done after one version and no later than another; none at all where that reaches
    further, or they are too many. One query.
    """
    events = Event.objects.filter(pk__gt=since, pk__lte=until).order_by().values_list("act", "item_id").distinct()
    items = frozenset(item for act, item in events if act in ABOUT_AN_ITEM)
    reaches_further = any(act not in ABOUT_AN_ITEM | ABOUT_OTHER_THINGS for act, _item in events)
    return None if reaches_further or len(items) > MOST_READ_AGAIN else items
