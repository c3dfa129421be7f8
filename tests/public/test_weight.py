"""What a page weighs on its way to a telephone."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db
KB = 1000
ZIPPED = {"headers": {"accept-encoding": "gzip"}}


def assets_of(html):
    """Name and content of the page's style sheets, scripts and pictures."""
    names = re.findall(r'(?:href|src)="/static/([^"]+)"', html)
    assert names
    return {name: Path(finders.find(name)).read_bytes() for name in names}


def test_own_style_sheets_weigh_less_than_12_kb(citizen):
    assets = assets_of(citizen.get("/anbefalinger/").content.decode())
    sheets = [brotli.compress(content) for name, content in assets.items() if name.endswith(".css")]
    assert len(sheets) >= 5
    assert sum(map(len, sheets)) < 12 * KB


@pytest.mark.parametrize("address", ["/", "/kilder/", "/anbefalinger/", "/initiativer/", "/nyt/"])
def test_a_first_visit_with_all_it_needs_weighs_less_than_45_kb(address, seeded, citizen):
    response = citizen.get(address, **ZIPPED)
    assert response["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.content).decode()
    assets = sum(len(brotli.compress(content)) for content in assets_of(html).values())
    assert len(response.content) + assets < 45 * KB


def test_public_pages_are_compressed_and_still_asked_for_by_their_version(citizen):
    first = citizen.get("/om/", **ZIPPED)
    assert gzip.decompress(first.content) == citizen.get("/om/").content
    assert first["Vary"] == "Accept-Encoding"
    again = citizen.get("/om/", headers={"accept-encoding": "gzip", "if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_pages_with_a_login_or_a_token_are_not_compressed(citizen, anna, as_user):
    for client, address in ((citizen, "/konto/login/"), (as_user(anna), "/anbefalinger/"), (as_user(anna), "/admin/")):
        assert "Content-Encoding" not in client.get(address, **ZIPPED)
    assert "Content-Encoding" not in citizen.get("/om/", **ZIPPED)  # the login page has left a token behind
