"""What stands about rows in the name of a committee: what is written into a file, and what a file is held against.

The number of queries does not depend on how many rows there are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db.models import prefetch_related_objects

from recommendations import answers
from recommendations.actions import EvidenceContent, UpdateDraft
from recommendations.enums import NEWS, UNPUBLISHED, WRITERS, EvidenceKind, UpdateKind
from recommendations.importing.columns import Sheet
from recommendations.importing.own.sheets import ANSWERS, FILL_IN, FILL_IN_ANSWERS, STATUSES, Version, said
from recommendations.models import (
    AnswerDraft,
    AnswerDraftRow,
    Committee,
    CommitteeAnswer,
    Evidence,
    Item,
    Publication,
    Standing,
    StatusUpdate,
)
from recommendations.models.membership import Reach
from recommendations.permissions import ActingRights

Cell = tuple[int, int]  # an item and a committee, by their ids


@dataclass
class Stands:
    """What stands about one item in the name of one committee: what was published last, and the draft, if any.

    `cells` are what may be filled in, as the draft has it. `row` is the draft's row about the item, of answers.
    """

    sheet: Sheet
    latest: Any = None
    draft: Any = None
    row: AnswerDraftRow | None = None
    status: str = ""  # or the outcome of the answer that stands
    since: date | None = None
    cells: dict[str, Any] = field(default_factory=dict)

    @property
    def in_words(self) -> str:
        """What citizens read of it."""
        return said(STATUSES, "status", self.status) if self.sheet is STATUSES else self.status

    @property
    def version(self) -> Version:
        saved = self.draft.version if self.draft else 0
        latest, draft = (one.pk if one else 0 for one in (self.latest, self.draft))
        return Version.of(self.sheet, latest, draft, saved, self.cells)


@dataclass(frozen=True)
class OwnRow:
    """A line of the file, before it is written."""

    item: Item
    committee: Committee
    stands: Stands
    meeting_date: date | None = None

    @property
    def values(self) -> dict[str, Any]:
        stands = self.stands
        keys = {
            "source": self.item.publication.slug,
            "kind": self.item.kind,
            "number": self.item.number,
            "title": self.item.title,
            "committee": self.committee.code,
            "stands": stands.in_words,
            "since": stands.since,
            "meeting_date": self.meeting_date,
        }
        return keys | stands.cells | {"version": str(stands.version)}


# --- Which rows -------------------------------------------------------------------------------------------------------


def in_order(items: Any) -> list[Item]:
    """With what a line says of them, as their sources list them."""
    read = items.with_words().select_related("publication")
    return list(read.order_by("publication__position", "publication__slug", "path"))


def rows_to_write(user: User, committee: Committee, source: Publication | None = None) -> list[OwnRow]:
    """What the user may write about in the committee's name; of one source only, where it is given."""
    reach = Reach.of(user)
    owned = Item.objects.counted().owned_by(reach.lineage.with_predecessors(committee.pk) | {committee.pk})
    items = in_order(owned.filter(publication=source) if source else owned)
    rights = ActingRights(user, items, reach=reach)
    mine = [item for item in items if committee in rights.committees(item, *WRITERS)]
    stands = statuses_of([(item, committee) for item in mine])
    return [OwnRow(item, committee, stands[item.pk, committee.pk]) for item in mine]


def rows_to_answer(committee: Committee, meeting_date: date) -> list[OwnRow]:
    """What the committee is to answer, and what drafts of that meeting answer already."""
    owing = answers.owed(committees=answers.speaking_now(committee))
    begun = AnswerDraftRow.objects.filter(draft__in=_drafts(committee, meeting_date))
    wanted = {*owing.order_by().values_list("item", flat=True), *begun.order_by().values_list("item", flat=True)}
    items = in_order(Item.objects.filter(pk__in=wanted, kind__in=sorted(answers.ANSWERABLE)))
    stands = answers_of(committee, meeting_date, items)
    return [OwnRow(item, committee, stands[item.pk, committee.pk], meeting_date) for item in items]


# --- What stands about them -------------------------------------------------------------------------------------------


def statuses_of(asked: Collection[tuple[Item, Committee]]) -> dict[Cell, Stands]:
    """The published status of each, and the newest draft of a status or note that the committee has begun."""
    items = {item.pk: item for item, _committee in asked}
    latest = StatusUpdate.objects.latest_published_of(list(items.values()))
    prefetch_related_objects(list(latest.values()), "evidence")
    drafts = StatusUpdate.objects.filter(state__in=sorted(UNPUBLISHED), kind__in=sorted(NEWS), item__in=list(items))
    newest: dict[Any, StatusUpdate] = {
        (draft.item_id, draft.committee_id): draft
        for draft in drafts.select_related("author", "next_step_meeting").prefetch_related("evidence").order_by("pk")
    }
    standing = Standing.objects.at().cells().filter(item__in=list(items)).order_by("role", "pk")
    whole = {row.item_id: row for row in standing}  # of several the owner's: an empty role comes first
    own = {(row.item_id, row.committee_id): row for row in standing if row.role}
    found = {}
    for item, committee in asked:
        draft, cell = newest.get((item.pk, committee.pk)), own.get((item.pk, committee.pk)) or whole.get(item.pk)
        found[item.pk, committee.pk] = Stands(
            STATUSES,
            latest.get(item),
            draft,
            status=cell.status if cell else "",
            since=cell.status_on if cell else None,
            cells=cells_of(draft),
        )
    return found


def cells_of(update: StatusUpdate | None) -> dict[str, Any]:
    """What an update says, by the columns that are filled in; empty cells where there is none."""
    if update is None:
        return {name: STATUSES.by_field[name].kind.empty for name in FILL_IN}
    link = link_of(update)
    return {
        "confirm": False,
        "status": update.status,
        "on": update.on,
        "text": update.text,
        "proof_title": link.title if link else "",
        "proof_url": link.url if link else "",
        "proof_kind": link.kind if link else "",
        "next_step": update.next_step,
        "next_step_on": update.next_step_on,
        "decided_by": update.decided_by,
        "decided_on": update.decided_on,
    }


def link_of(update: StatusUpdate) -> Evidence | None:
    """The proof that a file can say: the first link. Files and case numbers stay with the draft."""
    return next((one for one in proofs_of(update) if one.url), None)


def proofs_of(update: StatusUpdate) -> list[Evidence]:
    return sorted(update.evidence.all(), key=lambda one: one.position)  # prefetched


def answers_of(committee: Committee, meeting_date: date, items: Collection[Item]) -> dict[Cell, Stands]:
    """The answer of each that stands, and what a draft of the meeting says of it."""
    asked = [item.pk for item in items]
    cells = (
        Standing.objects.at()
        .cells()
        .filter(answers.HAS_ANSWER, item__in=asked, committee__in=answers.speaking_now(committee))
    )
    standing: dict[int, CommitteeAnswer] = {
        cell.item_id: cell.answer for cell in cells.select_related("answer__committee").order_by("pk") if cell.answer
    }
    drafted = AnswerDraftRow.objects.filter(draft__in=_drafts(committee, meeting_date), item__in=asked)
    rows = {row.item_id: row for row in drafted.select_related("draft__author").order_by("draft", "pk")}
    found = {}
    for item in items:
        answer, row = standing.get(item.pk), rows.get(item.pk)
        found[item.pk, committee.pk] = Stands(
            ANSWERS,
            answer,
            row.draft if row else None,
            row,
            status=str(answer) if answer else "",
            cells=answer_cells(row),
        )
    return found


def answer_cells(row: AnswerDraftRow | CommitteeAnswer | None) -> dict[str, Any]:
    if row is None:
        return dict.fromkeys(FILL_IN_ANSWERS, "")
    if isinstance(row, CommitteeAnswer):
        return {name: getattr(row, name) for name in FILL_IN_ANSWERS}
    return {**row.as_answer(), "agenda_item": row.draft.agenda_item, "agenda_url": row.draft.agenda_url}


def _drafts(committee: Committee, meeting_date: date) -> Any:
    return AnswerDraft.objects.unpublished().filter(committee=committee, meeting_date=meeting_date).order_by()


# --- A draft of it ----------------------------------------------------------------------------------------------------


def draft_of(cells: dict[str, Any], before: StatusUpdate | None) -> UpdateDraft:
    """What the cells say, and what a file cannot say of the draft `before`: its files, and the meeting of its step."""
    meeting = before.next_step_meeting if before else None
    if meeting and cells["next_step_on"] != meeting.on:
        meeting = None
    return UpdateDraft(
        kind=UpdateKind.STATUS if cells["status"] else UpdateKind.NOTE,
        status=cells["status"],
        on=cells["on"],
        text=cells["text"],
        decided_by=cells["decided_by"],
        decided_on=cells["decided_on"],
        next_step=cells["next_step"],
        next_step_on=cells["next_step_on"],
        next_step_meeting=meeting,
        evidence=_proofs(cells, before),
    )


def _proofs(cells: dict[str, Any], before: StatusUpdate | None) -> list[EvidenceContent]:
    """The link of the cells in the place of the draft's first, else last; the rest as it is."""
    stored = [one for one in proofs_of(before) if not one.removed] if before else []
    old = link_of(before) if before else None
    said = EvidenceContent(
        title=cells["proof_title"] or cells["proof_url"][:200],
        url=cells["proof_url"],
        pages=old.pages if old else "",
        kind=cells["proof_kind"] or EvidenceKind.MENTIONED,
    )
    has_link = bool(cells["proof_url"])
    rows = [said if one is old else kept(one) for one in stored if one is not old or has_link]
    return [*rows, said] if has_link and old is None else rows


def kept(row: Evidence) -> EvidenceContent:
    """A row of evidence as it is."""
    file = row if row.file else None
    return EvidenceContent(row.title, row.url, file, row.case_number, row.pages, row.kind)
