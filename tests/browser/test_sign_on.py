"""Getting in, in a browser: by the municipality's own login, with a code from an app, with a passkey."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.urls import reverse

from recommendations.enums import Role
from tests.factories import PASSWORD, UserFactory
from tests.oidc_provider import running_provider
from tests.test_sign_on import EMIL, use

pytestmark = pytest.mark.browser

SIZES = [{"width": 320, "height": 640}, {"width": 1280, "height": 900}]


@pytest.fixture
def provider(settings, live_server):
    settings.SITE_URL = live_server.url
    with running_provider() as provider:
        provider.people = {"7": dict(EMIL)}
        use(provider, settings)
        yield provider


@pytest.fixture
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def read(faults_of):
    """`read(page)`: axe finds nothing on it, narrow or wide."""

    def read(page):
        for size in SIZES:
            page.set_viewport_size(size)
            assert faults_of(page) == [], page.url

    return read


def log_in(page, name="anna"):
    page.goto(reverse("account_login"))
    page.get_by_label("Brugernavn").fill(name)
    page.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log ind", exact=True).click()


def code(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


# --- The municipality's own login -----------------------------------------------------------------------------------


def test_by_the_municipalitys_own_login_and_out_again(provider, sou, open_page, read, required):
    provider.people["7"]["groups"] = ["SOU-skriver", "SOU-chef"]
    page = open_page()
    page.goto(reverse("account_login"))
    read(page)
    page.goto(reverse("admin:index"))
    page.get_by_role("link", name="Log ind med kommunens login").click()
    page.get_by_role("link", name="Emil").click()
    page.wait_for_url("**/admin/")
    assert page.locator("#user-tools").get_by_text("Emil Holm").is_visible()
    page.goto(reverse("coverage"))
    assert page.locator("#content").inner_text().count("Emil Holm") == 2
    # Withdrawn there, gone here.
    provider.people["7"]["groups"] = ["SOU-skriver"]
    page.get_by_role("button", name="Log ud").click()
    page.wait_for_url(f"{provider.url}/logout?**")
    page.get_by_role("link", name="Tilbage").click()
    page.get_by_role("link", name="Log ind med kommunens login").click()
    page.get_by_role("link", name="Emil").click()
    page.wait_for_url("**/admin/")
    page.goto(reverse("coverage"))
    assert page.locator("#content").inner_text().count("Emil Holm") == 1


def test_a_refusal_and_a_failure_are_readable(provider, sou, open_page, read, complaints, anna):
    page = open_page()
    provider.people["7"]["email_verified"] = False
    page.goto(reverse("openid_connect_login", args=["kommune"]))
    page.get_by_role("link", name="Emil").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Du kom ikke ind"
    read(page)
    page.goto(reverse("openid_connect_callback", args=["kommune"]))
    assert page.get_by_role("heading", level=1).inner_text() == "Login lykkedes ikke"
    complaints.clear()  # of the 502 itself
    read(page)
    page.goto(reverse("account_login"))
    page.get_by_text("Nødlogin").click()
    page.get_by_label("Brugernavn").fill("anna")
    page.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log ind", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Log ind med kommunens login"
    read(page)


# --- A code from an app ---------------------------------------------------------------------------------------------


def test_a_code_from_an_app_is_set_up_and_asked_for(anna, open_page, read, required):
    page = open_page()
    log_in(page)
    page.wait_for_url("**/konto/sikkerhed/?next=*")
    read(page)
    page.get_by_role("link", name="Tilføj en app").click()
    read(page)
    assert page.get_by_role("img", name="QR-kode").evaluate("image => image.naturalWidth") > 0
    secret = page.locator("main code").inner_text()
    page.get_by_label(re.compile("[Kk]ode")).fill(code(secret))
    page.get_by_role("button", name="Tilføj").click()
    assert page.locator("main li code").count() == 10
    read(page)
    spare = page.locator("main li code").first.inner_text()
    page.get_by_role("link", name="Jeg har gemt dem").click()
    page.wait_for_url("**/admin/")
    page.get_by_role("button", name="Log ud").click()
    log_in(page)
    page.wait_for_url("**/authenticate/")
    read(page)
    cache.clear()  # a code is good once, and the half minute is the same
    page.get_by_label(re.compile("[Kk]ode")).fill(code(secret))
    page.get_by_role("button", name="Log ind", exact=True).click()
    page.wait_for_url("**/admin/")
    page.get_by_role("button", name="Log ud").click()
    log_in(page)
    page.get_by_label(re.compile("[Kk]ode")).fill(spare)
    page.get_by_role("button", name="Log ind", exact=True).click()
    page.wait_for_url("**/admin/")
    page.get_by_role("link", name="Sikkerhed").click()
    read(page)
    for name in ("Se, hvor du er logget ind", "Lav nye nødkoder", "Hold op med at bruge den", "Skift adgangskode"):
        page.get_by_role("link", name=name).click()
        read(page)
        page.go_back()


# --- A passkey ------------------------------------------------------------------------------------------------------


def plug_in(page):
    """A key that Chromium pretends is there, with a finger on it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    return devtools, added["authenticatorId"]


def test_a_passkey_is_set_up_and_is_enough_by_itself(anna, open_page, read, required):
    page = open_page()
    devtools, key = plug_in(page)
    log_in(page)
    page.get_by_role("link", name="Tilføj en adgangsnøgle").click()
    read(page)
    page.get_by_label("Navn").fill("Min pc")
    page.get_by_role("button", name="Tilføj").click()
    page.get_by_role("heading", name="Nødkoder").wait_for()
    page.get_by_role("link", name="Jeg har gemt dem").click()
    page.wait_for_url("**/admin/")
    assert len(devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    page.get_by_role("button", name="Log ud").click()
    page.goto(reverse("account_login"))
    read(page)
    page.get_by_role("button", name="Log ind med en adgangsnøgle").click()
    page.wait_for_url("**/admin/")
    assert page.locator("#user-tools").get_by_text("anna").is_visible()
    page.get_by_role("button", name="Log ud").click()
    # Also after a password.
    log_in(page)
    page.wait_for_url("**/authenticate/")
    page.get_by_role("button", name="Brug en adgangsnøgle").click()
    page.wait_for_url("**/admin/")
    page.get_by_role("link", name="Sikkerhed").click()
    page.get_by_role("link", name="Se dine adgangsnøgler").click()
    read(page)
    page.get_by_role("link", name="Omdøb").click()
    read(page)
    page.get_by_label(re.compile("[Nn]avn|Name")).fill("Kontorets pc")
    page.get_by_role("button", name="Gem navnet").click()
    page.get_by_role("link", name="Fjern Kontorets pc").click()
    read(page)
    page.get_by_role("button", name="Fjern den").click()
    assert page.get_by_text("Du har ingen.").is_visible()
    assert not Authenticator.objects.exists()


def test_a_key_that_is_not_there_is_said(anna, open_page, read):
    page = open_page()
    devtools, key = plug_in(page)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto(reverse("account_login"))
    page.get_by_role("button", name="Log ind med en adgangsnøgle").click()
    page.get_by_text("Adgangsnøglen blev ikke brugt.").wait_for()
    read(page)


# --- Forgotten ------------------------------------------------------------------------------------------------------


def test_a_link_is_asked_for(open_page, read, sou):
    UserFactory(username=Role.EDITOR)
    page = open_page()
    page.goto(reverse("account_login"))
    page.get_by_role("link", name="Glemt din adgangskode?").click()
    read(page)
    page.get_by_label(re.compile("[Mm]ail")).fill("ingen@kk.dk")
    page.get_by_role("button", name="Send linket").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Se i din mail"
    read(page)
