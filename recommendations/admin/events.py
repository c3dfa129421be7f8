"""What happened, as a table. In words it stands in the log and in each row's history."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from recommendations.admin.base import TrackerAdmin, reach_of
from recommendations.admin.kept import CountedOnce
from recommendations.models import Event


@admin.register(Event)
class EventAdmin(TrackerAdmin):
    list_display = ["at", "act", "item", "committee", "by"]
    list_display_links = ["at", "act"]
    list_filter = ["act", "nature", "committee"]
    list_select_related = ["item__wording", "publication", "committee", "by"]
    search_fields = ["item__number", "item__wording__title", "by__username"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    paginator = CountedOnce
    fields = ["at", "act", "nature", "on", "publication", "item", "committee", "by", "before", "after", "digest"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user, reach_of(request))
