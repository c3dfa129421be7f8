"""What has happened to a set of items: published news, answers and deadlines, each with what it was before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import OuterRef, Q, QuerySet, Subquery

from recommendations.enums import NO_ANSWER, NO_STATUS, Outcome, Status, UpdateKind
from recommendations.models import (
    CommitteeAnswer,
    Deadline,
    Initiative,
    Recommendation,
    StatusUpdate,
)
from recommendations.models.answer import CommitteeAnswerQuerySet
from recommendations.models.status_update import DatedQuerySet, StatusUpdateQuerySet
from recommendations.selection import Selection

Rows = TypeVar("Rows", bound="QuerySet[Any]")

ITEMS = ("recommendation__publication", "initiative__publication", "committee")


@dataclass(frozen=True)
class Change:
    """One row that was published or recorded.

    `was` is what it took the place of: the words of a status or an answer, the day of a deadline; empty or None where
    it took the place of nothing.
    """

    row: StatusUpdate | CommitteeAnswer | Deadline
    at: datetime  # when the tracker learnt of it
    was: str | date | None = None

    @property
    def item(self) -> Recommendation | Initiative:
        return self.row.recommendation if isinstance(self.row, CommitteeAnswer) else self.row.item

    @property
    def kind(self) -> str:
        """The name of the kind of row: statusupdate, committeeanswer or deadline."""
        return str(self.row._meta.model_name)


@dataclass(frozen=True)
class Changes:
    """The newest changes, newest first, and whether there are more."""

    rows: list[Change]
    is_cut: bool


def newest_changes(
    selection: Selection, *, most: int, about: Q | None = None, to_recommendations: Q | None = None
) -> Changes:
    """The newest `most` changes of what `selection` asks for, since its `since` where it has one: three queries.

    Corrections and confirmations are left out: they are no news. `about` and `to_recommendations` say which rows are
    meant, for callers who know it already: those about either kind of item, and answers.
    """
    if about is None or to_recommendations is None:
        about, to_recommendations = selection.about(), selection.about((Recommendation,))
    after = selection.since_time
    updates = StatusUpdate.objects.known(*selection.times).news().filter(about)
    found = [
        *updates_of(_newest(_since(updates, "published_at", after), "published_at", most), selection),
        *answers_of(_newest(_since(given(selection, to_recommendations), "recorded_at", after), "recorded_at", most)),
        *deadlines_of(_newest(_since(set_by(selection, about), "recorded_at", after), "recorded_at", most)),
    ]
    rows = in_order(found)
    return Changes(rows[:most], len(rows) > most)


def answers_and_deadlines(
    selection: Selection, *, after: datetime | None, until: datetime | None, most: int
) -> Changes:
    """The newest `most` that were recorded after one moment and no later than another: two queries."""
    within = Q()
    if after:
        within &= Q(recorded_at__gt=after)
    if until:
        within &= Q(recorded_at__lte=until)
    answers = given(selection, within & selection.about((Recommendation,)))
    deadlines = set_by(selection, within & selection.about())
    rows = in_order(
        [
            *answers_of(_newest(_since(answers, "recorded_at", selection.since_time), "recorded_at", most)),
            *deadlines_of(_newest(_since(deadlines, "recorded_at", selection.since_time), "recorded_at", most)),
        ]
    )
    return Changes(rows[:most], len(rows) > most)


def given(selection: Selection, about: Q) -> CommitteeAnswerQuerySet:
    """The answers known at the selection's times, without those that a later one corrects."""
    return CommitteeAnswer.objects.known(*selection.times).filter(about)


def set_by(selection: Selection, about: Q) -> DatedQuerySet:
    """The deadlines known at the selection's times, moves included."""
    return Deadline.objects.known(*selection.times).filter(about)


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Newest first."""
    return sorted(changes, key=lambda change: (change.at, change.kind, change.row.pk), reverse=True)


def updates_of(rows: StatusUpdateQuerySet, selection: Selection) -> list[Change]:
    """A change for each update; a new status says which it replaced when it was published."""
    earlier = StatusUpdate.objects.known(*selection.times).filter(
        Q(recommendation=OuterRef("recommendation")) | Q(initiative=OuterRef("initiative")),
        kind=UpdateKind.STATUS,
        published_at__lt=OuterRef("published_at"),
    )
    newest = earlier.newest_first()
    before = {"was_status": Subquery(newest.values("status")[:1]), "was_on": Subquery(newest.values("on")[:1])}
    return [
        Change(row, row.published_at, _status_before(row, row.was_status, row.was_on))  # type: ignore[attr-defined, arg-type]
        for row in rows.select_related(*ITEMS).annotate(**before)
    ]


def _status_before(row: StatusUpdate, status: str | None, on: date | None) -> str:
    if row.kind != UpdateKind.STATUS or status == row.status or (on is not None and row.on < on):
        return ""  # the same again, or about an earlier day: it replaced nothing
    return str(Status(status).label if status else NO_STATUS)


def answers_of(rows: CommitteeAnswerQuerySet) -> list[Change]:
    """A change for each answer, with what the same committee had answered before."""
    earlier = CommitteeAnswer.objects.filter(
        recommendation=OuterRef("recommendation"),
        committee=OuterRef("committee"),
        recorded_at__lt=OuterRef("recorded_at"),
    )
    before = Subquery(earlier.newest_first().values("outcome")[:1])
    related = ("recommendation__publication", "committee", "corrects")
    return [
        Change(row, row.recorded_at, _answer_before(row, row.was_outcome))  # type: ignore[attr-defined]
        for row in rows.select_related(*related).annotate(was_outcome=before)
    ]


def _answer_before(row: CommitteeAnswer, outcome: str | None) -> str:
    if outcome == row.outcome:
        return ""
    return str(Outcome(outcome).label if outcome else NO_ANSWER)


def deadlines_of(rows: DatedQuerySet) -> list[Change]:
    """A change for each deadline, with the day that it was moved from; None where it is the first."""
    earlier = Deadline.objects.filter(
        Q(recommendation=OuterRef("recommendation")) | Q(initiative=OuterRef("initiative")),
        recorded_at__lt=OuterRef("recorded_at"),
    )
    before = Subquery(earlier.order_by("-set_on", "-recorded_at", "-pk").values("due_on")[:1])
    return [
        Change(row, row.recorded_at, row.was_due_on) for row in rows.select_related(*ITEMS).annotate(was_due_on=before)
    ]


def _since(rows: Rows, field: str, after: datetime | None) -> Rows:
    return rows.filter(**{f"{field}__gte": after}) if after else rows


def _newest(rows: Rows, field: str, most: int) -> Rows:
    """One more than asked for tells whether there are more. What else a row needs is then read of these alone."""
    newest = rows.order_by(f"-{field}", "-pk").values("pk")[: most + 1]
    return rows.model.objects.filter(pk__in=newest)
