"""The copy of the newest published state that an item carries, and how rows are saved on somebody's behalf."""

from collections.abc import Collection
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.enums import UpdateState
from recommendations.models import TrackedItem
from recommendations.models.item import published_texts
from recommendations.models.status_update import StatusUpdateQuerySet

Item = TypeVar("Item", bound=TrackedItem)


def lock(item: Item) -> Item:
    """The item's row, held until the transaction ends, so that two writers take turns."""
    return lock_all([item])[item]


def lock_all(items: Collection[Item]) -> dict[Item, Item]:
    """The items' rows, held until the transaction ends; always in the same order, so that nobody waits in a ring."""
    locked: dict[Item, Item] = {}
    for model, group in _by_model(items):
        rows = model.objects.select_for_update().filter(pk__in=[item.pk for item in group]).order_by("pk")
        locked |= {row: row for row in rows}
    return locked


def sign(by: User | None, row: Model, *, reason: str = "") -> None:
    """Say for the row's history who changes it, and why. Nothing declares the two names: django-simple-history asks."""
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason[:100] or None  # type: ignore[attr-defined]


def save_as(by: User | None, row: Model, *, reason: str = "") -> None:
    """Check the row's own rules and save it, with `by` in its history."""
    sign(by, row, reason=reason)
    row.full_clean(validate_unique=True, validate_constraints=True)
    row.save()


def refresh_state(item: TrackedItem) -> None:
    """Copy onto `item` what its published rows say today. Writes no history: nothing was edited."""
    refresh_states([item])


def refresh_states(items: Collection[TrackedItem]) -> None:
    """`refresh_state` of many: three queries for each kind of item, and none of them to the history."""
    for model, group in _by_model(items):
        stated = model.objects.with_state(timezone.localdate(), timezone.now()).in_bulk([item.pk for item in group])
        said = published_texts(model, list(stated))
        for item in group:
            item.search_words = stated[item.pk].index_words(said[item.pk])
            for name in TrackedItem.STATE_FIELDS:
                setattr(item, name, getattr(stated[item.pk], f"state_{name}"))
        model.objects.bulk_update(group, [*TrackedItem.STATE_FIELDS, "search_words"])


@transaction.atomic
def publish_made_up(*, updates: StatusUpdateQuerySet, by: User) -> int:
    """Publish the submitted of `updates`, each at the time it was submitted; how many there were.

    For `manage.py generate` alone, whose rows say themselves what their items copy, and follow `publishing_problems`:
    neither is looked at here, but the database's own locks are as awake as ever. Writes no history: nobody edited.
    """
    if not settings.DEVELOPMENT:
        raise PermissionDenied(_("Opdigtede opdateringer kan kun udgives i udvikling."))
    submitted = updates.filter(state=UpdateState.SUBMITTED)
    return submitted.update(state=UpdateState.PUBLISHED, published_at=F("submitted_at"), published_by=by)


def _by_model(items: Collection[Item]) -> list[tuple[type[Item], list[Item]]]:
    """The items by kind, in a fixed order."""
    groups: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: (item.ABOUT, item.pk)):
        groups.setdefault(item.ABOUT, []).append(item)
    return [(type(group[0]), group) for group in groups.values()]
