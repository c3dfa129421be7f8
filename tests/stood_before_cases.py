"""What stood before a row was recorded, and what stands with it: a table of small stories, for all who tell of changes.

Plain data. The rows of a story stand in the order in which they were recorded, all in one cell (one committee, one
item). `played` makes a story's rows in the database, past the actions, with the events that these would have written.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from recommendations.enums import UpdateKind
from tests.factories import answered, deadline, published

STATUS, ANSWER, DEADLINE = "status", "answer", "deadline"


class StoryRow(NamedTuple):
    """One row: the day it is about, what it says (nothing: it takes back) and the place of the row that it corrects.

    What a deadline says is a day in ISO form; the day it is about is the one on which it was set.
    """

    on: date
    value: str
    corrects: int | None = None


class Story(NamedTuple):
    """`asked` is the place of the row asked about; `before` and `after` are codes, empty for nothing."""

    name: str
    kind: str
    rows: tuple[StoryRow, ...]
    asked: int
    before: str
    after: str


# No day of a story is later than the day of the tests, and none lies before the source was handed over.
MARCH, JUNE = date(2025, 3, 1), date(2025, 6, 1)
SEPTEMBER, OCTOBER, NOVEMBER = date(2025, 9, 26), date(2025, 10, 26), date(2025, 11, 15)
LATE_ANSWERS = (StoryRow(NOVEMBER, "adopted"), StoryRow(SEPTEMBER, "not_adopted"), StoryRow(OCTOBER, "noted"))

STORIES = (
    Story("first status", STATUS, (StoryRow(MARCH, "in_progress"),), 0, "", "in_progress"),
    Story("first answer", ANSWER, (StoryRow(MARCH, "adopted"),), 0, "", "adopted"),
    Story("first deadline", DEADLINE, (StoryRow(MARCH, "2026-12-31"),), 0, "", "2026-12-31"),
    Story(
        "second status",
        STATUS,
        (StoryRow(MARCH, "in_progress"), StoryRow(JUNE, "paused")),
        1,
        "in_progress",
        "paused",
    ),
    Story("second answer", ANSWER, (StoryRow(MARCH, "noted"), StoryRow(JUNE, "adopted")), 1, "noted", "adopted"),
    Story(
        "the same status again",
        STATUS,
        (StoryRow(MARCH, "in_progress"), StoryRow(JUNE, "in_progress")),
        1,
        "in_progress",
        "in_progress",
    ),
    Story("the same answer again", ANSWER, (StoryRow(MARCH, "noted"), StoryRow(JUNE, "noted")), 1, "noted", "noted"),
    Story(
        "the status goes back",
        STATUS,
        (
            StoryRow(MARCH, "in_progress"),
            StoryRow(JUNE, "paused"),
            StoryRow(OCTOBER, "in_progress"),
        ),
        2,
        "paused",
        "in_progress",
    ),
    Story(
        "a status about an earlier day",
        STATUS,
        (StoryRow(JUNE, "paused"), StoryRow(MARCH, "in_progress")),
        1,
        "paused",
        "paused",
    ),
    Story(
        "an answer about an earlier day",
        ANSWER,
        (StoryRow(JUNE, "adopted"), StoryRow(MARCH, "noted")),
        1,
        "adopted",
        "adopted",
    ),
    Story("late three answers: the one recorded first", ANSWER, LATE_ANSWERS, 0, "", "adopted"),
    Story("late three answers: the oldest", ANSWER, LATE_ANSWERS, 1, "adopted", "adopted"),
    Story("late three answers: the one between", ANSWER, LATE_ANSWERS, 2, "adopted", "adopted"),
    Story(
        "two statuses on one day: the later recorded stands",
        STATUS,
        (StoryRow(MARCH, "in_progress"), StoryRow(MARCH, "paused")),
        1,
        "in_progress",
        "paused",
    ),
    Story(
        "two deadlines on one day: the later recorded stands",
        DEADLINE,
        (
            StoryRow(MARCH, "2026-06-30"),
            StoryRow(MARCH, "2026-12-31"),
        ),
        1,
        "2026-06-30",
        "2026-12-31",
    ),
    Story(
        "a correction is a tie with nobody: it stands where the corrected row stood",
        STATUS,
        (StoryRow(MARCH, "in_progress"), StoryRow(MARCH, "paused"), StoryRow(MARCH, "planned", corrects=0)),
        2,
        "paused",
        "paused",
    ),
    Story(
        "a corrected status",
        STATUS,
        (StoryRow(MARCH, "in_progress"), StoryRow(JUNE, "implemented"), StoryRow(JUNE, "paused", corrects=1)),
        2,
        "implemented",
        "paused",
    ),
    Story(
        "the status that was corrected later",
        STATUS,
        (StoryRow(MARCH, "in_progress"), StoryRow(JUNE, "implemented"), StoryRow(JUNE, "paused", corrects=1)),
        1,
        "in_progress",
        "implemented",
    ),
    Story(
        "the next status after a corrected one",
        STATUS,
        (StoryRow(MARCH, "implemented"), StoryRow(MARCH, "planned", corrects=0), StoryRow(JUNE, "in_progress")),
        2,
        "planned",
        "in_progress",
    ),
    Story(
        "a corrected answer",
        ANSWER,
        (StoryRow(MARCH, "adopted"), StoryRow(MARCH, "noted", corrects=0)),
        1,
        "adopted",
        "noted",
    ),
    Story(
        "a corrected row that did not stand",
        ANSWER,
        (StoryRow(MARCH, "noted"), StoryRow(JUNE, "adopted"), StoryRow(MARCH, "not_adopted", corrects=0)),
        2,
        "adopted",
        "adopted",
    ),
    Story(
        "a status taken back",
        STATUS,
        (
            StoryRow(MARCH, "in_progress"),
            StoryRow(JUNE, "implemented"),
            StoryRow(JUNE, "", corrects=1),
        ),
        2,
        "implemented",
        "in_progress",
    ),
    Story(
        "the only answer taken back",
        ANSWER,
        (StoryRow(MARCH, "adopted"), StoryRow(MARCH, "", corrects=0)),
        1,
        "adopted",
        "",
    ),
    Story(
        "the only deadline taken back",
        DEADLINE,
        (
            StoryRow(MARCH, "2026-12-31"),
            StoryRow(MARCH, "", corrects=0),
        ),
        1,
        "2026-12-31",
        "",
    ),
    Story(
        "an answer after one that was taken back",
        ANSWER,
        (
            StoryRow(MARCH, "adopted"),
            StoryRow(MARCH, "", corrects=0),
            StoryRow(JUNE, "noted"),
        ),
        2,
        "",
        "noted",
    ),
    Story(
        "a correction that is corrected",
        ANSWER,
        (
            StoryRow(MARCH, "adopted"),
            StoryRow(MARCH, "noted", corrects=0),
            StoryRow(MARCH, "not_adopted", corrects=1),
        ),
        2,
        "noted",
        "not_adopted",
    ),
    Story(
        "what was taken back stood after all",
        STATUS,
        (
            StoryRow(MARCH, "implemented"),
            StoryRow(MARCH, "", corrects=0),
            StoryRow(MARCH, "implemented", corrects=1),
        ),
        2,
        "",
        "implemented",
    ),
    Story(
        "a correction that moves the answer to an earlier day",
        ANSWER,
        (
            StoryRow(JUNE, "adopted"),
            StoryRow(MARCH, "noted", corrects=0),
        ),
        1,
        "adopted",
        "noted",
    ),
    Story(
        "a correction that moves the answer to before another",
        ANSWER,
        (
            StoryRow(JUNE, "noted"),
            StoryRow(OCTOBER, "adopted"),
            StoryRow(MARCH, "adopted", corrects=1),
        ),
        2,
        "adopted",
        "noted",
    ),
    Story(
        "a correction that moves the status to a later day",
        STATUS,
        (
            StoryRow(MARCH, "paused"),
            StoryRow(JUNE, "in_progress"),
            StoryRow(OCTOBER, "paused", corrects=0),
        ),
        2,
        "in_progress",
        "paused",
    ),
    Story(
        "a deadline put off",
        DEADLINE,
        (
            StoryRow(MARCH, "2026-06-30"),
            StoryRow(JUNE, "2027-06-30"),
        ),
        1,
        "2026-06-30",
        "2027-06-30",
    ),
    Story(
        "a deadline moved forward",
        DEADLINE,
        (
            StoryRow(MARCH, "2027-06-30"),
            StoryRow(JUNE, "2026-06-30"),
        ),
        1,
        "2027-06-30",
        "2026-06-30",
    ),
    Story(
        "a corrected deadline",
        DEADLINE,
        (
            StoryRow(MARCH, "2036-12-31"),
            StoryRow(MARCH, "2026-12-31", corrects=0),
        ),
        1,
        "2036-12-31",
        "2026-12-31",
    ),
    Story(
        "a corrected deadline that had been moved already",
        DEADLINE,
        (
            StoryRow(MARCH, "2036-12-31"),
            StoryRow(JUNE, "2027-12-31"),
            StoryRow(MARCH, "2026-12-31", corrects=0),
        ),
        2,
        "2027-12-31",
        "2027-12-31",
    ),
)

FIRST_RECORDED = datetime(
    2025, 12, 1, 9, tzinfo=UTC
)  # after all that the stories are about, before the day of the tests


def recorded_at(place: int) -> datetime:
    """When the row at that place of a story was recorded: an hour after the one before it."""
    return FIRST_RECORDED + timedelta(hours=place)


def played(story: Story, item, committee) -> list:
    """The story's rows about `item`, recorded in the name of `committee`, in their order."""
    rows: list = []
    for place, told in enumerate(story.rows):
        at, corrects = recorded_at(place), None if told.corrects is None else rows[told.corrects]
        if story.kind == ANSWER:
            rows.append(
                answered(
                    item, committee, told.value, meeting_date=told.on, recorded_at=at, corrects=corrects, text="Fordi."
                )
            )
        elif story.kind == DEADLINE:
            due_on = date.fromisoformat(told.value) if told.value else None
            rows.append(deadline(item, due_on, committee=committee, set_on=told.on, recorded_at=at, corrects=corrects))
        else:
            rows.append(
                published(
                    item,
                    told.value,
                    kind=UpdateKind.CORRECTION if corrects else UpdateKind.STATUS,
                    on=told.on,
                    committee=committee,
                    published_at=at,
                    corrects=corrects,
                )
            )
    return rows
