"""Whether a file is a report as it was issued: what is found in it, and how much of it that proves.

Nothing in the file is trusted. Its code leads to the frozen report; what decides is whether the file is what this
system makes of that report. A JSON file is data and is hashed again. Any other is compared with the same format made
anew: byte for byte, but for the time that a PDF was made; Word and Excel files part by part, as their wrapping holds
such times too.
"""

from __future__ import annotations

import io
import json
import lzma
import re
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from enum import Enum
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from recommendations.models import IssuedReport
from recommendations.models.issued_report import fingerprint
from recommendations.reports.document import Report
from recommendations.reports.issuing import found, report_of
from recommendations.reports.renderers import FORMATS

# Every format carries the address where it is checked; the code stands at its end.
CODE = re.compile(rb"kontroller/\?kode=([0-9A-Z]{4}-[0-9A-Z]{4})")
MOST_UNPACKED = 20  # times the largest file: what a Word or Excel file may hold when it is unpacked
# When a PDF was made, and the names that follow from it: all that differs between two of the same report.
MADE = re.compile(rb"D:\d{14}Z|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d|[A-Za-z0-9+/]{22}==")
CODE_ALONE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
BODY = ("word/", "xl/")  # the parts of such a file that people see; the others say who saved it, and when
# What the packed parts of a file can fail with: the archive's own complaints, and those of each way of packing.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)


class Result(Enum):
    """What is known of a file after it has been checked."""

    NO_CODE = "no code"  # no report's code in it
    UNKNOWN = "unknown"  # a code that no issued report has
    SAME = "same"  # exactly what was issued
    SAME_DATA = "same data"  # its data are what was issued, in another file
    CHANGED = "changed"  # data that are not what was issued
    UNSURE = "unsure"  # not the same file: saved anew, or changed


@dataclass(frozen=True)
class Verdict:
    result: Result
    code: str = ""
    issued: IssuedReport | None = None
    fingerprint: str = ""  # of the data in the file, where they can be read


class TooLarge(Exception):
    """The file is larger than may be read."""


def largest() -> int:
    """The largest file that is read, in MB."""
    return int(settings.CHECK_MAX_MB)


def check_file(upload: UploadedFile[bytes]) -> Verdict:
    """What is found in a file that somebody has sent; `TooLarge` where it is not read at all."""
    if (upload.size or 0) > largest() * 1024 * 1024:
        raise TooLarge
    content = upload.read()
    if (data := _as_json(content)) is not None:
        return _json_verdict(data)
    is_office = content.startswith(b"PK\x03\x04")
    parts = _unpacked(content) if is_office else {"": content}
    code = next((match[1].decode() for part in parts.values() if (match := CODE.search(part))), "")
    if not code:
        return Verdict(Result.NO_CODE)
    issued = found(code)
    if issued is None:
        return Verdict(Result.UNKNOWN, code)
    report = report_of(issued)
    rows = sum(len(table.rows) for table in report.tables())
    for format in (FORMATS[name] for name in _candidates(content, parts)):
        if format.most_rows and rows > format.most_rows:
            continue  # nor is it made for anybody who fetches it
        with tempfile.TemporaryFile() as made:
            format.write(report, made)
            if _is_same(made, content, parts):
                return Verdict(Result.SAME, code, issued, issued.fingerprint)
    return Verdict(Result.UNSURE, code, issued)


def _as_json(content: bytes) -> dict[str, Any] | None:
    if content.lstrip()[:1] != b"{":
        return None
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _json_verdict(data: dict[str, Any]) -> Verdict:
    seal = data.get("seal")
    code = seal.get("code") if isinstance(seal, dict) else ""
    if not isinstance(code, str) or not CODE_ALONE.fullmatch(code):
        return Verdict(Result.NO_CODE)
    issued = found(code)
    if issued is None:
        return Verdict(Result.UNKNOWN, code)
    try:
        actual = fingerprint(Report.from_data(data["report"]).canonical())
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError):
        return Verdict(Result.CHANGED, code, issued)
    # As it was issued; or as it is made since something was taken out of it.
    ours = (issued.fingerprint, fingerprint(report_of(issued).canonical()))
    return Verdict(Result.SAME_DATA if actual in ours else Result.CHANGED, code, issued, actual)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a Word or Excel file that people see; `TooLarge` for one that would burst."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [info for info in archive.infolist() if info.filename.startswith(BODY)]
            if sum(info.file_size for info in inside) > MOST_UNPACKED * largest() * 1024 * 1024:
                raise TooLarge
            return {info.filename: archive.read(info) for info in inside}
    except UNREADABLE:
        return {"": content}


def _candidates(content: bytes, parts: dict[str, bytes]) -> list[str]:
    """The formats that the file can be of."""
    if any(name.startswith("word/") for name in parts):
        return ["docx"]
    if any(name.startswith("xl/") for name in parts):
        return ["xlsx"]
    if content.startswith(b"%PDF-"):
        return ["pdf"]
    return ["csv-excel", "csv", "html"]


def _is_same(made: BinaryIO, content: bytes, parts: dict[str, bytes]) -> bool:
    made.seek(0)
    ours = made.read()
    if content.startswith(b"%PDF-"):
        return MADE.sub(b"", ours) == MADE.sub(b"", content)
    return ours == content or ("" not in parts and _unpacked(ours) == parts)
