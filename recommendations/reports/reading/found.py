"""What a file says, as far as it can be read: texts and tables in reading order, and what it carries unseen."""

from __future__ import annotations

from dataclasses import dataclass, field

# How much of a file is read: more is no report of ours, or a trap.
MOST_CELLS = 1_500_000
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
    """Counts what is read, and stops at what no report of ours has."""

    def __init__(self, too_much: str) -> None:
        self.too_much = too_much
        self.cells, self.letters = 0, 0

    def take(self, text: str) -> str:
        """The text itself; raises UnreadableFile with `too_much` when there has been too much of it."""
        self.cells += 1
        self.letters += len(text)
        if self.cells > MOST_CELLS or self.letters > MOST_LETTERS:
            raise UnreadableFile(self.too_much)
        return text
