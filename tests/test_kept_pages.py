"""Whole pages kept under the data version: never out of date, never somebody else's."""

from datetime import timedelta
from threading import Thread

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from recommendations.actions.turns import in_turn
from tests.conftest import clock_from
from tests.factories import MunicipalityFactory, OwnershipFactory, PublicationFactory, RecommendationFactory, published
from tests.test_actions_events import ACTS, world  # noqa: F401 (a fixture)
from tests.test_two_municipalities import addresses, town
from tracker import municipality as municipality_of_host
from tracker.compression import CompressPublicPages
from tracker.kept_pages import LARGEST, NOT_KEPT

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(sou):
    """Faste teams, kilder/ting, owned by SOU; it has happened that it was said to be under way."""
    item = RecommendationFactory(publication=PublicationFactory(slug="ting", title="Tinget"), number="1")
    OwnershipFactory(item=item, committee=sou)
    published(item, text="Det er i gang.")
    return item


@pytest.fixture
def is_kept(monkeypatch):
    """Whether a page is answered without being made."""
    made = []
    compress = CompressPublicPages.process_response
    monkeypatch.setattr(CompressPublicPages, "process_response", lambda *asked: made.append(asked) or compress(*asked))

    def is_kept(client, address, **more):
        made.clear()
        assert client.get(address, **more).status_code in (200, 304)
        return not made

    return is_kept


def made_anew(settings, client, address):
    settings.KEEPS_PAGES = False
    try:
        return client.get(address)
    finally:
        settings.KEEPS_PAGES = True


def said(response):
    """The headers of an answer, but for the name that each request has of its own."""
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


# --- Kept -------------------------------------------------------------------------------------------------------------

PAGES = ["/", "/anbefalinger/", "/anbefalinger/?kilde=ting", "/anbefalinger/ting/1/", "/kilder/ting/", "/udvalg/SOU/"]


@pytest.mark.parametrize("address", [*PAGES, "/en/anbefalinger/", "/nyt/feed/", "/sitemap.xml"])
def test_a_page_is_made_once_and_one_query_asks_whether_it_stands(
    keeping, item, citizen, is_kept, address, django_assert_num_queries
):
    first = citizen.get(address)
    assert is_kept(citizen, address)
    with django_assert_num_queries(1):
        again = citizen.get(address)
    assert again.content == first.content
    assert said(again) == said(first)


def test_by_default_nothing_is_kept_in_tests(item, citizen, is_kept):
    citizen.get("/")
    assert not is_kept(citizen, "/")


def test_a_reader_who_has_it_already_is_told_so_without_making_it(keeping, item, citizen, is_kept):
    first = citizen.get("/anbefalinger/")
    has_it = {"headers": {"if-none-match": first["ETag"]}}
    assert is_kept(citizen, "/anbefalinger/", **has_it)
    answer = citizen.get("/anbefalinger/", **has_it)
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == first["ETag"]
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"


CONDITIONS = {
    "the same": {"if-none-match": "{etag}"},
    "the same, as a browser asks": {"if-none-match": "{etag}", "if-modified-since": "Sun, 01 Nov 2026 09:00:00 GMT"},
    "one of several": {"if-none-match": '"a", {etag}'},
    "weakly the same": {"if-none-match": "W/{etag}"},
    "any": {"if-none-match": "*"},
    "another": {"if-none-match": '"a"'},
    "no time before": {"if-modified-since": "Tue, 03 Nov 2026 09:00:00 GMT"},
    "must be another": {"if-none-match": "{etag}", "if-match": '"a"'},
    "must be older": {"if-none-match": "{etag}", "if-unmodified-since": "Sun, 01 Nov 2026 09:00:00 GMT"},
    "packed": {"if-none-match": "W/{etag}", "accept-encoding": "gzip"},
}


@pytest.mark.parametrize("address", ["/anbefalinger/", "/nyt/feed/"])
@pytest.mark.parametrize("asked", CONDITIONS.values(), ids=CONDITIONS)
def test_what_is_kept_meets_every_condition_as_what_is_made_does(keeping, item, citizen, is_kept, address, asked):
    etag = citizen.get(address)["ETag"]
    asked = {name: value.format(etag=etag) for name, value in asked.items()}
    caches["pages"].clear()
    made = citizen.get(address, headers=asked)
    citizen.get(address, headers={"accept-encoding": asked.get("accept-encoding", "")})
    kept = citizen.get(address, headers=asked)
    assert (kept.status_code, kept.content) == (made.status_code, made.content)
    assert said(kept) == said(made)


def test_the_first_who_asks_may_have_an_old_one(keeping, item, citizen, is_kept):
    """What is made for them is kept for all, and whole."""
    assert citizen.get("/", headers={"if-none-match": '"old"'}).status_code == 200
    assert is_kept(citizen, "/")
    with in_turn():
        published(item, text="Endnu en.")
    etag = made_anew_etag = citizen.get("/om/")["ETag"]
    with in_turn():
        published(item, text="Og en til.")
    assert citizen.get("/om/", headers={"if-none-match": etag}).status_code == 304
    assert is_kept(citizen, "/om/")
    assert citizen.get("/om/")["ETag"] == made_anew_etag


def test_head_is_answered_with_what_get_left(keeping, item, citizen, is_kept):
    citizen.head("/anbefalinger/")
    assert not is_kept(citizen, "/anbefalinger/"), "what HEAD is answered with is never kept"
    whole = citizen.get("/anbefalinger/")
    answer = citizen.head("/anbefalinger/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == whole["ETag"]
    assert answer["Content-Length"] == whole["Content-Length"]


def test_packed_and_not_packed_are_two(keeping, item, citizen, is_kept):
    plain = citizen.get("/anbefalinger/")
    packed = citizen.get("/anbefalinger/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert packed["ETag"] == f"W/{plain['ETag']}"
    assert is_kept(citizen, "/anbefalinger/", headers={"accept-encoding": "gzip"})
    assert citizen.get("/anbefalinger/").content == plain.content


def test_the_moment_of_the_last_act_is_said(keeping, item, citizen):
    assert citizen.get("/")["Last-Modified"] == "Mon, 02 Nov 2026 09:00:00 GMT"
    old = {"if-modified-since": "Mon, 02 Nov 2026 09:00:00 GMT"}
    assert citizen.get("/", headers=old).status_code == 200, "two acts can fall in one second"


# --- Never out of date ------------------------------------------------------------------------------------------------

CHANGING = {
    "publish_update": "/anbefalinger/",
    "reword": "/anbefalinger/{source}/3.2/",
    "correct_words": "/anbefalinger/{source}/3.2/",
    "change_source": "/kilder/",
    "open_source": "/kilder/",
    "end_owner": "/udvalg/SOU/",
    "record_answer": "/udvalg/SOU/",
    "set_deadline": "/nyt/",
    "hold_meeting": "/moeder/SOU/2026-06-01/",
    "change_municipality": "/om/",
    "withhold": "/fjernet/",
}


@pytest.mark.parametrize(
    "told", [told for told in ACTS if told.action in CHANGING and not told.label], ids=lambda told: told.action
)
def test_the_first_request_after_an_act_sees_it(keeping, settings, world, citizen, is_kept, told):  # noqa: F811
    prepared = told.prepare(world)
    address = CHANGING[told.action].format(source=world.source.slug)
    before = citizen.get(address)
    assert is_kept(citizen, address)
    told.do(world, getattr(world, told.by), prepared)
    after = citizen.get(address)
    assert after.content != before.content
    assert after.content == made_anew(settings, citizen, address).content


def test_a_worker_with_a_memory_of_its_own_sees_it_too(keeping, settings, item, citizen, is_kept):
    def worker(name):
        settings.CACHES = settings.CACHES | {"pages": settings.CACHES["pages"] | {"LOCATION": name}}

    try:
        for name in ("one", "two"):
            worker(name)
            citizen.get("/nyt/")
            assert is_kept(citizen, "/nyt/")
        with in_turn():
            published(item, text="Det gik i stå.")
        for name in ("one", "two"):
            worker(name)
            assert "Det gik i stå." in citizen.get("/nyt/").content.decode()
    finally:
        for name in ("one", "two"):
            worker(name)
            caches["pages"].clear()


def test_a_new_day_is_a_new_page(keeping, item, citizen, is_kept, monkeypatch):
    assert "2. november 2026" in citizen.get("/").content.decode()
    monkeypatch.setattr(timezone, "datetime", clock_from(timezone.now() + timedelta(days=1)))
    assert "3. november 2026" in citizen.get("/").content.decode()


def test_a_database_put_back_from_a_copy_is_not_taken_for_what_came_after(
    keeping, item, citizen, is_kept, municipality
):
    """It comes to the same version a second time, at another moment."""
    citizen.get("/nyt/")
    assert is_kept(citizen, "/nyt/")
    served = municipality_of_host._served("127.0.0.1")
    later = served._replace(at=served.at + timedelta(hours=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(municipality_of_host, "_served", lambda _host: later)
        assert not is_kept(citizen, "/nyt/")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="The tests' SQLite lies in memory")
@pytest.mark.django_db(transaction=True)
def test_nobody_reads_what_stood_before_a_commit_that_is_over(keeping, item, municipality):
    over, wrong, done = [0], [], []

    def read():
        client = Client()
        try:
            while not done:
                known = over[0]
                text = client.get("/anbefalinger/ting/1/").content.decode()
                seen = max((number for number in range(1, 13) if f"Skridt {number}." in text), default=0)
                if seen < known:
                    wrong.append((seen, known))
        finally:
            connection.close()

    readers = [Thread(target=read, daemon=True) for _reader in range(3)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, 13):
            with in_turn():
                published(item, text=f"Skridt {number}.")
            over[0] = number
    finally:
        done.append(True)
        for reader in readers:
            reader.join(60)
    assert wrong == []


# --- Never somebody else's --------------------------------------------------------------------------------------------


def test_whoever_has_a_session_or_a_form_is_answered_anew(keeping, item, citizen, as_user, anna, is_kept):
    for client in (as_user(anna), Client()):
        client.cookies.load({"csrftoken": "x" * 32})
        mine = client.get("/anbefalinger/")
        assert mine["Cache-Control"] == "private, no-store"
        assert not is_kept(client, "/anbefalinger/")
        assert not is_kept(citizen, "/anbefalinger/"), "nothing of it is kept for others"
        caches["pages"].clear()


@pytest.mark.parametrize("name", ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"])
def test_either_cookie_is_enough_to_be_answered_anew(keeping, settings, item, citizen, is_kept, name):
    citizen.get("/anbefalinger/")
    assert is_kept(citizen, "/anbefalinger/")
    client = Client()
    client.cookies.load({getattr(settings, name): "x" * 32})
    assert not is_kept(client, "/anbefalinger/")
    assert client.get("/anbefalinger/")["Cache-Control"] == "private, no-store"


def test_whoever_has_logged_in_and_been_given_no_form_is_answered_anew(
    keeping, settings, item, citizen, as_user, anna, is_kept
):
    citizen.get("/anbefalinger/")
    client = as_user(anna)
    assert set(client.cookies) == {settings.SESSION_COOKIE_NAME}
    assert not is_kept(client, "/anbefalinger/")
    assert is_kept(citizen, "/anbefalinger/")


def test_other_cookies_are_not_ours(keeping, item, citizen, is_kept):
    citizen.get("/")
    citizen.cookies.load({"statistik": "1"})
    assert is_kept(citizen, "/")


def test_what_anybody_asked_for_is_not_shown_to_staff_as_kept(keeping, item, citizen, as_user, dina):
    assert citizen.get("/anbefalinger/").status_code == 200
    assert as_user(dina).get("/anbefalinger/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"path": "/anbefalinger/"}, {"path": "/en/anbefalinger/"}),
        ({"path": "/anbefalinger/"}, {"path": "/anbefalinger/?kilde=ting"}),
        ({"path": "/anbefalinger/"}, {"path": "/initiativer/"}),
        ({"path": "/", "headers": {"host": "koebenhavn.eksempel.dk"}}, {"path": "/", "headers": {"host": "odense.dk"}}),
        ({"path": "/", "secure": False}, {"path": "/", "secure": True}),
    ],
    ids=["language", "query", "path", "municipality", "scheme"],
)
def test_what_one_asked_for_is_not_given_to_another(keeping, settings, item, citizen, is_kept, one, other):
    settings.ALLOWED_HOSTS = ["*"]
    MunicipalityFactory(slug="odense", name="Odense Kommune", hosts="odense.dk")
    citizen.get(**one)
    address = other.pop("path")
    assert not is_kept(citizen, address, **other)


@pytest.mark.parametrize("address", ["/anbefalinger/findes-ikke/1/", "/anbefalinger/?pr=igaar"])
def test_refusals_are_not_kept(keeping, item, citizen, is_kept, address):
    first = citizen.get(address)
    assert first.status_code in (400, 404)
    assert "Cache-Control" not in first.headers
    again = citizen.get(address)
    assert again.status_code == first.status_code
    assert not caches["pages"]._cache


def test_forms_are_not_kept_nor_are_files_as_they_are_sent(keeping, item, citizen):
    for address in ("/fejl/", "/anbefalinger/hent/?format=csv", "/rapporter/vis/?udvalg=SOU", "/konto/login/", "/was"):
        list(citizen.get(address))
        assert not caches["pages"]._cache, address


def test_what_is_larger_than_a_page_is_not_kept(keeping, item, citizen, monkeypatch):
    monkeypatch.setattr("tracker.kept_pages.LARGEST", 100)
    citizen.get("/")
    assert not caches["pages"]._cache
    assert LARGEST < 1_000_000


def test_memory_is_bounded(settings):
    assert settings.KEEPS_PAGES is False
    for backend in settings.CACHES.values():
        assert backend.get("OPTIONS", {}).get("MAX_ENTRIES", 300) <= 1000


@pytest.fixture
def place(db, settings):
    settings.ALLOWED_HOSTS = [".eksempel.dk"]
    return town("alfa", "ALFAORD")


def test_no_page_that_is_kept_says_what_time_of_day_it_is(keeping, settings, place, monkeypatch):
    """Every public address, asked for in the morning and late in the evening."""
    client = Client(HTTP_HOST="alfa.eksempel.dk", raise_request_exception=False)
    public = [one for one in addresses(place) if not one.startswith(("/admin", "/konto"))]
    for address in public:
        if not address.startswith("/en/"):
            client.get(address)
    monkeypatch.setattr(timezone, "datetime", clock_from(timezone.now() + timedelta(hours=13)))
    kept = 0
    for address in public:
        late = client.get(address)
        if late.status_code != 200 or late.streaming or resolve(address).url_name in NOT_KEPT:
            continue
        assert made_anew(settings, client, address).content == late.content, address
        kept += 1
    assert kept > 40
