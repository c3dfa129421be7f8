"""Who may do what. One source for admin, actions, imports and API.

Each rule is a pair: `check_can_…` raises `PermissionDenied` with the sentence that says why not, `can_…` asks it. A
right goes with a role in a committee that exists today; it covers the matters of that committee, and of all that ended
and were taken over by it. A superuser may act for any committee, but does not escape the rule of the second person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import ParamSpec

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from recommendations import tenancy
from recommendations.enums import WRITERS, Act, ImportKind, Role
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
    WordingDraft,
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
    """In the name of which committees a user may act on each of some items; read once, in at most four queries.

    They exist today and own the item today, or took over from an owner that ended. An item that nobody owns is a
    superuser's. What a page has read already is given: all `committees` by name, and the `owners` (ids) of each item.
    """

    def __init__(
        self,
        user: Visitor,
        items: Collection[Item],
        *,
        reach: Reach | None = None,
        committees: Iterable[Committee] | None = None,
        owners: Mapping[int, set[int]] | None = None,
    ):
        self._reach = reach or Reach.of(user)
        self._lineage = self._reach.lineage
        every = Committee.objects.order_by("sort_name", "code") if committees is None else committees
        self._existing = [committee for committee in every if committee.exists_on(day(None))]
        self._owners = _owners_of(items) if owners is None else owners

    def committees(self, item: Item, *roles: str) -> list[Committee]:
        """The committees in whose name the user may act on `item` in one of `roles`, by name."""
        owners = self._owners.get(item.pk, set())
        if self._reach.is_superuser and not owners:
            return self._existing
        covering: set[int] = set().union(*(self._lineage.with_successors(owner) for owner in owners))
        if not self._reach.is_superuser:
            covering &= set().union(*(self._reach.acting.get(role, set()) for role in roles))
        return [committee for committee in self._existing if committee.pk in covering]


def _owners_of(items: Collection[Item]) -> Mapping[int, set[int]]:
    """Item (id) -> the committees (ids) that own it today."""
    owners: dict[int, set[int]] = defaultdict(set)
    owned = Ownership.objects.in_force().filter(item__in=[item.pk for item in items]).order_by()
    for item, committee in owned.values_list("item_id", "committee_id"):
        owners[item].add(committee)
    return owners


def acting_committees(user: Visitor, item: Item, *roles: str, reach: Reach | None = None) -> CommitteeQuerySet:
    """`ActingRights` for one item, as a queryset ordered by name: what a form offers."""
    found = ActingRights(user, [item], reach=reach).committees(item, *roles)
    chosen: CommitteeQuerySet = Committee.objects.filter(pk__in=[committee.pk for committee in found])
    return chosen.order_by("sort_name", "code")


# --- Updates ----------------------------------------------------------------------------------------------------------


def check_can_write(user: Visitor, item: Item, committee: Committee | None, rights: ActingRights | None = None) -> None:
    """Write and submit drafts about `item` in the name of `committee`, and confirm that its status still holds.

    `rights` are the user's, where they have been read for many items at once.
    """
    if committee not in (rights or ActingRights(user, [item])).committees(item, *WRITERS):
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


def check_can_remark(user: Visitor, update: StatusUpdate) -> None:
    """Say something to the others who work on an update that is not published: whoever works for its committee."""
    reach = Reach.of(user)
    if not (reach.is_superuser or update.committee_id in reach.committees()):
        raise PermissionDenied(_("Du arbejder ikke for det udvalg, kladden hører til."))


def check_is_second_person(user: Visitor, update: StatusUpdate) -> None:
    """The rule of the second person: who publishes that something is done has written no word of it, nor of what it
    corrects.
    """
    if needs_second_person(update.status) and (update.author_id is None or user.pk in authors_of(update)):
        raise PermissionDenied(
            _("Status »%(status)s« skal udgives af en anden end den, der har skrevet den. Send den til godkendelse.")
            % {"status": update.get_status_display()}
        )


def is_suggested(update: StatusUpdate) -> bool:
    """Whether a draft was sent in by somebody outside; also once an editor has made it theirs."""
    return Event.objects.filter(update=update, act=Act.NEWS_SUGGESTED).exists()


def authors_of(update: StatusUpdate) -> set[int]:
    """The ids of all who have written in the draft, however long ago; of a correction also of what it corrects, whose
    words and evidence it begins with.
    """
    saved = Event.objects.filter(update=update, act=Act.DRAFT_SAVED, by__isnull=False).order_by()
    authors = {*saved.values_list("by_id", flat=True), *([update.author_id] if update.author_id else [])}
    return authors | authors_of(update.corrects) if update.corrects else authors


# --- What binds a committee -------------------------------------------------------------------------------------------


def check_can_decide(user: Visitor, item: Item, committee: Committee) -> None:
    """Record what binds the committee towards the public: an answer, a deadline, a criterion."""
    if committee not in ActingRights(user, [item]).committees(item, Role.APPROVER):
        raise PermissionDenied(
            _("Kun en godkender for %(committee)s kan gøre det for %(item)s.")
            % {"committee": committee.name, "item": item}
        )


def check_can_assign(user: Visitor, item: Item, committee: Committee) -> None:
    """Say who in `committee` keeps `item` up: its approvers, and administrators."""
    if committee not in ActingRights(user, [item]).committees(item, Role.APPROVER):
        raise PermissionDenied(
            _("Kun en godkender for %(committee)s eller en administrator kan give %(item)s til en medarbejder.")
            % {"committee": committee.name, "item": item}
        )


def writers_of(committee: Committee) -> QuerySet[User]:
    """Those who may be given an item of the committee's to keep up: its editors and approvers of today, by name."""
    held = CommitteeMembership.objects.in_force(day(None)).filter(committee=committee, role__in=WRITERS)
    people = User.objects.filter(pk__in=held.order_by().values("user"), is_active=True)
    return people.order_by("first_name", "username")


def check_can_answer_for(user: Visitor, committee: Committee) -> None:
    """Record an answer that `committee` gave; also one that has ended, when the user's committee took over from it."""
    reach = Reach.of(user)
    if not (reach.is_superuser or committee.pk in reach.committees(Role.APPROVER)):
        raise PermissionDenied(
            _("Du er ikke godkender for %(committee)s og kan ikke registrere dets svar.")
            % {"committee": committee.name}
        )


def check_can_draft_answers(user: Visitor, committee: Committee) -> None:
    """Write down what `committee` answered at a meeting, for its approver to publish: whoever has a role there."""
    reach = Reach.of(user)
    if not (reach.is_superuser or committee.pk in reach.committees()):
        raise PermissionDenied(no_role_in(committee))


# --- Sources, words and people ----------------------------------------------------------------------------------------


def check_can_administer(user: Visitor) -> None:
    """Add and change sources, committees and people, and record that a committee has changed."""
    if not (user.is_active and user.is_superuser):
        raise PermissionDenied(_("Kun en administrator kan gøre det."))


def check_can_read_in(user: Visitor, kind: str) -> None:
    """Read in a file: rows of one's own with a role in some committee, all else as an administrator.

    Each row is asked about besides: statuses are a writer's, answers of a meeting also a secretary's.
    """
    if kind != ImportKind.ROWS:
        check_can_administer(user)
        return
    if not (user.is_active and (user.is_superuser or Reach.of(user).committees())):
        raise PermissionDenied(_("Kun den, der har en rolle i et udvalg, kan læse status og svar ind."))


def check_can_edit_words(user: Visitor, item: Item, *, of_the_source: bool = False) -> None:
    """Reword what we say about an item; the source's own words only as an owner's approver or an administrator."""
    roles = (Role.APPROVER,) if of_the_source else WRITERS
    if not (user.is_active and user.is_superuser) and not ActingRights(user, [item]).committees(item, *roles):
        raise PermissionDenied(
            _("Kun en godkender for et udvalg, der ejer %(item)s, kan ændre kildens egne ord.") % {"item": item}
            if of_the_source
            else not_yours(item, None)
        )


def check_can_publish_words(user: Visitor, draft: WordingDraft) -> None:
    """Publish, or send back, words that somebody else has proposed: as an owner's approver or an administrator."""
    check_can_edit_words(user, draft.item, of_the_source=True)
    proposed = Event.objects.filter(proposal=draft, act=Act.WORDS_PROPOSED).order_by().values_list("by_id", flat=True)
    if user.pk in {draft.author_id, *proposed}:
        raise PermissionDenied(
            _("Du har selv skrevet forslaget. Kildens ord udgives af en anden godkender eller en administrator.")
        )


# --- People -----------------------------------------------------------------------------------------------------------


def check_can_give_role(user: Visitor, committee: Committee, person: User | None = None) -> None:
    """Give, change and end roles in `committee`: its approvers, and administrators.

    An approver gives none to `person` who is the approver: a substitute would never have to leave.
    """
    if can_administer(user):
        return
    if committee.pk not in Reach.of(user).acting.get(Role.APPROVER, set()):
        raise PermissionDenied(
            _("Kun en godkender for %(committee)s eller en administrator kan gøre det.") % {"committee": committee.name}
        )
    if person is not None and person.pk == user.pk:
        raise PermissionDenied(
            _("Du kan ikke give dig selv en rolle eller ændre din egen. Bed en anden godkender eller en administrator.")
        )


def giving_committees(user: Visitor, *, reach: Reach | None = None) -> CommitteeQuerySet:
    """The committees of today in which the user may give roles, by name."""
    reach = reach or Reach.of(user)
    found: CommitteeQuerySet = Committee.objects.existing(day(None)).order_by("sort_name", "code")
    return found if reach.is_superuser else found.filter(pk__in=reach.acting.get(Role.APPROVER, set()))


def check_can_manage_person(user: Visitor, person: User) -> None:
    """See somebody's roles and login, and send a link: administrators, and approvers of a committee that the person
    works for or has worked for.
    """
    if can_administer(user):
        return
    mine = Reach.of(user).acting.get(Role.APPROVER, set())
    if not CommitteeMembership.objects.filter(user=person, committee__in=mine).exists():
        raise PermissionDenied(_("Kun en godkender for personens udvalg eller en administrator kan gøre det."))


def check_can_let_go(user: Visitor, person: User) -> None:
    """Record that somebody has left: an administrator, or an approver of every committee that the person works for."""
    if person.pk == user.pk:
        raise PermissionDenied(_("Du kan ikke lukke dit eget login. Bed en kollega eller en administrator."))
    check_can_manage_person(user, person)
    if can_administer(user):
        return
    with scopes_disabled():
        roles = CommitteeMembership.objects.not_over(day(None)).filter(user=person).order_by()
        works_for = set(roles.values_list("committee", flat=True))
    if person.is_superuser or works_for - Reach.of(user).acting.get(Role.APPROVER, set()):
        raise PermissionDenied(
            _("Personen arbejder også andre steder. Afslut rollen i dit udvalg, eller bed en administrator.")
        )


def has_sign_on() -> bool:
    """Whether the municipality's staff come by its own login; one login for the municipality at SITE_URL alone."""
    return bool(settings.SIGN_ON_SERVER) and tenancy.site_url() == settings.SITE_URL


def check_can_use_password(person: AbstractBaseUser) -> None:
    """Log in with something that the tracker keeps (a password, a passkey), where there may be sign-on."""
    if has_sign_on() and person.get_username() not in settings.BREAK_GLASS:
        raise PermissionDenied(
            _("Du logger ind med %(name)s og har ingen adgangskode her.") % {"name": settings.SIGN_ON_NAME}
        )


def is_given_by_sign_on(role: str, committee: Committee) -> bool:
    """Whether a role in a committee goes with a group in the municipality's own login, so that none gives it here."""
    given = {one for roles in settings.SIGN_ON_ROLES.values() for one in roles}
    return has_sign_on() and (role, committee.code) in given


def staff() -> QuerySet[User]:
    """Those who work for a committee of the municipality, administer it, or have been given no role anywhere yet."""
    here = CommitteeMembership.objects.order_by().values("user")
    return User.objects.filter(Q(pk__in=here) | Q(is_superuser=True) | ~Q(pk__in=_of_others())).order_by("username")


def works_elsewhere(person: User) -> bool:
    """Whether another municipality has given the person a role that is not over."""
    with scopes_disabled():
        elsewhere = CommitteeMembership.objects.not_over(day(None)).exclude(committee__municipality=tenancy.current())
        return elsewhere.filter(user=person).exists()


def _of_others() -> list[int]:
    with scopes_disabled():
        elsewhere = CommitteeMembership.objects.exclude(committee__municipality=tenancy.current()).order_by()
        return list(elsewhere.values_list("user", flat=True))


# --- Reports ----------------------------------------------------------------------------------------------------------


def check_can_issue_reports(user: Visitor, committee: Committee | None, about: Collection[str] = ()) -> None:
    """Issue a report in the name of `committee`, about the committees with the codes `about` (none: about all).

    A secretary only about the own committee; in nobody's name only an administrator.
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

    A secretary's own, where the report is about nothing else; an administrator's any that the report is about.
    """
    reach = reach or Reach.of(user)
    if not reach.is_superuser:
        return reported_committees(about).filter(pk__in=reach.acting.get(Role.SECRETARY, set()))
    found: CommitteeQuerySet = Committee.objects.existing(day(None)).order_by("sort_name", "code")
    return found.filter(pk__in=set().union(*_with_successors(about))) if about else found


def reported_committees(about: Collection[str]) -> CommitteeQuerySet:
    """The committees of today that alone are what a report about the codes `about` is about, by name.

    Each code is the committee's own, or that of one it took over from. None for a report about no committee.
    """
    lines = _with_successors(about)
    found: CommitteeQuerySet = Committee.objects.existing(day(None)).order_by("sort_name", "code")
    return found.filter(pk__in=set.intersection(*lines)) if lines else found.none()


def _with_successors(codes: Collection[str]) -> list[set[int]]:
    """For each code the committee and all that took over from it; nobody for a code that is no committee's."""
    named = dict(Committee.objects.filter(code__in=codes).order_by("pk").values_list("code", "pk"))
    lineage = Lineage.load(on=day(None)) if named else None
    return [lineage.with_successors(named[code]) if lineage and code in named else set() for code in codes]


def check_can_plan_meetings(user: Visitor, committee: Committee) -> None:
    """Put a committee's meetings in the calendar, move, cancel and hold them, and write the drafts of their reports.

    A secretary of the committee, or an administrator.
    """
    reach = Reach.of(user)
    if not reach.is_superuser and committee.pk not in reach.acting.get(Role.SECRETARY, set()):
        raise PermissionDenied(
            _("Kun en udvalgssekretær for %(committee)s kan ændre udvalgets møder og rapporter.")
            % {"committee": committee.name}
        )


def check_can_request_answer(user: Visitor, committee: Committee) -> None:
    """Ask a committee for the answers it owes, in a letter or on the pages: its secretary, or an administrator."""
    reach = Reach.of(user)
    if not reach.is_superuser and committee.pk not in reach.acting.get(Role.SECRETARY, set()):
        raise PermissionDenied(
            _("Kun en udvalgssekretær for %(committee)s eller en administrator kan bede om svar.")
            % {"committee": committee.name}
        )


def check_can_handle_report(user: Visitor, report: ErrorReport) -> None:
    """Mark a report of an error as handled: those who write about the item it is about, or a superuser."""
    reach = Reach.of(user)
    if reach.is_superuser:
        return
    if report.item is None or not ActingRights(user, [report.item], reach=reach).committees(report.item, *WRITERS):
        raise PermissionDenied(_("Fejlmeldingen handler ikke om noget, dit udvalg ejer."))


def no_role_in(committee: Committee) -> str:
    """Why somebody may not write down what a committee answered."""
    return _("Du har ingen rolle i %(committee)s og kan ikke skrive dets svar.") % {"committee": committee.name}


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
can_remark = _asking(check_can_remark)
is_second_person = _asking(check_is_second_person)
can_decide = _asking(check_can_decide)
can_assign = _asking(check_can_assign)
can_answer_for = _asking(check_can_answer_for)
can_draft_answers = _asking(check_can_draft_answers)
can_administer = _asking(check_can_administer)
can_read_in = _asking(check_can_read_in)
can_give_role = _asking(check_can_give_role)
can_manage_person = _asking(check_can_manage_person)
can_let_go = _asking(check_can_let_go)
can_use_password = _asking(check_can_use_password)
can_edit_words = _asking(check_can_edit_words)
can_publish_words = _asking(check_can_publish_words)
can_plan_meetings = _asking(check_can_plan_meetings)
can_issue_reports = _asking(check_can_issue_reports)
can_request_answer = _asking(check_can_request_answer)
can_handle_report = _asking(check_can_handle_report)
