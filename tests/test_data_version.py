"""The data version: what is kept under it, and that events come to be seen in the order of their keys."""

import ast
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone, translation

from recommendations import actions, data_version, tenancy
from recommendations.actions.state import record
from recommendations.actions.turns import in_turn, settled_at
from recommendations.data_version import during, kept, newest
from recommendations.enums import Act
from tests.conftest import clock_from
from tests.factories import MunicipalityFactory
from tests.test_actions_events import EVERY_ACTION

pytestmark = pytest.mark.django_db


def act():
    return record(act=Act.COMMITTEE_CHANGED, by=None)


@pytest.fixture
def make():
    """Gives another thing each time."""
    made = []

    def make():
        made.append(object())
        return made[-1]

    return make


# --- Which it is ------------------------------------------------------------------------------------------------------


def test_it_is_the_last_event_of_the_municipality(municipality):
    assert newest() == 0
    first = act()
    assert newest() == first.pk
    with tenancy.active(MunicipalityFactory(slug="odense")):
        assert newest() == 0
        theirs = act()
        assert newest() == theirs.pk
    assert newest() == first.pk


# --- What is kept -----------------------------------------------------------------------------------------------------


def test_what_is_asked_for_at_no_version_is_made_each_time(make):
    assert kept("thing", make) is not kept("thing", make)


def test_it_is_kept_while_all_it_depends_on_is_the_same(make, monkeypatch):
    with during(1):
        first = kept("thing", make)
        assert kept("thing", make) is first
        assert kept("other", make) is not first
        with translation.override("en"):
            assert kept("thing", make) is not first
        with tenancy.active(MunicipalityFactory(slug="odense")):
            assert kept("thing", make) is not first
        assert kept("thing", make) is first
    assert data_version.asked() is None
    with during(2):
        second = kept("thing", make)
        assert second is not first
        monkeypatch.setattr(timezone, "datetime", clock_from(timezone.now() + timezone.timedelta(days=1)))
        assert kept("thing", make) is not second


def test_nothing_may_be_kept_too(make):
    calls = []
    with during(1):
        for _ask in range(2):
            assert kept("nothing", lambda: calls.append(1)) is None
    assert calls == [1]


def test_a_request_that_began_before_an_act_leaves_nothing_behind(make):
    with during(2):
        new = kept("thing", make)
    with during(1):
        assert kept("thing", make) is not kept("thing", make)
    with during(2):
        assert kept("thing", make) is new


def test_memory_is_bounded_and_what_was_asked_for_last_stays(make, monkeypatch):
    monkeypatch.setattr(data_version, "MOST_KEPT", 3)
    with during(1):
        things = {key: kept(key, make) for key in "abc"}
        assert kept("a", make) is things["a"]
        kept("d", make)
        assert kept("a", make) is things["a"]
        assert kept("b", make) is not things["b"]
    with during(2):
        kept("a", make)
    assert len(data_version._memory) == 1, "what an act has made old is let go at once"


# --- Turns ------------------------------------------------------------------------------------------------------------

ROOM = Path(actions.__file__).parent


def decorators(function):
    return [ast.unparse(decorator) for decorator in function.decorator_list]


def test_every_act_takes_its_turn():
    functions = [node for file in ROOM.glob("*.py") for node in ast.walk(ast.parse(file.read_text()))]
    functions = [node for node in functions if isinstance(node, ast.FunctionDef)]
    in_turn = {function.name for function in functions if "in_turn()" in decorators(function)}
    assert EVERY_ACTION - in_turn == {"confirm_unchanged"}, "which is the act on many, about one"
    assert not [function.name for function in functions if "transaction.atomic" in decorators(function)]


postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")


class Elsewhere(Thread):
    """Does something in a transaction and a connection of its own."""

    def __init__(self, do, municipality):
        super().__init__(daemon=True)
        self.do, self.municipality, self.result = do, municipality, None

    def run(self):
        try:
            with tenancy.active(self.municipality):
                self.result = self.do()
        finally:
            connection.close()


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
        )
        return cursor.fetchone()[0] > 0


def until(condition):
    for _look in range(100_000):
        if condition():
            return
    raise AssertionError("It never came to that.")


@postgresql
@pytest.mark.django_db(transaction=True)
def test_an_event_is_never_seen_before_an_earlier_one(municipality):
    other = Elsewhere(in_turn()(lambda: (act(), newest())), municipality)
    with in_turn():
        first = act()
        other.start()
        until(somebody_waits)
    other.join(20)
    second, seen_by_the_second = other.result
    assert first.pk < second.pk == seen_by_the_second == newest()


@postgresql
@pytest.mark.django_db(transaction=True)
def test_municipalities_do_not_wait_for_each_other(municipality):
    odense = MunicipalityFactory(slug="odense")
    with in_turn():
        other = Elsewhere(in_turn()(act), odense)
        other.start()
        other.join(20)
        assert other.result is not None


@postgresql
@pytest.mark.django_db(transaction=True)
def test_a_moment_is_settled_when_the_acts_before_it_are_over(municipality):
    other = Elsewhere(settled_at, municipality)
    with in_turn():
        other.start()
        until(somebody_waits)
        over = act()
    other.join(20)
    assert other.result > over.at
    with in_turn():
        assert settled_at()  # whose turn it is waits for nobody
