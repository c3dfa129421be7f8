"""Administrators see how many follow which page, and never who."""

import pytest
from django.utils import timezone

from tests.factories import SubscriberFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


def followers(count, address, **fields):
    for _number in range(count):
        SubscriptionFactory(address=address, **{"confirmed_at": timezone.now()} | fields)


def test_counts_are_told_and_few_are_told_as_few(as_user, chief, anna):
    followers(7, "/anbefalinger/")
    followers(4, "/a/")
    followers(1, "/b/")
    followers(9, "/nyt/", confirmed_at=None)
    html = as_user(chief).get("/admin/tabeller/").content.decode()
    assert html.index("/anbefalinger/") < html.index("/a/") < html.index("/b/")
    assert "<td>7</td>" in html
    assert html.count("færre end 5") == 2
    assert "<td>4</td>" not in html
    assert '<a href="/nyt/">' not in html
    assert as_user(anna).get("/admin/tabeller/").status_code == 403


def test_no_address_is_shown_anywhere_in_the_admin(as_user, chief):
    reader = SubscriberFactory(email="ulla.usynlig@eksempel.dk")
    one = SubscriptionFactory(subscriber=reader, confirmed_at=timezone.now())
    client = as_user(chief)
    assert "usynlig" not in client.get("/admin/tabeller/").content.decode()
    for name, row in (("subscriber", reader), ("subscription", one)):
        for address in (f"/admin/recommendations/{name}/", f"/admin/recommendations/{name}/{row.pk}/change/"):
            assert client.get(address).status_code == 404


def test_what_is_to_be_taken_away_is_not_looked_for_among_readers(as_user, chief):
    """The page that takes words away shows where they stand: it would tell who follows."""
    SubscriberFactory(email="ulla.usynlig@eksempel.dk")
    response = as_user(chief).get("/admin/fjern/", {"ord": "ulla.usynlig"})
    assert response.status_code == 200
    assert "ulla.usynlig@eksempel.dk" not in response.content.decode()
