"""Committees: what each owns, owned, has answered and has not, with constant work."""

import re
from datetime import date

import pytest

from recommendations.actions import hand_over
from recommendations.enums import Status
from recommendations.public import committees
from tests.factories import (
    CommitteeAnswerFactory,
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    answered,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

# The municipality, the committees, whom it took over from and their ids; recommendations, initiatives, what lacks an
# answer, the answers, what it owned before, successions. An earlier day and changes: the news, and four times words.
QUERIES = 10
# The municipality, the committees, who took over from whom; what each owns and owes, and once more of those that took
# over from others: what they own, and what they owe.
LIST_QUERIES = 6


def section(html, key):
    return html.split(f'id="{key}"')[1].split("</section>")[0]


@pytest.mark.parametrize("more", [0, 3])
@pytest.mark.parametrize(("query", "queries"), [("", QUERIES), ("?pr=2026-09-15&siden=2025-01-01", QUERIES + 5)])
def test_same_queries_however_much_there_is(more, query, queries, citizen, world, sou, django_assert_num_queries):
    for _ in range(more):
        OwnershipFactory(item=RecommendationFactory(), committee=sou)
        OwnershipFactory(item=InitiativeFactory(), committee=sou)
        OwnershipFactory(
            item=RecommendationFactory(), committee=sou, valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1)
        )
        SuccessionFactory(predecessor=CommitteeFactory(), successor=sou)
    with django_assert_num_queries(queries):
        text_of(citizen, f"/udvalg/SOU/{query}")


def test_long_lists_take_three_more(citizen, world, sou, monkeypatch, django_assert_num_queries):
    OwnershipFactory(item=InitiativeFactory(), committee=sou)
    monkeypatch.setattr(committees, "MOST_ROWS", 1)
    with django_assert_num_queries(QUERIES + 3):
        html = text_of(citizen, "/udvalg/SOU/?siden=2025-01-01")
    assert html.count("Se dem alle") == 2
    assert "<dd>0 af 2 gennemført, 1 i gang, 1 uden status</dd>" in html


@pytest.mark.parametrize("more", [0, 3])
def test_list_takes_the_same_queries_however_much_there_is(more, citizen, world, django_assert_num_queries):
    for _ in range(more):
        OwnershipFactory(item=RecommendationFactory())
    with django_assert_num_queries(LIST_QUERIES):
        text_of(citizen, "/udvalg/")


def test_list_counts_what_each_owns_and_has_not_answered(citizen, world, sou, sud):
    old = CommitteeFactory(code="GAMMEL", valid_to=date(2025, 1, 1))
    SuccessionFactory(predecessor=old, successor=sud, on=date(2025, 1, 1))
    OwnershipFactory(item=RecommendationFactory(), committee=old)  # still in its name
    OwnershipFactory(item=RecommendationFactory(publication__expects_answers=False), committee=sud)
    html = text_of(citizen, "/udvalg/")
    social, health = html.split("Socialudvalget (SUD)")[1], html.split("Omsorgsudvalget (SOU)")[1]
    assert "Ejer 4 anbefalinger og initiativer." in social.split("</li>")[0]
    assert (
        '<a href="/anbefalinger/?svar=ingen&amp;udvalg=SUD">Intet svar registreret på 3 anbefalinger</a>'
        in social.split("</li>")[0]
    )
    assert "Intet svar registreret på 1 anbefaling<" in health.split("</li>")[0]
    assert "GAMMEL" in html.split("Udvalg, der er ophørt")[1]


def test_predecessor_and_what_it_owned_before(citizen, world, sou):
    handed_on = RecommendationFactory(publication=world.ting, number="9", title="Givet videre")
    OwnershipFactory(item=handed_on, committee=sou, valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1))
    html = text_of(citizen, "/udvalg/SOU/")
    assert '<dt>Afløste</dt><dd><a href="/udvalg/OMU/">Udvalget OMU</a>, <time datetime="2026-01-01">' in html
    assert "2 anbefalinger</a>" in html
    assert "Givet videre" in section(html, "ejede")
    assert "Givet videre" not in section(html, "ejer")
    assert "Taget til efterretning" in section(html, "svar")
    assert 'href="mailto:sou@eksempel.dk"' in html
    assert "<dt>Afløst af</dt>" in text_of(citizen, "/udvalg/OMU/")


def test_recommendations_without_an_answer_are_named_with_their_days(citizen, world, sou):
    OwnershipFactory(item=RecommendationFactory(publication__expects_answers=False, title="Ikke ventet"), committee=sou)
    undated = PublicationFactory(handed_over_on=None)
    OwnershipFactory(item=RecommendationFactory(publication=undated, title="Uden dag"), committee=sou)
    silences = section(text_of(citizen, "/udvalg/SOU/"), "intet-svar")
    assert "Den tomme</a> <span" in silences
    assert '868 dage siden overdragelsen den <time datetime="2024-06-17">' in silences
    assert "Uden dag</a></li>" in silences
    assert "Besøg af faste teams" not in silences
    assert "Ikke ventet" not in silences
    assert '<a href="/anbefalinger/?svar=ingen&amp;udvalg=SOU">Alle 2 anbefalinger uden svar' in silences


def test_a_successor_has_the_silences_and_the_answers_of_its_predecessor(citizen, sou):
    old = CommitteeFactory(code="OMU", valid_to=date(2026, 1, 1))
    SuccessionFactory(predecessor=old, successor=sou, on=date(2026, 1, 1))
    answered, silent = RecommendationFactory(title="Besvaret"), RecommendationFactory(title="Tavs")
    for item in (answered, silent):
        OwnershipFactory(item=item, committee=old)
    CommitteeAnswerFactory(item=answered, committee=old)
    silences = section(text_of(citizen, "/udvalg/SOU/"), "intet-svar")
    assert "Tavs" in silences
    assert "Besvaret" not in silences


def test_nothing_owned_and_nothing_owed(citizen, sou):
    html = text_of(citizen, "/udvalg/SOU/")
    assert "Ingen anbefalinger og ingen initiativer." in html
    assert "mangler et svar fra udvalget." in html


def test_what_has_changed_since_of_what_it_owns(citizen, world, sou, sud):
    published(world.bare, Status.PLANNED, on=date(2026, 10, 20), text="Nyt.")
    published(RecommendationFactory(title="Et andet udvalgs"))
    answered(world.bare, sud)
    changed = section(text_of(citizen, "/udvalg/SOU/?siden=2026-11-01"), "aendret-siden")
    assert 'Ny status:</span> fra »Ingen status registreret« til <span class="status" data-status="planned">' in changed
    assert "Svar:</span> fra »Intet svar registreret« til <strong>Tiltrådt</strong>" in changed
    assert "Socialudvalget · Tinget" in changed
    assert 'href="/nyt/?udvalg=SOU&amp;siden=2026-11-01"' in changed
    assert "Et andet udvalgs" not in changed
    # What it owns is not narrowed by the day.
    assert "<dd>0 af 2 gennemført, 1 planlagt, 1 i gang</dd>" in text_of(citizen, "/udvalg/SOU/?siden=2026-11-02")


def test_on_an_earlier_day(citizen, world, sou):
    html = text_of(citizen, "/udvalg/SOU/?pr=2024-07-01")
    assert "Det ejede udvalget den dag" in html
    assert '14 dage siden overdragelsen den <time datetime="2024-06-17">' in html
    assert "<dt>Afløste</dt>" not in html


def test_a_partial_hand_over_moves_what_it_names_and_is_said_as_what_it_is(citizen, sou, sud, chief):
    items = [RecommendationFactory(number=str(number), title=f"Sag {number}") for number in range(3)]
    for item in items:
        OwnershipFactory(item=item, committee=sou)
    hand_over(by=chief, predecessor=sou, successor=sud, on=date(2026, 10, 1), items=items[:1], predecessor_ends=False)
    theirs, ours = text_of(citizen, "/udvalg/SUD/"), text_of(citizen, "/udvalg/SOU/")
    assert '<dt>Overtog opgaver fra</dt><dd><a href="/udvalg/SOU/">' in theirs
    assert '<dt>Afgav opgaver til</dt><dd><a href="/udvalg/SUD/">' in ours
    assert "1 anbefaling</a>" in section(theirs, "ejer")
    assert "2 anbefalinger</a>" in section(ours, "ejer")
    assert "Sag 0</a>, fra" in section(ours, "ejede")
    assert "Overtaget af Socialudvalget" in section(ours, "ejede")
    assert "Afløst" not in theirs + ours


def test_names_come_in_danish_order(citizen):
    for code, name in (("A", "Ældreudvalget"), ("B", "Ørestadsudvalget"), ("C", "Åudvalget"), ("D", "Zooudvalget")):
        CommitteeFactory(code=code, name=name)
    found = re.findall(r"(\w+udvalget) \(", text_of(citizen, "/udvalg/"))
    assert found == ["Zooudvalget", "Ældreudvalget", "Ørestadsudvalget", "Åudvalget"]


def test_an_heir_that_owns_the_item_too_counts_it_once(citizen, sou):
    old = CommitteeFactory(code="OMU", valid_to=date(2026, 1, 1))
    SuccessionFactory(predecessor=old, successor=sou, on=date(2026, 1, 1))
    item = RecommendationFactory()
    for committee in (old, sou):
        OwnershipFactory(item=item, committee=committee)
    listed = text_of(citizen, "/udvalg/").split("(SOU)")[1].split("</li>")[0]
    assert "Ejer 1 anbefaling eller initiativ." in listed
    assert ">Intet svar registreret på 1 anbefaling</a>" in listed
    assert "1 anbefaling</h2>" in text_of(citizen, "/anbefalinger/?svar=ingen&udvalg=SOU")
    assert "1 anbefaling uden svar fra udvalget</a>" in text_of(citizen, "/udvalg/SOU/")
