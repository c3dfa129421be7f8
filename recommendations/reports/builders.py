"""From what was chosen to a `Report`: the words, their order and the numbers of every format.

A report about one committee (its annex to a meeting, above all) speaks with that committee's word alone: its status,
its answers, what it owes. Any other speaks of items as wholes and names each committee before what it says.

A report follows from the choices and the moment `known_at` alone, so it can be made again whatever has been published
since. Not so what keeps no time of its own and comes as it is today: names, who can be asked, shares of the votes, how
many rows a source has and which of them have been typed in, which words a search finds, this site's address and the
municipality's own settings. Only issuing freezes those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format
from django.utils.text import capfirst

from recommendations import tenancy
from recommendations.figures import partial_sources
from recommendations.models import Committee, Publication
from recommendations.reports.attention import Waiting, attention, lack_all
from recommendations.reports.changes import ChangesSince, ReportChange, changes
from recommendations.reports.choices import Choices, SectionName
from recommendations.reports.columns import (
    ANSWER,
    DEADLINE,
    DONE,
    NUMBER,
    OTHERS,
    PROOF,
    SHORT_ANSWER,
    STATUS,
    TITLE,
    WHOSE,
    list_columns,
    marked_title,
    table_from,
    told_once,
)
from recommendations.reports.document import Column, Kind, Report, Section, Table, Value
from recommendations.reports.keeping import keeping
from recommendations.reports.lines import ReportLine, lines
from recommendations.reports.phrases import (
    counted,
    day_in_words,
    day_of_the_year,
    model_in_words,
    weekday_in_words,
)
from recommendations.reports.summary import Turns, counts, stands, totals_of, turned
from recommendations.reports.wording import definitions, method, source_words, stood
from recommendations.selection import ItemModel

# A list of more rows than this tells in full of what has changed, is late, promised or under way; of the rest by title.
IN_FULL = 60


TOLD_EVERY = 2000  # rows
Progress = Callable[[str], object]  # is told what is being done now


def built(choices: Choices, *, progress: Progress = lambda _sentence: None) -> Report:
    """The status report that was chosen, in Danish whatever language the page is in."""
    with translation.override(settings.LANGUAGE_CODE):
        return _Builder(choices.frozen(), progress).report()


def listed(choices: Choices) -> Report:
    """A list as it is filtered: one table of one kind of item, with all that a machine may want of it."""
    with translation.override(settings.LANGUAGE_CODE):
        asked, choices = choices.selection, choices.frozen()  # what stands today is found faster than by two times
        rows = table_from("items", "", list_columns(choices.selection), lines(choices.models[0], asked)).rows
        return list_around(choices, rows, len(rows))


def list_around(choices: Choices, rows: tuple[tuple[Value, ...], ...], count: int) -> Report:
    """What stands around the rows of a list, with `rows` in their place, of which there are `count` in all.

    `choices` have both their times. In Danish, whatever language the page is in, where the caller has seen to it.
    """
    heading = model_in_words(choices.models[0])[0]
    columns = tuple(getter.column for getter in list_columns(choices.selection))
    facts = (*_fictional(), *_chosen(choices), *_times(choices), ("Antal", counted(count, "række", "rækker")))
    nothing = () if count else ("Ingen rækker passer til det, der er valgt.",)
    tables = (Table("items", heading, columns, rows),) if count else ()
    return Report(tenancy.marked(heading), facts, (Section("list", "Hele listen", nothing, tables),))


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
        self.own = _own(choices)
        self.found: dict[ItemModel, list[ReportLine]] = {}
        self.made: ChangesSince | None = None

    def _told_of(self, found: Iterable[ReportLine]) -> Iterator[ReportLine]:
        for number, line in enumerate(found, start=1):
            if number % TOLD_EVERY == 0:
                self.progress(f"{number_format(number)} rækker læst …")
            yield line

    def report(self) -> Report:
        for model in self.choices.models:
            self.progress(f"Læser {model_in_words(model)[1]} …")
            self.found[model] = list(self._told_of(lines(model, self.asked, own=self.own)))
        if self.before:
            self.progress("Finder ændringer …")
            self.made = changes(self.asked, self.before, self.choices.models, self.all)
        annex = self.choices.meeting.annex if self.choices.meeting else ""
        sections = (*_foreword(self.choices), *(self._sections() if self.all else [self._nothing()]))
        return Report(
            tenancy.marked(self.choices.title),
            (*_fictional(), *self._head()),
            sections,
            annex=_numbered("Bilag", annex) if annex else "",
        )

    def _sections(self) -> Iterable[Section]:
        make = {
            SectionName.SUMMARY: self._summary,
            SectionName.CHANGED: self._changed,
            SectionName.ATTENTION: self._attention,
            SectionName.LIST: self._list,
        }
        made = [make[name]() for name in self.choices.sections]
        made += [definitions(self.all), method(self.choices, self.all, self.partial)]
        return [section for section in made if section]

    def _nothing(self) -> Section:
        """The one sentence of a report of nothing."""
        if self.own and not _chosen(self.choices, self.own):
            what = " eller ".join(model_in_words(model)[1] for model in self.choices.models)
            return Section("list", "Status", (f"{self.own.name} har ingen {what}, der er registreret her.",))
        return Section("list", "Hele listen", ("Ingen rækker passer til det, der er valgt.",))

    @cached_property
    def all(self) -> list[ReportLine]:
        return [line for model in self.choices.models for line in self.found[model]]

    @cached_property
    def partial(self) -> set[int]:
        """The sources (id) that have more than is here."""
        return partial_sources({line.publication for line in self.all})

    @cached_property
    def waiting(self) -> Waiting:
        narrowed = self.selection.committee or self.selection.administration
        return Waiting.of(self.choices, self.selection.owners if narrowed else ())

    # --- The title block ----------------------------------------------------------------------------------------------

    def _head(self) -> list[tuple[str, str]]:
        """What papers say of themselves, each line only where there is something to say."""
        place, own = self.choices.meeting, self.own
        lines_of_head = [("Kommune", tenancy.current().sender_name)]
        if own:
            lines_of_head += [("Forvaltning", own.administration), ("Udvalg", own.name)]
        if place:
            lines_of_head += [
                ("Møde", _meeting_in_words(self.choices)),
                ("Punkt", place.agenda_item),
                ("Sagsnummer", place.case_number),
            ]
        lines_of_head += _chosen(self.choices, own)
        lines_of_head.append(("Dato", stood(self.choices)))
        return [(heading, value) for heading, value in lines_of_head if value]

    # --- Opsummering --------------------------------------------------------------------------------------------------

    def _summary(self) -> Section:
        name, said, tables = SectionName.SUMMARY, [], []
        turns: dict[ItemModel, Turns] = {}
        then = _then(self.choices)
        for model, found in self.found.items():
            now = totals_of(found, self.asked, model)
            before = None
            if self.before:
                earlier = {line.item: line for line in lines(model, self.before, own=self.own)}
                before = totals_of(earlier.values(), self.before, model)
                turns[model] = Turns.of(found, earlier)
            said.append(stands(model, now, found))
            tables.append(counts(model, before, now, then, day_in_words(self.selection.day)))
        if self.made:
            news = len({change.line.item for change in self.made.news})
            said.insert(0, turned(turns, _since(self.choices), news))
        paragraphs = [" ".join(filter(None, said))]
        if self.own and self.choices.meeting and (kept := keeping(self.choices, self.own, self.all)):
            paragraphs.append(kept)
        return Section(name.key, str(name.label), tuple(paragraphs), tuple(table for table in tables if table))

    # --- Ændret siden -------------------------------------------------------------------------------------------------

    def _changed(self) -> Section | None:
        """Nothing at all where there is nothing to compare with, unless nothing else was asked for."""
        name = SectionName.CHANGED
        if self.made is None:
            if self.choices.sections != (name,):
                return None
            return Section(name.key, str(name.label), (self.choices.without_since,))
        since, made = _since(self.choices), self.made
        paragraphs = []
        if not made.news:
            paragraphs.append(f"Intet er ændret siden {since}.")
        if made.confirmed:
            paragraphs.append(f"{number_format(made.confirmed)} er bekræftet som stadig korrekt.")
        sections = [
            _changes_of(publication, list(group), is_whole=self._is_listed)
            for publication, group in groupby(
                sorted(made.news, key=lambda one: _order_of(one.line.publication)), key=lambda one: one.line.publication
            )
        ]
        if made.corrections:
            sections.append(_corrections(made.corrections))
        return Section(name.key, f"Ændret siden {since}", tuple(paragraphs), sections=tuple(sections))

    @property
    def _is_listed(self) -> bool:
        """Whether all is told in the list, so that it need not be told before it."""
        return SectionName.LIST in self.choices.sections

    # --- Kræver udvalgets stillingtagen -------------------------------------------------------------------------------

    def _attention(self) -> Section:
        pairs = [(model, line) for model in self.choices.models for line in self.found[model]]
        return attention(self.choices, pairs, self.waiting, is_own=self.own is not None, is_long=self._is_cut)

    # --- Hele listen --------------------------------------------------------------------------------------------------

    def _list(self) -> Section:
        name = SectionName.LIST
        by_publication: dict[Publication, list[tuple[ItemModel, ReportLine]]] = {}
        for model in self.choices.models:
            for line in self.found[model]:
                by_publication.setdefault(line.publication, []).append((model, line))
        is_cut = self._is_cut
        count = number_format(sum(line.is_counted for line in self.all))
        told = (
            f"Listen har {count} rækker. Det, der er ændret, forsinket, lovet eller i arbejde, står med alle "
            "oplysninger; resten står med titel og status. Hele listen med alle oplysninger er en fil for sig."
        )
        sections = [
            self._of_publication(one, by_publication[one], is_cut=is_cut)
            for one in sorted(by_publication, key=_order_of)
        ]
        return Section(name.key, str(name.label) if not is_cut else "Listen", (told,) * is_cut, (), tuple(sections))

    def _of_publication(
        self, publication: Publication, rows: list[tuple[ItemModel, ReportLine]], *, is_cut: bool
    ) -> Section:
        """All from one source: a table for each model; two where those that need no more stand by title alone."""
        columns = [NUMBER, TITLE, STATUS, DONE, ANSWER, DEADLINE, PROOF, OTHERS if self.own else WHOSE]
        paragraphs, tables = list(source_words(publication, is_partial=publication.pk in self.partial)), []
        whose = f" fra {publication.title}" if len({line.publication for line in self.all}) > 1 else ""
        for model, group in groupby(rows, key=lambda row: row[0]):
            key, plural = f"{model._meta.model_name}s-{publication.slug}", model_in_words(model)[1]
            found = [line for _model, line in group]
            is_lack_told = self.own is not None and SectionName.ATTENTION in self.choices.sections and lack_all(found)
            full = _with_headings(found, self._told_in_full) if is_cut else found
            rest = [line for line in found if is_cut and not line.is_heading and line.item not in self._told_in_full]
            if full:
                told = told_once(key, f"{capfirst(plural)}{whose}", columns, full, is_lack_told=is_lack_told)
                paragraphs += told.sentences
                tables.append(told.table)
            if rest:
                caption = f"{'De øvrige ' if full else ''}{plural if full else capfirst(plural)}{whose}"
                short = [NUMBER, TITLE, STATUS, SHORT_ANSWER]
                told = told_once(f"{key}-rest", caption, short, rest, is_lack_told=is_lack_told, which="de øvrige")
                paragraphs += told.sentences
                tables.append(told.table)
        return Section(f"source-{publication.slug}", publication.title, tuple(paragraphs), tuple(tables))

    @property
    def _is_cut(self) -> bool:
        """Whether the list is so long that part of it stands by title alone."""
        return sum(line.is_counted for line in self.all) > IN_FULL and not self.choices.whole

    @cached_property
    def _told_in_full(self) -> frozenset[int]:
        """Of a list that is cut, the items (id) that are told of in full: changed, late, promised, or under way."""
        changed = {change.line.item for change in (*self.made.news, *self.made.corrections)} if self.made else set()
        open_ = {line.item for line in self.all if line.is_overdue or (line.is_open and line.status)}
        waiting = self.waiting
        return frozenset(changed | open_ | {*waiting.promised} | {*waiting.broken} | waiting.due)


def _with_headings(found: Sequence[ReportLine], wanted: frozenset[int]) -> list[ReportLine]:
    """The lines wanted, below the headings that they stand under."""
    shown = [line for line in found if line.item in wanted and not line.is_heading]
    above = {line.item for line in found if line.is_heading and any(_is_below(one, line) for one in shown)}
    return [line for line in found if line.item in above or (line.item in wanted and not line.is_heading)]


def _is_below(line: ReportLine, heading: ReportLine) -> bool:
    return line.path.startswith(f"{heading.path}!")


# --- What was chosen --------------------------------------------------------------------------------------------------


def _own(choices: Choices) -> Committee | None:
    """The one committee that the report is about; none where it is about several, or about something else."""
    if choices.meeting:
        return choices.meeting.meeting.committee
    codes = choices.selection.committee_codes
    return Committee.objects.filter(code=codes[0]).order_by("pk").first() if len(codes) == 1 else None


def _chosen(choices: Choices, own: Committee | None = None) -> list[tuple[str, str]]:
    """What was chosen, in words, beside the two times and the one committee that has its own line."""
    asked = choices.selection.replaced(as_of=None, since=None)
    if own:
        asked = asked.replaced(committee="")
    return [(str(heading), value) for _field, heading, value in asked.in_words()]


def _meeting_in_words(choices: Choices) -> str:
    assert choices.meeting
    meeting = choices.meeting.meeting
    at = f" kl. {meeting.begins_at:%H.%M}" if meeting.begins_at else ""
    return f"{weekday_in_words(meeting.on)}{at}"


def _numbered(word: str, number: str) -> str:
    """ "Bilag 2", also where the word has been typed with the number."""
    return number if number.casefold().startswith(word.casefold()) else f"{word} {number}"


def _foreword(choices: Choices) -> tuple[Section, ...]:
    """What the secretary has written first, a paragraph for each line that says something."""
    text = choices.meeting.foreword if choices.meeting else ""
    paragraphs = tuple(line for line in map(str.strip, text.splitlines()) if line)
    return (Section("foreword", "Indledning", paragraphs),) if paragraphs else ()


def _since(choices: Choices) -> str:
    """From when changes are counted, in words: the last meeting, an earlier report, or a day."""
    previous, day = choices.previous, choices.selection.day
    if previous and previous.meeting_on:
        return f"mødet den {day_of_the_year(previous.meeting_on, day)}"
    if previous:
        return f"rapporten af {day_of_the_year(previous.day, day)} ({previous.code})"
    return f"den {day_of_the_year(choices.selection.since, day)}" if choices.selection.since else ""


def _then(choices: Choices) -> str:
    """What is compared with, as the heading of a column: a meeting, another report, or the eve of the period."""
    previous, before = choices.previous, choices.before()
    if previous and previous.meeting_on:
        return f"Mødet {day_in_words(previous.meeting_on)}"
    if previous:
        return f"Rapport {previous.code}"
    return day_in_words(before.day) if before else ""


def _times(choices: Choices) -> list[tuple[str, str]]:
    """The times of a plain list."""
    since = [("Ændret siden", day_in_words(choices.selection.since))] if choices.selection.since else []
    return [*since, ("Dato", stood(choices))]


def _order_of(publication: Publication) -> tuple[int, str]:
    return publication.position, publication.slug


# --- Changes ----------------------------------------------------------------------------------------------------------

CHANGES = (
    Column("number", "Nr.", width=5),
    Column("title", "Titel", width=20),
    Column("what", "Hvad", width=12),
    Column("before", "Fra", width=12),
    Column("after", "Til", width=12),
    Column("on", "Dag", Kind.DATE, 9),
    Column("known_on", "Registreret", Kind.DATE, 9),
    Column("text", "Tekst", width=30),
    Column("evidence", "Dokumentation", Kind.LINKS, 16),
)


def _change_row(one: ReportChange, is_whole: bool) -> dict[str, Value]:
    """By column; where all that is in force is told in the list, only what is not."""
    return {
        "number": one.line.number or None,
        "title": marked_title(one.line),
        "what": one.what,
        "before": one.before or None,
        "after": one.after or None,
        "on": one.on,
        "known_on": one.known_on if one.known_on != one.on else None,
        "text": (one.text_beyond_the_list if is_whole else one.text) or None,
        "evidence": one.evidence_beyond_the_list if is_whole else one.evidence,
    }


def _changes_table(key: str, caption: str, made: Sequence[ReportChange], is_whole: bool) -> Table:
    """A row for each change; columns in which nothing stands are left out."""
    rows = [_change_row(one, is_whole) for one in made]
    columns = tuple(column for column in CHANGES if any(row[column.key] not in (None, ()) for row in rows))
    return Table(key, caption, columns, tuple(tuple(row[column.key] for column in columns) for row in rows))


def _changes_of(publication: Publication, made: Sequence[ReportChange], *, is_whole: bool) -> Section:
    """The changes in one source."""
    table = _changes_table(f"changes-{publication.slug}", f"{publication.title}: ændringer", made, is_whole)
    return Section(f"changed-{publication.slug}", publication.title, (), (table,))


def _corrections(made: Sequence[ReportChange]) -> Section:
    """What was written wrongly before and has been mended: no change, but why a number can be another."""
    told = f"{counted(len(made), 'rettelse', 'rettelser')} af noget, der var registreret forkert."
    return Section("corrections", "Rettelser", (told,), (_changes_table("corrections", "Rettelser", made, False),))
