"""The base of everything that is said about a recommendation or an initiative."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from recommendations.models.initiative import Initiative
    from recommendations.models.item import TrackedItem
    from recommendations.models.recommendation import Recommendation


class AboutItem(models.Model):
    """A row about one item: a recommendation or an initiative, never both and never neither."""

    recommendation = models.ForeignKey(
        "recommendations.Recommendation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("anbefaling"),
    )
    initiative = models.ForeignKey(
        "recommendations.Initiative",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("initiativ"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(recommendation__isnull=False, initiative__isnull=True)
                | Q(recommendation__isnull=True, initiative__isnull=False),
                name="%(class)s_about_one_item",
                violation_error_message=_("Vælg enten en anbefaling eller et initiativ."),
            ),
        ]

    @property
    def item(self) -> Recommendation | Initiative:
        """The recommendation or the initiative."""
        return self.recommendation if self.recommendation_id else self.initiative

    @property
    def item_key(self):
        """The item's part of a natural key: which kind, which source, which number."""
        return ("recommendation" if self.recommendation_id else "initiative", *self.item.natural_key())


def for_item(item: TrackedItem) -> dict[str, Any]:
    """The keyword that ties a row to `item`: `Deadline(**for_item(item), …)` and `.filter(**for_item(item))`."""
    return {item.ABOUT: item}


def item_lookup(kind: str, publication: str, number: str, prefix: str = "") -> dict[str, str]:
    """The lookup that finds rows about the item with this natural key."""
    field = {"recommendation": "number", "initiative": "code"}[kind]
    return {f"{prefix}{kind}__publication__slug": publication, f"{prefix}{kind}__{field}": number}


def after_outer(*fields: str) -> Q:
    """Rows that come after the outer query's row, by the fields in turn.

    "None comes after" finds the newest row of each item, for all items at once; "it is the newest" looks item by item.
    """
    after, same = Q(), {}
    for field in fields:
        after |= Q(**same, **{f"{field}__gt": OuterRef(field)})
        same[field] = OuterRef(field)
    return after


def moment(known_at: datetime | None) -> datetime:
    """The time until which rows count as known: now when none is given."""
    return known_at or timezone.now()


def day(as_of: date | None) -> date:
    """The day that is asked about: today when none is given."""
    return as_of or timezone.localdate()
