"""What a web page says: headings, paragraphs, facts in pairs, and tables. What the browser hides is unseen."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.utils.translation import gettext as _

from recommendations.reports.reading.found import (
    Block,
    FileSays,
    FoundCell,
    FoundTable,
    FoundText,
    ReadingBudget,
    UnreadableFile,
)
from recommendations.uploads.archives import has_endless_tag

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
