"""A secretary's annex, in a real browser: few steps, and a file that is what the page says."""

import re

import docx
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recommendations.models import IssuedReport
from recommendations.reports.choices import Choices
from recommendations.reports.issuing import issue
from recommendations.selection import Selection
from tests.factories import PASSWORD, OwnershipFactory, PublicationFactory, RecommendationFactory, published

pytestmark = pytest.mark.browser


@pytest.fixture
def item(sou):
    item = RecommendationFactory(publication=PublicationFactory(title="Tinget"), number="3.2", title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    published(item, committee=sou, text="Forsøget er i gang.")
    return item


class Steps:
    """Counts what somebody does on a page: everything typed, and everything chosen."""

    def __init__(self):
        self.taken = 0

    def type(self, field, text):
        self.taken += 1
        field.fill(text)

    def click(self, thing):
        self.taken += 1
        thing.click()


def log_in(page, steps):
    page.goto(reverse("admin:index"))
    steps.type(page.get_by_label("Brugernavn"), "dina")
    steps.type(page.get_by_label("Adgangskode"), PASSWORD)
    steps.click(page.get_by_role("button", name="Log ind"))
    expect(page.get_by_role("heading", name="Bilag til dagsordenen: Sundheds- og Omsorgsudvalget")).to_be_visible()


def fetched(page, steps, link):
    with page.expect_download() as download:
        steps.click(link)
    return docx.Document(download.value.path())


def test_from_login_to_the_word_annex_in_five_steps_with_every_key_field_counted(item, dina, page):
    steps = Steps()
    log_in(page, steps)
    annex = fetched(page, steps, page.get_by_role("link", name="Hent som Word"))
    assert steps.taken <= 5
    words = [paragraph.text for paragraph in annex.paragraphs]
    assert "Status til Sundheds- og Omsorgsudvalget" in words
    assert any("Faste teams" in cell.text for table in annex.tables for row in table.rows for cell in row.cells)


def test_issued_it_takes_three_more_after_the_login(item, dina, page):
    log_in(page, Steps())
    steps = Steps()
    steps.click(page.get_by_role("link", name="Udsted rapport"))
    steps.click(page.get_by_role("button", name="Udsted rapport"))
    annex = fetched(page, steps, page.get_by_role("link", name="Hent som Word"))
    assert steps.taken == 3
    issued = IssuedReport.objects.get()
    footer = " ".join(paragraph.text for section in annex.sections for paragraph in section.footer.paragraphs)
    assert issued.code in footer
    assert issued.fingerprint in footer


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_can_be_used_by_all(item, dina, sou, open_page, faults_of, width, scheme):
    issued = issue(Choices(Selection(committee="SOU")), by=dina, committee=sou)
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in (
        "/rapporter/",
        "/rapporter/vis/?udvalg=SOU&siden=2026-01-01",
        f"/rapporter/{issued.code}/",
        f"/rapporter/kontroller/?kode={issued.code}",
    ):
        page.goto(address)
        assert faults_of(page) == [], address


def test_the_page_for_issuing_can_be_used_by_all(item, dina, open_page, faults_of):
    page = open_page(dina)
    page.goto(reverse("issue_report") + "?udvalg=SOU")
    expect(page.get_by_text(re.compile("Rapporten bliver låst"))).to_be_visible()
    assert faults_of(page) == []
