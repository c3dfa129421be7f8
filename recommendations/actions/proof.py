"""What documents an update: the rows of a draft, and which parts of the criterion an approver finds shown by each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from recommendations import danish, uploads
from recommendations.actions import stored_files
from recommendations.actions.state import checked
from recommendations.enums import EvidenceKind, Status
from recommendations.models import DoneWhen, Evidence, StatusUpdate

Shows = Mapping[int, Collection[int]]  # the key of a row of evidence -> the parts of the criterion, counted from 1


@dataclass(frozen=True)
class EvidenceContent:
    """One row of evidence as somebody typed it: exactly one of link, file and case number, and what it shows.

    `file` is an upload, or a row of evidence whose stored file is kept.
    """

    title: str
    url: str = ""
    file: File[bytes] | Evidence | None = None
    case_number: str = ""
    pages: str = ""
    kind: str = EvidenceKind.MENTIONED


def replace_evidence(update: StatusUpdate, rows: Sequence[EvidenceContent]) -> None:
    """The draft's evidence is exactly `rows`, in that order. Only what differs is written."""
    stored = list(update.evidence.order_by("position"))
    named = {str(evidence.file.name or "") for evidence in stored}
    for position, row in enumerate(rows, start=1):
        evidence = stored[position - 1] if position <= len(stored) else Evidence(update=update)
        if evidence.pk and evidence.position == position and says(evidence, row):
            continue
        _fill(evidence, position, row)
        try:
            checked(evidence)
        except ValidationError as refused:
            where = _("Dokumentation, række %(position)s: ") % {"position": position}
            raise ValidationError({"evidence": [where + message for message in refused.messages]}) from refused
    for evidence in stored[len(rows) :]:
        evidence.delete()
    stored_files.go_when_committed(named - set(update.evidence.order_by().values_list("file", flat=True)))


def is_same_evidence(update: StatusUpdate, rows: Sequence[EvidenceContent]) -> bool:
    """Whether the draft's evidence says exactly what `rows` say, in that order."""
    stored = list(update.evidence.order_by("position"))
    return len(stored) == len(rows) and all(says(evidence, row) for evidence, row in zip(stored, rows, strict=True))


def says(evidence: Evidence, row: EvidenceContent) -> bool:
    """Whether a stored row says what was typed. A file that was chosen anew is another, whatever it holds."""
    if row.file and not isinstance(row.file, Evidence):
        return False
    kept = row.file.file.name if isinstance(row.file, Evidence) else ""
    return (evidence.file.name or "", *_words(evidence)) == (kept, *_words(row))


def _words(row: Evidence | EvidenceContent) -> tuple[str, ...]:
    return (
        danish.normalised(row.title),
        row.url,
        danish.normalised(row.case_number),
        row.pages,
        str(row.kind),
    )


def _fill(evidence: Evidence, position: int, row: EvidenceContent) -> None:
    evidence.position, evidence.kind = position, row.kind
    evidence.title, evidence.case_number = danish.normalised(row.title), danish.normalised(row.case_number)
    evidence.url, evidence.pages = row.url, row.pages
    evidence.file, evidence.file_name, evidence.digest = "", "", ""
    if isinstance(row.file, Evidence):
        evidence.file, evidence.file_name, evidence.digest = row.file.file.name, row.file.file_name, row.file.digest
    elif row.file:
        evidence.file, evidence.file_name = row.file, (row.file.name or "")[-200:]
        evidence.digest = uploads.digest_of(row.file)


def store_shown(update: StatusUpdate, shows: Shows) -> None:
    """Keep the criterion that the update is published against, and which of its parts each row of evidence shows.

    That it is implemented is said of a criterion, where there is one: then at least one part must be shown.
    """
    update.criterion = DoneWhen.objects.known().filter(item=update.item).newest_first().first()
    evidence = {row.pk: row for row in update.evidence.order_by("position")} if shows else {}
    ticked = {row: sorted(set(parts)) for row, parts in shows.items() if parts}
    parts = range(1, len(update.criterion.parts) + 1) if update.criterion else range(0)
    if not (ticked.keys() <= evidence.keys() and all(set(found) <= set(parts) for found in ticked.values())):
        raise ValidationError(
            {"shows": _("Kriteriet eller dokumentationen er ændret. Genindlæs siden, og sæt fluebenene igen.")}
        )
    if update.status == Status.IMPLEMENTED and parts and not ticked:
        raise ValidationError(
            {
                "shows": _(
                    "Sæt flueben ved den del af kriteriet, som dokumentationen viser. Viser den ingen, så send "
                    "opdateringen retur."
                )
            }
        )
    for key, found in ticked.items():
        evidence[key].shows = found
        checked(evidence[key])
