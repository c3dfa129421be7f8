"""The search page, and the same search in the lists: what is found, what was meant, and the way on."""

import html as markup
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from recommendations.actions import save_synonym
from recommendations.enums import ItemKind
from recommendations.models import Initiative, Recommendation
from recommendations.search import marked, nearest, snippet
from recommendations.selection import Selection
from recommendations.terms import read
from tests.factories import InitiativeFactory, PublicationFactory, RecommendationFactory, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def ting():
    return PublicationFactory(slug="ting", title="Tinget", position=1)


@pytest.fixture
def item(ting):
    return RecommendationFactory(number="7", title="Besøg af faste teams", summary="", publication=ting)


def page(citizen, text, path="/soeg/", **more):
    response = citizen.get(path, {"q": text, **more})
    assert response.status_code == 200
    return response.content.decode()


def titles(html):
    """What the ordered list of hits names, in its order; without marks."""
    found = re.search(r'<ol class="hits".*?</ol>', html, re.DOTALL)
    links = re.findall(r"<li>\s*<a [^>]*>(.*?)</a>", found[0], re.DOTALL) if found else []
    return [" ".join(markup.unescape(re.sub(r"<[^>]+>", "", link)).split()) for link in links]


def links(html):
    return [
        (markup.unescape(address), words) for address, words in re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)<', html)
    ]


# --- Order ------------------------------------------------------------------------------------------------------------


def test_title_before_number_before_summary_before_the_sources_words_before_news(citizen, ting):
    """Numbers run the other way, so that only relevance can make this order."""
    news = RecommendationFactory(number="1", title="A", summary="", publication=ting)
    published(news, text="Der er sat 50 bænke op.")
    RecommendationFactory(number="2", title="B", summary="", official_text="50 bænke", publication=ting)
    RecommendationFactory(number="3", title="C", summary="Flere end 50", publication=ting)
    RecommendationFactory(number="50", title="D", summary="", publication=ting)
    RecommendationFactory(number="60", title="E 50", summary="", publication=ting)
    assert titles(page(citizen, "50")) == ["60 E 50", "50 D", "3 C", "2 B", "1 A"]
    lists = page(citizen, "50", "/anbefalinger/")
    assert re.findall(r'class="number">(\d+)', lists) == ["60", "50", "3", "2", "1"]
    chosen = page(citizen, "50", "/anbefalinger/", sorter="nummer")
    assert re.findall(r'class="number">(\d+)', chosen) == ["1", "2", "3", "50", "60"]


def test_a_whole_word_before_one_that_only_begins_so_and_the_same_in_the_order_of_the_sources(citizen, ting):
    RecommendationFactory(number="1", title="Bænkeplan", summary="", publication=ting)
    RecommendationFactory(number="3", title="Bænke", summary="", publication=ting)
    RecommendationFactory(number="2", title="Bænke", summary="", publication=ting)
    assert titles(page(citizen, "bænk")) == ["2 Bænke", "3 Bænke", "1 Bænkeplan"]


def test_items_of_every_kind_are_ranked_together(citizen, ting):
    RecommendationFactory(number="1", title="Om bænke", kind=ItemKind.HEADING, summary="", publication=ting)
    RecommendationFactory(number="2", title="X", summary="Bænke", publication=ting)
    InitiativeFactory(number="3", title="Bænke", summary="", publication=ting)
    html = page(citizen, "bænke")
    assert titles(html) == ["1 Om bænke", "3 Bænke", "2 X"]
    assert ("/anbefalinger/?q=b%C3%A6nke", "1 anbefaling") in links(html)
    assert ("/initiativer/?q=b%C3%A6nke", "1 initiativ") in links(html)


def test_a_long_answer_comes_in_pages_that_hold_all_once(citizen, ting):
    for number in range(1, 62):
        RecommendationFactory(number=str(number), title="Bænke", summary="", publication=ting)
    pages = [page(citizen, "bænke", page=number) if number > 1 else page(citizen, "bænke") for number in (1, 2, 3)]
    assert [len(titles(html)) for html in pages] == [25, 25, 11]
    assert len({title for html in pages for title in titles(html)}) == 61
    assert citizen.get("/soeg/", {"q": "bænke", "page": 4}).status_code == 404


# --- What else is found -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["SOU", "sou", "Sundheds- og Omsorgsudvalget", "SUF", "omsorgsforvaltningen", "hvad har SOU svaret"]
)
def test_a_committee_is_found_by_its_names_and_stands_first(text, citizen, sou, sud, ting):
    RecommendationFactory(title="SOU's omsorgsforvaltning har svaret", publication=ting)
    html = page(citizen, text)
    assert ">Socialudvalget" not in html
    assert 0 < html.index('href="/udvalg/SOU/"') < html.find('<ol class="hits"') % len(html)


def test_a_word_of_a_sentence_that_a_committee_has_among_others_does_not_bring_it(citizen, sou, item):
    assert "/udvalg/SOU/" not in page(citizen, "omsorg for teams")


def test_a_source_is_found_by_its_title_and_by_its_documents_which_lead_there(citizen, ting):
    ting.documents.create(position=2, title="Bilag om bænke", url="https://eksempel.dk/bilag.pdf")
    assert ("/kilder/ting/", "") in [(address, "") for address, _words in links(page(citizen, "tinget"))]
    html = page(citizen, "bilag bænke")
    assert 'href="/kilder/ting/"' in html
    assert 'href="https://eksempel.dk/bilag.pdf"' in html
    assert "<mark>Bilag</mark> om <mark>bænke</mark>" in html


def test_nothing_of_a_draft_is_found(citizen):
    hidden = PublicationFactory(slug="udkast", title="Hemmelige bænke", public_at=None)
    RecommendationFactory(title="Hemmelige bænke", publication=hidden)
    assert "Intet af det, der er registreret her, passer" in page(citizen, "hemmelige")


def test_the_snippet_shows_why(citizen, ting):
    source = RecommendationFactory(number="1", title="A", summary="Noget andet", official_text="", publication=ting)
    told = f"{'Først noget. ' * 40}Der kommer <bænke>. {'Så mere. ' * 40}"
    RecommendationFactory(number="2", title="B", summary="Noget andet", official_text=told, publication=ting)
    published(source, text="Ti bænke er sat op.")
    html = page(citizen, "bænke")
    assert "Ti <mark>bænke</mark> er sat op." in html
    assert "&lt;<mark>bænke</mark>&gt;" in html
    assert html.count("Først noget.") < 12
    assert "Kildens ord" in html


# --- Words that not all match -----------------------------------------------------------------------------------------


def test_one_strange_word_does_not_empty_the_page_and_the_ways_on_lead_to_as_many(citizen, ting):
    for number in (1, 2, 3):
        RecommendationFactory(number=str(number), title="Flere bænke", summary="", publication=ting)
    RecommendationFactory(number="4", title="Røde bænke", summary="", publication=ting)
    html = page(citizen, "flere bænke qwertyuiop")
    assert titles(html) == ["1 Flere bænke", "2 Flere bænke", "3 Flere bænke"]
    assert "Intet har ordet »qwertyuiop«." in html
    ways = [(address, words) for address, words in links(html) if words.startswith("uden ordet")]
    assert [words for _address, words in ways] == ["uden ordet qwertyuiop: 3"]
    for address, words in ways:
        (text,) = parse_qs(urlsplit(address).query)["q"]
        assert len(titles(page(citizen, text))) == int(words.rpartition(" ")[2])
    assert len(re.findall('class="number">', page(citizen, "flere bænke qwertyuiop", "/anbefalinger/"))) == 3


def test_rows_with_all_words_keep_those_with_some_away(citizen, ting):
    RecommendationFactory(number="1", title="Flere bænke", summary="", publication=ting)
    RecommendationFactory(number="2", title="Flere træer", summary="", publication=ting)
    html = page(citizen, "flere bænke")
    assert titles(html) == ["1 Flere bænke"]
    assert "uden ordet" not in html


def test_the_rarer_word_weighs_more(citizen, ting):
    for number in (1, 2, 3, 4):
        RecommendationFactory(number=str(number), title="Flere træer", summary="", publication=ting)
    RecommendationFactory(number="9", title="Bænke", summary="", publication=ting)
    assert titles(page(citizen, "træer bænke"))[0] == "9 Bænke"


# --- What was meant ---------------------------------------------------------------------------------------------------


def test_what_was_meant_is_shown_and_what_was_typed_can_be_had(citizen, item):
    html = page(citizen, "faste teems")
    assert titles(html) == ["7 Besøg af faste teams"]
    assert "Viser resultater for »faste teams«." in html
    (typed,) = [address for address, words in links(html) if words == "Søg i stedet efter »faste teems«"]
    (text,) = parse_qs(urlsplit(typed).query)["q"]
    assert titles(page(citizen, text)) == []


def test_what_is_less_alike_is_offered_and_not_taken_for_meant(citizen, ting):
    RecommendationFactory(title="Dansk", summary="", publication=ting)
    html = page(citizen, "dans")
    assert titles(html) == []
    assert ("/soeg/?q=dansk", "dansk") in links(html)


def test_a_word_that_only_a_draft_knows_is_still_unknown(citizen, ting):
    """Were the draft's words known, nothing would be suggested for it."""
    RecommendationFactory(title="Bænke", summary="", publication=ting)
    RecommendationFactory(title="Bænge", summary="", publication=PublicationFactory(public_at=None))
    assert "Viser resultater for »bænke«." in page(citizen, "bænge")
    assert nearest(Selection(text="bænge"), Recommendation) == ["bænke"]


def test_a_list_offers_the_nearest_word_and_the_way_on(citizen, item):
    html = page(citizen, "teems", "/anbefalinger/", kilde="ting")
    assert ("/anbefalinger/?q=teams&kilde=ting", "teams") in links(html)
    assert ("/anbefalinger/?q=teems", "Søg efter »teems« uden de andre filtre") in links(html)
    assert ("/anbefalinger/", "Vis hele listen") in links(html)


def test_a_list_offers_only_what_leads_to_something(item):
    assert nearest(Selection(text="teems"), Recommendation) == ["teams"]
    assert nearest(Selection(text="teems", status=("paused",)), Recommendation) == []
    assert nearest(Selection(text="teems"), Initiative) == []
    assert nearest(Selection(text="%"), Recommendation) == []


def test_a_list_says_what_the_other_one_has(citizen, ting):
    for number in ("1", "2"):
        InitiativeFactory(number=number, title="Bænke", summary="", publication=ting)
    assert ("/initiativer/?q=b%C3%A6nke", "2 initiativer passer også") in links(
        page(citizen, "bænke", "/anbefalinger/")
    )
    other = page(citizen, "bænke", "/initiativer/")
    assert "passer også" not in other
    assert ("/soeg/?q=b%C3%A6nke", "Søg i det hele") in links(other)


# --- Other words ------------------------------------------------------------------------------------------------------


def test_an_everyday_word_counts_as_soon_as_it_is_there_and_its_hits_are_marked(citizen, item):
    assert titles(page(citizen, "vikarkaos")) == []
    save_synonym(by=None, everyday="vikarkaos", official="faste teams")
    html = page(citizen, "vikarkaos")
    assert titles(html) == ["7 Besøg af faste teams"]
    assert "<mark>faste</mark> <mark>teams</mark>" in html
    assert re.findall('class="number">(.)', page(citizen, "vikarkaos", "/anbefalinger/")) == ["7"]


# --- The address, and what is typed -----------------------------------------------------------------------------------


def test_the_page_without_a_text_says_what_it_is_for(citizen):
    html = citizen.get("/soeg/").content.decode()
    assert "Skriv ord, et nummer eller et udvalgs forkortelse" in html
    assert html.count('name="q"') == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [("%", "%"), ('"', '"'), ("<script>", "&lt;script&gt;"), ("a\u200bb", None), ("'; --", "&#x27;; --")],
)
def test_signs_are_kept_and_find_nothing(text, kept, citizen, item):
    html = page(citizen, text)
    assert titles(html) == []
    if kept and kept != '"':
        assert f'value="{kept}"' in html


def test_what_is_too_long_is_refused_in_words(citizen):
    response = citizen.get("/soeg/", {"q": "a" * 201})
    assert response.status_code == 400
    assert "Søgningen er for lang. Skriv højst 200 tegn." in response.content.decode()


def test_the_address_carries_only_what_was_typed(citizen):
    assert citizen.get("/soeg/?q=&page=1").headers["Location"] == "/soeg/"
    assert citizen.get("/soeg/?page=1&q=ord&x=2").headers["Location"] == "/soeg/?q=ord"


# --- Marks ------------------------------------------------------------------------------------------------------------


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
        ("A\u030aben idé nu", "nu", "Åben idé <mark>nu</mark>"),
        ("Flere op i tid, og tid", '"op i tid"', "Flere <mark>op i tid</mark>, og tid"),
        ("Intet & andet", "", "Intet &amp; andet"),
    ],
)
def test_hits_are_marked_and_the_rest_is_escaped(text, query, expected):
    assert marked(text, read(query)) == expected


def test_an_excerpt_is_whole_words_around_the_first_hit():
    long = f"{'et ord ' * 60}bænke {'og så ' * 60}bænke"
    part = snippet(long, read("bænke"))
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert "bænke" in part
    assert set(part.split()) == {"…", "et", "ord", "bænke", "og", "så"}
    assert snippet("Kort om bænke", read("bænke")) == "Kort om bænke"
    assert snippet(long, read("træer")) == ""


def test_list_marks_hits_in_titles_and_summaries(citizen):
    RecommendationFactory(title="Besøg af faste teams", summary="Et fast hold <kommer>.")
    html = page(citizen, "faste", "/anbefalinger/")
    assert "Besøg af <mark>faste</mark> teams" in html
    assert "Et <mark>fast</mark> hold &lt;kommer&gt;." in html
    assert "<mark>" not in citizen.get("/anbefalinger/").content.decode()
