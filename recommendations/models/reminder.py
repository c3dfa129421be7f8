"""Which questions for a status have been sent: each step once, whatever night the job runs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import ReminderKind
from recommendations.models.committee import Committee
from recommendations.models.item import Item
from recommendations.models.municipality import Municipality
from recommendations.models.outgoing import OutgoingMessage
from recommendations.models.scoping import scoped

ONCE = _("Det trin er allerede sendt.")


class ReminderStep(models.Model):
    """One step told to one person, or without a person to the mailbox of the committee.

    `about_on` is the day that the step counts from: of the deadline, of the last news, of the meeting, the first of the
    month. `days` is how far from it, negative before. The month's mail is about no committee and no item; that a report
    is ready about a committee and no item.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="reminder_steps", verbose_name=_("kommune"), editable=False
    )
    kind = models.CharField(_("hvorfor"), max_length=20, choices=ReminderKind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("medarbejder")
    )
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("udvalg")
    )
    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("række"))
    about_on = models.DateField(_("regnet fra"))
    days = models.SmallIntegerField(_("dage"), default=0)
    told_on = models.DateField(_("sendt den"), default=timezone.localdate)
    message = models.ForeignKey(
        OutgoingMessage, models.SET_NULL, null=True, blank=True, related_name="steps", verbose_name=_("besked")
    )

    objects = scoped(models.QuerySet)

    class Meta:
        verbose_name = _("rykker")
        verbose_name_plural = _("rykkere")
        ordering = ["-told_on", "-pk"]
        indexes = [
            models.Index(fields=["person", "-told_on"], name="reminder_of_person"),
            models.Index(fields=["item", "committee"], name="reminder_of_cell"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "committee", "item", "kind", "about_on", "days"],
                condition=Q(person__isnull=False, committee__isnull=False, item__isnull=False),
                name="reminder_about_item_once",
                violation_error_message=ONCE,
            ),
            models.UniqueConstraint(
                fields=["committee", "item", "kind", "about_on", "days"],
                condition=Q(person__isnull=True, committee__isnull=False, item__isnull=False),
                name="reminder_to_mailbox_once",
                violation_error_message=ONCE,
            ),
            models.UniqueConstraint(
                fields=["person", "committee", "kind", "about_on", "days"],
                condition=Q(person__isnull=False, committee__isnull=False, item__isnull=True),
                name="reminder_about_committee_once",
                violation_error_message=ONCE,
            ),
            models.UniqueConstraint(
                fields=["municipality", "person", "kind", "about_on", "days"],
                condition=Q(person__isnull=False, committee__isnull=True, item__isnull=True),
                name="reminder_of_month_once",
                violation_error_message=ONCE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about_on:%d.%m.%Y} {self.days:+d}"
