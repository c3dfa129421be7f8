"""The columns of a report: each declared once, with its heading, its kind and what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import number_format

from recommendations import tenancy
from recommendations.enums import NO_ANSWER, WordsBasis
from recommendations.reports import cells
from recommendations.reports.document import Column, Kind, Link, Table, Value
from recommendations.reports.lines import ReportLine, label_of
from recommendations.reports.phrases import uncapitalised
from recommendations.selection import Selection

OUR_TITLE = "*"  # after a title that is not the source's own


@dataclass(frozen=True)
class Getter:
    """A column and what stands in it: declared once, for every table that has it."""

    column: Column
    value: Callable[[ReportLine], Value]


def _getter(
    key: str, heading: str, value: Callable[[ReportLine], Value], kind: Kind = Kind.TEXT, width: int = 10
) -> Getter:
    return Getter(Column(key, heading, kind, width), value)


def marked_title(line: ReportLine) -> str:
    """The title as it stands in a report, which explains the mark at its end."""
    return f"{line.title} {OUR_TITLE}" if line.title_is_ours else line.title


SOURCE = _getter("publication", "Kilde", lambda line: line.publication.title, width=16)
ANSWERS = _getter("answers", "Svar", lambda line: line.answers or None, width=16)
ANSWER_REASONS = _getter("answer_reasons", "Svarets begrundelse", lambda line: line.answer_reasons or None, width=16)
STATUS_ON = _getter("status_on", "Statusdato", lambda line: line.status_on, Kind.DATE, 9)
TOLD = _getter("told", "Hvad der er gjort, og hvorfor", lambda line: line.told or None, width=26)
CRITERION = _getter("criterion", "Gennemført, når", lambda line: line.criterion or None, width=16)
DUE_REASON = _getter("due_reason", "Om fristen", lambda line: line.due_reason or None, width=12)
OWNERS = _getter("owners", "Ansvarligt udvalg", lambda line: line.owners or None, width=11)
DUE = _getter("due_on", "Frist", lambda line: line.due_on, Kind.DATE, 9)
FIRST_DUE = _getter("original_due_on", "Første frist", lambda line: line.original_due_on, Kind.DATE, 9)
NEXT_STEP = _getter("next_step", "Næste skridt", lambda line: line.next_step or None, width=16)
EVIDENCE = _getter("evidence", "Dokumentation", lambda line: line.evidence, Kind.LINKS, 16)
ADDRESS = _getter("address", "Adresse", lambda line: (Link(line.address, line.address),), Kind.LINKS, 16)

# Those of a report: few and wide, as each holds all that belongs together.
NUMBER = _getter("number", "Nr.", lambda line: line.number or None, width=5)
TITLE = _getter("title", "Titel", lambda line: (Link(marked_title(line), line.address),), Kind.LINKS, 22)
PLAIN_TITLE = _getter("title", "Titel", marked_title, width=22)
STATUS = _getter("status", "Status", lambda line: cells.status(line) or None, width=13)
DONE = _getter("told", "Hvad der er gjort, og hvorfor", lambda line: cells.told(line) or None, width=30)
ANSWER = _getter("answer", "Svar", lambda line: cells.answer(line) or None, width=26)
DEADLINE = _getter("deadline", "Frist og kriterium", lambda line: cells.deadline(line) or None, width=26)
PROOF = _getter("evidence", "Dokumentation", cells.documents, Kind.LINKS, 22)
OTHERS = _getter("others", "Andre udvalg", lambda line: cells.others(line) or None, width=18)
WHOSE = _getter("others", "Ansvarligt udvalg", lambda line: cells.others(line) or None, width=11)
SHORT_ANSWER = _getter("answer", "Svar", lambda line: _short(line) or None, width=20)


def _short(line: ReportLine) -> str:
    """The answers, without their reasons."""
    if line.own:
        return cells.answer_in_short(line.own)
    return line.answers


# What a plain list says of an item.
LIST = (
    _getter("kind", "Slags", lambda line: line.kind_words),
    SOURCE,
    _getter("number", "Nr.", lambda line: line.code, width=8),
    _getter("title", "Titel", lambda line: line.title, width=24),
    _getter("title_basis", "Titlen er", lambda line: label_of(WordsBasis(line.title_basis))),
    ANSWERS,
    ANSWER_REASONS,
    _getter("status", "Status", lambda line: line.status_words, width=11),
    _getter("status_counts", "Status i hvert udvalg", lambda line: line.counts or None, width=11),
    STATUS_ON,
    TOLD,
    CRITERION,
    _getter("changed_on", "Sidst ændret", lambda line: line.changed_on, Kind.DATE, 9),
    _getter("confirmed_on", "Bekræftet", lambda line: line.confirmed_on, Kind.DATE, 9),
    OWNERS,
    DUE,
    FIRST_DUE,
    DUE_REASON,
    NEXT_STEP,
    _getter("support", "Støtter, procent", lambda line: line.support, Kind.NUMBER, 8),
    _getter("support_basis", "Støttens grundlag", lambda line: line.support_basis or None),
    EVIDENCE,
    ADDRESS,
)


def before_list() -> list[tuple[Column, Value]]:
    """What each row says before `LIST`: a file of rows alone has no title to say that they are made up."""
    return [(Column("fictional", "Opdigtet"), "ja")] if tenancy.current().is_fictional else []


def after_list(selection: Selection) -> list[tuple[Column, Value]]:
    """And after it: both times, so that a list can lie beside one from another day."""
    moment = timezone.localtime(selection.known_at).isoformat(timespec="seconds")
    return [
        (Column("as_of", "Som det så ud", Kind.DATE, 9), selection.day),
        (Column("known_at", "Efter hvad der var registreret", width=16), moment),
    ]


def list_columns(selection: Selection) -> list[Getter]:
    """All that a row of a plain list says."""

    def alike(found: list[tuple[Column, Value]]) -> list[Getter]:
        return [Getter(column, lambda _line, value=value: value) for column, value in found]  # type: ignore[misc]

    return [*alike(before_list()), *LIST, *alike(after_list(selection))]


def said(wanted: Sequence[Getter], found: Sequence[ReportLine]) -> list[Getter]:
    """Of the columns those that say something of any of the lines: an empty one takes its width from the others."""
    return [getter for getter in wanted if any(getter.value(line) not in (None, ()) for line in found)]


def table_from(key: str, caption: str, wanted: Sequence[Getter], found: Iterable[ReportLine]) -> Table:
    """A row for each line, in their order."""
    rows = tuple(tuple(getter.value(line) for getter in wanted) for line in found)
    return Table(key, caption, tuple(getter.column for getter in wanted), rows)


# --- The list of a report ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ToldOnce:
    """Sentences of what all rows of a table say alike, and the table without that."""

    sentences: tuple[str, ...]
    table: Table


# What can be said of all rows at once, and how such a sentence begins.
ONCE: dict[str, tuple[str, cells.Wording]] = {
    "status": ("Status for {which}", cells.status),
    "answer": ("Svar på {which}", cells.answer),
    "deadline": ("Frist for {which}", cells.deadline),
    "others": ("For {which}", cells.others),
}


def told_once(
    key: str,
    caption: str,
    wanted: Sequence[Getter],
    found: Sequence[ReportLine],
    *,
    is_lack_told: bool,
    which: str = "alle",
) -> ToldOnce:
    """The table of a list: a row for each line, a short one with number and title for each heading; without columns
    that say nothing, or the same of all. `is_lack_told`: that all lack an answer has been said before; `which`
    the rows are, before their number.
    """
    rows = [line for line in found if not line.is_heading]
    alike = {name: cells.same_for_all(word, rows) for name, (_begin, word) in ONCE.items()}
    count = sum(line.is_counted for line in rows)
    asked = [getter for getter in said(wanted, rows) if not alike.get(getter.column.key)]
    keys = {getter.column.key for getter in wanted}
    sentences = [
        f"{begin.format(which=f'{which} {number_format(count)}')}: {uncapitalised(alike[name]).rstrip('.')}."
        for name, (begin, _word) in ONCE.items()
        if alike[name] and name in keys and not (is_lack_told and alike[name] == str(NO_ANSWER))
    ]
    made = tuple(tuple(_value(getter, line) for getter in asked) for line in found)
    return ToldOnce(tuple(sentences), Table(key, caption, tuple(getter.column for getter in asked), made))


def _value(getter: Getter, line: ReportLine) -> Value:
    """Of a heading its number and title alone: it is what the rows below it have in common, and no row itself."""
    if line.is_heading and getter.column.key not in ("number", "title"):
        return () if getter.column.kind == Kind.LINKS else None
    return getter.value(line)
