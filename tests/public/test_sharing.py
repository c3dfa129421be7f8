"""What pages say of themselves to search engines and to those who link to them."""

import json
import re
from xml.etree import ElementTree

import pytest

from recommendations.public import sitemap
from tests.factories import PublicationFactory, RecommendationFactory, published
from tests.public.conftest import PAGES

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def canonical(html):
    (found,) = re.findall(r'<link rel="canonical" href="([^"]+)">', html)
    return found.replace("&amp;", "&")


def graph(html):
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(found)


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_page_says_what_it_is(address, citizen, world):
    html = citizen.get(address).content.decode()
    said = dict(re.findall(r'<meta property="(og:\w+)" content="([^"]*)">', html))
    assert said["og:title"]
    assert f"<title>{said['og:title']} – Anbefalingstracker</title>" in html
    assert said["og:url"].replace("&amp;", "&") == canonical(html)
    assert said["og:type"] in {"website", "article"}
    assert citizen.get(canonical(html).removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?utm_source=x", "/"),
        ("/anbefalinger/?q=&kilde=TING&sorter=aendret&pr=2026-06-01&x=1", "/anbefalinger/?kilde=ting"),
        ("/nyt/?siden=2026-01-01", "/nyt/"),
        ("/anbefalinger/ting/2.1/?pr=2026-06-01", "/anbefalinger/ting/2.1/"),
        ("/udvalg/SOU/?fbclid=1", "/udvalg/SOU/"),
    ],
)
def test_canonical_address_is_without_noise(address, expected, citizen, world):
    assert canonical(citizen.get(address).content.decode()) == SITE + expected


def test_each_page_of_a_list_has_an_address_of_its_own(citizen):
    ting = PublicationFactory(slug="ting")
    for number in range(31):
        RecommendationFactory(publication=ting, number=str(number + 1))
    html = citizen.get("/anbefalinger/?page=2&kilde=ting").content.decode()
    assert canonical(html) == f"{SITE}/anbefalinger/?kilde=ting&page=2"


@pytest.mark.parametrize("address", ["/findes-ikke/", "/?pr=31.02.2026", "/anbefalinger/?kilde=xyz"])
def test_what_is_refused_has_no_lasting_address(address, citizen, world):
    assert "canonical" not in citizen.get(address).content.decode()


def test_title_is_escaped_in_the_head(citizen):
    item = RecommendationFactory(number="1", title='"><script>alert(1)</script> & mere', summary="</script> & <b>")
    html = citizen.get(item.get_absolute_url()).content.decode()
    assert "<script>" not in html
    assert 'content="1 &quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; mere"' in html
    assert graph(html)["name"] == item.title
    assert graph(html)["abstract"] == item.summary


def test_linked_data_of_an_item(citizen, world):
    data = graph(citizen.get("/anbefalinger/ting/2.1/").content.decode())
    assert (data["@context"], data["@type"]) == ("https://schema.org", "CreativeWork")
    assert data["url"] == f"{SITE}/anbefalinger/ting/2.1/"
    assert (data["identifier"], data["name"]) == ("2.1", "Besøg af faste teams")
    assert data["dateModified"] == "2026-09-02"
    assert data["isPartOf"]["@type"] == "Report"
    assert data["isPartOf"]["@id"] == f"{SITE}/kilder/ting/"
    assert "" not in data.values()


def test_linked_data_of_a_source(citizen, world):
    data = graph(citizen.get("/kilder/ting/").content.decode())
    assert (data["@context"], data["@type"], data["name"]) == ("https://schema.org", "Report", "Tinget")
    assert data["publisher"]["@type"] == "Organization"


def test_linked_data_breaks_no_rule_of_the_browser(world, page, complaints):
    """The Content-Security-Policy allows no script in the page, and a block of data is none."""
    page.add_init_script(
        "window.refused = [];"
        "document.addEventListener('securitypolicyviolation', event => refused.push(event.violatedDirective));"
    )
    for address in ("/anbefalinger/ting/2.1/", "/initiativer/ting/7/", "/kilder/ting/"):
        page.goto(address)
        assert page.locator('script[type="application/ld+json"]').count() == 1
        assert page.evaluate("window.refused") == []
    # The listener hears what is refused.
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    page.wait_for_function("window.refused.length == 1")
    complaints.clear()


def test_sitemap_names_everything(citizen, world, django_assert_num_queries):
    published(world.bare)
    with django_assert_num_queries(5):  # the municipality; sources, committees, recommendations, initiatives
        response = citizen.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.tag == f"{NAMESPACE}urlset"
    found = {row.findtext(f"{NAMESPACE}loc"): row.findtext(f"{NAMESPACE}lastmod") for row in root}
    for path in ("/", "/nyt/", "/kilder/ting/", "/udvalg/OMU/", "/anbefalinger/ting/2/", "/initiativer/ting/7/"):
        for address in (path, f"/en{path}"):
            assert SITE + address in found
            assert citizen.get(address).status_code == 200
    assert found[f"{SITE}/anbefalinger/ting/2.2/"] == "2026-11-02T10:00:00+01:00"
    assert found[f"{SITE}/anbefalinger/ting/2/"] is None
    assert all(
        [link.get("href") for link in row.findall(f"{XHTML}link")] == [SITE + path, f"{SITE}/en{path}"]
        for row in root
        for path in [row.findtext(f"{NAMESPACE}loc").removeprefix(SITE).removeprefix("/en")]
    )


def test_large_sitemap_is_divided(citizen, world, monkeypatch):
    monkeypatch.setattr(sitemap, "MOST", 5)
    whole = 2 * len(sitemap._pages(0, 1000))
    files = ElementTree.fromstring(citizen.get("/sitemap.xml").content)
    assert files.tag == f"{NAMESPACE}sitemapindex"
    addresses = []
    for file in files:
        path = file.findtext(f"{NAMESPACE}loc").removeprefix(SITE)
        rows = ElementTree.fromstring(citizen.get(path).content)
        assert 0 < len(rows) <= 10
        addresses += [row.findtext(f"{NAMESPACE}loc") for row in rows]
    assert len(set(addresses)) == len(addresses) == whole
