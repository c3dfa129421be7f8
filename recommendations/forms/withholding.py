"""Taking away what the law says must go: first what, then why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recommendations.models.withholding import LONGEST_REASON
from recommendations.traces import SHORTEST

WORDS = "ord"  # in the place of a column: not all of one, but words wherever they stand


class WithholdForm(forms.Form):
    """What is to go: words wherever they stand, or all of one column of the row that one came from."""

    what: Any = forms.ChoiceField(label=_("Hvad skal fjernes?"), widget=forms.RadioSelect, initial=WORDS)
    words = forms.CharField(
        label=_("Ordene"),
        required=False,
        max_length=300,
        help_text=_(
            "For eksempel et navn, et CPR-nummer eller en mailadresse. Mindst %(least)s tegn. De bliver ikke gemt."
        )
        % {"least": SHORTEST},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_broad = forms.BooleanField(
        label=_("Find dem også inde i andre ord, med små og store bogstaver"),
        required=False,
        help_text=_("Uden kryds findes de kun, som de er skrevet: »Hans« findes ikke i »hans« eller »Hansen«."),
    )

    def __init__(self, *args: Any, columns: Iterable[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        what: Any = self.fields["what"]
        what.choices = [(WORDS, _("Et navn eller andre ord, alle steder hvor de står")), *columns]


class WithholdReasonForm(forms.Form):
    """Why it goes, and from which of the places that were looked at."""

    places: Any = forms.MultipleChoiceField(label=_("Steder"), required=False)
    reason = forms.CharField(
        label=_("Fordi"),
        required=False,
        max_length=LONGEST_REASON + 10,
        help_text=_(
            "Fuldender sætningen »Fjernet den …, fordi …«. Alle kan læse den. For eksempel: navnet på en privatperson "
            "ikke må stå her."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    legal_basis = forms.CharField(
        label=_("Hjemmel"),
        required=False,
        max_length=200,
        help_text=_("Reglen, der kræver det. Alle kan læse den. For eksempel: GDPR artikel 17."),
    )

    def __init__(self, *args: Any, places: Iterable[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["places"]
        offered.choices = [(key, key) for key in places]
