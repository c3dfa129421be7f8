"""What all admin pages share: who may see and do what, and a page that carries out one action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from simple_history.admin import SimpleHistoryAdmin

from recommendations.admin.history import entry_of, with_names
from recommendations.forms import add_refusal
from recommendations.models import Reach

admin.site.site_header = "Anbefalingstracker"
admin.site.site_title = "Anbefalingstracker"
admin.site.index_title = "Administration"
admin.site.enable_nav_sidebar = False


FORMFIELDS = {models.URLField: {"assume_scheme": "https"}}


def reach_of(request: HttpRequest) -> Reach:
    """The user's reach, read once per request."""
    if not hasattr(request, "_reach"):
        request._reach = Reach.of(request.user)
    return request._reach


class TrackerAdmin(admin.ModelAdmin):
    """All staff may look; nobody may write here unless a subclass says who. What they may not see is not there: 404."""

    show_full_result_count = False
    list_per_page = 50
    formfield_overrides = FORMFIELDS

    def has_module_permission(self, request):
        return request.user.is_active and request.user.is_staff

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_staff

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404


class ReadableAdmin(TrackerAdmin, SimpleHistoryAdmin):
    """Read by all staff, with the history of who changed what."""

    def get_history_queryset(self, request, history_manager, pk_name, object_id):
        return with_names(super().get_history_queryset(request, history_manager, pk_name, object_id))

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True):
        """In our words: the package shows codes for words, and leaves out what has no field in a form."""
        records = list(historical_records)
        if records:
            for record, older in pairwise([*records, records[-1].prev_record]):
                record.entry = entry_of(record, older)


class SuperuserAdmin(ReadableAdmin):
    """Administrators add and change; nobody deletes what others may refer to."""

    def has_add_permission(self, request):
        return request.user.is_active and request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_superuser


class SuperuserInline(admin.StackedInline):
    """Rows under another row, written by administrators only. Not tabular: Django's table has empty headers."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request, obj=None):
        return request.user.is_staff

    def has_add_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return False


def action_page(
    request: HttpRequest,
    *,
    title: str,
    form: forms.Form,
    perform: Callable[[dict[str, Any]], object],
    done: str,
    back: str,
    button: str,
    explanation: str = "",
    then: str = "",
    stands: Sequence[str] = (),
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One form, one action: show it, carry it out, say so, go on (to `then`, or `back`); or show at its field why not.

    `perform` gets the cleaned data and calls the action. Nothing typed is lost when it refuses. `stands` are lines that
    say how things stand now.
    """
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                perform(form.cleaned_data)
        except ValidationError as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, done)
            return HttpResponseRedirect(then or back)
    page = {
        **admin.site.each_context(request),
        "title": title,
        "form": form,
        "back": back,
        "button": button,
        "explanation": explanation,
        "stands": stands,
        **(context or {}),
    }
    return TemplateResponse(request, "admin/recommendations/action.html", page, status=422 if form.errors else 200)


def require(allowed: bool, sentence: str) -> None:
    """403 with a sentence that says what to do."""
    if not allowed:
        raise PermissionDenied(sentence)
