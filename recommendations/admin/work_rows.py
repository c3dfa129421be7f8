"""The rows of »Mit arbejde«: what each is about, what is known in a sentence or two, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations import permissions
from recommendations.admin.answer_requests import anchor_of
from recommendations.admin.base import item_url, update_url
from recommendations.admin.queues import QueueName, QueueScope, WaitingItem
from recommendations.answer_requests import Silence
from recommendations.enums import WRITERS, RequestStep, Role, UpdateState
from recommendations.lifecycle import is_closed
from recommendations.models import AnswerDraft, Assignment, ErrorReport, Item, Standing, StatusUpdate, WordingDraft
from recommendations.models.membership import name_of


@dataclass(frozen=True)
class QueueStep:
    """Something the user can do with a row."""

    text: str
    url: str
    is_first: bool = False


@dataclass(frozen=True)
class QueueRow:
    """What a row says: its title (and where that leads), where it belongs, a status, and sentences.

    `comment` is what somebody else has written about it, `note` what stands in the way.
    """

    title: str
    steps: list[QueueStep]
    url: str = ""
    belongs: list[str] = field(default_factory=list)
    status: str = ""
    sentences: list[str] = field(default_factory=list)
    comment: str = ""
    note: str = ""


@dataclass
class RowMaker:
    """Makes rows of what was read for all queues of one user."""

    scope: QueueScope
    items: Mapping[int, Any]  # with state and words, by id
    cells: Mapping[int, list[Standing]]  # by item (id): how it stands for each of its owners
    drafts: Mapping[int, StatusUpdate]  # by item (id): what has been begun and not sent
    rights: permissions.ActingRights
    names_committees: bool  # whether the user deals with several

    def row(self, queue: QueueName, found: Any) -> QueueRow:
        """The row of what a queue holds: an item, an update, a report, a draft, what was declined, who is silent."""
        if isinstance(found, WaitingItem):
            make = {QueueName.ENDED: self._ended, QueueName.NOBODY: self._unkept}.get(queue, self._item)
            return make(queue, found)
        makers: dict[type[Any], Callable[[Any], QueueRow]] = {
            StatusUpdate: self._update,
            ErrorReport: self._report,
            AnswerDraft: self._answers,
            WordingDraft: self._words,
            Assignment: self._declined,
            Silence: self._silence,
        }
        return makers[type(found)](found)

    # --- items --------------------------------------------------------------------------------------------------------

    def _item(self, queue: QueueName, found: WaitingItem) -> QueueRow:
        item, cells = self.items[found.pk], self.cells[found.pk]
        cell = _most_urgent(queue, [one for one in cells if one.committee_id in self.scope.committees])
        draft = self.drafts.get(item.pk)
        steps = []
        if self.rights.committees(item, *WRITERS):
            steps.append(_first_step(item, draft))
            if cell and cell.status and draft is None:
                steps.append(QueueStep(_("Bekræft: stadig korrekt"), item_url(item, "confirm")))
        else:
            steps.append(QueueStep(_("Læs"), item_url(item)))
        return self._about(
            item,
            steps,
            self._names(_owners(cells)),
            status=cell.get_status_display() if cell and cell.status else "",
            sentences=self._known(queue, found, item, cell),
            note=_begun_by(draft) if draft else "",
        )

    def _known(self, queue: QueueName, found: WaitingItem, item: Any, cell: Standing | None) -> list[str]:
        """What is known of it, the reason why it stands in the queue first."""
        today, told = self.scope.today, []
        if queue == QueueName.PROMISED and found.since:
            told.append(_("Lovet til %(day)s: %(step)s") % {"day": date_format(found.since), "step": found.promise})
        if item.state_due_on and item.state_due_on < today:
            told.append(
                _("Frist %(day)s, %(late)s.") % {"day": date_format(item.state_due_on), "late": late(item, today)}
            )
        if cell is None or not cell.status:
            told.append(_("Ingen status registreret."))
        elif cell.status_on:
            told.append(_("Siden %(day)s.") % {"day": date_format(cell.status_on)})
        if cell and cell.fresh_on and queue == QueueName.STALE:
            silent = (today - cell.fresh_on).days
            heard = {"day": date_format(cell.fresh_on), "days": localize(silent)}
            told.append(
                ngettext(
                    "Senest opdateret for %(days)s dag siden.", "Senest opdateret for %(days)s dage siden.", silent
                )
                % heard
                if cell.fresh_on == cell.status_on
                else ngettext(
                    "Senest opdateret %(day)s, for %(days)s dag siden.",
                    "Senest opdateret %(day)s, for %(days)s dage siden.",
                    silent,
                )
                % heard
            )
        if queue in (QueueName.NO_STATUS, QueueName.NOBODY) and found.since:
            told.append(_("Udvalgets ansvar siden %(day)s.") % {"day": date_format(found.since)})
        return told

    def _unkept(self, queue: QueueName, found: WaitingItem) -> QueueRow:
        row = self._item(queue, found)
        step = QueueStep(_("Se, hvem der dækker udvalget"), reverse("coverage"), is_first=True)
        told = _("Ingen, der må skrive om den, kan få mail.")
        return replace(row, steps=[step], sentences=[told, *row.sentences])

    def _ended(self, queue: QueueName, found: WaitingItem) -> QueueRow:
        item, owners = self.items[found.pk], _owners(self.cells[found.pk])
        ended = [committee for committee in self.scope.every if committee.pk in self.scope.ended & owners]
        step, note = QueueStep(_("Læs"), item_url(item)), ""
        if permissions.can_administer(self.scope.user):
            hand_over = reverse("admin:recommendations_committee_hand_over", args=[ended[0].pk])
            step = QueueStep(_("Registrer, hvem der har overtaget"), hand_over, is_first=True)
        else:
            note = _("Bed en administrator registrere, hvem der har overtaget.")
        told = [
            _("%(name)s ophørte %(day)s.") % {"name": one.name, "day": date_format(one.valid_to)}
            for one in ended
            if one.valid_to
        ]
        return self._about(item, [step], self._names(owners), sentences=told, note=note)

    # --- what somebody has written ------------------------------------------------------------------------------------

    def _update(self, update: Any) -> QueueRow:
        note = ""
        if update.state == UpdateState.SUBMITTED and self._approves(update) and update.is_blocked:
            step = QueueStep(_("Se opdateringen"), update_url(update))
            note = _("Du har selv skrevet i den. En anden godkender skal udgive den.")
        elif update.state == UpdateState.SUBMITTED and self._approves(update):
            step = QueueStep(_("Godkend"), update_url(update), is_first=True)
        elif update.state == UpdateState.SUBMITTED:
            step = QueueStep(_("Se opdateringen"), update_url(update))
        elif self.scope.reach.is_superuser or update.committee_id in self.scope.reach.committees(*WRITERS):
            step = QueueStep(_("Skriv videre på kladden"), update_url(update), is_first=True)
        else:
            step = QueueStep(_("Læs kladden"), update_url(update))
        told = [_("Gælder %(day)s.") % {"day": date_format(update.on)}]
        if update.author:
            words = _("Skrevet af %(name)s, som er holdt op.") if update.author_has_left else _("Skrevet af %(name)s.")
            told.append(words % {"name": name_of(update.author)})
        elif update.is_suggested:
            told.append(_("Sendt ind af en borger. Gem den i dit eget navn, før den kan udgives."))
        if update.submitted_at:
            told.append(_("Sendt til godkendelse %(day)s.") % {"day": _moment(update.submitted_at)})
        return self._about(
            update.item,
            [step],
            self._names([update.committee_id] if update.committee_id else []),
            status=update.label,
            sentences=[*told, _short(update.text)],
            comment=update.review_comment,
            note=note,
        )

    def _approves(self, update: StatusUpdate) -> bool:
        """`permissions.can_approve` by the reach that was read once."""
        return self.scope.reach.is_superuser or update.committee_id in self.scope.reach.committees(Role.APPROVER)

    def _report(self, report: ErrorReport) -> QueueRow:
        address = reverse("admin:recommendations_errorreport_change", args=[report.pk])
        steps = [QueueStep(_("Læs meldingen"), address, is_first=True)]
        told = [_short(report.text), _("Sendt %(day)s.") % {"day": _moment(report.sent_at)}]
        if report.item:
            return self._about(report.item, steps, [], sentences=told)
        return QueueRow(report.where or _("Siderne i almindelighed"), steps, sentences=told)

    def _answers(self, draft: Any) -> QueueRow:
        waits = draft.state == UpdateState.SUBMITTED
        step = QueueStep(
            _("Se og udgiv svarene") if waits else _("Skriv videre på svarene"),
            reverse("answer_draft", args=[draft.pk]),
            is_first=True,
        )
        rows = ngettext("Svar på %(count)s række.", "Svar på %(count)s rækker.", draft.row_count)
        told = [
            rows % {"count": draft.row_count},
            _("Skrevet af %(name)s.") % {"name": name_of(draft.author)},
        ]
        return QueueRow(
            str(draft),
            [step],
            belongs=self._names([draft.committee_id]),
            status=draft.get_state_display(),
            sentences=told,
            comment=draft.review_comment,
        )

    def _words(self, draft: Any) -> QueueRow:
        address = reverse("admin:recommendations_wordingdraft_change", args=[draft.pk])
        returned, own = draft.state == UpdateState.DRAFT, draft.has_proposed or draft.author_id == self.scope.user.pk
        note = "" if returned or not own else _("Du har selv skrevet forslaget. En anden skal udgive det.")
        if returned:
            step = QueueStep(_("Skriv videre på forslaget"), address, is_first=True)
        elif own:
            step = QueueStep(_("Se forslaget"), address)
        else:
            step = QueueStep(_("Godkend"), address, is_first=True)
        told = [
            _("Skrevet af %(name)s %(day)s.") % {"name": name_of(draft.author), "day": _moment(draft.created_at)},
            _short(draft.reason),
        ]
        return self._about(draft.item, [step], [], sentences=told, comment=draft.comment, note=note)

    def _declined(self, assignment: Assignment) -> QueueRow:
        step = QueueStep(_("Giv til en medarbejder"), item_url(assignment.item, "assign"), is_first=True)
        return self._about(
            assignment.item,
            [step],
            self._names([assignment.committee_id]),
            sentences=[declined_words(assignment)],
            comment=assignment.note,
        )

    def _silence(self, silence: Silence) -> QueueRow:
        address = f"{reverse('silent_committees')}#{anchor_of(silence)}"
        coming = silence.step_now
        told = [
            ngettext(
                "%(count)s anbefaling uden et registreret svar.",
                "%(count)s anbefalinger uden et registreret svar.",
                silence.owed,
            )
            % {"count": localize(silence.owed)}
        ]
        steps = []
        if coming:
            is_letter = coming.step == RequestStep.LETTER
            words = _("Se brevet, og send det") if is_letter else _("Se linjen, og sæt den på siderne")
            steps.append(QueueStep(words, address, is_first=True))
            told.append(_("Det kan gøres siden %(day)s.") % {"day": date_format(coming.due_on)})
        return QueueRow(silence.publication.title, steps, address, [silence.committee.name], sentences=told)

    # --- words --------------------------------------------------------------------------------------------------------

    def _about(self, item: Item, steps: list[QueueStep], committees: Sequence[str], **said: Any) -> QueueRow:
        title = f"{item.printed_number} {item.title}".strip()
        said["sentences"] = [sentence for sentence in said["sentences"] if sentence]
        return QueueRow(title, steps, item_url(item), [item.publication.title, *committees], **said)

    def _names(self, owners: Iterable[int]) -> list[str]:
        """The names of today's committees that answer for what `owners` own, where the user deals with several."""
        if not self.names_committees:
            return []
        today = {one.pk for one in self.scope.every if one.exists_on(self.scope.today)}
        answering = set().union(*(self.scope.lineage.with_successors(pk) & today or {pk} for pk in owners))
        return [committee.name for committee in self.scope.every if committee.pk in answering]


def declined_words(assignment: Assignment) -> str:
    """Who has said »ikke min«, and when."""
    assert assignment.declined_by is not None
    return _("%(name)s har meldt »ikke min« %(day)s.") % {
        "name": name_of(assignment.declined_by),
        "day": _moment(assignment.since),
    }


def late(item: Any, today: date) -> str:
    """By how much an item is past its deadline, in words."""
    days = (today - item.state_due_on).days
    return ngettext("overskredet med %(days)s dag", "overskredet med %(days)s dage", days) % {"days": localize(days)}


def _begun_by(draft: StatusUpdate) -> str:
    return _("%(name)s har begyndt en kladde %(day)s.") % {
        "name": name_of(draft.author) if draft.author else _("Nogen"),
        "day": _moment(draft.created_at),
    }


def _first_step(item: Item, draft: StatusUpdate | None) -> QueueStep:
    if draft is None:
        return QueueStep(_("Giv status"), item_url(item, "status"), is_first=True)
    return QueueStep(_("Skriv videre på kladden"), update_url(draft), is_first=True)


def _most_urgent(queue: QueueName, cells: Sequence[Standing]) -> Standing | None:
    """Of the user's own cells of one item the one that brought it into the queue."""
    if queue == QueueName.NO_STATUS:
        found = [cell for cell in cells if not cell.status]
    else:
        found = [cell for cell in cells if not is_closed(cell.status)]
    return min(found, key=lambda cell: cell.fresh_on or date.max, default=None)


def _owners(cells: Iterable[Standing]) -> set[int]:
    return {cell.committee_id for cell in cells if cell.committee_id}


def _moment(at: datetime) -> str:
    return date_format(timezone.localdate(at))


def _short(text: str, words: int = 30) -> str:
    found = text.split()
    return " ".join(found[:words]) + (" …" if len(found) > words else "")
