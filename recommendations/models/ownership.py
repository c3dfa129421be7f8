"""Which committee owns what, from when and until when, and since when we have known it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from recommendations.enums import OwnershipRole
from recommendations.models.committee import Committee, Succession
from recommendations.models.item import Item
from recommendations.models.recorded import Recorded, day, moment
from recommendations.models.scoping import scoped


class OwnershipQuerySet(models.QuerySet["Ownership"]):
    def recorded(self, known_at: datetime | None = None) -> Self:
        """What was known at `known_at` (default now): of each ownership the newest row, unless it says "never"."""
        until = moment(known_at)
        # Asked of each row (an anti-join), not gathered: the ownerships of one item are few among all there have been.
        newer = Ownership._base_manager.filter(replaces=OuterRef("pk"), recorded_at__lte=until)
        return self.filter(~Exists(newer), recorded_at__lte=until).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
        )

    def in_force(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Who owned on the day `as_of` (default today), by what was recorded until `known_at` (default now)."""
        on = day(as_of)
        return self.recorded(known_at).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


class Ownership(Recorded):
    """A committee owns an item from a day on, until another if it has ended (`valid_to` is the first day after).

    Never changed (append-only): to end it, or to mend either end, is a new row that `replaces` the old one. A row that
    ends on the day it begins says that the committee never owned the item.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="ownerships", verbose_name=_("række"))
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="ownerships", verbose_name=_("udvalg"))
    role = models.CharField(_("ansvar"), max_length=20, choices=OwnershipRole, default=OwnershipRole.LEAD)
    valid_from = models.DateField(_("fra"))
    valid_to = models.DateField(
        _("til"), null=True, blank=True, help_text=_("Den første dag, udvalget ikke længere ejer.")
    )
    succession = models.ForeignKey(
        Succession,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="ownerships",
        verbose_name=_("overtaget ved udvalgsskifte"),
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="replacements", verbose_name=_("erstatter")
    )
    reason = models.CharField(_("begrundelse"), max_length=300, blank=True)

    objects = scoped(OwnershipQuerySet, "committee__municipality")

    class Meta:
        verbose_name = _("ejerskab")
        verbose_name_plural = _("ejerskaber")
        ordering = ["-role", "committee__sort_name", "valid_from", "id"]
        indexes = [
            models.Index(fields=["committee", "valid_to"], name="ownership_by_committee"),
            models.Index(fields=["item", "committee"], name="ownership_by_cell"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["replaces"],
                name="ownership_replaced_once",
                violation_error_message=_("Ejerskabet er allerede ændret. Genindlæs siden, og ret den nyeste række."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="ownership_ends_after_it_begins",
                violation_error_message=_("Ejerskabet kan ikke ophøre, før det er begyndt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee.abbreviation}: {self.item}"
