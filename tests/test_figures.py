"""Totals against hand-counted data, and against a slow and obvious count in plain Python."""

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from recommendations.actions import refresh_state
from recommendations.enums import (
    CLOSED,
    DONE,
    NEWS,
    Outcome,
    OwnershipRole,
    Status,
    UpdateKind,
    UpdateState,
)
from recommendations.figures import AnswerTotals, StatusTotals, answer_totals, status_totals, totals_of
from recommendations.models import (
    CommitteeAnswer,
    Deadline,
    Evidence,
    Initiative,
    Ownership,
    Recommendation,
    StatusUpdate,
    Succession,
)
from recommendations.selection import Selection
from tests.factories import (
    TODAY,
    AddresseeFactory,
    CommitteeAnswerFactory,
    CommitteeFactory,
    InitiativeFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    UserFactory,
    deadline,
    published,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NONE = dict.fromkeys(["", *Status.values], 0)


def totals(**choices):
    selection = Selection(**choices)
    return status_totals(selection.recommendations(), selection.day)[None]


def answers_of(selection):
    return answer_totals(selection.answer_cells(), selection.answers())


# --- Counted by hand --------------------------------------------------------------------------------------------------


@pytest.fixture
def assembly():
    """Ten recommendations under two headings, counted by hand."""
    publication = PublicationFactory(slug="tinget")
    for number in ("2", "3"):
        RecommendationFactory(publication=publication, number=number, is_heading=True)
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
        "headings": 2,
        "dated": 5,
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
    other = published(RecommendationFactory(), Status.LAPSED).recommendation.publication
    PublicationFactory()
    only_headings = RecommendationFactory(is_heading=True).publication
    found = status_totals(Selection().recommendations(), TODAY, by="publication")
    assert found.keys() == {assembly.pk, other.pk}
    assert found[assembly.pk] == totals(publication="tinget")
    assert found[other.pk].by_status == NONE | {"lapsed": 1}
    assert only_headings.pk not in found


def test_totals_of_initiatives_per_addressee():
    first, second = AddresseeFactory(), AddresseeFactory()
    for addressee, status in ((first, Status.PLANNED), (first, Status.PLANNED), (second, Status.LAPSED)):
        published(InitiativeFactory(addressee=addressee), status)
    InitiativeFactory(addressee=None)
    found = status_totals(Selection().initiatives(), TODAY, by="addressee")
    assert {key: total.by_status for key, total in found.items()} == {
        first.pk: NONE | {"planned": 2},
        second.pk: NONE | {"lapsed": 1},
        None: NONE | {"": 1},
    }


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


@pytest.mark.parametrize("rows", [1, 3])
def test_status_totals_take_one_query_however_many_rows(rows):
    for _ in range(rows):
        published(RecommendationFactory())
    for choices in ({}, {"as_of": TODAY}):
        with CaptureQueriesContext(connection) as queries:
            totals(**choices)
        assert len(queries) == 1


def test_answers_counted_by_hand(sou, sud):
    publication = PublicationFactory()
    both_answered, half_answered, unanswered, nobodys = (
        RecommendationFactory(publication=publication) for _ in range(4)
    )
    heading = RecommendationFactory(publication=publication, is_heading=True)
    for item in (both_answered, half_answered, unanswered, heading):
        OwnershipFactory(about=item, committee=sou)
        OwnershipFactory(about=item, committee=sud, role=OwnershipRole.CO_OWNER)
    CommitteeAnswerFactory(recommendation=both_answered, committee=sou, outcome="noted", meeting_date=date(2024, 9, 1))
    CommitteeAnswerFactory(recommendation=both_answered, committee=sou, outcome="adopted")
    CommitteeAnswerFactory(recommendation=both_answered, committee=sud, outcome="partly_adopted")
    CommitteeAnswerFactory(recommendation=half_answered, committee=sou, outcome="adopted")
    CommitteeAnswerFactory(recommendation=heading, committee=sou, outcome="adopted")
    found = answers_of(Selection())
    assert found == {
        publication.pk: AnswerTotals(
            recommendations=3,
            answered=2,
            cells=6,
            unanswered_cells=3,
            by_outcome={"adopted": 2, "partly_adopted": 1, "not_adopted": 0, "noted": 0, "outside_remit": 0},
        )
    }
    assert found[publication.pk].rows == [("adopted", "Tiltrådt", 2), ("partly_adopted", "Delvist tiltrådt", 1)]
    assert nobodys.ownerships.count() == 0


def test_a_publication_that_nobody_owns_has_no_answers_to_count():
    RecommendationFactory()
    assert answers_of(Selection()) == {}


# --- Against a slow and obvious count ---------------------------------------------------------------------------------

START = date(2026, 1, 1)
# Few days, so that rows meet: neighbours, and distances on both sides of the ninety days of silence.
days = st.sampled_from([0, 1, 2, 45, 90, 91, 92, 93, 180, 182]).map(lambda n: START + n * DAY)
moments = st.builds(
    lambda day, hour: datetime.combine(day, time(hour), tzinfo=UTC), days, st.sampled_from([0, 11, 12, 23])
)
which = st.sampled_from([0, 0, 0, 1, 2, 3])

updates = st.fixed_dictionaries(
    {
        "item": which,
        "kind": st.sampled_from([UpdateKind.STATUS] * 3 + list(UpdateKind)),
        "status": st.sampled_from(Status),
        "on": days,
        "published_at": st.one_of(st.none(), moments, moments, moments),  # none: a draft
        "corrects": st.integers(0, 20),
    }
)
deadlines = st.fixed_dictionaries({"item": which, "set_on": days, "recorded_at": moments, "due_on": days})
ownerships = st.fixed_dictionaries(
    {
        "item": which,
        "committee": which,
        "valid_from": days,
        "lasts": st.sampled_from([None, 1, 2, 45, 90]),
        "recorded_at": moments,
        "end_recorded_at": moments,
    }
)
answers = st.fixed_dictionaries(
    {
        "item": which,
        "committee": which,
        "outcome": st.sampled_from(Outcome),
        "meeting_date": days,
        "recorded_at": moments,
        "corrects": st.one_of(st.none(), st.none(), st.integers(0, 20)),
    }
)
successions = st.fixed_dictionaries({"predecessor": which, "successor": which, "on": days, "recorded_at": moments})
worlds = st.fixed_dictionaries(
    {
        "headings": st.lists(st.booleans(), min_size=4, max_size=4),
        "updates": st.lists(updates, max_size=12),
        "deadlines": st.lists(deadlines, max_size=5),
        "ownerships": st.lists(ownerships, max_size=6),
        "answers": st.lists(answers, max_size=6),
        "successions": st.lists(successions, max_size=3),
        "as_of": days,
        "known_at": moments,
    }
)


def build(world, factory):
    """Write the rows of a world about four items made by `factory`, two in each of two publications."""
    author, approver = UserFactory(username="anna"), UserFactory(username="bo")
    publications = [PublicationFactory(), PublicationFactory()]
    items = [factory(publication=publications[n % 2]) for n in range(4)]
    committees = [CommitteeFactory() for _ in range(4)]
    about = factory._meta.model.ABOUT
    if about == "recommendation":
        for item, is_heading in zip(items, world["headings"], strict=True):
            item.is_heading = is_heading
            item.save()

    drafts = []
    for row in world["updates"]:
        kind = row["kind"]
        if kind == UpdateKind.CORRECTION and not drafts:
            kind = UpdateKind.NOTE
        drafts.append(
            StatusUpdate.objects.create(
                **{about: items[row["item"]]},
                kind=kind,
                status=row["status"] if kind == UpdateKind.STATUS else "",
                on=row["on"],
                text="Tekst",
                decided_by="SOU",
                decided_on=row["on"],
                corrects=drafts[row["corrects"] % len(drafts)] if kind == UpdateKind.CORRECTION else None,
                author=author,
            )
        )
    Evidence.objects.bulk_create(Evidence(update=draft, title="Referat", case_number="2026-1") for draft in drafts)
    for draft, row in zip(drafts, world["updates"], strict=True):
        if row["published_at"]:
            draft.state, draft.published_at, draft.published_by = UpdateState.PUBLISHED, row["published_at"], approver
            draft.save()

    for row in world["deadlines"]:
        own = {name: row[name] for name in ("set_on", "recorded_at", "due_on")}
        Deadline.objects.create(**{about: items[row["item"]]}, **own)
    if about == "recommendation":
        build_answers(world, items, committees)
    return publications


def build_answers(world, items, committees):
    taken = set()
    for row in world["ownerships"]:
        key = (row["item"], row["committee"], row["valid_from"])
        if key not in taken:
            taken.add(key)
            ends = row["lasts"] is not None
            Ownership.objects.create(
                recommendation=items[row["item"]],
                committee=committees[row["committee"]],
                valid_from=row["valid_from"],
                valid_to=row["valid_from"] + row["lasts"] * DAY if ends else None,
                recorded_at=row["recorded_at"],
                end_recorded_at=row["end_recorded_at"] if ends else None,
            )
    given_answers = []
    for row in world["answers"]:
        corrects = None
        if row["corrects"] is not None and given_answers:
            corrects = given_answers[row["corrects"] % len(given_answers)]
        own = {name: row[name] for name in ("outcome", "meeting_date", "recorded_at")}
        given_answers.append(
            CommitteeAnswer.objects.create(
                recommendation=items[row["item"]],
                committee=committees[row["committee"]],
                text="Tekst",
                passed_on_to="Regionen",
                corrects=corrects,
                **own,
            )
        )
    for row in world["successions"]:
        ends = (committees[row["predecessor"]], committees[row["successor"]])
        if ends[0] != ends[1] and not Succession.objects.filter(predecessor=ends[0], successor=ends[1]).exists():
            Succession.objects.create(
                predecessor=ends[0], successor=ends[1], on=row["on"], recorded_at=row["recorded_at"]
            )


def obvious_status_totals(model, as_of, known_at):
    """Per publication, and under None for all together: loops over the rows, nothing else."""
    found = {}
    updates, deadlines = list(StatusUpdate.objects.all()), list(Deadline.objects.all())
    for item in model.objects.all():
        if getattr(item, "is_heading", False):
            continue
        known = []
        for update in updates:
            is_published = update.item == item and update.state == "published"
            if is_published and update.on <= as_of and update.published_at <= known_at:
                known.append(update)
        known.sort(key=lambda update: (update.on, update.published_at, update.pk))
        set_deadlines = []
        for row in deadlines:
            if row.item == item and row.set_on <= as_of and row.recorded_at <= known_at:
                set_deadlines.append(row)
        set_deadlines.sort(key=lambda row: (row.set_on, row.recorded_at, row.pk))

        status, fresh_on, due_on = "", None, None
        for update in known:  # the last one stands
            if update.kind == "status":
                status = update.status
            if update.kind != "correction":
                fresh_on = update.on
        for row in set_deadlines:
            due_on = row.due_on
        closed = status in ("implemented", "implemented_otherwise", "abandoned", "lapsed")
        for key in (None, item.publication_id):
            count = found.setdefault(
                key, {"by_status": dict(NONE), "overdue": 0, "stale": 0, "newest": None, "dated": 0}
            )
            count["by_status"][status] += 1
            count["dated"] += due_on is not None
            if due_on and due_on < as_of and not closed:
                count["overdue"] += 1
            if fresh_on and (as_of - fresh_on).days > 90 and not closed:
                count["stale"] += 1
            if fresh_on and (count["newest"] is None or fresh_on > count["newest"]):
                count["newest"] = fresh_on
    return found


def obvious_answer_totals(as_of, known_at):
    known_answers = []
    for answer in CommitteeAnswer.objects.all():
        corrected = any(c.corrects_id == answer.pk and c.recorded_at <= known_at for c in CommitteeAnswer.objects.all())
        if answer.recorded_at <= known_at and answer.meeting_date <= as_of and not corrected:
            known_answers.append(answer)

    predecessors = {}  # committee -> itself and all that it took over from
    for committee in set(Ownership.objects.values_list("committee_id", flat=True)):
        line = {committee}
        for _ in range(4):
            for step in Succession.objects.filter(on__lte=as_of, recorded_at__lte=known_at):
                if step.successor_id in line:
                    line.add(step.predecessor_id)
        predecessors[committee] = line

    cells = set()
    for row in Ownership.objects.all():
        over = row.valid_to and row.valid_to <= as_of and row.end_recorded_at <= known_at
        if row.valid_from <= as_of and row.recorded_at <= known_at and not over and not row.recommendation.is_heading:
            cells.add((row.recommendation, row.committee_id))

    found = {}
    for publication in {item.publication_id for item, _ in cells}:
        own = [(item, committee) for item, committee in cells if item.publication_id == publication]
        answered = []
        for item, committee in own:
            if any(a.recommendation == item and a.committee_id in predecessors[committee] for a in known_answers):
                answered.append((item, committee))
        newest = {}
        for answer in sorted(known_answers, key=lambda a: (a.meeting_date, a.recorded_at, a.pk)):
            item = answer.recommendation
            if item.publication_id == publication and not item.is_heading:
                newest[item, answer.committee_id] = answer.outcome
        outcomes = list(newest.values())
        found[publication] = {
            "recommendations": len({item for item, _ in own}),
            "answered": len({item for item, _ in answered}),
            "cells": len(own),
            "unanswered_cells": len(own) - len(answered),
            "by_outcome": {outcome.value: outcomes.count(outcome.value) for outcome in Outcome},
        }
    return found


def without_headings(found):
    return {key: {k: v for k, v in asdict(total).items() if k != "headings"} for key, total in found.items()}


def compare_status_totals(model, selection, as_of, known_at):
    items = selection.recommendations() if model is Recommendation else selection.initiatives()
    obvious = obvious_status_totals(model, as_of, known_at)
    all_together = obvious.pop(None, asdict(StatusTotals()))
    all_together.pop("headings", None)
    assert without_headings(status_totals(items, as_of)) == {None: all_together}
    assert without_headings(status_totals(items, as_of, by="publication")) == obvious
    assert totals_of(items, as_of) == status_totals(items, as_of)[None]


@pytest.mark.parametrize("factory", [RecommendationFactory, InitiativeFactory])
def test_status_totals_agree_with_the_obvious_count(factory):
    """At any two times, from the rows; and today, from the copies on the items."""
    model = factory._meta.model

    @settings(max_examples=30)
    @given(worlds)
    def agree(world):
        with transaction.atomic():
            build(world, factory)
            for item in model.objects.all():
                refresh_state(item)
            as_of, known_at = world["as_of"], world["known_at"]
            compare_status_totals(model, Selection(as_of=as_of, known_at=known_at), as_of, known_at)
            compare_status_totals(model, Selection(), TODAY, timezone.now())
            transaction.set_rollback(True)

    agree()


def test_answer_totals_agree_with_the_obvious_count():
    @settings(max_examples=50)
    @given(worlds)
    def agree(world):
        with transaction.atomic():
            build(world | {"updates": [], "deadlines": []}, RecommendationFactory)
            as_of, known_at = world["as_of"], world["known_at"]
            at_two_times = answers_of(Selection(as_of=as_of, known_at=known_at))
            today = answers_of(Selection())
            assert {key: asdict(total) for key, total in at_two_times.items()} == obvious_answer_totals(as_of, known_at)
            assert {key: asdict(total) for key, total in today.items()} == obvious_answer_totals(TODAY, timezone.now())
            transaction.set_rollback(True)

    agree()


def test_the_obvious_count_knows_the_same_groups():
    """The count above names the statuses one by one on purpose; this notices when the groups change."""
    assert {"implemented", "implemented_otherwise", "abandoned", "lapsed"} == CLOSED
    assert {"implemented", "implemented_otherwise"} == DONE
    assert {"status", "note"} == NEWS
    assert Initiative.ABOUT != Recommendation.ABOUT
