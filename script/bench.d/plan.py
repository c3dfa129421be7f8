"""What the site is asked for, chosen from the rows that are there: JSON, kind of page -> addresses that differ.

Run in the site's own environment. With »udgiv N« it instead publishes N updates, one after another, and prints a line
of JSON for each: CPU ms of the program and of the database, and ms in all. With »planer« it reads such addresses and
says which tables PostgreSQL reads through for them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from services import cpu_of  # noqa: E402

from recommendations import data_version, prepared, tenancy  # noqa: E402
from recommendations.actions.updates import UpdateDraft, publish_update, save_draft, submit_update  # noqa: E402
from recommendations.enums import Role, Status, UpdateKind  # noqa: E402
from recommendations.filters import RecommendationFilterSet  # noqa: E402
from recommendations.models import Committee, CommitteeMembership, Ownership, Publication, Recommendation  # noqa: E402

LIST, INITIATIVES = "/anbefalinger/", "/initiativer/"
dice = Random(1)


def clean(query: str) -> str:
    """As the site itself writes it; another order would be led there by a redirect."""
    form = RecommendationFilterSet(QueryDict(query)).form
    return form.selection.query_string() if form.is_valid() else query


def found(query: str) -> int:
    form = RecommendationFilterSet(QueryDict(query)).form
    if not form.is_valid():
        return 0
    return len(form.selection.hits(Recommendation) & form.selection.index.counted)


def addresses() -> dict[str, list[str]]:
    counted = Recommendation.objects.public().counted()
    rows = counted.count()
    pages = max(2, rows // 25)
    sources = list(Publication.objects.public().order_by("pk").values_list("slug", flat=True))
    owners = Ownership.objects.order_by().values_list("committee", flat=True).distinct()
    codes = list(Committee.objects.filter(pk__in=owners).order_by("pk").values_list("code", flat=True))
    items = counted.order_by("pk").values_list("publication__slug", "number")
    items = dice.sample(list(items), min(rows, 400))
    last = timezone.localdate() - timedelta(30)
    days = [(last - timedelta(3 * back)).isoformat() for back in range(120)]
    dice.shuffle(days)
    far = range(max(2, int(pages * 0.9) - 20), int(pages * 0.9) + 1)
    pairs = [("kilde", source) for source in sources] + [("udvalg", code) for code in codes]
    filters = [clean(urlencode({name: value, "status": status})) for name, value in pairs for status in Status]
    dice.shuffle(filters)
    filters = sorted(filters[:60], key=found, reverse=True)[:30]  # those that find something
    rare, common = words(rows)
    return {
        "list": [LIST, *_mixed(lists(pages, far), f"{INITIATIVES}?sorter=aendret", INITIATIVES)],
        "filter": [f"{LIST}?{query}" for query in filters],
        "rare": [f"{LIST}?{clean(f'q={query}')}" for query in rare],
        "common": [f"{LIST}?{clean(f'q={query}')}" for query in common],
        "item": [f"{LIST}{source}/{quote(number)}/" for source, number in items],
        "front": ["/", "/en/"],
        "source": _mixed([f"/kilder/{slug}/" for slug in sources]),
        "committee": _mixed([f"/udvalg/{quote(code)}/" for code in codes]),
        "list_as_of": [f"{LIST}?pr={day}" for day in days[:60]],
        "front_as_of": [f"/?pr={day}" for day in days[60:]],
        "json": [f"{LIST}hent/?{clean(query)}&format=json" for query in about_a_hundred(sources, codes)],
        "deep": [f"{LIST}?page={page}" for page in far],
        "first_pages": [f"{LIST}?page={page}" for page in range(2, min(12, pages))],
        "news": ["/nyt/", "/en/nyt/", *(f"/nyt/?udvalg={quote(code)}" for code in codes)],
        "feed": ["/nyt/feed/", *(f"/nyt/feed/?udvalg={quote(code)}" for code in codes)],
        "sitemap": ["/sitemap.xml"],
    }


def lists(pages: int, far: range) -> list[str]:
    """Whole lists in every order; of many pages also pages of them."""
    orders = [f"{LIST}?sorter={order}" for order in ("aendret", "stemmer", "stilhed")]
    near = range(12, min(pages, 40))
    return orders + [f"{order}&page={page}" for page in near if page not in far for order in orders]


def _mixed(addresses: list[str], *more: str) -> list[str]:
    """Danish and English, in no order, so that few pages make many addresses."""
    every = [*addresses, *more]
    every += [f"/en{address}" for address in every]
    dice.shuffle(every)
    return every


def words(rows: int) -> tuple[list[str], list[str]]:
    """What finds about 1 % of the rows, and what finds about 20 %; nearest first."""
    counted = Recommendation.objects.public().counted().order_by("pk").values_list("wording__title", "wording__summary")
    every = counted[:: max(1, rows // 1500)]
    texts = [{word.strip(".,:;»«()").lower() for word in " ".join(text).split()} for text in every]
    texts = [{word for word in text if len(word) > 3 and word.isalpha()} for text in texts]
    seen = Counter(word for text in texts for word in text)
    usual = [word for word, _count in seen.most_common(30)]
    pairs = Counter(pair for text in texts for pair in combinations(sorted(text & set(usual)), 2))
    shares = {word: count / len(texts) for word, count in seen.items()}
    shares |= {f"{one}+{other}": count / len(texts) for (one, other), count in pairs.items()}

    def nearest(share: float, most: int) -> list[str]:
        likely = sorted(shares, key=lambda word: abs(shares[word] - share))[: most * 3]
        hits = {word: found(f"q={word}") / rows for word in likely}
        return sorted((word for word in likely if hits[word]), key=lambda word: abs(hits[word] - share))[:most]

    return nearest(0.01, 14), nearest(0.2, 8)


def about_a_hundred(sources: list[str], codes: list[str]) -> list[str]:
    some = dice.sample(sources, min(len(sources), 12))
    queries = [f"kilde={source}" for source in some]
    queries += [f"kilde={source}&status={status}" for source in some[:8] for status in Status]
    queries += [f"kilde={source}&udvalg={quote(code)}" for source in some[:8] for code in codes[:6]]
    hits = {query: found(query) for query in queries}
    return sorted(hits, key=lambda query: abs(hits[query] - 100))[:12]


# --- Staff ------------------------------------------------------------------------------------------------------------


def cookie() -> str:
    """A session of an editor who works for the busiest committee."""
    user = get_user_model().objects.filter(username__in=("eksempel-redaktoer", "anna")).order_by("-username")[0]
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def publish(times: int) -> None:
    """Writes and submits updates, and publishes each; only the publishing is measured."""
    today = timezone.localdate()
    roles = CommitteeMembership.objects.in_force(today)
    approver = roles.filter(role=Role.APPROVER).select_related("user", "committee").order_by("pk")[0]
    editor = roles.filter(role=Role.EDITOR, committee=approver.committee).select_related("user").order_by("pk")[0]
    owned = Ownership.objects.in_force().filter(committee=approver.committee).order_by("pk")
    items = [row.item for row in owned.select_related("item")[:times]]
    backend = []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()
    for number in range(times):
        draft = UpdateDraft(kind=UpdateKind.NOTE, text=f"Afprøvning nr. {number + 1} af, hvor hurtigt noget udgives.")
        update = save_draft(by=editor.user, item=items[number % len(items)], committee=approver.committee, draft=draft)
        update = submit_update(by=editor.user, update=update)
        database, cpu, began = sum(map(cpu_of, backend)), time.process_time(), time.perf_counter()
        publish_update(by=approver.user, update=update, sure=True)
        taken = [time.process_time() - cpu, (sum(map(cpu_of, backend)) - database) / 1e9, time.perf_counter() - began]
        sys.stdout.write(json.dumps([round(1000 * seconds, 3) for seconds in taken]) + "\n")
        sys.stdout.flush()


# --- What the database reads ------------------------------------------------------------------------------------------


def read_through(kinds: dict[str, list[str]]) -> dict[str, list[str]]:
    """Kind of page -> the tables of more than 10,000 rows that PostgreSQL reads from end to end for such a page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > 10000")
        large = {name for (name,) in cursor.fetchall()}
    client = Client(SERVER_NAME="127.0.0.1")
    prepared.cursor = lambda asked: asked.cursor()  # Django captures nothing of a statement that is planned once
    found = {}
    for kind, addresses in kinds.items():
        client.get(addresses[-1], secure=True)  # makes what is kept for many pages
        with CaptureQueriesContext(connection) as asked:
            list(client.get(addresses[0], secure=True))
        tables: set[str] = set()
        for query in asked.captured_queries:
            if query["sql"].startswith(("SELECT", "WITH")):
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
                    said = cursor.fetchone()[0]
                tables |= _scanned((json.loads(said) if isinstance(said, str) else said)[0]["Plan"])
        found[kind] = sorted(tables & large)
    return found


def _scanned(node: dict[str, Any]) -> set[str]:
    here = {node["Relation Name"]} if node["Node Type"] == "Seq Scan" else set()
    return here.union(*(_scanned(below) for below in node.get("Plans", ())))


def main() -> None:
    with tenancy.chosen():
        match sys.argv[1:]:
            case ["planer"]:
                json.dump(read_through(json.load(sys.stdin)), sys.stdout)
            case ["udgiv", times]:
                publish(int(times))
            case _:
                rows = Recommendation.objects.public().counted().count()
                with data_version.during(data_version.newest()):  # the index is made once for all that is counted
                    chosen = addresses()
                json.dump({"addresses": chosen, "cookie": cookie(), "rows": rows}, sys.stdout)


main()
