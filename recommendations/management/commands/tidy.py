"""`manage.py tidy`: let go of what has had its time. Meant for a timer, each night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db.models import FileField
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from recommendations import jobs, tenancy
from recommendations.models import ErrorReport

# The folders that uploaded files are put in; what else lies in the store is not ours to take away.
ROOMS = ("dokumentation", "indlaesning", "maerker")
IN_USE = timedelta(days=1)  # a file that no row names may be on its way into one


class Command(BaseCommand):
    help = (
        "Rydder op: sessioner, der er løbet ud, behandlede fejlmeldinger, gjorte opgaver og filer, ingen række nævner."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("clearsessions")
        ended = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        UserSession.objects.filter(last_seen_at__lt=ended).delete()
        reports = 0
        for _municipality in tenancy.each():
            jobs.forget_old()
            reports += self.forget_reports()
        files = self.remove_orphans()
        self.stdout.write(
            _("Slettet: %(reports)s behandlede fejlmeldinger og %(files)s filer, som ingen række nævner.")
            % {"reports": reports, "files": files}
        )

    def forget_reports(self) -> int:
        """Those that were handled so long ago that nobody asks any more."""
        since = timezone.now() - timedelta(days=settings.HANDLED_REPORTS_DAYS)
        count, _by_table = ErrorReport.objects.filter(handled_at__lt=since).delete()
        return count

    def remove_orphans(self) -> int:
        """Files that no row names, as when the machine stopped between the file and its row."""
        storages: dict[int, Any] = {}
        named: set[str] = set()
        with scopes_disabled():
            for model in apps.get_app_config("recommendations").get_models():
                for field in model._meta.concrete_fields:
                    if isinstance(field, FileField) and not model._meta.proxy:
                        storages[id(field.storage)] = field.storage
                        named |= set(model._base_manager.order_by().values_list(field.name, flat=True))
        removed = 0
        for storage in storages.values():
            for name in [name for room in ROOMS for name in _files(storage, room)]:
                if name not in named and storage.get_modified_time(name) < timezone.now() - IN_USE:
                    storage.delete(name)
                    removed += 1
        return removed


def _files(storage: Any, folder: str) -> Iterator[str]:
    """Every file in a folder of the store and in those below it."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for one in folders:
        yield from _files(storage, f"{folder}/{one}")
