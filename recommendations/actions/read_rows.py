"""The rows of a draft as a file has them: any number at once, with owners and votes, all or nothing.

They are told of as typed rows are (see `rows`): no event points at one, so that each can be taken out again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model, OuterRef, Subquery
from django.utils import timezone

from recommendations.actions import state
from recommendations.actions.committees import require_sound
from recommendations.actions.items import NO_VOTES, fill_share, number_is_taken, require_room_for
from recommendations.actions.rows import TypedRowsRefused, row_lines
from recommendations.actions.sources import check_administers, locked, refuse, tell
from recommendations.actions.turns import in_turn
from recommendations.actions.wordings import ItemWords, unchecked_wording
from recommendations.enums import Act, ItemKind
from recommendations.models import (
    Addressee,
    Committee,
    Event,
    Item,
    Ownership,
    Publication,
    VoteShare,
    Wording,
    recorded,
)

TOLD_TOGETHER = 100  # rows in one event: as many as somebody can look through
SAVED_TOGETHER = 500

RowKey = tuple[bool, str]  # whether it is an initiative, and its number in small letters


@dataclass(frozen=True)
class ReadOwner:
    committee: Committee
    role: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class ReadRow:
    """All that a file says of a row. `under` and `carries_out` are keys of rows before or after it, or in the source.

    `votes` are the fields of a `VoteShare` by its option.
    """

    number: str
    words: ItemWords
    kind: str = ItemKind.RECOMMENDATION
    under: RowKey | None = None
    place: int = 0
    addressee: Addressee | None = None
    target_group: str = ""
    carries_out: Collection[RowKey] = ()
    owners: Collection[ReadOwner] = ()
    votes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def key(self) -> RowKey:
        return self.kind == ItemKind.INITIATIVE, self.number.casefold()


@in_turn()
def add_read_items(
    *,
    by: User | None,
    publication: Publication,
    rows: Sequence[ReadRow],
    told: Callable[[int], None] = lambda _done: None,
) -> list[Item]:
    """Add the rows to a source; each comes after what it stands under. `told` hears how many are done.

    `TypedRowsRefused` says by their places what was wrong with which. Of one that stands under a row that was refused
    nothing is said.
    """
    check_administers(by)
    source = locked(publication)
    writing = _Rows(by, source)
    for place, row in enumerate(rows):
        writing.take(place, row)
    writing.save(told)
    if writing.refused:
        raise TypedRowsRefused(writing.refused)
    for start in range(0, len(writing.items), SAVED_TOGETHER):
        state.refresh(list(writing.items.values())[start : start + SAVED_TOGETHER])
    return list(writing.items.values())


def items_added(event: Event) -> list[Item]:
    """The rows that an event of rows added together tells of, those that are still there."""
    if event.publication is None:
        return []
    return list(event.publication.items.filter(wordings__recorded_at=event.at).order_by("pk"))


@dataclass(frozen=True)
class SaidOfRow:
    """What is saved with a row."""

    words: Wording
    owners: list[Ownership]
    shares: list[VoteShare]


class _Rows:
    """Rows on their way in: first all are held against the rules, then all are saved."""

    def __init__(self, by: User | None, source: Publication) -> None:
        self.by, self.source = by, source
        here = source.items.select_related("wording").order_by("pk")
        self.known: dict[RowKey, Item] = {(item.is_initiative, item.number_key): item for item in here}
        self.rows: dict[int, ReadRow] = {}
        self.items: dict[int, Item] = {}
        self.said: dict[int, SaidOfRow] = {}
        self.refused: dict[int, ValidationError] = {}
        self.titles: dict[RowKey, str] = {}  # of new rows
        self.depth: dict[RowKey, int] = {}  # of new rows, under how many other new ones they stand
        self.first_day = min(source.exists_from or timezone.localdate(), timezone.localdate())

    # --- The rules

    def take(self, place: int, row: ReadRow) -> None:
        if row.under is not None and row.under not in self.known:
            return  # what it stands under was refused
        try:
            item = self._placed(row)
            said = SaidOfRow(
                unchecked_wording(by=self.by, item=item, words=row.words, valid_from=self.first_day),
                list(self._owners(item, row)),
                list(self._shares(item, row)),
            )
            for one in (said.words, *said.owners, *said.shares):
                _clean(one)
        except ValidationError as wrong:
            self.refused[place] = wrong
            return
        self.rows[place], self.items[place], self.said[place] = row, item, said
        self.known[row.key], self.titles[row.key] = item, row.words.title

    def _placed(self, row: ReadRow) -> Item:
        if taken := self.known.get(row.key):
            refuse({"number": number_is_taken(taken, taken.title or self.titles.get(row.key, ""))})
        parent = self.known[row.under] if row.under is not None else None
        item = Item(
            publication=self.source,
            number=row.number,
            kind=row.kind,
            parent=parent,
            place=row.place,
            addressee=row.addressee,
            target_group=row.target_group,
        )
        _clean(item)
        item.number_key, item.path = item.number.casefold(), item.path_below(parent)
        require_room_for(item.path)
        self.depth[row.key] = self.depth.get(row.under, -1) + 1 if row.under is not None else 0
        return item

    def _shares(self, item: Item, row: ReadRow) -> Iterator[VoteShare]:
        for option, said in row.votes.items():
            if item.is_heading:
                refuse({f"votes:{option}": str(NO_VOTES)})
            yield fill_share(VoteShare(item=item, option=option), **said)

    def _owners(self, item: Item, row: ReadRow) -> Iterator[Ownership]:
        before: list[Ownership] = []
        for one in row.owners:
            owner = Ownership(
                item=item,
                committee=one.committee,
                role=one.role,
                valid_from=one.valid_from,
                valid_to=one.valid_to,
                recorded_by=self.by,
            )
            require_sound(owner, others=before)
            before.append(owner)
            yield owner

    # --- The tables

    def save(self, told: Callable[[int], None]) -> None:
        for depth in sorted({self.depth[row.key] for row in self.rows.values()}):
            level = [(place, self.items[place]) for place, row in self.rows.items() if self.depth[row.key] == depth]
            self._save_pairs([(place, item) for place, item in level if item.parent is None or item.parent.pk])
        saved = [place for place, item in self.items.items() if item.pk]
        for start in range(0, len(saved), TOLD_TOGETHER):
            self._save_what_they_say(saved[start : start + TOLD_TOGETHER])
            told(min(start + TOLD_TOGETHER, len(saved)))
        newest = Wording.objects.filter(item=OuterRef("pk")).order_by("-pk").values("pk")[:1]
        self.source.items.filter(wording=None).update(wording=Subquery(newest))
        carried = Item.carries_out.through.objects
        carried.bulk_create(
            [
                Item.carries_out.through(from_item=self.items[place], to_item=self.known[key])
                for place in saved
                for key in self.rows[place].carries_out
                if key in self.known
            ],
            batch_size=SAVED_TOGETHER,
        )

    def _save_what_they_say(self, places: Sequence[int]) -> None:
        """The words, owners and votes of some rows, told of in one event at the moment that they are recorded."""
        now = recorded.now()
        said = {place: self.said[place] for place in places}
        for one in said.values():
            for row in (one.words, *one.owners):
                row.recorded_at = now
        self._save_pairs([(place, one.words) for place, one in said.items()])
        self._save_pairs([(place, owner) for place, one in said.items() for owner in one.owners])
        self._save_pairs([(place, share) for place, one in said.items() for share in one.shares])
        for place, one in said.items():
            self.items[place].wording = one.words
        lines = row_lines(self.items[place] for place in places)
        tell(Act.ITEMS_ADDED, self.by, self.source, {"rows": ["", lines]}, None, publication=self.source, at=now)

    def _save_pairs(self, pairs: Sequence[tuple[int, Model]]) -> None:
        """Save them together; where the database refuses that, one by one, to hear which and why."""
        for start in range(0, len(pairs), SAVED_TOGETHER):
            some = pairs[start : start + SAVED_TOGETHER]
            try:
                with transaction.atomic():
                    type(some[0][1])._default_manager.bulk_create([row for _place, row in some])
            except (IntegrityError, DataError):
                for place, row in some:
                    try:
                        row.pk = None
                        state.checked(row)
                    except ValidationError as wrong:
                        self.refused[place] = _at_cell(row, wrong)


def _clean(row: Model) -> None:
    """Its fields and its own rules; what it points at is here, and its constraints are the database's to hold."""
    try:
        row.clean_fields(exclude={field.name for field in row._meta.concrete_fields if field.is_relation})
        row.clean()
    except ValidationError as wrong:
        raise _at_cell(row, wrong) from wrong


def _at_cell(row: Model, wrong: ValidationError) -> ValidationError:
    """The same refusal, at the cell that the row was read from."""
    if isinstance(row, VoteShare):
        return ValidationError({f"votes:{row.option}": wrong.messages})
    return ValidationError({"owners": wrong.messages}) if isinstance(row, Ownership) else wrong
