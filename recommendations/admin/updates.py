"""Status updates: the one form, the page where an update is read and approved, and the list of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions, uploads
from recommendations.actions import (
    Conflict,
    Seen,
    correct_update,
    publish_update,
    save_draft,
    submit_update,
)
from recommendations.actions.state import done_before
from recommendations.admin.afterwards import is_own_slip
from recommendations.admin.base import (
    STEP,
    TrackerAdmin,
    actor,
    done_already,
    item_url,
    page_key,
    posted,
    reach_of,
    request_key,
    require,
    update_url,
)
from recommendations.admin.filters import MineFilter, SourceFilter, WorkFilter
from recommendations.admin.kept import CountedOnce
from recommendations.admin.preview import preview_page
from recommendations.admin.proof import ProofLine, proof_of
from recommendations.admin.reading import ReadingPage, published_now, seen_by
from recommendations.admin.situation import Situation
from recommendations.admin.thread import thread_of
from recommendations.enums import UNPUBLISHED, WRITERS, EvidenceKind, Role, Status, UpdateState
from recommendations.forms import (
    SLIP_REASON,
    CorrectionForm,
    EvidenceFormSet,
    RemarkForm,
    UpdateForm,
    add_refusal,
)
from recommendations.models import Committee, Item, StatusUpdate

SAVE, SUBMIT, PUBLISH, PREVIEW = "gem", "send", "udgiv", "vis"  # the buttons


@dataclass
class UpdatePage:
    """The one form for an update: a new draft about `item`, or `update` written on; a correction of `corrects`.

    What stands now is shown beside it. Saving, sending and publishing are one step: when the step is refused, nothing
    is saved and everything typed is still there.
    """

    request: HttpRequest
    item: Item
    committees: QuerySet[Committee]
    update: StatusUpdate | None = None
    corrects: StatusUpdate | None = None

    def __post_init__(self) -> None:
        typed = posted(self.request)
        form_class = CorrectionForm if self.corrects else UpdateForm
        initial = form_class.initial_from(self.update) if self.update else None
        if self.corrects and not self.update:
            initial = CorrectionForm.initial_of(self.corrects)
            if is_own_slip(self.corrects, actor(self.request)):
                initial["text"] = SLIP_REASON
        self.form = form_class(typed, initial=initial, committees=self.committees)
        self.evidence = EvidenceFormSet(
            typed,
            self.request.FILES or None,
            initial=EvidenceFormSet.initial_from(self.update or self.corrects),
            prefix="dokumentation",
        )

    def answer(self) -> HttpResponse:
        # Both are checked, so that all that is wrong is said at once.
        if self.request.method == "POST" and all([self.form.is_valid(), self.evidence.is_valid()]):
            saved = self._carry_out()
            if saved is not None:
                return HttpResponseRedirect(self._after(saved))
        return self._show()

    @property
    def step(self) -> str:
        return self.request.POST.get(STEP, SAVE)

    def _carry_out(self) -> StatusUpdate | None:
        """Save the draft and do what the button said; none when an action refused, with the reason in the form."""
        try:
            with transaction.atomic():
                saved = self._save()
                if saved.state == UpdateState.DRAFT:  # else it was all done by an earlier click
                    saved = self._move(saved)
        except ValidationError as refused:
            self.form.has_conflict = isinstance(refused, Conflict)
            if rest := self.evidence.take_refusal(refused):
                add_refusal(self.form, rest)
            return None
        messages.success(self.request, self._done(saved))
        return saved

    def _save(self) -> StatusUpdate:
        common: dict[str, Any] = {
            "by": actor(self.request),
            "committee": self.form.cleaned_data["committee"],
            "draft": self.form.draft(self.evidence.contents(self.update, self.corrects)),
            "request_key": request_key(self.request),
        }
        if self.corrects:
            return correct_update(**common, update=self.corrects, rewrite=self.update)
        return save_draft(**common, item=self.item, update=self.update, seen=seen_by(self.request))

    def _move(self, saved: StatusUpdate) -> StatusUpdate:
        by, key = actor(self.request), request_key(self.request)
        free = None if done_before(key) else key  # not taken, where nothing in the draft was changed
        if self.step == SUBMIT:
            return submit_update(by=by, update=saved, sure=self.form.cleaned_data["sure"], request_key=free)
        if self.step == PUBLISH:
            return publish_update(by=by, update=saved, sure=self.form.cleaned_data["sure"], request_key=free)
        return saved

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
        if self.update is not None:
            self.update.refresh_from_db()
        form, corrects = self.form, self.corrects
        invalid = bool(form.errors or self.evidence.total_error_count())
        invalid = invalid and not form.asks  # the action asks only when nothing else stands in the way
        context = {
            **admin.site.each_context(self.request),
            "title": _("Ret: %(update)s") % {"update": corrects}
            if corrects
            else _("Giv status: %(item)s") % {"item": self.item},
            "item": self.item,
            "item_url": item_url(self.item),
            "situation": Situation.of(self.item),
            "form": form,
            "evidence": self.evidence,
            "evidence_rows": self._evidence_rows(),
            "evidence_kinds": list(EvidenceKind),
            "thread": thread_of(self.request, self.update) if self.update else [],
            "remark_form": RemarkForm() if self.update else None,
            "cleaned": uploads.CLEANED,
            "update": self.update,
            "corrects": corrects,
            "latest": corrects or StatusUpdate.objects.latest_published(self.item),
            "seen": Seen.now(self.item, self.update),
            "noegle": page_key(self.request),
            "other_draft": self.update if form.has_conflict else None,
            "other_drafts": self._drafts_of_others(),
            "status_choices": status_choices(form["status"]),
            "can_publish": permissions.acting_committees(
                self.request.user, self.item, Role.APPROVER, reach=reach_of(self.request)
            ).exists(),
            "invalid": invalid,
            "asks": form.asks,
        }
        template = "admin/recommendations/statusupdate/form.html"
        return TemplateResponse(self.request, template, context, status=422 if invalid else 200)

    def _evidence_rows(self) -> list[tuple[Any, ProofLine | None]]:
        """The form of each row, with what is stored in it already."""
        stored = {str(row.pk): row for update in (self.update, self.corrects) if update for row in proof_of(update)}
        found = [stored.get(str(row["stored"].value() or "")) for row in self.evidence]
        return [(row, ProofLine(one) if one else None) for row, one in zip(self.evidence, found, strict=True)]

    def _drafts_of_others(self) -> list[StatusUpdate]:
        """What is being written about the same already, so that two do not do the same work unseen."""
        drafts = StatusUpdate.objects.visible_to(self.request.user, reach_of(self.request))
        drafts = drafts.filter(item=self.item, state__in=UNPUBLISHED, corrects=self.corrects)
        if self.update:
            drafts = drafts.exclude(pk=self.update.pk)
        return list(drafts.select_related("committee", "author").order_by("created_at", "pk"))


def status_choices(field: Any) -> list[tuple[Any, Status | None]]:
    """Each radio with the status that it stands for, whose definition and demands are shown with it."""
    return [(radio, Status(value) if (value := radio.data["value"]) in Status.values else None) for radio in field]


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
        if done_already(request, _("Det er gjort.")):
            return HttpResponseRedirect(reverse("admin:index"))
        update: StatusUpdate = self.row_or_404(request, object_id)
        if update.state == UpdateState.DRAFT and permissions.can_edit_update(request.user, update):
            writing = permissions.acting_committees(request.user, update.item, *WRITERS, reach=reach_of(request))
            return UpdatePage(request, update.item, writing, update, update.corrects).answer()
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
        return UpdatePage(request, update.item, committees, corrects=update).answer()

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
            if update.state != UpdateState.DRAFT:
                return page.show(refused)
            for sentence in refused.messages:
                messages.error(request, sentence)
            return HttpResponseRedirect(here)
        messages.success(request, done(update))
        return HttpResponseRedirect(then)
