"""XLSX and ODS: their values by calamine, once the parts have been held against the rules for uploads.

What a cell holds is read, and not how it is shown: a number 1 that is shown as 01 is 1. What calamine does not tell is
looked for in the sheets themselves: what is hidden, what is worked out by a formula, what is an error, and how far away
a lonely cell stands (a dense table is made of it).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from recommendations.importing.between import MOST_LINES, sent
from recommendations.importing.tables import (
    MOST_CELLS,
    Line,
    Merged,
    SheetTable,
    Unread,
    Value,
    listed,
    too_far_down,
    too_many_cells,
)
from recommendations.uploads.archives import has_definitions, has_endless_tag
from recommendations.uploads.excel import ExcelPackage
from recommendations.uploads.kinds import not_what_it_says, unreadable
from recommendations.uploads.package import BROKEN, EMBEDDED, LONG_AGO, Package, Relation, word_of

SHEET_KINDS = ("worksheet", "sharedStrings")
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
ODS = "application/vnd.oasis.opendocument.spreadsheet"
HIDDEN_COLUMNS = "Nogle kolonner er skjult. De er læst alligevel."
NOT_KEPT = "Formlen har ingen gemt værdi. Åbn filen i regnearket, gem den, og vælg den igen."


@dataclass
class Seen:
    """What is in a sheet beside its values; rows and columns from 0."""

    formulas: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    has_hidden_columns: bool = False
    unread: dict[tuple[int, int], Unread] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)


def read_xlsx(name: str, content: bytes) -> list[SheetTable]:
    book = _CheckedWorkbook(name, content)
    return _tables(name, book.plain(), book.seen, book.hidden)


def read_ods(name: str, content: bytes) -> list[SheetTable]:
    book = _CheckedOds(name, content)
    return _tables(name, book.plain(), book.seen, book.hidden)


def xlsx_lines(name: str, content: bytes) -> Iterator[Any]:
    return sent(name, read_xlsx(name, content))


def ods_lines(name: str, content: bytes) -> Iterator[Any]:
    return sent(name, read_ods(name, content))


def _tables(name: str, plain: bytes, seen: dict[str, Seen], hidden: set[str]) -> list[SheetTable]:
    """In the file's order. A sheet that only holds a chart was not looked through, and has no rows."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(plain)) as book:
            found = []
            for sheet_name in book.sheet_names:
                looked = seen.get(sheet_name)
                if looked is None:
                    continue
                sheet = book.get_sheet_by_name(sheet_name)
                rows: list[list[Value]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
                merged = sheet.merged_cell_ranges or looked.merged
                _fill(name, rows, merged, looked)
                lines = [Line(number, row) for number, row in enumerate(rows, start=1)]
                remarks = list(_remarks(looked, is_hidden=sheet_name in hidden)) if lines else []
                found.append(SheetTable(sheet_name, lines, remarks, merged))
            return found
    except (CalamineError, ValueError, OverflowError, OSError) as error:
        raise unreadable(name) from error


def _fill(name: str, rows: list[list[Value]], merged: list[Merged], looked: Seen) -> None:
    """Put in what cannot be used, and carry what merged cells say down: beside it there are other columns."""
    for (row, column), why in looked.unread.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = why
    filled = 0
    for (top, left), (bottom, right) in merged:
        if top >= len(rows) or left >= len(rows[top]) or rows[top][left] == "":
            continue
        for cells in rows[top : bottom + 1]:
            if left < len(cells):
                cells[left] = rows[top][left]
            filled += min(right + 1, len(cells)) - left
        if filled > MOST_CELLS:
            raise too_many_cells(name, " i flettede felter")


def _remarks(looked: Seen, *, is_hidden: bool) -> Iterator[str]:
    if is_hidden:
        yield "Arket er skjult. Det er læst alligevel."
    if looked.hidden_rows:
        shown = listed([row + 1 for row in looked.hidden_rows])
        yield f"Skjult: {shown}. Det, der står der, er læst alligevel."
    if looked.has_hidden_columns:
        yield HIDDEN_COLUMNS
    if looked.formulas:
        cells = "1 celle har en formel" if looked.formulas == 1 else f"{looked.formulas} celler har formler"
        yield f"{cells}. Det er den sidst viste værdi, der er læst."


def _require_room(name: str, height: int, width: int, where: str) -> None:
    if height * width > MOST_CELLS:
        raise too_many_cells(name, f" ({where})")
    if height > MOST_LINES:
        raise too_far_down(name, height, MOST_LINES)


def _streamed(name: str, content: bytes, *words: str) -> Iterator[tuple[str, str, Any]]:
    """Each start and end of an element of these names in a part, with its name: nothing is kept of it."""
    if has_definitions(content) or has_endless_tag(content):
        raise unreadable(name)
    events = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        tag=[f"{{*}}{word}" for word in words],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    for event, element in events:
        yield event, word_of(element), element


class _Checked(Package):
    """Packages that are read and thrown away: the rules for uploads, with advice for whoever has a spreadsheet."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(name, content)
        self.seen: dict[str, Seen] = {}  # by the names of sheets
        self.hidden: set[str] = set()  # names of sheets

    def _too_much(self) -> ValidationError:
        return ValidationError(f"Filen »{self.name}« er for stor, når den pakkes ud. Del den i flere.")

    def _with_macros(self) -> ValidationError:
        return ValidationError(f"Filen »{self.name}« har makroer. Gem den som .xlsx uden makroer, og vælg den nye.")

    def _fetches(self) -> ValidationError:
        return ValidationError(
            f"Filen »{self.name}« henter noget fra et andet sted. Kopiér cellerne, sæt dem ind som værdier, og gem "
            "filen igen."
        )

    def _locked(self) -> ValidationError:
        return ValidationError(f"Filen »{self.name}« er låst med en adgangskode. Gem den uden.")

    def _refused(self, relation: Relation) -> ValidationError:
        if relation.kind in EMBEDDED:
            return ValidationError(f"I filen »{self.name}« ligger der en anden fil. Slet den, og gem filen igen.")
        return super()._refused(relation)

    def _written(self) -> bytes:
        """The parts as they are, for a program that believes what an archive says of itself."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for path, content in self.kept.items():
                archive.writestr(zipfile.ZipInfo(path, LONG_AGO), content)
        return made.getvalue()


# --- XLSX -------------------------------------------------------------------------------------------------------------


class _CheckedWorkbook(_Checked, ExcelPackage):
    def clean(self, relation: Relation, root: Any) -> None:
        if relation.kind != "officeDocument":
            return
        for sheet in root.iter("{*}sheet"):
            key = next((str(value) for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            self.sheets[key] = str(sheet.get("name"))
            if sheet.get("state", "visible") != "visible":
                self.hidden.add(str(sheet.get("name")))

    def _keep_part(self, path: str, relation: Relation) -> list[tuple[str, Relation]]:
        """Sheets are looked through as a stream; nothing that they lead to is read, but it may be refused."""
        if relation.kind not in SHEET_KINDS:
            return super()._keep_part(path, relation) if relation.kind in ("officeDocument", "styles") else []
        content = self.archive.read(path)
        list(self._kept_relations(path, relation, etree.Element("nothing")))
        if relation.kind == "worksheet":
            self.seen[self.sheets.get(relation.key, "")] = _seen_in_sheet(self.name, content)
        elif has_definitions(content):
            raise unreadable(self.name)
        self.kept[path] = content
        return []


def _seen_in_sheet(name: str, content: bytes) -> Seen:
    seen, row, column, width = Seen(), -1, -1, 0
    for event, word, element in _streamed(name, content, "row", "c", "col"):
        if word == "row" and event == "start":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif word == "row":
            if len(element) and element.get("hidden") in ("1", "true"):
                seen.hidden_rows.append(row)
            element.clear()
        elif word == "col" and event == "end":
            seen.has_hidden_columns |= element.get("hidden") in ("1", "true")
        elif word == "c" and event == "end":
            column += 1
            if place := CELL.fullmatch(element.get("r", "")):
                column, row = _column_number(place[1]), int(place[2]) - 1
            elif element.get("r"):
                raise unreadable(name)
            if len(element):
                width = max(width, column + 1)
                _look_at_cell(seen, element, (row, column))
                _require_room(name, row + 1, width, f"den fjerneste står i {element.get('r') or f'række {row + 1}'}")
    return seen


def _look_at_cell(seen: Seen, cell: Any, place: tuple[int, int]) -> None:
    words = {word_of(child): child for child in cell}
    value = words["v"].text if "v" in words else None
    if cell.get("t") == "e":
        seen.unread[place] = _error(value or "")
    elif "f" in words:
        seen.formulas += 1
        if value is None and "is" not in words and not (cell.get("t") == "str" and "v" in words):
            seen.unread[place] = Unread(NOT_KEPT)


def _error(shown: str) -> Unread:
    return Unread(f"Cellen viser fejlen {shown}. Skriv værdien selv.".replace("  ", " "))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


# --- ODS --------------------------------------------------------------------------------------------------------------


class _CheckedOds(_Checked):
    def plain(self) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                self.archive = archive
                self._check_bounds()
                names = set(archive.namelist())
                if {"mimetype", "content.xml"} - names or archive.read("mimetype").decode().strip() != ODS:
                    raise not_what_it_says(self.name)
                manifest = archive.read("META-INF/manifest.xml")
                if b"encryption-data" in manifest:
                    raise self._locked()
                if any(name.startswith(("Basic/", "Scripts/")) for name in names):
                    raise self._with_macros()
                content = archive.read("content.xml")
                self._look_through(content)
                self.kept = {"mimetype": ODS.encode(), "META-INF/manifest.xml": manifest, "content.xml": content}
        except BROKEN as error:
            raise unreadable(self.name) from error
        return self._written()

    def _look_through(self, content: bytes) -> None:
        unseen: set[str] = set()  # styles of sheets that are not shown
        sheet, row, width, column = Seen(), 0, 0, 0
        line: list[tuple[int, Any]] = []  # the cells of a row that say something, each with its first column
        words = ("style", "table-cell", "covered-table-cell", "table-row", "table-column", "table-source", "table")
        for event, word, element in _streamed(self.name, content, *words):
            if event == "start":
                continue
            if word == "style":
                unseen |= {_named(element, "name") for one in element if _named(one, "display") == "false"}
            elif word in ("table-cell", "covered-table-cell"):
                if _says_something(element):
                    line.append((column, element))
                column += _repeated(element, "columns")
            elif word == "table-row":
                times = _repeated(element, "rows")
                for at, cell in line:
                    self._look_at_cell(sheet, cell, row, at, times)
                    width = max(width, at + _repeated(cell, "columns"))
                if line:
                    _require_room(self.name, row + times, width, f"den fjerneste står i række {row + times}")
                    if _named(element, "visibility") in ("collapse", "filter"):
                        sheet.hidden_rows.append(row)
                row, column, line = row + times, 0, []
                element.clear()
            elif word == "table-column":
                sheet.has_hidden_columns |= _named(element, "visibility") == "collapse"
            elif word == "table-source":
                raise self._fetches()
            elif word == "table":
                self.seen[_named(element, "name")] = sheet
                if _named(element, "style-name") in unseen:
                    self.hidden.add(_named(element, "name"))
                sheet, row, width = Seen(), 0, 0

    def _look_at_cell(self, sheet: Seen, cell: Any, row: int, column: int, times: int) -> None:
        shown = "".join(cell.itertext()).strip()
        if _named(cell, "formula"):
            sheet.formulas += times
            if shown.startswith(("#", "Err:")):
                sheet.unread[row, column] = _error(shown)
        down, across = (int(_named(cell, f"number-{what}-spanned") or 1) for what in ("rows", "columns"))
        if down > 1 or across > 1:
            sheet.merged.append(((row, column), (row + down - 1, column + across - 1)))


def _named(element: Any, word: str) -> str:
    """An attribute by its name, in whatever namespace; the last where there are several."""
    return next((str(value) for name, value in reversed(element.attrib.items()) if word_of(name) == word), "")


def _repeated(element: Any, what: str) -> int:
    return max(1, int(_named(element, f"number-{what}-repeated") or 1))


def _says_something(cell: Any) -> bool:
    return len(cell) > 0 or bool(_named(cell, "formula") or _named(cell, "value-type"))
