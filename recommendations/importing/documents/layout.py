"""From words on a page to lines in the order they are read: headers gone, columns apart, frames and tables known."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise, takewhile
from statistics import median
from time import monotonic
from typing import Any

from recommendations.danish import normalised, whole_number
from recommendations.importing.documents.lines import Cell, DocumentText, Place, TextLine
from recommendations.importing.documents.rules import WORD_AND_NUMBER
from recommendations.importing.documents.shapes import Frame, Grid, PageOfWords, PlacedWord, frames_of

EDGE = 0.12  # of a page's height, above and below: where headers and footers stand
# »side # af 20«, »- # -«, where # is the page's own number; and the same with any number.
NUMBER_ALONE, ANY_NUMBER = (
    re.compile(rf"(?:side\s)?(?:[-–]\s)?{number}(?:\s?(?:/|af)\s?\d+)?(?:\s[-–])?") for number in ("#", r"\d+")
)
LARGEST_NUMBER = 14  # points, of a page: a larger one is no page number
GUTTER = 0.9  # of the size of letters: how wide the white between two columns must be
FEWEST_LINES = 3  # of a column
MOST_TRIED = 40  # places where a stripe between columns may be
MOST_SECONDS = 5.0  # to make lines of words


class TooMuch(Exception):
    """The pages have so much on them that it takes too long."""


def _in_time(pages: Iterable[PageOfWords], ends: float) -> Iterator[PageOfWords]:
    """Each page, as long as there is time."""
    for page in pages:
        if monotonic() > ends:
            raise TooMuch
        yield page


def laid_out(told: Sequence[dict[str, Any]]) -> DocumentText:
    """The lines of all pages that the process told of."""
    ends = monotonic() + MOST_SECONDS
    pages = [
        PageOfWords(
            number,
            (page["size"][0], page["size"][1]),
            normalised(page["label"]),
            [PlacedWord(*word) for word in page["words"]],
            [Frame(*shape) for shape in page["shapes"]],
        )
        for number, page in enumerate(told, 1)
    ]
    text = DocumentText([], [page.size for page in pages])
    text.labels, text.offset = _printed_numbers(pages, ends)
    dropped = _drop_edges(pages, text.labels, ends)
    if text.offset is None:
        text.labels, text.offset = [str(page.number) for page in pages], 0
        text.remarks.append("Siderne har ingen trykte tal, der kan læses. Her står sidens nummer i filen.")
    if dropped:
        text.remarks.append("Det, der står øverst eller nederst på mange sider, er ikke med: " + "; ".join(dropped))
    if empty := [page.number for page in pages if not page.words]:
        named = ", ".join(map(str, empty[:10])) + (" …" if len(empty) > 10 else "")
        text.remarks.append(f"Der er ingen tekst at læse på side {named} i filen. Se efter, om der mangler noget.")
    counts = Counters()
    for page in _in_time(pages, ends):
        text.lines += _lines_of(page, counts)
    _mark_paragraphs(text.lines)
    return text


def _mark_paragraphs(lines: Sequence[TextLine]) -> None:
    """A line goes on from the one above where they stand as near as most in their block, unless that one ends early."""
    for _block, group in groupby(lines, key=lambda line: line.block):
        held = list(group)
        usual = median([below.place.top - above.place.top for above, below in pairwise(held)] or [0])
        right = max(line.place.right for line in held)
        for above, below in pairwise(held):
            is_near = below.place.top - above.place.top < 1.25 * usual or usual == 0
            ends_early = right - above.place.right > 8 * above.size and above.text[-1:] in ".!?:"
            below.begins_paragraph = not is_near or ends_early


@dataclass
class Counters:
    """Blocks, frames and tables are numbered through the whole document."""

    blocks: int = 0
    frames: int = 0
    tables: int = 0


# --- Headers, footers, page numbers -----------------------------------------------------------------------------------


def _edge_lines(page: PageOfWords) -> Iterator[tuple[str, float, list[PlacedWord]]]:
    """Each line near the upper or lower edge: its text, where it stands, its words."""
    high = page.size[1]
    near = [
        word
        for word in page.words
        if (word.bottom < EDGE * high or word.top > (1 - EDGE) * high)
        and not any(one.frame.holds(word) for one in page.grids)
    ]
    for words in _in_lines(near):
        yield _joined(words), words[0].middle, words


def _drop_edges(pages: list[PageOfWords], labels: list[str], ends: float) -> list[str]:
    """Take out what stands at the same place on many pages, but for the page's own number; what was, once each.

    Other digits count: »Anbefaling 4« at the top of a page is no header because »Anbefaling 5« stands on the next.
    """
    seen: dict[str, list[float]] = defaultdict(list)
    apart: set[str] = set()  # what is parted from the text by more than the lines of the text are
    for page, label in zip(_in_time(pages, ends), labels, strict=True):
        for text, y, words in _edge_lines(page):
            seen[_without_label(text, label)].append(y)
            if _stands_apart(page, words):
                apart.add(_without_label(text, label))
    many = max(2, 0.3 * len(pages))
    repeated = {key: median(ys) for key, ys in seen.items() if len(ys) >= (2 if key in apart else many)}
    dropped: dict[str, str] = {}
    for page, label in zip(_in_time(pages, ends), labels, strict=True):
        gone: set[int] = set()
        for text, y, words in _edge_lines(page):
            key = _without_label(text, label)
            is_number = bool(NUMBER_ALONE.fullmatch(key))
            is_repeated = key in repeated and abs(repeated[key] - y) < 6
            if words[0].size <= LARGEST_NUMBER if is_number else is_repeated:
                gone |= {id(word) for word in words}
                if not is_number:
                    dropped.setdefault(key, f"»{text[:80]}«")
        page.words = [word for word in page.words if id(word) not in gone]
    return list(dropped.values())[:6]


def _without_label(text: str, label: str) -> str:
    """A line as it is compared: the number that is printed on the page, and on no other, is left out."""
    said = re.escape(label.casefold())  # a file may call its pages anything
    return re.sub(rf"(?<![\d.,]){said}(?![\d.,]\d)", "#", text.casefold()) if label else text.casefold()


def _stands_apart(page: PageOfWords, words: list[PlacedWord]) -> bool:
    top, bottom = min(word.top for word in words), max(word.bottom for word in words)
    room = 1.2 * words[0].size
    return not any(
        word.bottom > top - room and word.top < bottom + room and not (top < word.middle < bottom)
        for word in page.words
    )


def _printed_numbers(pages: list[PageOfWords], ends: float) -> tuple[list[str], int | None]:
    """The pages' numbers as they are printed, and how many pages of the file there are before the first.

    Believed only where most pages agree: a number at the edge, no row's, that grows by one from page to page.
    """
    before: Counter[int] = Counter()
    for page in _in_time(pages, ends):
        said = [text for text, _y, _words in _edge_lines(page) if not WORD_AND_NUMBER.match(text)]
        if len(pages) == 1:
            said = [text for text in said if ANY_NUMBER.fullmatch(text.casefold())]
        numbers = {int(found) for text in said for found in re.findall(r"(?<![\d.,])\d{1,3}(?![\d.,])", text)}
        before += Counter(page.number - number for number in numbers)
    if before:
        offset, agree = before.most_common(1)[0]
        if agree >= min(len(pages), max(2, 0.4 * len(pages))):
            return [str(page.number - offset) if page.number > offset else "" for page in pages], offset
    labels = [page.label for page in pages]
    if all(labels) and (last := whole_number(labels[-1])) is not None:
        return labels, len(pages) - last
    return ["" for _page in pages], None


# --- A page -----------------------------------------------------------------------------------------------------------


def _lines_of(page: PageOfWords, counts: Counters) -> Iterator[TextLine]:
    """A frame or a table is read where it stands: in its column, as if it were one word."""
    holders: list[Grid | Frame] = [*page.grids, *frames_of(page)]
    held: dict[int, list[PlacedWord]] = defaultdict(list)
    words: list[PlacedWord] = []
    for word in page.words:
        holder = next((place for place, one in enumerate(holders) if _edges(one).holds(word)), None)
        (words if holder is None else held[holder]).append(word)
    for place in held:
        frame = _edges(holders[place])
        words.append(PlacedWord(frame.left, frame.top, frame.right, frame.bottom, "", 10, False, place))
    for block in _blocks(words):
        counts.blocks += 1
        for line in _in_lines(block):
            if plain := [word for word in line if word.holder is None]:
                yield _line(page, plain, block=counts.blocks)
            for place in [word.holder for word in line if word.holder is not None]:
                holder_read = holders[place]
                if isinstance(holder_read, Grid):
                    yield from _table_lines(page, holder_read, held[place], counts)
                else:
                    yield from _frame_lines(page, held[place], counts)
                counts.blocks += 1


def _edges(holder: Grid | Frame) -> Frame:
    return holder.frame if isinstance(holder, Grid) else holder


def _frame_lines(page: PageOfWords, words: list[PlacedWord], counts: Counters) -> Iterator[TextLine]:
    counts.frames += 1
    for block in _blocks(words):
        counts.blocks += 1
        for line in _in_lines(block):
            yield _line(page, line, block=counts.blocks, frame=counts.frames)


def _table_lines(page: PageOfWords, grid: Grid, words: list[PlacedWord], counts: Counters) -> Iterator[TextLine]:
    counts.tables += 1
    cells: dict[tuple[int, int], list[PlacedWord]] = defaultdict(list)
    for word in words:
        cells[grid.cell_of(word)].append(word)
    for (row, column), held in sorted(cells.items()):
        counts.blocks += 1
        for line in _in_lines(held):
            yield _line(page, line, block=counts.blocks, cell=Cell(counts.tables, row, column))


# --- Lines and columns ------------------------------------------------------------------------------------------------


def _in_lines(words: Iterable[PlacedWord]) -> list[list[PlacedWord]]:
    """Words on the same height, each line from left to right; lines from above."""
    found: list[list[PlacedWord]] = []
    for word in sorted(words, key=lambda word: (word.middle, word.left)):
        last = found[-1] if found else None
        if last and abs(word.middle - median(one.middle for one in last[-5:])) < 0.5 * min(word.size, last[-1].size):
            last.append(word)
        else:
            found.append([word])
    return [sorted(line, key=lambda word: word.left) for line in found]


def _joined(words: Sequence[PlacedWord]) -> str:
    """The words of a line; pieces that touch each other are one word."""
    text = ""
    for before, word in zip([None, *words], words, strict=False):
        touches = before is not None and word.left - before.right < 0.06 * word.size
        text += word.text if before is None or touches else f" {word.text}"
    return text


def _line(
    page: PageOfWords, words: list[PlacedWord], *, block: int, frame: int = 0, cell: Cell | None = None
) -> TextLine:
    bold = len(_joined(list(takewhile(lambda word: word.is_bold, words))))
    sizes = Counter[float]()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    place = Place(
        page.number,
        round(min(word.left for word in words), 1),
        round(min(word.top for word in words), 1),
        round(max(word.right for word in words), 1),
        round(max(word.bottom for word in words), 1),
    )
    return TextLine(
        _joined(words),
        place,
        sizes.most_common(1)[0][0],
        bold=bold,
        block=block,
        frame=frame,
        cell=cell,
        page=page.number,
    )


def _blocks(words: list[PlacedWord]) -> list[list[PlacedWord]]:
    """Columns, in the order they are read: where lines leave the same stripe white, first what is left of it."""
    lines = _in_lines(words)
    stripe = _stripe(lines)
    if stripe is None:
        return [words] if words else []
    blocks: list[list[PlacedWord]] = []
    for crosses, run in groupby(lines, key=lambda line: _crosses(line, stripe)):
        held = [word for line in run for word in line]
        sides = [word for word in held if word.right <= stripe], [word for word in held if word.left >= stripe]
        for side in [held] if crosses else sides:
            blocks += [side] if len(side) == len(words) else _blocks(side)
    return blocks


def _crosses(line: list[PlacedWord], x: float) -> bool:
    """Whether a line goes on from one side to the other: by a word, or with no more than a space between."""
    left, right = [word for word in line if word.right <= x], [word for word in line if word.left >= x]
    if len(left) + len(right) < len(line):
        return True
    return bool(left and right) and right[0].left - left[-1].right < GUTTER * max(left[-1].size, right[0].size)


def _stripe(lines: list[list[PlacedWord]]) -> float | None:
    """Where the stripe is that parts most lines in two columns; each is several lines high, and a fifth of all wide."""
    if not lines:
        return None
    start, end = min(line[0].left for line in lines), max(word.right for line in lines for word in line)
    margin = 0.2 * (end - start)
    tried = Counter[int]()
    for line in lines:
        tried[round(line[0].left - 2)] += 1
        for before, word in pairwise(line):
            tried[round((before.right + word.left) / 2)] += word.left - before.right >= GUTTER * word.size
    best, found = 0, None
    for x, _count in tried.most_common(MOST_TRIED):
        if start + margin < x < end - margin and (parted := _parted_by(lines, x)) > best:
            best, found = parted, float(x)
    return found


def _parted_by(lines: list[list[PlacedWord]], x: float) -> int:
    """How many lines there are on the emptier side, where lines one below the other do not cross it."""
    parted = 0
    for crosses, run in groupby(lines, key=lambda line: _crosses(line, x)):
        if not crosses:
            held = list(run)
            sides = sum(line[0].right <= x for line in held), sum(line[-1].left >= x for line in held)
            parted += min(sides) if min(sides) >= FEWEST_LINES else 0
    return parted
