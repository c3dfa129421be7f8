"""The database is away, busy, read-only or full: what readers and writers are told, and what is kept."""

import errno
import os
import re
import sqlite3
from contextlib import contextmanager

import psycopg
import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from recommendations.models import StatusUpdate
from tests.factories import PASSWORD, OwnershipFactory, PublicationFactory, RecommendationFactory, published
from tracker import errors, replica, trouble, wsgi
from tracker.trouble import Trouble, trouble_of

pytestmark = pytest.mark.django_db

HERE = {"origin": "http://testserver"}
TEXT = 'Første linje\r\n<b>Anden</b> linje med "citat"'
ROOMS = ["/", "/anbefalinger/", "/anbefalinger/ting/1/", "/kilder/ting/", "/en/kilder/ting/", "/om/"]


def driver_error(kind, state=None):
    error = kind("hemmeligt: vært=10.0.0.1")
    if state:
        error.sqlstate = state
    return error


def sqlite_error(code):
    error = sqlite3.OperationalError("hemmeligt")
    error.sqlite_errorcode = code
    return error


def wrapped(driver):
    try:
        try:
            raise driver
        except Exception as error:
            raise OperationalError("hemmeligt") from error
    except OperationalError as error:
        return error


@contextmanager
def failing(error=None):
    """Every query of every request fails."""

    def fail(execute, sql, params, many, context):
        raise error or wrapped(driver_error(psycopg.OperationalError))

    with connection.execute_wrapper(fail):
        yield


@pytest.fixture
def item(sou):
    item = RecommendationFactory(publication=PublicationFactory(slug="ting", title="Tinget"), number="1")
    OwnershipFactory(item=item, committee=sou)
    published(item, text="Det er i gang.")
    return item


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("driver", "expected"),
        [
            (driver_error(psycopg.OperationalError), Trouble.AWAY),
            (driver_error(psycopg.errors.TooManyConnections, "53300"), Trouble.AWAY),
            (driver_error(psycopg.errors.AdminShutdown, "57P01"), Trouble.AWAY),
            (driver_error(psycopg.errors.LockNotAvailable, "55P03"), Trouble.BUSY),
            (driver_error(psycopg.errors.DeadlockDetected, "40P01"), Trouble.BUSY),
            (driver_error(psycopg.errors.QueryCanceled, "57014"), Trouble.SLOW),
            (driver_error(psycopg.errors.ReadOnlySqlTransaction, "25006"), Trouble.READ_ONLY),
            (driver_error(psycopg.errors.DiskFull, "53100"), Trouble.FULL),
            (driver_error(psycopg.errors.UndefinedTable, "42P01"), None),
            (sqlite_error(sqlite3.SQLITE_BUSY), Trouble.BUSY),
            (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), Trouble.BUSY),
            (sqlite_error(sqlite3.SQLITE_READONLY), Trouble.READ_ONLY),
            (sqlite_error(sqlite3.SQLITE_FULL), Trouble.FULL),
            (sqlite_error(sqlite3.SQLITE_CANTOPEN), Trouble.AWAY),
            (sqlite_error(sqlite3.SQLITE_ERROR), None),
        ],
    )
    def test_is_told_by_the_code_that_the_database_gives(self, driver, expected):
        assert trouble_of(wrapped(driver)) is expected

    def test_a_disk_without_room_is_one_and_other_files_that_fail_are_not(self):
        assert trouble_of(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) is Trouble.FULL
        assert trouble_of(OSError(errno.ENOENT, "x")) is None

    def test_a_mistake_of_ours_is_none(self):
        assert trouble_of(ValueError("x")) is None
        assert trouble_of(None) is None

    def test_what_follows_from_it_is_the_same(self):
        later = RuntimeError("An error occurred in the current transaction")
        later.__context__ = wrapped(driver_error(psycopg.errors.LockNotAvailable, "55P03"))
        assert trouble_of(later) is Trouble.BUSY

    def test_a_real_one(self):
        with connection.cursor() as cursor, pytest.raises(Exception, match="nowhere") as real:
            cursor.execute("SELECT * FROM nowhere")
        assert trouble_of(real.value) is None


class TestReaders:
    @pytest.mark.parametrize("address", ROOMS)
    def test_get_the_page_as_it_was_and_are_told(self, keeping, item, visitor, address):
        before = visitor.get(address).content.decode()
        with failing():
            response = visitor.get(address)
        html = response.content.decode()
        assert response.status_code == 200
        words = "May be out of date." if address.startswith("/en/") else "Kan være forældet."
        assert f'role="note"><p><strong>{words}</strong>' in html
        assert re.sub(r'<div class="notice" role="note">.*?</div>', "", html, flags=re.DOTALL) == before
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers

    def test_also_packed(self, keeping, item, visitor):
        visitor.get("/kilder/ting/", headers={"accept-encoding": "gzip"})
        with failing():
            response = visitor.get("/kilder/ting/", headers={"accept-encoding": "gzip"})
        assert "Kan være forældet." in response.content.decode()
        assert "Content-Encoding" not in response.headers

    @pytest.mark.parametrize("address", ["/kilder/ting/", "/admin/", "/nyt/feed/", "/soeg/?q=x"])
    def test_of_what_nobody_had_asked_for_get_when_to_ask_again(self, keeping, item, visitor, address):
        with failing():
            response = visitor.get(address)
        html = response.content.decode()
        assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
        assert "<h1>Prøv igen om lidt</h1>" in html
        assert "Vi kan ikke komme i forbindelse med databasen lige nu." in html
        assert "hemmeligt" not in html

    def test_a_feed_is_not_given_out_as_new(self, keeping, item, visitor):
        visitor.get("/nyt/feed/")
        with failing():
            assert visitor.get("/nyt/feed/").status_code == 503

    def test_nobody_gets_what_has_been_overtaken(self, keeping, item, visitor):
        """After an act, something in a page of before may have been withheld."""
        visitor.get("/kilder/ting/")
        published(item, text="Nyt.")
        visitor.get("/om/")  # from here on the process knows
        with failing():
            assert visitor.get("/kilder/ting/").status_code == 503
            assert visitor.get("/om/").status_code == 200

    def test_staff_are_not_shown_what_strangers_were(self, keeping, item, anna, visitor):
        visitor.get("/kilder/ting/")
        visitor.force_login(anna)
        with failing():
            assert visitor.get("/kilder/ting/").status_code == 503

    def test_of_another_host_get_nothing(self, keeping, item, visitor, settings):
        settings.ALLOWED_HOSTS = ["*"]
        visitor.get("/kilder/ting/")
        with failing():
            assert visitor.get("/kilder/ting/", headers={"host": "andet.eksempel"}).status_code == 503

    def test_what_the_copy_broke_off_is_made_in_the_primary_first(self, keeping, item, visitor, monkeypatch):
        visitor.get("/kilder/ting/")
        monkeypatch.setattr(replica, "is_read", lambda: True)
        with failing():
            assert visitor.get("/kilder/ting/").status_code == 503

    def test_a_mistake_of_ours_is_still_a_500(self, keeping, item, visitor):
        visitor.get("/kilder/ting/")
        caches["pages"].clear()
        with failing(error=ValueError("x")):
            assert visitor.get("/kilder/ting/").status_code == 500


class TestWriters:
    @pytest.fixture
    def form(self, item):
        return reverse("admin:recommendations_recommendation_status", args=[item.pk])

    @pytest.fixture
    def data(self, sou):
        return {"committee": sou.pk, "kind": "status", "status": "in_progress", "on": "2026-11-02", "text": TEXT,
                "dokumentation-TOTAL_FORMS": 0, "dokumentation-INITIAL_FORMS": 0, "trin": "gem"}  # fmt: skip

    def kept(self, response):
        found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', response.content.decode())
        return [name for name, _value in found if name != "csrfmiddlewaretoken"]

    @pytest.mark.parametrize(
        ("driver", "sentence"),
        [
            (driver_error(psycopg.OperationalError), "Vi kan ikke komme i forbindelse med databasen lige nu."),
            (driver_error(psycopg.errors.LockNotAvailable, "55P03"), "Noget andet er ved at blive gemt"),
            (driver_error(psycopg.errors.QueryCanceled, "57014"), "Det tog for lang tid"),
            (driver_error(psycopg.errors.ReadOnlySqlTransaction, "25006"), "Databasen kan kun læses lige nu"),
            (driver_error(psycopg.errors.DiskFull, "53100"), "Der er ikke plads til mere på serveren."),
        ],
    )
    def test_get_back_what_they_typed(self, as_user, anna, form, data, driver, sentence):
        client = as_user(anna)
        client.raise_request_exception = False
        with failing(wrapped(driver)):
            response = client.post(form, data, headers=HERE)
        html = response.content.decode()
        assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
        assert "<h1>Det kunne ikke gemmes lige nu</h1>" in html
        assert sentence in html
        assert "Det, du har skrevet, er her stadig." in html
        assert self.kept(response) == list(data)
        assert "hemmeligt" not in html

    def test_and_sent_again_it_is_saved(self, anna, form, data):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(anna)
        page = client.get(form).content.decode()
        data["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        with failing():
            html = client.post(form, data, headers=HERE).content.decode()
        data["csrfmiddlewaretoken"] = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)[1]
        assert client.post(form, data, headers=HERE).status_code == 302
        assert StatusUpdate.objects.get(state="draft").text == TEXT.replace("\r\n", "\n")

    def test_in_the_midst_of_an_act_nothing_is_written(self, as_user, anna, form, data):
        client = as_user(anna)
        client.raise_request_exception = False

        def fail(execute, sql, params, many, context):
            if sql.startswith("INSERT INTO") and "event" in sql:
                raise wrapped(driver_error(psycopg.OperationalError))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fail):
            assert client.post(form, data, headers=HERE).status_code == 503
        assert not StatusUpdate.objects.filter(state="draft").exists()

    def test_passwords_are_not_repeated(self, visitor):
        with failing():
            response = visitor.post("/konto/login/", {"login": "anna", "password": PASSWORD}, headers=HERE)
        assert response.status_code == 503
        assert PASSWORD not in response.content.decode()

    def test_what_another_site_sent_is_not_repeated(self, as_user, anna, form, data):
        client = as_user(anna)
        client.raise_request_exception = False
        with failing():
            response = client.post(form, data, headers={"origin": "https://ond.eksempel"})
        assert (response.status_code, self.kept(response)) == (503, [])

    def test_a_reader_who_reports_a_mistake_gets_the_words_back(self, visitor, municipality):
        with failing():
            response = visitor.post("/fejl/", {"text": "Tallet er forkert."}, headers=HERE)
        assert self.kept(response) == ["text"]
        assert "Tallet er forkert." in response.content.decode()

    def test_a_disk_without_room_is_said_and_the_words_come_back(self, as_user, anna, form, data, pdf, monkeypatch):
        client = as_user(anna)
        client.raise_request_exception = False

        def full(*_args):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)
        rows = {"dokumentation-TOTAL_FORMS": 1, "dokumentation-0-kind": "decided", "dokumentation-0-file": pdf}
        response = client.post(form, data | rows, headers=HERE)
        assert response.status_code == 503
        assert "Der er ikke plads til mere på serveren." in response.content.decode()
        assert "text" in self.kept(response)


class TestLogin:
    def test_on_a_database_that_takes_no_writes_says_so(self, anna, visitor, monkeypatch):
        monkeypatch.setattr("allauth.core.internal.ratelimit.consume", lambda *args, **kwargs: None)
        monkeypatch.setattr(errors, "takes_writes", lambda: False)
        response = visitor.post("/konto/login/", {"login": "anna", "password": PASSWORD})
        assert response.status_code == 503
        assert "ingen kan logge ind" in response.content.decode()

    def test_too_many_are_refused_in_words(self, anna, visitor, monkeypatch):
        monkeypatch.setattr("allauth.core.internal.ratelimit.consume", lambda *args, **kwargs: None)
        response = visitor.post("/konto/login/", {"login": "anna", "password": PASSWORD})
        assert response.status_code == 429
        assert "Vent fem minutter, og prøv igen." in response.content.decode()

    def test_whether_anything_can_be_written_is_asked_of_the_database(self):
        assert trouble.takes_writes()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only=ON" if connection.vendor == "sqlite" else "SET TRANSACTION READ ONLY")
            try:
                assert not trouble.takes_writes()
            finally:
                if connection.vendor == "sqlite":
                    cursor.execute("PRAGMA query_only=OFF")


class TestPatience:
    def test_of_pages_has_an_end(self):
        options = wsgi.impatient("-c jit=off")
        assert options.startswith("-c jit=off -c lock_timeout=10s -c statement_timeout=30s ")
        assert "idle_in_transaction_session_timeout=5min" in options

    def test_postgresql_understands_it(self):
        if connection.vendor != "postgresql":
            pytest.skip("PostgreSQL knows these")
        given = connection.get_connection_params() | {"options": wsgi.impatient("-c jit=off")}
        given.pop("cursor_factory", None)
        given.pop("context", None)
        given.pop("prepare_threshold", None)
        with psycopg.connect(**given) as other:
            found = [other.execute(f"SHOW {name}").fetchone()[0] for name in wsgi.PATIENCE]
            assert found == ["10s", "30s", "5min"]
            other.execute("SET statement_timeout = '50ms'")
            with pytest.raises(psycopg.errors.QueryCanceled):
                other.execute("SELECT pg_sleep(2)")
