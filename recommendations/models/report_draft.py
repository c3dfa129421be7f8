"""What a secretary writes for the report to a meeting, before it is issued."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.meeting import Meeting
from recommendations.models.scoping import scoped

MOST_FOREWORD = 4000  # letters


class ReportDraft(models.Model):
    """The head and the foreword of the report to a meeting. Nothing of it is public, and it moves no baseline.

    The report itself is made from what is published: until now, or until `known_at`, once it has been frozen.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="report_draft", verbose_name=_("møde"))
    agenda_item = models.CharField(_("punkt på dagsordenen"), max_length=100, blank=True)
    case_number = models.CharField(_("sagsnummer"), max_length=60, blank=True)
    annex = models.CharField(
        _("bilag nr."), max_length=20, blank=True, help_text=_("Kun nummeret: 2 bliver til »Bilag 2«.")
    )
    foreword = models.TextField(
        _("forord"),
        max_length=MOST_FOREWORD,
        blank=True,
        help_text=_("Står først i rapporten, med udvalgets egne ord."),
    )
    known_at = models.DateTimeField(_("låst"), null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(_("ejerne er spurgt"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("udgave"), default=0, editable=False)

    objects = scoped(models.QuerySet, "meeting__committee__municipality")

    class Meta:
        verbose_name = _("kladde til rapport")
        verbose_name_plural = _("kladder til rapporter")
        ordering = ["-meeting__on", "id"]

    def __str__(self) -> str:
        return str(self.meeting)
