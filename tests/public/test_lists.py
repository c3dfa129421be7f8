"""The two lists: rows, filters, pages and how often they ask the database."""

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from recommendations.actions import hand_over, set_done_when
from recommendations.actions.wordings import ItemWords
from recommendations.enums import ItemKind, Status
from tests.factories import (
    AddresseeFactory,
    CommitteeAnswerFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    VoteShareFactory,
    answered,
    deadline,
    published,
    reword,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

# The municipality; the form's committees, sources and addressees; successions, ids of the committees asked for; groups
# to choose and their words of that day; two for the numbers beside the choices (totals among them); whether the source
# is whole; rows and their words, cells, headings above the rows and theirs.
RECOMMENDATION_QUERIES = 16
# As above, with a third for the numbers, without headings above.
INITIATIVE_QUERIES = 15
WIDE = "?q=nr&kilde=ting&gruppe=7&udvalg=SOU&forvaltning=SUF&status=in_progress&pr=2026-11-01&siden=2024-01-01"


@pytest.fixture
def ting():
    return PublicationFactory(slug="ting", title="Tinget")


def fill(item, sou, sud):
    OwnershipFactory(item=item, committee=sou)
    OwnershipFactory(item=item, committee=sud)
    if not item.is_initiative:
        VoteShareFactory(item=item)
        CommitteeAnswerFactory(item=item, committee=sou)
    published(item, on=date(2026, 9, 1), committee=sou)
    deadline(item, date(2026, 10, 1))


@pytest.mark.parametrize("count", [1, 3, 25])
def test_recommendations_take_the_same_queries_however_many(
    count, citizen, ting, sou, sud, buu, django_assert_num_queries
):
    SuccessionFactory(predecessor=buu, successor=sou)
    heading = RecommendationFactory(publication=ting, number="7", kind=ItemKind.HEADING)
    for number in range(count):
        fill(RecommendationFactory(publication=ting, number=f"7.{number}", title="Sag nr. 1", parent=heading), sou, sud)
    with django_assert_num_queries(RECOMMENDATION_QUERIES):
        html = citizen.get("/anbefalinger/" + WIDE + "&svar=adopted&svar=ingen").content.decode()
    assert html.count('class="row"') == count


@pytest.mark.parametrize("count", [1, 3, 25])
def test_initiatives_take_the_same_queries_however_many(count, citizen, ting, sou, sud, buu, django_assert_num_queries):
    SuccessionFactory(predecessor=buu, successor=sou)
    heading = RecommendationFactory(publication=ting, number="7", kind=ItemKind.HEADING)
    for number in range(count):
        initiative = InitiativeFactory(publication=ting, addressee__slug=f"adressat-{number}", title="Sag nr. 1")
        initiative.carries_out.add(heading)
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
    VoteShareFactory(item=RecommendationFactory(publication=ting), unreadable=True)
    html = citizen.get("/anbefalinger/").content.decode()
    assert "Stemmeandelen kan ikke læses i kilden" in html
    assert "% støtter" not in html


def test_answer_of_a_predecessor_fills_the_owners_place(citizen, ting, sou, buu):
    SuccessionFactory(predecessor=buu, successor=sou)
    item = RecommendationFactory(publication=ting)
    OwnershipFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=item, committee=buu, outcome="not_adopted")
    html = citizen.get("/anbefalinger/").content.decode()
    assert "Ikke tiltrådt" in html.split('id="resultat"')[1]
    assert "Intet svar registreret" not in html.split('id="resultat"')[1]


def test_heading_has_no_status_of_its_own_and_is_not_counted(citizen, ting):
    heading = RecommendationFactory(publication=ting, number="1", title="Overskriften", kind=ItemKind.HEADING)
    RecommendationFactory(publication=ting, number="1.1", parent=heading)
    html = text_of(citizen, "/anbefalinger/")
    assert '1 anbefaling <span class="aside">og 1 overskrift</span>' in html
    assert "0 af 1 gennemført, 1 uden status" in html
    assert html.split('id="resultat"')[1].count("Ingen status registreret") == 1


def test_invalid_filter_shows_the_sentence_and_no_rows(citizen, ting):
    RecommendationFactory(publication=ting, title="Den eneste")
    response = citizen.get("/anbefalinger/", {"kilde": "xyz", "pr": "31.02.2026", "q": "faste teams"})
    html = response.content.decode()
    assert response.status_code == 400
    assert "Kilden »xyz« findes ikke. Vælg en fra listen." in html
    assert "Datoen 31.02.2026 findes ikke. Skriv en dato som 28.02.2026." in html
    assert "Den eneste" not in html
    assert 'id="resultat"' not in html
    assert 'value="31.02.2026"' in html  # nothing typed is thrown away
    assert 'value="faste teams"' in html


@pytest.mark.parametrize(("rows", "pages"), [(27, [27]), (30, [30]), (31, [25, 6]), (45, [25, 20])])
def test_pages_of_25_without_a_short_last_one(rows, pages, citizen, ting):
    for number in range(rows):
        InitiativeFactory(publication=ting, number=str(number + 1), addressee=None)
    for number, expected in enumerate(pages, start=1):
        html = citizen.get("/initiativer/", {"kilde": "ting", "page": number}).content.decode()
        assert html.count('class="row"') == expected
        assert f"{rows} initiativer" in html
    assert citizen.get("/initiativer/", {"page": len(pages) + 1}).status_code == 404


def test_links_to_pages_keep_what_was_chosen(citizen, ting):
    for number in range(45):
        InitiativeFactory(publication=ting, number=str(number + 1), addressee=None)
    html = citizen.get("/initiativer/?kilde=ting&status=ingen&pr=2026-11-01").content.decode()
    assert "/initiativer/?kilde=ting&amp;status=ingen&amp;pr=2026-11-01&amp;page=2" in html


def test_what_was_chosen_is_said_and_can_be_taken_away(citizen, ting):
    html = text_of(citizen, "/anbefalinger/?kilde=ting&status=in_progress&status=ingen")
    assert "<dt>Kilde</dt><dd>Tinget" in html
    assert "<dt>Status</dt><dd>I gang <a" in html
    assert "<dt>Status</dt><dd>Ingen status registreret <a" in html
    assert 'href="/anbefalinger/?status=in_progress&amp;status=ingen"' in html
    assert 'href="/anbefalinger/?kilde=ting&amp;status=in_progress"' in html
    assert '<a href="/anbefalinger/">Fjern alle valg</a>' in html


EVERY_CHOICE = {
    "/anbefalinger/": {
        "q": "bænke",
        "kilde": "ting",
        "gruppe": "2",
        "status": "ingen",
        "svar": "ingen",
        "udvalg": "SOU",
        "forvaltning": "SUF",
        "stemmer_min": "62,5",
        "forsinket": "1",
        "ikke_opdateret": "1",
        "har_initiativer": "1",
        "sorter": "stemmer",
        "pr": "01.11.2026",
        "siden": "01.06.2026",
    },
    "/initiativer/": {
        "q": "bænke",
        "kilde": "ting",
        "gruppe": "2",
        "status": "ingen",
        "udvalg": "SOU",
        "forvaltning": "SUF",
        "adressat": "kl",
        "forsinket": "1",
        "ikke_opdateret": "1",
        "sorter": "stilhed",
        "pr": "01.11.2026",
        "siden": "01.06.2026",
    },
}


@pytest.mark.parametrize(("path", "choices"), EVERY_CHOICE.items())
def test_every_choice_has_a_field_is_said_and_can_be_taken_away_alone(path, choices, citizen, ting, sou):
    RecommendationFactory(publication=ting, number="2", title="Mere tid", kind=ItemKind.HEADING)
    AddresseeFactory(slug="kl", name="KL")
    html = text_of(citizen, f"{path}?{urlencode(choices)}")
    ways_on = [
        parse_qs(urlsplit(unescape(address)).query).keys() for address in re.findall(r'<a href="([^"]*)">Fjern<', html)
    ]
    assert sorted(next(iter(choices.keys() - kept)) for kept in ways_on) == sorted(choices)
    assert all(len(kept) == len(choices) - 1 for kept in ways_on)
    assert all(f'name="{name}"' in html for name in choices)
    assert "<dt>Gruppe</dt><dd>2 Mere tid <a" in html
    assert f"<summary>Filtre: {len(choices) - 2} valgt</summary>" in html  # the search and the order aside


def test_one_status_is_taken_away_and_the_other_kept(citizen, ting):
    html = text_of(citizen, "/initiativer/?status=paused&status=planned&page=1")
    assert re.findall(r'<dd>(.+?) <a href="([^"]*)">Fjern<', html) == [
        ("Sat på pause", "/initiativer/?status=planned"),
        ("Planlagt", "/initiativer/?status=paused"),
    ]


def test_headings_stand_above_what_was_found_below_them_uncounted(citizen, ting):
    groups = {"": None}
    for number, above in (("1", ""), ("2", ""), ("2.3", "2"), ("4", "")):
        groups[number] = RecommendationFactory(
            publication=ting, number=number, title=f"Gruppe {number}", kind=ItemKind.HEADING, parent=groups[above]
        )
    for number, title, above in (
        ("1.1", "Træer", "1"),
        ("2.3.1", "Bænke", "2.3"),
        ("2.3.2", "Flere bænke", "2.3"),
        ("3", "Bænke igen", ""),
    ):
        RecommendationFactory(publication=ting, number=number, title=title, parent=groups[above])
    html = text_of(citizen, "/anbefalinger/?q=bænke").split('id="resultat"')[1]
    assert "3 anbefalinger</h2>" in html
    shown = re.findall(r'<li class="(group|row)">.*?<a href="/anbefalinger/ting/([\d.]+)/', html)
    assert shown == [("group", "2"), ("group", "2.3"), ("row", "2.3.1"), ("row", "2.3.2"), ("row", "3")]


def test_headings_are_repeated_where_a_page_begins_within_their_group(citizen, ting):
    heading = RecommendationFactory(publication=ting, number="1", kind=ItemKind.HEADING)
    for number in range(1, 46):
        RecommendationFactory(publication=ting, number=f"1.{number}", parent=heading)
    first = citizen.get("/anbefalinger/").content.decode()
    second = citizen.get("/anbefalinger/?page=2").content.decode()
    assert (first.count('class="group"'), first.count('class="row"')) == (1, 24)
    assert (second.count('class="group"'), second.count('class="row"')) == (1, 21)


@pytest.mark.parametrize("order", ["aendret", "stemmer", "stilhed"])
def test_headings_are_left_out_where_the_order_is_not_theirs(order, citizen, ting):
    RecommendationFactory(publication=ting, number="1", kind=ItemKind.HEADING)
    RecommendationFactory(publication=ting, number="1.1")
    html = citizen.get("/anbefalinger/", {"sorter": order}).content.decode()
    assert (html.count('class="group"'), html.count('class="row"')) == (0, 1)


def test_what_has_changed_since_is_marked_on_the_row_and_followed_to_the_item(citizen, ting, sou, buu, chief):
    names = ("published", "answered", "moved", "committed", "reworded", "handed over", "quiet")
    items = {name: RecommendationFactory(publication=ting, number=str(n)) for n, name in enumerate(names)}
    published(items["published"], on=date(2026, 10, 1))
    answered(items["answered"], sou)
    deadline(items["moved"], date(2027, 1, 1))
    OwnershipFactory(item=items["committed"], committee=sou)
    set_done_when(by=chief, item=items["committed"], committee=sou, text="Alle bydele er med.")
    reword(by=chief, item=items["reworded"], words=ItemWords("Nye ord"), valid_from=date(2026, 11, 1))
    OwnershipFactory(item=items["handed over"], committee=buu)
    hand_over(by=chief, predecessor=buu, successor=sou, on=date(2026, 11, 1))
    html = text_of(citizen, "/anbefalinger/?siden=2026-11-02")
    marks = re.findall(
        r'href="/anbefalinger/ting/(\d)/\?siden=2026-11-02".*?<span class="flag">Ændret: (.*?)</span>', html
    )
    words = ["ny opdatering", "nyt svar", "ny frist", "nyt kriterium", "ny ordlyd", "nyt udvalg"]
    assert marks == [(str(number), what) for number, what in enumerate(words)]
    assert html.count('class="row"') == 6
    assert "Ændret:" not in text_of(citizen, "/anbefalinger/")


def test_changes_of_initiatives_are_marked_too(citizen, ting):
    initiative = InitiativeFactory(publication=ting)
    published(initiative, on=date(2026, 10, 1))
    deadline(initiative, date(2027, 1, 1))
    assert "Ændret: ny opdatering, ny frist</span>" in text_of(citizen, "/initiativer/?siden=2026-11-02")


def test_recommendations_with_initiatives_can_be_chosen(citizen, ting):
    with_one = RecommendationFactory(publication=ting, number="1")
    RecommendationFactory(publication=ting, number="2")
    for _ in range(2):
        InitiativeFactory(publication=ting).carries_out.add(with_one)
    html = text_of(citizen, "/anbefalinger/?har_initiativer=1")
    assert re.findall(r'class="number">(\d)<', html) == ["1"]
    assert "1 anbefaling</h2>" in html
    assert ">Med initiativer (1)</label>" in html


def test_an_empty_search_among_filters_keeps_to_its_queries(citizen, ting, sou, django_assert_max_num_queries):
    heading = RecommendationFactory(publication=ting, number="7", kind=ItemKind.HEADING)
    bench = RecommendationFactory(publication=ting, number="7.1", title="Bænke bænken", parent=heading)
    OwnershipFactory(item=bench, committee=sou)
    with django_assert_max_num_queries(14):
        html = citizen.get("/anbefalinger/?kilde=ting&gruppe=7&udvalg=SOU&q=bænka").content.decode()
    assert "Mente du:" in html


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
