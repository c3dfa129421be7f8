"""What acts are told in mail and to programs: made of their events, as *Nyt* is, and of nothing else.

An act writes no mail. Its event, written in its own transaction, is read afterwards, in the order of the keys, from
where the last reader stopped (a cursor). The cursor moves in the transaction that writes the messages: an event is
told once, however often the reader dies, and an act that was undone has no event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from recommendations import outbox, permissions, tenancy
from recommendations.actions.report_drafts import unreported
from recommendations.enums import Act, MessageKind, Nature
from recommendations.models import Event, MailPreference, ToldUntil, Webhook
from recommendations.recipients import CIRCLES, Recipients

PASSED_BY = timedelta(days=30)
AT_ONCE = 500  # events in one transaction
DAILY_AT = time(7)
INVITING = (Act.PERSON_INVITED, Act.ROLE_GIVEN, Act.LINK_SENT)
TOLD_BY_NATURE = (Nature.NEWS, Nature.CORRECTION)


def tell_of_acts() -> int:
    """Write the messages about what the active municipality has done since the last time; how many.

    Acts older than `PASSED_BY` are passed by: the first time, nobody is to be told of the municipality's history.
    """
    written = 0
    while (some := _tell_some()) is not None:
        written += some
    return written


def _tell_some() -> int | None:
    """Of the next events: how many messages; none where there are no events more."""
    ToldUntil.objects.get_or_create(municipality=tenancy.current())
    with transaction.atomic():
        until = ToldUntil.objects.select_for_update().get(municipality=tenancy.current())  # so that senders take turns
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        if newest <= until.event_id:
            return None
        told = Q(act__in=[*CIRCLES, *TELLERS, *INVITING]) | Q(nature__in=TOLD_BY_NATURE)
        found = Event.objects.filter(told, pk__gt=until.event_id, pk__lte=newest, at__gte=timezone.now() - PASSED_BY)
        related = ("by", "proposal", "report", "meeting__committee")
        events = list(found.with_rows().select_related(*related).order_by("pk")[:AT_ONCE])
        written = _tell(events)
        until.event_id = newest if len(events) < AT_ONCE else events[-1].pk
        until.save(update_fields=["event_id"])
    return written


def _tell(events: Sequence[Event]) -> int:
    recipients = Recipients(events)
    webhooks = list(Webhook.objects.filter(is_active=True).order_by("pk"))
    written = _tell_work(events, recipients)
    for event in events:
        if event.act in INVITING:
            written += _tell_invited(event)
        if teller := TELLERS.get(Act(event.act)):
            written += teller(event, recipients)
        if webhooks and _is_public(event):
            for webhook in webhooks:
                outbox.put(MessageKind.WEBHOOK, webhook=webhook, item=event.item, about={"event": event.pk})
            written += len(webhooks)
    return written


def _is_public(event: Event) -> bool:
    """Whether readers can know of it: news, or its correction, about a source that is public."""
    source = event.item.publication if event.item else event.publication
    return event.nature in TOLD_BY_NATURE and source is not None and source.is_public


# --- Drafts and items -------------------------------------------------------------------------------------------------


def _tell_work(events: Iterable[Event], recipients: Recipients) -> int:
    """A message for each person and act; for all that was handed over together, one."""
    together: dict[tuple[object, ...], list[Event]] = defaultdict(list)
    for event in events:
        alike = (event.by_id, event.before, event.after) if event.act == Act.HANDED_OVER else (event.pk,)
        together[event.act, *alike].append(event)
    daily = set(MailPreference.objects.filter(is_daily=True).order_by().values_list("user_id", flat=True))
    written = 0
    for same in together.values():
        for person in recipients.of(same[0]):
            outbox.put(
                MessageKind.WORKFLOW,
                person=person,
                item=same[0].item if len(same) == 1 else None,
                about={"events": [event.pk for event in same]},
                run_after=next_morning() if person.pk in daily else None,
            )
            written += 1
    return written


def next_morning() -> datetime:
    """When who wants one mail a day gets it: the next time it is `DAILY_AT` here."""
    now = timezone.localtime()
    today = timezone.make_aware(datetime.combine(now.date(), DAILY_AT))
    tomorrow = timezone.make_aware(datetime.combine(now.date() + timedelta(days=1), DAILY_AT))
    return today if now < today else tomorrow


# --- Logins, reports of errors, meetings ------------------------------------------------------------------------------


def _tell_invited(event: Event) -> int:
    """Somebody has a role, or is to choose a password: with a link, where none has been chosen and one can be used."""
    from_details = event.details.get("user", ["", ""])[1]
    person = User.objects.filter(pk=from_details or 0).first()
    if person is None or event.by_id in (None, person.pk):  # by nobody: it followed from their own login (sign-on)
        return 0
    if event.act == Act.ROLE_GIVEN and not _is_given(event):
        return 0
    has_login = event.act == Act.ROLE_GIVEN and person.has_usable_password()
    needs_no_link = has_login or not permissions.can_use_password(person)
    kind = MessageKind.ROLE_GIVEN if needs_no_link else MessageKind.PASSWORD_TO_CHOOSE
    outbox.put(kind, person=person, committee=event.committee, about={"event": event.pk})
    return 1


def _is_given(event: Event) -> bool:
    """Whether somebody has a role that they had not: other days for one that holds are no news to them."""
    over = event.details.get("valid_to", ["", ""])[0]
    return "role" in event.details or bool(over and over <= timezone.localdate(event.at).isoformat())


def _tell_of_error(event: Event, _recipients: Recipients) -> int:
    """The mailbox, where there is one."""
    if "report_key" not in event.details or not tenancy.current().email:
        return 0
    outbox.put(MessageKind.ERROR_REPORTED, item=event.item, about={"report": int(event.details["report_key"][1])})
    return 1


def _ask_owners(event: Event, recipients: Recipients) -> int:
    """Those who were asked, with what nothing has been told of; who has told it meanwhile finds the rest."""
    if event.meeting is None:
        return 0
    asked = [int(key) for key in event.details.get("asked_people", ["", ""])[1].split()]
    items = [item.pk for item in unreported(event.meeting).silent_items]
    people = [recipients.people[key] for key in asked if key in recipients.people] if items else []
    for person in people:
        about = {"event": event.pk, "items": items}
        outbox.put(MessageKind.OWNERS_ASKED, person=person, committee=event.committee, about=about)
    return len(people)


TELLERS: dict[Act, Callable[[Event, Recipients], int]] = {
    Act.ERROR_REPORTED: _tell_of_error,
    Act.OWNERS_ASKED: _ask_owners,
}
