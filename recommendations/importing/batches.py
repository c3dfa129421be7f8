"""A file on its way in: read, shown, written; the same for pages, for the background and for commands.

Whatever kind of file it is: what has a maker of tables in `MAKERS` gets the same preview and the same writing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from recommendations import jobs, permissions
from recommendations.actions import state
from recommendations.actions.imports import AT_REST, held, note, note_done, note_found, tell_written
from recommendations.actions.turns import in_turn
from recommendations.enums import ImportKind, ImportState
from recommendations.importing.applying import ImportChanged, ImportRefused, applied, previewed
from recommendations.importing.documents import handing_on as documents
from recommendations.importing.files import MOST_WAITED_FOR, read_few, read_tables
from recommendations.importing.outcome import SEAL, outcome_of, refused_outcome, written_outcome
from recommendations.importing.plan import Plan
from recommendations.importing.reading import Told, unheard
from recommendations.importing.tables import SheetTable
from recommendations.models import ImportBatch

logger = logging.getLogger(__name__)

MOST_OPENED_AT_ONCE = 300_000  # bytes: what is larger is not even opened while a page waits

Maker = Callable[[ImportBatch], list[SheetTable]]


def _of_spreadsheet(batch: ImportBatch) -> list[SheetTable]:
    return read_tables(batch.file_name, _content_of(batch))


def _content_of(batch: ImportBatch) -> bytes:
    try:
        with batch.file.open("rb") as file:
            content: bytes = file.read()
            return content
    except (OSError, ValueError) as gone:
        raise ValidationError(_("Filen »%(name)s« er her ikke mere. Vælg den igen.") % {"name": batch}) from gone


# What makes tables of a file of each kind, in the form of a source's spreadsheet (`sheets`).
MAKERS: dict[str, Maker] = {ImportKind.SOURCE: _of_spreadsheet, ImportKind.DOCUMENT: documents.tables_of}


def tables_of(batch: ImportBatch) -> list[SheetTable]:
    """What the file says; `ValidationError` where it cannot be read."""
    return MAKERS[batch.kind](batch)


def preview_of(batch: ImportBatch, tables: Sequence[SheetTable] | None = None, told: Told = unheard) -> Plan:
    """What the file would do now, tried in the name of whoever read it in; nothing is written."""
    tables = tables_of(batch) if tables is None else tables
    return previewed(tables, slug=_slug(batch), by=batch.by, told=told)


def write_batch(
    *, by: User, batch: ImportBatch, tables: Sequence[SheetTable] | None = None, told: Told = unheard
) -> Plan:
    """Write what the file says, all or nothing; its acts are the batch's.

    `ImportRefused` where a row is wrong, `ImportChanged` where it would do something else than its page has shown.
    """
    permissions.check_can_read_in(by, batch.kind)
    says = tables_of(batch) if tables is None else tables
    with in_turn(), state.part_of(batch):
        seen = batch.outcome.get(SEAL, "")
        plan = applied(says, by=by, slug=_slug(batch), seen=seen, told=told)
        tell_written(by=by, batch=batch, publication=plan.source)
    return plan


def _slug(batch: ImportBatch) -> str:
    return batch.publication.slug if batch.publication else ""


# --- For pages: now, or in the background -----------------------------------------------------------------------------


def begin_reading(batch: ImportBatch, tables: Sequence[SheetTable] | None = None) -> None:
    """Read the file; a large one in the background. How that went, or how far it is, stands in the batch."""
    if tables is None and batch.file and batch.file.size <= MOST_OPENED_AT_ONCE:
        try:
            is_sheet = batch.kind == ImportKind.SOURCE
            tables = read_few(batch.file_name, _content_of(batch)) if is_sheet else tables_of(batch)
        except ValidationError as refused:
            note_found(batch, state=ImportState.REFUSED, outcome=refused_outcome(refused))
            return
    if tables is not None and number_of_rows(tables) <= MOST_WAITED_FOR:
        _read(batch, tables, unheard)
        return
    with transaction.atomic():
        if held(batch).state in AT_REST:
            note(batch, state=ImportState.WORKING, outcome={}, done=0, total=0)
            jobs.ask_apart(read_file_in, batch=batch.pk)


def begin_writing(*, by: User, batch: ImportBatch) -> None:
    """Write what the page has shown; much of it in the background. Twice: the second time nothing happens.

    Nor does anything of what was never shown, or was changed since.
    """
    permissions.check_can_read_in(by, batch.kind)
    with transaction.atomic():
        fresh = held(batch)
        if fresh.state != ImportState.READY or SEAL not in fresh.outcome:
            return
        is_much = fresh.total > MOST_WAITED_FOR
        if is_much:
            note(fresh, state=ImportState.WORKING, done=0)
            jobs.ask_apart(write_file_in, batch=fresh.pk, by=by.pk)
    if not is_much:
        _write(by, fresh, unheard)


def number_of_rows(tables: Sequence[SheetTable]) -> int:
    return sum(len(table.lines) for table in tables)


@jobs.kind
def read_file_in(batch: int) -> None:
    found = _waiting(batch)
    if found is None:
        return
    try:
        tables = tables_of(found)
        note(found, total=number_of_rows(tables))
        _read(found, tables, Pace(found))
    except ValidationError as refused:
        note_found(found, state=ImportState.REFUSED, outcome=refused_outcome(refused))
    except Exception:
        logger.exception("Import batch %s could not be read", batch)
        note_found(found, state=ImportState.REFUSED, outcome=refused_outcome(ValidationError(_our_fault())))


@jobs.kind
def write_file_in(batch: int, by: int) -> None:
    found = _waiting(batch)
    if found is None:
        return
    try:
        _write(get_user_model().objects.get(pk=by), found, Pace(found))
    except Exception:
        logger.exception("Import batch %s could not be written", batch)
        outcome = found.outcome | {"message": _our_fault()}
        note_found(found, state=ImportState.READY, outcome=outcome)


def _waiting(pk: int) -> ImportBatch | None:
    """The batch, where somebody still waits for it: a job may be done twice."""
    found: ImportBatch | None = ImportBatch.objects.select_related("by", "publication").filter(pk=pk).first()
    return found if found and found.state == ImportState.WORKING else None


def _read(batch: ImportBatch, tables: Sequence[SheetTable], told: Told) -> None:
    plan = preview_of(batch, tables, told)
    outcome, total = outcome_of(plan), number_of_rows(tables)
    note_found(batch, state=ImportState.READY, outcome=outcome, total=total, done=total)


def _write(by: User, batch: ImportBatch, told: Told) -> None:
    try:
        write_batch(by=by, batch=batch, told=told)
    except ImportRefused as refused:
        is_changed = isinstance(refused, ImportChanged)
        plan = preview_of(batch) if is_changed else refused.plan
        message = (
            _("Noget er ændret her, siden du så filen igennem, så intet er skrevet. Se det nye nedenfor.")
            if is_changed
            else _("Intet er skrevet, for noget er forkert. Se hvad nedenfor.")
        )
        note_found(batch, state=ImportState.READY, outcome=outcome_of(plan) | {"message": message})
    except ValidationError as refused:
        message = " ".join(refused.messages)
        note_found(batch, state=ImportState.READY, outcome=batch.outcome | {"message": message})
    else:
        batch.refresh_from_db()
        note(batch, outcome=written_outcome(batch.outcome))


def _our_fault() -> str:
    return _("Noget gik galt hos os, og intet er skrevet. Prøv igen, eller sig det til den, der driver løsningen.")


class Pace:
    """Tells how far it is, no more than once a second. While a file is read each row is heard of twice (`previewed`).

    From where it cannot be told any more, nothing is said of how far it is, rather than the same for long.
    """

    def __init__(self, batch: ImportBatch) -> None:
        self.batch, self.told_at = batch, 0.0
        self.is_read = SEAL in batch.outcome

    def __call__(self, done: int) -> None:
        is_unheard = done == self.batch.total and connection.vendor == "sqlite"
        if time.monotonic() - self.told_at >= 1 or is_unheard:
            self.told_at = time.monotonic()
            note_done(self.batch, 0 if is_unheard else done if self.is_read else done // 2)
