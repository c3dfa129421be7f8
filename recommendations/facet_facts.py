"""What the index of items is made of: what the database says of each item at two times, in a few narrow statements."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from pyroaring import BitMap

from recommendations import answers, prepared, tenancy
from recommendations.enums import ANSWERS, RECOMMENDED, VoteOption
from recommendations.lifecycle import is_overdue, is_stale
from recommendations.models import Initiative, Item, Publication, Standing, VoteShare
from recommendations.models.recorded import day, moment
from recommendations.prepared import DAY, NOW, Among

Times = tuple[date | None, datetime | None]
Lists = defaultdict[str, defaultdict[Hashable, list[int]]]  # fact -> value -> the places of the items that have it


@dataclass(frozen=True)
class Source:
    """What is held of a public source; the numbers are how many items it has itself."""

    slug: str
    expects_answers: bool
    owners_known: bool
    expected_recommendations: int
    expected_initiatives: int
    exists_from: date | None
    public_at: datetime


COLUMNS = (
    "pk",
    "publication_id",
    "path",
    "kind",
    "addressee__slug",
    "state_status",
    "state_due_on",
    "state_fresh_on",
    "state_changed_at",
)


# Each `make` is a statement that is written once (see `prepared`), for all items or for some.


def ask(make: Callable[..., QuerySet[Any, Any]], times: Times, among: Collection[int] | None = None) -> list[Any]:
    """The rows of a statement at two times, about the items with the keys `among`, else about all. One query."""
    as_of, known_at = times
    values = {"day": day(as_of), "now": moment(known_at), "items": among or ()}
    return prepared.rows(make, known_at is None, among is not None, **values)


def sources_of(is_now: bool, is_of_some: bool) -> QuerySet[Any, Any]:
    columns = [field.name for field in fields(Source)]
    return Publication.objects.public(DAY, NOW).order_by("position", "slug").values_list("pk", *columns)


def items_of(is_now: bool, is_of_some: bool) -> QuerySet[Any, Any]:
    found = Item.objects.public(DAY, NOW).with_state(DAY, None if is_now else NOW)
    found = (
        found.filter(Among("pk", "items")).order_by() if is_of_some else found.order_by("publication_id", "path", "pk")
    )
    return found.values_list(*COLUMNS)


def carried_out(is_now: bool, is_of_some: bool) -> QuerySet[Any, Any]:
    """Initiative and recommendation, by their keys."""
    linked = Initiative.objects.public(DAY, NOW).filter(carries_out__kind__in=sorted(RECOMMENDED)).order_by()
    return linked.values_list("pk", "carries_out")


def cells_of(is_now: bool, is_of_some: bool) -> QuerySet[Any, Any]:
    found = Standing.objects.at(DAY, None if is_now else NOW).cells().order_by()
    found = found.filter(Among("item_id", "items")) if is_of_some else found
    return found.values_list("item_id", "committee_id", "role", "outcome")


def moments_of(is_now: bool, is_of_some: bool) -> QuerySet[Any, Any]:
    """When some items changed; always of some."""
    wholes = Standing.objects.at(DAY, None if is_now else NOW).wholes().filter(Among("item_id", "items"))
    return wholes.order_by().values_list("item_id", "changed_at")


def votes_of(is_now: bool, is_of_some: bool) -> QuerySet[Any, Any]:
    found = VoteShare.objects.filter(option=VoteOption.SUPPORTS).order_by()
    found = found.filter(Among("item_id", "items")) if is_of_some else found
    return found.values_list("item_id", "percent", "basis")


def note_item(
    found: Lists,
    place: int,
    source: Source,
    on: date,
    kind: str,
    addressee: str | None,
    status: str,
    due_on: date | None,
    fresh_on: date | None,
    changed_at: datetime | None,
) -> float:
    """Note at its place what an item itself says; gives when it changed."""
    found["kind"][kind].append(place)
    found["source"][source.slug].append(place)
    found["status"][status].append(place)
    if addressee:
        found["addressee"][addressee].append(place)
    if source.expects_answers and kind in answers.ANSWERABLE:
        found["asked"][True].append(place)
    if due_on:
        found["due_on"][due_on].append(place)
        found["has"]["due_on"].append(place)
    if is_overdue(status, due_on, today=on):
        found["overdue"][True].append(place)
    if fresh_on:
        found["fresh_on"][fresh_on].append(place)
        found["has"]["fresh_on"].append(place)
        if is_stale(status, fresh_on, today=on, after_days=tenancy.current().stale_after_days):
            found["stale"][True].append(place)
    if not changed_at:
        return 0
    found["changed_on"][changed_at.date()].append(place)
    found["has"]["changed_on"].append(place)
    return changed_at.timestamp()


def note_others(found: Lists, times: Times, places: array[int], among: Collection[int] | None = None) -> None:
    """Note what is said elsewhere of all items that have been noted, or of those with the keys `among`: two queries."""
    note_cells(found, times, places, among)
    known = len(places)
    for key, percent, basis in ask(votes_of, times, among):
        if key >= known or (place := places[key]) < 0:
            continue
        found["voted"][basis].append(place)
        if percent is not None:
            found["support"][percent].append(place)
            found["has"]["support"].append(place)


def note_cells(found: Lists, times: Times, places: array[int], among: Collection[int] | None = None) -> None:
    """Note what committees own and have said of all items that have been noted, or of those: one query."""
    known, asked = len(places), BitMap(found["asked"][True])
    for key, committee, role, outcome in ask(cells_of, times, among):
        if key >= known or (place := places[key]) < 0:
            continue
        if role:
            found["owner"][committee].append(place)
            found["owner_said"][committee, outcome].append(place)
            if outcome not in ANSWERS and place in asked:
                found["owed_by"][committee].append(place)
        found["said"][outcome].append(place)


def no_lists() -> Lists:
    return defaultdict(lambda: defaultdict(list))
