"""How cells and items stood, worked out from the rows that are kept for good; and how an item stands, for any page.

The first half is one calculation: `lines(known)` replays what was known, moment by moment, and says for each cell
how it stood on which days (see `models.Standing`). Nobody else decides what stands. The actions write its result,
`manage.py verify` compares it with what is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, TypedDict

from django.utils.translation import gettext as _

from recommendations import prepared
from recommendations.enums import NEWS, NO_STATUS, PROGRESSING, Status, UpdateKind, UpdateState
from recommendations.lifecycle import CellState, Fact, is_overdue, is_stale, roll_up_cells, stood_before, what_stands
from recommendations.models import CommitteeAnswer, Deadline, Ownership, Standing, StatusUpdate, Succession
from recommendations.prepared import Among

FIRST_DAY = date(1, 1, 1)
FIRST_MOMENT = datetime(1900, 1, 1, tzinfo=UTC)


# --- What is known of an item -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A published update as the calculation reads it."""

    fact: Fact
    committee: int | None
    kind: str
    is_status: bool = field(init=False)
    is_news: bool = field(init=False)

    def __post_init__(self) -> None:
        # Asked about again for each day and moment, so worked out once.
        object.__setattr__(self, "is_status", bool(self.fact.value))
        object.__setattr__(self, "is_news", self.kind in NEWS or self.is_status)


@dataclass(frozen=True, slots=True)
class Owns:
    """One row of `Ownership`."""

    key: int
    committee: int
    role: str
    valid_from: date
    valid_to: date | None
    at: datetime
    predecessor: int | None
    replaces: int | None


@dataclass(frozen=True, slots=True)
class Inherits:
    """A committee ended, and another took over all that it had."""

    predecessor: int
    successor: int
    on: date
    at: datetime


@dataclass
class Known:
    """All that is known of one item, or was until a moment."""

    said: list[Said] = field(default_factory=list)
    answers: list[tuple[int, Fact]] = field(default_factory=list)  # committee, answer
    deadlines: list[Fact] = field(default_factory=list)  # `value` is the day in ISO form
    owns: list[Owns] = field(default_factory=list)
    inherits: list[Inherits] = field(default_factory=list)

    def until(self, moment: datetime) -> Known:
        """What was known at `moment`, without what had been corrected or replaced by then."""
        said = [one for one in self.said if one.fact.at <= moment]
        answers = [pair for pair in self.answers if pair[1].at <= moment]
        deadlines = [fact for fact in self.deadlines if fact.at <= moment]
        owns = [own for own in self.owns if own.at <= moment]
        replaced = {own.replaces for own in owns}
        return Known(
            _uncorrected(said, lambda one: one.fact),
            _uncorrected(answers, lambda pair: pair[1]),
            _uncorrected(deadlines, lambda fact: fact),
            [own for own in owns if own.key not in replaced and own.valid_to != own.valid_from],
            [one for one in self.inherits if one.at <= moment],
        )

    def first_days(self) -> dict[datetime, date]:
        """Of each moment when something was recorded: the first day about which something else is known since."""
        found: dict[datetime, date] = {}

        def is_about(day: date, moment: datetime) -> None:
            found[moment] = min(day, found.get(moment, day))

        for one in self.inherits:
            is_about(one.on, one.at)
        said, answers = [one.fact for one in self.said], [fact for _committee, fact in self.answers]
        for facts in (said, answers, self.deadlines):
            days = {fact.key: fact.on for fact in facts}
            for fact in facts:
                is_about(fact.on, fact.at)
                if fact.corrects in days:
                    is_about(days[fact.corrects], fact.at)
        since = {own.key: own.valid_from for own in self.owns}
        for own in self.owns:
            is_about(own.valid_from, own.at)
            if own.replaces in since:
                is_about(since[own.replaces], own.at)
        return found

    def days(self, first: date) -> list[date]:
        """The days from `first` on when something can change, in order."""
        found = {FIRST_DAY}
        found |= {one.fact.on for one in self.said} | {fact.on for _committee, fact in self.answers}
        found |= {fact.on for fact in self.deadlines} | {one.on for one in self.inherits}
        for own in self.owns:
            found |= {own.valid_from, own.valid_to or own.valid_from}
        return sorted(day for day in found if day >= first)

    def on(self, day: date) -> Known:
        """What is about `day` or a day before it."""
        return Known(
            [one for one in self.said if one.fact.on <= day],
            [pair for pair in self.answers if pair[1].on <= day],
            [fact for fact in self.deadlines if fact.on <= day],
            [own for own in self.owns if own.valid_from <= day],
            [one for one in self.inherits if one.on <= day],
        )

    def owners(self, day: date) -> dict[int, Owns]:
        """Who owns the item on `day`."""
        return {own.committee: own for own in self.owns if own.valid_to is None or own.valid_to > day}

    def line(self, owner: int) -> set[int]:
        """The owner, and every committee whose word about this item is its word too.

        From a committee that ended it inherits all; from one that gave the item away, what that said about it. An owner
        that has ended itself is spoken for by its heirs.
        """
        heirs, todo = {owner}, [owner]
        while todo:
            committee = todo.pop()
            after = {one.successor for one in self.inherits if one.predecessor == committee} - heirs
            todo += after
            heirs |= after
        found, todo = {owner}, [owner]
        while todo:
            committee = todo.pop()
            before = {one.predecessor for one in self.inherits if one.successor == committee}
            before |= {own.predecessor for own in self.owns if own.committee == committee and own.predecessor}
            todo += before - found
            found |= before
        return found | heirs


def _uncorrected(rows: list[Any], fact_of: Any) -> list[Any]:
    """Without what another of the rows corrects."""
    corrected = {fact_of(row).corrects for row in rows}
    return [row for row in rows if fact_of(row).key not in corrected]


def known_of(items: Collection[int]) -> dict[int, Known]:
    """All that is known of each item (id): five queries for all of them."""
    known: dict[int, Known] = {item: Known() for item in items}
    # Of each row: when it came, and in whose name; a correction comes after what it corrects, and stands in its place.
    came: dict[int | None, datetime] = {}
    whose: dict[int | None, int | None] = {}
    for item, key, committee, kind, status, on, at, corrects in prepared.rows(_updates, items=items):
        came[key] = came.get(corrects, at)
        whose[key] = whose.get(corrects, committee)
        known[item].said.append(Said(Fact(key, on, at, status, corrects, came[key]), whose[key], kind))
    came = {}
    for item, key, committee, outcome, on, at, corrects in prepared.rows(_answers, items=items):
        came[key] = came.get(corrects, at)
        known[item].answers.append((committee, Fact(key, on, at, outcome, corrects, came[key])))
    came = {}
    for item, key, due_on, on, at, corrects in prepared.rows(_deadlines, items=items):
        came[key] = came.get(corrects, at)
        value = due_on.isoformat() if due_on else ""
        known[item].deadlines.append(Fact(key, on, at, value, corrects, came[key]))
    for item, *own in prepared.rows(_ownerships, items=items):
        known[item].owns.append(Owns(*own))
    inherits = [Inherits(*row) for row in prepared.rows(_successions)]
    for one in known.values():
        one.inherits = _that_matter(inherits, {own.committee for own in one.owns})
    return known


OF_ITEMS = Among("item_id", "items")


def _updates() -> Any:
    said = StatusUpdate.objects.filter(OF_ITEMS, state=UpdateState.PUBLISHED).order_by("published_at", "pk")
    return said.values_list("item_id", "pk", "committee_id", "kind", "status", "on", "published_at", "corrects_id")


def _answers() -> Any:
    answers = CommitteeAnswer.objects.filter(OF_ITEMS).order_by("recorded_at", "pk")
    return answers.values_list("item_id", "pk", "committee_id", "outcome", "meeting_date", "recorded_at", "corrects_id")


def _deadlines() -> Any:
    deadlines = Deadline.objects.filter(OF_ITEMS).order_by("recorded_at", "pk")
    return deadlines.values_list("item_id", "pk", "due_on", "set_on", "recorded_at", "corrects_id")


def _ownerships() -> Any:
    """The item, and the columns in the order of the fields of `Owns`."""
    days = ("valid_from", "valid_to", "recorded_at")
    owns = Ownership.objects.filter(OF_ITEMS).order_by("recorded_at", "pk")
    return owns.values_list("item_id", "pk", "committee_id", "role", *days, "succession__predecessor_id", "replaces_id")


def _successions() -> Any:
    whole = Succession.objects.filter(predecessor_ends=True).order_by("recorded_at", "pk")
    return whole.values_list("predecessor", "successor", "on", "recorded_at")


def _that_matter(inherits: list[Inherits], owners: set[int]) -> list[Inherits]:
    """The successions that lead to one of the owners or away from it, directly or through others."""
    reached, found = set(owners), 0
    while len(reached) > found:
        found = len(reached)
        reached |= {one.predecessor for one in inherits if one.successor in reached}
        reached |= {one.successor for one in inherits if one.predecessor in reached}
    return [one for one in inherits if one.predecessor in reached]


# --- How it stood -----------------------------------------------------------------------------------------------------


class Stood(NamedTuple):
    """How one cell (or, without a committee, the whole) stood on a day: columns of `Standing`."""

    committee: int | None
    role: str = ""
    answer: int | None = None
    outcome: str = ""
    update: int | None = None
    status: str = ""
    status_on: date | None = None
    changed_on: date | None = None
    changed_at: datetime | None = None
    confirmed_on: date | None = None
    fresh_on: date | None = None
    due_on: date | None = None
    original_due_on: date | None = None


class Spoken(TypedDict):
    """What of `Stood` follows from all that was said, whatever status it gave."""

    changed_on: date | None
    changed_at: datetime | None
    confirmed_on: date | None
    fresh_on: date | None


class Stretch(NamedTuple):
    """Days one after another on which a cell stood alike; an empty end is open."""

    on_from: date
    on_until: date | None
    stood: Stood


Line = tuple[Any, ...]  # a row of `Standing` as the values of COLUMNS, to be compared
COLUMNS = ("known_from", "known_until", "on_from", "on_until", *Stood._fields)
ATTRIBUTES = tuple(f"{name}_id" if name in ("committee", "answer", "update") else name for name in COLUMNS)


def lines(known: Known) -> list[Line]:
    """Every row of `Standing` that follows from what is known of an item."""
    found: list[Line] = []
    stand: dict[tuple[int | None, date], tuple[Stretch, datetime]] = {}  # what is known now, and since when it is
    for moment, first in [(FIRST_MOMENT, FIRST_DAY), *sorted(known.first_days().items())]:
        # What is recorded is mostly about its own day: how all days before that stood is worked out already.
        over = [one for one, _since in stand.values() if one.on_until is None or one.on_until >= first]
        now = {
            (one.stood.committee, one.on_from): one
            for one in _stretches(known.until(moment), first, [one for one in over if one.on_from < first])
        }
        for one in over:
            cell = one.stood.committee, one.on_from
            if now.get(cell) == one:
                del now[cell]  # as it was
                continue
            _one, known_from = stand.pop(cell)
            if known_from < moment:
                found.append((known_from, moment, one.on_from, one.on_until, *one.stood))
        stand |= {cell: (one, moment) for cell, one in now.items()}
    return found + [(since, None, one.on_from, one.on_until, *one.stood) for one, since in stand.values()]


def _stretches(then: Known, first: date, begun: Iterable[Stretch]) -> Iterator[Stretch]:
    """How each cell and the whole stand from the day `first` on; `begun` are the stretches that last until then. Days
    alike are one stretch.
    """
    open_ = {one.stood.committee: (one.on_from, one.stood) for one in begun}
    for day in then.days(first):
        now = {one.committee: one for one in _on(then, day)}
        for committee, (on_from, one) in list(open_.items()):
            if now.get(committee) != one:
                del open_[committee]
                yield Stretch(on_from, day, one)
        for committee, one in now.items():
            open_.setdefault(committee, (day, one))
    for on_from, one in open_.values():
        yield Stretch(on_from, None, one)


def _on(known: Known, day: date) -> Iterator[Stood]:
    """The cells and the whole on one day."""
    then = known.on(day)
    owners = then.owners(day)
    inherited: set[int] = set()
    cells = []
    for committee, own in owners.items():
        line = then.line(committee)
        inherited |= line
        cells.append(_cell(committee, own.role, then, line))
    yield from cells
    spoken = {one.committee for one in then.said if one.committee} | {committee for committee, _fact in then.answers}
    for committee in spoken - inherited:
        yield _cell(committee, "", then, {committee})
    yield _whole(then, cells)


def _cell(committee: int, role: str, then: Known, line: set[int]) -> Stood:
    said = [one for one in then.said if one.committee in line]
    shown, spoken = _newest(said), _spoken(said)
    answer = what_stands([fact for given_by, fact in then.answers if given_by in line])
    return Stood(
        committee,
        role=role,
        answer=answer.key if answer else None,
        outcome=answer.value if answer else "",
        update=shown.fact.key if shown else None,
        status=shown.fact.value if shown else "",
        status_on=shown.fact.on if shown else None,
        **spoken,
    )


def _whole(then: Known, cells: Sequence[Stood]) -> Stood:
    """The item rolled up from its owners' cells. While none of them has spoken, what the source itself says; of an
    item without owners the newest word of anybody.
    """
    if any(cell.status for cell in cells):
        status = roll_up_cells([CellState(cell.role, cell.outcome, cell.status) for cell in cells])
        alike = [cell for cell in cells if cell.status == status]
        giving = {cell.update for cell in alike or cells if status and (alike or cell.status in PROGRESSING)}
        shown = _newest([one for one in then.said if one.fact.key in giving])
    else:
        shown = _newest([one for one in then.said if not cells or one.committee is None])
        status = shown.fact.value if shown else ""
    standing = what_stands(then.deadlines)
    first = min((fact for fact in then.deadlines if fact.value), key=lambda fact: fact.order, default=None)
    return Stood(
        None,
        update=shown.fact.key if status and shown else None,
        status=status,
        status_on=shown.fact.on if status and shown else None,
        due_on=date.fromisoformat(standing.value) if standing else None,
        original_due_on=date.fromisoformat(first.value) if first else None,
        **_spoken(then.said),
    )


def _newest(said: Sequence[Said]) -> Said | None:
    """The status that stands among these updates."""
    statuses = [one for one in said if one.is_status]
    return max(statuses, key=lambda one: one.fact.order, default=None)


def _spoken(said: Sequence[Said]) -> Spoken:
    news = [one.fact for one in said if one.is_news]
    confirmed = max([one.fact.on for one in said if one.kind == UpdateKind.CONFIRMATION], default=None)
    changed_on = max([fact.on for fact in news], default=None)
    return {
        "changed_on": changed_on,
        "changed_at": max([fact.came or fact.at for fact in news], default=None),
        "confirmed_on": confirmed,
        "fresh_on": max(confirmed, changed_on) if confirmed and changed_on else confirmed or changed_on,
    }


def rows_of(item: int, known: Known) -> list[Standing]:
    """The rows of `Standing` of an item (id), not saved."""
    return [row_of(item, line) for line in lines(known)]


def row_of(item: int, line: Line) -> Standing:
    """The row of one line of an item (id), not saved."""
    return Standing(item_id=item, **dict(zip(ATTRIBUTES, line, strict=True)))


# --- What one act changed ---------------------------------------------------------------------------------------------


def before_and_after(row: StatusUpdate | CommitteeAnswer | Deadline, known: Known | None = None) -> tuple[str, str]:
    """What stood in the row's cell before it was recorded, and what stands since: codes, empty for nothing.

    `known` is what is known of the row's item, where that has been read for many items at once.
    """
    known = known or known_of([row.item_id])[row.item_id]
    if isinstance(row, Deadline):
        facts = known.deadlines
    else:
        said = [(one.committee, one.fact) for one in known.said]
        pairs: Sequence[tuple[int | None, Fact]] = said if isinstance(row, StatusUpdate) else known.answers
        cell = next(committee for committee, fact in pairs if fact.key == row.pk)
        line = known.line(cell) if cell else {None}
        facts = [fact for committee, fact in pairs if committee in line]
    return stood_before(facts, next(fact for fact in facts if fact.key == row.pk))


# --- How an item stands, for any page or report -----------------------------------------------------------------------


@dataclass(frozen=True)
class ItemStanding:
    """An item's state on a day. `silent_days` is set only when it has been silent for too long."""

    code: str
    on: date | None
    changed_on: date | None
    confirmed_on: date | None
    fresh_on: date | None
    silent_days: int | None
    due_on: date | None
    original_due_on: date | None
    is_overdue: bool

    @classmethod
    def of(cls, item: Any, day: date, stale_after_days: int) -> ItemStanding:
        """From the `state_…` that `with_state()` has put on the item. Headings and options stand nowhere."""
        status, fresh_on = item.state_status, item.state_fresh_on
        stale = item.is_counted and is_stale(status, fresh_on, today=day, after_days=stale_after_days)
        return cls(
            code=status,
            on=item.state_status_on,
            changed_on=item.state_changed_on,
            confirmed_on=item.state_confirmed_on,
            fresh_on=fresh_on,
            silent_days=(day - fresh_on).days if stale else None,
            due_on=item.state_due_on,
            original_due_on=item.state_original_due_on,
            is_overdue=item.is_counted and is_overdue(status, item.state_due_on, today=day),
        )

    def of_cell(self, cell: Standing, day: date, stale_after_days: int) -> ItemStanding:
        """The same item by the word of one committee alone; its deadline is that of the whole."""
        stale = is_stale(cell.status, cell.fresh_on, today=day, after_days=stale_after_days)
        return replace(
            self,
            code=cell.status,
            on=cell.status_on,
            changed_on=cell.changed_on,
            confirmed_on=cell.confirmed_on,
            fresh_on=cell.fresh_on,
            silent_days=(day - cell.fresh_on).days if stale and cell.fresh_on else None,
            is_overdue=is_overdue(cell.status, self.due_on, today=day),
        )

    @property
    def label(self) -> str:
        """The status in words."""
        return str(Status(self.code).label if self.code else NO_STATUS)

    @property
    def was_moved(self) -> bool:
        """Whether the deadline is another than the first one."""
        return self.due_on != self.original_due_on


def counts_in_words(cells: Collection[Standing]) -> str:
    """How the owners of one item stand where they do not all say the same: "1 af 2 udvalg: gennemført"."""
    owning = [cell for cell in cells if cell.role]
    by_status: dict[str, int] = defaultdict(int)
    for cell in owning:
        by_status[cell.status] += 1
    if len(owning) < 2 or len(by_status) < 2:
        return ""
    labels = {status.value: str(status.label) for status in Status} | {"": str(NO_STATUS)}
    return "; ".join(
        _("%(count)s af %(whole)s udvalg: %(status)s")
        % {"count": by_status[code], "whole": len(owning), "status": label.lower()}
        for code, label in labels.items()
        if by_status[code]
    )
