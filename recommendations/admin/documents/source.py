"""The last two steps of a document: what is said of the source, and what will be written."""

from __future__ import annotations

from datetime import date

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.actions.sources import free_slug
from recommendations.admin.base import actor, posted
from recommendations.admin.documents.draft import closed
from recommendations.admin.documents.files import batch_or_404
from recommendations.importing.applying import ImportRefused, previewed
from recommendations.importing.documents.drafting import row_of
from recommendations.importing.documents.forms import DraftSourceForm
from recommendations.importing.documents.handing_on import DAYS, is_open, tables_of, written
from recommendations.importing.documents.keeping import DocumentDraft
from recommendations.importing.plan import Plan
from recommendations.importing.sheets import ITEMS
from recommendations.models import Publication


def document_source(request: HttpRequest, pk: int) -> HttpResponse:
    """The source's own facts; kept in the draft."""
    with transaction.atomic():
        batch = batch_or_404(request, pk, is_held=request.method == "POST")
        if not is_open(batch):
            return closed(request, batch)
        draft = DocumentDraft.of(batch)
        form = DraftSourceForm(posted(request), initial=draft.source)
        if request.method == "POST" and form.is_valid():
            said = form.cleaned_data
            source = Publication(title=said["title"], published_year=said["published_year"])
            source.handed_over_on, source.published_on = said["handed_over_on"], said["published_on"]
            days = {name: said[name].isoformat() if isinstance(said[name], date) else "" for name in DAYS}
            draft.source = said | days | {"slug": free_slug(source)}
            draft.keep()
            return HttpResponseRedirect(reverse("document_write", args=[pk]))
        context = {
            **admin.site.each_context(request),
            "title": _("Om kilden: %(name)s") % {"name": batch},
            "form": form,
            "draft": draft,
            "back": reverse("document_draft", args=[pk]),
        }
        template = "admin/recommendations/document/source.html"
        return TemplateResponse(request, template, context, status=422 if form.errors else 200).render()


def document_write(request: HttpRequest, pk: int) -> HttpResponse:
    """What will be written, tried and taken back; the button that writes it."""
    batch = batch_or_404(request, pk)
    if not is_open(batch):
        return closed(request, batch)
    draft = DocumentDraft.of(batch)
    if draft.waiting or not draft.accepted or not draft.source.get("slug"):
        messages.warning(request, _unready(draft))
        step = "document_source" if not draft.waiting and draft.accepted else "document_draft"
        return HttpResponseRedirect(reverse(step, args=[pk]))
    refusals: list[str] = []
    if request.method == "POST":
        try:
            plan = written(by=actor(request), batch=batch)
        except ImportRefused as refused:
            plan = refused.plan
        except ValidationError as refused:
            batch.refresh_from_db()
            if not is_open(batch):  # somebody else was faster, or the second of two clicks
                return closed(request, batch)
            refusals, plan = refused.messages, previewed(tables_of(batch), by=actor(request))
        else:
            messages.success(request, _("Kilden er skrevet som kladde. Kun I, der arbejder her, kan se den."))
            source = plan.source
            assert source is not None
            return HttpResponseRedirect(reverse("admin:recommendations_publication_change", args=[source.pk]))
    else:
        plan = previewed(tables_of(batch), by=actor(request))
    context = {
        **admin.site.each_context(request),
        "title": _("Se efter, og skriv kilden: %(name)s") % {"name": draft.source["title"]},
        "plan": plan,
        "wrong": _with_links(draft, plan),
        "refusals": refusals,
        "accepted": draft.accepted,
        "back": reverse("document_source", args=[pk]),
    }
    template = "admin/recommendations/document/write.html"
    return TemplateResponse(request, template, context, status=422 if request.method == "POST" else 200)


def _unready(draft: DocumentDraft) -> str:
    if draft.waiting:
        return _("Godkend eller udelad hver række først. %(count)d mangler.") % {"count": len(draft.waiting)}
    if not draft.accepted:
        return _("Godkend mindst én række først.")
    return _("Sig først, hvad det er for en kilde.")


def _with_links(draft: DocumentDraft, plan: Plan) -> list[tuple[str, str]]:
    """Each thing that is wrong, with the address of the row where it is mended, where it is of a row."""
    of_rows, of_source = (reverse(name, args=[draft.batch.pk]) for name in ("document_draft", "document_source"))
    found = []
    for finding in plan.wrong:
        row = row_of(draft.rows, finding.row) if finding.sheet == ITEMS.name else None
        if row:
            found.append((f"{row.name}: {finding.sentence}", f"{of_rows}?raekke={row.key}"))
        else:
            found.append((str(finding), of_source))
    return found
