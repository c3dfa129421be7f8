"""What staff type: fields, labels and the checks that need no database rule. The rules themselves are in `actions`."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations.actions import EvidenceContent, UpdateDraft
from recommendations.enums import Status, UpdateKind
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    ErrorReport,
    Evidence,
    Recommendation,
    StatusUpdate,
    Succession,
    TrackedItem,
)


class DateInput(forms.DateInput):
    """The browser's own date picker: works by keyboard and without JavaScript."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


def model_field(model, name: str, **changes) -> forms.Field:
    """The form field of a model's field, with the label and help text that are written there."""
    widgets = {name: DateInput()} if model._meta.get_field(name).get_internal_type() == "DateField" else None
    field = fields_for_model(model, fields=[name], widgets=widgets)[name]
    for attribute, value in changes.items():
        setattr(field, attribute, value)
    return field


def add_refusal(form: forms.Form, refused: ValidationError) -> None:
    """Show an action's refusal in the form: at the field where there is one, at the top otherwise."""
    problems = refused.message_dict if hasattr(refused, "error_dict") else {None: refused.messages}
    for name, messages in problems.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


class ActingForm(forms.Form):
    """A form whose action is done in the name of a committee that the user may act for."""

    has_conflict = False  # set when the action found that somebody else was faster

    committee = forms.ModelChoiceField(label=_("På vegne af"), queryset=Committee.objects.none())

    def __init__(self, *args, committees, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = committees
        if len(committees) == 1:
            self.fields["committee"].initial = committees[0]
            self.fields["committee"].empty_label = None


class UpdateForm(ActingForm):
    """A status, or news without a new status."""

    kind = forms.ChoiceField(
        label=_("Hvad vil du fortælle"),
        choices=[(k.value, k.label) for k in (UpdateKind.STATUS, UpdateKind.NOTE)],
        initial=UpdateKind.STATUS,
        widget=forms.RadioSelect,
    )
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices, required=False, widget=forms.RadioSelect)
    on = model_field(StatusUpdate, "on")
    text = model_field(StatusUpdate, "text")
    decided_by = model_field(StatusUpdate, "decided_by")
    decided_on = model_field(StatusUpdate, "decided_on")
    next_step = model_field(StatusUpdate, "next_step")
    next_step_on = model_field(StatusUpdate, "next_step_on")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == UpdateKind.STATUS and not cleaned.get("status") and "status" not in self.errors:
            self.add_error("status", gettext("Vælg en status, eller vælg «Nyt uden ændret status»."))
        if cleaned.get("kind") == UpdateKind.NOTE:
            cleaned["status"] = ""
        return cleaned

    def draft(self, evidence: Sequence[EvidenceContent]) -> UpdateDraft:
        values = {name: self.cleaned_data[name] for name in self.fields if name != "committee"}
        return UpdateDraft(**values, evidence=evidence)

    @staticmethod
    def initial_from(update: StatusUpdate) -> dict:
        names = ["committee", "kind", "status", "on", "text", "decided_by", "decided_on", "next_step", "next_step_on"]
        return {name: getattr(update, name) for name in names}


class CorrectionForm(ActingForm):
    text = model_field(
        StatusUpdate,
        "text",
        required=True,
        label=_("Rettelse"),
        help_text=_("Skriv, hvad der rettes, og hvad der er rigtigt. Begge udgaver kan læses af borgerne."),
    )


class EvidenceForm(forms.Form):
    """One row of evidence. An empty row is no row."""

    NOTHING = _("Skriv et link eller et sagsnummer, eller vælg en fil.")

    title = model_field(Evidence, "title", required=False)
    url = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    file = forms.FileField(label=_("Fil"), required=False, widget=forms.FileInput)
    case_number = model_field(Evidence, "case_number")
    stored = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the row this one was read from
    remove = forms.BooleanField(label=_("Fjern"), required=False)

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload:
            check_evidence_file(upload)
        return upload

    def clean(self):
        cleaned = super().clean()
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
        return cleaned.get("remove") or not any(
            cleaned.get(n) for n in ("title", "url", "file", "case_number", "stored")
        )

    def content(self, stored_files: dict[int, str]) -> EvidenceContent:
        """What was typed; a stored file is kept unless something else was put in its place."""
        cleaned = self.cleaned_data
        file = cleaned.get("file") or ""
        if not (file or cleaned["url"] or cleaned["case_number"]):
            file = stored_files.get(cleaned.get("stored"), "")
        return EvidenceContent(cleaned["title"], cleaned["url"], file, cleaned["case_number"])


class BaseEvidenceFormSet(forms.BaseFormSet):
    def contents(self, update: StatusUpdate | None) -> list[EvidenceContent]:
        """The rows that say something, in order. `update` is the draft whose stored files may be kept."""
        stored = {row.pk: row.file.name for row in update.evidence.all()} if update else {}
        return [form.content(stored) for form in self.forms if not form.is_empty]

    @staticmethod
    def initial_from(update: StatusUpdate | None) -> list[dict]:
        if update is None:
            return []
        return [
            {
                "title": row.title,
                "url": row.url,
                "case_number": row.case_number,
                "stored": row.pk,
                "has_file": bool(row.file),
            }
            for row in update.evidence.all()
        ]


EvidenceFormSet = forms.formset_factory(EvidenceForm, formset=BaseEvidenceFormSet, extra=2, max_num=20)


class CommitteeField(forms.TypedChoiceField):
    """A choice between committees that have been read: where many rows offer it, it asks the database nothing."""

    def __init__(self, committees: Sequence[Committee]):
        by_key = {str(committee.pk): committee for committee in committees}
        choices = [("", _("Vælg et udvalg")), *((key, committee.name) for key, committee in by_key.items())]
        super().__init__(label=_("På vegne af"), choices=choices, coerce=by_key.__getitem__, empty_value=None)


class CommonForm(forms.Form):
    """What is said once for many items; `committees` when they may all be spoken of in the name of each of these."""

    def __init__(self, *args, committees: Sequence[Committee] = (), **kwargs):
        super().__init__(*args, **kwargs)
        if committees:
            self.fields["committee"] = CommitteeField(committees)


class CommonStatusForm(CommonForm):
    """One status for many items."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=Status.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Vælg en status.")},
    )
    on = model_field(StatusUpdate, "on")
    decided_by = model_field(StatusUpdate, "decided_by")
    decided_on = model_field(StatusUpdate, "decided_on")


class RowForm(forms.Form):
    """One of many items. What is left out is not judged; what was typed there stays."""

    include = forms.BooleanField(label=_("Tag rækken med"), required=False, initial=True)

    def __init__(self, *args, committees: Sequence[Committee] = (), **kwargs):
        super().__init__(*args, **kwargs)
        if committees:
            self.fields["committee"] = CommitteeField(committees)

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("include"):
            self._errors.clear()


class StatusRowForm(RowForm, EvidenceForm):
    """One of many items with its own text, and at most one link or case number."""

    NOTHING = _("Skriv et link eller et sagsnummer.")

    text = model_field(StatusUpdate, "text", help_text="", widget=forms.Textarea(attrs={"rows": 3}))
    title = model_field(Evidence, "title", required=False, label=_("Dokumentationens titel"))
    file = stored = remove = None

    field_order = ["include", "committee", "text", "title", "url", "case_number"]


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


def check_evidence_file(upload) -> None:
    """Refuse a file that is too large, of another kind than allowed, or not what its name says."""
    megabyte = 1024 * 1024
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            gettext("Filen er %(size)s MB. Den må højst være %(most)s MB; del den, eller indsæt et link i stedet.")
            % {"size": -(-upload.size // megabyte), "most": settings.EVIDENCE_MAX_BYTES // megabyte}
        )
    suffix = upload.name.rsplit(".", 1)[-1].lower() if "." in upload.name else ""
    if suffix not in SIGNATURES:
        raise ValidationError(
            gettext(
                "Filen «%(name)s» kan ikke bruges. "
                "Vælg en PDF-, Word-, Excel-, PNG- eller JPEG-fil, eller indsæt et link."
            )
            % {"name": upload.name}
        )
    if not _is_what_it_says(upload, suffix):
        raise ValidationError(
            gettext("Filen «%(name)s» er ikke det, dens navn siger. Gem den igen fra det program, den er lavet i.")
            % {"name": upload.name}
        )


def _is_what_it_says(upload, suffix: str) -> bool:
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


class HandledForm(forms.Form):
    note = model_field(ErrorReport, "note", label=_("Hvad blev der gjort?"), required=False)


class ReturnForm(forms.Form):
    comment = forms.CharField(
        label=_("Kommentar til den, der har skrevet"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(forms.Form):
    """A committee's answer to one recommendation."""

    committee = forms.ModelChoiceField(label=_("Udvalg"), queryset=Committee.objects.none())
    outcome = model_field(CommitteeAnswer, "outcome")
    meeting_date = model_field(CommitteeAnswer, "meeting_date")
    agenda_item = model_field(CommitteeAnswer, "agenda_item")
    agenda_url = forms.URLField(
        label=_("Link til dagsordenspunktet"), required=False, max_length=500, assume_scheme="https"
    )
    text = model_field(CommitteeAnswer, "text")
    passed_on_to = model_field(CommitteeAnswer, "passed_on_to")
    corrects = forms.ModelChoiceField(
        label=_("Retter et tidligere svar"),
        queryset=CommitteeAnswer.objects.none(),
        required=False,
        empty_label=_("Nej, det er et nyt svar"),
    )

    def __init__(self, *args, recommendation: Recommendation, committees, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = committees
        self.fields["corrects"].queryset = recommendation.answers.filter(corrections__isnull=True).select_related(
            "committee"
        )


class DeadlineForm(ActingForm):
    due_on = model_field(Deadline, "due_on")
    reason = model_field(Deadline, "reason", help_text=_("Nødvendig, når en frist flyttes. Vises for borgerne."))


class DoneWhenForm(ActingForm):
    text = model_field(DoneWhen, "text")
    reason = model_field(DoneWhen, "reason", help_text=_("Nødvendig, når ordlyden ændres. Vises for borgerne."))


class HandOverForm(forms.Form):
    """One committee takes over from another; `open_items` are the items to choose from, all of them by default."""

    successor = forms.ModelChoiceField(label=_("Til udvalg"), queryset=Committee.objects.none())
    on = model_field(Succession, "on")
    reason = model_field(Succession, "reason")
    predecessor_ends = forms.BooleanField(label=_("Det gamle udvalg ophører den dag"), required=False, initial=True)
    items = forms.MultipleChoiceField(
        label=_("Rækker, der flytter med"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, predecessor: Committee, open_items: Sequence[TrackedItem], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = Committee.objects.exclude(pk=predecessor.pk)
        self._open_items = {f"{item.ABOUT}-{item.pk}": item for item in open_items}
        self.fields["items"].choices = [
            (key, f"{item.publication.title}: {item}") for key, item in self._open_items.items()
        ]
        self.fields["items"].initial = list(self._open_items)

    def clean_items(self) -> list[TrackedItem]:
        return [self._open_items[key] for key in self.cleaned_data["items"]]
