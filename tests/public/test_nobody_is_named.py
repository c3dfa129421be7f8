"""Nothing about a reader or an employee reaches a public page, feed, file or log; and who is forgotten is nowhere.

Every page that can be come to is opened, and every file that it offers is unpacked.
"""

import gzip
import io
import logging
import pickle
import re
import zipfile
from datetime import date
from html import unescape
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pypdf
import pytest
from django.apps import apps
from django.core import signing
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled

from recommendations import actions, links
from recommendations.enums import EvidenceKind, Role, Status
from recommendations.models import OutgoingMessage, Subscriber, Subscription
from recommendations.notifications.writing import write
from recommendations.public.guard import TRAP
from tests.factories import CommitteeMembershipFactory, UserFactory
from tests.public.conftest import FRESH, PAGES

pytestmark = pytest.mark.django_db

READER = "ulla.usynlig@eksempel.dk"
SECRETS = ["ulla.usynlig", "usynlig", "zacharias", "hemmeligsen", "zhemm", "yrsa", "skjultsen", "yskj", "vidne.fejl"]
MOST_PAGES = 700


def employee(sou, first, last, username, role):
    email = f"{first}.{last}@kommune.eksempel".lower()
    person = UserFactory(username=username, first_name=first, last_name=last, email=email)
    return CommitteeMembershipFactory(user=person, committee=sou, role=role).user


def send(client, address, **fields):
    salt = {"/foelg/": "foelg", "/fejl/": "fejl", "/nyt-at-fortaelle/": "nyt"}[address]
    signed = signing.Signer(salt=salt).sign(str(int(timezone.now().timestamp()) - 60))
    response = client.post(address, fields | {"tid": signed, TRAP: ""})
    assert response.status_code == 302, response.content.decode()


@pytest.fixture
def acted(world, sou):
    """People who have done all there is to do in public, and a reader who follows it and was told."""
    writer = employee(sou, "Zacharias", "Hemmeligsen", "zhemm", Role.EDITOR)
    approver = employee(sou, "Yrsa", "Skjultsen", "yskj", Role.APPROVER)
    secretary = employee(sou, "Yrsa", "Skjultsen", "yskj2", Role.SECRETARY)
    citizen = Client()
    send(citizen, "/foelg/", side="/anbefalinger/?udvalg=SOU", email=READER, rhythm="at_once", topic="news")
    reader, one = Subscriber.objects.get(), Subscription.objects.get()
    token = links.reader_token(reader, links.about_keys([one.pk]))
    citizen.post(f"/foelg/bekraeft/{token}/", {"ja": one.pk})
    send(citizen, "/fejl/", text="Der står forkert.", where="", email="vidne.fejl@eksempel.dk")
    send(citizen, "/nyt-at-fortaelle/", side="/anbefalinger/ting/2.1/", text="To teams.", url="https://avis.eksempel/")
    proof = actions.EvidenceContent(title="Referat", url="https://eksempel.dk/r", kind=EvidenceKind.OPERATING)
    draft = actions.UpdateDraft(status=Status.IMPLEMENTED, text="Det er gjort.", evidence=[proof])
    update = actions.save_draft(by=writer, item=world.bare, committee=sou, draft=draft)
    actions.submit_update(by=writer, update=update)
    actions.publish_update(by=approver, update=update)
    actions.confirm_unchanged(by=writer, item=world.bare, committee=sou)
    actions.set_deadline(by=approver, item=world.bare, committee=sou, due_on=date(2027, 5, 1), reason="Fordi.")
    actions.record_answer(
        by=approver, item=world.bare, committee=sou, meeting_date=date(2026, 9, 17), outcome="adopted", text="Ja."
    )
    planned = [actions.MeetingContent(on=date(2027, 4, 8))]
    (meeting,) = actions.plan_meetings(by=secretary, committee=sou, meetings=planned)
    actions.send_papers(by=secretary, meeting=meeting, agenda_url="https://eksempel.dk/dagsorden")
    assert actions.tell_followers(timezone.now()) == 1
    return SimpleNamespace(reader=reader, one=one, writer=writer)


def pages_on(response):
    """What a page leads to here, but for the rooms of staff; of lists only what is narrowed once."""
    if "html" not in response.headers.get("Content-Type", "") and "xml" not in response.headers.get("Content-Type", ""):
        return set()
    text = unescape(response.content.decode())
    found = re.findall(r'(?:href|src|<loc)="?>?(?:http://127\.0\.0\.1:8000|http://testserver)?(/[^"<>#\s]*)', text)
    local = {address for address in found if not address.startswith(("//", "/admin", "/konto", "/static"))}
    return {one for one in local if "format=" in one or one.count("&") == 0}


def readable(response):
    """All that an answer says, what is packed in it too."""
    whole = b"".join(response.streaming_content) if response.streaming else response.content
    parts = [whole.decode("utf-8", "replace"), str(response.headers)]
    if whole.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(whole)) as packed:
            parts += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
    if whole.startswith(b"%PDF"):
        document = pypdf.PdfReader(io.BytesIO(whole))
        parts += [str(document.metadata), *(page.extract_text() for page in document.pages)]
    return unquote(unescape("\n".join(parts))).casefold()


def test_no_page_no_feed_and_no_file_names_a_reader_or_an_employee(citizen, acted, caplog):
    caplog.set_level(logging.DEBUG)
    start = [
        "/sitemap.xml",
        "/nyt/feed/",
        "/robots.txt",
        "/.well-known/security.txt",
        "/fjernet/",
        "/rapporter/0123-4567/bevis/",
    ]
    start += [*PAGES.values(), *FRESH.values()]
    waiting = [*start, *(f"/en{page}" for page in PAGES.values())]
    seen, told = set(waiting), []
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        response = citizen.get(address)
        said = readable(response)
        told += [(address, secret) for secret in SECRETS if secret in said]
        new = (pages_on(response) if not response.streaming else set()) - seen
        waiting += sorted(new)
        seen |= new
    assert told == []
    kinds = {
        dict(part.split("=") for part in urlsplit(one).query.split("&")).get("format")
        for one in seen
        if "format=" in one
    }
    assert {"docx", "xlsx", "pdf", "csv", "json"} <= kinds
    assert [one for one in seen if one.endswith(("feed/", ".ics"))]
    assert not [secret for secret in SECRETS if secret in caplog.text.casefold()]


def test_the_mail_names_nobody(acted):
    (message,) = OutgoingMessage.objects.filter(kind="followed_news")
    mail = write(message)
    whole = " ".join([mail.subject, mail.text, mail.html, *mail.headers.values()]).casefold()
    assert [secret for secret in SECRETS if secret in whole] == []


def rows_that_say(word):
    """Every column of every table that holds the word, sessions and Django's own log among them."""
    found = []
    with scopes_disabled():
        for model in apps.get_models(include_auto_created=True):
            if model._meta.proxy:
                continue
            for row in model._base_manager.order_by("pk").values():
                found += [(model.__name__, name) for name, value in row.items() if word in str(value).casefold()]
    return found


def kept_that_say(word):
    """The same of the caches: keys, and what lies there, unpacked."""
    found = []
    for name in ("default", "pages"):
        for key, kept in getattr(caches[name], "_cache", {}).items():
            said = str(pickle.loads(kept)).casefold()
            packed = re.findall(rb"\x1f\x8b.*", kept, re.S)
            for one in packed:
                try:
                    said += gzip.decompress(one[: one.rfind(b".")]).decode("utf-8", "replace").casefold()
                except (OSError, EOFError):
                    continue
            if word in said or word in key.casefold():
                found.append(key)
    return found


def test_an_address_stands_in_one_column_and_after_that_it_is_nowhere(citizen, keeping, acted, caplog):
    caplog.set_level(logging.DEBUG)
    word = READER.split("@")[0]
    assert rows_that_say(word) == [("Subscriber", "email")]
    held = f"/foelg/mine/{links.reader_token(acted.reader)}/"
    for address in (held, "/anbefalinger/", "/om/", "/foelg/sendt/", "/foelg/?side=/nyt/"):
        assert citizen.get(address).status_code == 200
    send(citizen, "/foelg/", side="/nyt/", email=READER, rhythm="weekly", topic="news")
    assert citizen.post("/foelg/", {"email": READER, "side": "/nyt/"}).status_code == 422
    assert kept_that_say(word) == []
    assert caches["pages"]._cache
    response = citizen.post(held, {"glem": "1"})
    assert word not in response.content.decode()
    assert rows_that_say(word) == []
    assert kept_that_say(word) == []
    assert word not in caplog.text.casefold()


def test_the_searches_find_what_they_look_for(acted):
    caches["default"].set("nøgle", {"til": "Ulla.Usynlig"})
    assert kept_that_say("ulla.usynlig") == [":1:nøgle"]
    assert ("User", "last_name") in rows_that_say("hemmeligsen")
    assert ("Event", "by_id") not in rows_that_say("hemmeligsen")


def test_an_error_with_an_address_in_the_form_is_written_without_it(acted, settings, monkeypatch, caplog):
    """What goes wrong within the view is in the log; what was typed is not."""

    def fail(**_typed):
        raise RuntimeError("Databasen er væk.")

    monkeypatch.setattr("recommendations.public.following.follow", fail)
    client = Client(raise_request_exception=False)
    signed = signing.Signer(salt="foelg").sign(str(int(timezone.now().timestamp()) - 60))
    typed = {"side": "/nyt/", "email": "helt.anden@eksempel.dk", "rhythm": "weekly", "topic": "news", "tid": signed}
    response = client.post("/foelg/", typed)
    assert response.status_code == 500
    assert "Databasen er væk." in caplog.text
    assert "helt.anden" not in caplog.text + response.content.decode()
