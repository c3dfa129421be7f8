"""News that is known of each source is the news that the database finds, however it is asked for."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from recommendations import data_version, facet_index
from recommendations.actions import record_answer, record_treatment
from recommendations.changes import news_alone
from recommendations.criteria import ITEM_MODELS
from recommendations.data_version import during, newest
from recommendations.enums import ItemKind, Status, UpdateKind
from recommendations.models import Initiative, Recommendation
from recommendations.public.found_news import FoundNews
from recommendations.selection import Selection
from tests.factories import (
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    answered,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db

CHOICES = {
    "everything": Selection(),
    "a source": Selection(publication="ting"),
    "a group": Selection(publication="ting", group="90"),
    "a committee": Selection(committee="SOU"),
    "two committees": Selection(committee="SOU,SUD"),
    "a status": Selection(status=(Status.IN_PROGRESS,)),
    "nothing found": Selection(committee="SUD", status=(Status.PLANNED,)),
    "a text": Selection(text="hænder"),
    "since a day": Selection(since=date(2026, 10, 3)),
    "an earlier day": Selection(as_of=date(2026, 9, 2)),
}


@pytest.fixture
def filled(keeping, sou, sud, chief):
    """Two sources: statuses of which one was corrected, an answer, deadlines that came at one moment, a treatment."""
    ting, other = PublicationFactory(slug="ting"), PublicationFactory(slug="andet")
    heading = RecommendationFactory(publication=ting, number="90", title="Hænder", kind=ItemKind.HEADING)
    moment = datetime(2026, 10, 1, 12, tzinfo=UTC)
    for number in range(9):
        source = (ting, other)[number % 2]
        parent = heading if source == ting else None
        make = InitiativeFactory if number == 7 else RecommendationFactory
        item = make(publication=source, title="Flere hænder" if number < 4 else "Sag", parent=parent)
        OwnershipFactory(item=item, committee=(sou, sud)[number % 3 == 0])
        came = moment + timedelta(days=number % 4)
        wrong = published(item, on=date(2026, 9, 1), published_at=came)
        if number == 5:
            published(item, kind=UpdateKind.CORRECTION, corrects=wrong, on=date(2026, 9, 2), published_at=came)
        deadline(item, date(2026, 12, 31), set_on=date(2026, 9, 3), recorded_at=moment)
        if number == 4:
            answered(item, sou)
    record_treatment(
        by=chief, publication=ting, committee=sou, meeting_date=date(2026, 9, 2), agenda_url="https://eksempel.dk/7"
    )
    return ting


def kept_and_asked(selection, models, is_corrected_too):
    """What is said at a version, and what the database says."""
    with during(newest()):
        kept = FoundNews(selection, models, is_corrected_too)
        parts = [kept[rows] for rows in (slice(0, 0), slice(0, 1), slice(0, 4), slice(2, 7), slice(0, 99))]
        said = kept.count(), parts
    keys = list(news_alone(selection, models, is_corrected_too=is_corrected_too).values_list("pk", flat=True))
    return said, (len(keys), [[], keys[:1], keys[:4], keys[2:7], keys])


def test_is_what_the_database_finds(filled):
    for name, selection in CHOICES.items():
        for models, is_corrected_too in product([ITEM_MODELS, (Recommendation,), (Initiative,)], [False, True]):
            said, found = kept_and_asked(selection, models, is_corrected_too)
            assert said == found, (name, models, is_corrected_too)


def test_the_choices_above_find_and_do_not_find(filled):
    found = {name: news_alone(selection).count() for name, selection in CHOICES.items()}
    assert min(found.values()) == found["nothing found"] == 0
    assert len(set(found.values())) > 5
    assert news_alone(Selection(), is_corrected_too=True).count() == found["everything"] + 1


def test_an_act_is_seen_by_the_next_who_asks(filled, sou, bo):
    selection = Selection(committee="SOU")
    before, _asked = kept_and_asked(selection, ITEM_MODELS, False)
    item = Recommendation.objects.counted().filter(publication=filled, ownerships__committee=sou).order_by("pk")[0]
    record_answer(by=bo, item=item, committee=sou, outcome="noted", meeting_date=date(2026, 10, 20), text="Ja.")
    after, asked = kept_and_asked(selection, ITEM_MODELS, False)
    assert after == asked
    assert after[0] == before[0] + 1


def test_what_is_known_of_the_sources_is_not_read_again(filled, django_assert_num_queries):
    with during(newest()):
        facet_index.at()
        FoundNews(Selection()).count()
        # Committees and successions; what is about whole sources, and whether that is news.
        with django_assert_num_queries(4):
            assert FoundNews(Selection(committee="SOU")).count()
        with django_assert_num_queries(0):
            assert not FoundNews(Selection(status=(Status.LAPSED,))).count()
    assert data_version.asked() is None
