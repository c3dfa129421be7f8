"""Committees, who succeeded whom, and who works for which."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import hand_over, open_items_of
from recommendations.admin.base import ReadableAdmin, SuperuserAdmin, require
from recommendations.forms import HandOverForm, add_refusal
from recommendations.models import Committee, CommitteeMembership, Succession


@admin.register(Committee)
class CommitteeAdmin(SuperuserAdmin):
    list_display = ["name", "abbreviation", "administration", "kind", "valid_from", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["name", "abbreviation", "code", "administration"]
    change_form_template = "admin/recommendations/committee/change_form.html"

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def get_urls(self):
        view = self.admin_site.admin_view(self.hand_over_view)
        return [
            path("<int:pk>/udvalget-er-aendret/", view, name="recommendations_committee_hand_over"),
            *super().get_urls(),
        ]

    def hand_over_view(self, request, pk):
        """One recorded act: from which committee to which, on what day, with which items; looked at before it is done.

        The look is the act itself, rolled back, so it shows what will happen and not what somebody believes.
        """
        require(
            permissions.can_reorganise(request.user), _("Kun en administrator kan registrere, at et udvalg er ændret.")
        )
        predecessor = get_object_or_404(Committee, pk=pk)
        form = HandOverForm(request.POST or None, predecessor=predecessor, open_items=open_items_of(predecessor))
        back = reverse("admin:recommendations_committee_change", args=[pk])
        outcome = None
        if request.method == "POST" and form.is_valid():
            only_look = request.POST.get("trin") != "registrer"
            try:
                with transaction.atomic():
                    outcome = hand_over(by=request.user, predecessor=predecessor, **form.cleaned_data)
                    transaction.set_rollback(only_look)
            except ValidationError as refused:
                add_refusal(form, refused)
            else:
                if not only_look:
                    messages.success(request, _("Skiftet er registreret, og rækkerne er flyttet."))
                    return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Udvalget er ændret: %(name)s") % {"name": predecessor.name},
            "form": form,
            "back": back,
            "outcome": outcome,
            "predecessor": predecessor,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/recommendations/committee/hand_over.html", context, status=status)


@admin.register(Succession)
class SuccessionAdmin(ReadableAdmin):
    """Read here; made by "Udvalget er ændret" on a committee."""

    list_display = ["predecessor", "successor", "on", "recorded_by", "recorded_at"]
    list_select_related = ["predecessor", "successor", "recorded_by"]
    search_fields = ["predecessor__name", "successor__name"]


@admin.register(CommitteeMembership)
class CommitteeMembershipAdmin(SuperuserAdmin):
    list_display = ["user", "committee", "role"]
    list_filter = ["role", "committee"]
    list_select_related = ["user", "committee"]
    search_fields = ["user__username", "user__last_name", "committee__name", "committee__abbreviation"]
    autocomplete_fields = ["user", "committee"]

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser  # a role that has ended; its history stays
