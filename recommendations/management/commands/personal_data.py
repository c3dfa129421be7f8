"""`manage.py personal_data`: the record of processing, as a document."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from recommendations.personal_data import as_markdown


class Command(BaseCommand):
    help = "Skriver fortegnelsen over behandling af personoplysninger, som docs/personal-data.md har."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(as_markdown(), ending="")
