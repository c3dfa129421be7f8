"""Readers who are told by mail of what they follow, without an account; nothing is kept but what that takes."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import FollowedTopic, Rhythm
from recommendations.models.municipality import Municipality
from recommendations.models.scoping import scoped

UNCONFIRMED_FOR = timedelta(hours=48)


class Subscriber(models.Model):
    """An address, kept as long as it follows something and no longer. Deleted, all about it goes with it."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="subscribers", verbose_name=_("kommune"), editable=False
    )
    key = models.UUIDField(_("nøgle"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("mailadresse"))
    language = models.CharField(_("sprog"), max_length=5, default="da")
    made_at = models.DateTimeField(_("oprettet"), default=timezone.now)

    objects = scoped(models.QuerySet)

    class Meta:
        verbose_name = _("en, der følger med")
        verbose_name_plural = _("dem, der følger med")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "email"],
                name="subscriber_once",
                violation_error_message=_("Adressen er der allerede."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)  # never the address: this may be written in a log


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def given_up(self, now: datetime) -> Self:
        """Those that nobody has confirmed in time."""
        return self.filter(confirmed_at=None, made_at__lt=now - UNCONFIRMED_FOR)


class Subscription(models.Model):
    """One page that a reader follows: the `address` of an item, a list as it was narrowed, or a committee's meetings.

    The address is the page's path and query, in Danish and canonical. Nothing is sent before it is confirmed (double
    opt-in). `told_event` is the last event that the reader has been told of, or that was there when it was confirmed.
    """

    subscriber = models.ForeignKey(
        Subscriber, models.CASCADE, related_name="subscriptions", verbose_name=_("en, der følger med")
    )
    topic = models.CharField(_("hvad"), max_length=20, choices=FollowedTopic, default=FollowedTopic.NEWS)
    address = models.CharField(_("side"), max_length=1000)
    rhythm = models.CharField(_("hvor tit"), max_length=20, choices=Rhythm, default=Rhythm.WEEKLY)
    made_at = models.DateTimeField(_("oprettet"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("bekræftet"), null=True, blank=True)
    told_event = models.BigIntegerField(_("fortalt indtil hændelse"), default=0)
    told_on = models.DateField(_("fortalt den"), null=True, blank=True)

    objects = scoped(SubscriptionQuerySet, "subscriber__municipality")

    class Meta:
        verbose_name = _("noget, der følges")
        verbose_name_plural = _("det, der følges")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscriber", "topic", "address"],
                name="subscription_once",
                violation_error_message=_("Det følges allerede."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}: {self.address}"
