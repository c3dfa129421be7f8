"""From what was chosen to a `Report`: the words, their order and the numbers of every format.

A report follows from the choices and the moment `known_at` alone, so it can be made again whatever has been published
since. Not so what keeps no time of its own and comes as it is today: titles and names, the complete list of a source,
shares of the votes, which words a search finds, this site's address and settings. Only issuing freezes those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format

from recommendations.enums import NO_ANSWER, NO_STATUS, Status
from recommendations.figures import StatusTotals, status_totals
from recommendations.models import Recommendation
from recommendations.reports.changes import Change, changes
from recommendations.reports.choices import Choices, SectionName
from recommendations.reports.columns import (
    ADDRESS,
    ANSWERS,
    DUE,
    EVIDENCE,
    FIRST_DUE,
    FRESH,
    NEXT_STEP,
    NUMBER,
    OWNERS,
    SOURCE,
    STATE,
    STATUS,
    STATUS_ON,
    TITLE,
    Getter,
    list_columns,
    table_from,
)
from recommendations.reports.document import Column, Kind, Link, Report, Section, Table, Value
from recommendations.reports.lines import Line, lines
from recommendations.reports.wording import counted, day_in_words, definitions, kind_in_words, method, moment_in_words
from recommendations.selection import ItemKind, Selection

Progress = Callable[[str], object]  # is told what is being done now


def built(choices: Choices, *, progress: Progress = lambda _sentence: None) -> Report:
    """The status report that was chosen, in Danish whatever language the page is in."""
    with translation.override(settings.LANGUAGE_CODE):
        return _Builder(choices.frozen(), progress).report()


def listed(choices: Choices) -> Report:
    """A list as it is filtered: one table of one kind of item, with all that a machine may want of it."""
    with translation.override(settings.LANGUAGE_CODE):
        asked, choices = choices.selection, choices.frozen()  # today's state is read from the items: it stands there
        kind = choices.kinds[0]
        heading = kind_in_words(kind)[0]
        columns = list_columns(choices.selection)
        table = table_from("items", heading, columns, lines(asked.items((kind,))[0], asked))
        count = counted(len(table.rows), "række", "rækker")
        facts = (*_chosen(choices), *_times(choices), ("Antal", count))
        nothing = () if table.rows else ("Ingen rækker passer til det, der er valgt.",)
        tables = (table,) if table.rows else ()
        return Report(heading, facts, (Section("list", "Hele listen", nothing, tables),))


def table_of(report: Report) -> Report:
    """A list without its title block, for files that are to hold one table and nothing else."""
    section = report.sections[0]
    return Report("", (), (Section(section.key, "", (), section.tables),))


class _Builder:
    def __init__(self, choices: Choices, progress: Progress):
        self.choices, self.progress = choices, progress
        self.selection = choices.selection
        # A report lists all that is chosen; its changes stand in a section of their own.
        self.asked = replace(self.selection, since=None)
        self.found: dict[ItemKind, list[Line]] = {}

    def report(self) -> Report:
        for kind in self.choices.kinds:
            self.progress(f"Læser {kind_in_words(kind)[1]} …")
            self.found[kind] = list(lines(self.asked.items((kind,))[0], self.asked))
        totals = {kind: self._totals(kind, self.asked) for kind in self.choices.kinds}
        make = {
            SectionName.SUMMARY: lambda: self._summary(totals),
            SectionName.CHANGED: self._changed,
            SectionName.ATTENTION: self._attention,
            SectionName.LIST: self._list,
        }
        sections = [make[name]() for name in self.choices.sections]
        facts = (*_chosen(self.choices), *_times(self.choices), ("Omfang", self._extent(totals)), self._address())
        return Report(self.choices.title, facts, (*sections, definitions(self.all), method(self.choices)))

    @property
    def all(self) -> list[Line]:
        return [line for kind in self.choices.kinds for line in self.found[kind]]

    @staticmethod
    def _totals(kind: ItemKind, selection: Selection) -> StatusTotals:
        return status_totals(selection.items((kind,))[0], selection.day)[None]

    def _extent(self, totals: dict[ItemKind, StatusTotals]) -> str:
        parts = []
        for kind, found in totals.items():
            words = ("anbefaling", "anbefalinger") if kind is Recommendation else ("initiativ", "initiativer")
            parts.append(counted(found.total, *words))
            if found.headings:
                parts.append(counted(found.headings, "overskrift", "overskrifter"))
        return ", ".join(parts)

    def _address(self) -> tuple[str, str]:
        return "Samme valg på siden", settings.SITE_URL + self.choices.address

    # --- Opsummering --------------------------------------------------------------------------------------------------

    def _summary(self, totals: dict[ItemKind, StatusTotals]) -> Section:
        since = self.selection.since
        earlier = None
        if since:
            # How it stood on the eve of the first day, by what was known then.
            midnight = self.selection.start_of(since) - timedelta(microseconds=1)
            earlier = replace(self.asked, as_of=since - timedelta(days=1), known_at=midnight)
        paragraphs: list[str] = []
        tables: list[Table] = []
        for kind, now in totals.items():
            words = kind_in_words(kind)
            paragraphs.append(f"{words[0]}: {now.in_words}.")
            paragraphs.append(self._needing(kind, now))
            before = self._totals(kind, earlier) if earlier else None
            if earlier and before:
                paragraphs.append(_differences(words[0], before, now, earlier.day))
            if now.total or (before and before.total):
                tables.append(_counts(kind, before, now, earlier.day if earlier else None, self.selection.day))
        return Section("summary", str(SectionName.SUMMARY.label), tuple(paragraphs), tuple(tables))

    def _needing(self, kind: ItemKind, now: StatusTotals) -> str:
        parts = [
            f"{number_format(now.overdue)} forsinket",
            f"{number_format(now.stale)} ikke opdateret i {settings.STALE_AFTER_DAYS} dage",
        ]
        if kind is Recommendation:
            unanswered = sum(bool(line.unanswered) for line in self.found[kind])
            parts.append(f"{number_format(unanswered)} mangler svar")
        return f"{kind_in_words(kind)[0]}: {', '.join(parts)}."

    # --- Ændret siden -------------------------------------------------------------------------------------------------

    def _changed(self) -> Section:
        name, since = SectionName.CHANGED, self.selection.since
        if since is None:
            return Section(name.key, str(name.label), (self.choices.without_since,))
        self.progress("Finder ændringer …")
        heading = f"Ændret siden {day_in_words(since)}"
        made, confirmed = changes(self.selection, self.all)
        said = f"{counted(len(made), 'ændring', 'ændringer')} registreret." if made else "Ingen ændringer registreret."
        paragraphs = [said]
        if confirmed:
            paragraphs.append(f"{counted(confirmed, 'række', 'rækker')} bekræftet som stadig korrekt.")
        by_publication: dict[int, list[Change]] = {}
        for one in made:
            by_publication.setdefault(one.line.publication.pk, []).append(one)
        groups = sorted(by_publication.values(), key=lambda group: _order_of(group[0].line.publication))
        return Section(name.key, heading, tuple(paragraphs), sections=tuple(_changes_of(group) for group in groups))

    # --- Kræver opmærksomhed ------------------------------------------------------------------------------------------

    def _attention(self) -> Section:
        name, days = SectionName.ATTENTION, settings.STALE_AFTER_DAYS
        every = [line for line in self.all if not line.is_heading]
        late = sorted((line for line in every if line.is_overdue), key=lambda line: (line.due_on, self._place(line)))
        silent = sorted((line for line in every if line.is_stale), key=lambda line: (line.fresh_on, self._place(line)))
        unanswered = [line for line in every if line.unanswered]
        never = sum(not line.status for line in every)
        counts = f"{number_format(never)} af {number_format(len(every))}"
        without = f"{counts} har ingen status registreret. De står i hele listen."
        return Section(
            name.key,
            str(name.label),
            (without,) if never else (),
            sections=(
                _part(
                    "overdue", "Forsinket", "Intet er forsinket.", [SOURCE, NUMBER, TITLE, DUE, FIRST_DUE, *STATE], late
                ),
                _part(
                    "stale",
                    f"Ikke opdateret i {days} dage",
                    f"Alt, der har en status og ikke er afsluttet, er opdateret inden for {days} dage.",
                    [SOURCE, NUMBER, TITLE, FRESH, *STATE],
                    silent,
                ),
                _part(
                    "unanswered",
                    str(NO_ANSWER),
                    "Alle udvalg, der skal svare, har et svar registreret.",
                    [SOURCE, NUMBER, TITLE, ANSWERS, OWNERS, ADDRESS],
                    unanswered,
                ),
            ),
        )

    def _place(self, line: Line) -> tuple[str, str, int]:
        return line.publication.slug, *line.key

    # --- Hele listen --------------------------------------------------------------------------------------------------

    def _list(self) -> Section:
        name = SectionName.LIST
        by_publication: dict[int, list[tuple[ItemKind, Line]]] = {}
        for kind in self.choices.kinds:
            for line in self.found[kind]:
                by_publication.setdefault(line.publication.pk, []).append((kind, line))
        groups = sorted(by_publication.values(), key=lambda rows: _order_of(rows[0][1].publication))
        if not groups:
            return Section(name.key, str(name.label), ("Ingen rækker passer til det, der er valgt.",))
        return Section(name.key, str(name.label), sections=tuple(self._of_publication(rows) for rows in groups))

    @staticmethod
    def _of_publication(rows: list[tuple[ItemKind, Line]]) -> Section:
        publication = rows[0][1].publication
        columns = [NUMBER, TITLE, ANSWERS, STATUS, STATUS_ON, OWNERS, DUE, NEXT_STEP, EVIDENCE, ADDRESS]
        tables = []
        for kind, group in groupby(rows, key=lambda row: row[0]):
            wanted = columns if kind is Recommendation else [one for one in columns if one is not ANSWERS]
            key = f"{kind._meta.model_name}s-{publication.slug}"
            caption = f"{publication.title}: {kind_in_words(kind)[1]}"
            tables.append(table_from(key, caption, wanted, (line for _kind, line in group)))
        return Section(f"source-{publication.slug}", publication.title, (publication.publisher,), tuple(tables))


# --- The title block ----------------------------------------------------------------------------------------------


def _chosen(choices: Choices) -> list[tuple[str, str]]:
    """What was chosen, in words; the two times stand by themselves."""
    asked = replace(choices.selection, as_of=None, since=None)
    facts = [(str(heading), value) for _field, heading, value in asked.in_words()]
    if choices.meeting:
        facts.append(("Møde og dagsordenspunkt", choices.meeting))
    return facts


def _times(choices: Choices) -> list[tuple[str, str]]:
    facts = [("Som det så ud", day_in_words(choices.selection.day))]
    if choices.selection.since:
        facts.append(("Ændret siden", day_in_words(choices.selection.since)))
    facts.append(("Efter hvad der var registreret", moment_in_words(choices)))
    return facts


def _order_of(publication) -> tuple[int, str]:
    return publication.position, publication.slug


def _part(key: str, heading: str, nothing: str, wanted: Sequence[Getter], found: list[Line]) -> Section:
    """A section with one table of its own; a sentence where it would be empty."""
    if not found:
        return Section(key, heading, (nothing,))
    return Section(key, heading, (), (table_from(key, heading, wanted, found),))


def _changes_of(made: Sequence[Change]) -> Section:
    """The changes in one source: a table that need not name the source in each of its rows."""
    publication = made[0].line.publication
    columns = (
        Column("number", "Nr.", width=6),
        Column("title", "Titel", width=16),
        Column("what", "Hvad", width=10),
        Column("before", "Fra", width=10),
        Column("after", "Til", width=10),
        Column("on", "Gælder", Kind.DATE, 9),
        Column("known_on", "Registreret", Kind.DATE, 9),
        Column("text", "Tekst", width=26),
        Column("evidence", "Dokumentation", Kind.LINKS, 14),
        Column("address", "Adresse", Kind.LINKS, 14),
    )
    rows = tuple(
        (
            one.line.number or None,
            one.line.title,
            one.what,
            one.before,
            one.after,
            one.on,
            one.known_on,
            one.text or None,
            one.evidence,
            (Link(one.line.address, one.line.address),),
        )
        for one in made
    )
    table = Table(f"changes-{publication.slug}", f"{publication.title}: ændringer", columns, rows)
    return Section(f"changed-{publication.slug}", publication.title, (), (table,))


def _counts(kind: ItemKind, before: StatusTotals | None, now: StatusTotals, then: date | None, day: date) -> Table:
    """How many have which status, on the eve of the period and at its end."""
    columns = [Column("status", "Status", width=20)]
    if then:
        columns.append(Column("before", day_in_words(then), Kind.NUMBER, 10))
    columns.append(Column("now", day_in_words(day), Kind.NUMBER, 10))
    rows: list[tuple[Value, ...]] = []
    for code, label in [*((s.value, str(s.label)) for s in Status), ("", str(NO_STATUS))]:
        pair = [*([before.by_status[code]] if before else []), now.by_status[code]]
        if any(pair):
            rows.append((label, *pair))
    rows.append(("I alt", *([before.total] if before else []), now.total))
    return Table(f"totals-{kind._meta.model_name}s", kind_in_words(kind)[0], tuple(columns), tuple(rows))


def _differences(kind: str, before: StatusTotals, now: StatusTotals, then: date) -> str:
    """One sentence for each total that has changed."""
    pairs = [
        *((str(status.label), before.by_status[status], now.by_status[status]) for status in Status),
        (str(NO_STATUS), before.without_status, now.without_status),
        ("Forsinket", before.overdue, now.overdue),
        ("Ikke opdateret", before.stale, now.stale),
        ("I alt", before.total, now.total),
    ]
    made = [
        f"{what}: fra {number_format(was)} til {number_format(is_now)}." for what, was, is_now in pairs if was != is_now
    ]
    if not made:
        return f"{kind}: tallene er de samme som {day_in_words(then)}."
    return f"{kind}, ændret fra {day_in_words(then)}: " + " ".join(made)
