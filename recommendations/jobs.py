"""Work that nobody waits for: asked for in the act's own transaction, done after it, and again until it is done.

A queue in the database (`SELECT … FOR UPDATE SKIP LOCKED`). The first try is made at once, by the process that asked;
what fails waits for `manage.py work`, which any number of machines may run. A job must bear being done twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from recommendations import tenancy
from recommendations.models import Job, Municipality

logger = logging.getLogger(__name__)

Does = Callable[..., None]
_known: dict[str, Does] = {}


def kind(does: Does) -> Does:
    """Decorates what can be asked for; its name is that of the kind. Arguments are such as JSON holds."""
    _known[does.__name__] = does
    return does


def ask_apart(does: Does, **arguments: Any) -> Job:
    """Have it done once the transaction is committed; never, if that is undone. The first try is made beside the page,
    in a thread of its own: it may take minutes.
    """
    job: Job = Job.objects.create(municipality=tenancy.current(), kind=does.__name__, arguments=arguments)
    transaction.on_commit(partial(_first_try_apart, job.pk, tenancy.current()), robust=True)
    return job


def _first_try_apart(pk: int, municipality: Municipality) -> None:
    def tried() -> None:
        try:
            with tenancy.active(municipality):
                do_next(pk)
        finally:
            connections.close_all()  # a thread's own

    threading.Thread(target=tried, name=f"job {pk}", daemon=True).start()


def do_next(pk: int | None = None) -> bool:
    """Take the active municipality's first job that is due, or that with this key, and do it. Whether there was one."""
    job = _taken(pk)
    if job is None:
        return False
    try:
        _known[job.kind](**job.arguments)
    except Exception as error:  # whatever it is: it is written down, and the next job is not to suffer
        logger.exception("Job failed: %s, try %s", job.kind, job.tries)
        wait = timedelta(minutes=2**job.tries)  # exponential backoff: 2, 4, 8 minutes …
        _ended(job, taken_at=None, run_after=timezone.now() + wait, error=f"{type(error).__name__}: {error}")
    else:
        _ended(job, done_at=timezone.now(), error="")
    return True


def forget_old() -> None:
    """What was done long ago goes."""
    Job.objects.old(timezone.now()).delete()


def _taken(pk: int | None) -> Job | None:
    now = timezone.now()
    with transaction.atomic():
        due = Job.objects.due(now).select_for_update(skip_locked=True)
        job: Job | None = (due if pk is None else due.filter(pk=pk)).first()
        if job is not None:
            job.taken_at, job.tries = now, job.tries + 1
            job.save(update_fields=["taken_at", "tries"])
    return job


def _ended(job: Job, **how: Any) -> None:
    """Nothing where another has taken it over meanwhile: then that one says how it ended."""
    Job.objects.filter(pk=job.pk, taken_at=job.taken_at).update(**how)
