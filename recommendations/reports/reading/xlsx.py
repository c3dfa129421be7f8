"""What an Excel file says, whoever saved it: the cover as lines, every other sheet as a table."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from xml.etree import ElementTree

from recommendations.reports.reading.found import FileSays, FoundCell, FoundTable, FoundText
from recommendations.reports.reading.package import PackedParts, broken_package

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
