"""Days, counts and lists of words as a report says them. Danish, as all of a report is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst

from recommendations.selection import ItemModel


def counted(count: int, one: str, many: str) -> str:
    return f"{number_format(count)} {one if count == 1 else many}"


def day_in_words(day: date) -> str:
    return date_format(day, "j. F Y")


def day_of_the_year(day: date, beside: date) -> str:
    """The day, with its year only where that is not the one of the day that it stands `beside`."""
    return date_format(day, "j. F" if day.year == beside.year else "j. F Y")


def weekday_in_words(day: date) -> str:
    """For example "Torsdag den 26. november 2026"."""
    return capfirst(date_format(day, r"l \d\e\n j. F Y"))


def moment_in_words(moment: datetime | None) -> str:
    """The moment until which rows count, to the minute."""
    return date_format(timezone.localtime(moment), r"j. F Y \k\l. H.i")


def joined(parts: Sequence[str]) -> str:
    """ "a", "a og b", "a, b og c"."""
    return " og ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def uncapitalised(text: str) -> str:
    """As it stands within a sentence."""
    return text[:1].lower() + text[1:]


def model_in_words(model: ItemModel) -> tuple[str, str]:
    """The plural, at the beginning of a sentence and within one."""
    plural = str(model._meta.verbose_name_plural)
    return capfirst(plural), plural


def noun(model: ItemModel, count: int) -> str:
    """ "anbefaling" for one, "anbefalinger" for any other number."""
    meta = model._meta
    return str(meta.verbose_name if count == 1 else meta.verbose_name_plural)
