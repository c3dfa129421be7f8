"""`manage.py test_restore`: whether a backup can be restored, tried for good in a database that is thrown away."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Prøver en sikkerhedskopi: gendanner den i en tom SQLite-database i en midlertidig mappe, kører verify dér og "
        "sletter det hele igen. Rører ikke den rigtige database. Fejler, når noget er galt."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("fil", type=Path, help="Sikkerhedskopien.")
        parser.add_argument("--noegle", type=Path, metavar="FIL", help="Filen med nøglen, når kopien er krypteret.")

    def handle(self, *args: Any, fil: Path, noegle: Path | None, **options: Any) -> None:
        with TemporaryDirectory(prefix="gendannelse-") as folder:
            key = ["--noegle", str(noegle.resolve())] if noegle else []
            self.run_there(folder, "migrate", "--verbosity", "0")
            self.run_there(folder, "restore", str(fil.resolve()), *key)
            self.run_there(folder, "verify")
            self.run_there(folder, "verify", "--log")
        self.stdout.write(f"{fil} kan gendannes.")

    def run_there(self, folder: str, *command: str) -> None:
        elsewhere = {
            "DEVELOPMENT": str(settings.DEVELOPMENT),
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "VAR_DIR": folder,
            "MEDIA_ROOT": f"{folder}/media",
            **dict.fromkeys(("DATABASE_OWNER_URL", "DATABASE_REPLICA_URL", "CACHE_URL", "STORAGE_URL"), ""),
        }
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env={**os.environ, **elsewhere},
            capture_output=True,
            encoding="utf-8",
        )
        self.stdout.write(done.stdout + done.stderr, ending="")
        if done.returncode:
            raise CommandError(f"Kopien kan ikke gendannes, som den skal: manage.py {command[0]} fejlede. Se ovenfor.")
