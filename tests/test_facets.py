"""What each choice in a filter is said to give, against what it gives when it is made."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.enums import Order, Outcome, Status, UpdateKind
from recommendations.facets import SUPPORT_STEPS, facets_of, headings_of
from recommendations.figures import status_totals
from recommendations.filters import InitiativeFilter, RecommendationFilter
from recommendations.models import Committee, Initiative, Recommendation
from recommendations.selection import NONE_REGISTERED, Selection
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
    deadline,
    published,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
GROUPS = ["1", "1.2", "2", "7"]


@pytest.fixture
def world(sou, sud, buu):
    """Forty recommendations and twenty initiatives with a bit of everything, the same each time."""
    luck = random.Random(4)
    # The same administration behind two committees, and one that was taken over by both of them.
    twin = CommitteeFactory(code="SOU2", administration_abbreviation=sou.administration_abbreviation)
    old = CommitteeFactory(code="GL", valid_to=date(2026, 1, 1))
    SuccessionFactory(predecessor=old, successor=sou)
    SuccessionFactory(predecessor=old, successor=twin)
    committees = [sou, sud, buu, twin, old]
    everything = []
    for slug in ("ting", "plan"):
        source = PublicationFactory(slug=slug)
        for number in ("1", "1.2", "2"):
            RecommendationFactory(publication=source, number=number, is_heading=True, title="Overskrift om bænke")
        for number in ("3", *(f"{group}.{n}" for group in ("1", "1.2", "2", "11") for n in (3, 4, 5, 6, 10))):
            title = luck.choice(["Bænke i parken", "Træer på torvet"])
            everything.append(RecommendationFactory(publication=source, number=number, title=title))
        for number in range(10):
            addressee = luck.choice([None, AddresseeFactory(slug="kl"), AddresseeFactory(slug="staten")])
            initiative = InitiativeFactory(publication=source, code=f"i-{number}", addressee=addressee)
            initiative.recommendations.set(
                luck.sample(list(Recommendation.objects.order_by("pk")), luck.choice([0, 1, 2, 5]))
            )
            everything.append(initiative)
    PublicationFactory(slug="tom")
    for item in everything:
        for committee in luck.sample(committees, luck.choice([0, 1, 1, 2, 3])):
            begins = date(2025, 1, 1) + luck.choice([0, 200, 600]) * DAY
            OwnershipFactory(about=item, committee=committee, valid_from=begins)
            if luck.random() < 0.3:  # two periods of one owner overlap
                OwnershipFactory(about=item, committee=committee, valid_from=begins + 5 * DAY)
        for _ in range(luck.choice([0, 1, 2])):
            published(item, luck.choice(Status.values), on=TODAY - luck.choice([1, 80, 100, 400]) * DAY)
        if luck.random() < 0.3:
            published(item, kind=UpdateKind.CONFIRMATION, on=TODAY - 3 * DAY)
        if luck.random() < 0.5:
            deadline(item, TODAY + luck.choice([-200, -1, 0, 50]) * DAY)
        if isinstance(item, Recommendation):
            for committee in luck.sample(committees, luck.choice([0, 1, 2])):
                met = date(2025, 6, 1) + luck.choice([0, 500]) * DAY
                outcome = luck.choice(Outcome.values)
                CommitteeAnswerFactory(recommendation=item, committee=committee, outcome=outcome, meeting_date=met)
            percent = luck.choice(["0", "50", "62.5", "89.99", "90", "100", None, ""])
            if percent:
                VoteShareFactory(recommendation=item, percent=percent)
            elif percent is None:
                VoteShareFactory(recommendation=item, unreadable=True)


def one_of(*values, seldom):
    """Mostly nothing, as most filters are left alone."""
    return st.one_of(st.just(seldom), st.just(seldom), st.sampled_from(values))


several = {
    "status": [*Status.values, NONE_REGISTERED],
    "answer": [*Outcome.values, NONE_REGISTERED],
}
selections = st.builds(
    Selection,
    text=one_of("bænke", "træer", seldom=""),
    publication=one_of("ting", "plan", "tom", seldom=""),
    group=one_of(*GROUPS, seldom=""),
    status=one_of(*[(code, NONE_REGISTERED) for code in several["status"]], ("in_progress",), seldom=()),
    answer=one_of(*[(code,) for code in several["answer"]], ("adopted", NONE_REGISTERED), seldom=()),
    committee=one_of("SOU", "SOU2", "SUD", "GL", seldom=""),
    administration=one_of("SUF", "SOF", "GLF", seldom=""),
    addressee=one_of("kl", seldom=""),
    min_support=one_of(Decimal("0"), Decimal("62.5"), Decimal("90"), seldom=None),
    overdue=one_of(True, seldom=False),
    stale=one_of(True, seldom=False),
    has_initiatives=one_of(True, seldom=False),
    order=st.sampled_from([Order.NUMBER, Order.NUMBER, Order.SILENCE]),
    as_of=one_of(date(2026, 6, 1), seldom=None),
    since=one_of(date(2026, 5, 1), seldom=None),
)
OFFERED = {
    "publication": ["", "ting", "plan", "tom"],
    "group": ["", "1", "1.2", "2"],
    "committee": ["", "SOU", "SOU2", "SUD", "BUU", "GL"],
    "administration": ["", "SUF", "SOF", "BUF", "GLF"],
    "addressee": ["", "kl", "staten"],
    "min_support": ["", *SUPPORT_STEPS],
    "overdue": [True],
    "stale": [True],
    "has_initiatives": [True],
}
NOT_FOR = {Recommendation: {"addressee"}, Initiative: {"answer", "min_support", "has_initiatives"}}


def listed(selection, kind):
    """How many items the list has, headings aside."""
    (items,) = selection.items((kind,))
    return items.countable().count()


def chosen(field, value):
    """A selection's field when the value is chosen in the form."""
    if field in several:
        return (value,)
    return None if field == "min_support" and value == "" else value


@pytest.mark.parametrize("kind", [Recommendation, Initiative])
def test_the_number_beside_a_choice_is_the_number_of_items_that_it_gives(kind, world):
    fields = sorted({*OFFERED, *several} - NOT_FOR[kind])

    committees, groups = list(Committee.objects.order_by("pk")), headings_of("ting")

    @settings(max_examples=40)
    @given(selections, st.sampled_from(fields))
    def holds(selection, field):
        facets = facets_of(selection, kind, committees, groups)
        for value in OFFERED.get(field) or several[field]:
            expected = listed(selection.but(**{field: chosen(field, value)}), kind)
            assert facets.counts[field][value] == expected, (field, value)
        (items,) = selection.items((kind,))
        assert facets.totals == status_totals(items, selection.day)[None]
        assert facets.totals.headings == items.count() - items.countable().count()

    holds()


@pytest.mark.parametrize("kind", [Recommendation, Initiative])
@pytest.mark.parametrize("count", [1, 3])
def test_all_counts_take_the_same_queries_however_many(count, kind, sou, sud, django_assert_num_queries):
    source = PublicationFactory(slug="ting")
    for number in range(count):
        RecommendationFactory(publication=source, number=str(number), is_heading=True)
        factory = RecommendationFactory if kind is Recommendation else InitiativeFactory
        item = factory(publication=source)
        OwnershipFactory(about=item, committee=sou)
        OwnershipFactory(about=item, committee=sud)
        published(item)
    committees, groups = [sou, sud], headings_of("ting")
    # Successions, items alike, what other tables say; and for initiatives their groups.
    with django_assert_num_queries(3 if kind is Recommendation else 4):
        facets = facets_of(Selection(publication="ting"), kind, committees, groups)
    assert facets.counts["status"]["in_progress"] == count


def test_an_administration_that_the_chosen_committee_is_not_in_gives_nothing(sou, sud):
    OwnershipFactory(about=RecommendationFactory(), committee=sou)
    counts = facets_of(Selection(committee="SOU"), Recommendation, [sou, sud]).counts["administration"]
    assert (counts[""], counts["SUF"], counts["SOF"]) == (1, 1, 0)


def form_of(filters):
    assert filters.is_valid()
    filters.offer_groups()
    filters.show_counts()
    return filters.form


def test_choices_that_would_give_nothing_stay_and_say_so():
    RecommendationFactory(publication__slug="ting", publication__title="Tinget")
    PublicationFactory(slug="tom", title="Den tomme")
    form = form_of(RecommendationFilter(QueryDict("")))
    assert [label for _code, label in form["kilde"].field.widget.choices] == [
        "Alle (1)",
        "Tinget (1)",
        "Den tomme (0)",
    ]
    assert ("paused", "Sat på pause (0)") in form["status"].field.widget.choices
    assert form["forsinket"].label == "Forsinkede (0)"
    assert form["har_initiativer"].label == "Med initiativer (0)"


def test_a_share_between_the_steps_is_offered_as_it_was_typed():
    VoteShareFactory(percent=70)
    form = form_of(RecommendationFilter(QueryDict("stemmer_min=62,5")))
    assert [
        choice for choice in form["stemmer_min"].field.widget.choices if choice[0] in ("60", "62,5", "70", "80")
    ] == [
        ("60", "mindst 60 % (1)"),
        ("62,5", "mindst 62,5 % (1)"),
        ("70", "mindst 70 % (1)"),
        ("80", "mindst 80 % (0)"),
    ]
    assert 'value="62,5" selected' in str(form["stemmer_min"])


def test_groups_are_chosen_by_their_titles_once_a_source_is():
    source = PublicationFactory(slug="ting")
    RecommendationFactory(publication=source, number="2", title="Mere tid", is_heading=True)
    RecommendationFactory(publication=source, number="2.1")
    free = str(form_of(RecommendationFilter(QueryDict("gruppe=2")))["gruppe"])
    assert '<input type="text"' in free
    form = form_of(RecommendationFilter(QueryDict("kilde=ting&gruppe=2")))
    assert form["gruppe"].field.widget.choices == [("", "Alle (1)"), ("2", "2 Mere tid (1)")]
    assert 'value="2" selected' in str(form["gruppe"])


def test_a_group_that_is_no_heading_can_still_be_asked_for():
    source = PublicationFactory(slug="ting")
    RecommendationFactory(publication=source, number="2", is_heading=True)
    RecommendationFactory(publication=source, number="3.1")
    filters = RecommendationFilter(QueryDict("kilde=ting&gruppe=3"))
    assert '<option value="3" selected>3</option>' in str(form_of(filters)["gruppe"])
    assert [item.number for item in filters.qs] == ["3.1"]


def test_initiatives_are_offered_by_addressee():
    InitiativeFactory(addressee=AddresseeFactory(slug="kl", name="KL"))
    AddresseeFactory(slug="staten", name="Staten")
    form = form_of(InitiativeFilter(QueryDict("")))
    assert form["adressat"].field.widget.choices == [("", "Alle (1)"), ("kl", "KL (1)"), ("staten", "Staten (0)")]
