"""Which committees bound themselves to answer a source as a whole."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.committee import Committee
from recommendations.models.publication import Publication
from recommendations.models.scoping import scoped


class SourceCommittee(models.Model):
    """A committee that said it would treat what the source recommends, with its part of the question.

    It owns no recommendation by that: who owns which is in `Ownership`, or is not known (`Publication.owners_known`).
    """

    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="bound_committees", verbose_name=_("kilde")
    )
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="bound_sources", verbose_name=_("udvalg"))
    part = models.CharField(
        _("del af spørgsmålet"),
        max_length=300,
        blank=True,
        help_text=_("Den del af kildens spørgsmål, udvalget skal svare på."),
    )

    objects = scoped(models.QuerySet, "publication__municipality")

    class Meta:
        verbose_name = _("udvalg, der skal svare på en kilde")
        verbose_name_plural = _("udvalg, der skal svare på en kilde")
        ordering = ["publication", "committee__sort_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "committee"],
                name="source_committee_once",
                violation_error_message=_("Udvalget står der to gange. Fjern den ene."),
            ),
        ]

    def __str__(self) -> str:
        return self.committee.name
