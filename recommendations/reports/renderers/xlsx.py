"""The report for Excel: a cover with all that is to be read, then a sheet per table to sort and filter, in their order.
Last is a sheet of what the words for answers and statuses mean, from which those columns can be filled. No formulas.

A cell in Excel holds one link and 32,767 characters. What has more goes on in columns of its own to the right, under
the same heading with a number: nothing is cut. The addresses of links stand once more as text in the last columns, for
those who copy cells; they are not printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any, BinaryIO
from zipfile import ZipFile

from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import override

from recommendations.enums import OUTCOME_DEFINITIONS, STATUS_DEFINITIONS
from recommendations.reports.document import Kind, Link, Report, Seal, Table, Value
from recommendations.reports.renderers import texts
from recommendations.reports.renderers.xlsx_package import Package

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The limit counts units of UTF-16, of which a character has one or two.
PART = 16_000
# Excel drops all links of a sheet that has more.
MOST_LINKS = 65_530
SHEET_NAME = 31
# Widths in characters: of a table's line, which is printed across one page; of links; of the cover's two columns.
LINE = 180
COVER = (38, 90)
LINK, ADDRESS = 45, 60
WORDS = (10, 40, 90)
# The columns whose words are explained, by their keys, in the order of the sheet that explains them.
LEGENDS: dict[str, Mapping[Any, StrOrPromise]] = {"answers": OUTCOME_DEFINITIONS, "status": STATUS_DEFINITIONS}
# In points. Excel allows no higher row, and makes none higher by itself when it opens a file of others.
TEXT_HEIGHT, HIGHEST = 13, 409
FONT = "Arial"
# Excel keeps 15 digits of a number, and 1900 has a day too many.
DIGITS, FIRST_YEAR = 15, 1901
# Characters of the words at the head and foot of a page: Excel gives each 255, codes among them.
FOOTER = 200
A3, A4 = 8, 9
CODE_POINTS, DOTS = 60, 8  # the picture of the QR code

_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
# What Excel would take for an escaped character.
_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# What becomes a formula when somebody edits the cell, unless it is marked as text.
LIKE_A_FORMULA = ("=", "+", "-", "@")

Content = str | date | int | Decimal | Link
# openpyxl's WriteOnlyWorksheet and WriteOnlyCell: they get most of their attributes while the program runs.
Sheet = Any
WrittenCell = Any


def write(report: Report, stream: BinaryIO) -> None:
    with override(report.language):
        book = Book(report)
        book.cover()
        for table, name in zip(report.tables(), book.names, strict=True):
            book.table(table, name)
        if book.has_words:
            book.words()
        book.save(stream)


class Book:
    """The file being made. `names` are the names of the tables' sheets, in the report's order.

    `is_streamed`: it is made with the first rows only, and the others are written into it.
    """

    def __init__(self, report: Report, *, is_streamed: bool = False) -> None:
        from openpyxl import Workbook

        self.report, self.is_streamed = report, is_streamed
        self.workbook = Workbook(write_only=True)
        captions = [table.caption for table in report.tables()]
        self.cover_name, self.words_name, *self.names = _sheet_names([_("Forside"), _("Svar og status"), *captions])
        self.has_words = any(column.key in LEGENDS for table in report.tables() for column in table.columns)
        self.looks: dict[tuple[str, str, bool], Any] = {}
        properties = self.workbook.properties
        properties.title = texts.writable(report.title)[:255]
        properties.language = texts.locale(report)
        properties.creator = None
        if report.seal and (made := _moment(report.seal.issued_at)):
            properties.created = properties.modified = made

    def save(self, stream: BinaryIO) -> None:
        from openpyxl.writer.excel import ExcelWriter

        with ZipFile(stream, "w") as archive:
            package = Package(archive, self.report)
            ExcelWriter(self.workbook, package).write_data()
            package.enclose()

    # --- Sheets -----------------------------------------------------------------------------------------------------

    def cover(self) -> None:
        sheet = self.sheet(self.cover_name, self.report.title, landscape=False)
        for letter, width in zip("AB", COVER, strict=True):
            sheet.column_dimensions[letter].width = width
        number = 0
        for row in self.cover_rows(sheet):
            number += 1
            self.append(sheet, number, row, COVER)
        if seal := self.report.seal:
            self.add_code(sheet, seal, number + 1)

    def cover_rows(self, sheet: Sheet) -> Iterator[list[WrittenCell | None]]:
        def lines(value: str, *, head: WrittenCell | None = None) -> Iterator[list[WrittenCell | None]]:
            for part in _parts(value) or [""]:
                yield [head, self.cell(sheet, part)]
                head = None

        names = iter(self.names)
        if self.report.annex:
            yield [self.cell(sheet, self.report.annex, "heading")]
        yield [self.cell(sheet, self.report.title, "title")]
        for heading, value in self.report.facts:
            yield from lines(value, head=self.cell(sheet, heading, "head"))
        for level, section in self.report.walk():
            yield []
            yield [self.cell(sheet, section.heading, "heading" if level == 1 else "lower heading")]
            for paragraph in section.paragraphs:
                yield from lines(paragraph)
            for table in section.tables:
                name = next(names)
                yield from lines(table.caption, head=self.inner_link(sheet, name))
                if not _has_room_for_links(table):
                    yield from lines(
                        _("Arket har flere links, end Excel kan have på et ark. Derfor står adresserne der som tekst.")
                    )
        yield []
        if self.is_streamed or texts.needs_note(self.report):
            yield from lines(texts.note())
        if self.report.seal:
            yield from self.seal_rows(sheet, self.report.seal)

    def seal_rows(self, sheet: Sheet, seal: Seal) -> Iterator[list[WrittenCell | None]]:
        yield [self.cell(sheet, texts.seal_heading(), "lower heading")]
        yield [None, self.cell(sheet, texts.seal_words(seal))]
        for heading, value in texts.seal_facts(seal):
            yield [self.cell(sheet, heading, "head"), self.cell(sheet, value)]

    def add_code(self, sheet: Sheet, seal: Seal, row: int) -> None:
        """The picture of the code with the words beside it, in a row of its own."""
        from openpyxl.drawing.image import Image

        picture = BytesIO()
        texts.seal_code(seal).save(picture, kind="png", scale=DOTS)
        drawn = Image(picture)
        drawn.width = drawn.height = CODE_POINTS * 4 / 3
        sheet.add_image(drawn, f"A{row}")
        sheet.row_dimensions[row].height = CODE_POINTS + 6
        sheet.append([None, self.cell(sheet, Link(texts.seal_line(seal), seal.check_address))])

    def table(self, table: Table, name: str, count: int | None = None) -> tuple[Sheet, list[float]]:
        """The sheet with its first rows, of `count` in all, and how wide its columns are (characters)."""
        from openpyxl.utils import get_column_letter

        rows: list[list[list[Any]]] = [[_parts(value) for value in row] for row in table.rows]
        spans = [max([1, *(len(row[place]) for row in rows)]) for place in range(len(table.columns))]
        # Where the words are the address, it is there to be copied already.
        links = [
            place
            for place, column in enumerate(table.columns)
            if column.kind == Kind.LINKS and any(link.text != link.address for row in rows for link in row[place])
        ]

        last = 1 + (len(rows) if count is None else count)
        sheet = self.sheet(name, table.caption, landscape=True)
        is_linked = _has_room_for_links(table)
        headings, widths = [], []
        for place, (column, share) in enumerate(zip(table.columns, texts.shares(table, LINE), strict=True)):
            headings += [(heading, column.kind) for heading in _numbered(column.heading, spans[place])]
            # Not every program breaks a link into lines, so a link has the room it needs, within reason.
            links_here = [link.text for row in rows for link in row[place]] if column.kind == Kind.LINKS else []
            room = min(max(map(len, links_here), default=0) + 2, LINK)
            widths += [max(share * LINE, room)] * spans[place]
        printed = len(headings)
        for place in links:
            heading = _("%(heading)s: adresse") % {"heading": table.columns[place].heading}
            headings += [(heading, Kind.TEXT) for heading in _numbered(heading, spans[place])]
            widths += [ADDRESS] * spans[place]
        for number, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        if len(table.columns) > texts.A4_COLUMNS:
            sheet.page_setup.paperSize = A3
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{last}"
        sheet.print_title_rows = "1:1"
        sheet.print_area = f"A1:{get_column_letter(printed)}{last}"

        self.offer_words(sheet, table, spans, last)
        heads = [self.cell(sheet, heading, f"{kind} heading") for heading, kind in headings]
        self.append(sheet, 1, heads, widths)
        for number, row in enumerate(rows, start=2):
            cells: list[WrittenCell | None] = []
            for parts, span in zip(row, spans, strict=True):
                shown = parts if is_linked else [part.text if isinstance(part, Link) else part for part in parts]
                cells += [self.cell(sheet, part) for part in shown] + [None] * (span - len(parts))
            for place in links:
                cells += [self.cell(sheet, iri_to_uri(link.address)) for link in row[place]]
                cells += [None] * (spans[place] - len(row[place]))
            self.append(sheet, number, cells, widths)
        return sheet, widths

    def offer_words(self, sheet: Sheet, table: Table, spans: Sequence[int], last_row: int) -> None:
        """A list to choose from in the columns that have one. It offers and forbids nothing: a cell can say more."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.datavalidation import DataValidation

        for place, column in enumerate(table.columns):
            if column.key in LEGENDS and last_row > 1:
                keys = [key for key, legend in LEGENDS.items() for _word in legend]
                first = 2 + keys.index(column.key)
                last = first + len(LEGENDS[column.key]) - 1
                offered = DataValidation("list", f"'{self.words_name}'!$B${first}:$B${last}", allow_blank=True)
                offered.showErrorMessage = False
                letter = get_column_letter(1 + sum(spans[:place]))
                offered.add(f"{letter}2:{letter}{last_row}")
                sheet.data_validations.append(offered)

    def words(self) -> None:
        """What the words mean: a row for each, and the lists that other sheets offer."""
        sheet = self.sheet(self.words_name, self.words_name, landscape=False)
        for letter, width in zip("ABC", WORDS, strict=True):
            sheet.column_dimensions[letter].width = width
        sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
        heads = [self.cell(sheet, heading, "text heading") for heading in (_("Om"), _("Ord"), _("Betydning"))]
        self.append(sheet, 1, heads, WORDS)
        about = {"answers": _("Svar"), "status": _("Status")}
        rows = [
            (about[key], word.label, meaning) for key, legend in LEGENDS.items() for word, meaning in legend.items()
        ]
        for number, row in enumerate(rows, start=2):
            self.append(sheet, number, [self.cell(sheet, str(text)) for text in row], WORDS)

    def append(self, sheet: Sheet, number: int, cells: list[WrittenCell | None], widths: Sequence[float]) -> None:
        """Adds row `number`, as high as its fullest cell needs; a title or heading alone on its line is not wrapped."""
        height = max((_lines(cell, width) for cell, width in zip(cells, widths, strict=False)), default=1) * TEXT_HEIGHT
        if len(cells) == 1 and cells[0]:
            height = max(TEXT_HEIGHT, cells[0].font.size * 1.5)
        sheet.row_dimensions[number].height = min(height + 3, HIGHEST)
        sheet.append(cells)

    def sheet(self, name: str, title: str, *, landscape: bool) -> Sheet:
        from openpyxl.worksheet.page import PageMargins
        from openpyxl.worksheet.properties import PageSetupProperties

        sheet = self.workbook.create_sheet(name)
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.paperSize = A4
        sheet.print_options.gridLines = landscape
        sheet.page_setup.orientation = "landscape" if landscape else "portrait"
        sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.oddHeader.left.text = _heading_text(title)
        seal = self.report.seal
        sheet.oddFooter.left.text = _heading_text(texts.seal_line(seal) if seal else self.report.title)
        sheet.oddFooter.right.text = _("Side {page} af {pages}").format(page="&P", pages="&N")
        for part in (sheet.oddHeader.left, sheet.oddFooter.left, sheet.oddFooter.right):
            part.size = 8
        return sheet

    # --- Cells ------------------------------------------------------------------------------------------------------

    def cell(self, sheet: Sheet, content: Content, look: str = "text") -> WrittenCell:
        from openpyxl.cell import WriteOnlyCell

        address, number_format = None, "General"
        if isinstance(content, Link):
            address, look = iri_to_uri(content.address), "link"
            content = content.text
        if isinstance(content, date) and content.year < FIRST_YEAR:
            content = texts.shown(content)
        if isinstance(content, int | Decimal):
            if len(Decimal(content).as_tuple().digits) > DIGITS:
                content = texts.shown(content)
            else:
                number_format = _number_format(Decimal(content))
        elif isinstance(content, date):
            look, number_format = "date", "dd.mm.yyyy"
        text = None
        if isinstance(content, str):
            text = content = plain_text(content)
        cell: WrittenCell = WriteOnlyCell(sheet, value=content)
        if text is not None:
            # Not what openpyxl takes it for: a formula, or the name of an error.
            cell.data_type = "s"
        if address:
            cell.hyperlink = address
        marked = text is not None and text.startswith(LIKE_A_FORMULA)
        cell._style = self.style(sheet, look, number_format, marked=marked)
        return cell

    def style(self, sheet: Sheet, look: str, number_format: str, *, marked: bool) -> Any:
        """Made once for all cells that look the same; each cell has a copy."""
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, Side

        key = (look, number_format, marked)
        if key not in self.looks:
            model: WrittenCell = WriteOnlyCell(sheet)
            is_heading = look in {f"{kind} heading" for kind in Kind}
            model.font = {
                "title": Font(FONT, 16, bold=True),
                "heading": Font(FONT, 12, bold=True),
                "lower heading": Font(FONT, 10, bold=True),
                "head": Font(FONT, 10, bold=True),
                "link": Font(FONT, 10, underline="single"),
            }.get(look, Font(FONT, 10, bold=is_heading))
            # What stands alone on its line runs on to the right instead.
            model.alignment = Alignment(
                horizontal="right" if look == f"{Kind.NUMBER} heading" else "left" if look == "date" else None,
                vertical="top",
                wrap_text=look not in {"title", "heading", "lower heading"},
            )
            if is_heading:
                model.border = Border(bottom=Side("medium"))
            model.number_format = number_format
            model.quotePrefix = marked
            self.looks[key] = model._style
        return copy(self.looks[key])

    def inner_link(self, sheet: Sheet, name: str) -> WrittenCell:
        from openpyxl.worksheet.hyperlink import Hyperlink

        cell = self.cell(sheet, _("Ark: %(name)s") % {"name": name}, "link")
        quoted = name.replace("'", "''")
        cell.hyperlink = Hyperlink(ref="", location=f"'{quoted}'!A1")
        return cell


# --- Helpers --------------------------------------------------------------------------------------------------------


def _parts(value: Value) -> list[Content]:
    """What goes into each of the cells that a value takes."""
    if value is None:
        return []
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str):
        return [value[start : start + PART] for start in range(0, len(value), PART)]
    return [value]


def plain_text(text: str) -> str:
    """A text as it stands in a cell's XML, before that is escaped."""
    return _LIKE_AN_ESCAPE.sub("_x005F_", texts.writable(text))


def _has_room_for_links(table: Table) -> bool:
    return sum(len(value) for row in table.rows for value in row if isinstance(value, tuple)) <= MOST_LINKS


def _moment(issued_at: str) -> datetime | None:
    """In UTC and without saying so, as Excel has it; None where it is no moment."""
    try:
        return datetime.fromisoformat(issued_at).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return None


def _numbered(heading: str, span: int) -> Iterator[str]:
    yield heading
    yield from (f"{heading} ({number})" for number in range(2, span + 1))


def _lines(cell: WrittenCell | None, width: float) -> int:
    """How many lines the cell's text takes, rather one too many: lines end between words, and letters differ."""
    if cell is None or not isinstance(cell.value, str):
        return 1
    return sum(max(1, ceil(len(line) / width)) for line in cell.value.split("\n"))


def _number_format(number: Decimal) -> str:
    places = max(0, -int(number.as_tuple().exponent))
    return "#,##0" + (f".{'0' * places}" if places else "")


def _heading_text(text: str) -> str:
    """For a header or footer, where & begins a code."""
    shown = texts.writable(text).replace("\n", " ").replace("&", "&&")[:FOOTER]
    return shown if shown.count("&") % 2 == 0 else shown[:-1]


def _sheet_names(wanted: Iterable[str]) -> Iterator[str]:
    """Names that Excel allows, each different from the others also in small letters, as like the wanted as can be."""
    taken: set[str] = set()
    for text in wanted:
        name = " ".join(_NOT_IN_SHEET_NAMES.sub(" ", texts.writable(text)).split()).strip("'") or _("Tabel")
        tried, number = name[:SHEET_NAME].strip("' "), 1
        while tried.casefold() in taken:
            number += 1
            ending = f" ({number})"
            tried = name[: SHEET_NAME - len(ending)].strip() + ending
        taken.add(tried.casefold())
        yield tried
