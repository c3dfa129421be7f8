"""The overview, the sources and the committees: totals with their whole, and constant work."""

from datetime import date

import pytest

from tests.factories import (
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("more", [0, 3])
def test_overview_takes_the_same_queries_however_much_there_is(more, citizen, world, django_assert_num_queries):
    for _ in range(more):
        publication = PublicationFactory()
        published(RecommendationFactory(publication=publication), on=date(2026, 10, 1))
        published(InitiativeFactory(publication=publication), on=date(2026, 10, 1))
    with django_assert_num_queries(7):
        text_of(citizen, "/")


@pytest.mark.parametrize("more", [0, 3])
def test_publication_takes_the_same_queries_however_much_there_is(more, citizen, world, django_assert_num_queries):
    for _ in range(more):
        recommendation = RecommendationFactory(publication=world.ting)
        InitiativeFactory(publication=world.ting).recommendations.add(recommendation)
    with django_assert_num_queries(10):
        text_of(citizen, "/kilder/ting/")


@pytest.mark.parametrize("more", [0, 3])
def test_committee_takes_the_same_queries_however_much_there_is(more, citizen, world, sou, django_assert_num_queries):
    for _ in range(more):
        OwnershipFactory(
            about=RecommendationFactory(), committee=sou, valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1)
        )
        SuccessionFactory(predecessor=CommitteeFactory(), successor=sou)
    with django_assert_num_queries(10):
        text_of(citizen, "/udvalg/SOU/")


def test_overview_counts_with_the_whole_and_leads_to_the_list_behind(citizen, world):
    html = text_of(citizen, "/")
    assert "2 anbefalinger</a>" in html
    assert "0 af 2 gennemført, 1 i gang, 1 uden status." in html
    assert "1 af 2 anbefalinger har et svar." in html
    assert "intet svar registreret i 3 af 4 tilfælde" in html
    assert 'href="/anbefalinger/?kilde=ting&amp;status=in_progress"' in html
    assert 'href="/anbefalinger/?kilde=ting&amp;svar=ingen"' in html
    assert 'Seneste livstegn <time datetime="2026-10-01">' in html


def test_overview_shows_the_newest_news_and_no_confirmations(citizen, world):
    news = text_of(citizen, "/").split('id="nyt"')[1]
    assert "Besøg af faste teams" in news
    assert "Bekræftelse" not in news
    assert "Rettelse" not in news


def test_overview_of_an_earlier_day(citizen, world):
    html = text_of(citizen, "/?pr=2025-06-01")
    assert "1 planlagt, 1 uden status" in html
    assert 'href="/kilder/ting/?pr=2025-06-01"' in html


def test_publication_holds_the_list_against_the_source(citizen, world):
    world.ting.expected_recommendations = 3
    world.ting.save()
    html = text_of(citizen, "/kilder/ting/")
    assert "Anbefalinger: 2 vist af 3 i kilden" in html
    assert "Medlemmer ved start" in html
    for title in ("Overskriften", "Besøg af faste teams", "Den tomme", "Flere op i tid"):
        assert title in html


def test_committee_with_predecessor_and_what_it_owned_before(citizen, world, sou):
    handed_on = RecommendationFactory(publication=world.ting, number="9", title="Givet videre")
    OwnershipFactory(about=handed_on, committee=sou, valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1))
    html = text_of(citizen, "/udvalg/SOU/")
    assert "<dt>Afløste</dt>" in html
    assert "2 anbefalinger</a>" in html
    assert "Givet videre" in html.split('id="ejede"')[1]
    assert "Taget til efterretning" in html.split('id="svar"')[1]
    assert 'href="mailto:sou@eksempel.dk"' in html
    assert "<dt>Afløst af</dt>" in text_of(citizen, "/udvalg/OMU/")


def test_about_defines_every_word(citizen):
    html = text_of(citizen, "/om/")
    for word in ("Gennemført på anden måde", "Uden for kommunens kompetence", "Forsinket", "Intet svar registreret"):
        assert word in html
    assert "mere end 90 dage" in html


def test_mailbox_is_shown_only_where_there_is_one(citizen, settings):
    settings.CONTACT_EMAIL = ""
    assert "mailto:" not in text_of(citizen, "/om/")
    settings.CONTACT_EMAIL = "anbefalinger@eksempel.dk"
    assert "mailto:anbefalinger@eksempel.dk" in text_of(citizen, "/om/")
