"""What has changed: which rows count, what each took the place of, and how many queries it takes."""

from datetime import UTC, date, datetime

import pytest

from recommendations.changes import newest_changes
from recommendations.enums import Status, UpdateKind
from recommendations.selection import Selection
from tests.factories import (
    CommitteeAnswerFactory,
    DeadlineFactory,
    InitiativeFactory,
    RecommendationFactory,
    published,
)

pytestmark = pytest.mark.django_db


def at(month, day=1):
    return datetime(2026, month, day, 12, tzinfo=UTC)


def found(selection=None, most=50):
    changes = newest_changes(selection or Selection(), most=most)
    return [(change.kind, change.was) for change in changes.rows]


def test_a_new_status_says_which_it_replaced():
    item = InitiativeFactory()
    published(item, Status.PLANNED, on=date(2026, 1, 1), published_at=at(1))
    published(item, Status.IN_PROGRESS, on=date(2026, 2, 1), published_at=at(2))
    published(item, Status.IN_PROGRESS, on=date(2026, 3, 1), published_at=at(3))  # the same again
    published(item, kind=UpdateKind.NOTE, on=date(2026, 3, 2), published_at=at(4))
    assert [was for _kind, was in found()] == ["", "", "Planlagt", "Ingen status registreret"]


def test_a_status_of_another_item_is_not_what_it_replaced():
    published(RecommendationFactory(), Status.PLANNED, on=date(2026, 1, 1), published_at=at(1))
    published(InitiativeFactory(), Status.PAUSED, on=date(2026, 1, 1), published_at=at(1, 2))
    published(RecommendationFactory(), Status.IN_PROGRESS, on=date(2026, 2, 1), published_at=at(2))
    assert [was for _kind, was in found()] == ["Ingen status registreret"] * 3


def test_a_status_about_an_earlier_day_replaces_nothing():
    item = RecommendationFactory()
    published(item, Status.IN_PROGRESS, on=date(2026, 5, 1), published_at=at(5))
    published(item, Status.PLANNED, on=date(2026, 1, 1), published_at=at(6))
    assert [was for _kind, was in found()] == ["", "Ingen status registreret"]


def test_a_status_is_compared_with_what_was_known_about_the_day_that_is_asked_about():
    item = RecommendationFactory()
    published(item, Status.PAUSED, on=date(2026, 9, 1), published_at=at(9))
    published(item, Status.PLANNED, on=date(2026, 1, 1), published_at=at(9, 2))
    assert [was for _kind, was in found(Selection(as_of=date(2026, 6, 1)))] == ["Ingen status registreret"]


def test_corrections_and_confirmations_are_no_changes():
    item = RecommendationFactory()
    update = published(item, on=date(2026, 1, 1), published_at=at(1))
    published(item, kind=UpdateKind.CORRECTION, corrects=update, on=date(2026, 1, 2), published_at=at(2))
    published(item, kind=UpdateKind.CONFIRMATION, on=date(2026, 1, 3), published_at=at(3))
    assert len(found()) == 1


def test_an_answer_says_what_the_same_committee_had_answered(sou, sud):
    item = RecommendationFactory()
    CommitteeAnswerFactory(recommendation=item, committee=sud, outcome="adopted", recorded_at=at(1))
    first = CommitteeAnswerFactory(recommendation=item, committee=sou, outcome="noted", recorded_at=at(2))
    CommitteeAnswerFactory(recommendation=item, committee=sou, outcome="adopted", corrects=first, recorded_at=at(3))
    # What has been corrected is no longer told of by itself.
    assert found() == [("committeeanswer", "Taget til efterretning"), ("committeeanswer", "Intet svar registreret")]


def test_a_moved_deadline_says_from_which_day():
    item = RecommendationFactory()
    DeadlineFactory(about=item, due_on=date(2026, 6, 30), set_on=date(2026, 1, 1), recorded_at=at(1))
    DeadlineFactory(about=item, due_on=date(2026, 12, 31), set_on=date(2026, 5, 1), recorded_at=at(5))
    assert found() == [("deadline", date(2026, 6, 30)), ("deadline", None)]


def test_since_is_about_when_it_was_recorded(sou):
    item = RecommendationFactory()
    published(item, Status.PLANNED, on=date(2026, 1, 1), published_at=at(3, 1))
    published(item, Status.IN_PROGRESS, on=date(2026, 2, 1), published_at=at(3, 10))
    CommitteeAnswerFactory(recommendation=item, committee=sou, meeting_date=date(2026, 1, 1), recorded_at=at(3, 9))
    DeadlineFactory(about=item, set_on=date(2026, 1, 1), recorded_at=at(3, 8))
    assert found(Selection(since=date(2026, 3, 9))) == [
        ("statusupdate", "Planlagt"),
        ("committeeanswer", "Intet svar registreret"),
    ]
    assert found(Selection(since=date(2026, 3, 11))) == []


def test_only_what_is_asked_for(sou):
    asked = RecommendationFactory(publication__slug="ting")
    for item in (asked, RecommendationFactory()):
        published(item, on=date(2026, 1, 1), published_at=at(1))
        CommitteeAnswerFactory(recommendation=item, committee=sou, recorded_at=at(2))
        DeadlineFactory(about=item, recorded_at=at(3))
    changes = newest_changes(Selection(publication="ting"), most=50)
    assert [change.kind for change in changes.rows] == ["deadline", "committeeanswer", "statusupdate"]
    assert {change.item for change in changes.rows} == {asked}


@pytest.mark.parametrize(("most", "is_cut"), [(2, True), (3, False), (4, False)])
def test_no_more_than_asked_for_and_whether_there_are_more(most, is_cut):
    for day in (1, 2, 3):
        published(RecommendationFactory(), on=date(2026, 1, 1), published_at=at(1, day))
    changes = newest_changes(Selection(), most=most)
    assert ([change.at.day for change in changes.rows], changes.is_cut) == ([3, 2, 1][:most], is_cut)


@pytest.mark.parametrize("count", [1, 3])
def test_three_queries(count, sou, django_assert_num_queries):
    for _ in range(count):
        item = RecommendationFactory()
        published(item, on=date(2026, 1, 1))
        CommitteeAnswerFactory(recommendation=item, committee=sou)
        DeadlineFactory(about=item)
    with django_assert_num_queries(3):
        for change in newest_changes(Selection(since=date(2026, 1, 1)), most=50).rows:
            assert change.item.publication.title
            assert change.row.committee is None or change.row.committee.name
