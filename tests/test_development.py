"""Mail in development: written to a folder, sent at once, shown on a page. None of it in production."""

import pytest
from django.core import mail
from django.test import Client

from recommendations.models import OutgoingMessage
from tests.installations import in_production
from tests.staff.whole_pages import StaffPage

pytestmark = pytest.mark.django_db
MAJA = "maja.holm@eksempel.dk"
PAGE = "/udvikling/mail/"


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND = "tracker.development.MailToFolder"
    settings.MAIL_FOLDER = tmp_path / "mail"
    return settings.MAIL_FOLDER


def test_one_clicks_from_the_act_through_the_mail_to_the_login(folder, as_user, bo):
    """A colleague is invited, and logs in: no command is run meanwhile."""
    page = StaffPage.open(as_user(bo), "/admin/daekning/ny/").press("Invitér", email=MAJA)
    mails = page.link("Sendte mails")
    assert mails.address == PAGE
    shown = StaffPage.open(Client(), PAGE).link("Velkommen til Anbefalingstracker hos Københavns Kommune")
    for header in ("Message-ID", "Auto-Submitted", "Københavns Kommune <anbefalingstracker@localhost>", MAJA):
        assert header in shown.text
    link = next(a.get("href") for a in shown.tree.iter("a") if "/konto/velkommen/" in a.get("href"))
    entered = StaffPage.open(Client(), link.removeprefix("http://127.0.0.1:8000"))
    assert entered.press("Gem og log ind", password="fire små blå heste").address == "/admin/"


def test_the_newest_comes_first_and_an_empty_folder_is_said(folder, client, delivered):
    assert "Ingen mails endnu." in client.get(PAGE).content.decode()
    for number in (1, 2):
        mail.send_mail(f"Nummer {number}", "Tekst", None, [MAJA])
    page = client.get(PAGE).content.decode()
    assert page.index("Nummer 2") < page.index("Nummer 1")


def test_the_html_of_a_mail_can_do_nothing(folder, client):
    mail.send_mail("Emne", "Tekst", None, [MAJA], html_message="<p>Hej</p><script>alert(1)</script>")
    name = next(folder.glob("*.eml")).stem
    answer = client.get(f"{PAGE}{name}/html/")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "<p>Hej</p>" in answer.content.decode()
    assert "<script>alert" not in client.get(f"{PAGE}{name}/").content.decode()


@pytest.mark.parametrize("name", ["1-2", "..%2f..%2fdb", "1" * 300, "x"])
def test_what_is_no_mail_is_not_there(folder, client, name):
    assert client.get(f"{PAGE}{name}/").status_code == 404
    assert client.get(f"{PAGE}{name}/html/").status_code == 404


def test_what_is_refused_sends_nothing(folder, as_user, bo):
    StaffPage.open(as_user(bo), "/admin/daekning/ny/").press("Invitér", email="maja")
    assert not folder.exists()


def test_with_a_mail_server_nothing_is_sent_by_a_page(as_user, bo):
    page = StaffPage.open(as_user(bo), "/admin/daekning/ny/").press("Invitér", email=MAJA)
    assert "Sendte mails" not in page.text
    assert mail.outbox == []
    assert not OutgoingMessage.objects.exists()


def test_in_production_none_of_it_is_there():
    run = in_production(
        "from django.urls import resolve\n"
        "assert 'development' not in settings.EMAIL_BACKEND + str(settings.MIDDLEWARE)\n"
        f"resolve('{PAGE}')"
    )
    assert "Resolver404" in run.stderr.splitlines()[-1]
