"""Every page in a real browser: axe finds nothing, and nothing is wider than a narrow phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.public.conftest import PAGES

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MORE = {
    "invalid filter": "/anbefalinger/?kilde=xyz&pr=31.02.2026",
    "not found": "/findes-ikke/",
    "bad request": "/?pr=31.02.2026",
    "login": "/konto/login/",
    "sign-up": "/konto/signup/",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_accessible(width, scheme, world, open_page):
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    found = []
    for name, address in (PAGES | MORE).items():
        page.goto(address)
        for broken in Axe().run(page, options=RULES).response["violations"]:
            found.append(f"{name}: {broken['id']}: {[node['html'] for node in broken['nodes']][:3]}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{name}: {wide} px wide on a screen of {width} px")
    assert not found, "\n".join(found)


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
    page.get_by_role("button", name="Vis", exact=True).click()
    assert page.locator(".row").count() == 1
    page.get_by_role("link", name="Besøg af faste teams").click()
    assert page.get_by_role("heading", level=1).inner_text() == "2.1 Besøg af faste teams"
