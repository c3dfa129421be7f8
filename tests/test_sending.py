"""The outbox: what acts are told in mail, over a real mail server; lost by nobody, sent twice by next to nobody."""

import hashlib
import json
import logging
import os
import re
import signal
import sqlite3
import ssl
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django_scopes import scopes_disabled

from recommendations import actions, outbox, sending, tenancy
from recommendations.actions import choose_mail
from recommendations.actions.state import record
from recommendations.actions.telling import INVITING, TELLERS, next_morning
from recommendations.enums import Act, MessageKind, Role
from recommendations.models import Event, OutgoingMessage, ToldUntil
from recommendations.models.outgoing import KEPT_FOR, MOST_SENDS, SENDING_FOR
from recommendations.notifications import writing
from recommendations.recipients import CIRCLES
from recommendations.sending import send_due
from tests.factories import (
    CommitteeMembershipFactory,
    MunicipalityFactory,
    OutgoingMessageFactory,
    OwnershipFactory,
    RecommendationFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.installations import in_production
from tests.mail_server import bodies, mail_server
from tests.test_actions_events import ACTS, draft_of, handed_over, meeting_sent
from tests.test_actions_events import world as made
from tests.test_webhooks import certificate

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"https?://[^\s\"<>]+")
SITE = "http://127.0.0.1:8000/"


world = made  # the fixture of that module


@pytest.fixture
def staffed(world):
    """The world, where everybody has an address, and the municipality a mailbox."""
    User.objects.update(email=Concat(F("username"), Value("@eksempel.dk")))
    for name in ("anna", "bo", "carla", "dina", "chief"):
        getattr(world, name).refresh_from_db()
    municipality = tenancy.current()
    municipality.email = "tinget@eksempel.dk"
    municipality.save()
    return world


@pytest.fixture
def smtp(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def links(message):
    """The addresses in its text, and those in its HTML."""
    return [{unescape(found) for found in ADDRESS.findall(body)} for body in bodies(message)]


# --- Every kind of mail -----------------------------------------------------------------------------------------------


def assigned(world):
    return record(
        act=Act.ITEM_ASSIGNED,
        by=world.bo,
        item=world.item,
        committee=world.sou,
        details={"person": ["", str(world.anna.pk)]},
    )


def declined(world):
    return record(act=Act.ITEM_DECLINED, by=world.anna, item=world.item, committee=world.sou)


def suggested(world):
    return record(act=Act.NEWS_SUGGESTED, by=None, item=world.item)


def by_the_table(told):
    def do(world):
        return told.do(world, getattr(world, told.by), told.prepare(world))

    return do


MAILED = {*CIRCLES, *INVITING, *TELLERS}
OTHERWISE = {"publish_from_source", "report_error"}  # what was read in has no author to tell
DONE = {
    **{told.name: by_the_table(told) for told in ACTS if told.act in MAILED and told.action not in OTHERWISE},
    "publish_answer_draft": lambda world: actions.publish_answer_draft(by=world.bo, draft=meeting_sent(world)),
    "report_error": lambda world: actions.report_error(text="Der står 92.", item=world.item),
    "hand_over": lambda world: handed_over(world, world.chief),
    "an item given to somebody": assigned,
    "not mine": declined,
    "news from a citizen": suggested,
}


@pytest.mark.parametrize("name", DONE)
def test_each_is_a_whole_mail_with_links_that_work(name, staffed, smtp, as_user, chief, municipality):
    if name == "hand_over":
        CommitteeMembershipFactory(user=UserFactory(email="sud@eksempel.dk"), committee=staffed.sud, role="approver")
    DONE[name](staffed)
    waiting = {}
    actions.tell_of_acts()
    for message in OutgoingMessage.objects.order_by("pk"):
        waiting[outbox.message_id(message)] = message
    send_due()
    assert smtp.mails
    for sent, recipients in zip(smtp.mails, smtp.recipients, strict=True):
        message = waiting[sent["Message-ID"]]
        assert recipients == [message.person.email if message.person else municipality.email] == [sent["To"]]
        assert sent["From"] == "Københavns Kommune <anbefalingstracker@localhost>"
        assert (sent["Auto-Submitted"], sent["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
        assert parsedate_to_datetime(sent["Date"]).tzinfo
        assert sent["Subject"].strip()
        assert sent.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in sent.iter_parts()] == ["text/plain", "text/html"]
        text, html = bodies(sent)
        assert "%(" not in text + html + sent["Subject"]
        in_text, in_html = links(sent)
        assert in_text == in_html
        assert any(one.endswith("/mail/") for one in in_text) or message.kind != MessageKind.WORKFLOW
        for address in in_text:
            assert address.startswith(SITE)
            assert as_user(chief).get(address.removeprefix(SITE[:-1])).status_code == 200, address
    assert not OutgoingMessage.objects.unsent().exists()


def test_every_kind_that_there_is_has_been_sent_above():
    acts = {told.act for told in ACTS} | {Act.ANSWERS_PUBLISHED, Act.HANDED_OVER}
    others = {Act.ITEM_ASSIGNED, Act.ITEM_DECLINED, Act.NEWS_SUGGESTED}
    assert acts | others >= MAILED


# --- What is told -----------------------------------------------------------------------------------------------------


def submit(world, **fields):
    draft = draft_of(world, **fields)
    return actions.submit_update(by=world.anna, update=draft)


class TestTelling:
    def test_an_act_that_was_undone_is_not_told(self, staffed):
        with transaction.atomic():
            submit(staffed)
            transaction.set_rollback(True)
        assert actions.tell_of_acts() == 0

    def test_an_act_is_told_once_however_often_it_is_read(self, staffed):
        submit(staffed)
        assert [actions.tell_of_acts() for _time in range(3)] == [1, 0, 0]
        assert ToldUntil.objects.get().event_id == Event.objects.order_by("-pk").values_list("pk", flat=True)[0]

    def test_what_was_not_written_is_told_the_next_time(self, staffed, monkeypatch):
        submit(staffed)
        with monkeypatch.context() as broken:
            broken.setattr(outbox, "put", lambda *_args, **_more: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                actions.tell_of_acts()
        assert not OutgoingMessage.objects.exists()
        assert actions.tell_of_acts() == 1

    def test_more_than_is_read_at_once_is_told_all(self, staffed, monkeypatch):
        monkeypatch.setattr("recommendations.actions.telling.AT_ONCE", 2)
        for _n in range(5):
            declined(staffed)
        assert actions.tell_of_acts() == 5

    def test_history_is_passed_by(self, staffed):
        now = timezone.now()
        for days in (29, 31):
            at = now - timedelta(days=days)
            record(act=Act.ITEM_DECLINED, by=staffed.anna, item=staffed.item, committee=staffed.sou, at=at)
        assert actions.tell_of_acts() == 1

    def test_another_municipality_is_none_of_ours(self, staffed):
        submit(staffed)
        with tenancy.active(MunicipalityFactory(slug="beta")):
            assert send_due() == sending.Round()
        assert mail.outbox == []
        assert send_due().sent == 1

    def test_no_mail_says_what_was_taken_away(self, staffed, delivered):
        by_the_table(next(told for told in ACTS if told.act == Act.WITHHELD))(staffed)
        assert {one.to[0] for one in delivered()} == {"bo@eksempel.dk", "dina@eksempel.dk"}
        for one in mail.outbox:
            assert "Anders" not in one.subject + one.body + one.alternatives[0].content
            assert "nr. 1." in one.body


class TestDigest:
    def test_what_waits_for_the_same_person_is_one_mail(self, staffed, delivered):
        first = submit(staffed)
        declined(staffed)
        (sent,) = delivered()
        assert sent.subject == "2 ting til dig i Anbefalingstracker"
        assert "Til godkendelse: 3.2 Faste teams" in sent.body
        assert "»Ikke min«: 3.2 Faste teams" in sent.body
        assert f"/admin/recommendations/statusupdate/{first.pk}/change/" in sent.body
        told = OutgoingMessage.objects.order_by("pk")
        assert sent.extra_headers["Message-ID"] == outbox.message_id(told[0])
        assert all(message.sent_at for message in told)

    def test_one_thing_has_its_own_subject(self, staffed, delivered):
        submit(staffed)
        assert delivered()[0].subject == "Til godkendelse: 3.2 Faste teams"

    def test_many_items_that_are_handed_over_are_one_thing(self, staffed, delivered):
        approver = CommitteeMembershipFactory(
            user=UserFactory(email="ny@eksempel.dk"), committee=staffed.sud, role=Role.APPROVER
        )
        OwnershipFactory(item=staffed.other, committee=staffed.sou)
        handed_over(staffed, staffed.chief)
        to_approver = [one for one in delivered() if one.to == [approver.user.email]]
        assert [one.subject for one in to_approver] == ["Overdraget til Socialudvalget: 2 rækker"]

    def test_more_than_can_be_read_is_counted(self, staffed, delivered):
        for _n in range(33):
            declined(staffed)
        (sent,) = delivered()
        assert sent.body.count("»Ikke min«") == 30
        assert "… og 3 ting mere." in sent.body

    def test_who_wants_one_mail_a_day_gets_it_in_the_morning(self, staffed, delivered):
        choose_mail(by=staffed.bo, is_daily=True)
        submit(staffed)
        assert delivered() == []
        declined(staffed)
        assert delivered() == []
        morning = datetime(2026, 11, 3, 6, tzinfo=UTC)  # 7.00 here
        assert set(OutgoingMessage.objects.order_by().values_list("run_after", flat=True)) == {morning}
        OutgoingMessage.objects.update(run_after=timezone.now())
        assert [one.subject for one in delivered()] == ["2 ting til dig i Anbefalingstracker"]

    @pytest.mark.parametrize(
        ("now", "morning"),
        [
            (datetime(2026, 11, 2, 5, 59, tzinfo=UTC), datetime(2026, 11, 2, 6, tzinfo=UTC)),
            (datetime(2026, 11, 2, 6, 0, tzinfo=UTC), datetime(2026, 11, 3, 6, tzinfo=UTC)),
            (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),  # summer time begins
        ],
    )
    def test_the_next_morning(self, monkeypatch, now, morning):
        here = now.astimezone(timezone.get_default_timezone())
        monkeypatch.setattr("recommendations.actions.telling.timezone.localtime", lambda: here)
        assert next_morning() == morning

    def test_what_somebody_else_has_seen_to_is_not_told(self, staffed, delivered):
        update = submit(staffed)
        actions.tell_of_acts()
        other = CommitteeMembershipFactory(committee=staffed.sou, role=Role.APPROVER).user
        actions.return_update(by=other, update=update, comment="Hvornår?")
        assert [one.to for one in delivered()] == [["anna@eksempel.dk"]]
        assert not OutgoingMessage.objects.filter(person=staffed.bo).exists()

    def test_who_has_no_role_any_more_is_not_told(self, staffed, delivered):
        submit(staffed)
        actions.tell_of_acts()
        staffed.bo.committee_memberships.update(valid_to=timezone.localdate())
        assert delivered() == []

    def test_what_may_have_arrived_is_tried_again_as_it_was(self, staffed, smtp):
        """A mail of the same Message-ID is read once: it must not carry more the second time."""
        submit(staffed)
        declined(staffed)
        actions.tell_of_acts()
        taken = sending._taken()  # and then the sender dies
        assert len(taken) == 2
        declined(staffed)
        send_due()
        assert [one["Subject"] for one in smtp.mails] == ["»Ikke min«: 3.2 Faste teams"]
        OutgoingMessage.objects.unsent().update(taken_at=timezone.now() - SENDING_FOR - timedelta(seconds=1))
        send_due()
        assert smtp.mails[1]["Subject"] == "2 ting til dig i Anbefalingstracker"
        assert smtp.mails[1]["Message-ID"] == outbox.message_id(taken[0])
        assert not OutgoingMessage.objects.unsent().exists()


# --- What cannot be sent ----------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(staffed):
    """One mail to bo."""
    submit(staffed)
    actions.tell_of_acts()
    return OutgoingMessage.objects.get()


def again(message):
    """The next try, without the wait."""
    OutgoingMessage.objects.filter(pk=message.pk).update(run_after=timezone.now())
    done = send_due()
    message.refresh_from_db()
    return done


class TestFailing:
    def test_waits_longer_each_time_and_is_a_dead_letter_at_last(self, waiting, smtp):
        smtp.refuse = "550 {address} findes ikke"
        waits = []
        for _try in range(MOST_SENDS):
            assert again(waiting).failed == 1
            waits.append(waiting.run_after - timezone.now())
        minutes = [round(wait.total_seconds() / 60) for wait in waits]
        assert minutes == [2**number for number in range(1, MOST_SENDS + 1)]
        assert again(waiting) == sending.Round()
        assert OutgoingMessage.objects.dead().get() == waiting
        assert waiting.error == "SMTPRecipientsRefused 550"

    def test_a_dead_letter_that_is_tried_again_arrives(self, waiting, smtp):
        OutgoingMessage.objects.update(tries=MOST_SENDS)
        outbox.send_again(waiting)
        assert send_due().sent == 1
        waiting.refresh_from_db()
        assert (waiting.error, waiting.tries) == ("", 1)
        assert smtp.mails[0]["Message-ID"] == outbox.message_id(waiting)

    @pytest.mark.parametrize("fault", ["refused", "no server", "a fault of ours"])
    def test_neither_the_log_nor_the_row_says_where_it_was_to_go(
        self, waiting, staffed, smtp, settings, caplog, monkeypatch, fault
    ):
        if fault == "refused":
            smtp.refuse = "550 {address} findes ikke"
        elif fault == "no server":
            settings.EMAIL_PORT = 1
        else:

            def broken(_group):
                raise RuntimeError(f"Ukendt modtager: {staffed.bo.email}")

            monkeypatch.setattr("recommendations.notifications.workflow.digest", broken)
        monkeypatch.setattr(logging.getLogger("mail.log"), "disabled", True)  # the test's own server
        send_due()
        waiting.refresh_from_db()
        assert "not sent" in caplog.text
        assert ("test_sending.py" in caplog.text) == (fault == "a fault of ours")
        assert "eksempel.dk" not in caplog.text + waiting.error
        assert waiting.error

    def test_one_that_fails_holds_up_no_other(self, waiting, staffed, smtp):
        OutgoingMessageFactory(kind=MessageKind.STATUS_ASKED, person=staffed.anna, run_after=waiting.run_after)
        assert send_due().sent == 1

    @pytest.mark.parametrize(
        ("fields", "why"), [({"email": ""}, "Ingen mailadresse."), ({"is_active": False}, "Login'et er lukket.")]
    )
    def test_who_cannot_be_reached_is_a_dead_letter_at_once(self, waiting, staffed, fields, why):
        User.objects.filter(pk=staffed.bo.pk).update(**fields)
        assert send_due().failed == 1
        assert OutgoingMessage.objects.dead().get().error == why

    def test_what_was_sent_to_a_reader_is_forgotten(self, db, monkeypatch, delivered):
        said = writing.Written(
            "Nyt", "Der er nyt.", "<p>Der er nyt.</p>", {"List-Unsubscribe": "<https://x.dk/>"}, "svar@eksempel.dk"
        )
        monkeypatch.setitem(writing._writers, MessageKind.FOLLOWED_NEWS, lambda _message: said)
        reader = SubscriptionFactory(confirmed_at=timezone.now()).subscriber
        OutgoingMessageFactory(kind=MessageKind.FOLLOWED_NEWS, subscriber=reader)
        (sent,) = delivered()
        assert (sent.to, sent.reply_to) == ([reader.email], ["svar@eksempel.dk"])
        assert sent.extra_headers["List-Unsubscribe"] == "<https://x.dk/>"
        assert not OutgoingMessage.objects.exists()

    def test_a_committee_without_a_person_is_its_mailbox(self, sou, monkeypatch, delivered):
        monkeypatch.setitem(
            writing._writers, MessageKind.ANSWER_REQUESTED, lambda _message: writing.Written("S", "T", "H")
        )
        OutgoingMessageFactory(kind=MessageKind.ANSWER_REQUESTED, committee=sou)
        assert delivered()[0].to == ["sou@eksempel.dk"]

    def test_what_was_sent_long_ago_goes(self, waiting, delivered):
        delivered()
        OutgoingMessage.objects.update(sent_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
        delivered()
        assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize(
    ("name", "is_vouched_for", "arrived"),
    [("localhost", True, 1), ("localhost", False, 0), ("en.anden.dk", True, 0)],
)
def test_a_mail_goes_to_no_server_that_nobody_vouches_for(tmp_path, name, is_vouched_for, arrived):
    public, private = certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    program = "from django.core.mail import send_mail; send_mail('Emne', 'Tekst', None, ['bo@eksempel.dk'])"
    trusted = {"SSL_CERT_FILE": str(public)} if is_vouched_for else {}
    with mail_server(tls_context=context, require_starttls=True) as server:
        run = in_production(program, EMAIL_URL=f"smtp+tls://localhost:{server.port}", **trusted)
    assert len(server.mails) == arrived, run.stderr
    assert ("CERTIFICATE_VERIFY_FAILED" in run.stderr) is not bool(arrived)


class TestInjection:
    BREAK = "\r\nBcc: ond@eksempel.org\r\n\r\nFar vel"

    def test_nothing_that_was_typed_adds_a_header_or_a_recipient(self, staffed, smtp, municipality):
        item = RecommendationFactory(publication=staffed.source, number="3.9", title=f"Titel{self.BREAK}")
        OwnershipFactory(item=item, committee=staffed.sou)
        User.objects.filter(pk=staffed.anna.pk).update(first_name=f"Anna{self.BREAK}")
        municipality.name = f"Kommunen{self.BREAK}"
        staffed.anna.refresh_from_db()
        record(act=Act.ITEM_DECLINED, by=staffed.anna, item=item, committee=staffed.sou)
        assert send_due().sent == 1
        (sent,) = smtp.mails
        assert smtp.recipients == [["bo@eksempel.dk"]]
        assert sent["Bcc"] is None
        assert sent["Subject"].strip() == "»Ikke min«: 3.9 Titel Bcc: ond@eksempel.org Far vel"
        assert sent["From"].addresses[0].addr_spec == "anbefalingstracker@localhost"

    def test_an_address_with_a_line_break_is_sent_nothing(self, waiting, staffed, smtp):
        User.objects.filter(pk=staffed.bo.pk).update(email=f"bo@eksempel.dk{self.BREAK}")
        assert send_due().failed == 1
        assert smtp.mails == []
        waiting.refresh_from_db()
        assert waiting.error == "ValueError"


# --- Programs that open every link ------------------------------------------------------------------------------------


def fingerprint():
    """Of all rows of all tables."""
    with scopes_disabled():
        tables = {
            model._meta.db_table: sorted(map(repr, model._base_manager.order_by().values_list()))
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy
        }
    return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


# --- Processes --------------------------------------------------------------------------------------------------------

SENDER = """
import os, signal, sys, django
django.setup()
from django.core.management import call_command
from recommendations import sending
def die(*_args): os.kill(os.getpid(), signal.SIGKILL)
if "before sending" in sys.argv: sending.Post.send = die
if "before marking" in sys.argv: sending._rows = die
call_command("send")
"""


class Processes:
    """Senders as processes of their own, on the test's rows. Their time is the real one: all that waits is long due.

    SQLite's database is in the memory of this process: they have a copy in a file, which is read back when they ended.
    """

    def __init__(self, folder, port):
        self.file = folder / "db.sqlite3"
        self.environment = {
            **os.environ,
            "DEVELOPMENT": "true",
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "DATABASE_URL": self.database(),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "VAR_DIR": str(folder),
        }

    def database(self):
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.file}"
        at = connection.settings_dict
        return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"

    def start(self, *where):
        OutgoingMessage.objects.unsent().update(run_after=datetime(2020, 1, 1, tzinfo=UTC))
        if connection.vendor == "sqlite" and not self.file.exists():
            with closing(sqlite3.connect(self.file)) as copy:
                connection.connection.backup(copy)
        command = [sys.executable, "-c", SENDER, *where]
        return subprocess.Popen(
            command, cwd=django_settings.BASE_DIR, env=self.environment, text=True, stderr=subprocess.PIPE
        )

    def end(self, *processes):
        """What each ended with; an error is shown."""
        for process in processes:
            said = process.communicate(timeout=120)[1]
            assert process.returncode in (0, -signal.SIGKILL), said
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as copy:
                copy.backup(connection.connection)
            self.file.unlink()
        return [process.returncode for process in processes]


@pytest.fixture
def processes(tmp_path, smtp):
    return Processes(tmp_path, smtp.port)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("where", "arrived"), [("before sending", 1), ("when the server has it", 2), ("before marking", 2)]
)
def test_a_sender_that_is_killed_loses_nothing(staffed, smtp, processes, where, arrived):
    """What it had taken is sent by the next one, at most once too often, under the same Message-ID."""
    submit(staffed)
    actions.tell_of_acts()
    begun = []
    if where == "when the server has it":
        smtp.on_mail = lambda: begun[0].kill()
    begun.append(processes.start(where))
    assert processes.end(*begun) == [-signal.SIGKILL]
    smtp.on_mail = lambda: None
    message = OutgoingMessage.objects.get()
    assert (message.sent_at, message.tries) == (None, 1)
    assert processes.end(processes.start()) == [0]  # it may still be at work
    assert OutgoingMessage.objects.unsent().exists()
    OutgoingMessage.objects.update(taken_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert processes.end(processes.start()) == [0]
    assert OutgoingMessage.objects.get().sent_at
    assert [one["Message-ID"] for one in smtp.mails] == [outbox.message_id(message)] * arrived


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_once(staffed, smtp, processes):
    people = [
        CommitteeMembershipFactory(user__email=f"ny{n}@eksempel.dk", committee=staffed.sou).user for n in range(15)
    ]
    for person in people:
        actions.send_link(by=staffed.bo, user=person)
    actions.tell_of_acts()
    assert processes.end(processes.start(), processes.start()) == [0, 0]
    assert sorted(to for (to,) in smtp.recipients) == sorted(person.email for person in people)
    assert not OutgoingMessage.objects.unsent().exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time as it is")
def test_two_who_read_the_same_acts_take_turns(staffed, municipality):
    for _n in range(20):
        submit(staffed)
    told = []

    def tell():
        with tenancy.active(municipality):
            told.append(actions.tell_of_acts())
        connection.close()

    threads = [threading.Thread(target=tell) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 20]
    assert OutgoingMessage.objects.count() == 20
