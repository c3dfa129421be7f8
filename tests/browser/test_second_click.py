"""A form that is on its way is not sent again by a second click; who comes back, or has waited, may send it again."""

import re

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from tests.browser.test_sign_on import code, log_in

pytestmark = pytest.mark.browser

# In the place of the server: how often a form would have been sent.
COUNTED = """() => {
  window.sent = 0;
  window.addEventListener("submit", (event) => {
    window.sent += event.defaultPrevented ? 0 : 1;
    event.preventDefault();
  });
}"""


def test_is_sent_once_by_two_clicks(chief, open_page):
    page = open_page(chief)
    page.clock.install()
    page.goto(reverse("import_source"))
    page.evaluate(COUNTED)
    button = page.get_by_role("button", name="Vis, hvad filen ændrer")

    def sent():
        return page.evaluate("window.sent")

    button.dblclick()
    assert sent() == 1
    page.clock.fast_forward(4_000)
    button.click()
    assert sent() == 1
    page.clock.fast_forward(2_000)
    button.click()
    assert sent() == 2
    page.evaluate("window.dispatchEvent(new Event('pageshow'))")
    button.click()
    assert sent() == 3
    page.get_by_role("button", name="Log ud").click()  # another form
    assert sent() == 4


def test_so_is_a_code_that_works_once(anna, open_page, settings):
    """A second would find a login that is over and a code that is used, and lead back to the first page."""
    settings.REQUIRE_SECOND_FACTOR = True
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(anna, secret)
    page = open_page()
    log_in(page)
    page.get_by_label(re.compile("[Kk]ode")).fill(code(secret))
    page.evaluate(COUNTED)
    page.get_by_role("button", name="Log ind", exact=True).dblclick()
    assert page.evaluate("window.sent") == 1
