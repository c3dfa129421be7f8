"""A committee's answers of one meeting as a spreadsheet: what becomes of them, and what others have done since."""

from datetime import date

import pytest

from recommendations.actions import (
    AnswerEntry,
    MeetingAnswers,
    discard_answer_draft,
    publish_answer_draft,
    save_answer_draft,
    submit_answer_draft,
)
from recommendations.actions.imports import receive_file
from recommendations.enums import ImportKind, Outcome, UpdateState
from recommendations.importing.own.writing import OwnRowsRefused, write_chosen
from recommendations.models import AnswerDraft, CommitteeAnswer
from tests.factories import OwnershipFactory, PublicationFactory, RecommendationFactory, answered
from tests.importing.own_files import answer_file, filled_in, looked_at, told, written

MEETING = date(2026, 9, 17)


class TestAnswersOfAMeeting:
    @pytest.fixture
    def owed(self, sou):
        source = PublicationFactory(slug="svar", title="Svar", expects_answers=True)
        made = [RecommendationFactory(publication=source, number=f"{n}") for n in range(1, 5)]
        for item in made:
            OwnershipFactory(item=item, committee=sou)
        return {item.number: item for item in made}

    def said(self):
        """Each draft: its point, and what it answers to what."""
        return {
            draft.agenda_item: {
                row.item.number: row.as_answer()["outcome"] for row in draft.rows.order_by("item__path")
            }
            for draft in AnswerDraft.objects.unpublished().order_by("pk")
        }

    def test_become_a_draft_for_each_point_of_the_agenda(self, dina, sou, owed):
        point = {"Dagsordenspunkt": "Punkt 7", "Link til dagsordenspunktet": "https://eksempel.dk/7"}
        content = filled_in(
            answer_file(sou, MEETING),
            {
                "1": {"Svar": "Tiltrådt", **point},
                "2": {"Svar": "Ikke tiltrådt", "Begrundelse": "For dyrt.", **point},
                "3": {"Svar": "Taget til efterretning", "Dagsordenspunkt": "Punkt 8"},
            },
        )
        written(content, dina)
        assert self.said() == {
            "Punkt 7": {"1": Outcome.ADOPTED, "2": Outcome.NOT_ADOPTED},
            "Punkt 8": {"3": Outcome.NOTED},
        }
        draft = AnswerDraft.objects.get(agenda_item="Punkt 7")
        assert (draft.committee, draft.meeting_date, draft.author, draft.state) == (sou, MEETING, dina, "draft")
        assert not CommitteeAnswer.objects.exists()
        assert told(looked_at(content, dina)) == []

    def test_what_is_moved_or_emptied_leaves_its_draft(self, dina, sou, owed):
        answers = MeetingAnswers(
            {owed["1"]: AnswerEntry(), owed["2"]: AnswerEntry("noted")}, Outcome.ADOPTED, MEETING, "Punkt 7", text="Ja."
        )
        save_answer_draft(by=dina, committee=sou, answers=answers)
        content = answer_file(sou, MEETING)
        assert told(looked_at(content, dina)) == []
        changed = filled_in(content, {"1": {"Dagsordenspunkt": "Punkt 8"}, "2": {"Svar": "", "Dagsordenspunkt": ""}})
        written(changed, dina)
        assert self.said() == {"Punkt 8": {"1": Outcome.ADOPTED}}
        assert AnswerDraft.objects.get(agenda_item="Punkt 8").rows.get().text == "Ja."
        assert AnswerDraft.objects.get(agenda_item="Punkt 7").state == UpdateState.DISCARDED

    def test_what_others_have_recorded_or_drafted_since_stands_beside_it(self, anna, dina, bo, sou, owed):
        content = filled_in(answer_file(sou, MEETING), {n: {"Svar": "Tiltrådt"} for n in ("1", "2", "3")})
        answered(owed["1"], sou, meeting_date=MEETING, recorded_by=bo, outcome=Outcome.NOTED)
        save_answer_draft(by=anna, committee=sou, answers=MeetingAnswers({owed["2"]: AnswerEntry()}, "noted", MEETING))
        found = {one.item.number: one.theirs for one in looked_at(content, dina).changes}
        assert found == {
            "1": "Udgivet siden: SOU: Taget til efterretning, 17.09.2026.",
            "2": "anna har skrevet i kladden siden.",
            "3": "",
        }

    def test_what_was_recorded_of_it_is_not_drafted_again(self, dina, bo, sou, owed):
        content = filled_in(answer_file(sou, MEETING), {"1": {"Svar": "Tiltrådt"}})
        written(content, dina)
        publish_answer_draft(by=bo, draft=AnswerDraft.objects.get())
        assert told(looked_at(content, dina)) == []

    def test_are_not_put_in_a_draft_that_waits_for_approval(self, anna, dina, sou, owed):
        theirs = MeetingAnswers({owed["1"]: AnswerEntry()}, Outcome.NOTED, MEETING)
        draft = submit_answer_draft(by=anna, draft=save_answer_draft(by=anna, committee=sou, answers=theirs))
        written(filled_in(answer_file(sou, MEETING), {"2": {"Svar": "Tiltrådt"}}), dina)
        draft.refresh_from_db()
        assert (draft.state, [row.item.number for row in draft.rows.all()]) == (UpdateState.SUBMITTED, ["1"])
        assert AnswerDraft.objects.get(state=UpdateState.DRAFT).rows.get().item == owed["2"]

    def test_of_a_draft_that_was_discarded_meanwhile_are_refused(self, dina, sou, owed):
        theirs = MeetingAnswers({owed["1"]: AnswerEntry()}, Outcome.NOTED, MEETING)
        draft = save_answer_draft(by=dina, committee=sou, answers=theirs)
        content = filled_in(answer_file(sou, MEETING), {"1": {"Svar": "Tiltrådt"}})
        batch = receive_file(by=dina, kind=ImportKind.ROWS, name="svar.xlsx", content=content)
        plan = looked_at(content, dina)
        discard_answer_draft(by=dina, draft=draft)
        with pytest.raises(OwnRowsRefused, match="mens du så på siden"):
            write_chosen(by=dina, batch=batch, plan=plan, chosen={one.key: one.marks for one in plan.changes})

    def test_are_not_a_strangers(self, carla, sou, owed):
        plan = looked_at(filled_in(answer_file(sou, MEETING), {"1": {"Svar": "Tiltrådt"}}), carla)
        assert (plan.changes, len(plan.wrong)) == ([], 4)
        assert "Du har ingen rolle i Sundheds- og Omsorgsudvalget" in str(plan.wrong[0])
