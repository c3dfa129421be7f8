"""Mails about logins, roles, reports of errors, and meetings: one function and three templates for each."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from recommendations import jobs, tenancy
from recommendations.models import CommitteeMembership, ErrorReport, Item, Meeting
from recommendations.models.membership import name_of

logger = logging.getLogger(__name__)

MOST_NAMED = 30  # items in one mail; the rest are counted


@jobs.kind
def error_reported(report: int) -> None:
    """Tell the mailbox that there is a report (its key in the table) to read; nothing where no mailbox is set.

    Neither its text nor its sender: both are to be forgotten in time, and a mailbox forgets nothing.
    """
    mailbox = tenancy.current().email
    if not mailbox:
        return
    address = tenancy.site_url() + reverse("admin:recommendations_errorreport_change", args=[report])
    _send("error_reported", mailbox, {"report": ErrorReport.objects.get(pk=report), "address": address})


def password_to_choose(person: User, *, by: User, role: CommitteeMembership | None = None) -> bool:
    """A link with which `person` chooses a password; `role` where it is an invitation to it. Whether it was sent.

    The link is signed, works once, and for as long as PASSWORD_RESET_TIMEOUT says.
    """
    key = urlsafe_base64_encode(force_bytes(person.pk))
    address = reverse("choose_password", args=[key, default_token_generator.make_token(person)])
    return _sent(
        "password_to_choose",
        person.email,
        {
            "person": person,
            "by": name_of(by),
            "role": role,
            "municipality": tenancy.current(),
            "address": tenancy.site_url() + address,
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        },
    )


def role_given(role: CommitteeMembership, by: User) -> bool:
    """Tell somebody who has a login already of a role in one committee more. Whether it was sent."""
    address = tenancy.site_url() + reverse("admin:index")
    return _sent("role_given", role.user.email, {"role": role, "by": name_of(by), "address": address})


def owners_asked(person: User, meeting: Meeting, *, by: User, items: Sequence[Item]) -> bool:
    """Ask an editor to report before a meeting, with what nothing has been told of. Whether it was sent."""
    site = tenancy.site_url()
    context = {
        "person": name_of(person),
        "meeting": meeting,
        "by": name_of(by),
        "items": [
            (str(item), site + reverse(f"admin:recommendations_{item.route}_change", args=[item.pk]))
            for item in items[:MOST_NAMED]
        ],
        "more": max(len(items) - MOST_NAMED, 0),
        "address": site + reverse("admin:index"),
    }
    return _sent("owners_asked", person.email, context)


def _sent(name: str, to: str, context: dict[str, object]) -> bool:
    """Whether the mail server took it. Why not is for the log; whoever waits for it is told that it was not sent."""
    try:
        _send(name, to, context)
    except OSError:
        logger.exception("Mail not sent: %s", name)
        return False
    return True


def _send(name: str, to: str, context: dict[str, object]) -> None:
    with translation.override(settings.LANGUAGE_CODE):  # whatever language the page was in that it was sent from
        subject, text, html = (
            render_to_string(f"emails/{name}{end}", context) for end in ("_subject.txt", ".txt", ".html")
        )
        title = tenancy.marked(" ".join(subject.split()))
    mail = EmailMultiAlternatives(title, text, to=[to])
    mail.attach_alternative(html, "text/html")
    mail.send()
