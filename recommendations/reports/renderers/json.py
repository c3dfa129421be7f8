"""JSON: the data of the report as they are, with what seals them.

`{"format": "anbefalingsrapport/1", "seal": {"code", "fingerprint", "check_address"} | null, "report": {…}}`, where the
report is `Report.as_data()`. The fingerprint is the SHA-256 of the report's canonical text: the same JSON with its keys
sorted, no spaces, letters as they are, in UTF-8.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import BinaryIO

from recommendations.reports.document import Report

FORMAT = "anbefalingsrapport/1"


def write(report: Report, stream: BinaryIO) -> None:
    seal = asdict(report.seal) if report.seal else None
    data = {"format": FORMAT, "seal": seal, "report": report.as_data()}
    for part in json.JSONEncoder(ensure_ascii=False).iterencode(data):
        stream.write(part.encode())
    stream.write(b"\n")
