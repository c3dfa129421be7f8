"""When committees meet: their meetings as they are or were known, the last that was held and the next to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from functools import cached_property
from typing import Any

from recommendations import workdays
from recommendations.enums import MeetingState
from recommendations.models import Committee, Event, Lineage, Meeting

PAPERS_AHEAD = 5  # working days from the papers of a meeting to the meeting
REMEMBERED = ("on", "begins_at", "agenda_url", "state", "moved_from", "remark")  # of a meeting, what an act can change


class Calendars:
    """The meetings of some committees, with those of the committees that they took over from: read once, when first
    asked for, as they were known at `known_at` (default now). One query; two for a past moment.
    """

    def __init__(self, committees: Collection[int], *, lineage: Lineage, known_at: datetime | None = None):
        self._lines = {committee: lineage.with_predecessors(committee) for committee in committees}
        self._known_at = known_at

    @classmethod
    def of_one(cls, committee: Committee, *, known_at: datetime | None = None) -> Calendars:
        """Of one committee; one query more, for what it took over from."""
        return cls([committee.pk], lineage=Lineage.load(known_at=known_at), known_at=known_at)

    @cached_property
    def _meetings(self) -> list[Meeting]:
        wanted: set[int] = set().union(*self._lines.values())
        found = Meeting.objects.filter(committee__in=wanted).select_related("committee").earliest_first()
        return _as_known(list(found), self._known_at)

    def as_known(self, meeting: Meeting) -> Meeting:
        """A meeting that a row points at, as it was known."""
        if self._known_at is None:
            return meeting
        return next((one for one in self._meetings if one == meeting), meeting)

    def of(self, committee: int) -> list[Meeting]:
        """Of a committee (id) that was asked for, the earliest first."""
        line = self._lines[committee]
        return [one for one in self._meetings if one.committee_id in line]

    def counting(self, committee: int) -> list[Meeting]:
        """The same without those that are not held: cancelled, or called for when there was no such committee."""
        return [one for one in self.of(committee) if counts(one)]


def _as_known(meetings: list[Meeting], known_at: datetime | None) -> list[Meeting]:
    """Without those that were not planned yet. Each act on a meeting has kept how it was before: the acts are taken
    back, the newest first.
    """
    if known_at is None or not meetings:
        return meetings
    before: dict[int, dict[str, str]] = defaultdict(dict)
    later = Event.objects.filter(meeting__in=[one.pk for one in meetings], at__gt=known_at).order_by("-at", "-pk")
    for key, details in later.values_list("meeting", "details"):
        assert key is not None  # asked for by their meetings
        before[key] |= {name: details[name][0] for name in REMEMBERED if name in details}
    for one in meetings:
        for name, value in before[one.pk].items():
            column: Any = Meeting._meta.get_field(name)
            setattr(one, name, column.to_python(value or (None if column.null or name == "on" else "")))
    return sorted((one for one in meetings if one.on), key=lambda one: (one.on, one.committee.sort_name, one.pk))


def counts(meeting: Meeting) -> bool:
    """Whether it is or was held: it is not cancelled, and its committee existed on the day."""
    return meeting.state != MeetingState.CANCELLED and meeting.committee.exists_on(meeting.on)


def was_held(meeting: Meeting, day: date) -> bool:
    """By the day `day`, whatever has become of it since."""
    return meeting.state == MeetingState.HELD and meeting.on <= day


def last_held(committee: Committee, before: date, *, known_at: datetime | None = None) -> Meeting | None:
    """The last meeting before the day `before` that was held; also one of a committee that this one took over from."""
    found = Calendars.of_one(committee, known_at=known_at).of(committee.pk)
    return next((one for one in reversed(found) if one.state == MeetingState.HELD and one.on < before), None)


def next_expected(committee: Committee, on_or_after: date, *, known_at: datetime | None = None) -> Meeting | None:
    """The first meeting on the day or later that is to be held; also of a committee that this one took over from."""
    found = Calendars.of_one(committee, known_at=known_at).counting(committee.pk)
    return next((one for one in found if one.on >= on_or_after and one.is_expected), None)


def papers_day(meeting: Meeting) -> date:
    """The day on which the papers are due: five working days before the meeting."""
    return workdays.before(meeting.on, PAPERS_AHEAD)


def has_draft(meeting: Meeting, today: date) -> bool:
    """Whether the list of the meeting has written itself by `today`, and the meeting is still to be held."""
    return meeting.is_expected and papers_day(meeting) <= today
