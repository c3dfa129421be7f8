"""`manage.py generate`: made-up rows that are the same every time, whole, and only ever made in development."""

import io
from datetime import date
from itertools import groupby

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from recommendations.enums import DONE, Status, UpdateKind, UpdateState
from recommendations.lifecycle import UpdateContent, publishing_problems
from recommendations.models import (
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Evidence,
    Initiative,
    Ownership,
    Publication,
    Recommendation,
    Relation,
    StatusUpdate,
    Succession,
    VoteShare,
)
from tests.factories import PublicationFactory
from tests.test_seed_and_verify import verify

KINDS = (
    Publication, Recommendation, Initiative, StatusUpdate, Evidence, Deadline, DoneWhen, Ownership, CommitteeAnswer,
    VoteShare, Relation, Succession,
)  # fmt: skip
KEYS = {"id", "published_by_id", "author_id", "recorded_by_id"}  # dealt out by the database


def generate(**options):
    out = io.StringIO()
    call_command("generate", **{"anbefalinger": 90, "opdateringer": 450, **options}, stdout=out)
    return out.getvalue()


def rows():
    """Everything that was made, foreign keys in the shape of the natural keys of what they point at."""
    return {
        model.__name__: sorted(
            [
                tuple(
                    str(getattr(row, field.name) if field.is_relation else getattr(row, field.attname))
                    for field in model._meta.concrete_fields
                    if field.attname not in KEYS
                )
                for row in model.objects.order_by("pk")
            ]
        )
        for model in KINDS
    }


def undone(**options):
    """What `generate` makes, in a database where it is then undone."""
    with transaction.atomic():
        generate(**options)
        made = rows()
        transaction.set_rollback(True)
    return made


@pytest.mark.django_db
class TestTheSameEveryTime:
    def test_the_same_seed_makes_the_same_rows_times_included(self):
        assert undone(froe=7) == undone(froe=7)

    def test_another_seed_makes_others(self):
        one, other = undone(froe=7), undone(froe=8)
        assert all(one[model] != other[model] for model in ("Recommendation", "StatusUpdate", "CommitteeAnswer"))

    def test_nothing_happens_after_the_last_day(self):
        generate(til=date(2026, 3, 31))
        last = date(2026, 3, 31)
        assert not StatusUpdate.objects.filter(on__gt=last).exists()
        assert not StatusUpdate.objects.filter(published_at__date__gt=last).exists()
        assert not Deadline.objects.filter(set_on__gt=last).exists()
        assert not CommitteeAnswer.objects.filter(recorded_at__date__gt=last).exists()


@pytest.mark.django_db
class TestRefusals:
    def test_production(self, settings):
        settings.DEVELOPMENT = False
        with pytest.raises(CommandError, match="hører ikke hjemme i drift"):
            generate()
        assert not Publication.objects.exists()

    def test_a_source_that_somebody_has_made(self):
        PublicationFactory(title="Vores egen")
        with pytest.raises(CommandError, match=r"Vores egen.*manage\.py prepare"):
            generate()
        assert Publication.objects.count() == 1

    def test_what_was_made_with_other_choices(self):
        generate(anbefalinger=5, opdateringer=5)
        with pytest.raises(CommandError, match="andet frø eller andre antal"):
            generate(anbefalinger=6, opdateringer=5)

    def test_a_last_day_in_the_future(self, today):
        with pytest.raises(CommandError, match="ligger i fremtiden"):
            generate(til=today.replace(year=today.year + 1))

    def test_not_the_shipped_sources(self):
        call_command("seed", stdout=io.StringIO())
        generate()
        assert verify()[1]


@pytest.mark.django_db
def test_what_is_made_up_is_as_locked_as_everything_else():
    generate(anbefalinger=5, opdateringer=5)
    update = StatusUpdate.objects.published().first()
    with pytest.raises(Exception, match="udgivet"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE recommendations_statusupdate SET text = 'x' WHERE id = %s", [update.pk])


@pytest.fixture(scope="module")
def generated_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        generate()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def generated(generated_once, db):
    """The made-up rows, for a test that may change them."""


class TestWhatIsMade:
    def test_is_exactly_as_much_as_was_asked_for(self, generated):
        assert Recommendation.objects.countable().count() == 90
        assert StatusUpdate.objects.count() == 450

    def test_verify_finds_no_fault(self, generated):
        assert verify() == ("Alt passer: kilder, kopier, ejerskaber, forhold og låse.\n", True)

    def test_every_published_update_follows_the_rules_of_publishing(self, generated, today):
        for update in StatusUpdate.objects.published().prefetch_related("evidence"):
            content = UpdateContent(
                kind=update.kind,
                status=update.status,
                on=update.on,
                text=update.text,
                decided_by=update.decided_by,
                decided_on=update.decided_on,
                next_step=update.next_step,
                next_step_on=update.next_step_on,
                evidence_count=len(update.evidence.all()),
            )
            assert publishing_problems(content, today=today) == {}

    def test_an_item_has_a_status_before_anything_else_is_said_and_no_new_one_once_it_is_done(self, generated):
        told = (
            StatusUpdate.objects.published()
            .exclude(kind=UpdateKind.CORRECTION)
            .order_by("recommendation", "initiative", "pk")
        )
        for _item, updates in groupby(told, key=lambda update: (update.recommendation_id, update.initiative_id)):
            statuses = [update.status for update in updates]
            assert statuses[0]
            changes = [status for status in statuses if status]
            assert not DONE & set(changes[:-1])

    def test_a_committee_only_speaks_while_it_exists(self, generated):
        for update in StatusUpdate.objects.published().select_related("committee"):
            assert update.committee.exists_on(update.published_at.date())
        for answer in CommitteeAnswer.objects.select_related("committee"):
            assert answer.committee.exists_on(answer.meeting_date)

    def test_holds_something_of_every_kind(self, generated):
        assert {model.__name__ for model in KINDS if not model.objects.exists()} == set()
        published = StatusUpdate.objects.published()
        assert set(published.order_by().values_list("kind", flat=True)) == set(UpdateKind)
        assert set(published.order_by().values_list("status", flat=True)) == {"", *Status}
        assert Recommendation.objects.filter(is_heading=True).exists()
        assert Recommendation.objects.filter(parent__is_heading=False).exists()
        assert Ownership.objects.filter(succession__isnull=False).exists()
        assert CommitteeAnswer.objects.filter(corrects__isnull=False).exists()
        assert StatusUpdate.objects.exclude(state=UpdateState.PUBLISHED).exists()

    def test_says_that_it_is_made_up(self, generated):
        for publication in Publication.objects.all():
            assert "opdigtet" in publication.publisher
            assert publication.title.startswith("Eksempel")
        assert not StatusUpdate.objects.exclude(committee__name__startswith="Eksempel").exists()

    def test_a_second_run_makes_nothing(self, generated):
        before = rows()
        generate()
        assert rows() == before
