"""Reports of errors from the public, and the action that handles one."""

from __future__ import annotations

from django.contrib import admin
from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import handle_error_report
from recommendations.admin.base import TrackerAdmin, action_page, reach_of, require
from recommendations.admin.filters import OwnerFilter
from recommendations.forms import HandledForm
from recommendations.models import ErrorReport


class OpenFilter(admin.SimpleListFilter):
    """Those that wait, and those that are done with."""

    title = gettext_lazy("behandlet")
    parameter_name = "behandlet"

    def lookups(self, request, model_admin):
        return [("venter", _("Venter på mig")), ("nej", _("Nej")), ("ja", _("Ja"))]

    def queryset(self, request, queryset):
        match self.value():
            case "venter":
                return queryset.to_be_handled_by(reach_of(request))
            case "nej":
                return queryset.open()
            case "ja":
                return queryset.exclude(handled_at=None)
        return queryset


@admin.register(ErrorReport)
class ErrorReportAdmin(TrackerAdmin):
    """Those about what the user's committees own; the rest are not there. Administrators see all."""

    list_display = ["summary", "item", "where", "sent_at", "handled_at", "handled_by"]
    list_filter = [OpenFilter, OwnerFilter]
    list_select_related = ["recommendation", "initiative", "handled_by"]
    search_fields = ["text", "where", "note"]
    date_hierarchy = "sent_at"
    fields = ["text", "where", "item", "email", "sent_at", "handled_at", "handled_by", "note"]
    readonly_fields = fields
    change_form_template = "admin/recommendations/errorreport/change_form.html"

    @admin.display(description=gettext_lazy("hvad der er forkert"))
    def summary(self, report):
        return " ".join(report.text.split())[:80]

    @admin.display(description=gettext_lazy("om"))
    def item(self, report):
        return report.item or "–"

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user, reach_of(request))

    def get_urls(self):
        view = self.admin_site.admin_view(self.handle_view)
        return [path("<int:pk>/behandl/", view, name="recommendations_errorreport_handle"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        report = self.get_object(request, object_id)
        if report is None:
            raise Http404
        extra = {
            "can_handle": report.handled_at is None and permissions.can_handle_report(request.user, report),
            "item_address": report.item.get_absolute_url() if report.item else "",
        }
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def handle_view(self, request, pk):
        report = self.get_object(request, str(pk))
        if report is None:
            raise Http404
        require(
            permissions.can_handle_report(request.user, report),
            _("Kun redaktører og godkendere i et udvalg, der ejer sagen, kan behandle meldingen."),
        )
        return action_page(
            request,
            title=_("Markér fejlmeldingen som behandlet"),
            form=HandledForm(request.POST or None),
            perform=lambda data: handle_error_report(by=request.user, report=report, **data),
            done=_("Fejlmeldingen er behandlet. Afsenderens mailadresse er slettet."),
            back=reverse("admin:recommendations_errorreport_change", args=[report.pk]),
            then=reverse("admin:index"),
            button=_("Markér som behandlet"),
            stands=[report.text],
            explanation=_(
                "Ret først fejlen, hvis der er en. Skal afsenderen have svar, så svar først: adressen bliver slettet."
            ),
        )
