"""The items of a report as they stood at its two times, read in batches: all that any of its tables says of them.

How an item and its cells stood, and what it was called, are kept for good and follow from the two times. Shares of the
votes and the names of sources and committees keep no time of their own: they come as they are when the report is made,
and only issuing it freezes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import date_format

from recommendations import tenancy
from recommendations.answers import AnswerCell, answer_grids
from recommendations.enums import (
    COUNTED,
    NO_ANSWER,
    NO_STATUS,
    ItemKind,
    OwnershipRole,
    ShareBasis,
    Status,
    WordsBasis,
)
from recommendations.models import Committee, Deadline, DoneWhen, Evidence, Item, Publication, Standing, StatusUpdate
from recommendations.reports.document import Link
from recommendations.selection import ItemModel, Selection
from recommendations.standing import ItemStanding, counts_in_words

BATCH = 500
UNSAID = ("wording__summary", "wording__official_text", "wording__reason")  # long, and in no report


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One item. `code` is its number or, where the source has printed none, what we call it; `number` is empty there.

    `kind` is a code of `ItemKind`, `title_basis` one of `WordsBasis`, `status` one of `Status` or empty; `address` is
    absolute. `answers`, `answer_reasons`, `owners`, `counts` and `next_step` are in words, a line for each committee in
    the first three; `counts` is empty where all owners say the same, or one of them leads. `told` is what was done and
    why, as the update that gave the status says it; `criterion` what it takes to be done; `due_reason` why the deadline
    is what it is. `outcomes` are those of the answers shown, `unanswered` the codes of the committees that the report
    is about and that owe an answer. `support` is a percentage.
    """

    item: int
    publication: Publication
    path: str
    kind: str
    code: str
    number: str
    title: str
    title_basis: str
    address: str
    answers: str
    answer_reasons: str
    told: str
    criterion: str
    due_reason: str
    outcomes: tuple[str, ...]
    unanswered: tuple[str, ...]
    status: str
    status_on: date | None
    counts: str
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
    def is_counted(self) -> bool:
        return self.kind in COUNTED

    @property
    def kind_words(self) -> str:
        return str(ItemKind(self.kind).label)

    @property
    def status_words(self) -> str:
        """What is not counted (headings, options) has no status of its own, which is said and not left empty."""
        if not self.is_counted:
            return self.kind_words
        return str(Status(self.status).label if self.status else NO_STATUS)

    @property
    def title_is_ours(self) -> bool:
        """Whether the title is in other words than the source's own."""
        return self.title_basis != WordsBasis.SOURCE

    @property
    def place(self) -> tuple[int, str, str]:
        """Where it stands: by source, and in the source's own order."""
        return self.publication.position, self.publication.slug, self.path


def lines(model: ItemModel, selection: Selection) -> Iterator[ReportLine]:
    """A line for each item of one model that `selection` asks for; seven queries at most for every batch of them."""
    rows = selection.items((model,))[0].defer(*UNSAID).iterator(chunk_size=BATCH)
    asked = selection.owners if selection.committee or selection.administration else None
    while batch := list(islice(rows, BATCH)):
        yield from _batch(model, batch, selection, asked)


def _batch(
    model: ItemModel, items: Sequence[Item], selection: Selection, asked: frozenset[int] | None
) -> Iterator[ReportLine]:
    by_key = {item.pk: item for item in items}
    standings = Standing.objects.at(*selection.times).filter(item__in=items)
    wholes: dict[int, Standing] = {}
    cells: dict[int, list[Standing]] = defaultdict(list)
    related = ("committee", "answer__committee", "answer__chosen_option", "update")
    for row in standings.select_related(*related).prefetch_related(with_evidence()).order_by("pk"):
        row.item = by_key[row.item_id]
        if row.committee_id is None:
            wholes[row.item_id] = row
        else:
            cells[row.item_id].append(row)
    grid = answer_grids([cell for item in items for cell in cells[item.pk]], day=selection.day)
    steps = {row.item_id: row for row in selection.next_steps((model,)).filter(item__in=items).order_by("pk")}
    promises = Promises(
        {row.item_id: row for row in _in_force(Deadline, items, selection)},
        {row.item_id: row for row in _in_force(DoneWhen, items, selection)},
    )
    for item in items:
        whole, step = wholes.get(item.pk), steps.get(item.pk)
        shown_by = whole.update if whole else None
        yield _line(item, selection, asked, cells[item.pk], grid.get(item.pk, []), shown_by, step, promises)


@dataclass(frozen=True)
class Promises:
    """What is in force at the two times, by item (id)."""

    deadlines: dict[int, Deadline]
    criteria: dict[int, DoneWhen]


def _in_force(model: type[Deadline] | type[DoneWhen], items: Sequence[Item], selection: Selection) -> Any:
    """Rows of the items, so that the last of each is the one in force."""
    return model.objects.known(*selection.times).filter(item__in=items).oldest_first()


def _line(
    item: Any,  # an Item with what the selection has put on it
    selection: Selection,
    asked: frozenset[int] | None,
    cells: Sequence[Standing],
    grid: Sequence[AnswerCell],
    shown_by: StatusUpdate | None,
    step: StatusUpdate | None,
    promises: Promises,
) -> ReportLine:
    standing = ItemStanding.of(item, selection.day, tenancy.current().stale_after_days)
    address = tenancy.site_url() + item.get_short_url()
    shown = [cell for cell in grid if cell.answer or cell.owes]
    roles = {cell.committee_id: cell.role for cell in cells}
    deadline, criterion = promises.deadlines.get(item.pk), promises.criteria.get(item.pk)
    return ReportLine(
        item=item.pk,
        publication=item.publication,
        path=item.path,
        kind=item.kind,
        code=item.number,
        number=item.printed_number,
        title=item.title,
        title_basis=item.words.title_basis if item.words else WordsBasis.SOURCE,
        address=address,
        answers="\n".join(_answer(cell) for cell in shown),
        answer_reasons="\n".join(filter(None, (_reason(cell) for cell in shown if cell.answer))),
        told=_told(shown_by) if shown_by else "",
        criterion=criterion.text if criterion else "",
        due_reason=deadline.reason if deadline else "",
        outcomes=tuple(cell.answer.outcome for cell in shown if cell.answer),
        unanswered=tuple(
            cell.committee.code for cell in shown if cell.owes and (asked is None or cell.committee.pk in asked)
        ),
        status=standing.code,
        status_on=standing.on,
        counts=counts_in_words(cells) if item.is_counted and OwnershipRole.LEAD not in roles.values() else "",
        changed_on=standing.changed_on,
        confirmed_on=standing.confirmed_on,
        fresh_on=standing.fresh_on,
        due_on=standing.due_on,
        original_due_on=standing.original_due_on,
        is_overdue=standing.is_overdue,
        is_stale=standing.silent_days is not None,
        owners="\n".join(_owner(cell, roles[cell.committee.pk]) for cell in grid if cell.owns),
        committees=tuple(_named(grid)),
        next_step=_step(step) if step else "",
        evidence=evidence_links(shown_by, address),
        support=_shortest(getattr(item, "support_percent", None)),
        support_basis=_basis(getattr(item, "support_basis", None)),
    )


def _named(grid: Sequence[AnswerCell]) -> dict[Committee, None]:
    """The committees whose abbreviation stands in the line: whoever owns or has answered, whoever's answer it was."""
    return {
        committee: None
        for cell in grid
        for committee in (cell.committee, cell.answer and cell.answer.committee)
        if committee
    }


def _answer(cell: AnswerCell) -> str:
    if cell.answer is None:
        return f"{cell.committee.abbreviation}: {NO_ANSWER}"
    day = date_format(cell.answer.meeting_date, "d.m.Y")
    words = f"{cell.answer.committee.abbreviation}: {cell.answer.get_outcome_display()}, {day}"
    if cell.answer.chosen_option:
        words = f"{words} (valgt: {cell.answer.chosen_option.number})"
    return f"{words} (afløst af {cell.committee.abbreviation})" if cell.from_predecessor else words


def _reason(cell: AnswerCell) -> str:
    """Why a committee answered as it did, and whom it passed the matter on to; empty where it says neither."""
    assert cell.answer
    passed_on = f"Sendt videre til {cell.answer.passed_on_to}." if cell.answer.passed_on_to else ""
    words = " ".join(filter(None, [cell.answer.text, passed_on]))
    return f"{cell.answer.committee.abbreviation}: {words}" if words else ""


def _told(update: StatusUpdate) -> str:
    """What was done and why; of a decision who took it, and when."""
    if not update.decided_by:
        return update.text
    day = f" {date_format(update.decided_on, 'j. F Y')}" if update.decided_on else ""
    return "\n".join(filter(None, [update.text, f"Besluttet af {update.decided_by}{day}."]))


def _owner(cell: AnswerCell, role: str) -> str:
    name = cell.committee.abbreviation
    return name if role == OwnershipRole.LEAD else f"{name} (medansvarlig)"


def _step(update: StatusUpdate) -> str:
    if update.next_step_on is None:
        return update.next_step
    return f"{update.next_step} (ventes {date_format(update.next_step_on, 'j. F Y')})"


def _shortest(percent: Decimal | None) -> Decimal | None:
    """92 and not 92.00, whatever the database says."""
    return None if percent is None else Decimal(f"{percent.normalize():f}")


def _basis(basis: str | None) -> str:
    return str(ShareBasis(basis).label) if basis else ""


def with_evidence() -> Prefetch[str]:
    """What rows with an `update` are read with for `evidence_links`: as lists, which cost no manager for each row."""
    return Prefetch("update__evidence", Evidence.objects.order_by("position"), to_attr="documents")


def evidence_links(update: StatusUpdate | None, address: str) -> tuple[Link, ...]:
    """What documents an update, in its order; `address` is that of the item the update is about.

    A case number leads nowhere by itself, so it leads to the update on the item's page.
    """
    if update is None:
        return ()
    rows: Sequence[Evidence] = update.documents  # type: ignore[attr-defined]  # `with_evidence` puts it there
    return tuple(_evidence(row, update, address) for row in rows)


def _evidence(row: Evidence, update: StatusUpdate, address: str) -> Link:
    if row.removed:
        return Link(row.removed, f"{address}#{update.anchor}")
    if row.url:
        return Link(row.title, row.url)
    if row.file:
        return Link(row.title, tenancy.site_url() + reverse("evidence_file", args=[update.key, row.position]))
    words = f"{row.title}, sag {row.case_number}"
    return Link(words, f"{address}#{update.anchor}")
