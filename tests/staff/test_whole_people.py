"""People, as those who manage them and those who come and go see it: pages, mails, and the link in a mail."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from recommendations.actions import UpdateDraft, leave, return_update, save_draft, submit_update
from recommendations.enums import Act, Role, Status, UpdateState
from recommendations.models import CommitteeMembership, Event, OutgoingMessage, Ownership, Reach
from recommendations.models.outgoing import MOST_SENDS
from tests.factories import (
    PASSWORD,
    CommitteeFactory,
    CommitteeMembershipFactory,
    InitiativeFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    UserFactory,
)
from tests.staff.hand import Hand
from tests.staff.whole_pages import StaffPage, of

COVERAGE, NEW = "/admin/daekning/", "/admin/daekning/ny/"
MAJA, CHOSEN = "maja.holm@eksempel.dk", "fire små blå heste"


def link_in(letter):
    return re.search(r"https?://[^/\s]+(/konto/velkommen/\S+)", letter.body)[1]


@pytest.fixture
def press(delivered):
    """Press a button, and let a minute pass: mails are sent."""

    def pressed(page, button, **filled):
        after = page.press(button, **filled)
        delivered()
        return after

    return pressed


class TestANewColleague:
    @pytest.fixture
    def invited(self, as_user, bo, press):
        page = press(StaffPage.open(as_user(bo), NEW), "Invitér", email=f"Maja Holm <{MAJA}>")
        assert f"Invitationen bliver sendt til {MAJA} om lidt." in page.text
        return User.objects.get(email=MAJA)

    def test_is_invited_reads_the_mail_chooses_a_password_and_works(self, invited, citizen, sou):
        assert invited.get_full_name() == "Maja Holm"
        page = StaffPage.open(citizen, link_in(mail.outbox[0]))
        assert "Dit brugernavn er maja.holm@eksempel.dk." in page.text
        page = page.press("Gem og log ind", password=CHOSEN)
        assert page.address == "/admin/"
        assert "Din adgangskode er gemt." in page.text
        assert Reach.of(invited).acting == {Role.EDITOR: {sou.pk}}
        fresh = Client()
        assert fresh.post("/konto/login/", {"login": MAJA, "password": CHOSEN}).status_code == 302
        assert list(Event.objects.order_by("pk").values_list("act", flat=True)) == [
            Act.PERSON_INVITED,
            Act.PASSWORD_CHOSEN,
        ]

    def test_who_looks_at_the_link_changes_nothing(self, invited, citizen):
        """As mail programs and filters do."""
        before = User.objects.values().get(pk=invited.pk)
        address = link_in(mail.outbox[0])
        for method in (citizen.get, citizen.head, citizen.get):
            assert method(address).status_code == 200
        assert User.objects.values().get(pk=invited.pk) == before
        assert not citizen.session.keys()
        assert citizen.get("/admin/").status_code == 302
        assert citizen.get(address)["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"

    def test_a_weak_password_is_refused_in_words_and_the_link_still_works(self, invited, citizen):
        page = StaffPage.open(citizen, link_in(mail.outbox[0]))
        refused = page.press("Gem og log ind", password="kort")
        assert refused.status == 422
        assert "adgangskode" in refused.text
        assert refused.press("Gem og log ind", password=CHOSEN).address == "/admin/"

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_used_link_says_how_to_get_another(self, invited, citizen, method):
        address = link_in(mail.outbox[0])
        StaffPage.open(citizen, address).press("Gem og log ind", password=CHOSEN)
        stranger = Client()
        answer = getattr(stranger, method)(address, {"password": "en helt anden kode"})
        assert answer.status_code == 410
        assert "»Send linket igen«" in answer.content.decode()
        assert stranger.get("/admin/").status_code == 302
        assert User.objects.get(pk=invited.pk).check_password(CHOSEN)

    @pytest.mark.parametrize(
        "path", ["x/y", "MQ/abc-123", f"{'9' * 40}/abc-123", "AAAA/ÆØÅ", "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkw/a-b"]
    )
    def test_what_is_no_link_of_ours_is_answered_alike(self, db, citizen, path):
        answer = citizen.get(f"/konto/velkommen/{path}/")
        assert answer.status_code == 410
        assert "Linket virker ikke længere" in answer.content.decode()

    def test_the_link_of_somebody_who_has_left_lets_nobody_in(self, invited, citizen, bo):
        leave(by=bo, user=invited)
        assert citizen.get(link_in(mail.outbox[0])).status_code == 410

    def test_an_old_link_lets_nobody_in(self, invited, citizen, settings):
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert citizen.get(link_in(mail.outbox[0])).status_code == 410

    def test_at_another_municipality_the_link_lets_nobody_in(self, invited, citizen, municipality, settings):
        settings.ALLOWED_HOSTS = [".eksempel.dk", "testserver"]
        municipality.hosts = "testserver"
        municipality.save()
        MunicipalityFactory(slug="beta", hosts="beta.eksempel.dk")
        address = link_in(mail.outbox[0])
        assert citizen.get(address, headers={"host": "beta.eksempel.dk"}).status_code == 410
        assert citizen.get(address).status_code == 200

    def test_the_link_is_sent_again_from_the_persons_page(self, invited, as_user, bo, citizen, press):
        page = StaffPage.open(as_user(bo), COVERAGE).link("Maja Holm")
        assert "Har ikke valgt en adgangskode endnu. Linket er bestilt den 2. november 2026." in page.text
        page = press(page.link("Send linket igen"), "Send linket")
        assert "Linket bliver sendt om lidt." in page.text
        StaffPage.open(citizen, link_in(mail.outbox[1])).press("Gem og log ind", password=CHOSEN)
        assert Client().get(link_in(mail.outbox[0])).status_code == 410  # the choice uses up both

    def test_a_forgotten_password_is_chosen_anew_the_same_way(self, as_user, bo, anna, citizen, press):
        User.objects.filter(pk=anna.pk).update(email="anna@eksempel.dk")
        page = StaffPage.open(as_user(bo), COVERAGE).link("anna").link("Send et link til en ny adgangskode")
        press(page, "Send linket")
        StaffPage.open(citizen, link_in(mail.outbox[0])).press("Gem og log ind", password=CHOSEN)
        anna.refresh_from_db()
        assert anna.check_password(CHOSEN)

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("maja", "Skriv en adresse som maja@eksempel.dk."),
            ("", "Dette felt er påkrævet."),
            ("a@eksempel.dk, b@eksempel.dk", "Skriv én adresse ad gangen."),
            ("maja@privat.dk", "slutter ikke på @eksempel.dk"),
            ("bo@eksempel.dk", "Du kan ikke give dig selv en rolle"),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_typed_is_lost(self, as_user, bo, typed, sentence):
        User.objects.filter(pk=bo.pk).update(email="bo@eksempel.dk")
        page = StaffPage.open(as_user(bo), NEW).press("Invitér", email=typed, name="Maja Holm", role=Role.SECRETARY)
        assert page.status == 422
        assert sentence in page.text
        sent = dict(page.sent("Invitér")[1])
        assert (sent.get("email", ""), sent["name"], sent["role"]) == (typed, "Maja Holm", Role.SECRETARY)
        assert not OutgoingMessage.objects.exists()

    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            (MAJA, ""),
            (f"Maja Holm <{MAJA}>", "Maja Holm"),
            (f'"Holm, Maja" <{MAJA}>', "Holm, Maja"),
            (f"  {MAJA}  ", ""),
            (f"Maja Holm ({MAJA})", "Maja Holm"),
        ],
    )
    def test_an_address_may_be_pasted_as_mail_programs_write_it(self, as_user, bo, typed, name):
        StaffPage.open(as_user(bo), NEW).press("Invitér", email=typed)
        assert User.objects.get(email=MAJA).get_full_name() == name

    def test_a_mail_that_cannot_be_sent_is_said_where_the_person_stands_with_the_way_on(
        self, as_user, bo, press, settings
    ):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_PORT = 1  # nobody is there
        press(StaffPage.open(as_user(bo), NEW), "Invitér", email=MAJA)
        for _try in range(MOST_SENDS - 1):
            assert "en mail kunne ikke sendes" not in StaffPage.open(as_user(bo), COVERAGE).text
            OutgoingMessage.objects.update(run_after=timezone.now())
            call_command("send")
        coverage = StaffPage.open(as_user(bo), COVERAGE)
        assert "en mail kunne ikke sendes" in coverage.text
        page = coverage.link(MAJA)
        assert "En mail til personen kunne ikke sendes." in page.text
        assert "Send linket igen" in page.text

    def test_is_for_those_who_may(self, as_user, citizen, anna, dina, carla):
        for user in (anna, dina, carla):
            assert as_user(user).get(NEW).status_code == 403
        assert citizen.get(NEW, follow=True).redirect_chain[-1][0].startswith("/konto/login/")

    def test_an_administrator_comes_to_it_from_the_logins_too(self, as_user, chief):
        assert StaffPage.open(as_user(chief), reverse("admin:auth_user_add")).address == NEW


class TestASubstitute:
    def test_gets_a_role_to_a_last_day_and_is_let_on_by_another(self, as_user, bo, sou, press):
        client = as_user(bo)
        page = StaffPage.open(client, COVERAGE).link("Ny medarbejder: Sundheds- og Omsorgsudvalget")
        days = {"valid_from": "2026-11-09", "valid_to": "2026-11-20"}
        page = press(page, "Invitér", email="vikar@eksempel.dk", role=Role.APPROVER, **days)
        role = CommitteeMembership.objects.get(user__email="vikar@eksempel.dk")
        assert (role.valid_from, role.valid_to) == (date(2026, 11, 9), date(2026, 11, 21))
        assert "godkender (fra 09.11.2026, til og med 20.11.2026)" in page.text
        page = page.link("vikar@eksempel.dk").link("Ret dagene: Godkender, Sundheds- og Omsorgsudvalget")
        assert dict(page.sent("Gem dagene")[1])["valid_to"] == "2026-11-20"
        refused = page.press("Gem dagene", valid_to="2026-11-08")
        assert "Rollen kan ikke ophøre, før den er begyndt." in refused.text
        assert dict(refused.sent("Gem dagene")[1])["valid_to"] == "2026-11-08"
        assert "Dagene er rettet." in refused.press("Gem dagene", valid_to="2026-12-31").text
        role.refresh_from_db()
        assert role.last_day == date(2026, 12, 31)

    def test_cannot_change_the_own_days(self, as_user, sou):
        role = CommitteeMembershipFactory(committee=sou, role=Role.APPROVER, valid_to=date(2026, 12, 1))
        client = as_user(role.user)
        page = StaffPage.open(client, reverse("person", args=[role.user.pk]))
        assert "Ret dagene" not in page.text
        assert "Giv en rolle mere" not in page.text
        answer = client.post(reverse("role", args=[role.pk]), {"valid_to": "2027-12-01"})
        assert answer.status_code == 403
        role.refresh_from_db()
        assert role.valid_to == date(2026, 12, 1)

    def test_from_another_committee_is_found_by_the_address_and_gets_no_second_login(
        self, as_user, bo, carla, sou, press
    ):
        User.objects.filter(pk=carla.pk).update(email="carla@eksempel.dk")
        page = press(StaffPage.open(as_user(bo), NEW), "Invitér", email="carla@eksempel.dk", valid_to="2026-11-20")
        assert "Carla har allerede et login og har nu rollen." in page.text
        assert sou.pk in Reach.of(carla).committees(Role.EDITOR)
        assert User.objects.filter(email="carla@eksempel.dk").count() == 1
        assert "Du er Redaktør for Sundheds- og Omsorgsudvalget." in mail.outbox[0].body


class TestSomebodyLeaves:
    @pytest.fixture
    def item(self, sou):
        item = RecommendationFactory(number="3.2", title="Besøg af faste teams")
        OwnershipFactory(item=item, committee=sou)
        return item

    def test_the_colleagues_go_on_with_what_was_begun_and_sent_back(self, as_user, anna, bo, sou, item):
        mira = CommitteeMembershipFactory(user__username="mira", committee=sou).user
        draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.IN_PROGRESS, text="Begy"))
        submit_update(by=anna, update=draft)
        return_update(by=bo, update=draft, comment="Skriv færdig.")
        assert "Skriv færdig." not in StaffPage.open(as_user(mira), "/admin/").text
        page = StaffPage.open(as_user(bo), COVERAGE).link("anna").link("Personen er holdt op")
        assert "1 kladder, som personen har begyndt" in page.text
        after = page.press("Registrer, at personen er holdt op")
        assert "Anna er holdt op, og login'et er lukket." in after.text
        for colleague in (mira, bo):
            assert "Skriv færdig." in StaffPage.open(as_user(colleague), "/admin/").text
        StaffPage.open(as_user(mira), of(draft)).press("Send til godkendelse", text="Begyndt i to bydele.")
        draft.refresh_from_db()
        assert (draft.author, draft.state, draft.text) == (mira, UpdateState.SUBMITTED, "Begyndt i to bydele.")

    def test_a_closed_login_is_said_to_whoever_knows_its_password_and_to_nobody_else(self, client, anna, bo):
        client.force_login(anna)
        leave(by=bo, user=anna)
        assert client.get("/admin/").status_code == 302
        own, stranger = Client(), Client()
        page = StaffPage.open(own, "/konto/login/").press("Log ind", login="anna", password=PASSWORD)
        assert "Dit login er lukket" in page.text
        assert own.get("/admin/").status_code == 302
        told = [
            StaffPage.open(stranger, "/konto/login/").press("Log ind", login=login, password="en-forkert-adgangskode")
            for login in ("anna", "findes-ikke")
        ]
        assert "lukket" not in told[0].text
        assert told[0].text.replace("anna", "") == told[1].text.replace("findes-ikke", "")

    def test_the_last_approver_is_asked_about_first(self, as_user, chief, bo):
        page = StaffPage.open(as_user(chief), reverse("person_left", args=[bo.pk]))
        assert "sure" not in [
            name for name, value in page.sent("Registrer, at personen er holdt op")[1] if value == "on"
        ]
        asked = page.press("Registrer, at personen er holdt op")
        assert "Så har Sundheds- og Omsorgsudvalget ingen godkender, og intet kan udgives." in asked.text
        bo.refresh_from_db()
        assert bo.is_active
        assert "Bo er holdt op" in asked.press("Registrer, at personen er holdt op", sure="on").text

    def test_a_last_day_to_come_ends_the_roles_then(self, as_user, bo, anna):
        page = StaffPage.open(as_user(bo), reverse("person_left", args=[anna.pk]))
        after = page.press("Registrer, at personen er holdt op", on="2026-11-30")
        assert "roller ophører den dag" in after.text
        assert "redaktør (til og med 30.11.2026)" in after.text
        anna.refresh_from_db()
        assert anna.is_active

    def test_who_comes_back_is_let_in_by_an_administrator(self, as_user, chief, bo, anna, sou):
        leave(by=bo, user=anna)
        client = as_user(chief)
        page = StaffPage.open(client, reverse("person", args=[anna.pk]))
        assert "Login'et er lukket." in page.text
        page = page.link("Åbn login'et igen").press("Åbn login'et")
        page = page.link("Giv en rolle mere").press("Giv rollen", committee=sou.pk, role=Role.EDITOR)
        assert "Rollen er givet." in page.text
        assert Reach.of(User.objects.get(pk=anna.pk)).acting == {Role.EDITOR: {sou.pk}}

    def test_an_administrator_mends_a_name_and_an_address(self, as_user, chief, anna, bo):
        User.objects.filter(pk=bo.pk).update(email="bo@eksempel.dk")
        page = StaffPage.open(as_user(chief), reverse("person", args=[anna.pk])).link("Navn, e-mail og rettigheder")
        refused = page.press("Gem", email="bo@eksempel.dk", first_name="Anna")
        assert "bo har allerede den adresse." in refused.text
        assert dict(refused.sent("Gem")[1])["first_name"] == "Anna"
        refused.press("Gem", email="anna@eksempel.dk")
        anna.refresh_from_db()
        assert (anna.first_name, anna.email, anna.is_active, anna.is_staff) == ("Anna", "anna@eksempel.dk", True, True)
        assert anna.check_password(PASSWORD)

    @pytest.mark.parametrize("whose", ["anna", "chief"])
    def test_nobody_sets_a_password_without_the_old_one(self, request, as_user, chief, whose):
        person = request.getfixturevalue(whose)
        client, address = as_user(chief), f"/admin/auth/user/{person.pk}/password/"
        typed = {"password1": CHOSEN, "password2": CHOSEN, "usable_password": "true"}
        for where in (address, f"/admin/auth/user/{person.pk}/change/password/"):
            client.post(where, typed)
            assert client.get(where, follow=True).status_code == 404
        person.refresh_from_db()
        assert person.check_password(PASSWORD)
        page = client.get(reverse("admin:auth_user_change", args=[person.pk])).content.decode()
        assert "password" not in page
        assert reverse("person", args=[person.pk]) in page


class TestWhoCoversWhat:
    def test_says_who_until_when_and_where_nobody_does(self, as_user, chief, anna, bo, sou, sud, carla):
        CommitteeMembership.objects.filter(user=bo).update(valid_to=date(2026, 11, 21))
        OwnershipFactory(item=RecommendationFactory(), committee=sud)
        UserFactory(username="uden")
        User.objects.filter(pk=carla.pk).update(is_active=False)
        text = StaffPage.open(as_user(chief), COVERAGE).text
        assert "bo: godkender (til og med 20.11.2026)" in text
        assert "bo er godkender for Sundheds- og Omsorgsudvalget til og med 20.11.2026. Derefter er der ingen." in text
        assert "Socialudvalget har hverken redaktør eller godkender. Ingen kan skrive om 1 rækker." in text
        assert "carla er redaktør for Socialudvalget, men login'et er lukket." in text
        assert "Sundheds- og Omsorgsudvalget har ingen udvalgssekretær." in text
        assert "Åbne login uden en rolle. Luk dem, eller giv dem en. uden" in text

    def test_numbers_lead_to_that_many_rows(self, as_user, chief):
        ended = CommitteeFactory(code="GAMMEL", valid_to=date(2026, 1, 1))
        left = PublicationFactory()
        for item in (RecommendationFactory(publication=left), InitiativeFactory(publication=left)):
            OwnershipFactory(item=item, committee=ended)
        for _n in range(2):
            RecommendationFactory(publication=left)  # nobody's
        RecommendationFactory(publication=left, kind="heading")
        RecommendationFactory(publication=PublicationFactory(expects_answers=False))
        client = as_user(chief)
        page = StaffPage.open(client, COVERAGE)
        assert "Udvalget er ophørt, og ingen har overtaget. Ingen kan skrive om: 1 anbefaling, 1 initiativ" in page.text
        assert "Der ventes svar, men intet udvalg ejer: 2 anbefalinger" in page.text
        for words, count in (("1 anbefaling", 1), ("1 initiativ", 1), ("2 anbefalinger", 2)):
            shown = page.link(words)
            assert len(shown.tree.xpath('//table[@id="result_list"]/tbody/tr')) == count, words

    def test_everybody_sees_the_own_committees_and_only_who_may_can_change(self, as_user, anna, bo, dina, carla):
        for user in (anna, dina):
            page = StaffPage.open(as_user(user), COVERAGE)
            assert "bo: godkender" in page.text
            assert "carla" not in page.text
            assert "Ny medarbejder" not in page.text
            assert as_user(user).get(reverse("person", args=[bo.pk])).status_code == 403
        assert "Ny medarbejder" in StaffPage.open(as_user(bo), COVERAGE).text
        assert as_user(bo).get(reverse("person", args=[carla.pk])).status_code == 403
        assert as_user(UserFactory()).get(COVERAGE).status_code == 403

    def test_where_all_is_covered_that_is_said(self, as_user, anna, bo, dina):
        assert "Alle udvalg har redaktør, godkender og udvalgssekretær" in StaffPage.open(as_user(bo), COVERAGE).text

    def test_asks_the_same_number_of_queries_however_many_there_are(self, as_user, chief):
        def asked():
            client = as_user(chief)
            with CaptureQueriesContext(connection) as queries:
                page = client.get(COVERAGE)
            return len(queries), len(page.content)

        def more(committees, people):
            for _n in range(committees):
                committee = CommitteeFactory()
                OwnershipFactory(item=RecommendationFactory(), committee=committee)
                for n in range(people):
                    CommitteeMembershipFactory(committee=committee, role=Role.values[n % 3])

        more(1, 1)
        few, _size = asked()
        more(39, 5)
        many, size = asked()
        assert few == many <= 14
        assert size < 60_000


@pytest.mark.browser
class TestCounted:
    def test_a_new_colleague_works_in_six_interactions_together(self, open_page, bo, live_server, delivered):
        inviting = Hand(open_page(bo))
        inviting.page.goto("/admin/")
        inviting.click("link", "Ny medarbejder", exact=True)
        inviting.fill("E-mail", f"Maja Holm <{MAJA}>")
        inviting.click("button", "Invitér")
        inviting.page.wait_for_url(f"**{COVERAGE}")
        invited = Hand(open_page())
        invited.page.goto(link_in(delivered()[0]))  # one click in the mail
        invited.used += 1
        invited.fill("Adgangskode", CHOSEN, exact=True)
        invited.click("button", "Gem og log ind")
        invited.page.wait_for_url("**/admin/")
        assert (inviting.used, invited.used) == (3, 3)
        assert Reach.of(User.objects.get(email=MAJA)).acting

    def test_a_committee_with_many_rows_is_handed_over_in_six(self, open_page, chief, sou, sud):
        for _n in range(12):
            OwnershipFactory(item=RecommendationFactory(), committee=sou)
        hand = Hand(open_page(chief))
        hand.page.goto("/admin/")
        hand.click("link", "Hvem dækker hvad", exact=True)
        hand.click("link", re.compile("Udvalget er ændret.*Sundheds"))
        hand.choose("Til udvalg", str(sud.pk))
        hand.fill("Dato", timezone.localdate().isoformat())
        hand.click("button", "Vis, hvad der vil ske")
        hand.click("button", "Registrer skiftet")
        hand.page.get_by_text("Skiftet er registreret.").wait_for()
        assert hand.used <= 6
        assert Ownership.objects.in_force().filter(committee=sud).count() == 12

    def test_so_is_one_to_a_new_committee(self, open_page, chief, sou):
        OwnershipFactory(item=RecommendationFactory(), committee=sou)
        hand = Hand(open_page(chief))
        hand.page.goto("/admin/")
        hand.click("link", "Hvem dækker hvad", exact=True)
        hand.click("link", re.compile("Udvalget er ændret.*Sundheds"))
        hand.fill("Det nye udvalgs navn", "Omsorgsudvalget")
        hand.fill("Dets forkortelse", "OMU")
        hand.click("button", "Vis, hvad der vil ske")
        hand.click("button", "Registrer skiftet")
        hand.page.get_by_text("Skiftet er registreret.").wait_for()
        assert hand.used <= 6

    def test_the_pages_are_accessible_and_fit_a_phone(self, open_page, faults_of, chief, anna, bo, sou):
        OwnershipFactory(item=RecommendationFactory(), committee=sou)
        addresses = [
            reverse("admin:recommendations_committee_hand_over", args=[sou.pk]),
            reverse("admin:auth_user_change", args=[anna.pk]),
            COVERAGE,
            NEW,
            reverse("person", args=[anna.pk]),
            reverse("person_left", args=[anna.pk]),
            reverse("person_role", args=[anna.pk]),
        ]
        for width in (1280, 320):
            page = open_page(chief, viewport={"width": width, "height": 800})
            for address in addresses:
                page.goto(address)
                assert faults_of(page) == [], (width, address)
            page.goto(addresses[0])
            page.get_by_text("Vælg kilder og rækker").click()
            page.get_by_role("button", name="Vis rækkerne").click()
            page.get_by_text("Vælg kilder og rækker").wait_for()
            assert faults_of(page) == [], (width, "opened")
            key = urlsafe_base64_encode(str(anna.pk).encode())
            welcome = open_page(viewport={"width": width, "height": 800})
            for token in (default_token_generator.make_token(anna), "brugt"):
                welcome.goto(reverse("choose_password", args=[key, token]))
                assert faults_of(welcome) == [], (width, token)
