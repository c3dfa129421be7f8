"""What pages say of themselves to search engines and to those who link to them."""

import io
import json
import re
from xml.etree import ElementTree

import pytest
from PIL import Image

from recommendations.drawing import Drawing, measure
from recommendations.enums import Status
from recommendations.public import sitemap
from tests.factories import CommitteeFactory, PublicationFactory, RecommendationFactory, published
from tests.public.conftest import PAGES

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def canonical(html):
    (found,) = re.findall(r'<link rel="canonical" href="([^"]+)">', html)
    return found.replace("&amp;", "&")


def facts(html):
    """What the head says to those who show a link to the page: property -> content."""
    return dict(re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)">', html))


def graph(html):
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(found)


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_page_says_what_it_is(address, citizen, world):
    html = citizen.get(address, follow=True).content.decode()
    said = facts(html)
    assert said["og:title"].endswith(" – Københavns Kommune")
    assert f"<title>{said['og:title']}</title>" in html
    assert said["og:type"] in {"website", "article"}
    if "og:url" not in said:
        assert "canonical" not in html
        assert '<meta name="robots" content="noindex">' in html
        return
    for lasting in (said["og:url"].replace("&amp;", "&"), canonical(html)):
        assert citizen.get(lasting.removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/", "Hvad blev der af anbefalingerne?"),
        ("/en/", "What became of the recommendations?"),
        ("/anbefalinger/?q=faste&udvalg=SOU", "Anbefalinger: »faste«, Udvalg Sundheds- og Omsorgsudvalget (SOU)"),
        ("/initiativer/?kilde=ting&sorter=aendret", "Initiativer: Kilde Tinget"),
        ("/nyt/?udvalg=SOU", "Nyt: Udvalg Sundheds- og Omsorgsudvalget (SOU)"),
        ("/anbefalinger/ting/2.1/", "2.1 Besøg af faste teams"),
        ("/kilder/ting/", "Tinget"),
    ],
)
def test_shared_link_is_named_after_what_it_shows(address, title, citizen, world):
    assert facts(citizen.get(address).content.decode())["og:title"] == f"{title} – Københavns Kommune"


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
    assert canonical(citizen.get(address, follow=True).content.decode()) == SITE + expected


@pytest.mark.parametrize(
    ("address", "kept", "shared"),
    [
        ("/anbefalinger/?kilde=ting", "/anbefalinger/?kilde=ting", "/anbefalinger/?kilde=ting"),
        ("/anbefalinger/?kilde=ting&udvalg=SOU", "/anbefalinger/", "/anbefalinger/?kilde=ting&udvalg=SOU"),
        ("/initiativer/?q=tid", "/initiativer/", "/initiativer/?q=tid"),
        ("/nyt/?kilde=ting&status=in_progress", "/nyt/", "/nyt/?kilde=ting&status=in_progress"),
    ],
)
def test_search_engines_keep_the_whole_list_of_an_endless_room(address, kept, shared, citizen, world):
    html = citizen.get(address).content.decode()
    assert canonical(html) == SITE + kept
    assert facts(html)["og:url"].replace("&amp;", "&") == SITE + shared
    is_kept_out = '<meta name="robots" content="noindex">' in html
    assert is_kept_out is (kept != shared)
    assert ("hreflang=" in html.partition("<body>")[0]) is not is_kept_out


def test_each_page_of_a_list_has_an_address_of_its_own(citizen):
    ting = PublicationFactory(slug="ting")
    for number in range(31):
        RecommendationFactory(publication=ting, number=str(number + 1))
    html = citizen.get("/anbefalinger/?kilde=ting&page=2").content.decode()
    assert canonical(html) == f"{SITE}/anbefalinger/?kilde=ting&page=2"


@pytest.mark.parametrize("address", ["/findes-ikke/", "/?pr=31.02.2026", "/anbefalinger/?kilde=xyz"])
def test_what_is_refused_has_no_lasting_address(address, citizen, world):
    assert "canonical" not in citizen.get(address).content.decode()


def test_title_is_escaped_in_the_head(citizen):
    item = RecommendationFactory(number="1", title='"><script>alert(1)</script> & mere', summary="</script> & <b>")
    html = citizen.get(item.get_absolute_url()).content.decode()
    assert "<script>" not in html
    assert 'content="1 &quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; mere – Københavns Kommune"' in html
    assert graph(html)["name"] == item.title
    assert graph(html)["abstract"] == item.summary


def test_linked_data_of_an_item(citizen, world):
    data = graph(citizen.get("/anbefalinger/ting/2.1/").content.decode())
    assert (data["@context"], data["@type"]) == ("https://schema.org", "CreativeWork")
    assert data["url"] == f"{SITE}/anbefalinger/ting/2.1/"
    assert (data["identifier"], data["name"]) == ("2.1", "Besøg af faste teams")
    assert data["dateModified"] == "2026-11-02"
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
    with django_assert_num_queries(6):  # the municipality; how many items; sources, committees, meetings, items
        response = citizen.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.tag == f"{NAMESPACE}urlset"
    found = {row.findtext(f"{NAMESPACE}loc"): row.findtext(f"{NAMESPACE}lastmod") for row in root}
    for path in (
        "/",
        "/nyt/",
        "/kilder/",
        "/rapporter/",
        "/kilder/ting/",
        "/udvalg/OMU/",
        "/moeder/SOU/2027-03-04/",
        "/anbefalinger/ting/2/",
        "/initiativer/ting/7/",
    ):
        for address in (path, f"/en{path}"):
            assert SITE + address in found
            assert citizen.get(address).status_code == 200
    assert found[f"{SITE}/anbefalinger/ting/2.2/"] == "2026-11-02"
    assert found[f"{SITE}/anbefalinger/ting/2/"] is None
    assert all(
        {(link.get("hreflang"), link.get("href")) for link in row.findall(f"{XHTML}link")}
        == {("da", SITE + path), ("en", f"{SITE}/en{path}"), ("x-default", SITE + path)}
        for row in root
        for path in [row.findtext(f"{NAMESPACE}loc").removeprefix(SITE).removeprefix("/en")]
    )


def test_large_sitemap_is_divided(citizen, world, monkeypatch):
    whole = len(ElementTree.fromstring(citizen.get("/sitemap.xml").content))
    monkeypatch.setattr(sitemap, "PART", 3)
    files = ElementTree.fromstring(citizen.get("/sitemap.xml").content)
    assert files.tag == f"{NAMESPACE}sitemapindex"
    addresses = []
    for file in files:
        path = file.findtext(f"{NAMESPACE}loc").removeprefix(SITE)
        rows = ElementTree.fromstring(citizen.get(path).content)
        assert len(rows) > 0
        addresses += [row.findtext(f"{NAMESPACE}loc") for row in rows]
    assert len(set(addresses)) == len(addresses) == whole


# --- Pictures ---------------------------------------------------------------------------------------------------------

SHARED = {
    "/": "/deling.png",
    "/nyt/": "/deling.png",
    "/kilder/ting/": "/kilder/ting/deling.png",
    "/udvalg/SOU/": "/udvalg/SOU/deling.png",
    "/anbefalinger/ting/2.1/": "/anbefalinger/ting/2.1/deling.png",
    "/en/anbefalinger/ting/2.1/": "/anbefalinger/ting/2.1/deling.png",
    "/anbefalinger/ting/2/": "/anbefalinger/ting/2/deling.png",
    "/initiativer/ting/7/": "/initiativer/ting/7/deling.png",
}


def shown(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/png"
    picture = Image.open(io.BytesIO(response.content))
    picture.load()
    return picture.convert("RGB")


@pytest.mark.parametrize("shared", SHARED)
def test_page_has_a_picture_to_be_shared_with(shared, citizen, world):
    html = citizen.get(shared).content.decode()
    said = facts(html)
    address, _mark, version = said["og:image"].removeprefix(SITE).partition("?v=")
    assert (address, version[:8]) == (SHARED[shared], "20261102")
    picture = shown(citizen, f"{address}?v={version}")
    assert picture.size == (int(said["og:image:width"]), int(said["og:image:height"])) == (1200, 630)
    assert said["og:image:type"] == "image/png"
    assert said["og:image:alt"].endswith(" – Københavns Kommune")
    assert '<meta name="twitter:card" content="summary_large_image">' in html
    assert picture.getpixel((5, 5)) == (0x14, 0x42, 0x5F)
    assert picture.getpixel((5, 300)) == (255, 255, 255)


def words(monkeypatch, client, address):
    """What is written in the picture, from the top."""
    written = []
    text = Drawing.text

    def noted(drawing, x, y, said, **how):
        written.append((y, said))
        text(drawing, x, y, said, **how)

    with monkeypatch.context() as patch:
        patch.setattr(Drawing, "text", noted)
        shown(client, address)
    return [said for _y, said in sorted(written, key=lambda one: one[0])]


def test_picture_says_what_it_is_how_it_stands_from_whom_and_when(citizen, world, monkeypatch):
    for address, expected in {
        "/anbefalinger/ting/2.1/deling.png": ["Tinget", "2.1 Besøg af faste teams", "I gang (2. september 2026)"],
        "/anbefalinger/ting/2.2/deling.png": ["Tinget", "2.2 Den tomme", "Ingen status registreret"],
        "/anbefalinger/ting/2/deling.png": ["Tinget", "2 Overskriften"],
        "/initiativer/ting/7/deling.png": ["Tinget", "7 Flere op i tid", "I gang (1. september 2026)"],
    }.items():
        found = words(monkeypatch, citizen, address)
        assert found[:2] == ["Anbefalingstracker", "Københavns Kommune"]
        assert found[2:-1] == expected, address
        assert found[-1] == "Som registreret 2. november 2026"


def test_picture_of_a_source_and_of_a_committee_says_what_their_pages_say(citizen, world, buu, monkeypatch):
    (sentence,) = re.findall(r'<meta name="description" content="([^"]+)">', citizen.get("/").content.decode())
    assert sentence in " ".join(words(monkeypatch, citizen, "/deling.png"))
    found = " ".join(words(monkeypatch, citizen, "/kilder/ting/deling.png"))
    assert "Tinget 2 anbefalinger og 1 initiativ blev overdraget" in found
    found = " ".join(words(monkeypatch, citizen, "/udvalg/SOU/deling.png"))
    owned = len(citizen.get("/anbefalinger/?udvalg=SOU").context["page"].object_list)
    owned += len(citizen.get("/initiativer/?udvalg=SOU").context["page"].object_list)
    assert f"Har ansvaret for {owned} anbefalinger og initiativer" in found
    assert "Ingen anbefalinger endnu" in words(monkeypatch, citizen, "/udvalg/BUU/deling.png")


def test_picture_is_in_the_municipality_s_colour_and_says_what_is_made_up(citizen, municipality, world, monkeypatch):
    municipality.colour, municipality.is_fictional = "#6b1f3a", True
    municipality.save()
    assert shown(citizen, "/deling.png").getpixel((5, 5)) == (0x6B, 0x1F, 0x3A)
    said = facts(citizen.get("/anbefalinger/ting/2.1/").content.decode())
    assert said["og:title"] == "Opdigtet: 2.1 Besøg af faste teams – Københavns Kommune"
    assert said["og:image:alt"] == "Opdigtet: 2.1 Besøg af faste teams: I gang – Københavns Kommune"
    assert "Opdigtet: Københavns Kommune" in words(monkeypatch, citizen, "/anbefalinger/ting/2.1/deling.png")


def test_news_makes_a_new_picture_at_a_new_address(citizen, world):
    def address():
        return facts(citizen.get("/anbefalinger/ting/2.2/").content.decode())["og:image"].removeprefix(SITE)

    before = address()
    first = citizen.get(before)
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert citizen.get(before, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    published(world.bare, Status.PLANNED)
    assert address() != before
    again = citizen.get(address(), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.content != first.content


def test_long_and_strange_titles_fit(citizen, monkeypatch):
    title = "<b>" + "Udredning af sygeplejerskernes " * 9 + "\N{FAMILY}\x0c"
    item = RecommendationFactory(number="1", title=title, publication__title="Kilde " * 50)
    written = words(monkeypatch, citizen, f"{item.get_absolute_url()}deling.png")
    for line in written:
        assert measure(line, 28) <= 1080
    assert any(line.endswith("…") for line in written)


@pytest.mark.parametrize(
    "address", ["/kilder/x/deling.png", "/udvalg/XX/deling.png", "/anbefalinger/ting/9/deling.png"]
)
def test_there_is_no_picture_of_what_is_not_there(address, citizen, world):
    assert citizen.get(address).status_code == 404


def test_there_is_no_picture_of_a_source_in_draft(citizen):
    item = RecommendationFactory(publication__slug="kladde", publication__public_at=None, number="1")
    assert citizen.get("/kilder/kladde/deling.png").status_code == 404
    assert citizen.get(f"{item.get_absolute_url()}deling.png").status_code == 404


def test_picture_before_there_is_any_data(citizen, monkeypatch):
    assert "Hvad blev der af anbefalingerne?" in words(monkeypatch, citizen, "/deling.png")


def test_pages_that_refuse_have_no_picture(citizen, world):
    for address in ("/findes-ikke/", "/?pr=31.02.2026", "/kilder/x/"):
        assert "og:image" not in citizen.get(address).content.decode(), address


def test_a_committees_picture_is_found_in_any_letters(citizen):
    CommitteeFactory(code="ØU", abbreviation="ØU", name="Økonomiudvalget")
    assert citizen.get("/udvalg/øu/deling.png").status_code == 200
