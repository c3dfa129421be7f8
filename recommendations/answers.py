"""The grid of answers: who owes one, who has given which, and what was said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from recommendations.enums import Outcome
from recommendations.lifecycle import days_after
from recommendations.models import Committee, CommitteeAnswer, Lineage, Ownership


@dataclass(frozen=True)
class Earlier:
    """An answer that no longer stands: corrected by a later row, or followed by a newer answer."""

    answer: CommitteeAnswer
    is_corrected: bool


@dataclass(frozen=True)
class AnswerCell:
    """One committee and its answer to one recommendation; `answer` is empty where none has been registered."""

    committee: Committee
    owns: bool
    role: str
    answer: CommitteeAnswer | None
    earlier: tuple[Earlier, ...]
    days: int | None = None  # from the hand-over to the meeting, or until today while there is no answer

    @property
    def promises_nothing(self) -> bool:
        """Noted only: the page says in words that nothing was promised."""
        return self.answer is not None and self.answer.outcome == Outcome.NOTED

    @property
    def from_predecessor(self) -> bool:
        """The answer was given by a committee that this one took over from."""
        return self.answer is not None and self.answer.committee_id != self.committee.pk


def answer_grid(
    owners: Iterable[Ownership],
    answers: Iterable[CommitteeAnswer],
    lineage: Lineage,
    *,
    day: date,
    handed_over_on: date | None = None,
) -> list[AnswerCell]:
    """A cell for every owner, and one for every other committee that has answered.

    An answer stands for its committee and for those that took over from it: the same rule as `with_answered` in SQL.
    """

    def cell(committee: Committee, role: str, given: list[CommitteeAnswer]) -> AnswerCell:
        standing = next((answer for answer in given if answer.pk not in corrected), None)
        earlier = tuple(Earlier(answer, answer.pk in corrected) for answer in given if answer != standing)
        until = standing.meeting_date if standing else day
        return AnswerCell(committee, bool(role), role, standing, earlier, days_after(handed_over_on, until))

    answers = list(answers)
    corrected = {answer.corrects_id for answer in answers if answer.corrects_id}
    given = sorted(
        (answer for answer in answers if answer.meeting_date <= day),
        key=lambda answer: (answer.meeting_date, answer.recorded_at, answer.pk),
        reverse=True,
    )
    cells, placed = [], set()
    for owner in owners:
        line = lineage.with_predecessors(owner.committee_id)
        theirs = [answer for answer in given if answer.committee_id in line]
        placed |= {answer.pk for answer in theirs}
        cells.append(cell(owner.committee, str(owner.get_role_display()), theirs))
    others = defaultdict(list)
    for answer in given:
        if answer.pk not in placed:
            others[answer.committee].append(answer)
    return cells + [cell(committee, "", theirs) for committee, theirs in others.items()]
