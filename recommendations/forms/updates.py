"""What an update says: a status, news, a correction; and the comment that sends one back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations.actions import EvidenceContent, UpdateDraft
from recommendations.enums import Status, UpdateKind
from recommendations.forms.base import ActingForm, DoubtableForm, model_field
from recommendations.forms.meetings import ComingMeetingField
from recommendations.models import Committee, DoneWhen, Evidence, StatusUpdate

# What few updates say: folded away until it is wanted.
SELDOM = frozenset({"decided_by", "decided_on", "next_step", "next_step_on", "next_step_meeting"})


class ContentForm(DoubtableForm, ActingForm):
    """What an update says, whatever kind it is of. Who can write for one committee only is not asked for which."""

    on = model_field(StatusUpdate, "on")
    text = model_field(StatusUpdate, "text")
    decided_by = model_field(StatusUpdate, "decided_by")
    decided_on = model_field(StatusUpdate, "decided_on")
    next_step = model_field(StatusUpdate, "next_step")
    next_step_on = model_field(StatusUpdate, "next_step_on")
    next_step_meeting = ComingMeetingField(
        label=_("Eller på mødet"), help_text=_("Når det næste skridt kommer på et af udvalgets møder.")
    )

    def __init__(self, *args: Any, committees: QuerySet[Committee], **kwargs: Any):
        super().__init__(*args, committees=committees, **kwargs)
        ComingMeetingField.offer(self, "next_step_meeting", committees, self.initial.get("next_step_meeting"))
        self.only_committee = committees[0] if len(committees) == 1 else None
        if self.only_committee:
            self.fields["committee"].widget = forms.HiddenInput()
            self.initial["committee"] = self.only_committee

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that every update has."""
        return [field for field in self if not self._is_seldom(field.name)]

    @property
    def more(self) -> list[forms.BoundField]:
        """The fields that are folded away."""
        return [field for field in self if self._is_seldom(field.name)]

    def _is_seldom(self, name: str) -> bool:
        return (self.asked_below if name == "sure" else name) in SELDOM

    @property
    def more_is_open(self) -> bool:
        """Whether something stands in them, or is wrong there."""
        return any(field.errors or field.value() for field in self.more)

    def draft(self, evidence: Sequence[EvidenceContent]) -> UpdateDraft:
        values = {name: self.cleaned_data[name] for name in self.fields if name not in ("committee", "sure")}
        return UpdateDraft(**values, evidence=evidence)

    @classmethod
    def initial_from(cls, update: StatusUpdate) -> dict[str, Any]:
        said = {name: getattr(update, name) for name in cls.base_fields if name != "sure"}
        return said | {"next_step_on": None} if update.next_step_meeting else said  # its day is the meeting's


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
            self.add_error("status", gettext("Vælg en status, eller vælg »Nyt uden ændret status«."))
        if cleaned.get("kind") == UpdateKind.NOTE:
            cleaned["status"] = ""
        return cleaned


NOTHING_INSTEAD = "ingenting"  # chosen like any status: what is left unchosen would look like either


class CorrectionForm(ContentForm):
    """What was wrong, and what is to stand instead: a status, or nothing."""

    status = forms.ChoiceField(
        label=_("Hvad skal der stå i stedet"),
        choices=[(NOTHING_INSTEAD, _("Ingenting: det, der stod før, gælder igen")), *Status.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Vælg, hvad der skal stå i stedet, eller »Ingenting«.")},
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
    def initial_from(cls, update: StatusUpdate) -> dict[str, Any]:
        """A draft of a correction as it was saved."""
        return super().initial_from(update) | {"status": update.status or NOTHING_INSTEAD}

    @classmethod
    def initial_of(cls, corrected: StatusUpdate) -> dict[str, Any]:
        """What a new correction begins with: all that the wrong row said, but its text and its status."""
        return cls.initial_from(corrected) | {"text": "", "committee": None, "status": None}

    def clean_status(self) -> str:
        status: str = self.cleaned_data["status"]
        return "" if status == NOTHING_INSTEAD else status


class ReturnForm(forms.Form):
    comment = forms.CharField(
        label=_("Kommentar til den, der har skrevet"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RemarkForm(forms.Form):
    """What somebody says to the others; it stands beside forms that have a text too."""

    prefix = "bemaerkning"

    text = forms.CharField(
        label=_("Skriv til de andre, der arbejder med kladden"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kun udvalgets egne medarbejdere kan læse det. Det bliver gemt."),
    )


class ShowsForm(forms.Form):
    """Which parts of a criterion each row of evidence shows; without a criterion, or evidence, it asks nothing.

    A field is called after the key of its row, so that many updates fit in one form.
    """

    def __init__(self, *args: Any, evidence: Iterable[Evidence], criterion: DoneWhen | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        parts = list(enumerate(criterion.parts, start=1)) if criterion else []
        self.rows = {row.pk: f"viser-{row.pk}" for row in evidence if parts}
        for name in self.rows.values():
            self.fields[name] = forms.TypedMultipleChoiceField(
                label=_("Hvilken del af kriteriet viser den?") if len(parts) > 1 else _("Viser den kriteriet?"),
                choices=parts,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _("Kriteriet er ændret. Genindlæs siden, og sæt fluebenene igen.")},
            )

    def shows(self) -> dict[int, list[int]]:
        """The key of each row of evidence -> the parts it shows. The form must be valid."""
        return {key: self.cleaned_data[name] for key, name in self.rows.items()}

    def asked_of(self, row: Evidence) -> forms.BoundField | None:
        """The field that asks about a row, if any does."""
        return self[self.rows[row.pk]] if row.pk in self.rows else None
