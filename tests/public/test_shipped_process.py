"""The shipped assembly's process as a figure; by itself, as the sources stay in the database for the whole module."""

import pytest

from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db


def test_the_shipped_assembly_has_its_steps(citizen, seeded):
    process = text_of(citizen, "/kilder/koebenhavnertinget-2024/").split('id="processen"')[1]
    steps = process.split("</desc>")[0].split("-desc")[-1]
    assert "Meldte sig: 643 af 50.000. Fik plads i tinget: 43 af 643." in steps
    assert "Medlemmer fra start: 37 af 43. Aktive medlemmer til slut: 29 af 37." in steps
    assert "Mødte aldrig op" not in steps
