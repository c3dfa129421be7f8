"""`manage.py report`: make a status report as a file, however large; or issue one, or fetch one that was issued."""

import os
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from recommendations import permissions
from recommendations.models import Committee, IssuedReport
from recommendations.reports.builders import built
from recommendations.reports.choices import Choices, ReportFilter
from recommendations.reports.document import Report
from recommendations.reports.issuing import found, issue, report_of, with_previous
from recommendations.reports.renderers import FORMATS

# The choices of the page, by their names in addresses; those with True can be given several times.
CHOICES = {
    "udvalg": ("Udvalgets kode, for eksempel SOU", True),
    "kilde": ("Kildens kode", False),
    "q": ("Ord at søge efter", False),
    "gruppe": ("Nummeret på en overskrift", False),
    "status": ("Status, eller ingen", True),
    "svar": ("Svar, eller ingen", True),
    "forvaltning": ("Forvaltningens forkortelse", False),
    "adressat": ("Hvem initiativerne er rettet mod", False),
    "stemmer_min": ("Mindste støtte i procent", False),
    "hvad": ("anbefalinger eller initiativer", False),
    "afsnit": ("Afsnit: opsummering, aendret, opmaerksomhed, liste", True),
    "moede": ("Møde og dagsordenspunkt, til rapportens hoved", False),
    "pr": ("Som det så ud den dag, for eksempel 2026-11-01", False),
    "siden": ("Ændret siden den dag, eller ordet forrige", False),
}
FLAGS = {"forsinket": "Kun forsinkede", "ikke_opdateret": "Kun ikke opdaterede"}


class Command(BaseCommand):
    help = "Laver en statusrapport som en fil. Valgene hedder det samme som i sidens adresser."

    def add_arguments(self, parser):
        for name, (help_text, several) in CHOICES.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=help_text, action="append" if several else "store")
        for name, help_text in FLAGS.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=help_text, action="store_true")
        parser.add_argument("--kendt", help="Kun det, der var registreret da, for eksempel 2026-11-01T10:00:00+01:00.")
        parser.add_argument("--format", help=f"Et af: {', '.join(FORMATS)}.")
        parser.add_argument("--output", help="Filen, der skrives; - skriver til standard output.")
        parser.add_argument("--issue", action="store_true", help="Udsted den, og skriv dens kode og fingeraftryk.")
        parser.add_argument("--by", help="Brugernavnet på den, der udsteder.")
        parser.add_argument("--udsteder", help="Koden på det udvalg, den udstedes af, når der er flere.")
        parser.add_argument("--kode", help="Hent en rapport, der er udstedt, i stedet for at lave en.")

    def handle(self, *args, **options):
        self.require_sense(options)
        if options["kode"]:
            report = report_of(self.issued_before(options["kode"]))
        else:
            choices = self.choices(options)
            if options["issue"]:
                report = self.issue(choices, options)
            else:
                report = built(with_previous(choices), progress=self.say)
        if options["output"]:
            self.write(report, options)

    def require_sense(self, options):
        if options["format"] and options["format"] not in FORMATS:
            raise CommandError(f"Formatet «{options['format']}» findes ikke. Vælg et af: {', '.join(FORMATS)}.")
        if bool(options["output"]) != bool(options["format"]):
            raise CommandError("Skriv både --format og --output, for eksempel --format docx --output rapport.docx.")
        if not options["output"] and not options["issue"]:
            raise CommandError("Skriv, hvor rapporten skal hen: --format og --output. Eller udsted den: --issue.")
        if options["issue"] and options["kode"]:
            raise CommandError("Rapporten er allerede udstedt. Brug enten --issue eller --kode.")
        if options["issue"] and not options["by"]:
            raise CommandError("Skriv, hvem der udsteder: --by brugernavn.")
        if options["output"] not in (None, "-") and not Path(options["output"]).resolve().parent.is_dir():
            raise CommandError(f"Mappen til «{options['output']}» findes ikke. Lav den, eller vælg en anden.")

    def choices(self, options) -> Choices:
        """What the options say, held against the same form as the page's."""
        query = QueryDict(mutable=True)
        for name, (_help, several) in CHOICES.items():
            if options[name]:
                query.setlist(name, options[name] if several else [options[name]])
        for name in FLAGS:
            if options[name]:
                query[name] = "1"
        filters = ReportFilter(query)
        if not filters.is_valid():
            problems = [
                f"--{name.replace('_', '-')}: {error}" for name, errors in filters.errors.items() for error in errors
            ]
            raise CommandError(" ".join(problems))
        if not options["kendt"]:
            return filters.choices
        return replace(
            filters.choices, selection=replace(filters.choices.selection, known_at=self.moment(options["kendt"]))
        )

    @staticmethod
    def moment(text: str) -> datetime:
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None:
            raise CommandError(f"--kendt: «{text}» er ikke et tidspunkt. Skriv som 2026-11-01T10:00:00+01:00.")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    def issue(self, choices: Choices, options) -> Report:
        user = get_user_model().objects.filter(username=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"Brugeren «{options['by']}» findes ikke, eller login er lukket. Skriv et andet navn.")
        committee = self.committee(user, choices, options["udsteder"])
        try:
            issued = issue(choices, by=user, committee=committee, progress=self.say)
        except PermissionDenied as refused:
            raise CommandError(str(refused)) from refused
        to = self.stderr if options["output"] == "-" else self.stdout
        to.write(f"Kode: {issued.code}")
        to.write(f"Fingeraftryk: {issued.fingerprint}")
        return report_of(issued)

    @staticmethod
    def committee(user, choices: Choices, code: str | None) -> Committee | None:
        """The committee that issues: the one named, or the only one there is for this user and this report."""
        if code:
            committee = Committee.objects.filter(code__iexact=code).first()
            if committee is None:
                raise CommandError(f"Udvalget «{code}» findes ikke. Skriv koden på et andet.")
            return committee
        codes = choices.selection.committee_codes
        possible = list(permissions.issuing_committees(user, codes))
        if len(possible) == 1:
            return possible[0]
        if permissions.can_reorganise(user):
            return None
        if not possible:
            raise CommandError(f"«{user}» er ikke udvalgssekretær for det, rapporten er om, og kan ikke udstede den.")
        raise CommandError("Skriv, hvilket udvalg der udsteder: --udsteder " + " eller ".join(c.code for c in possible))

    @staticmethod
    def issued_before(code: str) -> IssuedReport:
        issued = found(code)
        if issued is None:
            raise CommandError(f"Der er ingen udstedt rapport med koden «{code}». Se efter nederst i rapporten.")
        return issued

    def write(self, report: Report, options) -> None:
        """All of the file or nothing: it gets its name when it is whole."""
        format = FORMATS[options["format"]]
        self.say(f"Skriver {format.label} …")
        if options["output"] == "-":
            format.write(report, sys.stdout.buffer)
            return
        path = Path(options["output"])
        handle, unfinished = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                format.write(report, file)
            Path(unfinished).chmod(0o644)
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        rows = sum(len(table.rows) for table in report.tables())
        self.say(f"Skrevet: {path} ({rows} rækker, {path.stat().st_size // 1024} kB).")

    def say(self, sentence: str) -> None:
        self.stderr.write(sentence)
