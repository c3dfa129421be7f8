"""The index of what items have: what each choice lets through, and that what is kept is what would be made anew."""

import random
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise, product

import pytest
from django.db import transaction

from recommendations import data_version, facet_index
from recommendations.criteria import CRITERIA
from recommendations.enums import Act, Order
from recommendations.facet_history import Course
from recommendations.facet_index import ABOUT_AN_ITEM, ABOUT_OTHER_THINGS
from recommendations.facets import totals_of_list
from recommendations.models import Initiative, Item, Publication, Recommendation
from recommendations.selection import Selection
from tests import test_actions_events, test_facets
from tests.factories import (
    TODAY,
    InitiativeFactory,
    PublicationFactory,
    RecommendationFactory,
    deadline,
    published,
)
from tests.test_actions_events import ACTS
from tests.test_facets import CHOICES

pytestmark = pytest.mark.django_db
world_of_acts, world_of_lists = test_actions_events.world, test_facets.world  # fixtures
EARLIER = [TODAY - timedelta(days=back) for back in (1, 30, 400)]
NARROWING = [one.field for one in CRITERIA if one.field in CHOICES and one.field not in ("order", "as_of")]


def kept(*times):
    """The index as a request has it that may keep it."""
    with data_version.during(data_version.newest()):
        return facet_index.at(*times)


def keys(index, places):
    return [index.ids[place] for place in places]


def told(index):
    """All that an index says, by the keys of the items."""
    facts = {
        fact: {value: keys(index, places) for value, places in of_fact.items() if places}
        for fact, of_fact in index.facts.items()
    }
    whole, all_rows = index.everything, slice(0, len(index.ids))
    return {
        "facts": {fact: of_fact for fact, of_fact in facts.items() if of_fact},
        "everything": keys(index, whole),
        "sources": index.sources,
        "changed": keys(index, index.by_change(whole, all_rows)),
        "silent": keys(index, index.by_silence(whole, all_rows)),
        "supported": keys(index, index.by_support(whole, all_rows)),
        "part": keys(index, index.by_change(index.counted, slice(3, 9))),
        "days": (index.newest(whole), index.oldest(index.open)),
        "initiatives": keys(index, index.carrying_out(index.everything, of_own_source=True)),
        "below": [keys(index, index.at_or_below([place]) & whole) for place in whole],
        "known": keys(index, index.with_keys(index.ids)),
    }


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


def test_an_earlier_day_is_what_would_be_made_of_it_in_full(world_of_lists):
    luck = random.Random(3)
    PublicationFactory(slug="ny", handed_over_on=TODAY - timedelta(days=40))
    late = [RecommendationFactory(publication__slug="senere", publication__handed_over_on=TODAY - timedelta(days=60))]
    late += [RecommendationFactory(publication=late[0].publication, number="2.9")]
    InitiativeFactory(publication=late[0].publication, number="i1").carries_out.add(*Item.objects.order_by("pk")[:4])
    InitiativeFactory(publication=Publication.objects.get(slug="ting"), number="i2").carries_out.add(late[0])
    published(late[0], on=TODAY - timedelta(days=50))
    days = [TODAY - timedelta(days=back) for back in (0, 1, 39, 40, 41, 59, 60, 61, 20_000)]
    for day in [*days, *(TODAY - timedelta(days=luck.randrange(1500)) for _ in range(25))]:
        assert told(kept(day, None)) == told(facet_index.made(day)), day


def test_what_begins_and_ceases_again_and_again_is_found_from_any_checkpoint():
    luck = random.Random(5)
    for step in (1, 3, 50):
        stretches, stood = [], defaultdict(set)
        for place in range(40):
            bounds = [*sorted(luck.sample(range(1, 60), luck.choice([0, 2, 3, 8]))), 0]  # 0: it goes on
            for begin, cease in pairwise(bounds):
                if luck.random() < 0.7:
                    stretches.append((place, begin, cease))
                    for day in range(begin, cease or 70):
                        stood[day].add(place)
        luck.shuffle(stretches)
        course = Course(stretches, step)
        for day in range(70):
            assert set(course.on(day)) == stood[day], (step, day)


def test_lists_of_an_earlier_day_show_the_same_from_the_history(world_of_lists):
    for day in (TODAY - timedelta(days=100), TODAY - timedelta(days=300)):
        for order, choices in product(Order, ({}, {"status": ("in_progress",)}, {"answer": ("ingen",)})):
            asked = Selection(as_of=day, order=order, **choices)
            afresh = [asked.page(model, slice(0, 100)) for model in (Recommendation, Initiative)]
            with data_version.during(data_version.newest()):
                again = Selection(as_of=day, order=order, **choices)
                assert [again.page(model, slice(0, 100)) for model in (Recommendation, Initiative)] == afresh
                assert totals_of_list(again, Recommendation) == totals_of_list(asked, Recommendation)


def test_what_is_kept_is_after_every_act_what_would_be_made_anew(world_of_acts):
    world, brought_up_to_date = world_of_acts, set()
    for act in ACTS:
        with transaction.atomic():
            facet_index._kept.clear()
            facet_index._histories.clear()
            ready = act.prepare(world)
            before, *earlier = kept(), *(kept(day, None) for day in EARLIER)
            act.do(world, getattr(world, act.by), ready)
            after = kept()
            assert after == facet_index.made(), act.name
            for day in EARLIER:
                assert told(kept(day, None)) == told(facet_index.made(day)), (act.name, day)
            if after is not before and after.ids is before.ids:
                brought_up_to_date.add(act.act)
            assert before.times not in [one.times for one in earlier]
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
