"""The lists' filter forms: what an address may carry, what is wrong with it, and the `Selection` it makes.

Finding the rows is the selection's job; a form whose values do not hold makes no selection at all.
"""

import re
from datetime import date
from functools import cached_property

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django_filters import Filter, FilterSet

from recommendations.enums import NO_ANSWER, NO_STATUS, Order, Outcome, Status
from recommendations.facets import SUPPORT_STEPS, Facets, Heading, facets_of, headings_of, support_steps
from recommendations.models import Addressee, Committee, Initiative, Publication, Recommendation, StatusUpdate
from recommendations.selection import NONE_REGISTERED, PARAMETERS, Selection

ANY = ("", _("Alle"))
EARLIEST = date(1900, 1, 1)


# --- Fields -----------------------------------------------------------------------------------------------------------


class CodeField(forms.ChoiceField):
    """One code from a list, in upper or lower case; empty for any."""

    def to_python(self, value):
        return _as_listed(super().to_python(value), self.choices)


class NamesInput(forms.Select):
    """A list of names from the sources, marked as Danish where the page is not."""

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if value and get_language() != settings.LANGUAGE_CODE:
            option["attrs"]["lang"] = settings.LANGUAGE_CODE
        return option


class NameField(CodeField):
    """One code from a list of names."""

    widget = NamesInput


class CodesField(forms.MultipleChoiceField):
    """Several codes from a list, in upper or lower case."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value):
        return [_as_listed(code, self.choices) for code in super().to_python(value) if code]


def _as_listed(code: str, choices) -> str:
    """The code as the list writes it: people type addresses in lower case."""
    listed = {str(listed).casefold(): str(listed) for listed, _label in choices}
    return listed.get(code.casefold(), code)


class OpenSelect(forms.Select):
    """A list that also shows what an address asked for that is not on it."""

    def optgroups(self, name, value, attrs=None):
        listed = {str(code) for code, _label in self.choices}
        self.choices = [*self.choices, *((code, code) for code in value if code not in listed)]
        return super().optgroups(name, value, attrs)


class OpenNamesInput(OpenSelect, NamesInput):
    """Names from the sources, and what an address asked for that is not among them."""


class DayField(forms.Field):
    """A date as people write it (28.02.2026) or as addresses carry it (2026-02-28)."""

    widget = forms.TextInput

    def __init__(self, *, past_only: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.past_only = past_only

    def to_python(self, value) -> date | None:
        text = (value or "").strip()
        if not text:
            return None
        if danish := re.fullmatch(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4})", text, re.ASCII):
            day, month, year = danish.groups()
            text = f"{year}-{month:0>2}-{day:0>2}"
        try:
            found = parse_date(text)
        except ValueError:  # well written, but no such day
            found = None
        if found is None:
            raise ValidationError(
                _("Datoen %(value)s findes ikke. Skriv en dato som 28.02.2026."), "invalid", {"value": value}
            )
        if found < EARLIEST:
            raise ValidationError(
                _("Datoen %(value)s ligger før 1900. Skriv en senere dato."), "invalid", {"value": value}
            )
        if self.past_only and found > timezone.localdate():
            raise ValidationError(
                _("Datoen %(value)s ligger i fremtiden. Skriv en dato senest i dag."),
                "future",
                {"value": date_format(found)},
            )
        return found


class YesInput(forms.CheckboxInput):
    """A checkbox that sends "1" and hands on what was sent as it is, so that the field can refuse it."""

    def __init__(self, attrs=None):
        super().__init__(attrs, check_test=lambda value: value in YesField.YES)

    def format_value(self, value):
        return "1"

    def value_from_datadict(self, data, files, name):
        return data.get(name, "")


class YesField(forms.Field):
    """Chosen or not."""

    YES = {"1", "on", "true"}
    NO = {"", "0", "false"}
    widget = YesInput

    def to_python(self, value) -> bool:
        text = (value or "").casefold()
        if text not in self.YES | self.NO:
            raise ValidationError(
                _("«%(value)s» kan ikke bruges her. Skriv 1 for ja, eller lad det være tomt."),
                "invalid",
                {"value": value},
            )
        return text in self.YES


class ShareField(forms.DecimalField):
    """A least share in per cent: one of those on offer, or any other in the address.

    With a comma or a point, whatever the language: an address means the same in both.
    """

    widget = OpenSelect

    def to_python(self, value):
        return super().to_python(value.replace(",", ".") if value else value)


def _at_least(share) -> str:
    return gettext("mindst %(share)s %%") % {"share": number_format(share)}


def _with_count(name, count: int) -> str:
    return gettext("%(name)s (%(count)s)") % {"name": name, "count": number_format(count)}


# --- Filters ----------------------------------------------------------------------------------------------------------


class CodeFilter(Filter):
    field_class = CodeField


class NameFilter(Filter):
    field_class = NameField


class CodesFilter(Filter):
    field_class = CodesField


class DayFilter(Filter):
    field_class = DayField


class ShareFilter(Filter):
    field_class = ShareField


class TextFilter(Filter):
    field_class = forms.CharField


class YesFilter(Filter):
    field_class = YesField


def _unknown(sentence) -> dict:
    return {"invalid_choice": sentence}


class ItemForm(forms.Form):
    """What both lists' forms do alike."""

    use_required_attribute = False
    CHOICES = ("sorter", "kilde", "gruppe", "status", "svar", "udvalg", "forvaltning", "adressat", "stemmer_min")
    CHECKS = ("forsinket", "ikke_opdateret", "har_initiativer")
    TIMES = ("siden", "pr")

    def _listed(self, names) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def choices(self) -> list[forms.BoundField]:
        return self._listed(self.CHOICES)

    @property
    def checks(self) -> list[forms.BoundField]:
        return self._listed(self.CHECKS)

    @property
    def times(self) -> list[forms.BoundField]:
        return self._listed(self.TIMES)

    def clean(self):
        """Refuse a period that ends before it begins."""
        since, as_of = self.cleaned_data.get("siden"), self.cleaned_data.get("pr")
        if since and since > (as_of or timezone.localdate()):
            self.add_error("siden", _("«Ændret siden» ligger efter den dag, du ser på. Skriv en tidligere dato."))
        return self.cleaned_data


class ItemFilter(FilterSet):
    """What lists of recommendations and lists of initiatives are filtered by alike."""

    q = TextFilter(
        label=_("Søg efter ord"),
        max_length=200,
        error_messages={"max_length": _("Søgningen er for lang. Skriv højst %(limit_value)d tegn.")},
    )
    kilde = NameFilter(
        label=_("Kilde"), error_messages=_unknown(_("Kilden «%(value)s» findes ikke. Vælg en fra listen."))
    )
    gruppe = TextFilter(
        label=_("Gruppe"),
        max_length=30,
        help_text=_("Nummeret på en overskrift, for eksempel 2.3."),
        error_messages={"max_length": _("Nummeret på gruppen er for langt. Skriv et nummer som 2.3.")},
    )
    status = CodesFilter(
        label=_("Status"),
        choices=[*Status.choices, (NONE_REGISTERED, NO_STATUS)],
        error_messages=_unknown(_("Status «%(value)s» findes ikke. Vælg fra listen.")),
    )
    udvalg = NameFilter(
        label=_("Udvalg"), error_messages=_unknown(_("Udvalget «%(value)s» findes ikke. Vælg et fra listen."))
    )
    forvaltning = NameFilter(
        label=_("Forvaltning"), error_messages=_unknown(_("Forvaltningen «%(value)s» findes ikke. Vælg en fra listen."))
    )
    forsinket = YesFilter(label=_("Forsinkede"))
    ikke_opdateret = YesFilter(label=_("Ikke opdaterede"))
    sorter = CodeFilter(
        label=_("Sortér efter"), error_messages=_unknown(_("Der kan ikke sorteres efter «%(value)s». Vælg fra listen."))
    )
    pr = DayFilter(
        label=_("Vis, som det så ud den"),
        help_text=_("En dato, for eksempel 28.02.2026. Tomt betyder i dag."),
        past_only=True,
    )
    siden = DayFilter(label=_("Ændret siden"), help_text=_("En dato, for eksempel 28.02.2026."), past_only=True)

    orders = tuple(Order)

    class Meta:
        form = ItemForm
        fields: list[str] = []

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data if data is not None else {}, queryset, **kwargs)
        self.committees = list(Committee.objects.order_by("name", "code"))
        self.groups: list[Heading] = []
        administrations = {c.administration_abbreviation: c.administration for c in self.committees}
        self.names = {
            "kilde": list(Publication.objects.order_by("position", "slug").values_list("slug", "title")),
            "udvalg": [(committee.code, str(committee)) for committee in self.committees],
            "forvaltning": sorted(
                ((code, name) for code, name in administrations.items() if code), key=lambda row: row[1]
            ),
        }
        for name, choices in self.names.items():
            self.filters[name].extra["choices"] = [ANY, *choices]
        if "sorter" in self.filters:
            self.filters["sorter"].extra["choices"] = [(order.value, order.label) for order in self.orders]

    def offer_groups(self) -> None:
        """Let the headings of the chosen source be chosen by their titles. One query; none without a source."""
        self.groups = headings_of(self.selection.publication)
        if self.groups:
            self.names["gruppe"] = [(group.number, f"{group.number} {group.title}") for group in self.groups]
            bound = self.form["gruppe"]
            bound.help_text = ""
            bound.field.widget = OpenNamesInput(choices=[ANY, *self.names["gruppe"]])

    @cached_property
    def facets(self) -> Facets:
        """What each choice would give."""
        return facets_of(self.selection, self._meta.model, self.committees, self.groups)

    def show_counts(self) -> None:
        """Let each choice in the form say what it would give."""
        for field, counts in self.facets.counts.items():
            bound = self.form[PARAMETERS[field]]
            if isinstance(bound.field, YesField):
                bound.label = _with_count(bound.label, counts[True])
            else:
                bound.field.widget.choices = [
                    (code, _with_count(label, counts[value])) for code, label, value in self._choices(field)
                ]

    def _choices(self, field: str) -> list[tuple]:
        """What can be chosen for a field of the selection: as it is sent, in words, and as a value."""
        return [(code, label, code) for code, label in self.form.fields[PARAMETERS[field]].widget.choices]

    @cached_property
    def selection(self) -> Selection:
        """What the form asks for; only when it is valid."""
        chosen = self.form.cleaned_data
        values = {field: chosen.get(name) for field, name in PARAMETERS.items()}
        for field in ("status", "answer"):
            values[field] = tuple(values[field] or ())
        # An empty field is one that was left out: the selection's own default.
        return Selection(**{field: value for field, value in values.items() if value not in (None, "")})

    @property
    def in_words(self) -> list[tuple[str, str, str]]:
        """What was chosen, in words, with the names that the form's lists hold already."""
        names = {field: dict(self.names[name]) for field, name in PARAMETERS.items() if name in self.names}
        chosen = {field: listed.get(getattr(self.selection, field), "") for field, listed in names.items()}
        return self.selection.in_words({field: str(name) for field, name in chosen.items() if name})


def support_input() -> OpenSelect:
    """The shares on offer, in the words of the language that the page is in."""
    return OpenSelect(choices=[ANY, *((str(share), _at_least(share)) for share in SUPPORT_STEPS)])


class RecommendationFilter(ItemFilter):
    svar = CodesFilter(
        label=_("Svar"),
        choices=[*Outcome.choices, (NONE_REGISTERED, NO_ANSWER)],
        error_messages=_unknown(_("Svaret «%(value)s» findes ikke. Vælg fra listen.")),
    )
    stemmer_min = ShareFilter(
        label=_("Støtte blandt medlemmerne"),
        validators=[
            MinValueValidator(0, _("Støtten kan ikke være under 0 %%. Skriv et tal fra 0 til 100.")),
            MaxValueValidator(100, _("Støtten kan ikke være over 100 %%. Skriv et tal fra 0 til 100.")),
        ],
        error_messages={"invalid": _("Støtten er ikke et tal. Skriv et tal fra 0 til 100.")},
    )
    har_initiativer = YesFilter(label=_("Med initiativer"))

    class Meta(ItemFilter.Meta):
        model = Recommendation

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.filters["stemmer_min"].extra["widget"] = support_input()

    def _choices(self, field: str) -> list[tuple]:
        if field != "min_support":
            return super()._choices(field)
        asked, typed = self.selection.min_support, self.form["stemmer_min"].data  # 62.5, and perhaps "62,5"
        shares = sorted(support_steps(self.selection))
        return [
            (*ANY, ""),
            *((typed if share == asked else str(share), _at_least(share), share) for share in shares),
        ]

    def filter_queryset(self, queryset):
        """The recommendations asked for; `queryset` is left aside, as the selection knows where to begin."""
        return self.selection.recommendations()


class InitiativeFilter(ItemFilter):
    adressat = NameFilter(
        label=_("Rettet mod"), error_messages=_unknown(_("Adressaten «%(value)s» findes ikke. Vælg en fra listen."))
    )

    orders = (Order.NUMBER, Order.CHANGED, Order.SILENCE)

    class Meta(ItemFilter.Meta):
        model = Initiative

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.names["adressat"] = list(Addressee.objects.order_by("name").values_list("slug", "name"))
        self.filters["adressat"].extra["choices"] = [ANY, *self.names["adressat"]]

    def filter_queryset(self, queryset):
        """The initiatives asked for; `queryset` is left aside, as the selection knows where to begin."""
        return self.selection.initiatives()


class NewsFilter(ItemFilter):
    """What news is filtered by: everything that both lists have. News has one order, the newest first."""

    sorter = None

    class Meta(ItemFilter.Meta):
        model = StatusUpdate

    def filter_queryset(self, queryset):
        """The updates about what is asked for; `queryset` is left aside, as the selection knows where to begin."""
        return self.selection.updates()


class TimesForm(ItemForm):
    """The two times, for pages that have no other choices."""

    pr = DayField(
        label=_("Vis, som det så ud den"),
        help_text=_("En dato, for eksempel 28.02.2026. Tomt betyder i dag."),
        required=False,
        past_only=True,
    )
    siden = DayField(
        label=_("Vis, hvad der er ændret siden"),
        help_text=_("En dato, for eksempel 28.02.2026."),
        required=False,
        past_only=True,
    )
