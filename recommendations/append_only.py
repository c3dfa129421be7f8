"""Rows that nobody can change or delete, through no door: the database itself refuses.

Each guarded table gets triggers, on SQLite and on PostgreSQL alike, whatever the way in: the ORM, `bulk_update`, the
admin, a cascade, raw SQL. The sentences are what an editor reads should a door ever be left open.

The newest guards are here; a migration carries the list that it makes as a frozen copy of its own, so that a new
installation never asks an old migration for a table of later. A test holds the two together.

The law can demand that something goes. Then a column is opened for one text, the sentence that stands in its place
(`WithheldPlace.opens`), and shut again in the same transaction; no other column of the row can change meanwhile.

SQLite drops a table's triggers when a migration rebuilds the table. A migration that alters a guarded table must
therefore end by making them again; `manage.py verify` and the tests find it out if one does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from recommendations.enums import DONE, SHOWS_DONE, SHOWS_PLANNED, Status

FROZEN = "Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet."


@dataclass(frozen=True)
class Guard:
    """Refuse `event` on `table` when `condition` holds; the SQL reads OLD and NEW like the databases do."""

    name: str  # of the trigger
    table: str
    event: str  # INSERT, UPDATE, DELETE or TRUNCATE (PostgreSQL only: SQLite has none)
    condition: str
    message: str = FROZEN
    withholdable: tuple[str, ...] = ()  # columns that a withholding may write anew


UPDATES = "recommendations_statusupdate"
EVIDENCE = "recommendations_evidence"
OWNERSHIPS = "recommendations_ownership"
WITHHELD = "recommendations_withheldplace"
# Published from the moment they are recorded: these rows know no draft.
FINAL = (
    "recommendations_answerrequest",
    "recommendations_committeeanswer",
    "recommendations_deadline",
    "recommendations_donewhen",
    "recommendations_event",
    "recommendations_issuedreport",
    "recommendations_logleaf",
    OWNERSHIPS,
    "recommendations_treatment",
    "recommendations_withholding",
    "recommendations_wording",
)
# Of these, what belongs to a row that somebody types: until its source is public it can be taken out again.
TYPED = frozenset({OWNERSHIPS, "recommendations_wording"})
# Table -> the columns where somebody's own words stand, and the law may demand that they go.
WITHHOLDABLE = {
    UPDATES: ("text", "decided_by", "next_step", "review_comment"),
    "recommendations_answerrequest": ("text",),
    EVIDENCE: ("title", "url", "file", "file_name", "case_number", "pages", "removed"),
    "recommendations_committeeanswer": ("agenda_item", "agenda_url", "text", "passed_on_to", "reason"),
    "recommendations_deadline": ("reason",),
    "recommendations_donewhen": ("text", "reason"),
    "recommendations_event": ("details",),
    "recommendations_issuedreport": ("title", "reason", "choices", "data"),
    OWNERSHIPS: ("reason",),
    "recommendations_treatment": ("agenda_item", "agenda_url", "proposed", "reason"),
    "recommendations_wording": ("title", "summary", "official_text", "document", "pages", "reason"),
}


def _published(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {UPDATES} u WHERE u.id = {row}.update_id AND u.state = 'published')"


def _is_of_a_public_source(row: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM recommendations_item i JOIN recommendations_publication p ON p.id = i.publication_id "
        f"WHERE i.id = {row}.item_id AND p.public_at IS NOT NULL)"
    )


def _codes(of: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in sorted(str(code) for code in of))


def _is_published_without(statuses: Iterable[str], kinds: Iterable[str]) -> str:
    """An update comes to be published with one of `statuses`, and no evidence of one of `kinds`."""
    return (
        f"NEW.state = 'published' AND OLD.state <> 'published' AND NEW.status IN ({_codes(statuses)}) "
        f"AND NOT EXISTS (SELECT 1 FROM {EVIDENCE} e WHERE e.update_id = NEW.id AND e.kind IN ({_codes(kinds)}))"
    )


GUARDS = (
    Guard(
        "append_only_statusupdate_insert",
        UPDATES,
        "INSERT",
        "NEW.state = 'published'",
        "En opdatering begynder som kladde og udgives derefter. Den kan ikke oprettes som udgivet.",
    ),
    Guard(
        "append_only_statusupdate_update",
        UPDATES,
        "UPDATE",
        "OLD.state = 'published'",
        withholdable=WITHHOLDABLE[UPDATES],
    ),
    Guard("append_only_statusupdate_delete", UPDATES, "DELETE", "OLD.state = 'published'"),
    Guard("append_only_evidence_insert", EVIDENCE, "INSERT", _published("NEW")),
    Guard(
        "append_only_evidence_update",
        EVIDENCE,
        "UPDATE",
        f"{_published('OLD')} OR {_published('NEW')}",
        withholdable=WITHHOLDABLE[EVIDENCE],
    ),
    Guard("append_only_evidence_delete", EVIDENCE, "DELETE", _published("OLD")),
    # On the way to being published: what is done or planned needs something that shows it.
    Guard(
        "append_only_done_needs_evidence",
        UPDATES,
        "UPDATE",
        _is_published_without(DONE, SHOWS_DONE),
        "Status »Gennemført« kræver dokumentation for, at det er i drift, eller at en virkning er vist.",
    ),
    Guard(
        "append_only_planned_needs_evidence",
        UPDATES,
        "UPDATE",
        _is_published_without({Status.PLANNED}, SHOWS_PLANNED),
        "Status »Planlagt« kræver dokumentation for, at noget er besluttet eller bevilget.",
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
        Guard(
            f"append_only_{table.removeprefix('recommendations_')}_{event.lower()}",
            table,
            event,
            _is_of_a_public_source("OLD") if event == "DELETE" and table in TYPED else "TRUE",
            withholdable=WITHHOLDABLE.get(table, ()) if event == "UPDATE" else (),
        )
        for table in FINAL
        for event in ("UPDATE", "DELETE")
    ),
    # What has been public has been public: no source becomes a draft again, so that its rows stay as they are.
    Guard(
        "publication_stays_public",
        "recommendations_publication",
        "UPDATE",
        "OLD.public_at IS NOT NULL AND (NEW.public_at IS NULL OR NEW.public_at <> OLD.public_at)",
        "Kilden er offentlig. Det kan ikke gøres om.",
    ),
    # What opens a column is taken away once it has been used; nothing else of the place ever changes.
    Guard(
        "append_only_withheldplace_update",
        WITHHELD,
        "UPDATE",
        "NOT (OLD.opens IS NOT NULL AND NEW.opens IS NULL AND "
        + " AND ".join(
            f"OLD.{column} = NEW.{column}"
            for column in ("id", "withholding_id", "table_name", "row_id", "column_name", "digest", "stored")
        )
        + ")",
    ),
    Guard("append_only_withheldplace_delete", WITHHELD, "DELETE", "TRUE"),
    *(
        Guard(f"append_only_{table.removeprefix('recommendations_')}_truncate", table, "TRUNCATE", "TRUE")
        for table in (UPDATES, EVIDENCE, WITHHELD, *FINAL)
    ),
)


def triggers(vendor: str, guards: Sequence[Guard] = GUARDS) -> dict[str, Guard]:
    """Trigger name -> its guard, of those that `vendor` ("sqlite" or "postgresql") can have."""
    return {guard.name: guard for guard in guards if vendor == "postgresql" or guard.event != "TRUNCATE"}


def _refuses(guard: Guard, columns: Sequence[str]) -> str:
    """When the guard refuses: its condition, unless a withholding has opened all that changes; `columns` are all."""
    if not guard.withholdable:
        return guard.condition
    opened = (
        f"EXISTS (SELECT 1 FROM {WITHHELD} w WHERE w.table_name = '{guard.table}' AND w.row_id = OLD.id "
        "AND w.opens IS NOT NULL"
    )
    lets_in = [f"{opened})"]
    for column in columns:
        stays = f'OLD."{column}" IS NOT DISTINCT FROM NEW."{column}"'
        fits = f"{opened} AND w.column_name = '{column}' AND w.opens = CAST(NEW.\"{column}\" AS text))"
        lets_in.append(f"({stays} OR {fits})" if column in guard.withholdable else stays)
    return f"({guard.condition}) AND NOT ({' AND '.join(lets_in)})"


def _sqlite(guard: Guard, columns: Sequence[str]) -> tuple[str, ...]:
    condition = _refuses(guard, columns).replace("IS NOT DISTINCT FROM", "IS")  # the older word for it
    return (
        f"DROP TRIGGER IF EXISTS {guard.name}",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{guard.message}'); END",
    )


def _body(guard: Guard, columns: Sequence[str]) -> str:
    """What PostgreSQL keeps of the function, letter for letter."""
    give_back = {"DELETE": "OLD", "TRUNCATE": "NULL"}.get(guard.event, "NEW")
    return (
        f" BEGIN IF {_refuses(guard, columns)} THEN RAISE EXCEPTION '{guard.message}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {give_back}; END "
    )


def _postgresql(guard: Guard, columns: Sequence[str]) -> tuple[str, ...]:
    name = guard.name
    # A function of its own per trigger: WHEN cannot hold subqueries, so the condition stands in the function.
    statement_level = guard.event == "TRUNCATE"
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${_body(guard, columns)}$$",
        f"DROP TRIGGER IF EXISTS {name} ON {guard.table}",
        f"CREATE TRIGGER {name} BEFORE {guard.event} ON {guard.table} "
        f"FOR EACH {'STATEMENT' if statement_level else 'ROW'} EXECUTE FUNCTION {name}()",
    )


def install(connection: BaseDatabaseWrapper, guards: Sequence[Guard] = GUARDS) -> None:
    """Make every trigger as it is to be. Harmless when all are."""
    make = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor]
    with connection.cursor() as cursor:
        for guard in triggers(connection.vendor, guards).values():
            for statement in make(guard, _columns(connection, cursor, guard.table)):
                cursor.execute(statement)


def _columns(connection: BaseDatabaseWrapper, cursor: Any, table: str) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def uninstall(connection: BaseDatabaseWrapper, guards: Sequence[Guard] = GUARDS) -> None:
    """Take the triggers away: for undoing the migration, and for test runs that empty tables between tests."""
    with connection.cursor() as cursor:
        for name in triggers(connection.vendor, guards):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


# What PostgreSQL knows of a trigger: when it fires as a number of bits (pg_trigger.tgtype), and what it then does.
ROW, BEFORE = 1, 2
EVENTS = {"INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}
CATALOGUE = """
    SELECT t.tgname, c.relname, t.tgtype, p.prosrc
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
    JOIN pg_proc p ON p.oid = t.tgfoid
    JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
    WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr::text = ''
    AND p.proconfig IS NULL
"""


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that ought to be there and are not: gone, switched off, or made to do something else."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(CATALOGUE)
        present = {name: tuple(found) for name, *found in cursor.fetchall()}
        tables = set(connection.introspection.table_names(cursor))
        right = {
            name: _as_kept(connection.vendor, guard, _columns(connection, cursor, guard.table))
            for name, guard in triggers(connection.vendor).items()
            if guard.table in tables
        }
    return sorted(name for name in triggers(connection.vendor) if name not in right or present.get(name) != right[name])


def _as_kept(vendor: str, guard: Guard, columns: Sequence[str]) -> tuple[Any, ...]:
    """What the database's own catalogue says of a trigger that is right."""
    if vendor == "sqlite":
        return guard.table, _sqlite(guard, columns)[-1]
    fires = BEFORE | EVENTS[guard.event] | (0 if guard.event == "TRUNCATE" else ROW)
    return guard.table, fires, _body(guard, columns)
