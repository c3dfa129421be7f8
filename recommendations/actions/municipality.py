"""What a municipality says of itself: its name, whom to ask, and what it has decided about its pages."""

from __future__ import annotations

from functools import partial
from typing import Literal, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.models import User
from django.core.files import File
from django.db import transaction

from recommendations import danish, permissions, tenancy
from recommendations.actions.state import changed_fields, checked, done_before, record
from recommendations.actions.turns import in_turn
from recommendations.enums import Act
from recommendations.models import Municipality


class MunicipalityFields(TypedDict, total=False):
    """What somebody says of a municipality; `Municipality` explains each."""

    name: str
    hosts: str
    sender: str
    email: str
    phone: str
    accessibility_url: str
    privacy_url: str
    stale_after_days: int
    answer_letter_months: int
    answer_line_months: int
    licence: str
    mark: File[bytes] | str | Literal[False]  # a cleaned picture; empty or False takes it away
    colour: str
    is_fictional: bool


@in_turn()
def change_municipality(
    *, by: User, request_key: UUID | None = None, **fields: Unpack[MunicipalityFields]
) -> Municipality:
    """Change what is named of the active municipality."""
    permissions.check_can_administer(by)
    before = Municipality.objects.select_for_update().get(pk=tenancy.current().pk)
    if done_before(request_key):
        return before
    municipality = Municipality.objects.get(pk=before.pk)
    for name, value in fields.items():
        Municipality._meta.get_field(name).save_form_data(  # type: ignore[union-attr]
            municipality, danish.normalised(value) if isinstance(value, str) else value
        )
    changes = changed_fields(before, municipality)
    if not changes:
        return before
    checked(municipality)
    if before.mark and before.mark.name != municipality.mark.name:
        transaction.on_commit(partial(before.mark.storage.delete, str(before.mark.name)), robust=True)
    record(
        act=Act.MUNICIPALITY_CHANGED,
        by=by,
        details=changes,
        digest_of=municipality,
        request_key=request_key,
    )
    return municipality
