"""The rows of a source, typed in a table: ten lines at a time, or many pasted, and none lost on the way."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.actions import (
    MOST_ROWS,
    RowContent,
    TypedRowsRefused,
    add_items,
    assign_items,
    first_number,
    remove_item,
    retype_item,
    too_many_rows,
)
from recommendations.actions.sources import row_counts
from recommendations.admin.base import action_page, actor, done_already
from recommendations.danish import whole_number
from recommendations.forms import AssignForm, PasteForm, RetypeForm, add_refusal, rows_form_set
from recommendations.models import Event, Item, Ownership, Publication
from recommendations.writing.posted import STEP, page_key, posted, request_key

PASTE, MORE = "vis", "flere"
TEMPLATE = "admin/recommendations/publication/rows.html"


def page_of(source: Publication, name: str) -> str:
    """The address of one of the pages about a source."""
    return reverse(f"admin:recommendations_publication_{name}", args=[source.pk])


class RowsPage:
    """The table to type in, with what is there already."""

    def __init__(self, request: HttpRequest, source: Publication):
        self.request, self.source = request, source
        self.suggested = request.POST.get("foreslaaet", "") if request.method == "POST" else first_number(source)
        self.refusals: list[str] = []

    def answer(self) -> HttpResponse:
        if done_already(self.request, _("Rækkerne er gemt.")):
            return HttpResponseRedirect(page_of(self.source, "rows"))
        if self.request.method != "POST":
            return self._show(rows_form_set(initial=None, suggested=self.suggested), PasteForm())
        table = rows_form_set(initial=None, data=self.request.POST, suggested=self.suggested)
        if self.request.POST.get(STEP) == PASTE or self.request.POST.get("pasted", "").strip():
            return self._pasted(table)
        if table.is_valid() and self._save(table):
            there = "rows" if self.request.POST.get(STEP) == MORE else "change"
            return HttpResponseRedirect(page_of(self.source, there))
        self.refusals += [str(sentence) for sentence in table.non_form_errors()]
        return self._show(table, PasteForm(), status=422)

    def _pasted(self, table: Any) -> HttpResponse:
        """What was pasted, below what was typed already, as rows to be looked at."""
        typed, paste = table.as_typed, PasteForm(self.request.POST)
        if paste.is_valid() and len(typed) + len(paste.rows) > MOST_ROWS:
            paste.add_error("pasted", too_many_rows(len(typed) + len(paste.rows)))
        if paste.errors:
            return self._show(rows_form_set(initial=typed, suggested=self.suggested), paste, status=422)
        self.suggested = ""
        rows = typed + paste.rows
        return self._show(rows_form_set(initial=rows, is_full=True), PasteForm(), preview=len(rows))

    def _save(self, table: Any) -> bool:
        lines = table.typed
        rows = [line.content() for line in lines]
        try:
            items = add_items(
                by=actor(self.request), publication=self.source, rows=rows, request_key=request_key(self.request)
            )
        except TypedRowsRefused as refused:
            for place, wrong in refused.rows.items():
                add_refusal(lines[place], wrong)
            return False
        except ValidationError as refused:
            self.refusals = refused.messages
            return False
        messages.success(self.request, self._done(len(items)))
        return True

    def _done(self, count: int) -> str:
        said = ngettext("%(count)s række er gemt.", "%(count)s rækker er gemt.", count) % {
            "count": number_format(count)
        }
        if any(one.found < one.expected for one in row_counts(self.source)):
            return said
        return f"{said} {_('Alle kildens rækker er skrevet. Læs dem igennem nedenfor.')}"

    def _show(self, table: Any, paste: PasteForm, *, status: int = 200, preview: int = 0) -> HttpResponse:
        source = self.source
        wrong_lines = [number for number, line in enumerate(table.forms, start=1) if table.is_bound and line.errors]
        context = {
            **admin.site.each_context(self.request),
            "title": _("Skriv rækkerne: %(source)s") % {"source": source},
            "source": source,
            "counts": [one for one in row_counts(source) if one.expected or one.found],
            "table": table,
            "paste": paste,
            "preview": preview,
            "suggested": self.suggested,
            "wrong_lines": wrong_lines,
            "refusals": self.refusals,
            "typed": typed_rows(source),
            "assign": AssignForm(source=source),
            "noegle": page_key(self.request),
            "back": page_of(source, "change"),
            "assign_address": page_of(source, "assign"),
        }
        return TemplateResponse(self.request, TEMPLATE, context, status=status)


def typed_rows(source: Publication) -> list[Item]:
    """The source's rows in its order; `is_only_typed` where nothing but typing has happened to one."""
    owners = Ownership.objects.in_force().select_related("committee").order_by("-role", "committee__sort_name", "pk")
    rows = source.items.select_related("wording", "publication", "addressee").order_by("path")
    happened = Event.objects.filter(item=OuterRef("pk")).order_by()
    return list(
        rows.annotate(is_only_typed=~Exists(happened)).prefetch_related(
            Prefetch("ownerships", owners, to_attr="owners_today")
        )
    )


def rows_view(request: HttpRequest, source: Publication) -> HttpResponse:
    return RowsPage(request, source).answer()


# --- One row, and what many have in common ----------------------------------------------------------------------------


def retype_view(request: HttpRequest, source: Publication) -> HttpResponse:
    item = _row_asked_for(request, source)
    stands = asdict(RowContent.of(item)) | {"place": item.place}
    form = RetypeForm(posted(request), initial=stands)
    return action_page(
        request,
        title=_("Ret rækken: %(item)s") % {"item": item},
        form=form,
        perform=lambda data: retype_item(
            by=actor(request),
            item=item,
            row=form.content(),
            place=data["place"] or 0,
            request_key=request_key(request),
        ),
        done=_("Rækken er rettet."),
        back=page_of(source, "rows"),
        button=_("Gem rækken"),
    )


def remove_view(request: HttpRequest, source: Publication) -> HttpResponse:
    if request.method == "POST" and done_already(request, _("Rækken er taget ud.")):
        return HttpResponseRedirect(page_of(source, "rows"))
    item = _row_asked_for(request, source)
    return action_page(
        request,
        title=_("Tag rækken ud: %(item)s") % {"item": item},
        form=forms.Form(posted(request)),
        perform=lambda _data: remove_item(by=actor(request), item=item, request_key=request_key(request)),
        done=_("Rækken er taget ud."),
        back=page_of(source, "rows"),
        stands=[str(RowContent.of(item))],
        button=_("Tag rækken ud"),
        explanation=_("Rækken forsvinder fra kilden. Loggen husker, hvad der stod."),
    )


def assign_view(request: HttpRequest, source: Publication) -> HttpResponse:
    return action_page(
        request,
        title=_("Ejer og adressat: %(source)s") % {"source": source},
        form=AssignForm(posted(request), source=source),
        perform=lambda data: assign_items(
            by=actor(request), publication=source, request_key=request_key(request), **data
        ),
        done=_("Det er gemt for rækkerne."),
        back=page_of(source, "rows"),
        button=_("Gem for rækkerne"),
        explanation=_("Rækker, der allerede har ejeren eller en adressat, røres ikke."),
    )


def _row_asked_for(request: HttpRequest, source: Publication) -> Item:
    asked = whole_number(request.GET.get("raekke", ""))
    found = source.items.select_related("publication", "wording", "parent")
    for item in found.none() if asked is None else found.filter(pk=asked):
        return item
    raise Http404
