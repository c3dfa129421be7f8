"""`/healthz`: whether this node answers, `/readyz`: whether it can do all its work, for whoever sends requests to it
(load balancer); `/metrics`: figures for whoever watches it, where METRICS asks for them.

Before host names are asked for, and without https, which such programs often do not know.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django_scopes import scopes_disabled

from recommendations.database_roles import ways_to_rewrite
from recommendations.models import Job, OutgoingMessage
from tracker.replica import PRIMARY, REPLICA, watch

READ_ONLY = ["GET", "HEAD"]
NOT_KEPT = {"Cache-Control": "no-store"}
# What is found -> its figure in `/metrics`, with what it says.
FIGURES = {
    "database": ("anbefalinger_database_up", "1 when the database answers."),
    "cache": ("anbefalinger_cache_up", "1 when what the nodes share answers."),
    "migrated": ("anbefalinger_migrated", "1 when no migration waits."),
    "lag": ("anbefalinger_replica_lag_seconds", "How far the copy of the database is behind, at most."),
    "oldest": ("anbefalinger_outbox_oldest_seconds", "How long the oldest message that is due has waited."),
    "dead": ("anbefalinger_outbox_dead", "Messages that nobody tries to send any more."),
    "jobs": ("anbefalinger_jobs_waiting", "Things to be done in the background."),
}


class Health:
    """Answers what programs ask; all else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.answers = {"/healthz": health, "/readyz": readiness}
        if settings.METRICS:
            self.answers["/metrics"] = metrics

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in READ_ONLY:
            return HttpResponseNotAllowed(READ_ONLY, content_type="text/plain; charset=utf-8", headers=NOT_KEPT)
        return answer()


def health() -> HttpResponse:
    """200 while public pages can be answered, 503 when neither database is there."""
    found = _found()
    answers = found["database"] or found.get("replica", False)
    return JsonResponse(found, status=_status(answers), headers=NOT_KEPT)


def readiness() -> HttpResponse:
    """200 while all can be done, 503 when the database is away, or is not the one that this release wants."""
    found = _found()
    found["migrated"] = found["database"] and is_migrated()
    return JsonResponse(found, status=_status(found["migrated"]), headers=NOT_KEPT)


def metrics() -> HttpResponse:
    """The figures as text (Prometheus exposition format 0.0.4); what is not known is left out."""
    found = _found()
    found["migrated"] = found["database"] and is_migrated()
    found |= found.get("outbox") or {}
    if found["database"]:
        found["jobs"] = jobs_waiting()
    lines = []
    for name, (figure, says) in FIGURES.items():
        value = found.get(name)
        if value is not None:
            lines += [f"# HELP {figure} {says}", f"# TYPE {figure} gauge", f"{figure} {float(value):g}"]
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8", headers=NOT_KEPT)


def _found() -> dict[str, Any]:
    found = databases() | {"cache": cache_answers()}
    if found["database"]:
        found["outbox"] = outbox()
        found["role_can_rewrite"] = role_can_rewrite()
    return found


def _status(answers: bool) -> HTTPStatus:
    return HTTPStatus.OK if answers else HTTPStatus.SERVICE_UNAVAILABLE


def databases() -> dict[str, Any]:
    """Whether `database` and, where there is one, `replica` answer; `lag`: seconds at most, null where unknown."""
    if REPLICA not in connections.settings:
        try:
            with connections[PRIMARY].cursor() as cursor:
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError):
            return {"database": False}
        return {"database": True}
    standing = watch.look()
    lag = None if standing.lag is None else round(standing.lag.total_seconds(), 1)
    return {"database": standing.primary, "replica": standing.replica, "lag": lag}


def outbox() -> dict[str, int | None] | None:
    """Of all municipalities: how many seconds the `oldest` message that is due has waited, null where none does, and
    how many are `dead`. Null where it cannot be read. No reason to send nobody here: pages are answered all the same.
    """
    now = timezone.now()
    try:
        with scopes_disabled():
            waiting = OutgoingMessage.objects.waiting(now).order_by("run_after")
            waits = waiting.values_list("run_after", flat=True).first()
            dead = OutgoingMessage.objects.dead().count()
    except (DatabaseError, InterfaceError):
        return None
    return {"oldest": None if waits is None else int((now - waits).total_seconds()), "dead": dead}


def is_migrated() -> bool:
    """Whether the database has every table of this release."""
    try:
        executor = MigrationExecutor(connections[PRIMARY])
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        return False


def jobs_waiting() -> int | None:
    """How much the background has to do; null where it cannot be read."""
    try:
        with scopes_disabled():
            return Job.objects.filter(done_at=None).count()
    except (DatabaseError, InterfaceError):
        return None


def cache_answers() -> bool:
    """Whether what all nodes share, beside the database, can be reached; what depends on it does without if not."""
    try:
        cache.get("healthz")
    except (DatabaseError, InterfaceError):
        return False
    return not getattr(cache, "is_resting", False)


def role_can_rewrite() -> bool | None:
    """Whether the running role could change what is published; null where the database does not say."""
    try:
        return bool(ways_to_rewrite())
    except (DatabaseError, InterfaceError):
        return None
