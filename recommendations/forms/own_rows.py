"""Which rows somebody wants as a spreadsheet, and the spreadsheet on its way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations.forms.base import DateInput
from recommendations.models import Committee, Publication


class OwnRowsForm(forms.Form):
    """The rows that the user may write about in a committee's name: of all sources, or of one."""

    udvalg = forms.ChoiceField(label=_("På vegne af"))
    kilde = forms.ChoiceField(label=_("Kilde"), required=False)

    def __init__(self, *args: Any, committees: Sequence[Committee], sources: Sequence[Publication], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["udvalg"] = _committee_field(committees)
        kilde: Any = self.fields["kilde"]
        kilde.choices = [("", _("Alle kilder")), *((one.slug, one.title) for one in sources)]


class OwnAnswersForm(forms.Form):
    """What a committee is to answer, for one of its meetings."""

    udvalg = forms.ChoiceField(label=_("Udvalg"))
    moede = forms.DateField(
        label=_("Mødedato"),
        widget=DateInput(),
        help_text=_("Den dag, mødet blev holdt."),
        error_messages={"required": _("Skriv, hvilken dag mødet blev holdt.")},
    )

    def __init__(self, *args: Any, committees: Sequence[Committee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["udvalg"] = _committee_field(committees)

    def clean_moede(self) -> Any:
        day = self.cleaned_data["moede"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Mødet er ikke holdt endnu. Et svar kan først registreres efter mødet."))
        return day


def _committee_field(committees: Sequence[Committee]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("På vegne af"), choices=[(one.code, one.name) for one in committees])


class OwnFileForm(forms.Form):
    """The file that was filled in."""

    fil = forms.FileField(
        label=_("Den udfyldte fil"),
        help_text=_("Regneark (.xlsx eller .ods) eller .csv. Du ser ændringerne, før noget bliver gemt."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        error_messages={
            "required": _("Vælg den fil, du har udfyldt."),
            "empty": _("Filen er tom. Vælg den, der har rækkerne."),
        },
    )
