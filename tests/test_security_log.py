"""The log: who tried to get in, which request a line belongs to, and whom a failure is mailed to."""

import json
import logging
import sys

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from recommendations.actions import give_role
from recommendations.enums import Role
from tests.factories import PASSWORD, StatusUpdateFactory, UserFactory
from tracker import request_ids
from tracker.logs import AsJson, HidesTokens, NamesTheRequest, OneLine, TellAdmins
from tracker.request_ids import HEADER, RequestIds

LOGIN = reverse("account_login")


# --- Who got in -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_login_and_a_logout_are_told(citizen, anna, security):
    citizen.post(LOGIN, {"login": "anna", "password": PASSWORD})
    citizen.post(reverse("account_logout"))
    assert [(line.message, line.sec_who, line.sec_from) for line in security()] == [
        ("login", "anna", "127.0.0.1"),
        ("logout", "anna", "127.0.0.1"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "told"), [("anna", "anna"), ("min-hemmelige-adgangskode", "?")])
def test_a_wrong_password_is_told_and_a_name_that_nobody_has_is_not(citizen, anna, security, typed, told):
    citizen.post(LOGIN, {"login": typed, "password": "forkert"})
    [line] = security()
    assert (line.message, line.sec_name) == ("login_failed", told)
    assert "forkert" not in OneLine().format(line)
    assert (typed in AsJson().format(line)) is (told == typed)


@pytest.mark.django_db
def test_too_many_tries_are_told(citizen, anna, security):
    for _ in range(6):
        citizen.post(LOGIN, {"login": "anna", "password": "forkert"})
    assert [line.message for line in security()] == ["login_failed"] * 5 + ["login_throttled"]


@pytest.mark.django_db
def test_who_is_refused_is_told(as_user, anna, security):
    assert as_user(anna).get(reverse("tables")).status_code == 403
    [line] = security("refused")
    assert (line.sec_who, line.sec_page) == ("anna", "admin/tabeller/")


@pytest.mark.django_db
def test_what_is_not_theirs_to_see_is_told(as_user, citizen, anna, carla, sud, security):
    draft = StatusUpdateFactory(committee=sud, author=carla)
    address = reverse("admin:recommendations_statusupdate_change", args=[draft.pk])
    assert as_user(anna).get(address).status_code == 404
    assert citizen.get("/findes-ikke/").status_code == 404
    [line] = security("not_found")
    assert line.sec_who == "anna"
    assert "statusupdate" in line.sec_page


@pytest.mark.django_db
def test_a_role_that_is_given_is_told_once_it_stands(chief, sou, security, django_capture_on_commit_callbacks):
    emil = UserFactory(username="emil")
    with django_capture_on_commit_callbacks(execute=True):
        give_role(by=chief, user=emil, committee=sou, role=Role.EDITOR, valid_from=timezone.localdate())
        assert security() == []
    [line] = security()
    assert (line.message, line.sec_who, line.sec_whom) == ("role_given", "chief", str(emil.pk))


# --- Which request ----------------------------------------------------------------------------------------------------


def answered(rf, **headers):
    """The name that a request has while it is answered, and that of the answer."""
    seen = []
    middleware = RequestIds(lambda _request: seen.append(request_ids.current.get()) or HttpResponse())
    response = middleware(rf.get("/", headers=headers))
    return seen[0], response.headers[HEADER]


def test_each_request_has_a_name_of_its_own(rf):
    first, second = answered(rf), answered(rf)
    assert first[0] == first[1] != second[0]
    assert request_ids.current.get() == ""


@pytest.mark.parametrize(
    ("trusted", "given", "is_taken"),
    [
        (True, "3f2a-77be-01", True),
        (False, "3f2a-77be-01", False),
        (True, "kort", False),
        (True, "x" * 65, False),
        (True, "linje\nskift-i-log", False),
    ],
)
def test_only_a_proxy_names_a_request(rf, settings, trusted, given, is_taken):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if trusted else None
    assert (answered(rf, **{HEADER: given})[0] == given) is is_taken


@pytest.mark.django_db
def test_what_django_says_of_a_refusal_has_the_name_of_its_answer(citizen, caplog):
    caplog.handler.addFilter(filtering := NamesTheRequest())
    try:
        answer = citizen.get("/findes-ikke/")
    finally:
        caplog.handler.removeFilter(filtering)
    [line] = [one for one in caplog.records if one.name == "django.request"]
    assert line.request_id == answer.headers[HEADER]


@pytest.mark.django_db
def test_every_answer_says_its_name(citizen):
    assert len({citizen.get(address).headers[HEADER] for address in ("/", "/findes-ikke/", "/healthz")}) == 3


# --- How a line is written --------------------------------------------------------------------------------------------


def record(message="Noget er sket", error=None, **told):
    made = logging.makeLogRecord(
        {"name": "navn", "levelno": logging.ERROR, "levelname": "ERROR", "msg": message, "exc_info": error, **told}
    )
    NamesTheRequest().filter(made)
    return made


def raised(error):
    """As a record has it."""
    try:
        raise error
    except type(error):
        return sys.exc_info()


def test_a_line_of_json_says_all_of_it():
    said = json.loads(AsJson().format(record(error=raised(KeyError("x")), sec_who="anna")))
    assert said.pop("at").endswith("+00:00")
    assert "KeyError" in said.pop("error")
    assert said == {"level": "ERROR", "logger": "navn", "request": "-", "message": "Noget er sket", "sec_who": "anna"}


@pytest.mark.parametrize(
    "path",
    [
        "/svar/WzEsMiwzXQ:1vABcd:0123456789abcdefghij-_/mail/",
        "/svar/WzEsMiwzXQ%3A1vABcd%3A0123456789abcdefghij-_/",
        "/svar/WzEsMiwzXQ%3a1vABcd%3a0123456789abcdefghij-_/",
        "/konto/velkommen/MQ/dd5fya-0123456789abcdef0123456789abcdef/",
        "/konto/login/?next=%2Fkonto%2Fvelkommen%2FMQ%2Fdd5fya-0123456789abcdef0123456789abcdef%2F",
        "/konto/velkommen/MQ/dd5fya-0123456789abcdef0123456789abcdefx/",
    ],
)
def test_a_link_of_somebodys_is_in_no_line(path):
    made = record("Not Found: %s", args=(path,))
    HidesTokens().filter(made)
    assert "…" in made.getMessage()
    assert "0123456789" not in OneLine().format(made)


@pytest.mark.parametrize(
    "path", ["/moeder/SOU/2026-12-03/kl:10:30/", "/rapporter/3f2a77be-0123-4567-89ab-0123456789ab/"]
)
def test_other_paths_stay(path):
    made = record("Not Found: %s", args=(path,))
    HidesTokens().filter(made)
    assert made.getMessage() == f"Not Found: {path}"


@pytest.mark.parametrize("formatter", [OneLine, AsJson])
def test_a_link_of_somebodys_is_not_in_what_is_said_of_an_error(formatter):
    """Nor in what is given with a line."""
    path = "/svar/WzEsMiwzXQ:1vABcd:0123456789abcdefghij-_/"
    said = formatter().format(record(error=raised(KeyError(path)), sec_why=path, sec_error=ValueError(path)))
    assert said.count("/svar/…") == 3
    assert "0123456789" not in said


@pytest.mark.django_db
@pytest.mark.parametrize("formatter", [OneLine, AsJson])
def test_an_invitation_whose_password_is_refused_can_be_used_by_no_reader_of_the_log(citizen, anna, caplog, formatter):
    key, token = urlsafe_base64_encode(force_bytes(anna.pk)), default_token_generator.make_token(anna)
    address = reverse("choose_password", args=[key, token])
    assert citizen.post(address, {"password": "kort"}).status_code == 422
    [said] = [formatter().format(line) for line in caplog.records if line.name == "django.request"]
    assert f"/konto/velkommen/{key}/…/" in said
    assert token not in said


def test_a_line_for_people_says_what_was_given_with_it():
    assert OneLine().format(record(sec_who="anna")).endswith("ERROR - navn Noget er sket sec_who=anna")


@pytest.mark.parametrize("broken", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_nothing_that_was_sent_makes_a_line_of_its_own(broken):
    forged = f"a{broken}2026-11-02 08:00:00,000 INFO - security login sec_who=admin"
    line, *below = OneLine().format(record(forged, error=raised(KeyError(forged)), sec_why=forged)).splitlines()
    assert line.count("security login sec_who=admin") == 2
    assert below
    assert all(one.startswith("    ") for one in below)


def test_a_line_break_that_was_given_with_a_line_is_seen():
    assert OneLine().format(record(sec_why="a\nb\x1b[2K")).endswith(r" Noget er sket sec_why=a\nb\x1b[2K")


@pytest.mark.parametrize("error", [ValueError("a\nb"), ExceptionGroup("a\nb", [ValueError("c\rd")])])
def test_what_is_said_of_an_error_is_set_in_below_its_line(error):
    made = record(error=raised(error))
    logging.Formatter().format(made)  # another handler has put it into words already
    line, *below = OneLine().format(made).splitlines()
    assert line.endswith("ERROR - navn Noget er sket")
    assert all(one.startswith("    ") for one in below)
    assert [one for one in below if one.strip(" |").startswith("b")]


# --- Who is told ------------------------------------------------------------------------------------------------------


def test_one_failure_in_a_minute_is_mailed_to_those_named(settings):
    settings.ADMINS = [("", "drift@eksempel.dk")]
    handler = TellAdmins()
    handler.setFormatter(OneLine())
    handler.handle(record("Første"))
    handler.handle(record("Anden"))
    [sent] = mail.outbox
    assert (sent.to, "Første" in sent.subject, "Første" in sent.body) == (["drift@eksempel.dk"], True, True)


@pytest.mark.parametrize("formatter", [None, OneLine(), AsJson()])
def test_no_link_of_somebodys_is_mailed(settings, formatter):
    settings.ADMINS = [("", "drift@eksempel.dk")]
    handler, path = TellAdmins(), "/konto/velkommen/MQ/dd5fya-0123456789abcdef0123456789abcdef/"
    handler.setFormatter(formatter)
    handler.handle(record(f"Internal Server Error: {path}", error=raised(KeyError(path))))
    [sent] = mail.outbox
    assert ("velkommen/MQ/…/" in sent.subject, sent.body.count("velkommen/MQ/…/")) == (True, 2)
    assert "0123456789" not in sent.subject + sent.body


def test_nobody_is_mailed_where_nobody_is_named():
    TellAdmins().handle(record())
    assert mail.outbox == []
