"""What a report says, and what independent readers find in the files made of it: the two must be the same.

`said(report, …)` and each `read_<format>(file)` give a `Said`: every text, in reading order (title, facts, then for
each section its heading, paragraphs and tables: caption, column headings, cells), and every address, link for link.
An empty cell is an empty text. `differences(report, found)` is empty if they agree.

A new format needs one reader. Signs that a format cannot hold stand there as [U+0007 NAME]; readers give them back as
what they stand for.
"""

import csv
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO, StringIO
from itertools import zip_longest
from xml.etree import ElementTree

import docx
import openpyxl
from django.utils.encoding import iri_to_uri
from docx.text.paragraph import Paragraph

from recommendations.reports.document import Report

NOTE = "Tegn, som filen ikke kan vise, står i kantede parenteser med deres nummer og navn i Unicode."
SEAL = "Segl"  # the heading of what stands after the report itself
NAMED = re.compile(r"\[U\+([0-9A-F]{4,6})(?: [^\]]*)?\]")


@dataclass
class Said:
    texts: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def said(report: Report, written: Callable) -> Said:
    """`written` says how the format writes a value."""
    found = Said([*filter(None, [report.annex]), report.title])
    for fact in report.facts:
        found.texts += fact
    for _level, section in report.walk():
        found.texts += [section.heading, *section.paragraphs]
        for table in section.tables:
            found.texts += [table.caption, *(column.heading for column in table.columns)]
            for row in table.rows:
                for value in row:
                    found.texts.append(written(value))
                    if isinstance(value, tuple):
                        found.addresses += [link.address for link in value]
    return found


def danish(value) -> str:
    """A value as Danish readers write it."""
    match value:
        case None:
            return ""
        case date():
            return f"{value.day:02}.{value.month:02}.{value.year:04}"
        case int() | Decimal():
            whole, _point, part = str(abs(value)).partition(".")
            marked = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", whole)
            return ("-" if value < 0 else "") + (f"{marked},{part}" if part else marked)
        case tuple():
            return "\n".join(link.text for link in value)
    return value


def for_machines(value) -> str:
    """A value with an ISO date or a decimal point, as exact as it was."""
    return str(value) if isinstance(value, date | int | Decimal) else danish(value)


def for_spreadsheets(value) -> str:
    """The same without the noughts that say nothing."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else for_machines(value)


def for_danish_excel(value) -> str:
    match value:
        case date():
            return f"{value.day:02}-{value.month:02}-{value.year:04}"
        case Decimal():
            return for_spreadsheets(value).replace(".", ",")
    return for_spreadsheets(value)


def differences(
    report: Report, found: Said, *, paragraphs_in_lines=False, spaces=True, written=danish
) -> list[tuple[str, str]]:
    """The first pairs of what the report says and what was found that differ.

    `paragraphs_in_lines`: the reader cannot tell a new line from a new paragraph. `spaces`: whether the file says where
    words end; in a PDF that is only to be seen.
    """
    expected = said(report, written)
    pairs = [
        *_unequal(
            [_plain(text, spaces) for text in _lines(expected.texts, paragraphs_in_lines)],
            [_plain(text, spaces) for text in _lines(found.texts, paragraphs_in_lines)],
        ),
        *_unequal(map(iri_to_uri, expected.addresses), map(iri_to_uri, found.addresses)),
    ]
    return pairs[:5]


def _unequal(expected, found):
    return [pair for pair in zip_longest(expected, found, fillvalue="(mangler)") if pair[0] != pair[1]]


def _lines(texts, split):
    return [line for text in texts for line in (re.split("\r\n|\n", text) if split else [text])]


def _plain(text: str, spaces: bool) -> str:
    text = NAMED.sub(lambda named: chr(int(named[1], 16)), text.replace("\r\n", "\n"))
    if not spaces:
        text = re.sub(r"\s|\u00ad", "", text)
        # Right-to-left words are drawn from the left; marks of direction at the end of a line are not drawn.
        if any(unicodedata.bidirectional(sign) in {"R", "AL", "RLO"} for sign in text):
            text = re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)
            text = "".join(sorted(unicodedata.normalize("NFKC", text)))
    return text


def carried(file: bytes) -> str | None:
    """The JSON that a Word or Excel file carries as a custom part, found as Office finds it: by its namespace."""
    found = []
    with zipfile.ZipFile(BytesIO(file)) as parts:
        for name in parts.namelist():
            if re.fullmatch(r"customXml/item\d+\.xml", name):
                root = ElementTree.fromstring(parts.read(name))
                found += [root.text] if root.tag == "{urn:anbefalingsrapport:2}rapport" else []
    assert len(found) < 2
    return found[0] if found else None


# --- Word -------------------------------------------------------------------------------------------------------------


def read_docx(file: bytes) -> Said:
    """Read by python-docx: body paragraphs and tables as they come."""
    document = docx.Document(BytesIO(file))
    found = Said()
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            if block.style.name == "Segl":
                break
            found.texts += block.text.split("\t", 1) if block.style.name == "Oplysning" else [block.text]
        else:
            for row in block.rows:
                for cell in row.cells:
                    found.texts.append(cell.text)
                    found.addresses += [link.address for paragraph in cell.paragraphs for link in paragraph.hyperlinks]
    # The last paragraph before the seal is there because a table may not end a document; it holds the note, if any.
    assert found.texts.pop() in {"", NOTE}
    return found


# --- Excel ------------------------------------------------------------------------------------------------------------


def read_xlsx(file: bytes) -> Said:
    """Read by openpyxl: the cover, and where it points to a sheet, the sheet; columns of one heading are one cell."""
    book = openpyxl.load_workbook(BytesIO(file))
    found = Said()
    for head, text in book.worksheets[0].iter_rows(max_col=2):
        if head.hyperlink and head.hyperlink.location:
            found.texts.append(_text(text))
            name = head.hyperlink.location.removesuffix("!A1").strip("'").replace("''", "'")
            _read_sheet(book[name], found)
        elif head.value == SEAL and head.font.bold:
            break
        else:
            found.texts += [_text(cell) for cell in (head, text) if cell.value is not None]
    if found.texts[-1] == NOTE:
        found.texts.pop()
    return found


def _read_sheet(sheet, found: Said):
    headings = [_text(cell) for cell in sheet[1]]
    groups: list[list[int]] = []
    for place, heading in enumerate(headings):
        if heading.endswith((": adresse", ": adresse (2)", ": adresse (3)")):
            break
        if groups and re.fullmatch(re.escape(headings[groups[-1][0]]) + r" \(\d+\)", heading):
            groups[-1].append(place)
        else:
            groups.append([place])
    found.texts += [headings[group[0]] for group in groups]
    for row in sheet.iter_rows(min_row=2):
        for group in groups:
            cells = [row[place] for place in group if row[place].value is not None]
            links = [cell for cell in cells if cell.hyperlink]
            found.texts.append(("\n" if links else "").join(_text(cell) for cell in cells))
            found.addresses += [cell.hyperlink.target for cell in links]


def _text(cell) -> str:
    value = cell.value
    if isinstance(value, datetime):
        return danish(value.date())
    if isinstance(value, float):
        places = cell.number_format.partition(".")[2].count("0")
        return danish(Decimal(str(value)).quantize(Decimal(1).scaleb(-places)))
    if isinstance(value, int):
        return danish(value)
    return (value or "").replace("_x005F_x", "_x")


# --- CSV, JSON and HTML -----------------------------------------------------------------------------------------------

LINK = re.compile(r"(?:(?P<bare>https?://\S+)|(?P<words>(?s:.*?)) <(?P<address>https?://.*)>)(?:\n|\Z)")


def read_csv(file: bytes, delimiter: str = ",") -> Said:
    """Read by Python's csv: each line says what it is; the apostrophe before what is like a formula goes."""
    found, columns = Said(), 0
    for kind, _key, *cells in csv.reader(StringIO(file.decode("utf-8-sig"), newline=""), delimiter=delimiter):
        cells = [cell.removeprefix("'") for cell in cells]
        if kind == "kolonner":
            columns = max(place for place, cell in enumerate(cells, 1) if cell)
        if kind == "række":
            for cell in cells[:columns]:
                links = list(LINK.finditer(cell))
                if links and "".join(link[0] for link in links) == cell:
                    found.texts.append("\n".join(link["words"] or link["bare"] for link in links))
                    found.addresses += [link["address"] or link["bare"] for link in links]
                else:
                    found.texts.append(cell)
        elif kind not in {"Del", "segl"}:
            found.texts += cells[: {"oplysning": 2, "kolonner": columns}.get(kind, 1)]
    return found


def read_danish_csv(file: bytes) -> Said:
    return read_csv(file, ";")


def read_json(file: bytes) -> Said:
    """Read by Python's json, without any of the report's own code."""
    report = json.loads(file)["report"]
    above = [report["annex"]] if "annex" in report else []
    found = Said([*above, report["title"], *(text for fact in report["facts"] for text in fact)])
    for section in report["sections"]:
        _read_section(section, found)
    return found


def _read_section(section, found: Said):
    found.texts += [section["heading"], *section["paragraphs"]]
    for table in section["tables"]:
        found.texts += [table["caption"], *(column["heading"] for column in table["columns"])]
        for row in table["rows"]:
            for value in row:
                if isinstance(value, list):
                    found.texts.append("\n".join(link["text"] for link in value))
                    found.addresses += [link["address"] for link in value]
                else:
                    found.texts.append("" if value is None else str(value))
    for below in section["sections"]:
        _read_section(below, found)


def read_html(file: bytes) -> Said:
    """Read by Python's html.parser: the words of the report's own elements, and where the links of its cells lead."""
    reader = _Html()
    reader.feed(file.decode())
    return reader.found


class _Html(HTMLParser):
    HOLD = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "dt", "dd", "caption", "th", "td"})

    def __init__(self):
        super().__init__()
        self.found, self.inside, self.is_seal, self.items = Said(), "", False, 0

    def handle_starttag(self, tag, attrs):
        self.is_seal |= tag == "footer"
        if tag in self.HOLD and not self.is_seal:
            self.inside, self.items = tag, 0
            self.found.texts.append("")
        elif self.inside and tag == "br":
            self.found.texts[-1] += "\n"
        elif self.inside == "td" and tag == "li":
            self.found.texts[-1] += "\n" if self.items else ""
            self.items += 1
        elif self.inside == "td" and tag == "a":
            self.found.addresses.append(dict(attrs)["href"])

    def handle_endtag(self, tag):
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data):
        if self.inside:
            self.found.texts[-1] += data
