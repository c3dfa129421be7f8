"""Who works for which committee, and who can log in."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recommendations.enums import Role
from recommendations.forms.base import DateInput, DoubtableForm, model_field
from recommendations.models import Committee, CommitteeMembership

ONE_DAY = timedelta(days=1)


class LastDayField(forms.DateField):
    """People say the last day on which something holds; what is stored is the first day on which it does not."""

    widget = DateInput

    def to_python(self, value: Any) -> date | None:
        last = super().to_python(value)
        try:
            return last + ONE_DAY if last else None
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        return value - ONE_DAY if isinstance(value, date) else value


class DaysForm(forms.Form):
    """From which day and to which a role holds."""

    valid_from = model_field(CommitteeMembership, "valid_from", label=_("Fra og med"), help_text=_("Tomt: fra i dag."))
    valid_to: Any = LastDayField(
        label=_("Til og med"),
        required=False,
        help_text=_("Rollen ophører af sig selv efter den dag. Tomt: indtil nogen afslutter den."),
    )


class RoleForm(DaysForm):
    """Which role in which committee; one of `committees`."""

    role = forms.ChoiceField(label=_("Rolle"), choices=Role, initial=Role.EDITOR)
    committee: Any = forms.ModelChoiceField(label=_("Udvalg"), queryset=None)
    field_order = ["role", "committee", "valid_from", "valid_to"]

    def __init__(self, *args: Any, committees: QuerySet[Committee], **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["committee"]
        field.queryset = committees
        if len(committees) == 1:
            field.initial, field.empty_label = committees[0], None


class InviteForm(RoleForm):
    """A new colleague. The address can be pasted as mail programs write it: Maja Holm <maja@…>."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=320,
        help_text=_("Arbejdsadressen. Du kan indsætte den med navn, som dit mailprogram skriver den."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("Navn"), max_length=200, required=False, help_text=_("Som kolleger kender det."))
    field_order = ["email", "name", "role", "committee", "valid_from", "valid_to"]

    def clean_email(self) -> str:
        typed = " ".join(self.cleaned_data["email"].split())
        pasted = re.search(r"[^\s<>()\[\];,]+@[^\s<>()\[\];,]+", typed)
        address = pasted[0] if pasted else typed
        if typed.count("@") > 1:
            raise ValidationError(gettext("Skriv én adresse ad gangen."))
        try:
            validate_email(address)
        except ValidationError:
            raise ValidationError(gettext("Skriv en adresse som maja@eksempel.dk.")) from None
        self._name_beside = typed.replace(address, "").strip(" <>()[]\"';,")
        return address

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "email" in cleaned and not cleaned.get("name"):
            cleaned["name"] = self._name_beside
        return cleaned


class EndRoleForm(DoubtableForm):
    """Nothing to fill in, but a question to answer where the committee would be without an approver."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = _("Ja, udvalget er uden godkender fra den dag")


class LeaveForm(EndRoleForm):
    on: Any = LastDayField(
        label=_("Sidste dag"),
        required=False,
        help_text=_("Tomt: personen er holdt op, og login'et lukkes nu."),
    )


class ChoosePasswordForm(forms.Form):
    """One field, typed once: who mistypes it asks for a new link, and a button shows what is typed."""

    password = forms.CharField(
        label=_("Adgangskode"),
        strip=False,
        help_text=_("Mindst 12 tegn. Nogle ord efter hinanden er nemme at huske og svære at gætte."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
