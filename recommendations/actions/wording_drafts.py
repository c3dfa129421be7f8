"""The source's words, changed by two: one proposes, another reads them beside those in force, and publishes."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from recommendations import danish, permissions
from recommendations.actions import state
from recommendations.actions.turns import in_turn
from recommendations.actions.wordings import (
    ItemWords,
    WordsChange,
    in_force,
    new_wording,
    wording_of,
    write_words,
)
from recommendations.enums import UNPUBLISHED, Act, UpdateState
from recommendations.models import Item, Wording, WordingDraft


@in_turn()
def propose_words(
    *,
    by: User,
    item: Item,
    words: ItemWords,
    valid_from: date,
    reason: str = "",
    is_correction: bool = False,
    draft: WordingDraft | None = None,
    request_key: UUID | None = None,
) -> WordingDraft:
    """Send words to approval, in the place of those in force; or write `draft` anew, which is then sent again."""
    permissions.check_can_edit_words(by, item)
    item = state.lock(item)
    if (done := state.done_before(request_key)) and done.proposal:
        return done.proposal
    if draft is not None:
        draft = _locked(draft)
        _require_unpublished(draft)
        is_correction = draft.is_correction
    before = wording_of(in_force(item))
    change = WordsChange(item, before, words.normalised(), valid_from, danish.normalised(reason), is_correction)
    change.require_sound()
    new_wording(
        by=by,
        item=item,
        words=change.words,
        valid_from=valid_from,
        reason=reason,
        corrects=before if is_correction else None,
    )
    draft = draft or WordingDraft(item=item, is_correction=is_correction)
    for name, text in asdict(change.words).items():
        setattr(draft, name, text)
    draft.instead_of, draft.valid_from, draft.reason = before, valid_from, change.reason
    draft.author, draft.state, draft.version, draft.comment = by, UpdateState.SUBMITTED, draft.version + 1, ""
    state.checked(draft)
    _tell(Act.WORDS_PROPOSED, by, draft, change.changes, request_key)
    return draft


@in_turn()
def publish_words(
    *, by: User, draft: WordingDraft, version: int | None = None, request_key: UUID | None = None
) -> Wording:
    """Let the proposed words hold. `version` is the one that was read; a newer one is refused.

    Who publishes has proposed none of it, not even an administrator.
    """
    item = state.lock(draft.item)
    draft = _locked(draft)
    if done := state.done_before(request_key):
        return wording_of(done.wording)
    _require_second_person(by, draft)
    _require_submitted(draft)
    if version not in (None, draft.version):
        raise ValidationError(_("Forslaget er skrevet om, siden du åbnede siden. Læs det igen."))
    if in_force(item) != draft.instead_of:
        raise ValidationError(
            _("Ordene er ændret, siden forslaget blev skrevet. Send det retur, så det kan skrives ud fra de nye ord.")
        )
    change = change_of(draft)
    change.require_sound()
    draft.state, draft.published_by = UpdateState.PUBLISHED, by
    state.checked(draft)
    return write_words(by=by, author=draft.author, change=change, request_key=request_key, proposal=draft)


@in_turn()
def return_words(*, by: User, draft: WordingDraft, comment: str, request_key: UUID | None = None) -> WordingDraft:
    """Send proposed words back to who wrote them, with a comment, which the log keeps."""
    draft = _locked(draft)
    if state.done_before(request_key):
        return draft
    _require_second_person(by, draft)
    _require_submitted(draft)
    if danish.is_blank(comment):
        raise ValidationError({"comment": _("Skriv, hvad der skal ændres, før du sender forslaget retur.")})
    draft.state, draft.comment = UpdateState.DRAFT, danish.normalised(comment)
    state.checked(draft)
    _tell(Act.WORDS_RETURNED, by, draft, {"comment": ["", draft.comment]}, request_key)
    return draft


@in_turn()
def discard_words(*, by: User, draft: WordingDraft, request_key: UUID | None = None) -> WordingDraft:
    """Throw a proposal away: what it said is in the log alone."""
    permissions.check_can_edit_words(by, draft.item)
    draft = _locked(draft)
    if state.done_before(request_key):
        return draft
    _require_unpublished(draft)
    draft.state = UpdateState.DISCARDED
    state.checked(draft)
    _tell(Act.WORDS_DISCARDED, by, draft, {}, request_key)
    return draft


def change_of(draft: WordingDraft) -> WordsChange:
    """What the proposal changes, of the words that it was written in the place of."""
    return WordsChange(
        item=draft.item,
        before=draft.instead_of,
        words=ItemWords.of(draft),
        valid_from=draft.valid_from,
        reason=draft.reason,
        is_correction=draft.is_correction,
    )


def _locked(draft: WordingDraft) -> WordingDraft:
    rows = WordingDraft.objects.select_for_update(of=("self",)).select_related("item__publication", "instead_of")
    found: WordingDraft = rows.select_related("author").get(pk=draft.pk)
    return found


def _require_unpublished(draft: WordingDraft) -> None:
    if draft.state not in UNPUBLISHED:
        raise ValidationError(
            _("Forslaget er allerede »%(state)s«. Skriv et nyt.") % {"state": draft.get_state_display()}
        )


def _require_submitted(draft: WordingDraft) -> None:
    if draft.state != UpdateState.SUBMITTED:
        raise ValidationError(
            _("Forslaget er allerede »%(state)s«. Genindlæs siden for at se det.")
            % {"state": draft.get_state_display()}
        )


def _require_second_person(by: User, draft: WordingDraft) -> None:
    permissions.check_can_edit_words(by, draft.item, of_the_source=True)
    try:
        permissions.check_can_publish_words(by, draft)
    except PermissionDenied as refused:  # who may approve is no stranger here: it is said on the page
        raise ValidationError(str(refused)) from refused


def _tell(act: Act, by: User, draft: WordingDraft, details: dict[str, list[str]], request_key: UUID | None) -> None:
    state.record(
        act=act,
        by=by,
        item=draft.item,
        on=draft.valid_from,
        details=details,
        digest_of=draft,
        proposal=draft,
        request_key=request_key,
    )
