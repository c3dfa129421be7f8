"""Recommendations and initiatives, and the actions that start from one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Case, Prefetch, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import (
    AnsweredAlready,
    Seen,
    add_item,
    change_item,
    confirm_unchanged,
    record_answer,
    set_deadline,
    set_done_when,
    statuses_to_confirm,
)
from recommendations.admin.afterwards import correction_address, ways_on
from recommendations.admin.assignments import assign_page
from recommendations.admin.base import SuperuserAdmin, action_page, actor, item_url, reach_of, require
from recommendations.admin.filters import AttentionFilter, MineFilter, OwnerFilter, SourceFilter, StatusFilter
from recommendations.admin.item_page import ItemPage
from recommendations.admin.kept import CountedOnce
from recommendations.admin.many import ManyAtOnce
from recommendations.admin.many.choice import ChosenFilter
from recommendations.admin.updates import UpdatePage
from recommendations.admin.words import words_page
from recommendations.enums import RECOMMENDED, WRITERS, ItemKind, Role, Status
from recommendations.forms import ActingForm, AnswerForm, DeadlineForm, DoneWhenForm, NewItemForm
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Initiative,
    Item,
    Ownership,
    Recommendation,
    StatusUpdate,
    Wording,
)
from recommendations.writing.posted import posted, request_key, seen_by
from recommendations.writing.situation import Situation

# The order of the life cycle, not of the stored codes; what has no status stands last.
BY_STATUS = Case(*(When(state_status=code, then=Value(place)) for place, code in enumerate(Status)), default=Value(99))
WORDS = ["title", "title_basis", "summary", "official_text", "official_basis", "document", "pages", "valid_from"]


@admin.register(Item)
class AnyItemAdmin(SuperuserAdmin):
    """Rows of every kind: what fields with a search look in. Each is read where it has its own page."""

    list_display = ["number", "title", "kind", "publication"]
    search_fields = ["number"]  # that it can be searched; `get_search_results` says how
    ordering = ["publication__position", "publication__slug", "path"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False  # not in the list of tables: these are all there already

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        rows: Any = super().get_queryset(request)
        return rows.with_words().select_related("publication")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.with_text(search_term), False

    @admin.display(description=Wording._meta.get_field("title").verbose_name, ordering="wording__title")
    def title(self, item: Item) -> str:
        return item.title

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(item_url(self.row_or_404(request, object_id)))


class ItemAdmin(ManyAtOnce, SuperuserAdmin):
    """The rows of sources are an administrator's; what is done about them, and our words, are their owners'."""

    list_display = ["number", "title_and_source", "status_in_words", "fresh_on", "due_on", "owners"]
    list_display_links = ["number", "title_and_source"]
    list_filter = [SourceFilter, StatusFilter, AttentionFilter, OwnerFilter, MineFilter, ChosenFilter]
    search_fields = ["number"]  # as above
    search_help_text = gettext_lazy("Søg i nummer, titel, resumé, kildens egne ord og udgivne opdateringer.")
    ordering = ["publication__position", "publication__slug", "path"]
    change_form_template = "admin/recommendations/item/change_form.html"
    event_field = "item"
    paginator = CountedOnce
    view_on_site = False  # a number that was refused has no address: `public_url` is that of the row as it is stored
    autocomplete_fields = ["publication", "parent", "addressee", "carries_out"]
    form_fields = ["publication", "kind", "number", "parent", "place", "addressee", "target_group", "carries_out"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        owners = Ownership.objects.in_force().select_related("committee")
        prefetch = Prefetch(
            "ownerships", owners.order_by("-role", "committee__sort_name", "pk"), to_attr="owners_today"
        )
        rows: Any = super().get_queryset(request)
        return rows.with_state().with_words().select_related("publication", "addressee").prefetch_related(prefetch)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.with_text(search_term), False

    @admin.display(description=Wording._meta.get_field("title").verbose_name, ordering="wording__title")
    def title_and_source(self, item: Item) -> str:
        return format_html('{} <span class="source">{}</span>', item.title, item.publication.title)

    @admin.display(description=gettext_lazy("status"), ordering=BY_STATUS)
    def status_in_words(self, item: Any) -> str:
        return str(Status(item.state_status).label) if item.state_status else "–"

    @admin.display(description=gettext_lazy("senest opdateret"), ordering="state_fresh_on")
    def fresh_on(self, item: Any) -> Any:
        return item.state_fresh_on

    @admin.display(description=gettext_lazy("frist"), ordering="state_due_on")
    def due_on(self, item: Any) -> Any:
        return item.state_due_on

    @admin.display(description=gettext_lazy("ejere"))
    def owners(self, item: Any) -> str:
        return ", ".join(row.committee.abbreviation for row in item.owners_today) or "–"

    # --- the row itself -----------------------------------------------------------------------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        rows: list[Any] = [(None, {"fields": self.form_fields})]
        return rows if obj else [*rows, (_("Ord"), {"fields": WORDS})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **(kwargs if obj else {"form": NewItemForm, **kwargs}))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["publication"] if obj else []

    def formfield_for_choice_field(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [(kind.value, kind.label) for kind in ItemKind if kind in RECOMMENDED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def carry_out(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> Item:
        typed, by, key = form.cleaned_data, actor(request), request_key(request)
        names = [name for name in self.form_fields if name in typed and name != "publication"]
        if change:
            return change_item(
                by=by, item=obj, request_key=key, **{name: typed[name] for name in names if name in form.changed_data}
            )
        return add_item(
            by=by,
            publication=typed["publication"],
            words=form.words(),
            valid_from=typed["valid_from"],
            request_key=key,
            **self.given_fields | {name: typed[name] for name in names},
        )

    given_fields: dict[str, Any] = {}  # what is not asked, as the table says it

    # --- the page -----------------------------------------------------------------------------------------------------

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {
            "status": ("status", self.status_view),
            "bekraeft": ("confirm", self.confirm_view),
            "medarbejder": ("assign", self.assign_view),
            "frist": ("deadline", self.deadline_view),
            "kriterium": ("done_when", self.done_when_view),
            "ny-ordlyd": ("reword", self.reword_view),
            "ret-ord": ("correct_words", self.correct_words_view),
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        item = self.row_or_404(request, object_id)
        extra = ItemPage.of(request, item).context()
        response: HttpResponse = super().change_view(request, object_id, form_url, extra | (extra_context or {}))
        return response

    def acting(self, request: HttpRequest, item: Item, *roles: str) -> QuerySet[Committee]:
        """The committees the user may act for on this item; 403 when there are none."""
        committees = permissions.acting_committees(request.user, item, *roles, reach=reach_of(request))
        require(
            committees.exists(),
            _("Du har ikke den rolle i et udvalg, der ejer %(item)s. Spørg en administrator, hvis det er forkert.")
            % {"item": item},
        )
        return committees

    def status_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.row_or_404(request, pk)
        return UpdatePage.of(request, item, self.acting(request, item, *WRITERS)).answer()

    def confirm_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.row_or_404(request, pk)
        committees = self.acting(request, item, *WRITERS)
        stands = set(statuses_to_confirm([(item, committee) for committee in committees]).values())
        status = Status(stands.pop()).label if len(stands) == 1 else Situation.of(item).status
        return action_page(
            request,
            title=_("Bekræft: stadig korrekt"),
            form=ActingForm(posted(request), committees=committees),
            perform=lambda data: confirm_unchanged(
                by=actor(request), item=item, seen=seen_by(request), request_key=request_key(request), **data
            ),
            done=_("Bekræftet: status for %(item)s er stadig korrekt.") % {"item": item},
            back=item_url(item),
            then=reverse("admin:index"),
            context={"seen": Seen.now(item), "latest": StatusUpdate.objects.latest_published(item)},
            button=_("Bekræft: stadig korrekt"),
            explanation=_("%(item)s: »%(status)s«. Datoen for seneste livstegn bliver i dag. Det bliver ikke en nyhed.")
            % {"item": item, "status": status},
        )

    def assign_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.row_or_404(request, pk)
        return assign_page(request, item, self.acting(request, item, Role.APPROVER))

    def deadline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.row_or_404(request, pk)
        committees = self.acting(request, item, Role.APPROVER)
        return action_page(
            request,
            title=_("Sæt eller flyt frist for %(item)s") % {"item": item},
            form=DeadlineForm(posted(request), committees=committees),
            perform=lambda data: set_deadline(by=actor(request), item=item, request_key=request_key(request), **data),
            done=_("Fristen er registreret og kan ses af borgerne."),
            back=item_url(item),
            links=lambda row: ways_on(row, item),
            stands=Situation.of(item).deadlines_in_words,
            button=_("Gem frist"),
            explanation=_("Tidligere frister bliver stående, så alle kan se, at en frist er flyttet, og hvorfor."),
        )

    def done_when_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.row_or_404(request, pk)
        committees = self.acting(request, item, Role.APPROVER)
        return action_page(
            request,
            title=_("Det er gennemført, når …: %(item)s") % {"item": item},
            form=DoneWhenForm(posted(request), committees=committees),
            perform=lambda data: set_done_when(by=actor(request), item=item, request_key=request_key(request), **data),
            done=_("Kriteriet er registreret og kan ses af borgerne."),
            back=item_url(item),
            links=lambda row: ways_on(row, item),
            stands=Situation.of(item).criterion_in_words,
            button=_("Gem kriterium"),
            explanation=_("Skriv, hvad der skal være sket. Tidligere ordlyde bliver stående."),
        )

    # --- words --------------------------------------------------------------------------------------------------------

    def reword_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return words_page(request, self.row_or_404(request, pk), is_correction=False)

    def correct_words_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return words_page(request, self.row_or_404(request, pk), is_correction=True)


@admin.register(Recommendation)
class RecommendationAdmin(ItemAdmin):
    """All kinds but initiatives."""

    new = gettext_lazy("Ny anbefaling")
    takes_answers = True
    list_filter = [*ItemAdmin.list_filter, "kind"]

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return super().own_pages() | {"svar": ("answer", self.answer_view)}

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.row_or_404(request, pk)
        committees = self.acting(request, item, Role.APPROVER)
        return action_page(
            request,
            title=_("Registrer svar på %(item)s") % {"item": item},
            form=AnswerForm(posted(request), item=item, committees=self._answering(request, item, committees)),
            perform=lambda data: self._record(request, item, data),
            done=_("Svaret er registreret og kan ses af borgerne."),
            back=item_url(item),
            links=lambda row: ways_on(row, item),
            stands=Situation.of(item).answers_in_words,
            button=_("Registrer svar"),
            explanation=_("Svaret vises straks for borgerne og kan ikke ændres bagefter, kun rettes med en ny række."),
        )

    def _record(self, request: HttpRequest, item: Item, data: dict[str, Any]) -> CommitteeAnswer:
        try:
            return record_answer(by=actor(request), item=item, request_key=request_key(request), **data)
        except AnsweredAlready as refused:
            way = format_html(
                '{} <a href="{}">{}</a>',
                refused.messages[0],
                correction_address(refused.answer),
                _("Er det forkert, så ret det svar."),
            )
            raise ValidationError({"meeting_date": way}) from refused

    def _answering(self, request: HttpRequest, item: Item, committees: QuerySet[Committee]) -> QuerySet[Committee]:
        """Those the user acts for, and those that owned the item, have ended, and are the user's to speak of."""
        owned = Ownership.objects.recorded().filter(item=item).order_by().values_list("committee", flat=True)
        reach = reach_of(request)
        earlier = set(owned) if reach.is_superuser else set(owned) & reach.committees(Role.APPROVER)
        found = Committee.objects.filter(pk__in={*earlier, *committees.values_list("pk", flat=True)})
        return found.order_by("sort_name", "code")


@admin.register(Initiative)
class InitiativeAdmin(ItemAdmin):
    new = gettext_lazy("Nyt initiativ")
    list_display = ["number", "title_and_source", "addressee", "status_in_words", "fresh_on", "due_on", "owners"]
    list_filter = [*ItemAdmin.list_filter, "addressee"]
    form_fields = [name for name in ItemAdmin.form_fields if name != "kind"]
    given_fields = {"kind": ItemKind.INITIATIVE}
