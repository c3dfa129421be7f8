"""Sources: drafted in peace, made public by an act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions import add_source, change_source, open_source
from recommendations.actions.sources import missing_rows, row_counts
from recommendations.admin.about_sources import committees_view, documents_view, facts_view
from recommendations.admin.base import SuperuserAdmin, TrackerAdmin, action_page, actor
from recommendations.admin.imports import exported
from recommendations.admin.rows import assign_view, page_of, remove_view, retype_view, rows_view
from recommendations.enums import COUNTED
from recommendations.forms import NewSourceForm, OpenSourceForm
from recommendations.models import Event, ProcessFact, Publication
from recommendations.writing.posted import posted, request_key


class PublicFilter(admin.SimpleListFilter):
    title = gettext_lazy("hvem der kan se den")
    parameter_name = "offentlig"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ja", _("Offentlig")), ("nej", _("Kladde"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Publication]) -> QuerySet[Publication]:
        if self.value() in {"ja", "nej"}:
            return queryset.filter(public_at__isnull=self.value() == "nej")
        return queryset


@admin.register(Publication)
class PublicationAdmin(SuperuserAdmin):
    list_display = ["title", "kind", "publisher", "handed_over_on", "rows_typed", "is_public"]
    list_filter = [PublicFilter, "kind", "expects_answers"]
    search_fields = ["title", "slug", "publisher"]
    new = gettext_lazy("Ny kilde")
    event_field = "publication"
    first_fields = ["title", "kind", "publisher", "handed_over_on", "expected_recommendations", "expects_answers"]
    document_fields = ["document_title", "document_url"]
    change_form_template = "admin/recommendations/publication/change_form.html"
    change_list_template = "admin/recommendations/publication/change_list.html"

    @admin.display(description=gettext_lazy("offentlig"), boolean=True, ordering="public_at")
    def is_public(self, publication: Publication) -> bool:
        return publication.is_public

    @admin.display(description=gettext_lazy("rækker"))
    def rows_typed(self, publication: Any) -> str:
        expected = publication.expected_recommendations + publication.expected_initiatives
        counted = {"found": number_format(publication.counted_rows), "expected": number_format(expected)}
        return _("%(found)s af %(expected)s indtastet") % counted if expected else counted["found"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        counted = Count("items", filter=Q(items__kind__in=sorted(COUNTED)))
        sources: QuerySet[Publication] = super().get_queryset(request).annotate(counted_rows=counted)
        return sources

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        rest = [name for name in self.get_fields(request) if name not in [*self.first_fields, *self.document_fields]]
        more = {"fields": rest, "classes": ["collapse"]}
        first = {"fields": [*self.first_fields, *self.document_fields]}
        return [(None, first), (_("Mere om kilden: kan vente"), more)]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **(kwargs if obj else {"form": NewSourceForm, **kwargs}))

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

    def response_add(
        self, request: HttpRequest, obj: Publication, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, _("Kilden er oprettet som kladde. Skriv nu dens rækker."))
        return HttpResponseRedirect(page_of(obj, "rows"))

    def address_after(self, added: Event) -> str:
        return page_of(added.publication, "rows") if added.publication else super().address_after(added)

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {
            "goer-offentlig": ("open", self.open_view),
            "oplysninger": ("facts", self._about_source(facts_view)),
            "dokumenter": ("documents", self._about_source(documents_view)),
            "udvalg": ("committees", self._about_source(committees_view)),
            "skriv-raekker": ("rows", self._about_source(rows_view)),
            "ret-raekke": ("retype", self._about_source(retype_view)),
            "tag-raekke-ud": ("remove", self._about_source(remove_view)),
            "ejer-og-adressat": ("assign", self._about_source(assign_view)),
            "hent-som-regneark": ("export", self._about_source(exported)),
        }

    def _about_source(self, view: Callable[[HttpRequest, Publication], HttpResponse]) -> Callable[..., HttpResponse]:
        """A page of an administrator about one source."""

        def page(request: HttpRequest, pk: int) -> HttpResponse:
            permissions.check_can_administer(request.user)
            return view(request, self.row_or_404(request, pk))

        return page

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
