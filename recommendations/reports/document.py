"""A report as data: what every format says, in one order and in the same words.

A builder makes a `Report` once; the renderers only write it out. It knows no database and no file format. Its canonical
text is what an issued report freezes and what the fingerprint is made over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from recommendations import signing


class Kind(StrEnum):
    """What the cells of a column hold; None is an empty cell in each."""

    TEXT = "text"  # str; "\n" parts paragraphs
    DATE = "date"  # date
    NUMBER = "number"  # int or Decimal
    LINKS = "links"  # tuple of Link


@dataclass(frozen=True)
class Link:
    """An address with the words that say where it leads. The address is absolute."""

    text: str
    address: str


Value = str | date | int | Decimal | tuple[Link, ...] | None


@dataclass(frozen=True)
class Column:
    """`key` is the column's lasting name for machines; `width` its share of the line, relative to its neighbours."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT
    width: int = 10


@dataclass(frozen=True)
class Table:
    """`key` is the table's lasting name for machines; each row has one value per column."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it: paragraphs, then tables, then sections one level below.

    A section with nothing to say has a paragraph that says so, and no table.
    """

    key: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...] = ()

    def walk(self, level: int = 1) -> Iterator[tuple[int, Section]]:
        """This section and all below it, in reading order, each with its level."""
        yield level, self
        for below in self.sections:
            yield from below.walk(level + 1)


@dataclass(frozen=True)
class Seal:
    """What proves an issued report; it stands in the footer of each format and is no part of what it proves.

    `issued_at` is in UTC and ISO form. `tree_size` and `tree_root` say how long the log of all events was when it was
    issued, and what its tree's root was (hexadecimal). `signature` is of `statement()`, made with the key whose public
    half is `public_key` (Ed25519, base 64; both empty where the installation has no key).
    """

    code: str
    fingerprint: str
    check_address: str
    issued_at: str = ""
    tree_size: int = 0
    tree_root: str = ""
    public_key: str = ""
    signature: str = ""

    def statement(self) -> bytes:
        """What is signed of it."""
        return signing.statement(self.code, self.fingerprint, self.issued_at, self.tree_size, self.tree_root)


@dataclass(frozen=True)
class Report:
    """`facts` are the lines of the title block: heading and value, for example ("Udvalg", "…"). `annex` stands above
    the title, as "Bilag 3"; empty where the report is none.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    language: str = "da"
    annex: str = ""
    seal: Seal | None = field(default=None, compare=False)

    def walk(self) -> Iterator[tuple[int, Section]]:
        """Every section in reading order with its level, from 1; the title is above them all."""
        for section in self.sections:
            yield from section.walk()

    def tables(self) -> Iterator[Table]:
        for _level, section in self.walk():
            yield from section.tables

    def beginning(self, rows: int) -> Report:
        """The same with the first so many rows of its tables alone; tables that come later are gone, headings stay."""
        left = rows

        def cut(section: Section) -> Section:
            nonlocal left
            tables = []
            for table in section.tables:
                if left > 0:
                    tables.append(replace(table, rows=table.rows[:left]))
                left -= len(table.rows)
            return replace(section, tables=tuple(tables), sections=tuple(map(cut, section.sections)))

        return replace(self, sections=tuple(map(cut, self.sections)))

    # --- as data ----------------------------------------------------------------------------------------------------

    def as_data(self) -> dict[str, Any]:
        """Plain JSON values: dates as ISO text, decimals as text, links as {"text", "address"}. Without the seal."""
        return {
            "language": self.language,
            **({"annex": self.annex} if self.annex else {}),
            "title": self.title,
            "facts": [list(fact) for fact in self.facts],
            "sections": [_section_data(section) for section in self.sections],
        }

    @classmethod
    def from_data(cls, data: dict[str, Any], seal: Seal | None = None) -> Report:
        """The report that `as_data()` came from."""
        return cls(
            title=data["title"],
            facts=tuple((heading, value) for heading, value in data["facts"]),
            sections=tuple(_section(section) for section in data["sections"]),
            language=data["language"],
            annex=data.get("annex", ""),
            seal=seal,
        )

    def canonical(self) -> str:
        """The one text for this data: JSON with sorted keys and no spaces, letters as they are."""
        return json.dumps(self.as_data(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _section_data(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "heading": section.heading,
        "paragraphs": list(section.paragraphs),
        "tables": [_table_data(table) for table in section.tables],
        "sections": [_section_data(below) for below in section.sections],
    }


def _table_data(table: Table) -> dict[str, Any]:
    return {
        "key": table.key,
        "caption": table.caption,
        "columns": [
            {"key": column.key, "heading": column.heading, "kind": column.kind.value, "width": column.width}
            for column in table.columns
        ],
        "rows": [row_data(row) for row in table.rows],
    }


def row_data(row: Iterable[Value]) -> list[Any]:
    """The cells of a row as plain JSON values, as in `Report.as_data()`."""
    return [_plain(value) for value in row]


def _plain(value: Value) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [{"text": link.text, "address": link.address} for link in value]
    return value


def _section(data: dict[str, Any]) -> Section:
    return Section(
        key=data["key"],
        heading=data["heading"],
        paragraphs=tuple(data["paragraphs"]),
        tables=tuple(_table(table) for table in data["tables"]),
        sections=tuple(_section(below) for below in data["sections"]),
    )


def _table(data: dict[str, Any]) -> Table:
    columns = tuple(
        Column(column["key"], column["heading"], Kind(column["kind"]), column["width"]) for column in data["columns"]
    )
    rows = tuple(
        tuple(value_of(value, column.kind) for value, column in zip(row, columns, strict=True)) for row in data["rows"]
    )
    return Table(data["key"], data["caption"], columns, rows)


def value_of(plain: Any, kind: Kind) -> Value:
    """The cell that a plain JSON value came from, as `row_data` made it."""
    if plain is None:
        return None
    if kind == Kind.DATE:
        return date.fromisoformat(plain)
    if kind == Kind.NUMBER:
        return plain if isinstance(plain, int) else Decimal(plain)
    if kind == Kind.LINKS:
        return tuple(Link(link["text"], link["address"]) for link in plain)
    return str(plain)
