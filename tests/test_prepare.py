"""prepare: what it does to an empty database, in development and in production."""

import io
import os
import subprocess
import sys
from subprocess import PIPE, STDOUT

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from recommendations.models import CommitteeMembership, Municipality, Publication


def run(command):
    out = io.StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


@pytest.fixture
def nobody_yet(db):
    """As a new database is: without the municipality that other tests begin with."""
    Municipality.objects.all().delete()


@pytest.fixture
def empty_database(tmp_path):
    """The address of a database of the same kind as that of the tests, with nothing in it."""
    if connection.vendor != "postgresql":
        yield f"sqlite:///{tmp_path / 'db.sqlite3'}"
        return
    server = settings.DATABASES["default"]
    name, place = f"to_paa_en_gang_{os.getpid()}", f"{server['HOST']}:{server['PORT'] or 5432}"
    who = f"{server['USER']}:{server['PASSWORD']}" if server["PASSWORD"] else server["USER"]
    with psycopg.connect(f"postgres://{who}@{place}/postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield f"postgres://{who}@{place}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class TestPrepare:
    def test_makes_the_cast_once_and_seeds_an_empty_database(self, nobody_yet, settings):
        settings.DEVELOPMENT = True
        first = run("prepare")
        assert "koebenhavnertinget-2024: 104 oprettet" in first
        assert "anna   redaktør, SOU" in first
        assert Municipality.objects.get().name == "Københavns Kommune"
        second = run("prepare")
        assert "oprettet" not in second
        assert "anna   redaktør, SOU" in second
        assert set(get_user_model().objects.values_list("username", flat=True)) == {
            "anna",
            "bo",
            "carla",
            "dina",
            "admin",
        }

    def test_seeds_a_municipality_that_has_no_sources_yet(self, db, settings):
        settings.DEVELOPMENT = True
        run("prepare")
        assert Publication.objects.count() == 6
        assert CommitteeMembership.objects.count() == 4

    def test_makes_nobody_in_production_and_no_name_for_the_municipality(self, nobody_yet, settings):
        settings.DEVELOPMENT = False
        assert "»Kommunen«" in run("prepare")
        assert "»Kommunen«" not in run("prepare")
        assert Municipality.objects.get().slug == "kommunen"
        assert not get_user_model().objects.exists()
        assert not Publication.objects.exists()


def run_two(folder, *words, database):
    """The command twice at once on an empty database, each in a process of its own; what each said."""
    environment = os.environ | {"DEVELOPMENT": "true", "VAR_DIR": str(folder), "DATABASE_URL": database}
    command = [sys.executable, "manage.py", *words]
    both = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=PIPE, stderr=STDOUT, text=True)
        for _one in range(2)
    ]
    said = [one.communicate(timeout=300)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    return said


def test_two_at_once_take_turns_on_an_empty_database(tmp_path, empty_database):
    said = run_two(tmp_path, "prepare", database=empty_database)
    assert sorted("koebenhavnertinget-2024: 104 oprettet" in one for one in said) == [False, True]
    again = run_two(tmp_path, "seed", database=empty_database)
    assert all("koebenhavnertinget-2024: 0 oprettet" in one for one in again)
