"""Who may do what. One source for admin, actions, imports and API.

Each rule is a pair: `check_can_…` raises `PermissionDenied` with the sentence that says why not, `can_…` asks it. A
right goes with a role in a committee that exists today; it covers the matters of that committee, and of all that ended
and were taken over by it. A superuser may act for any committee, but does not escape the rule of the second person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import ParamSpec

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from recommendations import tenancy
from recommendations.enums import WRITERS, Act, Role
from recommendations.lifecycle import needs_second_person
from recommendations.models import (
    Committee,
    CommitteeMembership,
    ErrorReport,
    Event,
    Item,
    Lineage,
    Ownership,
    Reach,
    StatusUpdate,
    Visitor,
)
from recommendations.models.committee import CommitteeQuerySet
from recommendations.models.recorded import day

Asked = ParamSpec("Asked")


def _asking(check: Callable[Asked, None]) -> Callable[Asked, bool]:
    """The question that `check` is the refusal of."""

    def can(*args: Asked.args, **kwargs: Asked.kwargs) -> bool:
        try:
            check(*args, **kwargs)
        except PermissionDenied:
            return False
        return True

    return can


# --- In whose name somebody acts --------------------------------------------------------------------------------------


class ActingRights:
    """In the name of which committees a user may act on each of some items; read once, in at most five queries.

    They exist today and own the item today, or took over from an owner that ended. An item that nobody owns is a
    superuser's.
    """

    def __init__(self, user: Visitor, items: Collection[Item], *, reach: Reach | None = None):
        self._reach = reach or Reach.of(user)
        self._existing = list(Committee.objects.existing(day(None)).order_by("sort_name", "code"))
        self._lineage = Lineage.load(on=day(None))
        self._owners: dict[int, set[int]] = defaultdict(set)
        owned = Ownership.objects.in_force().filter(item__in=[item.pk for item in items]).order_by()
        for item, committee in owned.values_list("item_id", "committee_id"):
            self._owners[item].add(committee)

    def committees(self, item: Item, *roles: str) -> list[Committee]:
        """The committees in whose name the user may act on `item` in one of `roles`, by name."""
        owners = self._owners.get(item.pk, set())
        if self._reach.is_superuser and not owners:
            return self._existing
        covering: set[int] = set().union(*(self._lineage.with_successors(owner) for owner in owners))
        if not self._reach.is_superuser:
            covering &= set().union(*(self._reach.acting.get(role, set()) for role in roles))
        return [committee for committee in self._existing if committee.pk in covering]


def acting_committees(user: Visitor, item: Item, *roles: str, reach: Reach | None = None) -> CommitteeQuerySet:
    """`ActingRights` for one item, as a queryset ordered by name: what a form offers."""
    found = ActingRights(user, [item], reach=reach).committees(item, *roles)
    chosen: CommitteeQuerySet = Committee.objects.filter(pk__in=[committee.pk for committee in found])
    return chosen.order_by("sort_name", "code")


# --- Updates ----------------------------------------------------------------------------------------------------------


def check_can_write(user: Visitor, item: Item, committee: Committee | None) -> None:
    """Write and submit drafts about `item` in the name of `committee`, and confirm that its status still holds."""
    if committee not in ActingRights(user, [item]).committees(item, *WRITERS):
        raise PermissionDenied(not_yours(item, committee))


def check_can_edit_update(user: Visitor, update: StatusUpdate) -> None:
    """Change, submit, take back or throw away an unpublished update."""
    if not StatusUpdate.objects.editable_by(user).filter(pk=update.pk).exists():
        raise PermissionDenied(not_yours(update.item, update.committee))


def check_can_approve(user: Visitor, update: StatusUpdate) -> None:
    """Publish or send back an update of a committee whose approver the user is, as far as the committee goes."""
    reach = Reach.of(user)
    if not (reach.is_superuser or update.committee_id in reach.committees(Role.APPROVER)):
        raise PermissionDenied(_("Du er ikke godkender for det udvalg, opdateringen hører til."))


def check_is_second_person(user: Visitor, update: StatusUpdate) -> None:
    """The rule of the second person: who publishes that something is done has written no word of it."""
    if needs_second_person(update.status) and (update.author_id is None or user.pk in authors_of(update)):
        raise PermissionDenied(
            _("Status «%(status)s» skal udgives af en anden end den, der har skrevet den. Send den til godkendelse.")
            % {"status": update.get_status_display()}
        )


def authors_of(update: StatusUpdate) -> set[int]:
    """The ids of all who have saved the draft, however long ago."""
    saved = Event.objects.filter(update=update, act=Act.DRAFT_SAVED, by__isnull=False).order_by()
    return {*saved.values_list("by_id", flat=True), *([update.author_id] if update.author_id else [])}


# --- What binds a committee -------------------------------------------------------------------------------------------


def check_can_decide(user: Visitor, item: Item, committee: Committee) -> None:
    """Record what binds the committee towards the public: an answer, a deadline, a criterion."""
    if committee not in ActingRights(user, [item]).committees(item, Role.APPROVER):
        raise PermissionDenied(
            _("Kun en godkender for %(committee)s kan gøre det for %(item)s.")
            % {"committee": committee.name, "item": item}
        )


def check_can_answer_for(user: Visitor, committee: Committee) -> None:
    """Record an answer that `committee` gave; also one that has ended, when the user's committee took over from it."""
    reach = Reach.of(user)
    if not (reach.is_superuser or committee.pk in reach.committees(Role.APPROVER)):
        raise PermissionDenied(
            _("Du er ikke godkender for %(committee)s og kan ikke registrere dets svar.")
            % {"committee": committee.name}
        )


# --- Sources, words and people ----------------------------------------------------------------------------------------


def check_can_administer(user: Visitor) -> None:
    """Add and change sources, committees and people, and record that a committee has changed."""
    if not (user.is_active and user.is_superuser):
        raise PermissionDenied(_("Kun en administrator kan gøre det."))


def check_can_edit_words(user: Visitor, item: Item, *, of_the_source: bool = False) -> None:
    """Reword what we say about an item; the source's own words only as an owner's approver or an administrator."""
    roles = (Role.APPROVER,) if of_the_source else WRITERS
    if not (user.is_active and user.is_superuser) and not ActingRights(user, [item]).committees(item, *roles):
        raise PermissionDenied(
            _("Kun en godkender for et udvalg, der ejer %(item)s, kan ændre kildens egne ord.") % {"item": item}
            if of_the_source
            else not_yours(item, None)
        )


def staff() -> QuerySet[User]:
    """Those who work for a committee of the municipality, administer it, or have been given no role anywhere yet."""
    with scopes_disabled():
        elsewhere = CommitteeMembership.objects.exclude(committee__municipality=tenancy.current()).order_by()
        of_others = list(elsewhere.values_list("user", flat=True))
    here = CommitteeMembership.objects.order_by().values("user")
    return User.objects.filter(Q(pk__in=here) | Q(is_superuser=True) | ~Q(pk__in=of_others)).order_by("username")


# --- Reports ----------------------------------------------------------------------------------------------------------


def check_can_issue_reports(user: Visitor, committee: Committee | None, about: Collection[str] = ()) -> None:
    """Issue a report in the name of `committee`, about the committees with the codes `about` (none: about all).

    In nobody's name only an administrator.
    """
    if committee is None:
        if not can_administer(user):
            raise PermissionDenied(_("Vælg det udvalg, rapporten udstedes af."))
    elif not issuing_committees(user, about).filter(pk=committee.pk).exists():
        raise PermissionDenied(
            _("Kun en udvalgssekretær for %(committee)s kan udstede en rapport for udvalget, og kun om udvalget selv.")
            % {"committee": committee.name}
        )


def issuing_committees(user: Visitor, about: Collection[str] = (), reach: Reach | None = None) -> CommitteeQuerySet:
    """The committees in whose name `user` may issue a report about the committees with the codes `about`, by name.

    They are among those that the report is about, or took over from one of them; any of the user's when it is about no
    committee in particular.
    """
    reach = reach or Reach.of(user)
    found: CommitteeQuerySet = Committee.objects.existing(day(None)).order_by("sort_name", "code")
    if not reach.is_superuser:
        found = found.filter(pk__in=reach.acting.get(Role.SECRETARY, set()))
    if about:
        lineage = Lineage.load(on=day(None))
        named = Committee.objects.filter(code__in=about).values_list("pk", flat=True)
        found = found.filter(pk__in=set().union(*(lineage.with_successors(pk) for pk in named)))
    return found


def check_can_handle_report(user: Visitor, report: ErrorReport) -> None:
    """Mark a report of an error as handled: those who write about the item it is about, or a superuser."""
    reach = Reach.of(user)
    if reach.is_superuser:
        return
    if report.item is None or not ActingRights(user, [report.item], reach=reach).committees(report.item, *WRITERS):
        raise PermissionDenied(_("Fejlmeldingen handler ikke om noget, dit udvalg ejer."))


def not_yours(item: Item, committee: Committee | None) -> str:
    """Why somebody may not write about an item, in the name of a committee or of any."""
    if committee is None:
        return _(
            "Dit udvalg ejer ikke %(item)s, så du kan ikke skrive om det. Spørg en administrator, hvis det er forkert."
        ) % {"item": item}
    return _(
        "Du kan ikke skrive om %(item)s på vegne af %(committee)s. Spørg en administrator, hvis det er forkert."
    ) % {"item": item, "committee": committee.name}


can_write = _asking(check_can_write)
can_edit_update = _asking(check_can_edit_update)
can_approve = _asking(check_can_approve)
is_second_person = _asking(check_is_second_person)
can_decide = _asking(check_can_decide)
can_answer_for = _asking(check_can_answer_for)
can_administer = _asking(check_can_administer)
can_edit_words = _asking(check_can_edit_words)
can_issue_reports = _asking(check_can_issue_reports)
can_handle_report = _asking(check_can_handle_report)
