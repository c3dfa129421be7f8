"""Pictures and typefaces inside Word and Excel files."""

from __future__ import annotations

import io
from pathlib import PurePosixPath

from PIL import Image

from recommendations.uploads.pictures import MOST_PIXELS, plain_jpeg, plain_png


def plain_media(path: str, content: bytes) -> bytes:
    """By what the content is, not by its name. ValueError: of a kind that cannot be cleaned."""
    if content.startswith(b"\x89PNG"):
        return plain_png(content)
    if content.startswith(b"\xff\xd8"):
        return plain_jpeg(content)
    if content.startswith((b"GIF8", b"BM", b"II*\x00", b"MM\x00*")):
        return _drawn_anew(content)
    if content[40:44] == b" EMF":
        return _plain_emf(content)
    if content.startswith((b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00")):
        return content  # WMF: strokes, and no place for descriptions
    if PurePosixPath(path).suffix.lower() in (".odttf", ".ttf", ".otf"):
        return content
    raise ValueError("Unknown media")


def _drawn_anew(content: bytes) -> bytes:
    """GIF, BMP and TIFF: the first picture of several."""
    made = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=["GIF", "BMP", "TIFF"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError("Too large a picture")
            form = picture.format
            plain = picture.copy()
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("No picture") from error
    plain.info = {key: value for key, value in plain.info.items() if key == "transparency"}
    if form == "TIFF":
        plain = Image.frombytes(plain.mode, plain.size, plain.tobytes())
    plain.save(made, form)
    return made.getvalue()


def _plain_emf(content: bytes) -> bytes:
    """Its head says which program drew it, and what the drawing was called."""
    length, start = (int.from_bytes(content[at : at + 4], "little") for at in (60, 64))
    after = start + 2 * length
    if not length or after > len(content):
        return content
    return content[:start] + bytes(after - start) + content[after:]
