"""What the outbox holds is sent: taken one at a time, sent outside of any transaction, and then marked as sent.

Any number of senders may run (`SELECT … FOR UPDATE SKIP LOCKED`). One that dies leaves what it had taken to the next:
so a message can be sent twice, always under one Message-ID, and is never lost (at least once). What fails is tried
again after longer and longer waits; after `MOST_SENDS` it is a dead letter, which an administrator sees to.

Neither the log nor the row says where a message was to go.
"""

from __future__ import annotations

import logging
import smtplib
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.utils import timezone, translation

from recommendations import actions, calling, outbox, tenancy
from recommendations.enums import MessageKind
from recommendations.models import OutgoingMessage
from recommendations.models.outgoing import MOST_SENDS
from recommendations.notifications import workflow
from recommendations.notifications.writing import Written, write

logger = logging.getLogger(__name__)

# No program answers it, as one does that says its person is away (RFC 3834; the second is Exchange's).
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class Undeliverable(Exception):
    """It can reach nobody, however often it is tried; why, as a few Danish words without any address."""


@dataclass
class Round:
    """What one round came to: messages, of which several may be one mail."""

    sent: int = 0
    failed: int = 0


def send_due() -> Round:
    """Tell of what has been done in the active municipality, and send all that is due."""
    with translation.override(settings.LANGUAGE_CODE):
        now = timezone.now()
        actions.forget_unconfirmed(now)
        actions.tell_of_acts()
        actions.tell_followers(now)
        done, post = Round(), Post()
        try:
            while group := _taken():
                _send(group, post, done)
        finally:
            post.close()
        OutgoingMessage.objects.old(timezone.now()).delete()
    return done


# --- Taking -----------------------------------------------------------------------------------------------------------


def _taken() -> list[OutgoingMessage]:
    """The first that is due, with all that goes in the same mail; nothing where nothing is."""
    now = timezone.now()
    with transaction.atomic():
        due = OutgoingMessage.objects.due(now).select_for_update(skip_locked=True, of=("self",))
        due = due.select_related("person", "committee", "subscriber", "webhook", "item")
        first = due.first()
        if first is None:
            return []
        group = [first]
        if first.kind == MessageKind.WORKFLOW:
            group = sorted({first, *due.filter(**_with(first))}, key=lambda message: message.pk)
        alike = {"taken_at": now, "run_after": first.run_after, "tries": first.tries + 1}
        for message in group:
            vars(message).update(alike)
        OutgoingMessage.objects.filter(pk__in=[message.pk for message in group]).update(**alike)
    return group


def _with(first: OutgoingMessage) -> dict[str, Any]:
    """What goes in one mail with `first`: the person's other news. What was tried together is tried together again, and
    with no more: the first time may have arrived, and a mail of the same Message-ID is not read twice.
    """
    together = {"kind": first.kind, "person": first.person, "tries": first.tries}
    return together | ({"taken_at": first.taken_at, "run_after": first.run_after} if first.tries else {})


# --- Sending ----------------------------------------------------------------------------------------------------------


class Post:
    """The mail server, connected to with the first mail of a round and left after the last, or after a failure."""

    def __init__(self) -> None:
        self._connection: Any = None

    def send(self, mail: EmailMultiAlternatives) -> None:
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        try:
            self._connection.send_messages([mail])
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _send(group: Sequence[OutgoingMessage], post: Post, done: Round) -> None:
    first = group[0]
    try:
        if not _deliver(group, post):
            _rows(group).delete()
            return
    except Undeliverable as nobody:
        done.failed += len(group)
        _rows(group).update(taken_at=None, tries=MOST_SENDS, error=str(nobody))
    except Exception as error:  # whatever it is: it is written down, and the next message is not to suffer
        done.failed += len(group)
        wait = timedelta(minutes=2**first.tries)  # exponential backoff: 2, 4, 8 minutes …
        logger.error("Message %s (%s) not sent, try %s: %s", first.pk, first.kind, first.tries, _why(error))
        if not isinstance(error, OSError | calling.NotCalled):  # a fault of ours: where, without what it was about
            logger.error("%s", "".join(traceback.format_tb(error.__traceback__)))
        _rows(group).update(taken_at=None, run_after=timezone.now() + wait, error=_why(error))
    else:
        done.sent += len(group)
        if first.subscriber_id:  # nothing tells what was sent to a reader
            _rows(group).delete()
        else:
            _rows(group).update(sent_at=timezone.now(), error="")


def _rows(group: Sequence[OutgoingMessage]) -> Any:
    """None of them where another sender has taken them over meanwhile: then that one says how it ended."""
    return OutgoingMessage.objects.filter(pk__in=[one.pk for one in group], taken_at=group[0].taken_at)


def _why(error: Exception) -> str:
    """What failed, without what it says: a mail server's answer repeats the address."""
    if isinstance(error, calling.NotCalled):
        return str(error)
    codes = {getattr(error, "smtp_code", None) or getattr(error, "errno", None)}
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {code for code, _said in error.recipients.values()}
    return " ".join([type(error).__name__, *(str(code) for code in sorted(filter(None, codes)))])


def _deliver(group: Sequence[OutgoingMessage], post: Post) -> bool:
    """Whether there was anything to say any more."""
    first = group[0]
    if first.webhook is not None:
        return _call(first)
    to = _address(first)
    written = workflow.digest(group) if first.kind == MessageKind.WORKFLOW else write(first)
    if written is None:
        return False
    post.send(_mail(first, written, to))
    return True


def _address(message: OutgoingMessage) -> str:
    """Where it goes: see `OutgoingMessage`."""
    if message.person is not None:
        if not message.person.is_active:
            raise Undeliverable("Login'et er lukket.")
        to = message.person.email
    elif message.subscriber is not None:
        to = message.subscriber.email
    else:
        to = message.committee.email if message.committee else tenancy.current().email
    if not to:
        raise Undeliverable("Ingen mailadresse.")
    return to


def _mail(message: OutgoingMessage, written: Written, to: str) -> EmailMultiAlternatives:
    """From the municipality by name. Where something that was typed would add a header, Django refuses it."""
    sender = " ".join(tenancy.current().name.split())
    mail = EmailMultiAlternatives(
        " ".join(written.subject.split()),
        written.text,
        formataddr((sender, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        [to],
        headers={
            **written.headers,
            **AUTOMATIC,
            "Message-ID": outbox.message_id(message),
            "Date": format_datetime(timezone.localtime()),
        },
        reply_to=[written.reply_to] if written.reply_to else None,
    )
    mail.attach_alternative(written.html, "text/html")
    return mail


def _call(message: OutgoingMessage) -> bool:
    written, webhook = write(message), message.webhook
    if written is None or webhook is None:
        return False
    signature = calling.signed(webhook.secret, str(message.key), timezone.now(), written.text)
    calling.post(webhook.url, written.text, signature)
    return True
