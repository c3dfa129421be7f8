"""Whose recommendations they are. Everything else belongs to one municipality, and is never asked for without it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")


def check_hosts(text: str) -> None:
    """Host names as a browser sends them: no scheme, no path, each once."""
    for host in text.split():
        if "/" in host or ":" in host or host != host.lower():
            raise ValidationError(
                _("»%(host)s« er ikke et værtsnavn. Skriv kun navnet med små bogstaver, som anbefalinger.eksempel.dk.")
                % {"host": host}
            )


def check_colour(text: str) -> None:
    """A ground that white text can be read on: a contrast of 4.5:1 (WCAG 2.2, 1.4.3)."""
    if not re.fullmatch("#[0-9a-f]{6}", text):
        raise ValidationError(_("Skriv farven som # og seks tegn fra 0 til 9 og a til f, for eksempel #14425f."))
    channels = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in channels]
    luminance = sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    if 1.05 / (luminance + 0.05) < 4.5:
        raise ValidationError(_("Hvid tekst kan ikke læses på den farve. Vælg en mørkere."))


def of_host(host: str, named: Sequence[tuple[Collection[str], T]]) -> T | None:
    """Of municipalities with their host names, the one that `host` chooses; else the only one there is, or the only
    one without names of its own.

    None where nothing tells.
    """
    if chosen := [one for names, one in named if host in names]:
        return chosen[0]
    nameless = [one for names, one in named if not names]
    return next((these[0] for these in ([one for _names, one in named], nameless) if len(these) == 1), None)


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
    answer_letter_months = models.PositiveSmallIntegerField(
        _("måneder, før et udvalg kan få et brev"),
        default=6,
        validators=[MinValueValidator(1)],
        help_text=_("Regnet fra overdragelsen, når udvalget ikke har svaret."),
    )
    answer_line_months = models.PositiveSmallIntegerField(
        _("måneder, før siderne kan sige, at en begrundelse er udbedt"),
        default=9,
        validators=[MinValueValidator(1)],
        help_text=_("Regnet fra overdragelsen. Linjen kan først komme, når brevet er sendt."),
    )
    licence = models.CharField(_("licens for data"), max_length=200, blank=True)
    mark = models.ImageField(
        _("bomærke"),
        upload_to="maerker/",
        blank=True,
        help_text=_("Et billede, som vises øverst på alle sider: PNG eller JPEG, højst 1 MB. Tomt betyder kun navnet."),
    )
    colour = models.CharField(
        _("farve"),
        max_length=7,
        blank=True,
        validators=[check_colour],
        help_text=_("Bunden i sidens top, som #14425f. Hvid tekst skal kunne læses på den. Tomt betyder vores egen."),
    )
    is_fictional = models.BooleanField(
        _("opdigtet"),
        default=False,
        help_text=_("Til prøve og undervisning. Alle sider, feeds og filer siger, at indholdet er opdigtet."),
    )

    objects: models.Manager[Municipality] = models.Manager()

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
    def mark_name(self) -> str:
        """What the file of the mark is called: its digest, so that the name changes with what is in it."""
        return PurePosixPath(self.mark.name or "").name

    @property
    def sender_name(self) -> str:
        return self.sender or self.name
