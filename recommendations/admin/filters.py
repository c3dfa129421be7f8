"""Filters of the admin's lists."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations import tenancy
from recommendations.admin.base import actor, reach_of
from recommendations.admin.queues import OF_ITEMS, OF_UPDATES, QueueName, QueueScope, items_in, updates_in
from recommendations.enums import NO_STATUS, Status
from recommendations.models import Committee, Lineage

NOTHING = "ingen"


class OwnerFilter(admin.SimpleListFilter):
    """Items that a committee owns today, with those of the committees that ended and that it took over from."""

    MINE = "mine"  # no committee's code: those are abbreviations in capitals

    title = _("ejerudvalg")
    parameter_name = "udvalg"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        committees = Committee.objects.existing(timezone.localdate()).order_by("sort_name", "code")
        mine = _("Alle, som et udvalg ejer") if reach_of(request).is_superuser else _("Mine udvalg")
        return [(self.MINE, mine), *((committee.code, committee.name) for committee in committees)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
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
        if committees is None and queue == QueueName.ENDED:
            committees = set(Committee.objects.order_by("pk").values_list("pk", flat=True))
        if committees is not None:
            return items_in(queryset, queue, QueueScope.of(committees))
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
    """The updates that stand in the user's own queues on «Mit arbejde»."""

    title = _("mit arbejde")
    parameter_name = "arbejde"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [(queue.value, queue.label) for queue in OF_UPDATES]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in OF_UPDATES:
            return queryset
        return updates_in(queryset, QueueName(self.value() or ""), actor(request), reach_of(request))
