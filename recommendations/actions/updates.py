"""The life of a status update: written, submitted, sent back, published, corrected. Confirmed: see `many`."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions, standing
from recommendations.actions.drafts import (
    Seen,
    locked_update,
    require_likely_days,
    require_move,
    require_publishable,
    require_unchanged,
    require_unpublished,
)
from recommendations.actions.proof import EvidenceContent, Shows, is_same_evidence, replace_evidence, store_shown
from recommendations.actions.state import changed_fields, checked, done_before, lock, record, refresh
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, Nature, UpdateKind, UpdateState
from recommendations.models import Committee, Item, Meeting, Ownership, StatusUpdate, recorded

# What publishing each kind of update is, and what it is to a reader of news.
PUBLISHING = {
    UpdateKind.STATUS: (Act.STATUS_PUBLISHED, Nature.NEWS),
    UpdateKind.NOTE: (Act.NOTE_PUBLISHED, Nature.NEWS),
    UpdateKind.CONFIRMATION: (Act.STATUS_CONFIRMED, Nature.HOUSEKEEPING),
    UpdateKind.CORRECTION: (Act.UPDATE_CORRECTED, Nature.CORRECTION),
}


@dataclass(frozen=True)
class UpdateDraft:
    """What somebody typed about an item. A correction may bring a status, which then stands in the old one's place."""

    kind: str = UpdateKind.STATUS
    status: str = ""
    on: date | None = None
    text: str = ""
    decided_by: str = ""
    decided_on: date | None = None
    next_step: str = ""
    next_step_on: date | None = None
    next_step_meeting: Meeting | None = None  # its day is the day of the next step
    corrects: StatusUpdate | None = None
    evidence: Sequence[EvidenceContent] = field(default_factory=tuple)


@in_turn()
def save_draft(
    *,
    by: User,
    item: Item,
    committee: Committee,
    draft: UpdateDraft,
    update: StatusUpdate | None = None,
    seen: Seen | None = None,
    rights: permissions.ActingRights | None = None,
    request_key: UUID | None = None,
) -> StatusUpdate:
    """Write a new draft, or `update` anew. Who writes becomes its author; a submitted one becomes a draft again.

    A draft that says all this already is left alone: whoever changes no word of it has not written it. One that nobody
    has written becomes theirs who saves it. Only what the database could not hold is refused here; what publishing
    demands is asked for on submission. With `seen`, a `Conflict` is raised when something newer has been published, or
    the draft saved, since. `rights` are those of `by`, where they were read for many in the same transaction.
    """
    item = lock(item)
    if (done := done_before(request_key)) and done.update:
        return done.update
    permissions.check_can_write(by, item, committee, rights)
    before = None
    if update is None:
        update = StatusUpdate(item=item)
    else:
        before = locked_update(update)
        require_unpublished(before)
        permissions.check_can_edit_update(by, before)
        update = copy(before)
    if draft.corrects:
        _require_correctable(draft.corrects, item, committee)
    now = Seen.now(item, update)
    if seen is not None and draft.kind != UpdateKind.CORRECTION:
        require_unchanged(item, seen, now)
    update.based_on_id, update.committee, update.state = now.latest, committee, UpdateState.DRAFT
    update.kind, update.status, update.on = draft.kind, draft.status, draft.on or timezone.localdate()
    update.text, update.corrects = danish.normalised(draft.text), draft.corrects
    update.decided_by, update.decided_on = danish.normalised(draft.decided_by), draft.decided_on
    _say_next_step(update, draft)
    if before and before.author_id and not changed_fields(before, update) and is_same_evidence(before, draft.evidence):
        return before
    update.author, update.version = by, update.version + 1
    checked(update)
    replace_evidence(update, draft.evidence)
    record(
        act=Act.DRAFT_SAVED,
        by=by,
        item=item,
        committee=committee,
        on=update.on,
        update=update,
        details=changed_fields(before, update),
        request_key=request_key,
    )
    return update


def _say_next_step(update: StatusUpdate, draft: UpdateDraft) -> None:
    meeting, day = draft.next_step_meeting, draft.next_step_on
    if meeting and day and day != meeting.on:
        sentence = _("Det næste skridt kommer på mødet den %(date)s. Slet datoen, eller vælg intet møde.")
        raise ValidationError({"next_step_on": sentence % {"date": meeting.on.strftime("%d.%m.%Y")}})
    update.next_step, update.next_step_meeting = danish.normalised(draft.next_step), meeting
    update.next_step_on = meeting.on if meeting else day


def _require_correctable(corrected: StatusUpdate, item: Item, committee: Committee | None) -> None:
    if not corrected.is_published or corrected.item_id != item.pk:
        raise ValidationError(_("En rettelse skal rette noget, der er udgivet om den samme række."))
    if StatusUpdate.objects.published().filter(corrects=corrected).exists():
        raise ValidationError(_("Opdateringen er allerede rettet. Ret den nyeste udgave."))
    if corrected.committee and committee and not _speaks_for(committee, corrected.committee, item):
        raise ValidationError(
            _("%(committee)s kan ikke rette det, som %(other)s har skrevet. Hvert udvalg svarer for sig selv.")
            % {"committee": committee.name, "other": corrected.committee.name}
        )


def _speaks_for(committee: Committee, other: Committee, item: Item) -> bool:
    """Whether what `other` has said about the item is also `committee`'s to mend: it is in the same owner's cell, or
    in no owner's.
    """
    known = standing.known_of([item.pk])[item.pk]
    owners = Ownership.objects.in_force().filter(item=item).order_by().values_list("committee_id", flat=True)
    cells = [line for line in (known.line(owner) for owner in owners) if other.pk in line]
    return not cells or any(committee.pk in line for line in cells)


@in_turn()
def submit_update(
    *, by: User, update: StatusUpdate, sure: bool = False, request_key: UUID | None = None
) -> StatusUpdate:
    """Send a draft to approval; everything that publishing demands must be there.

    Unlikely days are asked about (`Doubt`) unless `sure`.
    """
    update = locked_update(update)
    permissions.check_can_edit_update(by, update)
    if done_before(request_key):
        return update
    require_move(update, UpdateState.SUBMITTED)
    _require_author(update)
    require_publishable(update)
    require_likely_days(update, sure=sure)
    update.state, update.submitted_at, update.review_comment = UpdateState.SUBMITTED, recorded.now(), ""
    checked(update)
    return _told(Act.DRAFT_SUBMITTED, by, update, request_key)


@in_turn()
def return_update(*, by: User, update: StatusUpdate, comment: str, request_key: UUID | None = None) -> StatusUpdate:
    """Send a submitted update back to its author with a comment, which the log keeps."""
    update = locked_update(update)
    permissions.check_can_approve(by, update)
    if done_before(request_key):
        return update
    if update.state != UpdateState.SUBMITTED:
        raise ValidationError(_("Kun en opdatering, der er sendt til godkendelse, kan sendes retur."))
    if danish.is_blank(comment):
        raise ValidationError({"comment": _("Skriv, hvad der skal ændres, før du sender opdateringen retur.")})
    update.state, update.submitted_at = UpdateState.DRAFT, None
    update.review_comment = danish.normalised(comment)
    checked(update)
    return _told(Act.DRAFT_RETURNED, by, update, request_key, details={"review_comment": ["", update.review_comment]})


@in_turn()
def remark_on_draft(*, by: User, update: StatusUpdate, text: str, request_key: UUID | None = None) -> StatusUpdate:
    """Say something to the others who work on the draft; it changes nothing. Kept for the committee, never public."""
    update = locked_update(update)
    permissions.check_can_remark(by, update)
    if done_before(request_key):
        return update
    require_unpublished(update)
    if danish.is_blank(text):
        raise ValidationError({"text": _("Skriv, hvad du vil sige til dem, der arbejder med kladden.")})
    return _told(Act.DRAFT_REMARKED, by, update, request_key, details={"remark": ["", danish.normalised(text)]})


@in_turn()
def publish_update(
    *,
    by: User,
    update: StatusUpdate,
    seen: Seen | None = None,
    shows: Shows | None = None,
    sure: bool = False,
    request_key: UUID | None = None,
) -> StatusUpdate:
    """Publish a draft or a submitted update: from now on it cannot be changed or deleted.

    Unlikely days of a draft are asked about (`Doubt`) unless `sure`; of what was submitted they have been.
    `seen` is what the approver had before the eyes; by default what the author had. `shows` says which parts of the
    criterion the approver finds shown by each row of evidence.
    """
    item = lock(update.item)
    update = locked_update(update)
    permissions.check_can_approve(by, update)
    if done_before(request_key):
        return update
    require_move(update, UpdateState.PUBLISHED)
    _require_author(update)
    if update.next_step_meeting:  # it may have been moved meanwhile
        update.next_step_on = update.next_step_meeting.on
    require_publishable(update)
    require_likely_days(update, sure=sure)
    if update.corrects:
        _require_correctable(update.corrects, item, update.committee)
    else:
        require_unchanged(item, seen or Seen(update.based_on_id, update.version), Seen.now(item, update))
    try:
        permissions.check_is_second_person(by, update)
    except PermissionDenied as refused:  # who may approve is no stranger here: it is said in the form
        raise ValidationError(str(refused)) from refused
    store_shown(update, shows or {})
    _publish(by, update, item, request_key)
    return update


def _require_author(update: StatusUpdate) -> None:
    """What nobody here has written, as what a reader sent in, is first saved by somebody in their own name."""
    if update.author_id is None:
        raise ValidationError(_("Ingen medarbejder har skrevet kladden. Læs den, ret den, og gem den i dit eget navn."))


@in_turn()
def publish_from_source(*, update: StatusUpdate) -> StatusUpdate:
    """Publish a draft that was read from a source and has no author: what the seed does, nobody who is logged in."""
    item = lock(update.item)
    update = locked_update(update)
    if update.author_id is not None or permissions.is_suggested(update):
        raise PermissionDenied(_("Kun det, der er indlæst fra en kilde, kan udgives uden en godkender."))
    require_move(update, UpdateState.PUBLISHED)
    require_publishable(update)
    _publish(None, update, item)
    return update


@in_turn()
def correct_update(
    *,
    by: User,
    update: StatusUpdate,
    committee: Committee,
    draft: UpdateDraft,
    rewrite: StatusUpdate | None = None,
    request_key: UUID | None = None,
) -> StatusUpdate:
    """Draft a correction of a published update, or write the draft `rewrite` of one anew.

    Once published it takes `update` out of the state; a status that it brings stands in its place. Both stay readable.
    """
    content = replace(draft, kind=UpdateKind.CORRECTION, on=draft.on or update.on, corrects=update)
    return save_draft(
        by=by, item=update.item, committee=committee, draft=content, update=rewrite, request_key=request_key
    )


@in_turn()
def discard_draft(*, by: User, update: StatusUpdate, request_key: UUID | None = None) -> StatusUpdate:
    """Throw an unpublished update away: nobody is shown it any more, and what it said is in the log alone."""
    update = locked_update(update)
    if done_before(request_key):
        return update
    require_unpublished(update)
    permissions.check_can_edit_update(by, update)
    require_move(update, UpdateState.DISCARDED)
    replace_evidence(update, ())
    update.state = UpdateState.DISCARDED
    checked(update)
    return _told(Act.DRAFT_DISCARDED, by, update, request_key)


def _told(
    act: Act, by: User, update: StatusUpdate, request_key: UUID | None, details: dict[str, list[str]] | None = None
) -> StatusUpdate:
    """Say what was done with a draft that stays unpublished."""
    record(
        act=act,
        by=by,
        item=update.item,
        committee=update.committee,
        on=update.on,
        update=update,
        details=details or {},
        request_key=request_key,
    )
    return update


def _publish(by: User | None, update: StatusUpdate, item: Item, request_key: UUID | None = None) -> None:
    update.state, update.published_at, update.published_by = UpdateState.PUBLISHED, recorded.now(), by
    checked(update)
    known = refresh([item])
    act, nature = PUBLISHING[UpdateKind(update.kind)]
    before, after = standing.before_and_after(update, known[item.pk])
    record(
        act=act,
        nature=nature if by is not None else Nature.FROM_SOURCE,
        by=by,
        item=item,
        committee=update.committee,
        on=update.on,
        before=before,
        after=after,
        update=update,
        at=update.published_at,
        request_key=request_key,
    )
