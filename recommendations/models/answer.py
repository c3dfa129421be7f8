"""What a committee decided about an item."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recommendations.enums import Outcome
from recommendations.models.committee import Committee
from recommendations.models.item import Item
from recommendations.models.meeting import Meeting
from recommendations.models.recorded import Corrigible, CorrigibleQuerySet
from recommendations.models.scoping import scoped


class CommitteeAnswerQuerySet(CorrigibleQuerySet):
    DAY = "meeting_date"


class CommitteeAnswer(Corrigible):
    """A committee's answer to one item at one meeting. Never changed: a mistake is corrected by a new row.

    A correction without an outcome takes the answer back: it was never given. Which answer stands: see `Standing`.
    """

    TAKEN_BACK = {"outcome": ""}

    key = models.UUIDField(_("nøgle"), default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(Item, models.PROTECT, related_name="answers", verbose_name=_("række"))
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="answers", verbose_name=_("udvalg"))
    outcome = models.CharField(_("svar"), max_length=20, choices=Outcome, blank=True)
    meeting_date = models.DateField(_("mødedato"))
    agenda_item = models.CharField(_("dagsordenspunkt"), max_length=100, blank=True)
    agenda_url = models.URLField(_("link til dagsordenspunktet"), max_length=500, blank=True)
    text = models.TextField(_("begrundelse"), blank=True)
    passed_on_to = models.CharField(_("sendt videre til"), max_length=200, blank=True)
    chosen_option = models.ForeignKey(
        Item,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="chosen_in",
        verbose_name=_("valgt mulighed"),
        help_text=_("Når kilden giver flere muligheder at vælge imellem."),
    )

    returns_to = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promised_answers",
        verbose_name=_("vender tilbage på mødet"),
        help_text=_("Når udvalget har bedt om at få sagen igen på et bestemt møde."),
    )
    returns_by = models.DateField(
        _("vender tilbage senest"),
        null=True,
        blank=True,
        help_text=_("Når der er lovet noget til en dag eller en måned, men ikke til et bestemt møde."),
    )
    reason = models.TextField(
        _("hvad der var forkert"), blank=True, help_text=_("Kun ved en rettelse. Det vises for borgerne.")
    )

    objects = scoped(CommitteeAnswerQuerySet, "committee__municipality")

    class Meta(Corrigible.Meta):
        verbose_name = _("svar")
        verbose_name_plural = _("svar")
        ordering = ["-meeting_date", "-recorded_at", "-id"]
        indexes = [
            models.Index(fields=["item", "committee", "-meeting_date"], name="answer_by_cell"),
            models.Index(fields=["recorded_at"], name="answer_by_record"),
        ]
        constraints = [
            *Corrigible.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(outcome="") | Q(corrects__isnull=False) & ~Q(reason=""),
                name="answer_taken_back_says_why",
                violation_error_message=_("Kun en rettelse kan tage et svar tilbage. Skriv hvorfor."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[Outcome.PARTLY_ADOPTED, Outcome.NOT_ADOPTED]) | ~Q(text=""),
                name="answer_gives_its_reason",
                violation_error_message=_("Svaret kræver en tekst: hvilken del der følges, eller hvorfor ikke."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.OUTSIDE_REMIT) | ~Q(passed_on_to=""),
                name="answer_says_who_it_was_passed_on_to",
                violation_error_message=_("Skriv, hvem sagen er sendt videre til."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.NOT_READ) | ~Q(agenda_url=""),
                name="answer_not_read_has_a_link",
                violation_error_message=_("Skriv linket til dagsordenspunktet, så beslutningen kan læses dér."),
            ),
            models.CheckConstraint(
                condition=Q(returns_to__isnull=True) | Q(returns_by__isnull=True),
                name="answer_returns_once",
                violation_error_message=_("Vælg et møde, eller skriv en dag: ikke begge dele."),
            ),
        ]

    def __str__(self) -> str:
        what = self.get_outcome_display() if self.outcome else _("taget tilbage")
        return f"{self.committee.abbreviation}: {what}, {self.meeting_date:%d.%m.%Y}"

    @property
    def promises_nothing(self) -> bool:
        """Noted only: the page says in words that nothing was promised."""
        return self.outcome == Outcome.NOTED
