"""Mails about one's own login: that something was done with it, and a link where the password is forgotten.

No act is behind them: they are asked for by the pages on which it happens, and sent like all else.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_lazy as _

from recommendations import outbox, permissions, tenancy
from recommendations.enums import MessageKind
from recommendations.links import RECOVERY_GOOD_FOR, recovery_tokens
from recommendations.models import OutgoingMessage
from recommendations.notifications.writing import Written, writer_of, written

# What was done with a login -> what its person is told.
OF_LOGINS = {
    "new_device": _("Der er logget ind fra en ny browser"),
    "password_changed": _("Din adgangskode er skiftet"),
    "second_factor_added": _("Der er sat en ny anden faktor på dit login"),
    "second_factor_removed": _("En anden faktor er fjernet fra dit login"),
    "code_reused": _("En kode fra din app er prøvet to gange"),
    "recovery_codes_made": _("Der er lavet nye nødkoder til dit login"),
}


def tell_of_login(person: User, what: str, *, browser: str = "") -> None:
    """Tell somebody that something was done with their login (`what`), by the make of browser, where there was one.

    The address that it was done from stands in the security log and is not kept here.
    """
    if person.email:
        outbox.put(MessageKind.LOGIN_CHANGED, person=person, about={"what": what, "browser": browser})


@writer_of(MessageKind.LOGIN_CHANGED)
def login_changed(message: OutgoingMessage) -> Written:
    context = {
        "what": OF_LOGINS[message.about["what"]],
        "browser": message.about["browser"],
        "person": message.person,
        "at": message.made_at,
        "address": tenancy.site_url() + reverse("account_reset_password"),
    }
    return written("login_changed", context)


def ask_for_recovery(person: User) -> None:
    """Have a link sent: not by the page, so that the answer takes as long as for a name that nobody has."""
    outbox.put(MessageKind.PASSWORD_FORGOTTEN, person=person)


@writer_of(MessageKind.PASSWORD_FORGOTTEN)
def password_forgotten(message: OutgoingMessage) -> Written | None:
    """A link with which somebody who asked for it chooses a new password, made now; good for an hour, once.

    Nothing where they asked longer ago than that, or have no use for one any more.
    """
    person = message.person
    is_late = timezone.now() - message.made_at > RECOVERY_GOOD_FOR
    if person is None or is_late or not permissions.can_use_password(person):
        return None
    key = urlsafe_base64_encode(force_bytes(person.pk))
    address = reverse("choose_password", args=[key, recovery_tokens.make_token(person)])
    return written("password_forgotten", {"person": person, "address": tenancy.site_url() + address})
