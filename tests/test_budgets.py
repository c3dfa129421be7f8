"""How much one address, one network and everybody may ask for, and what those are told who have used it up."""

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client

from recommendations import data_version
from recommendations.public import budgets
from tests.factories import UserFactory
from tests.test_bulk_lists import leave
from tracker.settings import seconds_of_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def now(monkeypatch):
    """A clock that stands until it is moved."""
    clock = [1_000_000.0]
    monkeypatch.setattr(budgets.time, "time", lambda: clock[0])
    return clock


@pytest.fixture
def asks(rf):
    return lambda address: rf.get("/", REMOTE_ADDR=address)


def test_paid_back_with_time(asks, now, settings):
    settings.WORK_PER_ADDRESS = 60
    one = asks("192.0.2.7")
    assert budgets.wait(one) == 0
    budgets.charge(one, 50)
    assert budgets.wait(one) == 0
    budgets.charge(one, 20)  # what was begun in time is given out
    assert budgets.wait(one) == 100
    now[0] += 99
    assert budgets.wait(one) == 1
    now[0] += 1
    assert budgets.wait(one) == 0


def test_others_are_not_held_to_it_until_their_network_is(asks, now, settings):
    settings.WORK_PER_ADDRESS, settings.WORK_PER_NETWORK = 60, 100
    budgets.charge(asks("192.0.2.7"), 70)
    assert budgets.wait(asks("192.0.2.7"))
    assert not budgets.wait(asks("192.0.2.8"))
    budgets.charge(asks("192.0.2.8"), 55)
    assert budgets.wait(asks("192.0.2.9"))  # the same /24
    assert not budgets.wait(asks("192.0.3.9"))


def test_a_household_with_ipv6_is_one(asks, now, settings):
    settings.WORK_PER_ADDRESS = 60
    budgets.charge(asks("2001:db8:1:1::7"), 70)
    assert budgets.wait(asks("2001:db8:1:1::8"))
    assert not budgets.wait(asks("2001:db8:1:2::8"))


def test_what_costs_next_to_nothing_is_not_counted(asks, now):
    budgets.charge(asks("192.0.2.7"), budgets.FREE_SECONDS)
    assert cache.get_many(budgets._budgets(asks("192.0.2.7"))) == {}


def test_what_is_made_for_everybody_is_not_paid_by_whoever_asks_first(rf, monkeypatch, settings):
    settings.WORK_PER_ADDRESS = 60
    clock = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])

    def answer(request):
        clock[0] += 5
        with data_version.for_everybody():
            clock[0] += 40
            with data_version.for_everybody():  # on the way to the other
                clock[0] += 40
        return HttpResponse()

    request = rf.get("/?pr=2026-03-01", REMOTE_ADDR="192.0.2.7")
    request.resolver_match = None
    charged = []
    monkeypatch.setattr(budgets, "charge", lambda _request, seconds: charged.append(seconds))
    budgets.Budgets(answer)(request)
    assert charged == [5]


@pytest.mark.parametrize("seconds", ["0", "0.0", "-1"])
@pytest.mark.parametrize("name", ["WORK_PER_ADDRESS", "WORK_PER_NETWORK"])
def test_a_budget_of_nothing_stops_the_start(monkeypatch, name, seconds):
    monkeypatch.setenv(name, seconds)
    with pytest.raises(ImproperlyConfigured, match=f"{name} skal være et antal sekunder over 0"):
        seconds_of_work(name)


def test_a_part_of_a_second_is_a_budget(monkeypatch):
    monkeypatch.setenv("WORK_PER_ADDRESS", "0.5")
    assert seconds_of_work("WORK_PER_ADDRESS") == 0.5


class TestRefused:
    @pytest.fixture
    def citizen(self, seeded, asks, now):
        budgets.charge(asks("127.0.0.1"), 100)
        return Client()

    @pytest.mark.parametrize(
        "address",
        ["/anbefalinger/?q=klima", "/anbefalinger/?pr=2026-10-01", "/anbefalinger/hent/?format=csv&udvalg=SOU"],
    )
    def test_what_can_be_dear(self, citizen, address):
        response = citizen.get(address)
        html = response.content.decode()
        assert (response.status_code, response.headers["Retry-After"]) == (429, "400")
        assert "Om 7 minutter kan du" in html
        assert 'href="/anbefalinger/hent/?format=csv"' in html

    @pytest.mark.parametrize("address", ["/robots.txt", "/om/", "/anbefalinger/hent/?format=csv"])
    def test_all_else_is_given_out(self, citizen, address):
        assert citizen.get(address).status_code == 200

    def test_in_english(self, citizen):
        assert citizen.get("/en/anbefalinger/?q=klima").status_code == 429

    def test_staff_have_no_limit(self, citizen, as_user):
        assert as_user(UserFactory(is_staff=True)).get("/anbefalinger/hent/?format=csv&udvalg=SOU").status_code == 200


def test_what_was_sent_is_counted(seeded, now, monkeypatch):
    monkeypatch.setattr(budgets, "FREE_SECONDS", 0)
    response = Client().get("/anbefalinger/hent/?format=csv&udvalg=SOU", REMOTE_ADDR="192.0.2.7")
    assert b"".join(response.streaming_content)
    leave(response)
    assert len(cache.get_many(budgets._budgets(response.wsgi_request))) == 2


def test_a_short_list_is_counted_when_it_is_made_and_not_when_it_is_sent_again(seeded, now, monkeypatch, keeping):
    monkeypatch.setattr(budgets, "FREE_SECONDS", 0)

    def owed(**visitor):
        response = Client().get("/anbefalinger/hent/?format=csv&udvalg=SOU", **visitor)
        assert response.content
        return cache.get_many(budgets._budgets(response.wsgi_request))

    first = owed(REMOTE_ADDR="192.0.2.7")
    assert len(first) == 2
    assert owed(REMOTE_ADDR="192.0.2.7") == first
    assert owed(REMOTE_ADDR="198.51.100.7") == {}
