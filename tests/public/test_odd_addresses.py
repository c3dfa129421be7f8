"""Addresses that nobody wrote by hand: hostile, broken, or simply too much. None of them may break a page."""

from urllib.parse import quote

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

BIDI, NULL, ZERO_WIDTH = "\N{RIGHT-TO-LEFT OVERRIDE}", "\x00", "\N{ZERO WIDTH JOINER}"
HUGE = "9" * 400
LIST, ITEM = "/anbefalinger/", "/anbefalinger/ting/2.1/"

# The path and what stands after it as a browser would send it -> the statuses that are an answer.
REFUSED, MISSING, SHOWN, MOVED = {400}, {404}, {200}, {301, 302}
ANSWERED = REFUSED | MISSING | SHOWN | MOVED
ODD = {
    "what is typed in a search": {
        f"{LIST}?q=%00": REFUSED,
        f"{LIST}?q=%F0%28%8C%28": ANSWERED,
        f"{LIST}?q=%ED%A0%80": ANSWERED,
        f"{LIST}?q={'a' * 10_000}": REFUSED,
        f"{LIST}?q={'%25' * 500}": ANSWERED,
        f"{LIST}?q={quote('%_%')}": SHOWN | MOVED,
        f"{LIST}?q={quote(chr(39) + ' OR 1=1 --')}": SHOWN | MOVED,
        f"{LIST}?q={quote('<script>alert(1)</script>')}": SHOWN | MOVED,
        f"{LIST}?q={quote(BIDI + 'hest')}": ANSWERED,
        f"{LIST}?q={quote(ZERO_WIDTH)}": ANSWERED,
        f"{LIST}?q={quote('(((([[[[')}": SHOWN | MOVED,
        f"{LIST}?q={quote(chr(34) * 3)}": SHOWN | MOVED,
        f"{LIST}?q={quote('*:* & ! | <->')}": SHOWN | MOVED,
        f"{LIST}?q=%0d%0aSet-Cookie:%20a=b": ANSWERED,
        f"{LIST}?q={quote('=HYPERLINK(1)')}": SHOWN | MOVED,
        f"{LIST}?q=+&q=++": MOVED,
        f"/soeg/?q={'ord+' * 400}": ANSWERED,
        "/soeg/?q=%00": ANSWERED,
        "/soeg/?page=2": ANSWERED,
        f"/soeg/?q=hest&page={HUGE}": MISSING | MOVED,
    },
    "what is chosen": {
        f"{LIST}?kilde={quote('../../etc/passwd')}": REFUSED,
        f"{LIST}?kilde=%00": REFUSED,
        f"{LIST}?kilde={'k' * 5000}": REFUSED,
        f"{LIST}?kilde=ting&kilde=ting": MOVED,
        f"{LIST}?kilde=xyz&kilde=ting": MOVED,
        f"{LIST}?kilde[]=ting": SHOWN | MOVED,
        f"{LIST}?udvalg={quote('SOU' + BIDI)}": REFUSED,
        f"{LIST}?udvalg=SOU,SUD": REFUSED,
        f"{LIST}?status=in_progress&status=xyz": REFUSED,
        f"{LIST}?status=constructor": REFUSED,
        f"{LIST}?svar=None": REFUSED,
        f"{LIST}?svar=-1": REFUSED,
        f"{LIST}?forvaltning=%C3%98KF%00": REFUSED,
        f"{LIST}?gruppe=2": ANSWERED,
        f"{LIST}?gruppe=2&kilde=ting": ANSWERED,
        f"{LIST}?adressat=%7B%7B7*7%7D%7D": REFUSED,
        f"{LIST}?stemmer_min={HUGE}": REFUSED,
        f"{LIST}?stemmer_min=-1": REFUSED,
        f"{LIST}?stemmer_min=NaN": REFUSED,
        f"{LIST}?stemmer_min=1e3": REFUSED,
        f"{LIST}?stemmer_min=%D9%A3": ANSWERED,
        f"{LIST}?sorter=__class__": REFUSED,
        f"{LIST}?forsinket=måske": ANSWERED,
        f"{LIST}?{'a=1&' * 900}": MOVED,
        f"{LIST}?{'a=1&' * 5000}": REFUSED,
        f"{LIST}?&&&===&": ANSWERED,
        f"{LIST}??": ANSWERED,
        f"{LIST}?=": ANSWERED,
        f"{LIST}?%": ANSWERED,
        f"{LIST}?%FF=%FE": ANSWERED,
        f"{LIST}?q=a;b=c": SHOWN | MOVED,
    },
    "times": {
        "/?pr=0000-00-00": REFUSED,
        "/?pr=0001-01-01": ANSWERED,
        "/?pr=9999-12-31": REFUSED,
        "/?pr=-1": REFUSED,
        "/?pr=31.02.2026": REFUSED,
        f"/?pr={HUGE}": REFUSED,
        "/?pr=2026-06-01T25:61:61Z": REFUSED,
        "/?pr=2026-06-01%00": REFUSED,
        "/?pr=i+dag&siden=i+går": REFUSED,
        "/?siden=2026-10-01&pr=2026-01-01": REFUSED,
        "/?pr=2026-06-01&pr=2026-07-01": MOVED,
        f"{ITEM}?siden=%D9%A2%D9%A0%D9%A2%D9%A6-01-01": ANSWERED,
        f"{ITEM}?pr=2026-1-1": ANSWERED,
        "/nyt/?siden=1.1.1": ANSWERED,
    },
    "pages and parts": {
        f"{LIST}?page=0": MISSING | MOVED,
        f"{LIST}?page=-1": MISSING | MOVED,
        f"{LIST}?page={HUGE}": MISSING | MOVED,
        f"{LIST}?page=1.0": ANSWERED,
        f"{LIST}?page=last": ANSWERED,
        f"{LIST}?page=%D9%A1": ANSWERED,
        f"{LIST}?page=%00": MISSING | MOVED,
        "/nyt/?page=2&page=1": MOVED,
        "/kilder/?page=99": MISSING | MOVED,
        f"/nyt/feed/?del={HUGE}": REFUSED,
        "/nyt/feed/?del=%00": REFUSED,
        "/nyt/feed/?del=1&del=2": MISSING,
    },
    "names in the path": {
        "/anbefalinger/ting/%00/": MISSING,
        "/anbefalinger/ting/%FF/": ANSWERED,
        "/anbefalinger/ting/2.1%00/": MISSING,
        "/anbefalinger/ting/..%2f..%2f/": ANSWERED,
        "/anbefalinger/ting/%2e%2e/": ANSWERED,
        "/anbefalinger/../admin/": ANSWERED,
        f"/anbefalinger/ting/{HUGE}/": MISSING,
        f"/anbefalinger/{'t' * 3000}/1/": MISSING,
        f"/anbefalinger/ting/{quote(BIDI + '2.1')}/": MISSING,
        f"/anbefalinger/ting/{quote('２.１')}/": ANSWERED,
        "/anbefalinger/ting/2.1/qr.svg/": MISSING,
        "/anbefalinger/ting/2.1//": MISSING,
        "/anbefalinger//2.1/": MISSING,
        "/anbefalinger/ting/2.1/?format=exe": SHOWN | MOVED,
        "/kilder/ting%0a/": MISSING,
        "/kilder/%C3%A6/": MISSING,
        "/udvalg/%00/": MISSING,
        "/udvalg/SOU%20/": MISSING,
        "/udvalg/%00/deling.png": MISSING,
        "/kilder/ting/%00": MISSING,
        f"/udvalg/{HUGE}/": MISSING,
        f"/udvalg/{quote('SØU')}/": MISSING,
        "/udvalg/%F0%9F%98%80/": MISSING,
    },
    "files": {
        "/anbefalinger/hent/": ANSWERED,
        "/anbefalinger/hent/?format=exe": ANSWERED,
        "/anbefalinger/hent/?format=csv&q=%00": REFUSED,
        "/anbefalinger/hent/?format=../csv": ANSWERED,
        "/nyt/kalender.ics?udvalg=%00": REFUSED,
        "/nyt/feed/?kilde=%FF": REFUSED,
        "/anbefalinger/ting/2.1/deling.png?v=%00": SHOWN,
        "/kilder/ting/billede.png?pr=31.02.2026": REFUSED,
        "/dokumentation/00000000-0000-0000-0000-000000000000/1/": MISSING,
        f"/dokumentation/00000000-0000-0000-0000-000000000000/{HUGE}/": MISSING,
        "/dokumentation/x/1/": MISSING,
        "/bomaerke/..%2f..%2fdb.sqlite3": MISSING,
        "/static/../tracker/settings.py": MISSING,
        f"/sitemap-{HUGE}.xml": MISSING,
        "/sitemap-0.xml": MISSING,
        "/.well-known/": MISSING,
        "/.git/config": MISSING,
        "/wp-login.php": MISSING,
        "/api/v1/": MISSING,
    },
    "reports and errors": {
        "/rapporter/vis/?udvalg=%00": REFUSED,
        "/rapporter/vis/?format=exe": ANSWERED,
        "/rapporter/0000-0000/": MISSING,
        f"/rapporter/{HUGE}/": MISSING,
        "/rapporter/%00/": MISSING,
        "/rapporter/kontroller/?kode=%00": MISSING,
        f"/rapporter/kontroller/?kode={HUGE}": MISSING,
        "/fejl/?side=https://ond.eksempel.dk/": SHOWN,
        "/fejl/?side=%2F%2Fond.eksempel.dk": SHOWN,
        "/fejl/?side=%00": SHOWN,
        f"/fejl/?side=/{'a' * 5000}": SHOWN,
    },
    "short addresses and languages": {
        "/ting24/%00": MISSING,
        f"/ting24/{HUGE}": MISSING,
        "/ting24/i/%FF": ANSWERED,
        f"/k{HUGE}": MISSING,
        "/en/en/": MISSING,
        "/en//": MISSING,
        "/da/": MISSING,
        "/EN/%C4%B0/": MISSING,
        "/%00": MISSING,
        "/%E2%80%AE": MISSING,
        "/%ff%fe": MISSING,
        "/;/": MISSING,
        "/:80/": MISSING,
        "/%0d%0aLocation:%20https:/ond.eksempel.dk/": MISSING,
    },
}


def test_there_are_as_many_as_it_takes():
    assert sum(map(len, ODD.values())) >= 140


@pytest.mark.parametrize("group", ODD)
def test_odd_addresses_are_answered_in_words(group, world):
    wrong = {}
    for address, expected in ODD[group].items():
        status = answered(address)
        if status not in expected:
            wrong[address[:80]] = status
    assert wrong == {}


def answered(address):
    """The status of the answer, of which all that is said of any of them has been checked."""
    browser = Client(raise_request_exception=False)
    response = browser.get(address)
    assert not response.cookies
    assert "ond.eksempel.dk" not in response.headers.get("Location", "")
    if response.status_code in REFUSED | MISSING:  # in words
        html = response.content.decode()
        assert "<h1" in html
        assert "<script>alert(1)" not in html
        assert "Traceback" not in html
    if response.status_code in MOVED:
        there = browser.get(response.headers["Location"])
        assert there.status_code < 500
    head = browser.head(address)
    assert head.status_code == response.status_code
    assert head.content == b""
    return response.status_code


def test_odd_host_is_refused(world):
    browser = Client(raise_request_exception=False)
    for host in ("ond.eksempel.dk", "a b", "[::1", "x" * 300, "testserver@ond.dk", "testserver/../x", "*"):
        assert browser.get("/nyt/feed/", headers={"host": host}).status_code == 400, host


def test_odd_header_changes_nothing(world):
    browser = Client(raise_request_exception=False)
    plain = browser.get("/nyt/feed/").content
    for name, value in (
        ("If-None-Match", "x" * 8000),
        ("If-None-Match", 'W/"\x7f", ,,,"'),
        ("If-Modified-Since", "i går"),
        ("If-Modified-Since", "Mon, 99 Foo 99999 99:99:99 GMT"),
        ("Accept-Language", "en," * 3000),
        ("Cookie", "session=\x01; csrftoken==; =;;"),
        ("Range", "bytes=9-1"),
        ("X-Forwarded-For", "1.2.3.4, <script>"),
        ("Referer", "\x00"),
    ):
        response = browser.get("/nyt/feed/", headers={name: value})
        assert (response.status_code, response.content) == (200, plain), name
