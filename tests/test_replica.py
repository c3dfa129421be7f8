"""Where a request reads: in the copy while it follows, in the primary otherwise; and what is said when one is gone."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connection, connections, router
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from recommendations.checks import check_nodes_share_a_cache
from recommendations.models import Event, Municipality
from tracker import replica
from tracker.replica import PRIMARY, REPLICA, Following, ReadInReplica, Router, Watch


@pytest.fixture
def copy(settings, monkeypatch, db):
    """A copy that is the test database itself, close behind; `copy.standing` is what the watch is to say."""
    settings.REPLICA_MAX_LAG = 10
    monkeypatch.setitem(connections.settings, REPLICA, connections.settings[PRIMARY])
    connections[REPLICA] = connections[PRIMARY]
    monkeypatch.setattr(router, "routers", [Router()])
    stand = SimpleNamespace(standing=Following(replica=True, complete_until=timezone.now()), failures=[])
    stand.look, stand.failed = (lambda: stand.standing), (lambda: stand.failures.append(1))
    monkeypatch.setattr(replica, "watch", stand)
    monkeypatch.setattr("tracker.health.watch", stand)
    yield stand
    replica._reads.set(PRIMARY)
    del connections[REPLICA]


def read_from(request, answer=lambda request: HttpResponse()):
    """The alias that the request's queries go to."""
    seen = []

    def view(request):
        seen.append(router.db_for_read(Event))
        return answer(request)

    ReadInReplica(view)(request)
    return seen


ask = RequestFactory()


class TestWhoReadsWhere:
    def test_a_public_page_is_read_in_the_copy(self, copy):
        assert read_from(ask.get("/anbefalinger/")) == [REPLICA]
        assert read_from(ask.head("/")) == [REPLICA]

    def test_what_writes_and_whoever_is_logged_in_ask_the_primary(self, copy, settings):
        staff = ask.get("/")
        staff.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
        for request in (ask.post("/fejl/"), staff, ask.get("/admin/"), ask.get("/konto/login/")):
            assert read_from(request) == [PRIMARY]

    def test_a_write_goes_to_the_primary_also_from_a_page_read_in_the_copy(self, copy):
        read_from(ask.get("/"))
        assert router.db_for_write(Event) == PRIMARY

    def test_what_throttling_counts_is_read_in_the_primary(self, copy):
        read_from(ask.get("/"))
        assert router.db_for_read(SimpleNamespace(_meta=SimpleNamespace(app_label="django_cache"))) == PRIMARY

    def test_a_copy_that_is_too_far_behind_or_of_which_nothing_is_known_is_not_read(self, copy):
        for known in (timezone.now() - timedelta(seconds=11), None):
            copy.standing = Following(replica=True, complete_until=known)
            assert read_from(ask.get("/")) == [PRIMARY]

    def test_a_copy_is_read_however_far_behind_while_there_is_nothing_else(self, copy):
        copy.standing = Following(replica=True, primary=False, complete_until=timezone.now() - timedelta(hours=1))
        assert read_from(ask.get("/")) == [REPLICA]

    def test_without_a_copy_nothing_is_in_the_way(self):
        with pytest.raises(MiddlewareNotUsed):
            ReadInReplica(lambda request: HttpResponse())


class TestACopyThatBreaksOff:
    @pytest.fixture
    def broken(self, copy):
        """Whatever is asked of the copy fails as a lost connection does."""
        connections[REPLICA] = SimpleNamespace(errors_occurred=True)

    def test_the_answer_is_made_again_in_the_primary(self, copy, broken):
        def answer(request):
            return HttpResponse(status=200 if router.db_for_read(Event) == PRIMARY else 500)

        assert read_from(ask.get("/"), answer) == [REPLICA, PRIMARY]
        assert copy.failures == [1]

    def test_a_mistake_that_has_nothing_to_do_with_it_is_not_made_twice(self, copy):
        assert read_from(ask.get("/"), lambda request: HttpResponse(status=500)) == [REPLICA]
        assert copy.failures == []


class TestTheWatch:
    """What PostgreSQL would answer is given here; script/scaled asks it."""

    @pytest.fixture
    def answers(self, monkeypatch):
        found = {PRIMARY: (100,), REPLICA: (100, None)}
        monkeypatch.setattr(replica, "_answer", lambda alias, statement: found[alias])
        return found

    def test_a_copy_that_holds_what_the_primary_has_written_is_complete_now(self, answers):
        assert Watch().look().lag < timedelta(seconds=1)

    def test_one_that_lacks_something_is_complete_until_its_last_transaction(self, answers):
        answers[REPLICA] = (90, timezone.now() - timedelta(seconds=60))
        lag = Watch().look().lag
        assert timedelta(seconds=59) < lag < timedelta(seconds=61)

    def test_of_one_that_says_nothing_of_itself_nothing_is_known(self, answers):
        answers[REPLICA] = (90, None)
        assert Watch().look().lag is None

    def test_it_remembers_until_when_it_was_complete(self, answers, monkeypatch):
        watch = Watch()
        known = watch.look().complete_until
        answers[PRIMARY], watch.next_look = None, 0
        standing = watch.look()
        assert (standing.replica, standing.primary, standing.complete_until) == (True, False, known)

    def test_it_does_not_look_again_at_once(self, answers):
        watch = Watch()
        watch.look()
        answers[REPLICA] = None
        assert watch.look().replica
        watch.next_look = 0
        assert not watch.look().replica

    def test_one_that_failed_is_left_alone_for_a_while(self, answers):
        watch = Watch()
        watch.look()
        watch.failed()
        assert not watch.look().replica

    def test_a_database_that_is_gone_is_no_error(self, monkeypatch):
        class Gone:
            def cursor(self):
                raise OperationalError("connection refused")

        monkeypatch.setattr(replica, "connections", {PRIMARY: Gone(), REPLICA: Gone()})
        assert Watch().look() == Following(replica=False, primary=False)


class TestWhatReadersAreTold:
    def page(self, citizen, municipality):
        return " ".join(citizen.get("/om/").content.decode().split())

    def test_the_day_while_the_copy_follows(self, copy, citizen, municipality):
        assert "Som registreret <time" in self.page(citizen, municipality)
        assert "Noget nyere kan mangle" not in self.page(citizen, municipality)

    def test_the_minute_when_it_is_behind(self, copy, citizen, municipality):
        known = timezone.localtime().replace(hour=9, minute=5, second=30)
        copy.standing = Following(replica=True, primary=False, complete_until=known)
        page = self.page(citizen, municipality)
        assert "kl. 9.05" in page
        assert "Noget nyere kan mangle" in page


class TestHealth:
    def test_says_what_answers_without_a_host_name_or_https(self, db, settings):
        settings.SECURE_SSL_REDIRECT = True
        response = Client().get("/healthz", headers={"host": "10.0.0.7"})
        owns = connection.vendor == "postgresql"  # as whoever makes the tests' database does
        nothing = {"oldest": None, "dead": 0}
        found = {"database": True, "cache": True, "outbox": nothing, "role_can_rewrite": owns}
        assert (response.status_code, response.json()) == (200, found)
        assert response.headers["Cache-Control"] == "no-store"

    def test_and_how_far_the_copy_is_behind(self, copy):
        found = Client().get("/healthz").json()
        assert found["replica"] is True
        assert 0 <= found["lag"] < 1

    def test_503_when_no_database_is_there(self, db, monkeypatch, settings):
        monkeypatch.setattr("tracker.health.databases", lambda: {"database": False})
        assert Client().get("/healthz").status_code == 503


def test_rows_of_both_can_be_used_together(copy):
    read_from(ask.get("/"))
    assert Municipality.objects.db == REPLICA
    assert Router().allow_relation(None, None)
    assert (Router().allow_migrate(PRIMARY, "recommendations"), Router().allow_migrate(REPLICA, "x")) == (True, False)


def test_a_copy_without_redis_is_warned_of(settings, monkeypatch):
    assert check_nodes_share_a_cache(None) == []
    monkeypatch.setitem(settings.DATABASES, REPLICA, {})
    assert [warning.id for warning in check_nodes_share_a_cache(None)] == ["recommendations.W002"]
    monkeypatch.setitem(settings.CACHES, "database", {})
    assert check_nodes_share_a_cache(None) == []
