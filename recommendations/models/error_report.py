"""What somebody has told us is wrong."""

import uuid
from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import WRITERS
from recommendations.models.item import Item
from recommendations.models.membership import Reach, Visitor
from recommendations.models.municipality import Municipality
from recommendations.models.ownership import Ownership
from recommendations.models.scoping import scoped


class ErrorReportQuerySet(models.QuerySet["ErrorReport"]):
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
        return found if reach.is_superuser else found.owned_by(reach.committees(*WRITERS))

    def owned_by(self, committees: Collection[int]) -> Self:
        """Those about an item that one of `committees` (ids) owns today."""
        owned = Ownership.objects.in_force().filter(committee__in=committees)
        return self.filter(item__in=owned.order_by().values("item"))


class ErrorReport(models.Model):
    """A report of an error, from somebody who need not say who they are.

    It is about an item where it was sent from the item's page, and about the site otherwise. The sender's address is
    kept until the report has been handled and no longer, which is why changes of this table are kept in no history.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="error_reports", verbose_name=_("kommune"), editable=False
    )
    key = models.UUIDField(_("nøgle"), default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("hvad der er forkert"))
    where = models.CharField(_("hvor det står"), max_length=300, blank=True)
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="error_reports", verbose_name=_("række")
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

    objects = scoped(ErrorReportQuerySet)

    class Meta:
        verbose_name = _("fejlmelding")
        verbose_name_plural = _("fejlmeldinger")
        ordering = ["-sent_at", "-id"]
        indexes = [models.Index(fields=["handled_at", "sent_at"], name="errorreport_open_first")]
        constraints = [
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

    def __str__(self) -> str:
        return f"{self.item or self.where or _('Siderne')}: {' '.join(self.text.split())[:60]}"
