"""Makes a key that issued reports can be signed with, and prints it once; nothing keeps it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from recommendations import signing


class Command(BaseCommand):
    help = "Laver en nøgle, som udstedte rapporter kan underskrives med (SIGNING_KEY)."
    requires_system_checks = ()  # whoever has set a key that does not work needs a new one

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(signing.new_key())
        self.stderr.write(
            _("Sæt den som SIGNING_KEY, og gem den et sikkert sted. Den vises ikke igen. Del den ikke med nogen.")
        )
