"""Mails that ask for a status, and those that tell that none has come; by how it stands when they are sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import links, outbox, tenancy
from recommendations.enums import NO_STATUS, MessageKind, ReminderKind
from recommendations.keepers import AskedCell, OpenCell, Roster, asked_about, near, open_cells, reachable, reasons
from recommendations.models import Committee, Item, Meeting, OutgoingMessage, Standing
from recommendations.models.membership import name_of
from recommendations.notifications.writing import Written, writer_of, written

MOST_NAMED = 200  # rows in one mail; the rest are counted
CONFIRM, STATUS, NOT_MINE = "bekraeft", "status", "ikke-min"  # what a link begins with on its page


@dataclass(frozen=True)
class AskedRow:
    """One cell as a mail asks about it, with where its three answers lead; `confirm` is empty where nothing stands."""

    title: str
    belongs: str
    status: str
    status_on: date | None
    fresh_on: date | None
    due_on: date | None
    criterion: Sequence[str]
    reasons: Sequence[str]
    confirm: str
    give_status: str
    not_mine: str


@dataclass(frozen=True)
class ToldRow:
    """One cell that nobody has answered about: what it is called, why it is told of, and where it stands."""

    title: str
    belongs: str
    reasons: Sequence[str]
    address: str


@writer_of(MessageKind.STATUS_ASKED)
def status_asked(message: OutgoingMessage) -> Written | None:
    """One mail with all that somebody is asked about: each row with how it stands, why it is asked, and three links."""
    person, asked = _person(message), _Asked(message)
    rows, told, meetings = asked.rows(person), asked.told(_staff_page), asked.meetings()
    if not (rows or told or meetings):
        return None
    context = {
        "person": name_of(person),
        "rows": rows[:MOST_NAMED],
        "count": len(rows),
        "more": max(len(rows) - MOST_NAMED, 0),
        "page": tenancy.site_url() + reverse("mail_work", args=[links.staff_token(person)]),
        "days": links.GOOD_FOR.days,
        **_told(told),
        "meetings": meetings,
    }
    return written("status_asked", context)


@writer_of(MessageKind.ITEM_ASKED)
def item_asked(message: OutgoingMessage) -> Written | None:
    """One row, with the same three links; where answers to mail are taken, an answer becomes a draft."""
    person, reply_to = _person(message), outbox.reply_address(message)
    rows = _Asked(message).rows(person)
    if not rows:
        return None
    context = {"person": name_of(person), "row": rows[0], "days": links.GOOD_FOR.days, "can_reply": bool(reply_to)}
    return written("item_asked", context, reply_to=reply_to)


@writer_of(MessageKind.OVERDUE_TOLD)
def overdue_told(message: OutgoingMessage) -> Written | None:
    """What nobody has answered about: to an approver, a secretary or the administration's mailbox. No names."""
    asked = _Asked(message)
    told = asked.told(_staff_page if message.person else _public_page)
    meetings = asked.meetings()
    if not (told or meetings):
        return None
    context = {"person": name_of(message.person) if message.person else "", **_told(told), "meetings": meetings}
    return written("overdue_told", context)


@writer_of(MessageKind.REPORT_READY)
def report_ready(message: OutgoingMessage) -> Written | None:
    """That the report to a meeting is ready to be read through, completed and issued."""
    person, meetings = _person(message), _Asked(message).meetings()
    if not meetings:
        return None
    context = {"person": name_of(person), "meetings": meetings, "first": meetings[0][0], **_told(())}
    return written("report_ready", context)


def _person(message: OutgoingMessage) -> User:
    assert message.person is not None  # these go to people
    return message.person


def _told(rows: Sequence[ToldRow]) -> dict[str, Any]:
    return {"told": rows[:MOST_NAMED], "told_count": len(rows), "told_more": max(len(rows) - MOST_NAMED, 0)}


class _Asked:
    """What a message is about, as it is now; what has been answered or closed meanwhile is in it no more."""

    def __init__(self, message: OutgoingMessage):
        self.message, self.about, self.today = message, message.about, timezone.localdate()
        self.roster = Roster(self.today)

    def rows(self, person: User) -> list[AskedRow]:
        """What the person is asked about; in the month's mail also all else that is theirs."""
        named = {tuple(cell) for cell in self.about["asked"]}
        where = Q(item__in=[item for item, _committee in named])
        if self.about["is_of_month"]:
            where |= near(person, self.today)
        cells = [
            cell
            for cell in open_cells(self.today, where=where)
            if self._is_asked(person, cell, is_named=(cell.item, cell.committee) in named)
        ]
        promised = self._promised()
        return [_asked_row(person, one, promised) for one in asked_about(person, cells, self.today, roster=self.roster)]

    def _is_asked(self, person: User, cell: OpenCell, *, is_named: bool) -> bool:
        if self.roster.has_draft(cell):
            return False
        keepers = self.roster.keepers(cell)
        if person in keepers.people:
            return True
        takes_their_place = person in (keepers.asked or keepers.approvers)
        return is_named and takes_their_place and not reachable(keepers.people)

    def told(self, page: Callable[[Item], str]) -> list[ToldRow]:
        """The cells that are told of, where something is still the matter with them."""
        named = {tuple(cell) for cell in self.about["told"]}
        found = open_cells(self.today, where=Q(item__in=[item for item, _committee in named]))
        cells = [cell for cell in found if (cell.item, cell.committee) in named and reasons(cell, self.today)]
        waits = [_("En status venter på godkendelse")]
        return [
            ToldRow(
                title=str(item),
                belongs=f"{item.publication.title}, {committee.name}",
                reasons=[*reasons(cell, self.today), *waits * self.roster.has_draft(cell)],
                address=tenancy.site_url() + page(item),
            )
            for cell, item, committee in _read(cells, self.today)
        ]

    def meetings(self) -> list[tuple[Meeting, str]]:
        """The meetings that a report is to be issued to, with where its draft is."""
        found = Meeting.objects.expected().filter(pk__in=self.about["meetings"]).select_related("committee")
        site = tenancy.site_url()
        return [(one, site + reverse("report_draft", args=[one.pk])) for one in found.earliest_first()]

    def _promised(self) -> dict[int, date]:
        """Item (id) -> the day of the meeting that it was promised to, where that is why it is asked about."""
        steps = self.message.steps.filter(kind=ReminderKind.MEETING, item__isnull=False).order_by("-about_on", "pk")
        return dict(steps.values_list("item_id", "about_on"))


def _read(cells: Sequence[OpenCell], today: date) -> list[tuple[OpenCell, Item, Committee]]:
    """The cells with their item, read with its words and source, and their committee: one query."""
    standings = Standing.objects.at(today).owned().filter(item__in=[cell.item for cell in cells]).order_by("pk")
    found = {
        (one.item_id, one.committee_id): (one.item, one.committee)
        for one in standings.select_related("item__publication", "item__wording", "committee")
    }
    return [(cell, *found[cell.item, cell.committee]) for cell in cells]


def _asked_row(person: User, cell: AskedCell, promised: dict[int, date]) -> AskedRow:
    token = links.staff_token(person, cell.item, cell.committee)
    page = tenancy.site_url() + reverse("mail_work", args=[token])
    why = [one for one in cell.reasons if one != str(NO_STATUS)]  # that stands in the line of its status
    if cell.item.pk in promised:
        why.insert(0, _("Lovet til mødet den %(day)s") % {"day": date_format(promised[cell.item.pk])})
    has_status = bool(cell.standing.status)
    return AskedRow(
        title=str(cell.item),
        belongs=f"{cell.item.publication.title}, {cell.committee.name}",
        status=cell.standing.get_status_display() if has_status else "",
        status_on=cell.standing.status_on,
        fresh_on=cell.standing.fresh_on,
        due_on=cell.due_on,
        criterion=cell.criterion.parts if cell.criterion else (),
        reasons=why,
        confirm=f"{page}?valg={CONFIRM}" if has_status else "",
        give_status=f"{page}?valg={STATUS}",
        not_mine=f"{page}?valg={NOT_MINE}",
    )


def _staff_page(item: Item) -> str:
    return reverse(f"admin:recommendations_{item.route}_change", args=[item.pk])


def _public_page(item: Item) -> str:
    return item.get_absolute_url()
