"""The rows of a source as they are typed in a table or pasted from somewhere else."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from recommendations import danish
from recommendations.actions import MOST_ROWS, RowContent, too_many_rows
from recommendations.enums import ItemKind
from recommendations.forms.base import model_field
from recommendations.models import Addressee, Committee, Item, Ownership, Publication, Wording
from recommendations.models.item import check_number

LINES = 10  # empty ones at a time
LONGEST_PASTE = 200_000  # signs
# The first cell of a line that only names the columns.
HEADINGS = frozenset({"nr", "nr.", "nummer", "number"})
NUMBER_FIRST = re.compile(r"\s*([#§]?[\w.\-]*\d[\w.\-]*)[.:)]?\s+(\S.*)", re.DOTALL)
NOTHING_PASTED = _("Der er ingen linjer med tekst. Kopiér rækkerne, og indsæt dem her.")
TOO_LONG = _("Det er mere tekst, end der kan læses på én gang. Indsæt nogle af linjerne, og tag resten bagefter.")
PASTED = ("number", "title", "official_text", "pages", "support")  # the columns, in this order


class RowForm(forms.Form):
    """One line of the table. A line where nothing is typed is no row."""

    number = model_field(Item, "number", required=False, label=_("Nr."), help_text="", validators=[check_number])
    title = model_field(Wording, "title", required=False)
    pages = model_field(Wording, "pages", label=_("Side"), help_text="")
    support = forms.DecimalField(
        label=_("Støtter, %"), max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, localize=True
    )
    kind = model_field(Item, "kind", required=False)
    under = forms.CharField(label=_("Under nr."), max_length=60, required=False)
    official_text = model_field(Wording, "official_text")

    def __init__(self, *args: Any, suggested: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.suggested = suggested
        kind: Any = self.fields["kind"]
        kind.choices = ItemKind.choices
        self.fields["official_text"].widget.attrs["rows"] = 1
        self.fields["support"].widget.attrs["inputmode"] = "decimal"
        for name in ("number", "title", "pages", "support", "under"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @property
    def is_empty(self) -> bool:
        """Nothing is typed, but perhaps the number that stood there from the beginning."""
        if self.errors:
            return False  # what could not be read was typed
        typed = {name: value for name, value in self.cleaned_data.items() if name not in {"kind", "place"} and value}
        return not typed or typed == {"number": self.suggested}

    def content(self) -> RowContent:
        said = {name: self.cleaned_data[name] for name in RowContent.__dataclass_fields__}
        return RowContent(**said | {"kind": said["kind"] or ItemKind.RECOMMENDATION})


class RetypeForm(RowForm):
    """A row that is there, typed anew."""

    place = model_field(Item, "place", required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["official_text"].widget.attrs["rows"] = 4
        self.fields["under"].help_text = _("Nummeret på den række, den hører under. Skriv - for ingen.")
        for name in ("number", "title"):
            self.fields[name].required = True


class RowsFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """The lines of the table. The first begins with the number that comes next in the source."""

    def __init__(self, *args: Any, suggested: str = "", **kwargs: Any):
        self.suggested = suggested
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: Any) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "suggested": self.suggested if index == 0 else ""}

    @property
    def as_typed(self) -> list[dict[str, Any]]:
        """What stands in those lines, sign for sign, whether it can be read or not."""
        lines = [{name: form[name].data for name in form.fields} for form in self.forms]
        return [line for line, form in zip(lines, self.forms, strict=True) if not form.is_empty]

    @property
    def typed(self) -> list[Any]:
        """The lines where something is typed."""
        return [form for form in self.forms if not form.is_empty]


def rows_form_set(
    *, initial: list[dict[str, Any]] | None, data: Any = None, suggested: str = "", is_full: bool = False
) -> RowsFormSet:
    """The table as it was sent, or filled with `initial`; below that empty lines to ten in all, unless it is full."""
    begins = list(initial or [{"number": suggested}])
    if not is_full:
        begins += [{} for _line in range(LINES - len(begins))]
    made: Any = forms.formset_factory(RowForm, RowsFormSet, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
    table: RowsFormSet = made(data, initial=begins, prefix="raekker", suggested=suggested)
    return table


class PasteForm(forms.Form):
    """Lines from a spreadsheet or a document, to be looked at as rows before anything is saved."""

    pasted = forms.CharField(
        label=_("Linjer fra et regneark eller et dokument"),
        max_length=LONGEST_PASTE,
        strip=False,
        error_messages={"required": NOTHING_PASTED, "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "En række på hver linje: nummer, titel og eventuelt kildens egne ord, side og procent, der støtter. Adskil "
            "med tabulator eller semikolon. Intet gemmes, før du har set rækkerne."
        ),
    )

    def clean_pasted(self) -> str:
        text: str = self.cleaned_data["pasted"]
        self.rows = list(pasted_rows(text))
        if not self.rows:
            raise ValidationError(NOTHING_PASTED)
        if len(self.rows) > MOST_ROWS:
            raise ValidationError(too_many_rows(len(self.rows)))
        return text


def pasted_rows(text: str) -> Iterator[dict[str, Any]]:
    """Each line of what was pasted, by the names of the columns; lines without a word are none."""
    text = danish.normalised(text)
    signs = [sign for sign in "\t;" if sign in text]
    lines = text.splitlines()
    cells = csv.reader(lines, delimiter=signs[0], skipinitialspace=True) if signs else ([line] for line in lines)
    for row in cells:
        said = [cell.strip() for cell in row]
        if len(said) == 1:
            found = NUMBER_FIRST.fullmatch(said[0])
            said = [found[1].rstrip("."), found[2].strip()] if found else ["", said[0]]
        if any(said) and said[0].casefold() not in HEADINGS:
            yield {"kind": ItemKind.RECOMMENDATION} | dict(zip(PASTED, said, strict=False))


class AssignForm(forms.Form):
    """What many rows have in common: who owns them, and whom they are directed to."""

    under: Any = forms.ModelChoiceField(label=_("Hvilke rækker"), queryset=None, required=False)
    committee: Any = forms.ModelChoiceField(label=_("Ejes af"), queryset=None, required=False)
    role = model_field(Ownership, "role")
    valid_from = model_field(Ownership, "valid_from", required=False, label=_("Ejer fra"))
    addressee: Any = forms.ModelChoiceField(label=_("Rettet mod"), queryset=None, required=False)

    def __init__(self, *args: Any, source: Publication, **kwargs: Any):
        super().__init__(*args, **kwargs)
        under: Any = self.fields["under"]
        under.queryset = source.items.filter(kind=ItemKind.HEADING).select_related("wording").order_by("path")
        under.empty_label = _("Alle kildens rækker")
        committee: Any = self.fields["committee"]
        committee.queryset = Committee.objects.existing(timezone.localdate()).order_by("sort_name", "code")
        addressee: Any = self.fields["addressee"]
        addressee.queryset = Addressee.objects.order_by("name")
        self.fields["valid_from"].initial = source.exists_from
