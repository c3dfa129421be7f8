"""Rows that nobody can change or delete, through no door: the database itself refuses.

Each guarded table gets triggers, on SQLite and on PostgreSQL alike, whatever the way in: the ORM, `bulk_update`, the
admin, a cascade, raw SQL. The sentences are what an editor reads should a door ever be left open.

The newest guards are here; a migration carries the list that it makes as a frozen copy of its own, so that a new
installation never asks an old migration for a table of later. A test holds the two together.

SQLite drops a table's triggers when a migration rebuilds the table. A migration that alters a guarded table must
therefore end by making them again; `manage.py verify` and the tests find it out if one does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from recommendations.enums import DONE

FROZEN = "Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet."


@dataclass(frozen=True)
class Guard:
    """Refuse `event` on `table` when `condition` holds; the SQL reads OLD and NEW like the databases do."""

    name: str  # of the trigger
    table: str
    event: str  # INSERT, UPDATE, DELETE or TRUNCATE (PostgreSQL only: SQLite has none)
    condition: str
    message: str = FROZEN


UPDATES = "recommendations_statusupdate"
EVIDENCE = "recommendations_evidence"
OWNERSHIPS = "recommendations_ownership"
# Published from the moment they are recorded: these rows know no draft.
FINAL = (
    "recommendations_committeeanswer",
    "recommendations_deadline",
    "recommendations_donewhen",
    "recommendations_event",
    "recommendations_issuedreport",
    OWNERSHIPS,
    "recommendations_wording",
)


def _published(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {UPDATES} u WHERE u.id = {row}.update_id AND u.state = 'published')"


_done = ", ".join(f"'{status.value}'" for status in sorted(DONE))

GUARDS = (
    Guard(
        "append_only_statusupdate_insert",
        UPDATES,
        "INSERT",
        "NEW.state = 'published'",
        "En opdatering begynder som kladde og udgives derefter. Den kan ikke oprettes som udgivet.",
    ),
    Guard("append_only_statusupdate_update", UPDATES, "UPDATE", "OLD.state = 'published'"),
    Guard("append_only_statusupdate_delete", UPDATES, "DELETE", "OLD.state = 'published'"),
    Guard("append_only_evidence_insert", EVIDENCE, "INSERT", _published("NEW")),
    Guard("append_only_evidence_update", EVIDENCE, "UPDATE", f"{_published('OLD')} OR {_published('NEW')}"),
    Guard("append_only_evidence_delete", EVIDENCE, "DELETE", _published("OLD")),
    # One more on the way to being published: done needs something that shows it.
    Guard(
        "append_only_done_needs_evidence",
        UPDATES,
        "UPDATE",
        f"NEW.state = 'published' AND OLD.state <> 'published' AND NEW.status IN ({_done}) "
        f"AND NOT EXISTS (SELECT 1 FROM {EVIDENCE} e WHERE e.update_id = NEW.id)",
        "Status »Gennemført« kræver dokumentation. Tilføj et link, en fil eller et sagsnummer.",
    ),
    # A committee owns an item once at a time. What a later row has replaced does not count, nor does "never".
    Guard(
        "ownership_does_not_overlap",
        OWNERSHIPS,
        "INSERT",
        "(NEW.valid_to IS NULL OR NEW.valid_to > NEW.valid_from) AND EXISTS ("
        f"SELECT 1 FROM {OWNERSHIPS} o WHERE o.item_id = NEW.item_id AND o.committee_id = NEW.committee_id "
        "AND (NEW.replaces_id IS NULL OR o.id <> NEW.replaces_id) "
        "AND (o.valid_to IS NULL OR o.valid_to > o.valid_from) "
        "AND (o.valid_to IS NULL OR o.valid_to > NEW.valid_from) "
        "AND (NEW.valid_to IS NULL OR NEW.valid_to > o.valid_from) "
        f"AND NOT EXISTS (SELECT 1 FROM {OWNERSHIPS} r WHERE r.replaces_id = o.id))",
        "Udvalget ejer allerede rækken i noget af den tid. Afslut det ejerskab først, eller vælg andre datoer.",
    ),
    *(
        Guard(f"append_only_{table.removeprefix('recommendations_')}_{event.lower()}", table, event, "TRUE")
        for table in FINAL
        for event in ("UPDATE", "DELETE")
    ),
    *(
        Guard(f"append_only_{table.removeprefix('recommendations_')}_truncate", table, "TRUNCATE", "TRUE")
        for table in (UPDATES, EVIDENCE, *FINAL)
    ),
)


def triggers(vendor: str, guards: Sequence[Guard] = GUARDS) -> dict[str, tuple[str, ...]]:
    """Trigger name -> the statements that make it, for `vendor` ("sqlite" or "postgresql")."""
    make = {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]
    wanted = [guard for guard in guards if vendor == "postgresql" or guard.event != "TRUNCATE"]
    return {guard.name: make(guard) for guard in wanted}


def _sqlite(guard: Guard) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER IF NOT EXISTS {guard.name} BEFORE {guard.event} ON {guard.table} "
        f"WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.message}'); END",
    )


def _postgresql(guard: Guard) -> tuple[str, ...]:
    name = guard.name
    # A function of its own per trigger: WHEN cannot hold subqueries, so the condition stands in the function.
    statement_level = guard.event == "TRUNCATE"
    give_back = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(guard.event, "NEW")
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.message}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {give_back}; END $$",
        f"DROP TRIGGER IF EXISTS {name} ON {guard.table}",
        f"CREATE TRIGGER {name} BEFORE {guard.event} ON {guard.table} "
        f"FOR EACH {'STATEMENT' if statement_level else 'ROW'} EXECUTE FUNCTION {name}()",
    )


def install(connection: BaseDatabaseWrapper, guards: Sequence[Guard] = GUARDS) -> None:
    """Make every trigger that is missing. Harmless when all are there."""
    with connection.cursor() as cursor:
        for statements in triggers(connection.vendor, guards).values():
            for statement in statements:
                cursor.execute(statement)


def uninstall(connection: BaseDatabaseWrapper, guards: Sequence[Guard] = GUARDS) -> None:
    """Take the triggers away: for undoing the migration, and for test runs that empty tables between tests."""
    with connection.cursor() as cursor:
        for name in triggers(connection.vendor, guards):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that ought to be there and are not."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        present = {row[0] for row in cursor.fetchall()}
    return sorted(set(triggers(connection.vendor)) - present)
