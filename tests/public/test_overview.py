"""The overview: totals with their whole, and constant work."""

import re
from datetime import UTC, date, datetime

import pytest

from recommendations.enums import Status
from recommendations.models import Publication
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
    for number in range(more):
        publication = PublicationFactory(expects_answers=bool(number), handed_over_on=date(2020, 1, 1))
        published(RecommendationFactory(publication=publication), on=date(2026, 10, 1))
        published(InitiativeFactory(publication=publication), on=date(2026, 10, 1))
    # The municipality; five for the index of what items have; sources, what presses; two for the news and the picture.
    with django_assert_num_queries(12):
        text_of(citizen, "/")
    # And the words of that day: of the news, of what presses, of the picture; the sources, and what was told late.
    with django_assert_num_queries(18):
        text_of(citizen, "/?pr=2026-09-15&siden=2025-01-01")


def test_overview_begins_with_the_newest_source_that_was_given_to_the_municipality(citizen, world):
    PublicationFactory(title="Den nyeste", handed_over_on=date(2026, 1, 1))
    PublicationFactory(title="De andres", expects_answers=False, handed_over_on=None, published_on=date(2026, 1, 1))
    html = text_of(citizen, "/")
    first, given, others = (html.index(f'id="{one}"') for one in ("nyeste", "til-kommunen", "andre"))
    assert first < html.index(">Den nyeste</a>") < given < html.index(">Tinget</a>") < others
    assert others < html.index(">De andres</a>")


def test_overview_shows_the_newest_source_as_a_picture(citizen, sou):
    item = RecommendationFactory(title="I billedet")
    RecommendationFactory(title="Udenfor", publication__handed_over_on=date(2020, 1, 1))
    OwnershipFactory(item=item, committee=sou)
    picture = text_of(citizen, "/").split('class="glance')[1].split("</figure>")[0]
    assert "I billedet" in picture
    assert "Udenfor" not in picture


def test_overview_adds_nothing_over_what_others_are_to_answer(citizen, world):
    others = PublicationFactory(expects_answers=False, title="De andres")
    late = RecommendationFactory(publication=others, title="Andres for sene")
    deadline(late, date(2020, 1, 1))
    published(late, Status.IN_PROGRESS, on=date(2019, 1, 1))
    beside = text_of(citizen, "/").split('id="forsinket"')[1].split('id="andre"')[0]
    assert "Andres for sene" not in beside
    assert "2019" not in beside


def test_overview_leads_to_the_lists_behind_its_numbers(citizen, world):
    html = text_of(citizen, "/")
    assert "<strong>2 anbefalinger</strong></a>" in html
    assert "1 af de 4 svar er registreret." in html
    assert 'href="/anbefalinger/?kilde=ting&amp;status=in_progress"' in html
    # Cells are no rows, so their number is no link.
    assert '<a href="/anbefalinger/?kilde=ting&amp;svar=ingen">Se dem, der mangler et svar</a>' in html


def test_overview_shows_the_newest_news_and_no_confirmations(citizen, world):
    news = text_of(citizen, "/").split('id="nyt"')[1].split("</section>")[0]
    assert "Besøg af faste teams" in news
    assert "Bekræftelse" not in news
    assert "Rettelse" not in news


def test_overview_names_what_is_overdue_and_how_many_have_a_deadline(citizen):
    for number, due in enumerate((date(2026, 3, 1), date(2026, 1, 1), date(2026, 11, 2), date(2026, 2, 1))):
        deadline(RecommendationFactory(title=f"Med frist {number}"), due)
    done = RecommendationFactory(title="Færdig")
    published(done, Status.IMPLEMENTED)
    deadline(done, date(2025, 1, 1))
    late = text_of(citizen, "/").split('id="forsinket"')[1].split("</section>")[0]
    assert re.findall(r"Med frist \d|Færdig", late) == ["Med frist 1", "Med frist 3", "Med frist 0"]
    assert 'Fristen var <time datetime="2026-01-01">' in late
    assert "5 af 5 har en registreret frist." in late
    assert "Ingen frist er overskredet." not in late


def test_overview_tells_no_deadlines_from_deadlines_that_are_kept(citizen):
    item = RecommendationFactory()
    late = text_of(citizen, "/").split('id="forsinket"')[1].split("</section>")[0]
    assert "Der er ikke sat nogen frister." in late
    assert "overskredet" not in late
    deadline(item, date(2027, 1, 1))
    late = text_of(citizen, "/").split('id="forsinket"')[1].split("</section>")[0]
    assert "Ingen frist er overskredet." in late
    assert "1 af 1 har en registreret frist." in late


def test_overview_names_the_oldest_news_of_what_is_open(citizen, world):
    published(RecommendationFactory(title="Færdig for længst"), Status.LAPSED, on=date(2019, 1, 1))
    published(InitiativeFactory(title="Den tavse", publication=world.ting), on=date(2026, 1, 1))
    fresh = text_of(citizen, "/").split('id="friskhed"')[1].split("</section>")[0]
    assert '<time datetime="2026-10-01">1. oktober 2026</time>, for 1 måned siden' in fresh
    assert '<time datetime="2026-01-01">1. januar 2026</time>, for 10 måneder siden: <a' in fresh
    assert "Den tavse</a>" in fresh
    assert "Færdig for længst" not in fresh


def test_overview_without_a_status_says_it_once(citizen):
    RecommendationFactory()
    main = text_of(citizen, "/").split("<main")[1]
    assert main.count("Ingen status er registreret.") == 1
    assert 'id="friskhed"' not in main


def test_overview_shows_what_changed_since_before_anything_else(citizen, world):
    html = text_of(citizen, "/?siden=2026-10-15")
    assert html.index('id="nyt"') < html.index('id="nyeste"')
    assert html.count('id="nyt"') == 1
    assert "Nyt siden den" in html.split('id="nyt"')[1]
    assert 'href="/nyt/?siden=2026-10-15"' in html
    assert 'href="/kilder/ting/?siden=2026-10-15"' in html
    # A count leads to the rows that it counts, so the list is not narrowed by the day.
    assert 'href="/anbefalinger/?kilde=ting&amp;status=in_progress"' in html
    assert "Her står, hvad der er nyt siden den" in html
    assert 'href="/">Vis det hele</a>' in html
    plain = text_of(citizen, "/")
    assert plain.index('id="nyeste"') < plain.index('id="nyt"')


def test_overview_of_an_earlier_day(citizen, world):
    html = text_of(citizen, "/?pr=2025-06-01")
    assert "1 er planlagt." in html or "1 var planlagt" in html
    assert 'href="/kilder/ting/?pr=2025-06-01"' in html


def test_overview_says_since_when_it_has_anything_to_tell(citizen, world):
    PublicationFactory(public_at=datetime(2025, 1, 1, tzinfo=UTC))
    assert 'Oplysningerne her begynder <time datetime="2024-06-17">' in text_of(citizen, "/")


def test_overview_is_as_long_with_a_hundred_sources_as_with_a_few(citizen, world, django_assert_num_queries):
    for number in range(100):
        PublicationFactory(expects_answers=number % 2 == 0, handed_over_on=date(2020, 1, 1))
    with django_assert_num_queries(12):
        html = citizen.get("/").content
    assert len(html) <= 60_000
    assert f'href="/kilder/">Se alle {Publication.objects.count()} kilder</a>' in html.decode()


# --- The list of sources ----------------------------------------------------------------------------------------------


def test_every_source_is_in_the_list_page_by_page_those_given_first(citizen, django_assert_num_queries):
    for number in range(15):
        PublicationFactory(expects_answers=number == 14, title=f"Kilde nummer {number}")
    with django_assert_num_queries(7):
        first = text_of(citizen, "/kilder/")
    assert first.index('id="til-kommunen"') < first.index(">Kilde nummer 14<") < first.index('id="andre"')
    second = text_of(citizen, "/kilder/?page=2")
    found = re.findall(r">(Kilde nummer \d+)</a></h3>", first + second)
    assert sorted(found) == sorted(f"Kilde nummer {number}" for number in range(15))
    assert "Listen har ikke side 3." in text_of(citizen, "/kilder/?page=3", status=404)


def test_the_list_of_sources_knows_the_day_that_is_asked_about(citizen, world):
    assert "Tinget" in text_of(citizen, "/kilder/?pr=2024-06-17")
    empty = text_of(citizen, "/kilder/?pr=2024-06-16")
    assert "Ingen af kilderne fandtes den dag." in empty
    assert "Tinget" not in empty


def test_a_source_has_a_bar_only_where_something_is_registered(citizen, world):
    PublicationFactory(title="Den tavse")
    html = text_of(citizen, "/kilder/")
    assert html.count('<div class="bar">') == 2  # of the recommendations and of the initiatives of the one
    assert html.count('<figure class="chart">') == 1
    assert "I gang: 1" in html
    assert not re.search(r'(x|width|height)="[^"]*,', html)


def test_the_list_of_no_sources_says_so(citizen):
    assert "Der er endnu ikke registreret nogen kilder." in text_of(citizen, "/kilder/")


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


def test_the_municipality_is_named_and_no_other(citizen, municipality):
    municipality.name, municipality.sender = "Ærø Kommune", "Ærø Kommune, byrådssekretariatet"
    municipality.save()
    RecommendationFactory(publication__publisher="Ældresagen")
    for address in ("/", "/anbefalinger/", "/om/", "/findes-ikke/"):
        html = citizen.get(address).content.decode()
        assert "Ærø Kommune, byrådssekretariatet" in html.split("<footer")[1]
        assert "København" not in html
    assert 'content="Hvad der blev af de anbefalinger, Ærø Kommune, byrådssekretariatet har fået."' in text_of(
        citizen, "/fejl/sendt/"
    )
    assert "<name>Ærø Kommune, byrådssekretariatet</name>" in citizen.get("/nyt/feed/").content.decode()
