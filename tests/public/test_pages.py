"""What holds for every page that citizens see."""

import pytest

from tests.public.conftest import FRESH, PAGES

pytestmark = pytest.mark.django_db


EVERY = PAGES | FRESH


@pytest.fixture(params=EVERY.values(), ids=EVERY.keys())
def address(request):
    return request.param


def test_page_is_for_everybody_and_leaves_no_trace(address, citizen, world):
    response = citizen.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_page_needs_nothing_inline(address, citizen, world):
    html = citizen.get(address).content.decode()
    # A block of data is not run, so the Content-Security-Policy allows it; the browser tests see to that. A script of
    # our own is a file, and an extra: it waits for the page.
    for allowed in ('<script type="application/ld+json">', '<script src="/static/js/share.js" defer></script>'):
        html = html.replace(allowed, "")
    assert "<script" not in html
    assert "<style" not in html
    assert " style=" not in html
    assert '<html lang="da">' in html


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_page_is_the_same_twice_so_that_it_can_be_cached(address, citizen, world):
    first = citizen.get(address)
    assert citizen.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_nothing_unpublished_is_shown(address, citizen, world):
    assert "HEMMELIG KLADDE" not in citizen.get(address).content.decode()


def test_nobody_is_named(address, citizen, world):
    html = citizen.get(address).content.decode()
    assert "anna" not in html
    assert ">bo<" not in html


def test_pages_work_before_there_is_any_data(citizen):
    for address in ("/", "/anbefalinger/", "/initiativer/", "/kilder/", "/nyt/", "/udvalg/", "/om/"):
        assert citizen.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/findes-ikke/",
        "/anbefalinger/ting/9.9/",
        "/anbefalinger/ukendt/2.1/",
        "/initiativer/ting/99/",
        "/kilder/ukendt/",
        "/udvalg/XYZ/",
        "/anbefalinger/?page=2",
        "/anbefalinger/?page=abc",
        "/nyt/?page=2",
        "/anbefalinger/ting/9.9/feed/",
        "/initiativer/ting/99/feed/",
        "/sitemap-0.xml",
        "/sitemap-2.xml",
    ],
)
def test_what_is_not_there_is_said_in_danish_with_a_way_on(address, citizen, world):
    response = citizen.get(address)
    assert response.status_code == 404
    html = response.content.decode()
    assert "Siden findes ikke" in html
    assert 'name="q"' in html
    assert 'href="/anbefalinger/"' in html


@pytest.mark.parametrize(
    "address", ["/", "/anbefalinger/ting/2.1/", "/initiativer/ting/7/", "/kilder/ting/", "/udvalg/"]
)
def test_a_day_that_does_not_exist_is_refused(address, citizen, world):
    response = citizen.get(address, {"pr": "31.02.2026"})
    assert response.status_code == 400
    assert "Datoen 31.02.2026 findes ikke. Skriv en dato som 28.02.2026." in response.content.decode()


def test_committee_is_found_in_any_case_at_one_address(citizen, sou):
    response = citizen.get("/udvalg/sou/?pr=2026-01-01")
    assert (response.status_code, response.headers["Location"]) == (301, "/udvalg/SOU/?pr=2026-01-01")


def test_robots_are_kept_out_of_the_rooms_of_staff(citizen):
    text = citizen.get("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text
    assert "Disallow: /konto/" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text
