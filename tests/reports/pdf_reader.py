"""Reads a tagged PDF as assistive technology does: through its structure, in its order. pypdf takes the file apart."""

import re
from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import ContentStream

from tests.reports.parity import NOTE, SEAL, Said

BLOCKS = re.compile(r"/(Title|H\d|P|Caption|TH|TD)")


def read_pdf(file: bytes) -> Said:
    """The texts of headings, paragraphs and cells, without what is only decoration: footers, repeated headings."""
    reader = PdfReader(BytesIO(file))
    marked = {page.indirect_reference.idnum: _marked_texts(page, reader) for page in reader.pages}
    found = Said()
    _walk(reader.trailer["/Root"]["/StructTreeRoot"], None, marked, found)
    if SEAL in found.texts:
        del found.texts[len(found.texts) - 1 - found.texts[::-1].index(SEAL) :]
    if found.texts[-1].replace(" ", "") == NOTE.replace(" ", ""):
        found.texts.pop()
    return found


def _walk(element, page, marked, found):
    kind, children = element.get("/S", ""), _children(element)
    below = {child.get("/S") for child in children if hasattr(child, "get")}
    if kind == "/Div" and not below & {"/Div", "/Table", "/Caption"}:
        found.texts.append(_text(element, page, marked, found))  # One half of a fact.
    elif BLOCKS.fullmatch(kind):
        found.texts.append(_text(element, page, marked, found))
    else:
        for child in children:
            if hasattr(child, "get"):
                _walk(child, page, marked, found)


def _text(element, page, marked, found) -> str:
    page = element.raw_get("/Pg").idnum if "/Pg" in element else page
    parts, addresses = [], []
    for child in _children(element):
        if isinstance(child, int):
            parts.append(marked[page][child])
        elif child.get("/Type") == "/MCR":
            parts.append(marked[child.raw_get("/Pg").idnum if "/Pg" in child else page][child["/MCID"]])
        elif child.get("/Type") == "/OBJR":
            addresses.append(child["/Obj"]["/A"]["/URI"])
        else:
            parts.append(_text(child, page, marked, found))
    # A link over several lines has an area for each.
    found.addresses += addresses[:1]
    return "".join(parts)


def _children(element):
    kids = element.get("/K", [])
    return [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]


def _marked_texts(page, reader) -> dict[int, str]:
    """The text of each marked piece of a page by its number. /ActualText stands for what is drawn."""
    fonts = {name: _letters(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    texts: dict[int, str] = {}
    open_marks: list[tuple[int | None, bool]] = []
    font = {}
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        current = next((number for number, _said in reversed(open_marks) if number is not None), None)
        if operator in {b"BDC", b"BMC"}:
            properties = operands[1] if len(operands) > 1 and hasattr(operands[1], "get") else {}
            number = properties.get("/MCID")
            if number is not None:
                texts.setdefault(number, "")
                current = number
            actual = properties.get("/ActualText")
            if actual is not None and current is not None:
                texts[current] += actual
            open_marks.append((number, actual is not None))
        elif operator == b"EMC":
            open_marks.pop()
        elif operator == b"Tf":
            font = fonts[operands[0]]
        elif operator in {b"Tj", b"TJ"} and current is not None and not any(spoken for _n, spoken in open_marks):
            pieces = operands[0] if operator == b"TJ" else operands
            texts[current] += "".join(_decoded(piece, font) for piece in pieces if hasattr(piece, "original_bytes"))
    return texts


def _decoded(piece, font) -> str:
    codes = piece.original_bytes
    return "".join(font[codes[place : place + 2]] for place in range(0, len(codes), 2))


def _letters(font) -> dict[bytes, str]:
    """From the two bytes of each glyph to its letters."""
    table = font["/ToUnicode"].get_data().decode("latin-1")
    found = {}
    for part in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, letters in re.findall(r"<(\w+)>\s*<(\w+)>", part):
            found[bytes.fromhex(code)] = bytes.fromhex(letters).decode("utf-16-be")
    for part in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, letters in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", part):
            for step in range(int(last, 16) - int(first, 16) + 1):
                code = (int(first, 16) + step).to_bytes(2, "big")
                found[code] = chr(ord(bytes.fromhex(letters).decode("utf-16-be")) + step)
    return found
