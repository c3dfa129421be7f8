"""The draft of a document: the page as a picture beside the rows found; one row at a time is looked at and mended."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.actions.imports import AT_REST
from recommendations.admin.documents.files import batch_or_404
from recommendations.danish import whole_number
from recommendations.enums import ImportState
from recommendations.forms import add_refusal
from recommendations.importing.documents.drafting import (
    TYPED,
    DraftRow,
    DraftState,
    accept_certain,
    certain_of,
    checked_row,
    merged_up,
    next_to_see,
    parted,
    row_of,
)
from recommendations.importing.documents.forms import DraftRowForm, RulesForm
from recommendations.importing.documents.keeping import AROUND, DocumentDraft
from recommendations.importing.documents.lines import Place
from recommendations.models import ImportBatch
from recommendations.writing.posted import STEP

# The buttons.
ACCEPT, SAVE, LEAVE_OUT, TAKE_BACK, MERGE, PART = "godkend", "gem", "udelad", "tag-med", "saml", "del"
ALL_CERTAIN, RULES = "alle-sikre", "regler"
VERSION = "udgave"
RULES_ID = "regel_%s"  # the form of a row stands on the same page


@dataclass(frozen=True)
class Mark:
    """A rectangle on the picture of a page, as SVG takes it."""

    x: str
    y: str
    width: str
    height: str
    is_current: bool

    @classmethod
    def around(cls, place: Place, *, is_current: bool) -> Mark:
        wide, high = place.right - place.left, place.bottom - place.top
        x, y, width, height = (f"{side:.1f}" for side in (place.left - 2, place.top - 1, wide + 4, high + 2))
        return cls(x, y, width, height, is_current)


def outlines(places: list[Place], page: int) -> list[Place]:
    """Rectangles around the lines of a row on a page: lines of a column that stand near each other share one."""
    found: list[Place] = []
    for place in sorted({one for one in places if one.page == page}, key=lambda one: (one.left // 40, one.top)):
        last = found[-1] if found else None
        if last and place.top - last.bottom < 18 and place.left < last.right and last.left < place.right:
            sides = min(last.left, place.left), min(last.top, place.top), max(last.right, place.right)
            found[-1] = Place(page, *sides, max(last.bottom, place.bottom))
        else:
            found.append(place)
    return found


@dataclass
class ShownRow:
    """A row in the list: what is to be said of it."""

    row: DraftRow
    url: str
    is_current: bool
    doubts: list[str]

    @property
    def is_certain(self) -> bool:
        return self.row.state == DraftState.FOUND and not self.doubts


@dataclass
class ShownPage:
    """A page of the file, the first being 1: what is drawn on its picture, and the pages beside it."""

    number: int
    count: int
    label: str
    picture: str
    width: str
    height: str
    marks: list[Mark] = field(default_factory=list)
    before: str = ""
    after: str = ""


def document_draft(request: HttpRequest, pk: int) -> HttpResponse:
    with transaction.atomic():
        batch = batch_or_404(request, pk, is_held=request.method == "POST")
        if batch.state not in AT_REST:
            return closed(request, batch)
        page = DraftPage(request, DocumentDraft.of(batch))
        return page.answer()


def closed(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Of a document that is not to be changed: how far it is, or what became of it."""
    if batch.state == ImportState.WORKING:
        messages.info(request, _("Der arbejdes på filen »%(name)s«. Vent, til det er færdigt.") % {"name": batch})
    return HttpResponseRedirect(reverse("import_batch", args=[batch.pk]))


class DraftPage:
    def __init__(self, request: HttpRequest, draft: DocumentDraft) -> None:
        self.request, self.draft = request, draft
        self.url = reverse("document_draft", args=[draft.batch.pk])
        asked = whole_number(request.GET.get("raekke", ""))
        self.is_asked = asked is not None
        found = row_of(draft.rows, asked) if asked is not None else None
        first = next(iter(draft.waiting or draft.rows), None)
        self.row = found or first
        self.rules = RulesForm(initial=draft.rules.as_choices(), auto_id=RULES_ID)
        self.form = self.fresh_form()
        self.refusals: list[str] = []

    def fresh_form(self) -> DraftRowForm | None:
        if self.row is None:
            return None
        return DraftRowForm(initial={name: getattr(self.row, name) for name in TYPED}, row=self.row)

    def answer(self) -> HttpResponse:
        step = self.request.POST.get(STEP, "") if self.request.method == "POST" else ""
        if not step:
            return self.show()
        is_old = self.request.POST.get(VERSION) != str(self.draft.version)
        if step == RULES:
            return self.find_anew(is_old=is_old)
        if step == ALL_CERTAIN:
            return self.accept_all_certain(is_old=is_old)
        return self.change_row(step, is_old=is_old)

    def go_to(self, key: int) -> HttpResponse:
        """To a row, whose first button gets the focus: browsers give none where an address ends in a place (#)."""
        return HttpResponseRedirect(f"{self.url}?raekke={key}" if key else self.url)

    # --- The whole document

    def accept_all_certain(self, *, is_old: bool) -> HttpResponse:
        if is_old and certain_of(self.draft.rows):  # where none is left, it is the second of two clicks
            self.refusals.append(_changed_meanwhile())
            return self.show()
        count = accept_certain(self.draft.rows)
        if count:
            self.draft.keep()
        said = ngettext("%(count)d række er godkendt.", "%(count)d rækker er godkendt.", count)
        messages.success(self.request, said % {"count": count})
        return self.go_to(next_to_see(self.draft.rows, 0))

    def find_anew(self, *, is_old: bool) -> HttpResponse:
        self.rules = RulesForm(self.request.POST, auto_id=RULES_ID)
        if is_old:
            self.refusals.append(_changed_meanwhile())
        elif self.rules.is_valid():
            try:
                text = self.draft.read()
            except ValidationError as refused:
                self.refusals += refused.messages
            else:
                self.draft.find(text, self.rules.rules)
                self.draft.keep()
                messages.success(
                    self.request, _("Rækkerne er fundet igen. Det, du har rettet og godkendt, er der stadig.")
                )
                return self.go_to(0)
        return self.show()

    # --- One row

    def change_row(self, step: str, *, is_old: bool) -> HttpResponse:
        row = self.row
        if row is None:
            return self.show()
        self.form = DraftRowForm(self.request.POST, row=row)
        if not self.form.is_valid():
            return self.show()
        typed = {name: self.form.cleaned_data[name] for name in TYPED}
        is_same = all(getattr(row, name) == value for name, value in typed.items())
        if is_old:
            if step == ACCEPT and is_same and row.is_accepted:  # the second of two clicks
                return self.go_to(next_to_see(self.draft.rows, row.key))
            self.refusals.append(_changed_meanwhile())
            return self.show()
        for name, value in typed.items():
            setattr(row, name, value)
        row.is_mended = row.is_mended or not is_same
        try:
            key = self.carried_out(step, row)
        except ValidationError as refused:
            add_refusal(self.form, refused)
            return self.show()
        self.draft.keep()
        return self.go_to(key)

    def carried_out(self, step: str, row: DraftRow) -> int:
        """Do what the button says; the key of the row to look at next."""
        rows = self.draft.rows
        if step == MERGE:
            return merged_up(rows, row.key)
        if step == PART:
            try:
                return parted(rows, row.key, self.form.cleaned_data["at"] or 0) if self.form else row.key
            except ValidationError as refused:
                raise ValidationError({"at": refused.messages}) from refused
        if step == ACCEPT:
            checked_row(row)
            row.state, row.doubts = DraftState.ACCEPTED, []
            return next_to_see(rows, row.key)
        if step == LEAVE_OUT:
            row.state = DraftState.LEFT_OUT
            return next_to_see(rows, row.key)
        if step == TAKE_BACK:
            row.state = DraftState.FOUND
        return row.key

    # --- What is shown

    def show(self) -> HttpResponse:
        numbering = self.draft.numbering()
        rows = [
            ShownRow(
                row,
                f"{self.url}?raekke={row.key}",
                row is self.row,
                ([] if row.state != DraftState.FOUND else row.doubts) + numbering.get(row.key, []),
            )
            for row in self.draft.rows
        ]
        wrong = bool(self.refusals or (self.form and self.form.errors) or self.rules.errors)
        context = {
            **admin.site.each_context(self.request),
            "title": _("Fra dokument til kilde: %(name)s") % {"name": self.draft.batch},
            "draft": self.draft,
            "rows": rows,
            "current": next((one for one in rows if one.is_current), None),
            "certain": sum(one.is_certain for one in rows),
            "form": self.form,
            "rules": self.rules,
            "refusals": self.refusals,
            "is_asked": self.is_asked,
            "page": None if self.draft.is_word else self.shown_page(),
            "paragraphs": self.shown_paragraphs() if self.draft.is_word else [],
            "action": f"{self.url}?raekke={self.row.key}" if self.row else self.url,
            "next_url": reverse("document_source", args=[self.draft.batch.pk]),
        }
        template = "admin/recommendations/document/draft.html"
        return TemplateResponse(self.request, template, context, status=422 if wrong else 200).render()

    def shown_page(self) -> ShownPage | None:
        asked = whole_number(self.request.GET.get("side", ""))
        number = asked if asked is not None else self.row.first_page if self.row else 1
        count = len(self.draft.sizes)
        number = min(max(number, 1), count)
        width, height = self.draft.sizes[number - 1]
        marks = [
            Mark.around(place, is_current=row is self.row)
            for row in self.draft.rows
            if not row.is_left_out
            for place in outlines([place for several in row.places.values() for place, _at in several], number)
        ]
        key = self.row.key if self.row else 0

        def beside(page: int) -> str:
            return f"{self.url}?raekke={key}&side={page}#siden" if 0 < page <= count else ""

        return ShownPage(
            number,
            count,
            self.draft.label_of(number),
            reverse("document_picture", args=[self.draft.batch.pk, number]),
            f"{width:.1f}",
            f"{height:.1f}",
            marks,
            beside(number - 1),
            beside(number + 1),
        )

    def shown_paragraphs(self) -> list[tuple[str, bool]]:
        """Those of a Word file around the row, with whether they are of it."""
        try:
            texts = self.draft.paragraphs()
        except ValidationError:
            return []
        places = self.row.places.values() if self.row else []
        of_row = {int(place.top) for several in places for place, _start in several}
        first = max(min(of_row, default=1) - AROUND // 4, 1)
        last = max(of_row, default=1) + AROUND
        return [(texts[number - 1], number in of_row) for number in range(first, min(last, len(texts)) + 1)]


def _changed_meanwhile() -> str:
    return _("Kladden er ændret, siden siden blev åbnet. Det, du skrev, står her stadig: se det efter, og gem igen.")
