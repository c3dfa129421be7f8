"""Committees: what each owns today, what it owned before, what it has answered and what it has not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Window
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import answers, tenancy
from recommendations.changes import newest_changes
from recommendations.enums import COUNTED
from recommendations.figures import status_totals, totals_of
from recommendations.lifecycle import days_after
from recommendations.models import Committee, Ownership, Publication, Succession
from recommendations.models.item import ItemQuerySet
from recommendations.models.recorded import moment
from recommendations.models.standing import StandingQuerySet
from recommendations.public.asked import Times, times_of
from recommendations.public.downloads import Downloads
from recommendations.public.follow import Follow
from recommendations.public.pressing import StandingItem
from recommendations.public.sources import ListFigures
from recommendations.selection import NONE_REGISTERED, Selection, with_query
from recommendations.standing import ItemStanding

MOST_ROWS = 100  # of each list on a committee's page; what is left out is said, with the way to it
MOST_CHANGES = 50
IN_ORDER = ("item__publication__position", "item__publication__slug", "item__path")


@dataclass(frozen=True)
class FirstRows:
    """The first rows of a list, and how many it has."""

    rows: list[Any]
    whole: int

    @property
    def is_cut(self) -> bool:
        return self.whole > len(self.rows)

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> FirstRows:
        """One query: the whole is counted beside every row."""
        found = list(rows.annotate(whole=Window(Count("pk")))[:MOST_ROWS])
        return cls(found, found[0].whole if found else 0)


@dataclass(frozen=True)
class OwnedItems:
    """What a committee owns of one kind: the totals with the way to the list, and the items, as far as they fit."""

    is_of_initiatives: bool
    figures: ListFigures
    rows: list[StandingItem]
    is_cut: bool


@dataclass(frozen=True)
class SuccessionLine:
    """Another committee that this one took over from, or that took over from it, seen from this one."""

    words: str
    committee: Committee
    succession: Succession


@dataclass(frozen=True)
class CommitteeFigures:
    """A committee in the list of all: how many items it owns, and how many recommendations it has not answered."""

    committee: Committee
    owned: int
    unanswered: int
    unanswered_address: str


def committees(request: HttpRequest) -> HttpResponse:
    """`/udvalg/`: three queries, and one more where committees have taken over from others."""
    times = times_of(request)
    selection = times.selection()
    known = list(Committee.objects.order_by("sort_name", "code"))
    existing = [committee for committee in known if committee.exists_on(times.day)]
    lines = {committee.pk: selection.lineage.with_predecessors(committee.pk) for committee in existing}
    owned = answers.cells(*selection.times).owned()
    counts = _counts(owned, lines)
    return render(
        request,
        "committees/list.html",
        {
            "times": times,
            "existing": [
                CommitteeFigures(committee, *counts[committee.pk], _unanswered_address(committee, times))
                for committee in existing
            ],
            "ended": [one for one in known if one.valid_to and not one.exists_on(times.day)],
        },
    )


def _counts(owned: StandingQuerySet, lines: dict[int, set[int]]) -> dict[int, tuple[int, int]]:
    """Committee (id) -> how many counted items it owns, and of how many it owes an answer; with what it took over."""
    is_counted = Q(item__kind__in=sorted(COUNTED))
    rows = (
        owned.order_by()
        .values_list("committee")
        .annotate(items=Count("pk", filter=is_counted), owed=Count("pk", filter=answers.OWES))
    )
    alone = {committee: (items, owed) for committee, items, owed in rows}
    counts = {committee: alone.get(committee, (0, 0)) for committee in lines}
    # One that took over may own what it took over too: such items are told apart, so that none counts twice.
    heirs = {committee: line for committee, line in lines.items() if len(line) > 1}
    if heirs:
        items, owed = _items_of(owned.filter(is_counted), heirs), _items_of(owned.filter(answers.OWES), heirs)
        counts |= {committee: (len(items[committee]), len(owed[committee])) for committee in heirs}
    return counts


def _items_of(cells: StandingQuerySet, heirs: dict[int, set[int]]) -> dict[int, set[int]]:
    """Committee (id) -> the items (ids) of its cells, and of those of all that it took over from."""
    by_committee: dict[int, set[int]] = defaultdict(set)
    wanted: set[int] = set().union(*heirs.values())
    for committee, item in cells.filter(committee__in=wanted).order_by().values_list("committee", "item"):
        by_committee[committee].add(item)
    return {heir: set().union(*(by_committee[one] for one in line)) for heir, line in heirs.items()}


def _unanswered_address(committee: Committee, times: Times) -> str:
    chosen = Selection(committee=committee.code, answer=(NONE_REGISTERED,), as_of=times.as_of)
    return f"{reverse('recommendations')}?{chosen.query_string()}"


def committee(request: HttpRequest, code: str) -> HttpResponse:
    """`/udvalg/<kode>/`, in upper or lower case; the code as it is registered is the address that lasts.

    Nine queries; more where changes or an earlier day are asked for, and one for each kind of item of which not all
    fit.
    """
    known = {committee.pk: committee for committee in Committee.objects.order_by("code")}
    found = _find(known.values(), code)
    if found.code != code:
        address = with_query(reverse("committee", args=[found.code]), request.META.get("QUERY_STRING", ""))
        return redirect(address, permanent=True)
    times = times_of(request)
    chosen = Selection(committee=found.code, as_of=times.as_of)
    line = chosen.owners
    owned = [
        _owned(chosen.recommendations(), reverse("recommendations"), chosen, times),
        _owned(chosen.initiatives(), reverse("initiatives"), chosen, times),
    ]
    unanswered = FirstRows.of(chosen.replaced(answer=(NONE_REGISTERED,)).recommendations())
    return render(
        request,
        "committees/detail.html",
        {
            "committee": found,
            "times": times,
            "downloads": Downloads.of_report(times.selection(committee=found.code)),
            "follow": Follow.of("news", Selection(committee=found.code)),
            "exists": found.exists_on(times.day),
            "owned": [one for one in owned if one.figures.totals.total],
            "unanswered": unanswered,
            "silences": [(item, days_after(item.publication.handed_over_on, times.day)) for item in unanswered.rows],
            "unanswered_address": _unanswered_address(found, times),
            "answers": FirstRows.of(_answered(found, line, chosen)),
            "before": FirstRows.of(_owned_before(found, chosen)),
            "successions": _successions(found, known, chosen),
            "changes": newest_changes(chosen.replaced(since=times.since), most=MOST_CHANGES) if times.since else None,
            "news_address": f"{reverse('news')}?{times.selection(committee=found.code).query_string()}",
        },
    )


def _find(committees: Iterable[Committee], code: str) -> Committee:
    """Compared here and not in SQL: SQLite does not know that ø is a small Ø."""
    for committee in committees:
        if committee.code.casefold() == code.casefold():
            return committee
    raise Http404(_("Udvalget findes ikke."))


def _owned(items: ItemQuerySet, path: str, chosen: Selection, times: Times) -> OwnedItems:
    """What the committee owns of one kind, with what it took over."""
    stale_after_days = tenancy.current().stale_after_days
    items = items.counted()
    rows = list(items[: MOST_ROWS + 1])
    is_cut = len(rows) > MOST_ROWS
    totals = status_totals(items, times.day)[None] if is_cut else totals_of(rows, times.day)
    standing = [(item, ItemStanding.of(item, times.day, stale_after_days)) for item in rows[:MOST_ROWS]]
    return OwnedItems(path == reverse("initiatives"), ListFigures(totals, path, chosen), standing, is_cut)


def _answered(committee: Committee, line: Collection[int], chosen: Selection) -> StandingQuerySet:
    """The cells with an answer: the committee's own and those it took over; and those that took over its answer."""
    with_answer = answers.cells(*chosen.times).filter(answers.HAS_ANSWER)
    whose = Q(committee__in=line) | Q(answer__committee=committee)
    read = with_answer.filter(whose).select_related("answer__committee", "item__publication", "item__wording")
    return read.order_by("-answer__meeting_date", "-answer__recorded_at", "-pk")


def _owned_before(committee: Committee, chosen: Selection) -> QuerySet[Ownership]:
    """What it no longer owned on the day asked about, each with the committee that it was handed over to."""
    public = Publication.objects.public(*chosen.times).order_by().values("pk")
    known = Ownership.objects.recorded(chosen.known_at)
    took_over = known.filter(
        item=OuterRef("item"), succession__predecessor=OuterRef("committee"), valid_from=OuterRef("valid_to")
    )
    ended = known.filter(committee=committee, valid_to__lte=chosen.day, item__publication__in=public)
    return (
        ended.annotate(taken_over_by=Subquery(took_over.order_by("pk").values("committee__name")[:1]))
        .select_related("item__publication", "item__wording")
        .order_by("-valid_to", *IN_ORDER, "pk")
    )


def _successions(committee: Committee, known: dict[int, Committee], chosen: Selection) -> list[SuccessionLine]:
    """Whom it took over from and who took over from it, by the day asked about: all of it, or some tasks."""
    rows = Succession.objects.filter(on__lte=chosen.day, recorded_at__lte=moment(chosen.known_at))
    lines = []
    for row in rows.filter(Q(predecessor=committee) | Q(successor=committee)).order_by("on", "pk"):
        if row.successor_id == committee.pk:
            words = _("Afløste") if row.predecessor_ends else _("Overtog opgaver fra")
            lines.append(SuccessionLine(words, known[row.predecessor_id], row))
        else:
            words = _("Afløst af") if row.predecessor_ends else _("Afgav opgaver til")
            lines.append(SuccessionLine(words, known[row.successor_id], row))
    return lines
