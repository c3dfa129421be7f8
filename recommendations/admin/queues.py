"""What waits for whom: one definition of each queue, for «Mit arbejde» and for the lists that it leads to.

What is late, silent or without a status is asked of the cells (item × committee): another owner's word is not ours.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Subquery, TextChoices, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations import tenancy
from recommendations.enums import CLOSED, COUNTED, DONE, Act
from recommendations.lifecycle import stale_before
from recommendations.models import Committee, Event, Lineage, Ownership, Reach, Standing, StatusUpdate
from recommendations.models.item import ItemQuerySet
from recommendations.models.standing import StandingQuerySet
from recommendations.models.status_update import StatusUpdateQuerySet


class QueueName(TextChoices):
    """The names are those in addresses, the labels those of the lists' filters."""

    RETURNED = "retur", _("Sendt retur")
    APPROVAL = "godkendelse", _("Venter på godkendelse")
    OVERDUE = "forsinket", _("Forsinket")
    STALE = "ikke_opdateret", _("Ikke opdateret")
    NO_STATUS = "ingen_status", _("Ingen status registreret")
    ERRORS = "fejl", _("Fejlmeldinger")
    DRAFTS = "kladder", _("Kladder")
    READ_ONLY = "laes", _("Kladder, jeg kan læse")
    ENDED = "ophoert", _("Udvalget er ophørt uden efterfølger")


OF_ITEMS = (QueueName.OVERDUE, QueueName.STALE, QueueName.NO_STATUS, QueueName.ENDED)
OF_UPDATES = (QueueName.RETURNED, QueueName.APPROVAL, QueueName.DRAFTS, QueueName.READ_ONLY)


@dataclass(frozen=True)
class QueueScope:
    """Whose cells are looked at: those of `committees` (ids), by what is so on the day `today`."""

    committees: frozenset[int]
    today: date

    @classmethod
    def of(cls, committees: Collection[int]) -> QueueScope:
        return cls(frozenset(committees), timezone.localdate())

    @cached_property
    def stale_before(self) -> date:
        return stale_before(self.today, tenancy.current().stale_after_days)

    @cached_property
    def ended(self) -> set[int]:
        """Committees (ids) that have ended and left nobody."""
        return Lineage.load(on=self.today).without_heir(list(Committee.objects.order_by("pk")), self.today)


def cells_in(queue: QueueName, scope: QueueScope) -> StandingQuerySet:
    """The owners' cells that make their items stand in one of the queues of items."""
    counted: StandingQuerySet = Standing.objects.at(scope.today).owned().filter(item__kind__in=sorted(COUNTED))
    mine = counted.filter(committee__in=scope.committees)
    still_open = ~Q(status__in=sorted(CLOSED))
    if queue == QueueName.OVERDUE:
        late = Standing.objects.at(scope.today).wholes().filter(due_on__lt=scope.today)  # a deadline is the item's
        return mine.filter(still_open, item__in=late.order_by().values("item"))
    if queue == QueueName.STALE:
        return mine.filter(still_open, fresh_on__lt=scope.stale_before)
    if queue == QueueName.NO_STATUS:
        return mine.filter(status="")
    if queue == QueueName.ENDED:
        left = counted.filter(still_open, committee__in=scope.ended)
        return left.filter(item__in=mine.order_by().values("item"))
    raise ValueError(queue)


def items_in(items: ItemQuerySet, queue: QueueName, scope: QueueScope) -> ItemQuerySet:
    """Of `items` those that stand in one of the queues of items."""
    return items.filter(pk__in=cells_in(queue, scope).order_by().values("item"))


def by_urgency(items: ItemQuerySet, queue: QueueName, scope: QueueScope) -> ItemQuerySet:
    """Items of a queue, annotated `waits_since` (a day): the longest waiting first. They have `state_…`."""
    cells = cells_in(queue, scope).filter(item=OuterRef("pk"))
    waits: Any
    if queue == QueueName.OVERDUE:
        waits = F("state_due_on")
    elif queue == QueueName.STALE:
        waits = Subquery(cells.order_by("fresh_on").values("fresh_on")[:1])
    elif queue == QueueName.NO_STATUS:
        owned = Ownership.objects.in_force(scope.today).filter(committee__in=scope.committees, item=OuterRef("pk"))
        waits = Subquery(owned.order_by("valid_from").values("valid_from")[:1])
    else:
        waits = Subquery(cells.order_by("committee__valid_to").values("committee__valid_to")[:1])
    return items.annotate(waits_since=waits).order_by("waits_since", "path", "pk")


def updates_in(updates: StatusUpdateQuerySet, queue: QueueName, user: User, reach: Reach) -> StatusUpdateQuerySet:
    """Of `updates` those that stand in one of the queues of updates."""
    if queue == QueueName.RETURNED:
        return updates.returned_to(user, reach)
    if queue == QueueName.APPROVAL:
        return updates.awaiting_approval_of(reach)
    if queue == QueueName.DRAFTS:
        return updates.begun_by(user, reach)
    if queue == QueueName.READ_ONLY:
        return updates.read_only_for(reach)
    raise ValueError(queue)


def with_blocked(updates: StatusUpdateQuerySet, user: User) -> StatusUpdateQuerySet:
    """Annotate `is_blocked`: `permissions.is_second_person` in SQL, the other way round."""
    wrote = Event.objects.filter(update=OuterRef("pk"), act=Act.DRAFT_SAVED, by=user)
    own = Q(author=user) | Q(author__isnull=True) | Exists(wrote)
    blocked = Case(
        When(Q(status__in=sorted(DONE)) & own, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return updates.annotate(is_blocked=blocked)


def newest_drafts(items: Collection[int], user: User, reach: Reach) -> dict[int, StatusUpdate]:
    """Item (id) -> the newest draft that the user may write in; a correction hinders no new status."""
    drafts = StatusUpdate.objects.editable_by(user, reach).filter(item__in=items, corrects__isnull=True)
    return {draft.item_id: draft for draft in drafts.order_by("created_at", "pk")}
