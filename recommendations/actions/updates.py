"""The life of a status update: written, submitted, sent back, published, corrected. Confirmed: see `many`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions, standing
from recommendations.actions.state import changed_fields, checked, done_before, lock, record, refresh
from recommendations.enums import Act, Nature, UpdateKind, UpdateState
from recommendations.lifecycle import Problems, UpdateContent, can_move, publishing_problems
from recommendations.models import Committee, Evidence, Item, Ownership, StatusUpdate

# What publishing each kind of update is, and what it is to a reader of news.
PUBLISHING = {
    UpdateKind.STATUS: (Act.STATUS_PUBLISHED, Nature.NEWS),
    UpdateKind.NOTE: (Act.NOTE_PUBLISHED, Nature.NEWS),
    UpdateKind.CONFIRMATION: (Act.STATUS_CONFIRMED, Nature.HOUSEKEEPING),
    UpdateKind.CORRECTION: (Act.UPDATE_CORRECTED, Nature.CORRECTION),
}


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
    """What somebody typed about an item. A correction may bring a status, which then stands in the old one's place."""

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

    `latest` is the update that was published last (none when there was none), `version` the draft's own. A newer one
    means that somebody else was faster (optimistic locking).
    """

    latest: int | None
    version: int = 0

    @classmethod
    def now(cls, item: Item, update: StatusUpdate | None = None) -> Seen:
        latest = StatusUpdate.objects.latest_published(item)
        return cls(latest.pk if latest else None, update.version if update else 0)

    @classmethod
    def now_of(cls, items: Collection[Item]) -> dict[Item, Seen]:
        """`now` of each of many items."""
        latest = StatusUpdate.objects.latest_published_of(items)
        return {item: cls(latest[item].pk if item in latest else None) for item in items}


class Conflict(ValidationError):
    """Somebody else was faster. Nothing was written; who writes is shown what is new, and decides."""


@transaction.atomic
def save_draft(
    *,
    by: User,
    item: Item,
    committee: Committee,
    draft: UpdateDraft,
    update: StatusUpdate | None = None,
    seen: Seen | None = None,
    request_key: UUID | None = None,
) -> StatusUpdate:
    """Write a new draft, or `update` anew. Who writes becomes its author; a submitted one becomes a draft again.

    Only what the database could not hold is refused here; what publishing demands is asked for on submission. With
    `seen`, a `Conflict` is raised when something newer has been published, or the draft saved, since.
    """
    item = lock(item)
    if (done := done_before(request_key)) and done.update:
        return done.update
    permissions.check_can_write(by, item, committee)
    before = None
    if update is None:
        update = StatusUpdate(item=item)
    else:
        before = _locked(update)
        _require_unpublished(before)
        permissions.check_can_edit_update(by, before)
        update = copy(before)
    if draft.corrects:
        _require_correctable(draft.corrects, item, committee)
    now = Seen.now(item, update)
    if seen is not None and draft.kind != UpdateKind.CORRECTION:
        _require_unchanged(item, seen, now)
    update.based_on_id, update.version = now.latest, update.version + 1
    update.committee, update.author, update.state = committee, by, UpdateState.DRAFT
    update.kind, update.status, update.on = draft.kind, draft.status, draft.on or timezone.localdate()
    update.text, update.corrects = danish.normalised(draft.text), draft.corrects
    update.decided_by, update.decided_on = danish.normalised(draft.decided_by), draft.decided_on
    update.next_step, update.next_step_on = danish.normalised(draft.next_step), draft.next_step_on
    checked(update)
    _replace_evidence(update, draft.evidence)
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


def _replace_evidence(update: StatusUpdate, rows: Sequence[EvidenceContent]) -> None:
    """The draft's evidence is exactly `rows`, in that order. Only what differs is written."""
    stored = list(update.evidence.order_by("position"))
    for position, row in enumerate(rows, start=1):
        evidence = stored[position - 1] if position <= len(stored) else Evidence(update=update)
        before = _content_of(evidence)
        evidence.position, evidence.title, evidence.url = position, danish.normalised(row.title), row.url
        evidence.file, evidence.pages = row.file, row.pages
        evidence.case_number = danish.normalised(row.case_number)
        if evidence.pk and _content_of(evidence) == before:
            continue
        try:
            checked(evidence)
        except ValidationError as refused:
            where = _("Dokumentation, række %(position)s: ") % {"position": position}
            raise ValidationError({"evidence": [where + message for message in refused.messages]}) from refused
    for evidence in stored[len(rows) :]:
        evidence.delete()


def _content_of(evidence: Evidence) -> tuple[object, ...]:
    file = evidence.file.name if evidence.file else ""
    return evidence.position, evidence.title, evidence.url, file, evidence.case_number, evidence.pages


@transaction.atomic
def submit_update(*, by: User, update: StatusUpdate) -> StatusUpdate:
    """Send a draft to approval; everything that publishing demands must be there."""
    update = _locked(update)
    permissions.check_can_edit_update(by, update)
    _require_move(update, UpdateState.SUBMITTED)
    _require_publishable(update)
    update.state, update.submitted_at, update.review_comment = UpdateState.SUBMITTED, timezone.now(), ""
    checked(update)
    record(act=Act.DRAFT_SUBMITTED, by=by, item=update.item, committee=update.committee, on=update.on, update=update)
    return update


@transaction.atomic
def return_update(*, by: User, update: StatusUpdate, comment: str, request_key: UUID | None = None) -> StatusUpdate:
    """Send a submitted update back to its author with a comment, which the log keeps."""
    update = _locked(update)
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
    record(
        act=Act.DRAFT_RETURNED,
        by=by,
        item=update.item,
        committee=update.committee,
        on=update.on,
        update=update,
        details={"review_comment": ["", update.review_comment]},
        request_key=request_key,
    )
    return update


@transaction.atomic
def publish_update(
    *, by: User, update: StatusUpdate, seen: Seen | None = None, request_key: UUID | None = None
) -> StatusUpdate:
    """Publish a draft or a submitted update: from now on it cannot be changed or deleted.

    `seen` is what the approver had before the eyes; by default what the author had.
    """
    item = lock(update.item)
    update = _locked(update)
    permissions.check_can_approve(by, update)
    if done_before(request_key):
        return update
    _require_move(update, UpdateState.PUBLISHED)
    _require_publishable(update)
    if update.corrects:
        _require_correctable(update.corrects, item, update.committee)
    else:
        _require_unchanged(item, seen or Seen(update.based_on_id, update.version), Seen.now(item, update))
    try:
        permissions.check_is_second_person(by, update)
    except PermissionDenied as refused:  # who may approve is no stranger here: it is said in the form
        raise ValidationError(str(refused)) from refused
    _publish(by, update, item, request_key)
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
    content = UpdateDraft(
        kind=UpdateKind.CORRECTION,
        status=draft.status,
        on=draft.on or update.on,
        text=draft.text,
        decided_by=draft.decided_by,
        decided_on=draft.decided_on,
        next_step=draft.next_step,
        next_step_on=draft.next_step_on,
        corrects=update,
        evidence=draft.evidence,
    )
    return save_draft(
        by=by, item=update.item, committee=committee, draft=content, update=rewrite, request_key=request_key
    )


@transaction.atomic
def discard_draft(*, by: User, update: StatusUpdate, request_key: UUID | None = None) -> StatusUpdate:
    """Throw an unpublished update away: nobody is shown it any more, and what it said is in the log alone."""
    update = _locked(update)
    if done_before(request_key):
        return update
    _require_unpublished(update)
    permissions.check_can_edit_update(by, update)
    _require_move(update, UpdateState.DISCARDED)
    _replace_evidence(update, ())
    update.state = UpdateState.DISCARDED
    checked(update)
    record(
        act=Act.DRAFT_DISCARDED,
        by=by,
        item=update.item,
        committee=update.committee,
        on=update.on,
        update=update,
        request_key=request_key,
    )
    return update


@contextmanager
def as_if_published(*, update: StatusUpdate, publisher: int, gaps: Set[str] = frozenset()) -> Iterator[None]:
    """Inside, whatever is read is as publishing would leave it; all of it is taken back, however the block ends.

    For a look at the citizens' page: no event, and nobody's right is asked for. `publisher` is the id of who stands as
    having published; in the place of what is missing (`gaps`, names as in `problems_of`) stand words that say so.
    """
    with transaction.atomic():
        for name in gaps - {"evidence"}:
            setattr(update, name, _("(Her mangler noget.)"))
        if "evidence" in gaps:
            Evidence.objects.create(update=update, title=_("Her mangler dokumentation"), case_number="–")
        update.state, update.published_at, update.published_by_id = UpdateState.PUBLISHED, timezone.now(), publisher
        update.save()
        refresh([update.item])
        yield
        transaction.set_rollback(True)


def _publish(by: User | None, update: StatusUpdate, item: Item, request_key: UUID | None = None) -> None:
    update.state, update.published_at, update.published_by = UpdateState.PUBLISHED, timezone.now(), by
    checked(update)
    refresh([item])
    act, nature = PUBLISHING[UpdateKind(update.kind)]
    before, after = standing.before_and_after(update)
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


def _locked(update: StatusUpdate) -> StatusUpdate:
    # Only the row itself: PostgreSQL cannot lock the empty side of an outer join.
    found: StatusUpdate = StatusUpdate.objects.select_for_update(of=("self",)).get(pk=update.pk)
    return found


def _require_unchanged(item: Item, seen: Seen, now: Seen) -> None:
    if seen.latest != now.latest:
        raise Conflict(
            _(
                "En anden har opdateret %(number)s, mens du skrev. Din tekst er her stadig; se den nye status, og "
                "vælg, hvad der skal stå."
            )
            % {"number": item.number}
        )
    if seen.version != now.version:
        raise Conflict(
            _(
                "En anden har gemt i den samme kladde om %(number)s, mens du skrev. Din tekst er her stadig; se den "
                "andens, og vælg, hvad der skal stå."
            )
            % {"number": item.number}
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
    if problems := problems_of(update):
        raise ValidationError(problems)


def problems_of(update: StatusUpdate) -> Problems:
    """What stands in the way of publishing a draft as it is: field name to sentence, empty when nothing does."""
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
    source_day = update.item.publication.exists_from
    problems = publishing_problems(content, today=timezone.localdate(), source_day=source_day)
    if update.committee and update.on and not update.committee.exists_on(update.on) and not update.corrects_id:
        problems["on"] = _("%(committee)s fandtes ikke den %(date)s. Vælg en dag, da udvalget fandtes.") % {
            "committee": update.committee.name,
            "date": update.on.strftime("%d.%m.%Y"),
        }
    elif update.committee and update.on and not update.corrects_id and _owns_no_more(update):
        problems["committee"] = _(
            "%(committee)s ejer ikke længere %(item)s. Lad det udvalg skrive, som ejer rækken."
        ) % {
            "committee": update.committee.name,
            "item": update.item,
        }
    return problems


def _owns_no_more(update: StatusUpdate) -> bool:
    """Whether the item was others' by the day the update is about: drafts outlive an ownership that ends."""
    rows = Ownership.objects.recorded().filter(Q(valid_to__isnull=True) | Q(valid_to__gt=update.on), item=update.item)
    owners = list(rows.order_by().values_list("committee_id", flat=True))
    if not owners or update.committee_id in owners:
        return False
    known = standing.known_of([update.item_id])[update.item_id]
    return not any(update.committee_id in known.line(owner) for owner in owners)
