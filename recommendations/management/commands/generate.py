"""`manage.py generate`: made-up sources, many of them, to try and to measure the system with. In development only."""

from __future__ import annotations

import time
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.management.commands.prepare import DEVELOPMENT_PASSWORD
from recommendations.management.commands.seed import SOURCES
from recommendations.management.example import words
from recommendations.management.example.cast import FEWEST, USERS, make_cast
from recommendations.management.example.source import Plan, plans, save_again, save_source
from recommendations.management.municipal import MunicipalCommand
from recommendations.models import Municipality, Publication

LAST_DAY = date(2026, 10, 31)  # nothing happens after it: the rows do not depend on the day they are made
EMPTY_DATABASE = gettext_lazy(
    "Brug en database for sig: sæt DATABASE_URL til en ny, for eksempel sqlite:////tmp/eksempel.sqlite3, kør "
    "»manage.py prepare«, og prøv igen."
)


class Command(MunicipalCommand):
    help = (
        "Laver opdigtede kilder at prøve og måle systemet med. Samme frø giver de samme rækker. Kun i udvikling. "
        "En kilde, der findes i forvejen, springes over, så en afbrudt kørsel kan gøres færdig."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--anbefalinger", type=_at_least(1), default=200, help="Hvor mange, uden overskrifter (200)."
        )
        parser.add_argument("--opdateringer", type=_at_least(1), default=1000, help="Hvor mange, kladder med (1000).")
        committees, users = FEWEST
        parser.add_argument(
            "--udvalg", type=_at_least(committees), default=committees, help=f"Hvor mange udvalg ({committees})."
        )
        parser.add_argument(
            "--brugere",
            type=_at_least(users),
            default=users,
            help=f"Hvor mange brugere med roller i udvalgene ({users}). De hedder eksempel-redaktoer-1 og så videre.",
        )
        parser.add_argument("--froe", type=int, default=1, help="Andet frø, andre rækker (1).")
        parser.add_argument(
            "--til", type=date.fromisoformat, default=LAST_DAY, help=f"Den sidste dag, noget sker ({LAST_DAY})."
        )

    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
        til: date = options["til"]
        wanted = plans(
            recommendations=options["anbefalinger"], updates=options["opdateringer"], seed=options["froe"], last=til
        )
        made = self.already_made(wanted, til)
        began = time.monotonic()
        cast = make_cast(til, committees=options["udvalg"], users=options["brugere"], seed=options["froe"])
        done = [plan for plan in wanted if plan.slug in made]
        for plan in wanted:
            if plan.is_told and plan.slug not in made:
                save_source(plan, cast)
                done.append(plan)
                self.say_how_far(done, wanted, began)
        for alike in save_again([plan for plan in wanted if not plan.is_told and plan.slug not in made]):
            done += alike
            self.say_how_far(done, wanted, began)
        tell_the_planner()
        self.stdout.write(
            _("Færdig. Log ind med adgangskoden %(password)s som %(users)s.")
            % {"password": DEVELOPMENT_PASSWORD, "users": ", ".join(USERS.values())}
        )

    def say_how_far(self, done: list[Plan], wanted: list[Plan], began: float) -> None:
        progress = {
            "done": number_format(len(done)),
            "all": number_format(len(wanted)),
            "recommendations": number_format(sum(plan.recommendations for plan in done)),
            "updates": number_format(sum(plan.updates for plan in done)),
            "seconds": number_format(round(time.monotonic() - began)),
        }
        self.stdout.write(
            _(
                "%(done)s af %(all)s kilder: %(recommendations)s anbefalinger, %(updates)s opdateringer, "
                "%(seconds)s sekunder"
            )
            % progress
        )

    def already_made(self, wanted: list[Plan], last: date) -> set[str]:
        """The codes of the wanted sources that are there already; refuses where made-up rows would not be alone."""
        if not settings.DEVELOPMENT:
            raise CommandError(
                _("Opdigtede rækker hører ikke hjemme i drift. Sæt DEVELOPMENT=true på en maskine til udvikling.")
            )
        if last > timezone.localdate():
            raise CommandError(
                _("Den sidste dag, %(day)s, ligger i fremtiden. Vælg en dag, der har været.")
                % {"day": date_format(last, "j. F Y")}
            )
        expected = {plan.slug: (plan.recommendations, plan.handed_over_on) for plan in wanted}
        made = set()
        for publication in Publication.objects.exclude(slug__in=SOURCES).order_by("position", "slug"):
            if publication.publisher != words.MUNICIPALITY:
                raise CommandError(
                    _("Databasen har kilden »%(title)s«, som nogen selv har oprettet.") % {"title": publication.title}
                    + f" {EMPTY_DATABASE}"
                )
            stands = publication.expected_recommendations, publication.handed_over_on
            if expected.get(publication.slug) != stands:
                raise CommandError(
                    _("Databasen har opdigtede kilder, der er lavet med et andet frø eller andre antal.")
                    + f" {EMPTY_DATABASE}"
                )
            made.add(publication.slug)
        return made


def _at_least(fewest: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if (number := int(text)) < fewest:
            raise ArgumentTypeError(_("Mindst %(fewest)s.") % {"fewest": fewest})
        return number

    return count


def tell_the_planner() -> None:
    """Let the database count what has come in; otherwise it plans its queries for small tables."""
    is_alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if is_alone else "ANALYZE")
