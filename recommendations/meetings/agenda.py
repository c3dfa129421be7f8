"""What a meeting has before it, and what was decided at it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from recommendations import answers
from recommendations.enums import CLOSED
from recommendations.meetings.calendars import Calendars, was_held
from recommendations.meetings.promises import Promise, promises
from recommendations.models import CommitteeAnswer, Item, Lineage, Meeting, Publication, Treatment
from recommendations.models.recorded import day as day_of


@dataclass(frozen=True)
class ComingUp:
    """What a meeting has before it. `previous` is the meeting before it: the last that was held, or one still to come.

    `due` are items that the committee owns and that are to be done after the previous meeting and by this one;
    `overdue` those whose deadline had passed by then. `promised` is to this meeting, `broken` was to an earlier one or
    to a day that has passed, and nothing has been recorded since. What is left undone comes up at the next meeting
    alone. Items are read with their source, their words and their `state_…`.
    """

    previous: Meeting | None
    due: list[Item]
    overdue: list[Item]
    promised: list[Promise]
    broken: list[Promise]

    @property
    def is_empty(self) -> bool:
        return not (self.due or self.overdue or self.promised or self.broken)


def coming_up(
    meeting: Meeting,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    lineage: Lineage | None = None,
    calendars: Calendars | None = None,
) -> ComingUp:
    """What comes up at a meeting, as it looks on `as_of`: seven queries, fewer as in `promises`."""
    day = day_of(as_of)
    lineage = lineage or Lineage.load(on=day, known_at=known_at)
    committees = lineage.with_predecessors(meeting.committee_id)
    calendars = calendars or Calendars(committees, lineage=lineage, known_at=known_at)
    earlier = [one for one in calendars.counting(meeting.committee_id) if one.on < meeting.on]
    previous = next((one for one in reversed(earlier) if was_held(one, day) or one.on >= day), None)
    is_next = previous is None or was_held(previous, day)
    items = _due_until(meeting.on, committees, as_of, known_at)
    # Without a meeting before it, what is late already is told apart from what is not.
    overdue = [one for one in items if (one.state_due_on <= previous.on if previous else one.state_due_on < day)]
    found = promises(committees=committees, as_of=as_of, known_at=known_at, lineage=lineage, calendars=calendars)
    return ComingUp(
        previous,
        [one for one in items if one not in overdue],
        overdue if is_next else [],
        [one for one in found if one.meeting == meeting and (one.kept_on is None or one.kept_on >= meeting.on)],
        [one for one in found if one.is_broken(day) and one.last_day < meeting.on] if is_next else [],
    )


def _due_until(on: date, committees: Collection[int], as_of: date | None, known_at: datetime | None) -> list[Any]:
    """The items to be done by the day `on`, the earliest deadline first; neither they nor the committees' part of them
    closed.
    """
    cells = answers.cells(as_of, known_at).owned().filter(committee__in=committees).exclude(status__in=sorted(CLOSED))
    found = Item.objects.public(as_of, known_at).with_state(as_of, known_at).open()
    found = found.filter(pk__in=cells.order_by().values("item"), state_due_on__lte=on).with_words(as_of, known_at)
    order = ("state_due_on", "publication__position", "publication__slug", "path")
    return list(found.select_related("publication").order_by(*order))


@dataclass(frozen=True)
class Decided:
    """What a committee decided at a meeting: its answers, and the sources that it took up without that being read."""

    answers: list[CommitteeAnswer]
    treatments: list[Treatment]


def decided_at(meeting: Meeting, *, known_at: datetime | None = None) -> Decided:
    """What is recorded of the day of the meeting and not corrected; of public sources, in their order. Two queries."""
    said = {"committee": meeting.committee_id, "meeting_date": meeting.on}
    given = CommitteeAnswer.objects.known(meeting.on, known_at).filter(
        **said, item__publication__in=Publication.objects.public(None, known_at).order_by().values("pk")
    )
    given = given.select_related("item__publication", "item__wording", "committee")
    given = given.select_related("returns_to__committee", "chosen_option__publication", "chosen_option__wording")
    taken_up = Treatment.objects.known(meeting.on, known_at).filter(
        **said, publication__in=Publication.objects.public(None, known_at).order_by().values("pk")
    )
    return Decided(
        list(given.order_by("item__publication__position", "item__publication__slug", "item__path", "pk")),
        list(taken_up.select_related("publication", "committee").order_by("publication__position", "pk")),
    )
