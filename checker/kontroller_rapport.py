#!/usr/bin/env python3
"""Checks a report that was issued by Anbefalingstracker: without network, and without the site that issued it.

    python kontroller_rapport.py rapport.docx [--noegle NØGLE] [--rapport rapport.json] [--bevis bevis.json]

It needs Python 3.11 or newer and the package `cryptography`. Licence: EUPL-1.2. This file is put together by build.py
of the modules that the site's own check is made of; README.md beside it says what it sees and what not.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import csv
import hashlib
import io
import json
import lzma
import re
import sys
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from enum import Enum
from functools import reduce
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree


def _(text: str) -> str:
    return text


# === recommendations/uploads/archives.py ===

# What the packed parts of a file can fail with: the archive's own complaints, and those of each way of packing.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
    KeyError,
)
LONGEST_TAG = 100_000  # bytes: thousands of attributes take minutes to read


def has_endless_tag(content: bytes, longest: int = LONGEST_TAG) -> bool:
    """Whether a tag of some XML or HTML is longer than any program writes."""
    return re.search(rb"<[^<>]{%d}" % longest, content) is not None


def has_definitions(content: bytes) -> bool:
    """Whether some XML defines words of its own (DTD), which can be made to grow without end, or could in secret.

    No Office program writes such a part, nor one in two bytes a letter (UTF-16), where a definition looks otherwise.
    """
    return b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content


# === recommendations/reports/reading/found.py ===

# How much of a file is read: more is no report of ours, or a trap. The longest web page made here, of 10,000 rows, has
# 200,000 tags and texts; a report of 20,000 rows has 226,000 cells and lines as CSV, and 260,000 signs between values
# as JSON.
MOST_CELLS = 400_000
MOST_LETTERS = 20_000_000


@dataclass(frozen=True)
class FoundCell:
    """A cell as it is shown, lines parted by "\\n", with the addresses of the links in it."""

    text: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundText:
    """A line or a paragraph. `is_outside`: it stands in a header, a footer or a box, beside what the file says."""

    text: str
    is_outside: bool = False


@dataclass(frozen=True)
class FoundTable:
    rows: tuple[tuple[FoundCell, ...], ...]


@dataclass(frozen=True)
class FoundPage:
    """The text of one page of a file that knows no paragraphs and no tables."""

    text: str


Block = FoundText | FoundTable | FoundPage


@dataclass
class FileSays:
    """`format` is the kind of file; `carried` the report's own JSON, where the file has it inside.

    `unseen` are texts that are not shown (properties, addresses of links), where a code may stand.
    `legend` explains words and is no part of the report. `is_for_machines`: numbers have a decimal point, not a comma.
    """

    format: str
    blocks: list[Block] = field(default_factory=list)
    carried: bytes = b""
    unseen: list[str] = field(default_factory=list)
    legend: list[str] = field(default_factory=list)
    is_for_machines: bool = False

    def texts(self) -> list[str]:
        """Every text, shown or not, in reading order."""
        found: list[str] = []
        for block in self.blocks:
            if isinstance(block, FoundTable):
                for row in block.rows:
                    for cell in row:
                        found += [cell.text, *cell.addresses]
            else:
                found.append(block.text)
        return found + self.unseen


class UnreadableFile(Exception):
    """The file cannot be read; the message is a sentence for whoever sent it."""


class ReadingBudget:
    """Counts what is read, and stops at what no report of ours has. `too_much`: what is said then."""

    def __init__(self, too_much: str = "") -> None:
        self.too_much = too_much or _(
            "Filen har flere celler, end en rapport kan have. Den er ikke læst. Hent rapporten med koden."
        )
        self.cells, self.letters = 0, 0

    def take(self, text: str, cells: int = 1) -> str:
        """The text itself, of so many cells; raises UnreadableFile when there has been too much."""
        self.cells += cells
        self.letters += len(text)
        if self.cells > MOST_CELLS or self.letters > MOST_LETTERS:
            raise UnreadableFile(self.too_much)
        return text


# === recommendations/reports/reading/package.py ===

MOST_PARTS = 4_000
MOST_PART = 24 * 1024 * 1024  # bytes of one part, unpacked
MOST_ELEMENTS = 200_000  # of XML: the longest report as Word or Excel has a quarter of them
DEEPEST_ELEMENT = 100
MOST_UNPACKED = 64 * 1024 * 1024  # bytes of all parts that are read
OFFICE_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound file: Office behind a password, or before 2007
CARRIED_SPACE = "{urn:anbefalingsrapport:2}rapport"


class PackedParts:
    """The parts of an archive by name, each unpacked when it is asked for, together no more than the bounds."""

    def __init__(self, content: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(content))
            inside = self.archive.infolist()
        except BROKEN_ARCHIVE as error:
            raise broken_package() from error
        if len(inside) > MOST_PARTS:
            raise bursting_package()
        self.sizes = {info.filename: info.file_size for info in inside}
        self.read_so_far = self.elements = 0
        self.budget = ReadingBudget(str(bursting_package()))

    def bytes_of(self, name: str) -> bytes:
        """A part whole; empty where there is none."""
        if name not in self.sizes:
            return b""
        try:
            with self.archive.open(name) as part:
                content = part.read(MOST_PART + 1)
        except BROKEN_ARCHIVE as error:
            raise broken_package() from error
        self.read_so_far += len(content)
        if len(content) > MOST_PART or self.read_so_far > MOST_UNPACKED:
            raise bursting_package()
        if has_endless_tag(content):
            raise bursting_package()
        if has_definitions(content):
            raise broken_package()
        return content

    def has_text(self, name: str, text: bytes) -> bool:
        return text in self.bytes_of(name)

    def events(self, name: str) -> Iterator[tuple[str, ElementTree.Element]]:
        """Each start and end of an element in a part of XML, in order; whoever reads clears what is done with."""
        content = self.bytes_of(name)
        if not content:
            return
        try:
            depth = 0
            for what, element in ElementTree.iterparse(io.BytesIO(content), events=("start", "end")):
                self.elements += what == "start"
                depth += 1 if what == "start" else -1
                if self.elements > MOST_ELEMENTS or depth > DEEPEST_ELEMENT:
                    raise bursting_package()
                yield what, element
        except (ElementTree.ParseError, UnicodeError, ValueError) as error:
            raise broken_package() from error

    def tree(self, name: str) -> ElementTree.Element | None:
        """A small part whole; None where there is none."""
        root = None
        for what, element in self.events(name):
            root = element if root is None and what == "start" else root
        return root

    def relations(self, name: str) -> dict[str, str]:
        """Where a part's relations lead, by their keys: names of parts, or addresses outside."""
        folder, _slash, last = name.rpartition("/")
        found = {}
        root = self.tree(f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels")
        for element in root if root is not None else ():
            target = element.get("Target", "")
            if element.get("TargetMode") != "External":
                target = _part_named(folder, target)
            found[element.get("Id", "")] = target
        return found

    def named(self, begins: str, ends: str = ".xml") -> list[str]:
        return sorted(name for name in self.sizes if name.startswith(begins) and name.endswith(ends))

    def carried(self) -> bytes:
        """The report's own JSON, where a custom part holds it."""
        for name in self.named("customXml/"):
            if "/_rels/" in name:
                continue
            content = self.bytes_of(name)
            if b"urn:anbefalingsrapport:2" in content:
                root = self.tree(name)
                if root is not None and root.tag == CARRIED_SPACE:
                    return (root.text or "").encode()
        return b""

    def properties(self) -> list[str]:
        """What the file says about itself."""
        found = []
        for name in self.named("docProps/"):
            root = self.tree(name)
            found += [text for text in root.itertext() if text.strip()] if root is not None else []
        return found


def _part_named(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    parts = folder.split("/") if folder else []
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def broken_package() -> UnreadableFile:
    return UnreadableFile(
        _("Filen er gået i stykker og kan ikke pakkes ud. Hent den igen, hvor du fik den, og kontrollér den nye.")
    )


def bursting_package() -> UnreadableFile:
    return UnreadableFile(
        _("Filen fylder langt mere, end en rapport kan, når den pakkes ud. Den er ikke læst. Hent rapporten med koden.")
    )


def locked_package() -> UnreadableFile:
    return UnreadableFile(
        _("Filen er låst med en adgangskode eller gemt i et gammelt format. Gem den uden, og kontrollér den igen.")
    )


# === recommendations/reports/reading/docx.py ===

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORD_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# What is no text of the document: deleted words, what a field is told, and the second copy of a drawn box.
WORD_UNSHOWN = {f"{WORD}del", f"{WORD}instrText", f"{WORD}delText"}
WORD_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


def read_docx(parts: PackedParts) -> FileSays:
    """The body in reading order; each header and footer once, as text outside."""
    says = FileSays("docx", carried=parts.carried())
    addresses = parts.relations("word/document.xml")
    says.blocks += _WordReader(parts, addresses).blocks("word/document.xml")
    for name in [*parts.named("word/header"), *parts.named("word/footer"), *parts.named("word/footnotes")]:
        outside = _WordReader(parts, parts.relations(name))
        for block in outside.blocks(name):
            texts = [block.text] if isinstance(block, FoundText) else []
            if isinstance(block, FoundTable):
                texts = [cell.text for row in block.rows for cell in row]
            says.blocks += [FoundText(text, is_outside=True) for text in texts if text.strip()]
        says.unseen += outside.boxes
    says.unseen += [*parts.properties(), *addresses.values()]
    return says


class _WordReader:
    """Reads a part as it streams by; of a table only its rows are kept."""

    def __init__(self, parts: PackedParts, addresses: dict[str, str]) -> None:
        self.parts, self.relations = parts, addresses
        self.boxes: list[str] = []

    def blocks(self, name: str) -> list[Block]:
        found: list[Block] = []
        rows: list[tuple[FoundCell, ...]] = []
        cells: list[FoundCell] = []
        paragraphs: list[str] = []
        links: list[str] = []
        depth = 0  # of tables: one within another is read as lines of its cell
        within_paragraph = 0
        for what, element in self.parts.events(name):
            tag = element.tag
            if what == "start":
                depth += tag == f"{WORD}tbl"
                within_paragraph += tag == f"{WORD}p"
                continue
            if tag == f"{WORD}p":
                within_paragraph -= 1
                if within_paragraph:
                    continue  # in a box of the paragraph around it, which reads it
                text, addresses, boxes = self._paragraph(element)
                if depth:
                    paragraphs.append(text)
                    links += addresses
                elif text.strip():
                    found.append(FoundText(text))
                found += [FoundText(box, is_outside=True) for box in boxes]
                self.parts.budget.take(text)
                element.clear()
            elif tag == f"{WORD}tc" and depth == 1:
                spans = element.find(f"{WORD}tcPr/{WORD}gridSpan")
                cells.append(FoundCell("\n".join(paragraphs).strip("\n"), tuple(links)))
                cells += [FoundCell("")] * (min(int(spans.get(f"{WORD}val") or 1), 64) - 1 if spans is not None else 0)
                paragraphs, links = [], []
                element.clear()
            elif tag == f"{WORD}tr" and depth == 1:
                rows.append(tuple(cells))
                cells = []
                element.clear()
            elif tag == f"{WORD}tbl":
                depth -= 1
                if not depth:
                    found.append(FoundTable(tuple(rows)))
                    rows = []
                    element.clear()
        return found

    def _paragraph(self, paragraph: ElementTree.Element) -> tuple[str, list[str], list[str]]:
        """Its text, the addresses of its links, and the texts of boxes that hang on it."""
        pieces: list[str] = []
        addresses: list[str] = []
        boxes: list[str] = []

        def walk(element: ElementTree.Element) -> None:
            for child in element:
                tag = child.tag.rpartition("}")[2]
                if child.tag in WORD_UNSHOWN or tag in {"Fallback", "pPr", "rPr"}:
                    continue
                if tag == "txbxContent":
                    text = "\n".join(self._paragraph(one)[0] for one in child.iter(f"{WORD}p"))
                    boxes.extend([text] if text.strip() else [])
                    continue
                if tag == "hyperlink" and (address := self.relations.get(child.get(WORD_RELATION, ""))):
                    addresses.append(address)
                if child.tag == f"{WORD}t":
                    pieces.append(child.text or "")
                elif child.tag.startswith(WORD) and tag in WORD_SIGNS:
                    pieces.append(WORD_SIGNS[tag])
                else:
                    walk(child)

        walk(paragraph)
        self.boxes += boxes
        return "".join(pieces), addresses, boxes


# === recommendations/reports/reading/xlsx.py ===

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)})
QUOTED_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
ESCAPED_IN_SHEET = re.compile("_x([0-9A-Fa-f]{4})_")
CELL_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
HEADER_CODES = re.compile(r'&(?:"[^"]*"|[LCRPNDTFAZGBIUESXYHO]|K[0-9A-F]{6}|\d{1,3})')
EPOCHS = (date(1899, 12, 30), date(1904, 1, 1))
MOST_COLUMNS_OF_SHEET = 400
LAST_DAY = 2_950_000  # about the year 9976
INNER_LINK = "#"  # to another sheet: whoever reads the cover finds the table so
LEGEND_HEADINGS = ("Om", "Ord", "Betydning")


def read_xlsx(parts: PackedParts) -> FileSays:
    """Sheets in their order; dates and numbers as Danes write them."""
    says = FileSays("xlsx", carried=parts.carried(), unseen=parts.properties())
    book = parts.tree("xl/workbook.xml")
    if book is None:
        raise broken_package()
    relations = parts.relations("xl/workbook.xml")
    texts = _shared_texts(parts)
    looks = _SheetLooks(parts)
    properties = book.find(f"{SHEET}workbookPr")
    epoch = EPOCHS[properties is not None and properties.get("date1904") in {"1", "true"}]
    for number, sheet in enumerate(book.iter(f"{SHEET}sheet")):
        name = relations.get(sheet.get(SHEET_RELATION, ""), "")
        links = _sheet_links(parts, name)
        rows, outside = _sheet_rows(parts, name, texts, looks, epoch, links)
        is_legend = bool(rows) and tuple(cell.text for cell in rows[0]) == LEGEND_HEADINGS
        if not is_legend:
            says.blocks += [FoundText(text, is_outside=True) for text in outside]
        if number == 0:
            for row in rows:
                text = " ".join(cell.text for cell in row if cell.text and INNER_LINK not in cell.addresses)
                says.blocks += [FoundText(text)] if text else []
                says.unseen += [address for cell in row for address in cell.addresses]
        elif is_legend:
            says.legend += [" ".join(cell.text for cell in row) for row in rows]
        else:
            says.blocks.append(FoundTable(tuple(row for row in rows if any(cell.text for cell in row))))
    return says


def _sheet_rows(
    parts: PackedParts, name: str, texts: list[str], looks: _SheetLooks, epoch: date, links: dict[str, str]
) -> tuple[list[tuple[FoundCell, ...]], list[str]]:
    rows: list[tuple[FoundCell, ...]] = []
    outside: list[str] = []
    cells: list[FoundCell] = []
    for what, element in parts.events(name):
        if what == "start":
            continue
        if element.tag == f"{SHEET}c":
            place = CELL_PLACE.fullmatch(element.get("r", ""))
            column = _column_number(place[1]) if place else len(cells) + 1
            if column > MOST_COLUMNS_OF_SHEET:
                continue
            cells += [FoundCell("")] * (column - 1 - len(cells))
            text = parts.budget.take(_cell_text(element, texts, looks, epoch))
            address = links.get(element.get("r", ""), "")
            cells[column - 1 :] = [FoundCell(text, (address,) if address else ())]
        elif element.tag == f"{SHEET}row":
            rows.append(tuple(cells))
            cells = []
            element.clear()
        elif element.tag.removeprefix(SHEET) in {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstFooter"}:
            plain = HEADER_CODES.sub(" ", (element.text or "").replace("&&", "\0")).replace("\0", "&").strip()
            outside += [plain] if plain else []
    return rows, outside


def _sheet_links(parts: PackedParts, name: str) -> dict[str, str]:
    """The address of each cell that is a link. They stand after the cells, so are read first."""
    relations = parts.relations(name)
    links = {}
    if parts.has_text(name, b"<hyperlink"):
        for what, element in parts.events(name):
            if what == "end" and element.tag == f"{SHEET}hyperlink":
                address = relations.get(element.get(SHEET_RELATION, ""), "")
                part = element.get("location", "")  # of the page, or a sheet of this file
                links[element.get("ref", "")] = f"{address}#{part}" if address and part else address or INNER_LINK
            elif what == "end" and element.tag == f"{SHEET}row":
                element.clear()
    return links


def _cell_text(cell: ElementTree.Element, texts: list[str], looks: _SheetLooks, epoch: date) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _rich_text(cell.find(f"{SHEET}is"))
    value = cell.findtext(f"{SHEET}v") or ""
    if kind == "s":
        place = int(value) if value.isdecimal() else -1
        return texts[place] if 0 <= place < len(texts) else ""
    if kind in {"str", "e"}:
        return _unescaped(value)
    if kind == "b":
        return {"1": "TRUE", "0": "FALSE"}.get(value, value)
    if kind == "d":
        return value[:10]
    try:
        number = Decimal(value) if value else None
    except InvalidOperation:
        return value
    if number is None or not number.is_finite():
        return value
    if looks.is_date(cell.get("s", "0")) and 0 < number < LAST_DAY:
        day = epoch + timedelta(days=int(number))
        return f"{day.day:02}.{day.month:02}.{day.year}"
    rounded = Decimal(repr(float(number)))  # programs write 92.5 as 92.500000000000014
    return format(rounded.normalize(), "f").replace(".", ",")


def _shared_texts(parts: PackedParts) -> list[str]:
    texts: list[str] = []
    for what, element in parts.events("xl/sharedStrings.xml"):
        if what == "end" and element.tag == f"{SHEET}si":
            texts.append(parts.budget.take(_rich_text(element)))
            element.clear()
    return texts


def _rich_text(element: ElementTree.Element | None) -> str:
    """The text of a cell, all its pieces; without how it is pronounced."""
    if element is None:
        return ""
    pieces = [child.text or "" for child in element if child.tag == f"{SHEET}t"]
    pieces += [run.findtext(f"{SHEET}t") or "" for run in element if run.tag == f"{SHEET}r"]
    return _unescaped("".join(pieces))


def _unescaped(text: str) -> str:
    return ESCAPED_IN_SHEET.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class _SheetLooks:
    """Which of the looks of cells show a number as a date."""

    def __init__(self, parts: PackedParts) -> None:
        root = parts.tree("xl/styles.xml")
        formats = {one.get("numFmtId"): one.get("formatCode", "") for one in _all(root, "numFmt")}
        self.dates: set[str] = set()
        of_cells = root.find(f"{SHEET}cellXfs") if root is not None else None
        for number, look in enumerate(of_cells if of_cells is not None else ()):
            key = look.get("numFmtId", "0")
            code = QUOTED_IN_FORMAT.sub("", formats.get(key, "")).lower()
            if (key.isdecimal() and int(key) in BUILT_IN_DATES) or ("y" in code or "d" in code or "å" in code):
                self.dates.add(str(number))

    def is_date(self, look: str) -> bool:
        return look in self.dates


def _all(root: ElementTree.Element | None, name: str) -> list[ElementTree.Element]:
    return list(root.iter(f"{SHEET}{name}")) if root is not None else []


# === recommendations/reports/reading/csv.py ===

# The first cell of a line: what it is. The seal is beside what the file says.
CSV_PARTS = ("titel", "oplysning", "afsnit", "tekst", "tabel", "kolonner", "række", "segl")
CSV_LONGEST_CELL = 1_000_000


def is_csv(text: str) -> bool:
    """Whether this looks like the CSV of a whole report."""
    return text[:200].lstrip("\ufeff").lower().startswith(("del,", "del;", "del\t", '"del"'))


def read_csv(text: str) -> FileSays:
    """The lines by what they say they are. A line that says nothing we know is text that was added."""
    head = text[:2000].split("\n")[0]
    delimiter = max(",;\t", key=head.count)
    says = FileSays("csv", is_for_machines=delimiter == ",")
    csv.field_size_limit(CSV_LONGEST_CELL)
    ReadingBudget().take(text, cells=text.count(delimiter) + text.count("\n"))
    rows: list[tuple[FoundCell, ...]] = []

    def end_table() -> None:
        if rows:
            says.blocks.append(FoundTable(tuple(rows)))
            rows.clear()

    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            kind, cells = (line[0] if line else ""), [cell.removeprefix("'") for cell in line[2:]]
            if kind in {"kolonner", "række"}:
                if kind == "kolonner":
                    end_table()
                rows.append(tuple(FoundCell(cell) for cell in cells))
                continue
            end_table()
            if kind in CSV_PARTS:
                said = " ".join(cell for cell in (line[1:] if kind == "segl" else cells) if cell)
                says.blocks.append(FoundText(said, is_outside=kind == "segl"))
                says.unseen += [" ".join(line)] if kind == "segl" else []
            elif any(line) and kind.strip("\ufeff").lower() != "del":
                says.blocks.append(FoundText(" ".join(cell for cell in line if cell)))
    except csv.Error:
        says.blocks.append(FoundText(text[:2000]))
    end_table()
    return says


# === recommendations/reports/reading/html.py ===

HTML_LINES = frozenset({
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "caption", "li", "section", "article", "header", "dl", "table",
    "figcaption", "ul", "ol", "main", "body", "footer", "nav", "aside",
})  # fmt: skip
HTML_HIDDEN = frozenset({"style", "script", "title", "template", "noscript"})
UNENDED_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")
UNENDED_MARK = re.compile(r"<[!?](?!doctype)", re.IGNORECASE)
MOST_UNENDED = 100
LONGEST_TAG_OF_PAGE = 1_000_000  # bytes: a browser may have put a picture into it
HTML_OUTSIDE = frozenset({"footer", "nav", "aside"})


def read_html(text: str) -> FileSays:
    """The page in reading order; footers are outside."""
    reader = _HtmlReader()
    reader.feed(_without_traps(text))
    reader.close()
    reader.end_line()
    return FileSays("html", reader.found, unseen=reader.unseen)


def _without_traps(text: str) -> str:
    """The page without comments; UnreadableFile where too many signs begin what never ends.

    Python's parser looks for each such end to the end of the file again: the work would grow with the square.
    """
    first, *rest = text.split("<!--")
    kept = [first]
    for piece in rest:
        _comment, ended, after = piece.partition("-->")
        kept.append(after if ended else "")
    plain = "".join(kept)
    unended = max(len(UNENDED_TAG.findall(plain)), len(UNENDED_MARK.findall(plain)))
    if unended > MOST_UNENDED or has_endless_tag(plain.encode(), LONGEST_TAG_OF_PAGE):
        raise UnreadableFile(_("Websiden er gået i stykker og kan ikke læses. Hent den igen, og kontrollér den nye."))
    return plain


class _HtmlReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Block] = []
        self.unseen: list[str] = []
        self.budget = ReadingBudget()
        self.line: list[str] = []
        self.rows: list[tuple[FoundCell, ...]] = []
        self.cells: list[FoundCell] = []
        self.cell: list[str] | None = None
        self.links: list[str] = []
        self.hidden = self.outside = self.tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.budget.take("")
        values = dict(attrs)
        self.hidden += tag in HTML_HIDDEN
        self.unseen += [values.get("content") or ""] if tag == "meta" else []
        if tag == "a" and (address := values.get("href")):
            self.links += [address] if self.cell is not None else []
            self.unseen.append(address)
        if self.cell is not None:
            if tag in HTML_LINES | {"br"} and any(self.cell):
                self.cell.append("\n")
        elif tag in HTML_LINES:
            self.end_line()
        elif tag == "br":
            self.line.append("\n")
        elif tag == "dd":
            self.line.append(" ")
        elif tag == "dt":
            self.end_line()
        if tag in {"td", "th"}:
            self.end_cell()
            self.cell, self.links = [], []
        elif tag == "tr":
            self.end_row()
        self.tables += tag == "table"
        self.outside += tag in HTML_OUTSIDE

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in HTML_HIDDEN and self.hidden > 0
        if tag in {"td", "th"}:
            self.end_cell()
        elif tag == "tr":
            self.end_row()
        elif tag == "table":
            self.end_row()
            if self.rows:
                self.found.append(FoundTable(tuple(self.rows)))
            self.rows = []
            self.tables -= self.tables > 0
        elif tag in HTML_LINES and self.cell is None:
            self.end_line()
        self.outside -= tag in HTML_OUTSIDE and self.outside > 0

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        (self.line if self.cell is None else self.cell).append(self.budget.take(" ".join(f"|{data}|".split())[1:-1]))

    def end_line(self) -> None:
        text = "".join(self.line).strip()
        if text:
            self.found.append(FoundText(text, is_outside=self.outside > 0))
        self.line = []

    def end_cell(self) -> None:
        if self.cell is not None:
            lines = "".join(self.cell).split("\n")
            self.cells.append(FoundCell("\n".join(line.strip() for line in lines if line.strip()), tuple(self.links)))
        self.cell = None

    def end_row(self) -> None:
        self.end_cell()
        if self.cells:
            self.rows.append(tuple(self.cells))
        self.cells = []


# === recommendations/reports/reading/json.py ===

def sealed_json(content: bytes) -> dict[str, Any] | None:
    """The object `{"format", "seal", "report"}`; None for what is no such JSON. `UnreadableFile`: it is too much."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return None
    ReadingBudget().take("", cells=sum(map(content.count, (b",", b"[", b"{"))))
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def canonical_text(report: Any) -> str:
    """The one text that the fingerprint is made over: sorted keys, no spaces, letters as they are."""
    return json.dumps(report, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_json(content: bytes, data: dict[str, Any]) -> FileSays:
    """The report in `data` as texts and tables; whatever is not as it should be is left out, and so found missing."""
    says = FileSays("json", carried=content, is_for_machines=True)
    seal = data.get("seal")
    if isinstance(seal, dict):
        says.unseen += [value for value in seal.values() if isinstance(value, str)]
    report = data.get("report")
    if isinstance(report, dict):
        says.blocks += [
            FoundText(text) for text in (_json_text(report.get("annex")), _json_text(report.get("title"))) if text
        ]
        for fact in _json_list(report.get("facts")):
            says.blocks.append(FoundText(" ".join(_json_text(part) for part in _json_list(fact))))
        for section in _json_list(report.get("sections")):
            _read_json_section(section, says, 0)
    return says


def _read_json_section(section: Any, says: FileSays, depth: int) -> None:
    if not isinstance(section, dict) or depth > 50:
        return
    says.blocks.append(FoundText(_json_text(section.get("heading"))))
    says.blocks += [FoundText(_json_text(text)) for text in _json_list(section.get("paragraphs"))]
    for table in _json_list(section.get("tables")):
        if isinstance(table, dict):
            says.blocks.append(FoundText(_json_text(table.get("caption"))))
            columns = [one if isinstance(one, dict) else {} for one in _json_list(table.get("columns"))]
            rows = [tuple(FoundCell(_json_text(column.get("heading"))) for column in columns)]
            rows += [tuple(_json_cell(value) for value in _json_list(row)) for row in _json_list(table.get("rows"))]
            says.blocks.append(FoundTable(tuple(rows)))
    for below in _json_list(section.get("sections")):
        _read_json_section(below, says, depth + 1)


def _json_cell(value: Any) -> FoundCell:
    if isinstance(value, list):
        links = [link for link in value if isinstance(link, dict)]
        addresses = tuple(_json_text(link.get("address")) for link in links)
        return FoundCell("\n".join(_json_text(link.get("text")) for link in links), addresses)
    return FoundCell(_json_text(value))


def _json_text(value: Any) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # halves of pairs can be written nowhere
    return str(value) if isinstance(value, int | float) else ""


def _json_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


# === recommendations/reports/reading/attachments.py ===

ATTACHED = re.compile(rb"/EmbeddedFile\b")
STREAM_BEGINS = re.compile(rb"stream\r?\n")
MOST_ATTACHED = 24 * 1024 * 1024  # bytes of all of them, unpacked
MOST_ATTACHMENTS = 20


def attached_files(content: bytes) -> Iterator[bytes]:
    """Each attachment of a PDF that is not encrypted, in the order in which they stand in the file, within bounds."""
    room = MOST_ATTACHED
    for place in list(ATTACHED.finditer(content))[:MOST_ATTACHMENTS]:
        begins = STREAM_BEGINS.search(content, place.end(), place.end() + 2000)
        dictionary = content[content.rfind(b"obj", 0, place.start()) : begins.start()] if begins else b""
        if not begins or b"endobj" in dictionary:
            continue  # it only names the kind of file, for example in a table of names
        file = _stream(content, begins.end(), room, is_packed=b"FlateDecode" in dictionary)
        room -= len(file)
        if room <= 0:
            return
        if file:
            yield file


def _stream(content: bytes, start: int, most: int, *, is_packed: bool) -> bytes:
    """What begins there, unpacked: no more than `most` bytes of it."""
    if not is_packed:
        return content[start : content.find(b"endstream", start)].rstrip(b"\r\n")
    try:
        return zlib.decompressobj().decompress(memoryview(content)[start:], most)
    except zlib.error:
        return b""


# === recommendations/reports/reading/__init__.py ===

def read(content: bytes) -> FileSays:
    """What the file says, by what it is and not by what it is called; UnreadableFile with a sentence where it cannot.

    Plain text of an unknown kind is read as text: a code in it is found all the same.
    """
    if content.startswith(b"PK"):
        parts = PackedParts(content)
        try:
            if "word/document.xml" in parts.sizes:
                return read_docx(parts)
            if "xl/workbook.xml" in parts.sizes:
                return read_xlsx(parts)
        except (ValueError, LookupError, ArithmeticError, AttributeError) as error:
            raise broken_package() from error  # a number where none is, and the like: no program writes so
        raise UnreadableFile(
            _("Filen er pakket, men er hverken en Word- eller en Excel-fil. Pak den ud, og kontrollér rapporten selv.")
        )
    if content.startswith(OFFICE_LOCKED):
        raise locked_package()
    if b"%PDF-" in content[:1024]:
        return read_pdf(content)
    if (data := sealed_json(content)) is not None:
        return read_json(content, data)
    text = decoded(content)
    if is_csv(text):
        return read_csv(text)
    if "<html" in text[:1000].lower() or "<!doctype html" in text[:1000].lower():
        return read_html(text)
    if not text.strip(" \0\r\n\t") or "\0" in text[:1000]:
        raise UnreadableFile(
            _(
                "Der er ingen rapport i filen. Vælg en Word-, PDF-, Excel-, CSV-, JSON- eller HTML-fil, der er hentet "
                "her."
            )
        )
    longest = ReadingBudget(
        _("Teksten er længere, end en rapport kan være. Den er ikke læst. Hent rapporten med koden.")
    )
    longest.take(text, cells=text.count(" ") + text.count("\n"))
    return FileSays("text", [FoundText(line) for line in text.splitlines() if line.strip()])


def decoded(content: bytes) -> str:
    """The text, however a spreadsheet has saved it."""
    for encoding in ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    return content.decode("cp1252", "replace")


# === recommendations/reports/aligning.py ===

# A sign that a file cannot hold stands in it by number and name: [U+0007 BELL].
NAMED_SIGN = re.compile(r"\[U\+([0-9A-F]{4,6})(?: [^\]]*)?\]")
# Not seen: soft hyphens, marks of width and direction.
UNSEEN_SIGNS = "\u00ad\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
UNSEEN = re.compile(f"[{UNSEEN_SIGNS}]")
HYPHENS = "-\u2010\u2011\x02\ufffe"
ANCHOR = 20  # letters that must be the same for two places to be one
ANCHOR_TRIES, MOST_ALIKE = 8, 120
LOOK = 8_000  # letters that are looked ahead for one
FAR_ANCHOR, FAR_STEP, FAR_LOOKS = 60, 40, 20
MOST_GAPS = 2_000
MOST_WORK = 3_000_000_000  # letters looked through, all in all: some seconds
REFINED = 2_000_000  # letters of one side times letters of the other: more of a gap is not looked into
LEAST_REFINED, LEAST_REFINED_IN_LARGE = 3, 8

Run = tuple[int, int, int]  # where it begins in the one and in the other, and how long it is


def plain_text(text: str) -> str:
    """The same words however a file had to write them: one spelling of each letter, and signs that were named back."""
    if "[U+" in text:
        text = NAMED_SIGN.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), text)
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


class Letters:
    """The letters of some texts in a row. `at[n]` is where letter n stands in `raw`; `begins` where each text does."""

    def __init__(self, texts: list[str]) -> None:
        pieces: list[str] = []
        self.at: list[int] = []
        self.begins: list[int] = []
        kept: list[str] = []
        place = 0
        for text in texts:
            self.begins.append(len(kept))
            plain = unicodedata.normalize("NFKC", plain_text(text))
            for offset, sign in enumerate(plain):
                if not sign.isspace():
                    kept.append(sign)
                    self.at.append(place + offset)
            pieces.append(plain)
            place += len(plain) + 1
        self.raw = "\n".join(pieces)
        self._drop_hyphens(kept)

    def _drop_hyphens(self, kept: list[str]) -> None:
        """Beside a letter a hyphen may be a line's; between digits it means something."""
        dropped = {
            place
            for place, sign in enumerate(kept)
            if sign in HYPHENS
            and ((place and kept[place - 1].isalpha()) or (place + 1 < len(kept) and kept[place + 1].isalpha()))
        }
        if dropped:
            before, passed = [], 0
            for place in range(len(kept) + 1):
                before.append(place - passed)
                passed += place in dropped
            self.begins = [before[place] for place in self.begins]
            self.at = [at for place, at in enumerate(self.at) if place not in dropped]
            kept = [sign for place, sign in enumerate(kept) if place not in dropped]
        self.text = "".join(kept)

    def shown(self, start: int, end: int) -> str:
        """The letters from `start` to before `end` as they stood, with their spaces."""
        return " ".join(self.raw[self.at[start] : self.at[end - 1] + 1].split()) if start < end else ""


def aligned(ours: str, theirs: str) -> list[Run]:
    """The runs that are the same in both, in order; what lies between two runs differs."""
    runs: list[Run] = []
    here = there = 0
    work = [MOST_WORK]
    far_looks = FAR_LOOKS
    while here < len(ours) and there < len(theirs) and len(runs) < MOST_GAPS:
        length = _same_from(ours, here, theirs, there)
        if length:
            runs.append((here, there, length))
            here, there = here + length, there + length
            continue
        found = _next_same(ours, here, theirs, there, work)
        if found is None and far_looks:
            far_looks -= 1
            found = _far_same(ours, here, theirs, there)
        if found is None:
            break
        here, there = found
    return _refined(ours, theirs, runs)


def _same_from(ours: str, here: int, theirs: str, there: int) -> int:
    length, step = 0, 64
    while True:
        mine, other = ours[here + length : here + length + step], theirs[there + length : there + length + step]
        if mine and mine == other:
            length, step = length + step if len(mine) == step else length + len(mine), step * 4
            continue
        if step <= 64:
            both = zip(mine, other, strict=False)
            return length + next((n for n, (a, b) in enumerate(both) if a != b), min(len(mine), len(other)))
        step = 64


def _next_same(ours: str, here: int, theirs: str, there: int, work: list[int]) -> tuple[int, int] | None:
    """The nearest place from which both go on alike: the least that is passed over on both sides together.

    The more is passed over, the longer they must go on alike: rows of a table have much in common.
    """
    best, place = 2 * LOOK, None
    for skipped in range(min(LOOK, len(ours) - here)):
        if skipped >= best or work[0] <= 0:
            break
        anchor = ours[here + skipped : here + skipped + ANCHOR]
        end = min(there + min(best - skipped, LOOK) + len(anchor), len(theirs))
        found = theirs.find(anchor, there, end) if len(anchor) >= LEAST_REFINED else -1
        work[0] -= end - there
        for _try in range(ANCHOR_TRIES):
            if found < 0 or skipped + found - there >= best:
                break
            passed = skipped + found - there
            alike = _same_from(ours, here + skipped, theirs, found)
            is_end = here + skipped + alike == len(ours) or found + alike == len(theirs)
            if alike >= min(ANCHOR + passed // 4, MOST_ALIKE) or (is_end and alike >= LEAST_REFINED):
                best, place = passed, (here + skipped, found)
                break
            found = theirs.find(anchor, found + 1, end)
    return place


def _far_same(ours: str, here: int, theirs: str, there: int) -> tuple[int, int] | None:
    """The first longer run of ours that is anywhere in the rest of theirs: whole tables may be gone or new."""
    for start in range(here, min(len(ours), here + 200_000), FAR_STEP):
        anchor = ours[start : start + FAR_ANCHOR]
        if len(anchor) == FAR_ANCHOR and (found := theirs.find(anchor, there)) >= 0:
            return start, found
    return None


def _refined(ours: str, theirs: str, runs: list[Run]) -> list[Run]:
    """The runs with those added that are found between them, letter by letter."""
    made: list[Run] = []
    here = there = 0
    for mine, other, length in [*runs, (len(ours), len(theirs), 0)]:
        size = (mine - here) * (other - there)
        if 0 < size <= REFINED and min(mine - here, other - there) > LEAST_REFINED:
            matcher = SequenceMatcher(None, ours[here:mine], theirs[there:other], autojunk=False)
            least = LEAST_REFINED if size <= 4_000 else LEAST_REFINED_IN_LARGE
            made += [
                (here + block.a, there + block.b, block.size)
                for block in matcher.get_matching_blocks()
                if block.size >= least
            ]
        if length:
            made.append((mine, other, length))
        here, there = mine + length, other + length
    return made


# === recommendations/reports/stated.py ===

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


# === recommendations/reports/comparing_tables.py ===

ANY_DATE = re.compile(r"(\d{1,4})([.\-/])(\d{1,2})\2(\d{1,4})(?:[T ]00:00:00)?")
SPREADSHEET_ADDRESS = re.compile(r".+: adresse(?: \(\d+\))?")
MOST_PAIRS = 9_000_000  # rows of one side times rows of the other: more are paired by their places
# As CSV writes them: the words and the address in angle brackets, or the address alone.
WRITTEN_LINK = re.compile(r"(?:(?P<bare>https?://\S+)|(?P<words>(?s:.*?)) <(?P<address>https?://.*)>)(?:\n|\Z)")


def paired_tables(tables: list[ReportTable], says: FileSays) -> list[tuple[ReportTable, list[FoundTable]]]:
    """Which tables of the file are which of the report's, in order: those with most headings and cells in common.

    A table that goes on in the next, with nothing said between them and the same headings, is one.
    """
    groups: list[list[FoundTable]] = []
    heads: list[set[str]] = []
    last: object = None
    for block in says.blocks:
        if isinstance(block, FoundTable) and block.rows:
            head = {one_spaced(cell.text) for cell in block.rows[0] if cell.text}
            if isinstance(last, FoundTable) and heads[-1] == head and says.format != "xlsx":
                groups[-1].append(block)
            else:
                groups.append([block])
                heads.append(head)
        last = block
    texts = [{one_spaced(cell.text) for grid in group for row in grid.rows for cell in row} for group in groups]
    worth = [[_alike(table, head, text) for head, text in zip(heads, texts, strict=True)] for table in tables]
    return [(tables[one], groups[other]) for one, other in _best_pairs(worth)]


def _alike(table: ReportTable, head: set[str], texts: set[str]) -> float:
    headings = {one_spaced(heading) for heading in table.headings}
    shared = len(headings & head) / max(len(headings | {one for one in head if not _is_of_spreadsheet(one)}), 1)
    if shared < 0.5:
        return 0.0
    names = {
        one_spaced(row[place]) for row in table.rows for place in range(min(2, len(row))) if isinstance(row[place], str)
    }
    return shared + (len(names & texts) / len(names) if names else 0.5)


def _is_of_spreadsheet(heading: str) -> bool:
    """A column that only a spreadsheet needs: more of the one before it, or its addresses."""
    return bool(SPREADSHEET_ADDRESS.fullmatch(heading) or re.search(r" \(\d+\)$", heading))


def _best_pairs(worth: list[list[float]]) -> list[tuple[int, int]]:
    """Pairs in the order of both, whose worth is greatest all together (dynamic programming)."""
    down, along = len(worth), len(worth[0]) if worth else 0
    best = [[0.0] * (along + 1) for _ in range(down + 1)]
    for one in range(down - 1, -1, -1):
        for other in range(along - 1, -1, -1):
            taken = worth[one][other] + best[one + 1][other + 1] if worth[one][other] else 0.0
            best[one][other] = max(best[one + 1][other], best[one][other + 1], taken)
    pairs, one, other = [], 0, 0
    while one < down and other < along:
        if worth[one][other] and best[one][other] == worth[one][other] + best[one + 1][other + 1]:
            pairs.append((one, other))
            one, other = one + 1, other + 1
        elif best[one][other] == best[one + 1][other]:
            one += 1
        else:
            other += 1
    return pairs


def differences_in_table(table: ReportTable, grids: list[FoundTable], *, is_for_machines: bool) -> Iterable[Difference]:
    head = [one_spaced(cell.text) for cell in grids[0].rows[0]]
    columns, unknown = _columns_of(table, head)
    for place, (heading, found) in enumerate(zip(table.headings, columns, strict=True)):
        now = head[found[0]] if found else ""
        if now != one_spaced(heading):
            yield Difference(Change.CELL, table.section, table.caption, "", heading, table.headings[place], now)
    rows = [row for grid in grids for row in grid.rows if [one_spaced(cell.text) for cell in row] != head]
    for column in unknown:
        said = [row[column].text for row in rows if column < len(row) and row[column].text]
        if said or head[column]:
            yield Difference(
                Change.COLUMN_ADDED, table.section, table.caption, "", head[column], "", "; ".join(said[:5])
            )
    found_rows = [
        [_joined_cell(row, places, kind) for places, kind in zip(columns, table.kinds, strict=True)] for row in rows
    ]
    ours = [tuple(_value_key(value, kind) for value, kind in zip(row, table.kinds, strict=True)) for row in table.rows]
    theirs = [
        tuple(
            _found_key(cell, kind, is_for_machines=is_for_machines) for cell, kind in zip(row, table.kinds, strict=True)
        )
        for row in found_rows
    ]
    theirs_full = theirs
    while theirs_full and not any(theirs_full[-1]):
        theirs_full = theirs_full[:-1]
    for mine, other in _paired_rows(ours, theirs_full):
        if other is None:
            row = table.rows[mine or 0]
            whole = " | ".join(filter(None, map(shown_value, row, table.kinds)))
            yield Difference(Change.ROW_REMOVED, table.section, table.caption, table.row_name(row), "", whole, "")
        elif mine is None:
            whole = " | ".join(cell.text for cell in found_rows[other] if cell.text)
            if whole:
                yield Difference(Change.ROW_ADDED, table.section, table.caption, "", "", "", whole)
        else:
            yield from _in_row(table, table.rows[mine], found_rows[other], is_for_machines=is_for_machines)


def _columns_of(table: ReportTable, head: list[str]) -> tuple[list[list[int]], list[int]]:
    """For each column of the report those of the file that hold it; and the file's columns that hold none."""
    free = [place for place, heading in enumerate(head) if not SPREADSHEET_ADDRESS.fullmatch(heading)]
    columns: list[list[int]] = []
    for heading in map(one_spaced, table.headings):
        own = next((place for place in free if head[place] == heading), None)
        more = re.compile(re.escape(heading) + r" \(\d+\)")
        found = [] if own is None else [own, *(place for place in free if more.fullmatch(head[place]))]
        columns.append(found)
        free = [place for place in free if place not in found]
    # A heading that was changed still stands between its neighbours.
    for number, found in enumerate(columns):
        if not found and free and len(free) >= sum(not one for one in columns):
            columns[number] = [free.pop(0)]
    return columns, free


def _joined_cell(row: Sequence[FoundCell], places: list[int], kind: str) -> FoundCell:
    """A cell that a spreadsheet has had to spread over several."""
    cells = [row[place] for place in places if place < len(row)]
    if len(cells) == 1:
        return cells[0]
    cells = [cell for cell in cells if cell.text]
    between = "\n" if kind == "links" else ""
    return FoundCell(between.join(cell.text for cell in cells), tuple(one for cell in cells for one in cell.addresses))


def _value_key(value: Any, kind: str) -> str:
    """What a value is, however it is spelt."""
    if value is None:
        return ""
    if kind == "number":
        return str(Decimal(value).normalize() + 0)
    if kind == "date":
        return _date_key(str(value)) or str(value)
    return one_spaced(shown_value(value, kind))


def _found_key(cell: FoundCell, kind: str, *, is_for_machines: bool) -> str:
    text = one_spaced(cell.text)
    if kind == "date":
        return _date_key(text) or text
    if kind == "number" and text:
        plain = text.replace(" ", "").replace("\u2212", "-")
        plain = plain if is_for_machines else plain.replace(".", "").replace(",", ".")
        try:
            return str(Decimal(plain).normalize() + 0)
        except InvalidOperation:
            return text
    if kind == "links" and (links := _written_links(cell.text)):
        return one_spaced("\n".join(link["words"] or link["bare"] for link in links))
    return text


def _date_key(text: str) -> str:
    found = ANY_DATE.fullmatch(text)
    if not found:
        return ""
    first, month, last = int(found[1]), int(found[3]), int(found[4])
    is_iso = len(found[1]) == 4
    return f"{first if is_iso else last}-{month}-{last if is_iso else first}"


def _paired_rows(ours: list[tuple[str, ...]], theirs: list[tuple[str, ...]]) -> Iterable[tuple[int | None, int | None]]:
    """Which row is which, in order; None where one side has no such row."""
    first = 0
    while first < min(len(ours), len(theirs)) and ours[first] == theirs[first]:
        yield first, first
        first += 1
    tail = 0
    while tail < min(len(ours), len(theirs)) - first and ours[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    mine, other = ours[first : len(ours) - tail], theirs[first : len(theirs) - tail]
    if len(mine) * len(other) > MOST_PAIRS:
        blocks = [("replace", 0, len(mine), 0, len(other))]
    else:
        blocks = list(SequenceMatcher(None, mine, other, autojunk=False).get_opcodes())
    for kind, from_mine, to_mine, from_other, to_other in blocks:
        size = to_mine - from_mine
        pairs = (
            _likely_pairs(mine[from_mine:to_mine], other[from_other:to_other])
            if kind != "equal"
            else ((number, number) for number in range(size))
        )
        for one, another in pairs:
            yield (
                None if one is None else first + from_mine + one,
                None if another is None else first + from_other + another,
            )
    yield from ((len(ours) - left, len(theirs) - left) for left in range(tail, 0, -1))


def _likely_pairs(
    ours: list[tuple[str, ...]], theirs: list[tuple[str, ...]]
) -> Iterable[tuple[int | None, int | None]]:
    """Rows that differ, paired by what they have in common."""
    if len(ours) * len(theirs) > 40_000:
        pairs = [(number, number) for number in range(min(len(ours), len(theirs)))]
    else:
        is_small = len(ours) * len(theirs) <= 2_500
        pairs = _best_pairs([[_row_worth(one, other, is_small=is_small) for other in theirs] for one in ours])
    here = there = 0
    for one, other in [*pairs, (len(ours), len(theirs))]:
        yield from ((number, None) for number in range(here, one))
        yield from ((None, number) for number in range(there, other))
        if one < len(ours):
            yield one, other
        here, there = one + 1, other + 1


def _row_worth(ours: tuple[str, ...], theirs: tuple[str, ...], *, is_small: bool) -> float:
    told = [(one, other) for one, other in zip(ours, theirs, strict=True) if one or other]
    same = sum(one == other for one, other in told) / max(len(told), 1)
    is_named_so = ours[0] == theirs[0] and bool(ours[0])
    if same < 0.6 and not is_named_so and is_small:
        alike = SequenceMatcher(None, " ".join(ours)[:300], " ".join(theirs)[:300], autojunk=False).quick_ratio()
        same = alike if alike >= 0.75 else 0.0
    return same + is_named_so if same >= 0.5 or is_named_so else 0.0


def _in_row(
    table: ReportTable, row: tuple[Any, ...], found: list[FoundCell], *, is_for_machines: bool
) -> Iterable[Difference]:
    name = table.row_name(row)
    for value, kind, heading, cell in zip(row, table.kinds, table.headings, found, strict=True):
        was, now = shown_value(value, kind), cell.text
        is_same = _value_key(value, kind) == _found_key(cell, kind, is_for_machines=is_for_machines)
        if is_same and kind == "links":
            ours, theirs = [link["address"] for link in value or ()], _addresses_of(cell)
            is_same = not theirs or list(map(_plain_address, ours)) == list(map(_plain_address, theirs))
            if not is_same:
                was, now = "\n".join(ours), "\n".join(theirs)
        links = _written_links(now) if kind == "links" else []
        words = "\n".join(link["words"] or link["bare"] for link in links) or now
        if not is_same and not is_withheld(was, words):
            yield Difference(Change.CELL, table.section, table.caption, name, heading, was, now)


def _addresses_of(cell: FoundCell) -> list[str]:
    """Of the links in it, or as CSV writes them: behind the words, in angle brackets."""
    return list(cell.addresses) or [link["address"] or link["bare"] for link in _written_links(cell.text)]


def _written_links(text: str) -> list[re.Match[str]]:
    """The links of a cell that holds nothing else."""
    if "http" not in text:
        return []
    links = list(WRITTEN_LINK.finditer(text))
    return links if "".join(link[0] for link in links) == text else []


def _plain_address(address: str) -> str:
    """An address as programs agree on it, however they write its signs."""
    return unquote(address).rstrip("/")


# === recommendations/reports/comparing_text.py ===

# What a browser prints above and below a page: the time, the address, the number.
PRINTED = (
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4},?(?:kl\.?)?\d{1,2}[.:]\d{2}(?:[AP]M)?|(?:file|https?)://.{0,300}?\d{1,4}/\d{1,4}"
)
PAGE_NUMBER = r"Side\d*(?:af\d*)?|\d{1,4}/\d{1,4}"
LEAST_RUNNING = 12  # letters of what is taken for a running head within a text
HEAD_LINES, FOOT_LINES = 8, 40  # of a page, at most; the last has the seal


class Furniture:
    """Texts that may stand anywhere around the report's own, as a pattern over letters without spaces."""

    def __init__(self, texts: Iterable[str], tables: Iterable[ReportTable]) -> None:
        around = {Letters([text]).text for text in texts}
        repeated = {Letters(["\n".join(table.headings)]).text for table in tables}
        self.around = _any_of(around)
        self.pattern = _any_of(around | repeated)

    def left_of(self, text: str) -> str:
        """What of a text is no furniture."""
        return self.pattern.sub("", Letters([text]).text).strip("·|•–-")

    def stripped(self, page: str, *, is_first: bool) -> str:
        """A page without its running head and foot. What the first page begins with is the report's own."""
        lines = page.splitlines()
        first, last = 0, len(lines)
        for count in range(min(FOOT_LINES, len(lines) - is_first), 0, -1):
            if not self._is_around(lines[-count:]):
                continue
            last = len(lines) - count
            break
        for count in range(0 if is_first else min(HEAD_LINES, last), 0, -1):
            if self._is_around(lines[:count]):
                first = count
                break
        return "\n".join(lines[first:last])

    def _is_around(self, lines: list[str]) -> bool:
        return not self.around.sub("", Letters(["\n".join(lines)]).text)


def without_running_lines(pages: list[str]) -> tuple[list[str], list[str]]:
    """The pages without the lines that all of them begin or end with, but for their numbers; and those lines, once.

    The first page may be without. Lines of a table can be alike on every page too: whoever asks must try both.
    """
    lines = [page.splitlines() for page in pages]
    gone: list[str] = []
    for edge in (0, -1):
        while len(lines) > 1 and all(lines[1:]):
            masked = {re.sub(r"\d+", "0", one[edge]).strip() for one in lines[1:]}
            if len(masked) > 1 or (len(lines) == 2 and (not lines[0] or lines[0][edge].strip() not in lines[1][edge])):
                break
            gone.append(lines[1][edge].strip())
            for one in lines:
                if one and re.sub(r"\d+", "0", one[edge]).strip() in masked:
                    one.pop(edge)
    return ["\n".join(one) for one in lines], [line for line in gone if line]


def _any_of(texts: set[str]) -> re.Pattern[str]:
    longest_first = sorted((one for one in texts if one), key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, longest_first), PRINTED, PAGE_NUMBER]))


def differences_in_text(
    places: list[ReportPlace], texts: list[str], known: Furniture, added: list[str], *, is_paged: bool
) -> Iterable[Difference]:
    """Each place that differs, in reading order; what stands outside goes to `added`. `is_paged`: a text is a page."""
    if is_paged:
        texts = [known.stripped(text, is_first=number == 0) for number, text in enumerate(texts)]
    ours, theirs = Letters([place.text for place in places]), Letters(texts)
    gaps = TextGaps(places, ours, theirs, known, is_paged=is_paged)
    ignored: list[tuple[int, int]] = []
    changed: set[int] = set()
    inserted: dict[int, list[Difference]] = {}
    for here, end, there, until in gaps.all():
        now = theirs.shown(there, until)
        is_outside = (here == 0 and end == 0) or (is_paged and gaps.is_at_edge(there, until))
        if here == end:
            left = known.left_of(now)
            if not left or gaps.is_between(here):
                ignored.append((there, until))
                if left and is_outside:
                    added.append(now)
                elif left:
                    at = gaps.place_at(max(here - 1, 0))
                    one = places[at]
                    inserted.setdefault(at, []).append(
                        Difference(Change.TEXT_ADDED, one.section, one.table, one.row, "", "", now)
                    )
            else:
                changed.add(gaps.place_at(here))
        else:
            if here != end and not known.left_of(now):
                ignored.append((there, until))
            changed |= set(gaps.places_in(here, end))
    changed -= gaps.broken_rows(changed)
    yield from gaps.told(changed, ignored, inserted)


class TextGaps:
    """What lies between the runs that are the same, and which places of the report that touches."""

    def __init__(
        self,
        places: list[ReportPlace],
        ours: Letters,
        theirs: Letters,
        known: Furniture,
        *,
        is_paged: bool,
    ) -> None:
        self.places, self.ours, self.theirs, self.known = places, ours, theirs, known
        self.runs: list[Run] = aligned(ours.text, theirs.text)
        self.begins = ours.begins
        self.starts = set(ours.begins) | {len(ours.text)}
        self.rows = {
            begin
            for begin, place, before in zip(ours.begins, places, [None, *places], strict=False)
            if before is None or (before.table, before.row_number) != (place.table, place.row_number)
        }
        self.edges = {*theirs.begins, len(theirs.text)} if is_paged else set()

    def all(self) -> Iterable[tuple[int, int, int, int]]:
        """Each gap: from and to in ours, from and to in theirs; moved to where it is most likely to have come about."""
        here = there = 0
        for number, (mine, other, length) in enumerate([*self.runs, (len(self.ours.text), len(self.theirs.text), 0)]):
            if here < mine or there < other:
                before = self.runs[number - 1][2] if number else 0
                yield self._slid(here, mine, there, other, before, length)
            here, there = mine + length, other + length

    def _slid(self, here: int, end: int, there: int, until: int, before: int, after: int) -> tuple[int, int, int, int]:
        """A text that was put in, or taken out, may as well begin some letters earlier or later: at a place's start."""
        if here < end and there < until:
            return here, end, there, until
        text, first, last = (self.ours.text, here, end) if here < end else (self.theirs.text, there, until)
        back = 0
        while back < min(before, 400) and text[first - back - 1] == text[last - back - 1]:
            back += 1
        forth = 0
        while forth < min(after, 400) and text[first + forth] == text[last + forth]:
            forth += 1
        best, by = -1, 0
        for step in range(-back, forth + 1):
            at = here + step
            worth = (at in self.starts) + (at in self.rows)
            worth += 2 * (there + step in self.edges) + 2 * (until + step in self.edges)
            if (worth, -abs(step)) > (best, -abs(by)):
                best, by = worth, step
        return here + by, end + by, there + by, until + by

    def is_between(self, at: int) -> bool:
        return at in self.starts

    def is_at_edge(self, there: int, until: int) -> bool:
        return any(there <= edge <= until for edge in self.edges)

    def place_at(self, at: int) -> int:
        """The number of the place that letter `at` belongs to."""
        low, high = 0, len(self.begins)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.begins[middle] <= at else (low, middle)
        return low

    def end_of(self, number: int) -> int:
        return self.begins[number + 1] if number + 1 < len(self.begins) else len(self.ours.text)

    def places_in(self, here: int, end: int) -> list[int]:
        """The numbers of the places that have letters between."""
        return [
            number
            for number in range(self.place_at(here), self.place_at(end - 1) + 1)
            if self.end_of(number) > self.begins[number]
        ]

    def found_at(self, at: int, *, is_end: bool) -> int:
        """Where in theirs a letter of ours would be. What lies in a gap belongs to the first place that touches it."""
        low, high = 0, len(self.runs)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.runs[middle][0] + is_end <= at else (low, middle)
        mine, other, length = self.runs[low - 1] if low else (0, 0, 0)
        if at - mine <= length:
            return other + max(at - mine, 0)
        following = self.runs[low] if low < len(self.runs) else (len(self.ours.text), len(self.theirs.text), 0)
        if not is_end and self.place_at(at) == self.place_at(max(mine + length, 0)) and at == mine + length:
            return other + length
        return following[1]

    def said(self, number: int, ignored: list[tuple[int, int]]) -> str:
        """What theirs has at a place of ours, without what only stands in between."""
        first = self.found_at(self.begins[number], is_end=False)
        last = max(self.found_at(self.end_of(number), is_end=True), first)
        pieces, at = [], first
        for start, end in ignored:
            if first <= start and end <= last:
                pieces.append(self.theirs.shown(at, start))
                at = end
        for found in self.known.pattern.finditer(self.theirs.text, at, last):
            if found.end() - found.start() >= LEAST_RUNNING:
                pieces.append(self.theirs.shown(at, found.start()))
                at = found.end()
        return " ".join(piece for piece in [*pieces, self.theirs.shown(at, last)] if piece)

    def broken_rows(self, changed: set[int]) -> set[int]:
        """The places of rows that a new page has cut in two: all their letters are there, in another order."""
        fine: set[int] = set()
        for number in changed - fine:
            place = self.places[number]
            if not place.row_number:
                continue
            row = self._row_of(number)
            first = self.found_at(self.begins[row[0]], is_end=False)
            last = self.found_at(self.end_of(row[-1]), is_end=True)
            if any(first < edge < last for edge in self.edges):
                ours = self.ours.text[self.begins[row[0]] : self.end_of(row[-1])]
                theirs = self.known.pattern.sub("", self.theirs.text[first:last])
                if Counter(ours) == Counter(theirs):
                    fine |= set(row)
        return fine

    def _row_of(self, number: int) -> list[int]:
        """The numbers of all places in the same row."""
        key = (self.places[number].table, self.places[number].row_number)
        first = last = number
        while first and (self.places[first - 1].table, self.places[first - 1].row_number) == key:
            first -= 1
        while last + 1 < len(self.places) and (self.places[last + 1].table, self.places[last + 1].row_number) == key:
            last += 1
        return list(range(first, last + 1))

    def told(
        self, changed: set[int], ignored: list[tuple[int, int]], inserted: dict[int, list[Difference]]
    ) -> Iterable[Difference]:
        """The differences in reading order; a row of which nothing is left is one."""
        done: set[int] = set()
        for number in sorted({*changed, *inserted}):
            place = self.places[number]
            if number in changed and number not in done:
                row = self._row_of(number) if place.row_number else []
                filled = [one for one in row if self.end_of(one) > self.begins[one]]
                if filled and changed.issuperset(filled) and not any(self.said(one, ignored) for one in filled):
                    done |= set(row)
                    whole = " | ".join(self.places[one].text for one in filled)
                    yield replace(place.differs(Change.ROW_REMOVED, ""), column="", was=whole)
                else:
                    now = self.said(number, ignored)
                    if not is_withheld(place.text, now) and Letters([place.text]).text != Letters([now]).text:
                        kind = Change.CELL if place.table else Change.TEXT if now else Change.TEXT_REMOVED
                        yield place.differs(kind, now)
            yield from inserted.get(number, ())


# === recommendations/reports/comparing.py ===

MOST_DIFFERENCES = 200
LONGEST_SHOWN = 400  # letters of each side
LONG_HEADING = 12  # letters: may stand alone, as nobody else says so
# What files say about the seal and about themselves; the values of the seal stand between.
FIXED_WORDS = (
    "Segl",
    "Arket har flere links, end Excel kan have på et ark. Derfor står adresserne der som tekst.",
    "Med seglet kan enhver se, om rapporten er, som den blev udstedt. Mellemrum i tallene tæller ikke.",
    "Siden har en log med en linje for hver ændring. Loggens rod er regnet ud af alle linjerne, så en gammel linje "
    "ikke kan ændres, uden at det ses.",
    "Underskriften viser, at rapporten kommer fra siden; den offentlige nøgle prøver det.",
    "Tegn, som filen ikke kan vise, står i kantede parenteser med deres nummer og navn i Unicode.",
)
# Before a value of the seal, by the value's name.
SEAL_HEADINGS = {
    "code": ("Rapportens kode", "Rapport", "Udstedt rapport", "kode"),
    "check_address": ("Kontrollér den på", "kontrol", "QR-kode, der fører til"),
    "issued_at": ("Udstedt (UTC)", "udstedt"),
    "fingerprint": ("Dataenes fingeraftryk (SHA-256)", "fingeraftryk"),
    "tree_size": ("Loggens længde", "loglinjer"),
    "tree_root": ("Loggens rod (SHA-256)", "logrod"),
    "signature": ("Underskrift (Ed25519)", "underskrift"),
    "public_key": ("Offentlig nøgle (Ed25519)", "nøgle"),
}


@dataclass
class Comparison:
    """`added` are texts outside what the report says. `has_more`: there are more differences than are listed."""

    differences: list[Difference] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    has_more: bool = False

    def note(self, found: Iterable[Difference]) -> None:
        for one in found:
            if len(self.differences) >= MOST_DIFFERENCES:
                self.has_more = True
                return
            self.differences.append(replace(one, was=_short(one.was), now=_short(one.now)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def compare(report: dict[str, Any], says: FileSays, furniture: Sequence[str] = ()) -> Comparison:
    """What `says` has otherwise than `report`. `furniture` are texts that may stand around it: seal, page numbers."""
    contents = contents_of(report)
    made = Comparison()
    tables = [one for one in contents if isinstance(one, ReportTable)]
    pairs = paired_tables(tables, says)
    taken = {id(grid) for _table, grids in pairs for grid in grids}
    with_grids = {id(table) for table, _grids in pairs}
    places: list[ReportPlace] = []
    for one in contents:
        if isinstance(one, ReportPlace):
            places.append(one)
        elif id(one) not in with_grids:
            places += one.places()
    texts: list[str] = []
    for block in says.blocks:
        if isinstance(block, FoundText) and block.is_outside:
            made.added.append(block.text)
        elif isinstance(block, FoundText | FoundPage):
            texts.append(block.text)
        elif id(block) not in taken:
            texts += [cell.text for row in block.rows for cell in row if cell.text]
    is_paged = any(isinstance(block, FoundPage) for block in says.blocks)
    known = Furniture([*furniture, report["title"]], tables if is_paged else [])
    outside = list(made.added)
    differences = list(differences_in_text(places, texts, known, outside, is_paged=is_paged))
    if differences and is_paged:
        pages, running = without_running_lines(texts)
        again = list(differences_in_text(places, pages, known, running, is_paged=True))
        if len(again) < len(differences):
            differences, outside = again, [*made.added, *running]
    made.note(differences)
    for table, grids in pairs:
        made.note(differences_in_table(table, grids, is_for_machines=says.is_for_machines))
    around = Furniture([*furniture, report["title"], *(table.caption for table in tables)], [])
    made.added = [
        text
        for text in dict.fromkeys(" ".join(line.split()) for one in outside for line in one.split("\n"))
        if around.left_of(text)
    ]
    return made


def furniture_of(seal: dict[str, Any]) -> list[str]:
    """All that a file says about its seal: each value with what stands before it, and the words around them."""
    found = list(FIXED_WORDS)
    for name, headings in SEAL_HEADINGS.items():
        if value := seal.get(name):
            values = [str(value)]
            if name == "tree_size":
                values = [f"{shown_value(value, 'number')} {lines}" for lines in ("linje", "linjer")] + values
            found += [f"{heading}{sign} {one}" for heading in headings for one in values for sign in (":", "", ".")]
            found += [f"{heading} {one}." for heading in headings for one in values]
            found += values if name != "tree_size" else []
            found += [f"{heading}{sign}" for heading in headings if len(heading) > LONG_HEADING for sign in (":", "")]
    return found


# === recommendations/log_tree.py ===

EMPTY = hashlib.sha256(b"").digest()


class Subtree(NamedTuple):
    """A full one: of the 2 ** `level` leaves from number `place` * 2 ** `level` on."""

    level: int
    place: int

    @property
    def last_leaf(self) -> int:
        """The number of the leaf that makes it full."""
        return ((self.place + 1) << self.level) - 1


Roots = Callable[[Subtree], bytes]  # the root of each full subtree


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class GrowingTree:
    """A tree of `size` leaves that is only added to: it remembers the roots of its largest full subtrees (a compact
    range), which are no more than the binary digits of its size."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)  # from the left, so from the largest

    def append(self, hash_of_leaf: bytes) -> list[bytes]:
        """Add a leaf by its hash. Returns the roots of the full subtrees that it ends, from level 1 on."""
        root, ended, rest = hash_of_leaf, [], self.size
        while rest & 1:
            root = node_hash(self.peaks.pop(), root)
            ended.append(root)
            rest >>= 1
        self.peaks.append(root)
        self.size += 1
        return ended

    def root(self) -> bytes:
        return _joined(self.peaks)


def _joined(peaks: Sequence[bytes]) -> bytes:
    """The root over full subtrees side by side, each smaller than the one to its left."""
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks)) if peaks else EMPTY


# --- Where things are -------------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """The leaves from number `begin` up to, but not with, `end`: one node of a tree, full or not."""

    begin: int
    end: int

    def halves(self) -> tuple[Span, Span]:
        middle = self.begin + (1 << (self.end - self.begin - 1).bit_length() - 1)
        return Span(self.begin, middle), Span(middle, self.end)

    def subtrees(self) -> Iterator[Subtree]:
        """The full subtrees that it is made of, from the left."""
        begin = self.begin
        while begin < self.end:
            level = (self.end - begin).bit_length() - 1
            yield Subtree(level, begin >> level)
            begin += 1 << level


def root_of(span: Span, roots: Roots) -> bytes:
    return _joined([roots(subtree) for subtree in span.subtrees()])


def inclusion_spans(number: int, size: int) -> list[Span]:
    """The nodes of the audit path of leaf `number` in a tree of `size` leaves, from the leaf up. ValueError where the
    tree has no such leaf."""
    if not 0 <= number < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {number}.")
    span, path = Span(0, size), []
    while span.end - span.begin > 1:
        left, right = span.halves()
        span, beside = (left, right) if number < left.end else (right, left)
        path.append(beside)
    return path[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The nodes of the proof that a tree of `new` leaves begins with all of one of `old`. None are needed from no
    leaves, or between equals; ValueError where `new` is smaller."""
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} leaves does not begin with {old}.")
    if old in (0, new):
        return []
    span, path, is_old_tree = Span(0, new), [], True
    while span.end != old:
        left, right = span.halves()
        goes_left = old <= left.end
        span, beside = (left, right) if goes_left else (right, left)
        is_old_tree = is_old_tree and goes_left
        path.append(beside)
    return ([] if is_old_tree else [span]) + path[::-1]


# --- Checking what is proved ------------------------------------------------------------------------------------------


def is_included(hash_of_leaf: bytes, number: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that the leaf stands at `number` in the tree of `size` leaves with this root."""
    if not 0 <= number < size:
        return False
    node, last, found = number, size - 1, hash_of_leaf
    for beside in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(beside, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def is_extended(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree of `new` leaves begins with all of the tree of `old`, unchanged."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY
    rest = list(path)
    if old & (old - 1) == 0:  # the old tree is full, so its root is a node of the new one
        rest.insert(0, old_root)
    if not rest:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = rest[0]
    for beside in rest[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(beside, first), node_hash(beside, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, beside)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# === checker/pdf_text.py ===

OBJECT_BEGINS = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,5}\s+obj\b")
REFERENCE = rb"\s*(\d{1,10})\s+\d{1,5}\s+R"
PDF_TOKEN = re.compile(
    rb"%[^\r\n]*|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|<<|>>|<[0-9A-Fa-f\s]*>|\[|\]|/[^\s()<>\[\]{}/%]*"
    rb"|[^\s()<>\[\]{}/%]+",
    re.DOTALL,
)
CODES_TO_LETTERS = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
PDF_ESCAPE = re.compile(rb"\\([nrtbf()\\]|[0-7]{1,3}|\r\n|[\r\n])")
PDF_SIGNS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
MOST_UNPACKED_PDF = 300 * 1024 * 1024
NEW_LINE = {b"Td", b"TD", b"T*", b"Tm", b"'", b'"', b"BT", b"ET"}


class PdfText:
    """The objects of a file by their numbers, each as its dictionary and its unpacked stream."""

    def __init__(self, content: bytes) -> None:
        self.room = MOST_UNPACKED_PDF
        self.objects: dict[int, tuple[bytes, bytes]] = {}
        starts = list(OBJECT_BEGINS.finditer(content))
        packed = []
        for place, found in enumerate(starts):
            end = starts[place + 1].start() if place + 1 < len(starts) else len(content)
            body = content[found.end() : end]
            head, divider, stream = body.partition(b"stream")
            if divider and b"endobj" not in head:
                stream = self._unpacked(head, stream.removeprefix(b"\r").removeprefix(b"\n"))
                packed += [(head, stream)] if b"/ObjStm" in head else []
                self.objects[int(found[1])] = (head, stream)
            else:
                self.objects[int(found[1])] = (body.partition(b"endobj")[0], b"")
        for head, stream in packed:
            self._open_object_stream(head, stream)
        self.fonts: dict[int, tuple[int, dict[bytes, str]]] = {}

    def pages(self) -> list[str]:
        """The text of each page, in the order of the document."""
        root = next((head for head, _stream in self.objects.values() if re.search(rb"/Type\s*/Catalog\b", head)), b"")
        first = re.search(rb"/Pages" + REFERENCE, root)
        return [self._page(head) for head in self._leaves(int(first[1]), set())] if first else []

    def _unpacked(self, head: bytes, stream: bytes) -> bytes:
        stream = stream[: stream.rfind(b"endstream")] if b"endstream" in stream else stream
        if b"FlateDecode" not in head or re.search(rb"/Subtype\s*/Image", head) or b"/EmbeddedFile" in head:
            return stream if b"/Filter" not in head else b""
        try:
            opened = zlib.decompressobj().decompress(stream, self.room)
        except zlib.error:
            return b""
        self.room = max(self.room - len(opened), 1)
        return opened

    def _open_object_stream(self, head: bytes, stream: bytes) -> None:
        first, count = re.search(rb"/First\s+(\d+)", head), re.search(rb"/N\s+(\d+)", head)
        if first and count:
            numbers = [int(one) for one in stream[: int(first[1])].split()[: 2 * int(count[1])] if one.isdigit()]
            offsets = [*numbers[1::2], len(stream)]
            for number, begin, end in zip(numbers[::2], offsets, offsets[1:], strict=False):
                self.objects.setdefault(number, (stream[int(first[1]) + begin : int(first[1]) + end], b""))

    def _leaves(self, number: int, seen: set[int]) -> list[bytes]:
        head = self.objects.get(number, (b"", b""))[0]
        kids = re.search(rb"/Kids\s*\[(.*?)\]", head, re.DOTALL)
        if number in seen:
            return []
        seen.add(number)
        if not kids:
            return [head]
        return [leaf for kid in re.findall(REFERENCE, kids[1]) for leaf in self._leaves(int(kid), seen)]

    def _page(self, head: bytes) -> str:
        resources = self._part(head, b"Resources")
        fonts = self._part(resources, b"Font")
        named = {
            found[1]: self._font(int(found[2])) for found in re.finditer(rb"/([^\s/<>\[\]()]+)" + REFERENCE, fonts)
        }
        contents = re.search(rb"/Contents\s*(\[.*?\]|\d+\s+\d+\s+R)", head, re.DOTALL)
        streams = re.findall(REFERENCE, contents[1]) if contents else []
        drawn = b"\n".join(self.objects.get(int(number), (b"", b""))[1] for number in streams)
        return self._drawn(drawn, named, self._part(resources, b"XObject"), 0)

    def _part(self, head: bytes, name: bytes) -> bytes:
        """A dictionary within one, or the object that is referred to there."""
        found = re.search(rb"/" + name + rb"(?:" + REFERENCE + rb"|\s*<<)", head)
        if not found:
            return b""
        if found[1]:
            return self.objects.get(int(found[1]), (b"", b""))[0]
        depth, place = 1, found.end()
        for sign in re.finditer(rb"<<|>>", head[place:]):
            depth += 1 if sign[0] == b"<<" else -1
            if depth == 0:
                return head[place : place + sign.start()]
        return head[place:]

    def _font(self, number: int) -> tuple[int, dict[bytes, str]]:
        """How many bytes a code has, and the letters of each code."""
        if number not in self.fonts:
            head = self.objects.get(number, (b"", b""))[0]
            table = re.search(rb"/ToUnicode" + REFERENCE, head)
            letters = _letters_of(self.objects.get(int(table[1]), (b"", b""))[1]) if table else {}
            self.fonts[number] = (2 if b"/Type0" in head else 1, letters)
        return self.fonts[number]

    def _drawn(self, drawn: bytes, fonts: dict[bytes, tuple[int, dict[bytes, str]]], forms: bytes, depth: int) -> str:
        said: list[str] = []
        width, letters = 1, dict[bytes, str]()
        before: list[bytes] = []
        for found in PDF_TOKEN.finditer(drawn):
            token = found[0]
            if token == b"Tf" and len(before) > 1:
                width, letters = fonts.get(before[-2][1:], (1, {}))
            elif token in {b"Tj", b"TJ", b"'", b'"'}:
                for piece in before:
                    if piece[:1] in {b"(", b"<"} and piece != b"<<":
                        codes = _bytes_of(piece)
                        each = [codes[at : at + width] for at in range(0, len(codes), width)]
                        plain = "replace" if width == 1 else "ignore"  # a font without a table of letters
                        said += [
                            letters.get(code, code.decode("cp1252" if width == 1 else "ascii", plain)) for code in each
                        ]
            elif token in NEW_LINE:
                said.append("\n")
            elif token == b"Do" and before and depth < 4:
                form = re.search(rb"/" + re.escape(before[-1][1:]) + rb"(?![^\s])" + REFERENCE, forms)
                head, inner = self.objects.get(int(form[1]), (b"", b"")) if form else (b"", b"")
                if re.search(rb"/Subtype\s*/Form", head):
                    resources = self._part(head, b"Resources")
                    own = re.finditer(rb"/([^\s/<>\[\]()]+)" + REFERENCE, self._part(resources, b"Font"))
                    named = fonts | {one[1]: self._font(int(one[2])) for one in own}
                    said.append(self._drawn(inner, named, self._part(resources, b"XObject"), depth + 1))
            if re.match(rb"[A-Za-z'\"*]", token) and token not in {b"true", b"false", b"null"}:
                before = []
            else:
                before.append(token)
        return "".join(said)


def _letters_of(table: bytes) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for kind, lines in CODES_TO_LETTERS.findall(table):
        if kind == b"bfchar":
            codes = [bytes.fromhex(one.decode()) for one in HEX.findall(lines)]
            pairs = zip(codes[::2], codes[1::2], strict=False)
            found |= {code: to.decode("utf-16-be", "replace") for code, to in pairs}
            continue
        for first, last, to in re.findall(rb"<(\w+)>\s*<(\w+)>\s*(<\w+>|\[[^\]]*\])", lines):
            size, start = len(first) // 2, int(first, 16)
            for step in range(min(int(last, 16) - start + 1, 65536)):
                if to.startswith(b"["):
                    listed = HEX.findall(to)
                    letters = bytes.fromhex(listed[step].decode()).decode("utf-16-be") if step < len(listed) else ""
                else:
                    base = bytes.fromhex(to[1:-1].decode()).decode("utf-16-be", "replace")
                    letters = base[:-1] + chr(ord(base[-1]) + step) if base else ""
                found[(start + step).to_bytes(size, "big")] = letters
    return found


def _bytes_of(piece: bytes) -> bytes:
    if piece.startswith(b"<"):
        digits = b"".join(piece[1:-1].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())

    def plain(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        if sign[:1].isdigit():
            return bytes([int(sign, 8) & 255])
        return PDF_SIGNS.get(sign, b"" if sign in {b"\r\n", b"\r", b"\n"} else sign)

    return PDF_ESCAPE.sub(plain, piece[1:-1])


# === checker/program.py ===

SAME, CHANGED, NOT_CHECKED = 0, 1, 2  # what the program ends with
LARGEST = 50 * 1024 * 1024
REPORT_CODE = re.compile(r"(?:/r/|kode[=:]?|[Rr]apport)([0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4})")
SEALED = ("code", "fingerprint", "issued_at", "tree_size", "tree_root")
WHAT_HAPPENED = {
    Change.ROW_REMOVED: "Rækken er fjernet",
    Change.ROW_ADDED: "Ny række",
    Change.COLUMN_ADDED: "Ny kolonne",
    Change.TEXT_REMOVED: "Teksten er fjernet",
    Change.TEXT_ADDED: "Ny tekst",
}


def read_pdf(content: bytes) -> FileSays:
    """What a PDF carries, and the text of its pages as far as the standard library can find it."""
    if re.search(rb"/Encrypt\s+\d+\s+\d+\s+R", content):
        raise UnreadableFile("PDF-filen er låst med en adgangskode. Gem den uden, og kontrollér den igen.")
    try:
        pages = PdfText(content).pages()
    except (ValueError, IndexError, RecursionError):
        pages = []
    carried = next((one for one in attached_files(content) if b"anbefalingsrapport/" in one[:200]), b"")
    return FileSays("pdf", [FoundPage(page) for page in pages if page.strip()], carried)


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")


def fingerprint_of(report: Any) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical_text(report).encode()).hexdigest()


def statement_of(seal: dict[str, Any]) -> bytes:
    """What is signed: six lines of UTF-8, each with an end of line."""
    return "".join(f"{part}\n" for part in ("anbefalingsrapport/2", *(seal.get(name, "") for name in SEALED))).encode()


def is_signed_with(statement: bytes, signature: str, key: str) -> bool:
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), statement)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def proves(proof: dict[str, Any], seal: dict[str, Any]) -> bool:
    """Whether a proof of the site's log leads to the root that the report was issued with."""
    try:
        is_of_report = proof["root"] == seal["tree_root"] and proof["tree_size"] == seal["tree_size"]
        path = [bytes.fromhex(one) for one in proof["path"]]
        hashed = leaf_hash(canonical_text(proof["leaf"]).encode())
        return is_of_report and is_included(
            hashed, proof["number"], proof["tree_size"], path, bytes.fromhex(seal["tree_root"])
        )
    except (KeyError, TypeError, ValueError):
        return False


def main(arguments: list[str]) -> int:
    """Check the file that is named; what it ends with is 0 for the same, 1 for changed, 2 for not checked."""
    asked = _arguments(arguments)
    try:
        says = read(_content(asked.fil))
        data = _data_of(asked, says)
        proof = json.loads(_content(asked.bevis)) if asked.bevis else None
    except UnreadableFile as refusal:
        say(str(refusal))
        return NOT_CHECKED
    except (ValueError, RecursionError):
        say(f"{asked.bevis} er ikke et bevis i JSON. Hent det igen på rapportens side.")
        return NOT_CHECKED
    report, seal = data["report"], data["seal"]
    say(f"Rapport {seal.get('code')}, udstedt {seal.get('issued_at') or '(uden tidspunkt)'} (UTC)")
    is_fine = _tell_seal(report, seal, asked.noegle)
    verdict = _tell_contents(report, seal, says)
    if verdict == SAME and not is_fine:
        say("Men seglet ovenfor passer ikke, så filen er ikke den, der blev udstedt.")
        say("Har du den rigtige som JSON, kan --rapport FIL.json vise, hvad der er anderledes.")
    if proof is not None:
        is_fine = _tell_proof(proof, seal) and is_fine
    return verdict if is_fine else CHANGED


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="kontroller_rapport.py", description="Kontrollerer en udstedt rapport uden net.", add_help=False
    )
    parser.add_argument("fil", help="rapporten: Word, Excel, PDF, CSV, HTML eller JSON")
    parser.add_argument("--noegle", default="", help="kommunens offentlige nøgle i base 64, eller en fil med den")
    parser.add_argument("--rapport", default="", help="rapportens JSON-fil, når filen selv ikke har sine data med")
    parser.add_argument("--bevis", default="", help="et bevis fra loggen, som JSON")
    parser.add_argument("-h", "--help", action="help", help="vis dette og stop")
    return parser.parse_args(arguments)


def _content(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFile(f"{name} kan ikke åbnes: {error.strerror}.") from error
    if len(content) > LARGEST:
        raise UnreadableFile(f"{name} fylder over {LARGEST // 1024 // 1024} MB. Så stor er ingen rapport.")
    return content


def _data_of(asked: argparse.Namespace, says: FileSays) -> dict[str, Any]:
    """The sealed data to compare with: the file's own, or those that were given beside it."""
    carried = _content(asked.rapport) if asked.rapport else says.carried
    data = sealed_json(carried)
    if data and isinstance(data.get("report"), dict) and isinstance(data.get("seal"), dict):
        return data
    if asked.rapport:
        raise UnreadableFile(f"{asked.rapport} er ikke en udstedt rapport som JSON.")
    raise UnreadableFile(
        "Filen har ikke rapportens data med, så der er intet at sammenligne den med. De går tabt, når en fil gemmes i "
        "nogle programmer. Hent rapporten som JSON, og kør igen med --rapport FIL.json."
    )


def _tell_seal(report: dict[str, Any], seal: dict[str, Any], key: str) -> bool:
    is_whole = fingerprint_of(report) == seal.get("fingerprint")
    told = "passer" if is_whole else "PASSER IKKE. Dataene er ændret, eller noget er fjernet af dem siden"
    say(f"Fingeraftryk: {told} ({fingerprint_of(report)})")
    own = str(seal.get("public_key") or "")
    given = _key(key)
    if not seal.get("signature"):
        say("Underskrift: ingen. Filen siger ikke selv, hvem den kommer fra.")
        return is_whole and not given
    is_valid = is_signed_with(statement_of(seal), str(seal["signature"]), given or own)
    if not is_valid:
        say(f"Underskrift: UGYLDIG med nøglen {given or own}")
    elif given:
        say(f"Underskrift: gyldig med den nøgle, du gav ({given})")
    else:
        say(f"Underskrift: gyldig med den nøgle, der står i filen: {own}")
        say("Sammenlign nøglen med den, kommunen har offentliggjort. Er den en anden, er rapporten ikke derfra.")
    if seal.get("tree_root"):
        say(f"Loggen, da rapporten blev udstedt: {seal.get('tree_size')} linjer, rod {seal['tree_root']}")
    return is_whole and is_valid


def _key(given: str) -> str:
    """A key as it is, or what stands in the file that is named."""
    path = Path(given)
    is_file = bool(given) and len(given) < 200 and path.is_file()
    return path.read_text(encoding="utf-8").strip() if is_file else given.strip()


def _tell_contents(report: dict[str, Any], seal: dict[str, Any], says: FileSays) -> int:
    codes = dict.fromkeys(REPORT_CODE.findall("".join(" ".join(says.texts()).split())))
    try:
        contents_of(report)
        whole = canonical_text(report)
        found = compare(report, says, furniture_of(seal))
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError):
        say("Indholdet: filens data er ikke en rapport.")
        return NOT_CHECKED
    others = [code for code in codes if code != seal.get("code") and code not in whole]
    if not says.blocks:
        say("Indholdet: programmet kan ikke læse den synlige tekst i filen. Kun data og underskrift er kontrolleret.")
        return NOT_CHECKED
    say()
    if others:
        say(f"Der er flere rapporters koder i filen: {', '.join([str(seal.get('code')), *others])}")
    if found.differences or others:
        say("Filen er ændret")
    else:
        say("Indholdet er det samme")
        say("Hver celle og hver sætning er som i de data, filen sammenlignes med. Den kan være gemt igen.")
    _tell_differences(found)
    if says.legend:
        say("Arket med ord og deres betydning er ikke en del af rapporten og er ikke kontrolleret.")
    return CHANGED if found.differences or others else SAME


def _tell_differences(found: Comparison) -> None:
    for number, one in enumerate(found.differences, 1):
        say(f"{number}. {_where(one)}")
        if one.change in WHAT_HAPPENED:
            say(f"   {WHAT_HAPPENED[one.change]}: {one.was or one.now}")
        else:
            say(f"   Før: {one.was or '(tom)'}")
            say(f"   Nu:  {one.now or '(tom)'}")
    if found.has_more:
        say(f"Der er flere. Her er de første {len(found.differences)}.")
    for text in found.added:
        say(f"Lagt til uden om rapporten: {text[:300]}")


def _where(one: Difference) -> str:
    places = [one.section or "Øverst i rapporten", one.table if one.table != one.section else "", one.row, one.column]
    return " | ".join(place for place in places if place)


def _tell_proof(proof: Any, seal: dict[str, Any]) -> bool:
    is_proven = isinstance(proof, dict) and proves(proof, seal)
    if is_proven:
        say(f"Beviset: hændelsen stod i loggen som nr. {proof['number']}, da rapporten blev udstedt.")
    else:
        say("Beviset: PASSER IKKE med den rod, der står i rapporten.")
    return is_proven


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
