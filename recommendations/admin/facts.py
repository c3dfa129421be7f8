"""Facts about items, each in a list of its own: votes, owners, relations, reports. What is final: see `recorded`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import (
    add_owner,
    correct_owner,
    end_owner,
    record_support,
    relate,
    save_addressee,
    unrelate,
)
from recommendations.admin.afterwards import is_own_slip, ways_on
from recommendations.admin.base import SuperuserAdmin, TrackerAdmin, action_page, actor, item_url, say
from recommendations.forms import SLIP_REASON, CorrectOwnerForm, EndOwnerForm
from recommendations.models import (
    Addressee,
    Event,
    IssuedReport,
    Item,
    Ownership,
    Relation,
    VoteShare,
)
from recommendations.writing.posted import posted, request_key

ITEM_WORDS = ["item__number", "item__wording__title"]


@admin.register(Addressee)
class AddresseeAdmin(SuperuserAdmin):
    new = gettext_lazy("Ny adressat")
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]

    def carry_out(self, request: HttpRequest, obj: Addressee, form: Any, change: bool) -> Addressee:
        return save_addressee(
            by=actor(request),
            name=obj.name,
            slug=obj.slug,
            addressee=obj if change else None,
            request_key=request_key(request),
        )


class AboutItemAdmin(TrackerAdmin):
    """Rows about one item, with the item's own history."""

    event_field = "item"

    def history_of(self, row: Any) -> Item:
        item: Item = row.item
        return item

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Back to the item that the row is about, unless another is to be typed."""
        if {"_addanother", "_continue", "_popup"} & request.POST.keys():
            return super().response_add(request, obj, post_url_continue)
        return self._back_to_item(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if {"_addanother", "_continue", "_popup"} & request.POST.keys():
            return super().response_change(request, obj)
        return self._back_to_item(request, obj)

    def address_after(self, added: Event) -> str:
        return item_url(added.item) if added.item else super().address_after(added)

    def _back_to_item(self, request: HttpRequest, row: Any) -> HttpResponse:
        say(request, _("Det er gemt."), ways_on(row, row.item))
        return HttpResponseRedirect(item_url(row.item))


@admin.register(VoteShare)
class VoteShareAdmin(AboutItemAdmin, SuperuserAdmin):
    new = gettext_lazy("Registrer støtte")
    list_display = ["item", "option", "percent", "count", "rank", "basis"]
    list_filter = ["basis", "option", "item__publication"]
    list_select_related = ["item__wording"]
    search_fields = ITEM_WORDS
    autocomplete_fields = ["item"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["item", "option"] if obj else []

    def carry_out(self, request: HttpRequest, obj: VoteShare, form: Any, change: bool) -> VoteShare:
        typed = {"item": obj.item, "option": obj.option, **form.cleaned_data}
        return record_support(by=actor(request), request_key=request_key(request), **typed)


@admin.register(Ownership)
class OwnershipAdmin(AboutItemAdmin, SuperuserAdmin):
    """Who owned what, when. Never changed: a row is ended or corrected by another, and both stay readable."""

    new = gettext_lazy("Ny ejer")
    list_display = ["committee", "item", "role", "valid_from", "valid_to", "is_replaced"]
    list_filter = ["committee", "role"]
    search_fields = ITEM_WORDS
    autocomplete_fields = ["item", "committee"]
    fields = ["item", "committee", "role", "valid_from", "valid_to"]
    change_form_template = "admin/recommendations/ownership/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ownership]:
        replaced = Exists(Ownership.objects.filter(replaces=OuterRef("pk")))
        found: QuerySet[Ownership] = super().get_queryset(request).annotate(has_been_replaced=replaced)
        return found.select_related("committee", "item__publication", "item__wording")

    @admin.display(description=gettext_lazy("erstattet af en nyere række"), boolean=True)
    def is_replaced(self, row: Any) -> bool:
        return bool(row.has_been_replaced)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def carry_out(self, request: HttpRequest, obj: Ownership, form: Any, change: bool) -> Ownership:
        return add_owner(by=actor(request), request_key=request_key(request), **form.cleaned_data)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.row_or_404(request, object_id)
        may = permissions.can_administer(request.user) and not row.has_been_replaced
        extra = {"can_correct": may, "can_end": may and row.valid_to is None, "item_url": item_url(row.item)}
        response: HttpResponse = super().change_view(request, object_id, form_url, extra | (extra_context or {}))
        return response

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"afslut": ("end", self.end_view), "ret": ("correct", self.correct_view)}

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        permissions.check_can_administer(request.user)
        row = self.row_or_404(request, pk)
        return action_page(
            request,
            title=_("Afslut ejerskab: %(row)s") % {"row": row},
            form=EndOwnerForm(posted(request)),
            perform=lambda data: end_owner(by=actor(request), ownership=row, request_key=request_key(request), **data),
            done=_("Ejerskabet er afsluttet."),
            back=item_url(row.item),
            links=lambda done: ways_on(done, row.item),
            button=_("Afslut ejerskab"),
            explanation=_(
                "Skriv den første dag, udvalget ikke længere ejer rækken. Det, der stod før, kan stadig læses."
            ),
        )

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        permissions.check_can_administer(request.user)
        row = self.row_or_404(request, pk)
        initial = {"role": row.role, "valid_from": row.valid_from, "valid_to": row.valid_to}
        if is_own_slip(row, actor(request)):
            initial["reason"] = SLIP_REASON
        return action_page(
            request,
            title=_("Ret ejerskab: %(row)s") % {"row": row},
            form=CorrectOwnerForm(posted(request), initial=initial),
            perform=lambda data: correct_owner(
                by=actor(request), ownership=row, request_key=request_key(request), **data
            ),
            done=_("Ejerskabet er rettet."),
            back=item_url(row.item),
            links=lambda done: ways_on(done, row.item),
            button=_("Gem rettelse"),
            explanation=_(
                "Brug det, når noget er skrevet forkert. Har udvalget givet opgaven videre, så afslut i stedet."
            ),
        )


@admin.register(Relation)
class RelationAdmin(SuperuserAdmin):
    """Said by a source, or our reading. One that was wrong is taken away; the log keeps that it was there."""

    new = gettext_lazy("Nyt forhold")
    list_display = ["from_item", "kind", "to_item", "basis", "source"]
    list_filter = ["kind", "basis"]
    list_select_related = ["from_item__wording", "to_item__wording", "source"]
    search_fields = [
        "from_item__number",
        "from_item__wording__title",
        "to_item__number",
        "to_item__wording__title",
    ]
    autocomplete_fields = ["from_item", "to_item", "source"]
    event_field = "item"

    def history_of(self, row: Relation) -> Item:
        return row.from_item

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return permissions.can_administer(request.user)

    def carry_out(self, request: HttpRequest, obj: Relation, form: Any, change: bool) -> Relation:
        return relate(by=actor(request), request_key=request_key(request), **form.cleaned_data)

    def delete_model(self, request: HttpRequest, obj: Relation) -> None:
        unrelate(by=actor(request), relation=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Relation]) -> None:
        for relation in queryset.order_by("pk"):
            unrelate(by=actor(request), relation=relation)


@admin.register(IssuedReport)
class IssuedReportAdmin(TrackerAdmin):
    list_display = ["code", "title", "committee", "as_of", "issued_by", "issued_at"]
    list_filter = ["committee"]
    list_select_related = ["committee", "issued_by"]
    search_fields = ["code", "title"]
    exclude = ["data"]
    event_field = "report"

    def get_queryset(self, request: HttpRequest) -> QuerySet[IssuedReport]:
        found: QuerySet[IssuedReport] = super().get_queryset(request)
        return found.defer("data")
