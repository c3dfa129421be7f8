"""A PDF with 22 recommendations, from the upload until citizens read them: with the keyboard alone, and counted."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recommendations.models import ImportBatch, Publication
from tests.importing.laid_out import COLUMNS, TABLE, made, truth

pytestmark = pytest.mark.browser
MOST = 100


class Keys:
    """What a person does with a keyboard: every key that does something but write is one, and so is every field."""

    def __init__(self, page):
        self.page, self.used = page, 0

    def press(self, key, *, leads_on=False):
        self.used += 1
        if leads_on:
            with self.page.expect_navigation():
                self._press(key)
        else:
            self._press(key)

    def _press(self, key):
        if not key.startswith("Alt+"):
            return self.page.keyboard.press(key)
        # Playwright leaves out the event that access keys listen to.
        letter = key[-1]
        said = {"modifiers": 1, "key": letter, "code": f"Key{letter.upper()}", "text": letter, "unmodifiedText": letter}
        browser = self.page.context.new_cdp_session(self.page)
        for kind in ("rawKeyDown", "char", "keyUp"):
            browser.send("Input.dispatchKeyEvent", {"type": kind, **said})
        browser.detach()
        return None

    def write(self, text):
        self.used += 1
        self.page.keyboard.type(text)

    def tab_to(self, words):
        for _press in range(MOST):
            self.press("Tab")
            if self.page.evaluate("document.activeElement.textContent.trim()") == words:
                return
        pytest.fail(f"Tab never reached »{words}«")


def upload(page, suffix, layout):
    page.goto(reverse("document_files"))
    file = {"name": f"tinget.{suffix}", "mimeType": "application/pdf", "buffer": made(suffix, layout)}
    page.get_by_label("PDF- eller Word-fil").set_input_files(file)


def test_from_a_pdf_until_citizens_read_it(open_page, chief, sou):
    page = open_page(chief)
    keys = Keys(page)
    upload(page, "pdf", COLUMNS)
    keys.used += 1  # the file is chosen
    keys.press("Alt+l", leads_on=True)
    expect(page.get_by_role("heading", name="27 rækker fundet")).to_be_visible()
    keys.press("Alt+a", leads_on=True)
    looked_at = 0
    while page.get_by_role("link", name="Videre: om kilden").count() == 0:
        expect(page.get_by_text("Se efter:")).to_be_visible()
        keys.press("Enter", leads_on=True)
        looked_at += 1
    keys.press("Alt+n", leads_on=True)
    keys.press("Control+a")
    keys.write("Tinget 2024")
    keys.press("Tab")
    keys.write("Borgerting")
    keys.press("Tab")
    keys.write("Københavns Kommune")
    keys.press("Tab")
    keys.write("06062024")  # the same day in every order
    keys.press("Alt+g", leads_on=True)
    expect(page.get_by_text("Anbefalinger: 22.")).to_be_visible()
    keys.tab_to("Skriv det ind")
    keys.press("Enter", leads_on=True)
    expect(page.get_by_text("Det er skrevet ind.")).to_be_visible()
    keys.tab_to("Gør kilden offentlig")
    keys.press("Enter", leads_on=True)
    keys.tab_to("Gør offentlig")
    keys.press("Enter", leads_on=True)
    source = Publication.objects.get()
    assert source.is_public
    assert str(source.handed_over_on) == "2024-06-06"
    citizen = open_page()
    citizen.goto(source.items.get(number="2.1").get_absolute_url())
    expect(citizen.get_by_text(truth()[2]["text"][:60])).to_be_visible()
    assert 0 < looked_at < 10
    assert keys.used < MOST, keys.used


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_are_for_everybody(open_page, chief, faults_of, width):
    page = open_page(chief, viewport={"width": width, "height": 900})
    faults = {}

    def look(name):
        if found := faults_of(page):
            faults[name] = found

    for suffix, layout in (("pdf", COLUMNS), ("docx", TABLE)):
        upload(page, suffix, layout)
        page.get_by_role("button", name="Læs filen").click()
        page.get_by_text("Reglerne, rækkerne er fundet efter").click()
        page.get_by_text("Del rækken i to").click()
        look(suffix)
    batch = ImportBatch.objects.order_by("pk").last()
    for row in batch.choices["rows"]:
        row["state"] = "godkendt"
    batch.save()
    page.goto(reverse("document_files"))
    look("files")
    page.goto(reverse("document_source", args=[batch.pk]))
    look("source")
    page.get_by_label("Slags").select_option(label="Borgerting")
    page.locator("#id_title").fill("Tinget")
    page.get_by_label("Udgiver").fill("Kommunen")
    page.get_by_role("button", name="Gem, og se det hele efter").click()
    look("preview")
    page.get_by_role("button", name="Skriv det ind").click()
    page.get_by_role("link", name="Fortryd indlæsningen").click()
    look("undo")
    assert not faults
