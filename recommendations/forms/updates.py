"""What an update says: a status, news, a correction; and the comment that sends one back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations.actions import EvidenceContent, UpdateDraft
from recommendations.enums import Status, UpdateKind
from recommendations.forms.base import ActingForm, model_field
from recommendations.models import StatusUpdate


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
