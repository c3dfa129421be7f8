"""The main job, in a real browser: from a civil servant's draft to what a citizen reads."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from recommendations.models import StatusUpdate
from tests.factories import OwnershipFactory, PublicationFactory, RecommendationFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def item(sou, sud):
    publication = PublicationFactory(slug="koebenhavnertinget-2024", title="Københavnertinget 2024")
    RecommendationFactory(publication=publication, number="3.1")
    item = RecommendationFactory(publication=publication, number="3.2", title="Besøg af faste teams")
    for committee in (sou, sud):
        OwnershipFactory(item=item, committee=committee)
    return item


def admin_url(item):
    return reverse("admin:recommendations_recommendation_change", args=[item.pk])


def test_from_draft_to_citizen(item, open_page, anna, bo, carla):
    citizen = open_page()
    citizen.goto("/")
    expect(
        citizen.get_by_text(
            "Ingen af de 2 svar er registreret. 1 anbefaling har intet ansvarligt udvalg. Ingen status er"
        )
    ).to_be_visible()

    # Anna writes and sends.
    desk = open_page(anna)
    desk.goto(admin_url(item))
    desk.get_by_role("link", name="Giv status").click()
    desk.get_by_label("I gang", exact=True).check()
    desk.get_by_role("textbox", name="Tekst").fill("Faste teams besøger nu borgerne i to bydele.")
    row = desk.get_by_role("group", name="Række 1")
    row.get_by_label("Link").fill("https://eksempel.dk/referat")
    row.get_by_label("Hvad viser den?").select_option(label="I drift")
    row.get_by_text("Sagsnummer eller egen titel").click()
    row.get_by_label("Titel").fill("Referat af udvalgets møde")
    desk.get_by_role("button", name="Send til godkendelse").click()
    expect(desk.get_by_text("Sendt til godkendelse. Borgerne ser det")).to_be_visible()

    # Nobody outside sees it yet, and for a stranger in the house it is not there.
    draft = StatusUpdate.objects.get()
    draft_url = reverse("admin:recommendations_statusupdate_change", args=[draft.pk])
    citizen.goto(item.get_absolute_url())
    expect(citizen.get_by_text("Faste teams besøger nu")).to_have_count(0)
    assert open_page(carla).goto(draft_url).status == 404

    # Bo reads and publishes.
    approval = open_page(bo)
    approval.goto(draft_url)
    approval.get_by_role("button", name="Udgiv").click()
    expect(approval.get_by_text("Udgivet. Borgerne kan se det nu.")).to_be_visible()

    # A citizen reads it, with its date and its evidence, and the overview has counted it.
    citizen.reload()
    expect(citizen.get_by_text("Faste teams besøger nu borgerne i to bydele.").first).to_be_visible()
    draft.refresh_from_db()
    day = citizen.locator(f'main time[datetime="{draft.on.isoformat()}"]').first
    expect(day).to_be_visible()
    evidence = citizen.get_by_role("link", name=re.compile("Referat af udvalgets møde"))
    expect(evidence).to_have_attribute("href", "https://eksempel.dk/referat")
    citizen.goto("/")
    expect(citizen.get_by_text("1 er i gang. 1 har ingen status.")).to_be_visible()


def test_the_second_of_two_writers_sees_what_the_first_has_said_and_decides(item, open_page, anna, bo):
    status_url = reverse("admin:recommendations_recommendation_status", args=[item.pk])
    slow, quick = open_page(anna), open_page(bo)
    slow.goto(status_url)
    quick.goto(status_url)

    quick.get_by_label("Sat på pause", exact=True).check()
    quick.get_by_role("textbox", name="Tekst").fill("Pengene er ikke fundet endnu.")
    quick.get_by_role("button", name="Udgiv").click()
    expect(quick.get_by_text("Udgivet.")).to_be_visible()

    slow.get_by_label("I gang", exact=True).check()
    slow.get_by_role("textbox", name="Tekst").fill("Vi er begyndt i to bydele.")
    slow.get_by_role("button", name="Send til godkendelse").click()
    expect(slow.get_by_text("En anden har opdateret 3.2, mens du skrev.")).to_be_visible()
    expect(slow.get_by_text("Pengene er ikke fundet endnu.")).to_be_visible()
    expect(slow.get_by_role("textbox", name="Tekst")).to_have_value("Vi er begyndt i to bydele.")
    assert StatusUpdate.objects.count() == 1

    slow.get_by_role("button", name="Send til godkendelse").click()
    expect(slow.get_by_text("Sendt til godkendelse.")).to_be_visible()
    texts = set(StatusUpdate.objects.values_list("text", flat=True))
    assert texts == {"Pengene er ikke fundet endnu.", "Vi er begyndt i to bydele."}
