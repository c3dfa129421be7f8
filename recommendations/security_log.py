"""What whoever watches for break-ins wants to know, on lines of the log of their own: logger `security`.

Who, from where, and what came of it. A name that nobody has is not written: it may be a password in the wrong field.
What is changed by those who are let in stands in the log of events, who did it included.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth import get_user_model
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest

logger = logging.getLogger("security")


def note(event: str, request: HttpRequest, *, level: int = logging.INFO, **told: Any) -> None:
    """One line: `event` is a word in small letters; `told` is said with it, as it is.

    The session is asked who it is only where `told` has no `who`.
    """
    if "who" not in told:
        with suppress(DatabaseError, InterfaceError):  # unless the database is what went wrong
            user = getattr(request, "user", None)
            if user is not None and user.is_authenticated:
                told = {"who": user.get_username(), **told}
    match = request.resolver_match
    told = {"from": get_adapter(request).get_client_ip(request), "page": match.route if match else "?", **told}
    logger.log(level, event, extra={f"sec_{name}": value for name, value in told.items()})


def known_name(name: str) -> str:
    """The name somebody tried to log in with, where there is such a login."""
    return name if get_user_model().objects.filter(username=name).exists() else "?"
