"""`manage.py measure_log`: how long the log takes to grow, to prove and to check at a size. In development only."""

from __future__ import annotations

import random
import time
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from recommendations import event_log
from recommendations.actions.event_log import grow_log
from recommendations.management.municipal import MunicipalCommand
from recommendations.models import Event, LogLeaf, Municipality

# As many events as asked for, about nothing, a second apart; with a digest as if a row had been written.
MADE_UP = """
    INSERT INTO recommendations_event (municipality_id, at, act, nature, before, after, details, digest)
    WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < %s)
    SELECT %s, {moment}, 'item_changed', 'housekeeping', '', 'in_progress', '{{}}', {digest} FROM counted
"""
DIALECTS = {
    "postgresql": {"moment": "TIMESTAMPTZ '2026-01-01' + n * INTERVAL '1 second'", "digest": "md5(n::text) || md5('')"},
    "sqlite": {"moment": "datetime('2026-01-01', n || ' seconds')", "digest": "lower(hex(randomblob(32)))"},
}
MORE = 1000  # events that come when the log has its size


class Command(MunicipalCommand):
    help = "Måler loggen: laver opdigtede hændelser i en tom database, og tager tid på vækst, bevis og kontrol."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--haendelser", type=int, default=500_000, help="Hvor mange hændelser (500.000).")

    def handle_municipality(self, municipality: Municipality, **options: Any) -> None:
        if not settings.DEVELOPMENT or LogLeaf.objects.exists():
            raise CommandError(_("Kun i udvikling, og i en database for sig, hvor loggen er tom: sæt DATABASE_URL."))
        size: int = options["haendelser"]
        self.make_up(municipality, size)
        self.timed(_("loggen tager de første ind"), grow_log)
        self.make_up(municipality, MORE)
        self.timed(_("loggen tager %(count)s til ind") % {"count": number_format(MORE)}, grow_log)
        self.timed(_("loggen tager intet nyt ind"), grow_log)
        self.timed(_("loggens rod"), event_log.head)
        events = list(Event.objects.order_by("pk").values_list("pk", flat=True))
        asked = random.Random(1).sample(events, min(100, len(events)))
        taken = [self.seconds(event_log.inclusion, event, len(events)) for event in asked]
        self.say(_("bevis for en hændelse, midterste af 100"), median(taken))
        self.say(_("bevis for en hændelse, langsomste af 100"), max(taken))
        sizes = range(1, len(events), max(1, len(events) // 100))
        taken = [self.seconds(event_log.consistency, old, len(events)) for old in sizes]
        self.say(_("bevis for, at loggen er forlænget, langsomste af 100"), max(taken))
        self.timed(_("hele loggen regnet efter"), event_log.first_misfit)

    def make_up(self, municipality: Municipality, count: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(MADE_UP.format(**DIALECTS[connection.vendor]), [count, municipality.pk])
            cursor.execute("ANALYZE recommendations_event")

    def timed(self, what: str, act: Any) -> None:
        self.say(what, self.seconds(act))

    def seconds(self, act: Any, *arguments: Any) -> float:
        began = time.perf_counter()
        act(*arguments)
        return time.perf_counter() - began

    def say(self, what: str, seconds: float) -> None:
        self.stdout.write(f"{number_format(seconds * 1000, 1):>12} ms  {what}")
