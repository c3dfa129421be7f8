"""The one form for an update, wherever it is filled in: with a login, or from a mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from recommendations import permissions, uploads
from recommendations.actions import (
    Conflict,
    Seen,
    correct_update,
    publish_update,
    save_draft,
    submit_update,
)
from recommendations.actions.state import done_before
from recommendations.actions.turns import in_turn
from recommendations.enums import UNPUBLISHED, EvidenceKind, Status, UpdateState
from recommendations.forms import CorrectionForm, EvidenceFormSet, UpdateForm, add_refusal
from recommendations.models import Committee, Evidence, Item, Reach, StatusUpdate
from recommendations.writing.posted import SAVE, STEP, page_key, posted, request_key, seen_by, step_key
from recommendations.writing.refusals import note_denied
from recommendations.writing.situation import Situation
from recommendations.writing.thread import by_mail_of, thread_of

SUBMIT, PUBLISH, PREVIEW = "send", "udgiv", "vis"  # the buttons that do more than save


@dataclass
class UpdateWriting:
    """A new draft of `by` about `item`, or `update` written on; a correction of `corrects`.

    What stands now is shown beside it. Saving, sending and publishing are one step: when the step is refused, nothing
    is saved and everything typed is still there.
    """

    request: HttpRequest
    by: User
    reach: Reach
    item: Item
    committees: QuerySet[Committee]
    update: StatusUpdate | None = None
    corrects: StatusUpdate | None = None

    publishes: ClassVar[bool] = False  # whether the page may, whatever the rights of who writes

    def __post_init__(self) -> None:
        typed = posted(self.request)
        form_class = CorrectionForm if self.corrects else UpdateForm
        self.form = form_class(typed, initial=self.initial(), committees=self.committees)
        self.evidence = EvidenceFormSet(
            typed,
            self.request.FILES or None,
            initial=EvidenceFormSet.initial_from(self.update or self.corrects),
            prefix="dokumentation",
        )

    def initial(self) -> dict[str, Any] | None:
        """What the form begins with."""
        if self.update:
            return (CorrectionForm if self.corrects else UpdateForm).initial_from(self.update)
        return CorrectionForm.initial_of(self.corrects) if self.corrects else None

    @property
    def step(self) -> str:
        return self.request.POST.get(STEP, SAVE)

    def carried_out(self) -> StatusUpdate | None:
        """Save the draft and do what the button said; none where something is wrong, which the form then says."""
        if not all([self.form.is_valid(), self.evidence.is_valid()]):  # both, so that all that is wrong is said at once
            return None
        try:
            with in_turn():
                key = step_key(self.request)
                done = done_before(key)
                if done and done.update and done.update.state != UpdateState.DRAFT:
                    return done.update
                saved = self._save()
                if saved.state == UpdateState.DRAFT:  # else it was all done by an earlier click
                    saved = self._move(saved, None if done else key)  # done: sent back since, and goes out once more
        except ValidationError as refused:
            note_denied(self.request, self.by, [refused])
            self.form.has_conflict = isinstance(refused, Conflict)
            if rest := self.evidence.take_refusal(refused):
                add_refusal(self.form, rest)
            return None
        return saved

    def _save(self) -> StatusUpdate:
        common: dict[str, Any] = {
            "by": self.by,
            "committee": self.form.cleaned_data["committee"],
            "draft": self.form.draft(self.evidence.contents(self.update, self.corrects)),
            "request_key": request_key(self.request),
        }
        if self.corrects:
            return correct_update(**common, update=self.corrects, rewrite=self.update)
        return save_draft(**common, item=self.item, update=self.update, seen=seen_by(self.request))

    def _move(self, saved: StatusUpdate, key: UUID | None) -> StatusUpdate:
        sure = self.form.cleaned_data["sure"]
        if self.step == SUBMIT:
            return submit_update(by=self.by, update=saved, sure=sure, request_key=key)
        if self.step == PUBLISH and self.publishes:
            return publish_update(by=self.by, update=saved, sure=sure, request_key=key)
        return saved

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def is_wrong(self) -> bool:
        """Whether something stands in the way; what is only doubted is asked about."""
        return bool(self.form.errors or self.evidence.total_error_count()) and not self.form.asks

    def context(self) -> dict[str, Any]:
        """For the templates of the form, and of what stands beside it."""
        if self.update is not None:
            self.update.refresh_from_db()
        form, corrects = self.form, self.corrects
        return {
            "title": _("Ret: %(update)s") % {"update": corrects}
            if corrects
            else _("Giv status: %(item)s") % {"item": self.item},
            "item": self.item,
            "situation": Situation.of(self.item),
            "form": form,
            "evidence": self.evidence,
            "evidence_rows": self._evidence_rows(),
            "evidence_kinds": list(EvidenceKind),
            "is_suggested": bool(self.update and not self.update.author_id and permissions.is_suggested(self.update)),
            "by_mail": by_mail_of(self.update) if self.update else [],
            "thread": thread_of(self.by, self.reach, self.update) if self.update else [],
            "cleaned": uploads.CLEANED,
            "update": self.update,
            "corrects": corrects,
            "latest": corrects or StatusUpdate.objects.latest_published(self.item),
            "seen": Seen.now(self.item, self.update),
            "noegle": page_key(self.request),
            "other_draft": self.update if form.has_conflict else None,
            "other_drafts": self._drafts_of_others(),
            "status_choices": status_choices(form["status"]),
            "invalid": self.is_wrong,
            "asks": form.asks,
        }

    def _evidence_rows(self) -> list[tuple[Any, Any]]:
        """The form of each row, with what is stored in it already, as `shown` says it."""
        stored = {
            str(row.pk): row
            for update in (self.update, self.corrects)
            if update
            for row in update.evidence.order_by("position")
        }
        found = [stored.get(str(row["stored"].value() or "")) for row in self.evidence]
        return [(row, self.shown(one) if one else None) for row, one in zip(self.evidence, found, strict=True)]

    def shown(self, evidence: Evidence) -> Any:
        """Stored evidence, for the template."""
        raise NotImplementedError

    def _drafts_of_others(self) -> list[StatusUpdate]:
        """What is being written about the same already, so that two do not do the same work unseen."""
        drafts = StatusUpdate.objects.visible_to(self.by, self.reach)
        drafts = drafts.filter(item=self.item, state__in=UNPUBLISHED, corrects=self.corrects)
        if self.update:
            drafts = drafts.exclude(pk=self.update.pk)
        return list(drafts.select_related("committee", "author").order_by("created_at", "pk"))


def status_choices(field: Any) -> list[tuple[Any, Status | None]]:
    """Each radio with the status that it stands for, whose definition and demands are shown with it."""
    return [(radio, Status(value) if (value := radio.data["value"]) in Status.values else None) for radio in field]
