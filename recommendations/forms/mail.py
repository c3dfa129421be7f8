"""What staff say from a mail: that an item is not theirs, and how often they want mail; and to whom it is given."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from recommendations.forms.base import ActingForm
from recommendations.models import Assignment, MailPreference
from recommendations.models.membership import name_of

AT_ONCE, DAILY = "straks", "dagligt"


class DeclineForm(forms.Form):
    note = forms.CharField(
        label=_("Bemærkning til godkenderen"),
        max_length=Assignment._meta.get_field("note").max_length,
        required=False,
        help_text=_("For eksempel hvem der har den. Du kan lade feltet stå tomt."),
        error_messages={"max_length": _("Bemærkningen fylder %(show_value)d tegn. Skriv højst %(limit_value)d.")},
    )


class MailForm(forms.Form):
    often = forms.ChoiceField(
        label=_("Hvor tit vil du have mail om kladder og rækker?"),
        choices=[(AT_ONCE, _("Med det samme, når noget sker")), (DAILY, _("Én mail om dagen"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Vælg, hvor tit du vil have mail.")},
    )

    @property
    def is_daily(self) -> bool:
        return bool(self.cleaned_data["often"] == DAILY)

    @classmethod
    def initial_from(cls, chosen: MailPreference | None) -> dict[str, Any]:
        return {"often": DAILY if chosen and chosen.is_daily else AT_ONCE}


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A colleague by name."""

    def label_from_instance(self, obj: Any) -> str:
        return name_of(obj)


class KeeperForm(forms.Form):
    """Who is to keep items up."""

    person: Any = PersonField(
        label=_("Giv til"),
        queryset=None,
        empty_label=_("Vælg en medarbejder"),
        error_messages={"required": _("Vælg en medarbejder.")},
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class ItemKeeperForm(KeeperForm, ActingForm):
    """Who is to keep one item up, in which committee."""

    field_order = ["committee", "person"]
