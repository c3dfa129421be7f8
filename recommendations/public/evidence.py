"""Files that document a published update."""

from pathlib import PurePath
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from recommendations.enums import UpdateState
from recommendations.models import Evidence, Publication
from recommendations.public.downloads import plain_name

# What may be uploaded, and as what it is sent: never guessed from the file, never opened inside the page.
CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}


def evidence_file(request: HttpRequest, key: UUID, position: int) -> FileResponse:
    """`/dokumentation/<nøgle>/<nummer>/`: nothing before the update is published, nor of a source in draft."""
    public = Publication.objects.public().order_by().values("pk")
    evidence: Evidence = get_object_or_404(
        Evidence.objects.exclude(file="").filter(update__item__publication__in=public),
        update__key=key,
        position=position,
        update__state=UpdateState.PUBLISHED,
    )
    suffix = PurePath(str(evidence.file.name)).suffix.lower()
    if suffix not in CONTENT_TYPES:
        raise Http404(_("Filen kan ikke hentes her."))
    try:
        content = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("Filen findes ikke længere.")) from error
    name = plain_name(evidence.title)[:80] or "dokumentation"
    return FileResponse(
        content,
        as_attachment=True,
        filename=name + suffix,
        content_type=CONTENT_TYPES[suffix],
        headers={"X-Content-Type-Options": "nosniff"},
    )
