"""What documents an update, as staff see it before and after it is published; and its files, for them alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import uploads
from recommendations.admin.base import TrackerAdmin, reach_of
from recommendations.enums import EvidenceKind
from recommendations.forms import ShowsForm
from recommendations.models import DoneWhen, Evidence, StatusUpdate

# A file is sent to be kept; a picture alone is opened, and then as a document that may do nothing.
SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class ProofLine:
    """One row of evidence. `asked` is the question which parts of the criterion it shows, where it is asked."""

    evidence: Evidence
    asked: Any = None

    @property
    def kind(self) -> EvidenceKind:
        return EvidenceKind(self.evidence.kind)

    @property
    def file_address(self) -> str:
        """Where staff open the file; empty without one."""
        return reverse("admin:recommendations_evidence_file", args=[self.evidence.pk]) if self.evidence.file else ""

    @property
    def picture_address(self) -> str:
        """Where the file is shown inside the page; empty where it is no picture."""
        if not is_picture(self.evidence):
            return ""
        return reverse("admin:recommendations_evidence_picture", args=[self.evidence.pk])

    @property
    def name(self) -> str:
        """What the file was called by whoever uploaded it."""
        return self.evidence.file_name or PurePath(self.evidence.file.name or "").name


def proof_of(update: StatusUpdate) -> list[Evidence]:
    return list(update.evidence.order_by("position"))


def proof_lines(evidence: Sequence[Evidence], form: ShowsForm | None = None) -> list[ProofLine]:
    """The rows as a page shows them, with what `form` asks about each."""
    return [ProofLine(row, form.asked_of(row) if form else None) for row in evidence]


def criterion_for(update: StatusUpdate) -> DoneWhen | None:
    """What the update is held against: the criterion in force, or the one that it was published against."""
    if update.is_published:
        return update.criterion
    found: DoneWhen | None = DoneWhen.objects.known().filter(item=update.item).newest_first().first()
    return found


def is_picture(evidence: Evidence) -> bool:
    kind = uploads.kind_of(evidence.file.name) if evidence.file and evidence.file.name else None
    return kind is not None and kind.is_picture


@admin.register(Evidence)
class EvidenceAdmin(TrackerAdmin):
    """Evidence across updates, read only; that of others' drafts is not there."""

    list_display = ["title", "kind", "update", "link", "case_number"]
    list_filter = ["kind"]
    list_select_related = ["update__item__wording"]
    search_fields = ["title", "case_number", "url"]
    readonly_fields = ("update", "position", "kind", "title", "link", "case_number", "pages")
    fields = readonly_fields
    event_field = "update"

    @admin.display(description=gettext_lazy("link eller fil"))
    def link(self, evidence: Evidence) -> str:
        """A link to it, as HTML; the sentence that stands instead of it; a dash where there is a case number only."""
        if evidence.removed:
            return evidence.removed
        line = ProofLine(evidence)
        if address := line.file_address:
            return format_html('<a href="{}">{}</a>', address, _("Åbn filen »%(name)s«") % {"name": line.name})
        return format_html('<a href="{0}">{0}</a>', evidence.url) if evidence.url else "–"

    def history_of(self, row: Evidence) -> StatusUpdate:
        return row.update

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {"fil": ("file", self.file_view), "billede": ("picture", self.picture_view)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        visible = StatusUpdate.objects.visible_to(request.user, reach_of(request))
        return super().get_queryset(request).filter(update__in=visible)

    def file_view(self, request: HttpRequest, pk: int) -> Any:
        """An uploaded file, before it is published too: nobody is to approve what cannot be opened."""
        evidence = self._with_file(request, pk)
        return _sent(evidence, as_attachment=True, content_type="application/octet-stream")

    def picture_view(self, request: HttpRequest, pk: int) -> Any:
        """An uploaded picture, as it is shown inside the pages of staff."""
        evidence = self._with_file(request, pk)
        if not is_picture(evidence):
            raise Http404
        return _sent(evidence, as_attachment=False, content_type=uploads.content_type_of(evidence.file.name or ""))

    def _with_file(self, request: HttpRequest, pk: int) -> Evidence:
        evidence: Evidence = self.row_or_404(request, pk)
        if not evidence.file:
            raise Http404(evidence.removed)
        return evidence


def _sent(evidence: Evidence, *, as_attachment: bool, content_type: str) -> FileResponse:
    try:
        content = evidence.file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("Filen findes ikke længere.")) from error
    suffix = PurePath(evidence.file.name or "").suffix
    name = evidence.file_name or (slugify(evidence.title)[:80] or "dokumentation") + suffix
    return FileResponse(
        content, as_attachment=as_attachment, filename=name, content_type=content_type, headers=dict(SANDBOX)
    )
