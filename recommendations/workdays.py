"""Which days are worked on in Denmark: for "five working days before". It knows dates only."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import holidays


@cache
def _of_the_year(year: int) -> dict[date, str]:
    """The public holidays of a year, with the days on which municipalities are closed too, by the names they have."""
    kinds = ("public", "optional")
    return dict(holidays.country_holidays("DK", years=year, categories=kinds, language="da"))


def holiday(day: date) -> str:
    """What a holiday is called; empty for any other day."""
    return _of_the_year(day.year).get(day, "")


def is_worked(day: date) -> bool:
    return day.weekday() < 5 and not holiday(day)


def before(day: date, count: int) -> date:
    """The day that lies `count` working days before `day`."""
    left = count
    while left:
        day -= timedelta(days=1)
        left -= is_worked(day)
    return day


def first_of_month(day: date) -> date:
    """The first working day of the month that `day` is in."""
    first = day.replace(day=1)
    while not is_worked(first):
        first += timedelta(days=1)
    return first
