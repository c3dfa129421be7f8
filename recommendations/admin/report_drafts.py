"""The draft of the report to a meeting: what it will hold, who has not reported, and the press that issues it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recommendations import actions, permissions
from recommendations.actions import Unreported, unreported
from recommendations.actions.report_drafts import ASKED_AGAIN_AFTER
from recommendations.actions.state import done_before
from recommendations.admin.base import actor, say
from recommendations.danish import whole_number
from recommendations.enums import MeetingState
from recommendations.forms import add_refusal
from recommendations.meetings import papers_day
from recommendations.models import Event, IssuedReport, Meeting, ReportDraft
from recommendations.reports.builders import built
from recommendations.reports.choices import AgendaPlace, Choices
from recommendations.reports.contents import ContentRow, MeetingContents, contents_of
from recommendations.reports.document import Report
from recommendations.reports.issuing import issue, with_previous
from recommendations.reports.renderers import html
from recommendations.writing.posted import SAVE, STEP, page_key, posted, request_key, step_key

FREEZE, REOPEN, ASK, ISSUE = "laas", "laas_op", "spoerg", "udsted"
VERSION = "udgave"
SHOWN = 500  # rows of a report on the page; a longer one is looked at once it is issued
HEAD = ("agenda_item", "case_number", "annex", "foreword")


@dataclass(frozen=True)
class ContentList:
    """One of the lists of what the report will hold; `key` is its place on the page."""

    key: str
    heading: str
    rows: tuple[ContentRow, ...]


class ReportDraftForm(forms.Form):
    """What a secretary may write; nothing of it has to be there. No length is refused here: the action says it."""

    agenda_item = forms.CharField(
        label=gettext_lazy("Punkt på dagsordenen"), required=False, help_text=gettext_lazy("For eksempel: Punkt 7.")
    )
    case_number = forms.CharField(label=gettext_lazy("Sagsnummer"), required=False)
    annex = forms.CharField(
        label=gettext_lazy("Bilag nr."), required=False, help_text=gettext_lazy("Kun nummeret: 2 bliver til »Bilag 2«.")
    )
    foreword = forms.CharField(
        label=gettext_lazy("Forord"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Står først i rapporten. Højst 4.000 tegn."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Hvorfor erstattes rapporten?"),
        required=False,
        help_text=gettext_lazy("Vises for borgerne efter ordet »fordi«, for eksempel: en frist var forkert."),
    )
    again = forms.BooleanField(label=gettext_lazy("Spørg dem en gang til"), label_suffix="", required=False)

    def __init__(self, *args: Any, replaces: IssuedReport | None, was_asked: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if replaces is None:
            del self.fields["reason"]
        if not was_asked:
            del self.fields["again"]

    @property
    def head(self) -> actions.DraftHead:
        return actions.DraftHead(**{name: self.cleaned_data[name] for name in HEAD})


def report_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """`/admin/moeder/<nøgle>/rapport/`: each button saves what is typed, and then does what it says."""
    meeting: Meeting = get_object_or_404(Meeting.objects.select_related("committee").order_by("pk"), pk=pk)
    permissions.check_can_plan_meetings(request.user, meeting.committee)
    return ReportDraftPage(request, meeting).answer()


class ReportDraftPage:
    """The draft of one meeting, whether anybody has written in it or not."""

    def __init__(self, request: HttpRequest, meeting: Meeting) -> None:
        self.request, self.meeting = request, meeting
        self.draft = self._read()
        self.has_conflict = False
        initial = {name: getattr(self.draft, name) for name in HEAD}
        self.form = ReportDraftForm(
            posted(request), initial=initial, replaces=self.issued, was_asked=self.was_asked_lately
        )

    def _read(self) -> ReportDraft:
        found: ReportDraft | None = ReportDraft.objects.filter(meeting=self.meeting).order_by("pk").first()
        draft = found or ReportDraft(meeting=self.meeting)
        draft.meeting = self.meeting
        return draft

    @cached_property
    def issued(self) -> IssuedReport | None:
        """The report that has been issued to the meeting, the newest one."""
        return IssuedReport.objects.to(self.meeting)

    @property
    def was_asked_lately(self) -> bool:
        asked = self.draft.asked_at
        return asked is not None and timezone.now() - asked < ASKED_AGAIN_AFTER

    @cached_property
    def choices(self) -> Choices:
        return with_previous(Choices.to(AgendaPlace.of(self.draft), known_at=self.draft.known_at).frozen())

    @cached_property
    def contents(self) -> MeetingContents:
        return contents_of(self.choices)

    @cached_property
    def lists(self) -> list[ContentList]:
        """What the report will hold, each with its heading."""
        found = self.contents
        return [
            ContentList("inden", _("Frist inden mødet"), found.due),
            ContentList("forsinket", _("Forsinket"), found.overdue),
            ContentList("lovet", _("Lovet til mødet"), found.promised),
            ContentList("aendret", _("Ændret siden det forrige møde"), found.changed),
            ContentList("uden-svar", _("Intet svar registreret"), found.unanswered),
        ]

    @cached_property
    def unmarked(self) -> Meeting | None:
        """The last meeting before this one of which nobody has said that it was held, or was not; its report is the
        one to compare with only once it was.
        """
        before = min(self.meeting.on, timezone.localdate())
        found = Meeting.objects.expected().filter(committee=self.meeting.committee, on__lt=before)
        return found.select_related("committee").latest_first().first()

    @cached_property
    def missing(self) -> Unreported:
        return unreported(self.meeting)

    @cached_property
    def report(self) -> Report:
        return built(self.choices)

    @property
    def preview(self) -> str:
        """The report as a part of the page; empty where it is too long to be one."""
        rows = sum(len(table.rows) for table in self.report.tables())
        return html.body(self.report) if rows <= SHOWN else ""

    # --- what is done -------------------------------------------------------------------------------------------------

    @property
    def step(self) -> str:
        step = self.request.POST.get(STEP, SAVE)
        return step if step in (SAVE, FREEZE, REOPEN, ASK, ISSUE) else SAVE

    def answer(self) -> HttpResponse:
        if self.request.method == "POST":
            if event := done_before(step_key(self.request)):
                return self._again(event)
            if self.form.is_valid():
                try:
                    return self._carry_out()
                except actions.Conflict as refused:
                    self.has_conflict = True
                    add_refusal(self.form, refused)
                except ValidationError as refused:
                    add_refusal(self.form, refused)
        return self._show()

    def _again(self, event: Event) -> HttpResponse:
        """The second of two clicks: what the first one did is said once more."""
        if event.report:
            return HttpResponseRedirect(event.report.get_absolute_url())
        messages.success(self.request, _("Det er gjort."))
        return self._back()

    def _carry_out(self) -> HttpResponse:
        """What is typed is saved with whatever else the button does, or nothing is."""
        by, key, version = actor(self.request), step_key(self.request), self.request.POST.get(VERSION, "")
        step, meeting = self.step, self.meeting
        given: dict[str, Any] = {"by": by, "meeting": meeting, "request_key": key}
        asked = 0
        with transaction.atomic():
            draft = actions.save_report_draft(
                by=by,
                meeting=meeting,
                head=self.form.head,
                version=whole_number(version),
                request_key=request_key(self.request),
            )
            if step == ISSUE:
                issued = self._issue(draft, key)
                return HttpResponseRedirect(issued.get_absolute_url())
            if step == FREEZE:
                actions.freeze_report_draft(**given)
            elif step == REOPEN:
                actions.reopen_report_draft(**given)
            elif step == ASK:
                asked = len(actions.ask_owners(again=self.form.cleaned_data.get("again", False), **given))
        self._tell(step, asked)
        return self._back()

    def _issue(self, draft: ReportDraft, key: UUID | None) -> IssuedReport:
        code = self.meeting.committee.code
        committee = permissions.issuing_committees(self.request.user, [code]).first() or self.meeting.committee
        return issue(
            Choices.to(AgendaPlace.of(draft), known_at=draft.known_at),
            by=actor(self.request),
            committee=committee,
            replaces=self.issued,
            reason=self.form.cleaned_data.get("reason", ""),
            request_key=key,
        )

    def _tell(self, step: str, asked: int) -> None:
        done = {
            SAVE: _("Kladden er gemt. Den er ikke offentlig."),
            FREEZE: _("Kladden er låst. Det, der udgives nu, kommer først med næste gang."),
            REOPEN: _("Kladden er låst op. Den følger igen det, der udgives."),
            ASK: ngettext(
                "%(count)s bliver spurgt i en mail om lidt.", "%(count)s bliver spurgt i en mail hver om lidt.", asked
            )
            % {"count": asked},
        }
        if step in done:
            say(self.request, done[step])

    def _back(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("report_draft", args=[self.meeting.pk]))

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show(self) -> HttpResponse:
        meeting = self.meeting
        if self.request.method == "POST":
            self.draft = self._read()  # what somebody else has saved meanwhile
        context = {
            **admin.site.each_context(self.request),
            "title": _("Rapport til mødet den %(day)s") % {"day": date_format(meeting.on)},
            "page": self,
            "form": self.form,
            "meeting": meeting,
            "draft": self.draft,
            "issued": self.issued,
            "is_cancelled": meeting.state == MeetingState.CANCELLED,
            "papers_day": papers_day(meeting),
            "is_early": papers_day(meeting) > timezone.localdate(),
            "noegle": page_key(self.request),
        }
        template = "admin/recommendations/report_draft.html"
        return TemplateResponse(self.request, template, context, status=422 if self.form.errors else 200)
