"""Words on the way to being published, new ones or a correction: what touches the source's own needs two people."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import UNPUBLISHED, WRITERS, Role, UpdateState
from recommendations.models.item import Item
from recommendations.models.membership import CommitteeMembership, Reach, Visitor
from recommendations.models.ownership import Ownership
from recommendations.models.recorded import day
from recommendations.models.scoping import scoped
from recommendations.models.wording import Wording, Words


class WordingDraftQuerySet(models.QuerySet["WordingDraft"]):
    def unpublished(self) -> Self:
        return self.filter(state__in=UNPUBLISHED)

    def visible_to(self, user: Visitor, reach: Reach | None = None) -> Self:
        """Those about items of the committees that the user works for in any role; not what was thrown away."""
        reach = reach or Reach.of(user)
        return self.exclude(state=UpdateState.DISCARDED)._about_items_of(reach, *Role.values)

    def awaiting_approval_of(self, reach: Reach) -> Self:
        """Sent to approval, about items whose approver the user is; the user's own too, for somebody else to read."""
        return self.filter(state=UpdateState.SUBMITTED)._about_items_of(reach, Role.APPROVER)

    def returned_to(self, user: Visitor, reach: Reach) -> Self:
        """Sent back to `user`, or to somebody who can no longer write for an owner: then it is every colleague's.

        To anybody, when a superuser asks.
        """
        returned = self.filter(state=UpdateState.DRAFT)
        if reach.is_superuser:
            return returned
        owners = Ownership.objects.in_force().filter(item=OuterRef(OuterRef("item"))).order_by().values("committee")
        roles = CommitteeMembership.objects.in_force(day(None)).filter(user__is_active=True, role__in=WRITERS)
        can_write = Exists(roles.filter(user=OuterRef("author"), committee__in=owners))
        has_left = ~(can_write | Q(author__is_superuser=True, author__is_active=True))
        return returned.filter(Q(author=user) | has_left)._about_items_of(reach, *WRITERS)

    def _about_items_of(self, reach: Reach, *roles: str) -> Self:
        if reach.is_superuser:
            return self
        owned = Ownership.objects.in_force().filter(committee__in=reach.committees(*roles))
        return self.filter(item__in=owned.order_by().values("item"))


class WordingDraft(Words):
    """The words that somebody proposes for an item in the place of those in force: new ones, or a correction of them.

    `submitted` from the moment it is made, `draft` when it was sent back, then `published` or `discarded`.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="wording_drafts", verbose_name=_("række"))
    instead_of = models.ForeignKey(Wording, models.PROTECT, related_name="+", verbose_name=_("i stedet for"))
    is_correction = models.BooleanField(_("rettelse"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("indtastet af"), editable=False
    )
    created_at = models.DateTimeField(_("oprettet"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("udgave"), default=0, editable=False)
    state = models.CharField(
        _("tilstand"), max_length=20, choices=UpdateState, default=UpdateState.SUBMITTED, editable=False
    )
    comment = models.TextField(_("godkenderens kommentar"), blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("udgivet af"),
        editable=False,
    )

    objects = scoped(WordingDraftQuerySet, "item__publication__municipality")

    class Meta:
        verbose_name = _("forslag til ord")
        verbose_name_plural = _("forslag til ord")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["state", "item"], name="wording_draft_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=UpdateState.PUBLISHED, published_by__isnull=False) & ~Q(published_by=F("author"))
                | ~Q(state=UpdateState.PUBLISHED) & Q(published_by__isnull=True),
                name="wording_draft_has_a_second_person",
                violation_error_message=_("Kildens ord udgives af en anden end den, der har skrevet forslaget."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.kind}"

    @property
    def kind(self) -> str:
        """What it is when it is published."""
        return str(_("rettelse af ord") if self.is_correction else _("ny ordlyd"))
