"""`manage.py move_to_sign_on`: take local passwords and second factors away, for who is to come by sign-on."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import move_to_sign_on
from recommendations.management.municipal import MunicipalCommand
from recommendations.models import Municipality


class Command(MunicipalCommand):
    help = (
        "Fjerner adgangskode og anden faktor fra medarbejderes logins, så de finder dem igen, når de kommer med "
        "kommunens login. Logins i BREAK_GLASS røres ikke."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("names", nargs="*", metavar="BRUGERNAVN", help="Hvem det gælder.")
        parser.add_argument("--alle", action="store_true", help="Alle, der arbejder for kommunen.")

    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
        if not permissions.has_sign_on():
            raise CommandError(_("Kommunen har ikke sit eget login: SIGN_ON_SERVER er ikke sat."))
        people = permissions.staff().filter(is_active=True)
        if not options["alle"]:
            people = people.filter(username__in=options["names"])
            if missing := set(options["names"]) - set(people.values_list("username", flat=True)):
                raise CommandError(_("Der er intet åbent login, der hedder %s.") % ", ".join(sorted(missing)))
        for person in people:
            self.stdout.write(self._moved(person))

    def _moved(self, person: User) -> str:
        try:
            move_to_sign_on(by=None, user=person)
        except ValidationError as refused:
            return " ".join(refused.messages)
        return _("%s logger nu ind med kommunens login.") % person.username
