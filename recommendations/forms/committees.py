"""Reorganisation."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations.enums import CLOSED
from recommendations.forms.base import model_field
from recommendations.models import Committee, Item, Succession


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
