"""Many rows read at one moment, whatever is published meanwhile (snapshot isolation)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, router, transaction

from recommendations.models import Municipality

MOST_IDLE_SECONDS = 60  # for one piece


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, and holds nobody up who writes."""
    alias = router.db_for_read(Municipality)
    connection = connections[alias]
    if connection.in_atomic_block:  # that moment is the caller's
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=alias):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                    f"SET LOCAL idle_in_transaction_session_timeout = '{MOST_IDLE_SECONDS}s'"
                )
            yield
    else:
        # Not atomic(): that takes the one place to write, which a slow reader would hold.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
