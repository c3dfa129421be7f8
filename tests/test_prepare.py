"""prepare: what it does to an empty database, in development and in production."""

import io

from django.contrib.auth import get_user_model
from django.core.management import call_command

from recommendations.models import Publication


def run(command):
    out = io.StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


class TestPrepare:
    def test_makes_the_cast_once_and_seeds_an_empty_database(self, db, settings):
        settings.DEVELOPMENT = True
        first = run("prepare")
        assert "koebenhavnertinget-2024: 123 oprettet" in first
        assert "anna   redaktør, SOU" in first
        second = run("prepare")
        assert "oprettet" not in second
        assert set(get_user_model().objects.values_list("username", flat=True)) == {
            "anna",
            "bo",
            "carla",
            "dina",
            "admin",
        }

    def test_makes_nobody_in_production(self, db, settings):
        settings.DEVELOPMENT = False
        run("prepare")
        assert not get_user_model().objects.exists()
        assert not Publication.objects.exists()
