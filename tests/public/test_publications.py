"""A source's page: what became of it, the process in figures, the complete list, and constant work."""

from datetime import date

import pytest

from recommendations.enums import ItemKind, Status
from recommendations.public import publications
from tests.factories import (
    InitiativeFactory,
    OwnershipFactory,
    ProcessFactFactory,
    PublicationFactory,
    RecommendationFactory,
    deadline,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

# The municipality; the source with its facts; totals of recommendations, of initiatives and of answers; the two lists.
# On an earlier day the words of both; of changes the news, and their words. A long list: its groups and their totals in
# place of the lists, unless changes are asked for; and two for what presses.
QUERIES = 7


def section(html, key):
    return html.split(f'id="{key}"')[1].split("</section>")[0]


@pytest.mark.parametrize("more", [0, 3])
@pytest.mark.parametrize(("query", "queries"), [("", QUERIES), ("?pr=2026-09-15&siden=2025-01-01", QUERIES + 4)])
def test_same_queries_however_much_there_is(more, query, queries, citizen, world, django_assert_num_queries):
    for number in range(more):
        recommendation = RecommendationFactory(publication=world.ting, number=f"3.{number}")
        InitiativeFactory(publication=world.ting, number=f"3.{number}").carries_out.add(recommendation)
    with django_assert_num_queries(queries):
        text_of(citizen, f"/kilder/ting/{query}")


@pytest.mark.parametrize(("query", "queries"), [("", QUERIES + 2), ("?siden=2025-01-01", QUERIES + 1)])
def test_a_long_list_takes_two_more(query, queries, citizen, world, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(publications, "MOST_ROWS", 2)
    with django_assert_num_queries(queries):
        text_of(citizen, f"/kilder/ting/{query}")


def test_holds_the_list_against_the_source(citizen, world):
    world.ting.expected_recommendations = 3
    world.ting.save()
    html = text_of(citizen, "/kilder/ting/")
    assert "Anbefalinger: 2 vist af 3 i kilden" in html
    assert "Overskrifter: 1 vist af 1 i kilden" in html
    assert "Medlemmer ved start" in html
    for title in ("Overskriften", "Besøg af faste teams", "Den tomme", "Flere op i tid"):
        assert title in section(html, "hele-listen")


def test_the_answer_comes_before_how_it_came_about(citizen, world):
    html = text_of(citizen, "/kilder/ting/")
    assert html.index("0 af 2 gennemført, 1 i gang, 1 uden status.") < html.index("Sådan blev det til")


@pytest.mark.parametrize(("most", "is_long"), [(4, False), (3, True)])
def test_a_list_is_whole_up_to_its_bound_and_then_in_groups(most, is_long, citizen, world, monkeypatch):
    monkeypatch.setattr(publications, "MOST_ROWS", most)  # a heading, two recommendations, an initiative
    listed = section(text_of(citizen, "/kilder/ting/?pr=2026-10-31"), "hele-listen")
    assert ("Den tomme" in listed) is not is_long
    assert ("Listen er for lang til én side." in listed) is is_long
    group = '<a href="/anbefalinger/?kilde=ting&amp;gruppe=2&amp;pr=2026-10-31">2 Overskriften</a>'
    assert (group in listed) is is_long
    assert ("<p>0 af 2 gennemført, 1 i gang, 1 uden status</p>" in listed) is is_long
    assert ('<a href="/anbefalinger/?kilde=ting&amp;pr=2026-10-31">Alle anbefalinger' in listed) is is_long


def test_a_long_list_without_headings_leads_to_the_list_of_all(citizen, monkeypatch):
    publication = PublicationFactory(slug="flad")
    for number in ("1", "2", "2.1"):
        RecommendationFactory(publication=publication, number=number, title="Uden overskrift")
    monkeypatch.setattr(publications, "MOST_ROWS", 2)
    listed = section(text_of(citizen, "/kilder/flad/"), "hele-listen")
    assert "Uden overskrift" not in listed
    assert 'href="/anbefalinger/?kilde=flad"' in listed


def test_a_group_has_what_stands_below_it_and_nothing_else(citizen, monkeypatch):
    publication = PublicationFactory(slug="stor")
    for number in ("1", "10"):
        heading = RecommendationFactory(publication=publication, number=number, kind=ItemKind.HEADING)
        for part in ("1", "1.1", "2")[: 3 if number == "1" else 1]:
            RecommendationFactory(publication=publication, number=f"{number}.{part}", parent=heading)
    RecommendationFactory(publication=publication, number="2")
    monkeypatch.setattr(publications, "MOST_ROWS", 2)
    listed = section(text_of(citizen, "/kilder/stor/"), "hele-listen")
    assert listed.index("0 af 3 gennemført") < listed.index("0 af 1 gennemført")


def test_steps_of_people_are_drawn_in_their_order(citizen):
    publication = PublicationFactory(slug="ting")
    for position, (label, number, is_step) in enumerate(
        [("Inviteret", 50_000, True), ("Meldte sig", 643, True), ("Mødte aldrig op", 6, False), ("Til slut", 29, True)]
    ):
        ProcessFactFactory(publication=publication, position=position, label=label, number=number, is_step=is_step)
    process = section(text_of(citizen, "/kilder/ting/"), "processen")
    assert '<svg role="img" aria-labelledby="trin-title trin-desc"' in process
    assert "Inviteret: 50.000. Meldte sig: 643 af 50.000. Til slut: 29 af 643. </desc>" in process
    assert '<th scope="row">Til slut</th><td>29 af 643</td>' in process
    assert "<dt>Mødte aldrig op</dt><dd>6" in process


def test_one_step_is_no_figure(citizen):
    ProcessFactFactory(publication=PublicationFactory(slug="ting"), is_step=True)
    assert "<figure" not in section(text_of(citizen, "/kilder/ting/"), "processen")


def test_what_is_overdue_and_silent_is_named(citizen):
    publication = PublicationFactory(slug="ting")
    late = RecommendationFactory(publication=publication, title="Den sene")
    published(late, Status.IN_PROGRESS, on=date(2026, 1, 1))
    deadline(late, date(2026, 10, 1))
    deadline(RecommendationFactory(title="Fra en anden kilde"), date(2026, 1, 1))
    html = text_of(citizen, "/kilder/ting/")
    assert "Den sene</a>. Fristen var" in section(html, "forsinket")
    assert "1 af 1 har en registreret frist." in section(html, "forsinket")
    assert "Den sene</a>, siden" in section(html, "friskhed")
    assert "Fra en anden kilde" not in html


def test_what_has_changed_since(citizen, world):
    published(world.bare, Status.PLANNED, on=date(2026, 10, 20), text="Nyt.")
    published(RecommendationFactory(title="Fra en anden kilde"))
    assert "Ændret siden" not in text_of(citizen, "/kilder/ting/")
    changed = section(text_of(citizen, "/kilder/ting/?siden=2026-11-01"), "aendret-siden")
    assert "Ny status:</span> fra »Ingen status registreret« til <span" in changed
    assert 'href="/anbefalinger/ting/2.2/?siden=2026-11-01#opdatering-' in changed
    assert "Frist flyttet:</span> fra »30. juni 2026« til <strong>31. december 2026</strong>" in changed
    assert 'href="/nyt/?kilde=ting&amp;siden=2026-11-01"' in changed
    assert "Fra en anden kilde" not in changed


def test_empty_source(citizen):
    PublicationFactory(slug="tom")
    html = text_of(citizen, "/kilder/tom/")
    assert "Der er endnu ikke registreret nogen anbefalinger fra kilden." in html
    assert "<figure" not in html


def test_a_list_that_is_not_whole_says_so_on_its_page_and_in_its_list(citizen):
    publication = PublicationFactory(slug="ting", is_whole=False)
    RecommendationFactory(publication=publication)
    assert "Listen er ikke hel: kilden rummer mere" in section(text_of(citizen, "/kilder/ting/"), "hele-listen")
    assert "Kilden rummer mere, end der er registreret her." in text_of(citizen, "/anbefalinger/?kilde=ting")
    assert "Kilden rummer mere" not in text_of(citizen, "/anbefalinger/")
    whole = RecommendationFactory(publication__slug="hel").publication
    for address in (f"/kilder/{whole.slug}/", f"/anbefalinger/?kilde={whole.slug}"):
        assert "rummer mere" not in text_of(citizen, address)


def test_who_owns_nothing_is_part_of_the_whole(citizen, sou):
    publication = PublicationFactory(slug="ting")
    for number in ("1", "2"):
        RecommendationFactory(publication=publication, number=number)
    OwnershipFactory(item=publication.items.get(number="1"), committee=sou)
    answers = section(text_of(citizen, "/kilder/ting/"), "hvordan-det-gaar")
    assert "2 anbefalinger</a>" in answers
    assert "0 af 2 anbefalinger har et svar. 1 anbefaling har intet udvalg registreret som ejer." in answers
    assert "intet svar registreret i 1 af 1 tilfælde." in answers
    assert "0 af 2 anbefalinger har et svar fra et udvalg" in text_of(citizen, "/")


def test_letters_case_of_a_source_does_not_matter(citizen, world):
    response = citizen.get("/kilder/TING/?pr=2026-10-01")
    assert (response.status_code, response.headers["Location"]) == (301, "/kilder/ting/?pr=2026-10-01")
