"""A PDF or Word file until it is a source: the page beside the rows, each mended by hand, nothing typed lost."""

from time import monotonic

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from recommendations.actions.imports import note, receive_file
from recommendations.enums import Act, ImportKind, ImportState
from recommendations.importing.documents import reading
from recommendations.models import Event, ImportBatch, Item, Publication
from tests.importing.laid_out import COLUMNS, HEADED, TABLE, made, truth
from tests.staff.whole_pages import StaffPage
from tests.uploads.refused import FILES

QUERIES_OF_FILES = 6
ACCEPT, SAVE, ALL = "Godkend, og gå til næste", "Gem", "Godkend de 27 sikre rækker"


def uploaded(client, suffix, layout):
    page = StaffPage.open(client, reverse("document_files"))
    return page.press("Læs filen", file=ContentFile(made(suffix, layout), name=f"tinget.{suffix}"))


@pytest.fixture
def client(as_user, chief):
    return as_user(chief)


class TestTheWholeWay:
    def test_from_a_pdf_to_a_draft_source(self, client, citizen, sou, sud):
        page = StaffPage.open(client, reverse("admin:recommendations_publication_changelist"))
        page = page.link("Ny kilde fra PDF eller Word")
        page = page.press("Læs filen", file=ContentFile(made("pdf", HEADED), name="tinget.pdf"))
        assert "27 rækker fundet" in page.text
        page = page.press("Godkend de 26 sikre rækker")
        assert "Rækken slutter ved overskriften »Sådan foregik det«." in page.text
        page = page.press(ACCEPT).link("Videre: om kilden")
        page = page.press(
            "Gem, og se det hele efter",
            title="Tinget 2024",
            kind="citizens_assembly",
            publisher="Københavns Kommune",
            handed_over_on="2024-06-17",
            document_url="https://eksempel.dk/tinget.pdf",
        )
        assert "Anbefalinger: 22." in page.text
        page = page.press("Skriv det ind")
        assert "Det er skrevet ind." in page.text
        source = Publication.objects.get()
        assert not source.is_public
        rows = source.items.select_related("parent", "wording").order_by("path")
        assert [
            (row.kind, row.number, row.parent.number if row.parent else "", row.title, row.wording.official_text)
            for row in rows
        ] == [tuple(row.values()) for row in truth()]
        first = rows[0]
        assert first.wording.pages == "15"
        assert source.document().at_page(first.wording.pages) == "https://eksempel.dk/tinget.pdf#page=1"
        batch = ImportBatch.objects.get()
        assert (batch.state, batch.publication) == (ImportState.WRITTEN, source)
        assert set(Event.objects.values_list("batch", flat=True)) == {batch.pk}
        assert Event.objects.filter(act=Act.FILE_WRITTEN).count() == 1
        again = StaffPage.open(client, reverse("document_draft", args=[batch.pk]))
        assert ("Det er skrevet ind." in again.text, Publication.objects.count()) == (True, 1)
        undone = again.link("Fortryd indlæsningen").press("Fortryd indlæsningen")
        assert "27 ting er fortrudt." in undone.text
        assert Item.objects.count() == 0
        again = StaffPage.open(client, reverse("document_source", args=[batch.pk]))
        assert "Indlæsningen er fortrudt den" in again.text

    def test_a_word_file_shows_its_text(self, client):
        page = uploaded(client, "docx", TABLE)
        marked = [mark.text_content() for mark in page.tree.iter("mark")]
        first = truth()[0]
        assert marked == [first["number"], first["title"], first["text"]]
        assert page.press(ALL).link("Videre: om kilden").status == 200


class TestOneRow:
    @pytest.fixture
    def opened(self, client):
        """The first row that is not certain: its box is not with."""
        return uploaded(client, "pdf", COLUMNS)

    @staticmethod
    def row(number):
        rows = ImportBatch.objects.get().choices["rows"]
        return next(row for row in rows if row["number"] == number)

    def test_its_words_are_marked_on_the_picture_of_the_page(self, opened, client):
        [picture] = opened.tree.xpath("//image/@href")
        response = client.get(picture)
        assert (response["Content-Type"], response.content[:4]) == ("image/png", b"\x89PNG")
        marks = opened.tree.xpath('//rect[@class="of-row"]')
        assert len(marks) == 1
        assert "trykt 15" in opened.text

    def test_is_mended_accepted_left_out_and_taken_back(self, opened):
        page = opened.press(ACCEPT, title="En anden titel", number="1", kind="initiative")
        assert self.row("1") | {"places": 0} == self.row("1") | {
            "places": 0, "title": "En anden titel", "kind": "initiative", "state": "godkendt", "is_mended": True
        }  # fmt: skip
        page = page.press("Udelad")
        assert self.row("2")["state"] == "udeladt"
        page = StaffPage.open(page.client, f"{page.address.partition('?')[0]}?raekke=2").press("Tag med igen")
        assert self.row("2")["state"] == "fundet"

    def test_what_looks_like_a_number_in_an_address_is_none(self, opened, client):
        assert StaffPage.open(client, f"{opened.address}?raekke=²&side=²").status == 200
        assert client.post(reverse("document_files"), {"trin": "opgiv", "fil": "²"}).status_code == 404

    def test_is_parted_and_put_together(self, opened):
        options = opened.tree.xpath('//select[@name="at"]/option/@value')
        page = opened.press("Del her", at=options[1])
        assert "Rækken er delt fra den over. Skriv dens nummer og titel." in page.text
        assert "Nummeret mangler. Skriv det." in page.text
        refused = page.press(ACCEPT, title="")
        assert refused.status == 422
        assert "Skriv nummeret, som det er trykt i kilden." in refused.text
        page = page.press("Saml med den over")
        assert "27 rækker fundet" in page.text

    def test_the_rules_are_changed_and_what_is_accepted_stays(self, opened):
        page = opened.press(ACCEPT, title="En anden titel")
        page = page.press("Find rækkerne igen", boxes="med", last_page="1")
        assert "Det, du har rettet og godkendt, er der stadig." in page.text
        assert self.row("1")["title"] == "En anden titel"
        assert len(ImportBatch.objects.get().choices["rows"]) < len(truth())
        wrong = page.press("Find rækkerne igen", first_page="3", last_page="2")
        assert (wrong.status, "Siden kommer før side 3." in wrong.text) == (422, True)

    def test_an_old_page_loses_nothing(self, opened):
        opened.press(SAVE, title="Den ene")
        late = opened.press(SAVE, title="Den anden")
        assert (late.status, "Kladden er ændret, siden siden blev åbnet." in late.text) == (422, True)
        assert late.tree.xpath('//input[@id="id_title"]/@value') == ["Den anden"]
        assert self.row("1")["title"] == "Den ene"

    def test_an_old_page_accepts_nothing_unseen(self, opened):
        certain = next(button for button in opened.buttons if "sikre rækker" in button)
        opened.press(SAVE, title="Den ene")
        late = opened.press(certain)
        assert (late.status, "Kladden er ændret, siden siden blev åbnet." in late.text) == (422, True)
        assert not [row for row in ImportBatch.objects.get().choices["rows"] if row["state"] == "godkendt"]
        late.send(*late.sent(certain))
        assert late.send(*late.sent(certain)).status == 200  # the second of two clicks

    def test_what_was_not_seen_as_it_is_now_is_not_written(self, opened, client):
        address = reverse("import_batch", args=[ImportBatch.objects.get().pk])
        client.post(address, {"trin": "skriv"})
        assert (ImportBatch.objects.get().state, ImportBatch.objects.get().outcome) == (ImportState.READY, {})
        batch = ImportBatch.objects.get()
        for row in batch.choices["rows"]:
            row["state"] = "godkendt"
        batch.save()
        seen = StaffPage.open(client, reverse("document_source", args=[batch.pk])).press(
            "Gem, og se det hele efter", title="Tinget", kind="analysis", publisher="K", handed_over_on="2024-06-17"
        )
        written = seen.sent("Skriv det ind")
        row = seen.link("Tilbage til dokumentets rækker").press(SAVE, text="Nye ord.")
        after = seen.send(*written)
        assert (Item.objects.count(), "ændret, siden den blev set efter" in after.text) == (0, True)
        row.press("Udelad").press("Tag med igen")
        assert "Godkend eller udelad hver række først. 1 mangler." in after.press("Se efter igen").text
        draft = StaffPage.open(client, reverse("document_draft", args=[batch.pk])).press(ACCEPT)
        assert "Nyt: " in StaffPage.open(client, address).press("Se efter igen").text
        assert draft.status == 200

    def test_a_refused_file_is_mended_and_one_that_is_worked_on_is_left_alone(self, opened, client):
        here = reverse("document_draft", args=[ImportBatch.objects.get().pk])
        ImportBatch.objects.update(state=ImportState.REFUSED)
        assert StaffPage.open(client, here).press(SAVE, title="Rettet").status == 200
        assert self.row("1")["title"] == "Rettet"
        ImportBatch.objects.update(state=ImportState.WORKING)
        late = opened.press(SAVE, title="For sent")
        assert "Vent, til det er færdigt." in late.text
        assert (self.row("1")["title"], ImportBatch.objects.get().state) == ("Rettet", ImportState.WORKING)

    def test_a_second_click_accepts_nothing_more(self, opened):
        address, data = opened.sent(ACCEPT)
        for _click in range(2):
            answered = opened.send(address, data)
        assert (answered.status, self.row("1")["state"], self.row("2")["state"]) == (200, "godkendt", "fundet")

    def test_what_is_not_ready_is_not_written(self, opened, client):
        page = StaffPage.open(client, reverse("document_source", args=[ImportBatch.objects.get().pk]))
        assert "Godkend eller udelad hver række først. 27 mangler." in page.text

    def test_what_the_actions_refuse_leads_to_its_row(self, opened, client):
        batch = ImportBatch.objects.get()
        for row in batch.choices["rows"]:
            row |= {"state": "godkendt", "number": row["number"].replace("2.2", "2.1")}
        batch.save()
        page = StaffPage.open(client, reverse("document_source", args=[batch.pk]))
        page = page.press(
            "Gem, og se det hele efter", title="Tinget", kind="analysis", publisher="K", handed_over_on="2024-06-17"
        )
        assert "Det samme står i række" in page.text
        assert page.link("Ret det").tree.xpath('//input[@name="number"]/@value') == ["2.1"]
        assert Item.objects.count() == 0


class TestWhatIsNotTaken:
    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("rapport.txt", b"Anbefaling 1", "Vælg en PDF- eller Word-fil"),
            ("rapport.pdf", b"PK\x03\x04", "er ikke det, dens navn siger"),
            ("rapport.pdf", b"%PDF-1.7\n", "kan ikke læses; den er måske gået i stykker"),
            ("rapport.docx", b"%PDF-1.7", "er ikke det, dens navn siger"),
            ("rapport.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "er låst med en adgangskode"),
        ],
    )
    def test_a_sentence_says_why_and_nothing_is_kept(self, client, name, content, said):
        page = StaffPage.open(client, reverse("document_files"))
        page = page.press("Læs filen", file=ContentFile(content, name=name))
        assert page.status == 422
        assert said in page.text
        assert ImportBatch.objects.count() == 0

    def test_what_could_harm_is_refused_within_seconds(self, client, db):
        """As evidence is: one by one through the page, which never fails."""
        hostile = [one for one in FILES if one.name.endswith((".pdf", ".docx"))]
        page = StaffPage.open(client, reverse("document_files"))
        for one in hostile:
            began = monotonic()
            refused = page.press("Læs filen", file=ContentFile(one.make(), name=one.name))
            assert (refused.status, one.sentence in refused.text) == (422, True), one.name
            assert monotonic() - began < 10, one.name
        assert len(hostile) >= 30
        assert ImportBatch.objects.count() == 0

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_of_files_costs_the_same_however_many_there_are(
        self, client, chief, count, django_assert_num_queries
    ):
        for number in range(count):
            receive_file(by=chief, kind=ImportKind.DOCUMENT, name=f"{number}.pdf", content=b"%PDF-")
        with django_assert_num_queries(QUERIES_OF_FILES):
            client.get(reverse("document_files"))

    def test_a_file_that_is_too_large_is_not_read(self, client, monkeypatch):
        monkeypatch.setattr(reading, "MOST_BYTES", 1024 * 1024)
        page = StaffPage.open(client, reverse("document_files"))
        page = page.press("Læs filen", file=ContentFile(b"%PDF-" + bytes(2 * 1024 * 1024), name="stor.pdf"))
        assert (page.status, "Filen er 3 MB. Den må højst være 1 MB" in page.text) == (422, True)

    def test_a_file_that_is_gone_is_said_to_be(self, client):
        page = uploaded(client, "pdf", TABLE)
        batch = ImportBatch.objects.get()
        batch.file.storage.delete(batch.file.name)
        page = page.press("Find rækkerne igen")
        assert (page.status, "er der ikke længere. Vælg den igen." in page.text) == (422, True)
        assert client.get(reverse("document_picture", args=[batch.pk, 1])).status_code == 404

    def test_a_page_of_it_is_drawn_once_and_kept_by_no_browser(self, client, monkeypatch):
        uploaded(client, "pdf", TABLE)
        address = reverse("document_picture", args=[ImportBatch.objects.get().pk, 1])
        first = client.get(address)
        monkeypatch.setattr(reading.apart, "made", lambda *_, **__: pytest.fail("It was drawn anew."))
        again = client.get(address)
        assert first.content == again.content
        assert "no-store" in first.headers["Cache-Control"]

    def test_one_that_could_not_be_looked_through_is_mended(self, client):
        uploaded(client, "docx", TABLE)
        batch = ImportBatch.objects.get()
        note(batch, state=ImportState.REFUSED, outcome={"refused": "Noget gik galt."})
        page = StaffPage.open(client, reverse("import_batch", args=[batch.pk])).link("Tilbage til dokumentets rækker")
        assert "27 rækker fundet" in page.text

    def test_a_file_is_given_up(self, client):
        uploaded(client, "docx", TABLE)
        page = StaffPage.open(client, reverse("document_files")).press("Opgiv »tinget.docx«")
        assert "Intet af den er skrevet." in page.text
        assert "Opgiv »tinget.docx«" not in page.buttons
        batch = ImportBatch.objects.get()
        assert client.get(reverse("document_draft", args=[batch.pk])).status_code == 404


def test_only_administrators_read_a_document_in(client, as_user, anna):
    uploaded(client, "pdf", TABLE)
    pk = ImportBatch.objects.get().pk
    pages = [reverse(name, args=[pk]) for name in ("document_draft", "document_source")]
    for address in [*pages, reverse("document_picture", args=[pk, 1]), reverse("document_files")]:
        assert as_user(anna).get(address).status_code == 403, address
