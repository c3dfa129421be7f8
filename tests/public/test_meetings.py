"""Meetings as citizens see them: when, what comes up, what was decided, and what became of what was promised."""

import json
import re
from datetime import date

import feedparser
import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations import actions
from recommendations.enums import MeetingState, Role
from tests.conftest import member, world_kept
from tests.factories import IssuedReportFactory, MeetingFactory, TreatmentFactory, answered
from tests.meetings_world import make_world
from tests.public.conftest import text_of


@pytest.fixture(scope="module")
def world_once(request, django_db_setup, django_db_blocker):
    with world_kept(request, django_db_blocker, make_world) as made:
        yield made


@pytest.fixture
def world(world_once, db):
    return world_once


def main_of(client, address):
    """What a page says, without its tags."""
    html = text_of(client, address)
    main = re.search("<main.*</main>", html, re.DOTALL)[0]
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", main)).strip()
    return re.sub(r" (?=[.,:)])", "", text)


# --- One meeting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "said", "not_said"),
    [
        (
            "2026-11-05",
            [
                "Mødet er ikke holdt endnu. Dagsordenen er sendt ud.",
                "torsdag den 5. november 2026 kl. 17.00",
                "Frister inden mødet 21 Anbefaling 21. Forsinket: fristen var 23. oktober 2026",
                "22 Anbefaling 22. Frist 5. november 2026",
                "Lovet før, og intet registreret siden 2 Anbefaling 2",
                "Frister, der var overskredet før 20 Anbefaling 20",
                "Mødet efter: 19. november 2026",
            ],
            ["Anbefaling 1 ", "Anbefaling 3 ", "Det blev besluttet"],
        ),
        (
            "2026-11-19",
            [
                "3 Anbefaling 3 Udvalget bad den 10. september 2026 om at få sagen igen.",
                "6 Anbefaling 6: Lokalerne bliver fundet. (ventes 6. november 2026)",
                "om at få sagen igen senest den 30. november 2026",
                "Mødet efter: 17. december 2026",  # the one between is cancelled
            ],
            ["ikke registreret noget siden"],
        ),
        (
            "2026-12-03",
            ["Mødet er aflyst. Der var ikke sager nok.", "4 Anbefaling 4", "Kommer op på mødet den 17. december 2026"],
            ["Det kommer op Lovet", "Det blev besluttet"],
        ),
        (
            "2026-12-17",
            [
                "Det var først planlagt til den 10. december 2026. Lokalet var optaget.",
                "Det var lovet til mødet den 3. december 2026, som er aflyst.",
            ],
            ["Mødet er aflyst"],
        ),
        (
            "2026-10-08",
            [
                "Mødet er holdt.",
                "Der er ikke registreret nogen svar fra mødet.",
                "1 Anbefaling 1 Udvalget bad den 10. september 2026 om at få sagen igen. Der kom nyt den 9. oktober",
                "2 Anbefaling 2 Udvalget bad den 10. september 2026 om at få sagen igen. Der er ikke registreret noget",
            ],
            ["Det kommer op"],
        ),
        ("2026-10-22", ["Det blev besluttet Tiltrådt Punkt 7 Udvalget følger anbefalingen. 11 Anbefaling 11"], []),
    ],
)
def test_a_meeting_says_first_how_far_it_has_come_and_then_what_it_is_about(day, said, not_said, world, citizen):
    page = main_of(citizen, f"/moeder/SOU/{day}/")
    assert [one for one in said if one not in page] == []
    assert [one for one in not_said if one in page] == []


def test_a_meeting_says_it_in_english_too(world, citizen):
    page = main_of(citizen, "/en/moeder/SOU/2026-11-05/")
    assert re.search(r"Thursday \w* ?5 November 2026 \S+ 17:00", page)


def test_an_earlier_day_sees_the_meeting_as_one_to_come(world, citizen):
    page = main_of(citizen, "/moeder/SOU/2026-10-08/?pr=2026-10-01")
    assert "Mødet er ikke holdt endnu." in page
    assert "Lovet eller ventet til mødet 1 Anbefaling 1" in page
    assert "Der kom nyt" not in page


def test_answers_in_the_same_words_stand_together_and_reports_say_what_became_of_them(world, citizen):
    held = world.meetings["2026-10-22"]
    for number in ("1", "2"):
        answered(world.ting.items.get(number=number), world.sou, meeting_date=held.on, returns_by=date(2026, 12, 1))
    answered(world.ting.items.get(number="3"), world.sou, "not_adopted", meeting_date=held.on, text="For dyrt.")
    TreatmentFactory(publication=world.ting, committee=world.sou, meeting_date=held.on)
    old = IssuedReportFactory(code="0000-0001", title="Den første", committee=world.sou, meeting=held)
    IssuedReportFactory(
        code="0000-0002",
        title="Den anden",
        committee=world.sou,
        meeting=held,
        replaces=old,
        reason="Forkert frist.",
    )
    page = main_of(citizen, "/moeder/SOU/2026-10-22/")
    assert "sagen igen senest den 1. december 2026. 1 Anbefaling 1 2 Anbefaling 2 Ikke tiltrådt" in page
    assert "For dyrt. 3 Anbefaling 3" in page
    assert "Udvalget tog kilden op. Beslutningen er ikke læst ind." in page
    assert re.search(r"Den første, udstedt 2\. november 2026 Erstattet", page)
    assert "Den anden, udstedt 2. november 2026 Erstattet" not in page


# --- Its address ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("/moeder/sou/2026-11-05/", "/moeder/SOU/2026-11-05/"),
        ("/moeder/SOU/5.11.2026/", "/moeder/SOU/2026-11-05/"),
        ("/moeder/SOU/05-11-2026/?pr=2026-10-01", "/moeder/SOU/2026-11-05/?pr=2026-10-01"),
        ("/moeder/SOU/20261105/", "/moeder/SOU/2026-11-05/"),
        ("/moeder/SOU/2026-12-10/", "/moeder/SOU/2026-12-17/"),  # moved
        ("/moeder/SOU/2025-12-04/", "/moeder/GML/2025-12-04/"),  # of a committee that SOU took over from
        ("/moeder/sou/", "/moeder/SOU/"),
        ("/moeder/SOU/2026-12-10/kalender.ics", "/moeder/SOU/2026-12-17/kalender.ics"),
    ],
)
def test_an_address_written_otherwise_leads_to_the_meeting(typed, address, world, citizen):
    response = citizen.get(typed)
    assert response.status_code in (301, 302)
    assert response.headers["Location"] == address


@pytest.mark.parametrize(
    ("typed", "sentence", "way"),
    [
        ("/moeder/SOU/2026-11-06/", "Udvalget SOU har ikke noget møde den 6. november 2026.", "/moeder/SOU/"),
        ("/moeder/SOU/2026-02-30/", "»2026-02-30« er ikke en dag. Skriv den som 2027-03-05.", "/moeder/SOU/"),
        ("/moeder/SOU/0000-00-00/", "»0000-00-00« er ikke en dag.", "/moeder/SOU/"),
        ("/moeder/SOU/i-morgen/", "»i-morgen« er ikke en dag.", "/moeder/SOU/"),
        ("/moeder/XYZ/2026-11-05/", "Der er intet udvalg med koden »XYZ«.", "/moeder/"),
        ("/moeder/XYZ/", "Der er intet udvalg med koden »XYZ«.", "/moeder/"),
        ("/moeder/SOU/2026-11-06/kalender.ics", "Udvalget SOU har ikke noget møde", "/moeder/SOU/"),
    ],
)
def test_a_day_without_a_meeting_says_so_and_offers_those_there_are(typed, sentence, way, world, citizen):
    html = text_of(citizen, typed, status=404)
    assert sentence in html
    assert f'href="{way}"' in html


def test_a_meeting_that_was_moved_twice_is_found_from_each_of_its_days(world, citizen):
    dina = member("dina", world.sou, Role.SECRETARY)
    meeting = world.meetings["2026-11-19"]
    for day in (date(2026, 11, 24), date(2026, 11, 26)):
        actions.move_meeting(by=dina, meeting=meeting, on=day, reason="Salen er optaget.")
    for day in ("2026-11-19", "2026-11-24"):
        assert citizen.get(f"/moeder/SOU/{day}/").headers["Location"] == "/moeder/SOU/2026-11-26/"


# --- Where meetings are told of ---------------------------------------------------------------------------------------


def test_lists_tell_what_comes_and_what_has_been(world, citizen):
    every, own = main_of(citizen, "/moeder/"), main_of(citizen, "/moeder/SOU/")
    assert "torsdag den 12. november 2026, Udvalget SUD" in every
    assert "SOU (SOU): seneste møde 22. oktober 2026" in every
    assert "3. december 2026 Aflyst" in own
    assert "17. december 2026 flyttet fra den 10. december 2026 Tidligere møder torsdag den 22. oktober 2026" in own
    assert own.endswith("torsdag den 4. december 2025, Udvalget GML")
    for number in range(30):
        MeetingFactory(committee=world.sou, on=date(2025, 1, 1 + number), state=MeetingState.HELD)
    second = main_of(citizen, "/moeder/SOU/?page=2")
    assert "1. januar 2025" in second
    assert "22. oktober 2026" not in second
    assert "22. oktober 2026" in main_of(citizen, "/moeder/SOU/")


def test_the_page_of_a_committee_leads_to_its_meetings(world, citizen):
    assert "Møder Næste: 5. november 2026 Seneste: 22. oktober 2026 Alle møder" in main_of(citizen, "/udvalg/SOU/")
    then = main_of(citizen, "/udvalg/SOU/?pr=2026-10-15")
    assert "Næste: 22. oktober 2026 Seneste: 8. oktober 2026" in then


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("1", "Udvalget har bedt om sagen igen på mødet den 8. oktober 2026. Der kom nyt den 9. oktober 2026."),
        ("2", "Lovet til mødet den 8. oktober 2026. Der er ikke registreret noget siden."),
        ("3", "Udvalget har bedt om sagen igen på mødet den 19. november 2026."),
        ("4", "på mødet den 3. december 2026, som er aflyst. Den kommer op på mødet den 17. december 2026."),
        ("5", "Udvalget har bedt om sagen igen senest den 30. november 2026."),
        ("8", "Lovet senest den 30. oktober 2026. Der er ikke registreret noget siden."),
        ("8", "sagen igen senest den 30. oktober 2026. Der kom nyt den 30. oktober 2026."),
    ],
)
def test_an_item_says_what_was_promised_about_it_and_whether_it_came(number, sentence, world, citizen):
    assert sentence in main_of(citizen, f"/anbefalinger/ting/{number}/")


def test_an_item_links_to_the_meetings_of_its_answers_and_promises(world, citizen):
    html = text_of(citizen, "/anbefalinger/ting/11/")
    assert html.count('href="/moeder/SOU/2026-10-22/"') == 1  # no link to the meeting of September, which has no page
    assert "/moeder/SOU/2026-09-10/" not in html
    line = text_of(citizen, "/anbefalinger/ting/3/").split('id="forloeb"')[1]
    assert re.search(r'19\. november 2026</time>: Lovet til <a href="/moeder/SOU/2026-11-19/">møde i SOU</a>', line)
    assert "/moeder/SOU/2026-10-22/" in text_of(citizen, "/nyt/")
    feed = feedparser.parse(citizen.get("/nyt/feed/?udvalg=SOU").content)
    related = [link["href"] for one in feed.entries for link in one.links if link["rel"] == "related"]
    assert [one.partition("/moeder/")[2] for one in related] == ["SOU/2026-10-22/", "GML/2025-12-04/"]


def events_of(client, address):
    """Day or moment -> the event, of the meetings in a calendar."""
    calendar = icalendar.Calendar.from_ical(client.get(address).content)
    return {str(one.start): one for one in calendar.walk("VEVENT") if "Møde i" in one["summary"]}


def test_a_committees_calendar_carries_its_meetings_with_what_was_promised_to_them(world, citizen):
    events = events_of(citizen, "/nyt/kalender.ics?udvalg=SOU")
    assert "2026-11-05 17:00:00+01:00" in events
    assert str(events["2026-11-05 17:00:00+01:00"]["dtstart"].params["TZID"]) == "Europe/Copenhagen"
    assert (events["2026-12-03"]["status"], events["2026-11-19"]["status"]) == ("CANCELLED", "CONFIRMED")
    assert "3 Anbefaling 3" in events["2026-11-19"]["description"]
    assert "4 Anbefaling 4" in events["2026-12-17"]["description"]
    assert events_of(citizen, "/nyt/kalender.ics") == {}
    assert events_of(citizen, "/nyt/kalender.ics?udvalg=SOU&kilde=ting") == {}
    dina = member("dina", world.sou, Role.SECRETARY)
    moved = date(2026, 11, 26)
    actions.move_meeting(by=dina, meeting=world.meetings["2026-11-19"], on=moved, reason="Salen er optaget.")
    now = events_of(citizen, "/nyt/kalender.ics?udvalg=SOU")
    assert now["2026-11-26"]["uid"] == events["2026-11-19"]["uid"]
    assert "2026-11-19" not in now
    [alone] = events_of(citizen, "/moeder/SOU/2026-11-26/kalender.ics").values()
    assert alone == now["2026-11-26"]


def test_machines_are_told_of_a_meeting_and_find_it(world, citizen):
    html = text_of(citizen, "/moeder/SOU/2026-12-17/")
    facts = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])
    assert (facts["@type"], facts["startDate"], facts["previousStartDate"]) == ("Event", "2026-12-17", "2026-12-10")
    assert facts["eventStatus"] == "https://schema.org/EventRescheduled"
    assert "/moeder/SOU/2026-12-03/</loc>" in citizen.get("/sitemap.xml").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/moeder/", "/moeder/SOU/", "/moeder/SOU/2026-11-05/", "/moeder/SOU/2026-10-22/", "/nyt/kalender.ics?udvalg=SOU"],
)
def test_a_page_asks_as_often_whatever_there_is_on_it(address, world, citizen):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert citizen.get(address).status_code == 200
        return len(queries)

    before = asked()
    assert before <= 16
    for number in ("1", "3", "20"):
        item, meeting = world.ting.items.get(number=number), world.meetings["2026-11-05"]
        answered(item, world.sou, meeting_date=date(2026, 10, 22), returns_to=meeting, text=f"Mere om {number}.")
    assert asked() == before
