"""What stands at the end of every report: what its words mean, and how it was made. Danish, as all of a report is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst

from recommendations.enums import NO_ANSWER, NO_STATUS, Outcome, Status
from recommendations.models import Committee
from recommendations.reports.choices import Choices
from recommendations.reports.document import Column, Section, Table
from recommendations.reports.lines import Line
from recommendations.selection import ItemKind


def definitions(found: Iterable[Line]) -> Section:
    """The words that the report uses, of the statuses and answers only those that occur; and its committees."""
    every = list(found)
    items = [line for line in every if not line.is_heading]
    statuses, outcomes = {line.status for line in items}, {outcome for line in items for outcome in line.outcomes}
    rows = [(str(status.label), str(status.definition)) for status in Status if status in statuses]
    if "" in statuses:
        rows.append((str(NO_STATUS), "Ingen har registreret en status endnu. Det siger ikke, om der sker noget."))
    rows += [(str(outcome.label), str(outcome.definition)) for outcome in Outcome if outcome in outcomes]
    if any(line.unanswered for line in items):
        unknown = "Udvalget kan godt have svaret et sted, vi ikke kender."
        rows.append((str(NO_ANSWER), f"Vi har ikke registreret et svar fra udvalget. {unknown}"))
    late = "Fristen er gået, og sagen er ikke afsluttet. Dagen for fristen tæller ikke som forsinket."
    silent = f"Der er ikke skrevet nyt i mere end {counted(settings.STALE_AFTER_DAYS, 'dag', 'dage')}"
    rows += [
        ("Forsinket", late),
        ("Ikke opdateret", f"{silent}, og ingen har bekræftet, at det stadig er korrekt."),
    ]
    words = (Column("word", "Ord", width=10), Column("meaning", "Betydning", width=30))
    tables = [Table("definitions", "Ordene i rapporten", words, tuple(rows))]
    if committees := sorted({one for line in every for one in line.committees}, key=lambda one: (one.name, one.code)):
        tables.append(_abbreviations(committees))
    return Section("definitions", "Hvad ordene betyder", (), tuple(tables))


def _abbreviations(committees: Sequence[Committee]) -> Table:
    columns = (
        Column("abbreviation", "Forkortelse", width=8),
        Column("name", "Udvalg", width=20),
        Column("administration", "Forvaltning", width=20),
    )
    rows = tuple((one.abbreviation, one.name, one.administration or None) for one in committees)
    return Table("committees", "Udvalgene", columns, rows)


def method(choices: Choices) -> Section:
    """How the data came about, and what the two times are."""
    stood = f"Den viser, hvordan det stod {day_in_words(choices.selection.day)}"
    paragraphs = (
        "Rapporten er lavet af det, der er udgivet i Anbefalingstracker. Kladder er aldrig med, "
        "og intet er skrevet til i rapporten.",
        f"{stood}, efter hvad der var registreret {moment_in_words(choices)}. "
        "Det, der er udgivet, kan ikke ændres eller slettes, så den kan laves igen.",
        "Listen fra en kilde er hel. En anbefaling bliver stående, også når den er afvist, glemt eller gjort. "
        "Overskrifter samler andre anbefalinger og tælles ikke med.",
        "«Forsinket» og «Ikke opdateret» er regnet ud af datoer. Titler er skrevet af efter kilden. "
        "Hver række har en fast adresse, hvor hele forløbet kan læses.",
    )
    return Section("method", "Sådan er rapporten lavet", paragraphs)


def counted(count: int, one: str, many: str) -> str:
    return f"{number_format(count)} {one if count == 1 else many}"


def day_in_words(day: date) -> str:
    return date_format(day, "j. F Y")


def moment_in_words(choices: Choices) -> str:
    """The moment until which rows count, to the second."""
    return date_format(timezone.localtime(choices.selection.known_at), r"j. F Y \k\l. H.i.s")


def kind_in_words(kind: ItemKind) -> tuple[str, str]:
    """The plural, at the beginning of a sentence and within one."""
    plural = str(kind._meta.verbose_name_plural)
    return capfirst(plural), plural
