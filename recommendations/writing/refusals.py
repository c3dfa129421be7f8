"""What is refused because of who asks, although a form says it, as it says what can be mended."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from recommendations.security_log import note


def note_denied(request: HttpRequest, by: User, refused: Iterable[ValidationError]) -> None:
    """Tell the log of security, where a page of 403 would have."""
    if any(isinstance(one.__cause__, PermissionDenied) for one in refused):
        note("refused", request, who=by.get_username(), why="second-person")
