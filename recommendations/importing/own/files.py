"""The workbook that somebody fetches: what to do, the rows with what may be filled in, and what the file is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils import timezone
from openpyxl import Workbook

from recommendations.importing.between import ReadFile
from recommendations.importing.columns import Sheet, compared_heading
from recommendations.importing.own.sheets import ABOUT_FILE, ANSWERS, STATUSES
from recommendations.importing.own.stands import OwnRow
from recommendations.importing.sheets import LEGEND
from recommendations.importing.tables import SheetTable, too_many_cells
from recommendations.importing.writing import add_legend, add_sheet

MOST_FETCHED = 2_000  # rows in one file
MOST_WEIGHT = 12 * 1024 * 1024  # bytes of their values
ABOUT = (
    "Udfyld de gule celler, gem filen, og vælg den på siden »Mine rækker«. Dér ser du ændringerne, før de bliver gemt.",
    "De andre celler er låst, men uden adgangskode. Rækker må slettes og flyttes; det ændrer intet her.",
    "Tømmer du en celle, bliver den tømt i kladden. Det, der er udgivet, ændrer filen ikke.",
)


def write_own(rows: Sequence[OwnRow], sheet: Sheet, what: str, stream: BinaryIO) -> None:
    """`what` says in words which rows they are."""
    book = Workbook(write_only=True)
    add_sheet(book, sheet, [row.values for row in rows])
    add_legend(book, [sheet], ABOUT)
    hidden = book.create_sheet(ABOUT_FILE)
    hidden.sheet_state = "hidden"
    moment = f"{timezone.localtime():%d.%m.%Y kl. %H.%M}"
    for line in (("Hvad filen er", sheet.name), ("Rækkerne", what), ("Hentet", moment)):
        hidden.append(line)
    book.save(stream)


def without_what_it_is(tables: Sequence[SheetTable]) -> tuple[list[SheetTable], dict[str, str]]:
    """The tables with rows, and what the file says of itself: nothing where that sheet is gone."""
    of_file = compared_heading(ABOUT_FILE)
    said = [line.values for table in tables if compared_heading(table.name) == of_file for line in table.lines]
    facts = {str(line[0]): str(line[1]) for line in said if len(line) > 1}
    return [table for table in tables if compared_heading(table.name) != of_file], facts


def require_fair_size(name: str, file: ReadFile) -> None:
    """Refuse more than can be fetched, before anything is looked up."""
    written = (compared_heading(ABOUT_FILE), compared_heading(LEGEND))
    count = sum(max(lines - 1, 0) for sheet, lines in file.sizes if compared_heading(sheet) not in written)
    if count > MOST_FETCHED:
        raise ValidationError(
            f"Filen har {count} rækker. Der kan højst læses {MOST_FETCHED} ad gangen, så del den i flere."
        )
    if file.weight > MOST_WEIGHT:
        raise too_many_cells(name, "")


def file_name(sheet: Sheet, *names: str) -> str:
    """Of signs that every system takes."""
    first = {STATUSES.key: "status", ANSWERS.key: "svar"}[sheet.key]
    return "-".join([first, *(name.lower() for name in names if name), f"{timezone.localdate():%Y-%m-%d}"]) + ".xlsx"
