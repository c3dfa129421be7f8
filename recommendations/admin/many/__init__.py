"""Many at once, from the lists of recommendations and of initiatives: chosen there, looked through, and done or not."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions import MOST_AT_ONCE, too_many
from recommendations.admin.base import reach_of
from recommendations.admin.many.choice import (
    ALL,
    CHOSEN,
    LIST,
    SCOPE,
    ChoiceBar,
    ListOfMany,
    in_address,
    page_of_list,
    remember,
    tick,
    ticked_now,
)
from recommendations.admin.many.confirm import ConfirmPage
from recommendations.admin.many.deadline import DeadlinePage
from recommendations.admin.many.page import BulkPage, answer_many
from recommendations.admin.many.status import StatusPage
from recommendations.selection import with_query

ANSWERS = "meeting_answers"  # the name of the page for the answers of a meeting, which has an address of its own
GO = "gaa"  # the list's buttons: a page about the chosen, `KEEP` the ticks, `CLEAR` them, or another page of the list
KEEP, CLEAR, PAGE = "husk", "ryd", "side:"


class ManyAtOnce(admin.ModelAdmin):  # type: ignore[type-arg]
    """The choice in a list of items, and the pages that it leads to."""

    actions = None  # Django's own need JavaScript to take more than the page that is shown
    change_list_template = "admin/recommendations/item/change_list.html"
    many_pages: ClassVar[tuple[type[BulkPage], ...]] = (StatusPage, ConfirmPage, DeadlinePage)
    takes_answers: ClassVar[bool] = False

    def get_urls(self) -> list[Any]:
        own = [
            path(
                f"{page.word}/",
                self.admin_site.admin_view(partial(self.many_view, page=page)),
                name=f"recommendations_{self.opts.model_name}_{page.route}",
            )
            for page in self.many_pages
        ]
        return [*own, *super().get_urls()]

    def many_view(self, request: HttpRequest, page: type[BulkPage]) -> HttpResponse:
        asked = request.POST if request.method == "POST" else request.GET
        back = with_query(reverse(f"admin:recommendations_{self.opts.model_name}_changelist"), asked.get(LIST, ""))
        return answer_many(request, self, page, back=back)

    def buttons_for(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The pages that the user's roles lead to: name, and the words on the button."""
        reach = reach_of(request)
        found = [
            (page.route, str(page.label))
            for page in self.many_pages
            if reach.is_superuser or reach.committees(*page.roles)
        ]
        if self.takes_answers and (reach.is_superuser or reach.committees()):
            found.append((ANSWERS, _("Svar fra et møde")))
        return found

    # --- the list -----------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("Vælg"), empty_value="")
    def tick(self, item: Any) -> str:
        return tick(item)

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return ["tick", *columns] if self.buttons_for(request) else columns

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ListOfMany]:
        return ListOfMany

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST":
            return HttpResponseRedirect(self._chosen(request))
        response: Any = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", {}).get("cl")
        if shown is not None:
            buttons = self.buttons_for(request)
            response.context_data["choice"] = ChoiceBar.of(request, shown, buttons) if buttons else None
        return response

    def _chosen(self, request: HttpRequest) -> str:
        """Where the button of the list leads; the ticks are kept whatever it is."""
        here, filters, go = request.get_full_path(), request.GET.urlencode(), request.POST.get(GO, KEEP)
        if go == CLEAR:
            remember(request, self.model, [])
            return here
        ids = ticked_now(request, self.model)
        remember(request, self.model, ids)
        if go.startswith(PAGE):
            return with_query(request.path, page_of_list(filters, go.removeprefix(PAGE)))
        if go not in {name for name, _words in self.buttons_for(request)}:
            return here
        name = go if go == ANSWERS else f"admin:recommendations_{self.opts.model_name}_{go}"
        if request.POST.get(SCOPE) == ALL:
            return f"{reverse(name)}?{urlencode({ALL: request.POST.get(ALL, ''), LIST: filters})}"
        if not 0 < len(ids) <= MOST_AT_ONCE:
            messages.error(request, too_many(len(ids)) if ids else _("Vælg mindst én række på listen."))
            return here
        return f"{reverse(name)}?{urlencode({CHOSEN: in_address(ids), LIST: filters})}"
