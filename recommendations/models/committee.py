"""Committees with a lifetime, who succeeded whom, and who works for which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from recommendations.enums import CommitteeKind, Role

Visitor = User | AnonymousUser  # who asks: a member of staff who has logged in, or a citizen


class CommitteeQuerySet(models.QuerySet["Committee"]):
    def get_by_natural_key(self, code):
        return self.get(code=code)

    def existing(self, on: date) -> Self:
        """Committees that exist on the day `on`."""
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on)).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on)
        )


class Committee(models.Model):
    """A political committee and its administration, under one name.

    A renamed committee is a new committee that succeeds the old one, so that old updates keep the name of their time.
    Periods are half-open: `valid_to` is the first day on which it no longer exists.
    """

    code = models.SlugField(
        _("kode"),
        max_length=30,
        unique=True,
        allow_unicode=True,
        help_text=_(
            "Bruges i adresser, normalt forkortelsen. Har et ældre udvalg samme forkortelse, så tilføj året: SOU-2026."
        ),
    )
    abbreviation = models.CharField(_("forkortelse"), max_length=20)
    name = models.CharField(_("navn"), max_length=200)
    kind = models.CharField(_("slags"), max_length=20, choices=CommitteeKind, default=CommitteeKind.STANDING)
    administration = models.CharField(_("forvaltning"), max_length=200, blank=True)
    administration_abbreviation = models.CharField(_("forvaltningens forkortelse"), max_length=20, blank=True)
    email = models.EmailField(
        _("fælles postkasse"), blank=True, help_text=_("Vises for borgere. Aldrig en medarbejders egen adresse.")
    )
    remit = models.TextField(_("ressort"), blank=True)
    valid_from = models.DateField(_("findes fra"), null=True, blank=True)
    valid_to = models.DateField(
        _("ophørt den"), null=True, blank=True, help_text=_("Den første dag, udvalget ikke længere findes.")
    )

    history = HistoricalRecords(verbose_name=_("ændring af udvalg"), verbose_name_plural=_("ændringer af udvalg"))
    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("udvalg")
        verbose_name_plural = _("udvalg")
        ordering = ["name", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="committee_ends_after_it_begins",
                violation_error_message=_("Udvalget kan ikke ophøre, før det er begyndt."),
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.abbreviation})"

    def natural_key(self):
        return (self.code,)

    def exists_on(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


class SuccessionQuerySet(models.QuerySet["Succession"]):
    def get_by_natural_key(self, predecessor, successor):
        return self.get(predecessor__code=predecessor, successor__code=successor)


class Succession(models.Model):
    """One committee took over from another on a day. A committee can have several successors and predecessors."""

    predecessor = models.ForeignKey(
        Committee, models.PROTECT, related_name="successions_out", verbose_name=_("fra udvalg")
    )
    successor = models.ForeignKey(
        Committee, models.PROTECT, related_name="successions_in", verbose_name=_("til udvalg")
    )
    on = models.DateField(_("dato"))
    reason = models.TextField(_("begrundelse"), blank=True)
    recorded_at = models.DateTimeField(_("registreret"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("registreret af"),
    )

    history = HistoricalRecords()
    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("udvalgsskifte")
        verbose_name_plural = _("udvalgsskifter")
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="succession_once",
                violation_error_message=_("Skiftet mellem de to udvalg er allerede registreret."),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_not_to_itself",
                violation_error_message=_("Et udvalg kan ikke afløse sig selv."),
            ),
        ]

    def __str__(self):
        return f"{self.predecessor.name} → {self.successor.name}"

    def natural_key(self):
        return (self.predecessor.code, self.successor.code)

    natural_key.dependencies = ["recommendations.committee"]


class Lineage:
    """Who descends from whom, read once; committees are few, so the closure is made here and not in SQL."""

    def __init__(self, successions: list[tuple[int, int]], handed_over: dict[tuple[int, int], date] | None = None):
        self.handed_over = handed_over or {}  # (predecessor, successor) -> the day; in the order of the days
        self._after: dict[int, set[int]] = defaultdict(set)
        self._before: dict[int, set[int]] = defaultdict(set)
        for predecessor, successor in successions:
            self._after[predecessor].add(successor)
            self._before[successor].add(predecessor)

    @classmethod
    def load(cls, *, on: date | None = None, known_at: datetime | None = None) -> Lineage:
        """All successions, or those in force on the day `on` and known at `known_at`."""
        rows = Succession.objects.all()
        if on is not None:
            rows = rows.filter(on__lte=on)
        if known_at is not None:
            rows = rows.filter(recorded_at__lte=known_at)
        found = {
            (old, new): on for old, new, on in rows.order_by("on", "pk").values_list("predecessor", "successor", "on")
        }
        return cls(list(found), found)

    def with_predecessors(self, committee_id: int) -> set[int]:
        """The committee and all that it took over from, however long ago."""
        return self._closure(committee_id, self._before)

    def all_behind(self, committees: Iterable[int]) -> frozenset[int]:
        """The committees (ids) and all that any of them took over from."""
        return frozenset().union(*(self.with_predecessors(committee) for committee in committees))

    def with_successors(self, committee_id: int) -> set[int]:
        """The committee and all that took over from it."""
        return self._closure(committee_id, self._after)

    def heirs(self, committee_id: int) -> set[int]:
        """The committees at the end of the line: itself, when nobody succeeded it."""
        return {c for c in self.with_successors(committee_id) if not self._after.get(c)}

    def without_heir(self, committees: Collection[Committee], on: date) -> set[int]:
        """Of all `committees`, the ids of those that have ended by the day `on` and left nobody who exists."""
        existing = {committee.pk for committee in committees if committee.exists_on(on)}
        ended = {committee.pk for committee in committees if committee.valid_to and committee.valid_to <= on}
        return {committee for committee in ended if not self.with_successors(committee) & existing}

    def inheritances(self) -> dict[int, set[int]]:
        """For each committee that succeeded any: all those it took over from."""
        return {c: self.with_predecessors(c) - {c} for c in list(self._before)}

    @staticmethod
    def _closure(start: int, edges: dict[int, set[int]]) -> set[int]:
        seen, todo = {start}, [start]
        while todo:
            for other in edges.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen


class CommitteeMembershipQuerySet(models.QuerySet["CommitteeMembership"]):
    def get_by_natural_key(self, username, committee, role):
        return self.get(user__username=username, committee__code=committee, role=role)

    def in_force(self, today: date) -> Self:
        """Memberships of committees that exist today; work for a committee that has ended is over."""
        return self.filter(committee__in=Committee.objects.existing(today))


class CommitteeMembership(models.Model):
    """A member of staff works for a committee in a role."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="committee_memberships", verbose_name=_("bruger")
    )
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="memberships", verbose_name=_("udvalg"))
    role = models.CharField(_("rolle"), max_length=20, choices=Role)

    history = HistoricalRecords()
    objects = CommitteeMembershipQuerySet.as_manager()

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
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}, {self.committee.abbreviation}"

    def natural_key(self):
        return (self.user.get_username(), self.committee.code, self.role)

    natural_key.dependencies = ["recommendations.committee"]


@dataclass(frozen=True)
class Reach:
    """Which committees' matters a user may deal with today, by role.

    `acting` are the committees in whose name the user acts; `covering` are those and everything they took over from.
    """

    is_superuser: bool = False
    acting: dict[str, set[int]] = field(default_factory=dict)
    covering: dict[str, set[int]] = field(default_factory=dict)

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
        covering: dict[str, set[int]] = {}
        if acting:
            lineage = Lineage.load(on=today)
            for role, committees in acting.items():
                covering[role] = set().union(*(lineage.with_predecessors(c) for c in committees))
        return cls(user.is_superuser, dict(acting), covering)

    def committees(self, *roles: str) -> set[int]:
        """Ids of the committees covered in any of `roles`, or in any role at all when none is named."""
        return set().union(*(self.covering.get(role, set()) for role in roles or Role.values))
