"""Another time than now, for as long as something that is told of it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import count
from unittest.mock import patch

from django.utils import timezone

BEGINS = time(9)  # of the working day, in the municipality's own zone


class _AnyDatetime(type):
    """What Django asks of any datetime, it may ask of ours."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


@contextmanager
def at(day: date, *, tick: timedelta = timedelta(seconds=1)) -> Iterator[None]:
    """`timezone.now()` and `localdate()` say the morning of `day`, and a `tick` later at each look.

    What `timezone.now` reads is replaced, not the function itself: models hold on to that as a default. It is replaced
    in the whole process, so only a command that is alone in it may do this.
    """
    first, looks = timezone.make_aware(datetime.combine(day, BEGINS)), count()

    class Clock(metaclass=_AnyDatetime):
        @staticmethod
        def now(tz: tzinfo | None = None) -> datetime:
            return (first + next(looks) * tick).astimezone(tz)

    with patch.object(timezone, "datetime", Clock):
        yield
