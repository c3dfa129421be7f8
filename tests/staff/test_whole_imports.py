"""A source that comes as a spreadsheet, from the list of sources to a page that citizens read, by the pages alone."""

import io
import time
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError
from django.urls import reverse
from openpyxl import load_workbook

from recommendations.actions import add_item, imports, open_source
from recommendations.actions.imports import receive_file
from recommendations.actions.wordings import ItemWords
from recommendations.admin import import_preview
from recommendations.enums import Act, ImportKind, ImportState
from recommendations.importing import applying, batches
from recommendations.models import Event, ImportBatch, Item, Job, Publication
from tests.factories import UserFactory
from tests.files.made import csv
from tests.files.test_hostile import MOST_SECONDS, REFUSED
from tests.importing.files import ROWS, SOURCE, book, where
from tests.staff.whole_pages import StaffPage, of

SHOW, WRITE = "Vis, hvad filen ændrer", "Skriv det ind"
WRONG = where(ROWS, "1.2", "Støtter", "188 %")


def upload(content, name="kilde.xlsx"):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def staff(as_user, chief, sou, sud):
    return as_user(chief)


@pytest.fixture
def given(staff):
    """`given(content)` is the page of a file that was chosen on the page of imports."""

    def given(content, name="kilde.xlsx", **chosen):
        start = StaffPage.open(staff, reverse("imports")).link("En kilde i et regneark")
        return start.press(SHOW, file=upload(content, name), **chosen)

    return given


def rows_here():
    return [model.objects.count() for model in (Publication, Item, Event)]


class TestASourceComesIn:
    def test_from_the_list_of_sources_to_what_a_citizen_reads(self, staff, citizen):
        sources = StaffPage.open(staff, reverse("admin:recommendations_publication_changelist"))
        seen = sources.link("Indlæs et regneark").press(SHOW, file=upload(book()))
        assert "Tinget 2025 er ny. Den bliver en kladde" in seen.text
        assert "Anbefalinger: 2 af 2. Det passer." in seen.text
        assert "Nyt: 4" in seen.text
        assert "Uændret: 0" in seen.text
        assert "»Kommunen« oprettes som adressat (1 række)." in seen.text
        assert rows_here() == [0, 0, 0]
        assert seen.address == reverse("import_batch", args=[ImportBatch.objects.get().pk])

        written = seen.press(WRITE)
        assert "Det er skrevet ind." in written.text
        assert "Rækker: 4 nye, 0 ændrede og 0 uændrede." in written.text
        assert written.buttons == []
        source = written.link("Se kilden: Tinget 2025")
        source.link("Gør offentlig").press("Gør offentlig")
        assert "Plant flere træer." in citizen.get("/anbefalinger/tinget-2025/1.1/").content.decode()
        assert "Skrevet ind" in StaffPage.open(staff, reverse("imports")).text

    def test_all_that_was_done_is_the_batchs(self, given, chief):
        given(book()).press(WRITE)
        batch = ImportBatch.objects.get()
        assert (batch.state, batch.publication.slug, batch.by) == (ImportState.WRITTEN, "tinget-2025", chief)
        events = Event.objects.order_by("pk")
        assert {event.batch for event in events} == {batch}
        assert [event.act for event in events] == [
            Act.SOURCE_ADDED,
            Act.ADDRESSEE_SAVED,
            Act.ITEMS_ADDED,
            Act.FILE_WRITTEN,
        ]

    def test_twice_is_once_and_the_same_file_again_changes_nothing(self, given):
        seen = given(book())
        pressed = seen.sent(WRITE)
        seen.send(*pressed)
        again, after = seen.send(*pressed), rows_here()
        assert "Det er skrevet ind." in again.text
        assert rows_here() == after
        same = given(book())
        assert "Filen ændrer ikke noget." in same.text
        assert WRITE not in same.buttons

    def test_the_page_of_a_source_gives_a_file_that_changes_one_cell(self, staff, given):
        given(book()).press(WRITE)
        source = Publication.objects.get()
        page = StaffPage.open(staff, of(source))
        assert page.link("Indlæs et regneark").tree.xpath('//option[@selected and text()="Tinget 2025"]')
        made = load_workbook(io.BytesIO(staff.get(f"{of(source, 'export')}").content))
        sheet = made["Rækker"]
        place = {cell.value: cell.column for cell in sheet[1]}
        sheet.cell(3, place["Titel"]).value = "Mange træer"
        changed = io.BytesIO()
        made.save(changed)
        seen = given(changed.getvalue())
        assert "Ændret: 1" in seen.text
        assert "TitelFør: Flere træer → Nu: Mange træer" in seen.text
        seen.press(WRITE)
        assert Item.objects.get(number="1.1").title == "Mange træer"

    def test_rows_alone_are_about_the_source_that_is_chosen(self, given):
        given(book()).press(WRITE)
        rows = csv(rows=(("Nr", "Titel"), ("1.3", "Flere fugle")))
        assert "Filen siger ikke, hvilken kilde den er om." in given(rows, "rækker.csv").text
        given(rows, "rækker.csv", publication=Publication.objects.get().pk).press(WRITE)
        assert Item.objects.get(number="1.3").title == "Flere fugle"

    def test_what_was_read_in_wrongly_is_undone(self, staff, given):
        undoing = given(book()).press(WRITE).link("Fortryd indlæsningen")
        assert "3 ting bliver fortrudt" in undoing.text
        undone = undoing.press("Fortryd indlæsningen")
        assert "3 ting er fortrudt." in undone.text
        assert "Kilden bliver stående som kladde." in undone.text
        assert not Item.objects.exists()
        ended = StaffPage.open(staff, reverse("imports")).link("kilde.xlsx")
        assert "Indlæsningen er fortrudt den" in ended.text
        assert ended.link("Se kilden: Tinget 2025").status == 200
        assert "Fortryd indlæsningen" not in ended.text

    def test_a_row_that_was_read_in_wrongly_is_taken_out_again(self, staff, given):
        page = given(book()).press(WRITE).link("Læs rækkerne igennem, ret dem, eller tag dem ud")
        for left in (["1", "1.2"], ["1"], []):  # the first that nothing stands under
            address = [a.get("href") for a in page.tree.iter("a") if "tag-raekke-ud" in (a.get("href") or "")]
            page = StaffPage.open(staff, urljoin(page.address, address[0 if not left else 1]))
            page = page.press("Tag rækken ud")
            assert "Rækken er taget ud." in page.text
            assert list(Item.objects.values_list("number", flat=True).order_by("pk")) == left


class TestWhatIsWrong:
    def test_is_mended_in_the_file_of_wrong_rows_and_given_again(self, staff, given):
        seen = given(book(rows=WRONG))
        assert seen.status == 200
        assert "Forkert: 1Nyt: 3Bemærkninger: 1 Uændret: 0" in seen.text
        assert "Række 4, kolonne »Støtter«: Procenten skal ligge mellem 0 og 100." in seen.text.replace(
            "række", "Række"
        )
        assert WRITE not in seen.buttons
        made = load_workbook(
            io.BytesIO(staff.get(reverse("import_wrong", args=[ImportBatch.objects.get().pk])).content)
        )
        sheet = made["Rækker"]
        assert sheet.cell(4, 10).value == "Kolonne »Støtter«: Procenten skal ligge mellem 0 og 100."
        sheet.cell(4, 8).value = "18 %"
        mended = io.BytesIO()
        made.save(mended)
        again = seen.press("Vis, hvad den rettede fil ændrer", file=upload(mended.getvalue(), "rettet.xlsx"))
        assert "Forkert" not in again.text
        again.press(WRITE)
        assert Item.objects.get(number="1.2").votes.get().percent == 18
        assert set(ImportBatch.objects.values_list("file_name", "state").order_by("pk")) == {
            ("kilde.xlsx", ImportState.GIVEN_UP),
            ("rettet.xlsx", ImportState.WRITTEN),
        }

    def test_what_changed_here_since_it_was_seen_is_shown_and_not_written_over(self, given, chief):
        given(book()).press(WRITE)
        seen = given(book(rows=(*ROWS, ("1.3", "", "1", "Flere fugle", "", "", "SOU", "", ""))))
        assert "Nyt: 1" in seen.text
        words = ItemWords(title="En andens")
        add_item(by=chief, publication=Publication.objects.get(), words=words, number="1.3")
        after = seen.press(WRITE)
        assert "Noget er ændret her, siden du så filen igennem, så intet er skrevet." in after.text
        assert "Før: En andens → Nu: Flere fugle" in after.text
        assert Item.objects.get(number="1.3").title == "En andens"

    def test_what_is_first_tried_when_it_is_written_leaves_nothing_half_done(self, given, monkeypatch):
        given(book()).press(WRITE)
        monkeypatch.setattr(applying, "MOST_TRIED", 0)
        seen = given(book(rows=where(WRONG, "1.1", "Titel", "Mange træer")))
        assert "nogle regler først prøves, når den skrives ind" in seen.text
        refused = seen.press(WRITE)
        assert "Intet er skrevet, for noget er forkert." in refused.text
        assert "Procenten skal ligge mellem 0 og 100." in refused.text
        assert Item.objects.get(number="1.1").title == "Flere træer"

    def test_whoever_comes_while_another_writes_is_asked_to_wait(self, given, monkeypatch):
        def locked(**_asked):
            raise OperationalError("database is locked")

        seen = given(book())
        monkeypatch.setattr(import_preview, "begin_writing", locked)
        again = seen.press(WRITE)
        assert "En anden fil skrives ind lige nu. Prøv igen om et minut." in again.text
        assert WRITE in again.buttons

    def test_is_given_up_with_its_file(self, given, django_capture_on_commit_callbacks):
        seen = given(book())
        file = ImportBatch.objects.get().file
        with django_capture_on_commit_callbacks(execute=True):
            listed = seen.press("Opgiv")
        assert "kilde.xlsx: Opgivet" in listed.text
        assert not file.storage.exists(file.name)
        assert "Filen bliver ikke skrevet ind." in listed.link("kilde.xlsx").text

    @pytest.mark.parametrize("name", sorted(name for name, (_file, _make, said) in REFUSED.items() if said))
    def test_a_hostile_file_is_refused_and_another_can_be_chosen_there(self, given, name):
        file_name, make, sentence = REFUSED[name]
        content, before = make(), time.process_time()
        page = given(content, file_name)
        if page.status == 200:  # too large to be opened while the page waits
            call_command("work", "--once", stdout=io.StringIO())
            page = StaffPage.open(page.client, page.address)
        else:
            assert page.status == 422
            assert not ImportBatch.objects.exists()
        assert time.process_time() - before < MOST_SECONDS
        assert sentence in page.text
        assert rows_here() == [0, 0, 0]
        assert any("file" in form.fields for form in page.tree.forms)

    def test_nothing_chosen_and_too_much_are_said_at_the_field(self, staff, monkeypatch):
        page = StaffPage.open(staff, reverse("import_source")).press(SHOW)
        assert (page.status, "Vælg regnearket med kildens rækker." in page.text) == (422, True)
        monkeypatch.setattr("recommendations.importing.files.MOST_BYTES", 100)
        page = page.press(SHOW, file=upload(b"x" * 101))
        assert (page.status, "Den må højst være" in page.text) == (422, True)


class TestMany:
    @pytest.fixture
    def many(self, monkeypatch):
        """A file of 260 rows, which is too many to wait for."""
        monkeypatch.setattr(batches, "MOST_WAITED_FOR", 100)
        more = [(f"2.{n}", "", "2", f"Nummer {n}", "", "", "SOU", "50 %", "") for n in range(258)]
        rows = (*ROWS, ("2", "Overskrift", "", "Mange", "", "", "", "", ""), *more)
        return rows, book({**SOURCE, "Antal anbefalinger i kilden": "260", "Antal overskrifter i kilden": "2"}, rows)

    def test_are_read_and_written_in_the_background(self, staff, given, many):
        waits = given(many[1])
        assert "Filen læses, og rækkerne prøves. Intet er skrevet." in waits.text
        assert staff.get(waits.address).headers["Refresh"]
        call_command("work", "--once", stdout=io.StringIO())
        seen = StaffPage.open(staff, waits.address)
        assert "Nyt: 263" in seen.text
        writes = seen.press(WRITE)
        assert "Rækkerne skrives ind." in writes.text
        assert Item.objects.count() == 0
        call_command("work", "--once", stdout=io.StringIO())
        assert "Det er skrevet ind." in StaffPage.open(staff, waits.address).text
        assert Item.objects.count() == 262
        added = Event.objects.filter(act=Act.ITEMS_ADDED).order_by("pk")
        assert [len(event.details["rows"][1].split("; ")) for event in added] == [100, 100, 62]

    def test_a_page_shows_some_and_leads_to_the_rest(self, staff, given, many):
        given(many[1])
        call_command("work", "--once", stdout=io.StringIO())
        seen = StaffPage.open(staff, reverse("import_batch", args=[ImportBatch.objects.get().pk]))
        assert "Nummer 40" in seen.text
        assert "Nummer 200" not in seen.text
        first = seen.link("Se alle 263: Nyt")
        assert "Side 1 af 2" in first.text
        assert "Nummer 257" in first.link("Næste").text

    def test_what_fails_there_says_so_and_can_be_tried_again(self, staff, given, many, monkeypatch):
        waits = given(many[1])
        with monkeypatch.context() as broken:
            broken.setattr(batches, "tables_of", lambda _batch: 1 / 0)
            call_command("work", "--once", stdout=io.StringIO())
        failed = StaffPage.open(staff, waits.address)
        assert "Noget gik galt hos os, og intet er skrevet." in failed.text
        failed.press("Prøv den samme fil igen")
        call_command("work", "--once", stdout=io.StringIO())
        assert "Nyt: 263" in StaffPage.open(staff, waits.address).text

    def test_what_was_given_up_meanwhile_stays_so(self, staff, given, many):
        given(many[1]).press("Opgiv filen")
        call_command("work", "--once", stdout=io.StringIO())
        assert ImportBatch.objects.get().state == ImportState.GIVEN_UP


class TestTwoAtOnce:
    def test_a_file_that_was_written_meanwhile_stays_so(self, given, monkeypatch):
        seen = given(book())
        stale = ImportBatch.objects.get()
        seen.press(WRITE)
        monkeypatch.setattr(batches, "MOST_OPENED_AT_ONCE", 0)
        batches.begin_reading(stale)
        assert ImportBatch.objects.get().state == ImportState.WRITTEN
        assert not Job.objects.filter(kind="read_file_in").exists()

    def test_too_few_connections_stop_no_import(self, given, monkeypatch):
        def full():
            raise OperationalError("too many clients already")

        given(book())
        few = SimpleNamespace(in_atomic_block=True, vendor="postgresql", copy=full)
        monkeypatch.setattr(imports, "connection", few)
        imports.note_done(ImportBatch.objects.get(), 1)
        assert ImportBatch.objects.get().state == ImportState.READY


class TestWho:
    @pytest.mark.parametrize("name", ["import_source", "import_template"])
    def test_only_administrators_choose_a_source(self, as_user, citizen, anna, name):
        assert as_user(anna).get(reverse(name)).status_code == 403
        assert citizen.get(reverse(name)).status_code == 302

    def test_readers_have_no_list_and_nobody_sees_anothers_file(self, as_user, citizen, given, anna, dina):
        here = given(book()).address
        assert as_user(UserFactory()).get(reverse("imports")).status_code == 403
        for user in (anna, dina):
            assert StaffPage.open(as_user(user), reverse("imports")).link("Status og svar i et regneark").status == 200
        for address in (here, f"{here}forkerte.xlsx"):
            assert as_user(anna).get(address).status_code == 404
            assert as_user(anna).post(address, {"trin": "skriv"}).status_code == 404
            assert citizen.get(address).status_code == 302
        assert not Publication.objects.exists()

    def test_a_file_of_ones_own_rows_has_a_page_of_its_own(self, staff, chief):
        batch = receive_file(by=chief, kind=ImportKind.ROWS, name="raekker.xlsx", content=book())
        here = reverse("import_batch", args=[batch.pk])
        assert staff.get(f"{here}forkerte.xlsx").status_code == 404
        assert [staff.post(here, {"trin": step}).status_code for step in ("skriv", "laes")] == [404, 404]


def test_the_list_asks_as_much_for_three_files_as_for_one(staff, given, django_assert_num_queries):
    given(book())
    with django_assert_num_queries(7):
        staff.get(reverse("imports"))
    for _ in range(2):
        given(book())
    with django_assert_num_queries(7):
        staff.get(reverse("imports"))


def test_a_public_source_says_who_reads_what_is_written(given, chief):
    given(book()).press(WRITE)
    open_source(by=chief, publication=Publication.objects.get())
    seen = given(book(rows=where(ROWS, "1.1", "Titel", "Mange træer")))
    assert "er her i forvejen og er offentlig: borgerne ser det, der skrives ind." in seen.text
    assert "De nye sendes til godkendelse." in seen.text
