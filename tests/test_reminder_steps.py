"""When somebody is asked, how far up it goes, and who takes the place of whom."""

from datetime import date, timedelta

import pytest

from recommendations.lifecycle import is_stale
from recommendations.reminder_steps import (
    Level,
    deadline_level,
    deadline_step,
    may_be_told,
    meeting_step,
    stale_level,
    stale_step,
    told_levels,
)
from recommendations.workdays import first_of_month

DAY = date(2026, 11, 2)
KEEPER, APPROVER, MAILBOX, SECRETARY = Level


def days(count):
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("from_deadline", "step"),
    [
        (-31, None),
        (-30, -30),
        (-8, -30),
        (-7, -7),
        (-2, -7),
        (-1, -1),
        (0, -1),
        (1, 1),
        (6, 1),
        (7, 7),
        (29, 7),
        (30, 30),
        (59, 30),
        (60, 60),
        (100, 90),
        (365, 360),
    ],
)
def test_the_newest_step_about_a_deadline_counts(from_deadline, step):
    assert deadline_step(DAY, today=DAY + days(from_deadline)) == step


@pytest.mark.parametrize(
    ("silent", "step"), [(0, None), (90, None), (91, 91), (120, 91), (121, 121), (150, 121), (151, 151), (400, 391)]
)
def test_what_is_not_updated_is_asked_about_when_it_becomes_so_and_every_thirty_days(silent, step):
    today = DAY + days(silent)
    assert stale_step(DAY, today=today, after_days=90) == step
    assert is_stale("in_progress", DAY, today=today, after_days=90) == (step is not None)


@pytest.mark.parametrize(("left", "step"), [(8, None), (7, -7), (1, -7), (0, None), (-1, None)])
def test_a_meeting_is_thought_of_in_the_week_before_it(left, step):
    assert meeting_step(DAY + days(left), today=DAY) == step


@pytest.mark.parametrize(
    ("step", "level"),
    [(-30, KEEPER), (-1, KEEPER), (1, KEEPER), (7, APPROVER), (30, MAILBOX), (60, SECRETARY), (360, SECRETARY)],
)
def test_a_deadline_goes_further_up_the_later_it_is(step, level):
    assert deadline_level(step) == level


@pytest.mark.parametrize(
    ("step", "level"), [(91, KEEPER), (121, APPROVER), (151, MAILBOX), (181, SECRETARY), (391, SECRETARY)]
)
def test_silence_goes_a_level_up_every_thirty_days(step, level):
    assert stale_level(step, after_days=90) == level


@pytest.mark.parametrize(
    ("has_somebody", "top", "told"),
    [
        ("kams", KEEPER, [KEEPER]),
        ("kams", MAILBOX, [KEEPER, APPROVER, MAILBOX]),
        ("kams", SECRETARY, [KEEPER, APPROVER, MAILBOX, SECRETARY]),
        (".ams", KEEPER, [APPROVER]),
        (".ams", APPROVER, [APPROVER]),
        ("..ms", KEEPER, [MAILBOX]),
        ("...s", KEEPER, [SECRETARY]),
        ("k.ms", APPROVER, [KEEPER, MAILBOX]),
        ("ka.s", MAILBOX, [KEEPER, APPROVER, SECRETARY]),
        ("kam.", SECRETARY, [KEEPER, APPROVER, MAILBOX]),
        ("k...", SECRETARY, [KEEPER]),
        ("....", SECRETARY, []),
    ],
)
def test_the_next_level_takes_the_place_of_one_that_has_nobody(has_somebody, top, told):
    assert told_levels([letter != "." for letter in has_somebody], top) == told


@pytest.mark.parametrize(("ago", "may"), [(0, False), (4, False), (5, True), (100, True)])
def test_five_days_lie_between_two_mails(ago, may):
    assert may_be_told(DAY - days(ago), today=DAY) is may


def test_who_has_had_none_may_be_told():
    assert may_be_told(None, today=DAY)


@pytest.mark.parametrize(
    ("month", "first"),
    [
        ("2026-11-17", "2026-11-02"),
        ("2027-01-04", "2027-01-04"),  # New Year's Day is a Friday
        ("2026-05-31", "2026-05-04"),  # 1 May is a Friday that municipalities do not work on
        ("2026-12-01", "2026-12-01"),
    ],
)
def test_a_month_begins_with_its_first_working_day(month, first):
    assert first_of_month(date.fromisoformat(month)) == date.fromisoformat(first)
