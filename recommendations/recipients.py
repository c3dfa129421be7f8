"""Whom of the staff an act is told to: by their roles in the committees it is about, or as who wrote it.

The table says who; `Recipients` finds them: roles in force today, logins that are open, with a mail address. Whoever
did it is never told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

from django.contrib.auth.models import User
from django.utils import timezone

from recommendations import permissions
from recommendations.enums import Act, Role
from recommendations.models import CommitteeMembership, Event, Lineage, Ownership


class Whose(Enum):
    """Which people an act is looked up among."""

    COMMITTEE = auto()  # those of the event's committee
    OWNERS = auto()  # those of the committees that own the item
    WRITERS = auto()  # those who wrote what it was done with
    NAMED = auto()  # the one whom the event's details name


@dataclass(frozen=True)
class Circle:
    """Who is told of an act: people of `whose`, in one of `roles` where it is a committee's."""

    whose: Whose
    roles: frozenset[Role] = field(default_factory=frozenset)


_APPROVERS = frozenset({Role.APPROVER})
_WRITERS = Circle(Whose.WRITERS)
CIRCLES: dict[Act, Circle] = {
    Act.DRAFT_SUBMITTED: Circle(Whose.COMMITTEE, _APPROVERS),
    **dict.fromkeys([Act.DRAFT_RETURNED, Act.ANSWERS_RETURNED, Act.WORDS_RETURNED], _WRITERS),
    **dict.fromkeys([Act.STATUS_PUBLISHED, Act.NOTE_PUBLISHED, Act.UPDATE_CORRECTED], _WRITERS),
    Act.ANSWERS_SUBMITTED: Circle(Whose.COMMITTEE, _APPROVERS),
    Act.ANSWERS_PUBLISHED: _WRITERS,
    Act.WORDS_PROPOSED: Circle(Whose.OWNERS, _APPROVERS),
    Act.HANDED_OVER: Circle(Whose.COMMITTEE, frozenset({Role.EDITOR, Role.APPROVER})),
    Act.WITHHELD: Circle(Whose.OWNERS, frozenset({Role.APPROVER, Role.SECRETARY})),
    Act.REPORT_FROZEN: Circle(Whose.COMMITTEE, frozenset({Role.APPROVER, Role.SECRETARY})),
    Act.ITEM_DECLINED: Circle(Whose.COMMITTEE, _APPROVERS),
    Act.ITEM_ASSIGNED: Circle(Whose.NAMED),
    Act.NEWS_SUGGESTED: Circle(Whose.OWNERS, frozenset({Role.EDITOR})),
}


class Recipients:
    """The people who can be told today, and the committees of some events, read once: three queries."""

    def __init__(self, events: Iterable[Event]):
        today = timezone.localdate()
        self.people: dict[int, User] = {}
        self._holders: dict[tuple[int, str], set[int]] = defaultdict(set)
        roles = CommitteeMembership.objects.in_force(today).filter(user__is_active=True).exclude(user__email="")
        for role in roles.select_related("user").order_by("pk"):
            self.people[role.user_id] = role.user
            self._holders[role.committee_id, role.role].add(role.user_id)
        self._lineage = Lineage.load(on=today)
        self._owners: dict[int, set[int]] = defaultdict(set)
        items = {event.item_id for event in events if event.act in CIRCLES and event.item_id}
        owned = Ownership.objects.in_force(today).filter(item__in=items).order_by()
        for item, committee in owned.values_list("item_id", "committee_id"):
            self._owners[item].add(committee)

    def of(self, event: Event) -> list[User]:
        """Who is told of the act, in the order of their keys; nobody, where it is none that is told."""
        circle = CIRCLES.get(Act(event.act))
        if circle is None:
            return []
        return [self.people[key] for key in sorted(self._keys(event, circle) & self.people.keys() - {event.by_id})]

    def _keys(self, event: Event, circle: Circle) -> set[int]:
        if circle.whose == Whose.NAMED:
            _before, named = event.details.get("person", ["", ""])
            return {int(named)} if named else set()
        if circle.whose == Whose.WRITERS:
            return _wrote(event)
        if circle.whose == Whose.COMMITTEE:
            return self._in(circle.roles, [event.committee_id] if event.committee_id else [])
        if event.item_id is None:  # about no row: then whoever approves, in any committee
            return set().union(*(who for (_committee, role), who in self._holders.items() if role in _APPROVERS))
        return self._in(circle.roles, self._owners[event.item_id])

    def _in(self, roles: Iterable[str], committees: Iterable[int]) -> set[int]:
        """Who has one of the roles in one of the committees, or in one that took over from it."""
        acting = set().union(*(self._lineage.with_successors(one) for one in committees))
        return set().union(*(self._holders.get((one, role), set()) for one in acting for role in roles))


def _wrote(event: Event) -> set[int]:
    """The ids of all who wrote the draft that an act was done with."""
    if event.update:
        return permissions.authors_of(event.update)
    if event.answer_draft:
        saved = Event.objects.filter(answer_draft=event.answer_draft, act=Act.ANSWERS_DRAFTED)
        authors = {event.answer_draft.author_id}
    elif event.proposal:
        saved = Event.objects.filter(proposal=event.proposal, act=Act.WORDS_PROPOSED)
        authors = {event.proposal.author_id}
    else:
        return set()
    return {one for one in {*authors, *saved.order_by().values_list("by_id", flat=True)} if one is not None}
