"""The forms of a document that is read in: its file, its rules, a row of it, and what is said of the source."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from recommendations.enums import ItemKind
from recommendations.forms.base import model_field
from recommendations.importing.documents.drafting import DraftRow, pieces_of
from recommendations.importing.documents.reading import check_size
from recommendations.importing.documents.rules import BoxRule, Numbering, Rules, TitleRule
from recommendations.models import Document, Publication, Wording

COUNTED = "Tæl efter i kilden. Tomt betyder så mange, som du har godkendt."
PAGE: dict[str, Any] = {"min_value": 1, "max_value": 9_999, "required": False}


class DocumentFileForm(forms.Form):
    file = forms.FileField(
        label="PDF- eller Word-fil",
        help_text="Højst 30 MB og 300 sider. Teksten skal kunne markeres; en scannet side er et billede.",
        error_messages={"required": "Vælg en fil.", "empty": "Filen er tom. Vælg den, der har rækkerne."},
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        check_size(file.size or 0)
        return file


class RulesForm(forms.Form):
    """How rows are found, for the whole document. What was said before stands in it."""

    numbering = forms.ChoiceField(label="En række begynder med", choices=Numbering, widget=forms.RadioSelect)
    is_emphasised = forms.BooleanField(
        label="Tal i fed eller større skrift er en overskrift; andre tal er tekst", required=False
    )
    numbers_are_initiatives = forms.BooleanField(label="Rækker med kun et tal er initiativer", required=False)
    title = forms.ChoiceField(label="Titlen er", choices=TitleRule, widget=forms.RadioSelect)
    boxes = forms.ChoiceField(label="Det, der står i en boks", choices=BoxRule, widget=forms.RadioSelect)
    tables = forms.BooleanField(label="Rækker i tabeller er rækker i kilden", required=False)
    parents_are_headings = forms.BooleanField(label="En række med andre under sig er en overskrift", required=False)
    unnumbered_ends = forms.BooleanField(label="En overskrift uden nummer slutter rækken", required=False)
    first_page = forms.IntegerField(label="Læs fra side i filen", **PAGE)
    last_page = forms.IntegerField(label="Læs til og med side i filen", **PAGE)

    @property
    def rules(self) -> Rules:
        return Rules.of(self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_page"), cleaned.get("last_page")
        if first and last and last < first:
            self.add_error("last_page", f"Siden kommer før side {first}. Skriv {first} eller mere.")
        return cleaned


class DraftRowForm(forms.Form):
    """One row that was found. Nothing is demanded before it is accepted."""

    number = forms.CharField(label="Nummer", required=False, max_length=20)
    kind = forms.ChoiceField(label="Slags", choices=ItemKind)
    parent = forms.CharField(label="Står under nummer", required=False, max_length=30, help_text="Tomt betyder yderst.")
    pages = model_field(Wording, "pages", label="Side, som den er trykt", required=False)
    title = forms.CharField(label="Titel", required=False, max_length=300)
    is_our_title = forms.BooleanField(label="Titlen er vores, ikke kildens", required=False)
    text = forms.CharField(
        label="Kildens egne ord", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    at = forms.TypedChoiceField(label="En ny række begynder ved", required=False, coerce=int)

    def __init__(self, *args: Any, row: DraftRow, **kwargs: Any):
        super().__init__(*args, **kwargs)
        places: Any = self.fields["at"]
        said = str(self.data.get("text", "")).replace("\r\n", "\n") if self.is_bound else row.text
        places.choices = [("", "Vælg en sætning"), *pieces_of(said)]

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()


class DraftSourceForm(forms.Form):
    """What is said of the source that the document is."""

    title = model_field(Publication, "title")
    kind = model_field(Publication, "kind")
    publisher = model_field(Publication, "publisher")
    handed_over_on = model_field(Publication, "handed_over_on")
    published_on = model_field(Publication, "published_on")
    published_year = model_field(Publication, "published_year")
    expects_answers = model_field(Publication, "expects_answers")
    expected_headings = model_field(Publication, "expected_headings", required=False, help_text=COUNTED)
    expected_recommendations = model_field(Publication, "expected_recommendations", required=False, help_text=COUNTED)
    expected_initiatives = model_field(Publication, "expected_initiatives", required=False, help_text=COUNTED)
    question = model_field(Publication, "question")
    document_title = model_field(
        Document, "title", label="Dokumentets titel", required=False, help_text="Tomt betyder det samme som titlen."
    )
    document_url = forms.URLField(label="Link til dokumentet", required=False, max_length=500, assume_scheme="https")
    page_offset = model_field(Document, "page_offset")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["title"].widget.attrs["autofocus"] = True  # nothing else is done on its page

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("published_on") and cleaned.get("published_year"):
            self.add_error("published_year", "Skriv enten en dato eller et årstal for udgivelsen, ikke begge.")
        return cleaned
