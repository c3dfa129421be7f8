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
    SourceCommitteeFactory,
    SuccessionFactory,
    TreatmentFactory,
    answered,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

# The municipality, the committees, whom it took over from and their ids; five for the index of what items have, from
# which all counts are read; recommendations and their cells, initiatives and theirs; its answers elsewhere, what it
# owned before, successions; the sources that it bound itself to, and where it took them up.
# An earlier day and changes: the news, three times words. One more where it owned something before.
QUERIES = 19
# The municipality, the committees, who took over from whom; what each owns and owes, and once more of those that took
# over from others: what they own, and what they owe.
LIST_QUERIES = 6


def section(html, key):
    return html.split(f'id="{key}"')[1].split("</section>")[0]


def rows_of_page(client, address):
    """Number and title -> what the row says, of all rows on a committee's page; a title that came twice is refused."""
    rows = text_of(client, address).split('class="row"')[1:]
    titles = [re.sub(r"<[^>]*>", "", row.split("</a>")[0].split('">', 2)[2]) for row in rows]
    assert len(set(titles)) == len(titles), titles
    return dict(zip(titles, (row.split("</li>")[0] for row in rows), strict=True))


@pytest.mark.parametrize("more", [0, 3])
@pytest.mark.parametrize(("query", "queries"), [("", QUERIES + 1), ("?pr=2026-09-15&siden=2025-01-01", QUERIES + 5)])
def test_same_queries_however_much_there_is(more, query, queries, citizen, world, sou, django_assert_num_queries):
    OwnershipFactory(
        item=RecommendationFactory(), committee=sou, valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1)
    )
    for number in range(more):
        OwnershipFactory(item=RecommendationFactory(), committee=sou)
        OwnershipFactory(item=InitiativeFactory(), committee=sou)
        OwnershipFactory(
            item=RecommendationFactory(), committee=sou, valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1)
        )
        SuccessionFactory(predecessor=CommitteeFactory(), successor=sou)
        source = PublicationFactory(slug=f"bundet-{number}")
        SourceCommitteeFactory(publication=source, committee=sou)
        TreatmentFactory(publication=source, committee=sou)
    with django_assert_num_queries(queries):
        text_of(citizen, f"/udvalg/SOU/{query}")


def test_long_lists_take_no_more(citizen, world, sou, monkeypatch, django_assert_num_queries):
    OwnershipFactory(item=InitiativeFactory(), committee=sou)
    monkeypatch.setattr(committees, "MOST_ROWS", 1)
    with django_assert_num_queries(QUERIES + 1):  # the news
        html = text_of(citizen, "/udvalg/SOU/?siden=2025-01-01")
    assert html.count("Se dem alle") == 2
    assert '<p class="in-words">0 af 2 gennemført, 1 i gang, 1 uden status.</p>' in html


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
    assert "Har ansvaret for 4 anbefalinger og initiativer<" in social.split("</li>")[0]
    assert (
        '<a href="/anbefalinger/?svar=ingen&amp;udvalg=SUD">Intet svar registreret på 3 anbefalinger</a>'
        in social.split("</li>")[0]
    )
    assert "Intet svar registreret på 1 anbefaling<" in health.split("</li>")[0]
    assert "GAMMEL" in html.split("<summary>2 udvalg er ophørt</summary>")[1]


def test_predecessor_and_what_it_owned_before(citizen, world, sou):
    handed_on = RecommendationFactory(publication=world.ting, number="9", title="Givet videre")
    OwnershipFactory(item=handed_on, committee=sou, valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1))
    html = text_of(citizen, "/udvalg/SOU/")
    assert '<dt>Afløste</dt><dd><a href="/udvalg/OMU/">Udvalget OMU</a>, <time datetime="2026-01-01">' in html
    assert 'Har ansvaret for <a href="/anbefalinger/?udvalg=SOU">2 anbefalinger</a>' in html
    before = html.split("<summary>1, som udvalget havde ansvaret for før</summary>")[1]
    assert "Givet videre" in before
    assert html.count("Givet videre") == 1
    assert 'href="mailto:sou@eksempel.dk?' in html
    assert "<dt>Afløst af</dt>" in text_of(citizen, "/udvalg/OMU/")


def test_each_title_stands_once_with_the_committees_own_answer_and_status(citizen, world, sou, sud):
    """SOU has noted 2.1 and says that it goes on; SUD has adopted 2.2 and says that it is planned."""
    answered(world.bare, sud, "adopted", meeting_date=date(2026, 5, 6))
    published(world.bare, Status.PLANNED, on=date(2026, 10, 1), committee=sud)
    ours, theirs = (rows_of_page(citizen, f"/udvalg/{code}/") for code in ("SOU", "SUD"))
    assert sorted(ours) == sorted({*theirs, "7 Flere op i tid"})
    assert "SOU</abbr>: Taget til efterretning" in ours["2.1 Besøg af faste teams"]
    assert ">I gang</span>" in ours["2.1 Besøg af faste teams"]
    assert "abbr" not in ours["2.2 Den tomme"]
    assert "abbr" not in theirs["2.1 Besøg af faste teams"]
    assert 'SUD</abbr>: Tiltrådt <time datetime="2026-05-06">' in theirs["2.2 Den tomme"]
    assert ">Planlagt</span>" in theirs["2.2 Den tomme"]
    for rows in (ours, theirs):
        assert "1 af 2 udvalg: ingen status registreret" in rows["2.2 Den tomme"]
        assert not [row for row in rows.values() if "Intet svar" in row or "Intet ansvarligt" in row]


def test_where_two_say_otherwise_each_page_has_its_own_word(citizen, world, sou, sud):
    published(world.full, Status.PAUSED, on=date(2026, 10, 20), committee=sud)
    name = "2.1 Besøg af faste teams"
    assert ">I gang</span>" in rows_of_page(citizen, "/udvalg/SOU/")[name]
    assert ">Sat på pause</span>" in rows_of_page(citizen, "/udvalg/SUD/")[name]


def test_what_the_committee_owes_is_said_once_with_the_way_to_it(citizen, world, sou, sud):
    OwnershipFactory(item=RecommendationFactory(publication__expects_answers=False, title="Ikke ventet"), committee=sou)
    html = text_of(citizen, "/udvalg/SOU/")
    assert "1 af udvalgets 2 svar er registreret." in html
    assert '<a href="/anbefalinger/?svar=ingen&amp;udvalg=SOU">Se dem, der mangler et svar</a>' in html
    assert html.count("svar er registreret") == 1
    assert 'Overdraget <time datetime="2024-06-17">17. juni 2024</time>, for 2 år og 4 måneder siden' in html
    silent = text_of(citizen, "/udvalg/SUD/")
    assert "Ingen af udvalgets 2 svar er registreret." in silent
    assert "Intet svar" not in silent


def test_a_successor_has_the_silences_and_the_answers_of_its_predecessor(citizen, sou):
    old = CommitteeFactory(code="OMU", valid_to=date(2026, 1, 1))
    SuccessionFactory(predecessor=old, successor=sou, on=date(2026, 1, 1))
    done, silent = RecommendationFactory(title="Besvaret"), RecommendationFactory(title="Tavs")
    for item in (done, silent):
        OwnershipFactory(item=item, committee=old)
    CommitteeAnswerFactory(item=done, committee=old)
    rows = rows_of_page(citizen, "/udvalg/SOU/")
    [(told, _name)] = [(row, name) for name, row in rows.items() if "Besvaret" in name]
    assert "OMU</abbr>: Tiltrådt" in told
    assert "1 af udvalgets 2 svar er registreret." in text_of(citizen, "/udvalg/SOU/")
    assert "1 anbefaling</h2>" in text_of(citizen, "/anbefalinger/?svar=ingen&udvalg=SOU")


def test_an_answer_to_what_it_is_not_responsible_for_is_folded_away(citizen, world, buu):
    answered(world.full, buu, "adopted")
    html = text_of(citizen, "/udvalg/BUU/")
    assert "Har ansvaret for ingen anbefalinger endnu." in html
    elsewhere = html.split("<summary>1 svar på noget, udvalget ikke har ansvaret for</summary>")[1]
    assert "Besøg af faste teams</a>: <strong>Tiltrådt</strong>" in elsewhere


def test_nothing_owned_and_nothing_owed(citizen, sou):
    html = text_of(citizen, "/udvalg/SOU/")
    assert "Har ansvaret for ingen anbefalinger endnu." in html
    assert "svar er registreret" not in html
    assert '<details class="earlier">' not in html
    assert "Ingen anbefalinger endnu" in text_of(citizen, "/udvalg/")


def test_whom_to_write_to_stands_on_the_page_and_else_that_nobody_is_registered(citizen, sou):
    assert "mailto:sou@eksempel.dk?subject=" in text_of(citizen, "/udvalg/SOU/")
    CommitteeFactory(code="TAVS", email="")
    assert "Der er ikke registreret en postkasse" in text_of(citizen, "/udvalg/TAVS/")


def test_sources_that_it_bound_itself_to_answer_and_the_meetings_on_them(citizen, sou, sud):
    source = PublicationFactory(slug="ting23", title="Tinget 2023", owners_known=False)
    SourceCommitteeFactory(publication=source, committee=sou, part="Renere luft i gaderne")
    TreatmentFactory(publication=source, committee=sou, meeting_date=date(2023, 12, 4), agenda_item="punkt 11")
    html = section(text_of(citizen, "/udvalg/SOU/"), "kilder")
    assert '<a href="/kilder/ting23/">Tinget 2023</a>' in html
    assert "Renere luft i gaderne" in html
    assert 'taget op på mødet <time datetime="2023-12-04">4. december 2023</time>, <a href="https:' in html
    assert "punkt 11</a>. Beslutningen er ikke læst ind." in html
    assert 'id="kilder"' not in text_of(citizen, "/udvalg/SUD/")
    before = text_of(citizen, "/udvalg/SOU/?pr=2023-11-30")
    assert "taget op på mødet" not in before


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
    assert ">0 af 2 gennemført, 1 planlagt, 1 i gang.</p>" in text_of(citizen, "/udvalg/SOU/?siden=2026-11-02")


def test_on_an_earlier_day(citizen, world, sou):
    html = text_of(citizen, "/udvalg/SOU/?pr=2024-07-01")
    assert 'Havde den dag ansvaret for <a href="/anbefalinger/?udvalg=SOU&amp;pr=2024-07-01">2 anbefalinger</a>' in html
    assert 'Overdraget <time datetime="2024-06-17">17. juni 2024</time>, for 14 dage siden' in html
    assert "<dt>Afløste</dt>" not in html


def test_a_partial_hand_over_moves_what_it_names_and_is_said_as_what_it_is(citizen, sou, sud, chief):
    items = [RecommendationFactory(number=str(number), title=f"Sag {number}") for number in range(3)]
    for item in items:
        OwnershipFactory(item=item, committee=sou)
    hand_over(by=chief, predecessor=sou, successor=sud, on=date(2026, 10, 1), items=items[:1], predecessor_ends=False)
    theirs, ours = text_of(citizen, "/udvalg/SUD/"), text_of(citizen, "/udvalg/SOU/")
    assert '<dt>Overtog opgaver fra</dt><dd><a href="/udvalg/SOU/">' in theirs
    assert '<dt>Afgav opgaver til</dt><dd><a href="/udvalg/SUD/">' in ours
    assert "1 anbefaling</a>" in theirs
    assert "2 anbefalinger</a>" in ours
    before = ours.split('class="earlier"')[1]
    assert "Sag 0</a>, fra" in before
    assert "Overtaget af Socialudvalget" in before
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
    assert "Har ansvaret for 1 anbefaling eller initiativ<" in listed
    assert ">Intet svar registreret på 1 anbefaling</a>" in listed
    assert "1 anbefaling</h2>" in text_of(citizen, "/anbefalinger/?svar=ingen&udvalg=SOU")
    assert text_of(citizen, "/udvalg/SOU/").count('class="row"') == 1
