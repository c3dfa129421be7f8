"""Many at once, from the lists of recommendations and of initiatives: confirm them, or give them the same status.

The choice travels in the address and in the form, never in the session, so two pages can be open beside each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recommendations.actions import (
    MOST_AT_ONCE,
    Conflict,
    RowsRefused,
    Seen,
    StatusEntry,
    UpdateDraft,
    confirm_many,
    give_status_to_many,
    nothing_to_confirm,
    statuses_to_confirm,
    too_many,
)
from recommendations.admin.base import STEP, actor, page_key, reach_of, request_key, require
from recommendations.admin.updates import PUBLISH, SAVE, SUBMIT, seen_by, status_choices
from recommendations.enums import WRITERS, Role, Status, UpdateState
from recommendations.forms import BulkRowForm, BulkStatusForm, CommonForm, CommonStatusForm, sentences_of
from recommendations.models import Committee, Item, StatusUpdate
from recommendations.permissions import ActingRights, not_yours
from recommendations.selection import with_query

CHOSEN, LIST = "valgt", "liste"  # the chosen items, and the filters of the list they were chosen from


@dataclass
class BulkRow:
    """One chosen item: what stands now, in whose name the user may act, what was typed and what is wrong with it."""

    item: Any  # an item with its `state_…`
    committees: list[Committee]
    latest: StatusUpdate | None
    seen: Seen | None  # of the page that was sent; none when the page is opened
    form: Any = field(init=False)
    problem: str = ""  # why it cannot be done at all; it is for the user to leave the row out
    has_conflict: bool = False

    def __post_init__(self) -> None:
        if not self.committees:
            self.problem = not_yours(self.item, None)

    @property
    def key(self) -> str:
        return str(self.item.pk)

    @property
    def status_in_words(self) -> str:
        return str(Status(self.item.state_status).label) if self.item.state_status else ""

    @property
    def included(self) -> bool:
        return bool(self.form["include"].value())

    @property
    def is_wrong(self) -> bool:
        return bool(self.form.errors)

    @property
    def latest_seen(self) -> str:
        """What the next page says that its reader has seen: what is newest, once the reader has been told of it."""
        if self.seen is None or self.has_conflict:
            return str(self.latest.pk) if self.latest else ""
        return str(self.seen.latest or "")


class BulkPage:
    """The chosen items with one form in common and one each."""

    def __init__(
        self, request: HttpRequest, model: type[Item], *, common: type[CommonForm], row: type[BulkRowForm]
    ) -> None:
        self.request = request
        self.data = request.POST if request.method == "POST" else None
        items = chosen_items(request, model)
        self.rights = ActingRights(request.user, items, reach=reach_of(request))
        latest = StatusUpdate.objects.latest_published_of(items)
        self.rows = [
            BulkRow(
                item,
                self.rights.committees(item, *WRITERS),
                latest.get(item),
                seen_by(request, prefix=f"r{item.pk}-"),
            )
            for item in items
        ]
        require(
            any(row.committees for row in self.rows),
            _("Du har ikke den rolle i et udvalg, der ejer rækkerne. Spørg en administrator, hvis det er forkert."),
        )
        self.common = common(self.data, committees=self.committees if len(self.committees) > 1 else ())
        for one in self.rows:
            # A committee is asked for at the row only where one choice cannot be made for all, and where there is one.
            choices = one.committees if not self.committees and len(one.committees) > 1 else ()
            one.form = row(self.data, prefix=f"r{one.key}", committees=choices)

    @cached_property
    def committees(self) -> list[Committee]:
        """Those in whose name all rows can be written that can be written at all."""
        possible = [row.committees for row in self.rows if row.committees]
        return [committee for committee in possible[0] if all(committee in others for others in possible)]

    @property
    def included(self) -> list[BulkRow]:
        return [row for row in self.rows if row.included]

    def is_valid(self) -> bool:
        """Everything is checked, so that all that is wrong is said at once."""
        valid = all([self.common.is_valid(), *(row.form.is_valid() for row in self.rows)])
        if not self.included:
            self.common.add_error(None, _("Sæt flueben ved mindst én række."))
        return valid and bool(self.included)

    @property
    def wrong_rows(self) -> list[BulkRow]:
        return [row for row in self.rows if row.is_wrong]

    @property
    def is_wrong(self) -> bool:
        return bool(self.common.errors or self.wrong_rows)

    def committee_for(self, row: BulkRow) -> Committee | None:
        """Chosen for the row or for all, or the only one there is."""
        asked = self.common.cleaned_data.get("committee") or row.form.cleaned_data.get("committee")
        chosen = asked or next(iter(self.committees or row.committees), None)
        return chosen if chosen in row.committees else None

    def mark_without_status(self) -> None:
        """Rows of which nothing can be confirmed, in whichever name."""
        asked = [(row.item, committee) for row in self.rows for committee in row.committees]
        confirmable = {item for item, _committee in statuses_to_confirm(asked)}
        for row in self.rows:
            if not row.problem and row.item not in confirmable:
                row.problem = nothing_to_confirm(row.item)

    def refuse(self, refused: RowsRefused) -> None:
        """Show each refusal where it can be mended: once for all, at the row's field, or at the row."""
        rows = {row.item: row for row in self.rows}
        for item, error in refused.rows.items():
            rows[item].has_conflict = isinstance(error, Conflict)
            for name, sentence in sentences_of(error):
                if name in self.common.fields:
                    if sentence not in self.common.errors.get(name, ()):
                        self.common.add_error(name, sentence)
                else:
                    rows[item].form.add_error(name if name in rows[item].form.fields else None, sentence)
        # What is newer may have come while the page was being answered, after it had read what is newest.
        newest = StatusUpdate.objects.latest_published_of([row.item for row in self.rows if row.has_conflict])
        for item, update in newest.items():
            rows[item].latest = update


def chosen_ids(request: HttpRequest) -> list[int]:
    """The keys of the chosen items, each once; 404 for what cannot be one."""
    asked = (request.POST if request.method == "POST" else request.GET).getlist(CHOSEN)
    if not all(key.isascii() and key.isdigit() and len(key) < 18 for key in asked):
        raise Http404
    return sorted({int(key) for key in asked})


def chosen_items(request: HttpRequest, model: type[Item]) -> list[Any]:
    """The chosen items in the order of their source; 404 when one of them is not there."""
    ids = chosen_ids(request)
    items = model.objects.filter(pk__in=ids).with_state().with_words().select_related("publication")
    items = list(items.order_by("publication__position", "publication__slug", "path"))
    if len(items) < len(ids):
        raise Http404
    return items


class ManyAtOnce(admin.ModelAdmin):  # type: ignore[type-arg]
    """The two actions of a list of items, and their pages."""

    actions = ["confirm_chosen", "give_chosen_a_status"]

    def has_write_permission(self, request: HttpRequest) -> bool:
        """Whether the user writes about any items at all; about which ones is asked when they are chosen."""
        reach = reach_of(request)
        return reach.is_superuser or bool(reach.committees(*WRITERS))

    @admin.action(description=gettext_lazy("Bekræft de valgte: stadig korrekt"), permissions=["write"])
    def confirm_chosen(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._open(request, queryset, "confirm_chosen")

    @admin.action(description=gettext_lazy("Giv de valgte samme status"), permissions=["write"])
    def give_chosen_a_status(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return self._open(request, queryset, "give_chosen_a_status")

    def _open(self, request: HttpRequest, queryset: Any, page: str) -> HttpResponse | None:
        chosen = {CHOSEN: [item.pk for item in queryset], LIST: request.GET.urlencode()}
        if len(chosen[CHOSEN]) > MOST_AT_ONCE:
            messages.error(request, too_many(len(chosen[CHOSEN])))
            return None
        return HttpResponseRedirect(f"{self._url(page)}?{urlencode(chosen, doseq=True)}")

    def _url(self, page: str) -> str:
        return reverse(f"admin:recommendations_{self.model._meta.model_name}_{page}")

    def get_urls(self) -> list[Any]:
        name = self.model._meta.model_name
        views = {
            "bekraeft-valgte": ("confirm_chosen", self.confirm_chosen_view),
            "status-til-valgte": ("give_chosen_a_status", self.give_chosen_a_status_view),
        }
        own = [
            path(f"{word}/", self.admin_site.admin_view(view), name=f"recommendations_{name}_{english}")
            for word, (english, view) in views.items()
        ]
        return [*own, *super().get_urls()]

    # --- the pages ------------------------------------------------------------------------------------------------

    def confirm_chosen_view(self, request: HttpRequest) -> HttpResponse:
        if back := self._nothing_to_show(request):
            return back
        page = BulkPage(request, self.model, common=CommonForm, row=BulkRowForm)
        return self._show(
            request,
            page,
            mark=page.mark_without_status,
            perform=lambda: confirm_many(
                by=actor(request),
                items={row.item: page.committee_for(row) for row in page.included},
                seen={row.item: row.seen for row in page.included if row.seen},
                request_key=request_key(request),
            ),
            done=lambda count: ngettext(
                "%(count)s række er bekræftet: Status er stadig korrekt.",
                "%(count)s rækker er bekræftet: Status er stadig korrekt.",
                count,
            ),
            template="confirm.html",
            title=_("Bekræft de valgte: stadig korrekt"),
        )

    def give_chosen_a_status_view(self, request: HttpRequest) -> HttpResponse:
        if back := self._nothing_to_show(request):
            return back
        page = BulkPage(request, self.model, common=CommonStatusForm, row=BulkStatusForm)
        states = {SAVE: UpdateState.DRAFT, SUBMIT: UpdateState.SUBMITTED, PUBLISH: UpdateState.PUBLISHED}
        state = states.get(request.POST.get(STEP, SAVE), UpdateState.DRAFT)
        return self._show(
            request,
            page,
            perform=lambda: give_status_to_many(
                by=actor(request), items=_entries(page), state=state, request_key=request_key(request)
            ),
            done=DONE[state],
            template="status.html",
            title=_("Giv de valgte samme status"),
            status_choices=status_choices(page.common["status"]),
            can_publish=any(page.rights.committees(row.item, Role.APPROVER) for row in page.rows),
        )

    def _nothing_to_show(self, request: HttpRequest) -> HttpResponse | None:
        """Back to the list with a sentence, when there is nothing chosen or too much for one page."""
        ids = chosen_ids(request)
        if 0 < len(ids) <= MOST_AT_ONCE:
            return None
        messages.error(request, too_many(len(ids)) if ids else _("Vælg mindst én række på listen."))
        return HttpResponseRedirect(self._list_url(request))

    def _list_url(self, request: HttpRequest) -> str:
        """The list as it was filtered when the rows were chosen."""
        return with_query(self._url("changelist"), request.POST.get(LIST) or request.GET.get(LIST) or "")

    def _show(
        self,
        request: HttpRequest,
        page: BulkPage,
        *,
        perform: Callable[[], list[StatusUpdate]],
        done: Callable[[int], str],
        template: str,
        mark: Callable[[], None] = lambda: None,
        **context: Any,
    ) -> HttpResponse:
        """The page, or the list when `perform` has done it; `mark` says at the rows what stands in the way."""
        if request.method == "POST" and page.is_valid():
            try:
                count = len(perform())
            except RowsRefused as refused:
                page.refuse(refused)
            else:
                messages.success(request, done(count) % {"count": count})
                return HttpResponseRedirect(self._list_url(request))
        mark()
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "page": page,
            "action": request.path,  # without the choice, which the form carries
            "back": self._list_url(request),
            "noegle": page_key(request),
            "list_filters": request.POST.get(LIST) or request.GET.get(LIST, ""),
        }
        status = 422 if page.is_wrong else 200
        return TemplateResponse(request, f"admin/recommendations/bulk/{template}", context, status=status)


def _entries(page: BulkPage) -> Mapping[Item, StatusEntry]:
    common = {name: value for name, value in page.common.cleaned_data.items() if name != "committee"}
    return {
        row.item: StatusEntry(
            committee=page.committee_for(row),
            draft=UpdateDraft(
                **common,
                text=row.form.cleaned_data["text"],
                evidence=() if row.form.is_empty else [row.form.content({})],
            ),
            seen=row.seen,
        )
        for row in page.included
    }


DONE: dict[str, Callable[[int], str]] = {
    UpdateState.DRAFT: lambda count: ngettext(
        "%(count)s kladde er gemt. Den er ikke sendt til godkendelse.",
        "%(count)s kladder er gemt. De er ikke sendt til godkendelse.",
        count,
    ),
    UpdateState.SUBMITTED: lambda count: ngettext(
        "%(count)s status er sendt til godkendelse. Borgerne ser den, når en godkender har udgivet den.",
        "%(count)s statusser er sendt til godkendelse. Borgerne ser dem, når en godkender har udgivet dem.",
        count,
    ),
    UpdateState.PUBLISHED: lambda count: ngettext(
        "%(count)s status er udgivet. Borgerne kan se den nu.",
        "%(count)s statusser er udgivet. Borgerne kan se dem nu.",
        count,
    ),
}
