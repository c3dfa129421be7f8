"""Days as people write them, a year of meetings as it is spoken of, and calendars of other programs."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError

from recommendations.forms.calendar_file import meetings_in
from recommendations.forms.days import DayOrMonthField, read_days
from recommendations.forms.meetings import SeriesForm
from tests.factories import TODAY, MeetingFactory

SERIES = {"weekday": 3, "every": 2, "first": "2027-01-01", "last": "2027-03-31"}


# --- Days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("24.12.2026", ["2026-12-24"]),
        ("2027-01-02, 1/1-2027", ["2027-01-01", "2027-01-02"]),
        ("3. februar 2027 og 4. feb. 2027;\n 4.2.2027", ["2027-02-03", "2027-02-04"]),
        ("30.12.2026 til 01.01.2027", ["2026-12-30", "2026-12-31", "2027-01-01"]),
        ("2026-12-31 – 2027-01-01", ["2026-12-31", "2027-01-01"]),
    ],
)
def test_a_list_of_days(text, found):
    assert read_days(text) == [date.fromisoformat(day) for day in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sommerferien", "»sommerferien« er ikke en dato. Skriv en dato som 28.02.2026."),
        ("31.02.2027", "Datoen 31.02.2027 findes ikke. Skriv en dato som 28.02.2026."),
        ("3. smør 2027", "Datoen 3. smør 2027 findes ikke."),
        ("2.1.2027 til 1.1.2027", "slutter, før det begynder"),
        ("1.1.2027 til 1.1.2029", "mere end et år"),
    ],
)
def test_what_is_no_day_is_said_with_its_words(text, words):
    with pytest.raises(ValidationError) as refused:
        read_days(text)
    assert words in refused.value.messages[0]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("marts 2027", "2027-03-31"),
        ("Feb. 2028", "2028-02-29"),
        ("2027-04", "2027-04-30"),
        ("5/2027", "2027-05-31"),
        ("3. marts 2027", "2027-03-03"),
        ("", None),
    ],
)
def test_a_month_is_its_last_day(text, day):
    assert DayOrMonthField(required=False).clean(text) == (day and date.fromisoformat(day))


# --- A year -----------------------------------------------------------------------------------------------------------


def series(**changed):
    form = SeriesForm(SERIES | changed)
    assert form.is_valid(), form.errors
    return [f"{one.on:%d.%m}" for one in form.meetings()]


def test_every_other_thursday_but_not_then_and_also_then():
    assert series() == ["07.01", "21.01", "04.02", "18.02", "04.03", "18.03"]
    assert series(but="4.2.2027, 1.3.2027 til 10.3.2027", also="02.02.2027") == [
        "07.01",
        "21.01",
        "02.02",
        "18.02",
        "18.03",
    ]
    # The first such weekday begins the series, wherever in a week it is asked for from.
    assert series(first="2027-01-08") == ["14.01", "28.01", "11.02", "25.02", "11.03", "25.03"]


def test_it_begins_where_the_last_meeting_left_off(sou):
    assert SeriesForm.beginning(sou, TODAY) == {
        "weekday": "",
        "every": 2,
        "first": "2026-11-02",
        "last": "2027-12-31",
        "begins_at": "",
    }
    MeetingFactory(committee=sou, on=date(2026, 10, 1), begins_at=time(15, 30))
    MeetingFactory(committee=sou, on=date(2027, 5, 4), state="cancelled")
    begun = SeriesForm.beginning(sou, TODAY)
    assert (begun["weekday"], begun["first"], begun["begins_at"]) == (3, "2026-11-12", "15:30")  # six weeks on
    assert SeriesForm.beginning(sou, date(2026, 8, 31))["last"] == "2026-12-31"


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"weekday": ""}, "weekday", "Vælg den ugedag, udvalget mødes."),
        ({"last": "2026-12-31"}, "last", "ligger før den første"),
        ({"last": "2031-12-31"}, "last", "mere end to år"),
        ({"begins_at": "halv fire"}, "begins_at", "Skriv for eksempel 15:30."),
        ({"but": "uge 42"}, "but", "»uge 42« er ikke en dato."),
    ],
)
def test_what_is_no_series_is_said_at_its_field(changed, field, words):
    assert words in SeriesForm(SERIES | changed).errors[field][0]


def test_an_hour_is_written_as_danes_do():
    form = SeriesForm(SERIES | {"begins_at": "kl. 15.30"})
    assert form.is_valid()
    assert form.meetings()[0].begins_at == time(15, 30)


# --- A file -----------------------------------------------------------------------------------------------------------


def entry(*lines):
    return "\r\n".join(["BEGIN:VEVENT", "UID:a@eksempel.dk", "DTSTAMP:20261101T080000Z", *lines, "END:VEVENT"])


def calendar(*entries):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *entries, "END:VCALENDAR", ""]).encode()


def read(*entries):
    found = meetings_in(calendar(*entries), today=TODAY)
    return [f"{one.on:%d.%m.%y}{f' {one.begins_at:%H:%M}' if one.begins_at else ''}" for one in found]


def test_a_series_with_an_exception_and_a_moved_meeting():
    weekly = ["DTSTART;TZID=Europe/Copenhagen:20270107T153000", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4"]
    found = read(
        entry(*weekly, "EXDATE;TZID=Europe/Copenhagen:20270121T153000"),
        entry("RECURRENCE-ID;TZID=Europe/Copenhagen:20270204T153000", "DTSTART;TZID=Europe/Copenhagen:20270209T160000"),
    )
    assert found == ["07.01.27 15:30", "09.02.27 16:00", "18.02.27 15:30"]


def test_zones_whole_days_two_at_once_and_what_is_over_or_cancelled():
    def other(name, *lines):
        return entry(*lines).replace("UID:a", f"UID:{name}")

    assert read(
        other("b", "DTSTART:20270107T233000Z"),  # half past midnight here
        other("c", "DTSTART;VALUE=DATE:20270302"),
        other("d", "DTSTART;TZID=Europe/Copenhagen:20270401T170000"),
        other("e", "DTSTART;TZID=Europe/Copenhagen:20270401T153000"),
        other("f", "DTSTART:20261101T140000Z"),
        other("g", "DTSTART:20270501T140000Z", "STATUS:CANCELLED"),
        other("h", "DTSTART:20290101T140000Z"),
    ) == ["08.01.27 00:30", "02.03.27", "01.04.27 15:30"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "kan ikke læses som en kalender"),
        (b"PK\x03\x04 et regneark", "kan ikke læses som en kalender"),
        (calendar(entry("DTSTART:i morgen")), "kan ikke læses som en kalender"),
        (calendar(entry("SUMMARY:uden dag")), "kan ikke læses som en kalender"),
        (calendar(entry("DTSTART:20200101T140000Z")), "Der er ingen møder i filen fra i dag og 400 dage frem."),
        (calendar(entry("SUMMARY:Ur", "DTSTART:20270101T140000Z", "RRULE:FREQ=SECONDLY")), "»Ur« gentages på en måde"),
        (calendar(entry("DTSTART:20270101T140000Z", "RRULE:FREQ=DAILY;BYHOUR=1,2,3")), "gentages på en måde"),
        (calendar(entry("DTSTART:00010101T140000Z", "RRULE:FREQ=DAILY")), "gentages på en måde"),
        (b"0" * (1024 * 1024 + 1), "Filen er større end 1 MB."),
        (calendar(*[entry("DTSTART:20270101T140000Z")] * 1001), "Eksportér kun udvalgets møder."),
    ],
)
def test_a_bad_file_gets_a_sentence(data, words):
    with pytest.raises(ValidationError) as refused:
        meetings_in(data, today=TODAY)
    assert words in refused.value.messages[0]
