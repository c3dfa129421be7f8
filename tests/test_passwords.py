"""What is asked of a password, and what the page says of one while it is typed."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.factories import PASSWORD


def refusals(password):
    try:
        validate_password(password)
    except ValidationError as refused:
        return {error.code for error in refused.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "blå hest løber",  # spaces and Danish letters
        "korrekt hest batteri 🐴",
        "日本語のパスワードはながい",
        "x" + "ab cd-ef;" * 8,  # 73 characters
        "719283640517",  # nothing but digits, and no row of them
        "'\"<script>&%00\\",
        "Ø" + "qZ7 " * 31 + "xyz",  # 128 characters
    ],
)
def test_any_sign_may_stand_in_it_and_none_must(password):
    assert refusals(password) == set()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elleve tegn", "password_too_short"),
        ("a          b", "password_too_short"),  # spaces in a row are one
        ("Ø" + "qZ7 " * 32, "password_too_long"),
        ("aaaaaaaaaaaaaaaa", "password_is_a_pattern"),
        ("abcdefghijklmnop", "password_is_a_pattern"),
        ("987654321098", "password_is_a_pattern"),
        ("hestehestehestehest", "password_is_a_pattern"),
        ("password1234", "password_too_common"),
    ],
)
def test_what_is_easy_to_guess_is_refused(password, code):
    assert code in refusals(password)


def test_the_longest_and_the_pattern_are_said_in_words():
    with pytest.raises(ValidationError, match=r"Adgangskoden er på 129 tegn\. Den må højst være på 128\."):
        validate_password("Ø" + "qZ7 " * 32)
    with pytest.raises(ValidationError, match="Adgangskoden er et mønster"):
        validate_password("abababababababab")


def test_no_character_of_a_long_one_is_cut_off(anna):
    anna.set_password("x" + "ab cd-ef;" * 14)
    assert not anna.check_password("x" + "ab cd-ef;" * 13)
    assert anna.check_password("x" + "ab cd-ef;" * 14)


# --- In a browser -----------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_typed_and_says_how_strong_it_is(anna, bo, open_page):
    page = open_page(anna)
    page.goto(reverse("account_reauthenticate") + "?next=" + reverse("account_change_password"))
    if page.get_by_label("Adgangskode", exact=True).count():
        page.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Bekræft").click()
    page.goto(reverse("account_change_password"))
    field = page.locator("input[autocomplete=new-password]").first
    said = page.get_by_role("status")
    for password, word in [
        ("kort", "for kort"),
        ("a          b", "for kort"),
        ("hestehestehest", "et mønster"),
        ("17062024170620", "svag"),
        ("blå hest løber", "god"),
        ("blå hest løber hjem", "stærk"),
    ]:
        field.fill(password)
        assert said.inner_text() == f"Adgangskoden er {word}"
    field.fill("")
    assert said.inner_text() == ""
    assert field.get_attribute("type") == "password"
    field.locator("xpath=following-sibling::button[1]").click()
    assert field.get_attribute("type") == "text"


def test_the_page_of_logging_in_shows_what_is_typed_and_lets_it_be_pasted(open_page):
    page = open_page()
    page.goto(reverse("account_login"))
    field = page.locator("input[autocomplete=current-password]")
    page.get_by_role("button", name="Vis adgangskoden").click()
    assert field.get_attribute("type") == "text"
    field.evaluate(
        """field => { const data = new DataTransfer(); data.setData("text/plain", "indsat kode her");
        window.taken = field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, cancelable: true})); }"""
    )
    assert page.evaluate("window.taken")  # nothing on the page stops it
