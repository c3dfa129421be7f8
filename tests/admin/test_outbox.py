"""The outbox as administrators see it: what waits and what could not be sent, without addresses or texts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from recommendations.enums import MessageKind
from recommendations.models import OutgoingMessage
from recommendations.models.outgoing import MOST_SENDS
from tests.factories import OutgoingMessageFactory, SubscriberFactory, UserFactory, WebhookFactory
from tests.staff.whole_pages import StaffPage

pytestmark = pytest.mark.django_db
LIST = "/admin/recommendations/outgoingmessage/"


@pytest.fixture
def dead(db):
    person = UserFactory(username="maja@eksempel.dk", email="maja@eksempel.dk")
    return OutgoingMessageFactory(person=person, tries=MOST_SENDS, error="SMTPRecipientsRefused 550")


def test_a_dead_letter_is_found_and_tried_again(as_user, chief, dead):
    OutgoingMessageFactory(kind=MessageKind.ROLE_GIVEN)
    found = StaffPage.open(as_user(chief), f"{LIST}?tilstand=opgivet")
    assert "1 udgående besked" in found.text
    assert "SMTPRecipientsRefused 550" in found.text
    page = StaffPage.open(as_user(chief), f"{LIST}{dead.pk}/change/").link("Prøv igen")
    assert "Beskeden bliver prøvet igen om lidt." in page.press("Prøv igen").text
    dead.refresh_from_db()
    assert (dead.tries, dead.sent_at) == (0, None)
    assert OutgoingMessage.objects.due(timezone.now()).filter(pk=dead.pk).exists()


def test_what_only_waits_has_no_such_button(as_user, chief):
    waiting = OutgoingMessageFactory(kind=MessageKind.ROLE_GIVEN)
    assert "Prøv igen" not in StaffPage.open(as_user(chief), f"{LIST}{waiting.pk}/change/").text


@pytest.mark.parametrize(
    ("state", "kinds"), [("venter", ["role_given"]), ("opgivet", ["workflow"]), ("sendt", ["error_reported"])]
)
def test_the_filter_says_how_far_each_is(as_user, chief, dead, state, kinds):
    OutgoingMessageFactory(kind=MessageKind.ROLE_GIVEN)
    OutgoingMessageFactory(kind=MessageKind.ERROR_REPORTED, sent_at=timezone.now())
    found = as_user(chief).get(f"{LIST}?tilstand={state}").context["cl"].queryset
    assert [message.kind for message in found] == kinds


def test_no_address_stands_there(as_user, chief, dead, sou):
    reader = SubscriberFactory(email="laeser@eksempel.dk")
    hook = WebhookFactory(url="https://eksempel.dk/krog")
    rows = [dead, OutgoingMessageFactory(subscriber=reader), OutgoingMessageFactory(webhook=hook)]
    rows += [OutgoingMessageFactory(committee=sou), OutgoingMessageFactory()]
    client = as_user(chief)
    for address in (LIST, *(f"{LIST}{row.pk}/change/" for row in rows)):
        page = client.get(address).content.decode()
        assert "eksempel.dk" not in page
    said = client.get(LIST).content.decode()
    for words in (
        f"medarbejder nr. {dead.person.pk}",
        "en, der følger med",
        "webhook nr.",
        "kommunens postkasse",
        str(sou),
    ):
        assert words in said


def test_it_takes_as_many_queries_for_three_as_for_one(as_user, chief, django_assert_num_queries):
    client = as_user(chief)
    for count in (1, 2):
        for _n in range(count):
            OutgoingMessageFactory(person=UserFactory())
        with django_assert_num_queries(7):
            client.get(LIST)


def test_it_is_for_administrators(as_user, bo, dead):
    for address in (LIST, f"{LIST}{dead.pk}/change/", f"{LIST}{dead.pk}/proev-igen/"):
        assert as_user(bo).get(address).status_code == 403
    assert as_user(bo).post(f"{LIST}{dead.pk}/proev-igen/").status_code == 403
    dead.refresh_from_db()
    assert dead.tries == MOST_SENDS


class TestHealth:
    def test_says_how_long_the_oldest_has_waited_and_how_many_are_given_up(self, dead):
        now = timezone.now()
        OutgoingMessageFactory(run_after=now - timedelta(minutes=7), taken_at=now)
        OutgoingMessageFactory(run_after=now + timedelta(hours=1))
        OutgoingMessageFactory(run_after=now - timedelta(hours=1), sent_at=now)
        found = Client().get("/healthz")
        assert (found.status_code, found.json()["outbox"]) == (200, {"oldest": 420, "dead": 1})

    def test_what_cannot_be_read_is_no_reason_to_send_nobody(self, db, monkeypatch):
        monkeypatch.setattr("tracker.health.outbox", lambda: None)
        assert Client().get("/healthz").json()["outbox"] is None
