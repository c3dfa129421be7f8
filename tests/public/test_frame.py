"""What stands around every public page: kept in parts, with the menu that knows where the reader is."""

import itertools

import pytest
from django.template import Context, Template
from django.utils import translation

from recommendations import data_version, tenancy
from recommendations.actions import change_municipality
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def written():
    """Writes the part for a value, with the number of times that any has been written."""
    part = Template("{% load frame %}{% kept part value %}{{ value }} {{ times }}{% endkept %}")
    times = map(str, itertools.count(1))
    return lambda value: part.render(Context({"value": value, "times": lambda: next(times)}))


class TestKeptParts:
    def test_are_written_once_for_each_value_and_language(self, written):
        with data_version.during(1):
            assert [written("a"), written("a"), written("b"), written("a")] == ["a 1", "a 1", "b 2", "a 1"]
            with translation.override("en"):
                assert written("a") == "a 3"

    def test_are_written_anew_at_the_next_version(self, written):
        with data_version.during(1):
            assert written("a") == "a 1"
        with data_version.during(2):
            assert [written("a"), written("a")] == ["a 2", "a 2"]

    def test_are_written_anew_each_time_where_nothing_may_be_kept(self, written):
        assert [written("a"), written("a")] == ["a 1", "a 2"]

    def test_are_a_municipalitys_own(self, written):
        with data_version.during(1):
            assert written("a") == "a 1"
            with tenancy.active(MunicipalityFactory(slug="anden", hosts="anden.eksempel.dk")):
                assert written("a") == "a 2"


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/", '<a href="/" aria-current="page">Forside</a>'),
        ("/kilder/", '<a href="/kilder/" aria-current="page">Kilder</a>'),
        ("/kilder/nobody/", '<a href="/kilder/" aria-current="true">Kilder</a>'),
        ("/en/om/", '<a href="/en/om/" aria-current="page">About the data</a>'),
    ],
)
def test_the_menu_marks_the_page_or_its_room(address, current, citizen):
    html = citizen.get(address).content.decode()
    assert current in html
    assert html.count("aria-current") == 1


def test_a_kept_part_says_what_the_municipality_is_called_now(citizen, keeping, chief):
    assert "Ny afsender" not in citizen.get("/om/").content.decode()
    change_municipality(by=chief, name="Ny afsender")
    assert citizen.get("/om/").content.decode().count("Ny afsender</") >= 2
