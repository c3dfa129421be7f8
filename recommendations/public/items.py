"""One recommendation, one initiative: everything that is known about it, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.answers import AnswerCell, answer_grid
from recommendations.enums import NO_STATUS, ItemKind, OwnershipRole, RelationKind, Status, VoteOption
from recommendations.figures import totals_of
from recommendations.foreseen import Foreseen
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Initiative,
    Item,
    Ownership,
    Recommendation,
    Relation,
    Standing,
    StatusUpdate,
    VoteShare,
    Wording,
)
from recommendations.models.recorded import CorrigibleQuerySet
from recommendations.public.addressed import at_number, formerly_at, moved, not_there
from recommendations.public.asked import NotThatDay, Times, require_existing, times_of
from recommendations.public.follow import Follow
from recommendations.public.joined import joined
from recommendations.public.linked_data import of_item
from recommendations.public.timeline import RecordedLine, recorded_lines, timeline
from recommendations.selection import ItemModel, Selection
from recommendations.standing import ItemStanding, counts_in_words
from recommendations.templatetags.words import is_since


@dataclass(frozen=True)
class RelatedItem:
    """An item that another hangs together with, seen from that other."""

    words: str  # "Bygger på"
    item: Item
    basis: str  # who says so
    names_its_source: bool  # `basis` is the title of a source, and no word of ours
    note: str


@dataclass(frozen=True)
class OwnerLine:
    """A committee that owns the item: its part in it, and how its own cell stands."""

    committee: Committee
    role: str
    code: str
    label: str
    on: date | None
    is_new: bool  # took it over on or after the day that was asked about with `siden`


@dataclass(frozen=True)
class OptionLine:
    """A possibility that the item leaves open, and the committees that chose it."""

    item: Item
    chosen_by: tuple[Committee, ...]


def recommendation(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/`: thirteen queries; on an earlier day one more, for its words."""
    return _page(request, Recommendation, publication, number)


def initiative(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/`: one query less."""
    return _page(request, Initiative, publication, number)


def _page(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    times = times_of(request)
    selection = times.selection()
    items = at_number(model, publication, number).with_state(*selection.times)
    items = items.select_related("publication", "parent__wording", "addressee", "wording")
    relation, also = ("votes", ()) if model is Recommendation else ("carries_out", ("publication", "wording"))
    found = joined(items, relation, *also)
    if not found:
        return _at_its_new_number(request, model, publication, number)
    item, related = found[0]
    if way := moved(request, item, publication, number):
        return way
    require_existing(item.publication, times)
    if item.parent:
        item.parent.publication = item.publication

    wordings = recorded_lines(_until(Wording.objects, item, times, "valid_from"))
    published = StatusUpdate.objects.known(*selection.times).filter(item=item).select_related("committee", "criterion")
    published_rows = joined(published.newest_first(), "evidence")
    deadlines = recorded_lines(_until(Deadline.objects, item, times, "set_on"))
    criteria = recorded_lines(_until(DoneWhen.objects, item, times, "set_on"))
    criterion = _in_force(criteria)
    cells = _cells(item, selection)
    # Set by no address: staff look at the page as it will be, with an update that is not published.
    foreseen: Foreseen | None = getattr(request, "foreseen", None)
    if foreseen:
        published_rows, cells = foreseen.among(published_rows), foreseen.cells(cells)
        foreseen.mark(item)
    in_force = [row.pk for row in (criterion.row, *criterion.corrections)] if criterion else []
    updates = timeline(published_rows, since=times.since, criteria=in_force)
    ownerships = list(Ownership.objects.recorded(selection.known_at).filter(item=item).select_related("succession"))
    answers = _answers(item, cells, ownerships, selection)
    owners = _owners(cells, ownerships, times)
    nearby = _nearby(item, selection)
    below = [one for one in nearby if one.path.startswith(f"{item.path}!")]
    carried_out_by = _carried_out_by(item, selection) if model is Recommendation else []
    carries_out = _carries_out(related, times) if model is Initiative else []
    relations = _related(item, times)
    if times.as_of:
        of_the_day = [item, *nearby, *carried_out_by, *carries_out, *(relation.item for relation in relations)]
        _read_words([*of_the_day, *([item.parent] if item.parent else [])], selection)
    if item.words is None:
        raise NotThatDay(_("Nummeret fandtes ikke i kilden den dag, du ser på."), times.path)

    def standing(items: Iterable[Item]) -> list[tuple[Item, ItemStanding]]:
        stale_after_days = tenancy.current().stale_after_days
        return [(one, ItemStanding.of(one, times.day, stale_after_days)) for one in items]

    marked = [moment for line in [*deadlines, *criteria] for moment in line.moments()]
    marked += [one.answer.recorded_at for one in answers if one.answer]
    context = {
        "item": item,
        "words": item.words,
        "earlier_words": [line for line in wordings if item.words not in (line.row, *line.corrections)],
        "corrected_words": [line for line in wordings if line.corrections and line.last == item.words],
        "short_address": tenancy.site_url() + item.get_short_url(),
        "poster_address": _address(item, "poster"),
        "linked_data": of_item(item),
        "follow": Follow(_address(item, "feed")),
        "times": times,
        "standing": standing([item])[0][1],
        "together": counts_in_words(cells),
        "owners": owners,
        "answers": answers,
        "updates": updates,
        "new": sum(line.new_updates for line in updates)
        + sum(is_since(moment, times.since) for moment in marked)
        + sum(owner.is_new for owner in owners),
        "deadlines": deadlines,
        "criterion": criterion,
        "earlier_criteria": [line for line in criteria if line is not criterion],
        "relations": relations,
        "previous": next((one for one in reversed(nearby) if one.path < item.path), None),
        "next": next((one for one in nearby if one.path > item.path), None),
        "below": standing(one for one in below if one.kind != ItemKind.OPTION),
        "options": _options(below, cells),
        "totals": totals_of(below, times.day),
        "carried_out_by": standing(carried_out_by),
        "carries_out": carries_out,
        **(_votes(related) if model is Recommendation else _votes([])),
    }
    return render(request, f"items/{item.route}.html", context)


def _at_its_new_number(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    """The way to the item that had the number before it was mended; a 404 where none had."""
    item = formerly_at(model, number, slug__iexact=publication)
    way = moved(request, item, publication, number) if item else None
    if way is None:
        raise not_there()
    return way


def _address(item: Item, what: str) -> str:
    return reverse(f"{item.route}_{what}", args=[item.publication.slug, item.number])


def _until(rows: Any, item: Item, times: Times, day: str) -> CorrigibleQuerySet:
    """What was recorded about the item and is about a day no later than the one asked about, corrected or not."""
    found: CorrigibleQuerySet = rows.recorded_until(times.selection().known_at)
    return found.filter(item=item, **{f"{day}__lte": times.day}).order_by("recorded_at", "pk")


def _in_force(criteria: Sequence[RecordedLine[DoneWhen]]) -> RecordedLine[DoneWhen] | None:
    """The newest that stands; a correction stands in the place, and the time, of what it corrects."""
    standing = [line for line in criteria if line.last.text]
    return max(standing, key=lambda line: (line.last.set_on, line.row.recorded_at), default=None)


def _votes(votes: Collection[VoteShare]) -> dict[str, Any]:
    return {
        "votes": sorted(votes, key=lambda vote: VoteOption.values.index(vote.option)),
        "has_share": any(vote.percent is not None for vote in votes),
    }


# --- Committees -------------------------------------------------------------------------------------------------------


def _cells(item: Item, selection: Selection) -> list[Standing]:
    cells = list(selection.cells().filter(item=item).select_related("committee", "answer__committee"))
    for cell in cells:
        cell.item = item
    return cells


def _answers(item: Item, cells: list[Standing], ownerships: list[Ownership], selection: Selection) -> list[AnswerCell]:
    given = CommitteeAnswer.objects.recorded_until(selection.known_at).filter(item=item).select_related("committee")
    grid = answer_grid(cells, day=selection.day, answers=given, ownerships=ownerships, lineage=selection.lineage)
    if item.is_counted and not item.is_initiative:
        return grid
    return [cell for cell in grid if cell.answer or cell.earlier]  # nobody is expected to answer; whoever did is shown


def _owners(cells: Iterable[Standing], ownerships: Iterable[Ownership], times: Times) -> list[OwnerLine]:
    """The owners on the day asked about, the lead first."""
    taken_over = {
        own.committee_id for own in ownerships if own.succession_id and is_since(own.recorded_at, times.since)
    }
    owning = [(cell.committee, cell) for cell in cells if cell.role and cell.committee]
    return [
        OwnerLine(
            committee,
            str(cell.get_role_display()),
            cell.status,
            str(Status(cell.status).label if cell.status else NO_STATUS),
            cell.status_on,
            cell.committee_id in taken_over,
        )
        for committee, cell in sorted(
            owning, key=lambda one: (one[1].role != OwnershipRole.LEAD, one[0].sort_name, one[0].code)
        )
    ]


# --- Other items ------------------------------------------------------------------------------------------------------


def _nearby(item: Item, selection: Selection) -> list[Item]:
    """The item before, the item after and all below, in the order of the source: one query for the three."""
    others = type(item).objects.filter(publication=item.publication)
    before = others.filter(path__lt=item.path).order_by("-path").values("pk")[:1]
    after = others.filter(path__gt=item.path).order_by("path").values("pk")[:1]
    wanted = Q(pk__in=before) | Q(pk__in=after) | Q(path__startswith=f"{item.path}!")
    found = others.with_state(*selection.times).filter(wanted)
    return list(found.select_related("publication", "wording").order_by("path"))


def _carried_out_by(item: Item, selection: Selection) -> list[Item]:
    found = Initiative.objects.filter(carries_out=item).public(*selection.times).with_state(*selection.times)
    read = found.select_related("publication", "addressee", "wording")
    return list(read.order_by("publication__position", "publication__slug", "path"))


def _carries_out(items: Iterable[Item], times: Times) -> list[Item]:
    """What an initiative belongs to, in the order of the sources; of public sources only."""
    shown = [item for item in items if times.shows(item.publication)]
    return sorted(shown, key=lambda item: (item.publication.position, item.publication.slug, item.path))


def _options(below: Iterable[Item], cells: Iterable[Standing]) -> list[OptionLine]:
    """What could be chosen between, and who chose what."""
    chosen = [(cell.answer.chosen_option_id, cell.committee) for cell in cells if cell.answer and cell.committee]
    return [
        OptionLine(option, tuple(committee for wanted, committee in chosen if wanted == option.pk))
        for option in below
        if option.kind == ItemKind.OPTION
    ]


def _related(item: Item, times: Times) -> list[RelatedItem]:
    """Relations in both directions, in the words that fit the direction; to items of public sources."""
    public = Item.objects.public(*times.selection().times).order_by().values("pk")
    rows = Relation.objects.touching(item).filter(from_item__in=public, to_item__in=public)
    ends = [f"{end}_item__{what}" for end in ("from", "to") for what in ("publication", "wording")]
    found = []
    for relation in rows.select_related(*ends, "source").order_by("pk"):
        kind, outward = RelationKind(relation.kind), relation.from_item_id == item.pk
        named = relation.source if relation.source and times.shows(relation.source) else None
        found.append(
            RelatedItem(
                words=str(kind.label if outward else kind.reverse_label),
                item=relation.to_item if outward else relation.from_item,
                basis=named.title if named else str(relation.get_basis_display()),
                names_its_source=named is not None,
                note=relation.note,
            )
        )
    return found


def _read_words(items: list[Item], selection: Selection) -> None:
    """Let items that have been read say what they said on the day asked about: one query for all of them."""
    then = Wording.objects.known(*selection.times).newest_first()
    prefetch_related_objects(items, Prefetch("wordings", then, to_attr="words_then"))
