"""What people type, and what they meet: over the shipped sources, the same on SQLite and on PostgreSQL."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations import facet_index, terms
from recommendations.criteria.reading import Reading
from recommendations.models import Initiative, Item
from recommendations.models.word_index import EVERYWHERE, WORTH
from recommendations.search import search
from recommendations.selection import Selection
from tests.search_cases import EVERYDAY, EXACTLY, FALSE_HITS, OF_OURS

SOURCES = {
    "koebenhavnertinget-2024": "ting",
    "kl-handlingsplan": "kl",
    "kkr-hovedstaden-2019": "kkr",
    "kk-rekruttering-2022": "kk",
}
FIRST = 5


def name_of(item):
    source = SOURCES.get(item.publication.slug, item.publication.slug)
    return f"{source} {'*' if item.is_initiative else ''}{item.number}"


def met(text, most=FIRST):
    found = search(text)
    names = [f"udvalg {committee.code}" for committee in found.committees]
    names += [f"kilde {source.publication.short_code}" for source in found.sources]
    return names + [name_of(item) for item in found.items[:most]]


def test_there_are_thirty_everyday_queries_and_more_than_sixty_of_ours():
    assert len(EVERYDAY) == 30
    assert len(OF_OURS) >= 60
    assert not EVERYDAY.keys() & OF_OURS.keys()


@pytest.mark.parametrize(("text", "expected"), {**EVERYDAY, **OF_OURS}.items())
def test_what_is_looked_for_is_among_the_first(text, expected, seeded):
    found = met(text)
    assert [name for name in expected if name not in found] == [], found
    assert bool(found) == bool(expected), found


@pytest.mark.parametrize(("text", "false"), FALSE_HITS.items())
def test_what_only_looks_like_it_is_not_found(text, false, seeded):
    assert not set(false) & set(met(text, 1000))


@pytest.mark.parametrize(("text", "expected"), EXACTLY.items())
def test_finds_exactly_what_was_expected(text, expected, seeded):
    found = {name_of(item) for items in Selection(text=text).items() for item in items}
    assert {name for name in found if name.startswith(("ting ", "kl "))} == set(filter(None, expected.split(", ")))


@pytest.mark.parametrize(
    "text",
    ["flere uddannelser", "kommunen", "løn til sosuer", '"op i tid" projekt', "3", "AI", "faste te", "sygemeldt"],
)
def test_the_order_is_what_the_terms_and_the_tiers_make_it_in_any_database(text, seeded):
    """Each row is looked through in Python, by what it keeps: what one database orders, the other does too."""
    reading = Reading.of(text, facet_index.at())

    def value(item):
        found = 0
        for term, weight in reading.weights.items():
            points = [
                points
                for place, tier in enumerate(WORTH)
                for points, is_whole in zip(WORTH[tier], (True, False), strict=True)
                if kept(item, term, EVERYWHERE[: place + 1], is_whole=is_whole)
            ]
            found += weight * max(points, default=0)
        return found

    def kept(item, term, tiers, *, is_whole):
        held = {token[1:] for token in item.search.words.split() if token[0] in tiers}
        if not is_whole:
            return term.finds(held, item.search.sequence)
        in_order = term.in_order in item.search.sequence
        return in_order and any(all(word.whole & held for word in way) for way in term.ways)

    rows = list(reading.order(reading.narrow(Item.objects.public())).select_related("search", "publication"))
    assert rows
    by_number = sorted(rows, key=lambda row: (row.publication.position, row.publication.slug, row.path))
    assert rows == sorted(by_number, key=value, reverse=True)


@pytest.mark.parametrize(
    "text",
    ["flere uddannelser", "løn til sosuer", '"op i tid" projekt', "3", "AI", "faste te", "vikar", "løn svaner"],
)
def test_the_best_of_the_index_are_the_first_of_the_database(text, seeded):
    index = facet_index.at()
    reading = Reading.of(text, index)
    ordered = reading.order(reading.narrow(Item.objects.public())).values_list("pk", flat=True)
    best = reading.best(reading.places, len(index.ids))
    assert list(ordered) == [index.ids[place] for place in best]
    some = reading.places & index.of_model(Initiative)
    assert reading.best(some, 3) == [place for place in best if place in some][:3]


@pytest.mark.parametrize("text", ["æble", "kl", "2.1", "sygeplejersker", "faste te", "skolerne", "ai", '"flere op"'])
def test_the_database_and_the_terms_agree(text, seeded):
    wanted = terms.read(text)
    rows = Initiative.objects.select_related("search").order_by("pk")
    expected = [
        row.pk
        for row in rows
        if all(term.finds({token[1:] for token in row.search.words.split()}, row.search.sequence) for term in wanted)
    ]
    assert list(Initiative.objects.with_text(text).order_by("pk").values_list("pk", flat=True)) == expected


@pytest.mark.parametrize(("path", "most"), [("/anbefalinger/", 20), ("/initiativer/", 20), ("/soeg/", 21)])
@pytest.mark.parametrize("text", ["flere sygeplejresker", "pårørende", "højere løn til sosuer", "SUD"])
def test_pages_take_few_queries_whatever_is_found(path, most, text, citizen, seeded):
    with CaptureQueriesContext(connection) as queries:
        assert citizen.get(path, {"q": text}).status_code == 200
    assert len(queries) <= most
