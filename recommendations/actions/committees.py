"""Committees, and what they own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions, tenancy
from recommendations.actions.state import (
    changed_fields,
    checked,
    done_before,
    lock_all,
    record,
    refresh_standings,
)
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, Nature, OwnershipRole
from recommendations.lifecycle import Problems, day_problem
from recommendations.models import (
    Committee,
    Item,
    Ownership,
)


@in_turn()
def save_committee(*, by: User | None, committee: Committee, request_key: UUID | None = None) -> Committee:
    """Add a committee, or keep what was changed of one. Read from a source when `by` is nobody."""
    if by is not None:
        permissions.check_can_administer(by)
    if (done := done_before(request_key)) and done.committee:
        return done.committee
    before = Committee.objects.filter(pk=committee.pk).order_by("pk").first() if committee.pk else None
    if before is None:
        committee.municipality = tenancy.current()
    changes = changed_fields(before, committee)
    if before and not changes:
        return committee
    checked(committee)
    record(
        act=Act.COMMITTEE_CHANGED if before else Act.COMMITTEE_ADDED,
        nature=Nature.HOUSEKEEPING if by else Nature.FROM_SOURCE,
        by=by,
        committee=committee,
        details=changes,
        digest_of=committee,
        request_key=request_key,
    )
    return committee


# --- Ownership --------------------------------------------------------------------------------------------------------


@in_turn()
def add_owner(
    *,
    by: User | None,
    item: Item,
    committee: Committee,
    role: str = OwnershipRole.LEAD,
    valid_from: date,
    valid_to: date | None = None,
    request_key: UUID | None = None,
) -> Ownership:
    """Let a committee own an item from a day on. Refused where it owns it already in some of that time."""
    if by is not None:
        permissions.check_can_administer(by)
    item = lock_all([item])[item]
    if (done := done_before(request_key)) and done.ownership:
        return done.ownership
    ownership = Ownership(
        item=item, committee=committee, role=role, valid_from=valid_from, valid_to=valid_to, recorded_by=by
    )
    require_sound(ownership)
    checked(ownership)
    refresh_standings([item])
    _tell_owner(Act.OWNER_ADDED, by, ownership, after=committee.code, request_key=request_key)
    return ownership


@in_turn()
def end_owner(
    *, by: User, ownership: Ownership, valid_to: date, reason: str = "", request_key: UUID | None = None
) -> Ownership:
    """Let an ownership end: `valid_to` is the first day on which the committee no longer owns the item."""
    if ownership.valid_to is not None:
        raise ValidationError({"valid_to": _("Ejerskabet er allerede ophørt. Ret det i stedet.")})
    return _replace(
        by,
        ownership,
        Act.OWNER_ENDED,
        role=ownership.role,
        valid_from=ownership.valid_from,
        valid_to=valid_to,
        reason=reason,
        request_key=request_key,
    )


@in_turn()
def correct_owner(
    *,
    by: User,
    ownership: Ownership,
    role: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    never: bool = False,
    reason: str,
    request_key: UUID | None = None,
) -> Ownership:
    """Mend what was recorded wrongly of an ownership: its role or either end; or say that it never was (`never`).

    Without a `valid_to` it has not ended: one that is to keep its end names it.
    """
    if danish.is_blank(reason):
        raise ValidationError({"reason": _("Skriv, hvad der var forkert. Det vises for borgerne.")})
    begins = valid_from or ownership.valid_from
    return _replace(
        by,
        ownership,
        Act.OWNER_CORRECTED,
        role=role or ownership.role,
        valid_from=begins,
        valid_to=begins if never else valid_to,
        reason=reason,
        may_be_never=never,
        request_key=request_key,
    )


def _replace(
    by: User,
    ownership: Ownership,
    act: Act,
    *,
    role: str,
    valid_from: date,
    valid_to: date | None,
    reason: str = "",
    may_be_never: bool = False,
    request_key: UUID | None = None,
) -> Ownership:
    """A new row in the place of `ownership`, which stays readable."""
    permissions.check_can_administer(by)
    lock_all([ownership.item])
    if (done := done_before(request_key)) and done.ownership:
        return done.ownership
    if ownership.replacements.exists():
        raise ValidationError(_("Ejerskabet er allerede ændret. Genindlæs siden, og ret den nyeste række."))
    row = Ownership(
        item=ownership.item,
        committee=ownership.committee,
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        succession=ownership.succession,
        replaces=ownership,
        reason=danish.normalised(reason),
        recorded_by=by,
    )
    if not may_be_never:
        require_sound(row)
    checked(row)
    refresh_standings([ownership.item])
    stands = "" if act == Act.OWNER_ENDED or may_be_never else ownership.committee.code
    before = ownership.committee.code
    _tell_owner(act, by, row, replaced=ownership, before=before, after=stands, request_key=request_key)
    return row


def require_sound(row: Ownership, others: Collection[Ownership] | None = None) -> None:
    """Days that can be right, and no other ownership of the same committee in some of the time.

    `others` are the item's, where they are known and need not be asked for.
    """
    today, source_day = timezone.localdate(), row.item.publication.exists_from
    problems: Problems = {}
    for field in ("valid_from", "valid_to"):
        if wrong := day_problem(getattr(row, field), source_day=source_day, today=today, past_only=True):
            problems[field] = wrong
    if row.valid_to and row.valid_to <= row.valid_from:
        problems["valid_to"] = _("Ejerskabet kan ikke ophøre, før det er begyndt.")
    if not problems and not row.committee.exists_on(row.valid_from):
        problems["committee"] = _("%(committee)s fandtes ikke den %(date)s. Vælg det udvalg, der fandtes.") % {
            "committee": row.committee.name,
            "date": row.valid_from.strftime("%d.%m.%Y"),
        }
    is_owned = _overlaps(row) if others is None else any(_meet(row, other) for other in others)
    if not problems and is_owned:
        problems["committee"] = _("%(committee)s ejer allerede %(item)s i noget af den tid.") % {
            "committee": row.committee.name,
            "item": row.item,
        }
    if problems:
        raise ValidationError(problems)


def _overlaps(row: Ownership) -> bool:
    """Whether another row says that the committee owns the item in some of the same time; the database refuses that."""
    others = Ownership.objects.recorded().filter(item=row.item, committee=row.committee).exclude(pk=row.replaces_id)
    if row.valid_to is not None:
        others = others.filter(valid_from__lt=row.valid_to)
    return others.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=row.valid_from)).exists()


def _meet(row: Ownership, other: Ownership) -> bool:
    """Whether both are the same committee's in some of the same time; the last day is the first that is not theirs."""
    return (
        row.committee_id == other.committee_id
        and (row.valid_to is None or other.valid_from < row.valid_to)
        and (other.valid_to is None or other.valid_to > row.valid_from)
    )


def _tell_owner(
    act: Act, by: User | None, row: Ownership, *, replaced: Ownership | None = None, **what: object
) -> None:
    nature = Nature.CORRECTION if act == Act.OWNER_CORRECTED else Nature.HOUSEKEEPING
    record(
        act=act,
        nature=nature if by else Nature.FROM_SOURCE,
        by=by,
        item=row.item,
        committee=row.committee,
        on=row.valid_to if act == Act.OWNER_ENDED else row.valid_from,
        ownership=row,
        details=changed_fields(replaced, row),
        **what,
    )
