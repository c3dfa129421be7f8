"""What the background has to do, and why it failed: for administrators, to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from recommendations import permissions
from recommendations.admin.base import TrackerAdmin, actor
from recommendations.models import Job


@admin.register(Job)
class JobAdmin(TrackerAdmin):
    list_display = ["made_at", "kind", "tries", "run_after", "done_at", "error"]
    list_filter = ["kind", ("done_at", admin.EmptyFieldListFilter)]
    ordering = ["-made_at", "-pk"]
    fields = ["kind", "arguments", "made_at", "run_after", "tries", "taken_at", "done_at", "error"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and permissions.can_administer(actor(request))
