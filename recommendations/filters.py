"""The forms of choices, made of the criteria: what an address may carry, what is wrong with it, and the `Selection`.

Finding the rows is the selection's job; a form whose values do not hold makes no selection at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import Filter, FilterSet

from recommendations import data_version
from recommendations.criteria import GROUP, ORDER, SOURCE, TEXT, Criterion, ItemModel, Offer, criteria_of, headings_of
from recommendations.criteria.fields import DayField, YesField
from recommendations.facets import Facets, facets_of
from recommendations.models import Initiative, Recommendation
from recommendations.models.item import ItemQuerySet
from recommendations.selection import ITEM_MODELS, Selection

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The order in which a form shows what can be chosen; what a form does not have is passed over.
CHOICES = ("sorter", "kilde", "gruppe", "status", "svar", "udvalg", "forvaltning", "adressat", "stemmer_min")
TIMES = ("siden", "pr")


def fields_for(
    models: tuple[ItemModel, ...],
    offer: Offer,
    *,
    any_model: bool = False,
    leave_out: Collection[str] = (),
    several: Collection[str] = (),
) -> dict[str, forms.Field]:
    """By name the form fields of what can be asked of each of `models`, or (`any_model`) of one of them at least.

    `leave_out` and `several` are fields of a selection: those not wanted, and those where several can be ticked.
    """
    return {
        criterion.name: criterion.form_field(offer, several=criterion.field in several)
        for criterion in criteria_of(models, any_model=any_model)
        if criterion.field not in leave_out
    }


class TimesChoice(forms.Form):
    """What all forms with the two times do alike."""

    use_required_attribute = False

    def _listed(self, names: Iterable[str]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def choices(self) -> list[forms.BoundField]:
        return self._listed(CHOICES)

    @property
    def checks(self) -> list[forms.BoundField]:
        return self._listed(name for name, field in self.fields.items() if isinstance(field, YesField))

    @property
    def times(self) -> list[forms.BoundField]:
        return self._listed(TIMES)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        since, as_of = self.cleaned_data.get("siden"), self.cleaned_data.get("pr")
        if since and since > (as_of or timezone.localdate()):
            self.add_error("siden", _("»Ændret siden« ligger efter den dag, du ser på. Skriv en tidligere dato."))
        return self.cleaned_data


class TimesForm(TimesChoice):
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


MOST_SOURCES = 100  # on offer in a list: more would weigh more than the page, and nobody reads so far


class SelectionForm(TimesChoice):
    """All that can be asked of `models`, and the selection that it makes. Three queries for the names on offer."""

    models: ClassVar[tuple[ItemModel, ...]] = ITEM_MODELS
    any_model: ClassVar[bool] = False  # also what can be asked of some of them only
    leave_out: ClassVar[tuple[str, ...]] = ()
    several: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data if data is not None else {}, **kwargs)
        self.offer = Offer.read(self.models)
        self.criteria = [
            criterion
            for criterion in criteria_of(self.models, any_model=self.any_model)
            if criterion.field not in self.leave_out
        ]
        self.fields |= self._own_fields()
        self._offer_what_is_chosen()
        if ORDER.name in self.fields:
            widget: Any = self.fields[ORDER.name].widget
            widget.choices = ORDER.choices(self.offer, self.data.get(TEXT.name, ""))

    def _own_fields(self) -> dict[str, forms.Field]:
        """The form's own fields: copies of those that are made once, for what a page may say of them."""
        made = data_version.kept(("fields", type(self)), self._made_fields)
        # As Django copies a field, but for the list of a field of choices: nobody changes what can be asked for.
        return {name: forms.Field.__deepcopy__(field, {}) for name, field in made.items()}

    def _made_fields(self) -> dict[str, forms.Field]:
        """The fields with their choices in the words of the language."""
        made = fields_for(
            self.models, self.offer, any_model=self.any_model, leave_out=self.leave_out, several=self.several
        )
        for field in made.values():
            widget: Any = field.widget
            if hasattr(widget, "choices"):
                widget.choices = [(code, str(label)) for code, label in widget.choices]
        if (source := made.get(SOURCE.name)) and (count := len(self.offer.publications)) > MOST_SOURCES:
            source.widget.choices = source.widget.choices[: 1 + MOST_SOURCES]
            words = gettext("De første %(shown)s af %(count)s kilder. De andre findes under Kilder.")
            source.help_text = words % {"shown": MOST_SOURCES, "count": number_format(count)}
        return made

    def _offer_what_is_chosen(self) -> None:
        """A source that is asked for is on the list, also where that is cut."""
        if (asked := self.data.get(SOURCE.name)) and SOURCE.name in self.fields:
            widget: Any = self.fields[SOURCE.name].widget
            offered = {code for code, _name in widget.choices}
            chosen = [one for one in self.offer.publications if one[0].casefold() == asked.casefold()]
            widget.choices += [one for one in chosen if one[0] not in offered]

    @property
    def choices(self) -> list[forms.BoundField]:
        """The subjects of a source are on offer once a source is chosen; a number that is asked for stays."""
        return [bound for bound in super().choices if bound.name != GROUP.name or self.offer.groups or bound.value()]

    def chosen(self, criterion: Criterion) -> Any:
        """What has been typed for a criterion, as its value in a selection."""
        return criterion.value_of(self.cleaned_data.get(criterion.name))

    @cached_property
    def selection(self) -> Selection:
        """What the form asks for; only when it is valid."""
        return Selection(**{criterion.field: self.chosen(criterion) for criterion in self.criteria})

    @property
    def in_words(self) -> list[tuple[str, str, str]]:
        """What was chosen, in words, with the names that the form's lists hold already."""
        names = {}
        for criterion in self.criteria:
            code = getattr(self.selection, criterion.field)
            if criterion.is_named and (name := dict(criterion.names(self.offer)).get(code)):
                names[criterion.field] = str(name)
        return self.selection.in_words(names)

    def offer_groups(self) -> None:
        """Let the headings of the chosen source be chosen by their titles. One query; none without a source."""
        if self.offer.groups:
            return
        self.offer.groups = headings_of(self.selection.publication, *self.selection.times)
        if self.offer.groups:
            bound = self[GROUP.name]
            bound.help_text = ""
            bound.field.widget = GROUP.widget(self.offer)


class ListForm(SelectionForm):
    """A form above a list of one model: each choice says what it would give, and those that give nothing are left out.

    What is chosen stays, with its number.
    """

    in_vain: frozenset[str] = frozenset()  # names of the flags that would give nothing

    @property
    def choices(self) -> list[forms.BoundField]:
        return [bound for bound in super().choices if bound.value() or _has_choices(bound)]

    @property
    def checks(self) -> list[forms.BoundField]:
        return [bound for bound in super().checks if bound.name not in self.in_vain]

    @property
    def model(self) -> ItemModel:
        (model,) = self.models
        return model

    def found(self) -> ItemQuerySet:
        """The items asked for."""
        (items,) = self.selection.items(self.models)
        return items

    @cached_property
    def facets(self) -> Facets:
        """What each choice would give, the groups of the chosen source among them."""
        self.offer_groups()
        return facets_of(self.selection, self.model, self.offer)

    def show_counts(self) -> None:
        """Let each choice in the form say what it would give, and leave out what would give nothing."""
        counts, in_vain = self.facets.counts, set()
        words = gettext("%(name)s (%(count)s)")
        for criterion in self.criteria:
            if criterion.field not in counts:
                continue
            bound, count = self[criterion.name], counts[criterion.field]
            if criterion.is_flag:
                bound.label = _with_count(words, bound.label, count[True])
                if not count[True] and not self.chosen(criterion):
                    in_vain.add(criterion.name)
                continue
            widget: Any = bound.field.widget
            kept = _typed_in(bound)
            typed = self.data.get(criterion.name, "")
            widget.choices = [
                (code, _with_count(words, label, count[value]))
                for code, label, value in criterion.counted_choices(list(widget.choices), self.selection, typed)
                if not code or count[value] or str(code).casefold() in kept
            ]
        self.in_vain = frozenset(in_vain)


def _with_count(words: str, name: StrOrPromise, count: int) -> str:
    # Most are small, and need no sign between the thousands: looking up which it is takes longer than all the rest.
    return words % {"name": name, "count": number_format(count) if count > 999 else count}


def _typed_in(bound: forms.BoundField) -> set[str]:
    """What has been chosen in a field, in lower case: people type addresses."""
    value = bound.value()
    return {str(one).casefold() for one in (value if isinstance(value, list) else [value]) if one}


def _has_choices(bound: forms.BoundField) -> bool:
    """Whether there is anything to choose in a field beside "all"; what has no list can be typed in."""
    widget: Any = bound.field.widget
    return any(code for code, _label in widget.choices) if hasattr(widget, "choices") else True


class RecommendationsForm(ListForm):
    models = (Recommendation,)


class InitiativesForm(ListForm):
    models = (Initiative,)


class NewsForm(SelectionForm):
    """What news is chosen by: everything that both lists have. News has one order, the newest first."""

    leave_out = ("order",)


class CriterionFilter(Filter):
    """A criterion as django-filter knows it. Each set takes copies of its filters; their labels need none."""

    def __deepcopy__(self, memo: Any) -> CriterionFilter:
        return copy(self)


class ItemFilterSet(FilterSet):
    """A list's filters as django-filter, and whatever takes its sets, knows them: `form`, `is_valid()` and `qs`.

    The fields are those of the criteria, and the rows those of the form's selection.
    """

    list_form: ClassVar[type[ListForm]]

    @classmethod
    def get_filters(cls) -> dict[str, Filter]:
        criteria = criteria_of(cls.list_form.models) if hasattr(cls, "list_form") else []
        return {one.name: CriterionFilter(field_name=one.field, label=one.label) for one in criteria}

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        (model,) = self.list_form.models
        super().__init__(data if data is not None else {}, model.objects.all(), **kwargs)

    def get_form_class(self) -> type[ListForm]:
        return self.list_form

    def filter_queryset(self, queryset: ItemQuerySet) -> ItemQuerySet:
        """The items asked for; `queryset` is left aside, as the selection knows where to begin."""
        found: ItemQuerySet = self.form.found()
        return found


class RecommendationFilterSet(ItemFilterSet):
    list_form = RecommendationsForm


class InitiativeFilterSet(ItemFilterSet):
    list_form = InitiativesForm
