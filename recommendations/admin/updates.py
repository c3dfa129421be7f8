"""Status updates: the one form, the approval beside what stands now, and the list of drafts and published rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import (
    Conflict,
    Seen,
    correct_update,
    discard_draft,
    publish_update,
    return_update,
    save_draft,
    submit_update,
)
from recommendations.admin.base import (
    STEP,
    TrackerAdmin,
    actor,
    done_already,
    page_key,
    posted,
    reach_of,
    request_key,
    require,
)
from recommendations.admin.filters import WorkFilter
from recommendations.admin.preview import preview_page
from recommendations.admin.situation import Situation
from recommendations.admin.work import item_url, update_url
from recommendations.enums import UNPUBLISHED, WRITERS, Role, Status, UpdateState
from recommendations.forms import CorrectionForm, EvidenceFormSet, ReturnForm, UpdateForm, add_refusal
from recommendations.models import Committee, Evidence, Item, StatusUpdate

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
            add_refusal(self.form, refused)
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
        by = actor(self.request)
        if self.step == SUBMIT:
            return submit_update(by=by, update=saved)
        if self.step == PUBLISH:
            return publish_update(by=by, update=saved)
        return saved

    def _done(self, saved: StatusUpdate) -> str:
        return {
            str(UpdateState.SUBMITTED): _("Sendt til godkendelse. Borgerne ser det, når en godkender har udgivet det."),
            str(UpdateState.PUBLISHED): _("Udgivet. Borgerne kan se det nu."),
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
        }
        template = "admin/recommendations/statusupdate/form.html"
        return TemplateResponse(self.request, template, context, status=422 if invalid else 200)

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


def seen_by(request: HttpRequest, prefix: str = "") -> Seen | None:
    """What the page showed when it was opened, as its hidden fields say; none from a page without them."""
    if f"{prefix}set_seneste" not in request.POST:
        return None
    latest, version = (request.POST.get(prefix + name, "") for name in ("set_seneste", "set_udgave"))
    return Seen(int(latest) if latest.isdigit() else None, int(version) if version.isdigit() else 0)


class EvidenceInline(admin.StackedInline):  # type: ignore[type-arg]
    """What the approver looks at; the file can be opened by whoever may see the update. Read only."""

    model = Evidence
    extra = 0
    can_delete = False
    readonly_fields = ("title", "link", "case_number", "pages")
    fields = readonly_fields
    ordering = ["position"]

    @admin.display(description=gettext_lazy("link eller fil"))
    def link(self, evidence: Evidence) -> str:
        return evidence_link(evidence)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def evidence_link(evidence: Evidence) -> str:
    """A link to what documents an update, as HTML; a dash where there is a case number only."""
    if evidence.file:
        address = reverse("admin:recommendations_evidence_file", args=[evidence.pk])
        return format_html('<a href="{}">{}</a>', address, _("Åbn filen »%(name)s«") % {"name": evidence.title})
    return format_html('<a href="{0}">{0}</a>', evidence.url) if evidence.url else "–"


@admin.register(Evidence)
class EvidenceAdmin(TrackerAdmin):
    """Evidence across updates, read only; that of others' drafts is not there."""

    list_display = ["title", "update", "link", "case_number"]
    list_select_related = ["update__item__wording"]
    search_fields = ["title", "case_number", "url"]
    readonly_fields = ("update", "position", "title", "link", "case_number", "pages")
    fields = readonly_fields
    event_field = "update"

    @admin.display(description=gettext_lazy("link eller fil"))
    def link(self, evidence: Evidence) -> str:
        return evidence_link(evidence)

    def history_of(self, row: Evidence) -> StatusUpdate:
        return row.update

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"fil": ("file", self.file_view)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        visible = StatusUpdate.objects.visible_to(request.user, reach_of(request))
        return super().get_queryset(request).filter(update__in=visible)

    def file_view(self, request: HttpRequest, pk: int) -> Any:
        """An uploaded file, before it is published too: nobody is to approve what cannot be opened."""
        evidence = self.row_or_404(request, pk)
        if not evidence.file:
            raise Http404
        try:
            content = evidence.file.open("rb")
        except FileNotFoundError as error:
            raise Http404(_("Filen findes ikke længere.")) from error
        name = (slugify(evidence.title)[:80] or "dokumentation") + PurePath(evidence.file.name).suffix
        # Never opened inside the page, whatever it is.
        return FileResponse(content, as_attachment=True, filename=name, content_type="application/octet-stream")


@admin.register(StatusUpdate)
class StatusUpdateAdmin(TrackerAdmin):
    """What is published, and the drafts of the user's own committees; the drafts of others are not there."""

    list_display = ["item", "label", "on", "state", "committee", "author", "published_at"]
    list_filter = [WorkFilter, "state", "kind", "status", "committee"]
    search_fields = ["text", "item__wording__title", "item__number"]
    date_hierarchy = "on"
    inlines = [EvidenceInline]
    event_field = "update"
    change_list_template = "admin/recommendations/statusupdate/change_list.html"
    change_form_template = "admin/recommendations/statusupdate/change_form.html"

    @admin.display(description=gettext_lazy("melder"))
    def label(self, update: StatusUpdate) -> str:
        return update.label

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
            "vis": ("preview", self.preview_view),
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A draft is written on; what awaits approval is shown beside what stands now; what is published is read."""
        update: StatusUpdate = self.row_or_404(request, object_id)
        user, reach = request.user, reach_of(request)
        editable = permissions.can_edit_update(user, update)
        writing = permissions.acting_committees(user, update.item, *WRITERS, reach=reach)
        if update.state == UpdateState.DRAFT and editable:
            return UpdatePage(request, update.item, writing, update, update.corrects).answer()
        if request.method == "POST":
            require(False, _("Opdateringen kan ikke ændres her. Brug knapperne på siden."))
        published = StatusUpdate.objects.published().filter(item=update.item).select_related("committee")
        corrected_by = published.filter(corrects=update).first()
        extra = {
            "update": update,
            "item_url": item_url(update.item),
            "situation": Situation.of(update.item),
            "latest": update.corrects or published.exclude(pk=update.pk).newest_first().first(),
            "corrects": update.corrects,
            "corrected_by": corrected_by,
            "can_approve": update.state == UpdateState.SUBMITTED and permissions.can_approve(user, update),
            "is_second_person": permissions.is_second_person(user, update),
            "can_correct": update.is_published and corrected_by is None and writing.exists(),
            "can_take_back": editable,
            "return_form": ReturnForm(),
            "seen": Seen.now(update.item, update),
        }
        response: HttpResponse = super().change_view(request, object_id, form_url, extra | (extra_context or {}))
        return response

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
        return self.step(
            request,
            pk,
            partial(publish_update, seen=seen_by(request)),
            _("Udgivet. Borgerne kan se det nu."),
        )

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        comment = request.POST.get("comment", "")
        return self.step(
            request,
            pk,
            partial(return_update, comment=comment),
            _("Sendt retur. Den, der har skrevet, ser din kommentar på kladden."),
        )

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.step(request, pk, discard_draft, _("Kladden er kasseret."))

    def step(self, request: HttpRequest, pk: int, perform: Callable[..., StatusUpdate], done: str) -> HttpResponse:
        """One button, one action; refused with its sentence at the top of the update's page."""
        if done_already(request, done):  # first: what was thrown away is not there to be read
            return HttpResponseRedirect(reverse("admin:index"))
        update = self.row_or_404(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(update_url(update))
        try:
            perform(by=actor(request), update=update, request_key=request_key(request))
        except ValidationError as refused:
            for sentence in refused.messages:
                messages.error(request, sentence)
            return HttpResponseRedirect(update_url(update))
        messages.success(request, done)
        return HttpResponseRedirect(reverse("admin:index"))
