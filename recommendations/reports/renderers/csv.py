"""CSV for machines: RFC 4180, commas, ISO dates, decimal points, UTF-8.

A report that is one table and nothing else is written as that table: one line of headings, then the rows. Any other is
written whole, and then each line begins with what it is and where it belongs: its part and the key of its section or
table. All lines of a file have the same number of cells.

Spreadsheets calculate with text that looks like a formula, also when it came from somebody else. Such text gets an
apostrophe in front, and so does text that begins with one: take the first apostrophe of any cell away, and the text is
what it was.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from recommendations.reports.document import Link, Report, Table, Value

# The first cell of a line, when a whole report is written.
TITLE, FACT, SECTION, TEXT, TABLE, COLUMNS, ROW, SEAL = (
    "titel",
    "oplysning",
    "afsnit",
    "tekst",
    "tabel",
    "kolonner",
    "række",
    "segl",
)
HEADINGS = ("Del", "Nøgle", "Indhold")
# What Excel, LibreOffice or Google Sheets may take for the beginning of a formula, full-width letters included.
FORMULA = tuple("=+-@\t\r\n'＝＋－＠")


def write(report: Report, stream: BinaryIO) -> None:
    write_lines(report, stream, cell, delimiter=",")


def cell(value: Value) -> str:
    """A value as this dialect writes it."""
    if isinstance(value, str):  # most are
        return harmless(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return plain(value)


def plain(value: Value) -> str:
    """Text, whole numbers and links, which both dialects write alike: a link as "text <address>", each on its line."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return harmless(links_text(value))
    if isinstance(value, int):
        return str(value)
    return harmless(str(value))


def links_text(links: tuple[Link, ...]) -> str:
    return "\n".join(map(link_text, links))


def link_text(link: Link) -> str:
    return link.address if link.text == link.address else f"{link.text} <{link.address}>"


def harmless(text: str) -> str:
    """Text that no spreadsheet calculates with."""
    return f"'{text}" if text.startswith(FORMULA) else text


def quoted(text: str, delimiter: str = ",") -> str:
    """A cell as it stands in a line (RFC 4180)."""
    if delimiter in text or '"' in text or "\n" in text or "\r" in text:  # quicker than a pattern
        return '"{}"'.format(text.replace('"', '""'))
    return text


def write_lines(report: Report, stream: BinaryIO, as_cell: Callable[[Value], str], *, delimiter: str) -> None:
    """The lines of a report, each written as it is made."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    try:
        lines = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
        table = only_table(report)
        if table:
            lines.writerow([as_cell(column.heading) for column in table.columns])
            lines.writerows([as_cell(value) for value in row] for row in table.rows)
        else:
            width = 2 + max([2, *(len(table.columns) for table in report.tables())])
            for row in _whole(report):
                cells = [as_cell(value) for value in row]
                lines.writerow(cells + [""] * (width - len(cells)))
    finally:
        text.flush()
        text.detach()  # the stream is the caller's to close


def only_table(report: Report) -> Table | None:
    """The table of a report that is nothing else."""
    tables = list(report.tables())
    bare = not (report.title or report.facts or report.seal) and not any(
        section.paragraphs for _level, section in report.walk()
    )
    return tables[0] if bare and len(tables) == 1 else None


def _whole(report: Report) -> Iterator[tuple[Value, ...]]:
    yield HEADINGS
    if report.annex:
        yield TITLE, "bilag", report.annex
    yield TITLE, "", report.title
    for heading, value in report.facts:
        yield FACT, "", heading, value
    for _level, section in report.walk():
        yield SECTION, section.key, section.heading
        for paragraph in section.paragraphs:
            yield TEXT, section.key, paragraph
        for table in section.tables:
            yield TABLE, table.key, table.caption
            yield COLUMNS, table.key, *(column.heading for column in table.columns)
            for row in table.rows:
                yield ROW, table.key, *row
    if seal := report.seal:
        told: dict[str, Value] = {
            "kode": seal.code,
            "fingeraftryk": seal.fingerprint,
            "kontrol": seal.check_address,
            "udstedt": seal.issued_at,
            "loglinjer": seal.tree_size,
            "logrod": seal.tree_root,
            "underskrift": seal.signature,
            "nøgle": seal.public_key,
        }
        yield from ((SEAL, key, value) for key, value in told.items() if value)
