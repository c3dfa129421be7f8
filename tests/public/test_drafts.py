"""A source in draft is not there for citizens; one that is public was not there before the day it was handed over."""

from datetime import date

import pytest

from recommendations.enums import RelationKind
from tests.factories import (
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    answered,
    deadline,
    published,
)
from tests.public.conftest import PAGES, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world, sou):
    """A source in draft with one of everything, tied to what is public."""
    secret = PublicationFactory(slug="kladde", short_code="kl26", title="HEMMELIG KILDE", public_at=None)
    item = RecommendationFactory(publication=secret, number="1", title="HEMMELIG ANBEFALING")
    initiative = InitiativeFactory(publication=secret, number="1", title="HEMMELIGT INITIATIV")
    initiative.carries_out.add(world.full)
    world.initiative.carries_out.add(item)
    for one in (item, initiative):
        OwnershipFactory(item=one, committee=sou)
        published(one, on=date(2026, 9, 1), next_step="HEMMELIGT SKRIDT", next_step_on=date(2026, 12, 1))
        deadline(one, date(2026, 1, 1))
    answered(item, sou)
    RelationFactory(from_item=world.full, to_item=item, kind=RelationKind.BUILDS_ON)
    # What is public may rest on it; the source that says so is not named before it is public itself.
    RelationFactory(from_item=world.full, to_item=world.bare, basis="source", source=secret)
    return secret


def test_no_page_shows_anything_of_it(citizen, draft):
    files = [
        "/nyt/feed/",
        "/anbefalinger/feed/",
        "/initiativer/feed/",
        "/anbefalinger/ting/2.1/feed/",
        "/nyt/kalender.ics",
    ]
    files += ["/sitemap.xml", "/anbefalinger/hent/?format=csv", "/initiativer/hent/?format=json"]
    for address in [*PAGES.values(), *files]:
        response = citizen.get(address)
        content = b"".join(response) if response.streaming else response.content
        assert response.status_code == 200, address
        assert "HEMMELIG" not in content.decode(), address
        assert "kladde" not in content.decode(), address


@pytest.mark.parametrize(
    "address",
    [
        "/kilder/kladde/",
        "/anbefalinger/kladde/1/",
        "/anbefalinger/kladde/1/feed/",
        "/anbefalinger/kladde/1/opslag/",
        "/anbefalinger/kladde/1/qr.svg",
        "/initiativer/kladde/1/",
        "/initiativer/kladde/1/feed/",
        "/kl26",
        "/kl26/1",
        "/kl26/i/1",
    ],
)
def test_its_addresses_are_not_there(address, citizen, draft):
    assert citizen.get(address).status_code == 404
    assert citizen.get(f"/en{address}").status_code == 404 or "feed" in address


def test_no_number_counts_it(citizen, draft):
    assert "Har ansvaret for 3 anbefalinger og initiativer" in text_of(citizen, "/udvalg/").split("(SOU)")[1]
    assert "2 anbefalinger og 1 initiativ blev overdraget den 17. juni 2024." in text_of(citizen, "/")
    assert "2 anbefalinger <" in text_of(citizen, "/anbefalinger/?udvalg=SOU").replace("</h2>", " <")
    assert "Vælg en fra listen." in text_of(citizen, "/anbefalinger/?kilde=kladde", status=400)


def test_once_it_is_public_it_is_everywhere(citizen, draft):
    draft.public_at = draft.published_on.isoformat() + "T12:00:00+02:00"
    draft.save()
    for address in ("/", "/anbefalinger/", "/kilder/kladde/", "/udvalg/SOU/", "/anbefalinger/ting/2.1/", "/om/"):
        assert "HEMMELIG" in text_of(citizen, address), address
    assert "/anbefalinger/kladde/1/" in citizen.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize(
    "address", ["/kilder/ting/", "/anbefalinger/ting/2.1/", "/initiativer/ting/7/", "/en/anbefalinger/ting/2.1/"]
)
def test_before_its_day_a_source_is_not_there_and_the_page_says_so(address, citizen, world):
    assert citizen.get(f"{address}?pr=2024-06-17").status_code == 200
    html = text_of(citizen, f"{address}?pr=2024-06-16", status=404)
    sentence = (
        "The source did not exist on the day that you are looking at."
        if "/en/" in address
        else ("Kilden fandtes ikke den dag, du ser på.")
    )
    assert f'{sentence} <a href="{address}">' in html


def test_before_its_day_a_source_is_in_no_list(citizen, world):
    for address in ("/", "/anbefalinger/", "/initiativer/", "/udvalg/SOU/", "/nyt/"):
        html = text_of(citizen, f"{address}?pr=2024-06-16")
        assert "Besøg af faste teams" not in html, address
        assert "Flere op i tid" not in html, address
