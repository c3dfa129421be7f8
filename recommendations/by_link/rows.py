"""What a link is about: the open cells that its person is asked about, each with all that is said of it on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import keepers, permissions
from recommendations.actions import Seen, statuses_to_confirm
from recommendations.by_link.opening import LinkRefused
from recommendations.enums import UNPUBLISHED, WRITERS, Role, UpdateState
from recommendations.keepers import AskedCell
from recommendations.lifecycle import is_closed
from recommendations.links import StaffLink
from recommendations.models import Assignment, Committee, Item, Reach, Standing, StatusUpdate
from recommendations.models.membership import name_of


@dataclass
class AskedRow:
    """One cell on the page. `said` gave it the status that stands; `draft` is what the person has begun or sent.

    `seen` is what its reader has before the eyes; `problem` is why it was refused.
    """

    cell: AskedCell
    is_asked: bool  # whether it is theirs to decline; an approver may be told of what others keep up
    can_confirm: bool
    said: StatusUpdate | None
    draft: StatusUpdate | None
    seen: Seen
    problem: str = ""
    is_ticked: bool = False

    @property
    def item(self) -> Item:
        return self.cell.item

    @property
    def committee(self) -> Committee:
        return self.cell.committee

    @property
    def key(self) -> str:
        return f"{self.item.pk}-{self.committee.pk}"

    @property
    def prefix(self) -> str:
        """Of the names of its own fields."""
        return f"r{self.key}-"

    @property
    def title(self) -> str:
        return f"{self.item.printed_number} {self.item.title}".strip()

    @property
    def is_sent(self) -> bool:
        return self.draft is not None and self.draft.state == UpdateState.SUBMITTED


def rows_of(link: StaffLink) -> list[AskedRow]:
    """The rows of all that is the person's, or of the one that the link is about, if they may still act on it."""
    today = timezone.localdate()
    if link.item is not None:
        cell, is_asked = _the_one(link.person, link.item, link.committee, today)
        return _rows(link.person, [cell], is_asked=is_asked)
    if not (link.person.is_superuser or Reach.of(link.person).committees(*WRITERS)):
        raise LinkRefused(
            _("Du skriver ikke længere for noget udvalg. Spørg en godkender, hvis det er forkert."),
            status=HTTPStatus.FORBIDDEN,
        )
    return _rows(link.person, keepers.asked_of(link.person, today), is_asked=True)


def _the_one(person: User, item: Item, committee: Committee | None, today: date) -> tuple[AskedCell, bool]:
    """The cell that a link is about, and whether its person is asked about it. Raises, with what to do, where neither
    they nor their role have to do with it any more.
    """
    roster = keepers.Roster(today)
    rights = permissions.ActingRights(person, [item])
    mine = {one.pk for one in rights.committees(item, *WRITERS)}
    if not mine:
        permissions.check_can_write(person, item, committee, rights)
    approves = {one.pk for one in rights.committees(item, Role.APPROVER)}
    for cell in keepers.open_cells(today, where=Q(item=item.pk)):
        speaking = {cell.committee, *roster.acting(cell.committee)}
        if not speaking & mine or (committee is not None and committee.pk not in speaking):
            continue
        is_asked = person in roster.keepers(cell).people
        if is_asked or speaking & approves:
            return keepers.asked_about(person, [cell], today, roster=roster)[0], is_asked
        raise LinkRefused(_whose_instead(item, speaking))
    raise LinkRefused(_closed(item, committee))


def _whose_instead(item: Item, committees: set[int]) -> str:
    """Why nothing is asked of an editor of its committee: somebody else keeps the item up, or nobody so far."""
    said = Assignment.objects.filter(item=item, committee__in=committees).select_related("person").order_by("since")
    given = said.last()
    if given and given.person is None:
        return _("%(item)s er meldt »ikke min«. En godkender giver den til en anden. Du skal ikke gøre mere.") % {
            "item": item
        }
    if given and given.person:
        return _("%(item)s er givet til %(name)s. Du skal ikke gøre mere. Spørg en godkender, hvis det er forkert.") % {
            "item": item,
            "name": name_of(given.person),
        }
    return _("Du bliver ikke længere spurgt om %(item)s. Log ind, hvis du vil skrive om den.") % {"item": item}


def _closed(item: Item, committee: Committee | None) -> str:
    cells = Standing.objects.at().filter(item=item)
    cells = cells.filter(committee=committee) if committee else cells.wholes()
    stands = cells.order_by("on_from", "pk").first()
    if stands and is_closed(stands.status):
        return _("%(item)s har status »%(status)s«. Du skal ikke gøre mere. Log ind, hvis det er forkert.") % {
            "item": item,
            "status": stands.get_status_display(),
        }
    return _("Du bliver ikke længere spurgt om %(item)s. Log ind, hvis du vil skrive om den.") % {"item": item}


def _rows(person: User, cells: Sequence[AskedCell], *, is_asked: bool) -> list[AskedRow]:
    """The rows of cells that are asked about; four queries, however many there are."""
    items = {cell.item for cell in cells}
    confirmable = statuses_to_confirm([(cell.item, cell.committee) for cell in cells])
    seen = Seen.now_of(items)
    said = StatusUpdate.objects.in_bulk([cell.standing.update_id for cell in cells if cell.standing.update_id])
    begun = StatusUpdate.objects.filter(author=person, item__in=items, state__in=UNPUBLISHED, corrects__isnull=True)
    drafts = {(one.item_id, one.committee_id): one for one in begun.order_by("created_at", "pk")}
    return [
        AskedRow(
            cell,
            is_asked,
            (cell.item, cell.committee) in confirmable,
            said.get(cell.standing.update_id or 0),
            drafts.get((cell.item.pk, cell.committee.pk)),
            seen[cell.item],
        )
        for cell in cells
    ]
