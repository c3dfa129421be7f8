"""Where to go from an act: to what the citizen reads of it, and to its correction while a slip is fresh."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations.lifecycle import is_slip
from recommendations.models import CommitteeAnswer, Deadline, DoneWhen, Item, Ownership, StatusUpdate, Treatment

CORRIGIBLE = (CommitteeAnswer, Deadline, DoneWhen, Ownership, StatusUpdate)  # what has a page where it is corrected


def correction_address(row: CommitteeAnswer | Deadline | DoneWhen | Ownership | StatusUpdate | Treatment) -> str:
    """The page where what was recorded is corrected."""
    return reverse(f"admin:recommendations_{row._meta.model_name}_correct", args=[row.pk])


def is_own_slip(row: Any, user: User) -> bool:
    """Whether the user recorded or published the row within the hour: a correction of it is most likely of a slip."""
    if isinstance(row, StatusUpdate):
        return user.pk in (row.author_id, row.published_by_id) and is_slip(row.published_at, now=timezone.now())
    return row.recorded_by_id == user.pk and is_slip(row.recorded_at, now=timezone.now())


def ways_on(row: Any, item: Item) -> list[tuple[str, str]]:
    """The links of the message that follows an act about `item` which wrote `row`: words and addresses."""
    ways = [(_("Fortryd eller ret"), correction_address(row))] if isinstance(row, CORRIGIBLE) else []
    if item.publication.is_public:
        ways.insert(0, (_("Se, hvad borgerne ser"), item.get_absolute_url()))
    return ways
