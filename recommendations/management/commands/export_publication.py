"""`manage.py export_publication`: a source as a spreadsheet, which can be read in again, here or elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser

from recommendations.importing.cells import nearest_of
from recommendations.importing.files import write_file
from recommendations.importing.writing import write_source
from recommendations.management.municipal import MunicipalCommand
from recommendations.models import Municipality, Publication


class Command(MunicipalCommand):
    help = (
        "Skriver en kilde som regneark (.xlsx): dens oplysninger, rækker, ejere, støtte og forhold. Status og svar er "
        "ikke med. Filen kan læses ind igen med import_publication, også i en anden kommune."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", metavar="KODE", help="Kildens kode, som den står i dens adresse.")
        parser.add_argument("file", metavar="FIL", nargs="?", help="Filen, der skrives. Uden: KODE.xlsx.")

    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
        slug = options["slug"]
        source = Publication.objects.filter(slug__iexact=slug).first()
        if source is None:
            near = nearest_of(slug, Publication.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"Kilden »{slug}« findes ikke." + (f" Mente du »{near}«?" if near else ""))
        path = Path(options["file"] or f"{source.slug}.xlsx")
        if path.suffix.lower() != ".xlsx":
            raise CommandError(f"Filen skal hedde noget med .xlsx, ikke »{path.name}«.")
        try:
            write_file(path, lambda stream: write_source(source, stream))
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        if rows := source.items.filter(
            carries_out__publication__in=Publication.objects.exclude(pk=source.pk)
        ).distinct():
            numbers = ", ".join(row.number for row in rows.order_by("path"))
            self.stdout.write(f"At {numbers} udfører rækker i en anden kilde, er ikke med i filen.")
        self.stdout.write(f"Skrevet: {path} ({source.items.count()} rækker). Status og svar er ikke med.")
