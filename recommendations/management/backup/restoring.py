"""Reading a backup into a database: all of it in one transaction, or nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name
from django.db import DatabaseError, connection, transaction

from recommendations import append_only, database_roles
from recommendations.management.backup import tables
from recommendations.management.backup.archive import BLOCK, FILES, ROWS, BackupReader, BackupRefused, Manifest
from recommendations.management.backup.making import applied_migrations

WAITING = ".gendannes"  # the folder where files lie until all of them are there


def restore(reader: BackupReader, *, overwrite: bool) -> Manifest:
    """Everything that is in the file, with its keys; what was there before goes, where that is wanted.

    The file is read twice: first all of it is held against what it says itself, before anything is written.
    """
    manifest = reader.checked()
    _require_same_tables(manifest)
    shelf = Shelf()
    try:
        with transaction.atomic():
            _take_hold()
            written = tables.first_with_rows()
            if written and not overwrite:
                raise BackupRefused(
                    f"Databasen er i brug: der er rækker i {written._meta.db_table}. Gendan i en tom database, eller "
                    "sig --overskriv, hvis alt, hvad der er i den, skal erstattes."
                )
            append_only.uninstall(connection)
            tables.empty_all()
            shelf.clear()
            _read_all(reader, manifest, shelf)
            for kept, table in _paired(manifest):
                if kept.next_key:
                    tables.set_next_key(table, kept.next_key)
            connection.check_constraints()
            append_only.install(connection)
            shelf.put_in_place()
    except (DatabaseError, ValidationError) as error:
        raise BackupRefused(f"Databasen afviser filens rækker, og intet er ændret: {error}") from error
    finally:
        shelf.clear()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # else questions are planned as for the tables of before
    return manifest


def _paired(manifest: Manifest) -> list[tuple[Any, tables.Table]]:
    known = {table._meta.db_table: table for table in tables.in_order_of_need()}
    return [(kept, known[kept.table]) for kept in manifest.tables]


def _require_same_tables(manifest: Manifest) -> None:
    """Rows fit the tables that they were read from: no other migrations, no other columns."""
    here, there = set(applied_migrations()), set(manifest.migrations)
    if here != there:
        told = [
            f"{what}: {', '.join(sorted(names))}"
            for what, names in (("Kun i filen", there - here), ("Kun i databasen", here - there))
            if names
        ]
        raise BackupRefused(
            f"Filen er fra udgave {manifest.version}, og databasen har andre migrationer. {'. '.join(told)}. Brug den "
            "udgave af programmet, som filen er fra, og kør »manage.py migrate« først; opgradér bagefter."
        )
    have = {table._meta.db_table: sorted(tables.columns(table)) for table in tables.in_order_of_need()}
    if have != {kept.table: sorted(kept.columns) for kept in manifest.tables}:
        raise BackupRefused("Filens tabeller har andre kolonner end denne udgaves. Brug den udgave, som filen er fra.")


def _take_hold() -> None:
    """Locks are taken off and put on again by whoever owns them, so the role must own the tables."""
    if connection.vendor == "postgresql" and (others := database_roles.tables_of_others()):
        raise BackupRefused(
            f"Databasens rolle ejer ikke tabellen {others[0]} og må derfor ikke gendanne. Sæt DATABASE_OWNER_URL til "
            "den rolle, der ejer tabellerne."
        )
    tables.hold_all()


def _read_all(reader: BackupReader, manifest: Manifest, shelf: Shelf) -> None:
    table_of = {member: table for kept, table in _paired(manifest) for member in kept.members}
    for name, content in reader.members(manifest):
        if name.startswith(ROWS):
            lines = content.read().splitlines(keepends=True)
            for begin in range(0, len(lines), tables.ROWS_AT_A_TIME):
                tables.write(table_of[name], lines[begin : begin + tables.ROWS_AT_A_TIME])
        elif name.startswith(FILES):
            shelf.lay(name.removeprefix(FILES), content)


class Shelf:
    """Stored files on their way in. In a folder they lie aside until all are there, and are then renamed, each at once.

    An object store has no renaming: there a file that is not there already is stored under its name at once. Nothing
    refers to it before the rows are there.
    """

    def __init__(self) -> None:
        try:
            self.folder: Path | None = Path(default_storage.path(WAITING))
        except NotImplementedError:
            self.folder = None
        self.laid: list[str] = []

    def clear(self) -> None:
        """Of what an earlier try has left, too."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.laid.clear()

    def lay(self, name: str, content: IO[bytes]) -> None:
        try:
            validate_file_name(name, allow_relative_path=True)
            if self.folder is None:
                self._store(name, content)
                return
            default_storage.path(name)
        except SuspiciousFileOperation as error:
            raise BackupRefused(f"Filen »{name}« har et navn, der fører ud af mappen.") from error
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / str(len(self.laid))).open("wb") as file:
            shutil.copyfileobj(content, file, BLOCK)
            file.flush()
            os.fsync(file.fileno())
        self.laid.append(name)

    def put_in_place(self) -> None:
        for number, name in enumerate(self.laid):
            assert self.folder is not None  # where they were laid
            place = Path(default_storage.path(name))
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(self.folder / str(number), place)

    def _store(self, name: str, content: IO[bytes]) -> None:
        with TemporaryFile() as whole:  # which a store reads more than once
            shutil.copyfileobj(content, whole, BLOCK)
            if default_storage.exists(name):
                default_storage.delete(name)
            default_storage.save(name, File(whole, name=name))
