"""What waits for whom: one definition of each queue, for »Mit arbejde« and for the lists that it leads to.

What is late, silent or without a status is asked of the cells (item × committee): another owner's word is not ours.
What waits in a queue of its own already, sent or begun, is not asked for once more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, reduce
from operator import or_
from typing import Any, Self

from django.contrib.auth.models import User
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations import tenancy
from recommendations.enums import (
    CLOSED,
    COUNTED,
    DONE,
    NEWS,
    UNPUBLISHED,
    Act,
    ItemKind,
    Role,
    UpdateKind,
    UpdateState,
)
from recommendations.keepers import nobody_to_ask
from recommendations.lifecycle import stale_before
from recommendations.models import Assignment, Committee, Event, Item, Lineage, Ownership, Reach, Standing, StatusUpdate
from recommendations.models.assignment import AssignmentQuerySet
from recommendations.models.item import ItemQuerySet
from recommendations.models.recorded import after_outer
from recommendations.models.standing import StandingQuerySet
from recommendations.models.status_update import StatusUpdateQuerySet

CORRECTIONS_BACK = 4  # rows, each corrected by the next: how far a list looks for what the user may not publish
PROMISE_DAYS = 14  # how long before the day of a promise it is asked for


class QueueName(TextChoices):
    """By importance. The names are those in addresses, the labels those of the lists' filters."""

    RETURNED = "retur", _("Sendt retur")
    APPROVAL = "godkendelse", _("Venter på godkendelse")
    ANSWERS = "svar", _("Svar fra møder")
    WORDS = "ord", _("Forslag til kildens ord")
    DECLINED = "ikke_min", _("Meldt »ikke min«")
    PROMISED = "lovet", _("Lovet")
    OVERDUE = "forsinket", _("Forsinket")
    STALE = "ikke_opdateret", _("Ikke opdateret")
    NO_STATUS = "ingen_status", _("Ingen status registreret")
    ERRORS = "fejl", _("Fejlmeldinger")
    SILENT = "tavse", _("Svar, der kan bedes om")
    DRAFTS = "kladder", _("Kladder")
    SENT = "sendt", _("Venter på en anden")
    READ_ONLY = "laes", _("Kladder, jeg kan læse")
    NOBODY = "ingen_at_spoerge", _("Ingen at spørge")
    ENDED = "ophoert", _("Udvalget er ophørt uden efterfølger")


OF_ITEMS = (
    QueueName.PROMISED,
    QueueName.OVERDUE,
    QueueName.STALE,
    QueueName.NO_STATUS,
    QueueName.NOBODY,
    QueueName.ENDED,
)
OF_UPDATES = (QueueName.RETURNED, QueueName.APPROVAL, QueueName.DRAFTS, QueueName.SENT, QueueName.READ_ONLY)
# Rows of committees that are the municipality's own: asking again whose they are would join two tables to each query.
CELLS, UPDATES = StandingQuerySet(Standing), StatusUpdateQuerySet(StatusUpdate)
STILL_OPEN = ~Q(status__in=sorted(CLOSED))
NO_LIMIT = 10**9
OF_DRAFTS = (QueueName.RETURNED, QueueName.DRAFTS, QueueName.READ_ONLY)  # of the updates, those the user has begun


@dataclass(frozen=True)
class QueueScope:
    """Whose cells are looked at: those of `committees` (ids) among `every`, by what is so on `today`, for `user`.

    `source` (a slug) and `only_mine` narrow it; both are empty for all.
    """

    user: User
    reach: Reach
    committees: frozenset[int]
    every: tuple[Committee, ...]
    source: str = ""
    only_mine: bool = False
    today: date = field(default_factory=timezone.localdate)

    @classmethod
    def of(cls, user: User, reach: Reach, committees: Collection[int]) -> Self:
        return cls(user, reach, frozenset(committees), tuple(Committee.objects.order_by("sort_name", "code")))

    @cached_property
    def stale_before(self) -> date:
        return stale_before(self.today, tenancy.current().stale_after_days)

    @property
    def lineage(self) -> Lineage:
        return self.reach.lineage

    @cached_property
    def ended(self) -> set[int]:
        """Committees (ids) that have ended and left nobody."""
        return self.lineage.without_heir(self.every, self.today)

    @cached_property
    def nobody_to_ask(self) -> Q:
        mine = [one for one in self.every if one.pk in self.committees]
        return nobody_to_ask(mine, self.lineage, self.today)

    @cached_property
    def begun(self) -> StatusUpdateQuerySet:
        """The drafts that stand in queues of the user's own."""
        return reduce(or_, (updates_in(UPDATES, name, self) for name in OF_DRAFTS))

    def narrowed(self, rows: Any, item: str = "item") -> Any:
        """Of `rows` those about what was chosen; `item` is their field that leads to an item."""
        if self.source:
            rows = rows.filter(**{f"{item}__publication__slug": self.source})
        return rows.filter(about_mine(self.user, item)) if self.only_mine else rows


def about_mine(user: User, item: str = "item") -> Q:
    """Whether a row is about an item that `user` has a draft about, or wrote the status of that stands in a cell."""
    begun = StatusUpdate.objects.filter(state__in=UNPUBLISHED, author=user).order_by()
    stands = Standing.objects.at().cells().filter(update__author=user).order_by()
    return Q(**{f"{item}__in": begun.values("item")}) | Q(**{f"{item}__in": stands.values("item")})


# --- Items ------------------------------------------------------------------------------------------------------------


def cells_in(queue: QueueName, scope: QueueScope) -> StandingQuerySet:
    """The owners' cells that make their items stand in one of the queues of items, of all kinds of items."""
    if queue == QueueName.ENDED:
        left = CELLS.at(scope.today).owned().filter(STILL_OPEN, committee__in=scope.ended)
        return left.filter(item__in=_mine(scope).order_by().values("item"))
    if queue == QueueName.NOBODY:
        return _mine(scope).filter(STILL_OPEN, scope.nobody_to_ask).exclude(committee__in=scope.ended)
    asked: StandingQuerySet = _mine(scope).exclude(_waits_already(scope))
    if queue == QueueName.PROMISED:
        return asked.filter(STILL_OPEN, item__in=promises(scope).order_by().values("item"))
    if queue == QueueName.OVERDUE:
        late = CELLS.at(scope.today).wholes().filter(due_on__lt=scope.today)  # a deadline is the item's
        return asked.filter(STILL_OPEN, item__in=late.order_by().values("item"))
    if queue == QueueName.STALE:
        return asked.filter(STILL_OPEN, fresh_on__lt=scope.stale_before)
    if queue == QueueName.NO_STATUS:
        return asked.filter(status="")
    raise ValueError(queue)


def _mine(scope: QueueScope) -> StandingQuerySet:
    mine: StandingQuerySet = scope.narrowed(CELLS.at(scope.today).owned().filter(committee__in=scope.committees))
    return mine


def _waits_already(scope: QueueScope) -> Q:
    """Whether a cell's committee, or who took over from it, has sent something, or the user has begun it.

    What a colleague has begun and not sent hides nothing: it may be forgotten, so the row says it instead.
    """
    # The draft of a correction hinders no new status.
    waits = UPDATES.filter(state__in=UNPUBLISHED, corrects__isnull=True).order_by()
    if not scope.reach.is_superuser:  # to whom every draft is the user's own
        waits = waits.filter(Q(state=UpdateState.SUBMITTED) | Q(pk__in=scope.begun.order_by().values("pk")))
    heirs = scope.lineage.heirs()
    # Item by item of one committee at a time, so that the database reads what waits once (a hashed subplan).
    parts = (
        Q(committee=one, item__in=waits.filter(committee__in={one, *heirs.get(one, ())}).values("item"))
        for one in sorted(scope.committees)
    )
    return reduce(or_, parts, Q(pk__in=()))


def promises(scope: QueueScope) -> StatusUpdateQuerySet:
    """The newest news of each item from the committees, where it names a day that is over or near for what comes next.

    As on the public pages: news that says nothing of it ends what earlier news said.
    """
    news = UPDATES.known(scope.today).uncorrected().filter(committee__in=scope.committees)
    news = news.filter(Q(kind__in=NEWS) | Q(kind=UpdateKind.CORRECTION) & ~Q(status=""))
    newer = news.filter(after_outer("on", "published_at", "pk"), item=OuterRef("item"))
    last_day = scope.today + timedelta(days=PROMISE_DAYS)
    newest: StatusUpdateQuerySet = news.filter(next_step_on__lte=last_day).exclude(next_step="").filter(~Exists(newer))
    return newest


def items_in(items: ItemQuerySet, queue: QueueName, scope: QueueScope) -> ItemQuerySet:
    """Of `items` those that stand in one of the queues of items."""
    return items.counted().filter(pk__in=_waiting(queue, scope))


def _waiting(queue: QueueName, scope: QueueScope) -> Any:
    """The items (ids) of a queue. A limit that is never reached: the database is to find these first, by committee."""
    return cells_in(queue, scope).order_by().values("item")[:NO_LIMIT]


@dataclass(frozen=True)
class WaitingItem:
    """An item of a queue, since when it waits, and what was promised; how many there are of it and its like."""

    pk: int
    since: date | None
    promise: str
    count: int
    initiative_count: int


def most_urgent(queue: QueueName, scope: QueueScope, most: int) -> list[WaitingItem]:
    """The `most` items of a queue that have waited longest; the others are counted, and not read (one query)."""
    waiting = _waiting(queue, scope)
    if queue == QueueName.PROMISED:
        promised = (
            promises(scope).filter(item__in=waiting, item__kind__in=sorted(COUNTED)).annotate(**_counts("item__kind"))
        )
        rows: Any = promised.order_by("next_step_on", "item__path", "pk")
        fields = ["item", "next_step_on", "next_step"]
    else:
        items = Item.objects.counted().with_state().filter(pk__in=waiting)
        rows = items.annotate(since=_waits_since(queue, scope), promise=Value("", CharField()), **_counts("kind"))
        rows, fields = rows.order_by("since", "path", "pk"), ["pk", "since", "promise"]
    return [WaitingItem(*row) for row in rows.values_list(*fields, "count", "initiative_count")[:most]]


def _counts(kind: str) -> dict[str, Any]:
    initiatives = Count("pk", filter=Q(**{kind: ItemKind.INITIATIVE}))
    return {"count": Window(Count("pk")), "initiative_count": Window(initiatives)}


def _waits_since(queue: QueueName, scope: QueueScope) -> Any:
    """Since which day an item waits."""
    if queue == QueueName.OVERDUE:
        return F("state_due_on")
    if queue in (QueueName.NO_STATUS, QueueName.NOBODY):
        owned = Ownership.objects.in_force(scope.today).filter(committee__in=scope.committees, item=OuterRef("pk"))
        return Subquery(owned.order_by("valid_from").values("valid_from")[:1])
    cells = CELLS.at(scope.today).owned().filter(STILL_OPEN, item=OuterRef("pk"))
    if queue == QueueName.STALE:
        heard = cells.filter(committee__in=scope.committees, fresh_on__isnull=False)
        return Subquery(heard.order_by("fresh_on").values("fresh_on")[:1])
    ended = cells.filter(committee__in=scope.ended).order_by("committee__valid_to")
    return Subquery(ended.values("committee__valid_to")[:1])


def declined_in(scope: QueueScope) -> AssignmentQuerySet:
    """What an editor has said »ikke min« of, and the user may give to somebody else."""
    approved: Collection[int] = scope.committees
    if not scope.reach.is_superuser:
        approved = scope.committees & scope.reach.committees(Role.APPROVER)
    open_cells = CELLS.at(scope.today).owned().filter(STILL_OPEN, committee__in=approved)
    declined = scope.narrowed(Assignment.objects.declined()).filter(committee__in=approved)
    declined = declined.filter(item__in=open_cells.order_by().values("item"))
    shown = declined.select_related("item__publication", "item__wording", "committee", "declined_by")
    found: AssignmentQuerySet = shown.order_by("since", "pk")
    return found


# --- Updates ----------------------------------------------------------------------------------------------------------


def updates_in(updates: StatusUpdateQuerySet, queue: QueueName, scope: QueueScope) -> StatusUpdateQuerySet:
    """Of `updates` those that stand in one of the queues of updates; no update stands in two."""
    user, reach = scope.user, scope.reach
    if queue == QueueName.RETURNED:
        return updates.returned_to(user, reach)
    if queue == QueueName.APPROVAL:
        return updates.awaiting_approval_of(reach)
    if queue == QueueName.DRAFTS:
        return updates.begun_by(user, reach)
    if queue == QueueName.SENT:
        only_editor = reach.committees(Role.EDITOR) - reach.committees(Role.APPROVER)
        return updates.awaiting_approval().filter(committee__in=set() if reach.is_superuser else only_editor)
    if queue == QueueName.READ_ONLY:
        return updates.read_only_for(reach)
    raise ValueError(queue)


def oldest_updates(scope: QueueScope, queues: Collection[QueueName], most: int) -> list[Any]:
    """The `most` updates of each queue that have waited longest, in one query.

    They are annotated `queue`, `count` (of that queue) and `is_blocked`; last stand those that are not the user's to
    move.
    """
    every = StatusUpdate.objects.all()
    parts = {name: Q(pk__in=updates_in(every, name, scope).order_by().values("pk")) for name in queues}
    queue = Case(*(When(part, then=Value(name.value)) for name, part in parts.items()), output_field=CharField())
    found = scope.narrowed(with_blocked(every, scope.user)).with_author_left(scope.lineage)
    mine = Q(committee__in=scope.committees)
    if scope.reach.is_superuser and len(scope.committees) == len(scope.every):
        mine |= Q(committee=None)  # about what nobody owns
    found = found.filter(mine)
    found = found.annotate(is_suggested=Exists(Event.objects.filter(update=OuterRef("pk"), act=Act.NEWS_SUGGESTED)))
    found = found.filter(state__in=UNPUBLISHED).annotate(queue=queue).filter(queue__isnull=False)
    moved = Case(When(queue=QueueName.APPROVAL, is_blocked=True, then=Value(1)), default=Value(0))
    order: list[Any] = [moved, Coalesce("submitted_at", "created_at"), F("pk")]
    found = found.annotate(
        count=Window(Count("pk"), partition_by=[F("queue")]),
        row=Window(RowNumber(), partition_by=[F("queue")], order_by=order),
    )
    shown = found.filter(row__lte=most).select_related("item__publication", "item__wording", "committee", "author")
    return list(shown.order_by("row", "pk"))


def with_blocked(updates: StatusUpdateQuerySet, user: User) -> StatusUpdateQuerySet:
    """Annotate `is_blocked`: `permissions.is_second_person` in SQL, the other way round.

    It looks back over `CORRECTIONS_BACK` rows; the act itself over all.
    """
    own = Q(author__isnull=True)
    for step in range(CORRECTIONS_BACK + 1):
        row = "__".join(["corrects"] * step)
        wrote = Event.objects.filter(update=OuterRef(row or "pk"), act=Act.DRAFT_SAVED, by=user)
        own |= Q(**{f"{row}__author" if row else "author": user}) | Q(Exists(wrote))
    blocked = Case(
        When(Q(status__in=sorted(DONE)) & own, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    return updates.annotate(is_blocked=blocked)


def newest_drafts(items: Collection[int], scope: QueueScope) -> dict[int, StatusUpdate]:
    """Item (id) -> the newest draft that the user may write in; a correction hinders no new status."""
    drafts = StatusUpdate.objects.editable_by(scope.user, scope.reach).filter(item__in=items, corrects__isnull=True)
    return {draft.item_id: draft for draft in drafts.select_related("author").order_by("created_at", "pk")}
