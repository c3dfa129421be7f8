"""A file that is read in: received, read, written, undone or given up; what it leads to other actions do."""

from __future__ import annotations

import hashlib
import logging
from contextlib import closing
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import permissions, tenancy
from recommendations.actions import state
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, ImportKind, ImportState
from recommendations.models import ImportBatch, Publication
from recommendations.uploads.kinds import mended_name

logger = logging.getLogger(__name__)

# What may still be given up; what is written can be undone instead.
UNWRITTEN = frozenset({ImportState.RECEIVED, ImportState.WORKING, ImportState.READY, ImportState.REFUSED})
AT_REST = UNWRITTEN - {ImportState.WORKING}  # and nothing is being done to it just now, so that it may be changed


@in_turn()
def receive_file(
    *, by: User, kind: ImportKind, name: str, content: bytes, publication: Publication | None = None
) -> ImportBatch:
    """Keep the file as it came, to be read. Nothing of it is said in the log before it is written."""
    permissions.check_can_read_in(by, kind)
    name = mended_name(name)
    batch = ImportBatch(
        municipality=tenancy.current(),
        kind=kind,
        file_name=name,
        digest=hashlib.sha256(content).hexdigest(),
        publication=publication,
        by=by,
    )
    batch.file = ContentFile(content, name=name)
    return state.checked(batch)


def note(batch: ImportBatch, **how: Any) -> None:
    """Write down how far a file is: `state`, `choices`, `outcome`, `done`, `total`, `publication`. Seen at once."""
    for name, value in how.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(how))


def note_found(batch: ImportBatch, **how: Any) -> None:
    """The same of what was found when it had been read; not of a file that was given up or written meanwhile."""
    with transaction.atomic():
        if held(batch).state in UNWRITTEN:
            note(batch, **how)


def note_done(batch: ImportBatch, done: int) -> None:
    """How many rows are done, for the page that waits.

    Within a transaction by a connection of its own, or it would be seen only when all is over; not on SQLite, where
    nobody else can write meanwhile.
    """
    if not connection.in_atomic_block:
        note(batch, done=done)
    elif connection.vendor == "postgresql":
        table = ImportBatch._meta.db_table
        try:
            with closing(connection.copy()) as beside, beside.cursor() as cursor:
                cursor.execute(f'UPDATE "{table}" SET done = %s WHERE id = %s', [done, batch.pk])
        except OperationalError:  # no connection is free: minutes of work are not lost for a number on a page
            logger.warning("Import batch %s could not tell how far it is", batch.pk, exc_info=True)


@in_turn()
def tell_written(*, by: User, batch: ImportBatch, publication: Publication | None = None) -> None:
    """Say that what the file says is written: within the transaction that wrote it, after all of its acts."""
    fresh = held(batch)
    if fresh.state not in UNWRITTEN:
        raise ValidationError(_("Filen »%(name)s« er skrevet ind eller opgivet. Vælg den igen.") % {"name": fresh})
    note(batch, state=ImportState.WRITTEN, written_at=timezone.now(), publication=publication or batch.publication)
    with state.part_of(batch):
        state.record(act=Act.FILE_WRITTEN, by=by, publication=batch.publication, digest_of=batch)


@in_turn()
def tell_undone(*, by: User, batch: ImportBatch) -> None:
    """Say that what the file did is undone: within the transaction that undid it, after all of its acts."""
    if held(batch).state != ImportState.WRITTEN:
        raise ValidationError(_("Filen »%(name)s« er ikke skrevet ind, så intet kan fortrydes.") % {"name": batch})
    note(batch, state=ImportState.UNDONE, undone_at=timezone.now())
    with state.part_of(batch):
        state.record(act=Act.FILE_UNDONE, by=by, publication=batch.publication, digest_of=batch)


@in_turn()
def give_up_file(*, by: User, batch: ImportBatch) -> None:
    """The file goes, and is never written. One that is written stays as it is."""
    permissions.check_can_read_in(by, batch.kind)
    fresh = held(batch)
    if fresh.state not in UNWRITTEN:
        return
    kept, storage = fresh.file.name, fresh.file.storage
    note(batch, state=ImportState.GIVEN_UP, file="", choices={}, outcome={})
    if kept:
        transaction.on_commit(lambda: storage.delete(kept))


def held(batch: ImportBatch) -> ImportBatch:
    """The batch as it is now, held until the transaction ends."""
    found: ImportBatch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    return found
