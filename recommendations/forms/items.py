"""Items, their words and their owners."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from recommendations.actions import ItemWords
from recommendations.forms.base import RefusableForm, model_field
from recommendations.models import Ownership, Wording
from recommendations.models.wording import Words


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
    """New words, or words to be corrected: begins with those in force, or with a proposal that was sent back."""

    valid_from = model_field(Wording, "valid_from")
    reason = model_field(Wording, "reason")

    def __init__(self, typed: QueryDict | None, *, beginning: Words, initial: dict[str, Any]):
        super().__init__(typed, initial=asdict(ItemWords.of(beginning)) | initial)


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
