"""Every change of state, called as a shell or a command would."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from recommendations.actions import (
    Conflict,
    EvidenceContent,
    Seen,
    UpdateDraft,
    confirm_unchanged,
    correct_update,
    discard_draft,
    hand_over,
    publish_from_source,
    publish_update,
    record_answer,
    return_update,
    save_draft,
    set_deadline,
    set_done_when,
    submit_update,
)
from recommendations.enums import Outcome, Status, UpdateKind, UpdateState
from recommendations.models import CommitteeAnswer, Deadline, Ownership, Recommendation, StatusUpdate
from tests.factories import CommitteeFactory, OwnershipFactory, RecommendationFactory, StatusUpdateFactory, published

LINK = EvidenceContent(title="Referat", url="https://eksempel.dk/referat")


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2")
    OwnershipFactory(about=item, committee=sou)
    return item


@pytest.fixture
def draft(item, sou, anna):
    """Anna's draft: in progress, with a link."""
    content = UpdateDraft(status=Status.IN_PROGRESS, text="Faste teams prøves i to bydele.", evidence=[LINK])
    return save_draft(by=anna, item=item, committee=sou, draft=content)


def sentences(refused) -> str:
    return " ".join(refused.value.messages)


class TestTheWayOfAnUpdate:
    def test_is_written_sent_and_published_and_then_stands_on_the_item(self, item, draft, anna, bo, today):
        assert draft.state == UpdateState.DRAFT
        assert submit_update(by=anna, update=draft).state == UpdateState.SUBMITTED
        update = publish_update(by=bo, update=draft)
        item.refresh_from_db()
        assert (item.status, item.status_on, item.fresh_on) == (Status.IN_PROGRESS, today, today)
        assert item.changed_at == update.published_at
        assert (update.author, update.published_by) == (anna, bo)
        assert [row.title for row in update.evidence.all()] == ["Referat"]

    def test_an_editor_cannot_publish(self, draft, anna):
        with pytest.raises(PermissionDenied):
            publish_update(by=anna, update=draft)
        draft.refresh_from_db()
        assert draft.state == UpdateState.DRAFT

    def test_a_secretary_cannot_write(self, item, sou, dina):
        with pytest.raises(PermissionDenied):
            save_draft(by=dina, item=item, committee=sou, draft=UpdateDraft(status=Status.PLANNED))
        assert not StatusUpdate.objects.exists()

    def test_nobody_writes_for_a_committee_that_is_not_theirs(self, item, sou, sud, carla):
        for committee in (sou, sud):
            with pytest.raises(PermissionDenied):
                save_draft(by=carla, item=item, committee=committee, draft=UpdateDraft(status=Status.PLANNED))

    def test_a_submitted_update_is_a_draft_again_when_it_is_written_on(self, item, sou, draft, anna):
        submit_update(by=anna, update=draft)
        content = UpdateDraft(status=Status.IN_PROGRESS, text="Nu i tre bydele.")
        rewritten = save_draft(by=anna, item=item, committee=sou, draft=content, update=draft)
        assert (rewritten.pk, rewritten.state, rewritten.text) == (draft.pk, UpdateState.DRAFT, "Nu i tre bydele.")

    def test_what_is_returned_carries_the_comment_and_loses_it_when_it_is_sent_again(self, draft, anna, bo):
        submit_update(by=anna, update=draft)
        returned = return_update(by=bo, update=draft, comment="Skriv, hvilke bydele.")
        assert (returned.state, returned.review_comment) == (UpdateState.DRAFT, "Skriv, hvilke bydele.")
        assert submit_update(by=anna, update=draft).review_comment == ""

    def test_returning_without_a_comment_is_refused(self, draft, anna, bo):
        submit_update(by=anna, update=draft)
        with pytest.raises(ValidationError) as refused:
            return_update(by=bo, update=draft, comment="  ")
        assert "Skriv, hvad der skal ændres" in sentences(refused)

    def test_a_draft_can_be_thrown_away_and_a_published_one_cannot(self, item, draft, anna, bo):
        other = published(item)
        discard_draft(by=anna, update=draft)
        assert list(StatusUpdate.objects.all()) == [other]
        with pytest.raises(ValidationError) as refused:
            discard_draft(by=bo, update=other)
        assert "udgivet" in sentences(refused)

    def test_a_published_update_cannot_be_written_on_sent_or_published_again(self, item, sou, draft, anna, bo):
        publish_update(by=bo, update=draft)
        for act in (
            lambda: save_draft(by=bo, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED), update=draft),
            lambda: submit_update(by=bo, update=draft),
            lambda: publish_update(by=bo, update=draft),
        ):
            with pytest.raises((ValidationError, PermissionDenied)):
                act()
        draft.refresh_from_db()
        assert draft.status == Status.IN_PROGRESS

    def test_an_older_report_published_late_does_not_replace_a_newer_one(self, item, sou, bo, today):
        published(item, Status.IN_PROGRESS, on=today)
        content = UpdateDraft(status=Status.NOT_STARTED, on=today - timedelta(days=100))
        publish_update(by=bo, update=save_draft(by=bo, item=item, committee=sou, draft=content))
        item.refresh_from_db()
        assert item.status == Status.IN_PROGRESS

    def test_a_report_about_tomorrow_is_refused(self, item, sou, bo, today):
        content = UpdateDraft(status=Status.IN_PROGRESS, on=today + timedelta(days=1))
        update = save_draft(by=bo, item=item, committee=sou, draft=content)
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=update)
        assert "03.11.2026 ligger i fremtiden" in sentences(refused)

    def test_bad_evidence_is_refused_with_its_row_and_nothing_is_saved(self, item, sou, anna):
        both = EvidenceContent(title="Referat", url="https://eksempel.dk", case_number="2026-1")
        with pytest.raises(ValidationError) as refused:
            save_draft(
                by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PLANNED, evidence=[LINK, both])
            )
        assert "Dokumentation, række 2" in sentences(refused)
        assert not StatusUpdate.objects.exists()


class TestDone:
    @pytest.mark.parametrize("status", [Status.IMPLEMENTED, Status.IMPLEMENTED_OTHERWISE])
    def test_needs_evidence_and_an_approver_who_did_not_write_it(self, item, sou, anna, bo, status):
        content = UpdateDraft(status=status, text="Alle har faste teams.")
        bare = save_draft(by=bo, item=item, committee=sou, draft=content)
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=bare)
        assert "kræver dokumentation" in sentences(refused)
        content = UpdateDraft(status=status, text="Alle har faste teams.", evidence=[LINK])
        own = save_draft(by=bo, item=item, committee=sou, draft=content, update=bare)
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=own)
        assert "en anden end den, der har skrevet den" in sentences(refused)
        of_anna = save_draft(by=anna, item=item, committee=sou, draft=content, update=own)
        assert publish_update(by=bo, update=of_anna).is_published

    def test_an_approver_who_rewrites_a_draft_becomes_its_author(self, item, sou, anna, bo):
        content = UpdateDraft(status=Status.IMPLEMENTED, evidence=[LINK])
        update = save_draft(by=anna, item=item, committee=sou, draft=content)
        save_draft(by=bo, item=item, committee=sou, draft=content, update=update)
        with pytest.raises(ValidationError):
            publish_update(by=bo, update=update)

    def test_a_superuser_does_not_escape_the_second_person(self, item, sou, chief):
        content = UpdateDraft(status=Status.IMPLEMENTED, evidence=[LINK])
        update = save_draft(by=chief, item=item, committee=sou, draft=content)
        with pytest.raises(ValidationError):
            publish_update(by=chief, update=update)


class TestConfirming:
    def test_renews_freshness_and_is_no_news(self, item, sou, anna, today):
        long_ago = today - timedelta(days=200)
        published(item, Status.IN_PROGRESS, on=long_ago)
        item.refresh_from_db()
        changed_at = item.changed_at
        confirm_unchanged(by=anna, item=item, committee=sou)
        item.refresh_from_db()
        assert (item.status, item.changed_on, item.changed_at) == (Status.IN_PROGRESS, long_ago, changed_at)
        assert (item.confirmed_on, item.fresh_on) == (today, today)

    def test_needs_a_status_to_confirm(self, item, sou, anna):
        with pytest.raises(ValidationError) as refused:
            confirm_unchanged(by=anna, item=item, committee=sou)
        assert "ingen status at bekræfte" in sentences(refused)

    def test_is_not_for_strangers_or_secretaries(self, item, sou, sud, carla, dina):
        published(item)
        for user, committee in ((carla, sou), (carla, sud), (dina, sou)):
            with pytest.raises(PermissionDenied):
                confirm_unchanged(by=user, item=item, committee=committee)


class TestCorrecting:
    def test_leaves_both_readable_and_the_status_alone(self, item, sou, anna, bo, today):
        wrong = published(item, Status.IN_PROGRESS, on=today - timedelta(days=120), text="To bydele.")
        item.refresh_from_db()
        before = {name: getattr(item, name) for name in item.STATE_FIELDS}
        correction = correct_update(by=anna, update=wrong, text="Det er tre bydele.", committee=sou)
        publish_update(by=bo, update=correction)
        item.refresh_from_db()
        assert {name: getattr(item, name) for name in item.STATE_FIELDS} == before
        wrong.refresh_from_db()
        assert (wrong.text, wrong.corrections.get().text) == ("To bydele.", "Det er tre bydele.")

    def test_a_draft_cannot_be_corrected(self, draft, sou, anna):
        with pytest.raises(ValidationError):
            correct_update(by=anna, update=draft, text="Nej.", committee=sou)

    def test_a_correction_of_another_items_update_is_refused(self, item, sou, anna):
        elsewhere = published(RecommendationFactory())
        content = UpdateDraft(kind=UpdateKind.CORRECTION, text="Nej.", corrects=elsewhere)
        with pytest.raises(ValidationError):
            save_draft(by=anna, item=item, committee=sou, draft=content)


class TestReadFromASource:
    def test_is_published_without_an_author(self, item):
        update = StatusUpdateFactory(about=item, author=None)
        assert publish_from_source(update=update).is_published

    def test_what_somebody_wrote_cannot_take_that_door(self, draft):
        with pytest.raises(PermissionDenied):
            publish_from_source(update=draft)

    def test_done_cannot_take_that_door(self, item):
        update = StatusUpdateFactory(about=item, author=None, status=Status.IMPLEMENTED)
        with pytest.raises(ValidationError):
            publish_from_source(update=update)


class TestAnswers:
    def record(self, by, item, committee, outcome=Outcome.ADOPTED, **fields):
        values = {"meeting_date": date(2026, 9, 17)} | fields
        return record_answer(by=by, recommendation=item, committee=committee, outcome=outcome, **values)

    def test_is_recorded_by_the_committees_approver(self, item, sou, bo):
        answer = self.record(bo, item, sou, agenda_item="Punkt 7")
        assert (answer.outcome, answer.recorded_by) == (Outcome.ADOPTED, bo)

    def test_not_by_an_editor_a_secretary_or_a_stranger(self, item, sou, anna, carla, dina):
        for user in (anna, carla, dina):
            with pytest.raises(PermissionDenied):
                self.record(user, item, sou)
        assert not CommitteeAnswer.objects.exists()

    @pytest.mark.parametrize(
        ("outcome", "fields", "sentence"),
        [
            (Outcome.PARTLY_ADOPTED, {}, "hvilken del"),
            (Outcome.NOT_ADOPTED, {}, "begrundelse"),
            (Outcome.OUTSIDE_REMIT, {}, "sendt videre"),
            (Outcome.ADOPTED, {"meeting_date": date(2026, 12, 1)}, "ikke holdt endnu"),
        ],
    )
    def test_what_is_missing_is_said(self, item, sou, bo, outcome, fields, sentence):
        with pytest.raises(ValidationError) as refused:
            self.record(bo, item, sou, outcome, **fields)
        assert sentence in sentences(refused)

    def test_a_committee_that_does_not_own_cannot_answer(self, sou, bo):
        with pytest.raises(ValidationError) as refused:
            self.record(bo, RecommendationFactory(), sou)
        assert "ejer ikke anbefalingen" in sentences(refused)

    def test_a_correction_replaces_the_answer_and_keeps_it_readable(self, item, sou, bo):
        wrong = self.record(bo, item, sou)
        right = self.record(bo, item, sou, Outcome.NOTED, corrects=wrong)
        assert list(CommitteeAnswer.objects.current()) == [right]
        assert CommitteeAnswer.objects.filter(pk=wrong.pk).exists()
        with pytest.raises(ValidationError) as refused:
            self.record(bo, item, sou, corrects=wrong)
        assert "allerede rettet" in sentences(refused)


class TestDeadlines:
    def test_each_move_is_a_row_with_a_reason(self, item, sou, bo):
        set_deadline(by=bo, item=item, committee=sou, due_on=date(2026, 6, 30))
        with pytest.raises(ValidationError) as refused:
            set_deadline(by=bo, item=item, committee=sou, due_on=date(2026, 12, 31))
        assert "hvorfor fristen flyttes" in sentences(refused)
        set_deadline(by=bo, item=item, committee=sou, due_on=date(2026, 12, 31), reason="Udbuddet gik om.")
        item.refresh_from_db()
        assert (item.original_due_on, item.due_on) == (date(2026, 6, 30), date(2026, 12, 31))
        assert Deadline.objects.count() == 2

    def test_not_by_an_editor(self, item, sou, anna):
        with pytest.raises(PermissionDenied):
            set_deadline(by=anna, item=item, committee=sou, due_on=date(2026, 12, 31))

    def test_a_criterion_is_reworded_with_a_reason(self, item, sou, bo):
        set_done_when(by=bo, item=item, committee=sou, text="alle har et fast team.")
        with pytest.raises(ValidationError):
            set_done_when(by=bo, item=item, committee=sou, text="halvdelen har et fast team.")
        set_done_when(
            by=bo, item=item, committee=sou, text="halvdelen har et fast team.", reason="Penge til det halve."
        )
        assert [row.text for row in item.donewhens.all()] == ["alle har et fast team.", "halvdelen har et fast team."]


class TestReorganising:
    @pytest.fixture
    def heir(self, db):
        return CommitteeFactory(code="NYT", valid_from=date(2026, 1, 1))

    def test_open_items_move_and_closed_ones_stay(self, item, sou, heir, chief):
        closed = RecommendationFactory(publication=item.publication)
        OwnershipFactory(about=closed, committee=sou)
        published(closed, Status.LAPSED)
        done = hand_over(by=chief, predecessor=sou, successor=heir, on=date(2026, 11, 1))
        assert done.items == (item,)
        assert set(Recommendation.objects.owned_by([heir.pk])) == {item}
        assert set(Recommendation.objects.owned_by([sou.pk])) == {closed}
        assert set(Recommendation.objects.owned_by([sou.pk], date(2026, 10, 31))) == {item, closed}
        sou.refresh_from_db()
        assert sou.valid_to == date(2026, 11, 1)

    def test_what_was_known_before_can_be_told_again(self, item, sou, heir, chief):
        hand_over(by=chief, predecessor=sou, successor=heir, on=date(2026, 1, 1))
        february = date(2026, 2, 1)
        when_it_was_begun = Ownership.objects.get(committee=sou).recorded_at
        assert set(Recommendation.objects.owned_by([sou.pk], february)) == set()
        assert set(Recommendation.objects.owned_by([sou.pk], february, when_it_was_begun)) == {item}

    def test_members_of_the_heir_act_on_old_items_and_those_of_the_ended_no_longer(
        self, item, sou, heir, chief, anna, bo
    ):
        hand_over(by=chief, predecessor=sou, successor=heir, on=date(2026, 11, 1), items=[])
        with pytest.raises(PermissionDenied):
            save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PLANNED, text="x"))
        bo.committee_memberships.create(committee=heir, role="editor")
        assert save_draft(by=bo, item=item, committee=heir, draft=UpdateDraft(status=Status.PLANNED, text="x"))

    @pytest.mark.parametrize("case", ["itself", "a circle", "twice", "before it existed", "not an administrator"])
    def test_nonsense_is_refused_and_nothing_changes(self, case, item, sou, heir, chief, bo):
        call = {"by": chief, "predecessor": sou, "successor": heir, "on": date(2026, 11, 1)}
        if case == "itself":
            call["successor"] = sou
        elif case == "a circle":
            hand_over(by=chief, predecessor=heir, successor=sou, on=date(2026, 11, 1), predecessor_ends=False)
        elif case == "twice":
            hand_over(**call, predecessor_ends=False)
        elif case == "before it existed":
            call["on"] = date(2025, 12, 31)
        else:
            call["by"] = bo
        owners = list(Ownership.objects.order_by("pk").values())
        with pytest.raises((ValidationError, PermissionDenied)):
            hand_over(**call)
        assert list(Ownership.objects.order_by("pk").values()) == owners


def test_history_says_who_did_what(item, draft, anna, bo):
    submit_update(by=anna, update=draft)
    publish_update(by=bo, update=draft)
    states = [(row.state, row.history_user) for row in draft.history.order_by("history_id")]
    assert states == [("draft", anna), ("submitted", anna), ("published", bo)]


class TestTwoAtTheSameTime:
    """A form carries what its writer had seen; without it (a shell, a command) what stands now counts as seen."""

    def test_something_newer_published_since_stops_a_save_and_a_publication(self, item, sou, anna, bo, draft):
        seen = Seen.now(item)
        newer = published(item, Status.PAUSED, text="Pengene mangler.")
        content = UpdateDraft(status=Status.IN_PROGRESS)
        with pytest.raises(Conflict) as refused:
            save_draft(by=anna, item=item, committee=sou, draft=content, seen=seen)
        assert "En anden har opdateret 3.2, mens du skrev." in sentences(refused)
        with pytest.raises(Conflict):
            publish_update(by=bo, update=draft)
        assert set(StatusUpdate.objects.published()) == {newer}
        assert publish_update(by=bo, update=draft, seen=Seen.now(item, draft)).is_published

    def test_a_draft_that_somebody_else_has_saved_since_is_not_written_over(self, item, sou, anna, bo, draft):
        seen = Seen.now(item, draft)
        save_draft(by=bo, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Bos."), update=draft)
        content = UpdateDraft(status=Status.IN_PROGRESS, text="Annas.")
        with pytest.raises(Conflict) as refused:
            save_draft(by=anna, item=item, committee=sou, draft=content, update=draft, seen=seen)
        assert "i den samme kladde om 3.2" in sentences(refused)
        draft.refresh_from_db()
        assert (draft.text, draft.author) == ("Bos.", bo)

    def test_a_correction_is_not_stopped_by_news(self, item, sou, anna, bo):
        correction = correct_update(by=anna, update=published(item), text="Tre bydele.", committee=sou)
        published(item, Status.PAUSED)
        assert publish_update(by=bo, update=correction).is_published


def test_the_history_of_evidence_is_of_changes_only(item, sou, draft, anna, bo):
    first = draft.evidence.get()
    second = EvidenceContent(title="Notat", case_number="2026-17")
    content = UpdateDraft(status=Status.IN_PROGRESS, evidence=[LINK, second])
    save_draft(by=bo, item=item, committee=sou, draft=content, update=draft)
    assert [row.title for row in draft.evidence.all()] == ["Referat", "Notat"]
    assert [row.history_user for row in first.history.all()] == [anna]
    save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.IN_PROGRESS), update=draft)
    assert [(row.history_type, row.history_user) for row in first.history.order_by("history_id")] == [
        ("+", anna),
        ("-", anna),
    ]
