"""The report as PDF/UA-1 and PDF/A-2a: tagged, with bookmarks and embedded fonts, set by typst."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import override

from recommendations.reports.document import Kind, Report, Section, Table, Value
from recommendations.reports.renderers import texts

TYPESET = Path(__file__).with_name("typeset.py")
# Seconds for the whole file; 5,000 rows of ten columns take ten.
TIMEOUT = 120
# Cells in all tables together: what typst sets in 100 MB, about 25 kB a cell. 5,000 rows of ten columns take over 1 GB.
MAX_CELLS = 4_000
# How many characters a table's line holds.
WIDE_LINE, UPRIGHT_LINE = 175, 115
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
        while (made := _typeset(plain)).returncode:
            told = _with_names(plain, made.stderr.decode(errors="replace"))
            plain = json.dumps(json.loads(told) | {"note": texts.note()}, ensure_ascii=False)
    stream.write(made.stdout)


def _typeset(plain: str) -> subprocess.CompletedProcess[bytes]:
    # -I: neither the environment nor the folder of this process decides what is imported.
    return subprocess.run(
        [sys.executable, "-I", str(TYPESET)], input=plain.encode(), capture_output=True, timeout=TIMEOUT, check=False
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
    wide = texts.is_wide(report)
    language, region = texts.locale(report).split("-")
    return {
        "title": texts.writable(report.title),
        "language": language,
        "region": region,
        "wide": wide,
        # The numbers are put in by typst, which alone knows them.
        "page": _("Side {page} af {pages}"),
        "facts": [[texts.writable(heading), texts.writable(value)] for heading, value in report.facts],
        "sections": [_section(level, section, WIDE_LINE if wide else UPRIGHT_LINE) for level, section in report.walk()],
        "note": texts.note() if texts.needs_note(report) else "",
        "seal": texts.seal_lines(report.seal) if report.seal else [],
    }


def _section(level: int, section: Section, line: int) -> dict[str, Any]:
    return {
        "level": min(level, DEEPEST),
        "heading": texts.writable(section.heading),
        "paragraphs": [texts.writable(paragraph) for paragraph in section.paragraphs],
        "tables": [_table(table, line) for table in section.tables],
    }


def _table(table: Table, line: int) -> dict[str, Any]:
    return {
        "caption": texts.writable(table.caption),
        "columns": [
            {"heading": texts.writable(column.heading), "number": column.kind == Kind.NUMBER, "share": share}
            for column, share in zip(table.columns, texts.shares(table, line), strict=True)
        ],
        "rows": [{"whole": texts.is_whole(row), "cells": [_cell(value) for value in row]} for row in table.rows],
    }


def _cell(value: Value) -> str | list[dict[str, str]]:
    if isinstance(value, tuple):
        return [{"text": texts.writable(link.text), "address": iri_to_uri(link.address)} for link in value]
    return texts.writable(texts.shown(value))
