"""«Mit arbejde»: what waits for the user, the most urgent first.

Each queue says what the list it links to says: what is late or silent is asked of `lifecycle`, whose rules the lists'
querysets are tested against, and the drafts come from the querysets that filter the list of updates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from recommendations import permissions
from recommendations.admin.base import reach_of
from recommendations.admin.filters import OwnerFilter, work_updates
from recommendations.admin.reports import annexes
from recommendations.enums import Role, UpdateKind, UpdateState
from recommendations.lifecycle import is_overdue, is_stale
from recommendations.models import (
    Committee,
    ErrorReport,
    Initiative,
    Lineage,
    Ownership,
    Reach,
    Recommendation,
    StatusUpdate,
)
from recommendations.permissions import WRITERS

SHOWN = 20  # rows of a queue; the rest stand in the list it links to


@dataclass(frozen=True)
class Step:
    """Something the user can do with a row."""

    text: str
    url: str
    is_first: bool = False


@dataclass(frozen=True)
class Row:
    """An item in a queue, or an update or a report of an error about one. Such a report can be about no item."""

    item: Recommendation | Initiative | None
    steps: list[Step]
    committees: list[str]  # named only where the user deals with several
    update: StatusUpdate | None = None
    note: str = ""  # what stands in the way
    days_late: int = 0
    days_silent: int = 0
    owned_since: date | None = None
    ended: list[Committee] = field(default_factory=list)
    report: ErrorReport | None = None


@dataclass(frozen=True)
class Queue:
    name: str
    heading: str
    nothing: str  # what is said when it is empty
    rows: list[Row]
    count: int
    lists: list[tuple[str, str]]  # where all of it can be seen: text and address
    by_committee: list[tuple[str, int, str]]  # for those who see them all


stock_index = admin.site.index


def first_page(request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
    """Django's list of tables, and above it what waits for the user."""
    return stock_index(request, {**_context(request), **(extra_context or {})})


# Set on the site that is there: one of our own class would be asked for before this package can be imported.
admin.site.index, admin.site.index_template = first_page, "admin/recommendations/index.html"


def _context(request: HttpRequest) -> dict:
    reach = reach_of(request)
    if not (reach.is_superuser or reach.acting):
        administrators = get_user_model().objects.filter(is_superuser=True, is_active=True).order_by("username")
        return {"has_role": False, "administrators": administrators}
    work = Work(request.user, reach, timezone.localdate(), only=request.GET.get("udvalg", ""))
    queues = work.queues()
    return {
        "title": _("Mit arbejde"),
        "has_role": True,
        "only_committee": work.only,
        "full_queues": [queue for queue in queues if queue.count],
        "empty_queues": [queue for queue in queues if not queue.count],
        "annexes": annexes(reach),
        "can_write": reach.is_superuser or bool(reach.committees(*WRITERS)),
    }


class Work:
    """One user's queues. The number of queries is the same whatever they hold."""

    def __init__(self, user, reach: Reach, today: date, *, only: str = ""):
        self.user, self.reach, self.today = user, reach, today
        self.committees = {committee.pk: committee for committee in Committee.objects.all()}
        self.lineage = Lineage.load(on=today)
        self.only = None
        self.scope = set(self.committees) if reach.is_superuser else reach.committees()
        if reach.is_superuser and only:
            self.only = next((c for c in self.committees.values() if c.code == only), None)
            if self.only is None:
                raise Http404
            self.scope = self.lineage.with_predecessors(self.only.pk)
        self.ended = self.lineage.without_heir(self.committees.values(), today)

    def queues(self) -> list[Queue]:
        """The queues that the user's roles lead to, the most urgent first."""
        is_super = self.reach.is_superuser
        writes = is_super or bool(self.reach.committees(*WRITERS))
        queues = []
        if writes:
            heading = _("Sendt retur") if is_super else _("Sendt retur til dig")
            nothing = _("Intet er sendt retur") if is_super else _("Intet er sendt retur til dig")
            queues.append(self._of_updates("retur", heading, nothing))
        if is_super or self.reach.committees(Role.APPROVER):
            heading = _("Venter på godkendelse") if is_super else _("Venter på din godkendelse")
            nothing = _("Intet venter på godkendelse") if is_super else _("Intet venter på din godkendelse")
            queues.append(self._of_updates("godkendelse", heading, nothing))
        queues += self._of_items()
        if writes:
            queues.append(self._of_reports())
            heading = _("Kladder") if is_super else _("Dine kladder")
            nothing = _("Der er ingen kladder") if is_super else _("Du har ingen kladder")
            queues.append(self._of_updates("kladder", heading, nothing))
        if self.reach.committees(Role.SECRETARY) - self.reach.committees(*WRITERS):
            queues.append(self._of_updates("laes", _("Udvalgets kladder"), _("Udvalget har ingen kladder")))
        # Last, as there is nothing to report before it is known who took over.
        return [*queues, self._of_ended()]

    # --- items ----------------------------------------------------------------------------------------------------

    @cached_property
    def items(self) -> list[Recommendation | Initiative]:
        """The open items of the user's committees, without headings, each with its owners of today."""
        owners = Prefetch("ownerships", Ownership.objects.in_force().order_by("valid_from", "pk"), "owners_today")
        return [
            item
            for model in (Recommendation, Initiative)
            for item in model.objects.with_state()
            .countable()
            .open()
            .owned_by(self.scope)
            .select_related("publication")
            .defer("summary", "official_text", "search_words")
            .prefetch_related(owners)
        ]

    @cached_property
    def open_drafts(self) -> dict[tuple[str, int], StatusUpdate]:
        """The newest unpublished update of the user's committees about each item; a correction hinders no status."""
        drafts = StatusUpdate.objects.editable_by(self.user, self.reach).exclude(kind=UpdateKind.CORRECTION)
        return {
            ("recommendation", draft.recommendation_id)
            if draft.recommendation_id
            else ("initiative", draft.initiative_id): draft
            for draft in drafts.order_by("created_at", "pk")
        }

    def _of_items(self) -> list[Queue]:
        today, after = self.today, settings.STALE_AFTER_DAYS
        overdue = [item for item in self.items if is_overdue(item.status, item.due_on, today=today)]
        stale = [item for item in self.items if is_stale(item.status, item.fresh_on, today=today, after_days=after)]
        never = [item for item in self.items if not item.status]
        silence = {"days": after}
        return [
            self._queue(
                "forsinket",
                _("Forsinket"),
                _("Intet er forsinket"),
                sorted(overdue, key=lambda item: item.due_on),
                self._item_row,
            ),
            self._queue(
                "ikke_opdateret",
                _("Ikke opdateret i %(days)s dage") % silence,
                _("Alt, der har en status, er opdateret inden for %(days)s dage") % silence,
                sorted(stale, key=lambda item: item.fresh_on),
                self._item_row,
            ),
            self._queue(
                "ingen_status",
                _("Ingen status registreret"),
                _("Alt har en status"),
                sorted(never, key=lambda item: item.owners_today[0].valid_from),
                self._item_row,
            ),
        ]

    def _of_ended(self) -> Queue:
        ended = [item for item in self.items if self.ended & _owners(item)]
        return self._queue(
            "ophoert",
            _("Udvalget er ophørt uden efterfølger"),
            _("Intet tilhører et ophørt udvalg uden efterfølger"),
            sorted(ended, key=lambda item: min(self.committees[c].valid_to for c in self.ended & _owners(item))),
            self._ended_row,
        )

    def _can_write(self, item) -> bool:
        """`permissions.acting_committees` for many items at once."""
        if self.reach.is_superuser:
            return bool(_owners(item) - self.ended)
        return bool(_owners(item) & self.reach.committees(*WRITERS))

    def _item_row(self, item) -> Row:
        steps = []
        if self._can_write(item):
            draft = self.open_drafts.get((item.ABOUT, item.pk))
            if draft is None:
                steps.append(Step(_("Giv status"), _item_url(item, "status"), is_first=True))
            elif draft.state == UpdateState.DRAFT:
                steps.append(Step(_("Skriv videre på kladden"), _update_url(draft), is_first=True))
            else:
                steps.append(Step(_("Se det, der venter på godkendelse"), _update_url(draft), is_first=True))
            if item.status:
                steps.append(Step(_("Bekræft: stadig korrekt"), _item_url(item, "confirm")))
        return Row(
            item,
            [*steps, Step(_("Åbn"), _item_url(item, "change"))],
            self._names(_owners(item)),
            days_late=(self.today - item.due_on).days if item.due_on and item.due_on < self.today else 0,
            days_silent=(self.today - item.fresh_on).days if item.fresh_on else 0,
            owned_since=item.owners_today[0].valid_from,
        )

    def _ended_row(self, item) -> Row:
        ended = [self.committees[pk] for pk in sorted(self.ended & _owners(item))]
        steps = [Step(_("Åbn"), _item_url(item, "change"))]
        note = ""
        if permissions.can_reorganise(self.user):
            hand_over = reverse("admin:recommendations_committee_hand_over", args=[ended[0].pk])
            steps.insert(0, Step(_("Registrer, hvem der har overtaget"), hand_over, is_first=True))
        else:
            note = _("Bed en administrator registrere, hvem der har overtaget.")
        return Row(item, steps, self._names(_owners(item)), ended=ended, note=note)

    # --- updates --------------------------------------------------------------------------------------------------

    def _of_updates(self, name: str, heading: str, nothing: str) -> Queue:
        """Updates waiting for somebody, the longest waiting first; last those that are not the user's to move."""
        updates = work_updates(StatusUpdate.objects.all(), name, self.user, self.reach).filter(committee__in=self.scope)
        is_approval = name == "godkendelse"
        oldest_first = (
            updates.order_by("submitted_at" if is_approval else "created_at", "pk")
            .select_related("recommendation__publication", "initiative__publication", "committee", "author")
            .defer("recommendation__search_words", "initiative__search_words")
        )
        rows = sorted(oldest_first, key=lambda update: is_approval and self._is_blocked(update))
        return self._queue(name, heading, nothing, rows, self._approval_row if is_approval else self._draft_row)

    def _is_blocked(self, update: StatusUpdate) -> bool:
        return not permissions.is_second_person(self.user, update)

    def _approval_row(self, update: StatusUpdate) -> Row:
        if not self._is_blocked(update):
            return self._update_row(update, Step(_("Godkend"), _update_url(update), is_first=True))
        note = _("Du har selv skrevet den. En anden godkender skal udgive den.")
        return self._update_row(update, Step(_("Se opdateringen"), _update_url(update)), note)

    def _draft_row(self, update: StatusUpdate) -> Row:
        writable = self.reach.is_superuser or update.committee_id in self.reach.committees(*WRITERS)
        text = _("Skriv videre på kladden") if writable else _("Læs kladden")
        return self._update_row(update, Step(text, _update_url(update), is_first=writable))

    def _update_row(self, update: StatusUpdate, step: Step, note: str = "") -> Row:
        steps = [step, Step(_("Åbn"), _item_url(update.item, "change"))]
        return Row(update.item, steps, self._names({update.committee_id}), update=update, note=note)

    # --- reports of errors ----------------------------------------------------------------------------------------

    def _of_reports(self) -> Queue:
        """The longest waiting first. Which committees own what each is about is told by the items read already."""
        reports = ErrorReport.objects.to_be_handled_by(self.reach).order_by("sent_at", "pk")
        if self.only:
            reports = reports.owned_by(self.scope)
        rows = reports.select_related("recommendation__publication", "initiative__publication").defer(
            "recommendation__search_words", "initiative__search_words"
        )
        return self._queue("fejl", _("Fejlmeldinger"), _("Ingen har meldt en fejl"), list(rows), self._report_row)

    def _report_row(self, report: ErrorReport) -> Row:
        steps = [Step(_("Læs meldingen"), reverse("admin:recommendations_errorreport_change", args=[report.pk]), True)]
        return Row(report.item, steps, [], report=report)

    # --- both -----------------------------------------------------------------------------------------------------

    def _queue(self, name, heading, nothing, found: Sequence, row) -> Queue:
        return Queue(
            name,
            heading,
            nothing,
            [row(thing) for thing in found[:SHOWN]],
            len(found),
            self._lists(name, found),
            self._by_committee(name, found),
        )

    def _lists(self, name: str, found: Sequence) -> list[tuple[str, str]]:
        """The lists where all of a queue stands, filtered alike; several rows can be dealt with at once there."""
        lists = []
        for model in (Recommendation, Initiative, StatusUpdate, ErrorReport):
            count = sum(isinstance(thing, model) for thing in found)
            if not count:
                continue
            if model is ErrorReport:
                choice = {"behandlet": "venter"} | ({"udvalg": self.only.code} if self.only else {})
            elif model is StatusUpdate:
                choice = {"arbejde": name} | ({"committee__id__exact": self.only.pk} if self.only else {})
            else:
                choice = {"udvalg": self.only.code if self.only else OwnerFilter.MINE, "kraever": name}
            meta = model._meta
            words = meta.verbose_name if count == 1 else meta.verbose_name_plural
            address = reverse(f"admin:recommendations_{meta.model_name}_changelist")
            lists.append((f"{count} {words}", f"{address}?{urlencode(choice)}"))
        return lists

    def _by_committee(self, name: str, found: Iterable) -> list[tuple[str, int, str]]:
        """How a queue spreads over the committees of today, for who sees them all."""
        if not self.reach.is_superuser or self.only or name == "fejl":
            return []
        counts = Counter(
            committee
            for thing in found
            for committee in self._today({thing.committee_id} if isinstance(thing, StatusUpdate) else _owners(thing))
        )
        spread = sorted((self.committees[pk] for pk in counts), key=lambda committee: committee.name)
        return [(c.name, counts[c.pk], f"?{urlencode({'udvalg': c.code})}#{name}") for c in spread]

    def _today(self, owners: set[int]) -> set[int]:
        """The committees of today that answer for what `owners` own: themselves where nobody took over."""
        existing = {pk for pk, committee in self.committees.items() if committee.exists_on(self.today)}
        return set().union(*(self.lineage.with_successors(pk) & existing or {pk} for pk in owners))

    def _names(self, owners: set[int]) -> list[str]:
        several = self.reach.is_superuser or len(set().union(*self.reach.acting.values())) > 1
        return sorted(self.committees[pk].name for pk in self._today(owners)) if several and not self.only else []


def _owners(item) -> set[int]:
    return {row.committee_id for row in item.owners_today}


def _item_url(item, page: str) -> str:
    return reverse(f"admin:recommendations_{item.ABOUT}_{page}", args=[item.pk])


def _update_url(update: StatusUpdate) -> str:
    return reverse("admin:recommendations_statusupdate_change", args=[update.pk])
