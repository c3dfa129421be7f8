"""Reads an uploaded file to the last byte: packed streams, members of archives, strings, chunks. And what it shows."""

import io
import re
import zipfile
import zlib

import docx
import openpyxl
import pypdf
from PIL import Image
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, StreamObject, TextStringObject


def everything_in(content):
    """All bytes that can be got out of a file, one piece after the other, unpacked."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                yield member.filename.encode()
                yield member.comment + member.extra
                yield from everything_in(archive.read(member))
    elif content.startswith(b"%PDF"):
        yield from _streams_of(content)
        yield from _objects_of(content)
    elif content.startswith(b"\x89PNG"):
        yield from _unpacked(content)


def says(content, word):
    """Whether a word stands anywhere in a file, in any of the ways in which letters are written."""
    forms = [word.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    return any(form in piece for piece in everything_in(content) for form in forms)


def _streams_of(content):
    """Also those that nothing points at any longer, as in earlier versions."""
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        yield from _unpacked(found.group(1), at=0)
        yield found.group(1)


def _unpacked(content, at=None):
    """What can be unpacked from anywhere in `content` (zlib), or from `at` only."""
    starts = [at] if at is not None else [found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content)]
    for start in starts:
        try:
            yield zlib.decompressobj().decompress(content[start:])
        except zlib.error:
            continue


def _objects_of(content):
    reader = pypdf.PdfReader(io.BytesIO(content))
    waiting, seen = [reader.trailer], set()
    while waiting:
        found = waiting.pop().get_object()
        if id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, DictionaryObject):
            yield " ".join(found.keys()).encode()
            waiting += [found.raw_get(key) for key in found]
            if isinstance(found, StreamObject):
                yield from everything_in(found._data)
        elif isinstance(found, ArrayObject):
            waiting += list(found)
        elif isinstance(found, (TextStringObject, ByteStringObject)):
            yield found.encode() if isinstance(found, str) else bytes(found)


# --- What it shows ----------------------------------------------------------------------------------------------------


def shown_in(name, content):
    """What a reader sees of a file, as words; of a picture its size and the colour of its middle."""
    return {"pdf": _pdf, "docx": _docx, "xlsx": _xlsx}.get(name.rsplit(".", 1)[-1], _picture)(io.BytesIO(content))


def _pdf(file):
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(file, strict=True).pages]


def _docx(file):
    document = docx.Document(file)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [text for text in [*(paragraph.text for paragraph in document.paragraphs), *cells] if text]


def _xlsx(file):
    book = openpyxl.load_workbook(file)
    return [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]


def _picture(file):
    with Image.open(file) as picture:
        red, green, blue = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))
        colour = "rød" if red > 180 > green + blue else "blå" if blue > 180 > red + green else "anden"
        return [f"{picture.width} x {picture.height}", colour]
