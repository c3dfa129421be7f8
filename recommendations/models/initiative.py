"""What somebody does or proposes to do."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from recommendations.models.item import DERIVED_FIELDS, ItemQuerySet, TrackedItem
from recommendations.models.recommendation import Recommendation


class AddresseeQuerySet(models.QuerySet["Addressee"]):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class Addressee(models.Model):
    """Whom an initiative is aimed at."""

    slug = models.SlugField(_("kode"), max_length=60, unique=True)
    name = models.CharField(_("navn"), max_length=200, unique=True)

    history = HistoricalRecords()
    objects = AddresseeQuerySet.as_manager()

    class Meta:
        verbose_name = _("adressat")
        verbose_name_plural = _("adressater")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)


class InitiativeQuerySet(ItemQuerySet):
    pass


class Initiative(TrackedItem):
    """One initiative of a source, with whom it is aimed at and which recommendations it carries out."""

    ABOUT = "initiative"
    NUMBER_FIELD = "code"

    code = models.CharField(
        _("nummer"),
        max_length=60,
        help_text=_("Som trykt i kilden. Har kilden intet nummer, så en kort kode, for eksempel flere-op-i-tid."),
    )
    addressee = models.ForeignKey(
        Addressee, models.PROTECT, null=True, blank=True, related_name="initiatives", verbose_name=_("rettet mod")
    )
    target_group = models.CharField(_("målgruppe"), max_length=300, blank=True)
    recommendations = models.ManyToManyField(
        Recommendation, blank=True, related_name="initiatives", verbose_name=_("hører til anbefaling eller område")
    )

    history = HistoricalRecords(
        excluded_fields=DERIVED_FIELDS,
        m2m_fields=[recommendations],
        verbose_name=_("ændring af initiativ"),
        verbose_name_plural=_("ændringer af initiativ"),
    )
    objects = InitiativeQuerySet.as_manager()

    class Meta(TrackedItem.Meta):
        indexes = [
            *TrackedItem.Meta.indexes,
            models.Index(fields=["publication", "status", "due_on", "fresh_on"], name="initiative_totals"),
        ]
        verbose_name = _("initiativ")
        verbose_name_plural = _("initiativer")
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "code"],
                name="initiative_code_once",
                violation_error_message=_("Nummeret findes allerede i den kilde. Vælg et andet nummer."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("initiative", args=[self.publication.slug, self.code])

    natural_key = TrackedItem.natural_key
    natural_key.dependencies = [
        "recommendations.publication",
        "recommendations.addressee",
        "recommendations.recommendation",
    ]
