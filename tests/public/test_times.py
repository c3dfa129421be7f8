"""The two times, on every page that takes them: the banner, the way back, the form, and links that lead on."""

import pytest

from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

OVERVIEWS = ["/", "/kilder/", "/kilder/ting/", "/udvalg/", "/udvalg/SOU/"]
WITH_FORM = [*OVERVIEWS, "/anbefalinger/ting/2.1/", "/initiativer/ting/7/"]
LISTS = ["/anbefalinger/", "/initiativer/", "/nyt/"]


@pytest.mark.parametrize("path", WITH_FORM + LISTS)
def test_an_earlier_day_is_said_with_the_way_back(path, citizen, world):
    html = text_of(citizen, f"{path}?pr=2026-09-15")
    assert 'Sådan stod det til den <strong><time datetime="2026-09-15">15. september 2026</time></strong>' in html
    assert f'<a href="{path}">Vis, som det er i dag</a>' in html
    assert "Sådan stod det til" not in text_of(citizen, path)


@pytest.mark.parametrize("path", OVERVIEWS)
def test_both_times_are_said_and_each_can_be_left_alone(path, citizen, world):
    html = text_of(citizen, f"{path}?pr=2026-09-15&siden=2026-08-01")
    assert 'nyt siden den <strong><time datetime="2026-08-01">1. august 2026</time></strong>' in html
    assert f'<a href="{path}?siden=2026-08-01">Vis, som det er i dag</a>' in html
    assert f'<a href="{path}?pr=2026-09-15">Vis det hele</a>' in html


@pytest.mark.parametrize("path", WITH_FORM)
def test_the_two_days_can_be_chosen(path, citizen, world):
    typed = citizen.get(f"{path}?pr=15.09.2026&siden=2026-08-01")
    assert typed["Location"] == f"{path}?pr=2026-09-15&siden=2026-08-01"
    html = text_of(citizen, typed["Location"])
    form = html.split('<form class="times"')[1].split("</form>")[0]
    assert f'method="get" action="{path}"' in form
    assert 'name="pr" value="2026-09-15"' in form
    assert 'name="siden" value="2026-08-01"' in form


@pytest.mark.parametrize("path", WITH_FORM)
def test_days_that_do_not_hold_are_refused_beside_their_fields(path, citizen, world):
    html = text_of(citizen, f"{path}?pr=31.02.2026&siden=i+går", status=400)
    assert "<h1>Ret datoerne</h1>" in html
    form = html.split('<form class="times"')[1].split("</form>")[0]
    until, since = form.split('name="siden"')[0], form.split('for="id_siden"')[1]
    assert "Datoen 31.02.2026 findes ikke. Skriv en dato som 28.02.2026." in until
    assert 'name="pr" value="31.02.2026"' in until
    assert 'aria-invalid="true"' in until
    assert "Datoen i går findes ikke." in since
    assert 'name="siden" value="i går"' in since
    assert f'action="{path}"' in html
    assert '<a href="#id_pr">Datoen 31.02.2026' in html


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("pr=2027-01-01", "ligger i fremtiden. Skriv en dato senest i dag."),
        ("siden=2027-01-01", "ligger i fremtiden. Skriv en dato senest i dag."),
        ("pr=2026-01-01&siden=2026-02-01", "»Ændret siden« ligger efter den dag, du ser på."),
    ],
)
def test_days_that_cannot_be_shown_are_refused_with_a_reason(query, sentence, citizen, world):
    assert sentence in text_of(citizen, f"/?{query}", status=400)


@pytest.mark.parametrize("path", WITH_FORM)
def test_links_lead_on_with_the_same_times(path, citizen, world):
    html = text_of(citizen, f"{path}?pr=2026-09-15&siden=2026-08-01")
    content = html.split("<main")[1].split("</main>")[0]
    assert "/?pr=2026-09-15&siden=2026-08-01" in content.replace("&amp;", "&")


def test_detail_marks_what_is_new_since(citizen, world):
    html = text_of(citizen, "/anbefalinger/ting/2.1/?siden=2026-10-15")
    assert '<span class="flag">Nyt</span>' in html
    assert '<span class="flag">Nyt</span>' not in text_of(citizen, "/anbefalinger/ting/2.1/")


def test_a_day_can_be_chosen_without_script(world, open_page):
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/kilder/ting/")
    page.get_by_text("Se, hvordan det stod til en bestemt dag, eller hvad der er nyt siden").click()
    page.get_by_label("Vis, som det så ud den").fill("31.02.2026")
    page.get_by_role("button", name="Vis", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ret datoerne"
    page.get_by_label("Vis, som det så ud den").fill("28.02.2026")
    page.get_by_role("button", name="Vis", exact=True).click()
    assert page.url.endswith("/kilder/ting/?pr=2026-02-28")
    assert page.get_by_role("heading", level=1).inner_text() == "Tinget"
    page.get_by_role("link", name="Vis, som det er i dag").click()
    assert page.url.endswith("/kilder/ting/")
