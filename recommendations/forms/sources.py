"""Sources: how they came about, and making them public."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recommendations.actions import FactContent
from recommendations.forms.base import RefusableForm, model_field
from recommendations.models import ProcessFact


class NewSourceForm(RefusableForm):
    """A new source: what is not said of its codes and its document follows from its title."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, help_text in (
            ("slug", _("Bruges i adresser. Tom betyder: lavet af titlen, for eksempel koebenhavnertinget-2024.")),
            ("short_code", _("Bruges i korte adresser. Tom betyder: lavet af titlen, for eksempel k24.")),
            ("source_title", _("Tom betyder: det samme som titlen.")),
        ):
            self.fields[name].required = False
            self.fields[name].help_text = help_text


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
