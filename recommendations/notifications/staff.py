"""Mails about invitations, roles, reports of errors, and meetings: one function and three templates for each."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from recommendations import tenancy
from recommendations.enums import Act, MessageKind
from recommendations.models import CommitteeMembership, ErrorReport, Event, Item, OutgoingMessage
from recommendations.models.membership import name_of
from recommendations.notifications.writing import Written, writer_of, written

MOST_NAMED = 30  # items in one mail; the rest are counted


@writer_of(MessageKind.ERROR_REPORTED)
def error_reported(message: OutgoingMessage) -> Written | None:
    """Tell the mailbox that there is a report to read; nothing where it has been handled.

    Neither its text nor its sender: both are to be forgotten in time, and a mailbox forgets nothing.
    """
    report = ErrorReport.objects.filter(pk=message.about["report"], handled_at=None).order_by("pk").first()
    if report is None:
        return None
    address = tenancy.site_url() + reverse("admin:recommendations_errorreport_change", args=[report.pk])
    return written("error_reported", {"report": report, "address": address})


@writer_of(MessageKind.PASSWORD_TO_CHOOSE)
def password_to_choose(message: OutgoingMessage) -> Written | None:
    """A link with which somebody chooses a password, made now; an invitation to a role only while that holds.

    The link is signed, works once, and for as long as PASSWORD_RESET_TIMEOUT says.
    """
    event, person = _event(message), message.person
    is_invitation = event.act != Act.LINK_SENT
    role = _role(event) if is_invitation else None
    if person is None or (is_invitation and role is None):
        return None
    key = urlsafe_base64_encode(force_bytes(person.pk))
    address = reverse("choose_password", args=[key, default_token_generator.make_token(person)])
    return written(
        "password_to_choose",
        {
            "person": person,
            "by": _by(event),
            "role": role,
            "municipality": tenancy.current(),
            "address": tenancy.site_url() + address,
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        },
    )


@writer_of(MessageKind.ROLE_GIVEN)
def role_given(message: OutgoingMessage) -> Written | None:
    """Tell somebody who has a login already of a role in one committee more, while that holds."""
    event = _event(message)
    role = _role(event)
    if role is None:
        return None
    address = tenancy.site_url() + reverse("admin:index")
    return written("role_given", {"role": role, "by": _by(event), "address": address})


@writer_of(MessageKind.OWNERS_ASKED)
def owners_asked(message: OutgoingMessage) -> Written | None:
    """Ask an editor to report before a meeting, with what nothing has been told of; nothing after the meeting."""
    event, person = _event(message), message.person
    if person is None or event.meeting is None or not event.meeting.is_expected:
        return None
    keys, site = message.about["items"], tenancy.site_url()
    found = Item.objects.filter(pk__in=keys[:MOST_NAMED]).select_related("publication", "wording")
    items = sorted(found.order_by("pk"), key=lambda item: keys.index(item.pk))
    context = {
        "person": name_of(person),
        "meeting": event.meeting,
        "by": _by(event),
        "items": [
            (str(item), site + reverse(f"admin:recommendations_{item.route}_change", args=[item.pk])) for item in items
        ],
        "more": max(len(keys) - MOST_NAMED, 0),
        "address": site + reverse("admin:index"),
    }
    return written("owners_asked", context)


def _event(message: OutgoingMessage) -> Event:
    event: Event = Event.objects.select_related("by", "meeting__committee").get(pk=message.about["event"])
    return event


def _role(event: Event) -> CommitteeMembership | None:
    """The role that was given, unless it is over."""
    roles = CommitteeMembership.objects.not_over(timezone.localdate()).select_related("user", "committee")
    asked = {"user": int(event.details["user"][1]), "committee": event.committee, "role": event.after}
    role: CommitteeMembership | None = roles.filter(**asked).order_by("pk").first()
    return role


def _by(event: Event) -> str:
    return name_of(event.by) if isinstance(event.by, User) else str(tenancy.current().name)
