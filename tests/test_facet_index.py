"""The index of what items have: what each choice lets through, and that what is kept is what would be made anew."""

import random
from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction

from recommendations import data_version, facet_index
from recommendations.criteria import CRITERIA
from recommendations.enums import Act, Order
from recommendations.facet_index import ABOUT_AN_ITEM, ABOUT_OTHER_THINGS
from recommendations.models import Initiative, Item, Recommendation
from recommendations.selection import Selection
from tests import test_actions_events, test_facets
from tests.factories import TODAY, RecommendationFactory, deadline
from tests.test_actions_events import ACTS
from tests.test_facets import CHOICES

pytestmark = pytest.mark.django_db
world_of_acts, world_of_lists = test_actions_events.world, test_facets.world  # fixtures
NARROWING = [one.field for one in CRITERIA if one.field in CHOICES and one.field not in ("order", "as_of")]


def kept(*times):
    """The index as a request has it that may keep it."""
    with data_version.during(data_version.newest()):
        return facet_index.at(*times)


def keys(index, places):
    return [index.ids[place] for place in places]


def test_every_choice_lets_through_in_the_index_what_it_does_in_the_database(world_of_lists):
    luck = random.Random(7)
    for field in NARROWING:
        for value in luck.sample(CHOICES[field], min(4, len(CHOICES[field]))):
            beside = luck.choice([{}, {"publication": "ting"}, {"as_of": TODAY - timedelta(days=200)}])
            selection = Selection(**{"order": Order.NUMBER, **beside, field: value})
            for model in (Recommendation, Initiative):
                (items,) = selection.items((model,))
                assert keys(selection.index, selection.hits(model)) == [item.pk for item in items], (field, value)


def test_every_part_of_a_list_is_what_the_database_puts_there(world_of_lists):
    for order in Order:
        for model, choices in product((Recommendation, Initiative), ({}, {"text": "bænke"}, {"publication": "ting"})):
            selection = Selection(order=order, **choices)
            (items,) = selection.items((model,))
            whole = [item.pk for item in items]
            assert selection.page(model, slice(0, 1000)) == whole, (order, choices)
            assert selection.page(model, slice(3, 8)) == whole[3:8]
            assert selection.page(model, slice(len(whole), len(whole) + 5)) == []


def test_what_is_kept_is_after_every_act_what_would_be_made_anew(world_of_acts):
    world, brought_up_to_date = world_of_acts, set()
    for told in ACTS:
        with transaction.atomic():
            facet_index._kept.clear()
            ready = told.prepare(world)
            before, earlier = kept(), kept(TODAY - timedelta(days=30), None)
            told.do(world, getattr(world, told.by), ready)
            after = kept()
            assert after == facet_index.made(), told.name
            assert kept(TODAY - timedelta(days=30), None) == facet_index.made(TODAY - timedelta(days=30)), told.name
            if after is not before and after.ids is before.ids:
                brought_up_to_date.add(told.act)
            assert earlier.times != before.times
            transaction.set_rollback(True)
        for one in vars(world).values():
            if isinstance(one, Item):
                one.refresh_from_db()
    assert brought_up_to_date == ABOUT_AN_ITEM


def test_another_day_has_an_index_of_its_own(monkeypatch):
    late = RecommendationFactory()
    deadline(late, TODAY)
    assert not kept().having("overdue", True)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY + timedelta(days=1))
    assert keys(kept(), kept().having("overdue", True)) == [late.pk]
    assert kept() == facet_index.made()


def test_of_earlier_days_a_few_are_kept():
    days = [TODAY - timedelta(days=number) for number in range(1, facet_index.MOST_DAYS + 3)]
    today = kept()
    for day in days:
        kept(day, None)
    assert len(facet_index._kept) == facet_index.MOST_DAYS + 1
    assert kept() is today
    assert kept(days[-1], None) is kept(days[-1], None)


def test_an_act_is_said_to_be_of_one_kind_at_most():
    assert not ABOUT_AN_ITEM & ABOUT_OTHER_THINGS
    assert set(Act) - ABOUT_AN_ITEM - ABOUT_OTHER_THINGS  # after the others it is made anew
