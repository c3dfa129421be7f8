"""The meetings of a committee, for those who keep its calendar; and one meeting: moved, cancelled, called, held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import (
    cancel_meeting,
    change_meeting,
    correct_meeting_state,
    hold_meeting,
    move_meeting,
    send_papers,
)
from recommendations.admin.base import TrackerAdmin, action_page, actor, reach_of, require
from recommendations.admin.meeting_year import MeetingYearPage
from recommendations.enums import MeetingState, Role
from recommendations.forms import (
    CancelMeetingForm,
    ChangeMeetingForm,
    MeetingPapersForm,
    MeetingStateForm,
    MoveMeetingForm,
)
from recommendations.models import Committee, Meeting, Reach
from recommendations.writing.posted import page_key, posted, request_key

MOST_SHOWN = 60  # meetings that are over, on the page of a committee


def keeping(reach: Reach) -> list[Committee]:
    """The committees whose meetings the user plans, by name; of an administrator all that exist today."""
    found = Committee.objects.order_by("sort_name", "code")
    if reach.is_superuser:
        return list(found.existing(timezone.localdate()))
    return list(found.filter(pk__in=reach.acting.get(Role.SECRETARY, set())))


def staff_meetings(request: HttpRequest) -> HttpResponse:
    """`/admin/moeder/`: which committee; whose is the secretary of one only goes straight on."""
    committees = keeping(reach_of(request))
    require(bool(committees), _("Kun udvalgssekretærer og administratorer planlægger møder."))
    if len(committees) == 1:
        return HttpResponseRedirect(_list_of(committees[0]))
    context = {
        **admin.site.each_context(request),
        "title": _("Møder"),
        "heading": _("Hvilket udvalgs møder?"),
        "ways": [(one.name, _list_of(one)) for one in committees],
    }
    return TemplateResponse(request, "admin/recommendations/meeting/committees.html", context)


def _committee(request: HttpRequest, code: str) -> Committee:
    found = Committee.objects.filter(code=code).first()
    if found is None:
        raise Http404
    permissions.check_can_plan_meetings(request.user, found)
    return found


def plan_year(request: HttpRequest, code: str) -> HttpResponse:
    """`/admin/moeder/<udvalg>/aar/`"""
    return MeetingYearPage(request, _committee(request, code)).answer()


@dataclass(frozen=True)
class MeetingLine:
    """A meeting with where one goes from it: words and addresses."""

    meeting: Meeting
    ways: list[tuple[str, str]]


def staff_meetings_of(request: HttpRequest, code: str) -> HttpResponse:
    """`/admin/moeder/<udvalg>/`: those that are over and nobody has said of, those to come, and those that were."""
    committee, today = _committee(request, code), timezone.localdate()
    meetings = Meeting.objects.filter(committee=committee).select_related("committee")
    over = meetings.exclude(state__in=[MeetingState.PLANNED, MeetingState.PAPERS_SENT]).latest_first()
    context = {
        **admin.site.each_context(request),
        "title": _("Møder: %(committee)s") % {"committee": committee.name},
        "committee": committee,
        "asked": _lines(meetings.expected().filter(on__lte=today).earliest_first()),
        "coming": _lines(meetings.expected().filter(on__gt=today).earliest_first()),
        "over": _lines(over[:MOST_SHOWN]),
        "others": [(one.name, _list_of(one)) for one in keeping(reach_of(request)) if one != committee],
        "noegle": page_key(request),
        "today": today,
    }
    return TemplateResponse(request, "admin/recommendations/meeting/list.html", context)


def _lines(meetings: Any) -> list[MeetingLine]:
    """The first, which is what is worked on now, with all that can be done; the rest of that is on a meeting's page."""
    lines: list[MeetingLine] = []
    for meeting in meetings:
        steps = steps_of(meeting) if not lines else [step for step in steps_of(meeting)[:2] if meeting.is_expected]
        lines.append(MeetingLine(meeting, [*steps, *pages_of(meeting)[: None if not lines else 1]]))
    return lines


def _list_of(committee: Committee) -> str:
    return reverse("staff_meetings_of", args=[committee.code])


def meeting_url(meeting: Meeting, page: str = "change") -> str:
    return reverse(f"admin:recommendations_meeting_{page}", args=[meeting.pk])


def steps_of(meeting: Meeting) -> list[tuple[str, str]]:
    """What can be done with a meeting as it stands, for who may: words and addresses."""
    steps = [(_("Ret link eller klokkeslæt"), "put_right")]
    if meeting.is_expected:
        steps = [(_("Flyt"), "move"), (_("Aflys"), "cancel"), (_("Dagsordenen er sendt"), "papers"), *steps]
    else:
        steps += [(_("Ret tilstand"), "correct")]
    return [(words, meeting_url(meeting, page)) for words, page in steps]


def pages_of(meeting: Meeting) -> list[tuple[str, str]]:
    """Where its report is written, and it is read."""
    return [
        (_("Rapport til mødet"), reverse("report_draft", args=[meeting.pk])),
        (_("Se, hvad borgerne ser"), meeting.get_absolute_url()),
    ]


@admin.register(Meeting)
class MeetingAdmin(TrackerAdmin):
    """All staff read the meetings; the secretary of the committee says what becomes of one."""

    list_display = ["committee", "on", "begins_at", "state", "moved_from"]
    list_filter = ["state", "committee"]
    list_select_related = ["committee"]
    search_fields = ["committee__name", "remark"]
    date_hierarchy = "on"
    fields = ["committee", "on", "begins_at", "agenda_url", "state", "moved_from", "remark"]
    readonly_fields = ["moved_from"]
    change_form_template = "admin/recommendations/meeting/change_form.html"
    event_field = "meeting"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        meeting = self.row_or_404(request, object_id)
        may = permissions.can_plan_meetings(request.user, meeting.committee)
        ways = [*steps_of(meeting), pages_of(meeting)[0], (_("Udvalgets møder"), _list_of(meeting.committee))]
        extra = {
            "ways": ways if may else [],
            "asks_if_held": may and meeting.is_expected and meeting.on <= timezone.localdate(),
            **(extra_context or {}),
        }
        response: HttpResponse = super().change_view(request, object_id, form_url, extra)
        return response

    def own_pages(self) -> dict[str, tuple[str, Callable[..., HttpResponse]]]:
        return {
            "holdt": ("hold", self.hold_view),
            "dagsorden": ("papers", self.papers_view),
            "flyt": ("move", self.move_view),
            "aflys": ("cancel", self.cancel_view),
            "ret": ("put_right", self.put_right_view),
            "ret-tilstand": ("correct", self.correct_view),
        }

    def _page(
        self,
        request: HttpRequest,
        pk: int,
        *,
        title: str,
        form: Callable[[Meeting], forms.Form],
        act: Callable[..., Meeting],
        done: str,
        button: str,
        explanation: str = "",
    ) -> HttpResponse:
        """One form about one meeting, which leads back to the committee's meetings."""
        meeting = self.row_or_404(request, pk)
        permissions.check_can_plan_meetings(request.user, meeting.committee)
        stands = [f"{meeting.get_state_display()}: {meeting}"]
        if meeting.remark:
            stands.append(meeting.remark)
        return action_page(
            request,
            title=f"{title}: {meeting}",
            form=form(meeting),
            perform=lambda data: act(by=actor(request), meeting=meeting, request_key=request_key(request), **data),
            done=done,
            back=_list_of(meeting.committee),
            button=button,
            explanation=explanation,
            stands=stands,
            links=lambda written: [(_("Se, hvad borgerne ser"), written.get_absolute_url())],
        )

    def hold_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(
            request,
            pk,
            title=_("Mødet er holdt"),
            form=lambda _meeting: forms.Form(posted(request)),
            act=hold_meeting,
            done=_("Mødet står nu som holdt."),
            button=_("Mødet er holdt"),
        )

    def papers_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(
            request,
            pk,
            title=_("Dagsordenen er sendt"),
            form=lambda meeting: MeetingPapersForm(posted(request), initial={"agenda_url": meeting.agenda_url}),
            act=send_papers,
            done=_("Mødet står nu med dagsordenen sendt ud."),
            button=_("Dagsordenen er sendt"),
        )

    def move_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(
            request,
            pk,
            title=_("Flyt mødet"),
            form=lambda _meeting: MoveMeetingForm(posted(request)),
            act=move_meeting,
            done=_("Mødet er flyttet. Den gamle adresse fører til den nye dag."),
            button=_("Flyt mødet"),
            explanation=_("Det, der er lovet til mødet, følger med til den nye dag."),
        )

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(
            request,
            pk,
            title=_("Aflys mødet"),
            form=lambda _meeting: CancelMeetingForm(posted(request)),
            act=cancel_meeting,
            done=_("Mødet er aflyst."),
            button=_("Aflys mødet"),
            explanation=_(
                "Bliver mødet holdt en anden dag, så flyt det i stedet. Det, der er lovet til mødet, er lovet endnu."
            ),
        )

    def put_right_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(
            request,
            pk,
            title=_("Ret link eller klokkeslæt"),
            form=lambda meeting: ChangeMeetingForm(
                posted(request), initial={"begins_at": meeting.begins_at, "agenda_url": meeting.agenda_url}
            ),
            act=change_meeting,
            done=_("Mødet er rettet."),
            button=_("Gem"),
        )

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(
            request,
            pk,
            title=_("Ret tilstand"),
            form=lambda meeting: MeetingStateForm(posted(request), initial={"state": meeting.state}),
            act=correct_meeting_state,
            done=_("Mødets tilstand er rettet."),
            button=_("Gem"),
            explanation=_("Brug det, når mødet ved en fejl er meldt holdt eller aflyst."),
        )
