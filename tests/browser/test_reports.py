"""A secretary's annex, in a real browser: few steps, and a file that is what the page says."""

import re
from datetime import timedelta

import docx
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from recommendations.models import IssuedReport
from recommendations.reports.choices import Choices
from recommendations.reports.issuing import issue
from recommendations.selection import Selection
from tests.factories import (
    PASSWORD,
    MeetingFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    UserFactory,
    published,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def item(sou):
    item = RecommendationFactory(publication=PublicationFactory(title="Tinget"), number="3.2", title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    published(item, committee=sou, text="Forsøget er i gang.", author=UserFactory(username="bo"))
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
    steps.click(page.get_by_role("button", name="Log ind", exact=True))
    expect(page.get_by_role("heading", name="Bilag til dagsordenen: Sundheds- og Omsorgsudvalget")).to_be_visible()


def fetched(page, steps, link):
    with page.expect_download() as download:
        steps.click(link)
    return docx.Document(download.value.path())


@pytest.fixture
def meeting(sou):
    """The next one; its papers are due."""
    return MeetingFactory(committee=sou, on=timezone.localdate() + timedelta(days=1))


def test_from_the_first_page_to_the_issued_annex_in_three_steps(item, meeting, dina, page):
    log_in(page, Steps())
    steps = Steps()
    steps.click(page.get_by_role("link", name="Åbn kladden til rapporten"))
    steps.click(page.get_by_role("button", name="Udsted rapport"))
    annex = fetched(page, steps, page.get_by_role("link", name="Hent som Word"))
    assert steps.taken == 3
    issued = IssuedReport.objects.get()
    assert issued.meeting == meeting
    text = annex.element.xml + "".join(section.footer._element.xml for section in annex.sections)
    assert issued.code in text
    assert any("Faste teams" in cell.text for table in annex.tables for row in table.rows for cell in row.cells)


def test_who_is_missing_is_asked_and_what_is_typed_stays(item, meeting, anna, dina, open_page, delivered):
    anna.email = "anna@eksempel.dk"
    anna.save()
    silent = RecommendationFactory(publication=item.publication, number="3.3", title="Ingen ved noget")
    OwnershipFactory(item=silent, committee=meeting.committee)
    page = open_page(dina)
    page.goto(reverse("report_draft", args=[meeting.pk]))
    page.get_by_role("textbox", name="Forord").fill("Læs den her.")
    page.get_by_role("button", name="Spørg dem").click()
    expect(page.get_by_text("1 bliver spurgt i en mail om lidt.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Forord")).to_have_value("Læs den her.")
    assert [letter.to for letter in delivered()] == [["anna@eksempel.dk"]]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_draft_can_be_used_by_all(item, meeting, anna, dina, open_page, faults_of, width):
    page = open_page(dina, viewport={"width": width, "height": 900})
    page.goto(reverse("report_draft", args=[meeting.pk]))
    assert faults_of(page) == []


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
