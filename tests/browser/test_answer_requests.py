"""The ladder of silence in a browser: from the queue to the letter, and what a reader sees of the line."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from recommendations.models import AnswerRequest
from tests.factories import AnswerRequestFactory, OwnershipFactory, PublicationFactory, RecommendationFactory

STRANGE_WIDTH = {"width": 320, "height": 700}


def owing(sou):
    sou.email = "sou@eksempel.dk"
    sou.save()
    source = PublicationFactory(title="Tinget", slug="tinget")
    item = RecommendationFactory(publication=source, number="3.1")
    OwnershipFactory(item=item, committee=sou, valid_from=date(2024, 6, 17))
    return source


def test_a_secretary_sends_the_letter(open_page, faults_of, sou, dina):
    owing(sou)
    page = open_page(dina)
    page.goto("/admin/")
    assert faults_of(page) == []
    page.get_by_role("link", name="Se brevet, og send det").click()
    expect(page.get_by_text("Har udvalget svaret? Så skriv til os")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Send brevet til sou@eksempel.dk").click()
    expect(page.get_by_text("Brevet er lagt i køen til sou@eksempel.dk.")).to_be_visible()
    assert AnswerRequest.objects.count() == 1
    assert faults_of(page) == []


def test_a_reader_sees_the_line(open_page, faults_of, sou):
    source = owing(sou)
    today = timezone.localdate()
    AnswerRequestFactory(publication=source, committee=sou, step="public_line", on=today - timedelta(days=1))
    page = open_page(viewport=STRANGE_WIDTH)
    item = source.items.get()
    for address in (
        reverse("publication", args=[source.slug]),
        reverse("committee", args=[sou.code]),
        item.get_absolute_url(),
    ):
        page.goto(address)
        expect(page.get_by_text("Begrundelse udbedt").first).to_be_visible()
        assert faults_of(page) == []
