"""What somebody makes of the rows that were found: each accepted, mended, parted, put together or left out.

Pure: rows in, rows out; `as_choices` is how they are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from recommendations import danish
from recommendations.enums import ItemKind
from recommendations.importing.documents.lines import Place

Placed = list[tuple[Place, int]]


class DraftState(TextChoices):
    """How far a row is."""

    FOUND = "fundet", "Skal ses efter"
    ACCEPTED = "godkendt", "Godkendt"
    LEFT_OUT = "udeladt", "Ikke med"


@dataclass
class DraftRow:
    """`key` is its number among all the document's rows, for good. `places` are those of its fields, with the letter
    that each begins at; `doubts` say why it is not certain, until somebody has accepted it."""

    kind: str
    number: str
    title: str
    text: str
    key: int = 0
    parent: str = ""
    pages: str = ""
    is_our_title: bool = False
    is_mended: bool = False  # somebody has typed in it
    state: str = DraftState.FOUND
    doubts: list[str] = field(default_factory=list)
    places: dict[str, Placed] = field(default_factory=dict)

    @classmethod
    def of(cls, said: dict[str, Any]) -> DraftRow:
        places = {
            name: [(Place(*place), start) for place, start in several] for name, several in said["places"].items()
        }
        return cls(**said | {"places": places})

    def as_choices(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def is_left_out(self) -> bool:
        return self.state == DraftState.LEFT_OUT

    @property
    def is_accepted(self) -> bool:
        return self.state == DraftState.ACCEPTED

    @property
    def is_touched(self) -> bool:
        """Whether somebody has made something of it, so that it is not to be found anew."""
        return self.is_mended or self.state != DraftState.FOUND

    @property
    def name(self) -> str:
        return f"{self.number} {self.title}".strip()

    @property
    def first_page(self) -> int:
        """Of the file; 0 where the row has no place."""
        return next((place.page for several in self.places.values() for place, _start in several), 0)


# What is changed by hand, as the form's fields are called.
TYPED = ("number", "kind", "parent", "pages", "title", "is_our_title", "text")


def row_of(rows: Sequence[DraftRow], key: int) -> DraftRow | None:
    return next((row for row in rows if row.key == key), None)


def certain_of(rows: Sequence[DraftRow]) -> list[DraftRow]:
    """Those that wait, and that nothing is doubtful about."""
    doubtful = numbering_doubts(rows)
    return [row for row in rows if row.state == DraftState.FOUND and not row.doubts and row.key not in doubtful]


def accept_certain(rows: Sequence[DraftRow]) -> int:
    """Accept all that are certain; how many."""
    certain = certain_of(rows)
    for row in certain:
        row.state = DraftState.ACCEPTED
    return len(certain)


def next_to_see(rows: Sequence[DraftRow], after: int) -> int:
    """The key of the next row that is to be looked at, from the top again when the last is passed; 0 when none is."""
    waiting = [row.key for row in rows if row.state == DraftState.FOUND]
    places = {row.key: place for place, row in enumerate(rows)}
    later = [key for key in waiting if places[key] > places.get(after, -1)]
    return next(iter(later or [key for key in waiting if key != after]), 0)


def found_anew(rows: Sequence[DraftRow], fresh: list[DraftRow]) -> list[DraftRow]:
    """The rows that other rules found, with what somebody has made of the old ones kept: nothing typed is lost."""
    touched = [row for row in rows if row.is_touched]
    places = {(row.kind == ItemKind.INITIATIVE, row.number): place for place, row in enumerate(fresh)}
    made = list(fresh)
    for row in touched:
        place = places.pop((row.kind == ItemKind.INITIATIVE, row.number), None)
        if place is None:
            made.append(replace(row, state=DraftState.FOUND, doubts=["Rækken findes ikke med de nye regler."]))
        else:
            made[place] = row
    for key, row in enumerate(made, 1):
        row.key = key
    return made


# --- One row ----------------------------------------------------------------------------------------------------------


def merged_up(rows: list[DraftRow], key: int) -> int:
    """Put a row's words at the end of the text of the one above that is with; that one's key."""
    row = row_of(rows, key)
    above = [one for one in rows[: rows.index(row)] if not one.is_left_out] if row else []
    if row is None or not above:
        raise ValidationError("Der er ingen række over den, den kan lægges sammen med.")
    into = above[-1]
    more = "\n".join(part for part in (row.title if not row.is_our_title else "", row.text) if part)
    shift = len(into.text) + 1 if into.text else 0
    into.text = f"{into.text}\n{more}" if into.text else more
    into.places.setdefault("text", []).extend(
        (place, start + shift) for name in ("title", "text") for place, start in row.places.get(name, [])
    )
    into.pages = _both(into.pages, row.pages)
    into.state, into.is_mended = DraftState.FOUND, True
    rows.remove(row)
    return into.key


def _both(first: str, second: str) -> str:
    start, end = first.partition("-")[0], second.rpartition("-")[2]
    return f"{start}-{end}" if start and end and start != end else start or end


def pieces_of(text: str) -> list[tuple[int, str]]:
    """Where a text can be parted: the first letter of each paragraph and sentence but the first, and how it begins."""
    starts = [found.end() for found in re.finditer(r"\n+|(?<=[.!?:])\s+(?=[A-ZÆØÅ0-9#»])", text)]
    return [(start, text[start : start + 60].replace("\n", " ")) for start in starts]


def parted(rows: list[DraftRow], key: int, at: int) -> int:
    """Let a new row begin at a letter of a row's text; the new one's key."""
    row = row_of(rows, key)
    if row is None or at not in [start for start, _said in pieces_of(row.text)]:
        raise ValidationError("Vælg, hvor den nye række begynder.")
    text, more = row.text[:at].rstrip(), row.text[at:]
    here = row.places.get("text", [])
    first = [one for one in here if one[1] < at] or here[:1]
    last = [(place, max(start - at, 0)) for place, start in here if start >= at] or here[-1:]
    title, _break, rest = more.partition("\n") if "\n" in more[:200] else ("", "", more)
    fresh = replace(
        row,
        key=max(one.key for one in rows) + 1,
        number="",
        title=title,
        text=rest,
        state=DraftState.FOUND,
        is_our_title=False,
        is_mended=True,
        doubts=["Rækken er delt fra den over. Skriv dens nummer og titel."],
        places={"title": last[:1], "text": last},
    )
    row.text, row.places["text"] = text, first
    row.state, row.is_mended = DraftState.FOUND, True
    rows.insert(rows.index(row) + 1, fresh)
    return fresh.key


# --- All of them ------------------------------------------------------------------------------------------------------


def numbering_doubts(rows: Iterable[DraftRow]) -> dict[int, list[str]]:
    """Row (its key) -> what is wrong with its number among the others: twice, a hole before it, out of order."""
    listed = [row for row in rows if not row.is_left_out]
    found: dict[int, list[str]] = {}
    counts = Counter((row.kind == ItemKind.INITIATIVE, row.number) for row in listed)
    before: dict[tuple[bool, str], int] = {}
    numbers = {row.number for row in listed}
    for row in listed:
        said: list[str] = []
        is_initiative = row.kind == ItemKind.INITIATIVE
        above, _dot, last = row.number.rpartition(".")
        if not row.number:
            said.append("Nummeret mangler. Skriv det.")
        elif counts[is_initiative, row.number] > 1:
            said.append(f"Nummer {row.number} er der {counts[is_initiative, row.number]} af. Ret eller udelad den ene.")
        elif (here := danish.whole_number(last)) is not None:
            previous = before.get((is_initiative, above), 0)
            if here > previous + 1 and (previous or not is_initiative):
                gap = range(previous + 1, here)  # perhaps millions: only a few are ever named
                named = ", ".join(f"{above}.{n}".lstrip(".") for n in gap[:5]) + (" …" if len(gap) > 5 else "")
                said.append(f"Der er et hul i numrene: {named} mangler før {row.number}.")
            elif here < previous:
                said.append(f"Nummer {row.number} kommer efter {above}.{previous}.".replace(" .", " "))
            before[is_initiative, above] = max(previous, here)
        if row.parent and row.parent.casefold().removeprefix("initiativ ") not in numbers:
            said.append(f"Rækken står under {row.parent}, som ikke er her.")
        if said:
            found[row.key] = said
    return found


def checked_row(row: DraftRow) -> None:
    """What must be right before it is accepted; `ValidationError` by field."""
    problems = {}
    if danish.is_blank(row.number):
        problems["number"] = "Skriv nummeret, som det er trykt i kilden."
    if danish.is_blank(row.title):
        problems["title"] = "Skriv en titel."
    if problems:
        raise ValidationError(problems)
