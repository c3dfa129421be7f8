"""HTML: the report as a page of its own that needs nothing else and prints well; and its parts for the site's pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from recommendations.reports.document import Column, Report, Seal, Section, Table, Value
from recommendations.reports.renderers import texts

STYLES = ("tokens", "base", "report")  # put into the file, so that it looks the same on any machine

SIZES = {"size-1": 7, "size-2": 9, "size-3": 13, "size-4": 20}  # up to which of the columns' widths
WIDEST = "size-5"


@dataclass(frozen=True)
class Sheet:
    """A table with each value beside its column, row by row as they are asked for."""

    table: Table

    @property
    def sizes(self) -> list[str]:
        """How wide each column is, as the style sheet calls it."""
        return [
            next((name for name, most in SIZES.items() if column.width <= most), WIDEST)
            for column in self.table.columns
        ]

    def rows(self) -> Iterator[list[tuple[Column, Value]]]:
        for row in self.table.rows:
            yield list(zip(self.table.columns, row, strict=True))


@dataclass(frozen=True)
class Part:
    """A section at its level of heading, where the report's title is the first."""

    level: int
    section: Section
    sheets: tuple[Sheet, ...]


def body(report: Report, *, is_marked: bool = False) -> SafeString:
    """The report as a part of a page, in Danish all through; `is_marked` where the page is in another language."""
    parts = [
        Part(min(level + 1, 6), section, tuple(Sheet(table) for table in section.tables))
        for level, section in report.walk()
    ]
    with translation.override(settings.LANGUAGE_CODE):
        given = {"report": report, "parts": parts, "is_marked": is_marked, "sealed": _sealed(report.seal)}
        return render_to_string("reports/_report.html", given)


def _sealed(seal: Seal | None) -> dict[str, Any] | None:
    """The seal in words, and the code that a telephone reads."""
    if seal is None:
        return None
    return {
        "heading": texts.seal_heading(),
        "words": texts.seal_words(seal),
        "facts": texts.seal_facts(seal),
        "picture": SafeString(texts.seal_code(seal).svg_inline(scale=3, light="#fff", svgclass=None, lineclass=None)),
        "picture_words": texts.seal_code_words(seal),
    }


def write(report: Report, stream: BinaryIO) -> None:
    folder = Path(settings.BASE_DIR) / "static" / "css"
    style = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    page = render_to_string("reports/file.html", {"report": report, "body": body(report), "style": SafeString(style)})
    stream.write(page.encode())
