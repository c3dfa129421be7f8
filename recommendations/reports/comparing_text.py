"""A report's text beside a file's, letter by letter: which places differ, what was put in, what stands around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from recommendations.reports.aligning import Letters, Run, aligned
from recommendations.reports.stated import Change, Difference, ReportPlace, ReportTable, is_withheld

# What a browser prints above and below a page: the time, the address, the number.
PRINTED = (
    r"\d{1,2}[./]\d{1,2}[./]\d{2,4},?(?:kl\.?)?\d{1,2}[.:]\d{2}(?:[AP]M)?|(?:file|https?)://.{0,300}?\d{1,4}/\d{1,4}"
)
PAGE_NUMBER = r"Side\d*(?:af\d*)?|\d{1,4}/\d{1,4}"
LEAST_RUNNING = 12  # letters of what is taken for a running head within a text
HEAD_LINES, FOOT_LINES = 8, 40  # of a page, at most; the last has the seal


class Furniture:
    """Texts that may stand anywhere around the report's own, as a pattern over letters without spaces."""

    def __init__(self, texts: Iterable[str], tables: Iterable[ReportTable]) -> None:
        around = {Letters([text]).text for text in texts}
        repeated = {Letters(["\n".join(table.headings)]).text for table in tables}
        self.around = _any_of(around)
        self.pattern = _any_of(around | repeated)

    def left_of(self, text: str) -> str:
        """What of a text is no furniture."""
        return self.pattern.sub("", Letters([text]).text).strip("·|•–-")

    def stripped(self, page: str, *, is_first: bool) -> str:
        """A page without its running head and foot. What the first page begins with is the report's own."""
        lines = page.splitlines()
        first, last = 0, len(lines)
        for count in range(min(FOOT_LINES, len(lines) - is_first), 0, -1):
            if not self._is_around(lines[-count:]):
                continue
            last = len(lines) - count
            break
        for count in range(0 if is_first else min(HEAD_LINES, last), 0, -1):
            if self._is_around(lines[:count]):
                first = count
                break
        return "\n".join(lines[first:last])

    def _is_around(self, lines: list[str]) -> bool:
        return not self.around.sub("", Letters(["\n".join(lines)]).text)


def without_running_lines(pages: list[str]) -> tuple[list[str], list[str]]:
    """The pages without the lines that all of them begin or end with, but for their numbers; and those lines, once.

    The first page may be without. Lines of a table can be alike on every page too: whoever asks must try both.
    """
    lines = [page.splitlines() for page in pages]
    gone: list[str] = []
    for edge in (0, -1):
        while len(lines) > 1 and all(lines[1:]):
            masked = {re.sub(r"\d+", "0", one[edge]).strip() for one in lines[1:]}
            if len(masked) > 1 or (len(lines) == 2 and (not lines[0] or lines[0][edge].strip() not in lines[1][edge])):
                break
            gone.append(lines[1][edge].strip())
            for one in lines:
                if one and re.sub(r"\d+", "0", one[edge]).strip() in masked:
                    one.pop(edge)
    return ["\n".join(one) for one in lines], [line for line in gone if line]


def _any_of(texts: set[str]) -> re.Pattern[str]:
    longest_first = sorted((one for one in texts if one), key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, longest_first), PRINTED, PAGE_NUMBER]))


def differences_in_text(
    places: list[ReportPlace], texts: list[str], known: Furniture, added: list[str], *, is_paged: bool
) -> Iterable[Difference]:
    """Each place that differs, in reading order; what stands outside goes to `added`. `is_paged`: a text is a page."""
    if is_paged:
        texts = [known.stripped(text, is_first=number == 0) for number, text in enumerate(texts)]
    ours, theirs = Letters([place.text for place in places]), Letters(texts)
    gaps = TextGaps(places, ours, theirs, known, is_paged=is_paged)
    ignored: list[tuple[int, int]] = []
    changed: set[int] = set()
    inserted: dict[int, list[Difference]] = {}
    for here, end, there, until in gaps.all():
        now = theirs.shown(there, until)
        is_outside = (here == 0 and end == 0) or (is_paged and gaps.is_at_edge(there, until))
        if here == end:
            left = known.left_of(now)
            if not left or gaps.is_between(here):
                ignored.append((there, until))
                if left and is_outside:
                    added.append(now)
                elif left:
                    at = gaps.place_at(max(here - 1, 0))
                    one = places[at]
                    inserted.setdefault(at, []).append(
                        Difference(Change.TEXT_ADDED, one.section, one.table, one.row, "", "", now)
                    )
            else:
                changed.add(gaps.place_at(here))
        else:
            if here != end and not known.left_of(now):
                ignored.append((there, until))
            changed |= set(gaps.places_in(here, end))
    changed -= gaps.broken_rows(changed)
    yield from gaps.told(changed, ignored, inserted)


class TextGaps:
    """What lies between the runs that are the same, and which places of the report that touches."""

    def __init__(
        self,
        places: list[ReportPlace],
        ours: Letters,
        theirs: Letters,
        known: Furniture,
        *,
        is_paged: bool,
    ) -> None:
        self.places, self.ours, self.theirs, self.known = places, ours, theirs, known
        self.runs: list[Run] = aligned(ours.text, theirs.text)
        self.begins = ours.begins
        self.starts = set(ours.begins) | {len(ours.text)}
        self.rows = {
            begin
            for begin, place, before in zip(ours.begins, places, [None, *places], strict=False)
            if before is None or (before.table, before.row_number) != (place.table, place.row_number)
        }
        self.edges = {*theirs.begins, len(theirs.text)} if is_paged else set()

    def all(self) -> Iterable[tuple[int, int, int, int]]:
        """Each gap: from and to in ours, from and to in theirs; moved to where it is most likely to have come about."""
        here = there = 0
        for number, (mine, other, length) in enumerate([*self.runs, (len(self.ours.text), len(self.theirs.text), 0)]):
            if here < mine or there < other:
                before = self.runs[number - 1][2] if number else 0
                yield self._slid(here, mine, there, other, before, length)
            here, there = mine + length, other + length

    def _slid(self, here: int, end: int, there: int, until: int, before: int, after: int) -> tuple[int, int, int, int]:
        """A text that was put in, or taken out, may as well begin some letters earlier or later: at a place's start."""
        if here < end and there < until:
            return here, end, there, until
        text, first, last = (self.ours.text, here, end) if here < end else (self.theirs.text, there, until)
        back = 0
        while back < min(before, 400) and text[first - back - 1] == text[last - back - 1]:
            back += 1
        forth = 0
        while forth < min(after, 400) and text[first + forth] == text[last + forth]:
            forth += 1
        best, by = -1, 0
        for step in range(-back, forth + 1):
            at = here + step
            worth = (at in self.starts) + (at in self.rows)
            worth += 2 * (there + step in self.edges) + 2 * (until + step in self.edges)
            if (worth, -abs(step)) > (best, -abs(by)):
                best, by = worth, step
        return here + by, end + by, there + by, until + by

    def is_between(self, at: int) -> bool:
        return at in self.starts

    def is_at_edge(self, there: int, until: int) -> bool:
        return any(there <= edge <= until for edge in self.edges)

    def place_at(self, at: int) -> int:
        """The number of the place that letter `at` belongs to."""
        low, high = 0, len(self.begins)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.begins[middle] <= at else (low, middle)
        return low

    def end_of(self, number: int) -> int:
        return self.begins[number + 1] if number + 1 < len(self.begins) else len(self.ours.text)

    def places_in(self, here: int, end: int) -> list[int]:
        """The numbers of the places that have letters between."""
        return [
            number
            for number in range(self.place_at(here), self.place_at(end - 1) + 1)
            if self.end_of(number) > self.begins[number]
        ]

    def found_at(self, at: int, *, is_end: bool) -> int:
        """Where in theirs a letter of ours would be. What lies in a gap belongs to the first place that touches it."""
        low, high = 0, len(self.runs)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.runs[middle][0] + is_end <= at else (low, middle)
        mine, other, length = self.runs[low - 1] if low else (0, 0, 0)
        if at - mine <= length:
            return other + max(at - mine, 0)
        following = self.runs[low] if low < len(self.runs) else (len(self.ours.text), len(self.theirs.text), 0)
        if not is_end and self.place_at(at) == self.place_at(max(mine + length, 0)) and at == mine + length:
            return other + length
        return following[1]

    def said(self, number: int, ignored: list[tuple[int, int]]) -> str:
        """What theirs has at a place of ours, without what only stands in between."""
        first = self.found_at(self.begins[number], is_end=False)
        last = max(self.found_at(self.end_of(number), is_end=True), first)
        pieces, at = [], first
        for start, end in ignored:
            if first <= start and end <= last:
                pieces.append(self.theirs.shown(at, start))
                at = end
        for found in self.known.pattern.finditer(self.theirs.text, at, last):
            if found.end() - found.start() >= LEAST_RUNNING:
                pieces.append(self.theirs.shown(at, found.start()))
                at = found.end()
        return " ".join(piece for piece in [*pieces, self.theirs.shown(at, last)] if piece)

    def broken_rows(self, changed: set[int]) -> set[int]:
        """The places of rows that a new page has cut in two: all their letters are there, in another order."""
        fine: set[int] = set()
        for number in changed - fine:
            place = self.places[number]
            if not place.row_number:
                continue
            row = self._row_of(number)
            first = self.found_at(self.begins[row[0]], is_end=False)
            last = self.found_at(self.end_of(row[-1]), is_end=True)
            if any(first < edge < last for edge in self.edges):
                ours = self.ours.text[self.begins[row[0]] : self.end_of(row[-1])]
                theirs = self.known.pattern.sub("", self.theirs.text[first:last])
                if Counter(ours) == Counter(theirs):
                    fine |= set(row)
        return fine

    def _row_of(self, number: int) -> list[int]:
        """The numbers of all places in the same row."""
        key = (self.places[number].table, self.places[number].row_number)
        first = last = number
        while first and (self.places[first - 1].table, self.places[first - 1].row_number) == key:
            first -= 1
        while last + 1 < len(self.places) and (self.places[last + 1].table, self.places[last + 1].row_number) == key:
            last += 1
        return list(range(first, last + 1))

    def told(
        self, changed: set[int], ignored: list[tuple[int, int]], inserted: dict[int, list[Difference]]
    ) -> Iterable[Difference]:
        """The differences in reading order; a row of which nothing is left is one."""
        done: set[int] = set()
        for number in sorted({*changed, *inserted}):
            place = self.places[number]
            if number in changed and number not in done:
                row = self._row_of(number) if place.row_number else []
                filled = [one for one in row if self.end_of(one) > self.begins[one]]
                if filled and changed.issuperset(filled) and not any(self.said(one, ignored) for one in filled):
                    done |= set(row)
                    whole = " | ".join(self.places[one].text for one in filled)
                    yield replace(place.differs(Change.ROW_REMOVED, ""), column="", was=whole)
                else:
                    now = self.said(number, ignored)
                    if not is_withheld(place.text, now) and Letters([place.text]).text != Letters([now]).text:
                        kind = Change.CELL if place.table else Change.TEXT if now else Change.TEXT_REMOVED
                        yield place.differs(kind, now)
            yield from inserted.get(number, ())
