"""The items of a report as they stood at its two times, read in batches: all that any of its tables says of them.

Beside the rows that are kept for good (updates, answers, deadlines, owners with the time they were recorded) a line
holds words that an editor may change later: titles and the names of sources and committees, shares of the votes. Those
come as they are when the report is made; only issuing it freezes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.formats import date_format

from recommendations.answers import AnswerCell, answer_grid
from recommendations.enums import NO_ANSWER, NO_STATUS, OwnershipRole, ShareBasis, Status, UpdateKind
from recommendations.lifecycle import is_closed, is_overdue, is_stale
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Evidence,
    Ownership,
    Publication,
    Recommendation,
    StatusUpdate,
    TrackedItem,
)
from recommendations.models.item import ItemQuerySet
from recommendations.models.status_update import StatusUpdateQuerySet
from recommendations.reports.document import Link
from recommendations.selection import Selection

BATCH = 500
UNSAID = ("summary", "official_text", "search_words")  # long, and in no report


@dataclass(frozen=True, slots=True)
class Line:
    """One item. `code` is its number or, where the source has printed none, what we call it; `number` is empty there.

    `address` is the short one, which leads to the item for good. `unanswered` are the committees that own it and have
    no answer recorded, where answers are expected.
    """

    key: tuple[str, int]
    publication: Publication
    is_heading: bool
    code: str
    number: str
    title: str
    address: str
    answers: str
    outcomes: tuple[str, ...]
    unanswered: tuple[str, ...]
    status: str
    status_on: date | None
    changed_on: date | None
    confirmed_on: date | None
    fresh_on: date | None
    due_on: date | None
    original_due_on: date | None
    is_overdue: bool
    is_stale: bool
    owners: str
    committees: tuple[Committee, ...]
    next_step: str
    evidence: tuple[Link, ...]
    support: Decimal | None
    support_basis: str

    @property
    def kind(self) -> str:
        return "Overskrift" if self.is_heading else {"recommendation": "Anbefaling"}.get(self.key[0], "Initiativ")

    @property
    def status_words(self) -> str:
        """A heading has no status of its own, which is said and not left empty."""
        if self.is_heading:
            return "Overskrift"
        return str(Status(self.status).label if self.status else NO_STATUS)


def lines(items: ItemQuerySet, selection: Selection) -> Iterator[Line]:
    """A line for each of `items`, which are the selection's; six queries at most for every batch of them."""
    rows = items.select_related("publication").defer(*UNSAID).iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield from _batch(batch, selection)


def _batch(items: Sequence[TrackedItem], selection: Selection) -> Iterator[Line]:
    about = items[0].ABOUT
    owners: dict[int, list[Ownership]] = defaultdict(list)
    in_force = Ownership.objects.in_force(*selection.times).filter(**{f"{about}__in": items})
    for owner in in_force.select_related("committee").order_by("-role", "committee__name", "valid_from", "pk"):
        if all(owner.committee_id != other.committee_id for other in owners[getattr(owner, f"{about}_id")]):
            owners[getattr(owner, f"{about}_id")].append(owner)  # periods of one owner may overlap
    answers: dict[int, list[CommitteeAnswer]] = defaultdict(list)
    if about == Recommendation.ABOUT:
        for answer in selection.answers().filter(recommendation__in=items).select_related("committee").order_by("pk"):
            answers[answer.recommendation_id].append(answer)
    known = StatusUpdate.objects.known(*selection.times)
    shown_by = {
        getattr(update, f"{about}_id"): update
        for update in _newest(known.filter(kind=UpdateKind.STATUS), items).prefetch_related("evidence")
    }
    steps = {getattr(update, f"{about}_id"): update for update in _newest(known.news().exclude(next_step=""), items)}
    for item in items:
        grid = answer_grid(owners[item.pk], answers[item.pk], selection.lineage, day=selection.day)
        yield _line(item, selection, owners[item.pk], grid, shown_by.get(item.pk), steps.get(item.pk))


def _newest(updates: StatusUpdateQuerySet, items: Sequence[TrackedItem]) -> StatusUpdateQuerySet:
    about = items[0].ABOUT
    newest = updates.filter(**{about: OuterRef(about)}).newest_first().values("pk")[:1]
    return updates.filter(**{f"{about}__in": items}, pk=Subquery(newest)).order_by("pk")


def _line(
    item: TrackedItem,
    selection: Selection,
    owners: list[Ownership],
    grid: list[AnswerCell],
    shown_by: StatusUpdate | None,
    step: StatusUpdate | None,
) -> Line:
    status, day = item.state_status, selection.day
    is_heading = getattr(item, "is_heading", False)
    expects = item.publication.expects_answers and item.ABOUT == Recommendation.ABOUT and not is_heading
    address = settings.SITE_URL + item.get_short_url()
    cells = [cell for cell in grid if cell.answer or expects]
    return Line(
        key=(item.ABOUT, item.pk),
        publication=item.publication,
        is_heading=is_heading,
        code=item.reference,
        number=item.printed_number,
        title=item.title,
        address=address,
        answers="\n".join(_answer(cell) for cell in cells),
        outcomes=tuple(cell.answer.outcome for cell in cells if cell.answer),
        unanswered=tuple(cell.committee.code for cell in cells if not cell.answer),
        status=status,
        status_on=item.state_status_on,
        changed_on=item.state_changed_on,
        confirmed_on=item.state_confirmed_on,
        fresh_on=item.state_fresh_on,
        due_on=item.state_due_on,
        original_due_on=item.state_original_due_on,
        is_overdue=not is_heading and is_overdue(status, item.state_due_on, today=day),
        is_stale=not is_heading
        and is_stale(status, item.state_fresh_on, today=day, after_days=settings.STALE_AFTER_DAYS),
        owners="\n".join(_owner(owner) for owner in owners),
        committees=tuple({cell.committee: None for cell in cells} | {owner.committee: None for owner in owners}),
        next_step=_step(step) if step and not is_closed(status) else "",
        evidence=evidence_links(shown_by, address),
        support=_shortest(getattr(item, "support_percent", None)),
        support_basis=_basis(getattr(item, "support_basis", None)),
    )


def _answer(cell: AnswerCell) -> str:
    if cell.answer is None:
        return f"{cell.committee.abbreviation}: {NO_ANSWER}"
    day = date_format(cell.answer.meeting_date, "d.m.Y")
    words = f"{cell.answer.committee.abbreviation}: {cell.answer.get_outcome_display()}, {day}"
    return f"{words} (afløst af {cell.committee.abbreviation})" if cell.from_predecessor else words


def _owner(owner: Ownership) -> str:
    if owner.role == OwnershipRole.LEAD:
        return owner.committee.abbreviation
    return f"{owner.committee.abbreviation} (medansvarlig)"


def _step(update: StatusUpdate) -> str:
    if update.next_step_on is None:
        return update.next_step
    return f"{update.next_step} (ventes {date_format(update.next_step_on, 'j. F Y')})"


def _shortest(percent: Decimal | None) -> Decimal | None:
    """92 and not 92.00, whatever the database says."""
    return None if percent is None else Decimal(f"{percent.normalize():f}")


def _basis(basis: str | None) -> str:
    return str(ShareBasis(basis).label) if basis else ""


def evidence_links(update: StatusUpdate | None, address: str) -> tuple[Link, ...]:
    """What documents an update, in its order; `address` is that of the item the update is about.

    A case number leads nowhere by itself, so it leads to the update on the item's page.
    """
    if update is None:
        return ()
    rows: Iterable[Evidence] = sorted(update.evidence.all(), key=lambda row: row.position)
    return tuple(_evidence(row, update, address) for row in rows)


def _evidence(row: Evidence, update: StatusUpdate, address: str) -> Link:
    if row.url:
        return Link(row.title, row.url)
    if row.file:
        return Link(row.title, settings.SITE_URL + reverse("evidence_file", args=[update.key, row.position]))
    words = f"{row.title}, sag {row.case_number}"
    return Link(words, f"{address}#{update.anchor}")
