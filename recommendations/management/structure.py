"""Whether the database is built as the models say, and nothing stands in it that could answer in their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection

from recommendations import append_only, database_roles
from recommendations.models.word_index import VECTOR

OTHERWISE = "Databasen er ikke bygget, som denne udgave af programmet skal have den"


def wrong_columns() -> Iterator[str]:
    """A table without the columns of its model, or with others: nothing else can be asked of it."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for table in _tables():
            name = table._meta.db_table
            if name not in there:
                yield f"{OTHERWISE}: tabellen {name} mangler. Kør »manage.py migrate«, eller gendan en sikkerhedskopi."
                continue
            found = {one.name for one in connection.introspection.get_table_description(cursor, name)} - {VECTOR}
            wanted = {str(field.column) for field in table._meta.concrete_fields}
            if found != wanted:
                what = [f"{column} mangler" for column in sorted(wanted - found)]
                what += [f"{column} er der, og skal ikke være der" for column in sorted(found - wanted)]
                yield f"{OTHERWISE}: {name}: {', '.join(what)}."


def wrong_constraints() -> Iterator[str]:
    """What the database refuses is what the models say it refuses: constraints, and that references lead somewhere."""
    with connection.cursor() as cursor:
        for table in _tables():
            name = table._meta.db_table
            found = connection.introspection.get_constraints(cursor, name)
            leads = {one["columns"][0] for one in found.values() if one["foreign_key"] and len(one["columns"]) == 1}
            for field in table._meta.concrete_fields:
                if field.remote_field and field.db_constraint and field.column not in leads:
                    yield f"{OTHERWISE}: {name}.{field.column} må pege på en række, der ikke findes."
            for constraint in table._meta.constraints:
                if constraint.name not in found:
                    yield f"{OTHERWISE}: reglen {constraint.name} på {name} mangler."


# Each asks for a table and what is the matter with it, among the tables that are named (PostgreSQL).
STRANGERS = {
    "er ikke en almindelig tabel": "SELECT c.relname, '' FROM {tables} AND c.relkind NOT IN ('r', 'p')",
    "viser ikke alle rækker til alle (row level security)": "SELECT c.relname, '' FROM {tables} AND c.relrowsecurity",
    "har en regel, der ikke er fra programmet (RULE)": (
        "SELECT c.relname, r.rulename FROM pg_rewrite r JOIN {tables} AND c.relkind = 'r' AND r.ev_class = c.oid"
    ),
    "har en trigger, der ikke er fra programmet": (
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN {tables} AND t.tgrelid = c.oid AND NOT t.tgisinternal "
        "AND t.tgname <> ALL(%(ours)s)"
    ),
    "holder ikke alle sine henvisninger (en trigger er slået fra)": (
        "SELECT DISTINCT c.relname, '' FROM pg_trigger t JOIN {tables} AND t.tgrelid = c.oid AND t.tgisinternal "
        "AND t.tgenabled <> 'O'"
    ),
    "har en regel, der aldrig er prøvet (NOT VALID)": (
        "SELECT c.relname, k.conname FROM pg_constraint k JOIN {tables} AND k.conrelid = c.oid AND NOT k.convalidated"
    ),
}
TABLES = (
    "pg_class c {on} c.relname = ANY(%(tables)s) "
    "AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
)


def strangers() -> Iterator[str]:
    """What is in the database beside the product's own, and could change or hide what is written or read."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
            for table, name in cursor.fetchall():
                if name not in append_only.triggers("sqlite"):
                    yield f"{OTHERWISE}: {table} har en trigger, der ikke er fra programmet: {name}."
            return
        asked: dict[str, Any] = {
            "tables": database_roles.table_names(),
            "ours": sorted(append_only.triggers(connection.vendor)),
        }
        for what, sql in STRANGERS.items():
            cursor.execute(
                sql.format(tables=TABLES.format(on="ON" if "JOIN" in sql else "WHERE")) + " ORDER BY 1", asked
            )
            for table, name in cursor.fetchall():
                yield f"{OTHERWISE}: {table} {what}{f': {name}' if name else ''}."


def _tables() -> list[Any]:
    every = apps.get_models(include_auto_created=True)
    return [table for table in every if table._meta.managed and not table._meta.proxy]
