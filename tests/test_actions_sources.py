"""Sources, what they list and their words: written through the actions, refused in a sentence, and never half done."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from recommendations.actions import (
    FactContent,
    ItemWords,
    add_item,
    add_source,
    change_item,
    change_source,
    open_source,
    record_process_facts,
    record_support,
    relate,
    save_addressee,
    unrelate,
)
from recommendations.enums import Act, ItemKind, RelationBasis, RelationKind, ShareBasis
from recommendations.models import Event, Item, Publication, Relation, SearchText, Standing, VoteShare, Wording
from tests.factories import (
    CommitteeAnswerFactory,
    OwnershipFactory,
    RecommendationFactory,
    RelationFactory,
    VoteShareFactory,
)

pytestmark = pytest.mark.django_db

FIELDS = {
    "slug": "hoering-2026",
    "short_code": "h26",
    "title": "Høring 2026",
    "kind": "citizens_meeting",
    "publisher": "Københavns Kommune",
    "published_on": date(2026, 9, 1),
    "document_title": "Referat.pdf",
}


def refused(act, **fields):
    """The sentences with which an act is refused, by field; and that it left nothing behind."""
    before = Event.objects.count(), Item.objects.count(), Wording.objects.count()
    with pytest.raises(ValidationError) as caught:
        act(**fields)
    assert (Event.objects.count(), Item.objects.count(), Wording.objects.count()) == before
    error = caught.value
    return (
        {name: " ".join(texts) for name, texts in error.message_dict.items()}
        if hasattr(error, "error_dict")
        else (" ".join(error.messages))
    )


@pytest.fixture
def source(chief):
    """A draft that is to have one recommendation."""
    return add_source(by=chief, **FIELDS, expected_recommendations=1)


@pytest.fixture
def add(chief, source):
    """`add("2.1", …)` adds a row to the source."""

    def add_row(number, *, by=chief, title="Flere hænder", **fields):
        return add_item(by=by, publication=source, number=number, words=ItemWords(title=title), **fields)

    return add_row


def event(act):
    return Event.objects.filter(act=act).latest("pk")


class TestSources:
    def test_a_new_source_is_a_draft_that_no_citizen_sees(self, source):
        assert not source.is_public
        assert not Publication.objects.public().exists()
        assert event(Act.SOURCE_ADDED).details["title"] == ["", "Høring 2026"]

    def test_only_an_administrator_writes_sources(self, bo, source):
        for act in (
            lambda: add_source(by=bo, **FIELDS),
            lambda: change_source(by=bo, publication=source, title="x"),
            lambda: open_source(by=bo, publication=source),
            lambda: record_process_facts(by=bo, publication=source, facts=[]),
            lambda: add_item(by=bo, publication=source, number="1", words=ItemWords(title="x")),
            lambda: change_item(by=bo, item=RecommendationFactory(), number="9"),
            lambda: record_support(by=bo, item=RecommendationFactory(), percent=Decimal(50)),
            lambda: unrelate(by=bo, relation=RelationFactory()),
            lambda: save_addressee(by=bo, name="Staten"),
        ):
            with pytest.raises(PermissionDenied):
                act()

    def test_asked_twice_is_done_once(self, chief):
        key = uuid.uuid4()
        first = add_source(by=chief, request_key=key, **FIELDS)
        assert add_source(by=chief, request_key=key, **FIELDS) == first
        assert Event.objects.filter(act=Act.SOURCE_ADDED).count() == 1

    def test_only_what_is_named_is_changed_and_the_log_says_how_it_was(self, chief, source):
        change_source(by=chief, publication=source, title="  Høring\u00ad 2026, del 1 ")
        source.refresh_from_db()
        assert (source.title, source.publisher) == ("Høring 2026, del 1", "Københavns Kommune")
        assert event(Act.SOURCE_CHANGED).details == {"title": ["Høring 2026", "Høring 2026, del 1"]}

    def test_nothing_changed_is_no_event(self, chief, source):
        change_source(by=chief, publication=source, title="Høring 2026")
        assert not Event.objects.filter(act=Act.SOURCE_CHANGED).exists()

    def test_codes_stand_in_addresses_once_it_is_public(self, chief, source):
        change_source(by=chief, publication=source, short_code="hoer26")
        open_source(by=chief, publication=source, although_incomplete=True)
        assert "kan ikke ændres" in refused(change_source, by=chief, publication=source, slug="x-2026")["slug"]

    def test_a_day_that_cannot_be_right_is_refused(self, chief, source):
        problems = refused(change_source, by=chief, publication=source, published_on=date(1926, 9, 1))
        assert "Er årstallet skrevet rigtigt?" in problems["published_on"]
        problems = refused(change_source, by=chief, publication=source, published_on=None, published_year=1926)
        assert "1926" in problems["published_year"]

    def test_a_source_that_came_earlier_than_was_thought_has_its_words_from_then(self, chief, source, add):
        item = add("1")
        change_source(by=chief, publication=source, handed_over_on=date(2026, 8, 1))
        then = Item.objects.with_words(date(2026, 8, 2)).get(pk=item.pk)
        assert then.title == "Flere hænder"
        assert Item.objects.get(pk=item.pk).title == "Flere hænder"


class TestOpening:
    def test_refuses_while_rows_are_missing_unless_told_otherwise(self, chief, source, add):
        said = refused(open_source, by=chief, publication=source)
        assert "»Høring 2026« har 0 anbefalinger, men kilden har 1." in said
        open_source(by=chief, publication=source, although_incomplete=True)
        assert Publication.objects.public().get() == source

    def test_counts_neither_headings_nor_options_as_recommendations(self, chief, source, add):
        question = add("1", kind=ItemKind.HEADING)
        add("1a", kind=ItemKind.OPTION, parent=question)
        assert "0 anbefalinger" in refused(open_source, by=chief, publication=source)
        add("2")
        assert open_source(by=chief, publication=source).is_public

    def test_again_changes_nothing(self, chief, source):
        first = open_source(by=chief, publication=source, although_incomplete=True).public_at
        assert open_source(by=chief, publication=source).public_at == first
        assert Event.objects.filter(act=Act.SOURCE_OPENED).count() == 1

    def test_only_what_is_read_from_a_file_says_itself_when_it_was_opened(self, chief, source, today):
        long_ago = event(Act.SOURCE_ADDED).at - timedelta(days=9)
        assert open_source(by=chief, publication=source, although_incomplete=True, at=long_ago).public_at > long_ago
        other = add_source(by=None, **(FIELDS | {"slug": "to", "short_code": "to2"}))
        assert open_source(by=None, publication=other, at=long_ago).public_at == long_ago


class TestFacts:
    def test_are_exactly_those_named_in_their_order(self, chief, source):
        invited, came = FactContent("Inviteret", number=500, is_step=True), FactContent("Kom", number=40, is_step=True)
        record_process_facts(by=chief, publication=source, facts=[invited, came])
        record_process_facts(by=chief, publication=source, facts=[FactContent("Dato", on=date(2026, 9, 1)), invited])
        assert [fact.label for fact in source.facts.order_by("position")] == ["Dato", "Inviteret"]
        assert event(Act.SOURCE_CHANGED).details == {"facts": ["Kom: 40", "Dato: 2026-09-01"]}

    def test_one_that_says_nothing_is_refused_by_its_place(self, chief, source):
        problems = refused(record_process_facts, by=chief, publication=source, facts=[FactContent("Inviteret")])
        assert problems["facts"].startswith("Oplysning 1: Skriv et tal, en dato eller en tekst")
        assert not source.facts.exists()


class TestAddingItems:
    def test_an_item_has_its_words_its_standing_and_what_it_is_found_by(self, source, add):
        item = add("2.1", title=" Flere hænder\u200b ")
        assert (item.title, item.wording.valid_from) == ("Flere hænder", source.published_on)
        assert Standing.objects.at().wholes().get().item == item
        assert "hænder" in SearchText.objects.get().words
        assert Event.objects.get(act=Act.ITEM_ADDED).item == item

    def test_asked_twice_is_done_once(self, add):
        key = uuid.uuid4()
        assert add("1", request_key=key) == add("1", request_key=key)

    @pytest.mark.parametrize("number", ["2/2024", "2..1", "", "?", "\u200b"])
    def test_a_number_that_no_address_can_carry_is_refused(self, add, number):
        assert "Skriv 2/2024 som 2-2024." in refused(add, number=number)["number"]

    def test_2a_and_2A_are_one_number(self, add):
        add("2A", title="Den første")
        assert "»2A Den første«" in refused(add, number="2a")["number"]
        add("2a", kind=ItemKind.INITIATIVE)  # has an address of its own

    def test_a_parent_in_another_source_is_refused(self, add):
        stray = RecommendationFactory(number="7", publication__title="En anden kilde")
        assert "»En anden kilde«" in refused(add, number="1", parent=stray)["parent"]
        stray.refresh_from_db()
        assert not stray.children.exists()

    def test_an_item_without_a_title_is_refused_and_not_half_there(self, add):
        assert refused(add, number="1", title="\u200b ")["title"].startswith("Skriv en titel.")


class TestChangingItems:
    def test_what_is_below_moves_along(self, chief, add):
        heading, other = add("1", kind=ItemKind.HEADING), add("2", kind=ItemKind.HEADING)
        middle = add("1.1", parent=heading)
        below = add("1.1.1", parent=middle)
        change_item(by=chief, item=middle, parent=other, number="2.1")
        below.refresh_from_db()
        middle.refresh_from_db()
        assert below.path.startswith(f"{middle.path}!")
        assert middle.path.startswith(f"{other.path}!")
        assert event(Act.ITEM_CHANGED).details["number"] == ["1.1", "2.1"]
        assert "b-2.1" in SearchText.objects.get(item=middle).words.split()

    def test_a_parent_that_has_moved_meanwhile_is_taken_where_it_is_now(self, chief, add):
        heading, item = add("1", kind=ItemKind.HEADING), add("7")
        change_item(by=chief, item=Item.objects.get(pk=heading.pk), place=5)
        change_item(by=chief, item=item, parent=heading)
        assert item.parent_id is None  # the one in hand is left as it was
        moved = Item.objects.select_related("parent").get(pk=item.pk)
        assert moved.path.startswith(f"{moved.parent.path}!00000")

    def test_headings_can_be_numbered_straight_through(self, add):
        first, second = add("A", kind=ItemKind.HEADING), add("B", kind=ItemKind.HEADING)
        rows = [add("10", parent=first), add("11", parent=second), add("9", parent=second)]
        assert [row.number for row in Item.objects.order_by("path")] == ["A", "10", "B", "9", "11"]
        assert rows[0].path < second.path

    def test_a_circle_is_refused(self, chief, add):
        above = add("1")
        below = add("1.1", parent=above)
        assert "hører selv under" in refused(change_item, by=chief, item=above, parent=below)["parent"]
        assert "hører selv under" in refused(change_item, by=chief, item=above, parent=above)["parent"]

    def test_only_what_is_named_is_changed(self, chief, add):
        addressee = save_addressee(by=chief, name="Staten")
        item = add("1", kind=ItemKind.INITIATIVE, target_group="Elever", addressee=addressee)
        goal = add("1", kind=ItemKind.GOAL)
        change_item(by=chief, item=item, carries_out=[goal])
        item.refresh_from_db()
        assert (item.target_group, item.addressee, [*item.carries_out.all()]) == ("Elever", addressee, [goal])
        assert event(Act.ITEM_CHANGED).details == {"carries_out": ["", "1"]}
        change_item(by=chief, item=item, carries_out=[goal])
        assert Event.objects.filter(act=Act.ITEM_CHANGED).count() == 1

    def test_what_is_answered_or_voted_on_stays_something_that_counts(self, chief):
        item = RecommendationFactory(number="4")
        OwnershipFactory(item=item)
        CommitteeAnswerFactory(item=item)
        assert "tælles med" in refused(change_item, by=chief, item=item, kind=ItemKind.OPTION)["kind"]
        voted = VoteShareFactory().item
        assert "ingen stemmer" in refused(change_item, by=chief, item=voted, kind=ItemKind.HEADING)["kind"]

    def test_the_address_of_another_row_is_refused(self, chief, add):
        add("1"), add("2", title="Den anden")
        first = Item.objects.get(number="1")
        assert "»2 Den anden«" in refused(change_item, by=chief, item=first, number="2")["number"]


class TestSupport:
    def test_is_added_and_then_mended_and_the_log_says_how_it_was(self, chief):
        item = RecommendationFactory()
        record_support(by=chief, item=item, percent=Decimal(88), page="18")
        record_support(by=chief, item=item, percent=Decimal("88.0"), page="18")
        assert Event.objects.filter(act=Act.SUPPORT_RECORDED).count() == 1
        record_support(by=chief, item=item, basis=ShareBasis.UNREADABLE, note="Tallet er sløret.")
        share = VoteShare.objects.get()
        assert (share.percent, share.basis) == (None, ShareBasis.UNREADABLE)
        assert event(Act.SUPPORT_RECORDED).details["percent"] == ["88.00", ""]

    def test_a_count_has_its_whole(self, chief):
        item = RecommendationFactory()
        problems = refused(record_support, by=chief, item=item, basis=ShareBasis.COUNT, count=50, voters=40)
        assert "Der kan ikke være flere stemmer" in str(problems)
        assert not VoteShare.objects.exists()

    def test_a_heading_has_none(self, chief):
        heading = RecommendationFactory(kind=ItemKind.HEADING)
        assert "ingen stemmer" in refused(record_support, by=chief, item=heading, percent=Decimal(50))["basis"]


class TestRelations:
    def test_are_said_once_from_either_end(self, chief):
        one, other = RecommendationFactory(), RecommendationFactory()
        ours = {"kind": RelationKind.SAME_MATTER, "basis": RelationBasis.OUR_READING}
        relate(by=chief, from_item=one, to_item=other, **ours)
        assert "fra den anden række" in refused(relate, by=chief, from_item=other, to_item=one, **ours)["to_item"]

    def test_one_that_a_source_says_names_the_source(self, chief):
        one, other = RecommendationFactory(), RecommendationFactory()
        said = {"kind": RelationKind.BUILDS_ON, "basis": RelationBasis.SOURCE}
        assert "kilde" in str(refused(relate, by=chief, from_item=one, to_item=other, **said))

    def test_is_taken_away_and_the_log_remembers_it(self, chief):
        relation = RelationFactory()
        said = str(relation)
        unrelate(by=chief, relation=relation, reason="Det var en anden sag.")
        unrelate(by=chief, relation=relation)
        assert not Relation.objects.exists()
        assert Event.objects.get(act=Act.RELATION_REMOVED).details["relation"] == [said, ""]


class TestAddressees:
    def test_get_a_code_from_their_name(self, chief):
        assert save_addressee(by=chief, name="Øvrige på skoleområdet").slug == "oevrige-paa-skoleomraadet"

    def test_keep_their_code_under_a_new_name(self, chief):
        row = save_addressee(by=chief, name="Staten")
        assert save_addressee(by=chief, name="Stat og regering", addressee=row).slug == "staten"
        assert event(Act.ADDRESSEE_SAVED).details == {"name": ["Staten", "Stat og regering"]}
