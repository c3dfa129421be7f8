"""Logins of staff. What they may do follows from their roles in committees, not from Django's own permissions."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from recommendations.admin.base import SuperuserInline
from recommendations.models import CommitteeMembership

User = get_user_model()
admin.site.unregister(Group)
admin.site.unregister(User)


class MembershipInline(SuperuserInline):
    model = CommitteeMembership
    autocomplete_fields = ["committee"]
    can_delete = True

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser


@admin.register(User)
class StaffAdmin(UserAdmin):
    list_display = ["username", "first_name", "last_name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser", "committee_memberships__committee"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Adgang"), {"fields": ["is_active", "is_staff", "is_superuser", "last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    inlines = [MembershipInline]

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def has_delete_permission(self, request, obj=None):
        return False  # made inactive instead: what somebody wrote keeps its author
