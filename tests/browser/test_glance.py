"""The picture of a source as people see it: one screen at a desk, one sheet of paper, large text on a small phone."""

import io

import pypdf
import pytest
from django.core.management import call_command

ADDRESS = "/kilder/koebenhavnertinget-2024/"
LINES = 22

pytestmark = pytest.mark.browser


@pytest.fixture
def as_shipped(municipality, live_server):
    """The rows that `manage.py seed` makes."""
    call_command("seed", stdout=io.StringIO())


def test_all_lines_are_one_screen_at_a_desk(as_shipped, open_page):
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(ADDRESS)
    lines = page.locator(".glance tbody tr:has(td)")
    assert lines.count() == LINES
    assert max(line.bounding_box()["height"] for line in lines.all()) <= 28
    assert page.locator(".glance table").bounding_box()["height"] <= 800


def test_all_lines_are_on_the_first_sheet(as_shipped, open_page):
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(ADDRESS)
    first, *_others = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    printed = first.extract_text()
    for number in ("1 ", "2.3.1 ", "5.5 "):
        assert number in printed
    assert "Intet svar registreret" in printed


def test_words_stand_beside_their_signs_where_there_is_room_and_else_in_the_legend(as_shipped, open_page):
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto("/kilder/kk-rekruttering-2022/")
    page.locator(".fold > summary").nth(3).click()
    word = page.locator(".fold[open] .word").first
    assert word.bounding_box()["width"] > 20
    page.set_viewport_size({"width": 390, "height": 844})
    assert word.bounding_box()["width"] <= 1
    page.locator(".glance figcaption summary").click()
    assert page.locator(".glance figcaption details li").first.bounding_box()["width"] > 20


def test_text_twice_as_large_needs_no_scrolling_sideways(as_shipped, open_page):
    page = open_page(viewport={"width": 320, "height": 800})
    page.goto(ADDRESS)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(".glance tbody a").first.bounding_box()["width"] > 100
