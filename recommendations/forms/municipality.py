"""What a municipality says of itself, its mark among it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recommendations import uploads
from recommendations.forms.base import RefusableForm

MOST_BYTES = 1024 * 1024  # every page shows it
PICTURES = ",".join(f".{suffix}" for suffix, kind in uploads.KINDS.items() if kind.is_picture)


@dataclass(frozen=True)
class MarkLink:
    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return reverse("mark", args=[self.name])


class MarkInput(forms.ClearableFileInput):
    """The mark that stands is a link to where readers get it; files have no address of their own."""

    initial_text: Any = _("Nu")
    clear_checkbox_label: Any = _("Fjern")
    input_text: Any = _("Vælg et andet")

    def format_value(self, value: Any) -> Any:
        return MarkLink(PurePath(value.name).name) if self.is_initial(value) else None


class MunicipalityForm(RefusableForm):
    """Made for the table by the admin, which also says which fields there are."""

    class Meta:
        widgets = {"mark": MarkInput({"accept": PICTURES})}

    def clean_mark(self) -> Any:
        """A new one without what is not seen, named by what is in it; what was kept or taken away as it is."""
        upload = self.cleaned_data["mark"]
        if not isinstance(upload, UploadedFile):
            return upload
        kind = uploads.kind_of(upload.name or "")
        if kind is None or not kind.is_picture:
            raise ValidationError(_("Bomærket skal være et billede. Vælg en PNG- eller JPEG-fil."))
        mark = uploads.accepted(upload, most_bytes=MOST_BYTES)
        mark.name = uploads.digest_of(mark)[:16] + PurePath(mark.name or "").suffix
        return mark
