"""What a reader should see by name: what is past its deadline, and what has been silent the longest."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyroaring import BitMap

from recommendations import prepared, tenancy
from recommendations.facet_index import FacetIndex
from recommendations.lifecycle import is_closed
from recommendations.models import Item
from recommendations.prepared import DAY, Among
from recommendations.public.rows import give_words_then
from recommendations.selection import Selection
from recommendations.standing import ItemStanding

NAMED = 3

StandingItem = tuple[Item, ItemStanding]


@dataclass(frozen=True)
class Pressing:
    """Items, each with how it stands: those longest past their deadline, and the open one longest without news."""

    overdue: list[StandingItem] = field(default_factory=list)
    silent: StandingItem | None = None
    silent_days: int = 0


def pressing_of(sources: Collection[int], index: FacetIndex) -> Pressing:
    """Of public sources (ids) at the times of the index: one query; at an earlier day one more, for words."""
    of_sources = index.of_sources(sources)
    late = _first(index, of_sources & index.counted & index.having("overdue", True), "due_on", NAMED)
    silent = _first(index, of_sources & index.open, "fresh_on", 1)
    items = prepared.objects(_items, items=[*late, *silent], day=index.day)
    give_words_then(items, Selection(as_of=index.times[0]))
    stale_after_days = tenancy.current().stale_after_days
    return pressing_among([(item, ItemStanding.of(item, index.day, stale_after_days)) for item in items], index.day)


def _first(index: FacetIndex, found: BitMap, fact: str, most: int) -> list[int]:
    """Those of `found` (keys) with the first days, `most` and what has the same day as the last of them."""
    keys: list[int] = []
    for day in index.days(fact):
        if len(keys) >= most:
            break
        keys += [index.ids[place] for place in found & index.facts[fact][day]]
    return keys


@prepared.planned_once
def _items() -> Any:
    items = Item.objects.with_state(DAY).filter(Among("pk", "items"))
    return items.select_related("publication", "wording").order_by("path", "pk")


def pressing_among(standing: Iterable[StandingItem], day: date) -> Pressing:
    """Of counted items that have been read already, each with how it stands.

    What has never been reported on is counted elsewhere; a silence begins with the last that was heard.
    """
    standing = list(standing)
    late = [(one[1].due_on, one[0].path, one) for one in standing if one[1].is_overdue and one[1].due_on]
    heard = [(one[1].fresh_on, one[0].path, one) for one in standing if one[1].fresh_on and not is_closed(one[1].code)]
    overdue = [one for _due_on, _path, one in sorted(late, key=lambda row: row[:2])]
    if not heard:
        return Pressing(overdue[:NAMED])
    fresh_on, _path, silent = min(heard, key=lambda row: row[:2])
    return Pressing(overdue[:NAMED], silent, (day - fresh_on).days)
