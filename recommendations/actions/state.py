"""The copy of the newest published state that an item carries, and how rows are saved on somebody's behalf."""

from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import timezone

from recommendations.models import TrackedItem

Item = TypeVar("Item", bound=TrackedItem)


def lock(item: Item) -> Item:
    """The item's row, held until the transaction ends, so that two writers take turns."""
    return type(item).objects.select_for_update().get(pk=item.pk)


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
    stated = type(item).objects.with_state(timezone.localdate(), timezone.now()).get(pk=item.pk)
    for name in TrackedItem.STATE_FIELDS:
        setattr(item, name, getattr(stated, f"state_{name}"))
    item.skip_history_when_saving = True
    try:
        item.save(update_fields=TrackedItem.STATE_FIELDS)
    finally:
        del item.skip_history_when_saving
