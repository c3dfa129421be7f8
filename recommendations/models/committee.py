"""Committees with a lifetime, who succeeded whom, and who works for which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from recommendations import danish
from recommendations.enums import CommitteeKind
from recommendations.models.municipality import Municipality
from recommendations.models.recorded import Recorded
from recommendations.models.scoping import scoped


class CommitteeQuerySet(models.QuerySet["Committee"]):
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

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="committees", verbose_name=_("kommune"), editable=False
    )
    code = models.SlugField(
        _("kode"),
        max_length=30,
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
    sort_name = models.CharField(max_length=250, editable=False)  # puts the names in Danish order in any database
    email = models.EmailField(
        _("fælles postkasse"), blank=True, help_text=_("Vises for borgere. Aldrig en medarbejders egen adresse.")
    )
    phone = models.CharField(_("telefon"), max_length=40, blank=True, help_text=_("Til borgere, der vil spørge."))
    remit = models.TextField(_("ressort"), blank=True)
    valid_from = models.DateField(_("findes fra"), null=True, blank=True)
    valid_to = models.DateField(
        _("ophørt den"), null=True, blank=True, help_text=_("Den første dag, udvalget ikke længere findes.")
    )

    objects = scoped(CommitteeQuerySet)

    class Meta:
        verbose_name = _("udvalg")
        verbose_name_plural = _("udvalg")
        ordering = ["sort_name", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "code"],
                name="committee_code_once",
                violation_error_message=_("Koden findes allerede. Vælg en anden, for eksempel med årstal: SOU-2026."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="committee_ends_after_it_begins",
                violation_error_message=_("Udvalget kan ikke ophøre, før det er begyndt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.abbreviation})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = danish.sort_key(self.name)
        super().save(*args, **kwargs)

    def exists_on(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


def with_code(committees: Iterable[Committee], code: str) -> Committee | None:
    """The one with the code, in any letters. Compared here, not in SQL: SQLite does not know that ø is a small Ø."""
    return next((one for one in committees if one.code.casefold() == code.casefold()), None)


class Succession(Recorded):
    """One committee took over from another on a day: everything, where the old one ended, else what the act moved.

    A committee can have several successors and predecessors.
    """

    predecessor = models.ForeignKey(
        Committee, models.PROTECT, related_name="successions_out", verbose_name=_("fra udvalg")
    )
    successor = models.ForeignKey(
        Committee, models.PROTECT, related_name="successions_in", verbose_name=_("til udvalg")
    )
    on = models.DateField(_("dato"))
    predecessor_ends = models.BooleanField(
        _("det gamle udvalg ophører"), default=True, help_text=_("Slået fra flytter kun de rækker, der er valgt.")
    )
    reason = models.TextField(_("begrundelse"), blank=True)

    objects = scoped(models.QuerySet, "predecessor__municipality")

    class Meta:
        verbose_name = _("udvalgsskifte")
        verbose_name_plural = _("udvalgsskifter")
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_not_to_itself",
                violation_error_message=_("Et udvalg kan ikke afløse sig selv."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor.name} → {self.successor.name}"


class Lineage:
    """Who took over all that another had when it ended, read once; committees are few, so the closure is made here.

    A committee that gave up only some of its items is not in it: those ownerships name their succession themselves.
    """

    def __init__(self, successions: Iterable[tuple[int, int]]):
        self._after: dict[int, set[int]] = defaultdict(set)
        self._before: dict[int, set[int]] = defaultdict(set)
        for predecessor, successor in successions:
            self._after[predecessor].add(successor)
            self._before[successor].add(predecessor)

    @classmethod
    def load(cls, *, on: date | None = None, known_at: datetime | None = None) -> Lineage:
        """All successions of committees that ended, or those in force on the day `on` and known at `known_at`."""
        rows = Succession.objects.filter(predecessor_ends=True)
        if on is not None:
            rows = rows.filter(on__lte=on)
        if known_at is not None:
            rows = rows.filter(recorded_at__lte=known_at)
        return cls(rows.order_by("on", "pk").values_list("predecessor", "successor"))

    def with_predecessors(self, committee_id: int) -> set[int]:
        """The committee and all that it took over from, however long ago."""
        return self._closure(committee_id, self._before)

    def all_behind(self, committees: Iterable[int]) -> frozenset[int]:
        """The committees (ids) and all that any of them took over from."""
        return frozenset().union(*(self.with_predecessors(committee) for committee in committees))

    def with_successors(self, committee_id: int) -> set[int]:
        """The committee and all that took over from it."""
        return self._closure(committee_id, self._after)

    def heirs(self) -> dict[int, set[int]]:
        """Of each committee that has ended and left all to others, the ids of those."""
        return {committee: self.with_successors(committee) - {committee} for committee in self._after}

    def without_heir(self, committees: Collection[Committee], on: date) -> set[int]:
        """Of all `committees`, the ids of those that have ended by the day `on` and left nobody who exists."""
        existing = {committee.pk for committee in committees if committee.exists_on(on)}
        ended = {committee.pk for committee in committees if committee.valid_to and committee.valid_to <= on}
        return {committee for committee in ended if not self.with_successors(committee) & existing}

    @staticmethod
    def _closure(start: int, edges: dict[int, set[int]]) -> set[int]:
        seen, todo = {start}, [start]
        while todo:
            for other in edges.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen
