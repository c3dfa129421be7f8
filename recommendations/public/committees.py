"""Committees: what each owns today, what it owned before, and what it has answered."""

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.figures import StatusTotals, status_totals
from recommendations.models import Committee, CommitteeAnswer, Ownership, Succession
from recommendations.public.follow import Follow
from recommendations.public.overview import Part
from recommendations.public.times import Times, times_of
from recommendations.selection import Selection

MOST_ANSWERS = 50


def committees(request: HttpRequest) -> HttpResponse:
    """`/udvalg/`"""
    times = times_of(request)
    owned = dict(
        Ownership.objects.in_force(*times.selection().times)
        .filter(Q(recommendation__isnull=True) | Q(recommendation__is_heading=False))
        .order_by()
        .values_list("committee")
        .annotate(count=Count("pk"))
    )
    lineage = times.selection().lineage
    rows = [
        (
            committee,
            sum(owned.get(pk, 0) for pk in lineage.with_predecessors(committee.pk)),
            committee.exists_on(times.day),
        )
        for committee in Committee.objects.order_by("name", "code")
    ]
    return render(
        request,
        "committees/list.html",
        {
            "times": times,
            "existing": [row for row in rows if row[2]],
            "ended": [row for row in rows if not row[2] and row[0].valid_to],
        },
    )


def committee(request: HttpRequest, code: str) -> HttpResponse:
    """`/udvalg/<kode>/`, in upper or lower case; the code as it is registered is the address that lasts."""
    found = _find(code)
    if found.code != code:
        address = reverse("committee", args=[found.code])
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address, permanent=True)
    times = times_of(request)
    as_of, known_at = times.selection().times
    answers = CommitteeAnswer.objects.current(as_of, known_at).filter(committee=found)
    ended = Ownership.objects.filter(committee=found, valid_to__lte=times.day)
    successions = Succession.objects.filter(on__lte=times.day).select_related("predecessor", "successor")
    return render(
        request,
        "committees/detail.html",
        {
            "committee": found,
            "times": times,
            "follow": Follow.of("news", Selection(committee=found.code)),
            "exists": found.exists_on(times.day),
            "parts": _parts(found, times),
            "before": ended.select_related(
                "recommendation__publication", "initiative__publication", "succession__successor"
            ).order_by("-valid_to", "pk"),
            "answers": answers.select_related("recommendation__publication").newest_first()[:MOST_ANSWERS],
            "answer_count": answers.count(),
            "predecessors": successions.filter(successor=found).order_by("on", "pk"),
            "successors": successions.filter(predecessor=found).order_by("on", "pk"),
        },
    )


def _find(code: str) -> Committee:
    """Compared here and not in SQL: SQLite does not know that ø is a small Ø."""
    for committee in Committee.objects.order_by("code"):
        if committee.code.casefold() == code.casefold():
            return committee
    raise Http404(_("Udvalget findes ikke."))


def _parts(committee: Committee, times: Times) -> dict[str, Part | None]:
    """What the committee owns, with what it took over, by kind; nothing where it owns none."""
    selection = times.selection(committee=committee.code)

    def part(items, path: str) -> Part | None:
        totals: StatusTotals = status_totals(items, times.day)[None]
        return Part(totals, reverse(path), selection) if totals.total else None

    return {
        "recommendations": part(selection.recommendations(), "recommendations"),
        "initiatives": part(selection.initiatives(), "initiatives"),
    }
