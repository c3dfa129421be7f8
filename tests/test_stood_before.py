"""Every story of `stood_before_cases` recorded: the event, the standing and what is read of it later say the same."""

from datetime import date, timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from recommendations import standing
from recommendations.enums import NO_ANSWER, NO_STATUS, Outcome, Status
from recommendations.models import CommitteeAnswer, Deadline, Event, Standing, StatusUpdate
from recommendations.reports.builders import built
from recommendations.reports.choices import Choices, SectionName
from recommendations.selection import Selection
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


# --- Page, feed and annex ---------------------------------------------------------------------------------------------


@pytest.fixture
def is_news(story):
    """Whether the row asked about is told as news: it is no correction, and no later row corrects it."""
    return story.rows[story.asked].corrects is None and all(row.corrects != story.asked for row in story.rows)


def words_of(story, code):
    """What a reader sees for a code; nothing for the first deadline, which was moved from no day."""
    if story.kind == DEADLINE:
        return date_format(date.fromisoformat(code)) if code else ""
    if story.kind == ANSWER:
        return str(Outcome(code).label if code else NO_ANSWER)
    return str(Status(code).label if code else NO_STATUS)


def on_the_page(story, rows):
    """The news of the row asked about on »Nyt«: the change, or none."""
    days = Client().get(reverse("news")).context["days"]
    asked = rows[story.asked]
    return next(
        (one for day in days for one in day.changes if type(one.row) is type(asked) and one.row.pk == asked.pk), None
    )


def test_the_page_tells_it(story, rows, is_news):
    change = on_the_page(story, rows)
    if not is_news:
        assert change is None
        return
    assert (change.before, change.after) == (words_of(story, story.before), words_of(story, story.after))
    assert change.is_change == (story.before != story.after)


def test_the_feed_tells_what_the_page_tells(story, rows, is_news):
    feed = ElementTree.fromstring(Client().get(reverse("news_feed")).content)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = [unescape(entry.find(f"{atom}summary").text) for entry in feed.iter(f"{atom}entry")]
    change = on_the_page(story, rows)
    told = [entry for entry in entries if "Rettet" not in entry]
    if is_news:
        assert any(change.in_words in entry for entry in told)
    assert len(told) == sum(
        row.corrects is None and all(other.corrects != place for other in story.rows)
        for place, row in enumerate(story.rows)
    )


def test_the_annex_tells_what_the_page_tells(story, rows, is_news):
    report = built(Choices(Selection(since=date(2024, 6, 18)), sections=(SectionName.CHANGED,)))
    columns = ("before", "after")
    told = [
        {column.key: value for column, value in zip(table.columns, row, strict=True)}
        for _level, section in report.walk()
        for table in section.tables
        if table.key.startswith("changes-")
        for row in table.rows
    ]
    change = on_the_page(story, rows)
    said = [tuple(row[key] for key in columns) for row in told]
    if is_news:
        assert (change.before or "Ingen frist", change.after or "Ingen frist") in said


@pytest.mark.parametrize("name", ["late three answers: the oldest", "late three answers: the one between"])
def test_a_late_answer_is_told_as_no_change(name, sou):
    """What stood before and after is the same, so nobody is told of a change that never was."""
    story = next(one for one in STORIES if one.name == name)
    item = RecommendationFactory(publication=PublicationFactory())
    OwnershipFactory(item=item, committee=sou, recorded_at=recorded_at(-1))
    rows = played(story, item, sou)
    change = on_the_page(story, rows)
    assert not change.is_move
    assert change.is_about_earlier_day
