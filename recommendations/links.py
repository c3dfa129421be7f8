"""Links in mails that let somebody act without logging in: signed, for one person, and for some weeks only.

What a link leads to shows, and a button there acts: programs that open every link in a mail change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import signing
from django.utils.http import base36_to_int
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.models import Committee, Item, Subscriber

GOOD_FOR = timedelta(days=45)  # a month's mail, and a holiday
RECOVERY_GOOD_FOR = timedelta(hours=1)
SALT = "link til medarbejder"
READER_SALT = "link til en, der foelger med"


class RecoveryTokens(PasswordResetTokenGenerator):
    """Of links that somebody asked for themselves: they go to a mailbox at once, so they need not last."""

    key_salt = "glemt adgangskode"

    def check_token(self, user: User | None, token: str | None) -> bool:
        if user is None or not token or not super().check_token(user, token):
            return False
        made = base36_to_int(token.partition("-")[0])
        return self._num_seconds(self._now()) - made <= RECOVERY_GOOD_FOR.total_seconds()


recovery_tokens = RecoveryTokens()


class BadLink(Exception):
    """Why a link leads nowhere, as a Danish sentence that says what to do."""


class Forgotten(BadLink):
    """A reader's link about an address that is not held any more."""


@dataclass(frozen=True)
class StaffLink:
    """Whom a link is for, and about which item in which committee's name; none of these: about all that is theirs."""

    person: User
    item: Item | None = None
    committee: Committee | None = None


def staff_token(person: User, item: Item | None = None, committee: Committee | None = None) -> str:
    """The part of the address that says for whom it is, and about what; good for `GOOD_FOR`."""
    said = [tenancy.current().pk, person.pk, item.pk if item else 0, committee.pk if committee else 0]
    return signing.dumps(said, salt=SALT)


def read_staff_token(token: str) -> StaffLink:
    """What `staff_token` said. Raises `BadLink`: too old, not ours, or its person has left."""
    said = _loaded(token, SALT, GOOD_FOR)
    if not (isinstance(said, list) and len(said) == 4 and said[0] == tenancy.current().pk):
        raise BadLink(_not_ours())
    person = User.objects.filter(pk=said[1], is_active=True).first()
    item = Item.objects.select_related("publication", "wording").filter(pk=said[2]).first() if said[2] else None
    committee = Committee.objects.filter(pk=said[3]).first() if said[3] else None
    if person is None or (said[2] and item is None) or (said[3] and committee is None):
        raise BadLink(_not_ours())
    return StaffLink(person, item, committee)


def reader_token(subscriber: Subscriber, about: str = "") -> str:
    """What lets a reader see and end what is held about their address; `about` is what the link is to do."""
    return signing.dumps([tenancy.current().pk, subscriber.key.hex, about], salt=READER_SALT)


def read_reader_token(token: str) -> tuple[Subscriber, str]:
    """What `reader_token` said, however old: who wants no more mail is let go. Raises `BadLink`."""
    said = _loaded(token, READER_SALT, None)
    if not (isinstance(said, list) and len(said) == 3 and said[0] == tenancy.current().pk):
        raise BadLink(_not_ours())
    subscriber = Subscriber.objects.filter(key=said[1]).first()
    if subscriber is None:
        raise Forgotten(_("Vi har ikke adressen længere. Du får ingen mail fra os."))
    return subscriber, str(said[2])


def keys_in(about: str) -> tuple[int, ...]:
    """The keys of what a reader's link is to do something with, as `about_keys` wrote them."""
    return tuple(int(key) for key in about.split())


def about_keys(keys: Iterable[int]) -> str:
    return " ".join(map(str, keys))


def _loaded(token: str, salt: str, good_for: timedelta | None) -> object:
    try:
        return signing.loads(token, salt=salt, max_age=good_for)
    except signing.SignatureExpired as expired:
        raise BadLink(_("Linket er for gammelt. Brug det i den nyeste mail fra os, eller log ind.")) from expired
    except signing.BadSignature as bad:
        raise BadLink(_not_ours()) from bad


def _not_ours() -> str:
    return _("Linket virker ikke. Kopiér hele adressen fra mailen, eller log ind.")
