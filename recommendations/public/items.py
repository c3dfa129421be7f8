"""One recommendation, one initiative: everything that is known about it, in at most ten queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations.answers import AnswerCell, answer_grid
from recommendations.enums import RelationBasis, RelationKind, VoteOption
from recommendations.figures import totals_of
from recommendations.models import (
    Deadline,
    DoneWhen,
    Initiative,
    Ownership,
    Recommendation,
    Relation,
    StatusUpdate,
    for_item,
)
from recommendations.public.follow import Follow
from recommendations.public.linked_data import of_item
from recommendations.public.rows import joined
from recommendations.public.standing import Standing
from recommendations.public.timeline import timeline
from recommendations.public.times import Times, times_of
from recommendations.templatetags.words import is_since


@dataclass(frozen=True)
class Related:
    """An item that another hangs together with, seen from that other."""

    words: str  # "Bygger på"
    item: object
    basis: str  # who says so
    is_our_reading: bool
    note: str


def recommendation(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/`"""
    times = times_of(request)
    selection = times.selection()
    item, votes = _one(
        joined(
            Recommendation.objects.with_state(*selection.times)
            .filter(publication__slug=publication, number=number)
            .select_related("publication", "parent"),
            "votes",
        )
    )
    nearby = _nearby(item, times)
    owners = _owners(item, times)
    answers = answer_grid(
        owners,
        item.answers.select_related("committee"),
        selection.lineage,
        day=times.day,
        handed_over_on=item.publication.handed_over_on,
    )
    if item.is_heading:  # nobody is expected to answer a heading; whoever did is shown
        answers = [cell for cell in answers if cell.answer or cell.earlier]
    carried_out_by = item.initiatives.with_state(*selection.times).select_related("publication", "addressee")
    below = [one for one in nearby if one.sort_key.startswith(item.sort_key + ".")]
    totals = totals_of(below, times.day)
    return render(
        request,
        "items/recommendation.html",
        _context(item, times, nearby, answers)
        | {
            "votes": sorted(votes, key=lambda vote: VoteOption.values.index(vote.option)),
            "has_share": any(vote.percent is not None for vote in votes),
            "owners": owners,
            "answers": answers,
            "carried_out_by": [(initiative, Standing.of(initiative, times.day)) for initiative in carried_out_by],
            "below": [(one, Standing.of(one, times.day)) for one in below],
            "totals": totals,
        },
    )


def initiative(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/`"""
    times = times_of(request)
    item, recommendations = _one(
        joined(
            Initiative.objects.with_state(*times.selection().times)
            .filter(publication__slug=publication, code=number)
            .select_related("publication", "addressee"),
            "recommendations",
            "publication",
        )
    )
    return render(
        request,
        "items/initiative.html",
        _context(item, times, _nearby(item, times))
        | {
            "owners": _owners(item, times),
            "carries_out": sorted(
                recommendations, key=lambda one: (one.publication.position, one.publication.slug, one.sort_key)
            ),
        },
    )


def _one(found: list[tuple]) -> tuple:
    if not found:
        raise Http404(_("Nummeret findes ikke i kilden."))
    return found[0]


def _context(item, times: Times, nearby: list, answers: Sequence[AnswerCell] = ()) -> dict:
    """What both pages show."""
    about, day = for_item(item), times.day
    published = StatusUpdate.objects.known(*times.selection().times).filter(**about)
    deadlines = list(Deadline.objects.known(*times.selection().times).filter(**about).oldest_first())
    criteria = list(DoneWhen.objects.known(*times.selection().times).filter(**about).oldest_first())
    entries = timeline(joined(published.select_related("committee").newest_first(), "evidence"), since=times.since)
    marked = [*deadlines, *criteria[-1:], *(cell.answer for cell in answers if cell.answer)]
    return {
        "item": item,
        "short_address": settings.SITE_URL + item.get_short_url(),
        "poster_address": reverse(f"{item.ABOUT}_poster", args=item.natural_key()),
        "linked_data": of_item(item),
        "follow": Follow(reverse(f"{item.ABOUT}_feed", args=item.natural_key())),
        "times": times,
        "standing": Standing.of(item, day),
        "entries": entries,
        "new": sum(entry.new_entries for entry in entries)
        + sum(is_since(row.recorded_at, times.since) for row in marked),
        "deadlines": deadlines,
        "criterion": criteria[-1] if criteria else None,
        "earlier_criteria": criteria[:-1],
        "relations": _related(item),
        "previous": next((one for one in nearby if one.sort_key < item.sort_key), None),
        "next": next((one for one in nearby if one.sort_key > item.sort_key), None),
    }


def _nearby(item, times: Times) -> list:
    """The item before, the item after and all below, in the order of the source: one query for the three."""
    others = type(item).objects.filter(publication=item.publication)
    before = others.filter(sort_key__lt=item.sort_key).order_by("-sort_key").values("pk")[:1]
    after = others.filter(sort_key__gt=item.sort_key).order_by("sort_key").values("pk")[:1]
    found = type(item).objects.with_state(*times.selection().times).filter(publication=item.publication)
    found = found.filter(Q(pk__in=before) | Q(pk__in=after) | Q(sort_key__startswith=item.sort_key + "."))
    return list(found.select_related("publication").order_by("sort_key"))


def _owners(item, times: Times) -> list[Ownership]:
    return list(
        Ownership.objects.in_force(*times.selection().times).filter(**for_item(item)).select_related("committee")
    )


def _related(item) -> list[Related]:
    """Relations in both directions, in the words that fit the direction."""
    ends = [f"{end}_{kind}__publication" for end in ("from", "to") for kind in ("recommendation", "initiative")]
    found = []
    for relation in Relation.objects.touching(item).select_related(*ends, "source"):
        kind, outward = RelationKind(relation.kind), relation.from_item == item
        found.append(
            Related(
                words=str(kind.label if outward else kind.reverse_label),
                item=relation.to_item if outward else relation.from_item,
                basis=relation.source.title if relation.source else relation.get_basis_display(),
                is_our_reading=relation.basis == RelationBasis.OUR_READING,
                note=relation.note,
            )
        )
    return found
