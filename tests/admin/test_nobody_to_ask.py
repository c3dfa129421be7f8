"""»Ingen at spørge« on »Mit arbejde«, and who has never answered on »Hvem dækker hvad«."""

from datetime import timedelta

import pytest
from django.urls import reverse

from recommendations.actions.state import record
from recommendations.admin.queues import QueueName
from recommendations.enums import Act, Role
from recommendations.keepers import nobody_to_ask, open_cells
from recommendations.models import Committee, Lineage
from tests.conftest import member
from tests.factories import (
    TODAY,
    OwnershipFactory,
    RecommendationFactory,
    ReminderStepFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(sou):
    found = [RecommendationFactory(number=f"{number}", title=f"Nummer {number}") for number in range(1, 4)]
    for one in found:
        OwnershipFactory(item=one, committee=sou)
    return found


def queue_of(client):
    context = client.get(reverse("admin:index")).context
    return next((one for one in context["full_queues"] if one.name == QueueName.NOBODY), None)


@pytest.mark.parametrize("name", ["bo", "dina", "chief"])
def test_approvers_secretaries_and_administrators_see_what_nobody_can_be_asked_about(
    name, items, anna, bo, dina, chief, as_user
):
    client = as_user({"bo": bo, "dina": dina, "chief": chief}[name])
    queue = queue_of(client)
    lineage = Lineage.load(on=TODAY)
    cells = open_cells(TODAY, where=nobody_to_ask(list(Committee.objects.order_by("pk")), lineage, TODAY))
    assert queue.count == len(cells) == 3
    assert "Nummer 1" in queue.rows[0].title
    assert queue.rows[0].sentences[0] == "Ingen, der må skrive om den, kan få mail."
    assert queue.rows[0].steps[0].url == reverse("coverage")
    ((_words, address),) = queue.lists
    assert client.get(address).context["cl"].result_count == 3
    anna.email = "anna@eksempel.dk"
    anna.save()
    assert queue_of(client) is None


def test_an_editor_is_not_shown_it(items, anna, as_user):
    context = as_user(anna).get(reverse("admin:index")).context
    assert QueueName.NOBODY not in [one.name for one in [*context["full_queues"], *context["empty_queues"]]]


def gaps_of(client):
    return [gap.text for gap in client.get(reverse("coverage")).context["gaps"]]


SILENT = "anna er redaktør for Sundheds- og Omsorgsudvalget og er spurgt siden 23.09.2026. Intet svar registreret."


def test_who_was_asked_long_ago_and_has_never_answered_is_named_to_those_who_lead(
    items, sou, anna, bo, dina, chief, as_user
):
    ReminderStepFactory(person=anna, committee=sou, told_on=TODAY - timedelta(days=40))
    ReminderStepFactory(person=anna, committee=sou, told_on=TODAY - timedelta(days=10), days=1)
    for person in (bo, dina, chief):
        assert SILENT in gaps_of(as_user(person))
    assert SILENT not in gaps_of(as_user(anna))
    record(act=Act.ITEM_DECLINED, by=anna, item=items[0], committee=sou)
    assert SILENT not in gaps_of(as_user(bo))


def test_it_is_said_in_no_committee_that_one_does_not_lead(items, sou, sud, anna, carla, bo, as_user):
    member("bo", sud, Role.EDITOR)
    ReminderStepFactory(person=carla, committee=sud, told_on=TODAY - timedelta(days=40))
    assert not [gap for gap in gaps_of(as_user(bo)) if "spurgt" in gap]
