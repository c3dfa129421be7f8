"""What somebody chose for a report, and the form it is chosen with; kept as an address like every other choice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.conf import settings
from django.db.models import TextChoices
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_filters import Filter

from recommendations.filters import (
    ANY,
    CodeFilter,
    CodesFilter,
    DayField,
    InitiativeFilter,
    ItemFilter,
    ItemForm,
    RecommendationFilter,
    TextFilter,
    support_input,
)
from recommendations.models import Addressee, Committee, Initiative, Publication, Recommendation
from recommendations.selection import PARAMETERS, ItemKind, Selection, with_query

RECOMMENDATIONS, INITIATIVES = "anbefalinger", "initiativer"
KINDS: dict[str, ItemKind] = {RECOMMENDATIONS: Recommendation, INITIATIVES: Initiative}
PREVIOUS = "forrige"  # as the day to compare with: when the previous report of the same kind was issued


class SectionName(TextChoices):
    """The sections that can be chosen, in their order. What words mean and how it was made always stand at the end."""

    SUMMARY = "opsummering", gettext_lazy("Opsummering")
    CHANGED = "aendret", gettext_lazy("Ændret siden")
    ATTENTION = "opmaerksomhed", gettext_lazy("Kræver opmærksomhed")
    LIST = "liste", gettext_lazy("Hele listen")

    @property
    def key(self) -> str:
        """Its lasting name for machines, as the key of the section."""
        return self.name.lower()


@dataclass(frozen=True)
class Choices:
    """A selection with what else can be chosen for a report: which kinds of item, which sections, for which meeting.

    `wants_previous` asks for the changes since the previous issued report of the same kind; `since` in the selection is
    then its day, once it has been looked up, or nothing where there is none.
    """

    selection: Selection = field(default_factory=Selection)
    kinds: tuple[ItemKind, ...] = (Recommendation, Initiative)
    sections: tuple[SectionName, ...] = tuple(SectionName)
    meeting: str = ""
    wants_previous: bool = False

    def frozen(self) -> Choices:
        """The same with both times set: the day that is asked about, and now as the moment until which rows count."""
        times = {"as_of": self.selection.day, "known_at": self.selection.known_at or timezone.now()}
        return replace(self, selection=replace(self.selection, **times))

    @property
    def title(self) -> str:
        """What the report is called, in Danish."""
        if self.selection.committee:
            names = dict(Committee.objects.values_list("code", "name").order_by("code"))
            return "Status til " + " og ".join(names.get(code, code) for code in self.selection.committee_codes)
        if self.selection.publication:
            found = Publication.objects.filter(slug=self.selection.publication).order_by("slug")
            return "Status for " + (found.values_list("title", flat=True).first() or self.selection.publication)
        return "Status for " + " og ".join(str(kind._meta.verbose_name_plural) for kind in self.kinds)

    @property
    def without_since(self) -> str:
        """Why there is nothing to compare with, in Danish."""
        if self.wants_previous:
            return "Der er ingen tidligere udstedt rapport med de samme valg at sammenligne med."
        return "Der er ikke valgt en dag at sammenligne med."

    def query(self) -> QueryDict:
        """What stands in the address, defaults left out; "siden" as it was chosen."""
        query = QueryDict(self.selection.query_string(committee=""), mutable=True)
        query.setlist(PARAMETERS["committee"], self.selection.committee_codes)
        if self.wants_previous:
            query[PARAMETERS["since"]] = PREVIOUS
        if len(self.kinds) == 1:
            query["hvad"] = next(name for name, kind in KINDS.items() if kind is self.kinds[0])
        if self.sections != tuple(SectionName):
            query.setlist("afsnit", [section.value for section in self.sections])
        if self.meeting:
            query["moede"] = self.meeting
        return query

    def query_string(self, **extra: str) -> str:
        query = self.query()
        for name, value in extra.items():
            query[name] = value
        return query.urlencode()

    @property
    def address(self) -> str:
        """The page of the same choice, with both days as they are."""
        return with_query(reverse("report"), replace(self, wants_previous=False).query_string())

    def kept(self) -> dict[str, list[str]]:
        """The choices that make two reports of one kind: all of them but the days and the meeting."""
        query = self.query()
        return {name: query.getlist(name) for name in sorted(query) if name not in ("pr", "siden", "moede")}


# --- The form -----------------------------------------------------------------------------------------------------


class SinceField(DayField):
    """A day, or the word for the day of the previous report."""

    def to_python(self, value) -> date | str | None:
        if (value or "").strip().casefold() == PREVIOUS:
            return PREVIOUS
        return super().to_python(value)


class SinceFilter(Filter):
    field_class = SinceField


class ReportForm(ItemForm):
    """What a report is chosen by. Answers and shares are about recommendations only, addressees about initiatives."""

    def clean(self):
        cleaned = self.cleaned_data
        wants_previous = cleaned.get("siden") == PREVIOUS
        if not wants_previous:
            super().clean()
        only = {
            kind
            for kind, names in ONLY.items()
            if any(cleaned.get(name) not in (None, "", [], False) for name in names)
        }
        if cleaned.get("hvad"):
            only.add(cleaned["hvad"])
        if len(only) > 1:
            self.add_error(
                "hvad",
                _(
                    "Svar, støtte og «Med initiativer» findes kun for anbefalinger, «Rettet mod» kun for initiativer. "
                    "Fjern det ene valg."
                ),
            )
        cleaned["hvad"] = next(iter(only), "") if len(only) == 1 else ""
        return cleaned


# A choice that only one kind of item can meet leaves the other kind out.
ONLY = {RECOMMENDATIONS: ("svar", "stemmer_min", "har_initiativer"), INITIATIVES: ("adressat",)}


def _danish(name: str) -> str:
    """A name beside a checkbox, marked as Danish where the page is not."""
    return name if get_language() == settings.LANGUAGE_CODE else format_html('<span lang="da">{}</span>', name)


class ReportFilter(ItemFilter):
    """All that the lists are filtered by, and what only a report has."""

    sorter = None
    udvalg = CodesFilter(
        label=gettext_lazy("Udvalg"),
        error_messages={"invalid_choice": gettext_lazy("Udvalget «%(value)s» findes ikke. Vælg fra listen.")},
    )
    svar = RecommendationFilter.declared_filters["svar"]
    stemmer_min = RecommendationFilter.declared_filters["stemmer_min"]
    har_initiativer = RecommendationFilter.declared_filters["har_initiativer"]
    adressat = InitiativeFilter.declared_filters["adressat"]
    siden = SinceFilter(
        label=gettext_lazy("Ændret siden"),
        help_text=gettext_lazy("En dato, for eksempel 28.02.2026, eller ordet forrige: siden den forrige rapport."),
        past_only=True,
    )
    hvad = CodeFilter(
        label=gettext_lazy("Hvad rapporten er om"),
        choices=[
            ("", gettext_lazy("Anbefalinger og initiativer")),
            (RECOMMENDATIONS, gettext_lazy("Kun anbefalinger")),
            (INITIATIVES, gettext_lazy("Kun initiativer")),
        ],
        error_messages={"invalid_choice": gettext_lazy("«%(value)s» findes ikke. Vælg fra listen.")},
    )
    afsnit = CodesFilter(
        label=gettext_lazy("Afsnit"),
        choices=SectionName.choices,
        help_text=gettext_lazy("Intet valg betyder alle."),
        error_messages={"invalid_choice": gettext_lazy("Afsnittet «%(value)s» findes ikke. Vælg fra listen.")},
    )
    moede = TextFilter(
        label=gettext_lazy("Møde og dagsordenspunkt"),
        max_length=200,
        help_text=gettext_lazy("Står i rapportens hoved, for eksempel: 6. november 2026, punkt 7."),
        error_messages={"max_length": gettext_lazy("Teksten er for lang. Skriv højst %(limit_value)d tegn.")},
    )

    class Meta(ItemFilter.Meta):
        model = Recommendation
        form = ReportForm

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.filters["udvalg"].extra["choices"] = [(code, _danish(name)) for code, name in self.names["udvalg"]]
        self.names["adressat"] = list(Addressee.objects.order_by("name").values_list("slug", "name"))
        self.filters["adressat"].extra["choices"] = [ANY, *self.names["adressat"]]
        self.filters["stemmer_min"].extra["widget"] = support_input()

    @cached_property
    def selection(self) -> Selection:
        chosen = self.form.cleaned_data
        self.form.cleaned_data = chosen | {
            "udvalg": ",".join(chosen["udvalg"] or ()),
            "siden": None if chosen["siden"] == PREVIOUS else chosen["siden"],
        }
        try:
            return super().selection
        finally:
            self.form.cleaned_data = chosen

    @property
    def choices(self) -> Choices:
        """What the form asks for; only when it is valid."""
        chosen = self.form.cleaned_data
        return Choices(
            selection=self.selection,
            kinds=(KINDS[chosen["hvad"]],) if chosen["hvad"] else tuple(KINDS.values()),
            sections=tuple(name for name in SectionName if name in chosen["afsnit"]) or tuple(SectionName),
            meeting=chosen["moede"].strip(),
            wants_previous=chosen["siden"] == PREVIOUS,
        )
