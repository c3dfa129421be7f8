"""The report as PDF/UA-1 and PDF/A-3a: tagged, with bookmarks and embedded fonts, set by typst.

An issued report has its own data attached, and says that it was made when it was issued, so that the same report gives
the same bytes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import override

from recommendations.reports.document import Kind, Report, Seal, Section, Table, Value
from recommendations.reports.renderers import json as data_file
from recommendations.reports.renderers import texts
from recommendations.reports.renderers.texts import Paper

ATTACHMENT = "rapport.json"
TYPESET = Path(__file__).with_name("typeset.py")
# Seconds. Pages ask for what takes one; the command line may ask for thousands of rows.
TIMEOUT = 600
# A server process sets one report at a time, so that many readers cannot take its machine's memory.
_ONE_AT_A_TIME = threading.Lock()
# In points, as report.typ has them: the letters of tables, and the room around them.
LETTERS, INSET = 8.5, 8
# A run of this many letters may break anywhere.
LONG_RUN = 25
# PDF has six levels of headings.
DEEPEST = 6

# Typst refuses to write a text that none of its fonts can show, and says which. It writes some signs by number.
_NOT_SHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_NUMBERED = re.compile(r"\\u\{([0-9a-f]+)\}")


class NotTypeset(Exception):
    """Typst could not make the file; the message is typst's own."""


def write(report: Report, stream: BinaryIO) -> None:
    with override(report.language):
        data = _data(report)
        plain = json.dumps(data, ensure_ascii=False)
        attached = "".join(data_file.pieces(report)) if report.seal else ""
        while (made := _typeset(plain, attached)).returncode:
            told = _with_names(plain, made.stderr.decode(errors="replace"))
            plain = json.dumps(json.loads(told) | {"note": texts.note()}, ensure_ascii=False)
    stream.write(made.stdout)


def _typeset(plain: str, attached: str) -> subprocess.CompletedProcess[bytes]:
    # -I: neither the environment nor the folder of this process decides what is imported.
    with _ONE_AT_A_TIME:
        return subprocess.run(
            [sys.executable, "-I", str(TYPESET)],
            input=f"{plain}\n{attached}".encode(),
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )


def _with_names(plain: str, diagnostic: str) -> str:
    """The data where each text that typst could not show is spelt out, sign by sign, in brackets."""
    missing = {_NUMBERED.sub(lambda found: chr(int(found[1], 16)), text) for text in _NOT_SHOWN.findall(diagnostic)}
    told = plain
    for text in sorted(missing, key=len, reverse=True):
        told = told.replace(text, texts.named(text))
    if told == plain:
        raise NotTypeset(diagnostic)
    return told


# --- What report.typ reads ------------------------------------------------------------------------------------------


def _data(report: Report) -> dict[str, Any]:
    paper = texts.paper(report)
    language, region = texts.locale(report).split("-")
    return {
        "annex": texts.writable(report.annex),
        "title": texts.writable(report.title),
        "keywords": [report.seal.check_address] if report.seal else [],  # where a check of the file finds its code
        "language": language,
        "region": region,
        "paper": paper[:2],
        "flipped": paper != Paper.UPRIGHT,
        # The numbers are put in by typst, which alone knows them.
        "page": _("Side {page} af {pages}"),
        "facts": [[texts.writable(heading), texts.writable(value)] for heading, value in report.facts],
        "sections": [_section(level, section, _PAGES[paper]) for level, section in report.walk()],
        "note": texts.note() if texts.needs_note(report) else "",
        "seal": _seal(report.seal) if report.seal else None,
    }


def _seal(seal: Seal) -> dict[str, Any]:
    picture = BytesIO()
    texts.seal_code(seal).save(picture, kind="svg", xmldecl=False, svgns=True)
    return {
        "line": texts.writable(texts.seal_line(seal)),
        "picture": picture.getvalue().decode(),
        "picture_words": texts.writable(texts.seal_code_words(seal)),
        "heading": texts.seal_heading(),
        "words": texts.seal_words(seal),
        "facts": [[heading, texts.writable(value)] for heading, value in texts.seal_facts(seal)],
        "attachment": ATTACHMENT,
        "attachment_words": _("Rapportens data som JSON"),
        "made": _seconds(seal.issued_at),
    }


def _seconds(issued_at: str) -> int | None:
    """Since 1970; None where it is no moment."""
    try:
        return int(datetime.fromisoformat(issued_at).timestamp())
    except ValueError:
        return None


class _Page(NamedTuple):
    """Between the margins: how many characters a line of a table holds, and how wide it is in points."""

    line: int
    width: int


_PAGES = {Paper.UPRIGHT: _Page(115, 481), Paper.WIDE: _Page(175, 728), Paper.WIDEST: _Page(258, 1077)}


def _section(level: int, section: Section, page: _Page) -> dict[str, Any]:
    return {
        "level": min(level, DEEPEST),
        "heading": texts.writable(section.heading),
        "paragraphs": [texts.writable(paragraph) for paragraph in section.paragraphs],
        "tables": [_table(table, page) for table in section.tables],
    }


def _table(table: Table, page: _Page) -> dict[str, Any]:
    shares = texts.shares(table, page.line)
    rooms = [share * page.width - INSET for share in shares]
    return {
        "caption": texts.writable(table.caption),
        "columns": [
            # Headings are bold, and so take more room.
            {"heading": _text(column.heading, room * 0.9), "number": column.kind == Kind.NUMBER, "share": share}
            for column, share, room in zip(table.columns, shares, rooms, strict=True)
        ],
        "rows": [
            {"whole": texts.is_whole(row), "cells": [_cell(*cell) for cell in zip(row, rooms, strict=True)]}
            for row in table.rows
        ],
    }


def _cell(value: Value, room: float) -> Any:
    if isinstance(value, tuple):
        return [{"text": _text(link.text, room), "address": iri_to_uri(link.address)} for link in value]
    return _text(texts.shown(value), room)


def _text(text: str, room: float) -> str | dict[str, Any]:
    """The text of a cell `room` points wide; if some word does not fit, with how it is to be broken.

    Words are hyphenated. What is no word, such as an address, breaks between its parts if these fit, else anywhere.
    """
    text = texts.writable(text)
    wide = [word for word in re.split(r"[\s-]+", text) if _breadth(word) > room]
    if not wide:
        return text
    unspeakable = [len(word) for word in wide if not word.isalpha()]
    return {"text": text, "run": min([*unspeakable, LONG_RUN]), "part": int(room / (LETTERS * 0.55))}


def _breadth(word: str) -> float:
    """About how wide a word is in points, rather too much."""
    ems = sum(
        0.8 if sign in "mwMW@%" else 0.68 if sign.isupper() else 0.32 if sign in "ijltfr.,:;()/'-" else 0.5
        for sign in word
    )
    return ems * LETTERS
