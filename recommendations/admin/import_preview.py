"""The page of a file that holds a source: what it would do, how far it is, and what became of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import permissions
from recommendations.actions.imports import give_up_file
from recommendations.admin.base import actor
from recommendations.admin.documents.source import mended_at
from recommendations.enums import ImportKind, ImportState
from recommendations.importing.batches import MAKERS, begin_reading, begin_writing, tables_of
from recommendations.importing.documents.keeping import DocumentDraft
from recommendations.importing.outcome import SEAL, findings_of
from recommendations.importing.plan import Plan
from recommendations.importing.writing import write_wrong
from recommendations.models import ImportBatch
from recommendations.writing.posted import STEP

FIRST, PER_PAGE = 50, 200  # rows of a group: with the others, and on pages of its own
SECONDS = "3"  # until a page that waits asks again
# Group of the outcome -> its word in addresses, and its heading.
GROUPS = {
    "wrong": ("forkert", gettext_lazy("Forkert")),
    "changed": ("aendret", gettext_lazy("Ændret")),
    "new": ("nyt", gettext_lazy("Nyt")),
    "remarks": ("bemaerkninger", gettext_lazy("Bemærkninger")),
}


@dataclass(frozen=True)
class Group:
    """Rows that the file does the same with: `number` of them, of which `rows` are on this page, and `kept` on all."""

    name: str
    word: str
    heading: str
    number: int
    rows: list[Any]
    kept: int
    page: Page[Any] | None = None

    @classmethod
    def of(cls, batch: ImportBatch, name: str, number: str | None = None) -> Group:
        """The first rows; or those on a page with this number."""
        (word, heading), outcome = GROUPS[name], batch.outcome
        kept: list[Any] = findings_of(outcome, name) if name in ("wrong", "remarks") else outcome.get(name, [])
        page = Paginator(kept, PER_PAGE).get_page(number) if number is not None else None
        shown = list(page) if page else kept[:FIRST]
        if name == "wrong" and batch.kind == ImportKind.DOCUMENT:
            draft = DocumentDraft.of(batch)
            shown = [(finding, mended_at(draft, finding)) for finding in shown]
        return cls(name, word, str(heading), outcome.get("number", {}).get(name, 0), shown, len(kept), page)

    @property
    def before(self) -> str:
        """What stands before the number of the page in the addresses of its pages."""
        return f"gruppe={self.word}&"

    @property
    def has_more(self) -> bool:
        return self.page is None and self.kept > len(self.rows)

    @property
    def is_cut(self) -> bool:
        """Whether there are so many that not all of them were kept."""
        return self.number > self.kept


def own_batch(request: HttpRequest, pk: int) -> ImportBatch:
    """The batch with this key, for whoever may see it and read in such a file."""
    shown_here = ImportBatch.objects.visible_to(request.user).filter(kind__in=MAKERS)
    found = shown_here.select_related("publication", "by").filter(pk=pk).first()
    if found is None:
        raise Http404
    permissions.check_can_read_in(request.user, found.kind)
    return found


def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """`/admin/indlaesninger/<nr>/`"""
    batch = own_batch(request, pk)
    if request.method == "POST":
        return _step(request, batch)
    is_working = batch.state in (ImportState.RECEIVED, ImportState.WORKING)
    context = {
        **admin.site.each_context(request),
        "title": _("Indlæsning: %(file)s") % {"file": batch},
        "number": batch.outcome.get("number"),
        "batch": batch,
        "is_working": is_working,
        "is_document": batch.kind == ImportKind.DOCUMENT,
        "is_writing": SEAL in batch.outcome,
        "message": batch.outcome.get("message", ""),
        "source": batch.outcome.get("source"),
        **_preview(request, batch),
    }
    response = TemplateResponse(request, "admin/recommendations/imports/batch.html", context)
    if is_working:
        response.headers["Refresh"] = SECONDS
    return response


def _preview(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    outcome = batch.outcome
    if batch.state != ImportState.READY or SEAL not in outcome:
        return {"alone": None, "is_ready": False}
    asked = next((name for name, (word, _heading) in GROUPS.items() if word == request.GET.get("gruppe")), None)
    numbers = outcome["number"]
    if asked:
        return {"alone": Group.of(batch, asked, request.GET.get("side", "1")), "is_ready": True}
    return {
        "alone": None,
        "is_ready": True,
        "groups": [Group.of(batch, name) for name in GROUPS if numbers[name]],
        "numbers": numbers,
        "counts": [CountLine(*count) for count in outcome["counts"] if count[1] or count[2]],
        "is_tried": outcome["is_tried"],
        "can_write": not numbers["wrong"] and bool(numbers["new"] or numbers["changed"]),
    }


@dataclass(frozen=True)
class CountLine:
    """How many of something there will be, beside how many the source is said to have; 0 is not said."""

    what: str
    found: int
    expected: int

    @property
    def verdict(self) -> str:
        apart = self.found - self.expected
        if not self.expected:
            return _("Kilden siger ikke, hvor mange den har.")
        if not apart:
            return _("Det passer.")
        left = {"count": number_format(abs(apart))}
        return _("Der mangler %(count)s.") % left if apart < 0 else _("Der er %(count)s for mange.") % left


def _step(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """What a button of the page does; each is safe to press twice."""
    here = reverse("import_batch", args=[batch.pk])
    try:
        match request.POST.get(STEP):
            case "skriv":
                begin_writing(by=actor(request), batch=batch)
            case "laes" if batch.state in (ImportState.READY, ImportState.REFUSED):
                begin_reading(batch)
            case "opgiv":
                give_up_file(by=actor(request), batch=batch)
                return HttpResponseRedirect(reverse("imports"))
    except OperationalError:  # SQLite lets one write at a time, and another has been at it for long
        messages.warning(request, _("En anden fil skrives ind lige nu. Prøv igen om et minut."))
    return HttpResponseRedirect(here)


def wrong_rows(request: HttpRequest, pk: int) -> Callable[[io.BytesIO], None]:
    """Writes the rows of a batch with what is wrong in them."""
    batch = own_batch(request, pk)
    try:
        tables = tables_of(batch)
    except ValidationError as gone:
        raise Http404 from gone
    plan = Plan(None, wrong=findings_of(batch.outcome, "wrong"), headings=batch.outcome.get("headings", {}))
    return lambda stream: write_wrong(tables, plan, stream)
