"""The overview: totals with their whole, and constant work."""

import re
from datetime import date

import pytest

from recommendations.enums import Status
from tests.factories import (
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    deadline,
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
    # The municipality; totals of recommendations, of initiatives and of answers; sources, news, two for what presses.
    with django_assert_num_queries(8):
        text_of(citizen, "/")
    with django_assert_num_queries(11):  # and the words of that day: of the news, and of what presses
        text_of(citizen, "/?pr=2026-09-15&siden=2025-01-01")


def test_overview_counts_with_the_whole_and_leads_to_the_list_behind(citizen, world):
    html = text_of(citizen, "/")
    assert "2 anbefalinger</a>" in html
    assert "0 af 2 gennemført, 1 i gang, 1 uden status." in html
    assert "1 af 2 anbefalinger har et svar fra et udvalg" in html
    assert "Hvert ejerudvalg for sig: intet svar registreret i 3 af 4 tilfælde." in html
    assert 'href="/anbefalinger/?kilde=ting&amp;status=in_progress"' in html
    # Cells are no rows, so their number is no link.
    assert '<a href="/anbefalinger/?kilde=ting&amp;svar=ingen">Se dem, der mangler et svar</a>' in html
    assert 'Seneste livstegn <time datetime="2026-10-01">' in html


def test_overview_shows_the_newest_news_and_no_confirmations(citizen, world):
    news = text_of(citizen, "/").split('id="nyt"')[1]
    assert "Besøg af faste teams" in news
    assert "Bekræftelse" not in news
    assert "Rettelse" not in news


def test_overview_answers_before_anything_else(citizen, world):
    html = text_of(citizen, "/")
    answer = html.split('<dl class="answer">')[1].split("</dl>")[0]
    assert "<dd>0 af 2 gennemført, 1 i gang, 1 uden status</dd>" in answer
    assert "<dd>0 af 2 gennemført, 1 i gang, 1 uden status</dd>" in answer.split("Initiativer")[1]
    assert answer.endswith('<time datetime="2026-10-01">1. oktober 2026</time></dd></div> ')
    assert html.index("<h1>") < html.index('class="answer"') < html.index("<form")


def test_overview_adds_up_the_answers_of_the_sources_that_expect_them(citizen, world, sou):
    heard = PublicationFactory(expects_answers=False)
    OwnershipFactory(item=RecommendationFactory(publication=heard), committee=sou)
    assert "1 af 2 anbefalinger har et svar fra et udvalg" in text_of(citizen, "/")


def test_overview_names_what_is_overdue_and_how_many_have_a_deadline(citizen):
    for number, due in enumerate((date(2026, 3, 1), date(2026, 1, 1), date(2026, 11, 2), date(2026, 2, 1))):
        deadline(RecommendationFactory(title=f"Med frist {number}"), due)
    done = RecommendationFactory(title="Færdig")
    published(done, Status.IMPLEMENTED)
    deadline(done, date(2025, 1, 1))
    late = text_of(citizen, "/").split('id="forsinket"')[1].split("</section>")[0]
    assert re.findall(r"Med frist \d|Færdig", late) == [
        "Med frist 1",
        "Med frist 3",
        "Med frist 0",
    ]
    assert 'Fristen var <time datetime="2026-01-01">' in late
    assert "5 af 5 har en registreret frist." in late
    assert '<a href="/anbefalinger/?forsinket=1">3 forsinkede anbefalinger</a>' in late


def test_overview_says_so_when_nothing_is_overdue(citizen):
    RecommendationFactory()
    assert "Ingen er over deres frist." in text_of(citizen, "/").split('id="forsinket"')[1]


def test_overview_names_the_longest_silence_of_what_is_open(citizen, world):
    published(RecommendationFactory(title="Færdig for længst"), Status.LAPSED, on=date(2019, 1, 1))
    published(InitiativeFactory(title="Den tavse"), on=date(2026, 1, 1))
    fresh = text_of(citizen, "/").split('id="friskhed"')[1]
    assert "Den tavse</a>, siden" in fresh
    assert '<time datetime="2026-01-01">1. januar 2026</time>, 305 dage' in fresh
    assert "Færdig for længst" not in fresh
    assert ">1 initiativ, der ikke er opdateret</a>" in fresh


def test_overview_draws_one_chart_with_its_numbers_in_a_table(citizen, world):
    html = text_of(citizen, "/")
    assert html.count('<svg role="img"') == 1
    figure = html.split('<figure class="chart">')[1].split("</figure>")[0]
    assert 'aria-labelledby="status-title status-desc"' in figure
    assert "Tinget: 2 anbefalinger: 0 af 2 gennemført, 1 i gang, 1 uden status." in figure.split("<desc")[1]
    assert '<g aria-hidden="true">' in figure
    assert '<tr><th scope="row">I gang</th><td>1 af 2</td></tr>' in figure
    assert "%," not in figure
    assert not re.search(r'(x|y|width|height)="[^"]*,', figure)


def test_overview_shows_what_changed_since_instead_of_the_newest(citizen, world):
    html = text_of(citizen, "/?siden=2026-10-15")
    assert "Ændret siden" in html.split('id="nyt"')[1]
    assert 'href="/nyt/?siden=2026-10-15"' in html
    assert 'href="/kilder/ting/?siden=2026-10-15"' in html
    # A count leads to the rows that it counts, so the list is not narrowed by the day.
    assert 'href="/anbefalinger/?kilde=ting&amp;status=in_progress"' in html
    assert "Siden viser, hvad der er ændret siden" in html
    assert 'href="/">Vis uden ændringer</a>' in html


def test_overview_of_an_earlier_day(citizen, world):
    html = text_of(citizen, "/?pr=2025-06-01")
    assert "1 planlagt, 1 uden status" in html
    assert 'href="/kilder/ting/?pr=2025-06-01"' in html


def test_about_defines_every_word(citizen):
    html = text_of(citizen, "/om/")
    for word in ("Gennemført på anden måde", "Uden for kommunens kompetence", "Forsinket", "Intet svar registreret"):
        assert word in html
    assert "mere end 90 dage" in html


def test_mailbox_and_telephone_are_shown_only_where_there_are_any(citizen, municipality):
    html = text_of(citizen, "/om/")
    assert "mailto:" not in html
    assert "Eller ringe:" not in html
    municipality.email, municipality.phone = "anbefalinger@eksempel.dk", "33 66 33 66"
    municipality.save()
    html = text_of(citizen, "/om/")
    assert "mailto:anbefalinger@eksempel.dk" in html
    assert "Eller ringe: 33 66 33 66" in html


def test_sources_that_were_not_given_to_the_municipality_are_not_added_to_those_that_were(citizen, world):
    RecommendationFactory(publication__expects_answers=False)
    answer = text_of(citizen, "/").split('<dl class="answer">')[1].split("</dl>")[0]
    assert "<dt>Anbefalinger til kommunen</dt><dd>0 af 2 gennemført" in answer


def test_the_municipality_is_named_and_no_other(citizen, municipality):
    municipality.name, municipality.sender = "Ærø Kommune", "Ærø Kommune, byrådssekretariatet"
    municipality.save()
    RecommendationFactory(publication__publisher="Ældresagen")
    for address in ("/", "/anbefalinger/", "/om/", "/findes-ikke/"):
        html = citizen.get(address).content.decode()
        assert "Ærø Kommune, byrådssekretariatet" in html.split("<footer")[1]
        assert "København" not in html
    assert 'content="Hvad der blev af de anbefalinger, Ærø Kommune, byrådssekretariatet har fået."' in text_of(
        citizen, "/"
    )
    assert "<name>Ærø Kommune, byrådssekretariatet</name>" in citizen.get("/nyt/feed/").content.decode()
