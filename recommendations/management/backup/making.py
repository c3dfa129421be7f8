"""Writing a backup: every row as of one moment, then the files that they name."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import FileField
from django.utils import timezone

from recommendations import event_log, tenancy
from recommendations.management.backup import tables
from recommendations.management.backup.archive import (
    ABOUT,
    FILES,
    PART,
    READ_ME,
    ROWS,
    BackupWriter,
    LogRoot,
    Manifest,
    TableRows,
)
from recommendations.management.backup.sealing import sealed
from recommendations.reports.moments import one_moment


def make(path: Path, recipients: Sequence[Any]) -> Manifest:
    """Everything, to `path`, which is there whole or not at all. Nobody is held up meanwhile."""
    now = timezone.now()
    manifest = Manifest(version=version(), made_at=now.isoformat(), migrations=applied_migrations())
    with _whole_or_not_at_all(path) as file, sealed(file, recipients) as sink:
        writer = BackupWriter(sink, manifest, int(now.timestamp()))
        writer.add_bytes(READ_ME, ABOUT.encode())
        named: list[tuple[FileField, str]] = []
        with one_moment():
            for table in tables.in_order_of_need():
                _add_rows(writer, table, named)
            for municipality in tenancy.each():
                head = event_log.head()
                manifest.logs.append(LogRoot(municipality.slug, head.size, head.root))
        # What is stored is never written over, so that files fit the rows though they are read later.
        for field, name in dict.fromkeys(named):
            _add_file(writer, field, name)
        writer.close()
    return manifest


def version() -> str:
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def applied_migrations() -> list[str]:
    """As the database remembers them: `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _add_rows(writer: BackupWriter, table: tables.Table, named: list[tuple[FileField, str]]) -> None:
    kept = TableRows(table._meta.db_table, table._meta.label_lower, tables.columns(table))
    writer.manifest.tables.append(kept)
    part = bytearray()

    def put() -> None:
        name = f"{ROWS}{len(writer.manifest.tables):02}-{kept.table}/{len(kept.members) + 1:05}.jsonl"
        writer.add_bytes(name, bytes(part))
        kept.members.append(name)
        part.clear()

    for row in tables.rows(table):
        named += tables.stored_files(table, row)
        part += tables.as_line(row)
        kept.rows += 1
        if len(part) >= PART:
            put()
    if part:
        put()
    kept.next_key = tables.next_key(table)


def _add_file(writer: BackupWriter, field: FileField, name: str) -> None:
    try:
        with field.storage.open(name) as content:
            writer.add(FILES + name, content, content.size)
    except (FileNotFoundError, SuspiciousFileOperation):  # no name that a stored file can have
        writer.manifest.missing.append(name)


@contextmanager
def _whole_or_not_at_all(path: Path) -> Iterator[BinaryIO]:
    """Under another name until it is whole and on the disk; for nobody else to read, and never over another file."""
    if path.exists():
        raise FileExistsError(path)
    begun = path.with_name(f".{path.name}-{token_hex(4)}")
    try:
        with open(os.open(begun, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(begun, path)
    finally:
        with suppress(FileNotFoundError):
            begun.unlink()
