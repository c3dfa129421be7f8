"""How long the pages are on a phone, on the data that come with it, before anything is unfolded; and what is in sight.

Lengths are in screens of 390 × 844 pixels.
"""

import io

import pytest
from django.core.management import call_command

from recommendations.models import Committee, Publication

SCREEN = {"width": 390, "height": 844}
SOURCE = "koebenhavnertinget-2024"

pytestmark = pytest.mark.browser


@pytest.fixture
def as_shipped(municipality, live_server):
    """The rows that `manage.py seed` makes."""
    call_command("seed", stdout=io.StringIO())


@pytest.fixture
def phone(as_shipped, open_page):
    return open_page(viewport=SCREEN)


def screens(page):
    return page.evaluate("document.documentElement.scrollHeight") / SCREEN["height"]


def too_long(page, most, addresses):
    """The pages that are longer than `most` screens."""
    found = {}
    for address in addresses:
        assert page.goto(address).ok, address
        if (length := screens(page)) > most:
            found[address] = round(length, 2)
    return found


def test_pages_are_short(phone):
    codes = Committee.objects.order_by("code").values_list("code", flat=True)
    slugs = Publication.objects.public().order_by("slug").values_list("slug", flat=True)
    assert len(codes) >= 3
    assert len(slugs) >= 4
    lists = ["/anbefalinger/", f"/anbefalinger/?kilde={SOURCE}", "/anbefalinger/?page=2", "/initiativer/"]
    lists += ["/initiativer/?page=2", "/initiativer/?page=3", "/nyt/", "/udvalg/"]
    assert too_long(phone, 3.5, lists) == {}
    assert too_long(phone, 3.5, [f"/udvalg/{code}/" for code in codes]) == {}
    assert too_long(phone, 4, [f"/kilder/{slug}/" for slug in slugs]) == {}
    assert too_long(phone, 4.5, ["/"]) == {}
    # The measure itself would see a page grow.
    phone.goto(f"/anbefalinger/?kilde={SOURCE}")
    folded = screens(phone)
    phone.locator(".panel > summary").click()
    assert screens(phone) > folded + 0.5


@pytest.mark.parametrize("viewport", [SCREEN, {"width": 1280, "height": 900}], ids=["phone", "desk"])
def test_the_button_of_the_filters_is_in_sight_once_they_are_opened(viewport, as_shipped, open_page):
    page = open_page(viewport=viewport)
    for address in (f"/anbefalinger/?kilde={SOURCE}", "/initiativer/", "/nyt/"):
        page.goto(address)
        button = page.get_by_role("button", name="Vis", exact=True)
        assert not button.is_visible(), address
        page.locator(".panel > summary").click()
        box = button.bounding_box()
        assert box["y"] >= 0, address
        assert box["y"] + box["height"] <= viewport["height"], address
