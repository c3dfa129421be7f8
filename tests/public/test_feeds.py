"""Atom feeds, read back as a feed reader does."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from xml.etree import ElementTree

import pytest

from recommendations.enums import Status, UpdateKind
from tests.factories import InitiativeFactory, OwnershipFactory, PublicationFactory, RecommendationFactory, published
from tests.public.test_news import NASTY

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = {
    "news": "/nyt/feed/",
    "committee": "/nyt/feed/?udvalg=SOU",
    "recommendations": "/anbefalinger/feed/",
    "recommendations, filtered": "/anbefalinger/feed/?kilde=ting&status=in_progress&svar=noted&stemmer_min=50",
    "initiatives": "/initiativer/feed/",
    "recommendation": "/anbefalinger/ting/2.1/feed/",
    "heading": "/anbefalinger/ting/2/feed/",
    "initiative": "/initiativer/ting/7/feed/",
    "nothing": "/anbefalinger/ting/2.2/feed/",
}
# The updates; for lists the form's sources and committees too, and the addressees of initiatives.
QUERIES = {"/nyt/feed/": 3, "/anbefalinger/feed/": 3, "/initiativer/feed/": 4, "/initiativer/ting/7/feed/": 2}


@pytest.fixture(params=FEEDS.values(), ids=FEEDS.keys())
def address(request):
    return request.param


def parsed(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def entries(client, address):
    return parsed(client, address).findall(f"{ATOM}entry")


def value(element, name):
    """The text of the one child with that name."""
    (child,) = element.findall(ATOM + name)
    return child.text


def time_of(element):
    return datetime.fromisoformat(value(element, "updated"))


def test_feed_is_valid_atom(address, citizen, world):
    response = citizen.get(address)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    assert feed.tag == f"{ATOM}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "da"
    assert value(feed, "title").endswith("– Anbefalingstracker")
    UUID(value(feed, "id").removeprefix("urn:uuid:"))
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert set(links) == {"self", "alternate"}
    assert all(link.startswith("http://127.0.0.1:8000/") for link in links.values())
    assert citizen.get(links["alternate"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert value(feed.find(f"{ATOM}author"), "name") == "Anbefalingstracker"
    found = feed.findall(f"{ATOM}entry")
    assert time_of(feed).tzinfo
    if found:
        assert time_of(feed) == max(map(time_of, found))
    for entry in found:
        assert value(entry, "title")
        assert time_of(entry) == datetime.fromisoformat(value(entry, "published"))
        assert value(entry.find(f"{ATOM}author"), "name") == "Sundheds- og Omsorgsforvaltningen"
        assert entry.find(f"{ATOM}summary").get("type") == "html"
        (link,) = entry.findall(f"{ATOM}link")
        page, _, anchor = link.get("href").removeprefix("http://127.0.0.1:8000").partition("#")
        assert f'id="{anchor}"' in citizen.get(page).content.decode()
    ids = [value(entry, "id") for entry in found]
    assert len(set(ids)) == len(ids)


def test_feed_is_the_same_twice(address, citizen, world):
    first = citizen.get(address)
    again = citizen.get(address)
    assert again.content == first.content
    assert citizen.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_feed_leaves_no_trace(address, citizen, world):
    response = citizen.get(address)
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


def test_feed_holds_news_only(citizen, world):
    found = [value(entry, "id") for entry in entries(citizen, "/nyt/feed/")]
    news = [*world.full.updates.published().news(), *world.initiative.updates.published().news()]
    assert set(found) == {update.key.urn for update in news}
    assert len(found) == 3  # neither the correction, nor the confirmation, nor the drafts
    whole = citizen.get("/nyt/feed/").content.decode()
    assert "HEMMELIG" not in whole
    assert "Nej, to." not in whole


def test_nobody_is_named(address, citizen, world):
    text = citizen.get(address).content.decode()
    assert "anna" not in text
    assert ">bo<" not in text


def test_list_and_its_feed_are_about_the_same(citizen, sou, sud):
    ting = PublicationFactory(slug="ting")
    mine, other = RecommendationFactory(publication=ting, title="Vores"), RecommendationFactory(publication=ting)
    OwnershipFactory(item=mine, committee=sou)
    OwnershipFactory(item=other, committee=sud)
    initiative = InitiativeFactory(publication=ting, title="Tiltaget")
    OwnershipFactory(item=initiative, committee=sou)
    for item in (mine, other, initiative):
        published(item)
    titles = {
        room: {value(entry, "title") for entry in entries(citizen, f"/{room}/feed/?udvalg=SOU")}
        for room in ("anbefalinger", "initiativer", "nyt")
    }
    first, second = f"{mine.number} Vores: I gang", f"{initiative.number} Tiltaget: I gang"
    assert titles["anbefalinger"] == {first}
    assert titles["initiativer"] == {second}
    assert titles["nyt"] == {first, second}


def test_feed_of_a_heading_holds_what_is_below_it(citizen, world):
    assert len(entries(citizen, "/anbefalinger/ting/2/feed/")) == 2
    assert len(entries(citizen, "/anbefalinger/ting/2.2/feed/")) == 0


def test_source_without_a_committee_stands_by_its_publisher(citizen):
    item = RecommendationFactory(publication__publisher="Kommunernes Landsforening")
    published(item, committee_id=None)
    (entry,) = entries(citizen, "/nyt/feed/")
    assert value(entry.find(f"{ATOM}author"), "name") == "Kommunernes Landsforening"


def test_only_the_newest_fifty(citizen, django_assert_num_queries):
    ting = PublicationFactory(slug="ting")
    start = datetime(2026, 9, 1, tzinfo=UTC)
    for number in range(52):
        item = RecommendationFactory(publication=ting)
        published(item, on=date(2026, 8, 1), published_at=start + timedelta(hours=number), text=f"Nr. {number}.")
    with django_assert_num_queries(QUERIES["/nyt/feed/"]):
        found = entries(citizen, "/nyt/feed/")
    assert len(found) == 50
    assert "Nr. 51." in value(found[0], "summary")
    assert "Nr. 2." in value(found[-1], "summary")


@pytest.mark.parametrize("address", QUERIES)
def test_takes_the_same_queries_however_many(address, citizen, world, django_assert_num_queries):
    with django_assert_num_queries(QUERIES[address]):
        citizen.get(address)
    for item in (world.bare, world.initiative, InitiativeFactory(publication=world.ting)):
        published(item)
    with django_assert_num_queries(QUERIES[address]):
        citizen.get(address)


def test_last_modified_only_where_nothing_but_news_changes_the_list(citizen, world):
    for address in ("/nyt/feed/", "/anbefalinger/ting/2.1/feed/"):
        response = citizen.get(address)
        since = response.headers["Last-Modified"]
        assert citizen.get(address, headers={"If-Modified-Since": since}).status_code == 304
    assert "Last-Modified" not in citizen.get("/nyt/feed/?udvalg=SOU").headers
    assert "Last-Modified" not in citizen.get("/anbefalinger/ting/2.2/feed/").headers


def test_news_makes_a_new_feed(citizen, world):
    first = citizen.get("/nyt/feed/")
    published(world.bare, Status.PLANNED)
    answer = citizen.get("/nyt/feed/", headers={"If-None-Match": first.headers["ETag"]})
    assert answer.status_code == 200
    assert len(ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")) == 4


def test_confirmation_and_correction_change_nothing(citizen, world):
    first = citizen.get("/nyt/feed/")
    published(world.full, kind=UpdateKind.CONFIRMATION)
    published(world.full, kind=UpdateKind.CORRECTION, corrects=world.update)
    assert citizen.get("/nyt/feed/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("room", ["nyt", "anbefalinger", "initiativer"])
@pytest.mark.parametrize("file", ["feed/", "kalender.ics"])
def test_what_cannot_be_read_is_refused_with_a_sentence(room, file, citizen, world):
    for query, sentence in (
        ("kilde=xyz", "Kilden «xyz» findes ikke."),
        ("pr=31.02.2026", "Datoen 31.02.2026 findes ikke."),
    ):
        response = citizen.get(f"/{room}/{file}?{query}")
        assert response.status_code == 400
        assert sentence in response.content.decode()


def test_nasty_texts_come_through_whole(citizen):
    item = RecommendationFactory(number="1", title="<b>&amp;</b> ]]> \N{FAMILY}\x0c")
    published(item, text=NASTY)
    (entry,) = entries(citizen, "/anbefalinger/feed/")
    assert value(entry, "title") == "1 <b>&amp;</b> ]]> \N{FAMILY}: I gang"
    summary = value(entry, "summary")  # itself HTML, so escaped once more
    assert "Fem &amp; &lt;b&gt;to&lt;/b&gt;; &quot;ja&quot;, \\ \N{FAMILY}" in summary
    assert len(summary) < 2500
    assert "<b>" not in summary
    assert parsed(citizen, "/nyt/feed/?q=%0B%3Cb%3E%26") is not None


def test_pages_name_their_feeds(citizen, world):
    for page, feed in {
        "/": "/nyt/feed/",
        "/nyt/?udvalg=SOU&pr=2026-06-01": "/nyt/feed/?udvalg=SOU",
        "/anbefalinger/?svar=noted&sorter=aendret": "/anbefalinger/feed/?svar=noted",
        "/initiativer/": "/initiativer/feed/",
        "/anbefalinger/ting/2.1/": "/anbefalinger/ting/2.1/feed/",
        "/initiativer/ting/7/": "/initiativer/ting/7/feed/",
        "/udvalg/SOU/": "/nyt/feed/?udvalg=SOU",
        "/kilder/ting/": "/nyt/feed/?kilde=ting",
    }.items():
        html = citizen.get(page).content.decode()
        assert f'<link rel="alternate" type="application/atom+xml" href="{feed}"' in html, page
        assert f'<a href="{feed}"' in html, page
        assert citizen.get(feed).status_code == 200
