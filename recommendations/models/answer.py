"""What a committee decided about a recommendation."""

import uuid
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import Outcome
from recommendations.models.about import after_outer, day, moment
from recommendations.models.committee import Committee
from recommendations.models.recommendation import Recommendation


class CommitteeAnswerQuerySet(models.QuerySet["CommitteeAnswer"]):
    def get_by_natural_key(self, key):
        return self.get(key=key)

    def known(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Given no later than `as_of` and recorded until `known_at`, without those that a later row corrects."""
        recorded = moment(known_at)
        corrected = CommitteeAnswer.objects.filter(recorded_at__lte=recorded, corrects__isnull=False)
        return self.filter(meeting_date__lte=day(as_of), recorded_at__lte=recorded).exclude(
            pk__in=corrected.values("corrects")
        )

    def current(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        """Of each committee's known answers to a recommendation, the newest."""
        newer = CommitteeAnswer.objects.known(as_of, known_at).filter(
            after_outer("meeting_date", "recorded_at", "pk"),
            recommendation=OuterRef("recommendation"),
            committee=OuterRef("committee"),
        )
        return self.known(as_of, known_at).filter(~Exists(newer))

    def newest_first(self) -> Self:
        return self.order_by("-meeting_date", "-recorded_at", "-pk")


class CommitteeAnswer(models.Model):
    """A committee's answer to one recommendation at one meeting. Never changed: a mistake is corrected by a new row."""

    key = models.UUIDField(_("nøgle"), default=uuid.uuid4, unique=True, editable=False)
    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, related_name="answers", verbose_name=_("anbefaling")
    )
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="answers", verbose_name=_("udvalg"))
    outcome = models.CharField(_("svar"), max_length=20, choices=Outcome)
    meeting_date = models.DateField(_("mødedato"))
    agenda_item = models.CharField(_("dagsordenspunkt"), max_length=100, blank=True)
    agenda_url = models.URLField(_("link til dagsordenspunktet"), max_length=500, blank=True)
    text = models.TextField(_("begrundelse"), blank=True)
    passed_on_to = models.CharField(_("sendt videre til"), max_length=200, blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("retter")
    )
    recorded_at = models.DateTimeField(_("registreret"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("registreret af"),
    )

    objects = CommitteeAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("svar")
        verbose_name_plural = _("svar")
        ordering = ["-meeting_date", "-recorded_at", "-id"]
        indexes = [
            models.Index(fields=["recommendation", "committee", "-meeting_date"], name="answer_by_cell"),
            models.Index(fields=["recorded_at"], name="answer_by_record"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=[Outcome.PARTLY_ADOPTED, Outcome.NOT_ADOPTED]) | ~Q(text=""),
                name="answer_gives_its_reason",
                violation_error_message=_("Svaret kræver en tekst: hvilken del der følges, eller hvorfor ikke."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.OUTSIDE_REMIT) | ~Q(passed_on_to=""),
                name="answer_says_who_it_was_passed_on_to",
                violation_error_message=_("Skriv, hvem sagen er sendt videre til."),
            ),
        ]

    def __str__(self):
        return f"{self.committee.abbreviation}: {self.get_outcome_display()}, {self.meeting_date:%d.%m.%Y}"

    def natural_key(self):
        return (str(self.key),)

    natural_key.dependencies = ["recommendations.recommendation", "recommendations.committee"]
