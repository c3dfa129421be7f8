"""Who works for which committee, and who can log in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions, tenancy
from recommendations.actions.state import Doubt, changed_fields, checked, done_before, record
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, Role, UpdateState
from recommendations.lifecycle import Problems, day_problem
from recommendations.models import Committee, CommitteeMembership, Event, StatusUpdate
from recommendations.models.membership import name_of


@dataclass(frozen=True)
class Invitation:
    """The role that somebody was invited to; `is_new` where a login was made. The mail is made of the event."""

    role: CommitteeMembership
    is_new: bool


# --- Roles ------------------------------------------------------------------------------------------------------------


@in_turn()
def give_role(
    *,
    by: User,
    user: User,
    committee: Committee,
    role: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    request_key: UUID | None = None,
) -> CommitteeMembership:
    """Let somebody work for a committee, from and to a day where they are given (half-open). One that is there is
    changed.

    Asked for twice it is given once, with a `request_key` and without.
    """
    permissions.check_can_give_role(by, committee, user)
    roles = CommitteeMembership.objects.select_for_update(of=("self",))
    found = roles.filter(user=user, committee=committee, role=role).order_by("pk").first()
    if found and done_before(request_key):
        return found
    before = CommitteeMembership.objects.get(pk=found.pk) if found else None
    membership = found or CommitteeMembership(user=user, committee=committee, role=role)
    membership.valid_from, membership.valid_to = valid_from, valid_to
    changes = changed_fields(before, membership)
    if before and not changes:
        return membership
    if problems := _role_problems(by, membership):
        raise ValidationError(problems)
    checked(membership)
    tell_role(Act.ROLE_GIVEN, by, membership, after=role, details=changes, request_key=request_key)
    return membership


@in_turn()
def end_role(
    *,
    by: User,
    membership: CommitteeMembership,
    on: date,
    sure: bool = False,
    request_key: UUID | None = None,
) -> CommitteeMembership:
    """Let a role end: `on` is the first day on which it no longer holds; the day it begins, where it never did.

    Where the committee then has no approver, that is asked about first (`sure`). An approver may end a role of their
    own.
    """
    permissions.check_can_give_role(by, membership.committee)
    membership = CommitteeMembership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
    if done_before(request_key):
        return membership
    if membership.valid_to and membership.valid_to <= on:
        raise ValidationError(_("Rollen er allerede ophørt."))
    if membership.valid_from and membership.valid_from > on:
        raise ValidationError({"valid_to": _("Rollen kan ikke ophøre, før den er begyndt.")})
    _require_an_approver_after(on, [membership], sure=sure)
    before = CommitteeMembership.objects.get(pk=membership.pk)
    membership.valid_to = on
    checked(membership)
    changes = changed_fields(before, membership)
    tell_role(Act.ROLE_ENDED, by, membership, before=membership.role, details=changes, request_key=request_key)
    return membership


def tell_role(act: Act, by: User | None, membership: CommitteeMembership, **what: Any) -> Event:
    # Whose role it is stands in the details also where that is not what has changed.
    what["details"] = {"user": ["", str(membership.user_id)], **what["details"]}
    return record(act=act, by=by, committee=membership.committee, digest_of=membership, **what)


def _role_problems(by: User, role: CommitteeMembership) -> Problems:
    """What hinders that somebody gets a role, or other days for it."""
    today, person = timezone.localdate(), {"name": name_of(role.user)}
    problems: Problems = {}
    for name in ("valid_from", "valid_to"):
        if wrong := day_problem(getattr(role, name), source_day=None, today=today):
            problems[name] = wrong
    if not problems and role.valid_to and role.valid_to <= (role.valid_from or today):
        problems["valid_to"] = (
            _("Rollen kan ikke ophøre, før den er begyndt. Skriv en senere sidste dag.")
            if role.valid_from and role.valid_to <= role.valid_from
            else _("Den dag er passeret. Skriv en senere sidste dag, eller afslut rollen.")
        )
    if role.committee.valid_to and role.committee.valid_to <= today:
        problems["committee"] = _("%(name)s er ophørt. Vælg et udvalg, der findes.") % {"name": role.committee.name}
    if permissions.is_given_by_sign_on(role.role, role.committee) and role.user.username not in settings.BREAK_GLASS:
        problems["role"] = _("Rollen følger af en gruppe i %(name)s. Bed om at blive meldt ind i gruppen dér.") % {
            "name": settings.SIGN_ON_NAME
        }
    if not role.user.is_active:
        problems["user"] = _("%(name)s er holdt op, og login'et er lukket. En administrator kan åbne det.") % person
    elif not (permissions.can_administer(by) or permissions.staff().filter(pk=role.user.pk).exists()):
        problems["user"] = _("%(name)s arbejder for en anden kommune. En administrator kan give rollen.") % person
    return problems


def _require_an_approver_after(on: date, ending: list[CommitteeMembership], *, sure: bool) -> None:
    """Raise `Doubt` where a committee would have nobody to approve anything from the day `on`."""
    if sure:
        return
    alone = []
    for committee in {role.committee for role in ending if role.role == Role.APPROVER}:
        others = CommitteeMembership.objects.in_force(max(on, timezone.localdate())).exclude(
            pk__in=[role.pk for role in ending]
        )
        if not others.filter(committee=committee, role=Role.APPROVER, user__is_active=True).exists():
            alone.append(committee.name)
    if alone:
        question = _("Så har %(committees)s ingen godkender, og intet kan udgives. Giv en anden rollen først.")
        raise Doubt({"sure": question % {"committees": _(" og ").join(sorted(alone))}})


# --- Logins -----------------------------------------------------------------------------------------------------------


@in_turn()
def invite_person(
    *,
    by: User,
    email: str,
    committee: Committee,
    role: str,
    name: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    request_key: UUID | None = None,
) -> Invitation:
    """Let somebody work for a committee who is known by an e-mail address: with a new login, or the one there is.

    A new login has no password: the mail carries a link that lets the person choose one.
    """
    permissions.check_can_give_role(by, committee)
    email = email.strip()
    if done := done_before(request_key):
        return _invited_by(done)
    days = {"valid_from": valid_from, "valid_to": valid_to}
    if person := person_with(email):
        _require_no_such_role(person, committee, role)
        given = give_role(by=by, user=person, committee=committee, role=role, request_key=request_key, **days)
        return Invitation(given, is_new=False)
    if strange := _strange(by, committee, email):
        raise ValidationError({"email": strange})
    membership = CommitteeMembership(user=new_login(email, name), committee=committee, role=role, **days)
    if problems := _role_problems(by, membership):
        raise ValidationError(problems)
    checked(membership)
    changes = changed_fields(None, membership)
    tell_role(Act.PERSON_INVITED, by, membership, after=role, details=changes, request_key=request_key)
    return Invitation(membership, is_new=True)


def person_with(email: str) -> User | None:
    """Who has the address, whatever its case; a login that is open before one that is closed."""
    found = User.objects.filter(email__iexact=email) if email else User.objects.none()
    return found.order_by("-is_active", "pk").first()


def _invited_by(done: Event) -> Invitation:
    """What the first click came to."""
    asked = {"user": done.details["user"][1], "committee": done.committee, "role": done.after}
    return Invitation(CommitteeMembership.objects.get(**asked), is_new=done.act == Act.PERSON_INVITED)


def _require_no_such_role(person: User, committee: Committee, role: str) -> None:
    same = CommitteeMembership.objects.not_over(timezone.localdate()).filter(
        user=person, committee=committee, role=role
    )
    if same.exists():
        raise ValidationError(
            {
                "email": _("%(name)s er allerede %(role)s i %(committee)s. Ret dagene under »Hvem dækker hvad«.")
                % {"name": name_of(person), "role": Role(role).label.lower(), "committee": committee.name}
            }
        )


def _strange(by: User, committee: Committee, email: str) -> str:
    """Why an approver may not invite a stranger to the house; empty for an administrator.

    Else a second login of one's own, with a private address, could be the second person.
    """
    if permissions.can_administer(by):
        return ""
    shared = {committee.email.lower(), tenancy.current().email.lower()} - {""}
    if email.lower() in shared:
        return _("Det er en fælles postkasse. Skriv medarbejderens egen adresse.")
    known = {address.lower().rpartition("@")[2] for address in (*shared, by.email)} - {""}
    if email.lower().rpartition("@")[2] in known:
        return ""
    if not known:
        return _("Kommunen har ikke skrevet en postkasse. Bed en administrator invitere medarbejderen.")
    return _("Adressen slutter ikke på @%(known)s. Skriv arbejdsadressen, eller bed en administrator.") % {
        "known": _(" eller @").join(sorted(known))
    }


def new_login(email: str, name: str) -> User:
    """Named after the address, which is nobody else's; saved without a password."""
    first, _space, last = danish.normalised(name).rpartition(" ")
    person = User(username=email.lower(), email=email, first_name=first or last, last_name=last if first else "")
    person.is_staff = True
    person.set_unusable_password()
    try:
        return checked(person)
    except ValidationError as refused:
        problems = refused.message_dict
        taken = problems.pop("username", [])
        if User.objects.filter(username=person.username).exists():
            taken = [_("Et andet login har adressen som brugernavn. Bed en administrator se på det.")]
        elif taken:
            taken = [_("Adressen kan ikke bruges som brugernavn. Skriv en kortere uden særlige tegn.")]
        names = problems.pop("first_name", []) + problems.pop("last_name", [])
        raise ValidationError({"email": problems.pop("email", taken), "name": names} | problems) from refused


@in_turn()
def send_link(*, by: User, user: User, request_key: UUID | None = None) -> User:
    """Mail somebody a new link to choose a password with; to the address that the login has, and to no other."""
    permissions.check_can_manage_person(by, user)
    if done_before(request_key):
        return user
    if not user.is_active:
        raise ValidationError(_("Login'et er lukket. Åbn det først."))
    if not permissions.can_use_password(user):
        raise ValidationError(
            _("Medarbejderen logger ind med %(name)s og har ingen adgangskode her.") % {"name": settings.SIGN_ON_NAME}
        )
    if not user.email:
        raise ValidationError(_("Login'et har ingen e-mail. Bed en administrator skrive den."))
    tell_person(Act.LINK_SENT, by, user, request_key=request_key)
    return user


@in_turn()
def choose_password(*, by: User, user: User, password: str) -> User:
    """The person's own choice, which uses up every link that was sent, and ends every session.

    `user` as they stood when their link was found good: whoever clicks twice has chosen once.
    """
    if by.pk != user.pk:
        raise PermissionDenied(_("Du kan kun vælge din egen adgangskode."))
    permissions.check_can_use_password(user)
    before, user = user.password, User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise ValidationError(_("Dit login er lukket."))
    if user.password != before and user.check_password(password):
        return user
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise ValidationError({"password": refused.messages}) from refused
    user.set_password(password)
    user.save()
    tell_person(Act.PASSWORD_CHOSEN, by, user)
    return user


@in_turn()
def change_person(*, by: User, user: User, request_key: UUID | None = None, **changes: Any) -> User:
    """Another name, address, or right to administer: `first_name`, `last_name`, `email`, `is_superuser`."""
    permissions.check_can_administer(by)
    user = User.objects.select_for_update().get(pk=user.pk)
    if done_before(request_key):
        return user
    if by.pk == user.pk and changes.get("is_superuser") is False:
        raise ValidationError(
            {"is_superuser": _("Du kan ikke fjerne dine egne rettigheder. Bed en anden administrator.")}
        )
    email = changes.get("email", "").strip()
    other = person_with(email)
    if other and other.pk != user.pk:
        raise ValidationError({"email": _("%(name)s har allerede den adresse.") % {"name": name_of(other)}})
    told = {
        name: [in_words(getattr(user, name)), in_words(new)]
        for name, new in changes.items()
        if getattr(user, name) != new
    }
    if not told:
        return user
    for name, new in changes.items():
        setattr(user, name, new)
    checked(user)
    tell_person(Act.PERSON_CHANGED, by, user, told, request_key=request_key)
    return user


@in_turn()
def leave(*, by: User, user: User, on: date | None = None, sure: bool = False, request_key: UUID | None = None) -> User:
    """Somebody has left: all roles end, `on` is the first day without (default today), and the login is closed then.

    A login is not closed before the day, nor while another municipality has given it a role. What the person had begun
    is the colleagues' from that day.
    """
    permissions.check_can_let_go(by, user)
    user = User.objects.select_for_update().get(pk=user.pk)
    if done_before(request_key):
        return user
    today = timezone.localdate()
    on = on or today
    if not user.is_active:
        raise ValidationError(_("%(name)s er allerede holdt op, og login'et er lukket.") % {"name": name_of(user)})
    if wrong := day_problem(on, source_day=None, today=today):
        raise ValidationError({"on": wrong})
    roles = list(CommitteeMembership.objects.not_over(on).filter(user=user).select_related("committee").order_by("pk"))
    closes = on <= today and not permissions.works_elsewhere(user)
    if not roles and not closes:
        raise ValidationError(_("Der er intet at ændre: ingen roller gælder efter den dag."))
    _require_an_approver_after(on, roles, sure=sure)
    for role in roles:
        role.valid_to = max(on, role.valid_from or on)
        checked(role)
    if closes:
        user.is_active = False
        user.save(update_fields=["is_active"])
    ended = ", ".join(f"{role.get_role_display()}, {role.committee.abbreviation}" for role in roles)
    committees = {role.committee for role in roles}
    told = {"roles": [ended, ""], "login": [_("åbent"), _("lukket") if closes else _("åbent")]}
    if begun := StatusUpdate.objects.filter(author=user, state=UpdateState.DRAFT).count():
        told["left_drafts"] = ["", str(begun)]
    tell_person(
        Act.PERSON_LEFT,
        by,
        user,
        told,
        on=on,
        committee=committees.pop() if len(committees) == 1 else None,
        request_key=request_key,
    )
    return user


@in_turn()
def reopen_login(*, by: User, user: User, request_key: UUID | None = None) -> User:
    """Somebody is back: the login opens. Roles are given anew."""
    permissions.check_can_administer(by)
    user = User.objects.select_for_update().get(pk=user.pk)
    if done_before(request_key):
        return user
    if user.is_active:
        raise ValidationError(_("Login'et er allerede åbent."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    tell_person(Act.LOGIN_REOPENED, by, user, {"login": [_("lukket"), _("åbent")]}, request_key=request_key)
    return user


def in_words(value: str | bool) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    return value


def tell_person(
    act: Act,
    by: User | None,
    user: User,
    details: dict[str, list[str]] | None = None,
    *,
    on: date | None = None,
    committee: Committee | None = None,
    request_key: UUID | None = None,
) -> Event:
    """A login is no row of the domain: the event has no digest of it, and of what it holds no more than has changed."""
    said = {"user": ["", str(user.pk)], **(details or {})}
    return record(act=act, by=by, on=on, committee=committee, details=said, request_key=request_key)
