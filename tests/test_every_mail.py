"""One mail of every kind there is, through a real mail server: each is whole, and no program that opens links acts."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from recommendations import actions, outbox
from recommendations.actions.reminding import remind
from recommendations.enums import FollowedTopic, MeetingState, MessageKind, ReplyState, RequestStep, Rhythm, Role
from recommendations.following import page_at
from recommendations.models import OutgoingMessage
from recommendations.notifications.logins import ask_for_recovery, tell_of_login
from recommendations.sending import send_due
from tests.factories import (
    CommitteeMembershipFactory,
    MailReplyFactory,
    MeetingFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    StatusUpdateFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.mail_server import bodies
from tests.test_actions_events import ACTS
from tests.test_sending import SITE, by_the_table, fingerprint, links, smtp, staffed, world  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db


def act(name, given):
    by_the_table(next(told for told in ACTS if told.action == name))(given)


@pytest.fixture
def each_kind(staffed):  # noqa: F811
    """What leads to one of each: acts, nights, answers, readers. Given: the world."""
    sou, anna = staffed.sou, staffed.anna
    item = RecommendationFactory(publication=staffed.source, number="7.1")
    OwnershipFactory(item=item, committee=sou)
    CommitteeMembershipFactory(user=UserFactory(email="sud@eksempel.dk"), committee=staffed.sud, role=Role.APPROVER)
    for name in ("send_link", "give_role", "report_error", "ask_owners", "submit_update"):
        act(name, staffed)
    # The night's questions: all that is anna's, one item of hers, what nobody has answered for, a report to a meeting.
    coming = MeetingFactory(committee=sou, on=timezone.localdate() + timedelta(days=7), state=MeetingState.PLANNED)
    cell = [[item.pk, sou.pk]]
    of_night = {"is_of_month": False, "asked": [], "told": [], "meetings": []}
    outbox.put(MessageKind.STATUS_ASKED, person=anna, about=of_night | {"is_of_month": True})
    one = outbox.put(MessageKind.ITEM_ASKED, person=anna, committee=sou, item=item, about=of_night | {"asked": cell})
    outbox.put(MessageKind.OVERDUE_TOLD, committee=sou, about=of_night | {"told": cell})
    outbox.put(MessageKind.REPORT_READY, person=staffed.dina, committee=sou, about=of_night | {"meetings": [coming.pk]})
    draft = StatusUpdateFactory(item=item, committee=sou, author=anna)
    reply = MailReplyFactory(message=one, person=anna, update=draft, state=ReplyState.TAKEN)
    outbox.put(MessageKind.REPLY_ANSWERED, person=anna, committee=sou, item=item, about={"reply": reply.pk})
    tell_of_login(anna, "password_changed", browser="Firefox, Windows")
    ask_for_recovery(anna)
    # A source that was handed over long ago, and never answered.
    silent = PublicationFactory(title="Det tavse ting", handed_over_on=date(2025, 1, 15), expects_answers=True)
    OwnershipFactory(item=RecommendationFactory(publication=silent, number="1"), committee=sou)
    actions.request_answer(by=staffed.dina, publication=silent, committee=sou, step=RequestStep.LETTER)
    # One who wants to follow, and one who does.
    listed = page_at("/anbefalinger/?udvalg=SOU")
    actions.follow(email="ny@eksempel.org", language="en", page=listed, topic=FollowedTopic.NEWS, rhythm=Rhythm.WEEKLY)
    SubscriptionFactory(
        address=listed.danish_address, topic=FollowedTopic.NEWS, rhythm=Rhythm.AT_ONCE, confirmed_at=timezone.now()
    )
    act("record_answer", staffed)
    return staffed


def test_each_kind_is_a_whole_mail(each_kind, smtp):  # noqa: F811
    actions.tell_of_acts()
    actions.tell_followers(timezone.now())
    kinds = {outbox.message_id(one): one.kind for one in OutgoingMessage.objects.order_by("pk")}
    assert set(kinds.values()) == set(MessageKind) - {MessageKind.WEBHOOK}
    came = send_due()
    assert came.failed == 0
    arrived = {sent["Message-ID"]: sent for sent in smtp.mails}
    assert {kinds[name] for name in arrived} == set(MessageKind) - {MessageKind.WEBHOOK}
    for name, sent in arrived.items():
        in_text, in_html = links(sent)
        assert in_text == in_html, kinds[name]
        assert in_text, kinds[name]
        assert all(one.startswith(SITE) for one in in_text), kinds[name]
        text, html = bodies(sent)
        assert "%(" not in text + html + sent["Subject"]
        assert (sent["Auto-Submitted"], sent["To"].addresses[0].addr_spec.count("@")) == ("auto-generated", 1)


def test_a_program_that_opens_every_link_ten_times_changes_nothing(each_kind, smtp, citizen):  # noqa: F811
    send_due()
    found = {address for sent in smtp.mails for some in links(sent) for address in some}
    assert len(found) > 20
    before = fingerprint()
    for address in sorted(found):
        for _time in range(10):
            for ask in (citizen.head, citizen.get):
                assert ask(address.removeprefix(SITE[:-1])).status_code in (200, 302), address
    assert fingerprint() == before


def test_the_night_asks_as_the_mails_above(each_kind):
    """So that what they are about is what `remind` writes."""
    OutgoingMessage.objects.order_by().delete()
    remind(timezone.localdate())
    assert MessageKind.STATUS_ASKED in set(OutgoingMessage.objects.order_by().values_list("kind", flat=True))
    for one in OutgoingMessage.objects.order_by("pk"):
        assert one.about.keys() == {"is_of_month", "asked", "told", "meetings"}
