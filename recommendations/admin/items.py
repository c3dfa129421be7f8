"""Recommendations and initiatives, and the actions that start from one."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Prefetch
from django.http import Http404
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import Seen, confirm_unchanged, record_answer, set_deadline, set_done_when
from recommendations.admin.base import ReadableAdmin, SuperuserInline, action_page, reach_of, require
from recommendations.admin.bulk import ManyAtOnce
from recommendations.admin.filters import AttentionFilter, OwnerFilter
from recommendations.admin.updates import seen_by, update_page
from recommendations.enums import NO_ANSWER, Role
from recommendations.forms import ActingForm, AnswerForm, DeadlineForm, DoneWhenForm
from recommendations.models import (
    CommitteeAnswer,
    Deadline,
    Initiative,
    Ownership,
    Recommendation,
    StatusUpdate,
    VoteShare,
    for_item,
)
from recommendations.permissions import WRITERS


def answers_in_words(recommendation: Recommendation) -> list[str]:
    """A line for each committee that owns the recommendation or has answered it: its answer, or that there is none."""
    answers = CommitteeAnswer.objects.current().filter(recommendation=recommendation).select_related("committee")
    given = {answer.committee: answer for answer in answers.order_by("committee__name")}
    owners = Ownership.objects.in_force().filter(recommendation=recommendation).select_related("committee")
    lines = []
    for committee in dict.fromkeys([*(row.committee for row in owners.order_by("committee__name")), *given]):
        answer = given.get(committee)
        words = f"{answer.get_outcome_display()}, {date_format(answer.meeting_date)}" if answer else NO_ANSWER
        lines.append(f"{committee.name}: {words}")
    return lines


def deadline_in_words(deadline: Deadline) -> str:
    return f"{date_format(deadline.due_on)}. {deadline.reason}".strip()


class VoteShareInline(SuperuserInline):
    model = VoteShare


class OwnershipInline(SuperuserInline):
    model = Ownership
    fields = ["committee", "role", "valid_from", "valid_to"]
    autocomplete_fields = ["committee"]


class ItemAdmin(ManyAtOnce, ReadableAdmin):
    """The words about an item are its owners' to mend; its number, title and place come from the source."""

    OURS = ("summary", "official_text", "pages")

    list_display_links = ["reference", "title"]
    list_filter = ["publication", "status", AttentionFilter, OwnerFilter]
    list_select_related = ["publication"]
    search_fields = ["search_words"]
    search_help_text = gettext_lazy("Søg i nummer, titel, resumé, kildens egne ord og udgivne opdateringer.")
    ordering = ["publication__position", "publication__slug", "sort_key"]
    change_form_template = "admin/recommendations/item/change_form.html"

    def get_queryset(self, request):
        owners = Ownership.objects.in_force().select_related("committee")
        prefetch = Prefetch("ownerships", owners.order_by("committee__name"), to_attr="owners_today")
        return super().get_queryset(request).with_state().prefetch_related(prefetch)

    def get_search_results(self, request, queryset, search_term):
        return queryset.with_text(search_term), False

    @admin.display(description=gettext_lazy("nummer"), ordering="sort_key")
    def reference(self, item):
        return item.reference

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_in_words(self, item):
        return item.get_status_display() or "–"

    @admin.display(description=gettext_lazy("ejere"))
    def owners(self, item):
        return ", ".join(row.committee.abbreviation for row in item.owners_today) or "–"

    # --- who may do what ------------------------------------------------------------------------------------------

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return True
        return permissions.can_edit_item(request.user, obj, reach=reach_of(request))

    def get_readonly_fields(self, request, obj=None):
        if request.user.is_superuser:
            return [] if obj is None else ["publication", self.model.NUMBER_FIELD]
        fields = [f.name for f in self.model._meta.fields if f.editable and not f.primary_key]
        return [name for name in fields if name not in self.OURS]

    # --- the actions ----------------------------------------------------------------------------------------------

    def get_urls(self):
        name = self.model._meta.model_name
        views = {
            "status": ("status", self.status_view),
            "bekraeft": ("confirm", self.confirm_view),
            "svar": ("answer", self.answer_view),
            "frist": ("deadline", self.deadline_view),
            "kriterium": ("done_when", self.done_when_view),
        }
        own = [
            path(f"<int:pk>/{word}/", self.admin_site.admin_view(view), name=f"recommendations_{name}_{english}")
            for word, (english, view) in views.items()
            if english != "answer" or self.model is Recommendation
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        item = self.get_object(request, object_id)
        if item is None:
            raise Http404
        reach = reach_of(request)
        extra = {
            "can_write": permissions.acting_committees(request.user, item, *WRITERS, reach=reach).exists(),
            "can_decide": permissions.acting_committees(request.user, item, Role.APPROVER, reach=reach).exists(),
            "is_recommendation": self.model is Recommendation,
            "updates": StatusUpdate.objects.visible_to(request.user, reach)
            .filter(**for_item(item))
            .select_related("committee", "author")
            .order_by("-created_at")[:20],
        }
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def item_or_404(self, request, pk):
        item = self.get_object(request, str(pk))
        if item is None:
            raise Http404
        return item

    def back(self, item) -> str:
        return reverse(f"admin:recommendations_{self.model._meta.model_name}_change", args=[item.pk])

    def acting(self, request, item, *roles):
        """The committees the user may act for on this item; 403 when there are none."""
        committees = permissions.acting_committees(request.user, item, *roles, reach=reach_of(request))
        require(
            committees.exists(),
            _("Du har ikke den rolle i et udvalg, der ejer %(item)s. Spørg en administrator, hvis det er forkert.")
            % {"item": item},
        )
        return committees

    def status_view(self, request, pk):
        item = self.item_or_404(request, pk)
        return update_page(request, item=item, committees=self.acting(request, item, *WRITERS))

    def confirm_view(self, request, pk):
        item = self.item_or_404(request, pk)
        committees = self.acting(request, item, *WRITERS)
        return action_page(
            request,
            title=_("Bekræft: stadig korrekt"),
            form=ActingForm(request.POST or None, committees=committees),
            perform=lambda data: confirm_unchanged(by=request.user, item=item, seen=seen_by(request), **data),
            done=_("Bekræftet: status for %(item)s er stadig korrekt.") % {"item": item},
            back=self.back(item),
            then=reverse("admin:index"),
            context={"seen": Seen.now(item), "latest": StatusUpdate.objects.latest_published(item)},
            button=_("Bekræft: stadig korrekt"),
            explanation=_("%(item)s: «%(status)s». Datoen for seneste livstegn bliver i dag. Det bliver ikke en nyhed.")
            % {"item": item, "status": item.get_status_display() or _("Ingen status registreret")},
        )

    def answer_view(self, request, pk):
        item = self.item_or_404(request, pk)
        committees = self.acting(request, item, Role.APPROVER)
        return action_page(
            request,
            title=_("Registrer svar på %(item)s") % {"item": item},
            form=AnswerForm(request.POST or None, recommendation=item, committees=committees),
            perform=lambda data: record_answer(by=request.user, recommendation=item, **data),
            done=_("Svaret er registreret og kan ses af borgerne."),
            back=self.back(item),
            stands=answers_in_words(item),
            button=_("Registrer svar"),
            explanation=_("Svaret vises straks for borgerne og kan ikke ændres bagefter, kun rettes med en ny række."),
        )

    def deadline_view(self, request, pk):
        item = self.item_or_404(request, pk)
        committees = self.acting(request, item, Role.APPROVER)
        return action_page(
            request,
            title=_("Sæt eller flyt frist for %(item)s") % {"item": item},
            form=DeadlineForm(request.POST or None, committees=committees),
            perform=lambda data: set_deadline(by=request.user, item=item, **data),
            done=_("Fristen er registreret og kan ses af borgerne."),
            back=self.back(item),
            stands=[deadline_in_words(row) for row in item.deadlines.order_by("set_on", "pk")],
            button=_("Gem frist"),
            explanation=_("Tidligere frister bliver stående, så alle kan se, at en frist er flyttet, og hvorfor."),
        )

    def done_when_view(self, request, pk):
        item = self.item_or_404(request, pk)
        committees = self.acting(request, item, Role.APPROVER)
        return action_page(
            request,
            title=_("Det er gennemført, når …: %(item)s") % {"item": item},
            form=DoneWhenForm(request.POST or None, committees=committees),
            perform=lambda data: set_done_when(by=request.user, item=item, **data),
            done=_("Kriteriet er registreret og kan ses af borgerne."),
            back=self.back(item),
            stands=[f"… {row.text} {row.reason}".strip() for row in item.donewhens.order_by("set_on", "pk")],
            button=_("Gem kriterium"),
            explanation=_("Skriv, hvad der skal være sket. Tidligere ordlyde bliver stående."),
        )


@admin.register(Recommendation)
class RecommendationAdmin(ItemAdmin):
    list_display = ["reference", "title", "publication", "status_in_words", "fresh_on", "due_on", "owners"]
    autocomplete_fields = ["publication", "parent"]
    inlines = [VoteShareInline, OwnershipInline]


@admin.register(Initiative)
class InitiativeAdmin(ItemAdmin):
    list_display = ["reference", "title", "publication", "addressee", "status_in_words", "fresh_on", "owners"]
    list_select_related = ["publication", "addressee"]
    list_filter = [*ItemAdmin.list_filter, "addressee"]
    autocomplete_fields = ["publication", "addressee", "recommendations"]
    inlines = [OwnershipInline]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "recommendations"]
