"""A report as data: there and back without loss, and one text for the same content."""

from datetime import date
from decimal import Decimal

import pytest

from recommendations.models.issued_report import fingerprint
from recommendations.reports.document import Column, Kind, Link, Report, Seal, Section, Table

COLUMNS = (
    Column("number", "Nr."),
    Column("on", "Dato", Kind.DATE),
    Column("support", "Støtte", Kind.NUMBER),
    Column("evidence", "Dokumentation", Kind.LINKS),
)
ROWS = (
    ("3.4", date(2026, 11, 1), Decimal("92.5"), (Link("Referat", "https://eksempel.invalid/referat"),)),
    ("=1+1\næøå 🙂", None, 7, ()),
)


@pytest.fixture
def report():
    below = Section("source", "Kilden", tables=(Table("items", "Anbefalinger", COLUMNS, ROWS),))
    return Report(
        "Status",
        (("Udvalg", "Sundhedsudvalget"),),
        (Section("changed", "Ændret siden", ("Intet er ændret.",)), Section("all", "Hele listen", sections=(below,))),
    )


def test_there_and_back(report):
    assert Report.from_data(report.as_data()) == report


def test_the_seal_is_no_part_of_what_it_proves(report):
    sealed = Report.from_data(report.as_data(), Seal("AB12", "0" * 64, "https://eksempel.invalid/"))
    assert sealed.canonical() == report.canonical()


def test_every_change_gives_another_fingerprint(report):
    data = report.as_data()
    data["sections"][1]["sections"][0]["tables"][0]["rows"][0][2] = "92.4"
    assert fingerprint(Report.from_data(data).canonical()) != fingerprint(report.canonical())


def test_sections_are_read_in_order_with_their_level(report):
    assert [(level, section.key) for level, section in report.walk()] == [(1, "changed"), (1, "all"), (2, "source")]
    assert [table.key for table in report.tables()] == ["items"]
