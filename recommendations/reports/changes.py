"""What has changed since a day: updates, moved deadlines and answers, each with what stood before it and after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from recommendations.enums import NO_ANSWER, NO_STATUS, Status, UpdateKind
from recommendations.models import CommitteeAnswer, Deadline, StatusUpdate
from recommendations.reports.document import Link
from recommendations.reports.lines import BATCH, Line, evidence_links
from recommendations.selection import Selection

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are what stood, in words; `on` is the day it is about, `at` when it was recorded."""

    line: Line
    at: datetime
    what: str
    before: str
    after: str
    on: date
    text: str
    evidence: tuple[Link, ...]

    @property
    def known_on(self) -> date:
        return timezone.localdate(self.at)


def changes(selection: Selection, found: Iterable[Line]) -> tuple[list[Change], int]:
    """The changes since `selection.since` of the items `found`, in their order and then as they were recorded.

    And how many of the items have been confirmed as still correct since then, which is no change. Five queries for each
    batch of items.
    """
    start = selection.start_of(selection.since)
    made: list[Change] = []
    confirmed = 0
    found = list(found)
    for about in ("recommendation", "initiative"):
        of_kind = [line for line in found if line.key[0] == about]
        for first in range(0, len(of_kind), BATCH):
            batch = {line.key[1]: line for line in of_kind[first : first + BATCH]}
            updates, silent = _updates(about, batch, selection, start)
            made += updates
            confirmed += silent
            made += _deadlines(about, batch, selection, start)
            if about == "recommendation":
                made += _answers(batch, selection, start)
    place = {line.key: number for number, line in enumerate(found)}
    return sorted(made, key=lambda change: (place[change.line.key], change.at)), confirmed


def _updates(about: str, batch: dict[int, Line], selection: Selection, start: datetime) -> tuple[list[Change], int]:
    known = StatusUpdate.objects.known(*selection.times).filter(**{f"{about}__in": list(batch)})
    new = list(known.filter(published_at__gte=start).prefetch_related("evidence").order_by("published_at", "pk"))
    confirmed = {getattr(one, f"{about}_id") for one in new if one.kind == UpdateKind.CONFIRMATION}
    # Every status of the items that have news, the earliest known first.
    said: dict[int, list[tuple[date, datetime, int, str]]] = defaultdict(list)
    with_news = {getattr(one, f"{about}_id") for one in new}
    statuses = known.filter(kind=UpdateKind.STATUS, **{f"{about}__in": with_news}).order_by("published_at", "pk")
    for item, on, at, pk, status in statuses.values_list(f"{about}_id", "on", "published_at", "pk", "status"):
        said[item].append((on, at, pk, status))
    made = []
    for update in new:
        if update.kind == UpdateKind.CONFIRMATION:
            continue
        line = batch[getattr(update, f"{about}_id")]
        standing = [row for row in said[line.key[1]] if (row[1], row[2]) < (update.published_at, update.pk)]
        before = max(standing, default=None)
        made.append(
            Change(
                line,
                update.published_at,
                _what(update, before),
                _status(before[3] if before else ""),
                update.get_status_display() if update.status else _status(before[3] if before else ""),
                update.on,
                update.text,
                evidence_links(update, line.address),
            )
        )
    return made, len(confirmed)


def _what(update: StatusUpdate, before: tuple[date, datetime, int, str] | None) -> str:
    if update.kind != UpdateKind.STATUS:
        return str(update.get_kind_display())
    if before and before[0] > update.on:
        return "Ny status om en tidligere dag"
    return "Ny status"


def _status(code: str) -> str:
    return str(Status(code).label if code else NO_STATUS)


def _deadlines(about: str, batch: dict[int, Line], selection: Selection, start: datetime) -> Iterator[Change]:
    rows: dict[int, list[Deadline]] = defaultdict(list)
    known = Deadline.objects.known(*selection.times).filter(**{f"{about}__in": list(batch)})
    for row in known.oldest_first():
        rows[getattr(row, f"{about}_id")].append(row)
    for item, deadlines in rows.items():
        before = ""
        for row in deadlines:
            after = date_format(row.due_on, "j. F Y")
            if row.recorded_at >= start:
                what = "Frist flyttet" if before else "Frist sat"
                yield Change(
                    batch[item], row.recorded_at, what, before or "Ingen frist", after, row.set_on, row.reason, ()
                )
            before = after


def _answers(batch: dict[int, Line], selection: Selection, start: datetime) -> Iterator[Change]:
    """An answer stands against what the same committee had answered before; a correction against what it corrects."""
    rows: dict[tuple[int, int], list[CommitteeAnswer]] = defaultdict(list)
    until = {"meeting_date__lte": selection.day, "recorded_at__lte": selection.known_at}
    given = CommitteeAnswer.objects.filter(recommendation__in=list(batch), **until).select_related("committee")
    for row in given.order_by("recorded_at", "pk"):
        rows[row.recommendation_id, row.committee_id].append(row)
    for (item, _committee), answers in rows.items():
        before = str(NO_ANSWER)
        for row in answers:
            after = str(row.get_outcome_display())
            if row.recorded_at >= start:
                what = f"Svar fra {row.committee.abbreviation}" + (" rettet" if row.corrects_id else "")
                links = (Link(row.agenda_item or "Dagsordenspunkt", row.agenda_url),) if row.agenda_url else ()
                passed_on = [f"Sendt videre til {row.passed_on_to}."] if row.passed_on_to else []
                yield Change(
                    batch[item],
                    row.recorded_at,
                    what,
                    before,
                    after,
                    row.meeting_date,
                    "\n".join(filter(None, [row.text, *passed_on])),
                    links,
                )
            before = after
