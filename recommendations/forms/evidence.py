"""What documents an update: rows of links, files and case numbers, and which files are taken."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from recommendations.actions import EvidenceContent
from recommendations.forms.base import model_field
from recommendations.models import Evidence, StatusUpdate


class EvidenceForm(forms.Form):
    """One row of evidence. An empty row is no row."""

    NOTHING = _("Skriv et link eller et sagsnummer, eller vælg en fil.")

    title = model_field(Evidence, "title", required=False)
    url = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    file = forms.FileField(label=_("Fil"), required=False, widget=forms.FileInput)
    case_number = model_field(Evidence, "case_number")
    pages = model_field(Evidence, "pages", widget=forms.HiddenInput())  # what was read from a source is kept
    stored = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the row this one was read from
    remove = forms.BooleanField(label=_("Fjern"), required=False)

    def clean_file(self) -> Any:
        upload: Any = self.cleaned_data["file"]
        if upload:
            check_evidence_file(upload)
            return without_hidden_data(upload)
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.is_empty or self.errors:
            return cleaned
        if not cleaned.get("title"):
            self.add_error(
                "title", gettext("Giv dokumentationen en titel, for eksempel «Referat af mødet den 3. marts».")
            )
        given = [bool(cleaned.get(name)) for name in ("url", "case_number")]
        if sum(given) + bool(cleaned.get("file") or cleaned.get("stored")) == 0:
            raise ValidationError(self.NOTHING)
        if sum(given) + bool(cleaned.get("file")) > 1:
            raise ValidationError(gettext("Skriv enten et link, en fil eller et sagsnummer. Brug en række til hver."))
        return cleaned

    @property
    def is_empty(self) -> bool:
        cleaned = self.cleaned_data
        says = ("title", "url", "file", "case_number", "pages", "stored")
        return bool(cleaned.get("remove")) or not any(cleaned.get(name) for name in says)

    def content(self, stored_files: dict[int, str]) -> EvidenceContent:
        """What was typed; a stored file is kept unless something else was put in its place."""
        cleaned = self.cleaned_data
        file = cleaned.get("file") or ""
        if not (file or cleaned["url"] or cleaned["case_number"]):
            file = stored_files.get(cleaned.get("stored") or 0, "")
        pages = cleaned.get("pages", "")
        return EvidenceContent(cleaned["title"], cleaned["url"], file, cleaned["case_number"], pages)


class BaseEvidenceFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    def contents(self, *updates: StatusUpdate | None) -> list[EvidenceContent]:
        """The rows that say something, in order. `updates` are those whose stored files may be kept."""
        stored = {row.pk: row.file.name for update in updates if update for row in update.evidence.all()}
        return [form.content(stored) for form in self.forms if not form.is_empty]

    @staticmethod
    def initial_from(update: StatusUpdate | None) -> list[dict[str, Any]]:
        if update is None:
            return []
        return [
            {
                "title": row.title,
                "url": row.url,
                "case_number": row.case_number,
                "pages": row.pages,
                "stored": row.pk,
                "file_name": row.file.name,
            }
            for row in update.evidence.order_by("position")
        ]


EvidenceFormSet: Any = forms.formset_factory(EvidenceForm, formset=BaseEvidenceFormSet, extra=2, max_num=20)


# How each kind of file begins; Office files are ZIP archives with a folder of their own.
SIGNATURES = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
}


OFFICE_FOLDERS = {"docx": "word/", "xlsx": "xl/"}
PICTURES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG"}  # as Pillow calls them


def check_evidence_file(upload: Any) -> None:
    """Refuse a file that is too large, of another kind than allowed, or not what its name says."""
    megabyte = 1024 * 1024
    if (upload.size or 0) > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            gettext("Filen er %(size)s MB. Den må højst være %(most)s MB; del den, eller indsæt et link i stedet.")
            % {"size": -(-(upload.size or 0) // megabyte), "most": settings.EVIDENCE_MAX_BYTES // megabyte}
        )
    name = upload.name or ""
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix not in SIGNATURES:
        raise ValidationError(
            gettext(
                "Filen «%(name)s» kan ikke bruges. "
                "Vælg en PDF-, Word-, Excel-, PNG- eller JPEG-fil, eller indsæt et link."
            )
            % {"name": name}
        )
    if not _is_what_it_says(upload, suffix):
        raise ValidationError(
            gettext("Filen «%(name)s» er ikke det, dens navn siger. Gem den igen fra det program, den er lavet i.")
            % {"name": name}
        )


def _is_what_it_says(upload: Any, suffix: str) -> bool:
    upload.seek(0)
    start = upload.read(16)
    upload.seek(0)
    if not start.startswith(SIGNATURES[suffix]):
        return False
    if suffix not in OFFICE_FOLDERS:
        return True
    try:
        with zipfile.ZipFile(upload) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return False
    finally:
        upload.seek(0)
    return "[Content_Types].xml" in names and any(name.startswith(OFFICE_FOLDERS[suffix]) for name in names)


def without_hidden_data(upload: Any) -> Any:
    """A picture as it looks and no more: where it was taken, by which camera and all comments stay behind (Exif).

    Other files are given back as they are. What is no picture, or too large to be looked at, is refused.
    """
    kind = PICTURES.get(upload.name.rsplit(".", 1)[-1].lower())
    if kind is None:
        return upload
    kept = io.BytesIO()
    try:
        with Image.open(upload, formats=[kind]) as picture:
            # Turned as the camera was held, since that is said in what stays behind.
            turned = ImageOps.exif_transpose(picture)
            plain = Image.frombytes(turned.mode, turned.size, turned.tobytes())
            if turned.mode == "P" and (palette := turned.getpalette()):
                plain.putpalette(palette)
            plain.save(kept, kind, quality=90)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(
            gettext("Billedet «%(name)s» kan ikke læses. Gem det igen som PNG eller JPEG, eller indsæt et link.")
            % {"name": upload.name}
        ) from error
    return SimpleUploadedFile(upload.name, kept.getvalue(), content_type=upload.content_type)
