"""Readers who follow something by mail: asked for by anybody, confirmed from the mail, told, ended and forgotten.

What is done here is no act of the municipality and ends in no `Event`: the log keeps for good, and a reader is to be
forgotten. Nothing says whether an address is known, so nothing is refused because it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import data_version, following, outbox, tenancy
from recommendations.actions.turns import in_turn
from recommendations.enums import MessageKind, Rhythm
from recommendations.following import FollowedPage
from recommendations.models import OutgoingMessage, Subscriber, Subscription
from recommendations.models.subscription import UNCONFIRMED_FOR

BETWEEN_MAILS = timedelta(hours=1)  # to one address, of those that anybody can have sent to it
MOST_FOLLOWED = 50  # by one address, what waits to be confirmed included
MOST_TOLD = 200  # events of one page in one mail
AT_A_TIME = 1_000  # subscriptions that are written in one turn


@in_turn()
def follow(*, email: str, language: str, page: FollowedPage, topic: str, rhythm: str) -> None:
    """Ask an address by mail whether it wants to follow a page. Nothing else is sent before it has said yes."""
    if topic not in page.topics or rhythm not in Rhythm.values:
        raise ValidationError(_("Vælg, hvad du vil følge, og hvor tit du vil have besked."))
    now = timezone.now()
    who, _made = Subscriber.objects.get_or_create(
        municipality=tenancy.current(), email=_as_kept(email), defaults={"language": language}
    )
    where = {"topic": topic, "address": page.danish_address}
    found = who.subscriptions.filter(**where).order_by("pk").first()
    if found is None:
        if who.subscriptions.count() >= MOST_FOLLOWED:
            return
        found = Subscription.objects.create(subscriber=who, rhythm=rhythm, **where)
    if _mail(who, {"subscription": found.pk}) and found.confirmed_at is None:
        found.rhythm, found.made_at = rhythm, now
        found.save()


@in_turn()
def send_reader_link(*, email: str) -> None:
    """Send the link to all that is held about an address, where anything is."""
    if who := Subscriber.objects.filter(email=_as_kept(email)).order_by("pk").first():
        _mail(who, {})


def _as_kept(email: str) -> str:
    """Nobody's mailbox is another's in capital letters."""
    return email.strip().lower()


def _mail(who: Subscriber, about: dict[str, Any]) -> OutgoingMessage | None:
    """What anybody can have sent to an address; one such mail in an hour."""
    kind = MessageKind.FOLLOWING_TO_CONFIRM
    if who.messages.filter(kind=kind, made_at__gt=timezone.now() - BETWEEN_MAILS).exists():
        return None
    return outbox.put(kind, subscriber=who, about=about)


@in_turn()
def confirm_following(*, subscriber: Subscriber, subscriptions: Collection[int]) -> None:
    """The reader says yes to these (keys): from now on they are told. What was confirmed already stays as it is."""
    now = timezone.now()
    waiting = subscriber.subscriptions.filter(
        pk__in=subscriptions, confirmed_at=None, made_at__gte=now - UNCONFIRMED_FOR
    )
    waiting.update(confirmed_at=now, told_event=data_version.newest(), told_on=timezone.localdate())


@in_turn()
def change_rhythm(*, subscription: Subscription, rhythm: str) -> None:
    """Another rhythm from now on; before meetings begins with the next, whenever something was told last."""
    if rhythm not in Rhythm.values:
        raise ValidationError(_("Vælg, hvor tit du vil have besked."))
    if rhythm == subscription.rhythm:
        return
    subscription.rhythm, changed = rhythm, ["rhythm"]
    if rhythm == Rhythm.BEFORE_MEETINGS:
        subscription.told_on = None
        changed.append("told_on")
    subscription.save(update_fields=changed)  # what it has been told until may have moved since it was read


@in_turn()
def end_following(*, subscriber: Subscriber, subscriptions: Collection[int]) -> None:
    """No more of these (keys); who follows nothing more is forgotten."""
    subscriber.subscriptions.filter(pk__in=subscriptions).delete()
    if not subscriber.subscriptions.exists():
        subscriber.delete()


@in_turn()
def forget_reader(*, subscriber: Subscriber) -> None:
    """The address goes at once, with all that is held about it and all that was to be sent to it."""
    subscriber.delete()


@in_turn()
def forget_unconfirmed(now: datetime) -> int:
    """What nobody has confirmed in time goes, and with it the addresses that follow nothing. How many of these."""
    Subscription.objects.given_up(now).delete()
    left = Subscriber.objects.filter(subscriptions=None)
    count = left.count()
    left.delete()
    return count


def tell_followers(now: datetime) -> int:
    """Put a mail in the outbox for each reader to whom news is due, and remember what they are told. How many mails.

    What is due is worked out without a turn, as that takes minutes where many follow much: all of it until the event
    that is the last to begin with, before which none can still come. Acts meanwhile are told of by the next run.
    """
    today, newest = timezone.localdate(now), data_version.newest()
    with data_version.during(newest):
        subscriptions = following.due(today, newest)
        owed = following.owed(subscriptions, today, newest)
    asked = set(owed.asked)
    done = [one for one in subscriptions if one.pk in asked]
    return sum(_tell_readers(some, owed.events, newest, now) for some in _by_readers(done))


def _by_readers(subscriptions: Iterable[Subscription]) -> Iterator[list[Subscription]]:
    """Some `AT_A_TIME` at a time, all of a reader's together, as they go in one mail; they come in order of readers."""
    some: list[Subscription] = []
    for _reader, theirs in groupby(subscriptions, lambda one: one.subscriber_id):
        some += theirs
        if len(some) >= AT_A_TIME:
            yield some
            some = []
    if some:
        yield some


@in_turn()
def _tell_readers(
    subscriptions: Collection[Subscription], events: Mapping[int, list[int]], newest: int, now: datetime
) -> int:
    """The mails and what is remembered of them, in one transaction: no run tells anything twice, and one that is broken
    off loses nothing. What has been told, ended or changed since it was read is left to the next run (compare and set).
    """
    read = {one.pk: (one.told_event, one.told_on, one.rhythm) for one in subscriptions}
    rows = Subscription.objects.filter(pk__in=read).order_by().values_list("pk", "told_event", "told_on", "rhythm")
    same = {pk for pk, *row in rows if tuple(row) == read[pk]}
    of_readers: dict[int, list[Any]] = defaultdict(list)
    for one in subscriptions:
        if one.pk in same and one.pk in events:
            of_readers[one.subscriber_id].append({"subscription": one.pk, "events": events[one.pk][:MOST_TOLD]})
    OutgoingMessage.objects.bulk_create(
        OutgoingMessage(
            municipality=tenancy.current(),
            kind=MessageKind.FOLLOWED_NEWS,
            subscriber_id=reader,
            about={"told": told},
            made_at=now,
            run_after=now,
        )
        for reader, told in of_readers.items()
    )
    Subscription.objects.filter(pk__in=same).update(told_event=newest, told_on=timezone.localdate(now))
    return len(of_readers)
