"""`manage.py report`: make a status report as a file, however large; or issue one, or fetch one that was issued."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError, CommandParser
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from recommendations import permissions
from recommendations.criteria import Criterion, criteria_of
from recommendations.management.municipal import MunicipalCommand
from recommendations.models import Committee, IssuedReport, Municipality
from recommendations.models.committee import with_code
from recommendations.reports.builders import built
from recommendations.reports.choices import OWN_FIELDS, Choices, ReportForm
from recommendations.reports.document import Report
from recommendations.reports.issuing import found, issue, report_of, with_previous, written_for
from recommendations.reports.renderers import FORMATS

# The choices of the page, by their names in addresses.
CHOICES: tuple[Criterion, ...] = tuple(
    criterion
    for criterion in criteria_of(ReportForm.models, any_model=ReportForm.any_model)
    if criterion.field not in ReportForm.leave_out
)
SEVERAL = {*(one.name for one in CHOICES if one.is_several or one.field in ReportForm.several), "afsnit"}
FLAGS = {*(one.name for one in CHOICES if one.is_flag), "hel"}


def help_of(criterion: Criterion) -> str:
    """What a choice is, for who types it."""
    if criterion.field == "since":
        return "Ændret siden den dag, eller ordet forrige: siden den forrige rapport."
    return str(criterion.option_help) or f"{criterion.label}. {criterion.help_text}".strip()


class Command(MunicipalCommand):
    help = "Laver en statusrapport som en fil. Valgene hedder det samme som i sidens adresser."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        helps = {one.name: help_of(one) for one in CHOICES} | {name: str(text) for name, text in OWN_FIELDS.items()}
        for name, text in helps.items():
            action = "store_true" if name in FLAGS else "append" if name in SEVERAL else "store"
            parser.add_argument(f"--{name.replace('_', '-')}", help=text.replace("%", "%%"), action=action)
        parser.add_argument("--kendt", help="Kun det, der var registreret da, for eksempel 2026-11-01T10:00:00+01:00.")
        parser.add_argument("--format", help=f"Et af: {', '.join(FORMATS)}.")
        parser.add_argument("--output", help="Filen, der skrives; - skriver til standard output.")
        parser.add_argument("--issue", action="store_true", help="Udsted den, og skriv dens kode og fingeraftryk.")
        parser.add_argument("--by", help="Brugernavnet på den, der udsteder.")
        parser.add_argument("--udsteder", help="Koden på det udvalg, den udstedes af, når der er flere.")
        parser.add_argument("--kode", help="Hent en rapport, der er udstedt, i stedet for at lave en.")

    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
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

    def require_sense(self, options: dict[str, Any]) -> None:
        if options["format"] and options["format"] not in FORMATS:
            raise CommandError(f"Formatet »{options['format']}« findes ikke. Vælg et af: {', '.join(FORMATS)}.")
        if bool(options["output"]) != bool(options["format"]):
            raise CommandError("Skriv både --format og --output, for eksempel --format docx --output rapport.docx.")
        if not options["output"] and not options["issue"]:
            raise CommandError("Skriv, hvor rapporten skal hen: --format og --output. Eller udsted den: --issue.")
        if options["issue"] and options["kode"]:
            raise CommandError("Rapporten er allerede udstedt. Brug enten --issue eller --kode.")
        if options["issue"] and not options["by"]:
            raise CommandError("Skriv, hvem der udsteder: --by brugernavn.")
        if options["output"] not in (None, "-") and not Path(options["output"]).resolve().parent.is_dir():
            raise CommandError(f"Mappen til »{options['output']}« findes ikke. Lav den, eller vælg en anden.")

    def choices(self, options: dict[str, Any]) -> Choices:
        """What the options say, held against the same form as the page's."""
        query = QueryDict(mutable=True)
        for name in (*(one.name for one in CHOICES), *OWN_FIELDS):
            if value := options[name]:
                query.setlist(name, value if name in SEVERAL else ["1" if name in FLAGS else value])
        form = ReportForm(query)
        if not form.is_valid():
            problems = [
                f"--{name.replace('_', '-')}: {error}" for name, errors in form.errors.items() for error in errors
            ]
            raise CommandError(" ".join(problems))
        if not options["kendt"]:
            return form.report_choices
        known_at = self.moment(options["kendt"])
        return replace(form.report_choices, selection=form.selection.replaced(known_at=known_at))

    @staticmethod
    def moment(text: str) -> datetime:
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None:
            raise CommandError(f"--kendt: »{text}« er ikke et tidspunkt. Skriv som 2026-11-01T10:00:00+01:00.")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    def issue(self, choices: Choices, options: dict[str, Any]) -> Report:
        user = get_user_model().objects.filter(username=options["by"], is_active=True).first()
        if user is None:
            raise CommandError(f"Brugeren »{options['by']}« findes ikke, eller login er lukket. Skriv et andet navn.")
        committee = self.committee(user, choices, options["udsteder"])
        if choices.meeting:
            choices = replace(choices, meeting=written_for(choices.meeting.meeting))
        try:
            issued = issue(choices, by=user, committee=committee, progress=self.say)
        except PermissionDenied as refused:
            raise CommandError(str(refused)) from refused
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        to = self.stderr if options["output"] == "-" else self.stdout
        to.write(f"Kode: {issued.code}")
        to.write(f"Fingeraftryk: {issued.fingerprint}")
        return report_of(issued)

    @staticmethod
    def committee(user: User, choices: Choices, code: str | None) -> Committee | None:
        """The committee that issues: the one named, or the only one there is for this user and this report."""
        if code:
            named = with_code(Committee.objects.order_by("pk"), code)
            if named is None:
                raise CommandError(f"Udvalget »{code}« findes ikke. Skriv koden på et andet.")
            return named
        codes = choices.selection.committee_codes
        possible = list(permissions.issuing_committees(user, codes))
        if len(possible) == 1:
            return possible[0]
        if permissions.can_administer(user):
            return None
        if not possible:
            raise CommandError(
                f"»{user}« er ikke udvalgssekretær for det, rapporten er om. Vælg ét udvalg med --udvalg: det, "
                f"»{user}« er sekretær for."
            )
        raise CommandError("Skriv, hvilket udvalg der udsteder: --udsteder " + " eller ".join(c.code for c in possible))

    @staticmethod
    def issued_before(code: str) -> IssuedReport:
        issued = found(code)
        if issued is None:
            raise CommandError(f"Der er ingen udstedt rapport med koden »{code}«. Se efter nederst i rapporten.")
        return issued

    def write(self, report: Report, options: dict[str, Any]) -> None:
        """All of the file or nothing: it gets its name when it is whole."""
        format = FORMATS[options["format"]]
        self.say(f"Skriver {format.label} …")
        if options["output"] == "-":
            format.write(report, sys.stdout.buffer)
            return
        path = Path(options["output"])
        if path.exists() and not path.is_file():  # a device or a pipe: it is written to, and no file takes its place
            with path.open("wb") as stream:
                format.write(report, stream)
            return
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
