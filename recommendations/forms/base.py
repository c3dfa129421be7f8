"""What the forms of staff share: fields of models, refusals shown at their field, and in whose name somebody acts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model, QuerySet
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from recommendations.actions import Doubt
from recommendations.models import Committee


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
        if isinstance(refused, Doubt) and isinstance(form, DoubtableForm):
            form.ask_below(name)


class DoubtableForm(forms.Form):
    """A form with days that an action may doubt. The tick that answers it is hidden until there is a question."""

    asks = False  # set when nothing but doubts stands in the way
    asked_below = ""  # the field of the doubted day

    sure = forms.BooleanField(
        label=_("Ja, datoen er rigtig"), label_suffix="", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["sure"] = self.fields.pop("sure")  # last, until it is asked for
        if self.data.get(self.add_prefix("sure")):
            self.fields["sure"].widget = forms.CheckboxInput()

    def ask_below(self, name: str) -> None:
        """Show the tick right after the field of the doubted day."""
        self.asks, self.asked_below = True, name
        self.fields["sure"].widget = forms.CheckboxInput()
        names = [other for other in self.fields if other != "sure"]
        if name in names:
            names.insert(names.index(name) + 1, "sure")
            self.order_fields(names)


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
