"""A hundred files that nobody means well with, each made here: none is kept in the repository."""

from __future__ import annotations

import bz2
import io
import json
import lzma
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

MEGABYTE = 1024 * 1024
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT = "http://schemas.openxmlformats.org/package/2006/content-types"
TYPE = "application/vnd.openxmlformats-officedocument"

Hostile = tuple[str, bytes]  # a name and what is in it


def package(parts: dict[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def office(kind: str, main: str, content_type: str) -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": f'<Types xmlns="{CONTENT}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="{TYPE}.{content_type}.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        f'Target="{main}"/></Relationships>',
    }


def word(body: bytes | str = "<w:p><w:r><w:t>Rapport</w:t></w:r></w:p>", **more: bytes | str) -> dict[str, bytes | str]:
    parts = office("word", "word/document.xml", "wordprocessingml.document")
    text = body.encode() if isinstance(body, str) else body
    parts["word/document.xml"] = f"<w:document {W}><w:body>".encode() + text + b"</w:body></w:document>"
    return parts | {name.replace("__", "/"): content for name, content in more.items()}


def excel(rows: bytes | str = "", before: str = "") -> dict[str, bytes | str]:
    parts = office("excel", "xl/workbook.xml", "spreadsheetml.sheet")
    parts["xl/workbook.xml"] = f'<workbook {S} {R}><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{RELS}"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>"
    )
    text = rows.encode() if isinstance(rows, str) else rows
    parts["xl/worksheets/sheet1.xml"] = (
        before.encode() + f"<worksheet {S}><sheetData>".encode() + text + (b"</sheetData></worksheet>")
    )
    return parts


def patched(content: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    for old, new in changes:
        content = content.replace(old, new)
    return content


def headers(content: bytes, change: Callable[[bytearray, int, bool], None]) -> bytes:
    """Every header of an archive changed: `change(all, where, is_central)`."""
    made = bytearray(content)
    for sign, is_central in ((b"PK\x03\x04", False), (b"PK\x01\x02", True)):
        place = made.find(sign)
        while place >= 0:
            change(made, place, is_central)
            place = made.find(sign, place + 4)
    return bytes(made)


def version(number: int) -> Callable[[bytearray, int, bool], None]:
    def change(made: bytearray, place: int, is_central: bool) -> None:
        struct.pack_into("<H", made, place + (6 if is_central else 4), number)

    return change


def flags(bits: int) -> Callable[[bytearray, int, bool], None]:
    def change(made: bytearray, place: int, is_central: bool) -> None:
        struct.pack_into("<H", made, place + (8 if is_central else 6), bits)

    return change


def method(number: int) -> Callable[[bytearray, int, bool], None]:
    def change(made: bytearray, place: int, is_central: bool) -> None:
        struct.pack_into("<H", made, place + (10 if is_central else 8), number)

    return change


def size(number: int) -> Callable[[bytearray, int, bool], None]:
    def change(made: bytearray, place: int, is_central: bool) -> None:
        struct.pack_into("<I", made, place + (24 if is_central else 22), number)

    return change


def pdf(*objects: bytes, end: bytes = b"") -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    start = len(made)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    made += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return made + end


def stream(content: bytes, more: str = "") -> bytes:
    return f"<</Length {len(content)}{more}>>\nstream\n".encode() + content + b"\nendstream"


CATALOG, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def page(contents: bytes, more: str = "") -> bytes:
    one = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    return pdf(CATALOG, PAGES, one, stream(contents, more), font)


def deep(opening: str, closing: str, inner: str, count: int) -> bytes:
    return (opening * count + inner + closing * count).encode()


def laughs(depth: int = 9) -> str:
    names = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(depth))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{names}]>'


def broken(how: int, seed: int) -> bytes:
    """An archive whose packed parts are noise from some way in."""
    chance = random.Random(seed)
    made = bytearray(package(word("<w:p><w:r><w:t>" + "Rapport 0123-4567 " * 400 + "</w:t></w:r></w:p>"), how))
    start = made.find(b"word/document.xml") + 30
    for _one in range(30):
        made[chance.randrange(start, max(start + 1, len(made) - 400))] = chance.randrange(256)
    return bytes(made)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(min((3 * width + 1) * height, 300 * MEGABYTE)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def made(code: str) -> Iterator[Hostile]:
    """All of them; `code` is that of a report that was issued."""
    known = f"Rapport {code} /rapporter/kontroller/?kode={code} ".encode()
    row = "<w:p><w:r><w:t>x</w:t></w:r></w:p>"
    plain, big = package(word()), b"<w:p><w:r><w:t>" + b"0" * (400 * MEGABYTE) + b"</w:t></w:r></w:p>"
    # Archives
    yield "bombe.docx", package(word(big))
    del big
    yield "bombe-ved-siden.docx", package(word(word__media__a=bytes(400 * MEGABYTE)))
    yield "bombe.xlsx", package(excel(b"<row><c><v>1</v></c></row>" * 3_000_000))
    yield "bombe-i-bombe.docx", package({"word/document.xml": package({"a": bytes(200 * MEGABYTE)})})
    yield "mange-dele.docx", package(word() | {f"x/{n}.xml": b"" for n in range(50_000)})
    yield "samme-del.docx", package(word()) + package(word())
    for how, name in ((zipfile.ZIP_DEFLATED, "deflate"), (zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "lzma")):
        for seed in (1, 2, 3):
            yield f"brudt-{name}-{seed}.docx", broken(how, seed)
        yield f"bombe-{name}.docx", package(word(word__styles_xml=bytes(150 * MEGABYTE)), how)
    for number in (20, 45, 63, 99, 255, 65535):
        yield f"zip-version-{number}.docx", headers(plain, version(number))
    for number in (1, 8, 9, 12, 14, 93, 95, 97, 99, 255):
        yield f"zip-metode-{number}.docx", headers(plain, method(number))
    yield "laast.docx", headers(plain, flags(1))
    yield (
        "navn-ikke-utf8.docx",
        headers(patched(package(word(word__aaaa_xml=b"x")), (b"aaaa", b"\xff\xfe\xfd\xfc")), flags(0x800)),
    )
    yield "stoerrelse-lyver-ned.docx", headers(plain, size(1))
    yield "stoerrelse-lyver-op.docx", headers(plain, size(0xFFFFFFF0))
    yield "halv.docx", plain[: len(plain) // 2]
    yield "kun-hoved.docx", b"PK\x03\x04"
    yield "kun-ende.docx", b"PK\x05\x06" + bytes(18)
    yield "zip64.docx", patched(plain, (b"PK\x05\x06", b"PK\x06\x06"))
    yield "stier.docx", package(word() | {"../../../tmp/x": b"x", "/etc/passwd": b"x", "word\\..\\x": b"x"})
    yield "kommentar.docx", plain[:-2] + b"\xff\xff" + b"k" * 65_535
    # XML
    yield "milliard-grin.docx", package(word() | {"word/document.xml": laughs() + f"<w:document {W}>&a9;</w:document>"})
    yield (
        "milliard-grin.xlsx",
        package(excel() | {"xl/worksheets/sheet1.xml": laughs() + f"<worksheet {S}>&a9;</worksheet>"}),
    )
    yield "ude-fra.docx", package(word() | {"word/document.xml": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'})
    yield "dybt.docx", package(word(deep("<w:sdt>", "</w:sdt>", row, 200_000)))
    yield "dybe-tabeller.docx", package(word(deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", row, 20_000)))
    yield "attributter.docx", package(word("<w:p " + " ".join(f'a{n}="1"' for n in range(300_000)) + "/>"))
    yield "afsnit.docx", package(word(row * 900_000))
    yield (
        "celler.docx",
        package(word(b"<w:tbl>" + (b"<w:tr>" + b"<w:tc><w:p/></w:tc>" * 500 + b"</w:tr>") * 2000 + b"</w:tbl>")),
    )
    yield (
        "spaend.docx",
        package(word(f'<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="{"9" * 40}"/></w:tcPr></w:tc></w:tr></w:tbl>')),
    )
    yield "utf7.docx", package(word() | {"word/document.xml": b'<?xml version="1.0" encoding="utf-7"?><x/>'})
    yield "tegn-nul.docx", package(word("<w:p><w:r><w:t>&#0;</w:t></w:r></w:p>"))
    yield "kendt-kode.docx", package(word(f"<w:p><w:r><w:t>{known.decode()}</w:t></w:r></w:p>" + row * 300_000))
    yield (
        "kendt-kode-tabel.docx",
        package(
            word(
                f"<w:p><w:r><w:t>{known.decode()}</w:t></w:r></w:p><w:tbl>"
                + "<w:tr><w:tc><w:p><w:r><w:t>Anbefaling</w:t></w:r></w:p></w:tc></w:tr>" * 100_000
                + "</w:tbl>"
            )
        ),
    )
    # Sheets
    yield "langt-ude.xlsx", package(excel('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    yield "uden-plads.xlsx", package(excel(b'<row r="1048576">' + b"<c><v>1</v></c>" * 400_000 + b"</row>"))
    yield (
        "tal.xlsx",
        package(
            excel(
                "".join(
                    f"<row><c><v>{one}</v></c></row>"
                    for one in ("1e999999999", "-1e-999999999", "9" * 100_000, "NaN", "²")
                )
            )
        ),
    )
    yield "raekke-nul.xlsx", package(excel('<row r="0"><c r="A0"><v>1</v></c></row><row r="-1"><c r="ZZZZ1"/></row>'))
    yield "raekke-lang.xlsx", package(excel(f'<row r="{"9" * 5000}"><c r="A1"><v>1</v></c></row>'))
    yield (
        "flettet.xlsx",
        package(
            excel(
                "<row/></sheetData><mergeCells>"
                + '<mergeCell ref="A1:XFD1048576"/>' * 1000
                + "</mergeCells><sheetData>"
            )
        ),
    )
    yield (
        "ord.xlsx",
        package(excel() | {"xl/sharedStrings.xml": f"<sst {S}>" + "<si><t>x</t></si>" * 1_000_000 + "</sst>"}),
    )
    yield (
        "kendt-kode.xlsx",
        package(
            excel(
                f'<row><c t="inlineStr"><is><t>{known.decode()}</t></is></c></row>'
                + "<row><c><v>1</v></c><c><v>2</v></c></row>" * 200_000
            )
        ),
    )
    yield (
        "ark-uden-ende.ods",
        package(
            {
                "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                "META-INF/manifest.xml": "<x/>",
                "content.xml": '<office:document-content xmlns:office="o" xmlns:table="t"><table:table><table:table-row table:number-rows-repeated="99999999999"><table:table-cell table:number-columns-repeated="99999999999" office:value="1"><p>x</p></table:table-cell></table:table-row></table:table></office:document-content>',
            }
        ),
    )
    # JSON
    yield "dyb.json", b'{"seal":' + b"[" * 2_000_000 + b"]" * 2_000_000 + b"}"
    yield "dybe-objekter.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    yield "lister.json", b'{"a":[' + b"[]," * 6_000_000 + b"[]]}"
    yield "tal.json", b'{"seal":{"tree_size":' + b"9" * 100_000 + b"}}"
    yield "tal-flydende.json", b'{"seal":{"tree_size":1e999},"report":{"a":NaN,"b":-Infinity}}'
    yield "surrogat.json", json.dumps({"seal": {"code": "\ud800"}, "report": {"title": "\udfff"}}).encode()
    yield "lang-kode.json", json.dumps({"seal": {"code": "A" * 10_000_000}, "report": {}}).encode()
    yield "samme-noegle.json", b"{" + b",".join(b'"a":1' for _n in range(2_000_000)) + b"}"
    yield "noegler.json", b"{" + b",".join(f'"{n}":1'.encode() for n in range(1_000_000)) + b"}"
    yield "forkert-form.json", json.dumps({"seal": [], "report": [1, 2, {"sections": 3}]}).encode()
    yield (
        "kendt-kode.json",
        json.dumps(
            {"seal": {"code": code}, "report": {"title": "x", "facts": [["a", "b"]] * 100_000, "sections": []}}
        ).encode(),
    )
    yield (
        "kendt-kode-afsnit.json",
        json.dumps(
            {
                "seal": {"code": code},
                "report": {
                    "title": "x",
                    "facts": [],
                    "sections": [{"heading": "h", "paragraphs": ["p"] * 200_000, "tables": []}],
                },
            }
        ).encode(),
    )
    # Text
    yield "lang-linje.csv", b"del,afsnit," + b"x," * 9_000_000
    yield "mange-linjer.csv", b"del,afsnit\n" + b"tekst,a,b\n" * 1_500_000
    yield "anfoersel.csv", b'del,afsnit\ntekst,a,"' + b"x" * 15_000_000
    yield "kendt-kode.csv", b"del,afsnit\nsegl,a," + known + b"\n" + "række,a,b\n".encode() * 400_000
    yield "kode-kode.txt", b"Rapport 0000-0000 " * 1_000_000
    yield "naesten-kode.txt", b"https://" + b"a" * 19_000_000
    yield "naesten-adresser.txt", b"https://a" * 2_000_000
    yield "kendt-kode.txt", known + b"ord " * 4_000_000
    yield "kendte-linjer.txt", known + b"\nord" * 90_000
    yield "mellemrum.txt", b"kode" + b" " * 19_000_000 + b"=" + code.encode()
    yield "nul.txt", bytes(10_000_000)
    yield "utf16.txt", b"\xff\xfe" + b"\x00\xd8" * 1_000_000
    yield "dybt.html", b"<html>" + b"<div>" * 3_000_000
    yield "tabeller.html", b"<html>" + b"<table><tr><td>" * 600_000
    yield "kendt-kode.html", b"<html><p>" + known + b"</p>" + b"<p>x</p>" * 300_000
    yield "brudt.html", b"<html><!" + b"<" * 5_000_000
    yield "attribut.html", b"<html><p " + b"a " * 5_000_000 + b">"
    # PDF
    yield "bombe.pdf", page(zlib.compress(b"BT /F 12 Tf (x) Tj ET " * 15_000_000, 9), "/Filter/FlateDecode")
    yield (
        "bombe-dobbelt.pdf",
        page(zlib.compress(zlib.compress(bytes(300 * MEGABYTE), 9), 9), "/Filter[/FlateDecode/FlateDecode]"),
    )
    yield "bogstaver.pdf", page(b"BT /F 12 Tf " + b"(x)Tj " * 2_000_000 + b"ET")
    yield "streger.pdf", page(b"0 0 m 9 9 l S " * 1_000_000)
    yield "ring.pdf", pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 1>>")
    yield (
        "sider.pdf",
        pdf(
            CATALOG,
            b"<</Type/Pages/Count 99999999/Kids[" + b"3 0 R " * 500_000 + b"]>>",
            b"<</Type/Page/Parent 2 0 R>>",
        ),
    )
    yield "stor-side.pdf", patched(page(b"BT (x) Tj ET"), (b"595 842", b"99999999999 99999999999"))
    yield "dybt.pdf", pdf(CATALOG, PAGES, b"<</Type/Page/Parent 2 0 R/A " + b"[" * 500_000 + b"]" * 500_000 + b">>")
    yield (
        "bilag.pdf",
        pdf(
            CATALOG,
            PAGES,
            b"<</Type/Page>>",
            *[stream(zlib.compress(bytes(50 * MEGABYTE), 9), "/Type/EmbeddedFile/Filter/FlateDecode")] * 15,
        ),
    )
    yield "halv.pdf", page(b"BT (x) Tj ET")[:200]
    yield "kun-hoved.pdf", b"%PDF-1.7\n" + b"obj " * 4_000_000
    yield "laast.pdf", patched(page(b"BT (x) Tj ET"), (b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 1 0 R"))
    yield "kendt-kode.pdf", page(b"BT /F 9 Tf (Rapport " + code.encode() + b") Tj " + b"(ord ) Tj " * 40_000 + b"ET")
    yield (
        "makro.pdf",
        pdf(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", PAGES, b"<</Type/Page>>"),
    )
    # Pictures and others
    yield "bombe.png", png(30_000, 30_000)
    yield "lige-under.png", png(6_300, 6_300)
    yield "bred.png", png(0x7FFFFFFF, 1)
    yield "nul.png", png(0, 0)
    yield "halv.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\xff" * 1_000_000
    yield "gammel.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4 * MEGABYTE)
    yield "side.pdf", b"%PDF-" + b"<html><script>alert(1)</script>"
    yield "\u202excod.exe", plain
    yield "a" * 300 + ".docx", plain
    yield "tom.docx", b""
    yield (
        "kalender.ics",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260101T000000\r\nRRULE:FREQ=SECONDLY\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    yield (
        "kalender-zone.ics",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=../../x:99999999T999999\r\nEND:VEVENT\r\n" * 20_000,
    )
    yield "packet.xz", lzma.compress(bytes(50 * MEGABYTE))
    yield "packet.bz2", bz2.compress(bytes(50 * MEGABYTE))
