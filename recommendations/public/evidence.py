"""Files that document a published update."""

from http import HTTPStatus
from pathlib import PurePath
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from recommendations import uploads
from recommendations.enums import UpdateState
from recommendations.models import Evidence, Publication
from recommendations.public.downloads import sent_as


def evidence_file(request: HttpRequest, key: UUID, position: int) -> HttpResponse | FileResponse:
    """`/dokumentation/<nøgle>/<nummer>/`: nothing before the update is published, nor of a source in draft.

    Where it has been withheld: 410, with the sentence that stands instead.
    """
    public = Publication.objects.public().order_by().values("pk")
    evidence: Evidence = get_object_or_404(
        Evidence.objects.exclude(file="", removed="").filter(update__item__publication__in=public),
        update__key=key,
        position=position,
        update__state=UpdateState.PUBLISHED,
    )
    if evidence.removed:
        about = {"sentence": evidence.removed, "item_address": evidence.update.item.get_absolute_url()}
        return render(request, "errors/removed.html", about, status=HTTPStatus.GONE)
    suffix = PurePath(str(evidence.file.name)).suffix.lower()
    if uploads.kind_of(suffix) is None:
        raise Http404(_("Filen kan ikke hentes her."))
    try:
        content = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("Filen findes ikke længere.")) from error
    response = FileResponse(
        content, content_type=uploads.content_type_of(suffix), headers={"X-Content-Type-Options": "nosniff"}
    )
    response.headers["Content-Disposition"] = sent_as(evidence.title[:80], suffix, otherwise="dokumentation")
    return response
