"""Whose recommendations they are. Everything else belongs to one municipality, and is never asked for without it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def check_hosts(text: str) -> None:
    """Host names as a browser sends them: no scheme, no path, each once."""
    for host in text.split():
        if "/" in host or ":" in host or host != host.lower():
            raise ValidationError(
                _("»%(host)s« er ikke et værtsnavn. Skriv kun navnet med små bogstaver, som anbefalinger.eksempel.dk.")
                % {"host": host}
            )


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def for_host(self, host: str) -> Municipality | None:
        """The one that the host name chooses; the only one where there is one; none where nothing tells."""
        found = list(self.order_by("pk"))
        named = [one for one in found if host in one.host_names]
        if named:
            return named[0]
        return found[0] if len(found) == 1 else None


class Municipality(models.Model):
    """A municipality (the tenant): who it says it is, whom to ask, and what it has decided about its pages."""

    slug = models.SlugField(_("kode"), max_length=40, unique=True)
    name = models.CharField(_("navn"), max_length=120, unique=True)
    hosts = models.TextField(
        _("værtsnavne"),
        blank=True,
        validators=[check_hosts],
        help_text=_("Et på hver linje. Nødvendigt, når flere kommuner deler en installation."),
    )
    sender = models.CharField(
        _("afsender"), max_length=200, blank=True, help_text=_("Som den vises for borgere. Tomt betyder navnet.")
    )
    email = models.EmailField(_("postkasse til spørgsmål"), blank=True)
    phone = models.CharField(_("telefon"), max_length=40, blank=True)
    accessibility_url = models.URLField(_("tilgængelighedserklæring"), max_length=500, blank=True)
    privacy_url = models.URLField(_("privatlivspolitik"), max_length=500, blank=True)
    stale_after_days = models.PositiveSmallIntegerField(
        _("dage, før noget er ikke opdateret"), default=90, validators=[MinValueValidator(1)]
    )
    licence = models.CharField(_("licens for data"), max_length=200, blank=True)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("kommune")
        verbose_name_plural = _("kommuner")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def host_names(self) -> list[str]:
        return self.hosts.split()

    @property
    def sender_name(self) -> str:
        return self.sender or self.name
