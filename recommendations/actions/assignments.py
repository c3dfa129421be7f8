"""Who in a committee keeps an item up: said not to be one's own, and given to somebody."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, keepers, permissions
from recommendations.actions.many import each, require_a_fair_number
from recommendations.actions.state import checked, done_before, lock, lock_all, record
from recommendations.actions.turns import in_turn
from recommendations.enums import Act
from recommendations.models import Assignment, Committee, Item, Lineage
from recommendations.models.membership import name_of


@in_turn()
def decline_item(
    *, by: User, item: Item, committee: Committee, note: str = "", request_key: UUID | None = None
) -> Assignment:
    """Say that one is not who keeps the item up in the committee; it then waits for the committee's approvers.

    Said twice it is said once, with a `request_key` and without.
    """
    item = lock(item)
    permissions.check_can_write(by, item, committee)
    assignment = _assignment(item, committee)
    if assignment.pk and (done_before(request_key) or assignment.declined_by == by):
        return assignment
    if not keepers.is_asked(by, item, committee, timezone.localdate()):
        raise ValidationError(_("Du bliver ikke spurgt om %(item)s, så du kan ikke melde »ikke min«.") % {"item": item})
    assignment.person, assignment.declined_by, assignment.note = None, by, danish.normalised(note)
    return _kept(Act.ITEM_DECLINED, by, assignment, {"note": ["", assignment.note]}, request_key)


@in_turn()
def assign_item(
    *, by: User, item: Item, committee: Committee, person: User, request_key: UUID | None = None
) -> Assignment:
    """Let one of the committee's editors and approvers keep the item up. Given twice it is given once."""
    item = lock(item)
    permissions.check_can_assign(by, item, committee)
    assignment = _assignment(item, committee)
    if assignment.pk and (done_before(request_key) or assignment.person == person):
        return assignment
    if not permissions.writers_of(committee).filter(pk=person.pk).exists():
        raise ValidationError(
            {
                "person": _("%(name)s kan ikke skrive for %(committee)s. Vælg en redaktør eller godkender i udvalget.")
                % {"name": name_of(person), "committee": committee.name}
            }
        )
    assignment.person, assignment.declined_by, assignment.note = person, None, ""
    return _kept(Act.ITEM_ASSIGNED, by, assignment, {"person": ["", str(person.pk)]}, request_key)


@in_turn()
def share_out_items(
    *, by: User, items: Collection[Item], committee: Committee, person: User, request_key: UUID | None = None
) -> list[Assignment]:
    """Let one person keep many of the committee's items up."""
    require_a_fair_number(items)
    lock_all(items)

    def assign(item: Item, key: UUID | None) -> Assignment:
        return assign_item(by=by, item=item, committee=committee, person=person, request_key=key)

    return each(items, assign, request_key)


def _assignment(item: Item, committee: Committee) -> Assignment:
    """What has been said of who keeps it up, or nothing yet; what a committee that it took over from said counts."""
    earlier = Lineage.load(on=timezone.localdate()).with_predecessors(committee.pk)
    said = Assignment.objects.filter(item=item, committee__in=earlier).select_related("person", "declined_by")
    found = sorted(said.order_by("since", "pk"), key=lambda one: one.committee_id == committee.pk)
    assignment = found[-1] if found else Assignment(item=item)
    assignment.committee = committee
    return assignment


def _kept(
    act: Act, by: User, assignment: Assignment, details: dict[str, list[str]], request_key: UUID | None
) -> Assignment:
    assignment.since = timezone.now()
    checked(assignment)
    earlier = Lineage.load(on=timezone.localdate()).with_predecessors(assignment.committee_id)
    Assignment.objects.filter(item=assignment.item, committee__in=earlier).exclude(pk=assignment.pk).delete()
    record(
        act=act,
        by=by,
        item=assignment.item,
        committee=assignment.committee,
        digest_of=assignment,
        details={name: said for name, said in details.items() if any(said)},
        request_key=request_key,
    )
    return assignment
