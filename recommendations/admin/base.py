"""What all admin pages share: who may see and do what, forms that an action carries out, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ERROR_FLAG
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from recommendations.actions.state import done_before
from recommendations.admin.log import log_page
from recommendations.forms import DoubtableForm, RefusableForm, ReturnsForm, add_refusal
from recommendations.models import Event, Item, Reach, StatusUpdate
from recommendations.writing.posted import page_key, request_key

FORMFIELDS: dict[Any, Any] = {models.URLField: {"assume_scheme": "https"}}


def actor(request: HttpRequest) -> User:
    """Who acts: the admin lets nobody in who has not logged in."""
    assert isinstance(request.user, User)
    return request.user


def reach_of(request: Any) -> Reach:
    """The user's reach, read once per request."""
    if not hasattr(request, "_reach"):
        request._reach = Reach.of(request.user)
    reach: Reach = request._reach
    return reach


def item_url(item: Item, page: str = "change") -> str:
    """The address of a page about an item, in the table where it stands."""
    return reverse(f"admin:recommendations_{item.route}_{page}", args=[item.pk])


def update_url(update: StatusUpdate, page: str = "change") -> str:
    return reverse(f"admin:recommendations_statusupdate_{page}", args=[update.pk])


def say(request: HttpRequest, done: str, links: Iterable[tuple[str, str]] = ()) -> None:
    """Tell on the next page what was done, and where to go from there: the words and the address of each link."""
    ways = format_html_join(" · ", '<a href="{}">{}</a>', ((address, words) for words, address in links))
    messages.success(request, format_html("{} {}", done, ways) if ways else done)


def done_already(
    request: HttpRequest, done: str, key_of: Callable[[HttpRequest], UUID | None] = request_key
) -> Event | None:
    """What the first click did, where this is the second; then `done` is said, as the first time.

    `key_of` is `step_key` where other buttons of the form do other things.
    """
    event = done_before(key_of(request)) if request.method == "POST" else None
    if event:
        messages.success(request, done)
    return event


class TrackerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """All staff may look; nobody may write here unless a subclass says who, and by which action.

    What somebody may not see is not there: 404. No form saves by itself: `carry_out` calls the action, and what that
    refuses is shown at its field.
    """

    class Media:
        js = ["admin/js/jquery.init.js", "js/search_fields.js"]  # in this order

    form = RefusableForm
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # it counts every choice of every filter anew
    list_per_page = 50
    formfield_overrides = FORMFIELDS
    new: Any = ""  # what a new row is called, with its gender: »Ny kilde«
    event_field = ""  # the field of `Event` that leads to what happened to a row; without one, it has no history

    # --- who may do what ----------------------------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def row_or_404(self, request: HttpRequest, pk: Any) -> Any:
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        return row

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        raise Http404

    # --- forms --------------------------------------------------------------------------------------------------------

    def carry_out(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> models.Model:
        """Call the action that writes what was typed, and give back the row."""
        raise PermissionDenied

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        form._meta.help_texts = dict.fromkeys(self._only_read(request, obj), "")  # they say how to fill in
        return form

    def _only_read(self, request: HttpRequest, obj: Any) -> list[str]:
        """The fields that the page shows and does not let change."""
        if obj is not None and not self.has_change_permission(request, obj):
            return [field.name for field in self.opts.get_fields()]
        return [name for name in self.get_readonly_fields(request, obj) if isinstance(name, str)]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if object_id is None and (event := done_already(request, _("Rækken er tilføjet."))):
            return HttpResponseRedirect(self.address_after(event))
        context = {"noegle": page_key(request), "has_history": bool(self.event_field), **(extra_context or {})}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except ValidationError as refused:
            # Nothing was written. The page is made again, by a form that shows what the action said.
            request.refusal = refused  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, context)

    def address_after(self, added: Event) -> str:
        """Where one goes on from a row that was added."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Its heading is what it is about, and it is left by the list it came from."""
        obj = kwargs.get("obj")
        context |= {
            "title": str(obj) if obj else self.new or _("Ny række"),
            "subtitle": None,
            "show_save_and_add_another": False,
        }
        response = super().render_change_form(request, context, *args, **kwargs)
        if context["errors"]:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {"title": capfirst(self.opts.verbose_name_plural), "new": self.new, **(extra_context or {})}
        try:
            return super().changelist_view(request, context)
        except (ValueError, OverflowError, DataError):  # a year or a number that no row can have
            if ERROR_FLAG in request.GET:
                raise
            return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.pk = self.carry_out(request, obj, form, change).pk
        obj.refresh_from_db()

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Written by the action, with the rest."""

    def log_addition(self, request: Any, obj: Any, message: Any) -> Any:
        """What happened is told by the action's `Event`, and by nothing else."""

    log_change = log_addition

    def log_deletions(self, request: Any, queryset: Any) -> Any:
        """As above."""

    # --- pages of our own ---------------------------------------------------------------------------------------------

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        """Danish word in the address of a row -> the name of the page, and its view, which gets the row's key."""
        return {}

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(f"<int:pk>/{word}/", self.admin_site.admin_view(view), name=f"{name}_{english}")
            for word, (english, view) in self.own_pages().items()
        ]
        return [*own, *super().get_urls()]

    def history_of(self, row: Any) -> Any:
        """What the events of a row are about: itself, unless a subclass says otherwise."""
        return row

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The events about a row, those that the user may see, the newest first."""
        row = self.row_or_404(request, unquote(object_id))
        if not self.event_field:
            raise Http404
        events = Event.objects.visible_to(request.user, reach_of(request))
        found = events.filter(**{self.event_field: self.history_of(row)})
        context = {"opts": self.opts, "row": row, "subtitle": str(row)}
        return log_page(request, found, template="admin/recommendations/history.html", context=context)


class SuperuserAdmin(TrackerAdmin):
    """Administrators add and change; nobody deletes what others may refer to."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_superuser


def no_links(_row: Any) -> tuple[tuple[str, str], ...]:
    return ()


def action_page(
    request: HttpRequest,
    *,
    title: str,
    form: forms.Form,
    perform: Callable[[dict[str, Any]], object],
    done: str | Callable[[Any], str],
    back: str,
    button: str,
    explanation: str = "",
    then: str = "",
    stands: Sequence[str] = (),
    links: Callable[[Any], Iterable[tuple[str, str]]] = no_links,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One form, one action: show it, carry it out, say so, go on (to `then`, or `back`); or show at its field why not.

    `perform` gets the cleaned data, calls the action and gives back the row; `done` and `links` may depend on it.
    Nothing typed is lost when it refuses. What it only doubts is asked about, with 200. `stands` are lines that say how
    things stand now.
    """

    def tell(row: Any) -> HttpResponse:
        say(request, done(row) if callable(done) else done, links(row))
        return HttpResponseRedirect(then or back)

    if request.method == "POST" and (event := done_before(request_key(request))):
        return tell(event.row)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                row = perform(form.cleaned_data)
        except ValidationError as refused:
            add_refusal(form, refused)
        else:
            return tell(row)
    asks = isinstance(form, DoubtableForm) and form.asks
    folded = form.returns if isinstance(form, ReturnsForm) else []
    page = {
        **admin.site.each_context(request),
        "title": title,
        "form": form,
        "folded": folded,
        "folded_names": [field.name for field in folded],
        "noegle": page_key(request),
        "back": back,
        "button": button,
        "explanation": explanation,
        "stands": stands,
        "asks": asks,
        **(context or {}),
    }
    status = 422 if form.errors and not asks else 200
    return TemplateResponse(request, "admin/recommendations/action.html", page, status=status)


def require(allowed: bool, sentence: str) -> None:
    """403 with a sentence that says what to do."""
    if not allowed:
        raise PermissionDenied(sentence)
