"""Who may do what. One source for admin, actions, imports and API.

A right goes with a role in a committee that exists today; it covers the matters of that committee and of all it took
over from. A superuser may act for any committee, but does not escape the rule of the second person.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import TypeVar

from django.db.models import Q

from recommendations.enums import Role
from recommendations.lifecycle import needs_second_person
from recommendations.models import (
    Committee,
    ErrorReport,
    Lineage,
    Ownership,
    Reach,
    StatusUpdate,
    TrackedItem,
    Visitor,
    for_item,
)
from recommendations.models.about import day
from recommendations.models.committee import CommitteeQuerySet
from recommendations.models.item import ItemQuerySet

Items = TypeVar("Items", bound=ItemQuerySet)

WRITERS = (Role.EDITOR, Role.APPROVER)


def acting_committees(user: Visitor, item: TrackedItem, *roles: str, reach: Reach | None = None) -> CommitteeQuerySet:
    """The committees in whose name `user` may act on `item` in one of `roles`, as a queryset ordered by name.

    They exist today and own the item today, or took over from one that does. An item that nobody owns is a superuser's.
    """
    reach = reach or Reach.of(user)
    existing = Committee.objects.existing(day(None)).order_by("name", "code")
    owners = set(Ownership.objects.in_force().filter(**for_item(item)).values_list("committee_id", flat=True))
    if reach.is_superuser and not owners:
        return existing
    return existing.filter(pk__in=_covering(reach, owners, Lineage.load(on=day(None)), roles))


def _covering(reach: Reach, owners: set[int], lineage: Lineage, roles: Collection[str]) -> set[int]:
    """Of the committees that own, or took over from one that does, those in whose name one acts in one of `roles`."""
    covering: set[int] = set().union(*(lineage.with_successors(owner) for owner in owners))
    if not reach.is_superuser:
        covering &= set().union(*(reach.acting.get(role, set()) for role in roles))
    return covering


class ActingRights:
    """`acting_committees` for each of many items; what it takes is read once, in at most five queries."""

    def __init__(self, user: Visitor, items: Collection[TrackedItem], *, reach: Reach | None = None):
        self._reach = reach or Reach.of(user)
        self._existing = list(Committee.objects.existing(day(None)).order_by("name", "code"))
        self._lineage = Lineage.load(on=day(None))
        self._owners: dict[tuple[str, int], set[int]] = defaultdict(set)
        ids = {about: [item.pk for item in items if about == item.ABOUT] for about in ("recommendation", "initiative")}
        about_any = Q(recommendation__in=ids["recommendation"]) | Q(initiative__in=ids["initiative"])
        owned = Ownership.objects.in_force().filter(about_any).order_by()
        for recommendation, initiative, committee in owned.values_list(
            "recommendation_id", "initiative_id", "committee_id"
        ):
            key = ("recommendation", recommendation) if recommendation else ("initiative", initiative)
            self._owners[key].add(committee)

    def committees(self, item: TrackedItem, *roles: str) -> list[Committee]:
        """The committees in whose name the user may act on `item` in one of `roles`, by name."""
        owners = self._owners.get((item.ABOUT, item.pk), set())
        if self._reach.is_superuser and not owners:
            return self._existing
        covering = _covering(self._reach, owners, self._lineage, roles)
        return [committee for committee in self._existing if committee.pk in covering]


def can_write(user: Visitor, item: TrackedItem, committee: Committee) -> bool:
    """Write and submit drafts about `item` in the name of `committee`, and confirm that its status still holds."""
    return acting_committees(user, item, *WRITERS).filter(pk=committee.pk).exists()


def can_see_update(user: Visitor, update: StatusUpdate) -> bool:
    return StatusUpdate.objects.visible_to(user).filter(pk=update.pk).exists()


def can_edit_update(user: Visitor, update: StatusUpdate) -> bool:
    """Change, submit, take back or throw away an unpublished update."""
    return StatusUpdate.objects.editable_by(user).filter(pk=update.pk).exists()


def can_approve(user: Visitor, update: StatusUpdate) -> bool:
    """Publish or send back an update of a committee whose approver the user is, as far as the committee goes."""
    reach = Reach.of(user)
    return reach.is_superuser or update.committee_id in reach.committees(Role.APPROVER)


def is_second_person(user: Visitor, update: StatusUpdate) -> bool:
    """Whether the rule of the second person lets `user` publish this update."""
    return not needs_second_person(update.kind, update.status) or update.author_id not in (None, user.pk)


def can_decide(user: Visitor, item: TrackedItem, committee: Committee) -> bool:
    """Record what binds the committee towards the public: an answer, a deadline, a criterion."""
    return acting_committees(user, item, Role.APPROVER).filter(pk=committee.pk).exists()


def can_answer_for(user: Visitor, committee: Committee) -> bool:
    """Record an answer that `committee` gave; also one that has ended, when the user's committee took over from it."""
    reach = Reach.of(user)
    return reach.is_superuser or committee.pk in reach.committees(Role.APPROVER)


def can_reorganise(user: Visitor) -> bool:
    return user.is_active and user.is_superuser


def can_issue_reports(user: Visitor, committee: Committee, about: Collection[str] = ()) -> bool:
    """Issue a report in the name of `committee`, about the committees with the codes `about` (none: about all)."""
    return issuing_committees(user, about).filter(pk=committee.pk).exists()


def issuing_committees(user: Visitor, about: Collection[str] = (), reach: Reach | None = None) -> CommitteeQuerySet:
    """The committees in whose name `user` may issue a report about the committees with the codes `about`, by name.

    They are among those that the report is about, or took over from one of them; any of the user's when it is about no
    committee in particular.
    """
    reach = reach or Reach.of(user)
    found = Committee.objects.existing(day(None)).order_by("name", "code")
    if not reach.is_superuser:
        found = found.filter(pk__in=reach.acting.get(Role.SECRETARY, set()))
    if about:
        lineage = Lineage.load(on=day(None))
        named = Committee.objects.filter(code__in=about).values_list("pk", flat=True)
        found = found.filter(pk__in=set().union(*(lineage.with_successors(pk) for pk in named)))
    return found


def can_handle_report(user: Visitor, report: ErrorReport) -> bool:
    """Mark a report of an error as handled: those who write about the item it is about, or a superuser."""
    reach = Reach.of(user)
    return reach.is_superuser or (report.item is not None and acting_committees(user, report.item, *WRITERS).exists())


def can_edit_item(user: Visitor, item: TrackedItem, reach: Reach | None = None) -> bool:
    """Change the summary and other words of ours about an item."""
    return acting_committees(user, item, *WRITERS, reach=reach).exists()


def editable_items(items: Items, user: Visitor, reach: Reach | None = None) -> Items:
    """Of the queryset `items` those whose words the user may change."""
    reach = reach or Reach.of(user)
    return items if reach.is_superuser else items.owned_by(reach.committees(*WRITERS))


def about_items_of(user: Visitor, reach: Reach | None = None) -> Q:
    """A filter on rows with a committee: those of the committees that the user covers."""
    reach = reach or Reach.of(user)
    return Q() if reach.is_superuser else Q(committee__in=reach.committees())
