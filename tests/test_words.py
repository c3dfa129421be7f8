"""How long ago something was, in words."""

from datetime import UTC, date, datetime

import pytest

from recommendations.templatetags.words import ago

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (date(2026, 11, 26), ""),  # still to come
        (date(2026, 11, 25), "i dag"),
        (date(2026, 11, 24), "for 1 dag siden"),
        (date(2026, 10, 26), "for 30 dage siden"),
        (date(2026, 10, 25), "for 1 måned siden"),
        (date(2025, 11, 26), "for 11 måneder siden"),
        (date(2025, 11, 25), "for 1 år siden"),
        (date(2024, 6, 17), "for 2 år og 5 måneder siden"),
        (date(2019, 2, 8), "for 7 år og 9 måneder siden"),
        (date(2025, 10, 25), "for 1 år og 1 måned siden"),
        (None, ""),
    ],
)
def test_time_is_told_in_the_largest_units_that_fit(then, words):
    assert ago(then, TODAY) == words


def test_a_month_is_over_on_the_same_day_of_the_next_and_not_before():
    assert ago(date(2026, 1, 31), date(2026, 2, 28)) == "for 28 dage siden"
    assert ago(date(2026, 1, 31), date(2026, 3, 1)) == "for 1 måned siden"
    assert ago(date(2024, 2, 29), date(2025, 2, 28)) == "for 11 måneder siden"


def test_a_moment_belongs_to_its_day_in_denmark():
    assert ago(datetime(2026, 11, 24, 23, 30, tzinfo=UTC), TODAY) == "i dag"


def test_without_a_day_to_count_from_it_is_today():
    assert ago(date(2026, 11, 2)) == "i dag"  # in the tests it is 2 November 2026
    assert ago(date(2026, 11, 1)) == "for 1 dag siden"
