"""A report that somebody gives back, read in whatever format it has by now: `read(content)` gives what it says."""

from __future__ import annotations

from django.utils.translation import gettext as _

from recommendations.reports.reading.csv import is_csv, read_csv
from recommendations.reports.reading.docx import read_docx
from recommendations.reports.reading.found import (
    FileSays,
    FoundCell,
    FoundPage,
    FoundTable,
    FoundText,
    ReadingBudget,
    UnreadableFile,
)
from recommendations.reports.reading.html import read_html
from recommendations.reports.reading.json import canonical_text, read_json, sealed_json
from recommendations.reports.reading.package import OFFICE_LOCKED, PackedParts, broken_package, locked_package
from recommendations.reports.reading.pdf import read_pdf
from recommendations.reports.reading.xlsx import read_xlsx

__all__ = [
    "FileSays", "FoundCell", "FoundPage", "FoundTable", "FoundText", "UnreadableFile", "canonical_text", "read",
    "sealed_json",
]  # fmt: skip


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
