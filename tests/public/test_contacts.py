"""Whom to write to: an address that is filled in and safe, and honest words where there is none."""

import re
from email import message_from_string
from urllib.parse import parse_qs, unquote, urlsplit

import lxml.html
import pytest

from recommendations.enums import ItemKind
from recommendations.public.contacts import Contacts
from tests.factories import CommitteeFactory, InitiativeFactory, OwnershipFactory, RecommendationFactory
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db
NOBODY = "Der er ikke registreret en postkasse eller et telefonnummer, du kan bruge."


def contacts_of(client, item):
    page = lxml.html.fromstring(client.get(item.get_absolute_url()).content.decode())
    return page.find_class("item-side")[0]


def mails_of(client, item):
    return contacts_of(client, item).xpath('.//a[starts-with(@href, "mailto:")]/@href')


def read(mailto):
    """(to, subject, body) as a mail program reads them: RFC 6068, where a plus is a plus."""
    parts = urlsplit(mailto)
    assert parts.scheme == "mailto"
    fields = parse_qs(parts.query.replace("+", "%2B"), strict_parsing=True)
    assert set(fields) == {"subject", "body"}
    return unquote(parts.path), fields["subject"][0], fields["body"][0]


@pytest.mark.parametrize(
    "title", ["Ældre & børn", "50 % + 1?", "Linje\nto", 'Sagt "sådan" <b>', "Æble/Øl#Å=;,", "To: nogen@eksempel.dk"]
)
def test_mail_carries_number_title_and_short_address_whatever_the_title_holds(title, citizen, sou):
    item = RecommendationFactory(publication__title="Ting & sager", number="3.4", title=title)
    OwnershipFactory(item=item, committee=sou)
    [mail] = mails_of(citizen, item)
    assert re.fullmatch(r"mailto:[\w@.-]+\?subject=[\w.~%-]+&body=[\w.~%-]+", mail, re.ASCII)
    to, subject, body = read(mail)
    assert to == "sou@eksempel.dk"
    assert subject.splitlines() == f"Spørgsmål om 3.4 {title}".splitlines()
    assert f"http://127.0.0.1:8000{item.get_short_url()}\r\n\r\nMit spørgsmål:\r\n" in body
    assert "Ting & sager" in body
    assert "\n" not in body.replace("\r\n", "")
    # Nothing in a title becomes a field of the mail.
    assert set(message_from_string(f"To: {to}\r\n\r\n{body}").keys()) == {"To"}


def test_each_owner_has_its_own_and_the_municipality_answers_for_those_that_have_none(citizen, municipality):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=CommitteeFactory(code="A", email="a@eksempel.dk", phone="33 66 33 66"))
    OwnershipFactory(item=item, role="co_owner", committee=CommitteeFactory(code="B", email=""))
    assert [read(mail)[0] for mail in mails_of(citizen, item)] == ["a@eksempel.dk"]
    municipality.email = "tinget@eksempel.dk"
    municipality.save()
    assert [read(mail)[0] for mail in mails_of(citizen, item)] == ["a@eksempel.dk", "tinget@eksempel.dk"]
    assert contacts_of(citizen, item).xpath('.//a[@href="tel:33663366"]/text()') == ["33 66 33 66"]


def test_municipality_is_not_named_where_every_owner_has_its_own(citizen, municipality, sou):
    municipality.email = "tinget@eksempel.dk"
    municipality.save()
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    assert [read(mail)[0] for mail in mails_of(citizen, item)] == ["sou@eksempel.dk"]


@pytest.mark.parametrize("owned", [True, False])
def test_that_there_is_nobody_is_said(owned, citizen, municipality):
    item = RecommendationFactory()
    if owned:
        OwnershipFactory(item=item, committee=CommitteeFactory(code="A", email=""))
    assert NOBODY in contacts_of(citizen, item).text_content()
    assert mails_of(citizen, item) == []
    municipality.phone = "+45 33 66 33 66"
    municipality.save()
    assert NOBODY not in contacts_of(citizen, item).text_content()
    assert contacts_of(citizen, item).xpath('.//a[@href="tel:+4533663366"]')


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (RecommendationFactory, "Spørg om denne anbefaling"),
        (InitiativeFactory, "Spørg om dette initiativ"),
        (lambda: RecommendationFactory(kind=ItemKind.GOAL), "Spørg om dette"),
    ],
)
def test_link_says_what_is_asked_about_and_of_whom_where_there_are_several(make, words, citizen, sou, sud):
    item = make()
    OwnershipFactory(item=item, committee=sou)
    assert contacts_of(citizen, item).xpath('.//a[starts-with(@href, "mailto:")]/text()') == [words]
    OwnershipFactory(item=item, committee=sud, role="co_owner")
    links = contacts_of(citizen, item).xpath('.//a[starts-with(@href, "mailto:")]')
    assert [link.text_content() for link in links] == [
        f"{words}: Sundheds- og Omsorgsudvalget",
        f"{words}: Socialudvalget",
    ]


def test_english_page_writes_the_mail_in_english_with_danish_titles(citizen, sou):
    item = RecommendationFactory(number="3.4", title="Bænke")
    OwnershipFactory(item=item, committee=sou)
    html = text_of(citizen, f"/en{item.get_absolute_url()}")
    assert "B%C3%A6nke" in html
    assert "mailto:sou@eksempel.dk" in html


def test_a_committee_is_asked_about_its_work(sou, municipality):
    [row] = Contacts.about_committee(sou, "http://127.0.0.1:8000/udvalg/SOU/").rows
    to, subject, body = read(row.mail)
    assert (to, subject) == ("sou@eksempel.dk", "Spørgsmål til Sundheds- og Omsorgsudvalget")
    assert "http://127.0.0.1:8000/udvalg/SOU/\r\n" in body
