"""What is promised about an item: when it is to be done, and what it takes. With every earlier wording."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.models.committee import Committee
from recommendations.models.item import Item
from recommendations.models.recorded import Corrigible, CorrigibleQuerySet
from recommendations.models.scoping import scoped


class CommitmentQuerySet(CorrigibleQuerySet):
    """Rows that replace each other in time: the newest set is the one in force."""


class Commitment(Corrigible):
    """A row that is never changed: moving a deadline or rewording a criterion adds another.

    What was mistyped is corrected, which is no move: the corrected row is no part of the deadlines there have been.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="%(class)ss", verbose_name=_("række"))
    set_on = models.DateField(_("fastsat den"), default=timezone.localdate)
    reason = models.TextField(_("begrundelse"), blank=True)
    committee = models.ForeignKey(
        Committee, models.PROTECT, null=True, blank=True, related_name="%(class)ss", verbose_name=_("på vegne af")
    )

    class Meta(Corrigible.Meta):
        abstract = True
        ordering = ["set_on", "recorded_at", "id"]


class Deadline(Commitment):
    """When an item is to be done. Each move is a row with a reason; the first stays the original deadline."""

    TAKEN_BACK = {"due_on__isnull": True}

    due_on = models.DateField(_("frist"), null=True, blank=True)

    objects = scoped(CommitmentQuerySet, "item__publication__municipality")

    class Meta(Commitment.Meta):
        verbose_name = _("frist")
        verbose_name_plural = _("frister")
        indexes = [models.Index(fields=["recorded_at"], name="deadline_by_record")]
        constraints = [
            *Commitment.Meta.constraints,
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | Q(corrects__isnull=False) & ~Q(reason=""),
                name="deadline_taken_back_says_why",
                violation_error_message=_("Kun en rettelse kan tage en frist tilbage. Skriv hvorfor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.due_on:%d.%m.%Y}" if self.due_on else f"{self.item}: –"


class DoneWhen(Commitment):
    """The criterion: "Det er gennemført, når …". Each rewording is a row with a reason."""

    TAKEN_BACK = {"text": ""}

    text = models.TextField(
        _("det er gennemført, når"),
        blank=True,
        help_text=_("Skriv hver del på sin egen linje. Så kan dokumentationen vise én del ad gangen."),
    )

    objects = scoped(CommitmentQuerySet, "item__publication__municipality")

    class Meta(Commitment.Meta):
        verbose_name = _("kriterium")
        verbose_name_plural = _("kriterier")
        constraints = [
            *Commitment.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(text="") | Q(corrects__isnull=False) & ~Q(reason=""),
                name="criterion_taken_back_says_why",
                violation_error_message=_("Kun en rettelse kan tage et kriterium tilbage. Skriv hvorfor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.text}"

    @property
    def parts(self) -> list[str]:
        """What it takes, one thing at a time: the lines that say something, as they are counted from 1."""
        return [line for line in map(str.strip, self.text.splitlines()) if line]
