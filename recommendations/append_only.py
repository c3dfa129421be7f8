"""Rows that nobody can change or delete, through no door: the database itself refuses.

Each guarded table gets triggers, on SQLite and on PostgreSQL alike, whatever the way in: the ORM, `bulk_update`, the
admin, a cascade, raw SQL. The sentences are what an editor reads should a door ever be left open.

SQLite drops a table's triggers when a migration rebuilds the table. A migration that alters a guarded table must
therefore end with `install` again; `manage.py verify` and the tests find it out if one does not.
"""

from dataclasses import dataclass

from recommendations.enums import DONE

FROZEN = "Rækken er udgivet og kan hverken ændres eller slettes. Opret en rettelse i stedet."


@dataclass(frozen=True)
class Guard:
    """Refuse `event` on `table` when `condition` holds; the SQL reads OLD and NEW like the databases do."""

    table: str
    event: str  # INSERT, UPDATE, DELETE or TRUNCATE (PostgreSQL only: SQLite has none)
    condition: str
    message: str = FROZEN

    @property
    def name(self) -> str:
        return f"append_only_{self.table}_{self.event.lower()}"


UPDATES = "recommendations_statusupdate"
EVIDENCE = "recommendations_evidence"
# Published from the moment they are recorded: these rows know no draft.
FINAL = (
    "recommendations_committeeanswer",
    "recommendations_deadline",
    "recommendations_donewhen",
    "recommendations_issuedreport",
)


def _published(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM {UPDATES} u WHERE u.id = {row}.update_id AND u.state = 'published')"


_done = ", ".join(f"'{status.value}'" for status in sorted(DONE))

GUARDS = (
    Guard(
        UPDATES,
        "INSERT",
        "NEW.state = 'published'",
        "En opdatering begynder som kladde og udgives derefter. Den kan ikke oprettes som udgivet.",
    ),
    Guard(UPDATES, "UPDATE", "OLD.state = 'published'"),
    Guard(UPDATES, "DELETE", "OLD.state = 'published'"),
    Guard(EVIDENCE, "INSERT", _published("NEW")),
    Guard(EVIDENCE, "UPDATE", f"{_published('OLD')} OR {_published('NEW')}"),
    Guard(EVIDENCE, "DELETE", _published("OLD")),
    *(Guard(table, event, "TRUE") for table in FINAL for event in ("UPDATE", "DELETE")),
    *(Guard(table, "TRUNCATE", "TRUE") for table in (UPDATES, EVIDENCE, *FINAL)),
)

# One more on the way to being published: done needs something that shows it.
EVIDENCE_GUARD = Guard(
    UPDATES,
    "UPDATE",
    f"NEW.state = 'published' AND OLD.state <> 'published' AND NEW.status IN ({_done}) "
    f"AND NOT EXISTS (SELECT 1 FROM {EVIDENCE} e WHERE e.update_id = NEW.id)",
    "Status «Gennemført» kræver dokumentation. Tilføj et link, en fil eller et sagsnummer.",
)
EVIDENCE_GUARD_NAME = "append_only_done_needs_evidence"


def triggers(vendor: str) -> dict[str, tuple[str, ...]]:
    """Trigger name -> the statements that make it, for `vendor` ("sqlite" or "postgresql")."""
    make = {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]
    wanted = {guard.name: guard for guard in GUARDS if vendor == "postgresql" or guard.event != "TRUNCATE"}
    wanted[EVIDENCE_GUARD_NAME] = EVIDENCE_GUARD
    return {name: make(name, guard) for name, guard in wanted.items()}


def _sqlite(name: str, guard: Guard) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {guard.event} ON {guard.table} "
        f"WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.message}'); END",
    )


def _postgresql(name: str, guard: Guard) -> tuple[str, ...]:
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


def install(connection) -> None:
    """Make every trigger that is missing. Harmless when all are there."""
    with connection.cursor() as cursor:
        for statements in triggers(connection.vendor).values():
            for statement in statements:
                cursor.execute(statement)


def uninstall(connection) -> None:
    """Take the triggers away: for undoing the migration, and for test runs that empty tables between tests."""
    with connection.cursor() as cursor:
        for name in triggers(connection.vendor):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def missing(connection) -> list[str]:
    """Names of the triggers that ought to be there and are not."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        present = {row[0] for row in cursor.fetchall()}
    return sorted(set(triggers(connection.vendor)) - present)
