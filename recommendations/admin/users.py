"""Logins of staff. What they may do follows from their roles in committees, not from Django's own permissions.

A login is no row of the domain: it is Django's own form that saves it, and Django's own log that keeps who did.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from recommendations import permissions
from recommendations.models import CommitteeMembership

User = get_user_model()
admin.site.unregister(Group)
admin.site.unregister(User)


class MembershipInline(admin.StackedInline):  # type: ignore[type-arg]
    """The person's roles, read only: they are given and ended in their own table."""

    model = CommitteeMembership
    extra = 0
    can_delete = False
    show_change_link = True
    readonly_fields = ("committee", "role", "valid_from", "valid_to")
    fields = readonly_fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class StaffAdmin(UserAdmin):  # type: ignore[type-arg]
    """Those of the municipality; whoever works for another one only is not there."""

    list_display = ["username", "first_name", "last_name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser", "committee_memberships__committee"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Adgang"), {"fields": ["is_active", "is_staff", "is_superuser", "last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ()
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of the municipality; who has been given a role nowhere yet is everybody's to give one."""
        return permissions.staff()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # made inactive instead: what somebody wrote keeps its author
