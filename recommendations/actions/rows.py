"""The rows of a source as somebody types or pastes them: many in one act, all or nothing.

Until its source is public a row can be typed anew or taken out again. So what the log says of such a row is said about
its source: no event points at it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations import danish
from recommendations.actions import state
from recommendations.actions.committees import require_sound
from recommendations.actions.items import move_what_is_below, place_item
from recommendations.actions.sources import check_administers, locked, refuse, tell
from recommendations.actions.turns import in_turn
from recommendations.actions.wordings import ItemWords, point_at_words
from recommendations.enums import COUNTED, Act, ItemKind, OwnershipRole, VoteOption
from recommendations.lifecycle import Problems
from recommendations.models import Addressee, Committee, Item, Ownership, Publication, VoteShare, Wording, recorded

MOST_ROWS = 100  # in one act: what a form can carry, and somebody can look through
NO_HEADING = "-"  # written where a row stands under no heading
# What a row calls what its tables call otherwise.
TYPED_AS = {"parent": "under", "path": "under", "percent": "support", "number_key": "number"}


@dataclass(frozen=True)
class RowContent:
    """One row as typed. What is left out follows from the row above: its number, and the heading that it stands under.

    `under` is the number of another row, `support` the share in per cent of those who support it.
    """

    title: str
    number: str = ""
    kind: str = ItemKind.RECOMMENDATION
    under: str = ""
    official_text: str = ""
    pages: str = ""
    support: Decimal | None = None

    @classmethod
    def of(cls, item: Item) -> Self:
        """As it is kept; `under` says where it stands, NO_HEADING included."""
        share = VoteShare.objects.filter(item=item, option=VoteOption.SUPPORTS).first()
        return cls(
            title=item.title,
            number=item.number,
            kind=item.kind,
            under=item.parent.number if item.parent else NO_HEADING,
            official_text=item.official_text,
            pages=item.pages,
            support=Decimal(f"{share.percent.normalize():f}") if share and share.percent is not None else None,
        )

    def normalised(self) -> Self:
        """As it is kept."""
        said: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        texts = {name: danish.normalised(text) for name, text in said.items() if isinstance(text, str)}
        return type(self)(**said | texts)

    def __str__(self) -> str:
        share = "" if self.support is None else f"{number_format(self.support.normalize())} %"
        page = _("side %(pages)s") % {"pages": self.pages} if self.pages else ""
        said = [f"{self.number} {self.title}".strip(), ItemKind(self.kind).label, page, share]
        return ", ".join(str(part) for part in said if part)


class TypedRowsRefused(ValidationError):
    """Some of many rows were refused, so none was written. `rows` says why, by the row's place from 0."""

    def __init__(self, rows: Mapping[int, ValidationError]):
        self.rows = dict(rows)
        super().__init__(list(self.rows.values()))


@in_turn()
def add_items(
    *, by: User | None, publication: Publication, rows: Sequence[RowContent], request_key: UUID | None = None
) -> list[Item]:
    """Add the rows to a source, in their order. They belong to the day that the source exists from."""
    check_administers(by)
    if (done := state.done_before(request_key)) and done.publication:
        return list(done.publication.items.filter(wordings__recorded_at=done.at).order_by("pk"))
    source, now = locked(publication), recorded.now()
    refuse(_number_of_rows_problems(rows))
    typing = _Typing.in_source(source)
    items, refused = [], {}
    for place, row in enumerate(rows):
        try:
            with transaction.atomic():
                items.append(typing.write(row.normalised(), by, now))
        except ValidationError as wrong:
            refused[place] = _as_typed(wrong)
    if refused:
        raise TypedRowsRefused(refused)
    state.refresh(items)
    tell(Act.ITEMS_ADDED, by, source, {"rows": ["", row_lines(items)]}, request_key, publication=source, at=now)
    return items


@in_turn()
def retype_item(
    *, by: User, item: Item, row: RowContent, place: int | None = None, request_key: UUID | None = None
) -> Item:
    """Type a row of a draft anew: what it says, and where it stands. A source that is public keeps what it said."""
    check_administers(by)
    locked(item.publication)
    item = state.lock(item)
    if state.done_before(request_key):
        return item
    require_only_typed(item)
    row, before, path_before = row.normalised(), RowContent.of(item), item.path
    row = replace(row, under=row.under or NO_HEADING)
    place = item.place if place is None else place
    if row == before and place == item.place:
        return item
    try:
        heading = _heading_of(item.publication, row.under)
        place_item(item, {"number": row.number, "kind": row.kind, "parent": heading, "place": place})
        state.checked(item)
        move_what_is_below(item, path_before)
        _write_words_anew(by, item, row)
        _write_support(item, row.support)
    except ValidationError as wrong:
        raise _as_typed(wrong) from wrong
    point_at_words([item])
    state.refresh([item])
    details = {"row": [str(before), str(row)]}
    tell(Act.ITEM_RETYPED, by, item.publication, details, request_key, publication=item.publication)
    return item


@in_turn()
def assign_items(
    *,
    by: User,
    publication: Publication,
    under: Item | None = None,
    committee: Committee | None = None,
    role: str = OwnershipRole.LEAD,
    valid_from: date | None = None,
    addressee: Addressee | None = None,
    request_key: UUID | None = None,
) -> int:
    """Let a committee own the rows of a source, or say whom they are directed to; of all, or of those below `under`.

    Rows that the committee owns already, now or at another time, are left as they are; so are those that are directed
    to somebody. Gives back of how many rows something was written.
    """
    check_administers(by)
    source = locked(publication)
    if done := state.done_before(request_key):
        return len(done.details["rows"][1].split(", "))
    if committee is None and addressee is None:
        refuse({"committee": _("Vælg et udvalg, en adressat eller begge dele.")})
    rows = source.items.filter(kind__in=sorted(COUNTED)).select_related("publication", "wording")
    if under is not None:
        rows = rows.filter(path__startswith=f"{under.path}!")
    items = list(rows.order_by("path"))
    owned = _let_own(by, items, committee, role, valid_from or source.exists_from) if committee else []
    directed = [item for item in items if addressee and item.addressee_id is None]
    for item in directed:
        item.addressee = addressee
    Item.objects.bulk_update(directed, ["addressee"])
    written = [item for item in items if item in owned or item in directed]
    if not written:
        raise ValidationError(_("Alle rækkerne har det allerede. Der er ikke ændret noget."))
    state.refresh_standings(owned)
    details = {"rows": ["", ", ".join(item.number for item in written)]}
    if owned and committee:
        details["owner"] = ["", str(committee)]
    if directed and addressee:
        details["directed_to"] = ["", str(addressee)]
    tell(Act.ITEMS_ASSIGNED, by, source, details, request_key, publication=source, committee=committee)
    return len(written)


# --- What follows from the row above ----------------------------------------------------------------------------------


def next_number(number: str) -> str:
    """The number after: 3.5 after 3.4, K10 after K9, 2b after 2a. None is known after one that ends otherwise."""
    if digits := re.search(r"(\d+)(\.?)$", number):
        after = str(int(digits[1]) + 1).zfill(len(digits[1]))
        return f"{number[: digits.start()]}{after}{digits[2]}"
    if re.search(r"\d[a-y]$", number):
        return number[:-1] + chr(ord(number[-1]) + 1)
    return ""


@dataclass
class _Typing:
    """Where somebody is who types the rows of a source one after the other."""

    source: Publication
    heading: Item | None = None  # the nearest above
    numbers: dict[str, str] | None = None  # the last of headings, of initiatives, and of all else

    @classmethod
    def in_source(cls, source: Publication) -> Self:
        """After the row that was typed last."""
        rows = source.items.select_related("parent").order_by("pk")
        numbers = {_numbered_as(row.kind): row.number for row in rows}
        last = rows.exclude(kind=ItemKind.INITIATIVE).last()
        return cls(source, last if last and last.is_heading else last and last.parent, numbers)

    def number_after(self, kind: str) -> str:
        """What the next row of a kind is numbered, as far as it follows from those above."""
        numbers = self.numbers or {}
        last, heading = numbers.get(_numbered_as(kind), ""), self.heading
        if _numbered_as(kind) == ItemKind.RECOMMENDATION and heading and heading.number[-1].isdigit():
            is_first_below = not last or ("." in last and not last.startswith(f"{heading.number}."))
            if is_first_below:
                return f"{heading.number}.1"
        return next_number(last) if last or numbers else "1"

    def write(self, row: RowContent, by: User | None, now: object) -> Item:
        """Save the row with its words, and be below it. What was typed counts for the next, also when it is refused."""
        row = replace(row, number=row.number or self.number_after(row.kind))
        self.numbers = {**(self.numbers or {}), _numbered_as(row.kind): row.number}
        refuse(_row_problems(row))
        item = Item(publication=self.source)
        is_top = row.kind in {ItemKind.HEADING, ItemKind.INITIATIVE} and not row.under
        heading = self.heading if not row.under and not is_top else _heading_of(self.source, row.under)
        place_item(item, {"number": row.number, "kind": row.kind, "parent": heading})
        state.checked(item)
        first_day = min(self.source.exists_from or timezone.localdate(), timezone.localdate())
        item.wording = _save_words(by, item, row, first_day, recorded_at=now)
        Item.objects.filter(pk=item.pk).update(wording=item.wording)
        _write_support(item, row.support)
        if item.is_heading:
            self.heading = item
        elif row.under and not item.is_initiative:
            self.heading = heading
        return item


def _numbered_as(kind: str) -> str:
    own = {ItemKind.HEADING, ItemKind.INITIATIVE, ItemKind.OPTION}
    return kind if kind in own else ItemKind.RECOMMENDATION


def first_number(publication: Publication) -> str:
    """What the next row of a source is numbered, as far as it follows from those that are there."""
    return _Typing.in_source(publication).number_after(ItemKind.RECOMMENDATION)


# --- How a row is kept ------------------------------------------------------------------------------------------------


def _heading_of(source: Publication, number: str) -> Item | None:
    if not number or number == NO_HEADING:
        return None
    rows = source.items.filter(number_key=number.casefold()).exclude(kind=ItemKind.INITIATIVE)
    heading = rows.select_related("publication", "wording").first()
    if heading is None:
        refuse({"under": _("Kilden har ingen række med nummer %(number)s. Skriv den først.") % {"number": number}})
    return heading


def _row_problems(row: RowContent) -> Problems:
    problems: Problems = {}
    if danish.is_blank(row.title):
        problems["title"] = _("Skriv en titel. Har kilden ingen, så skriv en kort.")
    if not row.number:
        problems["number"] = _("Skriv et nummer. Det kan ikke ses af rækken ovenfor, hvad det næste er.")
    if row.support is not None and row.kind == ItemKind.HEADING:
        problems["support"] = _("En overskrift har ingen stemmer. Skriv andelen på den række, der blev stemt om.")
    return problems


def _save_words(by: User | None, item: Item, row: RowContent, valid_from: date, **recorded: object) -> Wording:
    said = asdict(ItemWords(title=row.title, official_text=row.official_text, pages=row.pages).normalised())
    return state.checked(Wording(item=item, valid_from=valid_from, recorded_by=by, **said, **recorded))


def _write_words_anew(by: User, item: Item, row: RowContent) -> None:
    refuse(_row_problems(row))
    before = item.wording
    if before is None or (row.title, row.official_text, row.pages) == (
        before.title,
        before.official_text,
        before.pages,
    ):
        return
    Item.objects.filter(pk=item.pk).update(wording=None)
    item.wording = None
    item.wordings.all().delete()
    _save_words(by, item, row, before.valid_from)


def _write_support(item: Item, support: Decimal | None) -> None:
    share = VoteShare.objects.filter(item=item, option=VoteOption.SUPPORTS).first()
    if support is None:
        if share:
            share.delete()
        return
    share = share or VoteShare(item=item)
    share.percent = support
    state.checked(share)


def require_only_typed(item: Item) -> None:
    """Of a row that nobody has read, and that nothing but typing has happened to."""
    if item.publication.is_public:
        raise ValidationError(
            _("Kilden er offentlig, så »%(row)s« bliver stående. Ret rækken på dens egen side.") % {"row": item}
        )
    if item.events.exists():
        raise ValidationError(is_mentioned(item))


def is_mentioned(item: Item) -> str:
    return _("Der er sket andet med »%(row)s«, end at den er skrevet ind. Ret rækken på dens egen side.") % {
        "row": item
    }


def _let_own(by: User, items: Collection[Item], committee: Committee, role: str, valid_from: date | None) -> list[Item]:
    if valid_from is None:
        refuse({"valid_from": _("Kilden har ingen dato. Skriv, fra hvilken dag udvalget ejer rækkerne.")})
        return []
    known = Ownership.objects.recorded().filter(item__in=items, committee=committee)
    known = known.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from))
    owning = set(known.order_by().values_list("item", flat=True))
    fresh = [item for item in items if item.pk not in owning]
    for item in fresh:
        row = Ownership(item=item, committee=committee, role=role, valid_from=valid_from, recorded_by=by)
        require_sound(row)
        state.checked(row)
    return fresh


def _number_of_rows_problems(rows: Sequence[RowContent]) -> Problems:
    if not rows:
        return {"rows": _("Skriv mindst én række: en titel er nok.")}
    if len(rows) > MOST_ROWS:
        return {"rows": too_many_rows(len(rows))}
    return {}


def too_many_rows(count: int) -> str:
    return _("Det er %(count)s rækker. Gem højst %(most)s ad gangen, og tag resten bagefter.") % {
        "count": number_format(count),
        "most": MOST_ROWS,
    }


def _as_typed(wrong: ValidationError) -> ValidationError:
    """The same refusal, each sentence at the cell that was typed in."""
    if not hasattr(wrong, "error_dict"):
        return wrong
    sentences: dict[str, list[str]] = {}
    for name, said in wrong.message_dict.items():
        at_cell = sentences.setdefault(TYPED_AS.get(name, name), [])
        at_cell += [sentence for sentence in said if sentence not in at_cell]
    return ValidationError(sentences)


def row_lines(items: Iterable[Item]) -> str:
    return "; ".join(f"{item.number} {item.title}" for item in items)
