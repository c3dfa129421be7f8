"""What is to be done after a page has been answered: a row of a queue, which a worker takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models.municipality import Municipality
from recommendations.models.scoping import scoped

MOST_TRIES = 8  # after some four hours nobody tries any more; its error stands in the list
TAKEN_FOR = timedelta(minutes=10)  # a worker that has said nothing for so long is taken to be dead


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: datetime) -> Self:
        """What may be taken, the first first."""
        left = Q(taken_at=None) | Q(taken_at__lt=now - TAKEN_FOR)
        return self.filter(left, done_at=None, run_after__lte=now, tries__lt=MOST_TRIES).order_by("run_after", "pk")

    def old(self, now: datetime) -> Self:
        """What has been done for a month."""
        return self.filter(done_at__lt=now - timedelta(days=30))


class Job(models.Model):
    """One thing to do. It is done at least once: a worker that dies in the midst of it leaves it to the next.

    `kind` names the function in `jobs`, `arguments` are what it is called with. `error` is why the last try failed.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="jobs", verbose_name=_("kommune"), editable=False
    )
    kind = models.CharField(_("hvad der skal gøres"), max_length=60)
    arguments = models.JSONField(_("med"), default=dict, blank=True)
    made_at = models.DateTimeField(_("bestilt"), default=timezone.now)
    run_after = models.DateTimeField(_("tidligst"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("forsøg"), default=0)
    taken_at = models.DateTimeField(_("begyndt"), null=True, blank=True)
    done_at = models.DateTimeField(_("gjort"), null=True, blank=True)
    error = models.TextField(_("fejl ved sidste forsøg"), blank=True)

    objects = scoped(JobQuerySet)

    class Meta:
        verbose_name = _("baggrundsopgave")
        verbose_name_plural = _("baggrundsopgaver")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(F("run_after"), condition=Q(done_at=None), name="job_not_done_first")]

    def __str__(self) -> str:
        return self.kind
