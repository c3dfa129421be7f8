"""What every action does alike: lock what it changes, check and save it, renew what is derived, say what happened."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.forms.models import model_to_dict
from django.utils import timezone

from recommendations import danish, prepared, standing, tenancy
from recommendations.actions import stored_files
from recommendations.enums import ABOUT_ACCESS, Act, ImportKind, Nature
from recommendations.lifecycle import day_doubt
from recommendations.models import Event, Evidence, ImportBatch, Item, SearchText, Standing, StatusUpdate, Wording
from recommendations.models.event import ROWS
from recommendations.models.recorded import Recorded, in_order, now
from recommendations.prepared import NOW, Among
from recommendations.standing import Known, Line

Row = TypeVar("Row", bound=Model)
security = logging.getLogger("security")

CANONICAL = DjangoJSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
# What of a row is nobody's words: it follows from other rows.
DERIVED = frozenset({"id", "path", "number_key", "sort_name", "exists_from", "recorded_at", "wording", "municipality"})


def lock(item: Item) -> Item:
    """The item's row, held until the transaction ends, so that two writers take turns."""
    return lock_all([item])[item]


def lock_all(items: Collection[Item]) -> dict[Item, Item]:
    """The items' rows, held until the transaction ends; in one order, so that nobody waits in a ring (deadlock)."""
    rows = Item.objects.select_for_update(of=("self",)).select_related("publication", "wording").order_by("pk")
    return {row: row for row in rows.filter(pk__in=[item.pk for item in items])}


def checked(row: Row) -> Row:
    """The row, once its own rules hold and it is saved.

    Its constraints are the database's to hold: asking about each beforehand takes a statement each, so it is asked only
    for the sentence, after a refusal. What a row points at is there, where it was read to be pointed at.
    """
    if row._state.adding and isinstance(row, Recorded):  # by the clock, which may have been set back
        row.recorded_at = in_order(row.recorded_at)
    files = stored_files.stored(row)
    if files:  # it is refused before they are stored
        row.full_clean()
    try:
        row.clean_fields(exclude={field.name for field in _pointers(row) if field.is_cached(row)})
        row.clean()
        with transaction.atomic():
            row.save()
    except (ValidationError, IntegrityError):
        stored_files.go_now(files)
        row.full_clean()
        raise
    stored_files.go_unless_committed(files)
    return row


def _pointers(row: Model) -> list[Any]:
    return [field for field in row._meta.concrete_fields if field.is_relation and getattr(row, field.attname)]


class Doubt(ValidationError):
    """A day that may be right and most likely is not: who typed it is asked, and says that they are sure."""


def require_likely(item: Item, *, sure: bool, **days: date | None) -> None:
    """Raise `Doubt`, at the field of each, about days that are unlikely for something about `item`."""
    if sure:
        return
    today, source_day = timezone.localdate(), item.publication.exists_from
    doubts = {name: day_doubt(name, day, source_day=source_day, today=today) for name, day in days.items()}
    if asked := {name: question for name, question in doubts.items() if question}:
        raise Doubt(asked)


# --- What is derived --------------------------------------------------------------------------------------------------


_is_taken_back: ContextVar[bool] = ContextVar("is_taken_back", default=False)


@contextmanager
def taken_back() -> Iterator[None]:
    """Within it, nothing that is derived is renewed: for what is tried, and is to be undone before anybody sees it."""
    token = _is_taken_back.set(True)
    try:
        yield
    finally:
        _is_taken_back.reset(token)


def refresh(items: Collection[Item]) -> dict[int, Known]:
    """Write how the items stand and what they are found by, from the rows that are kept for good; returns these."""
    known = refresh_standings(items)
    refresh_search(items)
    return known


def refresh_standings(items: Collection[Item]) -> dict[int, Known]:
    """Six queries for all; rows that are right already stay. Returns what is known of each item (id)."""
    if _is_taken_back.get():
        return {}
    ids = [item.pk for item in items]
    known = standing.known_of(ids)
    stored: dict[int, dict[Line, int]] = {item: {} for item in ids}
    for item, pk, *line in prepared.rows(_stored_lines, items=ids):
        stored[item][tuple(line)] = pk
    wanted, gone = [], []
    for item in ids:
        right = set(standing.lines(known[item]))
        wanted += [standing.row_of(item, line) for line in right - stored[item].keys()]
        gone += [pk for line, pk in stored[item].items() if line not in right]
    if gone:
        Standing.objects.filter(pk__in=gone).delete()
    Standing.objects.bulk_create(wanted)
    return known


def _stored_lines() -> Any:
    stored = Standing.objects.filter(Among("item_id", "items")).order_by("pk")
    return stored.values_list("item_id", "pk", *standing.COLUMNS)


def refresh_search(items: Collection[Item]) -> None:
    """Three queries for all."""
    if _is_taken_back.get():
        return
    rows = [SearchText(item_id=item, **found._asdict()) for item, found in search_words(items).items()]
    SearchText.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["item"], update_fields=danish.Indexed._fields
    )


def search_words(items: Collection[Item]) -> dict[int, danish.Indexed]:
    """What each item (id) is found by: its number, its words in force, and what has been published about it."""
    texts: dict[int, dict[str, list[str]]] = {item.pk: {"number": [item.number], "news": []} for item in items}
    in_force = [item.wording_id for item in items if item.wording_id]
    for item_id, title, summary, source in prepared.rows(_words_of, words=in_force):
        texts[item_id] |= {"title": [title], "summary": [summary], "source": [source]}
    for item_id, *news in prepared.rows(_news_of, items=texts, now=now()):
        texts[item_id]["news"] += news
    return {item: danish.index(**found) for item, found in texts.items()}


def _words_of() -> Any:
    words = Wording.objects.filter(Among("pk", "words")).order_by("pk")
    return words.values_list("item_id", "title", "summary", "official_text")


def _news_of() -> Any:
    said = StatusUpdate.objects.published().uncorrected(NOW).filter(Among("item_id", "items")).order_by("pk")
    return said.values_list("item_id", "text", "next_step")


# --- What happened ----------------------------------------------------------------------------------------------------


def record(*, act: Act, by: User | None, **what: Any) -> Event:
    """Say what was done, in the act's own transaction. Takes what `event` takes."""
    happened = event(act=act, by=by, **what)
    happened.save()
    if act in ABOUT_ACCESS:
        transaction.on_commit(partial(_note_access, happened), robust=True)
    return happened


def _note_access(happened: Event) -> None:
    """A line in the log of security; whom it is about by the key of the login, as the event has it."""
    told = {"sec_event": happened.pk, "sec_who": happened.by.get_username() if happened.by else "?"}
    if whom := happened.details.get("user"):
        told["sec_whom"] = whom[1]
    if happened.committee:
        told["sec_committee"] = happened.committee.code
    security.info(happened.act, extra=told)


_batch: ContextVar[ImportBatch | None] = ContextVar("batch", default=None)


@contextmanager
def part_of(batch: ImportBatch) -> Iterator[None]:
    """Within it, all that is done is done by the file: the events are of its batch."""
    token = _batch.set(batch)
    try:
        yield
    finally:
        _batch.reset(token)


_is_by_link: ContextVar[bool] = ContextVar("is_by_link", default=False)
BY_LINK = "by_link"  # the detail of an event that says so


@contextmanager
def by_link() -> Iterator[None]:
    """Within it, whatever is done is done from a mail, without a login; each event says so."""
    token = _is_by_link.set(True)
    try:
        yield
    finally:
        _is_by_link.reset(token)


def event(
    *,
    act: Act,
    by: User | None,
    nature: Nature = Nature.HOUSEKEEPING,
    request_key: UUID | None = None,
    digest_of: Model | Mapping[str, Any] | None = None,
    **what: Any,
) -> Event:
    """An event, not saved. `what` are fields of `Event`, the row that was written too.

    The digest is of that row, or of `digest_of` where no field of the event holds it: a row, or what else it is to say.
    """
    written = digest_of or next((what[name] for name in ROWS if what.get(name) is not None), None)
    item = what.get("item")
    if _is_by_link.get():
        what["details"] = {**what.get("details", {}), BY_LINK: ["", "ja"]}
    if item is not None:
        what.setdefault("publication", item.publication)
        if _is_of_a_source(_batch.get()) and not item.publication.is_public:
            what = _about_its_source(item, what)
    return Event(
        municipality=tenancy.current(),
        act=act,
        nature=nature,
        by=by,
        request_key=request_key,
        batch=_batch.get(),
        digest=digest(written) if written is not None else "",
        **{"at": now(), **what},
    )


def _is_of_a_source(batch: ImportBatch | None) -> bool:
    return batch is not None and batch.kind != ImportKind.ROWS


def _about_its_source(item: Item, what: Mapping[str, Any]) -> dict[str, Any]:
    """What a file of a source does to a row that nobody has read is told of as typing is (see `rows`).

    The event is about the source, names the row, and points at nothing that goes with it: so the row can be taken out.
    """
    left = {name: value for name, value in what.items() if name not in ("item", *ROWS)}
    return left | {"details": {**what.get("details", {}), "row": ["", row_name(item)]}}


def row_name(item: Item) -> str:
    """What tells a row from all others of its source: initiatives are numbered apart."""
    return f"initiativ {item.number}" if item.is_initiative else item.number


def digest(row: Model | Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the row's columns as `canonical` text in UTF-8; of an update also what documents it,
    which is read unless it has been already (prefetched). A mapping is hashed as it is.
    """
    if not isinstance(row, Model):
        return digest_of(row)
    columns = columns_of(row)
    if isinstance(row, StatusUpdate):
        columns = with_evidence(columns, row.evidence.all())
    return digest_of(columns)


def with_evidence(columns: Mapping[str, Any], evidence: Iterable[Evidence]) -> dict[str, Any]:
    """An update's columns with those of the rows that document it, in their order."""
    rows = sorted(evidence, key=lambda row: row.position)
    return {**columns, "evidence": [columns_of(row) for row in rows]}


def columns_of(row: Model) -> dict[str, Any]:
    """Attribute name -> value as the database gives it."""
    columns = {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields}
    return {name: one.name if isinstance(one, FieldFile) else one for name, one in columns.items()}


def digest_of(columns: Mapping[str, Any]) -> str:
    """`digest` of a row by its columns (attribute name -> value as the database gives it)."""
    return hashlib.sha256(canonical(columns).encode()).hexdigest()


def canonical(columns: Mapping[str, Any]) -> str:
    """A row's columns as canonical JSON; moments as they are in UTC."""
    in_utc = {name: one.astimezone(UTC) if isinstance(one, datetime) else one for name, one in columns.items()}
    return CANONICAL.encode(in_utc)


def done_before(request_key: UUID | None) -> Event | None:
    """The event of an act that was asked for with this key already; it is not done again (idempotent)."""
    if request_key is None:
        return None
    return Event.objects.filter(request_key=request_key).with_rows().order_by("pk").first()


def changed_fields(old: Model | None, new: Model) -> dict[str, list[str]]:
    """Field name -> how it was and how it is, for the log; without an old row, all that the new one says."""
    before = _as_text(old) if old is not None else {}
    after = _as_text(new)
    return {name: [before.get(name, ""), value] for name, value in after.items() if before.get(name, "") != value}


def _as_text(row: Model) -> dict[str, str]:
    fields = [field.name for field in row._meta.concrete_fields if field.name not in DERIVED]
    values = model_to_dict(row, fields=fields) | {
        name: getattr(row, row._meta.get_field(name).attname)  # type: ignore[union-attr]
        for name in fields
        if not row._meta.get_field(name).editable
    }
    return {name: "" if value is None else str(value) for name, value in values.items()}
