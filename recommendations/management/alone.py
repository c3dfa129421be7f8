"""One at a time: of commands that make a database ready, a second waits until the first is through."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import connection

ROOM = 0x414C  # sets this lock apart from others that the database's users may take
LOCK_FILE = "prepare.lock"


_is_alone: ContextVar[bool] = ContextVar("is_alone", default=False)


@contextmanager
def alone() -> Iterator[None]:
    """Inside, no other process makes this database ready; `prepare` may seed.

    On PostgreSQL it is a lock of the connection (advisory lock), so whoever is killed gives it up; with SQLite, that of
    a file beside the data.
    """
    if _is_alone.get():
        yield
        return
    token = _is_alone.set(True)
    try:
        with _locked_server() if connection.vendor == "postgresql" else _locked_file():
            yield
    finally:
        _is_alone.reset(token)


@contextmanager
def _locked_server() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0)", [ROOM])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, 0)", [ROOM])


@contextmanager
def _locked_file() -> Iterator[None]:
    settings.VAR_DIR.mkdir(exist_ok=True)
    with (settings.VAR_DIR / LOCK_FILE).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
