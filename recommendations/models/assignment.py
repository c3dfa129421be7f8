"""Who in a committee keeps an item up: optional, and never seen by the public."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models.committee import Committee
from recommendations.models.item import Item
from recommendations.models.scoping import scoped


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def declined(self) -> Self:
        """Those that somebody has said »ikke min« of, and that nobody has been given since."""
        return self.filter(person=None)


class Assignment(models.Model):
    """The item of a committee's that one person has been given; or, without a person, that `declined_by` gave back.

    Without a row it is whoever wrote the status that stands, else every editor of the committee (`keepers`). Each
    change is an `Event`.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="assignments", verbose_name=_("række"))
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="assignments", verbose_name=_("udvalg"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("medarbejder")
    )
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sagt »ikke min« af"),
    )
    note = models.CharField(_("bemærkning"), max_length=300, blank=True)
    since = models.DateTimeField(_("siden"), default=timezone.now)

    objects = scoped(AssignmentQuerySet, "item__publication__municipality")

    class Meta:
        verbose_name = _("medarbejder på en række")
        verbose_name_plural = _("medarbejdere på rækker")
        ordering = ["item", "committee"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "committee"],
                name="assignment_once",
                violation_error_message=_("Rækken er allerede givet til en medarbejder i udvalget."),
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, declined_by__isnull=True)
                | Q(person__isnull=True, declined_by__isnull=False),
                name="assignment_is_given_or_declined",
                violation_error_message=_("Rækken er enten givet til en medarbejder eller meldt »ikke min«."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}, {self.committee.abbreviation}"
