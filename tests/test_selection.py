from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from recommendations.actions.state import record, refresh
from recommendations.enums import Act, ItemKind, Nature, Order, Outcome, Status, UpdateKind
from recommendations.models import Initiative, Recommendation, StatusUpdate, Wording
from recommendations.models.item import STATE_FIELDS, natural_order
from recommendations.selection import NONE_REGISTERED, PARAMETERS, Selection
from tests.factories import (
    TODAY,
    AddresseeFactory,
    CommitteeAnswerFactory,
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    VoteShareFactory,
    answered,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def at(day, hour=12):
    return datetime.combine(day, time(hour), tzinfo=UTC)


def numbers(**choices):
    """What a selection of recommendations finds, in its order."""
    return [item.number for item in Selection(**choices).recommendations()]


def rows(**choices):
    return list(Selection(**choices).recommendations())


def codes(**choices):
    return [item.number for item in Selection(**choices).initiatives()]


@pytest.fixture
def assembly():
    return PublicationFactory(slug="tinget", title="Københavnertinget", position=1)


@pytest.fixture
def make(assembly):
    """`make("2.1")` is a recommendation of the assembly with that number."""

    def make(number, **fields):
        return RecommendationFactory(**{"publication": assembly, "number": number, **fields})

    return make


# --- Each filter alone ------------------------------------------------------------------------------------------------


def test_without_choices_everything_is_found_headings_included(make):
    make("2", kind="heading")
    make("2.1")
    assert numbers() == ["2", "2.1"]


def test_by_publication(make):
    make("1")
    RecommendationFactory(number="9")
    InitiativeFactory(number="a", publication__slug="handlingsplan")
    InitiativeFactory(number="b")
    assert numbers(publication="tinget") == ["1"]
    assert codes(publication="handlingsplan") == ["a"]
    assert numbers(publication="findes-ikke") == []


@pytest.mark.parametrize(
    "text",
    [
        "sundhedshus",
        "SUNDHEDSHUS",
        "ældre",
        "ÆLDRE",
        "på",
        "PÅ",
        "hjørnet",
        "HJØRNET",
        "Ældre sundhed",
        "  sundhed   ÆLDRE ",
        "3.7",
        "sundheds",
    ],
)
def test_by_text_in_either_case_also_for_danish_letters(make, text):
    make("3.7", title="Et Sundhedshus for Ældre", summary="Det skal ligge på hjørnet.")
    make("4", title="En bænk", summary="Ved søen.")
    assert numbers(text=text) == ["3.7"]


def test_by_text_every_word_must_occur_but_in_any_field(make):
    make("1", title="Bænke", official_text="I parken")
    make("2", title="Bænke")
    assert numbers(text="parken bænke") == ["1"]
    assert numbers(text="bænke") == ["1", "2"]


def test_by_text_what_has_most_of_the_words_is_found_where_nothing_has_them_all(make):
    make("1", title="Bænke", official_text="I parken")
    make("2", title="Bænke")
    assert numbers(text="bænke skov") == ["1", "2"]
    assert numbers(text="bænke parken skov") == ["1"]
    assert numbers(text="skov sø") == []


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", ":*", "50 %", "x'y", "x | y", "i_gen", "*", "[a-e]-x", "?"])
def test_signs_mean_nothing_neither_to_the_database(make, text):
    make("1", title="Ingen")
    assert numbers(text=text) == []


def test_text_is_found_in_initiatives_too():
    InitiativeFactory(number="a", title="Flere på fuld tid")
    InitiativeFactory(number="b")
    assert codes(text="FULD") == ["a"]


def test_changed_words_are_found_and_the_old_ones_are_not(make):
    item = make("1", title="Bænke")
    item.wording = Wording.objects.create(item=item, title="Træer", valid_from=TODAY)
    item.save(update_fields=["wording"])
    refresh([item])
    assert numbers(text="træer") == ["1"]
    assert numbers(text="bænke") == []


def test_by_group_with_all_below_it_and_no_neighbours(make):
    made = {}
    for number, above in (
        ("2", None),
        ("2.3", "2"),
        ("2.3.1", "2.3"),
        ("2.3.10", "2.3"),
        ("2.3a", "2"),
        ("2.30", "2"),
        ("12.3", None),
        ("20", None),
    ):
        made[number] = make(number, parent=made.get(above))
    assert numbers(group="2.3") == ["2.3", "2.3.1", "2.3.10"]
    assert numbers(group="2") == ["2", "2.3", "2.3.1", "2.3.10", "2.3a", "2.30"]
    assert numbers(group="2.3.1") == ["2.3.1"]
    assert numbers(group="7") == []


def test_a_source_numbered_straight_through_under_its_headings_groups_as_it_is_printed(make):
    """Heading A has 1 to 5 and heading B 6 to 10: nothing in the numbers says so."""
    first, second = make("A", kind="heading", place=1), make("B", kind="heading", place=2)
    for number in range(1, 11):
        make(str(number), parent=first if number <= 5 else second)
    assert numbers() == ["A", "1", "2", "3", "4", "5", "B", "6", "7", "8", "9", "10"]
    assert numbers(group="A") == ["A", "1", "2", "3", "4", "5"]
    assert numbers(group="b") == ["B", "6", "7", "8", "9", "10"]


@pytest.mark.parametrize("group", ["2.3A", "2.3a"])
def test_a_group_is_found_without_regard_to_case(make, group):
    above = make("2.3a", kind="heading")
    make("2.3a.1", parent=above)
    assert numbers(group=group) == ["2.3a", "2.3a.1"]


def test_a_group_of_the_source_chosen_is_no_other_sources_group(make):
    make("2.1", parent=make("2", kind="heading"))
    other = PublicationFactory(slug="plan", position=2)
    RecommendationFactory(
        publication=other, number="2.9", parent=RecommendationFactory(publication=other, number="2", kind="heading")
    )
    assert numbers(group="2") == ["2", "2.1", "2", "2.9"]
    assert numbers(group="2", publication="plan") == ["2", "2.9"]


def test_initiatives_by_the_group_of_what_they_carry_out(make):
    heading = make("2.3", kind="heading")
    inside, outside = InitiativeFactory(number="a"), InitiativeFactory(number="b")
    inside.carries_out.add(make("2.3.1", parent=heading), make("2.3.2", parent=heading))
    outside.carries_out.add(make("2.4"))
    InitiativeFactory(number="c")
    assert codes(group="2.3") == ["a"]


def test_what_an_initiative_carries_out_of_a_draft_puts_it_in_no_group():
    draft = PublicationFactory(public_at=None)
    heading = RecommendationFactory(publication=draft, number="2", kind="heading")
    carried_out = RecommendationFactory(publication=draft, number="2.1", parent=heading)
    InitiativeFactory(number="a", carries_out=[carried_out])
    assert codes() == ["a"]
    assert codes(group="2") == []


def test_initiatives_by_the_heading_that_they_stand_under_themselves(make, assembly):
    heading = make("2", kind="heading")
    InitiativeFactory(publication=assembly, number="i-1", parent=heading)
    InitiativeFactory(publication=assembly, number="i-2")
    assert codes(group="2") == ["i-1"]


@pytest.mark.parametrize("status", Status)
def test_by_status(make, status):
    for position, each in enumerate(Status, start=1):
        published(make(str(position)), each)
    make("99")
    assert numbers(status=(status,)) == [str(list(Status).index(status) + 1)]


def test_by_several_statuses_and_by_none_registered(make):
    published(make("1"), Status.IN_PROGRESS)
    published(make("2"), Status.PAUSED)
    make("3")
    make("4", kind="heading")
    assert numbers(status=(Status.IN_PROGRESS, Status.PAUSED)) == ["1", "2"]
    assert numbers(status=(NONE_REGISTERED,)) == ["3"]  # a heading has no status of its own to lack
    assert numbers(status=(NONE_REGISTERED, Status.PAUSED)) == ["2", "3"]


def test_initiatives_by_status():
    published(InitiativeFactory(number="a"), Status.LAPSED)
    InitiativeFactory(number="b")
    assert codes(status=(Status.LAPSED,)) == ["a"]
    assert codes(status=(NONE_REGISTERED,)) == ["b"]


@pytest.mark.parametrize("outcome", Outcome)
def test_by_answer(make, outcome):
    for position, each in enumerate(Outcome, start=1):
        CommitteeAnswerFactory(item=make(str(position)), outcome=each, agenda_url="https://eksempel.dk/7")
    make("99")
    assert numbers(answer=(outcome,)) == [str(list(Outcome).index(outcome) + 1)]


def test_by_answer_of_the_committee_asked_for_and_of_no_other(make, sou, sud):
    """Filters about one fact meet on the cell: `svar` and `udvalg` together mean that committee's answer."""
    item = make("1")
    OwnershipFactory(item=item, committee=sou)
    OwnershipFactory(item=item, committee=sud, role="co_owner")
    CommitteeAnswerFactory(item=item, committee=sou, outcome="adopted")
    assert numbers(answer=("adopted",), committee="SOU") == ["1"]
    assert numbers(answer=("adopted",), committee="SUD") == []
    assert numbers(answer=("adopted",), administration="SUF") == ["1"]
    assert numbers(answer=("adopted",), administration="SOF") == []
    assert numbers(answer=(NONE_REGISTERED,), committee="SOU") == []
    assert numbers(answer=(NONE_REGISTERED,), committee="SUD") == ["1"]
    assert numbers(answer=("adopted",)) == numbers(answer=(NONE_REGISTERED,)) == ["1"]


def test_an_answer_of_one_administrations_other_committee_is_not_the_owners(make, sou):
    """Two committees under one administration: the one that owns has not answered, the other has."""
    twin = CommitteeFactory(code="SOU2", administration_abbreviation="SUF")
    item = make("1")
    OwnershipFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=item, committee=twin, outcome="adopted")
    assert numbers(answer=("adopted",), administration="SUF") == []
    assert numbers(answer=(NONE_REGISTERED,), administration="SUF") == ["1"]


def test_what_was_treated_and_not_read_is_no_answer(make, sou):
    item = make("1")
    OwnershipFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=item, committee=sou, outcome="not_read", agenda_url="https://eksempel.dk/7")
    assert numbers(answer=("not_read",)) == ["1"]
    assert numbers(answer=(NONE_REGISTERED,), committee="SOU") == ["1"]


def test_by_answer_it_is_the_newest_of_each_committee_that_counts(make, sou, sud):
    item = make("1")
    CommitteeAnswerFactory(item=item, committee=sou, outcome="noted", meeting_date=date(2024, 9, 1))
    CommitteeAnswerFactory(item=item, committee=sou, outcome="adopted", meeting_date=date(2025, 3, 1))
    CommitteeAnswerFactory(item=item, committee=sud, outcome="not_adopted", meeting_date=date(2024, 8, 1))
    assert numbers(answer=("noted",)) == []
    assert numbers(answer=("adopted",)) == ["1"]
    assert numbers(answer=("not_adopted",)) == ["1"]


def test_without_an_answer_means_that_an_owner_has_none_recorded(make, sou, sud):
    half, whole, nobodys = make("1"), make("2"), make("3")
    for item in (half, whole):
        OwnershipFactory(item=item, committee=sou)
        OwnershipFactory(item=item, committee=sud)
        CommitteeAnswerFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=whole, committee=sud)
    assert numbers(answer=(NONE_REGISTERED,)) == ["1"]
    assert numbers(answer=(NONE_REGISTERED, "adopted")) == ["1", "2"]
    assert nobodys.number in numbers()


def test_nobody_owes_an_answer_in_a_source_that_expects_none(sou):
    source = PublicationFactory(slug="kl", expects_answers=False)
    OwnershipFactory(item=RecommendationFactory(publication=source), committee=sou)
    assert numbers(answer=(NONE_REGISTERED,)) == numbers(answer=(NONE_REGISTERED,), committee="SOU") == []
    assert len(numbers(committee="SOU")) == 1


def test_nobody_owes_an_answer_to_a_heading_or_an_option(make, sou):
    for kind in (ItemKind.HEADING, ItemKind.OPTION, ItemKind.CHALLENGE):
        OwnershipFactory(item=make(kind.value, kind=kind), committee=sou)
    assert numbers(answer=(NONE_REGISTERED,)) == ["challenge"]
    assert numbers(committee="SOU") == ["challenge", "heading", "option"]


def test_a_strangers_answer_does_not_answer_for_the_owner(make, sou, sud):
    item = make("1")
    OwnershipFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=item, committee=sud)
    assert numbers(answer=(NONE_REGISTERED,)) == ["1"]


def test_by_committee(make, sou, sud):
    ours, theirs, both = make("1"), make("2"), make("3")
    make("4")
    OwnershipFactory(item=ours, committee=sou)
    OwnershipFactory(item=theirs, committee=sud)
    OwnershipFactory(item=both, committee=sou)
    OwnershipFactory(item=both, committee=sud, role="co_owner")
    OwnershipFactory(item=InitiativeFactory(number="a"), committee=sou)
    assert numbers(committee="SOU") == ["1", "3"]
    assert numbers(committee="SUD") == ["2", "3"]
    assert codes(committee="SOU") == ["a"]
    assert numbers(committee="INGEN") == []


def test_by_administration(make, sou, sud):
    OwnershipFactory(item=make("1"), committee=sou)
    OwnershipFactory(item=make("2"), committee=sud)
    assert numbers(administration="SUF") == ["1"]
    assert numbers(administration="SUF", committee="SUD") == []


def test_by_addressee():
    InitiativeFactory(number="a", addressee=AddresseeFactory(slug="kommunerne"))
    InitiativeFactory(number="b")
    InitiativeFactory(number="c", addressee=None)
    assert codes(addressee="kommunerne") == ["a"]


def test_by_least_support_the_share_itself_included_and_the_unreadable_left_out(make):
    VoteShareFactory(item=make("1"), percent=92)
    VoteShareFactory(item=make("2"), percent=Decimal("91.99"))
    VoteShareFactory(item=make("3"), unreadable=True)
    VoteShareFactory(item=make("4"), option="opposes", percent=99)
    make("5")
    assert numbers(min_support=Decimal(92)) == ["1"]
    assert numbers(min_support=Decimal(0)) == ["1", "2"]


def test_by_overdue(make):
    deadline(make("1"), TODAY - DAY)
    deadline(make("2"), TODAY)
    done = make("3")
    deadline(done, TODAY - DAY)
    published(done, Status.IMPLEMENTED)
    make("4")
    late = InitiativeFactory(number="a")
    deadline(late, TODAY - DAY)
    assert numbers(overdue=True) == ["1"]
    assert codes(overdue=True) == ["a"]


def test_a_deadline_that_was_moved_is_counted_from_where_it_is_now(make):
    item = make("1")
    deadline(item, TODAY - DAY, set_on=date(2024, 1, 1))
    deadline(item, TODAY + DAY, set_on=date(2025, 1, 1))
    assert numbers(overdue=True) == []
    assert numbers(overdue=True, as_of=date(2024, 6, 1)) == []
    (found,) = Selection().recommendations()
    assert (found.state_due_on, found.state_original_due_on) == (TODAY + DAY, TODAY - DAY)


def test_the_deadline_in_force_is_the_one_set_last_and_not_the_one_recorded_last(make):
    item = make("1")
    deadline(item, date(2027, 1, 1), set_on=date(2025, 1, 1))
    deadline(item, date(2026, 1, 1), set_on=date(2024, 1, 1))
    assert numbers(overdue=True) == []
    assert numbers(overdue=True, as_of=TODAY) == []
    assert numbers(overdue=True, as_of=date(2024, 12, 31)) == []
    (found,) = Selection().recommendations()
    assert (found.state_due_on, found.state_original_due_on) == (date(2027, 1, 1), date(2026, 1, 1))


def test_a_deadline_counts_from_the_day_it_was_set_and_when_it_was_recorded(make):
    deadline(make("1"), date(2025, 6, 1), set_on=date(2026, 1, 1), recorded_at=at(date(2026, 2, 1)))
    assert numbers(overdue=True, as_of=date(2025, 12, 31)) == []
    assert numbers(overdue=True, as_of=date(2026, 1, 1)) == ["1"]
    assert numbers(overdue=True, as_of=date(2026, 1, 1), known_at=at(date(2026, 1, 31))) == []
    assert numbers(overdue=True, as_of=date(2026, 1, 1), known_at=at(date(2026, 2, 1))) == ["1"]


def test_of_two_deadlines_set_on_one_day_the_one_recorded_last_is_in_force(make):
    item = make("1")
    deadline(item, date(2026, 1, 1))
    deadline(item, date(2027, 1, 1))
    assert numbers(overdue=True, as_of=TODAY) == []
    assert numbers(overdue=True) == []


def test_by_not_updated(make):
    published(make("1"), on=TODAY - 91 * DAY)
    published(make("2"), on=TODAY - 90 * DAY)
    published(make("3"), Status.LAPSED, on=TODAY - 400 * DAY)
    confirmed = make("4")
    published(confirmed, on=TODAY - 400 * DAY)
    published(confirmed, kind=UpdateKind.CONFIRMATION, on=TODAY - 3 * DAY)
    make("5")
    assert numbers(stale=True) == ["1"]


def test_how_long_silence_may_last_is_for_the_municipality_to_say(make, municipality):
    published(make("1"), on=TODAY - 8 * DAY)
    assert numbers(stale=True) == []
    municipality.stale_after_days = 7
    assert numbers(stale=True) == ["1"]


def test_changed_since_counts_when_it_was_published_and_not_what_day_it_is_about(make):
    published(make("1"), on=date(2025, 1, 1), published_at=at(date(2026, 10, 15)))
    published(make("2"), on=date(2026, 10, 1), published_at=at(date(2026, 10, 1)))
    make("3")
    assert numbers(since=date(2026, 10, 10)) == ["1"]
    assert numbers(since=date(2026, 10, 1)) == ["1", "2"]


def test_changed_since_begins_at_midnight_in_copenhagen(make):
    published(make("1"), published_at=datetime(2026, 10, 9, 21, 59, tzinfo=UTC), on=date(2026, 10, 1))
    published(make("2"), published_at=datetime(2026, 10, 9, 22, 0, tzinfo=UTC), on=date(2026, 10, 1))
    assert numbers(since=date(2026, 10, 10)) == ["2"]


@pytest.mark.parametrize(
    ("kind", "is_news"),
    [
        (UpdateKind.STATUS, True),
        (UpdateKind.NOTE, True),
        (UpdateKind.CONFIRMATION, False),
        (UpdateKind.CORRECTION, False),
    ],
)
def test_changed_since_counts_news_only(make, kind, is_news):
    item = make("1")
    old = published(item, on=date(2026, 1, 1), published_at=at(date(2026, 1, 1)))
    published(item, kind=kind, corrects=old if kind == UpdateKind.CORRECTION else None)
    assert numbers(since=date(2026, 10, 1)) == (["1"] if is_news else [])


def test_changed_since_counts_answers_and_moved_deadlines_too(make, sou):
    early = at(date(2026, 1, 1))
    told, moved, long_ago = make("1"), make("2"), make("3")
    answered(told, sou)
    deadline(moved, date(2026, 12, 31))
    answered(long_ago, sou, recorded_at=early)
    deadline(long_ago, date(2026, 12, 31), recorded_at=early)
    deadline(InitiativeFactory(number="a"), date(2026, 12, 31))
    deadline(InitiativeFactory(number="b"), date(2026, 12, 31), recorded_at=early)
    assert numbers(since=date(2026, 10, 1)) == ["1", "2"]
    assert codes(since=date(2026, 10, 1)) == ["a"]
    facts = [(row.is_published_since, row.is_answered_since, row.is_moved_since) for row in rows(since=TODAY)]
    assert facts == [(False, True, False), (False, False, True)]


def test_what_was_taken_over_from_a_source_is_no_change(make, sou):
    item = make("1")
    answer = CommitteeAnswerFactory(item=item, committee=sou)
    record(act=Act.ANSWER_RECORDED, nature=Nature.FROM_SOURCE, by=None, item=item, answer=answer, on=TODAY)
    assert numbers(since=date(2026, 10, 1)) == []


def test_an_answer_is_new_only_at_the_times_asked_about(make, sou):
    """Of a meeting in September, recorded in October: on a day in August nobody has answered yet."""
    answered(make("1"), sou, meeting_date=date(2026, 9, 1), recorded_at=at(date(2026, 10, 1)))
    since = date(2026, 1, 1)
    assert numbers(since=since) == ["1"]
    assert numbers(since=since, as_of=date(2026, 8, 31)) == []
    assert numbers(since=since, as_of=date(2026, 9, 1)) == ["1"]
    assert numbers(since=since, as_of=date(2026, 9, 1), known_at=at(date(2026, 9, 30))) == []


def test_what_was_corrected_is_no_news(make, sou):
    item = make("1")
    wrong = answered(item, sou, recorded_at=at(date(2026, 10, 1)))
    answered(item, sou, "noted", corrects=wrong, recorded_at=at(date(2026, 10, 20)))
    assert numbers(since=date(2026, 9, 1)) == []
    assert numbers(since=date(2026, 9, 1), known_at=at(date(2026, 10, 10))) == ["1"]


def test_new_words_and_a_hand_over_are_changes_too(make, sou):
    reworded, handed_over = make("1"), make("2")
    words = Wording.objects.create(item=reworded, title="Nye ord", valid_from=TODAY)
    own = OwnershipFactory(item=handed_over, committee=sou)
    record(act=Act.REWORDED, nature=Nature.NEWS, by=None, item=reworded, wording=words, on=TODAY)
    record(act=Act.HANDED_OVER, nature=Nature.NEWS, by=None, item=handed_over, ownership=own, on=TODAY)
    facts = [(row.number, row.is_reworded_since, row.is_handed_over_since) for row in rows(since=TODAY)]
    assert facts == [("1", True, False), ("2", False, True)]


def test_a_draft_changes_nothing(make):
    from_the_factory = make("1")
    StatusUpdate.objects.create(item=from_the_factory, status=Status.PAUSED, text="Kladde")
    refresh([from_the_factory])
    assert numbers(status=(NONE_REGISTERED,)) == ["1"]
    assert numbers(status=(NONE_REGISTERED,), as_of=TODAY) == ["1"]
    assert numbers(since=date(2020, 1, 1)) == []


def test_filters_narrow_each_other(make, sou):
    both, owned_only, status_only = make("1"), make("2"), make("3")
    for item in (both, owned_only):
        OwnershipFactory(item=item, committee=sou)
    for item in (both, status_only):
        published(item, Status.PAUSED)
    assert numbers(committee="SOU", status=(Status.PAUSED,)) == ["1"]


# --- The two times ----------------------------------------------------------------------------------------------------


def test_as_of_a_day_only_what_is_about_that_day_or_earlier_counts(make):
    item = make("1")
    published(item, Status.PLANNED, on=date(2025, 1, 10))
    published(item, Status.IN_PROGRESS, on=date(2026, 1, 10))
    assert numbers(status=(NONE_REGISTERED,), as_of=date(2025, 1, 9)) == ["1"]
    assert numbers(status=(Status.PLANNED,), as_of=date(2025, 1, 10)) == ["1"]
    assert numbers(status=(Status.PLANNED,), as_of=date(2026, 1, 9)) == ["1"]
    assert numbers(status=(Status.IN_PROGRESS,), as_of=date(2026, 1, 10)) == ["1"]


def test_a_status_learnt_later_changes_the_past_but_not_what_was_known_of_it(make):
    item = make("1")
    published(item, Status.PLANNED, on=date(2025, 1, 1), published_at=at(date(2025, 1, 1)))
    published(item, Status.IN_PROGRESS, on=date(2025, 3, 1), published_at=at(date(2026, 5, 1)))
    as_of = date(2025, 4, 1)
    assert numbers(status=(Status.PLANNED,), as_of=as_of, known_at=at(date(2026, 4, 30))) == ["1"]
    assert numbers(status=(Status.IN_PROGRESS,), as_of=as_of, known_at=at(date(2026, 5, 1))) == ["1"]
    assert numbers(status=(Status.IN_PROGRESS,), as_of=as_of) == ["1"]


def test_an_older_status_published_late_does_not_replace_a_newer_one(make):
    item = make("1")
    published(item, Status.IN_PROGRESS, on=date(2026, 3, 1), published_at=at(date(2026, 3, 1)))
    published(item, Status.PLANNED, on=date(2025, 3, 1), published_at=at(date(2026, 5, 1)))
    assert numbers(status=(Status.IN_PROGRESS,)) == ["1"]
    assert numbers(since=date(2026, 4, 1)) == ["1"]  # but it is news


def test_of_two_statuses_about_one_day_the_later_published_counts(make):
    item = make("1")
    published(item, Status.PAUSED, text="Først", published_at=at(TODAY, 6))
    published(item, Status.IN_PROGRESS, published_at=at(TODAY, 5))
    assert numbers(status=(Status.PAUSED,)) == ["1"]


def test_a_status_can_go_back(make):
    item = make("1")
    published(item, Status.IMPLEMENTED, on=date(2026, 1, 1))
    published(item, Status.IN_PROGRESS, on=date(2026, 2, 1))
    assert numbers(status=(Status.IN_PROGRESS,)) == ["1"]


def test_an_ownership_counts_on_the_days_between_its_ends(make, sou):
    OwnershipFactory(item=make("1"), committee=sou, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    found = {
        day: bool(numbers(committee="SOU", as_of=day))
        for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    }
    assert list(found.values()) == [False, True, True, False]


def test_an_ownership_whose_end_was_recorded_later_was_still_believed_in_before(make, sou):
    item = make("1")
    open_ended = OwnershipFactory(item=item, committee=sou, recorded_at=at(date(2024, 6, 17)))
    OwnershipFactory(
        item=item,
        committee=sou,
        recorded_at=at(date(2026, 3, 1)),
        valid_to=date(2026, 1, 1),
        replaces=open_ended,
    )
    as_of = date(2026, 2, 1)
    assert numbers(committee="SOU", as_of=as_of, known_at=at(date(2026, 2, 28))) == ["1"]
    assert numbers(committee="SOU", as_of=as_of, known_at=at(date(2026, 3, 1))) == []


def test_an_ownership_recorded_later_was_not_known_before(make, sou):
    OwnershipFactory(item=make("1"), committee=sou, recorded_at=at(date(2026, 3, 1)))
    assert numbers(committee="SOU", as_of=date(2026, 2, 1), known_at=at(date(2026, 2, 1))) == []
    assert numbers(committee="SOU", as_of=date(2026, 2, 1)) == ["1"]


def test_an_answer_corrected_later_still_stands_in_what_was_known_before(make, sou):
    item = make("1")
    wrong = CommitteeAnswerFactory(item=item, committee=sou, outcome="adopted", recorded_at=at(date(2024, 9, 19)))
    CommitteeAnswerFactory(item=item, committee=sou, outcome="noted", corrects=wrong, recorded_at=at(date(2026, 3, 1)))
    before = at(date(2026, 2, 1))
    assert numbers(answer=("adopted",)) == []
    assert numbers(answer=("noted",)) == ["1"]
    assert numbers(answer=("adopted",), known_at=before) == ["1"]
    assert numbers(answer=("noted",), known_at=before) == []


def test_an_answer_given_after_the_day_asked_about_does_not_count(make, sou):
    item = make("1")
    OwnershipFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=item, committee=sou, meeting_date=date(2024, 9, 18))
    assert numbers(answer=(NONE_REGISTERED,), as_of=date(2024, 9, 17)) == ["1"]
    assert numbers(answer=(NONE_REGISTERED,), as_of=date(2024, 9, 18)) == []


def test_late_and_silent_are_counted_from_the_day_asked_about(make):
    item = make("1")
    published(item, on=date(2025, 1, 1))
    deadline(item, date(2025, 6, 1))
    assert numbers(overdue=True, as_of=date(2025, 6, 1)) == []
    assert numbers(overdue=True, as_of=date(2025, 6, 2)) == ["1"]
    assert numbers(stale=True, as_of=date(2025, 4, 1)) == []
    assert numbers(stale=True, as_of=date(2025, 4, 2)) == ["1"]


def test_today_is_the_two_times_of_today():
    def busy(item):
        published(item, Status.PLANNED, on=date(2025, 1, 1), published_at=at(date(2025, 2, 1)))
        wrong = published(item, Status.IN_PROGRESS, on=date(2026, 1, 1), published_at=at(date(2026, 2, 1)))
        published(item, kind=UpdateKind.NOTE, on=date(2025, 6, 1), published_at=at(date(2026, 3, 1)))
        published(item, kind=UpdateKind.CORRECTION, corrects=wrong, on=date(2026, 5, 1))
        published(item, kind=UpdateKind.CONFIRMATION, on=date(2026, 8, 1))
        deadline(item, date(2026, 6, 1), set_on=date(2025, 1, 1))
        deadline(item, date(2026, 12, 1), set_on=date(2026, 5, 1))

    for item in (RecommendationFactory(), InitiativeFactory()):
        busy(item)
    RecommendationFactory()
    names = [f"state_{name}" for name in STATE_FIELDS]
    for model in (Recommendation, Initiative):
        today = model.objects.with_state().order_by("pk").values("pk", *names)
        at_two_times = model.objects.with_state(TODAY, timezone.now()).order_by("pk").values("pk", *names)
        assert list(today) == list(at_two_times)
        assert today[0] == {
            "pk": today[0]["pk"],
            "state_status": "planned",  # what was in progress was corrected
            "state_status_on": date(2025, 1, 1),
            "state_changed_on": date(2025, 6, 1),
            "state_changed_at": at(date(2026, 3, 1)),
            "state_confirmed_on": date(2026, 8, 1),
            "state_fresh_on": date(2026, 8, 1),
            "state_due_on": date(2026, 12, 1),
            "state_original_due_on": date(2026, 6, 1),
        }


# --- Committees that were succeeded -----------------------------------------------------------------------------------


@pytest.fixture
def merged(sou):
    """SOU became ÆSU, which became VEL: two successions in a row."""
    middle = CommitteeFactory(code="ÆSU", administration_abbreviation="ÆSF")
    newest = CommitteeFactory(code="VEL", administration_abbreviation="VELF")
    SuccessionFactory(predecessor=sou, successor=middle, on=date(2025, 1, 1), recorded_at=at(date(2025, 1, 1)))
    SuccessionFactory(predecessor=middle, successor=newest, on=date(2026, 1, 1), recorded_at=at(date(2026, 1, 1)))
    return newest


def test_a_committee_that_was_given_one_task_has_not_inherited_the_rest(make, sou, sud):
    """A partial hand-over is a fact of that ownership: the giver has not ended."""
    items = [make(str(number)) for number in range(1, 6)]
    kept = [OwnershipFactory(item=item, committee=sou) for item in items]
    handed = SuccessionFactory(predecessor=sou, successor=sud, on=date(2026, 1, 1), predecessor_ends=False)
    OwnershipFactory(item=items[0], committee=sou, valid_to=date(2026, 1, 1), replaces=kept[0])
    OwnershipFactory(item=items[0], committee=sud, valid_from=date(2026, 1, 1), succession=handed)
    assert numbers(committee="SUD") == ["1"]
    assert numbers(committee="SOU") == ["2", "3", "4", "5"]
    assert numbers(committee="SUD", as_of=date(2025, 12, 31)) == []


def test_what_a_predecessor_answered_about_the_task_it_gave_away_answers_for_the_new_owner(make, sou, sud):
    given_away, kept = make("1"), make("2")
    for item in (given_away, kept):
        CommitteeAnswerFactory(item=item, committee=sou, outcome="not_adopted")
    OwnershipFactory(item=kept, committee=sud)  # never SOU's to give
    handed = SuccessionFactory(predecessor=sou, successor=sud, on=date(2026, 1, 1), predecessor_ends=False)
    OwnershipFactory(item=given_away, committee=sud, valid_from=date(2026, 1, 1), succession=handed)
    assert numbers(answer=("not_adopted",), committee="SUD") == ["1"]
    assert numbers(answer=(NONE_REGISTERED,), committee="SUD") == ["2"]


def test_of_an_old_committees_answer_and_its_heirs_the_newest_alone_is_found(make, sou, merged):
    item = make("1")
    OwnershipFactory(item=item, committee=merged, valid_from=date(2026, 1, 1))
    CommitteeAnswerFactory(item=item, committee=sou, outcome="not_adopted", meeting_date=date(2025, 1, 1))
    assert numbers(answer=("not_adopted",)) == ["1"]
    CommitteeAnswerFactory(item=item, committee=merged, outcome="adopted", meeting_date=date(2026, 2, 1))
    assert numbers(answer=("adopted",)) == numbers(answer=("adopted",), committee="VEL") == ["1"]
    assert numbers(answer=("not_adopted",)) == numbers(answer=("not_adopted",), committee="SOU") == []
    assert numbers(answer=("not_adopted",), as_of=date(2026, 1, 31)) == ["1"]


def test_what_a_predecessor_owned_is_found_under_the_committee_of_today(make, sou, sud, merged):
    OwnershipFactory(item=make("1"), committee=sou)
    OwnershipFactory(item=make("2"), committee=sud)
    assert numbers(committee="VEL") == ["1"]
    assert numbers(administration="VELF") == ["1"]
    assert numbers(committee="ÆSU") == ["1"]
    assert numbers(committee="SOU") == ["1"]  # a link from that time still leads somewhere


def test_before_the_succession_the_successor_had_nothing_to_say(make, sou, merged):
    OwnershipFactory(item=make("1"), committee=sou)
    assert numbers(committee="VEL", as_of=date(2025, 12, 31)) == []
    assert numbers(committee="ÆSU", as_of=date(2025, 12, 31)) == ["1"]
    assert numbers(committee="VEL", as_of=date(2026, 1, 1)) == ["1"]


def test_a_succession_recorded_later_was_not_known_before(make, sou, sud):
    OwnershipFactory(item=make("1"), committee=sou, recorded_at=at(date(2024, 6, 17)))
    SuccessionFactory(predecessor=sou, successor=sud, on=date(2026, 1, 1), recorded_at=at(date(2026, 2, 1)))
    assert numbers(committee="SUD", as_of=date(2026, 1, 10), known_at=at(date(2026, 1, 10))) == []
    assert numbers(committee="SUD", as_of=date(2026, 1, 10)) == ["1"]


def test_a_predecessors_answer_answers_for_its_successor(make, sou, merged):
    item = make("1")
    OwnershipFactory(item=item, committee=merged, valid_from=date(2026, 1, 1))
    assert numbers(answer=(NONE_REGISTERED,)) == ["1"]
    CommitteeAnswerFactory(item=item, committee=sou)
    assert numbers(answer=(NONE_REGISTERED,)) == []


def test_an_heir_answers_for_an_owner_that_has_ended(make, sou, merged):
    item = make("1")
    OwnershipFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=item, committee=merged, meeting_date=date(2026, 2, 1))
    assert numbers(answer=(NONE_REGISTERED,), as_of=date(2026, 1, 31)) == ["1"]
    assert numbers(answer=(NONE_REGISTERED,)) == []
    assert numbers(answer=("adopted",), committee="VEL") == ["1"]


def test_the_cells_are_of_every_committee_that_owns_or_has_spoken(make, sou, sud):
    item = make("1")
    OwnershipFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=item, committee=sud)
    cells = Selection().cells()
    assert sorted(cells.values_list("committee__code", "role", "outcome")) == [
        ("SOU", "lead", ""),
        ("SUD", "", "adopted"),
    ]


# --- Order ------------------------------------------------------------------------------------------------------------


def test_numbers_sort_as_people_count(make):
    for number in ("2.10", "10", "2.9", "1", "2.3.1", "2.4", "2.3", "2", "2.3.10", "2.3.2"):
        make(number)
    assert numbers() == ["1", "2", "2.3", "2.3.1", "2.3.2", "2.3.10", "2.4", "2.9", "2.10", "10"]


@pytest.mark.parametrize(
    ("first", "second"), [("2.9", "2.10"), ("2.3", "2.3.1"), ("2.3.1", "2.4"), ("a2", "a10"), ("1a", "1b"), ("9", "10")]
)
def test_numbers_have_a_natural_order(first, second):
    assert natural_order(first) < natural_order(second)


def test_sources_stand_in_their_own_order(make):
    make("2", publication=PublicationFactory(slug="b", position=2))
    make("3", publication=PublicationFactory(slug="a", position=2))
    make("1")
    assert numbers() == ["1", "3", "2"]


def test_by_latest_change_with_the_unchanged_last(make):
    make("1")
    published(make("2"), published_at=at(date(2026, 1, 1)), on=date(2026, 1, 1))
    published(make("3"), published_at=at(date(2026, 5, 1)), on=date(2026, 1, 1))
    make("4")
    assert numbers(order=Order.CHANGED) == ["3", "2", "1", "4"]
    assert numbers(order=Order.CHANGED, as_of=TODAY) == ["3", "2", "1", "4"]


def test_by_longest_silence_with_the_never_reported_first(make):
    published(make("1"), on=date(2026, 5, 1))
    published(make("2"), on=date(2026, 1, 1))
    make("3")
    assert numbers(order=Order.SILENCE) == ["3", "2", "1"]


def test_by_support_with_the_unreadable_last_and_ties_by_number(make):
    for number, percent in (("1", 88), ("2.10", 96), ("2.9", 96), ("4", 100)):
        VoteShareFactory(item=make(number), percent=percent)
    VoteShareFactory(item=make("3"), unreadable=True)
    make("5")
    assert numbers(order=Order.SUPPORT) == ["4", "2.9", "2.10", "1", "3", "5"]


@pytest.mark.parametrize("order", Order)
def test_initiatives_have_every_order_too(order):
    for code in ("9", "10"):
        InitiativeFactory(number=code, publication__slug="plan" if code == "9" else "plan-2")
    assert codes(order=order) == ["9", "10"]


# --- As an address and in words ---------------------------------------------------------------------------------------

EVERYTHING = {
    "text": "ældre & børn",
    "publication": "tinget",
    "group": "2.3",
    "status": ("in_progress", NONE_REGISTERED),
    "answer": ("adopted",),
    "committee": "SOU",
    "administration": "SUF",
    "addressee": "kommunerne",
    "min_support": Decimal("62.5"),
    "overdue": True,
    "stale": True,
    "has_initiatives": True,
    "order": Order.SUPPORT,
    "as_of": date(2026, 1, 31),
    "since": date(2025, 12, 1),
}


def test_an_address_holds_every_choice_under_its_danish_name():
    assert QueryDict(Selection(**EVERYTHING).query_string()) == QueryDict(
        "q=%C3%A6ldre+%26+b%C3%B8rn&kilde=tinget&gruppe=2.3&status=in_progress&status=ingen&svar=adopted&udvalg=SOU"
        "&forvaltning=SUF&adressat=kommunerne&stemmer_min=62.5&forsinket=1&ikke_opdateret=1&har_initiativer=1&sorter=stemmer"
        "&pr=2026-01-31&siden=2025-12-01"
    )
    assert EVERYTHING.keys() == PARAMETERS.keys()


@pytest.mark.parametrize("field", EVERYTHING)
def test_an_address_holds_nothing_but_what_was_chosen(field):
    assert QueryDict(Selection(**{field: EVERYTHING[field]}).query_string()).keys() == {PARAMETERS[field]}


@pytest.mark.parametrize(("text", "order"), [("bænke", Order.RELEVANCE), ("", Order.NUMBER)])
def test_an_address_leaves_out_the_order_that_a_list_has_by_itself(text, order):
    assert PARAMETERS["order"] not in QueryDict(Selection(text=text, order=order).query_string())


def test_the_address_of_no_choices_is_empty():
    assert Selection().query_string() == ""


def test_an_address_can_be_made_with_one_choice_changed():
    selection = Selection(publication="tinget", overdue=True)
    assert selection.query_string(order=Order.CHANGED) == "kilde=tinget&forsinket=1&sorter=aendret"
    assert selection.query_string(overdue=False) == "kilde=tinget"
    assert selection.overdue is True


def test_the_choices_in_words(make, sou, assembly):
    AddresseeFactory(slug="kommunerne", name="Kommunerne")
    words = [(heading, value) for _, heading, value in Selection(**EVERYTHING).in_words()]
    assert words == [
        ("Tekst", "ældre & børn"),
        ("Kilde", "Københavnertinget"),
        ("Emne i kilden", "2.3"),
        ("Status", "I gang, Ingen status registreret"),
        ("Svar", "Tiltrådt"),
        ("Udvalg", "Sundheds- og Omsorgsudvalget"),
        ("Forvaltning", "Sundheds- og Omsorgsforvaltningen"),
        ("Rettet mod", "Kommunerne"),
        ("Støtte", "mindst 62,5 %"),
        ("Frist", "forsinket"),
        ("Friskhed", "ikke opdateret"),
        ("Initiativer", "har initiativer"),
        ("Sorteret efter", "Størst støtte"),
        ("Som det så ud", "31. januar 2026"),
        ("Ændret siden", "1. december 2025"),
    ]


def test_no_choices_are_no_words():
    assert Selection().in_words() == []


def test_an_unknown_code_stands_for_itself_in_words():
    assert Selection(committee="XYZ").in_words() == [("committee", "Udvalg", "XYZ")]


# --- What is public ---------------------------------------------------------------------------------------------------


def test_a_source_that_is_still_a_draft_is_in_nothing(sou):
    source = PublicationFactory(slug="kladde", public_at=None)
    item = RecommendationFactory(publication=source, number="1")
    initiative = InitiativeFactory(publication=source, number="a", carries_out=[item])
    OwnershipFactory(item=item, committee=sou)
    for one in (item, initiative):
        published(one, next_step="Udbud")
        deadline(one, TODAY + DAY)
    selection = Selection()
    found = [*selection.items(), selection.events(), selection.cells(), selection.deadlines(), selection.next_steps()]
    assert [list(rows) for rows in found] == [[]] * 6
    assert numbers(committee="SOU") == numbers(since=date(2020, 1, 1)) == numbers(publication="kladde") == []


def test_a_source_is_in_no_view_of_a_day_before_its_hand_over(make, sou):
    """Handed over on 17 June 2024, published on the first: nothing of it existed in May."""
    item = make("1")
    OwnershipFactory(item=item, committee=sou, valid_from=date(2024, 1, 1))
    published(item, on=date(2024, 5, 1))
    before, on_the_day = date(2024, 6, 16), date(2024, 6, 17)
    assert numbers(as_of=before) == []
    assert numbers(as_of=on_the_day) == ["1"]
    assert not Selection(as_of=before).cells().exists()
    assert not Selection(as_of=before).events().exists()
    assert Selection(as_of=on_the_day).events().count() == 1


def test_a_source_was_not_known_before_it_was_made_public():
    RecommendationFactory(publication=PublicationFactory(public_at=at(date(2026, 10, 1))), number="1")
    assert numbers(known_at=at(date(2026, 9, 30))) == []
    assert numbers(known_at=at(date(2026, 10, 1))) == ["1"]


def test_an_initiative_of_a_draft_is_no_initiative_yet(make):
    item = make("1")
    initiative = InitiativeFactory(publication__public_at=None, carries_out=[item])
    assert numbers(has_initiatives=True) == []
    initiative.publication.public_at = at(TODAY, 6)
    initiative.publication.save()
    assert numbers(has_initiatives=True) == ["1"]


# --- Words ------------------------------------------------------------------------------------------------------------


def test_rows_have_the_words_of_the_day_asked_about(make):
    item = make("1", title="Gamle ord", words_from=date(2024, 6, 17))
    item.wording = Wording.objects.create(item=item, title="Nye ord", valid_from=date(2026, 5, 1))
    item.save(update_fields=["wording"])
    assert [row.title for row in rows()] == ["Nye ord"]
    assert [row.title for row in rows(as_of=date(2026, 4, 30))] == ["Gamle ord"]
    assert [row.title for row in rows(as_of=date(2026, 5, 1))] == ["Nye ord"]


@pytest.mark.parametrize("count", [1, 3])
def test_all_that_a_list_shows_of_its_items_takes_one_query(make, count, django_assert_num_queries):
    for number in range(count):
        published(make(str(number)))
    with django_assert_num_queries(1):
        for row in Selection().recommendations():
            _shown = (
                row.title,
                row.summary,
                row.publication.title,
                row.addressee,
                row.state_status,
                row.support_percent,
            )
    with django_assert_num_queries(2):  # and the words of the day
        assert all(row.title for row in Selection(as_of=TODAY).recommendations())


# --- What is said about them ------------------------------------------------------------------------------------------


def told(**choices):
    events = Selection(**choices).events().order_by("at", "pk")
    return [(event.item.number, event.act) for event in events]


def test_events_are_of_the_items_asked_for(make, sou):
    mine, other = make("1"), make("2")
    OwnershipFactory(item=mine, committee=sou)
    published(mine, committee=sou)
    published(other, committee=sou)
    deadline(InitiativeFactory(number="a"), TODAY + DAY)
    assert told(committee="SOU") == [("1", "status_published")]
    assert told() == [("1", "status_published"), ("2", "status_published"), ("a", "deadline_set")]
    assert [event.item.number for event in Selection().events((Initiative,))] == ["a"]
    assert {event.item.number for event in Selection().events((Recommendation,))} == {"1", "2"}


def test_events_since_are_those_of_the_time_and_not_all_of_what_changed_in_it(make):
    item = make("1")
    published(item, on=date(2026, 1, 1), published_at=at(date(2026, 1, 1)))
    published(item, Status.PAUSED)
    assert len(told()) == 2
    assert len(told(since=date(2026, 10, 1))) == 1
    assert len(told(known_at=at(date(2026, 6, 1)))) == 1


def test_what_is_internal_is_told_to_nobody(make):
    item = make("1")
    record(act=Act.DRAFT_SAVED, by=None, item=item)
    assert told() == []


def test_the_deadline_of_an_item_is_the_one_in_force(make):
    item, closed, corrected = make("1"), make("2"), make("3")
    first = deadline(item, date(2026, 6, 1), set_on=date(2024, 1, 1))
    moved = deadline(item, date(2027, 6, 1), set_on=date(2025, 1, 1))
    still_open_then = deadline(closed, date(2027, 6, 1))
    published(closed, Status.LAPSED)
    wrong = deadline(corrected, date(2062, 1, 1), set_on=date(2025, 1, 1))
    right = deadline(corrected, date(2026, 1, 1), set_on=date(2025, 1, 1), corrects=wrong)
    assert set(Selection().deadlines()) == {moved, right}
    assert set(Selection(publication="tinget", group="3").deadlines((Recommendation,))) == {right}
    assert set(Selection(as_of=date(2024, 12, 31)).deadlines()) == {first, still_open_then}
    assert set(Selection().deadlines((Initiative,))) == set()


def test_a_deadline_corrected_after_another_of_the_same_day_does_not_take_its_place(make):
    item = make("1")
    wrong = deadline(item, date(2027, 1, 1), set_on=date(2025, 1, 1))
    stands = deadline(item, date(2028, 1, 1), set_on=date(2025, 1, 1))
    deadline(item, date(2027, 2, 1), set_on=date(2025, 1, 1), corrects=wrong)
    assert rows()[0].state_due_on == date(2028, 1, 1)
    assert list(Selection().deadlines()) == [stands]


def steps(**choices):
    return [update.next_step for update in Selection(**choices).next_steps()]


def test_the_next_step_is_the_newest_newss(make):
    item = make("1")
    published(item, on=date(2026, 8, 1), next_step="Udbud i august", next_step_on=date(2026, 8, 15))
    assert steps() == ["Udbud i august"]
    published(item, kind=UpdateKind.CONFIRMATION, on=date(2026, 8, 20))
    assert steps() == ["Udbud i august"]  # still correct, it says


@pytest.mark.parametrize("kind", [UpdateKind.STATUS, UpdateKind.NOTE])
def test_news_without_a_next_step_ends_the_step_of_earlier_news(make, kind):
    item = make("1")
    published(item, on=date(2026, 8, 1), next_step="Udbud i august", next_step_on=date(2026, 8, 15))
    published(item, Status.PAUSED, kind=kind, on=date(2026, 9, 1), text="Udbuddet er aflyst.")
    assert steps() == []
    assert steps(as_of=date(2026, 8, 31)) == ["Udbud i august"]


def test_a_step_of_an_earlier_day_that_is_told_late_does_not_come_back(make):
    item = make("1")
    published(item, on=date(2026, 9, 1), text="Udbuddet er aflyst.")
    published(item, on=date(2026, 8, 1), next_step="Udbud i august")
    assert steps() == []


def test_the_next_step_of_a_corrected_row_counts_for_nothing(make):
    item = make("1")
    published(item, on=date(2026, 7, 1), next_step="Borgermøde")
    wrong = published(item, on=date(2026, 8, 1), next_step="Udbud")
    published(item, kind=UpdateKind.CORRECTION, corrects=wrong, on=date(2026, 8, 1), text="Forkert række.")
    assert steps() == ["Borgermøde"]


def test_a_correction_that_brings_a_status_brings_its_next_step(make):
    item = make("1")
    wrong = published(item, Status.IMPLEMENTED, on=date(2026, 8, 1))
    draft = StatusUpdate.objects.create(
        item=item,
        kind=UpdateKind.CORRECTION,
        status=Status.PAUSED,
        corrects=wrong,
        on=date(2026, 8, 1),
        text="Det er kun begyndt.",
        next_step="Udbud",
    )
    draft.state, draft.published_at = "published", timezone.now()
    draft.save()
    refresh([item])
    assert steps() == ["Udbud"]


def test_a_correction_stands_in_the_place_in_time_of_what_it_corrects(make):
    """Two pieces of news of one day; the first is corrected when the second has come, which is still the newest."""
    item = make("1")
    day = date(2026, 8, 1)
    first = published(item, on=day, next_step="Udbud", published_at=at(date(2026, 8, 2)))
    published(item, kind=UpdateKind.NOTE, on=day, next_step="Borgermøde", published_at=at(date(2026, 8, 3)))
    correction = {"kind": UpdateKind.CORRECTION, "corrects": first, "status": Status.PAUSED, "text": "Kun begyndt."}
    draft = StatusUpdate.objects.create(item=item, on=day, next_step="Indkøb", **correction)
    draft.state, draft.published_at = "published", at(date(2026, 8, 4))
    draft.save()
    refresh([item])
    assert steps() == ["Borgermøde"]


def test_what_is_closed_has_no_next_step(make):
    published(make("1"), Status.LAPSED, next_step="Udbud")
    published(InitiativeFactory(), next_step="Møde")
    assert steps() == ["Møde"]
    assert list(Selection().next_steps((Recommendation,))) == []
    read = [*Recommendation.objects.with_state(), *Initiative.objects.with_state()]
    assert [update.next_step for update in Selection().next_steps(among=read)] == ["Møde"]


# --- One selection from another ---------------------------------------------------------------------------------------


def test_what_was_read_about_committees_is_kept_where_it_holds(sou, django_assert_num_queries):
    selection = Selection(committee="SOU")
    with django_assert_num_queries(2):
        assert selection.owners == {sou.pk}
    with django_assert_num_queries(0):
        assert selection.replaced(overdue=True).without("status").owners == {sou.pk}
    with django_assert_num_queries(1):
        assert selection.replaced(committee="SUD").owners == set()


def test_without_leaves_a_choice_and_the_order_out():
    selection = Selection(status=("paused",), overdue=True, order=Order.CHANGED)
    assert selection.without("status") == Selection(overdue=True)
