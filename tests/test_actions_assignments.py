"""Who keeps an item up in its committee: declined, given, and given to several at once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from recommendations.actions import (
    RowsRefused,
    assign_item,
    choose_mail,
    decline_item,
    end_role,
    share_out_items,
)
from recommendations.enums import Act, Role, Status
from recommendations.keepers import asked_of
from recommendations.models import Assignment, CommitteeMembership, Event, MailPreference
from tests.factories import (
    TODAY,
    CommitteeFactory,
    CommitteeMembershipFactory,
    OwnershipFactory,
    RecommendationFactory,
    SuccessionFactory,
    UserFactory,
    published,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(sou, anna):
    item = RecommendationFactory(number="3.2")
    OwnershipFactory(item=item, committee=sou)
    published(item, Status.IN_PROGRESS, committee=sou, author=anna)
    return item


@pytest.fixture
def eva(sou):
    """Another of SOU's editors."""
    return CommitteeMembershipFactory(committee=sou, user=UserFactory(username="eva", first_name="Eva")).user


def asked(person):
    return [cell.item for cell in asked_of(person, timezone.localdate())]


def acts():
    return list(Event.objects.exclude(act=Act.STATUS_PUBLISHED).order_by("pk").values_list("act", flat=True))


class TestDeclined:
    def test_is_asked_of_nobody_until_it_is_given(self, item, sou, anna, bo, eva):
        assert asked(anna) == [item]
        decline_item(by=anna, item=item, committee=sou, note="Det er  Evas.")
        assert asked(anna) == asked(eva) == []
        row = Assignment.objects.get()
        assert (row.person, row.declined_by, row.note) == (None, anna, "Det er  Evas.")
        assign_item(by=bo, item=item, committee=sou, person=eva)
        assert (asked(anna), asked(eva)) == ([], [item])
        row.refresh_from_db()
        assert (row.person, row.declined_by, row.note) == (eva, None, "")

    def test_can_be_declined_again_by_who_got_it(self, item, sou, anna, bo, eva):
        decline_item(by=anna, item=item, committee=sou)
        assign_item(by=bo, item=item, committee=sou, person=eva)
        decline_item(by=eva, item=item, committee=sou)
        assign_item(by=bo, item=item, committee=sou, person=anna)
        assert asked(anna) == [item]
        assert acts() == [Act.ITEM_DECLINED, Act.ITEM_ASSIGNED] * 2

    def test_says_what_was_said_in_its_event(self, item, sou, anna):
        decline_item(by=anna, item=item, committee=sou, note="Spørg driften.")
        event = Event.objects.get(act=Act.ITEM_DECLINED)
        assert (event.committee, event.details) == (sou, {"note": ["", "Spørg driften."]})

    def test_is_not_for_who_is_not_asked(self, item, sou, anna, eva, bo):
        for other in (eva, bo):
            with pytest.raises(ValidationError, match=r"Du bliver ikke spurgt om 3\.2"):
                decline_item(by=other, item=item, committee=sou)
        assign_item(by=bo, item=item, committee=sou, person=eva)
        with pytest.raises(ValidationError, match="Du bliver ikke spurgt"):
            decline_item(by=anna, item=item, committee=sou)

    @pytest.mark.parametrize("name", ["carla", "dina"])
    def test_is_not_for_who_may_not_write(self, request, item, sou, name):
        with pytest.raises(PermissionDenied, match=r"Du kan ikke skrive om 3\.2"):
            decline_item(by=request.getfixturevalue(name), item=item, committee=sou)
        assert not Assignment.objects.exists()

    def test_a_note_that_is_too_long_is_refused(self, item, sou, anna):
        with pytest.raises(ValidationError) as refused:
            decline_item(by=anna, item=item, committee=sou, note="x" * 301)
        assert list(refused.value.message_dict) == ["note"]
        assert acts() == []


class TestGiven:
    @pytest.mark.parametrize("name", ["anna", "carla", "dina"])
    def test_only_by_approvers_and_administrators(self, request, item, sou, eva, name):
        with pytest.raises(PermissionDenied, match="Kun en godkender for Sundheds- og Omsorgsudvalget"):
            assign_item(by=request.getfixturevalue(name), item=item, committee=sou, person=eva)

    def test_by_an_administrator(self, item, sou, eva, chief):
        assign_item(by=chief, item=item, committee=sou, person=eva)
        assert asked(eva) == [item]
        assert Event.objects.get(act=Act.ITEM_ASSIGNED).details == {"person": ["", str(eva.pk)]}

    def test_to_an_approver(self, item, sou, bo):
        assign_item(by=bo, item=item, committee=sou, person=bo)
        assert asked(bo) == [item]

    @pytest.mark.parametrize("name", ["carla", "dina", "chief"])
    def test_only_to_who_writes_for_the_committee(self, request, item, sou, bo, name):
        with pytest.raises(ValidationError, match="kan ikke skrive for") as refused:
            assign_item(by=bo, item=item, committee=sou, person=request.getfixturevalue(name))
        assert list(refused.value.message_dict) == ["person"]

    def test_to_nobody_who_has_left(self, item, sou, bo, eva):
        eva.is_active = False
        eva.save()
        with pytest.raises(ValidationError, match="kan ikke skrive for"):
            assign_item(by=bo, item=item, committee=sou, person=eva)

    def test_twice_is_given_once(self, item, sou, bo, eva):
        for _time in range(2):
            assign_item(by=bo, item=item, committee=sou, person=eva)
        assert acts() == [Act.ITEM_ASSIGNED]

    def test_counts_as_nobody_when_the_role_ends(self, item, sou, anna, bo, eva):
        assign_item(by=bo, item=item, committee=sou, person=eva)
        end_role(by=bo, membership=CommitteeMembership.objects.get(user=eva), on=TODAY)
        assert (asked(eva), asked(anna)) == ([], [item])

    def test_what_the_committee_before_said_is_replaced(self, item, sou, anna, bo):
        decline_item(by=anna, item=item, committee=sou)
        heir = CommitteeFactory(code="SUOU")
        SuccessionFactory(predecessor=sou, successor=heir, on=TODAY)
        sou.valid_to = TODAY
        sou.save()
        finn, gry = (
            CommitteeMembershipFactory(committee=heir, role=role, user__username=name).user
            for role, name in ((Role.EDITOR, "finn"), (Role.APPROVER, "gry"))
        )
        assert asked(finn) == []
        assign_item(by=gry, item=item, committee=heir, person=finn)
        assert asked(finn) == [item]
        assert [(row.committee, row.person) for row in Assignment.objects.all()] == [(heir, finn)]


class TestSeveral:
    def test_are_given_in_one_act(self, item, sou, bo, eva):
        other = RecommendationFactory()
        OwnershipFactory(item=other, committee=sou)
        share_out_items(by=bo, items=[item, other], committee=sou, person=eva)
        assert {cell.pk for cell in asked(eva)} == {item.pk, other.pk}
        assert acts() == [Act.ITEM_ASSIGNED] * 2

    def test_all_or_none(self, item, sou, bo, eva):
        with pytest.raises(RowsRefused):
            share_out_items(by=bo, items=[item, RecommendationFactory()], committee=sou, person=eva)
        assert not Assignment.objects.exists()

    def test_none_is_refused(self, sou, bo, eva):
        with pytest.raises(ValidationError, match="Vælg mindst én række"):
            share_out_items(by=bo, items=[], committee=sou, person=eva)


def test_how_often_is_chosen_and_changed_and_is_no_event(anna):
    for is_daily in (True, True, False):
        choose_mail(by=anna, is_daily=is_daily)
        assert MailPreference.objects.get(user=anna).is_daily == is_daily
    assert acts() == []
