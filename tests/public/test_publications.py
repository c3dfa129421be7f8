"""A source's page: what became of it, who is to answer, how it came about; short, and in constant work.

The picture of its lines has its own tests (`test_glance`).
"""

import re
from datetime import date

import pytest

from recommendations.enums import ItemKind, Status
from recommendations.public import glance
from tests.factories import (
    DocumentFactory,
    InitiativeFactory,
    OwnershipFactory,
    ProcessFactFactory,
    PublicationFactory,
    RecommendationFactory,
    SourceCommitteeFactory,
    TreatmentFactory,
    deadline,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

# The municipality; the source with its facts, and its documents; five for the index of what items have, from which the
# totals are read; the picture: lines and cells; the committees that bound themselves, and their meetings. On an earlier
# day the words of the lines; of changes the news, and their words. Of a long source the groups and their totals in
# place of the cells, and what presses.
QUERIES = 13


def section(html, key):
    return html.split(f'id="{key}"')[1].split("</section>")[0]


@pytest.mark.parametrize("more", [0, 3])
@pytest.mark.parametrize(("query", "queries"), [("", QUERIES), ("?pr=2026-09-15&siden=2025-01-01", QUERIES + 3)])
def test_same_queries_however_much_there_is(more, query, queries, citizen, world, django_assert_num_queries):
    for number in range(more):
        recommendation = RecommendationFactory(publication=world.ting, number=f"3.{number}")
        InitiativeFactory(publication=world.ting, number=f"3.{number}").carries_out.add(recommendation)
    with django_assert_num_queries(queries):
        text_of(citizen, f"/kilder/ting/{query}")


def test_a_long_source_takes_one_and_an_index_more(citizen, world, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(glance, "MOST_LINES", 2)
    with django_assert_num_queries(QUERIES + 1 + 5):  # where nothing may be kept
        text_of(citizen, "/kilder/ting/")


def test_holds_the_list_against_the_source(citizen, world):
    world.ting.expected_recommendations = 3
    world.ting.save()
    html = text_of(citizen, "/kilder/ting/")
    assert "Anbefalinger: 2 registreret af 3 i kilden" in html
    assert "Overskrifter: 1 registreret af 1 i kilden" in html
    assert "Medlemmer ved start" in html
    for title in ("Overskriften", "Besøg af faste teams", "Den tomme", "Flere op i tid"):
        assert title in section(html, "hvordan-det-gaar")


def test_each_line_of_the_source_stands_once(citizen, world):
    html = text_of(citizen, "/kilder/ting/")
    for item in world.ting.items.exclude(kind=ItemKind.HEADING):
        assert html.split('id="forsinket"')[0].count(f'href="{item.get_absolute_url()}"') == 1


def test_the_answer_comes_first_and_how_it_came_about_is_folded_last(citizen, world):
    html = text_of(citizen, "/kilder/ting/")
    first_said = "2 anbefalinger og 1 initiativ blev overdraget den 17. juni 2024. 1 af de 4 svar er registreret."
    html = html[html.index("<main") :]
    order = ["<h1", first_said, 'class="follow', '<figure class="glance">', 'id="om-kilden"', '<details id="processen"']
    places = [html.index(part) for part in order]
    assert places == sorted(places)


def test_a_long_source_leads_to_its_lists_by_groups_of_that_day(citizen, world, monkeypatch):
    monkeypatch.setattr(glance, "MOST_LINES", 2)
    html = section(text_of(citizen, "/kilder/ting/?pr=2026-10-31"), "hvordan-det-gaar")
    assert '<a href="/anbefalinger/?kilde=ting&amp;gruppe=2&amp;pr=2026-10-31">2 Overskriften</a>' in html
    assert "<td>0 af 2 gennemført, 1 i gang, 1 uden status</td>" in html
    assert '<a href="/anbefalinger/?kilde=ting&amp;pr=2026-10-31">' in html
    assert '<a href="/initiativer/?kilde=ting&amp;pr=2026-10-31">' in html


def test_steps_of_people_are_drawn_in_their_order(citizen):
    publication = PublicationFactory(slug="ting")
    for position, (label, number, is_step) in enumerate(
        [("Inviteret", 50_000, True), ("Meldte sig", 643, True), ("Mødte aldrig op", 6, False), ("Til slut", 29, True)]
    ):
        ProcessFactFactory(publication=publication, position=position, label=label, number=number, is_step=is_step)
    process = section(text_of(citizen, "/kilder/ting/"), "processen")
    said = re.findall(r"<p>([^<]+): <strong>([^<]+)</strong></p>", process)
    assert said == [("Inviteret", "50.000"), ("Meldte sig", "643 af 50.000"), ("Til slut", "29 af 643")]
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
    assert "Den sene</a>" in section(html, "friskhed")
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


def test_where_nothing_has_a_deadline_or_a_status_that_is_one_sentence_and_no_box(citizen):
    RecommendationFactory(publication__slug="ting")
    html = text_of(citizen, "/kilder/ting/")
    assert "Der er ikke sat nogen frister." in section(html, "hvordan-det-gaar")
    assert 'id="forsinket"' not in html
    assert 'id="friskhed"' not in html


def test_who_bound_themselves_and_when_they_met(citizen, sou, sud):
    source = PublicationFactory(slug="ting", owners_known=False)
    RecommendationFactory(publication=source, number="1", title="Træer")
    SourceCommitteeFactory(publication=source, committee=sou, part="Hvordan bliver byen grønnere?")
    for agenda_item, day in (("Punkt 4", date(2024, 2, 5)), ("Punkt 11", date(2023, 12, 4))):
        TreatmentFactory(publication=source, committee=sud, meeting_date=day, agenda_item=agenda_item)
    html = text_of(citizen, "/kilder/ting/")
    bound = re.sub(r"<[^>]+>", "", section(html, "udvalgene"))
    assert "Hvordan bliver byen grønnere?" in bound
    assert bound.index(sud.name) < bound.index("Behandlet 5. februar 2024, Punkt 4") < bound.index("4. december 2023")
    assert bound.count("Beslutningen er ikke læst ind.") == 2
    assert "Intet udvalg registreret" not in html
    assert "0 af 0" not in html


def test_committees_that_have_a_column_are_not_listed_again_unless_more_is_known(citizen, world, sou):
    bound = SourceCommitteeFactory(publication=world.ting, committee=sou, part="")
    assert 'id="udvalgene"' not in text_of(citizen, "/kilder/ting/")
    bound.part = "Tid til omsorg"
    bound.save()
    assert "Tid til omsorg" in section(text_of(citizen, "/kilder/ting/"), "udvalgene")


def test_its_documents_are_links(citizen, world):
    DocumentFactory(publication=world.ting, position=2, title="Bilag 2", url="https://eksempel.dk/bilag.pdf")
    documents = section(text_of(citizen, "/kilder/ting/"), "dokumenter")
    assert '<a href="https://eksempel.dk/bilag.pdf" rel="external">Bilag 2</a>' in documents


def test_empty_source(citizen):
    PublicationFactory(slug="tom")
    html = text_of(citizen, "/kilder/tom/")
    assert "Der er endnu ikke registreret nogen anbefalinger fra kilden." in html
    assert "<figure" not in html


def test_a_list_that_is_not_whole_says_so_on_its_page_and_in_its_list(citizen):
    publication = PublicationFactory(slug="ting", is_whole=False)
    RecommendationFactory(publication=publication)
    assert "Listen er ikke hel: kilden rummer mere" in section(text_of(citizen, "/kilder/ting/"), "hvordan-det-gaar")
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
    html = text_of(citizen, "/kilder/ting/")
    assert "2 anbefalinger blev overdraget den 17. juni 2024. Svaret er ikke registreret." in html
    assert section(html, "hvordan-det-gaar").count("Intet udvalg registreret") == 1


def test_letters_case_of_a_source_does_not_matter(citizen, world):
    response = citizen.get("/kilder/TING/?pr=2026-10-01")
    assert (response.status_code, response.headers["Location"]) == (301, "/kilder/ting/?pr=2026-10-01")
