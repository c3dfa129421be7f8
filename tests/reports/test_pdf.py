"""The PDF keeps what it claims: PDF/UA-1 and PDF/A-3a, with everything in it that a reader or an archive needs."""

from io import BytesIO

import page
import pikepdf
import pypdf
import pytest

from recommendations.reports.document import Column, Kind, Link, Report, Section, Table
from recommendations.reports.renderers import pdf
from tests.reports import samples
from tests.reports.parity import differences
from tests.reports.pdf_reader import read_pdf
from tests.reports.samples import rendered

any_report = pytest.mark.parametrize("name", samples.REPORTS)


@pytest.fixture(scope="module")
def annex():
    return pypdf.PdfReader(BytesIO(samples.file("annex", "pdf")))


@any_report
@pytest.mark.parametrize("profile", ["ua1", "pdfa3a"])
def test_it_is_accessible_and_can_be_archived(name, profile):
    judged = page.validate_pdf_bytes(samples.file(name, "pdf"), profile=profile)
    assert list(judged.failures) == []
    assert judged.is_compliant


@any_report
def test_it_claims_both_standards(name):
    metadata = pypdf.PdfReader(BytesIO(samples.file(name, "pdf"))).xmp_metadata.stream.get_data().decode()
    for claim in ("<pdfuaid:part>1<", "<pdfaid:part>3<", "<pdfaid:conformance>A<"):
        assert claim in metadata


def test_the_reader_sees_title_language_and_bookmarks(annex):
    root = annex.trailer["/Root"]
    assert (root["/Lang"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == ("da-DK", True)
    assert annex.metadata.title == samples.annex().title
    assert annex.metadata.author is None

    def flat(marks, level=1):
        for mark in marks:
            if isinstance(mark, list):
                yield from flat(mark, level + 1)
            else:
                yield level, mark.title

    assert list(flat(annex.outline)) == [(level, section.heading) for level, section in samples.annex().walk()]


@any_report
def test_every_font_is_in_the_file(name):
    for sheet in pypdf.PdfReader(BytesIO(samples.file(name, "pdf"))).pages:
        for font in sheet["/Resources"].get("/Font", {}).values():
            (below,) = font.get_object()["/DescendantFonts"]
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(below.get_object()["/FontDescriptor"])


def test_headings_of_a_table_repeat_and_every_page_is_numbered():
    sheets = pypdf.PdfReader(BytesIO(rendered(samples.annex(60), "pdf"))).pages
    for number, sheet in enumerate(sheets, start=1):
        text = sheet.extract_text()
        assert f"Side {number} af {len(sheets)}" in text
        assert f"Rapport {samples.SEAL.code}. Kontrollér den på {samples.SEAL.check_address}" in text
    assert "Underskrift (Ed25519): Zm9vZm9v Zm9vZm9v" in text.replace("\n", " ")
    for sheet in list(sheets)[3:5]:
        assert "Næste skridt" in sheet.extract_text()


def test_the_data_of_an_issued_report_are_attached(annex):
    """Read by another program than those that make and check it."""
    with pikepdf.open(BytesIO(samples.file("annex", "pdf"))) as opened:
        (name, attached), *others = opened.attachments.items()
        file = attached.get_file()
        assert (name, others) == ("rapport.json", [])
        assert file.read_bytes() == samples.file("annex", "json")
        assert (file.mime_type, file.mod_date.isoformat()) == ("application/json", samples.SEAL.issued_at)
        assert [str(one.AFRelationship) for one in opened.Root.AF] == ["/Data"]
    with pikepdf.open(BytesIO(samples.file("empty", "pdf"))) as opened:
        assert not opened.attachments


def test_an_attachment_without_its_relation_would_be_found():
    """The validator sees what an archive demands of attachments."""
    broken = BytesIO()
    with pikepdf.open(BytesIO(samples.file("annex", "pdf"))) as opened:
        del opened.Root.AF[0].AFRelationship
        opened.save(broken)
    assert not page.is_pdf_compliant_bytes(broken.getvalue(), profile="pdfa3a")


def test_an_issued_report_gives_the_same_bytes():
    assert rendered(samples.annex(), "pdf") == samples.file("annex", "pdf")


def test_a_wide_table_lays_the_page_on_its_side(annex):
    box = annex.pages[0].mediabox
    assert box.width > box.height
    box = pypdf.PdfReader(BytesIO(samples.file("empty", "pdf"))).pages[0].mediabox
    assert box.width < box.height


def test_a_text_without_spaces_stays_within_its_cell():
    """Seen by where each line of it begins and how many letters it has: half of the page holds fewer than 80."""
    columns = (Column("a", "A"), Column("b", "B", Kind.LINKS))
    table = Table("t", "T", columns, (("x" * 10_000, (Link("y" * 1_000, "https://eksempel.dk/"),)),))
    lines = []
    for sheet in pypdf.PdfReader(
        BytesIO(rendered(Report("R", (), (Section("s", "S", tables=(table,)),)), "pdf"))
    ).pages:
        lines += [line for line in sheet.extract_text().splitlines() if set(line) & {"x", "y"}]
    assert [sum(line.count(letter) for line in lines) for letter in "xy"] == [10_000, 1_000]
    assert all(max(line.count("x"), line.count("y")) < 80 for line in lines)


def test_a_word_wider_than_its_column_is_broken():
    words = ("SAG2024000123456789AB", "https://eksempel.dk/en", "uddannelsesforanstaltning")
    columns = tuple(Column(str(place), f"Kolonne {place}") for place in range(28))
    table = Table("t", "T", columns, ((*words, *("lidt tekst " * 10 for _ in range(25))),))
    report = Report("R", (), (Section("s", "S", tables=(table,)),))
    file = rendered(report, "pdf")
    assert differences(report, read_pdf(file), spaces=False) == []
    lines = pypdf.PdfReader(BytesIO(file)).pages[0].extract_text()
    assert not any(word in lines for word in words)
    # Where an address is broken there is no hyphen that might be taken for part of it.
    assert "https://eksempel.dk/en" in lines.replace("\n", "")


def test_signs_that_no_font_has_are_named_and_the_reader_is_told(annex):
    def text(report):
        return "".join(sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(rendered(report, "pdf"))).pages)

    told = " ".join(text(Report("R", (("A", "🙂 og \x07"),), ())).split())
    assert "[U+1F642 SLIGHTLY SMILING FACE] og [U+0007]" in told
    assert "kantede parenteser" in told
    assert "kantede parenteser" not in text(Report("R", (("A", "æøå “→” שלום"),), ()))


def test_what_typst_refuses_is_an_error_with_its_words(monkeypatch, tmp_path):
    broken = tmp_path / "typeset.py"
    broken.write_text("import sys; sys.exit('error: something else')")
    monkeypatch.setattr(pdf, "TYPESET", broken)
    with pytest.raises(pdf.NotTypeset, match="something else"):
        rendered(samples.EMPTY, "pdf")
