"""One form in common for many items, and one for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recommendations.enums import Status
from recommendations.forms.base import model_field
from recommendations.forms.evidence import EvidenceForm
from recommendations.models import Committee, Evidence, StatusUpdate


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
