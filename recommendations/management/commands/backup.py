"""`manage.py backup`: everything of the installation in one file."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.formats import number_format

from recommendations.management.backup.making import make
from recommendations.management.backup.sealing import KeyRefused, recipient


class Command(BaseCommand):
    help = "Skriver hele installationen i én fil: alle rækker, brugere med adgangskoder, dokumentation og rapporter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fil", type=Path, help="Filen, der skal skrives. Den må ikke findes i forvejen.")
        parser.add_argument(
            "--til",
            action="append",
            default=[],
            metavar="MODTAGER",
            help="Krypter filen til age1… eller ssh-ed25519 …; flere gange: enhver af dem kan læse den.",
        )

    def handle(self, *args: Any, fil: Path, til: list[str], **options: Any) -> None:
        try:
            manifest = make(fil, [recipient(one) for one in til])
        except KeyRefused as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"Databasen svarede ikke til ende: {error} Der er ingen halv fil tilbage.") from error
        except FileExistsError as error:
            raise CommandError(f"{fil} findes allerede, og en kopi overskrives aldrig. Vælg et andet navn.") from error
        except OSError as error:
            raise CommandError(
                f"{fil} kunne ikke skrives: {os.strerror(error.errno or 0)}. Der er ingen halv fil tilbage."
            ) from error
        for name in manifest.missing:
            self.stderr.write(self.style.WARNING(f"Filen {name} findes ikke, så den er ikke med."))
        self.stdout.write(
            f"{fil}: {number_format(manifest.rows)} rækker og {number_format(manifest.files)} filer, "
            f"{number_format(fil.stat().st_size)} byte. Fingeraftryk: {manifest.fingerprint}"
        )
        if not til:
            self.stderr.write("Filen er ikke krypteret. Den har alle kladder, mailadresser og adgangskoder (hashet).")
