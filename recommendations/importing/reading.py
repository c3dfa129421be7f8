"""From tables to the rows of a source: which sheet is which, where its headings are, and what each cell says.

Nothing is skipped in silence: what is wrong, and what is left out or read in another way than somebody may expect, is a
`Finding` with its sheet, row and column.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextField

from recommendations import danish
from recommendations.importing.cells import Context, Misread, Reference, References, nearest_of
from recommendations.importing.columns import Column, Key, Sheet, compared_heading
from recommendations.importing.sheets import ERRORS, ITEMS, LEGEND, SHEETS, SOURCE
from recommendations.importing.tables import Line, SheetTable, Unread, Value, listed

Told = Callable[[int], None]  # hears how many rows are done
TOLD_EACH = 200  # rows
HEADINGS_WITHIN = 20  # lines from the top
LONGEST_HEADING = 200  # letters: what is longer is a text
MONTH = r"(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*\.?"
LIKE_A_DAY = re.compile(  # what a spreadsheet makes of 1.1 or 3-4, once it is saved as text
    r"\d{1,2}([-./])\d{1,2}\1(?:19|20)\d\d|\d{4}-\d\d-\d\d"
    rf"|\d{{1,2}}\.?[- ]{MONTH}(?:[- ]\d{{2,4}})?|{MONTH}[- ]\d{{2,4}}",
    re.IGNORECASE,
)
CONTINUED = re.compile(r"(.+?)\s*\(([2-9]|[1-9]\d)\)")  # a long text that goes on in a column of its own


def unheard(_done: int) -> None:
    """Nobody asked how far it is."""


@dataclass(frozen=True)
class Finding:
    """What somebody is told about a place in a file; `nearest` is a value that would do, where there is one."""

    sheet: str
    row: int
    column: str
    sentence: str
    nearest: str = ""

    def __str__(self) -> str:
        where = [
            f"ark »{self.sheet}«" if self.sheet else "",
            f"række {self.row}" if self.row else "",
            f"kolonne »{self.column}«" if self.column else "",
        ]
        place = ", ".join(part for part in where if part)
        said = f"{place[:1].upper()}{place[1:]}: {self.sentence}" if place else self.sentence
        return f"{said} Mente du »{self.nearest}«?" if self.nearest else said


@dataclass
class Row:
    """A row of the file: its values by the fields of its columns, those that could be read."""

    sheet: Sheet
    table: SheetTable
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[Finding] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)  # the lines of an upright sheet's columns
    blank: set[str] = field(default_factory=set)  # the fields of its empty cells

    @property
    def key(self) -> Key:
        """None where what tells rows apart could not be read."""
        needed = ("number",) if self.sheet is ITEMS else self.sheet.key_fields
        return self.sheet.key_of(self.values) if all(name in self.values for name in needed) else None

    def finding(self, name: str, sentence: str, nearest: str = "") -> Finding:
        column = self.sheet.by_field.get(name)
        row = self.places.get(name, self.number)
        return Finding(self.table.name, row, column.heading if column else "", sentence, nearest)

    def refuse(self, name: str, sentence: str, nearest: str = "") -> None:
        self.wrong.append(self.finding(name, sentence, nearest))


@dataclass
class Headings:
    """Where a table's headings are: the first line and how many, and which column each place holds."""

    line: int = 0
    lines: int = 1
    columns: list[Column | None] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return len({column.field for column in self.columns if column})


@dataclass
class FileSays:
    """All that a file says of one source, by the keys of sheets."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    headings: dict[str, int] = field(
        default_factory=dict
    )  # table -> its lines until the rows begin; 0 where it is upright

    def all_wrong(self) -> list[Finding]:
        return self.wrong + [finding for rows in self.rows.values() for row in rows for finding in row.wrong]


def read_rows(
    tables: Sequence[SheetTable], context: Context, told: Told = unheard, sheets: Sequence[Sheet] = SHEETS
) -> FileSays:
    """The rows of every sheet that is known, and what is to be said of the rest."""
    says, before = FileSays(), 0
    for table in tables:
        if compared_heading(table.name) == compared_heading(LEGEND) or not _has_something(table):
            continue
        sheet, headings = _sheet_of(table, sheets)
        if sheet is None or headings is None:
            says.remarks.append(Finding(table.name, 0, "", "Arket kendes ikke og er ikke læst."))
            continue
        says.remarks += [Finding(table.name, 0, "", remark) for remark in table.remarks]
        says.headings[table.name] = 0 if sheet.is_upright else headings.line + headings.lines
        if sheet.is_upright:
            says.rows[sheet.key].append(_upright_row(sheet, table, context, says))
        else:
            says.remarks += _about_headings(sheet, table, headings)
            says.wrong += _twice(table, headings)
            for row in _rows(sheet, table, headings, context):
                says.rows[sheet.key].append(row)
                if len(says.rows[sheet.key]) % TOLD_EACH == 0:
                    told(before + len(says.rows[sheet.key]))
        says.remarks += _about_cells(sheet, table, headings)
        before += len(table.lines)
    if not says.rows:
        says.wrong.append(
            Finding("", 0, "", "Filen har ingen overskrifter, der kendes. Hent skabelonen, og brug dens overskrifter.")
        )
    return says


def _has_something(table: SheetTable) -> bool:
    return any(value != "" for line in table.lines for value in line.values)


# --- Which sheet, and where its headings are --------------------------------------------------------------------------


def _sheet_of(table: SheetTable, sheets: Sequence[Sheet]) -> tuple[Sheet | None, Headings | None]:
    """By its name, else by the headings that it has most of; one word alone may be a coincidence."""
    named = [sheet for sheet in sheets if compared_heading(table.name) in sheet.names]
    candidates = named or sorted(sheets, key=lambda sheet: sheet is not ITEMS)
    found = [(sheet, _upright(sheet, table) if sheet.is_upright else _headings(sheet, table)) for sheet in candidates]
    sheet, headings = max(found, key=lambda one: one[1].found)
    return (sheet, headings) if headings.found >= (1 if named else 2) else (None, None)


def _headings(sheet: Sheet, table: SheetTable) -> Headings:
    """The line, or the two lines together, that name most of the sheet's columns."""
    best = Headings()
    for place in range(min(HEADINGS_WITHIN, len(table.lines))):
        texts = _heading_texts(table, place)
        one = Headings(place, 1, [_column(sheet, text) for text in texts], texts)
        best = one if one.found > best.found else best
        if one.found and place + 1 < len(table.lines):
            pairs = zip_longest(texts, _heading_texts(table, place + 1), fillvalue="")
            both = [_joined(sheet, *pair) for pair in pairs]
            two = Headings(place, 2, [_column(sheet, text) for text in both], both)
            best = two if two.found > best.found else best
    return best


def _heading_texts(table: SheetTable, place: int) -> list[str]:
    """What stands in a line; a cell that is merged over several columns is the heading of each of them."""
    texts = [_text(value) for value in table.lines[place].values]
    for (top, left), (bottom, right) in table.merged:
        if top <= place <= bottom and left < len(texts):
            end = min(right + 1, len(texts))
            texts[left:end] = [texts[left]] * (end - left)
    return texts


def _joined(sheet: Sheet, above: str, below: str) -> str:
    """What two headings, one over the other, say together."""
    ways = (f"{above}: {below}", f"{above} {below}", below, above)
    return next((way for way in ways if _column(sheet, way)), f"{above} {below}".strip())


def _upright(sheet: Sheet, table: SheetTable) -> Headings:
    texts = [_text(line.values[0]) if line.values else "" for line in table.lines]
    return Headings(0, 1, [_column(sheet, text) for text in texts], texts)


def _column(sheet: Sheet, heading: str) -> Column | None:
    if len(heading) > LONGEST_HEADING:
        return None
    continued = CONTINUED.fullmatch(heading)
    name = compared_heading(continued[1] if continued else heading)
    column = next((column for column in sheet.columns if name and name in column.names), None)
    return None if continued and column and not _is_long(column) else column


def _is_long(column: Column) -> bool:
    """Whether it holds a text of several lines, which may go on in a column of its own."""
    return isinstance(column.model_field, TextField)


def _text(value: Value) -> str:
    return danish.normalised(str(value)) if isinstance(value, str | int | float) else ""


def _about_headings(sheet: Sheet, table: SheetTable, headings: Headings) -> Iterator[Finding]:
    row = table.lines[headings.line].number
    if any(value != "" for line in table.lines[: headings.line] for value in line.values):
        yield Finding(table.name, row, "", "Det, der står over overskrifterne, er ikke læst.")
    known = [column.heading for column in sheet.columns]
    for place, (column, text) in enumerate(zip(headings.columns, headings.texts, strict=True)):
        below = table.lines[headings.line + headings.lines :]
        if column or compared_heading(text) == compared_heading(ERRORS):
            continue
        if text:
            yield Finding(table.name, row, text, "Kolonnen kendes ikke og er ikke læst.", nearest_of(text, known))
        elif rows := [line.number for line in below if place < len(line.values) and line.values[place] != ""]:
            yield Finding(
                table.name, 0, "", f"Kolonne {place + 1} har ingen overskrift og er ikke læst ({listed(rows)})."
            )


def _twice(table: SheetTable, headings: Headings) -> Iterator[Finding]:
    """Two columns that mean the same: which of them holds is not for us to say."""
    seen: dict[str, str] = {}
    for column, text in zip(headings.columns, headings.texts, strict=True):
        if column is None or CONTINUED.fullmatch(text):
            continue
        if column.field in seen:
            sentence = f"Kolonnen betyder det samme som »{seen[column.field]}«. Slet eller omdøb den ene."
            yield Finding(table.name, table.lines[headings.line].number, text, sentence)
        seen.setdefault(column.field, text)


def _about_cells(sheet: Sheet, table: SheetTable, headings: Headings) -> Iterator[Finding]:
    if rows := [line.number for line in table.lines if any(map(_has_controls, line.values))]:
        yield Finding(table.name, 0, "", f"Usynlige tegn, der styrer eller vender tekst, er taget ud ({listed(rows)}).")
    if sheet.is_upright:
        return
    yield from _about_merged(table, headings)
    for place, column in enumerate(headings.columns):
        is_number = column and _names_a_row(sheet, column)
        if column and (is_number or column.field.startswith("page")):
            here = [(line.number, line.values[place]) for line in table.lines if place < len(line.values)]
            if is_number and (split := [number for number, value in here if _is_decimal(value)]):
                sentence = f"Numre er skrevet som tal ({listed(split)}): 2.10 ville stå som 2.1. Se dem efter."
                yield Finding(table.name, 0, headings.texts[place], sentence)
            if days := [number for number, value in here if isinstance(value, str) and LIKE_A_DAY.fullmatch(value)]:
                sentence = f"Noget ligner en dato ({listed(days)}): et regneark kan have lavet det om. Se det efter."
                yield Finding(table.name, 0, headings.texts[place], sentence)


def _has_controls(value: Value) -> bool:
    return isinstance(value, str) and danish.CONTROLS.search(value) is not None


def _about_merged(table: SheetTable, headings: Headings) -> Iterator[Finding]:
    first = headings.line + headings.lines
    merged = [one for one in table.merged if one[0][0] >= first]
    said = (
        ([one for one in merged if one[1][0] > one[0][0]], "er læst i hver af rækkerne"),
        ([one for one in merged if one[1][1] > one[0][1]], "er kun læst i den første kolonne"),
    )
    for these, how in said:
        if rows := sorted({table.lines[top].number for (top, _left), _end in these if top < len(table.lines)}):
            yield Finding(table.name, 0, "", f"Det, der står i flettede celler ({listed(rows)}), {how}. Se det efter.")


def _names_a_row(sheet: Sheet, column: Column) -> bool:
    return (sheet is ITEMS and column.field == "number") or isinstance(column.kind, Reference | References)


def _is_decimal(value: Value) -> bool:
    return isinstance(value, float) and not value.is_integer()


# --- What the cells say -----------------------------------------------------------------------------------------------


def _rows(sheet: Sheet, table: SheetTable, headings: Headings, context: Context) -> Iterator[Row]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, column in enumerate(headings.columns):
        if column:
            places[column.field].append(place)
    under = {name: replace(context, heading=headings.texts[at[0]]) for name, at in places.items()}
    for line in table.lines[headings.line + headings.lines :]:
        beyond = any(value != "" for value in line.values[len(headings.columns) :])
        if not beyond and all(value == "" for at in places.values() for value in _at(line, at)):
            continue
        row = Row(sheet, table, line.number)
        if beyond:
            sentence = (
                "Rækken har flere celler, end der er overskrifter. Står der et skilletegn i en tekst, så sæt "
                'anførselstegn (") om teksten; ellers giv den sidste celle en overskrift.'
            )
            row.wrong.append(Finding(table.name, line.number, "", sentence))
        for name, at in places.items():
            _read_cell(row, sheet.by_field[name], _at(line, at), under[name])
        _require(row, set(places))
        for name in sheet.key_fields if sheet is not ITEMS else ():
            if name not in places:
                row.values.setdefault(name, sheet.by_field[name].kind.empty)
        yield row


def _upright_row(sheet: Sheet, table: SheetTable, context: Context, says: FileSays) -> Row:
    row = Row(sheet, table, 0)
    for line in table.lines:
        heading = _text(line.values[0]) if line.values else ""
        column = _column(sheet, heading)
        if column and column.field not in row.places:
            row.places[column.field] = line.number
            _read_cell(row, column, line.values[1:2], context)
        elif column:
            row.refuse(column.field, f"Linjen står også i række {row.places[column.field]}. Slet den ene.")
        elif heading and line.number > 1:
            near = nearest_of(heading, [one.heading for one in sheet.columns])
            says.remarks.append(Finding(table.name, line.number, heading, "Linjen kendes ikke og er ikke læst.", near))
    _require(row, set(row.places))
    return row


def _at(line: Line, places: list[int]) -> list[Value]:
    return [line.values[place] if place < len(line.values) else "" for place in places]


def _read_cell(row: Row, column: Column, cells: list[Value], context: Context) -> None:
    """The value of one cell; of several columns that go on with one text, all of it."""
    filled = [cell for cell in cells if cell != ""]
    whole = "".join(str(cell) for cell in filled) if len(filled) > 1 else filled[0] if filled else ""
    try:
        if isinstance(whole, str) and "\n" in whole.strip() and not (_is_long(column) or column.kind.has_parts):
            raise Misread("Der er et linjeskift i cellen, og det kan der ikke være her. Skriv det på én linje.")
        value = column.kind.read(next((cell for cell in filled if isinstance(cell, Unread)), whole), context)
        if column.model_field is not None and value not in (None, ""):
            column.model_field.run_validators(value)
    except Misread as wrong:
        row.refuse(column.field, wrong.sentence, wrong.nearest)
    except ValidationError as wrong:
        row.refuse(column.field, " ".join(wrong.messages))
    else:
        row.values[column.field] = value
        if isinstance(whole, str) and not column.kind.text_of(whole):
            row.blank.add(column.field)


def _require(row: Row, present: set[str]) -> None:
    """What must be there, of the columns that are; a whole column that is missing is asked for where rows are new."""
    wrong = {finding.column for finding in row.wrong}
    for column in row.sheet.columns:
        is_asked = column.is_required and column.field in present and column.heading not in wrong
        if is_asked and row.values.get(column.field) in (None, ""):
            row.values.pop(column.field, None)
            row.refuse(column.field, "Cellen er tom. Den skal udfyldes.")


def only_source(says: FileSays) -> Row | None:
    """The row about the source itself, where the file has one."""
    rows = says.rows.get(SOURCE.key, [])
    for more in rows[1:]:
        more.refuse("slug", "Filen har to ark om kilden. Slet det ene: en fil er om én kilde.")
    return rows[0] if rows else None
