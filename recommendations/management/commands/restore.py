"""`manage.py restore`: a backup into a database and a folder that are empty, or that may be replaced."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.cache import caches
from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import number_format

from recommendations.database_roles import as_owner
from recommendations.management.backup.archive import BackupReader, BackupRefused
from recommendations.management.backup.restoring import restore
from recommendations.management.backup.sealing import KeyRefused, identities


class Command(BaseCommand):
    help = "Gendanner en installation fra en fil, som manage.py backup har skrevet: alt eller intet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fil", type=Path, help="Sikkerhedskopien.")
        parser.add_argument("--noegle", type=Path, metavar="FIL", help="Filen med nøglen, når kopien er krypteret.")
        parser.add_argument(
            "--overskriv", action="store_true", help="Erstat alt, hvad der er i databasen. Det kan ikke fortrydes."
        )

    def handle(self, *args: Any, fil: Path, noegle: Path | None, overskriv: bool, **options: Any) -> None:
        try:
            with fil.open("rb") as file, as_owner():
                reader = BackupReader(file, identities(noegle) if noegle else [])
                manifest = restore(reader, overwrite=overskriv)
        except (BackupRefused, KeyRefused) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            what = error.filename or fil
            raise CommandError(f"{what}: {os.strerror(error.errno or 0)}. Intet er gendannet.") from error
        caches["pages"].clear()
        self.stdout.write(
            f"Gendannet fra {manifest.made_at}: {number_format(manifest.rows)} rækker og "
            f"{number_format(manifest.files)} filer. Fingeraftryk: {manifest.fingerprint}"
        )
        for name in manifest.missing:
            self.stderr.write(self.style.WARNING(f"Filen {name} fandtes ikke, da kopien blev lavet."))
        self.stdout.write("Kør »manage.py prepare« og »manage.py verify«, og genstart tjenesten.")
