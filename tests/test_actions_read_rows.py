"""Rows that a file brings: all together, each refusal at its row and cell, and nothing that stands in their way out."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from recommendations.actions import (
    ItemWords,
    ReadOwner,
    ReadRow,
    TypedRowsRefused,
    add_read_items,
    items_added,
    remove_item,
    retype_item,
)
from recommendations.actions.rows import RowContent
from recommendations.enums import Act, ItemKind, OwnershipRole
from recommendations.models import Event, Item, SearchText, Standing
from tests.factories import PublicationFactory, RecommendationFactory

DAY, EIGHT = date(2026, 2, 1), Decimal(8)
LEAD, CO = OwnershipRole.LEAD, OwnershipRole.CO_OWNER


@pytest.fixture
def draft(db):
    return PublicationFactory(public_at=None, handed_over_on=DAY)


def read(number, **more):
    return ReadRow(number, ItemWords(title=more.pop("title", f"Titel {number}")), **more)


def refusals(chief, draft, *rows):
    with pytest.raises(TypedRowsRefused) as refused:
        add_read_items(by=chief, publication=draft, rows=rows)
    assert not draft.items.exists()
    return {place: dict(wrong.message_dict) for place, wrong in refused.value.rows.items()}


def test_are_found_stand_somewhere_and_are_told_of_together(chief, sou, draft):
    rows = [
        read("1", kind=ItemKind.HEADING),
        read("1.1", under=(False, "1"), owners=[ReadOwner(sou, LEAD, DAY)], votes={"supports": {"percent": EIGHT}}),
        read("1.1", kind=ItemKind.INITIATIVE, under=(False, "1.1"), carries_out=[(False, "1.1"), (False, "1")]),
    ]
    added = add_read_items(by=chief, publication=draft, rows=rows)
    heading, item, initiative = Item.objects.select_related("wording", "parent").order_by("pk")
    assert [(row.title, row.parent) for row in (item, initiative)] == [("Titel 1.1", heading), ("Titel 1.1", item)]
    assert list(initiative.carries_out.order_by("path")) == [heading, item]
    assert Standing.objects.get(item=item, committee=sou).role == LEAD
    assert set(SearchText.objects.values_list("item", flat=True).order_by()) == {row.pk for row in added}
    [event] = Event.objects.order_by("pk")
    assert (event.act, event.item, items_added(event)) == (Act.ITEMS_ADDED, None, added)


def test_each_refusal_is_at_its_row_and_cell(chief, sou, draft):
    twice = [ReadOwner(sou, LEAD, DAY), ReadOwner(sou, CO, date(2026, 3, 1))]
    said = refusals(
        chief,
        draft,
        read("1", kind=ItemKind.HEADING, votes={"supports": {"percent": EIGHT}}),
        read("1.1", under=(False, "1")),  # nothing is said of it: what it stands under was refused
        read("2"),
        read("2", title="To"),
        read("3/1"),
        read("4", title=" "),
        read("5", owners=twice),
        read("6", owners=[ReadOwner(sou, LEAD, date(2030, 1, 1))]),
    )
    assert list(said) == [0, 3, 4, 5, 6, 7]
    assert said[0] == {"votes:supports": ["En overskrift har ingen stemmer. Vælg den række, der blev stemt om."]}
    assert said[3] == {"number": ["Nummeret findes allerede i kilden: »2 Titel 2«. Skriv et andet."]}
    assert (list(said[4]), list(said[5])) == (["number"], ["title"])
    assert "ejer allerede" in said[6]["committee"][0]
    assert "ligger i fremtiden" in said[7]["valid_from"][0]


def test_what_only_the_database_knows_is_refused_there_too(chief, draft):
    said = refusals(
        chief,
        draft,
        read("1", votes={"supports": {"basis": "count", "count": 9, "voters": 8}}),
        read("2", votes={"supports": {"percent": Decimal(50)}, "opposes": {"percent": Decimal(188)}}),
    )
    assert said == {
        0: {"votes:supports": ["Der kan ikke være flere stemmer end medlemmer, der kunne stemme."]},
        1: {"votes:opposes": ["Procenten skal ligge mellem 0 og 100."]},
    }


def test_are_typed_anew_and_taken_out_one_by_one(chief, sou, draft):
    rows = [read("1"), read("2", owners=[ReadOwner(sou, LEAD, DAY)], votes={"supports": {"percent": EIGHT}})]
    one, two = add_read_items(by=chief, publication=draft, rows=rows)
    retype_item(by=chief, item=one, row=RowContent("Bedre", "1"))
    remove_item(by=chief, item=two)
    assert [item.title for item in draft.items.select_related("wording").order_by("pk")] == ["Bedre"]


def test_as_many_statements_for_ten_as_for_forty(chief, draft, django_assert_num_queries):
    asked = 23 if connection.vendor == "sqlite" else 24  # PostgreSQL is asked for the turn
    with django_assert_num_queries(asked):
        add_read_items(by=chief, publication=draft, rows=[read(f"{n}") for n in range(10)])
    with django_assert_num_queries(asked):
        add_read_items(by=chief, publication=draft, rows=[read(f"{n}") for n in range(10, 50)])


def test_are_an_administrators_to_add(anna, sou, draft):
    with pytest.raises(PermissionDenied):
        add_read_items(by=anna, publication=draft, rows=[read("1")])


def test_stand_under_rows_that_are_there(chief, draft):
    there = RecommendationFactory(publication=draft, number="1")
    [added] = add_read_items(by=chief, publication=draft, rows=[read("1.1", under=(False, "1"))])
    assert added.path.startswith(f"{there.path}!")
