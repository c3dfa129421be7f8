"""A source whose numbers run straight through under headings, and one whose areas have options: as a person counts."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from recommendations import actions
from recommendations.enums import ItemKind, Outcome, Status
from recommendations.selection import Selection
from tests.factories import OwnershipFactory, PublicationFactory, RecommendationFactory, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def through(sou):
    """Headings A and B; recommendations 1 to 4 under A, 5 to 10 under B; printed in that order."""
    source = PublicationFactory(
        slug="loebende", title="Løbende numre", expected_recommendations=10, expected_headings=2
    )
    heads = {
        letter: RecommendationFactory(
            publication=source, number=letter, kind=ItemKind.HEADING, place=place, title=f"Del {letter}"
        )
        for place, letter in enumerate("AB", start=1)
    }
    rows = [
        RecommendationFactory(publication=source, number=str(n), parent=heads["A" if n <= 4 else "B"])
        for n in (10, 3, 7, 1, 5, 2, 9, 4, 8, 6)  # not in their order: the path tells it
    ]
    for row in rows:
        OwnershipFactory(item=row, committee=sou)
    return source


def listed(query):
    return Client().get(f"{reverse('recommendations')}?{query}").context


def test_it_lists_as_printed(through):
    rows = listed("kilde=loebende")["rows"]
    assert [row.item.number for row in rows] == ["A", "1", "2", "3", "4", "B", "5", "6", "7", "8", "9", "10"]


def test_a_group_holds_what_stands_under_its_heading(through):
    for group, numbers in (("A", ["1", "2", "3", "4"]), ("B", ["5", "6", "7", "8", "9", "10"]), ("b", ["5"])):
        rows = listed(f"kilde=loebende&gruppe={group}")["rows"]
        found = [row.item.number for row in rows if row.item.is_counted]
        assert found[: len(numbers)] == numbers
    assert listed("kilde=loebende&gruppe=A")["totals"].total == 4


def test_the_filter_counts_each_group(through):
    bound = listed("kilde=loebende")["form"]["gruppe"]
    assert [str(label) for _code, label in bound.field.widget.choices] == ["Alle (10)", "A Del A (4)", "B Del B (6)"]


def test_totals_and_roll_up_follow_the_headings(through):
    for number in ("1", "2", "3", "4"):
        item = Selection(publication="loebende").recommendations().get(number=number)
        published(item, Status.IMPLEMENTED)
    heading = Client().get(reverse("recommendation", args=["loebende", "A"]))
    assert heading.context["totals"].in_words == "4 af 4 gennemført"
    whole = Client().get(reverse("publication", args=["loebende"]))
    assert whole.context["totals"].total == 10
    assert "4 af 10 gennemført" in whole.context["totals"].in_words


def test_its_neighbours_are_those_printed_before_and_after(through):
    page = Client().get(reverse("recommendation", args=["loebende", "5"])).context
    assert (page["previous"].number, page["next"].number) == ("B", "6")


@pytest.fixture
def analysis(sou):
    """An area with three scenarios, of which the committee can choose one."""
    source = PublicationFactory(slug="analyse", kind="analysis", expected_recommendations=1)
    area = RecommendationFactory(publication=source, number="1", kind=ItemKind.AREA, title="Rengøring")
    options = [
        RecommendationFactory(
            publication=source, number=f"1{letter}", kind=ItemKind.OPTION, parent=area, title=f"Scenarie {letter}"
        )
        for letter in "abc"
    ]
    OwnershipFactory(item=area, committee=sou)
    return source, area, options


def test_options_are_never_counted(analysis, sou):
    context = listed("kilde=analyse")
    assert [row.item.number for row in context["rows"]] == ["1", "1a", "1b", "1c"]
    assert (context["totals"].total, context["totals"].options, context["totals"].headings) == (1, 3, 0)
    assert listed("kilde=analyse&svar=ingen")["totals"].total == 1
    assert listed("kilde=analyse&status=ingen")["totals"].total == 1


def test_an_answer_names_the_option_that_was_chosen(analysis, bo, sou):
    _source, area, options = analysis
    actions.record_answer(
        by=bo,
        item=area,
        committee=sou,
        outcome=Outcome.ADOPTED,
        meeting_date=date(2026, 9, 17),
        chosen_option=options[1],
    )
    page = Client().get(area.get_absolute_url())
    assert "Scenarie b" in page.content.decode()
    (cell,) = page.context["answers"]
    assert cell.answer.chosen_option == options[1]
    assert listed("kilde=analyse&svar=ingen")["totals"].total == 0


def test_an_option_of_something_else_cannot_be_chosen(analysis, bo, sou):
    _source, area, _options = analysis
    stranger = RecommendationFactory(publication=area.publication, number="9", kind=ItemKind.OPTION)
    with pytest.raises(ValidationError, match="ikke en af mulighederne"):
        actions.record_answer(
            by=bo,
            item=area,
            committee=sou,
            outcome=Outcome.ADOPTED,
            meeting_date=date(2026, 9, 17),
            chosen_option=stranger,
        )
