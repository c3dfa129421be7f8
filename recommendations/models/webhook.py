"""Programs elsewhere that are called when there is news."""

from __future__ import annotations

from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models.municipality import Municipality
from recommendations.models.scoping import scoped


class Webhook(models.Model):
    """An address that each piece of public news is posted to, signed with `secret` (Standard Webhooks: `whsec_…`)."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="webhooks", verbose_name=_("kommune"), editable=False
    )
    url = models.URLField(
        _("adresse"), max_length=500, validators=[URLValidator(schemes=["https"])], help_text=_("Kun https.")
    )
    secret = models.CharField(_("hemmelighed"), max_length=100, editable=False)
    is_active = models.BooleanField(_("i brug"), default=True)
    made_at = models.DateTimeField(_("oprettet"), default=timezone.now, editable=False)

    objects = scoped(models.QuerySet)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["url", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "url"],
                name="webhook_once",
                violation_error_message=_("Der er allerede en webhook med den adresse."),
            ),
        ]

    def __str__(self) -> str:
        return self.url
