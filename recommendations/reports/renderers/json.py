"""JSON: the data of the report as they are, with what seals them. An issued PDF, Word or Excel file carries the same.

`{"format": "anbefalingsrapport/2", "seal": {every field of Seal} | null, "report": {…}}`, where the report is
`Report.as_data()`. The fingerprint is the SHA-256 of the report's canonical text: the same JSON with its keys sorted,
no spaces, letters as they are, in UTF-8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import BinaryIO

from recommendations.reports.document import Report

FORMAT = "anbefalingsrapport/2"
# What no UTF-8 or no XML may hold: JSON has another way to write it.
_ESCAPED = re.compile("[\ud800-\udfff\ufffe\uffff]")


def write(report: Report, stream: BinaryIO) -> None:
    for part in pieces(report):
        stream.write(part.encode())


def pieces(report: Report) -> Iterator[str]:
    """The text of the file, piece by piece: one line."""
    for part in json.JSONEncoder(ensure_ascii=False).iterencode(_data(report)):
        yield _escaped(part)
    yield "\n"


def text(report: Report) -> str:
    """The same at once: quicker, of a report without many rows."""
    return f"{line(_data(report))}\n"


def _data(report: Report) -> dict[str, object]:
    seal = asdict(report.seal) if report.seal else None
    return {"format": FORMAT, "seal": seal, "report": report.as_data()}


def line(data: object) -> str:
    """Plain JSON values as they stand in a file, on one line without its end."""
    return _escaped(json.dumps(data, ensure_ascii=False))


def _escaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
