"""`manage.py send`: send what is due, and stop. For a timer, each minute; several may run at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.sending import send_due


class Command(BaseCommand):
    help = "Sender de mails og kald, der er klar, og holder op. Kør den hvert minut; flere kan køre på én gang."

    def handle(self, *args: Any, **options: Any) -> None:
        rounds = [send_due() for _municipality in tenancy.each()]
        self.stdout.write(
            _("%(sent)s beskeder sendt, %(failed)s kunne ikke sendes.")
            % {"sent": sum(one.sent for one in rounds), "failed": sum(one.failed for one in rounds)}
        )
