"""The report to a meeting says how many rows nobody can be asked about, and how many have never answered; no names."""

from dataclasses import replace
from datetime import timedelta

import pytest

from recommendations.actions.state import record
from recommendations.enums import Act, Role
from recommendations.models import Recommendation
from recommendations.reports.builders import built
from recommendations.reports.choices import AgendaPlace, Choices
from recommendations.reports.issuing import issue, report_of
from recommendations.selection import Selection
from tests.conftest import member
from tests.factories import (
    TODAY,
    MeetingFactory,
    OwnershipFactory,
    RecommendationFactory,
    ReminderStepFactory,
    published,
)
from tests.reports.conftest import section
from tests.reports.samples import rendered
from tests.reports.test_renderers import READERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def choices(sou):
    for number in range(1, 5):
        OwnershipFactory(item=RecommendationFactory(number=f"{number}"), committee=sou)
    meeting = MeetingFactory(committee=sou)
    return Choices(Selection(committee="SOU"), (Recommendation,), meeting=AgendaPlace(meeting))


def asked(sou, *names, role=Role.EDITOR):
    """People with an address who were first asked forty days ago."""
    found = []
    for name in names:
        person = member(name, sou, role)
        person.email = f"{name}@eksempel.dk"
        person.save()
        ReminderStepFactory(person=person, committee=sou, told_on=TODAY - timedelta(days=40))
        found.append(person)
    return found


def said(choices):
    return section(built(choices), "summary").paragraphs[1:]


def test_rows_that_nobody_can_be_asked_about_are_counted_of_the_open_ones(choices, sou, bo):
    assert said(choices) == ("4 af 4 åbne rækker har ingen, der kan spørges om status.",)
    closed = Recommendation.objects.get(number="4")
    published(closed, "lapsed", text="Der er kommet en ny lov.")
    assert said(choices) == ("3 af 3 åbne rækker har ingen, der kan spørges om status.",)


def test_those_who_have_never_answered_are_counted_of_those_who_were_asked(choices, sou):
    anna, _erik, _fie = asked(sou, "anna", "erik", "fie")
    assert said(choices) == ("3 af 3 medarbejdere, der er spurgt, har aldrig svaret.",)
    record(act=Act.DRAFT_SAVED, by=anna, item=Recommendation.objects.get(number="1"))
    assert said(choices) == ("2 af 3 medarbejdere, der er spurgt, har aldrig svaret.",)


def test_of_so_few_that_a_count_would_say_who_nothing_is_said(choices, sou):
    asked(sou, "anna", "erik")
    assert said(choices) == ()


def test_nothing_is_said_in_a_report_to_no_meeting(choices, bo):
    assert said(replace(choices, meeting=None)) == ()


@pytest.mark.parametrize("code", READERS)
def test_both_counts_are_in_every_format_and_no_name(choices, sou, bo, code):
    for person in asked(sou, "annamaria", "erikolav", "fiesofie"):
        person.email = ""  # since they were asked
        person.save()
    read, _untold = READERS[code]
    found = "".join("".join(read(rendered(built(choices), code)).texts).split())
    for sentence in (
        "4 af 4 åbne rækker har ingen, der kan spørges om status.",
        "3 af 3 medarbejdere, der er spurgt, har aldrig svaret.",
    ):
        assert "".join(sentence.split()) in found
    assert not any(name in found for name in ("annamaria", "erikolav", "fiesofie"))


def test_an_issued_report_keeps_what_it_said(choices, sou, bo, dina):
    issued = issue(choices, by=dina, committee=sou)
    bo.email = "bo@eksempel.dk"
    bo.save()
    assert section(report_of(issued), "summary").paragraphs[1:] == (
        "4 af 4 åbne rækker har ingen, der kan spørges om status.",
    )
    assert said(choices) == ()
