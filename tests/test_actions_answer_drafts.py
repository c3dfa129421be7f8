"""The answers of a meeting, called as a shell or a command would: none of it is public before an approver says so."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.actions import (
    AnswerEntry,
    Conflict,
    MeetingAnswers,
    RowsRefused,
    discard_answer_draft,
    publish_answer_draft,
    return_answer_draft,
    rows_of,
    save_answer_draft,
    submit_answer_draft,
)
from recommendations.enums import ItemKind, Outcome, Role, UpdateState
from recommendations.models import AnswerDraft, AnswerDraftRow, CommitteeAnswer, Event, Reach
from recommendations.permissions import can_draft_answers
from tests.factories import (
    CommitteeFactory,
    CommitteeMembershipFactory,
    InitiativeFactory,
    ItemFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    UserFactory,
)

MEETING = date(2026, 9, 17)


@pytest.fixture
def items(sou):
    items = RecommendationFactory.create_batch(3, publication=PublicationFactory())
    for item in items:
        OwnershipFactory(item=item, committee=sou)
    return items


@pytest.fixture
def write(dina, sou, items):
    """`write(text="…")` is a draft of dina's about the three."""

    def write(by=dina, answered=items, draft=None, version=None, **common):
        entries = answered if isinstance(answered, dict) else dict.fromkeys(answered, AnswerEntry())
        said = {"outcome": Outcome.ADOPTED, "meeting_date": MEETING} | common
        answers = MeetingAnswers(entries, **said)
        return save_answer_draft(by=by, committee=sou, answers=answers, draft=draft, version=version)

    return write


def everything():
    models = (AnswerDraft, AnswerDraftRow, CommitteeAnswer, Event)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize(
    ("common", "own", "expected"),
    [
        ({"text": "Ja."}, AnswerEntry(), ("adopted", "Ja.", "")),
        ({"text": "Ja."}, AnswerEntry(text="Ja, her."), ("adopted", "Ja, her.", "")),
        ({"text": "Ja."}, AnswerEntry("adopted"), ("adopted", "Ja.", "")),
        ({"text": "Ja."}, AnswerEntry("noted"), ("noted", "", "")),
        (
            {"outcome": Outcome.OUTSIDE_REMIT, "passed_on_to": "Staten"},
            AnswerEntry(passed_on_to="Regionen"),
            ("outside_remit", "", "Regionen"),
        ),
        ({"outcome": Outcome.OUTSIDE_REMIT, "passed_on_to": "Staten"}, AnswerEntry("noted"), ("noted", "", "")),
    ],
)
def test_a_row_says_what_all_say_unless_it_says_otherwise(common, own, expected, write, items):
    """Another answer has reasons of its own: those in common are not put in its mouth."""
    (row,) = rows_of(write(answered={items[0]: own}, **common))
    assert tuple(row.as_answer().values()) == expected


class TestSaving:
    def test_takes_what_is_not_finished(self, write):
        draft = write(outcome="", meeting_date=None)
        assert (draft.state, draft.meeting_date, str(draft)) == (UpdateState.DRAFT, None, "SOU: svar fra et møde")

    def test_writes_it_anew_and_keeps_in_the_log_what_it_was(self, write, anna, items):
        draft = write(text="Før.")
        again = write(by=anna, answered=items[:1], draft=draft, version=draft.version, text="Efter.")
        assert again.pk == draft.pk
        assert [row.item.pk for row in rows_of(again)] == [items[0].pk]
        told = Event.objects.filter(answer_draft=draft).order_by("pk").last()
        assert told.details["text"] == ["Før.", "Efter."]
        assert told.details["answered"] == [", ".join(item.number for item in items), items[0].number]
        assert AnswerDraft.objects.get().author != anna  # who began it

    def test_what_somebody_else_saved_since_is_a_conflict(self, write, anna):
        draft = write()
        write(by=anna, draft=draft, text="Annas.")
        before = everything()
        with pytest.raises(Conflict, match="En anden har gemt i den samme kladde"):
            write(draft=draft, version=draft.version, text="Dinas.")
        assert everything() == before

    def test_a_submitted_one_becomes_a_draft_again(self, write, dina):
        draft = submit_answer_draft(by=dina, draft=write())
        assert write(draft=draft).state == UpdateState.DRAFT

    @pytest.mark.parametrize("count", [0, 301])
    def test_none_and_too_many_are_refused(self, count, dina, sou):
        answers = MeetingAnswers(dict.fromkeys(range(count), AnswerEntry()), Outcome.NOTED, MEETING)
        with pytest.raises(ValidationError, match="Vælg"):
            save_answer_draft(by=dina, committee=sou, answers=answers)

    def test_what_nobody_answers_or_others_own_is_told_at_its_row(self, write, items, sud):
        heading = ItemFactory(publication=items[0].publication, kind=ItemKind.HEADING)
        initiative, theirs = InitiativeFactory(), RecommendationFactory()
        OwnershipFactory(item=theirs, committee=sud)
        with pytest.raises(RowsRefused) as refused:
            write(answered=[items[0], heading, initiative, theirs])
        assert set(refused.value.rows) == {heading, initiative, theirs}
        assert not AnswerDraft.objects.exists()

    def test_what_a_committee_took_over_is_its_own(self, dina, sou):
        ended = CommitteeFactory(code="GL", valid_to=date(2026, 1, 1))
        SuccessionFactory(predecessor=ended, successor=sou)
        item = RecommendationFactory()
        OwnershipFactory(item=item, committee=ended)
        answers = MeetingAnswers({item: AnswerEntry()}, Outcome.NOTED, date(2025, 9, 17))
        assert save_answer_draft(by=dina, committee=ended, answers=answers).committee == ended


class TestPublishing:
    def test_all_or_none(self, write, bo, items):
        good, bad = AnswerEntry(), AnswerEntry(Outcome.NOT_ADOPTED)  # without its reason
        draft = write(answered={items[0]: good, items[1]: bad})
        before = everything()
        with pytest.raises(RowsRefused) as refused:
            publish_answer_draft(by=bo, draft=draft)
        assert list(refused.value.rows) == [items[1]]
        assert everything() == before

    def test_whoever_wrote_it_may(self, write, bo):
        assert publish_answer_draft(by=bo, draft=write(by=bo)).is_published
        assert CommitteeAnswer.objects.count() == 3

    def test_what_is_published_is_left_alone(self, write, bo, dina):
        draft = publish_answer_draft(by=bo, draft=write())
        before = everything()
        for act in (
            lambda: write(draft=draft),
            lambda: submit_answer_draft(by=dina, draft=draft),
            lambda: publish_answer_draft(by=bo, draft=draft),
            lambda: discard_answer_draft(by=bo, draft=draft),
            lambda: return_answer_draft(by=bo, draft=draft, comment="Nej."),
        ):
            with pytest.raises(ValidationError):
                act()
        assert everything() == before

    def test_costs_the_same_for_each(self, write, bo, items):
        counts = []
        for number in range(3):
            draft = write(answered=items[: number + 1], meeting_date=date(2026, 9, 1 + number))
            with CaptureQueriesContext(connection) as queries:
                publish_answer_draft(by=bo, draft=draft)
            counts.append(len(queries))
        assert counts[2] - counts[1] == counts[1] - counts[0] <= 50


def test_who_may_do_what(write, sou, anna, bo, carla, dina, chief):
    draft = submit_answer_draft(by=dina, draft=write())
    for user, writes, publishes in (
        (anna, True, False),
        (bo, True, True),
        (dina, True, False),
        (chief, True, True),
        (carla, False, False),
        (UserFactory(), False, False),
    ):
        reach = Reach.of(user)
        assert can_draft_answers(user, sou) == writes
        assert AnswerDraft.objects.visible_to(user).exists() == writes
        assert AnswerDraft.objects.awaiting_approval_of(reach).exists() == publishes
        if not publishes:
            with pytest.raises(PermissionDenied):
                publish_answer_draft(by=user, draft=draft)
            with pytest.raises(PermissionDenied):
                return_answer_draft(by=user, draft=draft, comment="Nej.")
    assert not CommitteeAnswer.objects.exists()


def test_each_stands_in_one_queue(write, bo, dina, sou):
    CommitteeMembershipFactory(user=bo, committee=sou, role=Role.EDITOR)
    reach = Reach.of(bo)
    queues = {
        "begun": AnswerDraft.objects.begun_by(reach),
        "sent": AnswerDraft.objects.awaiting_approval_of(reach),
        "returned": AnswerDraft.objects.returned_to(reach),
    }
    draft = write()

    def stands():
        return [name for name, rows in queues.items() if rows.all().exists()]

    assert stands() == ["begun"]
    submit_answer_draft(by=dina, draft=draft)
    assert stands() == ["sent"]
    return_answer_draft(by=bo, draft=draft, comment="Hvilket punkt?")
    assert stands() == ["returned"]
    submit_answer_draft(by=dina, draft=draft)
    assert AnswerDraft.objects.with_counts().get().row_count == 3
    publish_answer_draft(by=bo, draft=draft)
    assert stands() == []
