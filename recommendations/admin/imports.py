"""Files that are read in: the list of them, the ways in, and a source that comes as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions.imports import UNWRITTEN, give_up_file, receive_file
from recommendations.admin.base import actor
from recommendations.admin.import_preview import batch_page, wrong_rows
from recommendations.enums import ImportKind
from recommendations.importing.batches import MOST_OPENED_AT_ONCE, begin_reading
from recommendations.importing.files import read_few, require_size
from recommendations.importing.tables import SheetTable
from recommendations.importing.writing import write_source, write_template
from recommendations.models import ImportBatch, Publication
from recommendations.uploads.kinds import EXCEL
from recommendations.writing.posted import posted

PER_PAGE = 50


@dataclass(frozen=True)
class WayIn:
    """How a kind of file comes in: the name of the page where it is chosen, of the page of one that was, and of the
    page that shows what became of it.
    """

    kind: ImportKind
    start: str
    page: str
    ended: str
    explanation: str | Promise

    @property
    def text(self) -> str:
        return str(self.kind.label)

    @property
    def address(self) -> str:
        return reverse(self.start)


# A kind of file that is here is offered on the page of imports, to whoever may read it in.
WAYS_IN = [
    WayIn(
        ImportKind.SOURCE,
        "import_source",
        "import_batch",
        "import_batch",
        gettext_lazy("Kilden og dens rækker, ejere og støtte fra Excel, LibreOffice eller CSV."),
    ),
    WayIn(
        ImportKind.DOCUMENT,
        "document_files",
        "document_draft",
        "import_batch",
        gettext_lazy("En rapport som PDF eller Word. Rækkerne findes efter regler og ses efter side for side."),
    ),
    WayIn(
        ImportKind.ROWS,
        "own_rows",
        "own_rows_file",
        "own_rows_file",
        gettext_lazy("Dit udvalgs rækker som regneark: hent dem, udfyld dem, og vælg filen igen."),
    ),
]


def page_of_batch(batch: ImportBatch) -> str:
    """The address where the batch is looked through; once that is over, what became of it."""
    way = next(way for way in WAYS_IN if way.kind == batch.kind)
    return reverse(way.page if batch.state in UNWRITTEN else way.ended, args=[batch.pk])


def imports_page(request: HttpRequest) -> HttpResponse:
    """`/admin/indlaesninger/`: the files that the user may see, the newest first."""
    user = actor(request)
    ways = [way for way in WAYS_IN if permissions.can_read_in(user, way.kind)]
    if not ways:
        raise PermissionDenied(_("Kun den, der har en rolle i et udvalg, og administratorer læser filer ind."))
    found = ImportBatch.objects.visible_to(user).select_related("publication", "by").defer("outcome", "choices")
    page = Paginator(found.order_by("-received_at", "-pk"), PER_PAGE).get_page(request.GET.get("side"))
    context = {
        **admin.site.each_context(request),
        "title": _("Indlæsninger"),
        "ways": ways,
        "page": page,
        "lines": [(batch, page_of_batch(batch)) for batch in page],
    }
    return TemplateResponse(request, "admin/recommendations/imports/list.html", context)


class SourceFileForm(forms.Form):
    """The spreadsheet of a source. A small one is read here, so that what is wrong with it is said at the field."""

    file: Any = forms.FileField(
        label=gettext_lazy("Regneark"),
        help_text=gettext_lazy("En fil på højst 30 MB, som ender på .xlsx, .ods eller .csv. Intet skrives ind endnu."),
        widget=forms.FileInput({"accept": ".xlsx,.ods,.csv,.tsv,.txt"}),
        error_messages={
            "required": gettext_lazy("Der er ikke valgt en fil. Vælg regnearket med kildens rækker."),
            "empty": gettext_lazy("Filen er tom. Vælg den, der har rækkerne."),
        },
    )
    publication: Any = forms.ModelChoiceField(
        label=gettext_lazy("Kilde"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Den, som filen selv nævner"),
        help_text=gettext_lazy("Vælg kun en, når filen har rækker og intet ark om kilden."),
    )
    instead_of: Any = forms.ModelChoiceField(queryset=None, required=False, widget=forms.HiddenInput)

    tables: list[SheetTable] | None = None
    content = b""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["publication"].queryset = Publication.objects.order_by("title")  # type: ignore[attr-defined]
        self.fields["instead_of"].queryset = ImportBatch.objects.order_by("pk")  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile[Any]:
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        require_size(upload.size or 0)
        self.content = upload.read()
        if len(self.content) <= MOST_OPENED_AT_ONCE:
            self.tables = read_few(upload.name or "", self.content)
        return upload


def source_file(request: HttpRequest) -> HttpResponse:
    """`/admin/indlaesninger/kilde/`: choose a spreadsheet; nothing of it is written before its page was looked at.

    A mended file comes from the page of the one that it is to be read in instead of, which is then given up.
    """
    permissions.check_can_read_in(request.user, ImportKind.SOURCE)
    initial = {"publication": request.GET.get("kilde", ""), "instead_of": request.GET.get("i-stedet-for", "")}
    form = SourceFileForm(posted(request), request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            batch = _received(request, form)
        except ValidationError as refused:
            form.add_error("file", refused.messages[0])
        else:
            return HttpResponseRedirect(page_of_batch(batch))
    context = {
        **admin.site.each_context(request),
        "title": _("En kilde i et regneark"),
        "form": form,
    }
    return TemplateResponse(
        request, "admin/recommendations/imports/source.html", context, status=422 if form.errors else 200
    )


def _received(request: HttpRequest, form: SourceFileForm) -> ImportBatch:
    chosen = form.cleaned_data
    batch = receive_file(
        by=actor(request),
        kind=ImportKind.SOURCE,
        name=chosen["file"].name,
        content=form.content,
        publication=chosen["publication"],
    )
    if old := chosen["instead_of"]:
        give_up_file(by=actor(request), batch=old)
    begin_reading(batch, form.tables)
    return batch


# --- Files to fetch ---------------------------------------------------------------------------------------------------


def template_file(request: HttpRequest) -> HttpResponse:
    """`/admin/indlaesninger/skabelon.xlsx`"""
    permissions.check_can_read_in(request.user, ImportKind.SOURCE)
    return sheet_file("skabelon.xlsx", write_template)


def exported(request: HttpRequest, source: Publication) -> HttpResponse:
    """The source as it is, in the form in which it can be read in again."""
    return sheet_file(f"{source.slug}.xlsx", lambda stream: write_source(source, stream))


def sheet_file(name: str, write: Callable[[io.BytesIO], None]) -> HttpResponse:
    """What `write` writes, as a workbook to save under the name, whatever letters that has (RFC 6266)."""
    made = io.BytesIO()
    write(made)
    said = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    headers = {"Content-Disposition": said, "Cache-Control": "private, no-store"}
    return HttpResponse(made.getvalue(), content_type=EXCEL.content_type, headers=headers)


def wrong_file(request: HttpRequest, pk: int) -> HttpResponse:
    """`/admin/indlaesninger/<nr>/forkerte.xlsx`: all that was read, each row with what is wrong in it."""
    return sheet_file(f"forkerte-{pk}.xlsx", wrong_rows(request, pk))


# Address below /admin/indlaesninger/ -> view and name.
PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("", imports_page, "imports"),
    ("kilde/", source_file, "import_source"),
    ("skabelon.xlsx", template_file, "import_template"),
    ("<int:pk>/", batch_page, "import_batch"),
    ("<int:pk>/forkerte.xlsx", wrong_file, "import_wrong"),
]
pages = [path(address, admin.site.admin_view(view), name=name) for address, view, name in PAGES]
