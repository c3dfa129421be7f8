"""Meetings: when committees meet, what comes up, and what they decided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.enums import MeetingState
from recommendations.following import MEETINGS, FollowedPage
from recommendations.meetings import Calendars, ComingUp, Decided, coming_up, decided_at, promises
from recommendations.models import Committee, CommitteeAnswer, Event, IssuedReport, Item, Lineage, Meeting
from recommendations.models.meeting import MeetingQuerySet
from recommendations.public.asked import NoSuchMeeting, Times, moved_to_clean, times_of
from recommendations.public.committees import committee_with
from recommendations.public.follow import by_mail
from recommendations.public.linked_data import of_meeting
from recommendations.public.lists import ORPHANS, PAGE_SIZE, page_asked, page_of, pages_of, query_of_page
from recommendations.selection import Selection, with_query
from recommendations.standing import ItemStanding

MOST_COMING = 30  # of a list of meetings to come
SHOWN, MOST_SHOWN = 10, 50  # of each list on a meeting's page: in sight, and unfolded
# How a day is typed in an address: as it is registered, as it is written here, or run together.
WRITTEN_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})[.\-](?P<month>\d{1,2})[.\-](?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII),
)


@dataclass(frozen=True)
class MeetingLine:
    """A meeting in a list, as it stood on `day`."""

    meeting: Meeting
    day: date

    @property
    def is_cancelled(self) -> bool:
        return self.meeting.state == MeetingState.CANCELLED

    @property
    def is_held(self) -> bool:
        return self.meeting.state == MeetingState.HELD and self.meeting.on <= self.day

    @property
    def is_to_come(self) -> bool:
        return not self.is_cancelled and not self.is_held and self.meeting.on >= self.day

    @property
    def in_words(self) -> str:
        """How far it has come, in a sentence."""
        if self.is_cancelled:
            return _("Mødet er aflyst.")
        if self.is_held:
            return _("Mødet er holdt.")
        if self.meeting.on == self.day:
            return _("Mødet er i dag.")
        if self.meeting.on < self.day:
            return _("Det er ikke registreret, om mødet blev holdt.")
        if self.meeting.state == MeetingState.PAPERS_SENT:
            return _("Mødet er ikke holdt endnu. Dagsordenen er sendt ud.")
        return _("Mødet er ikke holdt endnu.")


@dataclass(frozen=True)
class ShownRows:
    """The rows of a list: those in sight, those that unfold, and how many there are."""

    first: Sequence[Any]
    folded: Sequence[Any]
    whole: int

    @classmethod
    def of(cls, rows: Sequence[Any]) -> ShownRows:
        return cls(rows[:SHOWN], rows[SHOWN:MOST_SHOWN], len(rows))

    @property
    def is_cut(self) -> bool:
        return self.whole > MOST_SHOWN


@dataclass(frozen=True)
class AnsweredAlike:
    """What a committee answered in the same words about one or more items."""

    answer: CommitteeAnswer
    items: ShownRows


def meetings(request: HttpRequest) -> HttpResponse:
    """`/moeder/`: the next of all committees, and the last that each of them held: three queries."""
    times = times_of(request)
    if moved := moved_to_clean(request, _query(times)):
        return moved
    committees = [one for one in Committee.objects.order_by("sort_name", "code") if one.exists_on(times.day)]
    latest = Meeting.objects.held().filter(committee=OuterRef("committee"), on__lte=times.day).latest_first()
    held = Meeting.objects.filter(pk=Subquery(latest.values("pk")[:1])).select_related("committee").latest_first()
    last = {one.committee_id: one for one in held}
    return render(
        request,
        "meetings/list.html",
        {"times": times, "committees": [(one, last.get(one.pk)) for one in committees]}
        | _to_come(Meeting.objects.all(), times),
    )


def _to_come(found: MeetingQuerySet, times: Times) -> dict[str, Any]:
    """The first of those to come, the cancelled among them, and whether there are more."""
    rows = list(found.exclude(_passed(times.day)).select_related("committee").earliest_first()[: MOST_COMING + 1])
    lines = [MeetingLine(one, times.day) for one in rows[:MOST_COMING]]
    return {"coming": lines, "is_cut": len(rows) > MOST_COMING}


def _passed(day: date) -> Q:
    return Q(on__lt=day) | Q(on=day, state=MeetingState.HELD)


def committee_meetings(request: HttpRequest, code: str) -> HttpResponse:
    """`/moeder/<udvalg>/`: those to come, and those that have been, page by page: five queries."""
    committee = _committee_at(code)
    address = reverse("committee_meetings", args=[committee.code])
    if committee.code != code:
        return redirect(with_query(address, request.META.get("QUERY_STRING", "")), permanent=True)
    times = times_of(request)
    selection = Selection(as_of=times.as_of)
    if moved := moved_to_clean(request, query_of_page(selection, page_asked(request))):
        return moved
    of_committee = Meeting.objects.filter(committee__in=selection.lineage.with_predecessors(committee.pk))
    passed = of_committee.filter(_passed(times.day)).select_related("committee").latest_first()
    page = page_of(Paginator(passed, PAGE_SIZE, orphans=ORPHANS), request, selection)
    return render(
        request,
        "meetings/committee.html",
        {
            "times": times,
            "committee": committee,
            "page": page,
            "pages": pages_of(request.path, selection, page),
            "passed": [MeetingLine(one, times.day) for one in page.object_list],
            "calendar": with_query(reverse("news_calendar"), Selection(committee=committee.code).query_string()),
            "site": tenancy.site_url(),
            "by_mail": by_mail(FollowedPage(MEETINGS, committee=committee)),
        }
        | _to_come(of_committee, times),
    )


def meeting(request: HttpRequest, code: str, on: str) -> HttpResponse:
    """`/moeder/<udvalg>/<dato>/`: twelve queries at most. A day from which a meeting was moved leads on to it."""
    committee, day = _committee_at(code), _day_at(code, on)
    address = reverse("meeting", args=[committee.code, day.isoformat()])
    if (committee.code, day.isoformat()) != (code, on):
        return redirect(with_query(address, request.META.get("QUERY_STRING", "")), permanent=True)
    times = times_of(request)
    if moved := moved_to_clean(request, _query(times)):
        return moved
    selection = Selection(as_of=times.as_of)
    calendars = Calendars([committee.pk], lineage=selection.lineage)
    known = calendars.of(committee.pk)
    found = next((one for one in known if one.on == day and one.committee_id == committee.pk), None)
    if found is None:
        return redirect(_other(committee, day, known).get_absolute_url() + times.query)
    line = MeetingLine(found, times.day)
    decided = decided_at(found) if found.on <= times.day else Decided([], [])
    reports = IssuedReport.objects.filter(meeting=found, issued_at__date__lte=times.day)
    newer = IssuedReport.objects.filter(replaces=OuterRef("pk"), issued_at__date__lte=times.day)
    return render(
        request,
        "meetings/detail.html",
        {
            "times": times,
            "meeting": found,
            "committee": committee,
            "line": line,
            "linked_data": of_meeting(found),
            "answers": _alike(decided.answers),
            "treatments": decided.treatments,
            "reports": list(reports.annotate(is_replaced=Exists(newer)).listed()),
            "previous": next((one for one in reversed(known) if one.on < day and not _is_cancelled(one)), None),
            "next": next((one for one in known if one.on > day and not _is_cancelled(one)), None),
        }
        | _before_it(line, calendars, selection, times),
    )


def _before_it(line: MeetingLine, calendars: Calendars, selection: Selection, times: Times) -> dict[str, Any]:
    """What comes up, what was promised to the meeting, or where that went when it was cancelled."""
    found, lineage = line.meeting, selection.lineage
    if line.is_cancelled:
        line_of = lineage.with_predecessors(found.committee_id)
        told = promises(committees=line_of, as_of=times.as_of, lineage=lineage, calendars=calendars)
        coming = ComingUp(None, [], [], [one for one in told if one.cancelled == found], [])
    else:
        coming = coming_up(found, as_of=times.as_of, lineage=lineage, calendars=calendars)
    return {
        "is_empty": coming.is_empty,
        "promised": ShownRows.of(coming.promised),
        "due": ShownRows.of(_standing(coming.due, times)),
        "overdue": ShownRows.of(_standing(coming.overdue, times)),
        "broken": ShownRows.of(coming.broken),
    }


def _standing(items: Iterable[Item], times: Times) -> list[tuple[Item, ItemStanding]]:
    stale_after_days = tenancy.current().stale_after_days
    return [(one, ItemStanding.of(one, times.day, stale_after_days)) for one in items]


def _alike(answers: Iterable[CommitteeAnswer]) -> list[AnsweredAlike]:
    """The answers of a meeting, those in the same words together, where the first of them stands."""

    def words(answer: CommitteeAnswer) -> tuple[Any, ...]:
        where = (answer.agenda_item, answer.agenda_url, answer.returns_to_id, answer.returns_by)
        return answer.outcome, answer.text, answer.passed_on_to, answer.chosen_option_id, *where

    place: dict[Any, int] = {}
    for at, one in enumerate(answers := list(answers)):
        place.setdefault(words(one), at)
    ordered = sorted(answers, key=lambda one: place[words(one)])
    together = [list(alike) for _words, alike in groupby(ordered, key=words)]
    return [AnsweredAlike(alike[0], ShownRows.of([one.item for one in alike])) for alike in together]


def _is_cancelled(meeting: Meeting) -> bool:
    return meeting.state == MeetingState.CANCELLED


def _query(times: Times) -> str:
    return Selection(as_of=times.as_of).query_string()


# --- The address ------------------------------------------------------------------------------------------------------


def meeting_at(code: str, on: str) -> Meeting | HttpResponse:
    """The meeting whose calendar is asked for, read with its committee; or the way to where it is."""
    committee, day = _committee_at(code), _day_at(code, on)
    known = Calendars([committee.pk], lineage=Lineage.load()).of(committee.pk)
    found = next((one for one in known if one.on == day and one.committee_id == committee.pk), None)
    meeting = found or _other(committee, day, known)
    lasting = [meeting.committee.code, meeting.on.isoformat()]
    return meeting if [code, on] == lasting else redirect(reverse("meeting_calendar", args=lasting))


def _committee_at(code: str) -> Committee:
    try:
        return committee_with(Committee.objects.order_by("code"), code)
    except Http404 as error:
        sentence = _("Der er intet udvalg med koden »%(code)s«.") % {"code": code[:30]}
        raise NoSuchMeeting(sentence, reverse("meetings"), _("Se alle møder")) from error


def _day_at(code: str, typed: str) -> date:
    """The day that stands in an address, written in one of the ways that people write it."""
    for written in WRITTEN_DAYS:
        if found := written.fullmatch(typed):
            try:
                return date(*(int(found[part]) for part in ("year", "month", "day")))
            except ValueError:
                break
    sentence = _("»%(typed)s« er ikke en dag. Skriv den som 2027-03-05.") % {"typed": typed[:30]}
    raise NoSuchMeeting(sentence, reverse("committee_meetings", args=[code]), _("Se udvalgets møder"))


def _other(committee: Committee, day: date, known: Sequence[Meeting]) -> Meeting:
    """The meeting that a day without one leads to: moved from that day, or of a committee that this one took over
    from; a 404 that offers the committee's meetings where there is none.
    """
    moved = [one for one in known if one.moved_from == day] + [one for one in known if one.on == day]
    if moved:
        return moved[0]
    # Moved more than once: each move has kept the day before it.
    acts = Event.objects.filter(meeting__in=[one.pk for one in known], details__on__0=day.isoformat())
    last = acts.order_by("-at", "-pk").values_list("meeting", flat=True).first()
    if last is not None:
        return next(one for one in known if one.pk == last)
    words = {"committee": committee.name, "day": date_format(day)}
    sentence = _("%(committee)s har ikke noget møde den %(day)s.") % words
    raise NoSuchMeeting(sentence, reverse("committee_meetings", args=[committee.code]), _("Se udvalgets møder"))
