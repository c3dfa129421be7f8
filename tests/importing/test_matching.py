"""Nothing vanishes and nothing is guessed: rows that cannot be known, cells that say two things, which row is which."""

from datetime import date

import pytest

from recommendations import tenancy
from recommendations.actions import change_item, open_source
from recommendations.enums import RelationKind
from recommendations.importing.applying import ImportRefused, applied, previewed
from recommendations.importing.files import read_tables
from recommendations.models import Item, Ownership, Publication, Relation
from tests.factories import MunicipalityFactory, PublicationFactory, RecommendationFactory
from tests.files.made import csv, put, repacked, xlsx
from tests.importing.files import ROWS, SOURCE, items, sentences, tables, told, where
from tests.importing.test_round_trip import exported

SLUG = "tinget-2025"
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def here(sou, sud, chief):
    return applied(tables(), by=chief).source


def row(number):
    return Item.objects.get(publication__slug=SLUG, number=number)


def text(*rows):
    return read_tables("a.csv", csv(rows=rows))


def wrong(file, **more):
    return " ".join(sentences(previewed(file, slug=SLUG, **more).wrong))


def remarks(file, **more):
    return " ".join(sentences(previewed(file, slug=SLUG, **more).remarks))


class TestRowsThatCannotBeKnown:
    @pytest.mark.parametrize("heading", ["Anbefalingsnr.", "#", "Kort fortalt"])
    def test_a_missing_column_of_numbers_is_refused(self, here, heading):
        [one] = previewed(items((heading, "Titel"), ("1.1", "Flere træer")), slug=SLUG).wrong
        assert (one.row, one.column) == (2, "Nummer")
        assert "Kolonnen mangler." in one.sentence

    def test_a_missing_committee_is_refused(self, here, chief):
        treatments = [("Mødedato", "Link til dagsordenspunktet"), ("03.09.2025", "https://eksempel.dk/punkt")]
        assert "Kolonnen mangler." in wrong(tables(Behandlinger=treatments), by=chief)

    def test_cells_beyond_the_headings_are_refused(self, here):
        file = read_tables("a.csv", b"Nr;Titel;Side\n1.1;Flere tr; og b;18\n")
        assert "Række 2: Rækken har flere celler" in wrong(file)

    def test_a_quotation_mark_that_takes_the_next_row_is_refused(self, here):
        file = read_tables("a.csv", b'Nr;Titel;Side\n1.3;"et;3\n1.4;to";4\n')
        assert "Række 2, kolonne »Titel«: Der er et linjeskift" in wrong(file)

    def test_a_long_text_may_have_lines_and_a_number_has_one_column(self, here):
        file = items(("Nr", "Nr (2)", "Titel", "Kildens egne ord"), ("1.1", "0", "Flere træer", "Et\nto"))
        assert told(previewed(file, slug=SLUG))[1] == [
            ("1.1 Flere træer", "Kildens egne ord", "Plant flere træer.", "Et\nto")
        ]
        assert "»Nr (2)«: Kolonnen kendes ikke" in remarks(file)


class TestNumbers:
    @pytest.mark.parametrize("column", ["Nr", "Under", "Udfører"])
    def test_written_as_numbers_are_remarked_whatever_else_there_is(self, here, column):
        heads = ("Nr", "Titel") if column == "Nr" else ("Nr", "Titel", column)
        said = {"Nr": "1.2", "Titel": "Bænke"} | {column: 1.1}
        assert "2.10 ville stå som 2.1" in remarks(items(heads, [said[head] for head in heads]))

    @pytest.mark.parametrize("number", ["01-01-2026", "01-jan", "jan-26", "2026-01-01"])
    def test_that_a_spreadsheet_has_made_days_of_are_remarked(self, here, number):
        assert "Noget ligner en dato (række 2)" in remarks(text(("Nr", "Titel"), (number, "x")))
        assert "Noget ligner en dato (række 2)" in remarks(text(("Nr", "Titel", "Side"), ("1.1", "x", number)))

    @pytest.mark.parametrize("number", ["1.2.10", "11-12", "A1", "maj"])
    def test_that_are_none_are_not(self, here, number):
        assert "ligner en dato" not in remarks(text(("Nr", "Titel", "Side"), ("1.1", "x", number)))

    def test_may_begin_as_a_kind_does(self, sou, sud, chief):
        rows = [
            ("Nr", "Slags", "Under", "Titel"),
            ("Overskrift 1", "Overskrift", "", "Øverst"),
            ("Initiativ 3", "", "Overskrift 1", "Under"),
            ("x", "", "anbefaling Initiativ 3", "Nederst"),
        ]
        made = applied(tables({**SOURCE, "Antal anbefalinger i kilden": "2"}, rows), by=chief).source
        assert row("Initiativ 3").parent == row("Overskrift 1")
        assert row("x").parent == row("Initiativ 3")
        plan = previewed(exported(made), by=chief)
        assert (told(plan), plan.wrong) == (([], []), [])


class TestMergedCells:
    def test_say_nothing_to_the_right_among_rows_and_it_is_said(self, here):
        def merge(book, sheet):
            sheet.merge_cells("A2:C2")
            sheet.merge_cells("B3:C3")
            sheet.merge_cells("C4:C5")

        rows = (("Nr", "Titel", "Side"), ("Gader", "", ""), ("1.1", "Træer", ""), ("1.2", "Bænke", "9"), ("1", "G", ""))
        file = read_tables("a.xlsx", xlsx(*rows, change=merge))
        assert [line.values for line in file[0].lines[1:3]] == [["Gader", "", ""], ["1.1", "Træer", ""]]
        assert "Række 2, kolonne »Titel«: Cellen er tom." in wrong(file).replace("Ark »Rækker«, r", "R")
        assert "(rækkerne 2 og 3), er kun læst i den første kolonne" in remarks(file)
        assert "(række 4), er læst i hver af rækkerne" in remarks(file)

    def test_are_the_heading_of_each_of_their_columns(self, here):
        rows = (("Nr", "Titel", "Støtter", ""), ("", "", "", "side"), ("1.1", "Flere træer", "88 %", "14"))
        file = read_tables("a.xlsx", xlsx(*rows, change=lambda book, sheet: sheet.merge_cells("C1:D1")))
        assert told(previewed(file, slug=SLUG))[1] == [("1.1 Flere træer", "Støtter: side", "", "14")]


class TestCells:
    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ("88 %; 12 %", "giver støtten to gange"),
            ("88 %\n12 %", "giver støtten to gange"),
            ("22 stemmer; 25 stemmer", "giver støtten to gange"),
            ("88 %; kan ikke læses", "giver støtten to gange"),
            ("nan", "kan ikke læses som støtte"),
            ("9" * 5000 + " stemmer", "kan ikke læses som støtte"),
        ],
    )
    def test_support_that_is_none_or_two_is_refused(self, here, said, sentence):
        assert sentence in wrong(tables(rows=where(ROWS, "1.1", "Støtter", said)))

    @pytest.mark.parametrize("said", ["NaN", "inf", "1e400"])
    def test_no_number_in_a_column_of_days_is_refused(self, here, said):
        facts = xlsx(("Hvad", "Dato"), ("Inviteret", 7), name="Oplysninger")
        file = read_tables("a.xlsx", repacked(facts, put(SHEET, "<v>7</v>", f"<v>{said}</v>")))
        assert "kolonne »Dato«" in wrong(file)

    def test_a_formula_that_shows_nothing_is_empty(self, here):
        old = '<c r="C2" t="inlineStr"><is><t>18</t></is></c>'
        content = xlsx(("Nr", "Titel", "Side"), ("1.1", "Flere træer", "18"))
        empty = put(SHEET, old, '<c r="C2" t="str"><f>IF(1,"","")</f><v></v></c>')
        assert wrong(read_tables("a.xlsx", repacked(content, empty))) == ""

    @pytest.mark.parametrize("column", ["Slags", "Hører under", "Kildens egne ord", "Side i kilden", "Rettet mod"])
    def test_an_empty_one_takes_nothing_away_and_it_is_said(self, here, column):
        file = tables(rows=where(ROWS, "1", "Slags", "") if column == "Slags" else where(ROWS, "1.1", column, ""))
        assert told(previewed(file)) == ([], [])
        assert "bliver stående: en import sletter ikke." in remarks(file)

    def test_an_addressee_is_known_in_any_case(self, here, chief):
        file = tables(rows=where(ROWS, "1.2", "Rettet mod", "kommunen"))
        applied(file, by=chief)
        assert row("1.2").addressee == row("1.1").addressee
        assert told(previewed(file)) == ([], [])


class TestOwners:
    PERIODS = "SOU fra 17.06.2025 til 01.01.2026; SOU (medansvarlig) fra 01.03.2026"

    @pytest.fixture
    def two(self, sou, sud, chief):
        return applied(tables(rows=where(ROWS, "1.2", "Ejere", self.PERIODS)), by=chief).source

    def owners(self):
        known = Ownership.objects.recorded().filter(item=row("1.2")).order_by("valid_from")
        return list(known.values_list("role", "valid_from", "valid_to"))

    def test_a_period_that_is_left_out_stays_and_it_is_said(self, two, chief):
        before = self.owners()
        file = tables(rows=where(ROWS, "1.2", "Ejere", "SOU (medansvarlig) fra 01.03.2026"))
        assert told(previewed(file)) == ([], [])
        assert "SOU fra 17.06.2025 til 01.01.2026 bliver stående som ejer." in remarks(file)
        assert told(applied(file, by=chief)) == ([], [])
        assert self.owners() == before

    def test_the_right_period_is_mended(self, two, chief):
        said = "SOU fra 17.06.2025 til 01.01.2026; SOU (medansvarlig) fra 01.04.2026"
        applied(tables(rows=where(ROWS, "1.2", "Ejere", said)), by=chief)
        assert self.owners() == [
            ("lead", date(2025, 6, 17), date(2026, 1, 1)),
            ("co_owner", date(2026, 4, 1), None),
        ]

    @pytest.mark.parametrize("said", ["SOU", "SOU (medansvarlig)"])
    def test_one_that_has_ended_is_asked_for_its_days(self, sou, sud, chief, said):
        applied(tables(rows=where(ROWS, "1.2", "Ejere", "SOU fra 17.06.2025 til 01.01.2026")), by=chief)
        assert "Skriv dagene på dem" in wrong(tables(rows=where(ROWS, "1.2", "Ejere", said)))


class TestPlaces:
    HEADS = ("Rækkefølge", "Hvad", "Tekst")

    def facts(self, *rows):
        return tables(Oplysninger=[self.HEADS, *rows])

    def test_have_no_holes(self, here, chief):
        assert "Pladserne skal være 1, 2, 3" in wrong(self.facts((10, "A", "a"), (20, "B", "b")), by=chief)

    def test_of_rows_that_are_wrong_for_something_else_are_not_the_same(self, here):
        said = wrong(self.facts(("", "A", "a" * 501), ("", "B", "b" * 501)))
        assert (said.count("kolonne »Tekst«"), "Det samme" in said) == (2, False)

    def test_that_are_empty_are_those_of_the_same_name(self, here, chief):
        three = self.facts(("", "A", "a"), ("", "B", "b"), ("", "C", "c"))
        assert applied(three, by=chief).wrong == []
        assert told(previewed(three)) == ([], [])
        applied(self.facts(("", "C", "ny"), ("", "A", "a"), ("", "D", "d")), by=chief)
        listed = list(here.facts.order_by("position").values_list("position", "label", "text"))
        assert listed == [(1, "A", "a"), (2, "B", "b"), (3, "C", "ny"), (4, "D", "d")]


class TestTreatments:
    HEADS = ("Udvalg", "Mødedato", "Dagsordenspunkt", "Link til dagsordenspunktet")
    ONE, TWO = ("SOU", "03.09.2025", "", "https://eksempel.dk/1"), ("SOU", "03.09.2025", "", "https://eksempel.dk/2")

    def known(self, source):
        found = source.treatments.model.objects.known().filter(publication=source).order_by("agenda_url")
        return list(found.values_list("agenda_item", "agenda_url"))

    def test_an_item_that_was_wrong_is_mended(self, here, chief):
        applied(tables(Behandlinger=[self.HEADS, self.ONE]), by=chief)
        applied(tables(Behandlinger=[self.HEADS, (*self.ONE[:2], "punkt 12", self.ONE[3])]), by=chief)
        assert self.known(here) == [("punkt 12", "https://eksempel.dk/1")]

    def test_two_on_one_day_are_told_apart(self, here, chief):
        both = tables(Behandlinger=[self.HEADS, self.ONE, self.TWO])
        applied(both, by=chief)
        assert told(previewed(both)) == ([], [])
        assert told(previewed(exported(here))) == ([], [])
        applied(tables(Behandlinger=[self.HEADS, self.ONE, (*self.TWO[:3], "https://eksempel.dk/3")]), by=chief)
        assert [url[-1] for _item, url in self.known(here)] == ["1", "3"]


class TestOtherSources:
    def test_the_source_is_known_in_any_case_also_as_the_one_that_says_it(self, here, chief):
        heads = ("from_item", "kind", "to_source", "to_item", "basis", "source")
        relation = ("1.1", RelationKind.values[0], "TINGET-2025", "1.2", "source", "TINGET-2025")
        file = tables({**SOURCE, "Kode": "TINGET-2025"}, Forhold=[heads, relation])
        [one] = applied(file, by=chief).new
        found = Relation.objects.get()
        assert (one.name, found.source, found.to_item) == ("1.1 –  1.2", here, row("1.2"))
        assert told(previewed(file)) == ([], [])

    def test_what_is_carried_out_in_another_source_stays_and_is_not_in_the_file(self, here, chief):
        other = RecommendationFactory(publication=PublicationFactory(slug="en-anden"), number="7")
        rows = (*ROWS, ("a", "Initiativ", "", "Gør det", "", "", "", "", ""))
        applied(tables(rows=rows), by=chief)
        change_item(by=chief, item=row("a"), carries_out=[other])
        plan = previewed(exported(here), by=chief)
        assert (told(plan), plan.wrong) == (([], []), [])
        applied(items(("Nr", "Slags", "Udfører"), ("a", "Initiativ", "1.1")), by=chief, slug=SLUG)
        assert set(row("a").carries_out.order_by("pk")) == {other, row("1.1")}

    def test_a_new_one_that_was_refused_is_not_here(self, sou, sud, chief):
        with pytest.raises(ImportRefused) as refused:
            applied(tables(rows=where(ROWS, "1.2", "Ejere", "SOU fra 01.01.2030")), by=chief)
        assert refused.value.plan.source is None

    def test_one_of_the_same_code_in_another_municipality_is_not_known(self, here, chief):
        with tenancy.active(MunicipalityFactory(slug="aarhus")):
            PublicationFactory(slug="en-anden")
            plan = previewed(items(("Nr", "Titel"), ("1.1", "x")), slug=SLUG)
            assert "Kilden »tinget-2025« findes ikke." in sentences(plan.wrong)[0]
            assert Publication.objects.count() == 1


def test_a_preview_without_a_name_counts_what_it_did_not_try(here, chief):
    file = tables(rows=where(ROWS, "1.1", "Ejere", "SOU; SUD"))
    assert (previewed(file).untried, previewed(file, by=chief).untried) == (1, 0)
    open_source(by=chief, publication=here)
    assert previewed(tables(rows=where(ROWS, "1.1", "Titel", "Mange træer"))).untried == 1
