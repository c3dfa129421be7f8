"""Short addresses that last, and the page for the notice board that bears one."""

import io
from xml.etree import ElementTree

import pytest
import segno
from django.core.exceptions import ValidationError
from pypdf import PdfReader

from tests.factories import InitiativeFactory, PublicationFactory, RecommendationFactory
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("/ting24/2.1", "/anbefalinger/ting/2.1/"),
        ("/ting24/2.1/", "/anbefalinger/ting/2.1/"),
        ("/TING24/2.1", "/anbefalinger/ting/2.1/"),
        ("/ting24/2.1?pr=2025-06-01&siden=2025-01-01", "/anbefalinger/ting/2.1/?pr=2025-06-01&siden=2025-01-01"),
        ("/ting24/i/7", "/initiativer/ting/7/"),
        ("/Ting24/i/7/", "/initiativer/ting/7/"),
        ("/ting24", "/kilder/ting/"),
        ("/ting24/", "/kilder/ting/"),
    ],
)
def test_short_address_leads_to_the_page_for_good(typed, leads_to, citizen, world):
    response = citizen.get(typed)
    assert (response.status_code, response.headers["Location"]) == (301, leads_to)


@pytest.mark.parametrize("typed", ["/ting24/9.9", "/ukendt1/2.1", "/ting24/i/2.1", "/ukendt1", "/ting24/2.1/andet"])
def test_short_address_of_nothing_is_not_there(typed, citizen, world):
    assert "Siden findes ikke" in text_of(citizen, typed, status=404)


def test_a_recommendation_and_an_initiative_with_the_same_number_have_each_their_own(citizen):
    item = RecommendationFactory(number="7")
    other = InitiativeFactory(publication=item.publication, number="7")
    assert item.get_short_url() != other.get_short_url()
    for one in (item, other):
        assert citizen.get(one.get_short_url()).headers["Location"] == one.get_absolute_url()


@pytest.mark.parametrize("factory", [RecommendationFactory, InitiativeFactory])
def test_number_is_found_in_any_case_at_one_address(factory, citizen):
    item = factory(publication__slug="ting", number="II.a")
    room = "initiativer" if item.is_initiative else "anbefalinger"
    assert citizen.get(item.get_short_url().lower()).headers["Location"] == f"/{room}/ting/II.a/"
    for end in ("", "feed/", "opslag/", "qr.svg"):
        assert citizen.get(f"/{room}/ting/II.a/{end}").status_code == 200
        response = citizen.get(f"/{room}/TING/ii.A/{end}?siden=2026-01-01")
        expected = f"/{room}/ting/II.a/{end}?siden=2026-01-01"
        assert (response.status_code, response.headers["Location"]) == (301, expected)
    response = citizen.get(f"/en/{room}/ting/ii.a/")
    assert response.headers["Location"] == f"/en/{room}/ting/II.a/"


@pytest.mark.parametrize("code", ["udvalg", "24k", "K24", "k-24", "k24/", "", "k24\n"])
def test_code_that_could_be_another_address_is_refused(code):
    with pytest.raises(ValidationError) as refused:
        PublicationFactory.build(short_code=code).full_clean()
    assert "short_code" in refused.value.message_dict


@pytest.mark.parametrize("path", ["/udvalg/SOU", "/kilder/ting", "/om", "/anbefalinger/ting/2.1"])
def test_other_addresses_without_their_slash_still_get_it(path, citizen, world):
    response = citizen.get(path)
    assert (response.status_code, response.headers["Location"]) == (301, f"{path}/")


@pytest.mark.parametrize(
    ("place", "short"), [("/anbefalinger/ting/2.1/", "/ting24/2.1"), ("/initiativer/ting/7/", "/ting24/i/7")]
)
class TestQrCode:
    def test_is_a_drawing_of_the_short_address(self, place, short, citizen, world, django_assert_num_queries):
        with django_assert_num_queries(2):  # the municipality and the item
            response = citizen.get(f"{place}qr.svg")
        assert response.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
        drawing = ElementTree.fromstring(response.content)
        address = f"http://127.0.0.1:8000{short}"
        assert drawing.findtext(f"{SVG}title") == f"QR-kode til {address}"
        assert drawing.get("viewBox")
        size = len(segno.make_qr(address, error="q").matrix) + 2 * 4  # with the quiet zone that cameras need
        assert drawing.get("viewBox") == f"0 0 {size} {size}"

    def test_page_names_it_and_the_address(self, place, short, citizen, world):
        html = text_of(citizen, place)
        assert f'<a href="http://127.0.0.1:8000{short}">127.0.0.1:8000{short}</a>' in html
        assert f'<a href="{place}opslag/">QR-kode til opslagstavlen</a>' in html

    def test_poster_shows_title_code_and_address(self, place, short, citizen, world, django_assert_num_queries):
        with django_assert_num_queries(2):  # the municipality and the item
            html = text_of(citizen, f"{place}opslag/")
        assert f'src="{place}qr.svg"' in html
        assert f">127.0.0.1:8000{short}</a>" in html


@pytest.mark.parametrize("path", ["/anbefalinger/ting/9.9/qr.svg", "/initiativer/ukendt/7/opslag/"])
def test_nothing_has_no_poster(path, citizen, world):
    assert citizen.get(path).status_code == 404


def test_camera_reads_the_code(world, page):
    """Chromium draws it; the dark and light squares are those of the short address, read back from the pixels."""
    page.goto("/anbefalinger/ting/2.1/opslag/")
    matrix = segno.make_qr("http://127.0.0.1:8000/ting24/2.1", error="q").matrix
    size = len(matrix) + 8
    read = page.evaluate(
        """async size => {
            const image = document.images[0];
            await image.decode();
            const canvas = new OffscreenCanvas(size * 10, size * 10).getContext('2d');
            canvas.drawImage(image, 0, 0, size * 10, size * 10);
            const {data} = canvas.getImageData(0, 0, size * 10, size * 10);
            return [...Array(size).keys()].map(y => [...Array(size).keys()].map(
                x => data[4 * ((y * 10 + 5) * size * 10 + x * 10 + 5)] < 128 ? 1 : 0));
        }""",
        size,
    )
    assert [row[4:-4] for row in read[4:-4]] == [list(row) for row in matrix]


@pytest.mark.browser
def test_poster_fills_one_sheet_and_no_more(page):
    item = RecommendationFactory(title="Velfærdsteknologi og " * 14 + "tid")
    for place in (item.get_absolute_url(), RecommendationFactory().get_absolute_url()):
        page.goto(f"{place}opslag/")
        margin = dict.fromkeys(("top", "right", "bottom", "left"), "1.5cm")
        sheets = PdfReader(io.BytesIO(page.pdf(format="A4", margin=margin))).pages
        assert len(sheets) == 1
        text = sheets[0].extract_text()
        assert "127.0.0.1:8000/k" in text
        assert "Om data" not in text
