"""The preview: what is new, changed, wrong and remarked, each at its own cell; and nothing written."""

import random
from datetime import date

import pytest

from recommendations.enums import ItemKind, ShareBasis
from recommendations.importing.applying import applied, previewed
from recommendations.models import Event, Item, Publication
from tests.factories import PublicationFactory
from tests.importing.files import ROWS, SOURCE, items, sentences, tables, told, where


@pytest.fixture
def here(sou, sud, chief):
    """The file of these tests, read in: a draft."""
    return applied(tables(), by=chief).source


class TestANewSource:
    def test_everything_is_new_and_nothing_is_written(self, sou, sud):
        plan = previewed(tables())
        new, changed = told(plan)
        assert new == ["Tinget 2025", "1 Grønne gader", "1.1 Flere træer", "1.2 Flere bænke"]
        assert (changed, plan.wrong, plan.unchanged) == ([], [], 0)
        assert [(count.found, count.expected) for count in plan.counts] == [(1, 1), (2, 2), (0, 0)]
        assert sentences(plan.remarks) == [
            "Ark »Rækker«, række 3, kolonne »Rettet mod«: »Kommunen« oprettes som adressat (1 række)."
        ]
        assert [model.objects.count() for model in (Publication, Item, Event)] == [0, 0, 0]

    def test_what_it_must_have_is_named_line_by_line(self, sou, sud):
        short = {name: SOURCE[name] for name in ("Kode", "Titel", "Overdraget den")}
        assert sentences(previewed(tables(short)).wrong) == [
            "Ark »Kilde«, kolonne »Slags«: Linjen mangler. En ny kilde skal have den.",
            "Ark »Kilde«, kolonne »Udgiver«: Linjen mangler. En ny kilde skal have den.",
        ]

    def test_rows_alone_must_say_of_what(self, sou, sud):
        assert "nævn kilden med dens kode" in sentences(previewed(items(*ROWS)).wrong)[0]
        PublicationFactory(slug="tinget-2025")
        assert sentences(previewed(items(*ROWS), slug="tinget-2052").wrong) == [
            "Kilden »tinget-2052« findes ikke. Skriv koden på en, der gør. Mente du »tinget-2025«?"
        ]

    def test_a_file_that_says_nothing_we_know_is_wrong(self, db):
        assert sentences(previewed(items(("Farve", "Pris"), ("rød", 3))).wrong)[0].startswith(
            "Filen har ingen overskrifter"
        )


WRONG = {
    "an empty title": ("Titel", "", "Cellen er tom. Den skal udfyldes."),
    "a heading with votes": ("Slags", "Overskrift", "En overskrift har ingen stemmer."),
    "an unknown kind": ("Slags", "Anbefalling", "»Anbefalling« kan ikke vælges."),
    "a row that is not there": ("Hører under", "7", "Kilden har ingen række med nummer 7."),
    "under itself": ("Hører under", "1.1", "Rækken kan ikke pege på sig selv."),
    "a committee that is not there": ("Ejere", "SOV", "Udvalget »SOV« findes ikke her."),
    "a role that is not there": ("Ejere", "SOU (medejer)", "»medejer« kan ikke vælges."),
    "a day that is not there": ("Ejere", "SOU fra 31.02.2025", "Datoen 31.02.2025 findes ikke."),
    "a day to come": ("Ejere", "SOU fra 01.01.2030", "ligger i fremtiden"),
    "more than all": ("Støtter", "188 %", "Procenten skal ligge mellem 0 og 100."),
    "more votes than voters": ("Støtter", "26 af 25 stemmer", "flere stemmer end medlemmer"),
    "a bare number": ("Støtter", "88", "siger ikke, om det er procent, stemmer eller en plads"),
    "votes in words": ("Støtter", "mange", "kan ikke læses som støtte"),
    "a long page": ("Side i kilden", "x" * 31, "30"),
}


class TestWrongRows:
    @pytest.mark.parametrize(("column", "text", "sentence"), WRONG.values(), ids=WRONG)
    def test_are_named_with_sheet_row_and_column(self, here, chief, column, text, sentence):
        [wrong] = previewed(tables(rows=where(ROWS, "1.1", column, text)), by=chief).wrong
        assert (wrong.sheet, wrong.row) == ("Rækker", 3)
        assert sentence in wrong.sentence

    @pytest.mark.parametrize(("column", "text", "sentence"), WRONG.values(), ids=WRONG)
    def test_are_the_same_in_a_source_that_is_new(self, sou, sud, column, text, sentence):
        wrong = previewed(tables(rows=where(ROWS, "1.1", column, text))).wrong
        assert [(one.sheet, one.row) for one in wrong] == [("Rækker", 3)]
        assert sentence in wrong[0].sentence
        assert not Item.objects.exists()

    @pytest.mark.parametrize(
        ("column", "text", "nearest"),
        [
            ("Slags", "Anbefalling", "Anbefaling"),
            ("Ejere", "SOV", "SOU"),
            ("Støtter", "0,88", "88 %"),
            ("Hører under", "11", "1.1"),
        ],
    )
    def test_say_the_nearest_value_that_would_do(self, here, column, text, nearest):
        [wrong] = previewed(tables(rows=where(ROWS, "1.2", column, text))).wrong
        assert wrong.nearest == nearest

    def test_a_number_that_became_a_date_is_told_so(self, here):
        from_excel = read_with_a_day()
        assert "Regnearket har lavet det, der stod, om til 03.04.2026." in sentences(previewed(from_excel).wrong)[0]

    def test_the_same_number_twice(self, sou, sud):
        rows = (*ROWS, ("1.1", *ROWS[3][1:]))
        [wrong] = previewed(tables(rows=rows)).wrong
        assert str(wrong) == "Ark »Rækker«, række 5, kolonne »Nummer«: Det samme står i række 3. Slet den ene."

    def test_rows_in_a_ring(self, sou, sud):
        rows = where(where(ROWS, "1.1", "Hører under", "1.2"), "1.2", "Hører under", "1.1")
        wrong = previewed(tables(rows=rows)).wrong
        assert [(one.row, one.column) for one in wrong] == [(3, "Hører under"), (4, "Hører under")]

    def test_two_columns_that_mean_the_same(self, sou, sud):
        rows = tuple((*row, "Navn" if row == ROWS[0] else "x") for row in ROWS)
        assert "betyder det samme som »Titel«" in sentences(previewed(tables(rows=rows)).wrong)[0]


def read_with_a_day():
    rows = [list(row) for row in ROWS]
    rows[3][0] = date(2026, 4, 3)
    return tables(rows=rows)


class TestWhatIsHere:
    def test_the_same_again_changes_nothing(self, here):
        plan = previewed(tables())
        assert (told(plan), plan.wrong, plan.unchanged) == (([], []), [], 4)

    def test_one_cell_is_one_change(self, here):
        plan = previewed(tables(rows=where(ROWS, "1.1", "Titel", "Mange flere træer")))
        assert told(plan) == ([], [("1.1 Mange flere træer", "Titel", "Flere træer", "Mange flere træer")])
        assert plan.unchanged == 3

    def test_the_order_of_rows_and_columns_does_not_matter(self, here):
        shuffle = random.Random(3)
        for _time in range(5):
            order = shuffle.sample(range(len(ROWS[0])), len(ROWS[0]))
            rows = [ROWS[0], *shuffle.sample(ROWS[1:], 3)]
            plan = previewed(tables(rows=[tuple(row[place] for place in order) for row in rows]))
            assert (told(plan), plan.wrong) == (([], []), [])

    def test_columns_that_are_left_out_are_left_alone(self, here):
        plan = previewed(items(("Nr.", "Titel"), ("1.1", "Flere træer"), ("1.2", "Nye bænke")), slug="tinget-2025")
        assert told(plan) == ([], [("1.2 Nye bænke", "Titel", "Flere bænke", "Nye bænke")])

    def test_rows_that_are_left_out_stay_and_it_is_said(self, here):
        plan = previewed(tables(rows=ROWS[:3]))
        assert told(plan) == ([], [])
        assert sentences(plan.remarks) == [
            "Ark »Rækker«: 1 række i kilden står ikke i filen og bliver stående: 1.2 Flere bænke. Er et nummer ændret, "
            "så ret det på rækkens side."
        ]

    @pytest.mark.parametrize(
        ("column", "remark"),
        [
            ("Støtter", "Støtten 88 % bliver stående: en import sletter ikke."),
            ("Ejere", "SOU, SUD bliver stående som ejer."),
        ],
    )
    def test_what_an_empty_cell_would_delete_stays_and_it_is_said(self, here, column, remark):
        plan = previewed(tables(rows=where(ROWS, "1.1", column, "")))
        assert told(plan) == ([], [])
        assert remark in sentences(plan.remarks)[0]

    def test_a_row_of_another_kind_with_the_same_number_is_another_row(self, here):
        rows = (*ROWS, ("1.1", "Initiativ", "", "Et initiativ", "", "", "", "", ""))
        assert told(previewed(tables(rows=rows))) == (["1.1 Et initiativ"], [])


class TestHeadings:
    def test_are_known_by_other_words_in_any_case(self, here):
        rows = [("NR.", "overskrift", "Støtte i procent"), ("1.1", "Flere træer", 88), ("1.2", "Flere bænke", "")]
        plan = previewed(items(*rows), slug="tinget-2025")
        assert (told(plan), plan.wrong) == (([], []), [])

    def test_may_stand_in_two_lines_below_a_title(self, here):
        rows = [
            ("Rækker fra tinget", "", "", "", ""),
            ("Nummer", "Titel", "Støtter", "Støtter", "Vægt"),
            ("", "", "", "side", ""),
            ("1.1", "Flere træer", "88 %", "14", "3"),
        ]
        plan = previewed(items(*rows), slug="tinget-2025")
        assert told(plan)[1] == [("1.1 Flere træer", "Støtter: side", "", "14")]
        assert "Det, der står over overskrifterne, er ikke læst." in sentences(plan.remarks)[0]

    def test_that_nobody_knows_are_said_with_the_nearest(self, here):
        plan = previewed(items(("Nr.", "Titel", "Målgrupppe"), ("1.1", "Flere træer", "børn")), slug="tinget-2025")
        assert (
            "kolonne »Målgrupppe«: Kolonnen kendes ikke og er ikke læst. Mente du »Målgruppe«?"
            in sentences(plan.remarks)[0]
        )

    def test_a_sheet_that_nobody_knows_is_said(self, here):
        plan = previewed(tables(Budget=[("Post", "Kroner"), ("Træer", 100)]))
        assert sentences(plan.remarks) == ["Ark »Budget«: Arket kendes ikke og er ikke læst."]


def test_every_way_to_give_support_is_read(sou, sud, chief):
    said = {
        "88,5 %": (ShareBasis.PERCENT, "88.50", None, None, None),
        "34 stemmer": (ShareBasis.COUNT, None, 34, None, None),
        "22 af 25": (ShareBasis.COUNT, None, 22, 25, None),
        "nr. 3": (ShareBasis.RANK, None, None, None, 3),
        "Kan ikke læses": (ShareBasis.UNREADABLE, None, None, None, None),
        "88 %; 22 af 25 stemmer": (ShareBasis.PERCENT, "88.00", 22, 25, None),
    }
    rows = [("Nr", "Titel", "Støtter"), *((f"{place}", text, text) for place, text in enumerate(said, 1))]
    plan = applied(tables(rows=rows), by=chief)
    for item in plan.source.items.order_by("path"):
        share = item.votes.get()
        assert item.kind == ItemKind.RECOMMENDATION
        percent = None if share.percent is None else str(share.percent.quantize(share.percent.__class__("0.01")))
        assert (share.basis, percent, share.count, share.voters, share.rank) == said[item.title]
    assert told(previewed(tables(rows=rows))) == ([], [])
