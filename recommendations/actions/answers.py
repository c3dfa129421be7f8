"""What a committee answered: recorded once, corrected by a new row, never overwritten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import cast
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import danish, permissions, standing
from recommendations.actions.meetings import note_held, note_not_held
from recommendations.actions.state import (
    Doubt,
    checked,
    done_before,
    lock,
    record,
    refresh_standings,
    require_likely,
)
from recommendations.actions.turns import in_turn
from recommendations.enums import Act, ItemKind, MeetingState, Nature
from recommendations.lifecycle import Problems, answer_problems, return_problems
from recommendations.models import Committee, CommitteeAnswer, Item, Meeting, Ownership
from recommendations.standing import known_of


class AnsweredAlready(ValidationError):
    """Another answer of the same meeting stands: `answer`. If that is wrong, it is the one to correct."""

    def __init__(self, answer: CommitteeAnswer):
        words = {"answer": answer}
        super().__init__({"meeting_date": _("Der er allerede registreret et svar fra mødet: %(answer)s.") % words})
        self.answer = answer


@in_turn()
def record_answer(
    *,
    by: User,
    item: Item,
    committee: Committee,
    outcome: str,
    meeting_date: date,
    agenda_item: str = "",
    agenda_url: str = "",
    text: str = "",
    passed_on_to: str = "",
    chosen_option: Item | None = None,
    returns_to: Meeting | None = None,
    returns_by: date | None = None,
    corrects: CommitteeAnswer | None = None,
    reason: str = "",
    sure: bool = False,
    request_key: UUID | None = None,
) -> CommitteeAnswer:
    """Record what a committee answered at a meeting. The very same again is no new row.

    `corrects` names an answer that was recorded wrongly, and `reason` what was wrong; it leaves the state. Without an
    outcome nothing comes in its place: the answer was never given. The committee's meeting of the day was held, then. A
    meeting before the source, and one that was cancelled, are asked about (`Doubt`) unless `sure`.
    """
    permissions.check_can_answer_for(by, committee)
    item = lock(item)
    if (done := done_before(request_key)) and done.answer:
        return done.answer
    answer = CommitteeAnswer(
        item=item,
        committee=committee,
        outcome=outcome,
        meeting_date=meeting_date,
        agenda_item=danish.normalised(agenda_item),
        agenda_url=agenda_url,
        text=danish.normalised(text),
        passed_on_to=danish.normalised(passed_on_to),
        chosen_option=chosen_option,
        returns_to=returns_to,
        returns_by=returns_by,
        corrects=corrects,
        reason=danish.normalised(reason),
        recorded_by=by,
    )
    if said := check_answer(answer, sure=sure):
        return said
    checked(answer)
    if outcome:
        note_held(by=by, committee=committee, on=meeting_date, known_from=answer)
    if corrects:
        note_not_held(by=by, committee=corrects.committee, on=corrects.meeting_date, at=answer.recorded_at)
    known = refresh_standings([item])
    before, after = standing.before_and_after(answer, known[item.pk])
    record(
        act=Act.ANSWER_CORRECTED if corrects else Act.ANSWER_RECORDED,
        nature=Nature.CORRECTION if corrects else Nature.NEWS,
        by=by,
        item=item,
        committee=committee,
        on=meeting_date,
        before=before,
        after=after,
        answer=answer,
        at=answer.recorded_at,
        request_key=request_key,
    )
    return answer


def check_answer(answer: CommitteeAnswer, *, sure: bool = False) -> CommitteeAnswer | None:
    """Raise what `record_answer` would refuse, writing nothing; else give the row that says the very same, if any."""
    if problems := _problems(answer):
        raise ValidationError(problems)
    if stands := _of_the_meeting(answer):
        if _says(stands) == _says(answer):
            return stands
        raise AnsweredAlready(stands)
    require_likely(answer.item, sure=sure, meeting_date=answer.meeting_date)
    if not sure and answer.outcome and _was_cancelled(answer):
        written = {"date": answer.meeting_date.strftime("%d.%m.%Y")}
        raise Doubt({"meeting_date": _("Mødet den %(date)s står som aflyst. Holdt udvalget det alligevel?") % written})
    return None


def _was_cancelled(answer: CommitteeAnswer) -> bool:
    meetings = Meeting.objects.filter(committee=answer.committee, on=answer.meeting_date)
    return meetings.filter(state=MeetingState.CANCELLED).exists()


def _problems(answer: CommitteeAnswer) -> Problems:
    """What stands in the way of recording it: field name to sentence."""
    item, committee = answer.item, answer.committee
    corrects = cast("CommitteeAnswer | None", answer.corrects)
    problems = answer_problems(
        answer.outcome,
        text=answer.text,
        passed_on_to=answer.passed_on_to,
        agenda_url=answer.agenda_url,
        meeting_date=answer.meeting_date,
        today=timezone.localdate(),
        source_day=item.publication.exists_from,
    )
    problems |= _return_problems(answer)
    if not answer.outcome and not corrects:
        problems["outcome"] = _("Vælg udvalgets svar.")
    if not committee.exists_on(answer.meeting_date):
        problems["committee"] = _("%(committee)s fandtes ikke den %(date)s. Vælg det udvalg, der svarede.") % {
            "committee": committee.name,
            "date": answer.meeting_date.strftime("%d.%m.%Y"),
        }
    elif not ever_owned(committee, [item]):
        problems["committee"] = _("%(committee)s ejer ikke anbefalingen. Registrer ejerskabet først.") % {
            "committee": committee.name
        }
    option = answer.chosen_option
    if option and (option.kind != ItemKind.OPTION or option.parent_id != item.pk):
        problems["chosen_option"] = _("%(option)s er ikke en af mulighederne under %(item)s.") % {
            "option": option,
            "item": item,
        }
    if corrects and (corrects.item_id, corrects.committee_id) != (item.pk, committee.pk):
        problems["corrects"] = _("En rettelse skal rette det samme udvalgs svar på den samme anbefaling.")
    elif corrects and corrects.corrections.exists():
        problems["corrects"] = _("Svaret er allerede rettet. Ret den nyeste udgave.")
    elif corrects and _says(corrects) == _says(answer):
        problems["outcome"] = _("Svaret er uændret. Skriv, hvad der skulle have stået.")
    if corrects and danish.is_blank(answer.reason):
        problems["reason"] = _("Skriv, hvad der var forkert. Det vises for borgerne.")
    return problems


def _return_problems(answer: CommitteeAnswer) -> Problems:
    """What is wrong with when the committee said that it would return to the matter."""
    to = answer.returns_to
    problems = return_problems(to=to.on if to else None, by=answer.returns_by, meeting_date=answer.meeting_date)
    if (to or answer.returns_by) and not answer.outcome:
        problems["returns_to"] = _("Et svar, der tages tilbage, lover ingenting. Slet det under »Vender tilbage«.")
    elif to and to.committee_id != answer.committee_id:
        problems["returns_to"] = _("Mødet er et andet udvalgs. Vælg et af udvalgets egne møder.")
    elif to and to.state == MeetingState.CANCELLED and to != getattr(answer.corrects, "returns_to", None):
        problems["returns_to"] = _("Mødet er aflyst. Vælg et andet møde, eller skriv en dag.")
    return problems


def _of_the_meeting(answer: CommitteeAnswer) -> CommitteeAnswer | None:
    """The other answer of the same committee to the same item at the same meeting, where one stands."""
    if not answer.outcome:
        return None
    standing_ones = CommitteeAnswer.objects.known().filter(
        item=answer.item, committee=answer.committee, meeting_date=answer.meeting_date
    )
    found: CommitteeAnswer | None = standing_ones.exclude(pk=answer.corrects_id).order_by("pk").last()
    return found


SAID = (
    "outcome",
    "meeting_date",
    "agenda_item",
    "agenda_url",
    "text",
    "passed_on_to",
    "chosen_option_id",
    "returns_to_id",
    "returns_by",
)


def _says(answer: CommitteeAnswer) -> tuple[object, ...]:
    return tuple(getattr(answer, name) for name in SAID)


def ever_owned(committee: Committee, items: Collection[Item]) -> set[int]:
    """Of `items` those (ids) that the committee, or one whose word is its word too, owns or ever did; a few queries."""
    known = known_of([item.pk for item in items])
    owners = Ownership.objects.recorded().filter(item__in=list(known)).order_by()
    rows = owners.values_list("item_id", "committee_id")
    return {item for item, owner in rows if committee.pk in known[item].line(owner)}
