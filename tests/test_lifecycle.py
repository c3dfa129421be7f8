from datetime import date, timedelta

import pytest
from django.conf import settings

from recommendations.enums import CLOSED, Outcome, Status, UpdateKind, UpdateState
from recommendations.lifecycle import (
    answer_problems,
    can_move,
    is_overdue,
    is_stale,
    needs_second_person,
    publishing_problems,
    roll_up,
    stale_before,
)
from tests.factories import TODAY, InitiativeFactory, RecommendationFactory

DAY = timedelta(days=1)


def content(kind=UpdateKind.STATUS, status="", **changes):
    return {
        "kind": kind,
        "status": status,
        "on": TODAY,
        "text": "",
        "decided_by": "",
        "decided_on": None,
        "next_step": "",
        "next_step_on": None,
        "evidence_count": 0,
    } | changes


def problems(*args, **kwargs):
    return publishing_problems(content(*args, **kwargs), today=TODAY)


# --- What publishing demands ------------------------------------------------------------------------------------------

BARE_STATUS_DEMANDS = {
    Status.NOT_STARTED: set(),
    Status.PLANNED: {"text"},
    Status.IN_PROGRESS: set(),
    Status.IMPLEMENTED: {"evidence"},
    Status.IMPLEMENTED_OTHERWISE: {"text", "evidence"},
    Status.PAUSED: {"text"},
    Status.ABANDONED: {"text", "decided_by", "decided_on"},
    Status.LAPSED: {"text"},
}


@pytest.mark.parametrize("status", Status)
def test_a_bare_status_is_met_with_exactly_its_demands(status):
    assert problems(status=status).keys() == BARE_STATUS_DEMANDS[status]


@pytest.mark.parametrize("status", Status)
def test_a_status_with_everything_it_demands_can_be_published(status):
    given = {"text": "Fordi.", "evidence_count": 1, "decided_by": "Sundheds- og Omsorgsudvalget", "decided_on": TODAY}
    assert problems(status=status, **given) == {}


@pytest.mark.parametrize("status", [s for s in Status if "text" in BARE_STATUS_DEMANDS[s]])
def test_spaces_are_no_text(status):
    assert "text" in problems(status=status, text=" \n\t ")


@pytest.mark.parametrize(
    ("field", "changes", "sentence"),
    [
        (
            "evidence",
            {"status": Status.IMPLEMENTED},
            "Status «Gennemført» kræver dokumentation. Tilføj et link, en fil eller et sagsnummer.",
        ),
        (
            "text",
            {"status": Status.PAUSED},
            "Status «Sat på pause» kræver en tekst. Skriv, hvorfor arbejdet er sat på pause.",
        ),
        (
            "decided_by",
            {"status": Status.ABANDONED},
            "Status «Opgivet» kræver, at du skriver, hvem der besluttede det.",
        ),
        ("decided_on", {"status": Status.ABANDONED}, "Status «Opgivet» kræver datoen for beslutningen."),
        ("status", {}, "Vælg en status."),
        (
            "on",
            {"status": Status.IN_PROGRESS, "on": date(2026, 11, 3)},
            "Datoen 03.11.2026 ligger i fremtiden. Skriv en dato senest i dag.",
        ),
        (
            "on",
            {"status": Status.IN_PROGRESS, "on": None},
            "Datoen mangler. Skriv den dag, oplysningen gælder, for eksempel 28.02.2026.",
        ),
        (
            "next_step",
            {"status": Status.IN_PROGRESS, "next_step_on": TODAY},
            "Du har skrevet en dato for det næste skridt. Skriv også, hvad der skal ske.",
        ),
    ],
)
def test_what_is_missing_is_said_at_its_field_in_a_danish_sentence(field, changes, sentence):
    assert problems(**changes)[field] == sentence


@pytest.mark.parametrize(
    ("kind", "demands"),
    [(UpdateKind.CONFIRMATION, set()), (UpdateKind.NOTE, {"text"}), (UpdateKind.CORRECTION, {"text"})],
)
def test_a_note_and_a_correction_need_a_text_and_a_confirmation_does_not(kind, demands):
    assert problems(kind).keys() == demands
    assert problems(kind, text="Der er kommet en ny leder.") == {}


@pytest.mark.parametrize("kind", [kind for kind in UpdateKind if kind != UpdateKind.STATUS])
@pytest.mark.parametrize("status", Status)
def test_only_an_update_of_the_kind_status_may_carry_one(kind, status):
    found = problems(kind, status=status, text="Tekst.", evidence_count=1, decided_by="SOU", decided_on=TODAY)
    assert found.keys() == {"status"}
    assert found["status"].startswith("Kun en ny status kan ændre status.")


@pytest.mark.parametrize("kind", UpdateKind)
def test_today_and_earlier_days_are_good_dates_and_tomorrow_is_not(kind):
    status = Status.IN_PROGRESS if kind == UpdateKind.STATUS else ""
    assert problems(kind, status=status, text="Tekst.", on=TODAY) == {}
    assert problems(kind, status=status, text="Tekst.", on=TODAY - 1000 * DAY) == {}
    assert problems(kind, status=status, text="Tekst.", on=TODAY + DAY).keys() == {"on"}


def test_a_next_step_needs_no_date_but_a_date_needs_a_next_step():
    assert problems(status=Status.IN_PROGRESS, next_step="Udbud") == {}
    assert problems(status=Status.IN_PROGRESS, next_step="Udbud", next_step_on=TODAY + 90 * DAY) == {}
    assert problems(status=Status.IN_PROGRESS, next_step="  ", next_step_on=TODAY).keys() == {"next_step"}


# --- States and persons -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("current", UpdateState)
@pytest.mark.parametrize("new", UpdateState)
def test_an_update_moves_only_along_these_ways(current, new):
    ways = {
        ("draft", "submitted"),
        ("draft", "published"),
        ("submitted", "draft"),
        ("submitted", "published"),
    }
    assert can_move(current, new) == ((current.value, new.value) in ways)
    assert can_move(current.value, new.value) == can_move(current, new)


def test_an_unknown_state_is_an_error_and_not_a_no():
    with pytest.raises(ValueError, match="retracted"):
        can_move("draft", "retracted")


@pytest.mark.parametrize("kind", UpdateKind)
@pytest.mark.parametrize("status", ["", *Status])
def test_only_done_needs_a_second_person(kind, status):
    expected = kind == "status" and status in {"implemented", "implemented_otherwise"}
    assert needs_second_person(kind, status) == expected


# --- Answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "demands"),
    [
        (Outcome.ADOPTED, set()),
        (Outcome.PARTLY_ADOPTED, {"text"}),
        (Outcome.NOT_ADOPTED, {"text"}),
        (Outcome.NOTED, set()),
        (Outcome.OUTSIDE_REMIT, {"passed_on_to"}),
    ],
)
def test_an_answer_is_met_with_exactly_its_demands(outcome, demands):
    bare = answer_problems(outcome, text=" ", passed_on_to=" ", meeting_date=TODAY, today=TODAY)
    full = answer_problems(outcome, text="Derfor.", passed_on_to="Staten", meeting_date=TODAY, today=TODAY)
    assert bare.keys() == demands
    assert full == {}


def test_what_an_answer_lacks_is_said_in_danish():
    found = answer_problems(Outcome.NOT_ADOPTED, text="", passed_on_to="", meeting_date=TODAY, today=TODAY)
    assert found == {"text": "Svaret «Ikke tiltrådt» kræver en begrundelse."}


@pytest.mark.parametrize("outcome", Outcome)
def test_an_answer_cannot_come_from_a_meeting_that_has_not_been_held(outcome):
    found = answer_problems(outcome, text="Ja", passed_on_to="Staten", meeting_date=TODAY + DAY, today=TODAY)
    assert found == {"meeting_date": "Mødet er ikke holdt endnu. Et svar kan først registreres efter mødet."}


# --- Late and stale ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["", *Status])
@pytest.mark.parametrize(("due_on", "late"), [(None, False), (TODAY - DAY, True), (TODAY, False), (TODAY + DAY, False)])
def test_an_open_item_is_overdue_from_the_day_after_its_deadline(status, due_on, late):
    assert is_overdue(status, due_on, today=TODAY) == (late and status not in CLOSED)


@pytest.mark.parametrize("status", ["", *Status])
@pytest.mark.parametrize(
    ("fresh_on", "silent"),
    [(None, False), (TODAY - 91 * DAY, True), (TODAY - 90 * DAY, False), (TODAY, False)],
)
def test_an_open_item_is_stale_after_more_than_ninety_days_of_silence(status, fresh_on, silent):
    assert is_stale(status, fresh_on, today=TODAY, after_days=90) == (silent and status not in CLOSED)


def test_a_paused_item_can_be_late_and_stale():
    assert is_overdue(Status.PAUSED, TODAY - DAY, today=TODAY)
    assert is_stale(Status.PAUSED, TODAY - 91 * DAY, today=TODAY, after_days=90)


def test_the_first_fresh_day_lies_as_many_days_back_as_the_setting_says():
    assert stale_before(TODAY, 90) == date(2026, 8, 4)
    assert settings.STALE_AFTER_DAYS == 90


@pytest.mark.parametrize("factory", [RecommendationFactory, InitiativeFactory])
def test_the_querysets_find_what_the_pure_rules_call_overdue_and_stale(factory, db):
    """Every status with every boundary, by the copy on the item."""
    model = factory._meta.model
    publication = factory().publication
    combinations = [
        (status, due_on, fresh_on)
        for status in ["", *Status]
        for due_on in (None, TODAY - 400 * DAY, TODAY - DAY, TODAY, TODAY + DAY)
        for fresh_on in (None, TODAY - 91 * DAY, TODAY - 90 * DAY, TODAY)
    ]
    model.objects.bulk_create(
        model(
            publication=publication,
            sort_key=str(n),
            title="Rækken",
            **{model.NUMBER_FIELD: f"x{n}"},
            status=status,
            due_on=due_on,
            fresh_on=fresh_on,
        )
        for n, (status, due_on, fresh_on) in enumerate(combinations)
    )
    stated = model.objects.with_state()
    items = list(model.objects.all())

    overdue = {item.pk for item in items if is_overdue(item.status, item.due_on, today=TODAY)}
    stale = {item.pk for item in items if is_stale(item.status, item.fresh_on, today=TODAY, after_days=90)}
    assert set(stated.overdue(TODAY).values_list("pk", flat=True)) == overdue
    assert set(stated.stale(TODAY, 90).values_list("pk", flat=True)) == stale
    assert len(overdue) == 5 * 2 * 4  # five statuses that are not closed, two late deadlines, any freshness
    assert len(stale) == 5 * 5


# --- Groups -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([], None),
        ([""], None),
        (["", "", "not_started", "planned"], None),
        (["paused", "abandoned", "lapsed"], None),
        (["implemented"], Status.IMPLEMENTED),
        (["implemented", "implemented_otherwise"], Status.IMPLEMENTED),
        (["implemented_otherwise"], Status.IMPLEMENTED),
        (["implemented", ""], Status.IN_PROGRESS),
        (["implemented", "abandoned"], Status.IN_PROGRESS),
        (["implemented", "lapsed"], Status.IN_PROGRESS),
        (["in_progress"], Status.IN_PROGRESS),
        (["", "", "in_progress"], Status.IN_PROGRESS),
        (["not_started", "implemented_otherwise"], Status.IN_PROGRESS),
    ],
)
def test_a_group_is_done_if_all_is_done_and_in_progress_if_any_shows_progress(statuses, expected):
    assert roll_up(statuses) == expected
    assert roll_up(iter(reversed(statuses))) == expected
