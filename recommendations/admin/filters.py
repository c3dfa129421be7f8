"""Filters of the admin's lists."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations import tenancy
from recommendations.admin.base import actor, reach_of
from recommendations.admin.queues import OF_ITEMS, OF_UPDATES, QueueName, QueueScope, about_mine, items_in, updates_in
from recommendations.enums import NO_STATUS, Status
from recommendations.models import Committee, Item, Lineage, Publication

NOTHING = "ingen"


class OwnerFilter(admin.SimpleListFilter):
    """Items that a committee owns today, with those of the committees that ended and that it took over from."""

    MINE, NOBODY = "mine", NOTHING  # no committee's code: those are abbreviations in capitals

    title = _("ejerudvalg")
    parameter_name = "udvalg"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        committees = Committee.objects.existing(timezone.localdate()).order_by("sort_name", "code")
        mine = _("Alle, som et udvalg ejer") if reach_of(request).is_superuser else _("Mine udvalg")
        names = ((committee.code, committee.name) for committee in committees)
        owed = [(self.NOBODY, _("Ingen, men der ventes svar"))] if issubclass(model_admin.model, Item) else []
        return [(self.MINE, mine), *names, *owed]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == self.NOBODY and issubclass(queryset.model, Item):
            return queryset.owed_by_nobody()
        committees = owners_asked(request)
        return queryset if committees is None else queryset.owned_by(committees)


def owners_asked(request: HttpRequest) -> set[int] | None:
    """The committees (ids) whose items a list is narrowed to; none where it is not."""
    code = request.GET.get(OwnerFilter.parameter_name)
    if not code:
        return None
    if code == OwnerFilter.MINE:
        reach = reach_of(request)
        everybody = Committee.objects.order_by("pk").values_list("pk", flat=True)
        return set(everybody) if reach.is_superuser else reach.committees()
    committee = Committee.objects.filter(code=code).order_by("pk").first()
    return Lineage.load(on=timezone.localdate()).with_predecessors(committee.pk) if committee else set()


class AttentionFilter(admin.SimpleListFilter):
    """What somebody ought to look at: of the committees that are asked for, else of the items as wholes."""

    title = _("kræver opmærksomhed")
    parameter_name = "kraever"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(queue.value, queue.label) for queue in OF_ITEMS]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in OF_ITEMS:
            return queryset
        queue = QueueName(self.value() or "")
        committees, today = owners_asked(request), timezone.localdate()
        if committees is None and queue in (QueueName.ENDED, QueueName.NOBODY, QueueName.PROMISED):
            committees = set(Committee.objects.order_by("pk").values_list("pk", flat=True))
        if committees is not None:
            return items_in(queryset, queue, QueueScope.of(actor(request), reach_of(request), committees))
        if queue == QueueName.OVERDUE:
            return queryset.counted().overdue(today)
        if queue == QueueName.STALE:
            return queryset.counted().stale(today, tenancy.current().stale_after_days)
        return queryset.counted().never_reported()


class StatusFilter(admin.SimpleListFilter):
    """How items stand as wholes, in the order of the life cycle."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [*Status.choices, (NOTHING, NO_STATUS)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(state_status="" if self.value() == NOTHING else self.value())


class WorkFilter(admin.SimpleListFilter):
    """The updates that stand in the user's own queues on »Mit arbejde«."""

    title = _("mit arbejde")
    parameter_name = "arbejde"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(queue.value, queue.label) for queue in OF_UPDATES]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in OF_UPDATES:
            return queryset
        scope = QueueScope.of(actor(request), reach_of(request), ())
        return updates_in(queryset, QueueName(self.value() or ""), scope)


class SourceFilter(admin.SimpleListFilter):
    """Items of one source, or rows about them; sources are asked for by the word in their address."""

    title = _("kilde")
    parameter_name = "kilde"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return list(Publication.objects.order_by("position", "slug").values_list("slug", "title"))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(**{f"{_to_item(queryset)}publication__slug": self.value()})


class MineFilter(admin.SimpleListFilter):
    """What the user has begun, or wrote the status of that stands."""

    YES = "1"

    title = _("hvem der skriver")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(self.YES, _("Det, jeg har skrevet"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() != self.YES:
            return queryset
        return queryset.filter(about_mine(actor(request), _to_item(queryset).removesuffix("__") or "pk"))


def _to_item(rows: Any) -> str:
    """How a query about rows is led to their item: the beginning of its field's name."""
    return "" if issubclass(rows.model, Item) else "item__"
