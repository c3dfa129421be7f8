"""A committee's meetings: planned, called, moved, cancelled, held; and what an answer from a day says of a meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import danish, permissions, workdays
from recommendations.actions.state import Doubt, changed_fields, checked, done_before, event, record
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, MeetingState, Nature
from recommendations.lifecycle import holding_problem, meeting_doubt, meeting_problem, meeting_state_problem
from recommendations.models import Committee, CommitteeAnswer, Event, Meeting, Treatment, recorded

MOST_MEETINGS = 400  # at a time
# In the details of an event: the answer or treatment from which it is known that the meeting was held.
KNOWN_FROM = "known_from"


@dataclass(frozen=True)
class MeetingContent:
    """When a meeting is called for, and where its agenda can be read."""

    on: date
    begins_at: time | None = None
    agenda_url: str = ""


@in_turn()
def plan_meetings(
    *,
    by: User,
    committee: Committee,
    meetings: Sequence[MeetingContent],
    sure: bool = False,
    request_key: UUID | None = None,
) -> list[Meeting]:
    """Put meetings in the calendar, all or none; one event each. Unlikely days are a `Doubt` unless `sure`."""
    permissions.check_can_plan_meetings(by, committee)
    days = sorted(content.on for content in meetings)
    if done_before(request_key):
        return list(Meeting.objects.filter(committee=committee, on__in=days).earliest_first())
    if not meetings:
        raise ValidationError(_("Sæt flueben ved mindst én dag."))
    if len(meetings) > MOST_MEETINGS:
        words = {"count": len(meetings), "most": MOST_MEETINGS}
        raise ValidationError(_("Det er %(count)s møder. Læg højst %(most)s i kalenderen ad gangen.") % words)
    if wrong := _wrong_days(committee, days):
        raise ValidationError({"on": wrong})
    if not sure and (asked := [question for day in days if (question := _doubt(day))]):
        raise Doubt({"on": asked})
    rows = [
        Meeting(committee=committee, on=one.on, begins_at=one.begins_at, agenda_url=one.agenda_url.strip())
        for one in sorted(meetings, key=lambda one: one.on)
    ]
    for row in rows:
        row.clean_fields()
    planned: list[Meeting] = Meeting.objects.bulk_create(rows)
    Event.objects.bulk_create(
        event(
            act=Act.MEETING_PLANNED,
            by=by,
            committee=committee,
            on=row.on,
            meeting=row,
            details=changed_fields(None, row),
            request_key=request_key if row is planned[0] else None,
        )
        for row in planned
    )
    return planned


def _wrong_days(committee: Committee, days: Sequence[date], *, but: Meeting | None = None) -> list[str]:
    """Why the committee cannot meet on `days`: one sentence for each that is wrong."""
    today, times = timezone.localdate(), Counter(days)
    others = Meeting.objects.filter(committee=committee, on__in=days)
    others = others.exclude(pk=but.pk) if but else others
    taken = {meeting.on: meeting for meeting in others.earliest_first()}
    wrong = []
    for day, count in times.items():
        if day in taken:
            wrong.append(_taken(taken[day]))
        elif count > 1:
            written = {"date": date_format(day, "d.m.Y")}
            wrong.append(_("Den %(date)s står der flere gange. Et udvalg har ét møde på en dag.") % written)
        elif problem := meeting_problem(day, committee=committee.name, exists=committee.exists_on(day), today=today):
            wrong.append(problem)
    return wrong


def _taken(meeting: Meeting) -> str:
    written = {"date": date_format(meeting.on, "d.m.Y")}
    if meeting.state == MeetingState.CANCELLED:
        return _("Mødet den %(date)s er aflyst. Bliver det holdt alligevel, så ret mødet dér.") % written
    return _("Udvalget har allerede et møde den %(date)s. Vælg en anden dag.") % written


def _doubt(day: date) -> str:
    return meeting_doubt(day, holiday=workdays.holiday(day), today=timezone.localdate())


@in_turn()
def change_meeting(
    *, by: User, meeting: Meeting, begins_at: time | None, agenda_url: str, request_key: UUID | None = None
) -> Meeting:
    """Put the hour and the link to the agenda right; the same again is no event. Also of a meeting that was held."""
    meeting, before = _begun(by, meeting)
    if done_before(request_key):
        return meeting
    meeting.begins_at, meeting.agenda_url = begins_at, agenda_url.strip()
    return _written(Act.MEETING_CHANGED, by, meeting, before, request_key)


@in_turn()
def move_meeting(
    *, by: User, meeting: Meeting, on: date, reason: str, sure: bool = False, request_key: UUID | None = None
) -> Meeting:
    """Move it to another day, also when its papers were sent. The day it was first called for is kept."""
    meeting, before = _begun(by, meeting)
    if done_before(request_key):
        return meeting
    _require_expected(meeting)
    if on == meeting.on:
        raise ValidationError({"on": _("Mødet er den dag i forvejen. Skriv den dag, det er flyttet til.")})
    if wrong := _wrong_days(meeting.committee, [on], but=meeting):
        raise ValidationError({"on": wrong})
    _require_reason(reason, _("Skriv, hvorfor mødet er flyttet. Det vises for borgerne."))
    if not sure and (question := _doubt(on)):
        raise Doubt({"on": question})
    first = meeting.moved_from or meeting.on
    meeting.on, meeting.moved_from = on, first if first != on else None
    meeting.remark = danish.normalised(reason)
    return _written(Act.MEETING_MOVED, by, meeting, before, request_key)


@in_turn()
def cancel_meeting(*, by: User, meeting: Meeting, reason: str, request_key: UUID | None = None) -> Meeting:
    """Say that it will not be held. What was promised to it stays promised; its page says that it was cancelled."""
    meeting, before = _begun(by, meeting)
    if done_before(request_key):
        return meeting
    _require_expected(meeting)
    _require_reason(reason, _("Skriv, hvorfor mødet er aflyst. Det vises for borgerne."))
    meeting.state, meeting.remark = MeetingState.CANCELLED, danish.normalised(reason)
    return _written(Act.MEETING_CANCELLED, by, meeting, before, request_key)


@in_turn()
def send_papers(*, by: User, meeting: Meeting, agenda_url: str = "", request_key: UUID | None = None) -> Meeting:
    """Say that its papers are sent; with the link to the agenda, where there is one. Once more puts the link right."""
    meeting, before = _begun(by, meeting)
    if done_before(request_key):
        return meeting
    _require_expected(meeting)
    meeting.state, meeting.agenda_url = MeetingState.PAPERS_SENT, agenda_url.strip() or meeting.agenda_url
    return _written(Act.PAPERS_SENT, by, meeting, before, request_key)


@in_turn()
def hold_meeting(*, by: User, meeting: Meeting, request_key: UUID | None = None) -> Meeting:
    """Say that it was held; the same again changes nothing."""
    meeting, before = _begun(by, meeting)
    if done_before(request_key) or meeting.state == MeetingState.HELD:
        return meeting
    _require_expected(meeting)
    if wrong := holding_problem(meeting.on, today=timezone.localdate()):
        raise ValidationError(wrong)
    meeting.state = MeetingState.HELD
    return _written(Act.MEETING_HELD, by, meeting, before, request_key)


@in_turn()
def correct_meeting_state(
    *, by: User, meeting: Meeting, state: str, reason: str, request_key: UUID | None = None
) -> Meeting:
    """Mend a wrong »held« or »cancelled«. `reason` is shown to citizens where the meeting is cancelled; else it is kept
    in the log.
    """
    meeting, before = _begun(by, meeting)
    if done_before(request_key):
        return meeting
    problem = meeting_state_problem(
        meeting.state, state, day=meeting.on, today=timezone.localdate(), is_answered=_is_proven(meeting)
    )
    if problem:
        raise ValidationError({"state": problem})
    _require_reason(reason, _("Skriv, hvad der var forkert."))
    meeting.state, reason = MeetingState(state), danish.normalised(reason)
    if MeetingState.CANCELLED in (before.state, state):
        meeting.remark = reason if state == MeetingState.CANCELLED else ""
    return _written(Act.MEETING_CHANGED, by, meeting, before, request_key, {"reason": ["", reason]})


# --- What answers say of meetings -------------------------------------------------------------------------------------


def note_held(*, by: User | None, committee: Committee, on: date, known_from: CommitteeAnswer | Treatment) -> Meeting:
    """An answer or a treatment from a day proves that the committee met: its meeting becomes held, whatever it was.

    Called inside the act that records it, which has asked for the right.
    """
    found = Meeting.objects.select_for_update(of=("self",)).filter(committee=committee, on=on).order_by("pk").first()
    if found and found.state == MeetingState.HELD:
        return found
    meeting = found or Meeting(committee=committee, on=on)
    before = copy(found)
    meeting.state, meeting.remark = MeetingState.HELD, "" if meeting.state == MeetingState.CANCELLED else meeting.remark
    details = {KNOWN_FROM: ["", str(known_from)]}
    return _written(Act.MEETING_HELD, by, meeting, before, None, details, at=known_from.recorded_at)


def note_not_held(*, by: User | None, committee: Committee, on: date, at: datetime) -> None:
    """The last answer or treatment from a day was put right: what was known of the meeting from it alone is not known.

    It stands as it did before; where nothing did, it is asked about as any day that has passed.
    """
    held = Meeting.objects.held().select_for_update(of=("self",)).filter(committee=committee, on=on)
    meeting = held.order_by("pk").first()
    if meeting is None or _is_proven(meeting):
        return
    changes = Event.objects.filter(meeting=meeting, act__in=[Act.MEETING_HELD, Act.MEETING_CHANGED])
    latest = changes.order_by("pk").last()
    if latest is None or KNOWN_FROM not in latest.details:
        return  # somebody who was there has said so
    before = copy(meeting)
    meeting.state = MeetingState(latest.details["state"][0] or MeetingState.PLANNED)
    meeting.remark = latest.details.get("remark", [meeting.remark])[0]
    _written(Act.MEETING_CHANGED, by, meeting, before, None, at=at)


def _is_proven(meeting: Meeting) -> bool:
    """Whether an answer or a treatment of its day stands."""
    said = {"committee": meeting.committee, "meeting_date": meeting.on}
    return any(model.objects.known().filter(**said).exists() for model in (CommitteeAnswer, Treatment))


# --- What they all do -------------------------------------------------------------------------------------------------


def _begun(by: User, meeting: Meeting) -> tuple[Meeting, Meeting]:
    """The meeting as it is now, held until the transaction ends, and a copy of how it was."""
    found = Meeting.objects.select_for_update(of=("self",)).select_related("committee").get(pk=meeting.pk)
    permissions.check_can_plan_meetings(by, found.committee)
    return found, copy(found)


def _require_expected(meeting: Meeting) -> None:
    if not meeting.is_expected:
        raise ValidationError(
            _("Mødet er allerede »%(state)s«. Er det forkert, så vælg »Ret tilstand«.")
            % {"state": meeting.get_state_display()}
        )


def _require_reason(reason: str, sentence: str) -> None:
    if danish.is_blank(reason):
        raise ValidationError({"reason": sentence})


def _written(
    act: Act,
    by: User | None,
    meeting: Meeting,
    before: Meeting | None,
    request_key: UUID | None,
    details: dict[str, list[str]] | None = None,
    at: datetime | None = None,
) -> Meeting:
    """Save it and say what was done; what changes nothing is not told."""
    changed = changed_fields(before, meeting)
    if before and not changed:
        return meeting
    checked(meeting)
    record(
        act=act,
        nature=Nature.FROM_SOURCE if by is None else Nature.HOUSEKEEPING,
        by=by,
        committee=meeting.committee,
        on=meeting.on,
        meeting=meeting,
        details=changed | (details or {}),
        at=at or recorded.now(),
        request_key=request_key,
    )
    return meeting
