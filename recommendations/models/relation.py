"""How items of different sources hang together."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from recommendations.enums import RelationBasis, RelationKind
from recommendations.models.about import item_lookup
from recommendations.models.initiative import Initiative
from recommendations.models.publication import Publication
from recommendations.models.recommendation import Recommendation


class RelationQuerySet(models.QuerySet["Relation"]):
    def get_by_natural_key(self, from_kind, from_publication, from_number, kind, to_kind, to_publication, to_number):
        return self.get(
            **item_lookup(from_kind, from_publication, from_number, "from_"),
            kind=kind,
            **item_lookup(to_kind, to_publication, to_number, "to_"),
        )

    def touching(self, item):
        """Relations that go out from `item` or come in to it."""
        return self.filter(Q(**{f"from_{item.ABOUT}": item}) | Q(**{f"to_{item.ABOUT}": item}))


class Relation(models.Model):
    """One item builds on, is the same matter as, or is carried out by another; and who says so."""

    from_recommendation = models.ForeignKey(
        Recommendation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relations_out",
        verbose_name=_("fra anbefaling"),
    )
    from_initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="relations_out", verbose_name=_("fra initiativ")
    )
    kind = models.CharField(_("forhold"), max_length=20, choices=RelationKind)
    to_recommendation = models.ForeignKey(
        Recommendation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relations_in",
        verbose_name=_("til anbefaling"),
    )
    to_initiative = models.ForeignKey(
        Initiative, models.PROTECT, null=True, blank=True, related_name="relations_in", verbose_name=_("til initiativ")
    )
    basis = models.CharField(_("grundlag"), max_length=20, choices=RelationBasis)
    source = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kilde, der siger det")
    )
    note = models.CharField(_("bemærkning"), max_length=300, blank=True)

    history = HistoricalRecords()
    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("forhold")
        verbose_name_plural = _("forhold")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_recommendation__isnull=False, from_initiative__isnull=True)
                | Q(from_recommendation__isnull=True, from_initiative__isnull=False),
                name="relation_from_one_item",
                violation_error_message=_("Vælg enten en anbefaling eller et initiativ, forholdet går fra."),
            ),
            models.CheckConstraint(
                condition=Q(to_recommendation__isnull=False, to_initiative__isnull=True)
                | Q(to_recommendation__isnull=True, to_initiative__isnull=False),
                name="relation_to_one_item",
                violation_error_message=_("Vælg enten en anbefaling eller et initiativ, forholdet går til."),
            ),
            models.CheckConstraint(
                condition=(Q(from_recommendation__isnull=True) | ~Q(from_recommendation=F("to_recommendation")))
                & (Q(from_initiative__isnull=True) | ~Q(from_initiative=F("to_initiative"))),
                name="relation_not_to_itself",
                violation_error_message=_("Forholdet kan ikke gå fra en række til den selv."),
            ),
            models.CheckConstraint(
                condition=Q(basis=RelationBasis.OUR_READING) | Q(source__isnull=False),
                name="relation_names_its_source",
                violation_error_message=_("Vælg den kilde, der siger det, eller marker forholdet som vores læsning."),
            ),
            *(
                models.UniqueConstraint(
                    fields=[f"from_{a}", "kind", f"to_{b}"],
                    name=f"relation_{a}_{b}_once",
                    violation_error_message=_("Forholdet er allerede registreret."),
                )
                for a in ("recommendation", "initiative")
                for b in ("recommendation", "initiative")
            ),
        ]

    def __str__(self):
        return f"{self.from_item} – {self.get_kind_display()} – {self.to_item}"

    @property
    def from_item(self):
        return self.from_recommendation if self.from_recommendation_id else self.from_initiative

    @property
    def to_item(self):
        return self.to_recommendation if self.to_recommendation_id else self.to_initiative

    def natural_key(self):
        def end(item):
            return (item.ABOUT, *item.natural_key())

        return (*end(self.from_item), self.kind, *end(self.to_item))

    natural_key.dependencies = ["recommendations.recommendation", "recommendations.initiative"]
