"""Filters of the admin's lists."""

from django.conf import settings
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models import Committee, Lineage


class OwnerFilter(admin.SimpleListFilter):
    """Items that a committee owns today, with those of the committees it took over from."""

    title = _("ejerudvalg")
    parameter_name = "udvalg"

    def lookups(self, request, model_admin):
        committees = Committee.objects.existing(timezone.localdate())
        return [(committee.code, committee.name) for committee in committees]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
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
        ]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "forsinket":
                return queryset.overdue(today)
            case "ikke_opdateret":
                return queryset.stale(today, settings.STALE_AFTER_DAYS)
            case "ingen_status":
                return queryset.never_reported()
        return queryset
