"""The people of a committee: invited, given roles from and to a day, let go. What they cover stands in `coverage`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.actions import (
    Invitation,
    end_role,
    give_role,
    invite_person,
    leave,
    remove_second_factor,
    reopen_login,
    send_link,
)
from recommendations.admin.base import action_page, actor, reach_of, require
from recommendations.admin.coverage import coverage_page, undelivered
from recommendations.enums import Act, UpdateState
from recommendations.forms import DaysForm, EndRoleForm, InviteForm, LeaveForm, RoleForm
from recommendations.models import CommitteeMembership, Event, StatusUpdate
from recommendations.models.membership import name_of
from recommendations.writing.posted import posted, request_key


def new_person(request: HttpRequest) -> HttpResponse:
    """`/admin/daekning/ny/`: a colleague by e-mail, with a new login or the one there is."""
    committees = permissions.giving_committees(request.user, reach=reach_of(request))
    require(
        committees.exists(), _("Kun en godkender for et udvalg eller en administrator kan invitere en medarbejder.")
    )
    asked = committees.filter(code=request.GET.get("udvalg", "")).first()

    def perform(typed: dict[str, Any]) -> Invitation:
        try:
            return invite_person(by=actor(request), request_key=request_key(request), **typed)
        except PermissionDenied as refused:  # one's own address: said at the field, and what was typed stays
            raise ValidationError({"email": str(refused)}) from refused

    return action_page(
        request,
        title=_("Ny medarbejder"),
        form=InviteForm(posted(request), committees=committees, initial={"committee": asked} if asked else {}),
        perform=perform,
        done=_invited,
        back=reverse("coverage"),
        button=_("Invitér"),
        explanation=_(
            "Medarbejderen får en mail og logger ind med kommunens login. Har adressen et login, får det rollen."
        )
        if permissions.has_sign_on()
        else _(
            "Medarbejderen får en mail med et link til at vælge sin adgangskode. Har adressen et login i forvejen, får "
            "det rollen."
        ),
    )


def _invited(invitation: Invitation | None) -> str:
    if invitation is None:  # the second click
        return _("Medarbejderen er inviteret.")
    person = invitation.role.user
    words = {"name": name_of(person), "email": person.email, "role": invitation.role}
    if invitation.is_new:
        return _("Invitationen bliver sendt til %(email)s om lidt.") % words
    return _("%(name)s har allerede et login og har nu rollen. Det bliver sendt i en mail til %(email)s.") % words


# --- One person -------------------------------------------------------------------------------------------------------


def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """`/admin/daekning/person/<pk>/`: roles, login, and what can be done about them."""
    person = _person_or_404(request, pk)
    user, reach, today = actor(request), reach_of(request), timezone.localdate()
    giving = set(permissions.giving_committees(user, reach=reach).values_list("pk", flat=True))
    roles = list(CommitteeMembership.objects.filter(user=person).select_related("committee", "user"))
    current = set(CommitteeMembership.objects.not_over(today).filter(user=person).values_list("pk", flat=True))
    context = {
        **admin.site.each_context(request),
        "title": name_of(person),
        "person": person,
        "roles": [
            (role, role.committee_id in giving, role.committee_id in giving and person != user)
            for role in roles
            if role.pk in current
        ],
        "earlier": [role for role in roles if role.pk not in current],
        "drafts": StatusUpdate.objects.filter(author=person, state=UpdateState.DRAFT).count(),
        "sent_at": _link_sent_at(person),
        "undelivered": person.pk in undelivered([person.pk]),
        "has_password": person.has_usable_password(),
        "can_use_password": permissions.can_use_password(person),
        "has_second_factor": Authenticator.objects.filter(user=person).exists(),
        "can_let_go": person.is_active and permissions.can_let_go(user, person),
        "can_give": bool(giving) and person.is_active and person != user,
        "can_administer": permissions.can_administer(user),
    }
    return TemplateResponse(request, "admin/recommendations/people/person.html", context)


def _person_or_404(request: HttpRequest, pk: int) -> User:
    """Somebody of the municipality whom the user manages."""
    person = get_object_or_404(permissions.staff(), pk=pk)
    permissions.check_can_manage_person(request.user, person)
    return person


def _link_sent_at(person: User) -> Any:
    """When a link to choose a password with was asked for last; none where it never was."""
    sent = Event.objects.filter(act__in=[Act.PERSON_INVITED, Act.LINK_SENT], details__user=["", str(person.pk)])
    return sent.order_by("-at", "-pk").values_list("at", flat=True).first()


def person_role(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/rolle/`: one role more, for somebody who has a login."""
    person = _person_or_404(request, pk)
    committees = permissions.giving_committees(request.user, reach=reach_of(request))
    return action_page(
        request,
        title=_("Giv en rolle: %(name)s") % {"name": name_of(person)},
        form=RoleForm(posted(request), committees=committees),
        perform=lambda typed: give_role(by=actor(request), user=person, request_key=request_key(request), **typed),
        done=_("Rollen er givet."),
        back=_of(person),
        button=_("Giv rollen"),
        stands=_roles_in_words(person),
    )


def person_link(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/link/`: a new link to choose a password with."""
    person = _person_or_404(request, pk)
    return action_page(
        request,
        title=_("Send link: %(name)s") % {"name": name_of(person)},
        form=forms.Form(posted(request)),
        perform=lambda _typed: send_link(by=actor(request), user=person, request_key=request_key(request)),
        done=_("Linket bliver sendt om lidt."),
        back=_of(person),
        button=_("Send linket"),
        explanation=_("%(email)s får et link til at vælge en adgangskode. Det virker én gang og i 7 dage.")
        % {"email": person.email or _("Ingen: login'et har ingen e-mail, og en administrator skal skrive den. Ellers")},
    )


def person_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/anden-faktor/`: somebody has lost the telephone, and the recovery codes."""
    person = _person_or_404(request, pk)
    permissions.check_can_administer(request.user)
    return action_page(
        request,
        title=_("Fjern den anden faktor: %(name)s") % {"name": name_of(person)},
        form=forms.Form(posted(request)),
        perform=lambda _typed: remove_second_factor(by=actor(request), user=person, request_key=request_key(request)),
        done=_("Den anden faktor er fjernet."),
        back=_of(person),
        button=_("Fjern den anden faktor"),
        explanation=_(
            "Ring til personen først, og vær sikker på, hvem det er: indtil en ny er sat op, er adgangskoden nok. "
            "Personen får en mail om det."
        ),
    )


def person_left(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/holdt-op/`: all roles end, and the login is closed."""
    person = _person_or_404(request, pk)
    permissions.check_can_let_go(request.user, person)
    drafts = StatusUpdate.objects.filter(author=person, state=UpdateState.DRAFT).count()
    begun = _("%(count)s kladder, som personen har begyndt, går til kollegerne i udvalget.") % {"count": drafts}
    return action_page(
        request,
        title=_("Personen er holdt op: %(name)s") % {"name": name_of(person)},
        form=LeaveForm(posted(request)),
        perform=lambda typed: leave(by=actor(request), user=person, request_key=request_key(request), **typed),
        done=_left,
        back=_of(person),
        then=reverse("coverage"),
        button=_("Registrer, at personen er holdt op"),
        explanation=_("Alle roller ophører. Login'et lukkes, når den sidste dag er gået. Det skrevne bliver stående."),
        stands=[*_roles_in_words(person), *([begun] if drafts else [])],
    )


def _left(person: User | None) -> str:
    if person is None:  # the second click
        return _("Det er registreret.")
    if person.is_active:
        return _("%(name)s' roller ophører den dag. Login'et er åbent så længe.") % {"name": name_of(person)}
    return _("%(name)s er holdt op, og login'et er lukket.") % {"name": name_of(person)}


def person_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/aabn/`: somebody is back."""
    person = _person_or_404(request, pk)
    permissions.check_can_administer(request.user)
    return action_page(
        request,
        title=_("Åbn login: %(name)s") % {"name": name_of(person)},
        form=forms.Form(posted(request)),
        perform=lambda _typed: reopen_login(by=actor(request), user=person, request_key=request_key(request)),
        done=_("Login'et er åbent. Giv personen en rolle."),
        back=_of(person),
        button=_("Åbn login'et"),
        explanation=_("Personen kan logge ind med sin gamle adgangskode. De gamle roller er ophørt: giv nye."),
    )


# --- One role ---------------------------------------------------------------------------------------------------------


def role_days(request: HttpRequest, pk: int) -> HttpResponse:
    """`/admin/daekning/rolle/<pk>/`: other days for a role."""
    role = _role_or_404(request, pk)
    permissions.check_can_give_role(request.user, role.committee, role.user)
    days = {"valid_from": role.valid_from, "valid_to": role.valid_to}
    return action_page(
        request,
        title=_("Ret dagene: %(role)s") % {"role": role},
        form=DaysForm(posted(request), initial=days),
        perform=lambda typed: give_role(
            by=actor(request),
            user=role.user,
            committee=role.committee,
            role=role.role,
            request_key=request_key(request),
            **typed,
        ),
        done=_("Dagene er rettet."),
        back=_of(role.user),
        button=_("Gem dagene"),
    )


def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """`…/afslut/`: the role ends now; one that has not begun never begins."""
    role, today = _role_or_404(request, pk), timezone.localdate()
    return action_page(
        request,
        title=_("Afslut rollen: %(role)s") % {"role": role},
        form=EndRoleForm(posted(request)),
        perform=lambda typed: end_role(
            by=actor(request),
            membership=role,
            on=max(today, role.valid_from or today),
            request_key=request_key(request),
            **typed,
        ),
        done=_("Rollen er ophørt."),
        back=_of(role.user),
        then=reverse("coverage"),
        button=_("Afslut rollen nu"),
        explanation=_(
            "Rollen ophører med det samme. Skal den gælde til en bestemt dag, så brug »Ret dagene« i stedet."
        ),
    )


def _role_or_404(request: HttpRequest, pk: int) -> CommitteeMembership:
    role: CommitteeMembership = get_object_or_404(
        CommitteeMembership.objects.select_related("committee", "user"), pk=pk
    )
    permissions.check_can_give_role(request.user, role.committee)
    return role


def _roles_in_words(person: User) -> list[str]:
    roles = CommitteeMembership.objects.not_over(timezone.localdate()).filter(user=person)
    return [_role_in_words(role) for role in roles.select_related("committee", "user").order_by("pk")]


def _role_in_words(role: CommitteeMembership) -> str:
    until = _(", til og med %(day)s") % {"day": date_format(role.last_day)} if role.last_day else ""
    return f"{role.get_role_display()}, {role.committee.name}{until}"


def _of(person: User) -> str:
    return reverse("person", args=[person.pk])


# Address below /admin/daekning/ -> view and name.
PAGES: list[tuple[str, Callable[..., HttpResponse], str]] = [
    ("", coverage_page, "coverage"),
    ("ny/", new_person, "new_person"),
    ("person/<int:pk>/", person_page, "person"),
    ("person/<int:pk>/rolle/", person_role, "person_role"),
    ("person/<int:pk>/link/", person_link, "person_link"),
    ("person/<int:pk>/anden-faktor/", person_second_factor, "person_second_factor"),
    ("person/<int:pk>/holdt-op/", person_left, "person_left"),
    ("person/<int:pk>/aabn/", person_reopen, "person_reopen"),
    ("rolle/<int:pk>/", role_days, "role"),
    ("rolle/<int:pk>/afslut/", role_end, "role_end"),
]
pages = [path(address, admin.site.admin_view(view), name=name) for address, view, name in PAGES]
