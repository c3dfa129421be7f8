"""Who works for which committee, from and to a day; who is invited, and what happens when somebody leaves."""

import uuid
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError

from recommendations import permissions, tenancy
from recommendations.actions import (
    change_person,
    choose_password,
    end_role,
    give_role,
    hand_over,
    invite_person,
    leave,
    reopen_login,
    send_link,
)
from recommendations.actions.state import Doubt
from recommendations.enums import Act, Role, UpdateState
from recommendations.models import CommitteeMembership, Event, Reach, StatusUpdate, WordingDraft
from tests.factories import (
    PASSWORD,
    TODAY,
    CommitteeFactory,
    CommitteeMembershipFactory,
    MunicipalityFactory,
    OwnershipFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    UserFactory,
)

JUNE, CHRISTMAS, TOMORROW = date(2026, 6, 1), date(2026, 12, 25), date(2026, 11, 3)
MAJA = "maja.holm@eksempel.dk"


def acts():
    return [event.act for event in Event.objects.order_by("pk")]


def problem(refused, field):
    return refused.value.message_dict[field][0]


@pytest.fixture
def elsewhere(db):
    """A person who works for another municipality only."""
    with tenancy.active(MunicipalityFactory(slug="beta")):
        return CommitteeMembershipFactory(user=UserFactory(username="beate", email="beate@beta.dk")).user


class TestRoles:
    def test_a_role_is_given_changed_and_ended(self, sou, chief):
        user = UserFactory()
        role = give_role(by=chief, user=user, committee=sou, role=Role.EDITOR)
        assert Reach.of(user).committees(Role.EDITOR) == {sou.pk}
        again = give_role(by=chief, user=user, committee=sou, role=Role.EDITOR, valid_from=JUNE)
        assert (again.pk, again.valid_from) == (role.pk, JUNE)
        end_role(by=chief, membership=again, on=TODAY)
        assert Reach.of(user).committees() == set()
        assert acts() == [Act.ROLE_GIVEN, Act.ROLE_GIVEN, Act.ROLE_ENDED]
        assert {tuple(event.details["user"]) for event in Event.objects.all()} == {("", str(user.pk))}

    def test_giving_what_is_there_already_is_no_act(self, anna, sou, chief):
        give_role(by=chief, user=anna, committee=sou, role=Role.EDITOR)
        assert not Event.objects.exists()

    def test_a_role_that_ended_can_be_given_again(self, anna, sou, chief):
        end_role(by=chief, membership=CommitteeMembership.objects.get(user=anna), on=TODAY)
        give_role(by=chief, user=anna, committee=sou, role=Role.EDITOR)
        assert Reach.of(anna).committees() == {sou.pk}

    def test_ends_once_and_not_before_it_began(self, anna, sou, chief):
        role = CommitteeMembership.objects.get(user=anna)
        end_role(by=chief, membership=role, on=JUNE)
        with pytest.raises(ValidationError, match="allerede ophørt"):
            end_role(by=chief, membership=role, on=JUNE)
        late = CommitteeMembershipFactory(valid_from=JUNE)
        with pytest.raises(ValidationError, match="kan ikke ophøre, før den er begyndt"):
            end_role(by=chief, membership=late, on=JUNE - timedelta(days=1))
        late.refresh_from_db()
        assert late.valid_to is None

    def test_given_by_mistake_is_taken_back_the_same_day(self, sou, bo):
        role = give_role(by=bo, user=UserFactory(), committee=sou, role=Role.APPROVER, valid_from=TODAY)
        end_role(by=bo, membership=role, on=TODAY)
        assert Reach.of(role.user).committees() == set()
        assert not CommitteeMembership.objects.not_over(TODAY).filter(pk=role.pk).exists()

    def test_a_substitutes_ends_by_itself(self, sou, bo):
        user = UserFactory()
        role = give_role(by=bo, user=user, committee=sou, role=Role.APPROVER, valid_from=TOMORROW, valid_to=CHRISTMAS)
        assert role.last_day == date(2026, 12, 24)
        held = [day for day in (TODAY, TOMORROW, role.last_day, CHRISTMAS) if Reach.of(user, day).acting]
        assert held == [TOMORROW, role.last_day]

    @pytest.mark.parametrize(
        ("days", "field", "sentence"),
        [
            ({"valid_from": CHRISTMAS, "valid_to": TOMORROW}, "valid_to", "kan ikke ophøre, før den er begyndt"),
            ({"valid_from": CHRISTMAS, "valid_to": CHRISTMAS}, "valid_to", "kan ikke ophøre, før den er begyndt"),
            ({"valid_to": TODAY}, "valid_to", "Den dag er passeret"),
            ({"valid_to": JUNE}, "valid_to", "Den dag er passeret"),
            ({"valid_from": date(207, 6, 1)}, "valid_from", "Er årstallet skrevet rigtigt?"),
            ({"valid_to": date(2099, 6, 1)}, "valid_to", "Er årstallet skrevet rigtigt?"),
        ],
    )
    def test_days_that_cannot_be_are_refused_in_words(self, sou, bo, days, field, sentence):
        with pytest.raises(ValidationError) as refused:
            give_role(by=bo, user=UserFactory(), committee=sou, role=Role.EDITOR, **days)
        assert sentence in problem(refused, field)
        assert CommitteeMembership.objects.count() == 1

    def test_are_given_in_no_committee_that_has_ended_and_to_nobody_whose_login_is_closed(self, chief):
        ended = CommitteeFactory(valid_to=JUNE)
        gone = UserFactory(is_active=False)
        with pytest.raises(ValidationError) as refused:
            give_role(by=chief, user=gone, committee=ended, role=Role.EDITOR)
        assert set(refused.value.message_dict) == {"committee", "user"}


class TestWhoMayGive:
    @pytest.mark.parametrize("role", Role)
    def test_an_approver_gives_and_ends_every_role_in_the_own_committee(self, sou, bo, anna, role):
        given = give_role(by=bo, user=UserFactory(), committee=sou, role=role)
        end_role(by=bo, membership=given, on=TODAY)
        assert acts() == [Act.ROLE_GIVEN, Act.ROLE_ENDED]

    def test_not_in_another(self, sud, bo, carla):
        with pytest.raises(PermissionDenied, match="Kun en godkender for Socialudvalget"):
            give_role(by=bo, user=UserFactory(), committee=sud, role=Role.EDITOR)
        with pytest.raises(PermissionDenied, match="Kun en godkender for Socialudvalget"):
            end_role(by=bo, membership=CommitteeMembership.objects.get(user=carla), on=TODAY)

    @pytest.mark.parametrize("who", ["anna", "dina", "carla"])
    def test_nobody_else(self, request, sou, who):
        with pytest.raises(PermissionDenied):
            give_role(by=request.getfixturevalue(who), user=UserFactory(), committee=sou, role=Role.EDITOR)

    def test_a_substitute_cannot_stay_by_their_own_hand(self, sou, bo):
        substitute = CommitteeMembershipFactory(committee=sou, role=Role.APPROVER, valid_to=CHRISTMAS)
        for role in Role:
            with pytest.raises(PermissionDenied, match="Du kan ikke give dig selv en rolle"):
                give_role(by=substitute.user, user=substitute.user, committee=sou, role=role)
        give_role(by=bo, user=substitute.user, committee=sou, role=Role.APPROVER)  # another one lets them
        substitute.refresh_from_db()
        assert substitute.valid_to is None

    def test_after_its_last_day_a_substitute_gives_nothing(self, sou):
        over = CommitteeMembershipFactory(committee=sou, role=Role.APPROVER, valid_to=TODAY)
        with pytest.raises(PermissionDenied):
            give_role(by=over.user, user=UserFactory(), committee=sou, role=Role.EDITOR)

    def test_an_approver_attaches_nobody_of_another_municipality(self, sou, bo, chief, elsewhere):
        with pytest.raises(ValidationError) as refused:
            give_role(by=bo, user=elsewhere, committee=sou, role=Role.EDITOR)
        assert "arbejder for en anden kommune" in problem(refused, "user")
        give_role(by=chief, user=elsewhere, committee=sou, role=Role.EDITOR)
        assert Reach.of(elsewhere).acting == {Role.EDITOR: {sou.pk}}


class TestTheLastApprover:
    def test_is_asked_about(self, sou, bo, chief):
        role = CommitteeMembership.objects.get(user=bo)
        for by in (bo, chief):
            with pytest.raises(Doubt, match="ingen godkender, og intet kan udgives"):
                end_role(by=by, membership=role, on=TODAY)
        assert not Event.objects.exists()
        end_role(by=bo, membership=role, on=TODAY, sure=True)
        assert acts() == [Act.ROLE_ENDED]

    def test_not_where_another_stays(self, sou, bo):
        CommitteeMembershipFactory(committee=sou, role=Role.APPROVER)
        end_role(by=bo, membership=CommitteeMembership.objects.get(user=bo), on=TODAY)
        assert acts() == [Act.ROLE_ENDED]

    @pytest.mark.parametrize(
        "other",
        [
            {"user__is_active": False},
            {"valid_to": TODAY},
            {"valid_from": CHRISTMAS},
            {"role": Role.EDITOR},
        ],
    )
    def test_one_who_cannot_do_it_on_that_day_does_not_count(self, sou, bo, other):
        CommitteeMembershipFactory(**{"committee": sou, "role": Role.APPROVER} | other)
        with pytest.raises(Doubt):
            end_role(by=bo, membership=CommitteeMembership.objects.get(user=bo), on=TODAY)

    def test_an_editors_end_asks_nothing(self, sou, bo, anna):
        end_role(by=bo, membership=CommitteeMembership.objects.get(user=anna), on=TODAY)


class TestInviting:
    def invite(self, by, committee, email=MAJA, **more):
        return invite_person(by=by, email=email, committee=committee, **{"role": Role.EDITOR} | more)

    def test_makes_a_login_without_a_password_a_role_and_a_mail(self, sou, bo, delivered):
        done = self.invite(bo, sou, name="Maja Kirstine Holm", valid_to=CHRISTMAS)
        maja = User.objects.get(email=MAJA)
        assert (maja.username, maja.first_name, maja.last_name) == (MAJA, "Maja Kirstine", "Holm")
        assert (maja.is_staff, maja.is_superuser, maja.has_usable_password()) == (True, False, False)
        assert (done.role.user, done.role.role, done.role.valid_to) == (maja, Role.EDITOR, CHRISTMAS)
        assert done.is_new
        assert acts() == [Act.PERSON_INVITED]
        assert mail.outbox == []
        (letter,) = delivered()
        assert letter.to == [MAJA]
        assert "bo har givet dig et login. Du er Redaktør for Sundheds- og Omsorgsudvalget." in letter.body
        assert "til og med den 24. december 2026" in letter.body
        assert "/konto/velkommen/" in letter.body
        assert letter.body.split("/konto/velkommen/")[1].split()[0] in letter.alternatives[0][0]

    def test_who_is_known_gets_the_role_and_no_second_login(self, sou, bo, carla, delivered):
        User.objects.filter(pk=carla.pk).update(email="Carla@Eksempel.dk")
        done = self.invite(bo, sou, "carla@eksempel.dk")
        assert (done.is_new, done.role.user) == (False, carla)
        assert User.objects.filter(email__iexact="carla@eksempel.dk").count() == 1
        assert acts() == [Act.ROLE_GIVEN]
        (letter,) = delivered()
        assert "Du er Redaktør for Sundheds- og Omsorgsudvalget" in letter.body
        assert "/konto/velkommen/" not in letter.body

    def test_who_never_chose_a_password_gets_the_link_once_more(self, sou, bo, sud, chief, delivered):
        self.invite(bo, sou)
        done = self.invite(chief, sud)
        assert done.is_new is False
        _first, second = delivered()
        assert "/konto/velkommen/" in second.body
        assert "Du er Redaktør for Socialudvalget" in second.body

    def test_who_has_the_role_already_is_said_and_keeps_the_days(self, sou, bo, delivered):
        role = CommitteeMembershipFactory(user=UserFactory(email=MAJA), committee=sou, valid_to=CHRISTMAS)
        with pytest.raises(ValidationError) as refused:
            self.invite(bo, sou)
        assert "er allerede redaktør i Sundheds- og Omsorgsudvalget" in problem(refused, "email")
        role.refresh_from_db()
        assert role.valid_to == CHRISTMAS
        assert not delivered()

    def test_a_role_that_is_over_is_given_anew_and_told(self, sou, bo, delivered):
        CommitteeMembershipFactory(user=UserFactory(email=MAJA), committee=sou, valid_to=JUNE)
        assert self.invite(bo, sou).role.valid_to is None
        assert [letter.to for letter in delivered()] == [[MAJA]]

    def test_other_days_for_a_role_that_holds_are_not_mailed(self, sou, bo, delivered):
        maja = CommitteeMembershipFactory(user=UserFactory(email=MAJA), committee=sou).user
        give_role(by=bo, user=maja, committee=sou, role=Role.EDITOR, valid_to=CHRISTMAS)
        assert not delivered()

    @pytest.mark.parametrize("address", ["maja@privat.dk", "maja@ond-eksempel.dk", "maja@eksempel.dk.ondt.org"])
    def test_an_approver_invites_only_addresses_of_the_house(self, sou, bo, chief, address):
        """Else a private address of one's own could be the second person."""
        with pytest.raises(ValidationError) as refused:
            self.invite(bo, sou, address)
        assert "slutter ikke på @eksempel.dk" in problem(refused, "email")
        assert not User.objects.filter(email=address).exists()
        assert self.invite(chief, sou, address).is_new

    def test_a_shared_mailbox_is_nobody(self, sou, bo):
        with pytest.raises(ValidationError) as refused:
            self.invite(bo, sou, "SOU@eksempel.dk")
        assert "fælles postkasse" in problem(refused, "email")

    def test_where_no_address_of_the_house_is_known_an_administrator_invites(self, bo, sou):
        sou.email = ""
        sou.save()
        with pytest.raises(ValidationError) as refused:
            self.invite(bo, sou)
        assert "Bed en administrator" in problem(refused, "email")

    def test_who_works_for_another_municipality_is_an_administrators_to_attach(self, sou, bo, chief, elsewhere):
        with pytest.raises(ValidationError) as refused:
            self.invite(bo, sou, elsewhere.email)
        assert "arbejder for en anden kommune" in problem(refused, "user")
        assert self.invite(chief, sou, elsewhere.email).role.user == elsewhere

    def test_a_closed_login_is_said(self, sou, bo):
        UserFactory(email=MAJA, is_active=False)
        with pytest.raises(ValidationError) as refused:
            self.invite(bo, sou)
        assert "login'et er lukket" in problem(refused, "user")

    def test_what_is_wrong_with_the_role_leaves_no_login(self, sou, bo, delivered):
        with pytest.raises(ValidationError):
            self.invite(bo, sou, valid_to=JUNE)
        assert not User.objects.filter(email=MAJA).exists()
        assert not delivered()

    @pytest.mark.parametrize("address", ["m" * 64 + "@" + "a" * 60 + "." + "b" * 60 + ".dk", "maja/holm@eksempel.dk"])
    def test_an_address_that_is_no_username_is_refused_in_words(self, sou, chief, address):
        with pytest.raises(ValidationError) as refused:
            self.invite(chief, sou, address)
        assert "kan ikke bruges som brugernavn" in problem(refused, "email")

    def test_a_username_that_another_has_is_refused_in_words(self, sou, bo):
        UserFactory(username=MAJA, email="nyt.navn@eksempel.dk")
        with pytest.raises(ValidationError) as refused:
            self.invite(bo, sou)
        assert "har adressen som brugernavn" in problem(refused, "email")

    def test_twice_with_one_key_is_one_login_and_one_mail(self, sou, bo, delivered):
        key = uuid.uuid4()
        first, second = (self.invite(bo, sou, request_key=key) for _click in range(2))
        assert first == second
        assert (len(delivered()), User.objects.filter(email=MAJA).count()) == (1, 1)

    @pytest.mark.parametrize("who", ["anna", "dina", "carla"])
    def test_is_for_approvers_and_administrators(self, request, sou, who):
        with pytest.raises(PermissionDenied):
            self.invite(request.getfixturevalue(who), sou)

    def test_a_link_is_sent_again(self, sou, bo, sud, carla, delivered):
        maja = self.invite(bo, sou).role.user
        send_link(by=bo, user=maja)
        assert acts() == [Act.PERSON_INVITED, Act.LINK_SENT]
        assert "Vælg en ny adgangskode" in delivered()[1].subject
        with pytest.raises(PermissionDenied):
            send_link(by=bo, user=carla)
        with pytest.raises(ValidationError, match="ingen e-mail"):
            send_link(by=bo, user=bo)


class TestChoosing:
    def test_the_persons_own_password(self, db):
        maja = UserFactory(username="maja")
        choose_password(by=maja, user=maja, password="korrekt hest batteri")
        maja.refresh_from_db()
        assert maja.check_password("korrekt hest batteri")
        assert acts() == [Act.PASSWORD_CHOSEN]
        assert "korrekt" not in str(list(Event.objects.values()))

    def test_nobody_elses(self, anna, chief):
        with pytest.raises(PermissionDenied):
            choose_password(by=chief, user=anna, password="korrekt hest batteri")

    @pytest.mark.parametrize("password", ["kort", "123456789012", "adgangskode"])
    def test_a_weak_one_is_refused_in_words(self, anna, password):
        with pytest.raises(ValidationError) as refused:
            choose_password(by=anna, user=anna, password=password)
        assert problem(refused, "password").endswith(".")
        anna.refresh_from_db()
        assert anna.check_password(PASSWORD)


class TestChanging:
    def test_a_name_an_address_and_a_right(self, anna, chief):
        change_person(by=chief, user=anna, first_name="Anna", email="anna@eksempel.dk", is_superuser=True)
        event = Event.objects.get()
        assert (event.act, event.details["email"]) == (Act.PERSON_CHANGED, ["", "anna@eksempel.dk"])
        assert event.details["is_superuser"] == ["nej", "ja"]
        assert "password" not in event.details

    def test_nothing_new_is_no_act(self, anna, chief):
        change_person(by=chief, user=anna, first_name="", is_superuser=False)
        assert not Event.objects.exists()

    def test_two_have_not_one_address(self, anna, bo, chief):
        User.objects.filter(pk=bo.pk).update(email="bo@eksempel.dk")
        with pytest.raises(ValidationError) as refused:
            change_person(by=chief, user=anna, email="BO@eksempel.dk")
        assert "bo har allerede den adresse" in problem(refused, "email")

    def test_nobody_takes_the_rights_from_themselves(self, chief):
        with pytest.raises(ValidationError) as refused:
            change_person(by=chief, user=chief, is_superuser=False)
        assert "dine egne rettigheder" in problem(refused, "is_superuser")

    def test_is_for_administrators(self, anna, bo):
        with pytest.raises(PermissionDenied):
            change_person(by=bo, user=anna, email="bo@eksempel.dk")


class TestLeaving:
    @pytest.fixture
    def item(self, sou):
        item = RecommendationFactory(number="3.2")
        OwnershipFactory(item=item, committee=sou)
        return item

    def queues(self, user):
        """What stands in the queues of what is begun and of what was sent back."""
        reach = Reach.of(user)
        updates = StatusUpdate.objects
        return set(updates.begun_by(user, reach)), set(updates.returned_to(user, reach))

    @pytest.fixture
    def drafts(self, item, sou, anna):
        begun = StatusUpdateFactory(item=item, committee=sou, author=anna)
        returned = StatusUpdateFactory(item=item, committee=sou, author=anna, review_comment="Hvornår?")
        return begun, returned

    def test_ends_all_roles_and_closes_the_login(self, sou, anna, bo, client):
        client.force_login(anna)
        leave(by=bo, user=anna)
        anna.refresh_from_db()
        role = CommitteeMembership.objects.get(user=anna)
        assert (anna.is_active, role.valid_to) == (False, TODAY)
        assert client.get("/admin/").status_code == 302  # the session finds nobody
        event = Event.objects.get()
        assert (event.act, event.committee, event.on) == (Act.PERSON_LEFT, sou, TODAY)
        assert event.details["roles"] == ["Redaktør, SOU", ""]

    def test_the_colleagues_have_the_drafts_the_same_minute(self, drafts, anna, bo, carla, dina):
        begun, returned = drafts
        assert self.queues(bo) == (set(), set())
        leave(by=bo, user=anna)
        assert Event.objects.get(act=Act.PERSON_LEFT).details["left_drafts"] == ["", "2"]
        assert self.queues(bo) == ({begun}, {returned})
        assert self.queues(carla) == self.queues(dina) == (set(), set())

    @pytest.mark.parametrize(
        "gone",
        [
            lambda anna, _chief: User.objects.filter(pk=anna.pk).update(is_active=False),
            lambda anna, _chief: CommitteeMembership.objects.filter(user=anna).update(valid_to=TODAY),
            lambda anna, _chief: CommitteeMembership.objects.filter(user=anna).update(role=Role.SECRETARY),
            lambda anna, chief: end_role(
                by=chief, membership=CommitteeMembership.objects.get(user=anna), on=date(2026, 11, 1)
            ),
        ],
        ids=["closed", "expired", "another role", "ended"],
    )
    def test_however_it_came_that_the_author_can_no_longer_write(self, drafts, anna, bo, chief, gone):
        gone(anna, chief)
        assert self.queues(bo) == ({drafts[0]}, {drafts[1]})
        left = StatusUpdate.objects.with_author_left(Reach.of(bo).lineage)
        assert set(left.values_list("author_has_left", flat=True)) == {True}

    def test_who_still_writes_keeps_the_own(self, drafts, anna, bo):
        CommitteeMembership.objects.filter(user=anna).update(role=Role.APPROVER)
        assert self.queues(anna) == ({drafts[0]}, {drafts[1]})
        assert self.queues(bo) == (set(), set())
        left = StatusUpdate.objects.with_author_left(Reach.of(bo).lineage)
        assert set(left.values_list("author_has_left", flat=True)) == {False}

    def test_after_a_hand_over_the_heirs_people_still_write(self, drafts, sou, sud, anna, bo, carla, chief):
        hand_over(by=chief, predecessor=sou, successor=sud, on=JUNE)
        StatusUpdate.objects.update(committee=sou)  # as what came to the ended committee in another way
        assert self.queues(anna) == ({drafts[0]}, {drafts[1]})
        assert self.queues(carla) == (set(), set())
        leave(by=chief, user=anna)
        assert self.queues(carla) == ({drafts[0]}, {drafts[1]})

    def test_an_administrators_draft_is_not_left(self, item, sou, bo, chief):
        StatusUpdateFactory(item=item, committee=sou, author=chief)
        assert self.queues(bo) == (set(), set())

    def test_what_was_sent_and_published_is_untouched(self, item, sou, anna, bo):
        sent = StatusUpdateFactory(item=item, committee=sou, author=anna, state=UpdateState.SUBMITTED)
        leave(by=bo, user=anna)
        assert self.queues(bo) == (set(), set())
        assert set(StatusUpdate.objects.awaiting_approval_of(Reach.of(bo))) == {sent}

    def test_on_a_day_to_come_the_login_stays_open_until_then(self, sou, anna, bo):
        later = CommitteeMembershipFactory(user=anna, committee=sou, role=Role.SECRETARY, valid_from=CHRISTMAS)
        leave(by=bo, user=anna, on=TOMORROW)
        anna.refresh_from_db()
        later.refresh_from_db()
        assert anna.is_active
        assert Reach.of(anna).acting
        assert not Reach.of(anna, TOMORROW).acting
        assert later.valid_to == CHRISTMAS  # never held
        with pytest.raises(ValidationError, match="intet at ændre"):
            leave(by=bo, user=anna, on=TOMORROW)
        leave(by=bo, user=anna, on=TODAY)
        anna.refresh_from_db()
        assert not anna.is_active

    def test_twice_is_said(self, anna, bo):
        leave(by=bo, user=anna)
        with pytest.raises(ValidationError, match="allerede holdt op"):
            leave(by=bo, user=anna)

    def test_the_last_approver_is_asked_about(self, bo, chief):
        with pytest.raises(Doubt):
            leave(by=chief, user=bo)
        leave(by=chief, user=bo, sure=True)
        assert acts() == [Act.PERSON_LEFT]

    def test_a_day_that_cannot_be_is_refused(self, anna, bo):
        with pytest.raises(ValidationError) as refused:
            leave(by=bo, user=anna, on=date(207, 1, 1))
        assert "Er årstallet" in problem(refused, "on")

    def test_who_works_elsewhere_too_is_not_an_approvers_to_let_go(self, sud, anna, bo, carla, chief):
        CommitteeMembershipFactory(user=anna, committee=sud)
        with pytest.raises(PermissionDenied, match="arbejder også andre steder"):
            leave(by=bo, user=anna)
        with pytest.raises(PermissionDenied):
            leave(by=bo, user=carla)
        leave(by=chief, user=anna)
        assert Reach.of(anna).acting == {}

    def test_nobody_lets_themselves_go(self, bo, chief):
        for by in (bo, chief):
            with pytest.raises(PermissionDenied, match="dit eget login"):
                leave(by=by, user=by)

    def test_an_administrator_is_not_an_approvers_to_let_go(self, sou, bo, chief):
        CommitteeMembershipFactory(user=chief, committee=sou)
        assert not permissions.can_let_go(bo, chief)

    def test_another_municipality_keeps_the_login(self, sou, chief, bo, elsewhere):
        give_role(by=chief, user=elsewhere, committee=sou, role=Role.EDITOR)
        with pytest.raises(PermissionDenied):
            leave(by=bo, user=elsewhere)
        leave(by=chief, user=elsewhere)
        elsewhere.refresh_from_db()
        assert elsewhere.is_active
        assert Reach.of(elsewhere).acting == {}

    def test_who_comes_back_has_a_login_and_no_role(self, anna, bo, chief):
        leave(by=bo, user=anna)
        with pytest.raises(PermissionDenied):
            reopen_login(by=bo, user=anna)
        reopen_login(by=chief, user=anna)
        anna.refresh_from_db()
        assert (anna.is_active, Reach.of(anna).acting) == (True, {})
        assert acts() == [Act.PERSON_LEFT, Act.LOGIN_REOPENED]
        with pytest.raises(ValidationError, match="allerede åbent"):
            reopen_login(by=chief, user=anna)

    def test_proposed_words_that_were_sent_back_are_the_colleagues_too(self, item, anna, bo, carla):
        proposal = WordingDraft.objects.create(
            item=item,
            instead_of=item.wording,
            author=anna,
            title="Andre ord",
            state=UpdateState.DRAFT,
            valid_from=TODAY,
        )

        def returned(user):
            return list(WordingDraft.objects.returned_to(user, Reach.of(user)))

        assert (returned(anna), returned(bo)) == ([proposal], [])
        leave(by=bo, user=anna)
        assert (returned(bo), returned(carla)) == ([proposal], [])
