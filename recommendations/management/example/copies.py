"""Made-up sources again, under other names: their rows copied inside the database, where they need no telling."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import md5, sha256
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Count, Field, ForeignKey, Max, Min, Model, UUIDField
from django.utils.translation import gettext as _

from recommendations import append_only
from recommendations.actions.state import canonical, columns_of, with_evidence
from recommendations.actions.turns import in_turn
from recommendations.append_only import EVIDENCE, GUARDS, UPDATES
from recommendations.models import Event, LogLeaf, Publication, StatusUpdate

BATCH = 10_000  # digests in one statement


@contextmanager
def unguarded() -> Iterator[None]:
    """Lets rows in as published that were never drafts, in the transaction that is open; changes nothing else of them.

    A superuser of PostgreSQL is also spared the look-up of each pointer, which takes longer than writing the row.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
            if cursor.fetchone() == (True,):
                cursor.execute("SET LOCAL session_replication_role = replica")
                yield
                cursor.execute("SET LOCAL session_replication_role = origin")
                return
    lifted = [guard for guard in GUARDS if guard.event == "INSERT" and guard.table in {UPDATES, EVIDENCE}]
    _hold_all()
    append_only.uninstall(connection, lifted)
    yield
    _hold_all()
    append_only.install(connection, lifted)


def _hold_all() -> None:
    """What PostgreSQL has put off is looked at now: a table cannot be changed before that."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


@contextmanager
def without_indexes() -> Iterator[None]:
    """In one transaction, the indexes of PostgreSQL that hold nothing together are away, and made again at the end.

    An index is made of all its rows in a fraction of the time that it takes to write each row into it. If the
    transaction fails, they have never been away.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        definitions = []
        if connection.vendor == "postgresql":
            _hold_all()
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            cursor.execute(SECONDARY, [[model._meta.db_table for model in _models()]])
            for name, definition in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")
                definitions.append(definition)
        yield
        _hold_all()
        for definition in definitions:
            cursor.execute(definition)


SECONDARY = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisunique
"""


@dataclass(frozen=True)
class CopiedTable:
    """The rows of one model that are copied: copy k of the row with id i has the id i + by + k * span."""

    model: type[Model]
    first: int
    last: int
    by: int = 0

    @property
    def span(self) -> int:
        return self.last - self.first + 1

    def new(self, pk: int, copy: int) -> int:
        return pk + self.by + copy * self.span


Tables = dict[type[Model], CopiedTable]


class Copier:
    """Knows where the rows of sources lie; asked for before their indexes are taken away. Nobody else may write."""

    def __init__(self, originals: Sequence[Publication]):
        paths = _paths()
        self.rows = {original.pk: _rows(original, paths) for original in originals}
        newest = {model: model._base_manager.aggregate(last=Max("pk"))["last"] or 0 for model in paths}
        self.free = {model: last + 1 for model, last in newest.items()}  # the next id

    @in_turn()
    def save(self, original: Publication, copies: Sequence[Publication]) -> None:
        """Save `copies`, which are not saved yet, and give each all rows of the original."""
        tables = {
            model: replace(table, by=self.free[model] - table.first) for model, table in self.rows[original.pk].items()
        }
        for number, publication in enumerate(copies):
            publication.pk = tables[Publication].new(original.pk, number)
        Publication.objects.bulk_create(copies)
        _save_digests(tables, len(copies))
        with unguarded(), connection.cursor() as cursor:
            for table in tables.values():
                self.free[table.model] += table.span * len(copies)
                if table.model is not Publication:
                    _copy_rows(cursor, table, tables, len(copies))
            cursor.execute(f"DROP TABLE {DIGESTS}")
            for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
                cursor.execute(statement)


def _paths() -> dict[type[Model], str]:
    """How each model that belongs to a source leads to it; those after that others point at.

    The leaves of the log are the log's own: it makes them when it takes the events of the copies in.
    """
    paths: dict[type[Model], str] = {Publication: "pk"}
    for model in [model for model in _models() if model is not LogLeaf]:
        to = [field for field in _pointers(model) if _concrete(field) in paths]
        if to and model not in paths:
            field = min(to, key=lambda field: (field.null, list(paths).index(_concrete(field))))
            path = paths[_concrete(field)]
            paths[model] = field.name if path == "pk" else f"{field.name}__{path}"
    return paths


def _rows(original: Publication, paths: Mapping[type[Model], str]) -> Tables:
    tables = {}
    for model, path in paths.items():
        rows = model._base_manager.filter(**{path: original.pk})
        ends = rows.aggregate(first=Min("pk"), last=Max("pk"), count=Count("pk"))
        if not ends["count"]:
            continue
        table = CopiedTable(model, ends["first"], ends["last"])
        if model._base_manager.filter(pk__gte=table.first, pk__lte=table.last).count() != ends["count"]:
            raise CommandError(_("Andre rækker er skrevet imellem de opdigtede. Brug en database for sig."))
        tables[model] = table
    return tables


def _models() -> list[type[Model]]:
    """Ours, those first that others point at; what has no table of its own left out."""
    found = list(apps.get_app_config("recommendations").get_models(include_auto_created=True))
    left, ordered = [model for model in found if not model._meta.proxy], []
    while left:
        waiting = set(left)
        # A row of words points at its item, and the item at the words that stand: the latter may be empty at first.
        ready = [
            model
            for model in left
            if not any(_concrete(to) in waiting - {model} for to in _pointers(model) if not to.null)
        ]
        ordered += ready
        left = [model for model in left if model not in ready]
    return ordered


def _pointers(model: type[Model]) -> list[ForeignKey[Any, Any]]:
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def _concrete(field: ForeignKey[Any, Any]) -> type[Model]:
    return field.related_model._meta.concrete_model  # type: ignore[return-value]


def _copy_rows(cursor: Any, table: CopiedTable, tables: Tables, copies: int) -> None:
    quote, fields = connection.ops.quote_name, table.model._meta.concrete_fields
    columns = ", ".join(_column(field) for field in fields)
    values = ", ".join(_value(field, table, tables) for field in fields)
    name = table.model._meta.db_table
    digests = f" JOIN {DIGESTS} d ON d.id = o.id AND d.copy = copies.k" if table.model is Event else ""
    numbers = ", ".join(f"({number})" for number in range(copies))
    cursor.execute(
        f"WITH copies(k) AS (VALUES {numbers}) INSERT INTO {quote(name)} ({columns}) "
        f"SELECT {values} FROM {quote(name)} o CROSS JOIN copies{digests} "
        f"WHERE o.{_column(table.model._meta.pk)} BETWEEN %s AND %s ORDER BY copies.k, 1",
        [table.first, table.last],
    )


def _column(field: Field[Any, Any]) -> str:
    return connection.ops.quote_name(field.column or field.name)


def _value(field: Field[Any, Any], table: CopiedTable, tables: Tables) -> str:
    """What stands in the column of a copy, in SQL: what the original says, with pointers to the copies."""
    column = f"o.{_column(field)}"
    if shift := _shift(field, table, tables):
        return f"{column} + {shift.by} + copies.k * {shift.span}"
    if isinstance(field, UUIDField) and field.unique:
        text = f"CAST({column} AS text)" if connection.vendor == "postgresql" else column
        pk = f"(o.id + {table.by} + copies.k * {table.span})"  # a copy of a copy has a key of its own too
        hashed = f"md5(replace({text}, '-', '') || '/' || {pk})"
        return f"CAST({hashed} AS uuid)" if connection.vendor == "postgresql" else hashed
    if table.model is Event and field.name == "digest":
        return "d.digest"
    return column


def _shift(field: Field[Any, Any], table: CopiedTable, tables: Tables) -> CopiedTable | None:
    """By how much an id in this field is moved."""
    if isinstance(field, ForeignKey):
        return tables.get(_concrete(field))
    return table if field.primary_key else None


# --- The digests of the events ----------------------------------------------------------------------------------------

DIGESTS = "copied_digests"


def _save_digests(tables: Tables, copies: int) -> None:
    """What each copied event says of its row: worked out of the row's canonical text with the copy's ids in it."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {DIGESTS} (id bigint, copy bigint, digest varchar(64))")
        waiting: list[tuple[int, int, str]] = []
        events = tables[Event]
        for event in (
            Event.objects.filter(pk__gte=events.first, pk__lte=events.last)
            .with_rows()
            .prefetch_related("update__evidence")
            .order_by("pk")
            .iterator(BATCH)
        ):
            digests = _digests(event.row, tables, copies)
            waiting += [(event.pk, number, digest) for number, digest in enumerate(digests)]
            if len(waiting) >= BATCH:
                _write(cursor, waiting)
                waiting = []
        _write(cursor, waiting)
        cursor.execute(f"CREATE INDEX {DIGESTS}_id ON {DIGESTS} (id, copy)")


def _digests(row: Model | None, tables: Tables, copies: int) -> list[str]:
    if row is None:
        return [""] * copies
    texts = _texts(row, tables, copies)
    if isinstance(row, StatusUpdate):
        rows = sorted(row.evidence.all(), key=lambda evidence: evidence.position)
        evidence = [_texts(one, tables, copies) for one in rows]
        within = [",".join(copied) for copied in zip(*evidence, strict=True)] or [""] * copies
        texts = [
            text.replace('"evidence":[]', f'"evidence":[{said}]', 1) for text, said in zip(texts, within, strict=True)
        ]
    return [sha256(text.encode()).hexdigest() for text in texts]


def _texts(row: Model, tables: Tables, copies: int) -> list[str]:
    """The canonical text of each copy of a row; of an update with room for what documents it."""
    model = type(row)._meta.concrete_model
    assert model
    table = tables[model]
    columns = columns_of(row)
    text, moved, keys = canonical(with_evidence(columns, ()) if model is StatusUpdate else columns), [], []
    for field in model._meta.concrete_fields:
        value = field.value_from_object(row)
        if value is None:
            continue
        if shift := _shift(field, table, tables):
            moved.append((f"{json.dumps(field.attname)}:{value}", field.attname, value, shift))
        elif isinstance(field, UUIDField) and field.unique:
            keys.append(value)
    found = []
    for number in range(copies):
        said = text
        for old, name, value, shift in moved:
            said = said.replace(old, f'"{name}":{shift.new(value, number)}', 1)
        for key in keys:
            said = said.replace(
                str(key), str(UUID(md5(f"{key.hex}/{table.new(row.pk, number)}".encode()).hexdigest())), 1
            )
        found.append(said)
    return found


def _write(cursor: Any, digests: Collection[tuple[int, int, str]]) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {DIGESTS} (id, copy, digest) FROM STDIN") as copying:
            for digest in digests:
                copying.write_row(digest)
    elif digests:
        cursor.executemany(f"INSERT INTO {DIGESTS} VALUES (%s, %s, %s)", digests)
