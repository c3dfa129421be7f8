"""What staff type: fields, labels and the checks that need no database rule. The rules themselves are in `actions`."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.forms.models import fields_for_model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations.actions import EvidenceContent, FactContent, ItemWords, UpdateDraft
from recommendations.actions.wordings import OURS
from recommendations.enums import CLOSED, ItemKind, Status, UpdateKind
from recommendations.models import (
    Committee,
    CommitteeAnswer,
    Deadline,
    DoneWhen,
    ErrorReport,
    Evidence,
    Item,
    Ownership,
    ProcessFact,
    StatusUpdate,
    Succession,
    Wording,
)


class DateInput(forms.DateInput):
    """The browser's own date picker: works by keyboard and without JavaScript."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


def model_field(model: type[Model], name: str, **changes: Any) -> forms.Field:
    """The form field of a model's field, with the label and help text that are written there."""
    widgets: Any = {name: DateInput()} if model._meta.get_field(name).get_internal_type() == "DateField" else None
    field: forms.Field = fields_for_model(model, fields=[name], widgets=widgets)[name]
    for attribute, value in changes.items():
        setattr(field, attribute, value)
    return field


def sentences_of(refused: ValidationError) -> Iterator[tuple[str, str]]:
    """Each sentence of a refusal with the name of its field."""
    problems = refused.message_dict if hasattr(refused, "error_dict") else {NON_FIELD_ERRORS: refused.messages}
    for name, sentences in problems.items():
        for sentence in sentences:
            yield name, sentence


def add_refusal(form: forms.BaseForm, refused: ValidationError) -> None:
    """Show an action's refusal in the form: at the field where there is one, at the top otherwise."""
    for name, sentence in sentences_of(refused):
        form.add_error(name if name in form.fields else None, sentence)


class RefusableForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of a row that an action writes. What the action refused is shown where it was typed."""

    refusal: ValidationError | None = None  # set on the class that is made for one request

    def full_clean(self) -> None:
        super().full_clean()
        if self.refusal is not None and self.is_bound:
            add_refusal(self, self.refusal)


class ActingForm(forms.Form):
    """A form whose action is done in the name of a committee that the user may act for."""

    has_conflict = False  # set when the action found that somebody else was faster

    committee: Any = forms.ModelChoiceField(label=_("På vegne af"), queryset=None)

    def __init__(self, *args: Any, committees: QuerySet[Committee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["committee"]
        field.queryset = committees
        if len(committees) == 1:
            field.initial, field.empty_label = committees[0], None


class ContentForm(ActingForm):
    """What an update says, whatever kind it is of."""

    on = model_field(StatusUpdate, "on")
    text = model_field(StatusUpdate, "text")
    decided_by = model_field(StatusUpdate, "decided_by")
    decided_on = model_field(StatusUpdate, "decided_on")
    next_step = model_field(StatusUpdate, "next_step")
    next_step_on = model_field(StatusUpdate, "next_step_on")

    def draft(self, evidence: Sequence[EvidenceContent]) -> UpdateDraft:
        values = {name: self.cleaned_data[name] for name in self.fields if name != "committee"}
        return UpdateDraft(**values, evidence=evidence)

    @classmethod
    def initial_from(cls, update: StatusUpdate) -> dict[str, Any]:
        return {name: getattr(update, name) for name in cls.base_fields}


class UpdateForm(ContentForm):
    """A status, or news without a new status."""

    kind = forms.ChoiceField(
        label=_("Hvad vil du fortælle"),
        choices=[(k.value, k.label) for k in (UpdateKind.STATUS, UpdateKind.NOTE)],
        initial=UpdateKind.STATUS,
        widget=forms.RadioSelect,
    )
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices, required=False, widget=forms.RadioSelect)

    field_order = ["committee", "kind", "status"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == UpdateKind.STATUS and not cleaned.get("status") and "status" not in self.errors:
            self.add_error("status", gettext("Vælg en status, eller vælg «Nyt uden ændret status»."))
        if cleaned.get("kind") == UpdateKind.NOTE:
            cleaned["status"] = ""
        return cleaned


class CorrectionForm(ContentForm):
    """What was wrong, and what is to stand instead: a status, or nothing."""

    status = forms.ChoiceField(
        label=_("Hvad skal der stå i stedet"),
        choices=[("", _("Ingenting: det, der stod før, gælder igen")), *Status.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    text = model_field(
        StatusUpdate,
        "text",
        required=True,
        label=_("Rettelse"),
        help_text=_("Skriv, hvad der rettes, og hvad der er rigtigt. Begge udgaver kan læses af borgerne."),
    )

    field_order = ["committee", "text", "status"]

    @classmethod
    def initial_of(cls, corrected: StatusUpdate) -> dict[str, Any]:
        """What a new correction begins with: all that the wrong row said, but its text."""
        return cls.initial_from(corrected) | {"text": "", "committee": None}


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


class CommitteeField(forms.TypedChoiceField):
    """A choice between committees that have been read: where many rows offer it, it asks the database nothing."""

    def __init__(self, committees: Sequence[Committee]):
        by_key = {str(committee.pk): committee for committee in committees}
        choices = [("", _("Vælg et udvalg")), *((key, committee.name) for key, committee in by_key.items())]
        super().__init__(label=_("På vegne af"), choices=choices, coerce=by_key.__getitem__, empty_value=None)


class CommitteeAskedForm(forms.Form):
    """Of many items: where it is to be said here in whose name, `committees` are those to choose from."""

    def __init__(self, *args: Any, committees: Sequence[Committee] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        if committees:
            self.fields["committee"] = CommitteeField(committees)


class CommonForm(CommitteeAskedForm):
    """What is said once for many items."""


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


class BulkRowForm(CommitteeAskedForm):
    """One of many items. What is left out is not judged; what was typed there stays."""

    include = forms.BooleanField(label=_("Tag rækken med"), required=False, initial=True)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("include"):
            self.errors.clear()


class BulkStatusForm(BulkRowForm, EvidenceForm):
    """One of many items with its own text, and at most one link or case number."""

    NOTHING = _("Skriv et link eller et sagsnummer.")

    text = model_field(StatusUpdate, "text", help_text="", widget=forms.Textarea(attrs={"rows": 3}))
    title = model_field(Evidence, "title", required=False, label=_("Dokumentationens titel"))
    file = pages = stored = remove = None  # type: ignore[assignment]

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


class HandledForm(forms.Form):
    note = model_field(ErrorReport, "note", label=_("Hvad blev der gjort?"), required=False)


class ReturnForm(forms.Form):
    comment = forms.CharField(
        label=_("Kommentar til den, der har skrevet"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class CorrigibleField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Which of the rows that stand was wrong, if any."""

    def __init__(self, label: Any, empty_label: Any):
        super().__init__(label=label, queryset=None, required=False, empty_label=empty_label)


class AnswerForm(forms.Form):
    """A committee's answer to one item, or the correction of one."""

    committee: Any = forms.ModelChoiceField(label=_("Udvalg"), queryset=None)
    outcome = model_field(CommitteeAnswer, "outcome")
    meeting_date = model_field(CommitteeAnswer, "meeting_date")
    agenda_item = model_field(CommitteeAnswer, "agenda_item")
    agenda_url = forms.URLField(
        label=_("Link til dagsordenspunktet"), required=False, max_length=500, assume_scheme="https"
    )
    text = model_field(CommitteeAnswer, "text")
    passed_on_to = model_field(CommitteeAnswer, "passed_on_to")
    chosen_option: Any = forms.ModelChoiceField(
        label=CommitteeAnswer._meta.get_field("chosen_option").verbose_name,
        queryset=None,
        required=False,
        empty_label=_("Ingen bestemt"),
    )
    corrects = CorrigibleField(_("Retter et tidligere svar"), _("Nej, det er et nyt svar"))

    def __init__(self, *args: Any, item: Item, committees: QuerySet[Committee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["committee"].queryset = committees
        if len(committees) == 1:
            fields["committee"].initial, fields["committee"].empty_label = committees[0], None
        fields["outcome"].help_text = _(
            "Lad stå tom for at tage et svar tilbage, der aldrig blev givet. Skriv hvorfor."
        )
        fields["corrects"].queryset = (
            CommitteeAnswer.objects.known().filter(item=item).select_related("committee").newest_first()
        )
        options = item.children.filter(kind=ItemKind.OPTION).select_related("wording").order_by("path")
        if options:
            fields["chosen_option"].queryset = options
        else:
            del fields["chosen_option"]


class DeadlineForm(ActingForm):
    due_on = model_field(Deadline, "due_on", required=False)
    reason = model_field(
        Deadline,
        "reason",
        help_text=_("Nødvendig, når en frist flyttes, rettes eller tages tilbage. Vises for borgerne."),
    )
    corrects = CorrigibleField(_("Retter en frist, der er skrevet forkert"), _("Nej"))

    def __init__(self, *args: Any, item: Item, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["due_on"].help_text = _("Lad stå tom for at tage en frist tilbage, der aldrig blev sat.")
        fields["corrects"].queryset = _standing_of(Deadline, item)


class DoneWhenForm(ActingForm):
    text = model_field(DoneWhen, "text", required=False)
    reason = model_field(
        DoneWhen,
        "reason",
        help_text=_("Nødvendig, når ordlyden ændres, rettes eller tages tilbage. Vises for borgerne."),
    )
    corrects = CorrigibleField(_("Retter et kriterium, der er skrevet forkert"), _("Nej"))

    def __init__(self, *args: Any, item: Item, **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["text"].help_text = _("Lad stå tom for at tage et kriterium tilbage, der aldrig blev sat.")
        fields["corrects"].queryset = _standing_of(DoneWhen, item)


def _standing_of(model: type[Deadline] | type[DoneWhen], item: Item) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.known().filter(item=item).newest_first()
    return found.select_related("item__wording")


# --- Items, their words and their owners ------------------------------------------------------------------------------


class WordsFields(forms.Form):
    """The words of an item, field for field as `ItemWords` has them."""

    title = model_field(Wording, "title")
    title_basis = model_field(Wording, "title_basis")
    summary = model_field(Wording, "summary")
    official_text = model_field(Wording, "official_text")
    official_basis = model_field(Wording, "official_basis")
    document = model_field(Wording, "document")
    pages = model_field(Wording, "pages")

    def words(self) -> ItemWords:
        return ItemWords(**{name: self.cleaned_data[name] for name in ItemWords.__dataclass_fields__})


class WordingForm(WordsFields):
    """New words, or words to be corrected. Who may only change ours is shown the source's and cannot type there."""

    valid_from = model_field(Wording, "valid_from")
    reason = model_field(Wording, "reason")

    def __init__(self, *args: Any, wording: Wording, of_the_source: bool, **kwargs: Any):
        super().__init__(*args, **{"initial": asdict(ItemWords.of(wording)), **kwargs})
        if not of_the_source:
            for name in ItemWords.__dataclass_fields__.keys() - OURS:
                self.fields[name].disabled = True


class NewItemForm(RefusableForm, WordsFields):
    """A row of a source, with its first words."""

    valid_from = model_field(Wording, "valid_from", required=False, initial=None)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].help_text = _("Tom betyder den dag, kilden er fra.")


class EndOwnerForm(forms.Form):
    valid_to = model_field(Ownership, "valid_to", required=True)
    reason = model_field(Ownership, "reason")


class CorrectOwnerForm(forms.Form):
    role = model_field(Ownership, "role")
    valid_from = model_field(Ownership, "valid_from")
    valid_to = model_field(Ownership, "valid_to")
    never = forms.BooleanField(label=_("Udvalget har aldrig ejet rækken"), required=False)
    reason = model_field(
        Ownership, "reason", required=True, help_text=_("Skriv, hvad der var forkert. Det vises for borgerne.")
    )


# --- Sources ----------------------------------------------------------------------------------------------------------


class FactForm(forms.Form):
    """One fact of how a source came about. An empty row is no row."""

    label = model_field(ProcessFact, "label", required=False)
    number = model_field(ProcessFact, "number")
    on = model_field(ProcessFact, "on")
    text = model_field(ProcessFact, "text")
    is_step = model_field(ProcessFact, "is_step")
    remove = forms.BooleanField(label=_("Fjern"), required=False)

    @property
    def is_empty(self) -> bool:
        cleaned = self.cleaned_data
        says_something = cleaned.get("number") is not None or any(cleaned.get(n) for n in ("label", "on", "text"))
        return bool(cleaned.get("remove")) or not says_something

    def content(self) -> FactContent:
        return FactContent(**{name: self.cleaned_data[name] for name in FactContent.__dataclass_fields__})


FactFormSet = forms.formset_factory(FactForm, extra=3, max_num=60)


class OpenSourceForm(forms.Form):
    """Asked for only where rows are missing: is it to be public all the same?"""

    although_incomplete = forms.BooleanField(
        label=_("Gør kilden offentlig, selv om der mangler rækker"), required=False
    )


# --- Reorganisation ---------------------------------------------------------------------------------------------------


class HandOverForm(forms.Form):
    """One committee takes over from another; `owned` are the items to choose from, the open ones by default."""

    successor: Any = forms.ModelChoiceField(label=_("Til udvalg"), queryset=None)
    on = model_field(Succession, "on")
    reason = model_field(Succession, "reason")
    predecessor_ends = forms.BooleanField(
        label=_("Det gamle udvalg ophører den dag"),
        required=False,
        initial=True,
        help_text=_(
            "Så flytter alle kladder med, og folk får de samme roller i det nye udvalg. Ellers flytter kun de "
            "valgte rækker og kladderne om dem."
        ),
    )
    items = forms.MultipleChoiceField(
        label=_("Rækker, der flytter med"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, predecessor: Committee, owned: Collection[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["successor"].queryset = Committee.objects.exclude(pk=predecessor.pk)
        if predecessor.valid_to:
            fields["on"].initial = predecessor.valid_to
        self._owned = {str(item.pk): item for item in owned}
        closed = gettext("afsluttet")
        fields["items"].choices = [
            (key, f"{item.publication.title}: {item}" + (f" ({closed})" if item.state_status in CLOSED else ""))
            for key, item in self._owned.items()
        ]
        fields["items"].initial = [key for key, item in self._owned.items() if item.state_status not in CLOSED]

    def clean_items(self) -> list[Item]:
        return [self._owned[key] for key in self.cleaned_data["items"]]
