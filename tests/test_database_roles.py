"""The daily role of PostgreSQL: everything works as it, and nothing of what is published can be rewritten by it."""

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from recommendations import append_only, checks, database_roles
from tests.installations import two_roles

# What anybody who has got hold of the daily role's password might try.
WAYS = [
    "ALTER TABLE recommendations_statusupdate DISABLE TRIGGER USER",
    "ALTER TABLE recommendations_statusupdate DISABLE TRIGGER ALL",
    "ALTER TABLE recommendations_deadline ENABLE REPLICA TRIGGER append_only_deadline_update",
    "DROP TRIGGER append_only_statusupdate_update ON recommendations_statusupdate",
    "DROP FUNCTION append_only_statusupdate_update CASCADE",
    "CREATE OR REPLACE FUNCTION append_only_statusupdate_update() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NEW; END'",
    "ALTER FUNCTION append_only_statusupdate_update() SET search_path = pg_temp",
    "ALTER TABLE recommendations_statusupdate ALTER COLUMN text TYPE text USING 'x'",
    "ALTER TABLE recommendations_statusupdate DROP COLUMN text",
    "ALTER TABLE recommendations_statusupdate RENAME TO gone",
    "DROP TABLE recommendations_logleaf CASCADE",
    "CREATE RULE nothing AS ON INSERT TO recommendations_event DO INSTEAD NOTHING",
    "CREATE TRIGGER mine BEFORE INSERT ON recommendations_event EXECUTE FUNCTION append_only_event_update()",
    "ALTER TABLE recommendations_event ENABLE ROW LEVEL SECURITY",
    "TRUNCATE recommendations_logleaf",
    "SET session_replication_role = replica",
    "CREATE TEMPORARY TABLE recommendations_withheldplace (table_name text)",
    "CREATE TABLE recommendations_mine (id int)",
    "CREATE SCHEMA mine",
    "SELECT setval('recommendations_event_id_seq', 1)",
    "UPDATE recommendations_event SET after = 'implemented'",
    "UPDATE recommendations_logleaf SET leaf_hash = 'x'",
    "UPDATE recommendations_issuedreport SET fingerprint = 'x'",
    "UPDATE recommendations_committeeanswer SET outcome = 'adopted'",
    "UPDATE recommendations_ownership SET valid_to = now()",
    "UPDATE recommendations_wording SET valid_from = now()",
    "UPDATE recommendations_withheldplace SET digest = 'x'",
    "DELETE FROM recommendations_committeeanswer",
    "DELETE FROM recommendations_event",
    "DELETE FROM recommendations_issuedreport",
    "DELETE FROM recommendations_withholding",
    "UPDATE django_migrations SET name = 'x'",
    "DELETE FROM recommendations_statusupdate WHERE state = 'published'",
    "UPDATE recommendations_statusupdate SET text = 'x' WHERE state = 'published'",
    "UPDATE recommendations_event SET details = '{}'",
    "DELETE FROM recommendations_wording",
]
# Drafts are written in, so a published row is kept by its guard alone; as is a column that can be withheld.
BY_GUARDS = 4
WALK = """
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from recommendations import actions
from recommendations.enums import *
from recommendations.traces import Redaction
def asked(client, path, **data):
    answer = client.post(path, data, headers={"host": host}) if data else client.get(path, headers={"host": host})
    assert answer.status_code in (200, 302), (path, answer.status_code, answer.content[:500])
    return answer
for municipality in tenancy.each():
    host = (municipality.host_names or ["127.0.0.1"])[0]
    name = "emil" if municipality.is_fictional else "anna"
    client = Client()
    entered = asked(client, reverse("account_login"), login=name, password="kun-til-udvikling")
    item = Item.objects.filter(ownerships__isnull=False, publication__public_at__isnull=False).order_by("pk").first()
    for path in ("/", "/anbefalinger/", "/nyt/", "/rapporter/", "/om/", "/sitemap.xml", item.get_absolute_url()):
        asked(client, path)
    assert client.session["_auth_user_id"], entered
    assert "Mit arbejde" in asked(client, "/admin/").content.decode()
    client.logout()
    chief = User.objects.get(username="admin")
    done = actions.withhold(
        by=chief, redaction=Redaction(words=item.wording.title),
        reason="en borger er nævnt ved navn", legal_basis="GDPR artikel 17",
    )
    assert done.places.exists()
print("walked")
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    with two_roles(tmp_path_factory.mktemp("two roles")) as made:
        made.did("prepare")
        made.did("demo")  # sources, drafts, publication, corrections, successions, evidence, issued reports
        yield made


@pytest.mark.django_db
class TestDailyRole:
    def test_everything_works_as_it(self, there, tmp_path):
        assert there.said(WALK) == "walked"
        assert "Alt passer" in there.did("verify")
        there.did("verify", "--ret")
        there.did("work", "--once")
        there.did("prepare")
        there.did("backup", tmp_path / "kopi")
        there.did("restore", tmp_path / "kopi", "--overskriv")
        assert "Alt passer" in there.did("verify")
        assert there.said("from recommendations.database_roles import *; print(ways_to_rewrite())") == "[]"
        assert '"role_can_rewrite": false' in there.said(
            "from django.test import Client; print(Client().get('/healthz').content.decode())"
        )

    @pytest.mark.parametrize("way", WAYS, ids=lambda way: way[:60])
    def test_every_way_to_rewrite_is_refused(self, there, way):
        by_guard = way in WAYS[-BY_GUARDS:]
        expected = psycopg.errors.IntegrityConstraintViolation if by_guard else psycopg.errors.InsufficientPrivilege
        with psycopg.connect(there.url) as connection, pytest.raises(expected):
            connection.execute(way)

    def test_it_may_not_restore_where_the_owner_is_not_named(self, there, tmp_path):
        there.did("backup", tmp_path / "kopi")
        alone = type(there)(there.folder, there.url)
        assert "ejer ikke tabellen" in alone.refusal("restore", tmp_path / "kopi", "--overskriv")

    def test_the_owner_is_told_that_it_could_rewrite(self, there):
        alone = type(there)(there.folder, there.env["DATABASE_OWNER_URL"])
        said = alone.manage("check", "--deploy", "--tag", "security").stderr
        assert "recommendations.W003" in said
        assert "ejer tabeller og kan tage låsene af" in said
        assert "recommendations.W003" not in there.manage("check", "--deploy", "--tag", "security").stderr

    def test_the_owners_address_is_of_the_same_database(self, there):
        other = type(there)(there.folder, there.url, {"DATABASE_OWNER_URL": there.url + "2"})
        assert "DATABASE_OWNER_URL skal være den samme database" in other.manage("check").stderr


@pytest.mark.django_db
class TestPrivileges:
    def test_rows_that_are_final_are_never_deleted_and_written_only_where_they_can_be_withheld(self):
        for table in append_only.FINAL:
            may = database_roles.privileges(table)
            assert may[:2] == ("SELECT", "INSERT")
            assert "UPDATE" not in may
            assert ("DELETE" in may) == (table in append_only.TYPED)
        assert database_roles.privileges("recommendations_logleaf") == ("SELECT", "INSERT")
        assert database_roles.privileges("recommendations_event") == ("SELECT", "INSERT", 'UPDATE ("details")')
        assert database_roles.privileges(append_only.WITHHELD)[2:] == ('UPDATE ("opens", "row_digest")',)
        assert database_roles.privileges("django_migrations") == ("SELECT",)
        assert database_roles.privileges("recommendations_item") == database_roles.EVERYTHING

    def test_nothing_is_done_where_one_role_does_both(self, django_assert_num_queries):
        assert settings.DATABASE_OWNER is None
        with django_assert_num_queries(0), database_roles.as_owner():
            database_roles.grant()


@pytest.mark.django_db
def test_a_role_that_could_rewrite_is_told_at_deploy(monkeypatch):
    told = checks.check_role_cannot_rewrite(None)
    assert [one.id for one in told] == (["recommendations.W003"] if connection.vendor == "postgresql" else [])
    monkeypatch.setattr(checks, "ways_to_rewrite", list)
    assert checks.check_role_cannot_rewrite(None) == []
