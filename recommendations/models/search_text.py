"""What an item is found by, beside the item itself: a wide row that lists need not read."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.item import Item
from recommendations.models.scoping import scoped
from recommendations.models.word_index import WordIndex


class SearchText(models.Model):
    """The words of an item's own texts and of what has been published about it (`danish.index`). Never of a draft.

    Derived: written by `actions`, checked and made again by `manage.py verify`.
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="search", verbose_name=_("række"))
    words = WordIndex(_("ord at søge i"), editable=False, blank=True)
    sequence = models.TextField(_("ordene, som de følger hinanden"), editable=False, blank=True)

    objects = scoped(models.QuerySet, "item__publication__municipality")

    class Meta:
        verbose_name = _("søgeord")
        verbose_name_plural = _("søgeord")

    def __str__(self) -> str:
        return f"{self.item_id}: {self.words[:60]}"
