"""What the pages about many items share: the rows with their forms, and refusals shown where they can be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.actions import MOST_AT_ONCE, Conflict, Doubt, RowsRefused, Seen, too_many
from recommendations.admin.base import actor, reach_of, require
from recommendations.admin.many.choice import LIST, Choice, forget
from recommendations.enums import WRITERS, Status
from recommendations.forms import BulkRowForm, CommonForm, sentences_of
from recommendations.models import Committee, Item, StatusUpdate
from recommendations.permissions import ActingRights, not_yours
from recommendations.writing.posted import page_key, seen_by
from recommendations.writing.refusals import note_denied


@dataclass
class BulkRow:
    """One chosen item: what stands now, in whose name the user may act, what was typed and what is wrong with it."""

    item: Any  # an item with its `state_…`
    committees: list[Committee]
    latest: StatusUpdate | None
    seen: Seen | None  # of the page that was sent; none when the page is opened
    form: Any = field(init=False)
    problem: str = ""  # why it cannot be done at all; then there is nothing to tick
    has_conflict: bool = False

    def __post_init__(self) -> None:
        if not self.committees:
            self.problem = not_yours(self.item, None)

    @property
    def key(self) -> str:
        return str(self.item.pk)

    @property
    def status_in_words(self) -> str:
        return str(Status(self.item.state_status).label) if self.item.state_status else ""

    @property
    def included(self) -> bool:
        return bool(self.form["include"].value())

    @property
    def is_wrong(self) -> bool:
        return bool(self.form.errors)

    @property
    def differs(self) -> bool:
        """Whether something was typed for this row alone, or is wrong with it."""
        return self.is_wrong or any(self.form[name].value() for name in self.form.fields if name != "include")

    @property
    def days_silent(self) -> int:
        """Days since the newest sign of life; none where there is no such."""
        fresh = self.item.state_fresh_on
        return (timezone.localdate() - fresh).days if fresh else 0

    @property
    def latest_seen(self) -> str:
        """What the next page says that its reader has seen: what is newest, once the reader has been told of it."""
        if self.seen is None or self.has_conflict:
            return str(self.latest.pk) if self.latest else ""
        return str(self.seen.latest or "")


class BulkPage:
    """The chosen items with one form in common and one each. What is done with them, a subclass says."""

    word: ClassVar[str]  # in the address
    route: ClassVar[str]  # in the name of its address, and on the button of the list
    label: ClassVar[Any]
    roles: ClassVar[tuple[str, ...]] = WRITERS
    common_form: ClassVar[type[CommonForm]] = CommonForm
    row_form: ClassVar[type[BulkRowForm]] = BulkRowForm
    template: ClassVar[str]
    most: ClassVar[int] = MOST_AT_ONCE

    def __init__(self, request: HttpRequest, items: Sequence[Any]) -> None:
        self.request = request
        self.data: Any = request.POST.copy() if request.method == "POST" else None
        self.rights = ActingRights(request.user, items, reach=reach_of(request))
        latest = StatusUpdate.objects.latest_published_of(items)
        self.rows = [
            BulkRow(
                item,
                self.rights.committees(item, *self.roles),
                latest.get(item),
                seen_by(request, prefix=f"r{item.pk}-"),
            )
            for item in items
        ]
        require(
            any(row.committees for row in self.rows),
            _("Du har ikke den rolle i et udvalg, der ejer rækkerne. Spørg en administrator, hvis det er forkert."),
        )
        for item, problem in self.problems().items():
            row = next(row for row in self.rows if row.item == item)
            row.problem = row.problem or problem
        self.prepare()
        self.common = self.common_form(self.data, committees=self.committees if len(self.committees) > 1 else ())
        for row in self.rows:
            # A committee is asked for at the row only where one choice cannot be made for all, and where there is one.
            choices = row.committees if not self.committees and len(row.committees) > 1 else ()
            row.form = self.row_form(
                self.data, prefix=f"r{row.key}", committees=choices, initial={"include": False} if row.problem else None
            )

    # --- what a subclass says -----------------------------------------------------------------------------------------

    def problems(self) -> Mapping[Item, str]:
        """Why something cannot be done about a row, whatever is typed."""
        return {}

    def prepare(self) -> None:
        """What is to be done with what was sent before the forms read it."""

    def perform(self) -> Sequence[Any]:
        """Call the action; what it wrote. Raises `RowsRefused`."""
        raise NotImplementedError

    def done(self, written: Sequence[Any]) -> str:
        """What is said afterwards of what `perform` wrote."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """What its template shows besides."""
        return {}

    # --- rows and committees ------------------------------------------------------------------------------------------

    @cached_property
    def committees(self) -> list[Committee]:
        """Those in whose name all rows can be written that can be written at all."""
        possible = [row.committees for row in self.rows if row.committees]
        return [committee for committee in possible[0] if all(committee in others for others in possible)]

    @property
    def included(self) -> list[BulkRow]:
        return [row for row in self.rows if row.included]

    @property
    def possible(self) -> list[BulkRow]:
        return [row for row in self.rows if not row.problem]

    def committee_for(self, row: BulkRow) -> Committee | None:
        """Chosen for the row or for all, or the only one there is."""
        asked = self.common.cleaned_data.get("committee") or row.form.cleaned_data.get("committee")
        chosen = asked or next(iter(self.committees or row.committees), None)
        return chosen if chosen in row.committees else None

    # --- what is wrong ------------------------------------------------------------------------------------------------

    def is_valid(self) -> bool:
        """Everything is checked, so that all that is wrong is said at once."""
        valid = all([self.common.is_valid(), *(row.form.is_valid() for row in self.rows)])
        if not self.included:
            self.common.add_error(None, _("Sæt flueben ved mindst én række."))
        return valid and bool(self.included)

    @property
    def wrong_rows(self) -> list[BulkRow]:
        return [row for row in self.rows if row.is_wrong]

    @property
    def is_wrong(self) -> bool:
        return bool(self.common.errors or self.wrong_rows)

    def refuse(self, refused: RowsRefused) -> None:
        """Show each refusal where it can be mended: once for all, at the row's field, or at the row."""
        rows = {row.item: row for row in self.rows}
        for item, error in refused.rows.items():
            rows[item].has_conflict = isinstance(error, Conflict)
            for name, sentence in sentences_of(error):
                show_refusal(self.common, rows[item].form, name, sentence, is_doubt=isinstance(error, Doubt))
        # What is newer may have come while the page was being answered, after it had read what is newest.
        newest = StatusUpdate.objects.latest_published_of([row.item for row in self.rows if row.has_conflict])
        for item, update in newest.items():
            rows[item].latest = update


def show_refusal(common: Any, row: Any, name: str, sentence: str, *, is_doubt: bool = False) -> None:
    """At the row's own field where something was typed there, else once at the field in common, else at the row."""
    if name in row.fields and row[name].value():
        row.add_error(name, sentence)
    elif name in common.fields:
        if sentence not in common.errors.get(name, ()):
            common.add_error(name, sentence)
    else:
        row.add_error(name if name in row.fields else None, sentence)
    if is_doubt and "sure" in common.fields:
        common.ask_below(name)


def answer_many(request: HttpRequest, model_admin: Any, page_class: type[BulkPage], *, back: str) -> HttpResponse:
    """The page about the chosen items; or `back`, the list, when it is done, or when there is nothing to show."""
    choice = Choice.of(request, model_admin)
    if not 0 < choice.count <= page_class.most:
        refusal = too_many(choice.count, page_class.most) if choice.count else _("Vælg mindst én række på listen.")
        messages.error(request, refusal)
        return HttpResponseRedirect(back)
    items = choice.items(model_admin.model)
    if not items:
        messages.error(request, _("De valgte rækker findes ikke længere. Vælg igen på listen."))
        return HttpResponseRedirect(back)
    page = page_class(request, items)
    if request.method == "POST" and page.is_valid():
        try:
            written = page.perform()
        except RowsRefused as refused:
            note_denied(request, actor(request), refused.rows.values())
            page.refuse(refused)
        else:
            forget(request, model_admin.model, [row.item.pk for row in page.included])
            messages.success(request, page.done(written))
            return HttpResponseRedirect(back)
    context = {
        **admin.site.each_context(request),
        "opts": model_admin.model._meta,
        "title": page.label,
        "page": page,
        "folded": (),
        "open_rows": False,
        "notes": choice.notes,
        "action": request.path,  # without the choice, which the form carries
        "back": back,
        "noegle": page_key(request),
        LIST: choice.filters,
        **page.context(),
    }
    template = f"admin/recommendations/bulk/{page_class.template}"
    return TemplateResponse(request, template, context, status=422 if page.is_wrong else 200)
