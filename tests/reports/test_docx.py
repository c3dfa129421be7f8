"""What Word, its users and screen readers need of a report: structure, language, page, the municipality's own look."""

import re
import zipfile
from io import BytesIO

import docx
import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from docx.enum.section import WD_ORIENT
from docx.shared import Cm, RGBColor

from recommendations.reports.document import Column, Report, Section, Table
from tests.reports import samples
from tests.reports.parity import carried, differences, read_docx
from tests.reports.samples import rendered

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def made(report: Report) -> bytes:
    return rendered(report, "docx")


@pytest.fixture(scope="module")
def annex():
    return docx.Document(BytesIO(samples.file("annex", "docx")))


def test_headings_are_headings_of_their_level(annex):
    levels = [(p.style.name, p.text) for p in annex.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert levels[0] == ("Title", samples.annex().title)
    assert levels[1:] == [(f"Heading {level}", section.heading) for level, section in samples.annex().walk()]
    assert {style for style, _text in levels} >= {"Heading 1", "Heading 2", "Heading 3"}


def test_headings_below_the_ninth_level_stay_on_it():
    section = Section("deep", "Bund")
    for _ in range(10):
        section = Section("above", "Over", sections=(section,))
    bottom = docx.Document(BytesIO(made(Report("Dyb", (), (section,))))).paragraphs[-2]
    assert (bottom.style.name, bottom.text) == ("Heading 9", "Bund")


def test_the_heading_of_each_table_repeats_and_short_rows_stay_whole():
    long = Table("t", "Tekst", (Column("a", "A"),), (("kort",), ("lang " * 500,)))
    (table,) = docx.Document(BytesIO(made(Report("R", (), (Section("s", "S", tables=(long,)),))))).tables
    marks = [{child.tag.removeprefix(W) for child in row._tr.iter()} & {"tblHeader", "cantSplit"} for row in table.rows]
    assert marks == [{"tblHeader", "cantSplit"}, {"cantSplit"}, set()]


def test_each_table_is_described_for_those_who_do_not_see_it(annex):
    properties = annex.tables[0]._tbl.tblPr
    assert properties.find(f"{W}tblCaption").get(f"{W}val") == "Status i tal"
    assert properties.find(f"{W}tblDescription").get(f"{W}val") == "Kolonner: Status, Antal, Støtte i pct.."


def test_the_language_is_danish_and_no_person_is_named(annex):
    language = annex.styles.element.find(f"{W}docDefaults//{W}lang")
    assert (language.get(f"{W}val"), annex.core_properties.language) == ("da-DK", "da-DK")
    assert annex.core_properties.title == samples.annex().title
    assert (annex.core_properties.author, annex.core_properties.last_modified_by) == ("", "")


def test_a_wide_table_lays_the_page_on_its_side(annex):
    page = annex.sections[0]
    assert page.orientation == WD_ORIENT.LANDSCAPE
    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (29.7, 21)
    upright = docx.Document(BytesIO(made(samples.EMPTY))).sections[0]
    assert (round(upright.page_width.cm, 1), round(upright.page_height.cm, 1)) == (21, 29.7)


def test_a_very_wide_table_gets_a_page_of_twice_the_size():
    columns = tuple(Column(str(place), f"Kolonne {place}") for place in range(13))
    report = Report("R", (), (Section("s", "S", tables=(Table("t", "T", columns, ()),)),))
    page = docx.Document(BytesIO(made(report))).sections[0]
    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (42, 29.7)


def test_no_table_is_wider_than_the_page(annex):
    page = annex.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    widths = [sum(column.width for column in table.columns) for table in annex.tables]
    assert max(widths) <= room + Cm(0.1)
    assert max(widths) > room - Cm(0.1)


def test_pages_are_numbered_by_word(annex):
    fields = re.findall(r'w:instr="([^"]+)"', annex.sections[0].footer._element.xml)
    assert [field.strip() for field in fields] == ["PAGE", "NUMPAGES"]


def test_the_same_report_gives_the_same_bytes():
    assert made(samples.annex()) == samples.file("annex", "docx")


def test_each_sheet_has_the_code_of_the_seal_for_eyes_and_telephones(annex):
    words, picture = annex.sections[0].footer.tables[0].rows[0].cells
    told = f"Rapport {samples.SEAL.code}. Kontrollér den på {samples.SEAL.check_address}"
    assert words.text.split("\n")[:2] == [samples.annex().title, told]
    described = picture._tc.xpath(".//wp:docPr/@descr")
    assert described == [f"QR-kode, der fører til {samples.SEAL.check_address}"]
    assert not docx.Document(BytesIO(samples.file("empty", "docx"))).sections[0].footer.tables


def test_python_docx_keeps_the_data_that_the_file_carries(annex):
    saved = BytesIO()
    annex.save(saved)
    assert carried(saved.getvalue()) == samples.file("annex", "json").decode()


# --- The municipality's own document ----------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path, settings):
    """A document with a look of its own, a text of its own, and without some of the styles that a report needs."""
    document = docx.Document()
    document.styles["Heading 1"].font.color.rgb = RGBColor(0, 0, 0x99)
    for name in ("Caption", "Title"):
        document.styles[name].delete()
    document.add_paragraph("Skriv din tekst her")
    document.sections[0].header.paragraphs[0].text = "Eksempelkøbing Kommune"
    document.sections[0].footer.paragraphs[0].text = "Rådhuset"
    document.core_properties.author = "En Person"
    document.save(tmp_path / "egen.docx")
    settings.REPORT_REFERENCE_DOCX = str(tmp_path / "egen.docx")


@pytest.mark.usefixtures("own")
def test_the_municipalitys_own_document_gives_the_look_and_not_the_text():
    file = made(samples.annex())
    document = docx.Document(BytesIO(file))
    assert differences(samples.annex(), read_docx(file), paragraphs_in_lines=True) == []
    assert document.styles["Heading 1"].font.color.rgb == RGBColor(0, 0, 0x99)
    assert document.sections[0].header.paragraphs[0].text == "Eksempelkøbing Kommune"
    footer = document.sections[0].footer
    assert footer.paragraphs[0].text == "Rådhuset"
    assert samples.SEAL.check_address in footer.tables[0].cell(0, 0).text
    assert document.core_properties.author == ""
    assert run_checks() == []


@pytest.mark.parametrize(
    "content", [None, b"ikke et dokument", b"PK\x05\x06" + bytes(18)], ids=["missing", "text", "zip"]
)
def test_a_document_that_cannot_be_read_is_said_at_once(content, tmp_path, settings):
    path = tmp_path / "egen.docx"
    if content is not None:
        path.write_bytes(content)
    settings.REPORT_REFERENCE_DOCX = str(path)
    with pytest.raises(ImproperlyConfigured, match=r"REPORT_REFERENCE_DOCX peger på .*egen\.docx"):
        made(samples.EMPTY)
    assert [error.id for error in run_checks()] == ["recommendations.E001"]


def test_another_kind_of_office_file_is_no_reference_document(tmp_path, settings):
    path = tmp_path / "egen.dotx"
    with zipfile.ZipFile(BytesIO(made(samples.EMPTY))) as parts, zipfile.ZipFile(path, "w") as template:
        for name in parts.namelist():
            template.writestr(name, parts.read(name).replace(b"document.main+xml", b"template.main+xml"))
    settings.REPORT_REFERENCE_DOCX = str(path)
    with pytest.raises(ImproperlyConfigured, match=r"ikke \.dotx"):
        made(samples.EMPTY)
