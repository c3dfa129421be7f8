"""Reporting an error: by anybody, without a cookie, and without losing a word of what was typed."""

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from recommendations.actions import handle_error_report
from recommendations.models import ErrorReport
from recommendations.public.error_reports import MOST_IN_AN_HOUR
from recommendations.public.guard import LATEST, SOONEST, TRAP
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

FORM = "/fejl/"
TYPED = {
    "text": "Der står 92 procent. I kilden står der 29.",
    "where": "/anbefalinger/ting/2.1/",
    "email": "b@eksempel.dk",
}


def token(seconds=60):
    """What the form carries when it was opened so many seconds ago."""
    return signing.Signer(salt="fejl").sign(str(int(timezone.now().timestamp()) - seconds))


def send(client, **fields):
    headers = fields.pop("headers", None)
    return client.post(FORM, {**TYPED, "tid": token(), TRAP: "", **fields}, headers=headers)


def assert_asked_again(response, sentence, status=422):
    """Nothing is kept; the sentence is said, and everything typed stands there to be sent again."""
    html = response.content.decode()
    assert response.status_code == status
    assert sentence in html
    assert "Det, du har skrevet, står her stadig." in html
    for typed in TYPED.values():
        assert typed in html
    assert not ErrorReport.objects.exists()


def fields_of(response):
    return dict(
        re.findall(r'<input type="(?:hidden|text)" name="(\w+)"[^>]*? value="([^"]*)"', response.content.decode())
    )


class TestSending:
    def test_keeps_what_was_written_about_the_page_it_came_from(self, citizen, world):
        response = send(citizen)
        assert (response.status_code, response.headers["Location"]) == (302, "/fejl/sendt/")
        report = ErrorReport.objects.get()
        assert (report.text, report.where, report.email) == tuple(TYPED.values())
        assert report.item == world.full
        assert report.handled_at is None
        assert "Meldingen er sendt" in text_of(citizen, "/fejl/sendt/")

    def test_needs_neither_address_nor_page(self, citizen):
        assert send(citizen, where="", email="").status_code == 302
        report = ErrorReport.objects.get()
        assert (report.email, report.where, report.item) == ("", "", None)

    def test_leaves_no_cookie_and_is_kept_nowhere(self, citizen):
        for response in (citizen.get(FORM), send(citizen), send(citizen, text="")):
            assert not response.cookies
            assert "Cookie" not in response.headers.get("Vary", "")
            assert "no-store" in response.headers["Cache-Control"]

    def test_works_for_a_browser_that_sends_no_token_in_a_cookie(self, world):
        assert send(Client(enforce_csrf_checks=True)).status_code == 302

    def test_the_form_as_a_browser_gets_it_can_be_sent(self, citizen, monkeypatch):
        fields = fields_of(citizen.get(FORM))
        later = timezone.now() + timedelta(seconds=SOONEST)
        monkeypatch.setattr(timezone, "now", lambda: later)
        assert citizen.post(FORM, {**fields, "text": "Noget er galt."}).status_code == 302

    @pytest.mark.parametrize("method", ["put", "delete", "patch"])
    def test_other_methods_are_refused(self, method, citizen):
        assert getattr(citizen, method)(FORM).status_code == 405


class TestWhere:
    @pytest.mark.parametrize(
        "path",
        ["/", "/anbefalinger/ting/2.1/", "/initiativer/ting/7/opslag/", "/udvalg/SOU/", "/en/om/", "/ting24/2.1"],
    )
    def test_a_page_of_ours_is_filled_in(self, path, citizen, world):
        assert f'name="where" value="{path}"' in text_of(citizen, f"{FORM}?side={path}")

    @pytest.mark.parametrize(
        "path", ["https://ondt.eksempel/", "//ondt.eksempel/", "/admin/", "/konto/login/", "/findes-ikke/", "x:y",
                 '"><script>', "http://[", "/\\ondt.eksempel"],
    )  # fmt: skip
    def test_whatever_else_is_left_out(self, path, citizen, world):
        response = citizen.get(FORM, {"side": path})
        assert response.status_code == 200
        assert 'name="where" value=' not in response.content.decode()

    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ("/anbefalinger/ting/2.1/", "full"),
            ("/en/anbefalinger/ting/2.1/?pr=2026-01-01", "full"),
            ("http://127.0.0.1:8000/ting24/2.1", "full"),
            ("/TING24/2.1/", "full"),
            ("/initiativer/ting/7/", "initiative"),
            ("/anbefalinger/ting/2.1/opslag/", "full"),
            ("/ting24/i/7", "initiative"),
        ],
    )
    def test_tells_what_it_is_about(self, where, expected, citizen, world):
        send(citizen, where=where)
        assert ErrorReport.objects.get().item == getattr(world, expected)

    @pytest.mark.parametrize(
        "where",
        ["Anbefaling 2.1", "/anbefalinger/ting/9.9/", "/udvalg/SOU/", "https://ondt.eksempel/ting24/2.1", "//["],
    )
    def test_is_only_words_where_it_names_no_item(self, where, citizen, world):
        send(citizen, where=where)
        report = ErrorReport.objects.get()
        assert (report.where, report.item) == (where, None)

    def test_every_page_leads_there_with_its_own_address(self, citizen, world):
        html = text_of(citizen, "/anbefalinger/ting/2.1/?pr=2026-01-01&siden=2025-01-01")
        assert '<a href="/fejl/?side=/anbefalinger/ting/2.1/" rel="nofollow">Meld en fejl</a>' in html


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"email": "ikke en adresse"}, "Mailadressen kan ikke læses. Skriv den som navn@eksempel.dk"),
            ({"where": "x" * 301}, "Adressen er for lang. Skriv højst 300 tegn."),
            ({"text": "x" * 4001}, "Teksten fylder 4001 tegn. Den må højst fylde 4000."),
            ({"email": f"{'x' * 250}@eksempel.dk"}, "Mailadressen er for lang. Skriv højst 254 tegn."),
        ],
    )
    def test_is_said_and_what_was_typed_stays(self, fields, sentence, citizen):
        response = send(citizen, **fields)
        html = response.content.decode()
        assert response.status_code == 422
        assert sentence in html
        for typed in (TYPED | fields).values():
            assert typed in html
        assert not ErrorReport.objects.exists()

    @pytest.mark.parametrize("text", ["", "   ", "\n"])
    def test_nothing_is_no_report(self, text, citizen):
        response = send(citizen, text=text)
        assert response.status_code == 422
        assert "Skriv, hvad der er forkert." in response.content.decode()


class TestNoise:
    def test_a_filled_trap_is_asked_about_and_emptied(self, citizen):
        response = send(citizen, **{TRAP: "https://køb.eksempel"})
        assert_asked_again(response, "Et skjult felt var udfyldt")
        assert fields_of(response)[TRAP] == ""
        assert send(citizen, **fields_of(response) | TYPED).status_code == 302

    @pytest.mark.parametrize("tid", ["", "1234", "1793600000:forkert", "x:y:z"])
    def test_a_form_of_somebody_elses_is_asked_about(self, tid, citizen):
        assert_asked_again(send(citizen, tid=tid), "Vi kunne ikke se, hvornår formularen blev åbnet.")

    def test_a_form_is_sent_neither_too_soon_nor_too_late(self, citizen):
        assert_asked_again(send(citizen, tid=token(SOONEST - 2)), "Det gik så stærkt")
        assert_asked_again(send(citizen, tid=token(LATEST + 2)), "Formularen har stået åben i mere end et døgn.")
        for seconds in (SOONEST, LATEST - 2):
            assert send(citizen, tid=token(seconds)).status_code == 302

    def test_what_is_asked_again_can_be_sent_at_once(self, citizen):
        response = send(citizen, tid="")
        assert send(citizen, **fields_of(response) | TYPED).status_code == 302

    @pytest.mark.parametrize("origin", ["https://ondt.eksempel", "http://testserver.ondt.eksempel", "http://["])
    def test_another_site_cannot_send_through_a_visitors_browser(self, origin, citizen):
        assert_asked_again(send(citizen, headers={"Origin": origin}), "Formularen kom fra et andet sted")

    @pytest.mark.parametrize("origin", ["http://testserver", "http://127.0.0.1:8000", "null"])
    def test_this_site_can_and_so_can_a_browser_that_does_not_say(self, origin, citizen):
        assert send(citizen, headers={"Origin": origin}).status_code == 302

    def test_there_is_a_limit_for_each_address_and_nothing_typed_is_lost(self, citizen):
        for number in range(MOST_IN_AN_HOUR):
            assert send(citizen, text=f"Fejl nr. {number}.").status_code == 302
        response = send(citizen)
        html = response.content.decode()
        assert response.status_code == 429
        assert response.headers["Retry-After"] == "3600"
        assert "Der er sendt mange fejlmeldinger fra din forbindelse. Vent en time" in html
        for typed in TYPED.values():
            assert typed in html
        assert ErrorReport.objects.count() == MOST_IN_AN_HOUR
        assert send(Client(REMOTE_ADDR="10.0.0.2")).status_code == 302

    def test_a_form_that_is_refused_takes_no_place(self, citizen):
        for _ in range(MOST_IN_AN_HOUR):
            assert send(citizen, text="").status_code == 422
        assert send(citizen).status_code == 302

    def test_a_household_with_many_addresses_has_one_limit(self):
        for number in range(MOST_IN_AN_HOUR):
            assert send(Client(REMOTE_ADDR=f"2001:db8::{number + 1}")).status_code == 302
        assert send(Client(REMOTE_ADDR="2001:db8::ffff:1")).status_code == 429
        assert send(Client(REMOTE_ADDR="2001:db8:0:1::1")).status_code == 302

    def test_the_limit_sees_through_our_own_proxy_and_no_further(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for number in range(MOST_IN_AN_HOUR):
            forwarded = {"X-Forwarded-For": f"10.0.0.{number}, 192.0.2.1"}  # the first is what the sender claims
            assert send(Client(), headers=forwarded).status_code == 302
        assert send(Client(), headers={"X-Forwarded-For": "10.9.9.9, 192.0.2.1"}).status_code == 429
        assert send(Client(), headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 302

    def test_a_server_that_knows_no_addresses_still_takes_reports(self):
        assert send(Client(REMOTE_ADDR="")).status_code == 302


class TestMail:
    @pytest.fixture
    def mailbox(self, municipality):
        municipality.email = "tinget@eksempel.dk"
        municipality.save()

    def test_tells_the_mailbox_that_there_is_a_report_and_not_what_it_says(self, citizen, world, mailbox, delivered):
        send(citizen)
        (sent,) = delivered()
        assert sent.to == ["tinget@eksempel.dk"]
        assert sent.subject == "Fejlmelding om 2.1 Besøg af faste teams"
        address = f"http://127.0.0.1:8000/admin/recommendations/errorreport/{ErrorReport.objects.get().pk}/change/"
        for body in (sent.body, sent.alternatives[0].content):
            assert address in body
            assert "29" not in body
            assert "b@eksempel.dk" not in body

    def test_is_danish_whatever_page_it_came_from(self, citizen, mailbox, delivered):
        assert citizen.post("/en/fejl/", {**TYPED, "tid": token()}).headers["Location"] == "/en/fejl/sendt/"
        assert "Nogen har meldt en fejl." in delivered()[0].body

    def test_is_not_sent_where_there_is_no_mailbox(self, citizen, delivered):
        send(citizen)
        assert delivered() == []

    def test_is_not_sent_about_what_has_been_handled_meanwhile(self, citizen, mailbox, delivered, chief):
        send(citizen)
        handle_error_report(by=chief, report=ErrorReport.objects.get(), note="Rettet.")
        assert delivered() == []

    def test_mailbox_is_named_beside_the_form(self, citizen, municipality):
        assert "mailto:" not in text_of(citizen, FORM)
        municipality.email = "tinget@eksempel.dk"
        municipality.save()
        assert '<a href="mailto:tinget@eksempel.dk">' in text_of(citizen, FORM)


def test_a_person_sends_a_report_from_the_page_it_is_about(world, open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/anbefalinger/ting/2.1/")
    page.get_by_role("link", name="Meld en fejl").click()
    page.get_by_label("Hvad er forkert?").fill("Der står 92 procent. I kilden står der 29.")
    page.get_by_role("button", name="Send").click()
    if page.get_by_role("alert").count():  # faster than people are
        page.get_by_role("button", name="Send").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Meldingen er sendt"
    assert ErrorReport.objects.get().item == world.full
    assert page.context.cookies() == []
