"""What a PDF carries: the files attached to it, found without following its structure, each unpacked within bounds."""

from __future__ import annotations

import re
import zlib

ATTACHED = re.compile(rb"/EmbeddedFile\b")
STREAM_BEGINS = re.compile(rb"stream\r?\n")
MOST_ATTACHED = 60 * 1024 * 1024
MOST_ATTACHMENTS = 20


def attached_files(content: bytes) -> list[bytes]:
    """Each attachment of a PDF that is not encrypted, in the order in which they stand in the file."""
    found = []
    for place in list(ATTACHED.finditer(content))[:MOST_ATTACHMENTS]:
        begins = STREAM_BEGINS.search(content, place.end(), place.end() + 2000)
        dictionary = content[content.rfind(b"obj", 0, place.start()) : begins.start()] if begins else b""
        if not begins or b"endobj" in dictionary:
            continue  # it only names the kind of file, for example in a table of names
        found.append(_unpacked_stream(content, begins.end(), is_packed=b"FlateDecode" in dictionary))
    return [one for one in found if one]


def _unpacked_stream(content: bytes, start: int, *, is_packed: bool) -> bytes:
    if not is_packed:
        return content[start : content.find(b"endstream", start)].rstrip(b"\r\n")
    opened = zlib.decompressobj()
    try:
        unpacked = opened.decompress(content[start : start + MOST_ATTACHED], MOST_ATTACHED)
    except zlib.error:
        return b""
    return b"" if opened.unconsumed_tail else unpacked
