"""Every page in a real browser: axe finds nothing, and nothing is wider than a narrow phone."""

import pytest

from tests.public.conftest import EMPTY_PAGES, FRESH, PAGES, in_english

MORE = FRESH | {
    "invalid filter": "/anbefalinger/?kilde=xyz&pr=31.02.2026",
    "not found": "/findes-ikke/",
    "bad request": "/?pr=31.02.2026",
    "login": "/konto/login/",
    "sign-up": "/konto/signup/",
}
EVERY_PAGE = PAGES | MORE


@pytest.fixture(
    params=[(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")], ids=lambda one: f"{one[0]}-{one[1]}"
)
def faults_in(request, open_page, faults_of):
    """`faults_in(pages)` opens each of them and lists what is wrong, at one width and in one colour scheme."""
    width, scheme = request.param
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)

    def faults_in(pages):
        found = []
        for name, address in pages.items():
            page.goto(address)
            found += [f"{name}: {fault}" for fault in faults_of(page)]
        return "\n".join(found)

    return faults_in


@pytest.mark.parametrize("pages", [EVERY_PAGE, in_english(EVERY_PAGE)], ids=["da", "en"])
def test_pages_are_accessible(pages, world, faults_in):
    assert not faults_in(pages)


@pytest.mark.parametrize("pages", [EMPTY_PAGES, in_english(EMPTY_PAGES)], ids=["da", "en"])
def test_pages_are_accessible_before_there_is_any_data(pages, db, faults_in):
    assert not faults_in(pages)


def test_keyboard_reaches_the_content_first(world, page):
    page.goto("/anbefalinger/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Gå til indhold"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "indhold"


def test_filters_work_without_script(world, open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/anbefalinger/")
    page.get_by_label("Søg efter ord").fill("faste teams")
    page.locator("form.filters").get_by_role("button", name="Søg").click()
    assert page.url.endswith("/anbefalinger/?q=faste+teams")
    assert page.locator(".row").count() == 1
    page.get_by_role("link", name="Besøg af faste teams").click()
    assert page.get_by_role("heading", level=1).inner_text() == "2.1 Besøg af faste teams"


@pytest.mark.parametrize("width", [320, 1280])
def test_filters_fold_up_and_the_search_never_does(width, world, open_page):
    page = open_page(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page.goto("/anbefalinger/?kilde=ting&status=ingen")
    assert page.get_by_label("Søg efter ord").is_visible()
    choice = page.get_by_label("I gang (1)")
    assert not choice.is_visible()
    page.get_by_text("Filtre: 2 valgt").click()
    assert page.get_by_label("Sat på pause").count() == 0  # it would find nothing
    choice.check()
    page.get_by_role("button", name="Vis", exact=True).click()
    assert page.url.endswith("/anbefalinger/?kilde=ting&status=in_progress&status=ingen")
    assert page.get_by_role("link", name="Fjern Status: I gang").is_visible()
