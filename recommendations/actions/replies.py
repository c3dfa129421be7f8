"""Answers to mails that asked for a status: what a person wrote becomes a draft, and never more than that."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, outbox, tenancy
from recommendations.actions.proof import EvidenceContent
from recommendations.actions.state import checked
from recommendations.actions.turns import in_turn
from recommendations.actions.updates import UpdateDraft, save_draft
from recommendations.enums import MessageKind, ReplyState, UpdateKind
from recommendations.models import MailReply, OutgoingMessage, StatusUpdate
from recommendations.notifications.replies import tell_sender

logger = logging.getLogger(__name__)

ANSWERED_FOR = timedelta(days=60)  # after it was sent, an answer to a mail is taken
MOST_STRANGERS = 5  # an hour, that are told that they were not asked


@dataclass(frozen=True)
class ReplyContent:
    """A mail that came in: `digest` tells it from all others, `text` is what was meant, `whole_text` all of it.

    `notes` are sentences for whoever looks at the draft: what was left out of it, and why.
    """

    digest: str
    senders: Sequence[str]
    headers: str = ""
    message_id: str = ""
    text: str = ""
    whole_text: str = ""
    evidence: Sequence[EvidenceContent] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)
    is_automatic: bool = False
    is_whole: bool = True


def is_from_the_asked(message: OutgoingMessage, senders: Sequence[str]) -> bool:
    """Whether a mail says that it comes from whom the message went to, and from nobody else.

    A mail can say so and be forged: that is why it becomes no more than a draft.
    """
    asked = message.person.email if message.person else ""
    return bool(asked) and [sender.casefold() for sender in senders] == [asked.casefold()]


@in_turn()
def take_reply(*, message: OutgoingMessage, content: ReplyContent) -> MailReply:
    """Make the answer to a message a draft, in the name of the committee that was asked; the person is its author.

    What cannot become one is said to the sender at once, with all they wrote, since nothing of it is kept: the outbox
    holds no texts. A mail that came before changes nothing (idempotent). Programs are never answered.
    """
    if before := MailReply.objects.filter(digest=content.digest).first():
        return before
    if content.is_automatic:
        return _kept(MailReply(state=ReplyState.AUTOMATIC, message=message), content)
    if not is_from_the_asked(message, content.senders):
        return _turned_away(ReplyState.WRONG_SENDER, message, content)
    if message.kind != MessageKind.ITEM_ASKED or not (message.item and message.committee):
        return _turned_away(ReplyState.UNKNOWN, message, content)
    if (message.sent_at or message.made_at) < timezone.now() - ANSWERED_FOR:
        return _turned_away(ReplyState.EXPIRED, message, content)
    if not content.is_whole:
        return _turned_away(ReplyState.TOO_LARGE, message, content)
    if danish.is_blank(content.text) and not content.evidence:
        return _turned_away(ReplyState.EMPTY, message, content)
    try:
        update = _drafted(message, content)
    except (PermissionDenied, ValidationError) as refused:
        return _turned_away(ReplyState.REFUSED, message, content, why=_sentences(refused))
    reply = _kept(
        MailReply(
            state=ReplyState.TAKEN,
            message=message,
            person=message.person,
            update=update,
            headers=content.headers,
            note="\n".join(content.notes),
        ),
        content,
    )
    outbox.put(
        MessageKind.REPLY_ANSWERED,
        person=message.person,
        committee=message.committee,
        item=message.item,
        about={"reply": reply.pk},
    )
    return reply


def _drafted(message: OutgoingMessage, content: ReplyContent) -> StatusUpdate:
    assert isinstance(message.person, User)
    assert message.item is not None
    assert message.committee is not None
    return save_draft(
        by=message.person,
        item=message.item,
        committee=message.committee,
        draft=UpdateDraft(kind=UpdateKind.NOTE, text=content.text, evidence=content.evidence),
    )


def _kept(reply: MailReply, content: ReplyContent) -> MailReply:
    reply.municipality, reply.digest = tenancy.current(), content.digest
    return checked(reply)


def _turned_away(state: ReplyState, message: OutgoingMessage, content: ReplyContent, *, why: str = "") -> MailReply:
    """Say why no draft was made; of a stranger's mail nothing is kept but that it came, and few are told an hour."""
    is_stranger = state == ReplyState.WRONG_SENDER
    reply = MailReply(state=state) if is_stranger else MailReply(state=state, message=message, person=message.person)
    if not is_stranger and message.person:
        tell_sender(message, state, to=message.person.email, why=why, text=content.whole_text, about=content.message_id)
    elif len(content.senders) == 1 and _strangers_told() < MOST_STRANGERS:
        try:
            tell_sender(message, state, to=content.senders[0], about=content.message_id)
        except (OSError, ValueError):  # an address that nobody can be reached at; there is nothing to try again for
            logger.warning("A mail from somebody who was not asked could not be answered")
    return _kept(reply, content)


def _strangers_told() -> int:
    hour = timezone.now() - timedelta(hours=1)
    return MailReply.objects.filter(state=ReplyState.WRONG_SENDER, received_at__gt=hour).count()


def _sentences(refused: PermissionDenied | ValidationError) -> str:
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused) or _("Du må ikke.")
