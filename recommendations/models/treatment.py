"""That a committee took a source up at a meeting, where nobody has read yet what it decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recommendations.enums import Outcome
from recommendations.models.committee import Committee
from recommendations.models.publication import Publication
from recommendations.models.recorded import Corrigible, CorrigibleQuerySet
from recommendations.models.scoping import scoped


class TreatmentQuerySet(CorrigibleQuerySet):
    DAY = "meeting_date"


class Treatment(Corrigible):
    """A whole source on a committee's agenda. Never an answer: an answer says what was decided about one item.

    Never changed: a mistake is corrected by a new row. A correction without a link takes it back: there was no meeting.
    """

    TAKEN_BACK = {"agenda_url": ""}

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="treatments", verbose_name=_("kilde"))
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="treatments", verbose_name=_("udvalg"))
    meeting_date = models.DateField(_("mødedato"))
    agenda_item = models.CharField(_("dagsordenspunkt"), max_length=100, blank=True)
    agenda_url = models.URLField(_("link til dagsordenspunktet"), max_length=500, blank=True)
    proposed = models.TextField(
        _("hvad der blev foreslået"),
        blank=True,
        help_text=_("Det, forvaltningen foreslog udvalget, med vores ord. Ikke, hvad udvalget besluttede."),
    )
    reason = models.TextField(_("hvad der var forkert"), blank=True, help_text=_("Kun ved en rettelse."))

    objects = scoped(TreatmentQuerySet, "publication__municipality")

    class Meta(Corrigible.Meta):
        verbose_name = _("behandling af en kilde")
        verbose_name_plural = _("behandlinger af kilder")
        ordering = ["-meeting_date", "-recorded_at", "-id"]
        indexes = [
            models.Index(fields=["publication", "-meeting_date"], name="treatment_of_source"),
            models.Index(fields=["committee", "-meeting_date"], name="treatment_by_committee"),
        ]
        constraints = [
            *Corrigible.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(agenda_url="") | Q(corrects__isnull=False) & ~Q(reason=""),
                name="treatment_has_a_link",
                violation_error_message=_("Skriv linket til dagsordenspunktet, så beslutningen kan læses dér."),
            ),
        ]

    def __str__(self) -> str:
        what = Outcome.NOT_READ.label if self.agenda_url else _("taget tilbage")
        return f"{self.committee.abbreviation}: {what}, {self.meeting_date:%d.%m.%Y}"
