"""How often a member of staff wants mail about drafts and items."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailPreference(models.Model):
    """Without a row, as it happens. It is the person's own, whichever municipality writes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="mail_preference",
        verbose_name=_("bruger"),
    )
    is_daily = models.BooleanField(_("én mail om dagen"), default=False)

    class Meta:
        verbose_name = _("ønske om mail")
        verbose_name_plural = _("ønsker om mail")

    def __str__(self) -> str:
        return str(self.user)
