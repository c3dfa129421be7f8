import pytest
from django.contrib.auth.models import AnonymousUser

from recommendations.enums import Status, UpdateKind, UpdateState
from recommendations.models import CommitteeAnswer, Deadline, StatusUpdate
from recommendations.models.status_update import evidence_path
from tests.factories import (
    TODAY,
    CommitteeAnswerFactory,
    DeadlineFactory,
    EvidenceFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    SuccessionFactory,
    published,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(sou):
    """A draft, a submitted and a published update of SOU's."""
    item = RecommendationFactory()
    return {
        "draft": StatusUpdateFactory(about=item, committee=sou),
        "submitted": StatusUpdateFactory(about=item, committee=sou, state=UpdateState.SUBMITTED),
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
    second = DeadlineFactory(about=item, set_on="2026-01-01")
    first = DeadlineFactory(about=item, set_on="2025-01-01")
    third = DeadlineFactory(about=item, set_on="2026-01-01")
    assert list(Deadline.objects.oldest_first()) == [first, second, third]


def test_the_newest_answer_is_that_of_the_latest_meeting_and_then_the_latest_recorded(sou):
    item = RecommendationFactory()
    late = CommitteeAnswerFactory(recommendation=item, committee=sou, meeting_date="2026-01-01")
    CommitteeAnswerFactory(recommendation=item, committee=sou, meeting_date="2025-01-01")
    later = CommitteeAnswerFactory(recommendation=item, committee=sou, meeting_date="2026-01-01")
    assert list(CommitteeAnswer.objects.newest_first())[:2] == [later, late]
    assert list(CommitteeAnswer.objects.current()) == [later]
