"""»Jeg ved noget nyt«: from anybody, with a link, to a draft that nobody can publish before somebody has written it."""

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from recommendations.enums import EvidenceKind, UpdateKind, UpdateState
from recommendations.models import Event, StatusUpdate
from recommendations.public.guard import TRAP
from recommendations.public.suggestions import MOST_IN_AN_HOUR
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

FORM, SENT = "/nyt-at-fortaelle/", "/nyt-at-fortaelle/sendt/"
TYPED = {"text": "De har ansat to <b>teams</b>.", "url": "https://avis.eksempel/teams?a=1&b=2"}
SIDE = "/anbefalinger/ting/2.1/"


def send(client, **fields):
    signed = signing.Signer(salt="nyt").sign(str(int(timezone.now().timestamp()) - 60))
    headers, extra = fields.pop("headers", None), fields.pop("extra", {})
    return client.post(FORM, {**TYPED, "side": SIDE, "tid": signed, TRAP: "", **fields}, headers=headers, **extra)


def suggested():
    return StatusUpdate.objects.filter(events__act="news_suggested").order_by("pk")


@pytest.mark.parametrize(
    ("address", "way"),
    [
        (SIDE, f"{FORM}?side={SIDE}"),
        ("/initiativer/ting/7/", f"{FORM}?side=/initiativer/ting/7/"),
        ("/en/anbefalinger/ting/2.1/", f"/en{FORM}?side=/en/anbefalinger/ting/2.1/"),
    ],
)
def test_from_the_page_of_an_item_to_a_form_about_it(citizen, world, address, way):
    assert f'<a href="{way}" rel="nofollow">' in text_of(citizen, address)
    html = text_of(citizen, way)
    assert "Besøg af faste teams" in html or "Flere op i tid" in html
    assert 'rel="nofollow">Jeg ved noget nyt' not in text_of(citizen, "/anbefalinger/")


def test_it_becomes_a_draft_for_each_owner_without_an_author(citizen, world, sou, sud):
    response = send(citizen)
    assert (response.status_code, response.headers["Location"]) == (302, SENT)
    assert "Det er sendt" in text_of(citizen, SENT)
    drafts = list(suggested())
    assert {one.committee for one in drafts} == {sou, sud}
    for one in drafts:
        assert (one.kind, one.state, one.author, one.text) == (UpdateKind.NOTE, UpdateState.DRAFT, None, TYPED["text"])
        evidence = one.evidence.get()
        assert (evidence.kind, evidence.url) == (EvidenceKind.MENTIONED, TYPED["url"])
        assert evidence.title == "Link fra en borger"
    for event in Event.objects.filter(act="news_suggested"):
        assert event.by is None
        assert "teams" not in str(event.details)


def test_the_public_sees_nothing_of_it(citizen, world):
    send(citizen, text="HEMMELIG KLADDE to", url="https://avis.eksempel/hemmeligt")
    for address in (SIDE, "/nyt/", "/nyt/feed/", f"{SIDE}feed/"):
        html = citizen.get(address).content.decode()
        assert "HEMMELIG" not in html
        assert "hemmeligt" not in html


@pytest.mark.parametrize(
    "side", ["", "/om/", "/anbefalinger/", "/anbefalinger/ting/9.9/", "https://ondt.eksempel/", "x"]
)
def test_about_nothing_it_says_where_to_go(citizen, world, side):
    for response in (citizen.get(FORM, {"side": side}), send(citizen, side=side)):
        assert response.status_code == 404
        assert "Find anbefalingen eller initiativet" in response.content.decode()
    assert not suggested().exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "Skriv, hvad du ved."),
        ({"text": "x" * 2001}, "Den må højst fylde 2000."),
        ({"url": ""}, "Uden et link kan ingen se efter"),
        ({"url": "ftp://eksempel.dk/x"}, "https:// eller http://"),
        ({"url": "javascript:alert(1)"}, "Linket kan ikke læses."),
        ({"url": "ikke et link"}, "Linket kan ikke læses."),
        ({"url": "https://eksempel.dk/" + "x" * 500}, "Linket er for langt."),
        ({TRAP: "x"}, "en robot"),
        ({"tid": "x"}, "hvornår formularen blev åbnet"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(citizen, world, fields, sentence):
    response = send(citizen, **fields)
    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert "ansat to &lt;b&gt;teams" in html or "text" in fields
    assert not suggested().exists()


def test_needs_no_cookie_and_sets_none(world):
    client = Client(enforce_csrf_checks=True)
    for response in (client.get(f"{FORM}?side={SIDE}"), send(client), client.get(SENT), send(client, text="")):
        assert response.status_code in (200, 302, 422)
        assert not response.cookies


def test_a_connection_sends_so_much_in_an_hour(citizen, world):
    for number in range(MOST_IN_AN_HOUR):
        assert send(citizen, text=f"Nyt nr. {number}").status_code == 302
    response = send(citizen)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3600")
    assert send(citizen, headers={"Origin": "https://ondt.eksempel"}).status_code == 422
    assert send(citizen, extra={"REMOTE_ADDR": "192.0.2.7"}).status_code == 302
