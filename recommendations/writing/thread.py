"""What those who work on a draft have said to each other about it: kept with the update, and never public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from recommendations.enums import Act
from recommendations.models import Event, MailReply, Reach, StatusUpdate, Visitor
from recommendations.models.membership import name_of

SAID = (Act.DRAFT_SUBMITTED, Act.DRAFT_RETURNED, Act.DRAFT_REMARKED)
WORDS = ("remark", "review_comment")  # where the details of an event hold what was said


@dataclass(frozen=True)
class ThreadLine:
    """One thing said, or a step that a draft took; `text` is empty where the step says all."""

    at: datetime
    by: str
    what: str
    text: str


def thread_of(user: Visitor, reach: Reach, update: StatusUpdate) -> list[ThreadLine]:
    """Oldest first; only for those who may see what the draft went through. One query."""
    events = Event.objects.visible_to(user, reach).filter(update=update, act__in=SAID)
    return [_line(event) for event in events.select_related("by").order_by("at", "pk")]


def _line(event: Event) -> ThreadLine:
    said = next((event.details[name][1] for name in WORDS if name in event.details), "")
    by = event.by.get_full_name() or event.by.get_username() if event.by else ""
    return ThreadLine(event.at, by, event.get_act_display(), said)


@dataclass(frozen=True)
class ByMail:
    """The mail that a draft came in: who sent it and when, its head, and what is to be known of it."""

    sender_name: str
    received_at: datetime
    headers: str
    note: str


def by_mail_of(update: StatusUpdate) -> list[ByMail]:
    """One query; for pages of what is not published, and of what was."""
    replies = MailReply.objects.filter(update=update).select_related("person").order_by("received_at", "pk")
    return [
        ByMail(name_of(one.person) if one.person else "", one.received_at, one.headers, one.note) for one in replies
    ]
