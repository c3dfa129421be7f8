"""The filter forms: what they accept, what they refuse and in which words, and the selection they make."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from recommendations.enums import Order
from recommendations.filters import InitiativeFilter, RecommendationFilter
from recommendations.selection import PARAMETERS, Selection
from tests.factories import AddresseeFactory, PublicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def choices(sou):
    PublicationFactory(slug="ting", title="Tinget")
    AddresseeFactory(slug="kl", name="KL")


def recommendations(query=""):
    return RecommendationFilter(QueryDict(query))


def test_every_parameter_of_a_selection_has_a_field():
    fields = {*recommendations().form.fields, *InitiativeFilter(QueryDict()).form.fields}
    assert fields == set(PARAMETERS.values())


def test_nothing_chosen_is_the_default_selection():
    filters = recommendations("q=&kilde=&status=&pr=&sorter=")
    assert filters.is_valid(), filters.errors
    assert filters.selection == Selection()


def test_everything_chosen_comes_back_as_the_same_address():
    chosen = Selection(
        text="faste teams",
        publication="ting",
        group="2.3",
        status=("in_progress", "ingen"),
        answer=("noted", "ingen"),
        committee="SOU",
        administration="SUF",
        min_support=Decimal("62.5"),
        overdue=True,
        stale=True,
        order=Order.CHANGED,
        as_of=date(2026, 2, 28),
        since=date(2026, 1, 1),
    )
    filters = recommendations(chosen.query_string())
    assert filters.is_valid(), filters.errors
    assert filters.selection == chosen


def test_initiatives_can_be_asked_for_by_addressee():
    filters = InitiativeFilter(QueryDict("adressat=KL"))
    assert filters.is_valid(), filters.errors
    assert filters.selection == Selection(addressee="kl")


@pytest.mark.parametrize("code", ["sou", "SOU", "Sou"])
def test_codes_may_be_written_in_any_case(code):
    assert recommendations(f"udvalg={code}").form.is_valid()
    filters = recommendations(f"udvalg={code}")
    filters.is_valid()
    assert filters.selection.committee == "SOU"


@pytest.mark.parametrize("text", ["2026-02-28", "28.02.2026", "28.2.2026", "28-02-2026"])
def test_dates_as_people_and_as_addresses_write_them(text):
    filters = recommendations(f"pr={text}")
    assert filters.is_valid(), filters.errors
    assert filters.selection.as_of == date(2026, 2, 28)


@pytest.mark.parametrize("text", ["62.5", "62,5"])
def test_a_share_with_either_decimal_sign(text):
    filters = recommendations(f"stemmer_min={text}")
    assert filters.is_valid(), filters.errors
    assert filters.selection.min_support == Decimal("62.5")


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("kilde=xyz", "kilde", "Kilden «xyz» findes ikke. Vælg en fra listen."),
        ("udvalg=xyz", "udvalg", "Udvalget «xyz» findes ikke. Vælg et fra listen."),
        ("forvaltning=xyz", "forvaltning", "Forvaltningen «xyz» findes ikke. Vælg en fra listen."),
        ("status=in_progress&status=xyz", "status", "Status «xyz» findes ikke. Vælg fra listen."),
        ("svar=xyz", "svar", "Svaret «xyz» findes ikke. Vælg fra listen."),
        ("sorter=xyz", "sorter", "Der kan ikke sorteres efter «xyz». Vælg fra listen."),
        ("pr=31.02.2026", "pr", "Datoen 31.02.2026 findes ikke. Skriv en dato som 28.02.2026."),
        ("pr=2026-02-31", "pr", "Datoen 2026-02-31 findes ikke. Skriv en dato som 28.02.2026."),
        ("pr=snart", "pr", "Datoen snart findes ikke. Skriv en dato som 28.02.2026."),
        ("pr=0001-01-01", "pr", "Datoen 0001-01-01 ligger før 1900. Skriv en senere dato."),
        ("pr=2026-11-03", "pr", "Datoen 3. november 2026 ligger i fremtiden. Skriv en dato senest i dag."),
        ("siden=2026-11-03", "siden", "Datoen 3. november 2026 ligger i fremtiden. Skriv en dato senest i dag."),
        (
            "pr=2026-01-01&siden=2026-01-02",
            "siden",
            "«Ændret siden» ligger efter den dag, du ser på. Skriv en tidligere dato.",
        ),
        ("stemmer_min=mange", "stemmer_min", "Støtten er ikke et tal. Skriv et tal fra 0 til 100."),
        ("stemmer_min=101", "stemmer_min", "Støtten kan ikke være over 100 %. Skriv et tal fra 0 til 100."),
        ("stemmer_min=-1", "stemmer_min", "Støtten kan ikke være under 0 %. Skriv et tal fra 0 til 100."),
        ("stemmer_min=NaN", "stemmer_min", "Støtten er ikke et tal. Skriv et tal fra 0 til 100."),
        ("forsinket=måske", "forsinket", "«måske» kan ikke bruges her. Skriv 1 for ja, eller lad det være tomt."),
        ("q=" + "x" * 201, "q", "Søgningen er for lang. Skriv højst 200 tegn."),
    ],
)
def test_what_does_not_hold_is_refused_in_words(query, field, sentence):
    filters = recommendations(query)
    assert not filters.is_valid()
    assert filters.errors == {field: [sentence]}


def test_initiatives_are_not_sorted_by_votes():
    assert not InitiativeFilter(QueryDict("sorter=stemmer")).is_valid()


def test_names_are_known_without_asking_again(django_assert_num_queries):
    filters = recommendations("kilde=ting&udvalg=SOU&forvaltning=SUF")
    with django_assert_num_queries(0):  # the lists were read when the form was made
        assert filters.is_valid()
        words = {field: value for field, _heading, value in filters.in_words}
    assert words == {
        "publication": "Tinget",
        "committee": "Sundheds- og Omsorgsudvalget (SOU)",
        "administration": "Sundheds- og Omsorgsforvaltningen",
    }
