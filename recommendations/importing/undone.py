"""What is told of each thing that a file did, when that is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from recommendations.models import Item


@dataclass(frozen=True)
class Undone:
    """`what` it is about, and what happens with it or why it stays."""

    what: str
    sentence: str
    is_undone: bool
    item: Item | None = None


class Untouched(Exception):
    """It stays as it is; the sentence says why."""


def attempted(what: str, item: Item | None, perform: Callable[[], str]) -> Undone:
    """What `perform` does, in its own words; or why it is refused, and then nothing of it is done."""
    try:
        with transaction.atomic():
            return Undone(what, perform(), is_undone=True, item=item)
    except Untouched as why:
        return Undone(what, str(why), is_undone=False, item=item)
    except ValidationError as refused:
        return Undone(what, " ".join(refused.messages), is_undone=False, item=item)
    except PermissionDenied as refused:
        return Undone(what, str(refused), is_undone=False, item=item)
