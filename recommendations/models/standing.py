"""How things stood: derived rows, one for each cell and stretch of time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recommendations.enums import Outcome, OwnershipRole, Status
from recommendations.models.answer import CommitteeAnswer
from recommendations.models.committee import Committee
from recommendations.models.item import Item
from recommendations.models.recorded import day, moment
from recommendations.models.scoping import scoped
from recommendations.models.status_update import StatusUpdate


class StandingQuerySet(models.QuerySet["Standing"]):
    def at(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """The rows of one day (default today), by what was known at one moment (default now): at most one a cell."""
        on = day(as_of)
        found = self.filter(Q(on_until__isnull=True) | Q(on_until__gt=on), on_from__lte=on)
        if known_at is None:
            return found.filter(known_until__isnull=True)
        until = moment(known_at)
        return found.filter(Q(known_until__isnull=True) | Q(known_until__gt=until), known_from__lte=until)

    def cells(self) -> Self:
        """Items and committees: not the items as wholes."""
        return self.filter(committee__isnull=False)

    def wholes(self) -> Self:
        """The items as wholes, rolled up from their cells."""
        return self.filter(committee__isnull=True)

    def owned(self) -> Self:
        """Cells whose committee owns the item."""
        return self.cells().exclude(role="")


class Standing(models.Model):
    """How a cell (an item and a committee) stood in a stretch of days, as it was known in a stretch of moments.

    Without a committee it is the item as a whole, rolled up by `lifecycle.roll_up_cells`; every item has such rows. A
    bitemporal table: both stretches are half-open, an empty end is open. Derived from the rows that are kept for good:
    written by `actions`, checked and made again by `manage.py verify`. See `recommendations/standing.py`.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="standings", verbose_name=_("række"))
    committee = models.ForeignKey(
        Committee, models.CASCADE, null=True, related_name="standings", verbose_name=_("udvalg")
    )
    on_from = models.DateField()
    on_until = models.DateField(null=True)
    known_from = models.DateTimeField()
    known_until = models.DateTimeField(null=True)

    role = models.CharField(max_length=20, choices=OwnershipRole, blank=True)  # empty: has spoken, but does not own
    answer = models.ForeignKey(CommitteeAnswer, models.CASCADE, null=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    update = models.ForeignKey(
        StatusUpdate, models.CASCADE, null=True, related_name="+"
    )  # the one that gave the status
    status = models.CharField(max_length=30, choices=Status, blank=True)
    status_on = models.DateField(null=True)
    changed_on = models.DateField(null=True)
    changed_at = models.DateTimeField(null=True)
    confirmed_on = models.DateField(null=True)
    fresh_on = models.DateField(null=True)
    due_on = models.DateField(null=True)  # of the item as a whole: a deadline is the item's
    original_due_on = models.DateField(null=True)

    objects = scoped(StandingQuerySet, "item__publication__municipality")

    class Meta:
        verbose_name = _("stilling")
        verbose_name_plural = _("stillinger")
        ordering = ["item", "committee", "known_from", "on_from"]
        indexes = [
            models.Index(fields=["item", "committee", "on_from"], name="standing_of_cell"),
            models.Index(
                fields=["item", "on_from"],
                condition=Q(committee__isnull=True, known_until__isnull=True),
                name="standing_of_whole_today",
            ),
            models.Index(
                fields=["committee", "outcome", "item"],
                condition=Q(committee__isnull=False, known_until__isnull=True),
                name="standing_of_committee_today",
            ),
            models.Index(
                fields=["committee", "on_until", "status", "item"],
                condition=Q(committee__isnull=False, known_until__isnull=True) & ~Q(role=""),
                name="standing_of_owner_today",
            ),
            models.Index(
                fields=["committee"],  # those that have spoken without owning: few
                condition=Q(committee__isnull=False, known_until__isnull=True, role=""),
                name="standing_of_others_today",
            ),
        ]

    def __str__(self) -> str:
        whose = self.committee.abbreviation if self.committee else _("helheden")
        return f"{self.item_id} ({whose}): {self.status or '–'}"
