"""What people type, and what they find: over the shipped sources, the same on SQLite and on PostgreSQL."""

import unicodedata

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations import danish
from recommendations.models import Initiative, Recommendation
from recommendations.search import marked, nearest
from recommendations.selection import Selection
from tests.factories import InitiativeFactory, PublicationFactory, RecommendationFactory

SOURCES = {
    "koebenhavnertinget-2024": "ting",
    "kl-handlingsplan": "kl",
    "kkr-hovedstaden-2019": "kkr",
    "kk-rekruttering-2022": "kk",
}

SOSU = (
    "kl 1.2, kl *1, kl *2, kl *6, kl *7, kl *8, kl *10, kl *11, kl *13, kl *15, kl *21, kl *26, kl *37, kl *aftalt-1, "
    "kl *aftalt-3, kk *vores-hverdag-dk, kk *oplaeringsstillinger, kk *exitundersoegelser, kkr 3.1"
)
NURSES = "kl 1.3, kl *12, kl *13, kl *19, kl *25, kk *vores-hverdag-dk, kk *exitundersoegelser, kkr 1, kkr 1.1, kkr 1.3"
FULL_TIME = "ting 3.4, kl 3.1, kl *28, kl *29, kl *aftalt-4, kk *flere-paedagoger-paa-fuldtid"

# What is typed -> everything that is to be found: recommendations by number, initiatives with a star. Written from
# reading the sources, before there was a search to ask.
QUERIES = {
    # numbers
    "3.4": "ting 3.4, kl 3.4",
    "2.3": "ting 2.3, ting 2.3.1, ting 2.3.2, kkr 2.3",
    "aftalt-2": "kl *aftalt-2",
    # singular, plural, definite
    "kampagnerne": "ting 4.1, kl 1.2, kl *11, kk *dagtilbudskampagne-high-five",
    "mentor": "kl *16, kk *ufaglaert-til-faglaert",
    "farmaceuterne": "kk *ansaettelse-af-supplerende-faggrupper",
    "frafaldet": "ting 4.4, kl 1.4, kl *13, kl *14, kl *16",
    "fagforeningen": "ting 2.2, ting 3.4, ting 4.1",
    "besøgsven": "ting 2.3.1",
    "vikaren": "kl 3.4, kl *21, kl *36, kl *37",
    "puljer": "ting 5.1, kl *31",
    "socialrådgiver": "kk *rekruttering-og-fastholdelse-af-socialraadgivere",
    "ufaglærte": "kl *23, kl *37, kk *ufaglaert-til-faglaert, kk *medarbejderens-plan",
    # æ, ø and å, in either case, and however they were typed
    "PÅRØRENDE": "ting 1, ting 2.3, ting 2.3.2",
    "Tænketanken": "kl 3.3, kl *34",
    unicodedata.normalize("NFD", "søndag"): "kl *35",
    "ideer": "ting 4.1, kk *rekruttering-og-fastholdelse-af-socialraadgivere",
    # while typing
    "fritidsj": "kkr 3.2",
    "seni": "kl 3.3, kl *33",
    "værnep": "ting 2.2",
    "faste te": "ting 3.2",
    "sygepl": NURSES,
    # compounds by their beginning
    "grundforløb": "kl 1.2, kl *5, kl *9",
    "velfærdsteknologi": "ting 2.6, kl 2.2, kl *26",
    "sygeplejersker": NURSES,
    "dagtilbud": "kk *tiltraekning, kk *dagtilbudskampagne-high-five, kk *faelles-standard-for-praktik",
    "velfærdsrejsehold": "ting 2.1",
    "velfærds-rejsehold": "ting 2.1",
    # the same thing by another name
    "sosu": SOSU,
    "social- og sundhed": SOSU,
    "kunstig intelligens": "ting 2.6",
    "AI": "ting 2.6",
    "fuld tid": FULL_TIME,
    "fuldtid": FULL_TIME,
    "deltid": "ting 3.4, ting 4.4, kl 3.1, kk *projekt-flere-op-i-tid",
    "mand": "ting 4.1, ting 4.2",
    "sygefravær": "kl 3.2, kl *31, kl *32, kl *aftalt-2",
    # several words: all of them, and the small ones do not count
    "ensomme ældre": "ting 2.7",
    "merit for vikarer": "kl 3.4, kl *37",
    # nothing
    "rundkørsel": "",
}


def found(text):
    selection = Selection(text=text)
    recommendations = selection.recommendations().values_list("publication__slug", "number")
    initiatives = selection.initiatives().values_list("publication__slug", "number")
    return {f"{SOURCES[source]} {number}" for source, number in recommendations} | {
        f"{SOURCES[source]} *{code}" for source, code in initiatives
    }


def test_there_are_forty_queries():
    assert len(QUERIES) == 40


@pytest.mark.parametrize(("text", "expected"), QUERIES.items())
def test_finds_exactly_what_was_expected(text, expected, seeded):
    assert found(text) == {item for item in expected.split(", ") if item}


@pytest.mark.parametrize("text", ["æble", "kl", "2.1", "sygeplejersker", "faste te", "skolerne", "ai", "sosu-skoler"])
def test_the_database_and_the_terms_agree(text, seeded):
    terms = danish.terms(text)
    expected = [
        row.pk
        for row in Initiative.objects.select_related("search").order_by("pk")
        if all(term.finds(set(row.search.words.split())) for term in terms)
    ]
    assert list(Initiative.objects.with_text(text).order_by("pk").values_list("pk", flat=True)) == expected


@pytest.mark.parametrize("path", ["/anbefalinger/", "/initiativer/"])
def test_an_empty_page_takes_few_queries(path, citizen, seeded):
    with CaptureQueriesContext(connection) as queries:
        html = citizen.get(path, {"q": "flere sygeplejresker"}).content.decode()
    assert "Mente du:" in html
    assert len(queries) <= 12


@pytest.fixture
def benches(db):
    RecommendationFactory(number="1", title="Flere bænke i parken", publication=PublicationFactory(slug="ting"))


def test_a_search_that_finds_nothing_suggests_the_word_that_was_meant(benches):
    assert nearest(Selection(text="bænge"), Recommendation) == ["bænke"]
    assert nearest(Selection(text="flere bænge"), Recommendation) == ["flere bænke"]


def test_what_would_find_nothing_either_is_not_suggested(benches):
    assert nearest(Selection(text="bænge", publication="findes-ikke"), Recommendation) == []
    assert nearest(Selection(text="bænge"), Initiative) == []


def test_a_word_that_only_a_draft_knows_is_still_unknown(benches):
    """Were the draft's words known, "bænge" would be one, and nothing would be suggested for it."""
    RecommendationFactory(title="Bænge", publication=PublicationFactory(public_at=None))
    assert nearest(Selection(text="bænge"), Recommendation) == ["bænke"]


def test_initiatives_have_words_of_their_own(db):
    InitiativeFactory(title="Cykelstier")
    assert nearest(Selection(text="cyklestier"), Initiative) == ["cykelstier"]
    assert nearest(Selection(text="cyklestier"), Recommendation) == []


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Flere bænke & træer", "bænk", "Flere <mark>bænke</mark> &amp; træer"),
        ("Flere bænke", "", "Flere bænke"),
        ("<b>bænke</b>", "bænke", "&lt;b&gt;<mark>bænke</mark>&lt;/b&gt;"),
    ],
)
def test_hits_are_marked_and_all_else_is_escaped(text, query, expected):
    assert marked(text, query) == expected
