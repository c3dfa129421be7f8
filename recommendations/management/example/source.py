"""One made-up source with all that is said about it, saved in bulk: either whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model, Q

from recommendations.actions import publish_made_up
from recommendations.enums import (
    Outcome,
    OwnershipRole,
    PublicationKind,
    RelationBasis,
    RelationKind,
    ShareBasis,
    VoteOption,
)
from recommendations.management.example import words
from recommendations.management.example.story import Line, Story, Teller, at_noon
from recommendations.models import (
    Addressee,
    CommitteeAnswer,
    Initiative,
    Ownership,
    ProcessFact,
    Publication,
    Recommendation,
    Relation,
    StatusUpdate,
    TrackedItem,
    VoteShare,
)
from recommendations.models.item import sort_key

BATCH = 1000  # rows in one statement; the database may make it fewer
SILENT = 0.12  # of the items: nothing has been reported
TO_INITIATIVES = 0.1  # of the updates
MEMBERS = 36
OUTCOMES = {
    Outcome.ADOPTED: 5,
    Outcome.PARTLY_ADOPTED: 3,
    Outcome.NOT_ADOPTED: 2,
    Outcome.NOTED: 2,
    Outcome.OUTSIDE_REMIT: 1,
}


@dataclass(frozen=True)
class Cast:
    """What the sources share."""

    lines: list[Line]
    addressees: list[Addressee]
    editor: User
    approver: User


@dataclass(frozen=True)
class Plan:
    """What one source is to hold. `position` counts the sources from 1."""

    seed: int
    position: int
    recommendations: int
    updates: int
    last: date

    @property
    def slug(self) -> str:
        return f"eksempel-{self.position}"

    @property
    def initiatives(self) -> int:
        return self.recommendations // 5

    @property
    def kind(self) -> PublicationKind:
        return list(words.SOURCE_NAMES)[(self.position - 1) % len(words.SOURCE_NAMES)]

    @cached_property
    def handed_over_on(self) -> date:
        return self.last - timedelta(365 + self.dice("day").randint(0, 700))

    def dice(self, what: str) -> Random:
        """Dice for one purpose, the same at every run, so that the sources do not depend on each other."""
        return Random(f"{self.seed}/{self.position}/{what}")  # a text: its hash would differ from run to run


def plans(*, recommendations: int, updates: int, seed: int, last: date) -> list[Plan]:
    """The sources that together hold exactly so many: of forty recommendations or more, a hundred sources at most."""
    count = max(1, min(100, recommendations // 40))
    return [Plan(seed, n + 1, _share(recommendations, n, count), _share(updates, n, count), last) for n in range(count)]


def _share(total: int, place: int, places: int) -> int:
    return total * (place + 1) // places - total * place // places


@transaction.atomic
def save_source(plan: Plan, cast: Cast) -> None:
    """Make and save the whole source. Its updates begin as drafts, and the database's locks watch as they always do."""
    publication = _publication(plan)
    Publication.objects.bulk_create([publication])
    ProcessFact.objects.bulk_create(_facts(publication, plan))
    items = [*_recommendations(publication, plan), *_initiatives(publication, plan, cast)]
    stories, lines = _tell(items, plan, cast)
    for item, story in zip(items, stories, strict=True):
        for name, value in story.state.items():
            setattr(item, name, value)
        item.sort_key, item.search_words = sort_key(item.reference), item.index_words(story.texts)
    _save_items(items)
    _save_stories(publication, stories, cast)
    _save_surroundings(publication, plan, items, lines, cast)


def _publication(plan: Plan) -> Publication:
    dice, year = plan.dice("source"), plan.handed_over_on.year
    subject = words.SUBJECTS[(plan.position - 1) % len(words.SUBJECTS)]
    title = words.SOURCE_NAMES[plan.kind].format(subject=subject)
    publication = Publication(
        slug=plan.slug,
        short_code=f"eks{plan.position}",
        title=f"{title} {year}, nr. {plan.position}",
        kind=plan.kind,
        publisher=words.MUNICIPALITY,
        published_on=plan.handed_over_on - timedelta(dice.randint(5, 40)),
        handed_over_on=plan.handed_over_on,
        question=f"Hvad skal Eksempelkøbing gøre for {subject}?",
        summary=words.NOT_REAL,
        source_title=f"{title}: opdigtede anbefalinger",
        source_url=f"{words.SITE}/eksempel/{plan.slug}",
        expects_answers=plan.position % 5 != 0,
        expected_recommendations=plan.recommendations,
        expected_initiatives=plan.initiatives,
        position=1000 + plan.position,
    )
    publication.expected_headings = sum(is_heading for _n, _p, is_heading in _outline(plan))
    return publication


def _facts(publication: Publication, plan: Plan) -> Iterator[ProcessFact]:
    facts = {"Opdigtede invitationer": 5000, "Opdigtede tilmeldte": 640, "Opdigtede medlemmer": MEMBERS}
    for position, (label, number) in enumerate(facts.items(), start=1):
        yield ProcessFact(publication=publication, position=position, label=label, number=number)


# --- Items ------------------------------------------------------------------------------------------------------------


def _outline(plan: Plan) -> Iterator[tuple[str, str, bool]]:
    """Number, number of the parent, and whether it is a heading: chapters, recommendations and parts of them."""
    dice, left, chapter = plan.dice("outline"), plan.recommendations, 0
    while left:
        chapter += 1
        yield str(chapter), "", True
        size = min(left, dice.randint(6, 14))
        left -= size
        section = 0
        while size:
            section += 1
            number = f"{chapter}.{section}"
            yield number, str(chapter), False
            parts = min(size - 1, dice.choice((0, 0, 0, 0, 2, 3)))
            for part in range(1, parts + 1):
                yield f"{number}.{part}", number, False
            size -= 1 + parts


def _recommendations(publication: Publication, plan: Plan) -> list[Recommendation]:
    dice = plan.dice("recommendations")
    found: dict[str, Recommendation] = {}
    for place, (number, parent, is_heading) in enumerate(_outline(plan)):
        title, summary = (dice.choice(words.CHAPTERS), "") if is_heading else words.recommended(dice)
        found[number] = Recommendation(
            publication=publication,
            number=number,
            parent=found.get(parent),
            is_heading=is_heading,
            title=title,
            summary=summary,
            official_text=f"Vi anbefaler: {summary}" if summary and dice.random() < 0.3 else "",
            pages=str(4 + place // 4),
        )
    return list(found.values())


def _initiatives(publication: Publication, plan: Plan, cast: Cast) -> Iterator[Initiative]:
    dice = plan.dice("initiatives")
    for place in range(1, plan.initiatives + 1):
        title, summary = words.initiated(dice)
        yield Initiative(
            publication=publication,
            code=str(place),
            title=title,
            summary=summary,
            addressee=dice.choice(cast.addressees),
            target_group=dice.choice(words.PEOPLE).removeprefix("for ").capitalize(),
        )


def _tell(items: list[TrackedItem], plan: Plan, cast: Cast) -> tuple[list[Story], list[list[Line]]]:
    """The story of each item, and whose it is: the lines of its lead and of its co-owners."""
    dice = plan.dice("stories")
    teller = Teller(dice, plan.handed_over_on, plan.last, cast.editor, cast.approver)
    counted = [item for item in items if not getattr(item, "is_heading", False)]
    to_initiatives = int(plan.updates * TO_INITIATIVES) if plan.initiatives else 0
    updates = _dealt(dice, [item for item in counted if item.ABOUT == "initiative"], to_initiatives)
    updates |= _dealt(dice, [i for i in counted if i.ABOUT == "recommendation"], plan.updates - to_initiatives)
    stories, lines = [], []
    for item in items:
        if getattr(item, "is_heading", False):
            stories.append(Story())
            lines.append([])
            continue
        owners = dice.sample(cast.lines, dice.choice((1, 1, 1, 2)))
        stories.append(teller.story(item, owners[0], updates[id(item)]))
        lines.append(owners)
    return stories, lines


def _dealt(dice: Random, items: list[TrackedItem], updates: int) -> Counter[int]:
    """How many updates each item (by its `id()`) has, together exactly `updates`; some have none."""
    talked_about = dice.sample(items, len(items) - int(len(items) * SILENT))
    return Counter(id(item) for item in dice.choices(talked_about, k=updates)) if updates else Counter()


# --- Saving -----------------------------------------------------------------------------------------------------------


def _save(rows: list[Model]) -> None:
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)


def _save_items(items: list[TrackedItem]) -> None:
    """The recommendations level by level, as a row must have a parent to point at."""
    recommendations = [item for item in items if item.ABOUT == "recommendation"]
    for level in range(3):
        _save([item for item in recommendations if item.number.count(".") == level])
    _save([item for item in items if item.ABOUT == "initiative"])


def _save_stories(publication: Publication, stories: list[Story], cast: Cast) -> None:
    _save([update for story in stories for update in story.published])
    _save([update for story in stories for update in story.corrections])
    waiting = [update for story in stories for update in story.waiting]
    evidence = [row for story in stories for row in story.evidence]
    _save([row for row in evidence if row.update not in waiting])
    of_source = Q(recommendation__publication=publication) | Q(initiative__publication=publication)
    publish_made_up(updates=StatusUpdate.objects.filter(of_source), by=cast.approver)
    _save(waiting)
    _save([row for row in evidence if row.update in waiting])
    _save([row for story in stories for row in story.deadlines])
    _save([row for story in stories for row in story.criteria])


def _save_surroundings(
    publication: Publication, plan: Plan, items: list[TrackedItem], lines: list[list[Line]], cast: Cast
) -> None:
    """Owners, answers, votes, and how the items hang together."""
    dice = plan.dice("surroundings")
    owned = [(item, owners) for item, owners in zip(items, lines, strict=True) if owners]
    _save([row for item, owners in owned for row in _owners(item, owners, plan, cast)])
    recommendations = [(item, owners) for item, owners in owned if item.ABOUT == "recommendation"]
    if publication.expects_answers:
        given = [row for item, owners in recommendations for row in _answers(dice, item, owners, plan, cast)]
        _save([answer for answer in given if answer.corrects is None])
        _save([answer for answer in given if answer.corrects is not None])
    if publication.kind == PublicationKind.CITIZENS_ASSEMBLY:
        _save([row for item, _owners in recommendations for row in _votes(dice, item)])
    targets = [item for item, _owners in recommendations]
    initiatives = [item for item in items if item.ABOUT == "initiative"]
    through = Initiative.recommendations.through
    _save(
        [
            through(initiative=initiative, recommendation=target)
            for initiative in initiatives
            for target in dice.sample(targets, min(len(targets), dice.choice((1, 1, 1, 2, 3))))
        ]
    )
    _save(_relations(dice, publication, targets, initiatives))


def _owners(item: TrackedItem, owners: list[Line], plan: Plan, cast: Cast) -> Iterator[Ownership]:
    for line, role in zip(owners, (OwnershipRole.LEAD, OwnershipRole.CO_OWNER), strict=False):
        row = Ownership(
            **{item.ABOUT: item},
            committee=line.on(plan.handed_over_on),
            role=role,
            valid_from=plan.handed_over_on,
            recorded_at=at_noon(plan.handed_over_on),
            recorded_by=cast.approver,
        )
        yield row
        if line.succession and row.committee == line.before:
            taken_over, recorded = line.succession.on, line.succession.recorded_at
            row.valid_to, row.end_recorded_at = taken_over, recorded
            yield Ownership(
                **{item.ABOUT: item},
                committee=line.now,
                role=role,
                valid_from=taken_over,
                recorded_at=recorded,
                recorded_by=cast.approver,
                succession=line.succession,
            )


def _answers(
    dice: Random, item: Recommendation, owners: list[Line], plan: Plan, cast: Cast
) -> Iterator[CommitteeAnswer]:
    for line in owners:
        if dice.random() < 0.35:
            continue
        held = plan.handed_over_on + timedelta(dice.randint(40, 300))
        answer = _answer(dice, item, line, held, 0, cast)
        yield answer
        if dice.random() < 0.02:
            yield _answer(dice, item, line, held, dice.randint(2, 30), cast, corrects=answer)


def _answer(
    dice: Random,
    item: Recommendation,
    line: Line,
    held: date,
    recorded_after: int,
    cast: Cast,
    corrects: CommitteeAnswer | None = None,
) -> CommitteeAnswer:
    outcome = dice.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    return CommitteeAnswer(
        key=UUID(int=dice.getrandbits(128), version=4),
        recommendation=item,
        committee=line.on(held),
        outcome=outcome,
        meeting_date=held,
        agenda_item=f"Punkt {dice.randint(2, 24)}",
        text=words.filled(dice, words.ANSWERS[outcome]),
        passed_on_to="Eksempelregionen" if outcome == Outcome.OUTSIDE_REMIT else "",
        corrects=corrects,
        recorded_at=at_noon(held + timedelta(1 + recorded_after)),
        recorded_by=cast.approver,
    )


def _votes(dice: Random, item: Recommendation) -> Iterator[VoteShare]:
    if dice.random() < 0.04:
        yield VoteShare(recommendation=item, basis=ShareBasis.UNREADABLE, page=item.pages)
        return
    supports = dice.randint(MEMBERS // 2, MEMBERS)
    opposes = dice.randint(0, MEMBERS - supports)
    counts = {VoteOption.SUPPORTS: supports}
    if dice.random() < 0.4:
        counts |= {VoteOption.UNSURE: MEMBERS - supports - opposes, VoteOption.OPPOSES: opposes}
    for option, count in counts.items():
        percent = round(100 * count / MEMBERS, 2)
        yield VoteShare(
            recommendation=item, option=option, percent=percent, count=count, voters=MEMBERS, page=item.pages
        )


def _relations(
    dice: Random, publication: Publication, recommendations: list[Recommendation], initiatives: list[Initiative]
) -> list[Relation]:
    """Some rows belong together, within the source; both kinds of relation and both kinds of basis."""
    found = []
    for earlier, later in zip(recommendations[::20], recommendations[10::20], strict=False):
        kind = dice.choice((RelationKind.BUILDS_ON, RelationKind.SAME_MATTER))
        found.append(Relation(from_recommendation=later, kind=kind, to_recommendation=earlier))
    for initiative in initiatives[::10]:
        target = dice.choice(recommendations)
        found.append(Relation(from_recommendation=target, kind=RelationKind.CARRIED_OUT_BY, to_initiative=initiative))
    for relation in found:
        relation.basis = dice.choice(RelationBasis.values)
        relation.source = publication if relation.basis == RelationBasis.SOURCE else None
    return found
