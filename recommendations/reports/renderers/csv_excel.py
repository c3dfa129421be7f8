"""CSV for Danish Excel: BOM, semicolons, decimal commas, dates as 28-02-2026; otherwise as the CSV for machines.

Danish Excel makes a date of the text 3.4 and a number of 0012. Such text gets the apostrophe too, so that the number of
a recommendation stays what it is.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from recommendations.reports.document import Report, Value
from recommendations.reports.renderers import csv, texts

BOM = b"\xef\xbb\xbf"
# Digits and signs alone, or a number with an exponent: what Excel would read as a number, a date or a time.
LIKE_A_NUMBER = re.compile(r"\s*[\d.,:/\- ]*\d[\d.,:/\- ]*(e\d+)?%?\s*", re.ASCII | re.IGNORECASE)


def write(report: Report, stream: BinaryIO) -> None:
    stream.write(BOM)
    csv.write_lines(report, stream, cell, delimiter=";")


def cell(value: Value) -> str:
    """A value as this dialect writes it."""
    if isinstance(value, str):  # most are
        written = csv.harmless(value)
        return f"'{written}" if LIKE_A_NUMBER.fullmatch(written) else written
    if isinstance(value, date):
        return texts.day(value, "-")
    if isinstance(value, Decimal):
        return csv.cell(value).replace(".", ",")
    return csv.plain(value)
