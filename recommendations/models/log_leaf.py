"""The log as a tree: in which order events were taken into it, and the hash that each was taken in with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.event import Event
from recommendations.models.municipality import Municipality
from recommendations.models.scoping import scoped


class LogLeaf(models.Model):
    """One leaf of the municipality's Merkle tree (RFC 6962, 2.1). Never changed and never deleted.

    `number` counts from 0 without a hole. It is given when the event is taken in, one transaction after another, and
    so is not the order of ids: those are given out before an act is over. `leaf_hash` is SHA-256, in hexadecimal, of a
    zero byte and what `event_log.leaf` says of the event. `roots` are those of the full subtrees that end with this
    leaf, from the smallest, 64 hexadecimal digits each: so that a proof reads a handful of rows. `salt` hides what the
    leaf seals; it is random, and never shown.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="log_leaves", verbose_name=_("kommune"), editable=False
    )
    number = models.PositiveBigIntegerField(_("nummer"))
    event = models.OneToOneField(Event, models.PROTECT, related_name="leaf", verbose_name=_("hændelse"))
    leaf_hash = models.CharField(_("fingeraftryk"), max_length=64)
    roots = models.TextField(_("rødder"), blank=True)
    salt = models.CharField(_("salt"), max_length=32, editable=False)

    objects = scoped(models.QuerySet)

    class Meta:
        verbose_name = _("blad i loggen")
        verbose_name_plural = _("blade i loggen")
        ordering = ["municipality", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"],
                name="log_leaf_number_once",
                violation_error_message=_("Nummeret i loggen er brugt. Prøv igen."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
