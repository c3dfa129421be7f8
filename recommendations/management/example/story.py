"""What becomes of one made-up item: its updates, deadlines and criteria in the order of time, and how it stands then.

Pure: rows are made here and saved by `source`. Days are dealt out between the day the source was handed over and the
last day, so nothing depends on the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from recommendations.enums import CLOSED, DONE, NEWS, Status, UpdateKind, UpdateState
from recommendations.management.example import words
from recommendations.models import Committee, Deadline, DoneWhen, Evidence, StatusUpdate, Succession, TrackedItem

# Which status comes after which, and how often.
NEXT = {
    "": {Status.NOT_STARTED: 3, Status.PLANNED: 4, Status.IN_PROGRESS: 3},
    Status.NOT_STARTED: {Status.PLANNED: 5, Status.IN_PROGRESS: 4, Status.LAPSED: 1},
    Status.PLANNED: {Status.IN_PROGRESS: 8, Status.PAUSED: 1, Status.ABANDONED: 1},
    Status.IN_PROGRESS: {
        Status.IN_PROGRESS: 3,
        Status.IMPLEMENTED: 4,
        Status.IMPLEMENTED_OTHERWISE: 1,
        Status.PAUSED: 1,
        Status.ABANDONED: 1,
    },
    Status.PAUSED: {Status.IN_PROGRESS: 3, Status.ABANDONED: 1},
}
# What is said once there is a status, and how often.
LATER = {UpdateKind.STATUS: 9, UpdateKind.CONFIRMATION: 6, UpdateKind.NOTE: 4, UpdateKind.CORRECTION: 1}
UNPUBLISHED = 0.02  # of the items with a status that is not final: a draft or a submitted update is their newest


def at_noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


@dataclass(frozen=True)
class Line:
    """A committee of today, with the one that it took over from, if any."""

    now: Committee
    before: Committee | None = None
    succession: Succession | None = None

    def on(self, day: date) -> Committee:
        """The committee that existed on the day."""
        return self.before if self.before and self.succession and day < self.succession.on else self.now


@dataclass
class Story:
    """Everything that is said about one item."""

    published: list[StatusUpdate] = field(default_factory=list)
    corrections: list[StatusUpdate] = field(default_factory=list)
    waiting: list[StatusUpdate] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    criteria: list[DoneWhen] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """What a search finds the item by."""
        return [text for update in (*self.published, *self.corrections) for text in (update.text, update.next_step)]

    @property
    def state(self) -> dict[str, object]:
        """What the item copies from its rows: `ItemQuerySet.with_state` in Python, for rows that are not saved yet."""
        news = [update for update in self.published if update.kind in NEWS]
        statuses = [update for update in news if update.kind == UpdateKind.STATUS]
        confirmations = [update for update in self.published if update.kind == UpdateKind.CONFIRMATION]
        status = _newest(statuses)
        return {
            "status": status.status if status else "",
            "status_on": status.on if status else None,
            "changed_on": max((update.on for update in news), default=None),
            "changed_at": max((update.submitted_at for update in news), default=None),
            "confirmed_on": max((update.on for update in confirmations), default=None),
            "fresh_on": max((update.on for update in self.published), default=None),
            "due_on": self.deadlines[-1].due_on if self.deadlines else None,
            "original_due_on": self.deadlines[0].due_on if self.deadlines else None,
        }


def _newest(updates: Sequence[StatusUpdate]) -> StatusUpdate | None:
    """By day, then by time of publication, then by the order in which they are saved."""
    numbered = enumerate(updates)
    newest = max(numbered, key=lambda row: (row[1].on, row[1].submitted_at, row[0]), default=None)
    return newest[1] if newest else None


@dataclass(frozen=True)
class Teller:
    """Tells one story after the other with the same dice. `first` and `last` are the days between which all happens."""

    dice: Random
    first: date
    last: date
    editor: User
    approver: User

    def story(self, item: TrackedItem, line: Line, updates: int) -> Story:
        """What becomes of `item`, with exactly so many updates."""
        about, story = {item.ABOUT: item}, Story()
        status = ""
        for position, day in enumerate(self._days(updates)):
            may_change = status not in CLOSED
            is_last = position == updates - 1
            if is_last and status and may_change and self.dice.random() < UNPUBLISHED:
                self._wait(story, about, line, self._next(status), day)
                break
            kind = self._kind(story, may_change)
            if kind == UpdateKind.STATUS:
                status = self._next(status)
            self._report(story, about, line, kind, status, day)
        self._promise(story, about, line)
        return story

    # --- updates ----------------------------------------------------------------------------------------------------

    def _days(self, count: int) -> list[date]:
        return sorted(self.first + timedelta(self.dice.randint(1, (self.last - self.first).days)) for _ in range(count))

    def _kind(self, story: Story, may_change: bool) -> str:
        if not story.published:
            return UpdateKind.STATUS
        weights = {kind: often for kind, often in LATER.items() if may_change or kind != UpdateKind.STATUS}
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def _next(self, status: str) -> str:
        after = NEXT[status]
        return self.dice.choices(list(after), list(after.values()))[0]

    def _report(self, story: Story, about: dict, line: Line, kind: str, status: str, day: date) -> None:
        update = self._update(about, line, kind, status if kind == UpdateKind.STATUS else "", day)
        if kind == UpdateKind.CORRECTION:
            update.corrects = self.dice.choice(story.published)
            update.on = max(day, update.corrects.on)
            story.corrections.append(update)
            return
        story.published.append(update)
        if update.status in DONE or (kind != UpdateKind.CONFIRMATION and self.dice.random() < 0.1):
            rows = self.dice.choice((1, 1, 1, 2))
            story.evidence += [self._evidence(update, position) for position in range(1, rows + 1)]

    def _wait(self, story: Story, about: dict, line: Line, status: str, day: date) -> None:
        """A draft, or an update that an approver has not looked at yet."""
        update = self._update(about, line, UpdateKind.STATUS, status, day)
        update.based_on = max((other for other in story.published), key=lambda other: other.submitted_at, default=None)
        if self.dice.random() < 0.5:
            update.state, update.submitted_at = UpdateState.DRAFT, None
        story.waiting.append(update)
        if update.status in DONE:
            story.evidence.append(self._evidence(update, 1))

    def _update(self, about: dict, line: Line, kind: str, status: str, day: date) -> StatusUpdate:
        """A submitted update; the time it was submitted becomes the time it is published."""
        submitted = self._at(min(day + timedelta(self.dice.choice((0, 0, 1, 2, 5))), self.last))
        update = StatusUpdate(
            **about,
            key=UUID(int=self.dice.getrandbits(128), version=4),
            kind=kind,
            status=status,
            on=day,
            text=words.filled(self.dice, words.STATUS_TEXTS[status] if status else words.KIND_TEXTS[kind]),
            committee=line.on(submitted.date()),
            state=UpdateState.SUBMITTED,
            version=1,
            author=self.editor,
            created_at=submitted,
            submitted_at=submitted,
        )
        if status == Status.ABANDONED:
            update.decided_by, update.decided_on = update.committee.name, day
        if status in {Status.PLANNED, Status.IN_PROGRESS} and self.dice.random() < 0.3:
            update.next_step = words.filled(self.dice, words.NEXT_STEPS)
            update.next_step_on = day + timedelta(self.dice.randint(20, 300))
        return update

    def _evidence(self, update: StatusUpdate, position: int) -> Evidence:
        title = words.filled(self.dice, words.EVIDENCE)
        number = self.dice.randint(1000, 99999)
        if self.dice.random() < 0.7:
            return Evidence(update=update, position=position, title=title, url=f"{words.SITE}/eksempel/{number}")
        return Evidence(update=update, position=position, title=title, case_number=f"{update.on.year}-{number:07}")

    # --- deadlines and criteria -------------------------------------------------------------------------------------

    def _promise(self, story: Story, about: dict, line: Line) -> None:
        """Perhaps a deadline, perhaps moved, and perhaps a criterion; the first ones with the committee's answer."""
        day = self.first + timedelta(self.dice.randint(20, 120))
        if self.dice.random() < 0.55:
            due = day + timedelta(self.dice.randint(180, 900))
            story.deadlines.append(Deadline(**about, due_on=due, **self._decided(line, day)))
            moved = day
            for _move in range(self.dice.choice((0, 0, 0, 1, 1, 2))):
                moved += timedelta(self.dice.randint(30, 300))
                due += timedelta(self.dice.randint(30, 365))
                if moved < self.last:
                    reason = self.dice.choice(words.MOVED)
                    story.deadlines.append(Deadline(**about, due_on=due, **self._decided(line, moved, reason)))
        if self.dice.random() < 0.4:
            for reason in ("", "Præciseret.")[: self.dice.choice((1, 1, 1, 2))]:
                text = words.filled(self.dice, words.CRITERIA)
                story.criteria.append(DoneWhen(**about, text=text, **self._decided(line, day, reason)))
                day += timedelta(self.dice.randint(10, 60))

    def _decided(self, line: Line, day: date, reason: str = "") -> dict[str, object]:
        day = min(day, self.last)
        return {
            "committee": line.on(day),
            "set_on": day,
            "reason": reason,
            "recorded_at": self._at(day),
            "recorded_by": self.approver,
        }

    def _at(self, day: date) -> datetime:
        """A time during working hours."""
        return timezone.make_aware(
            datetime.combine(day, time(self.dice.randint(8, 15), self.dice.randint(0, 59), self.dice.randint(0, 59)))
        )
