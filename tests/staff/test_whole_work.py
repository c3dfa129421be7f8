"""Every page of staff, reached as a person reaches it: by the links that each role sees, beginning at »Mit arbejde«."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from recommendations.actions import UpdateDraft, return_update, save_draft, submit_update
from recommendations.enums import Outcome, Status
from tests.factories import (
    AnswerDraftFactory,
    AnswerDraftRowFactory,
    CommitteeFactory,
    DoneWhenFactory,
    ErrorReportFactory,
    EvidenceFactory,
    InitiativeFactory,
    OwnershipFactory,
    ProcessFactFactory,
    PublicationFactory,
    RecommendationFactory,
    RelationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    UserFactory,
    VoteShareFactory,
    WordingDraftFactory,
    answered,
    deadline,
    published,
    today,
)
from tests.staff.crawl import START, Crawl, pattern_of, read
from tests.staff.whole_pages import of_item

NAMES = ["anna", "bo", "carla", "dina", "chief"]
# What a civil servant is not to read: words of the machine, and sentences that are true of nobody.
RAW = [
    r"Superbruger",
    r"[Ee]n/et",
    r"[Tt]ilføj endnu en",
    r"Recommendations",
    r"Vælg .{1,40}, der skal (ændres|vises)",
    r"\bDjango\b",
    r"Admin-status",
    r"Autentifikation og autorisation",
    r"\bHjem ›",
    r"Administration ›",
    r"\bNone\b",
    r"object \(\d+\)",
    r"Tomt kun for det, der er indlæst",
    r"seneste handlinger",
]
# What everybody with a role reaches, as patterns of addresses.
EVERYBODYS = [
    "/admin/?",
    "/admin/?koe",
    "/admin/recommendations/recommendation/?",
    "/admin/recommendations/recommendation/<n>/change/?",
    "/admin/recommendations/initiative/?",
    "/admin/recommendations/initiative/<n>/change/?",
    "/admin/recommendations/statusupdate/?",
    "/admin/recommendations/statusupdate/<n>/change/?",
    "/admin/recommendations/issuedreport/?",
    "/admin/aendringslog/?",
    "/admin/daekning/?",
    "/admin/svar-fra-moede/?",
]
WRITERS_PAGES = [
    "/admin/recommendations/recommendation/<n>/status/?",
    "/admin/recommendations/recommendation/<n>/bekraeft/?",
    "/admin/recommendations/errorreport/<n>/change/?",
    "/admin/recommendations/errorreport/<n>/behandl/?",
]
APPROVERS_PAGES = [
    "/admin/godkend/?",
    "/admin/daekning/ny/?",
    "/admin/recommendations/recommendation/<n>/svar/?",
    "/admin/recommendations/recommendation/<n>/frist/?",
    "/admin/recommendations/recommendation/<n>/kriterium/?",
]
ADMINISTRATORS_PAGES = [
    "/admin/tabeller/?",
    "/admin/recommendations/publication/add/?",
    "/admin/recommendations/publication/<n>/change/?",
    "/admin/recommendations/committee/add/?",
    "/admin/recommendations/committee/<n>/udvalget-er-aendret/?",
]


def owned(*committees, factory=RecommendationFactory, **fields):
    item = factory(**fields)
    for committee in committees:
        OwnershipFactory(item=item, committee=committee)
    return item


@pytest.fixture
def everything(sou, sud, anna, bo, carla, dina, chief):
    """A municipality in the middle of its work: something in every queue, and a row in every table."""
    gone = CommitteeFactory(code="GML", name="Det gamle udvalg", valid_to=date(2026, 1, 1))
    before = CommitteeFactory(code="FØR", name="Udvalget før", valid_to=date(2026, 1, 1))
    SuccessionFactory(predecessor=before, successor=sou)
    for committee, author in ((sou, anna), (sud, carla)):
        item, initiative = owned(committee), owned(committee, factory=InitiativeFactory)
        published(
            item,
            on=today() - timedelta(days=200),
            committee=committee,
            author=author,
            next_step="Notat til udvalget",
            next_step_on=today(),
        )
        published(initiative, Status.IMPLEMENTED, on=today() - timedelta(days=9), committee=committee)
        answered(item, committee, Outcome.NOT_ADOPTED, text="For dyrt.")
        deadline(item, today() - timedelta(days=3), committee=committee)
        DoneWhenFactory(item=item, committee=committee)
        VoteShareFactory(item=item)
        RelationFactory(from_item=item, to_item=initiative)
        ProcessFactFactory(publication=item.publication)
        ErrorReportFactory(item=item)
        EvidenceFactory(update=StatusUpdateFactory(item=owned(committee), committee=committee, author=author))
        for _ in range(7):
            owned(committee)
        for text in ("Første", "Anden"):
            content = UpdateDraft(status=Status.IN_PROGRESS, text=text)
            draft = save_draft(by=author, item=owned(committee), committee=committee, draft=content)
            submit_update(by=author, update=draft)
    content = UpdateDraft(status=Status.PAUSED, text="Hvorfor?")
    draft = save_draft(by=anna, item=owned(sou), committee=sou, draft=content)
    return_update(by=bo, update=submit_update(by=anna, update=draft), comment="Hvilke bydele?")
    save_draft(by=bo, item=owned(sou, sud), committee=sou, draft=content)
    owned(gone, sou)
    owned(before)
    ErrorReportFactory()
    PublicationFactory(public_at=None)
    AnswerDraftRowFactory(item=owned(sou), draft=AnswerDraftFactory(committee=sou, author=dina))
    WordingDraftFactory(item=owned(sou), author=anna)
    return {user.username: user for user in (anna, bo, carla, dina, chief)}


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_reached_opens_says_what_it_is_and_leads_on(as_user, citizen, everything, name):
    crawl = Crawl.of(as_user(everything[name]))
    dead = [(page.address, page.status, page.linked_from) for page in crawl.pages if page.status != 200]
    assert not dead, "\n".join(map(str, dead))
    faults = []
    for page in crawl.pages:
        if not page.html:
            continue
        headings = [" ".join(h1.text_content().split()) for h1 in page.tree.xpath("//h1")]
        if len([heading for heading in headings if heading]) != 1:
            faults.append(f"{page.address}: headings {headings}")
        if not page.ways_on:
            faults.append(f"{page.address}: no way on")
        faults += [f"{page.address}: »{found[0]}«" for word in RAW if (found := re.search(word, page.text))]
    assert not faults, "\n".join(faults)
    reached = {pattern_of(page.address) for page in crawl.pages}
    wanted = list(EVERYBODYS)
    if name in ("anna", "bo", "carla", "chief"):
        wanted += WRITERS_PAGES
    if name in ("bo", "chief"):
        wanted += APPROVERS_PAGES
    if name == "chief":
        wanted += ADMINISTRATORS_PAGES
    assert set(wanted) <= reached, sorted(set(wanted) - reached)
    if name != "chief":
        assert not set(ADMINISTRATORS_PAGES) & reached
    for address in crawl.outside.values():
        response = citizen.get(address, follow=True)
        assert response.status_code == 200, address
        assert read(response), address


def test_who_has_no_role_reads_and_meets_no_closed_door(as_user, everything):
    crawl = Crawl.of(as_user(UserFactory(username="ny")))
    assert [page.address for page in crawl.pages if page.status != 200] == []
    reached = {pattern_of(page.address) for page in crawl.pages}
    assert "/admin/recommendations/recommendation/<n>/change/?" in reached
    assert not reached & {*WRITERS_PAGES, *APPROVERS_PAGES, *ADMINISTRATORS_PAGES}


def test_tables_are_the_administrators(as_user, anna, chief):
    assert as_user(anna).get("/admin/tabeller/").status_code == 403
    for address in ("/admin/recommendations/", "/admin/auth/"):
        assert as_user(anna).get(address).headers["Location"] == START


# --- In a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.browser
class TestInTheBrowser:
    def test_the_first_giv_status_is_within_six_tabs(self, open_page, everything):
        page = open_page(everything["anna"])
        page.goto(START)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Til det, der venter")).to_be_focused()
        page.keyboard.press("Enter")
        pressed, step = 2, page.get_by_role("link", name=re.compile(r"^(Giv status|Skriv videre på kladden)"))
        while not step.and_(page.locator(":focus")).count():
            page.keyboard.press("Tab")
            pressed += 1
            assert pressed <= 6, page.locator(":focus").first.inner_text()

    @pytest.mark.parametrize("width", [390, 1280])
    @pytest.mark.parametrize("name", ["recommendation", "initiative", "statusupdate", "event", "ownership"])
    def test_lists_fit_the_window(self, open_page, everything, width, name):
        page = open_page(everything["chief"], viewport={"width": width, "height": 900})
        page.goto(f"/admin/recommendations/{name}/")
        widths = page.evaluate(
            "[document.documentElement, document.querySelector('.results')].map(e => [e.scrollWidth, e.clientWidth])"
        )
        assert all(scrolled <= seen for scrolled, seen in widths), widths

    def test_a_phone_reads_the_first_page_in_four_screens(self, open_page, everything):
        page = open_page(everything["carla"], viewport={"width": 390, "height": 844})
        page.goto(START)
        assert page.evaluate("document.documentElement.scrollHeight") <= 4 * 844

    def test_a_phone_shows_the_form_of_a_status_in_two_thousand_pixels(self, open_page, sou, sud, anna):
        item = owned(sou, sud, number="2.1", title="Anbefalinger til at gentænke, hvordan velfærden bliver løst")
        page = open_page(anna, viewport={"width": 390, "height": 844})
        page.goto(of_item(item, "status"))
        assert page.evaluate("document.documentElement.scrollHeight") <= 2000
