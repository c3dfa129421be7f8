"""A committee's meeting: the day on which it answers, is reported to, and is promised to."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recommendations.enums import MeetingState
from recommendations.models.committee import Committee
from recommendations.models.scoping import scoped


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def held(self) -> Self:
        return self.filter(state=MeetingState.HELD)

    def expected(self) -> Self:
        """Those that are to be held, whatever the day: neither held nor cancelled."""
        return self.filter(state__in=[MeetingState.PLANNED, MeetingState.PAPERS_SENT])

    def of_day(self, committee: str, on: str) -> Self:
        """The meeting of an outer query's row: `committee` and `on` are its fields."""
        return self.filter(committee=OuterRef(committee), on=OuterRef(on))

    def earliest_first(self) -> Self:
        return self.order_by("on", "committee__sort_name", "pk")

    def latest_first(self) -> Self:
        return self.order_by("-on", "committee__sort_name", "pk")


class Meeting(models.Model):
    """One meeting of one committee; a committee meets once on a day.

    It is planned, its papers are sent, it is held; or it is cancelled. It can be moved until it is held: `moved_from`
    is the day it was first called for, so that its old address leads on. Each change is an `Event`, and so is kept.
    """

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meetings", verbose_name=_("udvalg"))
    on = models.DateField(_("dag"))
    begins_at = models.TimeField(_("klokkeslæt"), null=True, blank=True)
    agenda_url = models.URLField(
        _("link til dagsordenen"), max_length=500, blank=True, help_text=_("Når dagsordenen er offentlig.")
    )
    state = models.CharField(_("tilstand"), max_length=20, choices=MeetingState, default=MeetingState.PLANNED)
    moved_from = models.DateField(_("flyttet fra"), null=True, blank=True, editable=False)
    remark = models.CharField(
        _("bemærkning"),
        max_length=300,
        blank=True,
        help_text=_("Hvorfor det er flyttet eller aflyst. Vises for borgere."),
    )

    objects = scoped(MeetingQuerySet, "committee__municipality")

    class Meta:
        verbose_name = _("møde")
        verbose_name_plural = _("møder")
        ordering = ["-on", "committee", "id"]
        indexes = [models.Index(fields=["state", "on"], name="meeting_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "on"],
                name="meeting_once_a_day",
                violation_error_message=_("Udvalget har allerede et møde den dag. Vælg en anden dag."),
            ),
            models.CheckConstraint(
                condition=Q(moved_from__isnull=True) | ~Q(moved_from=F("on")),
                name="meeting_moved_to_another_day",
                violation_error_message=_("Mødet er ikke flyttet: dagen er den samme."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.committee.abbreviation} {self.on:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("meeting", args=[self.committee.code, self.on.isoformat()])

    @property
    def is_expected(self) -> bool:
        return self.state in (MeetingState.PLANNED, MeetingState.PAPERS_SENT)
