"""What can be asked for: one list, from which forms, addresses, words, counts and options are made."""

from dataclasses import fields

import pytest
from django import forms

from recommendations import criteria
from recommendations.criteria import BY_FIELD, CRITERIA, ITEM_MODELS, NAMED, PARAMETERS, Offer, criteria_of, models_met
from recommendations.filters import CHOICES, TIMES, SelectionForm
from recommendations.models import Initiative, Recommendation
from recommendations.selection import Selection

NAMES = [
    "q",
    "kilde",
    "gruppe",
    "status",
    "svar",
    "udvalg",
    "forvaltning",
    "adressat",
    "stemmer_min",
    "forsinket",
    "ikke_opdateret",
    "har_initiativer",
    "sorter",
    "pr",
    "siden",
]
each = pytest.mark.parametrize("criterion", CRITERIA, ids=lambda criterion: criterion.name)


def test_the_names_in_addresses_are_lasting():
    assert list(PARAMETERS.values()) == NAMES


def test_a_selection_has_a_field_for_each_and_nothing_else_to_be_asked():
    defaults = {field.name: field.default for field in fields(Selection)}
    assert set(defaults) - {"known_at"} == set(PARAMETERS)
    assert {name: one.default for name, one in BY_FIELD.items()} == {
        name: default for name, default in defaults.items() if name != "known_at"
    }


@each
def test_each_says_what_it_is(criterion):
    assert str(criterion.heading)
    assert str(criterion.label)
    assert criterion.models
    assert criterion.option == "--" + criterion.name.replace("_", "-")
    field = criterion.form_field(Offer())
    assert isinstance(field, forms.Field)
    assert not field.required


@each
def test_nothing_typed_is_nothing_asked(criterion):
    field = criterion.form_field(Offer())
    value = criterion.value_of(field.clean([] if isinstance(field, forms.MultipleChoiceField) else ""))
    assert value == criterion.default
    assert not criterion.is_asked(value)


@each
def test_each_is_counted_but_for_words_days_and_the_order(criterion):
    is_counted = type(criterion).options is not criteria.Criterion.options
    assert is_counted == (criterion.name not in {"q", "sorter", "pr", "siden"})


@each
def test_each_stands_in_the_form(criterion):
    shown = {*CHOICES, *TIMES, "q"}
    assert criterion.is_flag or criterion.name in shown


def test_names_from_the_sources_are_danish_in_every_language():
    assert {"publication", "group", "committee", "administration", "addressee"} == NAMED


def test_what_can_be_asked_of_whom():
    only_recommendations = {"answer", "min_support", "has_initiatives"}
    assert {one.field for one in CRITERIA} - {one.field for one in criteria_of((Initiative,))} == only_recommendations
    assert criteria_of((Recommendation,)) == list(CRITERIA)
    assert criteria_of(ITEM_MODELS) == criteria_of((Initiative,))
    assert criteria_of(ITEM_MODELS, any_model=True) == list(CRITERIA)


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({}, ITEM_MODELS),
        ({"committee": "SOU", "overdue": True, "addressee": "kl"}, ITEM_MODELS),
        ({"answer": ("adopted",)}, (Recommendation,)),
        ({"min_support": 90}, (Recommendation,)),
        ({"has_initiatives": True}, (Recommendation,)),
    ],
)
def test_a_choice_that_one_kind_alone_can_meet_leaves_the_other_out(choices, expected):
    assert models_met(Selection(**choices)) == expected


def test_initiatives_alone_cannot_meet_a_choice_about_answers():
    assert models_met(Selection(answer=("adopted",)), (Initiative,)) == ()


@pytest.mark.parametrize(
    ("choices", "takes"),
    [
        ({}, True),
        ({"text": "bænke", "publication": "ting", "group": "2", "committee": "SOU", "since": None}, True),
        ({"status": ("paused",)}, False),
        ({"answer": ("adopted",)}, False),
        ({"min_support": 0}, False),
        ({"overdue": True}, False),
        ({"stale": True}, False),
        ({"order": "aendret"}, False),
    ],
)
def test_headings_stand_where_rows_are_not_told_apart_by_what_they_lack(choices, takes):
    assert Selection(**choices).takes_headings is takes


@pytest.mark.django_db
def test_a_new_criterion_is_everywhere_at_once(monkeypatch):
    """Form, words and address loop over one list; this is that list with one more."""

    class Extra(criteria.Criterion):
        field, name, heading, label = "text", "ekstra", "Ekstra", "Ekstra"

        def form_field(self, offer, *, several=False):
            return forms.CharField(required=False)

    monkeypatch.setattr(criteria, "CRITERIA", (*CRITERIA, Extra()))
    assert "ekstra" in SelectionForm({}).fields
