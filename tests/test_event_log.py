"""The log as a tree: what it takes in, what it proves to anybody, and what `verify --log` finds altered."""

import hashlib
import io
import json
import re
from contextlib import contextmanager
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recommendations import actions, append_only, event_log, log_tree, signing, tenancy
from recommendations.actions import issue_report
from recommendations.actions.event_log import grow_log, keep_up
from recommendations.actions.state import record
from recommendations.enums import Act, Role
from recommendations.models import Event, IssuedReport, Item, LogLeaf, Meeting, StatusUpdate
from recommendations.reports.document import Report
from recommendations.traces import Redaction
from tests.conftest import clock
from tests.factories import (
    TODAY,
    CommitteeFactory,
    CommitteeMembershipFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    UserFactory,
    published,
)

pytestmark = pytest.mark.django_db
SECRET = "Karen Blixen"


def issued(title="Bilag"):
    return issue_report(
        by=dina(),
        committee=CommitteeFactory(code="SOU"),
        title=title,
        choices={"udvalg": ["SOU"]},
        as_of=TODAY,
        since=None,
        known_at=timezone.now(),
        data=Report(title, facts=(), sections=()).canonical(),
    )


def dina():
    return UserFactory(username="dina")


@pytest.fixture(scope="module")
def world_once(django_db_setup, django_db_blocker):
    """Eleven updates of one recommendation with a report after the seventh and another at the end, and a draft."""
    with django_db_blocker.unblock(), transaction.atomic(), tenancy.active(MunicipalityFactory()):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "datetime", clock(hour=8))
            sou = CommitteeFactory(code="SOU", name="Sundheds- og Omsorgsudvalget")
            CommitteeMembershipFactory(user=dina(), committee=sou, role=Role.SECRETARY)
            item = RecommendationFactory(number="2.1", publication=PublicationFactory(slug="ting"))
            OwnershipFactory(item=item, committee=sou)
            for number in range(7):
                published(item, text=f"{SECRET} er på vej, uge {number}.")
            record(act=Act.DRAFT_SAVED, by=dina(), item=item, committee=sou)
            issued()
            for number in range(4):
                published(item, text=f"Uge {number + 7}.")
            issued("Næste bilag")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(world_once, db):
    """What `world_once` made, for a test that may change it."""


@pytest.fixture
def item(world):
    return Item.objects.get(number="2.1")


@pytest.fixture
def reports(world):
    return list(IssuedReport.objects.order_by("pk"))


def events():
    return list(Event.objects.order_by("pk"))


def leaf_of(event):
    return LogLeaf.objects.get(event=event)


@contextmanager
def unguarded(*models):
    """What somebody with the database in hand could do; the guards are put back, so that they tell of nothing."""
    tables = {model._meta.db_table for model in models}
    guards = [guard for guard in append_only.GUARDS if guard.table in tables]
    append_only.uninstall(connection, guards)
    yield
    append_only.install(connection, guards)


def verify_log():
    """What `manage.py verify --log` prints, and whether it was content."""
    out = io.StringIO()
    try:
        call_command("verify", "--log", stdout=out)
    except CommandError:
        return out.getvalue(), False
    return out.getvalue(), True


def numbered(event):
    return f"Det er hændelse {event.pk}, »{Act(event.act).label}«, 2. november 2026 kl. 08.00."


# --- What is taken in -------------------------------------------------------------------------------------------------


class TestLeaf:
    def test_every_column_of_an_event_is_said_sealed_or_left_out_on_purpose(self):
        said = {event_log.COLUMNS[name] for name in event_log.COLUMNS}
        columns = {field.attname for field in Event._meta.concrete_fields}
        assert said == columns - {"municipality_id", "details", "request_key"}

    def test_it_holds_numbers_codes_and_moments_and_nobodys_words_or_name(self, world):
        event = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("pk")[1]
        (values,) = event_log.columns(Event.objects.filter(pk=event.pk))
        said = event_log.leaf(values, "00")
        assert said | {"sealed": ""} == {
            "id": event.pk,
            "at": event.at.isoformat(timespec="microseconds"),
            "act": "status_published",
            "nature": "news",
            "on": "2026-11-02",
            "publication": event.publication_id,
            "item": event.item_id,
            "committee": event.committee_id,
            "before": "in_progress",
            "after": "in_progress",
            "update": event.update_id,
            "sealed": "",
        }

    def test_who_did_it_and_what_was_written_are_sealed_with_salt(self, world):
        values = dict.fromkeys(event_log.COLUMNS) | {"at": timezone.now(), "by": 7, "digest": "ab"}
        sealed = {
            event_log.leaf(values | other, salt)["sealed"]
            for other, salt in (({}, "00"), ({}, "01"), ({"by": 8}, "00"), ({"digest": "ac"}, "00"))
        }
        assert len(sealed) == 4
        assert hashlib.sha256(b'00{"by":7,"digest":"ab"}').hexdigest() in sealed
        assert len(set(LogLeaf.objects.order_by().values_list("salt", flat=True))) == LogLeaf.objects.count()


class TestGrowing:
    def test_each_event_gets_its_leaf_once_in_the_order_of_ids(self, world):
        head = grow_log()
        rows = list(LogLeaf.objects.order_by("number").values_list("number", "event"))
        assert rows == list(enumerate(event.pk for event in events()))
        assert grow_log() == head == event_log.head()
        assert head.size == len(rows) == LogLeaf.objects.count()

    def test_the_root_is_that_of_the_hashes_however_they_came(self, world):
        head, whole = grow_log(), log_tree.GrowingTree()
        for event in events():
            whole.append(bytes.fromhex(leaf_of(event).leaf_hash))
        assert head.root == whole.root().hex()

    def test_what_was_not_over_when_the_log_grew_comes_later(self, world):
        """Ids are given out before an act is over, so a lower one can be seen after a higher."""
        last = events()[-1].pk
        late = {"municipality": tenancy.current(), "act": Act.ITEM_CHANGED, "nature": "housekeeping"}
        Event.objects.create(pk=last + 2, **late)
        before = grow_log()
        Event.objects.create(pk=last + 1, **late)
        assert grow_log().size == before.size + 1
        assert LogLeaf.objects.get(event=last + 1).number == before.size
        assert verify_log()[1]

    def test_a_report_prints_the_log_that_was_there_before_it(self, reports):
        first, second = reports
        assert leaf_of(Event.objects.get(report=first)).number == first.tree_size
        assert second.tree_size == first.tree_size + 5
        assert not LogLeaf.objects.filter(event__report=second).exists()

    def test_two_that_grow_it_take_turns_and_hinder_nobody_else(self, world):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite lets one write at a time")
        with CaptureQueriesContext(connection) as queries:
            grow_log()
        assert "pg_advisory_xact_lock" in queries[1]["sql"]

    def test_step_by_step_it_becomes_the_same(self, world):
        before = grow_log()
        for _number in range(3):
            record(act=Act.ITEM_CHANGED, by=None)
        assert grow_log(2).size == before.size + 2
        keep_up()
        head = event_log.head()
        assert head.size == Event.objects.count()
        assert grow_log() == head

    def test_another_municipality_has_a_log_of_its_own(self, world):
        with tenancy.active(MunicipalityFactory(slug="anden")):
            assert event_log.head() == event_log.Head(0, log_tree.EMPTY.hex())
            record(act=Act.ITEM_CHANGED, by=None)
            assert grow_log().size == 1
            assert LogLeaf.objects.get().number == 0


# --- What it proves ---------------------------------------------------------------------------------------------------


def proof(report, **query):
    return Client().get(f"/rapporter/{report.code}/bevis/", query)


def holds(found):
    """Checks a proof from its JSON alone, as somebody without this system does."""
    said = json.dumps(found["leaf"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    leaf_hash, root = hashlib.sha256(b"\0" + said).digest(), bytes.fromhex(found["root"])
    path = [bytes.fromhex(digits) for digits in found["path"]]
    seal = found["report"]
    return (
        (found["tree_size"], found["root"]) == (seal["tree_size"], seal["tree_root"])
        and log_tree.is_included(leaf_hash, found["number"], found["tree_size"], path, root)
        and signing.is_signed(
            signing.statement(
                seal["code"], seal["fingerprint"], seal["issued_at"], seal["tree_size"], seal["tree_root"]
            ),
            seal["signature"],
            seal["public_key"],
        )
    )


class TestProof:
    def test_each_public_event_is_proved_by_each_report_that_came_after_it(self, reports):
        news = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("pk")
        for event, report in (
            (news[0], reports[0]),
            (news[6], reports[0]),
            (news[0], reports[1]),
            (news[9], reports[1]),
        ):
            found = proof(report, haendelse=event.pk).json()
            assert found["format"] == "anbefalingslog-bevis/1"
            assert found["leaf"]["id"] == event.pk
            assert holds(found)
            assert not holds(found | {"leaf": found["leaf"] | {"after": "implemented"}})
            assert not holds(found | {"number": found["number"] + 1})

    def test_it_costs_the_same_for_any_event_and_names_nobody(self, reports, django_assert_max_num_queries):
        event = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("pk").first()
        with django_assert_max_num_queries(8):
            answer = proof(reports[1], haendelse=event.pk)
        assert answer["Content-Type"] == "application/json"
        for unsaid in ("bo", "dina", SECRET, leaf_of(event).salt, event.digest):
            assert f'"{unsaid}"' not in answer.content.decode()
        assert not {"by", "digest", "salt", "details"} & set(answer.json()["leaf"])

    def test_what_is_newer_is_told_which_report_has_it(self, reports):
        event = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("-pk").first()
        answer = proof(reports[0], haendelse=event.pk)
        assert answer.status_code == 404
        assert answer.json() == {"error": f"Hændelsen er nyere end rapporten. Brug rapport {reports[1].code}."}
        newest = published(event.item).events.get()
        assert "når der er udstedt en ny rapport" in proof(reports[1], haendelse=newest.pk).json()["error"]

    def test_drafts_and_sources_that_are_not_public_are_not_shown(self, item, reports):
        hidden = RecommendationFactory(publication=PublicationFactory(public_at=None))
        secret = [
            Event.objects.get(act=Act.DRAFT_SAVED),
            record(act=Act.ITEM_CHANGED, by=None, item=hidden),
            record(act=Act.ROLE_GIVEN, by=None, committee=CommitteeFactory(code="SOU")),
        ]
        report = issued("Et mere")
        open_to_all = [event.pk for event in events() if proof(report, haendelse=event.pk).status_code == 200]
        assert not {event.pk for event in secret} & set(open_to_all)
        assert Event.objects.get(report=reports[0]).pk in open_to_all

    def test_a_row_tells_which_events_it_has(self, item, reports):
        found = proof(reports[0], raekke="ting/2.1").json()["events"]
        assert len(found) == 7
        assert [holds(Client().get(event["proof"]).json()) for event in found[:2]] == [True, True]
        assert len(proof(reports[1], raekke="ting/2.1").json()["events"]) == 11
        everything = proof(reports[1]).json()["events"]
        assert [event["act"] for event in everything].count("report_issued") == 1
        assert len(everything) == 12

    def test_the_address_that_om_data_gives_as_an_example_is_the_one(self, reports):
        page = Client().get("/om/").content.decode()
        example = re.search(r"<code>(/rapporter/.*?)</code>", page).group(1)
        asked = example.replace("XXXX-XXXX", reports[0].code).replace("kilde", "ting")
        assert len(Client().get(asked).json()["events"]) == 7
        told = Client().get(reports[0].get_absolute_url()).content.decode()
        assert reverse("report_proof", args=[reports[0].code]) in told

    @pytest.mark.parametrize(
        ("query", "status", "said"),
        [
            ({"haendelse": "tolv"}, 400, "for eksempel 12"),
            ({"haendelse": "-1"}, 400, "for eksempel 12"),
            ({"haendelse": "²"}, 400, "for eksempel 12"),
            ({"haendelse": "9" * 400}, 400, "for eksempel 12"),
            ({"haendelse": "9" * 18}, 404, "ingen offentlig hændelse"),
            ({"raekke": "ting/9.9"}, 404, "ingen hændelser om den række"),
            ({"raekke": "\0"}, 404, "ingen hændelser om den række"),
        ],
    )
    def test_bad_input_is_told_how_to_mend_it(self, reports, query, status, said):
        answer = proof(reports[0], **query)
        assert answer.status_code == status
        assert said in answer.json()["error"]

    def test_an_unknown_code_and_a_report_from_before_the_log(self, reports):
        assert "ingen udstedt rapport" in Client().get("/rapporter/0000-0000/bevis/").json()["error"]
        with unguarded(IssuedReport):
            IssuedReport.objects.filter(pk=reports[0].pk).update(tree_size=0, tree_root="")
        assert proof(reports[0], haendelse="1").status_code == 404

    def test_a_later_report_extends_an_earlier_and_not_the_other_way(self, reports):
        first, second = ((one.tree_size, bytes.fromhex(one.tree_root)) for one in reports)
        path = [bytes.fromhex(digits) for digits in event_log.consistency(first[0], second[0])]
        assert log_tree.is_extended(first[0], second[0], first[1], second[1], path)
        assert not log_tree.is_extended(first[0], second[0], second[1], first[1], path)
        with pytest.raises(LookupError):
            event_log.consistency(first[0], 1000)


# --- What is found when somebody has been at it -----------------------------------------------------------------------


class TestVerify:
    def test_is_content_with_the_log_and_says_its_root(self, reports):
        head = event_log.head()
        assert verify_log() == (
            f"Københavns Kommune: loggen er hel. Den har {head.size} hændelser, og roden er {head.root}. "
            "Den forlænger roden i alle udstedte rapporter: 2. Sket siden, og med i den næste: 1.\n",
            True,
        )

    def test_names_the_first_event_that_was_altered(self, world):
        third, fifth = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("pk")[2:5:2]
        with unguarded(Event):
            Event.objects.filter(pk__in=[third.pk, fifth.pk]).update(after="implemented")
        said, content = verify_log()
        assert not content
        assert f"Nummer {leaf_of(third).number} i loggen er ændret uden om systemet. {numbered(third)}" in said
        assert f"hændelse {fifth.pk}," not in said

    def test_names_the_leaf_whose_hash_was_altered(self, world):
        event = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("pk")[4]
        with unguarded(LogLeaf):
            LogLeaf.objects.filter(event=event).update(leaf_hash="0" * 64)
        said, content = verify_log()
        assert not content
        assert f"Nummer {leaf_of(event).number} i loggen er ændret uden om systemet. {numbered(event)}" in said

    def test_names_the_row_whose_text_was_altered(self, world):
        event = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("pk")[3]
        with unguarded(StatusUpdate):
            StatusUpdate.objects.filter(pk=event.update_id).update(text="Det gik bedre, end vi skrev.")
        said, content = verify_log()
        assert not content
        assert "rækken passer ikke med sit fingeraftryk" in said
        assert numbered(event) in said
        assert "Nummer" not in said  # the log itself is whole

    def test_names_between_which_numbers_when_an_event_and_its_hash_were_altered_together(self, world):
        event = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("pk")[4]
        leaf = leaf_of(event)
        with unguarded(Event, LogLeaf):
            Event.objects.filter(pk=event.pk).update(after="implemented")
            (values,) = event_log.columns(Event.objects.filter(pk=event.pk))
            LogLeaf.objects.filter(pk=leaf.pk).update(leaf_hash=event_log.hash_of(values, leaf.salt).hex())
        said, content = verify_log()
        assert not content
        pair = leaf.number - leaf.number % 2
        assert f"Et af numrene {pair}-{pair + 1} i loggen er ændret" in said

    def test_a_log_that_was_made_all_anew_is_told_by_the_root_on_paper(self, reports):
        """Whoever can alter everything here cannot alter the annex that lies in the minutes."""
        first, second = reports
        event = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("-pk")[2]
        assert first.tree_size <= leaf_of(event).number < second.tree_size
        with unguarded(Event, LogLeaf):
            Event.objects.filter(pk=event.pk).update(after="implemented")
            LogLeaf.objects.all().delete()
            grow_log()
        said, content = verify_log()
        assert not content
        assert f"Rapport {first.code} har trykt" in said  # new salt: not even the first holds
        assert f"Numrene 0-{first.tree_size - 1} er ændret" in said

    @pytest.mark.parametrize(("gone", "said"), [(1, "Nummer 1 i loggen mangler"), (-1, "har trykt loggens rod")])
    def test_a_leaf_that_was_taken_out_is_missed(self, reports, gone, said):
        row = list(LogLeaf.objects.order_by("number"))[gone]
        with unguarded(LogLeaf):
            row.delete()
        told, content = verify_log()
        assert not content
        assert said in told

    def test_a_meeting_which_changes_is_as_its_newest_event_says(self, world):
        sou, days = CommitteeFactory(code="SOU"), [date(2026, 11, 19), date(2026, 11, 26), date(2026, 12, 3)]
        (meeting,) = actions.plan_meetings(by=dina(), committee=sou, meetings=[actions.MeetingContent(days[0])])
        actions.move_meeting(by=dina(), meeting=meeting, on=days[1], reason="Salen er optaget.")
        assert verify_log()[1]
        Meeting.objects.filter(pk=meeting.pk).update(on=days[2])
        said, content = verify_log()
        assert not content
        assert "»Møde flyttet«" in said

    def test_what_is_withheld_leaves_everything_whole(self, item, reports, chief):
        event = Event.objects.filter(act=Act.STATUS_PUBLISHED).order_by("pk").first()
        before = proof(reports[0], haendelse=event.pk).json()
        actions.withhold(
            by=chief,
            redaction=Redaction(words=SECRET),
            reason="en borger er nævnt ved navn",
            legal_basis="GDPR artikel 17",
        )
        event.update.refresh_from_db()
        assert SECRET not in event.update.text
        assert verify_log()[1]
        assert proof(reports[0], haendelse=event.pk).json() == before
        issued("Efter")
        assert verify_log()[1]


def test_the_log_can_be_measured_in_a_database_of_its_own(world):
    out, asked = io.StringIO(), ("measure_log", "--haendelser", "40", "--kommune")
    with pytest.raises(CommandError, match="hvor loggen er tom"):
        call_command(*asked, "koebenhavn", stdout=out)
    with tenancy.active(MunicipalityFactory(slug="anden")):
        call_command(*asked, "anden", stdout=out)
        assert LogLeaf.objects.count() == 1040
    assert "ms  hele loggen regnet efter" in out.getvalue()
