"""The rows of a source, typed or pasted: many at once or none, and taken out again until the source is public."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from recommendations.actions import (
    MOST_ROWS,
    RowContent,
    TypedRowsRefused,
    add_items,
    add_owner,
    assign_items,
    first_number,
    open_source,
    remove_item,
    remove_items,
    retype_item,
)
from recommendations.actions.rows import next_number
from recommendations.enums import Act, ItemKind, OwnershipRole
from recommendations.models import Event, Item, Ownership, Publication, SearchText, Standing, VoteShare, Wording
from tests.factories import AddresseeFactory, CommitteeFactory, PublicationFactory, RecommendationFactory

pytestmark = pytest.mark.django_db
HEADING, INITIATIVE = ItemKind.HEADING, ItemKind.INITIATIVE


@pytest.fixture
def source():
    return PublicationFactory(title="Tinget", public_at=None)


@pytest.fixture
def write(chief, source):
    """`write("3.1 Titel", …)` or rows: what they became."""

    def rows(*said, publication=source, **more):
        content = [row if isinstance(row, RowContent) else _typed(row) for row in said]
        return add_items(by=chief, publication=publication, rows=content, **more)

    return rows


def _typed(text):
    number, title = text.split(" ", 1)
    return RowContent(title=title, number=number)


def outline(source):
    """(number, number of what it stands under), in the source's order."""
    rows = source.items.select_related("parent").order_by("path")
    return [(row.number, row.parent.number if row.parent else "") for row in rows]


def refusals(caught):
    return {place: wrong.message_dict for place, wrong in caught.value.rows.items()}


class TestNextNumber:
    @pytest.mark.parametrize(
        ("number", "after"),
        [("3.4", "3.5"), ("3.9", "3.10"), ("7", "8"), ("K9", "K10"), ("09", "10"), ("2.", "3."), ("2a", "2b"),
         ("A", ""), ("", ""), ("2z", ""), ("bilag", "")],
    )  # fmt: skip
    def test_follows_from_the_one_before_or_is_not_known(self, number, after):
        assert next_number(number) == after

    def test_of_an_empty_source_is_one(self, source):
        assert first_number(source) == "1"

    def test_of_a_source_is_after_the_row_that_was_typed_last(self, source, write):
        write("3.1 A", "3.4 B")
        assert first_number(source) == "3.5"

    def test_below_a_new_heading_begins_again(self, source, write):
        write(RowContent("Sundhed", "1", HEADING), "1.1 A", RowContent("Klima", "2", HEADING))
        assert first_number(source) == "2.1"

    def test_of_a_source_numbered_straight_through_goes_on_under_the_next_heading(self, source, write):
        write(RowContent("Sundhed", "A", HEADING), "1 A", RowContent("Klima", "B", HEADING))
        assert first_number(source) == "2"


class TestAdding:
    def test_rows_stand_in_the_source_with_their_words_page_and_support(self, source, write, chief):
        row = RowContent("Flere  busser", "3.1", official_text="Tinget foreslår", pages="12", support=Decimal("92.5"))
        [item] = write(row)
        item = Item.objects.with_words().get(pk=item.pk)
        assert (item.title, item.official_text, item.pages) == ("Flere  busser", "Tinget foreslår", "12")
        assert VoteShare.objects.get(item=item).percent == Decimal("92.5")
        wording = Wording.objects.get()
        assert (wording.recorded_by, wording.valid_from) == (chief, source.exists_from)
        assert Standing.objects.filter(item=item).exists()
        assert SearchText.objects.filter(item=item).exists()

    def test_what_is_left_out_follows_from_the_row_above(self, source, write):
        write(
            RowContent("Sundhed", "1", HEADING),
            RowContent("A"),
            RowContent("B"),
            RowContent("Klima", kind=HEADING),
            RowContent("C"),
            RowContent("Et initiativ", "1", INITIATIVE),
            RowContent("D"),
        )
        numbered = [("1.1", "1"), ("1.2", "1"), ("2", ""), ("2.1", "2"), ("2.2", "2")]
        assert outline(source) == [("1", ""), ("1", ""), *numbered]

    def test_the_next_save_goes_on_where_the_last_one_stopped(self, source, write):
        write(RowContent("Sundhed", "1", HEADING), "1.1 A")
        write(RowContent("B"))
        assert outline(source)[-1] == ("1.2", "1")

    def test_a_row_stands_where_it_is_said_to_and_those_after_it_follow(self, source, write):
        write(RowContent("Sundhed", "1", HEADING), RowContent("Klima", "2", HEADING))
        write(RowContent("A", "1.1", under="1"), RowContent("B"), RowContent("C", "7", under="-"), RowContent("D"))
        assert outline(source) == [("1", ""), ("1.1", "1"), ("1.2", "1"), ("2", ""), ("7", ""), ("8", "")]

    def test_two_headings_with_the_same_name_are_told_apart_by_their_numbers(self, source, write):
        same = [RowContent("Unge", "1", HEADING), RowContent("A"), RowContent("Unge", "2", HEADING), RowContent("B")]
        write(*same)
        assert outline(source) == [("1", ""), ("1.1", "1"), ("2", ""), ("2.1", "2")]

    def test_it_is_one_act_about_the_source_and_the_log_says_what_was_written(self, source, write, chief):
        write("3.1 A", "3.2 B")
        event = Event.objects.get()
        assert (event.act, event.publication, event.item, event.by) == (Act.ITEMS_ADDED, source, None, chief)
        assert event.details == {"rows": ["", "3.1 A; 3.2 B"]}

    def test_asked_twice_is_done_once(self, source, write):
        key = uuid.uuid4()
        first = write("3.1 A", RowContent("B"), request_key=key)
        assert write("3.1 A", RowContent("B"), request_key=key) == first
        assert source.items.count() == 2

    def test_goes_on_in_a_public_source(self, write):
        source = PublicationFactory()
        [item] = write("1 A", publication=source)
        assert Item.objects.public().get() == item

    def test_is_an_administrators(self, bo, source):
        with pytest.raises(PermissionDenied):
            add_items(by=bo, publication=source, rows=[RowContent("A", "1")])


class TestRefusals:
    def test_nothing_is_written_and_each_sentence_stands_at_its_cell(self, source, write):
        with pytest.raises(TypedRowsRefused) as caught:
            write("1 A", RowContent(" ", "2"), "3/4 C", RowContent("D", "5", under="9"), "1 E")
        said = refusals(caught)
        assert said.keys() == {1, 2, 3, 4}
        assert "Skriv en titel" in said[1]["title"][0]
        assert "Skriv 2/2024 som 2-2024." in said[2]["number"][0]
        assert "ingen række med nummer 9" in said[3]["under"][0]
        assert "»1 A«" in said[4]["number"][0]
        assert not source.items.exists()
        assert not Event.objects.exists()

    def test_a_number_is_taken_whatever_its_case(self, source, write):
        write("2a A")
        with pytest.raises(TypedRowsRefused) as caught:
            write("2A B")
        assert "findes allerede" in refusals(caught)[0]["number"][0]

    @pytest.mark.parametrize("number", ["2/3", "?", "1..2", "<b>", "a\nb", "æ" * 61])
    def test_a_number_that_no_address_carries(self, source, write, number):
        with pytest.raises(TypedRowsRefused) as caught:
            write(RowContent("A", number))
        assert refusals(caught)[0].keys() == {"number"}

    def test_a_number_that_cannot_be_known(self, source, write):
        with pytest.raises(TypedRowsRefused) as caught:
            write("bilag A", RowContent("B"))
        assert "Skriv et nummer" in refusals(caught)[1]["number"][0]

    @pytest.mark.parametrize(
        ("row", "cell"),
        [
            (RowContent("A" * 40_000, "1"), "title"),
            (RowContent("A", "1", pages="9" * 31), "pages"),
            (RowContent("A", "1", support=Decimal("101")), "support"),
            (RowContent("A", "1", support=Decimal("33.333")), "support"),
            (RowContent("A", "1", kind="andet"), "kind"),
            (RowContent("A", "1", HEADING, support=Decimal(50)), "support"),
        ],
    )
    def test_what_does_not_fit_its_cell(self, source, write, row, cell):
        with pytest.raises(TypedRowsRefused) as caught:
            write(row)
        assert cell in refusals(caught)[0] or "__all__" in refusals(caught)[0]

    def test_a_long_text_of_the_source_is_kept(self, source, write):
        [item] = write(RowContent("A", "1", official_text="ord " * 10_000))
        assert len(Item.objects.with_words().get(pk=item.pk).official_text) == 39_999

    @pytest.mark.parametrize(("count", "said"), [(0, "Skriv mindst én række"), (MOST_ROWS + 1, "højst 100")])
    def test_too_few_and_too_many(self, source, write, count, said):
        with pytest.raises(ValidationError, match=said):
            write(*[RowContent("A", str(number)) for number in range(count)])


class TestTypingAnew:
    def test_what_it_says_and_where_it_stands(self, chief, source, write):
        write(RowContent("Sundhed", "1", HEADING), "1.1 A", RowContent("Klima", "2", HEADING))
        row = Item.objects.get(number="1.1")
        retype_item(by=chief, item=row, row=RowContent("Bedre", "2.1", under="2", pages="4", support=Decimal(80)))
        row = Item.objects.with_words().get(pk=row.pk)
        assert (row.title, row.pages, row.parent.number) == ("Bedre", "4", "2")
        assert (Wording.objects.filter(item=row).count(), VoteShare.objects.get().percent) == (1, 80)
        event = Event.objects.get(act=Act.ITEM_RETYPED)
        assert event.details == {"row": ["1.1 A, Anbefaling", "2.1 Bedre, Anbefaling, side 4, 80 %"]}
        assert event.item is None

    def test_those_below_it_follow(self, chief, source, write):
        write(RowContent("Sundhed", "1", HEADING), "1.1 A")
        heading = Item.objects.get(number="1")
        retype_item(by=chief, item=heading, row=RowContent("Sundhed", "9", HEADING))
        assert Item.objects.get(number="1.1").path.startswith(Item.objects.get(number="9").path)

    def test_the_place_in_the_order_is_the_writers(self, chief, source, write):
        write("A Først", "B Så")
        retype_item(by=chief, item=Item.objects.get(number="A"), row=RowContent("Først", "A"), place=2)
        assert [number for number, _under in outline(source)] == ["B", "A"]

    def test_nothing_changed_is_no_event_and_support_goes_when_it_is_emptied(self, chief, source, write):
        [item] = write(RowContent("A", "1", support=Decimal(50)))
        retype_item(by=chief, item=item, row=RowContent("A", "1", support=Decimal(50)))
        assert Event.objects.count() == 1
        retype_item(by=chief, item=item, row=RowContent("A", "1"))
        assert not VoteShare.objects.exists()

    @pytest.mark.parametrize("row", [RowContent("", "1"), RowContent("A", "2"), RowContent("A", "1", under="1")])
    def test_is_refused_as_when_it_was_typed_first(self, chief, source, write, row):
        [item, _other] = write("1 A", "2 B")
        with pytest.raises(ValidationError):
            retype_item(by=chief, item=item, row=row)
        assert Item.objects.with_words().get(pk=item.pk).title == "A"

    def test_a_public_source_keeps_what_it_said(self, chief, source, write):
        [item] = write("1 A")
        open_source(by=chief, publication=source, although_incomplete=True)
        with pytest.raises(ValidationError, match="Kilden er offentlig"):
            retype_item(by=chief, item=item, row=RowContent("B", "1"))


class TestTakingOut:
    def test_the_row_goes_with_all_that_was_typed_of_it_and_the_log_says_so(self, chief, source, write, sou):
        [item] = write(RowContent("A", "1", pages="3", support=Decimal(50)))
        assign_items(by=chief, publication=source, committee=sou)
        key = uuid.uuid4()
        remove_item(by=chief, item=item, request_key=key)
        remove_item(by=chief, item=item, request_key=key)
        assert not any(model.objects.exists() for model in (Item, Wording, Ownership, VoteShare, Standing, SearchText))
        event = Event.objects.get(act=Act.ITEM_REMOVED)
        assert (event.publication, event.details) == (source, {"row": ["1 A, Anbefaling, side 3, 50 %", ""]})

    def test_its_number_is_free_again(self, chief, source, write):
        [item] = write("1 A")
        remove_item(by=chief, item=item)
        assert write("1 B")

    def test_not_from_a_public_source(self, chief, source, write):
        [item] = write("1 A")
        open_source(by=chief, publication=source, although_incomplete=True)
        with pytest.raises(ValidationError, match="bliver stående"):
            remove_item(by=chief, item=item)
        assert Item.objects.filter(pk=item.pk).exists()

    def test_not_what_others_stand_under(self, chief, source, write):
        [heading, _row] = write(RowContent("Sundhed", "1", HEADING), "1.1 A")
        with pytest.raises(ValidationError, match="har rækker under sig"):
            remove_item(by=chief, item=heading)

    def test_not_what_more_has_happened_to(self, chief, source, write, sou):
        [item, other] = write("1 A", "2 B")
        add_owner(by=chief, item=item, committee=sou, valid_from=date(2026, 6, 1))
        with pytest.raises(ValidationError, match="på dens egen side"):
            remove_item(by=chief, item=item)
        item.carries_out.set([other])
        remove_item(by=chief, item=other)
        assert list(source.items.all()) == [item]

    def test_many_at_once_with_what_they_stand_under(self, chief, source, write):
        [heading, row, other] = write(RowContent("Sundhed", "1", HEADING), "1.1 A", "1.2 B")
        with pytest.raises(ValidationError, match="én ad gangen"):
            remove_items(by=chief, publication=source, items=[heading, row])
        remove_items(by=chief, publication=source, items=[heading, other, row])
        remove_items(by=chief, publication=source, items=[heading])
        assert not any(model.objects.exists() for model in (Item, Wording, Standing, SearchText))
        event = Event.objects.get(act=Act.ITEM_REMOVED)
        assert (event.publication, event.details) == (source, {"rows": ["1 Sundhed; 1.1 A; 1.2 B", ""]})

    def test_none_of_many_where_one_has_to_stay(self, chief, source, write, sou):
        [item, other] = write("1 A", "2 B")
        add_owner(by=chief, item=item, committee=sou, valid_from=date(2026, 6, 1))
        with pytest.raises(ValidationError, match="én ad gangen"):
            remove_items(by=chief, publication=source, items=[item, other])
        assert list(source.items.order_by("pk")) == [item, other]

    def test_is_an_administrators(self, bo, source, write):
        [item] = write("1 A")
        with pytest.raises(PermissionDenied):
            remove_item(by=bo, item=item)
        with pytest.raises(PermissionDenied):
            remove_items(by=bo, publication=source, items=[item])

    @pytest.mark.parametrize("table", ["wording", "ownership"])
    def test_the_database_lets_go_of_a_drafts_rows_only(self, chief, source, write, sou, table):
        [item] = write("1 A")
        assign_items(by=chief, publication=source, committee=sou)
        Item.objects.filter(pk=item.pk).update(wording=None)
        open_source(by=chief, publication=source, although_incomplete=True)
        with pytest.raises(DatabaseError, match="udgivet"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM recommendations_{table} WHERE item_id = %s", [item.pk])

    def test_and_what_has_been_public_never_is_a_draft_again(self):
        source = PublicationFactory()
        for at in (None, timezone.now()):
            with pytest.raises(DatabaseError, match="Det kan ikke gøres om"), transaction.atomic():
                Publication.objects.filter(pk=source.pk).update(public_at=at)


class TestWhatManyHaveInCommon:
    @pytest.fixture
    def rows(self, write):
        return write(
            RowContent("Sundhed", "1", HEADING), "1.1 A", "1.2 B", RowContent("Klima", "2", HEADING), "2.1 C",
            RowContent("I", "1", INITIATIVE),
        )  # fmt: skip

    def owned(self, committee):
        found = Ownership.objects.in_force().filter(committee=committee).order_by("item__path")
        return list(found.values_list("item__number", "item__kind", "role"))

    def test_one_owner_of_all_that_is_counted(self, chief, source, rows, sou):
        assign_items(by=chief, publication=source, committee=sou, role=OwnershipRole.CO_OWNER)
        assert [number for number, _kind, role in self.owned(sou)] == ["1", "1.1", "1.2", "2.1"]
        assert {kind for _number, kind, _role in self.owned(sou)} == {"recommendation", "initiative"}
        assert set(Ownership.objects.values_list("valid_from", "recorded_by")) == {(source.exists_from, chief.pk)}
        cells = Standing.objects.at().cells().filter(committee=sou)
        assert cells.count() == 4

    def test_or_of_one_group_and_whom_they_are_directed_to(self, chief, source, rows, sou):
        state = AddresseeFactory(name="Staten")
        assign_items(by=chief, publication=source, under=rows[0], committee=sou, addressee=state)
        assert [number for number, _kind, _role in self.owned(sou)] == ["1.1", "1.2"]
        assert set(Item.objects.filter(addressee=state).values_list("number", flat=True)) == {"1.1", "1.2"}
        event = Event.objects.get(act=Act.ITEMS_ASSIGNED)
        assert event.details == {"rows": ["", "1.1, 1.2"], "owner": ["", str(sou)], "directed_to": ["", "Staten"]}

    def test_what_has_it_already_is_left_alone(self, chief, source, rows, sou):
        assign_items(by=chief, publication=source, under=rows[0], committee=sou)
        written = assign_items(by=chief, publication=source, committee=sou)
        assert written == 2
        with pytest.raises(ValidationError, match="har det allerede"):
            assign_items(by=chief, publication=source, committee=sou)

    def test_pressed_twice_is_done_once(self, chief, source, rows, sou):
        key = uuid.uuid4()
        assign_items(by=chief, publication=source, committee=sou, request_key=key)
        assert assign_items(by=chief, publication=source, committee=sou, request_key=key) == 4
        assert Event.objects.filter(act=Act.ITEMS_ASSIGNED).count() == 1

    def test_refuses_what_cannot_be(self, chief, bo, source, rows):
        with pytest.raises(ValidationError, match="Vælg et udvalg"):
            assign_items(by=chief, publication=source)
        young = CommitteeFactory(valid_from=date(2026, 1, 1))
        with pytest.raises(ValidationError, match="fandtes ikke"):
            assign_items(by=chief, publication=source, committee=young)
        with pytest.raises(PermissionDenied):
            assign_items(by=bo, publication=source, committee=young)
        assert not Ownership.objects.exists()

    def test_asks_for_a_day_where_the_source_has_none(self, chief, sou):
        source = PublicationFactory(published_on=None, handed_over_on=None, public_at=None)
        RecommendationFactory(publication=source)
        with pytest.raises(ValidationError, match="Skriv, fra hvilken dag"):
            assign_items(by=chief, publication=source, committee=sou)
