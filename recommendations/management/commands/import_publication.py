"""`manage.py import_publication`: what a spreadsheet would do to a source; and do it, when told to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError, CommandParser

from recommendations.actions.imports import give_up_file, receive_file
from recommendations.enums import ImportKind
from recommendations.importing.applying import MOST_TRIED, ImportRefused, previewed
from recommendations.importing.batches import write_batch
from recommendations.importing.files import read_file, write_file
from recommendations.importing.plan import Plan, RowPlan
from recommendations.importing.reading import Finding
from recommendations.importing.sheets import SHEETS
from recommendations.importing.tables import SheetTable
from recommendations.importing.writing import write_template, write_wrong
from recommendations.management.municipal import MunicipalCommand
from recommendations.models import Municipality, Publication

SHOWN = 80  # signs of a cell
MOST_SHOWN = 200  # of each kind of line


class Command(MunicipalCommand):
    help = (
        "Læser en kilde fra et regneark (.xlsx, .ods, .csv) og viser, hvad der er nyt, ændret og forkert. Der skrives "
        "kun med --apply: så alt eller intet, som den, --as nævner. En ny kilde bliver en kladde. Intet slettes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FIL", nargs="?", help="Regnearket.")
        parser.add_argument("--apply", action="store_true", help="Skriv det, der vises, når intet er forkert.")
        parser.add_argument("--as", dest="user", metavar="BRUGER", help="Brugernavnet på den, der læser ind.")
        parser.add_argument("--kilde", default="", metavar="KODE", help="Kildens kode, når filen ikke selv siger den.")
        parser.add_argument(
            "--wrong", metavar="FIL", help="Er noget forkert, så skriv rækkerne med fejl hertil (.xlsx)."
        )
        parser.add_argument("--template", metavar="FIL", help="Skriv et tomt regneark (.xlsx) med forklaringer.")

    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
        if options["template"]:
            self.write(options["template"], write_template)
            self.stdout.write(f"Skrevet: {options['template']}. Arket »Læs mig« forklarer hver kolonne.")
            return
        if not options["file"]:
            raise CommandError("Skriv, hvilken fil der skal læses, eller --template FIL for et tomt regneark.")
        by = self.user(options["user"]) if options["user"] else None
        if options["apply"] and by is None:
            raise CommandError("Skriv, hvem der læser ind: --as brugernavn. Det står i loggen.")
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"Filen »{path}« findes ikke.")
        if options["wrong"] and Path(options["wrong"]).resolve() == path.resolve():
            raise CommandError(f"Filen »{path}« er den, der læses. Giv --wrong et andet navn.")
        self.stderr.write("Læser filen …")
        try:
            tables = read_file(path)
            if by and options["apply"]:
                plan = self.written(path, tables, by, options["kilde"])
            else:
                plan = previewed(tables, by=by, slug=options["kilde"])
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        except PermissionDenied as refused:
            raise CommandError(str(refused)) from refused
        except ImportRefused as refused:
            plan = refused.plan
        is_written = options["apply"] and not plan.wrong
        for line in told(plan, is_written=is_written):
            self.stdout.write(line)
        if options["wrong"] and plan.wrong:
            self.write(options["wrong"], lambda stream: write_wrong(tables, plan, stream))
            self.stdout.write(f"Rækkerne står i {options['wrong']}. Ret dem, der har en fejl, og læs filen ind.")
        if plan.wrong:
            sys.exit(1)

    @staticmethod
    def written(path: Path, tables: Sequence[SheetTable], by: User, slug: str) -> Plan:
        """As a batch, which can be undone; one that is refused is given up."""
        source = Publication.objects.filter(slug__iexact=slug).first() if slug else None
        if slug and source is None:  # the refusal says which there are
            return previewed(tables, by=by, slug=slug)
        content = path.read_bytes()
        batch = receive_file(by=by, kind=ImportKind.SOURCE, name=path.name, content=content, publication=source)
        try:
            return write_batch(by=by, batch=batch, tables=tables)
        except BaseException:
            give_up_file(by=by, batch=batch)
            raise

    @staticmethod
    def write(path: str, write: Callable[[BinaryIO], None]) -> None:
        try:
            write_file(Path(path), write)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused

    @staticmethod
    def user(name: str) -> User:
        user: User | None = get_user_model().objects.filter(username=name, is_active=True).first()
        if user is None:
            raise CommandError(f"Brugeren »{name}« findes ikke, eller login er lukket. Skriv et andet navn.")
        return user


# --- The preview as lines of text -------------------------------------------------------------------------------------


def told(plan: Plan, *, is_written: bool) -> Iterator[str]:
    """What the file does, for a terminal: first the source and its counts, then row by row, then how it ended."""
    source = plan.source
    if source:
        yield f"Kilden »{source.title}« ({source.slug}) er {'offentlig' if source.is_public else 'kladde'}."
    elif plan.rows:
        yield f"Kilden »{plan.rows[0].name}« ({plan.slug}) er ny."
    for count in plan.counts if source or plan.rows else ():
        yield f"  {str(count.what).capitalize()}: {count.found}" + (f" af {count.expected}" if count.expected else "")
    for heading, rows in (("Nyt", plan.new), ("Ændret", plan.changed)):
        yield from _under(f"{heading} ({len(rows)})", [line for row in rows for line in _row_lines(row)])
    yield from _under(f"Bemærkninger ({len(plan.remarks)})", _findings(plan.remarks))
    yield from _under(f"Forkert ({len(plan.wrong)})", _findings(plan.wrong))
    yield ""
    yield (
        f"{len(plan.new)} nye, {len(plan.changed)} ændrede, {plan.unchanged} uændrede, {len(plan.wrong)} forkerte, "
        f"{len(plan.remarks)} bemærkninger."
    )
    if plan.wrong:
        yield "Der er ikke skrevet noget. Ret det, der er forkert, og prøv igen."
    elif is_written:
        yield "Det er skrevet." + (
            "" if source and source.is_public else " Kilden er en kladde, til den gøres offentlig."
        )
    elif not plan.rows:
        yield "Filen ændrer ikke noget."
    else:
        yield "Der er ikke skrevet noget. Skriv det med --apply --as brugernavn."
        if plan.untried:
            where = "1 række" if plan.untried == 1 else f"{plan.untried} rækker"
            yield f"Rettelser i {where} gøres i nogens navn og er ikke prøvet. Prøv dem med --as brugernavn."
        if not plan.is_tried:
            yield f"Filen ændrer over {MOST_TRIED} rækker, så nogle regler prøves først, når den skrives."


def _row_lines(one: RowPlan) -> Iterator[str]:
    yield f"  {one.row.sheet.name}: {_short(one.name)}"
    for change in one.changes:
        yield f"    {change.heading}: {_short(change.old) or '(tom)'} → {_short(change.new) or '(tom)'}"


def _findings(findings: Iterable[Finding]) -> list[str]:
    order = {sheet.name: place for place, sheet in enumerate(SHEETS)}
    return [f"  {one}" for one in sorted(findings, key=lambda one: (order.get(one.sheet, -1), one.row))]


def _under(heading: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{heading}:"
        yield from lines[:MOST_SHOWN]
        if len(lines) > MOST_SHOWN:
            yield f"  … og {len(lines) - MOST_SHOWN} linjer til"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
