"""A year of nights: some are missed, some run twice. Each step is told once, and the dry run says beforehand which."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.formats import date_format

from recommendations import tenancy
from recommendations.actions.reminding import remind
from recommendations.enums import MeetingState, ReminderKind, Role, UpdateKind
from recommendations.models import OutgoingMessage, ReminderStep
from recommendations.models.membership import name_of
from recommendations.reminder_steps import AROUND_DEADLINE, EVERY
from tests.conftest import OURS, clock_from, kept_for_a_module
from tests.factories import (
    AssignmentFactory,
    CommitteeFactory,
    CommitteeMembershipFactory,
    MeetingFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    UserFactory,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db

FIRST = date(2026, 11, 2)
NIGHTS = 365
MISSED, TWICE = 0.2, 0.3  # of the nights
WITHIN = timedelta(days=5)


def on(day):
    return FIRST + timedelta(days=day)


def night(day):
    return datetime(day.year, day.month, day.day, 3, tzinfo=ZoneInfo("Europe/Copenhagen"))


class Year:
    """What there is on the first day, and what comes."""

    def __init__(self):
        self.source = PublicationFactory(slug="ting")
        self.sou, self.sud = CommitteeFactory(code="SOU"), CommitteeFactory(code="SUD")
        self.gml = CommitteeFactory(code="GML", valid_to=on(120))
        self.tom = CommitteeFactory(code="TOM", email="")
        SuccessionFactory(predecessor=self.gml, successor=self.sud, on=on(120))
        people = {
            "anna": (self.sou, Role.EDITOR),
            "erik": (self.sou, Role.EDITOR),
            "bo": (self.sou, Role.APPROVER),
            "dina": (self.sou, Role.SECRETARY),
            "carla": (self.sud, Role.EDITOR),
            "gerd": (self.gml, Role.EDITOR),
        }
        for name, (committee, role) in people.items():
            person = UserFactory(username=name, email=f"{name}@eksempel.dk")
            CommitteeMembershipFactory(user=person, committee=committee, role=role)
            setattr(self, name, person)
        self.meetings = [MeetingFactory(committee=self.sou, on=on(day)) for day in range(20, NIGHTS, 35)]
        self.late = self.item("1", self.sou)  # never answered about
        AssignmentFactory(item=self.late, committee=self.sou, person=self.anna)
        deadline(self.late, on(40))
        self.moved = self.item("2", self.sou)
        deadline(self.moved, on(100))
        self.silent = self.item("3", self.sou)
        published(self.silent, author=self.erik, on=on(-60))
        self.lively = self.item("4", self.sou, self.sud)
        published(self.lively, author=self.anna, committee=self.sou, on=on(-10))
        self.inherited = self.item("5", self.gml)
        deadline(self.inherited, on(130))
        self.nobodys = self.item("6", self.tom)
        deadline(self.nobodys, on(10))
        self.promised = self.item("7", self.sou)
        step = {"next_step": "Udvalget tager stilling.", "next_step_meeting": self.meetings[1]}
        published(self.promised, author=self.anna, committee=self.sou, on=on(-5), **step)

    def item(self, number, *committees):
        row = RecommendationFactory(publication=self.source, number=number, title=f"Række {number}")
        for committee in committees:
            OwnershipFactory(item=row, committee=committee, role="co_owner")
        return row

    def day(self, day):
        """What people do on the day, before its night."""
        if day == 90:
            deadline(self.moved, on(200), set_on=on(90), reason="Budgettet er udskudt.")
        if day == 150:
            self.erik.committee_memberships.update(valid_to=on(150))
        if day in (70, 160):
            kind = UpdateKind.CONFIRMATION if day == 70 else UpdateKind.NOTE
            published(self.lively, kind=kind, author=self.anna, committee=self.sou, on=on(day))
        for meeting in self.meetings:
            if meeting.on < on(day) and meeting.state == MeetingState.PLANNED:
                meeting.state = MeetingState.HELD
                meeting.save()


def told(dry_run):
    """Of what the dry run says, for whom (name or committee) each line is that would be sent; and what nobody gets."""
    sent, lost, receiver = defaultdict(list), [], None
    for line in dry_run.splitlines():
        if line.startswith("Sendes til "):
            receiver = sent[line.removeprefix("Sendes til ").split(" <")[0]]
        elif line.startswith("Ingen kan få besked"):
            receiver = lost
        elif line.startswith("  - ") and receiver is not None:
            receiver.append(line.removeprefix("  - ").removesuffix(" (spørges)").removesuffix(" (orienteres)"))
        else:
            receiver = None
    return dict(sent), lost


def in_words(step):
    """A step that has been written down, as the dry run says it."""
    day, far = date_format(step.about_on), f"{abs(step.days)} dag{'e' if abs(step.days) != 1 else ''}"
    if step.kind == ReminderKind.MONTH:
        return f"månedens mail, {date_format(step.about_on, 'F Y')}: alt åbent"
    if step.kind == ReminderKind.REPORT:
        return f"{step.committee.abbreviation}, rapport til mødet {day}: {far} før"
    why = {
        ReminderKind.DEADLINE: f"frist {day}: {far} {'før' if step.days < 0 else 'efter'}",
        ReminderKind.STALE: f"intet nyt siden {day}: {far}",
        ReminderKind.MEETING: f"lovet til mødet {day}: {far} før",
    }[step.kind]
    return f"{step.item}, {step.committee.abbreviation}, {why}"


def written(day):
    """Who was told what, by the rows that were written."""
    found = defaultdict(list)
    for step in ReminderStep.objects.filter(told_on=day).select_related("person", "committee", "item").order_by("pk"):
        found[name_of(step.person) if step.person else str(step.committee)].append(in_words(step))
    return dict(found)


@pytest.fixture(scope="module")
def year_once(django_db_setup, django_db_blocker, request):
    """The year, lived through once for the tests below: which nights ran, and what nobody could be told."""

    def live():
        chance = random.Random(15)
        with tenancy.active(MunicipalityFactory(pk=OURS)), pytest.MonkeyPatch.context() as patch:
            year = Year()
            beside = a_neighbour(year.anna)
            year.ran, year.lost = [], {}
            for day in range(NIGHTS):
                patch.setattr(timezone, "datetime", clock_from(night(on(day))))
                year.day(day)
                if chance.random() < MISSED:
                    continue
                one_night(year, on(day), is_twice=chance.random() < TWICE)
            with tenancy.active(beside):
                year.beside = ReminderStep.objects.count(), OutgoingMessage.objects.count()
            return year

    with kept_for_a_module(django_db_blocker, live) as year:
        yield year


def one_night(year, day, *, is_twice):
    said = StringIO()
    call_command("remind", "--dry-run", "--kommune", "koebenhavn", stdout=said)
    sent, lost = told(said.getvalue())
    rows, messages = ReminderStep.objects.count(), OutgoingMessage.objects.count()
    remind(day)
    assert written(day) == sent, day
    assert ReminderStep.objects.count() == rows + sum(map(len, sent.values()))
    assert OutgoingMessage.objects.count() == messages + len(sent)
    if is_twice:
        rows, messages = ReminderStep.objects.count(), OutgoingMessage.objects.count()
        remind(day)
        assert (ReminderStep.objects.count(), OutgoingMessage.objects.count()) == (rows, messages)
    year.ran.append(day)
    year.lost[day] = lost


def a_neighbour(anna):
    """Another municipality, where anna works too and something is late."""
    beside = MunicipalityFactory(slug="nabo")
    with tenancy.active(beside):
        committee = CommitteeFactory(code="NAB", municipality=beside)
        CommitteeMembershipFactory(user=anna, committee=committee, role=Role.EDITOR)
        item = RecommendationFactory(publication=PublicationFactory(slug="nabo", municipality=beside))
        OwnershipFactory(item=item, committee=committee)
        deadline(item, on(3))
    return beside


def steps(**where):
    return list(ReminderStep.objects.filter(**where).order_by("told_on", "pk"))


def days_of(**where):
    return [step.days for step in steps(**where)]


def test_the_year_was_lived_through(year_once, db):
    assert 270 < len(year_once.ran) < 320
    assert ReminderStep.objects.count() > 150


def test_each_step_is_told_once(year_once, db):
    keys = [
        (one.person_id, one.committee_id, one.item_id, one.kind, one.about_on, one.days)
        for one in ReminderStep.objects.order_by("pk")
    ]
    assert len(keys) == len(set(keys))


def test_five_days_lie_between_two_mails_to_one(year_once, db):
    mails = defaultdict(set)
    for step in ReminderStep.objects.order_by("pk"):
        mails[step.person_id, None if step.person_id else step.committee_id].add((step.told_on, step.message_id))
    assert len(mails) > 6
    for sent in mails.values():
        days = [day for day, _message in sorted(sent)]
        assert all(later - earlier >= WITHIN for earlier, later in pairwise(days))


def ladder(kind, about_on, first=91):
    """The steps there are in the year, each with the day on which it is reached."""
    if kind == ReminderKind.DEADLINE:
        every = [*AROUND_DEADLINE, *range(2 * EVERY, 400, EVERY)]
    else:
        every = range(first, 600, EVERY)
    return [(days, about_on + timedelta(days=days)) for days in every if about_on + timedelta(days=days) < on(NIGHTS)]


@pytest.mark.parametrize(
    ("person", "item", "kind", "about"),
    [
        ("anna", "late", ReminderKind.DEADLINE, 40),
        ("erik", "silent", ReminderKind.STALE, -60),
        ("anna", "moved", ReminderKind.DEADLINE, 200),
        ("carla", "inherited", ReminderKind.DEADLINE, 130),
    ],
)
def test_a_step_is_told_on_the_first_night_that_it_can_be(year_once, db, person, item, kind, about):
    """Between the day a step is reached and the day the next is, on the first night that ran and was not too near."""
    who, what = getattr(year_once, person), getattr(year_once, item)
    mine = {step.days: step.told_on for step in steps(person=who, item=what, kind=kind, about_on=on(about))}
    mails = sorted({step.told_on for step in steps(person=who)})
    until = {"erik": on(150)}.get(person, on(NIGHTS))
    since = {"moved": on(90), "inherited": on(120)}.get(item, FIRST)
    reached = ladder(kind, on(about))
    expected = {}
    for (days, day), following in zip(reached, [*(day for _days, day in reached[1:]), on(NIGHTS)], strict=True):
        could = [
            ran
            for ran in year_once.ran
            if max(day, since) <= ran < min(following, until)
            and not any(timedelta(0) < ran - mail < WITHIN for mail in mails)
        ]
        if could:
            expected[days] = could[0]
    assert mine == expected
    assert len(expected) >= 2


def test_a_deadline_that_was_moved_starts_anew(year_once, db):
    before = days_of(item=year_once.moved, person=year_once.anna, about_on=on(100))
    assert before == [-30]
    assert days_of(item=year_once.moved, person=year_once.anna, about_on=on(200))[:2] == [-30, -7]


def test_it_goes_further_up_the_later_it_is(year_once, db):
    late = {"item": year_once.late, "kind": ReminderKind.DEADLINE}
    assert days_of(person=year_once.anna, **late)[0] == -30
    assert days_of(person=year_once.bo, **late)[0] == 7
    assert days_of(person=None, committee=year_once.sou, **late)[0] == 30
    assert days_of(person=year_once.dina, **late)[0] == 60


def test_who_has_left_is_asked_no_more_and_a_colleague_is(year_once, db):
    assert steps(person=year_once.erik)[-1].told_on < on(150)
    silent = steps(item=year_once.silent, person=year_once.anna)
    assert silent
    assert silent[0].told_on >= on(150)


def test_those_who_took_over_are_asked_for_a_committee_that_has_ended(year_once, db):
    before, after = steps(person=year_once.gerd), steps(item=year_once.inherited, person=year_once.carla)
    assert before[-1].told_on < on(120) <= after[0].told_on
    assert {step.committee for step in after} == {year_once.sud}


def test_fresh_news_starts_anew(year_once, db):
    """Confirmed on day 70 and told of on day 160: it is silent for too long once, from the latter on."""
    found = steps(item=year_once.lively, kind=ReminderKind.STALE, person=year_once.anna)
    assert {step.about_on for step in found} == {on(160)}
    assert found[0].days == 91
    assert found[0].told_on >= on(160 + 91)


def test_what_was_promised_to_a_meeting_is_asked_for_the_week_before(year_once, db):
    (step,) = steps(kind=ReminderKind.MEETING)
    meeting = year_once.meetings[1]
    assert (step.item_id, step.person, step.about_on) == (year_once.promised.pk, year_once.anna, meeting.on)
    assert timedelta(0) < meeting.on - step.told_on <= timedelta(days=7)


def test_the_secretary_is_told_of_each_report_the_week_before(year_once, db):
    reports = steps(kind=ReminderKind.REPORT)
    assert {step.person for step in reports} == {year_once.dina}
    assert len(reports) >= len(year_once.meetings) - 1
    assert all(timedelta(0) < step.about_on - step.told_on <= timedelta(days=7) for step in reports)


def test_each_gets_the_mail_of_each_month(year_once, db):
    months = [on(0).replace(day=1), *(date(2026 + (month > 12), (month - 1) % 12 + 1, 1) for month in range(12, 23))]
    assert [step.about_on for step in steps(kind=ReminderKind.MONTH, person=year_once.anna)] == months


def test_what_nobody_can_be_told_is_said_every_night_and_never_written(year_once, db):
    assert not steps(item=year_once.nobodys)
    due = [lost for day, lost in year_once.lost.items() if day >= on(10) - timedelta(days=30)]
    assert due
    assert all(any("6 Række 6, TOM, frist" in line for line in lost) for lost in due)


def test_a_municipality_beside_it_is_left_alone(year_once, db):
    assert year_once.beside == (0, 0)
