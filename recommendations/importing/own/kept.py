"""What a draft said before a file changed it: kept in the batch, to be put back when that is undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from recommendations.actions import AnswerEntry, EvidenceContent, MeetingAnswers, UpdateDraft, rows_of
from recommendations.importing.own.stands import kept, proofs_of
from recommendations.models import AnswerDraft, Item, Meeting, StatusUpdate

TEXTS = ("kind", "status", "text", "decided_by", "next_step")
DAYS = ("on", "decided_on", "next_step_on")
PROOF = ("title", "url", "case_number", "pages", "kind")
COMMON = ("outcome", "agenda_item", "agenda_url", "text", "passed_on_to")


def update_before(update: StatusUpdate | None) -> dict[str, Any] | None:
    """A draft as JSON; none where there was none."""
    if update is None:
        return None
    return {
        "state": update.state,
        "version": update.version,
        "next_step_meeting": update.next_step_meeting_id,
        **{name: getattr(update, name) for name in TEXTS},
        **{name: _iso(getattr(update, name)) for name in DAYS},
        "evidence": [
            {name: getattr(proof, name) for name in PROOF} | {"file": proof.file.name or ""}
            for proof in proofs_of(update)
        ],
    }


def draft_before(said: Mapping[str, Any], update: StatusUpdate) -> UpdateDraft:
    """What `update_before` kept, as it is typed. Files that the draft still has are the same files."""
    files = {proof.file.name: proof for proof in update.evidence.order_by("position") if proof.file}
    meeting = Meeting.objects.filter(pk=said["next_step_meeting"]).first() if said["next_step_meeting"] else None
    words: dict[str, Any] = {name: said[name] for name in TEXTS} | {name: _day(said[name]) for name in DAYS}
    return UpdateDraft(
        **words,
        next_step_meeting=meeting,
        evidence=[
            kept(files[one["file"]]) if one["file"] in files else EvidenceContent(**{name: one[name] for name in PROOF})
            for one in said["evidence"]
        ],
    )


@dataclass(frozen=True)
class AnswersBefore:
    """A draft of a meeting's answers: each item with all that is said of it, and the draft as JSON."""

    entries: dict[Item, AnswerEntry]
    as_json: dict[str, Any]


def answers_before(draft: AnswerDraft) -> AnswersBefore:
    rows = rows_of(draft)
    said = {name: getattr(draft, name) for name in COMMON}
    return AnswersBefore(
        {row.item: AnswerEntry(**row.as_answer()) for row in rows},
        {
            **said,
            "state": draft.state,
            "version": draft.version,
            "meeting_date": _iso(draft.meeting_date),
            "returns_to": draft.returns_to_id,
            "returns_by": _iso(draft.returns_by),
            "is_sure": draft.is_sure,
            "rows": [[row.item_id, row.outcome, row.text, row.passed_on_to] for row in rows],
        },
    )


def answers_again(said: Mapping[str, Any]) -> MeetingAnswers:
    """What `answers_before` kept, as it is typed."""
    items = Item.objects.select_related("publication", "wording").in_bulk([row[0] for row in said["rows"]])
    return MeetingAnswers(
        {items[pk]: AnswerEntry(*words) for pk, *words in said["rows"] if pk in items},
        **{name: said[name] for name in COMMON},
        meeting_date=_day(said["meeting_date"]),
        returns_to=Meeting.objects.filter(pk=said["returns_to"]).first() if said["returns_to"] else None,
        returns_by=_day(said["returns_by"]),
        is_sure=said["is_sure"],
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
