"""The draft of the report to a meeting: its head and foreword, when it is frozen, and who is asked to report first.

There is one for each meeting without anybody making it: a row is written with the first word. Nothing of it is public.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import answers, danish, meetings, permissions
from recommendations.actions.drafts import Conflict
from recommendations.actions.state import changed_fields, checked, done_before, record
from recommendations.actions.turns import in_turn, settled_at
from recommendations.enums import CLOSED, COUNTED, Act, MeetingState, Role
from recommendations.lifecycle import Problems
from recommendations.models import (
    CommitteeMembership,
    Event,
    Item,
    Lineage,
    Meeting,
    ReportDraft,
    StatusUpdate,
)
from recommendations.models.membership import name_of
from recommendations.selection import Selection

ASKED_AGAIN_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class DraftHead:
    """What a secretary types: the place on the agenda, and the committee's own words before the report."""

    agenda_item: str = ""
    case_number: str = ""
    annex: str = ""
    foreword: str = ""


@in_turn()
def save_report_draft(
    *, by: User, meeting: Meeting, head: DraftHead, version: int | None = None, request_key: UUID | None = None
) -> ReportDraft:
    """Write the head and the foreword. The very same again is no act.

    With `version`, the one that was seen, a `Conflict` is raised when somebody has saved other words since.
    """
    permissions.check_can_plan_meetings(by, meeting.committee)
    draft = _locked(meeting)
    if done_before(request_key):
        return draft
    old = copy(draft) if draft.pk else None
    typed = {name: danish.normalised(getattr(head, name)) for name in ("agenda_item", "case_number", "annex")}
    typed["foreword"] = danish.normalised(head.foreword)
    if all(getattr(draft, name) == text for name, text in typed.items()):
        return draft
    if problems := _problems(typed):
        raise ValidationError(problems)
    if version is not None and version != draft.version:
        raise Conflict(
            _(
                "En anden har gemt i den samme kladde, mens du skrev. Det, du har skrevet, står her stadig; se den "
                "andens, og vælg, hvad der skal stå."
            )
        )
    for name, text in typed.items():
        setattr(draft, name, text)
    draft.version += 1
    checked(draft)
    _tell(Act.REPORT_DRAFTED, by, draft, details=changed_fields(old, draft), request_key=request_key)
    return draft


@in_turn()
def freeze_report_draft(*, by: User, meeting: Meeting, request_key: UUID | None = None) -> ReportDraft:
    """Let the report be what it is now, whatever is published before it is issued."""
    permissions.check_can_plan_meetings(by, meeting.committee)
    draft = _locked(meeting)
    if done_before(request_key) or draft.known_at:
        return draft
    _require_to_be_held(draft.meeting)
    old = copy(draft)
    draft.known_at = settled_at()
    checked(draft)
    _tell(Act.REPORT_FROZEN, by, draft, details=changed_fields(old, draft), request_key=request_key)
    return draft


@in_turn()
def reopen_report_draft(*, by: User, meeting: Meeting, request_key: UUID | None = None) -> ReportDraft:
    """Let the report follow what is published again."""
    permissions.check_can_plan_meetings(by, meeting.committee)
    draft = _locked(meeting)
    if done_before(request_key) or draft.known_at is None:
        return draft
    old = copy(draft)
    draft.known_at = None
    checked(draft)
    _tell(Act.REPORT_REOPENED, by, draft, details=changed_fields(old, draft), request_key=request_key)
    return draft


def _locked(meeting: Meeting) -> ReportDraft:
    """The meeting's draft, or a new one not saved; no other writes in it until the transaction ends."""
    rows = Meeting.objects.select_for_update(of=("self",)).select_related("committee")
    held = rows.get(pk=meeting.pk)
    draft: ReportDraft | None = ReportDraft.objects.filter(meeting=held).order_by("pk").first()
    draft = draft or ReportDraft(meeting=held)
    draft.meeting = held
    return draft


def _problems(typed: dict[str, str]) -> Problems:
    problems: Problems = {}
    for name, text in typed.items():
        field: Any = ReportDraft._meta.get_field(name)
        most = field.max_length
        if len(text) > most:
            problems[name] = _("Teksten er på %(count)s tegn. Der er plads til %(most)s: skriv %(over)s færre.") % {
                "count": len(text),
                "most": most,
                "over": len(text) - most,
            }
    return problems


def _require_to_be_held(meeting: Meeting) -> None:
    if meeting.state == MeetingState.CANCELLED:
        raise ValidationError(_("Mødet er aflyst. Vælg et møde, der bliver holdt."))


def _tell(act: Act, by: User, draft: ReportDraft, *, request_key: UUID | None, **what: object) -> None:
    meeting = draft.meeting
    record(
        act=act,
        by=by,
        committee=meeting.committee,
        meeting=meeting,
        digest_of=draft,
        request_key=request_key,
        **what,
    )


# --- Who has not reported ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unreported:
    """What a committee's people have not told yet before a meeting.

    `since` is the last held meeting, none where there was none. Of `open_items` nothing has been published about
    `silent_items` since. `editors` have neither published nor drafted anything since about what was open; where nothing
    is silent, nobody is missing.
    """

    since: Meeting | None
    open_items: list[Item]
    silent_items: list[Item]
    editors: list[User]


def unreported(meeting: Meeting) -> Unreported:
    """Who is missing before a meeting, and about what; ten queries, however many rows."""
    committee = meeting.committee
    since = meetings.last_held(committee, meeting.on)
    start = Selection.start_of(since.on) if since else None
    line = Lineage.load().with_predecessors(committee.pk)
    open_now = _open(line)
    ours = open_now | _open(line, since.on) if since else open_now
    silent = open_now - _told_of(ours, line, start)
    items = Item.objects.filter(pk__in=open_now).select_related("publication", "wording")
    by_place = list(items.order_by("publication__position", "publication__slug", "path"))
    reported = _reporters(ours, start)
    editors = CommitteeMembership.objects.in_force(timezone.localdate()).filter(
        committee=committee, role=Role.EDITOR, user__is_active=True
    )
    people = [role.user for role in editors.select_related("user").order_by("user__username")]
    return Unreported(
        since=since,
        open_items=by_place,
        silent_items=[item for item in by_place if item.pk in silent],
        editors=[person for person in people if person.pk not in reported] if silent else [],
    )


def _open(committees: set[int], on: date | None = None) -> set[int]:
    """What the committees own (item ids) that is counted and not closed, today or on a day, as it is known now."""
    cells = answers.cells(on) if on else answers.cells()
    owned = cells.owned().filter(committee__in=committees, item__kind__in=sorted(COUNTED))
    return set(owned.exclude(status__in=sorted(CLOSED)).order_by().values_list("item", flat=True))


def _told_of(items: set[int], committees: set[int], start: datetime | None) -> set[int]:
    """The items (ids) that something was published about in the committees' name since `start`."""
    told = StatusUpdate.objects.published().filter(item__in=items, committee__in=committees)
    if start:
        told = told.filter(published_at__gte=start)
    return set(told.order_by().values_list("item", flat=True))


def _reporters(items: set[int], start: datetime | None) -> set[int]:
    """Who (user ids) has written about the items since `start`, published or not; or was published since."""
    wrote = Event.objects.filter(item__in=items, update__isnull=False)
    published = StatusUpdate.objects.published().filter(item__in=items)
    if start:
        wrote, published = wrote.filter(at__gte=start), published.filter(published_at__gte=start)
    who = {*wrote.order_by().values_list("by", flat=True), *published.order_by().values_list("author", flat=True)}
    return {one for one in who if one is not None}


@in_turn()
def ask_owners(*, by: User, meeting: Meeting, again: bool = False, request_key: UUID | None = None) -> list[User]:
    """Ask each of the committee's editors who has not reported, with what there is no news of; gives those asked.

    Not twice within 24 hours, unless it is said that they are to be asked `again`. The mails are made of the event.
    """
    permissions.check_can_plan_meetings(by, meeting.committee)
    draft = _locked(meeting)
    if done_before(request_key):
        return [person for person in unreported(draft.meeting).editors if person.email]
    now = timezone.now()
    _require_to_be_held(draft.meeting)
    if not draft.meeting.is_expected:
        raise ValidationError(_("Mødet er holdt. Der er ikke mere at spørge om."))
    if draft.asked_at and now - draft.asked_at < ASKED_AGAIN_AFTER and not again:
        raise ValidationError(
            {
                "again": _("De er spurgt den %(when)s. Sæt kryds, hvis de skal have en mail mere.")
                % {"when": date_format(timezone.localtime(draft.asked_at), "j. F \\k\\l. H.i")}
            }
        )
    asked = [person for person in unreported(draft.meeting).editors if person.email]
    if not asked:
        raise ValidationError(_("Der er ingen at spørge: redaktørerne har meldt ind, eller de har ingen mailadresse."))
    draft.asked_at = now
    checked(draft)
    details = {
        "asked": ["", ", ".join(name_of(person) for person in asked)],
        "asked_people": ["", " ".join(str(person.pk) for person in asked)],
    }
    _tell(Act.OWNERS_ASKED, by, draft, details=details, request_key=request_key)
    return asked
