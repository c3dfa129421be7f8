"""Two roles of PostgreSQL: one owns the tables and migrates them, another does the daily work and can rewrite nothing.

`DATABASE_OWNER_URL` is the owner's address, for `migrate`, `prepare` and `restore`; `DATABASE_URL` is that of the daily
work. What the latter may is worked out of the models and the guards (`append_only`). Without an owner's address one
role does both, and whoever has it can take the guards away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from recommendations.append_only import GUARDS, WITHHELD, WITHHOLDABLE

IDENTITY = ("USER", "PASSWORD", "HOST", "PORT")
# Made by migrating, and never written to by pages.
READ_ONLY = {"django_migrations", "django_content_type", "auth_permission"}
# What is written in a withheld place once its column has been written anew.
SHUT = {WITHHELD: ("opens", "row_digest")}
EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, the database is asked as its owner, where the settings name one."""
    owner = settings.DATABASE_OWNER
    if owner is None or connection.settings_dict["USER"] == owner["USER"]:
        yield
        return
    daily = connection.settings_dict  # the settings' own: it is left as it is
    connection.close()
    connection.settings_dict = daily | {name: owner[name] for name in IDENTITY}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = daily


def table_names() -> list[str]:
    """Every table of every app."""
    every = apps.get_models(include_auto_created=True)
    return sorted({table._meta.db_table for table in every if table._meta.managed})


# --- What the daily role may ------------------------------------------------------------------------------------------


def privileges(table: str) -> tuple[str, ...]:
    """What the daily role may do with a table, as GRANT says it.

    A row that is final from the beginning is never updated but where a withholding writes a column anew, and deleted
    only where rows that somebody types can be taken out again.
    """
    if table in READ_ONLY:
        return ("SELECT",)
    final = {guard.event for guard in GUARDS if guard.table == table and guard.condition == "TRUE"}
    if table == WITHHELD:
        final.add("UPDATE")  # but for what shuts it
    given = [one for one in EVERYTHING if one not in final]
    if "UPDATE" in final and (columns := (*WITHHOLDABLE.get(table, ()), *SHUT.get(table, ()))):
        given.append(f"UPDATE ({', '.join(connection.ops.quote_name(column) for column in columns)})")
    return tuple(given)


def grant() -> None:
    """Give the daily role what it needs and take everything else from it; as the owner, after each migration."""
    owner, quote = settings.DATABASE_OWNER, connection.ops.quote_name
    daily = settings.DATABASES["default"]["USER"]
    if owner is None or owner["USER"] == daily:
        return
    role = quote(daily)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_schema()")
        database, schema = map(quote, cursor.fetchone())
        tables = connection.introspection.table_names(cursor)
        statements = [
            # A table of its own before ours in the search path would be what the guards' functions read.
            f"REVOKE TEMPORARY, CREATE ON DATABASE {database} FROM PUBLIC, {role}",
            f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role}",
            f"GRANT USAGE ON SCHEMA {schema} TO {role}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {role}",
            *(f"GRANT {', '.join(privileges(table))} ON {quote(table)} TO {role}" for table in tables),
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {role}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        ]
        for statement in statements:
            cursor.execute(statement)


# --- Whether the running role could rewrite ---------------------------------------------------------------------------


def tables_of_others() -> list[str]:
    """The tables that the running role does not own, itself or through a role that it is a member of (PostgreSQL)."""
    return [name for name, is_owned in _owned() if not is_owned]


def ways_to_rewrite() -> list[str]:
    """How the running role could change what is published, each in Danish; none is as it should be.

    Of SQLite nothing is said: whoever can write the file can write all of it.
    """
    if connection.vendor != "postgresql":
        return []
    asked: dict[str, Any] = {"guarded": sorted({guard.table for guard in GUARDS})}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT "
            "(SELECT rolsuper FROM pg_roles WHERE rolname = current_user), "
            "EXISTS (SELECT FROM pg_class WHERE relname = ANY(%(guarded)s) AND relkind = 'r' "
            "  AND (has_table_privilege(oid, 'TRUNCATE') OR has_table_privilege(oid, 'TRIGGER'))), "
            "has_schema_privilege(current_schema(), 'CREATE') "
            "  OR has_database_privilege(current_database(), 'TEMPORARY'), "
            "has_parameter_privilege('session_replication_role', 'SET')",
            asked,
        )
        is_superuser, may_truncate, may_shadow, may_replicate = cursor.fetchone()
    found = {
        "er superbruger": is_superuser,
        "ejer tabeller og kan tage låsene af": any(is_owned for _name, is_owned in _owned()),
        "kan tømme tabeller eller sætte triggere på dem": may_truncate,
        "kan lave tabeller, som låsene læser i stedet for de rigtige": may_shadow,
        "kan slå triggere fra (session_replication_role)": may_replicate,
    }
    return [what for what, is_so in found.items() if is_so]


def _owned() -> list[tuple[str, bool]]:
    """Every table that is there, and whether the running role owns it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_has_role(relowner, 'USAGE') FROM pg_class WHERE relkind IN ('r', 'p') "
            "AND relname = ANY(%s) AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) "
            "ORDER BY relname",
            [table_names()],
        )
        return cursor.fetchall()
