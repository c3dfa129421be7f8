"""What somebody who answered a mail is told became of it."""

from __future__ import annotations

import re

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from recommendations import tenancy
from recommendations.enums import MessageKind, ReplyState
from recommendations.models import MailReply, OutgoingMessage
from recommendations.models.membership import name_of
from recommendations.notifications.writing import Written, writer_of, written

MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
MOST_GIVEN_BACK = 20_000  # signs of a mail that is given back; whoever wrote it has it too


@writer_of(MessageKind.REPLY_ANSWERED)
def reply_taken(message: OutgoingMessage) -> Written | None:
    """That a draft was made, what it says, and where it is. Nothing where it is gone."""
    replies = MailReply.objects.select_related("update", "person", "message__item")
    reply = replies.filter(pk=message.about.get("reply"), update__isnull=False).first()
    if reply is None or reply.update is None or reply.person is None:
        return None
    address = reverse("admin:recommendations_statusupdate_change", args=[reply.update.pk])
    context = {
        "person": name_of(reply.person),
        "item": reply.update.item,
        "committee": reply.update.committee,
        "text": reply.update.text,
        "files": list(reply.update.evidence.order_by("position")),
        "notes": reply.note.splitlines(),
        "address": tenancy.site_url() + address,
    }
    return written("reply_taken", context)


def tell_sender(
    message: OutgoingMessage, state: ReplyState, *, to: str, why: str = "", text: str = "", about: str = ""
) -> None:
    """Say at once why a mail became no draft, and give its text back; `about` is its Message-ID.

    It says that a program wrote it (RFC 3834), so that no program answers. A stranger is told nothing of the matter.
    """
    is_stranger = state == ReplyState.WRONG_SENDER
    context = {
        "state": state.value,
        "item": None if is_stranger else message.item,
        "why": why,
        "text": text[:MOST_GIVEN_BACK],
        "address": "" if is_stranger else tenancy.site_url() + reverse("admin:index"),
        "municipality": tenancy.current(),
    }
    said = written("reply_turned_away", context)
    headers = {"Auto-Submitted": "auto-replied"}
    if MESSAGE_ID.fullmatch(about):
        headers |= {"In-Reply-To": about, "References": about}
    mail = EmailMultiAlternatives(said.subject, said.text, to=[to], headers=headers)
    mail.attach_alternative(said.html, "text/html")
    mail.send()
