"""Totals against hand-counted data, and against a slow and obvious count in plain Python."""

import random
from collections import defaultdict
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations import facet_index
from recommendations.enums import ANSWERS, CLOSED, COUNTED, DONE, ItemKind, Outcome, OwnershipRole, Status, UpdateKind
from recommendations.facets import totals_of_list
from recommendations.figures import AnswerTotals, StatusTotals, totals_of, totals_of_sources
from recommendations.models import Initiative, Item, Publication, Recommendation, Standing
from recommendations.selection import Selection
from tests.factories import (
    TODAY,
    CommitteeAnswerFactory,
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SuccessionFactory,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NONE = dict.fromkeys(["", *Status.values], 0)


def answer_totals(*times, publications=None):
    """Of the sources where there is anything to tell."""
    index = facet_index.made(*times)
    found = totals_of_sources(index.sources if publications is None else publications, index)
    return {source: told.answers for source, told in found.items() if told.answers != AnswerTotals()}


def per_source():
    """Of the recommendations of each source, by its key."""
    index = facet_index.made()
    return {source: told.recommendations for source, told in totals_of_sources(index.sources, index).items()}


def totals(**choices):
    return totals_of_list(Selection(**choices), Recommendation)


# --- Counted by hand --------------------------------------------------------------------------------------------------


@pytest.fixture
def assembly():
    """Ten recommendations under two headings, counted by hand."""
    publication = PublicationFactory(slug="tinget")
    for number in ("2", "3"):
        RecommendationFactory(publication=publication, number=number, kind="heading")
    items = {
        number: RecommendationFactory(publication=publication, number=number)
        for number in ("2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "3.4", "3.5")
    }
    published(items["2.1"], Status.IMPLEMENTED, on=date(2026, 2, 1))
    published(items["2.2"], Status.IMPLEMENTED_OTHERWISE, on=date(2026, 3, 1))
    published(items["2.3"], Status.IN_PROGRESS, on=date(2026, 10, 20))
    published(items["2.4"], Status.IN_PROGRESS, on=date(2026, 4, 1))  # silent
    published(items["2.5"], Status.ABANDONED, on=date(2025, 4, 1))
    published(items["3.1"], Status.PAUSED, on=date(2026, 1, 1))  # silent and late
    deadline(items["3.1"], date(2026, 6, 1))
    deadline(items["2.1"], date(2026, 1, 1))  # was late, is done
    deadline(items["3.2"], date(2026, 6, 1))  # late, without a status
    deadline(items["3.3"], TODAY)  # today is not late
    deadline(items["3.4"], date(2027, 6, 1))
    return publication


def test_a_publication_counted_by_hand(assembly):
    assert asdict(totals(publication="tinget")) == {
        "by_status": NONE
        | {"implemented": 1, "implemented_otherwise": 1, "in_progress": 2, "abandoned": 1, "paused": 1, "": 4},
        "overdue": 2,
        "stale": 2,
        "newest": date(2026, 10, 20),
        "oldest": date(2026, 1, 1),
        "headings": 2,
        "options": 0,
        "dated": 5,
        "untyped": 0,
    }


def test_what_follows_from_the_counts(assembly):
    found = totals(publication="tinget")
    assert (found.total, found.done, found.without_status) == (10, 2, 4)
    assert found.roll_up == Status.IN_PROGRESS
    assert found.in_words == "2 af 10 gennemført, 2 i gang, 1 sat på pause, 1 opgivet, 4 uden status"
    assert found.rows == [
        ("in_progress", "I gang", 2),
        ("implemented", "Gennemført", 1),
        ("implemented_otherwise", "Gennemført på anden måde", 1),
        ("paused", "Sat på pause", 1),
        ("abandoned", "Opgivet", 1),
        ("", "Ingen status registreret", 4),
    ]


def test_the_same_publication_half_a_year_ago(assembly):
    found = totals(publication="tinget", as_of=date(2026, 3, 15))
    assert found.by_status == NONE | {
        "implemented": 1,
        "implemented_otherwise": 1,
        "abandoned": 1,
        "paused": 1,
        "": 6,
    }
    assert (found.overdue, found.stale, found.newest) == (0, 0, date(2026, 3, 1))


def test_the_same_publication_before_anything_was_published(assembly):
    found = totals(publication="tinget", known_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert found.by_status == NONE | {"": 10}
    assert (found.overdue, found.stale, found.newest) == (0, 0, None)


def test_totals_per_publication_are_of_what_is_in_each(assembly):
    other = published(RecommendationFactory(), Status.LAPSED).item.publication
    PublicationFactory()
    only_headings = RecommendationFactory(kind="heading").publication
    found = per_source()
    assert found[assembly.pk] == totals(publication="tinget")
    assert found[other.pk].by_status == NONE | {"lapsed": 1}
    assert (found[only_headings.pk].total, found[only_headings.pk].headings) == (0, 1)


def test_nothing_is_a_total_too():
    found = totals()
    assert found == StatusTotals()
    assert found.total == 0
    assert found.in_words == "Ingen at tælle"
    assert found.rows == []
    assert found.roll_up is None


@pytest.mark.parametrize(
    ("by_status", "words"),
    [
        ({"implemented": 4, "in_progress": 9, "": 9}, "4 af 22 gennemført, 9 i gang, 9 uden status"),
        ({"": 3}, "0 af 3 gennemført, 3 uden status"),
        ({"implemented": 1, "implemented_otherwise": 1}, "2 af 2 gennemført"),
        ({"implemented": 1234}, "1.234 af 1.234 gennemført"),
    ],
)
def test_totals_in_words_name_their_whole_and_no_percentage(by_status, words):
    assert StatusTotals(NONE | by_status).in_words == words


def test_options_are_counted_nowhere_and_are_no_headings(assembly):
    area = RecommendationFactory(publication=assembly, number="4", kind="area")
    for number in ("4.1", "4.2", "4.3"):
        option = RecommendationFactory(publication=assembly, number=number, kind="option", parent=area)
    published(option, Status.IMPLEMENTED)
    found = totals(publication="tinget")
    assert (found.total, found.done, found.headings, found.options, found.listed) == (11, 2, 2, 3, 16)
    assert len(Selection(publication="tinget").recommendations()) == found.listed
    assert totals_of(Selection(publication="tinget").recommendations(), TODAY) == found


def test_totals_added_are_the_totals_of_both(assembly):
    published(RecommendationFactory(kind="option"), Status.LAPSED)
    published(RecommendationFactory(), Status.LAPSED, on=date(2026, 10, 25))
    assert sum(per_source().values(), StatusTotals()) == totals()


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_answers_counted_by_hand(sou, sud):
    publication = PublicationFactory()
    both_answered, half_answered, unanswered, nobodys = (
        RecommendationFactory(publication=publication) for _ in range(4)
    )
    heading = RecommendationFactory(publication=publication, kind="heading")
    for item in (both_answered, half_answered, unanswered, heading):
        OwnershipFactory(item=item, committee=sou)
        OwnershipFactory(item=item, committee=sud, role=OwnershipRole.CO_OWNER)
    CommitteeAnswerFactory(item=both_answered, committee=sou, outcome="noted", meeting_date=date(2024, 9, 1))
    CommitteeAnswerFactory(item=both_answered, committee=sou, outcome="adopted")
    CommitteeAnswerFactory(item=both_answered, committee=sud, outcome="partly_adopted")
    CommitteeAnswerFactory(item=half_answered, committee=sou, outcome="adopted")
    CommitteeAnswerFactory(item=heading, committee=sou, outcome="adopted")
    found = answer_totals()
    assert found == {
        publication.pk: AnswerTotals(
            recommendations=3,
            answered=2,
            cells=6,
            unanswered_cells=3,
            by_outcome=dict.fromkeys(Outcome.values, 0) | {"adopted": 2, "partly_adopted": 1},
            ownerless=1,
        )
    }
    assert found[publication.pk].rows == [("adopted", "Tiltrådt", 2), ("partly_adopted", "Delvist tiltrådt", 1)]
    assert nobodys.ownerships.count() == 0


def test_the_whole_is_always_there(sou):
    """Two recommendations, one without an owner: none of two has an answer, not none of one."""
    publication = PublicationFactory()
    OwnershipFactory(item=RecommendationFactory(publication=publication), committee=sou)
    RecommendationFactory(publication=publication)
    (found,) = answer_totals().values()
    assert (found.answered, found.recommendations, found.ownerless, found.whole) == (0, 1, 1, 2)


def test_the_whole_without_any_owner_at_all():
    for kind in ("recommendation", "challenge", "heading", "option"):
        RecommendationFactory(publication=Publication.objects.first() or PublicationFactory(), kind=kind)
    (found,) = answer_totals().values()
    assert found == AnswerTotals(ownerless=2)
    assert found.whole == 2


def test_an_inherited_answer_is_not_counted_beside_the_newer(sou, sud):
    """A: "Ikke tiltrådt" 2025, handed over to B, B: "Tiltrådt" 2026. One cell, one outcome."""
    item = RecommendationFactory()
    old = OwnershipFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=item, committee=sou, outcome="not_adopted", meeting_date=date(2025, 1, 1))
    succession = SuccessionFactory(predecessor=sou, successor=sud, on=date(2025, 6, 1))
    OwnershipFactory(item=item, committee=sou, valid_to=succession.on, replaces=old)
    OwnershipFactory(item=item, committee=sud, valid_from=succession.on, succession=succession)
    (inherited,) = answer_totals().values()
    assert (inherited.cells, inherited.answered, inherited.rows) == (1, 1, [("not_adopted", "Ikke tiltrådt", 1)])
    CommitteeAnswerFactory(item=item, committee=sud, outcome="adopted", meeting_date=date(2026, 1, 1))
    (newer,) = answer_totals().values()
    assert (newer.cells, newer.answered, newer.rows) == (1, 1, [("adopted", "Tiltrådt", 1)])


def test_an_inherited_answer_of_one_task_is_counted_once_too(sou, sud):
    """The same where the giver goes on, and the task alone was moved."""
    item = RecommendationFactory()
    handed = SuccessionFactory(predecessor=sou, successor=sud, predecessor_ends=False)
    OwnershipFactory(item=item, committee=sud, valid_from=handed.on, succession=handed)
    CommitteeAnswerFactory(item=item, committee=sou, outcome="noted", meeting_date=date(2025, 1, 1))
    CommitteeAnswerFactory(item=item, committee=sud, outcome="adopted", meeting_date=date(2026, 2, 1))
    (found,) = answer_totals().values()
    assert (found.cells, found.rows) == (1, [("adopted", "Tiltrådt", 1)])


def test_what_was_treated_and_not_read_is_said_and_is_no_answer(sou):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    CommitteeAnswerFactory(item=item, committee=sou, outcome="not_read", agenda_url="https://eksempel.dk/7")
    (found,) = answer_totals().values()
    assert (found.answered, found.unanswered_cells, found.by_outcome["not_read"]) == (0, 1, 1)


def test_a_source_that_expects_no_answers_counts_only_those_it_got(sou, sud):
    source = PublicationFactory(expects_answers=False)
    for committee in (sou, sud):
        item = RecommendationFactory(publication=source)
        OwnershipFactory(item=item, committee=committee)
    RecommendationFactory(publication=source)
    assert answer_totals() == {}
    CommitteeAnswerFactory(item=item, committee=sud)
    (found,) = answer_totals().values()
    assert (found.recommendations, found.answered, found.cells, found.unanswered_cells, found.ownerless) == (
        1,
        1,
        1,
        0,
        0,
    )


def test_totals_can_be_had_of_one_source(sou):
    one, _other = (RecommendationFactory().publication for _ in range(2))
    assert answer_totals(publications=[one.pk]).keys() == {one.pk}
    assert len(answer_totals()) == 2


def test_answers_added_are_the_answers_of_both(sou):
    for _ in range(2):
        item = RecommendationFactory()
        OwnershipFactory(item=item, committee=sou)
        CommitteeAnswerFactory(item=item, committee=sou)
    RecommendationFactory(publication=item.publication)
    both = sum(answer_totals().values(), AnswerTotals())
    assert (both.recommendations, both.answered, both.cells, both.ownerless, both.by_outcome["adopted"]) == (
        2,
        2,
        2,
        1,
        2,
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_totals_of_sources_take_the_five_queries_of_the_index_however_many_rows(rows, sou):
    for _ in range(rows):
        OwnershipFactory(item=RecommendationFactory(), committee=sou)
    for times in ((), (TODAY, None)):
        with CaptureQueriesContext(connection) as queries:
            answer_totals(*times)
        assert len(queries) == 5


# --- Against a slow and obvious count ---------------------------------------------------------------------------------


@pytest.fixture
def world():
    """Forty items of all kinds in three sources, with statuses, deadlines, owners and answers of many days."""
    luck = random.Random(7)
    committees = [CommitteeFactory() for _ in range(4)]
    SuccessionFactory(predecessor=committees[0], successor=committees[1])
    sources = [PublicationFactory(), PublicationFactory(expects_answers=False), PublicationFactory(public_at=None)]

    def some_day():
        return TODAY - luck.choice([0, 1, 89, 90, 91, 92, 400]) * DAY

    def moment(day):
        return datetime.combine(day, time(12), tzinfo=UTC)

    for number in range(40):
        source = luck.choice([sources[0], sources[0], sources[1], sources[2]])
        factory = luck.choice([RecommendationFactory, RecommendationFactory, InitiativeFactory])
        kind = (
            ItemKind.INITIATIVE if factory is InitiativeFactory else luck.choice(sorted(set(ItemKind) - {"initiative"}))
        )
        item = factory(publication=source, number=f"{number}", kind=kind)
        owners = luck.sample(committees, luck.choice([0, 1, 1, 2]))
        for committee in owners:
            own = {
                "valid_from": some_day(),
                "recorded_at": moment(some_day()),
                "role": luck.choice(OwnershipRole.values),
            }
            OwnershipFactory(item=item, committee=committee, **own)
        for _ in range(luck.choice([0, 1, 2])):
            day = some_day()
            update = published(item, luck.choice(Status.values), on=day, published_at=moment(max(day, some_day())))
            if luck.random() < 0.3:
                published(item, kind=UpdateKind.CORRECTION, corrects=update, on=day)
        if luck.random() < 0.5:
            deadline(item, some_day(), set_on=date(2024, 9, 1), recorded_at=moment(some_day()))
        for committee in luck.choice([owners, owners, luck.sample(committees, 1)]):
            said = {
                "outcome": luck.choice(Outcome.values),
                "meeting_date": some_day(),
                "recorded_at": moment(some_day()),
            }
            CommitteeAnswerFactory(item=item, committee=committee, agenda_url="https://eksempel.dk/7", **said)


TIMES = [
    (None, None),
    (TODAY - 60 * DAY, None),
    (TODAY - DAY, datetime(2026, 8, 3, 12, tzinfo=UTC)),
    (None, datetime(2026, 11, 1, 12, tzinfo=UTC)),
]


def obvious_totals(items, day):
    """Per publication, and under None for all together: a loop over the rows, nothing else."""
    found = {}
    for item in items:
        if item.kind in ("heading", "option"):
            continue
        closed = item.state_status in ("implemented", "implemented_otherwise", "abandoned", "lapsed")
        for key in (None, item.publication.slug):
            empty = {"by_status": dict(NONE), "overdue": 0, "stale": 0, "newest": None, "oldest": None, "dated": 0}
            count = found.setdefault(key, empty)
            count["by_status"][item.state_status] += 1
            count["dated"] += item.state_due_on is not None
            count["overdue"] += bool(item.state_due_on and item.state_due_on < day and not closed)
            count["stale"] += bool(item.state_fresh_on and (day - item.state_fresh_on).days > 90 and not closed)
            if item.state_fresh_on and (count["newest"] is None or item.state_fresh_on > count["newest"]):
                count["newest"] = item.state_fresh_on
            if item.state_fresh_on and not closed:
                count["oldest"] = min(count["oldest"] or item.state_fresh_on, item.state_fresh_on)
    return found


def without_the_uncounted(found):
    aside = ("headings", "options", "untyped")
    return {name: value for name, value in asdict(found).items() if name not in aside}


@pytest.mark.parametrize("model", [Recommendation, Initiative])
def test_totals_agree_with_the_obvious_count(model, world):
    pressing = 0
    for as_of, known_at in TIMES:
        selection = Selection(as_of=as_of, known_at=known_at)
        (items,) = selection.items((model,))
        obvious = obvious_totals(items, selection.day)
        for source, counted in obvious.items():
            chosen = selection.replaced(publication=source or "")
            assert counted == without_the_uncounted(totals_of_list(chosen, model))
        assert totals_of(items, selection.day) == totals_of_list(selection, model)
        pressing += sum(count["stale"] + count["overdue"] for count in obvious.values())
    assert pressing > 10


def obvious_answer_totals(times):
    found = defaultdict(lambda: asdict(AnswerTotals()))
    public = Publication.objects.exclude(public_at=None)
    for item in Item.objects.filter(publication__in=public).select_related("publication").order_by("pk"):
        if item.kind in ("heading", "option", "initiative"):
            continue
        cells = [cell for cell in Standing.objects.at(*times).filter(item=item).order_by("pk") if cell.committee_id]
        owners = [cell for cell in cells if cell.role]
        answered = [cell for cell in owners if cell.outcome and cell.outcome != "not_read"]
        count = found[item.publication_id]
        if item.publication.expects_answers:
            count["ownerless"] += not owners
        else:
            owners = answered
        count["recommendations"] += bool(owners)
        count["answered"] += bool(answered)
        count["cells"] += len(owners)
        count["unanswered_cells"] += len(owners) - len(answered)
        for cell in owners:
            if cell.outcome:
                count["by_outcome"][cell.outcome] += 1
    return {key: count for key, count in found.items() if count["recommendations"] or count["ownerless"]}


def test_answer_totals_agree_with_the_obvious_count(world):
    answered = 0
    for times in TIMES:
        expected = obvious_answer_totals(times)
        assert {key: asdict(total) for key, total in answer_totals(*times).items()} == expected
        answered += sum(count["answered"] for count in expected.values())
    assert answered > 5


def test_the_obvious_count_knows_the_same_groups():
    """The counts above name codes one by one on purpose; this notices when the groups change."""
    assert {"implemented", "implemented_otherwise", "abandoned", "lapsed"} == CLOSED
    assert {"implemented", "implemented_otherwise"} == DONE
    assert set(ItemKind) - {"heading", "option"} == COUNTED
    assert set(Outcome) - {"not_read"} == ANSWERS
