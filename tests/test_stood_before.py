"""Every story of `stood_before_cases` recorded: the event, the standing and what is read of it later say the same."""

from datetime import timedelta

import pytest

from recommendations import standing
from recommendations.models import CommitteeAnswer, Deadline, Event, Standing, StatusUpdate
from tests.factories import TODAY, OwnershipFactory, PublicationFactory, RecommendationFactory
from tests.stood_before_cases import ANSWER, DEADLINE, STATUS, STORIES, played, recorded_at

pytestmark = pytest.mark.django_db

MODELS = {STATUS: StatusUpdate, ANSWER: CommitteeAnswer, DEADLINE: Deadline}
ROWS = {STATUS: "update", ANSWER: "answer", DEADLINE: "deadline"}  # what an event calls the row
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture(params=STORIES, ids=lambda story: story.name)
def story(request):
    return request.param


@pytest.fixture
def rows(story, sou):
    item = RecommendationFactory(publication=PublicationFactory())
    OwnershipFactory(item=item, committee=sou, recorded_at=recorded_at(-1))
    return played(story, item, sou)


def code(story, row, known_at):
    """What stands of the story's kind in the cell, as it was known then."""
    stands = Standing.objects.at(TODAY, known_at).filter(item=row.item)
    if story.kind == DEADLINE:
        due_on = stands.wholes().get().due_on
        return due_on.isoformat() if due_on else ""
    cell = stands.get(committee=row.committee)
    return cell.outcome if story.kind == ANSWER else cell.status


def test_the_event_says_it(story, rows):
    event = Event.objects.get(**{ROWS[story.kind]: rows[story.asked]})
    assert (event.before, event.after) == (story.before, story.after)


def test_it_is_still_said_when_more_has_been_recorded(story, rows):
    row = MODELS[story.kind].objects.get(pk=rows[story.asked].pk)
    assert standing.before_and_after(row) == (story.before, story.after)


def test_the_standing_was_and_became_that(story, rows):
    at = recorded_at(story.asked)
    assert code(story, rows[story.asked], at - A_MOMENT) == story.before
    assert code(story, rows[story.asked], at) == story.after
