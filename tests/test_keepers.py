"""Who keeps a cell up: the one it was given to, whoever wrote its status, else the editors of its committee."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations import tenancy
from recommendations.actions.state import record
from recommendations.enums import Act, ReminderKind, Role, Status
from recommendations.keepers import (
    AskedPerson,
    Roster,
    asked_long_ago,
    asked_of,
    keepers_of,
    nobody_to_ask,
    open_cells,
)
from recommendations.models import Committee, Item, Lineage, Standing
from tests.conftest import member
from tests.factories import (
    TODAY,
    AssignmentFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    DoneWhenFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    ReminderStepFactory,
    SuccessionFactory,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(sou):
    row = RecommendationFactory()
    OwnershipFactory(item=row, committee=sou)
    return row


def keepers(item, today=TODAY):
    """The names of those who keep each cell of the item."""
    cells = [cell for cell in open_cells(today) if cell.item == item.pk]
    found = keepers_of(cells, today)
    assert len(cells) == 1
    return [person.username for person in found[item.pk, cells[0].committee].people]


def asked(person, today=TODAY):
    return [cell.item for cell in asked_of(person, today)]


def test_every_editor_keeps_what_nobody_was_given(item, sou, anna, bo, dina, carla):
    member("erik", sou, Role.EDITOR)
    assert keepers(item) == ["anna", "erik"]
    assert asked(anna) == [item]
    assert not asked(bo)
    assert not asked(dina)
    assert not asked(carla)


def test_whoever_wrote_the_status_keeps_it(item, sou, anna, bo):
    erik = member("erik", sou, Role.EDITOR)
    published(item, author=erik)
    assert keepers(item) == ["erik"]
    assert asked(erik) == [item]
    assert not asked(anna)


def test_a_person_who_was_given_it_keeps_it(item, sou, anna, bo):
    erik = member("erik", sou, Role.EDITOR)
    published(item, author=erik)
    AssignmentFactory(item=item, committee=sou, person=anna)
    assert keepers(item) == ["anna"]
    assert asked(anna) == [item]
    assert not asked(erik)


def test_what_was_declined_waits_for_the_approvers(item, sou, anna, bo):
    AssignmentFactory(item=item, committee=sou, person=None, declined_by=anna)
    cell = open_cells(TODAY)[0]
    found = keepers_of([cell], TODAY)[item.pk, sou.pk]
    assert (found.people, found.approvers, found.is_declined) == ((), (bo,), True)
    assert not asked(anna)
    assert not asked(bo)


def test_those_who_can_no_longer_write_keep_nothing(item, sou, anna, bo):
    """The next in line does: a login that is closed, a role that is over."""
    erik, fie = (member(name, sou, Role.EDITOR) for name in ("erik", "fie"))
    published(item, author=erik)
    AssignmentFactory(item=item, committee=sou, person=anna)
    anna.is_active = False
    anna.save()
    assert keepers(item) == ["erik"]
    assert not asked(anna)
    erik.committee_memberships.update(valid_to=TODAY)
    assert keepers(item) == ["fie"]
    assert not asked(erik)
    assert asked(fie) == [item]


def test_the_approvers_keep_it_where_there_is_no_editor(item, bo, dina):
    assert keepers(item) == ["bo"]
    assert asked(bo) == [item]


def test_an_administrator_keeps_what_they_wrote_or_were_given_alone(item, sou, anna, bo, chief):
    assert not asked(chief)
    published(item, author=chief)
    assert keepers(item) == ["chief"]
    assert asked(chief) == [item]


def test_a_committee_that_ended_is_spoken_for_by_its_successors(item, sou, sud, anna, carla):
    sou.valid_to = TODAY
    sou.save()
    SuccessionFactory(predecessor=sou, successor=sud, on=TODAY)
    assert keepers(item) == ["carla"]
    assert not asked(anna)
    (cell,) = asked_of(carla, TODAY)
    assert (cell.item, cell.committee) == (item, sud)
    found = keepers_of(open_cells(TODAY), TODAY)[item.pk, sou.pk]
    assert found.mailbox == sud


def test_only_what_is_open_counted_public_and_owned_is_asked_about(sou, anna, bo):
    closed, option, secret = (
        RecommendationFactory(number="1"),
        RecommendationFactory(number="2", kind="option"),
        RecommendationFactory(publication=PublicationFactory(slug="hemmelig", public_at=None)),
    )
    for row in (closed, option, secret):
        OwnershipFactory(item=row, committee=sou)
    published(closed, Status.LAPSED, text="Der er kommet en ny lov.")
    RecommendationFactory(number="4")
    assert not asked(anna)


def test_each_says_how_it_stands_what_it_takes_and_why_it_is_asked(item, sou, anna, bo):
    published(item, author=anna, on=TODAY - timedelta(days=120))
    deadline(item, TODAY - timedelta(days=1))
    criterion = DoneWhenFactory(item=item, committee=sou)
    (cell,) = asked_of(anna, TODAY)
    assert cell.standing == Standing.objects.at().owned().get()
    assert (cell.due_on, cell.criterion) == (TODAY - timedelta(days=1), criterion)
    assert cell.reasons == ("Forsinket med 1 dag", "Ikke opdateret i 120 dage")


def test_what_was_never_reported_on_says_so(item, anna):
    assert asked_of(anna, TODAY)[0].reasons == ("Ingen status registreret",)


@pytest.mark.parametrize("rows", [1, 3])
def test_many_rows_take_as_many_queries_as_one(rows, sou, anna, bo, django_assert_num_queries):
    for number in range(rows):
        row = RecommendationFactory(number=f"{number + 1}")
        OwnershipFactory(item=row, committee=sou)
        published(row, author=anna)
        DoneWhenFactory(item=row, committee=sou)
    with django_assert_num_queries(11):
        assert len(asked_of(anna, TODAY)) == rows
    cells = open_cells(TODAY)
    with django_assert_num_queries(6):
        assert len(keepers_of(cells, TODAY)) == rows


def test_another_municipality_asks_nobody_here(item, anna):
    other = MunicipalityFactory(slug="nabo", name="Nabo Kommune")
    with tenancy.active(other):
        there = CommitteeFactory(code="SOU", municipality=other)
        CommitteeMembershipFactory(user=anna, committee=there, role=Role.EDITOR)
        assert not asked(anna)
        assert not open_cells(TODAY)
    assert asked(anna) == [item]


# --- Where nobody can be asked, and who has never answered ------------------------------------------------------------


def with_address(*people):
    for person in people:
        person.email = f"{person.username}@eksempel.dk"
        person.save()


def test_where_nobody_can_be_asked_is_the_same_by_cell_and_in_sql(sou, sud, anna, bo, carla, dina, chief):
    """In SOU there is an editor with an address and no approver, in SUD nobody, in GML those who took over."""
    gml = CommitteeFactory(code="GML", valid_to=TODAY)
    SuccessionFactory(predecessor=gml, successor=sou, on=TODAY)
    with_address(anna, chief, dina)

    def owned(number, committee, **given):
        row = RecommendationFactory(number=number)
        OwnershipFactory(item=row, committee=committee)
        if given:
            AssignmentFactory(item=row, committee=committee, **given)
        return row

    owned("asked", sou)
    owned("of one without an address, so of a colleague", sou, person=bo)
    owned("declined", sou, person=None, declined_by=anna)
    owned("inherited", gml)
    declined = owned("inherited, declined", gml)
    AssignmentFactory(item=declined, committee=sou, person=None, declined_by=anna)
    owned("nobody", sud)
    owned("given to somebody without an address", sud, person=carla)
    owned("given to an administrator", sud, person=chief)
    published(owned("written by an administrator", sud), author=chief)
    published(owned("written by one without an address", sud), author=carla)
    cells = open_cells(TODAY)
    roster = Roster(TODAY)
    lost = {(cell.item, cell.committee) for cell in cells if not roster.keepers(cell).has_somebody_to_ask}
    every = list(Committee.objects.order_by("pk"))
    where = nobody_to_ask(every, Lineage.load(on=TODAY), TODAY)
    assert {(cell.item, cell.committee) for cell in open_cells(TODAY, where=where)} == lost
    assert set(Item.objects.filter(pk__in=[item for item, _committee in lost]).values_list("number", flat=True)) == {
        "declined",
        "inherited, declined",
        "nobody",
        "given to somebody without an address",
        "written by one without an address",
    }


def asked_on(person, day, **fields):
    return ReminderStepFactory(person=person, told_on=day, **fields)


def test_who_was_asked_long_ago_and_has_done_nothing_is_silent(item, sou, anna, bo, dina):
    erik, fie = (member(name, sou, Role.EDITOR) for name in ("erik", "fie"))
    long_ago, lately = TODAY - timedelta(days=30), TODAY - timedelta(days=29)
    asked_on(anna, long_ago)
    asked_on(anna, lately)
    asked_on(erik, long_ago)
    record(act=Act.DRAFT_SAVED, by=erik, item=item)
    asked_on(fie, lately)
    asked_on(bo, long_ago, kind=ReminderKind.REPORT)
    asked_on(dina, long_ago)
    assert asked_long_ago([sou.pk], TODAY) == {
        anna.pk: AskedPerson(long_ago, is_silent=True),
        erik.pk: AskedPerson(long_ago, is_silent=False),
    }


def test_what_came_before_the_role_is_no_answer(item, sou, anna):
    record(act=Act.DRAFT_SAVED, by=anna, item=item, at=timezone.now() - timedelta(days=100))
    asked_on(anna, TODAY - timedelta(days=90))
    anna.committee_memberships.update(valid_from=TODAY - timedelta(days=50))
    assert asked_long_ago([sou.pk], TODAY) == {}
    asked_on(anna, TODAY - timedelta(days=40))
    assert asked_long_ago([sou.pk], TODAY) == {anna.pk: AskedPerson(TODAY - timedelta(days=40), is_silent=True)}
