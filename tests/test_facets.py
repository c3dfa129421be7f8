"""What each choice in a filter is said to give, against what it gives when it is made."""

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import event, given, settings
from hypothesis import strategies as st

from recommendations import answers
from recommendations.criteria import SUPPORT_STEPS, Offer, headings_of
from recommendations.enums import ItemKind, Order, Outcome, OwnershipRole, Status, UpdateKind
from recommendations.facets import facets_of
from recommendations.figures import totals_of
from recommendations.filters import InitiativesForm, RecommendationsForm
from recommendations.models import Initiative, Recommendation
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
    answered,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
GROUPS = ["1", "1.2", "2", "7"]


@pytest.fixture
def world(sou, sud, buu):
    """Some thirty recommendations and fourteen initiatives with a bit of everything, the same each time."""
    luck = random.Random(4)
    # The same administration behind two committees, and one that was taken over by both of them.
    twin = CommitteeFactory(code="SOU2", administration_abbreviation=sou.administration_abbreviation)
    old = CommitteeFactory(code="GL", valid_to=date(2026, 1, 1))
    SuccessionFactory(predecessor=old, successor=sou)
    SuccessionFactory(predecessor=old, successor=twin)
    handed_over = SuccessionFactory(predecessor=sud, successor=buu, on=date(2026, 3, 1), predecessor_ends=False)
    committees = [sou, sud, buu, twin, old]
    addressees = [None, AddresseeFactory(slug="kl"), AddresseeFactory(slug="staten")]
    everything = []
    for slug, expects_answers in (("ting", True), ("plan", False)):
        source = PublicationFactory(slug=slug, expects_answers=expects_answers)
        above = {"": None}
        for number, parent in (("1", ""), ("1.2", "1"), ("2", "")):
            above[number] = RecommendationFactory(
                publication=source, number=number, parent=above[parent], kind="heading", title="Overskrift om bænke"
            )
        for parent, places in (("", "3"), ("1", "345"), ("1.2", "678"), ("2", "9abcde")):
            for place in places:  # numbered straight through, whatever they stand under
                title = luck.choice(["Bænke i parken", "Træer på torvet"])
                kind = ItemKind.OPTION if place in "ce" else luck.choice([ItemKind.RECOMMENDATION, ItemKind.CHALLENGE])
                everything.append(
                    RecommendationFactory(
                        publication=source,
                        number=f"{place}{len(everything)}",
                        parent=above[parent],
                        kind=kind,
                        title=title,
                        addressee=luck.choice(addressees),
                    )
                )
        rows = [*everything, *filter(None, above.values())]
        everything += [above["1"]]
        for number in range(7):
            initiative = InitiativeFactory(
                publication=source,
                number=f"i-{number}",
                addressee=luck.choice(addressees),
                parent=luck.choice([None, None, above["1.2"]]),
                carries_out=luck.sample([row for row in rows if not row.is_initiative], luck.choice([0, 1, 2, 5])),
            )
            everything.append(initiative)
    PublicationFactory(slug="tom")
    hidden = RecommendationFactory(publication=PublicationFactory(slug="kladde", public_at=None))
    for item in [*everything, hidden]:
        for committee in luck.sample(committees, luck.choice([0, 1, 1, 2, 3])):
            begins = date(2025, 1, 1) + luck.choice([0, 200, 600]) * DAY
            role = luck.choice(OwnershipRole.values)
            own = OwnershipFactory(item=item, committee=committee, valid_from=begins, role=role)
            if luck.random() < 0.2:
                end = {"valid_from": begins, "valid_to": begins + 100 * DAY, "role": role, "replaces": own}
                OwnershipFactory(item=item, committee=committee, **end)
        if luck.random() < 0.2 and not item.ownerships.filter(committee=buu).exists():
            OwnershipFactory(item=item, committee=buu, valid_from=handed_over.on, succession=handed_over)
        for _ in range(luck.choice([0, 1, 2])):
            update = published(item, luck.choice(Status.values), on=TODAY - luck.choice([1, 80, 100, 400]) * DAY)
            if luck.random() < 0.2:
                published(item, kind=UpdateKind.CORRECTION, corrects=update, on=update.on)
        if luck.random() < 0.3:
            published(item, kind=UpdateKind.CONFIRMATION, on=TODAY - 3 * DAY)
        if luck.random() < 0.5:
            deadline(item, TODAY + luck.choice([-200, -1, 0, 50]) * DAY)
        if not item.is_initiative:
            for committee in luck.sample(committees, luck.choice([0, 1, 2])):
                met = date(2025, 6, 1) + luck.choice([0, 500]) * DAY
                said = {"meeting_date": met, "agenda_url": "https://eksempel.dk/7"}
                answer = answered(item, committee, luck.choice(Outcome.values), **said)
                if luck.random() < 0.3:  # to another, or taken back
                    outcome = luck.choice(["", "noted"])
                    CommitteeAnswerFactory(item=item, committee=committee, outcome=outcome, corrects=answer, **said)
            percent = luck.choice(["0", "50", "62.5", "89.99", "90", "100", None, ""])
            if percent:
                VoteShareFactory(item=item, percent=percent)
            elif percent is None:
                VoteShareFactory(item=item, unreadable=True)


several = {
    "status": [*Status.values, NONE_REGISTERED],
    "answer": [*Outcome.values, NONE_REGISTERED],
}
CHOICES = {
    "text": ["bænke", "træer"],
    "publication": ["ting", "ting", "plan", "tom"],
    "group": GROUPS,
    "status": [*[(code, NONE_REGISTERED) for code in several["status"]], ("in_progress",)],
    "answer": [*[(code,) for code in several["answer"]], *[(NONE_REGISTERED,)] * 5, ("adopted", NONE_REGISTERED)],
    "committee": ["SOU", "SOU2", "SUD", "BUU", "GL", "SOU,SUD"],
    "administration": ["SUF", "SOF", "GLF"],
    "addressee": ["kl"],
    "min_support": [Decimal("0"), Decimal("62.5"), Decimal("90")],
    "overdue": [True],
    "stale": [True],
    "has_initiatives": [True],
    "order": [Order.SILENCE],
    "as_of": [date(2026, 6, 1)],
    "since": [date(2026, 5, 1)],
}
# Few choices at a time, so that headings often stay, and often several about one cell or one source.
NAMES = st.sampled_from(
    [set(), *({name} for name in CHOICES), {"publication"}, {"text", "publication"}, {"committee", "as_of"}]
    + [{"answer", "committee"}, {"answer", "administration", "publication"}] * 3
    + [{"publication", "group"}, {"publication", "group", "has_initiatives"}] * 2
    + [{"since", "status", "committee"}, {"answer", "committee", "as_of", "text"}, {"publication", "group", "overdue"}]
)
selections = NAMES.flatmap(
    lambda names: st.builds(Selection, **{name: st.sampled_from(CHOICES[name]) for name in sorted(names)})
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
NOT_FOR = {Recommendation: set(), Initiative: {"answer", "min_support", "has_initiatives"}}


def listed(selection, model):
    """How many items the list has that are counted, read row by row."""
    (items,) = selection.items((model,))
    return sum(item.is_counted for item in items)


def chosen(field, value):
    """A selection's field when the value is chosen in the form."""
    if field in several:
        return (value,)
    return None if field == "min_support" and value == "" else value


@pytest.mark.parametrize("model", [Recommendation, Initiative])
def test_the_number_beside_a_choice_is_the_number_of_items_that_it_gives(model, world):
    fields = sorted({*OFFERED, *several} - NOT_FOR[model])
    fields += ["answer", "committee", "group"][0 if model is Recommendation else 1 :]  # oftener than the others
    offer, met = Offer.read((model,)), Counter()

    # From a fixed seed, so that what is met is a fact of the test.
    @settings(max_examples=100, derandomize=True)
    @given(selections, st.sampled_from(fields))
    def holds(selection, field):
        # Groups are offered of the source that is chosen.
        offer.groups = headings_of(selection.publication, *selection.times)
        facets = facets_of(selection, model, offer)
        for value in OFFERED.get(field) or several[field]:
            if field == "group" and not offer.groups:
                continue
            wanted = selection.replaced(**{field: chosen(field, value)})
            assert facets.counts[field][value] == listed(wanted, model), (field, value)
        (items,) = selection.items((model,))
        rows = list(items)
        assert facets.totals == totals_of(rows, selection.day)
        assert facets.totals.headings == sum(item.is_heading for item in rows)
        assert facets.totals.listed == len(rows) == len({item.pk for item in rows})
        cases = {
            "headings among the rows": any(item.is_heading for item in rows),
            "options among the rows": any(item.kind == ItemKind.OPTION for item in rows),
            "svar and udvalg": bool(selection.answer and (selection.committee or selection.administration)),
            "svar=ingen and udvalg": NONE_REGISTERED in selection.answer and bool(selection.committee),
            "something found": bool(rows),
            "an earlier day": selection.as_of is not None,
            "groups on offer": bool(offer.groups),
        }
        met.update(["all", *(case for case, is_met in cases.items() if is_met)])
        for case, is_met in cases.items():
            if is_met:
                event(case)

    holds()
    least = {"something found": 60, "svar and udvalg": 10, "svar=ingen and udvalg": 4, "an earlier day": 4}
    least["groups on offer"] = 15
    if model is Recommendation:
        least |= {"headings among the rows": 25, "options among the rows": 25}
    assert {case: met[case] for case in least if met[case] < least[case]} == {}, met


@pytest.mark.parametrize("model", [Recommendation, Initiative])
@pytest.mark.parametrize("count", [1, 3])
def test_all_counts_take_the_same_queries_however_many(count, model, sou, sud, django_assert_num_queries):
    source = PublicationFactory(slug="ting")
    for number in range(count):
        RecommendationFactory(publication=source, number=f"h{number}", kind="heading")
        factory = RecommendationFactory if model is Recommendation else InitiativeFactory
        item = factory(publication=source)
        OwnershipFactory(item=item, committee=sou)
        OwnershipFactory(item=item, committee=sud)
        published(item)
    offer = Offer([sou, sud], groups=headings_of("ting"))
    # The index of what items have (five), and successions.
    with django_assert_num_queries(6):
        facets = facets_of(Selection(publication="ting"), model, offer)
    assert facets.counts["status"]["in_progress"] == count
    # With everything chosen also whose the committee is.
    with django_assert_num_queries(7):
        facets_of(Selection(publication="ting", committee="SOU", answer=("adopted",)), model, offer)


def test_headings_are_no_part_of_any_number():
    """27 rows of which 5 are headings: 22, beside every choice."""
    source = PublicationFactory(slug="ting")
    for number in range(27):
        kind = "heading" if number < 5 else "recommendation"
        RecommendationFactory(publication=source, number=str(number), kind=kind)
    facets = facets_of(Selection(), Recommendation, Offer.read())
    assert facets.counts["publication"] == {"": 22, "ting": 22}
    assert (facets.totals.total, facets.totals.headings, facets.totals.listed) == (22, 5, 27)


def test_options_are_no_part_of_any_number_and_are_not_called_headings():
    source = PublicationFactory(slug="scenarier")
    for kind in (ItemKind.AREA, ItemKind.OPTION, ItemKind.OPTION):
        RecommendationFactory(publication=source, kind=kind)
    facets = facets_of(Selection(), Recommendation, Offer.read())
    assert facets.counts["publication"] == {"": 1, "scenarier": 1}
    assert (facets.totals.total, facets.totals.headings, facets.totals.options) == (1, 0, 2)


@pytest.fixture
def five_of_22(sou, sud):
    """SOU and SUD own all 22 together; SOU has answered five of them."""
    source = PublicationFactory(slug="ting")
    for number in range(1, 23):
        item = RecommendationFactory(publication=source, number=str(number))
        OwnershipFactory(item=item, committee=sou)
        OwnershipFactory(item=item, committee=sud, role="co_owner")
        if number <= 5:
            answered(item, sou)


def test_what_one_owner_has_answered_is_no_answer_of_the_other(five_of_22):
    """Beside each choice of *svar* under *udvalg*, and of *udvalg* under *svar*: that committee's answers."""

    def counts(**choices):
        return facets_of(Selection(**choices), Recommendation, Offer.read()).counts

    assert counts(committee="SOU")["answer"] == {"adopted": 5, NONE_REGISTERED: 17}
    assert counts(committee="SUD")["answer"] == {NONE_REGISTERED: 22}
    assert counts()["answer"] == {"adopted": 5, NONE_REGISTERED: 22}
    of_those = counts(answer=("adopted",))["committee"]
    assert (of_those[""], of_those["SOU"], of_those["SUD"]) == (5, 5, 0)
    of_those = counts(answer=(NONE_REGISTERED,))["administration"]
    assert (of_those[""], of_those["SUF"], of_those["SOF"]) == (22, 17, 22)
    assert answers.owed().count() == 17 + 22


def test_an_administration_that_the_chosen_committee_is_not_in_gives_nothing(sou, sud):
    OwnershipFactory(item=RecommendationFactory(), committee=sou)
    counts = facets_of(Selection(committee="SOU"), Recommendation, Offer([sou, sud])).counts["administration"]
    assert (counts[""], counts["SUF"], counts["SOF"]) == (1, 1, 0)


def form_of(form):
    assert form.is_valid()
    form.show_counts()
    return form


def labels(form, name):
    return [str(label) for _code, label in form[name].field.widget.choices]


def test_only_choices_that_give_something_are_offered():
    RecommendationFactory(publication__slug="ting", publication__title="Tinget")
    PublicationFactory(slug="tom", title="Den tomme")
    form = form_of(RecommendationsForm(QueryDict("")))
    assert labels(form, "kilde") == ["Alle (1)", "Tinget (1)"]
    assert labels(form, "status") == ["Ingen status registreret (1)"]
    assert form.checks == []
    offered = [bound.name for bound in form.choices]
    assert "kilde" in offered
    assert "status" in offered
    assert not {"gruppe", "svar", "udvalg", "adressat", "stemmer_min"} & set(offered)


def test_what_is_chosen_stays_with_its_number_though_it_gives_nothing():
    RecommendationFactory(publication__slug="ting", publication__title="Tinget")
    PublicationFactory(slug="tom", title="Den tomme")
    query = "kilde=tom&status=paused&stemmer_min=62,5&forsinket=1"
    form = form_of(RecommendationsForm(QueryDict(query)))
    assert "Den tomme (0)" in labels(form, "kilde")
    assert labels(form, "status") == ["Sat på pause (0)"]
    assert labels(form, "stemmer_min") == ["Alle (0)", "mindst 62,5 % (0)"]
    assert [(bound.name, bound.label) for bound in form.checks] == [("forsinket", "Forsinkede (0)")]
    assert {"kilde", "status", "stemmer_min"} <= {bound.name for bound in form.choices}


def test_a_code_typed_in_lower_case_stays_too(sou):
    form = form_of(RecommendationsForm(QueryDict("udvalg=sou")))
    assert labels(form, "udvalg") == ["Alle (0)", f"{sou} (0)"]


def test_what_cannot_be_read_keeps_every_choice():
    form = RecommendationsForm(QueryDict("status=xyz"))
    assert not form.is_valid()
    assert {"status", "svar"} <= {bound.name for bound in form.choices}
    assert form.checks


def test_a_share_between_the_steps_is_offered_as_it_was_typed():
    VoteShareFactory(percent=70)
    form = form_of(RecommendationsForm(QueryDict("stemmer_min=62,5")))
    assert [
        choice for choice in form["stemmer_min"].field.widget.choices if choice[0] in ("60", "62,5", "70", "80")
    ] == [("60", "mindst 60 % (1)"), ("62,5", "mindst 62,5 % (1)"), ("70", "mindst 70 % (1)")]
    assert 'value="62,5" selected' in str(form["stemmer_min"])


def test_groups_are_chosen_by_their_titles_once_a_source_is():
    source = PublicationFactory(slug="ting")
    heading = RecommendationFactory(publication=source, number="2", title="Mere tid", kind="heading")
    RecommendationFactory(publication=source, number="2.1", parent=heading)
    free = str(form_of(RecommendationsForm(QueryDict("gruppe=2")))["gruppe"])
    assert '<input type="text"' in free
    assert "gruppe" in [bound.name for bound in form_of(RecommendationsForm(QueryDict("gruppe=2"))).choices]
    assert "gruppe" not in [bound.name for bound in form_of(RecommendationsForm(QueryDict(""))).choices]
    form = form_of(RecommendationsForm(QueryDict("kilde=ting&gruppe=2")))
    assert form["gruppe"].field.widget.choices == [("", "Alle (1)"), ("2", "2 Mere tid (1)")]
    assert 'value="2" selected' in str(form["gruppe"])


def test_a_group_that_is_no_heading_can_still_be_asked_for():
    source = PublicationFactory(slug="ting")
    RecommendationFactory(publication=source, number="2", kind="heading")
    goal = RecommendationFactory(publication=source, number="3", kind="goal")
    RecommendationFactory(publication=source, number="3.1", parent=goal)
    form = RecommendationsForm(QueryDict("kilde=ting&gruppe=3"))
    assert '<option value="3" selected>3</option>' in str(form_of(form)["gruppe"])
    assert [item.number for item in form.found()] == ["3", "3.1"]


def test_initiatives_are_offered_by_addressee():
    InitiativeFactory(addressee=AddresseeFactory(slug="kl", name="KL"))
    AddresseeFactory(slug="staten", name="Staten")
    form = form_of(InitiativesForm(QueryDict("")))
    assert form["adressat"].field.widget.choices == [("", "Alle (1)"), ("kl", "KL (1)")]
