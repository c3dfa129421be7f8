"""What the shipped sources' own pages say of how they came about, and where they were taken up.

By itself, as the sources stay in the database for the whole module.
"""

import re

import pytest

from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db


def words_of(citizen, slug, anchor):
    """What stands on a source's page from the place `anchor` on, without its tags."""
    shown = text_of(citizen, f"/kilder/{slug}/").split(f'id="{anchor}"')[1]
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def test_the_shipped_assembly_has_its_steps(citizen, seeded):
    process = words_of(citizen, "koebenhavnertinget-2024", "processen").split("Overdraget til kommunen")[0]
    steps = re.findall(r"(\d[\d.]*) af (\d[\d.]*)", process)
    assert steps == [("643", "50.000"), ("43", "643"), ("37", "43"), ("29", "37")]
    assert "Mødte aldrig op" not in process


def test_the_assembly_before_says_who_is_to_answer_and_what_was_not_read(citizen, seeded):
    bound = words_of(citizen, "koebenhavnertinget-2023", "udvalgene").split("Om kilden")[0]
    for committee, part in (
        ("Beskæftigelses- og Integrationsudvalget", "Ingen udsættes for ulovlig forskelsbehandling"),
        ("Kultur- og Fritidsudvalget", "Plads til idræt og kultur"),
        ("Sundheds- og Omsorgsudvalget", "God mental sundhed"),
        ("Socialudvalget", "Så mange som muligt kan deltage i byens liv"),
        ("Teknik- og Miljøudvalget", "Indflydelse på byens rum og bydele"),
    ):
        assert re.search(rf"{committee}\s*: {part}", bound)
    assert re.findall(r"Behandlet (\d+\. \w+ \d{4})\s*, punkt (\d+)", bound) == [
        ("4. december 2023", "11"),
        ("23. april 2024", "13"),
    ]
    assert bound.count("Beslutningen er ikke læst ind.") == 2
    page = words_of(citizen, "koebenhavnertinget-2023", "indhold")
    assert "0 af 0" not in page
    assert "Det er ikke læst, hvilket udvalg der svarer på hvilken anbefaling." in page
