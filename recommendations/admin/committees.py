"""Committees, who succeeded whom, and who works for which."""

from django.contrib import admin
from django.urls import path, reverse
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import hand_over
from recommendations.admin.base import ReadableAdmin, SuperuserAdmin, action_page, require
from recommendations.forms import HandOverForm
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
        """One recorded act: from which committee to which, on what day; its open items move along."""
        require(
            permissions.can_reorganise(request.user), _("Kun en administrator kan registrere, at et udvalg er ændret.")
        )
        predecessor = self.get_object_or_404(request, pk)
        return action_page(
            request,
            title=_("Udvalget er ændret: %(name)s") % {"name": predecessor.name},
            form=HandOverForm(request.POST or None, predecessor=predecessor),
            perform=lambda data: hand_over(by=request.user, predecessor=predecessor, **data),
            done=_("Skiftet er registreret, og de åbne rækker er flyttet."),
            back=reverse("admin:recommendations_committee_change", args=[pk]),
            button=_("Registrer skiftet"),
            explanation=_(
                "Alle åbne anbefalinger og initiativer flyttes til det nye udvalg fra den dag. "
                "Gamle opdateringer beholder det gamle navn. Afsluttede rækker bliver, hvor de er."
            ),
        )


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
