"""Committees in time, who took over from whom, and how far a role reaches."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recommendations.enums import Role
from recommendations.models import Committee, CommitteeMembership, Lineage, Reach
from tests.factories import TODAY, CommitteeFactory, CommitteeMembershipFactory, SuccessionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "exists"),
    [
        (None, None, True),
        (date(2026, 1, 1), None, True),
        (date(2026, 1, 2), None, False),
        (None, date(2026, 1, 1), False),  # the first day on which it no longer exists
        (None, date(2026, 1, 2), True),
        (date(2026, 1, 1), date(2026, 1, 2), True),
    ],
)
def test_a_committee_exists_from_its_first_day_until_the_day_before_its_end(valid_from, valid_to, exists):
    committee = CommitteeFactory(valid_from=valid_from, valid_to=valid_to)
    on = date(2026, 1, 1)
    assert committee.exists_on(on) == exists
    assert Committee.objects.existing(on).exists() == exists


@pytest.fixture
def line():
    """a and b became c; c was split into d and e; f stands alone."""
    a, b, c, d, e, f = (CommitteeFactory(code=code) for code in "abcdef")
    for predecessor, successor, on in ((a, c, 2022), (b, c, 2022), (c, d, 2026), (c, e, 2026)):
        SuccessionFactory(predecessor=predecessor, successor=successor, on=date(on, 1, 1))
    return {committee.code: committee.pk for committee in (a, b, c, d, e, f)}


def names(line, ids):
    return "".join(sorted(code for code, pk in line.items() if pk in ids))


@pytest.mark.parametrize(
    ("code", "before", "after"), [("a", "a", "acde"), ("c", "abc", "cde"), ("d", "abcd", "d"), ("f", "f", "f")]
)
def test_a_committee_knows_its_line_both_ways(line, code, before, after):
    lineage = Lineage.load()
    assert names(line, lineage.with_predecessors(line[code])) == before
    assert names(line, lineage.with_successors(line[code])) == after


def test_the_line_as_it_was_on_a_day(line):
    lineage = Lineage.load(on=date(2025, 12, 31))
    assert names(line, lineage.with_predecessors(line["d"])) == "d"
    assert names(line, lineage.with_successors(line["a"])) == "ac"
    assert names(line, lineage.all_behind([line["c"], line["f"]])) == "abcf"


def test_the_line_as_it_was_known_at_a_moment():
    early = SuccessionFactory(on=date(2026, 1, 1))
    moment = timezone.now()
    SuccessionFactory(predecessor=early.successor, on=date(2026, 1, 1))
    assert Lineage.load(known_at=moment).with_successors(early.predecessor_id) == {
        early.predecessor_id,
        early.successor_id,
    }
    assert len(Lineage.load().with_successors(early.predecessor_id)) == 3


def test_a_committee_that_gave_up_only_some_of_its_tasks_is_nobodys_predecessor():
    partial = SuccessionFactory(predecessor_ends=False)
    assert Lineage.load().with_predecessors(partial.successor_id) == {partial.successor_id}
    assert Lineage.load().with_successors(partial.predecessor_id) == {partial.predecessor_id}


def test_those_who_ended_and_left_nobody_are_told_apart():
    on = date(2026, 1, 1)
    kept, alone, heir_ended_too = (CommitteeFactory(valid_to=on) for _ in range(3))
    SuccessionFactory(predecessor=kept, successor=CommitteeFactory(), on=on)
    SuccessionFactory(predecessor=heir_ended_too, successor=CommitteeFactory(valid_to=on), on=on)
    everybody = list(Committee.objects.all())
    ended = {alone.pk, heir_ended_too.pk, *(row.pk for row in everybody if row.pk != kept.pk and row.valid_to)}
    assert Lineage.load().without_heir(everybody, on) == ended
    assert Lineage.load().without_heir(everybody, on - timedelta(days=1)) == set()


def test_committees_that_succeed_each_other_in_a_circle_do_not_go_on_for_ever():
    lineage = Lineage([(1, 2), (2, 1)])
    assert lineage.with_predecessors(1) == {1, 2}
    assert lineage.with_successors(1) == {1, 2}


def test_a_member_acts_for_the_own_committee_and_covers_what_it_took_over(line):
    user = UserFactory()
    CommitteeMembershipFactory(user=user, committee=Committee(pk=line["d"]), role=Role.EDITOR)
    CommitteeMembershipFactory(user=user, committee=Committee(pk=line["f"]), role=Role.SECRETARY)
    reach = Reach.of(user)
    assert names(line, reach.acting[Role.EDITOR]) == "d"
    assert names(line, reach.committees(Role.EDITOR)) == "abcd"
    assert names(line, reach.committees(Role.SECRETARY)) == "f"
    assert names(line, reach.committees()) == "abcdf"
    assert reach.committees(Role.APPROVER) == set()


def test_work_for_a_committee_that_has_ended_is_over(sou, anna, today):
    assert Reach.of(anna).committees() == {sou.pk}
    sou.valid_to = today
    sou.save()
    assert Reach.of(anna).committees() == set()
    assert not CommitteeMembership.objects.in_force(today).exists()


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "holds"),
    [
        (None, None, True),
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (None, TODAY, False),  # the first day on which it no longer holds
        (None, TODAY + timedelta(days=1), True),
    ],
)
def test_a_role_holds_from_its_first_day_until_the_day_before_its_end(valid_from, valid_to, holds):
    role = CommitteeMembershipFactory(valid_from=valid_from, valid_to=valid_to)
    assert (Reach.of(role.user).committees() == {role.committee_id}) == holds


def test_committees_stand_in_danish_order():
    for name in ("Ældreudvalget", "Økonomiudvalget", "Zebraudvalget", "Ålaugsudvalget", "aarhusudvalget", "Byudvalget"):
        CommitteeFactory(name=name)
    assert list(Committee.objects.values_list("name", flat=True)) == [
        "Byudvalget",
        "Zebraudvalget",
        "Ældreudvalget",
        "Økonomiudvalget",
        "Ålaugsudvalget",
        "aarhusudvalget",
    ]


def test_strangers_and_retired_users_reach_nothing(anna):
    assert Reach.of(AnonymousUser()) == Reach()
    anna.is_active = False
    assert Reach.of(anna) == Reach()


def test_a_citizen_costs_no_query():
    with CaptureQueriesContext(connection) as queries:
        Reach.of(AnonymousUser())
    assert len(queries) == 0
