"""Reports of errors from the public, and the action that handles one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import handle_error_report
from recommendations.admin.base import TrackerAdmin, action_page, actor, reach_of, require
from recommendations.admin.filters import MineFilter, OwnerFilter, SourceFilter
from recommendations.forms import HandledForm
from recommendations.models import ErrorReport
from recommendations.writing.posted import posted, request_key


class OpenFilter(admin.SimpleListFilter):
    """Those that wait, and those that are done with."""

    title = gettext_lazy("behandlet")
    parameter_name = "behandlet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [("venter", _("Venter på mig")), ("nej", _("Nej")), ("ja", _("Ja"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "venter":
            return queryset.to_be_handled_by(reach_of(request))
        if self.value() == "nej":
            return queryset.open()
        return queryset.exclude(handled_at=None) if self.value() == "ja" else queryset


@admin.register(ErrorReport)
class ErrorReportAdmin(TrackerAdmin):
    """Those about what the user's committees own; the rest are not there. Administrators see all."""

    list_display = ["summary", "about", "where", "sent_at", "handled_at", "handled_by"]
    list_filter = [OpenFilter, SourceFilter, OwnerFilter, MineFilter]
    search_fields = ["text", "where", "note"]
    date_hierarchy = "sent_at"
    readonly_fields = ("text", "where", "item", "email", "sent_at", "handled_at", "handled_by", "note")
    fields = readonly_fields
    change_form_template = "admin/recommendations/errorreport/change_form.html"

    @admin.display(description=gettext_lazy("hvad der er forkert"))
    def summary(self, report: ErrorReport) -> str:
        return " ".join(report.text.split())[:80]

    @admin.display(description=gettext_lazy("om"))
    def about(self, report: ErrorReport) -> str:
        return str(report.item or "–")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErrorReport]:
        rows: Any = super().get_queryset(request)
        visible = rows.visible_to(request.user, reach_of(request))
        return visible.select_related("item__publication", "item__wording", "handled_by")

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"behandl": ("handle", self.handle_view)}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        report = self.row_or_404(request, object_id)
        extra = {
            "can_handle": report.handled_at is None and permissions.can_handle_report(request.user, report),
            "item_address": report.item.get_absolute_url() if report.item else "",
        }
        response: HttpResponse = super().change_view(request, object_id, form_url, extra | (extra_context or {}))
        return response

    def handle_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self.row_or_404(request, pk)
        require(
            permissions.can_handle_report(request.user, report),
            _("Kun redaktører og godkendere i et udvalg, der ejer sagen, kan behandle meldingen."),
        )
        return action_page(
            request,
            title=_("Markér fejlmeldingen som behandlet"),
            form=HandledForm(posted(request)),
            perform=lambda data: handle_error_report(
                by=actor(request), report=report, request_key=request_key(request), **data
            ),
            done=_("Fejlmeldingen er behandlet. Afsenderens mailadresse er slettet."),
            back=reverse("admin:recommendations_errorreport_change", args=[report.pk]),
            then=reverse("admin:index"),
            button=_("Markér som behandlet"),
            stands=[report.text],
            explanation=_(
                "Ret først fejlen, hvis der er en. Skal afsenderen have svar, så svar først: adressen bliver slettet."
            ),
        )
