"""Mails come in over IMAP and through a pipe: each once, none lost, and none that stops the others."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from recommendations.enums import MessageKind
from recommendations.management.commands import receive
from recommendations.models import MailReply, OutgoingMessage, StatusUpdate
from recommendations.receiving import mailbox as mailbox_module
from recommendations.receiving.mailbox import MailboxAddress, MailboxError
from tests.factories import OwnershipFactory, RecommendationFactory
from tests.receiving.imap_server import mailbox
from tests.receiving.made import ASKED, KEY, TWO, brings, plain
from tests.test_webhooks import certificate


@pytest.fixture
def asked(anna, sou):
    anna.email = ASKED
    anna.save()
    item = RecommendationFactory(number="3.2", title="Faste teams")
    OwnershipFactory(item=item, committee=sou)
    return OutgoingMessage.objects.create(
        municipality=item.publication.municipality,
        key=KEY,
        kind=MessageKind.ITEM_ASKED,
        person=anna,
        committee=sou,
        item=item,
        sent_at=timezone.now() - timedelta(hours=1),
    )


@pytest.fixture
def box(settings):
    with mailbox() as box:
        settings.IMAP_URL = box.url
        yield box


def received(**options):
    out = StringIO()
    call_command("receive", stdout=out, **options)
    return out.getvalue()


def answer(number, text=TWO, **more):
    return plain(text, Message_ID=f"<{number}@eksempel.dk>", **more).as_bytes()


def test_each_new_mail_is_taken_once_and_marked_as_seen(asked, box):
    box.put(answer(1))
    box.put(answer(2, "", Auto_Submitted="auto-replied"))
    box.put(answer(3, to="svar@eksempel.dk", In_Reply_To=None, References=None))
    assert received() == ("Blev til en kladde: 1\nAutomatisk svar: 1\nSvar på noget, vi ikke har spurgt om: 1\n")
    assert box.unseen() == []
    assert [mail.flags for mail in box.mails.values()] == [{"\\Seen"}, {"\\Seen"}, {"\\Seen", "\\Flagged"}]
    assert received() == ""
    assert (MailReply.objects.count(), StatusUpdate.objects.count()) == (2, 1)


def test_one_mail_that_fails_stays_and_does_not_stop_the_others(asked, box, monkeypatch):
    box.put(answer(1))
    box.put(answer(2))
    take = receive.take_mail

    def broken(content, is_whole):
        if b"<1@eksempel.dk>" in content:
            raise RuntimeError("itu")
        return take(content, is_whole)

    monkeypatch.setattr(receive, "take_mail", broken)
    with pytest.raises(CommandError, match="1 mails kunne ikke læses"):
        received()
    assert box.unseen() == [1]
    monkeypatch.undo()
    assert "Blev til en kladde: 1" in received()
    assert (box.unseen(), StatusUpdate.objects.count()) == ([], 2)


def test_a_run_that_is_cut_off_before_it_marks_is_made_up_for(asked, box):
    box.put(answer(1))
    box.breaks_at = "UID STORE"
    with pytest.raises(CommandError, match="kunne ikke læses"):
        received()
    assert box.unseen() == [1]
    box.breaks_at = ""
    assert received() == "Blev til en kladde: 1\n"
    assert (box.unseen(), StatusUpdate.objects.count(), MailReply.objects.count()) == ([], 1, 1)


def test_what_is_too_large_is_never_fetched(asked, box, mailoutbox):
    box.put(brings(plain(TWO), "film.pdf", b"%PDF-" + b"0" * (16 * 1024 * 1024), "application/pdf").as_bytes())
    assert len(box.mails[1].content) > 20 * 1024 * 1024
    assert received() == "For stort: 1\n"
    assert not any("BODY.PEEK[]" in asked for asked in box.asked)
    assert "En mail må højst være 20 MB" in mailoutbox[0].body


def test_no_more_than_a_number_is_taken_at_once(asked, box, monkeypatch):
    monkeypatch.setattr(mailbox_module, "MOST_AT_ONCE", 1)
    box.put(answer(1))
    box.put(answer(2))
    received()
    assert box.unseen() == [2]


@pytest.mark.parametrize("end", ["/INBOX", "/Andre"])
def test_a_wrong_password_or_folder_is_said_without_the_password(box, settings, end):
    if end == "/INBOX":
        settings.IMAP_URL = box.url.replace("kode%2F1", "forkert")
    else:
        settings.IMAP_URL = box.url.replace("/INBOX", end)
    with pytest.raises(CommandError, match=r"Postkassen hos 127\.0\.0\.1 kunne ikke læses") as told:
        received()
    assert told.value.returncode == os.EX_TEMPFAIL
    assert "hemmelig" not in str(told.value)


def test_a_mailbox_that_is_not_there_is_a_fault_for_now(settings):
    with mailbox() as box:
        settings.IMAP_URL = box.url
    with pytest.raises(CommandError) as told:
        received()
    assert told.value.returncode == os.EX_TEMPFAIL


@pytest.mark.parametrize(
    "url",
    ["", "svar@eksempel.dk", "imap://svar:kode@mail.eksempel.dk/INBOX", "imaps://mail.eksempel.dk", "imaps://a:b@c:x/"],
)
def test_an_address_that_is_none_is_refused_with_a_sentence(url, settings):
    settings.IMAP_URL = url
    with pytest.raises(CommandError, match="IMAP_URL"):
        received()


def test_an_address_says_all_that_is_needed():
    found = MailboxAddress.of("imaps://svar%40eksempel.dk:a%2Fb@mail.eksempel.dk/Svar/Nye")
    assert (found.host, found.port, found.user, found.password, found.folder) == (
        "mail.eksempel.dk",
        993,
        "svar@eksempel.dk",
        "a/b",
        "Svar/Nye",
    )
    with pytest.raises(MailboxError, match="imaps://"):
        MailboxAddress.of("imap://a:b@mail.eksempel.dk")


def test_a_mailbox_that_somebody_vouches_for_is_read_encrypted(municipality, settings, tmp_path, monkeypatch):
    public, private = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with mailbox((public, private)) as box:
        settings.IMAP_URL = box.url
        received()
    assert box.url.startswith("imaps://")
    assert "LOGIN" in box.asked


@pytest.mark.parametrize(("name", "is_vouched_for"), [("localhost", False), ("en.anden.dk", True)])
def test_whoever_is_not_the_mail_server_is_not_told_the_password(
    municipality, settings, tmp_path, monkeypatch, name, is_vouched_for
):
    public, private = certificate(tmp_path, name)
    if is_vouched_for:
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with mailbox((public, private)) as box:
        settings.IMAP_URL = box.url
        with pytest.raises(CommandError, match="CERTIFICATE_VERIFY_FAILED"):
            received()
    assert box.asked == []


# --- The pipe ---------------------------------------------------------------------------------------------------------


def piped(content, url):
    """`manage.py receive --fil -` as a mail server runs it."""
    return subprocess.run(
        [sys.executable, "manage.py", "receive", "--fil", "-"],
        input=content,
        capture_output=True,
        cwd=django_settings.BASE_DIR,
        env=os.environ | {"DEVELOPMENT": "true", "DATABASE_URL": url},
        timeout=120,
        check=False,
    )


def database_for_others(folder):
    """Where another process finds what stands in the tests' database: on SQLite, which is in memory, a copy of it."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / "kopi.sqlite3")) as copy:
            connection.connection.backup(copy)
        return f"sqlite:///{folder / 'kopi.sqlite3'}"
    parts = connection.settings_dict
    return f"postgres://{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}/{parts['NAME']}"


def test_a_file_is_one_mail(asked, tmp_path):
    path = tmp_path / "svar.eml"
    path.write_bytes(answer(1))
    assert received(fil=str(path)) == "Blev til en kladde\n"
    path.write_bytes(answer(2, In_Reply_To=None, References=None, to="andre@eksempel.dk"))
    with pytest.raises(CommandError) as told:
        received(fil=str(path))
    assert told.value.returncode == os.EX_NOUSER
    with pytest.raises(CommandError) as told:
        received(fil=str(tmp_path / "findes-ikke"))
    assert told.value.returncode == os.EX_TEMPFAIL


def test_a_file_that_is_too_large_is_read_past(asked, tmp_path, mailoutbox):
    path = tmp_path / "stor.eml"
    path.write_bytes(answer(1) + b"0" * (21 * 1024 * 1024))
    assert received(fil=str(path)) == "For stort\n"
    assert len(mailoutbox) == 1


def test_the_mail_server_is_told_to_come_again_where_the_database_is_away():
    done = piped(answer(1), "sqlite:////findes/ikke.sqlite3")
    assert done.returncode == os.EX_TEMPFAIL, done.stderr.decode()
    assert b"Mailen er ikke taget imod" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_the_mail_server_hands_over_a_mail(asked, tmp_path):
    url = database_for_others(tmp_path)
    done = piped(answer(1), url)
    assert (done.returncode, done.stdout.decode()) == (0, "Blev til en kladde\n"), done.stderr.decode()
    nobodys = answer(2, to="x@eksempel.dk", In_Reply_To=None, References=None)
    assert piped(nobodys, url).returncode == os.EX_NOUSER
