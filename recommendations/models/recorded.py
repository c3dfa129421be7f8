"""What rows with a time of their own share: when we learnt of them, who wrote them down, and what corrects them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def after_outer(*fields: str) -> Q:
    """Rows that come after the outer query's row, by the fields in turn.

    "None comes after" finds the newest row of each item, for all items at once; "it is the newest" looks item by item.
    """
    after, same = Q(), dict[str, OuterRef]()
    for field in fields:
        after |= Q(**same, **{f"{field}__gt": OuterRef(field)})
        same[field] = OuterRef(field)
    return after


_now: ContextVar[datetime | None] = ContextVar("now", default=None)


_never_before: ContextVar[datetime | None] = ContextVar("never_before", default=None)


def now() -> datetime:
    """What an act says that its moment is: the clock's, but never before the act that was done last.

    So what is ordered by moments is in the order in which it was done, also after a clock that was fast is set right.
    """
    return in_order(timezone.now())


def in_order(at: datetime) -> datetime:
    """A moment of the clock as it is written."""
    earliest = _never_before.get()
    return at if earliest is None else max(at, earliest)


@contextmanager
def never_before(last: datetime | None) -> Iterator[None]:
    """Inside, it is never earlier than `last`."""
    before = _never_before.set(last)
    try:
        yield
    finally:
        _never_before.reset(before)


def moment(known_at: datetime | None) -> datetime:
    """The time until which rows count as known: now when none is given."""
    return known_at or _now.get() or now()


@contextmanager
def at_one_moment(now: datetime) -> Iterator[None]:
    """Inside, it is the same moment in every question, so that the parts of a page know the same."""
    before = _now.set(now)
    try:
        yield
    finally:
        _now.reset(before)


def day(as_of: date | None) -> date:
    """The day that is asked about: today when none is given."""
    return as_of or timezone.localdate()


class Recorded(models.Model):
    """A row that says when we learnt of it and who wrote it down."""

    recorded_at = models.DateTimeField(_("registreret"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("registreret af"),
        help_text=_("Tomt, når rækken er indlæst fra en kilde."),
    )

    class Meta:
        abstract = True


class CorrigibleQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows of which a later one may correct an earlier one; `DAY` is the day that a row is about."""

    DAY = "set_on"

    def recorded_until(self, known_at: datetime | None = None) -> Self:
        return self.filter(recorded_at__lte=moment(known_at))

    def uncorrected(self, known_at: datetime | None = None) -> Self:
        """Without rows that another, recorded until `known_at`, corrects."""
        corrections = self.model._base_manager.filter(corrects=OuterRef("pk"), recorded_at__lte=moment(known_at))
        return self.filter(~Exists(corrections))

    def known(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """About a day no later than `as_of`, recorded until `known_at`, and neither corrected nor taken back."""
        return (
            self.recorded_until(known_at)
            .filter(**{f"{self.DAY}__lte": day(as_of)})
            .uncorrected(known_at)
            .exclude(**self.model.TAKEN_BACK)
        )

    def oldest_first(self) -> Self:
        return self.order_by(self.DAY, "recorded_at", "pk")

    def newest_first(self) -> Self:
        return self.order_by(f"-{self.DAY}", "-recorded_at", "-pk")


class Corrigible(Recorded):
    """A row that is final once recorded. A mistake is corrected by a new row, in its place or taking it back."""

    TAKEN_BACK: dict[str, object] = {}  # what a correction looks like that puts nothing in the old row's place

    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("retter")
    )

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["corrects"],
                name="%(class)s_corrected_once",
                violation_error_message=_("Rækken er allerede rettet. Ret den nyeste udgave."),
            ),
        ]
