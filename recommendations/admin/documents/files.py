"""The files that are on their way in: a new one, the list of those that are not written yet, and pictures of pages."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions.imports import UNWRITTEN, give_up_file
from recommendations.admin.base import actor
from recommendations.danish import whole_number
from recommendations.enums import ImportKind, ImportState
from recommendations.forms import add_refusal
from recommendations.importing.documents.forms import DocumentFileForm
from recommendations.importing.documents.keeping import DocumentDraft, begun
from recommendations.importing.documents.reading import picture_of
from recommendations.models import ImportBatch
from recommendations.writing.posted import STEP, posted

GIVE_UP = "opgiv"
MOST_LISTED = 50


def document_files(request: HttpRequest) -> HttpResponse:
    """Choose a file; below it those that somebody began on."""
    permissions.check_can_read_in(request.user, ImportKind.DOCUMENT)
    if request.POST.get(STEP) == GIVE_UP:
        return _given_up(request)
    form = DocumentFileForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = begun(by=actor(request), name=file.name, content=file.read())
        except ValidationError as refused:
            add_refusal(form, ValidationError({"file": refused.messages}))
        else:
            return HttpResponseRedirect(reverse("document_draft", args=[draft.batch.pk]))
    listed = ImportBatch.objects.filter(kind=ImportKind.DOCUMENT, state__in=UNWRITTEN).visible_to(request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Ny kilde fra PDF eller Word"),
        "form": form,
        "batches": listed.select_related("by").order_by("-received_at", "-pk")[:MOST_LISTED],
        "back": reverse("admin:recommendations_publication_changelist"),
    }
    template = "admin/recommendations/document/files.html"
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)


def _given_up(request: HttpRequest) -> HttpResponse:
    batch = batch_or_404(request, whole_number(request.POST.get("fil", "")) or 0)
    give_up_file(by=actor(request), batch=batch)
    messages.success(request, _("Filen »%(name)s« er opgivet og slettet. Intet af den er skrevet.") % {"name": batch})
    return HttpResponseRedirect(reverse("document_files"))


def batch_or_404(request: HttpRequest, pk: int, *, is_held: bool = False) -> ImportBatch:
    """A document that the user may see; held until the transaction ends, where it is to be changed."""
    permissions.check_can_read_in(request.user, ImportKind.DOCUMENT)
    found = ImportBatch.objects.filter(kind=ImportKind.DOCUMENT, pk=pk).visible_to(request.user)
    batch = (found.select_for_update(of=("self",)) if is_held else found).first()
    if batch is None or batch.state == ImportState.GIVEN_UP:
        raise Http404
    return batch


def document_picture(request: HttpRequest, pk: int, page: int) -> HttpResponse:
    """A page of a PDF as PNG, for whoever may see the draft; kept here and not by the browser."""
    batch = batch_or_404(request, pk)
    draft = DocumentDraft.of(batch)
    if not batch.file or not 0 < page <= len(draft.sizes):
        raise Http404
    try:
        drawn = picture_of(batch.digest, draft.content, page)
    except ValidationError as error:
        raise Http404 from error
    response = HttpResponse(drawn, content_type="image/png")
    response.headers["Cache-Control"] = "private, no-store"
    return response
