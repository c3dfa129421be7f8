"""Who works for which committee."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions.state import changed_fields, checked, record
from recommendations.enums import Act
from recommendations.models import Committee, CommitteeMembership


@transaction.atomic
def give_role(
    *,
    by: User,
    user: User,
    committee: Committee,
    role: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    request_key: UUID | None = None,
) -> CommitteeMembership:
    """Let somebody work for a committee, from and to a day where they are given. A role that is there is changed.

    Asked for twice it is given once, with a `request_key` and without.
    """
    permissions.check_can_administer(by)
    found = CommitteeMembership.objects.filter(user=user, committee=committee, role=role).order_by("pk").first()
    before = CommitteeMembership.objects.get(pk=found.pk) if found else None
    membership = found or CommitteeMembership(user=user, committee=committee, role=role)
    membership.valid_from, membership.valid_to = valid_from, valid_to
    changes = changed_fields(before, membership)
    if before and not changes:
        return membership
    checked(membership)
    record(
        act=Act.ROLE_GIVEN,
        by=by,
        committee=committee,
        after=role,
        details=changes,
        digest_of=membership,
        request_key=request_key,
    )
    return membership


@transaction.atomic
def end_role(*, by: User, membership: CommitteeMembership, on: date) -> CommitteeMembership:
    """Let a role end: `on` is the first day on which it no longer holds. One that has not begun never does."""
    permissions.check_can_administer(by)
    if membership.valid_to and membership.valid_to <= on:
        raise ValidationError(_("Rollen er allerede ophørt."))
    before = CommitteeMembership.objects.get(pk=membership.pk)
    membership.valid_to = on
    if membership.valid_from and membership.valid_from >= on:
        raise ValidationError({"valid_to": _("Rollen kan ikke ophøre, før den er begyndt.")})
    checked(membership)
    record(
        act=Act.ROLE_ENDED,
        by=by,
        committee=membership.committee,
        before=membership.role,
        details=changed_fields(before, membership),
        digest_of=membership,
    )
    return membership
