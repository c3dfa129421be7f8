"""How an item stands, ready to be said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from recommendations.enums import NO_STATUS, Status
from recommendations.lifecycle import is_overdue, is_stale


@dataclass(frozen=True)
class Standing:
    """An item's state on a day. `silent_days` is set only when it has been silent for too long."""

    code: str
    label: str
    on: date | None
    changed_on: date | None
    confirmed_on: date | None
    silent_days: int | None
    due_on: date | None
    original_due_on: date | None
    is_overdue: bool

    @classmethod
    def of(cls, item, day: date) -> Standing:
        """From the `state_…` that `with_state()` has put on the item."""
        status, fresh_on = item.state_status, item.state_fresh_on
        stale = is_stale(status, fresh_on, today=day, after_days=settings.STALE_AFTER_DAYS)
        return cls(
            code=status,
            label=str(Status(status).label if status else NO_STATUS),
            on=item.state_status_on,
            changed_on=item.state_changed_on,
            confirmed_on=item.state_confirmed_on,
            silent_days=(day - fresh_on).days if stale else None,
            due_on=item.state_due_on,
            original_due_on=item.state_original_due_on,
            is_overdue=is_overdue(status, item.state_due_on, today=day),
        )

    @property
    def was_moved(self) -> bool:
        """Whether the deadline is another than the first one."""
        return self.due_on != self.original_due_on
