"""`manage.py seed`: create what is missing of the shipped sources, and never overwrite what an editor changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from recommendations.actions import save_committee, save_synonym
from recommendations.enums import Act
from recommendations.management.alone import alone
from recommendations.management.municipal import MunicipalCommand
from recommendations.management.source_file import Tally, load
from recommendations.models import Committee, Event, Municipality, Synonym

FIXTURE_DIR = Path(settings.BASE_DIR) / "fixtures"
COMMITTEES = "committees"
SYNONYMS = "synonymer"
# In the order they refer to each other.
SOURCES = (
    "koebenhavnertinget-2024",
    "koebenhavnertinget-2023",
    "kl-handlingsplan",
    "kkr-hovedstaden-2019",
    "kk-rekruttering-2022",
    "idekatalog-2019",
)


class Command(MunicipalCommand):
    help = (
        "Opretter det, der mangler af de medfølgende kilder. Ændrer aldrig noget, der findes i forvejen. Er der ingen "
        "kommune, oprettes Københavns Kommune."
    )

    @alone()
    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not Municipality.objects.exists():
            if options.get("kommune"):
                raise CommandError("Der er ingen kommuner endnu. Kør uden --kommune: så oprettes Københavns Kommune.")
            Municipality.objects.create(**read(COMMITTEES)["municipality"])
        super().handle(*args, **options)

    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
        self.say(COMMITTEES, committees(read(COMMITTEES)["committees"]))
        for name in SOURCES:
            self.say(name, load(read(name)))
        self.say(SYNONYMS, synonyms(read(SYNONYMS)["synonyms"]))

    def say(self, name: str, tally: Tally) -> None:
        self.stdout.write(f"{name}: {tally.created} oprettet, {tally.kept} fandtes i forvejen.")


def read(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((FIXTURE_DIR / f"{name}.json").read_text(encoding="utf-8"))
    return parsed


def committees(rows: list[dict[str, str]]) -> Tally:
    """Create the committees that are missing; the abbreviation is the code where none is given."""
    tally = Tally()
    here = set(Committee.objects.order_by().values_list("code", flat=True))
    for row in rows:
        if tally.count(row["code"] not in here):
            save_committee(by=None, committee=Committee(**{"abbreviation": row["code"], **row}))
    return tally


def synonyms(rows: list[dict[str, Any]]) -> Tally:
    """Create the other words for searching that are missing; what somebody has taken away is not brought back."""
    tally = Tally()
    removed = Event.objects.filter(act=Act.SYNONYM_REMOVED).order_by().values_list("details__everyday__0", flat=True)
    here = {*Synonym.objects.order_by().values_list("everyday", flat=True), *removed}
    for row in rows:
        if tally.count(row["everyday"] not in here):
            save_synonym(by=None, everyday=row["everyday"], official="\n".join(row["official"]))
    return tally
