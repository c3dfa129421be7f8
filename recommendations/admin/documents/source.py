"""The last step of a document before it is looked through: what is said of the source."""

from __future__ import annotations

from datetime import date

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.actions.imports import AT_REST
from recommendations.actions.sources import free_slug
from recommendations.admin.documents.draft import closed
from recommendations.admin.documents.files import batch_or_404
from recommendations.importing.batches import begin_reading
from recommendations.importing.documents.drafting import row_of
from recommendations.importing.documents.forms import DraftSourceForm
from recommendations.importing.documents.handing_on import DAYS, tables_of, unready
from recommendations.importing.documents.keeping import DocumentDraft
from recommendations.importing.reading import Finding
from recommendations.importing.sheets import ITEMS
from recommendations.models import Publication
from recommendations.writing.posted import posted


def document_source(request: HttpRequest, pk: int) -> HttpResponse:
    """The source's own facts; kept in the draft. Then follows the page of every file that holds a source."""
    with transaction.atomic():
        batch = batch_or_404(request, pk, is_held=request.method == "POST")
        if batch.state not in AT_REST:
            return closed(request, batch)
        draft = DocumentDraft.of(batch)
        if problem := unready(draft):
            messages.warning(request, problem)
            return HttpResponseRedirect(reverse("document_draft", args=[pk]))
        form = DraftSourceForm(posted(request), initial=draft.source)
        is_kept = request.method == "POST" and form.is_valid()
        if is_kept:
            said = form.cleaned_data
            source = Publication(title=said["title"], published_year=said["published_year"])
            source.handed_over_on, source.published_on = said["handed_over_on"], said["published_on"]
            days = {name: said[name].isoformat() if isinstance(said[name], date) else "" for name in DAYS}
            draft.source = said | days | {"slug": free_slug(source)}
            draft.keep()
    if is_kept:
        begin_reading(batch, tables_of(batch))
        return HttpResponseRedirect(reverse("import_batch", args=[pk]))
    context = {
        **admin.site.each_context(request),
        "title": _("Om kilden: %(name)s") % {"name": batch},
        "form": form,
        "draft": draft,
        "back": reverse("document_draft", args=[pk]),
    }
    template = "admin/recommendations/document/source.html"
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)


def mended_at(draft: DocumentDraft, finding: Finding) -> str:
    """The address where what is wrong is mended: the row, where it is of a row, else the source's own facts."""
    row = row_of(draft.rows, finding.row) if finding.sheet == ITEMS.name else None
    if row is None:
        return reverse("document_source", args=[draft.batch.pk])
    return f"{reverse('document_draft', args=[draft.batch.pk])}?raekke={row.key}"
