"""Files that would hurt or cannot be read: each is refused with a sentence, quickly, and nothing is unpacked for it."""

import io
import time
import zipfile

import pytest
from django.core.exceptions import ValidationError

from recommendations.importing import files
from recommendations.importing.cells import Context
from recommendations.importing.files import read_file, read_tables
from recommendations.importing.reading import read_rows
from tests.files.made import HEADINGS, ROWS, csv, items, ods, ods_cell, ods_row, put, repacked, xlsx

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
TYPES, BOOK, SHEET = "[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LONG = "x" * 40_000
MOST_SECONDS = 10  # of processor time


def lead_to(kind, target, mode="", of=RELATIONS):
    mode = f' TargetMode="{mode}"' if mode else ""
    return put(
        of,
        "</Relationships>",
        f'<Relationship Id="rX" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>',
    )


def with_macros(parts):
    put(TYPES, "spreadsheetml.sheet.main", "x")(parts)
    parts[TYPES] = parts[TYPES].replace(b"vnd.openxmlformats-officedocument.x", b"vnd.ms-excel.sheet.macroEnabled.main")


def with_a_macro_beside(parts):
    lead_to("vbaProject", "vbaProject.bin")(parts)
    parts["xl/vbaProject.bin"] = b"x"


def with_a_file_inside(parts):
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{OFFICE}/oleObject" Target="../embeddings/x.bin"/></Relationships>'
    ).encode()
    parts["xl/embeddings/x.bin"] = b"x"


def bomb(parts):
    parts["xl/media/x.bin"] = bytes(101 * 1024 * 1024)


def lying_bomb():
    """An archive that says of a part that it is small."""
    made = items()
    whole = repacked(made, lambda parts: parts.update({SHEET: parts[SHEET] + b" " * 20_000_000}))
    size = zipfile.ZipFile(io.BytesIO(whole)).getinfo(SHEET).file_size
    return whole.replace(size.to_bytes(4, "little"), (999).to_bytes(4, "little"))


def entities(parts):
    parts[SHEET] = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + parts[SHEET].split(b"?>", 1)[-1]


def far_away(book, sheet):
    sheet["XFD1048576"] = "x"


def no_places(parts):
    """Cells that do not say where they stand, a million of them."""
    parts[SHEET] = (
        parts[SHEET].split(b"<sheetData>")[0]
        + b"<sheetData><row r='40000'>"
        + (b"<c><v>1</v></c>" * 300_000 + b"</row></sheetData></worksheet>")
    )


REFUSED = {
    "text called .xlsx": ("a.xlsx", lambda: csv(), "er ikke det, dens navn siger."),
    "text called .ods": ("a.ods", lambda: csv(), "er ikke det, dens navn siger."),
    "workbook called .csv": ("a.csv", lambda: items(), "er ikke det, dens navn siger."),
    "workbook called .ods": ("a.ods", lambda: items(), "er ikke det, dens navn siger."),
    "ODS called .xlsx": ("a.xlsx", lambda: ods(ods_row("a")), "kan ikke læses"),
    "a picture": ("a.png", lambda: b"\x89PNG", "Vælg et regneark (.xlsx, .ods) eller en .csv-fil."),
    "no suffix": ("regneark", lambda: items(), "kan ikke læses ind."),
    "old Excel": ("a.xls", lambda: OLD, "gemt i et gammelt format"),
    "password": ("a.xlsx", lambda: OLD, "låst med en adgangskode"),
    "ODS with a password": (
        "a.ods",
        lambda: ods(ods_row("a"), manifest="<encryption-data/>"),
        "er låst med en adgangskode. Gem den uden.",
    ),
    "macros by name": ("a.xlsm", lambda: items(), "har makroer"),
    "macros": ("a.xlsx", lambda: repacked(items(), with_macros), "har makroer. Gem den som .xlsx uden"),
    "a macro beside": ("a.xlsx", lambda: repacked(items(), with_a_macro_beside), "har makroer"),
    "ODS with macros": ("a.ods", lambda: ods(ods_row("a"), Basic__x="x"), "har makroer"),
    "external links": (
        "a.xlsx",
        lambda: repacked(items(), lead_to("externalLink", "file:///c:/x.xlsx", "External")),
        "henter noget fra et andet sted. Kopiér cellerne",
    ),
    "ODS that fetches": (
        "a.ods",
        lambda: ods("<table:table-source/>" + ods_row("a")),
        "henter noget fra et andet sted",
    ),
    "another file inside": (
        "a.xlsx",
        lambda: repacked(items(), with_a_file_inside),
        "ligger der en anden fil. Slet den",
    ),
    "a bomb": ("a.xlsx", lambda: repacked(items(), bomb), "er for stor, når den pakkes ud. Del den i flere."),
    "a bomb that lies": ("a.xlsx", lying_bomb, "kan ikke læses"),
    "an ODS bomb": ("a.ods", lambda: ods(ods_row("a"), x=" " * (101 * 1024 * 1024)), "er for stor, når den pakkes ud."),
    "entities": ("a.xlsx", lambda: repacked(items(), entities), "kan ikke læses"),
    "ODS entities": ("a.ods", lambda: ods(ods_row("a"), before='<!DOCTYPE x [<!ENTITY a "b">]>'), "kan ikke læses"),
    "half a file": ("a.xlsx", lambda: items()[:2000], "kan ikke læses"),
    "half a part": (
        "a.xlsx",
        lambda: repacked(items(), lambda parts: parts.update({SHEET: parts[SHEET][:200]})),
        "kan ikke læses",
    ),
    "no sheet": ("a.xlsx", lambda: repacked(items(), lambda parts: parts.pop(SHEET)), "kan ikke læses"),
    "a cell far away": ("a.xlsx", lambda: items(change=far_away), "for mange celler (den fjerneste står i XFD1048576)"),
    "cells without places": ("a.xlsx", lambda: repacked(items(), no_places), "har for mange celler"),
    "a row far down": (
        "a.xlsx",
        lambda: items(change=lambda book, sheet: sheet.cell(50_001, 1, "x")),
        "har noget i række 50001. Der kan højst læses 50000 rækker.",
    ),
    "ODS cells repeated": (
        "a.ods",
        lambda: ods(
            '<table:table-row table:number-rows-repeated="1000000">'
            + ods_cell("x", number_columns_repeated=16000)
            + "</table:table-row>"
        ),
        "har for mange celler",
    ),
    "merged without end": (
        "a.xlsx",
        lambda: xlsx(
            *([["x"] * 50] * 400), change=lambda book, sheet: [sheet.merged_cells.add("A1:AX400") for _ in range(300)]
        ),
        None,
    ),
    "empty": ("a.csv", lambda: b"", "er tom. Vælg den, der har rækkerne."),
    "zeroes": ("a.csv", lambda: bytes(500), "er tom."),
    "binary called .csv": ("a.csv", lambda: b"abc\0def\0" * 40, "er ikke tekst"),
    "unclosed quotation mark": (
        "a.csv",
        lambda: b'Nummer;Titel\n1;et\n2;"to\n3;tre\n4;fire\n',
        'et anførselstegn (") i række 3 er ikke lukket',
    ),
    "a quotation mark that another closes": (
        "a.csv",
        lambda: b'Nummer;Titel\n1;"et\n2;"to";x\n',
        'et anførselstegn (") i række 2 er ikke lukket',
    ),
    "unclosed over a thousand lines": (
        "a.csv",
        lambda: b'Nummer;Titel\n1;"et\n' + b"2;to\n" * 1000 + b'3;"tre"\n',
        'et anførselstegn (") i række 2 er ikke lukket',
    ),
    "two encodings": (
        "a.csv",
        lambda: csv() + "3;Gågade;4\n".encode("cp1252"),
        "er skrevet i to tegnsæt: række 2 er UTF-8, og række 4 er ikke.",
    ),
    "half a sign of UTF-16": ("a.csv", lambda: csv(encoding="utf-16") + b"x", "har tegn i række"),
    "a million cells of text": ("a.csv", lambda: b";" * 2_500_000, "har for mange celler"),
}


@pytest.mark.parametrize(("name", "make", "sentence"), REFUSED.values(), ids=REFUSED)
def test_is_refused_with_a_sentence_and_in_time(name, make, sentence):
    content, before = make(), time.process_time()
    if sentence is None:
        read_tables(name, content)
    else:
        with pytest.raises(ValidationError) as refused:
            read_tables(name, content)
        assert sentence in refused.value.messages[0]
        assert refused.value.messages[0][0].isupper()
    assert time.process_time() - before < MOST_SECONDS


def test_one_that_is_too_large_is_not_opened(tmp_path, monkeypatch):
    path = tmp_path / "stor.xlsx"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    monkeypatch.setattr(files, "read_tables", None)
    with pytest.raises(ValidationError, match=r"Filen er 300 MB. Den må højst være 30 MB; del den i flere\."):
        read_file(path)


class TestOddCells:
    """Read as a person would expect, or refused at their own place."""

    def rows(self, *rows, name="a.xlsx"):
        says = read_rows(read_tables(name, xlsx(HEADINGS, *rows)), Context({}))
        return says.rows["items"], [str(finding) for finding in says.remarks]

    def test_signs_that_turn_the_text_are_taken_out_and_it_is_said(self):
        rows, remarks = self.rows(("1", "Flere \u202eræelgop\u202c træer", ""))
        assert rows[0].values["title"] == "Flere ræelgop træer"
        assert remarks == ["Ark »Rækker«: Usynlige tegn, der styrer eller vender tekst, er taget ud (række 2)."]

    def test_control_signs_are_taken_out_of_text(self):
        says = read_rows(read_tables("a.csv", csv(rows=(HEADINGS, ("1", "Tit\x07el", "")))), Context({}))
        assert says.rows["items"][0].values["title"] == "Titel"
        assert "styrer eller vender tekst" in str(says.remarks[0])

    def test_a_formula_in_text_stays_text(self):
        says = read_rows(read_tables("a.csv", csv(rows=(HEADINGS, ("1", "=HYPERLINK(1)", "")))), Context({}))
        assert says.rows["items"][0].values["title"] == "=HYPERLINK(1)"

    def test_too_long_a_title_is_wrong_in_its_row(self):
        says = read_rows(read_tables("a.csv", csv(rows=(HEADINGS, ("1", LONG, ""), *ROWS))), Context({}))
        [wrong] = says.all_wrong()
        assert (wrong.row, wrong.column) == (2, "Titel")
        assert "40000" in wrong.sentence.replace(".", "")

    def test_a_long_text_is_read_whole(self):
        content = csv(rows=((*HEADINGS, "Kildens egne ord"), ("1", "Titel", "", LONG)))
        says = read_rows(read_tables("a.csv", content), Context({}))
        assert says.rows["items"][0].values["official_text"] == LONG
