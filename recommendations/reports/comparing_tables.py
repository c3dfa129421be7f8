"""A report's tables beside a file's, cell by cell: dates and numbers by what they are, however the file spells them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import unquote

from recommendations.reports.reading.found import FileSays, FoundCell, FoundTable
from recommendations.reports.stated import Change, Difference, ReportTable, is_withheld, one_spaced, shown_value

ANY_DATE = re.compile(r"(\d{1,4})([.\-/])(\d{1,2})\2(\d{1,4})(?:[T ]00:00:00)?")
SPREADSHEET_ADDRESS = re.compile(r".+: adresse(?: \(\d+\))?")
MOST_PAIRS = 9_000_000  # rows of one side times rows of the other: more are paired by their places
# As CSV writes them: the words and the address in angle brackets, or the address alone.
WRITTEN_LINK = re.compile(r"(?:(?P<bare>https?://\S+)|(?P<words>(?s:.*?)) <(?P<address>https?://.*)>)(?:\n|\Z)")


def paired_tables(tables: list[ReportTable], says: FileSays) -> list[tuple[ReportTable, list[FoundTable]]]:
    """Which tables of the file are which of the report's, in order: those with most headings and cells in common.

    A table that goes on in the next, with nothing said between them and the same headings, is one.
    """
    groups: list[list[FoundTable]] = []
    heads: list[set[str]] = []
    last: object = None
    for block in says.blocks:
        if isinstance(block, FoundTable) and block.rows:
            head = {one_spaced(cell.text) for cell in block.rows[0] if cell.text}
            if isinstance(last, FoundTable) and heads[-1] == head and says.format != "xlsx":
                groups[-1].append(block)
            else:
                groups.append([block])
                heads.append(head)
        last = block
    texts = [{one_spaced(cell.text) for grid in group for row in grid.rows for cell in row} for group in groups]
    worth = [[_alike(table, head, text) for head, text in zip(heads, texts, strict=True)] for table in tables]
    return [(tables[one], groups[other]) for one, other in _best_pairs(worth)]


def _alike(table: ReportTable, head: set[str], texts: set[str]) -> float:
    headings = {one_spaced(heading) for heading in table.headings}
    shared = len(headings & head) / max(len(headings | {one for one in head if not _is_of_spreadsheet(one)}), 1)
    if shared < 0.5:
        return 0.0
    names = {
        one_spaced(row[place]) for row in table.rows for place in range(min(2, len(row))) if isinstance(row[place], str)
    }
    return shared + (len(names & texts) / len(names) if names else 0.5)


def _is_of_spreadsheet(heading: str) -> bool:
    """A column that only a spreadsheet needs: more of the one before it, or its addresses."""
    return bool(SPREADSHEET_ADDRESS.fullmatch(heading) or re.search(r" \(\d+\)$", heading))


def _best_pairs(worth: list[list[float]]) -> list[tuple[int, int]]:
    """Pairs in the order of both, whose worth is greatest all together (dynamic programming)."""
    down, along = len(worth), len(worth[0]) if worth else 0
    best = [[0.0] * (along + 1) for _ in range(down + 1)]
    for one in range(down - 1, -1, -1):
        for other in range(along - 1, -1, -1):
            taken = worth[one][other] + best[one + 1][other + 1] if worth[one][other] else 0.0
            best[one][other] = max(best[one + 1][other], best[one][other + 1], taken)
    pairs, one, other = [], 0, 0
    while one < down and other < along:
        if worth[one][other] and best[one][other] == worth[one][other] + best[one + 1][other + 1]:
            pairs.append((one, other))
            one, other = one + 1, other + 1
        elif best[one][other] == best[one + 1][other]:
            one += 1
        else:
            other += 1
    return pairs


def differences_in_table(table: ReportTable, grids: list[FoundTable], *, is_for_machines: bool) -> Iterable[Difference]:
    head = [one_spaced(cell.text) for cell in grids[0].rows[0]]
    columns, unknown = _columns_of(table, head)
    for place, (heading, found) in enumerate(zip(table.headings, columns, strict=True)):
        now = head[found[0]] if found else ""
        if now != one_spaced(heading):
            yield Difference(Change.CELL, table.section, table.caption, "", heading, table.headings[place], now)
    rows = [row for grid in grids for row in grid.rows if [one_spaced(cell.text) for cell in row] != head]
    for column in unknown:
        said = [row[column].text for row in rows if column < len(row) and row[column].text]
        if said or head[column]:
            yield Difference(
                Change.COLUMN_ADDED, table.section, table.caption, "", head[column], "", "; ".join(said[:5])
            )
    found_rows = [
        [_joined_cell(row, places, kind) for places, kind in zip(columns, table.kinds, strict=True)] for row in rows
    ]
    ours = [tuple(_value_key(value, kind) for value, kind in zip(row, table.kinds, strict=True)) for row in table.rows]
    theirs = [
        tuple(
            _found_key(cell, kind, is_for_machines=is_for_machines) for cell, kind in zip(row, table.kinds, strict=True)
        )
        for row in found_rows
    ]
    theirs_full = theirs
    while theirs_full and not any(theirs_full[-1]):
        theirs_full = theirs_full[:-1]
    for mine, other in _paired_rows(ours, theirs_full):
        if other is None:
            row = table.rows[mine or 0]
            whole = " | ".join(filter(None, map(shown_value, row, table.kinds)))
            yield Difference(Change.ROW_REMOVED, table.section, table.caption, table.row_name(row), "", whole, "")
        elif mine is None:
            whole = " | ".join(cell.text for cell in found_rows[other] if cell.text)
            if whole:
                yield Difference(Change.ROW_ADDED, table.section, table.caption, "", "", "", whole)
        else:
            yield from _in_row(table, table.rows[mine], found_rows[other], is_for_machines=is_for_machines)


def _columns_of(table: ReportTable, head: list[str]) -> tuple[list[list[int]], list[int]]:
    """For each column of the report those of the file that hold it; and the file's columns that hold none."""
    free = [place for place, heading in enumerate(head) if not SPREADSHEET_ADDRESS.fullmatch(heading)]
    columns: list[list[int]] = []
    for heading in map(one_spaced, table.headings):
        own = next((place for place in free if head[place] == heading), None)
        more = re.compile(re.escape(heading) + r" \(\d+\)")
        found = [] if own is None else [own, *(place for place in free if more.fullmatch(head[place]))]
        columns.append(found)
        free = [place for place in free if place not in found]
    # A heading that was changed still stands between its neighbours.
    for number, found in enumerate(columns):
        if not found and free and len(free) >= sum(not one for one in columns):
            columns[number] = [free.pop(0)]
    return columns, free


def _joined_cell(row: Sequence[FoundCell], places: list[int], kind: str) -> FoundCell:
    """A cell that a spreadsheet has had to spread over several."""
    cells = [row[place] for place in places if place < len(row)]
    if len(cells) == 1:
        return cells[0]
    cells = [cell for cell in cells if cell.text]
    between = "\n" if kind == "links" else ""
    return FoundCell(between.join(cell.text for cell in cells), tuple(one for cell in cells for one in cell.addresses))


def _value_key(value: Any, kind: str) -> str:
    """What a value is, however it is spelt."""
    if value is None:
        return ""
    if kind == "number":
        return str(Decimal(value).normalize() + 0)
    if kind == "date":
        return _date_key(str(value)) or str(value)
    return one_spaced(shown_value(value, kind))


def _found_key(cell: FoundCell, kind: str, *, is_for_machines: bool) -> str:
    text = one_spaced(cell.text)
    if kind == "date":
        return _date_key(text) or text
    if kind == "number" and text:
        plain = text.replace(" ", "").replace("\u2212", "-")
        plain = plain if is_for_machines else plain.replace(".", "").replace(",", ".")
        try:
            return str(Decimal(plain).normalize() + 0)
        except InvalidOperation:
            return text
    if kind == "links" and (links := _written_links(cell.text)):
        return one_spaced("\n".join(link["words"] or link["bare"] for link in links))
    return text


def _date_key(text: str) -> str:
    found = ANY_DATE.fullmatch(text)
    if not found:
        return ""
    first, month, last = int(found[1]), int(found[3]), int(found[4])
    is_iso = len(found[1]) == 4
    return f"{first if is_iso else last}-{month}-{last if is_iso else first}"


def _paired_rows(ours: list[tuple[str, ...]], theirs: list[tuple[str, ...]]) -> Iterable[tuple[int | None, int | None]]:
    """Which row is which, in order; None where one side has no such row."""
    first = 0
    while first < min(len(ours), len(theirs)) and ours[first] == theirs[first]:
        yield first, first
        first += 1
    tail = 0
    while tail < min(len(ours), len(theirs)) - first and ours[-1 - tail] == theirs[-1 - tail]:
        tail += 1
    mine, other = ours[first : len(ours) - tail], theirs[first : len(theirs) - tail]
    if len(mine) * len(other) > MOST_PAIRS:
        blocks = [("replace", 0, len(mine), 0, len(other))]
    else:
        blocks = list(SequenceMatcher(None, mine, other, autojunk=False).get_opcodes())
    for kind, from_mine, to_mine, from_other, to_other in blocks:
        size = to_mine - from_mine
        pairs = (
            _likely_pairs(mine[from_mine:to_mine], other[from_other:to_other])
            if kind != "equal"
            else ((number, number) for number in range(size))
        )
        for one, another in pairs:
            yield (
                None if one is None else first + from_mine + one,
                None if another is None else first + from_other + another,
            )
    yield from ((len(ours) - left, len(theirs) - left) for left in range(tail, 0, -1))


def _likely_pairs(
    ours: list[tuple[str, ...]], theirs: list[tuple[str, ...]]
) -> Iterable[tuple[int | None, int | None]]:
    """Rows that differ, paired by what they have in common."""
    if len(ours) * len(theirs) > 40_000:
        pairs = [(number, number) for number in range(min(len(ours), len(theirs)))]
    else:
        is_small = len(ours) * len(theirs) <= 2_500
        pairs = _best_pairs([[_row_worth(one, other, is_small=is_small) for other in theirs] for one in ours])
    here = there = 0
    for one, other in [*pairs, (len(ours), len(theirs))]:
        yield from ((number, None) for number in range(here, one))
        yield from ((None, number) for number in range(there, other))
        if one < len(ours):
            yield one, other
        here, there = one + 1, other + 1


def _row_worth(ours: tuple[str, ...], theirs: tuple[str, ...], *, is_small: bool) -> float:
    told = [(one, other) for one, other in zip(ours, theirs, strict=True) if one or other]
    same = sum(one == other for one, other in told) / max(len(told), 1)
    is_named_so = ours[0] == theirs[0] and bool(ours[0])
    if same < 0.6 and not is_named_so and is_small:
        alike = SequenceMatcher(None, " ".join(ours)[:300], " ".join(theirs)[:300], autojunk=False).quick_ratio()
        same = alike if alike >= 0.75 else 0.0
    return same + is_named_so if same >= 0.5 or is_named_so else 0.0


def _in_row(
    table: ReportTable, row: tuple[Any, ...], found: list[FoundCell], *, is_for_machines: bool
) -> Iterable[Difference]:
    name = table.row_name(row)
    for value, kind, heading, cell in zip(row, table.kinds, table.headings, found, strict=True):
        was, now = shown_value(value, kind), cell.text
        is_same = _value_key(value, kind) == _found_key(cell, kind, is_for_machines=is_for_machines)
        if is_same and kind == "links":
            ours, theirs = [link["address"] for link in value or ()], _addresses_of(cell)
            is_same = not theirs or list(map(_plain_address, ours)) == list(map(_plain_address, theirs))
            if not is_same:
                was, now = "\n".join(ours), "\n".join(theirs)
        links = _written_links(now) if kind == "links" else []
        words = "\n".join(link["words"] or link["bare"] for link in links) or now
        if not is_same and not is_withheld(was, words):
            yield Difference(Change.CELL, table.section, table.caption, name, heading, was, now)


def _addresses_of(cell: FoundCell) -> list[str]:
    """Of the links in it, or as CSV writes them: behind the words, in angle brackets."""
    return list(cell.addresses) or [link["address"] or link["bare"] for link in _written_links(cell.text)]


def _written_links(text: str) -> list[re.Match[str]]:
    """The links of a cell that holds nothing else."""
    if "http" not in text:
        return []
    links = list(WRITTEN_LINK.finditer(text))
    return links if "".join(link[0] for link in links) == text else []


def _plain_address(address: str) -> str:
    """An address as programs agree on it, however they write its signs."""
    return unquote(address).rstrip("/")
