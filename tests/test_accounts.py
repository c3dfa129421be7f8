"""How staff get in and stay in: throttling, second factors, known devices, recovery, and how long a session lasts."""

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account import app_settings as account_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from recommendations.enums import Act, MessageKind
from recommendations.links import recovery_tokens
from recommendations.models import Event, OutgoingMessage
from recommendations.sending import send_due
from tests.conftest import clock_from
from tests.factories import PASSWORD, UserFactory
from tracker.logs import OneLine
from tracker.second_factor import SECRETS

pytestmark = pytest.mark.django_db

LOGIN, WORK, SECURITY = reverse("account_login"), reverse("admin:index"), reverse("mfa_index")
SHOW, SHOW_AGAIN = reverse("mfa_authenticate"), reverse("mfa_reauthenticate")
ASK, SESSIONS = reverse("account_reset_password"), reverse("usersessions_list")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def anna(anna):
    anna.email = "anna@kk.dk"
    anna.save()
    return anna


@pytest.fixture
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


def try_as(name, password=PASSWORD, address="10.0.0.1", client=None):
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address)


def test_who_has_logged_in_is_told_so_in_plain_danish(anna):
    client = Client()
    try_as("anna", client=client)
    assert "Du er logget ind som anna." in client.get(WORK).content.decode()


def is_in(response):
    return response.status_code == 302


def code(steps=0):
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps))


def with_app(user):
    TOTP.activate(user, SECRET)
    return user


def subjects():
    send_due()
    return [message.subject for message in mail.outbox]


# --- Sessions begin and end --------------------------------------------------------------------------------------


def test_a_login_begins_a_session_of_its_own_and_logging_out_ends_it(anna):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32  # one that somebody else has given out
    assert is_in(try_as("anna", client=client))
    mine = client.cookies[settings.SESSION_COOKIE_NAME]
    assert mine.value != "a" * 32
    assert len(mine.value) == 32
    assert mine["httponly"]
    assert mine["samesite"] == "Lax"
    client.post(reverse("account_logout"))
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = mine.value
    assert again.get(WORK).status_code == 302


@pytest.mark.parametrize(
    "address", ["https://ond.eksempel.dk/", "//ond.eksempel.dk/", "\\\\ond.eksempel.dk", "javascript:alert(1)"]
)
def test_nobody_is_sent_on_to_another_site_by_logging_in(anna, address):
    response = Client().post(f"{LOGIN}?next={address}", {"login": "anna", "password": PASSWORD, "next": address})
    assert response.status_code == 302
    assert response.url == WORK


# --- Throttling -----------------------------------------------------------------------------------------------------


def test_five_wrong_passwords_for_a_name_from_an_address_and_no_more_is_looked_at_from_there(anna, bo, security):
    for _ in range(5):
        assert not is_in(try_as("anna", "forkert"))
    assert not is_in(try_as("anna"))
    assert is_in(try_as("bo"))  # a colleague in the same house
    assert [len(security(name)) for name in ("login_failed", "login_throttled", "login")] == [5, 1, 1]


def test_wrong_passwords_from_eight_addresses_keep_nobody_out_at_a_ninth(anna):
    for house in range(8):
        for _ in range(6):
            assert not is_in(try_as("anna", "forkert", address=f"10.0.{house}.1"))
    assert is_in(try_as("anna", address="10.9.9.9"))


def test_somebody_in_the_same_house_keeps_nobody_out_of_a_device_of_theirs(anna):
    own = Client()
    assert is_in(try_as("anna", client=own))
    del own.cookies["session"]
    for _ in range(6):
        try_as("anna", "forkert")
    assert is_in(try_as("anna", client=own))
    del own.cookies["session"]
    for _ in range(5):
        try_as("anna", "forkert", client=own)
    assert not is_in(try_as("anna", client=own))


def test_addresses_of_one_household_are_one(anna):
    for host in range(5):
        try_as("anna", "forkert", address=f"2001:db8:1:1::{host}")
    assert not is_in(try_as("anna", address="2001:db8:1:1::99"))
    assert is_in(try_as("anna", address="2001:db8:1:2::1"))


def tried_everywhere():
    """A hundred wrong passwords for anna, each from a house of its own."""
    for house in range(100):
        assert not is_in(try_as("anna", "forkert", address=f"10.1.{house}.1"))


def test_a_hundred_from_everywhere_keep_a_stranger_out_for_a_while(anna, security):
    tried_everywhere()
    assert not is_in(try_as("anna", address="10.9.9.9"))
    assert len(security("login_throttled")) == 1


def test_they_do_not_keep_out_whoever_comes_on_a_device_of_theirs(anna):
    at_home = Client()
    assert is_in(try_as("anna", address="10.9.9.9", client=at_home))
    del at_home.cookies["session"]
    tried_everywhere()
    assert is_in(try_as("anna", address="10.9.9.9", client=at_home))


def test_nor_whoever_has_a_second_factor(anna):
    with_app(anna)
    tried_everywhere()
    assert try_as("anna", address="10.9.9.9").url == SHOW


def test_a_device_of_anothers_is_no_device_of_annas(anna, bo):
    at_home = Client()
    assert is_in(try_as("bo", address="10.9.9.9", client=at_home))
    del at_home.cookies["session"]
    tried_everywhere()
    assert not is_in(try_as("anna", address="10.9.9.9", client=at_home))


def test_a_town_hall_behind_one_address_logs_in_at_eight(sou):
    for number in range(40):
        UserFactory(username=f"kollega{number}")
    assert all(is_in(try_as(f"kollega{number}")) for number in range(40))


# --- Known devices --------------------------------------------------------------------------------------------------


def test_a_new_device_is_told_to_its_user_once(anna, client, security):
    client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0; Win64; rv:145.0) Gecko/20100101 Firefox/145.0"
    for _ in range(2):
        try_as("anna", client=client)
        client.post(reverse("account_logout"))
    send_due()
    [told] = mail.outbox
    assert (told.subject, told.to) == ("Der er logget ind fra en ny browser", ["anna@kk.dk"])
    assert "Browser: Firefox, Windows." in told.body
    assert "10.0.0.1" not in told.body + str(OutgoingMessage.objects.get().about)
    assert [line.sec_device for line in security("login")] == ["new", "known"]
    assert client.cookies["device"]["httponly"]


def test_after_a_new_password_every_device_is_new(anna, client):
    try_as("anna", client=client)
    anna.set_password("en helt ny adgangskode")
    anna.save()
    try_as("anna", "en helt ny adgangskode", client=client)
    assert subjects() == ["Der er logget ind fra en ny browser"] * 2


def test_several_may_share_a_device(anna, bo, client):
    for name in ("anna", "bo", "anna"):
        try_as(name, client=client)
        client.post(reverse("account_logout"))
    assert len(client.cookies["device"].value.split(".")) == 2
    assert subjects() == ["Der er logget ind fra en ny browser"]  # bo has no address


# --- The second factor ----------------------------------------------------------------------------------------------


def test_in_development_nobody_needs_one(anna, client):
    try_as("anna", client=client)
    assert client.get(WORK).status_code == 200


def test_who_has_none_is_led_to_set_one_up_and_sees_nothing_before(required, anna, client):
    try_as("anna", client=client)
    response = client.get(WORK)
    assert (response.status_code, response.url) == (302, f"{SECURITY}?next=%2Fadmin%2F")
    page = client.get(SECURITY).content.decode()
    assert "En adgangskode er ikke nok" in page
    assert client.post(reverse("own_rows"), headers={"Origin": "http://testserver"}).status_code == 401
    assert client.get("/").wsgi_request.user.is_anonymous


@pytest.mark.django_db(transaction=True)
def test_one_that_is_set_up_opens_the_door_and_is_told(required, anna, client, security):
    try_as("anna", client=client)
    address = reverse("mfa_activate_totp")
    page = client.get(address)
    secret = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    assert client.post(address, {"code": "000000"}).status_code == 200
    right = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    response = client.post(address, {"code": right})
    assert response.url == reverse("mfa_view_recovery_codes")
    page = client.get(response.url).content.decode()
    assert len(re.findall(r"<li><code>", page)) == 10
    assert "<li><code>" not in client.get(response.url).content.decode()  # shown once
    assert client.get(WORK).status_code == 200
    assert subjects() == ["Der er logget ind fra en ny browser", "Der er sat en ny anden faktor på dit login"]
    assert security("second_factor_added")[0].sec_who == "anna"


def test_secrets_are_not_readable_in_the_database(anna):
    with_app(anna)
    kept = Authenticator.objects.get().data["secret"]
    assert SECRET not in kept
    assert TOTP(Authenticator.objects.get()).validate_code(code())


def test_nor_is_what_recovery_codes_are_made_of(anna, monkeypatch):
    monkeypatch.setattr(RecoveryCodes, "generate_seed", classmethod(lambda _cls: SECRET))
    codes = RecoveryCodes.activate(anna).get_unused_codes()
    kept = json.dumps(Authenticator.objects.get().data)
    assert [one for one in (SECRET, *codes) if one in kept] == []
    assert RecoveryCodes(Authenticator.objects.get()).get_unused_codes() == codes


def test_who_has_one_is_asked_for_it(required, anna, client, security):
    with_app(anna)
    assert try_as("anna", client=client).url == SHOW
    assert client.get(WORK).status_code == 302
    assert client.post(SHOW, {"code": "000000"}).status_code == 200
    assert client.post(SHOW, {"code": code()}).url == WORK
    assert client.get(WORK).status_code == 200
    assert security("second_factor_failed")[0].sec_who == "anna"
    assert security("second_factor_used")[0].sec_kind == "totp"
    assert security("login")[0].sec_how == "password+totp"


def test_a_code_is_good_once(anna):
    with_app(anna)
    shown = code()
    for _ in range(2):
        client = Client()
        try_as("anna", client=client)
        response = client.post(SHOW, {"code": shown})
    assert response.status_code == 200


@pytest.mark.parametrize(("periods", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_in_its_own_half_minute_and_the_one_on_either_side(anna, monkeypatch, periods, is_good):
    with_app(anna)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    client = Client()
    try_as("anna", client=client)
    response = client.post(SHOW, {"code": code(periods)})
    assert is_in(response) == is_good
    assert is_in(client.get(WORK)) != is_good
    assert is_good or "Forkert kode" in response.content.decode()


@pytest.mark.parametrize("kind", ["app", "recovery code"])
def test_after_five_wrong_codes_not_even_a_right_one_is_looked_at(anna, kind):
    with_app(anna)
    codes = RecoveryCodes.activate(anna)
    spare, wrong = codes.get_unused_codes()[0], "000000" if kind == "app" else "0" * 8
    for _ in range(5):
        assert shown_by(anna, code=wrong).status_code == 200
    right = code() if kind == "app" else spare
    assert shown_by(anna, code=right).status_code == 200
    cache.clear()  # as when the five minutes have passed
    assert is_in(shown_by(anna, code=right))


@pytest.mark.parametrize("later", [0, 35])
def test_a_code_that_is_tried_again_is_told_to_its_user(anna, security, monkeypatch, later):
    """As long as it is right by a clock that goes wrong: the library itself would forget it after half a minute."""
    with_app(anna)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    shown, clients = code(), [Client(), Client(), Client()]
    for client in clients:
        try_as("anna", client=client)
    assert clients[0].post(SHOW, {"code": shown}).status_code == 302
    monkeypatch.setattr(time, "time", lambda: now + later)
    for client in clients[1:]:
        assert client.post(SHOW, {"code": f"{shown[:3]} {shown[3:]}"}).status_code == 200
    assert len(security("second_factor_reused")) == 2
    assert subjects().count("En kode fra din app er prøvet to gange") == 1


def test_a_secret_survives_a_new_key_and_is_encrypted_under_it(anna, settings):
    with_app(anna)
    before, settings.SECRET_KEY_FALLBACKS = settings.SECRET_KEY, [settings.SECRET_KEY]
    settings.SECRET_KEY = "en-ny-noegle-0123456789-abcdefghijklmnopqrstuvwxyz-xyz"
    client = Client()
    try_as("anna", client=client)
    assert client.post(SHOW, {"code": code()}).status_code == 302
    settings.SECRET_KEY_FALLBACKS = []
    client = Client()
    try_as("anna", client=client)
    assert client.post(SHOW, {"code": code(1)}).status_code == 302
    settings.SECRET_KEY = before
    assert not Authenticator.objects.get(user=anna).data["secret"].startswith(SECRET)


@pytest.fixture
def new_key(settings):
    """`new_key(keep=True)`: another key from now on; the one before it can be kept beside it."""

    def new_key(*, keep=False):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep else []
        settings.SECRET_KEY = f"{settings.SECRET_KEY}-og-en-ny"

    return new_key


def shown_by(person, **shown):
    """What comes of showing it, after the password of the person."""
    client = Client()
    try_as(person.username, client=client)
    return client.post(SHOW, shown)


def spare_of(person):
    return RecoveryCodes.activate(person).get_unused_codes()


@pytest.mark.parametrize("way", ["app", "recovery code", "passkey"])
def test_whichever_factor_is_used_all_are_encrypted_under_a_new_key(anna, settings, new_key, monkeypatch, way):
    with_app(anna)
    used, spare, *_rest = spare_of(anna)
    passkey = Authenticator.objects.create(user=anna, type=Authenticator.Type.WEBAUTHN, data={"name": "Nøgle"})
    monkeypatch.setattr(AuthenticateWebAuthnForm, "clean_credential", lambda _form: passkey)
    new_key(keep=True)
    shown = {"app": {"code": code()}, "recovery code": {"code": used}, "passkey": {"credential": "[1]"}}[way]
    assert is_in(shown_by(anna, **shown))
    passkey.delete()
    settings.SECRET_KEY_FALLBACKS = []
    refused = shown_by(anna, code="000000")
    assert (refused.status_code, "Dine koder virker ikke mere" in refused.content.decode()) == (200, False)
    assert is_in(shown_by(anna, code=spare))
    assert is_in(shown_by(anna, code=code(1)))


def test_a_recovery_code_that_brought_a_new_key_is_used_up(anna, new_key):
    with_app(anna)
    spare = spare_of(anna)[0]
    new_key(keep=True)
    assert is_in(shown_by(anna, code=spare))
    cache.clear()  # which remembers it too, for a while
    assert not is_in(shown_by(anna, code=spare))


def test_codes_that_can_be_read_are_good_beside_those_that_cannot(anna, new_key):
    with_app(anna)
    new_key()
    spare = spare_of(anna)[0]
    refused = shown_by(anna, code=code())
    assert (refused.status_code, "Dine koder virker ikke mere" in refused.content.decode()) == (200, False)
    assert is_in(shown_by(anna, code=spare))


def test_who_has_codes_that_nobody_can_read_is_told_and_not_let_in(anna, new_key, security):
    with_app(anna)
    spare = spare_of(anna)[0]
    new_key()
    for shown in (code(), spare, "000000"):
        refused = shown_by(anna, code=shown)
        assert refused.status_code == 200
        assert "Dine koder virker ikke mere." in refused.content.decode()
    assert len(security("second_factor_failed")) == 3


def test_their_page_says_what_to_set_up_again_and_shows_no_codes(anna, client, new_key):
    with_app(anna)
    codes = RecoveryCodes.activate(anna)
    try_as("anna", client=client)
    client.post(SHOW, {"code": code()})
    assert "virker ikke mere" not in client.get(SECURITY).content.decode()
    for stored in Authenticator.objects.all():  # as if under another key: a new one here would end the session
        stored.data |= {name: Fernet(Fernet.generate_key()).encrypt(b"x").decode() for name in SECRETS & {*stored.data}}
        stored.save()
    page = client.get(SECURITY).content.decode()
    assert "Koderne fra din app virker ikke mere. Sæt den op igen" in page
    assert "Dine nødkoder virker ikke mere. Lav nye" in page
    for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes"):
        assert client.get(reverse(name)).url == SECURITY
    generate = reverse("mfa_generate_recovery_codes")
    assert client.get(generate).status_code == 200
    assert client.post(generate).status_code == 302
    assert len(re.findall("<li><code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())) == 10
    assert client.post(reverse("mfa_deactivate_totp")).url == SECURITY
    assert codes.instance.pk not in Authenticator.objects.values_list("pk", flat=True)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_recovery_code_is_good_once_too(required, anna):
    with_app(anna)
    spare = RecoveryCodes.activate(anna).get_unused_codes()[0]
    statuses = []
    for _ in range(2):
        client = Client()
        try_as("anna", client=client)
        statuses.append(client.post(SHOW, {"code": spare}).status_code)
    assert statuses == [302, 200]


def test_a_session_from_before_must_show_the_factor_that_was_set_up_elsewhere(required, anna, client):
    try_as("anna", client=client)
    with_app(anna)
    for address in (WORK, SECURITY, reverse("mfa_deactivate_totp"), reverse("account_change_password")):
        assert client.get(address).url.startswith(f"{SHOW_AGAIN}?next=")
    assert client.post(SHOW_AGAIN, {"code": code()}).status_code == 302
    assert client.get(WORK).status_code == 200


def test_an_administrator_takes_it_from_somebody_who_has_lost_it(anna, bo, as_user, chief):
    with_app(anna)
    address = reverse("person_second_factor", args=[anna.pk])
    assert address in as_user(chief).get(reverse("person", args=[anna.pk])).content.decode()
    assert as_user(bo).get(address).status_code == 403
    assert as_user(chief).post(address).status_code == 302
    assert not Authenticator.objects.exists()
    assert subjects() == ["En anden faktor er fjernet fra dit login"]
    own = reverse("person_second_factor", args=[chief.pk])
    with_app(chief)
    assert as_user(chief).post(own).status_code == 422
    assert Authenticator.objects.filter(user=chief).exists()


def test_passkey_of_nobody_is_refused(client, anna):
    address = reverse("mfa_login_webauthn")
    assert "request_options" in client.get(address, headers={"Accept": "application/json"}).json()
    for credential in ("", "{}", "x", '{"response": {"userHandle": "MQ"}}'):
        assert client.post(address, {"credential": credential}).url == LOGIN
    assert client.get(WORK).status_code == 302


# --- Recovery -------------------------------------------------------------------------------------------------------


def asked_for():
    """Whom a link is to be sent."""
    found = OutgoingMessage.objects.filter(kind=MessageKind.PASSWORD_FORGOTTEN).order_by("pk")
    return list(found.values_list("person__username", flat=True))


def test_whoever_asks_is_answered_the_same(anna, client, security):
    UserFactory(username="fratraadt", email="fratraadt@kk.dk", is_active=False)
    pages = set()
    for address in ("anna@kk.dk", "ANNA@kk.dk", "fratraadt@kk.dk", "ingen@kk.dk"):
        response = client.post(ASK, {"email": address}, follow=True)
        pages.add(re.sub(r'value="[^"]+"', "", response.content.decode()))
    assert len(pages) == 1
    assert asked_for() == ["anna", "anna"]
    assert mail.outbox == []
    assert [line.sec_name for line in security("recovery_asked")] == ["anna", "anna"]


def test_nobody_is_sent_link_after_link(anna, client):
    statuses = [client.post(ASK, {"email": "anna@kk.dk"}).status_code for _ in range(4)]
    assert statuses == [302, 302, 302, 429]
    assert len(asked_for()) == 3


def link_to(person):
    Client().post(ASK, {"email": person.email})
    send_due()
    return re.search(r"/konto/velkommen/\S+", mail.outbox[-1].body)[0]


NEW = "korrekt hest batteri hæfteklamme"


def test_the_link_leads_to_a_new_password_once_and_ends_all_sessions(anna, client, security):
    elsewhere = Client()
    try_as("anna", client=elsewhere)
    link = link_to(anna)
    assert client.get(link).status_code == 200
    assert client.post(link, {"password": NEW}).url == WORK
    assert client.get(WORK).status_code == 200
    assert elsewhere.get(WORK).status_code == 302
    assert Client().get(link).status_code == 410
    assert "Din adgangskode er skiftet" in subjects()
    assert security("password_changed")[0].sec_who == "anna"
    assert is_in(try_as("anna", NEW))


def test_the_same_password_again_ends_all_sessions_too(anna, client):
    elsewhere = Client()
    try_as("anna", client=elsewhere)
    assert client.post(link_to(anna), {"password": PASSWORD}).url == WORK
    assert elsewhere.get(WORK).status_code == 302
    assert client.get(WORK).status_code == 200
    assert "Din adgangskode er skiftet" in subjects()
    assert Event.objects.get().act == Act.PASSWORD_CHOSEN
    assert is_in(try_as("anna"))


def test_the_link_does_not_get_round_the_second_factor(required, anna, client):
    link = link_to(with_app(anna))
    assert client.post(link, {"password": NEW}).url == SHOW
    assert client.get(WORK).status_code == 302


def test_the_link_is_good_for_an_hour(anna, client, monkeypatch):
    link = link_to(anna)
    for minutes, status in ((59, 200), (61, 410)):
        later = datetime.now() + timedelta(minutes=minutes)  # noqa: DTZ005 - as Django asks
        monkeypatch.setattr(recovery_tokens, "_now", lambda later=later: later)
        assert client.get(link).status_code == status


def test_who_asked_over_an_hour_ago_is_sent_none(anna, client):
    client.post(ASK, {"email": "anna@kk.dk"})
    OutgoingMessage.objects.update(made_at=timezone.now() - timedelta(minutes=61))
    assert subjects() == []
    assert asked_for() == []


def test_an_invitations_token_is_no_recovery_token_of_anybody_else(anna, bo, client, security):
    token = recovery_tokens.make_token(anna)
    for key in (urlsafe_base64_encode(force_bytes(bo.pk)), "x"):
        assert client.get(reverse("choose_password", args=[key, token])).status_code == 410
    assert [(line.sec_name, line.sec_why) for line in security("link_refused")] == [
        ("bo", "password"),
        ("?", "password"),
    ]
    assert not [line for line in security("link_refused") if token in OneLine().format(line)]


def test_a_new_password_on_ones_own_page_is_told_and_ends_the_other_sessions(anna, client):
    elsewhere = Client()
    try_as("anna", client=elsewhere)
    try_as("anna", client=client)
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), typed).status_code == 302
    assert elsewhere.get(WORK).status_code == 302
    assert client.get(WORK).status_code == 200
    assert subjects()[-1] == "Din adgangskode er skiftet"


def test_a_wrong_old_password_on_ones_own_page_is_noted_and_not_written(anna, client, security):
    try_as("anna", client=client)
    typed = {"oldpassword": "et helt forkert gæt", "password1": NEW, "password2": NEW}
    refused = client.post(reverse("account_change_password"), typed)
    assert (refused.status_code, "Det er ikke din nuværende adgangskode." in refused.content.decode()) == (200, True)
    [line] = security("password_failed")
    assert (line.sec_who, line.sec_page, "gæt" in OneLine().format(line)) == ("anna", "konto/password/change/", False)
    assert client.post(reverse("account_change_password"), typed | {"oldpassword": PASSWORD}).status_code == 302
    assert len(security("password_failed")) == 1


def test_a_wrong_old_password_changes_nothing(anna, client):
    elsewhere = Client()
    try_as("anna", client=elsewhere)
    try_as("anna", client=client)
    told = subjects()
    typed = {"oldpassword": "et helt forkert gæt", "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), typed).status_code == 200
    assert [one.get(WORK).status_code for one in (client, elsewhere)] == [200, 200]
    assert subjects() == told
    assert not is_in(try_as("anna", NEW))
    assert is_in(try_as("anna"))


@pytest.mark.parametrize(("seconds", "is_asked"), [(-5, False), (5, True)])
def test_who_logged_in_a_while_ago_says_who_they_are_before_the_app_is_taken_away(
    anna, client, monkeypatch, seconds, is_asked
):
    with_app(anna)
    now, address = time.time(), reverse("mfa_deactivate_totp")
    monkeypatch.setattr(time, "time", lambda: now)
    try_as("anna", client=client)
    client.post(SHOW, {"code": code()})
    monkeypatch.setattr(time, "time", lambda: now + account_settings.REAUTHENTICATION_TIMEOUT + seconds)
    for response in (client.get(address), client.post(address)):
        assert response.headers.get("Location", "").startswith(reverse("account_reauthenticate")) == is_asked
    assert Authenticator.objects.filter(user=anna).exists() == is_asked


def test_a_mail_server_that_is_down_keeps_nobody_out_and_loses_nothing(anna, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert is_in(try_as("anna", client=client))
    assert send_due().failed == 1
    assert OutgoingMessage.objects.unsent().get().kind == MessageKind.LOGIN_CHANGED


# --- Sessions -------------------------------------------------------------------------------------------------------

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch):
    """`at(minutes)`: that long after START."""

    def at(minutes):
        monkeypatch.setattr(timezone, "datetime", clock_from(START + timedelta(minutes=minutes)))

    at(0)
    return at


def test_a_session_that_is_left_alone_ends_after_an_hour(anna, client, at, security):
    try_as("anna", client=client)
    at(59)
    assert client.get(WORK).status_code == 200
    at(118)
    assert client.get(WORK).status_code == 200
    at(179)
    assert client.get(WORK).status_code == 302
    assert (security("session_ended")[0].sec_who, security("session_ended")[0].sec_why) == ("anna", "idle")


def test_a_session_that_is_used_all_day_ends_after_eight_hours(anna, client, at, security):
    try_as("anna", client=client)
    for minutes in range(30, 480, 30):
        at(minutes)
        assert client.get(WORK).status_code == 200, minutes
    at(481)
    assert client.get(WORK).status_code == 302
    assert security("session_ended")[0].sec_why == "old"


def test_when_it_was_used_is_written_once_a_minute(anna, client, at):
    try_as("anna", client=client)
    at(10)
    client.get(WORK)
    first = UserSession.objects.get().last_seen_at
    client.get(WORK)
    assert UserSession.objects.get().last_seen_at == first >= START + timedelta(minutes=10)


def test_ones_sessions_are_listed_and_each_can_be_ended(anna, bo, client, security):
    elsewhere, of_bo = Client(), Client()
    try_as("anna", client=elsewhere, address="10.7.7.7")
    try_as("bo", client=of_bo)
    try_as("anna", client=client)
    page = client.get(SESSIONS).content.decode()
    assert ("10.7.7.7" in page, page.count("Log ud<span")) == (True, 2)
    other = UserSession.objects.get(ip="10.7.7.7")
    assert of_bo.post(reverse("end_session", args=[other.pk])).status_code == 404
    assert client.get(reverse("end_session", args=[other.pk])).status_code == 405
    assert client.post(reverse("end_session", args=[other.pk])).url == SESSIONS
    assert elsewhere.get(WORK).status_code == 302
    assert client.get(WORK).status_code == 200
    assert [line.sec_why for line in security("session_ended")] == ["by its user"]
    mine = UserSession.objects.get(user=anna)
    assert client.post(reverse("end_session", args=[mine.pk])).url == LOGIN
    assert client.get(WORK).status_code == 302


def test_all_others_are_ended_at_once(anna, client):
    others = [Client() for _ in range(3)]
    for one in [*others, client]:
        try_as("anna", client=one)
    assert client.post(SESSIONS).url == SESSIONS
    assert [one.get(WORK).status_code for one in [*others, client]] == [302, 302, 302, 200]


def test_who_has_left_is_out_at_once(anna, client):
    try_as("anna", client=client)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert client.get(WORK).status_code == 302
