"""What the pages ask is answered from indexes, and in few queries, on both databases.

Some thousand rows are enough for SQLite to choose an index. PostgreSQL would rightly read so small a table through, so
it is told that doing that is dear: what it reads through even then, no index serves. `script/bench` asks it the same of
100,000 and of a million recommendations, where it chooses freely. What is made once for a data version has been made.
"""

import io
import json
import re
from collections import Counter

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations import prepared, tenancy, terms
from recommendations.enums import ItemKind
from recommendations.models import Committee, Initiative, Meeting, Recommendation, SearchText
from recommendations.models.word_index import TermPlace
from tests.factories import MunicipalityFactory

UPDATES = "recommendations_statusupdate"
# The tables that grow with the recommendations and with what is said about them: no page may read one through. SQLite
# has no index of words, and reads the narrow items through where it finds that cheaper.
READ_BY_SQLITE = {"recommendations_searchtext", "recommendations_item"} if connection.vendor == "sqlite" else set()
LARGEST = {
    UPDATES,
    *(
        f"recommendations_{name}"
        for name in (
            "item", "wording", "ownership", "searchtext", "evidence",
            "standing", "event", "committeeanswer", "deadline", "donewhen",
        )
    ),
} - READ_BY_SQLITE  # fmt: skip


@pytest.fixture(scope="module")
def generated_once(django_db_setup, django_db_blocker):
    """What the command makes, counted by the database."""
    with django_db_blocker.unblock(), transaction.atomic(), tenancy.active(MunicipalityFactory()):
        call_command("generate", anbefalinger=2000, opdateringer=10_000, stdout=io.StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def generated(generated_once, db, keeping):
    """The made-up rows; what pages share is kept, as in production, and has been asked for."""
    for address in ("/anbefalinger/?page=3", "/initiativer/?page=2"):
        assert Client().get(address).status_code == 200


def public_addresses() -> list[str]:
    """Every kind of public page: the lists in each order and with each filter, and one of everything else."""
    counted = Recommendation.objects.counted().select_related("publication", "wording").order_by("pk")
    item = counted.filter(children__isnull=False).first() or counted[0]
    publication = item.publication
    heading = publication.items.filter(kind=ItemKind.HEADING).order_by("path").first()
    initiative = Initiative.objects.select_related("publication").order_by("pk").first()
    committee = Committee.objects.filter(ownerships__item=item).order_by("pk").last()
    own = [row.get_absolute_url() for row in (item, heading, initiative) if row]
    source, group = publication.slug, heading.number if heading else ""
    listed, initiatives = reverse("recommendations"), reverse("initiatives")
    code, office = (committee.code, committee.administration_abbreviation) if committee else ("", "")
    halfway = Recommendation.objects.count() // 50 or 1
    word = max(item.title.split(), key=len)
    return [
        reverse("overview"),
        f"{reverse('overview')}?pr=2026-06-30",
        listed,
        *(f"{listed}?sorter={order}" for order in ("aendret", "stemmer", "stilhed")),
        f"{listed}?page=2",
        f"{listed}?page={halfway}",
        f"{listed}?kilde={source}",
        f"{listed}?kilde={source}&gruppe={group}",
        f"{listed}?status=in_progress",
        f"{listed}?svar=adopted",
        f"{listed}?svar=ingen",
        f"{listed}?udvalg={code}",
        f"{listed}?svar=adopted&udvalg={code}",
        f"{listed}?forvaltning={office}",
        f"{listed}?stemmer_min=90",
        f"{listed}?forsinket=1",
        f"{listed}?ikke_opdateret=1",
        f"{listed}?siden=2026-10-01",
        f"{listed}?pr=2026-06-30",
        f"{listed}?q={word}",
        f"{listed}?q=natbusser+eksempelby",
        f"{listed}?q=b",
        f"{listed}?q=natbuser",
        initiatives,
        f"{initiatives}?adressat=eksempelregion",
        f"{initiatives}?q={word}",
        *own,
        f"{own[0]}?pr=2026-06-30",
        reverse("publication", args=[source]),
        reverse("committees"),
        *([reverse("committee", args=[code])] if code else []),
        reverse("meetings"),
        *([reverse("committee_meetings", args=[code])] if code else []),
        *(meeting.get_absolute_url() for meeting in Meeting.objects.select_related("committee").latest_first()[:1]),
        reverse("news"),
        f"{reverse('news')}?page={halfway}",
        f"{reverse('news')}?udvalg={code}",
        f"{reverse('news')}?q={word}",
        reverse("news_feed"),
        f"{reverse('news_feed')}?udvalg={code}",
        reverse("recommendations_feed"),
        f"{reverse('recommendations_feed')}?q={word}",
        f"{own[0]}feed/",
        reverse("recommendations_calendar"),
        f"{reverse('recommendations_calendar')}?kilde={source}",
        reverse("about"),
        reverse("sitemap"),
        reverse("sitemap_page", args=[1]),
    ]


def queries_of(address):
    # Django captures nothing of a statement that PostgreSQL plans once: here each is asked with its values in it.
    with pytest.MonkeyPatch.context() as patch, CaptureQueriesContext(connection) as asked:
        patch.setattr(prepared, "cursor", lambda asking: asking.cursor())
        assert Client().get(address).status_code in {200, 400}  # 400: the calendar of everything is too long
    return [query["sql"] for query in asked if query["sql"].startswith("SELECT")]


def plan_of(sql):
    """The names of the indexes that are used, and of the tables that are read from end to end."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return _sqlite(sql, [row[-1] for row in cursor.fetchall()])
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    return _postgresql((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])


def _sqlite(sql, lines):
    """A name that two subqueries give to two tables tells nothing here: PostgreSQL says which it is."""
    named = set(re.findall(r'"(recommendations_\w+)"(?: ([A-Z]\d+))?', sql))
    meant = Counter(alias or table for table, alias in named)
    tables = {alias or table: table for table, alias in named if meant[alias or table] == 1}
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
def test_news_come_in_the_order_of_an_index(address, generated):
    used, read = plans_of(address)
    assert {"event_news", "event_by_time"} & used  # made-up events are mostly news, so either will do
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
