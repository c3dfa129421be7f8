"""What was promised about items: by answers that say when the matter comes again, and by next steps with a day.

A promise is about one cell, an item and a committee. The rules are in `lifecycle`; here are the rows they are about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import answers, lifecycle
from recommendations.enums import NEWS
from recommendations.lifecycle import Fact
from recommendations.meetings.calendars import Calendars, counts
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Item,
    Lineage,
    Meeting,
    Ownership,
    Publication,
    StatusUpdate,
)
from recommendations.models.recorded import day as day_of


@dataclass(frozen=True)
class Promise:
    """That a cell comes back: to a meeting, or by a day.

    `committee` is whose cell it is, `by` the day that was promised, `meeting` where it comes up, as far as one is
    planned; `cancelled` the meeting that it was promised to, where that is not held. Made on the day `made_on` by an
    answer or an update. `kept_on` is the day of the news that kept it; none while there is no such news.
    """

    item_id: int
    committee: Committee
    meeting: Meeting | None
    by: date
    made_on: date
    answer: CommitteeAnswer | None = None
    update: StatusUpdate | None = None
    kept_on: date | None = None
    cancelled: Meeting | None = None

    @property
    def item(self) -> Item:
        row = self.answer or self.update
        assert row is not None  # one of the two made it
        return row.item

    @property
    def is_named(self) -> bool:
        """Whether a meeting was named, and not a day alone."""
        return bool(self.answer.returns_to_id if self.answer else self.update and self.update.next_step_meeting_id)

    @property
    def words(self) -> str:
        """What was promised: the next step as it was written, else that the matter comes again, and when."""
        if self.update and self.update.next_step:
            return self.update.next_step
        if self.is_named:
            return _("Kommer igen på mødet den %(day)s") % {"day": date_format(self.by)}
        return _("Kommer igen senest den %(day)s") % {"day": date_format(self.by)}

    @property
    def is_kept(self) -> bool:
        return self.kept_on is not None

    @property
    def last_day(self) -> date:
        """The last day on which it can be kept in time."""
        return max(self.by, self.meeting.on) if self.meeting else self.by

    def is_broken(self, day: date) -> bool:
        """Whether its day has passed and nothing has been recorded since."""
        return not self.is_kept and self.last_day < day


@dataclass
class SaidOfItem:
    """What was said about one item, as it was recorded, with what was corrected; and whose it was on the day.

    `owners` are the committees by their ids; `ownerships` are read with their succession.
    """

    answers: list[CommitteeAnswer] = field(default_factory=list)
    updates: list[StatusUpdate] = field(default_factory=list)
    ownerships: list[Ownership] = field(default_factory=list)
    owners: dict[int, Committee] = field(default_factory=dict)


def promises(
    *,
    committees: Collection[int] | None,
    as_of: date | None = None,
    known_at: datetime | None = None,
    about: Q | None = None,
    lineage: Lineage | None = None,
    calendars: Calendars | None = None,
) -> list[Promise]:
    """What is promised in the cells of `committees` (ids; of all where none are given), and what was and is kept.

    `about` says of which items, as `Selection.about` does; else it is all.

    By the last day on which it can be kept. What was followed by something else before its day (a newer answer, another
    next step) is promised no more. Six queries, however many rows; fewer where `lineage` and `calendars` are given.
    """
    day = day_of(as_of)
    lineage = lineage or Lineage.load(on=day, known_at=known_at)
    said = _said_of(_promising(committees, as_of, known_at, about or Q()), day, known_at)
    wanted = {committee for one in said.values() for committee in one.owners}
    wanted |= {answer.committee_id for one in said.values() for answer in one.answers}
    wanted |= {update.committee_id for one in said.values() for update in one.updates if update.committee_id}
    calendars = calendars or Calendars(wanted, lineage=lineage, known_at=known_at)
    found = [
        promise
        for one in said.values()
        for promise in promises_about(one, day=day, lineage=lineage, calendars=calendars, committees=committees)
    ]
    return sorted(found, key=_in_order)


def _in_order(promise: Promise) -> tuple[Any, ...]:
    source = promise.item.publication
    return promise.last_day, promise.committee.sort_name, source.position, source.slug, promise.item.path


def _promising(
    committees: Collection[int] | None, as_of: date | None, known_at: datetime | None, about: Q
) -> list[int]:
    """The items (ids) in whose cells something has been promised: one query."""
    public = Publication.objects.public(as_of, known_at).order_by().values("pk")
    where = about & Q(item__publication__in=public)
    if committees is not None:
        cells = answers.cells(as_of, known_at).filter(committee__in=committees)
        where &= Q(item__in=cells.order_by().values("item"))
    by_answer = CommitteeAnswer.objects.recorded_until(known_at).filter(
        where, Q(returns_to__isnull=False) | Q(returns_by__isnull=False)
    )
    by_update = StatusUpdate.objects.known(as_of, known_at).filter(
        where, Q(next_step_meeting__isnull=False) | Q(next_step_on__isnull=False) & ~Q(next_step="")
    )
    return sorted(
        {*by_answer.order_by().values_list("item", flat=True).union(by_update.order_by().values_list("item"))}
    )


def _said_of(items: Collection[int], day: date, known_at: datetime | None) -> dict[int, SaidOfItem]:
    """What was said about each item (id) of public sources: three queries for all; none where there are no items."""
    said: dict[int, SaidOfItem] = {item: SaidOfItem() for item in items}
    if not said:
        return said
    read = ("item__publication", "item__wording", "committee")
    given = CommitteeAnswer.objects.recorded_until(known_at).filter(item__in=items)
    for answer in given.select_related(*read, "returns_to__committee").order_by("recorded_at", "pk"):
        said[answer.item_id].answers.append(answer)
    published = StatusUpdate.objects.known(day, known_at).filter(item__in=items)
    for update in published.select_related(*read, "next_step_meeting__committee").order_by("published_at", "pk"):
        said[update.item_id].updates.append(update)
    owned = Ownership.objects.recorded(known_at).filter(item__in=items).select_related("committee", "succession")
    for own in owned.order_by("pk"):
        said[own.item_id].ownerships.append(own)
        if own.valid_from <= day and (own.valid_to is None or own.valid_to > day):
            said[own.item_id].owners[own.committee_id] = own.committee
    return said


def promises_about(
    said: SaidOfItem,
    *,
    day: date,
    lineage: Lineage,
    calendars: Calendars,
    committees: Collection[int] | None = None,
    places_steps: bool = True,
) -> Iterator[Promise]:
    """What is promised about one item by the day `day`, as in `promises`. Reads no more than the calendars, and those
    where a promise needs them: with `places_steps` also to find the meeting at which a step with a day alone comes up.
    """
    told_answers = [
        (row, fact) for row, fact in _told(said.answers, "meeting_date", "recorded_at", "outcome", day) if fact.value
    ]
    told_updates = [
        (row, fact)
        for row, fact in _told(said.updates, "on", "published_at", "status", day)
        if row.kind in NEWS or fact.value
    ]
    lines = answers.lines_of(said.owners, said.ownerships, lineage=lineage, day=day)
    told: list[tuple[CommitteeAnswer | StatusUpdate, Fact]] = [*told_answers, *told_updates]
    for row, made in told:
        if row.committee is None or not _promises_something(row):
            continue
        heirs = [said.owners[owner] for owner, line in lines.items() if row.committee_id in line]
        for committee in heirs or [row.committee]:
            if committees is not None and committee.pk not in committees:
                continue
            line = lines.get(committee.pk, {committee.pk})
            given = [fact for one, fact in told_answers if one.committee_id in line]
            news = [fact for one, fact in told_updates if one.committee_id in line]
            promise, due = _placed(row, made, committee, calendars, places_steps)
            kept = lifecycle.kept_by(made, [*given, *news], due=due)
            own = given if promise.answer else news
            if lifecycle.is_replaced(made, own, due=due) or (promise.update and not kept and _is_closed(news)):
                continue
            yield replace(promise, kept_on=kept.on if kept else None)


def _promises_something(row: CommitteeAnswer | StatusUpdate) -> bool:
    if isinstance(row, CommitteeAnswer):
        return bool(row.returns_to_id or row.returns_by)
    return bool(row.next_step_meeting_id or (row.next_step_on and row.next_step))


def _told(rows: Sequence[Any], on: str, at: str, value: str, day: date) -> list[tuple[Any, Fact]]:
    """Each row that is about `day` or earlier and stands, with what the rules look at; a correction has come when what
    it corrects came.
    """
    corrected = {row.corrects_id for row in rows}
    came: dict[int, datetime] = {}
    for row in sorted(rows, key=lambda row: (getattr(row, at), row.pk)):
        came[row.pk] = came.get(row.corrects_id, getattr(row, at))
    return [
        (row, Fact(row.pk, getattr(row, on), getattr(row, at), getattr(row, value), came=came[row.pk]))
        for row in rows
        if row.pk not in corrected and getattr(row, on) <= day
    ]


def _is_closed(news: Collection[Fact]) -> bool:
    """Whether nothing more is to happen in a cell: then its next step is none."""
    standing = lifecycle.what_stands([fact for fact in news if fact.value])
    return standing is not None and lifecycle.is_closed(standing.value)


def _placed(
    row: CommitteeAnswer | StatusUpdate, made: Fact, committee: Committee, calendars: Calendars, places_steps: bool
) -> tuple[Promise, date]:
    """The promise with the meeting where it comes up; and the first day that news can be about and keep it."""
    made_by: dict[str, Any] = {"item_id": row.item_id, "committee": committee, "made_on": made.on}
    if isinstance(row, CommitteeAnswer):
        named, by, made_by["answer"] = row.returns_to, row.returns_by, row
    else:
        named, by, made_by["update"] = row.next_step_meeting, row.next_step_on, row
    if named:
        named = calendars.as_known(named)
        if counts(named):
            return Promise(meeting=named, by=named.on, **made_by), named.on
        following = next((one for one in calendars.counting(committee.pk) if one.on >= named.on), None)
        due = following.on if following else named.on
        return Promise(meeting=following, by=due, cancelled=named, **made_by), due
    assert by is not None  # it promises something
    if isinstance(row, StatusUpdate) and not places_steps:
        return Promise(meeting=None, by=by, **made_by), by
    days = {one.on: one for one in calendars.counting(committee.pk)}
    if isinstance(row, StatusUpdate):
        on = lifecycle.first_from(by, days)
    else:
        on = lifecycle.last_until(by, days, after=made.on)
    return Promise(meeting=days[on] if on else None, by=by, **made_by), min(by, on or by)
