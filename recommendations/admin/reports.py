"""Issuing a report: what was chosen on the public page, looked at once more, and frozen under a code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import meetings, permissions
from recommendations.actions import unreported
from recommendations.admin.base import actor, reach_of, require
from recommendations.enums import Role
from recommendations.models import Committee, IssuedReport, Meeting, Reach
from recommendations.reports.builders import built
from recommendations.reports.choices import PREVIOUS, Choices, ReportForm, SectionName
from recommendations.reports.issuing import issue, with_previous
from recommendations.selection import with_query
from recommendations.writing.posted import page_key, posted, request_key


class IssueForm(forms.Form):
    """In whose name; an administrator may also issue one in nobody's."""

    committee: Any = forms.ModelChoiceField(label=gettext_lazy("Udstedes af"), queryset=None)

    def __init__(self, *args: Any, committees: QuerySet[Committee], may_be_none: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["committee"]
        field.queryset, field.required = committees, not may_be_none
        field.empty_label = gettext_lazy("Intet bestemt udvalg") if may_be_none else None
        field.initial = committees.first()


def issue_report(request: HttpRequest) -> HttpResponse:
    """`/admin/rapporter/udsted/`: the choices stand in the address, as on the public page."""
    asked = ReportForm(request.GET)
    back = with_query(reverse("reports"), request.GET.urlencode())
    if not asked.is_valid():
        return HttpResponseRedirect(back)  # where the sentences stand at their fields
    choices = asked.report_choices
    if choices.meeting:  # it has a page of its own, with what is written for it
        return HttpResponseRedirect(reverse("report_draft", args=[choices.meeting.meeting.pk]))
    choices = with_previous(choices)
    committees = permissions.issuing_committees(
        request.user, choices.selection.committee_codes, reach=reach_of(request)
    )
    may_be_none = permissions.can_administer(request.user)
    require(
        may_be_none or committees.exists(),
        _(
            "Kun en udvalgssekretær kan udstede en rapport, og kun om sit eget udvalg. Vælg det ene udvalg under "
            "»Rapporter«, og udsted igen. Alle kan hente rapporten uden kode."
        ),
    )
    form = IssueForm(posted(request), committees=committees, may_be_none=may_be_none)
    if request.method == "POST" and form.is_valid():
        issued = issue(
            choices, by=actor(request), committee=form.cleaned_data["committee"], request_key=request_key(request)
        )
        return HttpResponseRedirect(issued.get_absolute_url())
    page = {
        **admin.site.each_context(request),
        "title": _("Udsted rapport"),
        "form": form,
        "noegle": page_key(request),
        "back": back,
        "button": _("Udsted rapport"),
        "explanation": _(
            "Rapporten bliver låst med de data, der er udgivet nu. Den får en kode, står på »Rapporter« og kan ikke "
            "ændres eller slettes."
        ),
        "stands": _stands(choices),
    }
    return TemplateResponse(request, "admin/recommendations/action.html", page, status=422 if form.errors else 200)


def _stands(choices: Choices) -> list[str]:
    """What is about to be issued: its title, what was chosen, and the totals."""
    report = built(replace(choices, sections=(SectionName.SUMMARY,)))
    return [report.title, *(f"{heading}: {value}" for heading, value in report.facts), *report.sections[0].paragraphs]


@dataclass(frozen=True)
class Annex:
    """What a secretary needs for the agenda of one committee: the draft of the report to its next meeting.

    `missing` are the editors who have not reported; none are counted before the papers are due. `issued` is the report
    where it has been issued. `free` is the address of a report to no meeting, for a committee that has none to come.
    """

    committee: Committee
    meeting: Meeting | None
    is_due: bool
    papers_day: date | None
    missing: int
    issued: IssuedReport | None
    free: str


def annexes(reach: Reach) -> list[Annex]:
    """One for each committee whose secretary the user is."""
    own = Committee.objects.filter(pk__in=reach.acting.get(Role.SECRETARY, set())).order_by("sort_name", "code")
    return [_annex(committee) for committee in own]


def _annex(committee: Committee) -> Annex:
    today = timezone.localdate()
    meeting = meetings.next_expected(committee, today)
    is_due = meeting is not None and meetings.has_draft(meeting, today)
    issued = IssuedReport.objects.to(meeting) if meeting else None
    query = urlencode({"udvalg": committee.code, "siden": PREVIOUS})
    return Annex(
        committee=committee,
        meeting=meeting,
        is_due=is_due,
        papers_day=meetings.papers_day(meeting) if meeting else None,
        missing=len(unreported(meeting).editors) if meeting and is_due and not issued else 0,
        issued=issued,
        free=f"{reverse('report')}?{query}",
    )
