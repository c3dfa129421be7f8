"""One source: how it came about, and the complete list of what it recommends."""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from recommendations.figures import AnswerTotals, StatusTotals, answer_totals, status_totals
from recommendations.models import Initiative, Publication, Recommendation
from recommendations.public.follow import Follow
from recommendations.public.linked_data import of_publication
from recommendations.public.overview import source_of
from recommendations.public.standing import Standing
from recommendations.public.times import times_of
from recommendations.selection import Selection


@dataclass
class Line:
    """One line of the complete list: an item, how it stands, and the initiatives that belong to it."""

    item: object
    standing: Standing
    initiatives: list[tuple[Initiative, Standing]] = field(default_factory=list)


def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """`/kilder/<kilde>/`"""
    times = times_of(request)
    publication = get_object_or_404(Publication, slug=slug)
    selection = times.selection(publication=publication.slug)
    recommendations = Recommendation.objects.with_state(*selection.times).with_support().filter(publication=publication)
    initiatives = Initiative.objects.with_state(*selection.times).filter(publication=publication)
    source = source_of(
        publication,
        status_totals(recommendations, times.day)[None],
        status_totals(initiatives, times.day)[None],
        answer_totals(selection.answer_cells(), selection.answers()).get(publication.pk, AnswerTotals()),
        times,
    )
    lines = {
        item.pk: Line(item, Standing.of(item, times.day))
        for item in recommendations.select_related("publication").order_by("sort_key")
    }
    loose = []
    for initiative in (
        initiatives.select_related("publication", "addressee").prefetch_related("recommendations").order_by("sort_key")
    ):
        # An initiative that belongs to several stands under the first, so that the list counts as the source does.
        place = next((lines[r.pk] for r in initiative.recommendations.all() if r.pk in lines), None)
        (place.initiatives if place else loose).append((initiative, Standing.of(initiative, times.day)))
    return render(
        request,
        "publications/detail.html",
        {
            "publication": publication,
            "times": times,
            "linked_data": of_publication(publication),
            "follow": Follow.of("news", Selection(publication=publication.slug)),
            "source": source,
            "facts": publication.facts.order_by("position"),
            "lines": list(lines.values()),
            "loose": loose,
            "listed": _listed(publication, source, lines.values()),
        },
    )


def _listed(publication: Publication, source, lines) -> list[tuple[str, int, int]]:
    """What the source says it holds against what stands here: (code of the kind, expected, listed)."""
    none = StatusTotals()
    listed = [
        ("headings", publication.expected_headings, sum(line.item.is_heading for line in lines)),
        (
            "recommendations",
            publication.expected_recommendations,
            (source.recommendations.totals if source.recommendations else none).total,
        ),
        (
            "initiatives",
            publication.expected_initiatives,
            (source.initiatives.totals if source.initiatives else none).total,
        ),
    ]
    return [row for row in listed if row[1] or row[2]]
