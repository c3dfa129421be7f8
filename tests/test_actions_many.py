"""Many items in one act, called as a shell or a command would: the rules of one, all or nothing."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.actions import (
    MOST_AT_ONCE,
    Conflict,
    EvidenceContent,
    RowsRefused,
    Seen,
    StatusEntry,
    UpdateDraft,
    confirm_many,
    confirm_unchanged,
    give_status_to_many,
)
from recommendations.enums import WRITERS, EvidenceKind, Role, Status, UpdateKind, UpdateState
from recommendations.models import Event, Item, Standing, StatusUpdate
from recommendations.permissions import ActingRights, acting_committees
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

LINK = EvidenceContent(title="Referat", url="https://eksempel.dk/referat", kind=EvidenceKind.OPERATING)


@pytest.fixture
def make_items(sou, today):
    """`make_items(3)` are three of SOU's recommendations, long in progress; with `status=""` they never had one."""
    publication = PublicationFactory()

    def make_items(count, status=Status.IN_PROGRESS, make=RecommendationFactory, committee=sou):
        items = make.create_batch(count, publication=publication)
        for item in items:
            OwnershipFactory(item=item, committee=committee)
            if status:
                published(item, status, on=today - timedelta(days=200))
        return items

    return make_items


def everything():
    """All that could have been written, to see that nothing was."""
    return [list(model.objects.order_by("pk").values()) for model in (StatusUpdate, Event, Standing, Item)]


def stands(item):
    """The item with its `state_…`."""
    return Item.objects.with_state().get(pk=item.pk)


def sentences(refused, item) -> str:
    return " ".join(refused.value.rows[item].messages)


class TestConfirming:
    def test_renews_all_and_is_no_news(self, make_items, sou, anna, today):
        items = make_items(3)
        before = {item.pk: stands(item).state_changed_at for item in items}
        confirmations = confirm_many(by=anna, items=dict.fromkeys(items, sou))
        assert {update.item for update in confirmations} == {Item.objects.get(pk=item.pk) for item in items}
        for item in items:
            now = stands(item)
            assert (now.state_status, now.state_confirmed_on, now.state_fresh_on) == (Status.IN_PROGRESS, today, today)
            assert now.state_changed_at == before[item.pk]

    def test_leaves_the_same_rows_and_events_as_one_at_a_time(self, make_items, sou, anna):
        one, *several = make_items(3)
        confirm_unchanged(by=anna, item=one, committee=sou)
        confirm_many(by=anna, items=dict.fromkeys(several, sou))
        for item in (one, *several):
            update = StatusUpdate.objects.get(item=item, kind=UpdateKind.CONFIRMATION)
            assert (update.author, update.published_by, update.committee) == (anna, anna, sou)
            assert update.is_published
            told = update.events.get()
            assert (told.act, told.nature, told.by, told.before, told.after) == (
                "status_confirmed",
                "housekeeping",
                anna,
                Status.IN_PROGRESS,
                Status.IN_PROGRESS,
            )
            assert told.at == update.published_at

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
        many = dict.fromkeys(range(MOST_AT_ONCE + 1), sou)
        with pytest.raises(ValidationError, match=r"Du har valgt 301 rækker\. Vælg højst 300 ad gangen"):
            confirm_many(by=anna, items=many)

    def test_asked_twice_with_one_key_is_done_once(self, make_items, sou, anna):
        items, key = dict.fromkeys(make_items(2), sou), uuid.uuid4()
        first = confirm_many(by=anna, items=items, request_key=key)
        before = everything()
        assert confirm_many(by=anna, items=items, request_key=key) == first
        assert everything() == before

    def test_asks_as_much_for_twenty_as_for_two(self, make_items, sou, anna):
        counts = []
        for items in (make_items(2), make_items(20)):
            with CaptureQueriesContext(connection) as queries:
                confirm_many(by=anna, items=dict.fromkeys(items, sou))
            counts.append(len(queries))
        # SQLite takes so many values at a time; PostgreSQL is asked for the turn.
        assert counts == ([24, 26] if connection.vendor == "sqlite" else [25, 25])


class TestGivingAStatus:
    def test_each_gets_its_own_text_and_evidence(self, make_items, sou, anna, today):
        one, two = make_items(2)
        entries = {
            one: StatusEntry(sou, UpdateDraft(status=Status.LAPSED, on=today, text="Besluttet i maj.")),
            two: StatusEntry(
                sou, UpdateDraft(status=Status.LAPSED, on=today, text="Besluttet i juni.", evidence=[LINK])
            ),
        }
        updates = give_status_to_many(by=anna, items=entries, state=UpdateState.SUBMITTED)
        assert [(update.item, update.text, update.state) for update in updates] == [
            (one, "Besluttet i maj.", UpdateState.SUBMITTED),
            (two, "Besluttet i juni.", UpdateState.SUBMITTED),
        ]
        assert [update.evidence.count() for update in updates] == [0, 1]
        acts = [(event.act, event.by) for event in updates[0].events.order_by("pk")]
        assert acts == [("draft_saved", anna), ("draft_submitted", anna)]

    def test_an_approver_publishes_and_the_items_show_it(self, make_items, sou, bo):
        items = make_items(2)
        entry = StatusEntry(sou, UpdateDraft(status=Status.PAUSED, text="Pengene mangler."))
        give_status_to_many(by=bo, items=dict.fromkeys(items, entry), state=UpdateState.PUBLISHED)
        for item in items:
            assert stands(item).state_status == Status.PAUSED

    def test_done_needs_evidence_and_a_second_person_here_too(self, make_items, sou, anna, bo, chief):
        one, two = make_items(2)
        done = UpdateDraft(status=Status.IMPLEMENTED, evidence=[LINK])
        before = everything()
        with pytest.raises(RowsRefused) as refused:
            give_status_to_many(
                by=anna,
                items={one: StatusEntry(sou, done), two: StatusEntry(sou, UpdateDraft(status=Status.IMPLEMENTED))},
                state=UpdateState.SUBMITTED,
            )
        assert list(refused.value.rows) == [two]
        assert "kræver dokumentation" in sentences(refused, two)
        for user in (bo, chief):
            with pytest.raises(RowsRefused) as refused:
                give_status_to_many(
                    by=user, items=dict.fromkeys((one, two), StatusEntry(sou, done)), state=UpdateState.PUBLISHED
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
                items=dict.fromkeys(items, StatusEntry(sou, UpdateDraft(status=Status.IN_PROGRESS))),
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
                    good: StatusEntry(sou, draft),
                    bare: StatusEntry(sou, UpdateDraft(status=Status.LAPSED)),
                    newer: StatusEntry(sou, draft, seen),
                    other: StatusEntry(None, draft),
                },
                state=UpdateState.SUBMITTED,
            )
        assert list(refused.value.rows) == [bare, newer, other]
        assert "Status »Bortfaldet« kræver en tekst." in sentences(refused, bare)
        assert isinstance(refused.value.rows[newer], Conflict)
        assert everything() == before

    @pytest.mark.parametrize("state", [UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.PUBLISHED])
    def test_asked_twice_with_one_key_is_done_once(self, make_items, sou, bo, state):
        entry = StatusEntry(sou, UpdateDraft(status=Status.PAUSED, text="Pengene mangler."))
        call = {"by": bo, "items": dict.fromkeys(make_items(2), entry), "state": state, "request_key": uuid.uuid4()}
        first = give_status_to_many(**call)
        before = everything()
        assert give_status_to_many(**call) == first
        assert everything() == before

    def test_costs_the_same_for_each(self, make_items, sou, anna):
        counts = []
        for items in (make_items(1), make_items(2), make_items(3)):
            entry = StatusEntry(sou, UpdateDraft(status=Status.IN_PROGRESS, evidence=[LINK]))
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
    OwnershipFactory(item=items[0], committee=sud)
    for user in (anna, bo, carla, dina, chief, UserFactory()):
        rights = ActingRights(user, items)
        for item in items:
            for roles in (WRITERS, (Role.APPROVER,)):
                assert rights.committees(item, *roles) == list(acting_committees(user, item, *roles))
