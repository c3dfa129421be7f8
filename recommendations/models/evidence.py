"""What shows that an update is true."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recommendations.enums import EvidenceKind
from recommendations.models.scoping import scoped
from recommendations.models.status_update import StatusUpdate


def evidence_path(evidence: Evidence, name: str) -> str:
    """Where an uploaded file is kept: under the update's key, with a name that nobody has chosen."""
    return f"dokumentation/{evidence.update.key}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()}"


class Evidence(models.Model):
    """What shows that an update is true: a link, a file or a case number, with a title, and what it shows.

    `file_name` is what the file was called by whoever uploaded it, `digest` the SHA-256 of the stored file in
    hexadecimal. `shows` are the parts of the update's criterion that an approver has found shown here, counted from 1.
    `removed` is the sentence that stands instead of what had to be withheld.
    """

    update = models.ForeignKey(
        StatusUpdate, models.CASCADE, related_name="evidence", verbose_name=_("statusopdatering")
    )
    position = models.PositiveSmallIntegerField(_("rækkefølge"), default=1)
    kind = models.CharField(_("hvad det viser"), max_length=20, choices=EvidenceKind, default=EvidenceKind.MENTIONED)
    title = models.CharField(_("titel"), max_length=200)
    url = models.URLField(_("link"), max_length=500, blank=True)
    file = models.FileField(_("fil"), upload_to=evidence_path, max_length=200, blank=True)
    file_name = models.CharField(_("filens navn"), max_length=200, blank=True)
    digest = models.CharField(_("filens fingeraftryk"), max_length=64, blank=True)
    case_number = models.CharField(_("sagsnummer"), max_length=60, blank=True)
    pages = models.CharField(_("side"), max_length=30, blank=True)
    shows = models.JSONField(_("viser del af kriteriet"), default=list, blank=True)
    removed = models.CharField(_("fjernet"), max_length=300, blank=True)

    objects = scoped(models.QuerySet, "update__item__publication__municipality")

    class Meta:
        verbose_name = _("dokumentation")
        verbose_name_plural = _("dokumentation")
        ordering = ["update", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["update", "position"],
                name="evidence_position_once",
                violation_error_message=_("To rækker dokumentation har samme plads i rækkefølgen."),
            ),
            models.CheckConstraint(
                condition=~Q(url="") & Q(file="") & Q(case_number="")
                | Q(url="") & ~Q(file="") & Q(case_number="")
                | Q(url="") & Q(file="") & ~Q(case_number="")
                | ~Q(removed="") & Q(url="") & Q(file="") & Q(case_number=""),
                name="evidence_is_one_thing",
                violation_error_message=_("Skriv enten et link, en fil eller et sagsnummer. Brug en række til hver."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
