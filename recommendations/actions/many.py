"""Many items in one act: all or nothing, by the same rules as one at a time, with each refusal at its item."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.actions.state import done_before, event, lock_all, refresh_standings
from recommendations.actions.updates import (
    Conflict,
    Seen,
    UpdateDraft,
    publish_update,
    save_draft,
    submit_update,
)
from recommendations.enums import WRITERS, Act, UpdateKind, UpdateState
from recommendations.models import Committee, Event, Item, Standing, StatusUpdate
from recommendations.permissions import ActingRights, not_yours

MOST_AT_ONCE = 50  # what the lists show on a page, and somebody can look through; a status for each takes some seconds

Refusals = dict[Item, ValidationError | PermissionDenied]


class RowsRefused(ValidationError):
    """Some of many items were refused, so nothing was written about any of them. `rows` says why, item by item."""

    def __init__(self, refused: Refusals):
        self.rows = {
            item: error if isinstance(error, ValidationError) else ValidationError(str(error))
            for item, error in refused.items()
        }
        super().__init__(list(self.rows.values()))


@dataclass(frozen=True)
class StatusEntry:
    """What is to be said about one of many items, and in whose name. Without a committee it is refused, at its row."""

    committee: Committee | None
    draft: UpdateDraft
    seen: Seen | None = None


def confirm_unchanged(
    *, by: User, item: Item, committee: Committee, seen: Seen | None = None, request_key: UUID | None = None
) -> StatusUpdate:
    """Say that the committee's status still holds today. Renews freshness; is no news."""
    confirmed = confirm_many(
        by=by, items={item: committee}, seen={item: seen} if seen else None, request_key=request_key
    )
    return confirmed[0]


@transaction.atomic
def confirm_many(
    *,
    by: User,
    items: Mapping[Item, Committee | None],
    seen: Mapping[Item, Seen] | None = None,
    request_key: UUID | None = None,
) -> list[StatusUpdate]:
    """Say of each item that its status still holds today, in the name of its committee. A handful of queries for all.

    A committee can only confirm what it has said itself. With `seen`, an item is refused when something newer has been
    published about it since.
    """
    _require_a_fair_number(items)
    locked = lock_all(items)
    if done := done_before(request_key):
        of_the_act = StatusUpdate.objects.filter(
            kind=UpdateKind.CONFIRMATION, published_at=done.at, published_by=done.by
        )
        return list(of_the_act.filter(item__in=locked).order_by("pk"))
    items = {locked[item]: committee for item, committee in items.items()}
    rights, stands, speaking = ActingRights(by, items), Seen.now_of(seen or {}), statuses_to_confirm(items.items())
    refused: Refusals = {}
    for item, committee in items.items():
        if committee not in rights.committees(item, *WRITERS):
            refused[item] = PermissionDenied(not_yours(item, committee))
        elif (item, committee) not in speaking:
            refused[item] = ValidationError(nothing_to_confirm(item))
        elif seen and item in seen and seen[item].latest != stands[item].latest:
            refused[item] = Conflict(_changed_since(item))
    _raise(refused, len(items))

    # They begin as drafts: the database takes in nothing that is published already.
    confirmations = [
        StatusUpdate(item=item, kind=UpdateKind.CONFIRMATION, committee=committee, author=by)
        for item, committee in items.items()
    ]
    StatusUpdate.objects.bulk_create(confirmations)
    now = timezone.now()
    for update in confirmations:
        update.state, update.published_at, update.published_by = UpdateState.PUBLISHED, now, by
    StatusUpdate.objects.bulk_update(confirmations, ["state", "published_at", "published_by"])
    refresh_standings(items)
    Event.objects.bulk_create(
        event(
            act=Act.STATUS_CONFIRMED,
            by=by,
            item=update.item,
            committee=update.committee,
            on=update.on,
            before=speaking[update.item, update.committee],
            after=speaking[update.item, update.committee],
            update=update,
            at=now,
            request_key=request_key if number == 0 else None,
        )
        for number, update in enumerate(confirmations)
    )
    return confirmations


def statuses_to_confirm(asked: Collection[tuple[Item, Committee | None]]) -> dict[tuple[Item, Committee | None], str]:
    """Of items and the committees in whose name they are to be confirmed: the status there is to confirm, if any.

    It is the committee's own cell's; of an item without owners, or owned by one that ended, the item's as a whole. One
    query.
    """
    rows = list(Standing.objects.at().filter(item__in=[item.pk for item, _committee in asked]).order_by("pk"))
    by_cell = {(row.item_id, row.committee_id): row.status for row in rows}
    owning = {(row.item_id, row.committee_id) for row in rows if row.role}
    found = {}
    for item, committee in asked:
        owns = committee is not None and (item.pk, committee.pk) in owning
        if status := by_cell.get((item.pk, committee.pk if committee and owns else None)):
            found[item, committee] = status
    return found


@transaction.atomic
def give_status_to_many(
    *,
    by: User,
    items: Mapping[Item, StatusEntry],
    state: str = UpdateState.DRAFT,
    request_key: UUID | None = None,
) -> list[StatusUpdate]:
    """Save a new draft about each item and take it to `state`: a draft still, submitted, or published."""
    _require_a_fair_number(items)
    lock_all(items)
    updates: list[StatusUpdate] = []
    refused: Refusals = {}
    for item, entry in items.items():
        try:
            with transaction.atomic():
                # One key asks for many acts: each gets its own.
                key = uuid5(request_key, str(item.pk)) if request_key else None
                updates.append(_give_status(by, item, entry, state, key))
        except (ValidationError, PermissionDenied) as error:
            refused[item] = error
    _raise(refused, len(items))
    return updates


def _give_status(by: User, item: Item, entry: StatusEntry, state: str, request_key: UUID | None) -> StatusUpdate:
    if entry.committee is None:
        raise PermissionDenied(not_yours(item, None))
    update = save_draft(
        by=by, item=item, committee=entry.committee, draft=entry.draft, seen=entry.seen, request_key=request_key
    )
    if update.state != UpdateState.DRAFT:  # done before
        return update
    if state == UpdateState.SUBMITTED:
        return submit_update(by=by, update=update)
    if state == UpdateState.PUBLISHED:
        return publish_update(by=by, update=update)
    return update


def _raise(refused: Refusals, asked: int) -> None:
    """Nothing when nothing is refused. Who may do none of it is a stranger here; all else is said at the rows."""
    denied = [error for error in refused.values() if isinstance(error, PermissionDenied)]
    if len(denied) == asked:
        raise denied[0]
    if refused:
        raise RowsRefused(refused)


def _require_a_fair_number(items: Mapping[Item, object]) -> None:
    if not items:
        raise ValidationError(_("Vælg mindst én række."))
    if len(items) > MOST_AT_ONCE:
        raise ValidationError(too_many(len(items)))


def nothing_to_confirm(item: Item) -> str:
    return _("%(item)s har ingen status at bekræfte. Giv en status først.") % {"item": item}


def too_many(count: int) -> str:
    return _("Du har valgt %(count)s rækker. Vælg højst %(most)s ad gangen, og tag resten bagefter.") % {
        "count": count,
        "most": MOST_AT_ONCE,
    }


def _changed_since(item: Item) -> str:
    return _(
        "En anden har opdateret %(number)s, siden du åbnede siden. Se den nye status, og bekræft igen, hvis den er "
        "rigtig."
    ) % {"number": item.number}
