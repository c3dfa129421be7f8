"""The rules by which rows are found in a document: shown in words, changed for all of it, guessed to begin with."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import TextChoices

from recommendations.enums import ItemKind
from recommendations.importing.columns import compared_heading
from recommendations.importing.documents.lines import DocumentText, TextLine
from recommendations.importing.sheets import ITEMS


class Numbering(TextChoices):
    WORDS = "ord", "Et ord og et tal: »Anbefaling 4« eller »Initiativ 3«"
    NUMBERS = "tal", "Et tal: 1, 1.1, 1.2.3 eller #1"
    BOTH = "begge", "Begge dele"
    NONE = "ingen", "Ingen af dem: rækkerne står i tabeller"


class TitleRule(TextChoices):
    BOLD = "fed", "Det, der står i fed eller større skrift efter nummeret"
    LINE = "linje", "Resten af linjen efter nummeret"
    NONE = "ingen", "Kilden har ingen titler. Så foreslås de første ord, og du retter dem"


class BoxRule(TextChoices):
    WITH = "med", "Det hører til den række, det står ved"
    WITHOUT = "ude", "Det er ikke med: fakta, citater og den slags"


@dataclass(frozen=True)
class Rules:
    """`first_page` and `last_page` are the file's own; None for the first and the last."""

    numbering: str = Numbering.NUMBERS
    is_emphasised: bool = True
    title: str = TitleRule.BOLD
    boxes: str = BoxRule.WITH
    tables: bool = False
    parents_are_headings: bool = True
    unnumbered_ends: bool = True
    numbers_are_initiatives: bool = False
    first_page: int | None = None
    last_page: int | None = None

    @classmethod
    def of(cls, said: dict[str, Any]) -> Rules:
        """From what `as_choices` gave; what is not said is as it is to begin with."""
        return cls(**{name: said[name] for name in cls.__dataclass_fields__ if name in said})

    def as_choices(self) -> dict[str, Any]:
        return asdict(self)


KINDS = {
    "anbefaling": ItemKind.RECOMMENDATION,
    "hovedanbefaling": ItemKind.RECOMMENDATION,
    "delanbefaling": ItemKind.RECOMMENDATION,
    "forslag": ItemKind.RECOMMENDATION,
    "initiativ": ItemKind.INITIATIVE,
    "indsats": ItemKind.INITIATIVE,
    "tiltag": ItemKind.INITIATIVE,
}
NUMBER = r"\d{1,3}(?:\.\d{1,3}){0,4}"
WORD_AND_NUMBER = re.compile(
    rf"({'|'.join(KINDS)})\s+(?:nr\.?\s*|nummer\s+)?#?\s*({NUMBER}|[IVX]{{1,6}}\b|[A-ZÆØÅ]\b)\s*([:.)–—-]?)\s*",
    re.IGNORECASE,
)
NUMBER_FIRST = re.compile(rf"[#§]?\s*({NUMBER})([.):]?)(?:\s+|$)")
LONGEST_ENTRY = 400  # letters of a line in a list of contents
CONTENTS = re.compile(r"(?:\.{3,}|(?:\s\.){3,}|…|\t)\s*\d{1,3}\s*$")


@dataclass(frozen=True)
class Beginning:
    """How a line begins a row: its kind, its number, and how many letters of the line these take."""

    kind: str
    number: str
    length: int
    has_word: bool


def is_emphasised(line: TextLine, body: float) -> bool:
    """Whether the whole line stands out: bold, larger than the text, or a heading of Word's."""
    return line.is_bold or line.level > 0 or line.size >= body + 1


def is_of_contents(line: TextLine) -> bool:
    """Whether it is a line of a list of contents: it leads to a page."""
    return len(line.text) <= LONGEST_ENTRY and bool(CONTENTS.search(line.text))


def beginning_of(line: TextLine, rules: Rules, body: float) -> Beginning | None:
    """The row that the line begins by the rules, if any."""
    if is_of_contents(line):
        return None
    stands_out = is_emphasised(line, body)
    if rules.numbering in (Numbering.WORDS, Numbering.BOTH) and (found := WORD_AND_NUMBER.match(line.text)):
        is_alone = bool(found[3]) or found.end() == len(line.text)
        is_named = stands_out or line.bold >= found.end(2)
        if is_named if rules.is_emphasised else is_named or is_alone:
            return Beginning(KINDS[found[1].casefold()], found[2], found.end(), True)
    if rules.numbering in (Numbering.NUMBERS, Numbering.BOTH) and (found := NUMBER_FIRST.match(line.text)):
        is_named = stands_out or line.bold >= found.end(1)
        rest = line.text[found.end() :]
        is_like_one = line.begins_paragraph and bool(found[2] or "." in found[1]) and (not rest or rest[0].isupper())
        if is_named or (not rules.is_emphasised and is_like_one):
            kind = ItemKind.INITIATIVE if rules.numbers_are_initiatives else ItemKind.RECOMMENDATION
            return Beginning(kind, found[1], found.end(), False)
    return None


# --- A first guess ----------------------------------------------------------------------------------------------------


def guessed(text: DocumentText) -> Rules:
    """The rules that find most in this document; whoever reads it changes them."""
    body = text.body_size
    outside = [line for line in text.lines if line.cell is None]
    every = {
        (numbering, emphasised): [
            (line, found)
            for line in outside
            if (found := beginning_of(line, Rules(numbering=numbering, is_emphasised=emphasised), body))
        ]
        for numbering in (Numbering.WORDS, Numbering.NUMBERS)
        for emphasised in (True, False)
    }
    words = every[Numbering.WORDS, True] or every[Numbering.WORDS, False]
    numbers = every[Numbering.NUMBERS, True]
    in_tables = table_rows(text)
    if in_tables > max(len(words), len(numbers)):
        return Rules(numbering=Numbering.NONE, tables=True)
    emphasised = bool(every[Numbering.WORDS, True]) if words else len(numbers) >= 2
    numbering = Numbering.NUMBERS
    if words:
        above = {number.number for _line, number in numbers}
        is_above = any(found.number.rpartition(".")[0] in above for _line, found in words)
        numbering = Numbering.BOTH if is_above else Numbering.WORDS
    starts = words or (numbers if emphasised else every[Numbering.NUMBERS, False])
    return Rules(
        numbering=numbering,
        is_emphasised=emphasised,
        title=_title_rule(text, starts, body),
        boxes=_box_rule(text, starts),
        tables=in_tables > 0,
    )


def _title_rule(text: DocumentText, starts: list[tuple[TextLine, Beginning]], body: float) -> str:
    """By what most of the rows have: something bold after the number, else a line of its own."""
    after = {id(line): following for line, following in zip(text.lines, text.lines[1:], strict=False)}
    bold = plain = 0
    for line, found in starts:
        if line.text[found.length :].strip():
            bold += is_emphasised(line, body) or line.bold > found.length
            plain += not is_emphasised(line, body) and line.bold <= found.length
        elif (following := after.get(id(line))) is not None:
            bold += following.bold > 0 or is_emphasised(following, body)
    if bold >= len(starts) / 2:
        return TitleRule.BOLD
    return TitleRule.LINE if plain >= len(starts) / 2 else TitleRule.NONE


def _box_rule(text: DocumentText, starts: list[tuple[TextLine, Beginning]]) -> str:
    in_frames = sum(line.frame > 0 for line, _found in starts)
    has_frames = any(line.frame for line in text.lines)
    return BoxRule.WITHOUT if has_frames and in_frames < len(starts) / 2 else BoxRule.WITH


def table_rows(text: DocumentText) -> int:
    """How many rows stand in tables whose headings are known."""
    rows: dict[int, set[int]] = {}
    known: set[int] = set()
    for line in text.lines:
        if line.cell:
            rows.setdefault(line.cell.table, set()).add(line.cell.row)
            if line.cell.row == 0 and column_named(line.text):
                known.add(line.cell.table)
    return sum(len(numbers) - 1 for table, numbers in rows.items() if table in known)


def column_named(heading: str) -> str:
    """The field that a heading of a table means; empty where it is not known."""
    name = compared_heading(heading)
    return next((column.field for column in ITEMS.columns if name and name in column.names), "")
