"""What a spreadsheet says, as tables of plain values; whatever program made it. It knows no database.

A file is checked before anything in it is unpacked or believed. One that cannot be read is a `ValidationError` with a
sentence; what can be read in part is read, with a remark.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.core.exceptions import ValidationError

MOST_CELLS = 2_000_000  # of a file, empty ones between others included: each takes some 100 bytes

Merged = tuple[tuple[int, int], tuple[int, int]]  # from and to, line and column from 0
Value = str | float | int | bool | date | datetime | time


class Unread(str):
    """Stands in a cell that says nothing that can be used: the sentence that says why."""


@dataclass
class Line:
    """One row of a table; `number` is the one that its program shows."""

    number: int
    values: list[Value]


@dataclass
class SheetTable:
    """One sheet, or a file of text. `name` is empty where the file has but one; remarks are sentences with the row.

    `merged` are cells that are shown as one: what they say stands in the first column, in each of their lines.
    """

    name: str
    lines: list[Line]
    remarks: list[str] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)


def too_many_cells(name: str, where: str) -> ValidationError:
    return ValidationError(
        f"Filen »{name}« har for mange celler{where}. Slet det, der står langt fra resten, eller del filen i flere."
    )


def too_many_rows(name: str, count: int, most: int) -> ValidationError:
    return ValidationError(
        f"Filen »{name}« har {count} rækker. Der kan højst læses {most}. Slet det, der står langt fra resten, "
        "eller del filen i flere."
    )


def too_far_down(name: str, row: int, most: int) -> ValidationError:
    return ValidationError(
        f"Filen »{name}« har noget i række {row}. Der kan højst læses {most} rækker. Slet det, der står langt fra "
        "resten, eller del filen i flere."
    )


def too_wide(name: str, row: int, column: int, most: int) -> ValidationError:
    return ValidationError(
        f"Filen »{name}« har noget i kolonne {column} (række {row}). Der kan højst læses {most} kolonner. Slet det, "
        "der står langt fra resten."
    )


def listed(numbers: list[int]) -> str:
    """Row numbers as people write them: »række 3«, »rækkerne 3, 5 og 9«, at most ten of them."""
    if len(numbers) == 1:
        return f"række {numbers[0]}"
    shown = [str(number) for number in numbers[:10]]
    if len(numbers) > 10:
        return f"rækkerne {', '.join(shown)} og {len(numbers) - 10} til"
    return f"rækkerne {', '.join(shown[:-1])} og {shown[-1]}"
