"""The two lists: rows, filters, pages and how often they ask the database."""

from datetime import date

import pytest

from recommendations.enums import Status
from tests.factories import (
    CommitteeAnswerFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    VoteShareFactory,
    deadline,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

# Sources, committees, successions, ids of the committees asked for, totals, rows, owners, answers.
RECOMMENDATION_QUERIES = 8
# As above, with addressees and without answers.
INITIATIVE_QUERIES = 8
WIDE = "?kilde=ting&udvalg=SOU&forvaltning=SUF&status=in_progress&pr=2026-11-01&siden=2024-01-01"


@pytest.fixture
def ting():
    return PublicationFactory(slug="ting", title="Tinget")


def fill(item, sou, sud):
    OwnershipFactory(about=item, committee=sou)
    OwnershipFactory(about=item, committee=sud)
    if item.ABOUT == "recommendation":
        VoteShareFactory(recommendation=item)
        CommitteeAnswerFactory(recommendation=item, committee=sou)
    published(item, on=date(2026, 9, 1), committee=sou)
    deadline(item, date(2026, 10, 1))


@pytest.mark.parametrize("count", [1, 3, 25])
def test_recommendations_take_the_same_queries_however_many(
    count, citizen, ting, sou, sud, buu, django_assert_num_queries
):
    SuccessionFactory(predecessor=buu, successor=sou)
    for _ in range(count):
        fill(RecommendationFactory(publication=ting), sou, sud)
    with django_assert_num_queries(RECOMMENDATION_QUERIES):
        html = citizen.get("/anbefalinger/" + WIDE + "&svar=adopted&svar=ingen").content.decode()
    assert html.count('class="row"') == count


@pytest.mark.parametrize("count", [1, 3, 25])
def test_initiatives_take_the_same_queries_however_many(count, citizen, ting, sou, sud, buu, django_assert_num_queries):
    SuccessionFactory(predecessor=buu, successor=sou)
    for number in range(count):
        initiative = InitiativeFactory(publication=ting, addressee__slug=f"adressat-{number}")
        fill(initiative, sou, sud)
    with django_assert_num_queries(INITIATIVE_QUERIES):
        html = citizen.get("/initiativer/" + WIDE).content.decode()
    assert html.count('class="row"') == count


def test_row_says_how_it_stands(citizen, ting, sou, sud):
    item = RecommendationFactory(publication=ting, number="3.2")
    fill(item, sou, sud)
    html = text_of(citizen, "/anbefalinger/")
    assert ">I gang</span>" in html
    assert '<time datetime="2026-09-01">1. september 2026</time>' in html
    assert 'Forsinket: fristen var <time datetime="2026-10-01">1. oktober 2026</time>' in html
    assert "92\N{NO-BREAK SPACE}% støtter" in html
    assert '<abbr title="Socialudvalget">SUD</abbr>: Intet svar registreret' in html
    assert '<abbr title="Sundheds- og Omsorgsudvalget">SOU</abbr>: Tiltrådt' in html


def test_silence_is_said_in_days(citizen, ting):
    item = RecommendationFactory(publication=ting)
    published(item, on=date(2026, 6, 1))
    assert "Ikke opdateret i 154 dage" in citizen.get("/anbefalinger/").content.decode()


def test_unreadable_share_is_said_in_words(citizen, ting):
    VoteShareFactory(recommendation=RecommendationFactory(publication=ting), unreadable=True)
    html = citizen.get("/anbefalinger/").content.decode()
    assert "Stemmeandelen kan ikke læses i kilden" in html
    assert "% støtter" not in html


def test_answer_of_a_predecessor_fills_the_owners_place(citizen, ting, sou, buu):
    SuccessionFactory(predecessor=buu, successor=sou)
    item = RecommendationFactory(publication=ting)
    OwnershipFactory(about=item, committee=sou)
    CommitteeAnswerFactory(recommendation=item, committee=buu, outcome="not_adopted")
    html = citizen.get("/anbefalinger/").content.decode()
    assert "Ikke tiltrådt" in html.split('id="resultat"')[1]
    assert "Intet svar registreret" not in html.split('id="resultat"')[1]


def test_heading_has_no_status_of_its_own_and_is_not_counted(citizen, ting):
    heading = RecommendationFactory(publication=ting, number="1", title="Overskriften", is_heading=True)
    RecommendationFactory(publication=ting, number="1.1", parent=heading)
    html = text_of(citizen, "/anbefalinger/")
    assert "2 rækker, heraf 1 anbefaling" in html
    assert "0 af 1 gennemført, 1 uden status" in html
    assert html.split('id="resultat"')[1].count("Ingen status registreret") == 1


def test_invalid_filter_shows_the_sentence_and_no_rows(citizen, ting):
    RecommendationFactory(publication=ting, title="Den eneste")
    response = citizen.get("/anbefalinger/", {"kilde": "xyz", "pr": "31.02.2026", "q": "faste teams"})
    html = response.content.decode()
    assert response.status_code == 400
    assert "Kilden «xyz» findes ikke. Vælg en fra listen." in html
    assert "Datoen 31.02.2026 findes ikke. Skriv en dato som 28.02.2026." in html
    assert "Den eneste" not in html
    assert "rækker" not in html
    assert 'value="31.02.2026"' in html  # nothing typed is thrown away
    assert 'value="faste teams"' in html


@pytest.mark.parametrize(("rows", "pages"), [(27, [27]), (30, [30]), (31, [25, 6]), (45, [25, 20])])
def test_pages_of_25_without_a_short_last_one(rows, pages, citizen, ting):
    for number in range(rows):
        InitiativeFactory(publication=ting, code=str(number + 1), addressee=None)
    for number, expected in enumerate(pages, start=1):
        html = citizen.get("/initiativer/", {"kilde": "ting", "page": number}).content.decode()
        assert html.count('class="row"') == expected
        assert f"{rows} initiativer" in html
    assert citizen.get("/initiativer/", {"page": len(pages) + 1}).status_code == 404


def test_links_to_pages_keep_what_was_chosen(citizen, ting):
    for number in range(45):
        InitiativeFactory(publication=ting, code=str(number + 1), addressee=None)
    html = citizen.get("/initiativer/?kilde=ting&status=ingen&pr=2026-11-01").content.decode()
    assert "/initiativer/?kilde=ting&amp;status=ingen&amp;pr=2026-11-01&amp;page=2" in html


def test_what_was_chosen_is_said_and_can_be_taken_away(citizen, ting):
    html = text_of(citizen, "/anbefalinger/?kilde=ting&status=in_progress&status=ingen")
    assert "<dt>Kilde</dt><dd>Tinget" in html
    assert "<dt>Status</dt><dd>I gang, Ingen status registreret" in html
    assert 'href="/anbefalinger/?status=in_progress&amp;status=ingen"' in html


def test_an_earlier_day_is_marked_and_followed_through_the_links(citizen, ting):
    item = RecommendationFactory(publication=ting, number="1")
    published(item, Status.PLANNED, on=date(2025, 3, 1), text="Penge sat af.")
    published(item, Status.IN_PROGRESS, on=date(2026, 9, 1))
    html = text_of(citizen, "/anbefalinger/?pr=2025-06-01")
    assert 'Du ser en tidligere dag: <strong><time datetime="2025-06-01">1. juni 2025</time></strong>' in html
    assert 'href="/anbefalinger/ting/1/?pr=2025-06-01"' in html
    assert 'data-status="planned"' in html
    assert 'data-status="in_progress"' not in html


def test_texts_are_escaped(citizen, ting):
    RecommendationFactory(publication=ting, title="<script>alert(1)</script>")
    html = citizen.get("/anbefalinger/", {"q": "<script>"}).content.decode()
    assert "<script" not in html
    assert "&lt;<mark>script</mark>&gt;alert(1)" in html
