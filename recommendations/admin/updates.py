"""Status updates: the one form, the approval beside what stands now, and the list of drafts and published rows."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
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
from recommendations.admin.base import FORMFIELDS, ReadableAdmin, action_page, reach_of, require
from recommendations.admin.filters import WorkFilter
from recommendations.admin.preview import preview_page
from recommendations.enums import Status, UpdateKind, UpdateState
from recommendations.forms import CorrectionForm, EvidenceFormSet, ReturnForm, UpdateForm, add_refusal
from recommendations.models import Evidence, StatusUpdate, for_item
from recommendations.permissions import WRITERS

SAVE, SUBMIT, PUBLISH, PREVIEW = "gem", "send", "udgiv", "vis"


def update_page(request: HttpRequest, *, item, committees, update: StatusUpdate | None = None) -> HttpResponse:
    """The one form for a status: a new draft about `item`, or `update` written on.

    What stands now is shown beside it. Saving, sending and publishing are one step: when the step is refused, nothing
    is saved and everything typed is still there.
    """
    if update is not None and update.kind == UpdateKind.CORRECTION:
        form_class, initial = CorrectionForm, {"committee": update.committee, "text": update.text}
    else:
        form_class, initial = UpdateForm, UpdateForm.initial_from(update) if update else None
    form = form_class(request.POST or None, initial=initial, committees=committees)
    evidence = EvidenceFormSet(
        request.POST or None,
        request.FILES or None,
        initial=EvidenceFormSet.initial_from(update),
        prefix="dokumentation",
    )
    # Both are checked, so that all that is wrong is said at once.
    if request.method == "POST" and all([form.is_valid(), evidence.is_valid()]):
        saved = _carry_out(request, form, evidence, item, update)
        if saved is not None:
            return HttpResponseRedirect(_after(saved, request.POST.get("trin", SAVE)))
    if update is not None and update.pk:
        update.refresh_from_db()
    seen = Seen.now(item, update)
    context = {
        **admin.site.each_context(request),
        "title": _("Giv status: %(item)s") % {"item": item},
        "item": item,
        "item_url": _item_url(item),
        "form": form,
        "evidence": None if isinstance(form, CorrectionForm) else evidence,
        "update": update,
        "latest": StatusUpdate.objects.latest_published(item),
        "seen": seen,
        "other_draft": update if form.has_conflict else None,
        "status_choices": [(radio, Status(radio.data["value"])) for radio in form["status"]]
        if "status" in form.fields
        else [],
        "can_publish": request.user.is_superuser
        or permissions.acting_committees(request.user, item, "approver", reach=reach_of(request)).exists(),
        "invalid": bool(form.errors or evidence.total_error_count()),
    }
    status = 422 if context["invalid"] else 200
    return TemplateResponse(request, "admin/recommendations/statusupdate/form.html", context, status=status)


def _carry_out(request, form, evidence, item, update) -> StatusUpdate | None:
    """Save the draft and do what the button said; `None` when an action refused, with the reason in the form."""
    step = request.POST.get("trin", SAVE)
    try:
        with transaction.atomic():
            saved = _save(request, form, evidence, item, update)
            if step == SUBMIT:
                saved = submit_update(by=request.user, update=saved)
                messages.success(
                    request, _("Sendt til godkendelse. Borgerne ser det, når en godkender har udgivet det.")
                )
            elif step == PUBLISH:
                saved = publish_update(by=request.user, update=saved)
                messages.success(request, _("Udgivet. Borgerne kan se det nu."))
            else:
                messages.success(request, _("Kladden er gemt. Den er ikke sendt til godkendelse."))
            return saved
    except ValidationError as refused:
        form.has_conflict = isinstance(refused, Conflict)
        add_refusal(form, refused)
        return None


def _save(request, form, evidence, item, update) -> StatusUpdate:
    if isinstance(form, CorrectionForm):
        data = form.cleaned_data
        return correct_update(
            by=request.user, update=update.corrects, text=data["text"], committee=data["committee"], rewrite=update
        )
    return save_draft(
        by=request.user,
        item=item,
        committee=form.cleaned_data["committee"],
        draft=form.draft(evidence.contents(update)),
        update=update,
        seen=seen_by(request),
    )


def seen_by(request, prefix: str = "") -> Seen | None:
    """What the page showed when it was opened, as its hidden fields say; none from a page without them."""
    if f"{prefix}set_seneste" not in request.POST:
        return None
    latest, version = (request.POST.get(prefix + name, "") for name in ("set_seneste", "set_udgave"))
    return Seen(int(latest) if latest.isdigit() else None, int(version) if version.isdigit() else 0)


def _item_url(item) -> str:
    return reverse(f"admin:recommendations_{item.ABOUT}_change", args=[item.pk])


def _update_url(update: StatusUpdate) -> str:
    return reverse("admin:recommendations_statusupdate_change", args=[update.pk])


def _after(update: StatusUpdate, step: str) -> str:
    if step == PREVIEW:
        return reverse("admin:recommendations_statusupdate_preview", args=[update.pk])
    # What is out of one's hands leads back to the rest of the work; a draft is still being written.
    return reverse("admin:index") if update.state != UpdateState.DRAFT else _update_url(update)


class EvidenceInline(admin.StackedInline):
    model = Evidence
    extra = 0
    can_delete = False
    fields = ["title", "url", "case_number"]
    formfield_overrides = FORMFIELDS

    def has_view_permission(self, request, obj=None):
        return request.user.is_staff

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class UpdateHistoryAdmin(ReadableAdmin):
    """The history of what is published holds its drafts too, so it is for its own committee only."""

    def update_behind(self, row) -> StatusUpdate:
        return row

    def history_view(self, request, object_id, extra_context=None):
        self.own_or_404(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        self.own_or_404(request, object_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def own_or_404(self, request, object_id) -> None:
        reach = reach_of(request)
        if reach.is_superuser:  # also the history of what has been thrown away
            return
        row = self.get_object(request, object_id)
        if row is None or self.update_behind(row).committee_id not in reach.committees():
            raise Http404


@admin.register(Evidence)
class EvidenceAdmin(UpdateHistoryAdmin):
    """Evidence across updates, read only; that of others' drafts is not there."""

    list_display = ["title", "update", "url", "case_number"]
    list_select_related = ["update__recommendation", "update__initiative"]
    search_fields = ["title", "case_number", "url"]

    def update_behind(self, row) -> StatusUpdate:
        return row.update

    def get_queryset(self, request):
        visible = StatusUpdate.objects.visible_to(request.user, reach_of(request))
        return super().get_queryset(request).filter(update__in=visible)


@admin.register(StatusUpdate)
class StatusUpdateAdmin(UpdateHistoryAdmin):
    """What is published, and the drafts of the user's own committees; the drafts of others are not there."""

    list_display = ["item", "label", "on", "state", "committee", "author", "published_at"]
    list_filter = [WorkFilter, "state", "kind", "status", "committee"]
    list_select_related = ["recommendation", "initiative", "committee", "author"]
    search_fields = ["text", "recommendation__title", "recommendation__number", "initiative__title", "initiative__code"]
    date_hierarchy = "on"
    inlines = [EvidenceInline]
    change_list_template = "admin/recommendations/statusupdate/change_list.html"
    change_form_template = "admin/recommendations/statusupdate/change_form.html"

    @admin.display(description=gettext_lazy("om"))
    def item(self, update):
        return update.item

    @admin.display(description=gettext_lazy("melder"))
    def label(self, update):
        return update.label

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user, reach_of(request))

    def get_urls(self):
        views = {
            "send-retur": ("return", self.return_view),
            "udgiv": ("publish", self.publish_view),
            "ret": ("correct", self.correct_view),
            "kasser": ("discard", self.discard_view),
            "vis": ("preview", self.preview_view),
        }
        own = [
            path(f"<int:pk>/{word}/", self.admin_site.admin_view(view), name=f"recommendations_statusupdate_{english}")
            for word, (english, view) in views.items()
        ]
        return [*own, *super().get_urls()]

    def update_or_404(self, request, pk) -> StatusUpdate:
        update = self.get_object(request, str(pk))
        if update is None:
            raise Http404
        return update

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """A draft is written on; what awaits approval is shown beside what stands now; what is published is read."""
        update = self.update_or_404(request, object_id)
        editable = permissions.can_edit_update(request.user, update)
        if update.state == UpdateState.DRAFT and editable:
            committees = permissions.acting_committees(request.user, update.item, *WRITERS, reach=reach_of(request))
            return update_page(request, item=update.item, committees=committees, update=update)
        if request.method == "POST":
            require(False, _("Opdateringen kan ikke ændres her. Brug knapperne på siden."))
        published = StatusUpdate.objects.published().filter(**for_item(update.item)).select_related("committee")
        extra = {
            "update": update,
            "item_url": _item_url(update.item),
            "latest": published.exclude(pk=update.pk).newest_first().first(),
            "can_approve": update.state == UpdateState.SUBMITTED and permissions.can_approve(request.user, update),
            "is_second_person": permissions.is_second_person(request.user, update),
            "can_take_back": editable,
            "can_correct": update.is_published
            and permissions.acting_committees(request.user, update.item, *WRITERS, reach=reach_of(request)).exists(),
            "return_form": ReturnForm(),
            "seen": Seen.now(update.item, update),
        }
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def preview_view(self, request, pk):
        update = self.update_or_404(request, pk)
        if update.is_published:
            return HttpResponseRedirect(update.item.get_absolute_url())
        return preview_page(request, update, back=_update_url(update))

    def publish_view(self, request, pk):
        update = self.update_or_404(request, pk)
        return self.step(
            request,
            update,
            lambda: publish_update(by=request.user, update=update, seen=seen_by(request)),
            _("Udgivet. Borgerne kan se det nu."),
        )

    def return_view(self, request, pk):
        update = self.update_or_404(request, pk)
        comment = request.POST.get("comment", "")
        return self.step(
            request,
            update,
            lambda: return_update(by=request.user, update=update, comment=comment),
            _("Sendt retur. Den, der har skrevet, ser din kommentar på kladden."),
        )

    def step(self, request, update, perform, done):
        """One button, one action; refused with its sentence at the top of the update's page."""
        if request.method != "POST":
            return HttpResponseRedirect(_update_url(update))
        try:
            perform()
        except ValidationError as refused:
            for sentence in refused.messages:
                messages.error(request, sentence)
            return HttpResponseRedirect(_update_url(update))
        messages.success(request, done)
        return HttpResponseRedirect(reverse("admin:index"))

    def correct_view(self, request, pk):
        update = self.update_or_404(request, pk)
        committees = permissions.acting_committees(request.user, update.item, *WRITERS, reach=reach_of(request))
        require(committees.exists(), _("Du kan ikke rette en opdatering om noget, dit udvalg ikke ejer."))
        return action_page(
            request,
            title=_("Ret: %(update)s") % {"update": update},
            form=CorrectionForm(request.POST or None, committees=committees),
            perform=lambda data: correct_update(by=request.user, update=update, **data),
            done=_("Rettelsen er gemt som kladde. Send den til godkendelse fra listen over statusopdateringer."),
            back=_item_url(update.item),
            button=_("Gem rettelse som kladde"),
            explanation=_("Status kan ikke ændres i en rettelse. Er status en anden, så giv en ny status."),
        )

    def discard_view(self, request, pk):
        update = self.update_or_404(request, pk)
        return self.step(
            request, update, lambda: discard_draft(by=request.user, update=update), _("Kladden er kasseret.")
        )
