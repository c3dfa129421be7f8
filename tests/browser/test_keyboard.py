"""With nothing but a keyboard: what has SOU answered on 3.4, what has changed since 1 June, and back again."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from recommendations.enums import Outcome, Status
from tests.factories import (
    CommitteeAnswerFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    published,
)

pytestmark = pytest.mark.browser
SOME_MANY = 80  # more presses of Tab than any of these pages has stops before what is looked for


@pytest.fixture
def item(sou, sud):
    publication = PublicationFactory(slug="tinget", title="Tinget")
    RecommendationFactory(publication=publication, number="3.1", title="En anden sag")
    item = RecommendationFactory(publication=publication, number="3.4", title="Mulighed for 4-dages arbejdsuge")
    for committee in (sou, sud):
        OwnershipFactory(item=item, committee=committee)
    CommitteeAnswerFactory(
        item=item,
        committee=sou,
        outcome=Outcome.PARTLY_ADOPTED,
        text="Udvalget vil prøve det på to plejehjem.",
        recorded_at=datetime(2026, 5, 4, tzinfo=UTC),
    )
    for status, on, text in (
        (Status.PLANNED, date(2026, 4, 1), "Der er sat penge af."),
        (Status.IN_PROGRESS, date(2026, 6, 15), "De to plejehjem er i gang."),
    ):
        published(
            item, status, on=on, committee=sou, text=text, published_at=datetime(on.year, on.month, on.day, tzinfo=UTC)
        )
    return item


def tab_to(page, name):
    """Press Tab until the thing with the focus says `name`; a keyboard's user has no other way to get there."""
    says = """() => {
        const it = document.activeElement;
        const words = it.labels && it.labels.length ? it.labels[0].textContent : it.textContent;
        return words.replace(/\\s+/g, ' ').trim();
    }"""
    passed = []
    for _press in range(SOME_MANY):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(says))
        if passed[-1] == name:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"»{name}« has the focus and does not show it"
            return
    pytest.fail(f"Tab never reached »{name}«, but {[words[:60] for words in passed]}")


def go_on(page):
    """Press Enter and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_the_front_page_to_an_answer_and_back(item, page):
    page.goto("/")

    tab_to(page, "Søg")
    page.keyboard.type("arbejdsuge")
    go_on(page)

    tab_to(page, "3.4 Mulighed for 4-dages arbejdsuge")
    go_on(page)
    tab_to(page, "Henvis til denne side")
    page.keyboard.press("Enter")
    tab_to(page, "Tekst, du kan kopiere")
    answer = page.get_by_role("row", name="Sundheds- og Omsorgsudvalget")
    expect(answer).to_contain_text("Delvist tiltrådt")
    expect(answer).to_contain_text("Udvalget vil prøve det på to plejehjem.")

    tab_to(page, "Se, hvordan det stod til en bestemt dag, eller hvad der er nyt siden")
    page.keyboard.press("Enter")
    tab_to(page, "Vis, hvad der er ændret siden")
    page.keyboard.type("01.06.2026")
    go_on(page)
    expect(page.get_by_text("1 ting er registreret siden 1. juni 2026.")).to_be_visible()
    new = page.get_by_role("listitem").filter(has=page.get_by_text("Nyt", exact=True)).filter(has_text="plejehjem")
    expect(new).to_contain_text("De to plejehjem er i gang.")
    before = page.get_by_role("listitem").filter(has_text="Der er sat penge af.")
    expect(before.get_by_text("Nyt", exact=True)).to_have_count(0)

    tab_to(page, "Forside")
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hvad blev der af anbefalingerne?")
