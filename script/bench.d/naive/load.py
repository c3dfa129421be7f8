"""Gives the naive site the same rows as the site: copied from table to table inside the database program.

`python load.py`, with NAIVE_DATABASE_URL and DATABASE_URL set; prints how many items there are.
"""

import os
import sqlite3
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naive.settings")
django.setup()

from django.core.management.color import no_style  # noqa: E402
from django.db import connection  # noqa: E402

from naive.models import Committee, Item, Owner, Source, Update  # noqa: E402

PUBLISHED = "state = 'published'"
ROWS = {
    Source: "SELECT id, slug, title FROM recommendations_publication",
    Committee: "SELECT id, code, name FROM recommendations_committee",
    Item: (
        "SELECT i.id, i.publication_id, i.number, w.title, w.summary, coalesce(s.status, ''), i.path "
        "FROM recommendations_item i JOIN recommendations_wording w ON w.id = i.wording_id LEFT JOIN ("
        'SELECT item_id, status, row_number() OVER (PARTITION BY item_id ORDER BY "on" DESC, id DESC) AS place '
        f"FROM recommendations_statusupdate WHERE {PUBLISHED} AND status <> '') s ON s.item_id = i.id AND s.place = 1 "
        "WHERE i.kind = 'recommendation'"
    ),
    Owner: (
        "SELECT min(o.id), o.item_id, o.committee_id FROM recommendations_ownership o "
        "JOIN recommendations_item i ON i.id = o.item_id AND i.kind = 'recommendation' "
        "WHERE o.valid_to IS NULL GROUP BY o.item_id, o.committee_id"
    ),
    Update: (
        'SELECT u.id, u.item_id, u.committee_id, u."on", u.status, u.text FROM recommendations_statusupdate u '
        f"JOIN recommendations_item i ON i.id = u.item_id AND i.kind = 'recommendation' WHERE {PUBLISHED}"
    ),
}


def main() -> None:
    for model in ROWS:
        with connection.schema_editor() as editor:
            editor.create_model(model)
    if connection.vendor == "sqlite":
        _within_sqlite()
    else:
        _between_databases()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sys.stdout.write(f"{Item.objects.count()}\n")


def _columns(model) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def _within_sqlite() -> None:
    theirs = os.environ["DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(connection.settings_dict["NAME"]) as database:
        database.execute("ATTACH ? AS site", [theirs])
        for model, rows in ROWS.items():
            rows = rows.replace("FROM recommendations_", "FROM site.recommendations_")
            rows = rows.replace("JOIN recommendations_", "JOIN site.recommendations_")
            database.execute(f"INSERT INTO {model._meta.db_table} ({_columns(model)}) {rows}")


def _between_databases() -> None:
    import psycopg  # noqa: PLC0415

    with psycopg.connect(os.environ["DATABASE_URL"]) as site, connection.cursor() as cursor:
        for model, rows in ROWS.items():
            with (
                site.cursor().copy(f"COPY ({rows}) TO STDOUT") as given,
                cursor.copy(f"COPY {model._meta.db_table} ({_columns(model)}) FROM STDIN") as taken,
            ):
                for block in given:
                    taken.write(block)
        for statement in connection.ops.sequence_reset_sql(no_style(), list(ROWS)):
            cursor.execute(statement)


main()
