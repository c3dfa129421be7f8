"""Promised dates as a calendar, read back by a small reader that knows nothing of the writer."""

import re
from datetime import date

import pytest

from recommendations import tenancy
from recommendations.enums import ItemKind, Status, UpdateKind
from recommendations.public import calendars
from tests.factories import (
    DeadlineFactory,
    InitiativeFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    deadline,
    published,
)
from tests.public.test_news import NASTY

pytestmark = pytest.mark.django_db

CALENDARS = [
    "/nyt/kalender.ics",
    "/anbefalinger/kalender.ics",
    "/initiativer/kalender.ics",
    "/anbefalinger/ting/2.1/kalender.ics",
    "/nyt/kalender.ics?q=intet",
]
# The municipality; the form's committees, sources and addressees, or the item; the deadlines, the next steps.
QUERIES = {
    "/nyt/kalender.ics": 6,
    "/anbefalinger/kalender.ics": 6,
    "/initiativer/kalender.ics": 6,
    "/initiativer/ting/7/kalender.ics": 4,
}


def read(content):
    """The events as dicts, after the rules of RFC 5545 for lines have been checked."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()  # no character is cut in two
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    open_parts, head, events = [], {}, []
    for line in lines:
        name, colon, value = line.partition(":")
        assert colon
        if name == "BEGIN":
            open_parts.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert open_parts.pop() == value
        elif open_parts == ["VCALENDAR"]:
            head[name] = value
        elif open_parts[-1] == "VEVENT":
            assert name not in events[-1]
            events[-1][name] = value
    assert open_parts == []
    assert head["VERSION"] == "2.0"
    assert head["PRODID"]
    assert head["REFRESH-INTERVAL;VALUE=DURATION"] == "PT12H"
    assert head["NAME"] == head["X-WR-CALNAME"]
    assert "TZID:Europe/Copenhagen" in lines
    assert "BEGIN:VEVENT" in lines or "BEGIN:VTIMEZONE" in lines  # a calendar may not be empty
    for event in events:
        assert re.fullmatch(r"[0-9a-f-]{36}", event["UID"])
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
        assert re.fullmatch(r"\d{8}", event["DTSTART;VALUE=DATE"])
        assert event["DURATION"] == "P1D"
        assert event["URL"].startswith("http://127.0.0.1:8000/")
    assert len({event["UID"] for event in events}) == len(events)
    return head, events


def text(value):
    """What a text property says."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def dates(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return {text(event["SUMMARY"]): event["DTSTART;VALUE=DATE"] for event in read(response.content)[1]}


@pytest.mark.parametrize("address", CALENDARS)
def test_calendar_is_valid_the_same_twice_and_leaves_no_trace(address, citizen, world):
    response = citizen.get(address)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    head, _events = read(response.content)
    assert text(head["NAME"]).startswith("Frister")
    assert text(head["NAME"]).endswith(" – Københavns Kommune")
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert citizen.get(address).content == response.content
    assert citizen.get(address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert b"HEMMELIG" not in response.content


def test_deadline_in_force_is_one_event_wherever_it_is_moved(citizen):
    item = RecommendationFactory(number="2.1", title="Faste teams")
    deadline(item, date(2026, 6, 30))
    (before,) = read(citizen.get("/nyt/kalender.ics").content)[1]
    DeadlineFactory(item=item, due_on=date(2026, 12, 31), set_on=date(2026, 5, 1), reason="Flere bydele; og, mere.")
    (after,) = read(citizen.get("/nyt/kalender.ics").content)[1]
    assert (before["DTSTART;VALUE=DATE"], after["DTSTART;VALUE=DATE"]) == ("20260630", "20261231")
    assert after["UID"] == before["UID"]
    assert text(after["SUMMARY"]) == "Frist: 2.1 Faste teams"
    assert text(after["DESCRIPTION"]).startswith("Flere bydele; og, mere.\n")


def test_newest_next_step_counts(citizen):
    item = InitiativeFactory(number="7", title="Flere op i tid")
    published(item, on=date(2026, 5, 1), next_step="Udbud", next_step_on=date(2026, 8, 1))
    published(item, on=date(2026, 9, 1), next_step="Kontrakt", next_step_on=date(2027, 1, 15))
    StatusUpdateFactory(item=item, next_step="HEMMELIG", next_step_on=date(2027, 3, 1))
    published(item, kind=UpdateKind.CONFIRMATION)  # says nothing new, so the promise stands
    assert dates(citizen, "/initiativer/kalender.ics") == {"Næste skridt ventes: 7 Flere op i tid": "20270115"}
    assert dates(citizen, "/anbefalinger/kalender.ics") == {}
    assert dates(citizen, "/nyt/kalender.ics?pr=2026-06-01") == {"Næste skridt ventes: 7 Flere op i tid": "20260801"}


@pytest.mark.parametrize("kind", [UpdateKind.STATUS, UpdateKind.NOTE])
def test_the_next_step_of_a_plan_that_was_called_off_is_no_promise(kind, citizen):
    item = RecommendationFactory(number="7", title="Udbud")
    published(item, on=date(2026, 8, 1), next_step="Udbud i december", next_step_on=date(2026, 12, 1))
    published(item, Status.PAUSED, kind=kind, on=date(2026, 9, 1), text="Udbuddet er aflyst.")
    assert dates(citizen, "/anbefalinger/kalender.ics") == {}


def test_the_next_step_of_what_was_corrected_is_no_promise(citizen):
    item = RecommendationFactory(number="7", title="Udbud")
    update = published(item, on=date(2026, 8, 1), next_step="Udbud", next_step_on=date(2026, 12, 1))
    published(item, kind=UpdateKind.CORRECTION, corrects=update, on=date(2026, 8, 1), text="Forkert række.")
    assert dates(citizen, "/anbefalinger/kalender.ics") == {}


def test_closed_items_promise_nothing_more(citizen):
    item = RecommendationFactory()
    deadline(item, date(2027, 6, 30))
    published(item, Status.IMPLEMENTED, next_step="Evaluering", next_step_on=date(2027, 1, 15))
    assert dates(citizen, "/nyt/kalender.ics") == {}


def test_filters_are_those_of_the_lists(citizen, sou, sud):
    for number, committee in (("1", sou), ("2", sud)):
        item = RecommendationFactory(number=number, title="Sag", publication__slug=f"ting-{number}")
        OwnershipFactory(item=item, committee=committee)
        deadline(item, date(2026, 10, 1))
        published(item, on=date(2026, 9, 1), committee=committee)
    assert set(dates(citizen, "/anbefalinger/kalender.ics")) == {"Frist: 1 Sag", "Frist: 2 Sag"}
    for query in ("udvalg=SOU", "kilde=ting-1", "forvaltning=SUF&forsinket=1", "svar=ingen&udvalg=sou"):
        assert set(dates(citizen, f"/anbefalinger/kalender.ics?{query}")) == {"Frist: 1 Sag"}, query


def test_calendar_of_an_item_holds_it_and_what_is_below_it(citizen):
    heading = RecommendationFactory(publication__slug="ting", number="2", title="Hænder", kind=ItemKind.HEADING)
    below = RecommendationFactory(publication=heading.publication, number="2.1", title="Teams", parent=heading)
    beside = RecommendationFactory(publication=heading.publication, number="20", title="Andet")
    other = InitiativeFactory(publication=heading.publication, number="2", title="Tiltag")
    for item in (below, beside, other):
        deadline(item, date(2027, 1, 31))
    published(below, next_step="Udbud", next_step_on=date(2026, 12, 1))
    both = {"Frist: 2.1 Teams": "20270131", "Næste skridt ventes: 2.1 Teams": "20261201"}
    assert dates(citizen, "/anbefalinger/ting/2.1/kalender.ics") == both
    assert dates(citizen, "/anbefalinger/ting/2/kalender.ics") == both
    assert dates(citizen, "/anbefalinger/ting/20/kalender.ics") == {"Frist: 20 Andet": "20270131"}
    assert dates(citizen, "/initiativer/ting/2/kalender.ics") == {"Frist: 2 Tiltag": "20270131"}
    head, _events = read(citizen.get("/anbefalinger/ting/2.1/kalender.ics").content)
    assert text(head["NAME"]) == "Frister: 2.1 Teams – Københavns Kommune"
    moved = citizen.get("/anbefalinger/TING/2.1/kalender.ics")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/anbefalinger/ting/2.1/kalender.ics")
    assert citizen.get("/anbefalinger/ting/9/kalender.ics").status_code == 404


def test_pages_name_their_calendars(citizen, world):
    for page, calendar in {
        "/anbefalinger/?svar=noted": "/anbefalinger/kalender.ics?svar=noted",
        "/anbefalinger/ting/2.1/": "/anbefalinger/ting/2.1/kalender.ics",
        "/initiativer/ting/7/": "/initiativer/ting/7/kalender.ics",
        "/udvalg/SOU/": "/nyt/kalender.ics?udvalg=SOU",
        "/kilder/ting/": "/nyt/kalender.ics?kilde=ting",
    }.items():
        html = citizen.get(page).content.decode()
        assert f'<a href="{calendar}" type="text/calendar">Frister i din kalender</a>' in html, page
        assert f"<code>http://127.0.0.1:8000{calendar}</code>" in html, page
        assert citizen.get(calendar).status_code == 200


def test_the_last_day_that_can_be_written_is_a_day(citizen):
    deadline(RecommendationFactory(number="1", title="Sag"), date(9999, 12, 31))
    assert dates(citizen, "/nyt/kalender.ics") == {"Frist: 1 Sag": "99991231"}


def test_the_same_promise_of_two_municipalities_is_two_events(citizen, municipality, settings):
    settings.ALLOWED_HOSTS = ["testserver", ".eksempel.dk"]
    municipality.hosts = "testserver"
    municipality.save()
    other = MunicipalityFactory(slug="andeby", name="Andeby", hosts="andeby.eksempel.dk")
    found = []
    for host, town in (("testserver", municipality), ("andeby.eksempel.dk", other)):
        with tenancy.active(town):
            deadline(RecommendationFactory(publication__slug="ting", number="1"), date(2026, 12, 31))
        content = citizen.get("/nyt/kalender.ics", headers={"host": host}).content
        found += re.findall(rb"UID:(.+)\r\n", content)
    assert len(set(found)) == 2


def test_what_is_made_up_says_so(citizen, municipality):
    municipality.is_fictional = True
    municipality.save()
    head, _events = read(citizen.get("/nyt/kalender.ics").content)
    assert text(head["NAME"]) == "Opdigtet: Frister – Københavns Kommune"


@pytest.mark.parametrize("address", QUERIES)
def test_takes_the_same_queries_however_many(address, citizen, world, django_assert_num_queries):
    with django_assert_num_queries(QUERIES[address]):
        citizen.get(address)
    for item in (world.bare, world.initiative, InitiativeFactory(publication=world.ting)):
        deadline(item, date(2027, 1, 1))
        published(item, next_step="Udbud", next_step_on=date(2027, 3, 1))
    with django_assert_num_queries(QUERIES[address]):
        citizen.get(address)


def test_nasty_texts_come_through(citizen):
    item = RecommendationFactory(number="1", title='Fem; to, \\ "ja" \N{FAMILY}' + "å" * 200)
    deadline(item, date(2026, 12, 31), reason=NASTY)
    published(item, next_step="a\r\nBEGIN:VEVENT", next_step_on=date(2027, 1, 1))
    first, second = read(citizen.get("/nyt/kalender.ics").content)[1]
    assert text(first["SUMMARY"]) == f"Frist: 1 {item.title}"
    assert text(first["DESCRIPTION"]).startswith('Fem & <b>to</b>; "ja", \\ \N{FAMILY}…')
    assert text(second["DESCRIPTION"]).startswith("a BEGIN:VEVENT\n")


def test_more_dates_than_a_calendar_can_hold_are_refused(citizen, monkeypatch):
    monkeypatch.setattr(calendars, "MOST", 2)
    ting = PublicationFactory(slug="ting")
    for _ in range(3):
        deadline(RecommendationFactory(publication=ting), date(2026, 12, 31))
    response = citizen.get("/nyt/kalender.ics")
    assert response.status_code == 400
    assert "Vælg færre, for eksempel et udvalg eller en kilde." in response.content.decode()
    assert citizen.get("/initiativer/kalender.ics").status_code == 200
