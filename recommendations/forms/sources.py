"""Sources: what is known of them beside their rows, making them public, and that a committee took one up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recommendations.actions import CommitteeContent, DocumentContent, FactContent
from recommendations.forms.base import RefusableForm, model_field
from recommendations.forms.commitments import SLIP_REASON
from recommendations.models import Committee, Document, ProcessFact, SourceCommittee, Treatment


class NewSourceForm(RefusableForm):
    """A new source: what is not said of its codes and its document follows from its title."""

    document_title = model_field(
        Document,
        "title",
        label=_("Dokumentets titel"),
        required=False,
        help_text=_("Tom betyder: det samme som titlen."),
    )
    document_url = forms.URLField(label=_("Link til dokumentet"), required=False, max_length=500, assume_scheme="https")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, help_text in (
            ("slug", _("Bruges i adresser. Tom betyder: lavet af titlen, for eksempel koebenhavnertinget-2024.")),
            ("short_code", _("Bruges i korte adresser. Tom betyder: lavet af titlen, for eksempel k24.")),
        ):
            self.fields[name].required = False
            self.fields[name].help_text = help_text


class SourceLineForm(forms.Form):
    """One line of a list about a source. An empty line is no line."""

    CONTENT: Any  # what a line says, as the action takes it

    @property
    def is_empty(self) -> bool:
        cleaned = self.cleaned_data
        said = [value for name, value in cleaned.items() if name != "remove"]
        return bool(cleaned.get("remove")) or all(value in (None, "", False) for value in said)

    def content(self) -> Any:
        return self.CONTENT(**{name: self.cleaned_data[name] for name in self.CONTENT.__dataclass_fields__})


class FactForm(SourceLineForm):
    """One fact of how a source came about."""

    CONTENT = FactContent

    label = model_field(ProcessFact, "label", required=False)
    number = model_field(ProcessFact, "number")
    on = model_field(ProcessFact, "on")
    text = model_field(ProcessFact, "text")
    is_step = model_field(ProcessFact, "is_step")
    remove = forms.BooleanField(label=_("Fjern"), required=False)


class DocumentForm(SourceLineForm):
    """One document of a source."""

    CONTENT = DocumentContent

    title = model_field(Document, "title", required=False)
    url = forms.URLField(label=_("Link"), required=False, max_length=500, assume_scheme="https")
    page_offset = model_field(Document, "page_offset")
    remove = forms.BooleanField(label=_("Fjern"), required=False)


class BoundCommitteeForm(SourceLineForm):
    """A committee that is to answer a source."""

    CONTENT = CommitteeContent

    committee: Any = forms.ModelChoiceField(label=_("Udvalg"), queryset=None, required=False)
    part = model_field(SourceCommittee, "part")
    remove = forms.BooleanField(label=_("Fjern"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["committee"].queryset = Committee.objects.order_by("sort_name", "code")  # type: ignore[attr-defined]


FactFormSet = forms.formset_factory(FactForm, extra=3, max_num=60)
DocumentFormSet = forms.formset_factory(DocumentForm, extra=2, max_num=30)
BoundCommitteeFormSet = forms.formset_factory(BoundCommitteeForm, extra=2, max_num=30)


class OpenSourceForm(forms.Form):
    """Asked for only where rows are missing: is it to be public all the same?"""

    although_incomplete = forms.BooleanField(
        label=_("Gør kilden offentlig, selv om der mangler rækker"), required=False
    )


class CorrectTreatmentForm(forms.Form):
    """What was wrong, and what is to stand instead: begins with what was said."""

    meeting_date = model_field(Treatment, "meeting_date")
    agenda_item = model_field(Treatment, "agenda_item")
    agenda_url = forms.URLField(
        label=_("Link til dagsordenspunktet"), required=False, max_length=500, assume_scheme="https"
    )
    proposed = model_field(Treatment, "proposed")
    takes_back = forms.BooleanField(label=_("Ingenting: kilden var ikke på et møde"), label_suffix="", required=False)
    reason = model_field(Treatment, "reason", required=True, help_text=_("Skriv, hvad der var forkert."))

    def __init__(self, *args: Any, treatment: Treatment, is_slip: bool, **kwargs: Any):
        said = {name: getattr(treatment, name) for name in ("meeting_date", "agenda_item", "agenda_url", "proposed")}
        kwargs["initial"] = said | {"reason": SLIP_REASON if is_slip else ""}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("takes_back") and "agenda_url" not in self.errors and not cleaned.get("agenda_url"):
            self.add_error("agenda_url", _("Skriv linket til dagsordenspunktet, eller sæt kryds ved »Ingenting«."))
        return cleaned
