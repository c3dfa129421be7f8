"""Logins of staff. What they may do follows from their roles in committees, not from Django's own permissions.

Who works for which committee stands under »Hvem dækker hvad«; here an administrator mends names, addresses and rights.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recommendations import permissions
from recommendations.actions import change_person
from recommendations.admin.base import SuperuserAdmin, actor
from recommendations.writing.posted import request_key

admin.site.unregister(Group)
admin.site.unregister(User)


@admin.register(User)
class StaffAdmin(SuperuserAdmin, UserAdmin):  # type: ignore[type-arg]
    """Those of the municipality; whoever works for another one only is not there."""

    list_display = ["username", "first_name", "last_name", "is_active", "administers", "last_login"]
    list_filter = ["is_active", "committee_memberships__committee"]
    fieldsets = [
        (None, {"fields": ["username", "is_active", "last_login", "date_joined"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Adgang"), {"fields": ["is_superuser"]}),
    ]
    readonly_fields = ["username", "is_active", "last_login", "date_joined"]
    filter_horizontal = ()

    @admin.display(description=_("administrator"), boolean=True, ordering="is_superuser")
    def administers(self, person: User) -> bool:
        return person.is_superuser

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "is_superuser":
            kwargs |= {"label": _("Administrator"), "help_text": _("Kan alt, undtagen godkende det, de selv skriver.")}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.can_administer(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of the municipality; who has been given a role nowhere yet is everybody's to give one."""
        return permissions.staff()

    def get_urls(self) -> list[Any]:
        """Without Django's page for a new password: everybody chooses their own, by the link of `person_link`."""
        return [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A login is made by inviting somebody."""
        return HttpResponseRedirect(reverse("new_person"))

    def carry_out(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> User:
        return change_person(by=actor(request), user=obj, request_key=request_key(request), **form.cleaned_data)
