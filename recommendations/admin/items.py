"""Recommendations and initiatives, and the actions that start from one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Case, Prefetch, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import (
    Seen,
    add_item,
    change_item,
    confirm_unchanged,
    correct_words,
    record_answer,
    reword,
    set_deadline,
    set_done_when,
    statuses_to_confirm,
)
from recommendations.actions.wordings import in_force
from recommendations.admin.base import SuperuserAdmin, action_page, actor, posted, reach_of, request_key, require
from recommendations.admin.bulk import ManyAtOnce
from recommendations.admin.filters import AttentionFilter, OwnerFilter, StatusFilter
from recommendations.admin.situation import Situation
from recommendations.admin.updates import UpdatePage, seen_by
from recommendations.admin.work import item_url
from recommendations.enums import RECOMMENDED, WRITERS, ItemKind, Role, Status
from recommendations.forms import ActingForm, AnswerForm, DeadlineForm, DoneWhenForm, NewItemForm, WordingForm
from recommendations.models import (
    Committee,
    Initiative,
    Item,
    Ownership,
    Recommendation,
    StatusUpdate,
    VoteShare,
    Wording,
)

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

    list_display = ["number", "title", "publication", "status_in_words", "fresh_on", "due_on", "owners"]
    list_display_links = ["number", "title"]
    list_filter = ["publication", StatusFilter, AttentionFilter, OwnerFilter]
    search_fields = ["number"]  # as above
    search_help_text = gettext_lazy("Søg i nummer, titel, resumé, kildens egne ord og udgivne opdateringer.")
    ordering = ["publication__position", "publication__slug", "path"]
    change_form_template = "admin/recommendations/item/change_form.html"
    event_field = "item"
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
    def title(self, item: Item) -> str:
        return item.title

    @admin.display(description=gettext_lazy("status"), ordering=BY_STATUS)
    def status_in_words(self, item: Any) -> str:
        return str(Status(item.state_status).label) if item.state_status else "–"

    @admin.display(description=gettext_lazy("seneste livstegn"), ordering="state_fresh_on")
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
            "frist": ("deadline", self.deadline_view),
            "kriterium": ("done_when", self.done_when_view),
            "ny-ordlyd": ("reword", self.reword_view),
            "ret-ord": ("correct_words", self.correct_words_view),
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        item = self.row_or_404(request, object_id)
        reach = reach_of(request)
        rights = permissions.ActingRights(request.user, [item], reach=reach)
        writers = rights.committees(item, *WRITERS)
        updates = StatusUpdate.objects.visible_to(request.user, reach).filter(item=item)
        extra = {
            "situation": Situation.of(item),
            "public_url": item.get_absolute_url() if item.publication.is_public else "",
            "can_write": bool(writers),
            "can_confirm": bool(statuses_to_confirm([(item, committee) for committee in writers])),
            "can_decide": bool(rights.committees(item, Role.APPROVER)),
            "can_reword": bool(item.wording_id) and permissions.can_edit_words(request.user, item),
            "can_administer": permissions.can_administer(request.user),
            "takes_answers": item.kind in RECOMMENDED and item.is_counted,
            "owns": bool(reach.committees() & {row.committee_id for row in item.owners_today}),
            "votes": VoteShare.objects.filter(item=item).order_by("option"),
            "updates": updates.select_related("committee", "author").order_by("-created_at", "-pk")[:20],
        }
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
        return UpdatePage(request, item, self.acting(request, item, *WRITERS)).answer()

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
            explanation=_("%(item)s: «%(status)s». Datoen for seneste livstegn bliver i dag. Det bliver ikke en nyhed.")
            % {"item": item, "status": status},
        )

    def deadline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item = self.row_or_404(request, pk)
        committees = self.acting(request, item, Role.APPROVER)
        return action_page(
            request,
            title=_("Sæt eller flyt frist for %(item)s") % {"item": item},
            form=DeadlineForm(posted(request), item=item, committees=committees),
            perform=lambda data: set_deadline(by=actor(request), item=item, request_key=request_key(request), **data),
            done=_("Fristen er registreret og kan ses af borgerne."),
            back=item_url(item),
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
            form=DoneWhenForm(posted(request), item=item, committees=committees),
            perform=lambda data: set_done_when(by=actor(request), item=item, request_key=request_key(request), **data),
            done=_("Kriteriet er registreret og kan ses af borgerne."),
            back=item_url(item),
            stands=Situation.of(item).criterion_in_words,
            button=_("Gem kriterium"),
            explanation=_("Skriv, hvad der skal være sket. Tidligere ordlyde bliver stående."),
        )

    # --- words --------------------------------------------------------------------------------------------------------

    def reword_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item, wording, form = self._words_form(request, pk)
        return action_page(
            request,
            title=_("Ny ordlyd: %(item)s") % {"item": item},
            form=form,
            perform=lambda data: reword(
                by=actor(request),
                item=item,
                words=form.words(),
                valid_from=data["valid_from"],
                reason=data["reason"],
                request_key=request_key(request),
            ),
            done=_("Ordene er gemt."),
            back=item_url(item),
            stands=[_words_since(wording)],
            button=_("Gem ny ordlyd"),
            explanation=_(
                "Ordene gælder fra den dag, du skriver. Ser nogen siden pr. en tidligere dag, ser de de ord, der stod "
                "dengang."
            ),
        )

    def correct_words_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        item, wording, form = self._words_form(request, pk)
        form.fields["valid_from"].initial = wording.valid_from
        return action_page(
            request,
            title=_("Ret ord: %(item)s") % {"item": item},
            form=form,
            perform=lambda data: correct_words(
                by=actor(request),
                wording=wording,
                words=form.words(),
                valid_from=data["valid_from"],
                reason=data["reason"],
                request_key=request_key(request),
            ),
            done=_("Ordene er rettet."),
            back=item_url(item),
            stands=[_words_since(wording)],
            button=_("Gem rettelse"),
            explanation=_("Brug det til skrivefejl: De rettede ord gælder fra samme dag, og det bliver ikke en nyhed."),
        )

    def _words_form(self, request: HttpRequest, pk: int) -> tuple[Item, Wording, WordingForm]:
        """The item, the words in force, and their form; 403 for who may change none of them."""
        item: Item = self.row_or_404(request, pk)
        permissions.check_can_edit_words(request.user, item)
        wording = in_force(item)
        if wording is None:
            raise Http404
        of_the_source = permissions.can_edit_words(request.user, item, of_the_source=True)
        return item, wording, WordingForm(posted(request), wording=wording, of_the_source=of_the_source)


def _words_since(wording: Wording) -> str:
    return _("Ordene har stået siden %(day)s.") % {"day": date_format(wording.valid_from)}


@admin.register(Recommendation)
class RecommendationAdmin(ItemAdmin):
    """All kinds but initiatives."""

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
            perform=lambda data: record_answer(by=actor(request), item=item, request_key=request_key(request), **data),
            done=_("Svaret er registreret og kan ses af borgerne."),
            back=item_url(item),
            stands=Situation.of(item).answers_in_words,
            button=_("Registrer svar"),
            explanation=_("Svaret vises straks for borgerne og kan ikke ændres bagefter, kun rettes med en ny række."),
        )

    def _answering(self, request: HttpRequest, item: Item, committees: QuerySet[Committee]) -> QuerySet[Committee]:
        """Those the user acts for, and those that owned the item, have ended, and are the user's to speak of."""
        owned = Ownership.objects.recorded().filter(item=item).order_by().values_list("committee", flat=True)
        reach = reach_of(request)
        earlier = set(owned) if reach.is_superuser else set(owned) & reach.committees(Role.APPROVER)
        found = Committee.objects.filter(pk__in={*earlier, *committees.values_list("pk", flat=True)})
        return found.order_by("sort_name", "code")


@admin.register(Initiative)
class InitiativeAdmin(ItemAdmin):
    list_display = ["number", "title", "publication", "addressee", "status_in_words", "fresh_on", "owners"]
    list_filter = [*ItemAdmin.list_filter, "addressee"]
    form_fields = [name for name in ItemAdmin.form_fields if name != "kind"]
    given_fields = {"kind": ItemKind.INITIATIVE}
