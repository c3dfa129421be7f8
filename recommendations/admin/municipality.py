"""What the municipality says of itself."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from recommendations import tenancy
from recommendations.actions import change_municipality
from recommendations.admin.base import SuperuserAdmin, actor
from recommendations.forms import MunicipalityForm
from recommendations.models import Municipality
from recommendations.writing.posted import request_key


@admin.register(Municipality)
class MunicipalityAdmin(SuperuserAdmin):
    """The one whose pages these are; the others of the installation are not there."""

    form = MunicipalityForm
    list_display = ["name", "sender", "email", "stale_after_days"]
    readonly_fields = ["slug"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Municipality]:
        found: QuerySet[Municipality] = super().get_queryset(request)
        return found.filter(pk=tenancy.current().pk)

    def carry_out(self, request: HttpRequest, obj: Municipality, form: Any, change: bool) -> Municipality:
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        return change_municipality(by=actor(request), request_key=request_key(request), **changed)
