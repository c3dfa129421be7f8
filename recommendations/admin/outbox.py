"""What is sent, what waits, and what could not be sent: for administrators. Neither addresses nor texts stand here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import outbox, permissions
from recommendations.admin.base import TrackerAdmin, action_page, actor
from recommendations.models import OutgoingMessage
from recommendations.writing.posted import posted


class StateFilter(admin.SimpleListFilter):
    """How far a message has come."""

    title = gettext_lazy("hvor langt den er")
    parameter_name = "tilstand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return [("venter", _("Venter")), ("opgivet", _("Kunne ikke sendes")), ("sendt", _("Sendt"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "venter":
            return queryset.unsent().exclude(pk__in=OutgoingMessage.objects.dead().order_by().values("pk"))
        if self.value() == "opgivet":
            return queryset.dead()
        return queryset.exclude(sent_at=None) if self.value() == "sendt" else queryset


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(TrackerAdmin):
    list_display = ["made_at", "kind", "to_whom", "tries", "run_after", "sent_at", "error"]
    list_filter = [StateFilter, "kind"]
    ordering = ["-made_at", "-pk"]
    list_select_related = ["person", "committee", "subscriber", "webhook"]
    fields = ["kind", "to_whom", "made_at", "run_after", "tries", "taken_at", "sent_at", "error"]
    readonly_fields = ["to_whom"]
    change_form_template = "admin/recommendations/outgoingmessage/change_form.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and permissions.can_administer(actor(request))

    @admin.display(description=gettext_lazy("til"))
    def to_whom(self, message: OutgoingMessage) -> str:
        """Who it is to, by no address: a username can be one."""
        if message.person:
            name = message.person.get_full_name() or _("medarbejder nr. %(key)s") % {"key": message.person.pk}
            return format_html('<a href="{}">{}</a>', reverse("person", args=[message.person.pk]), name)
        if message.subscriber:
            return _("en, der følger med")
        if message.webhook:
            return _("webhook nr. %(key)s") % {"key": message.webhook.pk}
        return str(message.committee or _("kommunens postkasse"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMessage]:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        context["is_dead"] = obj is not None and OutgoingMessage.objects.dead().filter(pk=obj.pk).exists()
        return super().render_change_form(request, context, *args, **kwargs)

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"proev-igen": ("again", self.again_view)}

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """`…/proev-igen/`: what could not be sent is tried anew."""
        permissions.check_can_administer(request.user)
        message: OutgoingMessage = self.row_or_404(request, pk)
        return action_page(
            request,
            title=_("Prøv igen: %(message)s") % {"message": message},
            form=forms.Form(posted(request)),
            perform=lambda _typed: outbox.send_again(message),
            done=_("Beskeden bliver prøvet igen om lidt."),
            back=reverse("admin:recommendations_outgoingmessage_changelist"),
            button=_("Prøv igen"),
            stands=[message.error] if message.error else [],
        )
