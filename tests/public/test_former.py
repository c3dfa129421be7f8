"""What a committee owned before and has answered elsewhere: as many as there are, and the first, however they lie."""

from datetime import date, timedelta
from random import Random

import pytest

from recommendations import facet_index
from recommendations.models import Ownership, Succession
from recommendations.public import former
from recommendations.public.former import answered_elsewhere, owned_before
from tests.factories import (
    CommitteeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    answered,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(former, "MOST_FORMER", 4)


@pytest.fixture
def items():
    """Of three sources, whose order is not that of their keys; the last of them is not public."""
    sources = [PublicationFactory(position=position) for position in (2, 1)]
    sources.append(PublicationFactory(position=0, public_at=None))
    return [RecommendationFactory(publication=source, number=f"{n}") for source in sources for n in (3, 1, 2)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("as_of", [None, date(2026, 3, 1)])
def test_what_it_owned_before_is_as_one_would_sort_all_of_it(seed, as_of, items, sou, sud):
    dice = Random(seed)
    for item in items:
        for committee in (sou, sud):
            first, last = sorted(dice.sample((2022, 2023, 2024), 2))
            for since, until in ((first, first), (last, dice.choice((last, 2026)))):
                ended = date(until, dice.choice((2, 6)), 1)
                OwnershipFactory(item=item, committee=committee, valid_from=date(since, 1, 1), valid_to=ended)
    wrong = Ownership.objects.order_by("pk")[0]
    OwnershipFactory(  # it never owned it
        item=wrong.item,
        committee=wrong.committee,
        valid_from=wrong.valid_from,
        valid_to=wrong.valid_from,
        replaces=wrong,
    )
    index = facet_index.at(as_of)
    for committee in (sou, sud):
        every = Ownership.objects.recorded().filter(committee=committee, valid_to__lte=index.day)
        every = sorted(
            every.filter(item__publication__public_at__isnull=False),
            key=lambda one: (-one.valid_to.toordinal(), one.item.publication.position, one.item.path, one.pk),
        )
        found = owned_before(committee.pk, index)
        assert found.whole == len(every) > 4
        assert found.rows == every[:4]
        assert found.is_cut


def test_page_says_how_many_it_owned_before_and_shows_the_last(citizen, sou, items):
    for number, item in enumerate(items):
        OwnershipFactory(item=item, committee=sou, valid_from=date(2024, 1, 1), valid_to=date(2025, 1, 1 + number))
    html = text_of(citizen, "/udvalg/SOU/").split("<summary>6, som udvalget havde ansvaret for før</summary>")[1]
    assert "De 4 seneste af 6." in html
    assert html.count("<li>") >= 4
    assert [html.count(str(item.get_absolute_url())) for item in items] == [0, 0, 1, 1, 1, 1, 0, 0, 0]


def test_answers_elsewhere_are_those_in_cells_of_others_and_in_none_of_its_own(items, sou, sud, buu):
    """SOU gave BUU what it had answered; SUD has spoken of what it does not own; each has its own, the newest first."""
    SuccessionFactory(predecessor=sou, successor=buu, on=date(2026, 1, 1), predecessor_ends=False)
    succession = Succession.objects.get()
    for number, item in enumerate(items):
        began = date(2024, 1, 1)
        OwnershipFactory(item=item, committee=sou, valid_from=began, valid_to=date(2026, 1, 1))
        OwnershipFactory(item=item, committee=buu, valid_from=date(2026, 1, 1), succession=succession)
        answered(item, sou, "adopted", meeting_date=date(2025, 1, 1) + timedelta(number % 4))
        answered(item, sud, "noted", meeting_date=date(2025, 2, 1) - timedelta(number))
    index, successions = facet_index.at(), list(Succession.objects.all())
    found = {
        committee: answered_elsewhere(committee.pk, frozenset([committee.pk]), successions, index)
        for committee in (sou, sud, buu, CommitteeFactory())
    }
    assert [one.whole for one in found.values()] == [6, 6, 0, 0]
    assert [cell.item for cell in found[sou].rows] == [items[3], items[2], items[5], items[1]]
    assert {cell.committee for cell in found[sou].rows} == {buu}
    assert [cell.item for cell in found[sud].rows] == items[:4]
    assert found[sud].is_cut
    before = facet_index.at(date(2025, 1, 2))
    assert answered_elsewhere(sou.pk, frozenset([sou.pk]), successions, before).whole == 0
    assert answered_elsewhere(sud.pk, frozenset([sud.pk]), successions, before).whole == 0
