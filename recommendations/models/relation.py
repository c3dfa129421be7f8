"""How items of different sources hang together."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from recommendations.enums import RelationBasis, RelationKind
from recommendations.models.item import Item
from recommendations.models.publication import Publication
from recommendations.models.scoping import scoped


class RelationQuerySet(models.QuerySet["Relation"]):
    def touching(self, item: Item) -> Self:
        """Relations that go out from `item` or come in to it."""
        return self.filter(Q(from_item=item) | Q(to_item=item))


class Relation(models.Model):
    """One item builds on, is the same matter as, or is carried out by another; and who says so."""

    from_item = models.ForeignKey(Item, models.PROTECT, related_name="relations_out", verbose_name=_("fra"))
    kind = models.CharField(_("forhold"), max_length=20, choices=RelationKind)
    to_item = models.ForeignKey(Item, models.PROTECT, related_name="relations_in", verbose_name=_("til"))
    basis = models.CharField(_("grundlag"), max_length=20, choices=RelationBasis)
    source = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kilde, der siger det")
    )
    note = models.CharField(_("bemærkning"), max_length=300, blank=True)

    objects = scoped(RelationQuerySet, "from_item__publication__municipality")

    class Meta:
        verbose_name = _("forhold")
        verbose_name_plural = _("forhold")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_item", "kind", "to_item"],
                name="relation_once",
                violation_error_message=_("Forholdet er allerede registreret."),
            ),
            models.CheckConstraint(
                condition=~Q(from_item=F("to_item")),
                name="relation_not_to_itself",
                violation_error_message=_("Forholdet kan ikke gå fra en række til den selv."),
            ),
            models.CheckConstraint(
                condition=Q(basis=RelationBasis.OUR_READING) | Q(source__isnull=False),
                name="relation_names_its_source",
                violation_error_message=_("Vælg den kilde, der siger det, eller marker forholdet som vores læsning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_item} – {self.get_kind_display()} – {self.to_item}"
