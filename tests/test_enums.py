"""The words of the domain: each code has its label, and the named groups hold what their names say."""

import pytest
from django.db.models import TextChoices

from recommendations import enums
from recommendations.enums import (
    ANSWERS,
    CLOSED,
    COUNTED,
    DONE,
    NEWS,
    PROGRESSING,
    RECOMMENDED,
    TEXT_REQUIRED,
    UNPUBLISHED,
    WRITERS,
    Act,
    ItemKind,
    Outcome,
    RelationKind,
    Role,
    Status,
    UpdateKind,
    UpdateState,
)

ALL = [
    value
    for value in vars(enums).values()
    if isinstance(value, type) and issubclass(value, TextChoices) and value is not TextChoices
]


@pytest.mark.parametrize("words", ALL, ids=lambda words: words.__name__)
def test_every_code_has_a_label_of_its_own(words):
    labels = [str(label) for label in words.labels]
    assert all(label.strip() for label in labels)
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("code", [*Status, *Outcome])
def test_every_status_and_outcome_has_one_definition_that_is_a_sentence(code):
    assert str(code.definition).endswith(".")
    assert len(str(code.definition)) > len(str(code.label))


def test_no_two_statuses_are_defined_alike():
    assert len({str(status.definition) for status in Status}) == len(Status)
    assert len({str(outcome.definition) for outcome in Outcome}) == len(Outcome)


def test_the_domain_has_these_statuses_in_this_order():
    assert [(status.value, str(status.label)) for status in Status] == [
        ("not_started", "Ikke begyndt"),
        ("planned", "Planlagt"),
        ("in_progress", "I gang"),
        ("implemented", "Gennemført"),
        ("implemented_otherwise", "Gennemført på anden måde"),
        ("paused", "Sat på pause"),
        ("abandoned", "Opgivet"),
        ("lapsed", "Bortfaldet"),
    ]


def test_the_domain_has_these_outcomes_in_this_order():
    assert [(outcome.value, str(outcome.label)) for outcome in Outcome] == [
        ("adopted", "Tiltrådt"),
        ("partly_adopted", "Delvist tiltrådt"),
        ("not_adopted", "Ikke tiltrådt"),
        ("noted", "Taget til efterretning"),
        ("outside_remit", "Uden for kommunens kompetence"),
        ("not_read", "Behandlet; beslutningen er ikke læst ind"),
    ]


def test_noted_says_in_words_that_nothing_was_promised():
    assert "ikke lovet" in str(Outcome.NOTED.definition)


def test_the_groups_of_states_hold_what_their_names_say():
    assert {Status.IMPLEMENTED, Status.IMPLEMENTED_OTHERWISE} == DONE
    assert {*DONE, Status.ABANDONED, Status.LAPSED} == CLOSED
    assert {*DONE, Status.IN_PROGRESS} == PROGRESSING
    assert {UpdateKind.STATUS, UpdateKind.NOTE} == NEWS
    assert {UpdateState.DRAFT, UpdateState.SUBMITTED} == UNPUBLISHED
    assert {*ANSWERS, Outcome.NOT_READ} == set(Outcome)
    assert {Role.EDITOR, Role.APPROVER} == set(WRITERS)


def test_headings_and_options_are_not_counted_and_initiatives_have_a_list_of_their_own():
    assert {*COUNTED, ItemKind.HEADING, ItemKind.OPTION} == set(ItemKind)
    assert {*RECOMMENDED, ItemKind.INITIATIVE} == set(ItemKind)
    assert ItemKind.INITIATIVE in COUNTED


@pytest.mark.parametrize("code", [*Act, *ItemKind, *Status])
def test_every_code_has_room_in_its_column(code):
    assert len(code) <= {Act: 30, ItemKind: 20, Status: 30}[type(code)]


@pytest.mark.parametrize("status", Status)
def test_a_status_says_what_it_demands_exactly_where_it_demands_something(status):
    assert bool(status.requirement) == (status in TEXT_REQUIRED | DONE)


@pytest.mark.parametrize("kind", RelationKind)
def test_every_relation_reads_from_both_ends(kind):
    assert str(kind.reverse_label)
    assert (kind.reverse_label == kind.label) == (kind == RelationKind.SAME_MATTER)
