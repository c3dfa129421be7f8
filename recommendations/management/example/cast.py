"""Who a made-up municipality consists of: committees, those they took over from, and the people who work for them.

What is there already is left as it is. Nobody is named: people are called by their role and a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db.models import Model

from recommendations import tenancy
from recommendations.actions.turns import in_turn
from recommendations.enums import Role
from recommendations.management.commands.prepare import DEVELOPMENT_PASSWORD
from recommendations.management.example import words
from recommendations.management.example.story import Line, Team, at_noon
from recommendations.models import Addressee, Committee, CommitteeMembership, Succession

# The three who work for the busiest committee, whatever else there is.
USERS = {
    Role.EDITOR: "eksempel-redaktoer",
    Role.APPROVER: "eksempel-godkender",
    Role.SECRETARY: "eksempel-sekretaer",
}
# The roles of a committee's people, in the order in which they come; after that mostly editors.
ROLES = (Role.EDITOR, Role.APPROVER, Role.EDITOR, Role.SECRETARY)
FEWEST = len(words.FIELDS), len(USERS)  # committees, users


@dataclass(frozen=True)
class Cast:
    """What the sources share; `partial` is a line of which only some items were handed over.

    The first of the lines is the busiest. `teams` are who writes and approves for each committee (id).
    """

    lines: list[Line]
    partial: Line
    addressees: list[Addressee]
    teams: Mapping[int, Team]

    @property
    def approver(self) -> User:
        """Who stands behind what belongs to no committee."""
        return self.teams[self.lines[0].now.pk].approvers[0]

    def approver_of(self, row: Model) -> User:
        """Who approves for the committee that the row is about, if it is about one."""
        team = self.teams.get(getattr(row, "committee_id", None) or 0)
        return team.approvers[0] if team else self.approver


@in_turn()
def make_cast(last: date, *, committees: int, users: int, seed: int) -> Cast:
    """So many committees of today and so many users, as all sources share them."""
    for slug, name in words.ADDRESSEES:
        Addressee.objects.get_or_create(slug=slug, defaults={"name": name, "municipality": tenancy.current()})
    lines = list(_lines(last, committees))
    giver, taker = (_committee(code, dict(words.FIELDS)[code]) for code in words.PARTLY_HANDED_OVER)
    make_people(lines, users, last, Random(f"{seed}/people"))
    return Cast(
        lines,
        Line(taker, giver, _succession(giver, taker, last.replace(month=1, day=1), predecessor_ends=False)),
        list(Addressee.objects.filter(slug__in=dict(words.ADDRESSEES)).order_by("slug")),
        _teams(lines),
    )


# --- Committees -------------------------------------------------------------------------------------------------------


def _fields(count: int) -> Iterator[tuple[str, str]]:
    """Code and name of what so many committees deal with; the fields come again with a number when they are used up."""
    for place in range(count):
        again, field = divmod(place, len(words.FIELDS))
        code, name = words.FIELDS[field]
        yield (f"{code}{again + 1}", f"{name} {again + 1}") if again else (code, name)


def _lines(last: date, count: int) -> Iterator[Line]:
    """The committees; at New Year some of them took over from another."""
    new_year = last.replace(month=1, day=1)
    for code, field in _fields(count):
        if code not in words.FORMER_FIELDS:
            yield Line(_committee(code, field))
            continue
        before = _committee(*words.FORMER_FIELDS[code], valid_to=new_year)
        now = _committee(code, field, valid_from=new_year)
        yield Line(now, before, _succession(before, now, new_year))


def _succession(before: Committee, now: Committee, on: date, *, predecessor_ends: bool = True) -> Succession:
    row, _is_new = Succession.objects.get_or_create(
        predecessor=before,
        successor=now,
        on=on,
        defaults={
            "predecessor_ends": predecessor_ends,
            "reason": "Opdigtet ændring af udvalgene.",
            "recorded_at": at_noon(on),
        },
    )
    return row


def _committee(code: str, field: str, **period: date) -> Committee:
    row, _is_new = Committee.objects.get_or_create(
        code=f"EKS-{code}",
        defaults={
            "municipality": tenancy.current(),
            "abbreviation": f"EKS-{code}",
            "name": f"Eksempeludvalget for {field}",
            "administration": f"Eksempelforvaltningen for {field}",
            "administration_abbreviation": f"EKSF-{code}",
            "email": f"{code.lower()}@example.org",
            "remit": "Udvalget er opdigtet og findes kun for at prøve systemet.",
            **period,
        },
    )
    return row


# --- People -----------------------------------------------------------------------------------------------------------


def make_people(lines: list[Line], count: int, last: date, dice: Random) -> None:
    """So many users: three of the busiest committee, then round and round the committees, role by role.

    Some have left, some end soon, some are substitutes who have not begun, some work for two committees.
    """
    password = make_password(DEVELOPMENT_PASSWORD)
    _save_user(lines[0].now, USERS[Role.EDITOR], password, Role.EDITOR)
    _save_user(lines[0].now, USERS[Role.APPROVER], password, Role.APPROVER)
    _save_user(lines[0].now, USERS[Role.SECRETARY], password, Role.SECRETARY)
    for place in range(count - len(USERS)):
        turn, seat = divmod(place, len(lines))
        role = ROLES[turn] if turn < len(ROLES) else Role.EDITOR
        username = f"eksempel-{_slug(role)}-{place + 1}"
        period = _period(dice, last) if turn >= 2 else {}  # whoever comes first is there to stay
        user = _save_user(lines[seat].now, username, password, role, number=place + 1, **period)
        if dice.random() < 0.1:
            other = lines[(seat + 1) % len(lines)].now
            CommitteeMembership.objects.get_or_create(user=user, committee=other, role=role)


def _slug(role: Role) -> str:
    return USERS[role].removeprefix("eksempel-")


def _period(dice: Random, last: date) -> dict[str, date]:
    """From and to which day somebody has a role: most of them always."""
    chance = dice.random()
    if chance < 0.15:
        return {"valid_to": last - timedelta(dice.randint(10, 300))}
    if chance < 0.25:
        return {"valid_to": last + timedelta(dice.randint(40, 90))}
    if chance < 0.3:
        return {"valid_from": last + timedelta(dice.randint(60, 90)), "valid_to": last + timedelta(180)}
    return {}


def _save_user(
    committee: Committee, username: str, password: str, role: Role, *, number: int | None = None, **period: date
) -> User:
    name = {"first_name": role.label, "last_name": str(number)} if number else {}
    contact = {"email": f"{username}@example.org", "password": password, "is_staff": True}
    user, _is_new = get_user_model().objects.get_or_create(username=username, defaults=name | contact)
    CommitteeMembership.objects.get_or_create(user=user, committee=committee, role=role, defaults=period)
    return user


def _teams(lines: list[Line]) -> dict[int, Team]:
    """Who writes and approves for each committee: its own people, else those of the busiest."""
    people: dict[int, dict[str, list[User]]] = {}
    of_lines = CommitteeMembership.objects.filter(committee__in=[line.now for line in lines]).select_related("user")
    for membership in of_lines.order_by("pk"):
        people.setdefault(membership.committee_id, {}).setdefault(membership.role, []).append(membership.user)
    busiest = people[lines[0].now.pk]
    teams = {}
    for line in lines:
        own = people.get(line.now.pk, {})
        team = Team(own.get(Role.EDITOR) or busiest[Role.EDITOR], own.get(Role.APPROVER) or busiest[Role.APPROVER])
        for committee in filter(None, (line.now, line.before)):
            teams[committee.pk] = team
    return teams
