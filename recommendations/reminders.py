"""Who is to be asked for a status today, about what, and why: read from how things stand and from what has been told.

Nothing here depends on yesterday's run: a night that was missed is made up for, and what has been told is not told
again. Written by `actions.reminding`; the texts are in `notifications.asking`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.contrib.auth.models import User

from recommendations import reminder_steps, tenancy, workdays
from recommendations.enums import COUNTED, MessageKind, ReminderKind, Role
from recommendations.keepers import Keepers, OpenCell, Roster, open_cells, reachable
from recommendations.meetings import promises
from recommendations.models import Committee, IssuedReport, Meeting, Publication, ReminderStep, Standing
from recommendations.reminder_steps import BETWEEN, EVERY, Level, may_be_told, told_levels

# What has been told of a step that still counts was told since the step was reached, and that is no longer ago.
REMEMBERED = timedelta(days=EVERY + 1)


class DueStep(NamedTuple):
    """One step that somebody is to be told of; ids, none where it is about no item or no committee.

    `committee` is in whose name they are told, `owner` whose cell it is: another, where that has ended. `asks` says
    whether an answer is asked for, or it is told that none has come.
    """

    kind: ReminderKind
    item: int | None
    committee: int | None
    about_on: date
    days: int
    owner: int | None = None
    meeting: int | None = None
    asks: bool = False


@dataclass(frozen=True)
class DueMail:
    """What one person, or the mailbox of a committee, is to be told in one mail; with neither, what nobody can be told.

    It waits until `waits_until` where the last mail is too near.
    """

    person: User | None
    mailbox: Committee | None
    steps: tuple[DueStep, ...]
    waits_until: date | None = None

    @property
    def has_receiver(self) -> bool:
        return self.person is not None or self.mailbox is not None

    @property
    def is_sent(self) -> bool:
        return self.has_receiver and self.waits_until is None

    @property
    def is_of_month(self) -> bool:
        return any(step.kind == ReminderKind.MONTH for step in self.steps)

    @property
    def asked(self) -> list[tuple[int, int]]:
        """The cells (item and owner) that an answer is asked for about."""
        return _cells(step for step in self.steps if step.asks)

    @property
    def told(self) -> list[tuple[int, int]]:
        """The cells that they are told of alone."""
        asked = set(self.asked)
        return [cell for cell in _cells(self.steps) if cell not in asked]

    @property
    def meetings(self) -> list[int]:
        """The meetings (ids) to which a report is to be issued."""
        return [step.meeting for step in self.steps if step.meeting is not None]

    @property
    def about(self) -> dict[str, Any]:
        """What its writer is to know, as JSON."""
        cells = {"asked": self.asked, "told": self.told}
        return {"is_of_month": self.is_of_month, **cells, "meetings": self.meetings}

    @property
    def message(self) -> MessageKind:
        if self.is_of_month or self.asked:
            is_one = not self.is_of_month and len(self.asked) == 1 and not self.told and not self.meetings
            return MessageKind.ITEM_ASKED if is_one else MessageKind.STATUS_ASKED
        return MessageKind.OVERDUE_TOLD if self.told else MessageKind.REPORT_READY


def _cells(steps: Iterable[DueStep]) -> list[tuple[int, int]]:
    return list(dict.fromkeys((step.item, step.owner) for step in steps if step.item and step.owner))


def due(today: date) -> list[DueMail]:
    """All that is due: who is told, who waits, and at the end what nobody can be told. A fixed number of queries."""
    return _Round(today).mails()


class _Round:
    """One look at everything, on one day."""

    def __init__(self, today: date):
        self.today = today
        self.after_days = tenancy.current().stale_after_days
        self.roster = Roster(today)
        self.cells = open_cells(today)
        self.people: dict[int, User] = {}
        self.steps: dict[tuple[int, int], list[DueStep]] = defaultdict(list)  # person or 0, committee or 0 -> steps
        self.nobody: list[DueStep] = []
        self._read_what_was_told()

    def _read_what_was_told(self) -> None:
        self.told: dict[tuple[int, int, str, date], list[tuple[int, int]]] = defaultdict(list)
        self.last: dict[tuple[int, int], date] = {}
        rows = ReminderStep.objects.filter(told_on__gt=self.today - REMEMBERED, told_on__lte=self.today).order_by("pk")
        columns = ("person_id", "committee_id", "item_id", "kind", "about_on", "days", "told_on")
        for person, committee, item, kind, about_on, days, on in rows.values_list(*columns):
            self.told[person or 0, item or 0, kind, about_on].append((committee or 0, days))
            receiver = (person, 0) if person else (0, committee)
            self.last[receiver] = max(on, self.last.get(receiver, on))

    def mails(self) -> list[DueMail]:
        meetings = self._meetings_near()
        promised = self._promised(meetings)
        for cell in self.cells:
            self._about_cell(cell, promised.get((cell.item, cell.committee), []))
        self._about_reports(meetings)
        self._about_the_month()
        found = [self._mail(receiver, steps) for receiver, steps in self.steps.items()]
        found.sort(key=lambda mail: (mail.person is None, mail.person.username if mail.person else "", _name(mail)))
        return [*found, DueMail(None, None, tuple(self.nobody))] if self.nobody else found

    def _mail(self, receiver: tuple[int, int], steps: list[DueStep]) -> DueMail:
        person, committee = receiver
        last = self.last.get(receiver)
        waits_until = last + BETWEEN if last and not may_be_told(last, today=self.today) else None
        return DueMail(self.people.get(person), self.roster.committees.get(committee), tuple(steps), waits_until)

    # --- cells --------------------------------------------------------------------------------------------------------

    def _about_cell(self, cell: OpenCell, meetings: list[date]) -> None:
        keepers = self.roster.keepers(cell)
        for kind, about_on, days, level in self._reached(cell, meetings):
            has_draft = self.roster.has_draft(cell)
            levels = _levels(keepers, has_draft)
            told = told_levels([bool(one) for one in levels], level)
            if not told:
                acting = next(iter(self.roster.acting(cell.committee)), cell.committee)
                self.nobody.append(DueStep(kind, cell.item, acting, about_on, days, cell.committee))
            for at in told:
                asks = at == told[0] and at <= Level.APPROVER and not has_draft
                for one in levels[at]:
                    self._tell(one, cell, DueStep(kind, cell.item, 0, about_on, days, cell.committee, None, asks))

    def _reached(self, cell: OpenCell, meetings: list[date]) -> Iterator[tuple[ReminderKind, date, int, Level]]:
        """The newest step of each kind that the cell has come to: from which day, how far from it, and how far up."""
        if cell.due_on and (days := reminder_steps.deadline_step(cell.due_on, today=self.today)) is not None:
            yield ReminderKind.DEADLINE, cell.due_on, days, reminder_steps.deadline_level(days)
        if cell.fresh_on:
            days = reminder_steps.stale_step(cell.fresh_on, today=self.today, after_days=self.after_days)
            if days is not None:
                level = reminder_steps.stale_level(days, after_days=self.after_days)
                yield ReminderKind.STALE, cell.fresh_on, days, level
        for on in meetings:
            if (days := reminder_steps.meeting_step(on, today=self.today)) is not None:
                yield ReminderKind.MEETING, on, days, Level.KEEPER

    def _tell(self, one: User | Committee, cell: OpenCell, step: DueStep) -> None:
        if isinstance(one, User):
            self._add(one, None, step._replace(committee=self.roster.acting_for(one, cell.committee)))
        else:
            self._add(None, one, step._replace(committee=one.pk))

    def _add(self, person: User | None, mailbox: Committee | None, step: DueStep) -> None:
        """Unless they have been told of it, or of a later step, in the name of this committee or of one before it."""
        receiver = (person.pk if person else 0, mailbox.pk if mailbox else 0)
        line = self.roster.lineage.with_predecessors(step.committee or 0)
        told = self.told[receiver[0], step.item or 0, step.kind, step.about_on]
        if any(committee in line and days >= step.days for committee, days in told):
            return
        told.append((step.committee or 0, step.days))
        self.steps[receiver].append(step)
        if person:
            self.people[person.pk] = person

    # --- meetings, reports, the month ---------------------------------------------------------------------------------

    def _meetings_near(self) -> list[Meeting]:
        last = self.today + timedelta(days=reminder_steps.AHEAD)
        near = Meeting.objects.expected().filter(on__gt=self.today, on__lte=last).select_related("committee")
        return [one for one in near.earliest_first() if one.committee.exists_on(one.on)]

    def _promised(self, meetings: list[Meeting]) -> dict[tuple[int, int], list[date]]:
        """Item and committee -> the days of the meetings, of those given, that it was promised to and has not come."""
        found: dict[tuple[int, int], list[date]] = defaultdict(list)
        if not meetings:
            return found
        about = self.roster.lineage.all_behind(one.committee_id for one in meetings)
        for promise in promises(committees=about, as_of=self.today, lineage=self.roster.lineage):
            days = found[promise.item_id, promise.committee.pk]
            if promise.meeting in meetings and not promise.is_kept and promise.meeting.on not in days:
                days.append(promise.meeting.on)
        return found

    def _about_reports(self, meetings: list[Meeting]) -> None:
        """To the secretaries of each committee that owns something and meets, unless the report has been issued."""
        if not meetings:
            return
        public = Publication.objects.public(self.today).order_by().values("pk")
        owned = Standing.objects.at(self.today).owned().filter(item__kind__in=sorted(COUNTED))
        owners = set(owned.filter(item__publication__in=public).order_by().values_list("committee", flat=True))
        issued = set(IssuedReport.objects.filter(meeting__in=meetings).order_by().values_list("meeting", flat=True))
        for one in meetings:
            if one.pk in issued or not self.roster.lineage.with_predecessors(one.committee_id) & owners:
                continue
            step = DueStep(ReminderKind.REPORT, None, one.committee_id, one.on, -reminder_steps.AHEAD, meeting=one.pk)
            secretaries = reachable(self.roster.holders(one.committee_id, Role.SECRETARY).values())
            for person in secretaries:
                self._add(person, None, step)
            if not secretaries:
                self.nobody.append(step)

    def _about_the_month(self) -> None:
        """To each who keeps something, from the first working day of the month on; with all that is theirs."""
        if self.today < workdays.first_of_month(self.today):
            return
        step = DueStep(ReminderKind.MONTH, None, None, self.today.replace(day=1), 0)
        asked = {
            person.pk: person
            for cell in self.cells
            if not self.roster.has_draft(cell)
            for person in reachable(self.roster.keepers(cell).people)
        }
        for person in asked.values():
            self._add(person, None, step)


def _name(mail: DueMail) -> str:
    return mail.mailbox.sort_name if mail.mailbox else ""


def _levels(keepers: Keepers, has_draft: bool) -> tuple[tuple[User | Committee, ...], ...]:
    """Who can be told at each `Level`."""
    people = () if has_draft else keepers.asked
    mailbox = (keepers.mailbox,) if keepers.mailbox else ()
    return people, reachable(keepers.approvers), mailbox, reachable(keepers.secretaries)
