"""The rows that somebody is asked about in a mail, and how its links are followed without a login."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from recommendations.enums import Status
from recommendations.links import staff_token
from tests.factories import OwnershipFactory, PublicationFactory, RecommendationFactory, published

NO_STATUS = "3.4"  # the row of SOU's that has none


@pytest.fixture
def world(anna, bo, carla, dina, chief, sou, sud):
    """Three rows of SOU that anna keeps up, one of them without a status, and one of SUD's that carla does."""
    source = PublicationFactory(title="Tinget", slug="tinget")
    rows = {number: RecommendationFactory(publication=source, number=number) for number in ("3.2", "3.3", NO_STATUS)}
    for item in rows.values():
        OwnershipFactory(item=item, committee=sou)
    for number in ("3.2", "3.3"):
        published(rows[number], Status.IN_PROGRESS, committee=sou, author=anna, text=f"Begyndt: {number}.")
    theirs = RecommendationFactory(publication=source, number="5.1")
    OwnershipFactory(item=theirs, committee=sud)
    published(theirs, Status.IN_PROGRESS, committee=sud, author=carla)
    return SimpleNamespace(source=source, rows=rows, item=rows["3.2"], other=rows["3.3"], theirs=theirs)


def work_of(person, item=None, committee=None, **asked):
    """The address in a mail."""
    return reverse("mail_work", args=[staff_token(person, item, committee)], query=asked)


def mail_of(person):
    return reverse("mail_preferences", args=[staff_token(person)])


def key_of(html):
    return re.search(r'name="noegle" value="([^"]+)"', html).group(1)


def hidden(html):
    """The hidden fields of a page's forms: name -> value."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))


def row_key(item, committee):
    return f"{item.pk}-{committee.pk}"


def send(client, address, step="", **typed):
    """Open the page and press a button on it: the last answer."""
    html = client.get(address).content.decode()
    return client.post(address, hidden(html) | ({"trin": step} if step else {}) | typed, follow=True)
