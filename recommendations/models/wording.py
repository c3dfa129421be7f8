"""The words of an item: what it is called and what it says, from which day, and whose words they are."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import WordsBasis
from recommendations.models.item import Item
from recommendations.models.recorded import Corrigible, CorrigibleQuerySet
from recommendations.models.scoping import scoped


class WordingQuerySet(CorrigibleQuerySet):
    DAY = "valid_from"


class Words(models.Model):
    """What an item is called and what it says, whoever's words they are; from which day, and why they were changed."""

    title = models.CharField(_("titel"), max_length=300)
    title_basis = models.CharField(_("titlen er"), max_length=20, choices=WordsBasis, default=WordsBasis.SOURCE)
    summary = models.TextField(
        _("resumé"),
        blank=True,
        help_text=_("En til fire sætninger, skrevet af os: hvad skal gøres, af hvem og hvorfor."),
    )
    official_text = models.TextField(_("kildens egne ord"), blank=True)
    official_basis = models.CharField(
        _("de officielle ord er"), max_length=20, choices=WordsBasis, default=WordsBasis.SOURCE
    )
    document = models.CharField(
        _("dokument"), max_length=300, blank=True, help_text=_("Tomt betyder kildens eget dokument.")
    )
    pages = models.CharField(_("side i kilden"), max_length=30, blank=True)
    valid_from = models.DateField(_("gælder fra"), default=timezone.localdate)
    reason = models.TextField(_("begrundelse"), blank=True)

    class Meta:
        abstract = True

    @property
    def title_is_ours(self) -> bool:
        return self.title_basis == WordsBasis.OURS


class Wording(Words, Corrigible):
    """One wording, never changed: new words are a new row. A view of an earlier day shows the words of that day."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="wordings", verbose_name=_("række"))

    objects = scoped(WordingQuerySet, "item__publication__municipality")

    class Meta(Corrigible.Meta):
        verbose_name = _("ordlyd")
        verbose_name_plural = _("ordlyde")
        ordering = ["item", "valid_from", "recorded_at", "id"]
        indexes = [models.Index(fields=["item", "valid_from", "recorded_at"], name="wording_of_item")]
        constraints = [
            *Corrigible.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(title=""),
                name="wording_has_a_title",
                violation_error_message=_("Skriv en titel."),
            ),
            models.CheckConstraint(
                condition=~Q(official_basis=WordsBasis.OURS),
                name="wording_official_words_are_not_ours",
                violation_error_message=_("Kildens egne ord kan ikke være vores. Skriv vores ord i resuméet."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
