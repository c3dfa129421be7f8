"""A clock that is set back changes no order: what was done last stands last, before and after it is right again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from recommendations.actions import UpdateDraft, publish_update, record_answer, save_draft, set_deadline
from recommendations.enums import Outcome, Status
from recommendations.models import CommitteeAnswer, Deadline, Event, Standing, StatusUpdate
from tests.conftest import clock_from
from tests.factories import OwnershipFactory, RecommendationFactory

pytestmark = pytest.mark.django_db
TWENTY_MINUTES = timedelta(minutes=20)


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def said(item, sou, anna, bo):
    def said(status):
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=status, text="Bevilget."))
        return publish_update(by=bo, update=draft)

    return said


@pytest.fixture
def set_back(monkeypatch):
    def set_back(by):
        monkeypatch.setattr(timezone, "datetime", clock_from(timezone.now() - by))

    return set_back


def stands(item):
    return Standing.objects.at().wholes().get(item=item).status


def test_the_status_that_was_published_last_stands(item, said, set_back):
    first = said(Status.NOT_STARTED)
    set_back(TWENTY_MINUTES)
    second = said(Status.IN_PROGRESS)
    assert second.published_at >= first.published_at
    assert [*StatusUpdate.objects.published().filter(item=item).newest_first()] == [second, first]
    assert [*Event.objects.order_by("at", "pk")] == [*Event.objects.order_by("pk")]
    set_back(-TWENTY_MINUTES)
    assert stands(item) == Status.IN_PROGRESS
    third = said(Status.PAUSED)
    assert StatusUpdate.objects.published().filter(item=item).newest_first().first() == third
    assert stands(item) == Status.PAUSED


def test_so_does_the_answer_and_the_deadline(item, sou, anna, bo, set_back):
    def answer(day, outcome):
        record_answer(by=bo, item=item, committee=sou, outcome=outcome, meeting_date=date(2026, 10, day), text="Ja.")

    answer(1, Outcome.ADOPTED)
    set_deadline(by=bo, item=item, committee=sou, due_on=date(2027, 1, 1), reason="")
    set_back(TWENTY_MINUTES)
    answer(2, Outcome.NOTED)
    set_deadline(by=bo, item=item, committee=sou, due_on=date(2027, 6, 1), reason="Udbuddet er forsinket.")
    assert CommitteeAnswer.objects.order_by("-recorded_at", "-pk").first().outcome == Outcome.NOTED
    assert Deadline.objects.filter(item=item).order_by("-recorded_at", "-pk").first().due_on == date(2027, 6, 1)


@pytest.mark.parametrize("who", ["citizen", "anna"])
def test_everybody_sees_what_was_done_after_it(request, item, said, set_back, as_user, who):
    said(Status.NOT_STARTED)
    set_back(TWENTY_MINUTES)
    said(Status.IN_PROGRESS)
    reader = request.getfixturevalue("citizen") if who == "citizen" else as_user(request.getfixturevalue("anna"))
    assert "I gang" in reader.get(item.get_absolute_url()).content.decode().split("<main")[1]
