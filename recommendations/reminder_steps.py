"""When somebody is asked for a status, and how far up it goes. Pure rules; days come in as arguments.

Only the newest step that has been reached counts: what a missed night left behind is told with it, and never after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import IntEnum

AROUND_DEADLINE = (-30, -7, -1, 1, 7, 30)  # days from the deadline
EVERY = 30  # days; so often afterwards, and so often about what is not updated
AHEAD = 7  # days before a meeting
BETWEEN = timedelta(days=5)  # at least so long between two mails to one person, or to one mailbox


class Level(IntEnum):
    """Who is told, the first first. Where a level has nobody, the next takes its place (escalation)."""

    KEEPER = 0
    APPROVER = 1
    MAILBOX = 2
    SECRETARY = 3


def deadline_step(due_on: date, *, today: date) -> int | None:
    """The newest step about a deadline, as days from it; none before the first."""
    days = (today - due_on).days
    if days >= AROUND_DEADLINE[-1]:
        return days - days % EVERY
    return max((step for step in AROUND_DEADLINE if step <= days), default=None)


def stale_step(fresh_on: date, *, today: date, after_days: int) -> int | None:
    """The newest step about what is not updated, as days from the last news: the first is the day it becomes stale."""
    over = (today - fresh_on).days - _first(after_days)
    return None if over < 0 else _first(after_days) + over - over % EVERY


def meeting_step(on: date, *, today: date) -> int | None:
    """The step before a meeting on the day `on`; none on the day itself."""
    return -AHEAD if timedelta(0) < on - today <= timedelta(days=AHEAD) else None


def deadline_level(step: int) -> Level:
    """How far up a step about a deadline goes."""
    if step > EVERY:
        return Level.SECRETARY
    return Level.MAILBOX if step == EVERY else Level.APPROVER if step >= 7 else Level.KEEPER


def stale_level(step: int, *, after_days: int) -> Level:
    """How far up a step about what is not updated goes: a level for every thirty days."""
    return Level(min((step - _first(after_days)) // EVERY, Level.SECRETARY))


def told_levels(has_somebody: Sequence[bool], top: Level) -> list[Level]:
    """The levels that are told of a step that goes up to `top`; none where nobody can be told at all.

    `has_somebody` says of each level whether it has anybody who can receive a mail.
    """

    def instead(level: Level) -> Level | None:
        return next((one for one in Level if one >= level and has_somebody[one]), None)

    found = {instead(level) for level in Level if level <= top}
    return sorted(level for level in found if level is not None)


def may_be_told(last: date | None, *, today: date) -> bool:
    """Whether somebody who was written to on the day `last` may be written to again."""
    return last is None or today - last >= BETWEEN


def _first(after_days: int) -> int:
    return after_days + 1  # `lifecycle.is_stale`: older than so many days
