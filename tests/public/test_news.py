"""Nyt: what is on it, in which order, and how often it asks the database."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from recommendations.actions import hand_over, set_done_when
from recommendations.actions.wordings import ItemWords
from recommendations.changes import where_they_differ
from recommendations.enums import ItemKind, Status, UpdateKind
from tests.factories import (
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    answered,
    deadline,
    published,
    reword,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

# The municipality; the form's committees, sources and addressees; the count, which news, and their rows.
QUERIES = 7
# As above, with other words for what is searched, successions, ids of the committees asked for, and the groups of the
# source to choose; six for the index of what items have.
QUERIES_OF_COMMITTEE = 17
NASTY = 'Fem & <b>to</b>; "ja", \\ \N{FAMILY}\r\n\x0b\x85' + "æ" * 10_000


def at(day, hour=12):
    return datetime(2026, 10, day, hour, tzinfo=UTC)


@pytest.fixture
def ting():
    return PublicationFactory(slug="ting", title="Tinget")


@pytest.mark.parametrize("count", [1, 3, 25])
@pytest.mark.parametrize(
    ("query", "queries"), [("", QUERIES), ("?q=a&kilde=ting&status=in_progress&udvalg=SOU", QUERIES_OF_COMMITTEE)]
)
def test_takes_the_same_queries_however_many(count, query, queries, citizen, ting, sou, django_assert_num_queries):
    for number in range(count):
        item = (RecommendationFactory, InitiativeFactory)[number % 2](publication=ting, title="Stadig a")
        OwnershipFactory(item=item, committee=sou)
        wrong = published(item, Status.PLANNED, on=date(2026, 9, 1), committee=sou)
        published(item, kind=UpdateKind.CORRECTION, corrects=wrong, on=date(2026, 9, 2), committee=sou)
        published(item, on=date(2026, 9, 3), committee=sou)
        answered(item, sou)
        deadline(item, date(2026, 12, 31))
    with django_assert_num_queries(queries):
        html = citizen.get("/nyt/" + query).content.decode()
    assert html.count('class="row"') == min(3 * count, 25)


def test_days_are_danish_and_the_newest_comes_first(citizen, ting):
    item = RecommendationFactory(publication=ting, number="2.1", title="Faste teams")
    # 22.30 UTC is after midnight in Copenhagen.
    published(item, Status.PLANNED, on=date(2026, 9, 1), published_at=datetime(2026, 9, 30, 22, 30, tzinfo=UTC))
    published(item, Status.IN_PROGRESS, on=date(2026, 9, 20), published_at=at(1))
    published(item, kind=UpdateKind.NOTE, on=date(2026, 9, 25), published_at=at(2), text="Udbuddet er ude.")
    html = text_of(citizen, "/nyt/")
    assert re.findall(r'id="dag-([\d-]+)"', html) == ["2026-10-02", "2026-10-01"]
    assert html.index("Nyt uden ændret status") < html.index(">I gang</span>") < html.index(">Planlagt</span>")
    assert "Udbuddet er ude." in html
    assert 'pr. <time datetime="2026-09-20">20. september 2026</time>' in html
    assert "Tinget" in html


def test_what_was_corrected_is_no_news_any_more_and_marked_on_its_page(citizen, world):
    html = text_of(citizen, "/nyt/")
    assert "Forsøget er i gang." not in html
    assert "Nej, to." not in html
    assert "Der er sat penge af." in html
    detail = text_of(citizen, "/anbefalinger/ting/2.1/")
    corrected = detail.split(f'id="opdatering-{world.update.key}"')[1]
    assert '<span class="flag">Rettet</span>' in corrected.split("Forsøget er i gang.")[0]
    correction = world.update.corrections.get()
    assert f'<div class="correction"> <div class="entry" id="opdatering-{correction.key}">' in corrected


def test_draft_of_a_correction_is_not_told_of(citizen, ting):
    item = RecommendationFactory(publication=ting)
    update = published(item)
    StatusUpdateFactory(item=item, kind=UpdateKind.CORRECTION, status="", corrects=update, text="HEMMELIG KLADDE")
    html = text_of(citizen, "/nyt/")
    assert ">I gang</span>" in html
    assert "HEMMELIG" not in html


def test_confirmations_are_no_news_and_the_page_says_so(citizen, ting):
    published(RecommendationFactory(publication=ting, title="Den bekræftede"), kind=UpdateKind.CONFIRMATION)
    html = text_of(citizen, "/nyt/")
    assert "Den bekræftede" not in html
    assert "En bekræftelse (»stadig korrekt«) er ikke nyt." in html


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Faste teams", "Flere hænder", "Uden for Tinget"}),
        ("kilde=ting", {"Faste teams", "Flere hænder"}),
        ("kilde=ting&status=planned", {"Flere hænder"}),
        ("udvalg=SOU", {"Faste teams"}),
        ("q=hænder", {"Flere hænder"}),
        ("gruppe=2", {"Faste teams"}),
        ("siden=2026-10-02", {"Flere hænder", "Uden for Tinget"}),
        ("pr=2026-08-31", {"Uden for Tinget"}),
    ],
)
def test_filters_are_those_of_the_lists(query, shown, citizen, ting, sou):
    heading = RecommendationFactory(publication=ting, number="2", kind=ItemKind.HEADING)
    teams = RecommendationFactory(publication=ting, number="2.1", title="Faste teams", parent=heading)
    OwnershipFactory(item=teams, committee=sou)
    published(teams, Status.IN_PROGRESS, on=date(2026, 9, 1), published_at=at(1))
    published(
        InitiativeFactory(publication=ting, title="Flere hænder"),
        Status.PLANNED,
        on=date(2026, 9, 1),
        published_at=at(2),
    )
    published(
        RecommendationFactory(number="9", title="Uden for Tinget"),
        Status.PLANNED,
        on=date(2026, 8, 1),
        published_at=at(3),
    )
    html = text_of(citizen, f"/nyt/?{query}").split('id="resultat"')[1]
    assert {title for title in ("Faste teams", "Flere hænder", "Uden for Tinget") if title in html} == shown


def test_since_is_about_the_updates_and_not_about_their_items(citizen, ting):
    item = RecommendationFactory(publication=ting)
    published(item, Status.PLANNED, on=date(2026, 9, 1), published_at=at(1), text="Det gamle.")
    published(item, Status.IN_PROGRESS, on=date(2026, 9, 2), published_at=at(5), text="Det nye.")
    html = text_of(citizen, "/nyt/?siden=2026-10-05")
    assert "Det nye." in html
    assert "Det gamle." not in html


def test_what_cannot_be_read_is_refused_with_a_sentence(citizen, ting):
    published(RecommendationFactory(publication=ting, title="Den eneste"))
    response = citizen.get("/nyt/?kilde=xyz")
    assert response.status_code == 400
    html = response.content.decode()
    assert "Kilden »xyz« findes ikke. Vælg en fra listen." in html
    assert "Den eneste" not in html


def test_long_and_nasty_texts_are_shortened_and_escaped(citizen, ting):
    published(RecommendationFactory(publication=ting), text=NASTY)
    html = text_of(citizen, "/nyt/")
    assert "Fem &amp; &lt;b&gt;to&lt;/b&gt;; &quot;ja&quot;, \\ \N{FAMILY}…" in html
    assert "æ" * 100 not in html


def test_pages_of_25(citizen, ting):
    for _ in range(31):
        published(RecommendationFactory(publication=ting))
    assert citizen.get("/nyt/?kilde=ting").content.decode().count('class="row"') == 25
    second = citizen.get("/nyt/?kilde=ting&page=2").content.decode()
    assert second.count('class="row"') == 6
    assert "/nyt/?kilde=ting" in second


def test_stands_in_the_main_menu(citizen):
    assert '<a href="/nyt/" aria-current="page">Nyt</a>' in citizen.get("/nyt/").content.decode()


def test_everything_that_happened_stands_in_the_order_in_which_it_came(citizen, ting, sou, buu, chief):
    item = RecommendationFactory(publication=ting, number="2.1", title="Faste teams")
    OwnershipFactory(item=item, committee=buu)
    published(item, Status.PLANNED, on=date(2026, 9, 1), published_at=at(1))
    answered(item, buu, "adopted", recorded_at=at(2), text="Ja tak.")
    deadline(item, date(2027, 1, 1), recorded_at=at(2, hour=13), reason="Efter budgettet.")
    published(item, Status.IN_PROGRESS, on=date(2026, 9, 20), published_at=at(3))
    hand_over(by=chief, predecessor=buu, successor=sou, on=date(2026, 11, 1))
    set_done_when(by=chief, item=item, committee=sou, text="Alle bydele er med.")
    reword(by=chief, item=item, words=ItemWords("Faste hold"), valid_from=date(2026, 11, 1), reason="Kilden er ny.")
    html = text_of(citizen, "/nyt/")
    assert re.findall(r'id="dag-([\d-]+)"', html) == ["2026-11-02", "2026-10-03", "2026-10-02", "2026-10-01"]
    words = [
        "Ny ordlyd:</span> fra »Faste teams« til <strong>Faste hold</strong>",
        "Kilden er ny.",
        "Kriterium sat</span>",
        "Alle bydele er med.",
        "Overdraget:</span> fra »Børne- og Ungdomsudvalget« til <strong>Sundheds- og Omsorgsudvalget</strong>",
        'Ny status:</span> fra »Planlagt« til <span class="status" data-status="in_progress">I gang</span>',
        'Frist sat:</span> <strong>1. januar 2027</strong> <span class="quiet">pr. <time datetime="2024-09-18">',
        "Efter budgettet.",
        "Svar:</span> fra »Intet svar registreret« til <strong>Tiltrådt</strong>"
        ' <span class="quiet">på mødet <time datetime="2024-09-18">',
        "Ja tak.",
        'fra »Ingen status registreret« til <span class="status" data-status="planned">Planlagt</span>',
    ]
    told = [html.index(one) for one in words]
    assert told == sorted(told)


def test_new_words_say_from_what_to_what_where_they_differ(citizen, ting, chief):
    item = RecommendationFactory(
        publication=ting, title="Faste hold", summary="Kommunen skal give hver borger et fast hold på tre personer."
    )
    words = ItemWords.of(item.wording)
    new = replace(words, summary="Kommunen skal give hver borger et fast hold på fem personer.", pages="18")
    reword(by=chief, item=item, words=new, valid_from=date(2026, 11, 1), reason="Kilden blev rettet.")
    row = text_of(citizen, "/nyt/").split('class="row"')[1].split("</li>")[0]
    assert "<p>Resumé: fra »…et fast hold på tre personer.« til »…et fast hold på fem personer.«</p>" in row
    assert "<p>Side i kilden: " in row
    assert "»18«</p>" in row
    assert "Kilden blev rettet." in row
    assert "Titel:" not in row


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("et to tre fire fem seks", "et to tre fire fem syv", ("…to tre fire fem seks", "…to tre fire fem syv")),
        ("et to", "et to tre", ("et to", "et to tre")),
        ("", "et to", ("", "et to")),
        ("et  to", "", ("et to", "")),
        ("a b c d e f", "a b c d e", ("…b c d e f", "…b c d e")),
    ],
)
def test_two_texts_are_told_from_shortly_before_they_differ(before, after, told):
    assert where_they_differ(before, after) == told


def test_a_page_past_the_end_leads_to_the_last(citizen, ting):
    published(RecommendationFactory(publication=ting))
    html = text_of(citizen, "/nyt/?kilde=ting&page=2", status=404)
    assert 'Den har 1 side. <a href="/nyt/?kilde=ting">Gå til den sidste side</a>' in html


def test_what_is_about_an_earlier_day_says_so_and_not_from_what_to_what(citizen, ting):
    item = RecommendationFactory(publication=ting)
    published(item, Status.IN_PROGRESS, on=date(2026, 9, 1), published_at=at(1))
    published(item, Status.PLANNED, on=date(2026, 3, 1), published_at=at(2))
    late = text_of(citizen, "/nyt/").split('class="row"')[1]
    assert 'Ny status om en tidligere dag:</span> <span class="status" data-status="planned">Planlagt</span>' in late
    assert "fra »" not in late


def test_every_page_holds_its_own_time(citizen, ting, sou):
    item = RecommendationFactory(publication=ting)
    for minute in range(31):
        published(item, published_at=at(2) + timedelta(minutes=minute))
    for number, moment in enumerate((at(1), at(2) + timedelta(minutes=4, seconds=30), at(2, hour=20))):
        answered(RecommendationFactory(publication=ting, title=f"Besvaret {number}"), sou, recorded_at=moment)
    first, second = (citizen.get(f"/nyt/{page}").content.decode() for page in ("", "?page=2"))
    assert re.findall(r"Besvaret \d", first) == ["Besvaret 2"]
    assert re.findall(r"Besvaret \d", second) == ["Besvaret 1", "Besvaret 0"]
    assert (first.count('class="row"'), second.count('class="row"')) == (25, 9)
    assert "34 nyheder" in first


def test_answers_are_told_of_where_no_status_has_been_published(citizen, ting, sou):
    answered(RecommendationFactory(publication=ting), sou, "noted")
    assert "Taget til efterretning" in text_of(citizen, "/nyt/?kilde=ting")
    assert "Taget til efterretning</strong>" not in text_of(citizen, "/nyt/?kilde=ting&pr=2024-07-01")
