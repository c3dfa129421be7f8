"""A calendar file (iCalendar, .ics) as the meetings it holds, read by a process of its own."""

from __future__ import annotations

from datetime import date, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recommendations import apart
from recommendations.actions import MeetingContent
from recommendations.uploads.calendar import DAYS_AHEAD, unreadable_calendar

LARGEST = 1024 * 1024  # bytes
READER = "recommendations.uploads.calendar:occurrences"


def meetings_in(data: bytes, *, today: date) -> list[MeetingContent]:
    """The meetings from `today` and 400 days on, in order; one a day, the earliest. Raises `ValidationError`.

    An entry for a whole day has no hour. What the file says was cancelled is left out.
    """
    if len(data) > LARGEST:
        raise ValidationError(_("Filen er større end 1 MB. Eksportér kun udvalgets møder, og vælg filen igen."))
    try:
        found = apart.told(READER, data, today=today.isoformat())
    except apart.Fallen as fallen:
        raise unreadable_calendar() from fallen
    days: dict[date, MeetingContent] = {}
    for on, begins_at in found:
        content = MeetingContent(
            on=date.fromisoformat(on), begins_at=time.fromisoformat(begins_at) if begins_at else None
        )
        days.setdefault(content.on, content)
    if not days:
        written = {"days": DAYS_AHEAD}
        raise ValidationError(_("Der er ingen møder i filen fra i dag og %(days)s dage frem.") % written)
    return list(days.values())
