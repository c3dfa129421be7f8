"""What the pages promise about privacy and accessibility, held against what they do."""

from urllib.parse import urlsplit

import pytest

from recommendations.enums import NO_ANSWER, NO_STATUS, Outcome, Status
from tests.public.conftest import FRESH, PAGES, text_of
from tests.public.test_accessibility import MORE

pytestmark = pytest.mark.django_db
STATEMENT = "https://www.was.digst.dk/eksempel-dk"


def test_no_page_sets_a_cookie_keeps_anything_or_asks_anybody_else(world, page):
    """What »Privatliv« says, seen from a browser: on every page for citizens, in both languages."""
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url)))
    for address in (PAGES | MORE).values():
        if not address.startswith("/konto/"):
            for language in ("", "/en"):
                page.goto(language + address)
                kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
                assert kept == [0, 0, ""], language + address
                assert page.context.cookies() == [], language + address
    own = urlsplit(page.url).netloc
    assert len(asked) > 2 * len(PAGES)
    assert {request.netloc for request in asked if request.scheme != "data"} == {own}


def test_privacy_is_said_and_found_from_every_page(citizen, world):
    html = text_of(citizen, "/om/")
    assert "Siderne sætter ingen cookies, når du læser dem, og henter intet fra andre." in html
    assert "Gør du det, sletter vi den, når meldingen er behandlet." in html
    for address in (PAGES | FRESH).values():
        assert '<a href="/om/#privatliv">Privatliv</a>' in text_of(citizen, address)


def test_about_defines_every_word_and_leads_to_the_form(citizen):
    html = text_of(citizen, "/om/")
    for word in (*Status, *Outcome):
        assert str(word.label) in html
        assert str(word.definition) in html
    assert str(NO_STATUS) in html
    assert f"<dt>{NO_ANSWER}</dt><dd>Vi har ikke registreret et svar fra udvalget." in html
    assert '<a href="/fejl/">Meld fejlen her</a>' in html


class TestStatement:
    @pytest.mark.parametrize("short", ["/was", "/was/"])
    def test_is_a_draft_of_ours_until_there_is_one(self, short, citizen):
        response = citizen.get(short)
        assert (response.status_code, response.headers["Location"]) == (302, "/tilgaengelighed/")
        html = text_of(citizen, "/tilgaengelighed/")
        assert "<strong>Udkast til tilgængelighedserklæring.</strong>" in html
        assert "Digitaliseringsstyrelsen fører tilsyn" in html
        assert "<time" not in html.split("<main")[1].split("</main>")[0]  # no day is made up
        assert 'href="/fejl/"' in html

    @pytest.mark.parametrize("path", ["/was", "/was/", "/tilgaengelighed/", "/en/was", "/en/tilgaengelighed/"])
    def test_is_the_municipalitys_own_once_it_is_set(self, path, citizen, municipality):
        municipality.accessibility_url = STATEMENT
        municipality.save()
        response = citizen.get(path)
        assert (response.status_code, response.headers["Location"]) == (302, STATEMENT)

    def test_is_named_at_the_foot_of_every_page(self, citizen, world, municipality):
        for expected in ('<a href="/tilgaengelighed/">', f'<a href="{STATEMENT}" rel="external">'):
            for address in PAGES.values():
                if address != "/tilgaengelighed/":
                    assert f"{expected}Tilgængelighedserklæring</a>" in text_of(citizen, address), address
            municipality.accessibility_url = STATEMENT
            municipality.save()

    def test_names_the_mailbox_where_there_is_one(self, citizen, municipality):
        municipality.email = "tinget@eksempel.dk"
        municipality.save()
        for address in ("/tilgaengelighed/", "/om/"):
            assert "mailto:tinget@eksempel.dk" in text_of(citizen, address)
