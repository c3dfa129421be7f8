"""What is final once it is recorded, answers, deadlines, criteria and words: read here, and corrected here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import record_answer, set_deadline, set_done_when
from recommendations.admin.afterwards import correction_address, is_own_slip, ways_on
from recommendations.admin.base import action_page, actor, item_url, reach_of, require
from recommendations.admin.facts import ITEM_WORDS, AboutItemAdmin
from recommendations.enums import Role
from recommendations.forms import CorrectAnswerForm, CorrectDeadlineForm, CorrectDoneWhenForm
from recommendations.models import Committee, CommitteeAnswer, Deadline, DoneWhen, Wording
from recommendations.writing.posted import posted, request_key


class RecordedAdmin(AboutItemAdmin):
    """Rows that are final from the moment they are recorded: read here, made by an action on the item's page."""

    list_select_related = ["committee"]
    search_fields = ITEM_WORDS
    list_filter = ["committee"]
    change_form_template = "admin/recommendations/recorded/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related("item__publication", "item__wording", "recorded_by", *self.list_select_related)

    def can_correct(self, request: HttpRequest, row: Any) -> bool:
        """Whether the user may correct the row, and nobody has."""
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.row_or_404(request, object_id)
        extra = {"item_url": item_url(row.item), "can_correct": self.can_correct(request, row)}
        response: HttpResponse = super().change_view(request, object_id, form_url, extra | (extra_context or {}))
        return response


class CorrigibleAdmin(RecordedAdmin):
    """Those that have a page of their own where they are corrected."""

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"ret": ("correct", self.correct_view)}

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The correction of a row; of one that has been corrected, that of the newest that stands in its place."""
        row = self.row_or_404(request, pk)
        later = row.corrections.first()
        if later and request.method != "POST":
            return HttpResponseRedirect(correction_address(later))
        self.require_right(request, row)
        slip = is_own_slip(row, actor(request))
        form = self.correction_form(request, row, is_slip=slip)
        return action_page(
            request,
            title=_("Ret: %(row)s") % {"row": row},
            form=form,
            perform=lambda data: self.correct(request, row, data),
            done=_("Rettelsen er gemt. Både det, der stod, og rettelsen kan læses af borgerne."),
            back=item_url(row.item),
            links=lambda correction: ways_on(correction, row.item),
            button=_("Gem rettelse"),
            explanation=_("Ret det, der er forkert. Det gamle bliver mærket som rettet. Det bliver ikke en nyhed."),
        )

    def can_correct(self, request: HttpRequest, row: Any) -> bool:
        return not row.corrections.exists() and self.has_right(request, row)

    def require_right(self, request: HttpRequest, row: Any) -> None:
        require(
            self.has_right(request, row),
            _("Kun en godkender for et udvalg, der ejer %(item)s, kan rette det.") % {"item": row.item},
        )

    def has_right(self, request: HttpRequest, row: Any) -> bool:
        return self.acting(request, row).exists()

    def acting(self, request: HttpRequest, row: Any) -> QuerySet[Committee]:
        return permissions.acting_committees(request.user, row.item, Role.APPROVER, reach=reach_of(request))

    def correction_form(self, request: HttpRequest, row: Any, *, is_slip: bool) -> Form:
        raise NotImplementedError

    def correct(self, request: HttpRequest, row: Any, data: dict[str, Any]) -> Any:
        """Call the action with what was typed; gives back the correction."""
        raise NotImplementedError


@admin.register(Wording)
class WordingAdmin(RecordedAdmin):
    """Written by »Ny ordlyd« and »Ret ord« on the item's page."""

    list_display = ["item", "title", "title_basis", "valid_from", "recorded_by", "recorded_at"]
    list_filter = ["title_basis", "item__publication"]
    list_select_related = ["item"]
    search_fields = ["item__number", "title"]


@admin.register(CommitteeAnswer)
class CommitteeAnswerAdmin(CorrigibleAdmin):
    list_display = ["item", "committee", "outcome", "meeting_date", "recorded_by", "recorded_at"]
    list_filter = ["outcome", "committee"]
    search_fields = [*ITEM_WORDS, "text"]
    date_hierarchy = "meeting_date"

    def has_right(self, request: HttpRequest, row: CommitteeAnswer) -> bool:
        return permissions.can_answer_for(request.user, row.committee)

    def correction_form(self, request: HttpRequest, row: CommitteeAnswer, *, is_slip: bool) -> Form:
        return CorrectAnswerForm(posted(request), answer=row, is_slip=is_slip)

    def correct(self, request: HttpRequest, row: CommitteeAnswer, data: dict[str, Any]) -> CommitteeAnswer:
        key = request_key(request)
        return record_answer(
            by=actor(request), item=row.item, committee=row.committee, corrects=row, request_key=key, **data
        )


@admin.register(Deadline)
class DeadlineAdmin(CorrigibleAdmin):
    list_display = ["item", "due_on", "reason", "committee", "recorded_by", "recorded_at"]
    search_fields = [*ITEM_WORDS, "reason"]

    def correction_form(self, request: HttpRequest, row: Deadline, *, is_slip: bool) -> Form:
        return CorrectDeadlineForm(posted(request), row=row, is_slip=is_slip, committees=self.acting(request, row))

    def correct(self, request: HttpRequest, row: Deadline, data: dict[str, Any]) -> Deadline:
        return set_deadline(by=actor(request), item=row.item, corrects=row, request_key=request_key(request), **data)


@admin.register(DoneWhen)
class DoneWhenAdmin(CorrigibleAdmin):
    list_display = ["item", "text", "reason", "committee", "recorded_by", "recorded_at"]
    search_fields = [*ITEM_WORDS, "text"]

    def correction_form(self, request: HttpRequest, row: DoneWhen, *, is_slip: bool) -> Form:
        return CorrectDoneWhenForm(posted(request), row=row, is_slip=is_slip, committees=self.acting(request, row))

    def correct(self, request: HttpRequest, row: DoneWhen, data: dict[str, Any]) -> DoneWhen:
        return set_done_when(by=actor(request), item=row.item, corrects=row, request_key=request_key(request), **data)
