"""Many approved together: each is shown in full with its proof, and ticked when it has been looked at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recommendations.actions import Approval, Conflict, RowsRefused, Seen, publish_many
from recommendations.admin.base import actor, reach_of, require, say
from recommendations.admin.many.choice import keys
from recommendations.admin.proof import ProofLine, proof_lines
from recommendations.admin.queues import with_blocked
from recommendations.enums import Role
from recommendations.forms import BulkApprovalForm, ShowsForm, sentences_of
from recommendations.models import DoneWhen, Evidence, Item, StatusUpdate
from recommendations.writing.posted import page_key, request_key, seen_by
from recommendations.writing.refusals import note_denied

PER_PAGE = 20  # as many as somebody reads in one go; the next come when these are published
ASKED = "opdatering"


@dataclass
class ApprovalRow:
    """One submitted update in full. `blocked` says why the user cannot publish it; then there is nothing to tick."""

    update: Any
    latest: StatusUpdate | None
    criterion: DoneWhen | None
    proof: list[ProofLine]
    form: BulkApprovalForm
    shows: ShowsForm
    seen: Seen | None  # of the page that was sent; none when the page is opened
    blocked: str = ""
    problems: list[str] = field(default_factory=list)
    has_conflict: bool = False

    @property
    def key(self) -> str:
        return str(self.update.pk)

    @property
    def included(self) -> bool:
        return bool(self.form["include"].value())

    @property
    def now(self) -> Seen:
        """What the next page says that its reader has seen: what is newest, once the reader has been told of it."""
        if self.seen is None or self.has_conflict:
            return Seen(self.latest.pk if self.latest else None, self.update.version)
        return self.seen


def approve_many(request: HttpRequest) -> HttpResponse:
    """`/admin/godkend/`: what waits for the user's approval, the longest waiting first."""
    reach = reach_of(request)
    require(
        reach.is_superuser or bool(reach.committees(Role.APPROVER)),
        _("Du er ikke godkender for noget udvalg. Spørg en administrator, hvis det er forkert."),
    )
    waiting: Any = StatusUpdate.objects.awaiting_approval_of(reach)
    waiting = _in_order(request, waiting)
    notes, page = [], None
    if request.method == "POST":
        asked = keys(request.POST.getlist(ASKED))
        read: Any = StatusUpdate.objects.visible_to(request.user, reach).filter(pk__in=asked[:PER_PAGE])
        rows = _rows(request, _in_order(request, read))
        if len(rows) < len(asked):
            notes.append(_("Nogle af opdateringerne er der ikke længere. Se resten igennem, og udgiv igen."))
        if not notes and _is_valid(rows, notes) and (done := _carry_out(request, rows)) is not None:
            say(request, _published(done))
            return HttpResponseRedirect(reverse("approve_many" if waiting.exists() else "admin:index"))
    else:
        page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("side"))
        rows = _rows(request, page.object_list)
    wrong = [row for row in rows if row.problems]
    context = {
        **admin.site.each_context(request),
        "title": _("Godkend flere"),
        "rows": rows,
        "wrong_rows": wrong,
        "page": page,
        "notes": notes,
        "noegle": page_key(request),
    }
    status = 422 if wrong or notes else 200
    return TemplateResponse(request, "admin/recommendations/bulk/approve.html", context, status=status)


def _in_order(request: HttpRequest, updates: Any) -> Any:
    """The longest waiting first; last those that another person has to publish."""
    blocked: Any = with_blocked(updates, actor(request))
    return blocked.order_by("is_blocked", "submitted_at", "pk")


def _rows(request: HttpRequest, updates: Any) -> list[ApprovalRow]:
    """The updates with all that is shown of them; the same few queries however many there are."""
    proof: Any = Prefetch("evidence", Evidence.objects.order_by("position"))
    read = updates.select_related("item__publication", "item__wording", "committee", "author", "corrects")
    found = list(read.prefetch_related(proof))
    items = {update.item for update in found}
    latest, criteria = StatusUpdate.objects.latest_published_of(items), _criteria(items)
    data = request.POST if request.method == "POST" else None
    rows = []
    for update in found:
        evidence, criterion = list(update.evidence.all()), criteria.get(update.item_id)
        shows = ShowsForm(data, evidence=evidence, criterion=criterion)
        rows.append(
            ApprovalRow(
                update,
                latest.get(update.item),
                criterion,
                proof_lines(evidence, None if update.is_blocked else shows),
                BulkApprovalForm(data, prefix=f"u{update.pk}", initial={"include": False}),
                shows,
                seen_by(request, prefix=f"u{update.pk}-"),
                _("Du har selv skrevet i den. En anden godkender skal udgive den.") if update.is_blocked else "",
            )
        )
    return rows


def _criteria(items: Collection[Item]) -> dict[int, DoneWhen]:
    """Item (id) -> the criterion in force."""
    rows = DoneWhen.objects.known().filter(item__in=[item.pk for item in items]).oldest_first()
    return {row.item_id: row for row in rows}


def _is_valid(rows: list[ApprovalRow], notes: list[str]) -> bool:
    included = [row for row in rows if row.included]
    if not included:
        notes.append(_("Sæt flueben ved mindst én opdatering."))
    for row in included:
        if not row.shows.is_valid():
            row.problems += [str(sentence) for found in row.shows.errors.values() for sentence in found]
    return bool(included) and not any(row.problems for row in rows)


def _carry_out(request: HttpRequest, rows: list[ApprovalRow]) -> int | None:
    """How many were published; none when one was refused, with the reason at its row."""
    included = {row.update: row for row in rows if row.included}
    approvals = {update: Approval(row.seen, row.shows.shows()) for update, row in included.items()}
    try:
        return len(publish_many(by=actor(request), updates=approvals, request_key=request_key(request)))
    except RowsRefused as refused:
        note_denied(request, actor(request), refused.rows.values())
        for update, error in refused.rows.items():
            included[update].problems += [sentence for _name, sentence in sentences_of(error)]
            included[update].has_conflict = isinstance(error, Conflict)
    newest = StatusUpdate.objects.latest_published_of(
        [row.update.item for row in included.values() if row.has_conflict]
    )
    for row in included.values():
        row.latest = newest.get(row.update.item, row.latest)
    return None


def _published(count: int) -> str:
    return ngettext(
        "%(count)s opdatering er udgivet. Borgerne kan se den nu.",
        "%(count)s opdateringer er udgivet. Borgerne kan se dem nu.",
        count,
    ) % {"count": count}
