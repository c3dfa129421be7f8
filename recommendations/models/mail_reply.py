"""Answers to mails that asked for a status, and what became of each."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import ReplyState
from recommendations.models.municipality import Municipality
from recommendations.models.outgoing import OutgoingMessage
from recommendations.models.scoping import scoped
from recommendations.models.status_update import StatusUpdate


class MailReply(models.Model):
    """One mail that came in. Of what became a draft, who sent it and its headers are kept; of all else, nothing is.

    `digest` is the SHA-256, in hexadecimal, of its Message-ID: the same mail is not taken twice.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="mail_replies", verbose_name=_("kommune"), editable=False
    )
    digest = models.CharField(_("fingeraftryk"), max_length=64)
    state = models.CharField(_("hvad der blev af det"), max_length=20, choices=ReplyState)
    received_at = models.DateTimeField(_("modtaget"), default=timezone.now)
    message = models.ForeignKey(
        OutgoingMessage, models.SET_NULL, null=True, blank=True, related_name="replies", verbose_name=_("svar på")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("afsender")
    )
    update = models.ForeignKey(
        StatusUpdate, models.PROTECT, null=True, blank=True, related_name="mail_replies", verbose_name=_("kladde")
    )
    headers = models.TextField(_("mailens hoved"), blank=True)
    note = models.TextField(_("bemærkning"), blank=True)

    objects = scoped(models.QuerySet)

    class Meta:
        verbose_name = _("svar på mail")
        verbose_name_plural = _("svar på mail")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "digest"],
                name="mail_reply_once",
                violation_error_message=_("Den mail er allerede modtaget."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.received_at:%d.%m.%Y}"
