"""A committee's meetings: planned all or none, moved, cancelled, held; and known from what is answered at them."""

from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from recommendations.actions import (
    Doubt,
    MeetingContent,
    cancel_meeting,
    change_meeting,
    correct_meeting_state,
    hold_meeting,
    move_meeting,
    plan_meetings,
    publish_answer_draft,
    record_answer,
    record_treatment,
    save_draft,
    send_papers,
)
from recommendations.actions.updates import UpdateDraft, publish_update
from recommendations.enums import Act, MeetingState, Outcome
from recommendations.models import Event, Meeting
from tests.factories import (
    AnswerDraftFactory,
    AnswerDraftRowFactory,
    CommitteeFactory,
    MeetingFactory,
    OwnershipFactory,
    RecommendationFactory,
)

pytestmark = pytest.mark.django_db

JANUARY, NEXT, HELD_ON = date(2027, 1, 14), date(2027, 1, 28), date(2026, 9, 17)  # Thursdays


@pytest.fixture
def meeting(sou):
    return MeetingFactory(committee=sou, on=JANUARY)


@pytest.fixture
def item(sou):
    return OwnershipFactory(item=RecommendationFactory(number="3.2"), committee=sou).item


def refused(act, kind=ValidationError, **fields):
    """What is said of a refusal, all in one; and that it left nothing behind."""
    before = list(Meeting.objects.order_by("pk").values()), Event.objects.count()
    with pytest.raises(kind) as problem:
        act(**fields)
    assert (list(Meeting.objects.order_by("pk").values()), Event.objects.count()) == before
    assert type(problem.value) is kind
    return " ".join(problem.value.messages)


def days(*dates):
    return [MeetingContent(on=day) for day in dates]


class TestPlanning:
    def test_each_meeting_has_its_event(self, dina, sou):
        said = [MeetingContent(NEXT), MeetingContent(JANUARY, time(15, 30), " https://eksempel.dk/dagsorden ")]
        first, second = plan_meetings(by=dina, committee=sou, meetings=said)
        assert (first.on, first.begins_at, first.agenda_url) == (JANUARY, time(15, 30), "https://eksempel.dk/dagsorden")
        assert (second.on, second.begins_at, second.state) == (NEXT, None, MeetingState.PLANNED)
        told = [(event.meeting, event.on, event.by, event.committee) for event in Event.objects.order_by("pk")]
        assert told == [(first, JANUARY, dina, sou), (second, NEXT, dina, sou)]

    def test_all_or_none(self, dina, sou, meeting):
        words = refused(plan_meetings, by=dina, committee=sou, meetings=days(JANUARY, NEXT))
        assert words == "Udvalget har allerede et møde den 14.01.2027. Vælg en anden dag."

    def test_another_committees_meeting_takes_no_day(self, dina, sou, sud):
        MeetingFactory(committee=sud, on=JANUARY)
        assert len(plan_meetings(by=dina, committee=sou, meetings=days(JANUARY))) == 1

    @pytest.mark.parametrize(
        ("dates", "words"),
        [
            ([], "Sæt flueben ved mindst én dag."),
            ([JANUARY, JANUARY], "Den 14.01.2027 står der flere gange."),
            ([date(2031, 11, 3)], "mere end 5 år fremme"),
            ([date(2017, 1, 5)], "Sundheds- og Omsorgsudvalget fandtes ikke den 05.01.2017."),
        ],
    )
    def test_what_cannot_be(self, dina, sou, dates, words):
        sou.valid_from = date(2018, 1, 1)
        assert words in refused(plan_meetings, by=dina, committee=sou, meetings=days(*dates))

    def test_five_years_to_the_day_can_be(self, dina, sou):
        assert plan_meetings(by=dina, committee=sou, meetings=days(date(2031, 11, 2)), sure=True)

    @pytest.mark.parametrize(
        ("day", "words"),
        [
            (date(2027, 3, 25), "helligdag eller lukkedag (Skærtorsdag). Skal mødet holdes den dag?"),
            (date(2027, 1, 16), "Den 16.01.2027 er en lørdag. Skal mødet holdes den dag?"),
            (date(2026, 10, 29), "Datoen 29.10.2026 er allerede passeret. Er den rigtig?"),
        ],
    )
    def test_what_is_unlikely_is_asked_about(self, dina, sou, day, words):
        assert words in refused(plan_meetings, Doubt, by=dina, committee=sou, meetings=days(day))
        assert plan_meetings(by=dina, committee=sou, meetings=days(day), sure=True)[0].on == day

    def test_where_one_was_cancelled_the_way_is_to_mend_it(self, dina, sou):
        MeetingFactory(committee=sou, on=JANUARY, state=MeetingState.CANCELLED)
        assert "er aflyst. Bliver det holdt alligevel" in refused(
            plan_meetings, by=dina, committee=sou, meetings=days(JANUARY)
        )

    def test_it_is_the_secretarys_of_the_committee(self, anna, bo, dina, chief, sou, sud):
        for user, committee in ((anna, sou), (bo, sou), (dina, sud)):
            with pytest.raises(PermissionDenied, match="Kun en udvalgssekretær"):
                plan_meetings(by=user, committee=committee, meetings=days(JANUARY))
        assert plan_meetings(by=chief, committee=sud, meetings=days(JANUARY))


class TestMoving:
    def move(self, dina, meeting, on, **more):
        return move_meeting(**{"by": dina, "meeting": meeting, "on": on, "reason": "Valget."} | more)

    def test_after_papers_were_sent_too_and_the_first_day_is_kept(self, dina, meeting):
        send_papers(by=dina, meeting=meeting, agenda_url="https://eksempel.dk/1")
        self.move(dina, meeting, NEXT)
        moved = self.move(dina, meeting, date(2027, 1, 29))
        assert (moved.on, moved.moved_from, moved.remark) == (date(2027, 1, 29), JANUARY, "Valget.")
        assert (moved.state, moved.agenda_url) == (MeetingState.PAPERS_SENT, "https://eksempel.dk/1")
        event = Event.objects.filter(act=Act.MEETING_MOVED).latest("pk")
        assert event.details["on"] == ["2027-01-28", "2027-01-29"]

    def test_back_to_the_first_day_it_is_moved_no_more(self, dina, meeting):
        self.move(dina, meeting, NEXT)
        assert self.move(dina, meeting, JANUARY).moved_from is None

    def test_what_is_refused(self, dina, sou, meeting):
        MeetingFactory(committee=sou, on=NEXT)
        call = {"dina": dina, "meeting": meeting}
        assert "allerede et møde den 28.01.2027" in refused(self.move, **call, on=NEXT)
        assert "Mødet er den dag i forvejen." in refused(self.move, **call, on=JANUARY)
        assert "Skriv, hvorfor mødet er flyttet." in refused(self.move, **call, on=date(2027, 1, 21), reason=" ")
        assert "Skal mødet holdes den dag?" in refused(self.move, Doubt, **call, on=date(2027, 3, 26))

    @pytest.mark.parametrize("state", [MeetingState.HELD, MeetingState.CANCELLED])
    def test_not_what_is_over(self, dina, sou, state):
        over = MeetingFactory(committee=sou, on=HELD_ON, state=state)
        assert f"Mødet er allerede »{state.label}«." in refused(self.move, dina=dina, meeting=over, on=NEXT)
        assert "Ret tilstand" in refused(cancel_meeting, by=dina, meeting=over, reason="Valget.")


class TestItsState:
    def test_cancelled_with_a_reason(self, dina, meeting):
        assert "hvorfor mødet er aflyst" in refused(cancel_meeting, by=dina, meeting=meeting, reason="")
        assert cancel_meeting(by=dina, meeting=meeting, reason="Ingen sager.").remark == "Ingen sager."

    def test_held_from_its_own_day_on(self, dina, sou, meeting, today):
        words = refused(hold_meeting, by=dina, meeting=meeting)
        assert words == "Mødet er først den 14. januar 2027. Det kan tidligst meldes holdt den dag."
        assert hold_meeting(by=dina, meeting=MeetingFactory(committee=sou, on=today)).state == MeetingState.HELD

    def test_the_link_is_put_right_also_afterwards(self, dina, sou):
        held = MeetingFactory(committee=sou, on=HELD_ON, state=MeetingState.HELD)
        link = "https://eksempel.dk/referat"
        assert change_meeting(by=dina, meeting=held, begins_at=time(15), agenda_url=link).agenda_url == link
        assert "URL" in refused(change_meeting, by=dina, meeting=held, begins_at=None, agenda_url="her")

    def test_a_wrong_state_is_mended_with_a_reason(self, dina, sou):
        wrong = MeetingFactory(committee=sou, on=HELD_ON, state=MeetingState.CANCELLED, remark="Ingen sager.")
        call = {"by": dina, "meeting": wrong}
        assert "Skriv, hvad der var forkert." in refused(correct_meeting_state, **call, state="held", reason="")
        assert "står allerede sådan" in refused(correct_meeting_state, **call, state="cancelled", reason="Fejl.")
        mended = correct_meeting_state(**call, state="held", reason="Det blev holdt.")
        assert (mended.state, mended.remark) == ("held", "")
        assert Event.objects.latest("pk").details["reason"] == ["", "Det blev holdt."]
        again = correct_meeting_state(**call, state="cancelled", reason="Der var intet møde.")
        assert again.remark == "Der var intet møde."

    def test_what_has_answers_was_held(self, dina, bo, item, sou):
        record_answer(by=bo, item=item, committee=sou, outcome=Outcome.ADOPTED, meeting_date=HELD_ON)
        words = refused(
            correct_meeting_state, by=dina, meeting=sou.meetings.get(), state="cancelled", reason="Forkert."
        )
        assert "Der er registreret svar eller behandlinger fra mødet." in words


class TestKnownFromAnswers:
    """An answer from a day proves that the committee met."""

    def answer(self, bo, item, sou, day=HELD_ON, outcome=Outcome.ADOPTED, **more):
        return record_answer(by=bo, item=item, committee=sou, outcome=outcome, meeting_date=day, **more)

    def state(self, sou, day=HELD_ON):
        return sou.meetings.get(on=day).state

    def test_the_meeting_of_its_day_is_held_planned_or_not(self, bo, item, sou):
        MeetingFactory(committee=sou, on=HELD_ON, state=MeetingState.PAPERS_SENT)
        answer = self.answer(bo, item, sou)
        assert self.state(sou) == MeetingState.HELD
        held, recorded = Event.objects.order_by("pk")
        assert (held.act, held.details["known_from"], recorded.act) == (
            Act.MEETING_HELD,
            ["", str(answer)],
            Act.ANSWER_RECORDED,
        )
        record_treatment(
            by=bo,
            publication=item.publication,
            committee=sou,
            meeting_date=date(2026, 10, 1),
            agenda_url="https://x.dk",
        )
        assert self.state(sou, date(2026, 10, 1)) == MeetingState.HELD

    def test_many_answers_of_one_meeting_tell_of_it_once(self, bo, item, sou):
        draft = AnswerDraftFactory(committee=sou, meeting_date=HELD_ON, state="submitted", outcome="noted")
        for one in (item, OwnershipFactory(committee=sou).item):
            AnswerDraftRowFactory(draft=draft, item=one)
        publish_answer_draft(by=bo, draft=draft)
        assert Event.objects.filter(act=Act.MEETING_HELD).count() == 1

    def test_when_the_day_is_corrected_it_stands_as_it_did(self, bo, item, sou):
        MeetingFactory(committee=sou, on=HELD_ON, state=MeetingState.PAPERS_SENT, remark="Flyttet for valget.")
        wrong = self.answer(bo, item, sou)
        self.answer(bo, item, sou, date(2026, 9, 24), corrects=wrong, reason="Forkert dag.")
        assert self.state(sou) == MeetingState.PAPERS_SENT
        assert self.state(sou, date(2026, 9, 24)) == MeetingState.HELD

    def test_where_nobody_had_planned_it_it_is_asked_about(self, bo, item, sou):
        wrong = self.answer(bo, item, sou)
        self.answer(bo, item, sou, outcome="", corrects=wrong, reason="Det var et andet udvalg.")
        assert self.state(sou) == MeetingState.PLANNED

    def test_what_somebody_who_was_there_has_said_stays(self, bo, dina, item, sou):
        hold_meeting(by=dina, meeting=MeetingFactory(committee=sou, on=HELD_ON))
        wrong = self.answer(bo, item, sou)
        self.answer(bo, item, sou, outcome="", corrects=wrong, reason="Det var et andet udvalg.")
        assert self.state(sou) == MeetingState.HELD

    def test_a_cancelled_one_is_asked_about(self, bo, item, sou):
        MeetingFactory(committee=sou, on=HELD_ON, state=MeetingState.CANCELLED, remark="Ingen sager.")
        call = {"bo": bo, "item": item, "sou": sou}
        assert "står som aflyst. Holdt udvalget det alligevel?" in refused(self.answer, Doubt, **call)
        self.answer(**call, sure=True)
        assert (self.state(sou), sou.meetings.get().remark) == (MeetingState.HELD, "")


class TestPromises:
    def answer(self, bo, item, sou, **more):
        said = {"outcome": Outcome.NOTED, "meeting_date": HELD_ON}
        return record_answer(by=bo, item=item, committee=sou, **said | more)

    def test_to_a_meeting_or_by_a_day(self, bo, item, sou, meeting):
        first = self.answer(bo, item, sou, returns_to=meeting)
        other = {"corrects": first, "reason": "Det var kun marts.", "returns_by": date(2027, 3, 31)}
        second = self.answer(bo, item, sou, **other)
        assert (first.returns_to, second.returns_to, second.returns_by) == (meeting, None, date(2027, 3, 31))

    def test_what_is_no_promise(self, bo, item, sou, sud, meeting):
        call = {"bo": bo, "item": item, "sou": sou}
        elsewhere, before = MeetingFactory(committee=sud, on=NEXT), MeetingFactory(committee=sou, on=date(2026, 9, 3))
        cancelled = MeetingFactory(committee=sou, on=NEXT, state=MeetingState.CANCELLED)
        for said, words in (
            ({"returns_to": meeting, "returns_by": NEXT}, "ikke begge dele"),
            ({"returns_to": before}, "ligger efter det, svaret er fra"),
            ({"returns_to": elsewhere}, "et andet udvalgs"),
            ({"returns_to": cancelled}, "Mødet er aflyst."),
            ({"returns_by": HELD_ON}, "ligger efter mødet"),
            ({"returns_by": date(2037, 3, 31)}, "mere end 10 år fremme"),
        ):
            assert words in refused(self.answer, **call, **said)

    def test_a_next_step_at_a_meeting_has_its_day_wherever_it_moves(self, anna, bo, dina, item, sou, meeting):
        said = {"status": "in_progress", "text": "I gang.", "next_step": "Ny sag.", "next_step_meeting": meeting}
        call = {"by": anna, "item": item, "committee": sou}
        with pytest.raises(ValidationError, match="kommer på mødet den 14"):
            save_draft(**call, draft=UpdateDraft(**said, next_step_on=NEXT))
        draft = save_draft(**call, draft=UpdateDraft(**said))
        assert draft.next_step_on == JANUARY
        move_meeting(by=dina, meeting=meeting, on=NEXT, reason="Valget.")
        assert publish_update(by=bo, update=draft).next_step_on == NEXT

    def test_a_next_step_is_the_committees_own_and_is_to_be_held(self, anna, bo, item, sou):
        gone = MeetingFactory(committee=sou, on=NEXT, state=MeetingState.CANCELLED)
        elsewhere = MeetingFactory(committee=CommitteeFactory(), on=NEXT)
        for wrong, words in ((gone, "Mødet er »Aflyst«."), (elsewhere, "et andet udvalgs")):
            said = {"status": "in_progress", "next_step": "Ny sag.", "next_step_meeting": wrong}
            draft = save_draft(by=anna, item=item, committee=sou, draft=UpdateDraft(**said))
            with pytest.raises(ValidationError, match=words):
                publish_update(by=bo, update=draft, sure=True)
