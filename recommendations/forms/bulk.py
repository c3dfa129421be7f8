"""Many at once: one form for what they have in common, and one for each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recommendations.enums import Outcome, Status
from recommendations.forms.base import DoubtableForm, model_field
from recommendations.forms.evidence import EvidenceForm
from recommendations.forms.meetings import ReturnsForm
from recommendations.models import AnswerDraft, AnswerDraftRow, Committee, Deadline, Evidence, StatusUpdate


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


class CommonConfirmForm(CommonForm):
    """How it is known that many are still right. Each row is ticked when it has been read, or all are at the end."""

    text = forms.CharField(
        label=_("Hvordan ved du det?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Ét svar for alle rækkerne, for eksempel »Gennemgået med driften den 3. marts«. Vises for borgerne."
        ),
        error_messages={"required": _("Skriv, hvordan du ved, at det stadig er rigtigt.")},
    )
    all_read = forms.BooleanField(required=False)  # its label counts the rows


class CommonStatusForm(DoubtableForm, CommonForm):
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


class CommonDeadlineForm(DoubtableForm, CommonForm):
    """One deadline for many items."""

    due_on = model_field(Deadline, "due_on", required=False, label=_("Frist"))
    reason = model_field(
        Deadline,
        "reason",
        label=_("Begrundelse"),
        help_text=_("Nødvendig for de rækker, hvor en frist flyttes. Vises for borgerne."),
    )


class MeetingForm(DoubtableForm, ReturnsForm):
    """What a committee answered at one meeting, in common for all that it answered under one agenda item."""

    outcome = forms.ChoiceField(
        label=_("Svar"),
        choices=Outcome.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    meeting_date = model_field(AnswerDraft, "meeting_date", required=False)
    agenda_item = model_field(AnswerDraft, "agenda_item", help_text=_("For eksempel »Punkt 7«."))
    agenda_url = forms.URLField(
        label=_("Link til dagsordenspunktet"), required=False, max_length=500, assume_scheme="https"
    )
    text = model_field(AnswerDraft, "text", widget=forms.Textarea(attrs={"rows": 4}))
    passed_on_to = model_field(AnswerDraft, "passed_on_to")

    def __init__(self, *args: Any, committee: Committee, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer_meetings([committee])


class BulkRowForm(CommitteeAskedForm):
    """One of many items. What is left out is not judged; what was typed there stays."""

    include = forms.BooleanField(label=_("Tag rækken med"), required=False, initial=True)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and not self.cleaned_data.get("include"):
            self.errors.clear()


class BulkConfirmForm(BulkRowForm):
    """One of many to confirm: nothing is ticked before somebody has looked at it."""

    include = forms.BooleanField(label=_("Set: stadig korrekt"), required=False)


class BulkDeadlineForm(BulkRowForm):
    """One of many deadlines: its own day and reason, where they are not those of all."""

    due_on = model_field(Deadline, "due_on", required=False, label=_("En anden frist"))
    reason = model_field(
        Deadline, "reason", label=_("En anden begrundelse"), help_text="", widget=forms.Textarea(attrs={"rows": 2})
    )


class BulkAnswerForm(BulkRowForm):
    """One of the items that a meeting answered: what it answered otherwise, if anything."""

    include = forms.BooleanField(label=_("Besvaret på mødet"), required=False)
    outcome = forms.ChoiceField(
        label=_("Et andet svar"), choices=[("", _("Som de andre")), *Outcome.choices], required=False
    )
    text = model_field(
        AnswerDraftRow, "text", label=_("En anden begrundelse"), widget=forms.Textarea(attrs={"rows": 2})
    )
    passed_on_to = model_field(AnswerDraftRow, "passed_on_to")


class BulkApprovalForm(BulkRowForm):
    """One of many to approve: nothing is ticked before somebody has looked at it."""

    include = forms.BooleanField(label=_("Set og godkendt"), required=False)


class BulkStatusForm(BulkRowForm, EvidenceForm):
    """One of many items with its own text, and at most one link or case number."""

    NOTHING = _("Skriv et link eller et sagsnummer.")

    text = model_field(StatusUpdate, "text", help_text="", widget=forms.Textarea(attrs={"rows": 3}))
    title = model_field(Evidence, "title", required=False, label=_("Dokumentationens titel"))
    file = pages = stored = remove = None  # type: ignore[assignment]

    field_order = ["include", "committee", "text", "url", "case_number", "kind", "title"]
