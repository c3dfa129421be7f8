"""What an address says is followed, in words and in one way only."""

import pytest
from django.utils import translation

from recommendations.enums import FollowedTopic
from recommendations.following import NotFollowed, due, owed, page_at
from recommendations.selection import Selection
from tests.factories import (
    TODAY,
    CommitteeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(sou):
    item = RecommendationFactory(
        publication=PublicationFactory(slug="ting", title="Tinget"), number="3.2", title="Teams"
    )
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.mark.parametrize(
    ("typed", "address", "title"),
    [
        ("/anbefalinger/", "/anbefalinger/", "Anbefalinger"),
        ("/en/initiativer/", "/initiativer/", "Initiativer"),
        ("/nyt/", "/nyt/", "Alt nyt"),
        ("/nyt/?udvalg=sou&q=", "/nyt/?udvalg=SOU", "Nyt: Udvalg Sundheds- og Omsorgsudvalget"),
        (" http://127.0.0.1:8000/udvalg/Sou/#top", "/nyt/?udvalg=SOU", "Nyt: Udvalg Sundheds- og Omsorgsudvalget"),
        ("/kilder/TING/?pr=2026-01-01", "/nyt/?kilde=ting", "Nyt: Kilde Tinget"),
        ("/anbefalinger/?sorter=stemmer&pr=2026-01-01&siden=2025-01-01&page=3", "/anbefalinger/", "Anbefalinger"),
        (
            "/anbefalinger/?status=planned&status=ingen&q=to+ord",
            "/anbefalinger/?q=to+ord&status=planned&status=ingen",
            "Anbefalinger: Tekst to ord, Status Planlagt, Ingen status registreret",
        ),
        ("/anbefalinger/TING/3.2/?pr=2026-01-01", "/anbefalinger/ting/3.2/", "Anbefaling: 3.2 Teams, Kilde Tinget"),
        ("/moeder/sou/", "/moeder/SOU/", "Møder: Sundheds- og Omsorgsudvalget"),
    ],
)
def test_an_address_is_one_page_in_words(item, typed, address, title):
    page = page_at(typed)
    assert (page.danish_address, page.title) == (address, title)
    assert page_at(address) == page
    with translation.override("en"):
        assert page.address == f"/en{address}"
        assert page.danish_address == address


def test_a_code_may_have_letters_that_a_link_writes_in_another_way(item):
    committee = CommitteeFactory(code="UÆ", name="Udvalget for ældre")
    page = page_at("/moeder/uæ/")
    assert page.committee == committee
    assert page.danish_address == "/moeder/U%C3%86/"
    assert page_at(page.danish_address) == page


def test_of_meetings_there_are_two_things_to_follow(item):
    assert page_at("/moeder/SOU/").topics == (FollowedTopic.COMING, FollowedTopic.DECIDED)
    assert page_at("/anbefalinger/").topics == (FollowedTopic.NEWS,)
    assert page_at("/anbefalinger/?udvalg=SOU").selection == Selection(committee="SOU")


@pytest.mark.parametrize(
    "typed",
    ["", "x", "/", "/om/", "/udvalg/", "/moeder/", "/moeder/SOU/2026-01-01/", "/kilder/x/", "/admin/", "/nyt/feed/"],
)
def test_all_else_is_refused_in_words(item, typed):
    with pytest.raises(NotFollowed, match=r"\w+ \w+ .*\."):
        page_at(typed)


def test_a_choice_too_long_to_be_kept_is_refused(item):
    with pytest.raises(NotFollowed, match="valgt for meget"):
        page_at("/anbefalinger/?q=" + "%C3%A6" * 200)


def test_nobody_is_due_who_has_not_said_yes(item):
    SubscriptionFactory(rhythm="at_once")
    assert due(TODAY, 10) == []
    assert owed([], TODAY, 10).asked == []
