"""prepare: what it does to an empty database, in development and in production."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from recommendations.models import CommitteeMembership, Municipality, Publication


def run(command):
    out = io.StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


@pytest.fixture
def nobody_yet(db):
    """As a new database is: without the municipality that other tests begin with."""
    Municipality.objects.all().delete()


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
