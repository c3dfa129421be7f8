"""What every answer tells a browser, and that there is no answer without it."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from tests.public.conftest import FRESH, PAGES, world, world_once  # noqa: F401  fixtures
from tracker.browser_headers import ASKS_FOR_NOTHING

FILES = {
    "feed": "/anbefalinger/feed/",
    "feed of an item": "/anbefalinger/ting/2.1/feed/",
    "news feed": "/nyt/feed/",
    "calendar": "/anbefalinger/kalender.ics",
    "calendar of a meeting": "/moeder/SOU/2027-03-04/kalender.ics",
    "list, csv": "/anbefalinger/hent/?format=csv",
    "list, json": "/anbefalinger/hent/?format=json",
    "list, xlsx": "/anbefalinger/hent/?format=xlsx",
    "report, docx": "/rapporter/vis/?udvalg=SOU&format=docx",
    "report, html": "/rapporter/vis/?udvalg=SOU&format=html",
    "qr": "/anbefalinger/ting/2.1/qr.svg",
    "picture, svg": "/kilder/ting/billede.svg",
    "picture, png": "/kilder/ting/billede.png",
    "share": "/deling.png",
    "icon": "/favicon.ico",
    "colours": "/farver.css",
    "robots": "/robots.txt",
    "manifest": "/site.webmanifest",
    "sitemap": "/sitemap.xml",
    "script": "/static/js/share.js",
    "style": "/static/css/base.css",
    "icon, svg": "/static/favicon.svg",
}
REFUSALS = {
    "not found": "/findes-ikke/",
    "bad request": "/?pr=31.02.2026",
    "unknown format": "/anbefalinger/hent/?format=exe",
    "report is not there": "/rapporter/0000-0000/",
    "moved": "/k",
    "login": "/admin/",
    "login page": "/konto/login/",
    "forgotten": "/konto/password/glemt/",
    "no sign-up": "/konto/signup/",
    "health": "/healthz",
    "ready": "/readyz",
}
STAFF = ["admin:index", "declined_items", "staff_meetings", "change_log", "tables", "mfa_index", "usersessions_list"]
FORGET_PAGES = '"cache", "storage"'
TEXT = re.compile(r"text/|application/(xml|json|atom\+xml|rss\+xml|manifest\+json)|image/svg\+xml")
HAS_ITS_OWN = re.compile(r"application/(json|manifest\+json)")  # UTF-8 by RFC 8259


def read(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def faults(response):
    headers, found = response.headers, []
    kind = headers.get("Content-Type", "")
    if response.status_code not in (204, 304) and not (300 <= response.status_code < 400) and not kind:
        found.append("no Content-Type")
    if TEXT.match(kind) and not HAS_ITS_OWN.match(kind) and "charset=utf-8" not in kind.lower().replace('"', ""):
        found.append(f"no charset: {kind}")
    if headers.get("X-Content-Type-Options") != "nosniff":
        found.append("no nosniff")
    if headers.get("Permissions-Policy") != ASKS_FOR_NOTHING:
        found.append("no Permissions-Policy")
    if {"Server", "X-Powered-By", "Access-Control-Allow-Origin"} & set(headers):
        found.append("says too much")
    if kind.startswith("text/html"):
        policy = headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe-" in policy or "frame-ancestors 'none'" not in policy:
            found.append(f"CSP: {policy}")
        if headers.get("X-Frame-Options") != "DENY":
            found.append("can be framed")
        if headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
            found.append("no Referrer-Policy")
        if headers.get("Cross-Origin-Opener-Policy") != "same-origin":
            found.append("no Cross-Origin-Opener-Policy")
    return found


@pytest.mark.parametrize("pages", [PAGES | FRESH, FILES, REFUSALS], ids=["pages", "files", "refusals"])
def test_every_public_answer_has_them(pages, world, citizen):  # noqa: F811
    found = {}
    for name, address in pages.items():
        response = citizen.get(address)
        read(response)
        if wrong := faults(response):
            found[name] = wrong
    assert found == {}


def test_every_answer_to_staff_has_them_and_is_kept_by_nobody(sou, chief, as_user):
    client = as_user(chief)
    for name in STAFF:
        response = client.get(reverse(name), follow=True)  # to the meetings of the only committee there is
        assert response.status_code == 200, name
        assert faults(response) == [], name
        assert "no-store" in response.headers["Cache-Control"], name
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin", name


def test_under_https_every_answer_says_that_there_is_nothing_else(citizen, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    client = Client()
    for address in ("/", "/findes-ikke/", "/konto/login/", "/robots.txt", "/healthz", "/readyz"):
        said = client.get(address, secure=True).headers["Strict-Transport-Security"]
        assert said == "max-age=31536000; includeSubDomains; preload" or said == "max-age=31536000; includeSubDomains"


def test_pages_are_forgotten_by_the_browser_when_somebody_logs_out(anna, as_user):
    response = as_user(anna).post(reverse("account_logout"))
    assert response.headers["Clear-Site-Data"] == FORGET_PAGES


def test_so_are_they_when_somebody_ends_their_own_session_in_the_list(anna, citizen):
    citizen.force_login(anna)
    key = {"user": anna, "ip": "127.0.0.1"}
    mine = UserSession.objects.create(session_key=citizen.session.session_key, **key)
    other = UserSession.objects.create(session_key="anden", **key)
    assert "Clear-Site-Data" not in citizen.post(reverse("end_session", args=[other.pk])).headers
    assert citizen.post(reverse("end_session", args=[mine.pk])).headers["Clear-Site-Data"] == FORGET_PAGES


def test_so_are_they_when_a_session_has_run_out(anna, as_user, settings):
    client = as_user(anna)
    assert "Clear-Site-Data" not in client.get("/admin/").headers
    settings.SESSION_IDLE_SECONDS = -1
    assert client.get("/admin/").headers["Clear-Site-Data"] == FORGET_PAGES
    assert "Clear-Site-Data" not in client.get("/admin/").headers  # the next time it is anybody's


# --- What is not served -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_no_page_takes_other_methods(method, chief, as_user, citizen, caplog):
    for client in (citizen, as_user(chief)):
        for address in ("/", "/admin/", reverse("staff_meetings"), "/konto/login/"):
            response = client.generic(method, address)
            assert response.status_code == 405, address
            assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))
    assert "Method Not Allowed: /admin/" in caplog.text


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "text/plain", "application/octet-stream", ""])
def test_what_is_no_form_is_refused_before_it_is_read(kind, anna, as_user, citizen):
    for client, address in (
        (citizen, "/fejl/"),
        (citizen, "/konto/login/"),
        (as_user(anna), reverse("staff_meetings")),
    ):
        response = client.post(address, b'{"text": "x"}', content_type=kind)
        assert response.status_code == 415, address
        assert response.headers["Accept-Post"] == "application/x-www-form-urlencoded, multipart/form-data"
        assert response.content.decode() == "Her kan der kun sendes formularer."


def test_an_address_is_the_same_whatever_origin_is_said(citizen):
    for origin in ("null", "https://ond.eksempel.dk"):
        response = citizen.get("/om/", headers={"Origin": origin})
        assert response.status_code == 200
        assert "Access-Control-Allow-Origin" not in response.headers
