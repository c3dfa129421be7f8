"""«Mit arbejde»: what waits for the user, the most urgent first.

What each queue holds is said in `queues`, for this page and for the lists that it leads to. Only the rows that are
shown are read; the rest is counted by the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from recommendations import permissions, tenancy
from recommendations.admin.base import reach_of
from recommendations.admin.filters import OwnerFilter, WorkFilter
from recommendations.admin.queues import (
    OF_ITEMS,
    OF_UPDATES,
    QueueName,
    QueueScope,
    by_urgency,
    cells_in,
    items_in,
    newest_drafts,
    updates_in,
    with_blocked,
)
from recommendations.admin.reports import annexes
from recommendations.enums import WRITERS, ItemKind, Role, UpdateState
from recommendations.lifecycle import is_closed
from recommendations.models import (
    Committee,
    ErrorReport,
    Initiative,
    Item,
    Lineage,
    Reach,
    Recommendation,
    Standing,
    StatusUpdate,
)

SHOWN = 20  # rows of a queue; the rest stand in the list it links to


@dataclass(frozen=True)
class QueueStep:
    """Something the user can do with a row."""

    text: str
    url: str
    is_first: bool = False


@dataclass(frozen=True)
class QueueRow:
    """An item in a queue, or an update or a report of an error about one. Such a report can be about no item.

    `cell` is how the item stands for the user's own committee.
    """

    item: Item | None
    steps: list[QueueStep]
    committees: list[str]  # named only where the user deals with several
    cell: Standing | None = None
    update: StatusUpdate | None = None
    note: str = ""  # what stands in the way
    days_late: int = 0
    days_silent: int = 0
    owned_since: date | None = None
    ended: list[Committee] = field(default_factory=list)
    report: ErrorReport | None = None


@dataclass(frozen=True)
class WorkQueue:
    """`by_committee`: name, count and address of each committee's part, for who sees them all."""

    name: QueueName
    heading: str
    nothing: str  # what is said when it is empty
    rows: list[QueueRow]
    count: int
    lists: list[tuple[str, str]]  # where all of it can be seen: text and address
    by_committee: list[tuple[str, int, str]]


def first_page(request: HttpRequest) -> HttpResponse:
    """`/admin/`: Django's list of tables, and above it what waits for the user."""
    return admin.site.index(request, _what_waits(request))


def _what_waits(request: HttpRequest) -> dict[str, Any]:
    reach = reach_of(request)
    if not (reach.is_superuser or reach.acting):
        administrators = get_user_model().objects.filter(is_superuser=True, is_active=True).order_by("username")
        return {"has_role": False, "administrators": administrators}
    work = Work(request.user, reach, only=request.GET.get(OwnerFilter.parameter_name, ""))  # type: ignore[arg-type]
    queues = work.queues()
    return {
        "title": _("Mit arbejde"),
        "has_role": True,
        "only_committee": work.only,
        "full_queues": [queue for queue in queues if queue.count],
        "empty_queues": [queue for queue in queues if not queue.count],
        "annexes": annexes(reach),
        "can_write": reach.is_superuser or bool(reach.committees(*WRITERS)),
    }


class Work:
    """One user's queues. However much they hold, it is one query more for each that holds more than is shown."""

    def __init__(self, user: User, reach: Reach, *, only: str = ""):
        self.user, self.reach, self.today = user, reach, timezone.localdate()
        self.committees = {one.pk: one for one in Committee.objects.order_by("sort_name", "code")}
        self.lineage = Lineage.load(on=self.today)
        self.only: Committee | None = None
        committees = set(self.committees) if reach.is_superuser else reach.committees()
        if reach.is_superuser and only:
            self.only = next((one for one in self.committees.values() if one.code == only), None)
            if self.only is None:
                raise Http404
            committees = self.lineage.with_predecessors(self.only.pk)
        self.scope = QueueScope(frozenset(committees), self.today)
        # What is shown of each queue, read before any row is made: so the rest is asked once for all.
        self.names = self._names_of_queues()
        self.shown = {name: self._read(name) for name in self.names}

    def _names_of_queues(self) -> list[QueueName]:
        """The queues that the user's roles lead to, the most urgent first."""
        is_super = self.reach.is_superuser
        writes = is_super or bool(self.reach.committees(*WRITERS))
        has = {
            QueueName.RETURNED: writes,
            QueueName.APPROVAL: is_super or bool(self.reach.committees(Role.APPROVER)),
            QueueName.ERRORS: writes,
            QueueName.DRAFTS: writes,
            QueueName.READ_ONLY: bool(self.reach.committees(Role.SECRETARY) - self.reach.committees(*WRITERS)),
        }
        return [name for name in QueueName if has.get(name, True)]

    def queues(self) -> list[WorkQueue]:
        return [self._queue(name) for name in self.names]

    # --- what is read -------------------------------------------------------------------------------------------------

    def _all_of(self, name: QueueName) -> QuerySet[Any]:
        """Everything in the queue, not yet read."""
        if name in OF_ITEMS:
            return items_in(Item.objects.all(), name, self.scope)
        if name in OF_UPDATES:
            updates = updates_in(StatusUpdate.objects.all(), name, self.user, self.reach)
            return updates.filter(committee__in=self.scope.committees)
        reports = ErrorReport.objects.to_be_handled_by(self.reach)
        found: QuerySet[Any] = reports.owned_by(self.scope.committees) if self.only else reports
        return found

    def _read(self, name: QueueName) -> list[Any]:
        """The rows that are shown, the longest waiting first; last those that are not the user's to move."""
        rows: Any = self._all_of(name)
        if name in OF_ITEMS:
            rows = by_urgency(rows.with_state().with_words().select_related("publication"), name, self.scope)
            return list(rows[:SHOWN])
        rows = rows.select_related("item__publication", "item__wording")
        if name == QueueName.ERRORS:
            return list(rows.order_by("sent_at", "pk")[:SHOWN])
        rows = with_blocked(rows, self.user).select_related("committee", "author")
        order = ["is_blocked", "submitted_at"] if name == QueueName.APPROVAL else ["created_at"]
        return list(rows.order_by(*order, "pk")[:SHOWN])

    @cached_property
    def items(self) -> list[Item]:
        return [item for name in self.names if name in OF_ITEMS for item in self.shown[name]]

    @cached_property
    def cells(self) -> dict[int, list[Standing]]:
        """Item (id) -> how it stands for each of its owners."""
        found: dict[int, list[Standing]] = {item.pk: [] for item in self.items}
        for cell in Standing.objects.at(self.today).owned().filter(item__in=list(found)).order_by("on_from", "pk"):
            found[cell.item_id].append(cell)
        return found

    @cached_property
    def rights(self) -> permissions.ActingRights:
        return permissions.ActingRights(self.user, self.items, reach=self.reach)

    @cached_property
    def drafts(self) -> dict[int, StatusUpdate]:
        return newest_drafts([item.pk for item in self.items], self.user, self.reach)

    # --- queues -------------------------------------------------------------------------------------------------------

    def _queue(self, name: QueueName) -> WorkQueue:
        heading, nothing = self._words(name)
        make: Callable[[Any], QueueRow] = self._update_row
        if name in OF_ITEMS:
            make = self._ended_row if name == QueueName.ENDED else lambda item: self._item_row(name, item)
        elif name == QueueName.ERRORS:
            make = self._report_row
        rows, counts = [make(row) for row in self.shown[name]], self._counts(name)
        count = sum(counts.values())
        return WorkQueue(
            name, heading, nothing, rows, count, self._lists(name, counts), self._by_committee(name) if count else []
        )

    def _words(self, name: QueueName) -> tuple[str, str]:
        """The heading, and what is said instead when there is nothing."""
        is_super = self.reach.is_superuser
        silence = {"days": tenancy.current().stale_after_days}
        return {
            QueueName.RETURNED: (
                (_("Sendt retur"), _("Intet er sendt retur"))
                if is_super
                else (_("Sendt retur til dig"), _("Intet er sendt retur til dig"))
            ),
            QueueName.APPROVAL: (
                (_("Venter på godkendelse"), _("Intet venter på godkendelse"))
                if is_super
                else (_("Venter på din godkendelse"), _("Intet venter på din godkendelse"))
            ),
            QueueName.OVERDUE: (_("Forsinket"), _("Intet er forsinket")),
            QueueName.STALE: (
                _("Ikke opdateret i %(days)s dage") % silence,
                _("Alt, der har en status, er opdateret inden for %(days)s dage") % silence,
            ),
            QueueName.NO_STATUS: (_("Ingen status registreret"), _("Alt har en status")),
            QueueName.ERRORS: (_("Fejlmeldinger"), _("Ingen har meldt en fejl")),
            QueueName.DRAFTS: (
                (_("Kladder"), _("Der er ingen kladder"))
                if is_super
                else (_("Dine kladder"), _("Du har ingen kladder"))
            ),
            QueueName.READ_ONLY: (_("Udvalgets kladder"), _("Udvalget har ingen kladder")),
            QueueName.ENDED: (
                _("Udvalget er ophørt uden efterfølger"),
                _("Intet tilhører et ophørt udvalg uden efterfølger"),
            ),
        }[name]

    def _counts(self, name: QueueName) -> dict[type[Any], int]:
        """How many rows of each table a queue holds: each has a list of its own. What was read whole is not asked."""
        rows, shown = self._all_of(name), self.shown[name]
        if len(shown) < SHOWN and name in OF_ITEMS:
            initiatives = sum(item.is_initiative for item in shown)
            return {Recommendation: len(shown) - initiatives, Initiative: initiatives}
        if len(shown) < SHOWN:
            return {ErrorReport if name == QueueName.ERRORS else StatusUpdate: len(shown)}
        if name not in OF_ITEMS:
            return {ErrorReport if name == QueueName.ERRORS else StatusUpdate: rows.count()}
        counts = rows.aggregate(all=Count("pk"), initiatives=Count("pk", filter=Q(kind=ItemKind.INITIATIVE)))
        return {Recommendation: counts["all"] - counts["initiatives"], Initiative: counts["initiatives"]}

    def _lists(self, name: QueueName, counts: dict[type[Any], int]) -> list[tuple[str, str]]:
        """The lists where all of a queue stands, filtered alike; several rows can be dealt with at once there."""
        lists = []
        for model, count in counts.items():
            if not count:
                continue
            if model is ErrorReport:
                choice = {"behandlet": "venter"} | ({"udvalg": self.only.code} if self.only else {})
            elif model is StatusUpdate:
                choice = {WorkFilter.parameter_name: name.value}
                choice |= {"committee__id__in": _joined(self.scope.committees)} if self.only else {}
            else:
                choice = {"udvalg": self.only.code if self.only else OwnerFilter.MINE, "kraever": name.value}
            meta = model._meta
            words = meta.verbose_name if count == 1 else meta.verbose_name_plural
            address = reverse(f"admin:recommendations_{meta.model_name}_changelist")
            lists.append((f"{count} {words}", f"{address}?{urlencode(choice)}"))
        return lists

    def _by_committee(self, name: QueueName) -> list[tuple[str, int, str]]:
        """How a queue spreads over the committees of today, for who sees them all."""
        if not self.reach.is_superuser or self.only or name == QueueName.ERRORS:
            return []
        if name in OF_ITEMS:
            rows: Any = cells_in(name, self.scope)
            whole = "item"
        else:
            rows, whole = self._all_of(name), "pk"
        spread = rows.order_by().values_list("committee").annotate(rows=Count(whole, distinct=True))
        owners = dict(spread)
        parts = {heir: self.lineage.with_predecessors(heir) & owners.keys() for heir in self._today(owners)}
        counts = {heir: sum(owners[one] for one in part) for heir, part in parts.items()}
        # What two of them own together counts once for who took over from both.
        several = {f"c{heir}": part for heir, part in parts.items() if len(part) > 1}
        if several:
            asked = {key: Count(whole, distinct=True, filter=Q(committee__in=part)) for key, part in several.items()}
            counts |= {int(key[1:]): count for key, count in rows.order_by().aggregate(**asked).items()}
        return [
            (one.name, counts[pk], f"?{urlencode({'udvalg': one.code})}#{name.value}")
            for pk, one in self.committees.items()
            if counts.get(pk)
        ]

    def _today(self, owners: Iterable[int]) -> set[int]:
        """The committees of today that answer for what `owners` own: themselves where nobody took over."""
        existing = {pk for pk, committee in self.committees.items() if committee.exists_on(self.today)}
        return set().union(*(self.lineage.with_successors(pk) & existing or {pk} for pk in owners))

    def _names(self, owners: Iterable[int]) -> list[str]:
        """The names of the committees of today, in Danish order, where the user deals with several."""
        several = self.reach.is_superuser or len(set().union(*self.reach.acting.values())) > 1
        today = self._today(owners) if several and not self.only else set()
        return [committee.name for pk, committee in self.committees.items() if pk in today]

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _item_row(self, queue: QueueName, item: Any) -> QueueRow:
        cells = self.cells[item.pk]
        cell = _most_urgent(queue, [one for one in cells if one.committee_id in self.scope.committees])
        steps = []
        if self.rights.committees(item, *WRITERS):
            steps.append(self._first_step(item))
            if cell and cell.status:
                steps.append(QueueStep(_("Bekræft: stadig korrekt"), item_url(item, "confirm")))
        late = item.state_due_on and item.state_due_on < self.today
        return QueueRow(
            item,
            [*steps, QueueStep(_("Åbn"), item_url(item, "change"))],
            self._names(_owners(cells)),
            cell,
            days_late=(self.today - item.state_due_on).days if late else 0,
            days_silent=(self.today - cell.fresh_on).days if cell and cell.fresh_on else 0,
            owned_since=item.waits_since if queue == QueueName.NO_STATUS else None,
        )

    def _first_step(self, item: Item) -> QueueStep:
        draft = self.drafts.get(item.pk)
        if draft is None:
            return QueueStep(_("Giv status"), item_url(item, "status"), is_first=True)
        if draft.state == UpdateState.DRAFT:
            return QueueStep(_("Skriv videre på kladden"), update_url(draft), is_first=True)
        return QueueStep(_("Se det, der venter på godkendelse"), update_url(draft), is_first=True)

    def _ended_row(self, item: Item) -> QueueRow:
        owners = _owners(self.cells[item.pk])
        ended = [committee for pk, committee in self.committees.items() if pk in self.scope.ended & owners]
        steps = [QueueStep(_("Åbn"), item_url(item, "change"))]
        note = ""
        if permissions.can_administer(self.user):
            hand_over = reverse("admin:recommendations_committee_hand_over", args=[ended[0].pk])
            steps.insert(0, QueueStep(_("Registrer, hvem der har overtaget"), hand_over, is_first=True))
        else:
            note = _("Bed en administrator registrere, hvem der har overtaget.")
        return QueueRow(item, steps, self._names(owners), ended=ended, note=note)

    def _update_row(self, update: Any) -> QueueRow:
        note = ""
        if update.state == UpdateState.SUBMITTED and update.is_blocked:
            step = QueueStep(_("Se opdateringen"), update_url(update))
            note = _("Du har selv skrevet i den. En anden godkender skal udgive den.")
        elif update.state == UpdateState.SUBMITTED and self._approves(update):
            step = QueueStep(_("Godkend"), update_url(update), is_first=True)
        elif self.reach.is_superuser or update.committee_id in self.reach.committees(*WRITERS):
            step = QueueStep(_("Skriv videre på kladden"), update_url(update), is_first=True)
        else:
            step = QueueStep(_("Læs kladden"), update_url(update))
        steps = [step, QueueStep(_("Åbn"), item_url(update.item, "change"))]
        return QueueRow(update.item, steps, self._names([update.committee_id]), update=update, note=note)

    def _approves(self, update: StatusUpdate) -> bool:
        """`permissions.can_approve` by the reach that was read once."""
        return self.reach.is_superuser or update.committee_id in self.reach.committees(Role.APPROVER)

    def _report_row(self, report: ErrorReport) -> QueueRow:
        address = reverse("admin:recommendations_errorreport_change", args=[report.pk])
        return QueueRow(report.item, [QueueStep(_("Læs meldingen"), address, is_first=True)], [], report=report)


def _most_urgent(queue: QueueName, cells: Sequence[Standing]) -> Standing | None:
    """Of the user's own cells of one item the one that brought it into the queue."""
    if queue == QueueName.NO_STATUS:
        found = [cell for cell in cells if not cell.status]
    else:
        found = [cell for cell in cells if not is_closed(cell.status)]
    return min(found, key=lambda cell: cell.fresh_on or date.max, default=None)


def item_url(item: Item, page: str = "change") -> str:
    """The address of a page about an item, in the table where it stands."""
    return reverse(f"admin:recommendations_{item.route}_{page}", args=[item.pk])


def update_url(update: StatusUpdate, page: str = "change") -> str:
    return reverse(f"admin:recommendations_statusupdate_{page}", args=[update.pk])


def _owners(cells: Iterable[Standing]) -> set[int]:
    return {cell.committee_id for cell in cells if cell.committee_id}


def _joined(keys: Iterable[int]) -> str:
    return ",".join(str(key) for key in sorted(keys))
