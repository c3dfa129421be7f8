"""`manage.py generate`: made-up sources, many of them, to try and to measure the system with. In development only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management.base import CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import tenancy
from recommendations.enums import Role
from recommendations.management.commands.prepare import DEVELOPMENT_PASSWORD
from recommendations.management.commands.seed import SOURCES
from recommendations.management.example import words
from recommendations.management.example.source import Cast, Plan, plans, save_source
from recommendations.management.example.story import Line, at_noon
from recommendations.management.municipal import MunicipalCommand
from recommendations.models import Addressee, Committee, CommitteeMembership, Municipality, Publication, Succession

LAST_DAY = date(2026, 10, 31)  # nothing happens after it: the rows do not depend on the day they are made
USERS = {
    Role.EDITOR: "eksempel-redaktoer",
    Role.APPROVER: "eksempel-godkender",
    Role.SECRETARY: "eksempel-sekretaer",
}
EMPTY_DATABASE = gettext_lazy(
    "Brug en database for sig: sæt DATABASE_URL til en ny, for eksempel sqlite:////tmp/eksempel.sqlite3, kør "
    "«manage.py prepare», og prøv igen."
)


class Command(MunicipalCommand):
    help = (
        "Laver opdigtede kilder at prøve og måle systemet med. Samme frø giver de samme rækker. Kun i udvikling. "
        "En kilde, der findes i forvejen, springes over, så en afbrudt kørsel kan gøres færdig."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--anbefalinger", type=_count, default=200, help="Hvor mange, uden overskrifter (200).")
        parser.add_argument("--opdateringer", type=_count, default=1000, help="Hvor mange, kladder med (1000).")
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
        cast, began = make_cast(til), time.monotonic()
        recommendations = updates = 0
        for plan in wanted:
            if plan.slug not in made:
                save_source(plan, cast)
            recommendations, updates = recommendations + plan.recommendations, updates + plan.updates
            progress = {
                "done": number_format(plan.position),
                "all": number_format(len(wanted)),
                "recommendations": number_format(recommendations),
                "updates": number_format(updates),
                "seconds": number_format(round(time.monotonic() - began)),
            }
            self.stdout.write(
                _(
                    "%(done)s af %(all)s kilder: %(recommendations)s anbefalinger, %(updates)s opdateringer, "
                    "%(seconds)s sekunder"
                )
                % progress
            )
        tell_the_planner()
        self.stdout.write(
            _("Færdig. Log ind med adgangskoden %(password)s som %(users)s.")
            % {"password": DEVELOPMENT_PASSWORD, "users": ", ".join(USERS.values())}
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
                    _("Databasen har kilden «%(title)s», som nogen selv har oprettet.") % {"title": publication.title}
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


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


@transaction.atomic
def make_cast(last: date) -> Cast:
    """The committees, the addressees and the users that all sources share; what is there already is left as it is."""
    users = get_user_model().objects
    password = make_password(DEVELOPMENT_PASSWORD)
    for username in USERS.values():
        users.get_or_create(username=username, defaults={"is_staff": True, "password": password})
    for slug, name in words.ADDRESSEES:
        Addressee.objects.get_or_create(slug=slug, defaults={"name": name, "municipality": tenancy.current()})
    lines = list(_lines(last))
    for role, username in USERS.items():
        CommitteeMembership.objects.get_or_create(user=users.get(username=username), committee=lines[0].now, role=role)
    giver, taker = (_committee(code, dict(words.FIELDS)[code]) for code in words.PARTLY_HANDED_OVER)
    return Cast(
        lines,
        Line(taker, giver, _succession(giver, taker, last.replace(month=1, day=1), predecessor_ends=False)),
        list(Addressee.objects.filter(slug__in=dict(words.ADDRESSEES)).order_by("slug")),
        users.get(username=USERS[Role.EDITOR]),
        users.get(username=USERS[Role.APPROVER]),
    )


def _lines(last: date) -> Iterator[Line]:
    """The committees; at New Year some of them took over from another."""
    new_year = last.replace(month=1, day=1)
    for code, field in words.FIELDS:
        if code not in words.FORMER_FIELDS:
            yield Line(_committee(code, field))
            continue
        before = _committee(*words.FORMER_FIELDS[code], valid_to=new_year)
        now = _committee(code, field, valid_from=new_year)
        yield Line(now, before, _succession(before, now, new_year))


def _succession(before: Committee, now: Committee, on: date, *, predecessor_ends: bool = True) -> Succession:
    row, _is_new = Succession.objects.get_or_create(
        predecessor=before,
        successor=now,
        on=on,
        defaults={
            "predecessor_ends": predecessor_ends,
            "reason": "Opdigtet ændring af udvalgene.",
            "recorded_at": at_noon(on),
        },
    )
    return row


def _committee(code: str, field: str, **period: date) -> Committee:
    row, _is_new = Committee.objects.get_or_create(
        code=f"EKS-{code}",
        defaults={
            "municipality": tenancy.current(),
            "abbreviation": f"EKS-{code}",
            "name": f"Eksempeludvalget for {field}",
            "administration": f"Eksempelforvaltningen for {field}",
            "administration_abbreviation": f"EKSF-{code}",
            "email": f"{code.lower()}@example.org",
            "remit": "Udvalget er opdigtet og findes kun for at prøve systemet.",
            **period,
        },
    )
    return row


def tell_the_planner() -> None:
    """Let the database count what has come in; otherwise it plans its queries for small tables."""
    is_alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if is_alone else "ANALYZE")
