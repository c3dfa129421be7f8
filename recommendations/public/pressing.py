"""What a reader should see by name: what is past its deadline, and what has been silent the longest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from recommendations.lifecycle import is_closed
from recommendations.models.item import ItemQuerySet
from recommendations.public.standing import Standing

NAMED = 3


@dataclass(frozen=True)
class Pressing:
    """Items, each with how it stands: those longest past their deadline, and the open one longest without news."""

    overdue: list[tuple[object, Standing]] = field(default_factory=list)
    silent: tuple[object, Standing] | None = None
    silent_days: int = 0


def pressing_of(kinds: Iterable[ItemQuerySet], day: date) -> Pressing:
    """Of querysets with their `state_…`: one query for each."""
    found = []
    for items in kinds:
        items = items.countable().order_by()
        late = items.overdue(day).order_by("state_due_on", "sort_key", "pk").values("pk")[:NAMED]
        heard = items.open().filter(state_fresh_on__isnull=False).order_by("state_fresh_on", "sort_key", "pk")
        rows = items.filter(Q(pk__in=late) | Q(pk__in=heard.values("pk")[:1])).select_related("publication")
        found += [(item, Standing.of(item, day)) for item in rows]
    return pressing_among(found, day)


def pressing_among(standing: Iterable[tuple], day: date) -> Pressing:
    """Of items that have been read already, each with how it stands.

    What has never been reported on is counted elsewhere; a silence begins with the last that was heard.
    """
    standing = list(standing)
    overdue = sorted((one for one in standing if one[1].is_overdue), key=lambda one: (one[1].due_on, one[0].sort_key))
    heard = [one for one in standing if one[0].state_fresh_on and not is_closed(one[1].code)]
    silent = min(heard, key=lambda one: (one[0].state_fresh_on, one[0].sort_key), default=None)
    return Pressing(overdue[:NAMED], silent, (day - silent[0].state_fresh_on).days if silent else 0)
