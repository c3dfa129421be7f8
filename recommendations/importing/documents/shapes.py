"""Words and drawn lines as they stand on a page: which rectangles frame text, and which lines make a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

THIN = 3.0  # points: what is no wider is a line
LARGEST = 0.75  # of a page: a larger rectangle is the page's own ground


@dataclass
class PlacedWord:
    left: float
    top: float
    right: float
    bottom: float
    text: str
    size: float
    is_bold: bool
    holder: int | None = None  # of a word that stands for a frame or a table: which

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass
class Frame:
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, word: PlacedWord) -> bool:
        x, y = (word.left + word.right) / 2, word.middle
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


@dataclass
class Grid:
    """The lines of a table, as their places across and down."""

    across: list[float]
    down: list[float]

    @cached_property
    def frame(self) -> Frame:
        return Frame(self.across[0], self.down[0], self.across[-1], self.down[-1])

    def cell_of(self, word: PlacedWord) -> tuple[int, int]:
        x, y = (word.left + word.right) / 2, word.middle
        return sum(edge <= y for edge in self.down) - 1, sum(edge <= x for edge in self.across) - 1


@dataclass
class PageOfWords:
    number: int
    size: tuple[float, float]
    label: str
    words: list[PlacedWord]
    shapes: list[Frame]

    @cached_property
    def drawn(self) -> list[Grid]:
        """All that lines enclose: tables, and boxes whose sides are drawn one by one."""
        return list(_enclosed(self.shapes))

    @cached_property
    def grids(self) -> list[Grid]:
        """Its tables: of two columns at least. Their headings are no headers of the page."""
        return [grid for grid in self.drawn if len(grid.across) > 2]

    @property
    def boxes(self) -> list[Frame]:
        """What may be a frame: rectangles, and the rows of what has one column."""
        columns = [grid for grid in self.drawn if len(grid.across) == 2]
        rows = [
            Frame(grid.across[0], top, grid.across[-1], bottom)
            for grid in columns
            for top, bottom in pairwise(grid.down)
        ]
        return sorted([*self.shapes, *rows], key=lambda frame: frame.area)


def frames_of(page: PageOfWords) -> list[Frame]:
    """Rectangles around some of the text: neither the page itself nor a table's cells; the inner ones first."""
    wide, high = page.size
    found: list[Frame] = []
    for shape in page.boxes:
        is_large = (
            shape.right - shape.left > 30 and shape.bottom - shape.top > 12 and shape.area < LARGEST * high * wide
        )
        in_grid = any(
            grid.frame.left - THIN <= shape.left <= grid.frame.right
            and grid.frame.top - THIN <= shape.top <= grid.frame.bottom
            for grid in page.grids
        )
        same = any(
            abs(one.left - shape.left) + abs(one.top - shape.top) + abs(one.bottom - shape.bottom) < 9 for one in found
        )
        if is_large and not in_grid and not same and any(shape.holds(word) for word in page.words):
            found.append(shape)
    return found


def _enclosed(shapes: list[Frame]) -> Iterator[Grid]:
    """Two lines down and two across that meet, or more; drawn as lines, or as the edges of cells."""
    across: list[tuple[float, float, float]] = []  # y, from, to
    down: list[tuple[float, float, float]] = []
    for one in shapes:
        wide, high = one.right - one.left, one.bottom - one.top
        if wide > 8 and high <= THIN:
            across.append(((one.top + one.bottom) / 2, one.left, one.right))
        elif high > 4 and wide <= THIN:
            down.append(((one.left + one.right) / 2, one.top, one.bottom))
        elif wide > 8 and high > 8:
            across += [(y, one.left, one.right) for y in (one.top, one.bottom)]
            down += [(x, one.top, one.bottom) for x in (one.left, one.right)]
    for of_across, of_down in _meeting(across, down):
        xs, ys = _apart(x for x, *_rest in of_down), _apart(y for y, *_rest in of_across)
        if len(xs) >= 2 and len(ys) >= 2:
            yield Grid(xs, ys)


Stroke = tuple[float, float, float]


def _meeting(across: list[Stroke], down: list[Stroke]) -> Iterator[tuple[list[Stroke], list[Stroke]]]:
    """Lines that meet each other, table by table."""
    waiting_across, waiting_down = set(across), set(down)
    while waiting_down:
        of_down, of_across = {waiting_down.pop()}, set[Stroke]()
        fresh = set(of_down)
        while fresh:
            met = {line for line in waiting_across if any(_meet(line, one) for one in fresh)}
            waiting_across -= met
            of_across |= met
            fresh = {one for one in waiting_down if any(_meet(line, one) for line in met)}
            waiting_down -= fresh
            of_down |= fresh
        yield list(of_across), list(of_down)


def _meet(across: Stroke, down: Stroke) -> bool:
    y, left, right = across
    x, top, bottom = down
    return left - THIN <= x <= right + THIN and top - THIN <= y <= bottom + THIN


def _apart(places: Iterable[float]) -> list[float]:
    """Places in order, those that are the same line once."""
    found = sorted(places)
    return [place for before, place in pairwise([float("-inf"), *found]) if place - before > THIN + 1]
