"""What Excel and its users need of a report: types, sheets to sort and filter, and nothing that runs."""

import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from recommendations.enums import Outcome, Status
from recommendations.reports.document import Column, Kind, Link, Report, Section, Table
from recommendations.reports.renderers import xlsx, xlsx_stream
from recommendations.reports.renderers.xlsx_package import DRAWING, MAKER
from tests.reports import samples
from tests.reports.samples import rendered


def opened(report: Report):
    return openpyxl.load_workbook(BytesIO(rendered(report, "xlsx")))


def sheet_of(*rows, columns):
    """The sheet of a table of these rows."""
    return opened(Report("R", (), (Section("s", "S", tables=(Table("t", "T", columns, rows),)),))).worksheets[1]


@pytest.fixture(scope="module")
def annex():
    return openpyxl.load_workbook(BytesIO(samples.file("annex", "xlsx")))


def test_dates_and_numbers_are_dates_and_numbers(annex):
    sheet = annex["Status i tal"]
    assert [(cell.value, cell.number_format) for cell in sheet["B"][1:]] == [
        (4, "#,##0"),
        (1234, "#,##0"),
        (0, "#,##0"),
    ]
    assert [(cell.value, cell.number_format) for cell in sheet["C"][1:3]] == [(92.5, "#,##0.0"), (1234.5, "#,##0.00")]
    assert sheet["C4"].value is None
    day = annex["Forsinkede anbefalinger"]["C2"]
    assert (day.value, day.number_format) == (datetime(2026, 6, 30), "dd.mm.yyyy")  # noqa: DTZ001  Excel has no zones


def test_what_excel_cannot_hold_as_date_or_number_is_text():
    columns = (Column("d", "D", Kind.DATE), Column("n", "N", Kind.NUMBER))
    sheet = sheet_of((date(1848, 6, 5), Decimal("12345678901234567.5")), columns=columns)
    assert [cell.value for cell in sheet[2]] == ["05.06.1848", "12.345.678.901.234.567,5"]


def test_each_table_can_be_sorted_filtered_and_printed(annex):
    sheet = annex["Anbefalinger fra Eksempeltinget"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).column_letter}28"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet["B2"].alignment.wrap_text
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width


def test_the_cover_comes_first_and_says_whose_the_data_are(annex):
    cover = annex.worksheets[0]
    above, title = (cover[place].value for place in ("A1", "A2"))
    assert (cover.title, above, title) == ("Forside", "Bilag 3", samples.annex().title)
    assert [cover.cell(3, place).value for place in (1, 2)] == list(samples.annex().facts[0])
    assert annex.properties.title == samples.annex().title
    assert annex.properties.language == "da-DK"


def test_no_person_or_program_is_named_as_author():
    with zipfile.ZipFile(BytesIO(samples.file("annex", "xlsx"))) as parts:
        assert "creator" not in parts.read("docProps/core.xml").decode()


def test_no_version_of_a_program_is_named():
    around = Report("R", (), (Section("s", "S", tables=(Table("t", "T", (Column("a", "A"),), (("x",),)),)),))
    content = xlsx_stream.Content(around, [["x"]], 1, iter([[["x"]]]))
    for made in (samples.file("annex", "xlsx"), b"".join(xlsx_stream.pieces(lambda: content))):
        with zipfile.ZipFile(BytesIO(made)) as parts:
            assert "<Application>Anbefalingstracker</Application>" in parts.read(MAKER).decode()
            said = b"".join(parts.read(name) for name in parts.namelist())
        assert not re.search(rb"openpyxl|AppVersion", said, re.IGNORECASE)


def test_nothing_is_a_formula():
    file = samples.file("nasty", "xlsx")
    with zipfile.ZipFile(BytesIO(file)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 4
    assert not any("<f>" in sheet or "<f " in sheet for sheet in sheets)
    book = openpyxl.load_workbook(BytesIO(file))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.value is None or cell.data_type == "s"
                # Nor when somebody edits the cell.
                assert bool(cell.quotePrefix) == str(cell.value or "").startswith(("=", "+", "-", "@"))


def test_a_name_of_a_sheet_is_one_that_excel_allows():
    names = opened(samples.nasty()).sheetnames
    assert len({name.casefold() for name in names}) == len(names) == 4
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert names[3] == "Tabel"
    assert not any(name.startswith("'") or name.endswith("'") for name in names)


def test_several_links_have_a_cell_each_and_their_addresses_can_be_copied():
    links = (Link("Et", "https://eksempel.dk/1"), Link("To", "https://eksempel.dk/å"))
    sheet = sheet_of((links, "x"), ((), "y"), columns=(Column("l", "Links", Kind.LINKS), Column("t", "Tekst")))
    headings = ["Links", "Links (2)", "Tekst", "Links: adresse", "Links: adresse (2)"]
    assert [cell.value for cell in sheet[1]] == headings
    addresses = ["https://eksempel.dk/1", "https://eksempel.dk/%C3%A5"]
    assert [cell.value for cell in sheet[2]] == ["Et", "To", "x", *addresses]
    assert [cell.hyperlink.target for cell in sheet[2][:2]] == addresses
    assert [cell.value for cell in sheet[3]] == [None, None, "y", None, None]
    assert sheet.print_area == "'T'!$A$1:$C$3"


def test_addresses_that_are_shown_are_not_repeated():
    address = "https://eksempel.dk/1"
    sheet = sheet_of(((Link(address, address),),), columns=(Column("l", "Adresse", Kind.LINKS),))
    assert [cell.value for cell in sheet[1]] == ["Adresse"]
    assert (sheet["A2"].value, sheet["A2"].hyperlink.target) == (address, address)


def test_a_text_longer_than_a_cell_goes_on_in_the_next():
    text = "å🙂" * 20_000
    sheet = sheet_of((text,), ("kort",), columns=(Column("t", "Tekst"),))
    assert [cell.value for cell in sheet[1]] == ["Tekst", "Tekst (2)", "Tekst (3)"]
    assert "".join(cell.value for cell in sheet[2]) == text
    assert all(len(cell.value.encode("utf-16-le")) // 2 <= 32_767 for cell in sheet[2])


def test_a_sheet_with_more_links_than_excel_keeps_has_their_addresses_as_text(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_LINKS", 2)
    row = (((Link("Et", "https://eksempel.dk/1"),),),)
    columns = (Column("l", "Links", Kind.LINKS),)
    tables = tuple(Table(key, f"Tabel {key}", columns, row * count) for key, count in (("a", 2), ("b", 3)))
    book = opened(Report("R", (), (Section("s", "S", tables=tables),)))
    few, many = ([cell.value for cell in book[f"Tabel {key}"][2]] for key in "ab")
    assert few == many == ["Et", "https://eksempel.dk/1"]
    assert book["Tabel a"]["A2"].hyperlink
    assert not book["Tabel b"]["A2"].hyperlink
    said = [cell.value for row in book["Forside"].iter_rows() for cell in row if "flere links" in str(cell.value)]
    assert said == ["Arket har flere links, end Excel kan have på et ark. Derfor står adresserne der som tekst."]


def test_answers_and_statuses_are_chosen_from_words_that_are_explained(annex):
    sheet = annex["Anbefalinger fra Eksempeltinget"]
    words = annex["Svar og status"]
    offered = {}
    for one in sheet.data_validations.dataValidation:
        first, last = re.fullmatch(r"'Svar og status'!\$B\$(\d+):\$B\$(\d+)", one.formula1).groups()
        chosen = [(words.cell(row, 1).value, words.cell(row, 2).value) for row in range(int(first), int(last) + 1)]
        offered[str(one.sqref)] = chosen
        assert not one.showErrorMessage
    assert offered == {
        "C2:C28": [("Svar", str(label)) for label in Outcome.labels],
        "D2:D28": [("Status", str(label)) for label in Status.labels],
    }
    assert all(row[2].value for row in words.iter_rows())
    assert "Svar og status" not in openpyxl.load_workbook(BytesIO(samples.file("empty", "xlsx"))).sheetnames


def test_the_cover_shows_the_code_and_each_sheet_says_it():
    file = samples.file("annex", "xlsx")
    with zipfile.ZipFile(BytesIO(file)) as parts:
        assert f'descr="QR-kode, der fører til {samples.SEAL.check_address}"' in parts.read(DRAWING).decode()
    book = openpyxl.load_workbook(BytesIO(file))
    assert [len(sheet._images) for sheet in book] == [1] + [0] * (len(book.worksheets) - 1)
    told = f"Rapport {samples.SEAL.code}. Kontrollér den på {samples.SEAL.check_address}"
    assert {sheet.oddFooter.left.text for sheet in book} == {told}


def test_an_issued_report_gives_the_same_bytes():
    assert rendered(samples.annex(), "xlsx") == samples.file("annex", "xlsx")


def test_header_and_footer_are_no_longer_than_excel_allows():
    book = opened(Report("&" * 500, (), (Section("s", "S", tables=(Table("t", "&" * 500, (Column("a", "A"),), ()),)),)))
    for sheet in book:
        for part in (sheet.oddHeader, sheet.oddFooter):
            assert sum(len(str(place.text or "")) + 10 for place in (part.left, part.center, part.right)) <= 255
