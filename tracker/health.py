"""`/healthz`: whether this node answers, for whoever sends requests to it (load balancer) and whoever watches it.

Before host names and https, which such programs often do not know.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django_scopes import scopes_disabled

from recommendations.database_roles import ways_to_rewrite
from recommendations.models import OutgoingMessage
from tracker.replica import PRIMARY, REPLICA, watch

ADDRESS = "/healthz"


class Health:
    """200 while public pages can be answered, 503 when neither database is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != ADDRESS:
            return self.get_response(request)
        found = databases() | {"cache": cache_answers()}
        if found["database"]:
            found["outbox"] = outbox()
            found["role_can_rewrite"] = role_can_rewrite()
        answers = found["database"] or found.get("replica", False)
        status = HTTPStatus.OK if answers else HTTPStatus.SERVICE_UNAVAILABLE
        return JsonResponse(found, status=status, headers={"Cache-Control": "no-store"})


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
