"""What `verify` holds against each other row by row: items and what is kept of them, events and the rows they wrote.

Both go through their tables by ranges of keys, so memory does not grow with the table. A range is a piece of
work: it is read at one moment, so that what is published meanwhile is no fault, and can be read in another process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.formats import date_format

from recommendations import standing, tenancy
from recommendations.actions.state import digest_of, search_words, with_evidence
from recommendations.actions.wordings import newest_words
from recommendations.enums import DRAFTING, DRAFTING_ANSWERS, DRAFTING_REPORTS, PROPOSING, Act
from recommendations.management.pieces import Progress, done_in_pieces
from recommendations.models import (
    Event,
    Evidence,
    Item,
    Municipality,
    SearchText,
    Standing,
    StatusUpdate,
    WithheldPlace,
)
from recommendations.models.event import ROWS, EventQuerySet
from recommendations.reports.moments import one_moment

ITEMS = 500  # keys in a range
EVENTS = 5000
FEW = 20  # ranges; two processes begin in the time that these take
MOST_REMEMBERED = 100_000  # moments
MEND = "Kør »manage.py verify --ret«."


class KeyRange(NamedTuple):
    """The rows of `table` (one of `CHECKS`) in a municipality, from the key `first` up to, but not with, `end`."""

    municipality: int
    table: str
    first: int
    end: int


def misfits(*tables: str, out: OutputWrapper) -> Iterator[str]:
    """A sentence for each fault in the tables (of `CHECKS`); how far it is goes to `out`."""
    ranges = [keys for table in tables for keys in _ranges(table)]
    progress, done = Progress(out, sum(one.end - one.first for one in ranges), "rækker og hændelser"), 0
    for keys, found in zip(ranges, done_in_pieces(misfits_of, ranges, few=FEW), strict=True):
        yield from found
        done += keys.end - keys.first
        progress.say(done)


def _ranges(table: str) -> list[KeyRange]:
    rows, long = (Item.objects, ITEMS) if table == "items" else (Event.objects, EVENTS)
    ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    begins, end = range(ends["first"], ends["last"] + 1, long), ends["last"] + 1
    return [KeyRange(tenancy.current().pk, table, first, min(first + long, end)) for first in begins]


def misfits_of(keys: KeyRange) -> list[str]:
    """The sentences about one range."""
    municipality = Municipality.objects.get(pk=keys.municipality)
    with tenancy.active(municipality), _moments_read_once(), one_moment():
        return list(CHECKS[keys.table](keys))


@contextmanager
def _moments_read_once() -> Iterator[None]:
    """From PostgreSQL: the same moment stands in many rows, and is made of its text once for all of them."""
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    adapters = connection.connection.adapters
    loader = adapters.get_loader(adapters.types["timestamptz"].oid, 0)

    class Remembering(loader):  # type: ignore[misc, valid-type]
        found: dict[bytes, datetime] = {}

        def load(self, data: Any) -> datetime:
            text = bytes(data)
            if (moment := self.found.get(text)) is None:
                if len(self.found) > MOST_REMEMBERED:
                    self.found.clear()
                moment = self.found[text] = super().load(text)
            return moment

    adapters.register_loader("timestamptz", Remembering)
    try:
        yield
    finally:
        adapters.register_loader("timestamptz", loader)


# --- Items ------------------------------------------------------------------------------------------------------------


def wrong_copies(keys: KeyRange) -> Iterator[str]:
    """An item's place in its source, how it stands, what it is found by, and its words in force, must be what the rows
    that are kept say. Nine queries.
    """
    rows = Item.objects.filter(pk__gte=keys.first, pk__lt=keys.end).order_by("pk").select_related("parent")
    items = list(rows.only("number", "number_key", "place", "path", "wording", "parent__path"))
    ids = [item.pk for item in items]
    stored = _stored_lines(ids)
    known, newest, found_by = standing.known_of(ids), newest_words(ids), search_words(items)
    texts = SearchText._base_manager.filter(pk__in=ids).order_by().values_list("pk", "words", "sequence")
    kept = {pk: tuple(words) for pk, *words in texts}
    for item in items:
        if item.path != item.path_below(item.parent) or item.number_key != item.number.casefold():
            yield f"{_named(item.pk)}: står ikke på sin plads i kilden. {MEND}"
        lines, those = standing.lines(known[item.pk]), stored[item.pk]
        wrong = {
            "stillingen": len(lines) != len(those) or set(lines) != set(those),
            "søgeordene": kept.get(item.pk) != found_by[item.pk],
            "ordene": item.wording_id is None or item.wording_id != newest.get(item.pk),
        }
        if any(wrong.values()):
            what = ", ".join(name for name, is_wrong in wrong.items() if is_wrong)
            yield f"{_named(item.pk)}: {what} passer ikke med de rækker, der er gemt. {MEND}"


def _stored_lines(items: list[int]) -> Mapping[int, list[standing.Line]]:
    # The items have been asked for already, so their municipality is not asked once more.
    rows = Standing._base_manager.filter(item__in=items).order_by().values_list("item_id", *standing.COLUMNS)
    stored = defaultdict(list)
    for row in rows:
        stored[row[0]].append(row[1:])
    return stored


def _named(item: int) -> str:
    return named(Item.objects.select_related("publication", "wording").get(pk=item))


def named(item: Item) -> str:
    return f"»{item.publication.title}« {item}"


# --- Events -----------------------------------------------------------------------------------------------------------


def wrong_digests(keys: KeyRange) -> Iterator[str]:
    """A final row is as its event's digest says, or as the last withholding left it; a meeting, which changes, as its
    newest event says. Drafts change and are left out. A query for each kind of row, and one for what documents updates.
    """
    drafting = DRAFTING | PROPOSING | DRAFTING_ANSWERS | DRAFTING_REPORTS
    final = Event.objects.exclude(digest="").exclude(act__in=sorted(drafting))
    left = _left_by_withholdings()
    for at, name in enumerate(ROWS):
        of_this = final.filter(**{f"{name}__isnull": False}, **{f"{other}__isnull": True for other in ROWS[:at]})
        if name == "meeting":
            of_this = of_this.filter(pk__in=of_this.order_by().values("meeting").annotate(Max("pk")).values("pk__max"))
        model: Any = Event._meta.get_field(name).related_model
        table = model._meta
        columns = [field.attname for field in table.concrete_fields]
        rows = of_this.filter(pk__gte=keys.first, pk__lt=keys.end).order_by("pk")
        evidence = _evidence_of(rows) if model is StatusUpdate else {}
        for pk, its_digest, *values in rows.values_list("pk", "digest", *(f"{name}__{column}" for column in columns)):
            row = dict(zip(columns, values, strict=True))
            right = {its_digest, left.get((table.db_table, row["id"]))}
            whole = with_evidence(row, evidence.get(row["id"], ())) if model is StatusUpdate else row
            # An event from before evidence was told of says the update alone; what a digest is of cannot be chosen.
            if digest_of(whole) not in right and digest_of(row) not in right:
                event = Event.objects.get(pk=pk)
                told = happening(event.pk, event.act, event.at)
                yield f"{event}: rækken passer ikke med sit fingeraftryk. Nogen har ændret den uden om systemet. {told}"


def _left_by_withholdings() -> dict[tuple[str, int], str]:
    """Table and key -> the digest of the row as the last withholding left it: an update's with what documents it."""
    places = WithheldPlace.objects.exclude(row_digest="").order_by("pk")
    found = list(places.values_list("table_name", "row_id", "row_digest"))
    documents = [pk for table, pk, _digest in found if table == Evidence._meta.db_table]
    update_of = dict(Evidence._base_manager.filter(pk__in=documents).order_by().values_list("pk", "update_id"))
    return {
        (StatusUpdate._meta.db_table, update_of.get(pk, 0)) if table == Evidence._meta.db_table else (table, pk): digest
        for table, pk, digest in found
    }


def _evidence_of(events: EventQuerySet) -> Mapping[int, list[Evidence]]:
    """Update (id) -> what documents it, of the updates of these events."""
    found = defaultdict(list)
    for row in Evidence._base_manager.filter(update__in=events.order_by().values("update")).order_by("pk"):
        found[row.update_id].append(row)
    return found


def happening(event: int, act: str, at: datetime) -> str:
    """Which event it is: the act as it is now, whatever that has been made."""
    label = dict(Act.choices).get(act, act)
    moment = date_format(timezone.localtime(at), r"j. F Y \k\l. H.i")
    return f"Det er hændelse {event}, »{label}«, {moment}."


CHECKS = {"items": wrong_copies, "events": wrong_digests}
