"""Status updates: the one form, the page where an update is read and approved, and the list of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions.state import done_before
from recommendations.admin.afterwards import is_own_slip
from recommendations.admin.base import TrackerAdmin, actor, done_already, item_url, reach_of, require, update_url
from recommendations.admin.filters import MineFilter, SourceFilter, WorkFilter
from recommendations.admin.kept import CountedOnce
from recommendations.admin.preview import preview_page
from recommendations.admin.proof import ProofLine
from recommendations.admin.reading import ReadingPage, published_now
from recommendations.enums import WRITERS, Role, UpdateState
from recommendations.forms import SLIP_REASON, RemarkForm
from recommendations.models import Committee, Evidence, Item, StatusUpdate
from recommendations.writing.posted import request_key, step_key
from recommendations.writing.refusals import note_denied
from recommendations.writing.update import PREVIEW, UpdateWriting


@dataclass
class UpdatePage(UpdateWriting):
    """The form for an update as a page of staff."""

    publishes = True

    @classmethod
    def of(
        cls, request: HttpRequest, item: Item, committees: QuerySet[Committee], **about: StatusUpdate | None
    ) -> Self:
        return cls(request, actor(request), reach_of(request), item, committees, **about)

    def initial(self) -> dict[str, Any] | None:
        begins = super().initial()
        if begins and self.corrects and not self.update and is_own_slip(self.corrects, self.by):
            begins["text"] = SLIP_REASON
        return begins

    def shown(self, evidence: Evidence) -> ProofLine:
        return ProofLine(evidence)

    def answer(self) -> HttpResponse:
        if self.request.method == "POST" and (saved := self.carried_out()) is not None:
            messages.success(self.request, self._done(saved))
            return HttpResponseRedirect(self._after(saved))
        return self._show()

    def _done(self, saved: StatusUpdate) -> str:
        return {
            str(UpdateState.SUBMITTED): _("Sendt til godkendelse. Borgerne ser det, når en godkender har udgivet det."),
            str(UpdateState.PUBLISHED): published_now(saved),
        }.get(saved.state, _("Kladden er gemt. Den er ikke sendt til godkendelse."))

    def _after(self, saved: StatusUpdate) -> str:
        if saved.state != UpdateState.DRAFT:  # out of one's hands: back to the rest of the work
            return reverse("admin:index")
        return update_url(saved, "preview" if self.step == PREVIEW else "change")

    def _show(self) -> HttpResponse:
        context = {
            **admin.site.each_context(self.request),
            **self.context(),
            "item_url": item_url(self.item),
            "remark_form": RemarkForm() if self.update else None,
            "can_publish": permissions.acting_committees(self.by, self.item, Role.APPROVER, reach=self.reach).exists(),
        }
        template = "admin/recommendations/statusupdate/form.html"
        return TemplateResponse(self.request, template, context, status=422 if self.is_wrong else 200)


@admin.register(StatusUpdate)
class StatusUpdateAdmin(TrackerAdmin):
    """What is published, and the drafts of the user's own committees; the drafts of others are not there."""

    list_display = ["item", "label", "on", "state", "of_committee", "author"]
    list_filter = [WorkFilter, SourceFilter, MineFilter, "state", "kind", "status", "committee"]
    search_fields = ["text", "item__wording__title", "item__number"]
    date_hierarchy = "on"
    event_field = "update"
    paginator = CountedOnce
    change_list_template = "admin/recommendations/statusupdate/change_list.html"

    @admin.display(description=gettext_lazy("melder"))
    def label(self, update: StatusUpdate) -> str:
        return update.label

    @admin.display(description=gettext_lazy("udvalg"), ordering="committee__sort_name")
    def of_committee(self, update: StatusUpdate) -> str:
        return update.committee.abbreviation if update.committee else "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusUpdate]:
        rows: Any = super().get_queryset(request)
        visible = rows.visible_to(request.user, reach_of(request))
        return visible.select_related("item__publication", "item__wording", "committee", "author")

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {
            "send-retur": ("return", self.return_view),
            "udgiv": ("publish", self.publish_view),
            "ret": ("correct", self.correct_view),
            "kasser": ("discard", self.discard_view),
            "bemaerk": ("remark", self.remark_view),
            "vis": ("preview", self.preview_view),
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A draft is written on; all else is read, and approved where it waits for that."""
        update: StatusUpdate = self.row_or_404(request, object_id)
        if update.state == UpdateState.DRAFT and permissions.can_edit_update(request.user, update):
            writing = permissions.acting_committees(request.user, update.item, *WRITERS, reach=reach_of(request))
            return UpdatePage.of(request, update.item, writing, update=update, corrects=update.corrects).answer()
        if done_already(request, _("Det er gjort."), step_key):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.method == "POST":
            require(False, _("Opdateringen kan ikke ændres her. Brug knapperne på siden."))
        return ReadingPage(request, update).show()

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        update = self.row_or_404(request, pk)
        if update.is_published:
            return HttpResponseRedirect(update.item.get_absolute_url())
        return preview_page(request, update, back=update_url(update))

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        update = self.row_or_404(request, pk)
        committees = permissions.acting_committees(request.user, update.item, *WRITERS, reach=reach_of(request))
        require(committees.exists(), _("Du kan ikke rette en opdatering om noget, dit udvalg ikke ejer."))
        if not update.is_published:
            messages.error(request, _("Kun det, der er udgivet, kan rettes. Skriv i kladden i stedet."))
            return HttpResponseRedirect(update_url(update))
        return UpdatePage.of(request, update.item, committees, corrects=update).answer()

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.step(request, pk, "publish", lambda update: published_now(update))

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Sendt retur. Den, der har skrevet, ser din kommentar på kladden.")
        return self.step(request, pk, "send_back", lambda _update: done)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.step(request, pk, "discard", lambda _update: _("Kladden er kasseret."))

    def remark_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Gemt. De andre, der arbejder med kladden, kan læse det her på siden.")
        return self.step(request, pk, "remark", lambda _update: done, stays=True)

    def step(
        self, request: HttpRequest, pk: int, name: str, done: Callable[[StatusUpdate], str], *, stays: bool = False
    ) -> HttpResponse:
        """One button, one action, which `ReadingPage` calls `name`; refused with its sentence and all that was typed.

        Afterwards comes the rest of the work, or the update itself where one `stays` at it.
        """
        here = reverse("admin:recommendations_statusupdate_change", args=[pk])
        then = here if stays else reverse("admin:index")
        if request.method == "POST" and (earlier := done_before(request_key(request))) and earlier.update:
            messages.success(request, done(earlier.update))  # first: what was thrown away is not there to be read
            return HttpResponseRedirect(then)
        update = self.row_or_404(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(here)
        page = ReadingPage(request, update, asked=name)
        try:
            page.carry_out()
        except ValidationError as refused:
            note_denied(request, actor(request), [refused])
            if update.state != UpdateState.DRAFT:
                return page.show(refused)
            for sentence in refused.messages:
                messages.error(request, sentence)
            return HttpResponseRedirect(here)
        messages.success(request, done(update))
        return HttpResponseRedirect(then)
