"""Atom feeds, read back as a feed reader does."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from xml.etree import ElementTree

import feedparser
import pytest
from django.utils import timezone
from django.utils.http import http_date

from recommendations import tenancy
from recommendations.actions import hand_over, record_answer, set_done_when
from recommendations.actions.wordings import ItemWords
from recommendations.enums import ItemKind, Status, UpdateKind
from recommendations.public import feeds
from tests.factories import (
    InitiativeFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    answered,
    deadline,
    published,
    reword,
)
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
# The municipality; for lists the form's committees, sources and addressees, for an item the item; which news, and their
# rows; whether some of it was corrected, and by what.
QUERIES = {"/nyt/feed/": 8, "/anbefalinger/feed/": 8, "/initiativer/feed/": 7, "/initiativer/ting/7/feed/": 5}


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
    assert value(feed, "title").endswith(" – Københavns Kommune")
    UUID(value(feed, "id").removeprefix("urn:uuid:"))
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert set(links) == {"self", "alternate"}
    assert links["self"] == f"http://127.0.0.1:8000{address}"
    assert all(link.startswith("http://127.0.0.1:8000/") for link in links.values())
    assert citizen.get(links["alternate"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert value(feed.find(f"{ATOM}author"), "name") == "Københavns Kommune"
    found = feed.findall(f"{ATOM}entry")
    assert time_of(feed).tzinfo
    if found:
        assert time_of(feed) == max(map(time_of, found))
    for entry in found:
        assert value(entry, "title")
        is_corrected = value(entry, "title").startswith("Rettet: ")
        assert (time_of(entry) > datetime.fromisoformat(value(entry, "published"))) is is_corrected
        assert value(entry.find(f"{ATOM}author"), "name") == "Sundheds- og Omsorgsforvaltningen"
        assert entry.find(f"{ATOM}summary").get("type") == "html"
        links = {link.get("rel", "alternate"): link for link in entry.findall(f"{ATOM}link")}
        link = links["alternate"]
        if related := links.get("related"):
            assert re.fullmatch(r"http://127.0.0.1:8000/moeder/[^/]+/[0-9-]+/", related.get("href"))
        page, mark, anchor = link.get("href").removeprefix("http://127.0.0.1:8000").partition("#")
        html = citizen.get(page).content.decode()
        assert f'id="{anchor}"' in html if mark else "<h1" in html
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
    told = [*world.full.updates.published().news(), *world.initiative.updates.published().news()]
    told += world.full.answers.order_by("pk")
    assert {update.key.urn for update in told} < set(found)
    assert len(found) == len(told) + 2  # two deadlines; neither the correction, nor the confirmation, nor the drafts
    assert "HEMMELIG" not in citizen.get("/nyt/feed/").content.decode()


def test_feed_tells_of_answers_deadlines_criteria_hand_overs_and_new_words(citizen, sou, buu, chief):
    heading = RecommendationFactory(publication__slug="ting", number="2", title="Hænder", kind=ItemKind.HEADING)
    item = RecommendationFactory(publication=heading.publication, number="2.1", title="Faste teams", parent=heading)
    OwnershipFactory(item=item, committee=buu)
    answered(item, buu, "outside_remit", text="Ikke os.")
    deadline(item, date(2026, 6, 30))
    deadline(item, date(2026, 12, 31), set_on=date(2026, 5, 1), reason="Flere vil med.")
    hand_over(by=chief, predecessor=buu, successor=sou, on=date(2026, 11, 1))
    set_done_when(by=chief, item=item, committee=sou, text="Alle bydele er med.")
    reword(by=chief, item=item, words=ItemWords("Faste hold"), valid_from=date(2026, 11, 1), reason="Kilden er ny.")
    expected = [
        ("2.1 Faste hold: Ny ordlyd", "Ny ordlyd: fra Faste teams til Faste hold pr. 1. november 2026."),
        ("2.1 Faste hold: Kriterium sat", "Alle bydele er med."),
        (
            "2.1 Faste hold: Overdraget",
            "Overdraget: fra Børne- og Ungdomsudvalget til Sundheds- og Omsorgsudvalget pr.",
        ),
        ("2.1 Faste hold: Frist flyttet", "Frist flyttet: fra 30. juni 2026 til 31. december 2026 pr. 1. maj 2026."),
        ("2.1 Faste hold: Frist sat", "Frist sat: 30. juni 2026 pr."),
        ("2.1 Faste hold: Svar", "Sendt videre til Region Hovedstaden."),
    ]
    for address in ("/anbefalinger/ting/2.1/feed/", "/anbefalinger/ting/2/feed/", "/anbefalinger/feed/", "/nyt/feed/"):
        found = entries(citizen, address)
        assert [value(entry, "title") for entry in found] == [title for title, _said in expected]
        for entry, (_title, said) in zip(found, expected, strict=True):
            assert said in value(entry, "summary")
    assert entries(citizen, "/initiativer/feed/") == []


def test_who_was_told_something_wrong_is_told_that_it_was_corrected(citizen, sou, bo):
    item = RecommendationFactory(publication__slug="ting", number="1", title="Bænke")
    OwnershipFactory(item=item, committee=sou)
    wrong = published(item, Status.PLANNED, on=date(2026, 9, 1), published_at=datetime(2026, 9, 1, tzinfo=UTC))
    other = answered(item, sou, "adopted", meeting_date=date(2026, 9, 1), recorded_at=datetime(2026, 9, 2, tzinfo=UTC))
    before = citizen.get("/anbefalinger/ting/1/feed/")
    published(item, kind=UpdateKind.CORRECTION, corrects=wrong, on=date(2026, 9, 1), text="Forkert række <b>.")
    record_answer(
        by=bo,
        item=item,
        committee=sou,
        outcome="",
        meeting_date=date(2026, 9, 1),
        reason="Det var et andet.",
        corrects=other,
    )
    for address in ("/anbefalinger/ting/1/feed/", "/nyt/feed/?udvalg=SOU"):
        first, second = entries(citizen, address)
        assert (value(first, "id"), value(second, "id")) == (other.key.urn, wrong.key.urn)
        assert value(first, "title") == "Rettet: 1 Bænke: Svar"
        assert value(second, "title") == "Rettet: 1 Bænke: Planlagt"
        assert value(first, "summary").startswith("<p>Rettet 2. november 2026. Det var et andet.</p>")
        assert "<p>Rettet 2. november 2026. Forkert række &lt;b&gt;.</p>" in value(second, "summary")
        assert value(second, "published").startswith("2026-09-01")
        assert time_of(second) > datetime(2026, 11, 2, tzinfo=UTC)
    again = citizen.get("/anbefalinger/ting/1/feed/", headers={"If-None-Match": before.headers["ETag"]})
    assert again.status_code == 200
    assert before.headers["Last-Modified"] == "Wed, 02 Sep 2026 00:00:00 GMT"
    assert again.headers["Last-Modified"].startswith("Mon, 02 Nov 2026")


def test_newest_is_what_came_last_and_not_what_is_about_the_newest_day(citizen, monkeypatch):
    monkeypatch.setattr(feeds, "PART", 2)
    item = RecommendationFactory()
    for number, on in enumerate((date(2026, 3, 1), date(2026, 9, 1), date(2026, 1, 1)), start=1):
        published(item, on=on, published_at=datetime(2026, 10, number, tzinfo=UTC), text=f"Nr. {number}.")
    found = [value(entry, "summary") for entry in entries(citizen, "/nyt/feed/")]
    assert ["Nr. 3." in found[0], "Nr. 2." in found[1]] == [True, True]


def test_feeds_of_a_source_in_draft_are_not_there(citizen):
    item = RecommendationFactory(publication__slug="kladde", publication__public_at=None, number="1")
    published(item)
    assert citizen.get("/anbefalinger/kladde/1/feed/").status_code == 404
    assert entries(citizen, "/nyt/feed/") == []
    assert citizen.get("/nyt/feed/?kilde=kladde").status_code == 400


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
    assert len(entries(citizen, "/anbefalinger/ting/2/feed/")) == 5
    assert len(entries(citizen, "/anbefalinger/ting/2.2/feed/")) == 0


def test_source_without_a_committee_stands_by_its_publisher(citizen):
    item = RecommendationFactory(publication__publisher="Kommunernes Landsforening")
    published(item, committee_id=None)
    (entry,) = entries(citizen, "/nyt/feed/")
    assert value(entry.find(f"{ATOM}author"), "name") == "Kommunernes Landsforening"


def link(feed, relation):
    """The address of another part of a feed that has been read by feedparser; nothing where it names none."""
    found = [one.href for one in feed.feed.links if one.rel == relation]
    assert len(found) <= 1
    return found[0].removeprefix("http://127.0.0.1:8000") if found else ""


def read(client, address):
    """As a feed reader reads it."""
    response = client.get(address)
    assert response.status_code == 200, address
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    assert feed.version == "atom10"
    return feed


def news_of_items(count, start=datetime(2026, 9, 1, tzinfo=UTC)):
    ting = PublicationFactory()
    for number in range(count):
        item = RecommendationFactory(publication=ting)
        published(item, on=date(2026, 8, 1), published_at=start + timedelta(hours=number), text=f"Nr. {number}.")


def told(feed):
    """The numbers that `news_of_items` has put into the entries."""
    return [int(re.search(r"Nr\. (\d+)\.", entry.summary)[1]) for entry in feed.entries]


def test_more_than_fifty_are_told_in_parts(citizen, django_assert_num_queries):
    news_of_items(50)
    whole = read(citizen, "/nyt/feed/")
    assert len(whole.entries) == 50
    assert {one.rel for one in whole.feed.links} == {"self", "alternate"}
    news_of_items(1, start=datetime(2026, 10, 1, tzinfo=UTC))
    with django_assert_num_queries(QUERIES["/nyt/feed/"]):  # how many there are, but not by what it was corrected
        newest = read(citizen, "/nyt/feed/")
    assert told(newest) == [0, *range(49, 0, -1)]
    assert link(newest, "next") == link(newest, "last") == "/nyt/feed/?del=1"
    assert told(read(citizen, "/nyt/feed/?del=1")) == [*range(49, -1, -1)]


@pytest.mark.parametrize("count", [4, 5, 6, 7, 8])
def test_the_parts_lead_to_all_that_there_is_in_both_directions(count, citizen, monkeypatch):
    monkeypatch.setattr(feeds, "PART", 3)
    news_of_items(count)
    for start, way in (("/nyt/feed/", "next"), (link(read(citizen, "/nyt/feed/"), "last"), "previous")):
        address, found, steps = start, [], 0
        while address:
            feed = read(citizen, address)
            assert link(feed, "self") == address
            assert link(feed, "first") == "/nyt/feed/"
            assert link(feed, "last") == "/nyt/feed/?del=1"
            assert 0 < len(feed.entries) <= 3
            assert told(feed) == sorted(told(feed), reverse=True)
            found += told(feed)
            address, steps = link(feed, way), steps + 1
            assert steps < 10
        assert set(found) == set(range(count))
        if way == "previous":
            assert feed.feed.title == "Nyt – Københavns Kommune"
            assert address == ""
            assert "del=" not in link(feed, "self")


def test_a_full_part_stays_as_it_is(citizen, monkeypatch):
    monkeypatch.setattr(feeds, "PART", 3)
    news_of_items(7)
    before = citizen.get("/nyt/feed/?del=1")
    news_of_items(4, start=datetime(2026, 10, 1, tzinfo=UTC))
    assert citizen.get("/nyt/feed/?del=1", headers={"If-None-Match": before.headers["ETag"]}).status_code == 304


def test_parts_keep_the_choice_and_are_one_feed(citizen, sou, monkeypatch):
    monkeypatch.setattr(feeds, "PART", 1)
    for _ in range(3):
        item = RecommendationFactory()
        OwnershipFactory(item=item, committee=sou)
        published(item, committee=sou)
    head = read(citizen, "/nyt/feed/?udvalg=SOU")
    part = read(citizen, link(head, "next"))
    assert link(head, "next") == "/nyt/feed/?udvalg=SOU&del=2"
    assert part.feed.id == head.feed.id
    assert part.entries[0].id != head.entries[0].id


@pytest.mark.parametrize(
    ("part", "status"), [("2", 404), ("0", 400), ("x", 400), ("-1", 400), ("1" * 30, 400), ("٣", 400)]
)
def test_parts_that_are_not_there(part, status, citizen, world):
    assert citizen.get("/nyt/feed/", {"del": part}).status_code == status


def ids(feed):
    return [feed.feed.id, *(entry.id for entry in feed.entries)]


def test_ids_are_the_municipality_s_own_and_stay_when_it_moves(citizen, municipality, sou, settings):
    settings.ALLOWED_HOSTS = ["testserver", ".eksempel.dk"]
    item = RecommendationFactory(publication__slug="ting", number="1")
    OwnershipFactory(item=item, committee=sou)
    published(item)
    deadline(item, date(2026, 12, 31))
    here = {
        address: ids(read(citizen, address))
        for address in ("/nyt/feed/", "/anbefalinger/feed/", "/nyt/feed/?kilde=ting")
    }
    heads = [found[0] for found in here.values()]
    assert len(set(heads)) == 3
    municipality.hosts = "nyt-navn.eksempel.dk\n127.0.0.1\ntestserver"
    municipality.save()
    moved = read(citizen, "/nyt/feed/")
    assert "//nyt-navn.eksempel.dk" in moved.feed.link
    assert ids(moved) == here["/nyt/feed/"]
    other = MunicipalityFactory(slug="andeby", name="Andeby", hosts="andeby.eksempel.dk")
    with tenancy.active(other):
        published(RecommendationFactory(publication__slug="ting", number="1"))
    theirs = feedparser.parse(citizen.get("/nyt/feed/", headers={"host": "andeby.eksempel.dk"}).content)
    assert len(theirs.entries) == 1
    assert not {*ids(theirs)} & {*ids(moved)}


def test_what_is_made_up_says_so(citizen, municipality, world):
    municipality.is_fictional = True
    municipality.save()
    assert read(citizen, "/nyt/feed/").feed.title == "Opdigtet: Nyt – Københavns Kommune"


@pytest.mark.parametrize("address", QUERIES)
def test_takes_the_same_queries_however_many(address, citizen, world, django_assert_num_queries):
    with django_assert_num_queries(QUERIES[address]):
        citizen.get(address)
    for item in (world.bare, world.initiative, InitiativeFactory(publication=world.ting)):
        published(item)
    with django_assert_num_queries(QUERIES[address]):
        citizen.get(address)


def test_the_moment_is_compared_only_where_nothing_but_news_changes_the_list(citizen, world):
    for address in ("/nyt/feed/", "/anbefalinger/ting/2.1/feed/"):
        response = citizen.get(address)
        since = response.headers["Last-Modified"]
        assert citizen.get(address, headers={"If-Modified-Since": since}).status_code == 304
    for address in ("/nyt/feed/?udvalg=SOU", "/anbefalinger/ting/2.2/feed/"):
        now = http_date(timezone.now().timestamp())
        assert citizen.get(address, headers={"If-Modified-Since": now}).status_code == 200


def test_news_makes_a_new_feed(citizen, world):
    first = citizen.get("/nyt/feed/")
    published(world.bare, Status.PLANNED)
    answer = citizen.get("/nyt/feed/", headers={"If-None-Match": first.headers["ETag"]})
    assert answer.status_code == 200
    assert len(ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")) == 7


def test_confirmation_changes_nothing(citizen, world):
    first = citizen.get("/nyt/feed/")
    published(world.full, kind=UpdateKind.CONFIRMATION)
    assert citizen.get("/nyt/feed/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("room", ["nyt", "anbefalinger", "initiativer"])
@pytest.mark.parametrize("file", ["feed/", "kalender.ics"])
def test_what_cannot_be_read_is_refused_with_a_sentence(room, file, citizen, world):
    for query, sentence in (
        ("kilde=xyz", "Kilden »xyz« findes ikke."),
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
