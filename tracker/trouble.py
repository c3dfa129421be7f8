"""What is said while the database is away, is busy or takes no writes: no error of ours, and over in a while.

Whoever reads gets the page as it was answered last, where that is kept, and is told that it may be out of date. Whoever
writes gets back what they typed. All others get 503 with the time when to ask again.
"""

from __future__ import annotations

import errno
from enum import Enum
from http import HTTPStatus

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import translation

from tracker import kept_pages, replica
from tracker.lost_login import is_form_from_here, kept_form

RETRY_AFTER = 30  # seconds
UNREADABLE = (
    MultiPartParserError,
    OSError,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)


class Trouble(Enum):
    """What is wrong, and whether what was made before can be read meanwhile."""

    AWAY = "away"  # the database does not answer, or has no connection left
    BUSY = "busy"  # somebody else holds what is to be written (lock timeout, deadlock)
    SLOW = "slow"  # one question took too long (statement timeout)
    READ_ONLY = "read only"
    FULL = "full"  # no room on a disk


# SQLSTATE of PostgreSQL, whole or its class; what has none was never connected.
STATES = {
    "25006": Trouble.READ_ONLY,
    "55P03": Trouble.BUSY,
    "40P01": Trouble.BUSY,
    "57014": Trouble.SLOW,
    "25P03": Trouble.SLOW,
    "53100": Trouble.FULL,
    "53": Trouble.AWAY,
    "57": Trouble.AWAY,
    "08": Trouble.AWAY,
}
# The primary result codes of SQLite.
RESULTS = {
    5: Trouble.BUSY,
    6: Trouble.BUSY,
    8: Trouble.READ_ONLY,
    10: Trouble.FULL,
    13: Trouble.FULL,
    14: Trouble.AWAY,
}
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """What an error comes of, or the error behind it; None where it is a mistake of ours."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if found := _of_one(error):
            return found
        error = error.__cause__ or error.__context__
    return None


def _of_one(error: BaseException) -> Trouble | None:
    if isinstance(error, OSError):
        return Trouble.FULL if error.errno in NO_ROOM else None
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    driver = error.__cause__
    if (result := getattr(driver, "sqlite_errorcode", None)) is not None:
        return RESULTS.get(result & 0xFF)
    if state := getattr(driver, "sqlstate", None):
        return STATES.get(state) or STATES.get(state[:2])
    is_lost = any(one.__name__ in ("OperationalError", "InterfaceError") for one in type(error).__mro__)
    return Trouble.AWAY if is_lost else None


def answer(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Instead of an error."""
    with translation.override(translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
        # An answer that the copy broke off is made again in the primary: nothing is given out instead of that.
        if not replica.is_read() and (kept := kept_pages.as_it_was(request)):
            return kept
        if _has_typed_text(request):
            return _marked(kept_form(request, trouble=trouble.value))
        context = {"trouble": trouble.value}
        return _marked(render(request, "errors/503.html", context, status=HTTPStatus.SERVICE_UNAVAILABLE))


def _has_typed_text(request: HttpRequest) -> bool:
    try:
        return is_form_from_here(request) and bool(request.POST)
    except UNREADABLE:
        return False


def _marked(response: HttpResponse) -> HttpResponse:
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


def takes_writes() -> bool:
    """Whether anything can be written: asked where what cannot count refuses."""
    try:
        with transaction.atomic():
            Session.objects.filter(pk="").update(session_data="")
    except (DatabaseError, InterfaceError):
        return False
    return True
