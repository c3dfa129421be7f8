"""Files that are not taken, each with the sentence that says why, and what to do."""

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf
from docx.shared import Cm
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from tests.uploads.made import note, pages, photo, saved
from tests.uploads.made_office import (
    DOCUMENT,
    KIND,
    SHEET,
    WORKBOOK,
    document,
    lead_to,
    lines,
    put,
    repacked,
    workbook,
)

BROKEN = "kan ikke læses; den er måske gået i stykker. Gem den igen, og vælg den nye."
OTHER = "er ikke det, dens navn siger. Gem den igen fra det program, den er lavet i."
KINDS = "kan ikke bruges. Vælg en PDF-, Word- (.docx), Excel- (.xlsx), PNG- eller JPEG-fil."
UNPACKED = "er for stor, når den pakkes ud. Gem kun det, der dokumenterer, eller indsæt et link."
PIXELS = "er for stort: højst 40 millioner punkter. Gem det mindre, eller indsæt et link."
LOCKED = "er låst. Gem den uden adgangskode, og vælg den nye."
MACROS = "har makroer. Gem den uden makroer, eller gem den som PDF."
FETCHES = "henter noget fra et andet sted. Sæt det ind som værdier, eller gem det hele som PDF."
EMBEDDED = "ligger der en anden fil. Slet den, eller gem det hele som PDF."
UNCLEAN = "Gem den som PDF, og vælg PDF-filen."


@dataclass(frozen=True)
class Refused:
    """`make` makes the file: not before a test needs it. `sentence` is how the refusal ends."""

    name: str
    make: Callable[[], bytes]
    sentence: str


# --- Pictures ---------------------------------------------------------------------------------------------------------


def png_that_says_it_is(width, height):
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in chunks
    )


def jpeg_that_says_it_is(size):
    content = photo()
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + size.to_bytes(2, "big") * 2 + content[at + 4 :]


def moving_picture():
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:])


# --- PDF --------------------------------------------------------------------------------------------------------------


def locked_pdf(user):
    return saved(pages("Låst"), encryption=pikepdf.Encryption(owner="ejer", user=user))


def pdf_with_hidden_layers():
    pdf = pages("Synligt")
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Udkast")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    return saved(pdf)


def pdf_with_a_mark_that_hides_nothing():
    pdf = pages("Navnet står her endnu")
    pdf.pages[0].obj.Annots = Array([note(pdf, "Redact")])
    return saved(pdf)


def pdf_without_pages():
    pdf = pages("Forsvinder")
    del pdf.pages[0]
    return saved(pdf)


def form_without_pages():
    pdf = pages("Vent, mens formularen hentes")
    pdf.Root.NeedsRendering = True
    return saved(pdf)


def pdf_bomb(megabytes):
    """The table of what is in the file unpacks to far more than the file is."""
    packed = zlib.compress(bytes(megabytes * 1024 * 1024), 9)
    says = f"<</Type/XRef/Size 9/W[1 4 1]/Root 2 0 R/Filter/FlateDecode/Length {len(packed)}>>"
    head = f"%PDF-1.7\n1 0 obj\n{says}\nstream\n"
    return head.encode() + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


# --- Word and Excel ---------------------------------------------------------------------------------------------------


def word_file():
    return saved(document())


def excel_file():
    return saved(workbook())


def word_where(change):
    made = document("Synligt")
    made.add_picture(io.BytesIO(photo()), width=Cm(1))
    return repacked(saved(made), change)


def excel_where(change):
    return repacked(excel_file(), change)


def macros_in_word(parts):
    put(parts, "[Content_Types].xml", "officedocument.wordprocessingml.document.main", "x")
    put(parts, "[Content_Types].xml", "vnd.openxmlformats-x", "vnd.ms-word.document.macroEnabled.main")


def macros_beside_word(parts):
    lead_to(
        parts, DOCUMENT, "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin", b"x"
    )


def template(parts):
    put(parts, "[Content_Types].xml", "wordprocessingml.document.main", "wordprocessingml.template.main")


def another_file_in_word(parts):
    lead_to(parts, DOCUMENT, "oleObject", "embeddings/oleObject1.bin", b"x")


def picture_on_a_disk(parts):
    body = parts[DOCUMENT].decode()
    key = body[body.index('r:embed="') :].split('"')[1]
    put(parts, DOCUMENT, f'r:embed="{key}"', 'r:link="rIdP"')
    lead_to(parts, DOCUMENT, "image", "file:///C:/billede.jpg", key="rIdP", mode="External")


def picture_nobody_knows(parts):
    path = next(name for name in parts if name.startswith("word/media/"))
    parts[path] = b"8BPS et billede fra et tegneprogram"


def picture_of_lines(name):
    """A drawing of lines (SVG) in the place of the picture, not beside it."""

    def change(parts):
        body = parts[DOCUMENT].decode()
        key = body[body.index('r:embed="') :].split('"')[1]
        put(parts, DOCUMENT, f'r:embed="{key}"', 'r:embed="rIdS"')
        lead_to(parts, DOCUMENT, "image", f"media/{name}", lines("x"), key="rIdS", content_type="image/svg+xml")

    return change


def part_nobody_knows(parts):
    lead_to(parts, DOCUMENT, "http://www.eksempel.dk/relationships/nyhed", "nyhed.xml", "<x/>")


def entities(parts):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    body = parts[DOCUMENT].decode()
    parts[DOCUMENT] = (bomb + body[body.index("<w:document") :]).encode()


def half_a_part(parts):
    parts[DOCUMENT] = parts[DOCUMENT][:200]


def no_part(parts):
    lead_to(parts, DOCUMENT, "header", "header9.xml", key="rId999")
    put(parts, DOCUMENT, "<w:sectPr", f'<w:p xmlns:r="{KIND}" r:id="rId999"/><w:sectPr')


def many_members(parts):
    parts.update({f"word/{number}.xml": b"<x/>" for number in range(3000)})


def large_when_unpacked(parts):
    parts["word/media/stort.png"] = bytes(101 * 1024 * 1024)


def long_text(parts):
    parts["word/langt.xml"] = b" " * (25 * 1024 * 1024)


def endless_tag(parts):
    """Attributes take the longer to read the more there are of them."""
    put(parts, DOCUMENT, "<w:body>", "<w:body><w:p " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/>")


def packed_otherwise_and_broken():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 500)
    content = bytearray(made.getvalue())
    start = content.index(b"[Content_Types].xml") + 30
    content[start : start + 20] = bytes(range(200, 220))
    return bytes(content)


def deep_text(parts):
    put(parts, DOCUMENT, "<w:sectPr", "<w:x>" * 5000 + "</w:x>" * 5000 + "<w:sectPr")


def other_workbook(parts):
    lead_to(parts, WORKBOOK, "externalLink", "externalLinks/externalLink1.xml", "<x/>")


def database(parts):
    lead_to(parts, WORKBOOK, "connections", "connections.xml", "<x/>")


def hidden_sheet(parts):
    put(parts, WORKBOOK, 'state="visible"', 'state="veryHidden"')


def hidden_row(parts):
    put(parts, SHEET, '<row r="2">', '<row r="2" hidden="1">')


def hidden_column(parts):
    put(parts, SHEET, "<sheetData>", '<cols><col min="1" max="3" hidden="1"/></cols><sheetData>')


def slicer(parts):
    lead_to(parts, SHEET, "http://schemas.microsoft.com/office/2007/relationships/slicer", "../slicers/s1.xml", None)


def with_a_locked_member(content):
    """The flag of the first member says that it is locked, at both places where it stands."""
    content = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return bytes(content)


def twice_the_same(content):
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("word/Document.xml", "<x/>")
    return made.getvalue()


# --- All of them ------------------------------------------------------------------------------------------------------

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
ROWS = "har rækker eller kolonner, der er skjult. Vis dem, eller slet dem, og gem filen igen."
FILES = [
    Refused("notat.exe", lambda: b"MZ", KINDS),
    Refused("notat.pdf.exe", lambda: saved(pages("x")), KINDS),
    Refused("notat", lambda: saved(pages("x")), KINDS),
    Refused("makroer.docm", word_file, KINDS),
    Refused("side.pdf", lambda: b"<!doctype html><title>x</title>", OTHER),
    Refused("billede.pdf", photo, OTHER),
    Refused("billede.png", photo, OTHER),
    Refused("ark.docx", excel_file, OTHER),
    Refused("brev.xlsx", word_file, OTHER),
    Refused("skabelon.docx", lambda: word_where(template), OTHER),
    Refused("halvt.docx", lambda: b"PK\x03\x04 og ikke andet", BROKEN),
    Refused("andet.docx", lambda: repacked(word_file(), lambda parts: parts.pop("[Content_Types].xml")), BROKEN),
    Refused("gammelt.docx", lambda: OLD, "er låst med en adgangskode eller gemt i et gammelt format. Gem den uden."),
    Refused("laast.docx", lambda: with_a_locked_member(word_file()), BROKEN),
    Refused("to ens.docx", lambda: twice_the_same(word_file()), BROKEN),
    Refused("bombe.png", lambda: png_that_says_it_is(60_000, 60_000), PIXELS),
    Refused("bombe.jpg", lambda: jpeg_that_says_it_is(60_000), PIXELS),
    Refused("stort.png", lambda: png_that_says_it_is(7_000, 6_000), PIXELS),
    Refused("halvt.png", lambda: saved(Image.effect_noise((99, 99), 50), "PNG")[:4000], BROKEN),
    Refused("halvt.jpg", lambda: photo(size=(900, 900))[:-2000], BROKEN),
    Refused("tomt.jpg", lambda: b"\xff\xd8\xff", BROKEN),
    Refused("film.png", moving_picture, "bevæger sig. Gem det som et billede, der står stille."),
    Refused("laast.pdf", lambda: locked_pdf("kode"), LOCKED),
    Refused("skrivebeskyttet.pdf", lambda: locked_pdf(""), LOCKED),
    Refused("halv.pdf", lambda: saved(pages("x" * 900))[:-300], BROKEN),
    Refused("tom.pdf", lambda: b"%PDF-1.7\n", BROKEN),
    Refused("uden sider.pdf", pdf_without_pages, BROKEN),
    Refused("bombe.pdf", lambda: pdf_bomb(200), BROKEN),
    Refused("lag.pdf", pdf_with_hidden_layers, "har lag, der er skjult. Vis dem eller slet dem, og gem den igen."),
    Refused(
        "overstreget.pdf",
        pdf_with_a_mark_that_hides_nothing,
        "har overstregninger, der ikke er udført: teksten er der stadig. Udfør dem først.",
    ),
    Refused(
        "formular.pdf",
        form_without_pages,
        "er en formular uden sider. Åbn den, udskriv den til PDF, og vælg den nye.",
    ),
    Refused("makroer.docx", lambda: word_where(macros_in_word), MACROS),
    Refused("gemte makroer.docx", lambda: word_where(macros_beside_word), MACROS),
    Refused("indlejret.docx", lambda: word_where(another_file_in_word), EMBEDDED),
    Refused("hentet billede.docx", lambda: word_where(picture_on_a_disk), FETCHES),
    Refused("ukendt billede.docx", lambda: word_where(picture_nobody_knows), UNCLEAN),
    Refused("streger.docx", lambda: word_where(picture_of_lines("streger.svg")), f"(streger.svg). {UNCLEAN}"),
    Refused("streger som xml.docx", lambda: word_where(picture_of_lines("streger.xml")), f"(streger.xml). {UNCLEAN}"),
    Refused("ukendt del.docx", lambda: word_where(part_nobody_knows), f"(nyhed). {UNCLEAN}"),
    Refused("entiteter.docx", lambda: word_where(entities), BROKEN),
    Refused("halv del.docx", lambda: word_where(half_a_part), BROKEN),
    Refused("manglende del.docx", lambda: word_where(no_part), BROKEN),
    Refused("dyb.docx", lambda: word_where(deep_text), BROKEN),
    Refused("mange.docx", lambda: word_where(many_members), UNPACKED),
    Refused("stor.docx", lambda: word_where(large_when_unpacked), UNPACKED),
    Refused("lang.docx", lambda: word_where(long_text), UNPACKED),
    Refused("maerke.docx", lambda: word_where(endless_tag), UNPACKED),
    Refused("lzma.docx", packed_otherwise_and_broken, BROKEN),
    Refused("kaeder.xlsx", lambda: excel_where(other_workbook), FETCHES),
    Refused("database.xlsx", lambda: excel_where(database), FETCHES),
    Refused("udsnit.xlsx", lambda: excel_where(slicer), f"(slicer). {UNCLEAN}"),
    Refused(
        "skjult ark.xlsx", lambda: excel_where(hidden_sheet), "er skjult. Vis det, eller slet det, og gem filen igen."
    ),
    Refused("skjult raekke.xlsx", lambda: excel_where(hidden_row), ROWS),
    Refused("skjult kolonne.xlsx", lambda: excel_where(hidden_column), ROWS),
]
