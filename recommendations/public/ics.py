"""Calendars as RFC 5545 writes them: all-day events only, which is all that promised dates need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75  # octets, without the line break
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

# A calendar without events must hold something, and this is true of ours whether there are events or not.
TIME_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE""".splitlines()


@dataclass(frozen=True)
class PromisedDay:
    """Something on one day. `uid` stays the same when the day moves, so that calendars move it and do not add one."""

    uid: str
    on: date
    title: str
    text: str
    address: str
    stamp: datetime  # when we learnt of it: the same each time, so that the calendar is the same until it changes


def calendar(name: str, days: Iterable[PromisedDay]) -> str:
    """The whole file."""
    return "".join(f"{part}\r\n" for line in _lines(name, days) for part in folded(line))


def _lines(name: str, days: Iterable[PromisedDay]) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//Anbefalingstracker//Lovede datoer//DA"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield f"X-WR-CALNAME:{escaped(name)}"
    yield "X-WR-TIMEZONE:Europe/Copenhagen"
    yield from TIME_ZONE
    for day in days:
        yield "BEGIN:VEVENT"
        yield f"UID:{day.uid}"
        yield f"DTSTAMP:{day.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        yield f"DTSTART;VALUE=DATE:{_written(day.on)}"
        yield f"DTEND;VALUE=DATE:{_written(day.on + timedelta(days=1))}"  # the first day after
        yield f"SUMMARY:{escaped(day.title)}"
        yield f"DESCRIPTION:{escaped(day.text)}"
        yield f"URL:{day.address}"
        yield "TRANSP:TRANSPARENT"  # nobody is busy because of it
        yield "END:VEVENT"
    yield "END:VCALENDAR"


def _written(on: date) -> str:
    return on.isoformat().replace("-", "")  # not strftime: it writes the year 999 with three digits


def escaped(text: str) -> str:
    """As the value of a text property."""
    text = re.sub(r"\r\n?", "\n", text)
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return CONTROL.sub("", text)


def folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets; each but the first begins with a space. No character is cut in two."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part += character
        size += octets
    yield part
