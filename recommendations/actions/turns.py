"""Taking turns: a municipality's acts are written one at a time, so its events are seen in the order of their keys.

Otherwise an event could come to be seen after a later one (keys are given at once, commits come as they please), and
whoever keeps what they read under the last event (`data_version`) would never hear of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from recommendations import tenancy
from recommendations.models import Event
from recommendations.models.recorded import never_before, now

ROOM = 0x5452  # sets these locks apart from others that the database's users may take


@contextmanager
def in_turn() -> Iterator[None]:
    """Decorates whatever writes events: atomic, once the active municipality's other acts are over.

    PostgreSQL gives the turn on when the outermost transaction ends, after its rows can be seen (an advisory lock). So
    one that holds rows before it takes its turn could wait in a ring (deadlock): let it begin with its turn. SQLite
    lets one transaction write at a time as it is.
    """
    turn = [ROOM, tenancy.current().pk]
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", turn)
        with never_before(last_at()):
            yield


def last_at() -> datetime | None:
    """The moment of the municipality's last act. One query."""
    return Event.objects.order_by("-pk").values_list("at", flat=True).first()


def settled_at() -> datetime:
    """Now, when all acts that had begun are over, so that what is read of it never grows; within a transaction.

    Unlike `in_turn` it lets others go on at once: for what takes long to read.
    """
    if connection.vendor != "postgresql":
        return _not_before_the_last()
    turn = [ROOM, tenancy.current().pk]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", turn)
        at = _not_before_the_last()
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", turn)
    return at


def _not_before_the_last() -> datetime:
    with never_before(last_at()):
        return now()
