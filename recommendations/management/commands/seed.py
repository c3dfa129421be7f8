"""`manage.py seed`: create what is missing of the shipped sources, and never overwrite what an editor changed."""

from pathlib import Path

from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand
from django.db import transaction

from recommendations.actions import publish_from_source
from recommendations.models import StatusUpdate

# In the order they refer to each other.
FIXTURES = (
    "committees",
    "koebenhavnertinget-2024",
    "kl-handlingsplan",
    "kkr-hovedstaden-2019",
    "kk-rekruttering-2022",
)
FIXTURE_DIR = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    help = "Opretter det, der mangler af de medfølgende kilder. Ændrer aldrig noget, der findes i forvejen."

    @transaction.atomic
    def handle(self, *args, **options):
        for name in FIXTURES:
            created, kept = self.load(FIXTURE_DIR / f"{name}.json")
            self.stdout.write(f"{name}: {created} oprettet, {kept} fandtes i forvejen.")

    def load(self, path: Path) -> tuple[int, int]:
        """Create the rows of one file whose natural key is not taken; then publish the updates among them."""
        created: list = []
        kept = 0
        with path.open(encoding="utf-8") as file:
            for row in serializers.deserialize("json", file):
                if row.object.pk is not None:  # the deserializer found the row by its natural key
                    kept += 1
                    continue
                if self.belongs_to_what_stood_before(row.object, created):
                    kept += 1
                    continue
                self.save(row)
                created.append(row.object)
        for row in created:
            if isinstance(row, StatusUpdate):
                publish_from_source(update=row)
        return len(created), kept

    @staticmethod
    def belongs_to_what_stood_before(row, created: list) -> bool:
        """Evidence of an update that was there already: an editor may have published it since, or taken it away."""
        update = getattr(row, "update", None)
        return isinstance(update, StatusUpdate) and update not in created

    @staticmethod
    def save(row) -> None:
        # Not the deserializer's own raw save: the rows are to have their sort key, their search text and their history.
        row.object._change_reason = "Indlæst fra kilden"
        row.object.save()
        for field, related in (row.m2m_data or {}).items():
            getattr(row.object, field).set(related)
