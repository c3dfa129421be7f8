"""Addresses by the names of their routes: those that Django's `reverse` gives."""

import pytest
from django.urls import reverse
from django.utils import translation

from recommendations.addresses import address

ROUTES = [
    ("overview",),
    ("recommendation", "ting-24", "2.3.1"),
    ("initiative", "ting-24", "§ 4#b, æ%1"),
    ("short_recommendation", "k24", "2-1"),
    ("publication", "ting-24"),
    ("committee", "ØU-2026"),
    ("meeting", "SOU", "2026-11-02"),
    ("recommendations_feed",),
]


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("named", ROUTES, ids=lambda named: named[0])
def test_as_django_finds_them(named, language):
    route, *parts = named
    with translation.override(language):
        found = [address(route, *parts) for _once_and_again in range(2)]
        assert found == [reverse(route, args=parts)] * 2
