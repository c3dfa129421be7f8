"""A year of two committees' meetings: what each draft holds, and which report its changes are counted from.

The year is written down once, as it happened. Then the clock is set to the morning of each draft, and what the draft
holds is compared with what a person has worked out by hand.
"""

from datetime import date, datetime, time
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from recommendations import actions
from recommendations.actions import MeetingContent
from recommendations.enums import MeetingState, OwnershipRole, Role, Status
from recommendations.meetings import Calendars, papers_day
from recommendations.models import Meeting
from recommendations.reports.choices import AgendaPlace, Choices
from recommendations.reports.contents import contents_of
from recommendations.reports.issuing import with_previous
from tests.conftest import clock_from, make_sou, make_sud, world_kept
from tests.factories import (
    EARLIER,
    CommitteeMembershipFactory,
    IssuedReportFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    UserFactory,
    answered,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db

SOU = "0108 0122 0205 0219 0305 0319 0402 0416 0430 0514 0528 0611 0625"
SOU += " 0806 0820 0903 0917 1001 1015 1029 1112 1126 1210"
SUD = "0115 0129 0212 0226 0312 0326 0409 0423 0507 0521 0604 0618 0813 0827 0910 0924 1008 1022 1105 1119 1203 1217"
MOVED = {("SOU", "0402"): ("0409", "0310"), ("SUD", "1022"): ("1029", "1020")}  # to which day, said on which
CANCELLED = {("SOU", "0514"): "0512", ("SUD", "0910"): "0901"}
WITHOUT_REPORT = {("SUD", "0115"), ("SUD", "0312"), ("SUD", "0910")}


def on(short):
    """ "0305" is 5 March of the year; "-1230" is 30 December of the one before."""
    year, digits = (2025, short[1:]) if short.startswith("-") else (2026, short)
    return date(year, int(digits[:2]), int(digits[2:]))


def at(day, hour):
    return datetime.combine(on(day) if isinstance(day, str) else day, time(hour), ZoneInfo("Europe/Copenhagen"))


def set_clock(patch, moment):
    patch.setattr(timezone, "datetime", clock_from(moment))


@pytest.fixture(scope="module")
def year_once(request, django_db_setup, django_db_blocker):
    def make():
        with pytest.MonkeyPatch.context() as patch:
            return make_year(patch)

    with world_kept(request, django_db_blocker, make) as made:
        yield made


@pytest.fixture
def year(year_once, db):
    return year_once


def make_year(patch):
    sou, sud, dina = make_sou(), make_sud(), UserFactory(username="dina")
    for committee in (sou, sud):
        CommitteeMembershipFactory(user=dina, committee=committee, role=Role.SECRETARY)
    items = make_items(sou, sud)
    planned = {}
    set_clock(patch, at("-1201", 9))
    for committee, days in ((sou, SOU), (sud, SUD)):
        contents = [MeetingContent(on(day)) for day in days.split()]
        for meeting in actions.plan_meetings(by=dina, committee=committee, meetings=contents, sure=True):
            planned[committee.code, f"{meeting.on:%m%d}"] = meeting
    # Each act at its moment, and in their order: what is done later is never told to have been done before.
    acts = []
    for (code, day), meeting in planned.items():
        issue(code, day, meeting, papers_day(meeting))
        held_on = meeting.on
        if (code, day) in MOVED:
            to, said = MOVED[code, day]
            held_on = on(to)
            acts.append((at(said, 9), actions.move_meeting, meeting, {"on": held_on, "reason": "Salen er optaget."}))
        if (code, day) in CANCELLED:
            why = {"reason": "For få kan komme."}
            acts.append((at(CANCELLED[code, day], 9), actions.cancel_meeting, meeting, why))
        else:
            acts.append((at(held_on, 17), actions.hold_meeting, meeting, {}))
    for moment, act, meeting, more in sorted(acts, key=lambda one: one[0]):
        set_clock(patch, moment)
        act(by=dina, meeting=meeting, **more)
    make_news(items, sou, sud, planned)
    return SimpleNamespace(committees={"SOU": sou, "SUD": sud}, meetings=planned)


def issue(code, day, meeting, papers):
    """What the secretary issued at noon on the day of the papers; once one was wrong, and replaced the day after."""
    if (code, day) in WITHOUT_REPORT:
        return
    if (code, day) == ("SOU", "0402"):
        papers = on("0330")  # it had been moved by then
    first = report(f"{code}-{day}", meeting, at(papers, 12))
    if (code, day) == ("SOU", "0205"):
        report("SOU-0205B", meeting, at("0202", 15), replaces=first, reason="en frist var forkert")
    if (code, day) == ("SOU", "0611"):
        report("FRI", None, at("0615", 12))


def report(code, meeting, moment, **more):
    return IssuedReportFactory(
        code=code,
        meeting=meeting,
        committee=meeting.committee if meeting else None,
        choices={"udvalg": [code[:3] if meeting else "SOU"]},
        as_of=moment.date(),
        known_at=moment,
        issued_at=moment,
        **more,
    )


def make_items(sou, sud):
    """1 to 7 are SOU's, 7 and 11 to 14 are SUD's; 3, 6 and, for SUD, 7 and 12 have no answer."""
    source = PublicationFactory(slug="ting")
    items = {}
    for number in (1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14):
        item = items[number] = RecommendationFactory(publication=source, number=str(number))
        OwnershipFactory(item=item, committee=sou if number < 10 else sud, recorded_at=EARLIER)
    OwnershipFactory(item=items[7], committee=sud, role=OwnershipRole.CO_OWNER, recorded_at=EARLIER)
    for number in (1, 2, 4, 5, 7):
        answered(items[number], sou, meeting_date=date(2024, 9, 18), recorded_at=EARLIER)
    for number in (11, 13, 14):
        answered(items[number], sud, meeting_date=date(2024, 9, 18), recorded_at=EARLIER)
    for number, due in {1: "0301", 2: "0310", 5: "1120", 6: "1231", 11: "0220", 14: "1110"}.items():
        deadline(items[number], on(due), recorded_at=EARLIER)
    return items


def make_news(items, sou, sud, planned):
    """What happened in the year, besides the meetings."""

    def told(number, day, status=Status.IN_PROGRESS, committee=sou, **more):
        published(items[number], status, on=on(day), published_at=at(day, 12), committee=committee, **more)

    told(4, "0120", next_step="Evaluering", next_step_on=on("0512"))
    told(5, "0201")
    told(1, "0210", Status.IMPLEMENTED)
    told(13, "0215", committee=sud, next_step="Notat", next_step_meeting=planned["SUD", "1022"])
    told(11, "0224", Status.IMPLEMENTED, committee=sud)
    told(7, "0320", committee=sud)
    deadline(items[2], on("0615"), set_on=on("0325"), recorded_at=at("0325", 12), reason="Der mangler penge.")
    answered(items[3], sou, meeting_date=on("0416"), recorded_at=at("0417", 12), returns_to=planned["SOU", "0611"])
    told(5, "0506")
    answered(items[12], sud, meeting_date=on("0507"), recorded_at=at("0508", 12), returns_by=on("0908"))
    told(4, "0602")
    told(3, "0612")
    told(2, "0818", Status.IMPLEMENTED)
    answered(items[7], sud, meeting_date=on("0924"), recorded_at=at("0925", 12))
    told(12, "1002", committee=sud)
    told(5, "1005", Status.PAUSED)
    told(14, "1201", Status.IMPLEMENTED, committee=sud)


# Meeting (the day it was first called for), looked at on the morning of: what is due before it, overdue, promised to
# it, changed since the last one that was held, without an answer; and the report that the changes are counted from.
EXPECTED = """
SOU 0108 -1230 | . | . | . | . | 3 6 | .
SOU 0122  0115 | . | . | . | . | 3 6 | SOU-0108
SOU 0205  0129 | . | . | . | 4 | 3 6 | SOU-0122
SOU 0205  0203 | . | . | . | 4 5 | 3 6 | SOU-0122
SOU 0219  0212 | . | . | . | 1 | 3 6 | SOU-0205B
SOU 0305  0226 | . | . | . | . | 3 6 | SOU-0219
SOU 0319  0312 | . | 2 | . | . | 3 6 | SOU-0305
SOU 0402  0330 | . | . | . | 2 | 3 6 | SOU-0319
SOU 0416  0409 | . | . | . | 2 | 3 6 | SOU-0319
SOU 0416  0410 | . | . | . | . | 3 6 | SOU-0402
SOU 0430  0423 | . | . | . | 3 | 6 | SOU-0416
SOU 0514  0507 | . | . | 4 | 5 | 6 | SOU-0430
SOU 0528  0520 | . | . | 4 | 5 | 6 | SOU-0430
SOU 0611  0604 | . | . | 3 | 4 | 6 | SOU-0528
SOU 0625  0618 | . | 2 | . | 3 | 6 | SOU-0611
SOU 0806  0730 | . | 2 | . | . | 6 | SOU-0625
SOU 0820  0813 | . | 2 | . | . | 6 | SOU-0806
SOU 0903  0827 | . | . | . | 2 | 6 | SOU-0820
SOU 0917  0910 | . | . | . | . | 6 | SOU-0903
SOU 1001  0924 | . | . | . | . | 6 | SOU-0917
SOU 1015  1008 | . | . | . | 5 | 6 | SOU-1001
SOU 1029  1022 | . | . | . | . | 6 | SOU-1015
SOU 1112  1105 | . | . | . | . | 6 | SOU-1029
SOU 1126  1119 | 5 | . | . | . | 6 | SOU-1112
SOU 1210  1124 | . | 5 | . | . | 6 | SOU-1112
SOU 1210  1203 | . | 5 | . | . | 6 | SOU-1126
SUD 0115  0108 | . | . | . | . | 7 12 | .
SUD 0129  0122 | . | . | . | . | 7 12 | .
SUD 0212  0205 | . | . | . | . | 7 12 | SUD-0129
SUD 0226  0219 | 11 | . | . | 13 | 7 12 | SUD-0212
SUD 0312  0305 | . | . | . | 11 | 7 12 | SUD-0226
SUD 0326  0319 | . | . | . | 11 | 7 12 | SUD-0226
SUD 0409  0330 | . | . | . | 7 | 7 12 | SUD-0326
SUD 0423  0416 | . | . | . | . | 7 12 | SUD-0409
SUD 0521  0513 | . | . | . | 12 | 7 | SUD-0507
SUD 0924  0917 | . | . | 12 | . | 7 | SUD-0827
SUD 1008  1001 | . | . | 12 | 7 | . | SUD-0924
SUD 1022  1015 | . | . | 13 | 12 | . | SUD-1008
SUD 1022  1022 | . | . | 13 | 12 | . | SUD-1008
SUD 1105  1029 | . | . | . | 12 | . | SUD-1008
SUD 1105  1030 | . | . | 13 | . | . | SUD-1022
SUD 1119  1112 | . | 14 | 13 | . | . | SUD-1105
SUD 1203  1126 | . | 14 | 13 | . | . | SUD-1119
SUD 1217  1210 | . | . | 13 | 14 | . | SUD-1203
"""
LISTS = ("due", "overdue", "promised", "changed", "unanswered")


def drafted(year, code, day, morning):
    """The choices of the draft as they are that morning; the meeting as it was known then."""
    calendar = Calendars.of_one(year.committees[code], known_at=at(morning, 9))
    meeting = calendar.as_known(Meeting.objects.select_related("committee").get(pk=year.meetings[code, day].pk))
    return with_previous(Choices.to(AgendaPlace(meeting)).frozen())


@pytest.mark.parametrize("line", EXPECTED.strip().splitlines())
def test_each_draft_holds_what_a_person_expects(year, monkeypatch, line):
    which, *expected = [cell.strip().replace(".", "") for cell in line.split("|")]
    code, day, morning = which.split()
    set_clock(monkeypatch, at(morning, 9))
    choices = drafted(year, code, day, morning)
    contents = contents_of(choices)
    found = [" ".join(row.number for row in getattr(contents, name)) for name in LISTS]
    assert [*found, choices.previous.code if choices.previous else ""] == expected


def test_the_first_report_says_that_it_is_the_first(year, monkeypatch):
    set_clock(monkeypatch, at("0122", 9))
    assert drafted(year, "SUD", "0129", "0122").without_since == (
        "Det er den første rapport til et møde, der er holdt. Der er ingen at sammenligne med."
    )


def test_a_report_to_no_meeting_follows_what_was_issued_to_no_meeting_or_to_a_held_one(year, monkeypatch):
    """The trial issue to the meeting of 14 May, that was cancelled then, moves nothing; nor does what was replaced."""
    choices = Choices(Choices.to(AgendaPlace(year.meetings["SOU", "0514"])).selection, wants_previous=True)
    for morning, code in {"0203": "SOU-0122", "0206": "SOU-0205B", "0508": "SOU-0430", "0616": "FRI"}.items():
        set_clock(monkeypatch, at(morning, 9))
        assert with_previous(choices.frozen()).previous.code == code


def test_the_world_is_as_it_is_written(year):
    states = Meeting.objects.filter(state=MeetingState.CANCELLED)
    assert states.count() == len(CANCELLED)
    assert Meeting.objects.held().count() == len(SOU.split()) + len(SUD.split()) - len(CANCELLED)
