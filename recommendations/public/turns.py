"""One large file at a time for each connection (rate limiting): nobody's program takes the site from everybody else.

What a page costs is free. A file of more rows than `FREE_ROWS` takes the one place that its sender's address has, until
it is sent, and then for as long as it took to make, half a minute at most: so an address gets about half of one
processor. Staff have no limit. The places are in the cache, which all processes share.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from recommendations.reports.bulk import MOST_SECONDS

FREE_ROWS = 1000
RETRY_AFTER = 30  # seconds; the page says it in words


def network_of(request: HttpRequest) -> str:
    """Where a request comes from, empty where the server does not know; then all share one.

    A household has one IPv4 address and a whole range of IPv6: the first 64 bits.
    """
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""
    return str(ipaddress.ip_network((address, 64), strict=False) if address.version == 6 else address)


@dataclass
class Turn:
    """The place of one address, and for how long (seconds) something was made in it."""

    key: str = ""  # none: it costs nobody anything
    made_for: float = 0.0
    began: float = 0.0

    @classmethod
    def taken(cls, request: HttpRequest, rows: int) -> Turn | None:
        """The place for a file of so many rows; None while the same address has another one made."""
        if rows <= FREE_ROWS or _is_staff(request):
            return cls()
        key = f"hent:{salted_hmac('hent', network_of(request)).hexdigest()}"
        return cls(key) if cache.add(key, "1", MOST_SECONDS) else None

    def __enter__(self) -> Turn:
        self.began = time.perf_counter()
        return self

    def __exit__(self, *failure: object) -> None:
        self.made_for += time.perf_counter() - self.began
        self.leave()

    def leave(self) -> None:
        """Give it back, now or when as much time has passed as it took."""
        if self.key:
            cache.set(self.key, "1", min(int(self.made_for), RETRY_AFTER))  # at once where it took no second
        self.key = ""


def _is_staff(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


class InTurn:
    """The pieces of a file, made in a turn that is left when the server closes the answer, sent or not."""

    def __init__(self, pieces: Generator[bytes], turn: Turn):
        self.pieces, self.turn = pieces, turn

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        began = time.perf_counter()
        try:
            return next(self.pieces)
        finally:
            self.turn.made_for += time.perf_counter() - began

    def close(self) -> None:
        self.pieces.close()
        self.turn.leave()


def too_many(request: HttpRequest) -> HttpResponse:
    """429"""
    response = render(request, "errors/429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
