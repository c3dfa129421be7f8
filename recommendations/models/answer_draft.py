"""What a committee answered at one meeting about several items, on its way to being published."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from recommendations.enums import UNPUBLISHED, Outcome, Role, UpdateState
from recommendations.models.committee import Committee
from recommendations.models.item import Item
from recommendations.models.meeting import Meeting
from recommendations.models.membership import Reach, Visitor
from recommendations.models.scoping import scoped


class AnswerDraftQuerySet(models.QuerySet["AnswerDraft"]):
    def visible_to(self, user: Visitor, reach: Reach | None = None) -> Self:
        """Those of the committees that the user works for in any role; none that were thrown away."""
        return self.exclude(state=UpdateState.DISCARDED)._of(reach or Reach.of(user), *Role)

    def unpublished(self) -> Self:
        return self.filter(state__in=UNPUBLISHED)

    def awaiting_approval_of(self, reach: Reach) -> Self:
        """Submitted, of the committees whose approver the user is."""
        return self.filter(state=UpdateState.SUBMITTED)._of(reach, Role.APPROVER)

    def returned_to(self, reach: Reach) -> Self:
        """Drafts that an approver has sent back to the committees that the user works for."""
        return self.filter(state=UpdateState.DRAFT).exclude(review_comment="")._of(reach, *Role)

    def begun_by(self, reach: Reach) -> Self:
        """Drafts of the user's committees that have not been sent back."""
        return self.filter(state=UpdateState.DRAFT, review_comment="")._of(reach, *Role)

    def with_counts(self) -> Self:
        """Annotate `row_count`: how many items are answered."""
        return self.annotate(row_count=Count("rows"))

    def _of(self, reach: Reach, *roles: str) -> Self:
        return self if reach.is_superuser else self.filter(committee__in=reach.committees(*roles))


class AnswerDraft(models.Model):
    """The answers of one meeting: what they have in common, and one row for each item that is answered.

    Nothing of it is public. Publishing it records one `CommitteeAnswer` for each row; then it is kept as it was.
    """

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="answer_drafts", verbose_name=_("udvalg"))
    outcome = models.CharField(_("svar"), max_length=20, choices=Outcome, blank=True)
    meeting_date = models.DateField(_("mødedato"), null=True, blank=True)
    agenda_item = models.CharField(_("dagsordenspunkt"), max_length=100, blank=True)
    agenda_url = models.URLField(_("link til dagsordenspunktet"), max_length=500, blank=True)
    text = models.TextField(_("begrundelse"), blank=True)
    passed_on_to = models.CharField(_("sendt videre til"), max_length=200, blank=True)
    returns_to = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("vender tilbage på mødet"),
    )
    returns_by = models.DateField(_("vender tilbage senest"), null=True, blank=True)
    is_sure = models.BooleanField(_("en usædvanlig dato er set efter"), default=False, editable=False)
    state = models.CharField(_("tilstand"), max_length=20, choices=UpdateState, default=UpdateState.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("indtastet af")
    )
    created_at = models.DateTimeField(_("oprettet"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("udgave"), default=0, editable=False)
    submitted_at = models.DateTimeField(_("sendt til godkendelse"), null=True, editable=False)
    published_at = models.DateTimeField(_("registreret"), null=True, editable=False)
    review_comment = models.TextField(_("godkenderens kommentar"), blank=True, editable=False)

    objects = scoped(AnswerDraftQuerySet, "committee__municipality")

    class Meta:
        verbose_name = _("svar fra et møde")
        verbose_name_plural = _("svar fra møder")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["committee", "state"], name="answer_draft_of_committee")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=UpdateState.PUBLISHED, published_at__isnull=False)
                | ~Q(state=UpdateState.PUBLISHED) & Q(published_at__isnull=True),
                name="answer_draft_published_has_a_time",
                violation_error_message=_("Svar, der er registreret, skal have et tidspunkt."),
            ),
        ]

    def __str__(self) -> str:
        if self.meeting_date is None:
            return translated("%(committee)s: svar fra et møde") % {"committee": self.committee.abbreviation}
        return translated("%(committee)s: svar fra mødet den %(day)s") % {
            "committee": self.committee.abbreviation,
            "day": f"{self.meeting_date:%d.%m.%Y}",
        }

    @property
    def is_published(self) -> bool:
        return self.state == UpdateState.PUBLISHED


class AnswerDraftRow(models.Model):
    """One item that the meeting answered. `outcome`, `text` and `passed_on_to` differ from what all have in common;
    empty where they do not.
    """

    draft = models.ForeignKey(AnswerDraft, models.CASCADE, related_name="rows", verbose_name=_("svar fra et møde"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("række"))
    outcome = models.CharField(_("svar"), max_length=20, choices=Outcome, blank=True)
    text = models.TextField(_("begrundelse"), blank=True)
    passed_on_to = models.CharField(_("sendt videre til"), max_length=200, blank=True)

    objects = scoped(models.QuerySet, "draft__committee__municipality")

    class Meta:
        verbose_name = _("række i svar fra et møde")
        verbose_name_plural = _("rækker i svar fra et møde")
        ordering = ["item"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "item"],
                name="answer_draft_item_once",
                violation_error_message=_("Rækken står der allerede."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    def as_answer(self) -> dict[str, str]:
        """What the row says of its item: its own words where it has some, else those in common."""
        common = self.draft
        if self.outcome and self.outcome != common.outcome:  # another answer has reasons of its own
            return {"outcome": self.outcome, "text": self.text, "passed_on_to": self.passed_on_to}
        return {
            "outcome": common.outcome,
            "text": self.text or common.text,
            "passed_on_to": self.passed_on_to or common.passed_on_to,
        }
