"""Who keeps a cell (item × committee) up, and so is asked for its status.

The person it has been given to; else whoever wrote the status that stands; else every editor of the committee, and
where there is none its approvers. Only those who may write for it today. What somebody has said »ikke min« of nobody
keeps: it waits for the approvers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import tenancy
from recommendations.enums import CLOSED, COUNTED, NO_STATUS, WRITERS, ReminderKind, Role, UpdateState
from recommendations.lifecycle import is_overdue, is_stale
from recommendations.models import (
    Assignment,
    Committee,
    CommitteeMembership,
    DoneWhen,
    Event,
    Item,
    Lineage,
    Publication,
    Reach,
    ReminderStep,
    Standing,
    StatusUpdate,
)

SOON = 30  # days before a deadline when it is said to be near


class OpenCell(NamedTuple):
    """An item (id) and the committee (id) that owns it, where the status is not final; the deadline is the item's.

    `author` (id) wrote the status that stands; none where it came from a source, or where none stands.
    """

    item: int
    committee: int
    status: str
    status_on: date | None
    fresh_on: date | None
    due_on: date | None
    author: int | None

    def is_overdue(self, today: date) -> bool:
        return is_overdue(self.status, self.due_on, today=today)

    def is_stale(self, today: date) -> bool:
        return is_stale(self.status, self.fresh_on, today=today, after_days=tenancy.current().stale_after_days)


def open_cells(today: date, *, where: Q | None = None) -> list[OpenCell]:
    """The open cells of counted items in public sources, by source and path, where `where` holds of `Standing`: one
    query.
    """
    found = _open(today).filter(where or Q())
    columns = ("item_id", "committee_id", "status", "status_on", "fresh_on", "due", "author")
    return [OpenCell(*row) for row in _in_order(found).values_list(*columns)]


def _open(today: date) -> Any:
    public = Publication.objects.public(today).order_by().values("pk")
    wholes = Standing.objects.at(today).wholes().filter(item=OuterRef("item")).order_by("on_from", "pk")
    found = Standing.objects.at(today).owned().exclude(status__in=sorted(CLOSED))
    found = found.filter(item__kind__in=sorted(COUNTED), item__publication__in=public)
    return found.annotate(due=Subquery(wholes.values("due_on")[:1]), author=F("update__author"))


def _in_order(cells: Any) -> Any:
    source = "item__publication"
    return cells.order_by(f"{source}__position", f"{source}__slug", "item__path", "committee__sort_name", "pk")


# --- Who --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Keepers:
    """Who is asked about a cell: `people` first; in their place `editors`, where none of them can receive a mail, and
    then `approvers`. `mailbox` is the committee with one that speaks for the cell.
    """

    people: tuple[User, ...]
    editors: tuple[User, ...]
    approvers: tuple[User, ...]
    secretaries: tuple[User, ...]
    mailbox: Committee | None
    is_declined: bool = False

    @property
    def asked(self) -> tuple[User, ...]:
        """Those of them who can receive a mail."""
        return reachable(self.people) or (() if self.is_declined else reachable(self.editors))

    @property
    def has_somebody_to_ask(self) -> bool:
        """Whether anybody who may write about it can receive a mail."""
        return bool(self.asked or reachable(self.approvers))


def reachable(people: Iterable[User]) -> tuple[User, ...]:
    """Those who have an address."""
    return tuple(person for person in people if person.email)


class Roster:
    """Who works for which committee on a day, who has been given what, and what waits: six queries for all."""

    def __init__(self, today: date):
        self.lineage = Lineage.load(on=today)
        self.committees = {one.pk: one for one in Committee.objects.order_by("sort_name", "code")}
        self._existing = [one.pk for one in self.committees.values() if one.exists_on(today)]
        self._roles: dict[tuple[int, str], dict[int, User]] = defaultdict(dict)
        held = CommitteeMembership.objects.in_force(today).filter(user__is_active=True).select_related("user")
        for role in held.order_by("user__first_name", "user__username", "pk"):
            self._roles[role.committee_id, role.role][role.user_id] = role.user
        superusers = User.objects.filter(is_active=True, is_superuser=True)
        self._superusers = {one.pk: one for one in superusers.order_by("pk")}
        waits = StatusUpdate.objects.filter(state=UpdateState.SUBMITTED, corrects__isnull=True).order_by()
        self._submitted = set(waits.values_list("item_id", "committee_id"))
        given = Assignment.objects.order_by("pk")
        self._given = {
            (item, committee): person
            for item, committee, person in given.values_list("item_id", "committee_id", "person_id")
        }

    @cached_property
    def _acting(self) -> dict[int, list[int]]:
        heirs = {committee: self.lineage.with_successors(committee) for committee in self.committees}
        return {committee: [one for one in self._existing if one in heirs[committee]] for committee in heirs}

    def acting(self, committee: int) -> list[int]:
        """The committees (ids) that exist and speak for this one: itself, or those that took over from it."""
        return self._acting[committee]

    def holders(self, committee: int, *roles: str) -> dict[int, User]:
        """Who acts for the committee in one of the roles, by id, in the order of names."""
        return {
            key: person
            for acting in self.acting(committee)
            for role in roles
            for key, person in self._roles[acting, role].items()
        }

    def has_draft(self, cell: OpenCell) -> bool:
        """Whether a status waits for approval already; the draft of a correction does not hinder a new one."""
        return any((cell.item, one) in self._submitted for one in (cell.committee, *self.acting(cell.committee)))

    def acting_for(self, person: User, committee: int) -> int:
        """The committee (id) in whose name the person writes about what the committee owns."""
        acting = self.acting(committee)
        own = (one for one in acting for role in Role if person.pk in self._roles[one, role])
        return next(own, (acting or [committee])[0])

    @cached_property
    def _of_committee(self) -> dict[int, Keepers]:
        return {committee: self._of(committee) for committee in self.committees}

    def _of(self, committee: int) -> Keepers:
        approvers = tuple(self.holders(committee, Role.APPROVER).values())
        editors = tuple(self.holders(committee, Role.EDITOR).values())
        acting = [self.committees[one] for one in self.acting(committee)]
        mailbox = next((one for one in acting if one.email), None)
        secretaries = tuple(self.holders(committee, Role.SECRETARY).values())
        return Keepers(editors or approvers, editors, approvers, secretaries, mailbox)

    @cached_property
    def _writers(self) -> dict[int, dict[int, User]]:
        return {committee: self._superusers | self.holders(committee, *WRITERS) for committee in self.committees}

    def keepers(self, cell: OpenCell) -> Keepers:
        everybody, writers = self._of_committee[cell.committee], self._writers[cell.committee]
        for committee in {cell.committee: None, **dict.fromkeys(self.acting(cell.committee))}:
            person = self._given.get((cell.item, committee), 0)
            if person is None:
                return _kept_by(everybody, (), is_declined=True)
            if person in writers:
                return _kept_by(everybody, (writers[person],))
        if cell.author in writers:
            return _kept_by(everybody, (writers[cell.author],))
        return everybody


def _kept_by(everybody: Keepers, people: tuple[User, ...], *, is_declined: bool = False) -> Keepers:
    return replace(everybody, people=people, is_declined=is_declined)


def keepers_of(cells: Iterable[OpenCell], today: date) -> dict[tuple[int, int], Keepers]:
    """Item and committee (ids) -> who keeps the cell: six queries for all of them."""
    roster = Roster(today)
    return {(cell.item, cell.committee): roster.keepers(cell) for cell in cells}


# --- What one person is asked about -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class AskedCell:
    """A cell that somebody is asked about. They act in the name of `committee`: the owner, or who took over from it.

    `due_on` is the item's deadline; `reasons` say why it is asked now, in words, the gravest first.
    """

    item: Item
    committee: Committee
    standing: Standing
    due_on: date | None
    criterion: DoneWhen | None
    reasons: tuple[str, ...]


def asked_of(person: User, today: date) -> list[AskedCell]:
    """All open cells that the person keeps, by source and path: a fixed number of queries."""
    roster = Roster(today)
    found = open_cells(today, where=near(person, today))
    return asked_about(person, [cell for cell in found if person in roster.keepers(cell).people], today, roster=roster)


def near(person: User, today: date) -> Q:
    """Of the cells (`Standing`) all that the person may keep, and others."""
    reach = Reach.of(person, today)
    found = Q(committee__in=reach.committees(*WRITERS))
    if reach.is_superuser:
        given = Assignment.objects.filter(person=person).order_by().values("item")
        found |= Q(update__author=person) | Q(item__in=given)
    return found


def asked_about(
    person: User, cells: Collection[OpenCell], today: date, *, roster: Roster | None = None
) -> list[AskedCell]:
    """The cells as the person is asked about them, in the order given: two queries, and six without a `roster`."""
    roster = roster or Roster(today)
    items = sorted({cell.item for cell in cells})
    read = Standing.objects.at(today).owned().filter(item__in=items)
    read = read.select_related("item__publication", "item__wording", "committee").order_by("pk")
    standings = {(one.item_id, one.committee_id): one for one in read}
    criteria = {one.item_id: one for one in DoneWhen.objects.known(today).filter(item__in=items).oldest_first()}
    asked = []
    for cell in cells:
        standing = standings[cell.item, cell.committee]
        asked.append(
            AskedCell(
                standing.item,
                roster.committees[roster.acting_for(person, cell.committee)],
                standing,
                cell.due_on,
                criteria.get(cell.item),
                tuple(reasons(cell, today)),
            )
        )
    return asked


def reasons(cell: OpenCell, today: date) -> list[str]:
    """Why a cell is asked about now, in words; none where nothing is the matter with it."""
    found = []
    if cell.due_on and cell.is_overdue(today):
        late = (today - cell.due_on).days
        found.append(ngettext("Forsinket med %(n)s dag", "Forsinket med %(n)s dage", late) % {"n": late})
    elif cell.due_on and (left := (cell.due_on - today).days) <= SOON:
        soon = ngettext("Fristen er om %(n)s dag", "Fristen er om %(n)s dage", left) % {"n": left}
        found.append(soon if left else _("Fristen er i dag"))
    if cell.fresh_on and cell.is_stale(today):
        silent = (today - cell.fresh_on).days
        found.append(ngettext("Ikke opdateret i %(n)s dag", "Ikke opdateret i %(n)s dage", silent) % {"n": silent})
    return found if cell.status else [*found, str(NO_STATUS)]


def is_asked(person: User, item: Item, committee: Committee, today: date) -> bool:
    """Whether the person keeps the item up in the name of the committee."""
    roster = Roster(today)
    return any(
        person in roster.keepers(cell).people and committee.pk in roster.acting(cell.committee)
        for cell in open_cells(today, where=Q(item=item.pk))
    )


# --- Phantom owners ---------------------------------------------------------------------------------------------------

LONG = timedelta(days=30)  # so long after the first question it is strange that nothing has come


def nobody_to_ask(committees: Collection[Committee], lineage: Lineage, today: date) -> Q:
    """Of the cells (`Standing`) of `committees` those about which nobody can be asked: `Keepers.has_somebody_to_ask` in
    SQL, the other way round. One query.
    """
    existing = {one.pk for one in committees if one.exists_on(today)}
    held = CommitteeMembership.objects.in_force(today).filter(user__is_active=True, role__in=WRITERS)
    roles = set(held.exclude(user__email="").order_by().values_list("committee_id", "role"))
    admins = User.objects.filter(is_active=True, is_superuser=True).exclude(email="")
    administrators = admins.order_by().values("pk")
    found = Q(pk__in=())
    for one in committees:
        line = lineage.with_successors(one.pk)
        holders = {role for role in WRITERS if any((heir, role) in roles for heir in line & existing)}
        given = Assignment.objects.filter(committee__in=line).order_by().values("item")
        if not holders:
            spoken_for = Q(update__author__in=administrators) | Q(item__in=given.filter(person__in=administrators))
            found |= Q(committee=one) & ~spoken_for
        if Role.APPROVER not in holders:
            found |= Q(committee=one, item__in=given.filter(person=None))
    return found


@dataclass(frozen=True)
class AskedPerson:
    """Somebody who was first asked on the day `since`, long ago; `is_silent`: nothing has come from them."""

    since: date
    is_silent: bool


def asked_long_ago(committees: Collection[int], today: date) -> dict[int, AskedPerson]:
    """Of those who write for the committees (ids): who has been asked long ago, since they got their role, by id; three
    queries.

    Whoever has done anything about any item since has answered.
    """
    held = CommitteeMembership.objects.in_force(today).filter(user__is_active=True, role__in=WRITERS)
    got: dict[int, date] = {}
    for person, day in held.filter(committee__in=committees).order_by().values_list("user_id", "valid_from"):
        got[person] = min(day or date.min, got.get(person, date.max))
    told = ReminderStep.objects.filter(person__in=list(got), told_on__lte=today - LONG)
    asked: dict[int, date] = {}
    days = (
        told.exclude(kind=ReminderKind.REPORT).order_by("told_on", "person").values_list("person", "told_on").distinct()
    )
    for person, day in days:
        if day >= got[person]:
            asked.setdefault(person, day)
    acts = Event.objects.filter(by__in=list(asked), item__isnull=False).order_by().values("by")
    last = {row["by"]: timezone.localdate(row["last"]) for row in acts.annotate(last=Max("at"))}
    return {
        person: AskedPerson(day, is_silent=person not in last or last[person] < got[person])
        for person, day in asked.items()
    }
