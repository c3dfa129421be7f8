"""A source as a spreadsheet: all that a file can be read into again, or an empty one to fill in. No formulas.

Status and answers are not in it: they are given and approved where they belong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, BinaryIO
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from recommendations.importing.cells import Choice, Context, Kind, YesNo
from recommendations.importing.columns import Column, Sheet
from recommendations.importing.plan import Plan
from recommendations.importing.sheets import ERRORS, ITEMS, LEGEND, SHEETS, SOURCE
from recommendations.importing.stored import rows_of
from recommendations.importing.tables import SheetTable, Unread
from recommendations.models import Publication
from recommendations.reports.renderers.xlsx import FIRST_YEAR, LIKE_A_FORMULA, PART, plain_text

TEXT, DAY = "@", "dd.mm.yyyy"
OPEN = "FFF8E1"  # the colour of cells that are to be filled in
WIDTHS = {"title": 45, "summary": 60, "official_text": 60, "text": 60, "proposed": 60, "url": 40, "agenda_url": 40}
UNNAMED = "Ark1"  # a sheet that had no name, and is known by its headings
OFFERED = 2_000  # rows of an empty sheet that offer what can be chosen
ABOUT = (
    "En kilde som regneark. Overskrifterne står i første linje; kolonnerne må stå i enhver rækkefølge, og de, der ikke "
    "bruges, må slettes.",
    "manage.py import_publication FIL viser, hvad filen ville ændre, og skriver intet. Rækker, der ikke står i filen, "
    "bliver stående.",
    "Status og svar er ikke med. De gives og godkendes i systemet.",
)

Rows = Mapping[str, Iterable[Mapping[str, Any]]]  # of each sheet (key), by the columns' fields


def write_source(source: Publication, stream: BinaryIO) -> None:
    """The source as it is here."""
    _write({key: list(rows.values()) for key, rows in rows_of(source).items()}, stream)


def write_template(stream: BinaryIO) -> None:
    """The same sheets with one example; what can be chosen is offered in its cells."""
    context = Context({})
    example: dict[str, list[dict[str, Any]]] = {sheet.key: [] for sheet in SHEETS}
    for sheet in (SOURCE, ITEMS):
        row = {column.field: column.kind.read(column.example, context) for column in sheet.columns}
        example[sheet.key].append(row)
    _write(example, stream)


def write_wrong(tables: Sequence[SheetTable], plan: Plan, stream: BinaryIO) -> None:
    """All rows that were read, as they stood, under their headings, each with what was wrong in a last column.

    Mended, it can be read in instead of the file. A cell that could not be read is empty.
    """
    book = Workbook(write_only=True)
    sentences: dict[tuple[str, int], list[str]] = {}
    for finding in plan.wrong:
        sentences.setdefault((finding.sheet, finding.row), []).append(str(replace(finding, sheet="", row=0)))
    for table in tables:
        if table.name not in plan.headings:
            continue
        headings = max(plan.headings[table.name], 1)  # how many lines, with what stands above them
        page = book.create_sheet(table.name or UNNAMED)
        width = max((len(line.values) for line in table.lines), default=0)
        lines = [[*line.values, *[""] * (width - len(line.values))] for line in table.lines]
        at_top = [
            sentence
            for row in (0, *(line.number for line in table.lines[:headings]))
            for sentence in sentences.get((table.name, row), ())
        ]
        kept = [place for place in range(width) if lines[headings - 1][place] != ERRORS]
        spans = {place: max(len(_parts(_kept(cells[place]))) for cells in lines) for place in kept}
        for place, (line, cells) in enumerate(zip(table.lines, lines, strict=True), start=1):
            said = [*(at_top if place == headings + 1 else ()), *sentences.get((table.name, line.number), ())]
            written: list[Any] = []
            for column in kept:
                parts = _parts(_kept(cells[column]))
                more = [
                    f"{parts[0]} ({part})" if place == headings else parts[0] for part in range(2, spans[column] + 1)
                ]
                written += [parts[0], *more] if place <= headings else [*parts, *[""] * (spans[column] - len(parts))]
            written.append(ERRORS if place == headings else " ".join(said) if place > headings else "")
            page.append([_cell(page, value, Kind()) for value in written])
    if not book.worksheets:
        book.create_sheet(ITEMS.name)
    book.save(stream)


def _kept(value: Any) -> Any:
    return "" if isinstance(value, Unread) else value


def _write(rows: Rows, stream: BinaryIO) -> None:
    book = Workbook(write_only=True)
    add_legend(book, SHEETS, ABOUT)
    for sheet in SHEETS:
        add_sheet(book, sheet, list(rows[sheet.key]))
    book.save(stream)


# --- Sheets -----------------------------------------------------------------------------------------------------------


def add_legend(book: Workbook, sheets: Iterable[Sheet], about: Iterable[str]) -> None:
    """What each column means and may hold; `about` are sentences that come first."""
    page = book.create_sheet(LEGEND)
    for letter, width in zip("ABCD", (16, 30, 90, 60), strict=True):
        page.column_dimensions[letter].width = width
    for sentence in about:
        page.append([_cell(page, sentence, Kind(), wraps=False)])
    page.append([])
    page.append([_heading(page, text) for text in ("Ark", "Kolonne", "Betydning", "Må indeholde")])
    for sheet in sheets:
        page.append([_cell(page, text, Kind()) for text in (sheet.name, "", sheet.about)])
        for column in sheet.columns:
            must = "Skal udfyldes. " if column.is_required and not column.is_locked else ""
            said = (sheet.name, column.heading, must + column.about, column.kind.says)
            page.append([_cell(page, text, Kind()) for text in said])


def add_sheet(book: Workbook, sheet: Sheet, rows: list[Mapping[str, Any]]) -> None:
    """The rows under their headings. One with locked columns is protected, without a password: the rest is open."""
    page = book.create_sheet(sheet.name)
    if sheet.is_upright:
        _upright(page, sheet, rows[0] if rows else {})
        return
    page.freeze_panes = "A2"
    if any(column.is_locked for column in sheet.columns):
        _protect(page, len(rows), len(sheet.columns))
    spans = {column.field: _span(column, rows) for column in sheet.columns}
    number = 0
    headings: list[Any] = []
    for column in sheet.columns:
        for part in range(1, spans[column.field] + 1):
            number += 1
            letter = get_column_letter(number)
            page.column_dimensions[letter].width = WIDTHS.get(column.field, max(12, len(column.heading) + 2))
            page.column_dimensions[letter].number_format = DAY if _is_day(column) else TEXT
            page.column_dimensions[letter].hidden = column.is_hidden
            headings.append(_heading(page, column.heading if part == 1 else f"{column.heading} ({part})"))
        if not column.is_locked:
            _offer(page, column, f"{letter}2:{letter}{max(OFFERED, len(rows) + 1)}")
    page.append(headings)
    for row in rows:
        cells: list[Any] = []
        for column in sheet.columns:
            parts = _parts(column.kind.write(row[column.field]))
            cells += [_cell(page, part, column.kind) for part in parts]
            cells += [None] * (spans[column.field] - len(parts))
            if page.protection.sheet and not column.is_locked:
                cells[-spans[column.field] :] = [_open(page, column, one) for one in cells[-spans[column.field] :]]
        page.append(cells)


def _protect(page: Any, rows: int, columns: int) -> None:
    """Only what is locked is: columns may be made wider, and rows chosen by a filter. Numbers stay in sight."""
    page.protection.sheet = True
    page.freeze_panes = "D2"
    page.auto_filter.ref = f"A1:{get_column_letter(columns)}{rows + 1}"
    for allowed in ("formatCells", "formatColumns", "formatRows", "autoFilter", "sort"):
        setattr(page.protection, allowed, False)


def _open(page: Any, column: Column, cell: Any) -> Any:
    """A cell that is to be filled in, also where it is empty."""
    if cell is None:
        cell = WriteOnlyCell(page)
        cell.number_format = DAY if _is_day(column) else TEXT
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.protection = Protection(locked=False)
    cell.fill = PatternFill("solid", fgColor=OPEN)
    return cell


def _upright(page: Any, sheet: Sheet, row: Mapping[str, Any]) -> None:
    """A line for each column: what it is called, what it says, and what it means. No text of a source is so long."""
    for letter, width in zip("ABC", (32, 70, 90), strict=True):
        page.column_dimensions[letter].width = width
    page.append([_heading(page, text) for text in ("Oplysning", "Værdi", "Betydning")])
    for number, column in enumerate(sheet.columns, start=2):
        value = column.kind.write(row[column.field]) if row else ""
        told = [_cell(page, column.heading, Kind()), _cell(page, value, column.kind), _cell(page, column.about, Kind())]
        page.append(told)
        _offer(page, column, f"B{number}")


def _span(column: Column, rows: Iterable[Mapping[str, Any]]) -> int:
    return max((len(_parts(column.kind.write(row[column.field]))) for row in rows), default=1) or 1


def _parts(value: Any) -> list[Any]:
    """A cell in Excel holds so much; a longer text goes on to the right."""
    if isinstance(value, str) and len(value) > PART:
        return [value[start : start + PART] for start in range(0, len(value), PART)]
    return [value]


def _offer(page: Any, column: Column, cells: str) -> None:
    """A list to choose from. It forbids nothing: what is typed is read with its own sentence."""
    words = (
        column.kind.labels
        if isinstance(column.kind, Choice)
        else ["ja", "nej"]
        if isinstance(column.kind, YesNo)
        else []
    )
    listed = ",".join(words)
    if words and len(listed) < 250 and not any("," in word for word in words):
        offered = DataValidation("list", f'"{listed}"', allow_blank=True)
        offered.showErrorMessage = False
        offered.add(cells)
        page.data_validations.append(offered)


# --- Cells ------------------------------------------------------------------------------------------------------------


def _is_day(column: Column) -> bool:
    return isinstance(column.kind.empty, date) or column.kind.says.startswith("En dato")


def _cell(page: Any, value: Any, kind: Kind, *, wraps: bool = True, is_bold: bool = False) -> Any:
    """Texts are marked as such: neither Excel nor whoever opens it makes a formula, a number or a date of them."""
    if isinstance(value, date) and value.year < FIRST_YEAR:
        value = f"{value:%d.%m.%Y}"
    if value in (None, ""):
        return None
    text = plain_text(value) if isinstance(value, str) else None
    cell = WriteOnlyCell(page, value=value if text is None else text)
    if text is not None:
        cell.data_type = "s"
    number_format = DAY if isinstance(value, date) else "General" if text is None else TEXT
    is_quoted = text is not None and text.startswith(LIKE_A_FORMULA)
    cell._style = _style(page, number_format, wraps=wraps, is_bold=is_bold, is_quoted=is_quoted)
    return cell


_styles: WeakKeyDictionary[Workbook, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()


def _style(page: Any, number_format: str, *, wraps: bool, is_bold: bool, is_quoted: bool) -> Any:
    """How a cell looks, made once for each workbook: making it anew for each cell takes most of the time of writing."""
    known, key = _styles.setdefault(page.parent, {}), (number_format, wraps, is_bold, is_quoted)
    if key not in known:
        cell = WriteOnlyCell(page)
        cell.number_format, cell.quotePrefix = number_format, is_quoted
        cell.alignment = Alignment(vertical="top", wrap_text=wraps)
        if is_bold:
            cell.font = Font(bold=True)
        known[key] = cell._style
    return known[key]


def _heading(page: Any, text: str) -> Any:
    return _cell(page, text, Kind(), is_bold=True)
