"""Statements that are written once: the same rows as the queryset gives, whatever values they are run with."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from recommendations import prepared, tenancy
from recommendations.models import Committee, Publication, Recommendation
from recommendations.prepared import DAY, Among
from tests.factories import (
    CommitteeFactory,
    MunicipalityFactory,
    PublicationFactory,
    RecommendationFactory,
    VoteShareFactory,
    published,
)

pytestmark = pytest.mark.django_db
made = []


def ended_by():
    made.append(1)
    return Committee.objects.filter(valid_to__lte=DAY).order_by("code").values_list("code", "valid_to")


def among_codes(backwards):
    found = Committee.objects.filter(Among("code", "codes"))
    return found.order_by("-code" if backwards else "code").values_list("code")


def whole_items():
    found = Recommendation.objects.with_state(DAY).with_support().filter(Among("pk", "items"))
    return found.select_related("publication", "addressee", "wording").order_by("path")


def test_other_values_are_other_rows_of_one_text(django_assert_num_queries):
    CommitteeFactory(code="A", valid_to=date(2020, 1, 1))
    CommitteeFactory(code="B", valid_to=date(2024, 1, 1))
    prepared.rows(ended_by, day=date(2019, 1, 1))
    made.clear()
    with django_assert_num_queries(2):
        assert prepared.rows(ended_by, day=date(2022, 1, 1)) == [("A", date(2020, 1, 1))]
        assert [code for code, _end in prepared.rows(ended_by, day=date(2024, 1, 1))] == ["A", "B"]
    assert not made


@pytest.mark.parametrize("codes", [[], ["A"], {"A", "Ø's \"{,}"}, ("A", "C", "none")])
def test_any_number_of_keys_is_one_value(codes):
    for code in ("A", "Ø's \"{,}", "C"):
        CommitteeFactory(code=code)
    found = [code for (code,) in prepared.rows(among_codes, False, codes=codes)]
    assert found == [code for (code,) in reversed(prepared.rows(among_codes, True, codes=codes))]
    assert set(found) == set(codes) - {"none"}


def test_each_municipality_has_its_own_rows():
    CommitteeFactory(code="A", name="Vores")
    with tenancy.active(MunicipalityFactory(slug="anden", hosts="anden.eksempel.dk")):
        CommitteeFactory(code="B")
        assert prepared.rows(among_codes, False, codes=["A", "B"]) == [("B",)]
    assert prepared.rows(among_codes, False, codes=["A", "B"]) == [("A",)]


def test_objects_are_those_of_the_queryset(django_assert_num_queries):
    source = PublicationFactory(title="Tinget")
    items = [RecommendationFactory(publication=source, number=str(number), title=f"Nr. {number}") for number in (1, 2)]
    VoteShareFactory(item=items[0], percent=Decimal("91.5"))
    published(items[1], on=date(2026, 9, 1), status="planned")
    with django_assert_num_queries(1):
        one, two = prepared.objects(whole_items, day=date(2026, 11, 2), items=[item.pk for item in items])
        assert [one, two] == items
        assert (one.title, one.publication.title, one.addressee) == ("Nr. 1", "Tinget", None)
        assert (one.support_percent, one.state_status) == (Decimal("91.5"), "")
        assert (two.support_percent, two.state_status, two.state_status_on) == (None, "planned", date(2026, 9, 1))
        assert one.publication is two.publication


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(KeyError, match="day"):
        prepared.rows(ended_by)


def test_the_same_as_the_queryset_says():
    PublicationFactory(slug="b")
    assert prepared.objects(public_sources) == list(Publication.objects.order_by("slug"))


def public_sources():
    return Publication.objects.order_by("slug")


def of_one_day():
    return Committee.objects.filter(valid_to__lte=date(2020, 1, 1)).order_by("code").values_list("code")


def test_a_day_that_would_be_asked_about_for_ever_is_refused():
    with pytest.raises(ValueError, match="say Given"):
        prepared.rows(of_one_day)


@prepared.planned_once
def open_and_called(backwards):
    found = Committee.objects.filter(Among("code", "codes"), valid_to__isnull=True).exclude(name="100 % 'ja'")
    return found.filter(valid_from__lte=DAY).order_by("-code" if backwards else "code").values_list("code")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL is told to keep a plan")
def test_what_is_planned_once_is_planned_for_no_values_in_particular():
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)
    for code in ("A", "B"):
        CommitteeFactory(code=code, valid_from=date(2020, 1, 1))
    for codes, day in ((["A"], date(2021, 1, 1)), (["A", "B"], date(2019, 1, 1)), (["B"], date(2026, 1, 1))):
        prepared.rows(open_and_called, False, codes=codes, day=day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans, statement FROM pg_prepared_statements")
        [(generic, custom, text)] = [row for row in cursor.fetchall() if "100 % ''ja''" in row[2]]
    assert (generic, custom) == (3, 0)
    assert "$2" in text
    assert "$3" not in text  # what is the same each time stands in it


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL is told to keep a plan")
@pytest.mark.django_db(transaction=True)
def test_what_is_planned_once_is_planned_anew_after_its_table_was_changed():
    CommitteeFactory(code="A", valid_from=date(2020, 1, 1))
    asked = {"codes": ["A"], "day": date(2021, 1, 1)}
    assert prepared.rows(open_and_called, False, **asked) == [("A",)]
    longest = Committee._meta.get_field("code").max_length
    another = connection.copy()
    try:
        for length in (longest + 1, longest):
            with another.cursor() as cursor:
                cursor.execute(f"ALTER TABLE recommendations_committee ALTER COLUMN code TYPE varchar({length})")
            assert prepared.rows(open_and_called, False, **asked) == [("A",)]
    finally:
        another.close()


def test_what_is_planned_once_gives_the_rows_of_the_values(django_assert_num_queries):
    CommitteeFactory(code="A", valid_from=date(2020, 1, 1))
    CommitteeFactory(code="B", valid_from=date(2024, 1, 1))
    CommitteeFactory(code="C", valid_from=date(2020, 1, 1), name="100 % 'ja'")
    CommitteeFactory(code="D", valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1))
    every = ["A", "B", "C", "D"]
    prepared.rows(open_and_called, False, codes=[], day=date(2026, 1, 1))
    with django_assert_num_queries(3):
        assert prepared.rows(open_and_called, False, codes=every, day=date(2022, 1, 1)) == [("A",)]
        assert prepared.rows(open_and_called, False, codes=every, day=date(2025, 1, 1)) == [("A",), ("B",)]
        assert prepared.rows(open_and_called, True, codes={"B", "D"}, day=date(2025, 1, 1)) == [("B",)]
