"""Pictures as they look and no more: where they were taken, with what, and all comments stay behind (Exif, XMP)."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from recommendations.uploads.kinds import PNG, kind_of, unreadable

MOST_PIXELS = 40_000_000  # about three times what a telephone takes; 120 MB while it is looked at
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


def plain_picture(name: str, content: bytes) -> bytes:
    """Drawn anew, turned as the camera was held, in the colours that every screen shows (sRGB)."""
    form = "PNG" if kind_of(name) == PNG else "JPEG"
    kept = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as picture:
            _check_size(name, picture)
            if form == "PNG" and getattr(picture, "n_frames", 1) > 1:
                raise ValidationError(
                    _("Billedet »%(name)s« bevæger sig. Gem det som et billede, der står stille.") % {"name": name}
                )
            ImageOps.exif_transpose(picture, in_place=True)
            plain = _in_common_colours(picture)
            # What Pillow would carry over to the new file; only which colour is seen through is part of the look.
            plain.info = {key: value for key, value in plain.info.items() if key == "transparency"}
            plain.save(kept, form, quality=90)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels(name) from error
    except UNREADABLE as error:
        raise unreadable(name) from error
    return kept.getvalue()


def _check_size(name: str, picture: Image.Image) -> None:
    """Before anything is unpacked: a few bytes can say that they are a picture of any size."""
    if picture.width * picture.height > MOST_PIXELS:
        raise too_many_pixels(name)


def too_many_pixels(name: str) -> ValidationError:
    return ValidationError(
        _("Billedet »%(name)s« er for stort: højst %(most)s millioner punkter. Gem det mindre, eller indsæt et link.")
        % {"name": name, "most": MOST_PIXELS // 1_000_000}
    )


def _in_common_colours(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    mode = {"RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB"}.get(picture.mode)
    if not profile or mode is None:
        return picture
    try:
        common = ImageCms.createProfile("sRGB")
        made = ImageCms.profileToProfile(picture, io.BytesIO(profile), common, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # a profile that nothing can read changes nothing on a screen either
    return made or picture


# --- Pictures inside other files: not drawn anew, only without what is not seen ---------------------------------------


def plain_jpeg(content: bytes) -> bytes:
    """The same picture without application data, comments, and what follows its end. ValueError where it is none."""
    return b"\xff\xd8" + b"".join(_jpeg_parts(content)) + b"\xff\xd9"


# Restart marks and stuffed bytes belong to the picture; what names its size (JFIF) and its colours (Adobe) is kept.
JFIF, ADOBE, END, SCAN = 0xE0, 0xEE, 0xD9, 0xDA
MARK_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    if not content.startswith(b"\xff\xd8"):
        raise ValueError("No JPEG")
    at, has_scan = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != END:
        mark = content[at + 1]
        if mark == 0xFF:  # filling
            at += 1
            continue
        after = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if after <= at + 3:
            raise ValueError("A part of a JPEG without length")
        if mark == SCAN:
            after, has_scan = _end_of_scan(content, after), True
        if _is_look(mark, content[at + 4 : at + 9]):
            yield content[at:after]
        at = after
    if not has_scan:
        raise ValueError("A JPEG without a picture")


def _is_look(mark: int, begins: bytes) -> bool:
    if mark == JFIF:
        return begins.startswith(b"JFIF")  # not its extension, which is a small copy of the picture
    if mark == ADOBE:
        return begins.startswith(b"Adobe")
    return mark != 0xFE and not 0xE0 <= mark <= 0xEF


def _end_of_scan(content: bytes, at: int) -> int:
    mark = MARK_AFTER_SCAN.search(content, at)
    return mark.start() if mark else len(content)


LOOKS_OF_PNG = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs",
}  # fmt: skip


def plain_png(content: bytes) -> bytes:
    """The same picture, of a moving one the first, without texts and times. ValueError where it is none."""
    if not content.startswith(PNG.begins):
        raise ValueError("No PNG")
    kept, at, kind = [PNG.begins], len(PNG.begins), b""
    has_pixels = False
    while at + 12 <= len(content) and kind != b"IEND":
        after = at + 12 + int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        has_pixels |= kind == b"IDAT"
        if kind in LOOKS_OF_PNG:
            kept.append(content[at:after])
        at = after
    if not has_pixels or kind != b"IEND":
        raise ValueError("A PNG without a picture or without an end")
    return b"".join(kept)


HIDDEN_BOXES = {b"xml ", b"uuid", b"uinf", b"jp2i", b"asoc", b"lbl ", b"nlst"}


def plain_jpeg2000(content: bytes) -> bytes:
    """The same picture without descriptions. A bare code stream, without boxes, has none."""
    if content[4:8] != b"jP  ":
        return content
    kept, at = [], 0
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        if length == 1:
            length = int.from_bytes(content[at + 8 : at + 16], "big")
        after = at + length if length >= 8 else len(content)
        if content[at + 4 : at + 8] not in HIDDEN_BOXES:
            kept.append(content[at:after])
        at = after
    return b"".join(kept)
