"""Makes a key that backups can be encrypted to, and prints it once; nothing keeps it."""

from typing import Any

from django.core.management.base import BaseCommand

from recommendations.management.backup.sealing import new_key


class Command(BaseCommand):
    help = "Laver en nøgle til sikkerhedskopier. Skriv den i en fil, og gem den et andet sted end kopierne."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        secret, public = new_key()
        self.stdout.write(f"# Modtager: {public}\n{secret}")
        self.stderr.write(
            f"Krypter til den med: manage.py backup FIL --til {public}\n"
            "Gem nøglen (AGE-SECRET-KEY-1…) i en fil uden for denne maskine. Den vises ikke igen. Uden den kan ingen "
            "læse kopierne."
        )
