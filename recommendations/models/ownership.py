"""Which committee owns what, from when and until when, and since when we have known it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self, TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from recommendations.enums import OwnershipRole
from recommendations.models.about import AboutItem, day, item_lookup, moment
from recommendations.models.committee import Committee, Lineage, Succession

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from recommendations.models.answer import CommitteeAnswerQuerySet

    AnswerCells = QuerySet[WithAnnotations["Ownership", "Answered"]]


class Answered(TypedDict):
    """What `with_answered` adds to each ownership."""

    is_answered: bool


class OwnershipQuerySet(models.QuerySet["Ownership"]):
    def get_by_natural_key(self, kind, publication, number, committee, valid_from):
        return self.get(**item_lookup(kind, publication, number), committee__code=committee, valid_from=valid_from)

    def in_force(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Who owned on the day `as_of` (default today), by what was recorded until `known_at` (default now)."""
        as_of, known_at = day(as_of), moment(known_at)
        return self.filter(valid_from__lte=as_of, recorded_at__lte=known_at).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=as_of) | Q(end_recorded_at__gt=known_at)
        )

    def with_answered(self, lineage: Lineage, answers: CommitteeAnswerQuerySet) -> AnswerCells:
        """Annotate `is_answered`: whether `answers` hold one from the committee or from one that it took over from."""
        theirs = Q(committee=OuterRef("committee"))
        for committee, predecessors in lineage.inheritances().items():
            theirs |= Q(Exact(OuterRef("committee"), committee), committee__in=predecessors)
        return self.annotate(is_answered=Exists(answers.filter(theirs, recommendation=OuterRef("recommendation"))))


class Ownership(AboutItem):
    """A committee owns an item from a day on, until another if it has ended (`valid_to` is the first day after)."""

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="ownerships", verbose_name=_("udvalg"))
    role = models.CharField(_("ansvar"), max_length=20, choices=OwnershipRole, default=OwnershipRole.LEAD)
    valid_from = models.DateField(_("fra"))
    valid_to = models.DateField(
        _("til"), null=True, blank=True, help_text=_("Den første dag, udvalget ikke længere ejer.")
    )
    recorded_at = models.DateTimeField(_("registreret"), default=timezone.now, editable=False)
    end_recorded_at = models.DateTimeField(_("ophør registreret"), null=True, editable=False)
    succession = models.ForeignKey(
        Succession,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="ownerships",
        verbose_name=_("overtaget ved udvalgsskifte"),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("registreret af"),
    )

    history = HistoricalRecords()
    objects = OwnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("ejerskab")
        verbose_name_plural = _("ejerskaber")
        ordering = ["-role", "committee__name", "valid_from"]
        indexes = [models.Index(fields=["committee", "valid_to"], name="ownership_by_committee")]
        constraints = [
            *AboutItem.Meta.constraints,
            models.UniqueConstraint(
                fields=["recommendation", "committee", "valid_from"],
                name="ownership_recommendation_once",
                violation_error_message=_("Udvalget ejer allerede anbefalingen fra den dag."),
            ),
            models.UniqueConstraint(
                fields=["initiative", "committee", "valid_from"],
                name="ownership_initiative_once",
                violation_error_message=_("Udvalget ejer allerede initiativet fra den dag."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="ownership_ends_after_it_begins",
                violation_error_message=_("Ejerskabet kan ikke ophøre, før det er begyndt."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True, end_recorded_at__isnull=True)
                | Q(valid_to__isnull=False, end_recorded_at__isnull=False),
                name="ownership_end_is_recorded",
                violation_error_message=_("Ejerskabets ophør mangler tidspunktet for registreringen."),
            ),
        ]

    def __str__(self):
        return f"{self.committee.abbreviation}: {self.item}"

    def save(self, *args, **kwargs):
        if self.valid_to and not self.end_recorded_at:
            self.end_recorded_at = timezone.now()
        super().save(*args, **kwargs)

    def natural_key(self):
        return (*self.item_key, self.committee.code, self.valid_from)

    natural_key.dependencies = [
        "recommendations.recommendation",
        "recommendations.initiative",
        "recommendations.committee",
    ]
