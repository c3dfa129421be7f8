"""Files as people have them: each is read as the person who made it would expect, and what is odd is said."""

import shutil
import subprocess
from datetime import date

import pytest
from openpyxl.comments import Comment

from recommendations.importing.files import read_tables
from tests.conftest import NO_SOFFICE, SOFFICE
from tests.files.made import HEADINGS, ROWS, csv, in_1904, items, ods, ods_cell, ods_row, put, repacked, xlsx

SHEET = "xl/worksheets/sheet1.xml"


def read(name, content):
    """The rows of the first table as texts, and its remarks."""
    table = read_tables(name, content)[0]
    return [tuple(line.values) for line in table.lines], table.remarks


def hide(book, sheet):
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("Andet")
    sheet.sheet_state = "hidden"
    book.active = 1


def merge(book, sheet):
    sheet.append(["Gruppe A", "et"])
    sheet.append([None, "to"])
    sheet.append([None, "tre"])
    sheet.merge_cells("A4:A6")


CSV_FILES = {
    "semicolons": csv(),
    "commas": csv(","),
    "tabs": csv("\t"),
    "with a mark": csv(encoding="utf-8-sig"),
    "UTF-16 with a mark": csv(encoding="utf-16"),
    "UTF-16 big-endian": csv(encoding="utf-16-be", before="\ufeff"),
    "UTF-16 without a mark": csv(encoding="utf-16-le"),
    "Windows-1252": csv(encoding="cp1252"),
    "line feeds alone": csv(end="\n"),
    "old Mac lines": csv(end="\r"),
    "sep": csv(before="sep=;\r\n"),
}


class TestText:
    @pytest.mark.parametrize("content", CSV_FILES.values(), ids=CSV_FILES)
    def test_says_the_same_however_it_is_written(self, content):
        rows, remarks = read("anbefalinger.csv", content)
        assert (rows, remarks) == ([HEADINGS, *ROWS], [])

    def test_counts_the_lines_that_an_editor_shows(self):
        content = 'sep=;\nNummer;Titel\n1;"To\nlinjer"\n2;Næste\n'.encode()
        table = read_tables("a.csv", content)[0]
        assert [(line.number, line.values[1]) for line in table.lines] == [
            (2, "Titel"),
            (3, "To\nlinjer"),
            (5, "Næste"),
        ]

    def test_a_separator_in_a_heading_does_not_count(self):
        rows, _remarks = read("a.csv", b'"Titel, kort og god";Nummer\nx;1\n')
        assert rows == [("Titel, kort og god", "Nummer"), ("x", "1")]


class TestXlsx:
    def test_values_are_what_they_are(self):
        rows, remarks = read("a.xlsx", xlsx(["tekst", 3, 2.5, True, date(2024, 6, 17), None, "x"]))
        assert (rows, remarks) == ([("tekst", 3, 2.5, True, date(2024, 6, 17), "", "x")], [])

    @pytest.mark.parametrize("change", [None, in_1904])
    def test_days_are_the_same_in_both_calendars(self, change):
        rows, _remarks = read("a.xlsx", xlsx([date(2024, 6, 17), date(1999, 12, 31)], change=change))
        assert rows == [(date(2024, 6, 17), date(1999, 12, 31))]

    def test_what_is_hidden_is_read_and_said(self):
        rows, remarks = read("a.xlsx", items(change=hide))
        assert rows == [HEADINGS, *ROWS]
        assert remarks == [
            "Arket er skjult. Det er læst alligevel.",
            "Skjult: række 3. Det, der står der, er læst alligevel.",
            "Nogle kolonner er skjult. De er læst alligevel.",
        ]

    def test_merged_cells_are_carried_down(self):
        rows, _remarks = read("a.xlsx", items(change=merge))
        assert [row[:2] for row in rows[3:]] == [("Gruppe A", "et"), ("Gruppe A", "to"), ("Gruppe A", "tre")]

    def test_a_formula_gives_its_last_value(self):
        formula = put(SHEET, '<c r="C2" t="inlineStr"><is><t>18</t></is></c>', '<c r="C2"><f>9+9</f><v>18</v></c>')
        rows, remarks = read("a.xlsx", repacked(items(), formula))
        assert rows[1][2] == 18
        assert remarks == ["1 celle har en formel. Det er den sidst viste værdi, der er læst."]

    def test_a_formula_that_was_never_worked_out_is_no_empty_cell(self):
        rows, _remarks = read("a.xlsx", items(("=1+1", "Sum", "")))
        assert str(rows[3][0]).startswith("Formlen har ingen gemt værdi. Åbn filen i regnearket")

    def test_an_error_is_no_empty_cell(self):
        broken = put(SHEET, '<c r="C2" t="inlineStr"><is><t>18</t></is></c>', '<c r="C2" t="e"><v>#REF!</v></c>')
        rows, _remarks = read("a.xlsx", repacked(items(), broken))
        assert rows[1][2] == "Cellen viser fejlen #REF!. Skriv værdien selv."

    def test_pictures_and_comments_are_passed_by(self):
        def commented(book, sheet):
            sheet["B2"].comment = Comment("Er det rigtigt?", "Nogen")
            sheet["B3"].hyperlink = "https://eksempel.dk/"

        rows, remarks = read("a.xlsx", items(change=commented))
        assert (rows, remarks) == ([HEADINGS, *ROWS], [])


class TestOds:
    def test_rows_are_read_and_what_is_hidden_is_said(self):
        hidden = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
        body = ods_row(*HEADINGS) + ods_row(*ROWS[0]) + ods_row(*ROWS[1], visibility="collapse")
        rows, remarks = read("a.ods", ods(body, styles=hidden))
        assert rows == [HEADINGS, *ROWS]
        assert remarks[0] == "Arket er skjult. Det er læst alligevel."
        assert remarks[1].startswith("Skjult: række 3.")

    def test_empty_rows_without_end_are_no_rows(self):
        rest = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell '
        rest += 'table:number-columns-repeated="16384"/></table:table-row>'
        assert len(read("a.ods", ods(ods_row(*HEADINGS) + ods_row(*ROWS[0]) + rest))[0]) == 2

    def test_merged_cells_are_carried_down(self):
        first = f"<table:table-row>{ods_cell('A', number_rows_spanned=2)}{ods_cell('et')}</table:table-row>"
        second = f"<table:table-row><table:covered-table-cell/>{ods_cell('to')}</table:table-row>"
        assert read("a.ods", ods(first + second))[0] == [("A", "et"), ("A", "to")]


@pytest.mark.office
@pytest.mark.skipif(not SOFFICE, reason=NO_SOFFICE)
class TestLibreOffice:
    @pytest.mark.parametrize("suffix", ["ods", "xlsx", "csv"])
    def test_saves_a_file_that_says_the_same(self, tmp_path, suffix):
        path = tmp_path / "fra" / "a.xlsx"
        path.parent.mkdir()
        path.write_bytes(xlsx(HEADINGS, *ROWS, ["1.3", "Dag", date(2024, 6, 17)]))
        profile = f"-env:UserInstallation=file://{tmp_path}/profil"
        command = [SOFFICE, profile, "--headless", "--convert-to", suffix, "--outdir", str(tmp_path), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        shutil.rmtree(tmp_path / "profil", ignore_errors=True)
        rows, remarks = read(f"a.{suffix}", (tmp_path / f"a.{suffix}").read_bytes())
        assert (rows[:3], remarks) == ([HEADINGS, *ROWS], [])
        assert rows[3][2] in (date(2024, 6, 17), "2024-06-17", "06/17/2024", "17.06.2024")
