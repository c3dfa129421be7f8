"""The outbox: what is to be sent is a row, and is sent afterwards (`manage.py send`), at least once.

The event that an act writes in its own transaction is what mail is made of, as *Nyt* and the feeds are: `ToldUntil`
says how far it has been read. What no act asks for, as for a status that is late, is a row of its own at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from recommendations import tenancy
from recommendations.enums import MessageKind
from recommendations.models import Committee, Item, OutgoingMessage, Subscriber, Webhook


def put(
    kind: MessageKind,
    *,
    person: User | None = None,
    committee: Committee | None = None,
    subscriber: Subscriber | None = None,
    webhook: Webhook | None = None,
    item: Item | None = None,
    about: dict[str, Any] | None = None,
    run_after: datetime | None = None,
) -> OutgoingMessage:
    """A message to be sent once the transaction is committed; to whom, see `OutgoingMessage`. `about` is as JSON."""
    message: OutgoingMessage = OutgoingMessage.objects.create(
        municipality=tenancy.current(),
        kind=kind,
        person=person,
        committee=committee,
        subscriber=subscriber,
        webhook=webhook,
        item=item,
        about=about or {},
        run_after=run_after or timezone.now(),
    )
    return message


def message_id(message: OutgoingMessage) -> str:
    """The Message-ID of every try to send it."""
    return f"<{message.key.hex}@{urlsplit(tenancy.site_url(message.municipality)).hostname}>"


def reply_address(message: OutgoingMessage) -> str:
    """Where an answer to it is to go: REPLY_ADDRESS with its key after a plus; empty where answers are not taken."""
    name, _at, domain = settings.REPLY_ADDRESS.partition("@")
    return f"{name}+{message.key.hex}@{domain}" if domain else ""


def send_again(message: OutgoingMessage) -> None:
    """Let a dead letter be tried anew, as if it had just been written. Housekeeping: no act."""
    OutgoingMessage.objects.dead().filter(pk=message.pk).update(tries=0, taken_at=None, run_after=timezone.now())
