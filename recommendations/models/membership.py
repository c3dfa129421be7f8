"""Who works for which committee, and how far that reaches."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.enums import Role
from recommendations.models.committee import Committee, Lineage
from recommendations.models.scoping import scoped

Visitor = User | AnonymousUser  # who asks: a member of staff who has logged in, or a citizen


class CommitteeMembershipQuerySet(models.QuerySet["CommitteeMembership"]):
    def in_force(self, today: date) -> Self:
        """Roles that somebody has today, in committees that exist; work for a committee that has ended is over."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today),
            Q(valid_to__isnull=True) | Q(valid_to__gt=today),
            committee__in=Committee.objects.existing(today),
        )

    def not_over(self, today: date) -> Self:
        """Roles that somebody has today or will have, in committees that have not ended."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=today),
            Q(committee__valid_to__isnull=True) | Q(committee__valid_to__gt=today),
        ).exclude(valid_to=F("valid_from"))


class CommitteeMembership(models.Model):
    """A member of staff works for a committee in a role, from a day and to a day where they are set (half-open).

    A role that ends on the day it begins was never held: so one that was given by mistake is taken back the same day.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="committee_memberships", verbose_name=_("bruger")
    )
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="memberships", verbose_name=_("udvalg"))
    role = models.CharField(_("rolle"), max_length=20, choices=Role)
    valid_from = models.DateField(_("fra"), null=True, blank=True)
    valid_to = models.DateField(
        _("til"), null=True, blank=True, help_text=_("Den første dag, rollen ikke længere gælder.")
    )

    objects = scoped(CommitteeMembershipQuerySet, "committee__municipality")

    class Meta:
        verbose_name = _("rolle i udvalg")
        verbose_name_plural = _("roller i udvalg")
        ordering = ["committee", "role", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "committee", "role"],
                name="membership_once",
                violation_error_message=_("Brugeren har allerede den rolle i udvalget."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="membership_ends_after_it_begins",
                violation_error_message=_("Rollen kan ikke ophøre, før den er begyndt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{name_of(self.user)}: {self.get_role_display()}, {self.committee.abbreviation}"

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds; none where no end is set."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None


def name_of(user: User) -> str:
    """What a colleague is called: the name, else the username."""
    return user.get_full_name() or user.get_username()


@dataclass(frozen=True)
class Reach:
    """Which committees' matters a user may deal with today, by role.

    `acting` are the committees in whose name the user acts; `covering` are those and everything they took over from.
    """

    is_superuser: bool = False
    acting: dict[str, set[int]] = field(default_factory=dict)
    covering: dict[str, set[int]] = field(default_factory=dict)
    lineage: Lineage = field(default_factory=lambda: Lineage(()), compare=False)  # empty without a role

    @classmethod
    def of(cls, user: Visitor, today: date | None = None) -> Reach:
        """Read from memberships and successions: two queries, none for citizens."""
        if not user.is_authenticated or not user.is_active:
            return cls()
        today = today or timezone.localdate()
        acting: dict[str, set[int]] = defaultdict(set)
        memberships = CommitteeMembership.objects.in_force(today).filter(user=user).order_by()
        for role, committee_id in memberships.values_list("role", "committee_id"):
            acting[role].add(committee_id)
        lineage = Lineage.load(on=today) if acting or user.is_superuser else Lineage(())
        covering = {
            role: set().union(*(lineage.with_predecessors(one) for one in committees))
            for role, committees in acting.items()
        }
        return cls(user.is_superuser, dict(acting), covering, lineage)

    def committees(self, *roles: str) -> set[int]:
        """Ids of the committees covered in any of `roles`, or in any role at all when none is named."""
        return set().union(*(self.covering.get(role, set()) for role in roles or Role.values))
