"""What becomes of one made-up item: owners, answers, updates, deadlines, criteria and words in the order of time.

Pure: rows are made here and saved by `source`. Days are dealt out between the day the source was handed over and the
last day, so nothing depends on the clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import timezone

from recommendations.enums import (
    CLOSED,
    EvidenceKind,
    Outcome,
    OwnershipRole,
    Status,
    UpdateKind,
    UpdateState,
)
from recommendations.lifecycle import evidence_wanted
from recommendations.management.example import words
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Evidence,
    Item,
    Ownership,
    StatusUpdate,
    Succession,
    Wording,
)

Choice = TypeVar("Choice")

# Which status comes after which, and how often.
NEXT: dict[str, dict[str, int]] = {
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
LATER: dict[str, int] = {UpdateKind.STATUS: 9, UpdateKind.CONFIRMATION: 6, UpdateKind.NOTE: 4, UpdateKind.CORRECTION: 1}
OUTCOMES: dict[str, int] = {
    Outcome.ADOPTED: 10,
    Outcome.PARTLY_ADOPTED: 6,
    Outcome.NOT_ADOPTED: 4,
    Outcome.NOTED: 4,
    Outcome.OUTSIDE_REMIT: 2,
    Outcome.NOT_READ: 1,
}
UNPUBLISHED = 0.3  # of the last updates of items that are not closed: a draft, or sent to approval
WRONG = 0.05  # of answers, deadlines, owners and wordings: corrected later


def at_noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


@dataclass(frozen=True)
class Line:
    """A committee of today, with the one that it took over from, if any: everything, or some items."""

    now: Committee
    before: Committee | None = None
    succession: Succession | None = None

    def on(self, day: date) -> Committee:
        """The committee whose matter it was on the day."""
        return self.before if self.before and self.succession and day < self.succession.on else self.now


@dataclass(frozen=True)
class Team:
    """Who writes for a committee, and who approves: nobody does both."""

    editors: Sequence[User]
    approvers: Sequence[User]


@dataclass
class Track:
    """What one owner has said about an item so far; what was taken back is gone."""

    line: Line
    said: list[StatusUpdate] = field(default_factory=list)

    @property
    def status(self) -> str:
        statuses = [update for update in self.said if update.status]
        return max(statuses, key=lambda update: update.on).status if statuses else ""


@dataclass(frozen=True)
class Teller:
    """Tells one story after the other with the same dice. `first` and `last` are the days between which all happens.

    `teams` are each committee's people (id); `approver` is behind what belongs to no committee.
    """

    dice: Random
    first: date
    last: date
    teams: Mapping[int, Team]
    approver: User

    def often(self, weights: Mapping[Choice, int]) -> Choice:
        return self.dice.choices(list(weights), list(weights.values()))[0]

    def tell(self, item: Item, lines: list[Line], updates: int, *, answered: bool, options: list[Item]) -> list[Model]:
        """All that becomes of `item`, with exactly so many updates; the first of its lines leads, most often."""
        lead = OwnershipRole.LEAD if len(lines) == 1 or self.dice.random() < 0.7 else OwnershipRole.CO_OWNER
        rows: list[Model] = [*self._promises(item, lines[0])]
        for place, line in enumerate(lines):
            rows += self._owns(item, line, OwnershipRole.CO_OWNER if place else lead)
            if answered and self.dice.random() < 0.65:
                rows += self._answers(item, line, options)
        return rows + list(self._updates(item, [Track(line) for line in lines], updates))

    def words(self, item: Item, title: str, summary: str, official: str, page: int) -> Iterator[Wording]:
        """The words of an item: some are said anew later, some are corrected."""
        said = {"item": item, "summary": summary, "official_text": official, "pages": str(page)}
        first = Wording(title=title, valid_from=self.first, recorded_at=at_noon(self.first), **said)
        yield first
        if self.dice.random() < WRONG:
            day = self._day()
            reworded = said | {"summary": f"{summary} Ordene er opdigtede."}
            yield Wording(
                title=f"{title}, igen", valid_from=day, reason="Præciseret.", **reworded, **self._recorded(None, day)
            )
        elif self.dice.random() < WRONG:
            wrong = {"valid_from": self.first, "corrects": first, "reason": "Titlen var skrevet forkert."}
            yield Wording(title=f"{title}, rettet", **said, **wrong, **self._recorded(None, self._day()))

    # --- owners and answers -------------------------------------------------------------------------------------------

    def _owns(self, item: Item, line: Line, role: str) -> Iterator[Ownership]:
        since = {"item": item, "role": role, "valid_from": self.first}
        known = {"recorded_at": at_noon(self.first), "recorded_by": self._approver(line.on(self.first))}
        first = Ownership(committee=line.on(self.first), **since, **known)
        yield first
        if self.dice.random() < WRONG and line.before and first.committee == line.now:
            never = Ownership(committee=line.before, **since, **known)
            yield never
            mended = since | {"valid_to": self.first, "replaces": never, "reason": "Udvalget var ophørt."}
            yield Ownership(committee=line.before, **mended, **self._recorded(line.before, self.first + timedelta(9)))
        if line.succession and first.committee == line.before:
            then = {"recorded_at": line.succession.recorded_at, "recorded_by": self._approver(line.now)}
            yield Ownership(committee=line.before, **since, valid_to=line.succession.on, replaces=first, **then)
            taken_over = since | {"valid_from": line.succession.on, "succession": line.succession}
            yield Ownership(committee=line.now, **taken_over, **then)

    def _answers(self, item: Item, line: Line, options: list[Item]) -> Iterator[CommitteeAnswer]:
        held = self.first + timedelta(self.dice.randint(40, 300))
        answer = self._answer(item, line, held, 1, outcome=self.often(OUTCOMES))
        if options and answer.outcome == Outcome.ADOPTED:
            answer.chosen_option = self.dice.choice(options)
        yield answer
        if self.dice.random() < WRONG:
            taken_back = self.dice.random() < 0.3
            outcome = "" if taken_back else self.often(OUTCOMES)
            mended = {"corrects": answer, "reason": "Læst forkert i referatet."}
            yield self._answer(item, line, held, self.dice.randint(2, 30), outcome=outcome, **mended)

    def _answer(self, item: Item, line: Line, held: date, later: int, outcome: str, **more: Any) -> CommitteeAnswer:
        return CommitteeAnswer(
            key=self._key(),
            item=item,
            committee=line.on(held),
            outcome=outcome,
            meeting_date=held,
            agenda_item=f"Punkt {self.dice.randint(2, 24)}",
            agenda_url=f"{words.SITE}/moede/{self.dice.randint(1000, 99999)}" if outcome == Outcome.NOT_READ else "",
            text=words.filled(self.dice, words.ANSWERS[outcome]),
            passed_on_to="Eksempelregionen" if outcome == Outcome.OUTSIDE_REMIT else "",
            **self._recorded(line.on(held), held + timedelta(later)),
            **more,
        )

    # --- updates ------------------------------------------------------------------------------------------------------

    def _updates(self, item: Item, tracks: list[Track], count: int) -> Iterator[Model]:
        for place, day in enumerate(sorted(self._day() for _update in range(count))):
            track = tracks[0] if self.dice.random() < 0.7 else self.dice.choice(tracks)
            may_change = track.status not in CLOSED
            waits = place == count - 1 and track.status and may_change and self.dice.random() < UNPUBLISHED
            kind = UpdateKind.STATUS if waits else self._kind(track, may_change)
            update = self._update(item, track.line, kind, day)
            if kind == UpdateKind.STATUS:
                update.status = self.often(NEXT[track.status])
            elif kind == UpdateKind.CORRECTION:
                wrong = update.corrects = self.dice.choice([said for said in track.said if not said.corrects])
                track.said.remove(wrong)
                update.on, update.status = wrong.on, wrong.status if self.dice.random() < 0.6 else ""
            self._fill(update)
            if waits:
                update.based_on = max(track.said, key=lambda said: said.created_at)
                self._hold_back(update)
            else:
                track.said.append(update)
            yield update
            if evidence_wanted(update.status) or (kind == UpdateKind.NOTE and self.dice.random() < 0.2):
                yield from self._evidence(update)

    def _hold_back(self, update: StatusUpdate) -> None:
        """It is not published yet: still a draft, sent back with a comment, or waiting for an approver."""
        chance = self.dice.random()
        if chance < 0.6:
            update.state, update.submitted_at = UpdateState.DRAFT, None
        if chance < 0.25:
            update.review_comment = self.dice.choice(words.COMMENTS)

    def _kind(self, track: Track, may_change: bool) -> str:
        if not any(not said.corrects for said in track.said) and may_change:
            return UpdateKind.STATUS
        weights = dict(LATER)
        if not may_change:
            del weights[UpdateKind.STATUS]
        if all(said.corrects for said in track.said):
            del weights[UpdateKind.CORRECTION]
        return self.often(weights)

    def _update(self, item: Item, line: Line, kind: str, day: date) -> StatusUpdate:
        """A submitted update; the time it was submitted becomes the time it is published."""
        submitted = self._at(min(day + timedelta(self.dice.choice((0, 0, 1, 2, 5))), self.last))
        return StatusUpdate(
            key=self._key(),
            item=item,
            kind=kind,
            on=day,
            committee=line.on(submitted.date()),
            state=UpdateState.SUBMITTED,
            version=1,
            author=self.dice.choice(self.teams[line.on(submitted.date()).pk].editors),
            created_at=submitted,
            submitted_at=submitted,
        )

    def _fill(self, update: StatusUpdate) -> None:
        """The words of an update, and what else its status demands."""
        of_kind = update.kind == UpdateKind.CORRECTION or not update.status
        update.text = words.filled(
            self.dice, words.KIND_TEXTS[update.kind] if of_kind else words.STATUS_TEXTS[update.status]
        )
        if update.status == Status.ABANDONED and update.committee:
            update.decided_by, update.decided_on = update.committee.name, update.on
        if update.status in {Status.PLANNED, Status.IN_PROGRESS} and self.dice.random() < 0.3:
            update.next_step = words.filled(self.dice, words.NEXT_STEPS)
            update.next_step_on = update.on + timedelta(self.dice.randint(20, 300))

    def _evidence(self, update: StatusUpdate) -> Iterator[Evidence]:
        for position in range(1, self.dice.choice((1, 1, 1, 2)) + 1):
            number = self.dice.randint(1000, 99999)
            where = {"url": f"{words.SITE}/eksempel/{number}"}
            if self.dice.random() < 0.3:
                where = {"case_number": f"{update.on.year}-{number:07}"}
            shown = {"kind": self.dice.choice(sorted(evidence_wanted(update.status) or EvidenceKind))}
            title = words.filled(self.dice, words.EVIDENCE)
            yield Evidence(update=update, position=position, title=title, **shown, **where)

    # --- deadlines and criteria ---------------------------------------------------------------------------------------

    def _promises(self, item: Item, line: Line) -> Iterator[Deadline | DoneWhen]:
        """Perhaps a deadline, perhaps moved or mistyped, and perhaps a criterion."""
        day = self.first + timedelta(self.dice.randint(20, 120))
        if self.dice.random() < 0.55:
            due = day + timedelta(self.dice.randint(180, 900))
            first = Deadline(
                item=item, due_on=due, set_on=day, committee=line.on(day), **self._recorded(line.on(day), day)
            )
            yield first
            if self.dice.random() < WRONG:
                mended = {"due_on": due + timedelta(30), "set_on": day, "corrects": first, "reason": "Slåfejl."}
                later = self._recorded(line.on(day), day + timedelta(1))
                yield Deadline(item=item, committee=line.on(day), **mended, **later)
            moved = day
            for _move in range(self.dice.choice((0, 0, 0, 1, 1, 2))):
                moved += timedelta(self.dice.randint(30, 300))
                due += timedelta(self.dice.randint(31, 365))
                if moved < self.last:
                    reason = self.dice.choice(words.MOVED)
                    then = {"due_on": due, "set_on": moved, "committee": line.on(moved), "reason": reason}
                    yield Deadline(item=item, **then, **self._recorded(line.on(moved), moved))
        if self.dice.random() < 0.4:
            for reason in ("", "Præciseret.")[: self.dice.choice((1, 1, 1, 2))]:
                text = words.filled(self.dice, words.CRITERIA)
                then = {"text": text, "set_on": day, "committee": line.on(day), "reason": reason}
                yield DoneWhen(item=item, **then, **self._recorded(line.on(day), day))
                day += timedelta(self.dice.randint(10, 60))

    # --- the dice -----------------------------------------------------------------------------------------------------

    def _day(self) -> date:
        return self.first + timedelta(self.dice.randint(1, (self.last - self.first).days))

    def _at(self, day: date) -> datetime:
        """A time during working hours."""
        seconds = self.dice.randint(8 * 3600, 16 * 3600 - 1)
        return timezone.make_aware(datetime.combine(min(day, self.last), time()) + timedelta(seconds=seconds))

    def _recorded(self, committee: Committee | None, day: date) -> dict[str, Any]:
        return {"recorded_at": self._at(day), "recorded_by": self._approver(committee)}

    def _approver(self, committee: Committee | None) -> User:
        return self.dice.choice(self.teams[committee.pk].approvers) if committee else self.approver

    def _key(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)
