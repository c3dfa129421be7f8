"""What documents an update: rows of links, files and case numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations import uploads
from recommendations.actions import EvidenceContent
from recommendations.enums import EvidenceKind
from recommendations.forms.base import model_field
from recommendations.models import Evidence, StatusUpdate


class EvidenceForm(forms.Form):
    """One row of evidence. An empty row is no row; a row without a title is called what it leads to is called."""

    NOTHING = _("Skriv et link eller et sagsnummer, eller vælg en fil.")

    file = forms.FileField(label=_("Fil"), required=False, widget=forms.FileInput({"accept": uploads.ACCEPT}))
    url = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    kind = model_field(Evidence, "kind", required=False, label=_("Hvad viser den?"), initial=None)
    case_number = model_field(Evidence, "case_number")
    title = model_field(
        Evidence,
        "title",
        required=False,
        label=_("Titel"),
        help_text=_("Det, borgerne læser. Står den tom, bruger vi filens navn eller linkets adresse."),
    )
    pages = model_field(Evidence, "pages", widget=forms.HiddenInput())  # what was read from a source is kept
    stored = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the row this one was read from
    remove = forms.BooleanField(label=_("Fjern"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [("", _("Vælg")), *EvidenceKind.choices]  # nothing is chosen beforehand: it has to be thought of

    def clean_file(self) -> Any:
        upload: Any = self.cleaned_data["file"]
        if upload:
            return uploads.accepted(upload, most_bytes=settings.EVIDENCE_MAX_BYTES)
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.is_empty or self.errors:
            return cleaned
        given = [bool(cleaned.get(name)) for name in ("url", "case_number")]
        if sum(given) + bool(cleaned.get("file") or cleaned.get("stored")) == 0:
            raise ValidationError(self.NOTHING)
        if sum(given) + bool(cleaned.get("file")) > 1:
            raise ValidationError(gettext("Skriv enten et link, en fil eller et sagsnummer. Brug en række til hver."))
        if not cleaned.get("kind"):
            self.add_error(
                "kind", gettext("Vælg, hvad dokumentationen viser: er det »Besluttet«, eller er det »I drift«?")
            )
        return cleaned

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that most evidence needs."""
        return [self["file"], self["url"], self["kind"]]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that are folded away."""
        return [self["case_number"], self["title"]]

    @property
    def more_is_open(self) -> bool:
        """Whether a case number stands there, or something is wrong there; a title stands in many rows."""
        return bool(self["case_number"].value() or any(field.errors for field in self.more))

    @property
    def is_empty(self) -> bool:
        cleaned = self.cleaned_data
        says = ("title", "url", "file", "case_number", "kind", "pages", "stored")
        return bool(cleaned.get("remove")) or not any(cleaned.get(name) for name in says)

    def content(self, stored: Mapping[int, Evidence]) -> EvidenceContent:
        """What was typed; a stored file is kept unless something else was put in its place."""
        cleaned = self.cleaned_data
        file = cleaned.get("file") or None
        if not (file or cleaned["url"] or cleaned["case_number"]):
            file = stored.get(cleaned.get("stored") or 0)
        title = cleaned["title"] or called(cleaned["url"], file)
        pages, kind = cleaned.get("pages", ""), cleaned["kind"]
        return EvidenceContent(title, cleaned["url"], file, cleaned["case_number"], pages, kind)


def called(url: str, file: Any) -> str:
    """What evidence is called by itself: a file by its name, a link by its address, a case number by what it is."""
    if file:
        name: str = (file.file_name or file.title) if isinstance(file, Evidence) else file.name
        return PurePath(name).stem.replace("_", " ").strip()[:200] or gettext("Fil")
    if url:
        return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")[:200]
    return gettext("Dokument i kommunens arkiv")


class BaseEvidenceFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    def contents(self, *updates: StatusUpdate | None) -> list[EvidenceContent]:
        """The rows that say something, in order. `updates` are those whose stored files may be kept."""
        stored = {row.pk: row for update in updates if update for row in update.evidence.exclude(file="")}
        return [form.content(stored) for form in self.forms if not form.is_empty]

    def take_refusal(self, refused: ValidationError) -> ValidationError | None:
        """Show what an action says of the evidence where the evidence is typed, and give back the rest, if any."""
        problems = getattr(refused, "error_dict", {})
        if "evidence" not in problems:
            return refused
        self.non_form_errors().extend(problems["evidence"])
        rest = {name: errors for name, errors in problems.items() if name != "evidence"}
        return ValidationError(rest) if rest else None

    @staticmethod
    def initial_from(update: StatusUpdate | None) -> list[dict[str, Any]]:
        """The rows of an update; what has been withheld is not carried on."""
        if update is None:
            return []
        return [
            {
                "title": row.title,
                "url": row.url,
                "case_number": row.case_number,
                "kind": row.kind,
                "pages": row.pages,
                "stored": row.pk,
                "file_name": row.file_name or row.title if row.file else "",
            }
            for row in update.evidence.filter(removed="").order_by("position")
        ]


EvidenceFormSet: Any = forms.formset_factory(EvidenceForm, formset=BaseEvidenceFormSet, extra=2, max_num=20)
