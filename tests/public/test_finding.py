"""What programs ask for first, which methods are served, and addresses that were written otherwise."""

import io
import json
import re
from datetime import datetime, timedelta
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from recommendations.public.urls import TAKES_POST, files, pages
from tests.public.conftest import PAGES

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


# --- Robots -----------------------------------------------------------------------------------------------------------


def may_fetch(rules, path):
    """By RFC 9309: the longest rule that fits decides; `*` stands for anything."""
    forbidden = [line.removeprefix("Disallow: ") for line in rules.splitlines() if line.startswith("Disallow: ")]
    return not any(re.match(re.escape(rule).replace(r"\*", ".*"), path) for rule in forbidden)


def test_robots_find_what_there_is_and_no_room_without_an_end(citizen, world):
    rules = citizen.get("/robots.txt").content.decode()
    assert f"Sitemap: {SITE}/sitemap.xml" in rules
    open_ones = re.findall(rf"<loc>{SITE}(.*?)</loc>", citizen.get("/sitemap.xml").content.decode())
    assert len(open_ones) > 20
    for path in [*open_ones, "/anbefalinger/?kilde=ting", "/anbefalinger/?page=2", "/deling.png?v=20261102"]:
        assert may_fetch(rules, path), path
    for path in (
        "/admin/",
        "/konto/login/",
        "/anbefalinger/?kilde=ting&udvalg=SOU",
        "/en/anbefalinger/?q=hest",
        "/?pr=2024-01-01",
        "/nyt/?siden=2024-01-01",
        "/fejl/?side=/nyt/",
    ):
        assert not may_fetch(rules, path), path


def test_robots_are_read_by_the_reader_that_comes_with_python(citizen):
    parser = RobotFileParser()
    parser.parse(citizen.get("/robots.txt").content.decode().splitlines())
    assert parser.can_fetch("*", f"{SITE}/anbefalinger/")
    assert not parser.can_fetch("*", f"{SITE}/admin/")
    assert parser.site_maps() == [f"{SITE}/sitemap.xml"]


# --- Security ---------------------------------------------------------------------------------------------------------


def test_who_finds_a_hole_is_told_whom_to_tell(citizen, municipality):
    municipality.email = "anbefalinger@eksempel.dk"
    municipality.save()
    response = citizen.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())
    assert fields["Contact"] == "mailto:anbefalinger@eksempel.dk"
    assert fields["Canonical"] == f"{SITE}/.well-known/security.txt"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=90) < expires - timezone.now() < timedelta(days=365)
    assert citizen.get("/.well-known/security.txt").content == response.content


def test_where_there_is_no_mailbox_none_is_named(citizen, municipality):
    municipality.email = ""
    municipality.save()
    assert citizen.get("/.well-known/security.txt").status_code == 404


# --- Icons ------------------------------------------------------------------------------------------------------------


def icon(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    return Image.open(io.BytesIO(response.content))


@pytest.mark.parametrize(
    ("address", "kind", "size"),
    [
        ("/favicon.ico", "ICO", 32),
        ("/apple-touch-icon.png", "PNG", 180),
        ("/ikon-192.png", "PNG", 192),
        ("/ikon-512.png", "PNG", 512),
    ],
)
def test_icon(address, kind, size, citizen, municipality):
    picture = icon(citizen, address)
    assert (picture.format, picture.size) == (kind, (size, size))
    colours = picture.convert("RGB")
    assert colours.getpixel((0, 0)) == (0x14, 0x42, 0x5F)
    assert colours.getpixel((size * 13 // 32, size * 22 // 32)) == (255, 255, 255)
    municipality.colour = "#6b1f3a"
    municipality.save()
    assert icon(citizen, address).convert("RGB").getpixel((0, 0)) == (0x6B, 0x1F, 0x3A)


def test_head_of_a_page_names_icons_and_manifest_that_are_there(citizen, municipality):
    html = citizen.get("/").content.decode()
    named = re.findall(r'<link rel="(?:icon|apple-touch-icon|manifest)" href="([^"]+)"', html)
    assert {"/favicon.ico", "/apple-touch-icon.png", "/site.webmanifest"} < {*named}
    response = citizen.get("/site.webmanifest")
    assert response.headers["Content-Type"] == "application/manifest+json"
    manifest = json.loads(response.content)
    assert "Københavns Kommune" in manifest["name"]
    assert citizen.get(manifest["start_url"]).status_code == 200
    for one in manifest["icons"]:
        size = int(one["sizes"].partition("x")[0])
        assert icon(citizen, one["src"]).size == (size, size)


# --- Methods ----------------------------------------------------------------------------------------------------------

READ_ONLY = [*PAGES.values(), "/robots.txt", "/nyt/feed/", "/nyt/kalender.ics", "/sitemap.xml", "/favicon.ico", "/k24"]
SENT_TO = ["/fejl/", "/rapporter/kontroller/", "/en/fejl/"]


def served(response):
    return set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize("address", [one for one in READ_ONLY if not one.startswith("/rapporter/kontroller/")])
def test_what_is_read_only_says_so(address, world):
    strict = Client(enforce_csrf_checks=True)
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        response = strict.generic(method, address)
        assert response.status_code == 405, method
        assert served(response) == {"GET", "HEAD", "OPTIONS"}
        assert "intet kan sendes til den" in response.content.decode()
        assert not response.cookies
    response = strict.options(address)
    assert (response.status_code, response.content) == (204, b"")
    assert served(response) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("address", SENT_TO)
def test_what_takes_a_form_takes_no_more(address, citizen):
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        response = citizen.generic(method, address)
        assert response.status_code == 405
        assert served(response) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert citizen.post(address, {}).status_code != 405


def test_what_takes_a_form_is_an_address_of_ours():
    assert {pattern.name for pattern in [*pages, *files]} > TAKES_POST


def test_english_refusal_is_in_english(citizen):
    assert "This page can be read" in citizen.put("/en/nyt/").content.decode()


def test_rooms_of_staff_keep_their_own_methods(citizen, anna, as_user):
    assert citizen.post("/konto/login/", {"login": "anna", "password": "forkert"}).status_code == 200
    assert as_user(anna).post("/konto/logout/").status_code == 302


# --- Addresses written otherwise --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("/ANBEFALINGER/", "/anbefalinger/"),
        ("/Anbefalinger", "/anbefalinger/"),
        ("/EN/", "/en/"),
        ("/EN", "/en/"),
        ("/EN/Udvalg/", "/en/udvalg/"),
        ("/Nyt/?udvalg=SOU", "/nyt/?udvalg=SOU"),
        ("/NYT/feed/", "/nyt/feed/"),
        ("/ROBOTS.TXT", "/robots.txt"),
        ("/Anbefalinger/Ting/2.1/?pr=2026-10-01", "/anbefalinger/ting/2.1/?pr=2026-10-01"),
        ("/KILDER/TING/", "/kilder/ting/"),
    ],
)
def test_capital_letters_lead_to_the_right_address(typed, right, citizen, world):
    response = citizen.get(typed)
    assert (response.status_code, response.headers["Location"]) == (301, right)
    assert citizen.get(right).status_code == 200


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("/UDVALG/sou/", "/udvalg/SOU/"),
        ("/EN/Udvalg/Sou/", "/en/udvalg/SOU/"),
        ("/Anbefalinger/TING", "/anbefalinger/?kilde=ting"),
        ("/TING24/2.1", "/anbefalinger/ting/2.1/"),
    ],
)
def test_no_address_leads_in_a_ring(typed, end, citizen, world):
    response = citizen.get(typed, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == end
    assert len(response.redirect_chain) <= 3


@pytest.mark.parametrize(
    "address", ["/FINDES-IKKE/", "/İSTANBUL/", "/X//ANBEFALINGER/", "/Konto/Velkommen/MQ/Abc-1/", "/STATIC/x"]
)
def test_what_is_nothing_in_small_letters_either_is_not_there(address, citizen, world):
    assert citizen.get(address).status_code == 404


def test_only_who_reads_is_led_on(citizen, world):
    assert citizen.head("/NYT/").status_code == 301
    assert citizen.post("/NYT/").status_code == 404


@pytest.mark.parametrize(
    ("cut", "there"),
    [
        ("/anbefalinger/ting/", "/anbefalinger/?kilde=ting"),
        ("/anbefalinger/TING/", "/anbefalinger/?kilde=ting"),
        ("/en/anbefalinger/ting/", "/en/anbefalinger/?kilde=ting"),
        ("/initiativer/ting/", "/initiativer/?kilde=ting"),
        ("/ting24/i/", "/initiativer/?kilde=ting"),
        ("/ting24/i", "/initiativer/?kilde=ting"),
        ("/dokumentation/", "/om/#dokumentation"),
    ],
)
def test_address_cut_short_leads_to_where_it_would_have_stood(cut, there, citizen, world):
    response = citizen.get(cut)
    assert (response.status_code, response.headers["Location"]) == (301, there)
    page, _mark, anchor = there.partition("#")
    html = citizen.get(page).content.decode()
    assert f'id="{anchor}"' in html if anchor else "Tinget" in html


def test_address_of_a_file_cut_short_leads_to_what_it_documents(citizen, world):
    (row, *_more) = world.update.evidence.order_by("position")
    there = f"/anbefalinger/ting/2.1/#{world.update.anchor}"
    assert citizen.get(f"/dokumentation/{row.update.key}/").headers["Location"] == there
    draft = world.full.updates.get(text="HEMMELIG KLADDE")
    assert citizen.get(f"/dokumentation/{draft.key}/").status_code == 404


def test_choice_is_kept_where_the_address_was_cut_short(citizen, world):
    response = citizen.get("/anbefalinger/ting/?status=in_progress", follow=True)
    assert response.context["selection"].publication == "ting"
    assert response.context["selection"].status == ("in_progress",)


@pytest.mark.parametrize("address", ["/anbefalinger/kladde/", "/initiativer/kladde/", "/anbefalinger/feed", "/kl9/i/"])
def test_nothing_leads_to_a_source_that_is_not_there(address, citizen, world):
    world.ting.__class__.objects.filter(pk=world.ting.pk).update(slug="anden")
    response = citizen.get(address, follow=address.endswith("feed"))
    assert response.status_code == (200 if address.endswith("feed") else 404)


def test_the_way_in_for_staff_cut_short(citizen):
    assert citizen.get("/konto/").headers["Location"] == "/konto/login/"
