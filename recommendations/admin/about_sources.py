"""What is known of a source beside its rows: three lists, each typed whole on a page of its own; and its treatments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import (
    CommitteeContent,
    DocumentContent,
    FactContent,
    correct_treatment,
    lines_of,
    record_bound_committees,
    record_documents,
    record_process_facts,
    record_treatment,
)
from recommendations.admin.afterwards import correction_address, is_own_slip
from recommendations.admin.base import TrackerAdmin, action_page, actor, reach_of, require
from recommendations.enums import Role
from recommendations.forms import BoundCommitteeFormSet, CorrectTreatmentForm, DocumentFormSet, FactFormSet
from recommendations.models import Committee, Publication, Treatment
from recommendations.writing.posted import page_key, posted, request_key


def facts_view(request: HttpRequest, source: Publication) -> HttpResponse:
    """All facts of how the source came about, in their order."""
    stored = lines_of(FactContent, source.facts.order_by("position"))
    return _lines_page(
        request,
        source,
        title=_("Oplysninger om processen: %(source)s") % {"source": source},
        lines=FactFormSet(posted(request), initial=[vars(line) for line in stored], prefix="oplysninger"),
        record=lambda said, **asked: record_process_facts(facts=said, **asked),
        intro=_(
            "Et tal, en dato eller en tekst på hver række, i den rækkefølge de skal læses. Tomme rækker tæller ikke."
        ),
        button=_("Gem oplysninger"),
        done=_("Oplysningerne er gemt."),
    )


def documents_view(request: HttpRequest, source: Publication) -> HttpResponse:
    """All documents of the source, its own first."""
    stored = lines_of(DocumentContent, source.documents.order_by("position"))
    return _lines_page(
        request,
        source,
        title=_("Dokumenter: %(source)s") % {"source": source},
        lines=DocumentFormSet(posted(request), initial=[vars(line) for line in stored], prefix="dokumenter"),
        record=lambda said, **asked: record_documents(documents=said, **asked),
        intro=_("Kildens eget dokument først, så dens bilag. Tomme rækker tæller ikke."),
        button=_("Gem dokumenter"),
        done=_("Dokumenterne er gemt."),
    )


def committees_view(request: HttpRequest, source: Publication) -> HttpResponse:
    """The committees that bound themselves to answer the source."""
    bound = source.bound_committees.select_related("committee").order_by("committee__sort_name")
    stored = lines_of(CommitteeContent, bound)
    return _lines_page(
        request,
        source,
        title=_("Udvalg, der skal svare: %(source)s") % {"source": source},
        lines=BoundCommitteeFormSet(posted(request), initial=[vars(line) for line in stored], prefix="udvalg"),
        record=lambda said, **asked: record_bound_committees(committees=said, **asked),
        intro=_("De udvalg, der har lovet at svare på kilden som helhed. De ejer ikke anbefalingerne af den grund."),
        button=_("Gem udvalg"),
        done=_("Udvalgene er gemt."),
    )


def _lines_page(
    request: HttpRequest,
    source: Publication,
    *,
    title: str,
    lines: Any,
    record: Callable[..., object],
    intro: str,
    button: str,
    done: str,
) -> HttpResponse:
    """A list about the source, typed whole: what is typed is what there is."""
    back = reverse("admin:recommendations_publication_change", args=[source.pk])
    refusals: list[str] = []
    if request.method == "POST" and lines.is_valid():
        said = [line.content() for line in lines.forms if not line.is_empty]
        try:
            record(said, by=actor(request), publication=source, request_key=request_key(request))
        except ValidationError as refused:
            refusals = refused.messages
        else:
            messages.success(request, done)
            return HttpResponseRedirect(back)
    invalid = bool(refusals or lines.total_error_count())
    context = {
        **admin.site.each_context(request),
        "title": title,
        "intro": intro,
        "button": button,
        "rows": lines,
        "refusals": refusals,
        "invalid": invalid,
        "noegle": page_key(request),
        "back": back,
    }
    template = "admin/recommendations/publication/lines.html"
    return TemplateResponse(request, template, context, status=422 if invalid else 200)


@admin.register(Treatment)
class TreatmentAdmin(TrackerAdmin):
    """That a committee took a source up: recorded and corrected by its approvers."""

    new = gettext_lazy("Ny behandling af en kilde")
    list_display = ["publication", "committee", "meeting_date", "agenda_item", "recorded_by", "recorded_at"]
    list_filter = ["publication", "committee"]
    list_select_related = ["publication", "committee", "recorded_by"]
    search_fields = ["publication__title", "agenda_item", "proposed"]
    date_hierarchy = "meeting_date"
    typed = ["publication", "committee", "meeting_date", "agenda_item", "agenda_url", "proposed"]
    change_form_template = "admin/recommendations/treatment/change_form.html"
    event_field = "treatment"

    def has_add_permission(self, request: HttpRequest) -> bool:
        reach = reach_of(request)
        return self.has_view_permission(request) and (reach.is_superuser or bool(reach.committees(Role.APPROVER)))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.typed, "corrects", "reason", "recorded_by", "recorded_at"] if obj else self.typed

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "committee":
            kwargs["queryset"] = self._committees(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _committees(self, request: HttpRequest) -> QuerySet[Committee]:
        reach = reach_of(request)
        every: QuerySet[Committee] = Committee.objects.order_by("sort_name", "code")
        return every if reach.is_superuser else every.filter(pk__in=reach.committees(Role.APPROVER))

    def carry_out(self, request: HttpRequest, obj: Treatment, form: Any, change: bool) -> Treatment:
        return record_treatment(by=actor(request), request_key=request_key(request), **form.cleaned_data)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.row_or_404(request, object_id)
        may = permissions.can_answer_for(request.user, row.committee) and not row.corrections.exists()
        extra = {"can_correct": may, **(extra_context or {})}
        response: HttpResponse = super().change_view(request, object_id, form_url, extra)
        return response

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"ret": ("correct", self.correct_view)}

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The correction of a row; of one that has been corrected, that of what stands in its place."""
        row = self.row_or_404(request, pk)
        later = row.corrections.first()
        if later and request.method != "POST":
            return HttpResponseRedirect(correction_address(later))
        sentence = _("Kun en godkender for %(committee)s kan rette det.") % {"committee": row.committee.name}
        require(permissions.can_answer_for(request.user, row.committee), sentence)
        form = CorrectTreatmentForm(posted(request), treatment=row, is_slip=is_own_slip(row, actor(request)))
        key = request_key(request)
        return action_page(
            request,
            title=_("Ret: %(row)s") % {"row": row},
            form=form,
            perform=lambda data: correct_treatment(by=actor(request), treatment=row, request_key=key, **data),
            done=_("Rettelsen er gemt. Borgerne ser den nu i stedet for det, der stod."),
            back=reverse("admin:recommendations_treatment_changelist"),
            button=_("Gem rettelse"),
            explanation=_("Ret det, der er forkert. Det gamle bliver gemt og kan læses her. Det bliver ikke en nyhed."),
        )
