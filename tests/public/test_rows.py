"""Rows of lists are written by code: what stands in them is text, whatever it looks like."""

from datetime import date

import pytest
from django.utils.html import escape

from recommendations.actions.wordings import ItemWords
from recommendations.models import Initiative, Recommendation
from recommendations.public.rows import items_of
from recommendations.selection import Selection
from tests.factories import (
    AddresseeFactory,
    CommitteeAnswerFactory,
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    published,
    reword,
)

pytestmark = pytest.mark.django_db
NASTY = "ost <b>&\"'</b>"


@pytest.mark.parametrize("address", ["/anbefalinger/?q=ost", "/en/anbefalinger/?sorter=aendret", "/udvalg/X/"])
def test_nothing_in_a_row_is_taken_for_markup(address, citizen):
    source = PublicationFactory(title=NASTY, expects_answers=True)
    committee = CommitteeFactory(code="X", name=NASTY, abbreviation="<i>X</i>")
    for number in ("1", "2"):
        item = RecommendationFactory(publication=source, number=number, title=NASTY, summary=NASTY)
        OwnershipFactory(item=item, committee=committee)
    CommitteeAnswerFactory(item=item, committee=committee)
    published(item, on=date(2026, 9, 1), committee=committee)
    html = citizen.get(address).content.decode()
    assert "<b>" not in html
    assert "<i>" not in html
    assert escape("<b>&\"'</b>") in html


def test_nor_is_the_name_of_whom_it_is_directed_to(citizen):
    InitiativeFactory(addressee=AddresseeFactory(name=NASTY))
    html = citizen.get("/en/initiativer/").content.decode()
    assert f'<span lang="da">{escape(NASTY)}</span></span>' in html


class TestItemsOf:
    def test_come_in_the_order_asked_for_and_without_those_of_the_other_list(self):
        items = [RecommendationFactory(number=number) for number in ("1", "2", "3")]
        keys = [items[2].pk, items[0].pk, InitiativeFactory().pk]
        assert items_of(keys, Recommendation, Selection()) == [items[2], items[0]]
        assert [item.pk for item in items_of(keys, Initiative, Selection())] == keys[2:]

    def test_have_the_words_and_the_state_of_the_day(self, chief, django_assert_num_queries):
        item = RecommendationFactory(title="Før", publication__exists_from=date(2020, 1, 1))
        published(item, on=date(2026, 9, 1), status="planned")
        reword(by=chief, item=item, words=ItemWords("Nu"), valid_from=date(2026, 10, 1))
        for day, queries, said in ((None, 1, ("Nu", "planned")), (date(2026, 8, 1), 2, ("Før", ""))):
            with django_assert_num_queries(queries):
                (found,) = items_of([item.pk], Recommendation, Selection(as_of=day))
                assert (found.title, found.state_status) == said
                assert found.get_absolute_url() == item.get_absolute_url()
