"""Sources: drafted in peace, made public by an act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import FactContent, add_source, change_source, open_source, record_process_facts
from recommendations.actions.sources import missing_rows, row_counts
from recommendations.admin.base import SuperuserAdmin, TrackerAdmin, action_page, actor, page_key, posted, request_key
from recommendations.forms import FactFormSet, OpenSourceForm
from recommendations.models import ProcessFact, Publication


@admin.register(Publication)
class PublicationAdmin(SuperuserAdmin):
    list_display = ["title", "kind", "publisher", "handed_over_on", "expects_answers", "is_public"]
    list_filter = ["kind", "expects_answers", ("public_at", admin.EmptyFieldListFilter)]
    search_fields = ["title", "slug", "publisher"]
    event_field = "publication"
    change_form_template = "admin/recommendations/publication/change_form.html"

    @admin.display(description=gettext_lazy("offentlig"), boolean=True, ordering="public_at")
    def is_public(self, publication: Publication) -> bool:
        return publication.is_public

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return ["slug", "short_code", "public_at"] if obj.is_public else ["public_at"]

    def carry_out(self, request: HttpRequest, obj: Publication, form: Any, change: bool) -> Publication:
        typed, key = form.cleaned_data, request_key(request)
        if change:
            changed = {name: typed[name] for name in form.changed_data}
            return change_source(by=actor(request), publication=obj, request_key=key, **changed)
        return add_source(by=actor(request), request_key=key, **typed)

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"goer-offentlig": ("open", self.open_view), "oplysninger": ("facts", self.facts_view)}

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        permissions.check_can_administer(request.user)
        source = self.row_or_404(request, pk)
        form = OpenSourceForm(posted(request))
        if not missing_rows(source):
            del form.fields["although_incomplete"]
        return action_page(
            request,
            title=_("Gør offentlig: %(source)s") % {"source": source},
            form=form,
            perform=lambda data: open_source(
                by=actor(request), publication=source, request_key=request_key(request), **data
            ),
            done=_("Kilden er offentlig. Borgerne kan se den nu."),
            back=reverse("admin:recommendations_publication_change", args=[pk]),
            stands=[str(count) for count in row_counts(source)],
            button=_("Gør offentlig"),
            explanation=_("Borgerne kan se kilden og alle dens rækker fra nu af. Det kan ikke gøres om."),
        )

    def facts_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All facts of how the source came about, in their order: what is typed is what there is."""
        permissions.check_can_administer(request.user)
        source = self.row_or_404(request, pk)
        back = reverse("admin:recommendations_publication_change", args=[pk])
        stored = [FactContent.of(fact).__dict__ for fact in source.facts.order_by("position")]
        rows = FactFormSet(posted(request), initial=stored, prefix="oplysninger")
        refusals: list[str] = []
        if request.method == "POST" and rows.is_valid():
            facts = [row.content() for row in rows.forms if not row.is_empty]
            try:
                record_process_facts(
                    by=actor(request), publication=source, facts=facts, request_key=request_key(request)
                )
            except ValidationError as refused:
                refusals = refused.messages
            else:
                messages.success(request, _("Oplysningerne er gemt."))
                return HttpResponseRedirect(back)
        invalid = bool(refusals or rows.total_error_count())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Oplysninger om processen: %(source)s") % {"source": source},
            "rows": rows,
            "refusals": refusals,
            "invalid": invalid,
            "noegle": page_key(request),
            "back": back,
        }
        template = "admin/recommendations/publication/facts.html"
        return TemplateResponse(request, template, context, status=422 if invalid else 200)


@admin.register(ProcessFact)
class ProcessFactAdmin(TrackerAdmin):
    """Read here; written on the source's page."""

    list_display = ["label", "publication", "number", "on", "position"]
    list_filter = ["publication"]
    search_fields = ["label", "text"]
    list_select_related = ["publication"]
    event_field = "publication"

    def history_of(self, row: ProcessFact) -> Publication:
        return row.publication
