"""Days as people write them: `28.02.2026`, `28. februar 2026`, `2026-02-28`; whole months, and lists of days."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recommendations import danish

MOST_DAYS, MOST_SIGNS = 400, 4000  # from one day to another; in what is typed
MONTHS = {
    name: number
    for number, name in enumerate(
        (
            "januar",
            "februar",
            "marts",
            "april",
            "maj",
            "juni",
            "juli",
            "august",
            "september",
            "oktober",
            "november",
            "december",
        ),
        start=1,
    )
}
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
NUMBERS = re.compile(r"(?P<day>\d{1,2})[./-]\s*(?P<month>\d{1,2})[./-]\s*(?P<year>\d{4})")
NAMED = re.compile(r"(?P<day>\d{1,2})\.?\s+(?P<month>[a-zæøå]{3,9})\.?\s+(?P<year>\d{4})", re.IGNORECASE)
WHOLE_MONTH = (
    re.compile(r"(?P<month>[a-zæøå]{3,9})\.?\s+(?P<year>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<month>\d{1,2})[./-](?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})"),
)
BETWEEN_DAYS = re.compile(r"[,;\n]+|\s+og\s+", re.IGNORECASE)
FROM_TO = re.compile(r"\s+(?:til|-)\s+|\s*[–—]\s*", re.IGNORECASE)


def _month(text: str) -> int:
    """The number of a month, named, shortened or a number; 0 where it is none."""
    if text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else 0
    return next((number for name, number in MONTHS.items() if name.startswith(text.casefold())), 0)


def read_day(text: str) -> date:
    """The one day that `text` says; raises `ValidationError`."""
    text = danish.normalised(text).strip()
    found = next((hit for form in (ISO, NUMBERS, NAMED) if (hit := form.fullmatch(text))), None)
    if found is None:
        raise ValidationError(_("»%(text)s« er ikke en dato. Skriv en dato som 28.02.2026.") % {"text": text[:40]})
    try:
        return date(int(found["year"]), _month(found["month"]), int(found["day"]))
    except ValueError as none:
        sentence = _("Datoen %(text)s findes ikke. Skriv en dato som 28.02.2026.")
        raise ValidationError(sentence % {"text": text}) from none


def read_days(text: str) -> list[date]:
    """All days of a list, in order: commas, lines or »og« between them, »til« for all days from one to another."""
    found: set[date] = set()
    for part in filter(None, (part.strip() for part in BETWEEN_DAYS.split(danish.normalised(text)))):
        ends = [read_day(end) for end in FROM_TO.split(part, maxsplit=1)]
        if ends[-1] < ends[0]:
            sentence = _("»%(text)s« slutter, før det begynder. Skriv den første dag først.")
            raise ValidationError(sentence % {"text": part})
        if (ends[-1] - ends[0]).days >= MOST_DAYS:
            raise ValidationError(_("»%(text)s« er mere end et år. Er årstallet rigtigt?") % {"text": part})
        found |= {ends[0] + timedelta(days) for days in range((ends[-1] - ends[0]).days + 1)}
    return sorted(found)


def in_words(days: Iterable[date]) -> str:
    return ", ".join(f"{day:%d.%m.%Y}" for day in days)


def _text(value: Any) -> str:
    """What was typed, mended; more than any list of days holds is refused."""
    text = danish.normalised(str(value or "")).strip()
    if len(text) > MOST_SIGNS:
        raise ValidationError(_("Det er for meget tekst. Skriv kun dagene, for eksempel 28.02.2026."))
    return text


class DayListField(forms.Field):
    """A list of days; cleaned to a list of dates."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[date]:
        return read_days(_text(value))


class DayOrMonthField(forms.Field):
    """One day, or a month: then its last day."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> date | None:
        text = _text(value)
        if not text:
            return None
        for form in WHOLE_MONTH:
            if (found := form.fullmatch(text)) and (month := _month(found["month"])) and (year := int(found["year"])):
                return date(year, month, calendar.monthrange(year, month)[1])
        return read_day(text)

    def prepare_value(self, value: Any) -> Any:
        return in_words([value]) if isinstance(value, date) else value
