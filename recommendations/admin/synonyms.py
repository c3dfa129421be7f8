"""The list of everyday words that also find the sources' own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from recommendations.actions import remove_synonym, save_synonym
from recommendations.admin.base import SuperuserAdmin, actor
from recommendations.models import Synonym
from recommendations.writing.posted import request_key


@admin.register(Synonym)
class SynonymAdmin(SuperuserAdmin):
    new = gettext_lazy("Nyt ord til søgning")
    list_display = ["everyday", "in_the_sources"]
    search_fields = ["everyday", "official"]

    @admin.display(description=gettext_lazy("kildernes ord"))
    def in_the_sources(self, synonym: Synonym) -> str:
        return ", ".join(synonym.official.splitlines())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def carry_out(self, request: HttpRequest, obj: Synonym, form: Any, change: bool) -> Synonym:
        return save_synonym(
            by=actor(request),
            everyday=obj.everyday,
            official=obj.official,
            synonym=obj if change else None,
            request_key=request_key(request),
        )

    def delete_model(self, request: HttpRequest, obj: Synonym) -> None:
        remove_synonym(by=actor(request), synonym=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Synonym]) -> None:
        for synonym in queryset.order_by("everyday"):
            self.delete_model(request, synonym)
