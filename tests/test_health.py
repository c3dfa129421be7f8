"""What a node says of itself to programs: that it answers, that it can do all its work, and figures."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from recommendations.models.outgoing import MOST_SENDS
from tests.factories import JobFactory, OutgoingMessageFactory
from tests.installations import in_production
from tracker import health
from tracker.health import Health


@pytest.fixture
def away(monkeypatch):
    """The database is."""

    def refused(*_args, **_kwargs):
        raise DatabaseError("away")

    monkeypatch.setattr(health.connections[health.PRIMARY], "cursor", refused)


def asked(rf, path):
    return Health(lambda _request: HttpResponse("videre", status=418))(rf.get(path))


@pytest.mark.django_db
def test_a_node_that_is_whole_is_ready():
    found = Client().get("/readyz", headers={"host": "10.0.0.7"})
    assert found.status_code == 200
    assert found.json() == found.json() | {"database": True, "migrated": True, "cache": True}
    assert found.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_node_whose_database_lacks_a_migration_answers_and_is_not_ready():
    MigrationRecorder(connection).record_unapplied("recommendations", "0002_mail")
    assert (Client().get("/healthz").status_code, Client().get("/readyz").status_code) == (200, 503)


@pytest.mark.django_db
def test_a_node_without_its_database_is_neither(away):
    assert (Client().get("/healthz").status_code, Client().get("/readyz").status_code) == (503, 503)


@pytest.mark.django_db
def test_figures_are_there_where_they_are_asked_for(rf, settings):
    OutgoingMessageFactory(run_after=timezone.now() - timedelta(minutes=5))
    OutgoingMessageFactory(tries=MOST_SENDS)
    JobFactory()
    JobFactory(done_at=timezone.now())
    assert asked(rf, "/metrics").status_code == 418
    settings.METRICS = True
    lines = asked(rf, "/metrics").content.decode().splitlines()
    figures = dict(line.split() for line in lines if not line.startswith("#"))
    assert figures.pop("anbefalinger_outbox_oldest_seconds").startswith("30")
    assert figures == {
        "anbefalinger_database_up": "1",
        "anbefalinger_cache_up": "1",
        "anbefalinger_migrated": "1",
        "anbefalinger_outbox_dead": "1",
        "anbefalinger_jobs_waiting": "1",
    }
    assert sum(line.startswith("# TYPE") for line in lines) == 6


@pytest.mark.django_db
def test_figures_say_that_the_database_is_away(rf, settings, away):
    settings.METRICS = True
    assert "anbefalinger_database_up 0\n" in asked(rf, "/metrics").content.decode()


def test_nothing_but_reading_is_answered(settings):
    settings.METRICS = True
    client = Client()
    for path in ("/healthz", "/readyz", "/metrics"):
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
            refused = client.generic(method, path)
            assert (refused.status_code, refused.headers["Allow"], refused.content) == (405, "GET, HEAD", b"")


@pytest.mark.django_db
def test_head_is_answered():
    assert Client().head("/healthz").status_code == 200


def test_who_asks_in_production_needs_neither_the_name_of_the_site_nor_https():
    run = in_production(
        "from django.test import Client\n"
        "for path in ('/healthz', '/readyz', '/metrics'):\n"
        "    print(Client().get(path, headers={'host': '10.0.0.7'}).status_code)\n"
        "print(Client().get('/', headers={'host': 'eksempel.invalid'}).status_code)",
        METRICS="true",
    )
    assert run.stdout.split() == ["200", "503", "200", "301"], run.stderr


def test_other_pages_go_on(rf):
    assert asked(rf, "/healthz/mere").status_code == 418
