"""What an item is found by, and how the database finds it."""

import pytest
from django.db import connection

from recommendations import terms
from recommendations.actions.state import refresh
from recommendations.enums import ItemKind, UpdateKind, UpdateState
from recommendations.models import Item, SearchText
from recommendations.models.word_index import TermPlace
from tests.factories import RecommendationFactory, StatusUpdateFactory, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def item():
    return RecommendationFactory(number="7", title="Besøg af faste teams", summary="", official_text="")


def numbers(text):
    return list(Item.objects.with_text(text).order_by("path").values_list("number", flat=True))


@pytest.mark.parametrize("field", ["title", "summary", "official_text"])
def test_found_by_each_of_its_own_texts(field):
    RecommendationFactory(number="7", **{"title": "X", field: "Cykelstier i alle bydele"})
    assert numbers("cykelsti") == ["7"]


def test_found_by_its_number(item):
    assert numbers("7") == ["7"]


def test_found_by_what_was_published_about_it_and_no_longer_by_what_was_corrected(item):
    update = published(item, text="Der er ansat to farmaceuter.", next_step="Lægerne spørges.")
    assert numbers("farmaceut") == numbers("lægerne") == ["7"]
    published(item, kind=UpdateKind.CORRECTION, corrects=update, text="Det var tandlæger.")
    assert numbers("tandlægen") == ["7"]
    assert numbers("farmaceut") == numbers("lægerne") == []


@pytest.mark.parametrize("state", [UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.DISCARDED])
def test_never_found_by_what_is_not_published(state, item):
    StatusUpdateFactory(item=item, text="Hemmelige farmaceuter", state=state)
    refresh([item])
    assert numbers("farmaceut") == []


def test_heading_is_not_found_by_what_stands_below_it():
    heading = RecommendationFactory(number="2", title="Overskriften", kind=ItemKind.HEADING)
    RecommendationFactory(number="2.1", title="Cykelstier", publication=heading.publication, parent=heading)
    assert numbers("cykelsti") == ["2.1"]


def test_signs_alone_are_found_nowhere_and_nothing_is_found_everywhere(item):
    assert numbers("–") == []
    assert numbers(" ") == ["7"]


def test_soft_hyphens_and_the_way_to_write_aa_do_not_hide_a_word(item):
    """As a secretary pastes it, and as a citizen types it."""
    RecommendationFactory(number="8", title="Med\u00adarbejder\u00adtil\u00adfredshed i Århus")
    assert numbers("medarbejdertilfredshed") == numbers("med\u00adarbejder\u00adtilfredshed") == ["8"]
    assert numbers("Aarhus") == ["8"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite reads every row")
@pytest.mark.parametrize("text", ["faste te", "besøg", "teamet", '"faste teams"'])
def test_postgresql_can_use_the_index(text, item):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # of few rows it would rather look at each
        found = SearchText._base_manager.order_by()  # alone: what it is joined with is the planner's choice
        for term in terms.read(text):
            found = found.filter(words__finds=TermPlace(term))
        plan = found.explain()
        cursor.execute("SET LOCAL enable_seqscan = on")
    assert "Bitmap Index Scan on recommendations_searchtext_vector" in plan
