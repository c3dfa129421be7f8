"""Hits are marked, and a search that finds nothing leads on."""

import unicodedata
from urllib.parse import urlencode

import pytest

from recommendations.models import Initiative, Recommendation
from recommendations.search import marked, nearest
from recommendations.selection import Selection
from tests.factories import RecommendationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return RecommendationFactory(number="7", title="Besøg af faste teams", summary="", official_text="")


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Besøg af faste teams", "fast team", "Besøg af <mark>faste</mark> <mark>teams</mark>"),
        ("AI-velfærdsteknologi", "velfærd", "AI-<mark>velfærdsteknologi</mark>"),
        ("Velfærds-rejsehold", "velfærdsrejsehold", "<mark>Velfærds-rejsehold</mark>"),
        ("Flere social- og sundhedsassistenter nu", "sosu", "Flere <mark>social- og sundhedsassistenter</mark> nu"),
        ("SOSU-skoler", "social- og sundhed", "<mark>SOSU-skoler</mark>"),
        (
            "<b>Bænke</b> & træer",
            "b træ",
            "&lt;<mark>b</mark>&gt;Bænke&lt;/<mark>b</mark>&gt; &amp; <mark>træer</mark>",
        ),
        ("Idéer", "ide", "<mark>Idéer</mark>"),
        (unicodedata.normalize("NFD", "Åben idé nu"), "nu", "Åben idé <mark>nu</mark>"),
        ("Intet & andet", "", "Intet &amp; andet"),
    ],
)
def test_hits_are_marked_and_the_rest_is_escaped(text, query, expected):
    assert marked(text, query) == expected


def test_list_marks_hits_in_titles_and_summaries(citizen):
    RecommendationFactory(title="Besøg af faste teams", summary="Et fast hold <kommer>.")
    html = citizen.get("/anbefalinger/", {"q": "faste"}).content.decode()
    assert "Besøg af <mark>faste</mark> teams" in html
    assert "Et <mark>fast</mark> hold &lt;kommer&gt;." in html
    assert "<mark>" not in citizen.get("/anbefalinger/").content.decode()


def test_nothing_found_offers_the_nearest_word_and_the_way_on(citizen, item):
    html = citizen.get("/anbefalinger/", {"q": "faste temas", "kilde": item.publication.slug}).content.decode()
    kept = urlencode({"q": "faste teams", "kilde": item.publication.slug}).replace("&", "&amp;")
    assert f'<a href="/anbefalinger/?{kept}">faste teams</a>' in html
    assert '<a href="/anbefalinger/?q=faste+temas">Søg efter »faste temas« uden de andre filtre</a>' in html
    assert '<a href="/anbefalinger/">Vis hele listen</a>' in html


def test_offers_only_what_leads_to_something(item):
    assert nearest(Selection(text="temas"), Recommendation) == ["teams"]
    assert nearest(Selection(text="temas", status=("paused",)), Recommendation) == []
    assert nearest(Selection(text="temas"), Initiative) == []
    assert nearest(Selection(text="%"), Recommendation) == []
