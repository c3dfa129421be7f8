"""Many items in one act, called as a shell or a command would: the rules of one, all or nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.actions import (
    MOST_AT_ONCE,
    Conflict,
    Entry,
    EvidenceContent,
    RowsRefused,
    Seen,
    UpdateDraft,
    confirm_many,
    confirm_unchanged,
    give_status_to_many,
    refresh_state,
)
from recommendations.enums import Role, Status, UpdateKind, UpdateState
from recommendations.models import Recommendation, StatusUpdate
from recommendations.permissions import WRITERS, ActingRights, acting_committees
from tests.factories import (
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    UserFactory,
    published,
)

LINK = EvidenceContent(title="Referat", url="https://eksempel.dk/referat")


@pytest.fixture
def make_items(sou, today):
    """`make_items(3)` are three of SOU's recommendations, long in progress; with `status=""` they never had one."""
    publication = PublicationFactory()

    def make_items(count, status=Status.IN_PROGRESS, make=RecommendationFactory, committee=sou):
        items = make.create_batch(count, publication=publication)
        for item in items:
            OwnershipFactory(about=item, committee=committee)
            if status:
                published(item, status, on=today - timedelta(days=200))
        return items

    return make_items


def everything():
    """All that could have been written, to see that nothing was."""
    updates = StatusUpdate.objects.order_by("pk").values()
    history = StatusUpdate.history.order_by("history_id").values()
    return list(updates), list(history), list(Recommendation.objects.order_by("pk").values())


def sentences(refused, item) -> str:
    return " ".join(refused.value.rows[item].messages)


class TestConfirming:
    def test_renews_all_and_is_no_news(self, make_items, sou, anna, today):
        items = make_items(3)
        before = {item.pk: item.changed_at for item in items}
        confirmations = confirm_many(by=anna, items=dict.fromkeys(items, sou))
        assert {update.item for update in confirmations} == set(items)
        for item in items:
            item.refresh_from_db()
            assert (item.status, item.confirmed_on, item.fresh_on) == (Status.IN_PROGRESS, today, today)
            assert item.changed_at == before[item.pk]

    def test_leaves_the_same_rows_and_history_as_one_at_a_time(self, make_items, sou, anna):
        one, *several = make_items(3)
        confirm_unchanged(by=anna, item=one, committee=sou)
        confirm_many(by=anna, items=dict.fromkeys(several, sou))
        for item in (one, *several):
            update = StatusUpdate.objects.get(recommendation=item, kind=UpdateKind.CONFIRMATION)
            assert (update.author, update.published_by, update.committee) == (anna, anna, sou)
            assert update.is_published
            told = [(row.history_type, row.state, row.history_user) for row in update.history.order_by("history_id")]
            assert told == [("+", UpdateState.DRAFT, anna), ("~", UpdateState.PUBLISHED, anna)]
            assert item.history.count() == 1  # nothing was edited on the item itself

    def test_the_copied_state_is_what_one_at_a_time_would_have_copied(self, make_items, sou, anna):
        items = make_items(3)
        confirm_many(by=anna, items=dict.fromkeys(items, sou))
        for item in items:
            item.refresh_from_db()
            copied = {name: getattr(item, name) for name in item.STATE_FIELDS}
            refresh_state(item)
            assert {name: getattr(item, name) for name in item.STATE_FIELDS} == copied

    def test_what_the_caller_holds_is_not_written_over_what_stands(self, make_items, sou, anna):
        """Only the copies are written, though whole rows are sent: a title changed meanwhile stays."""
        item, *_ = items = make_items(2)
        fresh = Recommendation.objects.get(pk=item.pk)
        fresh.title = "Ny titel"
        fresh.save()
        refresh_state(item)  # still holds the old title
        confirm_many(by=anna, items=dict.fromkeys(items, sou))
        fresh.refresh_from_db()
        assert fresh.title == "Ny titel"

    def test_takes_recommendations_and_initiatives_together(self, make_items, sou, anna):
        items = [*make_items(2), *make_items(2, make=InitiativeFactory)]
        seen = {item: Seen.now(item) for item in items}
        assert len(confirm_many(by=anna, items=dict.fromkeys(items, sou), seen=seen)) == 4

    def test_one_without_a_status_stops_all(self, make_items, sou, anna):
        good, (bad,) = make_items(2), make_items(1, status="")
        before = everything()
        with pytest.raises(RowsRefused) as refused:
            confirm_many(by=anna, items=dict.fromkeys([*good, bad], sou))
        assert list(refused.value.rows) == [bad]
        assert "har ingen status at bekræfte. Giv en status først." in sentences(refused, bad)
        assert everything() == before

    def test_one_of_another_committees_stops_all(self, make_items, sou, sud, anna):
        good, (other,) = make_items(2), make_items(1, committee=sud)
        before = everything()
        for committee in (sou, sud, None):
            with pytest.raises(RowsRefused) as refused:
                confirm_many(by=anna, items=dict.fromkeys(good, sou) | {other: committee})
            assert list(refused.value.rows) == [other]
        assert "Dit udvalg ejer ikke" in sentences(refused, other)
        assert everything() == before

    def test_strangers_secretaries_and_former_staff_are_turned_away(self, make_items, sou, carla, dina, anna):
        items = make_items(2)
        before = everything()
        anna.is_active = False
        for user in (carla, dina, anna, UserFactory()):
            with pytest.raises(PermissionDenied):
                confirm_many(by=user, items=dict.fromkeys(items, sou))
        assert everything() == before

    def test_something_newer_than_what_was_seen_stops_all(self, make_items, sou, anna):
        items = make_items(2)
        seen = {item: Seen.now(item) for item in items}
        published(items[1], Status.PAUSED, text="Pengene mangler.")
        before = everything()
        with pytest.raises(RowsRefused) as refused:
            confirm_many(by=anna, items=dict.fromkeys(items, sou), seen=seen)
        assert isinstance(refused.value.rows[items[1]], Conflict)
        assert "En anden har opdateret" in sentences(refused, items[1])
        assert everything() == before

    def test_none_and_too_many_are_refused(self, make_items, sou, anna):
        with pytest.raises(ValidationError, match="Vælg mindst én række"):
            confirm_many(by=anna, items={})
        many = dict.fromkeys(make_items(MOST_AT_ONCE + 1, status=""), sou)
        with pytest.raises(ValidationError, match=r"Du har valgt 51 rækker\. Vælg højst 50 ad gangen"):
            confirm_many(by=anna, items=many)

    def test_asks_as_much_for_twenty_as_for_two(self, make_items, sou, anna):
        counts = []
        for items in (make_items(2), make_items(20)):
            with CaptureQueriesContext(connection) as queries:
                confirm_many(by=anna, items=dict.fromkeys(items, sou))
            counts.append(len(queries))
        assert counts == [15, 15]


class TestGivingAStatus:
    def test_each_gets_its_own_text_and_evidence(self, make_items, sou, anna, today):
        one, two = make_items(2)
        entries = {
            one: Entry(sou, UpdateDraft(status=Status.PLANNED, on=today, text="Besluttet i maj.")),
            two: Entry(sou, UpdateDraft(status=Status.PLANNED, on=today, text="Besluttet i juni.", evidence=[LINK])),
        }
        updates = give_status_to_many(by=anna, items=entries, state=UpdateState.SUBMITTED)
        assert [(update.item, update.text, update.state) for update in updates] == [
            (one, "Besluttet i maj.", UpdateState.SUBMITTED),
            (two, "Besluttet i juni.", UpdateState.SUBMITTED),
        ]
        assert [update.evidence.count() for update in updates] == [0, 1]
        assert [row.history_user for row in updates[0].history.all()] == [anna, anna]

    def test_an_approver_publishes_and_the_items_show_it(self, make_items, sou, bo):
        items = make_items(2)
        entry = Entry(sou, UpdateDraft(status=Status.PAUSED, text="Pengene mangler."))
        give_status_to_many(by=bo, items=dict.fromkeys(items, entry), state=UpdateState.PUBLISHED)
        for item in items:
            item.refresh_from_db()
            assert item.status == Status.PAUSED

    def test_done_needs_evidence_and_a_second_person_here_too(self, make_items, sou, anna, bo, chief):
        one, two = make_items(2)
        done = UpdateDraft(status=Status.IMPLEMENTED, evidence=[LINK])
        before = everything()
        with pytest.raises(RowsRefused) as refused:
            give_status_to_many(
                by=anna,
                items={one: Entry(sou, done), two: Entry(sou, UpdateDraft(status=Status.IMPLEMENTED))},
                state=UpdateState.SUBMITTED,
            )
        assert list(refused.value.rows) == [two]
        assert "kræver dokumentation" in sentences(refused, two)
        for user in (bo, chief):
            with pytest.raises(RowsRefused) as refused:
                give_status_to_many(
                    by=user, items=dict.fromkeys((one, two), Entry(sou, done)), state=UpdateState.PUBLISHED
                )
            assert set(refused.value.rows) == {one, two}
            assert "en anden end den, der har skrevet den" in sentences(refused, one)
        assert everything() == before

    def test_an_editor_publishes_nothing(self, make_items, sou, anna):
        items = make_items(2)
        before = everything()
        with pytest.raises(PermissionDenied):
            give_status_to_many(
                by=anna,
                items=dict.fromkeys(items, Entry(sou, UpdateDraft(status=Status.IN_PROGRESS))),
                state=UpdateState.PUBLISHED,
            )
        assert everything() == before

    def test_one_bad_row_stops_all_and_all_bad_rows_are_told(self, make_items, sou, sud, anna):
        (good, bare, newer), (other,) = make_items(3), make_items(1, committee=sud)
        seen = Seen.now(newer)
        published(newer, Status.PAUSED)
        before = everything()
        draft = UpdateDraft(status=Status.LAPSED, text="Loven er ændret.")
        with pytest.raises(RowsRefused) as refused:
            give_status_to_many(
                by=anna,
                items={
                    good: Entry(sou, draft),
                    bare: Entry(sou, UpdateDraft(status=Status.LAPSED)),
                    newer: Entry(sou, draft, seen),
                    other: Entry(None, draft),
                },
                state=UpdateState.SUBMITTED,
            )
        assert list(refused.value.rows) == [bare, newer, other]
        assert "Status «Bortfaldet» kræver en tekst." in sentences(refused, bare)
        assert isinstance(refused.value.rows[newer], Conflict)
        assert everything() == before

    def test_costs_the_same_for_each(self, make_items, sou, anna):
        counts = []
        for items in (make_items(1), make_items(2), make_items(3)):
            entry = Entry(sou, UpdateDraft(status=Status.IN_PROGRESS, evidence=[LINK]))
            with CaptureQueriesContext(connection) as queries:
                give_status_to_many(by=anna, items=dict.fromkeys(items, entry), state=UpdateState.SUBMITTED)
            counts.append(len(queries))
        assert counts[2] - counts[1] == counts[1] - counts[0] <= 80


def test_rights_read_together_are_those_read_one_by_one(make_items, sou, sud, anna, bo, carla, dina, chief):
    """Own, other, ended with a successor, and nobody's; for every kind of user."""
    ended = CommitteeFactory(code="GL", valid_to="2026-01-01")
    SuccessionFactory(predecessor=ended, successor=sou)
    items = [
        *make_items(1),
        *make_items(1, committee=sud),
        *make_items(1, committee=ended),
        *make_items(1, make=InitiativeFactory),
        RecommendationFactory(),
    ]
    OwnershipFactory(about=items[0], committee=sud)
    for user in (anna, bo, carla, dina, chief, UserFactory()):
        rights = ActingRights(user, items)
        for item in items:
            for roles in (WRITERS, (Role.APPROVER,)):
                assert rights.committees(item, *roles) == list(acting_committees(user, item, *roles))
