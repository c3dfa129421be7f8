"""Reorganisation: one committee takes over from another, all that it owns or some, with drafts and people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions
from recommendations.actions.committees import save_committee
from recommendations.actions.state import checked, done_before, event, lock_all, record, refresh_standings
from recommendations.actions.turns import in_turn
from recommendations.enums import UNPUBLISHED, WRITERS, Act, Nature, OwnershipRole
from recommendations.lifecycle import Problems, day_problem
from recommendations.models import (
    Committee,
    CommitteeMembership,
    Event,
    Item,
    Lineage,
    Ownership,
    StatusUpdate,
    Succession,
    recorded,
)
from recommendations.models.item import ItemQuerySet


@dataclass(frozen=True)
class HandOver:
    """What one hand-over did: the recorded act, the items that changed hands, and the drafts and people that moved.

    Asked for again, it has only what the log says: its `event` counts them.
    `losing` are the roles of those who could write about the items and whose committee goes on without them,
    `receiving` all roles in the successor.
    """

    succession: Succession
    event: Event
    items: tuple[Item, ...] = ()
    drafts: tuple[StatusUpdate, ...] = ()
    people: tuple[CommitteeMembership, ...] = ()
    losing: tuple[CommitteeMembership, ...] = ()
    receiving: tuple[CommitteeMembership, ...] = ()

    @property
    def has_writer(self) -> bool:
        """Whether anybody can write about what has moved."""
        return any(role.role in WRITERS for role in self.receiving)


def _owned(committee: Committee) -> ItemQuerySet:
    owned = Ownership.objects.in_force().filter(committee=committee)
    items: ItemQuerySet = Item.objects.filter(pk__in=owned.order_by().values("item")).with_state().with_words()
    related = items.select_related("publication", "parent__wording")
    return related.order_by("publication__position", "publication__slug", "path")


def owned_items(committee: Committee) -> list[Item]:
    """What a committee owns today, in the order of the sources: what can be handed over."""
    return list(_owned(committee))


def open_items_of(committee: Committee) -> list[Item]:
    """What `hand_over` moves when nothing else is said: the items the committee owns that are not closed."""
    return list(_owned(committee).open())


@in_turn()
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
    only tasks move. The same act again moves what was left behind, or came to the ended committee later. A `successor`
    that is not saved yet is added first.
    """
    permissions.check_can_administer(by)
    predecessor = Committee.objects.select_for_update().get(pk=predecessor.pk)
    if done := done_before(request_key):
        earlier = Succession.objects.filter(predecessor=predecessor, successor__code=done.after).order_by("pk").last()
        if done.act == Act.COMMITTEE_SUCCEEDED and earlier:
            return HandOver(earlier, done)
    if successor.pk is None:
        successor = save_committee(by=by, committee=successor)
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
    moved = _move_all(by, moving, succession, on)
    drafts = _move_drafts(predecessor, successor, [row.item_id for row in moving], everything=predecessor_ends)
    people = _move_people(predecessor, successor, on) if predecessor_ends else []
    touched = Ownership.objects.filter(committee__in=[predecessor, successor]).order_by().values("item")
    refresh_standings(list(Item.objects.filter(pk__in=touched).order_by("pk")))
    event = record(
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
    return HandOver(
        succession,
        event,
        tuple(row.item for row in moved),
        tuple(drafts),
        tuple(people),
        losing=() if predecessor_ends else tuple(_working_for(predecessor).filter(role__in=WRITERS)),
        receiving=tuple(_working_for(successor)),
    )


def _working_for(committee: Committee) -> QuerySet[CommitteeMembership]:
    roles = CommitteeMembership.objects.in_force(timezone.localdate()).filter(committee=committee, user__is_active=True)
    named: QuerySet[CommitteeMembership] = roles.select_related("user", "committee").order_by("user__username", "role")
    return named


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
        problems["on"] = _("%(name)s findes ikke den dag. Ret datoen, eller ret udvalgets »findes fra«.") % {
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
    lock_all(chosen)
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


def _move_all(by: User, rows: Collection[Ownership], succession: Succession, on: date) -> list[Ownership]:
    """End these ownerships and begin the successor's, with an event each; in four queries, however many there are.

    Where the successor owns the item already, the stronger role wins.
    """
    successor = succession.successor
    theirs: dict[int, list[Ownership]] = defaultdict(list)
    owned = Ownership.objects.recorded().filter(committee=successor, item__in=[row.item_id for row in rows])
    for own in owned.order_by("pk"):
        theirs[own.item_id].append(own)
    ended, begun = [], []
    for row in rows:
        new = Ownership(
            item=row.item, committee=successor, role=row.role, valid_from=on, succession=succession, recorded_by=by
        )
        ended.append(_ended(row, by, on))
        reaching = [own for own in theirs[row.item_id] if own.valid_to is None or own.valid_to > on]
        if own := next((own for own in reversed(reaching) if own.valid_to is None), None):
            reaching.remove(own)
            new.role = OwnershipRole.LEAD if OwnershipRole.LEAD in (own.role, row.role) else row.role
            if own.valid_from < on:
                ended.append(_ended(own, by, on))
            else:
                new.replaces = own
        if reaching:
            words = {"name": successor.name, "item": row.item}
            sentence = _("%(name)s ejede %(item)s i noget af tiden efter den dag. Vælg en senere dato.")
            raise ValidationError({"on": sentence % words})
        begun.append(new)
    for row in (*ended, *begun):
        row.recorded_at = recorded.now()
    Ownership.objects.bulk_create(ended)
    Ownership.objects.bulk_create(begun)
    Event.objects.bulk_create(_handed_over(by, new, succession) for new in begun)
    return begun


def _ended(row: Ownership, by: User, on: date) -> Ownership:
    """The row that takes the place of `row` and ends it."""
    return Ownership(
        item=row.item,
        committee=row.committee,
        role=row.role,
        valid_from=row.valid_from,
        valid_to=on,
        succession_id=row.succession_id,
        replaces=row,
        recorded_by=by,
    )


def _handed_over(by: User, new: Ownership, succession: Succession) -> Event:
    return event(
        act=Act.HANDED_OVER,
        nature=Nature.NEWS,
        by=by,
        item=new.item,
        committee=succession.successor,
        on=new.valid_from,
        before=succession.predecessor.code,
        after=succession.successor.code,
        ownership=new,
    )


def _move_drafts(
    predecessor: Committee, successor: Committee, items: Collection[int], *, everything: bool
) -> list[StatusUpdate]:
    """Drafts about what moved, or all drafts of a committee that ends, are the successor's, which can publish them."""
    drafts = StatusUpdate.objects.filter(committee=predecessor, state__in=UNPUBLISHED)
    if not everything:
        drafts = drafts.filter(item__in=items)
    moved = []
    drafts = drafts.select_related("item__wording", "author")
    for draft in drafts.select_for_update(of=("self",)).order_by("pk"):
        draft.committee = successor
        draft.save(update_fields=["committee"])
        moved.append(draft)
    return moved


def _move_people(predecessor: Committee, successor: Committee, on: date) -> list[CommitteeMembership]:
    """Whoever works for a committee that ends works for its successor in the same roles, at least as long."""
    moved = []
    roles = CommitteeMembership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on), committee=predecessor, user__is_active=True
    ).exclude(valid_to=F("valid_from"))
    for old in roles.select_related("user").order_by("pk"):
        same = CommitteeMembership.objects.filter(user=old.user, committee=successor, role=old.role).order_by("pk")
        new = same.first() or CommitteeMembership(user=old.user, committee=successor, role=old.role, valid_to=on)
        if new.valid_to is None or (old.valid_to and old.valid_to <= new.valid_to):
            continue
        if new.valid_to <= on:  # it was over, or is new
            new.valid_from = old.valid_from
        new.valid_to = old.valid_to
        moved.append(checked(new))
    return moved
