"""Committees, who succeeded whom, and who works for which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import hand_over, owned_items, save_committee
from recommendations.actions.state import done_before
from recommendations.admin.base import SuperuserAdmin, TrackerAdmin, actor, reach_of, say
from recommendations.forms import HandOverForm, add_refusal
from recommendations.forms.committees import OPEN
from recommendations.models import Committee, CommitteeMembership, Event, Succession
from recommendations.writing.posted import STEP, page_key, posted, request_key


@admin.register(Committee)
class CommitteeAdmin(SuperuserAdmin):
    new = gettext_lazy("Nyt udvalg")
    list_display = ["name", "abbreviation", "administration", "kind", "valid_from", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["name", "abbreviation", "code", "administration"]
    ordering = ["sort_name", "code"]
    event_field = "committee"
    change_form_template = "admin/recommendations/committee/change_form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def carry_out(self, request: HttpRequest, obj: Committee, form: Any, change: bool) -> Committee:
        return save_committee(by=actor(request), committee=obj, request_key=request_key(request))

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        reach, committee = reach_of(request), kwargs.get("obj")
        works_for = set().union(*reach.acting.values())
        context["works_for_it"] = bool(committee and (reach.is_superuser or committee.pk in works_for))
        return super().render_change_form(request, context, *args, **kwargs)

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"udvalget-er-aendret": ("hand_over", self.hand_over_view)}

    def hand_over_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One recorded act: from which committee to which, on what day, with which items; looked at before it is done.

        The look is the act itself, rolled back, so it shows what will happen and not what somebody believes.
        """
        permissions.check_can_administer(request.user)
        predecessor: Committee = self.row_or_404(request, pk)
        back = reverse("admin:recommendations_committee_change", args=[pk])
        if done := done_before(request_key(request)):  # a second click: what it asks for has moved already
            return _registered(request, done, back)
        opens = OPEN in request.POST  # a source is to be opened: what was typed is shown again, and not judged yet
        form = HandOverForm(
            None if opens else posted(request),
            initial=request.POST.dict() | {"predecessor_ends": "predecessor_ends" in request.POST} if opens else None,
            predecessor=predecessor,
            owned=owned_items(predecessor),
            asked=request.POST,
        )
        outcome = None
        if form.is_valid():
            only_look = request.POST.get(STEP) != "registrer"
            try:
                with transaction.atomic():
                    outcome = hand_over(
                        by=actor(request), predecessor=predecessor, request_key=request_key(request), **form.act()
                    )
                    transaction.set_rollback(only_look)
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                if not only_look:
                    return _registered(request, outcome.event, back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Udvalget er ændret: %(name)s") % {"name": predecessor.name},
            "form": form,
            "noegle": page_key(request),
            "back": back,
            "outcome": outcome,
            "sources": list(Counter(item.publication.title for item in outcome.items).items()) if outcome else [],
            "predecessor": predecessor,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/recommendations/committee/hand_over.html", context, status=status)


def _registered(request: HttpRequest, event: Event, back: str) -> HttpResponse:
    """Say what the log says was moved, and where to go on; alike for the first click and the second."""
    counts = {name: moved for name, (_before, moved) in event.details.items()}
    done = _("Skiftet er registreret. Flyttet: rækker %(items)s, kladder %(drafts)s, roller %(people)s.") % counts
    say(request, done, _next_steps(Committee.objects.get(code=event.after)))
    return HttpResponseRedirect(back)


def _next_steps(successor: Committee) -> list[tuple[str, str]]:
    """Where nobody can write for the successor yet, somebody must be given a role."""
    if permissions.writers_of(successor).exists():
        return []
    invite = f"{reverse('new_person')}?{urlencode({'udvalg': successor.code})}"
    return [(_("Giv nogen en rolle i %(name)s") % {"name": successor.name}, invite)]


@admin.register(Succession)
class SuccessionAdmin(TrackerAdmin):
    """Read here; made by "Udvalget er ændret" on a committee."""

    list_display = ["predecessor", "successor", "on", "predecessor_ends", "recorded_by", "recorded_at"]
    list_select_related = ["predecessor", "successor", "recorded_by"]
    search_fields = ["predecessor__name", "successor__name"]
    event_field = "committee"

    def history_of(self, row: Succession) -> Committee:
        return row.predecessor


@admin.register(CommitteeMembership)
class CommitteeMembershipAdmin(TrackerAdmin):
    """Read here; given and ended under »Hvem dækker hvad«. Never deleted, so that it can be read who could do what."""

    list_display = ["user", "committee", "role", "valid_from", "until"]
    list_filter = ["role", "committee"]
    list_select_related = ["user", "committee"]
    search_fields = ["user__username", "user__last_name", "committee__name", "committee__abbreviation"]
    fields = ["user", "committee", "role", "valid_from", "until"]
    readonly_fields = ["until"]
    event_field = "committee"

    @admin.display(description=gettext_lazy("til og med"), ordering="valid_to")
    def until(self, row: CommitteeMembership) -> str:
        return date_format(row.last_day) if row.last_day else "–"

    def history_of(self, row: CommitteeMembership) -> Committee:
        return row.committee
