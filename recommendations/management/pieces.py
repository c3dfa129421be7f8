"""Long work in pieces: one after the other, or two at a time in processes of their own, each with its own connection.

Known to processes that have just begun, so nothing here needs Django to be set up before `_begin` has done so.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from typing import TypeVar

import django
from django.core.management.base import OutputWrapper
from django.db import connection
from django.utils.formats import number_format

PROCESSES = 2
SECONDS = 5  # between two lines that say how far it is

Piece = TypeVar("Piece")
Found = TypeVar("Found")


def done_in_pieces(work: Callable[[Piece], Found], pieces: Sequence[Piece], *, few: int) -> Iterator[Found]:
    """What `work`, a function of a module, makes of each piece, in their order.

    In two processes where there are more than `few`, PostgreSQL lets two read, and what is read is committed. In this
    one on SQLite, and within a transaction.
    """
    is_shared = connection.vendor == "postgresql" and not connection.in_atomic_block
    if len(pieces) <= few or not is_shared or (os.cpu_count() or 1) < PROCESSES:
        yield from map(work, pieces)
        return
    # Begun anew (spawn): a fork would share this process's connection.
    with get_context("spawn").Pool(PROCESSES, _begin, [connection.settings_dict["NAME"]]) as pool:
        yield from pool.imap(work, pieces)


def _begin(database: str) -> None:
    django.setup()
    connection.settings_dict["NAME"] = database  # another than the settings say, where it is for trying only


class Progress:
    """Says how far it is, every few seconds; where somebody looks at a terminal."""

    def __init__(self, out: OutputWrapper, whole: int, what: str):
        self.out, self.whole, self.what = out, whole, what
        self.began = self.said = time.monotonic()

    def say(self, done: int) -> None:
        now = time.monotonic()
        if self.out.isatty() and now - self.said >= SECONDS:
            self.said = now
            counts = f"{number_format(done)} af {number_format(self.whole)} {self.what}"
            self.out.write(f"{counts}, {number_format(round(now - self.began))} sekunder")
