"""What is said of a source in a sentence: only what its figures bear, in the tense that its news allow."""

from datetime import date

import pytest

from recommendations import facet_index
from recommendations.enums import Status
from recommendations.public.sentence import sentence_of
from recommendations.public.sources import figures_of_sources
from tests.factories import (
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    answered,
    published,
)
from tests.public.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return PublicationFactory(slug="ting", title="Tinget")


def said():
    """The sentences of the only source there is, as its figures are today."""
    index = facet_index.at()
    [figures] = figures_of_sources(index.sources, index)
    return sentence_of(figures)


def owned(source, *committees, count=1):
    items = RecommendationFactory.create_batch(count, publication=source)
    for item in items:
        for committee in committees:
            OwnershipFactory(item=item, committee=committee)
    return items


def test_silence_is_counted_for_each_committee(source, sou, sud):
    owned(source, sou, sud, count=2)
    assert said() == (
        "2 anbefalinger blev overdraget den 17. juni 2024. Ingen af de 4 svar er registreret. "
        "Ingen status er registreret."
    )


def test_answers_are_counted_among_all_that_are_owed(source, sou, sud):
    first, second = owned(source, sou, sud, count=2)
    answered(first, sou)
    assert "1 af de 4 svar er registreret." in said()
    answered(first, sud, "not_adopted")
    answered(second, sou, "noted")
    assert "3 af de 4 svar er registreret." in said()
    answered(second, sud)
    assert "Alle 4 svar er registreret." in said()


def test_a_single_answer_is_not_spoken_of_as_several(source, sou):
    [only] = owned(source, sou)
    assert said().startswith("1 anbefaling blev overdraget den 17. juni 2024. Svaret er ikke registreret.")
    answered(only, sou)
    assert "Svaret er registreret." in said()


def test_what_nobody_owns_is_said_as_such_and_not_as_an_answer_that_is_owed(source, sou):
    owned(source, sou)
    owned(source)
    assert "Svaret er ikke registreret. 1 anbefaling har intet ansvarligt udvalg." in said()


def test_where_it_is_not_known_who_owns_what_nothing_is_counted(sou):
    RecommendationFactory(publication=PublicationFactory(owners_known=False))
    assert "Det er ikke læst, hvilket udvalg der svarer på hvilken anbefaling." in said()
    assert "svar er registreret" not in said()


def test_a_source_that_others_are_to_answer_says_nothing_of_answers(sou):
    source = PublicationFactory(expects_answers=False, handed_over_on=None, published_on=date(2019, 2, 8))
    owned(source, sou)
    InitiativeFactory(publication=source)
    assert said() == ("Kilden fra 8. februar 2019 rummer 1 anbefaling og 1 initiativ. Ingen status er registreret.")


@pytest.mark.parametrize(("year", "begins"), [(2022, "Kilden fra 2022 rummer"), (None, "Kilden rummer")])
def test_a_source_without_a_day_is_given_none(year, begins):
    source = PublicationFactory(expects_answers=False, handed_over_on=None, published_on=None, published_year=year)
    owned(source)
    assert said().startswith(begins)


def test_an_empty_source_says_that_it_is(source):
    assert said() == "Der er endnu ikke registreret nogen anbefalinger fra kilden."


def test_all_that_the_source_has_is_its_whole(source):
    source.expected_recommendations = 22
    source.save()
    owned(source)
    assert said().startswith("22 anbefalinger blev overdraget")


def test_fresh_statuses_are_said_in_the_present(source, sou):
    first, second, _third = owned(source, sou, count=3)
    published(first, Status.IMPLEMENTED, on=date(2026, 10, 1))
    published(second, Status.IN_PROGRESS, on=date(2026, 10, 1))
    assert said().endswith("1 er gennemført og 1 er i gang. 1 har ingen status.")


def test_old_statuses_are_said_in_the_past_with_their_day(source, sou):
    for item in owned(source, sou, count=2):
        published(item, Status.IN_PROGRESS, on=date(2021, 11, 1))
    assert said().endswith("2 var i gang den 1. november 2021.")


def test_old_statuses_of_several_days_are_said_with_the_first_and_the_last(source, sou):
    for item, day in zip(owned(source, sou, count=2), (date(2019, 2, 8), date(2021, 11, 1)), strict=True):
        published(item, Status.PLANNED, on=day)
    assert said().endswith("2 var planlagt efter oplysninger fra 8. februar 2019 til 1. november 2021.")


def test_what_is_done_stays_done_and_what_is_fresh_keeps_the_rest_in_the_present(source, sou):
    done, old, fresh = owned(source, sou, count=3)
    published(done, Status.IMPLEMENTED, on=date(2021, 11, 1))
    published(old, Status.IN_PROGRESS, on=date(2021, 11, 1))
    assert said().endswith("1 er gennemført og 1 var i gang den 1. november 2021. 1 har ingen status.")
    published(fresh, Status.PLANNED, on=date(2026, 10, 1))
    assert said().endswith("1 er gennemført, 1 er planlagt og 1 er i gang.")


def test_the_same_sentence_stands_on_the_front_page_and_where_it_is_shared(citizen, source, sou, sud):
    owned(source, sou, sud, count=2)
    html = text_of(citizen, "/")
    assert f'<p class="lead">{said()}</p>' in html
    assert f'property="og:description" content="{said()}"' in html
    assert said() in text_of(citizen, "/kilder/")
