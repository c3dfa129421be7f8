"""A citizen follows a list by mail, in a real browser without JavaScript: asked, confirmed, told, and ended."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from recommendations.actions import tell_followers
from recommendations.enums import UpdateKind
from recommendations.models import OutgoingMessage, Subscriber
from recommendations.notifications.writing import write
from recommendations.public import guard
from tests.factories import MeetingFactory, OwnershipFactory, PublicationFactory, RecommendationFactory, published

pytestmark = pytest.mark.browser


@pytest.fixture
def item(sou, sud, monkeypatch):
    monkeypatch.setattr(guard, "SOONEST", 0)  # a browser that is driven types faster than a person
    source = PublicationFactory(slug="ting", title="Københavnertinget 2024")
    item = RecommendationFactory(publication=source, number="3.2", title="Besøg af faste teams")
    OwnershipFactory(item=item, committee=sou)
    OwnershipFactory(item=RecommendationFactory(publication=source, number="3.3"), committee=sud)
    MeetingFactory(committee=sou)
    return item


@pytest.fixture(params=[320, 1280])
def reader(request, open_page):
    return open_page(java_script_enabled=False, viewport={"width": request.param, "height": 800})


@pytest.fixture
def looked_at(open_page, request):
    """Opens the page of a reader once more where scripts run, for axe; and leaves a picture where SCREENSHOTS says."""

    def look(page, name):
        width = page.viewport_size["width"]
        again = open_page(viewport=page.viewport_size)
        again.set_content(page.content()) if page.url == "about:blank" else again.goto(page.url)
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        assert again.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(again)
        assert found.violations_count == 0, found.generate_report()
        again.close()

    return look


def address_in(mail, room, live_server):
    (path,) = set(re.findall(rf"http://[^/\s]+(/foelg/{room}/[^\s\"<>]+)", mail.text))
    return live_server.url + path


def last_mail():
    return write(OutgoingMessage.objects.order_by("-pk").first())


def test_from_a_narrowed_list_to_the_mail_and_out_again(item, reader, looked_at, live_server):
    reader.goto("/anbefalinger/?udvalg=SOU")
    reader.get_by_role("link", name="Følg på mail").click()
    expect(reader.get_by_text("Udvalg: Sundheds- og Omsorgsudvalget")).to_be_visible()
    looked_at(reader, "1-form")
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_role("alert").get_by_text("Skriv din mailadresse.")).to_be_visible()
    reader.get_by_label("Din mailadresse").fill("borger@eksempel.dk")
    reader.get_by_label("Med det samme").check()
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_role("heading", name="Se i din indbakke")).to_be_visible()
    looked_at(reader, "2-asked")

    reader.goto(address_in(last_mail(), "bekraeft", live_server))
    expect(reader.get_by_role("heading", name="Vil du følge det her?")).to_be_visible()
    looked_at(reader, "3-confirm")
    reader.get_by_role("button", name="Ja, skriv til mig").click()
    expect(reader.get_by_role("heading", name="Det følger du")).to_be_visible()
    looked_at(reader, "4-confirmed")

    published(item, kind=UpdateKind.NOTE, text="De første teams er ansat.")
    assert tell_followers(timezone.now()) == 1
    mail = last_mail()
    assert "De første teams er ansat." in mail.text
    place = re.search(r"http://[^/\s]+(/anbefalinger/ting/3\.2/#\S+)", mail.text)[1]
    reader.goto(place)
    expect(reader.get_by_text("De første teams er ansat.").first).to_be_visible()

    reader.goto(address_in(mail, "mine", live_server))
    expect(reader.get_by_text("borger@eksempel.dk")).to_be_visible()
    looked_at(reader, "5-held")
    reader.get_by_label("En gang om ugen").check()
    reader.get_by_role("button", name="Gem").click()
    expect(reader.get_by_text("Det er gemt.")).to_be_visible()

    reader.goto(address_in(mail, "slut", live_server))
    expect(reader.get_by_role("heading", name="Vil du stoppe med at følge det?")).to_be_visible()
    looked_at(reader, "6-end")
    reader.get_by_role("button", name="Ja, stop").click()
    expect(reader.get_by_text("vi har slettet din adresse")).to_be_visible()
    assert not Subscriber.objects.exists()
    assert reader.context.cookies() == []


def test_meetings_a_link_to_it_all_and_what_cannot_be_followed(item, reader, looked_at):
    reader.goto("/moeder/SOU/")
    looked_at(reader, "7-meetings")
    reader.get_by_role("link", name="Følg på mail").click()
    looked_at(reader, "8-of-meetings")
    reader.get_by_label("Det, der blev besluttet").check()
    reader.get_by_label("Din mailadresse").fill("borger@eksempel.dk")
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_role("heading", name="Se i din indbakke")).to_be_visible()
    reader.goto("/foelg/mine/")
    looked_at(reader, "9-link")
    reader.goto("/foelg/?side=/om/")
    expect(reader.get_by_text("Den side kan ikke følges.")).to_be_visible()
    looked_at(reader, "10-not-followed")
    reader.goto("/foelg/mine/forkert/")
    looked_at(reader, "11-bad-link")


def test_what_a_citizen_knows(item, reader, looked_at):
    reader.goto(item.get_absolute_url())
    looked_at(reader, "12-item")
    reader.get_by_role("link", name="Jeg ved noget nyt").click()
    looked_at(reader, "13-suggest")
    reader.get_by_role("button", name="Send").click()
    looked_at_errors = reader.get_by_role("alert")
    expect(looked_at_errors.get_by_text("Skriv, hvad du ved.")).to_be_visible()
    reader.get_by_label("Hvad ved du?").fill("De har ansat to teams.")
    reader.get_by_label("Hvor kan det læses eller ses?").fill("https://avis.eksempel/teams")
    reader.get_by_role("button", name="Send").click()
    expect(reader.get_by_role("heading", name="Det er sendt")).to_be_visible()
    looked_at(reader, "14-sent")
    assert item.updates.get().author is None
    assert reader.context.cookies() == []
