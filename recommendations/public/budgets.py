"""How much an address may ask for (rate limiting): nobody's program takes the site from everybody else.

Most pages cost so little that nobody counts. What can be dear (`DEAR`: files, searches, earlier days) is measured, and
each connection and each network has so many seconds of it in ten minutes; what is made once for everybody is no part of
it. What was used is paid back all the time, so nobody waits longer than that; the answer says how long (429). A file of
more than `FREE_ROWS` rows is also made for one at a time. Staff have no limit, and what is kept and only sent again
costs nobody anything.

The counts are in the cache, which all processes and nodes share.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from recommendations import data_version
from recommendations.reports.bulk import MOST_SECONDS, STREAMED

FREE_ROWS = 1000
RETRY_AFTER = 30  # seconds, while another file is made for the same address
PERIOD = 600  # seconds in which a budget is paid back
FREE_SECONDS = 0.1  # an answer that took no longer is not counted

# What can be dear: pages by the names of their routes, and whatever has one of these in its address. A whole list is
# made once and then lies there, so it is always given out.
DEAR_ROUTES = frozenset({"report", "check_report", "issued_report", "publication_png"})
WHOLE_LISTS = frozenset({"recommendations_download", "initiatives_download"})
KEPT = frozenset(STREAMED) - {"xlsx"}  # a short one for Excel is made anew for each who asks
DEAR_PARAMETERS = frozenset({"format", "q", "pr", "siden"})


def address_of(request: HttpRequest) -> tuple[str, str]:
    """Where a request comes from: its address and its network; both empty where the server does not know.

    A household has one IPv4 address and a whole range of IPv6: the first 64 bits.
    """
    try:
        address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
        address = getattr(address, "ipv4_mapped", None) or address  # as a server that listens to both writes the older
    except PermissionDenied:
        return "", ""
    own, around = (32, 24) if address.version == 4 else (64, 48)
    return tuple(str(ipaddress.ip_network((address, bits), strict=False)) for bits in (own, around))  # type: ignore[return-value]


def _key(room: str, place: str) -> str:
    return f"{room}:{salted_hmac(room, place).hexdigest()}"


def is_staff(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


# --- Seconds ----------------------------------------------------------------------------------------------------------


def _budgets(request: HttpRequest) -> dict[str, float]:
    """The keys of the two budgets that a request is paid from, each with its seconds."""
    address, network = address_of(request)
    return {_key("budget", address): settings.WORK_PER_ADDRESS, _key("budget-net", network): settings.WORK_PER_NETWORK}


def wait(request: HttpRequest) -> int:
    """For how many seconds whoever asks has used up what there is; 0: not at all."""
    paid_back = cache.get_many(_budgets(request)).values()  # the moment when nothing is owed any more
    left = max(paid_back, default=0.0) - time.time() - PERIOD
    return max(0, math.ceil(left))


def charge(request: HttpRequest, seconds: float) -> None:
    """Count what an answer cost."""
    if seconds <= FREE_SECONDS or is_staff(request):
        return
    now, budgets = time.time(), _budgets(request)
    owed = cache.get_many(budgets)
    for key, budget in budgets.items():
        paid_back = max(now, owed.get(key, now)) + seconds * PERIOD / budget
        cache.set(key, paid_back, math.ceil(paid_back - now))


def is_dear(request: HttpRequest) -> bool:
    route = request.resolver_match.url_name if request.resolver_match else None
    is_whole = route in WHOLE_LISTS and request.GET.keys() == {"format"} and request.GET["format"] in KEPT
    return not is_whole and (route in DEAR_ROUTES or not DEAR_PARAMETERS.isdisjoint(request.GET))


class Budgets:
    """Measures what can be dear, and refuses it to those who have used up what they have."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        with data_version.counting_for_everybody() as not_its_own:
            response = self.get_response(request)
        if is_dear(request):
            charge(request, time.perf_counter() - began - sum(not_its_own))
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        seconds = wait(request) if is_dear(request) and not is_staff(request) else 0
        return too_much(request, seconds) if seconds else None


def too_much(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: the budget is used up."""
    minutes = math.ceil(seconds / 60)
    told = ngettext("%(count)s minut", "%(count)s minutter", minutes) % {"count": minutes}
    whole = f"{reverse('recommendations_download')}?format=csv"
    return _refused(request, seconds, {"wait": told, "whole": whole})


# --- One large file at a time -----------------------------------------------------------------------------------------


@dataclass
class Turn:
    """The place of one address where large files are made, and how long (seconds) something was made in it."""

    request: HttpRequest
    key: str = ""  # none: the file is small
    made_for: float = 0.0
    began: float = field(default_factory=time.perf_counter)

    @classmethod
    def taken(cls, request: HttpRequest, rows: int) -> Turn | None:
        """The place for a file of so many rows; None while the same address has another one made."""
        if rows <= FREE_ROWS or is_staff(request):
            return cls(request)
        key = _key("hent", address_of(request)[0])
        return cls(request, key) if cache.add(key, "1", MOST_SECONDS) else None

    def __enter__(self) -> Turn:
        return self

    def __exit__(self, *failure: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Give it back."""
        if self.key:
            cache.delete_many([self.key])
        self.key = ""


class InTurn:
    """The pieces of a file, made in a turn that is left and paid for when the server closes the answer, sent or not."""

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
        charge(self.turn.request, self.turn.made_for)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: another file is being made for the same address."""
    return _refused(request, RETRY_AFTER, {})


def _refused(request: HttpRequest, seconds: int, context: dict[str, str]) -> HttpResponse:
    response = render(request, "errors/429.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response
