"""From lines to rows, by the rules: number, title, text, page and level, each with its place and what is uncertain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median

from recommendations.enums import ItemKind
from recommendations.importing.cells import Choice, Context, Misread
from recommendations.importing.documents.drafting import DraftRow
from recommendations.importing.documents.joining import UNREAD, Joined, Vocabulary, joined
from recommendations.importing.documents.lines import DocumentText, TextLine
from recommendations.importing.documents.rules import (
    NUMBER_FIRST,
    WORD_AND_NUMBER,
    Beginning,
    BoxRule,
    Rules,
    TitleRule,
    beginning_of,
    column_named,
    is_emphasised,
    is_of_contents,
)

LONGEST_TITLE = 300
FIRST_WORDS = 80  # letters of a text that stand for a title that is not there
MOST_ROWS = 1_500
SMALL = 0.87  # of the size that most letters have: notes
MUCH_LONGER = 6  # times the others
MOST_NAMED = 12  # pages in one sentence


@dataclass
class Found:
    """The rows of a document by some rules, and what is to be said of the rest."""

    rows: list[DraftRow]
    remarks: list[str] = field(default_factory=list)


def found_rows(text: DocumentText, rules: Rules) -> Found:
    finder = _Finder(text, rules)
    rows = list(finder.run())
    if len(rows) > MOST_ROWS:
        remark = f"Reglerne finder {len(rows)} rækker, og så mange er der ikke i en kilde. Ret reglerne herunder."
        return Found([], [*text.remarks, remark])
    _without_contents(rows, finder.remarks)
    _settle_levels(rows, rules)
    _doubt(rows, text)
    for place, row in enumerate(rows, 1):
        row.key = place
    return Found(rows, [*text.remarks, *finder.remarks])


@dataclass
class _Pieces:
    """What is gathered of one row while it is read."""

    beginning: Beginning
    start: TextLine
    title_rule: str
    title: list[tuple[TextLine, str]] = field(default_factory=list)
    text: list[tuple[TextLine, str]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    is_titled: bool = False  # the title is whole


class _Finder:
    def __init__(self, text: DocumentText, rules: Rules) -> None:
        self.text, self.rules, self.body = text, rules, text.body_size
        self.vocabulary = Vocabulary(text.lines)
        self.remarks: list[str] = []
        self.left_out: list[TextLine] = []
        self.contents = 0

    def run(self) -> Iterator[DraftRow]:
        lines = [line for line in self.text.lines if self._is_wanted(line)]
        row: _Pieces | None = None
        for is_table, group in groupby(lines, key=lambda line: line.cell is not None):
            if is_table and self.rules.tables:
                held = list(group)
                rows = list(self._of_tables(held))
                if row and rows:
                    yield self._made(row)
                    row = None
                elif row:
                    row.doubts.append(f"Ved rækken står en tabel på side {self._page(held[0])}, der ikke er med.")
                yield from rows
                continue
            for line in group:
                fresh, row, ended = self._read(line, row)
                if ended:
                    yield self._made(ended)
                row = fresh or row
        if row:
            yield self._made(row)
        if self.contents:
            self.remarks.append(f"Indholdsfortegnelsen er ikke med ({_lines(self.contents)}).")
        if self.left_out:
            labels = list(dict.fromkeys(filter(None, (self.text.label_of(line.page) for line in self.left_out))))
            named = ", ".join(labels[:MOST_NAMED]) + (" …" if len(labels) > MOST_NAMED else "")
            where = f" Se side {named}." if labels else ""
            self.remarks.append(f"Uden for rækkerne står {_lines(len(self.left_out))}, der ikke er med.{where}")

    def _is_wanted(self, line: TextLine) -> bool:
        first, last = self.rules.first_page or 0, self.rules.last_page or len(self.text.lines) + line.page
        return first <= line.page <= last

    def _read(self, line: TextLine, row: _Pieces | None) -> tuple[_Pieces | None, _Pieces | None, _Pieces | None]:
        """One line: the row that it begins, the row that goes on, the row that it ends."""
        if is_of_contents(line) and (NUMBER_FIRST.match(line.text) or WORD_AND_NUMBER.match(line.text)):
            self.contents += 1
            return None, row, None
        if line.cell is None and (begins := beginning_of(line, self.rules, self.body)):
            # What is set larger than the text is a title, whatever the rows without are given.
            is_large = line.size >= self.body + 1 or line.level > 0
            fresh = _Pieces(begins, line, TitleRule.BOLD if is_large else self.rules.title)
            self._take(fresh, line, line.text[begins.length :], max(line.bold - begins.length, 0))
            return fresh, None, row
        if row is None:
            self.left_out.append(line)
            return None, None, None
        if line.frame and line.frame != row.start.frame:
            return None, self._boxed(row, line), None
        if not self._belongs_to_title(row, line) and self._ends(row, line):
            self.left_out.append(line)
            row.doubts.append(f"Rækken slutter ved overskriften »{line.text[:60]}«. Se, om mere hører med.")
            return None, None, row
        if line.cell:
            row.doubts.append(f"En tabel på side {self._page(line)} er med i teksten. Se, om den hører til rækken.")
        elif line.size <= SMALL * self.body:
            row.doubts.append(f"Mindre skrift på side {self._page(line)} er med i teksten. Er det en fodnote?")
        self._take(row, line, line.text, line.bold)
        return None, row, None

    def _boxed(self, row: _Pieces, line: TextLine) -> _Pieces:
        label = self._page(line)
        if self.rules.boxes == BoxRule.WITHOUT:
            row.doubts.append(f"Ved rækken står en boks på side {label}, der ikke er med.")
        else:
            row.doubts.append(f"En boks på side {label} er med i teksten. Se, om den hører til rækken.")
            row.text.append((line, line.text))
        return row

    def _page(self, line: TextLine) -> str:
        return self.text.label_of(line.page) or str(line.page)

    def _ends(self, row: _Pieces, line: TextLine) -> bool:
        """Whether it is a heading without a number, as large as the row's own or larger."""
        if not self.rules.unnumbered_ends or line.cell or (line.frame and line.frame == row.start.frame):
            return False
        if line.level:
            return not row.start.level or line.level <= row.start.level
        return is_emphasised(line, self.body) and line.size >= max(row.start.size, self.body + 1)

    # --- Titles

    def _belongs_to_title(self, row: _Pieces, line: TextLine) -> bool:
        """Whether the title goes on in this line, or stands there when the number stands alone."""
        if row.is_titled or row.text or row.title_rule == TitleRule.NONE:
            return False
        if not row.title:
            return row.title_rule == TitleRule.LINE or line.bold > 0 or is_emphasised(line, self.body)
        last = row.title[-1][0]
        is_near = line.block != last.block or line.place.top - last.place.bottom < 0.9 * line.size
        is_alike = line.size == last.size and line.level == last.level
        return is_near and is_alike and (line.size >= self.body + 1 or (line.bold > 0 and last.is_bold))

    def _take(self, row: _Pieces, line: TextLine, rest: str, bold: int) -> None:
        """Give the rest of a line to the title and the text of a row."""
        rule = row.title_rule
        skipped = len(rest) - len(rest.lstrip(" :.–—-"))
        if not row.title:
            rest, bold = rest[skipped:], max(bold - skipped, 0)
        is_whole = is_emphasised(line, self.body)
        if not rest.strip():
            return
        of_title = line is row.start or self._belongs_to_title(row, line)
        if rule == TitleRule.NONE or row.is_titled or not of_title:
            row.is_titled = True
            row.text.append((line, rest))
        elif is_whole or rule == TitleRule.LINE:
            row.title.append((line, rest))
            row.is_titled = not is_whole
        elif bold > 0:
            row.title.append((line, rest[:bold]))
            row.is_titled = True
            if rest[bold:].strip():
                row.text.append((line, rest[bold:].lstrip(" :.–—-") if rest[bold:][:1] in " :.–—" else rest[bold:]))
        else:
            row.is_titled = True
            row.text.append((line, rest))

    def _made(self, row: _Pieces) -> DraftRow:
        title, text = joined(row.title, self.vocabulary), joined(row.text, self.vocabulary)
        title.text = title.text.replace("\n", " ").rstrip(" :")
        made = DraftRow(
            kind=row.beginning.kind,
            number=row.beginning.number,
            title=title.text,
            text=text.text,
            doubts=list(dict.fromkeys([*row.doubts, *title.doubts, *text.doubts])),
            places={
                "number": [(row.start.place, 0)],
                "title": title.places or [(row.start.place, 0)],
                "text": text.places,
            },
        )
        made.pages = self._pages([row.start, *(line for line, _part in row.title + row.text)])
        if not made.title and text.text:
            made.title, made.is_our_title = first_words(text.text), True
            made.doubts.append("Kilden har ingen titel her. De første ord står for den: skriv en kort titel.")
        return made

    def _pages(self, lines: Sequence[TextLine]) -> str:
        labels = list(dict.fromkeys(self.text.label_of(line.page) for line in lines if self.text.label_of(line.page)))
        return f"{labels[0]}-{labels[-1]}" if len(labels) > 1 else "".join(labels)

    # --- Tables

    def _of_tables(self, lines: list[TextLine]) -> Iterator[DraftRow]:
        columns: dict[int, str] = {}
        width = 0
        last: DraftRow | None = None
        for _table, of_table in groupby(lines, key=lambda line: line.cell and line.cell.table):
            rows = [
                (
                    number,
                    {column: list(cell) for column, cell in groupby(row, key=lambda one: one.cell and one.cell.column)},
                )
                for number, row in groupby(of_table, key=lambda line: line.cell and line.cell.row)
            ]
            named = {column: column_named(self._cell(cell).text) for column, cell in rows[0][1].items()}
            wide = max(column or 0 for _number, row in rows for column in row)
            if {"number", "title", "official_text"} & set(named.values()) and len(set(named.values()) - {""}) >= 2:
                columns, width = {column: name for column, name in named.items() if name and column is not None}, wide
                rows = rows[1:]
            elif not columns or wide != width:
                self.remarks.append(
                    f"En tabel på side {self._page(lines[0])} har ingen overskrifter, der kendes, og er ikke læst."
                )
                continue
            for _number, row in rows:
                cells = {columns[column]: cell for column, cell in row.items() if column in columns}
                if last is not None and "number" not in cells:
                    self._add_to(last, cells)
                    continue
                if last is not None:
                    yield last
                last = self._of_cells(cells)
        if last is not None:
            yield last

    def _cell(self, cell: Sequence[TextLine]) -> Joined:
        return joined([(line, line.text) for line in cell], self.vocabulary)

    def _of_cells(self, cells: dict[str, list[TextLine]]) -> DraftRow:
        said = {name: self._cell(cell) for name, cell in cells.items()}
        nothing = Joined()
        number = said.get("number", nothing)
        named = WORD_AND_NUMBER.match(number.text) or NUMBER_FIRST.match(number.text)
        kind = ItemKind.INITIATIVE if self.rules.numbers_are_initiatives else ItemKind.RECOMMENDATION
        doubts = [doubt for one in said.values() for doubt in one.doubts]
        if "kind" in said:
            try:
                kind = Choice(choices=ItemKind, empty=kind).read(said["kind"].text, Context({}))
            except Misread:
                doubts.append(f"Slagsen »{said['kind'].text[:40]}« kendes ikke. Vælg den selv.")
        if not named:
            doubts.append("Nummeret kan ikke læses som et tal.")
        title, text = said.get("title", nothing), said.get("official_text", nothing)
        row = DraftRow(
            kind=kind,
            number=(named[2] if named.re is WORD_AND_NUMBER else named[1]) if named else number.text[:20],
            title=title.text.replace("\n", " "),
            text=text.text,
            doubts=doubts,
            places={name: said[field].places for name, field in PLACED.items() if field in said},
        )
        row.pages = (
            said["pages"].text if "pages" in said else self._pages([line for cell in cells.values() for line in cell])
        )
        if not row.title and row.text:
            row.title, row.is_our_title = first_words(row.text), True
            row.doubts.append("Kilden har ingen titel her. De første ord står for den: skriv en kort titel.")
        return row

    def _add_to(self, row: DraftRow, cells: dict[str, list[TextLine]]) -> None:
        """A row of the table that goes on after the page."""
        for name, field_name in PLACED.items():
            if field_name in cells and name != "number":
                more = self._cell(cells[field_name])
                before = getattr(row, name)
                joint = " " if before else ""
                shift = len(before) + len(joint)
                setattr(row, name, f"{before}{joint}{more.text}")
                row.places.setdefault(name, []).extend((place, start + shift) for place, start in more.places)
                row.doubts += more.doubts
        if "pages" not in cells:
            label = self._pages([line for cell in cells.values() for line in cell])
            if label and label not in row.pages.split("-"):
                row.pages = f"{row.pages.partition('-')[0]}-{label.rpartition('-')[2]}" if row.pages else label
        row.doubts.append("Rækken går over to sider i tabellen. Se, om den er hel.")


PLACED = {"number": "number", "title": "title", "text": "official_text"}  # as a draft names it -> as a column is named


def _lines(count: int) -> str:
    return "1 linje" if count == 1 else f"{count} linjer"


def first_words(text: str) -> str:
    """The first words of a text, whole ones, to stand for a title."""
    first = text.partition("\n")[0]
    return first if len(first) <= FIRST_WORDS else f"{first[:FIRST_WORDS].rsplit(' ', 1)[0]} …"


# --- What the rows say of each other ----------------------------------------------------------------------------------


def _without_contents(rows: list[DraftRow], remarks: list[str]) -> None:
    """Take out a list of contents without dots: rows without text whose number and title come again with one."""
    again = {(row.kind, row.number, row.title.casefold()): place for place, row in enumerate(rows)}
    listed = [
        row
        for place, row in enumerate(rows)
        if not row.text and again[row.kind, row.number, row.title.casefold()] > place
    ]
    if listed:
        remarks.append(f"Indholdsfortegnelsen er ikke med ({_lines(len(listed))}).")
        rows[:] = [row for row in rows if not any(row is one for one in listed)]


def _settle_levels(rows: list[DraftRow], rules: Rules) -> None:
    """What a row stands under follows from its number; what has rows under it is a heading, where the rules say so."""
    numbers = {row.number for row in rows if row.kind != ItemKind.INITIATIVE}
    parents = set()
    for row in rows:
        above = row.number
        while "." in above:
            above = above.rpartition(".")[0]
            if above in numbers:
                row.parent = above
                parents.add(above)
                break
    for row in rows:
        if row.number in parents and row.kind == ItemKind.RECOMMENDATION and rules.parents_are_headings:
            row.kind = ItemKind.HEADING


def _doubt(rows: list[DraftRow], text: DocumentText) -> None:
    """Mark what may be wrong, with the reason."""
    lengths = [len(row.text) for row in rows if row.text]
    usual = median(lengths) if lengths else 0
    for row in rows:
        if not row.title:
            row.doubts.append("Titlen mangler. Skriv den.")
        if len(row.title) > LONGEST_TITLE:
            row.doubts.append(
                f"Titlen er på {len(row.title)} tegn. Den må højst være {LONGEST_TITLE}; resten er måske tekst."
            )
        if not row.text and row.kind != ItemKind.HEADING:
            row.doubts.append("Rækken har ingen tekst. Se, om den står et andet sted.")
        if unread := len(UNREAD.findall(row.title + row.text)):
            row.doubts.append(f"{unread} tegn kan ikke læses. Skriv dem, som de ser ud på siden.")
        if len(row.text) > max(MUCH_LONGER * usual, 1_000):
            row.doubts.append("Teksten er meget længere end de andres. Måske er noget med, der ikke hører til.")
        if row.title.endswith(("-", ",")) or (row.title and row.text[:1].islower()):
            row.doubts.append("Titlen slutter måske for tidligt. Se, hvor teksten begynder.")
        if not row.pages and not text.is_word:
            row.doubts.append("Siden er ikke kendt.")
