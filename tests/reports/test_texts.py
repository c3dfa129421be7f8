"""Values in words, signs with names, and widths of columns."""

from datetime import date
from decimal import Decimal

import pytest

from recommendations.reports.document import Column, Kind, Link, Table
from recommendations.reports.renderers.texts import is_whole, shares, shown, writable


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (date(2024, 6, 7), "07.06.2024"),
        (date(207, 6, 30), "30.06.0207"),
        (1234567, "1.234.567"),
        (Decimal("-1234.50"), "-1.234,50"),
        (0, "0"),
        ((Link("Et", "x"), Link("To", "y")), "Et\nTo"),
        ("som det er", "som det er"),
    ],
)
def test_values_are_written_as_danes_write_them(value, words):
    assert shown(value) == words


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\x07", "[U+0007]"),
        ("\ue000", "[U+E000]"),
        ("\ufffe", "[U+FFFE]"),
        ("\ud800", "[U+D800]"),
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("æøå 🙂 שלום \t\n", "æøå 🙂 שלום \t\n"),
    ],
)
def test_what_no_file_can_hold_is_named(text, written):
    assert writable(text) == written


def table(*rows, widths):
    columns = tuple(Column(str(place), f"K{place}", Kind.TEXT, width) for place, width in enumerate(widths))
    return Table("t", "T", columns, rows)


def test_a_table_that_fits_is_no_wider_than_what_it_holds():
    assert shares(table(("a" * 7, "b" * 17), widths=(10, 10)), 100) == [0.1, 0.2]


def test_columns_share_the_line_as_they_ask():
    text = "ord " * 100
    assert shares(table((text, text), widths=(10, 30)), 100) == pytest.approx([0.25, 0.75], abs=0.001)


def test_a_date_is_not_broken_however_little_is_asked():
    text = "ord " * 100
    date_share, text_share = shares(table(("17.06.2024", text), widths=(1, 100)), 100)
    assert date_share == 0.13
    assert date_share + text_share == pytest.approx(1, abs=0.001)


def test_an_empty_column_gives_its_room_away():
    text = "ord " * 100
    assert shares(table((None, text), widths=(50, 50)), 100)[0] == 0.05


def test_what_is_said_at_length_gets_more_room():
    text = "ord " * 30
    short, long = shares(table((text, text * 8), widths=(10, 10)), 100)
    assert long == pytest.approx(2 * short, abs=0.02)


def test_a_short_line_stays_whole_where_there_is_room():
    text = "ord " * 100
    assert shares(table(("Ingen status registreret", text), widths=(1, 100)), 100)[0] == 0.27
    assert shares(table(("Ingen status registreret", *[text] * 8), widths=(1, *[100] * 8)), 100)[0] < 0.2


def test_too_many_columns_still_share_one_line():
    given = shares(table(*[("ordentligheden",) * 30], widths=(10,) * 30), 100)
    assert sum(given) == pytest.approx(1)


@pytest.mark.parametrize(("letters", "whole"), [(900, True), (901, False)])
def test_a_row_is_kept_on_one_page_while_it_is_short(letters, whole):
    assert is_whole((None, "a" * letters)) is whole
