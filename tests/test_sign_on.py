"""The municipality's own login, against a provider that answers on loopback: who is let in, as what, and who is not."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from recommendations.actions import choose_password, give_role, invite_person, send_link
from recommendations.checks import check_somebody_gets_in
from recommendations.enums import Act, Role
from recommendations.models import CommitteeMembership, Event
from recommendations.sending import send_due
from tests.factories import PASSWORD, CommitteeMembershipFactory, UserFactory
from tests.installations import in_production
from tests.oidc_provider import CLIENT, SECRET, running_provider
from tracker.settings import roles_by_group
from tracker.sign_on import signed_off

pytestmark = pytest.mark.django_db

LOGIN, WORK = reverse("account_login"), reverse("admin:index")
AWAY, BACK = (reverse(f"openid_connect_{name}", args=["kommune"]) for name in ("login", "callback"))
EMIL = {"name": "Emil Holm", "email": "emil@kk.dk", "email_verified": True, "groups": ["SOU-skriver"]}


@pytest.fixture(scope="module")
def running():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running, settings):
    """Turned on, with emil in it."""
    running.people, running.faults, running.log = {"7": dict(EMIL)}, {}, []
    use(running, settings)
    return running


def use(provider, settings):
    app = {
        "provider_id": "kommune",
        "name": "Kommunens login",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": provider.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    settings.SIGN_ON_SERVER = provider.url
    settings.SIGN_ON_ROLES = roles_by_group(["SOU-skriver=redaktør:SOU", "SOU-chef=godkender:SOU"])
    settings.SIGN_ON_ADMIN_GROUP = ""
    settings.BREAK_GLASS = ["noed"]


def come(client, provider, sub="7"):
    """What the browser of somebody does who presses the button; the last answer of ours."""
    away = client.get(AWAY)
    assert away.status_code == 302, away.content.decode()
    asked = parse_qs(urlsplit(away["Location"]).query)
    return client.get(provider.code_for(sub, asked).removeprefix("http://testserver"))


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


def roles_of(user):
    found = CommitteeMembership.objects.in_force(timezone.localdate()).filter(user=user).order_by("role")
    return [(role.role, role.committee.code) for role in found]


# --- The first time -------------------------------------------------------------------------------------------------


def test_whoever_comes_the_first_time_gets_a_login_without_a_password_and_the_roles_of_the_groups(
    citizen, provider, sou, security
):
    assert come(citizen, provider).url == WORK
    emil = User.objects.get(username="emil@kk.dk")
    assert (emil.get_full_name(), emil.email, emil.has_usable_password()) == ("Emil Holm", "emil@kk.dk", False)
    assert (emil.is_staff, emil.is_superuser) == (True, False)
    assert roles_of(emil) == [("editor", "SOU")]
    assert citizen.get(WORK).status_code == 200
    told = [(event.act, event.by) for event in Event.objects.order_by("pk")]
    assert told == [(Act.PERSON_CHANGED, None), (Act.ROLE_GIVEN, None)]
    [line] = security("login")
    assert (line.sec_who, line.sec_how) == ("emil@kk.dk", "sign-on")


def test_nothing_is_kept_of_what_the_provider_said_but_its_name_for_the_person(citizen, provider, sou):
    come(citizen, provider)
    come(citizen, provider)
    account = SocialAccount.objects.get()
    assert (account.uid, account.extra_data) == ("7", {"userinfo": {"sub": "7"}})


def test_an_invitation_is_found_by_its_verified_address(citizen, provider, sou, chief):
    invited = invite_person(by=chief, email="emil@kk.dk", committee=sou, role=Role.SECRETARY)
    come(citizen, provider)
    assert User.objects.filter(email="emil@kk.dk").count() == 1
    assert roles_of(invited.role.user) == [("editor", "SOU"), ("secretary", "SOU")]


def test_what_follows_from_coming_is_not_told_in_mail(citizen, provider, sou):
    come(citizen, provider)
    assert Event.objects.filter(act=Act.ROLE_GIVEN).exists()
    send_due()
    assert mail.outbox == []


def test_an_invitation_says_nothing_of_passwords(provider, sou, chief, as_user):
    page = reverse("new_person")
    assert "logger ind med kommunens login" in words(as_user(chief).get(page))
    invite_person(by=chief, email="emil@kk.dk", committee=sou, role=Role.SECRETARY)
    send_due()
    [letter] = mail.outbox
    assert "Log ind her" in letter.body
    assert "velkommen" not in letter.body


def test_an_address_that_is_not_verified_gives_no_login(citizen, provider, sou):
    provider.people["7"]["email_verified"] = False
    response = come(citizen, provider)
    assert response.status_code == 403
    assert "ingen bekræftet mailadresse" in words(response)
    assert not User.objects.exists()


def test_where_the_municipality_vouches_for_all_its_addresses_it_does(citizen, provider, sou, settings):
    settings.SIGN_ON_TRUST_MAIL = True
    del provider.people["7"]["email_verified"]
    assert come(citizen, provider).url == WORK


@pytest.mark.parametrize("way", ["password", "second factor", "another uid", "closed"])
def test_a_login_that_somebody_has_a_way_into_is_not_given_away_by_its_address(citizen, provider, sou, security, way):
    emil = UserFactory(username="emil", email="EMIL@kk.dk", is_superuser=True)
    if way != "password":
        emil.set_unusable_password()
    emil.is_active = way != "closed"
    emil.save()
    if way == "second factor":
        Authenticator.objects.create(user=emil, type=Authenticator.Type.TOTP, data={})
    if way == "another uid":
        SocialAccount.objects.create(user=emil, provider="kommune", uid="8")
    response = come(citizen, provider)
    assert response.status_code == 403
    assert "Der er allerede et login" in words(response)
    assert not SocialAccount.objects.filter(uid="7").exists()
    assert citizen.get(WORK).status_code == 302
    assert "Der er allerede et login" in security("sign_on_refused")[0].sec_why


def test_a_login_that_was_moved_is_found(citizen, provider, sou, anna, capsys):
    User.objects.filter(pk=anna.pk).update(email="emil@kk.dk")
    Authenticator.objects.create(user=anna, type=Authenticator.Type.TOTP, data={})
    call_command("move_to_sign_on", "anna")
    assert "anna logger nu ind med kommunens login." in capsys.readouterr().out
    assert come(citizen, provider).url == WORK
    anna.refresh_from_db()
    assert (anna.get_full_name(), anna.has_usable_password()) == ("Emil Holm", False)
    assert SocialAccount.objects.get().user == anna


def test_all_are_moved_but_those_of_break_glass(provider, anna, chief, capsys):
    UserFactory(username="noed")
    call_command("move_to_sign_on", "--alle")
    assert [user.username for user in User.objects.order_by("pk") if user.has_usable_password()] == ["noed"]
    assert "noed står i BREAK_GLASS" in capsys.readouterr().out


def test_nobody_is_moved_by_a_name_that_is_not_there_or_without_sign_on(provider, anna, settings):
    with pytest.raises(CommandError, match="intet åbent login, der hedder emil"):
        call_command("move_to_sign_on", "emil", "anna")
    settings.SIGN_ON_SERVER = ""
    with pytest.raises(CommandError, match="SIGN_ON_SERVER"):
        call_command("move_to_sign_on", "anna")
    assert User.objects.get(pk=anna.pk).has_usable_password()


# --- Every time -----------------------------------------------------------------------------------------------------


def test_a_role_withdrawn_at_the_provider_is_gone_at_the_next_login_and_one_given_is_there(citizen, provider, sou):
    come(citizen, provider)
    emil = User.objects.get()
    provider.people["7"] |= {"groups": ["SOU-chef"], "name": "Emil Berg", "email": "e.berg@kk.dk"}
    come(citizen, provider)
    emil.refresh_from_db()
    assert roles_of(emil) == [("approver", "SOU")]
    assert (emil.last_name, emil.email, emil.username) == ("Berg", "e.berg@kk.dk", "emil@kk.dk")
    acts = [event.act for event in Event.objects.order_by("pk")]
    assert acts[2:] == [Act.PERSON_CHANGED, Act.ROLE_ENDED, Act.ROLE_GIVEN]
    provider.people["7"]["groups"] = ["SOU-skriver"]
    come(citizen, provider)
    assert roles_of(emil) == [("editor", "SOU")]


def test_nothing_is_told_where_nothing_has_changed(citizen, provider, sou):
    come(citizen, provider)
    before = Event.objects.count()
    come(citizen, provider)
    assert Event.objects.count() == before


@pytest.mark.parametrize("groups", [None, [], "andet"])
def test_without_a_group_all_of_the_providers_roles_go_and_those_given_here_stay(citizen, provider, sou, sud, groups):
    come(citizen, provider)
    emil = User.objects.get()
    CommitteeMembershipFactory(user=emil, committee=sud, role=Role.EDITOR)
    CommitteeMembershipFactory(user=emil, committee=sou, role=Role.SECRETARY)
    provider.people["7"]["groups"] = groups
    come(citizen, provider)
    assert roles_of(emil) == [("editor", "SUD"), ("secretary", "SOU")]


def test_one_group_may_come_as_a_word_of_its_own(citizen, provider, sou):
    provider.people["7"]["groups"] = "SOU-chef"
    come(citizen, provider)
    assert roles_of(User.objects.get()) == [("approver", "SOU")]


def test_too_many_groups_to_send_are_not_taken_for_none(citizen, provider, sou):
    come(citizen, provider)
    provider.people["7"] = {**EMIL, "groups": None, "_claim_names": {"groups": "src1"}}
    assert come(citizen, provider).status_code == 403
    assert roles_of(User.objects.get()) == [("editor", "SOU")]


@pytest.mark.parametrize(("group", "administers"), [("", True), ("drift", False), ("SOU-skriver", True)])
def test_who_administers_is_the_providers_to_say_only_where_a_group_is_named(
    citizen, provider, sou, settings, group, administers
):
    come(citizen, provider)
    User.objects.update(is_superuser=True)
    settings.SIGN_ON_ADMIN_GROUP = group
    come(citizen, provider)
    assert User.objects.get().is_superuser is administers


def test_who_has_left_is_told_so_and_gets_no_role(citizen, provider, sou):
    come(citizen, provider)
    User.objects.update(is_active=False)
    provider.people["7"]["groups"] = ["SOU-chef"]
    response = come(citizen, provider)
    assert response.url == reverse("account_inactive")
    assert roles_of(User.objects.get()) == [("editor", "SOU")]


def test_an_address_that_somebody_else_has_is_not_taken_over(citizen, provider, sou, anna):
    come(citizen, provider)
    User.objects.filter(pk=anna.pk).update(email="anna@kk.dk")
    provider.people["7"]["email"] = "anna@kk.dk"
    come(citizen, provider)
    assert User.objects.get(username="emil@kk.dk").email == "emil@kk.dk"


# --- What is not believed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "faults",
    [
        {"key": "another"},
        {"claims": {"aud": "en anden"}},
        {"claims": {"iss": "https://ond.dk"}},
        {"claims": {"exp": 1}},
        {"userinfo": "8"},
    ],
    ids=["not signed by it", "for another", "of another", "too old", "of two people"],
)
def test_an_answer_that_is_wrong_lets_nobody_in(citizen, provider, sou, faults, security):
    if "key" in faults:
        faults = {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
    provider.faults = faults
    response = come(citizen, provider)
    assert response.status_code == 502
    assert "Login lykkedes ikke" in words(response)
    assert not User.objects.exists()
    assert len(security("sign_on_failed")) == 1


def test_a_code_is_good_for_the_browser_that_asked_alone(citizen, client, provider, sou):
    asked = parse_qs(urlsplit(citizen.get(AWAY)["Location"]).query)
    stolen = provider.code_for("7", asked).removeprefix("http://testserver")
    assert client.get(stolen).status_code == 502
    assert not User.objects.exists()


def test_a_provider_that_is_down_is_said_and_so_is_a_login_that_was_given_up(citizen, provider, sou):
    asked = parse_qs(urlsplit(citizen.get(AWAY)["Location"]).query)
    given_up = citizen.get(BACK, {"error": "access_denied", "state": asked["state"][0]})
    provider.faults = {"down": True}
    cache.clear()
    for response, status in ((citizen.get(AWAY), 502), (given_up, 403)):
        assert response.status_code == status
        assert "Login lykkedes ikke" in words(response)


def test_the_provider_is_asked_what_it_is_once_in_a_while_only(citizen, provider):
    for _ in range(3):
        assert citizen.get(AWAY).status_code == 302
    assert provider.log == ["/.well-known/openid-configuration"]


def test_who_comes_by_it_is_offered_no_passwords_here(citizen, provider, sou):
    come(citizen, provider)
    page = words(citizen.get(reverse("mfa_index")))
    assert "Du logger ind med kommunens login" in page
    assert "Tilføj" not in page


def test_what_ties_a_login_to_it_is_in_no_table_of_the_admin(provider, as_user, chief):
    for table in (
        "socialaccount/socialaccount",
        "mfa/authenticator",
        "usersessions/usersession",
        "account/emailaddress",
    ):
        assert as_user(chief).get(f"/admin/{table}/").status_code == 404


def test_nothing_is_tied_to_a_login_that_somebody_is_in(provider, sou, as_user, chief):
    client = as_user(chief)
    asked = parse_qs(urlsplit(client.get(AWAY, {"process": "connect"})["Location"]).query)
    client.get(provider.code_for("7", asked).removeprefix("http://testserver"))
    assert SocialAccount.objects.get().user.username == "emil@kk.dk"


@pytest.mark.parametrize("where", ["nowhere", "another municipality"])
def test_without_sign_on_its_addresses_are_not_there(citizen, provider, settings, municipality, where):
    if where == "nowhere":
        settings.SIGN_ON_SERVER = ""
    else:
        municipality.hosts = "testserver"
        municipality.save()
    for address in (AWAY, BACK):
        assert citizen.get(address).status_code == 404
    assert AWAY not in words(citizen.get(LOGIN))


# --- Other ways in, while there is sign-on --------------------------------------------------------------------------


def test_a_local_password_is_refused(citizen, provider, anna, security):
    response = citizen.post(LOGIN, {"login": "anna", "password": PASSWORD})
    assert response.status_code == 403
    assert citizen.get(WORK).status_code == 302
    assert security("login_refused")[0].sec_name == "anna"


def test_break_glass_is_let_in_and_everybody_hears_it(citizen, provider, security, settings, anna):
    settings.ADMINS = [("", "drift@kk.dk")]
    UserFactory(username="noed", is_superuser=True)
    assert citizen.post(LOGIN, {"login": "noed", "password": PASSWORD}).url == WORK
    [line] = security("break_glass")
    assert (line.levelname, line.sec_who) == ("WARNING", "noed")
    [told] = [one for one in mail.outbox if one.to == ["drift@kk.dk"]]
    assert "Nødlogin er brugt" in told.subject
    assert "noed er logget ind" in told.body


def test_break_glass_is_not_kept_out_by_a_mail_server_that_is_down(citizen, provider, settings, security):
    settings.ADMINS = [("", "drift@kk.dk")]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    UserFactory(username="noed")
    assert citizen.post(LOGIN, {"login": "noed", "password": PASSWORD}).url == WORK
    assert len(security("break_glass")) == 1


def test_nobody_is_given_a_password(provider, sou, anna, bo, citizen):
    with pytest.raises(ValidationError, match="logger ind med"):
        send_link(by=bo, user=anna)
    with pytest.raises(Exception, match="ingen adgangskode her"):
        choose_password(by=anna, user=anna, password="korrekt hest batteri")


def test_a_role_that_follows_from_a_group_is_not_given_by_hand(provider, sou, bo, anna):
    with pytest.raises(ValidationError) as refused:
        give_role(by=bo, user=anna, committee=sou, role=Role.APPROVER)
    assert "følger af en gruppe" in refused.value.message_dict["role"][0]
    give_role(by=bo, user=anna, committee=sou, role=Role.SECRETARY)


def test_the_page_of_logging_in_offers_it_first_and_keeps_where_one_was_going(citizen, provider):
    page = words(citizen.get(f"{LOGIN}?next=/admin/moeder/"))
    assert f'href="{AWAY}?next=%2Fadmin%2Fmoeder%2F"' in page
    assert page.index("Log ind med kommunens login") < page.index("Nødlogin")


# --- Out again ------------------------------------------------------------------------------------------------------


def test_logging_out_leads_on_to_the_providers(citizen, provider, sou):
    come(citizen, provider)
    response = citizen.post(reverse("account_logout"))
    assert response.status_code == 200
    seconds, address = response["Refresh"].split("; url=")
    assert (seconds, address.startswith(f"{provider.url}/logout?id_token_hint=ey")) == ("0", True)
    assert citizen.get(WORK).status_code == 302


def test_out_here_although_the_provider_is_down(citizen, provider, sou):
    come(citizen, provider)
    provider.faults = {"down": True}
    cache.clear()
    response = citizen.post(reverse("account_logout"))
    assert "Refresh" not in response
    assert "stadig være logget ind" in words(response)
    assert citizen.get(WORK).status_code == 302


OFF = reverse("signed_off", args=["kommune"])


def test_the_provider_ends_the_sessions_of_who_has_left(citizen, provider, sou, security):
    come(citizen, provider)
    assert citizen.post(OFF, {"logout_token": provider.logout_token("7")}).status_code == 200
    assert citizen.get(WORK).status_code == 302
    assert [line.sec_why for line in security("session_ended")] == ["by the provider"]


def test_the_provider_is_believed_without_a_session_or_a_cookie(citizen, provider, sou):
    come(citizen, provider)
    without = RequestFactory().post(OFF, {"logout_token": provider.logout_token("7")})
    assert signed_off(without, "kommune").status_code == 200
    assert citizen.get(WORK).status_code == 302


@pytest.mark.parametrize("told", ["an id token", "rubbish", "nothing", "of another person"])
def test_nobody_else_ends_them(citizen, provider, sou, told):
    come(citizen, provider)
    provider.people["8"] = EMIL
    tokens = {
        "an id token": provider.id_token("7"),
        "rubbish": "x.y.z",
        "nothing": "",
        "of another person": provider.logout_token("8"),
    }
    status = citizen.post(OFF, {"logout_token": tokens[told]}).status_code
    assert status == (200 if told == "of another person" else 400)
    assert citizen.get(WORK).status_code == 200


# --- Settings -------------------------------------------------------------------------------------------------------


def test_groups_are_read_with_signs_in_their_names():
    read = roles_by_group([" CN=x=redaktør:SOU", "a=godkender:SOU", "a=udvalgssekretær:SUD"])
    assert read == {"CN=x": [("editor", "SOU")], "a": [("approver", "SOU"), ("secretary", "SUD")]}


@pytest.mark.parametrize("line", ["x", "x=redaktør", "x=chef:SOU", "=redaktør:SOU", "x=redaktør:"])
def test_a_line_that_cannot_be_read_is_refused(line):
    with pytest.raises(ImproperlyConfigured, match="SIGN_ON_ROLES"):
        roles_by_group([line])


def test_it_does_not_start_where_the_provider_is_asked_without_https():
    run = in_production("", SIGN_ON_SERVER="http://login.kk.dk", SIGN_ON_CLIENT_ID="anbefalinger")
    assert run.returncode != 0
    assert run.stderr.splitlines()[-1].endswith("ImproperlyConfigured: SIGN_ON_SERVER skal begynde med https://.")
    assert in_production("", SIGN_ON_SERVER="https://login.kk.dk", SIGN_ON_CLIENT_ID="anbefalinger").returncode == 0


@pytest.mark.parametrize(
    ("server", "names", "admins", "required", "found"),
    [
        ("https://login.kk.dk", ["noed"], ["x@kk.dk"], True, []),
        ("https://login.kk.dk", [], ["x@kk.dk"], True, ["recommendations.W010"]),
        ("https://login.kk.dk", ["noed"], [], True, ["recommendations.W010"]),
        ("", [], [], True, []),
        ("", [], [], False, ["recommendations.W011"]),
    ],
)
def test_the_check_says_when_nobody_would_get_in_or_everybody(settings, server, names, admins, required, found):
    settings.SIGN_ON_SERVER, settings.BREAK_GLASS = server, names
    settings.ADMINS, settings.REQUIRE_SECOND_FACTOR = admins, required
    assert [one.id for one in check_somebody_gets_in(None)] == found
