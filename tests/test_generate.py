"""`manage.py generate`: made-up rows that are the same every time, whole, and only ever made in development."""

import io
from datetime import date
from itertools import groupby

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from recommendations import tenancy
from recommendations.actions import problems_of
from recommendations.enums import CLOSED, Act, ItemKind, Nature, OwnershipRole, Role, Status, UpdateKind, UpdateState
from recommendations.lifecycle import answer_problems
from recommendations.management.commands.generate import LAST_DAY
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    CommitteeMembership,
    Deadline,
    DoneWhen,
    Event,
    Evidence,
    Item,
    Ownership,
    Publication,
    Recommendation,
    Relation,
    Standing,
    StatusUpdate,
    Succession,
    VoteShare,
    Wording,
)
from tests.factories import MunicipalityFactory, PublicationFactory
from tests.test_seed_and_verify import verify

KINDS = (
    Publication, Item, Wording, StatusUpdate, Evidence, Deadline, DoneWhen, Ownership, CommitteeAnswer, VoteShare,
    Relation, Succession, Event, Standing,
)  # fmt: skip


def generate(**options):
    out = io.StringIO()
    call_command("generate", **{"anbefalinger": 90, "opdateringer": 450, **options}, stdout=out)
    return out.getvalue()


def rows():
    """Everything that was made: all plain columns, and what each row is about."""
    found = {}
    for model in KINDS:
        columns = [field.name for field in model._meta.concrete_fields if not field.is_relation]
        columns = [name for name in columns if name not in {"id", "digest"}]
        about = {"item", "committee"} & {field.name for field in model._meta.concrete_fields}
        columns += [{"item": "item__path", "committee": "committee__code"}[name] for name in sorted(about)]
        found[model.__name__] = sorted(map(repr, model.objects.order_by("pk").values_list(*columns)))
    return found


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
        assert all(one[model] != other[model] for model in ("Wording", "StatusUpdate", "CommitteeAnswer", "Event"))

    def test_nothing_happens_after_the_last_day(self):
        generate(til=date(2026, 3, 31))
        last = date(2026, 3, 31)
        assert not StatusUpdate.objects.filter(on__gt=last).exists()
        assert not StatusUpdate.objects.filter(published_at__date__gt=last).exists()
        assert not Deadline.objects.filter(set_on__gt=last).exists()
        assert not CommitteeAnswer.objects.filter(recorded_at__date__gt=last).exists()
        assert not Wording.objects.filter(recorded_at__date__gt=last).exists()
        assert not Event.objects.filter(at__date__gt=last).exists()


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
        generate(anbefalinger=10, opdateringer=30)
        assert verify()[1]


@pytest.mark.django_db
def test_what_is_made_up_is_as_locked_as_everything_else():
    generate(anbefalinger=5, opdateringer=5)
    update = StatusUpdate.objects.published().order_by("pk").first()
    with pytest.raises(Exception, match="udgivet"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE recommendations_statusupdate SET text = 'x' WHERE id = %s", [update.pk])


@pytest.mark.django_db
class TestManyCommitteesAndUsers:
    @pytest.fixture
    def made(self):
        generate(anbefalinger=60, opdateringer=600, udvalg=12, brugere=60)

    def test_there_are_exactly_as_many_as_was_asked_for(self, made):
        assert Committee.objects.existing(LAST_DAY).count() == 12
        assert User.objects.count() == 60
        assert set(CommitteeMembership.objects.order_by().values_list("role", flat=True)) == set(Role)

    def test_every_committee_has_somebody_who_writes_and_somebody_who_approves_today(self, made, today):
        in_force = CommitteeMembership.objects.in_force(today)
        for committee in Committee.objects.existing(today).order_by("pk"):
            roles = set(in_force.filter(committee=committee).order_by().values_list("role", flat=True))
            assert {Role.EDITOR, Role.APPROVER} <= roles, committee

    def test_some_roles_are_over_and_some_have_an_end(self, made, today):
        assert CommitteeMembership.objects.filter(valid_to__lte=today).exists()
        assert CommitteeMembership.objects.filter(valid_to__gt=today).exists()

    def test_people_write_for_their_own_committee_and_another_approves(self, made):
        works_for = set(CommitteeMembership.objects.order_by().values_list("user", "committee"))
        heirs = dict(Succession.objects.filter(predecessor_ends=True).values_list("predecessor", "successor"))
        updates = StatusUpdate.objects.published().order_by("pk")
        for update in updates:
            committee = heirs.get(update.committee_id, update.committee_id)
            assert (update.author_id, committee) in works_for
            assert (update.published_by_id, committee) in works_for
            assert update.author_id != update.published_by_id
        assert len({update.author_id for update in updates}) > 20

    def test_drafts_wait_with_their_author_or_an_approver_or_were_sent_back(self, made):
        drafts = StatusUpdate.objects.filter(state=UpdateState.DRAFT)
        assert drafts.filter(review_comment="").exists()
        assert StatusUpdate.objects.awaiting_approval().exists()
        for draft in drafts.exclude(review_comment="").order_by("pk"):
            acts = list(Event.objects.filter(update=draft).order_by("at").values_list("act", flat=True))
            assert acts == [Act.DRAFT_SAVED, Act.DRAFT_SUBMITTED, Act.DRAFT_RETURNED]

    def test_nobody_has_a_name_of_a_person(self, made):
        names = User.objects.exclude(first_name="").values_list("first_name", "last_name")
        assert all(first in Role.labels and last.isdigit() for first, last in names)

    @pytest.mark.parametrize("option", ["--udvalg=9", "--brugere=2", "--anbefalinger=0"])
    def test_too_few_are_refused(self, option):
        with pytest.raises(CommandError, match="Mindst"):
            call_command("generate", option)


@pytest.fixture(scope="module")
def generated_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic(), tenancy.active(MunicipalityFactory()):
        generate()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def generated(generated_once, db):
    """The made-up rows, for a test that may change them."""


class TestWhatIsMade:
    def test_is_exactly_as_much_as_was_asked_for(self, generated):
        assert Recommendation.objects.counted().count() == 90
        assert StatusUpdate.objects.count() == 450

    def test_verify_finds_no_fault(self, generated):
        assert verify() == ("Alt passer: kilder, kopier, ejerskaber, forhold og låse.\n", True)

    def test_every_published_update_follows_the_rules_of_publishing(self, generated):
        updates = StatusUpdate.objects.published().select_related("committee", "item__publication").order_by("pk")
        for update in updates:
            assert problems_of(update) == {}, update

    def test_every_answer_follows_the_rules_of_answers(self, generated, today):
        for answer in CommitteeAnswer.objects.order_by("pk"):
            said = {name: getattr(answer, name) for name in ("text", "passed_on_to", "agenda_url", "meeting_date")}
            assert answer_problems(answer.outcome, today=today, **said) == {}

    def test_a_committee_has_a_status_before_it_says_anything_else_and_no_new_one_once_it_is_closed(self, generated):
        told = StatusUpdate.objects.published().uncorrected().exclude(kind=UpdateKind.CORRECTION)
        ended = {row.predecessor_id: row.successor_id for row in Succession.objects.order_by("pk")}

        def cell(update):
            return update.item_id, ended.get(update.committee_id, update.committee_id)

        for _cell, updates in groupby(sorted(told.order_by("pk"), key=cell), key=cell):
            changes = [update.status for update in updates if update.status]
            assert not CLOSED & set(changes[:-1])

    def test_a_committee_only_speaks_while_it_exists(self, generated):
        for update in StatusUpdate.objects.published().select_related("committee").order_by("pk"):
            assert update.committee.exists_on(update.published_at.date())
        for answer in CommitteeAnswer.objects.select_related("committee").order_by("pk"):
            assert answer.committee.exists_on(answer.meeting_date)

    def test_holds_something_of_every_kind(self, generated):
        assert {model.__name__ for model in KINDS if not model.objects.exists()} == set()
        published = StatusUpdate.objects.published()
        assert set(published.order_by().values_list("kind", flat=True)) == set(UpdateKind)
        assert set(published.order_by().values_list("status", flat=True)) == {"", *Status}
        assert set(Item.objects.order_by().values_list("kind", flat=True)) == {
            ItemKind.HEADING, ItemKind.RECOMMENDATION, ItemKind.INITIATIVE, ItemKind.OPTION,
        }  # fmt: skip
        assert Item.objects.filter(parent__kind=ItemKind.RECOMMENDATION).exists()
        assert StatusUpdate.objects.exclude(state=UpdateState.PUBLISHED).exists()
        assert Wording.objects.filter(corrects__isnull=True).exclude(reason="").exists()
        assert Wording.objects.filter(corrects__isnull=False).exists()
        assert Deadline.objects.filter(corrects__isnull=False).exists()

    def test_owners_share_an_item_lead_it_and_hand_it_over(self, generated):
        roles = Ownership.objects.in_force().order_by().values_list("item", "role")
        by_item = {}
        for item, role in roles:
            by_item.setdefault(item, []).append(role)
        shared = [sorted(found) for found in by_item.values() if len(found) > 1]
        assert [OwnershipRole.CO_OWNER, OwnershipRole.LEAD] in shared
        assert [OwnershipRole.CO_OWNER, OwnershipRole.CO_OWNER] in shared
        taken_over = Ownership.objects.in_force().filter(succession__isnull=False)
        assert set(taken_over.order_by().values_list("succession__predecessor_ends", flat=True)) == {True, False}
        assert Event.objects.filter(act=Act.HANDED_OVER).count() == taken_over.count()

    def test_every_other_source_is_numbered_straight_through_its_headings(self, generated):
        items = Item.objects.filter(publication__slug="eksempel-2", parent__kind=ItemKind.HEADING).order_by("path")
        numbers = [item.number for item in items]
        assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
        assert len(set(items.values_list("parent", flat=True))) > 1

    def test_every_row_has_the_event_that_its_action_would_have_written(self, generated):
        published = StatusUpdate.objects.published()
        assert Event.objects.filter(update__in=published).count() == published.count()
        for model, name in ((CommitteeAnswer, "answer"), (Deadline, "deadline"), (DoneWhen, "criterion")):
            assert Event.objects.filter(**{f"{name}__isnull": False}).count() == model.objects.count()
        corrections = Event.objects.filter(nature=Nature.CORRECTION).order_by()
        assert set(corrections.values_list("act", flat=True)) >= {Act.UPDATE_CORRECTED, Act.WORDS_CORRECTED}
        for event in Event.objects.filter(act=Act.STATUS_PUBLISHED).select_related("update").order_by("pk"):
            assert event.after in {event.update.status, event.before}

    def test_the_newest_event_of_an_item_says_what_stands_in_its_cell(self, generated):
        """The events and the standings are worked out apart: they must agree."""
        cells = Standing.objects.at().cells().order_by("pk")
        stands = {(row.item_id, row.committee_id): row.status for row in cells}
        acts = [Act.STATUS_PUBLISHED, Act.UPDATE_CORRECTED]
        newest = {event.item_id: event for event in Event.objects.filter(act__in=acts).order_by("at", "pk")}
        said = {
            (event.item_id, event.committee_id): event.after
            for event in newest.values()
            if event.act == Act.STATUS_PUBLISHED and (event.item_id, event.committee_id) in stands
        }
        assert len(said) > 40
        assert said == {cell: stands[cell] for cell in said}

    def test_says_that_it_is_made_up(self, generated):
        for publication in Publication.objects.order_by("pk"):
            assert "opdigtet" in publication.publisher
            assert publication.title.startswith("Eksempel")
        assert not StatusUpdate.objects.exclude(committee__name__startswith="Eksempel").exists()

    def test_a_second_run_makes_nothing(self, generated):
        before = rows()
        generate()
        assert rows() == before
