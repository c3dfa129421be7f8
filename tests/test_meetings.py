"""What comes up at a committee's meeting: which meeting is the last and the next, what was promised, what is due."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recommendations import actions
from recommendations.enums import MeetingState, Role
from recommendations.lifecycle import Fact, first_from, is_replaced, kept_by, last_until
from recommendations.meetings import coming_up, decided_at, has_draft, last_held, next_expected, papers_day, promises
from recommendations.models import Meeting
from tests.conftest import member, world_kept
from tests.factories import TODAY, MeetingFactory, TreatmentFactory, answered
from tests.meetings_world import CANCELLED, make_world


def day(text):
    return date.fromisoformat(text)


# --- The pure rules ---------------------------------------------------------------------------------------------------


def fact(on, at=None, *, came=None):
    """A fact about a day of October that was recorded on another (by default the same)."""
    moments = [datetime(2026, 10, number, tzinfo=UTC) if number else None for number in (at or on, came)]
    return Fact(on * 100 + (at or on), date(2026, 10, on), moments[0], "x", came=moments[1])


MADE, DUE = fact(1), date(2026, 10, 10)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ([], None),
        ([fact(9, 12)], None),  # recorded in time, and about a day before
        ([fact(10)], 10),
        ([fact(15), fact(11)], 11),
        ([fact(12, 1)], None),  # recorded when the promise was made
        ([fact(12, 13, came=1)], None),  # a correction of what was there then
    ],
)
def test_a_promise_is_kept_by_later_news_about_its_day_or_a_later_one(said, kept):
    found = kept_by(MADE, said, due=DUE)
    assert (found.on.day if found else None) == kept


@pytest.mark.parametrize(
    ("said", "replaced"), [([], False), ([fact(9)], True), ([fact(10)], False), ([fact(9), fact(10)], True)]
)
def test_a_promise_is_replaced_by_what_was_said_next_before_its_day(said, replaced):
    assert is_replaced(MADE, [MADE, *said], due=DUE) is replaced


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        ([], None, None),
        ([1, 5], None, 5),
        ([1], None, None),  # the meeting at which it was promised
        ([10], 10, 10),
        ([5, 9, 12], 12, 9),
        ([11, 12], 11, 11),
    ],
)
def test_which_meeting_a_day_leads_to(days, first, last):
    days = [date(2026, 10, one) for one in days]
    found = first_from(DUE, days), last_until(DUE, days, after=date(2026, 10, 1))
    assert [one and one.day for one in found] == [first, last]


# --- The world --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world_once(request, django_db_setup, django_db_blocker):
    with world_kept(request, django_db_blocker, make_world) as made:
        yield made


@pytest.fixture
def world(world_once, db):
    return world_once


def of(found):
    """Number, committee, meeting, kept on, cancelled meeting and whether it is broken, of each promise."""
    return [
        (
            one.item.number,
            one.committee.code,
            one.meeting and one.meeting.on.isoformat(),
            one.kept_on and one.kept_on.isoformat(),
            one.cancelled and one.cancelled.on.isoformat(),
            one.is_broken(TODAY),
        )
        for one in found
    ]


PROMISES = [
    ("1", "SOU", "2026-10-08", "2026-10-09", None, False),
    ("2", "SOU", "2026-10-08", None, None, True),  # news of the day before it, and a confirmation
    ("9", "SOU", "2026-10-22", None, None, True),  # by a committee that SOU took over from
    ("8", "SOU", "2026-10-22", None, None, True),
    ("8", "SUD", "2026-11-12", "2026-10-30", None, False),  # the same item, the other owner
    ("3", "SOU", "2026-11-19", None, None, False),
    ("6", "SOU", "2026-11-19", None, None, False),  # a step with a day alone
    ("5", "SOU", "2026-11-19", None, None, False),  # "senest"
    ("4", "SOU", "2026-12-17", None, "2026-12-03", False),
]


def test_what_is_promised_in_which_cell_and_what_became_of_it(world):
    assert of(promises(committees=None)) == PROMISES
    of_sou = {world.sou.pk, world.gml.pk}
    with CaptureQueriesContext(connection) as asked:
        assert of(promises(committees=of_sou)) == [row for row in PROMISES if row[1] == "SOU"]
    assert len(asked) == 6
    with CaptureQueriesContext(connection) as asked:
        assert of(promises(committees={world.sud.pk})) == [row for row in PROMISES if row[1] == "SUD"]
    assert len(asked) == 6


def test_an_earlier_day_knows_nothing_of_what_came_later(world):
    then = {one.item.number: one for one in promises(committees=None, as_of=day("2026-10-08"))}
    assert not then["1"].is_kept
    assert then["7"].words == "Den gamle plan."
    assert "11" in then
    assert "11" not in {row[0] for row in PROMISES}


@pytest.mark.parametrize(
    ("key", "previous", "due", "overdue", "promised", "broken"),
    [
        ("2026-11-05", "2026-10-22", "21 22", "20", "", "2 9 8"),
        ("2026-11-19", "2026-11-05", "23", "", "3 6 5", ""),
        ("2026-12-17", "2026-11-19", "", "", "4", ""),
        ("SUD", None, "25", "", "", ""),  # SOU's part of it is closed
        ("2026-10-08", "2025-12-04", "", "", "1 2", ""),  # after a meeting of the committee before it
    ],
)
def test_what_comes_up(key, previous, due, overdue, promised, broken, world):
    coming = coming_up(world.meetings[key])
    assert (coming.previous.on.isoformat() if coming.previous else None) == previous
    items = [[one.number for one in items] for items in (coming.due, coming.overdue)]
    promised_to = [[one.item.number for one in found] for found in (coming.promised, coming.broken)]
    assert [*items, *promised_to] == [one.split() for one in (due, overdue, promised, broken)]
    assert coming.is_empty is not any((due, overdue, promised, broken))


def test_what_is_overdue_comes_up_at_the_meeting_after_once_the_one_before_is_held(world):
    Meeting.objects.filter(pk=world.meetings["2026-11-05"].pk).update(state=MeetingState.HELD)
    coming = coming_up(world.meetings["2026-11-19"], as_of=day("2026-11-06"))
    assert [one.number for one in coming.due] == ["23"]
    assert [one.number for one in coming.overdue] == ["20", "21", "22"]
    assert [one.item.number for one in coming.broken] == ["2", "9", "8"]


def test_the_last_that_was_held_and_the_next_that_will_be(world):
    assert last_held(world.sou, day("2026-10-22")) == world.meetings["2026-10-08"]
    assert last_held(world.sou, day("2026-10-08")).committee == world.gml
    assert last_held(world.sud, TODAY) is None
    assert next_expected(world.sou, TODAY) == world.meetings["2026-11-05"]
    assert next_expected(world.sou, day("2026-11-20")) == world.meetings["2026-12-17"]  # the one between is cancelled
    MeetingFactory(committee=world.gml, on=day("2026-12-20"))  # planned before the committee ended
    assert next_expected(world.sou, day("2026-12-18")) is None


def test_the_papers_are_due_five_working_days_before():
    meeting = Meeting(on=day("2026-11-19"), state=MeetingState.PLANNED)
    assert papers_day(meeting) == day("2026-11-12")
    assert papers_day(Meeting(on=day("2026-12-28"))) == day("2026-12-17")  # Christmas lies between
    assert [has_draft(meeting, day(one)) for one in ("2026-11-11", "2026-11-12", "2026-11-20")] == [False, True, True]
    meeting.state = MeetingState.HELD
    assert not has_draft(meeting, day("2026-11-12"))


def test_what_a_meeting_decided(world):
    decided = decided_at(world.meetings["2026-10-22"])
    assert [one.item.number for one in decided.answers] == ["11"]
    wrong = answered(decided.answers[0].item, world.sou, meeting_date=day("2026-10-08"), corrects=decided.answers[0])
    TreatmentFactory(publication=world.ting, committee=world.sou, meeting_date=day("2026-10-22"))
    TreatmentFactory(publication=world.ting, committee=world.sud, meeting_date=day("2026-10-22"))
    decided = decided_at(world.meetings["2026-10-22"])
    assert (decided.answers, [one.committee for one in decided.treatments]) == ([], [world.sou])
    assert decided_at(world.meetings["2026-10-08"]).answers == [wrong]


def test_an_earlier_moment_knows_the_meetings_as_they_were_then(world):
    dina = member("dina", world.sou, Role.SECRETARY)
    before = timezone.now()
    third = world.meetings["2026-11-19"]
    actions.move_meeting(by=dina, meeting=third, on=day("2026-11-26"), reason="Salen er optaget.")
    actions.cancel_meeting(by=dina, meeting=world.meetings["2026-11-05"], reason="Ingen sager.")
    content = actions.MeetingContent(on=day("2026-11-09"))
    actions.plan_meetings(by=dina, committee=world.sou, meetings=[content])
    now = {one.item.number: one.meeting.on for one in promises(committees={world.sou.pk})}
    assert [now[number] for number in ("3", "5", "6")] == [day("2026-11-26"), day("2026-11-26"), day("2026-11-09")]
    assert of(promises(committees=None, known_at=before)) == PROMISES
    assert next_expected(world.sou, TODAY).on == day("2026-11-09")
    assert next_expected(world.sou, TODAY, known_at=before).on == day("2026-11-05")
    assert CANCELLED not in {str(next_expected(world.sou, day("2026-12-01"), known_at=before).on)}
