"""The rules, as tables: no database but where a queryset says the same in SQL."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.enums import ANSWERS, CLOSED, DONE, EvidenceKind, Outcome, Status, UpdateKind, UpdateState
from recommendations.lifecycle import (
    CellState,
    Fact,
    answer_problems,
    can_move,
    day_doubt,
    day_problem,
    days_after,
    evidence_wanted,
    is_overdue,
    is_slip,
    is_stale,
    needs_second_person,
    publishing_problems,
    roll_up,
    roll_up_cells,
    stale_before,
    stood_before,
    what_stands,
)
from recommendations.models import Item, Standing
from tests.factories import TODAY, InitiativeFactory, RecommendationFactory
from tests.stood_before_cases import STORIES, recorded_at

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
        "evidence_kinds": [],
    } | changes


def problems(*args, **kwargs):
    return publishing_problems(content(*args, **kwargs), today=TODAY)


# --- What publishing demands ------------------------------------------------------------------------------------------

BARE_STATUS_DEMANDS = {
    Status.NOT_STARTED: set(),
    Status.PLANNED: {"text", "evidence"},
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
    given = {
        "text": "Fordi.",
        "evidence_kinds": [EvidenceKind.EFFECT],
        "decided_by": "Sundheds- og Omsorgsudvalget",
        "decided_on": TODAY,
    }
    assert problems(status=status, **given) == {}


@pytest.mark.parametrize(
    ("status", "enough"),
    [
        (Status.PLANNED, {EvidenceKind.DECIDED, EvidenceKind.FUNDED, EvidenceKind.OPERATING, EvidenceKind.EFFECT}),
        (Status.IMPLEMENTED, {EvidenceKind.OPERATING, EvidenceKind.EFFECT}),
        (Status.IMPLEMENTED_OTHERWISE, {EvidenceKind.OPERATING, EvidenceKind.EFFECT}),
    ],
)
@pytest.mark.parametrize("kind", EvidenceKind)
@pytest.mark.parametrize("update", [UpdateKind.STATUS, UpdateKind.CORRECTION])
def test_what_the_evidence_must_show(update, kind, status, enough):
    """The ladder: something merely mentioned moves nothing, and what is decided is not yet done."""
    alone = problems(update, status=status, text="Fordi.", evidence_kinds=[kind])
    among = problems(update, status=status, text="Fordi.", evidence_kinds=[EvidenceKind.MENTIONED, kind])
    assert ("evidence" not in alone, "evidence" not in among) == (kind in enough, kind in enough)


@pytest.mark.parametrize("status", [*Status, ""])
def test_what_is_wanted_of_the_evidence_is_what_publishing_demands(status):
    """The same answer for whoever asks beforehand, as the made-up data does."""
    wanted = evidence_wanted(status)
    assert bool(wanted) == ("evidence" in BARE_STATUS_DEMANDS.get(status, set()))
    for kind in wanted:
        assert "evidence" not in problems(status=status, text="Fordi.", evidence_kinds=[kind])


@pytest.mark.parametrize("status", [s for s in Status if "text" in BARE_STATUS_DEMANDS[s]])
def test_spaces_are_no_text(status):
    assert "text" in problems(status=status, text=" \n\t ")


@pytest.mark.parametrize(
    ("field", "changes", "sentence"),
    [
        (
            "evidence",
            {"status": Status.IMPLEMENTED},
            "Status »Gennemført« kræver dokumentation, der viser »I drift« eller »Virkning vist«. Tilføj et link, en "
            "fil eller et sagsnummer.",
        ),
        (
            "evidence",
            {"status": Status.PLANNED, "text": "Der er penge.", "evidence_kinds": [EvidenceKind.MENTIONED]},
            "Status »Planlagt« kræver dokumentation, der viser »Besluttet«, »Bevilget«, »I drift« eller »Virkning "
            "vist«. Den, du har tilføjet, viser kun »Omtalt«. Tilføj en mere, eller vælg en anden status.",
        ),
        (
            "text",
            {"status": Status.PAUSED},
            "Status »Sat på pause« kræver en tekst. Skriv, hvorfor arbejdet er sat på pause.",
        ),
        (
            "decided_by",
            {"status": Status.ABANDONED},
            "Status »Opgivet« kræver, at du skriver, hvem der besluttede det.",
        ),
        ("decided_on", {"status": Status.ABANDONED}, "Status »Opgivet« kræver datoen for beslutningen."),
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


@pytest.mark.parametrize("kind", [UpdateKind.NOTE, UpdateKind.CONFIRMATION])
@pytest.mark.parametrize("status", Status)
def test_a_note_and_a_confirmation_carry_no_status(kind, status):
    found = problems(
        kind, status=status, text="Tekst.", evidence_kinds=[EvidenceKind.EFFECT], decided_by="SOU", decided_on=TODAY
    )
    assert found.keys() == {"status"}
    assert found["status"].startswith("Kun en ny status kan ændre status.")


@pytest.mark.parametrize("status", Status)
def test_the_status_that_a_correction_brings_is_met_with_the_same_demands(status):
    assert problems(UpdateKind.CORRECTION, status=status).keys() == BARE_STATUS_DEMANDS[status] | {"text"}


@pytest.mark.parametrize("text", [" ", "\u00ad\u200b", "\n\t", "\ufeff"])
def test_what_nobody_can_see_is_no_text(text):
    assert "text" in problems(UpdateKind.NOTE, text=text)
    assert "text" in problems(status=Status.PAUSED, text=text)


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
        ("draft", "discarded"),
        ("submitted", "draft"),
        ("submitted", "published"),
        ("submitted", "discarded"),
    }
    assert can_move(current, new) == ((current.value, new.value) in ways)
    assert can_move(current.value, new.value) == can_move(current, new)


def test_an_unknown_state_is_an_error_and_not_a_no():
    with pytest.raises(ValueError, match="retracted"):
        can_move("draft", "retracted")


@pytest.mark.parametrize("status", ["", *Status])
def test_only_done_needs_a_second_person(status):
    assert needs_second_person(status) == (status in {"implemented", "implemented_otherwise"})


# --- Days -------------------------------------------------------------------------------------------------------------

HANDED_OVER = date(2024, 6, 17)
FUTURE = "ligger i fremtiden. Skriv en dato senest i dag."


@pytest.mark.parametrize(
    ("day", "source_day", "past_only", "problem"),
    [
        (None, HANDED_OVER, True, ""),
        (TODAY, HANDED_OVER, True, ""),
        (TODAY, None, True, ""),
        (date(207, 5, 1), HANDED_OVER, True, "Datoen 01.05.0207 ligger før 17.06.1994. Er årstallet skrevet rigtigt?"),
        (date(1026, 5, 1), HANDED_OVER, True, "Datoen 01.05.1026 ligger før 17.06.1994. Er årstallet skrevet rigtigt?"),
        (date(1026, 5, 1), None, False, "Datoen 01.05.1026 ligger før 02.11.1996. Er årstallet skrevet rigtigt?"),
        (date(1994, 6, 17), HANDED_OVER, True, ""),
        (
            date(1994, 6, 16),
            HANDED_OVER,
            True,
            "Datoen 16.06.1994 ligger før 17.06.1994. Er årstallet skrevet rigtigt?",
        ),
        (date(2099, 5, 1), HANDED_OVER, True, f"Datoen 01.05.2099 {FUTURE}"),
        (
            date(2099, 5, 1),
            HANDED_OVER,
            False,
            "Datoen 01.05.2099 ligger efter 17.06.2054. Er årstallet skrevet rigtigt?",
        ),
        (TODAY + DAY, HANDED_OVER, True, f"Datoen 03.11.2026 {FUTURE}"),
        (TODAY + DAY, HANDED_OVER, False, ""),
        (date(2054, 6, 17), HANDED_OVER, False, ""),
        (
            date(2054, 6, 18),
            HANDED_OVER,
            False,
            "Datoen 18.06.2054 ligger efter 17.06.2054. Er årstallet skrevet rigtigt?",
        ),
        # 29 February, thirty years from which there is none.
        (date(2024, 2, 29), date(2024, 2, 29), True, ""),
        (date(1994, 2, 28), date(2024, 2, 29), True, ""),
        (
            date(1994, 2, 27),
            date(2024, 2, 29),
            True,
            "Datoen 27.02.1994 ligger før 28.02.1994. Er årstallet skrevet rigtigt?",
        ),
        (
            date(2054, 3, 1),
            date(2024, 2, 29),
            False,
            "Datoen 01.03.2054 ligger efter 28.02.2054. Er årstallet skrevet rigtigt?",
        ),
        # A source so old that today lies more than thirty years after it.
        (TODAY, date(1980, 1, 1), True, ""),
        (
            TODAY + DAY,
            date(1980, 1, 1),
            False,
            "Datoen 03.11.2026 ligger efter 02.11.2026. Er årstallet skrevet rigtigt?",
        ),
    ],
)
def test_a_day_that_cannot_be_right_is_doubted_in_words(day, source_day, past_only, problem):
    assert day_problem(day, source_day=source_day, today=TODAY, past_only=past_only) == problem


@pytest.mark.parametrize("field", ["on", "decided_on", "next_step_on"])
@pytest.mark.parametrize("year", [207, 1026])
def test_every_day_of_an_update_is_doubted(field, year):
    given_days = {"next_step": "Udbud", field: date(year, 1, 1)}
    assert problems(status=Status.IN_PROGRESS, **given_days).keys() == {field}


def test_only_the_next_step_may_lie_ahead():
    ahead = {"next_step": "Udbud", "on": TODAY + DAY, "decided_on": TODAY + DAY, "next_step_on": TODAY + DAY}
    assert problems(status=Status.IN_PROGRESS, **ahead).keys() == {"on", "decided_on"}


# --- Days that are unlikely -------------------------------------------------------------------------------------------

PASSED, AHEAD, BEFORE, LONG_AGO = "allerede passeret", "mere end 10 år fremme", "før kilden", "mere end et år tilbage"


@pytest.mark.parametrize(
    ("name", "day", "asked"),
    [
        ("due_on", TODAY, ""),
        ("due_on", TODAY - DAY, PASSED),
        ("due_on", date(2036, 11, 2), ""),
        ("due_on", date(2036, 11, 3), AHEAD),
        ("next_step_on", TODAY - DAY, PASSED),
        ("next_step_on", date(2036, 11, 3), AHEAD),
        ("meeting_date", HANDED_OVER, ""),
        ("meeting_date", HANDED_OVER - DAY, BEFORE),
        ("decided_on", HANDED_OVER - DAY, BEFORE),
        ("decided_on", date(2025, 1, 1), ""),
        ("on", HANDED_OVER - DAY, BEFORE),
        ("on", date(2025, 11, 1), LONG_AGO),
        ("on", date(2025, 11, 2), ""),
        ("on", TODAY, ""),
        ("on", None, ""),
        ("due_on", None, ""),
    ],
)
def test_what_is_unlikely_is_asked_about(name, day, asked):
    question = day_doubt(name, day, source_day=HANDED_OVER, today=TODAY)
    assert (asked in question, question.endswith("?")) == (True, bool(asked))
    assert bool(question) == bool(asked)


def test_of_a_source_without_a_day_nothing_is_too_early():
    assert day_doubt("meeting_date", date(1999, 1, 1), source_day=None, today=TODAY) == ""


def test_ten_years_from_a_leap_day_end_on_the_28th():
    leap = date(2028, 2, 29)
    assert day_doubt("due_on", date(2038, 2, 28), source_day=None, today=leap) == ""
    assert day_doubt("due_on", date(2038, 3, 1), source_day=None, today=leap)


@pytest.mark.parametrize(("minutes", "slip"), [(0, True), (60, True), (61, False), (-1, False)])
def test_a_slip_is_an_hour_old_at_most(minutes, slip):
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert is_slip(now - timedelta(minutes=minutes), now=now) == slip
    assert not is_slip(None, now=now)


@pytest.mark.parametrize(
    ("handed_over_on", "days"),
    [(None, None), (TODAY, 0), (TODAY - DAY, 1), (TODAY + DAY, None)],
)
def test_the_days_after_the_hand_over_begin_with_none_on_the_day_itself(handed_over_on, days):
    assert days_after(handed_over_on, TODAY) == days


# --- Answers ----------------------------------------------------------------------------------------------------------

LINK = "https://eksempel.dk/punkt-7"


def answer_lacks(outcome, meeting_date=TODAY, **given_texts):
    texts = {"text": " ", "passed_on_to": " ", "agenda_url": ""} | given_texts
    return answer_problems(outcome, meeting_date=meeting_date, today=TODAY, source_day=HANDED_OVER, **texts)


ANSWER_DEMANDS = {
    Outcome.ADOPTED: set(),
    Outcome.PARTLY_ADOPTED: {"text"},
    Outcome.NOT_ADOPTED: {"text"},
    Outcome.NOTED: set(),
    Outcome.OUTSIDE_REMIT: {"passed_on_to"},
    Outcome.NOT_READ: {"agenda_url"},
    "": set(),  # takes an answer back: the correction says why
}


@pytest.mark.parametrize("outcome", ["", *Outcome])
def test_an_answer_is_met_with_exactly_its_demands(outcome):
    assert answer_lacks(outcome).keys() == ANSWER_DEMANDS[outcome]
    assert answer_lacks(outcome, text="Derfor.", passed_on_to="Staten", agenda_url=LINK) == {}


def test_what_an_answer_lacks_is_said_in_danish():
    assert answer_lacks(Outcome.NOT_ADOPTED) == {"text": "Svaret »Ikke tiltrådt« kræver en begrundelse."}


@pytest.mark.parametrize("outcome", Outcome)
def test_an_answer_cannot_come_from_a_meeting_that_has_not_been_held(outcome):
    found = answer_lacks(outcome, TODAY + DAY, text="Ja", passed_on_to="Staten", agenda_url=LINK)
    assert found == {"meeting_date": "Mødet er ikke holdt endnu. Et svar kan først registreres efter mødet."}


def test_a_meeting_a_thousand_years_ago_is_doubted():
    assert answer_lacks(Outcome.ADOPTED, date(1026, 9, 17)).keys() == {"meeting_date"}


def test_that_a_meeting_took_it_up_is_no_answer():
    assert set(Outcome) - ANSWERS == {Outcome.NOT_READ}


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


def test_the_first_fresh_day_lies_as_many_days_back_as_the_municipality_says(municipality, db):
    assert stale_before(TODAY, 90) == date(2026, 8, 4)
    assert municipality.stale_after_days == 90


@pytest.mark.parametrize("factory", [RecommendationFactory, InitiativeFactory])
def test_the_querysets_find_what_the_pure_rules_call_overdue_and_stale(factory, db):
    """Every status with every boundary."""
    combinations = [
        (status, due_on, fresh_on)
        for status in ["", *Status]
        for due_on in (None, TODAY - 400 * DAY, TODAY - DAY, TODAY, TODAY + DAY)
        for fresh_on in (None, TODAY - 91 * DAY, TODAY - 90 * DAY, TODAY)
    ]
    publication, wording = (first := factory()).publication, first.wording
    rows = [
        Item(
            publication=publication, kind=first.kind, number=f"x{n}", number_key=f"x{n}", path=f"x{n}", wording=wording
        )
        for n in range(len(combinations))
    ]
    Item.objects.bulk_create(rows)
    long_ago = {"on_from": date(1, 1, 1), "known_from": datetime(1900, 1, 1, tzinfo=UTC)}
    Standing.objects.bulk_create(
        Standing(item=item, status=status, due_on=due_on, fresh_on=fresh_on, **long_ago)
        for item, (status, due_on, fresh_on) in zip(
            Item.objects.filter(number__startswith="x").order_by("pk"), combinations, strict=True
        )
    )
    stated = factory._meta.model.objects.with_state()
    items = list(stated)
    assert len(items) == len(combinations) + 1

    overdue = {item.pk for item in items if is_overdue(item.state_status, item.state_due_on, today=TODAY)}
    stale = {item.pk for item in items if is_stale(item.state_status, item.state_fresh_on, today=TODAY, after_days=90)}
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


# --- An item of several owners ----------------------------------------------------------------------------------------

LEAD, CO = "lead", "co_owner"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([], ""),
        ([(LEAD, "", "")], ""),
        ([(LEAD, "", "paused")], "paused"),
        ([(CO, "", "lapsed")], "lapsed"),
        # A lead's word counts for the whole, whatever the others say.
        ([(LEAD, "", "implemented"), (CO, "", "")], "implemented"),
        ([(LEAD, "", "not_started"), (CO, "", "implemented")], "not_started"),
        ([(LEAD, "", "abandoned"), (CO, "", "in_progress")], "abandoned"),
        # Two leads are to each other as co-owners are.
        ([(LEAD, "", "implemented"), (LEAD, "", "in_progress"), (CO, "", "paused")], "in_progress"),
        # A lead that has said nothing lets the others speak.
        ([(LEAD, "", ""), (CO, "", "in_progress")], "in_progress"),
        ([(LEAD, "", ""), (CO, "", "implemented")], "in_progress"),
        # Co-owners only: done when all are, in progress when any shows progress.
        ([(CO, "", "implemented"), (CO, "", "implemented")], "implemented"),
        ([(CO, "", "implemented_otherwise"), (CO, "", "implemented_otherwise")], "implemented_otherwise"),
        ([(CO, "", "implemented"), (CO, "", "implemented_otherwise")], "implemented"),
        ([(CO, "", "implemented"), (CO, "", "")], "in_progress"),
        ([(CO, "", "implemented"), (CO, "", "abandoned")], "in_progress"),
        ([(CO, "", "in_progress"), (CO, "", "paused"), (CO, "", "")], "in_progress"),
        # Otherwise what all say, else the furthest that is still open.
        ([(CO, "", "planned"), (CO, "", "planned")], "planned"),
        ([(CO, "", "planned"), (CO, "", "not_started")], "planned"),
        ([(CO, "", "planned"), (CO, "", "paused")], "planned"),
        ([(CO, "", "planned"), (CO, "", "")], "planned"),
        ([(CO, "", "paused"), (CO, "", "not_started")], "paused"),
        ([(CO, "", "not_started"), (CO, "", "lapsed")], "not_started"),
        ([(CO, "", "abandoned"), (CO, "", "lapsed")], "abandoned"),
        ([(CO, "", "abandoned"), (CO, "", "")], ""),
        # Whoever is outside the municipality's remit holds nothing back.
        ([(CO, "outside_remit", ""), (CO, "", "implemented")], "implemented"),
        ([(CO, "outside_remit", "not_started"), (CO, "adopted", "implemented")], "implemented"),
        ([(LEAD, "outside_remit", "planned"), (CO, "adopted", "implemented")], "implemented"),
        ([(CO, "outside_remit", ""), (CO, "outside_remit", "")], ""),
        ([(LEAD, "outside_remit", "lapsed")], "lapsed"),
        # No other answer says anything about what is done.
        ([(CO, "not_adopted", ""), (CO, "", "implemented")], "in_progress"),
        ([(CO, "noted", ""), (CO, "", "implemented")], "in_progress"),
    ],
)
def test_an_item_stands_as_its_owners_cells_do_together(cells, expected):
    states = [CellState(*cell) for cell in cells]
    assert roll_up_cells(states) == expected
    assert roll_up_cells(states[::-1]) == expected


CELLS = st.builds(
    CellState,
    st.sampled_from([LEAD, CO]),
    st.sampled_from(["", *Outcome.values]),
    st.sampled_from(["", *Status.values]),
)


@given(st.lists(CELLS, max_size=4))
def test_an_item_is_done_only_when_whoever_speaks_for_it_is_done(cells):
    speaking = [cell for cell in cells if cell.outcome != Outcome.OUTSIDE_REMIT] or cells
    leads = [cell for cell in speaking if cell.role == LEAD and cell.status]
    all_done = bool(speaking) and all(cell.status in DONE for cell in leads or speaking)
    assert (roll_up_cells(cells) in DONE) == all_done


# --- What stands, and what stood before -------------------------------------------------------------------------------


def fact(key, on, value, corrects=None, came=None):
    return Fact(key, on, recorded_at(key), value, corrects, came)


EARLIER, LATER = date(2025, 3, 1), date(2025, 6, 1)


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        ([], None),
        ([fact(1, EARLIER, "noted")], 1),
        ([fact(1, EARLIER, "noted"), fact(2, LATER, "adopted")], 2),
        ([fact(1, LATER, "noted"), fact(2, EARLIER, "adopted")], 1),
        ([fact(1, EARLIER, "noted"), fact(2, EARLIER, "adopted")], 2),
        ([fact(1, LATER, "noted"), fact(2, EARLIER, "adopted", corrects=1)], 2),
        ([fact(1, EARLIER, "noted"), fact(2, EARLIER, "", corrects=1)], None),
        ([fact(1, EARLIER, "noted"), fact(2, EARLIER, "", corrects=1), fact(3, EARLIER, "adopted", corrects=2)], 3),
        (
            [fact(1, EARLIER, ""), fact(2, EARLIER, "noted"), fact(3, LATER, "")],
            2,
        ),  # news and confirmations say nothing
        # A correction stands where the row stood that it corrects: before what came in between.
        ([fact(1, EARLIER, "a"), fact(2, EARLIER, "b"), fact(3, EARLIER, "c", corrects=1, came=recorded_at(1))], 2),
        ([fact(1, EARLIER, "a"), fact(2, EARLIER, "b"), fact(3, EARLIER, "c", corrects=2, came=recorded_at(2))], 3),
    ],
)
def test_what_stands_is_about_the_newest_day_and_uncorrected(facts, stands):
    for order in (facts, facts[::-1]):
        found = what_stands(order)
        assert (found.key if found else None) == stands


def facts_of(story):
    """The rows of a story, each with the place where it stands in it as its key."""
    facts, came = [], {}
    for key, (on, value, corrects) in enumerate(story.rows):
        came[key] = came.get(corrects, recorded_at(key))
        facts.append(fact(key, on, value, corrects, came[key]))
    return facts


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_stood_before_and_what_stands_with_it(story):
    facts = facts_of(story)
    assert stood_before(facts, facts[story.asked]) == (story.before, story.after)
    assert stood_before(facts[::-1], facts[story.asked]) == (story.before, story.after)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_what_stands_with_a_row_is_what_stood_before_the_next(story):
    facts = facts_of(story)
    told = [stood_before(facts, fact) for fact in facts]
    assert [before for before, _after in told] == ["", *(after for _before, after in told[:-1])]
