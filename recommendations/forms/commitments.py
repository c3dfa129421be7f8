"""What binds a committee: answers, deadlines and criteria, new ones and corrections of those that stand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recommendations.enums import ItemKind, Outcome
from recommendations.forms.base import ActingForm, DoubtableForm, model_field
from recommendations.forms.meetings import ReturnsForm
from recommendations.models import Committee, CommitteeAnswer, Deadline, DoneWhen, Item

WHAT_WAS_WRONG = _("Skriv, hvad der var forkert. Det vises for borgerne.")
SLIP_REASON = _("Skrivefejl, rettet med det samme.")


class AnswerFields(DoubtableForm, ReturnsForm):
    """What a committee answered to one item."""

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

    def __init__(self, *args: Any, item: Item, answering: Collection[Committee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer_meetings(answering)
        options = item.children.filter(kind=ItemKind.OPTION).select_related("wording").order_by("path")
        if options:
            self.fields["chosen_option"].queryset = options  # type: ignore[attr-defined]
        else:
            del self.fields["chosen_option"]


class AnswerForm(AnswerFields):
    """A new answer, of one of `committees`."""

    committee: Any = forms.ModelChoiceField(label=_("Udvalg"), queryset=None)

    field_order = ["committee"]

    def __init__(self, *args: Any, committees: QuerySet[Committee], **kwargs: Any):
        super().__init__(*args, answering=committees, **kwargs)
        field: Any = self.fields["committee"]
        field.queryset = committees
        if len(committees) == 1:
            field.initial, field.empty_label = committees[0], None


class CorrectAnswerForm(AnswerFields):
    """What was wrong with an answer, and what is to stand instead: begins with what it said."""

    nothing = forms.BooleanField(label=_("Ingenting: svaret blev aldrig givet"), label_suffix="", required=False)
    reason = model_field(CommitteeAnswer, "reason", required=True, help_text=WHAT_WAS_WRONG)

    def __init__(self, *args: Any, answer: CommitteeAnswer, is_slip: bool, **kwargs: Any):
        said = {name: getattr(answer, name) for name in AnswerFields.base_fields if name != "sure"}
        initial = said | {"reason": SLIP_REASON if is_slip else ""}
        super().__init__(*args, item=answer.item, answering=[answer.committee], initial=initial, **kwargs)
        self.fields["outcome"].choices = Outcome.choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.pop("nothing", False):
            cleaned |= {"outcome": "", "returns_to": None, "returns_by": None}
        return cleaned


class DeadlineForm(DoubtableForm, ActingForm):
    due_on = model_field(Deadline, "due_on")
    reason = model_field(Deadline, "reason", help_text=_("Nødvendig, når en frist flyttes. Vises for borgerne."))


class CorrectDeadlineForm(DoubtableForm, ActingForm):
    """A deadline that was mistyped: the day that should have stood, or none."""

    due_on = model_field(Deadline, "due_on")
    nothing = forms.BooleanField(label=_("Ingenting: der blev aldrig sat en frist"), label_suffix="", required=False)
    reason = model_field(Deadline, "reason", required=True, label=_("Hvad der var forkert"), help_text=WHAT_WAS_WRONG)

    def __init__(self, *args: Any, row: Deadline, is_slip: bool, **kwargs: Any):
        super().__init__(*args, initial=_beginning(row, "due_on", is_slip=is_slip), **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.pop("nothing", False):
            cleaned["due_on"] = None
        elif "due_on" not in self.errors and not cleaned.get("due_on"):
            self.add_error("due_on", _("Skriv den rigtige dato, eller sæt kryds ved »Ingenting«."))
        return cleaned


class DoneWhenForm(ActingForm):
    text = model_field(DoneWhen, "text")
    reason = model_field(DoneWhen, "reason", help_text=_("Nødvendig, når ordlyden ændres. Vises for borgerne."))


class CorrectDoneWhenForm(ActingForm):
    """A criterion that was mistyped: the words that should have stood, or none."""

    text = model_field(DoneWhen, "text")
    nothing = forms.BooleanField(
        label=_("Ingenting: der blev aldrig sat et kriterium"), label_suffix="", required=False
    )
    reason = model_field(DoneWhen, "reason", required=True, label=_("Hvad der var forkert"), help_text=WHAT_WAS_WRONG)

    def __init__(self, *args: Any, row: DoneWhen, is_slip: bool, **kwargs: Any):
        super().__init__(*args, initial=_beginning(row, "text", is_slip=is_slip), **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.pop("nothing", False):
            cleaned["text"] = ""
        elif not cleaned.get("text"):
            self.add_error("text", _("Skriv den rigtige ordlyd, eller sæt kryds ved »Ingenting«."))
        return cleaned


def _beginning(row: Deadline | DoneWhen, name: str, *, is_slip: bool) -> dict[str, Any]:
    """What the correction of a row begins with."""
    return {name: getattr(row, name), "committee": row.committee, "reason": SLIP_REASON if is_slip else ""}
