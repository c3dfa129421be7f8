"""Lines of the lists as they are given out, kept as text: what follows from other rows, and may be lost at any time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.item import Item
from recommendations.models.municipality import Municipality
from recommendations.models.scoping import scoped


class KeptLines(models.Model):
    """Until when the kept lines of a municipality are right; see `recommendations/reports/kept_lines.py`.

    `version` is a data version: what events after it are about is no longer as it is kept. `look` says which columns
    the lines were made with, and at which address of the site.
    """

    municipality = models.OneToOneField(
        Municipality, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("kommune")
    )
    version = models.PositiveBigIntegerField()
    look = models.CharField(max_length=64)

    objects = scoped(models.QuerySet)

    class Meta:
        verbose_name = _("gemte linjer")
        verbose_name_plural = _("gemte linjer")

    def __str__(self) -> str:
        return f"{self.municipality_id} ({self.version})"


class KeptLine(models.Model):
    """One item's line, where one is kept: its values as JSON, and as lines of CSV for machines and for Excel."""

    item = models.OneToOneField(
        Item, models.CASCADE, primary_key=True, related_name="kept_line", verbose_name=_("række")
    )
    json = models.TextField()
    csv = models.TextField()
    csv_excel = models.TextField()

    objects = scoped(models.QuerySet, "item__publication__municipality")

    class Meta:
        verbose_name = _("gemt linje")
        verbose_name_plural = _("gemte linjer")

    def __str__(self) -> str:
        return str(self.item_id)
