"""What a committee that is silent has been asked: the steps that somebody has taken, each once (ladder of silence)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import RequestStep
from recommendations.models.committee import Committee
from recommendations.models.publication import Publication
from recommendations.models.recorded import Recorded, day, moment
from recommendations.models.scoping import scoped


class AnswerRequestQuerySet(models.QuerySet["AnswerRequest"]):
    def known(self, as_of: date | None = None, known_at: datetime | None = None) -> Self:
        return self.filter(Q(on__lte=day(as_of)), recorded_at__lte=moment(known_at))

    def public_lines(self) -> Self:
        return self.filter(step=RequestStep.PUBLIC_LINE)


class AnswerRequest(Recorded):
    """One step towards one committee about one source. Never changed: an answer ends it, nobody takes it back.

    `due_on` is the day on which it could be taken at the earliest, `on` the day on which it was. `text` is what was
    sent, or stands on the pages.
    """

    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="answer_requests", verbose_name=_("kilde")
    )
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="answer_requests", verbose_name=_("udvalg"))
    step = models.CharField(_("trin"), max_length=20, choices=RequestStep)
    due_on = models.DateField(_("tidligst den"))
    on = models.DateField(_("den"), default=timezone.localdate)
    text = models.TextField(_("tekst"))

    objects = scoped(AnswerRequestQuerySet, "publication__municipality")

    class Meta:
        verbose_name = _("anmodning om svar")
        verbose_name_plural = _("anmodninger om svar")
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "committee", "step"],
                name="answer_request_step_once",
                violation_error_message=_("Det trin er allerede taget."),
            ),
            models.CheckConstraint(
                condition=Q(on__gte=models.F("due_on")),
                name="answer_request_not_before_its_day",
                violation_error_message=_(
                    "Det er for tidligt. Trinnet kan tages fra den dag, der er aftalt på forhånd."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}, {self.committee.abbreviation}"
