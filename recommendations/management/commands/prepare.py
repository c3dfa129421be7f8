"""`manage.py prepare`: make a database ready to be used; in development also people to log in as.

Safe to run at every start, in production too: there it migrates, makes the cache table, takes what has happened into
the log, and the first time makes a municipality, whose name an administrator then writes.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.actions.event_log import keep_up
from recommendations.database_roles import as_owner, grant
from recommendations.enums import Role
from recommendations.management.alone import alone
from recommendations.management.commands.seed import COMMITTEES, read
from recommendations.models import Committee, CommitteeMembership, Municipality, Publication
from recommendations.reports.kept_lines import keep_all

# The cast of the documentation and the tests. Fictional, in development only, with a password that everybody knows.
DEVELOPMENT_PASSWORD = "kun-til-udvikling"
CAST = (
    ("anna", "SOU", Role.EDITOR),
    ("bo", "SOU", Role.APPROVER),
    ("carla", "SUD", Role.EDITOR),
    ("dina", "SOU", Role.SECRETARY),
)
SUPERUSER = "admin"


class Command(BaseCommand):
    help = "Gør databasen klar. I udvikling indlæses kilderne, når den er tom, og der oprettes brugere at prøve med."

    @alone()
    def handle(self, *args: Any, **options: Any) -> None:
        settings.VAR_DIR.mkdir(exist_ok=True)  # a fresh clone has none, and SQLite makes files but no folders
        with as_owner():
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
            grant()
        self.keep_lists()
        self.stdout.write(_("Databasen er klar."))
        for _municipality in tenancy.each():
            keep_up()
        if not settings.DEVELOPMENT:
            self.make_municipality()
            return
        if not Municipality.objects.exists():
            call_command("seed", stdout=self.stdout)
        # The cast belongs to the municipality of the shipped sources, if that is here.
        slug = read(COMMITTEES)["municipality"]["slug"]
        for municipality in Municipality.objects.filter(slug=slug).order_by("pk"):
            with tenancy.active(municipality):
                if not Publication.objects.exists():
                    call_command("seed", kommune=slug, stdout=self.stdout)
                make_cast()
                self.say_who_can_log_in(municipality)

    def keep_lists(self) -> None:
        """What the lists that anybody may fetch are sent from: the first time all of it, later what has changed."""
        for _municipality in tenancy.each():
            keep_all()

    def make_municipality(self) -> None:
        """In production: something for the rows to belong to. Nobody's name is made up."""
        if Municipality.objects.exists():
            return
        Municipality.objects.create(slug="kommunen", name=_("Kommunen"))
        self.stdout.write(
            _("Der er oprettet en kommune, som hedder »Kommunen«. Log ind som administrator, og skriv dens navn.")
        )

    def say_who_can_log_in(self, municipality: Municipality) -> None:
        self.stdout.write(
            _("Log ind på %(url)s/admin/ med adgangskoden %(password)s som:")
            % {"url": tenancy.site_url(municipality), "password": DEVELOPMENT_PASSWORD}
        )
        for username, committee, role in CAST:
            self.stdout.write(f"  {username:<6} {role.label.lower()}, {committee}")
        self.stdout.write(f"  {SUPERUSER:<6} " + _("administrator"))


def make_cast() -> None:
    """The development users that are missing; those that exist keep whatever was changed about them."""
    users = get_user_model().objects
    for username, committee, role in CAST:
        mine = {"is_staff": True, "email": f"{username}@eksempel.dk"}
        user, is_new = users.get_or_create(username=username, defaults=mine)
        if is_new:
            user.set_password(DEVELOPMENT_PASSWORD)
            user.save()
            CommitteeMembership.objects.create(user=user, committee=Committee.objects.get(code=committee), role=role)
    if not users.filter(username=SUPERUSER).exists():
        users.create_superuser(SUPERUSER, password=DEVELOPMENT_PASSWORD)
