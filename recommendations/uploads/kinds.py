"""Which kinds of file are taken, and as what they are sent: the only list of them. And what a file may be called."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

OFFICE = "application/vnd.openxmlformats-officedocument"
LONGEST_NAME = 150
# Links that are kept; not file:, which tells where somebody keeps their files.
ADDRESSES = ("https:", "http:", "mailto:", "tel:")


@dataclass(frozen=True)
class FileKind:
    """`label` is a name that needs no translation; `begins` are the first bytes of every such file."""

    label: str
    content_type: str
    begins: bytes
    is_picture: bool = False


PDF = FileKind("PDF", "application/pdf", b"%PDF-")
WORD = FileKind("Word", f"{OFFICE}.wordprocessingml.document", b"PK\x03\x04")
EXCEL = FileKind("Excel", f"{OFFICE}.spreadsheetml.sheet", b"PK\x03\x04")
PNG = FileKind("PNG", "image/png", b"\x89PNG\r\n\x1a\n", is_picture=True)
JPEG = FileKind("JPEG", "image/jpeg", b"\xff\xd8\xff", is_picture=True)

KINDS = {"pdf": PDF, "docx": WORD, "xlsx": EXCEL, "png": PNG, "jpg": JPEG, "jpeg": JPEG}
ACCEPT = ",".join(f".{suffix}" for suffix in KINDS)  # for the file field of a form


def kind_of(name: str) -> FileKind | None:
    """By the last suffix, whatever its case; None where such files are not taken."""
    _stem, dot, suffix = name.rpartition(".")
    return KINDS.get(suffix.lower()) if dot else None


def content_type_of(name: str) -> str:
    """As what the file is sent: never guessed from what is in it."""
    kind = kind_of(name)
    return kind.content_type if kind else "application/octet-stream"


def mended_name(name: str) -> str:
    """The name without its folders and without signs that are not seen, short enough to keep. Its suffix stays."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(" " if sign.isspace() else sign for sign in last if sign.isspace() or _is_seen(sign))
    path = PurePosixPath(" ".join(unicodedata.normalize("NFC", seen).split()))
    return path.stem[: LONGEST_NAME - len(path.suffix)].rstrip(" .") + path.suffix.lower()


def _is_seen(sign: str) -> bool:
    """Control signs are not, nor are those that turn the direction of writing: »gpj.exe« would read »exe.jpg«."""
    return not unicodedata.category(sign).startswith("C")


def not_a_kind(name: str) -> ValidationError:
    return ValidationError(
        _("Filen »%(name)s« kan ikke bruges. Vælg en PDF-, Word- (.docx), Excel- (.xlsx), PNG- eller JPEG-fil.")
        % {"name": name}
    )


def not_what_it_says(name: str) -> ValidationError:
    return ValidationError(
        _("Filen »%(name)s« er ikke det, dens navn siger. Gem den igen fra det program, den er lavet i.")
        % {"name": name}
    )


def unreadable(name: str) -> ValidationError:
    return ValidationError(
        _("Filen »%(name)s« kan ikke læses; den er måske gået i stykker. Gem den igen, og vælg den nye.")
        % {"name": name}
    )


def too_much(name: str) -> ValidationError:
    return ValidationError(
        _("Filen »%(name)s« er for stor, når den pakkes ud. Gem kun det, der dokumenterer, eller indsæt et link.")
        % {"name": name}
    )
