"""`manage.py work`: do what pages have left to be done later, until told to stop."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils.translation import gettext as _

from recommendations import jobs, tenancy
from recommendations.actions import event_log
from recommendations.importing import batches  # noqa: F401  what can be asked for
from recommendations.reports import whole_files

PAUSE = 2.0  # seconds between two looks when there is nothing to do


class Command(BaseCommand):
    help = "Gør det, siderne har bestilt: filer, der skal læses ind. Flere kan køre på én gang."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="gør det, der er at gøre nu, og hold op")

    def handle(self, *args: Any, **options: Any) -> None:
        told = threading.Event()
        if not options["once"]:
            for told_by in (signal.SIGTERM, signal.SIGINT):
                signal.signal(told_by, lambda *_signal: told.set())
        done = 0
        while not told.is_set():
            worked = [jobs.do_next() for _municipality in tenancy.each()]
            done += sum(worked)
            if not any(worked):
                if options["once"]:
                    break
                for _municipality in tenancy.each():
                    jobs.forget_old()
                    event_log.keep_up()  # whoever issues a report is not to wait for what others did
                    whole_files.remove_older()  # they can say what has been withheld since
                close_old_connections()
                told.wait(PAUSE)
        self.stdout.write(_("%(done)s opgaver forsøgt.") % {"done": done})
