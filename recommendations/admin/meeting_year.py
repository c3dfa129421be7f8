"""»Læg møder i kalenderen«: a committee's meetings of a year, from what is typed or from a calendar file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import workdays
from recommendations.actions import MeetingContent, plan_meetings
from recommendations.admin.base import actor, done_already, say
from recommendations.forms import CalendarFileForm, ChosenDaysForm, SeriesForm
from recommendations.lifecycle import meeting_doubt, meeting_problem
from recommendations.models import Committee, Meeting
from recommendations.writing.posted import STEP, page_key, request_key

FILE, PLAN = "fil", "laeg-ind"  # the buttons


@dataclass(frozen=True)
class PlannedDay:
    """One day that is offered. `remark` says what is unusual about it; one that `can_be` chosen has a tick."""

    content: MeetingContent
    remark: str = ""
    can_be: bool = True
    is_ticked: bool = True

    @property
    def value(self) -> str:
        """The day, or the day and the hour, in ISO form."""
        clock = self.content.begins_at
        return f"{self.content.on.isoformat()}T{clock:%H:%M}" if clock else self.content.on.isoformat()

    @property
    def words(self) -> str:
        day = date_format(self.content.on, "l j. F Y")
        clock = self.content.begins_at
        return _("%(day)s kl. %(clock)s") % {"day": day, "clock": f"{clock:%H.%M}"} if clock else day


class MeetingYearPage:
    """The form, the days it makes, and one button that puts the ticked ones in the calendar. No day is hidden."""

    def __init__(self, request: HttpRequest, committee: Committee):
        self.request, self.committee, self.today = request, committee, timezone.localdate()
        step = request.POST.get(STEP, "") if request.method == "POST" else ""
        self.step, self.refusals = step, list[str]()
        beginning = SeriesForm.beginning(committee, self.today)
        asked = request.GET if any(name in request.GET for name in SeriesForm.base_fields) else None
        # Opened for the first time, it shows the days that follow from the last meeting, where there is one.
        self.series = SeriesForm(asked or beginning) if asked or beginning["weekday"] != "" else SeriesForm(None)
        if not self.series.is_bound:
            self.series.initial = beginning
        self.file = CalendarFileForm(request.POST, request.FILES) if step == FILE else CalendarFileForm()
        self.chosen = ChosenDaysForm(request.POST) if step == PLAN else None

    def answer(self) -> HttpResponse:
        if self.chosen is None:
            return self._show(self._days())
        if done_already(self.request, self._done(len(self.request.POST.getlist("chosen")))):
            return HttpResponseRedirect(self._list)
        if not self.chosen.is_valid():
            self.refusals = [str(sentence) for sentence in self.chosen.non_field_errors()]
            return self._show(self._days())
        chosen = self.chosen.cleaned_data["chosen"]
        try:
            # What is unusual about a day stands beside its tick: it has been asked about.
            plan_meetings(
                by=actor(self.request),
                committee=self.committee,
                meetings=chosen,
                sure=True,
                request_key=request_key(self.request),
            )
        except ValidationError as refused:
            self.refusals = refused.messages
            return self._show(self._looked_at(self.chosen.cleaned_data["offered"], chosen))
        say(self.request, self._done(len(chosen)))
        return HttpResponseRedirect(self._list)

    @property
    def _list(self) -> str:
        return reverse("staff_meetings_of", args=[self.committee.code])

    @staticmethod
    def _done(count: int) -> str:
        return ngettext("%(count)s møde er lagt i kalenderen.", "%(count)s møder er lagt i kalenderen.", count) % {
            "count": count
        }

    # --- the days -----------------------------------------------------------------------------------------------------

    def _days(self) -> list[PlannedDay]:
        if self.step == FILE:
            return self._looked_at(self.file.meetings) if self.file.is_valid() else []
        return self._looked_at(self.series.meetings()) if self.series.is_bound and self.series.is_valid() else []

    def _looked_at(
        self, contents: Sequence[MeetingContent], ticked: Sequence[MeetingContent] | None = None
    ) -> list[PlannedDay]:
        """Each day with what is to be known of it. Ticked are those that were, or all that are not unusual."""
        there = Meeting.objects.filter(committee=self.committee, on__in=[one.on for one in contents]).earliest_first()
        states = {meeting.on: meeting.get_state_display() for meeting in there}
        found = []
        for content in contents:
            day = content.on
            problem = meeting_problem(
                day, committee=self.committee.name, exists=self.committee.exists_on(day), today=self.today
            )
            if day in states:
                found.append(
                    PlannedDay(content, _("findes allerede: %(state)s") % {"state": states[day]}, can_be=False)
                )
            elif problem:
                found.append(PlannedDay(content, problem, can_be=False))
            else:
                is_past = day < self.today
                holiday = workdays.holiday(day)
                doubt = meeting_doubt(day, holiday=holiday, today=self.today)
                remark = holiday or (_("weekend") if doubt and not workdays.is_worked(day) else "")
                remark = remark or (_("dagen er gået") if is_past else "")
                is_ticked = content in ticked if ticked is not None else workdays.is_worked(day)
                found.append(PlannedDay(content, remark, is_ticked=is_ticked))
        return found

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show(self, days: list[PlannedDay]) -> HttpResponse:
        wrong = bool(self.refusals or (self.step == FILE and self.file.errors) or self.series.errors)
        context = {
            **admin.site.each_context(self.request),
            "title": _("Læg møder i kalenderen: %(committee)s") % {"committee": self.committee.name},
            "committee": self.committee,
            "series": self.series,
            "file": self.file,
            "days": days,
            "count": sum(day.can_be for day in days),
            "refusals": self.refusals,
            "is_read": not wrong and (self.series.is_bound or self.step == FILE),
            "noegle": page_key(self.request),
            "back": self._list,
        }
        template = "admin/recommendations/meeting/year.html"
        return TemplateResponse(self.request, template, context, status=422 if wrong else 200)
