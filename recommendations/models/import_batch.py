"""A file that was read in: what somebody uploaded, how far it has come, and what was written of it."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import ImportKind, ImportState
from recommendations.models.membership import CommitteeMembership, Reach, Visitor
from recommendations.models.municipality import Municipality
from recommendations.models.publication import Publication
from recommendations.models.recorded import day
from recommendations.models.scoping import scoped


def import_path(batch: ImportBatch, name: str) -> str:
    """Where the file is kept until it is written or given up: under a name that nobody has chosen."""
    return f"indlaesning/{batch.municipality_id}/{uuid.uuid4().hex}{PurePath(name).suffix.lower()}"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: Visitor, reach: Reach | None = None) -> Self:
        """What somebody read in is theirs to look at, and the administrators'; once they work for no committee,
        their own rows are those colleagues' who work for one that they worked for.
        """
        if user.is_active and user.is_superuser:
            return self
        reach = reach or Reach.of(user)
        roles = CommitteeMembership.objects.filter(user=OuterRef("by"))
        works = Q(by__is_superuser=True) | Exists(roles.in_force(day(None)))
        of_a_colleague = Exists(roles.filter(committee__in=reach.committees()))
        left = Q(of_a_colleague, kind=ImportKind.ROWS) & ~Q(works, by__is_active=True)
        return self.filter(Q(by=user.pk) | left)


class ImportBatch(models.Model):
    """One file on its way in. `events` are the acts that were done by it, so that they can be undone together.

    `file_name` is what whoever uploaded it called it, `digest` the SHA-256 of the file in hexadecimal; the file goes
    when it is given up. `choices` is what has been chosen about it: rules of a document, parts that are wanted.
    `outcome` is what the newest reading found, or why it could not be read, for its page. `done` of `total` says how
    far the reading or writing is, in rows.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="imports", verbose_name=_("kommune"), editable=False
    )
    kind = models.CharField(_("hvad der læses ind"), max_length=20, choices=ImportKind)
    state = models.CharField(_("hvor langt den er"), max_length=20, choices=ImportState, default=ImportState.RECEIVED)
    file = models.FileField(_("fil"), upload_to=import_path, max_length=200, blank=True)
    file_name = models.CharField(_("filens navn"), max_length=200)
    digest = models.CharField(_("filens fingeraftryk"), max_length=64)
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="imports", verbose_name=_("kilde")
    )
    choices = models.JSONField(_("valg"), default=dict, blank=True)
    outcome = models.JSONField(_("resultat"), default=dict, blank=True)
    done = models.PositiveIntegerField(_("rækker nået"), default=0)
    total = models.PositiveIntegerField(_("rækker i alt"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("indlæst af"))
    received_at = models.DateTimeField(_("modtaget"), default=timezone.now)
    written_at = models.DateTimeField(_("skrevet ind"), null=True, blank=True)
    undone_at = models.DateTimeField(_("fortrudt"), null=True, blank=True)

    objects = scoped(ImportBatchQuerySet)

    class Meta:
        verbose_name = _("indlæsning")
        verbose_name_plural = _("indlæsninger")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ImportState.WRITTEN) | Q(written_at__isnull=False),
                name="import_batch_written_when",
                violation_error_message=_("En indlæsning, der er skrevet ind, har et tidspunkt."),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
