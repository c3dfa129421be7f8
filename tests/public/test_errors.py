"""The pages people meet when something goes wrong, and the way in for staff."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import get_resolver, reverse

from recommendations import links
from recommendations.public import budgets
from tests.factories import PASSWORD, RecommendationFactory, SubscriptionFactory
from tracker import errors


def get(path="/"):
    return RequestFactory().get(path)


@pytest.fixture
def item_page(municipality):
    return RecommendationFactory().get_absolute_url()


@pytest.mark.parametrize(
    ("response", "status", "heading"),
    [
        (lambda: errors.bad_request(get(), SuspiciousOperation("hemmeligt")), 400, "Adressen kan ikke bruges"),
        (lambda: errors.permission_denied(get()), 403, "Du har ikke adgang"),
        (lambda: errors.page_not_found(get()), 404, "Siden findes ikke"),
        (lambda: errors.server_error(get()), 500, "Der er sket en fejl hos os"),
        (lambda: errors.csrf_failure(get(), "hemmeligt"), 403, "Formularen er udløbet"),
    ],
)
def test_error_pages_need_neither_database_nor_session(response, status, heading):
    response = response()
    html = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in html
    assert "hemmeligt" not in html
    main = html.split("<main")[1].split("</main>")[0]
    assert 'role="search"' in main
    for way in ("/", "/anbefalinger/", "/kilder/", "/udvalg/"):
        assert f'href="{way}"' in main
    assert html.count('role="search"') == 1


def test_refusal_gives_its_reason():
    response = errors.permission_denied(get(), PermissionDenied("Kun en administrator kan det."))
    assert "Kun en administrator kan det." in response.content.decode()


@pytest.mark.django_db
def test_form_without_token_is_refused_on_a_page_of_the_site(settings):
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "anna"})
    assert response.status_code == 403
    assert "Formularen er udløbet" in response.content.decode()


def views(patterns):
    for one in patterns:
        yield from views(one.url_patterns) if hasattr(one, "url_patterns") else [(one.name, one.callback)]


# What is taken without a token in a cookie, and why another site can do nothing with the cookies of a visitor: each
# reads neither cookie nor session.
WITHOUT_TOKEN = {
    "check_report": "it reads the file that it is given, and changes nothing",
    "report_error": "anybody may send it, and it is sent in nobody's name",
    "suggest_news": "anybody may send it, and it is sent in nobody's name",
    "follow": "anybody may send it, and it is sent in nobody's name",
    "reader_link": "anybody may send it, and it is sent in nobody's name",
    "held_about_reader": "its address is the secret, told in a mail",
    "confirm_following": "its address is the secret, told in a mail",
    "end_following": "its address is the secret, told in a mail",
    "mail_work": "its address is the secret, told in a mail",
    "mail_preferences": "its address is the secret, told in a mail",
    "signed_off": "what it is given is signed by the provider of sign-on",
}


def test_what_is_taken_without_a_token_is_named():
    taken = [name for name, view in views(get_resolver().url_patterns) if getattr(view, "csrf_exempt", False)]
    assert sorted(taken) == sorted(WITHOUT_TOKEN)


@pytest.mark.parametrize("name", sorted(WITHOUT_TOKEN.keys() - {"signed_off"}))  # that: tests/test_sign_on.py
def test_what_is_taken_without_a_token_reads_no_session(name, settings, anna, item_page, monkeypatch):
    monkeypatch.setattr(budgets, "is_staff", lambda _request: False)  # who has a limit is asked around the view
    reader = SubscriptionFactory()
    tokens = {
        **dict.fromkeys(["mail_work", "mail_preferences"], links.staff_token(anna)),
        **dict.fromkeys(
            ["held_about_reader", "confirm_following", "end_following"],
            links.reader_token(reader.subscriber, links.about_keys([reader.pk])),
        ),
    }
    address = reverse(name, args=[tokens[name]] if name in tokens else [])
    client = Client(enforce_csrf_checks=True)
    client.cookies.load({settings.SESSION_COOKIE_NAME: "x" * 32})
    for response in (client.get(address, {"side": item_page}), client.post(address, {"side": item_page})):
        assert response.status_code in (200, 400, 422)
        assert "cookie" not in response.headers.get("Vary", "").lower()
        assert not response.cookies


def test_staff_log_in_and_land_in_the_admin(anna):
    client = Client()
    page = client.get("/konto/login/").content.decode()
    assert "<h1>Log ind</h1>" in page
    assert " style=" not in page
    response = client.post("/konto/login/", {"login": "anna", "password": PASSWORD})
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")


def test_wrong_password_is_said_in_danish(anna):
    response = Client().post("/konto/login/", {"login": "anna", "password": "forkert"})
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()


@pytest.mark.django_db
def test_admin_sends_strangers_to_that_login(citizen):
    response = citizen.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/konto/login/")


@pytest.mark.django_db
def test_nobody_signs_up(citizen):
    assert "Du kan ikke selv oprette et login" in citizen.get("/konto/signup/").content.decode()


@pytest.mark.parametrize("path", ["/konto/logout/", "/konto/password/change/", "/konto/reauthenticate/"])
def test_other_pages_of_the_login(path, anna, as_user):
    response = as_user(anna).get(path)
    assert response.status_code == 200
    assert " style=" not in response.content.decode()


@pytest.mark.django_db
def test_inactive_login(citizen):
    assert "Dit login er lukket" in citizen.get("/konto/inactive/").content.decode()


def test_the_login_asks_for_nothing_but_name_and_password(citizen, db):
    fields = citizen.get("/konto/login/").context["form"].fields
    assert list(fields) == ["login", "password"]
