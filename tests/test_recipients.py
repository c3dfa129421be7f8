"""Whom an act is told to: the table, and the people it leads to."""

from datetime import timedelta

import pytest

from recommendations import actions
from recommendations.actions.state import record
from recommendations.enums import Act, Nature, Role
from recommendations.models import CommitteeMembership, Event
from recommendations.notifications.workflow import SAID
from recommendations.recipients import CIRCLES, Recipients
from tests.factories import (
    TODAY,
    AnswerDraftFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    MeetingFactory,
    OwnershipFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    UserFactory,
    WordingDraftFactory,
)

pytestmark = pytest.mark.django_db

ROLES = {"e": Role.EDITOR, "a": Role.APPROVER, "s": Role.SECRETARY}


@pytest.fixture
def people(sou, sud):
    """Two of each role in both committees: »sou-e1« is SOU's first editor. All have an address."""
    return {
        (name := f"{code}-{letter}{number}"): CommitteeMembershipFactory(
            user=UserFactory(username=name, email=f"{name}@eksempel.dk"), committee=committee, role=role
        ).user
        for code, committee in (("sou", sou), ("sud", sud))
        for letter, role in ROLES.items()
        for number in (1, 2)
    }


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def event(people, item, sou):
    """`event(act, by)`: one that says what the act's own would."""

    def event(act, by, **what):
        return record(act=act, by=people[by], **{"item": item, "committee": sou} | what)

    return event


@pytest.fixture
def names():
    def names(event):
        return {person.username for person in Recipients([event]).of(event)}

    return names


def test_every_act_that_is_told_has_its_words():
    assert set(CIRCLES) == set(SAID)


@pytest.mark.parametrize(
    ("act", "by", "told"),
    [
        (Act.DRAFT_SUBMITTED, "sou-e1", {"sou-a1", "sou-a2"}),
        (Act.DRAFT_SUBMITTED, "sou-a1", {"sou-a2"}),
        (Act.ANSWERS_SUBMITTED, "sou-s1", {"sou-a1", "sou-a2"}),
        (Act.WORDS_PROPOSED, "sou-e1", {"sou-a1", "sou-a2"}),
        (Act.HANDED_OVER, "sud-a1", {"sou-e1", "sou-e2", "sou-a1", "sou-a2"}),
        (Act.WITHHELD, "sud-a1", {"sou-a1", "sou-a2", "sou-s1", "sou-s2"}),
        (Act.REPORT_FROZEN, "sou-s1", {"sou-a1", "sou-a2", "sou-s2"}),
        (Act.ITEM_DECLINED, "sou-e1", {"sou-a1", "sou-a2"}),
        (Act.NEWS_SUGGESTED, "sud-e1", {"sou-e1", "sou-e2"}),
        # What nobody is told of in mail.
        (Act.DRAFT_SAVED, "sou-e1", set()),
        (Act.STATUS_CONFIRMED, "sou-e1", set()),
        (Act.DEADLINE_MOVED, "sou-a1", set()),
    ],
)
def test_by_their_roles_and_never_who_did_it(event, names, act, by, told):
    assert names(event(act, by)) == told


@pytest.mark.parametrize("act", [Act.DRAFT_RETURNED, Act.STATUS_PUBLISHED, Act.NOTE_PUBLISHED, Act.UPDATE_CORRECTED])
def test_who_wrote_an_update(event, names, people, item, sou, act):
    """All who have saved the draft, also before the last one did."""
    draft = StatusUpdateFactory(item=item, committee=sou, author=people["sou-e2"])
    event(Act.DRAFT_SAVED, "sou-e1", update=draft)
    assert names(event(act, "sou-a1", update=draft)) == {"sou-e1", "sou-e2"}
    assert names(event(act, "sou-e2", update=draft)) == {"sou-e1"}


@pytest.mark.parametrize("act", [Act.ANSWERS_RETURNED, Act.ANSWERS_PUBLISHED])
def test_who_wrote_the_answers_of_a_meeting(event, names, people, sou, act):
    draft = AnswerDraftFactory(committee=sou, author=people["sou-s1"])
    event(Act.ANSWERS_DRAFTED, "sou-e1", answer_draft=draft, item=None)
    assert names(event(act, "sou-a1", answer_draft=draft, item=None)) == {"sou-s1", "sou-e1"}


def test_who_proposed_words(event, names, people, item):
    draft = WordingDraftFactory(item=item, author=people["sou-e1"])
    event(Act.WORDS_PROPOSED, "sou-e2", proposal=draft)
    assert names(event(Act.WORDS_RETURNED, "sou-a1", proposal=draft)) == {"sou-e1", "sou-e2"}


def test_who_was_given_the_item(event, names, people):
    given = event(Act.ITEM_ASSIGNED, "sou-a1", details={"person": ["", str(people["sou-e2"].pk)]})
    assert names(given) == {"sou-e2"}
    assert names(event(Act.ITEM_ASSIGNED, "sou-a1", details={"person": [str(people["sou-e2"].pk), ""]})) == set()


def test_something_taken_away_elsewhere_is_told_to_all_who_approve(event, names):
    assert names(event(Act.WITHHELD, "sou-a1", item=None, committee=None)) == {"sou-a2", "sud-a1", "sud-a2"}


@pytest.mark.parametrize("how", ["role over", "role to come", "login closed", "no address"])
def test_nobody_is_told_who_cannot_see_to_it(event, names, people, how):
    person = people["sou-a2"]
    role = CommitteeMembership.objects.filter(user=person)
    if how == "role over":
        role.update(valid_to=TODAY)
    elif how == "role to come":
        role.update(valid_from=TODAY + timedelta(days=1))
    elif how == "login closed":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    else:
        type(person).objects.filter(pk=person.pk).update(email="")
    assert names(event(Act.DRAFT_SUBMITTED, "sou-e1")) == {"sou-a1"}


def test_who_took_over_from_a_committee_that_ended_is_told_in_its_place(event, names, sou):
    heir = CommitteeFactory(code="NY")
    CommitteeMembershipFactory(user=UserFactory(username="ny", email="ny@eksempel.dk"), committee=heir, role="approver")
    SuccessionFactory(predecessor=sou, successor=heir, on=TODAY, predecessor_ends=True)
    type(sou).objects.filter(pk=sou.pk).update(valid_to=TODAY)
    assert names(event(Act.DRAFT_SUBMITTED, "sou-e1")) == {"ny"}


def test_what_is_frozen_by_the_act_itself_reaches_the_others(people, sou, names):
    meeting = MeetingFactory(committee=sou)
    actions.freeze_report_draft(by=people["sou-s1"], meeting=meeting)
    assert names(Event.objects.get(act=Act.REPORT_FROZEN)) == {"sou-s2", "sou-a1", "sou-a2"}


def test_it_takes_as_many_queries_for_three_as_for_one(event, django_assert_num_queries):
    events = [event(Act.WITHHELD, "sud-a1", nature=Nature.HOUSEKEEPING) for _n in range(3)]
    for some in (events[:1], events):
        with django_assert_num_queries(3):
            recipients = Recipients(some)
            assert all(len(recipients.of(one)) == 4 for one in some)
