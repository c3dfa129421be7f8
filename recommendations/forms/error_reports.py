"""Reports of errors."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from recommendations.forms.base import model_field
from recommendations.models import ErrorReport


class HandledForm(forms.Form):
    note = model_field(ErrorReport, "note", label=_("Hvad blev der gjort?"), required=False)
