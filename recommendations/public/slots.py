"""How many costly things are made at once on this machine (bulkhead): what waits takes no memory, nor a CPU.

Budgets keep one network from taking much; this keeps many networks together from taking everything.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import TextIO

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

AT_ONCE = 2
PATIENCE, LOOK_EVERY = 3.0, 0.1  # seconds: so long a place is waited for, and how often it is looked for
RETRY_AFTER = 10  # seconds


def _files() -> list[Path]:
    """One for each place: all processes of this user on this machine know them. Nothing is written in them."""
    folder = Path(tempfile.gettempdir())
    return [folder / f"anbefalingstracker-{os.getuid()}-{place}.lock" for place in range(AT_ONCE)]


def _taken() -> TextIO | None:
    """A place, if there is one that is free: an open file that is locked. Whoever dies gives it up."""
    for path in _files():
        held = os.fdopen(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "w")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
        else:
            return held
    return None


@contextmanager
def place() -> Iterator[bool]:
    """Inside, one of the places is taken; False where none became free in time."""
    until = time.monotonic() + PATIENCE
    while (held := _taken()) is None and time.monotonic() < until:
        time.sleep(LOOK_EVERY)
    try:
        yield held is not None
    finally:
        if held:
            held.close()


View = Callable[..., HttpResponseBase]


def few_at_once(is_costly: Callable[[HttpRequest], bool]) -> Callable[[View], View]:
    """Decorates a view: of its costly requests as many are answered at once as there are places; others get 429."""

    def decorate(view: View) -> View:
        @wraps(view)
        def within(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not is_costly(request):
                return view(request, *args, **kwargs)
            with place() as has_place:
                return view(request, *args, **kwargs) if has_place else busy(request)

        return within

    return decorate


def busy(request: HttpRequest) -> HttpResponseBase:
    """429: others have all the places."""
    response = render(request, "errors/429.html", {"busy": True}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response
