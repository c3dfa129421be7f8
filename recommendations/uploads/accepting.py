"""From what somebody uploads to what may be stored."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations import apart
from recommendations.uploads.kinds import (
    EXCEL,
    JPEG,
    PDF,
    PNG,
    WORD,
    FileKind,
    kind_of,
    mended_name,
    not_a_kind,
    not_what_it_says,
    too_much,
    unreadable,
)

CLEANED = gettext_lazy(
    "PDF, Word, Excel, PNG eller JPEG. Det, man ser, bliver stående. Det, man ikke ser, fjernes: forfatter, sted, "
    "kommentarer, rettelser og bilag."
)
MEGABYTE = 1024 * 1024
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound file: Office before 2007, and Office behind a password
# What cleans each kind, in a process of its own: by name, so that only that process loads what it needs for it.
PICTURE_CLEANER = "recommendations.uploads.pictures:plain_picture"
CLEANERS = {
    PDF: "recommendations.uploads.pdf:plain_pdf",
    WORD: "recommendations.uploads.word:plain_document",
    EXCEL: "recommendations.uploads.excel:plain_workbook",
    PNG: PICTURE_CLEANER,
    JPEG: PICTURE_CLEANER,
}


def accepted(upload: UploadedFile[Any], *, most_bytes: int) -> SimpleUploadedFile:
    """The file without what one does not see when one opens it, under its own name, mended.

    ValidationError with a sentence: too large, of another kind, not what its name says, locked, broken, or with
    something in it that cannot be taken out without changing what one sees.
    """
    name = mended_name(upload.name or "")
    kind = kind_of(name)
    if kind is None:
        raise not_a_kind(name)
    if (upload.size or 0) > most_bytes:
        raise ValidationError(
            _("Filen er %(size)s MB. Den må højst være %(most)s MB; del den, eller indsæt et link i stedet.")
            % {"size": -(-(upload.size or 0) // MEGABYTE), "most": most_bytes // MEGABYTE}
        )
    content = cleaned(name, kind, _read(upload))
    return SimpleUploadedFile(name, content, content_type=kind.content_type)


def cleaned(name: str, kind: FileKind, content: bytes) -> bytes:
    if not content.startswith(kind.begins):
        if kind in (WORD, EXCEL) and content.startswith(OLD_OFFICE):
            raise ValidationError(
                _("Filen »%(name)s« er låst med en adgangskode eller gemt i et gammelt format. Gem den uden.")
                % {"name": name}
            )
        raise not_what_it_says(name)
    try:
        return apart.made(CLEANERS[kind], content, name=name)
    except apart.Fallen as fallen:
        raise (too_much(name) if fallen.is_spent else unreadable(name)) from fallen


def digest_of(file: Any) -> str:
    """SHA-256 of what is in an open file, as 64 hexadecimal digits. The file is left at its start."""
    digest = hashlib.sha256(_read(file))
    file.seek(0)
    return digest.hexdigest()


def _read(file: Any) -> bytes:
    file.seek(0)
    content: bytes = file.read()
    return content
