"""A file by its name: which reader takes it, and what is refused before anything in it is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath
from typing import BinaryIO

from django.core.exceptions import ValidationError

from recommendations.importing.delimited import read_delimited
from recommendations.importing.tables import SheetTable
from recommendations.importing.workbooks import read_ods, read_xlsx
from recommendations.uploads.accepting import MEGABYTE, OLD_OFFICE
from recommendations.uploads.kinds import EXCEL, mended_name, not_what_it_says

MOST_BYTES = 30 * MEGABYTE


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
    """The tables of a file, in its order. By its name, which must be true."""
    name = mended_name(name)
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
        return read_xlsx(name, content) if suffix == ".xlsx" else read_ods(name, content)
    if suffix in (".csv", ".tsv", ".txt"):
        if content.startswith(EXCEL.begins):
            raise not_what_it_says(name)
        return [read_delimited(name, content)]
    raise ValidationError(f"Filen »{name}« kan ikke læses ind. Vælg et regneark (.xlsx, .ods) eller en .csv-fil.")


def require_size(size: int) -> None:
    """Refuse a file of so many bytes before it is opened."""
    if size > MOST_BYTES:
        raise ValidationError(
            f"Filen er {-(-size // MEGABYTE)} MB. Den må højst være {MOST_BYTES // MEGABYTE} MB; del den i flere."
        )
