"""How the facts of all items came and went: what the index of any earlier day is made of without asking anew.

For each value of a fact the places where it begins and ceases, in the order of the days (an interval index). A place
that has begun and not ceased has been met an odd number of times, so the items that have the value on a day are found
by counting from the nearest bitmap that is kept (a checkpoint), and only for the values that somebody asks about.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property, partial
from itertools import chain, compress
from typing import Any, TypeVar

from django.db.models import Aggregate, BinaryField, F, Func, IntegerField, QuerySet
from django.db.models.functions import TruncDate
from pyroaring import BitMap

from recommendations import prepared
from recommendations.enums import ANSWERS, CLOSED
from recommendations.models import Standing
from recommendations.models.packed import PACKED, unpacked
from recommendations.models.standing import StandingQuerySet

T = TypeVar("T")

LEAST_STEP = 2_048  # places between two bitmaps that are kept; more where there are many items
STEPS = 64  # so that what is kept grows no quicker than the items
DAYS = ("due_on", "fresh_on", "changed_on")  # the facts whose values are days; it is told too who has none
OF_CELLS = ("owner", "owner_said", "owed_by", "said")


# --- What the database says -------------------------------------------------------------------------------------------


class DayNumber(Func):
    """A day as a whole number, 1 for the first of January in the year 1 (`date.toordinal`); 0 where there is none."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        day = "coalesce(CAST(julianday(%(expressions)s) - 1721424.5 AS integer), 0)"
        return self.as_sql(compiler, connection, template=day, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        day = "coalesce(%(expressions)s - DATE '0001-01-01' + 1, 0)"
        return self.as_sql(compiler, connection, template=day, **context)


class Packed(Aggregate):
    """The whole numbers of a group as one value, to be read by `numbers_of`; of several columns in the same order."""

    output_field = BinaryField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="group_concat(%(expressions)s)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=PACKED.format(column="%(expressions)s"), **context)


def numbers_of(group: bytes | str) -> array[int]:
    """The numbers of one group, as the database gave them."""
    return array("i", map(int, group.split(","))) if isinstance(group, str) else unpacked(group, "i")


PERIOD = {"items": F("item_id"), "begins": DayNumber(F("on_from")), "ceases": DayNumber(F("on_until"))}


def wholes_of() -> QuerySet[Any, Any]:
    """By status: the items, the days from which and until which they had it, and the other days they had then."""
    days = (F("due_on"), F("fresh_on"), TruncDate("changed_at", tzinfo=UTC))  # as DAYS
    others = {f"other_{number}": DayNumber(day) for number, day in enumerate(days)}
    return _grouped(Standing.objects.wholes(), PERIOD | others, "status")


def cells_of() -> QuerySet[Any, Any]:
    """By committee, role and outcome: the items, and the days from which and until which it was so."""
    return _grouped(Standing.objects.cells(), PERIOD, "committee_id", "role", "outcome")


def _grouped(found: StandingQuerySet, columns: Mapping[str, Any], *by: str) -> QuerySet[Any, Any]:
    packed = {name: Packed(column) for name, column in columns.items()}
    known_now = found.filter(known_until__isnull=True).order_by()
    return known_now.values(*by).annotate(**packed).values_list(*by, *packed)


# --- Coming and going -------------------------------------------------------------------------------------------------


class Turns:
    """When places turned, in the order of the days: which have turned an odd number of times until a day."""

    __slots__ = ("days", "marks", "places", "step", "until")

    def __init__(self, of_days: Mapping[int, Iterable[int]], step: int) -> None:
        """By day (`date.toordinal`) the places that turn; so many of them lie between two marks."""
        self.places, self.days, self.until = array("I"), array("I"), array("I")
        for day in sorted(of_days):
            self.places.extend(of_days[day])
            self.days.append(day)
            self.until.append(len(self.places))
        self.step, self.marks = step, [BitMap()]
        for start in range(0, len(self.places), step):
            self.marks.append(self.marks[-1] ^ _odd(self.places[start : start + step]))

    def on(self, day: int) -> BitMap:
        """The places that have turned an odd number of times on that day and all before it."""
        found = bisect_right(self.days, day)
        number = self.until[found - 1] if found else 0
        mark, over = divmod(number, self.step)
        after = min((mark + 1) * self.step, len(self.places))
        if over <= after - number:  # from the nearer mark, forwards or backwards
            return self.marks[mark] ^ _odd(self.places[number - over : number])
        return self.marks[mark + 1] ^ _odd(self.places[number:after])


def _odd(places: array[int]) -> BitMap:
    """Those that are there an odd number of times."""
    found = BitMap(places)
    if len(found) == len(places):
        return found
    half = len(places) // 2
    return _odd(places[:half]) ^ _odd(places[half:]) if half else found


class Course:
    """Where a value of a fact began and ceased."""

    __slots__ = ("begins", "ceases")

    def __init__(self, stretches: Iterable[tuple[int, int, int]], step: int) -> None:
        """Each of `stretches` is a place, the day it begins and the day it ceases: 0 for what goes on."""
        begins, ceases = defaultdict[int, Sequence[int]](list), defaultdict[int, Sequence[int]](list)
        for place, begin, cease in stretches:
            begins[begin].append(place)  # type: ignore[attr-defined]
            if cease:
                ceases[cease].append(place)  # type: ignore[attr-defined]
        for day in begins.keys() & ceases.keys():  # what ceases and begins on one day goes on
            began, ceased = BitMap(begins[day]), BitMap(ceases[day])
            begins[day], ceases[day] = (began - ceased).to_array(), (ceased - began).to_array()
        self.begins, self.ceases = Turns(begins, step), Turns(ceases, step)

    def on(self, day: int) -> BitMap:
        return self.begins.on(day) ^ self.ceases.on(day)

    @property
    def first(self) -> int:
        """The day it first began; where it never did, one that nobody asks about."""
        return self.begins.days[0] if self.begins.days else sys.maxsize


@dataclass(frozen=True)
class History:
    """How the facts that have days came and went, as far as is known now, at the places of an index.

    An item as a whole stands in some way on every day, or is not told of at all.
    """

    of_wholes: dict[str, dict[Any, Course]]  # "status" and DAYS -> value -> its course; under None: it has no such day
    of_cells: dict[tuple[int, bool, str], Course]  # by committee, whether it owns, and outcome
    late: Course  # where a deadline lies before the day; what is closed too
    told: BitMap  # the places of all that it tells of


def history_of(places: array[int]) -> History:
    """The history of the items whose places are given, by their keys. Two queries."""
    step = max(LEAST_STEP, len(places) // STEPS)
    every: list[array[int]] = [array("i") for _column in (*PERIOD, *DAYS)]
    statuses = {}
    for status, *packed in prepared.rows(wholes_of):
        columns = _placed(places, packed)
        statuses[status] = Course(zip(*columns[:3], strict=True), step)
        for column, more in zip(every, columns, strict=True):
            column.extend(more)
    of_wholes: dict[str, dict[Any, Course]] = {"status": statuses}
    found, begins, ceases, *of_days = every
    for fact, days in zip(DAYS, of_days, strict=True):
        rows_of = defaultdict[int, list[int]](list)
        for row, day in enumerate(days):
            rows_of[day].append(row)
        of_wholes[fact] = {
            date.fromordinal(day) if day else None: Course(
                ((found[row], begins[row], ceases[row]) for row in rows), step
            )
            for day, rows in rows_of.items()
        }
    late = _late(zip(*every[:4], strict=True))
    cells = defaultdict[tuple[int, bool, str], list[Any]](list)
    for committee, role, outcome, *packed in prepared.rows(cells_of):
        cells[committee, bool(role), outcome].append(_placed(places, packed))
    of_cells = {
        cell: Course(chain.from_iterable(zip(*columns, strict=True) for columns in parts), step)
        for cell, parts in cells.items()
    }
    return History(of_wholes, of_cells, Course(late, step), BitMap(array("I", found)))


def _late(stretches: Iterable[tuple[int, int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Of stretches with their deadlines those parts that come after the deadline (`lifecycle.is_overdue`)."""
    for place, begin, cease, due in stretches:
        if due and (not cease or cease > due + 1):
            yield place, max(begin, due + 1), cease


def _placed(places: array[int], packed: Sequence[Any]) -> list[array[int]]:
    """The columns of the rows whose item has a place, and that in the first instead of the item."""
    columns = [numbers_of(column) for column in packed]
    known = len(places)
    columns[0] = array("i", [places[item] if item < known else -1 for item in columns[0]])
    if min(columns[0]) < 0:
        has_place = [place >= 0 for place in columns[0]]
        columns = [array("i", compress(column, has_place)) for column in columns]
    return columns


# --- The facts of a day -----------------------------------------------------------------------------------------------


class OnDemand(Mapping[Any, T]):
    """What is worked out for each key when it is asked for, and kept."""

    def __init__(self, keys: Iterable[Hashable], make: Callable[[Any], T]) -> None:
        self._keys, self._make, self._made = dict.fromkeys(keys), make, dict[Hashable, T]()

    def __getitem__(self, key: Hashable) -> T:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[Any]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


@dataclass(frozen=True)
class DayOfHistory:
    """What every fact was on one day: fact -> value -> the places, worked out when it is asked for (`facts`).

    Of the items at the places `changed` more is known than the history tells: `again` says how they were on the day.
    `now` are the facts of today at the same places; those that do not change with the days are taken from there. Among
    the days that are values there may be some that no item has any more.
    """

    history: History
    day: date
    stale_before: date
    everything: BitMap  # the places of what there was on the day
    now: Mapping[str, Mapping[Any, BitMap]]
    changed: BitMap
    again: Mapping[str, Mapping[Any, Sequence[int]]]

    @cached_property
    def facts(self) -> OnDemand[Mapping[Any, BitMap]]:
        """Fact -> value -> the places of the items that had it."""
        how = {"status": self._status, "has": self._has, "overdue": self._overdue, "stale": self._stale}
        how |= {fact: partial(self._by_day, fact) for fact in DAYS}
        how |= {fact: partial(self._of_cells, fact) for fact in OF_CELLS}
        how |= {fact: partial(self._as_now, fact) for fact in self.now if fact not in how}
        return OnDemand(how, lambda fact: how[fact]())

    def _better(self, told: BitMap, fact: str, value: Hashable) -> BitMap:
        """Of what the history tells what there was on the day, with what is known better."""
        better = self.again.get(fact, {}).get(value)
        told = (told & self.everything) - self.changed
        return told | BitMap(better) if better else told

    def _as_now(self, fact: str) -> Mapping[Any, BitMap]:
        return OnDemand(self.now[fact], lambda value: self.now[fact][value] & self.everything)

    def _status(self) -> Mapping[Any, BitMap]:
        courses = self.history.of_wholes["status"]
        found = self._better_of_all("status", {status: self._on(course) for status, course in courses.items()})
        found.pop("", None)
        return found | {"": self.everything - BitMap.union(BitMap(), *found.values())}

    def _by_day(self, fact: str) -> Mapping[Any, BitMap]:
        courses = self.history.of_wholes[fact]
        begun = [day for day, course in courses.items() if day and course.first <= self.day.toordinal()]
        return OnDemand(
            [*begun, *self.again.get(fact, {})], lambda day: self._better(self._on(courses.get(day)), fact, day)
        )

    def _on(self, course: Course | None) -> BitMap:
        return course.on(self.day.toordinal()) if course else BitMap()

    def _has(self) -> Mapping[Any, BitMap]:
        def those(fact: str) -> BitMap:
            if fact not in DAYS:
                return self.now["has"][fact] & self.everything
            has_not = self._on(self.history.of_wholes[fact].get(None))
            return self._better(self.history.told - has_not, "has", fact)

        return OnDemand({*DAYS, *self.now.get("has", {})}, those)

    def _overdue(self) -> Mapping[Any, BitMap]:
        late = self._better(self._on(self.history.late), "overdue", True)
        return {True: late - self._closed()}

    def _stale(self) -> Mapping[Any, BitMap]:
        by_day = self.facts["fresh_on"]
        fresh = [by_day[day] for day in by_day if day >= self.stale_before]
        return {True: self.facts["has"]["fresh_on"] - BitMap.union(BitMap(), *fresh) - self._closed()}

    def _closed(self) -> BitMap:
        by_status = self.facts["status"]
        return BitMap.union(BitMap(), *(by_status[status] for status in CLOSED if status in by_status))

    def _of_cells(self, fact: str) -> Mapping[Any, BitMap]:
        return self._better_of_all(fact, self._cells[fact])

    @cached_property
    def _cells(self) -> Mapping[str, Mapping[Any, BitMap]]:
        """The facts of `OF_CELLS` as the history tells them."""
        asked = self.now.get("asked", {}).get(True, BitMap())
        found = {fact: defaultdict[Any, BitMap](BitMap) for fact in OF_CELLS}
        for (committee, owns, outcome), course in self.history.of_cells.items():
            places = self._on(course)
            found["said"][outcome] |= places
            if owns:
                found["owner"][committee] |= places
                found["owner_said"][committee, outcome] |= places
                if outcome not in ANSWERS:
                    found["owed_by"][committee] |= places & asked
        return found

    def _better_of_all(self, fact: str, told: Mapping[Any, BitMap]) -> dict[Any, BitMap]:
        values = {*told, *self.again.get(fact, {})}
        found = {value: self._better(told.get(value, BitMap()), fact, value) for value in values}
        return {value: places for value, places in found.items() if places}
