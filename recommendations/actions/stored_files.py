"""Files on the disk follow their rows: a new one stays when its row does, an old one goes when no row names it.

A disk knows no transactions, so what they undo is undone here (compensating action).
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import models, transaction

from recommendations.models import Evidence

logger = logging.getLogger(__name__)


class _New:
    """A file that was stored, and goes again unless what it was stored in is committed.

    Django tells of commits only. But it lets go of what waits for one after a rollback, to a savepoint too: nobody
    holds this any more then, and that is when the file goes.
    """

    def __init__(self, file: Any) -> None:
        self.goes = weakref.finalize(self, _delete, file.storage, str(file.name))

    def stays(self) -> None:
        self.goes.detach()


def stored(row: models.Model) -> list[Any]:
    """The files of a row that are new: they are stored when it is saved."""
    files = [getattr(row, one.name) for one in row._meta.concrete_fields if isinstance(one, models.FileField)]
    return [file for file in files if file and not file._committed]


def go_unless_committed(files: Iterable[Any]) -> None:
    """To be called when the row has been saved, within its transaction."""
    for file in files:
        transaction.on_commit(_New(file).stays)


def go_now(files: Iterable[Any]) -> None:
    """To be called when the row could not be saved."""
    for file in files:
        if file._committed:
            _delete(file.storage, str(file.name))


def go_when_committed(names: Iterable[str]) -> None:
    """What evidence no longer refers to goes when it is certain that it does not."""
    if gone := sorted({name for name in names if name}):
        transaction.on_commit(partial(destroy, gone), robust=True)


def destroy(names: Iterable[str]) -> None:
    """Destroy stored files that no evidence refers to. What fails is logged."""
    storage: Any = Evidence._meta.get_field("file").storage
    for name in names:
        if not Evidence._base_manager.filter(file=name).exists():
            _delete(storage, name)


def _delete(storage: Any, name: str) -> None:
    try:
        storage.delete(name)
    except OSError:
        logger.exception("A file could not be destroyed: %s", name)
