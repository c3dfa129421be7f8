"""A report that was given out, frozen as it was."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models.committee import Committee
from recommendations.models.meeting import Meeting
from recommendations.models.municipality import Municipality
from recommendations.models.scoping import scoped

# What a code is made of: no I, L, O or U, so nothing can be read in two ways (Crockford's base 32).
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def as_code(typed: str) -> str:
    """A code as it is written, from what somebody has typed; whatever it is, no error."""
    letters = "".join(one for one in typed.upper().translate(MISREAD) if one in CODE_LETTERS)
    return f"{letters[:4]}-{letters[4:]}"


def fingerprint(data: str) -> str:
    """SHA-256, in hexadecimal, of the canonical text of a report in UTF-8."""
    return hashlib.sha256(data.encode()).hexdigest()


class IssuedReportQuerySet(models.QuerySet["IssuedReport"]):
    def known(self, known_at: datetime | None = None) -> Self:
        """Those that had been issued before `known_at`; all, where it is not given."""
        return self if known_at is None else self.filter(issued_at__lt=known_at)

    def standing(self, known_at: datetime | None = None) -> Self:
        """Those that had been issued by then, and that no other had replaced by then."""
        newer = IssuedReport.objects.known(known_at).filter(replaces=OuterRef("pk")).order_by()
        return self.known(known_at).filter(~Exists(newer))

    def to(self, meeting: Meeting) -> IssuedReport | None:
        """The report to a meeting, the newest where one replaced another; without the data."""
        return self.standing().filter(meeting=meeting).listed().first()

    def listed(self) -> Self:
        """For lists: the newest first, without the data."""
        return self.defer("data").select_related("committee", "meeting__committee").order_by("-issued_at", "code")


class IssuedReport(models.Model):
    """What was chosen, the data as they were, and a fingerprint of them. Never changed and never deleted.

    `fingerprint` is the SHA-256, in hexadecimal, of `data` in UTF-8; `data` is canonical JSON. `tree_size` and
    `tree_root` are how long the log was when it was issued, and the root of its tree (`LogLeaf`). `signature` is of all
    of these (Ed25519), made with the key whose public half is `public_key`; both in base 64.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="issued_reports", verbose_name=_("kommune"), editable=False
    )
    code = models.CharField(_("kode"), max_length=20, unique=True)
    title = models.CharField(_("titel"), max_length=300)
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="issued_reports", verbose_name=_("udvalg")
    )
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("møde")
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("erstatter")
    )
    reason = models.TextField(_("hvorfor den erstatter en anden"), blank=True)
    choices = models.JSONField(_("valg"))
    as_of = models.DateField(_("pr."))
    since = models.DateField(_("ændret siden"), null=True, blank=True)
    known_at = models.DateTimeField(_("som kendt"))
    data = models.TextField(_("data"))
    fingerprint = models.CharField(_("fingeraftryk"), max_length=64)
    tree_size = models.PositiveBigIntegerField(_("loggens længde"), default=0)
    tree_root = models.CharField(_("loggens rod"), max_length=64, blank=True)
    public_key = models.CharField(_("offentlig nøgle"), max_length=44, blank=True)
    signature = models.CharField(_("underskrift"), max_length=88, blank=True)
    issued_at = models.DateTimeField(_("udstedt"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("udstedt af")
    )

    objects = scoped(IssuedReportQuerySet)

    class Meta:
        verbose_name = _("udstedt rapport")
        verbose_name_plural = _("udstedte rapporter")
        ordering = ["-issued_at", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(reason=""),
                name="report_that_replaces_says_why",
                violation_error_message=_("Skriv, hvorfor rapporten erstattes. Det vises for borgerne."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("issued_report", args=[self.code])

    @property
    def why(self) -> str:
        """The reason for replacing another, as the end of a sentence."""
        return self.reason.rstrip(". ")

    @property
    def issued_at_utc(self) -> str:
        """The moment of issue in UTC and ISO form, as it is signed."""
        return self.issued_at.astimezone(UTC).isoformat()
