from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import timezone

from recommendations.actions import refresh_state
from recommendations.enums import Order, Outcome, Status, UpdateKind
from recommendations.models import Initiative, Recommendation, StatusUpdate
from recommendations.models.item import TrackedItem, sort_key
from recommendations.selection import NONE_REGISTERED, PARAMETERS, Selection
from tests.factories import (
    TODAY,
    AddresseeFactory,
    CommitteeAnswerFactory,
    CommitteeFactory,
    DeadlineFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    VoteShareFactory,
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


def codes(**choices):
    return [item.code for item in Selection(**choices).initiatives()]


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
    make("2", is_heading=True)
    make("2.1")
    assert numbers() == ["2", "2.1"]


def test_by_publication(make):
    make("1")
    RecommendationFactory(number="9")
    InitiativeFactory(code="a", publication__slug="handlingsplan")
    InitiativeFactory(code="b")
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
    assert numbers(text="bænke skov") == []


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", ":*", "50 %", "tegn'x", "tegn | her", "ing_n"])
def test_signs_mean_nothing_neither_to_the_database(make, text):
    make("1", title="Ingen tegn")
    assert numbers(text=text) == []


def test_text_is_found_in_initiatives_too():
    InitiativeFactory(code="a", title="Flere på fuld tid")
    InitiativeFactory(code="b")
    assert codes(text="FULD") == ["a"]


def test_changed_words_are_found_and_the_old_ones_are_not(make):
    item = make("1", title="Bænke")
    item.title = "Træer"
    item.save(update_fields=["title"])
    assert numbers(text="træer") == ["1"]
    assert numbers(text="bænke") == []


def test_by_group_with_all_below_it_and_no_neighbours(make):
    for number in ("2", "2.3", "2.3.1", "2.3.10", "2.3a", "2.30", "12.3", "20"):
        make(number)
    assert numbers(group="2.3") == ["2.3", "2.3.1", "2.3.10"]
    assert numbers(group="2") == ["2", "2.3", "2.3.1", "2.3.10", "2.3a", "2.30"]
    assert numbers(group="2.3.1") == ["2.3.1"]
    assert numbers(group="7") == []


def test_initiatives_by_the_group_of_their_recommendations(make):
    inside, outside = InitiativeFactory(code="a"), InitiativeFactory(code="b")
    inside.recommendations.add(make("2.3.1"), make("2.3.2"))
    outside.recommendations.add(make("2.4"))
    InitiativeFactory(code="c")
    assert codes(group="2.3") == ["a"]


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
    make("4", is_heading=True)
    assert numbers(status=(Status.IN_PROGRESS, Status.PAUSED)) == ["1", "2"]
    assert numbers(status=(NONE_REGISTERED,)) == ["3"]  # a heading has no status of its own to lack
    assert numbers(status=(NONE_REGISTERED, Status.PAUSED)) == ["2", "3"]


def test_initiatives_by_status():
    published(InitiativeFactory(code="a"), Status.LAPSED)
    InitiativeFactory(code="b")
    assert codes(status=(Status.LAPSED,)) == ["a"]
    assert codes(status=(NONE_REGISTERED,)) == ["b"]


@pytest.mark.parametrize("outcome", Outcome)
def test_by_answer(make, outcome):
    for position, each in enumerate(Outcome, start=1):
        CommitteeAnswerFactory(recommendation=make(str(position)), outcome=each)
    make("99")
    assert numbers(answer=(outcome,)) == [str(list(Outcome).index(outcome) + 1)]


def test_by_answer_it_is_the_newest_of_each_committee_that_counts(make, sou, sud):
    item = make("1")
    CommitteeAnswerFactory(recommendation=item, committee=sou, outcome="noted", meeting_date=date(2024, 9, 1))
    CommitteeAnswerFactory(recommendation=item, committee=sou, outcome="adopted", meeting_date=date(2025, 3, 1))
    CommitteeAnswerFactory(recommendation=item, committee=sud, outcome="not_adopted", meeting_date=date(2024, 8, 1))
    assert numbers(answer=("noted",)) == []
    assert numbers(answer=("adopted",)) == ["1"]
    assert numbers(answer=("not_adopted",)) == ["1"]


def test_without_an_answer_means_that_an_owner_has_none_recorded(make, sou, sud):
    half, whole, nobodys = make("1"), make("2"), make("3")
    for item in (half, whole):
        OwnershipFactory(about=item, committee=sou)
        OwnershipFactory(about=item, committee=sud)
        CommitteeAnswerFactory(recommendation=item, committee=sou)
    CommitteeAnswerFactory(recommendation=whole, committee=sud)
    assert numbers(answer=(NONE_REGISTERED,)) == ["1"]
    assert numbers(answer=(NONE_REGISTERED, "adopted")) == ["1", "2"]
    assert nobodys.number in numbers()


def test_a_strangers_answer_does_not_answer_for_the_owner(make, sou, sud):
    item = make("1")
    OwnershipFactory(about=item, committee=sou)
    CommitteeAnswerFactory(recommendation=item, committee=sud)
    assert numbers(answer=(NONE_REGISTERED,)) == ["1"]


def test_by_committee(make, sou, sud):
    ours, theirs, both = make("1"), make("2"), make("3")
    make("4")
    OwnershipFactory(about=ours, committee=sou)
    OwnershipFactory(about=theirs, committee=sud)
    OwnershipFactory(about=both, committee=sou)
    OwnershipFactory(about=both, committee=sud, role="co_owner")
    OwnershipFactory(about=InitiativeFactory(code="a"), committee=sou)
    assert numbers(committee="SOU") == ["1", "3"]
    assert numbers(committee="SUD") == ["2", "3"]
    assert codes(committee="SOU") == ["a"]
    assert numbers(committee="INGEN") == []


def test_by_administration(make, sou, sud):
    OwnershipFactory(about=make("1"), committee=sou)
    OwnershipFactory(about=make("2"), committee=sud)
    assert numbers(administration="SUF") == ["1"]
    assert numbers(administration="SUF", committee="SUD") == []


def test_by_addressee():
    InitiativeFactory(code="a", addressee=AddresseeFactory(slug="kommunerne"))
    InitiativeFactory(code="b")
    InitiativeFactory(code="c", addressee=None)
    assert codes(addressee="kommunerne") == ["a"]


def test_by_least_support_the_share_itself_included_and_the_unreadable_left_out(make):
    VoteShareFactory(recommendation=make("1"), percent=92)
    VoteShareFactory(recommendation=make("2"), percent=Decimal("91.99"))
    VoteShareFactory(recommendation=make("3"), unreadable=True)
    VoteShareFactory(recommendation=make("4"), option="opposes", percent=99)
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
    late = InitiativeFactory(code="a")
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


def test_how_long_silence_may_last_is_a_setting(make, settings):
    published(make("1"), on=TODAY - 8 * DAY)
    assert numbers(stale=True) == []
    settings.STALE_AFTER_DAYS = 7
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


def test_changed_since_counts_answers_and_moved_deadlines_too(make):
    early = at(date(2026, 1, 1))
    answered, moved, long_ago = make("1"), make("2"), make("3")
    CommitteeAnswerFactory(recommendation=answered)
    DeadlineFactory(about=moved)
    CommitteeAnswerFactory(recommendation=long_ago, recorded_at=early)
    DeadlineFactory(about=long_ago, recorded_at=early)
    DeadlineFactory(about=InitiativeFactory(code="a"))
    DeadlineFactory(about=InitiativeFactory(code="b"), recorded_at=early)
    assert numbers(since=date(2026, 10, 1)) == ["1", "2"]
    assert codes(since=date(2026, 10, 1)) == ["a"]


def test_a_draft_changes_nothing(make):
    from_the_factory = make("1")
    StatusUpdate.objects.create(recommendation=from_the_factory, status=Status.PAUSED, text="Kladde")
    refresh_state(from_the_factory)
    assert numbers(status=(NONE_REGISTERED,)) == ["1"]
    assert numbers(status=(NONE_REGISTERED,), as_of=TODAY) == ["1"]
    assert numbers(since=date(2020, 1, 1)) == []


def test_filters_narrow_each_other(make, sou):
    both, owned_only, status_only = make("1"), make("2"), make("3")
    for item in (both, owned_only):
        OwnershipFactory(about=item, committee=sou)
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
    OwnershipFactory(about=make("1"), committee=sou, valid_from=date(2025, 1, 1), valid_to=date(2026, 1, 1))
    found = {
        day: bool(numbers(committee="SOU", as_of=day))
        for day in (date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1))
    }
    assert list(found.values()) == [False, True, True, False]


def test_an_ownership_whose_end_was_recorded_later_was_still_believed_in_before(make, sou):
    OwnershipFactory(
        about=make("1"),
        committee=sou,
        recorded_at=at(date(2024, 6, 17)),
        valid_to=date(2026, 1, 1),
        end_recorded_at=at(date(2026, 3, 1)),
    )
    as_of = date(2026, 2, 1)
    assert numbers(committee="SOU", as_of=as_of, known_at=at(date(2026, 2, 28))) == ["1"]
    assert numbers(committee="SOU", as_of=as_of, known_at=at(date(2026, 3, 1))) == []


def test_an_ownership_recorded_later_was_not_known_before(make, sou):
    OwnershipFactory(about=make("1"), committee=sou, recorded_at=at(date(2026, 3, 1)))
    assert numbers(committee="SOU", as_of=date(2026, 2, 1), known_at=at(date(2026, 2, 1))) == []
    assert numbers(committee="SOU", as_of=date(2026, 2, 1)) == ["1"]


def test_an_answer_corrected_later_still_stands_in_what_was_known_before(make, sou):
    item = make("1")
    wrong = CommitteeAnswerFactory(
        recommendation=item, committee=sou, outcome="adopted", recorded_at=at(date(2024, 9, 19))
    )
    CommitteeAnswerFactory(
        recommendation=item, committee=sou, outcome="noted", corrects=wrong, recorded_at=at(date(2026, 3, 1))
    )
    before = at(date(2026, 2, 1))
    assert numbers(answer=("adopted",)) == []
    assert numbers(answer=("noted",)) == ["1"]
    assert numbers(answer=("adopted",), known_at=before) == ["1"]
    assert numbers(answer=("noted",), known_at=before) == []


def test_a_correction_that_moves_an_answer_to_another_recommendation_takes_it_away_here(make, sou):
    first, second = make("1"), make("2")
    wrong = CommitteeAnswerFactory(recommendation=first, committee=sou)
    CommitteeAnswerFactory(recommendation=second, committee=sou, corrects=wrong)
    assert numbers(answer=("adopted",)) == ["2"]


def test_an_answer_given_after_the_day_asked_about_does_not_count(make, sou):
    item = make("1")
    OwnershipFactory(about=item, committee=sou)
    CommitteeAnswerFactory(recommendation=item, committee=sou, meeting_date=date(2024, 9, 18))
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


def test_the_copy_on_the_items_says_what_the_rows_say_today():
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
    names = [f"state_{name}" for name in TrackedItem.STATE_FIELDS]
    for model in (Recommendation, Initiative):
        copied = model.objects.with_state().order_by("pk").values("pk", *names)
        computed = model.objects.with_state(TODAY, timezone.now()).order_by("pk").values("pk", *names)
        assert list(copied) == list(computed)
        assert copied[0] == {
            "pk": copied[0]["pk"],
            "state_status": "in_progress",
            "state_status_on": date(2026, 1, 1),
            "state_changed_on": date(2026, 1, 1),
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


def test_what_a_predecessor_owned_is_found_under_the_committee_of_today(make, sou, sud, merged):
    OwnershipFactory(about=make("1"), committee=sou)
    OwnershipFactory(about=make("2"), committee=sud)
    assert numbers(committee="VEL") == ["1"]
    assert numbers(administration="VELF") == ["1"]
    assert numbers(committee="ÆSU") == ["1"]
    assert numbers(committee="SOU") == ["1"]  # a link from that time still leads somewhere


def test_before_the_succession_the_successor_had_nothing_to_say(make, sou, merged):
    OwnershipFactory(about=make("1"), committee=sou)
    assert numbers(committee="VEL", as_of=date(2025, 12, 31)) == []
    assert numbers(committee="ÆSU", as_of=date(2025, 12, 31)) == ["1"]
    assert numbers(committee="VEL", as_of=date(2026, 1, 1)) == ["1"]


def test_a_succession_recorded_later_was_not_known_before(make, sou, sud):
    OwnershipFactory(about=make("1"), committee=sou, recorded_at=at(date(2024, 6, 17)))
    SuccessionFactory(predecessor=sou, successor=sud, on=date(2026, 1, 1), recorded_at=at(date(2026, 2, 1)))
    assert numbers(committee="SUD", as_of=date(2026, 1, 10), known_at=at(date(2026, 1, 10))) == []
    assert numbers(committee="SUD", as_of=date(2026, 1, 10)) == ["1"]


def test_a_predecessors_answer_answers_for_its_successor(make, sou, merged):
    item = make("1")
    OwnershipFactory(about=item, committee=merged, valid_from=date(2026, 1, 1))
    assert numbers(answer=(NONE_REGISTERED,)) == ["1"]
    CommitteeAnswerFactory(recommendation=item, committee=sou)
    assert numbers(answer=(NONE_REGISTERED,)) == []


def test_a_successors_answer_does_not_answer_for_its_predecessor(make, sou, merged):
    item = make("1")
    OwnershipFactory(about=item, committee=sou)
    CommitteeAnswerFactory(recommendation=item, committee=merged, meeting_date=date(2026, 2, 1))
    assert numbers(answer=(NONE_REGISTERED,)) == ["1"]


def test_two_open_ownerships_of_one_committee_are_one_place_for_an_answer(make, sou):
    item = make("1")
    OwnershipFactory(about=item, committee=sou, valid_from=date(2024, 6, 17))
    OwnershipFactory(about=item, committee=sou, valid_from=date(2025, 6, 17))
    assert Selection().answer_cells().count() == 1


# --- Order ------------------------------------------------------------------------------------------------------------


def test_numbers_sort_as_people_count(make):
    for number in ("2.10", "10", "2.9", "1", "2.3.1", "2.4", "2.3", "2", "2.3.10", "2.3.2"):
        make(number)
    assert numbers() == ["1", "2", "2.3", "2.3.1", "2.3.2", "2.3.10", "2.4", "2.9", "2.10", "10"]


@pytest.mark.parametrize(
    ("first", "second"), [("2.9", "2.10"), ("2.3", "2.3.1"), ("2.3.1", "2.4"), ("a2", "a10"), ("1a", "1b"), ("9", "10")]
)
def test_sort_keys_order_numbers(first, second):
    assert sort_key(first) < sort_key(second)


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
        VoteShareFactory(recommendation=make(number), percent=percent)
    VoteShareFactory(recommendation=make("3"), unreadable=True)
    make("5")
    assert numbers(order=Order.SUPPORT) == ["4", "2.9", "2.10", "1", "3", "5"]


@pytest.mark.parametrize("order", Order)
def test_initiatives_have_every_order_too(order):
    for code in ("9", "10"):
        InitiativeFactory(code=code, publication__slug="plan" if code == "9" else "plan-2")
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
        ("Gruppe", "2.3"),
        ("Status", "I gang, Ingen status registreret"),
        ("Svar", "Tiltrådt"),
        ("Udvalg", "Sundheds- og Omsorgsudvalget"),
        ("Forvaltning", "Sundheds- og Omsorgsforvaltningen"),
        ("Rettet mod", "Kommunerne"),
        ("Støtte", "mindst 62,5 %"),
        ("Frist", "forsinket"),
        ("Friskhed", "ikke opdateret"),
        ("Initiativer", "har initiativer"),
        ("Sorteret efter", "Størst tilslutning"),
        ("Som det så ud", "31. januar 2026"),
        ("Ændret siden", "1. december 2025"),
    ]


def test_no_choices_are_no_words():
    assert Selection().in_words() == []


def test_an_unknown_code_stands_for_itself_in_words():
    assert Selection(committee="XYZ").in_words() == [("committee", "Udvalg", "XYZ")]
