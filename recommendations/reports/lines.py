"""The items of a report as they stood at its two times, read in batches: all that any of its tables says of them.

How an item and its cells stood, and what it was called, are kept for good and follow from the two times. Shares of the
votes and the names of sources and committees keep no time of their own: they come as they are when the report is made,
and only issuing it freezes them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import Prefetch, QuerySet, TextChoices
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language

from recommendations import tenancy
from recommendations.answers import AnswerCell, answer_grids
from recommendations.enums import (
    CLOSED,
    COUNTED,
    NO_ANSWER,
    NO_STATUS,
    ItemKind,
    Outcome,
    OwnershipRole,
    ShareBasis,
    Status,
    UpdateKind,
    WordsBasis,
)
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Evidence,
    Item,
    Publication,
    Standing,
    StatusUpdate,
)
from recommendations.reports.document import Link
from recommendations.selection import ItemModel, Selection
from recommendations.standing import ItemStanding, counts_in_words

FIRST_BATCH, BATCH = 50, 1000  # the first is soon on its way to whoever waits
PLAIN_NUMBER = re.compile(r"[\w.\-]+", re.ASCII)  # stands in an address as it is
UNSAID = ("wording__summary", "wording__official_text", "wording__reason")  # long, and in no report


def label_of(choice: TextChoices) -> str:
    """What a code is called. The words of thousands of lines are few, and each is looked up once (memoised)."""
    return _label(choice, get_language())


@lru_cache(typed=True)  # codes of two kinds can be the same text
def _label(choice: TextChoices, _language: str | None) -> str:
    return str(choice.label)


@dataclass(frozen=True, slots=True)
class LineCell:
    """What stands between one committee and an item: its status, its newest words, its answer and whether it owes one.

    `role` is a code of `OwnershipRole`, empty where it has spoken without owning. `note` is news without a status that
    came after `update`, which gave the status. `from_predecessor`: a committee that it took over from gave the answer.
    """

    committee: Committee
    role: str
    standing: ItemStanding
    update: StatusUpdate | None
    note: StatusUpdate | None
    answer: CommitteeAnswer | None
    owes: bool
    from_predecessor: bool

    @property
    def says_something(self) -> bool:
        return bool(self.update or self.note)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One item. `code` is its number or, where the source has printed none, what we call it; `number` is empty there.

    `kind` is a code of `ItemKind`, `title_basis` one of `WordsBasis`, `status` one of `Status` or empty; `address` is
    absolute. `answers`, `answer_reasons`, `owners`, `counts` and `next_step` are in words, a line for each committee in
    the first three; `counts` is empty where all owners say the same, or one of them leads. `told` is what was done and
    why, as the update that gave the status says it; `criterion` what it takes to be done; `due_reason` why the deadline
    is what it is. `outcomes` are those of the answers shown, `unanswered` the codes of the committees that the report
    is about and that owe an answer. `support` is a percentage.

    `own` is the cell of the one committee that a report is about: then status, news, days and answer of the line are
    that committee's own. `others` are the cells of everybody else, all of them where a report is about no one
    committee. `update` and `note` gave the status of the line and what is newer; `deadlines` are all that were in force
    in turn, the oldest first.
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
    own: LineCell | None
    others: tuple[LineCell, ...]
    update: StatusUpdate | None
    note: StatusUpdate | None
    deadlines: tuple[Deadline, ...]

    @property
    def is_heading(self) -> bool:
        return self.kind == ItemKind.HEADING

    @property
    def is_open(self) -> bool:
        """Whether something is still to come: a status that closes nothing."""
        return self.is_counted and self.status not in CLOSED

    @property
    def cells(self) -> tuple[LineCell, ...]:
        """The cell of the committee that the report is about, then those of the others."""
        return (self.own, *self.others) if self.own else self.others

    @property
    def is_counted(self) -> bool:
        return self.kind in COUNTED

    @property
    def kind_words(self) -> str:
        return label_of(ItemKind(self.kind))

    @property
    def status_words(self) -> str:
        """What is not counted (headings, options) has no status of its own, which is said and not left empty."""
        if not self.is_counted:
            return self.kind_words
        return label_of(Status(self.status)) if self.status else str(NO_STATUS)

    @property
    def title_is_ours(self) -> bool:
        """Whether the title is in other words than the source's own."""
        return self.title_basis != WordsBasis.SOURCE

    @property
    def place(self) -> tuple[int, str, str]:
        """Where it stands: by source, and in the source's own order."""
        return self.publication.position, self.publication.slug, self.path


def lines(model: ItemModel, selection: Selection, *, own: Committee | None = None) -> Generator[ReportLine]:
    """A line for each item of one model that `selection` asks for; eight queries at most for every batch of them.

    `own` is the committee that the report is about, where it is about one: its word alone counts in it.
    """
    with closing(key_batches(model, selection)) as batches:
        for keys in batches:
            yield from lines_of(model, keys, selection, own=own)


def key_batches(model: ItemModel, selection: Selection) -> Generator[list[int]]:
    """The ids of the items asked for, in their order, some at a time: no more of them are in memory at once."""
    return batched(selection.keys(model).iterator(chunk_size=BATCH))


def batched(keys: Iterable[int]) -> Generator[list[int]]:
    """The same of keys that are known: the first few alone, so that what is made of them begins at once."""
    left = iter(keys)
    some = list(islice(left, FIRST_BATCH))
    while some:
        yield some
        some = list(islice(left, BATCH))


def lines_of(
    model: ItemModel, keys: Sequence[int], selection: Selection, *, own: Committee | None = None
) -> Iterator[ReportLine]:
    """The lines of these items (ids), in their order; they are known to be asked for."""
    asked = selection.owners if selection.committee or selection.administration else None
    alone = Selection(as_of=selection.as_of, known_at=selection.known_at)
    rows = alone.items((model,))[0].select_related(None).select_related("wording").prefetch_related("publication")
    by_key = rows.defer(*UNSAID).in_bulk(keys)
    return _batch(model, [by_key[key] for key in keys], selection, asked, own)


class Addresses:
    """The absolute short addresses of many items: all of one source and kind begin alike, which is looked up once."""

    def __init__(self) -> None:
        self.site = tenancy.site_url()
        self.begun: dict[tuple[str, str], str] = {}

    def of(self, item: Item) -> str:
        if not PLAIN_NUMBER.fullmatch(item.number):
            return self.site + item.get_short_url()
        key = item.route, item.publication.short_code
        if key not in self.begun:
            self.begun[key] = self.site + item.get_short_url().removesuffix(item.number)
        return self.begun[key] + item.number


@dataclass(frozen=True)
class Told:
    """What is in force at the two times, by item (id): all deadlines in turn, the criterion, the next step; and the
    newest note in each cell, by item and committee (ids).
    """

    deadlines: dict[int, list[Deadline]]
    criteria: dict[int, DoneWhen]
    steps: dict[int, StatusUpdate]
    notes: dict[tuple[int, int | None], StatusUpdate]

    @classmethod
    def about(cls, items: Sequence[Item], model: ItemModel, selection: Selection) -> Told:
        deadlines: dict[int, list[Deadline]] = defaultdict(list)
        for row in _in_force(Deadline, items, selection):
            deadlines[row.item_id].append(row)
        steps = selection.next_steps((model,), among=items).select_related("next_step_meeting")
        notes = StatusUpdate.objects.known(*selection.times).uncorrected(selection.known_at)
        notes = notes.filter(kind=UpdateKind.NOTE, item__in=items).select_related("next_step_meeting")
        shown = Prefetch("evidence", documents(), to_attr="documents")
        in_time = notes.prefetch_related(shown).order_by("on", "published_at", "pk")
        return cls(
            deadlines,
            {row.item_id: row for row in _in_force(DoneWhen, items, selection)},
            {row.item_id: row for row in steps.order_by("pk")},
            {(row.item_id, row.committee_id): row for row in in_time},
        )

    def note_after(self, item: int, committee: int | None, update: StatusUpdate | None) -> StatusUpdate | None:
        """The newest note, unless the status is newer."""
        note = self.notes.get((item, committee))
        return note if note and (update is None or _in_time(note) > _in_time(update)) else None


def _in_time(update: StatusUpdate) -> tuple[date, Any, int]:
    return update.on, update.published_at, update.pk


def _batch(
    model: ItemModel, items: Sequence[Item], selection: Selection, asked: frozenset[int] | None, own: Committee | None
) -> Iterator[ReportLine]:
    by_key = {item.pk: item for item in items}
    standings = Standing.objects.at(*selection.times).filter(item__in=items)
    wholes: dict[int, Standing] = {}
    cells: dict[int, list[Standing]] = defaultdict(list)
    # Each committee, answer and update is read once for all the cells, and not joined to every one of them.
    related = ("committee", "answer__committee", "answer__chosen_option", "answer__returns_to", "update")
    found = standings.defer("known_from", "known_until", "changed_at")  # moments take long to read
    found = found.prefetch_related(*related, "update__next_step_meeting", with_evidence())
    for row in found.order_by("pk"):
        row.item = by_key[row.item_id]
        if row.committee_id is None:
            wholes[row.item_id] = row
        else:
            cells[row.item_id].append(row)
    grid = answer_grids([cell for item in items for cell in cells[item.pk]], day=selection.day)
    told, addresses = Told.about(items, model, selection), Addresses()
    for item in items:
        whole = wholes.get(item.pk)
        shown_by = whole.update if whole else None
        address = addresses.of(item)
        yield _line(item, selection, asked, cells[item.pk], grid.get(item.pk, []), shown_by, told, own, address)


def _in_force(model: type[Deadline] | type[DoneWhen], items: Sequence[Item], selection: Selection) -> Any:
    """Rows of the items, so that the last of each is the one in force."""
    return model.objects.known(*selection.times).filter(item__in=items).oldest_first()


def _line(
    item: Any,  # an Item with what the selection has put on it
    selection: Selection,
    asked: frozenset[int] | None,
    rows: Sequence[Standing],
    grid: Sequence[AnswerCell],
    shown_by: StatusUpdate | None,
    told: Told,
    about: Committee | None,
    address: str,
) -> ReportLine:
    stale_after = tenancy.current().stale_after_days
    standing = ItemStanding.of(item, selection.day, stale_after)
    by_committee = {row.committee_id: row for row in rows}
    made = []
    for answer in grid:
        row = by_committee[answer.committee.pk]
        of_cell = standing.of_cell(row, selection.day, stale_after) if item.is_counted else standing
        note = told.note_after(item.pk, row.committee_id, row.update)
        made.append(
            LineCell(
                answer.committee,
                row.role,
                of_cell,
                row.update,
                note,
                answer.answer,
                answer.owes,
                answer.from_predecessor,
            )
        )
    own = _own(made, about, selection)
    step, note = told.steps.get(item.pk), told.note_after(item.pk, None, shown_by)
    if own:
        standing, shown_by, note = own.standing, own.update, own.note
    deadlines, criterion = told.deadlines.get(item.pk, []), told.criteria.get(item.pk)
    shown = [cell for cell in made if (cell.answer or cell.owes) and own in (None, cell)]
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
        told=told_by(shown_by) if shown_by else "",
        criterion=criterion.text if criterion else "",
        due_reason=deadlines[-1].reason if deadlines else "",
        outcomes=tuple(cell.answer.outcome for cell in shown if cell.answer),
        unanswered=tuple(
            cell.committee.code for cell in shown if cell.owes and (asked is None or cell.committee.pk in asked)
        ),
        status=standing.code,
        status_on=standing.on,
        counts=_counts(item, rows) if own is None else "",
        changed_on=standing.changed_on,
        confirmed_on=standing.confirmed_on,
        fresh_on=standing.fresh_on,
        due_on=standing.due_on,
        original_due_on=standing.original_due_on,
        is_overdue=standing.is_overdue,
        is_stale=standing.silent_days is not None,
        owners="\n".join(_owner(cell) for cell in made if cell.role),
        committees=tuple(_named(made)),
        next_step=step_in_words(step) if step else "",
        evidence=evidence_links(shown_by, address),
        support=_shortest(getattr(item, "support_percent", None)),
        support_basis=_basis(getattr(item, "support_basis", None)),
        own=own,
        others=tuple(cell for cell in made if cell is not own),
        update=shown_by,
        note=note,
        deadlines=tuple(deadlines),
    )


def _own(cells: Sequence[LineCell], about: Committee | None, selection: Selection) -> LineCell | None:
    """The cell of the committee that the report is about, else of one that it took over from and that still owns."""
    if about is None:
        return None
    line = [cell for cell in cells if cell.committee.pk in selection.owners]
    return min(line, key=lambda cell: (not cell.role, cell.committee.pk != about.pk), default=None)


def _counts(item: Item, rows: Sequence[Standing]) -> str:
    is_led = any(row.role == OwnershipRole.LEAD for row in rows)
    return counts_in_words(rows) if item.is_counted and not is_led else ""


def _named(grid: Sequence[LineCell]) -> dict[Committee, None]:
    """The committees whose abbreviation stands in the line: whoever owns or has answered, whoever's answer it was."""
    return {
        committee: None
        for cell in grid
        for committee in (cell.committee, cell.answer and cell.answer.committee)
        if committee
    }


def _answer(cell: LineCell) -> str:
    if cell.answer is None:
        return f"{cell.committee.abbreviation}: {NO_ANSWER}"
    day = _day(cell.answer.meeting_date)
    words = f"{cell.answer.committee.abbreviation}: {label_of(Outcome(cell.answer.outcome))}, {day}"
    if cell.answer.chosen_option:
        words = f"{words} (valgt: {cell.answer.chosen_option.number})"
    return f"{words} (afløst af {cell.committee.abbreviation})" if cell.from_predecessor else words


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    """As in every language here; meetings are few, and the answers given at them many."""
    return date_format(day, "d.m.Y")


def _reason(cell: LineCell) -> str:
    """Why a committee answered as it did, and whom it passed the matter on to; empty where it says neither."""
    assert cell.answer
    passed_on = f"Sendt videre til {cell.answer.passed_on_to}." if cell.answer.passed_on_to else ""
    words = " ".join(filter(None, [cell.answer.text, passed_on]))
    return f"{cell.answer.committee.abbreviation}: {words}" if words else ""


def told_by(update: StatusUpdate) -> str:
    """What was done and why; of a decision who took it, and when."""
    if not update.decided_by:
        return update.text
    day = f" {date_format(update.decided_on, 'j. F Y')}" if update.decided_on else ""
    return "\n".join(filter(None, [update.text, f"Besluttet af {update.decided_by}{day}."]))


def _owner(cell: LineCell) -> str:
    name = cell.committee.abbreviation
    return name if cell.role == OwnershipRole.LEAD else f"{name} (medansvarlig)"


def step_in_words(update: StatusUpdate) -> str:
    """What is to happen next, and when: on a day, or at a meeting."""
    if update.next_step_meeting:
        return f"{update.next_step} (på mødet den {date_format(update.next_step_meeting.on, 'j. F Y')})"
    if update.next_step_on:
        return f"{update.next_step} (ventes {date_format(update.next_step_on, 'j. F Y')})"
    return update.next_step


def _shortest(percent: Decimal | None) -> Decimal | None:
    """92 and not 92.00, whatever the database says."""
    return None if percent is None else Decimal(f"{percent.normalize():f}")


def _basis(basis: str | None) -> str:
    return label_of(ShareBasis(basis)) if basis else ""


def with_evidence() -> Prefetch[str]:
    """What rows with an `update` are read with for `evidence_links`: as lists, which cost no manager for each row."""
    return Prefetch("update__evidence", documents(), to_attr="documents")


def documents() -> QuerySet[Evidence]:
    """What documents updates that have been read already, so that their municipality need not be asked once more."""
    found: QuerySet[Evidence] = Evidence._base_manager.order_by("position")
    return found


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
