"""A calendar file (iCalendar, .ics) as what it holds: series, exceptions, moved occurrences and zones.

Only a process of its own reads one: zones without end take seconds.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import icalendar
import recurring_ical_events
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

Occurrence = tuple[date, str]  # the day, and the hour where it has one, both in ISO 8601

DAYS_AHEAD = 400
MOST_ENTRIES, MOST_SERIES = 1000, 20
OLDEST = timedelta(days=10 * 366)  # how long ago a series can have begun
# What a series may say: with these it cannot take long to work out, whatever it says.
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
OF_DAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"})
OF_MONTHS = OF_DAYS | {"BYMONTH", "BYMONTHDAY", "BYSETPOS"}
UNREADABLE = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, icalendar.InvalidCalendar)


def occurrences(content: bytes, today: str) -> list[list[str]]:
    """Day and hour (none of what lasts a whole day) of each, from `today` and 400 days on, in order.

    `ValidationError` where it cannot be read. What the file says was cancelled is left out.
    """
    try:
        found = _occurrences(icalendar.Calendar.from_ical(content.decode("utf-8-sig")), date.fromisoformat(today))
    except UNREADABLE as wrong:
        raise unreadable_calendar() from wrong
    return sorted([on.isoformat(), at] for on, at in found)


def unreadable_calendar() -> ValidationError:
    return ValidationError(_("Filen kan ikke læses som en kalender. Eksportér den igen som iCalendar (.ics)."))


def _occurrences(calendar: Any, today: date) -> list[Occurrence]:
    entries = calendar.walk("VEVENT")
    series = [entry for entry in entries if "RRULE" in entry]
    if len(entries) > MOST_ENTRIES or len(series) > MOST_SERIES:
        words = {"entries": MOST_ENTRIES, "series": MOST_SERIES}
        raise ValidationError(
            _("Filen har over %(entries)s aftaler eller %(series)s serier. Eksportér kun udvalgets møder.") % words
        )
    for entry in series:
        _check_series(entry, today)
    # A day more at each end: what begins on a day in another zone may be on the next one here.
    between = recurring_ical_events.of(calendar).between(today - timedelta(1), today + timedelta(DAYS_AHEAD + 1))
    read = [_content(entry) for entry in between if str(entry.get("STATUS", "")).upper() != "CANCELLED"]
    return [one for one in read if today <= one[0] <= today + timedelta(DAYS_AHEAD)]


def _check_series(entry: Any, today: date) -> None:
    """Refuse what no committee meets by, and what would take long to work out."""
    rules = entry["RRULE"] if isinstance(entry["RRULE"], list) else [entry["RRULE"]]
    for rule in rules:
        frequency = str(next(iter(rule["FREQ"]))).upper()
        allowed = OF_MONTHS if frequency in ("MONTHLY", "YEARLY") else OF_DAYS
        begun = entry["DTSTART"].dt
        begun = begun.date() if isinstance(begun, datetime) else begun
        if frequency not in FREQUENCIES or not {name.upper() for name in rule} <= allowed or today - begun > OLDEST:
            raise ValidationError(
                _("»%(title)s« gentages på en måde, der ikke kan læses her. Skriv dagene i felterne i stedet.")
                % {"title": str(entry.get("SUMMARY", _("En aftale")))[:60]}
            )


def _content(entry: Any) -> Occurrence:
    starts = entry["DTSTART"].dt
    if not isinstance(starts, datetime):
        return starts, ""
    if timezone.is_aware(starts):
        starts = timezone.localtime(starts)
    return starts.date(), starts.time().replace(second=0, microsecond=0, tzinfo=None).isoformat()
