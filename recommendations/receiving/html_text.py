"""A mail's HTML as text, line by line as it is read: what is quoted begins with >, as in mails that are text."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

SKIPPED = frozenset({"head", "style", "script", "title", "template", "noscript"})
BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "div", "dl", "dt", "dd", "fieldset", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "tbody", "thead", "tr", "ul"}
)
PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre"})
SIGNATURE = re.compile(r"(^|[\s_])(gmail_signature|moz-signature|signature|ms-outlook-mobile-signature)($|\s)", re.I)
SPACE = re.compile(r"[ \t\r\n\f]+")
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Reader:
    """What stands on the page so far, and the line that is being read."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line = ""
        self._depth = 0

    def read(self, element: Any) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag and tag not in SKIPPED and not _is_signature(element):
            self._inside(tag, element)
        self._say(element.tail)

    def _inside(self, tag: str, element: Any) -> None:
        if tag == "br":
            self._end(always=True)
            return
        is_block = tag in BLOCKS
        if is_block:
            self._end()
        quotes = _quotes(tag, element)
        self._depth += quotes
        if tag == "li":
            self._line = "- "
        self._say(element.text)
        for child in element:
            self.read(child)
        if tag == "a":
            self._say(_address_beside(element))
        if tag in ("td", "th"):
            self._say(" ")
        if is_block:
            self._end()
        self._depth -= quotes
        if tag in PARAGRAPHS and "mso" not in (element.get("class") or "").lower():
            self.lines.append(self._quoted(""))

    def _say(self, text: str | None) -> None:
        if not text:
            return
        said = SPACE.sub(" ", text)
        self._line += said.lstrip(" ") if not self._line or self._line.endswith(" ") else said

    def _end(self, *, always: bool = False) -> None:
        """The line is over; one with nothing in it is a line only where it is meant to be."""
        if self._line.strip(" ") or always:
            self.lines.append(self._quoted(self._line.replace("\xa0", " ").strip()))
        self._line = ""

    def _quoted(self, line: str) -> str:
        return f"{'>' * self._depth} {line}".rstrip() if self._depth else line

    def text(self) -> str:
        self._end()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")


def text_of_html(page: str) -> str:
    """The text of a page; of one that is no page or too deep, all that stands between its tags."""
    reader = Reader()
    try:
        reader.read(
            html.document_fromstring(NOT_IN_XML.sub("", page).encode(), parser=html.HTMLParser(encoding="utf-8"))
        )
    except (etree.LxmlError, ValueError, AssertionError):
        reader = Reader()
    return reader.text() or re.sub("<[^>]*>", " ", page).strip()


def _is_signature(element: Any) -> bool:
    """What the mail program says is a signature."""
    return any(SIGNATURE.search(element.get(name) or "") for name in ("class", "id"))


def _quotes(tag: str, element: Any) -> bool:
    """Whether it is a quotation; what somebody only moved to the right has no line beside it."""
    return tag == "blockquote" and "border:none" not in (element.get("style") or "").replace(" ", "").lower()


def _address_beside(link: Any) -> str:
    """Where a link leads, where its words do not say it."""
    address = (link.get("href") or "").strip()
    said = "".join(link.itertext())
    if not address.startswith(("https://", "http://")) or address.split("://", 1)[1].rstrip("/") in said:
        return ""
    return f" ({address})" if said.strip() else ""
