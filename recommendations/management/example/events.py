"""The events of made-up rows: what the actions would have written of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model

from recommendations import standing, tenancy
from recommendations.actions.state import digest
from recommendations.actions.updates import PUBLISHING
from recommendations.enums import Act, Nature, UpdateKind
from recommendations.models import (
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Event,
    Ownership,
    Publication,
    StatusUpdate,
    Wording,
)

# What an event calls the row it is about.
POINTERS: dict[type[Model], str] = {
    StatusUpdate: "update",
    CommitteeAnswer: "answer",
    Deadline: "deadline",
    DoneWhen: "criterion",
    Ownership: "ownership",
    Wording: "wording",
}


def events_of(row: Model, known: Mapping[int, standing.Known], by: User) -> Iterator[Event]:
    """The events of one row; none where the actions write none. `known` is what is known of each item (id).

    `by` did what the row itself says nobody did.
    """
    by = getattr(row, "published_by", None) or getattr(row, "recorded_by", None) or by
    news = Nature.CORRECTION if getattr(row, "corrects_id", None) else Nature.NEWS
    match row:
        case Publication():
            for act in (Act.SOURCE_ADDED, Act.SOURCE_OPENED):
                yield _event(act, None, at=row.public_at, by=by, publication=row)
        case StatusUpdate(published_at=None):
            yield _event(Act.DRAFT_SAVED, row, at=row.created_at, by=row.author, on=row.on)
            if row.submitted_at:
                yield _event(Act.DRAFT_SUBMITTED, row, at=row.submitted_at, by=row.author, on=row.on)
            if row.review_comment:
                then = row.created_at + timedelta(hours=1)
                yield _event(Act.DRAFT_SUBMITTED, row, at=row.created_at, by=row.author, on=row.on)
                yield _event(
                    Act.DRAFT_RETURNED,
                    row,
                    at=then,
                    by=by,
                    on=row.on,
                    details={"review_comment": ["", row.review_comment]},
                )
        case StatusUpdate():
            act, nature = PUBLISHING[UpdateKind(row.kind)]
            yield _event(act, row, nature, at=row.published_at, by=by, on=row.on, **_change(row, known))
        case CommitteeAnswer():
            act = Act.ANSWER_CORRECTED if row.corrects_id else Act.ANSWER_RECORDED
            yield _event(act, row, news, by=by, on=row.meeting_date, **_change(row, known))
        case Deadline():
            moved = Act.DEADLINE_MOVED if row.reason else Act.DEADLINE_SET
            act = Act.DEADLINE_CORRECTED if row.corrects_id else moved
            yield _event(act, row, news, by=by, on=row.set_on, **_change(row, known))
        case DoneWhen():
            act = Act.CRITERION_REWORDED if row.reason else Act.CRITERION_SET
            yield _event(act, row, news, by=by, on=row.set_on)
        case Ownership(succession=None, replaces=None):
            yield _event(Act.OWNER_ADDED, row, by=by, on=row.valid_from, after=row.committee.code)
        case Ownership(succession=None) if row.reason:
            yield _event(Act.OWNER_CORRECTED, row, Nature.CORRECTION, by=by, on=row.valid_from)
        case Ownership() if row.succession:
            before = row.succession.predecessor.code
            about = {"on": row.valid_from, "before": before, "after": row.committee.code}
            yield _event(Act.HANDED_OVER, row, Nature.NEWS, by=by, **about)
        case Wording() if row.reason:
            act = Act.WORDS_CORRECTED if row.corrects_id else Act.REWORDED
            yield _event(act, row, news, by=by, on=row.valid_from)


def _change(row: StatusUpdate | CommitteeAnswer | Deadline, known: Mapping[int, standing.Known]) -> dict[str, str]:
    before, after = standing.before_and_after(row, known[row.item_id])
    return {"before": before, "after": after}


def _event(act: Act, row: Any, nature: Nature = Nature.HOUSEKEEPING, **about: Any) -> Event:
    if row is not None:
        about = {"at": getattr(row, "recorded_at", None), "committee": getattr(row, "committee", None)} | about
        about |= {"item": row.item, "publication": row.item.publication, POINTERS[type(row)]: row}
        about["digest"] = digest(row)
    return Event(municipality=tenancy.current(), act=act, nature=nature, **about)
