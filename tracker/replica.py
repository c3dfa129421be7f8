"""Public pages are read in a copy of the database (a streaming replica), as long as it follows closely.

Whoever is logged in, and everything that writes, asks the primary: so writers read what they have just written. The
copy keeps pages up while the primary is away, and the primary while the copy is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tracker.municipality import is_anybodys

logger = logging.getLogger(__name__)

PRIMARY, REPLICA = DEFAULT_DB_ALIAS, "replica"
LOOK_EVERY = 1.0  # seconds between two looks at how far the copy has come; each process looks for itself
REST = 5.0  # seconds before one that failed is asked again
UNSEEN = timedelta(seconds=3)  # readers are told of a copy that is further behind than this

# How much the primary has written, and how much of that the copy holds, as positions in the log (WAL) in bytes; and
# when what the copy wrote last was committed.
WRITTEN = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
REPLAYED = "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), pg_last_xact_replay_timestamp()"

_reads: ContextVar[str] = ContextVar("reads", default=PRIMARY)


class Following(NamedTuple):
    """How the two are: which of them answers, and until when what the copy holds is known to be everything."""

    replica: bool = False
    primary: bool = True
    complete_until: datetime | None = None

    @property
    def lag(self) -> timedelta | None:
        """At most so far behind; None where nothing is known."""
        return None if self.complete_until is None else max(timezone.now() - self.complete_until, timedelta())

    @property
    def is_close(self) -> bool:
        """Whether pages are read in the copy: while it follows, or while there is nothing else."""
        if not self.replica:
            return False
        return not self.primary or (self.lag is not None and self.lag.total_seconds() <= settings.REPLICA_MAX_LAG)


class Watch:
    """Looks at both, at most once in `LOOK_EVERY` seconds; between looks, and while one looks, the last is believed."""

    def __init__(self) -> None:
        self.standing = Following()
        self.next_look = 0.0
        self.lock = Lock()

    def look(self) -> Following:
        if time.monotonic() >= self.next_look and self.lock.acquire(blocking=False):
            try:
                before, self.standing = self.standing, _looked(self.standing.complete_until)
                self.next_look = time.monotonic() + (LOOK_EVERY if all(self.standing[:2]) else REST)
                if before[:2] != self.standing[:2]:
                    logger.warning("Databases answering: primary %s, replica %s", *self.standing[1::-1])
            finally:
                self.lock.release()
        return self.standing

    def failed(self) -> None:
        """The copy broke off in the midst of an answer: the primary is asked for a while."""
        self.standing, self.next_look = Following(), time.monotonic() + REST
        logger.warning("The replica failed; pages are read in the primary for %s seconds", REST)


watch = Watch()


def _looked(complete_until: datetime | None) -> Following:
    now = timezone.now()
    written = _answer(PRIMARY, WRITTEN)  # before the copy is asked: what it holds then may only be more
    replayed = _answer(REPLICA, REPLAYED)
    if replayed is None:
        return Following(primary=written is not None)
    position, committed = replayed
    known = [complete_until, committed, now if written and position and position >= written[0] else None]
    return Following(True, written is not None, max((one for one in known if one), default=None))


def _answer(alias: str, statement: str) -> tuple[Any, ...] | None:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(statement)
            row: tuple[Any, ...] = cursor.fetchone()
            return row
    except (DatabaseError, InterfaceError) as error:
        logger.info("%s does not answer: %s", alias, error)
        return None


def is_read() -> bool:
    """Whether the answer is being made from the copy."""
    return _reads.get() == REPLICA


def behind() -> datetime | None:
    """The minute up to which the page that is being made knows everything; None where it is as new as can be."""
    known = watch.standing.complete_until
    if not is_read() or known is None or timezone.now() - known <= UNSEEN:
        return None
    return known.replace(second=0, microsecond=0)


class ReadInReplica:
    """Chooses where the request reads. An answer that the copy broke off is made again in the primary."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        if REPLICA not in connections.settings:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Set anew at each request and not put back: a file is still being read after this has returned.
        _reads.set(PRIMARY)
        if not is_anybodys(request) or not watch.look().is_close:
            return self.get_response(request)
        _reads.set(REPLICA)
        response = self.get_response(request)
        if response.status_code < 500 or not connections[REPLICA].errors_occurred:
            return response
        watch.failed()
        _reads.set(PRIMARY)
        return self.get_response(request)


class Router:
    """Where each query goes (a database router). What throttling counts is true in the primary only."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return PRIMARY if model._meta.app_label == "django_cache" else _reads.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY
