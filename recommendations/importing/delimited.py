"""Text with separators: CSV and TSV as Excel, LibreOffice and people make them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError

from recommendations.importing.between import sent
from recommendations.importing.tables import MOST_CELLS, Line, SheetTable, too_many_cells

SEPARATORS = ";\t,"
LONGEST_CELL = 1_000_000
MOST_LINES_OF_CELL = 500  # a cell with more has most likely lost its closing quotation mark
QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_delimited(name: str, content: bytes) -> SheetTable:
    """The table; a line's number is its place in the file, as an editor shows it."""
    text = _decoded(name, content)
    if "\0" in text:
        raise ValidationError(f"Filen »{name}« er ikke tekst. Gem den som CSV fra det program, den er lavet i.")
    separator, skipped = _separator(text)
    text = text.split("\n", 1)[1] if skipped and "\n" in text else "" if skipped else text
    if text.count(separator) + text.count("\n") > MOST_CELLS:
        raise too_many_cells(name, "")
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines, begins = [], 1
    try:
        for record in reader:
            if reader.line_num - begins > MOST_LINES_OF_CELL:
                raise _unclosed(name, begins + skipped)
            lines.append(Line(begins + skipped, [cell.strip() for cell in record]))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _unclosed(name, begins + skipped) from error
    return SheetTable("", lines)


def delimited_lines(name: str, content: bytes) -> Iterator[Any]:
    return sent(name, [read_delimited(name, content)])


def _separator(text: str) -> tuple[str, int]:
    """The sign between cells, and how many lines say only that (Excel's »sep=;«)."""
    first = text.split("\n", 1)[0]
    said = re.fullmatch(r"\"?sep=(.)\"?\s*", first, re.IGNORECASE)
    if said:
        return said[1], 1
    head = next((line for line in QUOTED.sub("", text[:100_000]).split("\n") if line.strip(" ;,\t\r")), "")
    return max(SEPARATORS, key=head.count), 0


def _decoded(name: str, content: bytes) -> str:
    """UTF-8, UTF-16 or Windows-1252. One that is partly in each names the row: nothing is guessed in the middle."""
    if content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _as(name, content, "utf-16")
    elif content[1:2] == b"\0" or content[:1] == b"\0":
        return _as(name, content, "utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
    utf8, other = 0, 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            line.decode()
            utf8 = utf8 or number
        except UnicodeDecodeError:
            other = other or number
    if utf8 and other:
        raise ValidationError(
            f"Filen »{name}« er skrevet i to tegnsæt: række {utf8} er UTF-8, og række {other} er ikke. Gem den "
            "igen som CSV UTF-8."
        )
    return _as(name, content, "cp1252" if other else "utf-8")


def _as(name: str, content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise ValidationError(
            f"Filen »{name}« har tegn i række {row}, som ikke kan læses. Gem den igen som CSV UTF-8."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unclosed(name: str, row: int) -> ValidationError:
    return ValidationError(
        f'Filen »{name}«: et anførselstegn (") i række {row} er ikke lukket, eller der står noget lige efter det. Ret '
        "rækken, og vælg filen igen."
    )
