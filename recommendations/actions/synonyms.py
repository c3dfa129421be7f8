"""What people say, and what the sources call it: an administrator's to write."""

from __future__ import annotations

from copy import copy
from uuid import UUID

from django.contrib.auth.models import User

from recommendations import danish, tenancy
from recommendations.actions import state
from recommendations.actions.sources import check_administers, fill, tell
from recommendations.actions.turns import in_turn
from recommendations.enums import Act
from recommendations.models import Synonym


@in_turn()
def save_synonym(
    *,
    by: User | None,
    everyday: str,
    official: str,
    synonym: Synonym | None = None,
    request_key: UUID | None = None,
) -> Synonym:
    """Add an everyday expression with the sources' words for it (one on each line), or change one."""
    check_administers(by)
    before = Synonym.objects.select_for_update().get(pk=synonym.pk) if synonym else None
    words = danish.normalised(everyday).lower()
    if state.done_before(request_key) and (found := Synonym.objects.filter(everyday=words).first()):
        return found
    row = copy(before) if before else Synonym(municipality=tenancy.current())
    lines = [line.strip() for line in danish.normalised(official).splitlines()]
    fill(row, {"everyday": words, "official": "\n".join(filter(None, lines))})
    changes = state.changed_fields(before, row)
    if before and not changes:
        return before
    state.checked(row)
    tell(Act.SYNONYM_SAVED, by, row, changes, request_key)
    return row


@in_turn()
def remove_synonym(*, by: User, synonym: Synonym) -> None:
    """Take an everyday expression away again: searching reads it as it stands. Nothing where it is gone already."""
    check_administers(by)
    row = Synonym.objects.select_for_update().filter(pk=synonym.pk).order_by("pk").first()
    if row is None:
        return
    gone = {name: [getattr(row, name), ""] for name in ("everyday", "official")}
    row.delete()
    tell(Act.SYNONYM_REMOVED, by, None, gone, None)
