"""What somebody has told us is wrong."""

import uuid
from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import Role
from recommendations.models.committee import Reach, Visitor
from recommendations.models.initiative import Initiative
from recommendations.models.ownership import Ownership
from recommendations.models.recommendation import Recommendation


class ErrorReportQuerySet(models.QuerySet["ErrorReport"]):
    def get_by_natural_key(self, key):
        return self.get(key=key)

    def open(self) -> Self:
        """Those that nobody has handled yet."""
        return self.filter(handled_at__isnull=True)

    def visible_to(self, user: Visitor, reach: Reach | None = None) -> Self:
        """Those about what the user's committees own today; a superuser sees all, also those about no item."""
        reach = reach or Reach.of(user)
        return self if reach.is_superuser else self.owned_by(reach.committees())

    def to_be_handled_by(self, reach: Reach) -> Self:
        """The open ones that somebody with this reach may handle: `permissions.can_handle_report` in SQL."""
        found = self.open()
        return found if reach.is_superuser else found.owned_by(reach.committees(Role.EDITOR, Role.APPROVER))

    def owned_by(self, committees: Collection[int]) -> Self:
        """Those about an item that one of `committees` (ids) owns today."""
        owned = Ownership.objects.in_force().filter(committee__in=committees)
        return self.filter(
            Q(recommendation__in=owned.filter(recommendation__isnull=False).values("recommendation"))
            | Q(initiative__in=owned.filter(initiative__isnull=False).values("initiative"))
        )


class ErrorReport(models.Model):
    """A report of an error, from somebody who need not say who they are.

    It is about an item where it was sent from the item's page, and about the site otherwise. The sender's address is
    kept until the report has been handled and no longer, which is why changes of this table are kept in no history.
    """

    key = models.UUIDField(_("nøgle"), default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("hvad der er forkert"))
    where = models.CharField(_("hvor det står"), max_length=300, blank=True)
    recommendation = models.ForeignKey(
        Recommendation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="error_reports",
        verbose_name=_("anbefaling"),
    )
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="error_reports", verbose_name=_("initiativ")
    )
    email = models.EmailField(_("afsenderens mailadresse"), blank=True)
    sent_at = models.DateTimeField(_("sendt"), default=timezone.now)
    handled_at = models.DateTimeField(_("behandlet"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("behandlet af"),
    )
    note = models.TextField(_("hvad der blev gjort"), blank=True)

    objects = ErrorReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("fejlmelding")
        verbose_name_plural = _("fejlmeldinger")
        ordering = ["-sent_at", "-id"]
        indexes = [models.Index(fields=["handled_at", "sent_at"], name="errorreport_open_first")]
        constraints = [
            models.CheckConstraint(
                condition=Q(recommendation__isnull=True) | Q(initiative__isnull=True),
                name="errorreport_about_one_item_at_most",
                violation_error_message=_("En fejlmelding kan ikke handle om to rækker."),
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True, note="")
                | Q(handled_at__isnull=False, handled_by__isnull=False) & ~Q(note=""),
                name="errorreport_handled_says_who_and_what",
                violation_error_message=_("En behandlet fejlmelding skal sige, hvem der behandlede den, og hvordan."),
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True) | Q(email=""),
                name="errorreport_handled_keeps_no_address",
                violation_error_message=_("Afsenderens mailadresse skal slettes, når fejlmeldingen er behandlet."),
            ),
        ]

    def __str__(self):
        return f"{self.item or self.where or _('Siderne')}: {' '.join(self.text.split())[:60]}"

    def natural_key(self):
        return (str(self.key),)

    natural_key.dependencies = ["recommendations.recommendation", "recommendations.initiative"]

    @property
    def item(self) -> Recommendation | Initiative | None:
        """The item it is about, if any."""
        return self.recommendation if self.recommendation_id else self.initiative if self.initiative_id else None
