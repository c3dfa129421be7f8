"""What somebody with the database in hand can do to it, one thing at a time, and what `manage.py verify` then says."""

import hashlib
import io
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from recommendations import actions, append_only
from recommendations.actions import issue_report
from recommendations.actions.event_log import keep_up
from recommendations.actions.read_rows import ReadRow
from recommendations.actions.sources import SEALED_VOTES
from recommendations.actions.state import columns_of, digest, digest_of
from recommendations.enums import Act, Outcome, Status
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Event,
    Evidence,
    IssuedReport,
    Item,
    LogLeaf,
    SearchText,
    Standing,
    StatusUpdate,
    VoteShare,
    Wording,
)
from recommendations.models.issued_report import fingerprint
from recommendations.reports.document import Report
from recommendations.traces import Redaction
from tests.factories import (
    TODAY,
    EvidenceFactory,
    OwnershipFactory,
    PublicationFactory,
    RecommendationFactory,
    VoteShareFactory,
    published,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 et referat"


@pytest.fixture
def world(sou, bo, dina, chief):
    """An item with an answer, support, two published updates (one with a file that proves it) and an issued report."""
    sou.name = "Sundhedsudvalget"
    actions.save_committee(by=chief, committee=sou)
    item = RecommendationFactory(number="1", title="Faste teams", publication__expected_recommendations=1)
    OwnershipFactory(item=item, committee=sou)
    actions.record_support(by=chief, item=item, percent=Decimal(88))
    actions.record_answer(by=bo, item=item, committee=sou, outcome=Outcome.ADOPTED, meeting_date=date(2026, 10, 1))
    file = default_storage.save("dokumentation/referat.pdf", ContentFile(PDF))
    row = {"file": file, "file_name": "referat.pdf", "digest": hashlib.sha256(PDF).hexdigest()}
    published(item, text="Vi er i gang.", committee=sou)
    published(item, Status.IMPLEMENTED, text="Det er gjort.", committee=sou, evidence=[row])
    issue_report(
        by=dina,
        committee=sou,
        title="Bilag",
        choices={"udvalg": ["SOU"]},
        as_of=TODAY,
        since=None,
        known_at=timezone.now(),
        data=Report("Bilag", facts=(), sections=()).canonical(),
    )
    keep_up()
    return item


def verify(*args):
    """What `manage.py verify` prints; content or not."""
    out = io.StringIO()
    with suppress(CommandError):
        call_command("verify", *args, stdout=out)
    return out.getvalue()


def raw(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@contextmanager
def done(damage):
    """Inside it has been done, with the locks on again; afterwards not: the tests hold every reference at their end."""
    with transaction.atomic():
        append_only.uninstall(connection)
        damage()
        append_only.install(connection)
        yield
        transaction.set_rollback(True)


def first_update():
    return StatusUpdate.objects.filter(text="Vi er i gang.")


def done_update():
    return StatusUpdate.objects.filter(text="Det er gjort.")


def take_out(rows):
    """Past whatever Django would protect."""
    for row in rows:
        raw(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)


def take_out_with_all_traces():
    update = first_update().get()
    take_out(LogLeaf.objects.filter(event__update=update))
    take_out(Event.objects.filter(update=update))
    take_out([update])


def forge_report():
    data = Report("Et andet bilag", facts=(), sections=()).canonical()
    IssuedReport.objects.update(data=data, fingerprint=fingerprint(data))


def put_other_bytes():
    default_storage.delete("dokumentation/referat.pdf")
    default_storage.save("dokumentation/referat.pdf", ContentFile(b"%PDF-1.7 noget andet"))


ROW = "rækken passer ikke med sit fingeraftryk"
GONE = "Den række, der blev skrevet, findes ikke mere."
DAMAGES = {
    "text replaced": (lambda: first_update().update(text="Alt er gjort."), ROW),
    "white space": (lambda: first_update().update(text=Concat(F("text"), Value(" "))), ROW),
    "who decided, of all": (lambda: StatusUpdate.objects.update(decided_by="Borgmesteren"), ROW),
    "update and evidence deleted": (lambda: take_out([*Evidence.objects.all(), *done_update()]), GONE),
    "update deleted with all traces": (take_out_with_all_traces, "i loggen mangler, eller hændelsen er væk"),
    "all answers deleted": (lambda: take_out(CommitteeAnswer.objects.all()), GONE),
    "evidence deleted": (lambda: take_out(Evidence.objects.all()), "dokumentationen til opdatering"),
    "event deleted": (lambda: take_out(Event.objects.filter(answer__isnull=False)), "har ingen hændelse"),
    "report forged with its fingerprint": (forge_report, ROW),
    "report corrupt": (lambda: IssuedReport.objects.update(data="{"), ROW),
    "committee renamed": (lambda: Committee.objects.update(name="Et andet"), "er ikke, som det sidst blev gemt"),
    "support changed": (lambda: VoteShare.objects.update(percent=99), "er ikke den, der sidst blev registreret"),
    "title of evidence": (lambda: Evidence.objects.update(title="Et andet referat"), ROW),
    "pages of evidence": (lambda: Evidence.objects.update(pages="7"), ROW),
    "file of evidence named otherwise": (lambda: Evidence.objects.update(file_name="budget.pdf"), ROW),
    "what evidence shows": (lambda: Evidence.objects.update(shows=[2]), ROW),
    "evidence added": (lambda: EvidenceFactory(update=first_update().get(), url="https://eksempel.dk/nyt"), ROW),
    "file gone": (lambda: default_storage.delete("dokumentation/referat.pdf"), "referat.pdf (»Referat af udvalgets"),
    "other bytes in the file": (put_other_bytes, "er en anden end den, der blev gemt"),
    "status copied wrong": (lambda: Standing.objects.update(status=Status.PLANNED), "stillingen"),
    "event changed": (lambda: Event.objects.filter(answer__isnull=False).update(after="x"), "i loggen er ændret"),
    "everything gone": (lambda: take_out([*LogLeaf.objects.all(), *Event.objects.all()]), "Der er ingen hændelser"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_done_is_found(world, damage):
    do, said = DAMAGES[damage]
    assert said not in verify()
    with done(do):
        assert said in verify()


@pytest.mark.parametrize(
    "damage", ["text replaced", "update deleted with all traces", "event deleted", "event changed"]
)
def test_no_copy_is_made_to_fit_a_forgery(world, damage):
    """The words that it is found by still say what was published."""
    verify("--ret")
    before = SearchText.objects.get(item=world).words
    with done(DAMAGES[damage][0]):
        Standing.objects.filter(item=world).delete()
        said = verify("--ret")
        assert "kopierne er ikke dannet igen, for de rækker, de dannes af, er ikke dem, der blev skrevet" in said
        assert SearchText.objects.get(item=world).words == before
        assert not Standing.objects.filter(item=world).exists()


def test_copies_alone_are_made_again(world):
    Standing.objects.filter(item=world).delete()
    assert "kopierne er ikke dannet igen" not in verify("--ret")
    assert "stillingen" not in verify()


# --- The locks, and how the database is built -------------------------------------------------------------------------


SWITCHED = "append_only_committeeanswer_update"
ANSWERS = "recommendations_committeeanswer"
ON_SQLITE = {
    "a lock that refuses nothing": (
        f"DROP TRIGGER {SWITCHED}; CREATE TRIGGER {SWITCHED} BEFORE UPDATE ON {ANSWERS} WHEN 0 BEGIN SELECT 1; END",
        f"Låsen {SWITCHED} mangler",
    ),
    "a trigger of somebody else": (
        f"CREATE TRIGGER mine AFTER INSERT ON {ANSWERS} BEGIN DELETE FROM {ANSWERS}; END",
        "ikke er fra programmet: mine",
    ),
    "a column that is missing": ("ALTER TABLE recommendations_synonym DROP COLUMN official", "official mangler"),
    "a table that is missing": ("DROP TABLE recommendations_processfact", "recommendations_processfact mangler"),
}
LETS_ALL_THROUGH = (
    f"CREATE OR REPLACE FUNCTION {SWITCHED}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
)
ON_POSTGRESQL = {
    "a lock that refuses nothing": (LETS_ALL_THROUGH, f"Låsen {SWITCHED} mangler"),
    "a lock for copies only": (f"ALTER TABLE {ANSWERS} ENABLE REPLICA TRIGGER {SWITCHED}", f"Låsen {SWITCHED} mangler"),
    "locks that are switched off": (f"ALTER TABLE {ANSWERS} DISABLE TRIGGER USER", f"Låsen {SWITCHED} mangler"),
    "a lock that looks elsewhere": (f"ALTER FUNCTION {SWITCHED}() SET search_path = mine", f"Låsen {SWITCHED} mangler"),
    "a lock for one column": (
        f"DROP TRIGGER {SWITCHED} ON {ANSWERS}; CREATE TRIGGER {SWITCHED} BEFORE UPDATE OF text ON {ANSWERS} "
        f"FOR EACH ROW EXECUTE FUNCTION {SWITCHED}()",
        f"Låsen {SWITCHED} mangler",
    ),
    "a trigger of somebody else": (
        f"{LETS_ALL_THROUGH}; CREATE TRIGGER mine BEFORE INSERT ON {ANSWERS} FOR EACH ROW "
        f"EXECUTE FUNCTION {SWITCHED}()",
        "ikke er fra programmet: mine",
    ),
    "a rule": (f"CREATE RULE mine AS ON DELETE TO {ANSWERS} DO INSTEAD NOTHING", "(RULE): mine"),
    "rows that are hidden": (f"ALTER TABLE {ANSWERS} ENABLE ROW LEVEL SECURITY", "(row level security)"),
    "references that are not held": (
        f"ALTER TABLE {ANSWERS} DISABLE TRIGGER ALL",
        "holder ikke alle sine henvisninger",
    ),
    "a view in the table's place": (
        "ALTER TABLE recommendations_synonym RENAME TO gone; CREATE VIEW recommendations_synonym AS SELECT * FROM gone",
        "recommendations_synonym mangler",
    ),
    "a rule of the model that is gone": (
        "ALTER TABLE recommendations_voteshare DROP CONSTRAINT voteshare_within_0_and_100",
        "reglen voteshare_within_0_and_100",
    ),
    "a column that is missing": ("ALTER TABLE recommendations_synonym DROP COLUMN official", "official mangler"),
    "a column of another kind": (
        f"ALTER TABLE {ANSWERS} ADD COLUMN mine text",
        "mine er der, og skal ikke være der",
    ),
}
HOW = ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE


def run(sql):
    first, *rest = sql.split("; CREATE ")  # statements that follow another make something
    for statement in (first, *(f"CREATE {one}" for one in rest)):
        raw(statement)


def is_superuser():
    """Whether the role that runs the tests is PostgreSQL's own administrator."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("damage", HOW)
def test_how_it_is_built_otherwise_is_found(db, damage):
    sql, said = HOW[damage]
    if "DISABLE TRIGGER ALL" in sql and not is_superuser():
        pytest.skip("Only a superuser of the database can do that, and the tests' role is none.")
    assert said not in verify()
    run(sql)
    assert said in verify()


def test_a_database_with_nothing_but_tables_is_told(db):
    assert "Der er ingen hændelser i databasen." in verify()
    assert not Item.objects.exists()


def test_a_lock_that_was_replaced_is_put_back_and_told(db):
    run(HOW["a lock that refuses nothing"][0])
    assert f"Låsen {SWITCHED} var ikke, som den skal være, og sættes i igen." in verify("--ret")
    assert f"Låsen {SWITCHED}" not in verify()


# --- The shares that came with a source -------------------------------------------------------------------------------


@pytest.fixture
def opened(chief, sou):
    """A source of three rows with shares, that somebody read in as a draft and made public."""
    source = PublicationFactory(slug="fil", public_at=None, expects_answers=False)
    rows = [
        ReadRow(
            number=str(number),
            words=actions.ItemWords(title=f"Række {number}"),
            votes={"supports": {"percent": Decimal(number)}, "opposes": {"percent": Decimal(2)}},
        )
        for number in (1, 2, 3)
    ]
    actions.add_read_items(by=chief, publication=source, rows=rows)
    actions.open_source(by=chief, publication=source, although_incomplete=True)
    keep_up()
    return source


def shares_of(source, number, option="supports"):
    return VoteShare.objects.filter(item__publication=source, item__number=number, option=option)


SHARES = {
    "one": lambda source: shares_of(source, "2").update(percent=99),
    "its page": lambda source: shares_of(source, "2").update(page="7"),
    "the other of the same row": lambda source: shares_of(source, "2", "opposes").update(percent=0),
    "put on another row": lambda source: shares_of(source, "2").update(option="unsure"),
    "one that was never there": lambda source: VoteShareFactory(item=source.items.get(number="2"), option="unsure"),
}
NOT_THE_ONE = "støtten er ikke den, der sidst blev registreret"


@pytest.mark.parametrize("damage", SHARES)
def test_a_share_that_came_with_a_whole_source_is_sealed(opened, damage):
    assert "støtte" not in verify()
    with done(lambda: SHARES[damage](opened)):
        told = [line for line in verify().splitlines() if NOT_THE_ONE in line]
        assert len(told) == 1
        assert "2 Række 2" in told[0]


def test_one_that_is_gone_is_found(opened):
    (key,) = shares_of(opened, "2").values_list("pk", flat=True)
    with done(lambda: take_out(shares_of(opened, "2"))):
        assert f"En stemmeandel ({key}) er væk." in verify()


def test_one_that_was_mended_is_as_it_was_mended(opened, chief):
    actions.record_support(by=chief, item=opened.items.get(number="2"), percent=Decimal(77))
    assert "støtte" not in verify()
    for forged in (Decimal(78), Decimal(2)):  # another, and the one that it was before
        with done(lambda forged=forged: shares_of(opened, "2").update(percent=forged)):
            assert NOT_THE_ONE in verify()


def test_one_that_something_was_withheld_from_is_no_forgery(opened, chief):
    actions.record_support(by=chief, item=opened.items.get(number="2"), percent=Decimal(77), note="Talt af Inge Post.")
    actions.withhold(by=chief, redaction=Redaction(words="Inge Post"), reason="det er et navn", legal_basis="GDPR")
    assert "støtte" not in verify()


def test_a_seal_that_was_written_anew_is_found(opened):
    """Both the share and what the log says of it; the digest stays, as the tree holds it."""
    seal = Event.objects.get(act=Act.SUPPORT_RECORDED, publication=opened, item=None)
    share = shares_of(opened, "2").get()

    def forge():
        before = digest(share)
        share.percent = Decimal(99)
        share.save()
        said = seal.details[SEALED_VOTES][1].replace(before, digest(share))
        Event.objects.filter(pk=seal.pk).update(details={SEALED_VOTES: ["", said]})

    with done(forge):
        assert "det, der står om støtten, er ændret" in verify()


def test_each_thousand_is_sealed_in_an_event(chief, monkeypatch):
    monkeypatch.setattr("recommendations.actions.sources.SEALED_TOGETHER", 2)
    source = PublicationFactory(public_at=None, expects_answers=False)
    for number in "12345":
        VoteShareFactory(item=RecommendationFactory(publication=source, number=number))
    actions.open_source(by=chief, publication=source, although_incomplete=True)
    assert Event.objects.filter(act=Act.SUPPORT_RECORDED, publication=source).count() == 3
    with done(lambda: shares_of(source, "5").update(percent=1)):
        assert NOT_THE_ONE in verify()


# --- What documents an update -----------------------------------------------------------------------------------------


def test_evidence_that_was_withheld_is_no_forgery_and_what_is_left_is_sealed(world, chief):
    evidence = Evidence.objects.get()
    asked = Redaction(row=evidence, field="file")
    actions.withhold(by=chief, redaction=asked, reason="den navngiver nogen", legal_basis="GDPR artikel 17")
    assert ROW not in verify()
    with done(lambda: Evidence.objects.update(title="Et andet referat")):
        assert ROW in verify()
    with done(lambda: done_update().update(text="Det er ikke gjort.")):
        assert ROW in verify()


def test_a_link_is_sealed(world, sou):
    published(world, Status.PLANNED, committee=sou, evidence=[{"url": "https://eksempel.dk/budget", "kind": "decided"}])
    keep_up()
    assert ROW not in verify()
    with done(lambda: Evidence.objects.exclude(url="").update(url="https://eksempel.dk/andet")):
        assert ROW in verify()


def test_an_event_that_says_the_update_alone_still_fits(world):
    """As those were that were written before evidence was told of."""
    update = done_update().get()
    with done(lambda: update.events.update(digest=digest_of(columns_of(update)))):
        assert ROW not in verify()


def test_words_of_the_source_that_were_changed_are_found(world):
    append_only.uninstall(connection)
    Wording.objects.filter(item=world).update(official_text="Noget andet")
    append_only.install(connection)
    assert "søgeordene" in verify()
