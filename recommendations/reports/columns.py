"""The columns of a report: each declared once, with its heading, its kind and what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from recommendations import tenancy
from recommendations.enums import WordsBasis
from recommendations.reports.document import Column, Kind, Link, Table, Value
from recommendations.reports.lines import ReportLine
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


def _status(line: ReportLine) -> str:
    """The status, and how many committees say what, where they do not agree."""
    return "\n".join(filter(None, [line.status_words, line.counts]))


SOURCE = _getter("publication", "Kilde", lambda line: line.publication.title, width=16)
NUMBER = _getter("number", "Nr.", lambda line: line.number or None, width=6)
TITLE = _getter("title", "Titel", marked_title, width=24)
ANSWERS = _getter("answers", "Svar", lambda line: line.answers or None, width=16)
ANSWER_REASONS = _getter("answer_reasons", "Svarets begrundelse", lambda line: line.answer_reasons or None, width=16)
STATUS = _getter("status", "Status", _status, width=11)
STATUS_ON = _getter("status_on", "Statusdato", lambda line: line.status_on, Kind.DATE, 9)
TOLD = _getter("told", "Hvad der er gjort, og hvorfor", lambda line: line.told or None, width=26)
CRITERION = _getter("criterion", "Gennemført, når", lambda line: line.criterion or None, width=16)
DUE_REASON = _getter("due_reason", "Om fristen", lambda line: line.due_reason or None, width=12)
OWNERS = _getter("owners", "Ansvarligt udvalg", lambda line: line.owners or None, width=11)
DUE = _getter("due_on", "Frist", lambda line: line.due_on, Kind.DATE, 9)
FIRST_DUE = _getter("original_due_on", "Første frist", lambda line: line.original_due_on, Kind.DATE, 9)
FRESH = _getter("fresh_on", "Senest opdateret", lambda line: line.fresh_on, Kind.DATE, 9)
NEXT_STEP = _getter("next_step", "Næste skridt", lambda line: line.next_step or None, width=16)
EVIDENCE = _getter("evidence", "Dokumentation", lambda line: line.evidence, Kind.LINKS, 16)
ADDRESS = _getter("address", "Adresse", lambda line: (Link(line.address, line.address),), Kind.LINKS, 16)
STATE = (STATUS, STATUS_ON, OWNERS, ADDRESS)


def list_columns(selection: Selection) -> list[Getter]:
    """All that a plain list says; each row carries both times, so that a list can lie beside one from another day.

    A file of rows alone has no title to say that they are made up: there each row says it.
    """
    moment = timezone.localtime(selection.known_at).isoformat(timespec="seconds")
    made_up = [_getter("fictional", "Opdigtet", lambda _line: "ja")] if tenancy.current().is_fictional else []
    return [
        *made_up,
        _getter("kind", "Slags", lambda line: line.kind_words),
        SOURCE,
        _getter("number", "Nr.", lambda line: line.code, width=8),
        _getter("title", "Titel", lambda line: line.title, width=24),
        _getter("title_basis", "Titlen er", lambda line: str(WordsBasis(line.title_basis).label)),
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
        _getter("as_of", "Som det så ud", lambda _line: selection.day, Kind.DATE, 9),
        _getter("known_at", "Efter hvad der var registreret", lambda _line: moment, width=16),
    ]


def said(wanted: Sequence[Getter], found: Sequence[ReportLine]) -> list[Getter]:
    """Of the columns those that say something of any of the lines: an empty one takes its width from the others."""
    return [getter for getter in wanted if any(getter.value(line) not in (None, ()) for line in found)]


def table_from(key: str, caption: str, wanted: Sequence[Getter], found: Iterable[ReportLine]) -> Table:
    """A row for each line, in their order."""
    rows = tuple(tuple(getter.value(line) for getter in wanted) for line in found)
    return Table(key, caption, tuple(getter.column for getter in wanted), rows)
