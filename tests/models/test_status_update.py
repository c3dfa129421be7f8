"""Updates, and what answers and promises have in common with them: who sees what, in which order, and what is known."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from recommendations.enums import Role, Status, UpdateKind, UpdateState
from recommendations.models import CommitteeAnswer, Deadline, Reach, StatusUpdate
from recommendations.models.evidence import evidence_path
from tests.factories import (
    TODAY,
    CommitteeAnswerFactory,
    CommitteeMembershipFactory,
    DeadlineFactory,
    DoneWhenFactory,
    EvidenceFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    published,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(sou):
    """A draft, a submitted and a published update of SOU's; and one that was thrown away, which nobody sees."""
    item = RecommendationFactory()
    StatusUpdateFactory(item=item, committee=sou, state=UpdateState.DISCARDED)
    return {
        "draft": StatusUpdateFactory(item=item, committee=sou),
        "submitted": StatusUpdateFactory(item=item, committee=sou, state=UpdateState.SUBMITTED),
        "published": published(item, committee=sou),
    }


def states(rows):
    return sorted(row.state for row in rows)


@pytest.mark.parametrize(
    ("who", "sees", "edits"),
    [
        ("anna", ["draft", "published", "submitted"], ["draft", "submitted"]),
        ("bo", ["draft", "published", "submitted"], ["draft", "submitted"]),
        ("dina", ["draft", "published", "submitted"], []),
        ("carla", ["published"], []),
        ("chief", ["draft", "published", "submitted"], ["draft", "submitted"]),
    ],
)
def test_who_sees_and_who_edits_what(request, three, who, sees, edits):
    user = request.getfixturevalue(who)
    assert states(StatusUpdate.objects.visible_to(user)) == sees
    assert states(StatusUpdate.objects.editable_by(user)) == edits


def test_a_citizen_sees_what_is_published_and_edits_nothing(three):
    assert states(StatusUpdate.objects.visible_to(AnonymousUser())) == ["published"]
    assert states(StatusUpdate.objects.editable_by(AnonymousUser())) == []


def test_drafts_go_over_to_the_committee_that_takes_over(three, sou, sud, carla):
    SuccessionFactory(predecessor=sou, successor=sud)
    assert states(StatusUpdate.objects.visible_to(carla)) == ["draft", "published", "submitted"]
    assert states(StatusUpdate.objects.editable_by(carla)) == ["draft", "submitted"]


def test_what_awaits_approval_and_what_is_published(three):
    assert list(StatusUpdate.objects.awaiting_approval()) == [three["submitted"]]
    assert list(StatusUpdate.objects.published()) == [three["published"]]
    assert [update.is_published for update in three.values()] == [False, False, True]


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"status": Status.IN_PROGRESS}, "I gang"),
        ({"kind": UpdateKind.CONFIRMATION}, "Bekræftelse: stadig korrekt"),
        ({"kind": UpdateKind.NOTE}, "Nyt uden ændret status"),
    ],
)
def test_an_update_is_called_by_its_status_or_else_by_its_kind(fields, label):
    assert StatusUpdateFactory(**fields).label == label


@pytest.mark.parametrize(
    ("name", "suffix"), [("Referat ÆØÅ.PDF", ".pdf"), ("../../etc/passwd", ""), ("arkiv.tar.gz", ".gz")]
)
def test_an_uploaded_file_gets_a_name_that_nobody_has_chosen(name, suffix):
    evidence = EvidenceFactory()
    path = evidence_path(evidence, name)
    folder, key, stored = path.split("/")
    assert (folder, key) == ("dokumentation", str(evidence.update.key))
    assert len(stored) == 32 + len(suffix)
    assert stored.endswith(suffix)
    assert path != evidence_path(evidence, name)


def test_what_is_written_today_bears_todays_date():
    assert StatusUpdate().on == TODAY
    assert Deadline().set_on == TODAY


def test_deadlines_stand_in_the_order_in_which_they_were_set():
    item = RecommendationFactory()
    second = DeadlineFactory(item=item, set_on="2026-01-01")
    first = DeadlineFactory(item=item, set_on="2025-01-01")
    third = DeadlineFactory(item=item, set_on="2026-01-01")
    assert list(Deadline.objects.oldest_first()) == [first, second, third]


def test_the_newest_answer_is_that_of_the_latest_meeting_and_then_the_latest_recorded(sou):
    item = RecommendationFactory()
    late = CommitteeAnswerFactory(item=item, committee=sou, meeting_date="2026-01-01")
    early = CommitteeAnswerFactory(item=item, committee=sou, meeting_date="2025-01-01")
    later = CommitteeAnswerFactory(item=item, committee=sou, meeting_date="2026-01-01")
    assert list(CommitteeAnswer.objects.newest_first()) == [later, late, early]


def test_a_secretary_who_also_writes_follows_no_drafts_of_the_own_committee(three, sou, sud, dina, anna):
    """They are in the list of what one may write in; a follower's list has what one may only read."""
    assert states(StatusUpdate.objects.read_only_for(Reach.of(dina))) == ["draft", "submitted"]
    CommitteeMembershipFactory(user=dina, committee=sou, role=Role.EDITOR)
    assert not StatusUpdate.objects.read_only_for(Reach.of(dina)).exists()
    CommitteeMembershipFactory(user=anna, committee=sud, role=Role.SECRETARY)
    assert not StatusUpdate.objects.read_only_for(Reach.of(anna)).exists()


def test_drafts_are_told_apart_by_whether_they_were_sent_back(three, anna, bo, chief):
    back = StatusUpdateFactory(item=three["draft"].item, review_comment="Skriv hvornår.")
    for user in (anna, chief):
        reach = Reach.of(user)
        assert list(StatusUpdate.objects.begun_by(user, reach)) == [three["draft"]]
        assert list(StatusUpdate.objects.returned_to(user, reach)) == [back]
    assert not StatusUpdate.objects.begun_by(bo, Reach.of(bo)).exists()


def test_the_newest_published_of_each_of_many_items(sou):
    one, two, none = (RecommendationFactory() for _ in range(3))
    published(one, on=date(2026, 10, 1))
    newest = published(one, Status.PAUSED, on=date(2026, 1, 1))  # published later, about an earlier day
    other = published(two)
    StatusUpdateFactory(item=two)
    assert StatusUpdate.objects.latest_published_of([one, two, none]) == {one: newest, two: other}
    assert StatusUpdate.objects.latest_published(none) is None


# --- Two times and corrections ----------------------------------------------------------------------------------------


def test_updates_known_at_two_times(sou):
    item = RecommendationFactory()
    before_all = timezone.now()
    early = published(item, on=date(2026, 3, 1))
    between = timezone.now()
    late = published(item, on=date(2026, 2, 1))
    known = StatusUpdate.objects.known
    assert set(known()) == {early, late}
    assert set(known(date(2026, 2, 28))) == {late}
    assert set(known(known_at=between)) == {early}
    assert set(known(known_at=before_all)) == set()
    assert set(known(date(2026, 2, 28), between)) == set()


def test_a_corrected_update_is_known_but_not_uncorrected():
    item = RecommendationFactory()
    wrong = published(item)
    before = timezone.now()
    StatusUpdateFactory(item=item, kind=UpdateKind.CORRECTION, corrects=wrong)
    assert list(StatusUpdate.objects.published().uncorrected()) == [wrong]  # a draft corrects nothing
    right = published(item, Status.PAUSED, kind=UpdateKind.CORRECTION, corrects=wrong)
    assert set(StatusUpdate.objects.known()) == {wrong, right}
    assert list(StatusUpdate.objects.published().uncorrected()) == [right]
    assert list(StatusUpdate.objects.known(known_at=before).uncorrected(before)) == [wrong]


NOTHING = [
    (CommitteeAnswerFactory, "meeting_date", {"outcome": ""}),
    (DeadlineFactory, "set_on", {"due_on": None}),
    (DoneWhenFactory, "set_on", {"text": ""}),
]


@pytest.mark.parametrize(("factory", "day", "nothing"), NOTHING)
def test_what_is_known_of_answers_and_promises(factory, day, nothing):
    rows = factory._meta.model.objects
    first = factory(**{day: date(2026, 1, 1)})
    before_the_correction = timezone.now()
    right = factory(item=first.item, corrects=first, **{day: date(2026, 2, 1)})
    before_it_was_taken_back = timezone.now()
    assert list(rows.known()) == [right]
    assert list(rows.known(date(2026, 1, 31))) == []  # the correction moved it to February
    assert list(rows.known(date(2026, 1, 31), before_the_correction)) == [first]
    factory(item=first.item, corrects=right, **{day: date(2026, 2, 1)}, **nothing)
    assert list(rows.known()) == []
    assert list(rows.known(known_at=before_it_was_taken_back)) == [right]
