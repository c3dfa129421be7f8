"""What the pages ask can be answered from indexes, and in few queries, on both databases.

A few thousand rows are enough for SQLite to choose an index. PostgreSQL would rightly read so small a table through,
so it is told that doing that is dear: what it reads through even then, no index serves. How the pages fare with
100,000 recommendations is measured by `manage.py measure` and written in docs/maalinger.md.
"""

import io
import json
import re

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recommendations.management.commands.measure import public_addresses
from recommendations.models import Initiative, Recommendation

UPDATES = "recommendations_statusupdate"


@pytest.fixture(scope="module")
def generated_once(django_db_setup, django_db_blocker):
    """A small example of what the command makes, counted by the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("generate", anbefalinger=1200, opdateringer=9000, stdout=io.StringIO())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def generated(generated_once, db):
    pass


def queries_of(address):
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(address).status_code in {200, 400}  # 400: the calendar of everything is too long
    return [query["sql"] for query in asked if query["sql"].startswith("SELECT")]


def plan_of(sql):
    """The names of the indexes that are used, and of the tables that are read from end to end."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return _sqlite(sql, [row[-1] for row in cursor.fetchall()])
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    return _postgresql((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])


def _sqlite(sql, lines):
    tables = {alias or table: table for table, alias in re.findall(r'"(recommendations_\w+)"(?: ([A-Z]\d+))?', sql)}
    indexes, scanned = set(), set()
    for line in lines:
        if index := re.search(r"USING (?:COVERING )?INDEX (\w+)", line):
            indexes.add(index[1])
        elif (scan := re.match(r"SCAN (\w+)$", line)) and scan[1] in tables:
            scanned.add(tables[scan[1]])
    return indexes, scanned


def _postgresql(node):
    indexes, scanned = {node["Index Name"]} if "Index Name" in node else set(), set()
    if node["Node Type"] == "Seq Scan":
        scanned.add(node["Relation Name"])
    for below in node.get("Plans", ()):
        used, read = _postgresql(below)
        indexes, scanned = indexes | used, scanned | read
    return indexes, scanned


def plans_of(address):
    plans = [plan_of(sql) for sql in queries_of(address)]
    return set().union(*(used for used, _read in plans)), set().union(*(read for _used, read in plans))


@pytest.mark.parametrize(
    ("address", "indexes"),
    [
        ("/anbefalinger/", {"recommendation_totals"}),
        ("/anbefalinger/?sorter=aendret", {"recommendation_by_change"}),
        ("/anbefalinger/?sorter=stilhed", {"recommendation_by_freshness"}),
        ("/initiativer/?sorter=aendret", {"initiative_by_change"}),
        ("/nyt/", {"update_by_publication"}),
        ("/nyt/feed/", {"update_by_publication"}),
    ],
)
def test_the_page_is_served_by_its_indexes(address, indexes, generated):
    used, read = plans_of(address)
    assert used >= indexes
    assert UPDATES not in read


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite reads the list of words through")
@pytest.mark.parametrize("model", [Recommendation, Initiative])
def test_a_search_is_served_by_the_index_of_words(model, generated):
    with CaptureQueriesContext(connection) as asked:
        list(model.objects.with_text("venskabsklasser udkastbyen").order_by())
    used, read = plan_of(asked[0]["sql"])
    assert used >= {f"recommendations_{model._meta.model_name}_search"}
    assert read == set()


def test_no_public_page_reads_all_updates_or_asks_more_than_twelve_times(generated):
    asked = {address: queries_of(address) for address in public_addresses()}
    assert {address: len(queries) for address, queries in asked.items() if len(queries) > 12} == {}
    readers = {address for address, queries in asked.items() if any(UPDATES in plan_of(sql)[1] for sql in queries)}
    assert readers == set()


def test_the_plans_above_are_read_rightly(generated):
    assert plan_of(f'SELECT "text" FROM "{UPDATES}" WHERE "text" = \'x\'')[1] == {UPDATES}
    assert plan_of(f'SELECT "id" FROM "{UPDATES}" WHERE "id" = 7')[1] == set()
