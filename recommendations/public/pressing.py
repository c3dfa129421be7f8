"""What a reader should see by name: what is past its deadline, and what has been silent the longest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from recommendations import tenancy
from recommendations.lifecycle import is_closed
from recommendations.models import Item
from recommendations.models.item import ItemQuerySet
from recommendations.standing import ItemStanding

NAMED = 3
# Names that `with_state` annotates: kept as values, as mypy knows the columns of a table only.
HEARD: dict[str, bool] = {"state_fresh_on__isnull": False}
LONGEST_LATE: tuple[str, ...] = ("state_due_on", "path", "pk")
LONGEST_SILENT: tuple[str, ...] = ("state_fresh_on", "path", "pk")

StandingItem = tuple[Item, ItemStanding]


@dataclass(frozen=True)
class Pressing:
    """Items, each with how it stands: those longest past their deadline, and the open one longest without news."""

    overdue: list[StandingItem] = field(default_factory=list)
    silent: StandingItem | None = None
    silent_days: int = 0


def pressing_of(lists: Iterable[ItemQuerySet], day: date) -> Pressing:
    """Of querysets with their `state_…` and words: one query for each, and one more for the words of an earlier day."""
    found = []
    stale_after_days = tenancy.current().stale_after_days
    for items in lists:
        items = items.counted().order_by()
        late = items.overdue(day).order_by(*LONGEST_LATE).values("pk")[:NAMED]
        heard = items.open().filter(**HEARD).order_by(*LONGEST_SILENT)
        rows = items.filter(Q(pk__in=late) | Q(pk__in=heard.values("pk")[:1])).select_related("publication", "wording")
        found += [(item, ItemStanding.of(item, day, stale_after_days)) for item in rows.order_by("path", "pk")]
    return pressing_among(found, day)


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
