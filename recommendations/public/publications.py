"""One source: what became of all that it recommends, how it came about, and who is to answer it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import facet_index, prepared
from recommendations.changes import newest_changes
from recommendations.charts import steps_chart
from recommendations.figures import SourceTotals, totals_of_sources
from recommendations.models import Committee, ProcessFact, Publication, SourceCommittee, Treatment
from recommendations.models.recorded import moment
from recommendations.prepared import DAY, NOW, Given
from recommendations.public.addressed import forever
from recommendations.public.asked import moved_to_clean, require_existing, times_of
from recommendations.public.downloads import Downloads
from recommendations.public.follow import Follow
from recommendations.public.glance import shown_glance
from recommendations.public.item_rows import give_documents, treatments_of
from recommendations.public.joined import joining, together
from recommendations.public.linked_data import of_publication
from recommendations.public.pressing import pressing_of
from recommendations.public.reasons_asked import reasons_asked
from recommendations.public.sentence import sentence_of
from recommendations.public.sources import added, figures_of
from recommendations.selection import Selection

MOST_CHANGES = 25


@dataclass(frozen=True)
class ListedCount:
    """What the source says it holds of a kind against what is registered."""

    kind: str  # in words
    expected: int
    found: int


@dataclass(frozen=True)
class BoundCommittee:
    """A committee that is to answer the source, or has had it on its agenda: its part of the question, its meetings."""

    committee: Committee
    part: str
    treatments: list[Treatment]


def publication(request: HttpRequest, slug: str) -> HttpResponse:
    """`/kilder/<kilde>/`: 13 queries, five of them for the index; more for a long list, changes, an earlier day."""
    times = times_of(request)
    publication, facts = source_with_facts(slug)
    if publication.slug != slug:
        return forever(request, reverse("publication", args=[publication.slug]))
    require_existing(publication, times)
    selection = times.selection(publication=publication.slug)
    if moved := moved_to_clean(request, times.selection().query_string()):
        return moved
    index = facet_index.at(times.as_of)
    totals = totals_of_sources([publication.pk], index)[publication.pk]
    source = figures_of(publication, totals, times.as_of)
    glance = shown_glance(publication, times)
    pressing = glance.pressing if glance and glance.pressing else pressing_of([publication.pk], index)
    steps = [(fact.label, fact.number) for fact in facts if fact.is_step and fact.number is not None]
    return render(
        request,
        "publications/detail.html",
        {
            "publication": publication,
            "times": times,
            "linked_data": of_publication(publication),
            "downloads": Downloads.of_report(selection),
            "follow": Follow.of("news", Selection(publication=publication.slug)),
            "source": source,
            "reasons_asked": reasons_asked(selection, index, publication=publication.slug),
            "sentence": sentence_of(source),
            "glance": glance,
            "totals": added([source.recommendations, source.initiatives]),
            "pressing": pressing,
            "facts": facts,
            "steps": steps_chart(steps) if len(steps) > 1 else [],
            "changes": newest_changes(selection, most=MOST_CHANGES) if times.since else None,
            "news_address": f"{reverse('news')}?{selection.query_string()}",
            "listed": _listed(publication, totals),
            "bound": _bound(publication, selection, glance.committees if glance else []),
        },
    )


@prepared.planned_once
def _binding() -> QuerySet[SourceCommittee]:
    return SourceCommittee.objects.filter(publication=Given("source")).select_related("committee")


def source_with_facts(slug: str) -> tuple[Publication, list[ProcessFact]]:
    """The public source of that code, in whatever letters' case, with the facts of its process; else a 404."""
    times = {"day": timezone.localdate(), "now": moment(None)}
    found = together(prepared.objects(_with_facts, slug=slug.casefold(), **times))
    if not found:
        raise Http404(_("Kilden findes ikke."))
    publication, facts = found[0]
    give_documents(publication)
    return publication, sorted(facts, key=lambda fact: fact.position)


@prepared.planned_once
def _with_facts() -> QuerySet[Publication]:
    known = Publication.objects.public(DAY, NOW).alias(code=Lower("slug")).filter(code=Given("slug"))
    return joining(known.order_by(), "facts")


def _listed(publication: Publication, totals: SourceTotals) -> list[ListedCount]:
    listed = [
        ListedCount(_("Overskrifter"), publication.expected_headings, totals.recommendations.headings),
        ListedCount(_("Anbefalinger"), publication.expected_recommendations, totals.recommendations.total),
        ListedCount(_("Initiativer"), publication.expected_initiatives, totals.initiatives.total),
    ]
    return [row for row in listed if row.expected or row.found]


def _bound(publication: Publication, selection: Selection, shown: Collection[Committee]) -> list[BoundCommittee]:
    """Those that bound themselves, and others that have had the source on their agenda, by name: two queries.

    Without those that are `shown` already, and of whom nothing more is known.
    """
    parts = {one.committee: one.part for one in prepared.objects(_binding, source=publication.pk)}
    meetings: dict[Committee, list[Treatment]] = {committee: [] for committee in parts}
    for treatment in treatments_of(publication.pk, selection.day):
        meetings.setdefault(treatment.committee, []).append(treatment)
    return [
        BoundCommittee(committee, parts.get(committee, ""), meetings[committee])
        for committee in sorted(meetings, key=attrgetter("sort_name", "code"))
        if parts.get(committee) or meetings[committee] or committee not in shown
    ]
