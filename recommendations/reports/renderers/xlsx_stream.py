"""A list of any size for Excel, sheet row by sheet row: no more of it is in memory than what is being written.

openpyxl makes the book with the first rows, as it makes every report: the cover, how the sheet looks, and what the
words mean. Then the book is written once more as a stream, with all rows in place of the first ones.

Whoever asks has the beginning at once: the first part is the same in every book, and goes before anything is read.

What is not known before the last row is done in another way than in a report. Links stand as text with their address,
since Excel knows no more than 65,530 on a sheet; and what is too long for a cell goes on to the right of the last
column.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import Any, BinaryIO, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import override

from recommendations.reports.document import Kind, Link, Report, Table, Value, value_of
from recommendations.reports.renderers import csv, texts
from recommendations.reports.renderers.xlsx import (
    DIGITS,
    FIRST_YEAR,
    HIGHEST,
    LIKE_A_FORMULA,
    PART,
    TEXT_HEIGHT,
    Book,
    plain_text,
)

SHEET = "xl/worksheets/sheet2.xml"  # the cover is the first
# The part that is the same in every book, as openpyxl writes it.
RELATIONSHIPS = "_rels/.rels"
_NAMES = "http://schemas.openxmlformats.org"
_RELATED = {
    "xl/workbook.xml": "officeDocument/2006/relationships/officeDocument",
    "docProps/core.xml": "package/2006/relationships/metadata/core-properties",
    "docProps/app.xml": "officeDocument/2006/relationships/extended-properties",
}
RELATED = (
    f'<Relationships xmlns="{_NAMES}/package/2006/relationships">'
    + "".join(
        f'<Relationship Type="{_NAMES}/{kind}" Target="{part}" Id="rId{number}"/>'
        for number, (part, kind) in enumerate(_RELATED.items(), start=1)
    )
    + "</Relationships>"
)
QUICK = 1  # how hard zlib tries: pressing harder takes longer than writing
BEFORE_DAYS = date(1899, 12, 30)  # Excel's day 0
MOST_PLACES = 6  # decimals; a number with more is written as text
LARGE = 500_000  # rows: from here a sheet can pass 2 GB, which the archive must say before it

Rows = Iterator[list[list[object]]]  # plain JSON values, as in `Report.as_data()`
Cell = tuple[str, int, str]  # its XML, how many lines it takes, and what there was no room for


class Content(NamedTuple):
    """`around` is the report with one table, whose rows are not looked at; `first` are some of the `total` rows, to see
    how wide the columns must be.
    """

    around: Report
    first: list[list[object]]
    total: int
    rows: Rows


def pieces(read: Callable[[], Content]) -> Iterator[bytes]:
    """The file of what `read` gives. It has begun before that is asked, and before openpyxl is loaded."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED, compresslevel=QUICK) as archive:
        archive.writestr(RELATIONSHIPS, RELATED)
        yield sink.taken()
        around, first, total, rows = read()
        made, write = _made(around, first, total)
        with ZipFile(made) as whole:
            for name in whole.namelist():
                if name not in (SHEET, RELATIONSHIPS):
                    archive.writestr(name, whole.read(name))
            before, after = _around_rows(whole.read(SHEET).decode())
        with archive.open(SHEET, "w", force_zip64=total >= LARGE) as sheet:
            sheet.write(before.encode())
            yield sink.taken()
            number = 1
            for some in rows:
                text = []
                for row in some:
                    number += 1
                    text.append(_row(number, row, write))
                sheet.write("".join(text).encode())
                yield sink.taken()
            sheet.write(after.encode())
    yield sink.taken()


def _made(around: Report, first: list[list[object]], total: int) -> tuple[BinaryIO, list[Callable[[Any], Cell]]]:
    """The book with the first rows, and how the cells of each column are written."""
    with override(around.language):
        [table] = around.tables()
        columns = tuple(replace(column, kind=_shown_as(column.kind)) for column in table.columns)
        seen = tuple(
            tuple(_shown(value, column.kind) for value, column in zip(row, table.columns, strict=True)) for row in first
        )
        book = Book(around, is_streamed=True)
        book.cover()
        sheet, widths = book.table(Table(table.key, table.caption, columns, seen), book.names[0], total)
        write = [_writer(book, sheet, one.kind, width) for one, width in zip(table.columns, widths, strict=True)]
        book.words()
        made = io.BytesIO()
        book.save(made)
    return made, write


class _Sink:
    """What an archive is written to that is sent as it comes: it cannot be gone back in."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    close = flush

    def taken(self) -> bytes:
        """What has come since it was last asked."""
        parts, self.parts = self.parts, []
        return b"".join(parts)


def _shown_as(kind: Kind) -> Kind:
    return Kind.TEXT if kind == Kind.LINKS else kind


def _shown(plain: object, kind: Kind) -> Value:
    value = value_of(plain, kind)
    text = csv.links_text(value) if isinstance(value, tuple) else value
    return text[:PART] if isinstance(text, str) else text


def _around_rows(sheet: str) -> tuple[str, str]:
    """What stands before the second row of a sheet, and after its last."""
    before, _second, rest = sheet.partition('<row r="2"')
    return before, rest[rest.index("</sheetData>") :]


def _row(number: int, row: list[object], write: Sequence[Callable[[Any], Cell]]) -> str:
    cells, more, lines = [], [], 1
    for write_cell, value in zip(write, row, strict=True):
        if value is None:
            cells.append("<c/>")
            continue
        xml, height, left = write_cell(value)
        cells.append(xml)
        if height > lines:
            lines = height
        if left:
            more.append(left)
    height = min(lines * TEXT_HEIGHT + 3, HIGHEST)
    return f'<row r="{number}" ht="{height}" customHeight="1">{"".join(cells)}{"".join(more)}</row>'


def _writer(book: Book, sheet: Any, kind: Kind, width: float) -> Callable[[Any], Cell]:
    """How cells of a column are written. Many say the same, which is written once (memoised)."""

    def style_of(value: str | date | Decimal) -> int:
        style: int = book.cell(sheet, value).style_id
        return style

    plain, marked, day = style_of("a"), style_of("="), style_of(date(FIRST_YEAR, 1, 1))
    numbers = [style_of(Decimal(1).scaleb(-places)) for places in range(MOST_PLACES + 1)]

    def text_cell(text: str) -> str:
        style = marked if text.startswith(LIKE_A_FORMULA) else plain
        return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'

    @lru_cache(maxsize=2048)
    def write_text(text: str) -> Cell:
        text = plain_text(text)
        lines = sum(max(1, ceil(len(line) / width)) for line in text.split("\n"))
        left = "".join(text_cell(text[start : start + PART]) for start in range(PART, len(text), PART))
        return text_cell(text[:PART]), lines, left

    @lru_cache(maxsize=4096)
    def write_number(plain: str | int) -> Cell:
        number = Decimal(plain)
        places = max(0, -int(number.as_tuple().exponent))
        if places > MOST_PLACES or len(number.as_tuple().digits) > DIGITS:
            return write_text(texts.shown(number))
        return f'<c s="{numbers[places]}"><v>{number:f}</v></c>', 1, ""

    @lru_cache(maxsize=4096)
    def write_day(plain: str) -> Cell:
        when = date.fromisoformat(plain)
        if when.year < FIRST_YEAR:
            return write_text(texts.shown(when))
        return f'<c s="{day}"><v>{(when - BEFORE_DAYS).days}</v></c>', 1, ""

    def write_links(plain: list[dict[str, str]]) -> Cell:
        return write_text("\n".join(csv.link_text(Link(**link)) for link in plain)) if plain else ("<c/>", 1, "")

    writers: dict[Kind, Callable[[Any], Cell]] = {
        Kind.TEXT: write_text,
        Kind.NUMBER: write_number,
        Kind.DATE: write_day,
        Kind.LINKS: write_links,
    }
    return writers[kind]
