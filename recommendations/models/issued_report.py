"""A report that was given out, frozen as it was."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models.committee import Committee


class IssuedReportQuerySet(models.QuerySet["IssuedReport"]):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class IssuedReport(models.Model):
    """What was chosen, the data as they were, and a fingerprint of them. Never changed and never deleted.

    `fingerprint` is the SHA-256, in hexadecimal, of `data` in UTF-8; `data` is canonical JSON.
    """

    code = models.CharField(_("kode"), max_length=20, unique=True)
    title = models.CharField(_("titel"), max_length=300)
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="issued_reports", verbose_name=_("udvalg")
    )
    choices = models.JSONField(_("valg"))
    as_of = models.DateField(_("pr."))
    since = models.DateField(_("ændret siden"), null=True, blank=True)
    known_at = models.DateTimeField(_("som kendt"))
    data = models.TextField(_("data"))
    fingerprint = models.CharField(_("fingeraftryk"), max_length=64)
    issued_at = models.DateTimeField(_("udstedt"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("udstedt af")
    )

    objects = IssuedReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("udstedt rapport")
        verbose_name_plural = _("udstedte rapporter")
        ordering = ["-issued_at", "code"]

    def __str__(self):
        return f"{self.code} {self.title}"

    def natural_key(self):
        return (self.code,)
