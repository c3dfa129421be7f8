"""The one memory of what happened, read in several ways."""

from datetime import date

import pytest
from django.utils import timezone

from recommendations.enums import Nature, Status, UpdateKind
from recommendations.models import Event
from tests.factories import RecommendationFactory, answered, deadline, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return RecommendationFactory(number="3.2", title="Faste teams")


def test_known_at_two_times(item):
    late = published(item, on=date(2026, 3, 1))
    between = timezone.now()
    early = published(item, on=date(2026, 1, 1))

    def told(*times):
        return {event.update for event in Event.objects.known(*times)}

    assert told() == {late, early}
    assert told(date(2026, 2, 28)) == {early}
    assert told(None, between) == {late}


def test_news_is_neither_correction_nor_confirmation_nor_what_a_source_says(item):
    wrong = published(item)
    published(item, kind=UpdateKind.CONFIRMATION)
    published(item, kind=UpdateKind.CORRECTION, corrects=wrong)
    note = published(item, kind=UpdateKind.NOTE)
    Event.objects.create(
        municipality=item.publication.municipality, act="status_published", nature=Nature.FROM_SOURCE, item=item
    )
    assert {event.update for event in Event.objects.news()} == {wrong, note}


def test_what_is_corrected_later_is_left_out_from_then_on(item, sou):
    corrected = {
        "update": published(item),
        "answer": answered(item, sou),
        "deadline": deadline(item, date(2036, 12, 31)),
    }
    kept = published(item, Status.PAUSED)
    before = timezone.now()
    published(item, kind=UpdateKind.CORRECTION, corrects=corrected["update"])
    answered(item, sou, "noted", corrects=corrected["answer"])
    deadline(item, date(2026, 12, 31), corrects=corrected["deadline"])
    assert Event.objects.news().uncorrected(before).count() == 4
    assert [event.update for event in Event.objects.news().uncorrected()] == [kept]


def test_the_newest_comes_first(item):
    first, second = published(item), published(item, on=date(2026, 1, 1))
    assert [event.update for event in Event.objects.newest_first()] == [second, first]


def test_an_event_is_called_by_its_act_and_what_it_is_about(item):
    assert str(published(item).events.get()) == "Ny status: 3.2 Faste teams"
    assert str(Event(act="report_issued")) == "Rapport udstedt"
