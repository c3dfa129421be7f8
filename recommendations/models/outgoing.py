"""What is to be sent: mails and calls of webhooks, each a row until it has gone (outbox)."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import MessageKind
from recommendations.models.committee import Committee
from recommendations.models.item import Item
from recommendations.models.municipality import Municipality
from recommendations.models.scoping import scoped
from recommendations.models.subscription import Subscriber
from recommendations.models.webhook import Webhook

MOST_SENDS = 10  # tries; after some 17 hours nobody tries any more, and it is a dead letter
SENDING_FOR = timedelta(minutes=10)  # a sender that has said nothing for so long is taken to be dead
KEPT_FOR = timedelta(days=90)  # after it was sent: so long an answer to it can be told from others


class OutgoingMessageQuerySet(models.QuerySet["OutgoingMessage"]):
    def unsent(self) -> Self:
        return self.filter(sent_at=None)

    def waiting(self, now: datetime) -> Self:
        """What should have been sent by now, also what is being sent."""
        return self.unsent().filter(run_after__lte=now, tries__lt=MOST_SENDS)

    def due(self, now: datetime) -> Self:
        """What may be taken now, the first first."""
        left = Q(taken_at=None) | Q(taken_at__lt=now - SENDING_FOR)
        return self.waiting(now).filter(left).order_by("run_after", "pk")

    def dead(self) -> Self:
        """Dead letters: what nobody tries to send any more."""
        return self.unsent().filter(tries__gte=MOST_SENDS)

    def old(self, now: datetime) -> Self:
        """What was sent so long ago that nothing asks for it."""
        return self.filter(sent_at__lt=now - KEPT_FOR)


class OutgoingMessage(models.Model):
    """One mail to one address, or one call of one webhook. It is sent at least once, always under the same Message-ID.

    It holds neither address nor text: both are looked up when it is sent. It goes to `person`; else to the
    `subscriber`, the `webhook`, the mailbox of the `committee`; else to the municipality's own. With a person, the
    committee is the one in whose name they are asked. `about` is what its writer is to know, as JSON: keys of rows.
    `key` is the left part of the Message-ID and of the address that an answer is sent to, and so is not to be guessed.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="outgoing_messages", verbose_name=_("kommune"), editable=False
    )
    key = models.UUIDField(_("nøgle"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("hvad det er"), max_length=30, choices=MessageKind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("til medarbejder"),
    )
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("udvalg")
    )
    subscriber = models.ForeignKey(
        Subscriber,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("til en, der følger med"),
    )
    webhook = models.ForeignKey(
        Webhook, models.CASCADE, null=True, blank=True, related_name="calls", verbose_name=_("til webhook")
    )
    item = models.ForeignKey(Item, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("række"))
    about = models.JSONField(_("om"), default=dict, blank=True)
    made_at = models.DateTimeField(_("bestilt"), default=timezone.now)
    run_after = models.DateTimeField(_("tidligst"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("forsøg"), default=0)
    taken_at = models.DateTimeField(_("begyndt"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sendt"), null=True, blank=True)
    error = models.TextField(_("fejl ved sidste forsøg"), blank=True)

    objects = scoped(OutgoingMessageQuerySet)

    class Meta:
        verbose_name = _("udgående besked")
        verbose_name_plural = _("udgående beskeder")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(F("run_after"), condition=Q(sent_at=None), name="outgoing_not_sent_first")]

    def __str__(self) -> str:
        return self.get_kind_display()


class ToldUntil(models.Model):
    """The last event that somebody has been told of: whoever writes messages of acts goes on from there (a cursor)."""

    municipality = models.OneToOneField(
        Municipality, models.PROTECT, primary_key=True, related_name="told_until", verbose_name=_("kommune")
    )
    event_id = models.BigIntegerField(_("hændelse"), default=0)

    objects = scoped(models.QuerySet)

    class Meta:
        verbose_name = _("fortalt indtil")
        verbose_name_plural = _("fortalt indtil")

    def __str__(self) -> str:
        return str(self.event_id)
