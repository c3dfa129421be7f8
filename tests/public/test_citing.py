"""Referring to a page: the ready text, what its address goes on showing, and the two buttons that a script shows."""

import re
from datetime import date

import lxml.html
import pytest
from playwright.sync_api import expect

from recommendations.enums import Status
from tests.factories import InitiativeFactory, RecommendationFactory, published
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


def reference_on(client, address):
    page = lxml.html.fromstring(client.get(address).content.decode())
    [field] = page.xpath('//details[@class="refer"]//textarea')
    assert field.get("readonly") is not None
    assert page.xpath(f'//label[@for="{field.get("id")}"]')
    return field.text.strip()


def test_text_names_the_thing_its_source_the_sender_the_day_and_the_lasting_address(citizen, world):
    assert reference_on(citizen, "/anbefalinger/ting/2.1/") == (
        "Anbefaling 2.1 »Besøg af faste teams«. Kilde: Tinget. Som registreret af Københavns Kommune "
        f"2. november 2026: {SITE}/anbefalinger/ting/2.1/?pr=2026-11-02"
    )
    assert reference_on(citizen, "/initiativer/ting/7/").startswith("Initiativ 7 »Flere op i tid«. Kilde: Tinget.")


def test_of_an_earlier_day_it_is_that_day_and_what_is_new_is_left_out(citizen, world):
    text = reference_on(citizen, "/anbefalinger/ting/2.1/?pr=2025-06-01&siden=2025-01-01")
    assert text.endswith(f"1. juni 2025: {SITE}/anbefalinger/ting/2.1/?pr=2025-06-01")


def test_its_address_goes_on_showing_what_was_shown(citizen, world):
    address = reference_on(citizen, "/anbefalinger/ting/2.2/").split()[-1].removeprefix(SITE)
    published(world.bare, Status.IMPLEMENTED, on=date(2026, 11, 3), text="Kom senere.")
    assert "Kom senere." not in text_of(citizen, address)


def test_an_unprinted_number_is_not_made_up_and_signs_are_kept(citizen):
    item = RecommendationFactory(number="vores-kode", title='Bænke & <b> "sådan"')
    text = reference_on(citizen, item.get_absolute_url())
    assert text.startswith('Anbefaling »Bænke & <b> "sådan"«. Kilde: ')


def test_what_is_made_up_says_so(citizen, municipality):
    municipality.is_fictional = True
    municipality.save()
    assert reference_on(citizen, InitiativeFactory().get_absolute_url()).startswith("Opdigtet")


def test_buttons_are_hidden_until_a_script_can_do_what_they_say(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/")
    buttons = re.findall(r"<button [^>]*data-(?:copy|send)[^>]*>", html)
    assert len(buttons) == 2
    assert all(button.endswith(" hidden>") for button in buttons)


@pytest.mark.browser
def test_button_copies_the_text_and_says_so(world, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/anbefalinger/ting/2.1/")
    page.get_by_text("Henvis til denne side").click()
    page.get_by_role("button", name="Kopiér teksten").click()
    expect(page.get_by_role("status")).to_have_text("Kopieret.")
    assert page.evaluate("navigator.clipboard.readText()") == page.get_by_label("Tekst, du kan kopiere").input_value()
    # Chromium on a desktop has no sheet for sharing: no button that does nothing.
    expect(page.get_by_role("button", name="Del siden")).to_have_count(page.evaluate("'share' in navigator ? 1 : 0"))


@pytest.mark.browser
def test_button_marks_the_text_where_copying_is_refused(world, page):
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto("/anbefalinger/ting/2.1/")
    page.get_by_text("Henvis til denne side").click()
    page.get_by_role("button", name="Kopiér teksten").click()
    expect(page.get_by_label("Tekst, du kan kopiere")).to_be_focused()
    assert "Besøg af faste teams" in page.evaluate("getSelection().toString()")


@pytest.mark.browser
def test_button_hands_the_short_address_to_another_app(world, page):
    page.add_init_script("navigator.share = what => { window.handed = what; return Promise.resolve() }")
    page.goto("/anbefalinger/ting/2.1/")
    page.get_by_text("Henvis til denne side").click()
    page.get_by_role("button", name="Del siden").click()
    assert page.evaluate("window.handed.url") == f"{SITE}/ting24/2.1"
    assert "Besøg af faste teams" in page.evaluate("window.handed.title")
