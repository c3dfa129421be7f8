"""The cast, the fixed day, and what makes the run strict: unknown template variables, order by luck, browser errors."""

import inspect
import io
import itertools
import logging
import os
import shutil
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import (
    SQLAggregateCompiler,
    SQLCompiler,
    SQLDeleteCompiler,
    SQLInsertCompiler,
    SQLUpdateCompiler,
)
from django.template import engines
from django.template.base import Node
from django.test import Client, TransactionTestCase
from django.utils import timezone

from recommendations import append_only, data_version, facet_index, tenancy
from recommendations.criteria import word_keys
from recommendations.enums import Role
from recommendations.sending import send_due
from tests.factories import TODAY, CommitteeFactory, CommitteeMembershipFactory, MunicipalityFactory, UserFactory

# pytest-playwright keeps an event loop running in the tests' thread; Django would refuse to use the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

hypothesis.settings.register_profile("suite", deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("suite")


# --- Settings ---------------------------------------------------------------------------------------------------------


def pytest_configure():
    """What makes tests fast and keeps them off the developer's own files; all else is as in development."""
    # The live server answers in threads of its own, whose connections would outlive the test database.
    django_settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    in_process = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    django_settings.CACHES = {"default": in_process, "pages": in_process | {"LOCATION": "pages"}}
    django_settings.STORAGES = django_settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def own_files_and_cache(settings, tmp_path):
    """Evidence is stored in a folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(autouse=True)
def nothing_kept(settings):
    """Nothing is cached from one test to the next, and no page within one."""
    settings.KEEPS_PAGES = False  # factories write rows without events, so that no version would tell of them
    for one in caches.all(initialized_only=True):
        one.clear()
    data_version._memory.clear()
    data_version._of_sources.clear()
    data_version._newest.clear()
    facet_index._kept.clear()
    facet_index._histories.clear()
    data_version._acts.clear()
    word_keys._kept.clear()


@pytest.fixture
def keeping(nothing_kept, settings):
    """Pages and parts of them are kept under the data version, as in production: write with actions."""
    settings.KEEPS_PAGES = True


# --- The day ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def today():
    return TODAY


@pytest.fixture(autouse=True)
def fixed_day(request, monkeypatch):
    """`timezone.now()` and `localdate()` say 2 November 2026, 10.00 and a little more each time they are asked.

    What `timezone.now` reads is replaced, not the function itself: models hold on to that as a default. Tests that
    drive a browser keep the real time, as cookies do.
    """
    if request.node.get_closest_marker("browser"):
        return
    monkeypatch.setattr(timezone, "datetime", clock(hour=10))


def clock(hour):
    """TODAY from `hour` on."""
    return clock_from(datetime(TODAY.year, TODAY.month, TODAY.day, hour, tzinfo=ZoneInfo("Europe/Copenhagen")))


def clock_from(moment):
    """Stands for `datetime` where `timezone.now` reads the time: from `moment` on, a little later at each look."""
    start = moment.astimezone(UTC)
    calls = itertools.count()

    class AnyDatetime(type):
        def __instancecheck__(cls, value):
            return isinstance(value, datetime)

    class Clock(metaclass=AnyDatetime):
        @staticmethod
        def now(tz=None):
            return start + timedelta(milliseconds=next(calls))

    return Clock


# --- The municipality -------------------------------------------------------------------------------------------------


OURS = 1_000  # its key, the same in every test: statements and their plans are kept by it


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Other municipalities come after ours, on PostgreSQL as on SQLite."""
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"ALTER SEQUENCE recommendations_municipality_id_seq RESTART WITH {OURS + 1}")


def uses_database(item):
    fixtures = {"db", "transactional_db", "seeded", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures or item.get_closest_marker("django_db"))


@pytest.fixture(autouse=True)
def municipality(request):
    """Whose rows a test with a database is about: Københavns Kommune, active from beginning to end."""
    if not uses_database(request.node):
        yield None
        return
    marker = request.node.get_closest_marker("django_db")
    request.getfixturevalue("transactional_db" if marker and marker.kwargs.get("transaction") else "db")
    ours = MunicipalityFactory(pk=OURS)
    with tenancy.active(ours):
        yield ours


def sql_of(asked):
    """The texts of captured queries. Of what PostgreSQL plans once Django captures none: all of that is questions."""
    return [query["sql"] or "SELECT" for query in asked]


# --- Rows that many tests begin with ----------------------------------------------------------------------------------


def begins_with_kept(item):
    """Whether a test begins with rows that are kept for its module: a fixture of such rows is called something_once."""
    return any(name.endswith("_once") for name in getattr(item, "fixturenames", ()))


@contextmanager
def kept_for_a_module(blocker, make):
    """What `make` writes, two hours before the tests: each of them is put back to it, and after the last it goes."""
    with blocker.unblock(), transaction.atomic():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "datetime", clock(hour=8))
            made = make()
        yield made
        transaction.set_rollback(True)


@contextmanager
def world_kept(request, blocker, make):
    """What `make` writes in the municipality, kept for the module; None where some test of it commits."""
    if commits(request):
        yield None
        return

    def in_municipality():
        with tenancy.active(MunicipalityFactory(pk=OURS)):
            return make()

    with kept_for_a_module(blocker, in_municipality) as made:
        yield made


def commits(request):
    """Whether some test of the module commits what it writes, so that nothing can be kept for all of them."""

    def of(item):
        marker = item.get_closest_marker("django_db")
        return bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in item.fixturenames

    return any(of(item) for item in request.session.items if getattr(item, "module", None) is request.module)


# --- The cast ---------------------------------------------------------------------------------------------------------


def make_sou():
    return CommitteeFactory(
        code="SOU",
        abbreviation="SOU",
        name="Sundheds- og Omsorgsudvalget",
        administration="Sundheds- og Omsorgsforvaltningen",
        administration_abbreviation="SUF",
        email="sou@eksempel.dk",
    )


@pytest.fixture
def sou(db):
    return make_sou()


def make_sud():
    return CommitteeFactory(
        code="SUD",
        abbreviation="SUD",
        name="Socialudvalget",
        administration="Socialforvaltningen",
        administration_abbreviation="SOF",
        email="sud@eksempel.dk",
    )


@pytest.fixture
def sud(db):
    return make_sud()


@pytest.fixture
def buu(db):
    return CommitteeFactory(
        code="BUU",
        abbreviation="BUU",
        name="Børne- og Ungdomsudvalget",
        administration="Børne- og Ungdomsforvaltningen",
        administration_abbreviation="BUF",
        email="buu@eksempel.dk",
    )


def member(username, committee, role):
    return CommitteeMembershipFactory(user=UserFactory(username=username), committee=committee, role=role).user


@pytest.fixture
def anna(sou):
    """Writes SOU's updates."""
    return member("anna", sou, Role.EDITOR)


@pytest.fixture
def bo(sou):
    """Approves SOU's updates."""
    return member("bo", sou, Role.APPROVER)


@pytest.fixture
def carla(sud):
    """Writes SUD's updates; a stranger to SOU's drafts."""
    return member("carla", sud, Role.EDITOR)


@pytest.fixture
def dina(sou):
    """Secretary of SOU: reads drafts, issues reports."""
    return member("dina", sou, Role.SECRETARY)


@pytest.fixture
def chief(db):
    """Runs the system."""
    return UserFactory(username="chief", is_superuser=True)


@pytest.fixture
def citizen(db):
    """Somebody who is not logged in."""
    return Client()


@pytest.fixture
def delivered(db):
    """`delivered()` sends what is due, as the timer does each minute, and gives all mails that were sent so far."""

    def delivered():
        send_due()
        return mail.outbox

    return delivered


@pytest.fixture
def as_user():
    """`as_user(anna)` is a client where anna is logged in."""

    def log_in(user):
        client = Client()
        client.force_login(user)
        session = client.session
        session["began"] = session["seen"] = timezone.now().timestamp()  # as the page of logging in writes it
        session.save()
        return client

    return log_in


# --- Strictness -------------------------------------------------------------------------------------------------------

PROJECT_TEMPLATES = tuple(str(django_settings.BASE_DIR / folder) for folder in ("templates", "recommendations"))


class UndefinedVariable(AssertionError):
    pass


class Undefined(str):
    """Stands for what a template could not look up: a failure in the project's templates, nothing in other people's."""

    def __contains__(self, part):
        return True  # so Django calls __mod__ with the name of what is missing

    def __mod__(self, name):
        node = _node_being_rendered()
        origin = getattr(getattr(node, "origin", None), "name", "")
        if origin.startswith(PROJECT_TEMPLATES):
            line = getattr(getattr(node, "token", None), "lineno", "?")
            raise UndefinedVariable(f"{origin}:{line}: »{name}« does not exist in the template's context")
        return ""

    def __html__(self):
        return self % "an attribute or a call in this place"


def _node_being_rendered():
    frame = inspect.currentframe()
    while frame := frame.f_back:
        if isinstance(frame.f_locals.get("self"), Node):
            return frame.f_locals["self"]
    return None


@pytest.fixture(autouse=True, scope="session")
def undefined_template_variables_fail():
    engines["django"].engine.string_if_invalid = Undefined("?")


NOT_SELECT = (SQLAggregateCompiler, SQLDeleteCompiler, SQLInsertCompiler, SQLUpdateCompiler)


@pytest.fixture(autouse=True, scope="session")
def unordered_rows_come_in_any_order():
    """Rows that nobody ordered come in random order, so nobody can rely on the order in which they are stored."""
    get_order_by, get_combinator_sql = SQLCompiler.get_order_by, SQLCompiler.get_combinator_sql
    in_combination = []

    def random_order(self):
        ordered = get_order_by(self)
        query = self.query
        leave = (
            ordered
            or in_combination
            or query.combinator
            or query.subquery
            or query.distinct
            or query.group_by is not None
            or isinstance(self, NOT_SELECT)
            or any(annotation.contains_aggregate for annotation in query.annotation_select.values())
        )
        if leave:
            return ordered
        expression = OrderBy(Random()).resolve_expression(query, allow_joins=True, reuse=None)
        return [(expression, (*self.compile(expression), False))]

    def combined(self, *args, **kwargs):
        in_combination.append(self)
        try:
            return get_combinator_sql(self, *args, **kwargs)
        finally:
            in_combination.pop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLCompiler, "get_order_by", random_order)
        patch.setattr(SQLCompiler, "get_combinator_sql", combined)
        yield


@pytest.fixture(autouse=True, scope="session")
def tables_can_be_emptied_between_tests():
    """Tests that commit are cleaned up after by emptying the tables, which the append-only triggers rightly refuse."""
    empty_tables = TransactionTestCase._fixture_teardown

    def without_triggers(self):
        append_only.uninstall(connection)
        try:
            empty_tables(self)
        finally:
            append_only.install(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        yield


# --- The browser ------------------------------------------------------------------------------------------------------

CHROMIUM = next(
    (
        path
        for path in (
            os.environ.get("CHROMIUM"),
            "/usr/bin/chromium",
            shutil.which("chromium"),
            shutil.which("chromium-browser"),
            shutil.which("google-chrome"),
        )
        if path and Path(path).exists()
    ),
    None,
)
NO_CHROMIUM = "No Chromium found: install it (apt install chromium) or name it in CHROMIUM"
SOFFICE = shutil.which("soffice")
NO_SOFFICE = "No LibreOffice found: install it (apt install libreoffice-writer-nogui libreoffice-calc-nogui)"
NGINX = shutil.which("nginx")
NO_NGINX = "No nginx found: install it (apt install nginx-light)"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Whatever uses a browser is marked so, and commits what it writes, as the server runs in a thread of its own.

    What asks the database is marked too: the rest is the same on any.

    In each module, tests that begin with rows kept for all of them come last: the others know nothing of those.
    """
    modules = {path: place for place, path in enumerate(dict.fromkeys(item.path for item in items))}
    items.sort(key=lambda item: (modules[item.path], begins_with_kept(item)))
    for item in items:
        if {"browser", "page", "new_context", "open_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.django_db(transaction=True))
            if not CHROMIUM and not os.environ.get("REQUIRE_BROWSER"):
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))
        if uses_database(item):
            item.add_marker("database")
        if item.get_closest_marker("office") and not SOFFICE and not os.environ.get("REQUIRE_OFFICE"):
            item.add_marker(pytest.mark.skip(reason=NO_SOFFICE))
        if item.get_closest_marker("nginx") and not NGINX and not os.environ.get("REQUIRE_NGINX"):
            item.add_marker(pytest.mark.skip(reason=NO_NGINX))


def pytest_runtest_setup(item):
    if item.get_closest_marker("browser") and not CHROMIUM:
        pytest.fail(f"{NO_CHROMIUM}. REQUIRE_BROWSER is set, so this test may not be skipped.", pytrace=False)
    if item.get_closest_marker("office") and not SOFFICE:
        pytest.fail(f"{NO_SOFFICE}. REQUIRE_OFFICE is set, so this test may not be skipped.", pytrace=False)
    if item.get_closest_marker("nginx") and not NGINX:
        pytest.fail(f"{NO_NGINX}. REQUIRE_NGINX is set, so this test may not be skipped.", pytrace=False)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "da-DK", "timezone_id": "Europe/Copenhagen"}


@pytest.fixture
def complaints():
    """What the browser has complained of so far; a test that provokes it on purpose clears the list."""
    return []


@pytest.fixture
def security(caplog):
    """`security(event)` are the lines of the log of security that tell of it, and `security()` all of them."""
    caplog.set_level(logging.INFO, logger="security")

    def lines(event=None):
        found = [record for record in caplog.records if record.name == "security"]
        return [line for line in found if event in (None, line.message)]

    return lines


@pytest.fixture
def open_page(new_context, live_server, complaints):
    """`open_page()` is a citizen's page, `open_page(anna)` one where anna is logged in; each with cookies of its own.

    Addresses may be given without the host. At the end the test fails if any page has logged an error, broken the
    Content-Security-Policy or failed to load a part; a document that is refused (403, 404) is the test's own business.
    """

    def on_console(message):
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def on_response(response):
        is_document = response.request.resource_type == "document"
        if is_document:
            sys.stdout.write(f"{response.status} {response.request.method} {response.url}\n")  # shown by a failure
        if response.status >= 500 or (response.status >= 400 and not is_document):
            complaints.append(f"{response.status} for {response.url}")

    def open_page(user=None, **context_args):
        context = new_context(base_url=live_server.url, **context_args)
        if user is not None:
            client = Client()
            client.force_login(user)
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", on_console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", on_response)
        return page

    yield open_page
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def page(open_page):
    """A citizen's page."""
    return open_page()


AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def faults_of(complaints):
    """`faults_of(page)` lists what axe finds on it, and whether it is wider than its window; empty when all is well."""

    def faults_of(page):
        before = list(complaints)
        violations = Axe().run(page, options=AXE_RULES).response["violations"]
        complaints[:] = before  # axe reads style sheets and tries out styles of its own
        found = [f"{broken['id']}: {[node['html'] for node in broken['nodes']][:3]}" for broken in violations]
        width, wide = page.viewport_size["width"], page.evaluate("document.documentElement.scrollWidth")
        return [*found, f"{wide} px wide on a screen of {width} px"] if wide > width else found

    return faults_of


# --- The shipped sources ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeded_once(django_db_setup, django_db_blocker):
    """The database as `manage.py seed` leaves it, made once for a whole module."""
    with kept_for_a_module(django_db_blocker, lambda: call_command("seed", stdout=io.StringIO())):
        yield


@pytest.fixture
def seeded(seeded_once, db):
    """The seeded database, for a test that may change it: what it does is undone afterwards."""


# --- Files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def upload():
    """`upload(name, content)` is a file as a browser sends it."""
    return SimpleUploadedFile


@pytest.fixture
def pdf(upload):
    """The smallest that can be read: one empty page."""
    made, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(made)
    return upload("notat.pdf", made.getvalue())
