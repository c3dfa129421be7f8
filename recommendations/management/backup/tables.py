"""The tables of an installation, and their rows as lines of JSON that mean the same to every database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import FileField, Model

# Whoever is logged in logs in again, and what is kept of lists is made again.
LEFT_OUT = {
    "sessions.session",
    "usersessions.usersession",
    "recommendations.keptline",
    "recommendations.keptlines",
}
# Made by migrating: a database that has nothing else is empty.
OF_MIGRATIONS = {"auth.permission", "contenttypes.contenttype"}
ROWS_AT_A_TIME = 2_000

Table = type[Model]


def in_order_of_need() -> list[Table]:
    """Every table that is kept, after those that its rows point at; but where two point at each other."""
    found: list[Table] = []
    seen: set[Table] = set()

    def visit(table: Table | None) -> None:
        if table is None or table in seen:
            return
        seen.add(table)
        for field in table._meta.concrete_fields:
            if field.remote_field:
                visit(field.remote_field.model._meta.concrete_model)
        found.append(table)

    for table in all_tables():
        visit(table)
    return [table for table in found if table._meta.label_lower not in LEFT_OUT]


def all_tables() -> list[Table]:
    """Those that are left out too."""
    every = apps.get_models(include_auto_created=True)
    return [table for table in every if table._meta.managed and not table._meta.proxy]


def columns(table: Table) -> list[str]:
    return [str(field.column) for field in table._meta.concrete_fields]


def rows(table: Table) -> Iterator[dict[str, Any]]:
    """Every row in the order of its key, some at a time; column -> value."""
    names, fields = columns(table), [field.attname for field in table._meta.concrete_fields]
    found = table._base_manager.order_by("pk").values_list(*fields)
    for values in found.iterator(chunk_size=ROWS_AT_A_TIME):
        yield dict(zip(names, values, strict=True))


def as_line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_plain).encode() + b"\n"


def _plain(value: Any) -> str:
    """Moments in UTC, to the microsecond."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{type(value)} is no value of a column")


def stored_files(table: Table, row: dict[str, Any]) -> list[tuple[FileField, str]]:
    """The fields of the row that name a stored file, and the names."""
    fields = [field for field in table._meta.concrete_fields if isinstance(field, FileField)]
    return [(field, row[str(field.column)]) for field in fields if row[str(field.column)]]


# --- Into the database ------------------------------------------------------------------------------------------------


def write(table: Table, lines: Sequence[bytes]) -> None:
    """Rows as they were, with their keys: past models and actions, which have had their say."""
    fields, quoted = table._meta.concrete_fields, connection.ops.quote_name
    names = ", ".join(quoted(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = []
    for line in lines:
        row = json.loads(line)
        found = [(field, field.to_python(row[str(field.column)])) for field in fields]
        values.append([field.get_db_prep_save(value, connection) for field, value in found])
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {quoted(table._meta.db_table)} ({names}) VALUES ({marks})", values)


def hold_all() -> None:
    """Nobody else reads or writes any table until the transaction ends; SQLite has begun so already."""
    if connection.vendor == "postgresql":
        named = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in all_tables())
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {named} IN ACCESS EXCLUSIVE MODE")


def first_with_rows() -> Table | None:
    """A table that somebody has written in."""
    written = (table for table in all_tables() if table._meta.label_lower not in OF_MIGRATIONS)
    return next((table for table in written if table._base_manager.order_by("pk").exists()), None)


def empty_all() -> None:
    names = [connection.ops.quote_name(table._meta.db_table) for table in all_tables()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(names)}")
        else:
            for name in names:
                cursor.execute(f"DELETE FROM {name}")


# --- Keys to come -----------------------------------------------------------------------------------------------------


def next_key(table: Table) -> int | None:
    """The key that the next row gets: one that was given out is not given to another. None where none is counted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if not (sequence := _sequence(table)):
                return None
            cursor.execute(f"SELECT last_value + CASE WHEN is_called THEN 1 ELSE 0 END FROM {sequence}")
        elif isinstance(table._meta.pk, models.AutoField):
            cursor.execute("SELECT seq + 1 FROM sqlite_sequence WHERE name = %s", [table._meta.db_table])
        else:
            return None
        found = cursor.fetchone()
        return int(found[0]) if found else 1


def set_next_key(table: Table, key: int) -> None:
    """Never lower than it is: PostgreSQL does not take this back, whatever becomes of the transaction."""
    if key <= (next_key(table) or key):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(%s, %s, false)", [_sequence(table), key])
            return
        name = table._meta.db_table
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [name, key - 1])


def _sequence(table: Table) -> str | None:
    pk = table._meta.pk
    with connection.cursor() as cursor:
        quoted = connection.ops.quote_name(table._meta.db_table)
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted, str(pk.column)])
        found = cursor.fetchone()[0]
        return None if found is None else str(found)
