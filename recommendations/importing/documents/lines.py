"""What a document says, line by line, with where each line stands. It knows no file and no database."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Place(NamedTuple):
    """A rectangle on a page, the first page being 1; in points from the upper left.

    In a Word file, which has no pages, `top` is the paragraph's number and the page is 0.
    """

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Cell:
    """Where in which table a line stands."""

    table: int
    row: int
    column: int


@dataclass
class TextLine:
    """A line of a PDF, a paragraph of a Word file.

    `bold` is how many of its letters are bold, from the first; `size` that of its letters; `level` that of a heading,
    0 where the file does not call it one. `block` is the column or frame that it stands in.
    """

    text: str
    place: Place
    size: float
    bold: int = 0
    level: int = 0
    block: int = 0
    frame: int = 0
    cell: Cell | None = None
    begins_paragraph: bool = True
    page: int = 0  # of the file; of a Word file the one that Word said last

    @property
    def is_bold(self) -> bool:
        return self.bold >= len(self.text) > 0


@dataclass
class DocumentText:
    """All of it that is text, in the order it is read. `labels` are the pages' numbers as they are printed."""

    lines: list[TextLine]
    sizes: list[tuple[float, float]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    offset: int | None = None
    remarks: list[str] = field(default_factory=list)
    is_word: bool = False

    @property
    def body_size(self) -> float:
        """The size that most letters have."""
        letters: dict[float, int] = {}
        for line in self.lines:
            letters[line.size] = letters.get(line.size, 0) + len(line.text)
        return max(letters, key=lambda size: (letters[size], -size), default=0)

    def label_of(self, page: int) -> str:
        """The page as it is printed; empty where nobody can tell."""
        return self.labels[page - 1] if 0 < page <= len(self.labels) else ""
