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

# The municipality; the form's committees, sources and addressees; groups to choose and their words of that day; what
# every item has (five); other words for what is searched, and what has them; the number of the group; successions; ids
# of the committees asked for; news since; rows, their words, cells and changes; whether the
# source is whole. Most of it is kept, but not in tests.
RECOMMENDATION_QUERIES = 22
INITIATIVE_QUERIES = 22
BEFORE, AFTER = (
    "?q=nr&kilde=ting&gruppe=7&status=in_progress",
    "&udvalg=SOU&forvaltning=SUF&pr=2026-11-01&siden=2024-01-01",
)


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
        html = citizen.get("/anbefalinger/" + BEFORE + "&svar=adopted&svar=ingen" + AFTER).content.decode()
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
        html = citizen.get("/initiativer/" + BEFORE + AFTER).content.decode()
    assert html.count('class="row"') == count


def test_row_says_how_it_stands(citizen, ting, sou, sud):
    item = RecommendationFactory(publication=ting, number="3.2")
    fill(item, sou, sud)
    html = text_of(citizen, "/anbefalinger/").split('class="row"')[1].split("</li>")[0]
    assert ">I gang</span>" in html
    assert '<time datetime="2026-09-01">1. september 2026</time>' in html
    assert 'Forsinket: fristen var <time datetime="2026-10-01">1. oktober 2026</time>' in html
    assert "92\N{NO-BREAK SPACE}% støtter" in html
    assert '<abbr title="Sundheds- og Omsorgsudvalget">SOU</abbr>: Tiltrådt' in html
    assert "SUD" not in html


def test_what_is_silent_is_said_once_for_the_list_and_never_in_a_row(citizen, ting, sou, sud):
    for number in range(3):
        item = RecommendationFactory(publication=ting, number=str(number))
        OwnershipFactory(item=item, committee=sou)
        OwnershipFactory(item=item, committee=sud)
        VoteShareFactory(item=item, unreadable=number < 2)
    found = text_of(citizen, "/anbefalinger/").split('id="resultat"')[1]
    said = found.split('class="in-words">')[1].split("</p>")[0]
    assert said == (
        "0 af 3 gennemført, 3 uden status. Ingen af de 6 svar er registreret. "
        "For 2 af 3 kan støtten ikke læses i kilden."
    )
    rows = [row.split("</li>")[0] for row in found.split('class="row"')[1:]]
    assert len(rows) == 3
    assert not [row for row in rows if "registreret" in row or "læses" in row or "data-status" in row]
    assert [row.count("% støtter") for row in rows] == [0, 0, 1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "1 af de 4 svar er registreret."),
        ("?udvalg=SOU", "1 af udvalgets 2 svar er registreret."),
        ("?udvalg=SUD", "Ingen af udvalgets 2 svar er registreret."),
        ("?svar=adopted", "1 af de 2 svar er registreret."),
        ("?svar=adopted&udvalg=SOU", "Svaret er registreret."),
        ("?kilde=andet", ""),
    ],
)
def test_answers_are_counted_by_committee(query, said, citizen, ting, sou, sud):
    """SOU has answered one of two that it owns with SUD; nobody owes an answer to the other source."""
    for number in range(2):
        item = RecommendationFactory(publication=ting, number=str(number))
        OwnershipFactory(item=item, committee=sou)
        OwnershipFactory(item=item, committee=sud)
    answered(item, sou)
    other = RecommendationFactory(publication__slug="andet", publication__expects_answers=False)
    OwnershipFactory(item=other, committee=sou)
    html = text_of(citizen, f"/anbefalinger/{query}")
    summary = html.split('class="in-words">')[1].split("</p>")[0]
    assert summary.split(". ", 1)[1:] == ([said] if said else []), summary


def test_a_source_is_named_once_above_its_rows_and_in_each_row_of_an_order_of_many(citizen, ting):
    other = PublicationFactory(slug="plan", title="Planen", position=ting.position + 1)
    for source in (ting, other):
        for number in range(2):
            VoteShareFactory(item=RecommendationFactory(publication=source, number=str(number)), percent=80 + number)

    def named(query):
        found = text_of(citizen, f"/anbefalinger/{query}").split('id="resultat"')[1]
        rows = found.split('class="row"')[1:]
        return re.findall(r'<h3><a href="([^"]*)">(\w+)<', found), [row.count("</span> Tinget<") for row in rows], found

    above, _in_rows, found = named("")
    assert above == [("/kilder/ting/", "Tinget"), ("/kilder/plan/", "Planen")]
    assert found.count(">Tinget</a>") == 1
    above, _in_rows, found = named("?sorter=stemmer")
    assert above == []
    assert (found.count('<span class="quiet">Tinget</span>'), found.count('<span class="quiet">Planen</span>')) == (
        2,
        2,
    )
    above, _in_rows, found = named("?kilde=ting&sorter=stemmer")
    assert above == [("/kilder/ting/", "Tinget")]
    assert '<span class="quiet">Tinget</span>' not in found


def test_owners_alike_and_whose_titles_they_are_are_said_once_of_a_source(citizen, ting, sou, sud):
    other = PublicationFactory(slug="plan", title="Planen", position=ting.position + 1)
    for source in (ting, other):
        for number, basis in enumerate(("ours", "ours", "source")):
            item = RecommendationFactory(publication=source, number=str(number), title_basis=basis)
            for committee in (sou, sud):
                if source == ting or (number, committee) != (2, sud):
                    OwnershipFactory(item=item, committee=committee)
    alike, differ = text_of(citizen, "/anbefalinger/").split('class="of-source"')[1:]
    said = "Ansvarlige udvalg: Socialudvalget (SUD), Sundheds- og Omsorgsudvalget (SOU). Her er 2 af 3 titler vores."
    assert f'<p class="quiet">{said}</p>' in alike
    assert "<abbr" not in alike
    assert '<p class="quiet">Her er 2 af 3 titler vores.</p>' in differ
    assert (differ.count(">SOU</abbr>"), differ.count(">SUD</abbr>")) == (3, 2)
    assert "<dt>SUD</dt><dd>Socialudvalget</dd>" in text_of(citizen, "/anbefalinger/")
    assert "<dt>SUD</dt>" not in text_of(citizen, "/anbefalinger/?kilde=ting")


def test_that_nobody_is_responsible_is_said_of_a_row_only_where_somebody_ought_to_be(citizen, ting, sou):
    RecommendationFactory(publication=ting)
    for slug, asked in (("ikke", {"expects_answers": False}), ("ukendt", {"owners_known": False})):
        RecommendationFactory(publication=PublicationFactory(slug=slug, **asked))
    assert text_of(citizen, "/anbefalinger/").count("Intet ansvarligt udvalg registreret") == 1
    assert "Intet ansvarligt udvalg registreret" in text_of(citizen, "/anbefalinger/?kilde=ting")


def test_a_status_gone_stale_says_so_beside_its_day_and_once_where_all_are(citizen, ting):
    published(RecommendationFactory(publication=ting, number="1"), on=date(2026, 6, 1))
    one = text_of(citizen, "/anbefalinger/")
    assert "Den ene med status er ikke opdateret i de seneste 90 dage." in one
    assert ">Ikke opdateret</span>" not in one.split('class="row"')[1]
    published(RecommendationFactory(publication=ting, number="2"), on=date(2026, 6, 2))
    assert "Ingen af de 2 med status er opdateret i de seneste 90 dage." in text_of(citizen, "/anbefalinger/")
    published(RecommendationFactory(publication=ting, number="3"), on=date(2026, 10, 1))
    html = text_of(citizen, "/anbefalinger/")
    assert "med status er" not in html
    old, _older, new = [row.split("</li>")[0] for row in html.split('class="row"')[1:]]
    assert '<time datetime="2026-06-01">1. juni 2026</time></span> <span class="flag">Ikke opdateret</span>' in old
    assert "flag" not in new


def test_one_status_of_all_is_said_once(citizen, ting):
    items = [RecommendationFactory(publication=ting, number=str(number)) for number in range(5)]
    for item in items[:4]:
        published(item, on=date(2026, 10, 1))
    assert "Alle her" not in text_of(citizen, "/anbefalinger/")
    published(items[4], on=date(2026, 10, 1))
    html = text_of(citizen, "/anbefalinger/").split('id="resultat"')[1]
    assert '<p>Alle her: <span class="status" data-status="in_progress">I gang</span>' in html
    assert html.count(">I gang</span>") == 1


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
    assert "1 anbefaling</h2>" in html
    assert "0 af 1 gennemført, 1 uden status" in html
    assert re.findall(r'<li class="(group|row)">', html) == ["group", "row"]


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
        html = citizen.get("/initiativer/", {"kilde": "ting", "page": number}, follow=True).content.decode()
        assert html.count('class="row"') == expected
        assert f"{rows} initiativer" in html


@pytest.mark.parametrize(
    ("rows", "query", "sentence", "last"),
    [
        (60, "?kilde=ting&page=9", "Listen har ikke side 9. Den har 3 sider.", "/initiativer/?kilde=ting&amp;page=3"),
        (3, "?page=2", "Listen har ikke side 2. Den har 1 side.", "/initiativer/"),
        (3, "?page=sidste", "Listen har ikke side sidste. Den har 1 side.", "/initiativer/"),
        (3, "?page=-1", "Listen har ikke side -1. Den har 1 side.", "/initiativer/"),
    ],
)
def test_a_page_past_the_end_says_how_many_there_are_and_leads_to_the_last(rows, query, sentence, last, citizen, ting):
    for number in range(rows):
        InitiativeFactory(publication=ting, number=str(number + 1), addressee=None)
    html = text_of(citizen, f"/initiativer/{query}", status=404)
    assert f'{sentence} <a href="{last}">Gå til den sidste side</a>' in html
    assert citizen.get(unescape(last)).status_code == 200


@pytest.mark.parametrize(
    ("asked", "clean"),
    [
        ("?q=&kilde=&gruppe=&udvalg=&sorter=nummer&pr=&siden=", ""),
        ("?q=&sorter=stemmer&kilde=ting&status=ingen&udvalg=", "?kilde=ting&status=ingen&sorter=stemmer"),
        ("?utm_source=brev&kilde=ting", "?kilde=ting"),
        ("?udvalg=sou&kilde=ting&pr=28.2.2026", "?kilde=ting&udvalg=SOU&pr=2026-02-28"),
        ("?stemmer_min=62,5&forsinket=0", "?stemmer_min=62.5"),
        ("?q=+faste++teams+&page=1", "?q=faste++teams"),
        ("?status=paused&status=planned&status=", "?status=paused&status=planned"),
        ("?page=02&har_initiativer=on", "?har_initiativer=1&page=2"),
    ],
)
def test_an_address_carries_only_what_was_chosen_and_in_one_order(asked, clean, citizen, ting, sou):
    response = citizen.get(f"/anbefalinger/{asked}")
    assert (response.status_code, response["Location"]) == (302, f"/anbefalinger/{clean}")
    again = citizen.get(response["Location"])
    assert again.status_code == (404 if "page" in clean else 200)
    english = citizen.get(f"/en/anbefalinger/{asked}")
    assert english["Location"] == f"/en/anbefalinger/{clean}"


@pytest.mark.parametrize("path", ["/nyt/", "/udvalg/", "/udvalg/SOU/"])
def test_so_do_the_addresses_of_news_and_of_committees(path, citizen, sou):
    response = citizen.get(f"{path}?siden=&pr=01.10.2026&fra=brev")
    assert (response.status_code, response["Location"]) == (302, f"{path}?pr=2026-10-01")
    assert citizen.get(response["Location"]).status_code == 200


def test_what_cannot_be_read_is_not_moved_but_refused(citizen, ting):
    assert citizen.get("/anbefalinger/?udvalg=&kilde=xyz&utm=1").status_code == 400


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
        "stemmer_min": "62.5",
        "forsinket": "1",
        "ikke_opdateret": "1",
        "har_initiativer": "1",
        "sorter": "stemmer",
        "pr": "2026-11-01",
        "siden": "2026-06-01",
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
        "pr": "2026-11-01",
        "siden": "2026-06-01",
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
    assert "<dt>Emne i kilden</dt><dd>2 Mere tid <a" in html
    assert f"<summary>Filtre: {len(choices) - 2} valgt</summary>" in html  # the search and the order aside


def test_one_status_is_taken_away_and_the_other_kept(citizen, ting):
    html = text_of(citizen, "/initiativer/?status=paused&status=planned")
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
    html = text_of(citizen, "/anbefalinger/?q=bænke&sorter=nummer").split('id="resultat"')[1]
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
    with django_assert_max_num_queries(23):
        html = citizen.get("/anbefalinger/?q=bænka&kilde=ting&gruppe=7&udvalg=SOU").content.decode()
    assert "Mente du:" in html


def test_an_earlier_day_is_marked_and_followed_through_the_links(citizen, ting):
    item = RecommendationFactory(publication=ting, number="1")
    published(item, Status.PLANNED, on=date(2025, 3, 1), text="Penge sat af.")
    published(item, Status.IN_PROGRESS, on=date(2026, 9, 1))
    html = text_of(citizen, "/anbefalinger/?pr=2025-06-01")
    assert '<time datetime="2025-06-01">1. juni 2025</time></strong>' in html
    assert 'href="/anbefalinger/ting/1/?pr=2025-06-01"' in html
    assert 'data-status="planned"' in html
    assert 'data-status="in_progress"' not in html


def test_texts_are_escaped(citizen, ting):
    RecommendationFactory(publication=ting, title="<script>alert(1)</script>")
    html = citizen.get("/anbefalinger/", {"q": "<script>"}).content.decode()
    assert "<script" not in html
    assert "&lt;<mark>script</mark>&gt;alert(1)" in html
