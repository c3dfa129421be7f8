"""Text at twice its size, on the narrowest screen: nothing is pushed out of it, on any kind of page."""

import pytest

from tests.public.conftest import PAGES, in_english

pytestmark = pytest.mark.django_db(transaction=True)

# Each kind of page once; what only differs by a choice in its address looks the same.
KINDS = {
    name: address
    for name, address in PAGES.items()
    if name.split(",")[0] == name or name in ("recommendation, bare", "recommendation, poster")
}
# How far the page, and each thing in it, reaches beyond the window; what scrolls inside itself may be as wide as it is.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (one) => one && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  const wide = [...document.querySelectorAll("main *, header *, footer *")].filter((one) => {
    const style = getComputedStyle(one);
    return one.getBoundingClientRect().right > width + 1 && style.clipPath === "none" && !scrolls(one);
  });
  return document.documentElement.scrollWidth > width
    ? [document.documentElement.scrollWidth, ...wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 120))]
    : [];
}"""


def test_text_of_twice_the_size_stays_within_a_narrow_screen(world, open_page):
    page = open_page(viewport={"width": 320, "height": 640})
    wide = {}
    for address in [*KINDS.values(), *in_english({"overview": "/"}).values()]:
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        if found := page.evaluate(TOO_WIDE):
            wide[address] = found
    assert not wide


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_menu_is_one_line_that_unfolds_without_script(width, world, open_page):
    page = open_page(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page.goto("/anbefalinger/ting/2.1/")
    links = page.locator(".main-menu a")
    if width < 992:
        assert page.locator(".site-header").bounding_box()["height"] < 100
        assert not links.first.is_visible()
        page.get_by_text("Menu", exact=True).click()
    tops = {round(link.bounding_box()["y"]) for link in links.all()}
    assert links.count() == 9
    if width >= 992:
        assert len(tops) == 1
    page.get_by_role("link", name="Kilder", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Kilder"


@pytest.mark.parametrize(("width", "height"), [(360, 800), (1280, 900)])
def test_the_first_screen_has_sender_sentence_search_and_the_beginning_of_the_picture(width, height, world, open_page):
    page = open_page(viewport={"width": width, "height": height})
    page.goto("/")
    needed = (".sender", "main [role=search]", "main .lead", "main .glance")
    tops = [page.locator(one).first.bounding_box()["y"] for one in needed]
    assert max(tops) < height - 100
