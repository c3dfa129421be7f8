"""Tables on their way from the process that has read a file to the one that asked: lines of JSON, one for each row.

First it is said how much there is, so that nobody needs to take more than they can use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from recommendations.apart import GivenBack
from recommendations.importing.tables import Line, SheetTable, Unread, Value, too_many_cells, too_many_rows, too_wide

MOST_LINES = 50_000  # of a file
MOST_COLUMNS = 400
MOST_WEIGHT = 60 * 1024 * 1024  # bytes that the values take, about
OF_CELL = 57  # bytes of a cell that says something, beside its letters
AS_THEY_ARE = {str, int, float, bool}


@dataclass
class ReadFile:
    """How much is in a file: its tables with their numbers of rows, all rows, and how many bytes its values take.

    Its tables follow once, when they are asked for.
    """

    sizes: list[tuple[str, int]]
    lines: int
    weight: int
    heads: list[dict[str, Any]]
    following: Iterator[Any]

    def tables(self) -> list[SheetTable]:
        return [self._table(**head) for head in self.heads]

    def _table(self, name: str, lines: int, remarks: list[str], merged: list[Any]) -> SheetTable:
        """Row by row, so that none is here twice."""
        rows = []
        for _line in range(lines):
            number, *values = next(self.following)
            if not AS_THEY_ARE.issuperset(map(type, values)):
                values = [_value(value) if isinstance(value, dict) else value for value in values]
            rows.append(Line(number, values))
        return SheetTable(name, rows, remarks, [(tuple(begins), tuple(ends)) for begins, ends in merged])


def received(back: GivenBack) -> ReadFile:
    following = back.lines()
    said = next(following)
    sizes = [(head["name"], head["lines"]) for head in said["heads"]]
    return ReadFile(sizes, said["lines"], said["weight"], said["heads"], following)


def sent(name: str, tables: list[SheetTable]) -> Iterator[Any]:
    """What `received` takes. `ValidationError` where it would be more than anybody can use."""
    lines, weight = sum(len(table.lines) for table in tables), 0
    if lines > MOST_LINES:
        raise too_many_rows(name, lines, MOST_LINES)
    for table in tables:
        for line in table.lines:
            if len(line.values) > MOST_COLUMNS:
                _cut(name, line)
            weight += sum(map(_weight, line.values))
    if weight > MOST_WEIGHT:
        raise too_many_cells(name, "")
    heads = [
        {"name": table.name, "lines": len(table.lines), "remarks": table.remarks, "merged": table.merged}
        for table in tables
    ]
    yield {"heads": heads, "lines": lines, "weight": weight}
    for table in tables:
        for line in table.lines:
            yield [line.number, *(value if type(value) in AS_THEY_ARE else _coded(value) for value in line.values)]


def _cut(name: str, line: Line) -> None:
    """Empty cells far out are none."""
    for place, value in enumerate(line.values[MOST_COLUMNS:], MOST_COLUMNS + 1):
        if value != "":
            raise too_wide(name, line.number, place, MOST_COLUMNS)
    del line.values[MOST_COLUMNS:]


def _weight(value: Value) -> int:
    if isinstance(value, str):
        wide = 1 if value.isascii() else 2
        return OF_CELL + wide * len(value) if value else 8
    return OF_CELL


def _coded(value: Value) -> Any:
    if isinstance(value, Unread):
        return {"unread": str(value)}
    for name, kind in CODED.items():
        if isinstance(value, kind):
            return {name: value.isoformat()}
    return str(value)  # how long something took


def _value(coded: Any) -> Value:
    [(kind, said)] = coded.items()
    return Unread(said) if kind == "unread" else CODED[kind].fromisoformat(said)


# A moment is a day too, and is looked for first.
CODED: dict[str, type[datetime] | type[date] | type[time]] = {"datetime": datetime, "date": date, "time": time}
