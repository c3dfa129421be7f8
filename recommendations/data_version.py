"""The data version: a municipality's last event. Whatever is public changes only by acts, each of which ends in one.

What was read at a version is as true at the next request that finds the same version, so it may be kept (a cache
without expiry). Acts of a municipality take turns, so events are seen in the order of their keys: none comes late.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from threading import Lock
from typing import Any, TypeVar, cast

from django.utils import timezone
from django.utils.translation import get_language

from recommendations import tenancy
from recommendations.enums import Act
from recommendations.models import Event

T = TypeVar("T")

MOST_LOOKED_AT = 1_000  # events since the last look; after more, whatever is kept of sources is made anew
# Of all municipalities together; those that were not asked for the longest go first (LRU).
MOST_KEPT = 2_000  # readers choose some of the keys
MOST_KEPT_OF_SOURCES = 20_000  # a few for each source

_asked: ContextVar[tuple[int | None, datetime | None]] = ContextVar("asked", default=(None, None))
_for_everybody: ContextVar[list[float] | None] = ContextVar("for_everybody", default=None)
_memory: OrderedDict[tuple[Hashable, ...], Any] = OrderedDict()
_of_sources: OrderedDict[tuple[Hashable, ...], Any] = OrderedDict()
_newest: dict[int, tuple[int, date]] = {}  # municipality -> the version and the day that its things are kept for
_lock = Lock()


class _Acts:
    """The acts this process has looked at: the last of all, of those about no one source, and of each source since."""

    def __init__(self, last: int) -> None:
        self.last = self.of_none = last
        self.of_source: dict[int, int] = {}

    def until(self, version: int) -> _Acts:
        """The same, and what has been done since. One query, for what is between."""
        later = Event.objects.filter(pk__gt=self.last, pk__lte=version).order_by("pk")
        found = list(later.values_list("pk", "publication", "act")[: MOST_LOOKED_AT + 1])
        if len(found) > MOST_LOOKED_AT:
            return _Acts(version)
        known = _Acts(version)
        known.of_none, known.of_source = self.of_none, dict(self.of_source)
        for event, source, act in found:
            if source is None or act in REACHES_FURTHER:
                known.of_none = event
            else:
                known.of_source[source] = event
        return known

    def version_of(self, source: int) -> int:
        return max(self.of_none, self.of_source.get(source, 0))


REACHES_FURTHER = {Act.WITHHELD}  # of one source, and may take a name out of the texts of others
_acts: dict[int, _Acts] = {}  # municipality -> its acts


def newest(database: str | None = None) -> int:
    """The key of the active municipality's last event; 0 where it has none. One query, to `database` if it is named."""
    return Event.objects.using(database).order_by("-pk").values_list("pk", flat=True).first() or 0


def asked() -> int | None:
    """The version of the request that is being answered; None where nothing may be kept."""
    return _asked.get()[0]


def changed_at() -> datetime | None:
    """When that version came to be; None where nothing has happened yet, or nothing may be kept."""
    return _asked.get()[1]


@contextmanager
def during(version: int | None, at: datetime | None = None) -> Iterator[None]:
    """Inside, what is asked for is asked for at `version`, of the moment `at`, read before anything else was."""
    before = _asked.set((version, at))
    try:
        yield
    finally:
        _asked.reset(before)


def kept(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, kept while municipality, version, day and language are the same; without a version made anew.

    It is shared between requests and threads: nobody may change it. `key` says what it is, and all else it depends on.
    """
    version = asked()
    if version is None:
        return make()
    municipality, at = tenancy.current().pk, (version, timezone.localdate())
    place = (municipality, *at, get_language(), key)
    with _lock:
        if place in _memory:
            _memory.move_to_end(place)
            return cast(T, _memory[place])
    made = make()
    with _lock:
        _forget_older(municipality, at)
        if _newest[municipality] == at:  # else the request began before an act that others know of already
            _memory[place] = made
            if len(_memory) > MOST_KEPT:
                _memory.popitem(last=False)
    return made


def kept_of(sources: Collection[int], key: Hashable, make: Callable[[list[int]], dict[int, T]]) -> dict[int, T]:
    """Of each source (id) what `make` gives, asked at once for all of which nothing is kept.

    As `kept`, but for longer: until something happens to that source, or to none in particular, and in whichever
    language: where words are made, `key` names it. Nothing in it may depend on another source.
    """
    version = asked()
    if version is None:
        return make(list(sources))
    municipality, today = tenancy.current().pk, timezone.localdate()
    acts = _acts.get(municipality) or _Acts(version)
    if acts.last < version:
        acts = acts.until(version)
    if acts.last > version:  # the request began before an act that others know of already
        return make(list(sources))
    places = {source: (municipality, acts.version_of(source), today, key, source) for source in sources}
    with _lock:
        _acts[municipality] = acts
        found = {source: cast(T, _of_sources[place]) for source, place in places.items() if place in _of_sources}
        for source in found:
            _of_sources.move_to_end(places[source])
    missing = [source for source in places if source not in found]
    if missing:
        with for_everybody():
            made = make(missing)
        with _lock:
            for source, one in made.items():
                _of_sources[places[source]] = one
            while len(_of_sources) > MOST_KEPT_OF_SOURCES:
                _of_sources.popitem(last=False)
        found |= made
    return found


@contextmanager
def counting_for_everybody() -> Iterator[list[float]]:
    """Inside, how long each thing took (seconds) that is made once for everybody, whoever happens to ask first."""
    spent: list[float] = []
    before = _for_everybody.set(spent)
    try:
        yield spent
    finally:
        _for_everybody.reset(before)


@contextmanager
def for_everybody() -> Iterator[None]:
    """Inside, something is made that is kept until an act; nothing that readers choose the keys of."""
    spent, began = _for_everybody.get(), time.perf_counter()
    outermost = _for_everybody.set(None)  # what is made on the way is part of it
    try:
        yield
    finally:
        _for_everybody.reset(outermost)
        if spent is not None:
            spent.append(time.perf_counter() - began)


def _forget_older(municipality: int, at: tuple[int, date]) -> None:
    if municipality in _newest and at <= _newest[municipality]:
        return
    _newest[municipality] = at
    acts, (_version, today) = _acts.get(municipality), at
    for place in [one for one in _memory if one[0] == municipality and one[1:3] != at]:
        del _memory[place]
    for place in [one for one in _of_sources if one[0] == municipality]:
        _municipality, version, day, *_key, source = place
        if day != today or acts is None or version != acts.version_of(cast(int, source)):
            del _of_sources[place]
