"""A file by its name: which reader takes it, and what is refused before anything in it is opened.

The readers work in a process of their own: a file can be made to stop or to fill whoever reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import BinaryIO

from django.core.exceptions import ValidationError

from recommendations import apart
from recommendations.importing.between import ReadFile, received
from recommendations.importing.tables import SheetTable
from recommendations.uploads.accepting import MEGABYTE, OLD_OFFICE
from recommendations.uploads.kinds import EXCEL, mended_name, not_what_it_says, unreadable

MOST_BYTES = 30 * MEGABYTE
MOST_WAITED_FOR = 1_000  # rows that a page waits for; more are read and written in the background
MOST_WEIGHT_WAITED_FOR = 4 * MEGABYTE  # of their values
READERS = {
    ".xlsx": "recommendations.importing.workbooks:xlsx_lines",
    ".ods": "recommendations.importing.workbooks:ods_lines",
    ".csv": "recommendations.importing.delimited:delimited_lines",
    ".tsv": "recommendations.importing.delimited:delimited_lines",
    ".txt": "recommendations.importing.delimited:delimited_lines",
}


def read_file(path: Path) -> list[SheetTable]:
    """The tables of a file on disk; one that is too large is not opened."""
    require_size(path.stat().st_size)
    return read_tables(path.name, path.read_bytes())


def write_file(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Make a file of what `write` writes; where it cannot be made, a `ValidationError` says so."""
    try:
        with path.open("wb") as stream:
            write(stream)
    except OSError as error:
        raise ValidationError(
            f"Filen »{path}« kan ikke skrives. Vælg en mappe, der findes, og som du må skrive i."
        ) from error


def read_tables(name: str, content: bytes) -> list[SheetTable]:
    """The tables of a file, in its order."""
    with opened(name, content) as file:
        return file.tables()


def read_few(name: str, content: bytes) -> list[SheetTable] | None:
    """The tables of a file that a page can wait for; of a larger one nothing."""
    with opened(name, content) as file:
        return file.tables() if file.lines <= MOST_WAITED_FOR and file.weight <= MOST_WEIGHT_WAITED_FOR else None


@contextmanager
def opened(name: str, content: bytes) -> Iterator[ReadFile]:
    """A file that is read, by its name, which must be true; what is not taken of it goes when the block is left."""
    name = mended_name(name)
    reader = _reader_of(name, content)
    try:
        with apart.asked(reader, content, name=name) as back:
            yield received(back)
    except apart.Fallen as fallen:
        if not fallen.is_spent:
            raise unreadable(name) from fallen
        raise ValidationError(f"Filen »{name}« er for stor, når den pakkes ud. Del den i flere.") from fallen


def _reader_of(name: str, content: bytes) -> str:
    suffix = PurePath(name).suffix.lower()
    require_size(len(content))
    if not content.strip(b"\0 \r\n\t"):
        raise ValidationError(f"Filen »{name}« er tom. Vælg den, der har rækkerne.")
    if content.startswith(OLD_OFFICE) or suffix == ".xls":
        raise ValidationError(
            f"Filen »{name}« er låst med en adgangskode eller gemt i et gammelt format. Gem den som .xlsx uden."
        )
    if suffix == ".xlsm":
        raise ValidationError(f"Filen »{name}« har makroer. Gem den som .xlsx, og vælg den nye.")
    if suffix in (".xlsx", ".ods"):
        if not content.startswith(EXCEL.begins):
            raise not_what_it_says(name)
    elif suffix not in READERS:
        raise ValidationError(f"Filen »{name}« kan ikke læses ind. Vælg et regneark (.xlsx, .ods) eller en .csv-fil.")
    elif content.startswith(EXCEL.begins):
        raise not_what_it_says(name)
    return READERS[suffix]


def require_size(size: int) -> None:
    """Refuse a file of so many bytes before it is opened."""
    if size > MOST_BYTES:
        raise ValidationError(
            f"Filen er {-(-size // MEGABYTE)} MB. Den må højst være {MOST_BYTES // MEGABYTE} MB; del den i flere."
        )
