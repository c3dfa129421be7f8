"""A name for each request, the same in its answer and on each line of the log that it led to (correlation id)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
NAMED = "tracker.request_id"  # in what is known of a request; no header can be called so
WELL_FORMED = re.compile(r"[A-Za-z0-9-]{8,64}")

current: ContextVar[str] = ContextVar("request_id", default="")


def name_of(request: object) -> str:
    """What a request was named, also once it is answered; empty for what is no request of ours."""
    return str(request.META.get(NAMED, "")) if isinstance(request, HttpRequest) else ""


class RequestIds:
    """The proxy's own name for the request, where there is a proxy to trust; else a new one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "") if settings.SECURE_PROXY_SSL_HEADER else ""
        name = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        request.META[NAMED] = name
        token = current.set(name)
        try:
            response = self.get_response(request)
        finally:
            current.reset(token)
        response.headers[HEADER] = name
        return response
