"""What a report's data say, place by place, and how a file can differ from it there. Plain data only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from recommendations.reports.aligning import plain_text

WITHHELD_PART = re.compile(r"\[fjernet(?: den [^\]]*)?\]|Fjernet den \d.*? fordi .*?\.")
LONGEST_NUMBER, LONGEST_NAME = 12, 120  # letters of what a row is called
DANISH_SIGNS = str.maketrans(",.", ".,")


class Change(Enum):
    """How the file differs at a place."""

    CELL = "cell"  # a cell says something else
    TEXT = "text"  # a heading or a paragraph does
    ROW_REMOVED = "row removed"
    ROW_ADDED = "row added"
    COLUMN_ADDED = "column added"
    TEXT_REMOVED = "text removed"
    TEXT_ADDED = "text added"


@dataclass(frozen=True)
class Difference:
    """Where, and what it `was` in the report and is `now` in the file. `row` is its number and title, as one text."""

    change: Change
    section: str = ""
    table: str = ""
    row: str = ""
    column: str = ""
    was: str = ""
    now: str = ""


@dataclass(frozen=True)
class ReportPlace:
    """A text of the report, and where it stands. `row_number` counts the table's rows from 1; 0 is no row."""

    text: str
    section: str = ""
    table: str = ""
    row: str = ""
    row_number: int = 0
    column: str = ""

    def differs(self, change: Change, now: str) -> Difference:
        return Difference(change, self.section, self.table, self.row, self.column, self.text, now)


@dataclass(frozen=True)
class ReportTable:
    """A table of the report's data, with values as plain JSON."""

    section: str
    caption: str
    headings: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def row_name(self, row: Sequence[Any]) -> str:
        """What tells the row from others: its first text, as a rule the title, and the number before it."""
        told = [
            plain_text(shown_value(value, kind)).split("\n")[0]
            for value, kind in zip(row, self.kinds, strict=True)
            if value and kind in {"text", "links"}
        ]
        is_number = bool(told) and len(told[0]) <= LONGEST_NUMBER
        return " ".join(" ".join(told[: 1 + is_number]).split())[:LONGEST_NAME]

    def places(self) -> list[ReportPlace]:
        """Headings and cells in reading order, for files that have no tables."""
        found = [ReportPlace(one, self.section, self.caption, column=one) for one in self.headings]
        for number, row in enumerate(self.rows, 1):
            name = self.row_name(row)
            found += [
                ReportPlace(shown_value(value, kind), self.section, self.caption, name, number, heading)
                for value, kind, heading in zip(row, self.kinds, self.headings, strict=True)
            ]
        return found


def contents_of(report: dict[str, Any]) -> list[ReportPlace | ReportTable]:
    """All that a report says, in reading order; KeyError, TypeError or ValueError for what is no report."""
    found: list[ReportPlace | ReportTable] = [ReportPlace(report["annex"])] if report.get("annex") else []
    found.append(ReportPlace(report["title"]))
    found += [ReportPlace(f"{heading} {value}") for heading, value in report["facts"]]

    def read_section(section: dict[str, Any]) -> None:
        name = section["heading"]
        found.append(ReportPlace(name, name))
        found.extend(ReportPlace(text, name) for text in section["paragraphs"])
        for table in section["tables"]:
            columns = table["columns"]
            found.append(ReportPlace(table["caption"], name))
            found.append(
                ReportTable(
                    name,
                    table["caption"],
                    tuple(column["heading"] for column in columns),
                    tuple(column["kind"] for column in columns),
                    tuple(tuple(row) for row in table["rows"]),
                )
            )
        for below in section["sections"]:
            read_section(below)

    for section in report["sections"]:
        read_section(section)
    return found


def shown_value(value: Any, kind: str) -> str:
    """A value as Danes write it."""
    if value is None:
        return ""
    if kind == "links":
        return "\n".join(link["text"] for link in value)
    if kind == "date":
        year, month, day = str(value).split("-")
        return f"{day}.{month}.{year}"
    if kind == "number":
        return f"{Decimal(value):,}".translate(DANISH_SIGNS)
    return str(value)


def is_withheld(was: str, now: str) -> bool:
    """Whether the two differ only where something has been taken out of the report since."""
    if not WITHHELD_PART.search(was):
        return False
    pieces = [re.escape(one_spaced(piece)).replace("\\ ", " ?") for piece in WITHHELD_PART.split(was)]
    return re.fullmatch("(?s)" + ".*?".join(pieces), one_spaced(now)) is not None


def one_spaced(text: str) -> str:
    return " ".join(plain_text(text).split())
