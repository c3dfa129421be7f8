"""A login that has ended takes no typed text with it, and a page of another site gets nothing of it."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from recommendations.models import StatusUpdate
from tests.factories import PASSWORD, OwnershipFactory, RecommendationFactory, StatusUpdateFactory
from tracker import lost_login

HERE = {"origin": "http://testserver"}
TEXT = 'Første linje\r\n<b>Anden</b> linje med "citat"'


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def form(item):
    return reverse("admin:recommendations_recommendation_status", args=[item.pk])


@pytest.fixture
def data(sou):
    return {
        "committee": sou.pk,
        "kind": "status",
        "status": "in_progress",
        "on": "2026-11-02",
        "text": TEXT,
        "dokumentation-TOTAL_FORMS": 0,
        "dokumentation-INITIAL_FORMS": 0,
        "trin": "gem",
    }


def kept(response):
    """The fields that the page would send again, its own token aside."""
    html = response.content.decode()
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', html)
    return [(unescape(name), unescape(value)) for name, value in fields if name != "csrfmiddlewaretoken"]


def token(response):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', response.content.decode())[1]


class TestWithoutALogin:
    def test_everything_typed_is_on_the_page(self, citizen, form, data):
        response = citizen.post(form, data, headers=HERE)
        html = response.content.decode()
        assert response.status_code == 401
        assert "<h1>Du er logget ud</h1>" in html
        assert "Det, du har skrevet, er her stadig." in html
        assert re.search(r'href="/konto/login/" target="_blank" rel="noopener"', html)
        assert f'<form method="post" action="{form}">' in html
        assert kept(response) == [(name, str(value)) for name, value in data.items()]
        assert token(response)
        assert "no-store" in response.headers["Cache-Control"]
        assert not StatusUpdate.objects.exists()

    def test_sent_again_after_a_new_login_it_is_saved(self, form, data, anna):
        client = Client()
        fields = kept(client.post(form, data, headers=HERE))
        client.force_login(anna)
        assert client.post(form, dict(fields), headers=HERE).status_code == 302
        assert StatusUpdate.objects.get().text == TEXT.replace("\r\n", "\n")

    def test_a_field_with_several_values_keeps_them_all(self, citizen):
        response = citizen.post("/admin/hvad-som-helst/", {"valgte": ["1", "2", "3"]}, headers=HERE)
        assert kept(response) == [("valgte", "1"), ("valgte", "2"), ("valgte", "3")]

    @pytest.mark.parametrize("name", ["svar", "frist", "kriterium", "bekraeft"])
    def test_every_form_of_the_admin_is_kept(self, name, citizen, item):
        response = citizen.post(
            f"/admin/recommendations/recommendation/{item.pk}/{name}/?a=b", {"text": "x"}, headers=HERE
        )
        assert response.status_code == 401
        assert f"/{name}/?a=b" in response.content.decode()
        assert kept(response) == [("text", "x")]

    def test_a_referer_from_here_is_as_good_as_an_origin(self, citizen, form, data):
        response = citizen.post(form, data, headers={"referer": f"http://testserver{form}"})
        assert response.status_code == 401

    def test_the_address_of_the_site_counts_as_here_behind_a_proxy(self, citizen, form, data):
        response = citizen.post(form, data, headers={"origin": settings.SITE_URL})
        assert response.status_code == 401


class TestNotKept:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"origin": "https://ond.eksempel"},
            {"origin": "null"},
            {"origin": "https://testserver.ond.eksempel"},
            {"referer": "https://ond.eksempel/http://testserver/"},
            {"referer": "http://[ødelagt"},
            {"origin": "https://ond.eksempel", "referer": "http://testserver/admin/"},
        ],
    )
    def test_what_comes_from_elsewhere(self, headers, citizen, form, data):
        response = citizen.post(form, data, headers=headers)
        assert response.status_code == 302
        assert not kept(response)

    @pytest.mark.django_db
    def test_what_comes_from_elsewhere_gets_the_plain_page_for_its_token(self, form, data):
        client = Client(enforce_csrf_checks=True)
        for headers in ({}, {"origin": "https://ond.eksempel"}):
            response = client.post(form, data, headers=headers)
            assert response.status_code == 403
            assert "Formularen er udløbet" in response.content.decode()
            assert not kept(response)

    @pytest.mark.django_db
    def test_forms_outside_the_admin(self):
        response = Client(enforce_csrf_checks=True).post(
            reverse("account_login"), {"login": "anna", "password": PASSWORD}, headers=HERE
        )
        assert "Formularen er udløbet" in response.content.decode()
        assert PASSWORD not in response.content.decode()

    def test_passwords_and_tokens(self, citizen, anna):
        address = reverse("admin:auth_user_change", args=[anna.pk])
        secret = {"password1": "hemmelig-1", "password2": "hemmelig-1", "Old_Password": "hemmelig-0"}
        response = citizen.post(address, secret | {"csrfmiddlewaretoken": "abc", "navn": "Anna"}, headers=HERE)
        assert kept(response) == [("navn", "Anna")]
        assert "hemmelig" not in response.content.decode()

    @pytest.mark.parametrize("name", ["login", "logout"])
    def test_the_way_in_and_the_way_out(self, name, citizen):
        response = citizen.post(reverse(f"admin:{name}"), {"username": "anna"}, headers=HERE)
        assert response.status_code != 401
        assert not kept(response)

    def test_opening_a_page(self, citizen, form):
        assert citizen.get(form, headers=HERE).headers["Location"].startswith("/admin/login/")

    def test_what_is_sent_with_a_login(self, as_user, anna, carla, form, data):
        assert as_user(anna).post(form, data, headers=HERE).status_code == 302
        response = as_user(carla).post(form, data, headers=HERE)
        assert response.status_code == 403
        assert not kept(response)

    @pytest.mark.parametrize(("name", "most"), [("MOST_FIELDS", 3), ("MOST_CHARACTERS", 50)])
    def test_more_than_fits_is_said(self, name, most, citizen, form, data, monkeypatch):
        monkeypatch.setattr(lost_login, name, most)
        response = citizen.post(form, data, headers=HERE)
        assert response.status_code == 401
        assert "Der er for meget i formularen" in response.content.decode()
        assert not kept(response)
        assert "Send igen" not in response.content.decode()


class TestFiles:
    def test_are_named_and_the_rest_is_only_saved(self, citizen, form, data, pdf):
        rows = {"dokumentation-0-title": "Notat", "dokumentation-0-file": pdf, "trin": "udgiv"}
        response = citizen.post(form, data | rows, headers=HERE)
        html = response.content.decode()
        assert "<li>notat.pdf</li>" in html
        assert "Vælg den igen, når du har sendt resten" in html
        assert ("dokumentation-0-title", "Notat") in kept(response)
        assert "trin" not in dict(kept(response))

    def test_a_draft_that_had_another_file_is_not_published_with_that(self, form, data, pdf, anna, bo, sou, item):
        """An approver chose a new file and pressed "Udgiv": without the file, the old one must not go out."""
        update = StatusUpdateFactory(item=item, committee=sou, author=anna)
        stored = update.evidence.create(title="Gammelt", file="dokumentation/gammel.pdf")
        row = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "0-title": "Nyt", "0-kind": "decided"}
        row |= {"0-stored": stored.pk, "0-file": pdf}
        sent = data | {f"dokumentation-{name}": value for name, value in row.items()} | {"trin": "udgiv"}
        address = reverse("admin:recommendations_statusupdate_change", args=[update.pk])
        client = Client()
        fields = kept(client.post(address, sent, headers=HERE))
        client.force_login(bo)
        assert client.post(address, dict(fields), headers=HERE).status_code == 302
        update.refresh_from_db()
        assert (update.state, update.evidence.get().title) == ("draft", "Nyt")


class TestAnOldToken:
    """The login is there, but the page is from before it: it was made anew in another tab."""

    @pytest.fixture
    def client(self, anna):
        client = Client(enforce_csrf_checks=True)
        client.force_login(anna)
        return client

    def test_is_renewed_with_everything_typed(self, client, form, data):
        old = token(client.get(form))
        client.cookies.pop(settings.CSRF_COOKIE_NAME)
        client.get(form)  # a new secret, as after a new login
        response = client.post(form, data | {"csrfmiddlewaretoken": old}, headers=HERE)
        html = response.content.decode()
        assert response.status_code == 403
        assert "no-store" in response.headers["Cache-Control"]
        assert "Det, du har skrevet, er her stadig." in html
        assert "Du er logget ind igen." in html
        assert 'target="_blank"' not in html
        again = dict(kept(response)) | {"csrfmiddlewaretoken": token(response)}
        assert client.post(form, again, headers=HERE).status_code == 302
        assert StatusUpdate.objects.get().text == TEXT.replace("\r\n", "\n")

    def test_that_is_missing_altogether_is_made(self, client, form, data):
        response = client.post(form, data, headers=HERE)
        again = dict(kept(response)) | {"csrfmiddlewaretoken": token(response)}
        assert client.post(form, again, headers=HERE).status_code == 302


@pytest.mark.browser
def test_in_a_browser(item, form, open_page, faults_of, anna):
    page = open_page(anna, viewport={"width": 320, "height": 800})
    page.goto(form)
    page.get_by_label("I gang", exact=True).check()
    page.get_by_role("textbox", name="Tekst").fill("Faste teams besøger nu borgerne.\n\nOgså i weekenden.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Gem kladde").click()
    expect(page.get_by_role("heading", name="Du er logget ud")).to_be_visible()
    assert not StatusUpdate.objects.exists()
    assert not faults_of(page)

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log ind (åbner i en ny fane)").click()
    login = opened.value
    login.get_by_label("Brugernavn").fill("anna")
    login.get_by_label("Adgangskode").fill(PASSWORD)
    login.get_by_role("button", name="Log ind", exact=True).click()
    login.wait_for_url("**/admin/")

    page.get_by_role("button", name="Send igen").click()
    expect(page.get_by_text("Du er logget ind igen.")).to_be_visible()  # the login has changed the token
    assert not faults_of(page)
    page.get_by_role("button", name="Send igen").click()
    expect(page.get_by_text("Kladden er gemt.")).to_be_visible()
    draft = StatusUpdate.objects.get()
    assert (draft.text.splitlines(), draft.author) == (
        ["Faste teams besøger nu borgerne.", "", "Også i weekenden."],
        anna,
    )
