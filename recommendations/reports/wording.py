"""What stands at the end of a report: what its words mean, and how it was made. Danish, as all of a report is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.utils import timezone

from recommendations import tenancy
from recommendations.enums import NO_ANSWER, NO_STATUS, ItemKind, Outcome, Status, WordsBasis
from recommendations.models import Committee, Publication
from recommendations.reports import cells
from recommendations.reports.choices import Choices, SectionName
from recommendations.reports.columns import OUR_TITLE
from recommendations.reports.document import Column, Section, Table
from recommendations.reports.lines import ReportLine
from recommendations.reports.phrases import counted, day_in_words, moment_in_words

NOT_WHOLE = "Kilden rummer mere, end der er registreret her."
LATE = "Fristen er gået, og sagen er ikke afsluttet."


def definitions(found: Iterable[ReportLine]) -> Section | None:
    """The words that the report uses, of each kind only those that occur; and its committees, where it calls them by
    their abbreviations. None where it uses none of them.
    """
    every = list(found)
    items = [line for line in every if line.is_counted]
    statuses = {cell.standing.code for line in items for cell in line.cells} | {line.status for line in items}
    outcomes = {cell.answer.outcome for line in every for cell in line.cells if cell.answer}
    rows = [(str(status.label), str(status.definition)) for status in Status if status in statuses]
    if any(str(NO_STATUS) in (line.status_words, *cells.others(line).split(": ")) for line in items):
        rows.append((str(NO_STATUS), "Ingen har registreret en status endnu. Det siger ikke, om der sker noget."))
    rows += [(str(outcome.label), str(outcome.definition)) for outcome in Outcome if outcome in outcomes]
    if any(cell.owes and not cell.answer for line in items for cell in line.cells):
        unknown = "Udvalget kan godt have svaret et sted, vi ikke kender."
        rows.append((str(NO_ANSWER), f"Vi har ikke registreret et svar fra udvalget. {unknown}"))
    if any(line.is_overdue for line in items):
        rows.append(("Forsinket", LATE))
    if any(line.is_stale for line in items):
        days = counted(tenancy.current().stale_after_days, "dag", "dage")
        silent = f"Der er ikke skrevet nyt i mere end {days}, og ingen har bekræftet, at det stadig er korrekt."
        rows.append(("Ikke opdateret", silent))
    words = (Column("word", "Ord", width=10), Column("meaning", "Betydning", width=30))
    tables = [Table("definitions", "Ordene i rapporten", words, tuple(rows))] if rows else []
    named = {one for line in every for one in line.committees if not line.own}
    if committees := sorted(named, key=lambda one: (one.sort_name, one.code)):
        tables.append(_abbreviations(committees))
    return Section("definitions", "Hvad ordene betyder", (), tuple(tables)) if tables else None


def _abbreviations(committees: Sequence[Committee]) -> Table:
    columns = (
        Column("abbreviation", "Forkortelse", width=8),
        Column("name", "Udvalg", width=20),
        Column("administration", "Forvaltning", width=20),
    )
    rows = tuple((one.abbreviation, one.name, one.administration or None) for one in committees)
    return Table("committees", "Udvalgene", columns, rows)


def method(choices: Choices, found: Sequence[ReportLine], partial: Collection[int]) -> Section:
    """How the data came about; `partial` are sources (id) that have more than is here."""
    paragraphs = (
        "Rapporten er lavet af det, der er udgivet i Anbefalingstracker. Kladder er ikke med. En anbefaling bliver "
        "stående, også når den er afvist eller gjort. Hele forløbet kan læses på siden om hver anbefaling.",
        " ".join(filter(None, [_how_whole(choices, found, partial), _not_counted(found), _whose_titles(found)])),
    )
    return Section("method", "Sådan er rapporten lavet", tuple(filter(None, paragraphs)))


def stood(choices: Choices) -> str:
    """What day the report is about, and until when rows count, where that was on another day."""
    day, known_at = choices.selection.day, choices.selection.known_at
    moment = moment_in_words(known_at)
    if known_at is None or timezone.localdate(known_at) == day:
        return f"Opgjort den {moment}"
    return f"Opgjort pr. {day_in_words(day)} af det, der var registreret den {moment}"


def _how_whole(choices: Choices, found: Sequence[ReportLine], partial: Collection[int]) -> str:
    """Which sources have not been registered whole; nothing where all have, or where the list says it of each."""
    if SectionName.LIST in choices.sections:
        return ""
    sources = list({line.publication: None for line in sorted(found, key=lambda line: line.place)})
    parts = [publication.title for publication in sources if publication.pk in partial]
    return f"Ikke alt fra disse kilder er registreret her: {'; '.join(parts)}." if parts else ""


def _not_counted(found: Sequence[ReportLine]) -> str:
    """What stands in the list beside what is counted, as far as there is such."""
    kinds = {line.kind for line in found}
    if ItemKind.OPTION in kinds:
        return "Overskrifter og muligheder, som et svar kan vælge imellem, tælles ikke med."
    return "Overskrifter tælles ikke med." if ItemKind.HEADING in kinds else ""


def _whose_titles(found: Sequence[ReportLine]) -> str:
    """What the mark after some titles means, where it stands."""
    basis = {line.title_basis for line in found} - {WordsBasis.SOURCE}
    if not basis:
        return ""
    whose = {WordsBasis.OURS: "skrevet af os", WordsBasis.RESTATED: "skrevet som i udvalgets papir"}
    made = " eller ".join(words for code, words in whose.items() if code in basis)
    return f"Titler med {OUR_TITLE} efter sig er {made}; de andre er kildens egne."


def source_words(publication: Publication, *, is_partial: bool) -> tuple[str, ...]:
    """What stands under the name of a source."""
    whose = f"Fra {publication.publisher}."
    return (whose, NOT_WHOLE) if is_partial else (whose,)
