from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.enums import Role
from recommendations.models import Committee, CommitteeMembership, Lineage, Reach
from tests.factories import CommitteeFactory, CommitteeMembershipFactory, SuccessionFactory, UserFactory

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
    ("code", "before", "after", "heirs"),
    [
        ("a", "a", "acde", "de"),
        ("c", "abc", "cde", "de"),
        ("d", "abcd", "d", "d"),
        ("f", "f", "f", "f"),
    ],
)
def test_a_committee_knows_its_line_both_ways(line, code, before, after, heirs):
    lineage = Lineage.load()
    assert names(line, lineage.with_predecessors(line[code])) == before
    assert names(line, lineage.with_successors(line[code])) == after
    assert names(line, lineage.heirs(line[code])) == heirs


def test_the_line_as_it_was_on_a_day(line):
    lineage = Lineage.load(on=date(2025, 12, 31))
    assert names(line, lineage.with_predecessors(line["d"])) == "d"
    assert names(line, lineage.heirs(line["a"])) == "c"
    assert {names(line, {c}): names(line, past) for c, past in lineage.inheritances().items()} == {"c": "ab"}


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


def test_strangers_and_retired_users_reach_nothing(anna):
    assert Reach.of(AnonymousUser()) == Reach()
    anna.is_active = False
    assert Reach.of(anna) == Reach()


def test_a_citizen_costs_no_query():
    with CaptureQueriesContext(connection) as queries:
        Reach.of(AnonymousUser())
    assert len(queries) == 0
