"""`/admin/indlaesninger/<nøgle>/fortryd/`: what undoing a file would do, line by line, and the button that does it."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import permissions
from recommendations.admin.base import actor, item_url, say
from recommendations.admin.imports import page_of_batch
from recommendations.importing.undoing import undo, what_undoing_does
from recommendations.importing.undone import Undone
from recommendations.models import ImportBatch


def undo_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Of any file that the user may see. What has been undone is told, and is not undone again."""
    batch = ImportBatch.objects.visible_to(request.user).select_related("by", "publication").filter(pk=pk).first()
    if batch is None:
        raise Http404
    permissions.check_can_read_in(request.user, batch.kind)
    if request.method == "POST":
        try:
            done = sum(line.is_undone for line in undo(by=actor(request), batch=batch))
        except ValidationError as refused:
            for sentence in refused.messages:
                messages.error(request, sentence)
        else:
            if done:
                say(
                    request,
                    ngettext("%(count)s ting er fortrudt.", "%(count)s ting er fortrudt.", done) % {"count": done},
                )
        return HttpResponseRedirect(request.path)
    problems, lines = list[str](), list[Undone]()
    try:
        lines = what_undoing_does(by=actor(request), batch=batch)
    except ValidationError as refused:
        problems = refused.messages
    context = {
        **admin.site.each_context(request),
        "title": _("Fortryd indlæsningen »%(name)s«") % {"name": batch.file_name},
        "batch": batch,
        "undone": [line for line in lines if line.is_undone],
        "left": [(line, item_url(line.item) if line.item else "") for line in lines if not line.is_undone],
        "problems": problems,
        "page": page_of_batch(batch),
    }
    return TemplateResponse(request, "admin/recommendations/undo.html", context)
