"""`manage.py verify`: hold the rows against what the sources say, and what is derived against its rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.cache import caches
from django.core.management.base import CommandError, CommandParser
from django.db import ProgrammingError, connection
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.formats import number_format

from recommendations import append_only, event_log, tenancy
from recommendations.actions import destroy, undestroyed
from recommendations.actions.sources import row_counts
from recommendations.actions.state import refresh
from recommendations.actions.turns import in_turn
from recommendations.actions.wordings import point_at_words
from recommendations.database_roles import as_owner
from recommendations.enums import ItemKind
from recommendations.management import kept_facts, structure
from recommendations.management.municipal import MunicipalCommand
from recommendations.management.row_by_row import MEND, happening, misfits, named
from recommendations.models import (
    Committee,
    Document,
    Event,
    Item,
    KeptLine,
    Lineage,
    Municipality,
    Ownership,
    Publication,
    Relation,
    WithheldPlace,
)
from recommendations.reports import whole_files

EMPTY = (
    "Der er ingen hændelser i databasen. Er den ny, så opret en kilde i /admin/ eller kør »manage.py seed«. Er den "
    "ikke, så er alt væk: gendan en sikkerhedskopi."
)
CHUNK = 500  # items at a time, where they are mended


class Command(MunicipalCommand):
    help = (
        "Kontrollerer, at kilderne er hele, og at kopier, ejerskaber og forhold passer, i alle kommuner eller i én. "
        "Fejler, når noget er galt."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--ret",
            action="store_true",
            help="Dan først kopierne igen fra de udgivne rækker, og sæt manglende låse i. Ændrer intet andet.",
        )
        parser.add_argument(
            "--log",
            action="store_true",
            help="Kontrollér i stedet loggen: hver hændelse, hver række, den skrev, og roden i hver udstedt rapport.",
        )

    def handle(self, *args: Any, kommune: str = "", ret: bool = False, log: bool = False, **options: Any) -> None:
        self.problems = list(structure.wrong_columns())
        if self.problems:  # nothing else can be asked of such a database
            self.conclude(log=log)
        if ret:
            self.put_locks_back()
        self.problems += [*missing_triggers(), *structure.wrong_constraints(), *structure.strangers()]
        if not Event._base_manager.order_by("pk").exists():
            self.problems.append(EMPTY)
        if kommune:
            super().handle(kommune=kommune, ret=ret, log=log)
        else:
            for municipality in tenancy.each():
                self.handle_municipality(municipality, ret=ret, log=log)
        if ret:  # which is no act, so no data version tells of it
            caches["pages"].clear()
            self.stdout.write("Genstart tjenesten, hvis den kører: den kan have gemt, hvad de gamle kopier sagde.")
        self.conclude(log=log)

    def put_locks_back(self) -> None:
        wrong = append_only.missing(connection)
        for name in wrong:
            self.stdout.write(f"Låsen {name} var ikke, som den skal være, og sættes i igen.")
        if wrong:
            try:
                with as_owner():
                    append_only.install(connection)
            except ProgrammingError as error:
                raise CommandError(
                    "Kun den rolle, der ejer tabellerne, kan sætte låse i. Sæt DATABASE_OWNER_URL, og prøv igen."
                ) from error

    def conclude(self, *, log: bool) -> None:
        for problem in self.problems:
            self.stdout.write(self.style.ERROR(problem))
        if self.problems:
            raise CommandError(f"{len(self.problems)} fejl fundet. Se sætningerne ovenfor.")
        if not log:
            self.stdout.write("Alt passer: kilder, kopier, ejerskaber, forhold og låse.")

    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
        if options["ret"] and self.is_as_told(municipality):
            KeptLine.objects.all().delete()  # made anew when somebody asks for a list
            whole_files.remove_older("none of them")
            mend()
        if options["log"]:
            found = [*broken_log(), *unlike_reports(), *misfits("events", out=self.stderr)]
            if not found:
                self.stdout.write(whole_log(municipality))
            self.problems += found
            return
        checks = (
            incomplete_publications,
            wrong_documents,
            wrong_committees,
            wrong_places,
            ownership_gaps,
            broken_relations,
            open_places,
            broken_log,
            unlike_reports,
            *kept_facts.CHECKS,
        )
        for check in checks:
            self.problems += check()
        self.problems += misfits("items", "events", out=self.stderr)

    def is_as_told(self, municipality: Municipality) -> bool:
        """Whether the rows that copies are made of are those that were written: no copy is made to fit a forgery."""
        found = [
            *broken_log(),
            *kept_facts.untold_rows(),
            *kept_facts.vanished_rows(),
            *misfits("events", out=self.stderr),
        ]
        if found:
            self.problems.append(
                f"{municipality.name}: kopierne er ikke dannet igen, for de rækker, de dannes af, er ikke dem, der "
                "blev skrevet. Find ud af, hvem der har ændret dem, og gendan en sikkerhedskopi."
            )
        return not found


def in_chunks() -> Iterator[list[Item]]:
    """All items in the order of their keys, some at a time, so that memory does not grow with the table."""
    rows = Item.objects.select_related("publication", "parent", "wording").order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def mend() -> None:
    """Make again all that is derived: where rows stand first, from the top down."""
    for item in Item.objects.select_related("parent").filter(parent__isnull=True).order_by("pk"):
        mend_path(item)
    for items in in_chunks():
        with in_turn():  # else an act that is committed meanwhile would be undone
            point_at_words(items)
            refresh(items)
    destroy(undestroyed())


def mend_path(item: Item) -> None:
    if item.path != item.path_below(item.parent) or item.number_key != item.number.casefold():
        item.save(update_fields=["path", "number_key"])
    for child in item.children.order_by("pk"):
        child.parent = item
        mend_path(child)


def missing_triggers() -> Iterator[str]:
    for name in append_only.missing(connection):
        yield f"Låsen {name} mangler i databasen, så udgivne rækker kan ændres. {MEND}"


def incomplete_publications() -> Iterator[str]:
    """The number of rows of each kind is a fact of the source. One that is still being written may have fewer."""
    for publication in Publication.objects.filter(public_at__isnull=False).order_by("position", "slug"):
        for count in row_counts(publication):
            if count.found != count.expected:
                yield (
                    f"»{publication.title}« har {count}. Kør »manage.py seed«, opret de rækker, der mangler, eller ret "
                    "kildens tal."
                )


def wrong_documents() -> Iterator[str]:
    """A source has a document of its own, and words in force that name a document name one of their source's."""
    public = Publication.objects.filter(public_at__isnull=False)
    for publication in public.filter(documents__isnull=True).order_by("position", "slug"):
        yield f"»{publication.title}« har intet dokument. Skriv det på kildens side."
    named_here = Document.objects.filter(publication=OuterRef("publication"), title=OuterRef("wording__document"))
    astray = Item.objects.filter(publication__in=public).exclude(wording__document="").exclude(Exists(named_here))
    for item in astray.filter(wording__isnull=False).select_related("publication", "wording").order_by("pk"):
        assert item.wording  # that is how it was found
        yield (
            f"{named(item)}: »{item.wording.document}« er ikke et af kildens dokumenter. Ret ordene, eller skriv "
            "dokumentet på kildens side."
        )


def wrong_committees() -> Iterator[str]:
    """Where a source says who is to answer it but not what each owns, somebody is bound, and nobody owns."""
    unknown = Publication.objects.filter(public_at__isnull=False, expects_answers=True, owners_known=False)
    for publication in unknown.order_by("position", "slug"):
        if not publication.bound_committees.exists():
            yield f"»{publication.title}«: ingen udvalg skal svare. Skriv dem på kildens side."
        if Ownership.objects.in_force().filter(item__publication=publication).exists():
            yield f"»{publication.title}« har rækker med ejere, men siger, at ejerne ikke er kendt. Ret kilden."


def wrong_places() -> Iterator[str]:
    """A parent is of the item's own source."""
    strays = Item.objects.filter(parent__isnull=False).exclude(parent__publication=F("publication"))
    for row in strays.select_related("publication", "parent__wording", "wording").order_by("pk"):
        yield f"{named(row)}: hører under {row.parent}, som er fra en anden kilde. Ret »hører under«."


def ownership_gaps() -> Iterator[str]:
    """Where the municipality is to answer, every item has an owner today, and the owner exists or has an heir.

    Not where the source does not say who owns what: there the committees that bound themselves stand on the source.
    """
    today = timezone.localdate()
    owned = Ownership.objects.in_force(today)
    unowned = Item.objects.owed_by_nobody().filter(publication__public_at__isnull=False)
    unowned = unowned.select_related("publication", "wording")
    for item in unowned.order_by("publication__position", "publication__slug", "path"):
        yield f"{named(item)}: intet udvalg ejer rækken. Registrer et ejerskab."
    orphaned = Lineage.load(on=today).without_heir(list(Committee.objects.order_by("pk")), today)
    rows = owned.filter(committee__in=orphaned).select_related("committee", "item__publication", "item__wording")
    for row in rows.order_by("pk"):
        yield (
            f"{named(row.item)}: {row.committee.name} er ophørt uden en afløser. Registrer, hvilket udvalg der har "
            "overtaget."
        )


def broken_relations() -> Iterator[str]:
    """A heading has no votes, and two items hang together once in each way."""
    votes = Item.objects.filter(kind=ItemKind.HEADING, votes__isnull=False).distinct()
    for row in votes.select_related("publication", "wording").order_by("pk"):
        yield f"{named(row)}: en overskrift har ingen stemmer. Flyt stemmeandelen, eller ret rækken."
    relations = Relation.objects.select_related("from_item__wording", "to_item__wording").order_by("pk")
    both_ways = Q(to_item__relations_out__to_item=F("from_item"), to_item__relations_out__kind=F("kind"))
    for relation in relations.filter(both_ways, to_item__relations_out__pk__lt=F("pk")):
        yield f"Forholdet »{relation}« er registreret i begge retninger. Slet det ene."


# --- The log ----------------------------------------------------------------------------------------------------------


def broken_log() -> Iterator[str]:
    """The first leaf that is not what its event says, or is missing."""
    found = event_log.first_misfit()
    if isinstance(found, int):
        yield f"Nummer {found} i loggen mangler, eller hændelsen er væk. Nogen har slettet uden om systemet."
    elif found is not None:
        told = happening(found.event, found.act, found.at)
        if found.since == found.number:
            yield f"Nummer {found.number} i loggen er ændret uden om systemet. {told}"
        else:
            yield f"Et af numrene {found.since}-{found.number} i loggen er ændret uden om systemet. Det sidste: {told}"


def unlike_reports() -> Iterator[str]:
    """The first issued report that the log of today does not extend."""
    if found := event_log.first_unlike():
        report = found.report
        yield (
            f"Rapport {report.code} har trykt loggens rod med {number_format(report.tree_size)} hændelser. Loggen i "
            f"dag giver en anden. Numrene {found.since}-{report.tree_size - 1} er ændret, slettet eller byttet om."
        )


def whole_log(municipality: Municipality) -> str:
    head, reports = event_log.head(), sum(1 for _report in event_log.sealed_reports())
    waiting = Event.objects.filter(leaf__isnull=True).count()
    return (
        f"{municipality.name}: loggen er hel. Den har {number_format(head.size)} hændelser, og roden er {head.root}. "
        f"Den forlænger roden i alle udstedte rapporter: {number_format(reports)}. Sket siden, og med i den næste: "
        f"{number_format(waiting)}."
    )


def open_places() -> Iterator[str]:
    """What was withheld is shut again, and its files are destroyed."""
    for place in WithheldPlace.objects.filter(opens__isnull=False).order_by("pk"):
        yield f"{place}: stedet står åbent for at blive skrevet om. Sig det til den, der driver systemet."
    for name in undestroyed():
        yield f"Filen {name} er fjernet, men ikke slettet. Kør »manage.py verify --ret«."
