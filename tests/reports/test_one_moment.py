"""What a stream reads is of one moment: with transactions of its own, as on a server."""

import pytest
from django.db import connection

from recommendations.models import Committee
from recommendations.reports import moments

pytestmark = pytest.mark.django_db(transaction=True)


def name_of_sou():
    return Committee.objects.values_list("name", flat=True).get(code="SOU")


def test_what_is_written_meanwhile_is_not_seen(sou):
    if connection.vendor == "sqlite":
        pytest.skip("The tests' SQLite lies in memory, where no two connections see the same rows apart.")
    other = connection.copy()
    try:
        with moments.one_moment():
            assert name_of_sou() == sou.name
            with other.cursor() as cursor:
                cursor.execute("UPDATE recommendations_committee SET name = 'Et andet navn'")
            assert name_of_sou() == sou.name
        assert name_of_sou() == "Et andet navn"
    finally:
        other.close()


def test_it_ends_with_what_is_read(sou):
    with moments.one_moment():
        assert name_of_sou() == sou.name
        if connection.vendor == "sqlite":
            assert connection.connection.in_transaction
    sou.name = "Et nyt navn"
    sou.save()  # as anybody may again
    assert name_of_sou() == "Et nyt navn"
