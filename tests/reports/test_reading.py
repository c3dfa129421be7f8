"""What is read of files that somebody gives back, and what is refused in words."""

import io
import zipfile
import zlib

import pikepdf
import pypdf
import pytest

from recommendations.reports.aligning import Letters, aligned
from recommendations.reports.comparing import compare, furniture_of
from recommendations.reports.reading import FoundTable, FoundText, UnreadableFile, read, sealed_json
from recommendations.reports.reading.attachments import attached_files
from recommendations.reports.renderers import MOST_ON_A_PAGE
from tests.reports import given_back, samples


def archive(*parts: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts:
            package.writestr(name, content)
    return made.getvalue()


def locked_pdf() -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        file.save(made, encryption=pikepdf.Encryption(owner="a", user="b"))
    return made.getvalue()


def long_pdf() -> bytes:
    made, writer = io.BytesIO(), pypdf.PdfWriter()
    for _page in range(2001):
        writer.add_blank_page(10, 10)
    writer.write(made)
    return made.getvalue()


SPAN = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:tbl><w:tr><w:tc><w:tcPr>'
    '<w:gridSpan w:val="x"/></w:tcPr></w:tc></w:tr></w:tbl></w:document>'
)
BOMB = archive(("word/document.xml", b"<a>" + b" " * 90_000_000))
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"ha" * 100 + b'">]><a>&b;</a>'

LATE_LAUGHS = LAUGHS.replace(b"<!DOCTYPE", b"<!--" + b"x" * 3_000 + b"--><!DOCTYPE")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"", "Der er ingen rapport i filen."),
        (lambda: bytes(20 * 1024 * 1024), "Der er ingen rapport i filen."),
        (lambda: BOMB, "fylder langt mere, end en rapport kan"),
        (lambda: archive(("word/document.xml", LAUGHS)), "er gået i stykker"),
        (lambda: archive(("word/document.xml", LATE_LAUGHS)), "er gået i stykker"),
        (lambda: archive(("word/document.xml", LAUGHS.decode().encode("utf-16"))), "er gået i stykker"),
        (lambda: archive(("word/document.xml", b"<a><b></a>")), "er gået i stykker"),
        (lambda: archive(("word/document.xml", SPAN.encode())), "er gået i stykker"),
        (lambda: archive(("word/document.xml", b"<a>" * 1000 + b"</a>" * 1000)), "fylder langt mere"),
        (lambda: archive(("word/document.xml", b"<a " + b'b="1" ' * 20_000 + b"/>")), "fylder langt mere"),
        (lambda: b"<html>" + b"<!--x-->" * 9 + b"<! " * 70_000, "Websiden er gået i stykker"),
        (lambda: archive(("word/document.xml", b"<a>" + b"<b/>" * 250_000 + b"</a>")), "fylder langt mere"),
        (lambda: b"<html><p " + b"a " * 600_000 + b">", "Websiden er gået i stykker"),
        (lambda: b"<html>" + b"<p>x</p>" * 300_000, "flere celler, end en rapport kan have"),
        (lambda: b"del,afsnit\n" + b"\n" * 600_000, "flere celler, end en rapport kan have"),
        (lambda: b"ord " * 600_000, "Teksten er længere, end en rapport kan være"),
        (lambda: b'{"a":[' + b"[]," * 300_000 + b"[]]}", "flere celler, end en rapport kan have"),
        (lambda: archive(("billede.png", b"x")), "hverken en Word- eller en Excel-fil"),
        (lambda: b"PK\x03\x04" + bytes(100), "er gået i stykker"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "låst med en adgangskode"),
        (locked_pdf, "låst med en adgangskode"),
        (lambda: b"%PDF-1.7\n" + b"obj" * 1000, "PDF-filen kan ikke læses"),
        (long_pdf, "over 2.000 sider"),
    ],
    ids=[
        "empty",
        "zeros",
        "bomb",
        "laughs",
        "laughs after a long comment",
        "laughs in two bytes a letter",
        "no xml",
        "no number",
        "deep",
        "endless tag",
        "html",
        "many elements",
        "endless tag of a page",
        "many tags of a page",
        "many lines",
        "many words",
        "many lists",
        "other zip",
        "cut zip",
        "old office",
        "locked",
        "cut",
        "long",
    ],
)
def test_what_cannot_be_read_is_said(make, words):
    with pytest.raises(UnreadableFile, match=words):
        read(make())


def test_the_longest_page_that_is_made_is_not_too_long():
    row = "<tr>" + '<td><a href="/anbefalinger/kilde/1/">Titel</a></td>' + "<td>x</td>" * 7 + "</tr>"
    says = read(f"<html><table>{row * MOST_ON_A_PAGE}</table></html>".encode())
    assert [len(block.rows) for block in says.blocks] == [MOST_ON_A_PAGE]


def with_attached(*sizes: int) -> bytes:
    """No PDF as it should be, but attachments stand in it as in one."""
    packed = [zlib.compress(b"anbefalingsrapport/" + bytes(size)) for size in sizes]
    return b"%PDF-1.7\n" + b"".join(
        b"1 0 obj\n<</Type/EmbeddedFile/Filter/FlateDecode>>\nstream\n" + one + b"\nendstream\nendobj\n"
        for one in packed
    )


def test_attachments_are_unpacked_within_bounds_all_together():
    megabyte = 1024 * 1024
    assert [len(one) for one in attached_files(with_attached(1, 2))] == [20, 21]
    assert [len(one) for one in attached_files(with_attached(100 * megabyte, 1))] == []
    assert len(list(attached_files(with_attached(*[10 * megabyte] * 5)))) == 2


@pytest.mark.parametrize("code", ["docx", "xlsx", "pdf", "csv", "csv-excel", "json", "html"])
@pytest.mark.parametrize("name", ["annex", "empty", "nasty"])
def test_a_file_says_what_the_report_says(name, code):
    """Whatever texts there are in it; in a PDF, what is written from the right is laid out otherwise."""
    if (name, code) == ("nasty", "pdf"):
        pytest.skip("test_pdf reads it by its structure")
    report = samples.REPORTS[name]
    seal = vars(report.seal) if report.seal else {}
    says = read(samples.file(name, code))
    found = compare(report.as_data(), says, furniture_of(seal))
    assert found.differences == []
    if name == "annex":
        assert found.added == []
        assert bool(says.carried) is (code in {"docx", "xlsx", "pdf", "json"})


def test_what_a_file_carries_is_its_report():
    for code in ("docx", "xlsx", "pdf", "json"):
        assert sealed_json(read(given_back.file(code)).carried)["report"] == given_back.issued().as_data()


def test_tables_headers_and_text_are_told_apart():
    says = read(given_back.file("docx"))
    tables = [block for block in says.blocks if isinstance(block, FoundTable)]
    assert [len(table.rows) for table in tables] == [4, 5, 2, 28, 1]
    assert tables[3].rows[8][1].text == "Fælles indsats på tværs af forvaltninger"
    assert tables[1].rows[2][6].addresses == ("https://eksempel.dk/dagsordener/sou/2025-06-12/4",)
    assert any(
        block.is_outside and given_back.CODE in block.text for block in says.blocks if isinstance(block, FoundText)
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("abc" * 20, "abc" * 20, 60),
        ("a" * 30 + "X" + "b" * 30, "a" * 30 + "Y" + "b" * 30, 60),
        ("a" * 30 + "b" * 30, "a" * 30 + "ny tekst" + "b" * 30, 60),
        ("abcdefghij" * 5 + "x" * 9_000 + "klmnopqrst" * 9, "abcdefghij" * 5 + "klmnopqrst" * 9, 140),
        ("", "noget", 0),
        ("noget", "", 0),
    ],
)
def test_what_is_the_same_is_found_on_both_sides(ours, theirs, same):
    runs = aligned(ours, theirs)
    assert sum(length for _mine, _other, length in runs) == same
    assert all(ours[mine : mine + length] == theirs[other : other + length] for mine, other, length in runs)


def test_spaces_and_the_hyphens_of_lines_are_no_letters_but_those_of_figures_are():
    assert Letters(["Sund-\nheds- og\u00a0omsorg", "5-10"]).text == "Sundhedsogomsorg5-10"
    assert Letters(["a b", "c"]).shown(1, 3) == "b c"


def test_two_quite_different_texts_do_not_take_long():
    ours = "".join(str(zlib.crc32(str(n).encode())) for n in range(8_000))
    theirs = "".join(str(zlib.adler32(str(n).encode())) for n in range(8_000))
    assert len(aligned(ours, theirs)) < 100
