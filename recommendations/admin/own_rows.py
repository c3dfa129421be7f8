"""»Mine rækker«: fetched as a spreadsheet, filled in, looked through, and written as drafts."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import permissions
from recommendations.actions.imports import give_up_file, note_found, receive_file
from recommendations.actions.many import MOST_AT_ONCE
from recommendations.actions.turns import in_turn
from recommendations.admin.base import actor, reach_of, require, say
from recommendations.admin.imports import sheet_file
from recommendations.enums import WRITERS, ImportKind, ImportState
from recommendations.forms import OwnAnswersForm, OwnFileForm, OwnRowsForm
from recommendations.importing.batches import MAKERS
from recommendations.importing.columns import Sheet
from recommendations.importing.files import opened, require_size
from recommendations.importing.own.files import MOST_FETCHED, file_name, require_fair_size, write_own
from recommendations.importing.own.plan import OwnChange, OwnPlan, planned_own
from recommendations.importing.own.sheets import ANSWERS, STATUSES
from recommendations.importing.own.stands import OwnRow, rows_to_answer, rows_to_write
from recommendations.importing.own.writing import OwnRowsRefused, write_chosen
from recommendations.importing.tables import SheetTable
from recommendations.models import Committee, ImportBatch, Meeting, Publication, Standing
from recommendations.writing.posted import SAVE, STEP
from recommendations.writing.update import SUBMIT

GIVE_UP = "opgiv"
CHOSEN = "tag"  # the rows that are wanted, each as its key and the marks of what stood when the page was shown
MOST_MEETINGS_SHOWN = 8


def own_rows(request: HttpRequest) -> HttpResponse:
    """`/admin/mine-raekker/`: what can be fetched, and where a file is given back."""
    require(
        bool(_working_for(request)), _("Du har ingen rolle i et udvalg. Spørg en administrator, hvis det er forkert.")
    )
    form = OwnFileForm(request.POST, request.FILES) if request.method == "POST" else OwnFileForm()
    if form.is_valid():
        try:
            return HttpResponseRedirect(reverse("own_rows_file", args=[_received(request, form).pk]))
        except ValidationError as refused:
            form.add_error("fil", refused)
    return _choose(request, form)


def _received(request: HttpRequest, form: OwnFileForm) -> ImportBatch:
    upload = form.cleaned_data["fil"]
    require_size(upload.size or 0)
    content = upload.read()
    with opened(upload.name, content) as file:  # what cannot be read is not kept
        require_fair_size(upload.name, file)
    return receive_file(by=actor(request), kind=ImportKind.ROWS, name=upload.name, content=content)


def _choose(
    request: HttpRequest, form: OwnFileForm, asked_for: OwnRowsForm | OwnAnswersForm | None = None
) -> HttpResponse:
    writing, working = _writing_for(request), _working_for(request)
    rows = asked_for if isinstance(asked_for, OwnRowsForm) else None
    answers = asked_for if isinstance(asked_for, OwnAnswersForm) else None
    asked = {name: request.GET[name] for name in ("udvalg", "kilde") if name in request.GET}
    meetings = Meeting.objects.filter(committee__in=working, on__lte=timezone.localdate()).latest_first()
    here = ImportBatch.objects.visible_to(request.user, reach_of(request)).filter(kind=ImportKind.ROWS)
    context = {
        **admin.site.each_context(request),
        "title": _("Mine rækker"),
        "form": form,
        "rows": rows
        or (OwnRowsForm(initial=asked, committees=writing, sources=_sources(writing)) if writing else None),
        "answers": answers or OwnAnswersForm(initial=asked, committees=working),
        "meetings": list(meetings.select_related("committee")[:MOST_MEETINGS_SHOWN]),
        "files": list(here.exclude(state=ImportState.GIVEN_UP).select_related("by")[:MOST_MEETINGS_SHOWN]),
    }
    is_wrong = form.errors or (asked_for is not None and asked_for.errors)
    return TemplateResponse(
        request, "admin/recommendations/own_rows/choose.html", context, status=422 if is_wrong else 200
    )


def _writing_for(request: HttpRequest) -> list[Committee]:
    """The committees of today in whose name the user writes statuses."""
    return _existing(request, set().union(*(reach_of(request).acting.get(role, set()) for role in WRITERS)))


def _working_for(request: HttpRequest) -> list[Committee]:
    """Those whose answers the user can write down."""
    return _existing(request, set().union(*reach_of(request).acting.values()))


def _existing(request: HttpRequest, mine: set[int]) -> list[Committee]:
    found = Committee.objects.existing(timezone.localdate()).order_by("sort_name", "code")
    return list(found if reach_of(request).is_superuser else found.filter(pk__in=mine))


def _sources(committees: list[Committee]) -> list[Publication]:
    owned = Standing.objects.at().owned().filter(committee__in=committees)
    found = Publication.objects.filter(pk__in=owned.order_by().values("item__publication"))
    return list(found.order_by("position", "slug"))


# --- Out --------------------------------------------------------------------------------------------------------------


def fetch_own_rows(request: HttpRequest) -> HttpResponse:
    """`/admin/mine-raekker/hent/?udvalg=SOU&kilde=…`, or `&moede=2026-09-17` for the answers of a meeting."""
    of_meeting = "moede" in request.GET
    committees = _working_for(request) if of_meeting else _writing_for(request)
    code = request.GET.get("udvalg", "")
    committee = next((one for one in committees if one.code == code), None)
    if committee is None:
        raise Http404
    if of_meeting:
        form: OwnAnswersForm | OwnRowsForm = OwnAnswersForm(request.GET, committees=committees)
    else:
        form = OwnRowsForm(request.GET, committees=committees, sources=_sources(committees))
    if form.is_valid():
        found, sheet, what, name = _asked_for(actor(request), committee, form.cleaned_data)
        if not (problem := _count_problem(len(found))):
            return sheet_file(name, lambda stream: write_own(found, sheet, what, stream))
        form.add_error(None, problem)
    return _choose(request, OwnFileForm(), form)


def _asked_for(user: User, committee: Committee, typed: dict[str, Any]) -> tuple[list[OwnRow], Sheet, str, str]:
    """The rows, the sheet that they stand in, what they are in words, and what the file is called."""
    if day := typed.get("moede"):
        what = f"{committee.name}, mødet den {day:%d.%m.%Y}"
        return rows_to_answer(committee, day), ANSWERS, what, file_name(ANSWERS, committee.code, f"{day:%Y-%m-%d}")
    source = Publication.objects.get(slug=typed["kilde"]) if typed["kilde"] else None
    what = f"{committee.name}, {source.title if source else 'alle kilder'}"
    name = file_name(STATUSES, committee.code, source.slug if source else "")
    return rows_to_write(user, committee, source), STATUSES, what, name


def _count_problem(count: int) -> str:
    if count == 0:
        return _("Der er ingen rækker at hente. Vælg et andet udvalg eller en anden kilde.")
    if count > MOST_FETCHED:
        return _("Det er %(count)s rækker. Der kan højst hentes %(most)s ad gangen, så vælg én kilde.") % {
            "count": count,
            "most": MOST_FETCHED,
        }
    return ""


# --- In ---------------------------------------------------------------------------------------------------------------


def own_rows_file(request: HttpRequest, pk: int) -> HttpResponse:
    """`/admin/mine-raekker/<nøgle>/`: what the file would change, and the buttons that write it."""
    batch = ImportBatch.objects.visible_to(request.user, reach_of(request)).filter(pk=pk, kind=ImportKind.ROWS).first()
    if batch is None:
        raise Http404
    permissions.check_can_read_in(request.user, batch.kind)
    return OwnRowsPage(request, batch).answer()


class OwnRowsPage:
    """One file: its rows that say something new, each with a tick, and what others have done about them since."""

    def __init__(self, request: HttpRequest, batch: ImportBatch) -> None:
        self.request, self.batch = request, batch
        self.refused: dict[str, list[str]] = {}
        self.problems: list[str] = []
        self.asks = False
        self.is_sent = request.method == "POST" and request.POST.get(STEP) != GIVE_UP

    @property
    def is_open(self) -> bool:
        return self.batch.state in (ImportState.RECEIVED, ImportState.READY)

    @cached_property
    def tables(self) -> list[SheetTable]:
        return MAKERS[ImportKind.SOURCE](self.batch)  # as any spreadsheet is read

    @cached_property
    def plan(self) -> OwnPlan:
        """Empty where the file cannot be read any more, and then it is said why."""
        try:
            return planned_own(self.tables, by=actor(self.request))
        except ValidationError as refused:
            self.problems = refused.messages
            return OwnPlan()

    @cached_property
    def rows(self) -> list[tuple[OwnChange, bool, list[str]]]:
        """Each row, whether it is chosen, and why it was refused; those that others have changed come first."""
        ticked = self._ticked()
        ordered = sorted(self.plan.changes, key=lambda one: not one.theirs)
        return [(one, one.key in ticked, self.refused.get(one.key, [])) for one in ordered]

    def _ticked(self) -> Collection[str]:
        """What is chosen; until somebody chooses, what nobody else has changed, as much as can be written at once."""
        if self.is_sent:
            return self._chosen().keys()
        return [one.key for one in self.plan.changes if not one.theirs][:MOST_AT_ONCE]

    def _chosen(self) -> dict[str, str]:
        return dict(one.rpartition(":")[::2] for one in self.request.POST.getlist(CHOSEN))

    # --- what is done -------------------------------------------------------------------------------------------------

    def answer(self) -> HttpResponse:
        if self.request.method == "POST" and self.is_open:
            if not self.is_sent:
                give_up_file(by=actor(self.request), batch=self.batch)
                say(self.request, _("Filen er opgivet. Intet af den er gemt."))
                return HttpResponseRedirect(reverse("own_rows"))
            if self._is_written():
                say(self.request, self._done(), [(_("Se eller fortryd indlæsningen"), self.request.path)])
                return HttpResponseRedirect(reverse("admin:index"))
        return self._show()

    def _is_written(self) -> bool:
        """Whether it was; where it was refused it is known why. Nobody writes between the plan and what it leads to."""
        try:
            tables = self.tables
            with in_turn():
                self.batch.refresh_from_db()
                if not self.is_open:  # written by the first of two clicks meanwhile
                    return False
                self.plan = planned_own(tables, by=actor(self.request))
                write_chosen(
                    by=actor(self.request),
                    batch=self.batch,
                    plan=self.plan,
                    chosen=self._chosen(),
                    submits=self.request.POST.get(STEP) == SUBMIT,
                    sure="sure" in self.request.POST,
                )
            return True
        except OwnRowsRefused as refused:
            self.asks = refused.has_doubts or "sure" in self.request.POST
            self.refused = {key: error.messages for key, error in refused.rows.items()}
        except ValidationError as refused:
            self.problems = refused.messages
        return False

    def _done(self) -> str:
        """What became of the rows: only statuses are sent, and what says that one still holds is public at once."""
        written = [self.plan.by_key[key] for key in self._chosen()]
        confirmed = sum(one.confirms for one in written)
        answers = sum(one.row.sheet is ANSWERS for one in written)
        sent = len(written) - confirmed - answers if self.request.POST.get(STEP, SAVE) == SUBMIT else 0
        saved = len(written) - confirmed - sent
        told = [
            (
                sent,
                ngettext(
                    "%(count)s række er sendt til godkendelse.", "%(count)s rækker er sendt til godkendelse.", sent
                ),
            ),
            (saved, ngettext("%(count)s række er gemt som kladde.", "%(count)s rækker er gemt som kladder.", saved)),
            (
                confirmed,
                ngettext(
                    "%(count)s række er bekræftet, og det kan borgerne se.",
                    "%(count)s rækker er bekræftet, og det kan borgerne se.",
                    confirmed,
                ),
            ),
        ]
        return " ".join(sentence % {"count": count} for count, sentence in told if count)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show(self) -> HttpResponse:
        context: dict[str, Any] = {
            **admin.site.each_context(self.request),
            "title": self.batch.file_name,
            "page": self,
            "batch": self.batch,
            "has_statuses": False,
            "rows": [],
        }
        if self.is_open:
            if self.batch.state == ImportState.RECEIVED:
                note_found(self.batch, state=ImportState.READY)
            sheets = {one.row.sheet.key for one in self.plan.changes}
            confirmed = any(one.confirms for one in self.plan.changes)
            context |= {
                "plan": self.plan,
                "rows": self.rows,
                "conflicts": sum(bool(one.theirs) for one in self.plan.changes),
                "has_statuses": STATUSES.key in sheets,
                "has_answers": ANSWERS.key in sheets,
                "has_confirmations": confirmed,
                "most": MOST_AT_ONCE if len(self.plan.changes) > MOST_AT_ONCE else 0,
            }
        status = 422 if self.refused or self.problems else 200
        return TemplateResponse(self.request, "admin/recommendations/own_rows/file.html", context, status=status)
