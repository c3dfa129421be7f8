"""»Mit arbejde«: what waits for the user, the most important first.

What each queue holds is said in `queues`, for this page and for the lists that it leads to; what a row says in
`work_rows`. Only the rows that are shown are read; the rest is counted by the database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Window
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from recommendations import permissions, tenancy
from recommendations.admin.answer_requests import asked_by
from recommendations.admin.base import actor, reach_of
from recommendations.admin.filters import MineFilter, OwnerFilter, SourceFilter, WorkFilter
from recommendations.admin.followers import followed_pages
from recommendations.admin.kept import at_one_version, kept_until_an_act
from recommendations.admin.queues import (
    OF_ITEMS,
    OF_UPDATES,
    QueueName,
    QueueScope,
    declined_in,
    most_urgent,
    newest_drafts,
    oldest_updates,
)
from recommendations.admin.reports import annexes
from recommendations.admin.work_rows import QueueRow, RowMaker
from recommendations.answer_requests import Silence, silences
from recommendations.enums import WRITERS, Act, Role
from recommendations.models import (
    AnswerDraft,
    Committee,
    ErrorReport,
    Event,
    Initiative,
    Item,
    Publication,
    Reach,
    Recommendation,
    Standing,
    StatusUpdate,
    WordingDraft,
)

T = TypeVar("T")

SHOWN_OF_EACH, SHOWN_OF_ONE = 5, 20  # rows of a queue: beside the others, and alone
QUEUE = "koe"


@dataclass(frozen=True)
class WorkQueue:
    name: QueueName
    heading: str
    nothing: str  # what is said when it is empty
    rows: list[QueueRow]
    count: int
    more: str  # the address of the page that shows more of it; empty when all is shown
    lists: list[tuple[str, str]]  # where all of it can be seen: text and address


def first_page(request: HttpRequest) -> HttpResponse:
    """`/admin/`: what waits for the user."""
    reach = reach_of(request)
    page: dict[str, Any] = {**admin.site.each_context(request), "title": _("Mit arbejde")}
    if reach.is_superuser or reach.acting:
        page |= _what_waits(request, reach)
    else:
        administrators = get_user_model().objects.filter(is_superuser=True, is_active=True).order_by("username")
        page |= {"has_role": False, "administrators": administrators}
    return TemplateResponse(request, "admin/recommendations/index.html", page)


def tables(request: HttpRequest) -> HttpResponse:
    """`/admin/tabeller/`: Django's list of tables, for administrators."""
    permissions.check_can_administer(request.user)
    page = {
        **admin.site.each_context(request),
        "title": _("Alle tabeller"),
        "followed": followed_pages(),
        "app_list": [
            app for app in admin.site.get_app_list(request) if app["app_label"] in ("recommendations", "auth")
        ],
    }
    return TemplateResponse(request, "admin/recommendations/tables.html", page)


def _what_waits(request: HttpRequest, reach: Reach) -> dict[str, Any]:
    with at_one_version():
        work = Work(actor(request), reach, request.GET)
        queues = work.queues()
    return {
        "has_role": True,
        "work": work,
        "full_queues": [queue for queue in queues if queue.count],
        "empty_queues": [queue for queue in queues if not queue.count],
        "annexes": annexes(reach),
        "can_write": reach.is_superuser or bool(reach.committees(*WRITERS)),
        "can_approve": reach.is_superuser or bool(reach.committees(Role.APPROVER)),
    }


class Work:
    """One user's queues, narrowed by what the address asks for: a committee, a source, *mine*, one queue alone.

    However much they hold, it is the same number of queries.
    """

    def __init__(self, user: User, reach: Reach, asked: QueryDict):
        self.reach = reach
        every = tuple(Committee.objects.order_by("sort_name", "code"))
        committees = {one.pk for one in every} if reach.is_superuser else reach.committees()
        self.scope = QueueScope(user, reach, frozenset(committees), every)
        self.only = self._only(asked.get(OwnerFilter.parameter_name, ""))
        if self.only:
            narrower = reach.lineage.with_predecessors(self.only.pk) & committees
            self.scope = replace(self.scope, committees=frozenset(narrower))
        self.sources = self._kept("sources", self._sources)
        self.source = asked.get(SourceFilter.parameter_name, "")
        if self.source and self.source not in dict(self.sources):
            raise Http404
        self.only_mine = asked.get(MineFilter.parameter_name) == MineFilter.YES
        self.scope = replace(self.scope, source=self.source, only_mine=self.only_mine)
        self.alone = asked.get(QUEUE, "")
        self.names = self._names_of_queues()
        if self.alone:
            self.names = [name for name in self.names if name == self.alone]
            if not self.names:
                raise Http404

    # --- what was asked for -------------------------------------------------------------------------------------------

    @cached_property
    def choices(self) -> list[Committee]:
        """The committees of today that can be chosen between: none where the user deals with one alone."""
        mine = None if self.reach.is_superuser else set().union(*self.reach.acting.values())
        existing = [one for one in self.scope.every if one.exists_on(self.scope.today)]
        found = [one for one in existing if mine is None or one.pk in mine]
        return found if len(found) > 1 else []

    def _only(self, code: str) -> Committee | None:
        """The committee that is asked for; a superuser may also ask for one that has ended."""
        if not code or not self.choices:
            return None
        offered = self.scope.every if self.reach.is_superuser else self.choices
        found = next((one for one in offered if one.code == code), None)
        if found is None:
            raise Http404
        return found

    def _kept(self, what: str, make: Callable[[], T]) -> T:
        """What `make` gives, kept for this user in these roles: all that a queue holds comes and goes by acts."""
        reach, scope = self.reach, self.scope
        roles = tuple((role, *sorted(committees)) for role, committees in sorted(reach.acting.items()))
        whose = (scope.user.pk, reach.is_superuser, roles, scope.committees)
        return kept_until_an_act(("work", what, *whose), make)

    def _sources(self) -> list[tuple[str, str]]:
        """Slug and title of the sources that list something the committees own."""
        owned = Standing.objects.at(self.scope.today).owned().filter(committee__in=self.scope.committees)
        found = Publication.objects.filter(pk__in=owned.order_by().values("item__publication"))
        return list(found.order_by("position", "slug").values_list("slug", "title"))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.only or self.source or self.only_mine)

    def address(self, **changed: str) -> str:
        """The address of this page with what was chosen, and `changed`."""
        chosen = {
            OwnerFilter.parameter_name: self.only.code if self.only else "",
            SourceFilter.parameter_name: self.source,
            MineFilter.parameter_name: MineFilter.YES if self.only_mine else "",
        }
        query = urlencode({name: value for name, value in (chosen | changed).items() if value})
        return reverse("admin:index") + (f"?{query}" if query else "")

    @property
    def whole(self) -> str:
        """The address of all queues, narrowed as this page is."""
        return self.address()

    # --- what is read -------------------------------------------------------------------------------------------------

    def _names_of_queues(self) -> list[QueueName]:
        """The queues that the user's roles lead to, the most important first."""
        is_super = self.reach.is_superuser
        writes = is_super or bool(self.reach.committees(*WRITERS))
        approves = is_super or bool(self.reach.committees(Role.APPROVER))
        has = {
            QueueName.RETURNED: writes,
            QueueName.APPROVAL: approves,
            QueueName.WORDS: writes,
            QueueName.DECLINED: approves,
            QueueName.ERRORS: writes,
            QueueName.SILENT: is_super or Role.SECRETARY in self.reach.acting,
            QueueName.DRAFTS: writes,
            QueueName.SENT: not is_super
            and bool(self.reach.committees(Role.EDITOR) - self.reach.committees(Role.APPROVER)),
            QueueName.NOBODY: is_super or bool(self.reach.committees(Role.APPROVER, Role.SECRETARY)),
            QueueName.READ_ONLY: bool(self.reach.committees(Role.SECRETARY) - self.reach.committees(*WRITERS)),
        }
        return [name for name in QueueName if has.get(name, True)]

    def _read(self) -> dict[QueueName, list[Any]]:
        """Queue -> what is shown of it, each with `count`: how many there are."""
        most = SHOWN_OF_ONE if self.alone else SHOWN_OF_EACH
        found: dict[QueueName, list[Any]] = {name: [] for name in self.names}
        for name in self.names:
            if name in OF_ITEMS:
                found[name] = most_urgent(name, self.scope, most)
            elif name == QueueName.SILENT:
                found[name] = self._silences()
            elif name not in OF_UPDATES:
                counted = self._others(name).annotate(count=Window(Count("pk")))
                found[name] = list(counted[:most])
        if of_updates := [name for name in self.names if name in OF_UPDATES]:
            for update in oldest_updates(self.scope, of_updates, most):
                found[QueueName(update.queue)].append(update)
        return found

    def _others(self, name: QueueName) -> Any:
        """The rows of a queue that is neither of items nor of updates, the longest waiting first."""
        reach = self.reach
        if name == QueueName.ANSWERS:
            drafts = AnswerDraft.objects.all()
            waits = drafts.awaiting_approval_of(reach) | drafts.returned_to(reach) | drafts.begun_by(reach)
            waits = waits.filter(committee__in=self.scope.committees)
            if self.source:
                waits = waits.filter(rows__item__publication__slug=self.source)
            if self.only_mine:
                waits = waits.filter(author=self.scope.user)
            return waits.with_counts().select_related("committee", "author").order_by("created_at", "pk")
        if name == QueueName.WORDS:
            proposals = WordingDraft.objects.all()
            waits = proposals.awaiting_approval_of(reach) | proposals.returned_to(self.scope.user, reach)
            own = Event.objects.filter(proposal=OuterRef("pk"), act=Act.WORDS_PROPOSED, by=self.scope.user)
            waits = self.scope.narrowed(waits).annotate(has_proposed=Exists(own))
            waits = waits.select_related("item__publication", "item__wording", "author")
            return waits.filter(item__in=self._owned()).order_by("created_at", "pk")
        if name == QueueName.DECLINED:
            return declined_in(self.scope)
        reports = self.scope.narrowed(ErrorReport.objects.to_be_handled_by(reach))
        if self.only:
            reports = reports.owned_by(self.scope.committees)
        return reports.select_related("item__publication", "item__wording").order_by("sent_at", "pk")

    def _silences(self) -> list[Silence]:
        """Whom the user may ask for answers today; there are no more of them than committees have sources."""
        asked = asked_by(self.reach)
        mine = self.scope.committees if asked is None else asked & self.scope.committees
        every = silences(mine, lineage=self.reach.lineage, every=self.scope.every)
        found = [one for one in every if one.step_now]
        return [one for one in found if not self.only_mine and self.source in ("", one.publication.slug)]

    def _owned(self) -> Any:
        """What the committees own (item ids)."""
        owned = Standing.objects.at(self.scope.today).owned().filter(committee__in=self.scope.committees)
        return owned.order_by().values("item")

    # --- queues -------------------------------------------------------------------------------------------------------

    def queues(self) -> list[WorkQueue]:
        return self._kept(self.address(**{QUEUE: self.alone}), self._queues)

    def _queues(self) -> list[WorkQueue]:
        self.found = self._read()
        rows = self._row_maker()
        return [self._queue(name, rows) for name in self.names]

    def _row_maker(self) -> RowMaker:
        shown = [row.pk for name in self.names if name in OF_ITEMS for row in self.found[name]]
        items = Item.objects.filter(pk__in=shown).with_state().with_words().select_related("publication")
        cells: dict[int, list[Standing]] = {pk: [] for pk in shown}
        for cell in Standing.objects.at(self.scope.today).owned().filter(item__in=shown).order_by("on_from", "pk"):
            cells[cell.item_id].append(cell)
        owners = {pk: {one.committee_id for one in owned if one.committee_id} for pk, owned in cells.items()}
        read = list(items.order_by("pk"))
        return RowMaker(
            self.scope,
            {item.pk: item for item in read},
            cells,
            newest_drafts(shown, self.scope),
            permissions.ActingRights(
                self.scope.user, read, reach=self.reach, committees=self.scope.every, owners=owners
            ),
            names_committees=bool(self.choices) and self.only is None,
        )

    def _queue(self, name: QueueName, maker: RowMaker) -> WorkQueue:
        heading, nothing = self._words(name)
        found = self.found[name]
        count = len(found) if name == QueueName.SILENT else found[0].count if found else 0
        rows = [maker.row(name, row) for row in found[: SHOWN_OF_ONE if self.alone else SHOWN_OF_EACH]]
        more = self.address(**{QUEUE: name.value}) if count > len(rows) and not self.alone else ""
        return WorkQueue(name, heading, nothing, rows, count, more, self._lists(name, found, count))

    def _words(self, name: QueueName) -> tuple[str, str]:
        """The heading, and what is said instead when there is nothing."""
        is_super = self.reach.is_superuser
        silence = {"days": tenancy.current().stale_after_days}
        return {
            QueueName.RETURNED: (
                (_("Sendt retur"), _("Intet er sendt retur"))
                if is_super
                else (_("Sendt retur til dig"), _("Intet er sendt retur til dig"))
            ),
            QueueName.APPROVAL: (
                (_("Venter på godkendelse"), _("Intet venter på godkendelse"))
                if is_super
                else (_("Venter på din godkendelse"), _("Intet venter på din godkendelse"))
            ),
            QueueName.ANSWERS: (_("Svar fra møder"), _("Ingen svar fra møder er begyndt eller venter")),
            QueueName.WORDS: (_("Forslag til kildens ord"), _("Ingen forslag til kildens ord venter")),
            QueueName.DECLINED: (_("Meldt »ikke min«"), _("Ingen har meldt »ikke min«")),
            QueueName.PROMISED: (_("Lovet"), _("Intet næste skridt er lovet de næste 14 dage eller før")),
            QueueName.OVERDUE: (_("Forsinket"), _("Intet er forsinket")),
            QueueName.STALE: (
                _("Ikke opdateret i %(days)s dage") % silence,
                _("Alt, der har en status, er opdateret inden for %(days)s dage") % silence,
            ),
            QueueName.NO_STATUS: (_("Ingen status registreret"), _("Alt har en status")),
            QueueName.ERRORS: (_("Fejlmeldinger"), _("Ingen har meldt en fejl")),
            QueueName.SILENT: (_("Svar, der kan bedes om"), _("Ingen udvalg skal bedes om svar nu")),
            QueueName.DRAFTS: (
                (_("Kladder"), _("Der er ingen kladder"))
                if is_super
                else (_("Dine kladder"), _("Du har ingen kladder"))
            ),
            QueueName.SENT: (_("Venter på en anden"), _("Intet, du kan se, venter på en anden")),
            QueueName.READ_ONLY: (_("Udvalgets kladder"), _("Udvalget har ingen kladder")),
            QueueName.NOBODY: (_("Ingen at spørge"), _("Alt har en medarbejder, der kan spørges")),
            QueueName.ENDED: (
                _("Udvalget er ophørt uden efterfølger"),
                _("Intet tilhører et ophørt udvalg uden efterfølger"),
            ),
        }[name]

    def _lists(self, name: QueueName, found: list[Any], count: int) -> list[tuple[str, str]]:
        """The lists where all of a queue stands, filtered alike; several rows can be dealt with at once there."""
        if name in OF_ITEMS:
            initiatives = found[0].initiative_count if found else 0
            parts: dict[type[Any], int] = {Recommendation: count - initiatives, Initiative: initiatives}
        elif name in (QueueName.ANSWERS, QueueName.WORDS, QueueName.DECLINED, QueueName.SILENT):
            parts = {}  # few, and dealt with one by one, or on a page of their own
        else:
            parts = {ErrorReport if name == QueueName.ERRORS else StatusUpdate: count}
        lists = []
        for model, number in parts.items():
            if number:
                meta = model._meta
                words = meta.verbose_name if number == 1 else meta.verbose_name_plural
                address = reverse(f"admin:recommendations_{meta.model_name}_changelist")
                lists.append((f"{number} {words}", f"{address}?{urlencode(self._choice(model, name))}"))
        return lists

    def _choice(self, model: type[Any], name: QueueName) -> dict[str, str]:
        """What a list is asked for, so that it holds just what the queue does."""
        if model is ErrorReport:
            choice = {"behandlet": "venter"} | ({"udvalg": self.only.code} if self.only else {})
        elif model is StatusUpdate:
            choice = {WorkFilter.parameter_name: name.value}
            if self.only:
                choice["committee__id__in"] = ",".join(str(pk) for pk in sorted(self.scope.committees))
        else:
            choice = {"udvalg": self.only.code if self.only else OwnerFilter.MINE, "kraever": name.value}
        if self.source:
            choice[SourceFilter.parameter_name] = self.source
        return choice | ({MineFilter.parameter_name: MineFilter.YES} if self.only_mine else {})
