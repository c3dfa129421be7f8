"""What the law says must go is gone, from every page, feed, file, search, log and row; and it is seen that it went.

A name is planted wherever somebody could write one, taken away through the staff's pages, and then looked for.
"""

import io
import re
import zipfile
import zlib
from datetime import date
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import lxml.html
import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from recommendations import actions, append_only
from recommendations.actions import EvidenceContent, UpdateDraft
from recommendations.actions.state import digest
from recommendations.enums import EvidenceKind, Outcome, Status
from recommendations.models import Event, IssuedReport, StatusUpdate, WithheldPlace, Withholding
from recommendations.reports.renderers import FORMATS
from tests.factories import ErrorReportFactory, OwnershipFactory, PublicationFactory, RecommendationFactory
from tests.staff.whole_pages import StaffPage, of, of_item

NAME = "Quirinus Ravnsnæs"
REASON = "navnet på en privatperson ikke må stå her"


@pytest.fixture
def source(sou):
    return PublicationFactory(slug="ting", short_code="ting24", title="Tinget", expected_recommendations=2)


@pytest.fixture
def item(source, sou):
    item = RecommendationFactory(publication=source, number="3.2", title="Besøg af faste teams")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def other(source, sou):
    """What nothing is taken away from."""
    item = RecommendationFactory(publication=source, number="3.3", title="Flere bænke")
    OwnershipFactory(item=item, committee=sou)
    return item


@pytest.fixture
def planted(item, other, source, anna, bo, dina, chief, sou, citizen):
    """The name in an update and its earlier drafts, evidence, an answer, a deadline, a report of an error, a report."""
    pdf = SimpleUploadedFile(f"Brev fra {NAME}.pdf", f"%PDF-1.7 Kære {NAME}".encode())
    evidence = [
        EvidenceContent(title=f"Brev fra {NAME}", file=pdf, kind=EvidenceKind.OPERATING),
        EvidenceContent(title="Referat", url=f"https://eksempel.dk/{quote(NAME)}.html", kind=EvidenceKind.DECIDED),
    ]
    for text in (f"{NAME} er syg, siger lægen.", f"Forsøget er i gang. Vi takker {NAME}s familie for hjælpen."):
        draft = UpdateDraft(
            status=Status.IN_PROGRESS,
            on=date(2026, 9, 1),
            text=text,
            decided_by=NAME,
            next_step=f"{NAME} ringer til bydelen",
            evidence=evidence,
        )
        update = StatusUpdate.objects.first()
        update = actions.save_draft(by=anna, item=item, committee=sou, draft=draft, update=update)
        evidence = [
            EvidenceContent(title=row.title, url=row.url, file=row if row.file else None, kind=row.kind)
            for row in update.evidence.order_by("position")
        ]
    actions.submit_update(by=anna, update=update)
    actions.publish_update(by=bo, update=update)
    actions.record_answer(
        by=bo,
        item=item,
        committee=sou,
        outcome=Outcome.NOT_ADOPTED,
        meeting_date=date(2026, 9, 17),
        text=f"Udvalget hørte {NAME}.",
    )
    actions.set_deadline(
        by=bo, item=item, committee=sou, due_on=date(2026, 12, 31), reason=f"Aftalt med {NAME}.", sure=True
    )
    actions.report_error(text=f"Jeg hedder {NAME}, og det passer ikke.", item=item)
    discarded = actions.save_draft(
        by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text=f"Nej, {NAME}."), update=None
    )
    actions.discard_draft(by=anna, update=discarded)
    actions.save_draft(
        by=anna, item=item, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text=f"Kladde: {NAME}")
    )
    actions.save_draft(by=anna, item=other, committee=sou, draft=UpdateDraft(status=Status.PAUSED, text="Ingen penge."))
    actions.publish_update(by=bo, update=StatusUpdate.objects.get(item=other))
    return update


@pytest.fixture
def issued(planted, as_user, dina):
    """A report where the update stands, issued through the staff's page."""
    StaffPage.open(as_user(dina), reverse("issue_report") + "?udvalg=SOU&siden=2026-01-01").press("Udsted rapport")
    return IssuedReport.objects.get()


def shown_to(client, start, *, most=1500):
    """Every page and file that can be reached from the addresses in `start` by links: address -> what was answered.

    Links that only narrow or order a list lead to no other texts and are left; `start` has some of each.
    """
    seen, todo = {}, list(start)
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        response = client.get(address, follow=True)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        seen[address] = (response.status_code, content)
        assert response.status_code < 500, address
        assert len(seen) < most, "there is no end to it"
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind.endswith("html"):
            found = lxml.html.fromstring(content).xpath("//a/@href | //link/@href | //img/@src")
        elif kind.endswith("xml"):
            found = re.findall(r"(?:<loc>|href=\")([^<\"]+)", content.decode())
        else:
            found = []
        for link in found:
            leads = urlsplit(urldefrag(urljoin(f"http://testserver{address}", link.replace("&amp;", "&"))).url)
            if leads.netloc in ("testserver", urlsplit(settings.SITE_URL).netloc):
                path = leads.path + (f"?{leads.query}" if leads.query else "")
                if not leads.query and not path.startswith(("/static/", "/admin/logout", "/konto/")):
                    todo.append(path)
    return seen


def parts_of(content):
    """The bytes themselves, and all that is packed in them."""
    yield content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield archive.read(name)
    if content.startswith(b"%PDF-"):
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            try:
                yield zlib.decompress(stream)
            except zlib.error:
                continue


WORDS = [word.encode() for word in NAME.split()] + [b"Ravnsn&aelig;s", b"Ravnsn\\u00e6s", b"Ravnsn%C3%A6s", b"quirinus"]


def says(content):
    return any(word in part for part in parts_of(content) for word in WORDS)


def who_says(pages):
    return sorted(address for address, (_status, content) in pages.items() if says(content))


def dump():
    """Every column of every row of every table, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = "\n".join(repr(row) for row in cursor.fetchall())
    return found


def tables_that_say():
    return sorted(table for table, text in dump().items() if any(word.decode() in text for word in WORDS))


def files_that_say():
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return [path for path in files if says(path.read_bytes()) or says(str(path).encode())]


def public_addresses(issued, planted):
    return [
        "/",
        "/en/",
        "/sitemap.xml",
        "/fjernet/",
        "/nyt/feed/",
        "/nyt/kalender.ics",
        "/anbefalinger/feed/",
        "/anbefalinger/ting/3.2/?pr=2026-10-01",
        f"/anbefalinger/?q={quote(NAME)}",
        "/anbefalinger/?q=Quirinus",
        "/nyt/?siden=2026-01-01",
        "/rapporter/vis/?udvalg=SOU&siden=2026-01-01",
        *[f"/rapporter/vis/?udvalg=SOU&format={code}" for code in FORMATS],
        f"/rapporter/kontroller/?kode={issued.code}",
        f"/rapporter/{issued.code}/",
        *[f"/rapporter/{issued.code}/?format={code}" for code in FORMATS],
        *[f"/dokumentation/{planted.key}/{position}/" for position in (1, 2)],
        *[f"/anbefalinger/hent/?format={code}" for code in FORMATS],
    ]


def take_away(page, **filled):
    look = page.press("Se, hvad der fjernes", **filled)
    assert look.status == 200, look.text
    done = look.press("Fjern for altid", reason=f"fordi {REASON}.", legal_basis="GDPR artikel 17")
    assert done.status == 200, done.text
    return done


def withheld(as_user, chief, planted):
    """The file, and then the name wherever it stands: what an administrator does, from the page of the update."""
    page = StaffPage.open(as_user(chief), of(planted)).link("Fjern oplysninger")
    proof = planted.evidence.get(position=1)
    take_away(page, what=f"evidence-{proof.pk}-file")
    page = StaffPage.open(as_user(chief), of(planted)).link("Fjern oplysninger")
    return take_away(page, what="ord", words=NAME, is_broad="on")


def test_a_name_is_nowhere_once_it_has_been_taken_away(
    planted, other, issued, as_user, anna, bo, chief, citizen, django_capture_on_commit_callbacks, capsys
):
    start = public_addresses(issued, planted)
    before = shown_to(citizen, start)
    assert len(who_says(before)) > 20  # it was there to be found
    assert {"recommendations_statusupdate", "recommendations_event", "recommendations_issuedreport"} <= set(
        tables_that_say()
    )
    assert files_that_say()
    digests = dict(Event.objects.order_by("pk").values_list("pk", "digest"))
    untouched = digest(other.updates.get())
    with django_capture_on_commit_callbacks(execute=True):
        done = withheld(as_user, chief, planted)
    assert "Det er fjernet" in done.text
    assert tables_that_say() == []
    assert files_that_say() == []
    after = shown_to(citizen, start)
    assert after.keys() >= {address for address in before if "Ravns" not in address and "Quirinus" not in address}
    searches = [address for address in after if "q=" in address]
    assert who_says({address: after[address] for address in after if address not in searches}) == []
    for address in searches:
        assert "Besøg af faste teams" not in after[address][1].decode()
    for user in (anna, bo, chief):
        client = as_user(user)
        assert who_says(shown_to(client, ["/admin/", of_item(planted.item), of(planted), "/admin/aendringslog/"])) == []
    assert dict(Event.objects.filter(pk__in=digests).order_by("pk").values_list("pk", "digest")) == digests
    assert digest(other.updates.get()) == untouched
    call_command("verify")
    assert "Alt passer" in capsys.readouterr().out


def test_what_stands_instead_says_when_and_why(
    planted, issued, item, as_user, chief, citizen, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        withheld(as_user, chief, planted)
    page = StaffPage.open(citizen, item.get_absolute_url())
    assert f"Vi takker [fjernet den 2. november 2026, fordi {REASON}] familie" in page.text
    assert f"Fjernet den 2. november 2026, fordi {REASON}." in page.text
    gone = citizen.get(f"/dokumentation/{planted.key}/1/")
    assert gone.status_code == 410
    assert REASON in gone.content.decode()
    register = StaffPage.open(citizen, "/fjernet/")
    assert "Nr. 1: En fil" in register.text
    assert "Nr. 2: Et navn eller andre ord" in register.text
    assert "GDPR artikel 17" in register.text
    assert register.link("3.2 Besøg af faste teams").address == item.get_absolute_url()


def result_of(checked):
    return re.search('<h2 id="svaret">([^<]+)</h2>', checked.content.decode())[1]


def test_an_issued_report_says_so_and_keeps_the_fingerprint_that_it_was_given(
    planted, issued, as_user, chief, citizen, django_capture_on_commit_callbacks
):
    fingerprint = issued.fingerprint
    original = citizen.get(f"/rapporter/{issued.code}/?format=json").getvalue()
    as_csv = citizen.get(f"/rapporter/{issued.code}/?format=csv").getvalue()
    with django_capture_on_commit_callbacks(execute=True):
        withheld(as_user, chief, planted)
    page = StaffPage.open(citizen, issued.get_absolute_url())
    assert "Dele er fjernet den 2. november 2026" in page.text
    assert "passer ikke med fingeraftrykket" not in page.text
    assert fingerprint in page.text.replace(" ", "")
    assert "Noget er fjernet af rapporten" in StaffPage.open(citizen, f"/rapporter/kontroller/?kode={issued.code}").text
    now = citizen.get(f"/rapporter/{issued.code}/?format=json").getvalue()
    assert fingerprint in now.decode()
    # The one is proven by the fingerprint, the other is what is made today.
    # In the first CSV only what was taken out is otherwise.
    same = "Indholdet er det samme, gemt igen"
    for content, result in ((original, same), (as_csv, same), (now, "Filen er, som den blev udstedt")):
        checked = citizen.post("/rapporter/kontroller/", {"fil": SimpleUploadedFile("r.json", content)})
        assert result_of(checked) == result
    changed = now.replace(b"Faste teams", b"Andet").replace(b"3.2", b"3.9")
    checked = citizen.post("/rapporter/kontroller/", {"fil": SimpleUploadedFile("r.json", changed)})
    assert result_of(checked) == "Filen er ændret"


def test_the_guards_stay_shut_afterwards(planted, as_user, chief):
    withheld(as_user, chief, planted)
    assert not WithheldPlace.objects.filter(opens__isnull=False).exists()
    for change in ({"text": "Andet"}, {"text": NAME}, {"status": "paused"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StatusUpdate.objects.filter(pk=planted.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Withholding.objects.update(reason="en anden")


# --- The pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def report(item):
    return ErrorReportFactory(item=item, text=f"{NAME} bor ikke her mere, og det er længe siden.")


def opened(as_user, chief, row):
    return StaffPage.open(as_user(chief), of(row)).link("Fjern oplysninger")


def test_a_look_writes_nothing(report, as_user, chief):
    page = opened(as_user, chief, report)
    before = dump()
    look = page.press("Se, hvad der fjernes", what="ord", words=NAME)
    assert "Intet er fjernet endnu" in look.text
    assert NAME in look.text
    assert {table: text for table, text in dump().items() if text != before[table]} == {}
    assert NAME.split()[0] not in look.address


def test_what_is_refused_keeps_what_was_typed(report, as_user, chief):
    page = opened(as_user, chief, report)
    for words, sentence in [("Qui", "mindst 4 tegn"), ("Findes Ikke", "står ikke i noget")]:
        refused = page.press("Se, hvad der fjernes", what="ord", words=words)
        assert (refused.status, sentence in refused.text) == (422, True)
        assert f'value="{words}"' in refused.html
    look = page.press("Se, hvad der fjernes", what="ord", words=NAME)
    for reason, basis, sentence in [
        ("", "GDPR", "Skriv, hvorfor det fjernes"),
        (REASON, " ", "Skriv, hvilken regel"),
        (f"{NAME} bad om det", "GDPR", "står i det, du har skrevet"),
        ("x" * 125, "GDPR", "125"),
    ]:
        refused = look.press("Fjern for altid", reason=reason, legal_basis=basis)
        assert (refused.status, sentence in refused.text) == (422, True), refused.text
    assert look.press("Fjern for altid", reason=REASON, legal_basis="GDPR", places=[]).status == 422
    report.refresh_from_db()
    assert NAME in report.text
    assert not Withholding.objects.exists()
    again = look.press("Ret, hvad der skal fjernes")
    assert (again.status, NAME in again.html) == (200, True)


def test_what_is_withheld_already_says_when_and_as_which_number(report, as_user, chief):
    page = opened(as_user, chief, report)
    what = f"errorreport-{report.pk}-text"
    take_away(page, what=what)
    refused = page.press("Se, hvad der fjernes", what=what)
    assert (refused.status, "Det blev fjernet den 2. november 2026 (nr. 1)" in refused.text) == (422, True)
    refused = page.press("Se, hvad der fjernes", what="ord", words=NAME)
    assert (refused.status, "(nr. 1)" in refused.text) == (422, True)


def test_pressed_twice_is_done_once(report, as_user, chief):
    look = opened(as_user, chief, report).press("Se, hvad der fjernes", what="ord", words=NAME)
    address, data = look.sent("Fjern for altid", reason=REASON, legal_basis="GDPR artikel 17")
    first, second = look.send(address, data), look.send(address, data)
    assert (first.status, second.status) == (200, 200)
    assert first.address == second.address == reverse("withheld", args=[1])
    assert Withholding.objects.count() == 1


def test_places_without_a_tick_stay(report, planted, as_user, chief):
    look = opened(as_user, chief, report).press("Se, hvad der fjernes", what="ord", words=NAME)
    look.press("Fjern for altid", reason=REASON, legal_basis="GDPR", places=[f"errorreport-{report.pk}-text"])
    report.refresh_from_db()
    planted.refresh_from_db()
    assert NAME not in report.text
    assert NAME in planted.text


def test_only_administrators_take_anything_away(report, as_user, anna, bo, dina, citizen):
    for user in (anna, bo, dina):
        assert "Fjern oplysninger" not in StaffPage.open(as_user(user), of(report)).text
        for address in (reverse("withhold"), f"{reverse('withhold')}?tabel=errorreport&raekke={report.pk}"):
            assert as_user(user).get(address).status_code == 403
            assert as_user(user).post(address, {"what": "ord", "words": NAME, "trin": "fjern"}).status_code == 403
    assert citizen.get(reverse("withhold")).status_code == 302
    assert not Withholding.objects.exists()


@pytest.mark.parametrize("query", ["tabel=findesikke&raekke=1", "tabel=errorreport&raekke=x", "tabel=errorreport"])
def test_an_address_that_leads_to_no_row(query, as_user, chief):
    assert as_user(chief).get(f"{reverse('withhold')}?{query}").status_code == 404


def test_a_file_that_could_not_be_destroyed_is_told_and_destroyed_later(
    planted, as_user, chief, monkeypatch, django_capture_on_commit_callbacks, capsys
):

    def fails(_storage, _name):
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "delete", fails)
        with django_capture_on_commit_callbacks(execute=True):
            withheld(as_user, chief, planted)
    assert files_that_say()
    with pytest.raises(CommandError):
        call_command("verify")
    assert "er fjernet, men ikke slettet" in capsys.readouterr().out
    call_command("verify", "--ret")
    assert files_that_say() == []


def test_a_row_that_was_changed_past_the_system_is_told(planted, capsys):
    append_only.uninstall(connection)
    StatusUpdate.objects.filter(pk=planted.pk).update(decided_by="En anden")
    append_only.install(connection)
    with pytest.raises(CommandError):
        call_command("verify")
    assert "passer ikke med sit fingeraftryk" in capsys.readouterr().out
