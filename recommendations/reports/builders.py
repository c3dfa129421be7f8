"""From what was chosen to a `Report`: the words, their order and the numbers of every format.

A report follows from the choices and the moment `known_at` alone, so it can be made again whatever has been published
since. Not so what keeps no time of its own and comes as it is today: names, shares of the votes, how many rows a source
has and which of them have been typed in, which words a search finds, this site's address and the municipality's own
settings. Only issuing freezes those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import groupby

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format
from django.utils.text import capfirst

from recommendations import tenancy
from recommendations.enums import NO_ANSWER, NO_STATUS, Status
from recommendations.facets import said_of_the_whole
from recommendations.figures import StatusTotals, partial_sources, status_totals
from recommendations.models import Publication, Recommendation
from recommendations.reports.changes import ReportChange, changes
from recommendations.reports.choices import Choices, EarlierReport, SectionName
from recommendations.reports.columns import (
    ADDRESS,
    ANSWER_REASONS,
    ANSWERS,
    CRITERION,
    DUE,
    DUE_REASON,
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
    TOLD,
    Getter,
    list_columns,
    marked_title,
    said,
    table_from,
)
from recommendations.reports.document import Column, Kind, Link, Report, Section, Table, Value
from recommendations.reports.lines import ReportLine, lines
from recommendations.reports.wording import (
    counted,
    day_in_words,
    definitions,
    method,
    model_in_words,
    moment_in_words,
    source_words,
)
from recommendations.selection import ItemModel, Selection

NOT_TYPED = "Ikke indtastet endnu"

Progress = Callable[[str], object]  # is told what is being done now


def built(choices: Choices, *, progress: Progress = lambda _sentence: None) -> Report:
    """The status report that was chosen, in Danish whatever language the page is in."""
    with translation.override(settings.LANGUAGE_CODE):
        return _Builder(choices.frozen(), progress).report()


def listed(choices: Choices) -> Report:
    """A list as it is filtered: one table of one kind of item, with all that a machine may want of it."""
    with translation.override(settings.LANGUAGE_CODE):
        asked, choices = choices.selection, choices.frozen()  # what stands today is found faster than by two times
        model = choices.models[0]
        heading = model_in_words(model)[0]
        columns = list_columns(choices.selection)
        table = table_from("items", heading, columns, lines(model, asked))
        count = counted(len(table.rows), "række", "rækker")
        facts = (*_fictional(), *_chosen(choices), *_times(choices), ("Antal", count))
        nothing = () if table.rows else ("Ingen rækker passer til det, der er valgt.",)
        tables = (table,) if table.rows else ()
        return Report(tenancy.marked(heading), facts, (Section("list", "Hele listen", nothing, tables),))


def table_of(report: Report) -> Report:
    """A list without its title block, for files that are to hold one table and nothing else."""
    section = report.sections[0]
    return Report("", (), (Section(section.key, "", (), section.tables),))


def _fictional() -> tuple[tuple[str, str], ...]:
    """What a made-up municipality says of itself above everything else; others have nothing to say."""
    told = "Kommunen og alt indhold er fundet på, så man kan prøve siderne."
    return (("Opdigtet", told),) if tenancy.current().is_fictional else ()


class _Builder:
    def __init__(self, choices: Choices, progress: Progress):
        self.choices, self.progress = choices, progress
        self.selection = choices.selection
        # A report lists all that is chosen; its changes stand in a section of their own.
        self.asked = self.selection.replaced(since=None)
        self.before = choices.before()
        self.found: dict[ItemModel, list[ReportLine]] = {}

    def report(self) -> Report:
        for model in self.choices.models:
            self.progress(f"Læser {model_in_words(model)[1]} …")
            self.found[model] = list(lines(model, self.asked))
        totals = {model: self._totals(model, self.asked) for model in self.choices.models}
        make = {
            SectionName.SUMMARY: lambda: self._summary(totals),
            SectionName.CHANGED: self._changed,
            SectionName.ATTENTION: self._attention,
            SectionName.LIST: self._list,
        }
        sections = [make[name]() for name in self.choices.sections]
        facts = (
            *_fictional(),
            ("Afsender", tenancy.current().sender_name),
            *_chosen(self.choices),
            *_times(self.choices),
            ("Omfang", self._extent(totals)),
            ("Samme valg på siden", tenancy.site_url() + self.choices.address),
        )
        end = (definitions(self.all), method(self.choices, self.all, self.partial))
        return Report(tenancy.marked(self.choices.title), facts, (*sections, *end))

    @property
    def all(self) -> list[ReportLine]:
        return [line for model in self.choices.models for line in self.found[model]]

    @cached_property
    def partial(self) -> set[int]:
        """The sources (id) that have more than is here."""
        return partial_sources({line.publication for line in self.all})

    @staticmethod
    def _totals(model: ItemModel, selection: Selection) -> StatusTotals:
        totals = status_totals(selection.items((model,))[0], selection.day)[None]
        return said_of_the_whole(totals, selection, model)

    @staticmethod
    def _extent(totals: dict[ItemModel, StatusTotals]) -> str:
        parts = []
        for model, found in totals.items():
            words = ("anbefaling", "anbefalinger") if model is Recommendation else ("initiativ", "initiativer")
            of_all = f" af {number_format(found.whole)} i kilden" if found.untyped else ""
            parts.append(counted(found.total, *words) + of_all)
            if found.headings:
                parts.append(counted(found.headings, "overskrift", "overskrifter"))
            if found.options:
                parts.append(counted(found.options, "mulighed", "muligheder"))
        return ", ".join(parts)

    # --- Opsummering --------------------------------------------------------------------------------------------------

    def _summary(self, totals: dict[ItemModel, StatusTotals]) -> Section:
        then = _then(self.choices.previous, self.before) if self.before else ""
        paragraphs: list[str] = []
        tables: list[Table] = []
        for model, now in totals.items():
            words = model_in_words(model)
            paragraphs.append(f"{words[0]}: {now.in_words}.")
            paragraphs.append(self._needing(model, now))
            before = self._totals(model, self.before) if self.before else None
            if before:
                paragraphs.append(_differences(words[0], before, now, then))
            if now.whole or (before and before.whole):
                tables.append(_counts(model, before, now, then, day_in_words(self.selection.day)))
        return Section("summary", str(SectionName.SUMMARY.label), tuple(paragraphs), tuple(tables))

    def _needing(self, model: ItemModel, now: StatusTotals) -> str:
        parts = [
            f"{number_format(now.overdue)} forsinket",
            f"{number_format(now.stale)} ikke opdateret i {tenancy.current().stale_after_days} dage",
        ]
        if model is Recommendation:
            unanswered = sum(bool(line.unanswered) for line in self.found[model])
            parts.append(f"{number_format(unanswered)} mangler svar")
        return f"{model_in_words(model)[0]}: {', '.join(parts)}."

    # --- Ændret siden -------------------------------------------------------------------------------------------------

    def _changed(self) -> Section:
        name = SectionName.CHANGED
        if self.before is None:
            return Section(name.key, str(name.label), (self.choices.without_since,))
        self.progress("Finder ændringer …")
        made = changes(self.asked, self.before, self.choices.models, self.all)
        told = counted(len(made.news), "ændring", "ændringer")
        paragraphs = [f"{told} registreret." if made.news else "Ingen ændringer registreret."]
        if made.confirmed:
            paragraphs.append(f"{counted(made.confirmed, 'række', 'rækker')} bekræftet som stadig korrekt.")
        by_publication = groupby(
            sorted(made.news, key=lambda one: _order_of(one.line.publication)), key=lambda one: one.line.publication
        )
        sections = [_changes_of(publication, list(group)) for publication, group in by_publication]
        if made.corrections:
            sections.append(_corrections(made.corrections))
        heading = f"Ændret siden {_since(self.choices)}"
        return Section(name.key, heading, tuple(paragraphs), sections=tuple(sections))

    # --- Kræver opmærksomhed ------------------------------------------------------------------------------------------

    def _attention(self) -> Section:
        name, days = SectionName.ATTENTION, tenancy.current().stale_after_days
        every = [line for line in self.all if line.is_counted]
        late = sorted((line for line in every if line.is_overdue), key=lambda line: (line.due_on, line.place))
        silent = sorted((line for line in every if line.is_stale), key=lambda line: (line.fresh_on, line.place))
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

    # --- Hele listen --------------------------------------------------------------------------------------------------

    def _list(self) -> Section:
        name = SectionName.LIST
        by_publication: dict[Publication, list[tuple[ItemModel, ReportLine]]] = {}
        for model in self.choices.models:
            for line in self.found[model]:
                by_publication.setdefault(line.publication, []).append((model, line))
        if not by_publication:
            return Section(name.key, str(name.label), ("Ingen rækker passer til det, der er valgt.",))
        sections = [
            _of_publication(one, by_publication[one], is_partial=one.pk in self.partial)
            for one in sorted(by_publication, key=_order_of)
        ]
        return Section(name.key, str(name.label), sections=tuple(sections))


def _of_publication(publication: Publication, rows: list[tuple[ItemModel, ReportLine]], *, is_partial: bool) -> Section:
    """All from one source: a table for each model."""
    columns = [NUMBER, TITLE, ANSWERS, ANSWER_REASONS, STATUS, STATUS_ON, TOLD, CRITERION, OWNERS, DUE, DUE_REASON]
    columns += [NEXT_STEP, EVIDENCE, ADDRESS]
    tables = []
    for model, group in groupby(rows, key=lambda row: row[0]):
        key = f"{model._meta.model_name}s-{publication.slug}"
        caption = f"{publication.title}: {model_in_words(model)[1]}"
        found = [line for _model, line in group]
        tables.append(table_from(key, caption, said(columns, found), found))
    words = source_words(publication, is_partial=is_partial)
    return Section(f"source-{publication.slug}", publication.title, words, tuple(tables))


# --- The title block ----------------------------------------------------------------------------------------------


def _chosen(choices: Choices) -> list[tuple[str, str]]:
    """What was chosen, in words; the two times stand by themselves."""
    asked = choices.selection.replaced(as_of=None, since=None)
    facts = [(str(heading), value) for _field, heading, value in asked.in_words()]
    if choices.meeting:
        facts.append(("Møde og dagsordenspunkt", choices.meeting))
    return facts


def _times(choices: Choices) -> list[tuple[str, str]]:
    facts = [("Som det så ud", day_in_words(choices.selection.day))]
    if previous := choices.previous:
        shown = f"Som det så ud {day_in_words(previous.as_of)}"
        known = f"efter hvad der var registreret {moment_in_words(previous.known_at)}"
        facts.append(("Ændret siden", f"{_since(choices)}. {shown}, {known}"))
    elif choices.selection.since:
        facts.append(("Ændret siden", _since(choices)))
    facts.append(("Efter hvad der var registreret", moment_in_words(choices.selection.known_at)))
    return facts


def _since(choices: Choices) -> str:
    """From when changes are counted, in words."""
    if choices.previous:
        return f"rapport {choices.previous.code}"
    return day_in_words(choices.selection.since) if choices.selection.since else ""


def _then(previous: EarlierReport | None, before: Selection) -> str:
    """What is compared with, in words: another report, or the eve of the period."""
    return f"rapport {previous.code}" if previous else day_in_words(before.day)


def _order_of(publication: Publication) -> tuple[int, str]:
    return publication.position, publication.slug


def _part(key: str, heading: str, nothing: str, wanted: Sequence[Getter], found: list[ReportLine]) -> Section:
    """A section with one table of its own; a sentence where it would be empty."""
    if not found:
        return Section(key, heading, (nothing,))
    return Section(key, heading, (), (table_from(key, heading, wanted, found),))


CHANGES = (
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


def _change_row(one: ReportChange) -> tuple[Value, ...]:
    return (
        one.line.number or None,
        marked_title(one.line),
        one.what,
        one.before or None,
        one.after or None,
        one.on,
        one.known_on,
        one.text or None,
        one.evidence,
        (Link(one.line.address, one.line.address),),
    )


def _changes_of(publication: Publication, made: Sequence[ReportChange]) -> Section:
    """The changes in one source: a table that need not name the source in each of its rows."""
    caption = f"{publication.title}: ændringer"
    table = Table(f"changes-{publication.slug}", caption, CHANGES, tuple(_change_row(one) for one in made))
    return Section(f"changed-{publication.slug}", publication.title, (), (table,))


def _corrections(made: Sequence[ReportChange]) -> Section:
    """What was written wrongly before and has been mended: no change, but why a number can be another."""
    columns = (Column("publication", "Kilde", width=12), *CHANGES)
    rows = tuple((one.line.publication.title, *_change_row(one)) for one in made)
    told = f"{counted(len(made), 'rettelse', 'rettelser')} af noget, der var registreret forkert."
    return Section("corrections", "Rettelser", (told,), (Table("corrections", "Rettelser", columns, rows),))


def _counts(model: ItemModel, before: StatusTotals | None, now: StatusTotals, then: str, day: str) -> Table:
    """How many have which status, before the period and at its end; `then` and `day` say when, in words."""
    columns = [Column("status", "Status", width=20)]
    if before:
        columns.append(Column("before", capfirst(then), Kind.NUMBER, 10))
    columns.append(Column("now", day, Kind.NUMBER, 10))
    rows: list[tuple[Value, ...]] = []
    for code, label in [*((s.value, str(s.label)) for s in Status), ("", str(NO_STATUS))]:
        pair = [*([before.by_status[code]] if before else []), now.by_status[code]]
        if any(pair):
            rows.append((label, *pair))
    if now.untyped or (before and before.untyped):
        rows.append((NOT_TYPED, *([before.untyped] if before else []), now.untyped))
    rows.append(("I alt", *([before.whole] if before else []), now.whole))
    return Table(f"totals-{model._meta.model_name}s", model_in_words(model)[0], tuple(columns), tuple(rows))


def _differences(heading: str, before: StatusTotals, now: StatusTotals, then: str) -> str:
    """One sentence for each total that has changed since `then`."""
    pairs = [
        *((str(status.label), before.by_status[status], now.by_status[status]) for status in Status),
        (str(NO_STATUS), before.without_status, now.without_status),
        ("Forsinket", before.overdue, now.overdue),
        ("Ikke opdateret", before.stale, now.stale),
        (NOT_TYPED, before.untyped, now.untyped),
        ("I alt", before.whole, now.whole),
    ]
    made = [
        f"{what}: fra {number_format(was)} til {number_format(is_now)}." for what, was, is_now in pairs if was != is_now
    ]
    if not made:
        return f"{heading}: tallene er uændrede siden {then}."
    return f"{heading}, ændret siden {then}: " + " ".join(made)
