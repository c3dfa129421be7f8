"""What a row is found by, and how the database finds it."""

import pytest
from django.db import connection

from recommendations import danish
from recommendations.actions import refresh_state
from recommendations.enums import UpdateKind, UpdateState
from recommendations.management.commands.verify import wrong_copies
from recommendations.models import Recommendation
from recommendations.selection import Selection
from tests.factories import RecommendationFactory, StatusUpdateFactory, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return RecommendationFactory(number="7", title="Besøg af faste teams", summary="", official_text="")


def numbers(text):
    return list(Selection(text=text).recommendations().values_list("number", flat=True))


@pytest.mark.parametrize("field", ["title", "summary", "official_text"])
def test_found_by_each_of_its_own_texts(field, item):
    setattr(item, field, "Cykelstier i alle bydele")
    item.save()
    assert numbers("cykelsti") == ["7"]


def test_found_by_what_was_published_about_it_and_by_corrections(item):
    update = published(item, text="Der er ansat to farmaceuter.", next_step="Lægerne spørges.")
    published(item, kind=UpdateKind.CORRECTION, corrects=update, text="Det var tandlæger.")
    assert numbers("farmaceut") == numbers("lægerne") == numbers("tandlægen") == ["7"]


def test_stays_found_by_it_when_its_own_words_are_changed(item):
    published(item, text="Der er ansat to farmaceuter.")
    item.summary = "Et nyt resumé."
    item.save()
    assert numbers("farmaceut") == ["7"]


@pytest.mark.parametrize("state", [UpdateState.DRAFT, UpdateState.SUBMITTED])
def test_never_found_by_what_is_not_published(state, item):
    StatusUpdateFactory(about=item, text="Hemmelige farmaceuter", state=state)
    item.save()
    refresh_state(item)
    assert numbers("farmaceut") == []


def test_heading_is_not_found_by_what_stands_below_it():
    heading = RecommendationFactory(number="2", title="Overskriften", is_heading=True)
    RecommendationFactory(number="2.1", title="Cykelstier", publication=heading.publication, parent=heading)
    assert numbers("cykelsti") == ["2.1"]


def test_verify_finds_words_that_are_missing(item):
    published(item, text="Der er ansat to farmaceuter.")
    Recommendation.objects.update(search_words="")
    assert any("ord at søge i passer ikke" in problem for problem in wrong_copies())
    refresh_state(item)  # what `verify --ret` does
    assert list(wrong_copies()) == []
    assert numbers("farmaceut") == ["7"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads every row")
def test_postgresql_uses_the_index(item):
    rows = [  # as long as real ones: a table of a few pages is read faster than any index
        Recommendation(
            publication=item.publication,
            number=f"8.{n}",
            official_text="ord " * 400,
            search_words=danish.index(f"8.{n} {n:05}ord"),
        )
        for n in range(3000)
    ]
    Recommendation.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE recommendations_recommendation")
    for text in ("faste te", "besøg", "teamet"):
        assert numbers(text) == ["7"]
        plan = Selection(text=text).recommendations().explain()
        assert "Bitmap Index Scan on recommendations_recommendation_search" in plan
