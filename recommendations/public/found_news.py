"""The news that an address asks for: how many there are, and the keys of some of them.

All the news there is comes in the order of an index, and is not counted by reading it: how much news each item has, and
when the newest came, is kept of each source until something happens to it. Of a narrowed choice only the events of
those few items are looked at whose newest news came last.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from typing import Any

from django.db.models import Count, Max, Q
from pyroaring import BitMap

from recommendations import data_version, prepared
from recommendations.changes import news_alone
from recommendations.criteria import ITEM_MODELS, ItemModel
from recommendations.models import Event
from recommendations.models.event import EventQuerySet
from recommendations.models.recorded import day as day_of
from recommendations.models.recorded import moment
from recommendations.prepared import DAY, NOW, Among
from recommendations.selection import NOTHING_CHOSEN, Selection


@dataclass(frozen=True)
class NewsOfSource:
    """How much news the items of a source have. `items` (keys) stand in the order of their newest, which came at
    `newest` (POSIX time), the last first; `by_number` says which of them have so much.
    """

    items: array[int]
    newest: array[float]
    by_number: dict[int, BitMap]

    @cached_property
    def count(self) -> int:
        return sum(number * len(items) for number, items in self.by_number.items())

    def count_within(self, wanted: BitMap) -> int:
        return sum(number * wanted.intersection_cardinality(items) for number, items in self.by_number.items())

    def within(self, wanted: BitMap) -> Iterator[tuple[float, int]]:
        """Of the wanted items how long before 1970 their newest came, and the key; in that order."""
        return ((-at, item) for item, at in zip(self.items, self.newest, strict=True) if item in wanted)


@dataclass(frozen=True)
class FoundNews:
    """What `changes.news` finds, as keys; any part of it can be had, the newest first."""

    selection: Selection
    models: tuple[ItemModel, ...] = ITEM_MODELS
    is_corrected_too: bool = False

    def count(self) -> int:
        """How many there are. Two queries at most where they are known of each source; else it is counted once."""
        if not self._is_known:
            key = ("news", self.models, self.is_corrected_too, self.selection.query_string())
            return data_version.kept(key, self._all.count)
        of_sources, about_sources = self._of_sources().values(), len(self._told(BitMap(), self._about_sources))
        if self._is_everything and self.models == ITEM_MODELS:
            return about_sources + sum(source.count for source in of_sources)
        return about_sources + sum(source.count_within(self._wanted) for source in of_sources)

    def __getitem__(self, rows: slice) -> list[int]:
        """The keys at `rows`. Two queries at most."""
        if not rows.stop:
            return []
        if self._is_known and not self._is_everything:
            return self._told(self._newest(self._wanted, rows.stop), self._about_sources)[rows]
        if self._is_known and not rows.start:
            found = prepared.rows(_keys, self.models, self.is_corrected_too, rows.stop, **_times())
            return [key for (key,) in found]
        return list(self._all.values_list("pk", flat=True)[rows])

    @property
    def _all(self) -> EventQuerySet:
        return news_alone(self.selection, self.models, is_corrected_too=self.is_corrected_too)

    @property
    def _is_known(self) -> bool:
        """Whether it is about what is known now, and the request may keep anything."""
        asked = self.selection
        return data_version.asked() is not None and asked.since is None and asked.times == (None, None)

    @property
    def _is_everything(self) -> bool:
        return self.selection.without() == NOTHING_CHOSEN

    @cached_property
    def _wanted(self) -> BitMap:
        """The keys of the items asked for."""
        index, asked = self.selection.index, self.selection
        places = BitMap.union(BitMap(), *(asked.hits(model) for model in self.models))
        return BitMap(map(index.ids.__getitem__, places))

    def _of_sources(self) -> dict[int, NewsOfSource]:
        def read(sources: list[int]) -> dict[int, NewsOfSource]:
            return _read(sources, self.is_corrected_too)

        return data_version.kept_of(self.selection.index.sources, ("news", self.is_corrected_too), read)

    def _newest(self, wanted: BitMap, most: int) -> BitMap:
        """So many of the items that the `most` newest of all their news is news of these.

        With `most` items each has one as new as the last of them; what is as new as that may be among the newest too.
        """
        if len(wanted) <= most:
            return wanted
        found: list[int] = []
        last = 0.0
        for at, item in merge(*(source.within(wanted) for source in self._of_sources().values())):
            if len(found) >= most and at > last:
                break
            found.append(item)
            last = at
        return BitMap(found)

    @cached_property
    def _about_sources(self) -> list[int]:
        """The events about whole sources, where they stand among the others. One query."""
        if self.models != ITEM_MODELS:
            return []
        return list(Event.objects.filter(self.selection.about_sources()).order_by().values_list("pk", flat=True))

    def _told(self, items: BitMap, events: list[int]) -> list[int]:
        """The keys of the news about these items, and of these events as far as they are news; the newest first."""
        if not items and not events:
            return []
        found = prepared.rows(_keys_among, self.models, self.is_corrected_too, items=items, events=events, **_times())
        return [key for (key,) in found]


def _times() -> dict[str, Any]:
    return {"day": day_of(None), "now": moment(None)}


def _keys(models: tuple[ItemModel, ...], is_corrected_too: bool, most: int) -> Any:
    found = news_alone(Selection(as_of=DAY, known_at=NOW), models, is_corrected_too=is_corrected_too)
    return found.values_list("pk")[:most]


@prepared.planned_once
def _keys_among(models: tuple[ItemModel, ...], is_corrected_too: bool) -> Any:
    found = news_alone(Selection(as_of=DAY, known_at=NOW), models, is_corrected_too=is_corrected_too)
    return found.filter(Q(Among("item_id", "items")) | Q(Among("pk", "events"))).values_list("pk")


def _read(sources: list[int], is_corrected_too: bool) -> dict[int, NewsOfSource]:
    """How much news the items of these sources have. One query."""
    lists: dict[int, list[tuple[Any, ...]]] = {source: [] for source in sources}
    for source, *row in prepared.rows(_of_each_item, is_corrected_too, sources=sources, **_times()):
        lists[source].append(tuple(row))
    return {source: _made(rows) for source, rows in lists.items()}


def _of_each_item(is_corrected_too: bool) -> Any:
    found = news_alone(Selection(as_of=DAY, known_at=NOW), is_corrected_too=is_corrected_too)
    found = found.filter(Among("publication_id", "sources"), item__isnull=False).order_by()
    return found.values_list("publication_id", "item_id").annotate(number=Count("*"), newest=Max("at"))


def _made(rows: list[tuple[int, int, Any]]) -> NewsOfSource:
    rows.sort(key=lambda row: row[2], reverse=True)
    by_number: dict[int, BitMap] = defaultdict(BitMap)
    for item, number, _at in rows:
        by_number[number].add(item)
    items, newest = array("q", [row[0] for row in rows]), array("d", [row[2].timestamp() for row in rows])
    return NewsOfSource(items, newest, dict(by_number))
