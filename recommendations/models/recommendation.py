"""What was recommended."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from recommendations.enums import VoteOption
from recommendations.models.item import DERIVED_FIELDS, ItemQuerySet, TrackedItem
from recommendations.models.vote_share import VoteShare


class RecommendationQuerySet(ItemQuerySet):
    def countable(self) -> Self:
        """Without headings: what every total counts."""
        return self.filter(is_heading=False)

    def with_support(self) -> Self:
        """Annotate `support_percent` and `support_basis`: the share of the members who support, and how it was read.

        No percentage where it is unreadable, neither where nobody voted.
        """
        shares = VoteShare.objects.filter(recommendation=OuterRef("pk"), option=VoteOption.SUPPORTS).order_by()
        return self.annotate(
            support_percent=Subquery(shares.values("percent")), support_basis=Subquery(shares.values("basis"))
        )

    def with_initiatives(self) -> Self:
        """Annotate `has_initiatives`: whether any initiative belongs to it, not counting those of what is below it."""
        linked = self.model.initiatives.through.objects.filter(recommendation=OuterRef("pk"))
        return self.annotate(has_initiatives=Exists(linked))

    def by_support(self, *then: str) -> Self:
        """The greatest share first, no share last; as a join, since all rows are looked at to find the first."""
        supports = FilteredRelation("votes", condition=Q(votes__option=VoteOption.SUPPORTS))
        return self.annotate(supports=supports).order_by(F("supports__percent").desc(nulls_last=True), *then)


class Recommendation(TrackedItem):
    """One numbered recommendation of a source, or a heading over several."""

    ABOUT = "recommendation"
    NUMBER_FIELD = "number"

    number = models.CharField(_("nummer"), max_length=30, help_text=_("Som trykt i kilden, for eksempel 2.3.1."))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("hører under")
    )
    is_heading = models.BooleanField(
        _("er en overskrift"),
        default=False,
        help_text=_("En overskrift samler andre anbefalinger og tælles ikke selv med."),
    )

    history = HistoricalRecords(
        excluded_fields=DERIVED_FIELDS,
        verbose_name=_("ændring af anbefaling"),
        verbose_name_plural=_("ændringer af anbefaling"),
    )
    objects = RecommendationQuerySet.as_manager()

    class Meta(TrackedItem.Meta):
        indexes = [
            *TrackedItem.Meta.indexes,
            models.Index(
                fields=["publication", "is_heading", "status", "due_on", "fresh_on"], name="recommendation_totals"
            ),
        ]
        verbose_name = _("anbefaling")
        verbose_name_plural = _("anbefalinger")
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "number"],
                name="recommendation_number_once",
                violation_error_message=_("Nummeret findes allerede i den kilde. Vælg et andet nummer."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="recommendation_not_its_own_parent",
                violation_error_message=_("En anbefaling kan ikke høre under sig selv."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("recommendation", args=[self.publication.slug, self.number])

    natural_key = TrackedItem.natural_key
    natural_key.dependencies = ["recommendations.publication"]
