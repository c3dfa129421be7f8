"""What is done about an item, called as a shell or a command would: updates, answers, deadlines and criteria."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from recommendations.actions import (
    Conflict,
    EvidenceContent,
    Seen,
    UpdateDraft,
    add_owner,
    confirm_unchanged,
    correct_update,
    discard_draft,
    end_owner,
    publish_from_source,
    publish_update,
    record_answer,
    return_update,
    save_committee,
    save_draft,
    set_deadline,
    set_done_when,
    submit_update,
)
from recommendations.enums import (
    ANSWERS,
    Act,
    EvidenceKind,
    ItemKind,
    Outcome,
    OwnershipRole,
    Status,
    UpdateKind,
    UpdateState,
)
from recommendations.models import CommitteeAnswer, Deadline, DoneWhen, Event, Item, Standing, StatusUpdate
from recommendations.selection import Selection
from tests.factories import (
    DeadlineFactory,
    DoneWhenFactory,
    ItemFactory,
    OwnershipFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    published,
)

LINK = EvidenceContent(title="Referat", url="https://eksempel.dk/referat", kind=EvidenceKind.OPERATING)
DONE = UpdateDraft(status=Status.IMPLEMENTED, text="Alle har faste teams.", evidence=[LINK])


@pytest.fixture
def item(sou):
    item = RecommendationFactory(number="3.2", title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def draft(item, sou, anna):
    """Anna's draft: in progress, with a link."""
    content = UpdateDraft(status=Status.IN_PROGRESS, text="Faste teams prøves i to bydele.", evidence=[LINK])
    return save_draft(by=anna, item=item, committee=sou, draft=content)


def stands(item, *times):
    """The item with its `state_…`."""
    return Item.objects.with_state(*times).get(pk=item.pk)


def cell(item, committee):
    return Standing.objects.at().get(item=item, committee=committee)


def sentences(refused) -> str:
    return " ".join(refused.value.messages)


class TestTheWayOfAnUpdate:
    def test_is_written_sent_and_published_and_then_stands_on_the_item(self, item, draft, anna, bo, today):
        assert draft.state == UpdateState.DRAFT
        assert submit_update(by=anna, update=draft).state == UpdateState.SUBMITTED
        update = publish_update(by=bo, update=draft)
        now = stands(item)
        assert (now.state_status, now.state_status_on, now.state_fresh_on) == (Status.IN_PROGRESS, today, today)
        assert now.state_changed_at == update.published_at
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
        # The log keeps what the draft no longer carries.
        told = draft.events.get(act="draft_returned")
        assert (told.by, told.details) == (bo, {"review_comment": ["", "Skriv, hvilke bydele."]})

    def test_returning_without_a_comment_is_refused(self, draft, anna, bo):
        submit_update(by=anna, update=draft)
        for nothing in ("  ", "\u00ad"):
            with pytest.raises(ValidationError) as refused:
                return_update(by=bo, update=draft, comment=nothing)
            assert "Skriv, hvad der skal ændres" in sentences(refused)

    def test_what_was_never_sent_cannot_be_returned(self, draft, bo):
        with pytest.raises(ValidationError) as refused:
            return_update(by=bo, update=draft, comment="Skriv, hvilke bydele.")
        assert sentences(refused) == "Kun en opdatering, der er sendt til godkendelse, kan sendes retur."
        draft.refresh_from_db()
        assert (draft.state, draft.review_comment) == (UpdateState.DRAFT, "")

    def test_a_draft_that_is_thrown_away_is_kept_without_its_evidence_and_nobody_writes_in_it(
        self, item, sou, draft, anna
    ):
        discard_draft(by=anna, update=draft)
        draft.refresh_from_db()
        assert draft.state == UpdateState.DISCARDED
        assert not draft.evidence.exists()
        assert not StatusUpdate.objects.visible_to(anna).exists()
        for act in (
            lambda: save_draft(by=anna, item=item, committee=sou, draft=DONE, update=draft),
            lambda: submit_update(by=anna, update=draft),
            lambda: discard_draft(by=anna, update=draft),
        ):
            with pytest.raises((ValidationError, PermissionDenied)):
                act()

    def test_a_published_one_cannot_be_thrown_away_written_on_sent_or_published_again(self, item, sou, draft, anna, bo):
        publish_update(by=bo, update=draft)
        content = UpdateDraft(status=Status.PAUSED)
        for act in (
            lambda: save_draft(by=bo, item=item, committee=sou, draft=content, update=draft),
            lambda: submit_update(by=bo, update=draft),
            lambda: publish_update(by=bo, update=draft),
            lambda: discard_draft(by=bo, update=draft),
            lambda: return_update(by=bo, update=draft, comment="Nej."),
        ):
            with pytest.raises((ValidationError, PermissionDenied)):
                act()
        draft.refresh_from_db()
        assert (draft.status, draft.state) == (Status.IN_PROGRESS, UpdateState.PUBLISHED)

    def test_an_older_report_published_late_does_not_replace_a_newer_one(self, item, sou, bo, today):
        published(item, Status.IN_PROGRESS, on=today)
        content = UpdateDraft(status=Status.NOT_STARTED, on=today - timedelta(days=100))
        publish_update(by=bo, update=save_draft(by=bo, item=item, committee=sou, draft=content))
        assert stands(item).state_status == Status.IN_PROGRESS

    @pytest.mark.parametrize(
        ("on", "sentence"),
        [
            (date(2026, 11, 3), "03.11.2026 ligger i fremtiden"),
            (date(1026, 11, 3), "03.11.1026 ligger før 17.06.1994. Er årstallet skrevet rigtigt?"),
            (date(207, 1, 1), "ligger før"),
        ],
    )
    def test_a_report_about_a_day_that_cannot_be_right_is_refused(self, item, sou, bo, on, sentence):
        update = save_draft(by=bo, item=item, committee=sou, draft=UpdateDraft(status=Status.IN_PROGRESS, on=on))
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=update)
        assert sentence in sentences(refused)

    def test_bad_evidence_is_refused_with_its_row_and_nothing_is_saved(self, item, sou, anna):
        both = EvidenceContent(title="Referat", url="https://eksempel.dk", case_number="2026-1")
        content = UpdateDraft(status=Status.PLANNED, evidence=[LINK, both])
        with pytest.raises(ValidationError) as refused:
            save_draft(by=anna, item=item, committee=sou, draft=content)
        assert "Dokumentation, række 2" in sentences(refused)
        assert not StatusUpdate.objects.exists()
        assert not Event.objects.exists()

    def test_evidence_is_exactly_what_was_typed_last(self, item, sou, draft, anna):
        first = draft.evidence.get()
        note = EvidenceContent(title="Notat", case_number="2026-17")
        for rows in ([LINK, note], [note], []):
            content = UpdateDraft(status=Status.IN_PROGRESS, evidence=rows)
            save_draft(by=anna, item=item, committee=sou, draft=content, update=draft)
            kept = draft.evidence.order_by("position")
            assert [(row.title, row.url, row.case_number) for row in kept] == [
                (row.title, row.url, row.case_number) for row in rows
            ]
            if LINK in rows:
                assert kept[0] == first  # what did not change was not written anew

    def test_what_was_pasted_is_mended_as_it_comes_in(self, item, sou, anna):
        pasted = UpdateDraft(
            status=Status.PLANNED, text="\uf0b7 an\u00adsætte flere\r\n\uf0a7 blive", next_step="Ud\u200bbud "
        )
        update = save_draft(by=anna, item=item, committee=sou, draft=pasted)
        assert (update.text, update.next_step) == ("• ansætte flere\n• blive", "Udbud")

    @pytest.mark.parametrize("text", ["  ", "\u00ad", "\u200b\ufeff"])
    def test_what_nobody_can_see_is_no_explanation(self, item, sou, bo, text):
        update = save_draft(by=bo, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text=text))
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=update)
        assert "kræver en tekst" in sentences(refused)


class TestDone:
    @pytest.mark.parametrize("status", [Status.IMPLEMENTED, Status.IMPLEMENTED_OTHERWISE])
    def test_needs_evidence_and_an_approver_who_did_not_write_it(self, item, sou, anna, bo, status):
        content = UpdateDraft(status=status, text="Alle har faste teams.")
        bare = save_draft(by=anna, item=item, committee=sou, draft=content)
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=bare)
        assert "kræver dokumentation" in sentences(refused)
        content = UpdateDraft(status=status, text="Alle har faste teams.", evidence=[LINK])
        shown = save_draft(by=anna, item=item, committee=sou, draft=content, update=bare)
        assert publish_update(by=bo, update=shown).is_published
        assert stands(item).state_status == status

    def test_whoever_once_saved_the_draft_is_no_second_person_though_another_saved_it_last(self, item, sou, anna, bo):
        update = save_draft(by=bo, item=item, committee=sou, draft=UpdateDraft(status=Status.PLANNED, text="x"))
        update = save_draft(by=anna, item=item, committee=sou, draft=DONE, update=update)
        assert update.author == anna
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=update)
        assert "en anden end den, der har skrevet den" in sentences(refused)
        assert not StatusUpdate.objects.published().exists()

    @pytest.mark.parametrize(
        "changed",
        [
            {"text": "Alle har faste teams nu."},
            {"on": date(2026, 10, 1)},
            {"evidence": [replace(LINK, title="Referat af mødet")]},
            {"evidence": [replace(LINK, kind=EvidenceKind.EFFECT)]},
            {"evidence": [LINK, LINK]},
        ],
    )
    def test_an_approver_who_rewrites_a_draft_is_its_author(self, item, sou, anna, bo, changed):
        update = save_draft(by=anna, item=item, committee=sou, draft=DONE)
        rewritten = save_draft(by=bo, item=item, committee=sou, draft=replace(DONE, **changed), update=update)
        assert (rewritten.author, rewritten.version) == (bo, 2)
        with pytest.raises(ValidationError):
            publish_update(by=bo, update=update)

    def test_an_approver_who_changes_no_word_of_a_draft_has_not_written_it(self, item, sou, anna, bo):
        update = save_draft(by=anna, item=item, committee=sou, draft=DONE)
        saved = save_draft(by=bo, item=item, committee=sou, draft=DONE, update=update)
        assert (saved.author, saved.version) == (anna, 1)
        assert update.events.filter(act=Act.DRAFT_SAVED).count() == 1
        assert publish_update(by=bo, update=update).is_published

    def test_a_superuser_does_not_escape_the_second_person(self, item, sou, chief):
        update = save_draft(by=chief, item=item, committee=sou, draft=DONE)
        with pytest.raises(ValidationError):
            publish_update(by=chief, update=update)

    def test_what_nobody_has_written_is_approved_by_nobody(self, item, sou, bo):
        """There is no first person whose second one could be."""
        update = StatusUpdateFactory(item=item, committee=sou, author=None, status=Status.IMPLEMENTED)
        update.evidence.create(title="Referat", url="https://eksempel.dk", kind=EvidenceKind.OPERATING)
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=update)
        assert "Ingen medarbejder har skrevet kladden." in sentences(refused)
        with pytest.raises(ValidationError) as refused:
            publish_from_source(update=update)
        assert "skal godkendes af en anden end den, der har skrevet det" in sentences(refused)

    def test_a_correction_that_says_done_needs_both_too(self, item, sou, anna, bo):
        wrong = published(item, Status.PAUSED)
        bare = correct_update(
            by=anna, update=wrong, committee=sou, draft=UpdateDraft(status=Status.IMPLEMENTED, text="x")
        )
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=bare)
        assert "kræver dokumentation" in sentences(refused)
        own = correct_update(by=bo, update=wrong, committee=sou, draft=DONE, rewrite=bare)
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=own)
        assert "en anden end den, der har skrevet den" in sentences(refused)


class TestConfirming:
    def test_renews_freshness_and_is_no_news(self, item, sou, anna, today):
        long_ago = today - timedelta(days=200)
        published(item, Status.IN_PROGRESS, on=long_ago)
        before = stands(item)
        confirm_unchanged(by=anna, item=item, committee=sou)
        now = stands(item)
        assert (now.state_status, now.state_changed_on) == (Status.IN_PROGRESS, long_ago)
        assert now.state_changed_at == before.state_changed_at
        assert (now.state_confirmed_on, now.state_fresh_on) == (today, today)

    def test_needs_a_status_to_confirm(self, item, sou, anna):
        with pytest.raises(ValidationError) as refused:
            confirm_unchanged(by=anna, item=item, committee=sou)
        assert "3.2 Faste teams har ingen status at bekræfte" in sentences(refused)

    def test_a_corrected_status_is_none_to_confirm(self, item, sou, anna):
        wrong = published(item)
        published(item, kind=UpdateKind.CORRECTION, corrects=wrong)
        with pytest.raises(ValidationError) as refused:
            confirm_unchanged(by=anna, item=item, committee=sou)
        assert "ingen status at bekræfte" in sentences(refused)

    def test_a_committee_confirms_its_own_word_only(self, item, sou, sud, carla):
        OwnershipFactory(item=item, committee=sud, role=OwnershipRole.CO_OWNER)
        published(item, committee=sou)
        with pytest.raises(ValidationError) as refused:
            confirm_unchanged(by=carla, item=item, committee=sud)
        assert "ingen status at bekræfte" in sentences(refused)

    def test_something_newer_than_what_was_seen_stops_it(self, item, sou, anna):
        published(item)
        seen = Seen.now(item)
        published(item, Status.PAUSED, text="Pengene mangler.")
        with pytest.raises(ValidationError) as refused:
            confirm_unchanged(by=anna, item=item, committee=sou, seen=seen)
        assert "En anden har opdateret 3.2, siden du åbnede siden." in sentences(refused)

    def test_is_not_for_strangers_or_secretaries(self, item, sou, sud, carla, dina):
        published(item)
        for user, committee in ((carla, sou), (carla, sud), (dina, sou)):
            with pytest.raises(PermissionDenied):
                confirm_unchanged(by=user, item=item, committee=committee)


class TestCorrecting:
    """A correction corrects the fact: what it points at leaves the state, and the item falls back."""

    def correct(self, anna, bo, wrong, committee, **content):
        content = {"text": "Forkert række."} | content
        draft = UpdateDraft(**content)
        return publish_update(by=bo, update=correct_update(by=anna, update=wrong, committee=committee, draft=draft))

    def test_a_status_about_the_wrong_row_is_taken_back(self, item, sou, anna, bo):
        update = save_draft(by=anna, item=item, committee=sou, draft=DONE)
        wrong = publish_update(by=bo, update=update)
        right = self.correct(anna, bo, wrong, sou)
        now = stands(item)
        assert (now.state_status, now.state_status_on, now.state_fresh_on) == ("", None, None)
        # The true status, from an earlier day, stands now.
        content = UpdateDraft(status=Status.IN_PROGRESS, on=date(2026, 3, 1))
        publish_update(by=bo, update=save_draft(by=anna, item=item, committee=sou, draft=content))
        now = stands(item)
        assert (now.state_status, now.state_status_on) == (Status.IN_PROGRESS, date(2026, 3, 1))
        assert StatusUpdate.objects.known().filter(pk__in=[wrong.pk, right.pk]).count() == 2  # both stay readable

    def test_the_item_falls_back_to_what_stood_before(self, item, sou, anna, bo):
        published(item, Status.IN_PROGRESS, on=date(2026, 3, 1))
        wrong = published(item, Status.IMPLEMENTED, on=date(2026, 10, 1))
        before = timezone.now()
        self.correct(anna, bo, wrong, sou)
        now = stands(item)
        assert (now.state_status, now.state_status_on, now.state_changed_on) == (
            Status.IN_PROGRESS,
            date(2026, 3, 1),
            date(2026, 3, 1),
        )
        assert stands(item, None, before).state_status == Status.IMPLEMENTED  # as it was known then

    def test_or_to_the_status_that_the_correction_brings_about_the_same_day(self, item, sou, anna, bo):
        wrong = published(item, Status.NOT_STARTED, on=date(2026, 3, 1), text="To bydele.")
        right = self.correct(anna, bo, wrong, sou, status=Status.IN_PROGRESS, text="Tre bydele.")
        now = stands(item)
        assert (now.state_status, now.state_status_on, now.state_fresh_on) == (
            Status.IN_PROGRESS,
            date(2026, 3, 1),
            date(2026, 3, 1),
        )
        assert now.state_changed_at == wrong.published_at  # a correction is no news
        wrong.refresh_from_db()
        assert (wrong.text, wrong.corrections.get()) == ("To bydele.", right)

    def test_a_note_and_a_confirmation_can_be_taken_back_too(self, item, sou, anna, bo, today):
        long_ago = today - timedelta(days=100)
        published(item, on=long_ago)
        for kind in (UpdateKind.NOTE, UpdateKind.CONFIRMATION):
            wrong = published(item, kind=kind)
            assert stands(item).state_fresh_on == today
            self.correct(anna, bo, wrong, sou)
            assert stands(item).state_fresh_on == long_ago

    def test_what_is_only_drafted_corrects_nothing(self, item, sou, anna):
        wrong = published(item)
        correct_update(by=anna, update=wrong, committee=sou, draft=UpdateDraft(text="Nej."))
        assert stands(item).state_status == Status.IN_PROGRESS

    def test_the_newest_version_can_be_corrected_and_one_that_is_corrected_already_cannot(self, item, sou, anna, bo):
        wrong = published(item, Status.NOT_STARTED)
        better = self.correct(anna, bo, wrong, sou, status=Status.PAUSED, text="Pengene er brugt.")
        with pytest.raises(ValidationError) as refused:
            correct_update(by=anna, update=wrong, committee=sou, draft=UpdateDraft(text="Igen."))
        assert sentences(refused) == "Opdateringen er allerede rettet. Ret den nyeste udgave."
        self.correct(anna, bo, better, sou, status=Status.IN_PROGRESS, text="Arbejdet var begyndt.")
        assert stands(item).state_status == Status.IN_PROGRESS

    def test_of_two_drafted_corrections_of_one_row_only_the_first_is_published(self, item, sou, anna, bo):
        wrong = published(item)
        first, second = (
            correct_update(by=anna, update=wrong, committee=sou, draft=UpdateDraft(text=text)) for text in ("A", "B")
        )
        publish_update(by=bo, update=first)
        with pytest.raises(ValidationError) as refused:
            publish_update(by=bo, update=second)
        assert "allerede rettet" in sentences(refused)
        assert list(wrong.corrections.filter(state=UpdateState.PUBLISHED)) == [first]

    def test_a_drafted_correction_can_be_written_anew(self, item, sou, anna):
        wrong = published(item)
        draft = correct_update(by=anna, update=wrong, committee=sou, draft=UpdateDraft(text="A"))
        again = correct_update(by=anna, update=wrong, committee=sou, draft=UpdateDraft(text="B"), rewrite=draft)
        assert (again.pk, again.text, again.corrects) == (draft.pk, "B", wrong)

    def test_a_draft_cannot_be_corrected(self, draft, sou, anna):
        with pytest.raises(ValidationError) as refused:
            correct_update(by=anna, update=draft, committee=sou, draft=UpdateDraft(text="Nej."))
        assert sentences(refused) == "En rettelse skal rette noget, der er udgivet om den samme række."

    def test_a_correction_of_another_items_update_is_refused(self, item, sou, anna):
        elsewhere = published(RecommendationFactory())
        content = UpdateDraft(kind=UpdateKind.CORRECTION, text="Nej.", corrects=elsewhere)
        with pytest.raises(ValidationError):
            save_draft(by=anna, item=item, committee=sou, draft=content)

    def test_one_owner_does_not_correct_what_another_has_said(self, item, sou, sud, carla):
        """Each speaks for its own remit."""
        OwnershipFactory(item=item, committee=sud, role=OwnershipRole.CO_OWNER)
        of_sou = published(item, committee=sou)
        with pytest.raises(ValidationError) as refused:
            correct_update(by=carla, update=of_sou, committee=sud, draft=UpdateDraft(text="Nej."))
        assert sentences(refused) == (
            "Socialudvalget kan ikke rette det, som Sundheds- og Omsorgsudvalget har skrevet. "
            "Hvert udvalg svarer for sig selv."
        )

    def test_what_somebody_said_who_owns_no_more_is_an_owners_to_correct(self, item, sou, sud, anna, bo):
        stranger = published(item, committee=sud)
        self.correct(anna, bo, stranger, sou)
        assert stranger.corrections.get().is_published

    def test_what_a_source_said_can_be_corrected_by_the_owner(self, item, sou, anna, bo):
        of_source = publish_from_source(update=StatusUpdateFactory(item=item, author=None, committee=None))
        assert stands(item).state_status == Status.IN_PROGRESS
        right = self.correct(anna, bo, of_source, sou, status=Status.PAUSED, text="Pengene mangler.")
        assert stands(item).state_status == Status.PAUSED
        told = right.events.get(act="update_corrected")
        assert (told.before, told.after) == (Status.IN_PROGRESS, Status.PAUSED)

    def test_is_not_stopped_by_news(self, item, sou, anna, bo):
        wrong = published(item)
        correction = correct_update(by=anna, update=wrong, committee=sou, draft=UpdateDraft(text="Tre bydele."))
        published(item, Status.PAUSED, text="Pengene mangler.")
        assert publish_update(by=bo, update=correction).is_published


class TestNextSteps:
    """The next step of a plan that was called off is no promise."""

    def steps(self):
        return [update.next_step for update in Selection().next_steps()]

    @pytest.fixture
    def promised(self, item, sou, bo):
        content = UpdateDraft(
            status=Status.IN_PROGRESS, on=date(2026, 6, 1), next_step="Udbud i august", next_step_on=date(2026, 8, 1)
        )
        draft = save_draft(by=bo, item=item, committee=sou, draft=content)
        update = publish_update(by=bo, update=draft, sure=True)  # the next step was to come in August
        assert self.steps() == ["Udbud i august"]
        return update

    def test_ends_with_the_next_news_that_has_none(self, item, sou, bo, promised):
        content = UpdateDraft(status=Status.PAUSED, on=date(2026, 9, 1), text="Udbuddet er aflyst.")
        publish_update(by=bo, update=save_draft(by=bo, item=item, committee=sou, draft=content))
        assert self.steps() == []

    def test_ends_when_its_row_is_corrected(self, item, sou, bo, promised):
        content = UpdateDraft(status=Status.IN_PROGRESS, text="Der er intet udbud.")
        publish_update(by=bo, update=correct_update(by=bo, update=promised, committee=sou, draft=content))
        assert self.steps() == []

    def test_stays_when_the_status_is_confirmed(self, item, sou, bo, promised):
        confirm_unchanged(by=bo, item=item, committee=sou)
        assert self.steps() == ["Udbud i august"]


class TestInWhoseName:
    """A status is in the name of a committee that existed on its day."""

    def test_a_committee_that_ended_says_nothing_about_a_later_day(self, item, sou, draft, chief, today):
        sou.valid_to = today - timedelta(days=30)
        save_committee(by=chief, committee=sou)
        with pytest.raises(ValidationError) as refused:
            publish_update(by=chief, update=draft)
        assert "Sundheds- og Omsorgsudvalget fandtes ikke den 02.11.2026." in sentences(refused)
        assert stands(item).state_status == ""

    def test_nor_does_one_about_a_day_before_it_began(self, item, sou, draft, chief, bo, today):
        sou.valid_from = today + timedelta(days=1)
        sou.save()
        with pytest.raises(ValidationError) as refused:
            publish_update(by=chief, update=draft)
        assert "fandtes ikke den 02.11.2026" in sentences(refused)

    def test_nor_does_one_about_what_is_others_by_now(self, item, sou, sud, draft, bo, chief, today):
        """The draft was written while it owned the item; a rule that writing has, and publishing must have too."""
        end_owner(by=chief, ownership=item.ownerships.get(), valid_to=today)
        add_owner(by=chief, item=item, committee=sud, valid_from=today)
        for act in (submit_update, publish_update):
            with pytest.raises(ValidationError) as refused:
                act(by=bo, update=draft)
            assert refused.value.message_dict["committee"] == [
                "Sundheds- og Omsorgsudvalget ejer ikke længere 3.2 Faste teams. "
                "Lad det udvalg skrive, som ejer rækken."
            ]
        assert not StatusUpdate.objects.published().exists()

    def test_what_is_about_a_day_on_which_it_still_owned_can_be_published_late(
        self, item, sou, sud, draft, anna, bo, chief, today
    ):
        content = UpdateDraft(status=Status.PAUSED, on=today - timedelta(days=1), text="Pengene manglede.")
        save_draft(by=anna, item=item, committee=sou, draft=content, update=draft)
        end_owner(by=chief, ownership=item.ownerships.get(), valid_to=today)
        add_owner(by=chief, item=item, committee=sud, valid_from=today)
        assert publish_update(by=bo, update=draft).committee == sou

    def test_nobody_begins_to_write_for_a_committee_that_has_ended(self, item, sou, anna, chief, today):
        sou.valid_to = today
        sou.save()
        for user in (anna, chief):
            with pytest.raises(PermissionDenied):
                save_draft(by=user, item=item, committee=sou, draft=UpdateDraft(status=Status.PLANNED, text="x"))


class TestReadFromASource:
    def test_is_published_without_an_author(self, item):
        update = StatusUpdateFactory(item=item, author=None)
        assert publish_from_source(update=update).is_published

    def test_what_somebody_wrote_cannot_take_that_door(self, draft):
        with pytest.raises(PermissionDenied):
            publish_from_source(update=draft)

    def test_done_cannot_take_that_door(self, item):
        update = StatusUpdateFactory(item=item, author=None, status=Status.IMPLEMENTED)
        with pytest.raises(ValidationError):
            publish_from_source(update=update)

    def test_is_published_once(self, item):
        update = publish_from_source(update=StatusUpdateFactory(item=item, author=None))
        with pytest.raises(ValidationError):
            publish_from_source(update=update)


class TestAnswers:
    def record(self, by, item, committee, outcome=Outcome.ADOPTED, **fields):
        values = {"meeting_date": date(2026, 9, 17)} | fields
        return record_answer(by=by, item=item, committee=committee, outcome=outcome, **values)

    def test_is_recorded_by_the_committees_approver_and_stands_in_its_cell(self, item, sou, bo):
        answer = self.record(bo, item, sou, agenda_item="Punkt 7")
        assert (answer.outcome, answer.recorded_by) == (Outcome.ADOPTED, bo)
        assert (cell(item, sou).outcome, cell(item, sou).answer) == (Outcome.ADOPTED, answer)

    def test_not_by_an_editor_a_secretary_or_a_stranger(self, item, sou, anna, carla, dina):
        for user in (anna, carla, dina):
            with pytest.raises(PermissionDenied):
                self.record(user, item, sou)
        assert not CommitteeAnswer.objects.exists()

    @pytest.mark.parametrize(
        ("outcome", "fields", "field", "sentence"),
        [
            ("", {}, "outcome", "Vælg udvalgets svar."),
            (Outcome.PARTLY_ADOPTED, {}, "text", "hvilken del"),
            (Outcome.NOT_ADOPTED, {"text": "\u00ad"}, "text", "begrundelse"),
            (Outcome.OUTSIDE_REMIT, {}, "passed_on_to", "sendt videre"),
            (Outcome.NOT_READ, {}, "agenda_url", "linket til dagsordenspunktet"),
            (Outcome.ADOPTED, {"meeting_date": date(2026, 12, 1)}, "meeting_date", "ikke holdt endnu"),
            (Outcome.ADOPTED, {"meeting_date": date(1026, 9, 17)}, "meeting_date", "ligger før 17.06.1994"),
        ],
    )
    def test_what_is_missing_is_said_at_its_field(self, item, sou, bo, outcome, fields, field, sentence):
        with pytest.raises(ValidationError) as refused:
            self.record(bo, item, sou, outcome, **fields)
        assert sentence in " ".join(refused.value.message_dict[field])
        assert not CommitteeAnswer.objects.exists()

    def test_a_committee_that_does_not_own_cannot_answer(self, sou, bo):
        with pytest.raises(ValidationError) as refused:
            self.record(bo, RecommendationFactory(), sou)
        assert "ejer ikke anbefalingen" in sentences(refused)

    def test_a_committee_that_did_not_exist_on_the_day_did_not_answer(self, item, sou, bo, chief):
        sou.valid_from = date(2026, 10, 1)
        sou.save()
        with pytest.raises(ValidationError) as refused:
            self.record(bo, item, sou)
        assert "fandtes ikke den 17.09.2026. Vælg det udvalg, der svarede." in sentences(refused)

    def test_a_second_answer_of_the_same_meeting_is_refused(self, item, sou, sud, bo):
        first = self.record(bo, item, sou)
        with pytest.raises(ValidationError) as refused:
            self.record(bo, item, sou, Outcome.NOTED)
        assert "Der er allerede registreret et svar fra mødet: SOU: Tiltrådt, 17.09.2026." in sentences(refused)
        assert list(CommitteeAnswer.objects.all()) == [first]

    def test_a_correction_replaces_the_answer_and_keeps_it_readable(self, item, sou, bo):
        wrong = self.record(bo, item, sou)
        right = self.record(bo, item, sou, Outcome.NOTED, corrects=wrong, reason="Forkert.")
        assert list(CommitteeAnswer.objects.known()) == [right]
        assert CommitteeAnswer.objects.filter(pk=wrong.pk).exists()
        with pytest.raises(ValidationError) as refused:
            self.record(bo, item, sou, Outcome.NOT_ADOPTED, text="x", corrects=wrong, reason="Igen.")
        assert sentences(refused) == "Svaret er allerede rettet. Ret den nyeste udgave."
        newest = self.record(bo, item, sou, Outcome.ADOPTED, corrects=right, reason="Dog.")
        assert cell(item, sou).answer == newest

    def test_a_correction_may_not_move_the_answer_to_the_meeting_of_another(self, item, sou, bo):
        first = self.record(bo, item, sou, meeting_date=date(2026, 8, 1))
        second = self.record(bo, item, sou, Outcome.NOTED, meeting_date=date(2026, 9, 1))
        moved = {"meeting_date": first.meeting_date, "corrects": second, "reason": "Forkert møde."}
        with pytest.raises(ValidationError) as refused:
            self.record(bo, item, sou, Outcome.NOTED, **moved)
        assert "allerede registreret et svar fra mødet" in sentences(refused)

    def test_an_answer_given_by_mistake_is_taken_back_with_a_reason(self, item, sou, bo):
        wrong = self.record(bo, item, sou)
        with pytest.raises(ValidationError) as refused:
            self.record(bo, item, sou, "", corrects=wrong)
        assert "Skriv, hvad der var forkert. Det vises for borgerne." in sentences(refused)
        self.record(bo, item, sou, "", reason="Det var et andet punkt.", corrects=wrong)
        assert cell(item, sou).outcome == ""
        self.record(bo, item, sou, Outcome.NOTED)  # the meeting has no answer any more
        assert cell(item, sou).outcome == Outcome.NOTED

    def test_a_correction_is_of_the_same_committees_answer_to_the_same_item(self, item, sou, sud, bo, chief):
        OwnershipFactory(item=item, committee=sud)
        elsewhere = RecommendationFactory()
        OwnershipFactory(item=elsewhere, committee=sou)
        wrong = self.record(chief, item, sou)
        for other, committee in ((elsewhere, sou), (item, sud)):
            with pytest.raises(ValidationError) as refused:
                self.record(chief, other, committee, corrects=wrong)
            assert "det samme udvalgs svar på den samme anbefaling" in sentences(refused)

    def test_an_answer_names_an_option_of_its_own_item(self, item, sou, bo):
        option = ItemFactory(publication=item.publication, kind=ItemKind.OPTION, number="3.2a", parent=item)
        elsewhere = ItemFactory(publication=item.publication, kind=ItemKind.OPTION, number="4a")
        below = ItemFactory(publication=item.publication, number="3.2.1", parent=item)
        for wrong in (elsewhere, below, item):
            with pytest.raises(ValidationError) as refused:
                self.record(bo, item, sou, chosen_option=wrong)
            assert "er ikke en af mulighederne under 3.2" in sentences(refused)
        assert self.record(bo, item, sou, chosen_option=option).chosen_option == option

    def test_that_a_meeting_took_it_up_is_recorded_and_is_no_answer(self, item, sou, bo):
        answer = self.record(bo, item, sou, Outcome.NOT_READ, agenda_url="https://eksempel.dk/punkt-7")
        assert answer.outcome not in ANSWERS


class TestDeadlines:
    def set(self, by, item, committee, due_on, reason="", **fields):
        return set_deadline(by=by, item=item, committee=committee, due_on=due_on, reason=reason, **fields)

    def test_each_move_is_a_row_with_a_reason(self, item, sou, bo):
        self.set(bo, item, sou, date(2026, 6, 30), sure=True)
        with pytest.raises(ValidationError) as refused:
            self.set(bo, item, sou, date(2026, 12, 31))
        assert "hvorfor fristen flyttes" in sentences(refused)
        self.set(bo, item, sou, date(2026, 12, 31), "Udbuddet gik om.")
        now = stands(item)
        assert (now.state_original_due_on, now.state_due_on) == (date(2026, 6, 30), date(2026, 12, 31))
        assert Deadline.objects.count() == 2

    def test_moved_forward_in_time_the_first_one_set_is_the_original(self, item, sou, bo):
        self.set(bo, item, sou, date(2027, 6, 30))
        self.set(bo, item, sou, date(2026, 12, 31), "Det gik hurtigere.")
        now = stands(item)
        assert (now.state_original_due_on, now.state_due_on) == (date(2027, 6, 30), date(2026, 12, 31))

    def test_a_mistyped_one_is_corrected_which_is_no_move(self, item, sou, bo):
        wrong = self.set(bo, item, sou, date(2036, 12, 31), sure=True)
        with pytest.raises(ValidationError) as refused:
            self.set(bo, item, sou, date(2026, 12, 31), corrects=wrong)
        assert "Skriv, hvad der var forkert" in sentences(refused)
        right = self.set(bo, item, sou, date(2026, 12, 31), "Tastefejl.", corrects=wrong)
        now = stands(item)
        assert (now.state_original_due_on, now.state_due_on) == (date(2026, 12, 31), date(2026, 12, 31))
        with pytest.raises(ValidationError) as refused:
            self.set(bo, item, sou, date(2027, 12, 31), "Igen.", corrects=wrong)
        assert sentences(refused) == "Rækken er allerede rettet. Ret den nyeste udgave."
        self.set(bo, item, sou, date(2027, 1, 31), "Igen.", corrects=right)
        assert stands(item).state_due_on == date(2027, 1, 31)

    def test_a_corrected_one_was_set_when_the_mistyped_one_was(self, item, sou, bo):
        wrong = DeadlineFactory(item=item, due_on=date(2036, 12, 31), set_on=date(2025, 3, 1))
        right = self.set(bo, item, sou, date(2026, 12, 31), "Tastefejl.", corrects=wrong)
        assert right.set_on == date(2025, 3, 1)
        assert stands(item, date(2025, 3, 1)).state_due_on == date(2026, 12, 31)

    def test_one_about_the_wrong_item_is_taken_back(self, item, sou, bo):
        wrong = self.set(bo, item, sou, date(2026, 12, 31))
        self.set(bo, item, sou, None, "Forkert række.", corrects=wrong)
        now = stands(item)
        assert (now.state_original_due_on, now.state_due_on) == (None, None)
        self.set(bo, item, sou, date(2027, 12, 31))  # a first one again: no reason is asked for

    @pytest.mark.parametrize(
        ("due_on", "sentence"),
        [
            (None, "Skriv fristens dato."),
            (date(2206, 12, 31), "Datoen 31.12.2206 ligger efter 17.06.2054."),
            (date(206, 12, 31), "ligger før"),
        ],
    )
    def test_a_day_that_cannot_be_right_is_refused(self, item, sou, bo, due_on, sentence):
        with pytest.raises(ValidationError) as refused:
            self.set(bo, item, sou, due_on)
        assert sentence in " ".join(refused.value.message_dict["due_on"])

    def test_the_same_day_again_is_no_move(self, item, sou, bo):
        self.set(bo, item, sou, date(2026, 12, 31))
        with pytest.raises(ValidationError) as refused:
            self.set(bo, item, sou, date(2026, 12, 31), "Igen.")
        assert "Fristen er allerede den dag" in sentences(refused)

    def test_another_items_deadline_is_not_corrected_here(self, item, sou, bo, chief):
        elsewhere = RecommendationFactory()
        OwnershipFactory(item=elsewhere, committee=sou)
        wrong = self.set(bo, elsewhere, sou, date(2026, 12, 31))
        with pytest.raises(ValidationError) as refused:
            self.set(bo, item, sou, date(2026, 12, 31), "Fejl.", corrects=wrong)
        assert "registreret om den samme række" in sentences(refused)

    def test_not_by_an_editor(self, item, sou, anna):
        with pytest.raises(PermissionDenied):
            self.set(anna, item, sou, date(2026, 12, 31))


class TestCriteria:
    def say(self, by, item, committee, text, reason="", **fields):
        return set_done_when(by=by, item=item, committee=committee, text=text, reason=reason, **fields)

    def test_is_reworded_with_a_reason(self, item, sou, bo):
        self.say(bo, item, sou, "alle har et fast team.")
        for text, reason, sentence in (
            ("halvdelen har et fast team.", "", "hvorfor kriteriet ændres"),
            ("alle har et fast team.", "Igen.", "Kriteriet er uændret"),
            (" \u00ad", "Nej.", "hvad der skal være sket"),
        ):
            with pytest.raises(ValidationError) as refused:
                self.say(bo, item, sou, text, reason)
            assert sentence in sentences(refused)
        self.say(bo, item, sou, "halvdelen har et fast team.", "Pengene rækker ikke.")
        assert [row.text for row in DoneWhen.objects.known().oldest_first()] == [
            "alle har et fast team.",
            "halvdelen har et fast team.",
        ]

    def test_is_corrected_and_taken_back(self, item, sou, bo):
        wrong = DoneWhenFactory(item=item, text="alle har et fast tema.", set_on=date(2025, 3, 1))
        right = self.say(bo, item, sou, "alle har et fast team.", "Slåfejl.", corrects=wrong)
        assert list(DoneWhen.objects.known()) == [right]
        assert right.set_on == date(2025, 3, 1)
        self.say(bo, item, sou, "", "Der er intet kriterium.", corrects=right)
        assert not DoneWhen.objects.known().exists()

    def test_not_by_an_editor(self, item, sou, anna):
        with pytest.raises(PermissionDenied):
            self.say(anna, item, sou, "alle har et fast team.")


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

    def test_of_two_drafts_about_one_item_the_second_is_not_published_over_the_first(self, item, sou, anna, bo):
        drafts = [
            save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(status=status, text="x"))
            for status in (Status.IN_PROGRESS, Status.PAUSED)
        ]
        publish_update(by=bo, update=drafts[0])
        with pytest.raises(Conflict):
            publish_update(by=bo, update=drafts[1])
        assert stands(item).state_status == Status.IN_PROGRESS

    def test_a_draft_that_somebody_else_has_saved_since_is_not_written_over(self, item, sou, anna, bo, draft):
        seen = Seen.now(item, draft)
        save_draft(by=bo, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Bos."), update=draft)
        content = UpdateDraft(status=Status.IN_PROGRESS, text="Annas.")
        with pytest.raises(Conflict) as refused:
            save_draft(by=anna, item=item, committee=sou, draft=content, update=draft, seen=seen)
        assert "i den samme kladde om 3.2" in sentences(refused)
        draft.refresh_from_db()
        assert (draft.text, draft.author) == ("Bos.", bo)

    def test_a_draft_saved_since_the_approver_read_it_is_not_published(self, item, sou, anna, bo, draft):
        read = Seen.now(item, draft)
        content = UpdateDraft(status=Status.IN_PROGRESS, text="Noget helt andet.")
        save_draft(by=anna, item=item, committee=sou, draft=content, update=draft)
        with pytest.raises(Conflict) as refused:
            publish_update(by=bo, update=draft, seen=read)
        assert "i den samme kladde" in sentences(refused)
        assert not StatusUpdate.objects.published().exists()
