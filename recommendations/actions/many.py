"""Many in one act: all or nothing, by the same rules as one at a time, with each refusal at its row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from recommendations import danish
from recommendations.actions.commitments import set_deadline
from recommendations.actions.drafts import Conflict, Seen
from recommendations.actions.state import done_before, event, lock_all, refresh
from recommendations.actions.turns import in_turn
from recommendations.actions.updates import UpdateDraft, publish_update, save_draft, submit_update
from recommendations.enums import WRITERS, Act, UpdateKind, UpdateState
from recommendations.models import Committee, Deadline, Event, Item, Standing, StatusUpdate, recorded
from recommendations.permissions import ActingRights, not_yours

MOST_AT_ONCE = 300  # as many as one request writes in some seconds
MOST_STATUSES_AT_ONCE = 100  # each has a text of its own, and takes longer

Row = TypeVar("Row", Item, StatusUpdate)
Written = TypeVar("Written")
Refusals = dict[Row, ValidationError | PermissionDenied]


class RowsRefused(ValidationError):
    """Some of many rows were refused, so nothing was written about any of them. `rows` says why, row by row."""

    def __init__(self, refused: Mapping[Row, ValidationError | PermissionDenied]):
        self.rows: dict[Any, ValidationError] = {
            row: error if isinstance(error, ValidationError) else ValidationError(str(error))
            for row, error in refused.items()
        }
        super().__init__(list(self.rows.values()))


@dataclass(frozen=True)
class StatusEntry:
    """What is to be said about one of many items, and in whose name. Without a committee it is refused, at its row."""

    committee: Committee | None
    draft: UpdateDraft
    seen: Seen | None = None


@dataclass(frozen=True)
class DeadlineEntry:
    """The deadline of one of many items. Without a committee it is refused, at its row."""

    committee: Committee | None
    due_on: date | None
    reason: str = ""


@dataclass(frozen=True)
class Approval:
    """What somebody had before their eyes when they approved one of many updates; `shows` as in `publish_update`."""

    seen: Seen | None = None
    shows: Mapping[int, Collection[int]] = field(default_factory=dict)


def confirm_unchanged(
    *, by: User, item: Item, committee: Committee, seen: Seen | None = None, request_key: UUID | None = None
) -> StatusUpdate:
    """Say that the committee's status still holds today. Renews freshness; is no news."""
    confirmed = confirm_many(
        by=by, items={item: committee}, seen={item: seen} if seen else None, request_key=request_key
    )
    return confirmed[0]


@in_turn()
def confirm_many(
    *,
    by: User,
    items: Mapping[Item, Committee | None],
    text: str = "",
    seen: Mapping[Item, Seen] | None = None,
    request_key: UUID | None = None,
) -> list[StatusUpdate]:
    """Say of each item that its status still holds today, in the name of its committee. A handful of queries for all.

    `text` says how that is known, for citizens to read. A committee can only confirm what it has said itself. With
    `seen`, an item is refused when something newer has been published about it since.
    """
    require_a_fair_number(items)
    locked = lock_all(items)
    if done := done_before(request_key):
        of_the_act = StatusUpdate.objects.filter(
            kind=UpdateKind.CONFIRMATION, published_at=done.at, published_by=done.by
        )
        return list(of_the_act.filter(item__in=locked).order_by("pk"))
    items = {locked[item]: committee for item, committee in items.items()}
    rights, stands, speaking = ActingRights(by, items), Seen.now_of(seen or {}), statuses_to_confirm(items.items())
    refused: Refusals[Item] = {}
    for item, committee in items.items():
        if committee not in rights.committees(item, *WRITERS):
            refused[item] = PermissionDenied(not_yours(item, committee))
        elif (item, committee) not in speaking:
            refused[item] = ValidationError(nothing_to_confirm(item))
        elif seen and item in seen and seen[item].latest != stands[item].latest:
            refused[item] = Conflict(_changed_since(item))
    raise_refusals(refused, len(items))

    # They begin as drafts: the database takes in nothing that is published already.
    confirmations = [
        StatusUpdate(
            item=item, kind=UpdateKind.CONFIRMATION, committee=committee, author=by, text=danish.normalised(text)
        )
        for item, committee in items.items()
    ]
    StatusUpdate.objects.bulk_create(confirmations)
    now = recorded.now()
    for update in confirmations:
        update.state, update.published_at, update.published_by = UpdateState.PUBLISHED, now, by
    StatusUpdate.objects.bulk_update(confirmations, ["state", "published_at", "published_by"])
    refresh(items)
    prefetch_related_objects(confirmations, "evidence")  # there is none, which each event says
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


@in_turn()
def give_status_to_many(
    *,
    by: User,
    items: Mapping[Item, StatusEntry],
    state: str = UpdateState.DRAFT,
    sure: bool = False,
    request_key: UUID | None = None,
) -> list[StatusUpdate]:
    """Save a new draft about each item and take it to `state`: a draft still, submitted, or published.

    `sure`: unlikely days have been looked at and are right.
    """
    require_a_fair_number(items, MOST_STATUSES_AT_ONCE)
    lock_all(items)
    return each(items, lambda item, key: _give_status(by, item, items[item], state, sure, key), request_key)


def _give_status(
    by: User, item: Item, entry: StatusEntry, state: str, sure: bool, request_key: UUID | None
) -> StatusUpdate:
    if entry.committee is None:
        raise PermissionDenied(not_yours(item, None))
    update = save_draft(
        by=by, item=item, committee=entry.committee, draft=entry.draft, seen=entry.seen, request_key=request_key
    )
    if update.state != UpdateState.DRAFT:  # done before
        return update
    if state == UpdateState.SUBMITTED:
        return submit_update(by=by, update=update, sure=sure)
    if state == UpdateState.PUBLISHED:
        return publish_update(by=by, update=update, sure=sure)
    return update


@in_turn()
def set_deadlines(
    *, by: User, items: Mapping[Item, DeadlineEntry], sure: bool = False, request_key: UUID | None = None
) -> list[Deadline]:
    """Set or move the deadline of each item. `sure`: unlikely days have been looked at and are right."""
    require_a_fair_number(items)
    lock_all(items)

    def set_one(item: Item, key: UUID | None) -> Deadline:
        entry = items[item]
        if entry.committee is None:
            raise PermissionDenied(not_yours(item, None))
        return set_deadline(
            by=by,
            item=item,
            committee=entry.committee,
            due_on=entry.due_on,
            reason=entry.reason,
            sure=sure,
            request_key=key,
        )

    return each(items, set_one, request_key)


@in_turn()
def publish_many(
    *, by: User, updates: Mapping[StatusUpdate, Approval], request_key: UUID | None = None
) -> list[StatusUpdate]:
    """Publish each of many updates, by the rules of one: who wrote it, what it documents, what has come since."""
    require_a_fair_number(updates)
    lock_all({update.item for update in updates})

    def publish_one(update: StatusUpdate, key: UUID | None) -> StatusUpdate:
        approval = updates[update]
        return publish_update(by=by, update=update, seen=approval.seen, shows=approval.shows, request_key=key)

    return each(updates, publish_one, request_key)


def each(
    rows: Collection[Row], perform: Callable[[Row, UUID | None], Written], request_key: UUID | None
) -> list[Written]:
    """What `perform` gives for each row, which it gets with a key of its own. All are tried before any is refused."""
    done: list[Written] = []
    refused: Refusals[Row] = {}
    for row in rows:
        try:
            with transaction.atomic():
                done.append(perform(row, uuid5(request_key, str(row.pk)) if request_key else None))
        except (ValidationError, PermissionDenied) as error:
            refused[row] = error
    raise_refusals(refused, len(rows))
    return done


def raise_refusals(refused: Refusals[Row], asked: int) -> None:
    """Nothing when nothing is refused. Who may do none of it is a stranger here; all else is said at the rows."""
    denied = [error for error in refused.values() if isinstance(error, PermissionDenied)]
    if len(denied) == asked:
        raise denied[0]
    if refused:
        raise RowsRefused(refused)


def require_a_fair_number(items: Collection[object], most: int = MOST_AT_ONCE) -> None:
    """Refuse none, and more than one request can write."""
    if not items:
        raise ValidationError(_("Vælg mindst én række."))
    if len(items) > most:
        raise ValidationError(too_many(len(items), most))


def nothing_to_confirm(item: Item) -> str:
    return _("%(item)s har ingen status at bekræfte. Giv en status først.") % {"item": item}


def too_many(count: int, most: int = MOST_AT_ONCE) -> str:
    return _("Du har valgt %(count)s rækker. Vælg højst %(most)s ad gangen, og tag resten bagefter.") % {
        "count": count,
        "most": most,
    }


def _changed_since(item: Item) -> str:
    return _(
        "En anden har opdateret %(number)s, siden du åbnede siden. Se den nye status, og bekræft igen, hvis den er "
        "rigtig."
    ) % {"number": item.number}
