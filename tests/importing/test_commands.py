"""`manage.py import_publication` and `export_publication`, as somebody at a terminal meets them."""

import io
import shutil
import subprocess

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from recommendations.enums import ImportState
from recommendations.models import Event, ImportBatch, Item, Publication
from tests.conftest import NO_SOFFICE, SOFFICE
from tests.files.made import csv, xlsx
from tests.importing.files import ROWS, SOURCE, book, where

APPLY = ("--apply", "--as", "chief")


@pytest.fixture
def file(tmp_path):
    """`file(content)` is the path of a file with it."""

    def written(content, name="kilde.xlsx"):
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return written


def run(command, *args):
    """What the command prints, and the code that it ends with."""
    out, code = io.StringIO(), 0
    try:
        call_command(command, *args, stdout=out, stderr=io.StringIO())
    except SystemExit as ended:
        code = ended.code
    return out.getvalue(), code


class TestImport:
    def test_shows_and_writes_nothing(self, sou, sud, file):
        said, code = run("import_publication", file(book()))
        assert code == 0
        assert "Kilden »Tinget 2025« (tinget-2025) er ny." in said
        assert "  Anbefalinger: 2 af 2\n" in said
        assert "  Rækker: 1.1 Flere træer\n" in said
        assert "4 nye, 0 ændrede, 0 uændrede, 0 forkerte, 1 bemærkninger." in said
        assert "Der er ikke skrevet noget. Skriv det med --apply --as brugernavn." in said
        assert not Publication.objects.exists()

    def test_writes_when_told_to_and_by_whom(self, sou, sud, chief, file):
        path = file(book())
        with pytest.raises(CommandError, match="--as brugernavn"):
            run("import_publication", path, "--apply")
        said, code = run("import_publication", path, *APPLY)
        assert code == 0
        assert "Det er skrevet. Kilden er en kladde, til den gøres offentlig." in said
        batch = ImportBatch.objects.get()
        assert (batch.state, batch.publication.slug) == (ImportState.WRITTEN, "tinget-2025")
        assert {(event.by, event.batch) for event in Event.objects.order_by("pk")} == {(chief, batch)}
        said, code = run("import_publication", path)
        assert "Kilden »Tinget 2025« (tinget-2025) er kladde." in said
        assert "Filen ændrer ikke noget." in said

    def test_a_changed_cell_is_shown_from_and_to(self, sou, sud, chief, file):
        run("import_publication", file(book()), *APPLY)
        said, _code = run("import_publication", file(book(rows=where(ROWS, "1.1", "Titel", "Mange træer"))))
        assert "Ændret (1):\n  Rækker: 1.1 Mange træer\n    Titel: Flere træer → Mange træer\n" in said

    def test_wrong_rows_end_in_1_and_can_be_had_as_a_file(self, sou, sud, chief, file, tmp_path):
        path, wrong = file(book(rows=where(ROWS, "1.2", "Støtter", "188 %"))), tmp_path / "forkert.xlsx"
        said, code = run("import_publication", path, "--wrong", str(wrong), *APPLY)
        assert code == 1
        assert "Ark »Rækker«, række 4, kolonne »Støtter«: Procenten skal ligge mellem 0 og 100." in said
        assert "Der er ikke skrevet noget. Ret det" in said
        assert not Publication.objects.exists()
        assert ImportBatch.objects.get().state == ImportState.GIVEN_UP

        mended = load_workbook(wrong)
        sheet = mended["Rækker"]
        assert [cell.value for cell in sheet[1]][-1] == "Fejl"
        assert [row[0].value for row in sheet.rows] == ["Nummer", "1", "1.1", "1.2"]
        errors = [row[9].value for row in sheet.iter_rows(min_row=2)]
        assert errors == [None, None, "Kolonne »Støtter«: Procenten skal ligge mellem 0 og 100."]
        sheet.cell(4, 8).value = "18 %"
        mended.save(wrong)
        said, code = run("import_publication", str(wrong), *APPLY)
        assert code == 0
        assert Item.objects.count() == 3
        assert Item.objects.get(number="1.2").votes.get().percent == 18

    def test_the_wrong_rows_are_whole_and_have_no_sentence_for_a_cell(self, sou, sud, chief, file, tmp_path):
        run("import_publication", file(book()), *APPLY)
        rows = [("Nr", "Titel", "Kildens egne ord", "Støtter"), ("1.1", "=1+1", "Ær " * 8_000, "188 %")]
        wrong = tmp_path / "forkert.xlsx"
        said, code = run("import_publication", file(xlsx(*rows)), "--kilde", "tinget-2025", "--wrong", str(wrong))
        assert (code, "Formlen har ingen gemt værdi" in said) == (1, True)
        sheet = load_workbook(wrong)["Rækker"]
        heads = [cell.value for cell in sheet[1]]
        assert heads == ["Nr", "Titel", "Kildens egne ord", "Kildens egne ord (2)", "Støtter", "Fejl"]
        assert sheet.cell(2, 2).value is None
        sheet.cell(2, 2).value, sheet.cell(2, 5).value = "Træer", "18 %"
        sheet.parent.save(wrong)
        assert run("import_publication", str(wrong), "--kilde", "tinget-2025", *APPLY)[1] == 0
        assert Item.objects.get(number="1.1").wording.official_text == ("Ær " * 8_000).strip()

    def test_files_that_cannot_be_written_are_said(self, sou, sud, chief, file, tmp_path):
        path, nowhere = file(book(rows=where(ROWS, "1.2", "Støtter", "188 %"))), str(tmp_path / "ingen" / "x.xlsx")
        with pytest.raises(CommandError, match="kan ikke skrives"):
            run("import_publication", "--template", nowhere)
        with pytest.raises(CommandError, match="kan ikke skrives"):
            run("import_publication", path, "--wrong", nowhere)
        with pytest.raises(CommandError, match="er den, der læses"):
            run("import_publication", path, "--wrong", path)
        run("import_publication", file(book()), *APPLY)
        with pytest.raises(CommandError, match="kan ikke skrives"):
            run("export_publication", "tinget-2025", nowhere)

    def test_a_preview_says_what_it_did_not_try(self, sou, sud, chief, file):
        run("import_publication", file(book()), *APPLY)
        changed = file(book(rows=where(ROWS, "1.1", "Ejere", "SOU; SUD")))
        assert "Rettelser i 1 række gøres i nogens navn og er ikke prøvet." in run("import_publication", changed)[0]
        assert "ikke prøvet" not in run("import_publication", changed, "--as", "chief")[0]

    def test_text_with_separators_is_about_the_source_that_is_named(self, sou, sud, chief, file):
        run("import_publication", file(book()), *APPLY)
        path = file(csv(rows=(("Nr", "Titel"), ("1.3", "Flere fugle"))), "rækker.csv")
        said, code = run("import_publication", path, "--kilde", "tinget-2025")
        assert (code, "  Rækker: 1.3 Flere fugle\n" in said) == (0, True)

    def test_a_file_that_cannot_be_read_is_refused(self, db, file, tmp_path):
        with pytest.raises(CommandError, match="er ikke det, dens navn siger"):
            run("import_publication", file(b"tekst"))
        with pytest.raises(CommandError, match="findes ikke"):
            run("import_publication", str(tmp_path / "ingen.xlsx"))
        with pytest.raises(CommandError, match="Brugeren »hvem« findes ikke"):
            run("import_publication", file(book()), "--as", "hvem")
        with pytest.raises(CommandError, match="Skriv, hvilken fil"):
            run("import_publication")

    def test_who_may_not_is_told_so(self, sud, anna, file):
        with pytest.raises(CommandError, match="Kun en administrator"):
            run("import_publication", file(book()), "--apply", "--as", "anna")
        assert not Publication.objects.exists()


class TestTemplate:
    def test_can_be_read_in_as_it_is(self, chief, tmp_path):
        path = str(tmp_path / "skabelon.xlsx")
        run("import_publication", "--template", path)
        said, code = run("import_publication", path, *APPLY)
        assert code == 0
        assert "2 nye" in said
        item = Item.objects.get()
        assert (item.number, item.title, item.votes.get().percent) == ("1.1", "Flere grønne gader", 88)

    def test_explains_each_column_in_two_sentences(self, db, tmp_path):
        path = tmp_path / "skabelon.xlsx"
        run("import_publication", "--template", str(path))
        workbook = load_workbook(path)
        explained = {(row[0], row[1]): row[2] for row in workbook["Læs mig"].iter_rows(min_row=5, values_only=True)}
        for sheet in workbook.worksheets[1:]:
            first = sheet.iter_rows(max_col=1) if sheet.title == "Kilde" else sheet.iter_cols(max_row=1)
            headings = (
                [cell.value for [cell] in first if cell.value != "Oplysning"]
                if sheet.title != "Kilde"
                else [row[0].value for row in sheet.iter_rows(min_row=2)]
            )
            for heading in headings:
                about = explained[sheet.title, heading]
                assert about.count(". ") + about.count(": ") >= 1, (sheet.title, heading)
                assert about.endswith((".", "…"))

    def test_no_cell_is_a_formula(self, sou, sud, chief, file, tmp_path):
        run("import_publication", file(book(rows=where(ROWS, "1.1", "Titel", "=1+1"))), *APPLY)
        path = tmp_path / "ud.xlsx"
        run("export_publication", "tinget-2025", str(path))
        cells = [cell for sheet in load_workbook(path) for line in sheet.iter_rows() for cell in line]
        assert not [cell for cell in cells if cell.data_type == "f"]


class TestExport:
    def test_gives_a_file_that_changes_nothing(self, sou, sud, chief, file, tmp_path):
        run("import_publication", file(book()), *APPLY)
        path = str(tmp_path / "ud.xlsx")
        said, code = run("export_publication", "TINGET-2025", path)
        assert (code, "(3 rækker). Status og svar er ikke med." in said) == (0, True)
        assert "Filen ændrer ikke noget." in run("import_publication", path)[0]

    @pytest.mark.office
    @pytest.mark.skipif(not SOFFICE, reason=NO_SOFFICE)
    @pytest.mark.parametrize("suffix", ["xlsx", "ods"])
    def test_changes_nothing_after_libreoffice_has_saved_it(self, sou, sud, chief, file, tmp_path, suffix):
        rows = (*ROWS, ("1.10", "Løsning", "1", "=Flere fugle", "", "3-4", "SOU fra 01.02.2026", "nr. 2", ""))
        run("import_publication", file(book({**SOURCE, "Antal anbefalinger i kilden": "3"}, rows)), *APPLY)
        path = tmp_path / "ud" / "kilde.xlsx"
        path.parent.mkdir()
        run("export_publication", "tinget-2025", str(path))
        profile = f"-env:UserInstallation=file://{tmp_path}/profil"
        command = [SOFFICE, profile, "--headless", "--convert-to", suffix, "--outdir", str(tmp_path), str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        shutil.rmtree(tmp_path / "profil", ignore_errors=True)
        said, code = run("import_publication", str(tmp_path / f"kilde.{suffix}"))
        assert (code, said.splitlines()[-1]) == (0, "Filen ændrer ikke noget."), said

    def test_a_long_text_goes_on_in_a_column_of_its_own(self, sou, sud, chief, file, tmp_path):
        long = "Ær " * 20_000
        rows = [("Nr", "Titel", "Kildens egne ord"), ("1.1", "Flere træer", long)]
        run("import_publication", file(csv(rows=rows), "a.csv"), "--kilde", "tinget-2025")
        run("import_publication", file(book()), *APPLY)
        run("import_publication", file(csv(rows=rows), "a.csv"), "--kilde", "tinget-2025", *APPLY)
        path = tmp_path / "ud.xlsx"
        run("export_publication", "tinget-2025", str(path))
        headings = [cell.value for cell in load_workbook(path)["Rækker"][1]]
        assert [text for text in headings if text.startswith("Kildens egne ord")] == [
            "Kildens egne ord",
            *(f"Kildens egne ord ({part})" for part in (2, 3, 4)),
        ]
        assert "Filen ændrer ikke noget." in run("import_publication", str(path))[0]

    def test_a_source_that_is_not_there_is_named_with_the_nearest(self, sou, sud, chief, file, tmp_path):
        run("import_publication", file(book()), *APPLY)
        with pytest.raises(CommandError, match="Mente du »tinget-2025«"):
            run("export_publication", "tinget-2052")
        with pytest.raises(CommandError, match="hedde noget med"):
            run("export_publication", "tinget-2025", str(tmp_path / "ud.csv"))
