"""Committees: what each is responsible for, was before, has answered and has not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import answers, data_version, prepared, tenancy
from recommendations.changes import newest_changes
from recommendations.enums import COUNTED, MeetingState
from recommendations.facets import totals_of_list
from recommendations.models import (
    Committee,
    Initiative,
    Meeting,
    Publication,
    Recommendation,
    SourceCommittee,
    Succession,
    Treatment,
)
from recommendations.models.committee import with_code
from recommendations.models.recorded import moment
from recommendations.models.standing import StandingQuerySet
from recommendations.prepared import DAY, NOW, Given
from recommendations.public.asked import Times, moved_to_clean, times_of
from recommendations.public.contacts import Contacts
from recommendations.public.downloads import Downloads
from recommendations.public.follow import Follow
from recommendations.public.former import answered_elsewhere, owned_before
from recommendations.public.reasons_asked import reasons_asked
from recommendations.public.rows import RowsOfSource, by_source, items_of, rows_of_committee
from recommendations.public.silences import Silences
from recommendations.public.sources import ListFigures
from recommendations.selection import ITEM_MODELS, NONE_REGISTERED, ItemModel, Selection, with_query

MOST_CHANGES = 25
MOST_ROWS = 25  # of each kind; what is left out is said, with the way to it
COMMITTEE = Given("committee")


@dataclass(frozen=True)
class OwnedItems:
    """What a committee is responsible for of one kind: the totals with the way to the list, and the rows that fit."""

    is_of_initiatives: bool
    figures: ListFigures
    by_source: list[RowsOfSource]
    shown: int
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
    if moved := moved_to_clean(request, selection.query_string()):
        return moved
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

    Nineteen queries, five of them for the index; more where changes, an earlier day or former items are told of.
    """
    times = times_of(request)
    known = data_version.kept(("committees", times.day), lambda: _known(times.day))
    found = committee_with(known.values(), code)
    address = reverse("committee", args=[found.code])
    if found.code != code:
        return redirect(with_query(address, request.META.get("QUERY_STRING", "")), permanent=True)
    if moved := moved_to_clean(request, times.selection().query_string()):
        return moved
    chosen = Selection(committee=found.code, as_of=times.as_of)
    owned = [_owned(model, chosen, found, times) for model in ITEM_MODELS]
    unanswered = chosen.replaced(answer=(NONE_REGISTERED,))
    successions = data_version.kept("successions", lambda: list(Succession.objects.order_by("on", "pk")))
    given = {"committee": found.pk, "day": times.day, "now": moment(None)}
    return render(
        request,
        "committees/detail.html",
        {
            "committee": found,
            "times": times,
            "downloads": Downloads.of_report(times.selection(committee=found.code)),
            "follow": Follow.of("news", Selection(committee=found.code)),
            "contacts": Contacts.about_committee(found, tenancy.site_url() + address),
            "exists": found.exists_on(times.day),
            "site": tenancy.site_url(),
            "owned": [one for one in owned if one.figures.totals.total],
            "silences": Silences.of(chosen),
            "reasons_asked": reasons_asked(chosen, chosen.index, committee=found),
            "unanswered": len(unanswered.hits(Recommendation) & unanswered.index.counted),
            "unanswered_address": _unanswered_address(found, times),
            "answers_elsewhere": answered_elsewhere(found.pk, chosen.owners, successions, chosen.index),
            "before": owned_before(found.pk, chosen.index),
            "successions": _successions(found, known, successions, chosen),
            "bound": prepared.objects(_bound, **given),
            "treatments": prepared.objects(_treatments, **given),
            **_meetings([known[owner] for owner in chosen.owners]),
            "changes": newest_changes(chosen.replaced(since=times.since), most=MOST_CHANGES) if times.since else None,
            "news_address": f"{reverse('news')}?{times.selection(committee=found.code).query_string()}",
        },
    )


def committee_with(committees: Iterable[Committee], code: str) -> Committee:
    """That of the address; `Http404` where there is none."""
    if found := with_code(committees, code):
        return found
    raise Http404(_("Udvalget findes ikke."))


def _owned(model: ItemModel, chosen: Selection, committee: Committee, times: Times) -> OwnedItems:
    """What the committee is responsible for of one kind, with what it took over."""
    index = chosen.index
    keys = [index.ids[place] for place in (chosen.hits(model) & index.counted)[:MOST_ROWS]]
    totals = totals_of_list(chosen, model)
    rows = rows_of_committee(items_of(keys, model, chosen), chosen, committee, suffix=times.query)
    groups = by_source(rows, chosen, suffix=times.query, folds=True)
    figures = ListFigures(totals, reverse("recommendations" if model is Recommendation else "initiatives"), chosen)
    return OwnedItems(model is Initiative, figures, groups, len(rows), totals.total > len(rows))


@prepared.planned_once
def _bound() -> QuerySet[SourceCommittee]:
    """The sources that it bound itself to answer as a whole, by the day asked about."""
    public = Publication.objects.public(DAY, NOW).order_by().values("pk")
    bound = SourceCommittee.objects.filter(committee=COMMITTEE, publication__in=public)
    return bound.select_related("publication").order_by("publication__position", "publication__slug")


@prepared.planned_once
def _treatments() -> QuerySet[Treatment]:
    """The meetings where it took a source up, the newest first."""
    public = Publication.objects.public(DAY, NOW).order_by().values("pk")
    known = Treatment.objects.known(DAY, NOW).filter(committee=COMMITTEE, publication__in=public)
    known = known.annotate(has_meeting=Exists(Meeting.objects.of_day("committee", "meeting_date")))
    return known.newest_first().select_related("publication", "committee")


def _known(day: date) -> dict[int, Committee]:
    return {committee.pk: committee for committee in prepared.objects(_with_meetings, day=day)}


@prepared.planned_once
def _with_meetings() -> QuerySet[Committee]:
    """The committees, each with the day of its next meeting, and of the last that was held by the day."""
    of_committee = Meeting.objects.filter(committee=OuterRef("pk"))
    held = of_committee.held().filter(on__lte=DAY)
    coming = of_committee.filter(on__gte=DAY).exclude(state=MeetingState.CANCELLED)
    coming = coming.exclude(on=DAY, state=MeetingState.HELD)
    found: QuerySet[Committee] = Committee.objects.annotate(
        next_meeting_on=Subquery(coming.order_by("on").values("on")[:1]),
        last_meeting_on=Subquery(held.order_by("-on").values("on")[:1]),
    )
    return found.order_by("code")


def _meetings(owners: Iterable[Any]) -> dict[str, tuple[Committee, date] | None]:
    """The next meeting of the committee and of those it took over from, and the last that was held."""
    coming = [(one, one.next_meeting_on) for one in owners if one.next_meeting_on]
    held = [(one, one.last_meeting_on) for one in owners if one.last_meeting_on]
    return {
        "next_meeting": min(coming, key=lambda one: one[1], default=None),
        "last_meeting": max(held, key=lambda one: one[1], default=None),
    }


def _successions(
    committee: Committee, known: dict[int, Committee], successions: Iterable[Succession], chosen: Selection
) -> list[SuccessionLine]:
    """Whom it took over from and who took over from it, by the day asked about: all of it, or some tasks."""
    until = moment(chosen.known_at)
    lines = []
    for row in successions:
        if row.on > chosen.day or row.recorded_at > until:
            continue
        if row.successor_id == committee.pk:
            words = _("Afløste") if row.predecessor_ends else _("Overtog opgaver fra")
            lines.append(SuccessionLine(words, known[row.predecessor_id], row))
        elif row.predecessor_id == committee.pk:
            words = _("Afløst af") if row.predecessor_ends else _("Afgav opgaver til")
            lines.append(SuccessionLine(words, known[row.successor_id], row))
    return lines
