"""That a meeting took up a whole source is news of the source: on Nyt and in the feeds, until it is taken back."""

from datetime import date

import feedparser
import pytest
from django.urls import reverse

from recommendations.actions import correct_treatment, record_treatment
from tests.factories import OwnershipFactory, PublicationFactory, RecommendationFactory, published
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db

WHAT = "Behandlet; beslutningen er ikke læst ind"
MEETING = date(2026, 9, 17)


@pytest.fixture
def source():
    return PublicationFactory(title="Ungetinget 2026", slug="ungetinget-2026")


@pytest.fixture
def treated(bo, source, sou):
    url = "https://eksempel.dk/dagsorden/11"
    return record_treatment(
        by=bo, publication=source, committee=sou, meeting_date=MEETING, agenda_url=url, proposed="At bruge dem <nu>."
    )


def entries(client, query=""):
    return feedparser.parse(client.get(f"/nyt/feed/{query}").content).entries


def test_is_told_on_the_page_of_news_with_its_source(citizen, source, treated):
    page = text_of(citizen, "/nyt/")
    assert 'href="/kilder/ungetinget-2026/"' in page
    assert WHAT in page
    assert "At bruge dem &lt;nu&gt;." in page
    assert "Sundheds- og Omsorgsudvalget" in page


@pytest.mark.parametrize("query", ["", "?kilde=ungetinget-2026", "?udvalg=SOU", "?forvaltning=SUF"])
def test_is_told_to_those_who_follow_all_the_source_or_the_committee(citizen, treated, query):
    (entry,) = entries(citizen, query)
    assert entry.title == f"Ungetinget 2026: {WHAT}"
    assert entry.link.endswith("/kilder/ungetinget-2026/")
    assert "pr. 17. september 2026" in entry.summary
    assert "At bruge dem &lt;nu&gt;." in entry.summary


@pytest.mark.parametrize(
    "query", ["?kilde=en-anden", "?udvalg=SUD", "?status=in_progress", "?pr=2026-09-16", "?q=bruge"]
)
def test_is_not_told_to_those_who_follow_something_else(citizen, sud, treated, query):
    PublicationFactory(slug="en-anden")
    assert not entries(citizen, query)


def test_leads_to_the_meeting(citizen, treated):
    assert f'href="{reverse("meeting", args=["SOU", MEETING])}"' in text_of(citizen, "/nyt/")


def test_stands_beside_the_news_of_items_in_the_order_in_which_they_came(citizen, source, sou, treated):
    item = RecommendationFactory(publication=source, number="1", title="Et")
    OwnershipFactory(item=item, committee=sou)
    published(item)
    assert [entry.title for entry in entries(citizen)] == ["1 Et: I gang", f"Ungetinget 2026: {WHAT}"]
    assert [entry.title for entry in feedparser.parse(citizen.get("/anbefalinger/feed/").content).entries] == [
        "1 Et: I gang"
    ]


def test_what_was_wrong_is_marked_for_those_who_were_told_and_gone_from_the_page(citizen, bo, treated):
    correct_treatment(by=bo, treatment=treated, reason="Der var intet møde.", meeting_date=MEETING, takes_back=True)
    assert WHAT not in text_of(citizen, "/nyt/")
    (entry,) = entries(citizen)
    assert entry.title == f"Rettet: Ungetinget 2026: {WHAT}"
    assert "Der var intet møde." in entry.summary


def test_of_a_draft_nothing_is_told(citizen, chief, sou):
    hidden = PublicationFactory(title="Kladde", public_at=None)
    url = "https://eksempel.dk/dagsorden/1"
    record_treatment(by=chief, publication=hidden, committee=sou, meeting_date=MEETING, agenda_url=url)
    assert not entries(citizen)
