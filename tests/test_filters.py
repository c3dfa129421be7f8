"""The filter forms: what they accept, what they refuse and in which words, and the selection they make."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict

from recommendations.criteria import Offer
from recommendations.enums import Order
from recommendations.filters import (
    InitiativeFilterSet,
    InitiativesForm,
    NewsForm,
    RecommendationFilterSet,
    RecommendationsForm,
    SelectionForm,
    fields_for,
)
from recommendations.selection import ITEM_MODELS, PARAMETERS, Selection
from tests.factories import (
    AddresseeFactory,
    CommitteeFactory,
    InitiativeFactory,
    PublicationFactory,
    RecommendationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def choices(sou):
    PublicationFactory(slug="ting", title="Tinget")
    AddresseeFactory(slug="kl", name="KL")


def recommendations(query=""):
    return RecommendationsForm(QueryDict(query))


def test_every_parameter_of_a_selection_has_a_field():
    assert set(recommendations().fields) == set(PARAMETERS.values())
    about_recommendations_only = {"svar", "stemmer_min", "har_initiativer"}
    assert set(InitiativesForm(QueryDict()).fields) == set(PARAMETERS.values()) - about_recommendations_only
    assert set(NewsForm(QueryDict()).fields) == set(PARAMETERS.values()) - about_recommendations_only - {"sorter"}


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
    filters = InitiativesForm(QueryDict("adressat=KL"))
    assert filters.is_valid(), filters.errors
    assert filters.selection == Selection(addressee="kl")


@pytest.mark.parametrize("code", ["sou", "SOU", "Sou"])
def test_codes_may_be_written_in_any_case(code):
    assert recommendations(f"udvalg={code}").is_valid()
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
        ("kilde=xyz", "kilde", "Kilden »xyz« findes ikke. Vælg en fra listen."),
        ("udvalg=xyz", "udvalg", "Udvalget »xyz« findes ikke. Vælg et fra listen."),
        ("forvaltning=xyz", "forvaltning", "Forvaltningen »xyz« findes ikke. Vælg en fra listen."),
        ("status=in_progress&status=xyz", "status", "Status »xyz« findes ikke. Vælg fra listen."),
        ("svar=xyz", "svar", "Svaret »xyz« findes ikke. Vælg fra listen."),
        ("sorter=xyz", "sorter", "Der kan ikke sorteres efter »xyz«. Vælg fra listen."),
        ("pr=31.02.2026", "pr", "Datoen 31.02.2026 findes ikke. Skriv en dato som 28.02.2026."),
        ("pr=2026-02-31", "pr", "Datoen 2026-02-31 findes ikke. Skriv en dato som 28.02.2026."),
        ("pr=snart", "pr", "Datoen snart findes ikke. Skriv en dato som 28.02.2026."),
        ("pr=0001-01-01", "pr", "Datoen 0001-01-01 ligger før 1900. Skriv en senere dato."),
        ("pr=2026-11-03", "pr", "Datoen 3. november 2026 ligger i fremtiden. Skriv en dato senest i dag."),
        ("siden=2026-11-03", "siden", "Datoen 3. november 2026 ligger i fremtiden. Skriv en dato senest i dag."),
        (
            "pr=2026-01-01&siden=2026-01-02",
            "siden",
            "»Ændret siden« ligger efter den dag, du ser på. Skriv en tidligere dato.",
        ),
        ("stemmer_min=mange", "stemmer_min", "Støtten er ikke et tal. Skriv et tal fra 0 til 100."),
        ("stemmer_min=101", "stemmer_min", "Støtten kan ikke være over 100 %. Skriv et tal fra 0 til 100."),
        ("stemmer_min=-1", "stemmer_min", "Støtten kan ikke være under 0 %. Skriv et tal fra 0 til 100."),
        ("stemmer_min=NaN", "stemmer_min", "Støtten er ikke et tal. Skriv et tal fra 0 til 100."),
        ("forsinket=måske", "forsinket", "»måske« kan ikke bruges her. Skriv 1 for ja, eller lad det være tomt."),
        ("q=" + "x" * 201, "q", "Søgningen er for lang. Skriv højst 200 tegn."),
    ],
)
def test_what_does_not_hold_is_refused_in_words(query, field, sentence):
    filters = recommendations(query)
    assert not filters.is_valid()
    assert filters.errors == {field: [sentence]}


def test_initiatives_are_not_sorted_by_votes():
    assert not InitiativesForm(QueryDict("sorter=stemmer")).is_valid()


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


def test_a_draft_is_no_source_to_choose():
    PublicationFactory(slug="kladde", public_at=None)
    assert recommendations("kilde=kladde").errors == {"kilde": ["Kilden »kladde« findes ikke. Vælg en fra listen."]}


def test_names_stand_in_danish_order():
    for name in ("Ældreudvalget", "Zebraudvalget", "Aarhusudvalget", "Årsudvalget", "Øudvalget", "byudvalget"):
        CommitteeFactory(code=name[:3], name=name, administration=f"{name} F", administration_abbreviation=name[:3])
    for name in ("Ålborg", "Zealand", "Østerbro", "amager"):
        AddresseeFactory(slug=name[:2].casefold(), name=name)
    fields = recommendations().fields
    order = ["byudvalget", "Zebraudvalget", "Ældreudvalget", "Øudvalget", "Aarhusudvalget", "Årsudvalget"]
    committees = [label.split(" (")[0] for _code, label in fields["udvalg"].choices][1:]
    assert [name for name in committees if name in order] == order
    assert [label for _code, label in fields["forvaltning"].choices if label in {f"{name} F" for name in order}] == [
        f"{name} F" for name in order
    ]
    assert [label for _code, label in fields["adressat"].choices][1:] == [
        "amager",
        "KL",
        "Zealand",
        "Østerbro",
        "Ålborg",
    ]


def test_of_two_names_of_one_administration_the_one_that_exists_counts_everywhere():
    CommitteeFactory(code="NY", administration="Den nye forvaltning", administration_abbreviation="XF")
    CommitteeFactory(
        code="GL", administration="Den gamle forvaltning", administration_abbreviation="XF", valid_to=date(2013, 1, 1)
    )
    form = recommendations("forvaltning=XF")
    assert form.is_valid()
    assert ("XF", "Den nye forvaltning") in form.fields["forvaltning"].choices
    assert form.in_words == [("administration", "Forvaltning", "Den nye forvaltning")]
    assert form.selection.in_words() == form.in_words


def test_a_group_is_named_by_its_heading(django_assert_num_queries):
    source = PublicationFactory(slug="plan")
    RecommendationFactory(publication=source, number="2", title="Mere tid", kind="heading")
    form = recommendations("kilde=plan&gruppe=2")
    assert form.is_valid()
    form.offer_groups()
    with django_assert_num_queries(0):
        assert ("group", "Emne i kilden", "2 Mere tid") in form.in_words
    assert ("group", "Emne i kilden", "2 Mere tid") in form.selection.in_words()


class SeveralForm(SelectionForm):
    """As the form of reports: everything, and several committees."""

    any_model = True
    leave_out = ("order",)
    several = ("committee",)


def test_several_committees_can_be_ticked_where_a_form_says_so(sud):
    form = SeveralForm(QueryDict("udvalg=sou&udvalg=SUD&svar=adopted&adressat=kl"))
    assert form.is_valid(), form.errors
    assert form.selection == Selection(committee="SOU,SUD", answer=("adopted",), addressee="kl")
    words = ("committee", "Udvalg", "Sundheds- og Omsorgsudvalget, Socialudvalget")
    assert words in form.in_words


def test_fields_can_be_had_without_a_form():
    offer = Offer.read()
    assert set(fields_for(ITEM_MODELS, offer, any_model=True)) == set(PARAMETERS.values())
    assert "svar" not in fields_for(ITEM_MODELS, offer)
    assert "sorter" not in fields_for(ITEM_MODELS, offer, leave_out=("order",))


@pytest.mark.parametrize("count", [1, 3])
def test_a_form_reads_its_names_in_three_queries(count, django_assert_num_queries):
    for number in range(count):
        PublicationFactory(slug=f"k-{number}")
        CommitteeFactory(code=f"U{number}")
        AddresseeFactory(slug=f"a{number}")
    with django_assert_num_queries(3):
        recommendations()


@pytest.mark.parametrize(
    ("filter_set", "form", "factory"),
    [
        (RecommendationFilterSet, RecommendationsForm, RecommendationFactory),
        (InitiativeFilterSet, InitiativesForm, InitiativeFactory),
    ],
)
def test_a_filter_set_has_the_criteria_and_finds_what_its_form_finds(filter_set, form, factory):
    wanted, _other = factory(), factory()
    found = filter_set(QueryDict(f"kilde={wanted.publication.slug}"))
    assert set(found.filters) == set(form(QueryDict()).fields)
    assert found.is_valid()
    assert [row.pk for row in found.qs] == [row.pk for row in found.form.found()] == [wanted.pk]


def test_of_very_many_sources_the_first_are_on_offer_and_the_one_that_is_chosen(monkeypatch):
    monkeypatch.setattr("recommendations.filters.MOST_SOURCES", 2)
    for number in range(1, 5):
        PublicationFactory(slug=f"kilde-{number}", title=f"Kilde {number}", position=number)
    form = recommendations("kilde=KILDE-4")
    offered = [code for code, _name in form["kilde"].field.widget.choices]
    assert offered == ["", "ting", "kilde-1", "kilde-4"]
    assert form["kilde"].help_text == "De første 2 af 5 kilder. De andre findes under Kilder."
    assert form.is_valid()
    assert form.selection.publication == "kilde-4"
    assert recommendations("kilde=kilde-3").is_valid()
