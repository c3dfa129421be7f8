"""The formats that are text, opened again: every heading, cell, count and address is there, and nothing is alive."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from recommendations.reports.builders import built, listed
from recommendations.reports.bulk import pieces
from recommendations.reports.choices import Choices
from recommendations.reports.document import Column, Kind, Link, Report, Seal, Section, Table
from recommendations.reports.renderers import FORMATS
from recommendations.reports.renderers import csv as rfc
from recommendations.reports.renderers import csv_excel as excel
from recommendations.selection import Selection
from tests.reports.conftest import NASTY

ADDRESS = "https://eksempel.invalid/r/0ABC-1DEF"
SEAL = Seal("0ABC-1DEF", "f" * 64, ADDRESS, "2026-11-02T12:30:00+00:00", 7, "e" * 64, "nøgle", "+/")


def written(report, code):
    stream = io.BytesIO()
    FORMATS[code].write(report, stream)
    assert not stream.closed
    return stream.getvalue()


def opened(report, code):
    return cells(written(report, code), code)


def cells(content, code):
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return list(csv.reader(text, delimiter=";" if code == "csv-excel" else ",", strict=True))


def one_cell(value, kind=Kind.TEXT):
    table = Table("t", "", (Column("c", "Overskrift", kind),), ((value,),))
    return Report("", (), (Section("s", "", (), (table,)),))


@pytest.fixture
def report():
    columns = (
        Column("number", "Nr."),
        Column("on", "Dato", Kind.DATE),
        Column("support", "Støtte", Kind.NUMBER),
        Column("evidence", "Dokumentation", Kind.LINKS),
    )
    rows = (
        ("3.4", date(2026, 11, 1), Decimal("92.5"), (Link("Referat", "https://eksempel.invalid/1"),)),
        ("", None, 7, ()),
    )
    table = Table("items", "Tabellen", columns, rows)
    return Report(
        "Status",
        (("Udvalg", "Sundhedsudvalget"),),
        (Section("all", "Listen", ("Afsnit et.",), (table,)),),
        seal=SEAL,
    )


class TestCsv:
    def test_a_whole_report_for_machines(self, report):
        lines = opened(report, "csv")
        assert lines[0] == ["Del", "Nøgle", "Indhold", "", "", ""]
        assert lines[1:] == [
            ["titel", "", "Status", "", "", ""],
            ["oplysning", "", "Udvalg", "Sundhedsudvalget", "", ""],
            ["afsnit", "all", "Listen", "", "", ""],
            ["tekst", "all", "Afsnit et.", "", "", ""],
            ["tabel", "items", "Tabellen", "", "", ""],
            ["kolonner", "items", "Nr.", "Dato", "Støtte", "Dokumentation"],
            ["række", "items", "3.4", "2026-11-01", "92.5", "Referat <https://eksempel.invalid/1>"],
            ["række", "items", "", "", "7", ""],
            ["segl", "kode", "0ABC-1DEF", "", "", ""],
            ["segl", "fingeraftryk", "f" * 64, "", "", ""],
            ["segl", "kontrol", SEAL.check_address, "", "", ""],
            ["segl", "udstedt", SEAL.issued_at, "", "", ""],
            ["segl", "loglinjer", "7", "", "", ""],
            ["segl", "logrod", "e" * 64, "", "", ""],
            ["segl", "underskrift", "'+/", "", "", ""],
            ["segl", "nøgle", "nøgle", "", "", ""],
        ]

    def test_the_same_for_danish_excel(self, report):
        assert written(report, "csv-excel").startswith(b"\xef\xbb\xbfDel;N")
        row = next(line for line in opened(report, "csv-excel") if line[0] == "række")
        assert row[2:] == ["'3.4", "01-11-2026", "92,5", "Referat <https://eksempel.invalid/1>"]

    def test_lines_end_as_the_standard_says(self, report):
        assert re.search(rb"[^\r]\n", written(report, "csv")) is None

    @pytest.mark.parametrize("code", ["csv", "csv-excel"])
    @pytest.mark.parametrize("name", NASTY)
    def test_text_stays_text_and_reads_back(self, code, name):
        cell = opened(one_cell(NASTY[name]), code)[1][0]
        assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
        assert cell.removeprefix("'") == NASTY[name]

    @pytest.mark.parametrize("first", "=+-@\t\r\n＝＋－＠'")
    def test_what_begins_like_a_formula_gets_an_apostrophe(self, first):
        assert rfc.cell(f"{first}1") == f"'{first}1"
        assert rfc.cell((Link(f"{first}1", "https://eksempel.invalid"),)).startswith(f"'{first}1 <")

    @pytest.mark.parametrize("text", ["3.4", "2.3.1", "0012", "1-2", "12/3", "3,5", "1e5", "50%", "2026-11-02"])
    def test_danish_excel_makes_no_date_of_a_number(self, text):
        assert excel.cell(text) == f"'{text}"
        assert rfc.cell(text) == text

    @pytest.mark.parametrize("text", ["", "K2.3", "3. april", "ingen"])
    def test_other_text_is_left_alone(self, text):
        assert excel.cell(text) == text

    @pytest.mark.parametrize(("value", "danish", "plain"), [(Decimal("1234.50"), "1234,5", "1234.5"), (-3, "-3", "-3")])
    def test_numbers_stay_numbers(self, value, danish, plain):
        assert (excel.cell(value), rfc.cell(value)) == (danish, plain)


@pytest.mark.django_db
class TestAList:
    def test_is_one_clean_table(self, world):
        choices = Choices(Selection(committee="SOU"), models=Choices().models[:1])
        header, *rows = cells(b"".join(pieces(choices, "csv")), "csv")
        assert {len(row) for row in rows} == {len(header)}
        assert [row[header.index("Nr.")] for row in rows] == ["3", "3.1", "3.2", "3.3"]
        assert [row[header.index("Slags")] for row in rows] == ["Overskrift", *["Anbefaling"] * 3]
        busy = dict(zip(header, rows[1], strict=True))
        assert busy["Støtter, procent"] == "92.5"
        assert busy["Statusdato"] == "2026-09-10"
        assert busy["Adresse"] == "http://127.0.0.1:8000/t24/3.1"
        assert busy["Som det så ud"] == "2026-11-02"
        assert rows[2][header.index("Støttens grundlag")] == "Kan ikke læses i kilden"

    def test_says_in_other_formats_what_was_chosen(self, world):
        facts = dict(listed(Choices(Selection(committee="SOU"), models=Choices().models[:1])).facts)
        assert facts["Udvalg"] == "Sundheds- og Omsorgsudvalget"
        assert facts["Antal"] == "4 rækker"


class TestJson:
    def test_there_and_back(self, report):
        data = json.loads(written(report, "json"))
        assert data["format"] == "anbefalingsrapport/2"
        assert Seal(**data["seal"]) == SEAL
        assert Report.from_data(data["report"]) == report

    @pytest.mark.parametrize("name", NASTY)
    def test_nasty_text(self, name):
        data = json.loads(written(one_cell(NASTY[name]), "json"))
        assert Report.from_data(data["report"]) == one_cell(NASTY[name])


class Cells(HTMLParser):
    """The text of every cell, heading, paragraph and term, and where every link leads."""

    HOLD = frozenset({"td", "th", "p", "h1", "h2", "h3", "h4", "caption", "dt", "dd"})

    def __init__(self, page):
        super().__init__()
        self.texts, self.links, self.tags, self.inside = [], [], set(), 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag in self.HOLD:
            self.inside += 1
            self.texts.append("")
        if tag == "br":
            self.texts[-1] += "\n"
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        if tag in self.HOLD:
            self.inside -= 1

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data


class TestHtml:
    def test_every_heading_cell_and_address(self, report):
        page = Cells(written(report, "html").decode())
        said = {"Status", "Udvalg", "Sundhedsudvalget", "Listen", "Afsnit et.", "Tabellen", "Nr.", "3.4", "92,5", "7"}
        assert said <= {text.strip() for text in page.texts}
        assert page.links == ["https://eksempel.invalid/1", SEAL.check_address]
        assert "01.11.2026" in page.texts

    def test_needs_nothing_from_anywhere(self, report):
        assert not Cells(written(report, "html").decode()).tags & {"link", "script", "img", "iframe"}

    @pytest.mark.parametrize("name", NASTY)
    def test_nasty_text(self, name):
        page = Cells(written(one_cell(NASTY[name]), "html").decode())
        assert NASTY[name] in page.texts
        assert "script" not in page.tags


@pytest.mark.django_db
@pytest.mark.parametrize("code", list(FORMATS))
def test_a_report_of_nasty_texts_is_made_in_every_format(code, nasty, choices):
    assert written(built(choices), code)
