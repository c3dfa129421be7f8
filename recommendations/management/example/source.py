"""One made-up source with all that is said about it, saved in bulk: either whole or not at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from django.db.models import Model, prefetch_related_objects

from recommendations import standing, tenancy
from recommendations.actions.state import refresh
from recommendations.actions.turns import in_turn
from recommendations.actions.wordings import point_at_words
from recommendations.enums import (
    ItemKind,
    PublicationKind,
    RelationBasis,
    RelationKind,
    ShareBasis,
    UpdateState,
    VoteOption,
)
from recommendations.management.example import words
from recommendations.management.example.cast import Cast
from recommendations.management.example.copies import Copier, unguarded, without_indexes
from recommendations.management.example.events import events_of
from recommendations.management.example.story import Line, Teller, at_noon
from recommendations.models import (
    CommitteeAnswer,
    Deadline,
    Document,
    DoneWhen,
    Event,
    Evidence,
    Item,
    Ownership,
    ProcessFact,
    Publication,
    Relation,
    StatusUpdate,
    VoteShare,
    Wording,
)

BATCH = 1000  # rows in one statement; the database may make it fewer
SILENT = 0.12  # of the items: nothing has been reported
TO_INITIATIVES = 0.1  # of the updates
BUSIEST = 0.12  # of the items: the first committee has them, whatever the others have
MEMBERS = 36
MANY = 10_000  # recommendations; so many are saved faster without indexes, which are then made anew
TOLD = 5  # sources; each of the others is one of these again, where it is to hold as much


@dataclass(frozen=True)
class Plan:
    """What one source is to hold. `position` counts the sources from 1."""

    seed: int
    position: int
    recommendations: int
    updates: int
    last: date
    told_as: int  # the position of the source that says the same; its own where it is told itself

    @property
    def slug(self) -> str:
        return f"eksempel-{self.position}"

    @property
    def initiatives(self) -> int:
        return self.recommendations // 5

    @property
    def kind(self) -> PublicationKind:
        return list(words.SOURCE_NAMES)[(self.told_as - 1) % len(words.SOURCE_NAMES)]

    @property
    def is_numbered_through(self) -> bool:
        """Its recommendations are numbered 1, 2, 3 … whatever heading they stand under."""
        return self.told_as % 2 == 0

    @cached_property
    def handed_over_on(self) -> date:
        return self.last - timedelta(365 + self.dice("day").randint(0, 700))

    @property
    def is_told(self) -> bool:
        return self.told_as == self.position

    def dice(self, what: str) -> Random:
        """Dice for one purpose, the same at every run, so that the told sources do not depend on each other."""
        return Random(f"{self.seed}/{self.told_as}/{what}")  # a text: its hash would differ from run to run


def plans(*, recommendations: int, updates: int, seed: int, last: date) -> list[Plan]:
    """The sources that together hold exactly so many: of forty recommendations or more, a hundred sources at most."""
    count = max(1, min(100, recommendations // 40))
    made: list[Plan] = []
    for place in range(count):
        counts = _share(recommendations, place, count), _share(updates, place, count)
        told = made[place % TOLD] if place >= TOLD else None
        is_again = told and (told.recommendations, told.updates) == counts
        made.append(Plan(seed, place + 1, *counts, last, told.position if told and is_again else place + 1))
    return made


def _share(total: int, place: int, places: int) -> int:
    return total * (place + 1) // places - total * place // places


@in_turn()
def save_source(plan: Plan, cast: Cast) -> None:
    """Make and save the whole source."""
    items = list(_items(plan, cast))
    publication = _publication(plan, Counter(item.kind for item in items))
    publication.save()
    title, url = f"{publication.title}: opdigtede anbefalinger", f"{words.SITE}/eksempel/{plan.slug}.pdf"
    Document.objects.create(publication=publication, position=1, title=title, url=url)
    ProcessFact.objects.bulk_create(_facts(publication))
    for item in items:
        item.publication = publication
    for depth in range(max(item.path.count("!") for item in items) + 1):  # a row must have a parent to point at
        _save([item for item in items if item.path.count("!") == depth])
    teller = Teller(plan.dice("stories"), plan.handed_over_on, plan.last, cast.teams, cast.approver)
    rows = [*_words(items, teller), *_stories(publication, items, plan, cast, teller)]
    _publish((row for row in rows if isinstance(row, StatusUpdate)), cast)
    with unguarded():
        for model in (Wording, Ownership, CommitteeAnswer, Deadline, DoneWhen, StatusUpdate, Evidence):
            left = [row for row in rows if isinstance(row, model)]
            while ready := [row for row in left if _points_at_saved(row)]:
                left = [row for row in left if not _points_at_saved(row)]
                _save(ready)
    _save(list(_surroundings(publication, items, plan)))
    for start in range(0, len(items), BATCH):
        point_at_words(items[start : start + BATCH])
        refresh(items[start : start + BATCH])
    _save_events(publication, items, rows, cast)


def save_again(plans: Collection[Plan]) -> Iterator[list[Plan]]:
    """Save sources that say the same as others that are saved; gives those of one original when they are."""
    if not plans:
        return
    told = {
        row.slug: row for row in Publication.objects.filter(slug__in={f"eksempel-{plan.told_as}" for plan in plans})
    }
    kinds = {slug: Counter(original.items.order_by().values_list("kind", flat=True)) for slug, original in told.items()}
    copier = Copier(list(told.values()))
    is_much = sum(plan.recommendations for plan in plans) >= MANY
    with without_indexes() if is_much else nullcontext():
        for slug, original in told.items():
            alike = [plan for plan in plans if f"eksempel-{plan.told_as}" == slug]
            copier.save(original, [_publication(plan, kinds[slug]) for plan in alike])
            yield alike


def _points_at_saved(row: Model) -> bool:
    """Whether the earlier rows of its own kind that it names, if any, have been saved."""
    earlier = (getattr(row, name, None) for name in ("corrects", "replaces", "based_on"))
    return all(other is None or other.pk for other in earlier)


def _save(rows: Collection[Model]) -> None:
    by_model: dict[type[Model], list[Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, of_model in by_model.items():
        model._base_manager.bulk_create(of_model, batch_size=BATCH)


def _publish(updates: Iterable[StatusUpdate], cast: Cast) -> None:
    """What was submitted and is not waiting, each at the time it was submitted; before it is saved."""
    for row in updates:
        if row.state == UpdateState.SUBMITTED and row.based_on is None and row.committee_id:
            approver = cast.teams[row.committee_id].approvers[0]
            row.state, row.published_at, row.published_by = UpdateState.PUBLISHED, row.submitted_at, approver


def _save_events(publication: Publication, items: list[Item], rows: list[Model], cast: Cast) -> None:
    known = standing.known_of([item.pk for item in items])
    prefetch_related_objects([row for row in rows if isinstance(row, StatusUpdate)], "evidence")
    events = [event for row in [publication, *rows] for event in events_of(row, known, cast.approver_of(row))]
    Event.objects.bulk_create(sorted(events, key=lambda event: event.at), batch_size=BATCH)


def _publication(plan: Plan, kinds: Counter[str]) -> Publication:
    year = plan.handed_over_on.year
    subject = words.SUBJECTS[(plan.position - 1) % len(words.SUBJECTS)]
    title = words.SOURCE_NAMES[plan.kind].format(subject=subject)
    return Publication(
        municipality=tenancy.current(),
        slug=plan.slug,
        short_code=f"eks{plan.position}",
        title=f"{title} {year}, nr. {plan.position}",
        kind=plan.kind,
        publisher=words.MUNICIPALITY,
        published_on=plan.handed_over_on - timedelta(plan.dice("source").randint(5, 40)),
        handed_over_on=plan.handed_over_on,
        public_at=at_noon(plan.handed_over_on),
        question=f"Hvad skal Eksempelkøbing gøre for {subject}?",
        summary=words.NOT_REAL,
        expects_answers=plan.told_as % 5 != 0,
        expected_headings=kinds[ItemKind.HEADING],
        expected_recommendations=kinds[ItemKind.RECOMMENDATION],
        expected_initiatives=kinds[ItemKind.INITIATIVE],
        position=1000 + plan.position,
    )


def _facts(publication: Publication) -> Iterator[ProcessFact]:
    facts = {"Opdigtede invitationer": 5000, "Opdigtede tilmeldte": 640, "Opdigtede medlemmer": MEMBERS}
    for position, (label, number) in enumerate(facts.items(), start=1):
        yield ProcessFact(publication=publication, position=position, label=label, number=number)


# --- Items ------------------------------------------------------------------------------------------------------------


def _items(plan: Plan, cast: Cast) -> Iterator[Item]:
    """Chapters, recommendations, parts of them, what can be chosen between, and initiatives; in the source's order."""
    dice = plan.dice("outline")

    def item(kind: str, number: str, parent: Item | None = None, **fields: object) -> Item:
        row = Item(kind=kind, number=number, number_key=number.casefold(), parent=parent, **fields)
        row.path = row.path_below(parent)
        return row

    left, count, chapter = plan.recommendations, 0, 0
    while left:
        chapter += 1
        heading = item(ItemKind.HEADING, f"K{chapter}" if plan.is_numbered_through else str(chapter))
        yield heading
        size = min(left, dice.randint(6, 14))
        left -= size
        section = 0
        while size:
            section, count = section + 1, count + 1
            number = str(count) if plan.is_numbered_through else f"{chapter}.{section}"
            above = item(ItemKind.RECOMMENDATION, number, heading)
            yield above
            parts = min(size - 1, dice.choice((0, 0, 0, 0, 2, 3)))
            for part in range(1, parts + 1):
                yield item(ItemKind.RECOMMENDATION, f"{number}.{part}", above)
            if not parts and dice.random() < 0.1:
                yield item(ItemKind.OPTION, f"{number}a", above)
                yield item(ItemKind.OPTION, f"{number}b", above)
            size -= 1 + parts
    for place in range(1, plan.initiatives + 1):
        group = dice.choice(words.PEOPLE).removeprefix("for ").capitalize()
        yield item(ItemKind.INITIATIVE, str(place), addressee=dice.choice(cast.addressees), target_group=group)


def _words(items: list[Item], teller: Teller) -> Iterator[Wording]:
    dice = teller.dice
    for place, item in enumerate(items):
        title, summary = dice.choice(words.CHAPTERS), ""
        if item.is_initiative:
            title, summary = words.initiated(dice)
        elif not item.is_heading:
            title, summary = words.recommended(dice)
        official = f"Vi anbefaler: {summary}" if summary and dice.random() < 0.3 else ""
        yield from teller.words(item, title, summary, official, 4 + place // 4)


def _stories(publication: Publication, items: list[Item], plan: Plan, cast: Cast, teller: Teller) -> Iterator[Model]:
    dice = teller.dice
    counted = [item for item in items if item.is_counted]
    options: dict[Item, list[Item]] = defaultdict(list)
    for item in items:
        if item.kind == ItemKind.OPTION and item.parent:
            options[item.parent].append(item)
    to_initiatives = int(plan.updates * TO_INITIATIVES) if plan.initiatives else 0
    updates = _dealt(dice, [item for item in counted if item.is_initiative], to_initiatives)
    updates += _dealt(dice, [item for item in counted if not item.is_initiative], plan.updates - to_initiatives)
    for item in counted:
        lines = dice.sample(cast.lines, dice.choice((1, 1, 1, 2)))
        if dice.random() < BUSIEST:
            lines = [cast.lines[0], *(line for line in lines[1:] if line != cast.lines[0])]
        if lines == [Line(cast.partial.before)] and dice.random() < 0.2:  # type: ignore[arg-type]
            lines = [cast.partial]
        answered = publication.expects_answers and not item.is_initiative
        yield from teller.tell(item, lines, updates[item], answered=answered, options=options[item])


def _dealt(dice: Random, items: list[Item], updates: int) -> Counter[Item]:
    """How many updates each item has, together exactly `updates`; some have none."""
    talked_about = dice.sample(items, len(items) - int(len(items) * SILENT))
    return Counter(dice.choices(talked_about, k=updates)) if updates else Counter()


# --- What surrounds them ----------------------------------------------------------------------------------------------


def _surroundings(publication: Publication, items: list[Item], plan: Plan) -> Iterator[Model]:
    """Votes, what the initiatives carry out, and how the items hang together: all kinds of relation and of basis."""
    dice = plan.dice("surroundings")
    targets = [item for item in items if item.kind == ItemKind.RECOMMENDATION]
    initiatives = [item for item in items if item.is_initiative]
    if publication.kind == PublicationKind.CITIZENS_ASSEMBLY:
        for item in targets:
            yield from _votes(dice, item)
    for initiative in initiatives:
        for target in dice.sample(targets, min(len(targets), dice.choice((1, 1, 1, 2, 3)))):
            yield Item.carries_out.through(from_item=initiative, to_item=target)
    related = [
        (later, dice.choice((RelationKind.BUILDS_ON, RelationKind.SAME_MATTER)), earlier)
        for earlier, later in zip(targets[::20], targets[10::20], strict=False)
    ]
    related += [(dice.choice(targets), RelationKind.CARRIED_OUT_BY, initiative) for initiative in initiatives[::10]]
    for from_item, kind, to_item in related:
        basis = dice.choice(RelationBasis.values)
        source = publication if basis == RelationBasis.SOURCE else None
        yield Relation(from_item=from_item, kind=kind, to_item=to_item, basis=basis, source=source)


def _votes(dice: Random, item: Item) -> Iterator[VoteShare]:
    if dice.random() < 0.04:
        yield VoteShare(item=item, basis=ShareBasis.UNREADABLE)
        return
    supports = dice.randint(MEMBERS // 2, MEMBERS)
    opposes = dice.randint(0, MEMBERS - supports)
    counts = {VoteOption.SUPPORTS: supports}
    if dice.random() < 0.4:
        counts |= {VoteOption.UNSURE: MEMBERS - supports - opposes, VoteOption.OPPOSES: opposes}
    for option, count in counts.items():
        percent = round(100 * count / MEMBERS, 2)
        yield VoteShare(item=item, option=option, percent=percent, count=count, voters=MEMBERS)
