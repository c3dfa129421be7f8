"""A command about one municipality: the only one, or the one that is named."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from recommendations import tenancy
from recommendations.models import Municipality


class MunicipalCommand(BaseCommand):
    """`--kommune` names the municipality where the installation has several; it is active while the command works."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--kommune", default="", metavar="KODE", help="Kommunens kode, når installationen har flere kommuner."
        )

    def handle(self, *args: Any, kommune: str = "", **options: Any) -> None:
        try:
            with tenancy.chosen(kommune) as municipality:
                self.handle_municipality(municipality, **options)
        except LookupError as error:
            raise CommandError(str(error)) from error

    @abstractmethod
    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
        """What the command does, with the municipality active."""
