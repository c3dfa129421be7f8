"""»Hvem dækker hvad«: who works for which committee and until when, what each owns, and where nobody does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import permissions
from recommendations.admin.base import actor, reach_of, require
from recommendations.admin.filters import AttentionFilter, OwnerFilter
from recommendations.admin.queues import QueueName, QueueScope, items_in
from recommendations.enums import COUNTED, WRITERS, ItemKind, Role
from recommendations.keepers import asked_long_ago
from recommendations.models import Committee, CommitteeMembership, Item, OutgoingMessage, Ownership, Reach
from recommendations.models.item import ItemQuerySet
from recommendations.models.membership import name_of

SOON = timedelta(days=30)  # a role that ends within it is to be thought of
MOST_LOGINS = 50  # logins without a role that are named; the rest are counted


@dataclass(frozen=True)
class RoleLine:
    """Somebody's role; `note` says what is the matter with it."""

    name: str
    person: int  # id
    role: str
    note: str


@dataclass(frozen=True)
class CommitteeCover:
    """A committee that exists today: its people, how many items it owns, and the roles that nobody has."""

    committee: Committee
    roles: list[RoleLine]
    items: int
    missing: list[str]
    can_give: bool


@dataclass(frozen=True)
class Gap:
    """Where nobody does it, in words; with what can be followed: text and address."""

    text: str
    links: list[tuple[str, str]]


def coverage_page(request: HttpRequest) -> HttpResponse:
    """`/admin/daekning/`: everybody sees the own committees, an administrator all."""
    reach = reach_of(request)
    require(
        reach.is_superuser or bool(reach.acting),
        _("Du har ingen rolle i et udvalg. Bed en godkender eller en administrator om en."),
    )
    cover = Coverage(actor(request), reach)
    context = {
        **admin.site.each_context(request),
        "title": _("Hvem dækker hvad, og hvor ingen gør det"),
        "covers": cover.committees(),
        "gaps": list(cover.gaps()),
        "can_invite": reach.is_superuser or bool(reach.acting.get(Role.APPROVER)),
    }
    return TemplateResponse(request, "admin/recommendations/people/coverage.html", context)


class Coverage:
    """What one user may see of it, read in at most thirteen queries, however many committees and people there are."""

    def __init__(self, user: User, reach: Reach):
        self.user, self.reach, self.today = user, reach, timezone.localdate()
        self.every = list(Committee.objects.order_by("sort_name", "code"))
        mine = set().union(*reach.acting.values())
        self.existing = [
            one for one in self.every if one.exists_on(self.today) and (reach.is_superuser or one.pk in mine)
        ]
        self.roles: dict[int, list[CommitteeMembership]] = defaultdict(list)
        found = CommitteeMembership.objects.not_over(self.today).filter(committee__in=self.existing)
        for role in found.select_related("user").order_by("user__first_name", "user__username", "role", "pk"):
            self.roles[role.committee_id].append(role)
        self.undelivered = undelivered({role.user_id for roles in self.roles.values() for role in roles})
        owned = Ownership.objects.in_force(self.today).filter(committee__in=self.existing)
        leads = reach.acting.get(Role.APPROVER, set()) | reach.acting.get(Role.SECRETARY, set())
        self.watched = [one.pk for one in self.existing if reach.is_superuser or one.pk in leads]
        self.asked = asked_long_ago(self.watched, self.today)
        counted = owned.filter(item__kind__in=sorted(COUNTED)).order_by().values("committee")
        self.items = Counter(dict(counted.annotate(n=Count("item", distinct=True)).values_list("committee", "n")))

    def committees(self) -> list[CommitteeCover]:
        giving = self.reach.acting.get(Role.APPROVER, set())
        return [
            CommitteeCover(
                committee=one,
                roles=[self._line(role) for role in self.roles[one.pk]],
                items=self.items[one.pk],
                missing=[str(Role(role).label) for role in Role if not self._holders(one, role)],
                can_give=self.reach.is_superuser or one.pk in giving,
            )
            for one in self.existing
        ]

    def _holders(self, committee: Committee, role: str, on: date | None = None) -> list[CommitteeMembership]:
        """Who can do the work on the day `on` (default today)."""
        on = on or self.today
        return [
            one
            for one in self.roles[committee.pk]
            if one.role == role
            and one.user.is_active
            and (one.valid_from is None or one.valid_from <= on)
            and (one.valid_to is None or one.valid_to > on)
        ]

    def _line(self, role: CommitteeMembership) -> RoleLine:
        return RoleLine(name_of(role.user), role.user_id, role.get_role_display(), self._note(role))

    def _note(self, role: CommitteeMembership) -> str:
        if not role.user.is_active:
            return _("login'et er lukket")
        begins = role.valid_from if role.valid_from and role.valid_from > self.today else None
        parts = [_("fra %(day)s") % {"day": f"{begins:%d.%m.%Y}"}] if begins else []
        if role.last_day:
            parts.append(_("til og med %(day)s") % {"day": f"{role.last_day:%d.%m.%Y}"})
        if role.user_id in self.undelivered:
            parts.append(_("en mail kunne ikke sendes"))
        return ", ".join(parts)

    # --- where nobody does it -----------------------------------------------------------------------------------------

    def gaps(self) -> Iterator[Gap]:
        """The gravest first: what nobody can write about, what nobody can publish, what will come."""
        if self.reach.is_superuser:
            yield from self._items_of_nobody()
        idle = [one for one in self.existing if not self.items[one.pk] and not self.roles[one.pk]]
        for committee in sorted(self.existing, key=lambda one: -self.items[one.pk]):
            if committee not in idle:
                yield from self._gaps_of(committee)
        if self.reach.is_superuser:
            yield from self._logins_without_a_role()
        if idle:
            links = [(one.name, _invite(one)) for one in idle]
            yield Gap(_("Udvalg uden rækker, som ingen dækker:"), links)

    def _gaps_of(self, committee: Committee) -> Iterator[Gap]:
        can_give = self.reach.is_superuser or committee.pk in self.reach.acting.get(Role.APPROVER, set())
        links = [(_("Ny medarbejder"), _invite(committee))] if can_give else []
        missing = [role for role in Role if not self._holders(committee, role)]
        if missing:
            yield Gap(self._what_is_missing(committee, missing), links)
        for role in self.roles[committee.pk]:
            if gap := self._gap_of_role(committee, role, missing):
                yield Gap(gap, [(name_of(role.user), reverse("person", args=[role.user_id]))] if can_give else [])

    def _what_is_missing(self, committee: Committee, missing: Collection[Role]) -> str:
        words = {
            "committee": committee.name,
            "items": self.items[committee.pk],
            "roles": _(" og ").join(str(role.label).lower() for role in missing),
        }
        if {Role.EDITOR, Role.APPROVER} <= set(missing):
            return (
                _("%(committee)s har hverken redaktør eller godkender. Ingen kan skrive om %(items)s rækker.") % words
            )
        if Role.APPROVER in missing:
            return _("%(committee)s har ingen godkender. Intet kan udgives.") % words
        return _("%(committee)s har ingen %(roles)s.") % words

    def _gap_of_role(self, committee: Committee, role: CommitteeMembership, missing: Collection[Role]) -> str:
        words: dict[str, Any] = {
            "name": name_of(role.user),
            "role": role.get_role_display().lower(),
            "committee": committee.name,
            "day": f"{role.last_day:%d.%m.%Y}" if role.last_day else "",
        }
        if not role.user.is_active:
            return _("%(name)s er %(role)s for %(committee)s, men login'et er lukket.") % words
        if role.valid_to and self.today < role.valid_to <= self.today + SOON:
            if Role(role.role) not in missing and not self._holders(committee, role.role, role.valid_to):
                return _("%(name)s er %(role)s for %(committee)s til og med %(day)s. Derefter er der ingen.") % words
            return _("%(name)s er %(role)s for %(committee)s til og med %(day)s.") % words
        asked = self.asked.get(role.user_id)
        if asked and asked.is_silent and role.role in WRITERS and committee.pk in self.watched:
            words["since"] = f"{asked.since:%d.%m.%Y}"
            told = _("%(name)s er %(role)s for %(committee)s og er spurgt siden %(since)s. Intet svar registreret.")
            return told % words
        return ""

    def _items_of_nobody(self) -> Iterator[Gap]:
        everybody = frozenset(one.pk for one in self.every)
        scope = QueueScope(self.user, self.reach, everybody, tuple(self.every))
        ended = items_in(Item.objects.all(), QueueName.ENDED, scope)
        filtered = f"?{AttentionFilter.parameter_name}={QueueName.ENDED}"
        if links := _lists(ended, filtered):
            yield Gap(_("Udvalget er ophørt, og ingen har overtaget. Ingen kan skrive om:"), links)
        if links := _lists(Item.objects.owed_by_nobody(), f"?{OwnerFilter.parameter_name}={OwnerFilter.NOBODY}"):
            yield Gap(_("Der ventes svar, men intet udvalg ejer:"), links)

    def _logins_without_a_role(self) -> Iterator[Gap]:
        roles = CommitteeMembership.objects.not_over(self.today).filter(user=OuterRef("pk"))
        idle = permissions.staff().filter(~Exists(roles), is_active=True, is_superuser=False)
        people = list(idle.order_by("username")[: MOST_LOGINS + 1])
        if people:
            links = [(name_of(one), reverse("person", args=[one.pk])) for one in people[:MOST_LOGINS]]
            more = _("De første %(count)s:") % {"count": MOST_LOGINS} if len(people) > MOST_LOGINS else ""
            yield Gap(f"{_('Åbne login uden en rolle. Luk dem, eller giv dem en.')} {more}".strip(), links)


def undelivered(people: Collection[int]) -> set[int]:
    """Those of the people (ids) to whom a mail could not be sent, and nobody tries any more."""
    dead = OutgoingMessage.objects.dead().filter(person__in=people)
    return set(dead.order_by().values_list("person_id", flat=True))


def _invite(committee: Committee) -> str:
    return f"{reverse('new_person')}?{urlencode({'udvalg': committee.code})}"


def _lists(items: ItemQuerySet, query: str) -> list[tuple[str, str]]:
    """How many there are in each of the two lists of items, and where; nothing where there are none."""
    kinds = Counter(items.order_by().values_list("kind", flat=True))
    initiatives = kinds.pop(ItemKind.INITIATIVE, 0)
    recommended = sum(kinds.values())
    counts = [
        ("recommendation", ngettext("%(n)s anbefaling", "%(n)s anbefalinger", recommended), recommended),
        ("initiative", ngettext("%(n)s initiativ", "%(n)s initiativer", initiatives), initiatives),
    ]
    return [
        (text % {"n": count}, reverse(f"admin:recommendations_{name}_changelist") + query)
        for name, text, count in counts
        if count
    ]
