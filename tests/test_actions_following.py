"""Readers who follow by mail: asked, confirmed, told once of all that is so, and forgotten."""

import re
from datetime import date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recommendations import actions, tenancy
from recommendations import following as following_rules
from recommendations.actions import (
    UpdateDraft,
    change_rhythm,
    confirm_following,
    end_following,
    follow,
    forget_reader,
    forget_unconfirmed,
    publish_update,
    save_draft,
    send_reader_link,
    tell_followers,
)
from recommendations.actions.following import MOST_FOLLOWED
from recommendations.enums import FollowedTopic, MeetingState, MessageKind, Rhythm, Status, UpdateKind
from recommendations.following import page_at
from recommendations.models import Event, OutgoingMessage, Subscriber, Subscription
from recommendations.models.subscription import UNCONFIRMED_FOR
from recommendations.notifications.writing import write
from recommendations.traces import Redaction
from tests.conftest import clock_from
from tests.factories import (
    TODAY,
    CommitteeFactory,
    InitiativeFactory,
    MeetingFactory,
    MunicipalityFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    SubscriberFactory,
    SubscriptionFactory,
    answered,
    published,
    tell,
)
from tests.test_data_version import Elsewhere

pytestmark = pytest.mark.django_db

READER = "Laeser@Eksempel.dk"
OTHERS = 10  # questions of a run beside those for each list
AT_ONCE, WEEKLY, BEFORE = Rhythm.AT_ONCE, Rhythm.WEEKLY, Rhythm.BEFORE_MEETINGS


@pytest.fixture
def item(sou):
    source = PublicationFactory(slug="ting", title="Tinget")
    item = RecommendationFactory(publication=source, number="3.2", title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def on_day(monkeypatch):
    """`on_day(date(…))`: it is that day, at ten."""

    def on_day(day, hour=10):
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Europe/Copenhagen"))
        monkeypatch.setattr(timezone, "datetime", clock_from(moment))
        return moment

    return on_day


def asked(address="/anbefalinger/", *, rhythm=WEEKLY, topic=FollowedTopic.NEWS, email=READER, language="da"):
    follow(email=email, language=language, page=page_at(address), topic=topic, rhythm=rhythm)


def following(address="/anbefalinger/", *, rhythm=AT_ONCE, topic=FollowedTopic.NEWS, **whose):
    """Somebody who has said yes."""
    one = SubscriptionFactory(
        subscriber=SubscriberFactory(**whose), address=page_at(address).danish_address, rhythm=rhythm, topic=topic
    )
    confirm_following(subscriber=one.subscriber, subscriptions=[one.pk])
    one.refresh_from_db()
    return one


def run():
    """What one run of the job tells: the mails it has put in the outbox."""
    known = set(OutgoingMessage.objects.values_list("pk", flat=True))
    count = tell_followers(timezone.now())
    new = list(OutgoingMessage.objects.exclude(pk__in=known).order_by("pk"))
    assert len(new) == count
    return new


def texts(messages):
    return [written.text for message in messages if (written := write(message))]


class TestAsking:
    def test_an_address_is_asked_and_nothing_is_followed_yet(self, item):
        asked("/en/anbefalinger/?udvalg=sou&pr=2026-01-01&sorter=aendret")
        reader, one, message = Subscriber.objects.get(), Subscription.objects.get(), OutgoingMessage.objects.get()
        assert (reader.email, reader.language) == ("laeser@eksempel.dk", "da")
        assert (one.address, one.confirmed_at) == ("/anbefalinger/?udvalg=SOU", None)
        assert (message.kind, message.subscriber) == (MessageKind.FOLLOWING_TO_CONFIRM, reader)
        assert "laeser" not in str(message.about)
        published(item)
        assert run() == []

    def test_it_ends_in_no_event_as_the_log_forgets_nothing(self, item):
        asked()
        one = Subscription.objects.get()
        confirm_following(subscriber=one.subscriber, subscriptions=[one.pk])
        change_rhythm(subscription=one, rhythm=AT_ONCE)
        forget_reader(subscriber=one.subscriber)
        assert not Event.objects.exists()

    def test_one_mail_in_an_hour_to_one_address(self, on_day):
        begun = on_day(TODAY)
        for address in ("/anbefalinger/", "/anbefalinger/", "/initiativer/", "/nyt/"):
            asked(address)
            send_reader_link(email=READER)
        assert Subscription.objects.count() == 3
        assert OutgoingMessage.objects.count() == 1
        on_day(begun, hour=12)
        asked("/nyt/")
        assert OutgoingMessage.objects.count() == 2

    def test_asked_again_an_hour_later_it_waits_from_then(self, on_day):
        on_day(TODAY)
        asked(rhythm=WEEKLY)
        on_day(TODAY + timedelta(1))
        asked(rhythm=AT_ONCE)
        one = Subscription.objects.get()
        assert (one.rhythm, timezone.localdate(one.made_at)) == (AT_ONCE, TODAY + timedelta(1))

    def test_nobody_else_changes_what_is_followed_already(self):
        one = following(rhythm=AT_ONCE, email="laeser@eksempel.dk")
        asked(rhythm=WEEKLY)
        same = Subscription.objects.get()
        assert (same.pk, same.rhythm, same.confirmed_at) == (one.pk, AT_ONCE, one.confirmed_at)

    def test_no_address_can_be_filled_up(self, monkeypatch):
        assert MOST_FOLLOWED == 50
        monkeypatch.setattr("recommendations.actions.following.MOST_FOLLOWED", 2)
        for address in ("/anbefalinger/", "/initiativer/", "/nyt/"):
            asked(address)
        assert Subscription.objects.count() == 2

    @pytest.mark.parametrize(("topic", "rhythm"), [("coming", "weekly"), ("news", "hver time"), ("x", "weekly")])
    def test_what_is_not_on_offer_is_refused(self, topic, rhythm):
        with pytest.raises(ValidationError):
            asked(topic=topic, rhythm=rhythm)
        assert not Subscriber.objects.exists()

    def test_the_link_goes_to_those_who_follow_something_alone(self):
        send_reader_link(email=READER)
        assert not OutgoingMessage.objects.exists()
        following(email="laeser@eksempel.dk")
        send_reader_link(email=f" {READER.upper()} ")
        (message,) = OutgoingMessage.objects.all()
        assert "/foelg/mine/" in write(message).text

    def test_two_municipalities_know_nothing_of_each_other(self):
        asked()
        with tenancy.active(MunicipalityFactory(name="Aarhus Kommune", slug="aarhus")):
            assert not Subscriber.objects.exists()
            asked()
            assert Subscriber.objects.count() == 1
            forget_reader(subscriber=Subscriber.objects.get())
        assert Subscriber.objects.count() == 1


class TestConfirming:
    def test_from_then_on_and_not_before(self, item):
        published(item, text="Gammelt")
        one = following()
        assert run() == []
        published(item, text="Nyt nu")
        (text,) = texts(run())
        assert "Nyt nu" in text
        assert "Gammelt" not in text
        confirmed = Subscription.objects.get()
        assert confirmed.confirmed_at == one.confirmed_at

    def test_twice_is_once(self, item):
        one = following()
        published(item)
        confirm_following(subscriber=one.subscriber, subscriptions=[one.pk])
        assert len(run()) == 1

    def test_nobody_elses(self):
        one, other = SubscriptionFactory(), SubscriptionFactory()
        confirm_following(subscriber=one.subscriber, subscriptions=[other.pk])
        other.refresh_from_db()
        assert other.confirmed_at is None

    def test_not_too_late(self, on_day):
        on_day(TODAY)
        asked()
        on_day(TODAY + UNCONFIRMED_FOR, hour=11)
        one = Subscription.objects.get()
        confirm_following(subscriber=one.subscriber, subscriptions=[one.pk])
        one.refresh_from_db()
        assert one.confirmed_at is None


class TestForgetting:
    def test_what_nobody_confirmed_goes_after_48_hours_with_the_address(self, on_day):
        on_day(TODAY)
        asked()
        assert forget_unconfirmed(on_day(TODAY + UNCONFIRMED_FOR, hour=9)) == 0
        assert Subscriber.objects.exists()
        assert forget_unconfirmed(on_day(TODAY + UNCONFIRMED_FOR, hour=11)) == 1
        assert not Subscriber.objects.exists()
        assert not Subscription.objects.exists()
        assert not OutgoingMessage.objects.exists()

    def test_what_is_followed_stays(self, on_day):
        on_day(TODAY)
        following(email="laeser@eksempel.dk")
        asked("/nyt/")
        forget_unconfirmed(on_day(TODAY + UNCONFIRMED_FOR, hour=11))
        assert [one.address for one in Subscription.objects.all()] == ["/anbefalinger/"]

    def test_all_of_it_at_once(self, item):
        one = following()
        published(item)
        assert len(run()) == 1
        forget_reader(subscriber=one.subscriber)
        for model in (Subscriber, Subscription, OutgoingMessage):
            assert not model.objects.exists()

    def test_who_ends_the_last_is_forgotten(self):
        one = following()
        other = SubscriptionFactory(subscriber=one.subscriber, address="/nyt/")
        end_following(subscriber=one.subscriber, subscriptions=[one.pk])
        assert list(Subscription.objects.all()) == [other]
        end_following(subscriber=one.subscriber, subscriptions=[other.pk])
        assert not Subscriber.objects.exists()


class TestTelling:
    def test_once_whatever_runs_there_are(self, item):
        following()
        published(item, text="Nyt nu")
        assert len(run()) == 1
        assert run() == []
        published(item, text="Endnu mere")
        (text,) = texts(run())
        assert "Endnu mere" in text
        assert "Nyt nu" not in text

    def test_nothing_is_nothing(self, item):
        following()
        assert run() == []
        assert run() == []

    @pytest.mark.parametrize(
        ("address", "is_told"),
        [
            ("/nyt/", True),
            ("/anbefalinger/", True),
            ("/initiativer/", False),
            ("/anbefalinger/?udvalg=SOU", True),
            ("/anbefalinger/?udvalg=SUD", False),
            ("/anbefalinger/?status=in_progress", True),
            ("/anbefalinger/?status=paused", False),
            ("/anbefalinger/?q=teams", True),
            ("/udvalg/sou/", True),
            ("/udvalg/SUD/", False),
            ("/kilder/ting/", True),
            ("/kilder/andet/", False),
            ("/anbefalinger/ting/3.2/", True),
            ("/anbefalinger/ting/3.3/", False),
        ],
    )
    def test_of_what_is_followed_alone(self, item, sud, address, is_told):
        PublicationFactory(slug="andet")
        RecommendationFactory(publication=item.publication, number="3.3")
        following(address)
        published(item, Status.IN_PROGRESS)
        assert len(run()) == is_told

    def test_what_is_below_an_item_too(self, item):
        below = RecommendationFactory(publication=item.publication, number="3.2.1", parent=item)
        following("/anbefalinger/ting/3.2/")
        published(below)
        assert len(run()) == 1

    @pytest.mark.parametrize("kind", [UpdateKind.CONFIRMATION, UpdateKind.CORRECTION])
    def test_corrections_and_confirmations_are_no_news(self, item, kind):
        first = published(item)
        following()
        published(item, kind=kind, corrects=first if kind == UpdateKind.CORRECTION else None)
        assert run() == []

    def test_a_draft_is_told_of_to_nobody(self, item, anna):
        following()
        save_draft(by=anna, item=item, committee=item.ownerships.get().committee, draft=UpdateDraft(status="planned"))
        assert run() == []

    def test_what_was_corrected_before_the_run_is_not_told(self, item):
        following()
        wrong = published(item, text="Det er forkert")
        published(item, kind=UpdateKind.CORRECTION, corrects=wrong)
        assert run() == []

    def test_what_was_corrected_before_the_mail_is_written_is_not_told(self, item):
        following()
        wrong = published(item, text="Det er forkert")
        published(item, kind=UpdateKind.NOTE, text="Det er rigtigt")
        (message,) = run()
        published(item, kind=UpdateKind.CORRECTION, corrects=wrong)
        text = write(message).text
        assert "Det er rigtigt" in text
        assert "Det er forkert" not in text

    def test_a_mail_that_has_nothing_left_to_say_is_not_written(self, item):
        following()
        wrong = published(item)
        (message,) = run()
        published(item, kind=UpdateKind.CORRECTION, corrects=wrong)
        assert write(message) is None

    def test_what_was_withheld_meanwhile_is_not_told(self, item, chief):
        following()
        update = published(item, text="Hans Hansen bor i Gade 3 og har fået hjælp.")
        (message,) = run()
        actions.withhold(
            by=chief, redaction=Redaction(row=update, field="text"), reason="den nævner en borger", legal_basis="GDPR"
        )
        assert write(message) is None

    def test_what_is_ended_meanwhile_is_not_told(self, item):
        one = following()
        other = SubscriptionFactory(subscriber=one.subscriber, address="/nyt/", rhythm=AT_ONCE)
        confirm_following(subscriber=one.subscriber, subscriptions=[other.pk])
        published(item)
        (message,) = run()
        end_following(subscriber=one.subscriber, subscriptions=[one.pk])
        told = write(message)
        assert told.subject == "Nyt: Alt nyt"
        assert "Anbefalinger" not in told.text

    def test_one_mail_for_all_that_is_due(self, item):
        one = following("/nyt/")
        for address in ("/anbefalinger/", "/udvalg/SOU/"):
            SubscriptionFactory(
                subscriber=one.subscriber, address=page_at(address).danish_address, rhythm=AT_ONCE,
                confirmed_at=timezone.now(),
            )  # fmt: skip
        published(item)
        (message,) = run()
        assert len(message.about["told"]) == 3
        assert write(message).subject == "Nyt om 3 ting, du følger"

    def test_a_page_that_is_gone_stops_nobody_elses_mail(self, item):
        following("/nyt/")
        SubscriptionFactory(address="/anbefalinger/findes/ikke/", rhythm=AT_ONCE, confirmed_at=timezone.now())
        SubscriptionFactory(address="/anbefalinger/?udvalg=XYZ", rhythm=AT_ONCE, confirmed_at=timezone.now())
        published(item)
        assert len(run()) == 1

    def test_news_of_a_day_to_come_is_told_when_it_comes(self, item, on_day):
        """A hand-over that is written down before its day is news on the day, whatever else was told in between."""
        on_day(TODAY)
        update = published(item, text="Gælder senere")
        following()
        later = tell_of_day(update, TODAY + timedelta(3))
        published(item, kind=UpdateKind.NOTE, text="Noget andet")
        (text,) = texts(run())
        assert "Gælder senere" not in text
        on_day(TODAY + timedelta(2))
        assert run() == []
        on_day(TODAY + timedelta(3))
        (message,) = run()
        assert message.about["told"][0]["events"] == [later.pk]
        assert run() == []

    def test_not_of_the_other_municipality(self, item):
        following()
        with tenancy.active(MunicipalityFactory(name="Aarhus Kommune", slug="aarhus")):
            following(email="anden@eksempel.dk")
            assert run() == []
        published(item)
        assert len(run()) == 1
        with tenancy.active(MunicipalityFactory(name="Aarhus Kommune", slug="aarhus")):
            assert run() == []
            assert not OutgoingMessage.objects.exists()


def tell_of_day(update, day):
    """An event about a day to come, as those of a hand-over are."""
    update.on = day
    return tell(update, at=timezone.now())


class TestRhythms:
    MONDAY = date(2026, 11, 9)

    def test_weekly_is_on_mondays(self, item, on_day):
        on_day(date(2026, 11, 4))
        following(rhythm=WEEKLY)
        published(item, text="Onsdag")
        told = []
        for day in range(5, 19):
            on_day(date(2026, 11, day))
            if run():
                told.append(day)
            if day == 10:
                published(item, text="Tirsdag", on=date(2026, 11, 10))
        assert told == [9, 16]

    def test_a_monday_without_a_run_is_made_up_for(self, item, on_day):
        on_day(date(2026, 11, 4))
        following(rhythm=WEEKLY)
        published(item)
        on_day(date(2026, 11, 11))
        assert len(run()) == 1
        on_day(date(2026, 11, 12))
        published(item, kind=UpdateKind.NOTE, text="Mere")
        assert run() == []
        on_day(date(2026, 11, 16))
        assert len(run()) == 1

    def test_a_monday_without_news_is_a_monday_told(self, item, on_day):
        on_day(date(2026, 11, 4))
        following(rhythm=WEEKLY)
        on_day(self.MONDAY)
        assert run() == []
        on_day(date(2026, 11, 10))
        published(item)
        assert run() == []

    @pytest.mark.parametrize("address", ["/anbefalinger/ting/3.2/", "/udvalg/SOU/", "/anbefalinger/", "/kilder/ting/"])
    def test_before_meetings_is_within_a_week_of_the_next(self, item, sou, on_day, address):
        on_day(TODAY)
        MeetingFactory(committee=sou, on=date(2026, 11, 20))
        MeetingFactory(committee=sou, on=date(2026, 12, 4))
        MeetingFactory(committee=CommitteeFactory(code="ANDET"), on=date(2026, 11, 12))
        following(address, rhythm=BEFORE)
        published(item)
        told = []
        for days in range(40):
            day = TODAY + timedelta(days)
            on_day(day)
            told += [day] * len(run())
            if days == 14:
                published(item, kind=UpdateKind.NOTE, text="Mere", on=day)
        assert told == [date(2026, 11, 13), date(2026, 11, 27)]

    def test_news_that_comes_within_the_week_is_told_then(self, item, sou, on_day):
        on_day(TODAY)
        MeetingFactory(committee=sou, on=date(2026, 11, 6))
        following(rhythm=BEFORE)
        Subscription.objects.update(told_on=date(2026, 10, 1))
        assert run() == []
        on_day(date(2026, 11, 4))
        published(item)
        assert len(run()) == 1

    def test_no_meeting_no_mail(self, item, sou, on_day):
        MeetingFactory(committee=sou, on=TODAY + timedelta(3), state=MeetingState.CANCELLED)
        following(rhythm=BEFORE)
        Subscription.objects.update(told_on=None)
        published(item)
        assert run() == []

    def test_a_changed_rhythm_holds_from_then(self, item, sou, on_day):
        on_day(TODAY)
        one = following(rhythm=AT_ONCE)
        published(item)
        assert len(run()) == 1
        MeetingFactory(committee=sou, on=TODAY + timedelta(3))
        change_rhythm(subscription=Subscription.objects.get(pk=one.pk), rhythm=BEFORE)
        published(item, kind=UpdateKind.NOTE, text="Mere")
        assert len(run()) == 1
        with pytest.raises(ValidationError):
            change_rhythm(subscription=one, rhythm="hver time")


class TestMeetings:
    @pytest.fixture
    def dina_plans(self, dina, sou):
        day = date(2026, 12, 3)
        (meeting,) = actions.plan_meetings(by=dina, committee=sou, meetings=[actions.MeetingContent(on=day)])
        return meeting

    def test_what_comes_up(self, item, dina, bo, sou, sud, dina_plans):
        following("/moeder/SOU/", topic=FollowedTopic.COMING)
        following("/moeder/SUD/", topic=FollowedTopic.COMING)
        actions.move_meeting(by=dina, meeting=dina_plans, on=date(2026, 12, 4), reason="Salen er optaget.")
        (message,) = run()
        text = write(message).text
        assert "Møde 4. december 2026" in text
        assert "Mødet er flyttet til denne dag" in text
        assert "Salen er optaget." in text
        actions.send_papers(by=dina, meeting=dina_plans, agenda_url="https://eksempel.dk/dagsorden")
        published(item, next_step="Forslag til udvalget", next_step_meeting=dina_plans)
        (message,) = run()
        text = write(message).text
        assert "Dagsordenen er sendt ud" in text
        assert "3.2 Faste teams" in text
        assert run() == []

    def test_each_meeting_once_as_it_stands(self, dina, sou, dina_plans):
        one = following("/moeder/SOU/", topic=FollowedTopic.COMING)
        Subscription.objects.filter(pk=one.pk).update(told_event=0)
        actions.cancel_meeting(by=dina, meeting=dina_plans, reason="Ingen sager.")
        (message,) = run()
        text = write(message).text
        assert text.count("Møde 3. december 2026") == 1
        assert "Mødet er aflyst" in text
        assert "kalenderen" not in text

    def test_what_was_decided(self, item, dina, sou, sud):
        meeting = MeetingFactory(committee=sou, on=date(2026, 10, 30))
        following("/moeder/SOU/", topic=FollowedTopic.DECIDED)
        following("/moeder/SUD/", topic=FollowedTopic.DECIDED)
        following("/moeder/SOU/", topic=FollowedTopic.COMING)
        actions.hold_meeting(by=dina, meeting=meeting)
        answered(item, sou, "adopted", meeting_date=meeting.on, text="Vi siger ja.")
        (message,) = run()
        text = write(message).text
        assert "Mødet er holdt" in text
        assert "Tiltrådt" in text
        assert "Vi siger ja." in text

    def test_a_meeting_that_was_not_held_after_all_is_not_told(self, dina, sou):
        meeting = MeetingFactory(committee=sou, on=date(2026, 10, 30))
        following("/moeder/SOU/", topic=FollowedTopic.DECIDED)
        actions.hold_meeting(by=dina, meeting=meeting)
        (message,) = run()
        actions.correct_meeting_state(by=dina, meeting=meeting, state=MeetingState.PLANNED, reason="Det var forkert.")
        assert write(message) is None


class TestMeanwhile:
    """What is due is worked out without a turn, so others do what they like while it takes its time."""

    @pytest.fixture
    def once_read(self, monkeypatch):
        """`once_read(act)`: the next run has read what is due when somebody does that, and has written nothing yet."""
        owed = following_rules.owed

        def once_read(act):
            def read(*args):
                found = owed(*args)
                monkeypatch.setattr(following_rules, "owed", owed)
                act()
                return found

            monkeypatch.setattr(following_rules, "owed", read)

        return once_read

    def test_what_is_published_is_told_by_the_next_run(self, item, once_read):
        following()
        first = published(item)
        once_read(lambda: published(item, kind=UpdateKind.NOTE, text="Mere"))
        (message,) = run()
        assert message.about["told"][0]["events"] == [first.events.get().pk]
        (message,) = run()
        assert message.about["told"][0]["events"] == [Event.objects.order_by("-pk")[0].pk]
        assert run() == []

    def test_what_comes_after_it_began_is_left_even_where_it_is_seen(self, item, monkeypatch):
        following()
        due = following_rules.due

        def begun(*args):
            monkeypatch.setattr(following_rules, "due", due)
            published(item, kind=UpdateKind.NOTE, text="Mere")
            return due(*args)

        published(item)
        monkeypatch.setattr(following_rules, "due", begun)
        told = [message.about["told"][0]["events"] for _run in range(3) for message in run()]
        assert told == [[event.pk] for event in Event.objects.news().order_by("pk")]

    def test_two_runs_tell_it_once(self, item, once_read):
        following()
        following("/nyt/", email="anden@eksempel.dk")
        published(item)
        counts = []
        once_read(lambda: counts.append(tell_followers(timezone.now())))
        counts.append(tell_followers(timezone.now()))
        assert counts == [2, 0]
        assert OutgoingMessage.objects.count() == 2

    def test_who_ends_it_is_told_nothing_more(self, item, once_read):
        one, other = following(), following("/nyt/", email="anden@eksempel.dk")
        published(item)
        once_read(lambda: forget_reader(subscriber=one.subscriber))
        assert [message.subscriber for message in run()] == [other.subscriber]

    def test_another_rhythm_is_kept(self, item, sou, once_read):
        one = following()
        published(item)
        once_read(lambda: change_rhythm(subscription=one, rhythm=BEFORE))
        assert run() == []
        MeetingFactory(committee=sou, on=TODAY + timedelta(3))
        assert len(run()) == 1

    def test_another_rhythm_tells_nothing_again(self, item):
        read_before = following()
        published(item)
        assert len(run()) == 1
        change_rhythm(subscription=read_before, rhythm=WEEKLY)
        change_rhythm(subscription=read_before, rhythm=AT_ONCE)
        assert run() == []

    def test_each_reader_is_written_whole_however_little_is_written_at_a_time(self, item, monkeypatch):
        monkeypatch.setattr("recommendations.actions.following.AT_A_TIME", 1)
        for email in ("en@eksempel.dk", "to@eksempel.dk"):
            one = following("/nyt/", email=email)
            SubscriptionFactory(
                subscriber=one.subscriber, address="/anbefalinger/", rhythm=AT_ONCE, confirmed_at=timezone.now()
            )
        published(item)
        assert [len(message.about["told"]) for message in run()] == [2, 2]
        assert run() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
class TestElsewhere:
    """The same in connections of their own."""

    def test_an_act_waits_for_no_reader(self, item, municipality, monkeypatch):
        following()
        published(item)
        owed, done = following_rules.owed, []

        def read(*args):
            monkeypatch.setattr(following_rules, "owed", owed)
            other = Elsewhere(lambda: published(item, kind=UpdateKind.NOTE, text="Mere"), municipality)
            other.start()
            other.join(20)
            done.append(other.result)
            return owed(*args)

        monkeypatch.setattr(following_rules, "owed", read)
        told = [message.about["told"][0]["events"] for _run in range(3) for message in run()]
        assert done[0] is not None
        assert told == [[event.pk] for event in Event.objects.news().order_by("pk")]

    def test_two_at_once_tell_it_once(self, item, municipality, monkeypatch):
        for number in range(3):
            following(email=f"{number}@eksempel.dk")
        published(item)
        owed, both = following_rules.owed, Barrier(2)

        def read(*args):
            found = owed(*args)
            both.wait(20)
            return found

        monkeypatch.setattr(following_rules, "owed", read)
        others = [Elsewhere(lambda: tell_followers(timezone.now()), municipality) for _one in range(2)]
        for other in others:
            other.start()
        for other in others:
            other.join(20)
        assert sorted(other.result for other in others) == [0, 3]
        assert OutgoingMessage.objects.count() == 3


class TestCost:
    STATUSES = [status for status in Status if status != Status.IMPLEMENTED]

    @pytest.mark.parametrize("readers", [3, 40])
    @pytest.mark.parametrize("lists", [2, 7])
    def test_each_list_is_asked_once_for_all_its_readers(self, item, lists, readers):
        """One question for each list, and so many others whatever there is: the turn, the last event, who is due, the
        names on offer, the next meetings, whether all is as it was read, the mails, and what is remembered.
        """
        addresses = [f"/anbefalinger/?status={status}" for status in self.STATUSES[:lists]]
        for _reader in range(readers):
            who = SubscriberFactory()
            for address in addresses:
                SubscriptionFactory(subscriber=who, address=address, rhythm=AT_ONCE, confirmed_at=timezone.now())
        published(item, self.STATUSES[0])
        with CaptureQueriesContext(connection) as queries:
            assert tell_followers(timezone.now()) == readers
        asked = [one["sql"] for one in queries if not re.match("(RELEASE )?SAVEPOINT|SELECT pg_advisory", one["sql"])]
        assert len(asked) == lists + OTHERS, "\n".join(one[:150] for one in asked)

    def test_every_address_that_is_kept_is_one_that_can_be_read_again(self, item, sou):
        for address in (
            "/nyt/",
            "/anbefalinger/?q=a+b&status=ingen&svar=adopted&udvalg=SOU&forsinket=1",
            "/moeder/SOU/",
        ):
            page = page_at(address)
            assert page_at(page.danish_address) == page


def test_a_story_from_the_desk_to_the_mail(item, anna, bo, sou):
    following(f"/anbefalinger/?udvalg={sou.code}", language="en", email="reader@example.org")
    draft = UpdateDraft(status=Status.PAUSED, text="Pengene mangler.")
    update = save_draft(by=anna, item=item, committee=sou, draft=draft)
    publish_update(by=bo, update=update)
    (message,) = run()
    mail = write(message)
    assert "Pengene mangler." in mail.text
    assert "/en/anbefalinger/ting/3.2/#opdatering-" in mail.text
    for name in ("anna", "bo@", "reader@example.org"):
        assert name not in mail.text + mail.html + mail.subject + str(mail.headers)


def test_an_initiative_is_followed_as_well(sou):
    item = InitiativeFactory(publication=PublicationFactory(slug="plan"), number="7")
    OwnershipFactory(item=item, committee=sou)
    following("/initiativer/plan/7/")
    published(item)
    assert len(run()) == 1
