"""Committees: what each owns today, what it owned before, what it has answered and what it has not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet, Window
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.changes import Changes, newest_changes
from recommendations.figures import status_totals, totals_of
from recommendations.lifecycle import days_after
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Initiative,
    Ownership,
    Recommendation,
)
from recommendations.models.item import ItemQuerySet
from recommendations.public.downloads import Downloads
from recommendations.public.follow import Follow
from recommendations.public.overview import Part
from recommendations.public.standing import Standing
from recommendations.public.times import Times, times_of
from recommendations.selection import NONE_REGISTERED, Selection, with_query

MOST_ROWS = 100  # of each list on a committee's page; what is left out is said, with the way to it
MOST_CHANGES = 50
IN_ORDER_OF_ITEMS = ("publication__position", "publication__slug", "sort_key")
IN_ORDER = tuple(f"recommendation__{name}" for name in IN_ORDER_OF_ITEMS)


@dataclass(frozen=True)
class Listed:
    """The first rows of a list, and how many it has."""

    rows: list
    whole: int

    @property
    def is_cut(self) -> bool:
        return self.whole > len(self.rows)

    @classmethod
    def of(cls, rows: QuerySet) -> Listed:
        """One query: the whole is counted beside every row."""
        found = list(rows.annotate(whole=Window(Count("pk")))[:MOST_ROWS])
        return cls(found, found[0].whole if found else 0)


@dataclass(frozen=True)
class Owned:
    """What a committee owns of one kind: the totals with the way to the list, and the items, as far as they fit."""

    kind: str  # "recommendation" or "initiative"
    part: Part
    rows: list[tuple[object, Standing]]
    is_cut: bool


@dataclass(frozen=True)
class CommitteeRow:
    """A committee in the list of all: how many items it owns, and how many recommendations it has not answered."""

    committee: Committee
    owned: int
    unanswered: int
    unanswered_address: str


def committees(request: HttpRequest) -> HttpResponse:
    """`/udvalg/`: four queries."""
    times = times_of(request)
    selection = times.selection()
    owned = _per_committee(
        Ownership.objects.in_force(*selection.times).filter(
            Q(recommendation__isnull=True) | Q(recommendation__is_heading=False)
        )
    )
    unanswered = _per_committee(_unanswered(selection))
    rows, ended = [], []
    for committee in Committee.objects.order_by("name", "code"):
        if not committee.exists_on(times.day):
            ended += [committee] if committee.valid_to else []
            continue
        line = selection.lineage.with_predecessors(committee.pk)
        rows.append(
            CommitteeRow(
                committee,
                sum(owned.get(pk, 0) for pk in line),
                sum(unanswered.get(pk, 0) for pk in line),
                _unanswered_address(committee, times),
            )
        )
    return render(request, "committees/list.html", {"times": times, "existing": rows, "ended": ended})


def _per_committee(rows: QuerySet) -> dict[int, int]:
    return dict(rows.order_by().values_list("committee").annotate(count=Count("pk")))


def _unanswered(selection: Selection) -> QuerySet:
    """Ownerships whose committee owes an answer: none is registered, and the source expects one."""
    return selection.answer_cells().filter(
        is_answered=False, recommendation__is_heading=False, recommendation__publication__expects_answers=True
    )


def _unanswered_address(committee: Committee, times: Times) -> str:
    chosen = Selection(committee=committee.code, answer=(NONE_REGISTERED,), as_of=times.as_of)
    return f"{reverse('recommendations')}?{chosen.query_string()}"


def committee(request: HttpRequest, code: str) -> HttpResponse:
    """`/udvalg/<kode>/`, in upper or lower case; the code as it is registered is the address that lasts.

    Seven queries; three more where changes are asked for, and one for each kind of item of which not all fit.
    """
    known = {committee.pk: committee for committee in Committee.objects.order_by("code")}
    found = _find(known.values(), code)
    if found.code != code:
        address = with_query(reverse("committee", args=[found.code]), request.META.get("QUERY_STRING", ""))
        return redirect(address, permanent=True)
    times = times_of(request)
    selection = times.selection()
    line = selection.lineage.with_predecessors(found.pk)
    items = [
        kind.objects.with_state(*selection.times).owned_by(line, *selection.times)
        for kind in (Recommendation, Initiative)
    ]
    owned = [
        _owned(items[0], reverse("recommendations"), found, times),
        _owned(items[1], reverse("initiatives"), found, times),
    ]
    answers = CommitteeAnswer.objects.current(*selection.times).filter(committee=found)
    before = Ownership.objects.filter(committee=found, valid_to__lte=times.day)
    silent = (
        _unanswered(selection).filter(committee__in=line).select_related("recommendation__publication", "committee")
    )
    unanswered = Listed.of(silent.order_by(*IN_ORDER, "pk"))
    handed_over = selection.lineage.handed_over
    return render(
        request,
        "committees/detail.html",
        {
            "committee": found,
            "times": times,
            "downloads": Downloads.of_report(times.selection(committee=found.code)),
            "follow": Follow.of("news", Selection(committee=found.code)),
            "exists": found.exists_on(times.day),
            "owned": [one for one in owned if one.part.totals.total],
            "unanswered": unanswered,
            "silences": [
                (cell, days_after(cell.recommendation.publication.handed_over_on, times.day))
                for cell in unanswered.rows
            ],
            "unanswered_address": _unanswered_address(found, times),
            "answers": Listed.of(answers.select_related("recommendation__publication").newest_first()),
            "before": Listed.of(
                before.select_related(
                    "recommendation__publication", "initiative__publication", "succession__successor"
                ).order_by("-valid_to", "pk")
            ),
            "predecessors": [(known[old], on) for (old, new), on in handed_over.items() if new == found.pk],
            "successors": [(known[new], on) for (old, new), on in handed_over.items() if old == found.pk],
            "changes": _changes(selection, items) if times.since else None,
            "news_address": f"{reverse('news')}?{times.selection(committee=found.code).query_string()}",
        },
    )


def _find(committees: Iterable[Committee], code: str) -> Committee:
    """Compared here and not in SQL: SQLite does not know that ø is a small Ø."""
    for committee in committees:
        if committee.code.casefold() == code.casefold():
            return committee
    raise Http404(_("Udvalget findes ikke."))


def _owned(items: ItemQuerySet, path: str, committee: Committee, times: Times) -> Owned:
    """What the committee owns of one kind, with what it took over."""
    items = items.countable()
    rows = list(items.select_related("publication").order_by(*IN_ORDER_OF_ITEMS)[: MOST_ROWS + 1])
    is_cut = len(rows) > MOST_ROWS
    totals = status_totals(items, times.day)[None] if is_cut else totals_of(rows, times.day)
    part = Part(totals, path, Selection(committee=committee.code, as_of=times.as_of))
    return Owned(items.model.ABOUT, part, [(item, Standing.of(item, times.day)) for item in rows[:MOST_ROWS]], is_cut)


def _changes(selection: Selection, items: list[ItemQuerySet]) -> Changes:
    about = [Q(**{f"{rows.model.ABOUT}__in": rows.order_by().values("pk")}) for rows in items]
    return newest_changes(selection, most=MOST_CHANGES, about=reduce(or_, about), to_recommendations=about[0])
