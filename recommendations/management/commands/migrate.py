"""`manage.py migrate`: Django's own, as the role that owns the database; then the daily role gets what it needs."""

from typing import Any

from django.core.management.commands import migrate

from recommendations.database_roles import as_owner, grant


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            super().handle(*args, **options)
            grant()
