"""Many items in one act: all or nothing, by the same rules as one at a time, with each refusal at its item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import (  # type: ignore[import-untyped]
    bulk_create_with_history,
    bulk_update_with_history,
)

from recommendations.actions.state import lock_all, refresh_states
from recommendations.actions.updates import (
    Conflict,
    Seen,
    UpdateDraft,
    not_yours,
    publish_update,
    save_draft,
    submit_update,
)
from recommendations.enums import UpdateKind, UpdateState
from recommendations.models import Committee, StatusUpdate, TrackedItem, for_item
from recommendations.permissions import WRITERS, ActingRights

MOST_AT_ONCE = 50  # what the lists show on a page, and somebody can look through; a status for each takes some seconds

Refusals = dict[TrackedItem, ValidationError | PermissionDenied]


class RowsRefused(ValidationError):
    """Some of many items were refused, so nothing was written about any of them. `rows` says why, item by item."""

    def __init__(self, refused: Refusals):
        self.rows = {
            item: error if isinstance(error, ValidationError) else ValidationError(str(error))
            for item, error in refused.items()
        }
        super().__init__(list(self.rows.values()))


@dataclass(frozen=True)
class Entry:
    """What is to be said about one of many items, and in whose name. Without a committee it is refused, at its row."""

    committee: Committee | None
    draft: UpdateDraft
    seen: Seen | None = None


def confirm_unchanged(*, by: User, item: TrackedItem, committee: Committee, seen: Seen | None = None) -> StatusUpdate:
    """Say that the status still holds today. Renews freshness; is no news."""
    return confirm_many(by=by, items={item: committee}, seen={item: seen} if seen else None)[0]


@transaction.atomic
def confirm_many(
    *, by: User, items: Mapping[TrackedItem, Committee | None], seen: Mapping[TrackedItem, Seen] | None = None
) -> list[StatusUpdate]:
    """Say of each item that its status still holds today, in the name of its committee. A handful of queries for all.

    With `seen`, an item is refused when something newer has been published about it since.
    """
    _require_a_fair_number(items)
    locked = lock_all(items)
    items = {locked[item]: committee for item, committee in items.items()}
    rights, stands = ActingRights(by, items), Seen.now_of(seen or {})
    refused: Refusals = {}
    for item, committee in items.items():
        if committee not in rights.committees(item, *WRITERS):
            refused[item] = PermissionDenied(not_yours(item, committee))
        elif not item.status:
            refused[item] = ValidationError(nothing_to_confirm(item))
        elif seen and item in seen and seen[item].latest != stands[item].latest:
            refused[item] = Conflict(_changed_since(item))
    _raise(refused, len(items))

    # They begin as drafts: the database takes in nothing that is published already.
    confirmations = [
        StatusUpdate(**for_item(item), kind=UpdateKind.CONFIRMATION, committee=committee, author=by)
        for item, committee in items.items()
    ]
    bulk_create_with_history(confirmations, StatusUpdate, default_user=by)
    now = timezone.now()
    for update in confirmations:
        update.state, update.published_at, update.published_by = UpdateState.PUBLISHED, now, by
    bulk_update_with_history(confirmations, StatusUpdate, ["state", "published_at", "published_by"], default_user=by)
    refresh_states(items)
    return confirmations


@transaction.atomic
def give_status_to_many(
    *, by: User, items: Mapping[TrackedItem, Entry], state: str = UpdateState.DRAFT
) -> list[StatusUpdate]:
    """Save a new draft about each item and take it to `state`: a draft still, submitted, or published."""
    _require_a_fair_number(items)
    lock_all(items)
    updates: list[StatusUpdate] = []
    refused: Refusals = {}
    for item, entry in items.items():
        try:
            with transaction.atomic():
                updates.append(_give_status(by, item, entry, state))
        except (ValidationError, PermissionDenied) as error:
            refused[item] = error
    _raise(refused, len(items))
    return updates


def _give_status(by: User, item: TrackedItem, entry: Entry, state: str) -> StatusUpdate:
    if entry.committee is None:
        raise PermissionDenied(not_yours(item, None))
    update = save_draft(by=by, item=item, committee=entry.committee, draft=entry.draft, seen=entry.seen)
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


def _require_a_fair_number(items: Mapping[TrackedItem, object]) -> None:
    if not items:
        raise ValidationError(_("Vælg mindst én række."))
    if len(items) > MOST_AT_ONCE:
        raise ValidationError(too_many(len(items)))


def nothing_to_confirm(item: TrackedItem) -> str:
    return _("%(item)s har ingen status at bekræfte. Giv en status først.") % {"item": item}


def too_many(count: int) -> str:
    return _("Du har valgt %(count)s rækker. Vælg højst %(most)s ad gangen, og tag resten bagefter.") % {
        "count": count,
        "most": MOST_AT_ONCE,
    }


def _changed_since(item: TrackedItem) -> str:
    return _(
        "En anden har opdateret %(number)s, siden du åbnede siden. Se den nye status, og bekræft igen, hvis den er "
        "rigtig."
    ) % {"number": item.reference}
