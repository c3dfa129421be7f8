"""An item's place in its source, its words on a day, and who may see it when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recommendations.enums import ItemKind, Status, UpdateKind, WordsBasis
from recommendations.models import Initiative, Item, Ownership, Publication, Recommendation, Wording
from recommendations.models.item import natural_order
from tests.factories import (
    TODAY,
    InitiativeFactory,
    ItemFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    published,
)

pytestmark = pytest.mark.django_db


# --- Order ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers",
    [
        ["1", "2", "10"],
        ["2.9", "2.10", "2.10.1", "2.11"],
        ["2.3", "2.3.1", "2.4"],
        ["#2", "#10"],
        ["2", "2a", "2B", "2c", "3"],
        ["bilag 2", "bilag 10"],
    ],
)
def test_numbers_stand_as_people_count(numbers):
    keys = [natural_order(number) for number in numbers]
    assert keys == sorted(set(keys))


def in_order(source):
    return list(source.items.order_by("path").values_list("number", flat=True))


def test_what_is_below_an_item_stands_after_it_and_before_the_next():
    source = PublicationFactory()
    ten, two, one = (ItemFactory(publication=source, number=number) for number in ("10", "2", "1"))
    for parent, numbers in ((one, ("1.2", "1.10")), (two, ("2.1",)), (ten, ("10.1",))):
        for number in numbers:
            ItemFactory(publication=source, number=number, parent=parent)
    assert in_order(source) == ["1", "1.2", "1.10", "2", "2.1", "10", "10.1"]


def test_numbers_straight_through_under_headings_stand_under_their_headings():
    """The numbers do not show what they belong to; `place` gives the headings their order."""
    source = PublicationFactory()
    for place, (heading, numbers) in enumerate([("Sundhed", "12"), ("Arbejdstid", "34"), ("Ledelse", "5")], start=1):
        parent = ItemFactory(publication=source, kind=ItemKind.HEADING, number=heading, place=place)
        for number in numbers:
            ItemFactory(publication=source, number=number, parent=parent)
    assert in_order(source) == ["Sundhed", "1", "2", "Arbejdstid", "3", "4", "Ledelse", "5"]


def test_a_number_with_a_space_does_not_come_between_an_item_and_what_is_below_it():
    source = PublicationFactory()
    bilag = ItemFactory(publication=source, number="Bilag")
    ItemFactory(publication=source, number="Bilag 2")
    ItemFactory(publication=source, number="Bilag.1", parent=bilag)
    assert in_order(source) == ["Bilag", "Bilag.1", "Bilag 2"]


def test_an_item_knows_what_it_stands_below_and_finds_what_is_below_it():
    source = PublicationFactory()
    top = ItemFactory(publication=source, number="1")
    middle = ItemFactory(publication=source, number="1.1", parent=top)
    lowest = ItemFactory(publication=source, number="1.1.1", parent=middle)
    ItemFactory(publication=source, number="10")  # begins with the same digit, and is not below it
    assert lowest.paths_above == [top.path, middle.path]
    assert top.paths_above == []
    below = source.items.filter(path__startswith=f"{top.path}!").order_by("path")
    assert list(below) == [middle, lowest]


def test_the_number_is_compared_without_regard_to_case_and_follows_when_it_alone_is_saved():
    item = ItemFactory(number="2A")
    assert (item.number, item.number_key) == ("2A", "2a")
    item.number = "2B"
    item.save(update_fields=["number"])
    item.refresh_from_db()
    assert (item.number_key, item.path) == ("2b", item.path_below(None))


@pytest.mark.parametrize(
    ("number", "printed"),
    [("2.3.1", True), ("#4", True), ("§7", True), ("IV", True), ("2-1", True), ("kode", False), ("sundhed-1", False)],
)
def test_a_code_of_ours_is_not_shown_as_a_number(number, printed):
    assert Item(number=number).printed_number == (number if printed else "")


# --- Kinds ------------------------------------------------------------------------------------------------------------


def test_each_list_has_its_own_kinds():
    source = PublicationFactory()
    for number, kind in enumerate(ItemKind):
        ItemFactory(publication=source, number=str(number), kind=kind)
    every = set(ItemKind)
    kinds = {model: set(model.objects.values_list("kind", flat=True)) for model in (Item, Recommendation, Initiative)}
    assert kinds == {
        Item: every,
        Recommendation: every - {ItemKind.INITIATIVE},
        Initiative: {ItemKind.INITIATIVE},
    }
    assert set(Item.objects.counted().values_list("kind", flat=True)) == every - {ItemKind.HEADING, ItemKind.OPTION}


@pytest.mark.parametrize("kind", ItemKind)
def test_every_kind_knows_its_route_and_whether_it_is_counted(kind):
    item = Item(kind=kind)
    assert item.route == ("initiative" if kind == ItemKind.INITIATIVE else "recommendation")
    assert item.is_heading == (kind == ItemKind.HEADING)
    assert item.is_counted == (kind not in {ItemKind.HEADING, ItemKind.OPTION})


def test_what_an_initiative_carries_out_is_known_from_both_ends():
    recommendation = RecommendationFactory()
    other = RecommendationFactory(publication=recommendation.publication)
    initiative = InitiativeFactory(publication=recommendation.publication, carries_out=[recommendation])
    assert [item.pk for item in initiative.carries_out.all()] == [recommendation.pk]
    assert [item.pk for item in recommendation.initiatives.all()] == [initiative.pk]
    found = Recommendation.objects.with_initiatives()
    assert {item.pk: item.has_initiatives for item in found} == {recommendation.pk: True, other.pk: False}


# --- Words ------------------------------------------------------------------------------------------------------------


def reworded(item, title, valid_from, **fields):
    item.wording = Wording.objects.create(item=item, title=title, valid_from=valid_from, **fields)
    item.save(update_fields=["wording"])
    return item.wording


def title_at(item, *times):
    return Item.objects.with_words(*times).get(pk=item.pk).title


def test_an_item_has_the_words_in_force_and_on_an_earlier_day_those_of_that_day():
    item = RecommendationFactory(title="Første", words_from=date(2024, 6, 17))
    reworded(item, "Anden", date(2026, 5, 1))
    assert title_at(item) == title_at(item, TODAY) == "Anden"
    assert title_at(item, date(2026, 5, 1)) == "Anden"
    assert title_at(item, date(2026, 4, 30)) == "Første"
    assert title_at(item, date(2024, 6, 16)) == ""  # before there were any


def test_words_of_a_day_as_they_were_known():
    item = RecommendationFactory(title="Første", words_from=date(2024, 6, 17))
    before = timezone.now()
    wrong = reworded(item, "Andne", date(2026, 5, 1))
    between = timezone.now()
    reworded(item, "Anden", date(2026, 5, 1), corrects=wrong)
    day = date(2026, 6, 1)
    assert [title_at(item, day, known) for known in (before, between, None)] == ["Første", "Andne", "Anden"]


def test_words_cost_one_query_and_those_of_an_earlier_day_one_more():
    for _ in range(3):
        RecommendationFactory()
    for times, expected in (((), 1), ((date(2026, 1, 1),), 2)):
        with CaptureQueriesContext(connection) as queries:
            assert all(item.title for item in Item.objects.with_words(*times))
        assert len(queries) == expected


def test_it_is_told_whose_words_a_title_is():
    assert not RecommendationFactory().words.title_is_ours
    assert RecommendationFactory(title_basis=WordsBasis.OURS).words.title_is_ours


def test_an_item_without_words_is_called_by_its_number():
    item = Item.objects.create(publication=PublicationFactory(), number="4")
    assert (str(item), item.title, item.summary, item.official_text, item.pages) == ("4", "", "", "", "")


# --- Who may see it when ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "exists_from"),
    [
        ({"handed_over_on": date(2024, 6, 17), "published_on": date(2024, 6, 1)}, date(2024, 6, 17)),
        ({"handed_over_on": None, "published_on": date(2024, 6, 1)}, date(2024, 6, 1)),
        ({"handed_over_on": None, "published_on": None, "published_year": 2024}, date(2024, 1, 1)),
        ({"handed_over_on": None, "published_on": None}, None),
    ],
)
def test_a_source_exists_from_its_hand_over_else_its_publication(fields, exists_from):
    assert PublicationFactory(**fields).exists_from == exists_from


OPENED = datetime(2026, 10, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "times", "is_seen"),
    [
        ({"public_at": None}, (), False),
        ({"public_at": OPENED}, (), True),
        # Opened late, about something that was handed over long ago.
        ({"public_at": OPENED}, (date(2024, 6, 17), None), True),
        ({"public_at": OPENED}, (date(2024, 6, 16), None), False),
        ({"public_at": OPENED}, (None, OPENED), True),
        ({"public_at": OPENED}, (None, OPENED - timedelta(seconds=1)), False),
        ({"public_at": OPENED, "handed_over_on": None, "published_on": None}, (date(1900, 1, 1), None), True),
        ({"public_at": OPENED, "handed_over_on": TODAY + timedelta(days=1)}, (), False),
    ],
)
def test_citizens_see_a_source_and_its_items_alike(fields, times, is_seen):
    item = RecommendationFactory(publication=PublicationFactory(**fields), words_from=date(2024, 6, 17))
    assert Publication.objects.public(*times).exists() == is_seen
    assert Item.objects.public(*times).filter(pk=item.pk).exists() == is_seen


# --- How it stands and whose it is ------------------------------------------------------------------------------------


def test_the_state_is_that_of_the_day_and_of_what_was_known():
    item = RecommendationFactory()
    published(item, Status.IN_PROGRESS, on=date(2026, 3, 1))
    wrong = published(item, Status.IMPLEMENTED, on=date(2026, 6, 1))
    before = timezone.now()
    published(item, kind=UpdateKind.CORRECTION, corrects=wrong, on=wrong.on)

    def status_at(*times):
        return Item.objects.with_state(*times).get(pk=item.pk).state_status

    assert status_at() == Status.IN_PROGRESS
    assert status_at(None, before) == Status.IMPLEMENTED
    assert status_at(date(2026, 5, 31), before) == Status.IN_PROGRESS
    assert status_at(date(2026, 2, 28)) == ""


def test_open_and_never_reported_are_read_from_the_state():
    silent, going, done = (RecommendationFactory(number=str(number)) for number in range(3))
    published(going, Status.PAUSED)
    published(done, Status.LAPSED)
    stated = Item.objects.with_state()
    assert list(stated.never_reported()) == [silent]
    assert set(stated.open()) == {Item.objects.get(pk=item.pk) for item in (silent, going)}


def test_the_state_costs_no_query_more_and_gives_each_item_once(sou, sud):
    item = RecommendationFactory()
    for committee in (sou, sud):
        OwnershipFactory(item=item, committee=committee)
        published(item, committee=committee)
    with CaptureQueriesContext(connection) as queries:
        assert len(Item.objects.with_state()) == 1
    assert len(queries) == 1


# --- Ownership at two times -------------------------------------------------------------------------------------------


def test_who_owned_on_a_day_and_who_was_known_to(sou):
    first = OwnershipFactory(committee=sou, valid_from=date(2025, 1, 1))
    item, before = first.item, timezone.now()
    ended = OwnershipFactory(
        item=item, committee=sou, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1), replaces=first
    )
    then = timezone.now()
    OwnershipFactory(item=item, committee=sou, valid_from=date(2025, 1, 1), valid_to=date(2025, 1, 1), replaces=ended)

    def owned(*times):
        found = Ownership.objects.in_force(*times).exists()
        assert Item.objects.owned_by([sou.pk], *times).exists() == found
        return found

    assert owned(None, before)
    assert not owned(date(2024, 12, 31), before)
    assert owned(date(2025, 12, 31), then)
    assert not owned(date(2026, 1, 1), then)  # the first day on which it no longer owns
    assert not owned(date(2025, 6, 1))  # it never did
    assert not Ownership.objects.recorded().exists()
    assert list(Ownership.objects.recorded(then)) == [ended]
    assert not Ownership.objects.recorded(before - timedelta(days=1)).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compares byte by byte already")
@pytest.mark.parametrize(
    ("table", "column"), [("recommendations_item", "path"), ("recommendations_committee", "sort_name")]
)
def test_the_order_does_not_depend_on_the_collation_of_the_database(table, column):
    """In a database made for Danish, signs count for nothing: 2.1 under 2 would stand anywhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT collation_name FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            [table, column],
        )
        assert cursor.fetchall() == [("C",)]
