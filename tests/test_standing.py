"""How cells and items stand: small stories with the right value at each end. Random ones: see `test_stories`."""

from datetime import date

import pytest
from django.utils import timezone

from recommendations import actions
from recommendations.actions import UpdateDraft
from recommendations.enums import Outcome, OwnershipRole, Status, UpdateKind
from recommendations.models import CommitteeAnswer, Item, Ownership, Standing
from tests.factories import OwnershipFactory, RecommendationFactory, answered, deadline, published

pytestmark = pytest.mark.django_db


def whole(item, as_of=None, known_at=None):
    return Standing.objects.at(as_of, known_at).wholes().get(item=item)


def cell(item, committee, as_of=None, known_at=None):
    return Standing.objects.at(as_of, known_at).get(item=item, committee=committee)


def test_every_item_has_a_whole_from_the_beginning():
    assert whole(RecommendationFactory()).status == ""


def test_with_state_reads_the_whole(sou):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    published(item, Status.IN_PROGRESS, on=date(2026, 10, 1))
    found = Item.objects.with_state().get(pk=item.pk)
    assert (found.state_status, found.state_status_on) == (Status.IN_PROGRESS, date(2026, 10, 1))
    assert Item.objects.with_state(date(2026, 9, 30)).get(pk=item.pk).state_status == ""


def test_one_of_two_co_owners_has_spoken(sou, sud):
    item = RecommendationFactory()
    for committee in (sou, sud):
        OwnershipFactory(item=item, committee=committee, role=OwnershipRole.CO_OWNER)
    published(item, Status.IMPLEMENTED, committee=sou)
    assert cell(item, sou).status == Status.IMPLEMENTED
    assert cell(item, sud).status == ""
    assert whole(item).status == Status.IN_PROGRESS


def test_a_lead_speaks_for_the_whole(sou, sud):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou, role=OwnershipRole.LEAD)
    OwnershipFactory(item=item, committee=sud, role=OwnershipRole.CO_OWNER)
    published(item, Status.IMPLEMENTED, committee=sou)
    assert whole(item).status == Status.IMPLEMENTED


def test_a_correction_takes_its_row_out_of_the_state(sou):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    published(item, Status.IN_PROGRESS, on=date(2026, 3, 1))
    wrong = published(item, Status.IMPLEMENTED, on=date(2026, 10, 1))
    before = timezone.now()
    published(item, kind=UpdateKind.CORRECTION, corrects=wrong, on=wrong.on, text="Forkert række.")
    assert whole(item).status == Status.IN_PROGRESS
    assert whole(item, known_at=before).status == Status.IMPLEMENTED


def test_an_inherited_answer_stands_in_the_cell_of_the_heir_for_the_items_that_moved_alone(chief, sou, sud):
    moved, kept = RecommendationFactory(), RecommendationFactory()
    for item in (moved, kept):
        OwnershipFactory(item=item, committee=sou)
        answered(item, sou, Outcome.ADOPTED)
    actions.hand_over(
        by=chief, predecessor=sou, successor=sud, on=date(2026, 6, 1), items=[moved], predecessor_ends=False
    )
    assert cell(moved, sud).outcome == Outcome.ADOPTED
    assert not Standing.objects.at().filter(item=kept, committee=sud).exists()
    assert cell(moved, sou, as_of=date(2026, 5, 31), known_at=None).outcome == Outcome.ADOPTED


def test_when_two_owners_merge_the_lead_is_kept(chief, sou, sud, buu):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou, role=OwnershipRole.CO_OWNER)
    OwnershipFactory(item=item, committee=sud, role=OwnershipRole.LEAD)
    for old in (sou, sud):
        actions.hand_over(by=chief, predecessor=old, successor=buu, on=date(2026, 6, 1))
    assert cell(item, buu).role == OwnershipRole.LEAD
    assert Ownership.objects.in_force().filter(item=item).count() == 1


def test_a_deadline_moved_forward_in_time_is_late_from_the_first(sou):
    item = RecommendationFactory()
    deadline(item, date(2027, 6, 1), set_on=date(2025, 1, 1))
    deadline(item, date(2026, 6, 1), set_on=date(2025, 6, 1))
    assert (whole(item).due_on, whole(item).original_due_on) == (date(2026, 6, 1), date(2027, 6, 1))


def test_a_corrected_deadline_is_no_move(sou):
    item = RecommendationFactory()
    wrong = deadline(item, date(2036, 6, 1), set_on=date(2025, 1, 1))
    deadline(item, date(2026, 6, 1), set_on=date(2025, 1, 1), corrects=wrong, reason="Tastefejl.")
    assert (whole(item).due_on, whole(item).original_due_on) == (date(2026, 6, 1), date(2026, 6, 1))


def test_a_correction_that_moves_the_meeting_to_an_earlier_day_stands(sou):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    wrong = answered(item, sou, Outcome.ADOPTED, meeting_date=date(2026, 9, 1))
    answered(item, sou, Outcome.NOTED, meeting_date=date(2026, 8, 1), corrects=wrong)
    assert cell(item, sou).outcome == Outcome.NOTED
    assert CommitteeAnswer.objects.known().get().outcome == Outcome.NOTED


def test_an_answer_can_be_taken_back(bo, sou):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    wrong = actions.record_answer(
        by=bo, item=item, committee=sou, outcome=Outcome.ADOPTED, meeting_date=date(2026, 9, 1)
    )
    actions.record_answer(
        by=bo,
        item=item,
        committee=sou,
        outcome="",
        meeting_date=date(2026, 9, 1),
        corrects=wrong,
        reason="Forkert række.",
    )
    assert cell(item, sou).outcome == ""


def test_a_draft_walks_to_the_public(anna, bo, sou):
    item = RecommendationFactory()
    OwnershipFactory(item=item, committee=sou)
    draft = actions.save_draft(
        by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.IN_PROGRESS, text="I gang nu.")
    )
    actions.submit_update(by=anna, update=draft)
    actions.publish_update(by=bo, update=draft)
    assert whole(item).status == Status.IN_PROGRESS
    acts = [event.act for event in item.events.order_by("pk")]
    assert acts == ["draft_saved", "draft_submitted", "status_published"]
    last = item.events.order_by("pk").last()
    assert (last.before, last.after, last.nature) == ("", "in_progress", "news")
