"""One recommendation, one initiative: everything that is known about it, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from recommendations import tenancy
from recommendations.answers import AnswerCell, answer_grid
from recommendations.enums import NO_STATUS, ItemKind, OwnershipRole, RelationKind, Status, VoteOption
from recommendations.figures import totals_of
from recommendations.foreseen import Foreseen
from recommendations.meetings import Calendars, Promise, SaidOfItem, promises_about
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    Initiative,
    Item,
    Ownership,
    Recommendation,
    Standing,
    Treatment,
    VoteShare,
    Wording,
)
from recommendations.public import item_rows
from recommendations.public.addressed import formerly_at, moved, not_there
from recommendations.public.asked import NotThatDay, Times, moved_to_clean, require_existing, times_of
from recommendations.public.citing import Reference
from recommendations.public.contacts import Contacts
from recommendations.public.follow import Follow
from recommendations.public.line_of_time import line_of_time
from recommendations.public.linked_data import of_item
from recommendations.public.reasons_asked import with_reasons_asked
from recommendations.public.rows import give_words_then
from recommendations.public.timeline import RecordedLine, TimelineUpdate, recorded_lines, timeline
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


@dataclass(frozen=True)
class _Spoken:
    """What has been said about the item until the day asked about, corrected or not."""

    cells: list[Standing]
    answers: list[AnswerCell]
    updates: list[TimelineUpdate]
    deadlines: list[RecordedLine[Deadline]]
    criteria: list[RecordedLine[DoneWhen]]
    criterion: RecordedLine[DoneWhen] | None
    owners: list[OwnerLine]
    promises: list[Promise]

    def moments(self) -> list[datetime]:
        """When each of what stands on the page was recorded, the updates aside."""
        marked = [row.recorded_at for row in self._commitments()]
        return marked + [one.answer.recorded_at for one in self.answers if one.answer]

    def changed_at(self) -> datetime | None:
        """When somebody last wrote something; none where all of it was read in from a source."""
        answers = [one.answer for one in self.answers if one.answer]
        written = [row.recorded_at for row in (*self._commitments(), *answers) if row.recorded_by_id]
        last = [line.last for line in self.updates]
        written += [update.published_at for update in last if update.published_at and update.author_id]
        return max(written, default=None)

    def _commitments(self) -> list[Deadline | DoneWhen]:
        """Every deadline and every criterion, and what corrects them."""
        deadlines = [row for line in self.deadlines for row in (line.row, *line.corrections)]
        return [*deadlines, *(row for line in self.criteria for row in (line.row, *line.corrections))]

    def news_comes_first(self) -> bool:
        """Whether the newest update is about a later day than the newest answer."""
        met = [one.answer.meeting_date for one in self.answers if one.answer]
        return bool(self.updates) and self.updates[0].update.on >= max(met, default=date.min)


def recommendation(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/anbefalinger/<kilde>/<nummer>/`: sixteen queries; on an earlier day one more, for its words."""
    return _page(request, Recommendation, publication, number)


def initiative(request: HttpRequest, publication: str, number: str) -> HttpResponse:
    """`/initiativer/<kilde>/<nummer>/`: two queries less."""
    return _page(request, Initiative, publication, number)


def _page(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    times = times_of(request)
    selection = times.selection()
    found = item_rows.item_at(model, publication, number, times.day, timezone.localdate())
    if found is None:
        return _at_its_new_number(request, model, publication, number)
    item, related = found
    if way := moved(request, item, publication, number) or moved_to_clean(request, selection.query_string()):
        return way
    require_existing(item.publication, times)
    if item.parent:
        item.parent.publication = item.publication
    item_rows.give_documents(item.publication)

    # Set by no address: staff look at the page as it will be, with an update that is not published.
    spoken = _spoken(item, times, getattr(request, "foreseen", None))
    nearby = item_rows.near(item, times.day)
    carried_out_by = item_rows.initiatives_of(item, times.day) if model is Recommendation else []
    carries_out = _carries_out(related, times) if model is Initiative else []
    relations = _related(item, times)
    of_the_day = [item, *nearby, *carried_out_by, *carries_out, *(relation.item for relation in relations)]
    give_words_then([*of_the_day, *([item.parent] if item.parent else [])], selection)
    if item.words is None:
        raise NotThatDay(_("Nummeret fandtes ikke i kilden den dag, du ser på."), times.path)
    context = {
        **_about(item, times),
        **_said(item, spoken, times),
        **_around(item, nearby, spoken, times),
        "relations": relations,
        "carried_out_by": _standing(carried_out_by, times),
        "carries_out": carries_out,
        **(_votes(related) if model is Recommendation else _votes([])),
    }
    return render(request, f"items/{item.route}.html", context)


def _spoken(item: Item, times: Times, foreseen: Foreseen | None) -> _Spoken:
    selection = times.selection()
    published_rows = item_rows.updates_of(item, times.day)
    deadlines = recorded_lines(item_rows.recorded_of(Deadline, item, times.day, "set_on"))
    criteria = recorded_lines(item_rows.recorded_of(DoneWhen, item, times.day, "set_on"))
    criterion = _in_force(criteria)
    given = item_rows.answers_of(item)
    for answer in given:
        answer.item = item
    cells = _cells(item, given, times.day)
    if foreseen:
        published_rows, cells = foreseen.among(published_rows), foreseen.cells(cells)
        foreseen.mark(item)
    in_force = [row.pk for row in (criterion.row, *criterion.corrections)] if criterion else []
    updates = timeline(published_rows, since=times.since, criteria=in_force)
    ownerships = item_rows.ownerships_of(item)
    answers = _answers(item, cells, given, ownerships, selection)
    said = SaidOfItem(
        given,
        [update for update, _evidence in published_rows],
        ownerships,
        {cell.committee.pk: cell.committee for cell in cells if cell.role and cell.committee},
    )
    promised = _promises(said, selection)
    for line in updates:
        line.look_for_unkept(promised, times.day)
    owners = _owners(cells, ownerships, times)
    return _Spoken(cells, answers, updates, deadlines, criteria, criterion, owners, promised)


def _promises(said: SaidOfItem, selection: Selection) -> list[Promise]:
    """What was promised about the item; one query where a promise has to be placed at a meeting that it does not name.

    A next step with a day alone keeps to its day here.
    """
    whose = {*said.owners, *(answer.committee_id for answer in said.answers)}
    whose |= {update.committee_id for update in said.updates if update.committee_id}
    calendars = Calendars(whose, lineage=selection.lineage, known_at=selection.known_at)
    return list(
        promises_about(said, day=selection.day, lineage=selection.lineage, calendars=calendars, places_steps=False)
    )


def _about(item: Item, times: Times) -> dict[str, Any]:
    """The item itself: its words, whose they are, and how it is referred to and followed."""
    wordings = recorded_lines(item_rows.recorded_of(Wording, item, times.day, "valid_from"))
    return {
        "item": item,
        "words": item.words,
        "earlier_words": [line for line in wordings if item.words not in (line.row, *line.corrections)],
        "corrected_words": [line for line in wordings if line.corrections and line.last == item.words],
        "reference": Reference.to_item(item, times),
        "linked_data": of_item(item),
        "follow": Follow.of_item(item),
        "times": times,
    }


def _said(item: Item, spoken: _Spoken, times: Times) -> dict[str, Any]:
    """How it stands, who is responsible, and what has been said and promised."""
    [(_item, standing)] = _standing([item], times)
    owning = [owner.committee for owner in spoken.owners]
    return {
        "standing": standing,
        "changed_at": spoken.changed_at(),
        "together": counts_in_words(spoken.cells),
        "owners": spoken.owners,
        "contacts": Contacts.about_item(item, owning, tenancy.site_url() + item.get_short_url()),
        "answers": spoken.answers,
        "promises": spoken.promises,
        "latest": spoken.updates[0] if spoken.updates else None,
        "news_first": spoken.news_comes_first(),
        "line_of_time": line_of_time(
            item,
            day=times.day,
            answers=spoken.answers,
            updates=spoken.updates,
            deadlines=spoken.deadlines,
            treatments=_treatments(item, times),
            promises=spoken.promises,
            standing=standing,
        ),
        "new": sum(line.new_updates for line in spoken.updates)
        + sum(is_since(moment, times.since) for moment in spoken.moments())
        + sum(owner.is_new for owner in spoken.owners),
        "deadlines": spoken.deadlines,
        "criterion": spoken.criterion,
        "earlier_criteria": [line for line in spoken.criteria if line is not spoken.criterion],
    }


def _around(item: Item, nearby: list[Item], spoken: _Spoken, times: Times) -> dict[str, Any]:
    """Its place in the source: what stands before and after it, and below it."""
    below = [one for one in nearby if one.path.startswith(f"{item.path}!")]
    return {
        "previous": next((one for one in reversed(nearby) if one.path < item.path), None),
        "next": next((one for one in nearby if one.path > item.path), None),
        "below": _standing((one for one in below if one.kind != ItemKind.OPTION), times),
        "options": _options(below, spoken.cells),
        "totals": totals_of(below, times.day),
    }


def _standing(items: Iterable[Item], times: Times) -> list[tuple[Item, ItemStanding]]:
    stale_after_days = tenancy.current().stale_after_days
    return [(one, ItemStanding.of(one, times.day, stale_after_days)) for one in items]


def _at_its_new_number(request: HttpRequest, model: ItemModel, publication: str, number: str) -> HttpResponse:
    """The way to the item that had the number before it was mended; a 404 where none had."""
    item = formerly_at(model, number, slug__iexact=publication)
    way = moved(request, item, publication, number) if item else None
    if way is None:
        raise not_there()
    return way


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


def _cells(item: Item, given: Iterable[CommitteeAnswer], day: date) -> list[Standing]:
    """The item's cells, each with its answer among those that were given."""
    cells = item_rows.cells_of(item, day)
    by_key = {answer.pk: answer for answer in given}
    for cell in cells:
        cell.item = item
        cell.answer = by_key.get(cell.answer_id) if cell.answer_id else None
    return cells


def _answers(
    item: Item,
    cells: list[Standing],
    given: list[CommitteeAnswer],
    ownerships: list[Ownership],
    selection: Selection,
) -> list[AnswerCell]:
    grid = answer_grid(cells, day=selection.day, answers=given, ownerships=ownerships, lineage=selection.lineage)
    # What was answered last stands first; the silent after it, in their own order.
    grid.sort(key=lambda cell: cell.answer.meeting_date if cell.answer else date.min, reverse=True)
    if item.is_counted and not item.is_initiative:
        return with_reasons_asked(grid, item.publication, selection)
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


def _treatments(item: Item, times: Times) -> list[Treatment]:
    """Meetings that took up the whole source, where nobody has read what was decided; told of what was recommended."""
    if not item.is_counted or item.is_initiative:
        return []
    return item_rows.treatments_of(item.publication_id, times.day, with_pages=True)


# --- Other items ------------------------------------------------------------------------------------------------------


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
    found = []
    for relation in item_rows.relations_of(item, times.day):
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
