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

from recommendations import tenancy, terms
from recommendations.management.commands.measure import public_addresses
from recommendations.models import SearchText
from recommendations.models.word_index import TermPlace
from tests.factories import MunicipalityFactory

UPDATES = "recommendations_statusupdate"
# The tables that grow with what is said about an item: no page may read one of them through.
LARGEST = {UPDATES, *(f"recommendations_{name}" for name in ("standing", "event", "committeeanswer", "deadline"))}


@pytest.fixture(scope="module")
def generated_once(django_db_setup, django_db_blocker):
    """A small example of what the command makes, counted by the database."""
    with django_db_blocker.unblock(), transaction.atomic(), tenancy.active(MunicipalityFactory()):
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


@pytest.mark.parametrize("address", ["/nyt/", "/nyt/feed/"])
def test_news_come_in_the_order_of_their_index(address, generated):
    used, read = plans_of(address)
    assert "event_news" in used
    assert not LARGEST & read


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite reads the list of words through")
def test_a_search_is_served_by_the_index_of_words(generated):
    found = SearchText._base_manager.all()  # alone: what it is joined with is the planner's choice
    for term in terms.read("venskabsklasser udkastbyen"):
        found = found.filter(words__finds=TermPlace(term))
    with CaptureQueriesContext(connection) as asked:
        assert list(found.order_by())
    used, read = plan_of(asked[0]["sql"])
    assert used == {"recommendations_searchtext_vector"}
    assert read == set()


# An item's page reads what is said about it, one query a noun: words, updates, deadlines, criteria, cells, owners,
# answers, what it stands among, initiatives and relations; and for an earlier day the words of that day once more.
# A list of whole sources asks once more: how much the sources have themselves; and a list says once what is silent in
# it. A committee's page asks of both kinds of item, of what it had before, and of the sources it bound itself to.
MOST = 16


def test_no_public_page_reads_all_there_is_or_asks_too_often(generated):
    asked = {address: queries_of(address) for address in public_addresses()}
    too_many = {address: len(queries) for address, queries in asked.items() if len(queries) > MOST}
    assert too_many == {}
    read = {address: set().union(*(plan_of(sql)[1] for sql in queries)) & LARGEST for address, queries in asked.items()}
    assert {address: tables for address, tables in read.items() if tables} == {}


def test_the_plans_above_are_read_rightly(generated):
    assert plan_of(f'SELECT "text" FROM "{UPDATES}" WHERE "text" = \'x\'')[1] == {UPDATES}
    assert plan_of(f'SELECT "id" FROM "{UPDATES}" WHERE "id" = 7')[1] == set()
