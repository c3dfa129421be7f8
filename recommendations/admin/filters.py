"""Filters of the admin's lists."""

from django.conf import settings
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.admin.base import reach_of
from recommendations.models import Committee, Lineage


class OwnerFilter(admin.SimpleListFilter):
    """Items that a committee owns today, with those of the committees it took over from."""

    MINE = "mine"  # no committee's code: those are abbreviations in capitals

    title = _("ejerudvalg")
    parameter_name = "udvalg"

    def lookups(self, request, model_admin):
        committees = Committee.objects.existing(timezone.localdate())
        mine = _("Alle, som et udvalg ejer") if request.user.is_superuser else _("Mine udvalg")
        return [(self.MINE, mine), *((committee.code, committee.name) for committee in committees)]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        if self.value() == self.MINE:
            mine = Committee.objects.values("pk") if request.user.is_superuser else reach_of(request).committees()
            return queryset.owned_by(mine)
        committee = Committee.objects.filter(code=self.value()).first()
        if committee is None:
            return queryset.none()
        return queryset.owned_by(Lineage.load(on=timezone.localdate()).with_predecessors(committee.pk))


class AttentionFilter(admin.SimpleListFilter):
    """What somebody ought to look at."""

    title = _("kræver opmærksomhed")
    parameter_name = "kraever"

    def lookups(self, request, model_admin):
        return [
            ("forsinket", _("Forsinket")),
            ("ikke_opdateret", _("Ikke opdateret")),
            ("ingen_status", _("Ingen status registreret")),
            ("ophoert", _("Udvalget er ophørt uden efterfølger")),
        ]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "forsinket":
                return queryset.countable().overdue(today)
            case "ikke_opdateret":
                return queryset.countable().stale(today, settings.STALE_AFTER_DAYS)
            case "ingen_status":
                return queryset.countable().never_reported()
            case "ophoert":
                ended = Lineage.load(on=today).without_heir(Committee.objects.all(), today)
                return queryset.countable().open().owned_by(ended)
        return queryset


class WorkFilter(admin.SimpleListFilter):
    """The updates that stand in the user's own queues on «Mit arbejde»."""

    title = _("mit arbejde")
    parameter_name = "arbejde"

    def lookups(self, request, model_admin):
        return [
            ("retur", _("Sendt retur")),
            ("godkendelse", _("Venter på godkendelse")),
            ("kladder", _("Kladder")),
            ("laes", _("Kladder, jeg kan læse")),
        ]

    def queryset(self, request, queryset):
        return work_updates(queryset, self.value(), request.user, reach_of(request))


def work_updates(updates, queue, user, reach):
    """Of `updates` those in one of the queues above."""
    match queue:
        case "retur":
            return updates.returned_to(user, reach)
        case "godkendelse":
            return updates.awaiting_approval_of(reach)
        case "kladder":
            return updates.begun_by(user, reach)
        case "laes":
            return updates.read_only_for(reach)
    return updates
