"""What stands at the end of every report: what its words mean, and how it was made. Danish, as all of a report is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst

from recommendations import tenancy
from recommendations.enums import NO_ANSWER, NO_STATUS, ItemKind, Outcome, Status, WordsBasis
from recommendations.models import Committee, Publication
from recommendations.reports.choices import Choices
from recommendations.reports.columns import OUR_TITLE
from recommendations.reports.document import Column, Section, Table
from recommendations.reports.lines import ReportLine
from recommendations.selection import ItemModel

NOT_WHOLE = "Kilden rummer mere, end der er registreret her."


def definitions(found: Iterable[ReportLine]) -> Section:
    """The words that the report uses, of the statuses and answers only those that occur; and its committees."""
    every = list(found)
    items = [line for line in every if line.is_counted]
    statuses, outcomes = {line.status for line in items}, {outcome for line in every for outcome in line.outcomes}
    rows = [(str(status.label), str(status.definition)) for status in Status if status in statuses]
    if "" in statuses:
        rows.append((str(NO_STATUS), "Ingen har registreret en status endnu. Det siger ikke, om der sker noget."))
    rows += [(str(outcome.label), str(outcome.definition)) for outcome in Outcome if outcome in outcomes]
    if any(str(NO_ANSWER) in line.answers for line in items):
        unknown = "Udvalget kan godt have svaret et sted, vi ikke kender."
        rows.append((str(NO_ANSWER), f"Vi har ikke registreret et svar fra udvalget. {unknown}"))
    late = "Fristen er gået, og sagen er ikke afsluttet. Dagen for fristen tæller ikke som forsinket."
    silent = f"Der er ikke skrevet nyt i mere end {counted(tenancy.current().stale_after_days, 'dag', 'dage')}"
    rows += [
        ("Forsinket", late),
        ("Ikke opdateret", f"{silent}, og ingen har bekræftet, at det stadig er korrekt."),
    ]
    words = (Column("word", "Ord", width=10), Column("meaning", "Betydning", width=30))
    tables = [Table("definitions", "Ordene i rapporten", words, tuple(rows))]
    named = {one for line in every for one in line.committees}
    if committees := sorted(named, key=lambda one: (one.sort_name, one.code)):
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


def method(choices: Choices, found: Sequence[ReportLine], partial: Collection[int]) -> Section:
    """How the data came about, and what the two times are; `partial` are sources (id) that have more than is here."""
    stood = f"Den viser, hvordan det stod {day_in_words(choices.selection.day)}"
    paragraphs = (
        "Rapporten er lavet af det, der er udgivet i Anbefalingstracker. Kladder er aldrig med, "
        "og intet er skrevet til i rapporten.",
        f"{stood}, efter hvad der var registreret {moment_in_words(choices.selection.known_at)}. "
        "Det, der er udgivet, kan ikke ændres eller slettes, så den kan laves igen. Det, der senere er rettet, tæller "
        "ikke med; det kan læses på rækkens egen adresse, hvor det er mærket.",
        f"{_how_whole(found, partial)} En anbefaling bliver stående, også når den er afvist, glemt eller gjort. "
        f"{_not_counted(found)}",
        f"»Forsinket« og »Ikke opdateret« er regnet ud af datoer. {_whose_titles(found)} "
        "Hver række har en fast adresse, hvor hele forløbet kan læses.",
    )
    return Section("method", "Sådan er rapporten lavet", paragraphs)


def _how_whole(found: Sequence[ReportLine], partial: Collection[int]) -> str:
    """Whether all that a source lists has been registered."""
    sources = list({line.publication: None for line in sorted(found, key=lambda line: line.place)})
    parts = [publication.title for publication in sources if publication.pk in partial]
    if not parts:
        return "Listen fra en kilde er hel."
    others = " De andre kilders lister er hele." if len(parts) < len(sources) else ""
    return f"Ikke alt fra disse kilder er registreret her: {'; '.join(parts)}.{others}"


def _not_counted(found: Sequence[ReportLine]) -> str:
    if any(line.kind == ItemKind.OPTION for line in found):
        return "Overskrifter og muligheder, som et svar kan vælge imellem, tælles ikke med."
    return "Overskrifter samler andre anbefalinger og tælles ikke med."


def _whose_titles(found: Sequence[ReportLine]) -> str:
    """Whose words the titles are; the mark is explained where it stands."""
    basis = {line.title_basis for line in found} - {WordsBasis.SOURCE}
    if not basis:
        return "Titler er skrevet af efter kilden."
    whose = {WordsBasis.OURS: "skrevet af os", WordsBasis.RESTATED: "skrevet som i udvalgets papir"}
    made = " eller ".join(words for code, words in whose.items() if code in basis)
    return f"Titler med {OUR_TITLE} efter sig er {made}; de andre er kildens egne."


def source_words(publication: Publication, *, is_partial: bool) -> tuple[str, ...]:
    """What stands under the name of a source."""
    return (publication.publisher, NOT_WHOLE) if is_partial else (publication.publisher,)


def counted(count: int, one: str, many: str) -> str:
    return f"{number_format(count)} {one if count == 1 else many}"


def day_in_words(day: date) -> str:
    return date_format(day, "j. F Y")


def moment_in_words(moment: datetime | None) -> str:
    """The moment until which rows count, to the second."""
    return date_format(timezone.localtime(moment), r"j. F Y \k\l. H.i.s")


def model_in_words(model: ItemModel) -> tuple[str, str]:
    """The plural, at the beginning of a sentence and within one."""
    plural = str(model._meta.verbose_name_plural)
    return capfirst(plural), plural
