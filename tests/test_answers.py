"""Who owes an answer, and the grid of one item: who answered what, when, and what was said before."""

import dataclasses
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from recommendations import answers
from recommendations.answers import answer_grid, answer_grids, is_owed
from recommendations.enums import ANSWERS, ItemKind, Outcome
from recommendations.models import Lineage, Standing
from recommendations.selection import NONE_REGISTERED, Selection
from tests.factories import (
    TODAY,
    CommitteeAnswerFactory,
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HANDED_OVER = date(2024, 6, 17)
READ = ("committee", "answer__committee", "item__publication")


@pytest.fixture
def source():
    return PublicationFactory(slug="ting", handed_over_on=HANDED_OVER)


@pytest.fixture
def item(source, sou):
    """Owned by SOU since the hand-over."""
    item = RecommendationFactory(publication=source, number="1")
    OwnershipFactory(item=item, committee=sou)
    return item


def given_by(committee, item, outcome="adopted", **fields):
    return CommitteeAnswerFactory(
        item=item, committee=committee, outcome=outcome, **{"agenda_url": "https://eksempel.dk/7", **fields}
    )


def codes(cells):
    return sorted(cells.values_list("item__number", "committee__code"))


# --- Who owes ---------------------------------------------------------------------------------------------------------


def test_of_co_owners_each_owes_its_own_answer(source, sou, sud):
    """SOU and SUD own all 22; SOU has answered five. What names the number leads to that many rows."""
    for number in range(1, 23):
        item = RecommendationFactory(publication=source, number=str(number))
        OwnershipFactory(item=item, committee=sou)
        OwnershipFactory(item=item, committee=sud, role="co_owner")
        if number <= 5:
            given_by(sou, item)
    assert answers.owed(committees=[sou.pk]).count() == 17
    assert answers.owed(committees=[sud.pk]).count() == 22
    assert answers.owed().count() == 39
    assert answers.given(committees=[sou.pk]).count() == 5
    assert answers.given(committees=[sud.pk]).count() == 0
    for committee, owes, has in (("SOU", 17, 5), ("SUD", 22, 0)):
        assert Selection(committee=committee, answer=(NONE_REGISTERED,)).recommendations().count() == owes
        assert Selection(committee=committee, answer=("adopted",)).recommendations().count() == has


def test_in_a_source_that_expects_no_answers_nobody_owes_one(sou):
    source = PublicationFactory(expects_answers=False)
    for _ in range(6):
        OwnershipFactory(item=RecommendationFactory(publication=source), committee=sou)
    assert answers.owed().count() == answers.owed(committees=[sou.pk]).count() == 0
    assert Selection(committee="SOU", answer=(NONE_REGISTERED,)).recommendations().count() == 0


@pytest.mark.parametrize("kind", ItemKind)
def test_only_what_is_recommended_and_counted_is_to_be_answered(kind, source, sou):
    OwnershipFactory(item=RecommendationFactory(publication=source, kind=kind), committee=sou)
    expected = kind in {ItemKind.RECOMMENDATION, ItemKind.CHALLENGE, ItemKind.SOLUTION, ItemKind.GOAL, ItemKind.AREA}
    assert answers.owed().exists() == expected


@pytest.mark.parametrize("outcome", Outcome)
def test_what_was_treated_and_not_read_is_still_owed(outcome, item, sou):
    given_by(sou, item, outcome)
    assert answers.owed().exists() == (outcome == Outcome.NOT_READ)
    assert answers.given().exists() == (outcome != Outcome.NOT_READ)


def test_a_committee_that_does_not_own_neither_owes_nor_has_given(item, sud):
    given_by(sud, item)
    assert codes(answers.owed()) == [("1", "SOU")]
    assert codes(answers.given()) == []
    assert codes(answers.cells()) == [("1", "SOU"), ("1", "SUD")]


def test_who_owes_is_asked_at_two_times(item, sou):
    given_by(sou, item, meeting_date=date(2025, 3, 1), recorded_at=datetime(2025, 5, 1, tzinfo=UTC))
    assert answers.owed().count() == 0
    assert answers.owed(as_of=date(2025, 2, 28)).count() == 1
    assert answers.owed(as_of=date(2025, 3, 1)).count() == 0
    assert (
        answers.owed(date(2025, 3, 1), datetime(2025, 4, 30, tzinfo=UTC)).count() == 0
    )  # nobody owned it, as far as known
    assert answers.owed(as_of=HANDED_OVER - DAY).count() == 0  # the source does not exist yet


def test_an_answer_taken_back_is_owed_again(item, sou):
    wrong = given_by(sou, item)
    given_by(sou, item, "", corrects=wrong, reason="Registreret på den forkerte anbefaling.")
    assert codes(answers.owed()) == [("1", "SOU")]


def test_in_a_draft_nobody_owes_anything(sou):
    draft = PublicationFactory(handed_over_on=HANDED_OVER, public_at=None)
    OwnershipFactory(item=RecommendationFactory(publication=draft), committee=sou)
    assert not answers.owed().exists()
    draft.public_at = timezone.now()
    draft.save()
    assert answers.owed().exists()


def test_a_committee_that_was_given_one_task_owes_that_one(source, sou, sud):
    """A partial hand-over: the giver has not ended, and keeps the other four."""
    handed = SuccessionFactory(predecessor=sou, successor=sud, predecessor_ends=False)
    for number in range(1, 6):
        item = RecommendationFactory(publication=source, number=str(number))
        own = OwnershipFactory(item=item, committee=sou)
        if number == 1:
            OwnershipFactory(item=item, committee=sou, valid_to=handed.on, replaces=own)
            OwnershipFactory(item=item, committee=sud, valid_from=handed.on, succession=handed)
    assert codes(answers.owed()) == [("1", "SUD"), ("2", "SOU"), ("3", "SOU"), ("4", "SOU"), ("5", "SOU")]
    assert Selection(committee="SUD").owners == {sud.pk}


def test_the_rule_in_sql_and_the_rule_in_python_are_one(sou, sud):
    met = Counter()
    for expects in (True, False):
        source = PublicationFactory(expects_answers=expects)
        for kind in ItemKind:
            for outcome in ["", *Outcome]:
                item = RecommendationFactory(publication=source, kind=kind)
                OwnershipFactory(item=item, committee=sou)
                if outcome:
                    given_by(sou, item, outcome)
                    given_by(sud, item, outcome)
    owed = set(answers.owed().values_list("pk", flat=True))
    for cell in answers.cells().select_related(*READ).order_by("pk"):
        assert is_owed(cell) == (cell.pk in owed), cell
        met[cell.pk in owed] += 1
    assert met[True] > 5
    assert met[False] > 100


# --- The grid ---------------------------------------------------------------------------------------------------------


def grid_of(item, day=TODAY, known_at=None):
    return answer_grid(
        Standing.objects.at(day, known_at).cells().filter(item=item).select_related(*READ).order_by("pk"),
        day=day,
        answers=item.answers.recorded_until(known_at).select_related("committee").order_by("pk"),
        ownerships=item.ownerships.recorded(known_at).select_related("succession").order_by("pk"),
        lineage=Lineage.load(on=day, known_at=known_at),
    )


def told(cell):
    return [(one.answer.outcome, one.is_corrected) for one in cell.earlier]


def test_an_owner_without_an_answer_has_a_cell_that_owes_one(item, sou):
    (cell,) = grid_of(item)
    assert dataclasses.asdict(cell) | {"committee": sou} == {
        "committee": sou,
        "owns": True,
        "role": "Hovedansvarlig",
        "answer": None,
        "owes": True,
        "earlier": (),
        "days": (TODAY - HANDED_OVER).days,
        "reasons_asked_on": None,
    }


def test_the_lead_stands_first_then_owners_by_name_then_those_who_have_only_spoken(item, sud, buu):
    OwnershipFactory(item=item, committee=sud, role="co_owner")
    OwnershipFactory(item=item, committee=buu, role="co_owner")
    stranger = CommitteeFactory(code="AAA", name="Aa-udvalget")
    given_by(stranger, item)
    assert [(cell.committee.code, cell.owns, cell.owes) for cell in grid_of(item)] == [
        ("SOU", True, True),
        ("BUU", True, True),
        ("SUD", True, True),
        ("AAA", False, False),
    ]


def test_the_newest_answer_stands_and_the_others_are_told(item, sou):
    given_by(sou, item, "noted", meeting_date=date(2024, 9, 1))
    given_by(sou, item, "adopted", meeting_date=date(2025, 3, 1))
    given_by(sou, item, "partly_adopted", meeting_date=date(2024, 12, 1))
    (cell,) = grid_of(item)
    assert (cell.answer.outcome, cell.owes) == ("adopted", False)
    assert told(cell) == [("partly_adopted", False), ("noted", False)]
    (cell,) = grid_of(item, day=date(2024, 12, 31))
    assert (cell.answer.outcome, told(cell)) == ("partly_adopted", [("noted", False)])


def test_a_correction_to_an_earlier_meeting_day_stands(item, sou):
    """The likeliest correction of all: the answer was given at the meeting before. The corrected one stands no more."""
    wrong = given_by(sou, item, "adopted", meeting_date=date(2025, 9, 1))
    right = given_by(sou, item, "not_adopted", meeting_date=date(2025, 8, 1), corrects=wrong)
    (cell,) = grid_of(item)
    assert cell.answer == right
    assert told(cell) == [("adopted", True)]
    assert cell.earlier[0].correction == right


def test_what_was_taken_back_is_told_with_the_reason(item, sou):
    wrong = given_by(sou, item)
    given_by(sou, item, "", corrects=wrong, reason="Det var en anden anbefaling.")
    (cell,) = grid_of(item)
    assert (cell.answer, cell.owes, told(cell)) == (None, True, [("adopted", True)])
    assert cell.earlier[0].correction.reason == "Det var en anden anbefaling."


def test_what_a_stranger_said_and_took_back_is_told_too(item, sud):
    wrong = given_by(sud, item)
    given_by(sud, item, "", corrects=wrong, reason="SUD ejer den ikke.")
    owner, stranger = grid_of(item)
    assert (owner.committee.code, told(owner)) == ("SOU", [])
    assert (stranger.committee, stranger.owns, stranger.answer, told(stranger)) == (
        sud,
        False,
        None,
        [("adopted", True)],
    )


@pytest.mark.parametrize("outcomes", [["adopted"], ["adopted", "noted"]])
def test_what_a_stranger_said_later_than_was_read_is_told_before_that_day(outcomes, item, sud):
    for month, outcome in enumerate(outcomes, start=3):
        wrong = given_by(sud, item, outcome, meeting_date=date(2025, month, 1))
        given_by(sud, item, outcome, meeting_date=date(2025, 9, month), corrects=wrong)
    _owner, stranger = grid_of(item, day=date(2025, 8, 1))
    assert (stranger.committee, stranger.answer) == (sud, None)
    assert told(stranger) == [(outcome, True) for outcome in reversed(outcomes)]


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (1, 1), (365, 365), (-1, None)])
def test_days_are_counted_from_the_hand_over(item, sou, days, expected):
    """On the day itself it is no days, which is a number and not nothing."""
    given_by(sou, item, meeting_date=HANDED_OVER + days * DAY)
    (cell,) = grid_of(item)
    assert cell.days == expected


def test_without_a_day_of_hand_over_there_are_no_days(sou):
    item = RecommendationFactory(publication=PublicationFactory(handed_over_on=None))
    OwnershipFactory(item=item, committee=sou)
    assert grid_of(item)[0].days is None


def test_an_heir_has_the_answers_of_the_committee_that_ended(item, sou, sud):
    """A: "Ikke tiltrådt" 2025, B: "Tiltrådt" 2026: one cell, where the newer stands and the older is told."""
    old = OwnershipFactory._meta.model.objects.get(item=item)
    succession = SuccessionFactory(predecessor=sou, successor=sud, on=date(2025, 6, 1))
    given_by(sou, item, "not_adopted", meeting_date=date(2025, 1, 1))
    OwnershipFactory(item=item, committee=sou, valid_to=succession.on, replaces=old)
    OwnershipFactory(item=item, committee=sud, valid_from=succession.on, succession=succession)
    (cell,) = grid_of(item)
    assert (cell.committee, cell.answer.outcome, cell.from_predecessor, cell.owes) == (sud, "not_adopted", True, False)
    given_by(sud, item, "adopted", meeting_date=date(2026, 1, 1))
    (cell,) = grid_of(item)
    assert (cell.answer.outcome, cell.from_predecessor) == ("adopted", False)
    assert told(cell) == [("not_adopted", False)]


def test_what_was_said_about_a_task_given_away_goes_with_it_and_no_further(source, sou, sud):
    handed = SuccessionFactory(predecessor=sou, successor=sud, predecessor_ends=False)
    moved, kept = (RecommendationFactory(publication=source, number=number) for number in "12")
    OwnershipFactory(item=moved, committee=sud, valid_from=handed.on, succession=handed)
    OwnershipFactory(item=kept, committee=sud)
    for item in (moved, kept):
        given_by(sou, item, "noted", meeting_date=date(2024, 9, 1))
        given_by(sou, item, "adopted", meeting_date=date(2025, 1, 1))
    (cell,) = grid_of(moved)
    assert (cell.committee, cell.answer.outcome, told(cell)) == (sud, "adopted", [("noted", False)])
    owner, stranger = grid_of(kept)
    assert (owner.committee, owner.answer, owner.owes, told(owner)) == (sud, None, True, [])
    assert (stranger.committee, stranger.owns, told(stranger)) == (sou, False, [("noted", False)])


@pytest.mark.parametrize("outcome", Outcome)
def test_noted_promises_nothing(item, sou, outcome):
    given_by(sou, item, outcome)
    (cell,) = grid_of(item)
    assert cell.answer.promises_nothing == (outcome == Outcome.NOTED)


def test_an_initiative_has_cells_that_owe_nothing(sou):
    item = InitiativeFactory()
    OwnershipFactory(item=item, committee=sou)
    assert [cell.owes for cell in grid_of(item)] == [False]


@pytest.mark.parametrize("count", [1, 3])
def test_the_grids_of_a_list_take_one_query(count, source, sou, sud, django_assert_num_queries):
    items = [RecommendationFactory(publication=source) for _ in range(count)]
    for item in items:
        OwnershipFactory(item=item, committee=sou)
        given_by(sud, item)
    with django_assert_num_queries(1):
        cells = Selection().cells().filter(item__in=[item.pk for item in items]).select_related(*READ).order_by("pk")
        grids = answer_grids(cells, day=TODAY)
    assert {item: [cell.committee.code for cell in cells] for item, cells in grids.items()} == {
        item.pk: ["SOU", "SUD"] for item in items
    }


def test_every_outcome_but_not_read_is_an_answer():
    """The tests above name outcomes one by one; this notices a new one."""
    assert {"adopted", "partly_adopted", "not_adopted", "noted", "outside_remit"} == ANSWERS
