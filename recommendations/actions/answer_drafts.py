"""The answers of one meeting about many items: written by whoever has the minutes, published by an approver.

Nothing of it is public before it is published; then each item has its own answer (`record_answer`), or none has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from recommendations import danish, permissions
from recommendations.actions.answers import check_answer, ever_owned, record_answer
from recommendations.actions.drafts import Conflict
from recommendations.actions.many import each, raise_refusals, require_a_fair_number
from recommendations.actions.state import changed_fields, checked, done_before, lock_all, record
from recommendations.actions.turns import in_turn
from recommendations.answers import ANSWERABLE
from recommendations.enums import UNPUBLISHED, Act, UpdateState
from recommendations.lifecycle import can_move
from recommendations.models import AnswerDraft, AnswerDraftRow, Committee, CommitteeAnswer, Item, Meeting, recorded


@dataclass(frozen=True)
class AnswerEntry:
    """What differs about one item from what all have in common; empty where nothing does."""

    outcome: str = ""
    text: str = ""
    passed_on_to: str = ""


@dataclass(frozen=True)
class MeetingAnswers:
    """What somebody typed of a meeting. `is_sure`: an unlikely day has been looked at and is right."""

    items: Mapping[Item, AnswerEntry]
    outcome: str = ""
    meeting_date: date | None = None
    agenda_item: str = ""
    agenda_url: str = ""
    text: str = ""
    passed_on_to: str = ""
    returns_to: Meeting | None = None
    returns_by: date | None = None
    is_sure: bool = field(default=False, kw_only=True)


@in_turn()
def save_answer_draft(
    *,
    by: User,
    committee: Committee,
    answers: MeetingAnswers,
    draft: AnswerDraft | None = None,
    version: int | None = None,
    request_key: UUID | None = None,
) -> AnswerDraft:
    """Write a new draft, or `draft` anew; a submitted one becomes a draft again.

    With `version`, the one that was seen, a `Conflict` is raised when somebody has saved it since. Only what nobody
    could ever publish is refused here; the rest is asked for on submission.
    """
    permissions.check_can_draft_answers(by, committee)
    require_a_fair_number(answers.items)
    _require_answerable(committee, answers.items)
    if (done := done_before(request_key)) and done.answer_draft:
        return done.answer_draft
    before: dict[str, str] = {}
    old = None
    if draft is None:
        draft = AnswerDraft(committee=committee, author=by)
    else:
        draft, old = _locked(draft), _locked(draft)
        permissions.check_can_draft_answers(by, draft.committee)
        _require(draft.state in UNPUBLISHED, draft)
        if version is not None and version != draft.version:
            raise Conflict(
                _(
                    "En anden har gemt i den samme kladde, mens du skrev. Det, du har skrevet, står her stadig; se den "
                    "andens, og vælg, hvad der skal stå."
                )
            )
        before = _in_words(draft)
    draft.committee, draft.state, draft.submitted_at = committee, UpdateState.DRAFT, None
    draft.version, draft.is_sure = draft.version + 1, answers.is_sure
    draft.outcome, draft.meeting_date, draft.agenda_url = answers.outcome, answers.meeting_date, answers.agenda_url
    draft.agenda_item, draft.text = danish.normalised(answers.agenda_item), danish.normalised(answers.text)
    draft.passed_on_to = danish.normalised(answers.passed_on_to)
    draft.returns_to, draft.returns_by = answers.returns_to, answers.returns_by
    checked(draft)
    _write_rows(draft, answers.items)
    after = _in_words(draft)
    rows = {name: [before.get(name, ""), after[name]] for name in after if before.get(name, "") != after[name]}
    return _told(draft, Act.ANSWERS_DRAFTED, by, request_key, details=changed_fields(old, draft) | rows)


def _require_answerable(committee: Committee, items: Mapping[Item, AnswerEntry]) -> None:
    problems = answering_problems(committee, list(items))
    raise_refusals({item: ValidationError(problems[item.pk]) for item in items if item.pk in problems}, len(items))


def answering_problems(committee: Committee, items: Collection[Item]) -> dict[int, str]:
    """Item (id) -> why the committee cannot answer it, whatever it says."""
    owned = ever_owned(committee, items)
    problems = {}
    for item in items:
        words = {"item": item, "committee": committee.name}
        if item.kind not in ANSWERABLE:
            problems[item.pk] = _("%(item)s er ikke noget, et udvalg svarer på.") % words
        elif item.pk not in owned:
            problems[item.pk] = _("%(committee)s ejer ikke %(item)s.") % words
    return problems


def _write_rows(draft: AnswerDraft, items: Mapping[Item, AnswerEntry]) -> None:
    draft.rows.all().delete()
    AnswerDraftRow.objects.bulk_create(
        AnswerDraftRow(
            draft=draft,
            item=item,
            outcome=entry.outcome,
            text=danish.normalised(entry.text),
            passed_on_to=danish.normalised(entry.passed_on_to),
        )
        for item, entry in items.items()
    )


def rows_of(draft: AnswerDraft) -> list[AnswerDraftRow]:
    """What it answers, in the order of the sources; two queries."""
    rows = draft.rows.select_related("item__publication", "item__wording")
    found = list(rows.order_by("item__publication__position", "item__publication__slug", "item__path"))
    for row in found:
        row.draft = draft
    return found


def _in_words(draft: AnswerDraft) -> dict[str, str]:
    """What the rows say, for the log."""
    rows = rows_of(draft)
    own = [
        f"{row.item.number}: {row.get_outcome_display()} {row.text}".strip() for row in rows if row.outcome or row.text
    ]
    return {"answered": ", ".join(row.item.number for row in rows), "different": "\n".join(own)}


@in_turn()
def submit_answer_draft(*, by: User, draft: AnswerDraft) -> AnswerDraft:
    """Send it to approval; everything that recording each answer demands must be there."""
    draft = _locked(draft)
    permissions.check_can_draft_answers(by, draft.committee)
    _require(can_move(draft.state, UpdateState.SUBMITTED), draft)
    rows = rows_of(draft)
    said = {row.item: _facts(draft) | row.as_answer() for row in rows}
    each(
        said,
        lambda item, _key: check_answer(
            CommitteeAnswer(item=item, committee=draft.committee, **said[item]), sure=draft.is_sure
        ),
        None,
    )
    draft.state, draft.submitted_at, draft.review_comment = UpdateState.SUBMITTED, recorded.now(), ""
    checked(draft)
    return _told(draft, Act.ANSWERS_SUBMITTED, by)


@in_turn()
def return_answer_draft(*, by: User, draft: AnswerDraft, comment: str, request_key: UUID | None = None) -> AnswerDraft:
    """Send it back to the committee's people with a comment, which the log keeps."""
    draft = _locked(draft)
    permissions.check_can_answer_for(by, draft.committee)
    if done_before(request_key):
        return draft
    if draft.state != UpdateState.SUBMITTED:
        raise ValidationError(_("Kun svar, der er sendt til godkendelse, kan sendes retur."))
    if danish.is_blank(comment):
        raise ValidationError({"comment": _("Skriv, hvad der skal ændres, før du sender svarene retur.")})
    draft.state, draft.submitted_at = UpdateState.DRAFT, None
    draft.review_comment = danish.normalised(comment)
    checked(draft)
    comment_kept = {"review_comment": ["", draft.review_comment]}
    return _told(draft, Act.ANSWERS_RETURNED, by, request_key, details=comment_kept)


@in_turn()
def discard_answer_draft(*, by: User, draft: AnswerDraft, request_key: UUID | None = None) -> AnswerDraft:
    """Throw it away: what it said is in the log alone."""
    draft = _locked(draft)
    permissions.check_can_draft_answers(by, draft.committee)
    if done_before(request_key):
        return draft
    _require(can_move(draft.state, UpdateState.DISCARDED), draft)
    draft.state = UpdateState.DISCARDED
    checked(draft)
    return _told(draft, Act.ANSWERS_DISCARDED, by, request_key)


@in_turn()
def publish_answer_draft(
    *, by: User, draft: AnswerDraft, version: int | None = None, request_key: UUID | None = None
) -> AnswerDraft:
    """Record one answer for each item, all or none (`RowsRefused`). An approver may publish what they wrote themselves.

    With `version`, the one that was looked at, a `Conflict` is raised when somebody has saved it since.
    """
    draft = _locked(draft)
    permissions.check_can_answer_for(by, draft.committee)
    if done_before(request_key):
        return draft
    _require(can_move(draft.state, UpdateState.PUBLISHED), draft)
    if version is not None and version != draft.version:
        raise Conflict(
            _("En anden har gemt i kladden, siden du åbnede siden. Se den igennem, og registrer svarene igen.")
        )
    rows = rows_of(draft)
    lock_all([row.item for row in rows])
    said = {row.item: _facts(draft) | row.as_answer() for row in rows}
    each(
        said,
        lambda item, key: record_answer(
            by=by, item=item, committee=draft.committee, sure=draft.is_sure, request_key=key, **said[item]
        ),
        request_key,
    )
    draft.state, draft.published_at = UpdateState.PUBLISHED, recorded.now()
    checked(draft)
    return _told(draft, Act.ANSWERS_PUBLISHED, by, request_key)


def _facts(draft: AnswerDraft) -> dict[str, Any]:
    """What of the meeting all its answers say alike."""
    if draft.meeting_date is None:
        raise ValidationError({"meeting_date": _("Skriv, hvilken dag mødet blev holdt.")})
    return {
        "meeting_date": draft.meeting_date,
        "agenda_item": draft.agenda_item,
        "agenda_url": draft.agenda_url,
        "returns_to": draft.returns_to,
        "returns_by": draft.returns_by,
    }


def _locked(draft: AnswerDraft) -> AnswerDraft:
    found: AnswerDraft = (
        AnswerDraft.objects.select_for_update(of=("self",)).select_related("committee", "returns_to").get(pk=draft.pk)
    )
    return found


def _require(allowed: bool, draft: AnswerDraft) -> None:
    """What is published or thrown away goes nowhere."""
    if not allowed:
        raise ValidationError(
            _("Svarene er allerede »%(state)s«. Genindlæs siden for at se dem.") % {"state": draft.get_state_display()}
        )


def _told(
    draft: AnswerDraft, act: Act, by: User, request_key: UUID | None = None, details: dict[str, list[str]] | None = None
) -> AnswerDraft:
    record(
        act=act,
        by=by,
        committee=draft.committee,
        on=draft.meeting_date,
        answer_draft=draft,
        details=details or {},
        request_key=request_key,
    )
    return draft
