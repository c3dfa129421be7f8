"""`manage.py demo`: a made-up municipality with everything filled in, beside whatever is there. In development only.

Made whole or not at all, and once: its days lie before the day on which it is made, so that it is fresh when somebody
tries it, each on the weekday that it has in the file.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import actions, tenancy, uploads
from recommendations.enums import Role
from recommendations.management.commands.prepare import DEVELOPMENT_PASSWORD, SUPERUSER
from recommendations.management.demo import clock
from recommendations.management.demo.story import FOLDER, StoryTeller, moved_by, picked
from recommendations.management.source_file import Row
from recommendations.models import Committee, Municipality

WEEK = 7


class Command(BaseCommand):
    help = (
        "Laver den opdigtede Eksempelkøbing Kommune, hvor alt er udfyldt, ved siden af det, der er i forvejen. Kun i "
        "udvikling."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError(
                _("Opdigtede rækker hører ikke hjemme i drift. Sæt DEVELOPMENT=true på en maskine til udvikling.")
            )
        file = read(timezone.localdate())
        municipality = Municipality.objects.filter(slug=file["municipality"]["slug"]).first() or make(file)
        where = {"name": municipality.name, "url": tenancy.site_url(municipality), "password": DEVELOPMENT_PASSWORD}
        self.stdout.write(_("%(name)s er opdigtet, og alt er udfyldt. Se den på %(url)s/") % where)
        self.stdout.write(_("Log ind på %(url)s/admin/ med adgangskoden %(password)s som:") % where)
        for username, roles in file["people"].items():
            role = Role(next(iter(roles.values())))
            self.stdout.write(f"  {username:<6} {role.label.lower()}, " + ", ".join(roles))


def read(today: date) -> Row:
    """The example with its last day in the week before `today`."""
    file: Row = json.loads((FOLDER / "historien.json").read_text(encoding="utf-8"))
    days = (today - date.fromisoformat(file["last_day"])).days
    moved: Row = moved_by(file, timedelta(days // WEEK * WEEK))
    return moved


@transaction.atomic
def make(file: Row) -> Municipality:
    municipality = Municipality.objects.create(**file["municipality"])
    with tenancy.active(municipality):
        first_day = date.fromisoformat(file["story"][0]["on"])
        chief = get_user_model().objects.filter(
            username=SUPERUSER
        ).first() or get_user_model().objects.create_superuser(SUPERUSER, password=DEVELOPMENT_PASSWORD)
        with clock.at(first_day - timedelta(WEEK)):
            _introduce(file, chief)
        StoryTeller(file, chief).tell()
    return municipality


def _introduce(file: Row, chief: User) -> None:
    """Who they are: the municipality's own mark and colour, its committees, and who works for them."""
    mark = picked(file["about"]["mark"])
    mark.name = f"{uploads.digest_of(mark)[:16]}.png"
    actions.change_municipality(by=chief, **file["about"] | {"mark": mark})
    committees = {
        row["code"]: actions.save_committee(by=chief, committee=Committee(**row)) for row in file["committees"]
    }
    for username, roles in file["people"].items():
        user, is_new = get_user_model().objects.get_or_create(
            username=username, defaults={"is_staff": True, "email": f"{username}@eksempelkoebing.example"}
        )
        if is_new:
            user.set_password(DEVELOPMENT_PASSWORD)
            user.save()
        for code, role in roles.items():
            actions.give_role(by=chief, user=user, committee=committees[code], role=role)
