"""A whole installation in a file and out of it again: on either database, whole or not at all."""

import gzip
import io
import json
import resource
import shutil
import tarfile
from dataclasses import asdict
from hashlib import sha256

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from recommendations.management.backup import sealing, tables
from recommendations.management.backup.archive import (
    MANIFEST,
    BackupReader,
    BackupRefused,
    BackupWriter,
    Manifest,
    TableRows,
)
from recommendations.management.backup.restoring import WAITING, Shelf
from tests.installations import Installation, postgres_database

# What no database may change on the way: letters, ends of lines, signs that some count as ends of lines, microseconds.
ODD = 'Blåbærgrød ÆØÅ \u2028\r\n\t"»«\\ 🙂 \u00a0' + "Lang tekst. " * 400_000
ADD_ODD_ROWS = """
from datetime import datetime, timedelta, UTC
from decimal import Decimal
from django.core.files.base import ContentFile
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from tests.test_backup import ODD
from recommendations.enums import ImportKind
for municipality in tenancy.each():
    batch = ImportBatch(
        municipality=municipality, kind=ImportKind.ROWS, file_name="Rækker æøå.xlsx", digest="0" * 64,
        outcome={"text": ODD, "tal": [1, 1.5, None, True], "2": "b", "1": "a"}, by=User.objects.get(username="admin"),
        received_at=datetime(2026, 11, 2, 1, 2, 3, 4005, tzinfo=UTC),
    )
    batch.file.save("a.xlsx", ContentFile(b"\\x00\\xff" * 500_000))
    gone = Synonym.objects.create(municipality=municipality, everyday="sidste", official="ord")
    gone.delete()
    break
Session.objects.create(session_key="x" * 32, session_data="", expire_date=datetime(2030, 1, 1, tzinfo=UTC))
"""
MADE_BY = "import sys; from django.core.management import call_command\n"


def manifest_of(path, key=None):
    with path.open("rb") as file:
        return BackupReader(file, sealing.identities(key) if key else []).checked()


def meaning(path, key=None):
    """All that a backup says but when it was made: of each member its digest, of rows however their JSON is ordered."""
    with path.open("rb") as file:
        reader = BackupReader(file, sealing.identities(key) if key else [])
        manifest = reader.checked()
        digests = {name: digest_of(name, content.read()) for name, content in reader.members(manifest)}
    del digests[MANIFEST]
    return digests, [asdict(table) for table in manifest.tables], manifest.logs, manifest.migrations


def digest_of(name, content):
    if name.endswith(".jsonl"):
        content = repr([json.dumps(json.loads(line), sort_keys=True) for line in content.splitlines()]).encode()
    return sha256(content).hexdigest()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Two municipalities with sources, people, drafts, published updates, evidence and issued reports; on SQLite."""
    made = Installation(tmp_path_factory.mktemp("home"))
    made.did("prepare")
    made.did("demo")
    made.said(ADD_ODD_ROWS)
    return made


@pytest.fixture(scope="module")
def backup(home):
    path = home.folder / "kopi.tar.gz"
    home.did("backup", path)
    return path


@pytest.fixture(scope="module")
def emptied(tmp_path_factory):
    """A database that is migrated and has nothing else."""
    made = Installation(tmp_path_factory.mktemp("emptied"))
    made.did("migrate", "--verbosity", "0")
    return made


@pytest.fixture
def new(emptied, tmp_path):
    """A new installation on SQLite, where nothing is yet."""
    shutil.copytree(emptied.folder, tmp_path / "new")
    return Installation(tmp_path / "new")


@pytest.fixture
def copy(home, tmp_path):
    """The home as it is, to do something to."""
    shutil.copytree(home.folder, tmp_path / "copy", ignore=shutil.ignore_patterns("*.tar.gz", "*.age"))
    return Installation(tmp_path / "copy")


def stored(installation):
    """Every stored file: name -> digest."""
    files = (path for path in installation.media.rglob("*") if path.is_file())
    return {str(path.relative_to(installation.media)): sha256(path.read_bytes()).hexdigest() for path in files}


# --- There and back ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_from_sqlite_to_postgresql_and_back_nothing_changes(home, backup, copy, new, tmp_path):
    before = manifest_of(backup)
    with postgres_database() as url:
        there = Installation(tmp_path / "there", url)
        there.folder.mkdir()
        there.did("migrate", "--verbosity", "0")
        there.did("restore", backup)
        assert "Alt passer" in there.did("verify")
        said = there.did("verify", "--log")
        assert all(root.tree_root in said for root in before.logs)
        assert stored(there) == stored(home)
        there.did("backup", tmp_path / "der.tar.gz")
        # Locks are on again, and a key that was given out is not given to another.
        refused = there.script("Event._base_manager.update(after='x')")
        assert "Rækken er udgivet og kan hverken ændres eller slettes" in refused.stderr
        there.did("prepare")
        next_key = (
            "for one in tenancy.each(): print(Synonym.objects.create(municipality=one, everyday='ny', official='x').pk)"
        )
        assert there.said(next_key) == copy.said(next_key)
    assert meaning(tmp_path / "der.tar.gz") == meaning(backup)
    new.did("restore", tmp_path / "der.tar.gz")
    assert "Alt passer" in new.did("verify")
    assert stored(new) == stored(home)
    new.did("backup", tmp_path / "hjem.tar.gz")
    assert meaning(tmp_path / "hjem.tar.gz") == meaning(backup)


def test_it_holds_everything(home, backup):
    manifest = manifest_of(backup)
    rows = {kept.model: kept.rows for kept in manifest.tables}
    assert rows["recommendations.municipality"] == 2
    assert rows["auth.user"] == 8
    assert all(
        rows[f"recommendations.{one}"] > 0 for one in ("event", "logleaf", "evidence", "issuedreport", "wording")
    )
    assert "sessions.session" not in rows
    assert manifest.files == len(stored(home)) == 3
    assert [log.municipality for log in manifest.logs] == ["koebenhavn", "eksempelkoebing"]
    assert manifest.missing == []
    with tarfile.open(backup) as tar:
        lines = tar.extractfile("rækker/03-auth_user/00001.jsonl").read().splitlines()
    anna = next(user for user in map(json.loads, lines) if user["username"] == "anna")
    assert anna["password"].startswith("pbkdf2_sha256$")


def test_every_table_comes_after_those_that_its_rows_point_at():
    order = tables.in_order_of_need()
    late = [
        (table._meta.model_name, field.name)
        for place, table in enumerate(order)
        for field in table._meta.concrete_fields
        if field.remote_field and field.remote_field.model._meta.concrete_model not in order[: place + 1]
    ]
    assert late == [("wording", "item")]  # which points back at its words in force


@pytest.mark.django_db
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_it_is_of_one_moment_whatever_is_written_meanwhile(database, copy, backup, tmp_path):
    """Another connection writes after the first table has been read, in one that is read later."""
    meanwhile = f"""
from django.db import connections
from recommendations.management.backup import making
add_rows, told = making._add_rows, []
def and_meanwhile(*given):
    add_rows(*given)
    if not told:
        told.append(True)
        other = connections.create_connection("default")
        with other.cursor() as cursor:
            cursor.execute("DELETE FROM recommendations_synonym")
            cursor.execute("UPDATE recommendations_committee SET email = 'ny@eksempel.dk'")
        other.close()
making._add_rows = and_meanwhile
{MADE_BY}
call_command("backup", sys.argv[1] if len(sys.argv) > 1 else {str(tmp_path / "kopi.tar.gz")!r})
print(Synonym._base_manager.count())
"""
    if database == "sqlite":
        assert copy.said(meanwhile).endswith("\n0")
    else:
        with postgres_database() as url:
            there = Installation(copy.folder, url)
            there.did("migrate", "--verbosity", "0")
            there.did("restore", backup)
            assert there.said(meanwhile).endswith("\n0")
    assert meaning(tmp_path / "kopi.tar.gz") == meaning(backup)


# --- What is refused --------------------------------------------------------------------------------------------------


def test_a_database_in_use_is_replaced_only_when_that_is_said(copy, backup):
    copy.said("from django.contrib.auth.models import User; User.objects.create(username='ny')")
    assert copy.refusal("restore", backup).startswith("Databasen er i brug: der er rækker i ")
    assert copy.said("from django.contrib.auth.models import User; print(User.objects.count())") == "9"
    copy.did("restore", backup, "--overskriv")
    counted = "from django.contrib.sessions.models import Session\nfrom django.contrib.auth.models import User\n"
    assert copy.said(counted + "print(User.objects.count(), Session.objects.count())") == "8 0"
    assert "Alt passer" in copy.did("verify")


def test_other_migrations_are_refused_with_their_names(new, backup):
    forget = "DELETE FROM django_migrations WHERE name = '0002_mail'"
    new.said(f"from django.db import connection; connection.cursor().execute({forget!r})")
    said = new.refusal("restore", backup)
    assert "databasen har andre migrationer" in said
    assert "Kun i filen: recommendations.0002_mail." in said


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: content[: len(content) // 2], "Filen er beskadiget eller ikke hel"),
        (lambda content: content[:-1], "Filen er beskadiget eller ikke hel"),
        (lambda content: content[:5000] + bytes([content[5000] ^ 1]) + content[5001:], "Filen er beskadiget"),
        (lambda content: b"", "Filen er ingen sikkerhedskopi"),
        (lambda content: b"PK\x03\x04 noget andet", "Filen er ingen sikkerhedskopi"),
    ],
)
def test_a_spoilt_file_is_refused_before_anything_is_written(new, backup, spoil, said):
    spoilt = new.folder / "kopi.tar.gz"
    spoilt.write_bytes(spoil(backup.read_bytes()))
    assert said in new.refusal("restore", spoilt)
    assert new.said(
        "from django.contrib.auth.models import *; print(User.objects.count(), Permission.objects.exists())"
    ) == ("0 True")
    assert not new.media.exists()


def test_a_file_that_is_not_there_is_told(new):
    assert new.refusal("restore", new.folder / "ingen") == (
        f"{new.folder}/ingen: No such file or directory. Intet er gendannet."
    )


def small(change=lambda members, manifest: None):
    """The bytes of a backup with two members, made by hand; `change` may spoil it before it is written."""
    sink = io.BytesIO()
    manifest = Manifest(version="1", made_at="2026-11-02", migrations=["a.0001"])
    writer = BackupWriter(sink, manifest, 0)
    writer.add_bytes("rækker/01-a/00001.jsonl", b'{"id":1}\n{"id":2}\n')
    manifest.tables.append(TableRows("a", "a.a", ["id"], 2, 3, ["rækker/01-a/00001.jsonl"]))
    writer.add_bytes("filer/b", b"indhold" * 1000)
    change(writer, manifest)
    writer.close()
    return sink.getvalue()


def checked(content, keys=()):
    return BackupReader(io.BytesIO(content), keys).checked()


SMALL = small()
HEAD = 10  # bytes of gzip: when it was made and on which system, which nothing depends on


class TestFile:
    def test_a_whole_one_says_what_it_is(self):
        manifest = checked(SMALL)
        assert (manifest.rows, manifest.files) == (2, 1)
        assert manifest.members["filer/b"]["sha256"] == sha256(b"indhold" * 1000).hexdigest()
        assert checked(SMALL).fingerprint == manifest.fingerprint

    @given(st.integers(HEAD, len(SMALL) - 1), st.integers(0, 7))
    def test_any_bit_that_is_flipped_is_noticed_or_unpacks_to_the_same(self, place, bit):
        flipped = SMALL[:place] + bytes([SMALL[place] ^ 1 << bit]) + SMALL[place + 1 :]
        try:
            checked(flipped)
        except BackupRefused:
            return
        assert gzip.decompress(flipped) == gzip.decompress(SMALL)

    @given(st.integers(0, len(SMALL) - 1))
    def test_any_end_that_is_missing_is_noticed(self, length):
        with pytest.raises(BackupRefused):
            checked(SMALL[:length])

    @pytest.mark.parametrize(
        "change",
        [
            lambda writer, manifest: manifest.members.pop("filer/b"),
            lambda writer, manifest: manifest.members["filer/b"].update(size=1),
            lambda writer, manifest: manifest.members["filer/b"].update(sha256="0" * 64),
            lambda writer, manifest: manifest.members.update({"filer/c": {"size": 0, "sha256": ""}}),
            lambda writer, manifest: setattr(manifest.tables[0], "rows", 3),
            lambda writer, manifest: setattr(manifest, "format", "noget/2"),
            lambda writer, manifest: setattr(manifest, "tables", [{}]),
            lambda writer, manifest: writer.add_bytes("filer/b", b"to gange"),
            lambda writer, manifest: writer._add(MANIFEST, io.BytesIO(b"{}"), 2),
            lambda writer, manifest: writer._add(MANIFEST, io.BytesIO(b"[" * 100_000), 100_000),
        ],
    )
    def test_a_file_that_was_packed_anew_with_something_else_in_it_is_refused(self, change):
        with pytest.raises(BackupRefused):
            checked(small(change))

    def test_what_is_no_plain_file_is_refused(self):
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w:gz") as tar:
            link = tarfile.TarInfo("filer/a")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(link)
        with pytest.raises(BackupRefused, match="ingen almindelig fil"):
            checked(made.getvalue())

    def test_a_tar_without_its_last_member_is_refused(self):
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w") as tar:
            tar.addfile(tarfile.TarInfo("filer/a"))
        with pytest.raises(BackupRefused, match="slutningen mangler"):
            checked(gzip.compress(made.getvalue()))


@pytest.mark.parametrize("name", ["../ude", "/etc/ude", "a/../../ude"])
def test_no_file_leads_out_of_the_folder(name, tmp_path):
    with pytest.raises(BackupRefused, match="fører ud af mappen"):
        Shelf().lay(name, io.BytesIO(b""))
    assert list(tmp_path.rglob("ude")) == []


def test_where_there_is_no_folder_files_are_stored_at_once_and_replace_what_was_there():
    shelf = Shelf()
    shelf.folder = None  # as of an object store
    for content in (b"en", b"to"):
        shelf.lay("dokumentation/a.pdf", io.BytesIO(content))
    shelf.put_in_place()
    with default_storage.open("dokumentation/a.pdf") as file:
        assert file.read() == b"to"
    assert default_storage.listdir("dokumentation") == ([], ["a.pdf"])


# --- Keys -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path):
    """`key(name)` is a file with a new key, and its recipient."""

    def key(name):
        secret, public = sealing.new_key()
        path = tmp_path / name
        path.write_text(f"# Modtager: {public}\n{secret}\n", encoding="utf-8")
        return path, public

    return key


class TestKeys:
    def sealed(self, *recipients):
        made = io.BytesIO()
        with sealing.sealed(made, [sealing.recipient(one) for one in recipients]) as sink:
            sink.write(SMALL)
        return made.getvalue()

    def test_each_recipient_can_read_it_and_nobody_else(self, key):
        (mine, me), (yours, you), (other, _) = key("min"), key("din"), key("en anden")
        content = self.sealed(me, you)
        assert b"indhold" not in content
        for path in (mine, yours):
            assert checked(content, sealing.identities(path)).rows == 2
        with pytest.raises(sealing.KeyRefused, match="krypteret til en anden"):
            checked(content, sealing.identities(other))
        with pytest.raises(sealing.KeyRefused, match="--noegle"):
            checked(content)

    def test_any_end_that_is_missing_and_any_bit_that_is_flipped_is_noticed(self, key):
        path, public = key("nøgle")
        content, keys = self.sealed(public), sealing.identities(path)
        for place in range(0, len(content), 7):
            for spoilt in (content[:place], content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]):
                with pytest.raises((BackupRefused, sealing.KeyRefused)):
                    checked(spoilt, keys)

    @pytest.mark.parametrize("text", ["", "age1", "mail@eksempel.dk", "ssh-ed25519 AAAA"])
    def test_what_is_no_recipient_is_refused(self, text, tmp_path):
        with pytest.raises(CommandError, match="er ingen modtager"):
            call_command("backup", str(tmp_path / "kopi"), til=[text])
        assert not (tmp_path / "kopi").exists()

    @pytest.mark.parametrize(
        "content", [b"", b"# kun en linje\n", b"hemmelig", b"\xff\xfe", b"-----BEGIN OPENSSH PRIVATE KEY-----\nx"]
    )
    def test_what_is_no_key_is_refused(self, content, tmp_path):
        path = tmp_path / "nøgle"
        path.write_bytes(content)
        with pytest.raises(sealing.KeyRefused, match="ingen nøgle"):
            sealing.identities(path)

    def test_a_backup_is_restored_with_the_key_that_the_command_made(self, home, new, tmp_path):
        made = home.did("backup_key")
        (tmp_path / "nøgle").write_text(made, encoding="utf-8")
        home.did("backup", tmp_path / "kopi.age", "--til", made.split()[2])
        assert (tmp_path / "kopi.age").read_bytes().startswith(sealing.MAGIC)
        assert "Nøglen passer ikke" not in new.did("restore", tmp_path / "kopi.age", "--noegle", tmp_path / "nøgle")
        assert "Alt passer" in new.did("verify")


# --- Cut off ----------------------------------------------------------------------------------------------------------


KILLED = "import os, signal\nkilled = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
SMALLEST = 200_000  # bytes that a file may have, where the disk is full


def little_room():
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALLEST, SMALLEST))


def test_killed_at_the_end_a_backup_is_not_there(home, tmp_path):
    done = home.script(
        f"{KILLED}{MADE_BY}from recommendations.management.backup.archive import BackupWriter\n"
        f"BackupWriter.close = killed\ncall_command('backup', {str(tmp_path / 'kopi')!r})"
    )
    assert done.returncode == -9
    assert not (tmp_path / "kopi").exists()
    home.did("backup", tmp_path / "kopi")


@pytest.mark.parametrize("where", ["tables.write", "Shelf.put_in_place", "append_only.install"])
def test_killed_in_the_midst_a_restore_has_done_nothing(where, copy, backup, tmp_path):
    copy.said("from django.contrib.auth.models import User; User.objects.create(username='før')")
    done = copy.script(
        f"{KILLED}{MADE_BY}from recommendations.management.backup.restoring import *\n"
        f"{where} = killed\ncall_command('restore', {str(backup)!r}, overskriv=True)"
    )
    assert done.returncode == -9
    assert copy.said("from django.contrib.auth.models import User; print(User.objects.count())") == "9"
    assert "Alt passer" in copy.did("verify")
    copy.did("restore", backup, "--overskriv")
    assert not (copy.media / WAITING).exists()
    copy.did("backup", tmp_path / "igen.tar.gz")
    assert meaning(tmp_path / "igen.tar.gz")[0] == meaning(backup)[0]


def test_a_full_disk_leaves_no_half_backup(home, tmp_path):
    said = home.refusal("backup", tmp_path / "kopi", preexec_fn=little_room)
    assert said == f"{tmp_path}/kopi kunne ikke skrives: File too large. Der er ingen halv fil tilbage."
    assert list(tmp_path.iterdir()) == []
    _secret, public = sealing.new_key()
    assert "File too large" in home.refusal("backup", tmp_path / "kopi", "--til", public, preexec_fn=little_room)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_a_restore_undone(new, backup):
    assert "intet er ændret" in new.refusal("restore", backup, preexec_fn=little_room).lower()
    assert new.said("from django.contrib.auth.models import User; print(User.objects.count())") == "0"
    assert stored(new) == {}


def test_a_file_is_never_written_over(home, backup):
    before = backup.read_bytes()
    assert "findes allerede" in home.refusal("backup", backup)
    assert backup.read_bytes() == before


def test_a_missing_file_is_told_and_the_rest_is_there(copy, tmp_path):
    gone = next(copy.media.glob("dokumentation/*/*"))
    gone.unlink()
    done = copy.manage("backup", tmp_path / "kopi")
    name = str(gone.relative_to(copy.media))
    assert f"Filen {name} findes ikke, så den er ikke med." in done.stderr
    assert manifest_of(tmp_path / "kopi").missing == [name]


# --- The scheduled test -----------------------------------------------------------------------------------------------


class TestScheduledTest:
    def test_says_what_verify_saw_in_the_restored(self, home, backup):
        said = home.did("test_restore", backup)
        assert "Alt passer" in said
        assert "Eksempelkøbing Kommune: loggen er hel." in said
        assert said.endswith(f"{backup} kan gendannes.\n")

    def test_fails_for_a_file_that_cannot_be_restored(self, home, backup, tmp_path):
        (tmp_path / "kopi").write_bytes(backup.read_bytes()[:-100])
        done = home.manage("test_restore", tmp_path / "kopi")
        assert done.returncode == 1
        assert "Filen er beskadiget eller ikke hel" in done.stdout
        assert "manage.py restore fejlede" in done.stderr
