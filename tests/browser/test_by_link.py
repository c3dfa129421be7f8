"""From the address in a mail, in a real browser without a login: how many presses it takes, and how it looks."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from recommendations.actions import decline_item
from recommendations.enums import Act, Status, UpdateKind, UpdateState
from recommendations.models import Event, StatusUpdate
from tests.by_link.conftest import mail_of, work_of
from tests.factories import (
    DeadlineFactory,
    DoneWhenFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    published,
    today,
)

pytestmark = pytest.mark.browser
TWENTY = 20


@pytest.fixture
def rows(sou, anna):
    """Twenty rows that anna keeps up, and one without a status."""
    source = PublicationFactory(title="Københavnertinget 2024")
    found = [RecommendationFactory(publication=source, number=f"3.{number}") for number in range(1, TWENTY + 2)]
    for item in found:
        OwnershipFactory(item=item, committee=sou)
    for item in found[:TWENTY]:
        published(item, Status.IN_PROGRESS, committee=sou, author=anna, text="Teams besøger borgerne i to bydele.")
    DoneWhenFactory(item=found[0], text="1. alle bydele har et team\n2. ventetiden er under en uge")
    DeadlineFactory(item=found[0], due_on=today().replace(month=1, day=1))
    return found


class Hands:
    """Somebody who reads a mail and presses: each press and each text that is written counts as one."""

    def __init__(self, page):
        self.page, self.presses = page, 0

    def follow(self, address):
        self.presses += 1
        return self.page.goto(address)

    def press(self, role, name, **how):
        self.presses += 1
        self.page.get_by_role(role, name=name, **how).click()

    def choose(self, label):
        self.presses += 1
        self.page.get_by_label(label, exact=True).check()

    def write(self, label, text):
        self.presses += 1
        self.page.get_by_role("textbox", name=label).fill(text)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def hands(request, open_page):
    page = open_page(java_script_enabled=request.param)
    yield Hands(page)
    assert page.context.cookies() == []


def test_one_is_confirmed_in_two(rows, hands, anna, sou):
    hands.follow(work_of(anna, rows[0], sou, valg="bekraeft"))
    hands.press("button", "Bekræft: stadig korrekt")
    expect(hands.page.get_by_text("1 række er bekræftet")).to_be_visible()
    assert hands.presses <= 2
    assert StatusUpdate.objects.get(kind=UpdateKind.CONFIRMATION).item_id == rows[0].pk


def test_a_new_status_is_sent_in_four(rows, hands, anna, sou):
    hands.follow(work_of(anna, rows[0], sou, valg="status"))
    hands.choose("Sat på pause")
    hands.write("Tekst", "Pengene mangler.")
    hands.press("button", "Send til godkendelse")
    expect(hands.page.get_by_text("Sendt til godkendelse.")).to_be_visible()
    assert hands.presses <= 4
    assert StatusUpdate.objects.get(status=Status.PAUSED).state == UpdateState.SUBMITTED


def test_not_mine_is_said_in_two(rows, hands, anna, sou):
    hands.follow(work_of(anna, rows[0], sou, valg="ikke-min"))
    hands.press("button", "Meld: ikke min")
    expect(hands.page.get_by_text("En godkender giver den til en anden.")).to_be_visible()
    assert hands.presses <= 2
    assert Event.objects.get(act=Act.ITEM_DECLINED).by == anna


def test_twenty_are_confirmed_one_by_one_on_one_page(rows, hands, anna):
    hands.page.goto(work_of(anna))
    for item in rows[:TWENTY]:
        hands.choose(f"{item.number} {item.title}")
    hands.press("button", "Bekræft: stadig korrekt")
    expect(hands.page.get_by_text("20 rækker er bekræftet")).to_be_visible()
    assert hands.presses <= 21
    assert StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION).count() == TWENTY


def test_twenty_are_confirmed_all_at_once(rows, hands, anna):
    hands.follow(work_of(anna))
    hands.press("link", "Vælg alle")
    hands.press("button", "Bekræft: stadig korrekt")
    expect(hands.page.get_by_text("20 rækker er bekræftet")).to_be_visible()
    assert hands.presses <= 3
    assert StatusUpdate.objects.filter(kind=UpdateKind.CONFIRMATION).count() == TWENTY


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_can_be_used_by_everybody(rows, open_page, faults_of, anna, bo, sou, width):
    """And keeps nothing in the browser."""
    decline_item(by=anna, item=rows[1], committee=sou)
    pages = {
        "list": work_of(anna),
        "all": work_of(anna, alle="ja"),
        "row": work_of(anna, rows[0], sou),
        "without a status": work_of(anna, rows[-1], sou),
        "status": work_of(anna, rows[0], sou, valg="status"),
        "not mine": work_of(anna, rows[0], sou, valg="ikke-min"),
        "mail": mail_of(anna),
        "gone": work_of(anna, rows[1], sou),
        "nothing": work_of(bo),
        "not ours": "/svar/x/",
    }
    page = open_page(viewport={"width": width, "height": 900})
    faults = {}
    for name, address in pages.items():
        page.goto(address)
        if found := faults_of(page):
            faults[name] = found
        kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
        assert kept == [0, 0, ""], name
    page.goto(pages["status"])
    page.get_by_role("button", name="Send til godkendelse").click()
    faults |= {"refused": found} if (found := faults_of(page)) else {}
    page.goto(pages["row"])
    page.get_by_role("button", name="Bekræft: stadig korrekt").click()
    faults |= {"done": found} if (found := faults_of(page)) else {}
    assert not faults
    assert page.context.cookies() == []

    desk = open_page(bo, viewport={"width": width, "height": 900})
    for address in ("/admin/", "/admin/ikke-min/", f"/admin/recommendations/recommendation/{rows[0].pk}/medarbejder/"):
        assert desk.goto(address).ok
        faults |= {address: found} if (found := faults_of(desk)) else {}
    assert not faults


def test_what_it_asks_for_is_our_own(rows, open_page, anna):
    page, asked = open_page(), []
    page.on("request", lambda request: asked.append(request))
    page.goto(work_of(anna))
    page.get_by_role("link", name="Hvor tit du får mail").click()
    assert len(asked) > 2
    for request in asked:
        assert request.url.startswith((page.url.split("/svar/")[0], "data:"))
        assert not request.headers.get("referer")
    assert settings.SESSION_COOKIE_NAME not in {cookie["name"] for cookie in page.context.cookies()}
