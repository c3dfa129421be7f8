"""What the report to a meeting will hold, in numbers, each with the rows that it is the number of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recommendations.meetings import coming_up
from recommendations.reports.changes import changes
from recommendations.reports.choices import Choices
from recommendations.reports.lines import ReportLine, lines


@dataclass(frozen=True)
class ContentRow:
    """One item: what it is called, where citizens read of it, and in words why it stands here."""

    item: int
    number: str
    words: str
    address: str
    why: str = ""


@dataclass(frozen=True)
class MeetingContents:
    """What comes before the committee; each list by source and place, each item once in it.

    `due` has a deadline from the day of the report to the meeting, `overdue` one before that day; both still open.
    `promised` was promised to the meeting, or to an earlier day and has not come. `changed` has news since the report
    to the last held meeting. `unanswered` owes the committee's answer.
    """

    due: tuple[ContentRow, ...]
    overdue: tuple[ContentRow, ...]
    promised: tuple[ContentRow, ...]
    changed: tuple[ContentRow, ...]
    unanswered: tuple[ContentRow, ...]


def contents_of(choices: Choices) -> MeetingContents:
    """What the report of these choices will hold: to a meeting, with the report that changes are counted from found."""
    assert choices.meeting is not None
    meeting, selection, before = choices.meeting.meeting, choices.selection, choices.before()
    asked = selection.replaced(since=None)
    found = [line for model in choices.models for line in lines(model, asked, own=meeting.committee)]
    coming = coming_up(meeting, as_of=selection.day, known_at=selection.known_at)
    with_deadline: list[Any] = [*coming.due, *coming.overdue]
    due = {item.pk: _until(item.state_due_on) for item in with_deadline}
    late = {line.item: _until(line.due_on) for line in found if line.is_open and line.is_overdue}
    promised = {one.item_id: one.words for one in (*coming.promised, *coming.broken) if not one.is_kept}
    changed: dict[int, str] = {}
    for change in changes(asked, before, choices.models, found).news if before else ():
        changed.setdefault(change.line.item, change.what)
    unanswered = {line.item: "" for line in found if line.is_counted and line.unanswered}
    return MeetingContents(
        due=_rows(found, {item: why for item, why in due.items() if item not in late}),
        overdue=_rows(found, late),
        promised=_rows(found, promised),
        changed=_rows(found, changed),
        unanswered=_rows(found, unanswered),
    )


def _until(day: date | None) -> str:
    return _("Frist %(day)s") % {"day": date_format(day)} if day else ""


def _rows(found: Iterable[ReportLine], wanted: Mapping[int, str]) -> tuple[ContentRow, ...]:
    """Of the lines those that are wanted, item (id) -> why, in the order of the report."""
    return tuple(
        ContentRow(line.item, line.code, f"{line.code} {line.title}", line.address, wanted[line.item])
        for line in found
        if line.item in wanted
    )
