"""What people say, and what the sources call it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from recommendations.models.municipality import Municipality
from recommendations.models.scoping import scoped
from recommendations.terms import OtherWords


class SynonymQuerySet(models.QuerySet["Synonym"]):
    def other_words(self) -> list[OtherWords]:
        """All of them, as a search reads what somebody typed. One query."""
        return [row.other_words for row in self.order_by("everyday")]


class Synonym(models.Model):
    """An everyday expression that also finds what the sources call the same thing. It counts when somebody searches, so
    a change counts at once.
    """

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="synonyms", verbose_name=_("kommune"), editable=False
    )
    everyday = models.CharField(
        _("borgerens ord"), max_length=100, help_text=_("Et ord eller en vending, for eksempel: sygemeldt")
    )
    official = models.TextField(
        _("kildernes ord"), help_text=_("Hvad det hedder i kilderne. Et ord eller en vending på hver linje.")
    )

    objects = scoped(SynonymQuerySet)

    class Meta:
        verbose_name = _("andet ord til søgning")
        verbose_name_plural = _("andre ord til søgning")
        ordering = ["everyday"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "everyday"],
                name="synonym_everyday_once",
                violation_error_message=_("Ordet står her allerede. Skriv kildernes ord til på den række."),
            ),
        ]

    def __str__(self) -> str:
        return self.everyday

    def clean(self) -> None:
        super().clean()
        words: dict[str, Any] = {"everyday": [self.everyday], "official": self.official.splitlines()}
        silent = [name for name, texts in words.items() if not all(OtherWords(text, ()).key for text in texts)]
        if silent:
            raise ValidationError(dict.fromkeys(silent, _("Skriv et ord på hver linje.")))

    @property
    def other_words(self) -> OtherWords:
        return OtherWords(self.everyday, tuple(self.official.splitlines()))
