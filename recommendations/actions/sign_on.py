"""What follows when somebody comes by the municipality's own login (single sign-on): their login, name and roles.

The provider is who says so, nobody here, so the events are by no user. It gives and withdraws only roles that
SIGN_ON_ROLES names; all others are given here, as ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions
from recommendations.actions.people import in_words, new_login, person_with, tell_person, tell_role
from recommendations.actions.state import changed_fields, checked, done_before
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, Role
from recommendations.models import Committee, CommitteeMembership
from recommendations.models.membership import name_of
from recommendations.notifications.logins import tell_of_login

PROVIDER = "kommune"  # as settings name it


@dataclass(frozen=True)
class SignedOn:
    """Who the provider says has come: its own lasting name for them (`sub`), an address that it has verified (else
    empty), a name, and groups.
    """

    uid: str
    email: str
    name: str
    groups: frozenset[str]

    @property
    def roles(self) -> set[tuple[str, str]]:
        """Role and code of a committee."""
        return {role for group in self.groups for role in settings.SIGN_ON_ROLES.get(group, [])}


@in_turn()
def let_in(*, by: None, says: SignedOn) -> User:
    """The login of somebody who comes: known by `uid`, never by the address alone. Made, or found, the first time.

    A login that is there already is theirs only while nobody has any other way into it: no password, no second
    factor, no other `uid`. So an invitation is found, and whoever can name an address takes nothing over.
    """
    account = SocialAccount.objects.filter(provider=PROVIDER, uid=says.uid).select_related("user").first()
    user = account.user if account else _first_time(says)
    if not user.is_active:
        return user
    user = User.objects.select_for_update().get(pk=user.pk)
    _follow_words(user, says)
    _follow_roles(user, says)
    return user


def _first_time(says: SignedOn) -> User:
    if not says.email:
        raise ValidationError(
            _("Der kom ingen bekræftet mailadresse fra %(name)s, så du kan ikke få et login her.")
            % {"name": settings.SIGN_ON_NAME}
        )
    user, told = person_with(says.email), {"sign_on": ["", says.uid]}
    if user is None:
        user = new_login(says.email, says.name)
        told["login"] = ["", _("åbent")]
    elif not user.is_active or _has_another_way_in(user):
        raise ValidationError(
            _("Der er allerede et login med adressen %(email)s. Bed en administrator om at flytte det.")
            % {"email": says.email}
        )
    SocialAccount.objects.create(user=user, provider=PROVIDER, uid=says.uid)
    tell_person(Act.PERSON_CHANGED, None, user, told)
    return user


def _has_another_way_in(user: User) -> bool:
    return (
        user.has_usable_password()
        or Authenticator.objects.filter(user=user).exists()
        or SocialAccount.objects.filter(user=user).exists()
    )


def _follow_words(user: User, says: SignedOn) -> None:
    """Name, address and the right to administer, where the provider says another than stands here."""
    first, _space, last = danish.normalised(says.name).rpartition(" ")
    now: dict[str, str | bool] = {"first_name": first or last, "last_name": last if first else ""} if says.name else {}
    if says.email and person_with(says.email) in (None, user):
        now["email"] = says.email
    if settings.SIGN_ON_ADMIN_GROUP:
        now["is_superuser"] = settings.SIGN_ON_ADMIN_GROUP in says.groups
    told = {
        name: [in_words(getattr(user, name)), in_words(to)] for name, to in now.items() if getattr(user, name) != to
    }
    if not told:
        return
    for name in told:
        setattr(user, name, now[name])
    checked(user)
    tell_person(Act.PERSON_CHANGED, None, user, told)


def _follow_roles(user: User, says: SignedOn) -> None:
    today = timezone.localdate()
    memberships = CommitteeMembership.objects.filter(user=user).select_related("committee", "user").order_by("pk")
    found = {(role.role, role.committee_id): role for role in memberships}
    held = set(memberships.in_force(today).values_list("role", "committee_id"))
    for committee in Committee.objects.existing(today).order_by("pk"):
        for role in Role.values:
            key = role, committee.pk
            if not permissions.is_given_by_sign_on(role, committee) or ((role, committee.code) in says.roles) is (
                key in held
            ):
                continue
            if key in held:
                _write_role(Act.ROLE_ENDED, found[key], before=role, valid_to=today)
            else:
                membership = found.get(key) or CommitteeMembership(user=user, committee=committee, role=role)
                _write_role(Act.ROLE_GIVEN, membership, after=role, valid_from=today, valid_to=None)


def _write_role(act: Act, membership: CommitteeMembership, *, before: str = "", after: str = "", **days: Any) -> None:
    old = CommitteeMembership.objects.filter(pk=membership.pk).first()
    for name, day in days.items():
        setattr(membership, name, day)
    checked(membership)
    details = changed_fields(old, membership)
    tell_role(act, None, membership, before=before, after=after, details=details)


@in_turn()
def move_to_sign_on(*, by: None, user: User) -> User:
    """Take the password and the second factors from a login, so that its person finds it when they come by sign-on."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.username in settings.BREAK_GLASS:
        raise ValidationError(
            _("%(name)s står i BREAK_GLASS og skal beholde sin adgangskode.") % {"name": user.username}
        )
    if not (user.has_usable_password() or Authenticator.objects.filter(user=user).exists()):
        return user
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    tell_person(Act.PERSON_CHANGED, None, user, {"password": [in_words(True), in_words(False)]})
    return user


@in_turn()
def remove_second_factor(*, by: User, user: User, request_key: UUID | None = None) -> User:
    """For somebody who has lost telephone and recovery codes: at the next login they set up another."""
    permissions.check_can_administer(by)
    if by.pk == user.pk:
        raise ValidationError(_("Du kan ikke fjerne din egen. Bed en anden administrator, eller brug siden Sikkerhed."))
    user = User.objects.select_for_update().get(pk=user.pk)
    if done_before(request_key):
        return user
    if not Authenticator.objects.filter(user=user).exists():
        raise ValidationError(_("%(name)s har ingen anden faktor.") % {"name": name_of(user)})
    Authenticator.objects.filter(user=user).delete()
    tell_person(
        Act.PERSON_CHANGED, by, user, {"second_factor": [in_words(True), in_words(False)]}, request_key=request_key
    )
    tell_of_login(user, "second_factor_removed")
    return user
