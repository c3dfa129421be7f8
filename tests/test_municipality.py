"""Everything belongs to one municipality: the host name chooses it, and a query that forgets to say which raises."""

from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.core.exceptions import DisallowedHost, ValidationError
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError

from recommendations import tenancy
from recommendations.actions.state import record
from recommendations.enums import Act
from recommendations.models import Committee, Event, Item, MailPreference, Municipality, StatusUpdate
from recommendations.models.municipality import check_hosts
from recommendations.models.recorded import moment
from tests.factories import (
    EVERY_FACTORY,
    CommitteeFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    published,
)
from tracker.municipality import EACH_AND_ITS_LAST_EVENT, MunicipalityOfHost

MODELS = list(apps.get_app_config("recommendations").get_models())
# A person's own wish about mail holds whichever municipality writes.
SCOPED = [model for model in MODELS if model not in {Municipality, MailPreference}]


# --- A query that forgets to say which --------------------------------------------------------------------------------
# These tests use no database, so no municipality is active.

ORDINARY = {
    "all": lambda rows: rows.all(),
    "filter": lambda rows: rows.filter(pk=1),
    "exclude": lambda rows: list(rows.exclude(pk=1)),
    "exclude, exists": lambda rows: rows.exclude(pk=1).exists(),
    "exists": lambda rows: rows.exists(),
    "count": lambda rows: rows.count(),
    "get": lambda rows: rows.get(pk=1),
    "first": lambda rows: rows.first(),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "order_by": lambda rows: rows.order_by("pk"),
    "values": lambda rows: rows.values(),
    "select_related": lambda rows: list(rows.select_related()),
    "distinct": lambda rows: len(rows.distinct()),
    "explain": lambda rows: rows.distinct().explain(),
    "update": lambda rows: rows.update(pk=1),
    "delete": lambda rows: rows.get_queryset().delete(),
    "raw": lambda rows: rows.raw("SELECT 1"),
}


def own_methods(model):
    """What the model's queryset adds to Django's."""
    with scopes_disabled():
        queryset = type(model.objects.all())
    added = set(dir(queryset)) - set(dir(QuerySet))
    return sorted(name for name in added if not name.startswith("_") and callable(getattr(queryset, name)))


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
def test_no_query_is_about_every_municipality_by_mistake(model):
    for question in ORDINARY.values():
        with pytest.raises(ScopeError):
            question(model.objects)


@pytest.mark.parametrize(
    ("model", "name"), [(Item, "counted"), (Item, "with_state"), (StatusUpdate, "published"), (Event, "news")]
)
def test_what_our_querysets_add_says_which_question_it_was(model, name):
    assert name in own_methods(model)
    with pytest.raises(ScopeError, match=rf"{model.__name__}\.objects.*{name}"):
        getattr(model.objects.get_queryset(), name)()


@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
def test_neither_do_the_methods_that_our_querysets_add(model):
    for name in own_methods(model):
        with pytest.raises(ScopeError):
            getattr(model.objects, name)()


def test_nobody_is_the_municipality_when_none_is_active():
    with pytest.raises(ScopeError):
        tenancy.current()


# --- One does not see the other ---------------------------------------------------------------------------------------


@pytest.fixture
def other(db):
    return MunicipalityFactory(slug="odense", name="Odense Kommune")


@pytest.mark.parametrize(
    "factory", [one for one in EVERY_FACTORY if one._meta.model in SCOPED], ids=lambda factory: factory.__name__
)
def test_a_row_of_one_municipality_is_not_there_in_another(factory, other):
    row = factory()
    assert type(row).objects.filter(pk=row.pk).exists()
    with tenancy.active(other):
        assert not type(row).objects.exists()


def test_two_municipalities_may_use_the_same_codes(sou, municipality, other):
    ours = RecommendationFactory(publication=PublicationFactory(slug="tinget", short_code="k24"), number="1")
    with tenancy.active(other):
        theirs = RecommendationFactory(publication=PublicationFactory(slug="tinget", short_code="k24"), number="1")
        committee = CommitteeFactory(code="SOU")
        OwnershipFactory(item=theirs, committee=committee)
        published(theirs)
        assert list(Committee.objects.all()) == [committee]
        assert [event.municipality for event in Event.objects.all()] == [other]
    assert list(Item.objects.values_list("pk", flat=True)) == [ours.pk]
    assert not Event.objects.exists()
    assert tenancy.current() == municipality


# --- The host name chooses --------------------------------------------------------------------------------------------


def answer(host):
    """What a page on that host says: whose it is."""
    page = MunicipalityOfHost(lambda _request: HttpResponse(tenancy.current().name))
    return page(RequestFactory().get("/", headers={"host": host}))


@pytest.fixture
def two_towns(municipality, other, settings):
    settings.ALLOWED_HOSTS = [".dk", "[::1]"]
    municipality.hosts, other.hosts = "anbefalinger.kk.dk\nkk.dk", "anbefalinger.odense.dk"
    municipality.save()
    other.save()


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("anbefalinger.kk.dk", "Københavns Kommune"),
        ("kk.dk", "Københavns Kommune"),
        ("kk.dk:8000", "Københavns Kommune"),
        ("Anbefalinger.KK.dk", "Københavns Kommune"),
        ("kk.dk.", "Københavns Kommune"),
        ("anbefalinger.odense.dk", "Odense Kommune"),
    ],
)
def test_the_host_name_chooses_the_municipality(two_towns, host, name):
    assert answer(host).content.decode() == name


@pytest.mark.parametrize("host", ["andre.dk", "x.kk.dk", "[::1]:8000"])
def test_a_host_that_belongs_to_none_of_several_is_told_so(two_towns, host):
    response = answer(host)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().startswith("Der er ingen kommune på denne adresse.")


def test_the_only_municipality_answers_on_every_host(db, municipality):
    assert answer("localhost").content.decode() == municipality.name


@pytest.mark.parametrize(
    ("ours", "theirs", "host", "name"),
    [
        ("", "odense.kk.dk", "odense.kk.dk", "Odense Kommune"),
        ("", "odense.kk.dk", "andre.dk", "Københavns Kommune"),
        ("kk.dk", "", "andre.dk", "Odense Kommune"),
        ("", "", "andre.dk", None),
    ],
)
def test_the_one_without_names_is_wherever_the_others_are_not(municipality, other, settings, ours, theirs, host, name):
    settings.ALLOWED_HOSTS = [".dk"]
    municipality.hosts, other.hosts = ours, theirs
    municipality.save()
    other.save()
    answered = answer(host)
    assert answered.content.decode() == name if name else answered.status_code == 404


def test_an_installation_without_any_says_what_to_do(db, settings):
    Municipality.objects.all().delete()
    response = answer("localhost")
    assert response.status_code == 404
    assert "manage.py prepare" in response.content.decode()


def test_a_host_that_is_not_ours_at_all_is_refused(db):
    with pytest.raises(DisallowedHost):
        answer("ond.example")


def test_a_page_leaves_no_municipality_behind(two_towns, municipality):
    assert answer("anbefalinger.odense.dk").content.decode() == "Odense Kommune"
    assert tenancy.current() == municipality


@pytest.mark.parametrize("hosts", ["", "kk.dk", "kk.dk\nanbefalinger.kk.dk", "localhost", "æblehaven.dk"])
def test_host_names_as_a_browser_sends_them(hosts):
    check_hosts(hosts)


@pytest.mark.parametrize("hosts", ["https://kk.dk", "kk.dk/anbefalinger", "KK.dk", "kk.dk:8000", "kk.dk\nhttp://x.dk"])
def test_anything_else_is_refused_in_words(hosts):
    with pytest.raises(ValidationError, match="er ikke et værtsnavn"):
        check_hosts(hosts)


# --- Commands ---------------------------------------------------------------------------------------------------------


def test_the_only_one_is_chosen_by_itself(db, municipality):
    with tenancy.chosen() as chosen:
        assert chosen == tenancy.current() == municipality


def test_one_of_several_is_chosen_by_its_code(municipality, other):
    with tenancy.chosen("odense") as chosen:
        assert chosen == tenancy.current() == other
    assert tenancy.current() == municipality


@pytest.mark.parametrize("slug", ["", "findes-ikke"])
def test_without_a_choice_among_several_the_codes_are_told(other, slug):
    sentence = r"Vælg en kommune med --kommune\. Installationen har: koebenhavn, odense\."
    with pytest.raises(LookupError, match=sentence), tenancy.chosen(slug):
        pass


def test_where_there_is_none_that_is_said(db):
    Municipality.objects.all().delete()
    with pytest.raises(LookupError, match="Installationen har: ingen"), tenancy.chosen():
        pass


def test_each_is_active_while_it_is_looked_at(municipality, other):
    assert [(one, tenancy.current()) for one in tenancy.each()] == [(municipality, municipality), (other, other)]
    assert tenancy.current() == municipality


# --- What it says of itself -------------------------------------------------------------------------------------------


def test_it_signs_with_its_name_unless_it_has_said_otherwise():
    assert Municipality(name="Odense Kommune").sender_name == "Odense Kommune"
    assert Municipality(name="Odense Kommune", sender="Borgerrådgiveren").sender_name == "Borgerrådgiveren"


@pytest.mark.parametrize(
    ("hosts", "setting", "address"),
    [
        ("", "https://anbefalinger.example", "https://anbefalinger.example"),
        ("kk.dk\nandre.dk", "https://anbefalinger.example", "https://kk.dk"),
        ("kk.dk", "http://localhost:8000", "http://kk.dk:8000"),
    ],
)
def test_its_pages_are_at_its_first_host_name(settings, hosts, setting, address):
    settings.SITE_URL = setting
    assert tenancy.site_url(Municipality(hosts=hosts)) == address


# --- One moment -------------------------------------------------------------------------------------------------------


def moments(method="get", **request):
    """What two parts of a page take for now."""
    seen = []

    def page(_request):
        seen.extend([moment(None), moment(None)])
        return HttpResponse()

    MunicipalityOfHost(page)(getattr(RequestFactory(), method)("/", **request))
    return seen


def test_the_parts_of_a_page_are_of_one_moment(db):
    first, second = moments()
    assert first == second < timezone.now()


def test_whoever_writes_reads_what_was_just_written(db):
    first, second = moments("post")
    assert first < second


def test_what_a_node_whose_clock_is_ahead_wrote_last_is_known(db):
    ahead = timezone.now() + timedelta(seconds=5)
    record(act=Act.COMMITTEE_CHANGED, by=None, at=ahead)
    assert moments() == [ahead, ahead]


# --- The first statement of a request ---------------------------------------------------------------------------------


def test_it_is_itself_what_shows_whether_a_connection_lives(db, municipality):
    """Django would ask `SELECT 1` before it."""
    kept = connections[DEFAULT_DB_ALIAS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "health_check_enabled", True)
        patch.setattr(kept, "health_check_done", False)
        patch.setattr(kept, "is_usable", lambda: pytest.fail("It was asked beforehand."))
        assert answer("localhost").content.decode() == municipality.name


class TestAConnectionThatIsKept:
    pytestmark = [
        pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no connection that can be lost"),
        pytest.mark.django_db(transaction=True),
    ]

    def test_it_is_opened_anew_once_the_database_has_shut_it(self, municipality):
        assert answer("localhost").content.decode() == municipality.name
        lost = connection.connection.info.backend_pid
        with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [lost])
        assert answer("localhost").content.decode() == municipality.name
        assert connection.connection.info.backend_pid != lost

    def test_one_that_cannot_be_opened_is_tried_once(self, municipality, monkeypatch):
        connection.close()
        tries = []

        def refuse(_parameters):
            tries.append(1)
            raise psycopg.OperationalError("no")

        monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "get_new_connection", refuse)
        with pytest.raises(OperationalError):
            answer("localhost")
        assert tries == [1]

    def test_the_database_plans_the_statement_once(self, municipality):
        for _time in range(3):
            answer("localhost")
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%_municipality m %'")
            assert cursor.fetchall() == [(EACH_AND_ITS_LAST_EVENT,)]
