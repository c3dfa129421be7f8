"""Programs elsewhere that are called with news: added, put to rest, given a new secret, removed, by administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import remove_webhook, renew_webhook_secret, save_webhook
from recommendations.admin.base import SuperuserAdmin, action_page, actor, done_already
from recommendations.models import Webhook
from recommendations.writing.posted import request_key


@admin.register(Webhook)
class WebhookAdmin(SuperuserAdmin):
    """The secret is shown once, on the answer to the form that made it: it stands in no page that can be asked for."""

    new = gettext_lazy("Ny webhook")
    list_display = ["url", "is_active", "made_at"]
    fields = ["url", "is_active"]
    change_form_template = "admin/recommendations/webhook/change_form.html"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and permissions.can_administer(actor(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def carry_out(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> Webhook:
        return save_webhook(
            by=actor(request),
            url=obj.url,
            is_active=obj.is_active,
            webhook=obj if change else None,
            request_key=request_key(request),
        )

    def response_add(self, request: HttpRequest, obj: Webhook, post_url_continue: str | None = None) -> HttpResponse:
        return _secret_page(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Calls that wait, or were made, go with it: nobody needs a right to delete those by themselves."""
        shown, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return shown, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Webhook) -> None:
        remove_webhook(by=actor(request), webhook=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        for webhook in queryset.order_by("pk"):
            self.delete_model(request, webhook)

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"hemmelighed": ("secret", self.secret_view)}

    def secret_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """`…/hemmelighed/`: another secret in the place of the one that is used."""
        webhook: Webhook = self.row_or_404(request, pk)
        permissions.check_can_administer(request.user)
        if done_already(request, _("Hemmeligheden er fornyet. Var den væk, før du nåede at gemme den, så forny igen.")):
            return HttpResponseRedirect(_of(webhook))
        if request.method == "POST":
            by, key = actor(request), request_key(request)
            return _secret_page(request, renew_webhook_secret(by=by, webhook=webhook, request_key=key))
        return action_page(
            request,
            title=_("Ny hemmelighed: %(webhook)s") % {"webhook": webhook},
            form=forms.Form(),
            perform=lambda _typed: None,
            done="",
            back=_of(webhook),
            button=_("Lav en ny hemmelighed"),
            explanation=_("Den gamle virker ikke mere. Modtageren skal have den nye, før næste kald kan kontrolleres."),
        )


def _of(webhook: Webhook) -> str:
    return reverse("admin:recommendations_webhook_change", args=[webhook.pk])


def _secret_page(request: HttpRequest, webhook: Webhook) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Hemmeligheden til %(webhook)s") % {"webhook": webhook},
        "webhook": webhook,
    }
    return TemplateResponse(request, "admin/recommendations/webhook/secret.html", context)
