"""What had to go because the law says so: that it went, when and why, and where it stood; never what it was."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from recommendations.enums import WithheldKind
from recommendations.models.item import Item
from recommendations.models.municipality import Municipality
from recommendations.models.publication import Publication
from recommendations.models.scoping import scoped

LONGEST_REASON = 120


class WithholdingQuerySet(models.QuerySet["Withholding"]):
    def for_register(self) -> WithholdingQuerySet:
        """The newest first, with what the public register says of each; an item of a source in draft is not named."""
        return self.select_related("item__publication", "item__wording", "publication").order_by("-number")


class Withholding(models.Model):
    """One act of taking away (redaction). Never changed. `reason` completes "Fjernet den …, fordi …"."""

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="withholdings", verbose_name=_("kommune"), editable=False
    )
    number = models.PositiveIntegerField(_("nummer"))  # 1, 2, 3 … in the municipality
    at = models.DateTimeField(_("fjernet"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("fjernet af"))
    kind = models.CharField(_("hvad"), max_length=20, choices=WithheldKind)
    reason = models.CharField(_("begrundelse"), max_length=LONGEST_REASON)
    legal_basis = models.CharField(_("hjemmel"), max_length=200)
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="withholdings", verbose_name=_("række")
    )
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="withholdings", verbose_name=_("kilde")
    )

    objects = scoped(WithholdingQuerySet)

    class Meta:
        verbose_name = _("fjernet oplysning")
        verbose_name_plural = _("fjernede oplysninger")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "number"],
                name="withholding_number_once",
                violation_error_message=_("Nummeret er brugt. Prøv igen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_kind_display()}"

    @property
    def day(self) -> str:
        """The day as it stands in Danish sentences, whatever language is asked in: they are kept in the rows."""
        with translation.override(settings.LANGUAGE_CODE):
            return date_format(timezone.localdate(self.at), "j. F Y")

    @property
    def sentence(self) -> str:
        """What stands in the place of what went."""
        with translation.override(settings.LANGUAGE_CODE):
            return __("Fjernet den %(day)s, fordi %(reason)s.") % {"day": self.day, "reason": self.reason}

    @property
    def anchor(self) -> str:
        """Its place in the public register."""
        return f"nr-{self.number}"


class WithheldPlace(models.Model):
    """One column of one row that a withholding wrote anew.

    `digest` is the SHA-256, in hexadecimal, of what stood there, as text in UTF-8: who has it can prove it.
    `row_digest` is that of the whole row afterwards, where events carry one of it; of evidence that of its update.
    `stored` names a file that was destroyed. `opens` is what the guard of an append-only row lets in; it is taken away
    in the act's own transaction, so it fits once.
    """

    withholding = models.ForeignKey(Withholding, models.PROTECT, related_name="places")
    table_name = models.CharField(max_length=63)
    row_id = models.PositiveBigIntegerField()
    column_name = models.CharField(max_length=63)
    digest = models.CharField(max_length=64)
    row_digest = models.CharField(max_length=64, blank=True)
    stored = models.CharField(max_length=200, blank=True)
    opens = models.TextField(null=True, blank=True)  # noqa: DJ001  # none and empty differ: a column may be opened for nothing

    objects = scoped(models.QuerySet, "withholding__municipality")

    class Meta:
        verbose_name = _("sted, hvor noget er fjernet")
        verbose_name_plural = _("steder, hvor noget er fjernet")
        ordering = ["id"]
        indexes = [models.Index(fields=["table_name", "row_id", "column_name"], name="withheld_place")]

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id} {self.column_name}"
