"""Committees, what they own, and reorganisation: one committee takes over from another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions, tenancy
from recommendations.actions.state import changed_fields, checked, done_before, lock_all, record, refresh_standings
from recommendations.enums import UNPUBLISHED, Act, Nature, OwnershipRole
from recommendations.lifecycle import Problems, day_problem
from recommendations.models import (
    Committee,
    CommitteeMembership,
    Item,
    Lineage,
    Ownership,
    StatusUpdate,
    Succession,
)
from recommendations.models.item import ItemQuerySet


@transaction.atomic
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


@transaction.atomic
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
    _require_sound(ownership)
    checked(ownership)
    refresh_standings([item])
    _tell_owner(Act.OWNER_ADDED, by, ownership, after=committee.code, request_key=request_key)
    return ownership


@transaction.atomic
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


@transaction.atomic
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
        _require_sound(row)
    checked(row)
    refresh_standings([ownership.item])
    stands = "" if act == Act.OWNER_ENDED or may_be_never else ownership.committee.code
    before = ownership.committee.code
    _tell_owner(act, by, row, replaced=ownership, before=before, after=stands, request_key=request_key)
    return row


def _require_sound(row: Ownership) -> None:
    """Days that can be right, and no other ownership of the same committee in some of the time."""
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
    if not problems and _overlaps(row):
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


# --- Reorganisation ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HandOver:
    """What one hand-over did: the recorded act, the items that changed hands, and the drafts and people that moved."""

    succession: Succession
    items: tuple[Item, ...]
    drafts: tuple[StatusUpdate, ...] = ()
    people: tuple[CommitteeMembership, ...] = ()


def _owned(committee: Committee) -> ItemQuerySet:
    owned = Ownership.objects.in_force().filter(committee=committee)
    items: ItemQuerySet = Item.objects.filter(pk__in=owned.order_by().values("item")).with_state().with_words()
    return items.select_related("publication").order_by("publication__position", "publication__slug", "path")


def owned_items(committee: Committee) -> list[Item]:
    """What a committee owns today, in the order of the sources: what can be handed over."""
    return list(_owned(committee))


def open_items_of(committee: Committee) -> list[Item]:
    """What `hand_over` moves when nothing else is said: the items the committee owns that are not closed."""
    return list(_owned(committee).open())


@transaction.atomic
def hand_over(
    *,
    by: User,
    predecessor: Committee,
    successor: Committee,
    on: date,
    reason: str = "",
    items: Collection[Item] | None = None,
    predecessor_ends: bool = True,
    request_key: UUID | None = None,
) -> HandOver:
    """Let `successor` own from the day `on` what `predecessor` owned: `items`, or all open items when none are named.

    Old updates keep the old name; closed items stay where they were. Drafts about what moves are the successor's from
    now on. When the predecessor ends, its people get the same roles in the successor; with `predecessor_ends=False`
    only tasks move. The same act again moves what was left behind, or came to the ended committee later.
    """
    permissions.check_can_administer(by)
    predecessor = Committee.objects.select_for_update().get(pk=predecessor.pk)
    if done := done_before(request_key):
        succession = Succession.objects.filter(predecessor=predecessor, successor=successor).order_by("pk").last()
        if done.act == Act.COMMITTEE_SUCCEEDED and succession:
            return HandOver(succession, ())
    chosen = open_items_of(predecessor) if items is None else list(items)
    if problems := _problems(predecessor, successor, on, predecessor_ends, chosen):
        raise ValidationError(problems)
    moving = _moving(predecessor, chosen, on)

    existing = Succession.objects.filter(predecessor=predecessor, successor=successor, predecessor_ends=True)
    succession = existing.order_by("pk").first()
    if succession is None:
        succession = checked(
            Succession(
                predecessor=predecessor,
                successor=successor,
                on=on,
                predecessor_ends=predecessor_ends,
                reason=danish.normalised(reason),
                recorded_by=by,
            )
        )
    if predecessor_ends and predecessor.valid_to is None:
        predecessor.valid_to = on
        checked(predecessor)
    moved = [_move(by, row, succession, on) for row in moving]
    drafts = _move_drafts(predecessor, successor, [row.item_id for row in moving], everything=predecessor_ends)
    people = _move_people(predecessor, successor, on) if predecessor_ends else []
    touched = Ownership.objects.filter(committee__in=[predecessor, successor]).order_by().values("item")
    refresh_standings(list(Item.objects.filter(pk__in=touched).order_by("pk")))
    record(
        act=Act.COMMITTEE_SUCCEEDED,
        by=by,
        committee=predecessor,
        on=on,
        before=predecessor.code,
        after=successor.code,
        details={"items": ["", str(len(moved))], "drafts": ["", str(len(drafts))], "people": ["", str(len(people))]},
        digest_of=succession,
        request_key=request_key,
    )
    return HandOver(succession, tuple(row.item for row in moved), tuple(drafts), tuple(people))


def _problems(
    predecessor: Committee, successor: Committee, on: date, predecessor_ends: bool, chosen: Collection[Item]
) -> Problems:
    problems: Problems = {}
    names = {"new": successor.name, "old": predecessor.name}
    if predecessor.pk == successor.pk:
        problems["successor"] = _("Et udvalg kan ikke afløse sig selv. Vælg to forskellige udvalg.")
    elif predecessor.pk in Lineage.load().with_successors(successor.pk):
        problems["successor"] = _("%(new)s er selv afløst af %(old)s. Byt om på de to udvalg.") % names
    earlier = Succession.objects.filter(predecessor=predecessor, successor=successor, predecessor_ends=True)
    if not chosen and (not predecessor_ends or earlier.exists()):
        problems["items"] = _("Der er intet at flytte. Vælg mindst én række.")
    if on > timezone.localdate():
        problems["on"] = _("Skiftet er ikke sket endnu. Skriv en dato senest i dag.")
    elif wrong := day_problem(on, source_day=None, today=timezone.localdate()):
        problems["on"] = wrong
    elif not successor.exists_on(on):
        problems["on"] = _("%(name)s findes ikke den dag. Ret datoen, eller ret udvalgets «findes fra».") % {
            "name": successor.name
        }
    elif predecessor_ends and predecessor.valid_to not in (None, on) and not earlier.exists():
        problems["on"] = _("%(name)s er allerede registreret som ophørt en anden dag. Brug den samme dato.") % {
            "name": predecessor.name
        }
    elif predecessor.valid_from and predecessor.valid_from >= on:
        problems["on"] = _("%(name)s fandtes ikke før den dag. Vælg en senere dato.") % {"name": predecessor.name}
    return problems


def _moving(predecessor: Committee, chosen: Collection[Item], on: date) -> list[Ownership]:
    """The ownerships behind what was chosen; a refusal where the predecessor does not own some of it, or not yet."""
    owned = Ownership.objects.recorded().filter(committee=predecessor, valid_to__isnull=True, item__in=list(chosen))
    moving = list(owned.select_related("item__publication", "item__wording", "committee").order_by("item__path", "pk"))
    if len(moving) < len(set(chosen)):
        raise ValidationError(
            {
                "items": _("Nogle af de valgte rækker ejes ikke længere af %(name)s. Genindlæs siden.")
                % {"name": predecessor.name}
            }
        )
    too_young = [str(row.item) for row in moving if row.valid_from >= on]
    if too_young:
        raise ValidationError(
            {
                "on": _(
                    "Skiftet kan ikke ske, før ejerskabet er begyndt. Vælg en senere dato, eller udelad: %(items)s."
                )
                % {"items": "; ".join(too_young)}
            }
        )
    return moving


def _move(by: User, row: Ownership, succession: Succession, on: date) -> Ownership:
    """End one ownership and begin the successor's. Where that owns the item already, the stronger role wins."""
    _next(row, by, valid_to=on)
    new = Ownership(
        item=row.item,
        committee=succession.successor,
        role=row.role,
        valid_from=on,
        succession=succession,
        recorded_by=by,
    )
    already = Ownership.objects.recorded().filter(item=row.item, committee=succession.successor, valid_to__isnull=True)
    if own := already.order_by("pk").last():
        new.role = OwnershipRole.LEAD if OwnershipRole.LEAD in (own.role, row.role) else row.role
        if own.valid_from < on:
            _next(own, by, valid_to=on)
        else:
            new.replaces = own
    if _overlaps(new):
        raise ValidationError(
            {
                "on": _("%(name)s ejede %(item)s i noget af tiden efter den dag. Vælg en senere dato.")
                % {"name": succession.successor.name, "item": row.item}
            }
        )
    checked(new)
    record(
        act=Act.HANDED_OVER,
        nature=Nature.NEWS,
        by=by,
        item=row.item,
        committee=succession.successor,
        on=on,
        before=succession.predecessor.code,
        after=succession.successor.code,
        ownership=new,
    )
    return new


def _next(row: Ownership, by: User, *, valid_to: date) -> None:
    """The row that takes the place of `row` and ends it."""
    checked(
        Ownership(
            item=row.item,
            committee=row.committee,
            role=row.role,
            valid_from=row.valid_from,
            valid_to=valid_to,
            succession=row.succession,
            replaces=row,
            recorded_by=by,
        )
    )


def _move_drafts(
    predecessor: Committee, successor: Committee, items: Collection[int], *, everything: bool
) -> list[StatusUpdate]:
    """Drafts about what moved, or all drafts of a committee that ends, are the successor's, which can publish them."""
    drafts = StatusUpdate.objects.filter(committee=predecessor, state__in=UNPUBLISHED)
    if not everything:
        drafts = drafts.filter(item__in=items)
    moved = []
    for draft in drafts.select_for_update(of=("self",)).order_by("pk"):
        draft.committee = successor
        draft.save(update_fields=["committee"])
        moved.append(draft)
    return moved


def _move_people(predecessor: Committee, successor: Committee, on: date) -> list[CommitteeMembership]:
    """Whoever works for a committee that ends works for its successor in the same roles."""
    moved = []
    roles = CommitteeMembership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), committee=predecessor)
    for old in roles.order_by("pk"):
        if CommitteeMembership.objects.filter(user=old.user, committee=successor, role=old.role).exists():
            continue
        moved.append(
            checked(
                CommitteeMembership(
                    user=old.user, committee=successor, role=old.role, valid_from=old.valid_from, valid_to=old.valid_to
                )
            )
        )
    return moved
