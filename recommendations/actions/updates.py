"""The life of a status update: written, submitted, sent back, published, corrected. Confirmed: see `many`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions.state import lock, refresh_state, save_as, sign
from recommendations.enums import UpdateKind, UpdateState
from recommendations.lifecycle import UpdateContent, can_move, publishing_problems
from recommendations.models import Committee, Evidence, StatusUpdate, TrackedItem, for_item


@dataclass(frozen=True)
class EvidenceContent:
    """One row of evidence as somebody typed it: exactly one of link, file and case number."""

    title: str
    url: str = ""
    file: File[bytes] | str = ""  # an upload, or the name of one that is stored already
    case_number: str = ""
    pages: str = ""


@dataclass(frozen=True)
class UpdateDraft:
    """What somebody typed about an item."""

    kind: str = UpdateKind.STATUS
    status: str = ""
    on: date | None = None
    text: str = ""
    decided_by: str = ""
    decided_on: date | None = None
    next_step: str = ""
    next_step_on: date | None = None
    corrects: StatusUpdate | None = None
    evidence: Sequence[EvidenceContent] = field(default_factory=tuple)


@dataclass(frozen=True)
class Seen:
    """What somebody had before their eyes when they began to write: the keys that a form carries along.

    `latest` is the update that was published last (none when there was none), `version` the draft's own.
    """

    latest: int | None
    version: int = 0

    @classmethod
    def now(cls, item: TrackedItem, update: StatusUpdate | None = None) -> Seen:
        latest = StatusUpdate.objects.latest_published(item)
        return cls(latest.pk if latest else None, update.version if update else 0)

    @classmethod
    def now_of(cls, items: Collection[TrackedItem]) -> dict[TrackedItem, Seen]:
        """`now` of each of many items."""
        latest = StatusUpdate.objects.latest_published_of(items)
        return {item: cls(latest[item].pk if item in latest else None) for item in items}


class Conflict(ValidationError):
    """Somebody else was faster. Nothing was written; who writes is shown what is new, and decides."""


@transaction.atomic
def save_draft(
    *,
    by: User,
    item: TrackedItem,
    committee: Committee,
    draft: UpdateDraft,
    update: StatusUpdate | None = None,
    seen: Seen | None = None,
) -> StatusUpdate:
    """Write a new draft, or `update` anew. Who writes becomes its author; a submitted one becomes a draft again.

    Only what the database could not hold is refused here; what publishing demands is asked for on submission. With
    `seen`, a `Conflict` is raised when something newer has been published, or the draft saved, since.
    """
    item = lock(item)
    if not permissions.can_write(by, item, committee):
        raise PermissionDenied(not_yours(item, committee))
    if update is None:
        update = StatusUpdate(**for_item(item))
    else:
        update = _locked(update)
        _require_unpublished(update)
        if not permissions.can_edit_update(by, update):
            raise PermissionDenied(not_yours(item, committee))
    if draft.corrects and (not draft.corrects.is_published or draft.corrects.item != item):
        raise ValidationError(_("En rettelse skal rette noget, der er udgivet om den samme række."))
    now = Seen.now(item, update)
    if seen is not None and draft.kind != UpdateKind.CORRECTION:
        _require_unchanged(item, seen, now)
    update.based_on_id, update.version = now.latest, update.version + 1
    update.committee, update.author, update.state = committee, by, UpdateState.DRAFT
    update.kind, update.status, update.on = draft.kind, draft.status, draft.on or timezone.localdate()
    update.text, update.corrects = draft.text.strip(), draft.corrects
    update.decided_by, update.decided_on = draft.decided_by.strip(), draft.decided_on
    update.next_step, update.next_step_on = draft.next_step.strip(), draft.next_step_on
    save_as(by, update)
    _replace_evidence(by, update, draft.evidence)
    return update


def _replace_evidence(by: User, update: StatusUpdate, rows: Sequence[EvidenceContent]) -> None:
    """The draft's evidence is exactly `rows`, in that order. Only what differs is written, so the history is short."""
    stored = list(update.evidence.order_by("position"))
    for position, row in enumerate(rows, start=1):
        evidence = stored[position - 1] if position <= len(stored) else Evidence(update=update)
        before = _content_of(evidence)
        evidence.position, evidence.title, evidence.url = position, row.title.strip(), row.url
        evidence.file, evidence.case_number, evidence.pages = row.file, row.case_number.strip(), row.pages
        if evidence.pk and _content_of(evidence) == before:
            continue
        try:
            save_as(by, evidence)
        except ValidationError as refused:
            where = _("Dokumentation, række %(position)s: ") % {"position": position}
            raise ValidationError({"evidence": [where + message for message in refused.messages]}) from refused
    for evidence in stored[len(rows) :]:
        sign(by, evidence)
        evidence.delete()


def _content_of(evidence: Evidence) -> tuple[object, ...]:
    file = evidence.file.name if evidence.file else ""
    return evidence.position, evidence.title, evidence.url, file, evidence.case_number, evidence.pages


@transaction.atomic
def submit_update(*, by: User, update: StatusUpdate) -> StatusUpdate:
    """Send a draft to approval; everything that publishing demands must be there."""
    update = _locked(update)
    if not permissions.can_edit_update(by, update):
        raise PermissionDenied(not_yours(update.item, update.committee))
    _require_move(update, UpdateState.SUBMITTED)
    _require_publishable(update)
    update.state, update.submitted_at, update.review_comment = UpdateState.SUBMITTED, timezone.now(), ""
    save_as(by, update)
    return update


@transaction.atomic
def return_update(*, by: User, update: StatusUpdate, comment: str) -> StatusUpdate:
    """Send a submitted update back to its author with a comment."""
    update = _locked(update)
    if not permissions.can_approve(by, update):
        raise PermissionDenied(_("Du er ikke godkender for det udvalg, opdateringen hører til."))
    if update.state != UpdateState.SUBMITTED:
        raise ValidationError(_("Kun en opdatering, der er sendt til godkendelse, kan sendes retur."))
    if not comment.strip():
        raise ValidationError({"comment": _("Skriv, hvad der skal ændres, før du sender opdateringen retur.")})
    update.state, update.submitted_at, update.review_comment = UpdateState.DRAFT, None, comment.strip()
    save_as(by, update)
    return update


@transaction.atomic
def publish_update(*, by: User, update: StatusUpdate, seen: Seen | None = None) -> StatusUpdate:
    """Publish a draft or a submitted update: from now on it cannot be changed or deleted.

    `seen` is what the approver had before the eyes; by default what the author had.
    """
    item = lock(update.item)
    update = _locked(update)
    if not permissions.can_approve(by, update):
        raise PermissionDenied(_("Du er ikke godkender for det udvalg, opdateringen hører til."))
    _require_move(update, UpdateState.PUBLISHED)
    _require_publishable(update)
    if update.kind != UpdateKind.CORRECTION:
        _require_unchanged(item, seen or Seen(update.based_on_id, update.version), Seen.now(item, update))
    if not permissions.is_second_person(by, update):
        raise ValidationError(
            _("Status «%(status)s» skal udgives af en anden end den, der har skrevet den. Send den til godkendelse.")
            % {"status": update.get_status_display()}
        )
    _publish(by, update, item)
    return update


@transaction.atomic
def publish_from_source(*, update: StatusUpdate) -> StatusUpdate:
    """Publish a draft that was read from a source and has no author: what the seed does, nobody who is logged in."""
    item = lock(update.item)
    update = _locked(update)
    if update.author_id is not None:
        raise PermissionDenied(_("Kun det, der er indlæst fra en kilde, kan udgives uden en godkender."))
    _require_move(update, UpdateState.PUBLISHED)
    _require_publishable(update)
    _publish(None, update, item)
    return update


@transaction.atomic
def correct_update(
    *, by: User, update: StatusUpdate, text: str, committee: Committee, rewrite: StatusUpdate | None = None
) -> StatusUpdate:
    """Draft a correction of a published update, or write the draft `rewrite` of one anew.

    The status cannot change in it; both stay readable once it is published.
    """
    draft = UpdateDraft(kind=UpdateKind.CORRECTION, text=text, corrects=update)
    return save_draft(by=by, item=update.item, committee=committee, draft=draft, update=rewrite)


@transaction.atomic
def discard_draft(*, by: User, update: StatusUpdate) -> None:
    """Throw an unpublished update away; its history stays."""
    update = _locked(update)
    _require_unpublished(update)
    if not permissions.can_edit_update(by, update):
        raise PermissionDenied(not_yours(update.item, update.committee))
    _replace_evidence(by, update, ())
    sign(by, update)
    update.delete()


def _publish(by: User | None, update: StatusUpdate, item: TrackedItem) -> None:
    update.state, update.published_at, update.published_by = UpdateState.PUBLISHED, timezone.now(), by
    save_as(by, update)
    refresh_state(item)


def _locked(update: StatusUpdate) -> StatusUpdate:
    # Only the row itself: PostgreSQL cannot lock the empty side of an outer join.
    return StatusUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)


def _require_unchanged(item: TrackedItem, seen: Seen, now: Seen) -> None:
    if seen.latest != now.latest:
        raise Conflict(
            _(
                "En anden har opdateret %(number)s, mens du skrev. Din tekst er her stadig; se den nye status, og "
                "vælg, hvad der skal stå."
            )
            % {"number": item.reference}
        )
    if seen.version != now.version:
        raise Conflict(
            _(
                "En anden har gemt i den samme kladde om %(number)s, mens du skrev. Din tekst er her stadig; se den "
                "andens, og vælg, hvad der skal stå."
            )
            % {"number": item.reference}
        )


def _require_unpublished(update: StatusUpdate) -> None:
    if update.is_published:
        raise ValidationError(_("Opdateringen er udgivet og kan ikke ændres. Opret en rettelse i stedet."))


def _require_move(update: StatusUpdate, state: str) -> None:
    _require_unpublished(update)
    if not can_move(update.state, state):
        raise ValidationError(
            _("Opdateringen er allerede «%(state)s». Genindlæs siden for at se den.")
            % {"state": update.get_state_display()}
        )


def _require_publishable(update: StatusUpdate) -> None:
    content = UpdateContent(
        kind=update.kind,
        status=update.status,
        on=update.on,
        text=update.text,
        decided_by=update.decided_by,
        decided_on=update.decided_on,
        next_step=update.next_step,
        next_step_on=update.next_step_on,
        evidence_count=update.evidence.count(),
    )
    if problems := publishing_problems(content, today=timezone.localdate()):
        raise ValidationError(problems)


def not_yours(item: TrackedItem, committee: Committee | None) -> str:
    if committee is None:
        return _(
            "Dit udvalg ejer ikke %(item)s, så du kan ikke skrive om det. Spørg en administrator, hvis det er forkert."
        ) % {"item": item}
    return _(
        "Du kan ikke skrive om %(item)s på vegne af %(committee)s. Spørg en administrator, hvis det er forkert."
    ) % {"item": item, "committee": committee.name}
