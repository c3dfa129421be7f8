"""What a file says, as far as it can be read: texts and tables in reading order, and what it carries unseen."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

# How much of a file is read: more is no report of ours, or a trap. The longest web page made here, of 10,000 rows, has
# 200,000 tags and texts; a report of 20,000 rows has 226,000 cells and lines as CSV, and 260,000 signs between values
# as JSON.
MOST_CELLS = 400_000
MOST_LETTERS = 20_000_000


@dataclass(frozen=True)
class FoundCell:
    """A cell as it is shown, lines parted by "\\n", with the addresses of the links in it."""

    text: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundText:
    """A line or a paragraph. `is_outside`: it stands in a header, a footer or a box, beside what the file says."""

    text: str
    is_outside: bool = False


@dataclass(frozen=True)
class FoundTable:
    rows: tuple[tuple[FoundCell, ...], ...]


@dataclass(frozen=True)
class FoundPage:
    """The text of one page of a file that knows no paragraphs and no tables."""

    text: str


Block = FoundText | FoundTable | FoundPage


@dataclass
class FileSays:
    """`format` is the kind of file; `carried` the report's own JSON, where the file has it inside.

    `unseen` are texts that are not shown (properties, addresses of links), where a code may stand.
    `legend` explains words and is no part of the report. `is_for_machines`: numbers have a decimal point, not a comma.
    """

    format: str
    blocks: list[Block] = field(default_factory=list)
    carried: bytes = b""
    unseen: list[str] = field(default_factory=list)
    legend: list[str] = field(default_factory=list)
    is_for_machines: bool = False

    def texts(self) -> list[str]:
        """Every text, shown or not, in reading order."""
        found: list[str] = []
        for block in self.blocks:
            if isinstance(block, FoundTable):
                for row in block.rows:
                    for cell in row:
                        found += [cell.text, *cell.addresses]
            else:
                found.append(block.text)
        return found + self.unseen


class UnreadableFile(Exception):
    """The file cannot be read; the message is a sentence for whoever sent it."""


class ReadingBudget:
    """Counts what is read, and stops at what no report of ours has. `too_much`: what is said then."""

    def __init__(self, too_much: str = "") -> None:
        self.too_much = too_much or _(
            "Filen har flere celler, end en rapport kan have. Den er ikke læst. Hent rapporten med koden."
        )
        self.cells, self.letters = 0, 0

    def take(self, text: str, cells: int = 1) -> str:
        """The text itself, of so many cells; raises UnreadableFile when there has been too much."""
        self.cells += cells
        self.letters += len(text)
        if self.cells > MOST_CELLS or self.letters > MOST_LETTERS:
            raise UnreadableFile(self.too_much)
        return text
